"""Tables of text for the terminal, aligned by display width (CJK is two columns).

What must stay true: an id, a figure or a version is never broken, so that it can be copied; and no line of a
cell begins with closing punctuation.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from ..folding import folded, page_width
from ..telling.page import GAP

NARROWEST = 12  # of a column of words


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Plain text, no colour, trailing blanks removed."""
    width = page_width()
    columns = list(zip(headings, *rows, strict=True))
    widths = [max(map(cell_len, column)) for column in columns]
    words = [n for n, (_, *cells) in enumerate(columns) if any(not cell.isascii() for cell in cells)]
    while sum(widths) + GAP * (len(widths) - 1) > width and (wide := max(words, key=lambda n: widths[n], default=None)) is not None:
        if widths[wide] <= NARROWEST:
            break
        widths[wide] -= 1

    def line(cells: Sequence[str]) -> list[str]:
        parts = [folded(cell, w) or [""] for cell, w in zip(cells, widths, strict=True)]
        put = [[part[n] if n < len(part) else "" for part in parts] for n in range(max(map(len, parts)))]
        return ["".join(text + " " * (w - cell_len(text) + GAP) for text, w in zip(texts, widths, strict=True)).rstrip() for texts in put]

    body = [x for row in rows for x in line(row)]
    return "\n".join([*line(headings), "─" * (sum(widths) + GAP * (len(widths) - 1)), *body])
