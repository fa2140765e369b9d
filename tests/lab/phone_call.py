"""One call in the hand of a test: rings, is answered, held, transferred and ended, by orders. Made by `tests.lab.phone.Phone`."""

import asyncio
from typing import TYPE_CHECKING

from tests.lab import sip
from tests.lab.rtp import RtpStream
from tests.lab.sip import SipMessage

if TYPE_CHECKING:
    from tests.lab.phone import Phone

WAIT_SECONDS = 40.0


class CallRefusedError(Exception):
    """The other side did not take the call; `status` is SIP's."""

    def __init__(self, status: int) -> None:
        super().__init__(f"SIP {status}")
        self.status = status


class PhoneCall:
    """One call of a phone. Made by `Phone`; `ended` is set however it ends."""

    def __init__(
        self, phone: "Phone", call_id: str, local: str, remote: str, target: str, rtp: RtpStream
    ) -> None:
        self._phone = phone
        self.call_id, self.local, self.remote, self.target = call_id, local, remote, target
        self.rtp = rtp
        self.invite: SipMessage | None = None
        self.ringing, self.answered, self.ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.ended_by_us = False
        self.transfer_status: asyncio.Queue[int] = asyncio.Queue()
        self._cseq = 1
        self._invite_branch = ""
        self._sdp_version = 0

    # -- the called side

    def answer(self) -> None:
        assert self.invite is not None
        self._phone.reply(self.invite, 200, "OK", body=self.sdp())
        self.answered.set()
        self.rtp.begin()

    def refuse(self, status: int = 486, reason: str = "Busy Here") -> None:
        assert self.invite is not None
        self._phone.reply(self.invite, status, reason)
        self._finish()

    # -- both sides

    async def hold(self) -> None:
        await self._reinvite("sendonly")
        self.rtp.pause()

    async def unhold(self) -> None:
        await self._reinvite("sendrecv")
        self.rtp.begin()

    async def transfer(self, number: str) -> None:
        """Blind transfer: returns when the PBX accepted it; `ended` follows when it is done."""
        await self._refer(f"<sip:{number}@{self._phone.domain}>")

    async def transfer_to(self, consultation: "PhoneCall") -> None:
        """Attended transfer: the PBX joins our party with that of the consultation call."""
        to_tag, from_tag = sip.parameter(consultation.remote, "tag"), sip.parameter(consultation.local, "tag")
        replaces = f"{consultation.call_id}%3Bto-tag%3D{to_tag}%3Bfrom-tag%3D{from_tag}".replace("@", "%40")
        await self._refer(f"<{sip.uri_of(consultation.remote)}?Replaces={replaces}>")

    async def _refer(self, refer_to: str) -> None:
        own = f"<sip:{self._phone.account.user}@{self._phone.domain}>"
        answer = await self._request("REFER", ("Refer-To", refer_to), ("Referred-By", own))
        if answer.status != 202:
            raise CallRefusedError(answer.status or 0)

    async def hang_up(self) -> None:
        """BYE, CANCEL or refusal, whichever fits the state of the call."""
        if self.ended.is_set():
            return
        self.ended_by_us = True
        if self.answered.is_set():
            self._finish()
            await self._request("BYE")
        elif self.invite is not None:
            self.refuse(603, "Decline")
        else:
            self._phone.send(self._own_request("CANCEL", self._invite_branch, 1))
            await asyncio.wait_for(self.ended.wait(), WAIT_SECONDS)

    async def place(self, number: str, extra: tuple[tuple[str, str], ...] = ()) -> None:
        """INVITE; returns when answered, raises CallRefusedError otherwise."""
        answer = await self._invite(self.sdp(), extra)
        if answer.status != 200:
            self._finish()
            raise CallRefusedError(answer.status or 0)
        self.remote = answer.need("To")
        self.target = sip.uri_of(answer.need("Contact"))
        self._take_media(answer.body)
        self._acknowledge(answer)
        self.answered.set()
        self.rtp.begin()

    def forget(self) -> None:
        """Put the receiver down without a word: the PBX that carried the call is gone."""
        self._finish()

    # -- inside

    def sdp(self, direction: str = "sendrecv") -> str:
        self._sdp_version += 1
        return sip.sdp(self._phone.account.host, self.rtp.port, direction, self._sdp_version)

    async def _reinvite(self, direction: str) -> None:
        self._cseq += 1
        answer = await self._invite(self.sdp(direction), ())
        if answer.status != 200:
            raise CallRefusedError(answer.status or 0)
        self._acknowledge(answer)

    async def _invite(self, body: str, extra: tuple[tuple[str, str], ...]) -> SipMessage:
        headers = (*extra, ("Content-Type", "application/sdp"))
        while True:
            branch = self._invite_branch = sip.new_branch()
            invite = self._own_request("INVITE", branch, self._cseq, *headers, body=body)
            answer = await self._phone.transact(invite, self._on_provisional)
            if answer.status != 200:
                ack = self._own_request("ACK", branch, self._cseq)
                replaced = tuple((k, answer.need("To") if k == "To" else v) for k, v in ack.headers)
                self._phone.send(SipMessage(ack.start, replaced, ""))
            authorized = any(key == "Authorization" for key, _ in headers)
            if answer.status != 401 or authorized:
                return answer
            headers = (*headers, ("Authorization", self._phone.authorization(answer, "INVITE", self.target)))
            self._cseq += 1

    def _on_provisional(self, answer: SipMessage) -> None:
        if answer.status in (180, 183):
            self._take_media(answer.body)
            self.ringing.set()

    def _acknowledge(self, answer: SipMessage) -> None:
        self._phone.send(self._own_request("ACK", sip.new_branch(), answer.cseq))

    def _own_request(
        self, method: str, branch: str, cseq: int, *more: tuple[str, str], body: str = ""
    ) -> SipMessage:
        headers = self._phone.headers(branch, self.local, self.remote, self.call_id, cseq, method)
        return SipMessage(f"{method} {self.target} SIP/2.0", (*headers, *more), body)

    async def _request(self, method: str, *more: tuple[str, str]) -> SipMessage:
        self._cseq += 1
        return await self._phone.transact(self._own_request(method, sip.new_branch(), self._cseq, *more))

    def handle(self, request: SipMessage) -> None:
        """A request of the other side inside this call."""
        match request.method:
            case "INVITE" | "UPDATE":
                self._take_media(request.body)
                self._phone.reply(request, 200, "OK", body=self.sdp())
            case "BYE":
                self._phone.reply(request, 200, "OK")
                self._finish()
            case "CANCEL":
                self._phone.reply(request, 200, "OK")
                if self.invite is not None and not self.answered.is_set():
                    self._phone.reply(self.invite, 487, "Request Terminated")
                    self._finish()
            case "NOTIFY":
                self._phone.reply(request, 200, "OK")
                if request.body.startswith("SIP/2.0 "):
                    self._on_transfer_progress(int(request.body.split()[1]))
            case "ACK":
                self._take_media(request.body)
            case _:
                self._phone.reply(request, 200, "OK")

    def _on_transfer_progress(self, status: int) -> None:
        """Phones leave when told that the transfer succeeded; the PBX waits for that (RFC 5589)."""
        self.transfer_status.put_nowait(status)
        if 200 <= status < 300:
            self._phone.leave(self)

    def _take_media(self, body: str) -> None:
        if address := sip.media_address(body):
            self.rtp.peer = address

    def _finish(self) -> None:
        self.rtp.close()
        self.ended.set()
