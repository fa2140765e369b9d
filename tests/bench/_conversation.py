"""An hour of ordinary conversation in virtual time, through the real core and engine; what cards it brings."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from ami_bridge.events import (
    CallAnswered,
    CallEnded,
    CallId,
    CallStarted,
    ChannelName,
    Direction,
    EndReason,
    Extension,
    Party,
)
from asr.events import Heard, LegId, SpeechEvent, SpeechStarted, SpeechStopped
from assistant.core import Core, CoreSettings, TapChange
from assistant.effects import Effect, ToAgent
from assistant.messages import CardShown
from assistant.scripts import Shelf
from prompts.facts import Speaker
from prompts.pack import Pack
from tests.bench._labelled import Sentence
from tests.bench._voices import Understood

HOUR_S = 3600.0
TURNS = 36
"""Of one call: about three and a half minutes."""
PAUSE_S = 0.8
EXPECTED = frozenset({"greeting", "ask_name"})
"""Cards every such call rightly brings: the first phrase, and the name that nobody has asked for after a minute."""
GREETING, CLOSING = "您好,医讯网,请问有什么可以帮助您的?", "感谢您的来电,若有问题请再次来电,谢谢再见!"
_PARTY = {Speaker.CALLER: Party.CALLER, Speaker.AGENT: Party.AGENT}


class Hour:
    def __init__(self, pack: Pack, hear: Callable[[Sentence], Understood]) -> None:
        self._core = Core(Shelf(pack, {}, {}), CoreSettings(), lambda: "e")
        self._hear = hear
        self._now = 0.0
        self._cards: dict[tuple[str, str], tuple[str, str]] = {}
        """By call and card: situation and why."""

    def play(self, sentences: Sequence[Sentence]) -> dict[tuple[str, str], tuple[str, str]]:
        """Callers' and agents' sentences in turn, one call after another, for an hour of talk."""
        turns = {who: itertools.cycle([one for one in sentences if one.who is who]) for who in Speaker}
        for number in itertools.count(1):
            if self._now >= HOUR_S:
                break
            self._call(CallId(f"{number}.1"), turns)
        return {key: card for key, card in self._cards.items() if card[0] not in EXPECTED}

    def _call(self, call_id: CallId, turns: dict[Speaker, "itertools.cycle[Sentence]"]) -> None:
        trunk, phone = ChannelName("PJSIP/t-1"), ChannelName("PJSIP/8001-2")
        started = CallStarted(call_id, Direction.INBOUND, trunk, "13800138000", None, "4001234567", "t")
        self._take(call_id, self._core.on_call(started, self._now))
        answered = CallAnswered(call_id, Extension("8001"), trunk, phone, 4.0, 4.0, None)
        self._take(call_id, self._core.on_call(answered, self._now))
        up = self._core.on_tap(call_id, TapChange.UP, (Party.CALLER, Party.AGENT), "", self._now)
        self._take(call_id, up)
        clean = Understood(GREETING, 0.98, 3.0, -22.0, 35.0)
        self._turn(call_id, Party.AGENT, 0, clean)
        for number in range(1, TURNS + 1):
            sentence = next(turns[Speaker.CALLER if number % 2 else Speaker.AGENT])
            self._turn(call_id, _PARTY[sentence.who], number, self._hear(sentence))
        self._turn(call_id, Party.AGENT, TURNS + 1, Understood(CLOSING, 0.98, 4.0, -22.0, 35.0))
        ended = CallEnded(call_id, EndReason.HUNG_UP, Party.CALLER)
        self._take(call_id, self._core.on_call(ended, self._now))

    def _turn(self, call_id: CallId, party: Party, utterance: int, told: Understood) -> None:
        leg = LegId(party.value)
        self._wait(self._now + PAUSE_S)
        self._say(call_id, party, SpeechStarted(leg, 0.2))
        self._wait(self._now + max(1.0, told.voiced_s * 1.15))
        self._say(call_id, party, SpeechStopped(leg, 0.4, told.voiced_s))
        heard = Heard(
            leg,
            utterance,
            told.text,
            told.confidence,
            (),
            True,
            told.voiced_s,
            told.level_dbfs,
            told.snr_db,
            0.6,
        )
        self._say(call_id, party, heard)

    def _say(self, call_id: CallId, party: Party, event: SpeechEvent) -> None:
        self._take(call_id, self._core.on_speech(call_id, party, event, self._now))

    def _wait(self, until: float) -> None:
        while (due := self._core.next_deadline()) is not None and due <= until:
            for call_id in self._core.live_calls():
                self._take(call_id, self._core.on_timer(due))
        self._now = until

    def _take(self, call_id: str, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, ToAgent) and isinstance(effect.message, CardShown):
                card = effect.message.card
                self._cards.setdefault((call_id, card.card_id), (card.situation_id, card.why))


def by_situation(cards: Iterable[tuple[str, str]]) -> str:
    counts = Counter(situation for situation, _ in cards)
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none"
