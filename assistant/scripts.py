"""The packs in force: one chosen by the dialled number, else by the queue, else the default. Calls keep the one they began with."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pypinyin import Style, lazy_pinyin

from assistant.config import ScriptsSection
from assistant.core import Engine
from assistant.messages import SituationView
from prompts.engine import SituationEngine
from prompts.facts import CallContext
from prompts.pack import Pack, PackError, load_pack
from prompts.trigger_words import in_words


@dataclass(frozen=True, slots=True)
class Shelf:
    """`assistant.core.Scripts` with real packs and real engines."""

    default: Pack
    by_number: Mapping[str, Pack]
    by_queue: Mapping[str, Pack]

    def choose(self, dialled: str | None, queue: str | None) -> Pack:
        by_number = self.by_number.get(dialled or "")
        return by_number or self.by_queue.get(queue or "") or self.default

    def engine(self, context: CallContext) -> Engine:
        return SituationEngine(self.choose(context.dialled, context.queue), context)

    def packs(self) -> list[Pack]:
        """Each once, the default first."""
        every = [self.default, *self.by_number.values(), *self.by_queue.values()]
        return list({pack.name: pack for pack in reversed(every)}.values())[::-1]

    def situations(self) -> Sequence[SituationView]:
        """Each situation: what packs tell alike once, with the names of these packs."""
        packs = self.packs()
        told: dict[tuple[str, str, tuple[str, ...], str, bool], list[str]] = {}
        for pack in packs:
            for situation_id, one in pack.situations.items():
                begins_with = ";".join(in_words(trigger, pack) for trigger in one.triggers)
                row = (situation_id, one.title, one.sources, begins_with, bool(one.steps))
                told.setdefault(row, []).append(pack.name)
        views = [
            SituationView(
                situation_id=situation_id,
                title=title,
                sources=list(sources),
                initials=initials(title),
                begins_with=begins_with,
                packs=[] if len(names) == len(packs) else names,
                phrased=phrased,
            )
            for (situation_id, title, sources, begins_with, phrased), names in told.items()
        ]
        return sorted(views, key=lambda view: view.initials)

    def names(self) -> list[str]:
        return [pack.name for pack in self.packs()]

    def describe(self) -> str:
        return "、".join(f"{pack.title} {pack.version}" for pack in self.packs())


class LiveShelf:
    """The shelf in force, exchanged while calls go on: an engine once made keeps its pack."""

    def __init__(self, shelf: Shelf, moment: Callable[[], Mapping[str, str]] = dict) -> None:
        """`moment`: variables of the hour and the day, weaker than the house's own."""
        self._shelf = shelf
        self._moment = moment

    def put_in_force(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def engine(self, context: CallContext) -> Engine:
        return self._shelf.engine(replace(context, variables={**self._moment(), **context.variables}))

    def packs(self) -> list[Pack]:
        return self._shelf.packs()

    def situations(self) -> Sequence[SituationView]:
        return self._shelf.situations()

    def names(self) -> list[str]:
        return self._shelf.names()

    def describe(self) -> str:
        return self._shelf.describe()


@functools.lru_cache(maxsize=4096)
def initials(title: str) -> str:
    return "".join(lazy_pinyin(title, style=Style.FIRST_LETTER)).lower()


def read_packs(
    section: ScriptsSection, load: Callable[[str], Pack]
) -> tuple[dict[str, Pack], dict[str, PackError]]:
    """The packs of the settings by name, and what is wrong with those that cannot be read."""
    packs: dict[str, Pack] = {}
    broken: dict[str, PackError] = {}
    for name in sorted({section.default, *section.by_number.values(), *section.by_queue.values()}):
        try:
            packs[name] = load(name)
        except PackError as error:
            broken[name] = error
    return packs, broken


def together(errors: Iterable[PackError]) -> PackError:
    """The mistakes of all of them."""
    return PackError([mistake for error in errors for mistake in error.mistakes])


def load_shelf(section: ScriptsSection, load: Callable[[str], Pack] = load_pack) -> Shelf:
    """Raises `PackError` with the mistakes of all packs. `load`: where a pack comes from, by name."""
    packs, broken = read_packs(section, load)
    if broken:
        raise together(broken.values())
    return Shelf(
        packs[section.default],
        {number: packs[name] for number, name in section.by_number.items()},
        {queue: packs[name] for queue, name in section.by_queue.items()},
    )
