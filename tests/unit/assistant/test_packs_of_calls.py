"""Calls with different packs: each offers and takes what its own has."""

from dataclasses import replace

import msgspec

from ami_bridge.events import CallEvent
from assistant.config import ScriptsSection
from assistant.core import Core, CoreSettings
from assistant.effects import ToAgent
from assistant.messages import CallUpSituation, Refused, SituationView
from assistant.scripts import load_shelf
from tests.support.core_bench import A1, AGENT, ANSWERED, CALL, RINGING, STARTED

SHELF = load_shelf(ScriptsSection(by_number={"800": "chint800"}, by_queue={"care": "service_center"}))
NOT_IN_IT = Refused(reply_to="call_up", reason="这通电话的话术里没有这个情境。")


def talking(dialled: str) -> Core:
    core = Core(SHELF, CoreSettings(), lambda: "e")
    events: list[CallEvent] = [replace(STARTED, dialled=dialled), RINGING, ANSWERED]
    for at, event in enumerate(events):
        core.on_call(event, float(at))
    return core


def offered(core: Core) -> dict[str, SituationView]:
    """What the page offers in the call; the same situation comes once."""
    seen = core.snapshot(AGENT, 3.0)
    (call,) = seen.calls
    rows = [one for one in seen.situations if not one.packs or call.pack in one.packs]
    found = {one.situation_id: one for one in rows}
    assert len(found) == len(rows)
    return found


def test_a_call_offers_the_rows_of_its_own_pack() -> None:
    usual, chint = (offered(talking(dialled)) for dialled in ("400", "800"))
    assert (usual["ask_repeat"].sources, chint["ask_repeat"].sources) == (["S0-26"], ["S3-11"])
    for pack, found in zip(SHELF.packs(), (usual, chint), strict=False):
        told = {name: list(one.sources) for name, one in pack.situations.items()}
        assert {name: one.sources for name, one in found.items()} == told
    assert [one for one in chint if one not in usual]
    assert [one for one in usual if one not in chint]


def test_what_another_pack_has_is_refused_and_the_engine_is_not_asked() -> None:
    usual, chint = (talking(dialled) for dialled in ("400", "800"))
    lacking = sorted(offered(usual).keys() - offered(chint).keys())
    answers = [
        chint.on_browser(AGENT, CallUpSituation(call_id=CALL, situation_id=one), 4.0) for one in lacking
    ]
    assert answers == [[ToAgent(A1, NOT_IN_IT)]] * len(lacking)
    taken = usual.on_browser(AGENT, CallUpSituation(call_id=CALL, situation_id=lacking[0]), 4.0)
    assert ToAgent(A1, NOT_IN_IT) not in taken


def test_what_packs_tell_alike_is_sent_once() -> None:
    rows = SHELF.situations()
    alone = sum(len(pack.situations) for pack in SHELF.packs())
    assert len(rows) < 0.75 * alone
    assert len(msgspec.json.encode(rows)) < 32_000
    assert SHELF.names() == ["yixunwang400", "chint800", "service_center"]
