"""What the core is told once, when the program starts."""

from dataclasses import dataclass, field

from assistant.core.desk import Attendant
from assistant.core.escalations import ALARM_REPEATS_AFTER
from assistant.core.handover import Owner
from assistant.core.phones import PhoneRules
from assistant.core.screen_pop import CrmWishes
from assistant.core.team import Workday
from assistant.core.unanswered import AfterHours, never_after_hours


@dataclass(frozen=True, slots=True)
class CoreSettings:
    model: str = ""
    model_is_demo: bool = False
    variables: dict[str, str] = field(default_factory=dict)
    """Of the phrases: company, owner, …"""
    escalation_repeats_after: float = 60.0
    alarm_repeats_after: float = ALARM_REPEATS_AFTER
    owners: tuple[Owner, ...] = ()
    attendant: Attendant | None = None
    line_trunks: tuple[str, ...] = ()
    """Endpoint names of the 400 line's trunks, by which no call may go out."""
    lines: int | None = None
    """How many calls the 400 line takes at once."""
    demo_scenarios: tuple[str, ...] = ()
    crm: CrmWishes = field(default_factory=CrmWishes)
    workday: Workday = field(default_factory=Workday)
    phones: PhoneRules = field(default_factory=PhoneRules)
    after_hours: AfterHours = never_after_hours
