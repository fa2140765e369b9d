"""Who sits at a browser: the one value the core, the web and the store know a user by. Pure."""

from dataclasses import dataclass
from typing import Final

from assistant.messages import Role

ROLES: Final[tuple[Role, ...]] = ("agent", "supervisor", "quality", "admin")


@dataclass(frozen=True, slots=True)
class Person:
    """`extension` is the login name too; an agent's is the phone on the desk (S0-36)."""

    user_id: int
    extension: str
    name: str
    role: Role

    @property
    def supervises(self) -> bool:
        """May join any call, write to its agent and handle escalations."""
        return self.role in ("supervisor", "admin")

    @property
    def sees_all_calls(self) -> bool:
        """Live on the board and afterwards in the book."""
        return self.role != "agent"

    @property
    def hears_recordings(self) -> bool:
        """Supervisors and quality, whose work it is."""
        return self.role in ("supervisor", "quality")

    @property
    def sees_numbers(self) -> bool:
        """Quality and administration work on calls without needing to know whose they were."""
        return self.role in ("agent", "supervisor")
