"""What of a case may be told otherwise to please a measure, and what may not.

The vocabulary says it: `fixed` things are as they are, the history of support too; what is judged by
experts is not the enterprise's, a day that has come cannot be moved. What must stay true: everything that
the conditions of a measure read and that is told stands on exactly one side, so that nothing is left
untried without being named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from ..language import typed as t
from ..language.types import Date, Quantity
from ..plain import dataclass
from ..reasoning.told import Facts
from ..rulebook.compiled import CERTIFICATES, SUPPORT, CompiledRulebook, FactKind, FactSpec, Group, MeasureSpec, RecognitionKind, RecordSpec, name_of
from ..rulebook.lexicon import lexicons
from ..rulebook.literals import Span
from ..rulebook.reach import expressions_in, references
from ..rulebook.readings import readings_behind
from ..values import ABSENT
from .trial import Place

WORDS = 60  # of a catalogue that are tried


class Held(StrEnum):
    """Why something told is not moved."""

    PAST = "past"  # a day that has come; support received
    FIXED = "fixed"  # the vocabulary says so
    JUDGED = "judged"  # experts judge it
    UNTRIED = "untried"  # of a kind that is not tried: codes, years, names, free text, 无


@dataclass(frozen=True)
class Unit:
    """One thing that may be told otherwise: a told value, or how many rows a list has (`place.row` and column empty, `record`)."""

    place: Place
    spec: FactSpec | None = None
    told: Any = None
    record: RecordSpec | None = None  # of a list that may grow
    words: tuple[str, ...] = ()  # what a choice or a text may become
    past: bool = False  # of a year that is over, or of a row with a day that has come: it can be corrected, no more

    @property
    def counted(self) -> bool:
        return isinstance(self.told, Fraction)

    @property
    def dated(self) -> bool:
        return isinstance(self.told, date)

    @property
    def step(self) -> Fraction:
        assert self.spec is not None
        return self.spec.step(self.told) if self.counted else Fraction(1)

    def at(self, steps: int) -> Any:
        return self.told + timedelta(days=steps) if self.dated else self.told + steps * self.step


def hanging(book: CompiledRulebook, spec: MeasureSpec, scheme: str | None, taken: Collection[str]) -> tuple[str, ...]:
    """The open readings that a measure's conditions may turn on; those of its amount have no say."""
    if spec.asks:
        found = readings_behind(book)[spec.key]
    else:
        read = _read(book, spec, scheme)
        owners = [spec.key, *(n.recognition for n in read.nodes if isinstance(n, t.RecognitionRef))]
        found = frozenset(k for o in owners for x in book.variants.get(o, ()) for k, _ in x.under)
        found |= {n.parameter for n in read.nodes if isinstance(n, t.ParameterRef)}
        for owner in owners:  # what stands only under some reading may read others
            nodes = references(expressions_in(*(x.spec for x in book.variants.get(owner, ()))), book)
            found |= {n.parameter for n in nodes if isinstance(n, t.ParameterRef)}
    return tuple(k for k, r in book.readings.items() if k in found and r.open and k not in taken)


@dataclass(frozen=True)
class Movable:
    """Of one measure and one case: what is tried, what is not and why, the columns and days a new row may need."""

    units: tuple[Unit, ...]
    held: tuple[tuple[Place, FactSpec | None, Held], ...]
    columns: dict[str, tuple[FactSpec, ...]] = field(default_factory=dict)  # of a list that may grow: those that conditions read
    certified: dict[str, None] = field(default_factory=dict)  # titles of certificates that are asked after
    still: tuple[Unit, ...] = ()  # numbers and days that are not moved for a remedy: a margin they have all the same
    days: tuple[date, ...] = ()  # on which something in the conditions may change, the coming ones first


def roots_of_conditions(spec: MeasureSpec, scheme: str | None) -> Iterator[t.Expr]:
    """What the outcome of a measure is read off: never its amount."""
    chosen = [s for name, s in spec.schemes.items() if scheme is None or name == scheme] if spec.schemes else [spec.base]
    groups: list[Group] = [spec.when, spec.unless, *(g for s in chosen for g in (s.when, s.unless))]
    yield from (c.expr for g in groups for c in g.conditions())
    yield from (x for x in (spec.governed_by, spec.window.expr if spec.window else None, spec.records) if x is not None)


