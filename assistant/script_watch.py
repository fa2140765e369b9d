"""Watches the files of the packs in force and reads them again when one changes, while calls go on with what they began with.

A file with mistakes changes nothing: what is in force stays, and the page says which file, which line and what is wrong.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from assistant.messages import Part
from prompts.pack import Pack, PackError

log = logging.getLogger(__name__)

EVERY = 2.0
"""Seconds between two looks."""
GOOD = Part(name="scripts", state="ok", text="话术正常。")
Stamps = dict[Path, tuple[int, int] | None]


class ScriptWatch:
    def __init__(
        self,
        packs: Callable[[], Iterable[Pack]],
        read_again: Callable[[], Awaitable[None]],
        tell: Callable[[Part], None],
    ) -> None:
        self._packs = packs
        self._read_again = read_again
        self._tell = tell
        self._wrong: frozenset[Path] = frozenset()
        """Files with mistakes, which may be none of a pack in force."""
        self._seen: Stamps | None = None

    async def run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Reads again what has changed since the last look and is not being written to just now."""
        files = self._wrong.union(*(pack.files for pack in self._packs()))
        now = await asyncio.to_thread(_stamps, files)
        before, self._seen = self._seen, now
        if before is not None and any(before[file] != now[file] for file in files & before.keys()):
            await self._take()

    async def _take(self) -> None:
        try:
            await self._read_again()
        except PackError as error:
            self._wrong = frozenset(Path(mistake.file) for mistake in error.mistakes)
            more = f"(共 {len(error.mistakes)} 处)" if len(error.mistakes) > 1 else ""
            log.error("a changed script pack is not used: %s", error)  # noqa: TRY400
            text = f"话术文件有错,原来的话术继续使用:{error.mistakes[0]}{more}"
            self._tell(Part(name="scripts", state="degraded", text=text))
        else:
            self._wrong = frozenset()
            log.info("script packs read again")
            self._tell(GOOD)


def _stamps(files: Iterable[Path]) -> Stamps:
    return {file: _stamp(file) for file in files}


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        told = file.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size
