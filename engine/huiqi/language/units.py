"""Units of measure and the numerals written before them.

A unit is a product of base units with exponents (`元/人·月` is 元¹ 人⁻¹ 月⁻¹); a plain number has
none. `%`, `‰` and 百分点 are numerals, not units: 35% *is* 0.35. Money has a currency, never an
implied one: 元 and 美元 are different base units. What must stay true: `parse_quantity` is exact
(`Fraction`), reads what officers write (万元, 亿美元, full-width digits), and refuses what could be
read two ways (`1,000万元`, `1e4`), naming the mend.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache, lru_cache

from ..errors import Code
from ..plain import dataclass

Dims = tuple[tuple[str, int], ...]

CURRENCIES = ("元", "美元", "欧元", "港元", "日元", "英镑")
BASE_UNITS = (
    *CURRENCIES, "人", "席", "件", "个", "项", "家", "次", "笔", "份", "户", "张", "平方米",
    "月", "年", "天", "工作日", "分", "千瓦时", "吨", "小时",
)  # fmt: skip
# Other spellings of the same unit. 分 is a score; a hundredth of a yuan is spelt 分钱.
ALIASES: Mapping[str, str] = {
    "人民币元": "元", "元人民币": "元", "圆": "元", "港币": "港元", "欧": "欧元",
    "名": "人", "人次": "人", "㎡": "平方米", "平米": "平方米", "m²": "平方米",
    "个月": "月", "周年": "年", "日": "天", "个席位": "席", "坐席": "席", "席位": "席",
    "度": "千瓦时", "个工作日": "工作日",
}  # fmt: skip
SIGNS: Mapping[str, tuple[str, ...]] = {  # of currencies, which stand before the number
    "元": ("¥", "￥", "CN¥", "RMB"), "美元": ("$", "US$", "USD"), "欧元": ("€",), "港元": ("HK$",), "英镑": ("£",),
}  # fmt: skip
PREFIXES: Mapping[str, int] = {
    "": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6,
    "千万": 10**7, "亿": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
}  # fmt: skip
PLAIN: Mapping[str, Fraction] = {
    "%": Fraction(1, 100), "‰": Fraction(1, 1000), "个百分点": Fraction(1, 100),
    "百分点": Fraction(1, 100), "个基点": Fraction(1, 10000), "BP": Fraction(1, 10000),
}  # fmt: skip
CALENDAR = {"月": 1, "年": 12}
_EQUALS = {"公顷": "{equals: 10000平方米}", "亩": "{equals: 2000/3平方米}", "平方公里": "{equals: 1000000平方米}"}  # of units that a rulebook often declares
FULL_WIDTH = {ord("０") + i: ord("0") + i for i in range(10)} | {
    ord("．"): ".", ord("％"): "%", ord("－"): "-", ord("＋"): "+", ord("　"): " ", ord("，"): ",",
}  # fmt: skip
MAX_DIGITS = 24
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")
_SIGNED = re.compile(r"\s*([0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)\s*([十百千万亿]*(?:元|美元|欧元|港元|英镑)?)\s*")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Amount:
    """A numeral as read: exact value in base units, its unit, and whether 个月/年 was written.

    `calendar` is the number of months when the text could also be a calendar period (`6个月`,
    `3年`); the type checker decides which of the two is meant.
    """

    value: Fraction
    dims: Dims = ()
    calendar: int | None = None
    percent: bool = False


@dataclass(frozen=True)
class Unit:
    """A unit that a rulebook declares: so many of another (公顷 is 15亩), or, without `dims`, one of its own (亩)."""

    word: str
    scale: Fraction = Fraction(1)
    dims: Dims = ()


Nouns = frozenset[str | Unit]  # the units of a rulebook: counting words of its record types, and what it declares


class QuantityError(ValueError):
    """Why a numeral cannot be read; `mend` says what to write instead."""

    def __init__(self, message: str, mend: str = "", code: Code = Code.WRONG_VALUE) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
        self.code = code


class UnknownUnit(QuantityError):
    """A unit that is neither built in nor declared; its `mend` is for whoever writes rules."""


class NotANumber(QuantityError):
    """No digits at the head: whoever knows what is asked says what a number of it looks like."""


def dims_of(factors: Mapping[str, int]) -> Dims:
    """Canonical form: sorted, no zero exponents."""
    return tuple(sorted((u, e) for u, e in factors.items() if e))


def multiply(a: Dims, b: Dims, sign: int = 1) -> Dims:
    factors = dict(a)
    for unit, exponent in b:
        factors[unit] = factors.get(unit, 0) + sign * exponent
    return dims_of(factors)


@cache
def unit_text(dims: Dims) -> str:
    """`元/人·月`; empty for a plain number."""
    top = "·".join(u for u, e in dims for _ in range(max(e, 0)))
    bottom = "·".join(u for u, e in dims for _ in range(max(-e, 0)))
    if not bottom:
        return top
    return f"{top or '1'}/{bottom}"


@cache
def is_money(dims: Dims) -> bool:
    return len(dims) == 1 and dims[0][1] == 1 and dims[0][0] in CURRENCIES


@lru_cache(4096)
def parse_unit(text: str, nouns: Nouns = frozenset()) -> tuple[Fraction, Dims]:
    """`万元/人·月` -> (10000, dims). `nouns` are further units, of a rulebook."""
    declared = {x.word: x for x in nouns if isinstance(x, Unit)}
    words = frozenset(x.word if isinstance(x, Unit) else x for x in nouns)
    top, _, bottom = text.partition("/")
    scale, factors = Fraction(1), dict[str, int]()
    for part, sign in [*((p, 1) for p in top.split("·")), *((p, -1) for p in bottom.split("·") if bottom)]:
        if sign == 1 and part in ("", "1") and bottom:
            continue
        prefix, unit = _split_prefix(part, words)
        own = declared.get(unit)
        scale *= (PREFIXES[prefix] * (own.scale if own else Fraction(1))) ** sign
        for base, exponent in own.dims if own and own.dims else ((unit, 1),):
            factors[base] = factors.get(base, 0) + sign * exponent
    return scale, dims_of(factors)


def _split_prefix(text: str, nouns: frozenset[str]) -> tuple[str, str]:
    if text == "分钱":
        raise QuantityError("“分钱”请折成元", "例如 5分钱 写作 0.05元")
    for known in (*nouns, *BASE_UNITS, *ALIASES):
        if text.endswith(known) and text[: -len(known)] in PREFIXES:
            # the longest unit wins: 万美元 is 万+美元, never 万美+元
            longer = [u for u in (*BASE_UNITS, *ALIASES, *nouns) if len(u) > len(known) and text.endswith(u) and text[: -len(u)] in PREFIXES]
            best = max(longer, key=len) if longer else known
            return text[: -len(best)], best if best in nouns else ALIASES.get(best, best)
    raise UnknownUnit(
        f"不认识的单位“{text}”",
        f"内置的单位：{'、'.join(BASE_UNITS)}，前可加 万、亿；别的单位先在 vocabulary.yaml 写 units: {{{text}: {_EQUALS.get(text, '{}')}}}",
        Code.WRONG_UNIT,
    )


def parse_quantity(text: str, nouns: Nouns = frozenset()) -> Amount:
    """Read `50万元`, `35%`, `2.5亿元`, `200元/人·月`, `6个月`, `12`. Raises `QuantityError`."""
    plain = text.strip().translate(FULL_WIDTH)
    for unit, signs in SIGNS.items():
        for sign in signs:
            if plain.startswith(sign) and (number := _SIGNED.fullmatch(plain, len(sign))):
                written = f"{number[1].replace(',', '')}{number[2].removesuffix(unit)}{unit}"
                raise QuantityError(f"前面写着“{sign}”，金额的单位要写在数的后面", f"写成 {written}", Code.WRONG_UNIT)
    if "," in plain:
        if _THOUSANDS.match(plain):
            bare = "，后面写上单位" if plain.endswith(tuple(filter(None, PREFIXES))) else ""
            raise QuantityError("数字里有逗号，可能读错位", f"去掉逗号：{plain.replace(',', '')}{bare}")
        raise QuantityError("数字里有逗号，又不在千位上，看不出是多少", "照原始凭证重写，不用逗号；小数点写 .")
    match = _NUMBER.match(plain)
    if not match:
        raise NotANumber("不是数字", "写成数字加单位，例如 80万元、35%、3人", Code.WRONG_TYPE)
    digits, unit = match.group(), plain[match.end() :].strip()
    if re.match(r"[eE][+-]?\d", unit):
        raise QuantityError("不接受科学计数法", "写出完整数字，例如 1000000元 或 100万元")
    if unit.startswith("."):
        raise QuantityError("小数点后没有数字或有两个小数点", "写成 0.5 这样的形式")
    if len(digits) > MAX_DIGITS:
        raise QuantityError(f"数字超过 {MAX_DIGITS} 位", "核对是否多写了零")
    value = Fraction(digits)
    if not unit:
        return Amount(value)
    if unit in PLAIN:
        return Amount(value * PLAIN[unit], percent=True)
    if unit in PREFIXES:
        return Amount(value * PREFIXES[unit])
    scale, dims = parse_unit(unit, nouns)
    calendar = None
    if len(dims) == 1 and dims[0][1] == 1 and dims[0][0] in CALENDAR:
        months = value * scale * CALENDAR[dims[0][0]]
        if months.denominator == 1:
            calendar = int(months)
    return Amount(value * scale, dims, calendar)


# -- showing ------------------------------------------------------------------------------------


def decimal_text(value: Fraction, places: int = 6) -> str:
    """Exact decimal where it terminates within `places`; else rounded half-even to `places`.

    For showing only: nothing computes with the result.
    """
    return _ratio_text(value.numerator, value.denominator, places)


def _ratio_text(numerator: int, bottom: int, places: int) -> str:
    top = abs(numerator) * 10**places
    count, rest = divmod(top, bottom)
    if rest * 2 > bottom or (rest * 2 == bottom and count % 2):
        count += 1
    whole, part = divmod(count, 10**places)
    text = f"{whole}.{part:0{places}d}".rstrip("0").rstrip(".") if places and part else str(whole)
    return f"-{text}" if numerator < 0 and count else text


def grouped(text: str) -> str:
    """Thousands separated for reading: 1234567.8 -> 1,234,567.8."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, dot, rest = digits.partition(".")
    return f"{sign}{int(whole):,}{dot}{rest}"


@lru_cache(4096)
def show_amount(value: Fraction, dims: Dims, *, percent: bool = False, places: int = 6) -> str:
    """As an officer writes it: 12万美元, 35%, 260席, 0.01美元, 1,234.56元."""
    if percent and not dims:
        return decimal_text(value * 100, places) + "%"
    unit = unit_text(dims).removeprefix("1")  # 5/人, never 51/人
    numerator, denominator = value.numerator, value.denominator
    if is_money(dims) and 100 % denominator == 0:
        cents = numerator * (100 // denominator)
        for name, size, finest in (("亿", 10**10, 10**6), ("万", 10**6, 1)):
            if abs(cents) >= size and cents % finest == 0:
                return grouped(_ratio_text(cents, size, 6)) + name + unit
    return grouped(_ratio_text(numerator, denominator, places)) + unit
