"""What could have been told otherwise: the told things a condition reads, each as a `Source`, and a case decided with another value there.

`sources` finds them, `moved` puts other values in their places; how far is for `remedy` to search. What must stay true: a source may
only take what could have been told (its declared bounds, its decimals, whole persons, whole days), and what is put in its place is
seen wherever the condition sees it, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from functools import partial
from typing import Any, TypeGuard

from ..language import typed as t
from ..language.types import DATE, Date, Quantity, Type, Year
from ..language.units import is_money
from ..plain import dataclass
from ..reasoning.combining import combine_reference
from ..reasoning.decide import Engine
from ..reasoning.evaluate import Evaluator
from ..reasoning.groups import Grouped
from ..reasoning.told import Entry, Facts, Given
from ..reasoning.uses import Env, Recognise
from ..rulebook.compiled import DECISION_DAY, CompiledRulebook, FactSpec, Standing
from ..values import Causes, Known, Number, Truth, Value
from .spoken import spoken

DAYS = 120 * 366  # how far a date without declared bounds is moved
STEPS = 10**18  # the same for a number
_AGGREGATES = ("count", "distinct count", "sum", "min", "max", "mean")


class Kind(Enum):
    FACT = "fact"
    COLUMN = "column"
    DAY = "day"  # 审核日期: the same case on another day
    TOTAL = "total"  # what a list adds up to, the list being read for nothing else


@dataclass(frozen=True, kw_only=True)
class Source:
    """One told thing that a condition reads: its value, the step it moves by, how far it may."""

    kind: Kind
    name: str
    type: Type
    value: Any = None  # Fraction, date or a year
    step: Any = 1  # Fraction; whole days and years move by 1
    low: Any = None
    high: Any = None
    key: str = ""  # of the fact or of the record's type
    year: int | None = None
    record: str = ""
    column: str = ""
    node: t.Expr | None = field(default=None, repr=False)
    listed: bool = True  # whether what reads it may also see it through the list of its record

    @property
    def stepwise(self) -> bool:
        """Dates and years: no ranges of them can be evaluated."""
        return not isinstance(self.value, Fraction)

    @property
    def place(self) -> tuple[Any, ...]:
        return (self.kind, self.key, self.year, self.record, self.column, self.node)

    def at(self, steps: int) -> Any:
        if isinstance(self.value, date):
            return self.value + timedelta(days=steps)
        return self.value + steps * self.step

    def room(self, sign: int) -> int:
        """How many steps it may move in a direction."""
        end = self.high if sign > 0 else self.low
        if isinstance(self.value, date):
            outer = (date.max - self.value).days if sign > 0 else (self.value - date.min).days
            return min(outer, DAYS if end is None else max(0, sign * (end - self.value).days))
        if end is None:
            return STEPS
        return max(0, int(sign * (end - self.value) // self.step))


@dataclass(frozen=True)
class Change:
    """A source at the value that does."""

    source: Source
    steps: int

    @property
    def value(self) -> Any:
        return self.source.at(self.steps)

    @property
    def amount(self) -> Fraction:
        """How much, in the source's own unit; days for a date."""
        return abs(self.steps) * Fraction(self.source.step)

    @property
    def upward(self) -> bool:
        return self.steps > 0

    def past(self, on: date) -> bool:
        """A day that has come cannot be moved any more, nor anything to a day that has."""
        value = self.source.value
        if self.source.kind is Kind.DAY:
            return not self.upward
        return isinstance(value, date) and (value <= on or self.value < on)

    def shorter(self) -> Change:
        """One step less."""
        return replace(self, steps=self.steps - (1 if self.upward else -1))


# -- deciding again ----------------------------------------------------------------------------------


class _Pinned(Evaluator):
    """An evaluator for which one expression has a given value."""

    node: t.Expr
    pin: Value

    def value(self, expr: t.Expr, env: Env) -> Value:
        return self.pin if expr == self.node else super().value(expr, env)


def told_instead(facts: Facts, changes: Mapping[Source, Any]) -> Facts:
    """The facts with other values in the places of the sources (a `Number` for a range)."""
    told = dict(facts.facts)
    records = dict(facts.records)
    for source, value in changes.items():
        if source.kind is Kind.FACT:
            given = told[source.key][source.year]
            told[source.key] = {**told[source.key], source.year: given.instead(value)}
        elif source.kind is Kind.COLUMN:
            listing = records[source.key]
            entries = tuple(_retold(e, source, value) if e.key == source.record else e for e in listing.entries)
            records[source.key] = replace(listing, entries=entries)
    return facts.instead(told, records)


def _retold(entry: Entry, source: Source, value: Any) -> Entry:
    return replace(entry, values={**entry.values, source.column: entry.values[source.column].instead(value)})


