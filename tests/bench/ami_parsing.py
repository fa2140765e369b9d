"""AMI messages read per second of processor time: our wire beside panoramisk's own, each with one listener for everything.

The bytes are the recordings of the real Asterisk 22, fed in pieces of 16 KiB as a socket gives them.
"""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from ami_bridge.wire import WireParser
from tests.bench.rows import Row

RECORDINGS = Path(__file__).parents[1] / "unit" / "ami_bridge" / "recordings"
PIECE = 16 * 1024
REPEATS = 7
GREETING = b"Asterisk Call Manager/11.0.0\r\n"


def recorded() -> tuple[bytes, int]:
    """All events as they went over the wire, and how many."""
    messages = []
    for file in sorted(RECORDINGS.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            fields = json.loads(line[line.index("{") :])
            if "Event" in fields:
                messages.append("".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n")
    return "".join(messages).encode() * 5, len(messages) * 5


def run() -> list[Row]:
    data, count = recorded()
    ours = count / best(lambda: feed_ours(data))
    theirs = count / best(lambda: asyncio.run(feed_panoramisk(data)))
    note = f"{count} events, best of {REPEATS}"
    return [
        Row("our WireParser", ours, "events/s per core", "", note),
        Row("panoramisk 1.4, one `*` callback", theirs, "events/s per core", "", note),
        Row("ratio", ours / theirs, "times"),
    ]


def best(work: Callable[[], None]) -> float:
    times = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def pieces(data: bytes) -> list[bytes]:
    return [data[at : at + PIECE] for at in range(0, len(data), PIECE)]


def feed_ours(data: bytes) -> None:
    parser, seen = WireParser(), 0
    parser.feed(GREETING)
    for piece in pieces(data):
        seen += len(parser.feed(piece))
    assert seen > 0


async def feed_panoramisk(data: bytes) -> None:
    seen = []
    manager = Manager(loop=asyncio.get_running_loop())
    manager.register_event("*", lambda _manager, message: seen.append(message.event))
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.factory, protocol.encoding = manager, "utf8"
    protocol.data_received(GREETING)
    for piece in pieces(data):
        protocol.data_received(piece)
    assert seen
