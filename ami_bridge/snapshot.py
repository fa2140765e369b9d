"""What the PBX answered when it was asked for everything that lives: the start of every AMI session.

This module must not know how it is asked, nor what follows from it.
"""

from dataclasses import dataclass

from ami_bridge.messages import AmiMessage


@dataclass(frozen=True, slots=True)
class PbxSnapshot:
    """The list items of Status, BridgeList, QueueStatus and DeviceStateList, in their order."""

    version: str
    """Asterisk's version where it says it, else the version of its AMI (`AMI 11.0.0`)."""
    uptime_s: float | None
    """How long the PBX has been running; None where the account may not know (it needs read=system)."""
    channels: tuple[AmiMessage, ...] = ()
    bridges: tuple[AmiMessage, ...] = ()
    queues: tuple[AmiMessage, ...] = ()
    devices: tuple[AmiMessage, ...] = ()
    denied: tuple[str, ...] = ()
    """Actions we use and this account may not, such as `Originate`: without it there is no audio."""
