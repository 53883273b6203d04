"""A page of plain Chinese text: 80 columns (fewer where there are fewer), no colour, wrapped by the width of characters.

What must stay true: no line is wider, none begins with closing punctuation or ends with opening, no number
or date is split, and a word that is a stand-in for a person is shown as it was told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from io import StringIO
from types import MappingProxyType

from rich.cells import cell_len
from rich.console import Console

from ..reasoning.pseudonyms import shown
from ..visible import visible_line
from .decision import Decision

WIDTH = 80
NARROWEST = 40
GAP = 2  # cells between the columns of a table
_width: ContextVar[int] = ContextVar("width", default=WIDTH)
_edge: ContextVar[int | None] = ContextVar("edge", default=None)  # beyond which nothing is to be written, where that is known
# what is not split: opening punctuation with what follows, closing with what it follows; numbers, dates, file names and stand-ins
_PIECES = re.compile(
    r"[（“《【〔［]*(?:[0-9A-Za-z.,%_/\-]{1,40}(?:万|亿)?(?:元|美元|人|件|席|号|年|月|日|条|项|天)?|[^（“《【〔［]|$)[，。；：、）》”】〕］]*|[（“《【〔［]+"
)
# nor, where there is room, a command to be pasted
_COMMAND = re.compile(rf"(?:\./)?huiqi(?: [^\s，。；：（）“”]+){{1,12}}[，。；：、）》”】〕］]*|{_PIECES.pattern}")


class Page(Console):
    """A page for the officer's own screen: personal words stand on it as they were told."""

    real: Mapping[str, str] = MappingProxyType({})


def fit(columns: int | None) -> None:
    """From here on what is written is for so many columns; None: nobody said how many."""
    _edge.set(None if columns is None else max(NARROWEST, columns))
    _width.set(WIDTH if columns is None else max(NARROWEST, min(WIDTH, columns)))


def page_width() -> int:
    """Of a page: 80 columns, or the fewer that there are."""
    return _width.get()


def within_edge(text: str) -> str:
    """Text as it is where nobody said how many columns there are; else each line that is longer is folded, further in than it begins."""
    edge = _edge.get()
    if edge is None or all(cell_len(line) <= edge for line in text.split("\n")):
        return text
    return "\n".join(x for line in text.split("\n") for x in _within(line, edge))


def _within(line: str, edge: int) -> list[str]:
    if cell_len(line) <= edge:
        return [line]
    if not line.strip("─"):
        return ["─" * edge]
    begins = line[: len(line) - len(line.lstrip(" "))]
    further = begins + "  "
    first, *rest = folded(line.lstrip(" "), edge - len(begins), edge - len(further), kept=_COMMAND)
    return [begins + first, *(further + x for x in rest)]


def page(decision: Decision | None = None, width: int | None = None) -> tuple[Page, StringIO]:
    """`width`: whatever the terminal."""
    out = StringIO()
    page = Page(file=out, width=width or _width.get(), no_color=True, force_terminal=False, highlight=False, markup=False, emoji=False, legacy_windows=False)
    if decision is not None:
        page.real = decision.real
    return page, out


def ruled(pages: Iterable[str]) -> str:
    """Pages under one another, with a line between."""
    return ("\n" + "─" * _width.get() + "\n\n").join(pages)


def text_of(out: StringIO) -> str:
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n")).rstrip() + "\n"


def folded(text: str, width: int, further: int | None = None, kept: re.Pattern[str] = _PIECES) -> list[str]:
    """Lines of at most `width` cells, those after the first of `further`; none begins with closing or ends with opening punctuation."""
    lines, line, limit = [], "", width
    for piece in kept.findall(text):
        if line and cell_len(line + piece.rstrip()) > limit:
            lines.append(line.rstrip())
            line, limit = "", width if further is None else further
        line = line + piece if line else piece.lstrip(" ") if lines else piece
        while cell_len(line.rstrip()) > limit and len(line) > 1:  # one piece that is longer than a line: wherever it must
            cut = next(n for n in range(len(line), 0, -1) if n == 1 or cell_len(line[:n]) <= limit)
            lines.append(line[:cut])
            line, limit = line[cut:], width if further is None else further
    return [*lines, line] if line.strip() else lines


def wrap(console: Page, text: str, indent: int = 0, hang: int = 2) -> None:
    """Text with a hanging indent."""
    lines = folded(visible_line(shown(text, console.real)), console.width - indent, console.width - indent - hang)
    for n, line in enumerate(lines):
        console.print(" " * (indent + (hang if n else 0)) + line, soft_wrap=True)


def grid(console: Page, headings: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[int]) -> None:
    """A table over the whole width, its columns in these shares, each cell wrapped as any text is; a share below zero is so many cells."""
    free = console.width - GAP * (len(shares) - 1) + sum(s for s in shares if s < 0)
    parts = sum(s for s in shares if s > 0)
    widths = [-s if s < 0 else free * s // parts for s in shares]

    def put(cells: Sequence[Sequence[str]]) -> None:
        for n in range(max(map(len, cells))):
            texts = [cell[n] if n < len(cell) else "" for cell in cells]
            padded = (text + " " * (width - cell_len(text) + GAP) for text, width in zip(texts, widths, strict=True))
            console.print("".join(padded).rstrip(), soft_wrap=True)

    put([[heading] for heading in headings])
    console.print("─" * console.width)
    for row in rows:
        put([folded(visible_line(shown(cell, console.real)), width) for cell, width in zip(row, widths, strict=True)])
