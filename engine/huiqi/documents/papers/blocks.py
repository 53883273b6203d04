"""What a paper consists of, whatever it is written as: headings, paragraphs, lists, tables, lines to sign.

Plain data between what a paper says and how it is laid out. What must stay true: a writer shows every
block and adds no word of its own but page numbers and the mark 测算, so that the three forms say the same.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from ...plain import dataclass
from ...visible import visible_line

MARK = "测算"  # lies behind the words of every page


class Manner(StrEnum):
    BODY = "body"
    NOTE = "note"  # smaller: what explains the table above
    ADDRESS = "address"  # to whom, flush left
    CLOSING = "closing"  # who signs, and the day, flush right


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 1


@dataclass(frozen=True)
class Para:
    text: str
    manner: Manner = Manner.BODY


@dataclass(frozen=True)
class Items:
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table: its head is repeated on every page, a row stays on one. `widths` are shares of the line; `right`: columns of amounts."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True)
class Pairs:
    """Words and what stands for them, a line each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Signatures:
    """A box for each who signs: opinion, name, day; kept on one page."""

    who: tuple[str, ...]


Block = Heading | Para | Items | Grid | Pairs | Signatures

SIGNED = ("意见", "签名", "日期")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """`head` runs on every page and has the word 测算; `foot` too, before the page number."""

    title: str
    head: str
    foot: str
    day: date
    blocks: tuple[Block, ...]


def plain_text(paper: Paper) -> list[str]:
    """Every word of a paper, a line for each paragraph, cell or box: what all its forms have in common."""
    return [visible_line(x) for x in (paper.title, paper.head, paper.foot, *(y for block in paper.blocks for y in _texts(block)))]


def _texts(block: Block) -> tuple[str, ...]:
    match block:
        case Heading() | Para():
            return (block.text,)
        case Items():
            return block.lines
        case Grid():
            return (*block.head, *(cell for row in block.rows for cell in row))
        case Pairs():
            return tuple(x for row in block.rows for x in row)
        case Signatures():
            return (*block.who, *SIGNED)
