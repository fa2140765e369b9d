"""AmiClient against a real socket that speaks AMI, well and badly."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise

import pytest

from ami_bridge.actions import hang_up, tap
from ami_bridge.client import AT_ONCE, ActionRefused, AmiClient, AmiSettings, PbxTimeout, PbxUnavailable
from ami_bridge.events import ChannelName, TapId
from ami_bridge.messages import AmiMessage
from ami_bridge.snapshot import PbxSnapshot
from tests.support.ami_server import AmiServer, as_bytes

SETTINGS = AmiSettings(
    "hotline",
    "right",
    ping=0.4,
    first_delay=0.02,
    longest_delay=0.1,
    refused_delay=0.2,
    boot_wait=0.3,
    reply_timeout=2.0,
)
CHANNEL = ChannelName("PJSIP/trunk400-0000001a")
TAP = TapId("04a823ac-e85c-4f78-8d59-497ba28f9642")


class Heard:
    """A listener that writes down what it is told."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.snapshots: list[PbxSnapshot] = []
        self.messages: list[AmiMessage] = []
        self._changed = asyncio.Event()

    def on_message(self, message: AmiMessage) -> None:
        self.messages.append(message)
        if message.event == "UserEvent":
            self.log.append(message.get("Text") or "")
        self._changed.set()

    def on_lost(self, reason: str) -> None:
        self.log.append(f"lost {reason}")
        self._changed.set()

    def on_back(self, snapshot: PbxSnapshot) -> None:
        self.snapshots.append(snapshot)
        self.log.append("back")
        self._changed.set()

    async def until(self, condition: Callable[[], bool], within: float = 5.0) -> None:
        async with asyncio.timeout(within):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def back(self, times: int = 1) -> None:
        await self.until(lambda: self.log.count("back") >= times)


def user_event(text: str) -> dict[str, str]:
    return {"Event": "UserEvent", "UserEvent": "Test", "Text": text}


@asynccontextmanager
async def client_of(
    server: AmiServer, settings: AmiSettings = SETTINGS
) -> AsyncIterator[tuple[AmiClient, Heard]]:
    heard = Heard()
    client = AmiClient(replace(settings, port=server.port), heard, time.monotonic, jitter=lambda: 0.0)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(client.run())
        yield client, heard
        running.cancel()


async def test_snapshot_comes_first_and_messages_follow_in_order() -> None:
    server = AmiServer(during_status=[user_event("during")])
    server.items["Status"] = [{"Event": "Status", "Channel": CHANNEL, "Uniqueid": "1.1", "BridgeID": ""}]
    async with server.running(), client_of(server) as (_, heard):
        await heard.back()
        server.tell(user_event("one"), user_event("two"))
        await heard.until(lambda: "two" in heard.log)
    assert heard.log == ["back", "during", "one", "two"]
    snapshot = heard.snapshots[0]
    assert (snapshot.version, snapshot.denied) == ("22.10.1", ())
    assert [channel.get("Channel") for channel in snapshot.channels] == [CHANNEL]
    assert snapshot.uptime_s == pytest.approx(100, abs=2)
    assert server.names() == [
        "Login", "Getvar", "ListCommands", "Status", "BridgeList", "QueueStatus", "DeviceStateList",
    ]  # fmt: skip


async def test_while_much_is_told_others_have_their_turn() -> None:
    server = AmiServer()
    turns: list[int] = []
    async with server.running(), client_of(server) as (_, heard):
        await heard.back()

        def turn() -> None:
            turns.append(len(heard.messages))
            asyncio.get_running_loop().call_soon(turn)

        turn()
        server.tell(*(user_event(str(number)) for number in range(2000)))
        await heard.until(lambda: heard.log[-1] == "1999")
    assert heard.log == ["back", *map(str, range(2000))]
    assert max(after - before for before, after in pairwise(turns)) <= AT_ONCE


async def test_a_letter_cut_between_two_segments_survives() -> None:
    server = AmiServer()
    async with server.running(), client_of(server) as (_, heard):
        await heard.back()
        raw = as_bytes(user_event("王小明"))
        for index in range(len(raw)):
            server.write(raw[index : index + 1])
            await server.drain()
            await asyncio.sleep(0)
        await heard.until(lambda: len(heard.log) > 1)
    assert heard.log == ["back", "王小明"]


