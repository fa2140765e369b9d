"""A SIP phone a test can hold in its hand: rings, answers, holds, transfers, says what it is told and keeps what it hears.

SIPp plays fixed scenarios well, but an attended transfer (REFER with Replaces), a hold at the moment the test decides, or a
caller with jitter need a phone that takes orders. This one speaks plain SIP over UDP to the real Asterisk.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from tests.lab import sip
from tests.lab.phone_call import WAIT_SECONDS, CallRefusedError, PhoneCall
from tests.lab.rtp import QUIET, RtpStream, Sound
from tests.lab.sip import SipMessage

T1 = 0.5


@dataclass(frozen=True)
class Account:
    """Who the phone is and where its PBX listens. Without a password it does not register: a provider's side."""

    user: str
    password: str | None
    pbx: tuple[str, int]
    host: str = "127.0.0.1"
    port: int = 0


class Phone(asyncio.DatagramProtocol):
    """`async with Phone(account) as phone:` is registered; leaving hangs up whatever is left."""

    def __init__(
        self, account: Account, sound: Sound = QUIET, jitter_s: float = 0.0, first_stamp: int | None = None
    ) -> None:
        self.account, self.sound, self.jitter_s, self.first_stamp = account, sound, jitter_s, first_stamp
        self.domain = f"{account.pbx[0]}:{account.pbx[1]}"
        self.incoming: asyncio.Queue[PhoneCall] = asyncio.Queue()
        self.calls: dict[str, PhoneCall] = {}
        self._waiting: dict[
            tuple[str, str], tuple[asyncio.Future[SipMessage], Callable[[SipMessage], None] | None]
        ] = {}
        self._answers: dict[tuple[str, str, str], SipMessage] = {}
        self._tag = sip.new_tag()
        self._opening: set[str] = set()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(self.account.host, self.account.port))
        self._group = asyncio.TaskGroup()
        await self._group.__aenter__()
        if self.account.password is not None:
            await self._register(3600)
        return self

    async def __aexit__(self, *_: object) -> None:
        for call in list(self.calls.values()):
            with contextlib.suppress(TimeoutError, CallRefusedError):
                await call.hang_up()
        if self.account.password is not None:
            with contextlib.suppress(TimeoutError):  # the PBX may be gone already
                await self._register(0, timeout=1.0)
        self._transport.close()
        await self._group.__aexit__(None, None, None)

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport
        self.port: int = transport.get_extra_info("sockname")[1]

    def error_received(self, exc: Exception) -> None:
        """The PBX's port is closed; the waiting transaction's timeout tells it."""

    # -- what a person does

    async def rings(self, timeout: float = WAIT_SECONDS) -> PhoneCall:
        """The next call that makes this phone ring."""
        try:
            return await asyncio.wait_for(self.incoming.get(), timeout)
        except TimeoutError:
            raise AssertionError(f"phone {self.account.user} did not ring within {timeout} s") from None

    async def answers(self, after: float = 0.0) -> PhoneCall:
        call = await self.rings()
        await asyncio.sleep(after)
        call.answer()
        return call

    async def prepare(
        self, number: str, *, user: str | None = None, name: str | None = None, sound: Sound | None = None
    ) -> PhoneCall:
        """A call not yet placed: `await call.place(number)` places it."""
        account = self.account
        rtp = await RtpStream.open(account.host, sound or self.sound, self.jitter_s, self.first_stamp)
        quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '" ' if name is not None else ""
        local = f"{quoted}<sip:{user or account.user}@{account.host}>;tag={sip.new_tag()}"
        target = f"sip:{number}@{self.domain}"
        call = PhoneCall(self, sip.new_tag() + "@lab", local, f"<{target}>", target, rtp)
        self.calls[call.call_id] = call
        return call

    async def call(self, number: str, **how: str | Sound | None) -> PhoneCall:
        """Place a call and wait until it is answered."""
        call = await self.prepare(number, **how)  # type: ignore[arg-type]
        await call.place(number)
        return call

    # -- SIP

    def headers(
        self, branch: str, local: str, remote: str, call_id: str, cseq: int, method: str
    ) -> tuple[tuple[str, str], ...]:
        here = f"{self.account.host}:{self.port}"
        return (
            ("Via", f"SIP/2.0/UDP {here};rport;branch={branch}"),
            ("Max-Forwards", "70"),
            ("From", local),
            ("To", remote),
            ("Call-ID", call_id),
            ("CSeq", f"{cseq} {method}"),
            ("Contact", f"<sip:{self.account.user}@{here}>"),
            ("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, REFER, UPDATE"),
            ("Supported", "replaces"),
        )

    def send(self, message: SipMessage) -> None:
        if not self._transport.is_closing():
            self._transport.sendto(message.encode(), self.account.pbx)

    def reply(self, request: SipMessage, status: int, reason: str, body: str = "") -> None:
        more = [("Contact", f"<sip:{self.account.user}@{self.account.host}:{self.port}>")]
        if body:
            more.append(("Content-Type", "application/sdp"))
        answer = sip.response(request, status, reason, self._tag, *more, body=body)
        self._answers[request.need("Call-ID"), request.branch, request.method] = answer
        self.send(answer)

    async def transact(
        self,
        request: SipMessage,
        on_provisional: Callable[[SipMessage], None] | None = None,
        timeout: float = 330.0,
    ) -> SipMessage:
        """Send and wait for the final answer; sent again until something comes back (RFC 3261 17.1)."""
        loop = asyncio.get_running_loop()
        key = request.branch, request.method
        final: asyncio.Future[SipMessage] = loop.create_future()
        heard = asyncio.Event()

        def on_any(answer: SipMessage) -> None:
            heard.set()
            if on_provisional is not None:
                on_provisional(answer)

        self._waiting[key] = final, on_any
        try:
            async with asyncio.timeout(timeout):
                self.send(request)
                for attempt in range(7):
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(heard.wait(), T1 * 2**attempt)
                    if heard.is_set():
                        break
                    self.send(request)
                return await final
        finally:
            del self._waiting[key]

    def leave(self, call: PhoneCall) -> None:
        self._group.create_task(call.hang_up())

    def authorization(self, challenge: SipMessage, method: str, uri: str) -> str:
        return sip.digest(
            challenge.need("WWW-Authenticate"), method, uri, self.account.user, self.account.password or ""
        )

    async def _register(self, expires: int, timeout: float = WAIT_SECONDS) -> None:
        uri = f"sip:{self.domain}"
        own = f"<sip:{self.account.user}@{self.domain}>"
        call_id, more = sip.new_tag(), (("Expires", str(expires)),)
        for cseq in (1, 2):
            headers = self.headers(sip.new_branch(), f"{own};tag={self._tag}", own, call_id, cseq, "REGISTER")
            answer = await self.transact(
                SipMessage(f"REGISTER {uri} SIP/2.0", (*headers, *more), ""), timeout=timeout
            )
            if answer.status != 401:
                break
            more = (("Expires", str(expires)), ("Authorization", self.authorization(answer, "REGISTER", uri)))
        if answer.status != 200:
            raise CallRefusedError(answer.status or 0)

    def datagram_received(self, data: bytes, _: tuple[str, int]) -> None:
        message = sip.parse(data)
        if message is None:
            return
        if message.status is not None:
            self._on_answer(message)
            return
        repeated = self._answers.get((message.need("Call-ID"), message.branch, message.method))
        if repeated is not None and message.method != "ACK":
            self.send(repeated)
        elif call := self.calls.get(message.need("Call-ID")):
            call.handle(message)
        elif message.method == "INVITE":
            if message.need("Call-ID") not in self._opening:
                self._opening.add(message.need("Call-ID"))
                self._group.create_task(self._ring(message))
        elif message.method != "ACK":
            self.reply(message, 481 if message.method in ("BYE", "CANCEL") else 200, "OK")

    def _on_answer(self, answer: SipMessage) -> None:
        waiting = self._waiting.get((answer.branch, answer.method))
        if waiting is None:
            return
        final, on_any = waiting
        if on_any is not None:
            on_any(answer)
        if (answer.status or 0) >= 200 and not final.done():
            final.set_result(answer)

    async def _ring(self, invite: SipMessage) -> None:
        rtp = await RtpStream.open(self.account.host, self.sound, self.jitter_s, self.first_stamp)
        local = f"{invite.need('To')};tag={self._tag}"
        call = PhoneCall(
            self, invite.need("Call-ID"), local, invite.need("From"), sip.uri_of(invite.need("Contact")), rtp
        )
        call.invite = invite
        if address := sip.media_address(invite.body):
            rtp.peer = address
        self.calls[call.call_id] = call
        self.reply(invite, 180, "Ringing")
        self.incoming.put_nowait(call)
