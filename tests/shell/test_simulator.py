"""The simulated PBX as a process: real AMI and real AudioSocket, from outside."""

import asyncio
import json
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

SPEECH = Path(__file__).parents[2] / "asr" / "mini_zh" / "speech"
Message = dict[str, str]

QUICK = """
title: 快速
caller: {number: "13800138000", name: 王小明}
ring: [{agents: ["8001"], seconds: 0.1, answered_by: "8001"}]
steps:
  - {do: pause, seconds: 0.3}
  - {do: say, who: caller, sound: caller_anyone_there_h047.wav, wait: false}
  - {do: pause, seconds: 0.4}
  - {do: hold}
  - {do: pause, seconds: 0.2}
  - {do: unhold}
  - {do: pause, seconds: 60}
"""


@dataclass
class Session:
    """A client of the simulator's AMI port that keeps every message."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    orders: asyncio.StreamWriter
    messages: list[Message] = field(default_factory=list)

    def act(self, **headers: str) -> None:
        self.writer.write(
            "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n"
        )

    def originate(self, channel: str, application: str, data: str) -> None:
        self.act(Action="Originate", Channel=channel, Application=application, Data=data, Async="true")

    async def until(self, **wanted: str) -> Message:
        """The next message with these headers."""
        async with asyncio.timeout(10):
            while True:
                block = (await self.reader.readuntil(b"\r\n\r\n")).decode()
                message = dict(line.split(": ", 1) for line in block.strip().split("\r\n"))
                self.messages.append(message)
                if all(message.get(name) == value for name, value in wanted.items()):
                    return message

    def names(self) -> list[str]:
        return [message["Event"] for message in self.messages if "Event" in message]


@asynccontextmanager
async def simulator(folder: Path, **scenarios: str) -> AsyncIterator[Session]:
    for name, text in scenarios.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ami_bridge.simulator", "--speech", str(SPEECH), "--scenarios", str(folder),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(10):
            ready = json.loads(await process.stdout.readline())
        reader, writer = await asyncio.open_connection("127.0.0.1", ready["ready"]["ami"])
        async with asyncio.timeout(10):
            assert await reader.readline() == b"Asterisk Call Manager/11.0.0\r\n"
        session = Session(reader, writer, process.stdin)
        session.act(Action="Login", Username="hotline", Secret="demo")
        await session.until(Event="FullyBooted")
        session.messages.clear()
        yield session
        writer.close()
    finally:
        process.stdin.close()
        async with asyncio.timeout(10):
            assert await process.wait() == 0


@dataclass
class Listener:
    """An AudioSocket server that keeps the frames of one connection."""

    frames: asyncio.Queue[tuple[int, bytes]] = field(default_factory=asyncio.Queue)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                header = await reader.readexactly(3)
                await self.frames.put(
                    (header[0], await reader.readexactly(int.from_bytes(header[1:], "big")))
                )
        except asyncio.IncompleteReadError:
            self.closed.set()
            writer.close()

    async def next(self) -> tuple[int, bytes]:
        async with asyncio.timeout(5):
            return await self.frames.get()


async def tap(session: Session, listener: Listener, channel: str, options: str) -> uuid.UUID:
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    tap_id = uuid.uuid4()
    session.act(
        Action="Originate", ActionID="t1", Channel=f"AudioSocket/127.0.0.1:{port}/{tap_id}/c(slin)",
        ChannelId=f"spy-{tap_id}", Application="ChanSpy", Data=f"{channel},{options}", Async="true",
    )  # fmt: skip
    await session.until(Event="OriginateResponse", ActionID="t1", Response="Success")
    return tap_id


async def answered_call(session: Session) -> tuple[Message, Message]:
    """Caller's and agent's channel of a call that has just been answered."""
    session.orders.write("快速\n".encode())
    caller = await session.until(Event="Newchannel")
    agent = await session.until(Event="Newchannel")
    await session.until(Event="BridgeEnter", Channel=caller["Channel"])
    return caller, agent


async def test_a_queue_call_comes_in_the_order_of_a_real_asterisk(tmp_path: Path) -> None:
    async with simulator(tmp_path, quick=QUICK) as session:
        caller, agent = await answered_call(session)
    assert session.names() == [
        "Newchannel", "QueueCallerJoin", "Newchannel", "AgentCalled", "DialBegin", "Newstate", "DialState", "DeviceStateChange",
        "QueueMemberStatus", "Newstate", "DeviceStateChange", "QueueMemberStatus", "DialEnd", "QueueCallerLeave",
        "AgentConnect", "Newstate", "BridgeCreate", "BridgeEnter", "BridgeEnter",
    ]  # fmt: skip
    assert (caller["CallerIDNum"], caller["CallerIDName"]) == ("13800138000", "王小明")
    assert agent["Channel"].startswith("PJSIP/8001-")
    assert {message["Linkedid"] for message in session.messages if "Linkedid" in message} == {
        caller["Uniqueid"]
    }


async def test_a_stereo_tap_carries_both_voices_until_the_call_ends(tmp_path: Path) -> None:
    listener = Listener()
    async with simulator(tmp_path, quick=QUICK) as session:
        caller, agent = await answered_call(session)
        tap_id = await tap(session, listener, caller["Channel"], "uqDES")
        assert await listener.next() == (0x01, tap_id.bytes)
        kind, first = await listener.next()
        assert (kind, len(first)) == (0x10, 640)
        await session.until(Event="Hold", Channel=agent["Channel"])
        await session.until(Event="MusicOnHoldStart", Channel=caller["Channel"])
        await session.until(Event="Unhold")
        session.act(Action="Hangup", Channel=caller["Channel"])
        await session.until(Event="Hangup", Channel=agent["Channel"])
        await session.until(Event="Hangup", Uniqueid=f"spy-{tap_id}")
        async with asyncio.timeout(5):
            await listener.closed.wait()
        session.act(Action="Status")
        assert (await session.until(Event="StatusComplete"))["ListItems"] == "0"


async def test_a_mono_tap_of_a_phone_on_hold_gets_no_frames(tmp_path: Path) -> None:
    listener = Listener()
    async with simulator(tmp_path, quick=QUICK) as session:
        _, agent = await answered_call(session)
        await tap(session, listener, agent["Channel"], "uqoES")
        assert (await listener.next())[0] == 0x01
        assert len((await listener.next())[1]) == 320
        await session.until(Event="Hold")
        await session.until(Event="Unhold")
        session.act(Action="Hangup", Channel=agent["Channel"])
        await session.until(Event="ChanSpyStop")
        async with asyncio.timeout(5):
            await listener.closed.wait()
    # From the answer to the hang-up about 0.9 s, of which 0.2 s are on hold: frames stop there.
    assert 10 < listener.frames.qsize() < 40


async def test_a_tap_nobody_listens_to_fails(tmp_path: Path) -> None:
    async with simulator(tmp_path, quick=QUICK) as session:
        caller, _ = await answered_call(session)
        session.act(
            Action="Originate", ActionID="t2", Channel=f"AudioSocket/127.0.0.1:1/{uuid.uuid4()}",
            Application="ChanSpy", Data=f"{caller['Channel']},uqDES", Async="true",
        )  # fmt: skip
        response = await session.until(Event="OriginateResponse")
    assert (response["Response"], response["Reason"], response["ActionID"]) == ("Failure", "8", "t2")


async def test_lists_show_the_live_call(tmp_path: Path) -> None:
    async with simulator(tmp_path, quick=QUICK) as session:
        caller, agent = await answered_call(session)
        session.messages.clear()
        session.act(Action="Status", ActionID="s")
        await session.until(Event="StatusComplete")
        shown = [message for message in session.messages if message.get("Event") == "Status"]
        session.act(Action="QueueStatus", ActionID="q")
        member = await session.until(Event="QueueMember", Location="PJSIP/8001")
        session.act(Action="BridgeInfo", BridgeUniqueid=shown[0]["BridgeID"])
        info = await session.until(Event="BridgeInfoComplete")
    assert [message["Channel"] for message in shown] == [caller["Channel"], agent["Channel"]]
    assert {message["ActionID"] for message in shown} == {"s"}
    assert (member["Status"], info["BridgeNumChannels"]) == ("2", "2")


async def test_a_redirected_caller_reaches_the_other_agent(tmp_path: Path) -> None:
    async with simulator(tmp_path, quick=QUICK) as session:
        caller, agent = await answered_call(session)
        session.act(
            Action="Redirect", Channel=caller["Channel"], Context="from-agents", Exten="8002", Priority="1"
        )
        await session.until(Event="Hangup", Channel=agent["Channel"])
        second = await session.until(Event="BridgeEnter", CallerIDNum="8002")
        await session.until(Event="BridgeEnter", Channel=caller["Channel"])
    assert second["Linkedid"] == caller["Uniqueid"]


async def test_a_supervisor_listens_until_the_call_ends(tmp_path: Path) -> None:
    async with simulator(tmp_path, quick=QUICK) as session:
        _, agent = await answered_call(session)
        session.originate("PJSIP/9001", "ChanSpy", f"{agent['Channel']},uqES")
        listening = await session.until(Event="ChanSpyStart", SpyeeChannel=agent["Channel"])
        session.act(Action="Hangup", Channel=agent["Channel"])
        await session.until(Event="Hangup", Channel=listening["SpyerChannel"])
    assert listening["SpyerCallerIDNum"] == "9001"


async def test_a_ringing_call_is_picked_up_by_another_agent(tmp_path: Path) -> None:
    async with simulator(tmp_path, long=QUICK.replace("seconds: 0.1", "seconds: 20")) as session:
        session.orders.write(b"long\n")
        ringing = await session.until(Event="Newstate", ChannelStateDesc="Ringing")
        session.originate("PJSIP/8002", "PickupChan", ringing["Channel"])
        answered = await session.until(Event="AgentConnect")
        await session.until(Event="Hangup", Channel=ringing["Channel"])
    assert answered["Interface"] == "PJSIP/8002"


async def test_a_supervisor_takes_a_call_over(tmp_path: Path) -> None:
    async with simulator(tmp_path, quick=QUICK) as session:
        caller, agent = await answered_call(session)
        session.originate("PJSIP/9001", "Bridge", f"{caller['Channel']},x")
        await session.until(Event="Hangup", Channel=agent["Channel"])
        await session.until(Event="BridgeEnter", CallerIDNum="9001")
        await session.until(Event="BridgeEnter", Channel=caller["Channel"])


async def test_a_wrong_secret_ends_the_session(tmp_path: Path) -> None:
    async with simulator(tmp_path, quick=QUICK) as session:
        peer = session.writer.get_extra_info("peername")
        reader, writer = await asyncio.open_connection(*peer)
        writer.write(b"Action: Login\r\nUsername: hotline\r\nSecret: wrong\r\n\r\n")
        async with asyncio.timeout(5):
            received = await reader.read()
        writer.close()
    assert b"Message: Authentication failed\r\n" in received


@pytest.mark.parametrize(
    ("action", "words"), [("Command", "Invalid/unknown command"), ("Hangup", "No such channel")]
)
async def test_what_cannot_be_done_is_refused(tmp_path: Path, action: str, words: str) -> None:
    async with simulator(tmp_path, quick=QUICK) as session:
        session.act(Action=action, ActionID="x", Channel="PJSIP/none")
        refused = await session.until(ActionID="x")
    assert refused == {"Response": "Error", "ActionID": "x", "Message": words}
