"""What would make a refused measure eligible, and how far an eligible one is from being refused: the answer.

The public shapes; `lifting` finds what fills them. What must stay true: an answer without remedies says
what stands behind it, and everything in it is named as a case file names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from ..plain import dataclass
from ..rulebook.compiled import FactSpec
from ..rulebook.literals import plain_value
from ..values import ABSENT, Causes
from ..words import Outcome
from .lacking import Lacking
from .movable import Held


class Search(StrEnum):
    """What stands behind the answer; an empty list of remedies means only what this says."""

    MET = "met"
    """The conditions hold: `margins` say how far they are from failing."""
    FOUND = "found"
    """There are remedies; `complete` says whether they are all that are minimal."""
    IMPOSSIBLE = "impossible"
    """Proved: nothing that may be changed makes it eligible, whatever values are told (see `held`)."""
    NOT_FOUND = "not_found"
    """None was found within `limits`; there may be one."""
    OPEN = "open"
    """No told fact refuses it: it lacks what is not told yet (see `Decision.questions`). Nothing was tried."""
    NOT_IN_FORCE = "not_in_force"
    """It is not in force, or takes no applications, on its day. Nothing was tried."""


class Limit(StrEnum):
    """What bounded a search."""

    SETS = "sets"
    """Not every combination of changes was looked into."""
    VALUES = "values"
    """Of some number or combination of values not all could be ruled out."""
    DAYS = "days"
    """Days were moved one by one, by at most 400."""
    ROWS = "rows"
    """Rows added to a list were all alike: up to 12 tried one more at a time, more doubled and halved back, none beyond 100."""
    PLACES = "places"
    """So much is told that not everything was tried: at most 60 things, for margins 30."""
    READINGS = "readings"
    """The readings that are open have more than 64 combinations."""


class ChangeKind(StrEnum):
    FACT = "fact"
    FIELD = "field"
    ROWS = "rows"


@dataclass(frozen=True, kw_only=True)
class FactChange:
    """One thing told otherwise, or rows added to a list."""

    kind: ChangeKind
    name: str
    """Of the fact or of the record type, as a case file has it."""
    year: int | None = None
    row: str = ""
    """Key of the row, of a FIELD."""
    column: str = ""
    told: Any = None
    """The value as told; where an officer disallowed part of it, what was left."""
    claimed: Any = None
    """What the enterprise claims, where an officer's 核减 stands in its place: nobody but the authority can put that right."""
    value: Any = None
    """The value that does."""
    others: tuple[Any, ...] = ()
    """Other options that do as well, the rest of the remedy unchanged."""
    by: Fraction | None = None
    """How much, in the base unit; days of a date."""
    count: int = 0
    """ROWS: how many are added."""
    fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """ROWS: what each of them must say; columns not named do not matter."""
    past: bool = False
    """It lies in a year, or beside a day, that is over: what was told wrong can be put right, what was not done cannot be done any more."""
    spec: FactSpec | None = field(default=None, compare=False, repr=False)
    specs: Mapping[str, FactSpec] = field(default_factory=lambda: MappingProxyType({}), compare=False, repr=False)
    noun: str = field(default="", compare=False, repr=False)

    @property
    def upward(self) -> bool:
        """Whether a number or a day has to grow."""
        return bool(self.value > self.told) if isinstance(self.value, Fraction | date) else False

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        out: dict[str, Any] = {"kind": str(self.kind), "name": self.name}
        if self.year is not None:
            out["year"] = self.year
        if self.kind is ChangeKind.FIELD:
            out |= {"row": self.row, "column": self.column}
        if self.kind is ChangeKind.ROWS:
            out |= {"count": self.count, "fields": {c: _plain(x, self.specs[c]) for c, x in self.fields.items()}}
        elif self.spec is not None:
            out |= {"told": _plain(self.told, self.spec), "value": _plain(self.value, self.spec)}
            if self.claimed is not None:
                out["claimed"] = _plain(self.claimed, self.spec)
            if self.others:
                out["others"] = [_plain(x, self.spec) for x in self.others]
            if self.by is not None:
                out["by"] = _plain(self.by, self.spec) if isinstance(self.value, Fraction) else str(self.by)
        out["past"] = self.past
        return out


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """Changes that together lift the refusal; each is needed, and none may be less."""

    changes: tuple[FactChange, ...]
    """What every remedy found needs comes first."""
    outcome: Outcome
    """As decided again with them."""
    missing: tuple[str, ...] = ()
    """What is still not known then."""
    unread: tuple[str, ...] = ()
    """Clauses that were not read, for want of which it is not eligible yet."""
    causes: Causes = field(default=frozenset(), compare=False, repr=False)

    @property
    def past(self) -> bool:
        """Whether any of it would change what has happened already."""
        return any(c.past for c in self.changes)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"changes": [c.to_dict() for c in self.changes], "outcome": str(self.outcome), "missing": list(self.missing), "unread": list(self.unread)}


@dataclass(frozen=True, kw_only=True)
class Margin:
    """The smallest change of one told thing with which an eligible measure is no longer so."""

    change: FactChange
    refused: bool
    """Whether it is refused then, whichever reading is taken; else only open."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**self.change.to_dict(), "refused": self.refused}


@dataclass(frozen=True, kw_only=True)
class NotMoved:
    """Something told that the conditions read and no remedy changes; `why` is past, fixed, judged or untried."""

    name: str
    why: Held
    year: int | None = None
    row: str = ""
    column: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        more = {k: x for k, x in (("year", self.year), ("row", self.row), ("column", self.column)) if x}
        return {"name": self.name, **more, "why": str(self.why)}


@dataclass(frozen=True, kw_only=True)
class Remedies:
    """The answer of `Decision.remedies`."""

    measure: str
    outcome: Outcome
    search: Search
    remedies: tuple[Remedy, ...] = ()
    """The fewest changes first; what only puts right a year that is over after what can still be done."""
    margins: tuple[Margin, ...] = ()
    """Where it is met: the nearest first."""
    complete: bool = False
    """Whether these are all sets of changes that do and contain no smaller one (among what may change)."""
    limits: tuple[Limit, ...] = ()
    held: tuple[NotMoved, ...] = ()
    lacking: tuple[Lacking, ...] = ()
    """Recognitions, and other measures, that its failing conditions ask after: which, on which day, whose to confer."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "measure": self.measure, "outcome": str(self.outcome), "search": str(self.search), "complete": self.complete,
            "remedies": [r.to_dict() for r in self.remedies], "margins": [m.to_dict() for m in self.margins],
            "limits": [str(x) for x in self.limits], "held": [h.to_dict() for h in self.held],
            "lacking": [x.to_dict() for x in self.lacking],
        }  # fmt: skip


def _plain(value: Any, spec: FactSpec) -> str:
    return "无" if value is ABSENT else plain_value(value, spec.type.required())


__all__ = ["ChangeKind", "FactChange", "Limit", "Margin", "NotMoved", "Remedies", "Remedy", "Search"]
