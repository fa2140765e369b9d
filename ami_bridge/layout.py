"""Which channel is whose: trunk, agent's phone, half of a Local channel, or one of our own taps. Told by its name alone.

An endpoint that is no agent's extension counts as a trunk even where it is not listed, so a call by an unlisted trunk is
helped all the same; listing names the trunks that look like extensions. This module must not know about calls.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from ami_bridge.events import Extension, TapId


class Role(StrEnum):
    TRUNK = "trunk"
    AGENT = "agent"
    LOCAL = "local"
    """A half of a Local channel: a joint in the line, never a party."""
    TAP = "tap"
    """Ours: ignored but for whether it lives."""
    OTHER = "other"
    """The PBX's own: announcers, recorders, snoops. Nobody's end of a call."""


NOBODYS = frozenset(
    {
        "Announcer",
        "AsyncGoto",
        "Bridge",
        "CBAnn",
        "CBRec",
        "Message",
        "MulticastRTP",
        "Parking",
        "Recorder",
        "Snoop",
    }
    | {"Surrogate", "UnicastRTP"}
)
"""Technologies of channels that Asterisk makes for itself."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a channel is. `name`: the trunk's endpoint, the agent's extension, or the Local pair's common name."""

    role: Role
    name: str


UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class LineLayout:
    """What the tracker has to be told about this PBX."""

    trunks: frozenset[str] = frozenset()
    """Endpoint names, such as `trunk400` of `PJSIP/trunk400-0000001a`."""
    agents: str = r"\d{3,5}"
    """Regular expression an agent's extension matches as a whole."""
    tap_prefix: str = "AudioSocket/"
    _agents: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_agents", re.compile(self.agents))

    def is_tap(self, channel: str) -> bool:
        return channel.startswith(self.tap_prefix)

    def tap_id(self, channel: str) -> TapId | None:
        """The tap's UUID in `AudioSocket/host:port-uuid`, or in the dial string `AudioSocket/host:port/uuid/c(slin)`."""
        found = UUID.findall(channel)
        return TapId(found[-1].lower()) if found and self.is_tap(channel) else None

    def owner(self, channel: str) -> Owner:
        if self.is_tap(channel):
            return Owner(Role.TAP, channel)
        technology, _, rest = channel.partition("/")
        if technology == "Local":
            return Owner(Role.LOCAL, rest.partition(";")[0])
        if technology in NOBODYS:
            return Owner(Role.OTHER, channel)
        endpoint = endpoint_of(rest)
        is_agent = endpoint not in self.trunks and self._agents.fullmatch(endpoint) is not None
        return Owner(Role.AGENT if is_agent else Role.TRUNK, endpoint)

    def agent_of_device(self, device: str) -> Extension | None:
        """The extension of a device such as `PJSIP/8001`; None for queues, hints, trunks and taps."""
        technology, slash, endpoint = device.partition("/")
        if not slash or ":" in technology or technology == "Local" or self.is_tap(device):
            return None
        if endpoint in self.trunks or self._agents.fullmatch(endpoint) is None:
            return None
        return Extension(endpoint)


DUTY_MARK = "duty-"


def on_duty(account: str | None) -> Extension | None:
    """Whom a leg with this account code rings: our dialplan marks the legs to duty mobiles (`duty-8001`)."""
    who = (account or "").removeprefix(DUTY_MARK)
    return Extension(who) if account and who and who != account else None


@lru_cache(maxsize=4096)
def endpoint_of(rest: str) -> str:
    """`8001` of `8001-0000001a`; also of `8001@host-0000001a` and, mid-masquerade, of `8001-0000001a<MASQ>`."""
    name = rest.partition("<")[0]
    dash = name.rfind("-")
    return (name if dash < 0 else name[:dash]).partition("@")[0]


def is_passing(channel: str) -> bool:
    """Whether the name is one a channel only bears while it is being swapped (`<MASQ>`) or thrown away (`<ZOMBIE>`)."""
    return channel.endswith(">")


def other_half(channel: str) -> str | None:
    """The name of the other half of a Local channel."""
    if channel.endswith(";1"):
        return channel[:-1] + "2"
    return channel[:-1] + "1" if channel.endswith(";2") else None
