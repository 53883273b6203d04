"""A register that was read, as plain data: each cell with its verdict in words, the columns, the questions, the sums, the applicants.

The shape is `huiqi.cells/1`. What must stay true: each cell has exactly one verdict and stands here once; no person's data and no
lost code in full; amounts are exact text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from ..errors import column_letters
from ..rulebook.literals import exact_string
from ..values import ABSENT
from .found import As, Asked, Found, Read, Verdict, Wrong
from .grid import Kind, address
from .layout import Role
from .propose import Column, Use
from .questions import MARKS, Question
from .register import Laid, RegisterRead, SheetRead
from .sums import Sum
from .texts import without_people
from .verdicts import Judged, shown_in, stands

SCHEMA = "huiqi.cells/1"


def to_dict(read: RegisterRead, file: str) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "file": file,
        "rulebook": {"id": read.book.id, "version": read.book.version, "digest": read.book.digest},
        "said": list(read.said),
        "sheets": [*(_sheet(s) for s in read.sheets), *({"name": s.sheet.name, "read": False, "said": [s.why]} for s in read.skipped)],
        "questions": [{"sheet": s.table.sheet.name, **_question(q)} for s in read.sheets for q in s.questions],
        "cells": [*(c for s in read.sheets for c in _cells(s, read.workbook.since_1904)), *_skipped_cells(read)],
    }


def counts(one: SheetRead) -> dict[str, int]:
    """Of the applicants' rows: cells (those under merged blocks left out) by verdict, and how many of them are blank."""
    mine = [j for j in one.cells.values() if not j.under]
    out = Counter(verdict_of(j.found).value for j in mine)
    return {"cells": len(mine), **{v.value: out[v.value] for v in Verdict}, "blank": sum(1 for j in mine if j.cell.blank)}


def verdict_of(found: Found) -> Verdict:
    match found:
        case Read():
            return Verdict.READ
        case Asked():
            return Verdict.QUESTION
        case Wrong():
            return Verdict.ERROR


def _sheet(one: SheetRead) -> dict[str, Any]:
    table = one.table
    rows = Counter(role.value for role in table.roles.values())
    return {
        "name": table.sheet.name, "read": True, "said": _said(one), "title": table.title, "year": table.year,
        "period": [d.isoformat() for d in table.period] if table.period else None,
        "records": one.record.name if one.record else None,
        "rows": {"read": sum(rows.values()), **rows}, "hidden_rows": sorted(table.sheet.hidden_rows & set(table.roles)),
        "hidden_columns": [column_letters(c) for c in sorted(table.sheet.hidden_columns) if c <= len(table.heads)],
        "counts": counts(one),
        "columns": [_column(c) for c in one.settled.columns],
        "unmapped": [f"{column_letters(c.number)} {c.head.title}" for c in one.settled.columns if c.use in (Use.KEPT, Use.COMPARED, Use.PERSONAL)],
        "sums": [_sum(s) for s in one.sums],
        "relations": [{"column": column_letters(r.column.number), "formula": r.formula, "rows": {str(k): v for k, v in r.rows.items()}} for r in one.relations],
        "applicants": [
            {"name": a.name, "rows": list(a.rows), "held": list(a.held), "dropped": a.dropped, "数据": a.data, "明细": a.records, "missing": list(map(str, a.missing))}
            for a in one.grouped.applicants
        ],
    }  # fmt: skip


def _said(one: SheetRead) -> list[str]:
    table, sheet = one.table, one.table.sheet
    spoken = {r for a in one.grouped.applicants for r in a.rows}
    empty = [r for r in table.rows(Role.DATA) if r not in spoken]
    hidden = [column_letters(c) for c in sorted(sheet.hidden_columns) if c <= len(table.heads)]
    return [
        *(["这是隐藏的工作表"] if sheet.hidden else []),
        *([f"第{'、'.join(map(str, empty))}行只有序号，没有内容"] if empty else []),
        *([f"隐藏列：{'、'.join(hidden)}"] if hidden else []),
        *([f"隐藏行：{'、'.join(map(str, sorted(sheet.hidden_rows & set(table.roles))))}"] if sheet.hidden_rows & set(table.roles) else []),
    ]


def _column(column: Column) -> dict[str, Any]:
    return {
        "column": column_letters(column.number), "header": column.head.title, "number": column.head.number or None, "use": column.use.value,
        "fact": column.target or None, "ground": column.ground.value, "unit": column.unit.word if column.unit and column.numeric else None,
        "unit_from": column.unit_from or None, "hidden": column.head.hidden,
    }  # fmt: skip


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.number, "key": question.key, "words": question.words, "choices": list(question.told),
        "suggestion": MARKS[0] if question.suggested else None, "mapping": question.mapping, "said": list(question.said),
        "cells": list(question.cells), "columns": [column_letters(c) for c in question.columns], "answer": question.answer or None,
    }  # fmt: skip


