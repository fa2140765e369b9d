"""Why the program cannot start: known to the terminal without loading the program."""


class StartError(Exception):
    """A sentence for the person who started it."""
