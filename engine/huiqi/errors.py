"""Every error huiqi raises on purpose, and the one shape a complaint about input takes.

A `Problem` names the place (file, line, column), the words found, what was expected and how to
mend it; an `InputError` carries *all* problems of a file, so that nobody mends one line at a time.
Messages are Chinese, because officers and policy writers read them; class names are for developers.
What must stay true: everything raised on purpose derives from `HuiqiError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from .visible import visible_line


@dataclass(frozen=True, order=True)
class Position:
    """A place in a text: file name as the user gave it, 1-based line and column."""

    file: str = ""
    line: int = 0
    column: int = 0
    columns: tuple[int, ...] = field(default=(), compare=False, repr=False)  # of each character, where escapes make them uneven

    def __str__(self) -> str:
        if not self.line:
            return self.file or "（输入）"
        return f"{self.file or '（输入）'}:{self.line}:{self.column}"

    def shifted(self, columns: int) -> Position:
        if self.columns:
            return Position(self.file, self.line, self.columns[max(0, min(columns, len(self.columns) - 1))])
        return Position(self.file, self.line, self.column + columns)


@dataclass(frozen=True)
class Problem:
    """One complaint: where, what is wrong, the words found, what was expected, the mend."""

    at: Position
    message: str
    found: str = ""
    expected: str = ""
    mend: str = ""

    def __str__(self) -> str:
        parts = [f"{self.at}: {self.message}"]
        if self.found:
            parts.append(f"写的是“{clip(self.found)}”")
        if self.expected:
            parts.append(f"应为：{self.expected}")
        if self.mend:
            parts.append(f"改法：{self.mend}")
        return visible_line("；".join(parts))


SEE = "照 docs/language.md 里这一项的写法改"  # where what is wrong already says what belongs there


def clip(text: str, limit: int = 60) -> str:
    """The user's own words, short enough for one line of an error."""
    text = visible_line(text[: 4 * limit])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def told(value: Any) -> str:
    """What was given, as text; also where Python itself refuses to write it out."""
    try:
        return str(value)
    except (ValueError, RecursionError):
        return "（太长，写不出来）"


def suggestion(word: str, known: Iterable[str]) -> str:
    """`是否“…”？` with the nearest known word, or nothing."""
    if len(word) > 80:  # no name; and comparing would take long
        return ""
    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"是否“{near[0]}”？" if near else ""


class HuiqiError(Exception):
    """Base of everything huiqi raises on purpose."""


class InputError(HuiqiError):
    """Input that cannot be taken: all its problems at once, in the order of the text."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda p: (p.at, p.message)))
        super().__init__("\n".join(str(p) for p in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        # exceptions are rebuilt from `args`, which here is the text; carried between processes and copied whole
        return type(self), (self.problems,)


class ExpressionError(InputError):
    """An expression of the rule language that cannot be read or does not type-check."""


class RulebookError(InputError):
    """A rulebook that does not compile."""


class CaseError(InputError):
    """A case or register that cannot be taken."""


class UnknownRulebook(InputError):
    """No rulebook of that name or folder."""


class UsageError(HuiqiError):
    """A call of the library that cannot be carried out: the argument and the mend are named."""


class TooComplex(HuiqiError):
    """A computation refused because it would leave the stated bounds (size, combinations)."""
