"""A supervisor edits the scripts: checked, compared, tried on a past call, published, rolled back; calls keep what they began with."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistant.clock import SystemClock
from assistant.config import ScriptsSection
from assistant.documents import QueueRow, Queues
from assistant.drafts import shipped_source
from assistant.records import CallBegan, CallFinished, LegBegan, TextWasSaid
from assistant.script_desk import DraftError, ScriptDesk
from assistant.scripts import LiveShelf, Shelf, load_shelf
from assistant.store import ConflictError, Store
from assistant.store.documents import Document
from assistant.store.reading import Row, WholeCall
from assistant.why import pack_of
from prompts.advice import Advice, ShowCard
from prompts.facts import Answered, CallContext
from tests.support.late import FirstAnswerLate
from tests.support.web import Site, running_site, signed_in

NAME = "yixunwang400"
SHIPPED = shipped_source(NAME)
EDITED = SHIPPED.replace('version: "1.0"', 'version: "1.1"').replace(
    'say: "您好,{company},请问有什么可以帮助您的?"', 'say: "您好,{company}热线,请问有什么可以帮助您的?"'
)


OF_THE_DRAFT = """  lost_parcel:
    title: 包裹丢失
    sources: [S0-16]
    triggers: [{kind: by_hand}]
    steps: [{say: "请您稍等,我马上为您查询。"}]
