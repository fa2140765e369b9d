"""The trunks callers come in by: how many of their lines are taken, and whether the far end can be reached. Pure.

Only what every account may hear is used (read=system and call): channels coming and going, the endpoint's device state, the state of
its contacts (`qualify_frequency`), and of our registrations with the provider. A trunk that is not qualified and does not register
says nothing about its far end and is taken for reachable. This module must not know about calls.
"""

from ami_bridge.events import TrunkEvent, TrunkLines, TrunkReach, TrunkReached
from ami_bridge.layout import LineLayout, Role
from ami_bridge.messages import AmiMessage
from ami_bridge.snapshot import PbxSnapshot

AWAY = frozenset({"UNAVAILABLE", "INVALID"})
"""An endpoint's device states without a contact that answers (chan_pjsip_devicestate)."""
PEER_REACH = {"Reachable": True, "Unreachable": False}
DEAD_CONTACT = "Unreachable"
REGISTERED = "Registered"


class TrunkWatch:
    def __init__(self, line: LineLayout, registrations: frozenset[str] = frozenset()) -> None:
        """`registrations`: client URIs of the trunks' registrations, as `pjsip.conf` writes them."""
        self._line = line
        self._registrations = registrations
        self._channels: set[str] = set()
        self._away: set[str] = set()
        self._dead_contacts: dict[str, set[str]] = {}
        self._told: dict[str, TrunkReach] = {}

    def handle(self, message: AmiMessage) -> list[TrunkEvent]:
        match message.event:
            case "Newchannel" | "Rename" | "Hangup":
                return self._channel(message)
            case "DeviceStateChange":
                return self._device(message)
            case "PeerStatus":
                return self._peer(message)
            case "ContactStatus":
                return self._contact(message)
            case "Registry":
                return self._registry(message)
            case _:
                return []

    def rebuild(self, snapshot: PbxSnapshot) -> list[TrunkEvent]:
        """What a snapshot cannot say (contacts, registrations) stays as it was last heard."""
        before = len(self._channels)
        self._channels = {
            channel.get("Uniqueid") or ""
            for channel in snapshot.channels
            if self._is_ours(channel.get("Channel") or "")
        }
        lines: list[TrunkEvent] = [TrunkLines(len(self._channels))] if len(self._channels) != before else []
        return [*lines, *(event for device in snapshot.devices for event in self._device(device))]

    def _is_ours(self, channel: str) -> bool:
        owner = self._line.owner(channel)
        return owner.role is Role.TRUNK and owner.name in self._line.trunks

    def _channel(self, message: AmiMessage) -> list[TrunkEvent]:
        uniqueid, before = message.get("Uniqueid") or "", len(self._channels)
        if message.event == "Hangup":
            self._channels.discard(uniqueid)
        elif message.event == "Newchannel" and self._is_ours(message.get("Channel") or ""):
            self._channels.add(uniqueid)
        elif message.event == "Rename":
            self._renamed(uniqueid, message.get("Newname") or "")
        return [TrunkLines(len(self._channels))] if len(self._channels) != before else []

    def _renamed(self, uniqueid: str, name: str) -> None:
        """A masquerade moves the trunk's line to another channel; the name it has for a moment (`<MASQ>`) is still its."""
        if self._is_ours(name) and not name.endswith("<ZOMBIE>"):
            self._channels.add(uniqueid)
        else:
            self._channels.discard(uniqueid)

    def _trunk(self, peer: str | None) -> str | None:
        name = (peer or "").rpartition("/")[2]
        return name if name in self._line.trunks else None

    def _device(self, message: AmiMessage) -> list[TrunkEvent]:
        trunk, state = self._trunk(message.get("Device")), message.get("State")
        return [] if trunk is None or state is None else self._reach(trunk, away=state in AWAY)

    def _peer(self, message: AmiMessage) -> list[TrunkEvent]:
        trunk, reachable = self._trunk(message.get("Peer")), PEER_REACH.get(message.get("PeerStatus") or "")
        return [] if trunk is None or reachable is None else self._reach(trunk, away=not reachable)

    def _contact(self, message: AmiMessage) -> list[TrunkEvent]:
        trunk, uri = self._trunk(message.get("EndpointName")), message.get("URI")
        if trunk is None or uri is None:
            return []
        dead = self._dead_contacts.setdefault(trunk, set())
        if message.get("ContactStatus") == DEAD_CONTACT:
            dead.add(uri)
        else:
            dead.discard(uri)
        return self._reach(trunk, away=trunk in self._away)

    def _registry(self, message: AmiMessage) -> list[TrunkEvent]:
        account, status = message.get("Username"), message.get("Status")
        if account not in self._registrations or status is None:
            return []
        return self._reach(account, away=status != REGISTERED)

    def _reach(self, name: str, *, away: bool) -> list[TrunkEvent]:
        """Told when it changes; that a trunk is reachable is no news at first."""
        (self._away.add if away else self._away.discard)(name)
        weak = TrunkReach.WEAK if self._dead_contacts.get(name) else TrunkReach.FULL
        reach = TrunkReach.NONE if away else weak
        if self._told.get(name, TrunkReach.FULL) is reach:
            return []
        self._told[name] = reach
        return [TrunkReached(name, reach)]
