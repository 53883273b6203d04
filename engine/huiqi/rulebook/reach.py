"""What expressions reach: every typed node, through the definitions they name.

For the compiler and the readers alike. What must stay true: each definition is gone into once, and
the order depends on the expressions alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from ..language import typed as t
from ..rulebook.compiled import RecognitionKind
from . import compiled as c


def reached(roots: Iterable[t.Expr], definitions: Mapping[str, c.DefinitionSpec], tables: Mapping[str, c.TableSpec] | None = None) -> Iterator[t.Expr]:
    """Every node reached from the roots, through definitions and the expressions in the cells of tables."""
    seen: set[str] = set()
    stack = list(roots)
    while stack:
        for node in t.walk(stack.pop()):
            yield node
            if isinstance(node, t.DefinitionRef) and node.definition not in seen and node.definition in definitions:
                seen.add(node.definition)
                stack.append(definitions[node.definition].expr)
            if isinstance(node, t.Lookup) and tables and node.table in tables and node.table not in seen:
                seen.add(node.table)
                stack += tables[node.table].expressions


def roots_of(spec: c.MeasureSpec) -> Iterator[t.Expr]:
    """Every expression a measure is judged and worked out by, under whichever scheme."""
    yield from _present(spec.governed_by, spec.window.expr if spec.window is not None else None, spec.records, spec.difference, spec.counting.earlier)
    yield from (x for r in spec.reductions for x in (r.condition.expr, r.share))
    for group in (spec.when, spec.unless):
        yield from (condition.expr for condition in group.conditions())
    for part in (spec.base, *spec.schemes.values()):
        for group in (part.when, part.unless):
            yield from (condition.expr for condition in group.conditions())
        if part.award is not None:
            yield from _present(part.award.expr, part.award.low, *(line.expr for line in part.award.parts))
        for limit in part.limits:
            yield from _present(limit.amount, limit.count, limit.counting.earlier, limit.key, limit.by)
        yield from _present(part.floor, *(x for p in part.pay for x in (p.share, p.when)), *(f.share for f in part.funded), *(e.when for e in part.evidence))


def expressions_in(*things: Any) -> Iterator[t.Expr]:
    """Every expression held anywhere in compiled things, each object once."""
    stack, seen = list(things), set[int]()
    while stack:
        thing = stack.pop()
        kind: type = type(thing)
        names = _field_names(kind)
        if names is not None:
            stack += [x for name in names if type(x := getattr(thing, name)) not in _PLAIN]
        elif isinstance(thing, t.Expr):
            if id(thing) not in seen:
                seen.add(id(thing))
                yield thing
        elif isinstance(thing, Mapping):
            stack += thing.values()
        elif isinstance(thing, tuple):
            stack += thing


_PLAIN = frozenset({str, int, bool, type(None), date, Fraction})  # what most fields hold, and no expression is in
_PLAIN_WORDS = frozenset({"str", "int", "bool", "None", "date", "Fraction", "tuple", "frozenset", "Position"})  # of a field's annotation
_WORDS = re.compile(r"[A-Za-z_]\w*")


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """Of what is made of parts; None of an expression, a tuple, a mapping."""
    if issubclass(kind, t.Expr | tuple | Mapping):
        return None
    return tuple(f.name for f in fields(kind) if not set(_WORDS.findall(str(f.type))) <= _PLAIN_WORDS) if is_dataclass(kind) else ()


def _present(*roots: t.Expr | None) -> Iterator[t.Expr]:
    return (x for x in roots if x is not None)


def asked_after(roots: Iterable[t.Expr], definitions: Mapping[str, c.DefinitionSpec], tables: Mapping[str, c.TableSpec]) -> Iterator[t.ConclusionRef]:
    """The conclusions of other measures that expressions ask after."""
    return (n for n in reached(roots, definitions, tables) if isinstance(n, t.ConclusionRef))


def references(roots: Iterable[t.Expr], book: c.CompiledRulebook) -> Iterator[t.Expr]:
    """Every typed node reached from the roots, through the rulebook's definitions and tables."""
    return reached(roots, book.definitions, book.tables)


# -- what a measure reads -------------------------------------------------------------------------------


def read_by(book: c.CompiledRulebook, spec: c.MeasureSpec) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the facts and of the record types that a measure may read, however indirectly and under whichever reading."""
    facts, records = set[str](), set[str]()
    pending = [*_roots_under(book, spec), *(x for g in book.stacking if spec.key in g.members for x in _present(g.amount, g.counting.earlier))]
    pending += [x for pool in book.pools if spec.key in pool.members for x in pool.asked]
    return _read(book, pending, facts, records)


def reads_year(book: c.CompiledRulebook, spec: c.MeasureSpec) -> bool:
    """Whether a measure may ask which year is applied for: by name, by a yearly fact, by a cap of each year."""
    groups = [g for g in book.stacking if spec.key in g.members]
    if any(g.per == c.APPLICATION_YEAR for g in groups):
        return True
    pending, seen = [spec.key], {spec.key}
    while pending:
        key = pending.pop()
        one = book.measures.get(key) or book.recognitions[key]
        if isinstance(one, c.MeasureSpec) and any(x.scope is c.Scope.YEAR for part in (one.base, *one.schemes.values()) for x in part.limits):
            return True
        for node in references(_roots_under(book, one), book):
            match node:
                case t.NamedDate(name=c.APPLICATION_YEAR):
                    return True
                case t.FactRef(fact=fact) if book.facts[fact].yearly:
                    return True
                case t.RecognitionRef(recognition=other) | t.ConclusionRef(measure=other) if other not in seen:
                    seen.add(other)
                    pending.append(other)
                case _:
                    pass
    return False


def read_by_recognition(book: c.CompiledRulebook, spec: c.RecognitionSpec) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The same of a recognition; a conferred one reads the certificates."""
    certificates = {k for k in book.records if c.name_of(k) == c.CERTIFICATES} if spec.kind is RecognitionKind.CONFERRED else set()
    return _read(book, [*_roots_under(book, spec)], set(), certificates)


