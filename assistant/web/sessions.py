"""Who a request comes from: the session cookie, the book's sessions, and a short memory of them.

The memory keeps people signed in while the database is away; ending a session forgets it at once. A session runs out after a time
without use, and a page that is open uses it: nobody is signed out in the middle of a call, nor the board on the wall.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection
from starlette.responses import Response

from assistant.clock import Clock
from assistant.people import Person
from assistant.records import SessionUsed
from assistant.store import Store
from assistant.store.accounts import Session, session_id_of
from assistant.web.cookies import LONGEST_S, OwnCookie
from assistant.web.hub import Hub
from assistant.web.settings import WebSettings

log = logging.getLogger(__name__)

_MAX_REMEMBERED = 5_000


@dataclass(slots=True)
class _Remembered:
    session: Session
    noted: datetime
    """What the book has for its end, or is about to have."""
    at: float


class Sessions:
    def __init__(self, store: Store, hub: Hub, clock: Clock, settings: WebSettings) -> None:
        self._store = store
        self._hub = hub
        self._clock = clock
        self._settings = settings
        self._lasts = timedelta(hours=settings.session_hours)
        self._cookie = OwnCookie("hotline", settings.secure_cookie)
        self._remembered: dict[str, _Remembered] = {}

    async def of(self, connection: HTTPConnection) -> Session | None:
        token = self._cookie.of(connection)
        if not token or len(token) > 128:
            return None
        session_id = session_id_of(token)
        wall, now = self._clock.wall(), self._clock.now()
        known = self._remembered.get(session_id)
        if known is not None and known.session.expires_at <= wall:
            known = None
        if known is not None and now - known.at < self._settings.session_check_s:
            return known.session
        try:
            # What is known to be in use runs on, although the book may not have been told while it was away.
            session = await self._store.accounts.session(session_id, wall if known is None else None)
        except (SQLAlchemyError, OSError) as error:
            log.warning("sessions cannot be read (%s), the memory of them is used", type(error).__name__)
            return None if known is None else known.session
        if session is None:
            self._remembered.pop(session_id, None)
            return None
        return self._used(session)

    async def stays(self, session_id: str) -> bool:
        """Whether a page that is open may stay so: until its session is ended, for as long as it is open no time runs out.

        Asks the book, not the memory. True while it cannot be asked.
        """
        try:
            session = await self._store.accounts.session(session_id, None)
        except (SQLAlchemyError, OSError):
            known = self._remembered.get(session_id)
            if known is not None:
                known.session = replace(known.session, expires_at=self._clock.wall() + self._lasts)
            return True
        if session is None:
            self._remembered.pop(session_id, None)
            return False
        self._used(session)
        return True

    async def begin(self, person: Person, address: str | None, response: Response) -> Session:
        wall = self._clock.wall()
        token, session = await self._store.accounts.begin_session(person, wall, self._lasts, address)
        self._remember(session, session.expires_at)
        # The book says when it ends: a page that has been open for days must come back after a restart of ours.
        self._cookie.give(response, token, LONGEST_S)
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

    def _used(self, session: Session) -> Session:
        """As it is now that it has been used; noted in the book by the writer, so that nobody waits for that."""
        wall = self._clock.wall()
        until = wall + self._lasts
        known = self._remembered.get(session.session_id)
        noted = session.expires_at if known is None else max(session.expires_at, known.noted)
        late = (until - noted).total_seconds() >= self._settings.session_noted_s
        if late and self._store.put(SessionUsed(session.session_id, until), wall):
            noted = until
        session = replace(session, expires_at=until)
        self._remember(session, noted)
        return session

    def _remember(self, session: Session, noted: datetime) -> None:
        if len(self._remembered) >= _MAX_REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)))
        self._remembered[session.session_id] = _Remembered(session, noted, self._clock.now())
