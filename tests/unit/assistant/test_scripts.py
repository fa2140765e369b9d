"""Which pack a call gets, and what can be called up."""

import pytest

from assistant.config import ScriptsSection
from assistant.scripts import Shelf, initials, load_shelf
from prompts.pack import PackError, load_pack
from tests.support.packs import renamed


def test_the_number_comes_before_the_queue_and_both_before_the_default() -> None:
    pack = load_pack(ScriptsSection().default)
    number, queue = renamed(pack, "number"), renamed(pack, "queue")
    shelf = Shelf(pack, {"4001": number}, {"sales": queue})
    chosen = [shelf.choose(*asked).name for asked in (("4001", "sales"), ("4002", "sales"), (None, None))]
    assert chosen == ["number", "queue", pack.name]
    assert [one.name for one in shelf.packs()] == [pack.name, "number", "queue"]


def test_situations_can_be_found_by_initials() -> None:
    assert initials("无声电话") == "wsdh"
    found = {view.situation_id: view.initials for view in load_shelf(ScriptsSection()).situations()}
    assert found["silent_call"] == "wsdh"


def test_a_situation_says_what_it_waits_for() -> None:
    found = {view.situation_id: view.begins_with for view in load_shelf(ScriptsSection()).situations()}
    assert found["hold_too_long"] == "保持 25 秒"
    assert found["harassment"].startswith("客户说「声音真好听、陪我聊")


def test_a_situation_without_a_phrase_has_a_title_and_cannot_be_called_up() -> None:
    found = {view.situation_id for view in load_shelf(ScriptsSection()).situations() if not view.phrased}
    assert found == {"agent_hung_up_first", "transfer_unannounced", "transfer_unintroduced"}


def test_mistakes_of_all_packs_come_together() -> None:
    with pytest.raises(PackError) as caught:
        load_shelf(ScriptsSection(default="nowhere", by_number={"1": "nothing"}))
    assert len(caught.value.mistakes) == 2
