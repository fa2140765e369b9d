"""Somebody in danger, and somebody who asks how to be treated or wants to learn first aid (S4-31): a health school hears both."""

import pytest

from prompts.advice import RaiseEscalation, ShowCard
from tests.unit.prompts.line import CALLER, TALKING, Line, pack, said

REPORTED = ["突发事件,立即处理"]


def told_of(text: str) -> tuple[list[str], int]:
    """Reasons that were reported, and emergency cards."""
    line = Line(pack()).play([*TALKING, (5.0, said(CALLER, 2, text))], 6.0)
    every = [advice for _, advice in line.advised]
    reasons = [one.reason for one in every if isinstance(one, RaiseEscalation)]
    return reasons, sum(isinstance(one, ShowCard) and one.card.situation_id == "emergency" for one in every)


@pytest.mark.parametrize(
    "text",
    [
        "有人受伤了",
        "他受伤了你们快来",
        "学员在你们培训班上受伤了",
        "孩子中毒了",
        "孩子中毒啦",
        "小孩误食了你们的药中毒了",
        "吃了你们的药食物中毒怎么办",
        "快叫急救",
        "你们快点派急救的人来",
        "有人受伤了流了好多血",
        "上急救课的时候有人触电了",
        "我爸晕倒了怎么办",
        "他喘不上气了",
        "你快帮我叫救护车我在学急救",
        "孩子被开水烫伤了",
        "这里着火了",
        "我不想活了",
        "要爆炸了快来人",
        "我在你们那做完罐疗以后一直流血",
        "我妈扎完针以后一直呼吸困难",
        "做了罐疗以后我就喘不上气",
        "我爸平时经常头晕刚才突然晕倒了",
        "他上个月做的今天突然晕倒了",
        "我在康复中心我爸晕倒了",
        "预防针打完孩子呼吸困难",
    ],
)
def test_danger_is_reported_once(text: str) -> None:
    assert told_of(text) == (REPORTED, 1)


@pytest.mark.parametrize(
    "text",
    [
        "请问你们有没有急救的课",
        "你们有没有急救培训",
        "我想学急救",
        "急救证怎么考",
        "马上要开的急救班还能报吗",
        "我想问一下中毒以后怎么调理",
        "重金属中毒能调理吗",
        "他受伤了以后腿一直疼想学刺熨疗法",
        "他去年受伤了现在走路还疼",
        "膝盖受伤了可以调理吗",
        "烫伤了留疤能去掉吗",
        "我经常头晕会晕倒",
        "爬楼梯就喘不上气想来看看",
        "老人误食怎么预防",
        "热得要死了你们那有空调吗",
        "你真是我的救命恩人",
        "我有时候会突然晕倒想调理",
        "他去年突然昏倒过现在想来看看",
        "做了支架以后爬楼就喘不上气",
        "膝盖想康复受伤了三年",
    ],
)
def test_who_asks_for_treatment_or_a_course_is_in_no_danger(text: str) -> None:
    assert told_of(text) == ([], 0)


def test_what_may_be_no_danger_waits_for_the_whole_sentence() -> None:
    """A partial result has not heard what comes next."""
    heard = [
        (5.0, said(CALLER, 2, "他受伤了", final=False)),
        (5.5, said(CALLER, 2, "他受伤了以后腿", final=False)),
        (6.5, said(CALLER, 2, "他受伤了以后腿一直疼")),
        (9.0, said(CALLER, 3, "快叫救护车", final=False)),
        (9.5, said(CALLER, 3, "快叫救护车我", final=False)),
    ]
    line = Line(pack()).play([*TALKING, *heard], 10.0)
    shown = [(at, one.card.situation_id) for at, one in line.advised if isinstance(one, ShowCard)]
    assert [at for at, name in shown if name == "emergency"] == [9.5]
