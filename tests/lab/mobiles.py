"""The duty staff's mobiles: each does what its number was told to do, however many ring at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self

from tests.lab.asterisk import Lab
from tests.lab.phone_call import PhoneCall

Manner = Callable[[PhoneCall], Awaitable[None]]
ANSWER_AFTER_S = 0.5


async def never_answers(call: PhoneCall) -> None:
    await call.ended.wait()


async def is_busy(call: PhoneCall) -> None:
    call.refuse()


async def accepts(call: PhoneCall) -> None:
    """Answers, listens a moment, presses 1."""
    await asyncio.sleep(ANSWER_AFTER_S)
    call.answer()
    await asyncio.sleep(1.0)  # as somebody who listens to the announcement first
    while not call.ended.is_set():
        call.rtp.press("1")
        await asyncio.sleep(2.0)  # a press may come before the question: a person presses again


async def mailbox(call: PhoneCall) -> None:
    """Answers and never presses anything."""
    await asyncio.sleep(ANSWER_AFTER_S)
    call.answer()
    await call.ended.wait()


class Mobiles:
    """`async with Mobiles(lab, {"13800138001": accepts}) as mobiles:`; an unknown number is refused as such."""

    def __init__(self, lab: Lab, manners: dict[str, Manner]) -> None:
        self._phone = lab.mobiles()
        self._manners = manners
        self._rang: dict[str, list[PhoneCall]] = {}
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        await self._phone.__aenter__()
        self._group = asyncio.TaskGroup()
        await self._group.__aenter__()
        self._listening = self._group.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.cancel()
        for calls in self._rang.values():
            for call in calls:
                if not call.ended.is_set():
                    await call.hang_up()
        await self._group.__aexit__(None, None, None)
        await self._phone.__aexit__()

    async def _listen(self) -> None:
        while True:
            call = await self._phone.rings(600)
            assert call.invite is not None
            number = call.invite.start.split("sip:")[1].split("@")[0]
            async with self._changed:
                self._rang.setdefault(number, []).append(call)
                self._changed.notify_all()
            manner = self._manners.get(number)
            if manner is None:
                call.refuse(404, "Not Found")
            else:
                self._group.create_task(manner(call))

    def rang(self, number: str) -> int:
        return len(self._rang.get(number, []))

    async def rings(self, number: str, times: int = 1, timeout: float = 30.0) -> PhoneCall:
        """The call with which this mobile rings, the so-manieth time."""
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(lambda: self.rang(number) >= times)
        return self._rang[number][times - 1]
