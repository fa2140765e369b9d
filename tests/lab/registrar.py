"""A provider's registrar: takes every REGISTER for a short while, until it goes away."""

import asyncio
from typing import Self

from tests.lab import sip
from tests.lab.asterisk import TRUNK_HOST

GRANTED_S = 12
"""Asterisk comes back 10 s before the end (res_pjsip_outbound_registration), so every other second."""


class Registrar(asyncio.DatagramProtocol):
    """`async with Registrar(port) as registrar:`; afterwards nobody answers there."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._tag = sip.new_tag()
        self.asked = asyncio.Event()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(TRUNK_HOST, self._port)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        request = sip.parse(data)
        if request is None or request.method != "REGISTER":
            return
        contact = sip.uri_of(request.need("Contact"))
        taken = ("Contact", f"<{contact}>;expires={GRANTED_S}"), ("Expires", str(GRANTED_S))
        self._transport.sendto(sip.response(request, 200, "OK", self._tag, *taken).encode(), addr)
        self.asked.set()
