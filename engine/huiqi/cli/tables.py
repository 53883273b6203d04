"""Tables of text for the terminal, aligned by display width (CJK is two columns).

What must stay true: an id, a figure or a version is never broken, so that it can be copied; and no line of a
cell begins with closing punctuation.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from ..folding import folded, page_width
from ..telling.page import GAP

NARROWEST = 12  # of a column of words, where there is room
LEAST = 6  # of any: （元） is not broken


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Plain text, no colour, trailing blanks removed; where the columns do not fit the page, row by row."""
    width = page_width()
    columns = list(zip(headings, *rows, strict=True))
    widths = [max(map(cell_len, column)) for column in columns]
    words = [n for n, (_, *cells) in enumerate(columns) if any(not cell.isascii() for cell in cells)]
    while sum(widths) + GAP * (len(widths) - 1) > width and (wide := max(words, key=lambda n: widths[n], default=None)) is not None:
        if widths[wide] <= NARROWEST:
            break
        widths[wide] -= 1
    least = [max([LEAST, *(cell_len(cell) for cell in cells if cell.isascii())]) for _, *cells in columns]
    while sum(widths) + GAP * (len(widths) - 1) > width:
        wide = max((n for n in range(len(widths)) if widths[n] > least[n]), key=lambda n: widths[n], default=None)
        if wide is None:
            return "\n".join("\n".join(f"{heading}：{cell}" for heading, cell in zip(headings, row, strict=True) if cell) + "\n" for row in rows).rstrip("\n")
        widths[wide] -= 1

    def line(cells: Sequence[str]) -> list[str]:
        parts = [folded(cell, w) or [""] for cell, w in zip(cells, widths, strict=True)]
        put = [[part[n] if n < len(part) else "" for part in parts] for n in range(max(map(len, parts)))]
        return ["".join(text + " " * (w - cell_len(text) + GAP) for text, w in zip(texts, widths, strict=True)).rstrip() for texts in put]

    body = [x for row in rows for x in line(row)]
    return "\n".join([*line(headings), "─" * (sum(widths) + GAP * (len(widths) - 1)), *body])
