"""Scripts in the browser: look, check, compare, preview, try on past calls, publish, roll back.

What is published takes effect at once for new calls; a call in progress keeps the pack it began with. Knows the book and the
packs, neither browsers nor the core: whoever builds it says what shall happen with a new shelf.
"""

import asyncio
import difflib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from assistant.config import ScriptsSection
from assistant.documents import SHARED, packs_by_queue
from assistant.drafts import Checked, check_draft, heading, load_draft, pack_names, shipped_source
from assistant.hindsight import Fired, PastCall, PastLine, what_fires
from assistant.scripts import Shelf, load_shelf
from assistant.store import NotFoundError, Store
from assistant.store.documents import Document
from prompts.facts import CallContext
from prompts.pack import Pack, load_pack

KIND = "pack"


class DraftError(Exception):
    """A draft that cannot be used; `checked` says why."""

    def __init__(self, checked: Checked) -> None:
        super().__init__("\n".join(map(str, checked.mistakes)))
        self.checked = checked


@dataclass(frozen=True, slots=True)
class PackInfo:
    """`published`: the version from the book; 0 is the pack as shipped."""

    name: str
    title: str
    version: str
    published: int
    in_force: bool


@dataclass(frozen=True, slots=True)
class StepPreview:
    phrase: str
    verbatim: str | None
    hint: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    situation_id: str
    title: str
    sources: tuple[str, ...]
    priority: int
    steps: tuple[StepPreview, ...]
    never: tuple[str, ...]


class ScriptDesk:
    def __init__(self, store: Store, section: ScriptsSection, put_in_force: Callable[[Shelf], None]) -> None:
        self._store = store
        self._section = section
        self._put_in_force = put_in_force

    async def open(self) -> None:
        """At the start: what was published is in force again. Raises PackError if it no longer fits this program."""
        if await self._published() or await self._by_queue():
            await self.read_again()

    async def read_again(self) -> None:
        """A file or the packs of the queues have changed. Raises PackError; what is in force then stays."""
        published, by_queue = await self._published(), await self._by_queue()
        self._put_in_force(await asyncio.to_thread(self._shelf, published, by_queue))

    def names(self) -> tuple[str, ...]:
        """The packs there are, those of the settings too."""
        configured = (
            self._section.default,
            *self._section.by_number.values(),
            *self._section.by_queue.values(),
        )
        return tuple(dict.fromkeys((*pack_names(), *configured)))

    async def all(self) -> list[PackInfo]:
        documents = {one.key: one for one in await self._store.documents.all_newest(KIND)}
        sources = _sources(list(documents.values()))
        in_force = {
            self._section.default,
            *self._section.by_number.values(),
            *self._section.by_queue.values(),
            *(await self._by_queue()).values(),
        }
        found = []
        for name in pack_names():
            title, said = heading(sources.get(name, shipped_source(name)))
            version = documents[name].version if name in documents else 0
            found.append(PackInfo(name, title, said, version, name in in_force))
        return found

    async def source(self, name: str) -> Document:
        """The newest; version 0 is the shipped one. Raises NotFoundError."""
        _known(name)
        newest = await self._store.documents.newest(KIND, name)
        return newest or await self.version(name, 0)

    async def version(self, name: str, version: int) -> Document:
        _known(name)
        if version:
            return await self._store.documents.version(KIND, name, version)
        return Document(KIND, name, 0, shipped_source(name), "", _EPOCH, "")

    async def history(self, name: str) -> list[Document]:
        _known(name)
        return await self._store.documents.history(KIND, name)

    async def check(self, name: str, source: str) -> Checked:
        _known(name)
        return await asyncio.to_thread(check_draft, name, source, await self._published())

    async def diff(self, name: str, source: str) -> str:
        """Unified, against the one in force."""
        now = await self.source(name)
        lines = difflib.unified_diff(
            now.body.splitlines(), source.splitlines(), f"{name} v{now.version}", f"{name} 草稿", lineterm=""
        )
        return "\n".join(lines)

    async def preview(self, name: str, source: str, situation_id: str) -> Preview:
        """Raises DraftError, NotFoundError."""
        pack = await self._pack(name, source)
        for known_id, situation in pack.situations.items():
            if known_id == situation_id:
                steps = tuple(
                    StepPreview(_joined(step.say) or "", _joined(step.verbatim), step.hint)
                    for step in situation.steps
                )
                never = tuple(text for one in situation.never for text in (one.say, one.do) if text)
                return Preview(
                    situation_id, situation.title, situation.sources, situation.priority, steps, never
                )
        raise NotFoundError("话术里没有这个情境")

    async def try_on(self, name: str, source: str, call_id: str) -> tuple[list[Fired], list[Fired]]:
        """What the pack in force would have shown in this call, and what the draft would."""
        draft = await self._pack(name, source)
        now = await self._pack(name, (await self.source(name)).body)
        call = await self._past_call(call_id)
        return await asyncio.to_thread(lambda: (what_fires(now, call), what_fires(draft, call)))

    async def publish(self, name: str, source: str, seen: int, by: str, wall: datetime, comment: str) -> int:
        """The new version. Raises DraftError, ConflictError."""
        await self._pack(name, source)
        document = await self._store.documents.add(Document(KIND, name, 0, source, by, wall, comment), seen)
        await self.read_again()
        return document.version

    def _shelf(self, published: dict[str, str], by_queue: dict[str, str]) -> Shelf:
        together = {**self._section.by_queue, **by_queue}
        section = self._section.model_copy(update={"by_queue": together})
        return load_shelf(section, lambda name: _load(name, published))

    async def _by_queue(self) -> dict[str, str]:
        """As ruled on the board; what of it no longer exists is left out."""
        document = await self._store.documents.newest("queues", SHARED)
        ruled = {} if document is None else packs_by_queue(document.body)
        return {queue: pack for queue, pack in ruled.items() if pack in self.names()}

    async def _pack(self, name: str, source: str) -> Pack:
        checked = await self.check(name, source)
        if checked.pack is None:
            raise DraftError(checked)
        return checked.pack

    async def _published(self) -> dict[str, str]:
        return _sources(await self._store.documents.all_newest(KIND))

    async def _past_call(self, call_id: str) -> PastCall:
        told = await self._store.reading.past_call(call_id)
        context = CallContext(
            agent_no=told.agent,
            dialled=told.dialled,
            queue=told.queue,
            variables=dict(self._section.variables),
        )
        lines = tuple(PastLine(line.party, line.text, line.confidence, line.at_s) for line in told.lines)
        return PastCall(context, told.agent, told.ring_s, told.wait_s, told.ended_at_s, lines)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _joined(text: str | tuple[str, ...] | None) -> str | None:
    """Variants take turns from call to call; here they stand side by side."""
    return " / ".join(text) if isinstance(text, tuple) else text


def _known(name: str) -> None:
    if name not in pack_names():
        raise NotFoundError("没有这个话术")


def _sources(documents: list[Document]) -> dict[str, str]:
    return {document.key: document.body for document in documents if document.key in pack_names()}


def _load(name: str, published: dict[str, str]) -> Pack:
    """A published pack by its text; any other as configured, over the published ones where it extends them."""
    if name in pack_names() and published:
        return load_draft(name, published.get(name, shipped_source(name)), published)
    return load_pack(name)
