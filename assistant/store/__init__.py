"""The book: what happened, kept in SQLite or PostgreSQL. It knows records, never the web nor the PBX."""

from assistant.store.problems import ConflictError, NotFoundError, StoreError, UnusableDatabaseError
from assistant.store.store import Store
from assistant.store.writer import WriterLimits, WriterState

__all__ = [
    "ConflictError",
    "NotFoundError",
    "Store",
    "StoreError",
    "UnusableDatabaseError",
    "WriterLimits",
    "WriterState",
]