def _read(book: c.CompiledRulebook, pending: list[t.Expr], facts: set[str], records: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    seen: set[str] = set()
    while pending:
        roots, pending = pending, []
        for node in references(roots, book):
            match node:
                case t.FactRef(fact=key):
                    facts.add(c.told_as(book, key))
                case t.RecordsRef(record=key):
                    records.add(key)
                case t.RecognitionRef(recognition=key) if key not in seen:
                    seen.add(key)
                    recognition = book.recognitions[key]
                    pending += _roots_under(book, recognition)
                    if recognition.kind is RecognitionKind.CONFERRED:
                        records.add(next(k for k in book.records if c.name_of(k) == c.CERTIFICATES))
                case t.ConclusionRef(measure=key) if key not in seen:
                    seen.add(key)
                    pending += _roots_under(book, book.measures[key])
                case _:
                    pass
    return tuple(sorted(facts)), tuple(sorted(c.told_as(book, k) for k in records))


def _roots_under(book: c.CompiledRulebook, spec: c.MeasureSpec | c.RecognitionSpec) -> Iterator[t.Expr]:
    """Every expression it is judged by under any reading: parts of it may stand under one option alone."""
    for one in (spec, *(x.spec for x in book.variants.get(spec.key, ()))):
        if isinstance(one, c.MeasureSpec):
            yield from roots_of(one)
        elif isinstance(one, c.RecognitionSpec):
            yield from roots_of_recognition(one)


def recognised_by(book: c.CompiledRulebook, spec: c.MeasureSpec) -> frozenset[str]:
    """Keys of the recognitions a measure asks after, however indirectly."""
    pending, found, seen = list(roots_of(spec)), set[str](), set[str]()
    while pending:
        roots, pending = pending, []
        for node in references(roots, book):
            if isinstance(node, t.RecognitionRef) and node.recognition not in found:
                found.add(node.recognition)
                pending += roots_of_recognition(book.recognitions[node.recognition])
            elif isinstance(node, t.ConclusionRef) and node.measure not in seen:
                seen.add(node.measure)
                pending += roots_of(book.measures[node.measure])
    return frozenset(found)


def facts_and_records(book: c.CompiledRulebook, specs: Iterable[Any]) -> tuple[frozenset[str], frozenset[str]]:
    """Keys of the facts and of the record types that compiled specifications may read, however indirectly and under whichever reading."""
    facts, records, seen = set[str](), set[str](), set[str]()
    pending = list(specs)
    while pending:
        held, pending = pending, []
        unsaid = {name for x in held for name in _asked_unsaid(x)}
        records.update(k for k in book.records if c.name_of(k) in unsaid)
        for node in references(expressions_in(*held), book):
            match node:
                case t.FactRef(fact=key):
                    facts.add(book.facts[key].key)
                case t.RecordsRef(record=key):
                    records.add(key)
                case t.RecognitionRef(recognition=key) | t.ConclusionRef(measure=key) if key not in seen:
                    seen.add(key)
                    pending += [book.recognitions.get(key) or book.measures[key], *(x.spec for x in book.variants.get(key, ()))]
                case _:
                    pass
    return frozenset(facts), frozenset(records)


def _asked_unsaid(spec: Any) -> Iterator[str]:
    """Names of the record types that are asked after without an expression that says so."""
    match spec:
        case c.RecognitionSpec(kind="conferred"):
            yield c.CERTIFICATES
        case c.MeasureSpec():
            yield c.SUPPORT  # what was received already is taken off a limit, or was for the very record, or the same year
        case c.StackingSpec() if spec.rule is not c.Rule.CUMULATE:
            yield c.SUPPORT
        case _:
            pass


def paid_by(book: c.CompiledRulebook, spec: c.MeasureSpec, scheme: c.SchemeSpec) -> frozenset[str]:
    """Keys of the tables that what a measure pays under a scheme may ask, however indirectly; whether it is met is not among it."""
    award = scheme.award
    pending = [*_present(spec.records, spec.difference, spec.counting.earlier, scheme.floor, *(() if award is None else (award.expr, award.low)))]
    pending += [x for r in spec.reductions for x in (r.condition.expr, r.share)]
    pending += [x for limit in scheme.limits for x in _present(limit.amount, limit.count, limit.counting.earlier, limit.key, limit.by)]
    return tables_behind(book, pending)


def tables_behind(book: c.CompiledRulebook, roots: Iterable[t.Expr]) -> frozenset[str]:
    """Keys of the tables that expressions may ask, however indirectly."""
    found, seen, pending = set[str](), set[str](), list(roots)
    while pending:
        roots, pending = pending, []
        for node in references(roots, book):
            if isinstance(node, t.Lookup):
                found.add(node.table)
            elif isinstance(node, t.RecognitionRef) and node.recognition not in seen:
                seen.add(node.recognition)
                pending += roots_of_recognition(book.recognitions[node.recognition])
            elif isinstance(node, t.ConclusionRef) and node.measure not in seen:
                seen.add(node.measure)
                pending += roots_of(book.measures[node.measure])
    return frozenset(found)


def roots_of_recognition(spec: c.RecognitionSpec) -> Iterator[t.Expr]:
    """Every expression a recognition is judged by."""
    yield from _present(spec.governed_by, *(e.when for e in spec.evidence))
    for group in (spec.when, spec.unless, spec.lapses):
        yield from (condition.expr for condition in group.conditions())