async def test_an_action_is_answered_by_its_own_id() -> None:
    server = AmiServer()
    async with server.running(), client_of(server) as (client, heard):
        await heard.back()
        server.tell({"Response": "Success", "ActionID": "somebody-else", "Message": "not for us"})
        response = await client.perform(tap(CHANNEL, TAP, "127.0.0.1", 9092, stereo=True))
    assert response.text == "Originate done"
    sent = server.received[-1]
    assert {name: sent.get(name) for name in ("Channel", "Application", "Data", "Async", "Codecs")} == {
        "Channel": f"AudioSocket/127.0.0.1:9092/{TAP}/c(slin)",
        "Application": "ChanSpy",
        "Data": f"{CHANNEL},uqDES",
        "Async": "true",
        "Codecs": "slin",
    }


async def test_an_event_with_an_actions_id_is_delivered_too() -> None:
    server = AmiServer()
    async with server.running(), client_of(server) as (client, heard):
        await heard.back()
        response = await client.perform(hang_up(CHANNEL))
        server.tell(
            {
                "Event": "OriginateResponse",
                "Response": "Failure",
                "ActionID": response.message.action_id or "",
            }
        )
        await heard.until(lambda: bool(heard.messages) and heard.messages[-1].event == "OriginateResponse")
    assert heard.messages[-1].response == "Failure"


async def test_a_refused_action_says_so() -> None:
    server = AmiServer(denied=frozenset({"Hangup"}))
    async with server.running(), client_of(server) as (client, heard):
        await heard.back()
        with pytest.raises(ActionRefused, match="Permission denied"):
            await client.perform(hang_up(CHANNEL))
    assert heard.snapshots[0].denied == ("Hangup",)


async def test_an_unanswered_action_ends_by_its_deadline() -> None:
    server = AmiServer(silent=frozenset({"Hangup"}))
    async with server.running(), client_of(server) as (client, heard):
        await heard.back()
        with pytest.raises(PbxTimeout):
            await client.perform(hang_up(CHANNEL), timeout=0.1)


async def test_no_action_is_replayed_after_a_reconnect() -> None:
    server = AmiServer(silent=frozenset({"Hangup"}))
    async with server.running(), client_of(server) as (client, heard):
        await heard.back()
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(refused_as_lost(client))
            await server.until(lambda: "Hangup" in server.names())
            server.reset()
            assert await asked
        await heard.back(times=2)
        server.tell(user_event("still here"))
        await heard.until(lambda: "still here" in heard.log)
    assert server.names().count("Hangup") == 1
    assert server.connections == 2


async def refused_as_lost(client: AmiClient) -> bool:
    try:
        await client.perform(hang_up(CHANNEL), timeout=5.0)
    except PbxUnavailable:
        return True
    return False


async def test_without_a_link_an_action_fails_at_once() -> None:
    client = AmiClient(SETTINGS, Heard(), time.monotonic)
    with pytest.raises(PbxUnavailable):
        await client.perform(hang_up(CHANNEL))


async def test_a_reset_is_told_and_mended() -> None:
    server = AmiServer()
    async with server.running(), client_of(server) as (_, heard):
        await heard.back()
        server.reset()
        await heard.back(times=2)
    assert [line.split(":")[0] for line in heard.log] == ["back", "lost closed", "back"]


async def test_a_black_hole_is_noticed_within_twice_the_ping() -> None:
    server = AmiServer(silent=frozenset({"Ping"}))
    async with server.running(), client_of(server) as (_, heard):
        await heard.back()
        since = time.monotonic()
        await heard.until(lambda: len(heard.log) > 1)
        took = time.monotonic() - since
    assert heard.log[1].startswith("lost silent")
    assert 2 * SETTINGS.ping - 0.1 <= took < 2 * SETTINGS.ping + 1.0
    assert "Ping" in server.names()


async def test_a_quiet_pbx_that_answers_pings_is_kept() -> None:
    server = AmiServer()
    settings = replace(SETTINGS, ping=0.05)
    async with server.running(), client_of(server, settings) as (_, heard):
        await heard.back()
        await server.until(lambda: server.names().count("Ping") >= 5)
    assert heard.log == ["back"]
    assert server.connections == 1


