"""Who is connected, and what goes to whom. Synchronous: putting a message never waits for a browser.

Must not know how messages travel, nor of their meaning more than which of them are pictures; what a role may not read is veiled on
the way out.
"""

import logging
from collections.abc import Callable, Hashable, Iterable

from assistant.messages import (
    AgentChanged,
    CallChanged,
    CallGone,
    Levels,
    LineChanged,
    ServerMessage,
    Snapshot,
    Transcript,
    encode,
)
from assistant.people import Person
from assistant.web.outbox import CloseCode, Outbox
from assistant.web.veil import veiled

log = logging.getLogger(__name__)


class Browser:
    """One connected page of one person. `session_id` None in tests and tools that need no session."""

    __slots__ = ("outbox", "person", "session_id")

    def __init__(self, person: Person, session_id: str | None, outbox: Outbox) -> None:
        self.person = person
        self.session_id = session_id
        self.outbox = outbox

    def put(self, message: ServerMessage) -> None:
        _put((self,), message)


class Hub:
    def __init__(self, outbox_limit: int = 1024) -> None:
        """`outbox_limit`: how many messages that are no pictures a page may be behind before it is closed and starts again."""
        self._outbox_limit = outbox_limit
        self._by_extension: dict[str, list[Browser]] = {}
        self._on_presence: Callable[[Person, bool], None] | None = None
        self._stopping = False

    def watch(self, on_presence: Callable[[Person, bool], None]) -> None:
        """`on_presence(person, online)` is called when a person's first page comes and when the last one goes."""
        self._on_presence = on_presence

    def join(self, person: Person, session_id: str | None = None) -> Browser:
        browser = Browser(person, session_id, Outbox(self._outbox_limit))
        # Told before the page is there: its own first message must be Hello.
        if person.extension not in self._by_extension and self._on_presence is not None:
            self._on_presence(person, True)
        self._by_extension.setdefault(person.extension, []).append(browser)
        if self._stopping:
            browser.outbox.close(CloseCode.RESTART, "restarting")
        return browser

    def leave(self, browser: Browser) -> None:
        extension = browser.person.extension
        pages = self._by_extension.get(extension, [])
        if browser not in pages:
            return
        pages.remove(browser)
        if not pages:
            del self._by_extension[extension]
            if self._on_presence is not None:
                self._on_presence(browser.person, False)

    def to_agent(self, extension: str, message: ServerMessage) -> None:
        """To every page of this person."""
        _put(self._by_extension.get(extension, ()), message)

    def to_everyone(self, message: ServerMessage) -> None:
        _put(self._browsers(), message)

    def to_supervisors(self, message: ServerMessage) -> None:
        """To whoever has the board before them: quality looks at the same calls and only may not step in."""
        _put((browser for browser in self._browsers() if browser.person.sees_all_calls), message)

    def to_each(self, message: Callable[[Person], ServerMessage]) -> None:
        """To every page, each its own."""
        for browser in self._browsers():
            browser.put(message(browser.person))

    def close_session(self, session_id: str) -> None:
        """A session ended: its pages must not stay."""
        for browser in self._browsers():
            if browser.session_id == session_id:
                browser.outbox.close(CloseCode.SIGNED_OUT, "session ended")

    def close_all(self) -> None:
        """We stop: pages reconnect by themselves. Who joins from now on is closed at once."""
        self._stopping = True
        for browser in self._browsers():
            browser.outbox.close(CloseCode.RESTART, "restarting")

    def online(self) -> frozenset[str]:
        """Extensions with at least one page."""
        return frozenset(self._by_extension)

    def pages_of(self, extension: str) -> int:
        return len(self._by_extension.get(extension, ()))

    def _browsers(self) -> list[Browser]:
        return [browser for pages in self._by_extension.values() for browser in pages]


def _put(browsers: Iterable[Browser], message: ServerMessage) -> None:
    """One encoding for those who see numbers and one for those who do not, however many pages."""
    texts: dict[bool, str] = {}
    picture = _picture(message)
    for browser in browsers:
        sees = browser.person.sees_numbers
        if sees not in texts:
            texts[sees] = encode(message if sees else veiled(message)).decode()
        if isinstance(message, Levels):
            browser.outbox.put_level((message.call_id, message.party), texts[sees])
            continue
        was_open = browser.outbox.closing is None
        browser.outbox.put(texts[sees], picture)
        _settle(browser.outbox, message)
        if was_open and browser.outbox.closing is not None:
            log.warning("a page of %s is too slow and is closed", browser.person.extension)


def _picture(message: ServerMessage) -> Hashable | None:
    """Of what the message tells how it stands now, and nothing else."""
    match message:
        case CallChanged():
            return ("call", message.call.call_id)
        case AgentChanged():
            return ("agent", message.agent.extension)
        case LineChanged():
            return "line"
        case Transcript():
            return ("said", message.line.call_id, message.line.party, message.line.utterance)
        case _:
            return None


def _settle(outbox: Outbox, message: ServerMessage) -> None:
    match message:
        case Snapshot():
            outbox.settle()
        case CallGone():
            outbox.settle(("call", message.call_id))
        case _:
            return
