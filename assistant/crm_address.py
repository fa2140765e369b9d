"""The address of a caller in the company's own customer system: a template of the settings, filled in for one call. Pure.

What callers and trunks say is hostile text: every value is percent-encoded, and none may stand where it could change the server.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

NAMES: Final = ("number", "call_id", "agent", "queue", "dialled", "region")
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Caller:
    """What may stand in the address. `number` None: the caller shows none."""

    number: str | None
    call_id: str
    agent: str
    queue: str | None
    dialled: str | None
    region: str | None


@dataclass(frozen=True, slots=True)
class CrmAddress:
    template: str

    @classmethod
    def of(cls, template: str) -> "CrmAddress":
        """Raises ValueError with the sentence that says what is wrong."""
        check_web_address(_PLACE.sub("x", template))
        unknown = [name for name in _PLACE.findall(template) if name not in NAMES]
        if unknown:
            known = "、".join(f"{{{name}}}" for name in NAMES)
            raise ValueError(f"没有 {{{unknown[0]}}} 这个变量,可用的是 {known}")
        if re.search(r"[{}]", _PLACE.sub("", template)):
            raise ValueError("花括号不成对")
        server = re.split(r"[/?#]", template.partition("://")[2], maxsplit=1)[0]
        if _PLACE.search(server):
            raise ValueError("变量只能写在网址的路径或参数里,不能写在服务器名里")
        return cls(template)

    def of_caller(self, caller: Caller) -> str | None:
        """None where the address asks for a number and the caller shows none: there is nobody to look up."""
        values = {
            "number": _shown_number(caller.number),
            "call_id": caller.call_id,
            "agent": caller.agent,
            "queue": caller.queue or "",
            "dialled": caller.dialled or "",
            "region": caller.region or "",
        }
        if values["number"] is None and "{number}" in self.template:
            return None
        return _PLACE.sub(lambda place: quote(values[place[1]] or "", safe=""), self.template)


def _shown_number(number: str | None) -> str | None:
    """`anonymous` and `..` are no numbers."""
    return number if number is not None and re.search(r"\d", number) else None


def check_web_address(address: str) -> None:
    """Raises ValueError unless it is an http(s) address with a server and without a password in it."""
    if re.search(r"\s", address):
        raise ValueError("网址里不能有空格")
    try:
        parts = urlsplit(address)
        server, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"不是网址:{error}") from error
    if parts.scheme not in ("http", "https"):
        raise ValueError("只能是 https:// 或 http:// 开头的网址")
    if not server:
        raise ValueError("网址里没有服务器名")
    if "@" in parts.netloc:
        raise ValueError("网址里不能写帐号和密码")
