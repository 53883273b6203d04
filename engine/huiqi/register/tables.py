"""Tables of plain cells, as rounds and simulations give them out: written as workbooks, as pages, on the terminal."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from ..plain import dataclass


class Kind(StrEnum):
    TEXT = "text"
    MONEY = "money"
    COUNT = "count"


Cell = str | int | Fraction | None


@dataclass(frozen=True, kw_only=True)
class Column:
    title: str
    width: int
    kind: Kind = Kind.TEXT
    roomy: bool = False  # left out where there is little room, as on a terminal


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: what stands above its table, its columns and rows; `pages`: rows before which a new page begins.

    `part` says what it is to whoever draws or shortens it (a title is words), `of` which of several of that kind.
    """

    title: str
    about: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    pages: tuple[int, ...] = ()
    hidden: bool = False
    part: StrEnum | None = None
    of: str = ""


def text(title: str, width: int, *, roomy: bool = False) -> Column:
    """A column of words; `width` in half-width characters, as of every column."""
    return Column(title=title, width=width, roomy=roomy)


def count(title: str, width: int = 0, *, roomy: bool = False) -> Column:
    """A column of whole numbers, as wide as its heading where no width is given."""
    return Column(title=title, width=width or max(8, 2 * len(title) + 2), kind=Kind.COUNT, roomy=roomy)


def money(title: str, width: int = 19) -> Column:
    """A column of exact amounts."""
    return Column(title=title, width=width, kind=Kind.MONEY)


__all__ = ["Cell", "Column", "Kind", "Sheet", "count", "money", "text"]
