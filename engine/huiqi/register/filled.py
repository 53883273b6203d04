"""A made-up register written into the template workbook, with the usual mistakes where they are asked for.

What must stay true: without mistakes the workbook is read back as what was made; every mistake put in is listed with its cell, so
that whoever reads the workbook can be held to finding it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from random import Random
from typing import Any, NamedTuple

from ..documents.workbook.layout import APPLICANTS, COMPLETE, NONE, PARTIAL, Column, Kind, Role, Sheet, Tellable, sheets_of
from ..documents.workbook.write import Cover, workbook_bytes
from ..errors import UsageError
from ..language.units import FULL_WIDTH
from ..rulebook.compiled import FactKind
from .generated import Made, Maker

_FIRST = 5  # row of the first applicant: a line of text, headings, how, an example stand above
_WIDE = {ord(a): b for b, a in ((chr(k), chr(v) if isinstance(v, int) else v) for k, v in FULL_WIDTH.items()) if a.isdigit()}
_AMOUNT = re.compile(r"(-?[0-9.]+)(?:元|美元)")


class Slip(StrEnum):
    """The usual mistakes of whoever fills in a table."""

    SCALE = "scale"  # a bare number meant in 万 where the heading says 元
    TOTAL = "total"  # a row of totals among the applicants
    CODE = "code"  # a code of digits, stored as a number
    SPACE = "space"  # spaces inside a word, full-width digits


class Slipped(NamedTuple):
    """A mistake and where it was put: the sheet, and the cell as a spreadsheet calls it."""

    sheet: str
    cell: str
    slip: Slip


def filled(maker: Maker, rows: Iterable[Made], *, rulebook: str, title: str, on: str, slips: int | None = None) -> tuple[bytes, tuple[Slipped, ...]]:
    """The workbook, and the mistakes in it: about one row in `slips` has one (None: there are none). Raises `UsageError` without openpyxl."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise UsageError("写填好的 Excel 工作簿要先装 openpyxl", mend="pip install huiqi[office]") from None
    book = maker.book
    asked = Tellable(facts={w: (book, s) for w, s in maker.facts}, records={w: (book, r) for w, r in maker.records}, counts=Counter())
    sheets = sheets_of(asked)
    workbook = load_workbook(BytesIO(workbook_bytes(sheets, Cover(rulebooks=((rulebook, title),), measures=()))))
    hand = _Hand(workbook, sheets, Random(f"{maker.seed}!"), slips)  # noqa: S311 (chance, no secret)
    for made in rows:
        hand.enter(made, str(maker.year), on)
    hand.total()
    out = BytesIO()
    workbook.save(out)
    return out.getvalue(), tuple(hand.slipped)


class _Hand:
    """Fills in row after row."""

    def __init__(self, workbook: Any, sheets: Sequence[Sheet], random: Random, slips: int | None) -> None:
        self.workbook, self.sheets, self.random, self.slips = workbook, sheets, random, slips
        self.next = {s.title: _FIRST for s in sheets}
        self.slipped: list[Slipped] = []

    def enter(self, made: Made, year: str, on: str) -> None:
        slip = self.random.choice((Slip.SCALE, Slip.CODE, Slip.SPACE)) if self.slips and self.random.randrange(self.slips) == 0 else None
        for sheet in self.sheets:
            match sheet.kind:
                case Kind.APPLICANTS:
                    slip = self.line(sheet, made, made.facts, {Role.DAY: on, Role.YEAR: year}, made.records, slip)
                case Kind.YEARLY:
                    years = sorted({y for v in made.facts.values() if isinstance(v, Mapping) for y in v}, reverse=True)
                    for y in years:
                        values = {k: v[y] for k, v in made.facts.items() if isinstance(v, Mapping) and y in v}
                        slip = self.line(sheet, made, values, {Role.OF_YEAR: y}, {}, slip)
                case Kind.RECORD:
                    given = made.records.get(sheet.record) or []
                    for row in given["清单"] if isinstance(given, Mapping) else given:
                        slip = self.line(sheet, made, row, {}, {}, slip)

    def line(self, sheet: Sheet, made: Made, values: Mapping[str, Any], more: Mapping[Role, str], lists: Mapping[str, Any], slip: Slip | None) -> Slip | None:
        """One row; the mistake still to be made."""
        page, row = self.workbook[sheet.title], self.next[sheet.title]
        self.next[sheet.title] += 1
        for number, column in enumerate(sheet.columns, 1):
            cell = page.cell(row, number)
            match column.role:
                case Role.MARK:
                    cell.value = str(row - _FIRST + 1)
                case Role.ENTERPRISE:
                    cell.value = made.name
                case Role.LISTED if column.name in lists:
                    given = lists[column.name]
                    cell.value = PARTIAL if isinstance(given, Mapping) else COMPLETE if given else NONE
                case Role.FACT | Role.FIELD if column.name in values and not isinstance(values[column.name], Mapping):
                    cell.value = _entered(values[column.name])
                    if slip is not None and column.name != sheet.key and _slip(cell, column, slip):
                        self.slipped.append(Slipped(sheet.title, cell.coordinate, slip))
                        slip = None
                case role if role in more:
                    cell.value = more[role]
        return slip

    def total(self) -> None:
        if self.slips is None:
            return
        page, row = self.workbook[APPLICANTS], self.next[APPLICANTS]
        page.cell(row, 2).value = "合计"
        page.cell(row, 4).value = str(row - _FIRST)
        self.slipped.append(Slipped(APPLICANTS, page.cell(row, 2).coordinate, Slip.TOTAL))


def _entered(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str) and (found := _AMOUNT.fullmatch(value)) is not None:
        return Decimal(found[1])
    return value


def _slip(cell: Any, column: Column, slip: Slip) -> bool:
    """Whether the mistake could be made here."""
    value = cell.value
    match slip:
        case Slip.SCALE if isinstance(value, Decimal) and value >= 10_000 and column.spec is not None and column.spec.kind == FactKind.MONEY:
            cell.value = value / 10_000
        case Slip.CODE if column.spec is not None and column.spec.kind == FactKind.USCC:
            cell.value, cell.number_format = 911402000000000001, "General"
        case Slip.SPACE if isinstance(value, str) and len(value) > 1 and column.spec is not None and column.spec.kind in (FactKind.TEXT, FactKind.CHOICE):
            cell.value = f" {value[0]}　{value[1:]} ".translate(_WIDE)
        case _:
            return False
    return True


__all__ = ["Slip", "Slipped", "filled"]
