"""The machine's package mirrors are read from both formats of apt's sources."""

from pathlib import Path

from tests.lab.mirrors import debian_mirrors


def _apt(folder: Path, **files: str) -> Path:
    (folder / "sources.list.d").mkdir()
    for name, text in files.items():
        stem, _, kind = name.rpartition("_")
        place = folder / "sources.list" if stem == "main" else folder / "sources.list.d" / f"{stem}.{kind}"
        place.write_text(text)
    return folder


def test_one_line_format(tmp_path: Path) -> None:
    text = """
# deb http://old.example/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] https://mirror.example/debian/ bookworm main contrib  # ours
deb-src https://mirror.example/debian bookworm main
deb https://security.example/debian-security bookworm-security main
deb https://apt.vendor.example/ ./
deb https://apt.vendor.example/node nodistro nightly
"""
    assert debian_mirrors(_apt(tmp_path, main_list=text)) == ["https://mirror.example/debian"]


def test_deb822_format(tmp_path: Path) -> None:
    text = """Types: deb deb-src
# a comment
URIs: http://one.example/mirror/debian http://two.example/debian
Suites: trixie
 trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://one.example/debian-security
Suites: trixie-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: trixie
Components: main
"""
    found = debian_mirrors(_apt(tmp_path, debian_sources=text))
    assert found == ["http://one.example/mirror/debian", "http://two.example/debian"]


def test_mirrors_that_look_like_debian_come_first(tmp_path: Path) -> None:
    apt = _apt(
        tmp_path,
        a_list="deb http://a.example/third-party stable main\n",
        b_list="deb http://b.example/debian sid main\n",
    )
    assert debian_mirrors(apt) == ["http://b.example/debian", "http://a.example/third-party"]


def test_disabled_files_are_not_read(tmp_path: Path) -> None:
    apt = _apt(tmp_path)
    (apt / "sources.list.d" / "x.list.disabled").write_text("deb http://x.example/debian sid main\n")
    assert debian_mirrors(apt) == []
