"""Settings: one frozen object from `hotline.toml` and the environment, read once, every mistake reported together.

A variable `HOTLINE_<SECTION>_<KEY>` overrides `[section] key`; with `_FILE` behind it, its value is read from that file, which
is how secrets stay out of the environment. Nothing else in the program reads the environment or the file.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from assistant.sections import (
    AsrSection,
    CrmSection,
    DutySection,
    LineSection,
    LogSection,
    NotifyRule,
    NotifySection,
    OidcSection,
    OwnerSection,
    PbxSection,
    PhonesSection,
    RecordsSection,
    ScriptsSection,
    Section,
    Settings,
    TransferSection,
    WebSection,
)
from prompts.form_faults import sentence

__all__ = [
    "AsrSection",
    "ConfigError",
    "CrmSection",
    "DutySection",
    "LineSection",
    "LogSection",
    "Mistake",
    "NotifyRule",
    "NotifySection",
    "OidcSection",
    "OwnerSection",
    "PbxSection",
    "PhonesSection",
    "RecordsSection",
    "ScriptsSection",
    "Section",
    "Settings",
    "TransferSection",
    "WebSection",
    "load",
]


@dataclass(frozen=True, slots=True)
class Mistake:
    where: str
    """`hotline.toml:12` or the name of an environment variable."""
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class ConfigError(Exception):
    """All mistakes of one reading."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


Path_ = tuple[str, ...]
Tree = dict[str, dict[str, object]]


