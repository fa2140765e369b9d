"""The address of a caller in the company's customer system: filled in safely, refused when it cannot be."""

import pytest

from assistant.crm_address import Caller, CrmAddress, check_web_address

CALLER = Caller("+86 138/00&x", "1700.1", "8001", "line 400", "4001234567", "北京")


def test_every_value_is_encoded() -> None:
    address = CrmAddress.of(
        "https://crm.example:8443/c/{number}?id={call_id}&a={agent}&q={queue}&d={dialled}&r={region}"
    )
    assert address.of_caller(CALLER) == (
        "https://crm.example:8443/c/%2B86%20138%2F00%26x?id=1700.1&a=8001&q=line%20400"
        "&d=4001234567&r=%E5%8C%97%E4%BA%AC"
    )


@pytest.mark.parametrize("number", [None, "", "anonymous", ".."])
def test_without_a_number_there_is_nobody_to_look_up(number: str | None) -> None:
    caller = Caller(number, "1700.1", "8001", None, None, None)
    assert CrmAddress.of("https://crm.example/{number}/").of_caller(caller) is None
    assert CrmAddress.of("http://crm/?c={call_id}&q={queue}").of_caller(caller) == "http://crm/?c=1700.1&q="


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("javascript:alert({number})", "只能是 https"),
        ("ftp://crm.example/{number}", "只能是 https"),
        ("https:///{number}", "没有服务器名"),
        ("https://crm.example/{phone}", "没有 {phone} 这个变量"),
        ("https://crm.example/{number", "花括号不成对"),
        ("https://{number}.example/", "不能写在服务器名里"),
        ("https://crm.example:{call_id}/", "不是网址"),
        ("https://u:p@crm.example/{number}", "不能写帐号和密码"),
        ("https://crm.example/ {number}", "不能有空格"),
        ("https://[crm/{number}", "不是网址"),
    ],
)
def test_a_template_that_cannot_work_says_why(template: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("{", r"\{")):
        CrmAddress.of(template)


def test_a_plain_address_is_checked_alike() -> None:
    check_web_address("https://crm.example/hook?x=1")
    with pytest.raises(ValueError, match="只能是 https"):
        check_web_address("file:///etc/passwd")
