"""Live calls, cards and texts as the page reads them: pure readings of the core's records at one instant."""

from ami_bridge.events import CallId, Party
from assistant.core.call import CallState, LiveCall
from assistant.messages import CallView, CardView, CountdownView, MoodName, NoticeShown, WaitingView
from prompts.advice import Card, Countdown, Mood, Waiting


def call_view(call: LiveCall, now: float) -> CallView:
    started = call.started
    return CallView(
        call_id=call.call_id,
        state=call.stage.state.value,
        state_s=_s(now - call.stage.since),
        total_s=_s(now - call.stage.began_at),
        ring_s=_ring_s(call, now),
        caller_number=started.caller_number,
        caller_name=started.caller_name,
        region=call.region,
        dialled=started.dialled,
        queue=call.queue,
        direction=started.direction.value,
        agent=call.agent,
        ringing_agents=list(call.ringing),
        held_by=None if call.held_by is None else call.held_by.value,
        surname=call.surname,
        title=call.title,
        audio=call.audio.state,
        situation=None if call.script.card is None else call.script.card.title,
        escalated=call.escalated,
        silence_s=_silence_s(call, now),
        stages=[stage.value for stage in call.script.stages],
        talk_share=_talk_share(call, now),
        handing_to=_handing_to(call),
        crm_url=call.crm_url,
        mood=_mood(call),
        pack=call.script.pack,
    )


def _mood(call: LiveCall) -> MoodName:
    """From what was said, by the scripts, and from how loud it is said."""
    shouting, said = call.voices.shouting, call.script.mood
    if Party.CALLER in shouting or said is Mood.ANGRY:
        return "angry"
    return "tense" if shouting or said is Mood.TENSE or call.escalated else "calm"


def _handing_to(call: LiveCall) -> str | None:
    handed_over = call.handing is not None and call.handing.to == call.agent
    return None if call.handing is None or handed_over else call.handing.to


def _talk_share(call: LiveCall, now: float) -> float | None:
    spoken = call.voices.spoken(now)
    return None if spoken is None else round(spoken[0] / sum(spoken), 2)


def _ring_s(call: LiveCall, now: float) -> float | None:
    if call.ring_s is not None:
        return _s(call.ring_s)
    return None if call.rang_at is None else _s(now - call.rang_at)


def _silence_s(call: LiveCall, now: float) -> float | None:
    if call.stage.state is not CallState.TALKING:
        return None
    silent = call.voices.silent_for(now)
    return None if silent is None else _s(silent)


def card_view(call_id: CallId, card: Card, now: float) -> CardView:
    return CardView(
        card_id=card.card_id,
        call_id=call_id,
        situation_id=card.situation_id,
        sources=list(card.sources),
        title=card.title,
        phrase=card.phrase,
        verbatim=card.verbatim,
        hint=card.hint,
        next_phrase=card.next_phrase,
        never=list(card.never),
        step=card.step,
        steps=card.steps,
        countdown=_countdown_view(card.countdown, now),
        why=card.why,
        evidence=list(card.evidence),
        priority=card.priority,
        buttons=[button.value for button in card.buttons],
        pack=card.pack,
        pack_version=card.pack_version,
        never_do=list(card.never_do),
    )


def notice_view(call: LiveCall, card: Card, now: float) -> NoticeShown:
    return NoticeShown(
        card=card_view(call.call_id, card, now),
        caller_number=call.started.caller_number,
        ring_s=_ring_s(call, now),
    )


def _countdown_view(countdown: Countdown | None, now: float) -> CountdownView | None:
    if countdown is None:
        return None
    remaining = max(0.0, countdown.ends_at - now)
    return CountdownView(label=countdown.label, total_s=_s(countdown.total_s), remaining_s=_s(remaining))


def waiting_views(waiting: tuple[Waiting, ...]) -> list[WaitingView]:
    return [
        WaitingView(
            card_id=card.card_id, situation_id=card.situation_id, title=card.title, priority=card.priority
        )
        for card in waiting
    ]


def _s(seconds: float) -> float:
    """Milliseconds are enough for a page, and keep frames short."""
    return round(max(0.0, seconds), 3)
