"""Days as officers write them in a cell: read where it is one day, asked where a part is missing, refused where it is a term."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from ..errors import clip
from .found import As, Asked, Found, Read, Wrong
from .grid import Cell, Kind, day_of
from .propose import Column
from .questions import Choice, Question

_DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|(\d{2})(\d{2}))(?:T?\s*\d{1,2}:\d{2}(?::\d{2})?(?:\.0+)?)?"
)
_MONTH = re.compile(r"(\d{4})(?:年(\d{1,2})月?|[-/.](\d{1,2}))")
_SHORT = re.compile(r"(\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_TURNED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_TERM = re.compile(r"(?:\d+|[一二两三四五六七八九十半]+)(?:个?(?:年|月|季度?|天|日|周)|年半)(?:期|内)?|长期|永久|无固定期限")
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
SERIALS = range(20_000, 80_000)  # days from 1954 to 2119


def read_day(cell: Cell, column: Column, since_1904: bool) -> Found:
    """A cell of a column of days; blank, error values and mere signs have been dealt with."""
    label = column.label.split("/")[-1]
    if cell.kind in (Kind.NUMBER, Kind.DATE):
        return _serial(cell, column, since_1904, label)
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", cell.text)).strip()
    plain = text.replace(" ", "") if ":" not in text else text
    if re.fullmatch(r"[〇零一二三四五六七八九]{4}年.+", plain):
        plain = plain.translate(_DIGITS) if "十" not in plain else plain
    if match := _DAY.fullmatch(plain):
        return _day([int(x) for x in match.groups() if x is not None], text, column)
    if match := _MONTH.fullmatch(plain):
        year, month = int(match[1]), int(match[2] or match[3])
        return _no_day(column, label, f"{year}年{month}月", f"缺日，是{year}年{month}月哪一天？")
    if re.fullmatch(r"(?:19|20)\d{2}年?度?", plain):
        return _no_day(column, label, f"{plain[:4]}年", f"只有年份，是{plain[:4]}年哪一天？")
    if (match := _SHORT.fullmatch(plain)) is not None:
        year, month, day = (int(x) for x in match.groups())
        return _unsure(column, label, text, [(2000 + year, month, day)])
    if match := _TURNED.fullmatch(plain):
        first, second, year = (int(x) for x in match.groups())
        return _unsure(column, label, text, [(year, first, second), (year, second, first)])
    if match := re.fullmatch(r"(\d{1,2})[月.-](\d{1,2})日?", plain):
        return _no_day(column, label, text, f"“{clip(text)}”没有年份，是哪一年的？")
    shown = clip(text)
    days = list(re.finditer(r"\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}日?", plain))
    if len(days) > 1:
        return Wrong(message=f"一格里有两个日期“{shown}”", mend=f"{label}只填一个日期", expected="年-月-日")
    if _TERM.fullmatch(plain):
        where = "写借款合同上的到期日" if column.record and "贷款" in column.record.name else "写凭证上的日期"
        return Wrong(message=f"{label}写成了期限“{shown}”", mend=f"{where}，例如 2027-01-01", expected="年-月-日")
    return Wrong(message=f"“{shown}”不是日期", mend="写作 年-月-日，例如 2026-06-30；别的话写在备注里", expected="年-月-日")


def _serial(cell: Cell, column: Column, since_1904: bool, label: str) -> Found:
    value = cell.number
    assert value is None or isinstance(value, Decimal)
    if value is None:
        return Wrong(message=f"“{clip(cell.text)}”不是日期", mend="写作 年-月-日", expected="年-月-日")
    whole = int(value)
    if cell.kind is Kind.DATE:
        found = day_of(value, since_1904)
        said = () if value == whole else ("去掉了时分",)
        return _bounded(found, said, column) if found else Wrong(message="日期格的数不是日期", mend="写作 年-月-日", expected="年-月-日")
    if value == whole and whole in SERIALS:
        found = day_of(value, since_1904)
        if found:
            system = "，按1904年起算" if since_1904 else ""
            return _bounded(found, (f"数字{whole}按日期序号读{system}",), column)
    if value == whole and len(str(whole)) == 8:
        return _day([whole // 10_000, whole // 100 % 100, whole % 100], str(whole), column)
    text = f"{value:f}"
    if re.fullmatch(r"((?:19|20)\d{2})\.(\d{1,2})", text):
        return _no_day(column, label, text, f"写的是数 {text}，是哪一天？")
    if value == whole and 1950 <= whole <= 2100:
        return _no_day(column, label, f"{whole}年", f"只有年份，是{whole}年哪一天？")
    return Wrong(message=f"数字{clip(text)}不是日期", mend="写作 年-月-日，例如 2026-06-30", expected="年-月-日")


def _day(parts: list[int], text: str, column: Column) -> Found:
    try:
        found = date(*parts)
    except ValueError:
        return Wrong(message=f"没有“{clip(text)}”这一天", mend="核对月份与日数", expected="年-月-日")
    return _bounded(found, (), column)


def _bounded(found: date, said: tuple[str, ...], column: Column) -> Found:
    low, high = column.spec.date_bounds if column.spec else (None, None)
    if (low and found < low) or (high and found > high):
        return Wrong(message=f"{found} 超出“{column.label}”的上下限（{low} 至 {high}）", mend="照凭证重填", expected=f"{low} 至 {high}")
    return Read(what=As.FACT if column.spec else As.COMPARED, value=found, shown=found.isoformat(), said=said)


def _no_day(column: Column, label: str, shown: str, words: str) -> Asked:
    choices = (Choice(text="对照凭证填写", open=True), Choice(text="暂缺", value=""))
    return Asked(question=Question(key=f"缺日:{column.head.title}:{shown}", words=f"{label}{words}", choices=choices))


def _unsure(column: Column, label: str, text: str, found: list[tuple[int, int, int]]) -> Found:
    days = list[date]()
    for parts in found:
        try:
            days.append(date(*parts))
        except ValueError:
            continue
    if not days:
        return Wrong(message=f"没有“{clip(text)}”这一天", mend="写作 年-月-日", expected="年-月-日")
    choices = [Choice(text=d.isoformat(), value=d.isoformat()) for d in dict.fromkeys(days)]
    words = f"{label}“{clip(text)}”是哪一天？"
    return Asked(
        question=Question(key=f"日期:{column.head.title}:{text}", words=words, choices=(*choices, Choice(text="其他", open=True)), suggested=len(choices) == 1)
    )
