"""What the simulated PBX answers to each AMI action, with the replies' headers as Asterisk 22 writes them."""

import asyncio
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from ami_bridge.simulator.call import HangUpOrder, PickUpOrder, RedirectOrder, SimulatedCall, TakeOverOrder
from ami_bridge.simulator.channel import UNKNOWN, Channel, ChannelState
from ami_bridge.simulator.exchange import QUEUE, Display, Exchange, NoSuchChannelError
from ami_bridge.simulator.queue import CallQueue
from ami_bridge.simulator.sound import Voice
from ami_bridge.simulator.tap import Tap, TapBoard
from ami_bridge.simulator.wire import Action, Fields

Reply = Callable[[Fields], None]
"""Sends one message to the session that asked; the ActionID is added there."""

_PHONE = re.compile(r"PJSIP/(?P<extension>[A-Za-z0-9_.-]+)")
LIFT_S = 1.5
"""How long a phone rings that we were asked to ring."""
VERSION = "22.10.1"
"""The Asterisk that is imitated."""

_TAP = re.compile(
    r"AudioSocket/(?P<host>[^:/]+):(?P<port>\d+)/(?P<uuid>[0-9a-f-]{36})(?:/c\(slin\))?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Pbx:
    """What the actions act upon; `calls` are the live ones."""

    exchange: Exchange
    queue: CallQueue
    taps: TapBoard
    calls: set[SimulatedCall]
    group: asyncio.TaskGroup


def answer(pbx: Pbx, action: Action, reply: Reply) -> None:
    """Every action gets a reply; an unknown one gets Asterisk's words for it."""
    handler = _BY_NAME.get(action.name)
    if handler is None:
        return _refuse(reply, "Invalid/unknown command")
    try:
        handler(pbx, action, reply)
    except NoSuchChannelError:
        _refuse(reply, "No such channel")


def _accept(reply: Reply, message: str, *more: tuple[str, str]) -> None:
    reply([("Response", "Success"), ("Message", message), *more])


def _refuse(reply: Reply, message: str) -> None:
    reply([("Response", "Error"), ("Message", message)])


def _ping(pbx: Pbx, action: Action, reply: Reply) -> None:
    reply([("Response", "Success"), ("Ping", "Pong"), ("Timestamp", f"{pbx.exchange.now():.6f}")])


def _events(pbx: Pbx, action: Action, reply: Reply) -> None:
    reply([("Response", "Success"), ("Events", "On")])


def _setvar(pbx: Pbx, action: Action, reply: Reply) -> None:
    if (channel := action.get("Channel")) is not None:
        pbx.exchange.find(channel)
    _accept(reply, "Variable Set")


def _getvar(pbx: Pbx, action: Action, reply: Reply) -> None:
    variable = action.get("Variable") or ""
    value = VERSION if variable == "VERSION()" else ""
    reply([("Response", "Success"), ("Variable", variable), ("Value", value)])


def _list_commands(pbx: Pbx, action: Action, reply: Reply) -> None:
    reply([("Response", "Success"), *((name, "Simulated  (Priv: <none>)") for name in COMMANDS)])


# -- lists ---------------------------------------------------------------------------------------------------------------


def _list(reply: Reply, message: str, complete: str, items: list[Fields]) -> None:
    reply([("Response", "Success"), ("EventList", "start"), ("Message", message)])
    for item in items:
        reply(item)
    reply([("Event", complete), ("EventList", "Complete"), ("ListItems", str(len(items)))])


def _status(pbx: Pbx, action: Action, reply: Reply) -> None:
    wanted = action.get("Channel")
    channels = [pbx.exchange.find(wanted)] if wanted else list(pbx.exchange.channels.values())
    items = [_status_of(channel, pbx.exchange.now()) for channel in channels]
    _list(reply, "Channel status will follow", "StatusComplete", items)


def _status_of(channel: Channel, now: float) -> Fields:
    application, data = channel.application
    return [
        ("Event", "Status"),
        ("Privilege", "Call"),
        *channel.fields(),
        ("Type", channel.technology),
        ("DNID", channel.exten),
        ("EffectiveConnectedLineNum", channel.connected_number),
        ("EffectiveConnectedLineName", channel.connected_name),
        ("TimeToHangup", "0"),
        ("BridgeID", channel.bridge.bridge_id if channel.bridge else ""),
        ("Application", application),
        ("Data", data),
        ("Nativeformats", "(alaw)"),
        ("Readformat", "alaw"),
        ("Readtrans", ""),
        ("Writeformat", "alaw"),
        ("Writetrans", ""),
        ("Callgroup", "0"),
        ("Pickupgroup", "0"),
        ("Seconds", str(int(now - channel.began))),
    ]


def _bridge_list(pbx: Pbx, action: Action, reply: Reply) -> None:
    items: list[Fields] = [
        [("Event", "BridgeListItem"), *bridge.fields()] for bridge in pbx.exchange.bridges.values()
    ]
    _list(reply, "Bridge listing will follow", "BridgeListComplete", items)


def _bridge_info(pbx: Pbx, action: Action, reply: Reply) -> None:
    bridge = pbx.exchange.bridges.get(action.get("BridgeUniqueid") or "")
    if bridge is None:
        _refuse(reply, "Where is the bridge?")
        return
    reply(
        [("Response", "Success"), ("EventList", "start"), ("Message", "Bridge channel listing will follow")]
    )
    for channel in bridge.channels:
        reply([("Event", "BridgeInfoChannel"), *channel.fields()])
    items = ("ListItems", str(len(bridge.channels)))
    reply([("Event", "BridgeInfoComplete"), ("EventList", "Complete"), items, *bridge.fields()])


def _queue_status(pbx: Pbx, action: Action, reply: Reply) -> None:
    exchange = pbx.exchange
    waiting = exchange.waiting
    params: Fields = [
        ("Event", "QueueParams"),
        ("Queue", QUEUE),
        ("Max", "0"),
        ("Strategy", "ringall"),
        ("Calls", str(len(waiting))),
        ("Holdtime", "0"),
        ("TalkTime", "0"),
        ("Completed", str(sum(exchange.calls_taken.values()))),
        ("Abandoned", "0"),
        ("ServiceLevel", "0"),
        ("ServicelevelPerf", "0.0"),
        ("Weight", "0"),
    ]
    members: list[Fields] = [
        [("Event", "QueueMember"), ("Queue", QUEUE), *_member(pbx, agent)] for agent in exchange.agents
    ]
    entries: list[Fields] = [
        [
            ("Event", "QueueEntry"),
            ("Queue", QUEUE),
            ("Position", str(position)),
            ("Channel", caller.name),
            ("Uniqueid", caller.uniqueid),
            ("CallerIDNum", caller.number),
            ("CallerIDName", caller.display),
            ("ConnectedLineNum", UNKNOWN),
            ("ConnectedLineName", UNKNOWN),
            ("Wait", str(int(exchange.now() - caller.began))),
            ("Priority", "0"),
        ]
        for position, caller in enumerate(waiting, 1)
    ]
    _list(reply, "Queue status will follow", "QueueStatusComplete", [params, *members, *entries])


def _device_states(pbx: Pbx, action: Action, reply: Reply) -> None:
    devices = [f"PJSIP/{agent}" for agent in pbx.exchange.agents]
    items: list[Fields] = [
        [("Event", "DeviceStateChange"), ("Device", device), ("State", pbx.exchange.device_state(device))]
        for device in devices
    ]
    _list(reply, "Device State Changes will follow", "DeviceStateListComplete", items)


def _member(pbx: Pbx, agent: str) -> Fields:
    (_, device), *rest = pbx.queue.member_fields(agent)
    renamed = {"Interface": "Location"}
    return [("Name", device), *((renamed.get(name, name), value) for name, value in rest)]


# -- acting on calls -----------------------------------------------------------------------------------------------------


def _call_of(pbx: Pbx, channel: Channel) -> SimulatedCall | None:
    return next((call for call in pbx.calls if call.owns(channel)), None)


def _hang_up(pbx: Pbx, action: Action, reply: Reply) -> None:
    channel = pbx.exchange.find(action.get("Channel") or "")
    call = _call_of(pbx, channel)
    if call is not None:
        call.order(HangUpOrder(channel))
    else:
        pbx.taps.close(channel.name)
    _accept(reply, "Channel Hungup")


def _redirect(pbx: Pbx, action: Action, reply: Reply) -> None:
    channel = pbx.exchange.find(action.get("Channel") or "")
    call = _call_of(pbx, channel)
    if call is None:
        _refuse(reply, "Channel not in a call")
        return
    call.order(RedirectOrder(action.get("Exten") or ""))
    _accept(reply, "Redirect successful")


def _originate(pbx: Pbx, action: Action, reply: Reply) -> None:
    channel, application = action.get("Channel") or "", (action.get("Application") or "").lower()
    phone = _PHONE.fullmatch(channel)
    if phone is not None and application in {"chanspy", "pickupchan", "bridge"}:
        _accept(reply, "Originate successfully queued")
        pbx.group.create_task(_ring_phone(pbx, action, phone["extension"], application))
        return
    tap = _TAP.fullmatch(channel)
    if tap is None or application != "chanspy":
        _refuse(reply, "Extension does not exist.")
        return
    _accept(reply, "Originate successfully queued")
    address = (tap["host"], int(tap["port"]))
    pbx.group.create_task(_tap(pbx, action, reply, address, uuid.UUID(tap["uuid"])))


async def _tap(pbx: Pbx, action: Action, reply: Reply, address: tuple[str, int], tap_uuid: uuid.UUID) -> None:
    exchange = pbx.exchange
    spyer = _spyer(action, address, tap_uuid)
    try:
        reader, writer = await asyncio.open_connection(*address)
    except OSError:
        return exchange.emit("OriginateResponse", _originated(action, spyer, "Failure", "8"))
    exchange.adopt(spyer)
    exchange.emit(
        "DialBegin", spyer.fields("Dest"), [("DialString", f"{address[0]}:{address[1]}/{tap_uuid}")]
    )
    exchange.turn(spyer, ChannelState.UP)
    exchange.emit("DialEnd", spyer.fields("Dest"), [("DialStatus", "ANSWER")])
    exchange.emit("OriginateResponse", _originated(action, spyer, "Success", "4"))
    target_name, _, options = (action.get("Data") or "").partition(",")
    try:
        target = exchange.find(target_name)
        spying = [*spyer.fields("Spyer"), *target.fields("Spyee")]
        exchange.emit("ChanSpyStart", spying)
        await pbx.taps.serve(Tap(spyer, target, "D" in options, writer), reader, tap_uuid)
        exchange.emit("ChanSpyStop", spying)
    except NoSuchChannelError:
        pass  # the call ended meanwhile: ChanSpy with option E leaves at once
    finally:
        writer.close()
        exchange.hang_up(spyer, ("0", "Unknown"))


async def _ring_phone(pbx: Pbx, action: Action, extension: str, application: str) -> None:
    """A supervisor's phone that listens or takes a call over, or an agent's that takes a ringing one; it is lifted by itself."""
    exchange = pbx.exchange
    phone = exchange.open(f"PJSIP/{extension}", Display(extension, f"Agent {extension}"), Voice(None))
    try:
        exchange.turn(phone, ChannelState.RINGING)
        await asyncio.sleep(LIFT_S)
        exchange.turn(phone, ChannelState.UP)
        exchange.emit("OriginateResponse", _originated(action, phone, "Success", "4"))
        target = exchange.find((action.get("Data") or "").partition(",")[0])
        if application == "chanspy":
            await _listen(exchange, phone, target)
        elif (call := _call_of(pbx, target)) is not None:
            taken = PickUpOrder if application == "pickupchan" else TakeOverOrder
            call.order(taken(extension))
    except NoSuchChannelError:
        pass  # the call ended, or another phone took it, while this one rang
    finally:
        exchange.hang_up(phone)


async def _listen(exchange: Exchange, phone: Channel, target: Channel) -> None:
    """Until the target or the phone hangs up."""
    over = asyncio.Event()

    def gone(channel: Channel) -> None:
        if channel is target or channel is phone:
            over.set()

    spying = [*phone.fields("Spyer"), *target.fields("Spyee")]
    exchange.on_gone.append(gone)
    try:
        exchange.emit("ChanSpyStart", spying)
        await over.wait()
        exchange.emit("ChanSpyStop", spying)
    finally:
        exchange.on_gone.remove(gone)


def _spyer(action: Action, address: tuple[str, int], tap_uuid: uuid.UUID) -> Channel:
    uniqueid = action.get("ChannelId") or f"tap-{tap_uuid}"
    return Channel(
        name=f"AudioSocket/{address[0]}:{address[1]}-{tap_uuid}",
        uniqueid=uniqueid,
        linkedid=uniqueid,
        number=UNKNOWN,
        display=UNKNOWN,
        context="default",
        exten="s",
        voice=Voice(None),
        application=("ChanSpy", action.get("Data") or ""),
    )


def _originated(action: Action, spyer: Channel, response: str, reason: str) -> Fields:
    asked = [("ActionID", action_id)] if (action_id := action.get("ActionID")) else []
    return [
        *asked,
        ("Response", response),
        ("Channel", spyer.name),
        ("Application", action.get("Application") or ""),
        ("Data", action.get("Data") or ""),
        ("Reason", reason),
        ("Uniqueid", spyer.uniqueid),
        ("CallerIDNum", UNKNOWN),
        ("CallerIDName", UNKNOWN),
    ]


_HANDLERS: dict[str, Callable[[Pbx, Action, Reply], None]] = {
    "Ping": _ping,
    "Events": _events,
    "Getvar": _getvar,
    "Setvar": _setvar,
    "ListCommands": _list_commands,
    "Status": _status,
    "BridgeList": _bridge_list,
    "BridgeInfo": _bridge_info,
    "QueueStatus": _queue_status,
    "DeviceStateList": _device_states,
    "Hangup": _hang_up,
    "Redirect": _redirect,
    "Originate": _originate,
}
COMMANDS = ("Login", "Logoff", *_HANDLERS)
_BY_NAME = {name.lower(): handler for name, handler in _HANDLERS.items()}
