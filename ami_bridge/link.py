"""The words about the AMI link: its settings, why it is down, what may come of an action, and who listens.

This module must not know how the link is kept.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ami_bridge.messages import AmiMessage
from ami_bridge.snapshot import PbxSnapshot


@dataclass(frozen=True, slots=True)
class AmiSettings:
    username: str
    secret: str
    host: str = "127.0.0.1"
    port: int = 5038
    connect_timeout: float = 5.0
    reply_timeout: float = 10.0
    """For the login and each question of the snapshot."""
    boot_wait: float = 3.0
    """How long to wait for FullyBooted (it needs read=system) before the snapshot is taken without an uptime."""
    restart_wait: float = 60.0
    """The same, once this account has been told before: then its absence means a PBX that is still starting."""
    ping: float = 10.0
    """After so long without a byte we ping; after twice as long the link is dead."""
    first_delay: float = 1.0
    longest_delay: float = 30.0
    refused_delay: float = 60.0
    """After a wrong secret: hammering gets the address banned (fail2ban) and mends nothing."""

    def __repr__(self) -> str:
        return f"AmiSettings({self.username!r}@{self.host}:{self.port})"


class LinkFault(StrEnum):
    """Why there is no link. The text a listener gets begins with one of these."""

    UNREACHABLE = "unreachable"
    NOT_AMI = "not_ami"
    WRONG_SECRET = "wrong_secret"  # noqa: S105
    MISSING_PRIVILEGE = "missing_privilege"
    CLOSED = "closed"
    SILENT = "silent"
    OVERRUN = "overrun"


class LinkDownError(ConnectionError):
    def __init__(self, fault: LinkFault, detail: str) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault


class PbxUnavailable(ConnectionError):  # noqa: N818
    """There is no link, or it went before the answer came. Whether the action was carried out is not known."""


class PbxTimeout(TimeoutError):  # noqa: N818
    """The PBX did not answer in time. Whether the action was carried out is not known."""


class ActionRefused(RuntimeError):  # noqa: N818
    """The PBX answered with an error."""


@dataclass(frozen=True, slots=True)
class Response:
    """The PBX took the action."""

    text: str
    message: AmiMessage


class PbxListener(Protocol):
    """Called on the loop, in order; must not block. What it raises ends `AmiClient.run`: it is our bug, not the PBX's."""

    def on_message(self, message: AmiMessage) -> None: ...
    def on_lost(self, reason: str) -> None: ...
    def on_back(self, snapshot: PbxSnapshot) -> None: ...
