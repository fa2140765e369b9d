"""The smaller commands of `hotline`: models and accounts."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.terminal import FAILED, ConfigFile, fail, read_settings, said_plainly

if TYPE_CHECKING:
    from assistant.store import Store


def register(model: typer.Typer, user: typer.Typer) -> None:
    """Hangs the commands under `hotline model` and `hotline user`."""
    model.command("list")(model_list)
    model.command("install")(model_install)
    model.command("verify")(model_verify)
    user.command("add")(user_add)
    user.command("passwd")(user_passwd)
    user.command("list")(user_list)


# -- models ----------------------------------------------------------------------------------------------------------


def model_list(config: ConfigFile = None) -> None:
    """已安装和可安装的模型 · installed and installable models."""
    from asr.models import BUNDLED, KNOWN, installed
    from assistant.hearing import models_folder

    section = read_settings(config).asr
    here = {model.name: model for model in installed(models_folder(section))}
    for name, model in here.items():
        mark = "*" if name == (section.model or BUNDLED) else " "
        print(f"{mark} {name}\t已安装 installed\t{model.path}\t{model.description}")
    for info in KNOWN:
        if info.name not in here:
            print(f"  {info.name}\t{info.size_mb} MB\t{info.description}")


def model_install(
    name: Annotated[str, typer.Argument(help="模型名,如 vosk-model-small-cn-0.22")],
    file: Annotated[Path | None, typer.Option(help="从已下载的 zip 安装(离线)")] = None,
    config: ConfigFile = None,
) -> None:
    """安装模型,可断点续传 · install a model, resumable."""
    from asr.models import install
    from assistant.hearing import models_folder

    with said_plainly():
        model = install(name, models_folder(read_settings(config).asr), _progress, file)
    print(f'\n{model.name}: {model.path}\n在 hotline.toml 写: [asr] model = "{model.name}"')


def _progress(done: int, whole: int | None) -> None:
    """One line that rewrites itself; a log file gets nothing of it."""
    if not sys.stderr.isatty():
        return
    share = "" if not whole else f" {done * 100 // whole:3d} % [{'#' * (done * 30 // whole):30s}]"
    print(f"\r{done / 1e6:8.1f} MB{share}", end="", file=sys.stderr, flush=True)


def model_verify(
    name: Annotated[str, typer.Argument(help="模型名或目录")], config: ConfigFile = None
) -> None:
    """核对模型文件 · compare a model's files with what was installed."""
    from asr.models import find, verify
    from assistant.hearing import models_folder

    with said_plainly():
        faults = verify(find(name, models_folder(read_settings(config).asr)))
    if faults:
        fail("\n".join(faults), FAILED)
    print(f"{name}: 完好 whole")


# -- accounts --------------------------------------------------------------------------------------------------------

AT_TERMINAL = "terminal"
"""Who did it, in the audit: whoever may run commands on this machine."""


def user_add(
    extension: Annotated[str, typer.Argument(help="分机号,也是登录名")],
    name: Annotated[str, typer.Option(help="姓名")],
    role: Annotated[str, typer.Option(help="agent、supervisor、quality 或 admin")] = "agent",
    config: ConfigFile = None,
) -> None:
    """新建帐号;密码从终端或 HOTLINE_PASSWORD 读 · add an account."""
    from assistant.clock import SystemClock
    from assistant.records import Audited
    from assistant.store import Store
    from assistant.store.accounts import parse_role
    from assistant.store.passwords import Passwords

    try:
        wanted = parse_role(role)
    except ValueError as error:
        fail(str(error))
    password = _new_password(extension)

    async def add(store: Store) -> None:
        hashed = await Passwords().hash(password)
        wall = SystemClock().wall()
        await store.accounts.add(extension, name, wanted, hashed, wall)
        await store.write_now(Audited(AT_TERMINAL, "user_added", extension, role), wall)

    _with_store(config, add)
    print(f"{extension} {name} {role}")


def user_passwd(extension: Annotated[str, typer.Argument(help="分机号")], config: ConfigFile = None) -> None:
    """改密码,并结束此人的所有登录 · change a password; ends the person's sessions."""
    from assistant.clock import SystemClock
    from assistant.records import Audited
    from assistant.store import Store
    from assistant.store.passwords import Passwords

    password = _new_password(extension)

    async def change(store: Store) -> None:
        hashed = await Passwords().hash(password)
        wall = SystemClock().wall()
        await store.accounts.set_password(extension, hashed, wall)
        await store.write_now(Audited(AT_TERMINAL, "password", extension, ""), wall)

    _with_store(config, change)
    print(f"{extension}: 密码已改 changed")


def user_list(config: ConfigFile = None) -> None:
    """列出帐号 · list the accounts."""
    from assistant.store import Store

    async def show(store: Store) -> None:
        for user in await store.accounts.all():
            state = "" if user.active else "\t停用 inactive"
            print(f"{user.person.extension}\t{user.person.name}\t{user.person.role}{state}")

    _with_store(config, show)


def _new_password(login: str) -> str:
    """From HOTLINE_PASSWORD for scripts, else asked for twice."""
    from assistant.store.passwords import WeakPasswordError, check_strength

    given = os.environ.get("HOTLINE_PASSWORD")
    password = given or str(typer.prompt("密码 password", hide_input=True, confirmation_prompt=True))
    try:
        check_strength(password, login)
    except WeakPasswordError as error:
        fail(str(error))
    return password


def _with_store(config: Path | None, work: "Callable[[Store], Awaitable[None]]") -> None:
    from assistant.clock import SystemClock
    from assistant.store import Store

    async def main() -> None:
        store = await Store.open(read_settings(config).records.url, SystemClock().wall())
        try:
            await work(store)
        finally:
            await store.close()

    with said_plainly():
        asyncio.run(main())
