"""The `hotline` command. Says what is wrong in a sentence and with an exit code (2: bad input, 1: it failed), never with a traceback.

What a command needs is imported when it runs, so that `hotline --help` is quick.
"""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Coroutine
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.terminal import FAILED, ConfigFile, fail, read_settings, said_plainly, say

if TYPE_CHECKING:
    from assistant.config import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="400 热线助手 · Live assistant for the people who answer a 400 hotline.",
)
model_app = typer.Typer(no_args_is_help=True, help="语音识别模型 · recognition models")
pack_app = typer.Typer(no_args_is_help=True, help="话术 · script packs")
user_app = typer.Typer(no_args_is_help=True, help="帐号 · accounts")
duty_app = typer.Typer(no_args_is_help=True, help="值班 · hours, roster and overrides")
app.add_typer(model_app, name="model")
app.add_typer(pack_app, name="pack")
app.add_typer(user_app, name="user")
app.add_typer(duty_app, name="duty")


def run_until_signal(work: Coroutine[None, None, None]) -> None:
    """SIGINT and SIGTERM cancel the work; cancellation is shutdown."""

    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await work

    asyncio.run(main())


@app.command()
def serve(config: ConfigFile = None) -> None:
    """启动助手,连接 Asterisk · run the assistant beside an Asterisk."""
    from assistant import logs
    from assistant.clock import SystemClock
    from assistant.running import run

    settings = read_settings(config)
    logs.set_up(settings.log.level, settings.log.file)
    scheme = "https" if settings.web.tls_cert else "http"

    def ready(port: int) -> None:
        logging.getLogger("hotline").info("%s://%s:%d", scheme, settings.web.host, port)

    with said_plainly():
        run_until_signal(run(settings, SystemClock(), ready=ready))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="网页端口 · port of the page", min=0, max=65535)] = 8400,
    every: Annotated[float, typer.Option(help="自动来电间隔秒数,0 为没有", min=0)] = 40.0,
    once: Annotated[str | None, typer.Option(help="只来一通这个场景的电话")] = None,
) -> None:
    """演示:不需要 PBX,来电自动进来 · the whole program with simulated calls."""
    typer.echo("正在启动演示,约需几秒… · starting the demonstration, a few seconds…", err=True)
    from assistant import logs
    from assistant.clock import SystemClock
    from assistant.demo import DemoCalls, DemoError, DemoOptions
    from assistant.demo import demo as run_demo
    from assistant.running import DemoHook, run

    async def serve_demo(settings: "Settings", calls: DemoCalls) -> None:
        logs.set_up(settings.log.level, settings.log.file)
        await run(settings, SystemClock(), DemoHook(calls.scenarios, calls.place))

    with said_plainly():
        try:
            run_until_signal(run_demo(DemoOptions(port, every, once), serve_demo))
        except DemoError as error:
            fail(str(error), FAILED)


@app.command()
def replay(file: Annotated[Path, typer.Argument(help="AMI 消息,JSON Lines 或数组;- 为标准输入")]) -> None:
    """AMI 记录 → 通话事件 · a recorded AMI log as call events, one JSON object a line."""
    from ami_bridge.replay import RecordingError
    from ami_bridge.replay import replay as events_of

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        for event in events_of(text.splitlines(keepends=True)):
            say(event)
    except (RecordingError, OSError, UnicodeDecodeError) as error:
        fail(f"{file}: {error}")


@app.command()
def hear(
    file: Annotated[Path, typer.Argument(help="WAV 录音")],
    as_: Annotated[Literal["caller", "agent"], typer.Option("--as", help="谁的声音")] = "caller",
    model: Annotated[str | None, typer.Option(help="模型名或目录")] = None,
    config: ConfigFile = None,
) -> None:
    """录音 → 语音事件 · a recording as speech events, one JSON object a line."""
    from asr.events import LegId
    from asr.hear import RecordingError, as_json, read_wav
    from asr.hear import hear as events_of
    from asr.models import BUNDLED, ModelInstallError, find
    from asr.recognizer import ModelError, VoskModel
    from assistant.hearing import models_folder

    section = read_settings(config).asr
    try:
        pcm = read_wav(file)
        found = find(model or section.model or BUNDLED, models_folder(section))
        for at, event in events_of(pcm, LegId(as_), VoskModel(found.path).recognizer()):
            say(as_json(at, event))
    except (RecordingError, ModelInstallError, ModelError) as error:
        fail(str(error))


