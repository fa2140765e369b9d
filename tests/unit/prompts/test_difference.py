"""What `hotline pack diff` says: the words that changed, and nothing where nothing did."""

from pathlib import Path

import pytest

from prompts import load_pack, shipped_packs
from prompts.difference import differences
from prompts.trigger_words import in_words
from tests.unit.prompts.line import pack

COMPANY = """
pack: acme
version: "2"
title: 某公司
extends: [yixunwang400]
variables: {company: 某公司}
phrases: {greeting.1: "您好,某公司,请问有什么可以帮助您?"}
situations:
  wrong_number: {priority: 70}
  parking:
    title: 问停车
    sources: [ACME-1]
    triggers: [{kind: heard, lexicon: parking}]
    steps: [{say: "停车场在东门。"}]
lexicons:
  parking: {words: [停车场, 在哪停车]}
"""


def test_a_companys_own_words_over_a_shipped_pack(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(COMPANY, encoding="utf-8")
    assert list(differences(pack(), load_pack(file))) == [
        "~ greeting 接听首句",
        "    - 1 您好,{company},请问有什么可以帮助您的?",
        "    + 1 您好,某公司,请问有什么可以帮助您?",
        "~ wrong_number 打错电话",
        "    ~ 优先级:56 → 70",
        "+ parking 问停车",
        "    + 1 停车场在东门。",
        "~ {company}:医讯网 → 某公司",
    ]


def test_a_pack_does_not_differ_from_itself() -> None:
    assert list(differences(pack(), pack())) == []


@pytest.mark.parametrize("name", shipped_packs())
def test_every_trigger_has_words(name: str) -> None:
    said = [
        in_words(trigger, pack(name))
        for situation in pack(name).situations.values()
        for trigger in situation.triggers
    ]
    assert all(said)


def test_words_of_some_triggers() -> None:
    situations = pack().situations
    assert [
        in_words(situations[name].triggers[0], pack())
        for name in ("hold_too_long", "silent_call", "agent_hung_up_first")
    ] == [
        "保持 25 秒",
        "双方静默,客户未出声 5 秒",
        "坐席先挂机",
    ]
