"""The cells of an Excel workbook as they are: what each holds, how it is shown, where it stands; nothing is interpreted.

Only this module knows the library that reads workbooks. What must stay true: a number is the shortest
decimal that the file's number is, never a float; a formula without a value, an error and a blank are three
things; a file that is none, is too large, is encrypted or has macros is refused in words.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any

from ...errors import CaseError, Code, Position, Problem, UsageError
from ...plain import dataclass
from ...rulebook.yamltree import read_bytes

MAX_UNPACKED = 80_000_000  # bytes; a template filled to its last row is a tenth of it
MAX_CELLS = 400_000
SUFFIXES = (".xlsx", ".xlsm")


class Held(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"  # a moment, shown as one; a time of day alone is text here
    TRUTH = "truth"
    ERROR = "error"
    UNCOMPUTED = "uncomputed"  # a formula of which no value was saved


@dataclass(frozen=True, kw_only=True)
class Cell:
    at: Position
    held: Held
    value: Any  # str, Decimal, datetime or bool
    shown: str = "General"  # its number format
    formula: bool = False
    note: bool = False

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


def plain_number(value: Decimal) -> str:
    """Its digits written out, without an exponent or a trailing zero."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def is_workbook(path: str) -> bool:
    return Path(path).suffix.lower() in SUFFIXES


def read_grids(path: Path) -> list[Grid]:
    """Every sheet. Raises `CaseError` where the file cannot be taken as a whole."""
    name = str(path)
    data = read_bytes(path)

    def refused(message: str, mend: str) -> CaseError:
        return CaseError([Problem(Position(name), message, path.name, "huiqi template 写出的 .xlsx", mend, Code.UNREADABLE_FILE)])

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise refused("工作簿加了密码，或是旧格式（.xls）", "去掉密码，另存为 .xlsx")
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            inside = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise refused("这不是完整的 Excel 工作簿", "用 Excel 打开后另存为 .xlsx") from None
    if any(x.filename.lower().endswith("vbaproject.bin") for x in inside) or path.suffix.lower() == ".xlsm":
        raise refused("带宏的工作簿不收", "另存为不带宏的 .xlsx")
    if not any(x.filename.replace("\\", "/") == "xl/workbook.xml" for x in inside):
        raise refused("这是压缩文件，不是 Excel 工作簿", "用 Excel 打开后另存为 .xlsx")
    if sum(x.file_size for x in inside) > MAX_UNPACKED:
        raise refused("工作簿展开后过大", "删去空行空列和别的工作表；成批企业请用企业名录")
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise UsageError("读 Excel 工作簿要先装 openpyxl", mend="pip install huiqi[office]") from None
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out: drawings, extensions; none of them a cell
            written = load_workbook(BytesIO(data), data_only=False)
            formulas = any(cell.data_type == "f" for sheet in written.worksheets for cell in sheet._cells.values())
            saved = load_workbook(BytesIO(data), data_only=True) if formulas else written
        return [_grid(name, sheet, saved[sheet.title]) for sheet in written.worksheets]
    except (MemoryError, CaseError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever a broken file makes the library do, the officer is told of the file
        raise refused(f"工作簿读不出来（{type(error).__name__}）", "用 Excel 打开后另存为 .xlsx") from None


def _grid(name: str, written: Any, saved: Any) -> Grid:
    title = str(written.title)
    if len(written._cells) > MAX_CELLS:
        raise CaseError(
            [Problem(Position(name, 1, 1, sheet=title), "工作表的单元格太多", title, f"不超过 {MAX_CELLS:,} 格", "删去空行空列", Code.UNREADABLE_FILE)]
        )
    cells = {}
    for where, raw in written._cells.items():  # those there are: one cell at the far end makes a rectangle of billions
        if raw.value is not None or raw.data_type == "f":
            at = Position(name, raw.row, raw.column, sheet=title)
            if (cell := _cell(at, raw, saved._cells[where])) is not None:
                cells[where] = cell
    rows = tuple(sorted(int(n) for n, d in written.row_dimensions.items() if d.hidden))
    columns = tuple(sorted({n for d in written.column_dimensions.values() if d.hidden for n in range(d.min or 0, (d.max or 0) + 1)}))
    merged = tuple((str(r.coord), int(r.max_row), int(r.max_col)) for r in written.merged_cells.ranges)
    return Grid(
        title=title, at=Position(name, 1, 1, sheet=title), cells=cells, hidden_rows=rows, hidden_columns=columns, merged=merged,
        hidden=written.sheet_state != "visible",
    )  # fmt: skip


def _cell(at: Position, written: Any, saved: Any) -> Cell | None:
    """One cell, None where it is blank: white space is blank."""
    formula = written.data_type == "f"
    value = saved.value
    note = written.comment is not None
    shown = str(written.number_format or "General")
    if value is None:
        return Cell(at=at, held=Held.UNCOMPUTED, value=_text_of(written.value), formula=True, note=note) if formula else None
    if saved.data_type == "e":
        return Cell(at=at, held=Held.ERROR, value=str(value), formula=formula, note=note)
    match value:
        case bool():
            return Cell(at=at, held=Held.TRUTH, value=value, shown=shown, formula=formula, note=note)
        case int() | float():
            return Cell(at=at, held=Held.NUMBER, value=Decimal(str(value)), shown=shown, formula=formula, note=note)
        case datetime():
            return Cell(at=at, held=Held.DATE, value=value, shown=shown, formula=formula, note=note)
        case date():
            return Cell(at=at, held=Held.DATE, value=datetime.combine(value, time()), shown=shown, formula=formula, note=note)
        case time() | timedelta():
            return Cell(at=at, held=Held.DATE, value=str(value), shown=shown, formula=formula, note=note)
    text = str(value)
    if not text.strip() and not formula:
        return None
    return Cell(at=at, held=Held.TEXT, value=text, shown=shown, formula=formula, note=note)


def _text_of(value: Any) -> str:
    return str(getattr(value, "text", value))


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
