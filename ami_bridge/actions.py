"""What we may ask of the PBX: one function an allowed action, each value checked. Nothing else is ever sent.

An account with `write=originate` could run far more than we need (Dial is toll fraud, Record writes files), so this module
is an allow-list: `Action` refuses any action, and any application of an Originate, that is not named here.
Every Originate is `Async: true`, for otherwise a slow tap would stop the whole AMI session.
This module must not know how an action travels.
"""

import re
from dataclasses import dataclass

from ami_bridge.events import ChannelName, Extension, TapId
from ami_bridge.layout import UUID
from ami_bridge.wire import check_header

Field = tuple[str, str]

ACTIONS = frozenset(
    {
        "Login",
        "Ping",
        "Logoff",
        "ListCommands",
        "Getvar",
        "Status",
        "BridgeList",
        "QueueStatus",
        "DeviceStateList",
    }
) | {"Originate", "Hangup", "Redirect", "Atxfer"}
APPLICATIONS = frozenset({"ChanSpy", "PickupChan", "Bridge", "Morsecode"})
"""What an Originate may run."""

DUTY_TRUNK = "HOTLINE_DUTY_TRUNK"
"""The global variable of the dialplan (`hotline-duty.conf`) that names the trunk to the duty mobile."""
READ: frozenset[tuple[Field, ...]] = frozenset({(("Variable", "VERSION()"),), (("Variable", DUTY_TRUNK),)})
"""What a Getvar may ask for."""

CHANNEL = re.compile(r"[A-Za-z][A-Za-z0-9]*/[A-Za-z0-9_.@:;/+\-]+")
"""A channel as Asterisk names it. No comma, $, braces or blanks: they are dialplan syntax in an application's data."""
EXTENSION = re.compile(r"[A-Za-z0-9_*#+\-]{1,80}")
ENDPOINT = re.compile(r"[A-Za-z0-9_.\-]{1,80}")
DIALLED = re.compile(r"[0-9]{2,20}")
"""What a transfer may dial: Asterisk enters it as keys pressed, so nothing that could be another feature's code."""
TONES = "0" * 20
"""As Morse code: 37 s of tones of 0.24 s."""
HOST = re.compile(r"[A-Za-z0-9.\-]{1,40}|\[[0-9A-Fa-f:]{2,39}\]")
"""chan_audiosocket keeps "host:port" in 50 bytes."""


@dataclass(frozen=True, slots=True)
class Action:
    """One AMI action. The connection adds its ActionID."""

    name: str
    fields: tuple[Field, ...] = ()

    def __post_init__(self) -> None:
        if self.name not in ACTIONS:
            raise ValueError(f"{self.name!r} is not among the actions we send")
        for name, value in self.fields:
            check_header(name, value)
        if self.name == "Getvar" and self.fields not in READ:
            raise ValueError("of all variables only the PBX's version and the duty trunk are asked for")
        if self.name == "Originate":
            self._check_originate(dict(self.fields))

    def _check_originate(self, fields: dict[str, str]) -> None:
        if fields.get("Application") not in APPLICATIONS or "Exten" in fields or "Variable" in fields:
            raise ValueError("an Originate may only run " + ", ".join(sorted(APPLICATIONS)))
        if fields.get("Async") != "true":
            raise ValueError("an Originate must be Async: true, or it stops the AMI session")


def tap(channel: ChannelName, tap_id: TapId, host: str, port: int, *, stereo: bool) -> Action:
    """Send the channel's audio to our AudioSocket listener at host:port.

    Stereo (left: what the channel says, right: what it hears) needs ChanSpy's `D`: Asterisk 18.22, 20.7, 21.2, 22.0 and later.
    `u` exact channel, `q` no beep, `E` `S` end with the channel instead of looking for another; never `w`, `W`, `B`.
    """
    _check(CHANNEL, "channel", channel)
    _check(UUID, "tap id", tap_id)
    _check(HOST, "host", host)
    if not 0 < port < 65536:
        raise ValueError(f"{port} is no port")
    return _originate(
        f"AudioSocket/{host}:{port}/{tap_id}/c(slin)",
        "ChanSpy",
        f"{channel},{'uqDES' if stereo else 'uqoES'}",
        Codecs="slin",
    )


def tap_channel(tap_id: TapId, host: str, port: int) -> ChannelName:
    """The name Asterisk gives the tap's channel, to hang it up by."""
    _check(UUID, "tap id", tap_id)
    return ChannelName(f"AudioSocket/{host}:{port}-{tap_id}")


def hang_up(channel: ChannelName) -> Action:
    _check(CHANNEL, "channel", channel)
    return Action("Hangup", (("Channel", channel), ("Cause", "16")))


