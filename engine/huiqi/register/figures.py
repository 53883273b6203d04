"""What a rulebook's rules look at in each fact and column: the figures they are held against, the words they are compared with.

For whoever makes enterprises up: on the edges of a policy things go wrong. What must stay true: an edge is a figure that some rule,
table or definition really holds against that fact, of the same unit; nothing here judges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from ..language import typed as t
from ..language.types import Quantity, Type, record_of
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook, FactKind, FactSpec, Group, MeasureSpec
from ..rulebook.literals import Span
from ..rulebook.reach import expressions_in, references

Slot = tuple[str, str]  # (record type's name, column), or ("", key of a fact)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Of each fact and column: figures it is held against, words it is asked for, whether being so is a bar."""

    edges: Mapping[Slot, tuple[Fraction | date, ...]]
    words: Mapping[Slot, tuple[str, ...]]
    bars: frozenset[Slot]


def watched(book: CompiledRulebook) -> Watched:
    """All that the definitions, recognitions, measures and stacking of a rulebook look at, under every reading."""
    edges: dict[Slot, dict[Fraction | date, None]] = {}
    words: dict[Slot, dict[str, None]] = {}
    specs = specs_of(book)
    for root in expressions_in(book.definitions, book.recognitions, book.measures, book.variants, book.stacking):
        for node in t.walk(root):
            for sides, figures in _held(node, book):
                for slot in sides:
                    spec = specs.get(slot)
                    if spec is None:
                        continue
                    for figure, kind in figures:
                        if isinstance(figure, str):
                            words.setdefault(slot, {})[figure] = None
                        elif _alike(spec, kind, figure):
                            edges.setdefault(slot, {})[figure] = None
    bars = frozenset(s for measure in book.measures.values() for g in _bars(measure) for s in slots([x.expr for x in g.conditions()], book))
    return Watched(edges={k: tuple(sorted(x)) for k, x in edges.items()}, words={k: tuple(x) for k, x in words.items()}, bars=bars)


def specs_of(book: CompiledRulebook) -> dict[Slot, FactSpec]:
    """Of every fact and column."""
    out: dict[Slot, FactSpec] = {("", key): spec for key, spec in book.facts.items()}
    for record in book.records.values():
        out |= {(record.name, name): spec for name, spec in record.fields.items()}
    return out


def slot_of(node: t.Expr) -> Slot | None:
    """The fact or column that a node is; None where it is neither."""
    if isinstance(node, t.FactRef):
        return "", node.fact
    if isinstance(node, t.Field) and (record := record_of(node.base.type)):
        return record, node.name
    return None


def slots(roots: list[t.Expr], book: CompiledRulebook) -> set[Slot]:
    """Every fact and column that expressions look at, through the definitions they name."""
    return {s for node in references(roots, book) if (s := slot_of(node)) is not None}


def _bars(measure: MeasureSpec) -> Iterator[Group]:
    yield measure.unless
    yield from (part.unless for part in (measure.base, *measure.schemes.values()))


def _held(node: t.Expr, book: CompiledRulebook) -> Iterator[tuple[set[Slot], list[tuple[Any, Type]]]]:
    """Which facts a node holds against which figures."""
    match node:
        case t.Compared() | t.Member():
            yield slots([node], book), list(_figures(node, book))
        case t.Lookup():
            table = book.tables[node.table]
            for n, argument in enumerate(node.arguments):
                cells = [x for row in table.rows for x in row.tests[n].values]
                kind = table.inputs[n][1]
                figures = [(x, kind) for x in cells if isinstance(x, Fraction | date | str)]
                figures += [f for x in cells if isinstance(x, t.Expr) for f in _figures(x, book)]
                yield slots([argument], book), figures


def _figures(root: t.Expr, book: CompiledRulebook) -> Iterator[tuple[Any, Type]]:
    for node in references([root], book):
        if isinstance(node, t.Const) and isinstance(node.value, str):
            yield node.value, node.type
        elif isinstance(node, t.Lookup):
            table = book.tables[node.table]
            yield from ((row.value, table.value_type) for row in table.rows if isinstance(row.value, Fraction))
        elif isinstance(node, t.ParameterRef):
            spec = book.parameters[node.parameter]
            for version in spec.versions:
                yield from ((x, spec.type) for x in _ends(version.value))


def _ends(value: Any) -> Iterator[Any]:
    if isinstance(value, Span):
        yield from (x for x in (value.low, value.high) if x is not None)
    elif isinstance(value, tuple):
        yield from (x for item in value for x in _ends(item))
    elif isinstance(value, Fraction | str | date):
        yield value


def _alike(spec: FactSpec, kind: Type, figure: Fraction | date) -> bool:
    mine = spec.type.required()
    if isinstance(figure, date):
        return spec.kind == FactKind.DATE
    other = getattr(kind, "item", kind)
    return isinstance(mine, Quantity) and isinstance(other, Quantity) and mine.dims == other.dims


__all__ = ["Slot", "Watched", "slot_of", "slots", "specs_of", "watched"]
