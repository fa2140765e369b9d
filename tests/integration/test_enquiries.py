"""An enquiry is handed to its owner with one click on the real PBX: taken, and refused and taken back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.integration.site import USERS, Site, side_by_side
from tests.integration.story import Voice
from tests.integration.test_duty_program import signed_in
from tests.lab.asterisk import Lab
from tests.lab.overlay import SUPERVISOR, desk_agents
from tests.lab.speech import saying
from tests.support.program import Program
from tests.support.until import PATIENCE_S

OPENING = saying("agent_script_h069", pause_s=0.3)
ASKING = saying("caller_price_course_h028", pause_s=3.0)
INTRODUCING = Voice(say="您好,我是八一零一,我这边有一位先生,有关于产品销售问题,我现在将电话转接给您")
TAKES, BUSY, NEW = desk_agents(5)[1], desk_agents(6)[1], desk_agents(7)[1]
"""Their phones are in no queue that rings here."""
NEW_NAME = "李雪莲"
OWNERS = "".join(
    f"[[transfer.owners]]\nnumber = '{number}'\nname = '{name}'\ntopic = '产品销售咨询'\nsituations = ['buy', 'course']\n"
    for number, name in ((TAKES, "杨雪峰"), (BUSY, "刘垚"))
)


@pytest_asyncio.fixture
async def site_with_owners(lab: Lab, tmp_path: Path) -> AsyncIterator[Site]:
    program = Program(tmp_path, lab.ports.ami, lab.secret, more=OWNERS)
    await program.add_users(USERS)
    async with program:
        yield Site(lab, program)


async def taken(site: Site) -> None:
    """The caller asks a price: the owner is shown free, asked, told who comes, and has the caller when the agent leaves.

    The words for the owner are shown from the click on, and stay until they were said.
    """
    async with (
        site.lab.phone(TAKES, first_stamp=1_000) as phone,
        site.program.page(TAKES) as owner,
        site.conversation(1, agent=OPENING, caller=ASKING) as talk,
    ):
        card = await talk.page.wait("card", lambda m: "transfer" in m["card"]["buttons"])
        assert {"S0-03", "S0-04"} & set(card["card"]["sources"])
        shown = [m["owners"] for m in talk.page.messages if m["type"] in ("snapshot", "owners")][-1]
        assert ("杨雪峰", "idle") in [(owner["name"], owner["phone"]) for owner in shown]
        await talk.page.send("transfer", call_id=talk.call_id, to=TAKES)
        announced = await owner.wait("supervisor_says")
        assert "产品销售咨询" in announced["text"]
        told = await talk.page.card("S2-43")
        answering = await phone.rings()
        await owner.wait("call", lambda m: m["call"]["call_id"] == talk.call_id)
        answering.answer()
        talk.agent.rtp.play(INTRODUCING.sound)
        gone = await talk.page.wait("card_gone", lambda m: m["card_id"] == told["card_id"])
        assert gone["why"] == "said"
        await talk.page.send("complete_transfer", call_id=talk.call_id)
        await asyncio.wait_for(talk.agent.ended.wait(), PATIENCE_S)
        view = await owner.wait("call", lambda m: m["call"]["agent"] == TAKES)
        assert view["call"]["state"] == "talking"
        assert not talk.caller.ended.is_set()
        await talk.caller.hang_up()
        await asyncio.wait_for(answering.ended.wait(), PATIENCE_S)


async def refused(site: Site) -> None:
    """The owner does not want the call: the caller is back with the agent, who has the apology to say."""
    async with (
        site.lab.phone(BUSY) as phone,
        site.conversation(2, agent=OPENING) as talk,
    ):
        await talk.page.send("transfer", call_id=talk.call_id, to=BUSY)
        (await phone.rings()).refuse()
        await talk.page.card("S1-19")
        assert talk.page.messages[-1]["type"] != "call_gone"
        assert not talk.caller.ended.is_set()
        assert not talk.agent.ended.is_set()
        await talk.caller.hang_up()
        await talk.is_over()


async def given_to_somebody_else_on_the_page(site: Site) -> None:
    """The owners table is changed while the caller talks: the enquiry goes to whom it names now."""
    table = {"name": NEW_NAME, "topic": "产品销售咨询", "number": NEW, "situations": ["buy"]}
    async with (
        site.lab.phone(NEW, first_stamp=1_000) as phone,
        site.program.page(NEW) as owner,
        site.conversation(3, agent=OPENING) as talk,
    ):
        since = talk.page.mark
        async with signed_in(site.program, SUPERVISOR) as http:
            saved = await http.put(
                "/api/documents/owners/default", json={"seen": 0, "body": {"owners": [table]}}
            )
            assert saved.status_code == 200, saved.text
        changed = await talk.page.wait("owners", since=since)
        assert [(one["name"], one["number"]) for one in changed["owners"]] == [(NEW_NAME, NEW)]
        await talk.page.send("transfer", call_id=talk.call_id, to=NEW)
        assert "产品销售咨询" in (await owner.wait("supervisor_says"))["text"]
        answering = await phone.answers(0.3)
        await talk.page.send("complete_transfer", call_id=talk.call_id)
        await asyncio.wait_for(talk.agent.ended.wait(), PATIENCE_S)
        await owner.wait("call", lambda m: (m["call"]["agent"], m["call"]["state"]) == (NEW, "talking"))
        await talk.caller.hang_up()
        await asyncio.wait_for(answering.ended.wait(), PATIENCE_S)


async def test_enquiries_go_to_their_owner(site_with_owners: Site) -> None:
    await side_by_side(site_with_owners, taken, refused)
    await given_to_somebody_else_on_the_page(site_with_owners)
