"""A page of plain Chinese text: 80 columns (fewer where there are fewer), no colour, wrapped by the width of characters.

What must stay true: no line is wider, none begins with closing punctuation or ends with opening, no number
or date is split, and a word that is a stand-in for a person is shown as it was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from types import MappingProxyType

from rich.cells import cell_len
from rich.console import Console

from ..folding import folded, page_width
from ..reasoning.pseudonyms import shown
from ..visible import visible_line
from .decision import Decision

GAP = 2  # cells between the columns of a table


class Page(Console):
    """A page for the officer's own screen: personal words stand on it as they were told."""

    real: Mapping[str, str] = MappingProxyType({})


def page(decision: Decision | None = None, width: int | None = None) -> tuple[Page, StringIO]:
    """`width`: whatever the terminal."""
    out = StringIO()
    page = Page(file=out, width=width or page_width(), no_color=True, force_terminal=False, highlight=False, markup=False, emoji=False, legacy_windows=False)
    if decision is not None:
        page.real = decision.real
    return page, out


def ruled(pages: Iterable[str]) -> str:
    """Pages under one another, with a line between."""
    return ("\n" + "─" * page_width() + "\n\n").join(pages)


def text_of(out: StringIO) -> str:
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n")).rstrip() + "\n"


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
