"""How long the server waited, by its own records and by Asterisk's own clock: a busy test machine cannot lengthen it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from assistant.store import tables
from tests.integration.outcome import Seen
from tests.integration.story import Since
from tests.lab.ami import AmiFields
from tests.lab.overlay import desk_agents

AT_ONCE_S = 0.5
"""A card may be decided on before Asterisk's event that is looked for here went out."""


@dataclass(frozen=True)
class Book:
    """Instants of the records: steps of cards as they were shown, and ends of what was said."""

    shown: dict[tuple[str, str, int], float]
    said: list[tuple[str, str, float]]

    @classmethod
    def read(cls, path: Path) -> "Book":
        steps, legs, lines = tables.card_steps, tables.legs, tables.transcript
        engine = sa.create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            shown = {
                (row.call_id, row.card_id, row.step): _instant(row.shown_at)
                for row in connection.execute(sa.select(steps))
            }
            answered = {
                row.call_id: _instant(row.answered_at)
                for row in connection.execute(sa.select(legs).where(legs.c.leg == 1))
            }
            said = [
                (row.call_id, row.party, answered[row.call_id] + row.at_s)
                for row in connection.execute(sa.select(lines))
            ]
        engine.dispose()
        return cls(shown, said)


@dataclass(frozen=True)
class Clocks:
    book: Book
    pbx: list[AmiFields]

    def waited(self, seen: Seen) -> float | None:
        """Seconds from what the card waited for to the card."""
        shown = self.book.shown.get((seen.call_id, seen.card_id, seen.step))
        if shown is None:
            return None
        began = [at for at in self._begins(seen, seen.window.since) if at <= shown + AT_ONCE_S]
        return shown - max(began) if began else None

    def _begins(self, seen: Seen, since: Since) -> list[float]:
        agent = f"PJSIP/{desk_agents(seen.desk)[0]}-"
        match since:
            case "agent" | "caller":
                return [end for call, party, end in self.book.said if (call, party) == (seen.call_id, since)]
            case "answered":
                return self._pbx("AgentConnect", "Queue", f"desk{seen.desk}")
            case "rang":
                return self._pbx("DialBegin", "DestChannel", agent)
            case "held":
                return self._pbx("Hold", "Channel", agent)
            case "resumed":
                return self._pbx("Unhold", "Channel", agent)

    def _pbx(self, event: str, header: str, begins: str) -> list[float]:
        return [
            float(message["Timestamp"])
            for message in self.pbx
            if message.get("Event") == event and message.get(header, "").startswith(begins)
        ]


def _instant(moment: datetime) -> float:
    return moment.timestamp()
