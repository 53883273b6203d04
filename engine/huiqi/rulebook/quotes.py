"""The few words of the text that a figure or a condition rests on, and the numbers they say.

A quote is short enough to be no copy of the text and long enough to be found again in the sheet it was
taken from; `…` stands for what it leaves out between. Numbers in running Chinese are read as a policy
writes them (50%, 10/8/6万元, 五十万元, 三分之一, 满一年), each with the unit beside it or, in a list, the
list's. What must stay true: a number is never read into words that do not say it, and what is compared
is exact.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

from ..language.shares import parse_share
from ..language.types import Date, Period, Quantity, Type
from ..language.units import CURRENCIES, QuantityError, unit_text
from ..plain import dataclass
from .literals import Span

LONGEST = 30
NO_WORDS = "无"  # in the place of a quote: looked for, and the sheet has none
GAP = re.compile(r"…+|\.{3,}|‥+")
_ALIKE = str.maketrans("〔〕[]【】「」“”‘’", '()()()""""""')
_SCALES = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_NUMERAL = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNIT = r"个百分点|百分点|个?基点|BPS?|bps?|%|‰|[日欧港]元|美元|美金|英镑|元|周年|个?月|年|周岁|天|日|[人名家户件项个次份席位台]|平方米|亩|分|倍|成|折"
_NUMBER = re.compile(
    rf"(?P<share>(?:\d+|[一二三四五六七八九十百千万]+)分之[\d.一二三四五六七八九十百零两]+|(?<![\d/.:-])\d{{1,3}}/\d{{1,3}}(?![\d/.万亿元%人美]))"
    rf"|(?P<ratio>1:\d+(?:\.\d+)?)"
    rf"|(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|[一二两三四五六七八九十百千零〇]+(?=\s*(?:[万亿]|{_UNIT})))"
    rf"\s*(?P<scale>[十百千]?万|[百千]?亿|[百千](?=元|人|美元))?\s*(?P<unit>{_UNIT})?"
    rf"|(?P<half>减半|半数|一半|半年|折半)"
    rf"|(?P<sole>单一)(?=员工|职工|人员|股东|客户)"
)
_BETWEEN = re.compile(r"\s*(?:元)?\s*[/、,;~—-]\s*|\s*(?:元)?\s*(?:至|到|和|或|且)\s*")


class Said(Enum):
    """Whether a text says a number."""

    YES = "yes"  # with its unit, or a number that has none
    BARE = "bare"  # the number, and no unit beside it
    OTHER = "other"  # the number with another unit
    NO = "no"


@dataclass(frozen=True)
class Told:
    """One number as written: its digits' value, the scale and unit it is given, and where it stands."""

    plain: Fraction
    scale: int
    unit: str  # "" where none stands beside it
    start: int
    end: int
    scaled: bool  # a scale is written, or one belongs to its list

    @property
    def value(self) -> Fraction:
        return self.plain * self.scale


def levelled(text: str) -> str:
    """As texts are compared: full-width forms, spaces, kinds of quotation marks, emphasis of a sheet are no difference."""
    text = re.sub("[①-⑳]", ";", text).replace("㎡", "平方米").replace("…", "\u0000")
    plain = unicodedata.normalize("NFKC", text).replace("\u0000", "…")
    plain = plain.translate(_ALIKE)
    return re.sub(r"[\s*`]+", "", plain)


def pieces(quote: str) -> list[str]:
    """What must stand in the text, in this order, with anything of one paragraph between."""
    return [x for x in (levelled(p) for p in GAP.split(quote)) if x]


def _chinese(text: str) -> Fraction | None:
    """三十五, 一百二十: below ten thousand."""
    total, digit = 0, None
    for char in text:
        if char in _NUMERAL:
            digit = _NUMERAL[char] if digit in (None, 0) else digit * 10 + _NUMERAL[char]
        else:
            total += (1 if digit is None else digit) * _SCALES[char]
            digit = None
    return Fraction(total + (digit or 0))


def numbers(text: str) -> list[Told]:
    """Every number a (levelled) text says; those of a list share the unit and scale of its last."""
    found = [x for m in _NUMBER.finditer(text) if (x := _one(m)) is not None]
    for n in range(len(found) - 2, -1, -1):  # 10/8/6万元, 20、15、10元, 8至10万元
        here, after = found[n], found[n + 1]
        if _BETWEEN.fullmatch(text[here.end : after.start]) and (
            not here.unit or (here.unit == after.unit and not here.scaled and after.scaled and "元" not in text[here.start : here.end])
        ):
            found[n] = Told(here.plain, here.scale if here.scaled else after.scale, here.unit or after.unit, here.start, here.end, here.scaled or after.scaled)
    return found


