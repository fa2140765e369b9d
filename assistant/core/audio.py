"""Whether a live call can be heard: what was tapped, what was lost, and the one second try.

The core decides only *that* a call be tapped; which channels, sockets and legs that takes is the service's business.
"""

from enum import StrEnum

from ami_bridge.events import Party
from assistant.messages import PartState

GRACE = 1.0
"""When a call ends, its tap's end is often seen first; only a tap whose call outlives it by this much is lost."""


STEADY = 10.0
"""A tap that was heard for so long did not fail by its making."""


class TapChange(StrEnum):
    """What became of the tap on one or both voices of a call."""

    UP = "up"
    """It listens (ChanSpyStart, or the first frame)."""
    LOST = "lost"
    """It could not be made, it ended, or no frame comes."""
    IMPOSSIBLE = "impossible"
    """This PBX has no AudioSocket; nothing to try again."""


class CallAudio:
    """The audio of one call. A tap that fails is tried once more, then the call goes on unheard: an agent is not helped by flicker.

    One that was heard for `STEADY` earns another try: what ended it was no fault of this call's.
    """

    def __init__(self) -> None:
        self.wanted = False
        self.down = False
        self.reason: str | None = None
        self.suspected_at: float | None = None
        """When the tap will count as lost, unless the call ends or the tap comes back."""
        self._retried = False
        self._heard_since: float | None = None
        self._heard: set[Party] = set()
        self._without_frames: set[Party] = set()

    @property
    def state(self) -> PartState:
        if self.down:
            return "down"
        return "ok" if self._heard else "degraded"

    def hears(self, party: Party) -> bool:
        return party in self._heard

    def want(self) -> None:
        self.wanted, self.down, self.reason = True, False, None

    def up(self, party: Party, now: float) -> bool:
        """True if this voice was not heard before."""
        self._heard_since = now if self._heard_since is None else self._heard_since
        self.down, self.reason, self.suspected_at = False, None, None
        new = party not in self._heard
        self._heard.add(party)
        return new

    def frames(self, party: Party, missing: bool) -> bool:
        """Note whether frames come; True if now no voice of the call has any.

        One voice without frames is a silent caller (a phone that sends no media), and the silent-call script must see
        it; only when neither has any, the tap itself is suspect.
        """
        (self._without_frames.add if missing else self._without_frames.discard)(party)
        return missing and bool(self._heard) and self._heard <= self._without_frames

    def suspect(self, reason: str, now: float) -> None:
        self.reason, self.suspected_at = reason, now + GRACE

    def lose(self, now: float) -> bool:
        """The tap is gone for certain; True if it should be tried once more."""
        if self._heard_since is not None and now - self._heard_since >= STEADY:
            self._retried = False
        self._heard_since = None
        self._heard.clear()
        self._without_frames.clear()
        self.suspected_at = None
        if self._retried or not self.wanted:
            self.down = True
            return False
        self._retried = True
        return True

    def lose_voice(self, party: Party) -> bool:
        """One of two taps is gone: the other voice is still heard. True if this one was."""
        was_heard = party in self._heard
        self._heard.discard(party)
        self._without_frames.discard(party)
        return was_heard

    def give_up(self, reason: str) -> None:
        self._heard.clear()
        self.down, self._retried, self.reason, self.suspected_at = True, True, reason, None
