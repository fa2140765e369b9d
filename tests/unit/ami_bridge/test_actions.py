"""What we may ask of the PBX, and what is refused before it is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ami_bridge import actions
from ami_bridge.actions import Action
from ami_bridge.events import ChannelName, Extension, TapId

TAP = TapId("04a823ac-e85c-4f78-8d59-497ba28f9642")
CALLER = ChannelName("PJSIP/trunk400-0000001a")
AGENT = ChannelName("PJSIP/8001-0000001b")


@pytest.mark.parametrize(("stereo", "options"), [(True, "uqDES"), (False, "uqoES")])
def test_tap(stereo: bool, options: str) -> None:
    assert actions.tap(CALLER, TAP, "127.0.0.1", 9092, stereo=stereo) == Action(
        "Originate",
        (
            ("Channel", f"AudioSocket/127.0.0.1:9092/{TAP}/c(slin)"),
            ("Application", "ChanSpy"),
            ("Data", f"PJSIP/trunk400-0000001a,{options}"),
            ("Async", "true"),
            ("Codecs", "slin"),
        ),
    )
    assert actions.tap_channel(TAP, "127.0.0.1", 9092) == f"AudioSocket/127.0.0.1:9092-{TAP}"


@pytest.mark.parametrize(
    ("spy", "options"), [(actions.listen, "uqES"), (actions.whisper, "uqwES"), (actions.barge, "uqBES")]
)
def test_a_supervisor_spies_on_exactly_one_channel(spy: object, options: str) -> None:
    assert callable(spy)
    assert spy(Extension("8900"), AGENT) == Action(
        "Originate",
        (
            ("Channel", "PJSIP/8900"),
            ("Application", "ChanSpy"),
            ("Data", f"PJSIP/8001-0000001b,{options}"),
            ("Async", "true"),
            ("Timeout", "30000"),
        ),
    )


def test_pick_up_rings_the_picker_first() -> None:
    assert actions.pick_up(Extension("8002"), AGENT, "SIP") == Action(
        "Originate",
        (
            ("Channel", "SIP/8002"),
            ("Application", "PickupChan"),
            ("Data", "PJSIP/8001-0000001b"),
            ("Async", "true"),
            ("Timeout", "20000"),
        ),
    )


def test_hang_up_redirect_and_test_call() -> None:
    assert actions.hang_up(CALLER) == Action("Hangup", (("Channel", CALLER), ("Cause", "16")))
    assert actions.redirect(CALLER, "after-hours", "s") == Action(
        "Redirect", (("Channel", CALLER), ("Context", "after-hours"), ("Exten", "s"), ("Priority", "1"))
    )
    assert actions.place_call("from-trunk", "4001234567").fields[:3] == (
        ("Channel", "Local/4001234567@from-trunk/n"),
        ("Application", "Morsecode"),
        ("Data", "0" * 20),
    )


HOSTILE = [
    "",
    "x",
    "PJSIP/8001,qw",
    "PJSIP/${SHELL(id)}",
    "PJSIP/a b",
    "PJSIP/8001\r\nAction: Command",
    "PJSIP/王",
]


@pytest.mark.parametrize("channel", HOSTILE)
def test_a_channel_that_is_none_goes_nowhere(channel: str) -> None:
    name = ChannelName(channel)
    with pytest.raises(ValueError, match="is no channel"):
        actions.tap(name, TAP, "127.0.0.1", 9092, stereo=True)
    with pytest.raises(ValueError, match="is no channel"):
        actions.hang_up(name)
    with pytest.raises(ValueError, match="is no channel"):
        actions.listen(Extension("8900"), name)
    with pytest.raises(ValueError, match="is no channel"):
        actions.pick_up(Extension("8900"), name)


@pytest.mark.parametrize("extension", ["", "80 01", "8001&PJSIP/9", "8001,1", "../8001", "8001/x"])
def test_an_extension_that_is_none_goes_nowhere(extension: str) -> None:
    with pytest.raises(ValueError, match="is no extension"):
        actions.whisper(Extension(extension), AGENT)
    with pytest.raises(ValueError, match="is no extension"):
        actions.redirect(CALLER, "from-trunk", f"{extension}/" if extension == "../8001" else extension)


@pytest.mark.parametrize(
    ("host", "port", "tap_id"),
    [
        ("a,b", 9092, TAP),
        ("", 9092, TAP),
        ("127.0.0.1", 0, TAP),
        ("127.0.0.1", 70_000, TAP),
        ("::1", 1, "nope"),
    ],
)
def test_a_tap_needs_an_address_and_a_uuid(host: str, port: int, tap_id: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        actions.tap(CALLER, TapId(tap_id), host, port, stereo=False)


def originate(**fields: str) -> tuple[tuple[str, str], ...]:
    return tuple({"Channel": "PJSIP/8001", "Application": "ChanSpy", "Async": "true", **fields}.items())


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("Command", (("Command", "core stop now"),)),
        ("QueueRemove", ()),
        ("Getvar", (("Variable", "SHELL(id)"),)),
        ("Originate", originate(Application="Dial")),
        ("Originate", originate(Application="System")),
        ("Originate", originate(Exten="13800138000")),
        ("Originate", originate(Variable="X=${SHELL(id)}")),
        ("Originate", originate(Async="false")),
        ("Hangup", (("Channel", "PJSIP/1\r\nAction: Command"),)),
    ],
)
def test_nothing_outside_the_list_can_even_be_made(name: str, fields: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Action(name, fields)


@given(st.text())
def test_no_text_gets_dialplan_syntax_into_an_action(text: str) -> None:
    try:
        action = actions.tap(ChannelName(text), TAP, "127.0.0.1", 9092, stereo=True)
    except ValueError:
        return
    data = dict(action.fields)["Data"]
    assert data == f"{text},uqDES"
    assert not set(text) & set(',${}"\\ \r\n\0|&')


def test_of_the_dialplan_only_the_duty_trunk_is_read() -> None:
    assert actions.duty_trunk() == Action("Getvar", (("Variable", "HOTLINE_DUTY_TRUNK"),))


def test_taking_over_rings_the_supervisor_and_touches_the_caller_only_then() -> None:
    assert actions.take_over(Extension("9001"), CALLER) == Action(
        "Originate",
        (
            ("Channel", "PJSIP/9001"),
            ("Application", "Bridge"),
            ("Data", f"{CALLER},x"),
            ("Async", "true"),
            ("Timeout", "30000"),
        ),
    )
