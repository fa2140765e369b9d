"""`hotline why`: what was considered in a call, and why it did or did not come, read from the book.

Every line says the second of the call, the situation, and the words, levels or timers that decided. Writes nothing.
"""

from collections.abc import Iterator
from datetime import datetime

from assistant.script_desk import ScriptDesk
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


async def pack_of(desk: ScriptDesk, whole: WholeCall) -> Pack:
    """The pack the call went by, in the version of that day: its cards name it; without any it is chosen as it was then.
    Raises PackError."""
    call = whole.call
    began = call["began_at"]
    assert isinstance(began, datetime)
    shelf = await desk.shelf_at(began)
    shown = whole.cards[-1]["pack"] if whole.cards else None
    of_cards = next((pack for pack in shelf.packs() if pack.name == shown), None)
    dialled, queue = (None if call[name] is None else str(call[name]) for name in ("dialled", "queue"))
    return of_cards or shelf.choose(dialled, queue)


def explained(whole: WholeCall, pack: Pack, situation: str | None = None) -> Iterator[str]:
    """Lines for a person; of one situation (id, title or row, such as S0-17), or of all that were considered."""
    began = whole.call["began_at"]
    yield f"{whole.call['call_id']}  {began:%Y-%m-%d %H:%M:%S}"
    yield from _another_version(whole, pack)
    wanted = None if situation is None else _named(situation, pack)
    lines = [row for row in whole.trace if wanted is None or row["situation_id"] in wanted]
    yield from (_line(row, whole, pack) for row in lines)
    for name in () if wanted is None else sorted(wanted):
        yield from _begins_with(name, pack, considered=any(row["situation_id"] == name for row in lines))
    if wanted is None and not lines:
        yield "这通电话里没有考虑过任何情境"


def _another_version(whole: WholeCall, pack: Pack) -> Iterator[str]:
    """A file may have changed since, and a pack may be in force no more."""
    shown = [f"{card['pack']} {card['pack_version']}" for card in whole.cards[-1:]]
    if shown not in ([], [f"{pack.name} {pack.version}"]):
        yield f"这通电话用的是 {shown[0]},已经没有了;以下按 {pack.name} {pack.version} 解释"


def _line(row: Row, whole: WholeCall, pack: Pack) -> str:
    at, began, name = row["at"], whole.call["began_at"], str(row["situation_id"])
    seconds = (at - began).total_seconds() if isinstance(at, datetime) and isinstance(began, datetime) else 0
    situation = pack.situations.get(name)
    title = name if situation is None else situation.title
    begun = "没有轮到" if situation is not None and situation.steps and not _was_seen(row, whole) else "出现"
    sign = begun if row["fired"] else "未出现"
    return f"{seconds:8.1f} s  {sign}  {title}({name}):{row['because']}"


def _was_seen(row: Row, whole: WholeCall) -> bool:
    """Of what only waited behind other cards the book has none."""
    at = row["at"]
    assert isinstance(at, datetime)
    ends = (card["gone_at"] for card in whole.cards if card["situation_id"] == row["situation_id"])
    return any(not isinstance(end, datetime) or end >= at for end in ends)


def _named(wanted: str, pack: Pack) -> set[str]:
    """The situations meant; itself where the pack has none such."""
    found = {
        name
        for name, situation in pack.situations.items()
        if wanted in (name, situation.title) or wanted in situation.sources
    }
    return found or {wanted}


def _begins_with(name: str, pack: Pack, *, considered: bool) -> Iterator[str]:
    if name not in pack.situations:
        yield f"这通电话的话术({pack.name} {pack.version})里没有「{name}」这个情境"
        return
    situation = pack.situations[name]
    triggers = ";".join(in_words(trigger, pack) for trigger in situation.triggers)
    if not considered:
        yield f"{situation.title}({name}):触发条件一次也没有满足"
    yield f"  触发条件:{triggers}({pack.name} {pack.version},{'、'.join(situation.sources)})"
