"""Where the documents differ (X1 to X15): each difference is a setting or data, and the proposal is what ships."""

from functools import cache
from pathlib import Path

import pytest

from assistant.config import ConfigError, load
from assistant.documents import PromiseRule, Promises
from assistant.scripts import Shelf
from prompts import load_pack
from prompts.advice import CardButton, HangUpCall, ShowCard
from prompts.facts import (
    AgentMove,
    AgentMoved,
    Answered,
    CallContext,
    CalledUp,
    CallerKnown,
    Fact,
    SituationId,
    Sound,
    SoundIs,
)
from prompts.pack import Pack
from prompts.situations import EscalateWhen, HangUp, Situation, ThenConsent
from tests.unit.prompts.line import AGENT, CALLER, HEARING, Line, said

YIXUN, CENTER, CHINT = "yixunwang400", "service_center", "chint800"
TELECOM, HANDBOOK = "addon_telecom10000", "addon_handbook"
TALKING: list[tuple[float, Fact]] = [
    (0.0, Answered("8001", 1, 1)),
    *HEARING,
    (1.0, said(CALLER, 1, "我想问一下")),
]


@cache
def pack(name: str) -> Pack:
    return load_pack(name)


def situation(name: str, situation_id: str) -> Situation:
    return pack(name).situations[situation_id]


def company(folder: Path, text: str) -> Pack:
    file = folder / "company.yaml"
    file.write_text(f'pack: company\nversion: "1"\ntitle: 某公司\n{text}', encoding="utf-8")
    return load_pack(file)


def waits(name: str, situation_id: str) -> list[float]:
    return [getattr(step.then, "seconds", 0.0) for step in situation(name, situation_id).steps]


def after(name: str, situation_id: str) -> list[float]:
    return [getattr(trigger, "after", 0.0) for trigger in situation(name, situation_id).triggers]


def shown(line: Line, situation_id: str) -> list[str]:
    return [
        one.card.phrase
        for _, one in line.advised
        if isinstance(one, ShowCard) and one.card.situation_id == situation_id
    ]


