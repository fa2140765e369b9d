"""Scripts in the browser: look, check, compare, preview, try on past calls, publish, roll back.

What is published takes effect at once for new calls; a call in progress keeps the pack it began with. Knows the book and the
packs, neither browsers nor the core: whoever builds it says what shall happen with a new shelf.
"""

import asyncio
import difflib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.config import ScriptsSection
from assistant.documents import SHARED, packs_by_queue
from assistant.drafts import Checked, check_draft, heading, load_draft, load_file, pack_names, shipped_source
from assistant.hindsight import Fired, PastCall, PastLine, what_fires
from assistant.scripts import Shelf, load_shelf, read_packs, together
from assistant.store import ConflictError, NotFoundError, Store
from assistant.store.documents import Document
from prompts.facts import CallContext
from prompts.pack import Pack, PackError
from prompts.templates import known_words

log = logging.getLogger(__name__)

KIND = "pack"


class DraftError(Exception):
    """A draft that cannot be used; `checked` says why."""

    def __init__(self, checked: Checked) -> None:
        super().__init__("\n".join(map(str, checked.mistakes)))
        self.checked = checked


@dataclass(frozen=True, slots=True)
class PackInfo:
    """`published`: the version from the book; 0 is the pack as shipped. `file`: where the house keeps a pack of its own, which is
    changed there and not here."""

    name: str
    title: str
    version: str
    published: int
    in_force: bool
    file: str | None = None


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
        self._reading = asyncio.Lock()

    async def open(self) -> None:
        """At the start: what was published is in force again. Raises PackError if it no longer fits this program."""
        if await self._published() or await self._by_queue():
            await self.read_again()

    async def read_again(self) -> None:
        """A file or the packs of the queues have changed. Raises PackError; what is in force then stays.

        One reading at a time: an older one that takes longer must not take back what a newer one brought.
        """
        async with self._reading:
            published, by_queue = await self._published(), await self._by_queue()
            self._put_in_force(await asyncio.to_thread(self._shelf, published, by_queue))

    async def take_up(self) -> None:
        """After something was saved that is right by itself: another pack may be wrong, and then what is in force stays."""
        try:
            await self.read_again()
        except PackError as error:
            log.error("packs do not fit this program, what is in force stays: %s", error)  # noqa: TRY400

    async def shelf_at(self, moment: datetime) -> Shelf:
        """What was in force then: published versions and packs of the queues as of that moment, files as they are now.
        Raises PackError."""
        published = _sources(await self._store.documents.all_newest(KIND, moment))
        ruled = {one.key: one for one in await self._store.documents.all_newest("queues", moment)}
        return await asyncio.to_thread(self._shelf, published, self._those_there(ruled.get(SHARED)))

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
        for name, file in self._files().items():
            title, said = heading(await asyncio.to_thread(_text, file))
            found.append(PackInfo(name, title, said, 0, True, str(file)))
        return found

    async def source(self, name: str) -> Document:
        """The newest; version 0 is the shipped one. Raises NotFoundError."""
        self._known(name)
        newest = await self._store.documents.newest(KIND, name)
        return newest or await self.version(name, 0)

    async def version(self, name: str, version: int) -> Document:
        self._known(name)
        if version:
            return await self._store.documents.version(KIND, name, version)
        file = self._files().get(name)
        text = shipped_source(name) if file is None else await asyncio.to_thread(_text, file)
        return Document(KIND, name, 0, text, "", _EPOCH, "")

    async def history(self, name: str) -> list[Document]:
        self._known(name)
        return await self._store.documents.history(KIND, name)

    async def check(self, name: str, source: str) -> Checked:
        self._known(name)
        file = self._files().get(name)
        if file is not None:
            return await asyncio.to_thread(_check_file, file, await self._published())
        return await asyncio.to_thread(check_draft, name, source, await self._published())

    async def diff(self, name: str, source: str) -> str:
        """Unified, against the one in force."""
        now = await self.source(name)
        lines = difflib.unified_diff(
            now.body.splitlines(), source.splitlines(), f"{name} v{now.version}", f"{name} 草稿", lineterm=""
        )
        return "\n".join(lines)

    async def situations(self, name: str, source: str) -> dict[str, str]:
        """Titles by id, as the draft has them. Raises DraftError, NotFoundError."""
        pack = await self._pack(name, source)
        return {situation_id: situation.title for situation_id, situation in pack.situations.items()}

    async def preview(self, name: str, source: str, situation_id: str) -> Preview:
        """Raises DraftError, NotFoundError."""
        pack = await self._pack(name, source)
        for known_id, situation in pack.situations.items():
            if known_id == situation_id:
                words = {**pack.document.variables, **self._section.variables}
                steps = tuple(
                    StepPreview(
                        known_words(" / ".join(step.variants), words), _joined(step.verbatim), step.hint
                    )
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
        if name in self._files():
            raise ConflictError(f"这套话术是文件 {self._files()[name]},请改文件,存盘后自动生效")
        await self._pack(name, source)
        await self._fits(name, source)
        document = await self._store.documents.add(Document(KIND, name, 0, source, by, wall, comment), seen)
        await self.take_up()
        return document.version

    async def _fits(self, name: str, source: str) -> None:
        """Packs in force may extend this one, and would no longer be read. One that cannot be read as it is does not count: two such
        packs would keep each other from being repaired. Raises DraftError."""
        now, by_queue = await self._published(), await self._by_queue()
        after = await asyncio.to_thread(self._broken, {**now, name: source}, by_queue)
        before = await asyncio.to_thread(self._broken, now, by_queue) if after else {}
        if new := after.keys() - before.keys():
            raise DraftError(Checked(None, together(after[one] for one in new).mistakes))

    def _files(self) -> dict[str, Path]:
        """The packs the settings name by path, under the name a page can ask for."""
        paths = (Path(name) for name in self.names() if name not in pack_names())
        return {_page_name(path): path for path in paths}

    def _known(self, name: str) -> None:
        if name not in pack_names() and name not in self._files():
            raise NotFoundError("没有这个话术")

    def _shelf(self, published: dict[str, str], by_queue: dict[str, str]) -> Shelf:
        return load_shelf(self._with_queues(by_queue), lambda name: _load(name, published))

    def _broken(self, published: dict[str, str], by_queue: dict[str, str]) -> dict[str, PackError]:
        return read_packs(self._with_queues(by_queue), lambda name: _load(name, published))[1]

    def _with_queues(self, by_queue: dict[str, str]) -> ScriptsSection:
        together = {**self._section.by_queue, **by_queue}
        return self._section.model_copy(update={"by_queue": together})

    async def _by_queue(self) -> dict[str, str]:
        """As ruled on the board."""
        return self._those_there(await self._store.documents.newest("queues", SHARED))

    def _those_there(self, document: Document | None) -> dict[str, str]:
        """Packs by queue; what of it no longer exists is left out."""
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


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _page_name(file: Path) -> str:
    """Never the name of a shipped pack, which is another."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", str(file))[-64:]


def _check_file(file: Path, published: dict[str, str]) -> Checked:
    """What lies in the file counts, whatever the page may have made of it."""
    try:
        pack = load_file(file, published)
    except PackError as error:
        return Checked(None, error.mistakes)
    return Checked(pack, pack.warnings)


def _sources(documents: list[Document]) -> dict[str, str]:
    return {document.key: document.body for document in documents if document.key in pack_names()}


def _load(name: str, published: dict[str, str]) -> Pack:
    """A published pack by its text; any other as configured, over the published ones where it extends them."""
    if name in pack_names() and published:
        return load_draft(name, published.get(name, shipped_source(name)), published)
    return load_file(name, published)
