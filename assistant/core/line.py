"""The state of the line as the page shows it: which part works, which does not, and what still helps meanwhile."""

from typing import get_args

from assistant.messages import LineView, Part, PartState
from assistant.showing import PartName

_ORDER: tuple[PartName, ...] = get_args(PartName)

PBX_NEVER = Part(name="pbx", state="down", text="正在连接电话系统(Asterisk)…通话不受影响。")
AUDIO_OK = Part(name="audio", state="ok", text="通话声音正常。")

_LINK_FAULTS = {
    "unreachable": "连不上",
    "not_ami": "那个端口上不是 AMI",
    "wrong_secret": "帐号或密码不对",
    "missing_privilege": "帐号缺少权限",
    "closed": "对方关闭了连接",
    "silent": "没有回应",
    "overrun": "来不及处理",
}
"""The kinds of fault a lost link begins its reason with."""


def pbx_back(version: str) -> Part:
    return Part(name="pbx", state="ok", text=f"已连接电话系统(Asterisk {version})。")


def pbx_lost(reason: str) -> Part:
    kind, _, detail = reason.partition(": ")
    said = f"{_LINK_FAULTS[kind]}:{detail}" if kind in _LINK_FAULTS else reason
    text = f"与电话系统的连接断开({said}),正在重连。通话不受影响,期间的新情况暂时看不到。"
    return Part(name="pbx", state="down", text=text)


def audio_impossible(version: str) -> Part:
    text = f"Asterisk {version} 没有 AudioSocket(需要 18 以上):听不到通话,按电话状态和时间的提示照常。"
    return Part(name="audio", state="down", text=text)


def audio_lost(calls: int) -> Part:
    text = f"有 {calls} 路通话听不到声音:这几路只按电话状态和时间提示,通话不受影响。"
    return Part(name="audio", state="degraded", text=text)


def program_failed(errors: int) -> Part:
    text = f"程序出错 {errors} 次,相应通话的提示已停止,通话不受影响。请把日志交给管理员。"
    return Part(name="program", state="degraded", text=text)


class Line:
    """The parts, the pack in force, the model in use and how many wait. `view()` is what changed, or not, for the page."""

    def __init__(self, model: str, model_is_demo: bool) -> None:
        self._model = model
        self._model_is_demo = model_is_demo
        self._queues: dict[str, int] = {}
        self.lines: tuple[int, int | None] = 0, None
        """Of the 400 line: how many are taken, and of how many."""
        self._parts: dict[str, Part] = {
            "pbx": PBX_NEVER,
            "audio": AUDIO_OK,
            "recognizer": Part(name="recognizer", state="ok", text="语音识别正常。"),
            "records": Part(name="records", state="ok", text="通话记录正常。"),
            "program": Part(name="program", state="ok", text="程序正常。"),
        }

    def state_of(self, name: str) -> PartState:
        return self._parts[name].state

    def is_down(self, name: str) -> bool:
        """Also for a part that has never been heard of."""
        part = self._parts.get(name)
        return part is not None and part.state == "down"

    def set_part(self, part: Part) -> bool:
        """True if the page has to be told."""
        if self._parts.get(part.name) == part:
            return False
        self._parts[part.name] = part
        return True

    def set_model(self, model: str, is_demo: bool) -> None:
        self._model, self._model_is_demo = model, is_demo

    def set_queue(self, queue: str, waiting: int) -> bool:
        before = sum(self._queues.values())
        self._queues[queue] = waiting
        return sum(self._queues.values()) != before

    def forget_queues(self) -> None:
        self._queues.clear()

    def view(self, pack: str) -> LineView:
        return LineView(
            parts=[self._parts[name] for name in _ORDER if name in self._parts],
            pack=pack,
            model=self._model,
            model_is_demo=self._model_is_demo,
            waiting=sum(self._queues.values()),
            lines_in_use=self.lines[0],
            lines=self.lines[1],
        )
