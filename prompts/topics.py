"""Which topics the caller has named, and who takes enquiries of them (S0-03, S0-04): for the card that hands a caller on.

Knows a pack's topics and the house's owners; nothing of triggers or time.
"""

from collections.abc import Iterable, Mapping, Set

from prompts.lexicon import Model


class Topic(Model):
    """What a caller may enquire about, and who takes it (S0-03, S0-04). Named by the words of a lexicon."""

    name: str
    owner: str
    lexicon: str


def heard_among(topics: Iterable[Topic], lexicons: Set[str]) -> list[Topic]:
    return [topic for topic in topics if topic.lexicon in lexicons]


def values_of_topics(named: Iterable[Topic], owners: Mapping[str, str]) -> dict[str, str]:
    """`topic`, `owner` and `owners` of all topics named so far; whom the house put down for a topic comes before the pack's."""
    pairs = [(topic.name, owners.get(topic.name, topic.owner)) for topic in named]
    if not pairs:
        return {}
    return {
        "topic": "、".join(name for name, _ in pairs),
        "owner": "、".join(dict.fromkeys(owner for _, owner in pairs)),
        "owners": ";".join(f"{owner}—{name}" for name, owner in pairs),
    }