@dataclass(frozen=True)
class _Read:
    facts: dict[str, None]
    columns: dict[tuple[str, str], None]  # name of a record type, column
    lists: dict[str, None]
    certified: dict[str, None]  # titles of recognitions asked after, as certificates have them
    nodes: list[t.Expr]


def _read(book: CompiledRulebook, spec: MeasureSpec, scheme: str | None) -> _Read:
    read = _Read({}, {}, {}, {}, [])
    pending, seen = list(roots_of_conditions(spec, scheme)), set[str]()
    while pending:
        roots, pending = pending, []
        for node in references(roots, book):
            read.nodes.append(node)
            match node:
                case t.FactRef(fact=key):
                    read.facts[key] = None
                case t.Field():
                    read.columns[_column(node)] = None
                case t.RecordsRef(record=key):
                    read.lists[key] = None
                case t.RecognitionRef(recognition=key) if key not in seen:
                    seen.add(key)
                    recognition = book.recognitions[key]
                    pending += [c.expr for g in (recognition.when, recognition.unless, recognition.lapses) for c in g.conditions()]
                    pending += [recognition.governed_by] if recognition.governed_by is not None else []
                    if recognition.kind is RecognitionKind.CONFERRED:
                        read.certified[recognition.certificate] = None
                case t.ConclusionRef(measure=key) if key not in seen:
                    seen.add(key)
                    pending += roots_of_conditions(book.measures[key], None)
    if read.certified and (listed := next((k for k in book.records if name_of(k) == CERTIFICATES), None)) is not None:
        read.lists[listed] = None
        read.columns.update(dict.fromkeys((CERTIFICATES, c) for c in ("名称", "发证日", "有效期止", "撤销日")))
    _coupled(book, read)
    return read


def _coupled(book: CompiledRulebook, read: _Read) -> None:
    """What the vocabulary's checks tie to what is read, directly or through others: it may have to change along."""
    ties = [(set(_facts(nodes)), set(_columns(nodes))) for check in book.checks for nodes in [list(references([check.expr], book))]]
    grown = True
    while grown:
        before = len(read.facts) + len(read.columns)
        for facts, columns in ties:
            if facts & read.facts.keys() or columns & read.columns.keys():
                read.facts.update(dict.fromkeys(sorted(facts)))
                read.columns.update(dict.fromkeys(sorted(columns)))
        grown = len(read.facts) + len(read.columns) > before


def _facts(nodes: list[t.Expr]) -> Iterator[str]:
    return (n.fact for n in nodes if isinstance(n, t.FactRef))


def _columns(nodes: list[t.Expr]) -> Iterator[tuple[str, str]]:
    return (_column(n) for n in nodes if isinstance(n, t.Field))


def _column(node: t.Field) -> tuple[str, str]:
    """Name of the record type (of one record, or of a group of them), and of the column."""
    kind = node.base.type
    return getattr(kind, "record", "") or getattr(getattr(kind, "item", None), "record", ""), node.name


