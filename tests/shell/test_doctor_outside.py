"""The doctor asks the customer system and the identity provider, and says what to do where they do not answer as they should."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from assistant.clock import SystemClock
from assistant.config import CrmSection, OidcSection
from assistant.doctor_outside import check_crm, check_oidc
from tests.support.oidc_provider import CLIENT, running_provider


def oidc(issuer: str) -> OidcSection:
    return OidcSection(issuer=issuer, client_id=CLIENT, own_address="https://desk.example.cn")


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def customer_system(status: str) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        assert asked.startswith(b"HEAD /hotline "), "nothing is posted"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hotline"


async def test_what_is_not_set_is_not_asked() -> None:
    assert await check_crm(CrmSection()) == []
    assert await check_oidc(OidcSection(), SystemClock()) == []


@pytest.mark.parametrize(
    ("status", "grade", "said"),
    [
        ("405 Method Not Allowed", "ok", "有回答"),
        ("404 Not Found", "warning", "请核对 [crm] webhook 的地址"),
        ("503 Sick", "warning", "回答 503"),
    ],
)
async def test_a_customer_system_is_asked_without_being_told_anything(
    status: str, grade: str, said: str
) -> None:
    async with customer_system(status) as address:
        [found] = await check_crm(CrmSection(webhook=address))
    assert found.grade == grade
    assert said in found.zh


async def test_a_customer_system_that_is_not_there() -> None:
    [found] = await check_crm(CrmSection(webhook=f"http://127.0.0.1:{closed_port()}/hotline"))
    assert (found.grade, "连不上" in found.zh) == ("warning", True)


async def test_the_identity_provider_describes_itself_or_it_is_said_what_is_wrong() -> None:
    async with running_provider() as provider:
        [well] = await check_oidc(oidc(provider.issuer), SystemClock())
        assert (well.grade, "https://desk.example.cn/api/oidc/callback" in well.zh) == ("ok", True)
        assert "https://desk.example.cn/api/oidc/left" in well.zh
        provider.signs_out = False
        [well] = await check_oidc(oidc(provider.issuer), SystemClock())
        assert (well.grade, "不提供退出" in well.zh) == ("ok", True)
        [other_name] = await check_oidc(oidc(f"{provider.issuer}/"), SystemClock())
        assert (other_name.grade, "一字不差" in other_name.zh) == ("fault", True)
    [gone] = await check_oidc(oidc(f"http://localhost:{closed_port()}/realm"), SystemClock())
    assert (gone.grade, "连不上" in gone.zh) == ("fault", True)
