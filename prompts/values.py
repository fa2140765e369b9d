"""What the variables of the phrases stand for in this call. Unknown ones are absent; the templates see to the rest."""

from collections.abc import Mapping

from prompts.call import CallSoFar
from prompts.facts import CallContext
from prompts.pack import Pack
from prompts.script import fill
from prompts.situations import Situation
from prompts.topics import standing_values, values_of_topics

HOURS_OF = "promise_hours:"
"""Before a type of complaint: the variable that holds its hours, where they are not `promise_hours` (X13)."""


def values_of(pack: Pack, context: CallContext, call: CallSoFar) -> dict[str, str]:
    """Who takes which topic, the pack's own values, then what the call brings, then who is talking."""
    agent = call.agent or context.agent_no
    known = {
        "agent_no": agent,
        "agent_name": context.agents.get(agent or ""),
        "dialled": context.dialled,
        "queue": context.queue,
        "surname": call.surname,
        "title": call.title,
        "caller": _address(pack, call),
        "colleague": call.colleague,
    }
    given = {
        **standing_values(pack.document.topics, context.owners),
        **pack.document.variables,
        **context.variables,
        **values_of_topics(call.topics, context.owners),
    }
    hours = given.get(f"{HOURS_OF}{call.complaint}")
    if hours is not None:
        given["promise_hours"] = hours
    return given | {name: value for name, value in known.items() if value}


def _address(pack: Pack, call: CallSoFar) -> str:
    """李先生; 李先生/女士 while the title is unknown; 先生/女士 while the name is (S2-26, S3-08)."""
    titles = pack.document.titles
    spoken = {"先生": titles.male, "女士": titles.female, "小姐": titles.female}
    title = titles.unknown if call.title is None else spoken.get(call.title, call.title)
    return f"{call.surname or ''}{title}"


def first_phrase(situation: Situation, values: Mapping[str, str]) -> str | None:
    if not situation.steps:
        return None
    step = situation.steps[0]
    return fill(step.variants[0], step, values)
