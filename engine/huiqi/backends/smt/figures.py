"""Which figure holds when: versions of a parameter, rows of a table, days between which something stands.

As the reference reads them (`reasoning/evaluate.py`), on a governing day that may be an answer itself. What must stay true: under a
scheme its own document's figures are read where it has any; what was not known on the day of decision is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from ...rulebook.compiled import CompiledRulebook, ParameterSpec, ParameterVersion, RowSpec, TableSpec, Test, known_under, own_rows, own_versions, rows_known_on
from .terms import Flag, Term, Untranslatable, compared, conj


def within(day: Term, start: date | None, end: date | None) -> Flag:
    return conj(
        True if start is None else compared(">=", day, start.toordinal()), True if end is None else compared("<=", day, end.toordinal())
    )  # fmt: skip


def versions(book: CompiledRulebook, spec: ParameterSpec, day: Term, document: str | None, on: date) -> Iterator[tuple[Flag, ParameterVersion | None]]:
    """Which version when, in order; the last one is what remains."""
    history = known_under(spec, document, book.documents, on)
    rest: ParameterVersion | None = None
    if document is not None and (own := own_versions(history, document, book.documents)):
        history, rest = tuple(own), max(own, key=lambda x: x.start or date.min)
    for version in history:
        guard = within(day, version.start, version.end)
        if guard is True:
            yield True, version
            return
        if guard is not False:
            yield guard, version
    yield True, rest


def rows(book: CompiledRulebook, table: TableSpec, day: date | Any, document: str | None, on: date) -> Iterator[RowSpec]:
    """Under a scheme, the rows of its document; else all. On a day that is an answer, those of every day."""
    there, scheme = table.rows, False
    if document is not None:
        own = own_rows(there, document, book.documents)
        there, scheme = own or there, bool(own)
    if table.learnt:
        there = rows_known_on(tuple(there), on)
    if not table.dated:
        yield from there
        return
    if not isinstance(day, date):
        if scheme:  # of a scheme without a row of the day the last ones stand
            raise Untranslatable("参照方案的标准表随日期而变，日期由数据决定")
        yield from there
        return
    standing = [r for r in there if r.on(day)]
    if not standing and scheme and there:
        last = max(r.start or date.min for r in there)
        standing = [r for r in there if r.on(last)]
    yield from standing


def edges(test: Test) -> tuple[Fraction | None, Fraction | None]:
    """Where a band of a table begins and ends."""
    if test.op == "range":
        return test.values[0], test.values[1]
    if test.op in (">=", ">"):
        return test.values[0], None
    return (None, test.values[0]) if test.op in ("<", "<=") else (None, None)
