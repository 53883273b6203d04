"""Sheets: what was read of each document, as files beside the rulebooks, and what can be found in them.

A sheet is `<name>.md` or `<name>.txt`; a paragraph is a line. Where a collector noted how far the text was
read (A all of it, B an excerpt, C a retelling, M memory), the letter stands in brackets, in the last cell of a
row, or before the address. What must stay true: nothing is guessed of a sheet that does not say it, and a
place is a file and a line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path

from ..errors import Position
from ..files import reading
from ..plain import dataclass
from ..rulebook.quotes import days, levelled, pieces
from ..texts import read_text

_REACH = 120  # characters that `…` of a quote may stand for
_LEGEND = "来源状态说明"  # the line that explains the letters
_LETTERS = (
    re.compile(r"\(([ABCM])(?:/([ABCM]))?(?![A-Za-z0-9])"),
    re.compile(r"\|([ABCM])(?:/([ABCM]))?(?=[|;,:。]|$)"),
    re.compile(r"(?<![A-Za-z0-9/.])([ABCM])(?:/([ABCM]))?(?=(?:全文|原文|节选|题录|旁证|同文|弱源|官方|多源|http|www|[a-z0-9]+\.[a-z]))"),
)
STRENGTH = "ABCM"


@dataclass(frozen=True)
class Place:
    """Where a quote stands in a sheet: a paragraph and the span of its levelled text."""

    line: int
    text: str
    start: int
    end: int


class Sheet:
    def __init__(self, name: str, path: Path, text: str) -> None:
        self.name, self.path, self.text = name, path, text
        self.lines = [levelled(x) for x in text.splitlines()]

    @cached_property
    def digest(self) -> str:
        return digest_of(self.text)

    @cached_property
    def whole(self) -> str:
        return "\n".join(self.lines)

    @cached_property
    def flat(self) -> str:
        return "".join(self.lines)

    @cached_property
    def days(self) -> set[date]:
        return days(self.whole)

    def at(self, line: int) -> Position:
        return Position(str(self.path), line, 1)

    def shown(self, line: int, start: int = 0) -> str:
        """A paragraph's text, short, around a place in it."""
        text = self.lines[line - 1].lstrip("-#")
        begin = max(0, min(start - 20, len(text) - 60))
        return f"{'…' if begin else ''}{text[begin : begin + 60]}{'…' if begin + 60 < len(text) else ''}"

    def find(self, quote: str) -> Iterator[Place]:
        """Every place of a quote: its pieces in order, within one paragraph."""
        parts = pieces(quote)
        for number, text in enumerate(self.lines, 1):
            begin = 0
            while parts and (first := text.find(parts[0], begin)) >= 0:
                if (end := _rest(text, parts, first)) is not None:
                    yield Place(number, text, first, end)
                begin = first + 1

    def nearest(self, quote: str) -> int:
        """The paragraph most like a quote; 0 where none is."""
        wanted = "".join(pieces(quote))
        best = max(
            enumerate(self.lines, 1),
            key=lambda x: sum(m.size for m in SequenceMatcher(None, wanted, x[1], autojunk=False).get_matching_blocks() if m.size > 1),
            default=(0, ""),
        )
        common = sum(m.size for m in SequenceMatcher(None, wanted, best[1], autojunk=False).get_matching_blocks() if m.size > 1)
        return best[0] if common * 3 >= len(wanted) else 0

    def letters(self, place: Place) -> str:
        """The letters that may be meant at a place: the one right behind it, those of its paragraph, those of its heading."""
        behind = place.text[place.end : place.end + 8]
        if (close := _marks(behind)) and re.match(r'[",;。)]*[(|]', behind):
            return close
        if own := _marks(place.text):
            return own
        for number in range(place.line - 1, 0, -1):
            if self.text.splitlines()[number - 1].startswith("#"):
                return _marks(self.lines[number - 1])
        return ""

    def around(self, line: int) -> str:
        """What may say the unit of a number: its paragraph, the table above it, the headings above that."""
        out, number = [self.lines[line - 1]], line - 1
        while number and self.lines[number - 1].startswith("|"):
            out.append(self.lines[number - 1])
            number -= 1
        heading = next((n for n in range(number, 0, -1) if self.lines[n - 1].startswith("#")), 0)
        return "\n".join([*out, self.lines[heading - 1], *(x for x in self.lines[heading:number] if "单位" in x)]) if heading else "\n".join(out)

    @cached_property
    def every_letter(self) -> str:
        return "".join(_marks(x) for x in self.lines if _LEGEND not in x)


def _rest(text: str, parts: list[str], first: int) -> int | None:
    end = first + len(parts[0])
    for part in parts[1:]:
        found = text.find(part, end, end + _REACH + len(part))
        if found < 0:
            return None
        end = found + len(part)
    return end


def _marks(text: str) -> str:
    return "".join(x for pattern in _LETTERS for m in pattern.finditer(text) for x in m.groups() if x)


def digest_of(text: str) -> str:
    """Of what a sheet says: ends of lines and spaces at them are no difference."""
    plain = "\n".join(x.rstrip() for x in text.replace("\r\n", "\n").split("\n")).strip()
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def read_sheet(folder: Path, name: str) -> Sheet | None:
    """The sheet of that name; None where there is none. A name is no path."""
    if not re.fullmatch(r"[^/\\:*?]{1,80}", name) or name.startswith("."):
        return None
    for path in (folder / f"{name}.md", folder / f"{name}.txt"):
        if path.is_file():
            with reading(path):
                return Sheet(name, path, read_text(path))
    return None
