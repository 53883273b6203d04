"""The other files that tables come in: CSV in three encodings, and what calamine and pyarrow open.

What must stay true: the encoding taken is said; what a format cannot tell (hidden rows, formulas without a value) is said too, never
passed off as absent.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

from .grid import Area, Cell, Kind, Place, Sheet, Workbook, sheet_of
from .xlsx import MAX_CELLS, Refused

_SEPARATORS = ",\t;|，"


def read_csv(path: Path) -> Workbook:
    """Text in UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030: which, is said."""
    data = path.read_bytes()
    text, name = _decoded(data)
    if "\x00" in text:
        raise Refused("这不是表格，也不是文本", "核对是否选错文件")
    first = "\n".join(text.splitlines()[:20])
    separator = max(_SEPARATORS, key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator if separator in first else ",")
    cells = dict[Place, Cell]()
    try:
        for number, row in enumerate(rows, 1):
            for column, word in enumerate(row, 1):
                if word:
                    cells[number, column] = Cell(text=word, kind=Kind.TEXT)
            if len(cells) > MAX_CELLS:
                raise Refused(f"格子超过 {MAX_CELLS:,} 个", "分成几个文件")
    except csv.Error:
        raise Refused("文件读不成一列一列的（引号或换行不配对）", "用 Excel 或 WPS 打开，另存为 .xlsx") from None
    said = f"按 {name} 编码、“{separator if separator in first else ','}”分列读；CSV 分不出数和文字，也没有隐藏、合并和公式".replace("\t", "制表符")
    return Workbook(sheets=(sheet_of(path.stem, cells),), said=(said,))


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith(b"\xef\xbb\xbf"):
        return _strict(data[3:], "utf-8"), "UTF-8（带 BOM）"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(data, "utf-16"), "UTF-16"
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _strict(data, "gb18030"), "GB18030"


def _strict(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        raise Refused("文字的编码认不出来（不是 UTF-8，也不是 GB18030）", "用 Excel 或 WPS 打开，另存为 .xlsx 或“CSV UTF-8”") from None


def read_calamine(path: Path, name: str) -> Workbook:
    """XLS and ODS. Hidden rows, comments and unsaved formulas are not told by this reader: said."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum
    except ImportError:
        raise Refused(f"读 {name} 要另装一个库", "执行 pip install 'huiqi[office]'，或另存为 .xlsx") from None
    try:
        book = CalamineWorkbook.from_path(str(path))
    except CalamineError as error:
        protected = "assword" in str(error)
        raise Refused(
            "文件加了密码，打不开" if protected else f"{name} 工作簿打不开", "去掉打开密码后另存" if protected else "用 Excel 或 WPS 打开，另存为 .xlsx"
        ) from None
    sheets = list[Sheet]()
    for meta in book.sheets_metadata:
        sheet = book.get_sheet_by_name(meta.name)
        cells = dict[Place, Cell]()
        top, left = sheet.start or (0, 0)
        for r, row in enumerate(sheet.iter_rows(), 1 if sheet.height and sheet.total_height == sheet.height else top + 1):
            for c, value in enumerate(row, 1 if len(row) == sheet.total_width else left + 1):
                if (cell := _cell(value)) is not None:
                    cells[r, c] = cell
        merged = tuple(Area(a[0] + 1, a[1] + 1, b[0] + 1, b[1] + 1) for a, b in sheet.merged_cell_ranges or ())
        sheets.append(sheet_of(meta.name, cells, merged, hidden=meta.visible != SheetVisibleEnum.Visible))
    said = f"{name} 里的隐藏行列、批注、错误值和没有保存值的公式读不出来，一律像空白：另存为 .xlsx 再读一遍，才能核对"
    return Workbook(sheets=tuple(sheets), said=(said,))


def _cell(value: Any) -> Cell | None:
    match value:
        case None | "":
            return None
        case bool():
            return Cell(text="是" if value else "否", kind=Kind.BOOL)
        case str():
            return Cell(text=value, kind=Kind.TEXT)
        case int() | float():
            return Cell(text=repr(value), kind=Kind.NUMBER)
        case datetime():
            return Cell(text=value.date().isoformat(), kind=Kind.TEXT)
        case date():
            return Cell(text=value.isoformat(), kind=Kind.TEXT)
        case _:
            return Cell(text=str(value), kind=Kind.TEXT)


def read_parquet(path: Path) -> Workbook:
    """One sheet, its first row the names of the columns."""
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise Refused("读 Parquet 要另装一个库", "执行 pip install pyarrow，或另存为 .xlsx") from None
    try:
        file = parquet.ParquetFile(path)
        if file.metadata.num_rows * file.metadata.num_columns > MAX_CELLS:
            raise Refused(f"格子超过 {MAX_CELLS:,} 个", "分成几个文件")
        table = file.read()
    except (OSError, ValueError):
        raise Refused("Parquet 文件坏了，读不出来", "重新导出") from None
    cells: dict[Place, Cell] = {(1, c): Cell(text=str(name), kind=Kind.TEXT) for c, name in enumerate(table.column_names, 1)}
    for c, column in enumerate(table.columns, 1):
        for r, value in enumerate(column.to_pylist(), 2):
            if (cell := _cell(value)) is not None:
                cells[r, c] = cell
    return Workbook(sheets=(sheet_of(path.stem, cells),), said=("按 Parquet 读：没有隐藏、合并和公式",))
