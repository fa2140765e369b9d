"""How the commands speak at the terminal: one JSON object a line, or a sentence and an exit code."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from assistant.config import Settings

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", help="hotline.toml", envvar="HOTLINE_CONFIG", show_default="./hotline.toml"
    ),
]
BAD_INPUT, FAILED = 2, 1


def fail(text: str, code: int = BAD_INPUT) -> NoReturn:
    print(text, file=sys.stderr)
    raise typer.Exit(code)


def say(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


def read_settings(config: Path | None) -> "Settings":
    from assistant.config import ConfigError, load

    here = Path("hotline.toml")
    try:
        return load(config or (here if here.exists() else None), os.environ)
    except ConfigError as error:
        fail(str(error))


@contextlib.contextmanager
def said_plainly() -> Iterator[None]:
    """What can be wrong with what the user gave us becomes a sentence."""
    from asr.models import ModelInstallError
    from assistant.problems import StartError
    from assistant.store import StoreError
    from prompts.pack import PackError

    try:
        yield
    except* (PackError, ModelInstallError) as group:
        fail("\n".join(map(str, leaves(group))))
    except* (StartError, StoreError, OSError) as group:
        fail("\n".join(map(str, leaves(group))), FAILED)


def leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    """The errors themselves, out of the task groups they came through."""
    found: list[BaseException] = []
    for error in group.exceptions:
        found += leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found
