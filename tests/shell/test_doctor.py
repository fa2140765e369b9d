"""The doctor against a simulated PBX, taken ports and sick files: each fault with the sentence that mends it."""

import socket
from datetime import UTC, datetime
from pathlib import Path

from assistant.clock import SystemClock, VirtualClock
from assistant.config import AsrSection, PbxSection, RecordsSection, ScriptsSection, WebSection
from assistant.demo import DemoOptions, simulator
from assistant.doctor import (
    check_clock,
    check_model,
    check_page,
    check_pbx,
    check_port,
    check_records,
    check_scripts,
)
from assistant.store import Store


async def test_a_pbx_that_is_well_and_a_wrong_secret() -> None:
    async with simulator(DemoOptions(every_s=0)) as pbx:
        right = PbxSection(port=pbx.ami_port, secret=pbx.secret)
        well = await check_pbx(right, SystemClock())
        assert [(one.part, one.grade) for one in well] == [("pbx", "ok"), ("audio", "ok")]
        (sick,) = await check_pbx(right.model_copy(update={"secret": "wrong"}), SystemClock())
    assert sick.is_fault
    assert sick.zh.startswith("AMI 帐号或密码不对")


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        finding = check_port("page", "127.0.0.1", port, "web.port")
    assert finding.grade == "warning"
    assert f"{port}" in finding.zh
    assert "[web] port" in finding.zh
    assert check_port("page", "127.0.0.1", 0, "web.port").grade == "ok"


def test_a_clock_that_cannot_be_right() -> None:
    finding = check_clock(VirtualClock(wall=datetime(2001, 1, 1, tzinfo=UTC)))
    assert finding.is_fault
    assert "2001-01-01" in finding.zh


def test_models_and_scripts() -> None:
    assert check_model(AsrSection()).grade == "warning"
    missing = check_model(AsrSection(model="vosk-model-small-cn-0.22", models_folder=Path("/nowhere")))
    assert missing.is_fault
    assert "hotline model install vosk-model-small-cn-0.22" in missing.zh
    assert check_scripts(ScriptsSection()).grade == "ok"
    assert check_scripts(ScriptsSection(default="nowhere")).is_fault


def test_a_page_open_to_others_without_tls(tmp_path: Path) -> None:
    open_page = [one.grade for one in check_page(WebSection(host="0.0.0.0")) if "TLS" in one.zh]
    assert open_page == ["warning"]
    missing = tmp_path / "cert.pem"
    unreadable = [one.zh for one in check_page(WebSection(tls_cert=missing)) if str(missing) in one.zh]
    assert unreadable == [f"读不了 {missing}。"]


async def test_the_records_before_and_after_the_first_start(tmp_path: Path) -> None:
    section = RecordsSection(url=f"sqlite:///{tmp_path / 'book.db'}")
    assert [(one.part, one.grade) for one in await check_records(section)] == [("records", "ok")]
    assert not (tmp_path / "book.db").exists()
    store = await Store.open(section.url, SystemClock().wall())
    await store.close()
    after = await check_records(section)
    assert [(one.part, one.grade) for one in after] == [("records", "ok"), ("accounts", "warning")]
    (tmp_path / "sick.db").write_bytes(b"this is no database" * 100)
    (sick,) = await check_records(RecordsSection(url=f"sqlite:///{tmp_path / 'sick.db'}"))
    assert sick.is_fault
    (foreign,) = await check_records(RecordsSection(url="mongodb://x/y"))
    assert foreign.is_fault
