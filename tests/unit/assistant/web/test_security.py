import pytest
from starlette.types import Receive, Scope, Send

from assistant.web.security import Guarded
from assistant.web.settings import WebSettings


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("not called")


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("http://desk:8400", "desk:8400", True),
        ("https://DESK:8400", "desk:8400", True),
        ("https://proxy.example.cn", "10.0.0.1:8400", True),
        ("http://desk:8401", "desk:8400", False),
        ("http://desk:8400.evil.example", "desk:8400", False),
        ("http://evil.example#desk:8400", "desk:8400", False),
        ("http://desk:8400@evil.example", "desk:8400", False),
        ("ftp://desk:8400", "desk:8400", False),
        ("null", "desk:8400", False),
        ("", "desk:8400", False),
        (None, "desk:8400", False),
        ("http://desk:8400", None, False),
        ("http://[broken", "desk:8400", False),
    ],
)
def test_whose_page_it_is(origin: str | None, host: str | None, ours: bool) -> None:
    guarded = Guarded(nothing, WebSettings(allowed_origins=("https://proxy.example.cn",)))
    assert guarded.is_our_page(origin, host) is ours
