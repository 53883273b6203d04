"""Small workbooks, written part by part: formulas without a value, error values and hidden rows stand as other programs leave them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from huiqi.intake.grid import address

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass(frozen=True)
class Formula:
    text: str
    value: str | None = None  # as saved; None: it was not


@dataclass(frozen=True)
class Error:
    text: str = "#REF!"


@dataclass(frozen=True)
class Number:
    """A number by its own text, and how it is shown."""

    text: str
    style: int = 0  # 1 a day, 2 percent, 3 struck out


@dataclass(frozen=True)
class Struck:
    text: str


def _cell(at: str, value: Any, since_1904: bool) -> str:
    match value:
        case None:
            return ""
        case "":
            return f'<c r="{at}" t="inlineStr"/>'
        case str():
            return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        case Struck(text):
            return f'<c r="{at}" s="3" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        case Formula(text, None):
            return f'<c r="{at}"><f>{escape(text)}</f><v/></c>'
        case Formula(text, saved):
            return f'<c r="{at}"><f>{escape(text)}</f><v>{escape(saved or "")}</v></c>'
        case Error(text):
            return f'<c r="{at}" t="e"><v>{text}</v></c>'
        case Number(text, style):
            return f'<c r="{at}" s="{style}"><v>{text}</v></c>'
        case bool():
            return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
        case date():
            start = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
            return f'<c r="{at}" s="1"><v>{(value - start).days}</v></c>'
        case _:
            return f'<c r="{at}"><v>{value}</v></c>'


def sheet(
    rows: Sequence[Sequence[Any]], *, merged: Iterable[str] = (), hidden_rows: Iterable[int] = (), hidden_columns: Iterable[int] = (), since_1904: bool = False
) -> str:  # fmt: skip
    hidden = set(hidden_rows)
    body = "".join(
        f'<row r="{r}"{" hidden=" + chr(34) + "1" + chr(34) if r in hidden else ""}>'
        + "".join(_cell(address(r, c), value, since_1904) for c, value in enumerate(row, 1)) + "</row>"
        for r, row in enumerate(rows, 1)
    )  # fmt: skip
    columns = "".join(f'<col min="{c}" max="{c}" width="9" hidden="1"/>' for c in hidden_columns)
    areas = "".join(f'<mergeCell ref="{m}"/>' for m in merged)
    return (
        f'<worksheet xmlns="{_MAIN}">{f"<cols>{columns}</cols>" if columns else ""}<sheetData>{body}</sheetData>'
        f"{f'<mergeCells>{areas}</mergeCells>' if areas else ''}</worksheet>"
    )


_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd h:mm:ss"/></numFmts>'
    "<fonts><font/><font><strike/></font></fonts><cellXfs><xf numFmtId='0' fontId='0'/><xf numFmtId='164' fontId='0'/>"
    "<xf numFmtId='10' fontId='0'/><xf numFmtId='0' fontId='1'/></cellXfs></styleSheet>"
)


def write(
    path: Path,
    sheets: Mapping[str, str],
    *,
    since_1904: bool = False,
    notes: Mapping[str, str] | None = None,
    hidden: Iterable[str] = (),
    extra: Mapping[str, str] | None = None,
) -> Path:
    """An .xlsx file; `notes` are comments on the first sheet, `extra` further parts."""
    listed = "".join(
        f'<sheet name="{escape(n)}" sheetId="{i}" r:id="rId{i}"{" state=" + chr(34) + "hidden" + chr(34) if n in set(hidden) else ""}/>'
        for i, n in enumerate(sheets, 1)
    )
    links = "".join(f'<Relationship Id="rId{i}" Type="{_LINK}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in range(1, len(sheets) + 1))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels", f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r" Type="{_LINK}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}"><workbookPr{" date1904=" + chr(34) + "1" + chr(34) if since_1904 else ""}/><sheets>{listed}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}">{links}<Relationship Id="s" Type="{_LINK}/styles" Target="styles.xml"/></Relationships>',
        )
        archive.writestr("xl/styles.xml", _STYLES)
        for i, text in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/sheet{i}.xml", text)
        if notes:
            told = "".join(f'<comment ref="{at}"><text><t>{escape(text)}</t></text></comment>' for at, text in notes.items())
            archive.writestr("xl/comments1.xml", f'<comments xmlns="{_MAIN}"><commentList>{told}</commentList></comments>')
            archive.writestr(
                "xl/worksheets/_rels/sheet1.xml.rels",
                f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="c" Type="{_LINK}/comments" Target="../comments1.xml"/></Relationships>',
            )
        for name, text in (extra or {}).items():
            archive.writestr(name, text)
    return path
