"""Which browsers came in by the company's identity provider, and what it said of them then: by that they are signed out there too.

The cookie holds a random ticket; the token it stands for stays in memory. After a restart the provider is told less, and may ask.
"""

import secrets

from starlette.requests import Request
from starlette.responses import Response

from assistant.web.cookies import LONGEST_S, OwnCookie
from assistant.web.settings import WebSettings

_MOST = 5_000


class ProviderTickets:
    def __init__(self, settings: WebSettings) -> None:
        self._cookie = OwnCookie("hotline-oidc-in", settings.secure_cookie)
        self._id_tokens: dict[str, str] = {}

    def give(self, response: Response, id_token: str) -> None:
        if len(self._id_tokens) >= _MOST:
            self._id_tokens.pop(next(iter(self._id_tokens)))
        ticket = secrets.token_urlsafe(32)
        self._id_tokens[ticket] = id_token
        self._cookie.give(response, ticket, LONGEST_S)

    def holds(self, request: Request) -> bool:
        return bool(self._cookie.of(request))

    def id_token(self, request: Request) -> str | None:
        return self._id_tokens.get(self._cookie.of(request))

    def take_back(self, request: Request, response: Response) -> None:
        if self.holds(request):
            self._id_tokens.pop(self._cookie.of(request), None)
            self._cookie.take_back(response)
