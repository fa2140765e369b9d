"""Passwords as argon2id hashes. A check costs a quarter of a second of a core, so it runs in a thread, few at a time."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

MIN_LENGTH = 8
MAX_LENGTH = 256
"""Longer ones are refused before they are hashed."""


class WeakPasswordError(ValueError):
    """The sentence is for the person who chose it."""


def check_strength(password: str, login: str) -> None:
    if len(password) < MIN_LENGTH:
        raise WeakPasswordError(f"密码至少 {MIN_LENGTH} 个字符")
    if len(password) > MAX_LENGTH:
        raise WeakPasswordError(f"密码最多 {MAX_LENGTH} 个字符")
    if password.lower() == login.lower() or len(set(password)) < 4:
        raise WeakPasswordError("密码太简单")


class Passwords:
    """`at_once` caps concurrent hashing: a flood of logins must not take the machine from the calls."""

    def __init__(self, at_once: int = 2, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
        self._slots = asyncio.Semaphore(at_once)
        self._nobody = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """An unknown user, and one who has no password, cost the same time as a wrong password."""
        async with self._slots:
            right = await asyncio.to_thread(self._verify, stored or self._nobody, password[: MAX_LENGTH + 1])
        return right and bool(stored)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