def _recogniser(book: CompiledRulebook, facts: Facts, on: date) -> Recognise:
    """Recognitions on other facts or another day; what is asked after none needs no engine."""
    made: list[Engine] = []

    def recognise(key: str, meets: bool, day: date | Causes) -> tuple[Truth, Standing]:
        if not made:
            made.append(Engine(book, facts, on, {}, combine_reference, Evaluator))
        return made[0].recognised_on(key, meets, day)

    return recognise


def moved(changes: Mapping[Source, Any], evaluator: Evaluator, env: Env) -> tuple[Evaluator, Env]:
    """An evaluator and an environment in which the sources have other values."""
    # a long list is not copied for each record that is tried where nothing reads the list
    facts, on = told_instead(evaluator.facts, {s: x for s, x in changes.items() if s.listed}), evaluator.on
    variables = dict(env.variables)
    pinned = None
    for source, value in changes.items():
        if source.kind is Kind.DAY:
            env = replace(env, day=value) if env.day == on else env
            on = value
        elif source.kind is Kind.TOTAL:
            pinned = (source.node, value if isinstance(value, Number) else Number.of(value))
        elif source.kind is Kind.COLUMN:
            variables = {n: _retold(e, source, value) if isinstance(e, Entry) and _is(e, source, evaluator) else e for n, e in variables.items()}
    again = _Pinned if pinned else Evaluator
    other = again(evaluator.book, facts, on, _recogniser(evaluator.book, facts, on))
    if isinstance(other, _Pinned) and pinned:
        other.node, other.pin = pinned  # type: ignore[assignment]
    return other, env.holding(variables)


def _is(entry: Entry | Grouped, source: Source, evaluator: Evaluator) -> TypeGuard[Entry]:
    if isinstance(entry, Grouped):
        return False
    listing = evaluator.facts.records.get(source.key)
    return listing is not None and entry.key == source.record and any(e is entry for e in listing.entries)


# -- what a condition reads --------------------------------------------------------------------------


def reads(expr: t.Expr, evaluator: Evaluator, env: Env) -> Iterator[tuple[t.Expr, Env]]:
    """Every node of an expression, in the order of the text, through definitions, with its environment."""
    yield expr, env
    if isinstance(expr, t.DefinitionRef):
        yield from reads(evaluator.book.definitions[expr.definition].expr, evaluator, within(expr, env))
    if isinstance(expr, t.Lookup):
        for cell in evaluator.book.tables[expr.table].expressions:
            yield from reads(cell, evaluator, env.holding({}))
    for child in t.children(expr):
        yield from reads(child, evaluator, env)


def within(expr: t.DefinitionRef, env: Env) -> Env:
    """The environment a definition is evaluated in; without its record where that is none of ours."""
    base = expr.base
    if isinstance(base, t.Variable) and base.name in env.variables:
        return env.holding({"§本条": env.variables[base.name]})
    return env.holding({})


def sources(expr: t.Expr, evaluator: Evaluator, env: Env) -> list[Source]:
    """The told numbers, dates and years a condition reads, each once, in the order of the text."""
    nodes = list(reads(expr, evaluator, env))
    moving = any(isinstance(n, t.RecognitionRef) or versioned(n, evaluator) for n, _ in nodes)
    found: dict[tuple[Any, ...], Source] = {}
    for node, inner in nodes:
        source: Source | None = None
        match node:
            case t.FactRef():
                source = _fact(node, evaluator, inner)
            case t.Field(base=t.Variable(name=name)) if isinstance(entry := inner.variables.get(name), Entry):
                source = _column(node, entry, evaluator)
            case t.NamedDate(name=name) if name == DECISION_DAY:
                source = Source(kind=Kind.DAY, name=name, type=DATE, value=evaluator.on, key=name)
            case t.Applied(function=function) if function in _AGGREGATES:
                source = _total(node, nodes, evaluator, inner)
        if source is None or source.place in found:
            continue
        if moving and source.kind is not Kind.DAY and source.value == env.day:
            continue  # it may be the governing date: with it, the figures would move too
        through = any(isinstance(n, t.RecognitionRef) or (isinstance(n, t.RecordsRef) and n.record == source.key) for n, _ in nodes)
        found[source.place] = replace(source, listed=source.kind is not Kind.COLUMN or through)
    return list(found.values())


def versioned(node: t.Expr, evaluator: Evaluator) -> bool:
    if isinstance(node, t.Lookup):
        return evaluator.book.tables[node.table].dated
    return isinstance(node, t.ParameterRef) and len(evaluator.book.parameters[node.parameter].versions) > 1


def _fact(node: t.FactRef, evaluator: Evaluator, env: Env) -> Source | None:
    spec = evaluator.book.facts[node.fact]
    year = evaluator.facts.year if spec.yearly else None
    if node.year is not None:
        wanted = evaluator.value(node.year, env.holding({})) if not _bound(node.year) else None
        if not isinstance(wanted, Known):
            return None
        year = int(wanted.value)
    given = evaluator.facts.facts.get(spec.key, {}).get(year)
    name = spec.name if node.year is None else f"{spec.name}（{year}年度）"
    return _told(spec, given, partial(Source, kind=Kind.FACT, name=name, type=spec.type, key=spec.key, year=year))