"""


OWN = f"""pack: own
version: "1.0"
title: 自己的话术
extends: [{NAME}]
situations:
{OF_THE_DRAFT}"""


@pytest.fixture
async def site(tmp_path: Path, url: str) -> AsyncIterator[Site]:
    async with running_site(tmp_path, url=url, scripted=True) as running:
        yield running


async def test_what_is_there_and_in_force(site: Site) -> None:
    async with signed_in(site, "quality", "9002") as quality:
        packs = {one["name"]: one for one in (await quality.get("/api/packs")).json()}
        assert (packs[NAME]["published"], packs[NAME]["in_force"]) == (0, True)
        assert not packs["chint800"]["in_force"]
        shown = (await quality.get(f"/api/packs/{NAME}")).json()
        assert (shown["source"], shown["version"], shown["at"]) == (SHIPPED, 0, None)
        assert (await quality.get("/api/packs/nothing")).status_code == 404


async def test_a_draft_is_checked_compared_and_shown(site: Site) -> None:
    async with signed_in(site, "quality", "9002") as quality:
        base = f"/api/packs/{NAME}"
        good = (await quality.post(f"{base}/check", json={"source": EDITED})).json()
        assert good["ok"]
        bad = (await quality.post(f"{base}/check", json={"source": f"{EDITED}\ncolour: red\n"})).json()
        assert not bad["ok"]
        assert bad["mistakes"][0]["file"] == f"{NAME}.yaml"
        diff = (await quality.post(f"{base}/diff", json={"source": EDITED})).json()["diff"]
        assert '-version: "1.0"' in diff
        wanted = {"source": EDITED, "situation_id": "greeting"}
        preview = (await quality.post(f"{base}/preview", json=wanted)).json()
        assert preview["steps"][0]["phrase"] == "您好,医讯网热线,请问有什么可以帮助您的?"
        assert preview["never"] == ["喂,你好"]
        added = EDITED.replace("situations:\n", f"situations:\n{OF_THE_DRAFT}", 1)
        named = (await quality.post(f"{base}/situations", json={"source": added})).json()
        assert {"situation_id": "lost_parcel", "title": "包裹丢失"} in named
        wanted = {"source": added, "situation_id": "lost_parcel"}
        assert (await quality.post(f"{base}/preview", json=wanted)).json()["title"] == "包裹丢失"
        broken = {"source": f"{EDITED}\ncolour: red\n"}
        assert (await quality.post(f"{base}/situations", json=broken)).status_code == 422
        gone = {"source": EDITED, "situation_id": "nothing"}
        assert (await quality.post(f"{base}/preview", json=gone)).status_code == 404


async def test_a_draft_is_tried_on_a_past_call(site: Site) -> None:
    wall = SystemClock().wall()
    for record in (
        CallBegan("1.1", "inbound", "13800138000", None, "400", "trunk400"),
        LegBegan("1.1", 1, "8001", "line400", 3.0, 4.0),
        TextWasSaid("1.1", "caller", 1, "我要投诉", 0.9, 5.0),
        CallFinished("1.1", "hung_up", "caller", 3.0, 4.0, 20.0, 0.0, 0.0, 1.0, (), None, None),
    ):
        site.store.put(record, wall)
    await site.store.flush()
    async with signed_in(site, "supervisor", "9001") as boss:
        wanted = {"source": EDITED, "call_id": "1.1"}
        tried = (await boss.post(f"/api/packs/{NAME}/try", json=wanted)).json()
        assert tried["before"][0]["phrase"] == "您好,医讯网,请问有什么可以帮助您的?"
        assert tried["after"][0]["phrase"] == "您好,医讯网热线,请问有什么可以帮助您的?"
        lost = {"source": EDITED, "call_id": "gone"}
        assert (await boss.post(f"/api/packs/{NAME}/try", json=lost)).status_code == 404


async def test_it_is_published_rolled_back_and_audited(site: Site) -> None:
    base = f"/api/packs/{NAME}"
    async with signed_in(site, "supervisor", "9001") as boss, signed_in(site, "quality", "9002") as quality:
        draft = {"source": EDITED, "seen": 0, "comment": "新问候"}
        assert (await quality.post(f"{base}/publish", json=draft)).status_code == 403
        broken = {**draft, "source": "pack: x"}
        assert (await boss.post(f"{base}/publish", json=broken)).status_code == 422
        assert (await boss.post(f"{base}/publish", json=draft)).json() == {"published": 1}
        assert (await boss.post(f"{base}/publish", json=draft)).status_code == 409
        assert [shelf.default.version for shelf in site.shelves] == ["1.1"]
        back = await boss.post(f"{base}/roll_back", json={"to": 0, "seen": 1})
        assert back.json() == {"published": 2}
        assert [shelf.default.version for shelf in site.shelves] == ["1.1", "1.0"]
        told = (await boss.get(f"{base}/versions")).json()
        assert [(one["version"], one["by"], one["comment"]) for one in told] == [
            (2, "9001", "回到第 0 版"),
            (1, "9001", "新问候"),
        ]
        await site.store.flush()
        audit = await site.store.reading.audit()
        whats = [row["what"] for row in audit if str(row["what"]).startswith("pack_")]
        assert whats == ["pack_rolled_back", "pack_published"]


def phrases(advice: list[Advice]) -> list[str]:
    return [one.card.phrase for one in advice if isinstance(one, ShowCard)]


async def test_calls_in_progress_keep_their_pack_and_a_restart_the_published_one(tmp_path: Path) -> None:
    section = ScriptsSection()
    store = await Store.open(f"sqlite:///{tmp_path / 'book.db'}", SystemClock().wall())
    live = LiveShelf(load_shelf(section))
    answered = Answered("8001", 1.0, 1.0)
    before = live.engine(CallContext())
    wall = SystemClock().wall()
    await ScriptDesk(store, section, live.put_in_force).publish(NAME, EDITED, 0, "9001", wall, "")
    assert live.describe().endswith("1.1")
    after = live.engine(CallContext())
    assert [phrases(engine.on_fact(answered, 0.0)) for engine in (before, after)] == [
        ["您好,医讯网,请问有什么可以帮助您的?"],
        ["您好,医讯网热线,请问有什么可以帮助您的?"],
    ]
    fresh: list[Shelf] = []
    await ScriptDesk(store, section, fresh.append).open()
    await store.close()
    assert [shelf.default.version for shelf in fresh] == ["1.1"]


async def test_a_pack_the_settings_name_by_path_is_read_here_and_changed_in_its_file(tmp_path: Path) -> None:
    file = tmp_path / "own house.yaml"
    file.write_text(OWN, encoding="utf-8")
    section = ScriptsSection(default=str(file))
    store = await Store.open(f"sqlite:///{tmp_path / 'book.db'}", SystemClock().wall())
    try:
        desk = ScriptDesk(store, section, lambda _shelf: None)
        (own,) = [one for one in await desk.all() if one.file is not None]
        assert (own.file, own.in_force, own.published) == (str(file), True, 0)
        shown = await desk.source(own.name)
        assert "pack: own" in shown.body
        assert (await desk.check(own.name, "")).pack is not None
        assert (await desk.preview(own.name, shown.body, "greeting")).title == "接听首句"
        with pytest.raises(ConflictError, match="own house"):
            await desk.publish(own.name, shown.body, 0, "9001", SystemClock().wall(), "")
        file.write_text("pack: [", encoding="utf-8")
        assert (await desk.check(own.name, "")).pack is None
    finally:
        await store.close()


async def test_a_pack_of_the_house_has_what_is_published_for_the_one_it_extends(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(f'{OWN}phrases: {{wrong_number.1: "您好,请讲!"}}\n', encoding="utf-8")
    section = ScriptsSection(default=str(file))
    store = await Store.open(f"sqlite:///{tmp_path / 'book.db'}", SystemClock().wall())
    try:
        live, wall = LiveShelf(load_shelf(section)), SystemClock().wall()
        desk = ScriptDesk(store, section, live.put_in_force)
        await desk.publish(NAME, EDITED, 0, "9001", wall, "")
        greeted = live.engine(CallContext()).on_fact(Answered("8001", 1.0, 1.0), 0.0)
        assert phrases(greeted) == ["您好,医讯网热线,请问有什么可以帮助您的?"]
        (own,) = [one.name for one in await desk.all() if one.file is not None]
        assert (await desk.preview(own, "", "greeting")).steps[0].phrase.startswith("您好,医讯网热线")
        assert {one for one in live.packs()[0].files if not one.exists()} == set()
        without = re.sub(r"(?ms)^  wrong_number:\n.*?(?=^  \w)", "", EDITED)
        with pytest.raises(DraftError, match=r"own\.yaml.*wrong_number\.1"):
            await desk.publish(NAME, without, 1, "9001", wall, "")
        assert (await desk.source(NAME)).version == 1
    finally:
        await store.close()


async def test_two_packs_that_no_longer_fit_do_not_keep_each_other_from_being_repaired(
    tmp_path: Path,
) -> None:
    """As after an upgrade: both were published, and now neither can be read. Rolled back, they are published, too."""
    other = "chint800"
    section = ScriptsSection(by_queue={"care": other})
    store, wall = (
        await Store.open(f"sqlite:///{tmp_path}/book.db", SystemClock().wall()),
        SystemClock().wall(),
    )
    try:
        for name in (NAME, other):
            body = f"{shipped_source(name)}\ncolour: red\n"
            await store.documents.add(Document("pack", name, 0, body, "9001", wall, ""), 0)
        shelves: list[Shelf] = []
        desk = ScriptDesk(store, section, shelves.append)
        assert await desk.publish(NAME, EDITED, 1, "9001", wall, "") == 2
        assert shelves == []  # the other one is still wrong: what is in force stays
        assert await desk.publish(other, shipped_source(other), 1, "9001", wall, "") == 2
        assert [(shelf.default.version, shelf.by_queue["care"].name) for shelf in shelves] == [("1.1", other)]
    finally:
        await store.close()


async def test_a_pack_that_would_break_another_is_refused_though_a_third_is_broken(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(f'{OWN}phrases: {{wrong_number.1: "您好,请讲!"}}\n', encoding="utf-8")
    section = ScriptsSection(default=str(file), by_queue={"care": "chint800"})
    store, wall = (
        await Store.open(f"sqlite:///{tmp_path}/book.db", SystemClock().wall()),
        SystemClock().wall(),
    )
    try:
        await store.documents.add(Document("pack", "chint800", 0, "pack: [", "9001", wall, ""), 0)
        desk = ScriptDesk(store, section, lambda _shelf: None)
        without = re.sub(r"(?ms)^  wrong_number:\n.*?(?=^  \w)", "", EDITED)
        with pytest.raises(DraftError, match=r"own\.yaml.*wrong_number\.1") as refused:
            await desk.publish(NAME, without, 0, "9001", wall, "")
        assert "chint800" not in str(refused.value)
        assert await desk.publish(NAME, EDITED, 0, "9001", wall, "") == 1
    finally:
        await store.close()


async def test_what_was_read_before_a_version_was_published_does_not_come_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are watched, too: what was read for one of them arrives late here, and the new version waits for it."""
    store, section = await Store.open(f"sqlite:///{tmp_path}/book.db", SystemClock().wall()), ScriptsSection()
    shelves: list[Shelf] = []
    desk = ScriptDesk(store, section, shelves.append)
    newest = FirstAnswerLate(store.documents.newest)
    monkeypatch.setattr(store.documents, "newest", newest)
    wall = SystemClock().wall()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(desk.read_again())
        await newest.read.wait()
        await store.documents.add(Document("pack", NAME, 0, EDITED, "9001", wall, ""), 0)
        tasks.create_task(desk.read_again())
        for _ in range(5):  # whoever does not wait for the first reading has long asked by then
            await store.documents.all_newest("pack")
        newest.arrives.set()
    assert newest.at_once == 1
    assert [shelf.default.version for shelf in shelves] == ["1.0", "1.1"]
    await store.close()


