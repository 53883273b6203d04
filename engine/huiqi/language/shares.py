"""Fractions as a policy writes its figures: `1/3`, `三分之一`, `万分之五`.

Only figures of a rulebook are read so: what a case writes as 1/3 may be a date or a count of two
things. What must stay true: exact, and nothing else is taken for a fraction.
"""

from __future__ import annotations

import re
from fractions import Fraction

from .units import FULL_WIDTH, QuantityError

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_NUMERAL = r"(?:\d{1,6}|[零〇一二两三四五六七八九十百千万]{1,9})"
_WRITTEN = re.compile(rf"({_NUMERAL})分之({_NUMERAL})(?:点([零〇一二三四五六七八九]{{1,6}}))?")
_SLASHED = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})")


def parse_share(text: str) -> Fraction | None:
    """The fraction that is written; None where it is none. Raises `QuantityError`."""
    plain = text.strip().translate(FULL_WIDTH).replace("\uff0f", "/")
    if match := _SLASHED.fullmatch(plain):
        top, bottom = int(match[1]), int(match[2])
    elif match := _WRITTEN.fullmatch(plain):
        over, under = numeral(match[2]), numeral(match[1])
        if over is None or under is None:
            raise QuantityError("读不出这个分数", "写作 1/3、三分之一，或小数、百分数")
        places = match[3] or ""
        top, bottom = over * 10 ** len(places) + int("0" + "".join(str(_DIGITS[x]) for x in places)), under * 10 ** len(places)
    elif plain == "一半":
        top, bottom = 1, 2
    else:
        return None
    if not bottom:
        raise QuantityError("分母是零", "核对这个分数")
    return Fraction(top, bottom)


def numeral(text: str) -> int | None:
    """三十五, 一百零五, 两千, 万: a Chinese numeral below a hundred million; None for what is none."""
    if text.isdigit() and text.isascii():
        return int(text)
    total = section = 0
    digit: int | None = None
    last = 10**8
    for char in text:
        if char in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[char]
            continue
        place = _PLACES[char]
        if place == 10000:
            if last == 10000:
                return None
            total, section, digit, last = (section + (digit or 0) or 1) * place, 0, None, 10000
            continue
        if place >= last:
            return None
        section, digit, last = section + (1 if digit in (None, 0) else digit or 0) * place, None, place
    if digit and 10 < last < 10**8 and text[-2] not in "零〇":  # 一百五: 105 or 150?
        return None
    return total + section + (digit or 0)


def share_text(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
