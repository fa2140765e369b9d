"""Who can sign in and so can see a call that comes to the duty mobile: asked of the book, by the program and by commands beside it."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from assistant.store import StoreError
from assistant.store.accounts import Accounts
from assistant.store.engines import make_engines, parse_url


async def extensions_with_account(accounts: Accounts) -> frozenset[str]:
    return frozenset(user.person.extension for user in await accounts.all() if user.active)


async def extensions_in_book(url: str) -> frozenset[str] | None:
    """None where the book is not there or does not answer: then nothing is known. Makes no database."""
    try:
        parsed = parse_url(url)
    except StoreError:
        return None
    if _is_new(parsed):
        return None
    engines = make_engines(parsed)
    try:
        return await extensions_with_account(Accounts(engines))
    except (DBAPIError, OSError):
        return None
    finally:
        await engines.dispose()


def _is_new(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file()
