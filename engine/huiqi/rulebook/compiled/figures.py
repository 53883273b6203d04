"""The figures of a policy: parameters with their history, tables with their rows, definitions.

What must stay true: a figure is read under the document that is asked and as it was known on the day, by the functions
here and no others; what is unset is None, never a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from ...language import typed as t
from ...language.types import Bound, Type
from ...plain import dataclass
from .kinds import Collect, Match
from .sources import Basis, DocumentSpec, family_of


@dataclass(frozen=True, kw_only=True)
class ParameterVersion:
    value: Any  # Fraction | str | bool | date | int | tuple, None where unset or unread
    start: date | None
    end: date | None
    basis: Basis
    text: str
    note: str = ""
    known: date | None = None  # when it was learnt, where that is later than it applies


def known_on(versions: tuple[ParameterVersion, ...], day: date) -> tuple[ParameterVersion, ...]:
    """A history as it was known on a day: where one was not known yet, the version right before it was taken to run on."""
    if all(v.known is None or v.known <= day for v in versions):
        return versions
    out: list[ParameterVersion] = []
    for version in sorted(versions, key=lambda v: v.start or date.min):
        if version.known is None or version.known <= day:
            out.append(version)
            continue
        before = next(
            (
                n
                for n, v in enumerate(out)
                if v.end and version.start and v.end + timedelta(days=1) == version.start and v.basis.document == version.basis.document
            ),
            None,
        )
        if before is None and version.start:
            ended = [n for n, v in enumerate(out) if v.end and v.end + timedelta(days=1) == version.start]
            before = ended[0] if len(ended) == 1 else None
        if before is not None:
            out[before] = replace(out[before], end=version.end)
    return tuple(out)


@dataclass(frozen=True, kw_only=True)
class ParameterSpec:
    key: str
    name: str
    type: Type
    versions: tuple[ParameterVersion, ...]
    bounds: Bound  # what all its values prove, for the type checker
    declared: Bound = (None, None)  # what the policy itself bounds an unset figure by
    note: str = ""
    aliases: tuple[tuple[str, str], ...] = ()  # (other spelling, entry of the catalogue)
    formerly: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (what some entries were, or are together, called; those entries): only a person can say which

    @property
    def whole(self) -> bool:
        """Whether every value it has had is a whole number; an unset one may be anything."""
        return all(isinstance(v.value, Fraction) and v.value.denominator == 1 for v in self.versions)


@dataclass(frozen=True)
class Test:
    """One cell of a table row. `op`: any, in, range, a comparison sign, or expr (a whole condition).

    A value is what the cell says, or the expression of an edge that is a figure of its own.
    """

    op: str
    values: tuple[Any, ...] = ()
    closed: tuple[bool, bool] = (True, True)
    text: str = "-"


@dataclass(frozen=True, kw_only=True)
class RowSpec:
    number: int
    tests: tuple[Test, ...]
    value: Any  # None: unread; an expression where it is worked out
    basis: Basis
    text: str
    note: str = ""
    start: date | None = None  # its own days: outside them there is no such row
    end: date | None = None
    known: date | None = None  # when it was learnt, where that is later than it applies

    @property
    def expressions(self) -> Iterator[t.Expr]:
        """What of it is worked out: edges, conditions, its value."""
        yield from (x for test in self.tests for x in test.values if isinstance(x, t.Expr))
        if isinstance(self.value, t.Expr):
            yield self.value

    def on(self, day: date) -> bool:
        """Whether there is such a row on a day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


