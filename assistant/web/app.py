"""The web application, put together from its parts."""

import logging

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket

from assistant.refused import faults_of
from assistant.store.passwords import Passwords
from assistant.web import sockets
from assistant.web.api.access import Gate
from assistant.web.api.account import (
    add_account_routes,
    add_open_routes,
    add_session_routes,
    add_user_changes,
    add_user_routes,
)
from assistant.web.api.audit import add_audit_routes
from assistant.web.api.calls import add_call_detail_routes, add_call_routes
from assistant.web.api.documents import add_document_routes
from assistant.web.api.duty import (
    add_change_routes,
    add_duty_routes,
    add_plan_routes,
    add_route_question,
)
from assistant.web.api.export import add_export_routes
from assistant.web.api.messages_left import add_message_routes
from assistant.web.api.paper import add_history_routes, add_sheet_routes, add_task_routes, add_written_routes
from assistant.web.api.reports import add_report_routes
from assistant.web.api.scripts import add_script_routes
from assistant.web.pages import add_pages
from assistant.web.parts import WebParts
from assistant.web.provider_tickets import ProviderTickets
from assistant.web.security import Guarded
from assistant.web.sessions import Sessions

log = logging.getLogger(__name__)


def create_app(parts: WebParts, passwords: Passwords | None = None) -> FastAPI:
    """`passwords` lets tests hash cheaply."""
    # No interactive documentation: its pages need inline script from elsewhere.
    app = FastAPI(title="Hotline Assistant", openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(Guarded, settings=parts.settings)
    sessions = Sessions(parts.store, parts.hub, parts.clock, parts.settings)
    checker = passwords or Passwords(parts.settings.logins_at_once)

    @app.websocket("/ws")
    async def ws(websocket: WebSocket) -> None:
        await sockets.serve(websocket, parts, sessions)

    router = APIRouter(dependencies=[Depends(Gate(sessions))])
    add_open_routes(router, parts, sessions)
    tickets = None if parts.settings.oidc is None else ProviderTickets(parts.settings)
    add_account_routes(router, parts, sessions, checker, tickets)
    if tickets is not None:
        from assistant.web.api.oidc import (
            add_oidc_routes,
        )  # its cryptography is slow to load, and most never need it

        add_oidc_routes(router, parts, sessions, tickets)
    add_user_routes(router, parts, sessions, checker)
    add_user_changes(router, parts, sessions)
    add_session_routes(router, parts, sessions)
    _add_book_routes(router, parts)
    add_document_routes(router, parts)
    add_script_routes(router, parts)
    add_report_routes(router, parts)
    add_duty_routes(router, parts)
    add_plan_routes(router, parts)
    add_change_routes(router, parts)
    add_route_question(router, parts)

    @router.get("/api/openapi.json", include_in_schema=False)
    async def openapi() -> JSONResponse:
        return JSONResponse(app.openapi())

    app.include_router(router)
    app.add_exception_handler(SQLAlchemyError, _database_away)
    # A server that is not there is refused by the kernel, before SQLAlchemy has a connection to blame.
    app.add_exception_handler(OSError, _database_away)
    app.add_exception_handler(RequestValidationError, _not_understood)
    add_pages(app, parts.settings.static)
    return app


def _add_book_routes(router: APIRouter, parts: WebParts) -> None:
    """Calls, and what is written about them."""
    add_export_routes(router, parts)
    add_call_routes(router, parts)
    add_message_routes(router, parts)
    add_call_detail_routes(router, parts)
    add_task_routes(router, parts)
    add_sheet_routes(router, parts)
    add_written_routes(router, parts)
    add_history_routes(router, parts)
    add_audit_routes(router, parts)


async def _not_understood(_: Request, error: Exception) -> JSONResponse:
    """Says where, never what: the input may be a password, or bytes that are no text."""
    assert isinstance(error, RequestValidationError)
    faults = [{"where": where, "what": what} for where, what in faults_of(error.errors())]
    return JSONResponse({"detail": "请求内容不对", "faults": faults}, status_code=422)


async def _database_away(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s: the database failed with %s", request.method, request.url.path, type(error).__name__)
    return JSONResponse({"detail": "记录库暂时不可用,请稍后再试"}, status_code=503)