async def test_a_wrong_secret_is_told_once_and_tried_slowly() -> None:
    server = AmiServer(secret="changed")
    async with server.running(), client_of(server) as (_, heard):
        await server.until(lambda: server.connections >= 3)
        since = time.monotonic()
        await server.until(lambda: server.connections >= 4)
        waited = time.monotonic() - since
        server.secret = "right"
        await heard.back()
    assert [line.split(":")[0] for line in heard.log] == ["lost wrong_secret", "back"]
    assert waited > SETTINGS.refused_delay * 0.4


async def test_an_account_that_may_not_ask_is_told_so() -> None:
    server = AmiServer(denied=frozenset({"Status"}))
    async with server.running(), client_of(server) as (_, heard):
        await heard.until(lambda: bool(heard.log))
    assert heard.log[0].startswith("lost missing_privilege: the account needs write=call")


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\xff" * 300])
async def test_a_port_that_is_not_ami_is_told_so(greeting: bytes) -> None:
    server = AmiServer(greeting=greeting)
    async with server.running(), client_of(server) as (_, heard):
        await heard.until(lambda: bool(heard.log))
    assert heard.log[0].startswith("lost not_ami")


async def test_a_port_that_says_nothing_is_not_ami_either() -> None:
    server = AmiServer(greeting=b"", silent=frozenset({"Login"}))
    async with server.running(), client_of(server, replace(SETTINGS, reply_timeout=0.2)) as (_, heard):
        await heard.until(lambda: bool(heard.log))
    assert heard.log[0].startswith("lost not_ami")


async def test_nobody_there_is_told_once_until_somebody_is() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = AmiServer(port=free.getsockname()[1])
    async with client_of(server) as (_, heard):
        await heard.until(lambda: bool(heard.log))
        async with server.running():
            await heard.back()
    assert [line.split(":")[0] for line in heard.log[:2]] == ["lost unreachable", "back"]


async def test_ten_thousand_events_arrive_whole_and_in_order() -> None:
    server = AmiServer()
    texts = [f"{index} 来电" for index in range(10_000)]
    async with server.running(), client_of(server, replace(SETTINGS, ping=5.0)) as (_, heard):
        await heard.back()
        for start in range(0, len(texts), 500):
            server.tell(*(user_event(text) for text in texts[start : start + 500]))
            await server.drain()
        await heard.until(lambda: len(heard.log) == 10_001, within=20.0)
    assert heard.log[1:] == texts


async def test_a_pbx_that_has_only_now_started_is_asked_again() -> None:
    server = AmiServer(is_booted=False)
    async with server.running(), client_of(server) as (_, heard):
        await heard.back()
        server.tell({"Event": "FullyBooted", "Uptime": "1", "Status": "Fully Booted"})
        await heard.back(times=2)
    assert heard.snapshots[0].uptime_s is None
    assert heard.snapshots[1].uptime_s == pytest.approx(1, abs=1)


async def test_after_a_restart_the_snapshot_waits_until_the_pbx_has_started() -> None:
    server = AmiServer()
    async with server.running(), client_of(server) as (_, heard):
        await heard.back()
        server.is_booted = False
        server.reset()
        await server.until(lambda: server.names().count("Login") == 2)
        await server.until(
            lambda: "Ping" in server.names()
        )  # the first wait, shorter than a ping, is long over
        assert server.names().count("Status") == 1
        server.tell({"Event": "FullyBooted", "Uptime": "4", "Status": "Fully Booted"})
        await heard.back(times=2)
    assert heard.snapshots[1].uptime_s == pytest.approx(4, abs=1)
    assert server.names().count("Status") == 2


async def test_a_listeners_bug_ends_the_client_instead_of_the_link() -> None:
    class Buggy(Heard):
        def on_message(self, message: AmiMessage) -> None:
            raise ZeroDivisionError

    server = AmiServer()
    async with server.running():
        heard = Buggy()
        client = AmiClient(replace(SETTINGS, port=server.port), heard, time.monotonic)
        running = asyncio.create_task(client.run())
        await heard.back()
        server.tell(user_event("boom"))
        with pytest.raises(ZeroDivisionError):
            async with asyncio.timeout(5.0):
                await running
        with contextlib.suppress(PbxUnavailable):
            await client.perform(hang_up(CHANNEL))
            pytest.fail("a client that has ended still performs")
