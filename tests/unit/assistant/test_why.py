"""What `hotline why` answers."""

from datetime import UTC, datetime, timedelta

from assistant.store.reading import Row, WholeCall
from assistant.why import explained
from prompts import load_pack

BEGAN = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
PACK = load_pack("yixunwang400")


def trace(second: float, situation_id: str, because: str, *, fired: bool) -> Row:
    return {
        "situation_id": situation_id,
        "because": because,
        "fired": fired,
        "at": BEGAN + timedelta(seconds=second),
    }


def card(situation_id: str, shown: float, gone: float) -> Row:
    shown_at, gone_at = (BEGAN + timedelta(seconds=second) for second in (shown, gone))
    known = {"pack": "yixunwang400", "pack_version": "1.0"}
    return {**known, "situation_id": situation_id, "shown_at": shown_at, "gone_at": gone_at}


def whole(*rows: Row, cards: tuple[Row, ...] = ()) -> WholeCall:
    call: Row = {"call_id": "call-7", "began_at": BEGAN}
    return WholeCall(
        call=call,
        categories=[],
        legs=[],
        cards=list(cards),
        transcript=[],
        forbidden=[],
        escalations=[],
        trace=list(rows),
        notes=[],
        conduct=[],
    )


CALL = whole(
    trace(2, "greeting", "电话接通", fired=True),
    trace(8.5, "too_quiet", "客户声音太小,持续 2 秒;6 秒前刚提示过", fired=False),
    trace(9, "ask_name", "对话 20 秒未称呼", fired=True),
    cards=(card("greeting", 2, 5),),
)


def test_everything_that_was_considered_with_its_second() -> None:
    assert list(explained(CALL, PACK)) == [
        "call-7  2026-03-02 01:30:00",
        "     2.0 s  出现  接听首句(greeting):电话接通",
        "     8.5 s  未出现  客户声音太小(too_quiet):客户声音太小,持续 2 秒;6 秒前刚提示过",
        f"     9.0 s  没有轮到  {PACK.situations['ask_name'].title}(ask_name):对话 20 秒未称呼",
    ]


def test_one_situation_by_its_row_and_what_it_begins_with() -> None:
    assert list(explained(CALL, PACK, "S0-19")) == [
        "call-7  2026-03-02 01:30:00",
        "     8.5 s  未出现  客户声音太小(too_quiet):客户声音太小,持续 2 秒;6 秒前刚提示过",
        "  触发条件:客户声音太小 2 秒(yixunwang400 1.0,S0-19)",
    ]


def test_one_that_never_came_near_says_what_it_waited_for() -> None:
    assert list(explained(CALL, PACK, "hold_too_long"))[1:] == [
        "等候已满 25 秒(hold_too_long):触发条件一次也没有满足",
        "  触发条件:保持 25 秒(yixunwang400 1.0,S2-40)",
    ]


def test_a_situation_that_the_pack_of_the_call_has_not() -> None:
    assert list(explained(CALL, PACK, "nothing"))[1:] == [
        "这通电话的话术(yixunwang400 1.0)里没有「nothing」这个情境"
    ]


def test_a_call_without_any() -> None:
    assert list(explained(whole(), PACK))[1:] == ["这通电话里没有考虑过任何情境"]
