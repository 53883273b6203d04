"""Templates filled in as an officer would, from what a case file says; nothing here checks anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

import huiqi
from huiqi.cli.workbooks import cases_of, write_workbook
from huiqi.documents.workbook.layout import APPLICANTS, COMPLETE, NONE, PARTIAL, VERIFIED, YEARLY, everything

FIRST = 5  # row of data
STAGES = {"申报", "核验", "审定"}


def template(path: Path, rulebooks: Sequence[str], *, single: bool = False) -> Path:
    """A workbook of all that the rulebooks may be told."""
    books = [huiqi.load(x) for x in rulebooks]
    write_workbook(path, books, rulebooks, everything(b.compiled for b in books), single=single)
    return path


def headings(sheet: Worksheet, *, upright: bool = False) -> dict[str, int]:
    """Where each heading stands, also by the bare name of its fact."""
    cells = [row[0] for row in sheet.iter_rows(max_col=1)] if upright else sheet[2]
    out = {str(c.value): (c.row if upright else c.column) for c in cells if c.value}
    return out | {h.partition("（")[0]: n for h, n in out.items()}


def put(sheet: Worksheet, row: int, heading: str, value: Any, *, upright: bool = False) -> None:
    where = headings(sheet, upright=upright)[heading]
    cell = sheet.cell(where, 4) if upright else sheet.cell(row, where)
    cell.value = value
    if isinstance(value, str) and value.startswith("=") and "*" not in value and value != "=1+1":
        cell.data_type = "s"  # what was typed into a text cell
    if isinstance(value, date | datetime):
        cell.number_format = "yyyy-mm-dd"


def fill(book: Workbook, cases: Sequence[huiqi.Case], *, upright: bool = False) -> None:
    """Each case as rows of the template: scalar facts, facts of years, lists."""
    page = book[APPLICANTS]
    nexts = {s.title: FIRST for s in book.worksheets}

    def row_of(title: str, case: huiqi.Case) -> int:
        row = nexts[title]
        nexts[title] += 1
        if not upright:
            put(book[title], row, "企业", case.enterprise)
        return row

    for number, case in enumerate(cases, FIRST):
        put(page, number, "企业", case.enterprise, upright=upright)
        if case.on is not None:
            put(page, number, "审核日期", case.on, upright=upright)
        if case.year is not None:
            put(page, number, "申报年度", case.year, upright=upright)
        if case.applied:
            put(page, number, "申报事项", "；".join(map(str, case.applied)), upright=upright)
        for heading, chosen in (("方案", case.schemes), ("读法", {k: x.option for k, x in case.readings.items()})):
            if chosen:
                put(page, number, heading, "；".join(f"{k}={x}" for k, x in chosen.items()), upright=upright)
        if case.statement is not None:
            for part, word in case.statement.to_input().items():
                put(page, number, f"其余不予支持情形·{part}", word, upright=upright)
        years: dict[str, dict[str, Any]] = {}

        def base(case: huiqi.Case, value: Any, item: str, *, record: str = "", key: str = "", year: str = "") -> Any:
            """What was applied for; the later stages go onto their own sheet."""
            if not (isinstance(value, Mapping) and set(value) & STAGES):
                return value
            row = row_of(VERIFIED, case)
            said = {"明细": record, "编号": key, "数据项": item, "年度": year, **{k: x for k, x in value.items() if k not in ("申报", "核减")}}
            for heading, word in (said | {f"核减·{k}": x for k, x in value.get("核减", {}).items()}).items():
                if word:
                    put(book[VERIFIED], row, heading, str(word))
            return value.get("申报")

        yearly = headings(book[YEARLY]) if YEARLY in book.sheetnames else {}
        for name, raw in case.data.items():
            if isinstance(raw, Mapping) and not set(raw) & STAGES:
                for year, word in raw.items():
                    years.setdefault(str(year), {})[name] = base(case, word, name, year=str(year))
                continue
            value = base(case, raw, name)
            if value is None:
                continue
            if name in yearly:
                years.setdefault("", {})[name] = value
            elif value is not None and str(value).strip():
                put(page, number, name, str(value), upright=upright)
        for year, facts in years.items():
            row = row_of(YEARLY, case)
            if year:
                put(book[YEARLY], row, "年度", year)
            for name, word in facts.items():
                put(book[YEARLY], row, name, str(word))
        for name, told in case.records.items():
            if told is None or (isinstance(told, str) and not told.strip()):
                continue
            partial = isinstance(told, Mapping) and str(told.get("完整", "是")) == "否"
            rows = told["清单"] if isinstance(told, Mapping) else told
            put(page, number, f"{name}·是否列全", PARTIAL if partial else COMPLETE if rows else NONE, upright=upright)
            for record in rows:
                row = row_of(name, case)
                key = str(next(iter(record.values())))
                for column, word in record.items():
                    if (word := base(case, word, column, record=name, key=key)) is not None:
                        put(book[name], row, column, str(word))


def filled(path: Path, rulebooks: Sequence[str], cases: Sequence[huiqi.Case], *, single: bool = False) -> list[huiqi.Case]:
    """The cases read back from a template into which they were written."""
    book = load_workbook(template(path, rulebooks, single=single))
    fill(book, cases, upright=single)
    book.save(path)
    return cases_of(str(path))
