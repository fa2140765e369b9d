"""Signing in: slow for guessers, the same time for users that do not exist, every attempt in the audit."""

import logging

from assistant.clock import Clock
from assistant.people import Person
from assistant.records import Audited
from assistant.store import Store
from assistant.store.passwords import Passwords
from assistant.web.limits import MovingWindow
from assistant.web.settings import WebSettings

log = logging.getLogger(__name__)


class TooManyAttemptsError(Exception):
    def __init__(self, wait_s: float) -> None:
        super().__init__(f"尝试次数过多,请 {int(wait_s) + 1} 秒后再试")
        self.wait_s = wait_s


class SignIn:
    def __init__(self, store: Store, clock: Clock, settings: WebSettings, passwords: Passwords) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords
        window = settings.login_window_s
        self._by_account = MovingWindow(settings.login_failures_per_account, window)
        self._by_address = MovingWindow(settings.login_failures_per_address, window)

    async def check(self, extension: str, password: str, address: str) -> Person | None:
        """None for a wrong password and for an unknown user. Raises TooManyAttemptsError."""
        self._count(extension, address)
        found = await self._store.accounts.credentials(extension)
        stored = None if found is None else found.password_hash
        if not await self._passwords.matches(password, stored) or found is None:
            self._audit(extension, "login_failed", address)
            return None
        self._by_account.give_back(extension)
        self._by_address.give_back(address)
        self._audit(extension, "login", address)
        return found.person

    def _count(self, extension: str, address: str) -> None:
        """Counted before the password is looked at, so attempts in parallel count too."""
        now = self._clock.now()
        wait = self._by_address.take(address, now)
        if wait == 0.0:
            wait = self._by_account.take(extension, now)
            if wait > 0.0:
                self._by_address.give_back(address)
        if wait > 0.0:
            log.warning("login attempts from %s are slowed down", address)
            raise TooManyAttemptsError(wait)

    def _audit(self, extension: str, what: str, address: str) -> None:
        self._store.put(Audited(extension, what, "session", address), self._clock.wall())
