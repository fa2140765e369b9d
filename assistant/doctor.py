"""`hotline doctor`: is everything ready? Each fault comes with the sentence that mends it. It changes nothing.

The PBX is looked at through the very client that serves calls, with the very account, so what passes here passes there.
"""

import asyncio
import socket
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ami_bridge import actions
from ami_bridge.client import ActionRefused, AmiClient, AmiSettings, PbxTimeout, PbxUnavailable
from ami_bridge.link import LinkFault
from ami_bridge.messages import AmiMessage
from ami_bridge.snapshot import PbxSnapshot
from asr.models import BUNDLED, ModelInstallError, find, verify
from assistant.clock import Clock, SystemClock
from assistant.config import (
    AsrSection,
    DutySection,
    PbxSection,
    RecordsSection,
    ScriptsSection,
    Settings,
    WebSection,
)
from assistant.diagnosis import Finding
from assistant.doctor_outside import check_crm, check_oidc
from assistant.duty.extensions import extensions_in_book
from assistant.duty.in_force import PlanInForce
from assistant.hearing import models_folder
from assistant.scripts import load_shelf
from assistant.store import StoreError
from assistant.store.engines import make_engines, parse_url
from assistant.store.schema import current_revision, known_revisions
from assistant.taps import release_of
from assistant.web import WebSettings
from prompts.pack import PackError

PBX_PATIENCE_S = 8.0
CHINA = timedelta(hours=8)


async def examine(settings: Settings, clock: Clock | None = None) -> list[Finding]:
    return [
        *await check_pbx(settings.pbx, clock or SystemClock(), settings.duty),
        check_port("taps", settings.pbx.tap_host, settings.pbx.tap_port, "pbx.tap_port"),
        check_port("page", settings.web.host, settings.web.port, "web.port"),
        *check_page(settings.web),
        check_scripts(settings.scripts),
        await asyncio.to_thread(check_model, settings.asr),
        check_clock(clock or SystemClock()),
        *await check_records(settings.records),
        *await asyncio.to_thread(
            check_duty,
            settings.duty,
            clock or SystemClock(),
            await extensions_in_book(settings.records.url),
        ),
        *await check_crm(settings.crm),
        *await check_oidc(settings.oidc, clock or SystemClock()),
    ]


# -- the PBX -----------------------------------------------------------------------------------------------------------

_MENDING: dict[LinkFault, tuple[str, str]] = {
    LinkFault.UNREACHABLE: (
        "连不上 AMI:请看 Asterisk 是否在运行、[pbx] host 和 port 是否正确、manager.conf 是否 enabled=yes。",
        "AMI cannot be reached: is Asterisk running, are [pbx] host and port right, is manager enabled?",
    ),
    LinkFault.NOT_AMI: (
        "那个端口上不是 AMI:请核对 [pbx] port(通常 5038)。",
        "What listens there is not AMI: check [pbx] port (usually 5038).",
    ),
    LinkFault.WRONG_SECRET: (
        "AMI 帐号或密码不对:请核对 [pbx] user、secret 与 manager.d/hotline.conf,改后 manager reload。",
        "Wrong AMI user or secret: compare [pbx] with manager.d/hotline.conf, then `manager reload`.",
    ),
    LinkFault.MISSING_PRIVILEGE: (
        "AMI 帐号缺少权限:需要 read=system,call,agent 和 write=call,originate。",
        "The AMI account lacks a privilege: it needs read=system,call,agent and write=call,originate.",
    ),
}


class _Onlooker:
    """A PbxListener that waits for the first word, good or bad."""

    def __init__(self) -> None:
        self.first: asyncio.Future[PbxSnapshot | str] = asyncio.get_running_loop().create_future()

    def on_message(self, message: AmiMessage) -> None:
        """Calls are none of the doctor's business."""

    def on_lost(self, reason: str) -> None:
        if not self.first.done():
            self.first.set_result(reason)

    def on_back(self, snapshot: PbxSnapshot) -> None:
        if not self.first.done():
            self.first.set_result(snapshot)


