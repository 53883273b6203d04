"""The results of a round as a file: a workbook of all sheets, or the lines of 逐户逐项 for other programs (CSV, Parquet).

What must stay true: a text is written as text, whatever it begins with; an amount is the exact amount; the same round gives the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from importlib.util import find_spec
from typing import Any

from ..errors import UsageError
from ..rulebook.literals import exact_money
from ..visible import visible_line
from ..words import Outcome
from .duplicates import Doubted
from .entries import Screened
from .sheets import why_not
from .tables import Cell, Kind, Sheet

SUFFIXES = (".xlsx", ".csv", ".parquet")
_MADE = datetime.fromisoformat("2000-01-01")  # a workbook says when it was made; nothing here has a clock
_FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
_LINES = 27  # of a row: no spreadsheet has higher ones
_LARGEST = 10**13  # from which a spreadsheet's number has no room for the 分
_FORMULA = ("=", "+", "-", "@", "\t", "\r", *(chr(0xFEE0 + ord(c)) for c in "=+-@"))  # full-width too: some spreadsheets take them
LINES = (
    "企业", "统一社会信用代码", "县区", "行", "状态", "规则库", "事项编号", "支持事项", "outcome", "结论", "依据状态", "settled", "at_most", "单位", "不超过", "名单金额", "未列入名单的原因", "原因",
)  # fmt: skip


def written(suffix: str, sheets: Sequence[Sheet], rows: Sequence[Screened], doubted: Doubted) -> bytes:
    """The results as a file of that ending. Raises `UsageError` for an ending unknown here, or a library that is not there."""
    match suffix.lower():
        case ".xlsx":
            return workbook_of(sheets)
        case ".csv":
            return _csv(rows, doubted)
        case ".parquet":
            return _parquet(rows, doubted)
    raise UsageError(f"“{suffix}”不是能写的格式", mend=f"文件名以 {'、'.join(SUFFIXES)} 结尾，如 -o 结果.xlsx", argument="output")


def refuse_unwritable(suffix: str, instead: str = "结果.csv") -> None:
    """Raises `UsageError` where the library that writes such a file is not there: before anybody is decided for it."""
    needed, name, mend = {
        ".xlsx": ("xlsxwriter", "写 Excel 工作簿要先装 XlsxWriter", f"pip install huiqi[office]；或 -o {instead}"),
        ".parquet": ("pyarrow", "写 Parquet 要先装 pyarrow", f"pip install huiqi[frames]；或 -o {instead}"),
    }.get(suffix.lower(), ("", "", ""))
    if needed and find_spec(needed) is None:
        raise UsageError(name, mend=mend, argument="output")


# -- for other programs ------------------------------------------------------------------------------------


_SHARED = ("拟支持额", "汇总后最少", "汇总后最多")  # where a rulebook shares money out among all


def _titles(rows: Sequence[Screened]) -> tuple[str, ...]:
    return (*LINES, *(_SHARED if any(i.share for row in rows for i in row.items) else ()))


def _lines(rows: Sequence[Screened], doubted: Doubted) -> Iterator[tuple[str, ...]]:
    shared = len(_titles(rows)) > len(LINES)
    more = [""] * len(_SHARED) if shared else []
    for row in rows:
        head = (row.name, row.code, row.county, "、".join(row.rows), "已测算" if row.done else "跳过" if row.dropped else "有错")
        if not row.items:
            yield (*head, *[""] * (len(LINES) - len(head) - 1), "；".join(row.held), *more)
        for i in row.items:
            why = why_not(i, row, doubted) if i.outcome == Outcome.ELIGIBLE else ""
            listed = i.listed if not why else ""
            ceiling = "是" if i.ceiling else "否" if i.money else ""
            told = i.rulebook, i.id, i.title, i.outcome, i.words, i.standing, i.least, i.most, i.unit, ceiling, listed, why
            yield (*head, *told, i.lacking or "；".join(i.refused) or i.reason, *((i.granted, *(i.share or ("", ""))) if shared else ()))


def _csv(rows: Sequence[Screened], doubted: Doubted) -> bytes:
    """UTF-8 with a mark, as spreadsheets want it; what one would take for a formula has an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_titles(rows))
    for line in _lines(rows, doubted):
        writer.writerow([f"'{x}" if x.startswith(_FORMULA) else x for x in map(visible_line, line)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _parquet(rows: Sequence[Screened], doubted: Doubted) -> bytes:
    refuse_unwritable(".parquet")
    import pyarrow as pa
    import pyarrow.parquet as pq

    lines = list(_lines(rows, doubted))
    table = pa.table({name: pa.array([line[n] or None for line in lines], type=pa.string()) for n, name in enumerate(_titles(rows))})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return bytes(sink.getvalue())


# -- a workbook --------------------------------------------------------------------------------------------


def workbook_of(sheets: Sequence[Sheet], what: str = "初审测算", instead: str = "结果.csv") -> bytes:
    """The sheets as a workbook; `what` all of it is stands in every heading and at the foot of every page.

    Raises `UsageError` where XlsxWriter is not there; `instead` is what can be written without it.
    """
    refuse_unwritable(".xlsx", instead)
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": f"{what}结果", "author": "huiqi", "created": _MADE})
    styles = _Styles(book)
    for sheet in sheets:
        _sheet(book, sheet, styles, what)
    book.close()
    return out.getvalue()


class _Styles:
    def __init__(self, book: Any) -> None:
        def made(**more: Any) -> Any:
            return book.add_format({**_FONT, **more})

        line = {"border": 1, "border_color": "#BFBFBF", "valign": "top"}
        self.title = made(bold=True, font_size=14)
        self.about = made(font_color="#444444", text_wrap=True, valign="top", num_format="@")
        self.first = made(bold=True, font_color="#9C0006", text_wrap=True, valign="top", num_format="@")
        self.heading = made(bold=True, bg_color="#DCE6F1", border=1, border_color="#8EA9DB", text_wrap=True, align="center", num_format="@")
        self.cells = {
            Kind.TEXT: made(num_format="@", text_wrap=True, **line),
            Kind.MONEY: made(num_format="#,##0.00", align="right", **line),
            Kind.COUNT: made(num_format="0", align="right", **line),
        }
        self.instead = made(num_format="@", text_wrap=True, **line, align="right")  # words where an amount would stand
        self.totals = {
            Kind.TEXT: made(num_format="@", bold=True, bg_color="#F2F2F2", **line),
            Kind.MONEY: made(num_format="#,##0.00", align="right", bold=True, bg_color="#F2F2F2", **line),
            Kind.COUNT: made(num_format="0", align="right", bold=True, bg_color="#F2F2F2", **line),
        }


def _sheet(book: Any, sheet: Sheet, styles: _Styles, what: str) -> None:
    page = book.add_worksheet(sheet.title)
    if sheet.hidden:
        page.very_hidden() if hasattr(page, "very_hidden") else page.hide()
    last = len(sheet.columns) - 1
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
    top = 0
    if not sheet.hidden:
        page.write_string(0, 0, f"{sheet.title}（{what}）", styles.title)
        page.set_row(0, 22)
        width = sum(c.width for c in sheet.columns)
        for top, line in enumerate(sheet.about, 1):
            page.merge_range(top, 0, top, last, "", styles.about)
            page.write_string(top, 0, visible_line(line), styles.first if top == 1 else styles.about)
            page.set_row(top, 15 * max(1, -(-_wide(line) // max(1, width))))
        top += 1
    for number, column in enumerate(sheet.columns):
        page.write_string(top, number, column.title, styles.heading)
    page.set_row(top, 30)
    for at, row in enumerate(sheet.rows, top + 1):
        _row(page, at, sheet, row, styles.cells, styles.instead)
    end = top + len(sheet.rows)
    if sheet.rows and not sheet.hidden:
        page.autofilter(top, 0, end, last)
    if sheet.total:
        end += 1
        _row(page, end, sheet, sheet.total, styles.totals, styles.totals[Kind.MONEY])
    if not sheet.rows and not sheet.hidden:
        end += 1
        page.write_string(end, 0, "（没有）", styles.cells[Kind.TEXT])
    page.freeze_panes(top + 1, 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.print_area(0, 0, end, last)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer(f"&L{what}，不作为拨付依据&R第 &P 页 共 &N 页")
    if sheet.pages:
        page.set_h_pagebreaks([top + 1 + n for n in sheet.pages][:1023])  # as many as the format holds


def _wide(text: str) -> int:
    """Of a text in half-width characters."""
    return sum(1 if ord(c) < 0x2E80 else 2 for c in text)


def _row(page: Any, at: int, sheet: Sheet, row: Sequence[Cell], styles: Any, instead: Any) -> None:
    lines = 1
    for number, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
        style = styles[column.kind]
        match cell:
            case None:
                page.write_blank(at, number, None, style)
            case str():
                text = visible_line(cell)
                page.write_string(at, number, text, styles[Kind.TEXT] if column.kind is Kind.TEXT else instead if text else style)
                lines = max(lines, -(-_wide(text) // max(1, column.width - 1)))
            case int():
                page.write_number(at, number, cell, style)
            case Fraction() if 100 % cell.denominator == 0 and abs(cell) < _LARGEST:
                page.write_number(at, number, float(cell), style)  # all its digits have room: what is shown is what is meant
            case Fraction():
                page.write_string(at, number, exact_money(cell), styles[Kind.TEXT])
    page.set_row(at, 15 * min(lines, _LINES))


__all__ = ["SUFFIXES", "refuse_unwritable", "workbook_of", "written"]
