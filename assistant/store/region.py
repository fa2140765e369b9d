"""Where a number is from, offline. Pure apart from the tables `phonenumbers` brings along."""

from dataclasses import dataclass

_SERVICE_NUMBERS = {
    "110": "报警",
    "119": "消防",
    "120": "急救",
    "10000": "中国电信客服",
    "10010": "中国联通客服",
    "10086": "中国移动客服",
    "12315": "消费者投诉",
    "12345": "政务服务热线",
    "12348": "法律服务热线",
    "12381": "工信部公共服务",
    "95533": "中国建设银行",
    "95555": "招商银行",
    "95559": "交通银行",
    "95566": "中国银行",
    "95588": "中国工商银行",
    "95599": "中国农业银行",
}


@dataclass(frozen=True, slots=True)
class Origin:
    region: str | None
    carrier: str | None


SHORTEST_OUTSIDE = 7
"""Digits of the shortest number that can be from somewhere."""
NOWHERE = Origin(None, None)


def origin_of(number: str | None) -> Origin:
    if not number:
        return NOWHERE
    digits = number.strip().replace(" ", "").replace("-", "")
    if digits in _SERVICE_NUMBERS:
        return Origin(_SERVICE_NUMBERS[digits], None)
    if digits.startswith(("400", "800")) and len(digits) == 10:
        return Origin(f"全国({digits[:3]}号码)", None)
    if digits.startswith(("95", "96", "106")) and digits.isascii() and digits.isdigit():
        return Origin("全国(服务号码)", None)
    if len(digits) < SHORTEST_OUTSIDE:
        return NOWHERE  # a colleague's: the tables, which take a while the first time, do not know it
    if digits.startswith("0086"):
        digits = "+86" + digits[4:]
    elif digits.startswith("01") and len(digits) == 12:
        # A trunk prefix before a mobile number from another city: 013800138000.
        digits = digits[1:]
    return _looked_up(digits)


def _looked_up(digits: str) -> Origin:
    # Half a second of tables, which commands that ask for no region need not load.
    import phonenumbers
    from phonenumbers import carrier, geocoder

    try:
        parsed = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        return NOWHERE
    if not phonenumbers.is_possible_number(parsed) or not phonenumbers.is_valid_number(parsed):
        return NOWHERE
    region = geocoder.description_for_number(parsed, "zh")
    operator = carrier.name_for_number(parsed, "zh")
    return Origin(region or None, operator or None)
