"""Ears on what an agent says to a colleague: one mono tap, whose leg it is, and when it goes."""

from ami_bridge.events import ChannelName
from asr.events import LegId
from assistant.asides import Asides
from assistant.effects import ListenAside, StopAside
from tests.unit.assistant.test_taps import Rim, only

FIRST, SECOND = ChannelName("PJSIP/8001-7"), ChannelName("PJSIP/8001-9")


def asides_of(rim: Rim) -> Asides:
    return Asides(rim, rim.make, rim.spawn)


def test_one_mono_tap_on_the_agents_channel() -> None:
    rim = Rim()
    asides = asides_of(rim)
    asides.carry_out(ListenAside("call", FIRST))
    _, (leg,) = only(rim)
    assert (rim.made, asides.whose(leg), asides.whose(LegId("x/caller"))) == ([(FIRST, False)], "call", None)


def test_it_goes_when_told() -> None:
    rim = Rim()
    asides = asides_of(rim)
    asides.carry_out(ListenAside("call", FIRST))
    tap_id, (leg,) = only(rim)
    asides.carry_out(StopAside("call"))
    asides.carry_out(StopAside("call"))
    assert (rim.dropped, asides.whose(leg)) == ([tap_id], None)


def test_a_call_has_one_at_most() -> None:
    rim = Rim()
    asides = asides_of(rim)
    for channel in (FIRST, SECOND):
        asides.carry_out(ListenAside("call", channel))
    before, (leg,) = next(iter(rim.expected.items()))
    assert (rim.dropped, asides.whose(leg)) == ([before], None)
    assert rim.made == [(FIRST, False), (SECOND, False)]


def test_what_the_pbx_refuses_is_expected_no_more() -> None:
    rim = Rim(refuse=True)
    asides = asides_of(rim)
    asides.carry_out(ListenAside("call", FIRST))
    tap_id, (leg,) = only(rim)
    assert (rim.dropped, asides.whose(leg)) == ([tap_id], None)
