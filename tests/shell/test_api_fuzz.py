"""Every published route, asked at random by what its own schema allows (and some that it does not): no answer is a 500."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.schemas import APIOperation

from assistant.messages import Role
from tests.support.books import answered, at, began, card, finished
from tests.support.postgres import Postgres
from tests.support.until import PATIENCE_S
from tests.support.web import LIMITS, PASSWORD, Site, running_site

PEOPLE: list[tuple[str, Role]] = [
    ("9009", "admin"),
    ("9001", "supervisor"),
    ("9002", "quality"),
    ("8001", "agent"),
]
EXAMPLES = 8
"""For each route and role: enough to find what a type allows and the code does not, few enough for every day."""


class Background:
    """The server in a thread of its own: schemathesis asks synchronously."""

    def __init__(self, folder: Path, url: str | None) -> None:
        self._folder = folder
        self._url = url
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.origin = ""

    def __enter__(self) -> "Background":
        self._thread.start()
        assert self._ready.wait(20), "the server did not start"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        wide = replace(
            LIMITS,
            max_body_bytes=256 * 1024,
            body_timeout_s=5.0,
            static=self._folder / "static",
            login_failures_per_account=10_000,
            login_failures_per_address=10_000,
        )
        async with running_site(self._folder, wide, self._url, scripted=True) as site:
            await self._fill(site)
            self.origin = site.origin
            self._ready.set()
            await self._stop.wait()

    async def _fill(self, site: Site) -> None:
        for extension, role in PEOPLE:
            await site.add_user(extension, role)
        for record, second in (
            (began("1.1"), 0),
            (answered("1.1"), 4),
            (card("1.1", "c1"), 5),
            (finished("1.1"), 30),
        ):
            site.store.put(record, at(second))
        await site.store.flush()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Background]:
    url = None
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.create_database("fuzz")
    with Background(tmp_path_factory.mktemp("fuzz"), url) as running:
        yield running


def asking(server: Background, headers: dict[str, str]) -> httpx.Client:
    return httpx.Client(
        base_url=server.origin, headers=headers, timeout=PATIENCE_S, trust_env=False, verify=False
    )


def signed_in(server: Background, extension: str) -> dict[str, str]:
    with asking(server, {"origin": server.origin}) as client:
        done = client.post("/api/login", json={"extension": extension, "password": PASSWORD})
        assert done.status_code == 200
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return {"cookie": cookie, "origin": server.origin}


SIGNS_OUT = ("/api/logout", "/api/me/password", "/api/users/", "/api/sessions/", "/api/login")
"""These may end the session they are asked with: each question has one of its own."""


@pytest.mark.parametrize("extension", [extension for extension, _ in PEOPLE])
def test_no_answer_is_a_500(server: Background, extension: str) -> None:
    headers = signed_in(server, extension)
    with asking(server, headers) as client:
        published = client.get("/api/openapi.json").json()
    schema = schemathesis.openapi.from_dict(published)
    faults: list[str] = []
    understood: set[str] = set()
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        asked += 1

        def whose(may_end: bool = operation.path.startswith(SIGNS_OUT)) -> dict[str, str]:
            return signed_in(server, extension) if may_end else headers

        faults += _faults(operation, server.origin, whose, understood)
    assert asked > 55
    assert faults == []
    # Random words are mostly refused; that some are understood proves that they get past the gate.
    assert {"/api/calls", "/api/me", "/api/tasks"} <= understood


def _faults(
    operation: APIOperation, origin: str, whose: Callable[[], dict[str, str]], understood: set[str]
) -> list[str]:
    found: list[str] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        answer = case.call(base_url=origin, headers=whose())
        if answer.status_code < 300:
            understood.add(operation.path)
        if answer.status_code >= 500:
            found.append(
                f"{operation.method} {operation.path}: {answer.status_code} {case.as_curl_command()}"
            )

    ask()
    return found
