"""Who a request comes from: the session cookie, the book's sessions, and a short memory of them.

The memory keeps people signed in while the database is away; ending a session forgets it at once.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection
from starlette.responses import Response

from assistant.clock import Clock
from assistant.people import Person
from assistant.store import Store
from assistant.store.accounts import Session, session_id_of
from assistant.web.cookies import OwnCookie
from assistant.web.hub import Hub
from assistant.web.settings import WebSettings

log = logging.getLogger(__name__)

_MAX_REMEMBERED = 5_000


@dataclass(slots=True)
class _Remembered:
    session: Session
    at: float


class Sessions:
    def __init__(self, store: Store, hub: Hub, clock: Clock, settings: WebSettings) -> None:
        self._store = store
        self._hub = hub
        self._clock = clock
        self._settings = settings
        self._cookie = OwnCookie("hotline", settings.secure_cookie)
        self._remembered: dict[str, _Remembered] = {}

    async def of(self, connection: HTTPConnection) -> Session | None:
        token = self._cookie.of(connection)
        if not token or len(token) > 128:
            return None
        session_id = session_id_of(token)
        wall, now = self._clock.wall(), self._clock.now()
        known = self._remembered.get(session_id)
        if (
            known is not None
            and now - known.at < self._settings.session_check_s
            and known.session.expires_at > wall
        ):
            return known.session
        try:
            session = await self._store.accounts.session(session_id, wall)
        except (SQLAlchemyError, OSError) as error:
            log.warning("sessions cannot be read (%s), the memory of them is used", type(error).__name__)
            return known.session if known is not None and known.session.expires_at > wall else None
        if session is None:
            self._remembered.pop(session_id, None)
        else:
            self._remember(session, now)
        return session

    async def is_alive(self, session: Session) -> bool:
        """Asks the book, not the memory. True while it cannot be asked."""
        try:
            return await self._store.accounts.session(session.session_id, self._clock.wall()) is not None
        except (SQLAlchemyError, OSError):
            return True

    async def begin(self, person: Person, address: str | None, response: Response) -> Session:
        wall = self._clock.wall()
        lasts = timedelta(hours=self._settings.session_hours)
        token, session = await self._store.accounts.begin_session(person, wall, lasts, address)
        self._remember(session, self._clock.now())
        self._cookie.give(response, token, lasts.total_seconds())
        return session

    async def end(self, session: Session, response: Response) -> None:
        self._cookie.take_back(response)
        self.forget([session.session_id])
        await self._store.accounts.end_session(session.session_id)

    def forget(self, session_ids: list[str]) -> None:
        """These sessions ended in the book: their pages and the memory of them go."""
        for session_id in session_ids:
            self._remembered.pop(session_id, None)
            self._hub.close_session(session_id)

    def seconds_left(self, session: Session, wall: datetime) -> float:
        return (session.expires_at - wall).total_seconds()

    def _remember(self, session: Session, now: float) -> None:
        if len(self._remembered) >= _MAX_REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)))
        self._remembered[session.session_id] = _Remembered(session, now)
