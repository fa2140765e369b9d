"""The core of a test."""

import pytest

from tests.support.core_bench import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()