async def test_why_explains_by_the_pack_and_the_version_the_call_went_by(tmp_path: Path, url: str) -> None:
    """A queue's pack as ruled on the board then, in the version published then: neither is in the settings."""
    store, section = await Store.open(url, SystemClock().wall()), ScriptsSection()
    desk, began = ScriptDesk(store, section, lambda _shelf: None), SystemClock().wall()

    async def ruled(pack: str, at: datetime, seen: int) -> None:
        body = Queues(queues=(QueueRow(queue="care", pack=pack),)).model_dump_json()
        await store.documents.add(Document("queues", "default", 0, body, "9001", at, ""), seen)
        source = shipped_source("chint800").replace('version: "1.0"', f'version: "2.{seen}"')
        await desk.publish("chint800", source, seen, "9001", at, "")

    await ruled("chint800", began - timedelta(days=1), 0)
    await ruled(NAME, began + timedelta(days=1), 1)
    try:
        found = []
        shown: Row = {"pack": "chint800"}
        for queue, cards in (("care", list[Row]()), (None, []), (None, [shown])):
            call: Row = {"began_at": began, "dialled": "400", "queue": queue}
            whole = WholeCall(call, [], [], cards, [], [], [], [], [], [])
            found.append(await pack_of(desk, whole))
        assert [f"{pack.name} {pack.version}" for pack in found] == [
            "chint800 2.0",
            f"{NAME} 1.0",
            "chint800 2.0",
        ]
    finally:
        await store.close()
