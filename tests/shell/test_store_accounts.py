"""Accounts whose name and role somebody else rules, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from assistant.store import NotFoundError, Store
from assistant.store.passwords import Passwords
from tests.support.web import cheap_passwords

WALL = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def test_another_name_leaves_the_sessions_and_another_role_ends_them(url: str) -> None:
    store = await Store.open(url, WALL)
    try:
        accounts = store.accounts
        person = await accounts.add("8001", "刘", "agent", "hash", WALL)
        _, session = await accounts.begin_session(person, WALL, timedelta(hours=1), None)
        renamed, ended = await accounts.rename("8001", "刘敏", "agent")
        assert (renamed.name, ended) == ("刘敏", [])
        assert await accounts.session(session.session_id, WALL) is not None
        promoted, ended = await accounts.rename("8001", "刘敏", "supervisor")
        assert (promoted.role, ended) == ("supervisor", [session.session_id])
        assert await accounts.session(session.session_id, WALL) is None
        with pytest.raises(NotFoundError):
            await accounts.rename("8009", "x", "agent")
    finally:
        await store.close()


async def test_whom_another_authority_vouches_for(url: str) -> None:
    store = await Store.open(url, WALL)
    try:
        accounts = store.accounts
        with pytest.raises(NotFoundError):
            await accounts.admit("8001", "刘敏", None, WALL)
        new = await accounts.admit("8001", "刘敏", "agent", WALL)
        assert new is not None
        assert (new.person.role, new.was) == ("agent", None)
        found = await accounts.credentials("8001")
        assert found is not None
        checker: Passwords = cheap_passwords()
        assert not await checker.matches("nobody has this password", found.password_hash)
        again = await accounts.admit("8001", "刘敏", "agent", WALL)
        assert again is not None
        assert (again.person, again.was) == (new.person, new.person)
        other = await accounts.admit("8001", "刘敏", "quality", WALL)
        assert other is not None
        assert (other.person.role, other.was) == ("quality", new.person)
        kept = await accounts.admit("8001", "谁", None, WALL)
        assert kept is not None
        assert kept.person == other.person
        await accounts.set_active("8001", False)
        assert await accounts.admit("8001", "刘敏", "agent", WALL) is None
    finally:
        await store.close()
