"""Channels and bridges as Asterisk shows them in AMI events: the header blocks every event is made of."""

from dataclasses import dataclass, field
from enum import Enum

from ami_bridge.simulator.sound import Voice
from ami_bridge.simulator.wire import Fields


class ChannelState(Enum):
    """Number and words as in `ChannelState` and `ChannelStateDesc`."""

    DOWN = ("0", "Down")
    RING = ("4", "Ring")
    RINGING = ("5", "Ringing")
    UP = ("6", "Up")


UNKNOWN = "<unknown>"


@dataclass(slots=True)
class Channel:
    """One leg on the PBX."""

    name: str
    uniqueid: str
    linkedid: str
    number: str
    display: str
    context: str
    exten: str
    voice: Voice
    state: ChannelState = ChannelState.DOWN
    connected_number: str = UNKNOWN
    connected_name: str = UNKNOWN
    bridge: "Bridge | None" = None
    hears_music: bool = False
    began: float = 0.0
    application: tuple[str, str] = ("", "")

    @property
    def device(self) -> str:
        """`PJSIP/8001` of `PJSIP/8001-00000003`."""
        return self.name.rsplit("-", 1)[0]

    @property
    def technology(self) -> str:
        return self.name.split("/", 1)[0]

    def fields(self, prefix: str = "") -> Fields:
        """The channel's header block, as snapshots are written (main/manager_channels.c)."""
        code, words = self.state.value
        return [
            (f"{prefix}Channel", self.name),
            (f"{prefix}ChannelState", code),
            (f"{prefix}ChannelStateDesc", words),
            (f"{prefix}CallerIDNum", self.number),
            (f"{prefix}CallerIDName", self.display),
            (f"{prefix}ConnectedLineNum", self.connected_number),
            (f"{prefix}ConnectedLineName", self.connected_name),
            (f"{prefix}Language", "cn"),
            (f"{prefix}AccountCode", ""),
            (f"{prefix}Context", self.context),
            (f"{prefix}Exten", self.exten),
            (f"{prefix}Priority", "1"),
            (f"{prefix}Uniqueid", self.uniqueid),
            (f"{prefix}Linkedid", self.linkedid),
        ]


@dataclass(slots=True)
class Bridge:
    """Two channels that hear each other."""

    bridge_id: str
    channels: list[Channel] = field(default_factory=list)

    def fields(self) -> Fields:
        return [
            ("BridgeUniqueid", self.bridge_id),
            ("BridgeType", "basic"),
            ("BridgeTechnology", "simple_bridge"),
            ("BridgeCreator", UNKNOWN),
            ("BridgeName", UNKNOWN),
            ("BridgeNumChannels", str(len(self.channels))),
            ("BridgeVideoSourceMode", "none"),
        ]

    def peer_of(self, channel: Channel) -> Channel | None:
        return next((other for other in self.channels if other is not channel), None)
