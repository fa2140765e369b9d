"""A caller stops speaking, the card is on the page: abuse and a complaint about attitude, four calls at a time.

From the last voiced sample the simulated PBX plays (computed from the recording; uncertain by the 20 ms frame) to the page.
A card that a partial result brings while the caller still speaks counts as 0.
"""

import asyncio

from tests.bench.program import Running, length, running, speech_ends
from tests.bench.rows import Row, spread

SOUNDS = ("caller_abuse_h019.wav", "caller_agent_attitude_h038.wav")
GREETING = "agent_script_h069.wav"
CALLS = 4
SECONDS = 60


def scenario(sound: str) -> str:
    return f"""title: 负载
caller: {{number: "13800138000"}}
ring: [{{agents: ["8001"], seconds: 0.5, answered_by: "8001"}}]
steps:
  - {{do: say, who: agent, sound: {GREETING}}}
  - {{do: say, who: caller, sound: {sound}}}
  - {{do: pause, seconds: 3}}
"""


def run() -> list[Row]:
    return [row for sound in SOUNDS for row in asyncio.run(measure(sound))]


async def measure(sound: str) -> list[Row]:
    async with running(scenario(sound), CALLS, per_second=1.7) as bench:
        await asyncio.sleep(SECONDS)
    delays = match(bench, length(GREETING) + speech_ends(sound))
    if not delays:
        raise RuntimeError(f"{sound} brought no card: is its situation in the pack?")
    name = sound.removeprefix("caller_").partition("_h")[0]
    return [
        row
        for row in spread(f"end of speech to card ({name})", delays, "s", {"p95": "≤ 1.2"}, f"{CALLS} calls")
        if "p99" not in row.name
    ]


def match(bench: Running, after_answer: float) -> list[float]:
    """Per call: the first card after the greeting's, against the end of the caller's speech."""
    answered: dict[str, float] = {}
    for fact in bench.sent:
        if fact.get("event") == "BridgeEnter":
            answered[str(fact["linkedid"])] = float(str(fact["t"]))
    delays: dict[str, float] = {}
    for at, message in bench.shown:
        card = message.get("card")
        if message["type"] != "card" or not isinstance(card, dict) or card["call_id"] not in answered:
            continue
        if card["evidence"] and card["call_id"] not in delays:
            delays[card["call_id"]] = max(0.0, at - answered[card["call_id"]] - after_answer)
    return list(delays.values())
