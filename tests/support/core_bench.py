"""A core on the bench: a noted engine, one call with its agents, and what the core wants done about it."""

from ami_bridge.events import (
    AgentRinging,
    CallAnswered,
    CallEvent,
    CallId,
    CallStarted,
    ChannelName,
    Direction,
    Extension,
    Party,
)
from asr.events import Heard, LegId
from assistant.core import Core, CoreSettings, TapChange
from assistant.effects import Effect, ToAgent, ToEveryone, ToSupervisors
from assistant.messages import CallChanged, Refused
from assistant.people import Person
from prompts.advice import Advice
from prompts.facts import Fact
from tests.support.engines import NotedEngine, OneEngine

CALL = CallId("1700000000.1")

A1, A2 = Extension("8001"), Extension("8002")
TRUNK, PHONE, PHONE2 = (
    ChannelName("PJSIP/trunk400-1"),
    ChannelName("PJSIP/8001-2"),
    ChannelName("PJSIP/8002-3"),
)
LEG = LegId("leg")
BOTH = (Party.CALLER, Party.AGENT)
AGENT = Person(1, "8001", "刘敏", "agent")
OTHER = Person(2, "8002", "徐茂", "agent")
BOSS = Person(3, "9001", "主管", "supervisor")

STARTED = CallStarted(CALL, Direction.INBOUND, TRUNK, "13800138000", "王", "4001234567", "trunk400")
RINGING = AgentRinging(CALL, A1, PHONE)
ANSWERED = CallAnswered(CALL, A1, TRUNK, PHONE, 4.0, 5.0, "line400")


class Bench:
    """A core with a noted engine, and the talk of one test."""

    def __init__(self, **settings: object) -> None:
        self.scripts = OneEngine()
        numbers = iter(range(1, 100))
        self.core = Core(
            self.scripts,
            CoreSettings(model="mini", **settings),  # type: ignore[arg-type]
            lambda: f"e{next(numbers)}",
            lambda number: "北京" if number.startswith("138") else None,
        )

    @property
    def engine(self) -> NotedEngine:
        return self.scripts.noted

    def calls(self, now: float, *events: CallEvent) -> list[Effect]:
        return [effect for event in events for effect in self.core.on_call(event, now)]

    def talking(self, now: float = 5.0) -> None:
        self.calls(0.0, STARTED)
        self.calls(1.0, RINGING)
        self.calls(now, ANSWERED)
        self.core.on_tap(CALL, TapChange.UP, BOTH, "", now)
        self.engine.facts.clear()

    def advise(self, *advice: Advice) -> None:
        """The next fact is answered with this, once."""
        left = [list(advice)]

        def answer(_fact: Fact, _now: float) -> list[Advice]:
            return left.pop() if left else []

        self.engine.answer = answer


def orders(effects: list[Effect]) -> list[Effect]:
    """Without what is shown."""
    return [e for e in effects if not isinstance(e, ToAgent | ToSupervisors | ToEveryone)]


def shown(effects: list[Effect]) -> list[tuple[str, str]]:
    """To whom and of which kind, in order."""
    told: list[tuple[str, str]] = []
    for effect in effects:
        match effect:
            case ToAgent():
                told.append((effect.agent, type(effect.message).__name__))
            case ToSupervisors():
                told.append(("supervisors", type(effect.message).__name__))
            case ToEveryone():
                told.append(("everyone", type(effect.message).__name__))
            case _:
                pass
    return told


def view(effects: list[Effect], kind: type = CallChanged) -> object:
    messages = [e.message for e in effects if isinstance(e, ToAgent | ToSupervisors | ToEveryone)]
    return next(m for m in messages if isinstance(m, kind))


def heard(text: str, *, final: bool = True, utterance: int = 1) -> Heard:
    return Heard(
        LEG, utterance, text, 0.9 if final else None, (), final, 1.5, -20.0, 25.0, 0.3 if final else 0.0
    )


def reasons(effects: list[Effect]) -> list[str]:
    return [e.message.reason for e in effects if isinstance(e, ToAgent) and isinstance(e.message, Refused)]