def _one(match: re.Match[str]) -> Told | None:
    start, end = match.span()
    if match["half"]:
        return Told(Fraction(6), 1, "月", start, end, True) if match["half"] == "半年" else Told(Fraction(1, 2), 1, "", start, end, True)
    if match["sole"]:
        return Told(Fraction(1), 1, "", start, end, True)
    if match["ratio"]:
        return Told(Fraction(match["ratio"][2:]), 1, "", start, end, True)
    if match["share"]:
        try:
            share = parse_share(match["share"])
        except QuantityError:
            return None
        return Told(share, 1, "", start, end, "/" not in match["share"]) if share is not None else None
    digits = match["number"]
    plain = Fraction(digits.replace(",", "")) if digits[0].isascii() else _chinese(digits)
    return (
        Told(
            plain,
            _SCALES.get(match["scale"] or "", 1) if (match["scale"] or "") in _SCALES else 10**8 * _SCALES[match["scale"][0]],
            match["unit"] or "",
            start,
            end,
            bool(match["scale"]),
        )
        if plain is not None
        else None
    )


def says(text: str, value: Any, kind: Type) -> Said:
    """Whether a (levelled) text says this value of a figure; for what is no number, yes."""
    asked = list(asked_of(value, kind))
    answers = [best(said_by(told, number, unit) for told in numbers(text)) for number, unit in asked]
    order = (Said.NO, Said.OTHER, Said.BARE, Said.YES)
    return min(answers, key=order.index, default=Said.YES)


def best(answers: Iterator[Said]) -> Said:
    order = (Said.YES, Said.BARE, Said.OTHER, Said.NO)
    return min(answers, key=order.index, default=Said.NO)


def asked_of(value: Any, kind: Type) -> Iterator[tuple[Fraction, str]]:
    """The numbers of a value with the word of their unit ("" for a share or plain number)."""
    if isinstance(value, Span):
        inner = getattr(kind, "item", kind)
        for end in (value.low, value.high):
            yield from asked_of(end, inner)
    elif isinstance(kind, Quantity) and isinstance(value, Fraction):
        yield value, unit_text(kind.dims).partition("/")[0].partition("·")[0]
    elif isinstance(kind, Period) and isinstance(value, int):
        yield Fraction(value), "月"


def said_by(told: Told, number: Fraction, unit: str) -> Said:
    """Whether one written number is this one."""
    wanted = unit
    match told.unit:
        case "%" | "‰" | "个百分点" | "百分点" | "成" | "折" | "基点" | "个基点" | "BP" | "bp" | "BPS" | "bps" if not wanted:
            divisor = {"%": 100, "个百分点": 100, "百分点": 100, "‰": 1000, "成": 10, "折": 10}.get(told.unit, 10000)
            return Said.YES if told.value / divisor == number else Said.NO
        case "年" | "周年" if wanted in ("月", "年"):
            same = told.value * (12 if wanted == "月" else 1) == number
            return Said.YES if same else Said.NO
        case "月" | "个月" if wanted in ("月", "年"):
            same = told.value / (1 if wanted == "月" else 12) == number
            return Said.YES if same else Said.NO
        case "天" | "日" if wanted in ("天", "工作日"):
            return Said.YES if told.value == number else Said.NO
        case "":
            if told.value == number and (not wanted or told.scaled):
                return Said.YES if not wanted else Said.BARE
            scales = (1, 10**4, 10**8) if wanted and not told.scaled else (1,) if wanted else (1, Fraction(1, 100))
            return Said.BARE if any(told.value * s == number for s in scales) else Said.NO
        case "元" | "美元" | "美金" | "英镑" | "日元" | "欧元" | "港元":
            if told.value != number:
                return Said.NO
            written = "美元" if told.unit == "美金" else told.unit
            return Said.YES if written == wanted else Said.OTHER
        case "%" | "‰" | "个百分点" | "百分点":
            return Said.OTHER if told.value == number else Said.NO
        case _:
            if told.value != number:
                return Said.NO
            return Said.BARE if wanted in CURRENCIES or wanted in ("月", "天", "年") else Said.YES  # 365个日历天数


# -- days ---------------------------------------------------------------------------------------------

_DAY = re.compile(r"(\d{4})(?:年(\d{1,2})月(\d{1,2})日?|[-./](\d{1,2})[-./](\d{1,2}))")


def days(text: str) -> set[date]:
    """Every day a (levelled) text names in full."""
    found = set[date]()
    for match in _DAY.finditer(text):
        year, *parts = [int(g) for g in match.groups() if g is not None]
        try:
            found.add(date(year, *parts))
        except ValueError:
            continue
    return found


def says_figure(text: str, value: Any, kind: Type) -> Said:
    """As `says`, of a day too."""
    if isinstance(kind, Date) and isinstance(value, date):
        return Said.YES if value in days(text) else Said.NO
    return says(text, value, kind)
