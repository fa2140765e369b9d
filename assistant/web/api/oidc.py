"""The way in by the company's identity provider, and out. Without settings for it none of this is there, nor even loaded."""

import logging
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse

from assistant.people import Person
from assistant.records import Audited
from assistant.store import NotFoundError
from assistant.store.accounts import Admitted
from assistant.web.api.account import address_of
from assistant.web.cookies import OwnCookie
from assistant.web.limits import MovingWindow
from assistant.web.oidc import ASKED_WITHIN_S, Heard, Oidc
from assistant.web.oidc_claims import Claimed, Farewell, NotAdmittedError, Refusal, who_is
from assistant.web.parts import WebParts
from assistant.web.provider_tickets import ProviderTickets
from assistant.web.sessions import Sessions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the browser brings back from the provider, and the state it was sent off with."""

    state: str
    code: str
    error: str
    state_of_browser: str


def add_oidc_routes(router: APIRouter, parts: WebParts, sessions: Sessions, tickets: ProviderTickets) -> None:
    assert parts.settings.oidc is not None
    oidc = Oidc(parts.settings.oidc, parts.clock)
    _add_way_in(router, parts, sessions, tickets, oidc)
    _add_way_out(router, parts, tickets, oidc)


def _add_way_in(
    router: APIRouter, parts: WebParts, sessions: Sessions, tickets: ProviderTickets, oidc: Oidc
) -> None:
    by_address = MovingWindow(parts.settings.login_failures_per_address, parts.settings.login_window_s)
    # Lax, not Strict: it must come along when the provider sends the browser back to us.
    cookie = OwnCookie("hotline-oidc", parts.settings.secure_cookie, same_site="lax")

    @router.get("/api/oidc/login", response_class=RedirectResponse, status_code=303)
    async def login(request: Request) -> RedirectResponse:
        """Sends the browser to the provider."""
        address = address_of(request)
        if by_address.take(address, parts.clock.now()) > 0.0:
            return _home("too_many")
        try:
            url, state = await oidc.ask()
        except NotAdmittedError as error:
            log.warning("no sign-in by OpenID Connect: %s", error)
            return _home(error.refusal)
        answer = RedirectResponse(url, 303)
        cookie.give(answer, state, ASKED_WITHIN_S)
        return answer

    @router.get("/api/oidc/callback", response_class=RedirectResponse, status_code=303)
    async def callback(
        request: Request, state: str = "", code: str = "", error: str = ""
    ) -> RedirectResponse:
        """The provider sends the browser back here."""
        address = address_of(request)
        try:
            answered = _Answer(state, code, error, cookie.of(request))
            heard = await _hear(oidc, answered)
            person = await _admit(parts, sessions, who_is(oidc.settings, heard.claims))
        except NotAdmittedError as refused:
            log.warning("no sign-in by OpenID Connect: %s", refused)
            _audit(parts, refused.who or "?", "login_failed", f"{address} oidc {refused.refusal}")
            answer = _home(refused.refusal)
        else:
            by_address.give_back(address)
            answer = _home("ok")
            await sessions.begin(person, address, answer)
            tickets.give(answer, heard.id_token)
            _audit(parts, person.extension, "login", f"{address} oidc")
        cookie.take_back(answer)
        return answer


def _add_way_out(router: APIRouter, parts: WebParts, tickets: ProviderTickets, oidc: Oidc) -> None:
    by_address = MovingWindow(parts.settings.login_failures_per_address, parts.settings.login_window_s)

    @router.get("/api/oidc/logout", response_class=RedirectResponse, status_code=303)
    async def logout(request: Request) -> RedirectResponse:
        """Sends a browser whose session has ended here to be signed out at the provider too."""
        address = address_of(request)
        if not tickets.holds(request):
            return RedirectResponse("/", 303)
        if by_address.take(address, parts.clock.now()) > 0.0:
            return _home("left_unreachable")
        try:
            url = await oidc.leave(tickets.id_token(request))
        except NotAdmittedError as error:
            log.warning("signed out here, not at the identity provider: %s", error)
            answer = _home("left_unreachable")
        else:
            by_address.give_back(address)
            answer = _home("left_only_here") if url is None else RedirectResponse(url, 303)
        tickets.take_back(request, answer)
        return answer

    @router.get("/api/oidc/left", response_class=RedirectResponse, status_code=303)
    async def left() -> RedirectResponse:
        """The provider has signed the browser out and sends it back here."""
        return _home("left")


async def _hear(oidc: Oidc, answer: _Answer) -> Heard:
    if answer.error:
        raise NotAdmittedError("denied", detail=answer.error[:100])
    return await oidc.hear(answer.state, answer.code, answer.state_of_browser)


async def _admit(parts: WebParts, sessions: Sessions, claimed: Claimed) -> Person:
    try:
        admitted = await parts.store.accounts.admit(
            claimed.extension, claimed.name, claimed.role, parts.clock.wall()
        )
    except NotFoundError as error:
        raise NotAdmittedError("no_account", claimed.extension) from error
    if admitted is None:
        raise NotAdmittedError("inactive", claimed.extension)
    sessions.forget(admitted.ended)
    parts.person_changed(admitted.person)
    _audit_change(parts, admitted)
    return admitted.person


def _audit_change(parts: WebParts, admitted: Admitted) -> None:
    person = admitted.person
    if admitted.was is None:
        _audit(parts, "oidc", "user_added", person.role, person.extension)
    elif admitted.was != person:
        detail = f"{admitted.was.name} {admitted.was.role} → {person.name} {person.role}"
        _audit(parts, "oidc", "user_changed", detail, person.extension)


def _audit(parts: WebParts, by: str, what: str, detail: str, about: str = "session") -> None:
    parts.store.put(Audited(by, what, about, detail), parts.clock.wall())


def _home(outcome: Refusal | Farewell | Literal["ok"]) -> RedirectResponse:
    return RedirectResponse(f"/?sign_in={outcome}", 303)
