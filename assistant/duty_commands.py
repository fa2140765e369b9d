"""`hotline duty`: ask the plan, check it, change it by hand. Asks the very code that decides calls.

A running program notices a change within two seconds. `at` and `show` only read; without a database they say what the file says.
"""

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.terminal import ConfigFile, fail, read_settings, said_plainly, say

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from assistant.duty.changes import Change
    from assistant.duty.decision import DutyPlan
    from assistant.duty.telling import Told
    from assistant.store import Store

LINE = typer.Option("--line", help="来电拨的号码 · the number that was dialled")
JSON = typer.Option("--json", help="每项一个 JSON 对象")
When = Annotated[str, typer.Argument(help='如 "2026-10-01 12:00"(值班计划的时区)')]
Until = Annotated[str, typer.Option("--until", help='结束时间,如 "2026-10-01 18:00" 或 "18:00"')]
From = Annotated[str | None, typer.Option("--from", help="开始时间;不写是现在")]
Reason = Annotated[str, typer.Option("--reason", help="原因,会显示给大家")]


def register(duty: typer.Typer) -> None:
    """Hangs the commands under `hotline duty`."""
    duty.command("at")(at)
    duty.command("show")(show)
    duty.command("check")(check)
    duty.command("override")(override)
    duty.command("swap")(swap)
    duty.command("withdraw")(withdraw)


def at(
    when: When,
    line: Annotated[str | None, LINE] = None,
    as_json: Annotated[bool, JSON] = False,
    config: ConfigFile = None,
) -> None:
    """那时来电去哪里 · where a call goes then, and why."""
    from assistant.duty.telling import told_at

    plan = _plan(config)
    moment = _moment(when, plan.calendar.zone)
    _tell(told_at(plan, line, moment), as_json=as_json)


def show(
    line: Annotated[str | None, LINE] = None,
    days: Annotated[int, typer.Option(help="几天", min=1, max=62)] = 7,
    as_json: Annotated[bool, JSON] = False,
    config: ConfigFile = None,
) -> None:
    """今后几天的安排 · the coming days."""
    from assistant.clock import SystemClock
    from assistant.duty.telling import told_days

    plan = _plan(config)
    today = SystemClock().wall().astimezone(plan.calendar.zone).date()
    for day in told_days(plan, line, today, days):
        if as_json:
            say(
                {
                    "day": day.day.isoformat(),
                    "why": day.why,
                    "stretches": [_plain(one) for one in day.stretches],
                }
            )
            continue
        print(f"{day.day}  {day.why}")
        for one in day.stretches:
            end = "24:00" if one.end.date() > day.day else f"{one.end:%H:%M}"
            print(f"    {one.start:%H:%M}-{end}  {one.text}  {'、'.join(name for name, _, _ in one.people)}")


def check(
    file: Annotated[Path, typer.Argument(help="值班计划 YAML")],
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="hotline.toml:同时核对值班人的帐号")
    ] = None,
) -> None:
    """检查值班计划,一次列出所有错误 · every mistake of a plan, where nobody is on duty, and whose calls nobody would see."""
    from assistant.clock import SystemClock
    from assistant.duty.extensions import extensions_in_book
    from assistant.duty.in_force import PlanInForce
    from assistant.duty.plan_document import PlanError
    from assistant.duty.plan_text import plan_from_text
    from assistant.duty.telling import unplanned

    try:
        text = file.read_text(encoding="utf-8")
        plan = plan_from_text(text)
    except PlanError as error:
        fail("\n".join(f"{file}: {mistake}" for mistake in error.mistakes))
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file}: {error}")
    force, now = PlanInForce(), SystemClock().wall()
    force.take_text(text)
    if config is not None:
        force.accounts = asyncio.run(extensions_in_book(read_settings(config).records.url))
    for warning in force.warnings(now):
        print(f"{file}: {warning}(提醒 warning)", file=sys.stderr)
    for hole in unplanned(plan, now, now + timedelta(days=31)):
        start, end = (edge.astimezone(plan.calendar.zone) for edge in (hole.start, hole.end))
        line = "" if hole.line is None else f"线路 {hole.line} "
        when = f"{start:%m-%d %H:%M} – {end:%m-%d %H:%M}"
        print(f"{file}: {line}{when} 值班表没有安排人(提醒 warning)", file=sys.stderr)
    print(f"{file}: {len(plan.roster.people)} 人 people, {len(plan.lines)} 条专用线路 lines")


def override(
    kind: Annotated[Literal["closed", "open", "forward"], typer.Argument(help="休息、上班或立即转值班")],
    until: Until,
    reason: Reason,
    start: From = None,
    line: Annotated[str | None, LINE] = None,
    config: ConfigFile = None,
) -> None:
    """人工设定,到时自动结束 · an override of the hours, with an end."""
    _make(config, kind, start, until, reason, dialled=line)


def swap(
    leaves: Annotated[str, typer.Argument(help="不值班的人(计划里的名字)")],
    takes: Annotated[str, typer.Argument(help="替班的人")],
    until: Until,
    reason: Reason = "换班",
    start: From = None,
    config: ConfigFile = None,
) -> None:
    """换班 · somebody stands in for somebody."""
    _make(config, "swap", start, until, reason, swapped=(leaves, takes))