def redirect(channel: ChannelName, context: str, exten: str) -> Action:
    """Send the channel to a place in the dialplan; whoever it talked with goes on in the dialplan or hangs up."""
    _check(CHANNEL, "channel", channel)
    _check(EXTENSION, "context", context)
    _check(EXTENSION, "extension", exten)
    return Action(
        "Redirect", (("Channel", channel), ("Context", context), ("Exten", exten), ("Priority", "1"))
    )


def hand_over(agent_channel: ChannelName, context: str, exten: str) -> Action:
    """Attended transfer: the caller is put on hold and the agent is connected with `exten`. The agent hangs up to hand over;
    if nobody answers, the caller is back with the agent by itself.

    Atxfer presses the keys of `atxfer` (features.conf) for the agent, so that feature must have some, and the agent's side
    must be allowed to transfer (`t` of Queue and Dial).
    """
    _check(CHANNEL, "channel", agent_channel)
    _check(EXTENSION, "context", context)
    _check(DIALLED, "number to hand over to", exten)
    return Action("Atxfer", (("Channel", agent_channel), ("Context", context), ("Exten", exten)))


def listen(supervisor: Extension, agent_channel: ChannelName, technology: str = "PJSIP") -> Action:
    """Ring the supervisor, who then hears both sides and is heard by none."""
    return _spy(supervisor, agent_channel, "uqES", technology)


def whisper(supervisor: Extension, agent_channel: ChannelName, technology: str = "PJSIP") -> Action:
    """As `listen`, and the agent alone hears the supervisor. The channel must be the agent's."""
    return _spy(supervisor, agent_channel, "uqwES", technology)


def barge(supervisor: Extension, agent_channel: ChannelName, technology: str = "PJSIP") -> Action:
    """As `listen`, and both sides hear the supervisor."""
    return _spy(supervisor, agent_channel, "uqBES", technology)


def take_over(supervisor: Extension, caller_channel: ChannelName, technology: str = "PJSIP") -> Action:
    """Ring the supervisor, whose lifting the phone connects it with the caller and lets the agent go; the call ends with either.

    Bridge, not Redirect: nothing happens to the caller unless the supervisor lifts the phone. `x`: else the caller would go on in the
    dialplan behind the queue once the supervisor hangs up.
    """
    _check(CHANNEL, "channel", caller_channel)
    return _originate(_phone(supervisor, technology), "Bridge", f"{caller_channel},x", Timeout="30000")


def pick_up(agent: Extension, ringing_channel: ChannelName, technology: str = "PJSIP") -> Action:
    """Ring the agent's phone; lifting it takes the call that rings on `ringing_channel` (of `AgentRinging`).

    PickupChan, not Redirect: a Redirect would throw the caller out of the queue at once, whether or not the agent lifts the
    phone; here nothing happens to the caller before, and if another answers meanwhile, only this phone hears nothing.
    """
    _check(CHANNEL, "channel", ringing_channel)
    return _originate(_phone(agent, technology), "PickupChan", ringing_channel, Timeout="20000")


def duty_trunk() -> Action:
    """Which trunk the dialplan is told to reach the duty mobile by. The answer's `Value` is empty where it is not told."""
    return Action("Getvar", (("Variable", DUTY_TRUNK),))


def place_call(context: str, exten: str) -> Action:
    """A test call: enter the dialplan where a caller would (`from-trunk`, `4001234567`) and send tones.

    Morsecode needs no sound files and ends by itself (a zero lasts 1.84 s), so that no call outlives us on a line that costs money.
    """
    _check(EXTENSION, "context", context)
    _check(EXTENSION, "extension", exten)
    return _originate(f"Local/{exten}@{context}/n", "Morsecode", TONES)


def _spy(supervisor: Extension, channel: ChannelName, options: str, technology: str) -> Action:
    _check(CHANNEL, "channel", channel)
    return _originate(_phone(supervisor, technology), "ChanSpy", f"{channel},{options}", Timeout="30000")


def _phone(extension: Extension, technology: str) -> str:
    _check(ENDPOINT, "extension", extension)
    _check(ENDPOINT, "technology", technology)
    return f"{technology}/{extension}"


def _originate(channel: str, application: str, data: str, **more: str) -> Action:
    fields = (("Channel", channel), ("Application", application), ("Data", data), ("Async", "true"))
    return Action("Originate", (*fields, *more.items()))


def _check(pattern: re.Pattern[str], what: str, value: str) -> None:
    if pattern.fullmatch(value) is None:
        raise ValueError(f"{value!r} is no {what}")
