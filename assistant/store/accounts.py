"""Users and their sessions. A session's token is known to its browser only; the book keeps a hash of it."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import get_args

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from assistant.messages import Role
from assistant.people import Person
from assistant.store import tables
from assistant.store.engines import Engines
from assistant.store.problems import ConflictError, NotFoundError


@dataclass(frozen=True, slots=True)
class User:
    person: Person
    active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    person: Person
    password_hash: str


@dataclass(frozen=True, slots=True)
class Session:
    """`session_id` is the hash of the token: safe to log and to close by."""

    session_id: str
    person: Person
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its owner or an administrator sees it; the address it was begun from helps to know one's own."""

    session_id: str
    extension: str
    name: str
    created_at: datetime
    expires_at: datetime
    address: str | None


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody another authority vouches for. `was`: the account before; None for a new one. `ended`: ids of sessions that are over."""

    person: Person
    was: Person | None
    ended: list[str]


NO_PASSWORD = ""
"""Matches none: such an account is entered by way of the identity provider only, until an administrator gives it a password."""


def new_token() -> str:
    return secrets.token_urlsafe(32)


def session_id_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def parse_role(text: str) -> Role:
    for role in get_args(Role):
        if role == text:
            found: Role = role
            return found
    raise ValueError(f"角色只能是 {'、'.join(get_args(Role))}")


class Accounts:
    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def add(self, extension: str, name: str, role: Role, password_hash: str, wall: datetime) -> Person:
        try:
            async with self._engines.writer.begin() as connection:
                row = await connection.execute(
                    sa.insert(tables.users).values(
                        extension=extension,
                        name=name,
                        role=role,
                        password_hash=password_hash,
                        active=True,
                        created_at=wall,
                        password_at=wall,
                    )
                )
        except IntegrityError as error:
            raise ConflictError(f"用户 {extension} 已存在") from error
        key = row.inserted_primary_key
        assert key is not None
        return Person(int(key[0]), extension, name, role)

    async def admit(self, extension: str, name: str, role: Role | None, wall: datetime) -> Admitted | None:
        """The account as the identity provider has it now; with a `role` it is made if there is none. None: it is closed."""
        found = await self._find(extension)
        if found is None:
            if role is None:
                raise NotFoundError(f"没有用户 {extension}")
            return Admitted(await self.add(extension, name, role, NO_PASSWORD, wall), None, [])
        if not found.active:
            return None
        was = found.person
        if role is None or (was.name, was.role) == (name, role):
            return Admitted(was, was, [])
        now, ended = await self.rename(extension, name, role)
        return Admitted(now, was, ended)

    async def rename(self, extension: str, name: str, role: Role) -> tuple[Person, list[str]]:
        """Another role ends the user's sessions (a page open under the old one must not stay); returns their ids."""
        before = await self._find(extension)
        if before is None:
            raise NotFoundError(f"没有用户 {extension}")
        after = replace(before.person, name=name, role=role)
        if before.person.role != role:
            return after, await self._change(extension, {"name": name, "role": role})
        users = tables.users
        async with self._engines.writer.begin() as connection:
            await connection.execute(sa.update(users).where(users.c.extension == extension).values(name=name))
        return after, []

    async def _find(self, extension: str) -> User | None:
        query = sa.select(tables.users).where(tables.users.c.extension == extension)
        async with self._engines.reader.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else User(_person(row), row.active, row.created_at)

    async def set_password(self, extension: str, password_hash: str, wall: datetime) -> list[str]:
        """Ends the user's sessions; returns their ids."""
        return await self._change(extension, {"password_hash": password_hash, "password_at": wall})

    async def set_active(self, extension: str, active: bool) -> list[str]:
        """A user is never deleted, since records name it. Ends the user's sessions; returns their ids."""
        return await self._change(extension, {"active": active})

    async def _change(self, extension: str, values: dict[str, object]) -> list[str]:
        users, sessions = tables.users, tables.sessions
        async with self._engines.writer.begin() as connection:
            user_id = await connection.scalar(
                sa.update(users)
                .where(users.c.extension == extension)
                .values(**values)
                .returning(users.c.user_id)
            )
            if user_id is None:
                raise NotFoundError(f"没有用户 {extension}")
            ended = await connection.execute(
                sa.delete(sessions).where(sessions.c.user_id == user_id).returning(sessions.c.token_hash)
            )
            return list(ended.scalars())

    async def all(self) -> list[User]:
        async with self._engines.reader.connect() as connection:
            rows = await connection.execute(sa.select(tables.users).order_by(tables.users.c.extension))
            return [User(_person(row), row.active, row.created_at) for row in rows]

    async def credentials(self, extension: str) -> Credentials | None:
        """None for unknown and inactive users alike."""
        users = tables.users
        async with self._engines.reader.connect() as connection:
            row = (
                await connection.execute(
                    sa.select(users).where(users.c.extension == extension, users.c.active.is_(True))
                )
            ).one_or_none()
        return None if row is None else Credentials(_person(row), row.password_hash)

    async def begin_session(
        self, person: Person, wall: datetime, lasts: timedelta, address: str | None
    ) -> tuple[str, Session]:
        """The token for the browser, and the session."""
        token = new_token()
        session = Session(session_id_of(token), person, wall + lasts)
        sessions = tables.sessions
        async with self._engines.writer.begin() as connection:
            await connection.execute(sa.delete(sessions).where(sessions.c.expires_at < wall))
            await connection.execute(
                sa.insert(sessions).values(
                    token_hash=session.session_id,
                    user_id=person.user_id,
                    created_at=wall,
                    expires_at=session.expires_at,
                    address=address,
                )
            )
        return token, session

    async def session(self, session_id: str, wall: datetime | None) -> Session | None:
        """`wall` None: one whose time is over counts too, as long as nothing else has ended it."""
        in_time = sa.true() if wall is None else tables.sessions.c.expires_at > wall
        sessions, users = tables.sessions, tables.users
        async with self._engines.reader.connect() as connection:
            row = (
                await connection.execute(
                    sa.select(sessions.c.expires_at, users)
                    .join(users, users.c.user_id == sessions.c.user_id)
                    .where(
                        sessions.c.token_hash == session_id,
                        in_time,
                        users.c.active.is_(True),
                    )
                )
            ).one_or_none()
        return None if row is None else Session(session_id, _person(row), row.expires_at)

    async def open_sessions(self, wall: datetime, extension: str | None) -> list[OpenSession]:
        """Newest first. `extension` None: everybody's."""
        sessions, users = tables.sessions, tables.users
        query = (
            sa.select(
                sessions.c.token_hash,
                users.c.extension,
                users.c.name,
                sessions.c.created_at,
                sessions.c.expires_at,
                sessions.c.address,
            )
            .join(users, users.c.user_id == sessions.c.user_id)
            .where(sessions.c.expires_at > wall)
            .order_by(sessions.c.created_at.desc(), sessions.c.token_hash)
        )
        if extension is not None:
            query = query.where(users.c.extension == extension)
        async with self._engines.reader.connect() as connection:
            return [OpenSession(*row) for row in await connection.execute(query)]

    async def end_session(self, session_id: str) -> None:
        async with self._engines.writer.begin() as connection:
            await connection.execute(
                sa.delete(tables.sessions).where(tables.sessions.c.token_hash == session_id)
            )


def _person(row: sa.Row[tuple[object, ...]]) -> Person:
    return Person(row.user_id, row.extension, row.name, parse_role(row.role))