async def check_pbx(pbx: PbxSection, clock: Clock, duty: DutySection | None = None) -> list[Finding]:
    """`duty`: where calls are forwarded after hours, whose way out the PBX knows best."""
    onlooker = _Onlooker()
    settings = AmiSettings(username=pbx.user, secret=pbx.secret, host=pbx.host, port=pbx.port)
    client, trunk = AmiClient(settings, onlooker, clock.now), None
    try:
        async with asyncio.timeout(PBX_PATIENCE_S), asyncio.TaskGroup() as group:
            running = group.create_task(client.run())
            seen = await onlooker.first
            forwards = duty is not None and duty.plan is not None and not isinstance(seen, str)
            trunk = await _duty_trunk(client) if forwards else None
            running.cancel()
    except TimeoutError:
        seen = "silent: no answer"
    if isinstance(seen, str):
        return [_link_fault(pbx, seen)]
    ok = f"Asterisk {seen.version},帐号 {pbx.user} 可用。"
    return [
        Finding("pbx", "ok", ok, f"Asterisk {seen.version}, account {pbx.user} works."),
        _audio(seen.version),
        *([] if duty is None or trunk is None else check_duty_trunk(trunk, duty, pbx)),
    ]


async def _duty_trunk(client: AmiClient) -> str | None:
    """What the dialplan really dials by; None where the PBX does not tell."""
    try:
        answer = await client.perform(actions.duty_trunk())
    except (ActionRefused, PbxTimeout, PbxUnavailable):
        return None
    return answer.message.known("Value") or DutySection().trunk


def check_duty_trunk(dialled: str, duty: DutySection, pbx: PbxSection) -> list[Finding]:
    """X1: a forward never takes a line of the 400 number."""
    where = f"Asterisk 全局变量 {actions.DUTY_TRUNK},不写即 {DutySection().trunk}"
    if dialled in pbx.trunks:
        zh = f"转值班手机走的是 400 来电中继 {dialled},会占用 400 线路({where}):请改成别的中继。"
        return [Finding("duty", "fault", zh, f"The duty mobile is dialled by the 400 trunk {dialled}.")]
    if dialled != duty.trunk:
        zh = f"电话系统转值班手机走 {dialled}({where}),[duty] trunk 写的是 {duty.trunk}:请改成一致。"
        return [Finding("duty", "warning", zh, f"The PBX dials by {dialled}, [duty] trunk says otherwise.")]
    return []


def _link_fault(pbx: PbxSection, reason: str) -> Finding:
    kind, _, detail = reason.partition(": ")
    default = ("AMI 没有按时回答。", "AMI did not answer in time.")
    zh, en = _MENDING.get(LinkFault(kind) if kind in set(LinkFault) else LinkFault.SILENT, default)
    where = f"({pbx.host}:{pbx.port} {detail})"
    return Finding("pbx", "fault", zh + where, f"{en} {where}")


def _audio(version: str) -> Finding:
    release = release_of(version)
    if release is not None and release < (18, 0):
        return Finding(
            "audio",
            "warning",
            f"Asterisk {version} 没有 AudioSocket,听不到通话:按电话状态和时间的提示照常。要听,请升级到 20.19+ 或 22.9+。",
            f"Asterisk {version} has no AudioSocket, so calls are not heard; 20.19+ or 22.9+ would be.",
        )
    if release is not None and not _recommended(release):
        return Finding(
            "audio",
            "warning",
            f"Asterisk {version} 可用,但它的 AudioSocket 有已知缺陷,建议 20.19+ 或 22.9+。",
            f"Asterisk {version} works, but its AudioSocket has known faults; 20.19+ or 22.9+ is recommended.",
        )
    return Finding(
        "audio",
        "ok",
        "版本支持 AudioSocket;模块 chan_audiosocket、res_audiosocket、app_chanspy 须已装入。",
        "AudioSocket is supported; chan_audiosocket, res_audiosocket and app_chanspy must be loaded.",
    )


