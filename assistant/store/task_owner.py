"""Whose list a task stands on: only somebody who signs in has one; what is nobody's is everybody's. A book without accounts takes an
extension at its word: its account is still to be made."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.store import tables


async def account_of(connection: AsyncConnection, extension: str | None) -> str | None:
    """The extension, if somebody signs in by it."""
    users = tables.users
    mine = sa.and_(users.c.extension == extension, users.c.active.is_(True))
    return await connection.scalar(sa.select(users.c.extension).where(mine))


async def whose_list(connection: AsyncConnection, agent: str | None) -> str | None:
    """A duty person is booked by the plan's key where the plan names no extension, and who has left may still be on a phone. Nobody has
    such a list, so it is everybody's."""
    if agent is not None and agent.isdecimal() and not await _anybody_signs_in(connection):
        return agent
    return await account_of(connection, agent)


async def _anybody_signs_in(connection: AsyncConnection) -> bool:
    users = tables.users
    anybody = sa.select(sa.literal(1)).where(users.c.active.is_(True)).limit(1)
    return await connection.scalar(anybody) is not None
