"""`hotline-agi`: Asterisk starts it for a call and it asks the service where the call goes (AGI, on pyst2).

    AGI(hotline-agi,<dialled number>,<http://host:port>,<token file>)

It has one second in all. Whatever goes wrong (no service, no answer in time, a bug) it ends quietly with HOTLINE_STATUS as the
dialplan left it, `failed`, and the dialplan goes on with what it knows itself: never a traceback into a call, never a wait.
pyst2 prints everything it reads to its stderr, the caller's number first, so it is given one that forgets. It does not quote:
what we set has passed `variables_of`. Imports are few: the program starts anew for every call. Knows nothing of the service but its one route.
"""

import os
import signal
import socket
import sys
from collections.abc import Sequence
from typing import TextIO

from ami_bridge.routing import DIALLED, STATUS, UnusableAnswerError, variables_of

LIMIT_S = 0.9
"""From our start; the dialplan gives up at one second."""
ANSWER_BYTES = 8192
DEFAULT_SERVICE = "http://127.0.0.1:8400"
DEFAULT_TOKEN_FILE = "/etc/hotline/route.token"  # noqa: S105  (a place, not a secret)


class OutOfTimeError(Exception):
    """The second is over."""


class NoAnswerError(Exception):
    """The service cannot be asked, or does not say where the call goes."""


class Forgetful:
    """A stderr that keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        """Nothing is waiting."""


def main() -> None:
    """The console script. Exit code 0 always: to a dialplan an AGI program that failed is a reason to worry, we are none."""
    signal.signal(signal.SIGALRM, _too_late)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        answer_call(sys.argv[1:], sys.stdin, sys.stdout)
    finally:
        os._exit(0)  # before any traceback; every command was flushed when it was given


def _too_late(*_: object) -> None:
    raise OutOfTimeError


def answer_call(arguments: Sequence[str], stdin: TextIO, stdout: TextIO) -> None:
    """One call's question, from the AGI header to the last variable."""
    from asterisk.agi import AGI, AGIException

    agi = AGI(stdin, stdout, Forgetful())
    try:
        try:
            told = variables_of(ask(arguments))
        except (NoAnswerError, UnusableAnswerError, OutOfTimeError):
            told = [(STATUS, "failed")]
        for name, value in told:
            agi.set_variable(name, value)
    except (AGIException, OSError):
        return  # the caller is gone, or Asterisk


def ask(arguments: Sequence[str]) -> object:
    """The service's answer, parsed but not judged. Raises NoAnswerError."""
    import json

    dialled, service, token_file = (*arguments, "", "", "")[:3]
    if DIALLED.fullmatch(dialled) is None:
        raise NoAnswerError("no number was dialled")
    try:
        with open(token_file or DEFAULT_TOKEN_FILE, encoding="ascii") as file:  # noqa: PTH123  (pathlib costs 10 ms)
            token = file.read().strip()
        body = fetch(service or DEFAULT_SERVICE, f"/api/route?dialled={dialled.replace('+', '%2B')}", token)
        found: object = json.loads(body)
    except (OSError, ValueError) as error:
        raise NoAnswerError(str(error)) from error
    return found


def fetch(service: str, path: str, token: str) -> bytes:
    """The body of one GET. By hand, because `urllib` and `http.client` take longer to import than the question takes."""
    scheme, _, rest = service.partition("://")
    host, _, port = rest.rstrip("/").rpartition(":")
    if scheme not in ("http", "https") or not host or not port.isdigit():
        raise NoAnswerError(f"{service!r} is no address such as {DEFAULT_SERVICE}")
    if not token.isalnum():
        raise NoAnswerError("the token file holds no token")
    request = f"GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"
    received = b""
    with _connection(scheme, host.strip("[]"), int(port)) as connection:
        connection.sendall(request.encode("ascii"))
        while len(received) <= ANSWER_BYTES and (chunk := connection.recv(ANSWER_BYTES)):
            received += chunk
    head, blank, body = received.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1:2]
    if not blank or status != [b"200"] or len(received) > ANSWER_BYTES:
        raise NoAnswerError(f"the service answered {status}")
    return body


def _connection(scheme: str, host: str, port: int) -> socket.socket:
    plain = socket.create_connection((host, port), timeout=LIMIT_S)
    if scheme == "http":
        return plain
    import ssl

    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


if __name__ == "__main__":
    main()
