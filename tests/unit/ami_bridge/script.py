"""AMI events as Asterisk writes them, in few words: for call shapes of which there is no recording."""

from collections.abc import Iterable

from ami_bridge.events import CallEvent
from ami_bridge.layout import LineLayout
from ami_bridge.messages import AmiMessage
from ami_bridge.snapshot import PbxSnapshot
from ami_bridge.tracker import CallTracker
from tests.unit.ami_bridge.stories import Numbers, story

LINE = LineLayout(trunks=frozenset({"trunk400"}))
STARTED = "CallStarted call-1 direction=inbound channel=PJSIP/trunk400-00001 caller_number=13800138000 dialled=4001234567 trunk=trunk400 age=0"
"""What `comes_in("1")` is told as."""


def message(event: str, **headers: str) -> AmiMessage:
    return AmiMessage([("Event", event), *headers.items()])


class Pbx:
    """Says what a PBX would, keeps the channels' names and Linkedids, and collects what the tracker tells."""

    def __init__(self, line: LineLayout = LINE) -> None:
        self.tracker = CallTracker(line)
        self.now = 0.0
        self._names: dict[str, str] = {}
        self._linked: dict[str, str] = {}
        self._told: list[CallEvent] = []
        self._numbers: Numbers = {}

    def say(self, event: str, **headers: str) -> None:
        self._told += self.tracker.handle(message(event, **headers), self.now)

    def told(self) -> list[str]:
        """What the tracker has told since the last asking."""
        lines, self._told = story(self._told, self._numbers), []
        return lines

    def events(self) -> list[CallEvent]:
        events, self._told = self._told, []
        return events

    def rebuild(self, snapshot: PbxSnapshot) -> list[str]:
        self._told += self.tracker.rebuild(snapshot, self.now)
        return self.told()

    def channel(self, uid: str) -> dict[str, str]:
        return {"Channel": self._names[uid], "Uniqueid": uid, "Linkedid": self._linked[uid]}

    def new(self, uid: str, name: str, linked: str | None = None, state: str = "0", **more: str) -> None:
        self._names[uid], self._linked[uid] = name, linked or uid
        self.say("Newchannel", **self.channel(uid), ChannelState=state, **more)

    def comes_in(self, uid: str, trunk: str = "trunk400", number: str = "13800138000") -> None:
        self.new(uid, f"PJSIP/{trunk}-0000{uid}", state="4", CallerIDNum=number, Exten="4001234567")

    def dials(self, source: str, target: str, name: str) -> None:
        if target not in self._names:
            self.new(target, name, linked=self._linked[source])
        dest = {f"Dest{header}": value for header, value in self.channel(target).items()}
        self.say("DialBegin", **self.channel(source), **dest)

    def rings(self, uid: str) -> None:
        self.say("Newstate", **self.channel(uid), ChannelState="5")

    def lifts(self, uid: str) -> None:
        self.say("Newstate", **self.channel(uid), ChannelState="6")

    def dial_ends(self, source: str, target: str, status: str) -> None:
        dest = {f"Dest{header}": value for header, value in self.channel(target).items()}
        self.say("DialEnd", **self.channel(source), **dest, DialStatus=status)

    def joins(self, bridge: str, *uids: str, **more: str) -> None:
        for uid in uids:
            self.say("BridgeEnter", **self.channel(uid), BridgeUniqueid=bridge, **more)

    def leaves(self, bridge: str, *uids: str) -> None:
        for uid in uids:
            self.say("BridgeLeave", **self.channel(uid), BridgeUniqueid=bridge)

    def renames(self, uid: str, name: str) -> None:
        self.say("Rename", Channel=self._names[uid], Newname=name, Uniqueid=uid)
        self._names[uid] = name

    def wants_off(self, uid: str) -> None:
        self.say("HangupRequest", **self.channel(uid))

    def hangs_up(self, *uids: str, cause: str = "16") -> None:
        for uid in uids:
            self.say("Hangup", **self.channel(uid), Cause=cause)

    def answered_call(self, caller: str = "1", agent: str = "2", extension: str = "8001") -> None:
        """An inbound call up to the talk, nothing told of it."""
        self.comes_in(caller)
        self.dials(caller, agent, f"PJSIP/{extension}-0000{agent}")
        self.rings(agent)
        self.lifts(agent)
        self.joins(f"bridge-{caller}", agent, caller)
        self.told()


def snapshot(
    *channels: AmiMessage, uptime_s: float | None = 1000.0, **lists: Iterable[AmiMessage]
) -> PbxSnapshot:
    more = {name: tuple(items) for name, items in lists.items()}
    return PbxSnapshot("22.10.1", uptime_s, channels=channels, **more)


def status(uid: str, name: str, seconds: int, linked: str | None = None, **more: str) -> AmiMessage:
    headers = {
        "Channel": name,
        "ChannelState": "6",
        "Uniqueid": uid,
        "Linkedid": linked or uid,
        "BridgeID": "",
    }
    return message("Status", **{**headers, "Seconds": str(seconds), **more})
