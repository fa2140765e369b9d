"""Numbers as they are said on the telephone: amounts, dates, and digits one by one."""

import random
from collections.abc import Callable

DIGITS = "零一二三四五六七八九"
PHONE_DIGITS = "零幺二三四五六七八九"
PLACES = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))
MOBILE_PREFIXES = "13 15 18 17 19 138 139 136 158 186 189"
AREA_CODES = "幺零 二一 二零 七五五 五七幺 二八 二七 二五 二九 五三二 四幺幺"


def in_words(number: int) -> str:
    if number >= 10000:
        return in_words(number // 10000) + "万" + (in_words(number % 10000) if number % 10000 else "")
    words, skipped = "", False
    for place, name in PLACES:
        digit = number // place % 10
        if not digit:
            skipped = True
            continue
        if skipped and words:
            words += "零"
        skipped = False
        bare_ten = place == 10 and digit == 1 and not words
        words += ("" if bare_ten else DIGITS[digit]) + name
    return words or "零"


class NumberSlots:
    """Draws the numbers of the templates."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.slots: dict[str, Callable[[], str]] = {
            "手机": self.mobile,
            "座机": lambda: self.digits(rng.choice([7, 8])),
            "工号": lambda: self.digits(rng.choice([3, 4, 4])),
            "四百": lambda: "四零零" + self.digits(7),
            "单号": lambda: self.digits(rng.choice([6, 8, 10])),
            "钱": self.money,
            "天": self.duration,
            "日": self.date,
            "单": lambda: in_words(rng.randrange(1, 300)),
            "区": self.area_code,
            "岁": lambda: in_words(rng.randrange(18, 70)),
        }

    def digits(self, length: int, first: str = "") -> str:
        names = PHONE_DIGITS if self.rng.random() < 0.6 else DIGITS
        drawn = [self.rng.randrange(10) for _ in range(length)]
        drawn[: len(first)] = [int(digit) for digit in first]
        return "".join(names[digit] for digit in drawn)

    def mobile(self) -> str:
        return self.digits(11, self.rng.choice(MOBILE_PREFIXES.split()))

    def money(self) -> str:
        rng = self.rng
        amounts = [
            rng.randrange(1, 100) * 10,
            rng.randrange(1, 60) * 100,
            rng.randrange(1, 2000),
            rng.randrange(1, 10) * 1000 + rng.choice([0, 800, 980]),
        ]
        return in_words(rng.choice(amounts)) + rng.choice(["块", "块钱", "元", "元钱"])

    def duration(self) -> str:
        count = in_words(self.rng.choice([2, 3, 3, 4, 5, 7, 10, 15])).replace("二", "两")
        return count + self.rng.choice(["天", "天", "个小时", "个星期", "个工作日"])

    def date(self) -> str:
        month, day = in_words(self.rng.randrange(1, 13)), in_words(self.rng.randrange(1, 32))
        return f"{month}月{day}{self.rng.choice('号号日')}"

    def area_code(self) -> str:
        one = self.rng.choice("幺一")
        return self.rng.choice(AREA_CODES.replace("幺", one).split())
