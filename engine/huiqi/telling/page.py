"""A page of plain Chinese text: 80 columns, no colour, wrapped by the width of characters.

What must stay true: no line begins with closing punctuation, no number or date is split, and a word
that is a stand-in for a person is shown as it was told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from types import MappingProxyType

from rich.cells import cell_len
from rich.console import Console

from ..reasoning.pseudonyms import shown
from ..visible import visible_line
from .decision import Decision

WIDTH = 80


class Page(Console):
    """A page for the officer's own screen: personal words stand on it as they were told."""

    real: Mapping[str, str] = MappingProxyType({})


def page(decision: Decision | None = None) -> tuple[Page, StringIO]:
    out = StringIO()
    page = Page(file=out, width=WIDTH, no_color=True, force_terminal=False, highlight=False, markup=False, emoji=False, legacy_windows=False)
    if decision is not None:
        page.real = decision.real
    return page, out


def text_of(out: StringIO) -> str:
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n")).rstrip() + "\n"


def wrap(console: Page, text: str, indent: int = 0, hang: int = 2) -> None:
    """Wrap CJK text by cells, with a hanging indent; no line starts with closing punctuation."""
    width = WIDTH - indent
    line, first = "", True
    text = visible_line(shown(text, console.real))
    # numbers, dates, file names and stand-ins are not split over lines unless longer than one
    for piece in re.findall(r"[0-9A-Za-z.,%_/\-]{1,40}(?:万|亿)?(?:元|美元|人|件|席)?|.", text):
        limit = width if first else width - hang
        if cell_len(line + piece) > limit and piece not in "，。；：、）》”】〕":
            console.print(" " * (indent if first else indent + hang) + line, soft_wrap=True)
            line, first = "", False
            if piece == " ":
                continue
        line += piece
    if line:
        console.print(" " * (indent if first else indent + hang) + line, soft_wrap=True)