@app.command()
def rehearse(
    file: Annotated[Path, typer.Argument(help="场景 YAML(docs/operate.md)")],
    pack: Annotated[str | None, typer.Option(help="用这个话术,不用场景里写的")] = None,
    trace: Annotated[bool, typer.Option("--trace", help="也说明每个情境为何触发或不触发")] = False,
) -> None:
    """在虚拟时间里演一遍 · play a scenario and print what agent and supervisor see, one JSON object a line."""
    from assistant.rehearse import ScenarioError
    from assistant.rehearse import rehearse as lines_of
    from prompts.pack import PackError

    try:
        for line in lines_of(file, pack, trace=trace):
            say(line)
    except (ScenarioError, PackError) as error:
        fail(str(error))


@app.command()
def why(
    call: Annotated[str, typer.Argument(help="通话编号;last 为最近一通")],
    situation: Annotated[str | None, typer.Argument(help="情境、标题或条目,如 S0-17;不写则全部")] = None,
    config: ConfigFile = None,
) -> None:
    """某通电话里,提示为何出现或不出现 · why cards did or did not come in a call."""
    from assistant.clock import SystemClock
    from assistant.script_desk import ScriptDesk
    from assistant.store import NotFoundError, Store
    from assistant.why import call_named, explained, pack_of
    from prompts.pack import PackError

    settings = read_settings(config)

    async def read() -> None:
        store = await Store.open(settings.records.url, SystemClock().wall())
        try:
            whole = await call_named(store, call)
            pack = await pack_of(ScriptDesk(store, settings.scripts, lambda _: None), whole)
        finally:
            await store.close()
        for line in explained(whole, pack, situation):
            print(line)

    with said_plainly():
        try:
            asyncio.run(read())
        except NotFoundError as error:
            fail(f"{call}: {error}", FAILED)
        except PackError as error:
            fail(str(error))


@app.command()
def doctor(
    config: ConfigFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="每项一个 JSON 对象")] = False,
) -> None:
    """检查一切是否就绪 · check everything, say how to mend what is wrong; exit code 1 if something is."""
    from assistant.doctor import examine

    settings = read_settings(config)
    logging.getLogger().addHandler(logging.NullHandler())  # the findings say it better than the log would
    findings = asyncio.run(examine(settings))
    for finding in findings:
        if as_json:
            say(finding.as_json())
        else:
            print(finding.as_text())
    raise typer.Exit(FAILED if any(finding.is_fault for finding in findings) else 0)


@app.command()
def schema() -> None:
    """网页协议的 JSON Schema · JSON Schema of the websocket protocol."""
    from assistant.web.schema import schema_text

    print(schema_text(), end="")


@app.command()
def migrate(config: ConfigFile = None) -> None:
    """把数据库升级到本版本 · bring the database up to this version."""
    from assistant.clock import SystemClock
    from assistant.store import Store

    async def upgrade() -> None:
        store = await Store.open(read_settings(config).records.url, SystemClock().wall())
        await store.close()

    with said_plainly():
        asyncio.run(upgrade())
    print("数据库已是最新 · the database is up to date")


@app.command(name="version")
def show_version() -> None:
    """版本 · version."""
    print(version("hotline-assistant"))


def main() -> None:
    from assistant import commands, duty_commands, pack_commands

    commands.register(model_app, user_app)
    pack_commands.register(pack_app)
    duty_commands.register(duty_app)
    app()


if __name__ == "__main__":
    main()
