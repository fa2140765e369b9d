import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.store.region import Origin, origin_of


@pytest.mark.parametrize(
    ("number", "origin"),
    [
        (None, Origin(None, None)),
        ("", Origin(None, None)),
        ("13800138000", Origin("北京市", "中国移动")),
        ("013800138000", Origin("北京市", "中国移动")),
        ("+86 138-0013-8000", Origin("北京市", "中国移动")),
        ("008613800138000", Origin("北京市", "中国移动")),
        ("02112345678", Origin("上海市", None)),
        ("4001234567", Origin("全国(400号码)", None)),
        ("95588", Origin("中国工商银行", None)),
        ("95013", Origin("全国(服务号码)", None)),
        ("8001", Origin(None, None)),
        ("anonymous", Origin(None, None)),
    ],
)
def test_where_a_number_is_from(number: str | None, origin: Origin) -> None:
    assert origin_of(number) == origin


@given(st.text(max_size=60))
def test_no_number_is_an_error(number: str) -> None:
    assert isinstance(origin_of(number), Origin)
