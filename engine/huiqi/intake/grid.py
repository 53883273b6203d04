"""A workbook as it stands: every cell with what was written, and all that a reader may not lose beside it.

Blank, an error value and a formula without a saved value are three things here, as are a number, a date cell and text that looks
like one; what is hidden, merged, struck through or commented is kept. What must stay true: nothing is interpreted, a number is its
decimal text, and a sheet is sparse (a cell in the last row costs one cell).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cached_property
from typing import Any

from ..errors import column_letters
from ..plain import dataclass

Place = tuple[int, int]  # row, column; both from 1
LETTERS = 26
DIGITS = 15  # that a workbook keeps of a number


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"  # a number that its format shows as a day
    BOOL = "boolean"
    ERROR = "error"
    UNSAVED = "formula"  # a formula whose result was not saved
    BLANK = "blank"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What stands in a cell. `text` is the decimal text of a number, the serial number of a date cell, the formula of an unsaved one."""

    text: str = ""
    kind: Kind = Kind.BLANK
    formula: str = ""
    percent: bool = False  # its format shows it in percent
    struck: bool = False
    note: str = ""
    shown: str = ""  # the format of a number or day, as it is written

    @property
    def blank(self) -> bool:
        return self.kind is Kind.BLANK or (self.kind is Kind.TEXT and not self.text.strip())

    @property
    def number(self) -> Decimal | None:
        """Of a number or date cell: exact in what the workbook keeps (15 digits)."""
        return decimal_of(self.text) if self.kind in (Kind.NUMBER, Kind.DATE) else None


BLANK = Cell()


@dataclass(frozen=True)
class Area:
    """A merged block, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def __contains__(self, at: Place) -> bool:
        return self.top <= at[0] <= self.bottom and self.left <= at[1] <= self.right


@dataclass(frozen=True, kw_only=True)
class Sheet:
    name: str
    cells: Mapping[Place, Cell]
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False
    under: Mapping[Place, Area] = field(default_factory=dict, repr=False)  # every place of a merged block, its first too

    @cached_property
    def rows(self) -> int:
        return max((r for r, _ in self.cells), default=0)

    @cached_property
    def columns(self) -> int:
        return max((c for _, c in self.cells), default=0)

    def at(self, row: int, column: int) -> Cell:
        """What stands there itself: blank under a merged block."""
        return self.cells.get((row, column), BLANK)

    def spoken(self, row: int, column: int) -> Cell:
        """What is said there: under a merged block, what its first cell says."""
        area = self.under.get((row, column))
        return self.cells.get((area.top, area.left), BLANK) if area else self.at(row, column)

    def covered(self, row: int, column: int) -> Area | None:
        """The merged block that a place lies under, unless it is the block's own first cell."""
        area = self.under.get((row, column))
        return area if area and (area.top, area.left) != (row, column) else None


@dataclass(frozen=True, kw_only=True)
class Workbook:
    sheets: tuple[Sheet, ...]
    since_1904: bool = False
    said: tuple[str, ...] = ()  # of the file: its encoding, what its format cannot tell


def sheet_of(
    name: str, cells: Mapping[Place, Cell], merged: tuple[Area, ...] = (), hidden_rows: frozenset[int] = frozenset(),
    hidden_columns: frozenset[int] = frozenset(), hidden: bool = False,
) -> Sheet:  # fmt: skip
    """A sheet whose merged blocks can be looked up by place; blocks are cut to where anything stands."""
    last_row, last_column = max((r for r, _ in cells), default=0), max((c for _, c in cells), default=0)
    under = {
        (r, c): area for area in merged for r in range(area.top, min(area.bottom, last_row) + 1) for c in range(area.left, min(area.right, last_column) + 1)
    }
    return Sheet(name=name, cells=cells, merged=merged, hidden_rows=hidden_rows, hidden_columns=hidden_columns, hidden=hidden, under=under)


# -- addresses -----------------------------------------------------------------------------------------------


def address(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"


def place_of(text: str) -> Place | None:
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", text)
    if not match:
        return None
    column = 0
    for char in match[1]:
        column = column * LETTERS + ord(char) - ord("A") + 1
    return int(match[2]), column


def area_of(text: str) -> Area | None:
    first, _, last = text.partition(":")
    start, end = place_of(first), place_of(last or first)
    return Area(*start, *end) if start and end else None


# -- numbers and days ----------------------------------------------------------------------------------------


def decimal_of(text: str) -> Decimal | None:
    """A number's text as a workbook shows it: fifteen digits, so that 0.1+0.2 is 0.3."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > 40:
        return None
    _, digits, exponent = value.as_tuple()
    if len(digits) > DIGITS and isinstance(exponent, int):
        value = round(value, DIGITS - 1 - value.adjusted()) if exponent < 0 else Decimal(f"{value:.{DIGITS - 1}E}")
    return value


def plain_number(value: Decimal) -> str:
    """Without an exponent and without zeros that say nothing."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def day_of(serial: Decimal, since_1904: bool) -> date | None:
    """The day of a serial number; 1900 counts a 29 February that was none."""
    whole = int(serial)
    if not 1 <= whole <= 2_958_465:
        return None
    try:
        if since_1904:
            return date(1904, 1, 1) + timedelta(days=whole)
        return date(1899, 12, 30 if whole > 59 else 31) + timedelta(days=whole) if whole != 60 else None
    except OverflowError:
        return None


# -- carried between processes -------------------------------------------------------------------------------


def to_plain(book: Workbook) -> dict[str, Any]:
    return {
        "since_1904": book.since_1904,
        "said": list(book.said),
        "sheets": [
            {
                "name": s.name, "hidden": s.hidden, "rows": sorted(s.hidden_rows), "columns": sorted(s.hidden_columns),
                "merged": [[a.top, a.left, a.bottom, a.right] for a in s.merged],
                "cells": [[r, c, x.text, x.kind.value, x.formula, x.percent, x.struck, x.note, x.shown] for (r, c), x in s.cells.items()],
            }
            for s in book.sheets
        ],
    }  # fmt: skip


def from_plain(data: Mapping[str, Any]) -> Workbook:
    return Workbook(
        since_1904=data["since_1904"],
        said=tuple(data["said"]),
        sheets=tuple(
            sheet_of(
                s["name"],
                {
                    (r, c): Cell(text=text, kind=Kind(kind), formula=formula, percent=percent, struck=struck, note=note, shown=shown)
                    for r, c, text, kind, formula, percent, struck, note, shown in s["cells"]
                },
                tuple(Area(*a) for a in s["merged"]),
                frozenset(s["rows"]),
                frozenset(s["columns"]),
                s["hidden"],
            )
            for s in data["sheets"]
        ),
    )
