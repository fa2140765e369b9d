"""The headings of the files that are taken out of the book: Chinese, or English for a page that is read in English."""

from typing import Final, Literal

Language = Literal["zh", "en"]
Columns = dict[str, tuple[str, str]]

CALLS: Final[Columns] = {
    "began_at": ("来电时间", "Came"),
    "caller_number": ("号码", "Number"),
    "region": ("归属地", "Region"),
    "caller_name": ("来电显示", "Caller id"),
    "surname": ("姓", "Surname"),
    "title": ("称呼", "Title"),
    "dialled": ("被叫", "Dialled"),
    "queue": ("队列", "Queue"),
    "agent": ("坐席", "Agent"),
    "answered_at": ("接听时间", "Answered"),
    "ended_at": ("结束时间", "Ended"),
    "ring_s": ("响铃秒", "Ring s"),
    "wait_s": ("等待秒", "Wait s"),
    "talk_s": ("通话秒", "Talk s"),
    "hold_s": ("保持秒", "Hold s"),
    "silence_s": ("静默秒", "Silence s"),
    "answer_delay_s": ("首句延迟秒", "First word s"),
    "reason": ("结束原因", "Reason of the end"),
    "ended_by": ("挂断方", "Ended by"),
    "sheet_caller_name": ("来电者姓名", "Caller’s name"),
    "sheet_gender": ("性别", "Gender"),
    "sheet_region": ("所在地区", "Place"),
    "sheet_organisation": ("所在单位、职务", "Organisation and post"),
    "sheet_purpose": ("来电何人、为何事", "Who and why"),
    "sheet_recorder": ("记录人(处理人)", "Recorded by"),
    "sheet_result": ("处理结果", "Result"),
    "sheet_notes": ("备注", "Notes"),
    "sheet_category": ("类别", "Category"),
    "sheet_complaint": ("投诉类别", "Complaint"),
    "sheet_customer": ("客户类别", "Customer"),
    "sheet_complete": ("记录单", "Sheet"),
    "call_id": ("通话编号", "Call id"),
}
"""A call, and its sheet where it has one."""
AUDIT: Final[Columns] = {
    "at": ("时间", "Time"),
    "by": ("谁", "Who"),
    "what": ("做了什么", "Did"),
    "about": ("对象", "About"),
    "detail": ("详情", "Detail"),
}
CALLS_NAME: Final = ("来电", "Calls")
COMPLETE: Final = ("已填完", "complete")
INCOMPLETE: Final = ("未填完", "incomplete")

_CUT: Final = (
    "只导出了最新的 {most} 条,更早的不在本文件里:请缩小时间范围,分次导出",
    "Only the newest {most} are in this file, older ones are not: narrow the period and export in parts",
)


def cut_short(most: int, language: Language) -> str:
    """The last line of a file that does not hold all that was found."""
    return words(_CUT, language).format(most=most)


def headings(columns: Columns, language: Language) -> dict[str, str]:
    return {name: words(both, language) for name, both in columns.items()}


def words(both: tuple[str, str], language: Language) -> str:
    return both[language == "en"]
