"""Taps: which, how many, whose, and what becomes of them."""

from collections.abc import Coroutine
from dataclasses import dataclass, field

import pytest

from ami_bridge.events import ChannelName, Party
from asr.events import LegEnd, LegId
from assistant.core import TapChange
from assistant.effects import StartTap
from assistant.taps import TapRefusedError, Taps, release_of

CALLER, AGENT, AGENT2 = ChannelName("PJSIP/t-1"), ChannelName("PJSIP/8001-2"), ChannelName("PJSIP/8002-3")
BOTH = (Party.CALLER, Party.AGENT)


@dataclass
class Rim:
    """Ears and PBX in one: notes what is asked of them."""

    expected: dict[str, tuple[LegId, ...]] = field(default_factory=dict)
    made: list[tuple[ChannelName, bool]] = field(default_factory=list)
    gated: list[bool] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    reported: list[tuple[str, TapChange, tuple[Party, ...]]] = field(default_factory=list)
    refuse: bool = False

    def expect(self, tap_id: str, legs: tuple[LegId, ...]) -> None:
        self.expected[tap_id] = legs

    def gate(self, leg: LegId, open: bool) -> None:  # noqa: A002
        self.gated.append(open)

    def drop(self, tap_id: str) -> None:
        self.dropped.append(tap_id)

    async def make(self, tap_id: str, channel: ChannelName, stereo: bool) -> None:
        self.made.append((channel, stereo))
        if self.refuse:
            raise TapRefusedError("no such channel")

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Runs it at once: nothing in it waits."""
        with pytest.raises(StopIteration):
            work.send(None)

    def report(self, call_id: str, change: TapChange, parties: tuple[Party, ...], reason: str) -> None:
        self.reported.append((call_id, change, parties))


def taps_of(rim: Rim, version: str = "22.10.1", stereo: str = "auto") -> Taps:
    taps = Taps(rim, rim.make, rim.spawn, rim.report, stereo)  # type: ignore[arg-type]
    taps.learn_version(version)
    return taps


def only(rim: Rim) -> tuple[str, tuple[LegId, ...]]:
    ((tap_id, legs),) = rim.expected.items()
    return tap_id, legs


@pytest.mark.parametrize(
    ("version", "possible", "stereo"),
    [
        ("22.10.1", True, True),
        ("21.1.0", True, False),
        ("21.2.0", True, True),
        ("20.6.0", True, False),
        ("20.19.0", True, True),
        ("18.21.0", True, False),
        ("18.26.2", True, True),
        ("16.30.1", False, False),
        ("AMI 11.0.0", True, True),
        ("AMI 5.0.2", False, False),
        ("GIT-master", True, True),
    ],
)
def test_what_each_asterisk_can(version: str, possible: bool, stereo: bool) -> None:
    taps = taps_of(Rim(), version)
    assert (taps.possible, taps.stereo if possible else False) == (possible, stereo)


def test_a_release_is_read_from_asterisks_or_amis_number() -> None:
    assert [release_of(text) for text in ("20.19.1", "AMI 9.0.0", "GIT")] == [(20, 19), (20, 99), None]


def test_a_stereo_tap_is_made_once_and_anew_when_the_agent_changes() -> None:
    rim = Rim()
    taps = taps_of(rim)
    taps.start(StartTap("c", CALLER, AGENT))
    taps.start(StartTap("c", CALLER, AGENT))
    tap_id, legs = only(rim)
    assert [taps.whose(leg) for leg in legs] == [("c", Party.CALLER), ("c", Party.AGENT)]
    taps.start(StartTap("c", CALLER, AGENT2))
    assert (rim.made, rim.dropped) == ([(CALLER, True), (CALLER, True)], [tap_id])
    assert [taps.whose(leg) for leg in legs] == [None, None]
    taps.attached(list(rim.expected)[1])
    assert rim.reported == [("c", TapChange.UP, BOTH)]


def test_two_mono_taps_and_the_agents_follows_the_agent() -> None:
    rim = Rim()
    taps = taps_of(rim, stereo="off")
    taps.start(StartTap("c", CALLER, AGENT))
    taps.start(StartTap("c", CALLER, AGENT2))
    assert rim.made == [(CALLER, False), (AGENT, False), (AGENT2, False)]
    assert rim.dropped == [list(rim.expected)[1]]
    assert len(taps) == 2


def test_the_gate_is_set_when_the_agents_leg_comes_and_when_it_changes() -> None:
    rim = Rim()
    taps = taps_of(rim)
    taps.start(StartTap("c", CALLER, AGENT))
    taps.set_agent_ear("c", False)
    taps.leg_started(only(rim)[1][1])
    taps.set_agent_ear("c", True)
    taps.set_agent_ear("other", True)
    assert rim.gated == [False, False, True]


def test_a_refused_tap_and_one_that_ends_are_lost_once() -> None:
    rim = Rim(refuse=True)
    taps = taps_of(rim)
    taps.start(StartTap("c", CALLER, AGENT))
    assert rim.reported == [("c", TapChange.LOST, BOTH)]
    tap_id, legs = only(rim)
    taps.gone(tap_id, "again")
    taps.leg_ended(legs[0], LegEnd.CLOSED_BY_PBX)
    assert len(rim.reported) == 1
    assert len(taps) == 0


def test_a_tap_we_end_ourselves_is_no_loss() -> None:
    rim = Rim()
    taps = taps_of(rim)
    taps.start(StartTap("c", CALLER, AGENT))
    tap_id, legs = only(rim)
    taps.leg_ended(legs[0], LegEnd.STOPPED)
    taps.stop("c")
    taps.gone(tap_id, "late news")
    taps.stop("c")
    assert rim.dropped == [tap_id]
    assert rim.reported == []
    assert taps.whose(legs[0]) is None


def test_where_stereo_does_not_come_two_mono_taps_do() -> None:
    rim = Rim()
    taps = taps_of(rim)
    taps.start(StartTap("c", CALLER, AGENT))
    taps.leg_ended(only(rim)[1][0], LegEnd.PROTOCOL_ERROR)
    assert rim.reported == [("c", TapChange.LOST, BOTH)]
    taps.start(StartTap("c", CALLER, AGENT))
    assert rim.made == [(CALLER, True), (CALLER, False), (AGENT, False)]


def test_an_asterisk_without_audiosocket_is_not_asked() -> None:
    rim = Rim()
    taps_of(rim, "16.30.1").start(StartTap("c", CALLER, AGENT))
    assert (rim.made, rim.reported) == ([], [("c", TapChange.IMPOSSIBLE, BOTH)])
