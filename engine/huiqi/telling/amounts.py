"""Numbers and amounts as an officer reads them: known, between two ends, or open and why.

The one place where they become text for people: of one enterprise, of a pool, of a whole register, beside a bar. What is written for
programs is `rulebook.literals`'; a paper to be signed has its own (`documents.papers.amounts`). What must stay true: never more is said than is
known, a ceiling is 不超过, and no number is rounded onto a threshold it does not equal.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from ..language.types import Quantity, Type
from ..language.units import Dims, decimal_text, grouped, is_money, show_amount, unit_text
from ..reasoning.told import Entry
from ..rulebook.compiled import AwardBasis
from ..rulebook.literals import decimal_string, in_cents, money_string, plain_value, show_value
from ..values import ABSENT, Known, Number, Topic, Undefined, Value, leading
from ..words import READING_OPEN, CauseKind
from .decision import Award, Shown, Total

_KINDS = {"grant": "资金支持", "interest": "贴息", "relief": "税收提示", "service": "服务事项", "recommendation": "推荐"}


def shown(value: Value, kind: Type, distinct_from: Fraction | None = None) -> Shown:
    """A value for reading; unknown ones say why, pairs say both ends."""
    unit = unit_text(kind.dims) if isinstance(kind, Quantity) else ""
    if isinstance(value, Number) and isinstance(kind, Quantity):
        if value.exact:
            assert value.low is not None
            return Shown(plain_value(value.low, kind), unit, number_text(value.low, kind, distinct_from))
        if value.low is not None and value.high is not None:
            text = f"{number_text(value.low, kind)}至{number_text(value.high, kind)}"
            return Shown(f"{plain_value(value.low, kind)}..{plain_value(value.high, kind)}", unit, f"{text}（{_partly(value)}）")
        if value.low is not None:
            said = f"至少{number_text(value.low, kind)}（{_partly(value)}）" if value.low else why(value)
            return Shown(f"{plain_value(value.low, kind)}..", unit, said)
        return Shown("", unit, why(value))
    if isinstance(value, Known):
        if value.value is ABSENT:
            return Shown("无", "", "无")
        if isinstance(value.value, Entry):
            return Shown(value.value.key, "", value.value.key)
        return Shown(plain_value(value.value, kind), unit, show_value(value.value, kind))
    return Shown("", unit, why(value))


def line_text(value: Value, kind: Type) -> str:
    """A value on a line of a calculation: what is known is written as it is, whatever its kind."""
    if isinstance(value, Number) and isinstance(kind, Quantity) and not value.exact:
        return f"{number_text(value.low, kind)}至{number_text(value.high, kind)}" if value.low is not None and value.high is not None else "待定"
    return shown(value, kind).text if isinstance(value, Known | Number) else "待定"


def why(value: Value) -> str:
    """What stands in the place of a value that is not known."""
    if isinstance(value, Undefined):
        return CauseKind.UNDEFINED.stead
    if isinstance(value, Known):
        return "不明"
    kind = leading(value.causes)
    if kind is CauseKind.JUDGEMENT and all(c.what.topic is Topic.READING for c in value.causes if c.kind is kind):
        return READING_OPEN
    return "不明" if kind is None else kind.stead


def _partly(value: Number) -> str:
    """Why what lies between two ends is not known: part of it was told, so it is not the whole that was not."""
    said = why(value)
    return f"有{said}的" if said in _PARTLY else said


_PARTLY = {CauseKind.MISSING.stead, CauseKind.UNVERIFIED.stead, CauseKind.JUDGEMENT.stead}


@lru_cache(maxsize=16_384)  # a line's amount stands in its cap, in its sum and in the measure's
def amount_text(value: Fraction, dims: Dims, *, percent: bool = False, places: int = 6) -> str:
    """As an officer writes it; money that is not whole 元 is not counted in 万: 16,666.66元, never 1.666666万元."""
    if is_money(dims) and value.denominator != 1:
        return grouped(decimal_text(value, places)) + unit_text(dims)
    return show_amount(value, dims, percent=percent, places=places)


def number_text(value: Fraction, kind: Quantity, distinct_from: Fraction | None = None) -> str:
    """As written by officers; never rounded onto a threshold it does not equal."""
    places = 2 if not kind.dims else 6
    if distinct_from is not None and value != distinct_from:
        scale = 100 if kind.percent and not kind.dims else 1
        while places < 12 and decimal_text(value * scale, places) == decimal_text(distinct_from * scale, places):
            places += 2
    return amount_text(value, kind.dims, percent=kind.percent, places=places)


def pair_text(value: Number, unit: str) -> str:
    """An amount as far as it is known."""
    dims = ((unit, 1),) if unit else ()

    def one(x: Fraction | None) -> str:
        return "不详" if x is None else amount_text(x, dims)

    if value.exact:
        return one(value.low)
    if value.high is None:
        return f"至少{one(value.low)}，上限不详" if value.low else "待定"
    return f"{one(value.low)}至{one(value.high)}"


def ceiling_text(value: Number, unit: str) -> str:
    """An amount that is a ceiling, as far as it is known."""
    if value.exact:
        return f"不超过 {pair_text(value, unit)}"
    known = f"其中已确定不超过 {money(value.low, unit)}" if value.low else ""
    if value.high is None:
        return f"待定（上限不详，{known}）" if known else "待定"
    return f"待定，最多 {money(value.high, unit)}" + (f"（{known}）" if known else "")


def money(value: Fraction, unit: str = "元") -> str:
    """One amount, all of it known."""
    return amount_text(value, ((unit, 1),))


def exact_amount(value: Fraction, unit: str = "元") -> str:
    """A sum to the 分, its thousands apart, whole yuan without decimals: 1,234.50元, 90,000元. What is finer is written out."""
    text = money_string(value) if 100 % value.denominator == 0 else decimal_string(value)
    return grouped(text.removesuffix(".00")) + unit


def signed_amount(value: Fraction, unit: str = "元") -> str:
    """A difference, with its sign."""
    return f"{'+' if value > 0 else ''}{exact_amount(value, unit)}"


def cents_amount(cents: Fraction | int, unit: str) -> str:
    """What was counted in 分: 1234.50元; what is no whole 分 yet says so."""
    shown = round(cents)
    return f"{'' if shown == cents else '≈'}{money_string(Fraction(shown, 100))}{unit}"


def brief_amount(value: Fraction) -> str:
    """To two decimals of 亿, 万 or one, beside a bar or an axis; said to be about that where something was cut."""
    for unit, size in (("亿", 10**8), ("万", 10**4), ("", 1)):
        if abs(value) >= size or size == 1:
            scaled = value / size
            shown = in_cents(scaled) if abs(scaled) < 10**6 else Fraction(int(scaled))
            return f"{'' if shown == scaled else '≈'}{decimal_string(shown)}{unit}"
    return ""


def amount_words(award: Award, outcome: str = "eligible") -> str:
    """The amount with its manner: 不超过 for ceilings, 待定 where it is, never more than known."""
    if outcome in ("ineligible", "not_in_force"):
        return "—"
    if not award.monetary:
        return _KINDS[award.kind]
    low, high, unit = award.low, award.high, award.unit
    prefix = award.basis.label if award.basis is AwardBasis.CEILING else ""
    if not award.pending:
        assert low is not None
        return prefix + money(low, unit)
    known = f"其中已确定{prefix}{money(low, unit)}" if low else ""
    if high is None:
        return f"待定（上限不详{'，' if known else ''}{known}）"
    known = known or "尚无确定部分"
    return f"待定，最多{money(high, unit)}（{known}）"


def total_words(total: Total, *, ceiling: bool) -> str:
    """What all measures come to together; `ceiling`: one of them at least is only 不超过."""
    if not total.pending:
        return money(total.low)
    if not total.low:
        return "待定，尚无确定部分，" + ("上限不详" if total.high is None else f"最多 {money(total.high)}")
    known = f"已确定{'的不超过' if ceiling else ''} {money(total.low)}"  # not 条件已满足的: a measure that is met may have more to come
    return f"{known}，其余待定，" + ("上限不详" if total.high is None else f"连同待定的最多 {money(total.high)}")
