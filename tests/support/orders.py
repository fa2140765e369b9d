"""Calls whose events come in any order, from their beginning to their end; the number of a call says which."""

import random
from collections.abc import Callable
from functools import cache

from ami_bridge.events import (
    AgentRinging,
    AgentStoppedRinging,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallHeld,
    CallId,
    CallQueued,
    CallResumed,
    CallStarted,
    CallTransferred,
    ChannelName,
    Direction,
    EndReason,
    Extension,
    HoldMusic,
    Party,
    PhoneLifted,
    RingEnd,
    TransferFailed,
    TransferKind,
)
from asr.events import AudioJudged, AudioKind, Heard, LegId, SpeechEvent, SpeechStarted, SpeechStopped
from assistant.config import ScriptsSection
from assistant.core import Core, CoreSettings, TapChange
from assistant.effects import Effect, ListenAside, Save, StartTap, StopAside, StopTap
from assistant.records import TraceLine
from assistant.scripts import load_shelf

EVENTS = 5
SAID = ("你们这些骗子", "我要投诉", "好的谢谢再见", "打错了", "我姓李", "怎么这么慢")
CALLER, AGENT = ChannelName("PJSIP/trunk400-1"), ChannelName("PJSIP/8001-1")
SECOND = ChannelName("PJSIP/8001-2")
FIRST = Extension("8001")


shelf = cache(lambda: load_shelf(ScriptsSection()))


def core() -> Core:
    numbers = iter(range(10**9))
    return Core(shelf(), CoreSettings(), lambda: f"escalation-{next(numbers)}")


def began(call: CallId) -> CallEvent:
    return CallStarted(call, Direction.INBOUND, CALLER, "13800138000", None, "4001234567", "trunk400")


OF_LINE: tuple[Callable[[CallId, random.Random], CallEvent], ...] = (
    lambda call, _: CallQueued(call, "line400", 1),
    lambda call, _: AgentRinging(call, FIRST, AGENT),
    lambda call, _: AgentStoppedRinging(call, FIRST, RingEnd.NO_ANSWER),
    lambda call, _: PhoneLifted(call, FIRST),
    lambda call, dice: CallAnswered(call, FIRST, CALLER, AGENT, dice.choice((4.0, 20.0)), 20.0, "line400"),
    lambda call, dice: CallAnswered(
        call, Extension("8002"), CALLER, AGENT, 4.0, dice.random() * 9, "line400"
    ),
    lambda call, dice: CallHeld(call, dice.choice(tuple(Party)), FIRST),
    lambda call, dice: CallResumed(call, dice.choice(tuple(Party)), FIRST),
    lambda call, dice: HoldMusic(call, dice.random() < 0.5),
    lambda call, dice: CallTransferred(call, dice.choice(tuple(TransferKind)), FIRST, "8002"),
    lambda call, dice: TransferFailed(call, dice.choice(tuple(TransferKind)), FIRST, "8002"),
)
OF_VOICES: tuple[Callable[[LegId, random.Random], SpeechEvent], ...] = (
    lambda leg, _: SpeechStarted(leg, 0.1),
    lambda leg, _: SpeechStopped(leg, 0.1, 1.0),
    lambda leg, dice: Heard(leg, dice.randrange(3), dice.choice(SAID), 0.9, (), True, 1.0, -20.0, 25.0, 0.1),
    lambda leg, dice: AudioJudged(leg, dice.choice(tuple(AudioKind)), dice.random() < 0.7, ""),
)


def aside(call: CallId) -> CallId:
    """The call that the agent of this one makes to a colleague."""
    return CallId(f"{call}-aside")


def consults(call: CallId, dice: random.Random) -> list[CallEvent]:
    """The agent answers, lets the caller wait and asks a colleague; any of it may be missing, and the talk goes on or ends."""
    events = [
        CallAnswered(call, FIRST, CALLER, AGENT, 4.0, 4.0, "line400"),
        CallHeld(call, Party.AGENT, FIRST),
        CallStarted(aside(call), Direction.INTERNAL, SECOND, FIRST, None, "8002", None),
        CallAnswered(aside(call), Extension("8002"), SECOND, AGENT, 1.0, 1.0, None),
        CallEnded(aside(call), dice.choice(tuple(EndReason)), None),
    ]
    return [event for event in events if dice.random() < 0.8]


def any_event(here: Core, call: CallId, dice: random.Random, now: float) -> list[Effect]:
    chance = dice.random()
    if chance < 0.1:
        return [effect for event in consults(call, dice) for effect in here.on_call(event, now)]
    if chance < 0.5:
        return here.on_call(dice.choice(OF_LINE)(call, dice), now)
    party = dice.choice(tuple(Party))
    if chance < 0.85:
        return here.on_speech(call, party, dice.choice(OF_VOICES)(LegId(party.value), dice), now)
    if chance < 0.9:
        return here.on_aside(call, dice.choice(OF_VOICES)(LegId("aside"), dice), now)
    return here.on_tap(call, dice.choice(tuple(TapChange)), (Party.CALLER, Party.AGENT), "", now)


def played(here: Core, number: int) -> list[Effect]:
    """One call from its beginning to its end, with whatever in between; timers at their time."""
    dice, call, now = random.Random(number), CallId(f"call-{number}"), number * 1000.0
    effects = here.on_call(began(call), now)
    for _ in range(EVENTS):
        later = now + dice.random() * 20
        while (due := here.next_deadline()) is not None and due <= later:
            now = max(now, due)
            effects += here.on_timer(now)
        now = later
        effects += any_event(here, call, dice, now)
    effects += here.on_call(CallEnded(call, EndReason.HUNG_UP, dice.choice(tuple(Party))), now)
    return [*effects, *here.on_call(CallEnded(aside(call), EndReason.HUNG_UP, None), now)]


def still_tapped(effects: list[Effect]) -> int:
    """How many taps were ordered and never ended."""
    ends = {StartTap: StopTap, ListenAside: StopAside}
    open_now: set[tuple[type, str]] = set()
    for one in effects:
        if isinstance(one, StartTap | ListenAside):
            open_now.add((ends[type(one)], one.call_id))
        elif isinstance(one, StopTap | StopAside):
            open_now.discard((type(one), one.call_id))
    return len(open_now)


def traces(number: int) -> list[TraceLine]:
    return [
        one.record
        for one in played(core(), number)
        if isinstance(one, Save) and isinstance(one.record, TraceLine)
    ]
