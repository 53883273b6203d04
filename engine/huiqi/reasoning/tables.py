"""Where the inputs of a table may lie, cut so finely that every piece lies in one band or outside it.

A table whose inputs are partly known stands for the tables of all that they may turn out to be. Cut
at the edges of its rows, an input has finitely many pieces; on each, the table says one thing. What
must stay true: the pieces of an input cover everything it may still be, the pieces of a narrower
input are among those of a wider one, and what may be undefined is a piece of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from .. import values as v
from ..language.types import Boolean, Quantity, Text, Type
from ..plain import dataclass
from ..rulebook.compiled import RowSpec, Test
from ..values import ABSENT, Items, Known, Number, Truth, Undefined, Unknown, Value

PIECES = 2048  # combinations of pieces looked at; beyond it nothing is said
OTHER = "\0"  # a word that no row names

Cell = Callable[[Test, Value], Truth]
Span = tuple[Fraction | None, Fraction | None, Fraction]  # from, to, a point inside


def edges(test: Test) -> tuple[Fraction | None, Fraction | None]:
    """The ends of a band."""
    if test.op == "range":
        low, high = test.values
        return low, high
    if test.op in (">=", ">"):
        return test.values[0], None
    if test.op in ("<", "<="):
        return None, test.values[0]
    return None, None


def spans(low: Fraction | None, high: Fraction | None, tests: Sequence[Test]) -> list[Span]:
    """A pair cut at every figure the tests name: the figures themselves and what lies between them."""
    if low is not None and low == high:
        return [(low, low, low)]
    named = {y for test in tests for x in test.values for y in ((x.low, x.high) if isinstance(x, Number) else (x,)) if isinstance(y, Fraction)}
    cuts = sorted(x for x in named | {low, high} if x is not None and (low is None or x >= low) and (high is None or x <= high))
    if not cuts:
        return [(None, None, Fraction(0))]
    out: list[Span] = [(None, cuts[0], cuts[0] - 1)] if low is None else []
    for n, cut in enumerate(cuts):
        out.append((cut, cut, cut))
        if n + 1 < len(cuts):
            out.append((cut, cuts[n + 1], (cut + cuts[n + 1]) / 2))
    return [*out, (cuts[-1], None, cuts[-1] + 1)] if high is None else out


def pieces(value: Value, kind: Type, tests: Sequence[Test], cell: Cell) -> list[Value]:
    """One value for each way the tests may come out."""
    if isinstance(value, Known | Undefined) or (isinstance(value, Number) and value.exact):
        return [value]
    found: list[Value] = []
    if isinstance(kind, Quantity):
        low, high = (value.low, value.high) if isinstance(value, Number) else (None, None)
        found = [Number.of(point) for _, _, point in spans(low, high, tests)]
    else:
        found = [Known(x) for x in _range(kind, tests)]
    once: dict[tuple[bool | None, ...], Value] = {}
    for piece in found:
        once.setdefault(tuple(cell(test, piece).value for test in tests), piece)
    found = list(once.values())
    if kind.optional:
        found.append(Known(ABSENT))
    if isinstance(value, Unknown) and isinstance(kind, Quantity):
        found.append(value)  # it may yet turn out to have no value at all
    return found


def _range(kind: Type, tests: Sequence[Test]) -> list[Any]:
    """The values of a kind that is no quantity, as far as the tests can tell them apart."""
    named = [x for test in tests if test.op != "expr" for x in test.values if x is not None and not isinstance(x, Value)]
    match kind:
        case Boolean():
            return [True, False]
        case Text(options=options):
            return list(options) if options else [*dict.fromkeys(named), OTHER]
    return [*dict.fromkeys(y for x in named for y in _about(x))] or [None]


def _about(x: Any) -> Iterator[Any]:
    """A day, a year, a number of months, and the ones before and after it."""
    if not isinstance(x, date):
        yield from (x - 1, x, x + 1)
        return
    for days in (-1, 0, 1):
        try:
            yield x + timedelta(days=days)
        except OverflowError:
            continue


@dataclass(frozen=True)
class Applying:
    """The rows that apply and those of which it is not known, with why."""

    sure: list[RowSpec]
    maybe: list[RowSpec]
    causes: v.Causes
    asked: int  # how many rows were looked at


def sorted_out(rows: Sequence[RowSpec], inputs: Sequence[Value], cell: Cell, *, stop: bool) -> Applying | Value:
    """Which rows apply (`stop`: up to the first that does); or the input without a value they ask for.

    A cell that asks nothing of an input does not mind if that has no value.
    """
    sure: list[RowSpec] = []
    maybe: list[RowSpec] = []
    causes: v.Causes = v.NONE_KNOWN
    asked = 0
    for row in rows:
        asked += 1
        truths, without = [], None
        for test, value in zip(row.tests, inputs, strict=True):
            if test.op == "any":
                continue
            if isinstance(value, Undefined | Unknown) and test.op != "expr":
                without = value
            else:
                truths.append(cell(test, value))
        truth = v.conjunction(truths)
        if truth.value is False:
            continue
        if without is not None:
            return without
        if truth.value is None:
            maybe.append(row)
            causes |= truth.causes
            continue
        sure.append(row)
        if stop:
            break
    return Applying(sure, maybe, causes, asked)


def alternatives(found: Applying, match: str, *, doubtful: bool = False, unproved: Collection[int] = (), rest: int | None = None) -> list[list[RowSpec]]:
    """The rows that are taken, one list for each way the open ones may come out.

    `doubtful`: the rows are not in an order that can be meant, so each that applies is an
    alternative. `unproved` are rows of which only a case tells whether they meet others: each that
    applies is an alternative to the first of the others; `rest` is the row for where no other applies.
    """
    sure, maybe = found.sure, found.maybe
    if match == "first" and doubtful:
        return [[r] for r in (*maybe, *sure)] + ([] if sure else [[]])
    if match == "first" and unproved:
        first = next((r for r in sure if r.number not in unproved and r.number != rest), None)
        taken = [r for r in sure if r.number in unproved] + ([] if first is None else [first])
        open_ = [r for r in maybe if r.number in unproved or first is None or r.number < first.number]
        return [[r] for r in (*open_, *taken)] + ([] if taken else [[r] for r in sure] or [[]])
    if match == "first":
        return [*([r] for r in maybe), sure]
    return [sure, *([*sure, r] for r in maybe), *([[*sure, *maybe]] if len(maybe) > 1 else [])]


def either(results: Sequence[Value], axes: Sequence[tuple[int, v.Causes]]) -> Value:
    """What holds of all of these results, one for each combination of so many pieces along each axis.

    An axis along which nothing changes is no cause.
    """
    first = results[0]
    if all(r == first for r in results):
        return first
    causes = frozenset[v.Cause]().union(*(v.causes_of(r) for r in results), *_that_matter(results, axes))
    numbers = [r for r in results if isinstance(r, Number)]
    if len(numbers) == len(results):
        return v.hull(numbers, causes)
    return Items((), False, causes) if isinstance(first, Items) else Unknown(causes)


def _that_matter(results: Sequence[Value], axes: Sequence[tuple[int, v.Causes]]) -> Iterator[v.Causes]:
    if len(axes) == 1:  # the results differ, and there is nothing else they differ by
        size, causes = axes[0]
        if size > 1:
            yield causes
        return
    places = list(product(*(range(size) for size, _ in axes)))
    for n, (size, causes) in enumerate(axes):
        seen: dict[tuple[int, ...], Value] = {}
        if size > 1 and any(seen.setdefault((*p[:n], *p[n + 1 :]), r) != r for p, r in zip(places, results, strict=True)):
            yield causes


def combinations(cut: Sequence[Sequence[Value]]) -> list[tuple[Value, ...]] | None:
    """Every combination of pieces, None where they are too many."""
    return list(product(*cut)) if prod(len(c) for c in cut) <= PIECES else None


__all__ = ["Applying", "alternatives", "combinations", "edges", "either", "pieces", "sorted_out", "spans"]
