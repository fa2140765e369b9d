"""The five seconds of the silent call: from the answer, and from the end of the agent's phrase, to the card on the page.

Neither the caller nor, at first, the agent says a word; then the agent says the phrase of the first step.
"""

import asyncio

from tests.bench.program import Running, running, speech_ends
from tests.bench.rows import Row, percentile

PHRASE = "agent_script_h069.wav"
BEFORE_PHRASE_S = 7.0
SCENARIO = f"""title: 负载
caller: {{number: "13800138000"}}
ring: [{{agents: ["8001"], seconds: 0.5, answered_by: "8001"}}]
steps:
  - {{do: pause, seconds: {BEFORE_PHRASE_S}}}
  - {{do: say, who: agent, sound: {PHRASE}}}
  - {{do: pause, seconds: 6}}
"""
CALLS = 4
SECONDS = 62


def run() -> list[Row]:
    return asyncio.run(measure())


async def measure() -> list[Row]:
    async with running(SCENARIO, CALLS, per_second=1.3) as bench:
        await asyncio.sleep(SECONDS)
    answers = answered(bench)
    from_answer = waits(bench, answers, 0.0)
    from_phrase = waits(bench, answers, BEFORE_PHRASE_S + speech_ends(PHRASE))
    return [
        *rows("answer to the first step", from_answer),
        *rows("end of the agent's phrase to the next step", from_phrase),
    ]


def rows(name: str, values: list[float]) -> list[Row]:
    note = f"n={len(values)}"
    return [
        Row(f"{name}, shortest", min(values), "s", "5.0–5.3", note),
        Row(f"{name}, p50", percentile(values, 0.5), "s", "5.0–5.3", note),
        Row(f"{name}, longest", max(values), "s", "5.0–5.3", note),
    ]


def answered(bench: Running) -> dict[str, float]:
    facts = (fact for fact in bench.sent if fact.get("event") == "BridgeEnter")
    return {str(fact["linkedid"]): float(str(fact["t"])) for fact in facts}


def waits(bench: Running, answers: dict[str, float], begins: float) -> list[float]:
    """Per call: the first card of the silent call that is new between 4 and 7 s after it could begin to count."""
    found: dict[str, float] = {}
    seen: set[tuple[str, str, int]] = set()
    for at, message in bench.shown:
        card = message.get("card")
        if message["type"] != "card" or not isinstance(card, dict) or "S0-17" not in card["sources"]:
            continue
        key = (card["call_id"], card["card_id"], card["step"])
        wait = at - answers.get(card["call_id"], at) - begins
        if key not in seen and 4 < wait < 7:
            found.setdefault(card["call_id"], wait)
        seen.add(key)
    return list(found.values())
