"""What a schema cannot see in a pack: names that lead nowhere, phrases with holes, words too general; then what overlaps.

Pure; answers faults with the trail of the value they are about.
"""

from collections.abc import Iterator

from prompts.facts import Speaker
from prompts.faults import Fault
from prompts.overlaps import overlaps
from prompts.situations import HangUp, PackDocument, Situation, Step
from prompts.templates import Template
from prompts.text import normalise
from prompts.topics import OWNER_OF, standing_values
from prompts.triggers import OnHeard
from prompts.yaml_source import Trail

ALWAYS_KNOWN = frozenset({"caller"})
"""`caller`: 李先生, or the pack's form for somebody unknown."""
MAY_KNOW = frozenset(
    {
        "apology",
        "mute_words",
        "agent_no",
        "surname",
        "title",
        "dialled",
        "queue",
        "agent_name",
        "hello",
        "wish",
        "greeting_time",
        "holiday",
        "promise_hours",
        "owner",
        "owners",
        "topic",
        "colleague",
    }
)
BUILT_IN_LEXICONS = {
    "question": Speaker.CALLER,
    "transfer_announced": Speaker.AGENT,
    "goodbye_agent": Speaker.AGENT,
    "agent_greets": Speaker.AGENT,
    "asks_more": Speaker.AGENT,
    "wait_announced": Speaker.AGENT,
}
"""Lexicons the engine itself asks for: the caller asked (S1-12), the agent announced a transfer (S2-42), said goodbye,
asked to wait (S3-14), greeted, asked whether there is more (S1-24)."""
TOO_GENERAL = frozenset(
    [
        "好",
        "是",
        "不",
        "有",
        "我",
        "你",
        "他",
        "您",
        "的",
        "了",
        "吗",
        "在",
        "喂",
        "对",
        "行",
        "这",
        "那",
        "说",
        "要",
        "去",
        "来",
        "人",
        "好的",
        "可以",
        "你好",
        "您好",
        "知道",
        "什么",
        "怎么",
    ]
)


def check(document: PackDocument) -> list[Fault]:
    faults = [
        *_dangling(document),
        *_holes(document),
        *_scripts(document),
        *_too_general(document),
    ]
    return faults or list(overlaps(document))


def _dangling(document: PackDocument) -> Iterator[Fault]:
    known = document.situations.keys()
    for place, topic in enumerate(document.topics):
        if topic.lexicon not in document.lexicons:
            yield Fault(("topics", place, "lexicon"), f"没有「{topic.lexicon}」这个词表", fatal=True)
    for name, situation in document.situations.items():
        for item in ("requires", "inhibits", "settles"):
            named: tuple[str, ...] = getattr(situation, item)
            for place, other in enumerate(named):
                if other not in known:
                    yield Fault(("situations", name, item, place), f"没有「{other}」这个情境", fatal=True)
        for place, trigger in enumerate(situation.triggers):
            if isinstance(trigger, OnHeard) and trigger.lexicon not in document.lexicons:
                trail = ("situations", name, "triggers", place, "lexicon")
                yield Fault(trail, f"没有「{trigger.lexicon}」这个词表", fatal=True)


def _holes(document: PackDocument) -> Iterator[Fault]:
    sure = ALWAYS_KNOWN | document.variables.keys() | standing_values(document.topics, {}).keys()
    owners = {f"{OWNER_OF}{lexicon}" for lexicon in document.lexicons}  # a pack on top may have other topics
    known = sure | MAY_KNOW | owners | set(document.may_know)
    for name, situation in document.situations.items():
        for place, step in enumerate(situation.steps):
            trail: Trail = ("situations", name, "steps", place)
            variables = [found for phrase in _phrases(step) for found in Template.parse(phrase).variables()]
            for variable, droppable in variables:
                if variable not in known:
                    yield Fault((*trail, "say"), f"没有变量「{variable}」", fatal=True)
                elif variable not in sure and not droppable and step.plain is None:
                    text = f"「{variable}」可能未知:用 [ ] 括起含它的部分,或写 plain"
                    yield Fault((*trail, "say"), text, fatal=True)
            for variable, droppable in Template.parse(step.hint or "").variables():
                if variable not in known:
                    yield Fault((*trail, "hint"), f"没有变量「{variable}」", fatal=True)
                elif variable not in sure and not droppable:
                    text = f"「{variable}」可能未知:用 [ ] 括起含它的部分"
                    yield Fault((*trail, "hint"), text, fatal=True)
            if step.plain is not None and any(
                variable not in sure and not droppable
                for variable, droppable in Template.parse(step.plain).variables()
            ):
                yield Fault((*trail, "plain"), "plain 里只能用总是已知的变量", fatal=True)


def _phrases(step: Step) -> tuple[str, ...]:
    return (*step.variants, *step.either)


def _scripts(document: PackDocument) -> Iterator[Fault]:
    for name, situation in document.situations.items():
        trail: Trail = ("situations", name)
        if not situation.steps and not (situation.escalate or situation.mark or situation.never):
            yield Fault(trail, "既没有步骤,也没有上报或禁用语", fatal=True)
        for place, step in enumerate(situation.steps[:-1]):
            if step.then is None:
                yield Fault((*trail, "steps", place), "不是最后一步,须写 then", fatal=True)
        if situation.hangup is not HangUp.NONE and not _ends_waiting(situation):
            yield Fault((*trail, "hangup"), "要挂机,最后一步须写 then(silence、pause 或 consent)", fatal=True)


def _ends_waiting(situation: Situation) -> bool:
    last = situation.steps[-1].then if situation.steps else None
    return last is not None and last.kind in {"silence", "pause", "consent"}


def _too_general(document: PackDocument) -> Iterator[Fault]:
    for name, lexicon in document.lexicons.items():
        if not lexicon.words and not lexicon.own:
            yield Fault(("lexicons", name, "words"), "不能为空", fatal=True)
        for place, word in enumerate(lexicon.words):
            plain = normalise(word).text
            trail: Trail = ("lexicons", name, "words", place)
            if not plain:
                yield Fault(trail, f"「{word}」没有可比较的字", fatal=True)
            elif not (lexicon.whole or lexicon.general) and (len(plain) <= 1 or plain in TOO_GENERAL):
                yield Fault(trail, f"「{word}」太短或太泛,会误触发;可写 whole: true", fatal=True)
