from assistant.drafts import check_draft, heading, load_draft, pack_names, shipped_source
from assistant.hindsight import Fired, PastCall, PastLine, what_fires
from prompts.facts import CallContext
from prompts.pack import load_pack

PACK = load_pack("yixunwang400")
CONTEXT = CallContext(agent_no="8001", dialled="4001234567", queue="line400")
GREETING = "您好,医讯网,请问有什么可以帮助您的?"


def a_call(*lines: PastLine, ring_s: float = 3.0, ended_at_s: float = 30.0) -> PastCall:
    return PastCall(CONTEXT, "8001", ring_s, 4.0, ended_at_s, lines)


def ids(fired: list[Fired]) -> list[str]:
    return [one.situation_id for one in fired]


def test_a_past_call_is_gone_through_again() -> None:
    call = a_call(
        PastLine("agent", GREETING, 0.9, 3.0), PastLine("caller", "你们态度太差了,我要投诉", 0.9, 9.0)
    )
    fired = what_fires(PACK, call)
    assert ids(fired)[0] == "greeting"
    assert any("complaint" in situation_id for situation_id in ids(fired))
    assert [one.at_s for one in fired] == sorted(one.at_s for one in fired)


def test_silence_fires_as_time_passes() -> None:
    assert "silent_call" in ids(what_fires(PACK, a_call(PastLine("agent", GREETING, 0.9, 3.0))))


def test_a_call_nobody_answered_fires_what_ringing_fires() -> None:
    call = PastCall(CONTEXT, None, 20.0, 20.0, 0.0, ())
    assert ids(what_fires(PACK, call)) == ["ringing_on"]


def test_the_draft_decides_what_would_have_fired() -> None:
    source = shipped_source("yixunwang400").replace("很抱歉", "非常抱歉")
    changed = load_draft("yixunwang400", source, {})
    call = a_call(
        PastLine("agent", GREETING, 0.9, 3.0), PastLine("caller", "你们态度太差了,我要投诉", 0.9, 9.0)
    )
    before, after = what_fires(PACK, call), what_fires(changed, call)
    assert ids(before) == ids(after)


def test_every_shipped_pack_is_a_good_draft_of_itself() -> None:
    for name in pack_names():
        checked = check_draft(name, shipped_source(name), {})
        assert checked.pack is not None, checked.mistakes
        assert checked.pack.name == name


def test_mistakes_name_the_draft_and_its_line() -> None:
    source = 'pack: yixunwang400\nversion: "2"\ntitle: 甲\ncolour: red\nsituations: {a: {title: 甲}}\n'
    checked = check_draft("yixunwang400", source, {})
    assert checked.pack is None
    assert ("yixunwang400.yaml", 4) in {(one.file, one.line) for one in checked.mistakes}
    assert not any("/tmp" in str(one) for one in checked.mistakes)


def test_a_draft_reads_no_other_file_of_the_machine() -> None:
    for extends in ("/etc/passwd.yaml", "../../secret.yaml", "[shared/conduct.yaml, ../x]"):
        checked = check_draft("chint800", f"pack: chint800\nextends: {extends}\n", {})
        assert [(one.line, one.where) for one in checked.mistakes] == [(2, "extends")]


def test_the_heading_is_what_the_pack_says() -> None:
    for name in pack_names():
        pack = load_pack(name)
        assert heading(shipped_source(name)) == (pack.title, pack.version)


def test_a_draft_may_not_take_another_name() -> None:
    source = shipped_source("chint800").replace("pack: chint800", "pack: other", 1)
    checked = check_draft("chint800", source, {})
    assert [(one.where, one.line) for one in checked.mistakes] == [("pack", 1)]
