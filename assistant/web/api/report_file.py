"""A report as a CSV file: the columns of the page with its words, and beside them what stands in the file only."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final

from starlette.responses import StreamingResponse

from assistant.store.reading import Row, Value
from assistant.web.api.columns import Columns, Language, headings, words
from assistant.web.api.export import csv_file

KEYS: Final[Columns] = {
    "day": ("日期", "Day"),
    "hour": ("时段", "Hour"),
    "agent": ("坐席", "Agent"),
    "queue": ("队列", "Queue"),
    "situation": ("情境", "Situation"),
    "all": ("合计", "Total"),
}
NOBODY: Final[Columns] = {"agent": ("无人", "Nobody"), "queue": ("未经队列", "No queue")}
"""How a row is called whose key is empty."""
CALLS: Final[Columns] = {
    "offered": ("来电", "Offered"),
    "answered": ("接通", "Answered"),
    "answered_share": ("接通占比", "Answered share"),
    "missed": ("未接", "Missed"),
    "ring_avg_s": ("平均振铃秒", "Avg ring s"),
    "rang": ("振过铃的来电", "Rang"),
    "over_three_rings": ("超三声", ">3 rings"),
    "over_three_rings_share": ("超三声占比", ">3 rings share"),
    "spoke": ("坐席开过口", "Agent spoke"),
    "within_3s": ("3 秒内开口", "Word ≤3 s"),
    "within_3s_share": ("3 秒内开口占比", "Word ≤3 s share"),
    "wait_avg_s": ("平均排队秒", "Avg wait s"),
    "talk_avg_s": ("平均通话秒", "Avg talk s"),
    "hold_avg_s": ("平均保持秒", "Avg hold s"),
    "hold_s": ("保持合计秒", "Hold s"),
    "silence_avg_s": ("平均静默秒", "Avg silence s"),
    "silence_s": ("静默合计秒", "Silence s"),
    "escalated": ("上报", "Escalated"),
    "forbidden": ("禁语", "Forbidden"),
    "after_hours": ("非工作时间", "After hours"),
    "sheets": ("记录单", "Sheets"),
    "sheets_complete": ("记录单填完", "Sheets complete"),
    "sheets_complete_share": ("记录单填完占比", "Sheets complete share"),
    "sheets_missing": ("记录单未填", "No sheet"),
}
CARDS: Final[Columns] = {
    "shown": ("显示", "Shown"),
    "said": ("说了", "Said"),
    "said_share": ("说了占比", "Said share"),
    "done": ("做完", "Done"),
    "dismissed": ("忽略", "Dismissed"),
    "dismissed_share": ("忽略占比", "Dismissed share"),
    "expired": ("过时", "Expired"),
    "expired_share": ("过时占比", "Expired share"),
    "cancelled": ("撤下", "Cancelled"),
    "call_ended": ("通话结束", "Call ended"),
}
CONDUCT: Final[Columns] = {
    "judged": ("评过的通话", "Judged"),
    "forbidden": ("禁语", "Forbidden"),
    "passing_buck": ("推诿", "Passed the buck"),
    "running_down": ("诋毁同事", "Ran down"),
    "quarrel": ("争执", "Quarrel"),
    "swearing": ("脏话", "Swore"),
    "agent_hung_up_first": ("先挂机", "Hung up first"),
    "transfer_unannounced": ("未告知就转", "Sprung transfer"),
    "unsure": ("无信心用语", "Hesitant"),
    "impolite": ("无礼貌用语", "No polite word"),
    "named": ("称呼了姓氏", "Named"),
    "named_share": ("称呼姓氏占比", "Named share"),
    "unnamed": ("未称呼姓氏", "Not named"),
    "talk_share": ("话占比(坐席)", "Talk share (agent)"),
    "talks_most": ("坐席说得多", "Agent talks most"),
    "talk_overs": ("抢话", "Talked over"),
    "raised_voice": ("高声", "Raised voice"),
    "no_greeting": ("缺问候", "No greeting"),
    "no_need": ("缺了解需求", "No need"),
    "no_solve": ("缺解决", "No solution"),
    "no_confirm": ("缺确认", "No check-back"),
    "no_close": ("缺结束语", "No closing"),
}


def report_file(
    key: str,
    columns: Columns,
    rows: Iterable[tuple[str, Mapping[str, Value]]],
    titles: Mapping[str, str],
    language: Language,
) -> StreamingResponse:
    """`key`: what the rows are grouped by; `rows`: each key with its values; `titles`: how a key is called, where not by itself."""
    nobody = words(NOBODY.get(key, ("", "")), language)

    async def named() -> AsyncIterator[list[Row]]:
        yield [{**values, key: titles.get(name, name) or nobody} for name, values in rows]

    return StreamingResponse(
        csv_file(headings({key: KEYS[key], **columns}, language), named()),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="report.csv"'},
    )