def _sum(one: Sum) -> dict[str, Any]:
    return {
        "cell": one.at, "column": one.column.head.title, "own": shown_in(one.own, one.column), "added": list(one.added), "not_added": list(one.left),
        "agrees": one.agrees,
    }  # fmt: skip


# -- cells ---------------------------------------------------------------------------------------------------


def _cells(one: SheetRead, since_1904: bool) -> Iterator[dict[str, Any]]:
    name = one.table.sheet.name
    numbers = {q.key: q.number for q in one.questions}
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for at, judged in one.cells.items():
        found[at] = {**_place(name, *at), **_judged(one, judged, since_1904, numbers)}
    for laid in one.laid:
        found[laid.row, laid.column] = {**_place(name, laid.row, laid.column), **_laid(laid)}
    for one_sum in one.sums:
        row = int("".join(c for c in one_sum.at if c.isdigit()))
        kind = As.COMPARED if isinstance(one_sum.found, Read) else None
        found[row, one_sum.column.number] = {
            **_place(name, row, one_sum.column.number), "stands": one_sum.cell.text, "type": one_sum.cell.kind.value, **_verdict(one_sum.found, kind, "", {}),
        }  # fmt: skip
    yield from (x for _, x in sorted(found.items()))


def _skipped_cells(read: RegisterRead) -> Iterator[dict[str, Any]]:
    for skipped in read.skipped:
        for (row, column), cell in sorted(skipped.sheet.cells.items()):
            if not cell.blank:
                laid = Laid(row=row, column=column, cell=cell, shown=cell.text, said=(f"{skipped.why}，跳过",))
                yield {**_place(skipped.sheet.name, row, column), **_laid(laid)}


def _place(sheet: str, row: int, column: int) -> dict[str, Any]:
    return {"sheet": sheet, "cell": address(row, column), "row": row, "column": column_letters(column)}


def _laid(laid: Laid) -> dict[str, Any]:
    return {"stands": without_people(laid.shown), "type": laid.cell.kind.value, "verdict": Verdict.READ.value, "as": As.LAYOUT.value, "said": list(laid.said)}


def _judged(one: SheetRead, judged: Judged, since_1904: bool, numbers: dict[str, str]) -> dict[str, Any]:
    column = judged.column
    kind = None
    if isinstance(judged.found, Read):
        kind = judged.found.what
        if kind is As.FACT and column.spec is None and column.use not in (Use.NAME, Use.YEAR):
            kind = As.KEPT
    target = column.target
    year = column.year or one.settled.year if column.spec is not None and column.spec.yearly and column.record is None else None
    out = {"stands": "" if judged.under else stands(judged, since_1904), "type": Kind.BLANK.value if judged.cell.blank else judged.cell.kind.value}
    if judged.under:
        out["under"] = judged.under
        if not isinstance(judged.found, Read) and not (isinstance(judged.found, Asked) and judged.found.question.key.startswith("合并:")):
            # the block has one verdict, at its first cell: the places under it only follow it
            return {**out, "verdict": Verdict.READ.value, "as": As.UNTOLD.value, "fact": target or None, "said": [f"与{judged.under}合并，同{judged.under}"]}
    return {**out, **_verdict(judged.found, kind, target, numbers, year)}


def _verdict(found: Found, kind: As | None, target: str, numbers: dict[str, str], year: int | None = None) -> dict[str, Any]:
    out: dict[str, Any] = {"verdict": verdict_of(found).value}
    fact = {"fact": target or None, **({"year": year} if year is not None else {})}
    match found:
        case Read():
            named = f"{target} {year}" if year is not None else target
            out |= {"as": named if kind is As.FACT else (kind or As.KEPT).value}
            if kind is As.FACT:
                out |= fact
            if kind is not As.UNTOLD and found.shown:
                out["value"] = found.shown
            if (exact := _exact(found.value)) is not None and kind in (As.FACT, As.COMPARED):
                out["exact"] = exact
            if found.also:
                out["also"] = dict(found.also)
            out["supposes"] = [numbers.get(k, k) for k in found.supposes]
        case Asked(question=question):
            out |= {
                **fact,
                "question": question.number,
                "words": question.words,
                "choices": list(question.told),
                "suggestion": MARKS[0] if question.suggested else None,
            }
        case Wrong():
            out |= {**fact, "words": f"{found.message}。改法：{found.mend}", "error": found.message, "expected": found.expected, "mend": found.mend}
    out["said"] = list(found.said)
    return out


def _exact(value: Any) -> str | None:
    if isinstance(value, Fraction):
        return exact_string(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is ABSENT:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value) if value is not None else None