def _recommended(release: tuple[int, int]) -> bool:
    major, minor = release
    least = {20: 19, 22: 9}.get(major)
    return major > 22 if least is None else minor >= least


# -- this machine ------------------------------------------------------------------------------------------------------


def check_port(part: str, host: str, port: int, key: str) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            section, _, name = key.partition(".")
            return Finding(
                part,
                "warning",
                f"端口 {port} 被占用({error.strerror}):若助手正在运行,这是正常的;否则请改 [{section}] {name}。",
                f"Port {port} is taken: fine if the assistant is running, else change [{section}] {name}.",
            )
    return Finding(part, "ok", f"端口 {port} 可用。", f"Port {port} is free.")


def check_page(web: WebSection) -> list[Finding]:
    findings: list[Finding] = []
    if not (WebSettings().static / "index.html").is_file():
        findings.append(
            Finding("page", "fault", "网页没有构建:请运行 make ui。", "The page is not built: run make ui.")
        )
    if web.host not in ("127.0.0.1", "::1", "localhost") and web.tls_cert is None and not web.behind_tls:
        findings.append(
            Finding(
                "page",
                "warning",
                "网页对其他机器开放却没有 TLS:请设 tls_cert 和 tls_key,或放在反向代理后并设 behind_tls。",
                "The page is open to other machines without TLS: set tls_cert and tls_key, or behind_tls.",
            )
        )
    unreadable = (file for file in (web.tls_cert, web.tls_key) if file is not None and not _readable(file))
    findings += [
        Finding("page", "fault", f"读不了 {file}。", f"{file} cannot be read.") for file in unreadable
    ]
    return findings


def _readable(file: Path) -> bool:
    try:
        with file.open("rb"):
            return True
    except OSError:
        return False


def check_scripts(section: ScriptsSection) -> Finding:
    try:
        shelf = load_shelf(section)
    except PackError as error:
        return Finding(
            "scripts", "fault", f"话术有错,请照行号改正:\n{error}", "A script pack is broken, see above."
        )
    return Finding(
        "scripts",
        "ok",
        f"话术:{shelf.describe()}。",
        f"{len({one.situation_id for one in shelf.situations()})} situations.",
    )


def check_model(section: AsrSection) -> Finding:
    try:
        model = find(section.model or BUNDLED, models_folder(section))
    except ModelInstallError as error:
        name = section.model
        return Finding("model", "fault", f"没有模型 {name}:请运行 hotline model install {name}。", str(error))
    faults = verify(model)
    if faults:
        return Finding("model", "fault", f"模型 {model.name} 已损坏:请删除后重新安装。", "; ".join(faults))
    if model.is_demo:
        return Finding(
            "model",
            "warning",
            f"{model.name} 只供演示和测试;正式使用请运行 hotline model install vosk-model-small-cn-0.22。",
            f"{model.name} is for demo and tests; install vosk-model-small-cn-0.22 for real calls.",
        )
    return Finding("model", "ok", f"模型 {model.name} 完好。", f"Model {model.name} is whole.")


def check_clock(clock: Clock) -> Finding:
    wall = clock.wall()
    offset = wall.astimezone().utcoffset()
    if wall.year < 2025:
        zh = f"系统时间是 {wall:%Y-%m-%d},不对:请启用 NTP(timedatectl set-ntp true)。"
        return Finding("clock", "fault", zh, f"The clock says {wall:%Y-%m-%d}: enable NTP.")
    if offset != CHINA:
        return Finding(
            "clock",
            "warning",
            f"系统时区不是北京时间(现为 UTC{_hours(offset)}):请运行 timedatectl set-timezone Asia/Shanghai。",
            f"The time zone is UTC{_hours(offset)}, not Asia/Shanghai.",
        )
    return Finding("clock", "ok", "时间和时区正确。", "Clock and time zone are right.")


