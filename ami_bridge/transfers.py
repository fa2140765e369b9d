"""What the PBX says of transfers. The bridges often say it first; then nothing is said twice.

This module must not know how a transfer is carried out: who talks with whom is read from bridges.
"""

from ami_bridge.calls import Call, Leg
from ami_bridge.events import Extension, TransferFailed, TransferKind
from ami_bridge.layout import LineLayout, Role
from ami_bridge.messages import AmiMessage
from ami_bridge.switchboard import Switchboard


def on_blind_transfer(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    leg = board.book.legs.get(message.get("TransfererUniqueid") or "")
    if leg is None or leg.call is None or leg.agent is None or leg is leg.call.customer or leg.handed_on:
        return
    to = message.known("Extension")
    if message.get("Result") == "Success":
        leg.handed_on = True
        board.transferred(leg.call, TransferKind.BLIND, leg.agent, to or "")
    else:
        board.events.append(TransferFailed(leg.call.call_id, TransferKind.BLIND, leg.agent, to))


def on_attended_transfer(line: LineLayout, board: Switchboard, message: AmiMessage) -> None:
    legs = [
        board.book.legs.get(message.get(header) or "")
        for header in ("OrigTransfererUniqueid", "SecondTransfererUniqueid")
    ]
    known = [leg for leg in legs if leg is not None and leg.call is not None]
    if not known or any(leg.handed_on for leg in known):
        return
    handed, call = survivor(known)
    if handed.agent is None:
        return
    if message.get("Result") != "Success":
        board.events.append(TransferFailed(call.call_id, TransferKind.ATTENDED, handed.agent, None))
        return
    to = target(line, message, known, handed.agent)
    for leg in known:
        leg.handed_on = True
    board.transferred(call, TransferKind.ATTENDED, handed.agent, to)


def survivor(legs: list[Leg]) -> tuple[Leg, Call]:
    """The transferer's channel in the call that is handed on: the customer's, then the older."""
    pairs = [(leg, leg.call) for leg in legs if leg.call is not None]
    return min(pairs, key=lambda pair: pair[1].weight)


def target(line: LineLayout, message: AmiMessage, legs: list[Leg], from_agent: Extension) -> str:
    """The extension handed to: named by the event, else whom the consultation called, else what was dialled."""
    channel = message.known("TransferTargetChannel")
    if channel is not None:
        owner = line.owner(channel)
        if owner.role is Role.AGENT:
            return owner.name
    called = [
        leg.agent
        for consultation in reversed(legs)
        if consultation.call is not None
        for leg in consultation.call.legs.values()
        if leg.agent not in {None, from_agent}
    ]
    dialled = legs[-1].dialled or message.known("TransferTargetCallerIDNum") or ""
    return called[0] if called and called[0] is not None else dialled
