"""A cookie of ours: no script reads it, and where there is TLS it travels by nothing else and comes from no other host."""

from dataclasses import dataclass
from typing import Final, Literal

from starlette.requests import HTTPConnection
from starlette.responses import Response

LONGEST_S: Final = 400 * 86_400
"""No browser keeps a cookie for longer (RFC 6265bis, 5.5). For what ends when the server says so, and not before."""


@dataclass(frozen=True, slots=True)
class OwnCookie:
    plain_name: str
    secure: bool
    same_site: Literal["strict", "lax"] = "strict"

    @property
    def name(self) -> str:
        # The prefix makes browsers refuse such a cookie without Secure, or from another host.
        return f"__Host-{self.plain_name}" if self.secure else self.plain_name

    def of(self, connection: HTTPConnection) -> str:
        """Empty where there is none."""
        return connection.cookies.get(self.name, "")

    def give(self, response: Response, value: str, lasts_s: float) -> None:
        response.set_cookie(
            self.name,
            value,
            max_age=int(lasts_s),
            httponly=True,
            secure=self.secure,
            samesite=self.same_site,
        )

    def take_back(self, response: Response) -> None:
        response.delete_cookie(self.name, httponly=True, secure=self.secure, samesite=self.same_site)
