"""What an agent saw of one call, told from her page's messages: every card with the seconds it stood. Decides nothing, plays nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.support.page import Message

GLIMPSE_S = 1.0
"""A card that makes room for another one sooner than this was in nobody's way but the agent's."""
METER_LATE_S = 0.5
"""A meter's reading may come so much after, or before, what follows from the voice that it shows."""
ASKED_FOR = ("said", "done", "dismissed", "call_ended")
"""Ends of a card that the agent made, or the caller who hung up."""


@dataclass
class Stay:
    """A step of a card on the screen. `ended`: `replaced` by another card or step, or why it went."""

    card_id: str
    situation: str
    step: int
    since: float
    until: float | None = None
    ended: str = ""

    @property
    def short(self) -> bool:
        return self.until is not None and self.until - self.since < GLIMPSE_S and self.ended not in ASKED_FOR

    def __str__(self) -> str:
        stood = "…" if self.until is None else f"{self.until - self.since:.2f} s"
        return f"{self.situation} {self.step}: {stood}, {self.ended}"


@dataclass
class Seat:
    """One agent's page during one call."""

    who: str
    call_id: str
    began: float
    stays: list[Stay] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    began_to_speak: list[float] = field(default_factory=list)
    _speaking: dict[str, bool] = field(default_factory=dict)

    @property
    def glimpses(self) -> list[Stay]:
        """Cards that came for nothing. One that asks for a word, and goes because somebody speaks, is no such."""
        return [stay for stay in self.stays if stay.short and not self._was_talked_away(stay)]

    def _was_talked_away(self, stay: Stay) -> bool:
        if stay.ended != "cancelled" or stay.until is None:
            return False
        return any(abs(at - stay.until) < METER_LATE_S for at in self.began_to_speak)

    def see(self, message: Message, at: float) -> None:
        match message["type"]:
            case "card":
                self._card(message["card"], at)
            case "card_gone":
                self._end(at, message["why"], message["card_id"])
                self._note(at, f"- {message['card_id']} ({message['why']})")
            case "call_gone":
                self._end(at, "call_ended")
                self._note(at, "the call is gone")
            case "levels":
                if message["speaking"] and not self._speaking.get(message["party"], False):
                    self.began_to_speak.append(at)
                self._speaking[message["party"]] = message["speaking"]
            case "waiting":
                self._note(
                    at, f"  behind it: {' '.join(one['card_id'] for one in message['waiting']) or 'nothing'}"
                )
            case "transcript" if message["line"]["final"]:
                line = message["line"]
                self._note(at, f"{line['party']}: 「{line['text']}」 {line['confidence']}")
            case "notice":
                self._note(at, f"! {message['card']['situation_id']}: {message['card']['why']}")
            case "call":
                self._note(at, f"  ({message['call']['state']}, {message['call']['agent']})")

    def _card(self, card: Message, at: float) -> None:
        now = self.stays[-1] if self.stays and self.stays[-1].until is None else None
        self._note(
            at, f"+ {card['card_id']} {card['step']}/{card['steps']} {card['phrase'][:24]} [{card['why']}]"
        )
        if now is not None and (now.card_id, now.step) == (card["card_id"], card["step"]):
            return
        self._end(at, "replaced" if now is None or now.card_id != card["card_id"] else "said")
        self.stays.append(Stay(card["card_id"], card["situation_id"], card["step"], at))

    def _end(self, at: float, why: str, card_id: str | None = None) -> None:
        last = self.stays[-1] if self.stays else None
        if last is not None and last.until is None and card_id in (None, last.card_id):
            last.until, last.ended = at, why

    def _note(self, at: float, line: str) -> None:
        self.lines.append(f"{self.who} {at - self.began:7.2f} {line}")


def seat(who: str, call_id: str, came: Iterable[tuple[float, Message]]) -> Seat:
    of_the_call = [(at, message) for at, message in came if call_id in _about(message)]
    told = Seat(who, call_id, of_the_call[0][0] if of_the_call else 0.0)
    for at, message in of_the_call:
        told.see(message, at)
    return told


def _about(message: Message) -> Iterator[str]:
    """The calls that a message is about."""
    for holder in (message, message.get("card"), message.get("call"), message.get("line")):
        if isinstance(holder, dict) and "call_id" in holder:
            yield holder["call_id"]
