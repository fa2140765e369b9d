"""Waiting for what tells nobody when it happens: a file another program writes, a state without a signal."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
EVERY_S = 0.05
PATIENCE_S = 30.0
"""For what must come and is not measured, an answer over HTTP as well as a phone that is hung up: a busy machine may need long."""


async def until(found: Callable[[], Found], within: float = 10) -> Found:
    """What `found` gives once that is something. TimeoutError when it gives nothing for `within` seconds."""
    async with asyncio.timeout(within):
        while not (something := found()):
            await asyncio.sleep(EVERY_S)
    return something
