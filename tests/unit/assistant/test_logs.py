"""Nobody's number in the log, every call's id in it."""

import io
import logging
from pathlib import Path

import pytest

from assistant.logs import Masking, mask, set_up


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("caller 13800138000 hung up", "caller 13*******00 hung up"),
        ("身份证 11010519491231002X。", "身份证 11**************2X。"),
        ("卡号 6222 0200 1234 5678 901", "卡号 62*******************01"),
        ("他说幺三八零零幺三八零零零", "他说幺三*******零零"),
        ("call 1795302526.17: tap 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", None),
        ("page on 127.0.0.1:8400 at 2026-10-01 12:00:00,123", None),
        ("took 12345 ms", None),
    ],
)
def test_mask(line: str, masked: str | None) -> None:
    assert mask(line) == (line if masked is None else masked)


def test_arguments_and_tracebacks_are_masked_too() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Masking("%(message)s"))
    logger = logging.getLogger("test.masking")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        int("13800138000x")
    except ValueError:
        logger.exception("from %s", "13900139000")
    logger.removeHandler(handler)
    written = stream.getvalue()
    assert "13*******0" in written
    assert "from 13*******00" in written
    assert "138001" not in written


def test_set_up_writes_masked_lines_to_the_file(tmp_path: Path) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    file = tmp_path / "hotline.log"
    try:
        set_up("info", file)
        logging.getLogger("hotline").info("caller %s", "13800138000")
        for handler in root.handlers:
            handler.close()
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    assert file.read_text(encoding="utf-8").endswith("INFO    hotline: caller 13*******00\n")
