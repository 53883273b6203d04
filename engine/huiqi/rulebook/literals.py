"""Values written as text, read by the type that the vocabulary declares for them.

One reader for parameters, table cells, bounds, case files, workbooks and Python calls, so that
`80万元` means one thing everywhere. What must stay true: exact (`Fraction`, never a float), money
without a unit refused, every refusal says how to mend it.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

from ..errors import Code, suggestion
from ..language.levelling import level, names_several
from ..language.shares import parse_share, share_text
from ..language.types import Boolean, Date, ListOf, Period, Quantity, RangeOf, Text, Type, Year, Yearly
from ..language.units import CURRENCIES, FULL_WIDTH, Amount, NotANumber, Nouns, QuantityError, UnknownUnit, parse_quantity, show_amount, unit_text
from ..language.yearly import parse_month_day
from ..plain import dataclass

CHOOSE = "从选项里选一个"
_OPTIONS = 24  # named in a complaint
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|年(\d{1,2})月(\d{1,2})日|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2}))$")


class ValueProblem(ValueError):
    """Why a value cannot be taken: message, what was expected, the mend, the kind of complaint."""

    def __init__(self, message: str, expected: str = "", mend: str = "", code: Code = Code.WRONG_VALUE) -> None:
        super().__init__(message)
        self.message, self.expected, self.mend, self.code = message, expected, mend, code


class ForeignUnit(ValueProblem):
    """No number, or a unit nobody declared: in a rule one may declare it, in a case one is told what is asked."""


@dataclass(frozen=True)
class Span:
    """A closed or half-open range as a value."""

    low: Any
    high: Any
    low_closed: bool = True
    high_closed: bool = True

    def __contains__(self, value: Any) -> bool:
        above = self.low is None or value > self.low or (self.low_closed and value == self.low)
        below = self.high is None or value < self.high or (self.high_closed and value == self.high)
        return above and below


def read_value(text: str, kind: Type, *, nouns: Nouns = frozenset(), need_unit: bool = True, figure: bool = False) -> Any:
    """The value of `text` as a `kind`. `need_unit`: money must name its currency; `figure`: of a rulebook, which may write 1/3."""
    text = text.strip()
    match kind:
        case Quantity(dims=()) if figure and (share := _share(text)) is not None:
            return share
        case Quantity():
            return _quantity(text, kind, nouns, need_unit)
        case Boolean():
            if text in ("是", "true", "True", "TRUE"):
                return True
            if text in ("否", "false", "False", "FALSE"):
                return False
            raise ValueProblem("不是“是”或“否”", "是 或 否", "写 是 或 否（不知道就不写）", Code.WRONG_TYPE)
        case Date():
            return read_date(text)
        case Year():
            plain = text.translate(FULL_WIDTH)
            if not re.fullmatch(r"(?:19[89][0-9]|20[0-9]{2}|2100)年?", plain):
                raise ValueProblem("不是年度", "四位年份（1980 至 2100），例如 2025", "写四位数字", Code.WRONG_TYPE)
            return int(plain[:4])
        case Period():
            amount = _parse(text, nouns)
            if amount.calendar is None:
                mend = "按天的期限写 unit: 天；按月和按天的不能混在一起" if amount.dims == (("天", 1),) else "写整数个月或年"
                raise ValueProblem("不是期限", "例如 6个月、3年", mend, Code.WRONG_TYPE)
            return amount.calendar
        case Yearly():
            try:
                return parse_month_day(text)
            except QuantityError as error:
                raise ValueProblem(error.message, "例如 4月1日、2月末日", error.mend, error.code) from None
        case ListOf() | RangeOf():
            return _span(text, kind, nouns, figure)
        case Text(options=options):
            if options and text not in options:
                near = "" if names_several(text, options) else suggestion(text, options)
                raise ValueProblem("不在选项里", "、".join(options[:_OPTIONS]) + ("…" if len(options) > _OPTIONS else ""), near or CHOOSE, Code.NOT_AN_OPTION)
            return text
    raise AssertionError(f"no reader for {kind!r}")  # pragma: no cover


def _parse(text: str, nouns: Nouns) -> Amount:
    try:
        return parse_quantity(text, nouns)
    except QuantityError as error:
        kind = ForeignUnit if isinstance(error, UnknownUnit | NotANumber) else ValueProblem
        raise kind(error.message, "数字加单位", error.mend, error.code) from None


def _share(text: str) -> Fraction | None:
    try:
        return parse_share(text)
    except QuantityError as error:
        raise ValueProblem(error.message, "例如 1/3、三分之一", error.mend, error.code) from None


def _quantity(text: str, kind: Quantity, nouns: Nouns, need_unit: bool) -> Fraction:
    amount = _parse(text, nouns)
    wanted = unit_text(kind.dims)
    if amount.dims == kind.dims:
        if kind.percent and not amount.percent and abs(amount.value) > 1:
            larger = show_value(amount.value, kind)
            raise ValueProblem("比率没有写百分号", f"{text}% 或 0 到 1 之间的小数", f"{text}%还是{larger}？写明", Code.MISSING_UNIT)
        return amount.value
    if not amount.dims and not amount.percent:
        if not any(u in CURRENCIES for u, _ in kind.dims) or not need_unit:
            return amount.value
        plain = text.translate(FULL_WIDTH).rstrip("万亿")
        scale = text[len(plain) :]
        other = "元" if wanted == "美元" else "美元"
        asked = f"{plain}{scale}{wanted}还是{plain}{scale}{other}" if scale else f"{plain}{wanted}还是{plain}万{wanted}"
        likely = scale or ("万" if abs(amount.value) < 1000 else "")  # 80 is rather 80万元, 3000 rather 3000元: both are asked, neither is taken
        raise ValueProblem("金额没有写单位", f"{wanted}，例如 {plain}{likely}{wanted}", f"{asked}？写明单位", Code.MISSING_UNIT)
    if amount.calendar is not None and kind.dims == (("月", 1),):
        return Fraction(amount.calendar)
    raise ValueProblem(
        f"单位不对：这里要{wanted or '不带单位的数'}，写的是{unit_text(amount.dims) or '比率'}", wanted or "数", "核对单位；不同币种不能互换", Code.WRONG_UNIT
    )


def _as_day(digits: str) -> str:
    """Eight digits may be a day, or a number that was put in the wrong column: asked, not taken."""
    if not re.fullmatch(r"(?:19|20)\d{6}", digits):
        return ""
    try:
        return f"是日期的写作 {date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))}"
    except ValueError:
        return ""


def read_date(text: str) -> date:
    plain = text.translate(FULL_WIDTH)
    match = _DATE.match(plain)
    if not match:
        raise ValueProblem("不是日期", "年-月-日", _as_day(plain) or "写作 年-月-日，例如 2026-06-30", Code.WRONG_TYPE)
    year, *parts = [int(g) for g in match.groups() if g is not None]
    try:
        return date(year, *parts)
    except ValueError:
        raise ValueProblem("没有这一天", "真实的日期，例如 2026-06-30", "核对月份与日数") from None


def day_in(text: str) -> date | None:
    """The day a text is; None where it is none."""
    try:
        return read_date(text.strip())
    except ValueProblem:
        return None


def _span(text: str, kind: ListOf | RangeOf, nouns: Nouns, figure: bool) -> Span:
    match = re.fullmatch(r"([\[(（［])(.*?)\.\.(.*?)([\])）］])", text)
    if not match:
        raise ValueProblem("不是区间", "例如 [200万美元..1000万美元)", "写作 [下限..上限) ，方括号含、圆括号不含", Code.WRONG_TYPE)
    left, low, high, right = match.groups()
    ends = [read_value(e, kind.item, nouns=nouns, figure=figure) if e.strip() else None for e in (low, high)]
    if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
        raise ValueProblem("区间上下限颠倒", "", "下限在前", Code.CONTRADICTORY)
    return Span(ends[0], ends[1], left in "[［", right in "]］")


_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # the signs of GB 32100, each worth its place


def check_uscc(text: str) -> str:
    """A unified social credit code, its check digit verified (GB 32100)."""
    plain = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text).strip().upper()
    if len(plain) == 18 and plain.isascii() and plain[:8].isdigit() and all(c in _USCC for c in plain):
        worth = sum(_USCC.index(c) * pow(3, n, 31) for n, c in enumerate(plain[:17]))
        if plain[17] == _USCC[-worth % 31]:
            return plain
    from stdnum.cn import uscc  # it brings much with it, and what is right needs it not
    from stdnum.exceptions import ValidationError

    try:
        return str(uscc.validate(plain))
    except ValidationError:
        raise ValueProblem("统一社会信用代码不对（长度、字符或校验位）", "18 位，末位为校验码", "对照营业执照重新录入") from None


_SECTIONS = {
    "A": (1, 5),
    "B": (6, 12),
    "C": (13, 43),
    "D": (44, 46),
    "E": (47, 50),
    "F": (51, 52),
    "G": (53, 60),
    "H": (61, 62),
    "I": (63, 65),
    "J": (66, 69),
    "K": (70, 70),
    "L": (71, 72),
    "M": (73, 75),
    "N": (76, 79),
    "O": (80, 82),
    "P": (83, 83),
    "Q": (84, 85),
    "R": (86, 90),
    "S": (91, 96),
    "T": (97, 97),
}  # fmt: skip - GB/T 4754: the divisions of each section


def read_industry(text: str) -> str | None:
    """A code of GB/T 4754 by its two to four digits, its section's letter taken off; None where it must be asked for."""
    plain = level(text)
    match = re.fullmatch(r"([A-T]?)(\d{2})(\d{0,2})", plain)
    if match:
        low, high = _SECTIONS.get(match[1], (1, 97))
        if not low <= int(match[2]) <= high:
            what = f"{match[1]} 门类没有 {match[2]} 大类" if match[1] else f"没有 {match[2]} 大类"
            raise ValueProblem(f"行业代码不对：{what}", "小类代码，例如 6513", "对照国民经济行业分类（GB/T 4754）核对")
        return match[2] + match[3]
    if re.match(r"[A-T]?[-.·]?\d{2,4}(?!\d)|[A-T]$", plain):
        return None
    raise ValueProblem("不是行业代码", "小类代码，例如 6513", "对照国民经济行业分类（GB/T 4754）填写代码，不写名称")