def _bound(expr: t.Expr) -> bool:
    return any(isinstance(n, t.Variable) for n in t.walk(expr))


def _column(node: t.Field, entry: Entry, evaluator: Evaluator) -> Source | None:
    record = getattr(node.base.type, "record", "")
    for key, spec in evaluator.book.records.items():
        listing = evaluator.facts.records.get(key)
        if spec.name == record and node.name in spec.fields and listing and any(e is entry for e in listing.entries):
            column = spec.fields[node.name]
            name = f"{entry.key}的{column.name}"
            return _told(
                column, entry.values.get(node.name),
                partial(Source, kind=Kind.COLUMN, name=name, type=column.type, key=key, record=entry.key, column=node.name),
            )  # fmt: skip
    return None


def _told(spec: FactSpec, given: Given | None, source: Callable[..., Source]) -> Source | None:
    """The source with its told value and what it may be; None for what is no number, date or year."""
    kind = spec.type.required()
    if given is None:
        return None
    value = given.value
    if isinstance(kind, Quantity) and isinstance(value, Fraction):
        return source(value=value, step=spec.step(value), low=spec.bounds[0], high=spec.bounds[1])
    if isinstance(kind, Date) and isinstance(value, date):
        return source(value=value, low=spec.date_bounds[0], high=spec.date_bounds[1])
    if isinstance(kind, Year) and isinstance(value, int):
        return source(value=value, low=1980, high=2100)
    return None


def _total(node: t.Applied, nodes: Sequence[tuple[t.Expr, Env]], evaluator: Evaluator, env: Env) -> Source | None:
    """An aggregate of a list, as a figure of its own: only where nothing else depends on the list."""
    kind = node.type
    if not isinstance(kind, Quantity) or len(node.arguments) != 1 or not hasattr(node.arguments[0].type, "item"):
        return None
    inside = list(reads(node, evaluator, env))
    lists = {n.record for n, _ in inside if isinstance(n, t.RecordsRef)}
    names = {evaluator.book.records[key].name for key in lists}
    bound = {
        "§本条",
        *(n.variable for n, _ in inside if isinstance(n, t.Quantifier | t.Filtered | t.Projection)),
    }  # a catalogue's word is not in the environment
    free = {n.name for n, _ in inside if isinstance(n, t.Variable) and (n.name in env.variables or n.name not in bound)}
    if len(lists) != 1 or free:
        return None
    same = sum(1 for n, _ in nodes if n == node)
    own = sum(1 for n, _ in inside if isinstance(n, t.RecordsRef))
    everywhere = sum(1 for n, _ in nodes if isinstance(n, t.RecordsRef) and n.record in lists)
    others = [n for n, e in nodes if isinstance(n, t.Variable) and n.name in e.variables and getattr(n.type, "record", "") in names]
    if everywhere != same * own or others or any(isinstance(n, t.RecognitionRef) for n, _ in nodes):
        return None
    columns = _summed(node)
    if node.function not in ("count", "distinct count") and (columns is None or _asked(node) & columns):
        return None  # what is counted in depends on the very column that would change
    found = evaluator.value(node, env.holding({}))
    if not (isinstance(found, Number) and found.exact and found.low is not None):
        return None
    step = Fraction(1, 100) if is_money(kind.dims) else Fraction(1)
    if node.function in ("mean", "min", "max") and not is_money(kind.dims):
        step = Fraction(1, 100)
    low = Fraction(0) if node.nonnegative or "count" in node.function else None
    return Source(kind=Kind.TOTAL, name=spoken(node), type=kind, value=found.low, step=step, low=low, node=node)


def _summed(node: t.Applied) -> frozenset[str] | None:
    """The columns an aggregate adds up; None where they do not stand in plain sight."""
    body = node.arguments[0]
    if not isinstance(body, t.Projection):
        return frozenset()
    if any(isinstance(n, t.DefinitionRef) for n in t.walk(body.body)):
        return None
    return frozenset(n.name for n in t.walk(body.body) if isinstance(n, t.Field))


def _asked(node: t.Expr) -> frozenset[str]:
    """The columns by which the items of a list are chosen."""
    chosen = [n.condition for n in t.walk(node) if isinstance(n, t.Filtered)]
    return frozenset(n.name for c in chosen for n in t.walk(c) if isinstance(n, t.Field))


def told_alone(expr: t.Expr, evaluator: Evaluator, env: Env) -> Source | None:
    """The one told thing that an expression is, where it is nothing else."""
    if isinstance(expr, t.FactRef):
        return _fact(expr, evaluator, env)
    if isinstance(expr, t.Field) and isinstance(expr.base, t.Variable) and expr.base.name in env.variables:
        source = _column(expr, env.variables[expr.base.name], evaluator)
        return None if source is None else replace(source, listed=False)
    return None
