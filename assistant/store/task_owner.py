"""Whose list a task stands on: only somebody who signs in has one; what is nobody's is everybody's."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.store import tables


async def account_of(connection: AsyncConnection, extension: str | None) -> str | None:
    """The extension, if somebody signs in by it."""
    users = tables.users
    mine = sa.and_(users.c.extension == extension, users.c.active.is_(True))
    return await connection.scalar(sa.select(users.c.extension).where(mine))


async def whose_list(connection: AsyncConnection, agent: str | None) -> str | None:
    """A duty person is booked by the plan's key where the plan names no extension. Nobody has such a list, so it is everybody's."""
    return agent if agent is None or agent.isdecimal() else await account_of(connection, agent)
