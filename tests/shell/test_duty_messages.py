"""What callers said after hours, heard over real HTTP: by whom it concerns, written down, and never another file."""

from pathlib import Path

import pytest

from assistant.duty.messages_left import MessagesLeft
from tests.support.books import answered, began, finished, write
from tests.support.web import Site, running_site, signed_in

SAID = b"RIFF" + bytes(60)
LEFT, HANDLED, SILENT = "1700000000.1", "1700000000.2", "pbx1-1700000000.3"


async def calls_of_a_night(site: Site) -> None:
    await write(
        site.store,
        (began(LEFT), 0),
        (finished(LEFT, reason="abandoned"), 20),
        (began(HANDLED), 30),
        (answered(HANDLED), 34),
        (finished(HANDLED), 60),
        (began(SILENT), 70),
        (finished(SILENT, reason="abandoned"), 90),
    )


def kept(folder: Path) -> Path:
    spool = folder / "spool"
    spool.mkdir()
    for call_id, content in ((LEFT, SAID), (HANDLED, SAID), (SILENT, SAID[:44])):
        (spool / f"{call_id}.wav").write_bytes(content)
    (folder / "1.2.wav").write_bytes(b"RIFF" + b"secret" * 20)
    (spool / "1.3.wav").symlink_to(folder / "1.2.wav")
    return spool


async def test_a_message_is_heard_by_whom_it_concerns_and_written_down(tmp_path: Path, url: str) -> None:
    async with running_site(tmp_path, url=url, messages_left=MessagesLeft(kept(tmp_path))) as site:
        await calls_of_a_night(site)
        async with signed_in(site, "quality", "9002") as board:
            heard = await board.get(f"/api/calls/{LEFT}/message")
            assert (heard.status_code, heard.headers["content-type"], heard.content) == (
                200,
                "audio/wav",
                SAID,
            )
            assert heard.headers["cache-control"] == "no-store"
            whole = (await board.get(f"/api/calls/{LEFT}")).json()
            assert (whole["message"], whole["message_elsewhere"]) == (True, None)
            silent = await board.get(f"/api/calls/{SILENT}/message")
            assert (silent.status_code, silent.json()["detail"]) == (404, "没有留言")
        async with signed_in(site, "agent", "8002") as agent:
            tasks = {
                task["call_id"]: task["message"] for task in (await agent.get("/api/tasks")).json()["tasks"]
            }
            assert tasks == {LEFT: True, SILENT: False}
            assert (await agent.get(f"/api/calls/{LEFT}/message")).content == SAID
            assert (await agent.get(f"/api/calls/{HANDLED}/message")).status_code == 404
        async with signed_in(site, "admin", "9003") as admin:
            audit = (await admin.get("/api/audit")).json()["lines"]
            heard_by = [(row["by"], row["about"]) for row in audit if row["what"] == "message_heard"]
            assert sorted(heard_by) == [("8002", LEFT), ("9002", LEFT)]
        async with site.client() as stranger:
            assert (await stranger.get(f"/api/calls/{LEFT}/message")).status_code == 401


@pytest.mark.parametrize(
    "call_id",
    [
        "../1.2",
        "..%2f1.2",
        "%2e%2e%2f1.2",
        "1.3",
        "1.2%00",
        "/etc/passwd",
        "1700000000.1.wav",
        "spool%2f1700000000.1",
    ],
)
async def test_no_other_file_is_ever_given_out(tmp_path: Path, call_id: str) -> None:
    async with (
        running_site(tmp_path, messages_left=MessagesLeft(kept(tmp_path))) as site,
        signed_in(site, "admin") as admin,
    ):
        answer = await admin.get(f"/api/calls/{call_id}/message")
        assert b"secret" not in answer.content
        assert not answer.headers["content-type"].startswith("audio")


async def test_where_the_pbx_keeps_them_it_is_said_where(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site, signed_in(site, "supervisor") as boss:
        await calls_of_a_night(site)
        where = f"/var/spool/asterisk/hotline/{LEFT}.wav"
        told = await boss.get(f"/api/calls/{LEFT}/message")
        assert (told.status_code, told.json()["detail"]) == (404, f"如有留言,在电话系统的 {where}")
        assert (await boss.get(f"/api/calls/{LEFT}")).json()["message_elsewhere"] == where
        assert (await boss.get(f"/api/calls/{HANDLED}")).json()["message_elsewhere"] is None
