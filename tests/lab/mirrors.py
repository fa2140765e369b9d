"""Where this machine gets its Debian packages, read from apt's own source lists. Pure; no mirror is known here."""

import re
from collections.abc import Iterator
from pathlib import Path

_ONE_LINE = re.compile(r"^\s*deb\s+(?:\[[^\]]*\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<components>.+)$")


def debian_mirrors(apt_directory: Path = Path("/etc/apt")) -> list[str]:
    """Addresses that offer a whole Debian (component `main`, no security or third-party suite), first named first."""
    found: list[str] = []
    for uri, suite, components in _sources(apt_directory):
        is_debian = "main" in components and "security" not in uri and "security" not in suite
        if is_debian and not suite.endswith("/") and uri.rstrip("/") not in found:
            found.append(uri.rstrip("/"))
    return sorted(found, key=lambda uri: not uri.endswith("/debian"))


def _sources(apt_directory: Path) -> Iterator[tuple[str, str, list[str]]]:
    parts = apt_directory / "sources.list.d"
    for path in [apt_directory / "sources.list", *sorted(parts.glob("*.list"))]:
        if path.is_file():
            for line in path.read_text().splitlines():
                if match := _ONE_LINE.match(line.split("#")[0]):
                    yield match["uri"], match["suite"], match["components"].split()
    for path in sorted(parts.glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            yield from _deb822(stanza)


def _deb822(stanza: str) -> Iterator[tuple[str, str, list[str]]]:
    fields: dict[str, list[str]] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0].isspace():
            fields.setdefault(name, []).extend(line.split())
        else:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.split()
    if "deb" not in fields.get("types", []) or fields.get("enabled") == ["no"]:
        return
    for uri in fields.get("uris", []):
        for suite in fields.get("suites", []):
            yield uri, suite, fields.get("components", [])
