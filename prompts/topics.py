"""Which topics the caller has named, and who takes enquiries of them (S0-03, S0-04): for the card that hands a caller on.

Knows a pack's topics and the house's owners; nothing of triggers or time.
"""

from collections.abc import Iterable, Mapping, Set

from prompts.lexicon import Model

OWNER_OF = "owner_"
"""Before a topic's lexicon: the variable that holds who takes that topic, whether the caller named it or the agent only means it."""


class Topic(Model):
    """What a caller may enquire about, and who takes it (S0-03, S0-04). Named by the words of a lexicon."""

    name: str
    owner: str
    lexicon: str
    listed: bool = True
    """Whether its owner is among `owners` while the caller has named no topic."""


def heard_among(topics: Iterable[Topic], lexicons: Set[str]) -> list[Topic]:
    return [topic for topic in topics if topic.lexicon in lexicons]


def standing_values(topics: Iterable[Topic], owners: Mapping[str, str]) -> dict[str, str]:
    """What holds before any topic was named: `owner_LEXICON` of each, and in `owners` all that are listed."""
    pairs = [(topic, _owner(topic, owners)) for topic in topics]
    values = {f"{OWNER_OF}{topic.lexicon}": owner for topic, owner in pairs}
    listed = [(topic.name, owner) for topic, owner in pairs if topic.listed]
    return {**values, "owners": _all(listed)} if listed else values


def values_of_topics(named: Iterable[Topic], owners: Mapping[str, str]) -> dict[str, str]:
    """`topic`, `owner` and `owners` of all topics named so far; whom the house put down for a topic comes before the pack's."""
    pairs = [(topic.name, _owner(topic, owners)) for topic in named]
    if not pairs:
        return {}
    return {
        "topic": "、".join(name for name, _ in pairs),
        "owner": "、".join(dict.fromkeys(owner for _, owner in pairs)),
        "owners": _all(pairs),
    }


def _owner(topic: Topic, owners: Mapping[str, str]) -> str:
    return owners.get(topic.name, topic.owner)


def _all(pairs: Iterable[tuple[str, str]]) -> str:
    return ";".join(f"{owner}—{name}" for name, owner in pairs)
