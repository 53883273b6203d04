"""Lines of Chinese text: how many columns there are to write in, and where a line may be broken, by the width of characters.

What must stay true: no line that is folded begins with closing or ends with opening punctuation, no number or date is split
that fits a line, and no command to be pasted is split at all. Light, since every command imports it.
"""

from __future__ import annotations

import re
from contextvars import ContextVar

from rich.cells import cell_len

WIDTH = 80
NARROWEST = 40
_width: ContextVar[int] = ContextVar("width", default=WIDTH)
_edge: ContextVar[int | None] = ContextVar("edge", default=None)  # beyond which nothing is to be written, where that is known
# what is not split: opening punctuation with what follows, closing with what it follows; numbers, dates, file names and stand-ins
_PIECES = re.compile(
    r"[（“《【〔［]*(?:[0-9A-Za-z.,%_/\-]{1,40}(?:万|亿)?(?:元|美元|人|件|席|号|年|月|日|条|项|天)?|[^（“《【〔［]|$)[，。；：、？！）》”】〕］]*|[（“《【〔［]+"
)
# nor a command to be pasted
_CALL = re.compile(r"(?:\./)?huiqi ")
_COMMAND = re.compile(rf"(?:\./)?huiqi(?: [^\s，。；：？！（）“”]+){{1,12}}[，。；：、？！）》”】〕］]*|{_PIECES.pattern}")


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


def folded(text: str, width: int, further: int | None = None, kept: re.Pattern[str] = _PIECES) -> list[str]:
    """Lines of at most `width` cells, those after the first of `further`; none begins with closing or ends with opening punctuation."""
    lines, line, limit = [], "", width
    for piece in kept.findall(text):
        if line and cell_len(line + piece.rstrip()) > limit:
            lines.append(line.rstrip())
            line, limit = "", width if further is None else further
        line = line + piece if line else piece.lstrip(" ") if lines else piece
        # one piece that is longer than a line is cut wherever it must be; a command is not: a terminal carries it over, and pasted it is whole
        while cell_len(line.rstrip()) > limit and len(line) > 1 and not (kept is _COMMAND and _CALL.match(line)):
            cut = next(n for n in range(len(line), 0, -1) if n == 1 or cell_len(line[:n]) <= limit)
            lines.append(line[:cut])
            line, limit = line[cut:], width if further is None else further
    return [*lines, line] if line.strip() else lines
