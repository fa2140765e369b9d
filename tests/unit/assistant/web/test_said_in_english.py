"""A page that is read in English reads the server's words in English: each sentence the server says to a page is in the page's list, each
sentence of the list is one the server says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from prompts.checks import TOO_GENERAL
from prompts.pack import load_pack
from prompts.trigger_words import in_words

ROOT = Path(__file__).resolve().parents[4]
SAID = ROOT / "assistant" / "web" / "ui" / "src" / "words" / "said.ts"
PAIR = re.compile(r"^  \['([^']+)', '([^']+)'\],$", re.MULTILINE)
PAIRS = PAIR.findall(SAID.read_text(encoding="utf-8"))
VALUE = re.compile(r"\{=?\}")
CHINESE = re.compile("[\u4e00-\u9fff]")
QUOTED = re.compile("「[^」]*」|“[^”]*”")

NOT_ON_A_PAGE = {
    "assistant/__main__.py",
    "assistant/commands.py",
    "assistant/config.py",
    "assistant/crm_address.py",
    "assistant/demo.py",
    "assistant/doctor.py",
    "assistant/doctor_outside.py",
    "assistant/duty/telling.py",
    "assistant/duty_commands.py",
    "assistant/logs.py",
    "assistant/notify/rules.py",
    "assistant/notify/summary.py",
    "assistant/pack_commands.py",
    "assistant/reminders.py",
    "assistant/running.py",
    "assistant/sections.py",
    "assistant/store/alone.py",
    "assistant/store/engines.py",
    "assistant/store/schema.py",
    "assistant/store/store.py",
    "assistant/web/pages.py",
    "assistant/web/server.py",
    "assistant/why.py",
    "asr/models.py",
    "prompts/difference.py",
}
"""What these say goes to a terminal, a log, a phone or the dialplan."""
NO_SENTENCES = {
    "assistant/documents.py",
    "assistant/moment.py",
    "assistant/store/masking.py",
    "assistant/store/region.py",
    "assistant/store/sheet.py",
    "assistant/web/api/columns.py",
    "assistant/web/api/report_file.py",
    "prompts/caller_name.py",
    "prompts/colleagues.py",
    "prompts/forbidden.py",
    "prompts/given_names.py",
    "prompts/lexicon.py",
    "prompts/matching.py",
    "prompts/situations.py",
    "prompts/spoken.py",
    "prompts/text.py",
    "prompts/values.py",
}
"""Words of calls, names of places and people, headings of files in both languages."""
AS_IT_IS = {
    "自动台",
    "一位客户",
    ",咨询“{}”",
    "来电者已转{}",
    "坐席挂机",
    "转接完成",
    "(第 {} 次提醒)",
    "坐席 {}:",
    "{} 草稿",
    "%m月%d日 %H:%M",
    "{} 经 {} 拨打 {}",
    "{}{} 起没有人值班",
    "请来电人留言",
    "{}现在没有人值班,来电只能留言",
    " {} 秒后坐席话机振铃",
    ",线路正常",
    ":请检查线路或联系运营商",
    "{} 秒内没有进来",
    "从另一线路拨打 400 号码,{}:请检查线路或联系运营商",
    "(共 {} 处)",
    "{}声音清楚({} dBFS{})但听不懂,识别把握 {}",
    "(音近「{}」)",
    "{}说「{}{}」{}",
    " {} 次",
    "双方{}同时说话 {} 秒",
    *TOO_GENERAL,
}
"""A queue's name, notes kept with a call, notices, and pieces that stand in a sentence of their own below."""


def in_english(said: str) -> str:
    return told(said) or said


def told(said: str) -> str | None:
    """As the page finds it (heard.ts)."""
    if not CHINESE.search(QUOTED.sub("", said)):
        return said
    found = every(said, ";") or sentence(said)
    if found is None and (bracketed := re.fullmatch(r"(.+)\((.+)\)", said)) and (what := told(bracketed[1])):
        found = f"{what} ({in_english(bracketed[2])})"
    if (
        found is None
        and (placed := re.fullmatch(r"([^\u4e00-\u9fff]+: )(.+)", said))
        and (what := told(placed[2]))
    ):
        found = placed[1] + what
    return found or every(said, ",") or every(said, "、")


def _pattern(zh: str) -> tuple[re.Pattern[str], list[bool]]:
    """And which values stay as they were said."""
    parts, kinds = VALUE.split(zh), VALUE.findall(zh)
    verbatim = [kind == "{=}" or part.endswith(("「", "“")) for kind, part in zip(kinds, parts, strict=False)]
    return re.compile("(.*?)".join(map(re.escape, parts))), verbatim


KNOWN = [(*_pattern(zh), english.split("{}")) for zh, english in PAIRS]


def sentence(said: str) -> str | None:
    for pattern, verbatim, english in KNOWN:
        match = pattern.fullmatch(said)
        if match is not None:
            values = [one if verbatim[n] else in_english(one) for n, one in enumerate(match.groups())]
            return "".join(text + value for text, value in zip(english, [*values, ""], strict=True))
    return None


def every(said: str, between: str) -> str | None:
    outside = QUOTED.sub(lambda quoted: "·" * len(quoted[0]), said)
    cuts = [n for n, letter in enumerate(outside) if letter == between]
    if not cuts:
        return None
    parts = [said[start + 1 : end] for start, end in zip([-1, *cuts], [*cuts, len(said)], strict=True)]
    english = [told(part) for part in parts]
    shown = "; " if between == ";" else ", "
    return None if None in english else shown.join(part or "" for part in english)