def movable(book: CompiledRulebook, facts: Facts, on: date, spec: MeasureSpec, scheme: str | None) -> Movable:
    """Everything told that the conditions of a measure read, sorted into what is tried and what is not."""
    read = _read(book, spec, scheme)
    units: list[Unit] = []
    held: list[tuple[Place, FactSpec | None, Held]] = []
    columns: dict[str, tuple[FactSpec, ...]] = {}
    for key in (k for k in book.facts if k in read.facts):  # in the order of the vocabulary
        fact = book.facts[key]
        for year, given in facts.facts.get(key, {}).items():
            if given.value is not None:
                past = fact.yearly and year is not None and year < on.year
                _sort(units, held, Place(key, year), fact, given.value, on, _words(book, ("", key), fact), past=past)
    for key, record in book.records.items():
        listing = facts.records.get(key)
        asked = tuple(c for c in record.fields.values() if (record.name, c.name) in read.columns and c.name != record.key_field)
        if listing is None or (key not in read.lists and not asked):
            continue
        if name_of(key) == SUPPORT or record.fixed:
            held.append((Place(key), None, Held.FIXED if record.fixed else Held.PAST))
            continue
        if name_of(key) == CERTIFICATES:
            held.append((Place(key), None, Held.PAST))  # those there are were issued as they are; one more may be
        for entry in listing.entries if name_of(key) != CERTIFICATES else ():
            past = any(isinstance(g.value, date) and g.value <= on for g in entry.values.values())
            for column in asked:
                words = _words(book, (record.name, column.name), column)
                if (cell := entry.values.get(column.name)) is not None and cell.value is not None:
                    _sort(units, held, Place(key, None, entry.key, column.name), column, cell.value, on, words, past=past)
        if listing.complete and key in read.lists:
            units.append(Unit(Place(key), record=record))
            columns[key] = asked
    still = tuple(Unit(p, s, told) for p, s, _ in held if s is not None and isinstance(told := _told(facts, p), Fraction | date))
    return Movable(tuple(units), tuple(held), columns, read.certified, still, _days(book, facts, read.nodes, on))


def _told(facts: Facts, place: Place) -> Any:
    if not place.row:
        return facts.facts[place.key][place.year].value
    return next(e.values[place.column].value for e in facts.records[place.key].entries if e.key == place.row)


def _sort(
    units: list[Unit], held: list[tuple[Place, FactSpec | None, Held]], place: Place, spec: FactSpec, told: Any, on: date, words: tuple[str, ...], *,
    past: bool = False,
) -> None:  # fmt: skip
    kind = spec.type.required()
    why: Held | None = None
    if spec.fixed:
        why = Held.FIXED
    elif spec.judgement:
        why = Held.JUDGED
    elif isinstance(kind, Date) and isinstance(told, date):
        why = Held.PAST if told <= on else None
    elif (
        spec.personal
        or told is ABSENT
        or (not isinstance(told, bool) and not (isinstance(kind, Quantity) and isinstance(told, Fraction)) and not (words and isinstance(told, str)))
    ):
        why = Held.UNTRIED
    if why is None:
        units.append(Unit(place, spec, told, None, words, past))
    else:
        held.append((place, spec, why))


def _words(book: CompiledRulebook, slot: tuple[str, str], spec: FactSpec) -> tuple[str, ...]:
    if spec.options:
        return spec.options
    found = lexicons(book).get(slot) if spec.kind == FactKind.TEXT and not spec.personal else None
    return found.entries[:WORDS] if found is not None else ()


def words_of(book: CompiledRulebook, record: RecordSpec, column: FactSpec, certified: dict[str, None] | None = None) -> tuple[str, ...]:
    """What a column may be told as, where it is compared with words."""
    if certified and record.name == CERTIFICATES and column.name == "名称":
        return tuple(certified)
    return _words(book, (record.name, column.name), column)


def _days(book: CompiledRulebook, facts: Facts, nodes: list[t.Expr], on: date) -> tuple[date, ...]:
    """The day of decision, the ends of the figures' ranges and of years: where a date's comparison may turn."""
    found = {on, on + timedelta(days=1)}
    for node in nodes:
        values = (
            [v.value for v in book.parameters[node.parameter].versions]
            if isinstance(node, t.ParameterRef)
            else [node.value]
            if isinstance(node, t.Const)
            else []
        )
        for value in values:
            ends = (value.low, value.high) if isinstance(value, Span) else (value,)
            found |= {d + timedelta(days=n) for d in ends if isinstance(d, date) and date(1990, 1, 1) < d < date(2190, 1, 1) for n in (-1, 0, 1)}
    for year in {on.year, on.year + 1, *([facts.year] if facts.year is not None else [])}:
        found |= {date(year, 1, 1), date(year, 12, 31)}
    found |= {on.replace(year=on.year + n, day=min(on.day, 28)) for n in (1, 3, 5)}
    return tuple(sorted(found, key=lambda d: (d < on, abs((d - on).days))))


__all__ = ["Held", "Movable", "Unit", "hanging", "movable", "words_of"]
