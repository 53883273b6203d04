"""Claims about a rulebook, proved, refuted or neither, and the rulebook that a claim is of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ..backends.smt.measures import Measures, Met
from ..backends.smt.owners import Owner
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook, MeasureSpec, SchemeSpec
from ..rulebook.readings import decided
from ..values import Causes, Topic
from .example import Example


class Status(StrEnum):
    PROVED = "proved"
    REFUTED = "refuted"
    OPEN = "open"


class Kind(StrEnum):
    """What is asked; the claim that is proved or refuted."""

    MEETABLE = "meetable"  # somebody can meet it
    DECIDES = "decides"  # without the condition somebody's outcome is another
    TABLE = "table"  # who meets the measure is in some row of the table
    BANDS = "bands"  # and in one only
    CAP = "cap"  # the cap takes something off somebody's amount, and nothing is left above it
    TOGETHER = "together"  # two measures of an exclusive group can meet
    COMMON = "common"  # the common cap takes something off
    CLIFF = "cliff"  # listed: a little more pays less


class Why(StrEnum):
    """Why a claim is neither."""

    UNTRANSLATABLE = "untranslatable"
    LOOSE = "loose"
    NOT_FOUND = "not_found"  # the search ended without an answer
    UNCONFIRMED = "unconfirmed"  # the reference says otherwise: an error of ours
    FEW_RECORDS = "few_records"  # none with so many records of each type
    UNSET = "unset"  # a figure nobody set leaves it open
    NO_TIME = "no_time"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One question of one measure (or recognition, or group), answered."""

    kind: Kind
    owner: str  # id
    title: str
    scheme: str = ""
    about: str = ""  # label of the condition, cap, table or fact
    place: str = ""
    status: Status
    why: Why | None = None
    detail: str = ""
    example: Example | None = None
    beside: Example | None = None  # of a cliff: with a little more
    figures: tuple[str, ...] = ()
    excused: str = ""  # why a refuted one is as it must be

    @property
    def finding(self) -> bool:
        return self.status is Status.REFUTED and self.kind is not Kind.TOGETHER and not self.excused


Confirmed = Callable[[Example], bool]
Goal = Callable[[Measures, Met], Any]


def alone(book: CompiledRulebook) -> CompiledRulebook:
    """The rulebook without what measures do to one another: a question of one asks nothing of its rivals."""
    return replace(book, stacking=(), digest=f"{book.digest}-alone")


def settled(book: CompiledRulebook, taken: Mapping[str, str]) -> CompiledRulebook:
    """The rulebook with these readings taken; what turned on nothing else stands or falls with a reading no more."""
    made = decided(book, taken)
    loose = {k: x for k, x in book.variants.items() if any(r not in taken and book.readings[r].open for r, _ in x[0].under)}
    return replace(made, variants=MappingProxyType(loose), digest=f"{made.digest}-settled")


def standing_in(book: CompiledRulebook, owner: Owner, scheme: SchemeSpec | None) -> tuple[Owner, SchemeSpec | None]:
    """The same measure (or recognition) and scheme in a rulebook whose readings are taken otherwise."""
    if not isinstance(owner, MeasureSpec):
        return book.recognitions[owner.key], None
    found = book.measures[owner.key]
    return found, None if scheme is None else found.schemes[scheme.name] if found.schemes else found.base


_ANSWERS = {Topic.FACT, Topic.FIELD, Topic.GRANT, Topic.LIST, Topic.REST, Topic.YEAR, Topic.CERTIFICATE}


def last_year(measures: Measures, day: date, year: int) -> list[tuple[date, int]]:
    """Where an expression asked which year is applied for: the same day with the year before, for which people apply as well."""
    return [(day, year - 1)] if measures.world.of_year and year == day.year else []


def told_all(causes: Causes) -> bool:
    """Whether nothing is open for want of an answer: an example tells all that is asked."""
    return not any(c.what.topic in _ANSWERS for c in causes)
