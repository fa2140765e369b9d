"""What can be wrong with the book, in sentences for the person who must mend it."""


class StoreError(Exception):
    """Base of what the store raises on purpose."""


class UnusableDatabaseError(StoreError):
    """The database cannot be opened: corrupt, newer than this program, or not to be reached."""


class NotFoundError(StoreError):
    """There is no such row, or none this person may see."""


class ConflictError(StoreError):
    """Somebody else changed the row meanwhile, or the name is taken."""