def rows_known_on(rows: tuple[RowSpec, ...], day: date) -> tuple[RowSpec, ...]:
    """A table as it was known on a day: where rows that took over were not known yet, those they took over from ran on.

    What takes over on one day is learnt on one day (`compile.tables` holds that), so that is the whole set or nothing.
    """
    late = {(r.basis.document, r.start): r for r in rows if r.known is not None and r.known > day}
    out = [r for r in rows if r.known is None or r.known <= day]
    for (document, start), row in sorted(late.items(), key=lambda kv: (kv[0][1] or date.min, kv[0][0] or "")):
        ended = [n for n, r in enumerate(out) if r.end and start and r.end + timedelta(days=1) == start]
        same = [n for n in ended if out[n].basis.document == document]
        for n in same or (ended if len({out[n].basis.document for n in ended}) == 1 else ()):
            out[n] = replace(out[n], end=row.end)
    return tuple(out)


def versions_under(parameter: ParameterSpec, document: str | None, documents: Mapping[str, DocumentSpec]) -> tuple[ParameterVersion, ...]:
    """The history that counts: under a scheme, that of its document's source, where it has one."""
    if document is None:
        return parameter.versions
    family = family_of(document, documents)
    own = tuple(v for v in parameter.versions if v.basis.document and family_of(v.basis.document, documents) == family)
    return own or parameter.versions


def own_versions(versions: Sequence[ParameterVersion], document: str, documents: Mapping[str, DocumentSpec]) -> list[ParameterVersion]:
    """Those of a scheme's document; else of its family."""
    family = documents[document].family
    own = [v for v in versions if v.basis.document and documents[v.basis.document].family == family]
    return [v for v in own if v.basis.document == document] or own


def own_rows(rows: Sequence[RowSpec], document: str, documents: Mapping[str, DocumentSpec]) -> tuple[RowSpec, ...]:
    """Those of the source of a scheme's document; none: the table says the same under every scheme."""
    family = documents[document].family
    return tuple(r for r in rows if r.basis.document and documents[r.basis.document].family == family)


def known_under(parameter: ParameterSpec, document: str | None, documents: Mapping[str, DocumentSpec], day: date) -> tuple[ParameterVersion, ...]:
    """The history that counts, as it was known on a day: what a scheme's own source was not known to say is not taken from another's."""
    return known_on(versions_under(parameter, document, documents), day)


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    key: str
    name: str
    match: Match
    inputs: tuple[tuple[str, Type], ...]
    type: Type  # of the result
    value_type: Type  # of a cell (differs for slab and marginal: a rate per unit)
    rows: tuple[RowSpec, ...]
    note: str = ""
    doubtful: bool = False  # `first`, and its rows hide or repeat one another: any that applies may be meant
    collect: Collect | None = None  # match: collect
    unproved: tuple[int, ...] = ()  # rows of which only a case tells whether they meet others
    uncovered: tuple[tuple[Test, ...], ...] = ()  # where it has no row, and is meant to have none

    @property
    def expressions(self) -> Iterator[t.Expr]:
        for row in self.rows:
            yield from row.expressions

    @cached_property
    def worked_out(self) -> bool:
        """Whether any cell is an expression."""
        return any(True for _ in self.expressions)

    @cached_property
    def dated(self) -> bool:
        """Whether its rows change with the day."""
        return any(row.start or row.end for row in self.rows)

    @cached_property
    def learnt(self) -> bool:
        """Whether any row was learnt later than it applies."""
        return any(row.known for row in self.rows)

    @property
    def adds_up(self) -> bool:
        """Whether no row that applies is nothing, and not the lack of a figure."""
        return self.collect in (Collect.SUM, Collect.COUNT)

    @property
    def rest(self) -> int | None:
        """The number of the row for the rest: the last, if it asks nothing."""
        last = self.rows[-1]
        return last.number if all(x.op == "any" for x in last.tests) else None


@dataclass(frozen=True, kw_only=True)
class DefinitionSpec:
    key: str
    name: str
    on: str
    expr: t.Expr
    basis: Basis
    explain: str
    bounds: Bound = (None, None)  # what declared bounds prove about it, for the type checker
    whole: bool = False  # of a quantity: always a whole number
    personal: bool = False  # of a text: it comes as a stand-in
