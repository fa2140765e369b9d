"""What one message says about a channel or a phone, whether it is an event or an item of a snapshot.

This module must not know about calls.
"""

import re

from ami_bridge.calls import Leg
from ami_bridge.events import ChannelName, PhoneChanged, PhoneState
from ami_bridge.layout import LineLayout, on_duty
from ami_bridge.messages import AmiMessage

UP, RINGING, RING = "6", "5", "4"
"""Asterisk's ChannelState. `Ring` is a channel that calls us, `Ringing` one that we call."""

PHONE_STATES = {
    "NOT_INUSE": PhoneState.IDLE,
    "INUSE": PhoneState.IN_USE,
    "BUSY": PhoneState.BUSY,
    "INVALID": PhoneState.UNAVAILABLE,
    "UNAVAILABLE": PhoneState.UNAVAILABLE,
    "RINGING": PhoneState.RINGING,
    "RINGINUSE": PhoneState.RINGING,
    "ONHOLD": PhoneState.ON_HOLD,
    "UNKNOWN": PhoneState.UNKNOWN,
}


def new_leg(line: LineLayout, message: AmiMessage, uniqueid: str, channel: str, began: float) -> Leg:
    leg = Leg(
        uniqueid=uniqueid,
        channel=ChannelName(channel),
        owner=line.owner(channel),
        linkedid=message.get("Linkedid") or uniqueid,
        began=began,
        number=message.known("CallerIDNum"),
        name=caller_name(message),
        dialled=message.known("Exten"),
        up=message.get("ChannelState") == UP,
    )
    leg.marked(on_duty(message.known("AccountCode")))
    return leg


def caller_name(message: AmiMessage) -> str | None:
    r"""As a person reads it.

    chan_pjsip leaves the quoting of the SIP display name in (`\"`, RFC 3261 25.1) and then quotes that again
    (`\\\"`, ast_escape_quoted; see the recording of a hostile name), so it is taken off twice.
    """
    name = message.known("CallerIDName")
    return None if name is None else _unquoted(_unquoted(name))


def _unquoted(text: str) -> str:
    return re.sub(r'\\(["\\])', r"\1", text)


GUARD, REFUSED = "hotline-outbound-guard", "refused-"
"""Context and beginning of the extension where the dialplan (`asterisk_conf/extensions.d/outbound-guard.conf`) ends a way out."""


def refused_by_guard(hangup: AmiMessage) -> str | None:
    """The trunk that was asked for by a channel that ended in the dialplan's guard."""
    extension = hangup.get("Exten") or ""
    if hangup.get("Context") != GUARD or not extension.startswith(REFUSED):
        return None
    return extension.removeprefix(REFUSED)


def phone_changed(line: LineLayout, message: AmiMessage) -> PhoneChanged | None:
    agent = line.agent_of_device(message.get("Device") or "")
    state = PHONE_STATES.get(message.get("State") or "")
    return None if agent is None or state is None else PhoneChanged(agent, state)
