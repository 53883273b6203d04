"""What a reader made of one cell: one of three verdicts, each with its words. A closed union, so that none is forgotten."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Any

from ..plain import dataclass
from .questions import Question


class Verdict(StrEnum):
    READ = "read"
    QUESTION = "question"
    ERROR = "error"


class As(StrEnum):
    FACT = "fact"
    KEPT = "kept"
    COMPARED = "compared"
    UNTOLD = "not told"
    LAYOUT = "layout"


@dataclass(frozen=True, kw_only=True)
class Read:
    """One meaning. `value` is exact (Fraction, date, text, bool, ABSENT), `shown` as an officer writes it; `said` needs no answer."""

    what: As = As.FACT
    value: Any = None
    shown: str = ""
    said: tuple[str, ...] = ()
    bare: bool = False  # a number without a unit of its own
    supposes: tuple[str, ...] = ()  # keys of the mapping questions whose suggestion it reads by
    also: tuple[tuple[str, Any], ...] = ()  # what an answer told of other columns of the same record


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Two or more meanings, or one that only a person may settle."""

    question: Question
    said: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """No meaning that may be used: what is wrong, what was expected, the mend. `kept` is text for comparing only."""

    message: str
    mend: str
    expected: str = ""
    said: tuple[str, ...] = ()
    kept: str = ""
    beyond: Fraction | None = None  # a bare number beyond the bounds of its fact
    numbers: tuple[Fraction, ...] = ()  # the numbers that stand there, none of which is taken


Found = Read | Asked | Wrong