def sentences(file: Path) -> Iterator[str]:
    """The Chinese texts of a module, what is filled in as {}; not its docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    skipped = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    } | {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            text = node.value
        if CHINESE.search(text):
            yield text


def said_on_pages() -> Iterator[tuple[str, str]]:
    for folder in ("assistant", "assistant/*", "assistant/web/api", "prompts", "asr", "ami_bridge"):
        for file in sorted(ROOT.glob(f"{folder}/*.py")):
            name = file.relative_to(ROOT).as_posix()
            if name not in NOT_ON_A_PAGE | NO_SENTENCES and not name.startswith("assistant/rehearse/"):
                yield from ((name, text) for text in sentences(file))


def test_each_sentence_of_the_list_is_one_the_server_says_with_as_many_values() -> None:
    files = [
        *(ROOT / "assistant").rglob("*.py"),
        *(ROOT / "prompts").rglob("*.py"),
        *(ROOT / "asr").glob("*.py"),
    ]
    sources = "\n".join(file.read_text(encoding="utf-8") for file in files)
    assert len(PAIRS) > 400
    pieces = {
        zh: [piece for part in VALUE.split(zh) for piece in re.split("[,;:。(){}· ]", part)]
        for zh, _ in PAIRS
    }
    unknown = [zh for zh, parts in pieces.items() if not all(part in sources for part in parts)]
    uneven = [zh for zh, english in PAIRS if len(VALUE.findall(zh)) != english.count("{}")]
    assert (unknown, uneven) == ([], [])


def test_each_sentence_for_a_page_has_its_english() -> None:
    left = [
        f"{file}: {text}"
        for file, text in said_on_pages()
        if text not in AS_IT_IS
        and CHINESE.search(QUOTED.sub("", in_english(text.strip(",").replace("{}", "7"))))
    ]
    assert left == [], "to words/said.ts with them, or to the lists above"


@pytest.mark.parametrize(
    ("said", "english"),
    [
        (
            "客户说「骗子」(音近「片子」);同时说了「防骗」",
            "caller said “骗子” (sounds like “片子”); also said “防骗”",
        ),
        ("坐席声音太小,持续 4 秒(-48.0 dBFS)", "agent too quiet for 4 s (-48.0 dBFS)"),
        (
            "坐席声音清楚(-20 dBFS,信噪比 18 dB)但听不懂,识别把握 0.41",
            "agent is clear (-20 dBFS, SNR 18 dB) but not understood, confidence 0.41",
        ),
        (
            "双方高声同时说话 2 秒;本次通话提示已满 8 条",
            "both talk at once and loud for 2 s; this call has had its 8 cards",
        ),
        ("坐席说「您好、请讲…」 2 次;保持 25 秒", "agent said “您好、请讲…” 2 times; on hold for 25 s"),
        ("客户说「保持」", "caller said “保持”"),
        (
            "线路 4008:现在没有人值班,来电只能留言",
            "Line 4008: Nobody is on duty: callers can only leave a message",
        ),
        ("5月1日 09:00 起没有人值班", "Nobody is on duty from 5-1 09:00 on"),
        (
            "从另一线路拨打 400 号码,30 秒内没有进来:请检查线路或联系运营商",
            "A call from another line to the 400 number did not come in within 30 s: look at the line or call the provider",
        ),
        (
            "测拨已进入队列(坐席都忙),听不到声音的方向:客户到坐席、坐席到客户:请检查线路或联系运营商。",
            "Test call: it reached the queue (all agents busy), no sound from caller to agent, from agent to caller: look at the line or call the provider.",
        ),
        (
            "话术文件有错,原来的话术继续使用:a.yaml:3 title: 不能为空(共 2 处)",
            "A script file has mistakes, the scripts before stay in use: a.yaml:3 title: must not be empty (2 in all)",
        ),
        ("口头承诺·保持:承诺 4 小时内答复", "Promise by word of mouth, 保持: an answer within 4 h"),
        ("每周值班,李娜替王芳(8001换班)", "weekly shift, 李娜 for 王芳 (swapped by 8001)"),
        ("星期一非上班时间", "Monday, after hours"),
        ("坐席求助:请回电", "The agent asks for help: 请回电"),
        (
            "刘敏正在通话,请稍后再转,或转给别人。",
            "刘敏 is on a call: try again later, or transfer to somebody else.",
        ),
        (
            "测拨 3.2 秒后坐席话机振铃,双向声音正常,线路正常。",
            "Test call: an agent phone rang after 3.2 s, sound is well both ways, the line is well.",
        ),
        ("周五放假不上班", "周五放假不上班"),
    ],
)
def test_what_is_put_together_is_taken_apart(said: str, english: str) -> None:
    assert in_english(said) == english


def test_what_each_shipped_situation_waits_for_is_told_in_english() -> None:
    packs = [load_pack(file.stem) for file in sorted((ROOT / "prompts" / "packs").glob("*.yaml"))]
    waits = {
        in_words(one, pack) for pack in packs for each in pack.situations.values() for one in each.triggers
    }
    assert len(waits) > 50
    assert [text for text in sorted(waits) if CHINESE.search(QUOTED.sub("", in_english(text)))] == []
