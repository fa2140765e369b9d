"""The table of legal call states. A move that is not in the table changes nothing and nothing is said about it.

The PBX's messages may come doubled (a snapshot and the events taken while it was made), late, or not at all, so an
out-of-place one is no error. This module must not know what brings a move about.
"""

from enum import StrEnum


class CallState(StrEnum):
    WAITING = "waiting"
    """Announcement, queue, or nothing rings yet."""
    RINGING = "ringing"
    TALKING = "talking"
    ON_HOLD = "on_hold"
    """Answered, and at least one side has pressed hold."""
    PARTED = "parted"
    """Answered before, and with nobody now: being transferred, parked, or about to end."""


class Move(StrEnum):
    RING = "ring"
    FALL_SILENT = "fall_silent"
    JOIN = "join"
    HOLD = "hold"
    RESUME = "resume"
    """The last side that held has resumed."""
    PART = "part"


MOVES: dict[tuple[CallState, Move], CallState] = {
    (CallState.WAITING, Move.RING): CallState.RINGING,
    (CallState.WAITING, Move.JOIN): CallState.TALKING,
    (CallState.RINGING, Move.RING): CallState.RINGING,
    (CallState.RINGING, Move.FALL_SILENT): CallState.WAITING,
    (CallState.RINGING, Move.JOIN): CallState.TALKING,
    (CallState.TALKING, Move.JOIN): CallState.TALKING,
    (CallState.TALKING, Move.HOLD): CallState.ON_HOLD,
    (CallState.TALKING, Move.PART): CallState.PARTED,
    (CallState.ON_HOLD, Move.JOIN): CallState.TALKING,
    (CallState.ON_HOLD, Move.HOLD): CallState.ON_HOLD,
    (CallState.ON_HOLD, Move.RESUME): CallState.TALKING,
    (CallState.ON_HOLD, Move.PART): CallState.PARTED,
    (CallState.PARTED, Move.JOIN): CallState.TALKING,
}

ANSWERED = frozenset({CallState.TALKING, CallState.ON_HOLD, CallState.PARTED})


def after(state: CallState, move: Move) -> CallState | None:
    """The state this move leads to; None where it is out of place."""
    return MOVES.get((state, move))
