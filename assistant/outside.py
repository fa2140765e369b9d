"""Who is told of things beyond the pages: people by notices, the company's customer system. Builds both and runs their tasks."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from assistant.clock import Clock
from assistant.config import CrmSection, NotifySection, Settings
from assistant.crm_hook import CrmHook, CrmHookSettings
from assistant.duty.calendar import SHANGHAI
from assistant.effects import Notify, TellCrm
from assistant.messages import Part
from assistant.notify.delivery import Notifier, NotifierSettings
from assistant.notify.rules import DEFAULT_RULES, Audience, Hours, Rule
from assistant.notify.summary import SummaryTimes, send_summaries
from assistant.store.reports import Reports

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outside:
    tell_people: Callable[[Notify], None]
    tell_crm: Callable[[TellCrm], None]

    def tell(self, effect: Notify | TellCrm) -> None:
        """Never blocks."""
        match effect:
            case Notify():
                # The text may hold what an agent wrote about a caller: it is for people, not for the log.
                log.warning("notice to people: %s%s", effect.kind, ", urgent" if effect.urgent else "")
                self.tell_people(effect)
            case TellCrm():
                self.tell_crm(effect)


def reach_outside(
    settings: Settings,
    reports: Reports,
    clock: Clock,
    on_part: Callable[[Part], None],
    group: asyncio.TaskGroup,
) -> Outside:
    notifier = Notifier(_notices(settings.notify), clock, on_part)
    group.create_task(notifier.run())
    times = SummaryTimes.of(settings.notify.daily, settings.notify.weekly)
    group.create_task(send_summaries(times, reports, clock, SHANGHAI, notifier.tell))
    return Outside(notifier.tell, _crm(settings.crm, clock, on_part, group))


def _crm(
    section: CrmSection, clock: Clock, on_part: Callable[[Part], None], group: asyncio.TaskGroup
) -> Callable[[TellCrm], None]:
    if section.webhook is None:
        return _nobody
    hook = CrmHook(
        CrmHookSettings(section.webhook, section.webhook_secret, section.webhook_timeout), clock, on_part
    )
    group.create_task(hook.run())
    return hook.tell


def _nobody(_told: TellCrm) -> None:
    """No customer system is set."""


def _notices(section: NotifySection) -> NotifierSettings:
    addresses = {
        Audience.SUPERVISORS: section.supervisors,
        Audience.DUTY: section.duty,
        Audience.ADMINISTRATORS: section.administrators,
    }
    rules = tuple(
        Rule(
            frozenset(rule.kinds),
            rule.to,
            Hours.of(rule.hours),
            rule.urgent_only,
            rule.numbers,
            rule.words,
            rule.from_repeat,
        )
        for rule in section.rules
    )
    return NotifierSettings(addresses, rules or DEFAULT_RULES, section.storm_limit, section.keep_trying)
