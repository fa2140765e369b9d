"""What the integration tests stand on. Every test has an Asterisk of its own: it boots in about a second."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.integration.site import USERS, Site
from tests.lab.ami import AmiLog
from tests.lab.asterisk import Lab
from tests.lab.scenarios import Stage
from tests.lab.tap_listener import TapListener
from tests.support.program import Program


@pytest_asyncio.fixture
async def lab() -> AsyncIterator[Lab]:
    async with Lab() as running:
        yield running


@pytest_asyncio.fixture
async def stage(lab: Lab) -> AsyncIterator[Stage]:
    """An Asterisk with the laboratory's own eyes and ears on it, and none of the program."""
    async with TapListener() as taps, AmiLog(lab.ports.ami, lab.secret) as ami:
        yield Stage(lab, ami, taps)


@pytest_asyncio.fixture
async def site(lab: Lab, tmp_path: Path) -> AsyncIterator[Site]:
    """Asterisk and the program beside it."""
    program = Program(tmp_path, lab.ports.ami, lab.secret)
    await program.add_users(USERS)
    async with program:
        yield Site(lab, program)
