"""The simulated PBX itself: its channels, bridges and phones, and the events their changes cause.

Every method changes the state and emits what a real Asterisk 22 emits for it, in its order. Knows no scenario and no socket.
"""

import uuid
from collections.abc import Callable
from typing import NamedTuple

from ami_bridge.simulator.channel import Bridge, Channel, ChannelState
from ami_bridge.simulator.sound import Clip, Voice
from ami_bridge.simulator.wire import Fields

TRUNK = "trunk400"
QUEUE = "line400"

Emit = Callable[[Fields], None]
Now = Callable[[], float]


class NoSuchChannelError(Exception):
    """No live channel has this name or Uniqueid."""


class Display(NamedTuple):
    """What a phone shows of the other side."""

    number: str
    name: str


class Exchange:
    """One PBX. `emit` sends an event to every AMI session; `now` is monotonic seconds."""

    def __init__(self, agents: list[str], emit: Emit, now: Now, epoch: float) -> None:
        self.agents = agents
        self.now = now
        self.channels: dict[str, Channel] = {}
        self.bridges: dict[str, Bridge] = {}
        self.waiting: list[Channel] = []
        self.calls_taken = dict.fromkeys(agents, 0)
        self.on_gone: list[Callable[[Channel], None]] = []
        """Told of each channel that hung up: the taps on it end."""
        self._send = emit
        self._epoch = int(epoch)
        self._serial = 0

    # -- events --------------------------------------------------------------------------------------------------

    def emit(self, name: str, *blocks: Fields, privilege: str = "call,all") -> None:
        fields: Fields = [("Event", name), ("Privilege", privilege)]
        for block in blocks:
            fields += block
        self._send(fields)

    # -- channels ------------------------------------------------------------------------------------------------

    def open(
        self,
        device: str,
        display: Display,
        voice: Voice,
        *,
        exten: str = "s",
        of: Channel | None = None,
        state: ChannelState = ChannelState.DOWN,
    ) -> Channel:
        """A new channel of `device`; `of` is the channel whose call it belongs to."""
        serial = self._next_serial()
        uniqueid = f"{self._epoch + int(self.now())}.{serial}"
        return self.adopt(
            Channel(
                name=f"{device}-{serial:08x}",
                uniqueid=uniqueid,
                linkedid=uniqueid if of is None else of.linkedid,
                number=display.number,
                display=display.name,
                context="from-trunk400" if device.endswith(TRUNK) else "hotline-phones",
                exten=exten,
                voice=voice,
                state=state,
            )
        )

    def adopt(self, channel: Channel) -> Channel:
        channel.began = self.now()
        self.channels[channel.name] = channel
        self.emit("Newchannel", channel.fields())
        return channel

    def find(self, name: str) -> Channel:
        """By name or Uniqueid. Raises NoSuchChannelError."""
        for channel in self.channels.values():
            if name in (channel.name, channel.uniqueid):
                return channel
        raise NoSuchChannelError(name)

    def turn(self, channel: Channel, state: ChannelState) -> None:
        channel.state = state
        self.emit("Newstate", channel.fields())

    def hang_up(self, channel: Channel, cause: tuple[str, str] = ("16", "Normal Clearing")) -> None:
        if self.channels.pop(channel.name, None) is None:
            return
        self.silence_music(channel)
        for gone in list(self.on_gone):
            gone(channel)
        self.emit("Hangup", channel.fields(), [("Cause", cause[0]), ("Cause-txt", cause[1])])

    # -- bridges -------------------------------------------------------------------------------------------------

    def join(self, *channels: Channel) -> Bridge:
        bridge = Bridge(str(uuid.uuid4()))
        self.bridges[bridge.bridge_id] = bridge
        self.emit("BridgeCreate", bridge.fields())
        for channel in channels:
            self.enter(bridge, channel)
        return bridge

    def enter(self, bridge: Bridge, channel: Channel) -> None:
        bridge.channels.append(channel)
        channel.bridge = bridge
        self.emit("BridgeEnter", bridge.fields(), channel.fields())

    def leave(self, channel: Channel) -> None:
        bridge = channel.bridge
        if bridge is None:
            return
        bridge.channels.remove(channel)
        channel.bridge = None
        self.emit("BridgeLeave", bridge.fields(), channel.fields())
        if not bridge.channels:
            del self.bridges[bridge.bridge_id]
            self.emit("BridgeDestroy", bridge.fields())

    # -- hold ----------------------------------------------------------------------------------------------------

    def hold(self, channel: Channel) -> None:
        """The phone of `channel` presses hold: it stops sending and the other side hears music."""
        channel.voice.sends = False
        self.emit("Hold", channel.fields(), [("MusicClass", "hotline-hold")])
        peer = channel.bridge.peer_of(channel) if channel.bridge else None
        if peer is not None:
            self.play_music(peer)

    def unhold(self, channel: Channel) -> None:
        channel.voice.sends = True
        self.emit("Unhold", channel.fields())
        peer = channel.bridge.peer_of(channel) if channel.bridge else None
        if peer is not None:
            self.silence_music(peer)

    def play_music(self, channel: Channel) -> None:
        if not channel.hears_music:
            channel.hears_music = True
            self.emit("MusicOnHoldStart", channel.fields(), [("Class", "hotline-hold")])

    def silence_music(self, channel: Channel) -> None:
        if channel.hears_music:
            channel.hears_music = False
            self.emit("MusicOnHoldStop", channel.fields())

    # -- what is heard -------------------------------------------------------------------------------------------

    def said_on(self, channel: Channel, frame: int) -> bytes | None:
        """What the phone of `channel` sends."""
        return channel.voice.frame(frame)

    def heard_on(self, channel: Channel, frame: int, music: Clip) -> bytes | None:
        """What the phone of `channel` is sent."""
        if channel.hears_music:
            return music.frame(frame % music.frames)
        peer = channel.bridge.peer_of(channel) if channel.bridge else None
        return None if peer is None else peer.voice.frame(frame)

    # -- phones --------------------------------------------------------------------------------------------------

    def is_free(self, agent: str) -> bool:
        return not any(channel.device == f"PJSIP/{agent}" for channel in self.channels.values())

    def device_state(self, device: str) -> str:
        states = {channel.state for channel in self.channels.values() if channel.device == device}
        if ChannelState.UP in states or ChannelState.RING in states:
            return "INUSE"
        return "RINGING" if ChannelState.RINGING in states else "NOT_INUSE"

    def tell_device(self, device: str) -> None:
        self.emit("DeviceStateChange", [("Device", device), ("State", self.device_state(device))])

    def _next_serial(self) -> int:
        self._serial += 1
        return self._serial
