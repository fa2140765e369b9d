"""The duty plan at work: watches the file and the changes, answers the PBX, takes people's changes. Must not know browsers nor PBXs.

A file that has just changed is read only once it has stopped changing, so that half a file is never taken for a plan.
"""

import asyncio
import logging
import os
import secrets
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from uuid import uuid4

from sqlalchemy.exc import DBAPIError

from assistant.clock import Clock
from assistant.duty.calendar import SHANGHAI, Span
from assistant.duty.changes import Change, check_change
from assistant.duty.decision import DutyPlan, Route, decide
from assistant.duty.extensions import extensions_with_account
from assistant.duty.in_force import PlanInForce
from assistant.duty.plan_file import PlanText, read_plan_file, write_plan_file
from assistant.effects import NoticeKind, Notify
from assistant.messages import Part
from assistant.records import Audited
from assistant.store import Store

log = logging.getLogger(__name__)

EVERY_S = 1.0
ANSWERS_WITHIN_S = 5.0
"""A database that says nothing for so long is away; nobody waits for it with a change of the plan."""
BY_DAY = Span(time(9), time(18))
"""When people are reminded of what can wait until they are at work."""
Signature = tuple[int, int, int] | None


class DutyDesk:
    """`tell` is given the state of the plan, again and again; whoever gets it knows whether it is news. `remind` gets what is said once
    a day."""

    def __init__(
        self,
        file: Path,
        token: str,
        store: Store,
        clock: Clock,
        tell: Callable[[Part], None],
        remind: Callable[[Notify], None],
        every_s: float = EVERY_S,
    ) -> None:
        self.file = file
        self.token = token
        self.in_force = PlanInForce()
        self._store = store
        self._clock = clock
        self._tell = tell
        self._remind = remind
        self._reminded_on: date | None = None
        self._every_s = every_s
        self._read: Signature = None
        self._seen: Signature = None
        self._said: list[str] = []
        self._reading = asyncio.Lock()
        self._looked_at: tuple[DutyPlan | None, tuple[str, ...], datetime] | None = None

    async def open(self) -> None:
        """The first reading, so that the first call finds a plan. From now on the plan's hours are those of the reports."""
        self._store.hours.follow(self.is_after_hours)
        self._seen = await asyncio.to_thread(signature, self.file)
        await self._take_file(self._seen)
        await self.refresh()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(self._every_s)
            found = await asyncio.to_thread(signature, self.file)
            settled, self._seen = found == self._seen, found
            if settled and found != self._read:
                await self._take_file(found)
            await self.refresh()
            self.remind_by_day()

    async def _take_file(self, found: Signature) -> None:
        async with self._reading:
            await self._take_text_of_file(found)

    async def _take_text_of_file(self, found: Signature) -> None:
        self._read = found
        try:
            text = await asyncio.to_thread(self.file.read_text, "utf-8")
        except OSError as error:
            self.in_force.take_unreadable(f"{self.file} 读不了:{error.strerror}")
        except UnicodeDecodeError as error:
            self.in_force.take_unreadable(f"{self.file} 不是 UTF-8 文本(第 {error.start} 字节)")
        else:
            self.in_force.take_text(text)
        if self.in_force.mistakes:
            log.error(
                "%s cannot be used, the plan before it stays: %s",
                self.file,
                "; ".join(self.in_force.mistakes),
            )
        else:
            log.info("%s is in force", self.file)

    async def refresh(self) -> None:
        """Changes may have been made by a command in another process. A database that is away changes nothing.

        One reading at a time, of the book or the file: an older one that comes late must not take back what a newer one brought.
        """
        async with self._reading:
            await self._refresh()

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                self.in_force.take_changes(await self._store.duty.valid(self._clock.wall()))
        except (DBAPIError, OSError) as error:
            log.warning("changes of duty cannot be read: %s", type(error).__name__)
        now = self._clock.wall()
        looked_at = self.in_force.plan, tuple(self.in_force.mistakes), now.replace(second=0, microsecond=0)
        if looked_at == self._looked_at:
            return  # a week ahead is not looked over every second
        self._looked_at = looked_at
        await self._know_accounts()
        warnings = self.in_force.warnings(now)
        if warnings != self._said:
            self._said = warnings
            for warning in warnings:
                log.warning("duty: %s", warning)
        self._tell(self.in_force.part(now))

    async def _know_accounts(self) -> None:
        try:
            self.in_force.accounts = await extensions_with_account(self._store.accounts)
        except (DBAPIError, OSError) as error:
            log.warning("accounts cannot be read: %s", type(error).__name__)

    def remind_by_day(self) -> None:
        """Once a day, while people are at work."""
        now = self._clock.wall()
        here = now.astimezone(SHANGHAI)
        if here.date() == self._reminded_on or not BY_DAY.holds(here.time()):
            return
        self._reminded_on = here.date()
        for reminder in self.in_force.reminders(now):
            self._remind(Notify(NoticeKind.PLAN, False, reminder))

    def is_after_hours(self, dialled: str | None, moment: datetime) -> bool | None:
        """Whether the plan sends the call elsewhere than to the queue; None without a plan."""
        plan = self.in_force.plan
        return None if plan is None else decide(plan, dialled, moment).route is not Route.QUEUE

    def answer(self, dialled: str) -> dict[str, object] | None:
        return self.in_force.answer(dialled, self._clock.wall())

    async def change(self, change: Change) -> Change:
        """Raises ChangeError. In force when it returns."""
        check_change(change, self.in_force.plan, self._clock.wall())
        await self._store.duty.add(change)
        self._audit(change.by, f"duty_{change.kind}", change)
        await self.refresh()
        return change

    async def withdraw(self, change_id: str, by: str) -> Change:
        """Raises NotFoundError."""
        change = await self._store.duty.withdraw(change_id, by, self._clock.wall())
        self._audit(by, "duty_withdrawn", change)
        await self.refresh()
        return change

    async def plan_text(self) -> PlanText:
        """Raises OSError, UnicodeDecodeError."""
        return await asyncio.to_thread(read_plan_file, self.file)

    def tried(self, text: str) -> PlanInForce:
        """What this text would be with the changes as they stand; nothing is changed by it."""
        trial = PlanInForce()
        trial.take_text(text)
        trial.take_changes(self.in_force.changes)
        trial.accounts = self.in_force.accounts
        return trial

    async def write_plan(self, text: str, version: str, by: str) -> PlanText:
        """In force when it returns. Raises PlanError, PlanMovedError, OSError; then nothing has changed."""
        written = await asyncio.to_thread(write_plan_file, self.file, text, version)
        await self._take_file(await asyncio.to_thread(signature, self.file))
        self._store.put(
            Audited(by, "duty_plan", self.file.name, f"{version} → {written.version}"), self._clock.wall()
        )
        await self.refresh()
        return written

    def _audit(self, by: str, what: str, change: Change) -> None:
        detail = f"{change.start.isoformat()} – {change.end.isoformat()} {change.reason}"
        self._store.put(Audited(by, what, change.change_id, detail), self._clock.wall())


def new_change_id() -> str:
    return uuid4().hex[:12]


def signature(file: Path) -> Signature:
    """Differs when the file does: an editor may keep the time, or the size, or put another file in its place."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def token_in(file: Path) -> str:
    """The token `hotline-agi` shows; made at the first start, readable by owner and group. Raises OSError."""
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        with os.fdopen(handle, "w", encoding="ascii") as new:
            new.write(secrets.token_hex(24) + "\n")
    return file.read_text("ascii").strip()