def show_value(value: Any, kind: Type) -> str:
    """A value as an officer writes it."""
    match kind:
        case Quantity(dims=()) if endless(value):
            return share_text(value)  # a figure, as it was written: facts have decimals
        case Quantity(dims=dims, percent=percent):
            return show_amount(value, dims, percent=percent)
        case Boolean():
            return "是" if value else "否"
        case Period():
            return f"{value // 12}年" if value % 12 == 0 else f"{value}个月"
        case Year():
            return f"{value}年度"
        case ListOf(item=item):
            if isinstance(value, Span):
                return show_value(value, RangeOf(item=item))
            return "、".join(show_value(v, item) for v in value)
        case RangeOf(item=item):
            low = "" if value.low is None else show_value(value.low, item)
            high = "" if value.high is None else show_value(value.high, item)
            return f"{low}{'（含）' if value.low_closed else '（不含）'}至{high}{'（含）' if value.high_closed else '（不含）'}"
    return str(value)


def plain_value(value: Any, kind: Type) -> str:
    """A value for JSON: a decimal string in the base unit, ISO dates, 是/否."""
    if isinstance(value, Fraction):
        return decimal_string(value)
    if isinstance(value, tuple | Span):
        return show_value(value, kind)
    return show_value(value, kind) if isinstance(value, bool) else str(value)


