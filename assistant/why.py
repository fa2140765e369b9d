"""`hotline why`: what was considered in a call, and why it did or did not come, read from the book.

Every line says the second of the call, the situation, and the words, levels or timers that decided. Writes nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from assistant.store.finding import CallFilter
from assistant.store.reading import Row, WholeCall
from assistant.store.store import Store
from prompts.pack import Pack
from prompts.trigger_words import in_words

LAST = "last"


async def call_named(store: Store, call: str) -> WholeCall:
    """`last` is the newest. Raises NotFoundError."""
    if call == LAST:
        newest = (await store.reading.calls(CallFilter(), limit=1)).calls
        call = str(newest[0]["call_id"]) if newest else LAST
    return await store.reading.whole_call(call)


def explained(whole: WholeCall, packs: list[Pack], situation: str | None = None) -> Iterator[str]:
    """Lines for a person; of one situation (id, title or row, such as S0-17), or of all that were considered."""
    titles = {name: pack.situations[name].title for pack in reversed(packs) for name in pack.situations}
    began = whole.call["began_at"]
    yield f"{whole.call['call_id']}  {began:%Y-%m-%d %H:%M:%S}"
    wanted = None if situation is None else _named(situation, packs)
    lines = [row for row in whole.trace if wanted is None or row["situation_id"] in wanted]
    yield from (_line(row, began, titles) for row in lines)
    for name in () if wanted is None else sorted(wanted):
        yield from _begins_with(name, packs, considered=any(row["situation_id"] == name for row in lines))
    if wanted is None and not lines:
        yield "这通电话里没有考虑过任何情境"


def _line(row: Row, began: object, titles: Mapping[str, str]) -> str:
    at, name = row["at"], str(row["situation_id"])
    seconds = (at - began).total_seconds() if isinstance(at, datetime) and isinstance(began, datetime) else 0
    sign = "出现" if row["fired"] else "未出现"
    return f"{seconds:8.1f} s  {sign}  {titles.get(name, name)}({name}):{row['because']}"


def _named(wanted: str, packs: list[Pack]) -> set[str]:
    """The situations meant; itself where no pack has it any more."""
    found = {
        name
        for pack in packs
        for name, situation in pack.situations.items()
        if wanted in (name, situation.title) or wanted in situation.sources
    }
    return found or {wanted}


def _begins_with(name: str, packs: list[Pack], *, considered: bool) -> Iterator[str]:
    pack = next((pack for pack in packs if name in pack.situations), None)
    if pack is None:
        yield f"现在的话术里没有「{name}」这个情境"
        return
    situation = pack.situations[name]
    triggers = ";".join(in_words(trigger, pack) for trigger in situation.triggers)
    if not considered:
        yield f"{situation.title}({name}):触发条件一次也没有满足"
    yield f"  触发条件:{triggers}({pack.name} {pack.version},{'、'.join(situation.sources)})"
