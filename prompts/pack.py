"""A script pack: found by name or path, checked as a whole, compiled once and shared by all calls.

Every mistake is reported at once with file and line. This module reads files; the engine only ever sees the finished `Pack`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from prompts import checks, yaml_source
from prompts.facts import SituationId, Speaker
from prompts.faults import Fault
from prompts.forbidden import Forbidden
from prompts.form_faults import sentence
from prompts.lexicon import Lexicon
from prompts.matching import PhraseMatcher
from prompts.situations import PackDocument, Settings, Situation
from prompts.triggers import OnHeard
from prompts.yaml_source import Mistake, Plain, Source, Trail

DEFAULT_PACK = "yixunwang400"
SHIPPED = Path(__file__).parent / "packs"


class PackError(Exception):
    """A pack that cannot be used; `mistakes` is everything wrong with it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(
            sorted(set(mistakes), key=lambda mistake: (mistake.file, mistake.line, mistake.text))
        )
        super().__init__("\n".join(map(str, self.mistakes)))


@dataclass(frozen=True, slots=True)
class Pack:
    """A checked pack with its matchers. `warnings`: what a careful author would look at again."""

    name: str
    version: str
    title: str
    document: PackDocument
    matchers: dict[Speaker, PhraseMatcher]
    forbidden: tuple[Forbidden, ...]
    """Every phrase the agent must not say."""
    warnings: tuple[Mistake, ...]
    files: frozenset[Path] = frozenset()
    """All it was read from: when one of them changes, the pack may."""

    @property
    def settings(self) -> Settings:
        return self.document.settings

    @property
    def situations(self) -> dict[str, Situation]:
        return self.document.situations


def load_pack(name_or_path: str | Path, shipped: Path = SHIPPED) -> Pack:
    """A shipped pack by name (`yixunwang400`) or any by path. Raises PackError with every mistake.

    `shipped`: the folder in which names are looked up, for who has other texts in place of those that ship.
    """
    source = _follow(_file_of(name_or_path, shipped, shipped), (), shipped)
    if source.mistakes:
        raise PackError(source.mistakes)
    _put_templates(source)
    _put_phrases(source)
    try:
        document = PackDocument.model_validate(
            {name: part for name, part in source.data.items() if name != "templates"}
        )
    except ValidationError as wrong:
        raise PackError(
            [*source.mistakes, *(_mistake(error, source) for error in _own(wrong.errors()))]
        ) from None
    found = checks.check(document)
    mistakes = [_placed(fault, source) for fault in found if fault.fatal]
    if source.mistakes or mistakes:
        raise PackError([*source.mistakes, *mistakes])
    return replace(_compile(document, tuple(_placed(fault, source) for fault in found)), files=source.files)


def shipped_packs() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in SHIPPED.glob("*.yaml")))


def _file_of(name: str | Path, beside: Path, shipped: Path) -> Path:
    path = Path(name)
    if path.suffix in {".yaml", ".yml"} or len(path.parts) > 1:
        return beside / path if (beside / path).exists() else path
    own = beside / f"{name}.yaml"
    return own if own.exists() else shipped / f"{name}.yaml"


def _follow(file: Path, coming_from: tuple[Path, ...], shipped: Path) -> Source:
    """The file laid over the packs it extends, in their order."""
    source = yaml_source.read(file)
    if file.resolve() in coming_from:
        source.mistakes.append(Mistake(str(file), 1, "extends", "互相继承"))
        return source
    named = source.data.get("extends") or []
    under = Source()
    for name in named if isinstance(named, list) else [named]:
        beside = _file_of(str(name), file.parent, shipped)
        below = _follow(beside, (*coming_from, file.resolve()), shipped)
        under = yaml_source.merge(under, below)
    return yaml_source.merge(under, source) if named else source


def _put_templates(source: Source) -> None:
    """`like: name` gives a situation all it does not say itself from `templates`."""
    situations = source.data.get("situations")
    for name, situation in situations.items() if isinstance(situations, dict) else ():
        like = situation.pop("like", None) if isinstance(situation, dict) else None
        trail = ("situations", name)
        if like is not None and not yaml_source.lay_under(source, trail, ("templates", str(like))):
            place = source.place((*trail, "like"))
            source.mistakes.append(
                Mistake(place.file, place.line, f"situations.{name}.like", f"没有样板「{like}」")
            )


def _put_phrases(source: Source) -> None:
    """`phrases: {silent_call.3: …}` puts one phrase in place of another; its document text then no longer holds."""
    phrases = source.data.get("phrases")
    for key, phrase in phrases.items() if isinstance(phrases, dict) else ():
        step = _step(source.data, key)
        if step is None:
            place = source.place(("phrases", key))
            source.mistakes.append(Mistake(place.file, place.line, f"phrases.{key}", "没有这个情境或这一步"))
            continue
        step["say"] = phrase
        step.pop("verbatim", None)
        step.pop("plain", None)


def _step(data: dict[str, Plain], key: str) -> dict[str, Plain] | None:
    situation_id, _, number = key.partition(".")
    situations = data.get("situations")
    situation = situations.get(situation_id) if isinstance(situations, dict) else None
    steps = situation.get("steps") if isinstance(situation, dict) else None
    place = int(number) - 1 if number.isdigit() else 0
    if not isinstance(steps, list) or not 0 <= place < len(steps):
        return None
    step = steps[place]
    return step if isinstance(step, dict) else None


def _own(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without lists said to be too short only because what stands in them is wrong."""
    inner = {error["loc"][:depth] for error in errors for depth in range(1, len(error["loc"]))}
    return [error for error in errors if error["type"] != "too_short" or error["loc"] not in inner]


def _mistake(error: ErrorDetails, source: Source) -> Mistake:
    trail: Trail = error["loc"]
    place = source.place(trail)
    return Mistake(
        place.file, place.line, ".".join(map(str, trail)), sentence(error["type"], error.get("ctx"))
    )


def _placed(fault: Fault, source: Source) -> Mistake:
    place = source.place(fault.trail)
    return Mistake(place.file, place.line, ".".join(map(str, fault.trail)), fault.text)


def _compile(document: PackDocument, warnings: tuple[Mistake, ...]) -> Pack:
    spoken: dict[Speaker, dict[str, Lexicon]] = {speaker: {} for speaker in Speaker}
    for situation in document.situations.values():
        for trigger in situation.triggers:
            if isinstance(trigger, OnHeard):
                spoken[trigger.speaker][trigger.lexicon] = document.lexicons[trigger.lexicon]
    for topic in document.topics:
        spoken[Speaker.CALLER][topic.lexicon] = document.lexicons[topic.lexicon]
    for name, speaker in checks.BUILT_IN_LEXICONS.items():
        if name in document.lexicons:
            spoken[speaker][name] = document.lexicons[name]
    matchers = {speaker: PhraseMatcher(lexicons) for speaker, lexicons in spoken.items()}
    forbidden = tuple(
        Forbidden(SituationId(situation_id), never.say, never.whole)
        for situation_id, situation in document.situations.items()
        for never in situation.never
        if never.say is not None
    )
    return Pack(document.pack, document.version, document.title, document, matchers, forbidden, warnings)
