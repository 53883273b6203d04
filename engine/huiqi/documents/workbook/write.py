"""The workbook to fill in, written: sheets with headings, drop-downs, notes, an example each, and a page that says how.

What must stay true: every text is written as text, whatever it begins with; a cell in which a spreadsheet
would make something else of what is typed (codes, dates, shares, periods) is a text cell; the same rulebook
gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from io import BytesIO
from typing import Any

from ...errors import UsageError
from ...plain import dataclass
from ...visible import visible_line
from ..form import asked_words
from .layout import APPLICANTS, CHOICES, COMPLETE, EXAMPLE, FORMAT, GUIDE, HOW, NONE, PARTIAL, REGISTRY, VERIFIED, YEARLY, Column, Kind, Role, Sheet

ROWS = 1000  # made ready for data; more may follow
_LIST_WIDTHS = (14, 24, 32, 42)  # of the list of all columns
_LIST = 255  # characters of a drop-down that stands in its own cell
_ACROSS = 105  # characters of the usual size that a landscape page is wide
_SMALLEST = 62  # per cent of that size that can still be read
_NOTE = 255  # of a message that a spreadsheet shows
_FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
_MADE = datetime.fromisoformat("2000-01-01")  # a workbook says when it was made; nothing here has a clock


@dataclass(frozen=True, kw_only=True)
class Cover:
    """What the workbook is for."""

    rulebooks: tuple[tuple[str, str], ...]  # as a case names it, and its title
    measures: tuple[str, ...]  # titles
    recognitions: tuple[str, ...] = ()  # titles, of rulebooks without measures
    only: tuple[str, ...] = ()  # ids of the measures, where they are not all there are
    claimed: tuple[str, ...] = ()  # titles that stand under 申报事项 already


def workbook_bytes(sheets: Sequence[Sheet], cover: Cover) -> bytes:
    """The whole file. Raises `UsageError` where the writer is not installed."""
    try:
        import xlsxwriter
    except ImportError:
        raise UsageError("写 Excel 工作簿要先装 XlsxWriter", mend="pip install huiqi[office]；或写成案例：huiqi new case -o 案例.yaml") from None
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"title": "惠企申报数据", "author": "huiqi", "created": _MADE})
    styles = _Styles(book)
    _guide(book, styles, sheets, cover)
    choices = _Choices()
    for sheet in sheets:
        _sheet(book, styles, sheet, choices, {Role.APPLIED: "；".join(cover.claimed)})
    choices.write(book, styles)
    _registry(book, styles, sheets, cover)
    book.close()
    return out.getvalue()


class _Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        def style(**more: Any) -> Any:
            return book.add_format({**_FONT, **more})

        self.title = style(bold=True, font_size=14)
        self.text = style(num_format="@", text_wrap=True)
        self.about = style(font_color="#444444")
        self.heading = style(bold=True, bg_color="#DCE6F1", border=1, text_wrap=True, num_format="@", align="center")
        self.must = style(bold=True, bg_color="#FCE4D6", border=1, text_wrap=True, num_format="@", align="center")
        self.how = style(font_color="#666666", font_size=9, border=1, text_wrap=True, num_format="@", valign="top", bg_color="#F7F7F7")
        self.example = style(font_color="#7F7F7F", italic=True, border=1, num_format="@", bg_color="#F2F2F2", text_wrap=True)
        self.cell = style(num_format="@")
        self.listed = style(border=1, text_wrap=True, num_format="@", valign="top", font_size=9)
        self.box = style(num_format="@", border=1, text_wrap=True, bg_color="#FFFFE8")
        self._book, self._numbers = book, dict[tuple[str, bool], Any]()

    def of(self, column: Column, *, boxed: bool = False) -> Any:
        if not column.numeric:
            return self.box if boxed else self.cell
        shown = number_format(column)
        if (shown, boxed) not in self._numbers:
            more = {"border": 1, "bg_color": "#FFFFE8"} if boxed else {}
            self._numbers[shown, boxed] = self._book.add_format({**_FONT, "num_format": shown, "align": "right", **more})
        return self._numbers[shown, boxed]


def number_format(column: Column) -> str:
    """Of a column of bare numbers: nothing that would show another number than is there."""
    assert column.spec is not None
    return {0: "#,##0", 2: "#,##0.00"}.get(-1 if column.spec.places is None else column.spec.places, "General")


class _Choices:
    """Drop-downs too long to stand in a cell, one column each on a hidden sheet."""

    def __init__(self) -> None:
        self.lists: dict[tuple[str, ...], int] = {}

    def source(self, options: tuple[str, ...]) -> Any:
        if len(",".join(options)) <= _LIST and not any(set(x) & set(',"') or x != x.strip() or x[:1] in "=" for x in options):
            return list(options)
        from xlsxwriter.utility import xl_rowcol_to_cell

        column = self.lists.setdefault(options, len(self.lists))
        ends = [xl_rowcol_to_cell(r, column, row_abs=True, col_abs=True) for r in (0, len(options) - 1)]
        return f"='{CHOICES}'!{ends[0]}:{ends[1]}"

    def write(self, book: Any, styles: _Styles) -> None:
        if not self.lists:
            return
        sheet = book.add_worksheet(CHOICES)
        for options, column in self.lists.items():
            for row, option in enumerate(options):
                sheet.write_string(row, column, option, styles.cell)
        sheet.hide()


def _sheet(book: Any, styles: _Styles, sheet: Sheet, choices: _Choices, told: Mapping[Role, str]) -> None:
    page = book.add_worksheet(sheet.title)
    page.hide_gridlines(0 if not sheet.upright else 2)
    first = 0 if sheet.upright else 1  # the line of headings
    last = first + 3 if sheet.upright else first + 2 + ROWS

    def at(line: int, column: int) -> tuple[int, int]:
        return (column, line) if sheet.upright else (line, column)

    if sheet.upright:
        page.set_column(0, 0, 36, styles.cell)
        page.set_column(1, 1, 46, styles.cell)
        page.set_column(2, 2, 20, styles.cell)
        page.set_column(3, 3, 30, styles.cell)
        page.freeze_panes(1, 1)
        page.write_string(*at(3, 0), "填在这一列", styles.heading)
    else:
        page.write_string(0, 0, visible_line(sheet.about), styles.about)
        page.set_row(first, _height([(c.heading, c.width) for c in sheet.columns], 15))
        page.set_row(first + 1, _height([(c.form, c.width) for c in sheet.columns], 13))
        named = sum(c.role in (Role.MARK, Role.ENTERPRISE) for c in sheet.columns)
        page.freeze_panes(first + 3, named)
        page.repeat_rows(first)
        if named:
            page.repeat_columns(0, named - 1)
    for number, column in enumerate(sheet.columns):
        if not sheet.upright:
            page.set_column(number, number, column.width, styles.of(column))
        else:  # a program that does not make rows as high as their text must show all of it
            page.set_row(number, _height([(column.heading, 36), (column.form, 46), (column.example, 20)], 13))
        must = column.role is Role.ENTERPRISE or (column.name == sheet.key and bool(sheet.key))
        page.write_string(*at(first, number), visible_line(column.heading), styles.must if must else styles.heading)
        page.write_string(*at(first + 1, number), visible_line(column.form), styles.how)
        page.write_string(*at(first + 2, number), visible_line(column.example), styles.example)
        if sheet.upright and column.role is not Role.MARK:
            box = at(first + 3, number)
            if text := told.get(column.role):
                page.write_string(*box, visible_line(text), styles.of(column, boxed=True))
            else:
                page.write_blank(*box, None, styles.of(column, boxed=True))
        if column.spec is not None and column.more:
            note = "\n".join(visible_line(x) for x in column.more)
            lines = sum(1 + len(x) // 24 for x in note.split("\n"))
            page.write_comment(*at(first, number), note, {"author": "huiqi", "x_scale": 2.2, "y_scale": max(0.6, min(4.0, 0.32 * lines)), "font_size": 9})
        rule = _rule(column, sheet, choices)
        if rule is not None:
            begin, end = at(first + 3, number), at(last, number)
            page.data_validation(*begin, *end, rule)
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(0.4, 0.4, 0.5, 0.5)
    page.set_footer("&L&A&R第 &P 页，共 &N 页")
    if sheet.upright:
        page.set_portrait()
        page.repeat_rows(0)
        page.fit_to_pages(1, 0)
        return
    page.print_across()  # all columns of some rows, then the next rows
    if sum(c.width for c in sheet.columns) <= _ACROSS * 100 // _SMALLEST:
        page.fit_to_pages(1, 0)
    else:
        page.set_print_scale(_SMALLEST)  # as many columns to a page as it holds, the repeated ones before them


def _height(texts: Sequence[tuple[str, int]], line: int) -> int:
    """Of a row in which each text must be seen within the width of its column; a row has a most."""
    lines = max(-(-sum(2 if ord(c) > 0x2E80 else 1 for c in text) // max(1, width - 1)) for text, width in texts)
    return min(400, line * max(1, lines) + 6)


def _rule(column: Column, sheet: Sheet, choices: _Choices) -> dict[str, Any] | None:
    """What the spreadsheet asks back; never a refusal, since 无 and 待核实 may be written anywhere."""
    said = {"error_type": "warning", "error_title": "请核对", "error_message": visible_line(f"{column.heading}：{column.form}")[:_NOTE]}
    if column.options:
        source = choices.source(column.options)
        return {"validate": "list", "source": source, **(said if column.closed else {"show_error": False})}
    if column.role is Role.ENTERPRISE and sheet.kind is not Kind.APPLICANTS:
        return {"validate": "list", "source": f"='{APPLICANTS}'!$B$5:$B${4 + ROWS}", **said}
    if column.numeric:
        assert column.spec is not None
        low, high = column.spec.bounds
        what = "integer" if column.spec.places == 0 else "decimal"
        if low is not None and high is not None:
            return {"validate": what, "criteria": "between", "minimum": _number(low), "maximum": _number(high), **said}
        if low is not None or high is not None:
            return {"validate": what, "criteria": ">=" if low is not None else "<=", "value": _number(low if low is not None else high), **said}
    return None


def _number(value: Fraction | None) -> int | float:
    """Of a bound that is only shown as a warning."""
    assert value is not None
    return value.numerator if value.denominator == 1 and abs(value) < 2**31 else float(value)


def _guide(book: Any, styles: _Styles, sheets: Sequence[Sheet], cover: Cover) -> None:
    page = book.add_worksheet(GUIDE)
    page.hide_gridlines(2)
    page.set_column(0, 0, 4, styles.cell)
    for number, width in enumerate(_LIST_WIDTHS, 1):
        page.set_column(number, number, width, styles.text)
    page.write_string(0, 0, "填写说明", styles.title)
    for row, (mark, text) in enumerate(_said(sheets, cover), 2):
        page.write_string(row, 0, mark, styles.cell)
        page.merge_range(row, 1, row, len(_LIST_WIDTHS), "", styles.text)
        page.write_string(row, 1, visible_line(text), styles.text)
        page.set_row(row, 17 * (1 + sum(2 if ord(c) > 0x2E80 else 1 for c in text) // sum(_LIST_WIDTHS)))
    if not any(s.upright for s in sheets):
        _all_columns(page, styles, sheets, row + 2)
    page.set_footer("&L&A&R第 &P 页，共 &N 页")
    page.set_paper(9)
    page.set_portrait()
    page.fit_to_pages(1, 0)


def _all_columns(page: Any, styles: _Styles, sheets: Sequence[Sheet], row: int) -> None:
    """Every column to fill in, one below the other: what is printed and read before anybody fills in a wide sheet."""
    page.write_string(row, 0, "各栏一览", styles.title)
    row += 1
    for number, title in enumerate(("工作表", "栏", "怎样填", "说明、材料"), 1):
        page.write_string(row, number, title, styles.heading)
    for sheet in sheets:
        for column in sheet.columns:
            if column.role in (Role.MARK, Role.REMARK) or (column.role is Role.ENTERPRISE and sheet.kind is not Kind.APPLICANTS):
                continue
            row += 1
            told = [visible_line(x) for x in (sheet.title, column.heading, column.form, "；".join(column.more))]
            for number, text in enumerate(told, 1):
                page.write_string(row, number, text, styles.listed)
            page.set_row(row, _height(list(zip(told, _LIST_WIDTHS, strict=True)), 14))


def _said(sheets: Sequence[Sheet], cover: Cover) -> Iterator[tuple[str, str]]:
    books = "、".join(title if title == name else f"{title}（{name}）" for name, title in cover.rulebooks)
    yield "", f"政策规则库：{books}"
    yield "", asked_words(cover.measures, cover.recognitions, named=max(len(cover.measures), len(cover.recognitions)))
    yield "", ""
    yield from ((str(n), text) for n, text in enumerate(_steps(sheets, cover), 1))


def _steps(sheets: Sequence[Sheet], cover: Cover) -> Iterator[str]:
    upright = any(s.upright for s in sheets)
    yield f"在“{APPLICANTS}”里{'“填在这一列”下面填' if upright else '一行填一户'}；名称必填。各栏的说明和要带的材料，见表头的批注。"
    if any(s.kind is Kind.YEARLY for s in sheets):
        yield f"按年度的数据写在“{YEARLY}”，一行一个年度；年度空着的是申报年度的。"
    listed = [s.title for s in sheets if s.kind is Kind.RECORD]
    if listed:
        yield f"明细各有一张表，一条一行：{'、'.join(listed)}。{'' if upright else '“企业”一栏写得与前面一样；全表只有一户时可以空着。'}"
        yield f"每一类明细是否列全，由经办人在“{APPLICANTS}”里选：{COMPLETE}、{PARTIAL}，或 {NONE}。空着而有明细的，按{PARTIAL}处理；空着又没有明细的，是没有提供。"
    yield f"核验、审定的值由经办人写在“{VERIFIED}”，企业不用填。"
    yield "空着的是没有提供，不当作“否”，也不当作 0。确为零的写 0；没有的（如没有到期日）写 无；等别的部门核实的写 待核实。"
    yield "数写在表头括号里的单位里，只写数；也可以写成文字连单位，如 18万元。表头和它的单位不要改，列可以换次序、可以删去。"
    yield "证号、合同号、代码一类是文字格式，原样写。从别处粘贴时用“只粘贴数值”：超过 15 位的号码一旦成了数字，后面几位就丢了，这里不收。"
    yield "日期写 2026-06-30 或 2026年6月30日，写到日；比例写上百分号，如 35%；期限写单位，如 12个月。"
    yield f"灰色的“{HOW}”“{EXAMPLE}”两{'列' if upright else '行'}不是数据，不要改；不要它就整{'列' if upright else '行'}删去。不要合并单元格，不要写合计行。"
    yield "公式按算出的值读，并会说明；没有算出值的、#REF! 之类是错误。隐藏的行列也读，并会说明。"
    if not upright:
        yield "要打印的，印本页就够：下面的“各栏一览”列出每张表的每一栏。栏数多的表打印时按栏分页，每页左边重复序号和企业。"
    names = " ".join(f"-r {name}" for name, _ in cover.rulebooks)
    kept = f"所用的规则库{'和只看的事项' if cover.only else ''}已经记在里面；另外指定用 {names}"
    yield f"填好后：{filled_command('本文件', cover.only)}（{kept}）。错误会一次全部列出，写明是哪张表的哪一格。"


def filled_command(file: str, only: Sequence[str]) -> str:
    """What looks at a filled workbook: at what it was made for, where that is not everything (`check` knows one measure or all of them)."""
    return f"huiqi screen {file} -o 结果.xlsx" if only else f"huiqi check {file}"


def _registry(book: Any, styles: _Styles, sheets: Sequence[Sheet], cover: Cover) -> None:
    """What whoever reads it must know, out of sight: by what it is decided, its sheets, and what stood in the rows that are no data."""
    rows: list[tuple[str, ...]] = [(FORMAT,), ("规则库", *(name for name, _ in cover.rulebooks))]
    rows += [("事项", *cover.only)] if cover.only else []
    rows += [("工作表", s.title, s.kind, s.record, "竖排" if s.upright else "") for s in sheets]
    rows += [
        ("固定", s.title, mark, visible_line(c.heading), visible_line(text))
        for s in sheets
        for c in s.columns
        for mark, text in ((HOW, c.form), (EXAMPLE, c.example))
    ]
    page = book.add_worksheet(REGISTRY)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            page.write_string(number, column, str(text), styles.cell)
    page.very_hidden()


__all__ = ["Cover", "filled_command", "number_format", "workbook_bytes"]
