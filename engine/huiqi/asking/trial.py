"""One measure tried on other facts: refused, open or met, under every reading that is open.

A trial tells some things otherwise, leaves some open (a range, a thing not told, a list that may be
longer) and judges again by the reference. What must stay true: what is left open stands for every value
it may take, so that what is refused then is refused whatever it is; and what contradicts the checks of the
vocabulary counts as refused, because no case may say it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from enum import IntEnum
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import Any

from ..errors import UsageError
from ..language.types import Quantity
from ..plain import dataclass
from ..reasoning.combining import combine_reference
from ..reasoning.decide import Engine
from ..reasoning.evaluate import Evaluator
from ..reasoning.told import Entry, Facts, Given, Listing
from ..reasoning.uses import Env
from ..rulebook.compiled import CompiledRulebook, FactSpec, name_of
from ..rulebook.readings import decided
from ..values import FAILS, NONE_KNOWN, Cause, Causes, Number, Topic, Truth, cause
from ..words import CauseKind

NEW = "§新增"  # how the rows of a trial that nobody told are called
ROWS = 64  # of lists, that a look at costs no more than one at none
MOST_READINGS = 64  # combinations that are judged one by one


class Level(IntEnum):
    """How far a measure is met; of several readings the least."""

    REFUSED = 0
    OPEN = 1
    MET = 2


@dataclass(frozen=True)
class Place:
    """Where one thing is told: a fact (of a year), or a column of a row."""

    key: str
    year: int | None = None
    row: str = ""
    column: str = ""


@dataclass(frozen=True)
class Supposed:
    """What is told otherwise: values (a `Number` for a range, None for not told), rows more, lists that may be longer."""

    values: Mapping[Place, Any] = field(default_factory=dict)
    more: Mapping[str, int] = field(default_factory=dict)  # key of a record type: so many rows more, all alike
    longer: frozenset[str] = frozenset()

    def having(self, place: Place, value: Any) -> Supposed:
        return replace(self, values={**self.values, place: value})

    def growing(self, record: str, rows: int) -> Supposed:
        return replace(self, more={**self.more, record: rows})

    def without(self, place: Place) -> Supposed:
        return replace(self, values={p: x for p, x in self.values.items() if p != place})

    def open_in(self, causes: Causes) -> bool:
        """Whether something is unknown only because it was left open here."""
        for one in causes:
            what = one.what
            match what.topic:
                case Topic.SUPPOSED:
                    return True
                case Topic.FACT:
                    if any(not p.row and p.key == what.id and x is None for p, x in self.values.items()):
                        return True
                case Topic.FIELD:
                    if _of_new_row(one):
                        return True
                    if any(p.row == what.record and p.column == what.part and x is None for p, x in self.values.items()):
                        return True
                case Topic.LIST | Topic.REST:
                    if what.id in self.longer:
                        return True
                case Topic.CERTIFICATE:
                    if self.longer:
                        return True
        return False


def _of_new_row(one: Cause) -> bool:
    """Whether a new row has not said it yet; what experts judge of it nobody can say."""
    return one.what.topic is Topic.FIELD and one.what.record.startswith(NEW) and one.kind is not CauseKind.JUDGEMENT


def rows_open(causes: Causes) -> bool:
    """Whether something is unknown only because a new row does not say it yet."""
    return any(map(_of_new_row, causes))


@dataclass(frozen=True)
class Seen:
    """What came of a trial."""

    level: Level
    causes: Causes = NONE_KNOWN
    contradicted: bool = False  # refused because no case may say it


def anything(spec: FactSpec) -> Any:
    """Whatever may be told of it: a range for what is counted, else not told."""
    low, high = spec.bounds
    if not isinstance(spec.type.required(), Quantity):
        return None
    return between(low, high, spec.name)


def between(low: Fraction | None, high: Fraction | None, name: str) -> Number:
    # of a kind that no officer's statement covers: it must stay open
    return Number.pair(low, high, cause(CauseKind.JUDGEMENT, Topic.SUPPOSED, part=name))


def told_with(facts: Facts, book: CompiledRulebook, supposed: Supposed) -> Facts:
    """The facts, had these been told."""
    told: dict[str, Mapping[int | None, Given]] = dict(facts.facts)
    records = dict(facts.records)
    cells: dict[str, dict[tuple[str, str], Any]] = {}
    for place, value in supposed.values.items():
        if place.row:
            cells.setdefault(place.key, {})[place.row, place.column] = value
        elif value is None:
            told[place.key] = {y: g for y, g in told[place.key].items() if y != place.year}
        else:
            told[place.key] = {**told[place.key], place.year: told[place.key][place.year].instead(value)}
    for key in {*cells, *supposed.more, *supposed.longer}:
        listing, wanted = records[key], cells.get(key, {})
        entries = [_retold(e, {c: x for (row, c), x in wanted.items() if row == e.key}) for e in listing.entries]
        column = book.records[key].key_field
        given = {c: Given(x) for (row, c), x in wanted.items() if row == NEW and x is not None}
        for n in range(1, supposed.more.get(key, 0) + 1):
            name = f"{NEW}{n}"
            entries.append(Entry(name, {column: Given(name), **given}))
        records[key] = Listing(tuple(sorted(entries, key=lambda e: e.key)), listing.complete and key not in supposed.longer)
    return facts.instead(told, records)


def _retold(entry: Entry, wanted: Mapping[str, Any]) -> Entry:
    if not wanted:
        return entry
    values = {c: (entry.values[c].instead(wanted[c]) if c in wanted else g) for c, g in entry.values.items() if c not in wanted or wanted[c] is not None}
    return replace(entry, values=values)


class Trial:
    """Judges one measure on facts supposed, under each combination of the readings its conditions may turn on."""

    def __init__(
        self, book: CompiledRulebook, facts: Facts, on: date, schemes: Mapping[str, str], taken: Mapping[str, str], key: str, still: Sequence[str]
    ) -> None:
        """`still`: the open readings that conditions turn on; `taken` are those decided for the case."""
        self.facts, self.on, self.key, self.calls = facts, on, key, 0
        self.schemes = dict(schemes)
        self.weight = 1 + sum(len(x.entries) for x in facts.records.values()) // 10  # a long list makes each judgement dear
        self.beyond = prod(len(book.readings[k].options) for k in still) > MOST_READINGS
        shaping = {k for found in book.variants.values() for k, _ in found[0].under}
        opened = [k for k in still if k not in shaping]

        def ways(names: Sequence[str], before: Mapping[str, str]) -> list[dict[str, str]]:
            options = islice(product(*(book.readings[k].options for k in names)), MOST_READINGS)
            return [{**before, **dict(zip(names, way, strict=True))} for way in options]

        self.ways: list[tuple[CompiledRulebook, list[CompiledRulebook]]] = []
        for way in ways([k for k in still if k in shaping], taken):
            finer = [decided(book, x, tried=frozenset(still)) for x in ways(opened, way)] if opened else []
            self.ways.append((decided(book, way, tried=frozenset(still)), finer))
        self.book = self.ways[0][0]

    def look(self, supposed: Supposed) -> Seen:
        """What the measure comes to; of several readings the least level, with the causes of all that are open."""
        facts = told_with(self.facts, self.book, supposed)
        level, causes = Level.MET, NONE_KNOWN
        for coarse, finer in self.ways:
            truth = self.judged(coarse, facts)
            if truth is None:
                return Seen(Level.REFUSED, contradicted=True)
            found = [truth]
            if truth.value is None and any(c.what.topic is Topic.READING for c in truth.causes):
                finest = [self.judged(book, facts) for book in finer]  # what does not hang on a reading is judged once
                found = [x for x in finest if x is not None] or found
            for one in found:
                if one.value is False:
                    return Seen(Level.REFUSED)
                level = min(level, Level.OPEN if one.value is None else Level.MET)
                causes |= one.causes
        return Seen(level, causes)

    def refused(self, supposed: Supposed) -> bool:
        """Whether it is refused whichever reading is taken; under some only, nobody can say yet."""
        facts = told_with(self.facts, self.book, supposed)
        for coarse, finer in self.ways:
            truth = self.judged(coarse, facts)
            if truth is not None and truth.value is None:
                found = [self.judged(book, facts) for book in finer]
                if not found or any(x is not None and x.value is not False for x in found):
                    return False
            elif truth is not None and truth.value is True:
                return False
        return True

    def judged(self, book: CompiledRulebook, facts: Facts) -> Truth | None:
        """Whether the measure's conditions hold and it is in force; None for what contradicts itself."""
        rows = sum(len(x.entries) for x in facts.records.values())
        self.calls += self.weight * max(1, rows // ROWS)
        try:
            engine = Engine(book, facts, self.on, self.schemes, combine_reference, Evaluator)
            return None if _contradicted(book, facts, engine.evaluator, self.on) else engine.verdict(self.key)
        except UsageError:  # a date beyond the calendar
            return FAILS


def _contradicted(book: CompiledRulebook, facts: Facts, evaluator: Evaluator, on: date) -> bool:
    """Whether a check of the vocabulary is not met by what is told."""
    for check in book.checks:
        if not check.record:
            if evaluator.truth(check.expr, Env(on)).value is False:
                return True
            continue
        key = next((k for k in facts.records if name_of(k) == check.record), None)
        for entry in facts.records[key].entries if key else ():
            if evaluator.truth(check.expr, Env(on, variables={"§本条": entry})).value is False:
                return True
    return False


__all__ = ["NEW", "Level", "Place", "Seen", "Supposed", "Trial", "anything", "between", "rows_open", "told_with"]
