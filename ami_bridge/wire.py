"""AMI bytes to messages and actions to bytes. Pure: it never sees a socket.

Messages are framed as bytes and decoded whole, so a letter cut between two segments survives. Limits: a message above
`max_message` bytes, `max_line` bytes in a line or `max_headers` headers is dropped whole, counted in `dropped`, and reading goes
on after its blank line; what is dropped takes no memory. Bytes that are not UTF-8 become U+FFFD. A peer whose first line is
not Asterisk's greeting is not AMI: `NotAmiError`.
"""

from ami_bridge.messages import AmiMessage, Header

GREETING = b"Asterisk Call Manager/"
MAX_GREETING = 256
MAX_ACTION_LINE = 1024
"""Asterisk refuses a longer header line ("Failed to parse message: line too long")."""

END = b"\r\n\r\n"


class NotAmiError(ConnectionError):
    """Whoever answers on this port does not speak AMI."""


class UnsafeValueError(ValueError):
    """A value that would break out of its header line, or that Asterisk would refuse as too long."""


class WireParser:
    """`feed(bytes) -> list[AmiMessage]`."""

    def __init__(
        self, max_message: int = 256 * 1024, max_line: int = 64 * 1024, max_headers: int = 1000
    ) -> None:
        self.ami_version: str | None = None
        self.dropped = 0
        self._max_message = max_message
        self._max_line = max_line
        self._max_headers = max_headers
        self._buffer = bytearray()
        self._searched = 0
        self._dropping = False

    def feed(self, data: bytes) -> list[AmiMessage]:
        self._buffer += data
        if self.ami_version is None and not self._take_greeting():
            return []
        if self._buffer.find(END, self._searched) < 0:
            self._bound()
            return []
        *blocks, rest = bytes(self._buffer).split(END)
        self._buffer = bytearray(rest)
        messages = [message for block in blocks if (message := self._message(block)) is not None]
        self._bound()
        return messages

    def _take_greeting(self) -> bool:
        line, found, rest = self._buffer.partition(b"\r\n")
        if not found and len(line) <= MAX_GREETING and GREETING.startswith(line[: len(GREETING)]):
            return False
        if not found or not line.startswith(GREETING):
            raise NotAmiError(f"the greeting was {bytes(line[:60])!r}")
        self.ami_version = line[len(GREETING) :].decode("ascii", "replace").strip()
        self._buffer = bytearray(rest)
        return True

    def _bound(self) -> None:
        """Called with no whole message in the buffer: give up one that is already too long."""
        if len(self._buffer) > self._max_message:
            self._dropping = True
            del self._buffer[: -len(END) + 1]
        self._searched = max(0, len(self._buffer) - len(END) + 1)

    def _message(self, block: bytes) -> AmiMessage | None:
        too_long = self._dropping or len(block) > self._max_message
        self._dropping = False
        lines = block.decode("utf-8", "replace").split("\r\n")
        if too_long or len(lines) > self._max_headers or self._has_long_line(block, lines):
            self.dropped += 1
            return None
        headers = [(name, value) for name, colon, value in [line.partition(": ") for line in lines] if colon]
        if len(headers) < len(lines) or ":" in "".join([name for name, _ in headers]):  # the unusual line
            headers = [header for line in lines if (header := split_header(line)) is not None]
        return AmiMessage(headers) if headers else None

    def _has_long_line(self, block: bytes, lines: list[str]) -> bool:
        return len(block) > self._max_line and any(len(line.encode()) > self._max_line for line in lines)


def split_header(line: str) -> Header | None:
    """Asterisk writes `Name: value`; one blank after the colon is not the value's. None for a line without a colon."""
    name, colon, value = line.partition(": ")
    if colon and ":" not in name:
        return name, value
    name, colon, value = line.partition(":")
    return (name, value) if colon else None


def check_header(name: str, value: str) -> None:
    """Raise UnsafeValueError unless this header stays one line that Asterisk takes. The one choke point for all we send."""
    if not name.replace("-", "").isalnum() or not name.isascii():
        raise UnsafeValueError(f"{name!r} is no header name")
    if any(character in value for character in "\r\n\0"):
        raise UnsafeValueError(f"{name}: a line break or NUL in a value would start a new header or action")
    try:
        length = len(f"{name}: {value}\r\n".encode())
    except UnicodeEncodeError:
        raise UnsafeValueError(f"{name}: a lone surrogate cannot be sent as UTF-8") from None
    if length > MAX_ACTION_LINE:
        raise UnsafeValueError(f"{name}: {length} bytes in a line, Asterisk takes {MAX_ACTION_LINE}")
