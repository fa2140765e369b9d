"""What the web app is made of. The service builds it; the app owns nothing itself."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.clock import Clock
from assistant.duty.desk import DutyDesk
from assistant.duty.messages_left import MessagesLeft
from assistant.messages import BrowserMessage, Hello, Part, ServerMessage, Snapshot
from assistant.people import Person
from assistant.recordings import Recordings
from assistant.script_desk import ScriptDesk
from assistant.store import Store
from assistant.store.documents import Document
from assistant.web.hub import Hub
from assistant.web.settings import WebSettings


def nobody_listens(change: Document | Person) -> None:
    """Where nothing follows from a change."""


NOTHING_LEFT = MessagesLeft()
NOTHING_RECORDED = Recordings()


@dataclass(frozen=True, slots=True)
class WebParts:
    """`receive`, `snapshot`, `hello` and `health` are called on the loop and must not block."""

    settings: WebSettings
    hub: Hub
    store: Store
    clock: Clock
    receive: Callable[[Person, BrowserMessage], ServerMessage | None]
    """What a browser asks for; an answer goes to that page only."""
    snapshot: Callable[[Person], Snapshot]
    hello: Callable[[Person], Hello]
    health: Callable[[], list[Part]]
    duty: DutyDesk | None = None
    """None where no plan is configured: its routes answer 404 then."""
    scripts: ScriptDesk | None = None
    """None where packs are not managed: their routes answer 404 then."""
    document_saved: Callable[[Document], None] = nobody_listens
    """A versioned document has a new version: what follows from it, follows now."""
    person_changed: Callable[[Person], None] = nobody_listens
    """Somebody is new, or has another name or role."""
    messages_left: MessagesLeft = NOTHING_LEFT
    """What callers said after hours."""
    recordings: Recordings = NOTHING_RECORDED
    """What was said on calls, where the PBX records any."""