def decimal_string(value: Fraction, places: int = 12) -> str:
    """Exact where it terminates, else truncated towards zero to `places`."""
    if value.denominator == 1:
        return str(value.numerator)
    if (needed := _terminating(value.denominator)) is not None:
        places = needed
    digits = abs(value.numerator) * 10**places // value.denominator
    whole, rest = divmod(digits, 10**places)
    text = f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and text.strip("0.") else text


def _terminating(denominator: int) -> int | None:
    """Decimals of a fraction of that (reduced) denominator; None where they never end."""
    places = []
    for prime in (2, 5):
        count = 0
        while denominator % prime == 0:
            denominator //= prime
            count += 1
        places.append(count)
    return max(places) if denominator == 1 else None


def endless(value: Fraction) -> bool:
    """Whether its decimals never end, so that only a fraction says it."""
    return _terminating(value.denominator) is None


_EXACT = re.compile(r"(-?\d+)(?:\.(\d+)|/(\d+))?")


def exact_string(value: Fraction) -> str:
    """Text that `read_exact` reads back to the same value: decimals where they end, else `1/3`."""
    if _terminating(value.denominator) is None:
        return f"{value.numerator}/{value.denominator}"
    return decimal_string(value)


def read_exact(text: str) -> Fraction | None:
    """The value of what `exact_string` wrote; None for any other text."""
    match = _EXACT.fullmatch(text)
    if match is None or not text.isascii():
        return None
    whole, decimals, bottom = match.groups()
    try:
        if bottom is not None:
            return Fraction(int(whole), int(bottom)) if int(bottom) else None
        return Fraction(int(whole + (decimals or "")), 10 ** len(decimals or ""))
    except ValueError:  # more digits than this Python converts
        return None


def exact_money(value: Fraction) -> str:
    """Money with its minor unit where it comes out even to the 分, else exactly as it is: 90000.00, 0.125, 1/3."""
    return exact_string(value) if 100 % value.denominator else money_string(value)


def in_cents(value: Fraction) -> Fraction:
    """What `money_string` writes, as a number."""
    cents = abs(value.numerator) * 100 // value.denominator
    return Fraction(-cents if value < 0 else cents, 100)


def money_string(value: Fraction, places: int = 2) -> str:
    """Money with its minor unit: 90000.00. The value must already be rounded."""
    whole, rest = divmod(abs(value.numerator) * 10**places // value.denominator, 10**places)
    return f"{'-' if value < 0 else ''}{whole}.{rest:0{places}d}"
