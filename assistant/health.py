"""How our own parts feel, as sentences for the page."""

from typing import assert_never

from asr.events import LegEnded, LegId, RecognitionChanged, RecognitionState
from asr.listening_process import Listening
from assistant.messages import Part
from assistant.store import WriterState

HEARING_WELL = Part(name="recognizer", state="ok", text="语音识别正常。")
HEARING_STARTS = Part(name="recognizer", state="degraded", text="语音识别正在启动,电话状态的提示照常。")


def no_recognizer(reason: str) -> Part:
    text = f"语音识别不可用({reason}):没有文字,按时间、音量和电话状态的提示照常。"
    return Part(name="recognizer", state="down", text=text)


def no_listener(reason: str) -> Part:
    text = f"监听程序中断({reason}),正在重新启动:暂时没有文字和声音判断,电话状态的提示照常。"
    return Part(name="recognizer", state="down", text=text)


class Hearing:
    """Recognition over all legs: as good as the listening process, and then as the worst of them."""

    def __init__(self) -> None:
        self._troubled: dict[LegId, RecognitionState] = {}
        self._well = HEARING_WELL

    def listening(self, state: Listening, reason: str) -> Part:
        match state:
            case Listening.WELL:
                self._well = HEARING_WELL
            case Listening.WITHOUT_WORDS:
                self._well = no_recognizer(reason)
            case Listening.DOWN:
                self._well = no_listener(reason)
            case _:
                assert_never(state)
        return self._part()

    def note(self, event: RecognitionChanged | LegEnded) -> Part | None:
        """The part as it is now, if this leg was or is in trouble."""
        before = self._troubled.pop(event.leg, None)
        if isinstance(event, RecognitionChanged) and event.state is not RecognitionState.OK:
            self._troubled[event.leg] = event.state
        elif before is None:
            return None
        return self._part()

    def _part(self) -> Part:
        if self._well is not HEARING_WELL:
            return self._well
        down = sum(state is RecognitionState.DOWN for state in self._troubled.values())
        if down:
            text = "语音识别中断:有通话没有文字,按时间和音量的提示照常。"
            return Part(name="recognizer", state="down", text=text)
        if self._troubled:
            # No count: it changes with every leg, and each change would go to every page.
            text = "语音识别跟不上:有通话的文字会晚到或缺一段,处理器可能太忙。"
            return Part(name="recognizer", state="degraded", text=text)
        return self._well


def records_part(state: WriterState) -> Part:
    if state.refused or state.dropped:
        text = f"通话记录丢失 {state.refused + state.dropped} 条({state.problem or '数据库跟不上'}),请检查数据库。"
        return Part(name="records", state="down", text=text)
    if state.behind:
        text = (
            f"通话记录暂存在内存({state.waiting} 条),数据库恢复后补写:{state.problem or '数据库没有回应'}。"
        )
        return Part(name="records", state="degraded", text=text)
    return Part(name="records", state="ok", text="通话记录正常。")
