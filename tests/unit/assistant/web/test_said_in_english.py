"""The English of what the server says follows the server's own words: a sentence that is changed there is missed here."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
SAID = ROOT / "assistant" / "web" / "ui" / "src" / "words" / "said.ts"
PAIR = re.compile(r"^  \['([^']+)', '([^']+)'\],$", re.MULTILINE)


def test_each_sentence_is_one_the_server_says_with_as_many_values() -> None:
    sources = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "assistant").rglob("*.py"))
    pairs = PAIR.findall(SAID.read_text(encoding="utf-8"))
    assert len(pairs) > 50
    unknown = [zh for zh, _ in pairs if not all(part in sources for part in zh.split("{}"))]
    uneven = [zh for zh, english in pairs if zh.count("{}") != english.count("{}")]
    assert (unknown, uneven) == ([], [])
