"""YAML with its places kept: plain data, and for each value the file and line it was written on.

Knows nothing of packs. A key written twice is a mistake here, where PyYAML would silently keep the last.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]
Trail = tuple[str | int, ...]
MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 24
MAX_VALUES = 100_000
"""What a reference (*name) stands for is read wherever it stands, so a small file may hold any number of them."""


@dataclass(frozen=True, slots=True)
class Place:
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong in a pack: where, and what."""

    file: str
    line: int
    where: str
    text: str

    def __str__(self) -> str:
        where = f"{self.where}:" if self.where else ""
        return f"{self.file}:{self.line}: {where}{self.text}"


@dataclass(slots=True)
class Source:
    """One document: its data, the place of every value by its path, and what is wrong with the writing."""

    data: dict[str, Plain] = field(default_factory=dict)
    places: dict[Trail, Place] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    files: frozenset[Path] = frozenset()
    """All it was read from."""

    def place(self, path: Trail) -> Place:
        """Of the nearest written value on the way to `path`; steps that are not written are skipped."""
        reached: Trail = ()
        for step in path:
            if (*reached, step) in self.places:
                reached = (*reached, step)
        return self.places.get(reached, Place("?", 1))


_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where PyYAML has it: half of the time a pack takes is its writing."""


class _RefusedError(yaml.YAMLError):
    """YAML, but not what we read."""

    def __init__(self, at: yaml.Event | yaml.Node, text: str) -> None:
        super().__init__(text)
        self.line = 1 if at.start_mark is None else at.start_mark.line + 1
        self.text = text


def compose(text: str) -> yaml.Node | None:
    """The document's nodes. Raises yaml.YAMLError, also where it is nested deeper than anything we read: libyaml would follow any
    depth down to the end of the stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _RefusedError(event, "嵌套太深")
    return yaml.compose(text, Loader=_LOADER)


def read(file: Path) -> Source:
    source, text = Source(places={(): Place(str(file), 1)}, files=frozenset((file,))), ""
    try:
        if file.stat().st_size > MAX_BYTES:
            source.mistakes.append(Mistake(str(file), 1, "", f"文件超过 {MAX_BYTES // 1024} KB"))
            return source
        text = file.read_text(encoding="utf-8")
        node = compose(text)
        data = _Reader(str(file), source).value(node, ()) if isinstance(node, yaml.MappingNode) else None
    except (OSError, UnicodeDecodeError) as problem:
        source.mistakes.append(Mistake(str(file), 1, "", f"读不出来:{problem}"))
        return source
    except _RefusedError as refused:
        source.mistakes.append(Mistake(str(file), refused.line, "", refused.text))
        return source
    except yaml.MarkedYAMLError as problem:
        # libyaml places what is missing at the end behind the last line.
        line = min(problem.problem_mark.line, text.count("\n")) + 1 if problem.problem_mark else 1
        source.mistakes.append(Mistake(str(file), line, "", f"YAML 语法:{problem.problem}"))
        return source
    if isinstance(data, dict):
        source.data = data
    else:
        source.mistakes.append(Mistake(str(file), 1, "", "应当是一组「名称: 值」"))
    return source


@dataclass(frozen=True, slots=True)
class _Reader:
    file: str
    source: Source

    def value(self, node: yaml.Node, path: Trail) -> Plain:
        places = self.source.places
        if len(places) > MAX_VALUES:
            raise _RefusedError(node, f"内容超过 {MAX_VALUES} 项")
        places.setdefault(path, Place(self.file, node.start_mark.line + 1))
        if len(path) > MAX_DEPTH:
            self._wrong(node, path, "嵌套太深")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, place)) for place, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Trail) -> dict[str, Plain]:
        data: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in data:
                self._wrong(key_node, path, f"「{key}」写了两次")
            self.source.places[(*path, key)] = Place(self.file, key_node.start_mark.line + 1)
            data[key] = self.value(value_node, (*path, key))
        return data

    def _wrong(self, node: yaml.Node, path: Trail, text: str) -> None:
        where = ".".join(map(str, path))
        self.source.mistakes.append(Mistake(self.file, node.start_mark.line + 1, where, text))


def _scalar(node: yaml.Node) -> Plain:
    """Numbers, true, false and nothing; all else is text, so that 是: yes stays what was written."""
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool" if text.lower() in {"true", "false"}:
            return text.lower() == "true"
        case "int" if text.lstrip("+-").isdigit():
            return int(text)
        case "float":
            return float(text)
        case _:
            return text


def merge(under: Source, over: Source) -> Source:
    """`over` laid on `under`: mappings join, all else is replaced as a whole."""
    replaced: set[Trail] = set()
    joined: set[Trail] = {()}
    data = _lay(under.data, over.data, (), replaced, joined)
    places = {at: place for at, place in under.places.items() if not _within(at, replaced)}
    places |= {at: place for at, place in over.places.items() if at in joined or _within(at, replaced)}
    return Source(data, places, [*under.mistakes, *over.mistakes], under.files | over.files)


def lay_under(source: Source, at: Trail, below: Trail) -> bool:
    """Lay the mapping at `at` over the one at `below`, so that `at` has what both say; False if `below` is none."""
    over, under = _mapping_at(source.data, at), _mapping_at(source.data, below)
    if over is None or under is None:
        return False
    replaced: set[Trail] = set()
    joined = _lay(under, over, at, replaced, set())
    # Only these two parts are walked: a large pack has thousands of them.
    written = set(_trails(over, at))
    for trail in _trails(under, below):
        here = (*at, *trail[len(below) :])
        if trail in source.places and here not in written and not _within(here, replaced):
            source.places[here] = source.places[trail]
    over.clear()
    over.update(joined)
    return True


def _trails(value: Plain, at: Trail) -> Iterator[Trail]:
    yield at
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from _trails(inner, (*at, step))


def _within(at: Trail, roots: set[Trail]) -> bool:
    return any(at[:length] in roots for length in range(1, len(at) + 1))


def _mapping_at(data: dict[str, Plain], trail: Trail) -> dict[str, Plain] | None:
    reached: Plain = data
    for step in trail:
        reached = reached.get(str(step)) if isinstance(reached, dict) else None
    return reached if isinstance(reached, dict) else None


def _lay(
    under: Mapping[str, Plain],
    over: Mapping[str, Plain],
    path: Trail,
    replaced: set[Trail],
    joined: set[Trail],
) -> dict[str, Plain]:
    """Notes which trails `over` replaces as a whole and at which mappings join."""
    together = dict(under)
    for key, value in over.items():
        here = (*path, key)
        below = together.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            joined.add(here)
            together[key] = _lay(below, value, here, replaced, joined)
        else:
            replaced.add(here)
            together[key] = value
    return together
