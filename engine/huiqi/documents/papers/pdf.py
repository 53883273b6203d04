"""A paper as PDF: laid out by Typst, in one embedded Chinese font, the same bytes every time.

What must stay true: no character is printed as an empty box: without a Chinese font, or where the font
lacks a character, nothing is written and the message names what to install or do instead. Amounts stand in
the sans, whose digits are of one width.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any

from ...errors import Code, UsageError
from .blocks import MARK, SIGNED, Block, Grid, Heading, Items, Pairs, Paper, Para, Signatures, plain_text

FAMILIES = ("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC")
MEND = "Debian、Ubuntu 上 apt-get install fonts-noto-cjk；或用 --fonts 指明放着“Noto Sans CJK SC”的文件夹；或写成 .docx、.html"


class NoFont(UsageError):
    """No font to print Chinese with, or not every character is in it."""

    stage = Code.INVALID_CALL


def to_pdf(paper: Paper, fonts: str | Path | None = None) -> bytes:
    """`fonts`: a folder with fonts beside those of the machine. Raises `NoFont`."""
    import typst

    family, found = _chinese(fonts)
    _refuse_unknown(paper, family, found)
    compiler = typst.Compiler(font_paths=found)
    source = (files("huiqi.documents.papers") / "paper.typ").read_bytes()
    day = datetime.combine(paper.day, time(), UTC)
    data = compiler.compile(source, format="pdf", sys_inputs={"paper": json.dumps(_data(paper), ensure_ascii=False), "font": family}, timestamp=day)
    assert isinstance(data, bytes)
    return data


def _chinese(folder: str | Path | None) -> tuple[str, Any]:
    """The first of the families known to print Chinese well, and the fonts to find it in."""
    import typst

    if folder is not None and not Path(folder).is_dir():
        raise UsageError(f"没有文件夹“{folder}”；--fonts 写放字体的文件夹", argument="fonts")
    found = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[] if folder is None else [str(folder)])
    there = set(found.families())
    family = next((f for f in FAMILIES if f in there), None)
    if family is None:
        raise NoFont("没有中文字体，印不出 PDF：要装 fonts-noto-cjk（Noto Sans CJK SC）", mend=MEND, argument="fonts")
    return family, found


def _refuse_unknown(paper: Paper, family: str, found: Any) -> None:
    """What the font has no shape for would come out as an empty box."""
    from fontTools.ttLib import TTFont

    face = next(f for f in found.fonts() if f.family == family)
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        known = font.getBestCmap()
    lacking = sorted({c for line in plain_text(paper) for c in line if ord(c) not in known and not c.isspace()})
    if lacking:
        raise NoFont(f"字体“{family}”里没有这些字：{'、'.join(f'{c}（U+{ord(c):04X}）' for c in lacking[:8])}", mend="写成 .docx 或 .html", argument="fonts")


def _data(paper: Paper) -> dict[str, Any]:
    return {"title": paper.title, "mark": MARK, "head": paper.head, "foot": paper.foot, "blocks": [_block(b) for b in paper.blocks]}


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": block.text, "level": block.level}
        case Para():
            return {"kind": str(block.manner), "text": block.text}
        case Items():
            return {"kind": "items", "lines": block.lines}
        case Grid():
            return {"kind": "grid", "head": block.head, "rows": block.rows, "widths": block.widths, "right": block.right}
        case Pairs():
            return {"kind": "pairs", "rows": block.rows}
        case Signatures():
            return {"kind": "signatures", "who": block.who, "signed": SIGNED}


__all__: Sequence[str] = ("FAMILIES", "NoFont", "to_pdf")
