"""An engine of the tests: notes every fact it is told and answers what the test wrote for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.core import Engine
from assistant.messages import SituationView
from prompts.advice import Advice, Audience, Card, ShowCard
from prompts.facts import CallContext, CardId, Fact, SituationId

Answer = Callable[[Fact, float], list[Advice]]


def nothing(_fact: Fact, _now: float) -> list[Advice]:
    return []


@dataclass
class NotedEngine:
    """`deadline`: when it wants to be woken; waking answers `on_wake`."""

    answer: Answer = nothing
    on_wake: Callable[[float], list[Advice]] = lambda _now: []
    deadline: float | None = None
    facts: list[Fact] = field(default_factory=list)
    pack: str = "p"
    situations: tuple[str, ...] = ("abuse",)

    def has(self, situation_id: SituationId) -> bool:
        return situation_id in self.situations

    def on_fact(self, fact: Fact, now: float) -> list[Advice]:
        self.facts.append(fact)
        return self.answer(fact, now)

    def next_deadline(self) -> float | None:
        return self.deadline

    def on_timer(self, now: float) -> list[Advice]:
        self.deadline = None
        return self.on_wake(now)

    def instead_of(self, situation_id: SituationId) -> str | None:
        return f"instead of {situation_id}"


@dataclass
class OneEngine:
    """`Scripts` whose calls all share one engine."""

    noted: NotedEngine = field(default_factory=NotedEngine)
    contexts: list[CallContext] = field(default_factory=list)

    def engine(self, context: CallContext) -> Engine:
        self.contexts.append(context)
        return self.noted

    def situations(self) -> Sequence[SituationView]:
        return [SituationView(situation_id="abuse", title="辱骂", sources=["S0-31"], initials="rm")]

    def names(self) -> list[str]:
        return ["p"]

    def describe(self) -> str:
        return "测试话术"


def a_card(card_id: str = "c1", *, title: str = "标题", audience: Audience = Audience.AGENT) -> Card:
    return Card(
        card_id=CardId(card_id),
        situation_id=SituationId("s1"),
        sources=("S0-16",),
        title=title,
        phrase="您好",
        verbatim=None,
        hint=None,
        next_phrase=None,
        never=(),
        step=1,
        steps=1,
        countdown=None,
        why="测试",
        evidence=("生气",),
        priority=50,
        buttons=(),
        audience=audience,
        pack="p",
        pack_version="1",
    )


def show(card: Card) -> ShowCard:
    return ShowCard(card)
