"""Whether a call comes outside office hours, as the reports tell it: by the duty plan in force when it came, else by the rules."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Final

from assistant.duty.calendar import OfficeCalendar, Span

_RULES = (Span(time(9), time(12)), Span(time(13), time(17, 30)))
OFFICE: Final = OfficeCalendar(dict.fromkeys(range(5), _RULES))
"""The office hours of the rules (S0-06), for a house without a duty plan."""

IsAfterHours = Callable[[str | None, datetime], bool | None]
"""Of the dialled number and the moment; None: nobody knows, the rules decide."""


class Hours:
    def __init__(self) -> None:
        self.planned: IsAfterHours = lambda _dialled, _moment: None
        """By the duty plan alone."""

    def follow(self, planned: IsAfterHours) -> None:
        """From now on the plan decides."""
        self.planned = planned

    def after(self, dialled: str | None, moment: datetime) -> bool:
        planned = self.planned(dialled, moment)
        return not OFFICE.state(moment).open if planned is None else planned
