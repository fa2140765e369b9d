import pytest

from prompts.advice import CallerNamed
from prompts.caller_name import asks_for_name, named_in
from prompts.facts import Answered, CalledUp, CallerKnown, Fact, SituationId
from tests.unit.prompts.line import AGENT, CALLER, HEARING, Facts, Line, pack, said


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("我姓欧阳", CallerNamed("欧阳", None)),
        ("免贵姓李", CallerNamed("李", None)),
        ("我叫张建华,电话是一三八", CallerNamed("张", None)),
        ("我 姓 陈 手 机 号", CallerNamed("陈", None)),
        ("我姓王先生", CallerNamed("王", "先生")),
        ("你好我是刘女士", CallerNamed("刘", "女士")),
        ("我姓啥你管不着", None),
        ("我叫你过来", None),
        ("我叫车来接你", None),
        ("我是王先生的太太", None),
        ("我是万先生介绍来的", None),
        ("我是李女士家里的", None),
        ("我是王先生请问几点上班", CallerNamed("王", "先生")),
        ("我是说先生不在", None),
        ("您贵姓", None),
        ("姓李", CallerNamed("李", None)),
        ("我姓欧阳女士", CallerNamed("欧阳", "女士")),
        ("姓名", None),
        ("姓什么", None),
        ("姓名我不方便说", None),
        ("姓张的那个人", None),
        ("李", None),
        ("找一下李先生", None),
        ("李先生", None),
        ("", None),
    ],
)
def test_a_name_is_believed_only_if_it_is_one(text: str, named: CallerNamed | None) -> None:
    assert named_in(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("李", CallerNamed("李", None)),
        ("嗯,李", CallerNamed("李", None)),
        ("李先生", CallerNamed("李", "先生")),
        ("免贵欧阳", CallerNamed("欧阳", None)),
        ("我是王女士", CallerNamed("王", "女士")),
        ("姓李", CallerNamed("李", None)),
        ("方便", None),
        ("高兴", None),
        ("周末", None),
        ("对", None),
        ("好的", None),
        ("不方便说", None),
        ("李先生在吗", None),
        ("李小明", CallerNamed("李", None)),
        ("嗯我叫王建国", CallerNamed("王", None)),
        ("我是陈晓东", CallerNamed("陈", None)),
        ("叫周慧敏", CallerNamed("周", None)),
        ("刘丽华女士", CallerNamed("刘", "女士")),
        ("欧阳娜娜", CallerNamed("欧阳", None)),
        ("司马光", CallerNamed("司马", None)),
    ],
)
def test_an_answer_to_the_agents_question_may_be_the_name_alone(text: str, named: CallerNamed | None) -> None:
    assert named_in(text, asked=True) == named


@pytest.mark.parametrize(
    "text",
    [
        *(
            "周三下午",
            "周末来",
            "周一上午",
            "明天早上",
            "何时到",
            "马上来",
            "白天吧",
            "方便的",
            "高兴的",
            "安静点",
            "金额对",
        ),
        *(
            "高血压",
            "高中生",
            "黄芪片",
            "石膏板",
            "金银花",
            "金刚石",
            "蓝宝石",
            "白玉的",
            "毛病多",
            "马桶坏",
            "文学家",
            "全家福",
        ),
        *(
            "成都的",
            "安徽的",
            "常州人",
            "温州市",
            "石家庄",
            "唐山的",
            "白云山",
            "张家港",
            "华南虎",
            "江西省",
            "东方明珠",
            "百里河",
        ),
        *(
            "是方便的",
            "我是高血压",
            "我是安徽的",
            "叫什么",
            "叫你们经理",
            "张小明他爸",
            "找李小明",
            "李小明在吗",
            "李小明是我爸爸",
        ),
    ],
)
def test_what_only_begins_like_a_name_is_none_even_as_an_answer(text: str) -> None:
    assert named_in(text, asked=True) is None


@pytest.mark.parametrize("text", ["李小明", "欧阳娜娜", "是陈晓东"])
def test_a_whole_name_by_itself_is_believed_only_as_an_answer(text: str) -> None:
    assert named_in(text) is None


@pytest.mark.parametrize(
    ("text", "before", "asks"),
    [
        ("请问您贵姓", False, True),
        ("请问我可以知道您的名字吗", False, True),
        ("怎么称呼您比较合适呢", False, True),
        ("好的", True, True),
        ("好的", False, False),
        ("好的您稍等我查一下", True, False),
    ],
)
def test_the_question_stands_until_the_agent_speaks_of_something_else(
    text: str, before: bool, asks: bool
) -> None:
    assert asks_for_name(text, asked_before=before) is asks


@pytest.mark.parametrize(("asked", "told"), [("请问您贵姓", [("named", "李", None)]), ("请问您要办什么", [])])
def test_on_a_call_a_surname_alone_is_believed_only_as_an_answer(asked: str, told: list[object]) -> None:
    facts: Facts = [
        (0.0, Answered("8001", 1, 1)),
        *HEARING,
        (2.0, said(AGENT, 1, asked)),
        (5.0, said(CALLER, 1, "李")),
    ]
    line = Line(pack()).play(facts)
    assert [one[1:] for one in line.told() if one[1] == "named"] == told


HEARD: tuple[float, Fact] = (5.0, said(CALLER, 1, "我姓王"))


@pytest.mark.parametrize(
    ("later", "names"),
    [
        ([said(CALLER, 2, "不是我姓黄")], ["王", "黄"]),
        ([said(CALLER, 2, "免贵姓黄女士")], ["王", "黄"]),
        ([said(CALLER, 2, "我姓王")], ["王"]),
        ([said(CALLER, 2, "我是李先生")], ["王"]),
        ([CallerKnown("黄", None), said(CALLER, 2, "我姓王")], ["王"]),
        ([CallerKnown("王", "女士"), said(CALLER, 2, "我姓黄")], ["王", "黄"]),
        ([CallerKnown(None, None), said(CALLER, 2, "我是黄女士")], ["王", "黄"]),
        ([CallerKnown("王", "先生", confirmed=True), said(CALLER, 2, "我姓黄")], ["王"]),
        ([said(CALLER, 2, "我想帮我姓张的同事也报个名")], ["王"]),
        ([said(CALLER, 2, "我姓张的那个同事来过")], ["王"]),
    ],
    ids=[
        "put right",
        "so too",
        "the same",
        "perhaps",
        "written by hand",
        "title written",
        "taken back",
        "left standing by hand",
        "a colleague's",
        "another's",
    ],
)
def test_a_name_heard_is_put_right_by_the_caller_and_by_the_form(later: list[Fact], names: list[str]) -> None:
    facts: Facts = [(0.0, Answered("8001", 1, 1)), HEARD]
    facts += [(6.0 + number, fact) for number, fact in enumerate(later)]
    line = Line(pack()).play(facts)
    assert [one[2] for one in line.told() if one[1] == "named"] == names


def test_a_surname_the_form_takes_back_is_used_no_more() -> None:
    facts: list[tuple[float, Fact]] = [
        HEARD,
        (6.0, CallerKnown(None, "先生")),
        (7.0, CalledUp(SituationId("unwilling"))),
    ]
    shown = Line(pack()).play([(0.0, Answered("8001", 1, 1)), *facts]).told()[-2]
    assert shown[4] == "先生,我们需要登记一下您的资料,以便更好地为您提供服务,请您配合一下。"
