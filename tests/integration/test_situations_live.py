"""The most telling situations on the real Asterisk, with real audio through the real recognizer, to the agent's page.

All calls are played once, side by side, in four minutes; each rule that they prove is then a test of its own (`situations.yaml`).
One rule alone: `pytest tests/integration/test_situations_live.py -rP -k S0-13`.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.outcome import Outcome
from tests.integration.playing import CLOCKS, play_all
from tests.integration.site import USERS, Site
from tests.integration.story import Call, load
from tests.integration.waits import Book, Clocks
from tests.lab.ami import AmiLog
from tests.lab.asterisk import Lab
from tests.lab.overlay import SUPERVISOR, desk_number
from tests.support.program import Program

STORIES = load()


@dataclass(frozen=True)
class Evening:
    """All that came of the calls. `waited`: seconds by the server's and the PBX's clocks, by proof."""

    outcome: Outcome
    waited: dict[str, tuple[float | None, tuple[float, float]]]
    log: str


@pytest.fixture(scope="module")
def evening(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Evening:
    calls = _asked_about(request.session.items)
    for call in calls:  # speech is made before, not while others speak
        for beat in call.beats:
            for voice in (beat.caller, beat.agent, beat.colleague, beat.to_colleague):
                assert voice is None or voice.sound.samples
    return asyncio.run(_play(calls, tmp_path_factory.mktemp("evening")))


def _asked_about(items: list[pytest.Item]) -> tuple[Call, ...]:
    """Only the calls that a chosen test is about are played (`-k S0-13`)."""
    asked = [
        item.callspec.params.values()
        for item in items
        if isinstance(item, pytest.Function)
        and item.module.__name__ == __name__
        and hasattr(item, "callspec")
    ]
    about = {value for values in asked for value in values}
    calls = STORIES.calls
    return (
        tuple(call for place, call in enumerate(calls) if place in about or about & set(call.proofs)) or calls
    )


def _pack(name: str) -> str:
    beside = Path(__file__).with_name(name)
    return str(beside) if beside.exists() else name


async def _play(calls: tuple[Call, ...], folder: Path) -> Evening:
    packs = "".join(f"'{desk_number(desk)}' = '{_pack(pack)}'\n" for desk, pack in STORIES.packs.items())
    by_number = f"[scripts.by_number]\n{packs}"
    async with Lab() as lab, AmiLog(lab.ports.ami, lab.secret) as ami:
        program = Program(folder, lab.ports.ami, lab.secret, user="with-rtcp", more=by_number)
        await program.add_users(USERS)
        async with program, program.page(SUPERVISOR) as boss:
            outcome = await play_all(Site(lab, program), calls, boss)
        clocks = Clocks(
            Book.read(folder / "hotline.db"), [fields for _, fields in ami.messages if "Timestamp" in fields]
        )
        waited = {seen.proof: (clocks.waited(seen), seen.window.seconds) for seen in outcome.seen}
        return Evening(outcome, waited, program.log.read_text())


def _name(proof: str, place: int) -> str:
    return f"{proof.split(maxsplit=1)[0]}-{place}"


PROOFS = [proof for call in STORIES.calls for proof in call.proofs]


@pytest.mark.parametrize("proof", PROOFS, ids=[_name(proof, place) for place, proof in enumerate(PROOFS, 1)])
def test_situation(evening: Evening, proof: str) -> None:
    call = next(call for call in STORIES.calls if proof in call.proofs)
    broken_off = [] if call.title in evening.outcome.played else evening.outcome.missed.get(call.title, [])
    missed = evening.outcome.missed.get(proof, broken_off)
    assert missed == [], "\n".join([proof, *missed])
    waited = evening.waited.get(proof)
    if waited is not None:
        seconds, (least, most) = waited
        assert seconds is not None, f"{proof}: the records do not tell"
        print(f"{proof}: {seconds:.2f} s")
        assert least <= seconds <= most, proof


@pytest.mark.parametrize("place", range(len(STORIES.calls)))
def test_nothing_else_came_up(evening: Evening, place: int) -> None:
    title = STORIES.calls[place].title
    missed = evening.outcome.missed.get(title, [])
    for told in evening.outcome.seats[title]:
        print("\n".join([title, *told.lines]))
    assert missed == [], "\n".join([title, *missed])


@pytest.mark.parametrize("place", range(len(STORIES.calls)))
def test_no_card_was_only_a_glimpse(evening: Evening, place: int) -> None:
    call = STORIES.calls[place]
    glimpses = [stay for told in evening.outcome.seats[call.title] for stay in told.glimpses]
    # A clock that nobody asked about strikes when it strikes, also a moment before what the story is about.
    assert [str(stay) for stay in glimpses if stay.situation not in CLOCKS - call.expected] == []


def test_the_program_had_no_trouble(evening: Evening) -> None:
    print(f"played twice, as recognition was late: {evening.outcome.again}")
    assert "Traceback" not in evening.log
