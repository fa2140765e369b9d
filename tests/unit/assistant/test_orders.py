"""Orders of people to the PBX, and to whom a refusal goes."""

from collections.abc import Coroutine
from dataclasses import dataclass, field

import pytest

from ami_bridge.actions import Action
from ami_bridge.client import ActionRefused, Response
from ami_bridge.events import ChannelName
from ami_bridge.messages import AmiMessage
from assistant.effects import HandOver, HangUp, PickUp, PlaceDemoCall, Redirect, Spy, TakeOver
from assistant.messages import Refused
from assistant.orders import Order, Orders, tap_maker
from assistant.taps import TapRefusedError

PHONE = ChannelName("PJSIP/8001-00000002")
TAP = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"


@dataclass
class Rim:
    done: list[Action] = field(default_factory=list)
    refused: list[tuple[str, Refused]] = field(default_factory=list)
    placed: list[str] = field(default_factory=list)
    sent: list[tuple[Redirect | HandOver, str | None]] = field(default_factory=list)
    answers: bool = True

    async def perform(self, action: Action, timeout: float = 5.0) -> Response:
        self.done.append(action)
        if not self.answers:
            raise ActionRefused("No such channel")
        return Response("", AmiMessage([]))

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        with pytest.raises(StopIteration):
            work.send(None)

    def refuse(self, extension: str, refused: Refused) -> None:
        self.refused.append((extension, refused))

    def orders(self) -> Orders:
        def sent(order: Redirect | HandOver, why_not: str | None) -> None:
            self.sent.append((order, why_not))

        return Orders(self.perform, self.spawn, self.refuse, "PJSIP", self.placed.append, sent=sent)


@pytest.mark.parametrize(
    ("order", "name", "fields"),
    [
        (HangUp("c", PHONE, "x"), "Hangup", {"Channel": PHONE}),
        (Redirect("c", PHONE, "ctx", "100"), "Redirect", {"Context": "ctx", "Exten": "100"}),
        (Spy("c", PHONE, "9001", "whisper"), "Originate", {"Application": "ChanSpy", "Async": "true"}),
        (TakeOver("c", PHONE, "9001"), "Originate", {"Application": "Bridge", "Channel": "PJSIP/9001"}),
        (PickUp("c", PHONE, "8002"), "Originate", {"Application": "PickupChan", "Async": "true"}),
    ],
)
def test_each_order_becomes_its_action(order: Order, name: str, fields: dict[str, str]) -> None:
    rim = Rim()
    rim.orders().give(order)
    assert [action.name for action in rim.done] == [name]
    assert fields.items() <= dict(rim.done[0].fields).items()
    assert rim.refused == []


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (HangUp("c", PHONE, "x"), []),
        (Spy("c", PHONE, "9001", "listen"), [("9001", "join_call")]),
        (TakeOver("c", PHONE, "9001"), [("9001", "join_call")]),
        (PickUp("c", PHONE, "8002"), [("8002", "pick_up")]),
        (PickUp("c", ChannelName("bad channel,evil"), "8002"), [("8002", "pick_up")]),
    ],
)
def test_a_refusal_goes_to_who_asked(order: Order, told: list[tuple[str, str]]) -> None:
    rim = Rim(answers=False)
    rim.orders().give(order)
    assert [(extension, refused.reply_to) for extension, refused in rim.refused] == told


def test_a_demo_call_asks_no_pbx() -> None:
    rim = Rim()
    rim.orders().give(PlaceDemoCall("无声电话"))
    assert (rim.placed, rim.done) == (["无声电话"], [])


async def test_a_tap_is_made_or_refused_with_the_reason() -> None:
    rim = Rim()
    make = tap_maker(rim.perform, "127.0.0.1", 9092)
    await make(TAP, PHONE, True)
    assert dict(rim.done[0].fields)["Data"] == f"{PHONE},uqDES"
    rim.answers = False
    with pytest.raises(TapRefusedError, match="No such channel"):
        await make(TAP, PHONE, False)


def test_of_a_caller_who_was_not_sent_elsewhere_the_program_hears() -> None:
    rim, order = Rim(answers=False), Redirect("c", PHONE, "ctx", "s", "8001")
    rim.orders().give(order)
    assert (rim.sent, rim.refused) == ([(order, "No such channel")], [])


def test_of_a_caller_who_was_sent_elsewhere_too() -> None:
    rim, order = Rim(), Redirect("c", PHONE, "ctx", "s", "8001")
    rim.orders().give(order)
    assert (rim.sent, rim.refused) == ([(order, None)], [])


def test_of_a_colleague_who_was_not_asked_program_and_agent_hear() -> None:
    rim, order = Rim(answers=False), HandOver("c", PHONE, "8001", "8002")
    rim.orders().give(order)
    assert rim.sent == [(order, "No such channel")]
    assert [(extension, refused.reply_to) for extension, refused in rim.refused] == [("8001", "transfer")]


def test_a_colleague_who_is_asked_is_the_pbx_s_to_tell() -> None:
    rim = Rim()
    rim.orders().give(HandOver("c", PHONE, "8001", "8002"))
    assert (rim.sent, rim.refused) == ([], [])
