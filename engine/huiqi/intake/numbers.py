"""Numbers as officers write them in a cell: with a unit or without, exact or not read at all.

The cell's own unit comes first, then the column's. What must stay true: 万 in a 万-column is the same 万; about, more than, two
numbers in one cell and sums are no numbers; a bare number in a % column is percent only where it cannot be a fraction.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from ..errors import clip
from ..language.types import Quantity
from ..language.units import PREFIXES, is_money, show_amount, unit_text
from ..plain import dataclass
from ..rulebook.compiled import FactKind, FactSpec
from .found import As, Asked, Found, Read, Wrong
from .grid import Cell, Kind, plain_number
from .layout import Named, unit_named
from .propose import Column
from .questions import Choice, Question

_ABOUT = re.compile(
    r"^(?:大约|大概|将近|接近|超过|不超过|不足|不到|至少|最多|约|近|超|逾|>|<|≥|≤|~|≈|[上]?不低于|不少于)+|左右|上下|以上|以下|以内|[余多](?=$|[万亿元人美])|几"
)
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_WHOLE = re.compile(rf"(?P<sign>[+-]?)(?P<currency>¥|RMB|人民币|US\$|USD|\$|€|HK\$)?(?P<minus>-?)(?P<number>{_NUMBER})(?P<unit>[^\d.,].*)?")
_CURRENCY = {"¥": "元", "RMB": "元", "人民币": "元", "US$": "美元", "USD": "美元", "$": "美元", "€": "欧元", "HK$": "港元"}
_SUM = re.compile(r"[+*×÷=]|LPR|BP|基点|基准|上浮|下浮|加点|\d\s*-\s*LPR", re.IGNORECASE)
_CHINESE = re.compile(r"[零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟萬億元圆角分整%半]+")
TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class Numeral:
    """A number as it stands: its digits for showing, its value, the unit written beside it."""

    digits: str
    value: Fraction
    unit: str = ""


def read_number(cell: Cell, column: Column) -> Found:
    """A cell of a column of numbers; blank, error values and mere signs have been dealt with."""
    label = column.label
    if cell.kind is Kind.DATE:
        return Wrong(message=f"单元格是日期，不是{label}", mend=f"重新填写{label}，把单元格格式改为“常规”", expected="一个数")
    if cell.kind is Kind.BOOL:
        return Wrong(message=f"单元格是“{cell.text}”，不是数", mend=f"重新填写{label}", expected="一个数")
    found = _numeral(cell, label, column)
    if not isinstance(found, Numeral):
        return found
    if column.spec is not None and isinstance(column.spec.type, Quantity) and (column.spec.type.percent or column.spec.kind == FactKind.RATIO):
        return _rate(found, column)
    return _quantity(found, column)


def _numeral(cell: Cell, label: str, column: Column) -> Numeral | Wrong:
    if cell.kind is Kind.NUMBER:
        value = cell.number
        if value is None:
            return Wrong(message=f"数“{clip(cell.text)}”太大，读不出来", mend=f"重新填写{label}", expected="一个数")
        if cell.percent:
            return Numeral(plain_number(value * 100), Fraction(value) * 100, "%")
        return Numeral(plain_number(value), Fraction(value))
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell.text)).replace("￥", "¥")
    match = _WHOLE.fullmatch(plain)
    unit = (match["unit"] or "") if match else ""
    if match and not re.search(r"\d", unit) and not _ABOUT.search(plain) and not (match["sign"] and match["minus"]):
        digits = match["number"].replace(",", "")
        if match["currency"]:
            unit = _own_currency(unit, _CURRENCY[match["currency"]])
        if re.fullmatch(r"\d+\.0+", digits) and "," in match["number"]:
            digits = digits.partition(".")[0]
        sign = "-" if "-" in (match["sign"], match["minus"]) else ""
        if len(digits) <= 24 and (not unit or unit in PREFIXES or unit.removesuffix("整") in PREFIXES or unit_named(unit.removesuffix("整")) is not None):
            return Numeral(sign + digits, Fraction(sign + digits), unit.removesuffix("整"))
    return _no_number(cell.text.strip(), plain, label, column)


def _own_currency(unit: str, currency: str) -> str:
    """¥30万, ￥300元: the sign in front and what stands behind."""
    return unit if unit.endswith(currency) else unit + currency


def _no_number(text: str, plain: str, label: str, column: Column) -> Wrong:
    """Which of the things that are no number it is, and how to mend it."""
    shown = clip(text)
    numbers = tuple(Fraction(x.replace(",", "")) for x in re.findall(_NUMBER, plain))
    rate = bool(column.spec and column.spec.kind == FactKind.RATIO)
    if rate and (_SUM.search(plain) or re.search(r"[A-Za-z]", plain)):
        other = _other_rate(column)
        return Wrong(
            message=f"{label.removeprefix('年')}写成了公式“{shown}”", mend=f"写实际执行的年利率，例如 3.2%{other}", expected="一个百分数", numbers=numbers
        )
    example = plain_number_of(numbers[0]) if numbers else "80"
    if numbers and _ABOUT.search(plain) and len(numbers) == 1:
        return Wrong(message=f"“{shown}”不是确数", mend=f"写审核通过或凭证上的数，例如 {example}", expected="一个确切的数", numbers=numbers)
    if re.fullmatch(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d+.*", plain):
        return Wrong(message=f"“{shown}”是科学计数法", mend="写出完整的数字", expected="一个数")
    if len(numbers) > 1 and _SUM.search(plain):
        return Wrong(message=f"写成了算式“{shown}”", mend=f"{label}只填算出来的数", expected="一个数", numbers=numbers)
    if len(numbers) > 1:
        people = bool(column.unit and column.unit.dims == (("人", 1),))
        rest = "其他情形的（如提前解约）在人员明细里逐人填写" if people else "另一个数是什么，写在备注或明细里"
        return Wrong(
            message=f"一格里有{'两' if len(numbers) == 2 else '几'}个数“{shown}”",
            mend=f"{'人数' if people else label}只填一个数；{rest}",
            expected="一个数",
            numbers=numbers,
        )
    if _CHINESE.fullmatch(plain):
        return Wrong(message=f"“{shown}”是中文数字", mend="改写成阿拉伯数字", expected="一个数")
    if re.match(r"\(?-?\d", plain) and re.fullmatch(r"\([\d.,]+\)", plain):
        return Wrong(message=f"“{shown}”带括号，看不出是负数还是注释", mend=f"负数写 -{example}，否则去掉括号", expected="一个数", numbers=numbers)
    if numbers:
        return Wrong(
            message=f"“{shown}”不是一个数加单位",
            mend=f"写成数加单位，例如 {example}{column.unit.word if column.unit else '万元'}；别的话写在备注里",
            expected="一个数",
            numbers=numbers,
        )
    return Wrong(message=f"“{shown}”不是数", mend=f"{label}填一个数；确为零就写 0，不知道就留空", expected="一个数")


def _other_rate(column: Column) -> str:
    others = [s.name for s in (column.record.fields.values() if column.record else ()) if "LPR" in s.name.upper()]
    return f"；LPR 另填“{others[0]}”" if others else ""


def plain_number_of(value: Fraction) -> str:
    return show_amount(value, ()).replace(",", "")


# -- with units ----------------------------------------------------------------------------------------------


def unit_key(column: Column) -> str:
    return f"单位:{column.head.title}"


def _quantity(numeral: Numeral, column: Column) -> Found:
    unit, said = column.unit, list[str]()
    if numeral.unit == "%":
        if unit is None and column.spec is None:  # a share that no fact asks for stands as it is
            return Read(what=As.COMPARED, value=numeral.value, shown=f"{numeral.digits}%")
        return _other_kind(numeral, column, unit_named("%"))
    if numeral.unit in PREFIXES and numeral.unit:
        if unit is None:
            return _unit_asked(numeral, column)
        size, base = PREFIXES[numeral.unit], _base_word(unit)
        if unit.scale == size and unit.word.startswith(numeral.unit):
            said.append(
                f"格内的“{numeral.unit}”与表头的“{numeral.unit}”是同一个"
                if column.unit_from == "表头"
                else f"格内的“{numeral.unit}”与本栏单位的“{numeral.unit}”是同一个"
            )
        else:
            said.append(f"格内写“{numeral.unit}”，本栏是{unit.word}，按{numeral.digits}{numeral.unit}{base}读")
        return _bounded(numeral.value * size, f"{numeral.digits}{numeral.unit}{base}", column, said, bare=False)
    if numeral.unit:
        own = unit_named(numeral.unit)
        assert own is not None
        if unit is not None and own.dims != unit.dims:
            return _other_kind(numeral, column, own)
        if unit is None and column.spec is not None and own.dims != column.dims:
            return _other_kind(numeral, column, own)
        value = numeral.value * own.scale
        if unit is not None and own.scale != unit.scale:
            said.append(f"格内单位是{own.word}，本栏是{unit.word}，按{_in(value, unit)}读")
        return _bounded(value, f"{numeral.digits}{own.word}", column, said, bare=False)
    if unit is None:
        if column.unit_asked:
            return _unit_asked(numeral, column)
        return _bounded(numeral.value, numeral.digits, column, said, bare=True)
    return _bounded(numeral.value * unit.scale, f"{numeral.digits}{unit.word}", column, said, bare=True)


def _base_word(unit: Named) -> str:
    return unit_text(unit.dims)


def _in(value: Fraction, unit: Named) -> str:
    return plain_number_of(value / unit.scale) + unit.word


def _unit_asked(numeral: Numeral, column: Column) -> Asked:
    currency = unit_text(column.dims) or "元"
    shown = numeral.digits + numeral.unit
    choices = [Choice(text=f"{shown}{x}", value=x) for x in ([currency] if numeral.unit else [currency, f"万{currency}"])]
    return Asked(
        question=Question(
            key=unit_key(column),
            words=f"“{column.label}”没有写单位，{shown} 是多少？",
            choices=(*choices, Choice(text="其他", open=True)),
            columns=(column.number,),
        )
    )


def _other_kind(numeral: Numeral, column: Column, own: Named | None) -> Asked:
    word = own.word if own else numeral.unit
    wanted = column.unit.word if column.unit else unit_text(column.dims)
    shown = f"{numeral.digits}{word}"
    choices = (
        Choice(text=f"是{shown}，填错了栏或要先折算，暂缺", value=""),
        Choice(text=f"单位写错了，是{numeral.digits}{wanted}", value=numeral.digits + wanted),
    )
    return Asked(
        question=Question(
            key=f"单位不合:{column.head.title}:{shown}", words=f"本栏{f'是{wanted}' if wanted else '没有单位'}，格内写的是{shown}，怎样读？", choices=choices
        )
    )


def _bounded(value: Fraction, shown: str, column: Column, said: list[str], *, bare: bool) -> Found:
    """Within the bounds and decimals that the vocabulary declares."""
    if column.spec is None:
        return Read(what=As.COMPARED, value=value, shown=shown, said=tuple(said), bare=bare)
    if (wrong := out_of_bounds(value, shown, column.spec)) is not None:
        return replace(wrong, beyond=value if bare else None)
    low, high = column.spec.usual
    if (low is not None and value < low) or (high is not None and value > high):
        said.append("超出通常范围，请核对")
    return Read(value=value, shown=shown, said=tuple(said), bare=bare)


def out_of_bounds(value: Fraction, shown: str, spec: FactSpec) -> Wrong | None:
    assert isinstance(spec.type, Quantity)
    low, high = spec.bounds
    dims, percent = spec.type.dims, spec.type.percent
    limits = "至".join(show_amount(x, dims, percent=percent) for x in (low, high) if x is not None)
    if (low is not None and value < low) or (high is not None and value > high):
        return Wrong(message=f"{shown}超出“{spec.name}”的上下限（{limits}）", mend="核对数和单位，照凭证重填", expected=limits)
    places = spec.places
    if places is not None and not spec.type.percent and (value * 10**places).denominator != 1:
        what = "是整数" if not places else f"最多 {places} 位小数" + (f"（按{unit_text(dims)}）" if is_money(dims) else "")
        return Wrong(message=f"{shown}的小数太多", mend=f"“{spec.name}”{what}，照凭证重填", expected=what)
    return None


# -- percent -------------------------------------------------------------------------------------------------


def _rate(numeral: Numeral, column: Column) -> Found:
    """Rule: percent, where the column says % and a fraction would break the bounds; where both fit, a question."""
    spec = column.spec
    assert spec is not None
    if numeral.unit:
        own = unit_named(numeral.unit)
        if own is None or not own.percent:
            return _other_kind(numeral, column, own)
        return _bounded(numeral.value * own.scale, f"{numeral.digits}{own.word}", column, [], bare=False)
    value = numeral.value
    percent, fraction = f"{numeral.digits}%", f"{plain_number_of(value * 100)}%"
    fits = [out_of_bounds(v, s, spec) is None for v, s in ((value / 100, percent), (value, fraction))]
    marked = bool(column.unit and column.unit.percent)
    if value == 0 or (marked and fits == [True, False]):
        return _bounded(value / 100, percent, column, [], bare=True)
    if not any(fits):
        return out_of_bounds(value / 100, percent, spec) or Wrong(message=f"“{numeral.digits}”读不成{column.label}", mend="写百分数，例如 3.5%")
    texts = [t for t, fit in ((fraction, fits[1]), (percent, fits[0])) if fit]
    choices = [Choice(text=t, value=t) for t in texts] + ([Choice(text="其他", open=True)] if len(texts) == 1 else [])
    return Asked(
        question=Question(
            key=f"比率:{column.head.title}:{numeral.digits}", words=f"{column.label} {numeral.digits} 是多少？", choices=tuple(choices), suggested=True
        )
    )


# -- ten thousand times off ----------------------------------------------------------------------------------


OFF = "同栏别的数与它差一万倍上下"


def ten_thousand_off(values: Sequence[Fraction], value: Fraction, *, among: bool) -> Fraction | None:
    """By what a bare number is to be multiplied to be of the size of the others of its column; None where it is.

    `values` are those of the column above zero, in order; `among`: the number itself is one of them.
    """
    if value <= 0 or len(values) <= among:
        return None
    own = bisect_left(values, value) if among else len(values)
    middle, even = divmod(len(values) - among, 2)

    def other(n: int) -> Fraction:
        return values[n + (n >= own)]

    median = other(middle) if even else (other(middle - 1) + other(middle)) / 2
    for factor, off in ((Fraction(TEN_THOUSAND), median >= value * 300), (Fraction(1, TEN_THOUSAND), value >= median * 300)):
        if off and median / 100 <= value * factor <= median * 100:
            return factor
    return None
