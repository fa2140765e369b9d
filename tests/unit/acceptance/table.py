"""docs/recognition.md: for each row how it is recognised, read off the packs and the scenarios that prove it.

`python -m tests.unit.acceptance.table` writes it; a test says when it is out of date.
"""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import cache

import yaml

from prompts.pack import Pack
from prompts.situations import Situation
from prompts.trigger_words import in_words
from tests.unit.acceptance.play import Case, cases, phrase_is_on, shelf, shown
from tests.unit.acceptance.proofs import PROOFS
from tests.unit.acceptance.rows import ROOT, Row, rows

PAGE = ROOT / "docs" / "recognition.md"
LIVE = ROOT / "tests" / "integration" / "situations.yaml"
PACKS = ("yixunwang400", "service_center", "chint800", "addon_telecom10000", "addon_handbook")


class How(StrEnum):
    AUTOMATIC = "automatic"
    ASSISTED = "assisted"
    MANUAL = "manual"


HEAD = """# How each rule is recognised

Made from the packs and from the scenarios in `tests/unit/acceptance`, which prove every line of the first table
(`python -m tests.unit.acceptance.table` writes this page; a test says when it is out of date).

- **automatic**: by what the PBX tells, what is said, how it sounds, or a clock; every phrase of the rule comes without a hand on the page.
- **assisted**: it begins by itself, and the agent's click carries it on or brings one of its phrases (the caller agreed; the dialect is understood).
- **manual**: only the agent can know; called up with the search key `/` or its button.
- **live**: proved on the real Asterisk too, with real audio through the real recognizer to the agent's page
  (`tests/integration/test_situations_live.py`, part of `make integration`).

What an agent says to a colleague while the caller waits is heard on the second line, and on the agent's own where our button asked the
colleague: it ticks off S2-43's phrase and is kept nowhere. That an agent was silent there is not concluded, as the first word may be
missed; that a call was handed on without a word to either side is marked.

That the agent did not hear (S0-26, S2-36) only the agent knows. A recognizer that is unsure of itself says little about it: with the
bundled model, an utterance below 0.5 of confidence would bring 3 needless cards in an hour of ordinary talk, below 0.6 nine. A house
may still have them: `triggers: [{kind: not_understood, confidence_below: 0.45}]` in its own `ask_repeat`.

S4-14 and S4-15 ask for product knowledge, policies and FAQs, and bring none: a house writes its own answers as situations with the words
that call for them (prompts/packs/README.md, 自己的常见问答). They then come by themselves, and the search key `/` finds them.

Recognised words depend on the model and on the line: the rules see text, and `make bench` measures how well that text comes. The sound judgements
and the dialect rule answer "unknown" rather than guess. A speakerphone is known by how syllables die away: in rooms that sound for 0.8 s and
more few of their ends can be seen, and some voices are missed (docs/measurements.md, sounding).
"""


def how(row: Row) -> How:
    proving = [case for case in cases() if row.row_id in case.rows]
    alone = [case for case in proving if not case.hands]
    if any("press" in case.hands and "call_up" not in case.hands for case in proving):
        return How.ASSISTED
    if not [case for case in proving if "call_up" not in case.hands]:
        return How.MANUAL
    return (
        How.AUTOMATIC if alone and all(_is_shown(row, p.text, alone) for p in row.phrases) else How.ASSISTED
    )


def _is_shown(row: Row, text: str, proving: list[Case]) -> bool:
    return any(phrase_is_on(card, row, text) for case in proving for card in shown(case).cards_of(row.row_id))


@cache
def live() -> frozenset[str]:
    """Rows that the calls on the real PBX prove: each of their proofs begins with its rows."""
    calls = yaml.safe_load(LIVE.read_text(encoding="utf-8"))["calls"]
    proofs = (beat["proves"] for call in calls for beat in call["beats"] if "proves" in beat)
    return frozenset(row for proof in proofs for row in proof.split(maxsplit=1)[0].split("+"))


def page() -> str:
    of_calls = [row for row in rows().values() if row.happens_on_a_call]
    others = [row for row in rows().values() if not row.happens_on_a_call and row.row_id not in PROOFS]
    counts = Counter(how(row) for row in of_calls)
    summary = " · ".join(f"{counts[kind]} {kind}" for kind in How)
    lines = [
        HEAD,
        f"{len(of_calls)} rules happen on a call: {summary}. {len(live())} are proved live too.\n",
        "| rule | class | situation | how | live | shown by | begins with |",
        "|---|---|---|---|---|---|---|",
        *(_line(row) for row in of_calls),
        "\n## Rules of the line, the calendar, the phones and the program\n",
        "No card on a call shows them; tests named here (below `tests/`) prove what the program does.\n",
        "| rule | class | situation | proved by |",
        "|---|---|---|---|",
        *(
            f"| {name} | T | {_cell(rows()[name].situation)} | {_tests(proofs)} |"
            for name, proofs in PROOFS.items()
        ),
        "\n## Rules that nothing on a call can show\n",
        "Process, administration, conduct and review; the truncated rule of the 800 document; the two that ask for a knowledge base.\n",
        "| rule | class | situation |",
        "|---|---|---|",
        *(f"| {row.row_id} | {row.kind} | {_cell(row.situation)} |" for row in others),
    ]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    holders: list[str] = []
    begins: list[str] = []
    for name in PACKS:
        pack = shelf(name).default
        for situation in pack.situations.values():
            if row.row_id in situation.sources and _is_proved_by(row, name):
                holders.append(f"{name}: {situation.title}")
                begins += _begins(pack, situation)
    unique = "; ".join(dict.fromkeys(begins))
    shown_by = "<br>".join(dict.fromkeys(holders))
    cells = (row.row_id, row.kind, _cell(row.situation), how(row), "live" if row.row_id in live() else "")
    return f"| {' | '.join((*cells, shown_by, _cell(unique)))} |"


def _tests(proofs: tuple[str, ...]) -> str:
    return "<br>".join(f"`{proof}`" for proof in proofs)


def _is_proved_by(row: Row, pack: str) -> bool:
    return any(row.row_id in case.rows for case in cases() if case.pack == pack)


def _begins(pack: Pack, situation: Situation) -> Iterator[str]:
    for trigger in situation.triggers:
        yield in_words(trigger, pack)


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("*", "＊")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
