"""Through the core: the agent's name, the day's holiday and the turn of a wording reach the phrase on the page."""

from datetime import datetime
from pathlib import Path

from ami_bridge.events import CallAnswered, CallId, CallStarted, ChannelName, Direction, Extension
from assistant.core import Core, CoreSettings
from assistant.duty.calendar import SHANGHAI
from assistant.effects import Effect, ToAgent
from assistant.messages import CardShown
from assistant.moment import words_of
from assistant.scripts import LiveShelf, Shelf
from prompts import load_pack
from prompts.pack import Pack

TRUNK, PHONE = ChannelName("PJSIP/t-1"), ChannelName("PJSIP/8001-2")
HOUSE = """\
pack: house
version: "1"
title: 某公司
extends: [addon_telecom10000]
phrases: {greeting: "您好[,{holiday}快乐][,我是{agent_name}]。"}
"""


def greetings(pack: Pack, at: str, calls: int) -> list[str]:
    moment = words_of(datetime.fromisoformat(at).replace(tzinfo=SHANGHAI))
    core = Core(LiveShelf(Shelf(pack, {}, {}), lambda: moment), CoreSettings(), lambda: "e")
    core.on_presence("8001", "刘敏", online=True, now=0.0)
    effects: list[Effect] = []
    for number in range(calls):
        call = CallId(f"{number}.1")
        core.on_call(CallStarted(call, Direction.INBOUND, TRUNK, "138", None, "400", "t"), 1.0)
        effects += core.on_call(CallAnswered(call, Extension("8001"), TRUNK, PHONE, 4.0, 4.0, None), 2.0)
    cards = (
        one.message.card for one in effects if isinstance(one, ToAgent) and isinstance(one.message, CardShown)
    )
    return [card.phrase for card in cards if card.situation_id == "greeting"]


def test_the_third_call_is_greeted_by_name() -> None:
    assert greetings(load_pack("addon_telecom10000"), "2026-03-04 10:00", 4) == [
        "您好,请问需要什么帮助?",
        "您好,请问有什么可以帮到您?",
        "您好,我是刘敏,很高兴为您服务",
        "您好,请问需要什么帮助?",
    ]


def test_a_houses_phrase_names_the_holiday_where_there_is_one(tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    file.write_text(HOUSE, encoding="utf-8")
    assert greetings(load_pack(file), "2025-09-29 10:00", 1) == ["您好,国庆节快乐,我是刘敏。"]
    assert greetings(load_pack(file), "2025-09-10 10:00", 1) == ["您好,我是刘敏。"]
