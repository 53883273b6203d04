"""What is known about one enterprise: facts, records, and each as it was told, at which stage.

What must stay true: all of it is frozen; a value is the one used, or None where what was told is still to be confirmed, and the
words as told stand in the stages beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from typing import Any

from ..errors import Position
from ..plain import dataclass
from .choices import Statement
from .disallowed import Disallowed

STAGES = ("审定", "核验", "申报")  # the best available is used
VERIFIED = ("审定", "核验")  # an officer's
OFFICERS_SHEET = "核验与审定"  # of a workbook, where those are written


class Recorded(str):
    """A word as a receipt has it: read once already, and where it is personal a stand-in already."""


@dataclass(frozen=True)
class Given:
    """One fact as told: the value used, at which stage, and the others beside it.

    `value` is None where the case says 待核实, or a word that is only `near` an entry: told, but to
    be confirmed, hence unknown. A stage of the latter kind holds the `Near` with the word as told.
    """

    value: Any
    stage: str = "申报"
    stages: Mapping[str, Any] = field(default_factory=dict)
    material: str = ""
    reason: str = ""
    at: Position = Position()
    near: tuple[str, ...] = ()
    disallowed: Disallowed | None = None  # how the approved value came about, where that was a 核减
    when: date | None = None  # the day an officer wrote down beside it, where it is one

    def instead(self, value: Any) -> Given:
        """The same, had this been told."""
        return Given(value, self.stage, self.stages, self.material, self.reason, self.at, self.near)

    @property
    def as_claimed(self) -> Given:
        """The same without the 核减, by what is claimed."""
        if self.disallowed is None:
            return self
        return replace(self, value=self.disallowed.claimed, stage="申报", stages={k: x for k, x in self.stages.items() if k != "审定"}, disallowed=None)


@dataclass(frozen=True)
class Near:
    """A word that is nearly an entry of the rulebook, and the entries it may be meant for."""

    word: str
    entries: tuple[str, ...]

    def __repr__(self) -> str:
        return "待核实"


@dataclass(frozen=True)
class Meant:
    """A word that is another way to write an entry of the rulebook: as told, so that a receipt has it so."""

    word: str
    entry: str

    def __repr__(self) -> str:
        return self.entry


@dataclass(frozen=True)
class Untold:
    """A word that says that nothing is told (不详): nothing to the rules, but a receipt has it as written."""

    word: str


@dataclass(frozen=True)
class Entry:
    """One record: its key, its columns as told."""

    key: str
    values: Mapping[str, Given]
    at: Position = Position()
    untold: Mapping[str, Given] = field(default_factory=dict)  # columns in which only `Untold` words stand


@dataclass(frozen=True)
class Listing:
    entries: tuple[Entry, ...]
    complete: bool = True


@dataclass(frozen=True)
class Facts:
    """Everything told about an enterprise. Yearly facts are keyed by year; None is 申报年度."""

    facts: Mapping[str, Mapping[int | None, Given]]
    records: Mapping[str, Listing]
    year: int | None
    warnings: tuple[str, ...] = ()
    real: Mapping[str, str] = field(default_factory=dict, repr=False)  # stand-in -> word, for the officer's own screen
    key: str = ""  # id of the key of the stand-ins, if there are any
    passing: bool = False  # that key is of this process only
    unkept: str = field(default="", compare=False)  # why it could not be kept here: for whoever runs this, in no recording
    untold: Mapping[str, Mapping[int | None, Given]] = field(default_factory=dict)  # facts of which only `Untold` words are told
    unlisted: Mapping[str, Untold] = field(default_factory=dict)  # record types of which the list is one
    applied: tuple[str, ...] | None = None  # keys of the measures applied for; None: nothing was said
    statement: Statement | None = None  # an officer's, on the exclusions not listed

    def applied_for(self, measure: str) -> bool:
        """Whether a measure takes part in stacking and totals: all do where nothing was said."""
        return self.applied is None or measure in self.applied

    def disallowed(self) -> Iterator[tuple[str, int | None, str | None, str, Given]]:
        """Every value of which an officer disallowed something: its fact and year; or its record type, record and column."""
        for key, years in sorted(self.facts.items()):
            yield from ((key, year, None, "", g) for year, g in sorted(years.items(), key=lambda kv: kv[0] or 0) if g.disallowed is not None)
        for key, listing in sorted(self.records.items()):
            yield from ((key, None, e.key, n, g) for e in listing.entries for n, g in e.values.items() if g.disallowed is not None)

    def as_claimed(self) -> Facts:
        """The same without any 核减, by what is claimed."""
        facts = {k: {y: g.as_claimed for y, g in years.items()} for k, years in self.facts.items()}
        records = {
            k: replace(x, entries=tuple(replace(e, values={n: g.as_claimed for n, g in e.values.items()}) for e in x.entries)) for k, x in self.records.items()
        }
        return self.instead(facts, records)

    def instead(self, facts: Mapping[str, Mapping[int | None, Given]], records: Mapping[str, Listing]) -> Facts:
        """The same, had these been told."""
        return Facts(
            facts, records, self.year, self.warnings, self.real, self.key, self.passing, self.unkept, self.untold, self.unlisted, self.applied, self.statement
        )


class _Unverified:
    def __repr__(self) -> str:
        return "待核实"

    def __reduce__(self) -> str:
        return "UNVERIFIED"  # there is one, also in another process


UNVERIFIED = _Unverified()
