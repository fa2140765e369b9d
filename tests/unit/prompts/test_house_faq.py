"""A house fills in what the documents only ask for: its own questions and answers (S4-14, S4-15), as the guide shows it."""

import re
from pathlib import Path

from prompts import load_pack
from prompts.advice import ShowCard
from prompts.pack import SHIPPED
from tests.unit.prompts.line import CALLER, TALKING, Line, said


def test_the_guides_example_brings_the_houses_answer(tmp_path: Path) -> None:
    guide = (SHIPPED / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    own = tmp_path / "acme.yaml"
    own.write_text(next(one for one in examples if "faq_invoice" in one), encoding="utf-8")
    line = Line(load_pack(own)).play([*TALKING, (5.0, said(CALLER, 2, "你们能开发票吗"))], 6.0)
    cards = [one.card for at, one in line.advised if isinstance(one, ShowCard) and at == 5.0]
    assert [(card.situation_id, card.sources, card.phrase, card.hint) for card in cards] == [
        (
            "faq_invoice",
            ("S4-15",),
            "发票随货寄出,电子发票在付款后一个工作日内发到您的邮箱。",
            "政策:付款后三十天内可以换开",
        )
    ]
