"""The caller tells a name: 我姓欧阳, 免贵姓李, 我叫张建华, 我是王先生; just 姓李, and 李, 李先生 or 李小明 to an agent who asked for it. And
the agent calls the caller by it: 李先生.

Only surnames that exist are believed: recognizers write names as they please. Knows nothing of calls.
"""

import re

from prompts import pinyin
from prompts.advice import CallerNamed
from prompts.given_names import follows
from prompts.text import normalise

SURNAMES_OF_TWO = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "司徒",
        "夏侯",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "东方",
        "独孤",
        "南宫",
        "长孙",
        "宇文",
        "端木",
        "轩辕",
        "钟离",
        "闻人",
        "申屠",
        "澹台",
        "公冶",
        "太史",
        "赫连",
        "淳于",
        "单于",
        "呼延",
        "万俟",
        "百里",
        "东郭",
        "西门",
        "拓跋",
        "纳兰",
    ]
)
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
    "范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文施温樊葛洪倪颜"
    "古柴柯欧祝关聂裴苗池齐翟涂岳鲍华殷申章柳季骆焦管伍左梅柏鲁游俞安詹庞安辛包路盛柴阮景车游解靳牛甘丛晏宁滕穆简"
    "费冉娄瞿卓蓝翁屈席习全佟褚纪项耿井尚舒凌霍虞楼巫班米明"
)
_TITLE = "(?P<title>先生|女士|小姐)?"
_NAME = "(?P<name>[\u4e00-\u9fff]{1,2})"
_SURNAME_TOLD = re.compile(f"(?:免贵姓|我姓|本人姓|我是姓|敝姓){_NAME}{_TITLE}")
_COLLEAGUES = re.compile("[帮替给跟和同与为找]我姓|我姓[\u4e00-\u9fff]{1,2}的")
"""帮我姓张的同事报名 tells nobody's own name."""
_SOMEBODY_ELSES = "(?!的|家|他|她|那|介绍|推荐|让|叫我|要我|派|托)"
"""我是王先生的太太, 我是万先生介绍来的: of the caller's own name they say nothing."""
_FORMS = (
    _SURNAME_TOLD,
    re.compile(f"(?:我叫(?!车)|我的名字叫|我名字叫|我的名字是|我名字是){_NAME}"),
    re.compile(f"我是{_NAME}(?P<title>先生|女士|小姐){_SOMEBODY_ELSES}"),
)
_NOTHING_ELSE = re.compile(f"(?P<told>我?姓|免贵|我?是)?{_NAME}{_TITLE}")
_WHOLE_NAME = re.compile(f"(?:我?是|我?叫(?!车))?(?P<name>[\u4e00-\u9fff]{{3,4}}?){_TITLE}")
_ASKING = re.compile("贵姓|怎么称呼|如何称呼|称呼您|您姓什么|您的?名字|您叫什么|您的?姓名|您是哪位")
_HARDLY_A_WORD = 3
"""嗯 or 好的 between question and answer: the question stands."""


def asks_for_name(text: str, *, asked_before: bool) -> bool:
    """Whether the agent's words leave the caller to tell a name."""
    plain = normalise(text).text
    return _ASKING.search(plain) is not None or (asked_before and len(plain) <= _HARDLY_A_WORD)


def named_in(text: str, *, asked: bool = False) -> CallerNamed | None:
    """The surname, and the title where it was said; None when no name was told. `asked`: the agent has just asked for it."""
    plain = normalise(text).text
    named = _nothing_else(plain, asked=asked) or (_whole_name(plain) if asked else None)
    if named is not None:
        return named
    told = (_told(form, plain) for form in _FORMS)
    return next((named for named in told if named is not None), None)


def surname_told_in(text: str) -> CallerNamed | None:
    """Only where the caller says so in so many words, 我姓李: enough to put a name right that was heard before."""
    plain = normalise(text).text
    named = _told(_SURNAME_TOLD, plain)
    return None if named is None or _COLLEAGUES.search(plain) is not None else named


def _told(form: re.Pattern[str], plain: str) -> CallerNamed | None:
    found = form.search(plain)
    surname = None if found is None else _surname(found["name"])
    return None if found is None or surname is None else CallerNamed(surname, _title(plain, found))


def _nothing_else(plain: str, *, asked: bool) -> CallerNamed | None:
    """姓李 says it by itself; 李 and 李先生 are an answer, or somebody else."""
    found = _NOTHING_ELSE.fullmatch(plain)
    if found is None or not (asked or (found["told"] or "").endswith("姓")):
        return None
    known = found["name"] in SURNAMES_OF_TWO or found["name"] in SURNAMES
    return CallerNamed(found["name"], found["title"]) if known else None


def _whole_name(plain: str) -> CallerNamed | None:
    """李小明 and 欧阳娜娜, who say nothing but their name."""
    found = _WHOLE_NAME.fullmatch(plain)
    if found is None:
        return None
    name = found["name"]
    surname = _surname(name[:2])
    told = surname is not None and follows(surname, name[len(surname) :])
    return CallerNamed(surname, found["title"]) if told else None


_ADDRESS = re.compile("先生|女士|小姐|太太|老师|医生|大夫|经理|主任|老板|师傅|同志|总|阿姨|大哥|大姐")


def addresses(text: str, surname: str) -> bool:
    """Whether somebody of this surname is called by it. By sound: recognizers write surnames as they please."""
    plain = normalise(text).text
    wanted = pinyin.encode(surname)
    before = (
        plain[max(0, found.start() - len(surname)) : found.start()] for found in _ADDRESS.finditer(plain)
    )
    return any(pinyin.encode(name) == wanted for name in before)


def _surname(name: str) -> str | None:
    if name in SURNAMES_OF_TWO:
        return name
    return name[0] if name[0] in SURNAMES else None


def _title(plain: str, found: re.Match[str]) -> str | None:
    """先生 may stand behind a surname of one character that the pattern took for two."""
    told = found.groupdict().get("title")
    if told is not None:
        return told
    behind = re.match("[\u4e00-\u9fff]?(先生|女士|小姐)", plain[found.start("name") + 1 :])
    return None if behind is None else behind[1]
