"""What came of the calls that were played: what was missed, what was shown when, and what each agent saw."""

from dataclasses import dataclass, field

from tests.integration.story import Call, Window
from tests.integration.telling import Seat


@dataclass(frozen=True)
class Seen:
    """A card that came, and the wait that it must have kept."""

    proof: str
    desk: int
    call_id: str
    card_id: str
    step: int
    window: Window


@dataclass
class Outcome:
    """`missed`: what went wrong, by proof or, for the rest, by the call's title."""

    missed: dict[str, list[str]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    played: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    """Calls during which the server said that recognition could not keep up."""
    again: list[str] = field(default_factory=list)
    """Calls played a second time for it."""
    seats: dict[str, list[Seat]] = field(default_factory=dict)
    """By call's title: what its agents saw."""

    def miss(self, what: str, why: str) -> None:
        self.missed.setdefault(what, []).append(why)

    def went_wrong(self, call: Call) -> bool:
        return not self.missed.keys().isdisjoint({call.title, *call.proofs})

    def forget(self, call: Call) -> None:
        for what in (call.title, *call.proofs):
            self.missed.pop(what, None)
        self.seen = [seen for seen in self.seen if seen.proof not in call.proofs]
        self.played.discard(call.title)
