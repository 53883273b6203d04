"""The parts of an .xlsx file, read directly: what libraries of workbooks smooth over is kept.

A shared or inline text, a number as its own decimal text, an error value, a formula with and without a saved value, hidden rows,
columns and sheets, merged blocks, comments, struck-out text, formats that show days or percent, days counted from 1904. What must
stay true: it streams, and stops in words at the first of too many cells or too much text; no part may declare entities.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree as ET

from .formats import format_of
from .grid import BLANK, Area, Cell, Kind, Place, Sheet, Workbook, area_of, place_of, sheet_of

MAX_CELLS = 600_000
MAX_TEXT = 60_000_000  # characters of all cells
MAX_PART = 400_000_000  # bytes of one part, unpacked
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
MAX_MERGED = 200_000  # places under merged blocks that are looked up
_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENT = {9, 10}


class Refused(Exception):
    """Why a file is not opened: in words for an officer, with the mend."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message, self.mend = message, mend


def read_xlsx(path: Path) -> Workbook:
    try:
        with zipfile.ZipFile(path) as archive:
            return _Book(archive).read()
    except (zipfile.BadZipFile, KeyError, ET.ParseError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Refused(f"工作簿的结构坏了（{type(error).__name__}）", "用 Excel 或 WPS 打开，另存为 .xlsx") from None


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attributes(element: ET.Element) -> dict[str, str]:
    return {_name(k): v for k, v in element.attrib.items()}


class _Book:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = {n.lower(): n for n in archive.namelist()}
        if any(n.endswith("vbaproject.bin") for n in self.names):
            raise Refused("工作簿里有宏，不打开", "用 Excel 或 WPS 打开，另存为“.xlsx 工作簿”（不含宏）")
        for item in archive.infolist():
            if item.file_size > MAX_PART:
                raise Refused(f"工作簿展开后太大（{item.file_size:,} 字节）", "删去图片和用不着的工作表，或分成几个文件")
            if item.flag_bits & 1:
                raise Refused("文件加了密码，打不开", "去掉打开密码后另存")
        self.left, self.text_left = MAX_CELLS, MAX_TEXT
        self.shared: list[tuple[str, bool]] = []
        self.formats: list[tuple[bool, bool, bool, str]] = []  # day, percent, struck, as written

    # -- parts ---------------------------------------------------------------------------------------------

    def events(self, name: str, events: tuple[Literal["start", "end"], ...] = ("end",)) -> Iterator[tuple[str, ET.Element]]:
        with self.archive.open(self.names[name.lower()]) as stream:
            if b"<!DOCTYPE" in stream.read(4096):
                raise Refused("工作簿里有不该有的声明（DOCTYPE）", "用 Excel 或 WPS 打开，另存为 .xlsx")
        with self.archive.open(self.names[name.lower()]) as stream:
            yield from ET.iterparse(stream, events)  # noqa: S314 - no declarations, in a capped child

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Id → (kind, part) of what a part refers to."""
        folder, file = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{file}.rels")
        if name.lower() not in self.names:
            return {}
        out = {}
        for _, element in self.events(name):
            if _name(element.tag) == "Relationship" and element.get("TargetMode") != "External":
                target = element.get("Target", "")
                full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                out[element.get("Id", "")] = element.get("Type", "").rpartition("/")[2], full
        return out

    def read(self) -> Workbook:
        main = next((p for kind, p in self.relations("").values() if kind == "officeDocument"), "xl/workbook.xml")
        if main.lower() not in self.names:
            raise Refused("这不是 .xlsx 工作簿（压缩包里没有工作簿）", "用 Excel 或 WPS 打开，另存为 .xlsx")
        links = self.relations(main)
        for kind, part in links.values():
            if part.lower() not in self.names:
                continue
            if kind == "sharedStrings":
                self.read_shared(part)
            elif kind == "styles":
                self.read_styles(part)
        since_1904, listed = False, list[tuple[str, str, bool]]()
        for _, element in self.events(main):
            own = _attributes(element)
            if _name(element.tag) == "workbookPr":
                since_1904 = own.get("date1904", "0") in ("1", "true")
            elif _name(element.tag) == "sheet":
                listed.append((own.get("name", ""), own.get("id", ""), own.get("state", "visible") != "visible"))
        sheets = [self.read_sheet(name, links[key][1], hidden) for name, key, hidden in listed if key in links and links[key][0] == "worksheet"]
        return Workbook(sheets=tuple(sheets), since_1904=since_1904)

    def read_shared(self, part: str) -> None:
        for _, element in self.events(part):
            if _name(element.tag) == "si":
                self.shared.append(self.rich(element))
                element.clear()

    def rich(self, element: ET.Element) -> tuple[str, bool]:
        """The text of a string, readings of its characters (rPh) left out; whether a part of it is struck out."""
        out, struck = [], False
        for child in element:
            if _name(child.tag) == "t":
                out.append(child.text or "")
            elif _name(child.tag) == "r":
                for inner in child.iter():
                    if _name(inner.tag) == "t":
                        out.append(inner.text or "")
                    elif _name(inner.tag) == "strike" and inner.get("val", "1") not in ("0", "false"):
                        struck = True
        text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), "".join(out))
        self.text_left -= len(text)
        if self.text_left < 0:
            raise Refused(f"工作簿的文字超过 {MAX_TEXT:,} 字", "分成几个文件")
        return text, struck

    def read_styles(self, part: str) -> None:
        codes, struck, inside = dict[int, str](), list[bool](), ""
        for event, element in self.events(part, ("start", "end")):
            tag, own = _name(element.tag), _attributes(element)
            if event == "start":
                if tag in ("fonts", "cellXfs"):
                    inside = tag
                continue
            if tag == "numFmt":
                codes[int(own.get("numFmtId", "0"))] = own.get("formatCode", "")
            elif tag == "font" and inside == "fonts":
                struck.append(any(_name(x.tag) == "strike" and x.get("val", "1") not in ("0", "false") for x in element))
            elif tag == "xf" and inside == "cellXfs":
                number, font = int(own.get("numFmtId", "0")), int(own.get("fontId", "0"))
                code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", codes.get(number, ""))
                day = number in _DAYS or bool(re.search(r"[yYdD年日]", code)) or bool(re.search(r"[hH].*m|m.*s", code))
                self.formats.append((day, number in _PERCENT or "%" in code, font < len(struck) and struck[font], format_of(number, codes.get(number))))
            elif tag in ("fonts", "cellXfs"):
                inside = ""

    # -- sheets --------------------------------------------------------------------------------------------

    def read_sheet(self, name: str, part: str, hidden: bool) -> Sheet:
        cells = dict[Place, Cell]()
        rows, columns, merged = set[int](), set[int](), list[Area]()
        row, column, places = 0, 0, 0
        notes = self.read_notes(part)
        for event, element in self.events(part, ("start", "end")):
            tag = _name(element.tag)
            if event == "start":
                if tag == "row":
                    row, column = int(element.get("r", row + 1)), 0
                    if not 1 <= row <= MAX_ROW:
                        raise Refused(f"工作表“{name}”的行号不对（{row}）", "用 Excel 或 WPS 打开，另存为 .xlsx")
                    if element.get("hidden") in ("1", "true"):
                        rows.add(row)
                continue
            if tag == "c":
                at = place_of(element.get("r", "")) or (row, column + 1)
                column = at[1]
                if at[1] > MAX_COLUMN or at[0] > MAX_ROW:
                    raise Refused(f"工作表“{name}”的列号不对（{at[1]}）", "用 Excel 或 WPS 打开，另存为 .xlsx")
                cell = self.cell(element)
                if cell.kind is not Kind.BLANK or at in notes:
                    self.left -= 1
                    if self.left < 0:
                        raise Refused(f"工作簿的格子超过 {MAX_CELLS:,} 个", "分成几个文件，或另存为 CSV")
                    cells[at] = _noted(cell, notes.get(at, ""))
                element.clear()
            elif tag == "row":
                element.clear()
            elif tag == "col" and element.get("hidden") in ("1", "true"):
                first = int(element.get("min", "1"))
                columns |= set(range(first, min(int(element.get("max", first)), first + 256) + 1))
            elif tag == "mergeCell" and (area := area_of(element.get("ref", ""))):
                merged.append(area)
        for area in merged:
            places += (min(area.bottom, 100_000) - area.top + 1) * (min(area.right, 200) - area.left + 1)
        if places > MAX_MERGED:
            raise Refused(f"工作表“{name}”的合并单元格盖住了 {places:,} 个格子", "取消合并后另存")
        for at, note in notes.items():
            cells.setdefault(at, _noted(BLANK, note))
        return sheet_of(name, cells, tuple(merged), frozenset(rows), frozenset(columns), hidden)

    def cell(self, element: ET.Element) -> Cell:
        kind, style = element.get("t", "n"), int(element.get("s", "0"))
        day, percent, struck, shown = self.formats[style] if style < len(self.formats) else (False, False, False, "")
        value: str | None = None
        formula = ""
        for child in element:
            tag = _name(child.tag)
            if tag == "v":
                value = child.text
            elif tag == "f":
                formula = "=" + (child.text or "")
            elif tag == "is":
                value, part_struck = self.rich(child)
                struck |= part_struck
        if formula and value is None and kind != "str":
            return Cell(text=formula, kind=Kind.UNSAVED, formula=formula, struck=struck)
        made: dict[str, Any] = {"formula": formula, "struck": struck}
        if value is None or value == "":
            return Cell(kind=Kind.TEXT, **made) if formula else BLANK
        if kind == "s":
            text, part_struck = self.shared[int(value)] if int(value) < len(self.shared) else ("", False)
            made["struck"] = struck or part_struck
            return Cell(text=text, kind=Kind.TEXT, **made) if text else BLANK
        if kind in ("str", "inlineStr"):
            return Cell(text=value, kind=Kind.TEXT, **made)
        if kind == "b":
            return Cell(text="是" if value.strip() == "1" else "否", kind=Kind.BOOL, **made)
        if kind == "e":
            return Cell(text=value, kind=Kind.ERROR, **made)
        if kind == "d":
            return Cell(text=value[:10], kind=Kind.TEXT, **made)
        return Cell(text=value.strip(), kind=Kind.DATE if day else Kind.NUMBER, percent=percent, shown=shown, **made)

    def read_notes(self, part: str) -> dict[Place, str]:
        out = dict[Place, str]()
        for kind, target in self.relations(part).values():
            if kind != "comments" or target.lower() not in self.names:
                continue
            for _, element in self.events(target):
                if _name(element.tag) == "comment" and (at := place_of(element.get("ref", ""))):
                    out[at] = "".join(x.text or "" for x in element.iter() if _name(x.tag) == "t").strip()
        return out


def _noted(cell: Cell, note: str) -> Cell:
    if not note:
        return cell
    return replace(cell, note=note)
