"""Packs as text: a shipped one to start from, a draft from the browser to be checked, the published ones of the book.

`load_pack` reads files and packs name each other, so a draft is laid among all others in a folder of its own for as long as it is
read. A draft may extend only what lies there: its text comes from a browser and must not lead to other files of the machine.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from prompts.pack import SHIPPED, Pack, PackError, load_pack, shipped_packs
from prompts.yaml_source import Mistake, compose

_HEADING = re.compile(r"""^(title|version):\s*["']?(.*?)["']?\s*$""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that can be used, or what is wrong with it; warnings beside either."""

    pack: Pack | None
    mistakes: tuple[Mistake, ...]


def shipped_source(name: str) -> str:
    return (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")


def pack_names() -> tuple[str, ...]:
    return shipped_packs()


def heading(source: str) -> tuple[str, str]:
    """Title and version as the text says them; a list of packs need not read them whole."""
    found = dict(_HEADING.findall(source))
    return found.get("title", ""), found.get("version", "")


def check_draft(name: str, source: str, published: Mapping[str, str]) -> Checked:
    """Blocks for a moment. `published`: the sources that stand in place of shipped ones."""
    strange = _strangers(name, source)
    if strange:
        return Checked(None, strange)
    try:
        pack = load_draft(name, source, published)
    except PackError as error:
        return Checked(None, error.mistakes)
    if pack.name != name:
        return Checked(None, (Mistake(f"{name}.yaml", 1, "pack", f"应当是 {name}:发布不能改名"),))
    return Checked(pack, pack.warnings)


def load_draft(name: str, source: str, published: Mapping[str, str]) -> Pack:
    """Raises PackError; its files are named as people know them."""
    with _laid_out({**published, name: source}) as folder:
        return _loaded(folder / f"{name}.yaml", folder)


def load_file(file: str | Path, published: Mapping[str, str]) -> Pack:
    """A pack of the house, over the published sources where it extends what they stand in place of. Raises PackError."""
    with _laid_out(published) as folder:
        return _loaded(file, folder)


@contextmanager
def _laid_out(texts: Mapping[str, str]) -> Iterator[Path]:
    """A folder as the shipped one, with these texts in place of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-draft-") as made:
        folder = Path(made)
        for entry in SHIPPED.iterdir():
            if entry.stem not in texts:
                (folder / entry.name).symlink_to(entry)
        for stem, text in texts.items():
            (folder / f"{stem}.yaml").write_text(text, encoding="utf-8")
        yield folder


def _loaded(file: str | Path, folder: Path) -> Pack:
    try:
        pack = load_pack(file, folder)
    except PackError as error:
        raise PackError(_named(mistake, str(folder)) for mistake in error.mistakes) from None
    lasting = (one.resolve() if one.is_relative_to(folder) else one for one in pack.files)
    return replace(pack, files=frozenset(one for one in lasting if not one.is_relative_to(folder.resolve())))


def _named(mistake: Mistake, folder: str) -> Mistake:
    file = mistake.file.removeprefix(f"{folder}/").removeprefix(f"{SHIPPED}/")
    return Mistake(file, mistake.line, mistake.where, mistake.text.replace(f"{folder}/", ""))


def _strangers(name: str, source: str) -> tuple[Mistake, ...]:
    """What the draft extends that is none of ours. Other faults are for `load_pack` to name."""
    try:
        node = compose(source)
    except yaml.YAMLError:
        return ()
    if not isinstance(node, yaml.MappingNode):
        return ()
    found: list[Mistake] = []
    ours = {str(file.relative_to(SHIPPED)) for file in SHIPPED.rglob("*.yaml")}
    for key, value in node.value:
        if key.value != "extends":
            continue
        for item in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            wanted = str(item.value)
            if wanted not in ours and f"{wanted}.yaml" not in ours:
                line = item.start_mark.line + 1
                found.append(Mistake(f"{name}.yaml", line, "extends", f"没有话术「{wanted}」"))
    return tuple(found)
