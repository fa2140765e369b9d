"""A pack file changes while calls go on: new calls get the new words, calls in progress keep theirs, mistakes change nothing."""

import asyncio
from pathlib import Path

import pytest

from assistant.config import ScriptsSection
from assistant.core import Engine
from assistant.messages import Part
from assistant.script_watch import GOOD, ScriptWatch
from assistant.scripts import LiveShelf, load_shelf
from prompts.advice import Card, ShowCard
from prompts.facts import Answered, CallContext
from prompts.pack import PackError

PACK = """
pack: acme
version: "{version}"
title: 某公司
extends: [below.yaml]
situations:
  greeting:
    title: 首句
    sources: [ACME-1]
    triggers: [{{kind: answered}}]
    steps: [{{say: "{phrase}"}}]
"""


class House:
    """A shelf whose packs lie in a folder, watched."""

    def __init__(self, folder: Path) -> None:
        self.below = folder / "below.yaml"
        self.below.write_text("situations: {}\n", encoding="utf-8")
        self.file = folder / "acme.yaml"
        self.write("1", "您好,某公司")
        self.section = ScriptsSection(default=str(self.file))
        self.shelf = LiveShelf(load_shelf(self.section))
        self.told: list[Part] = []
        self.watch = ScriptWatch(self.shelf.packs, self.read_again, self.told.append)

    def write(self, version: str, phrase: str) -> None:
        self.file.write_text(PACK.format(version=version, phrase=phrase), encoding="utf-8")

    async def read_again(self) -> None:
        self.shelf.put_in_force(load_shelf(self.section))

    def engine(self) -> Engine:
        return self.shelf.engine(CallContext())


def answered(engine: Engine) -> Card:
    return next(one.card for one in engine.on_fact(Answered("8001", 1, 1), 0.0) if isinstance(one, ShowCard))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def test_new_calls_get_the_new_words_and_calls_in_progress_keep_theirs(house: House) -> None:
    await house.watch.look()
    before = house.engine()
    house.write("2", "您好,某公司客服中心")
    await house.watch.look()
    cards = [answered(engine) for engine in (before, house.engine())]
    assert [(card.phrase, card.pack_version, card.sources) for card in cards] == [
        ("您好,某公司", "1", ("ACME-1",)),
        ("您好,某公司客服中心", "2", ("ACME-1",)),
    ]
    assert house.told == [GOOD]


async def test_a_mistake_is_told_with_file_and_line_and_changes_nothing(house: House) -> None:
    await house.watch.look()
    house.write("3", "您好,{nobody}")
    await house.watch.look()
    assert answered(house.engine()).pack_version == "1"
    assert [(part.name, part.state) for part in house.told] == [("scripts", "degraded")]
    assert "acme.yaml:11" in house.told[0].text
    house.write("4", "您好")
    await house.watch.look()
    assert answered(house.engine()).pack_version == "4"
    assert house.told[1:] == [GOOD]


async def test_a_file_that_is_extended_is_watched_too(house: House) -> None:
    await house.watch.look()
    house.below.write_text(
        'situations:\n  more:\n    title: 更多\n    sources: [ACME-2]\n    triggers: [{kind: by_hand}]\n    steps: [{say: "好"}]\n',
        encoding="utf-8",
    )
    await house.watch.look()
    assert [view.situation_id for view in house.shelf.situations()] == ["more", "greeting"]


async def test_nothing_changed_is_nothing_read(house: House) -> None:
    for _ in range(3):
        await house.watch.look()
    assert house.told == []


async def test_a_file_that_is_gone_is_a_mistake_and_changes_nothing(house: House) -> None:
    await house.watch.look()
    house.file.unlink()
    await house.watch.look()
    assert answered(house.engine()).pack_version == "1"
    assert [part.state for part in house.told] == ["degraded"]


async def test_it_goes_on_until_it_is_cancelled(house: House) -> None:
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        running = group.create_task(house.watch.run())
        await asyncio.to_thread(house.file.stat)
        running.cancel()
    assert running.cancelled()


def test_words_of_the_hour_are_weaker_than_the_houses_own(house: House) -> None:
    house.write("5", "{hello},某公司[,{wish}]")
    text = house.file.read_text(encoding="utf-8").replace(
        "title: 某公司", "title: 某公司\nvariables: {hello: 您好}", 1
    )
    house.file.write_text(text, encoding="utf-8")
    shelf = LiveShelf(load_shelf(house.section), lambda: {"hello": "早上好", "wish": "祝您周末愉快"})
    own = CallContext(variables={"wish": "祝您开心"})
    assert answered(shelf.engine(CallContext())).phrase == "早上好,某公司,祝您周末愉快"
    assert answered(shelf.engine(own)).phrase == "早上好,某公司,祝您开心"


def test_mistakes_at_the_start_still_stop_the_start(house: House) -> None:
    house.write("6", "{nobody}")
    with pytest.raises(PackError):
        load_shelf(house.section)