def _hours(offset: timedelta | None) -> str:
    return f"{(offset or timedelta()).total_seconds() / 3600:+g}"


def check_duty(section: DutySection, clock: Clock, accounts: frozenset[str] | None = None) -> list[Finding]:
    """A trunk of the 400 line is refused before, when the settings are read. `accounts`: who can sign in, where the book tells it."""
    if section.plan is None:
        zh = "没有设置值班计划:下班后的来电由电话系统自己决定。"
        return [Finding("duty", "ok", zh, "No duty plan: the PBX decides alone after hours.")]
    in_force, now = PlanInForce(), clock.wall()
    in_force.accounts = accounts
    try:
        in_force.take_text(section.plan.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        in_force.take_unreadable(f"{section.plan}:{error}")
    if in_force.plan is None:
        mistakes = "\n".join(in_force.mistakes)
        zh = f"值班计划 {section.plan} 不能用,请改正:\n{mistakes}"
        return [Finding("duty", "fault", zh, "The duty plan cannot be used, see above.")]
    found = [
        Finding("duty", "warning", f"{text}。", "See `hotline duty show`.") for text in in_force.warnings(now)
    ]
    if section.token_file.exists() and not _readable(section.token_file):
        found.append(
            Finding(
                "duty", "fault", f"读不了 {section.token_file}。", f"{section.token_file} cannot be read."
            )
        )
    return found or [Finding("duty", "ok", in_force.part(now).text, "The duty plan is in force.")]


# -- the book ----------------------------------------------------------------------------------------------------------


async def check_records(section: RecordsSection) -> list[Finding]:
    try:
        url = parse_url(section.url)
    except StoreError as error:
        return [Finding("records", "fault", f"{error}", "The database address is not understood.")]
    new = _new_database(url)
    if new is not None:
        return [new]
    engines = make_engines(url)
    try:
        async with engines.reader.connect() as connection:
            revision = await connection.run_sync(current_revision)
            tables = await connection.run_sync(lambda c: set(sa.inspect(c).get_table_names()))
            users = await _count_users(connection) if "users" in tables else 0
    except (DBAPIError, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        zh = f"数据库打不开:{cause}。请核对 [records] url。"
        return [Finding("records", "fault", zh, f"The database cannot be opened: {cause}.")]
    finally:
        await engines.dispose()
    return _schema_findings(revision, users)


async def _count_users(connection: AsyncConnection) -> int:
    row = await connection.execute(sa.text("SELECT count(*) FROM users"))
    return int(row.scalar_one())


def _new_database(url: sa.URL) -> Finding | None:
    file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    if file is None or file.exists():
        return None
    folder = file.absolute().parent
    if not folder.is_dir():
        return Finding(
            "records", "warning", f"目录 {folder} 还没有,启动时会建立。", f"{folder} will be made."
        )
    return Finding("records", "ok", f"数据库 {file} 会在启动时建立。", f"{file} will be made at the start.")


def _schema_findings(revision: str | None, users: int) -> list[Finding]:
    known = known_revisions()
    if revision is not None and revision not in known:
        zh = f"数据库结构 {revision} 比本程序新:请升级程序。"
        return [Finding("records", "fault", zh, "The database is newer than this program: upgrade it.")]
    findings = [Finding("records", "ok", "数据库可用。", "The database works.")]
    if revision != known[-1]:
        zh = "数据库结构会在启动时升级(或先运行 hotline migrate)。"
        findings = [Finding("records", "warning", zh, "The database will be migrated at the start.")]
    if users == 0:
        findings.append(
            Finding(
                "accounts",
                "warning",
                "还没有帐号,无人能登录:请运行 hotline user add 8001 --name 姓名。",
                "There are no accounts: run `hotline user add`.",
            )
        )
    return findings
