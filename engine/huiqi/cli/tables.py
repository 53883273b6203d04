"""Tables of text for the terminal, aligned by display width (CJK is two columns)."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int = 80) -> str:
    """Plain text, no colour, trailing blanks removed."""
    out = StringIO()
    console = Console(file=out, width=width, no_color=True, highlight=False, markup=False, emoji=False, legacy_windows=False)
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    console.print(grid)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n")).rstrip()
