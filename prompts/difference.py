"""What differs between two packs, for the person who answers for the words: situation by situation, phrase by phrase.

Pure. Compares packs as they are in force, after what they extend was followed.
"""

from collections.abc import Iterator

from prompts.pack import Pack
from prompts.situations import Situation, Step
from prompts.trigger_words import in_words

_PLAIN = {
    "title": "标题",
    "priority": "优先级",
    "cooldown": "间隔",
    "max_per_call": "每通最多",
    "hangup": "挂机",
    "expires": "停留",
    "sources": "依据",
}


def differences(old: Pack, new: Pack) -> Iterator[str]:
    """Lines that begin with -, + or ~; none where the two say the same."""
    for name in sorted(old.situations.keys() - new.situations.keys()):
        yield f"- {name} {old.situations[name].title}"
    for name, situation in new.situations.items():
        if name not in old.situations:
            yield f"+ {name} {situation.title}"
            yield from (f"    + {number} {phrase}" for number, phrase in _phrases(situation))
        elif situation != old.situations[name] or _begins(old, name) != _begins(new, name):
            yield from _changed(name, old, new)
    yield from _values(old, new)


def _changed(name: str, old: Pack, new: Pack) -> Iterator[str]:
    before, after = old.situations[name], new.situations[name]
    yield f"~ {name} {after.title}"
    for field, said in _PLAIN.items():
        was, now = getattr(before, field), getattr(after, field)
        if was != now:
            yield f"    ~ {said}:{_short(was)} → {_short(now)}"
    yield from _lines("", dict(_phrases(before)), dict(_phrases(after)))
    yield from _lines("禁用 ", dict(_nevers(before)), dict(_nevers(after)))
    if _begins(old, name) != _begins(new, name):
        yield f"    ~ 触发:{_begins(old, name)} → {_begins(new, name)}"


def _lines(what: str, before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    for number in before | after:
        if before.get(number) != after.get(number):
            if number in before:
                yield f"    - {what}{number} {before[number]}"
            if number in after:
                yield f"    + {what}{number} {after[number]}"


def _phrases(situation: Situation) -> Iterator[tuple[str, str]]:
    for number, step in enumerate(situation.steps, 1):
        yield str(number), _said(step)


def _said(step: Step) -> str:
    wait = "" if step.then is None else f"〔{step.then.kind}{getattr(step.then, 'seconds', '')}〕"
    return "|".join(step.variants) + wait


def _nevers(situation: Situation) -> Iterator[tuple[str, str]]:
    for number, never in enumerate(situation.never, 1):
        yield str(number), never.say or never.do or ""


def _begins(pack: Pack, name: str) -> str:
    return ";".join(in_words(trigger, pack) for trigger in pack.situations[name].triggers)


def _values(old: Pack, new: Pack) -> Iterator[str]:
    before, after = old.document.variables, new.document.variables
    for name in before | after:
        if before.get(name) != after.get(name):
            yield f"~ {{{name}}}:{_short(before.get(name))} → {_short(after.get(name))}"


def _short(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    return "无" if value is None else str(value)
