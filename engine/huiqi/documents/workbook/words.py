"""What a cell of a filled workbook says in its column: the words a case file would have, or why there are none.

What must stay true: what a spreadsheet may have spoilt (a code turned into a number, a day made of a month, a number shown otherwise
than it is) is a problem with its mend, never a guess; no float is made of a number.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ...errors import Code
from ...language.units import FULL_WIDTH, PREFIXES, SIGNS
from ...rulebook.compiled import FactKind
from .cells import Cell, Held, plain_number, scaled, words_of
from .layout import Column, Role

_DIGITS = 15  # of a number that a spreadsheet keeps
_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)", re.I)
_BARE = re.compile(rf"[+-]?\d+(?:\.\d+)?\s*(?:{'|'.join(sorted((p for p in PREFIXES if p), key=len, reverse=True))})?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ABOUT = re.compile(r"约|大约|近|将近|不足|不到|超过|.*(?:左右|上下)$")


def unreadable(cell: Cell) -> tuple[str, str, Code] | None:
    """What no column takes."""
    if cell.held is Held.UNCOMPUTED:
        return "是公式，没有存下算出的值", "在 Excel 里打开、重算、保存，或直接写值", Code.MISSING
    if cell.held is Held.ERROR or (cell.held is Held.TEXT and _ERROR.fullmatch(str(cell).strip())):
        return "是公式出错的结果", "改好公式，或直接写值；不知道就空着", Code.WRONG_VALUE
    return None


def said_in(cell: Cell, column: Column) -> str | tuple[str, str, Code]:
    """The words of a cell; or why there are none, with the mend."""
    kind = (
        column.spec.kind
        if column.spec is not None
        else FactKind.DATE
        if column.role is Role.DAY or column.name == "日期"
        else FactKind.YEAR
        if column.role in (Role.YEAR, Role.OF_YEAR)
        else FactKind.TEXT
    )
    match cell.held:
        case Held.TRUTH:
            return ("是" if cell.value else "否") if kind == FactKind.BOOLEAN else ("是 TRUE 或 FALSE，这里不是判断", "写成文字", Code.WRONG_TYPE)
        case Held.DATE:
            return _day(cell, kind)
        case Held.NUMBER:
            return _number(cell, column, kind)
    text = str(cell).strip()
    plain = text.translate(FULL_WIDTH).strip()
    if column.numeric and column.unit:
        number = _unsigned(plain, column.unit)
        if _BARE.fullmatch(number):
            return f"{number}{column.unit}"
        if re.search(r"\d", plain) and _ABOUT.match(plain):
            return "不是数字，是约数", "写准确的数；还没有的空着", Code.WRONG_TYPE
        if re.match(r"[+-]?\d", plain) and (beside := re.search(r"[（(].*", text)):
            return f"数的后面还写着话（{beside.group().strip('（）()')}）", "这一格只写数，要说明的写在“备注”", Code.WRONG_TYPE
    if kind == FactKind.RATIO and re.fullmatch(r"[+-]?\d+(?:\.\d+)?", plain) and plain.strip("+-0."):
        return _share(Decimal(plain))
    return text


def _unsigned(plain: str, unit: str) -> str:
    """A number without the sign of its column's currency and without the commas of its thousands."""
    sign = next((s for s in SIGNS.get(unit, ()) if plain.startswith(s)), "")
    number = plain.removeprefix(sign).strip()
    return number.replace(",", "") if _THOUSANDS.fullmatch(number) else number if sign else plain


def _share(value: Decimal) -> tuple[str, str, Code]:
    """A share without its sign may be either."""
    return f"没有写百分号，是 {plain_number(value)}% 还是 {plain_number(value * 100)}%？", "写上百分号", Code.MISSING_UNIT


def _day(cell: Cell, kind: FactKind) -> str | tuple[str, str, Code]:
    if kind != FactKind.DATE:
        return "变成了日期（录入时被当作日期）", "单元格格式改成“文本”，按原样重写", Code.WRONG_TYPE
    if len(str(cell)) != 10 or isinstance(cell.value, str):
        return "带着钟点，不是一天", "写成 2026-06-30", Code.WRONG_TYPE
    if "d" not in re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", cell.shown.split(";")[0]).lower():
        return "的格式只显示到月，哪一天看不出来", "写成文字，写到日", Code.WRONG_TYPE
    if cell.value.year <= 1900:
        return "是 1900 年的日期，像是一个数当成了日期", "写成 2026-06-30", Code.WRONG_TYPE
    return str(cell)


def _number(cell: Cell, column: Column, kind: FactKind) -> str | tuple[str, str, Code]:
    value: Decimal = cell.value
    text = plain_number(value)
    digits = len(text.lstrip("-").replace(".", "").strip("0") if "." in text else text.lstrip("-"))
    says = words_of(cell.shown)
    if column.numeric or kind in (FactKind.RATIO, FactKind.PERIOD):
        if digits > _DIGITS and "." not in text:
            return f"超过 {_DIGITS} 位，后面几位已经丢了", "按原始凭证写成文字", Code.TOO_PRECISE
        if scaled(cell.shown) or (says and says not in (column.unit, *SIGNS.get(column.unit, ()))):
            shown = "显示的与存下的不是一个数" if scaled(cell.shown) else f"显示时带着“{says}”"
            return f"{shown}，是多少看不出来", f"格式改成“常规”，或写成文字，如 18万{column.unit}", Code.WRONG_UNIT
        if "%" in re.sub(r'"[^"]*"', "", cell.shown):
            return f"{plain_number(value * 100)}%"
        if kind == FactKind.RATIO and value:
            return _share(value)
        return f"{text}{column.unit}"
    if kind == FactKind.DATE:
        return "是一个数，不是日期", "写成 2026-06-30", Code.WRONG_TYPE
    if value != value.to_integral_value():
        return "成了带小数的数，原来怎样写的看不出来", "单元格格式改成“文本”，按原样重写", Code.WRONG_TYPE
    if digits > _DIGITS:
        return f"成了超过 {_DIGITS} 位的数，后面几位已经丢了", "单元格格式改成“文本”，对照原件重写", Code.WRONG_VALUE
    if says or "%" in cell.shown or scaled(cell.shown) or not re.fullmatch(r"General|@|#?0?(?:_.)?", cell.shown.split(";")[0]):
        return "成了数，显示的与存下的可能不一样（例如前面的 0）", "单元格格式改成“文本”，按原样重写", Code.WRONG_VALUE
    if kind == FactKind.INDUSTRY and len(text) != 4:
        return "成了数，前面的 0 可能丢了", "单元格格式改成“文本”，写四位代码", Code.WRONG_VALUE
    return text


__all__ = ["said_in", "unreadable"]
