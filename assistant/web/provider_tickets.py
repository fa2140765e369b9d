"""Which browsers came in by the company's identity provider, and what it said of them then: by that they are signed out there too.

The cookie holds a random ticket; the token it stands for stays in memory. After a restart the provider is told less, and may ask.
"""

import secrets
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from assistant.clock import Clock
from assistant.web.cookies import OwnCookie
from assistant.web.settings import WebSettings

_MOST = 5_000


@dataclass(frozen=True, slots=True)
class _Kept:
    id_token: str
    at: float


class ProviderTickets:
    def __init__(self, settings: WebSettings, clock: Clock) -> None:
        self._cookie = OwnCookie("hotline-oidc-in", settings.secure_cookie)
        self._lasts: Final = settings.session_hours * 3600
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def give(self, response: Response, id_token: str) -> None:
        now = self._clock.now()
        self._kept = {ticket: kept for ticket, kept in self._kept.items() if now - kept.at <= self._lasts}
        if len(self._kept) >= _MOST:
            self._kept.pop(next(iter(self._kept)))
        ticket = secrets.token_urlsafe(32)
        self._kept[ticket] = _Kept(id_token, now)
        self._cookie.give(response, ticket, self._lasts)

    def holds(self, request: Request) -> bool:
        return bool(self._cookie.of(request))

    def id_token(self, request: Request) -> str | None:
        kept = self._kept.get(self._cookie.of(request))
        return None if kept is None else kept.id_token

    def take_back(self, request: Request, response: Response) -> None:
        if self.holds(request):
            self._kept.pop(self._cookie.of(request), None)
            self._cookie.take_back(response)
