"""`hotline pack …`: look at script packs, check them, compare them, play them."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.terminal import fail, said_plainly, say

if TYPE_CHECKING:
    from prompts.pack import Pack

PackName = Annotated[str, typer.Argument(help="话术名或 YAML 文件")]


def register(pack: typer.Typer) -> None:
    pack.command("check")(check)
    pack.command("show")(show)
    pack.command("diff")(diff)
    pack.command("schema")(schema)
    pack.command("rehearse")(rehearse)


def check(packs: Annotated[list[str], typer.Argument(help="话术名或 YAML 文件")]) -> None:
    """检查话术,一次列出所有错误 · every mistake of a pack, with file and line."""
    from prompts.pack import PackError, load_pack

    wrong = False
    for name in packs:
        try:
            pack = load_pack(name)
        except PackError as error:
            wrong = True
            print(error, file=sys.stderr)
            continue
        for warning in pack.warnings:
            print(f"{warning}(提醒 warning)", file=sys.stderr)
        print(f"{pack.name} {pack.version}: {len(pack.situations)} 个情境 situations")
    if wrong:
        raise typer.Exit(2)


def show(
    pack: PackName,
    situation: Annotated[str | None, typer.Argument(help="情境、标题或条目,如 S0-17;不写则列出全部")] = None,
) -> None:
    """列出情境 · the situations of a pack, one JSON object a line; of one of them everything."""
    loaded = _load(pack)
    shown = [
        name
        for name, one in loaded.situations.items()
        if situation is None or situation in (name, one.title, *one.sources)
    ]
    if not shown:
        fail(f"{loaded.name} 里没有「{situation}」")
    for name in shown:
        say(_brief(loaded, name) if situation is None else _whole(loaded, name))


def _brief(pack: "Pack", name: str) -> dict[str, object]:
    situation = pack.situations[name]
    return {
        "situation_id": name,
        "title": situation.title,
        "sources": list(situation.sources),
        "priority": situation.priority,
        "steps": len(situation.steps),
    }


def _whole(pack: "Pack", name: str) -> dict[str, object]:
    from prompts.trigger_words import in_words

    situation = pack.situations[name]
    written = situation.model_dump(mode="json", exclude_defaults=True, exclude={"triggers"})
    begins = [in_words(trigger, pack) for trigger in situation.triggers]
    return {
        "situation_id": name,
        "pack": pack.name,
        "version": pack.version,
        "begins_with": begins,
        **written,
    }


def diff(old: PackName, new: PackName) -> None:
    """两套话术有何不同 · what differs between two packs; exit code 1 if something does."""
    from prompts.difference import differences

    lines = list(differences(_load(old), _load(new)))
    print("\n".join(lines) if lines else "没有不同 no difference")
    raise typer.Exit(1 if lines else 0)


def schema() -> None:
    """话术文件的 JSON Schema,供编辑器使用 · JSON Schema of a pack file."""
    from prompts.schema import pack_schema as schema_of

    print(json.dumps(schema_of(), ensure_ascii=False, indent=2))


def rehearse(
    pack: PackName,
    scenarios: Annotated[list[Path], typer.Argument(help="场景 YAML(docs/operate.md)")],
    trace: Annotated[bool, typer.Option("--trace", help="也说明每个情境为何触发或不触发")] = False,
) -> None:
    """用这套话术演几个场景 · play scenarios with this pack, in virtual time."""
    from assistant.rehearse import ScenarioError
    from assistant.rehearse import rehearse as lines_of
    from prompts.pack import PackError

    for scenario in scenarios:
        try:
            for line in lines_of(scenario, pack, trace=trace):
                say(line if len(scenarios) == 1 else {"scenario": str(scenario), **line})
        except (ScenarioError, PackError) as error:
            fail(str(error))


def _load(name: str) -> "Pack":
    from prompts.pack import load_pack

    with said_plainly():
        return load_pack(name)
