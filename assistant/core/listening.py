"""What is heard on one live call: transcript, meters, the silence clock, and what the engine is told of it."""

from ami_bridge.events import CallId, Party
from asr.events import (
    AudioJudged,
    AudioKind,
    AudioStarted,
    Heard,
    LegEnded,
    LevelReading,
    RecognitionChanged,
    SpeechEvent,
    SpeechStarted,
    SpeechStopped,
    Word,
)
from assistant.core.audio import TapChange
from assistant.core.call import LiveCall
from assistant.core.desk import Desk, tell, tell_call
from assistant.core.progress import Progress, speaker
from assistant.effects import Effect, Save, ToSupervisors
from assistant.messages import Levels, LineOfText, Transcript
from assistant.records import TextWasSaid
from prompts.advice import Advice, ShowCard
from prompts.facts import Said, Sound, SoundIs, SpeechBegan, SpeechEnded

SUPERVISORS_METER_EVERY = 1.0
"""Seconds between two level readings of one voice on a board that may show every call of the house."""


class Listening:
    def __init__(self, desk: Desk, progress: Progress) -> None:
        self._desk = desk
        self._progress = progress
        self._metered_at: dict[tuple[CallId, Party], float] = {}

    def on_speech(self, call: LiveCall, party: Party, event: SpeechEvent, now: float) -> list[Effect]:
        match event:
            case AudioStarted():
                return self._progress.tapped(call, TapChange.UP, (party,), "", now)
            case AudioJudged(kind=AudioKind.NO_AUDIO):
                renewed = self._progress.no_frames(call, party, event.present, now)
                return renewed or self._judged(call, party, event, now)
            case LegEnded() | RecognitionChanged():
                return []  # of the tap and of the line, not of what was said
            case _:
                ignored = party is Party.AGENT and not call.agent_is_heard
                return [] if ignored or call.leg is None else self._voice(call, party, event, now)

    def forget(self, call_id: CallId) -> None:
        for party in Party:
            self._metered_at.pop((call_id, party), None)

    def _voice(
        self,
        call: LiveCall,
        party: Party,
        event: SpeechStarted | SpeechStopped | Heard | LevelReading | AudioJudged,
        now: float,
    ) -> list[Effect]:
        match event:
            case SpeechStarted():
                changed = call.voices.begin(party, now - event.ago)
                began = self._desk.ask(call, SpeechBegan(speaker(party), event.ago), now)
                return [*(tell_call(call, now) if changed else []), *began]
            case SpeechStopped():
                changed = call.voices.end(party, now - event.ago)
                ended = SpeechEnded(speaker(party), event.ago, event.voiced_s)
                return [*(tell_call(call, now) if changed else []), *self._desk.ask(call, ended, now)]
            case Heard():
                return self._heard(call, party, event, now)
            case LevelReading():
                return self._levels(call, party, event, now)
            case AudioJudged():
                return self._judged(call, party, event, now)

    def _heard(self, call: LiveCall, party: Party, event: Heard, now: float) -> list[Effect]:
        said = Said(
            speaker(party),
            event.utterance,
            event.text,
            event.confidence,
            event.final,
            event.voiced_s,
            event.level_dbfs,
            event.snr_db,
            event.ago,
            _spoken_s(event.words),
        )
        advice = self._desk.consult(call, said, now)
        effects: list[Effect] = []
        if event.text:
            line = _line(call, party, event, _marks(event.text, advice), now)
            call.keep_line(line)
            effects += tell(call, Transcript(line=line))
            if event.final:
                text = TextWasSaid(
                    call.call_id, party.value, event.utterance, event.text, event.confidence, line.at_s
                )
                effects.append(Save(text, now))
        return [*effects, *self._desk.carry_out(call, advice, now)]

    def _levels(self, call: LiveCall, party: Party, event: LevelReading, now: float) -> list[Effect]:
        levels = Levels(
            call_id=call.call_id,
            party=party.value,
            level_dbfs=round(event.level_dbfs, 1),
            snr_db=None if event.snr_db is None else round(event.snr_db, 1),
            speaking=event.speaking,
        )
        key = (call.call_id, party)
        last = self._metered_at.get(key)
        board_is_due = last is None or now - last >= SUPERVISORS_METER_EVERY
        if board_is_due:
            self._metered_at[key] = now
        return [e for e in tell(call, levels) if board_is_due or not isinstance(e, ToSupervisors)]

    def _judged(self, call: LiveCall, party: Party, event: AudioJudged, now: float) -> list[Effect]:
        shouts = event.kind is AudioKind.SHOUTING and call.voices.shout(party, event.present)
        sound = SoundIs(
            speaker(party), Sound(event.kind.value), event.present, event.measured, event.lasted_s
        )
        return [*(tell_call(call, now) if shouts else []), *self._desk.ask(call, sound, now)]


def _line(call: LiveCall, party: Party, event: Heard, marks: list[str], now: float) -> LineOfText:
    answered_at = now if call.leg is None else call.leg.answered_at
    return LineOfText(
        call_id=call.call_id,
        party=party.value,
        utterance=event.utterance,
        text=event.text,
        final=event.final,
        confidence=event.confidence,
        marks=marks,
        at_s=round(max(0.0, now - event.ago - answered_at), 3),
    )


def _spoken_s(words: tuple[Word, ...]) -> float | None:
    return round(words[-1].end - words[0].start, 3) if words else None


def _marks(text: str, advice: list[Advice]) -> list[str]:
    """The words of this line that fired something."""
    words = (word for one in advice if isinstance(one, ShowCard) for word in one.card.evidence)
    return list(dict.fromkeys(word for word in words if word and word in text))
