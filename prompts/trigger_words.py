"""What begins a situation, in the agents' language: for people who ask why a card came, or did not.

Describes triggers as a pack writes them; knows no call.
"""

from collections.abc import Callable
from typing import Any

from prompts.handing_on import OnConsulting, OnTransferFell, OnTransferred
from prompts.lexicon import Lexicon
from prompts.occasion import NAMES, SOUND_NAMES
from prompts.pack import Pack
from prompts.triggers import (
    ByHand,
    OnAgentExplained,
    OnAgentSilentAfterAnswer,
    OnAnswered,
    OnBothSilent,
    OnColleagueAsked,
    OnFastSpeech,
    OnHeard,
    OnHeldOver,
    OnHungUp,
    OnMusicMissing,
    OnMuted,
    OnNamed,
    OnNameUnused,
    OnNoResponse,
    OnNotUnderstood,
    OnQuestionUnanswered,
    OnResumed,
    OnRingingOver,
    OnSound,
    OnTalkingOver,
    OnTalkOver,
    Timed,
    Trigger,
)

WORDS_SHOWN = 3
_SPOKE: dict[bool | None, str] = {None: "", True: ",客户说过话", False: ",客户未出声"}


def in_words(trigger: Trigger, pack: Pack) -> str:
    """Such as 客户说「打错了、打错电话、拨错了…」, 保持 25 秒."""
    match trigger:
        case OnHeard():
            return _heard(trigger, pack.document.lexicons[trigger.lexicon])
        case OnSound():
            return f"{NAMES[trigger.speaker]}{SOUND_NAMES[trigger.sound]} {trigger.after:g} 秒"
        case OnResumed():
            return "转回电话"
        case OnNotUnderstood():
            return f"{NAMES[trigger.speaker]}声音清楚却听不懂"
        case _:
            seconds = f" {trigger.after:g} 秒" if isinstance(trigger, Timed) else ""
            return _WORDS[type(trigger)](trigger) + seconds


_WORDS: dict[type, Callable[[Any], str]] = {
    OnAnswered: lambda trigger: "接手转来的电话" if trigger.again else _rung(trigger),
    OnNamed: lambda _: "知道了客户姓氏",
    OnColleagueAsked: lambda _: "客户按姓名找坐席",
    OnNameUnused: lambda _: "知道姓氏而未称呼",
    OnTransferred: lambda trigger: (
        "转接" + {None: "", True: ",已告知", False: ",未先告知"}[trigger.announced]
    ),
    OnConsulting: lambda _: "已告知转接,同事接听",
    OnTransferFell: lambda _: "转接未成功",
    OnHungUp: lambda trigger: f"{NAMES[trigger.by]}先挂机",
    OnFastSpeech: lambda trigger: f"坐席语速超过每秒 {trigger.chars_per_s:g} 字",
    ByHand: lambda _: "坐席调出",
    OnBothSilent: lambda trigger: (
        "双方静默"
        + (",坐席已道别" if trigger.goodbye else _SPOKE[trigger.caller_spoke])
        + (",没有请客户等候" if trigger.unannounced else "")
    ),
    OnHeldOver: lambda trigger: "保持与静音累计" if trigger.total else "保持",
    OnTalkingOver: lambda trigger: "通话" + (",尚不知姓名" if trigger.name_unknown else ""),
    OnAgentSilentAfterAnswer: lambda _: "接通后坐席未应答",
    OnNoResponse: lambda _: "坐席没有回应(静音也算)",
    OnQuestionUnanswered: lambda _: "客户提问未答",
    OnRingingOver: lambda _: "响铃",
    OnMusicMissing: lambda _: "保持而没有音乐",
    OnMuted: lambda _: "未先说明就静音",
    OnTalkOver: lambda trigger: "双方高声同时说话" if trigger.loud else "双方同时说话",
    OnAgentExplained: lambda _: "坐席长解释之后停顿",
}


def _rung(trigger: OnAnswered) -> str:
    return "接通" if trigger.rung.rings_over is None else f"响铃 {trigger.rung.rings_over} 声后接通"


def _heard(trigger: OnHeard, lexicon: Lexicon) -> str:
    who = NAMES[trigger.speaker]
    if not lexicon.words:
        return f"{who}说本公司列表里的话(列表还是空的)"
    words = "、".join(lexicon.words[:WORDS_SHOWN])
    more = "…" if len(lexicon.words) > WORDS_SHOWN else ""
    times = f" {trigger.times} 次" if trigger.times > 1 else ""
    return f"{who}说「{words}{more}」{times}"
