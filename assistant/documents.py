"""What people rule without touching a file: promises, owners, hotkeys, favourites. Bodies are checked here and kept by version.

Pure: it knows neither who asks nor where a document is kept.
"""

from collections.abc import Iterable
from typing import Annotated, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.refused import faults_of
from prompts.values import HOURS_OF

Kind = Literal["promises", "owners", "hotkeys", "queues", "favourites", "desk"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
PERSONAL: Final[frozenset[Kind]] = frozenset({"favourites", "desk"})
"""Keyed by extension, and for their owner alone."""
SHARED: Final = "default"
"""The key of a document there is one of."""
ANY: Final = "*"

Name = Annotated[str, Field(min_length=1, max_length=64)]


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PromiseRule(Body):
    """Complaint type × customer type → hours (X13). `*` stands for any."""

    complaint: Name = ANY
    customer: Name = ANY
    hours: Annotated[float, Field(gt=0, le=24 * 60)]


class Promises(Body):
    """The 服务时限标准, which the rules leave to each company: shipped empty. `example` is shown and never applied."""

    rules: Annotated[tuple[PromiseRule, ...], Field(max_length=200)] = ()
    example: tuple[PromiseRule, ...] = (
        PromiseRule(complaint="服务态度", customer="会员", hours=4),
        PromiseRule(complaint="服务态度", hours=24),
        PromiseRule(hours=48),
    )


class OwnerRow(Body):
    """Who answers for a topic, and the situations that lead to it (S0-03, S0-04)."""

    name: Name
    topic: Name
    number: Annotated[str, Field(max_length=32, pattern=r"^[0-9*#+]*$")] = ""
    """Where to transfer to; empty while nobody has said."""
    situations: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    sources: tuple[Name, ...] = ()


class Owners(Body):
    owners: Annotated[tuple[OwnerRow, ...], Field(max_length=200)] = (
        OwnerRow(name="杨雪峰", topic="产品销售", sources=("S0-03",)),
        OwnerRow(name="刘垚", topic="中医预防保健调理师", sources=("S0-04",)),
        OwnerRow(name="李雪莲", topic="中医罐疗技能培训", sources=("S0-04",)),
        OwnerRow(name="徐茂罡", topic="刘氏刺熨疗法", sources=("S0-04",)),
    )


class Hotkeys(Body):
    """Action → keys such as `Alt+1`; the page knows the actions, and what is left out keeps its own."""

    keys: Annotated[dict[Name, Annotated[str, Field(max_length=32)]], Field(max_length=100)] = Field(
        default_factory=dict
    )


class Favourites(Body):
    situations: Annotated[tuple[Name, ...], Field(max_length=50)] = ()


class Desk(Body):
    """How much the desk says; of whoever sits there, whatever the desk."""

    density: Literal["full", "short", "warnings"] = "full"


class QueueRow(Body):
    queue: Name
    """As the PBX calls it."""
    name: Annotated[str, Field(max_length=64)] = ""
    """As people call it."""
    pack: Annotated[str, Field(max_length=64)] = ""
    """The scripts of its calls; empty: the usual ones."""


class Queues(Body):
    """What holds for single queues; stronger than `[scripts.by_queue]`."""

    queues: Annotated[tuple[QueueRow, ...], Field(max_length=200)] = ()


BODIES: Final[dict[Kind, type[Body]]] = {
    "promises": Promises,
    "owners": Owners,
    "hotkeys": Hotkeys,
    "queues": Queues,
    "favourites": Favourites,
    "desk": Desk,
}


class BodyError(ValueError):
    """A body that cannot be kept; `faults` says where and what."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__(";".join(f"{where}:{what}" for where, what in faults))
        self.faults = faults


def checked(kind: Kind, body: object) -> str:
    """The body as it is kept. Raises BodyError."""
    try:
        return BODIES[kind].model_validate(body).model_dump_json()
    except ValidationError as error:
        raise BodyError(faults_of(error.errors())) from error


def as_shipped(kind: Kind) -> str:
    return BODIES[kind]().model_dump_json()


def promises_in(body: str) -> Promises:
    return Promises.model_validate_json(body)


def owners_in(body: str) -> Owners:
    return Owners.model_validate_json(body)


def packs_by_queue(body: str) -> dict[str, str]:
    return {row.queue: row.pack for row in Queues.model_validate_json(body).queues if row.pack}


def hours_by_name(rules: Iterable[PromiseRule]) -> dict[str, str]:
    """As variables of the phrases: the hours of any complaint, and of each type the table names. Who the caller is, is not known
    on the line, so rules for one kind of customer do not count here."""
    table = tuple(rules)
    named = {rule.complaint for rule in table} - {ANY}
    hours = {f"{HOURS_OF}{complaint}": hours_for(table, complaint, ANY) for complaint in named}
    hours["promise_hours"] = hours_for(table, ANY, ANY)
    return {name: f"{one:g}" for name, one in hours.items() if one is not None}


def hours_for(rules: Iterable[PromiseRule], complaint: str, customer: str) -> float | None:
    """The first rule that fits; None where the table says nothing."""
    for rule in rules:
        if rule.complaint in (ANY, complaint) and rule.customer in (ANY, customer):
            return rule.hours
    return None
