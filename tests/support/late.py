"""A question to the book whose first answer is a while on its way, so that what happens meanwhile can be seen."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Found = TypeVar("Found")


class FirstAnswerLate(Generic[Asked, Found]):
    """`at_once`: how many answers were on their way at the same time, at most."""

    def __init__(self, ask: Callable[Asked, Awaitable[Found]]) -> None:
        self._ask = ask
        self._on_their_way = 0
        self.read, self.arrives = asyncio.Event(), asyncio.Event()
        self.at_once = 0

    async def __call__(self, *args: Asked.args, **more: Asked.kwargs) -> Found:
        self._on_their_way += 1
        self.at_once = max(self.at_once, self._on_their_way)
        try:
            found = await self._ask(*args, **more)
            if not self.read.is_set():
                self.read.set()
                await self.arrives.wait()
            return found
        finally:
            self._on_their_way -= 1
