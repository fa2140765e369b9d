"""Who may call which route: one table, and the gate that reads it. A route that is not in the table is closed to everyone."""

from typing import Final

from fastapi import HTTPException
from starlette.requests import Request

from assistant.messages import Role
from assistant.people import ROLES, Person
from assistant.store.accounts import Session
from assistant.web.sessions import Sessions

ANYONE: Final[frozenset[Role] | None] = None
SIGNED_IN: Final[frozenset[Role]] = frozenset(ROLES)
DESK: Final[frozenset[Role]] = frozenset({"agent", "supervisor", "admin"})
BOARD: Final[frozenset[Role]] = frozenset({"supervisor", "quality", "admin"})
LEAD: Final[frozenset[Role]] = frozenset({"supervisor", "admin"})
HEARS: Final[frozenset[Role]] = frozenset({"supervisor", "quality"})
ADMIN: Final[frozenset[Role]] = frozenset({"admin"})

ACCESS: Final[dict[tuple[str, str], frozenset[Role] | None]] = {
    ("POST", "/api/login"): ANYONE,
    ("GET", "/api/health"): ANYONE,
    ("GET", "/api/sign-in"): ANYONE,
    ("POST", "/api/logout"): SIGNED_IN,
    ("GET", "/api/me"): SIGNED_IN,
    ("POST", "/api/me/password"): SIGNED_IN,
    ("GET", "/api/sessions"): SIGNED_IN,
    ("DELETE", "/api/sessions/{session_id}"): SIGNED_IN,
    ("GET", "/api/openapi.json"): SIGNED_IN,
    # An agent sees the calls it took part in; the routes themselves see to that.
    ("GET", "/api/calls"): SIGNED_IN,
    ("POST", "/api/calls"): DESK,
    ("GET", "/api/calls.csv"): BOARD,
    ("GET", "/api/calls.xlsx"): BOARD,
    ("GET", "/api/calls/{call_id}"): SIGNED_IN,
    ("GET", "/api/calls/{call_id}/earlier"): SIGNED_IN,
    ("GET", "/api/calls/{call_id}/trace"): SIGNED_IN,
    ("GET", "/api/calls/{call_id}/message"): SIGNED_IN,
    ("GET", "/api/calls/{call_id}/recording"): HEARS,
    ("POST", "/api/calls/{call_id}/promise"): DESK,
    ("GET", "/api/tasks"): SIGNED_IN,
    ("POST", "/api/tasks/{task_id}/done"): DESK,
    ("GET", "/api/sheets"): SIGNED_IN,
    ("GET", "/api/sheets/{call_id}"): SIGNED_IN,
    ("POST", "/api/sheets/{call_id}"): DESK,
    ("PUT", "/api/sheets/{call_id}"): DESK,
    ("GET", "/api/escalations"): BOARD,
    ("GET", "/api/escalations/{escalation_id}/steps"): BOARD,
    # Asked by the PBX, which shows a token instead of a session.
    ("GET", "/api/route"): ANYONE,
    ("GET", "/api/duty"): SIGNED_IN,
    ("GET", "/api/duty/at"): SIGNED_IN,
    ("GET", "/api/duty/plan"): LEAD,
    ("PUT", "/api/duty/plan"): LEAD,
    ("POST", "/api/duty/plan/check"): LEAD,
    ("POST", "/api/duty/changes"): LEAD,
    ("POST", "/api/duty/changes/{change_id}/withdraw"): LEAD,
    # Favourites are one's own, and the rest is for supervisors to change; the routes themselves see to that.
    ("GET", "/api/documents/{kind}/{key}"): SIGNED_IN,
    ("GET", "/api/documents/{kind}/{key}/versions"): SIGNED_IN,
    ("GET", "/api/documents/{kind}/{key}/versions/{version}"): SIGNED_IN,
    ("PUT", "/api/documents/{kind}/{key}"): SIGNED_IN,
    ("GET", "/api/packs"): BOARD,
    ("GET", "/api/packs/{name}"): BOARD,
    ("GET", "/api/packs/{name}/versions"): BOARD,
    ("GET", "/api/packs/{name}/versions/{version}"): BOARD,
    ("POST", "/api/packs/{name}/check"): BOARD,
    ("POST", "/api/packs/{name}/diff"): BOARD,
    ("POST", "/api/packs/{name}/situations"): BOARD,
    ("POST", "/api/packs/{name}/preview"): BOARD,
    ("POST", "/api/packs/{name}/try"): BOARD,
    ("POST", "/api/packs/{name}/publish"): LEAD,
    ("POST", "/api/packs/{name}/roll_back"): LEAD,
    ("GET", "/api/reports/calls"): BOARD,
    ("GET", "/api/reports/calls.csv"): BOARD,
    ("GET", "/api/reports/cards"): BOARD,
    ("GET", "/api/reports/cards.csv"): BOARD,
    ("GET", "/api/reports/conduct"): BOARD,
    ("GET", "/api/reports/conduct.csv"): BOARD,
    ("GET", "/api/users"): ADMIN,
    ("POST", "/api/users"): ADMIN,
    ("PUT", "/api/users/{extension}"): ADMIN,
    ("POST", "/api/users/{extension}/password"): ADMIN,
    ("POST", "/api/users/{extension}/active"): ADMIN,
    ("GET", "/api/audit"): ADMIN,
    ("GET", "/api/audit.csv"): ADMIN,
}

WITH_OIDC: Final[dict[tuple[str, str], frozenset[Role] | None]] = {
    ("GET", "/api/oidc/login"): ANYONE,
    ("GET", "/api/oidc/callback"): ANYONE,
    ("GET", "/api/oidc/logout"): ANYONE,
    ("GET", "/api/oidc/left"): ANYONE,
}
"""There only where an identity provider is set."""


class Gate:
    """The dependency every API route hangs on."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def __call__(self, request: Request) -> None:
        route = request.scope["route"]
        key = (request.method, route.path)
        if key not in ACCESS and key not in WITH_OIDC:
            raise HTTPException(403, "这个地址没有开放")
        allowed = ACCESS[key] if key in ACCESS else WITH_OIDC[key]
        if allowed is None:
            return
        session = await self._sessions.of(request)
        if session is None:
            raise HTTPException(401, "请先登录")
        if session.person.role not in allowed:
            raise HTTPException(403, "您的角色不能使用这项功能")
        request.state.session = session


def session_of(request: Request) -> Session:
    """Behind the gate only."""
    session: Session = request.state.session
    return session


def person_of(request: Request) -> Person:
    return session_of(request).person
