"""The cells of an Excel workbook as they are: what each holds, how it is shown, where it stands; nothing is interpreted.

The file is opened where every foreign file is (`intake.opened`: in a child process, with its memory and time capped). What must
stay true: a number is the decimal that the file has, in the fifteen digits that a spreadsheet keeps, never a float; a formula
without a value, an error and a blank are three things; a file that is none, is too large, is encrypted or has macros is refused
in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from ...errors import CaseError, Code, InputError, Position, Problem
from ...files import reading
from ...intake.grid import Cell as Raw
from ...intake.grid import Kind, Workbook, address, day_of, plain_number
from ...intake.grid import Sheet as Opened
from ...intake.opened import open_register
from ...plain import dataclass

SUFFIXES = (".xlsx", ".xlsm")


class Held(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"  # a moment, shown as one; a time of day alone is text here
    TRUTH = "truth"
    ERROR = "error"
    UNCOMPUTED = "uncomputed"  # a formula of which no value was saved


_HELD = {
    Kind.TEXT: Held.TEXT, Kind.NUMBER: Held.NUMBER, Kind.DATE: Held.DATE, Kind.BOOL: Held.TRUTH, Kind.ERROR: Held.ERROR, Kind.UNSAVED: Held.UNCOMPUTED,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Cell:
    at: Position
    held: Held
    value: Any  # str, Decimal, datetime or bool
    shown: str = "General"  # its number format
    formula: bool = False
    note: bool = False
    struck: bool = False

    def __str__(self) -> str:
        match self.value:
            case Decimal():
                return plain_number(self.value)
            case datetime():
                return self.value.date().isoformat() if self.value.time() == time() else self.value.isoformat(sep=" ")
            case bool():
                return "TRUE" if self.value else "FALSE"
        return str(self.value)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """One sheet: its cells that hold something, by line and column from 1."""

    title: str
    at: Position
    cells: dict[tuple[int, int], Cell]
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    merged: tuple[tuple[str, int, int], ...] = ()  # range, its last row and column
    hidden: bool = False

    @property
    def rows(self) -> Iterator[tuple[int, dict[int, Cell]]]:
        found: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(self.cells.items()):
            found.setdefault(row, {})[column] = cell
        yield from found.items()

    def turned(self) -> Grid:
        """Rows for columns; each cell keeps its own address."""
        turned = tuple((where, column, row) for where, row, column in self.merged)
        return Grid(
            title=self.title, at=self.at, cells={(c, r): cell for (r, c), cell in self.cells.items()}, hidden_rows=self.hidden_columns,
            hidden_columns=self.hidden_rows, merged=turned, hidden=self.hidden,
        )  # fmt: skip


def is_workbook(path: str) -> bool:
    return Path(path).suffix.lower() in SUFFIXES


def read_grids(path: Path, opened: Workbook | None = None) -> list[Grid]:
    """Every sheet; of a file that is `opened` already, what was read then. Raises `CaseError` where the file cannot be taken as a whole."""
    name = str(path)

    def refused(message: str, mend: str) -> CaseError:
        return CaseError([Problem(Position(name), message, path.name, "huiqi template 写出的 .xlsx", mend, Code.UNREADABLE_FILE)])

    with reading(path):
        head = path.open("rb").read(4) if path.is_file() else b""
    if head == b"\xd0\xcf\x11\xe0":
        raise refused("工作簿加了密码，或是旧格式（.xls）", "去掉密码，另存为 .xlsx")
    if path.suffix.lower() == ".xlsm":
        raise refused("带宏的工作簿不收", "另存为不带宏的 .xlsx")
    if head and head != b"PK\x03\x04":
        raise refused("这不是完整的 Excel 工作簿", "用 Excel 打开后另存为 .xlsx")
    try:
        book = opened if opened is not None else open_register(path)
    except CaseError:
        raise
    except InputError as error:
        raise CaseError(error.problems) from None
    return [_grid(name, sheet, book.since_1904) for sheet in book.sheets]


def _grid(name: str, sheet: Opened, since_1904: bool) -> Grid:
    cells = {}
    for (row, column), raw in sheet.cells.items():
        if (cell := _cell(Position(name, row, column, sheet=sheet.name), raw, since_1904)) is not None:
            cells[row, column] = cell
    merged = tuple((f"{address(a.top, a.left)}:{address(a.bottom, a.right)}", a.bottom, a.right) for a in sheet.merged)
    return Grid(
        title=sheet.name, at=Position(name, 1, 1, sheet=sheet.name), cells=cells, hidden_rows=tuple(sorted(sheet.hidden_rows)),
        hidden_columns=tuple(sorted(sheet.hidden_columns)), merged=merged, hidden=sheet.hidden,
    )  # fmt: skip


def _cell(at: Position, raw: Raw, since_1904: bool) -> Cell | None:
    """One cell, None where it is blank: white space is blank, and so is a formula that says nothing."""
    if raw.blank:
        return None
    held, value = _HELD[raw.kind], _value(raw, since_1904)
    if held in (Held.NUMBER, Held.DATE) and value is None:  # no number or day that anybody could have meant
        held, value = Held.TEXT, raw.text
    return Cell(at=at, held=held, value=value, shown=raw.shown or "General", formula=bool(raw.formula), note=bool(raw.note), struck=raw.struck)


def _value(raw: Raw, since_1904: bool) -> Any:
    match raw.kind:
        case Kind.NUMBER:
            return raw.number
        case Kind.DATE:
            return None if raw.number is None else _moment(raw.number, since_1904)
        case Kind.BOOL:
            return raw.text == "是"
    return raw.text


def _moment(serial: Decimal, since_1904: bool) -> datetime | str | None:
    """The moment of a serial number; of less than a day its time, as text."""
    seconds = timedelta(seconds=int((serial % 1 * 86_400).to_integral_value()))
    if 0 <= serial < 1:
        return str(seconds)
    day = day_of(serial, since_1904)
    return None if day is None else datetime.combine(day, time()) + seconds


_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|[_*].|\[[^\]]*\]')


def words_of(shown: str) -> str:
    """What a number format writes beside the number: 万元 of `0"万元"`."""
    first = shown.split(";", maxsplit=1)[0]
    said = "".join(m.group(1) or m.group(2) or "" for m in _LITERAL.finditer(first))
    left = _LITERAL.sub("", first).replace("General", "")
    currency = "".join(re.findall(r"\[\$([^\]-]*)", first))
    return (said + currency + re.sub(r"[0#?.,()+\-%\sE@]", "", left)).strip()


def scaled(shown: str) -> bool:
    """Whether a number format shows another number than is there: thousands left out, 万 made with a point that is none."""
    first = shown.split(";", maxsplit=1)[0]
    return re.search(r"[0#?],+(?![0#?,])", _LITERAL.sub("", first)) is not None or re.search(r"""[!\\]\.|"\."|'\.'""", first) is not None


__all__ = ["Cell", "Grid", "Held", "is_workbook", "plain_number", "read_grids", "scaled", "words_of"]
