import pytest

from prompts.spoken import Prescribed

GREETING = Prescribed.of("您好,医讯网,请问有什么可以帮助您的?")


@pytest.mark.parametrize(
    "heard",
    [
        "您好医讯网请问有什么可以帮助您的",
        "嗯您好医讯网客服中心请问有什么需要帮助的吗",
        "请问有什么可以帮助您的您好医讯网",
        "您好一训网请问有什么可以帮助您的",
    ],
)
def test_order_fillers_and_garbled_syllables_are_forgiven(heard: str) -> None:
    assert GREETING.is_in(heard)


@pytest.mark.parametrize(
    "heard", ["", "喂你好", "您好", "对不起您的电话没有声音请您换一部电话再打来", "好的我帮您查一下您稍等"]
)
def test_something_else_is_not_it(heard: str) -> None:
    assert not GREETING.is_in(heard)


def test_a_phrase_of_marks_only_is_never_said() -> None:
    assert Prescribed.of("……").share_in("您好") == 0.0