def load(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """Raises `ConfigError` with every mistake of the file and of the environment."""
    mistakes: list[Mistake] = []
    text = _read(file, mistakes)
    tree = _parse(file, text, mistakes)
    places = _lines_of_keys(file, text)
    _overlay(tree, environment, places, mistakes)
    settings: Settings | None = None
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        mistakes += [_mistake(error_["loc"], error_, places, file) for error_ in error.errors()]
    if settings is not None:
        mistakes += _cross_checks(settings, places, file)
    if settings is None or mistakes:
        raise ConfigError(mistakes)
    return settings


def _read(file: Path | None, mistakes: list[Mistake]) -> str:
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        mistakes.append(Mistake(str(file), f"读不了配置文件:{error.strerror}"))
    except UnicodeDecodeError as error:
        mistakes.append(Mistake(str(file), f"不是 UTF-8 文本(第 {error.start} 字节)"))
    return ""


def _parse(file: Path | None, text: str, mistakes: list[Mistake]) -> Tree:
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{file}:{line[1]}" if line else str(file)
        mistakes.append(Mistake(where, f"TOML 语法错误:{error}"))
        return {}
    tree: Tree = {}
    for name, section in parsed.items():
        if isinstance(section, dict):
            tree[name] = section
        else:
            line_of = _lines_of_keys(file, text).get((name,), str(file))
            mistakes.append(Mistake(line_of, f"{name} 应写在某个 [小节] 里"))
    return tree


_TABLE = re.compile(r"^\s*\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_DOTTED = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")


def _lines_of_keys(file: Path | None, text: str) -> dict[Path_, str]:
    """Where each key stands; `tomllib` does not tell."""
    places: dict[Path_, str] = {}
    table: Path_ = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.match(line):
            table = _dotted(header[1])
            places.setdefault(table, f"{file}:{number}")
        elif key := _KEY.match(line):
            places.setdefault((*table, *_dotted(key[1])), f"{file}:{number}")
    return places


def _dotted(text: str) -> Path_:
    return tuple(next(part for part in found if part) for found in _DOTTED.findall(text) if any(found))


def _overlay(
    tree: Tree, environment: Mapping[str, str], places: dict[Path_, str], mistakes: list[Mistake]
) -> None:
    for name, value in sorted(environment.items()):
        path = _path_of(name)
        if path is None:
            continue
        section, key = path
        from_file = key.endswith("_file") and key not in _keys(section)
        key = key.removesuffix("_file") if from_file else key
        if key not in _keys(section):
            mistakes.append(Mistake(name, f"[{section}] 没有 {key} 这一项"))
            continue
        content = _content_of(name, value, mistakes) if from_file else value
        if content is not None:
            tree.setdefault(section, {})[key] = _from_text(section, key, content)
            places[(section, key)] = name


def _content_of(name: str, file: str, mistakes: list[Mistake]) -> str | None:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(Mistake(name, f"读不了文件 {file}:{error}"))
        return None


def _path_of(name: str) -> tuple[str, str] | None:
    section, _, key = name.removeprefix("HOTLINE_").lower().partition("_")
    known = name.startswith("HOTLINE_") and section in Settings.model_fields and key
    return (section, key) if known else None


def _keys(section: str) -> frozenset[str]:
    kind = Settings.model_fields[section].annotation
    assert isinstance(kind, type)
    assert issubclass(kind, Section)
    return frozenset(kind.model_fields)


_LISTS = (
    ("pbx", "trunks"),
    ("line", "registrations"),
    ("web", "origins"),
    ("web", "trusted_proxies"),
    ("duty", "agi_peers"),
    ("notify", "supervisors"),
    ("notify", "duty"),
    ("notify", "administrators"),
)


def _from_text(section: str, key: str, value: str) -> object:
    """A list comes as comma-separated text; pydantic reads numbers from text by itself."""
    if (section, key) in _LISTS:
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


_IN_TOML = {
    "extra_forbidden": "没有这一项(写错了名字?)",
    "string_type": "应当是文字(加引号)",
    "tuple_type": '应当是列表,如 ["a", "b"]',
}


def _mistake(
    loc: tuple[int | str, ...], error: Mapping[str, object], places: dict[Path_, str], file: Path | None
) -> Mistake:
    path = tuple(str(part) for part in loc)
    context = error.get("ctx")
    what = sentence(str(error["type"]), context if isinstance(context, dict) else None, _IN_TOML)
    return Mistake(_place(path, places, file), f"{'.'.join(path)}:{what}")


def _place(path: Path_, places: dict[Path_, str], file: Path | None) -> str:
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return str(file) if file is not None else "环境变量"


Fault = tuple[str, str, str]
"""Section, key, sentence."""


def _cross_checks(settings: Settings, places: dict[Path_, str], file: Path | None) -> list[Mistake]:
    """What no single value shows."""
    found = [*_web_faults(settings), *_pbx_faults(settings), *_crm_faults(settings), *_oidc_faults(settings)]
    return [
        Mistake(_place((section, key), places, file), f"{section}.{key}:{what}")
        for section, key, what in found
    ]


def _web_faults(settings: Settings) -> Iterator[Fault]:
    web = settings.web
    if (web.tls_cert is None) != (web.tls_key is None):
        yield "web", "tls_cert" if web.tls_cert else "tls_key", "tls_cert 和 tls_key 要一起写"
    for origin in web.origins:
        if not re.fullmatch(r"https?://[^/\s]+", origin):
            yield "web", "origins", f"{origin} 不是网址的开头,应如 https://desk.example.cn(不带路径)"


def _pbx_faults(settings: Settings) -> Iterator[Fault]:
    pbx, web, line, duty = settings.pbx, settings.web, settings.line, settings.duty
    if any("\r" in text or "\n" in text for text in (pbx.user, pbx.secret)):
        yield "pbx", "secret", "帐号和密码里不能有换行"
    if (line.test_number is None) != (line.test_caller is None):
        given = "test_number" if line.test_number else "test_caller"
        yield "line", given, "test_number 和 test_caller 要一起写"
    if duty.trunk in pbx.trunks:
        yield "duty", "trunk", f"{duty.trunk} 是 400 来电中继(pbx.trunks):转值班手机不能占用 400 线路"
    if pbx.tap_port and pbx.tap_port == web.port and pbx.tap_host == web.host:
        yield "pbx", "tap_port", "与 web.port 相同"


def _crm_faults(settings: Settings) -> Iterator[Fault]:
    crm = settings.crm
    if crm.opens and crm.url is None:
        yield "crm", "opens", "要先写 crm.url,才有网页可打开"
    if crm.webhook_secret and crm.webhook is None:
        yield "crm", "webhook_secret", "要先写 crm.webhook,才有东西可签名"


def _oidc_faults(settings: Settings) -> Iterator[Fault]:
    oidc = settings.oidc
    if oidc.issuer is None:
        if oidc != OidcSection():
            yield "oidc", "issuer", "要先写 issuer(身份提供方的网址),其余各项才有用"
        return
    if not oidc.client_id:
        yield "oidc", "client_id", "要写身份提供方给本程序的 client_id"
    if oidc.own_address is None:
        yield "oidc", "own_address", "要写浏览器打开坐席页的网址,如 https://desk.example.cn"
    if (oidc.role_claim is None) != (not oidc.roles):
        yield "oidc", "roles" if oidc.roles else "role_claim", "role_claim 和 [oidc.roles] 要一起写"
