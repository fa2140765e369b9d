import pytest

from prompts.advice import CallerNamed
from prompts.caller_name import named_in


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
        ("我是说先生不在", None),
        ("您贵姓", None),
        ("", None),
    ],
)
def test_a_name_is_believed_only_if_it_is_one(text: str, named: CallerNamed | None) -> None:
    assert named_in(text) == named
