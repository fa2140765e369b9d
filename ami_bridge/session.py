"""One logged-in AMI session: greeting, login, the questions of the snapshot, and the watch over its silence.

This module must not know about reconnecting, nor who listens.
"""

import asyncio
import re
from collections.abc import Callable

from ami_bridge.actions import Action
from ami_bridge.connection import AmiConnection
from ami_bridge.link import ActionRefused, AmiSettings, LinkDownError, LinkFault
from ami_bridge.messages import AmiMessage
from ami_bridge.snapshot import PbxSnapshot
from ami_bridge.wire import NotAmiError

MAX_HELD = 50_000
"""Messages held back while a snapshot is taken: more means that we shall never catch up."""

NEEDED = ("Originate", "Hangup", "Redirect", "Status", "QueueStatus")


class AmiSession:
    def __init__(
        self,
        connection: AmiConnection,
        settings: AmiSettings,
        now: Callable[[], float],
        answer: Callable[[AmiMessage], bool],
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._now = now
        self._answer = answer
        self._held: list[AmiMessage] = []
        self._is_booted = False
        self._booted_at: float | None = None
        self._denied: tuple[str, ...] = ()
        self._version = ""

    async def log_in(self, boot_wait: float) -> bool:
        """Whether the PBX has said that it is fully booted, within `boot_wait`."""
        settings = self._settings
        login = Action(
            "Login", (("Username", settings.username), ("Secret", settings.secret), ("Events", "on"))
        )
        try:
            await self._ask(login)
        except ActionRefused as refusal:
            raise LinkDownError(LinkFault.WRONG_SECRET, str(refusal)) from refusal
        await self._await_boot(boot_wait)
        self._version = await self._ask_version()
        self._denied = await self._ask_denied()
        return self._is_booted

    async def synchronize(self) -> tuple[PbxSnapshot, list[AmiMessage]]:
        """Everything that lives, and what was said meanwhile."""
        self._held = [message for message in self._held if message.event != "FullyBooted"]
        try:
            channels = await self._ask(Action("Status"))
        except ActionRefused as refusal:
            raise LinkDownError(
                LinkFault.MISSING_PRIVILEGE, f"the account needs write=call ({refusal})"
            ) from refusal
        bridges = await self._ask_if_there("BridgeList")
        queues = await self._ask_if_there("QueueStatus")
        devices = await self._ask_if_there("DeviceStateList")
        uptime = None if self._booted_at is None else self._now() - self._booted_at
        held, self._held = self._held, []
        snapshot = PbxSnapshot(self._version, uptime, channels, bridges, queues, devices, self._denied)
        return snapshot, held

    async def next_messages(self) -> list[AmiMessage]:
        """The next that come. Pings when the PBX is silent; raises LinkDownError when it stays silent or is gone."""
        for is_last in (False, True):
            try:
                async with asyncio.timeout(self._settings.ping):
                    messages = await self._connection.read()
            except TimeoutError:
                if not is_last:
                    self._submit(Action("Ping"))
            except NotAmiError as error:
                raise LinkDownError(LinkFault.NOT_AMI, str(error)) from error
            except OSError as error:
                raise LinkDownError(LinkFault.CLOSED, str(error)) from error
            else:
                for message in messages:
                    self._note_boot(message)
                return messages
        raise LinkDownError(LinkFault.SILENT, f"not a byte in {2 * self._settings.ping:g} s")

    def _submit(self, action: Action) -> str:
        try:
            return self._connection.submit(action)
        except ConnectionError as error:
            raise LinkDownError(LinkFault.CLOSED, str(error)) from error

    async def _ask(self, action: Action) -> tuple[AmiMessage, ...]:
        """The answer, or the items of the list it announces. Everything else that comes is held back."""
        action_id = self._submit(action)
        answers: list[AmiMessage] = []
        try:
            async with asyncio.timeout(self._settings.reply_timeout):
                while not is_complete(answers):
                    self._sort(await self.next_messages(), action_id, answers)
        except TimeoutError:
            fault = LinkFault.SILENT if self._connection.ami_version else LinkFault.NOT_AMI
            raise LinkDownError(
                fault, f"{action.name}: no answer in {self._settings.reply_timeout:g} s"
            ) from None
        if answers[0].response == "Error":
            raise ActionRefused(f"{action.name}: {answers[0].get('Message') or 'refused'}")
        return tuple(answers[1:-1]) if len(answers) > 1 else tuple(answers)

    def _sort(self, messages: list[AmiMessage], action_id: str, answers: list[AmiMessage]) -> None:
        for message in messages:
            if message.action_id == action_id:
                answers.append(message)
            elif not self._answer(message):
                self._held.append(message)
        if len(self._held) > MAX_HELD:
            raise LinkDownError(LinkFault.OVERRUN, f"over {MAX_HELD} messages during a snapshot")

    async def _ask_if_there(self, name: str) -> tuple[AmiMessage, ...]:
        """Nothing where the PBX lacks the module or the account the right: the rest of the snapshot still counts."""
        try:
            answers = await self._ask(Action(name))
        except ActionRefused:
            return ()
        return tuple(answer for answer in answers if answer.event is not None)

    async def _ask_version(self) -> str:
        try:
            answer = await self._ask(Action("Getvar", (("Variable", "VERSION()"),)))
        except ActionRefused:
            answer = ()
        version = answer[0].known("Value") if answer else None
        return plain_version(version) if version else f"AMI {self._connection.ami_version}"

    async def _ask_denied(self) -> tuple[str, ...]:
        """ListCommands lists what this account may do."""
        try:
            answer = await self._ask(Action("ListCommands"))
        except ActionRefused:
            return ()
        allowed = {name for name, _ in answer[0].headers}
        return tuple(name for name in NEEDED if name not in allowed) if "Ping" in allowed else ()

    async def _await_boot(self, boot_wait: float) -> None:
        """FullyBooted follows a login at once, or when the PBX has started; a poor account never gets it."""
        try:
            async with asyncio.timeout(boot_wait):
                while not self._is_booted:
                    self._sort(await self.next_messages(), "", [])
        except TimeoutError:
            return

    def _note_boot(self, message: AmiMessage) -> None:
        if message.event != "FullyBooted":
            return
        self._is_booted = True
        uptime = message.number("Uptime")
        self._booted_at = None if uptime is None else self._now() - uptime


def is_complete(answers: list[AmiMessage]) -> bool:
    if not answers:
        return False
    is_list = answers[0].get("EventList") == "start"
    return not is_list or (len(answers) > 1 and (answers[-1].get("EventList") or "").lower() == "complete")


def plain_version(version: str) -> str:
    """`22.10.1` of a distribution's `22.10.1~dfsg+~cs6.15-1`; a version that does not begin with a number stays as it is."""
    number = re.match(r"\d+(?:\.\d+)+", version)
    return number[0] if number else version