def withdraw(change_id: Annotated[str, typer.Argument(help="编号")], config: ConfigFile = None) -> None:
    """撤销一项人工设定或换班 · take a change back."""
    from assistant.clock import SystemClock
    from assistant.records import Audited

    async def work(store: "Store") -> None:
        wall = SystemClock().wall()
        change = await store.duty.withdraw(change_id, _who(), wall)
        store.put(Audited(_who(), "duty_withdrawn", change.change_id, change.reason), wall)

    _with_store(config, work)
    print(f"{change_id} 已撤销 withdrawn")


# -- inside ------------------------------------------------------------------------------------------------------------


def _make(
    config: Path | None,
    kind: str,
    start: str | None,
    until: str,
    reason: str,
    *,
    dialled: str | None = None,
    swapped: tuple[str, str] | None = None,
) -> None:
    from assistant.clock import SystemClock
    from assistant.duty.changes import Change, ChangeError, ChangeKind, check_change
    from assistant.duty.desk import new_change_id
    from assistant.records import Audited

    plan = _plan(config)
    now = SystemClock().wall()
    zone = plan.calendar.zone
    begins = now.replace(microsecond=0) if start is None else _moment(start, zone)
    leaves, takes = swapped or (None, None)
    change = Change(
        change_id=new_change_id(),
        kind=ChangeKind(kind),
        start=begins,
        end=_moment(until, zone),
        by=_who(),
        reason=reason,
        made_at=now,
        dialled=dialled,
        leaves=leaves,
        takes=takes,
    )
    try:
        check_change(change, plan, now)
    except ChangeError as error:
        fail(str(error))

    async def work(store: "Store") -> None:
        await store.duty.add(change)
        store.put(Audited(change.by, f"duty_{kind}", change.change_id, reason), now)

    _with_store(config, work)
    print(
        f"{change.change_id}: {kind} {begins.astimezone(zone):%m-%d %H:%M} – {change.end.astimezone(zone):%m-%d %H:%M}"
    )


def _who() -> str:
    return f"console:{getpass.getuser()}"


def _moment(text: str, zone: "ZoneInfo") -> datetime:
    """A date and time, or a time of today; in the plan's zone unless it names its own."""
    from assistant.clock import SystemClock

    if len(text) <= len("18:00:00"):
        text = f"{SystemClock().wall().astimezone(zone):%Y-%m-%d} {text}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f'{text!r} 不是时间,应如 "2026-10-01 12:00"')
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _plan(config: Path | None) -> "DutyPlan":
    """The file's plan with the changes of the database, if that can be read."""
    from assistant.duty.changes import changed
    from assistant.duty.plan_document import PlanError
    from assistant.duty.plan_text import plan_from_text

    settings = read_settings(config)
    file = settings.duty.plan
    if file is None:
        fail('没有设置值班计划:请在 hotline.toml 的 [duty] 写 plan = "duty.yaml"')
    try:
        plan = plan_from_text(file.read_text(encoding="utf-8"))
    except PlanError as error:
        fail("\n".join(f"{file}: {mistake}" for mistake in error.mistakes))
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file}: {error}")
    return changed(plan, [] if _is_new(settings.records.url) else asyncio.run(_changes(settings.records.url)))


def _is_new(url: str) -> bool:
    """A question must not make a database."""
    from assistant.store.engines import parse_url

    parsed = parse_url(url)
    return parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file()


async def _changes(url: str) -> "list[Change]":
    from sqlalchemy.exc import DBAPIError

    from assistant.store.duty import DutyChanges
    from assistant.store.engines import make_engines, parse_url

    engines = make_engines(parse_url(url))
    try:
        return await DutyChanges(engines).recent(datetime(2000, 1, 1, tzinfo=UTC))
    except (DBAPIError, OSError) as error:
        print(f"人工变动读不了,只按文件回答:{type(error).__name__}", file=sys.stderr)
        return []
    finally:
        await engines.dispose()


def _with_store(config: Path | None, work: "Callable[[Store], Awaitable[None]]") -> None:
    from assistant.clock import SystemClock
    from assistant.store import Store

    async def main() -> None:
        store = await Store.open(read_settings(config).records.url, SystemClock().wall())
        try:
            async with asyncio.TaskGroup() as group:
                writing = group.create_task(store.run())
                try:
                    await work(store)
                finally:
                    writing.cancel()  # it writes what is left before it ends
        finally:
            await store.close()

    with said_plainly():
        asyncio.run(main())


def _plain(told: "Told") -> dict[str, object]:
    return {**asdict(told), "start": told.start.isoformat(), "end": told.end.isoformat()}


def _tell(told: "Told", *, as_json: bool) -> None:
    if as_json:
        say(_plain(told))
        return
    print(f"{told.start:%Y-%m-%d %H:%M:%S %Z}: {told.text}(到 {told.end:%m-%d %H:%M:%S})")
    for number, (name, phone, ring_s) in enumerate(told.people, 1):
        print(f"  {number}. {name} {phone},响铃 {ring_s} 秒")
    print("  " + ",".join(told.because))
    if told.alarm is not None:
        print(f"  警报:{told.alarm}")