def test_x1_callbacks_are_tasks_and_the_duty_trunk_is_never_the_400_line(tmp_path: Path) -> None:
    promising = {"cannot_answer_now", "complaint_no_answer", "long_call"}
    assert all(CardButton.CALL_BACK in situation(YIXUN, name).buttons for name in promising)
    config = tmp_path / "hotline.toml"
    config.write_text('[pbx]\ntrunks = ["trunk400"]\n[duty]\ntrunk = "trunk400"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="400"):
        load(config, {})


APOLOGIES = ("对不起", "很抱歉", "非常抱歉", "不好意思")
COMPANIES = ("医讯网", "正泰", "中国电信", "客服中心", "客户服务中心")
PACKS = (YIXUN, CENTER, CHINT, TELECOM, HANDBOOK)


def whole_script(name: str, situation_id: str, variables: dict[str, str]) -> list[tuple[str, str]]:
    """Each phrase of a script called up by hand, with the document's text, as an agent who presses 下一步 sees them."""
    line = Line(pack(name), CallContext(agent_no="8001", variables=variables))
    line.play([(0.0, Answered("8001", 0, 0, age=99)), (0.0, CalledUp(SituationId(situation_id)))])
    seen: dict[int, tuple[str, str]] = {}
    for number, step in enumerate(situation(name, situation_id).steps):
        card = [
            one.card
            for _, one in line.advised
            if isinstance(one, ShowCard) and one.card.situation_id == situation_id
        ][-1]
        seen[card.step] = (card.phrase, card.verbatim or card.phrase)
        move = AgentMove.CONSENTED if isinstance(step.then, ThenConsent) else AgentMove.NEXT
        line.play([(1.0 + number, AgentMoved(card.card_id, move))])
    return list(seen.values())


@pytest.mark.parametrize("name", PACKS)
def test_x2_company_and_apology_are_words_of_the_house_in_every_phrase(name: str) -> None:
    own = {"company": "某某公司", "apology": "抱歉得很"}
    for situation_id in pack(name).situations:
        ours, theirs = whole_script(name, situation_id, {}), whole_script(name, situation_id, own)
        assert len(ours) == len(theirs) == len(situation(name, situation_id).steps)
        for (phrase, document), (set_phrase, set_document) in zip(ours, theirs, strict=True):
            assert not any(word in set_phrase for word in (*APOLOGIES, *COMPANIES)), set_phrase
            says_them = any(word in phrase for word in (*APOLOGIES, pack(name).document.variables["company"]))
            assert (phrase != set_phrase) is says_them
            assert document == set_document or "{" not in set_document


def test_x2_each_phrase_keeps_the_documents_own_word_until_a_house_sets_one(tmp_path: Path) -> None:
    call: list[tuple[float, Fact]] = [*TALKING, (2.0, CalledUp(SituationId("too_slow")))]
    for name, word in ((YIXUN, "对不起"), (CENTER, "很抱歉")):
        assert shown(Line(pack(name)).play(call), "too_slow") == [f"{word},让您久等了,我将尽快帮您处理。"]
    own = company(tmp_path, "extends: [service_center]\nvariables: {apology: 非常抱歉}\n")
    line = Line(own).play(call)
    card = [one.card for _, one in line.advised if isinstance(one, ShowCard)][-1]
    assert card.phrase == "非常抱歉,让您久等了,我将尽快帮您处理。"
    assert card.verbatim == "很抱歉,让您久等了,我将尽快帮您处理。"


def test_x3_silent_calls_are_one_script_with_waits_as_data() -> None:
    assert (
        waits(YIXUN, "silent_call")
        == waits(CENTER, "silent_call")
        == waits(CHINT, "silent_call")
        == [5, 5, 5]
    )
    thirds = {situation(name, "silent_call").steps[2].variants[0] for name in (YIXUN, CENTER, CHINT)}
    assert len(thirds) == 3


def test_x4_noise_ends_after_a_wait_or_after_consent_and_nothing_hangs_up_by_itself() -> None:
    assert situation(CENTER, "noisy").hangup is HangUp.AGENT_CONFIRMS
    assert waits(CENTER, "noisy") == waits(YIXUN, "noisy") == [5]
    assert situation(CHINT, "noisy").hangup is HangUp.AFTER_CONSENT
    assert {one.hangup for name in (YIXUN, CENTER, CHINT) for one in pack(name).situations.values()} == {
        HangUp.NONE,
        HangUp.AGENT_CONFIRMS,
        HangUp.AFTER_CONSENT,
    }


def test_x4_a_company_may_let_the_program_hang_up_after_the_wait(tmp_path: Path) -> None:
    own = company(tmp_path, "extends: [service_center]\nsituations: {noisy: {hangup: after_wait}}\n")
    line = Line(own).play([*TALKING, (2.0, CalledUp(SituationId("noisy")))])
    card = next(
        one.card for _, one in line.advised if isinstance(one, ShowCard) and one.card.situation_id == "noisy"
    )
    line.play([(3.0, AgentMoved(card.card_id, AgentMove.SAID))], 9)
    assert [at for at, one in line.advised if isinstance(one, HangUpCall)] == [8.0]


def test_x5_quiet_callers_have_two_steps_or_one() -> None:
    assert [len(situation(name, "too_quiet").steps) for name in (YIXUN, CENTER, CHINT)] == [2, 2, 1]


def test_x6_the_greeting_goes_by_number_and_queue() -> None:
    shelf = Shelf(pack(YIXUN), {"8008885678": pack(CHINT)}, {"service": pack(CENTER)})
    asked = [("4001234567", None), ("4001234567", "service"), ("8008885678", "service")]
    greetings = [shelf.choose(*one).situations["greeting"].steps[0].variants[0] for one in asked]
    assert greetings == [
        "您好,{company},请问有什么可以帮助您的?",
        "您好,这里是{company},请问有什么可以帮助您!",
        "您好![{agent_no}号]为您服务,请讲。",
    ]


def test_x7_harassment_escalates_as_in_s0_and_is_worded_as_in_s3() -> None:
    order = situation(YIXUN, "harassment").escalate
    assert order is not None
    assert order.when == (EscalateWhen.LAST_STEP,)
    assert CardButton.TRANSFER in situation(YIXUN, "harassment").buttons
    assert "上班时间不能聊天" in situation(CHINT, "harassment").steps[0].variants[0]
    assert after(TELECOM, "guide_back") == [300]


def test_x8_three_waits_each_by_itself_and_a_muted_phone_counts() -> None:
    assert [after(YIXUN, name) for name in ("hold_too_long", "no_response", "no_result_yet")] == [
        [25],
        [25, 30],
        [120],
    ]
    assert after(CHINT, "muted_untold") == [3]


def test_x8_the_waits_are_a_companys_to_set(tmp_path: Path) -> None:
    own = company(
        tmp_path,
        "extends: [yixunwang400]\nsituations: {hold_too_long: {triggers: [{kind: held_over, after: 40}]}}\n",
    )
    assert [getattr(one, "after", None) for one in own.situations["hold_too_long"].triggers] == [40]


def test_x9_three_measures_of_speed() -> None:
    assert after(YIXUN, "answer_now") == [3]
    assert after(YIXUN, "answer_delay_question") == [5]
    assert pack(YIXUN).settings.cadence.end_of(3) == 11


def test_x10_five_seconds_after_the_goodbye() -> None:
    assert [after(name, "still_there") for name in (YIXUN, CENTER, CHINT)] == [[5], [5], [5]]


def test_x11_titles_are_data_and_the_polite_pair_is_the_default(tmp_path: Path) -> None:
    assert [pack(name).document.titles.female for name in (YIXUN, CENTER, CHINT)] == ["小姐", "小姐", "女士"]
    bare = company(
        tmp_path,
        'situations: {thanks: {title: 谢, sources: [A-1], triggers: [{kind: by_hand}], steps: [{say: "{caller},谢谢"}]}}\n',
    )
    call = [*TALKING, (2.0, CalledUp(SituationId("thanks")))]
    assert shown(Line(bare).play(call), "thanks") == ["先生/女士,谢谢"]
    assert shown(Line(bare).play([(0.0, CallerKnown("李", "女士")), *call]), "thanks") == ["李女士,谢谢"]


def test_x12_muting_is_told_unless_a_supervisor_chooses_otherwise(tmp_path: Path) -> None:
    told = "我暂时需要将电话闭音,您将听不到我这边的声音,请您不要挂断电话。"
    untold = situation(CHINT, "mute_untold").steps[0].variants[0]
    assert situation(CHINT, "mute_told").steps[0].variants == (told,)
    muted: list[tuple[float, Fact]] = [
        *TALKING,
        (1.5, said(AGENT, 1, "您好八零零一号为您服务请讲")),
        (2.0, SoundIs(AGENT, Sound.DIGITAL_SILENCE, present=True)),
    ]

    def said_of(own: Pack, variables: dict[str, str]) -> list[str]:
        return shown(Line(own, CallContext(variables=variables)).play(muted, 6.0), "muted_untold")

    for name in PACKS:
        assert said_of(pack(name), {}) == [told]
        assert said_of(pack(name), {"mute_words": untold}) == [untold]  # [scripts.variables] of hotline.toml
    own = company(tmp_path, f"extends: [chint800]\nvariables: {{mute_words: '{untold}'}}\n")
    assert said_of(own, {}) == [untold]


def test_x13_the_hours_of_a_promise_are_a_table_shipped_empty_with_an_example() -> None:
    assert Promises().rules == ()
    assert PromiseRule(complaint="服务态度", customer="会员", hours=4) in Promises().example
    for hours, sentence in ((None, "尽快给您明确的答复"), ("24", "并在24小时内,给您明确的答复")):
        known = CallContext(variables={} if hours is None else {"promise_hours": hours})
        line = Line(pack(YIXUN), known).play([*TALKING, (2.0, CalledUp(SituationId("complaint_end")))])
        assert sentence in shown(line, "complaint_end")[0]


def test_x13_the_hours_go_by_what_the_caller_complains_of() -> None:
    hours = {"promise_hours": "48", "promise_hours:服务态度": "24"}

    def promised(complaint: str) -> str:
        words = [(2.0, said(CALLER, 2, complaint)), (9.0, CalledUp(SituationId("complaint_end")))]
        line = Line(pack(YIXUN), CallContext(variables=hours)).play([*TALKING, *words])
        return shown(line, "complaint_end")[0]

    assert "并在24小时内" in promised("刚才那个人态度太差了")
    assert "并在48小时内" in promised("你们把我的名字写错了")
    assert "并在48小时内" in promised("我要投诉你们给个说法")


def test_x14_the_misplaced_forbidden_phrase_stands_with_the_silent_call_only() -> None:
    assert situation(YIXUN, "other_department").never == ()
    assert any("说话呀" in (never.say or "") for never in situation(YIXUN, "silent_call").never)


def test_x15_words_match_in_both_scripts_and_both_texts_are_kept() -> None:
    line = Line(pack(HANDBOOK)).play([*TALKING, (2.0, said(CALLER, 2, "我要投訴你們"))])
    assert shown(line, "complaint")
    greeting = situation(HANDBOOK, "greeting").steps[0]
    assert greeting.document_text(0) == "您好,這里是客服中心,很高興為您服務。"
    heard = Line(pack(HANDBOOK)).play(
        [(0.0, Answered("8001", 1, 1)), *HEARING, (2.0, said(AGENT, 1, "您好這里是客服中心很高興為您服務"))]
    )
    assert ("remove", "greeting-1", "said") in [told[1:] for told in heard.told()]


@pytest.mark.parametrize("own", [YIXUN, CENTER, CHINT])
def test_an_add_on_under_a_pack_adds_what_it_lacks_and_changes_no_word_of_it(
    tmp_path: Path, own: str
) -> None:
    both = company(tmp_path, f"extends: [{HANDBOOK}, {TELECOM}, {own}]\n")
    assert {"keep_customer", "offers", "guide_back", "cannot_answer", "jargon"} <= both.situations.keys()
    said_by = {name: [step.variants for step in one.steps] for name, one in both.situations.items()}
    assert {name: said_by[name] for name in pack(own).situations} == {
        name: [step.variants for step in one.steps] for name, one in pack(own).situations.items()
    }
    line = Line(both).play([(0.0, Answered("8001", 1, 1))])
    assert [told[2] for told in line.told()] == ["greeting-1"]
