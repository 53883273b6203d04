"""What a table says: of words, of numbers, of what is known of them only in bounds, on a day told or not.

`tables` cuts the inputs into pieces on which the table says one thing; here each piece is asked, and the answers put
together. What must stay true: the answer holds whatever the inputs turn out to be, and every row it rests on is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from .. import values as v
from ..language import typed as t
from ..language.types import Quantity, Text
from ..rulebook.compiled import Collect, RowSpec, Standing, TableSpec, own_rows, rows_known_on
from ..values import Known, Number, Topic, Undefined, Unknown, Value, cause
from ..words import CauseKind
from . import tables
from .comparing import cell, not_known
from .uses import Env, Evaluating, Use, UseKind
from .versions import day_edges, meets, timeless


def lookup(ev: Evaluating, expr: t.Lookup, env: Env) -> Value:
    """What the table says of every piece of what its inputs may be; see `tables`."""
    table = ev.book.tables[expr.table]
    inputs = [ev.value(a, env) for a in expr.arguments]
    if not isinstance(env.day, date) and (table.dated or table.worked_out):
        return _on_any_day(ev, expr, table, inputs, env)
    if table.worked_out or not all(isinstance(i, Known) and isinstance(i.value, str) for i in inputs):
        return _lookup_on(ev, expr, table, inputs, env)
    # by words alone there are few ways to ask a table: what it said before it says again
    key = ("asked", id(expr), *(i.value for i in inputs if isinstance(i, Known)), env.day, env.document, env.since, ev.on, ev.known, ev.paying)
    found = ev.notes.get(key)
    if found is None or found[0] is not expr:
        uses, ev.uses = ev.uses, set()
        try:
            found = ev.notes[key] = (expr, _lookup_on(ev, expr, table, inputs, env), frozenset(ev.uses))
        finally:
            ev.uses = uses
    ev.uses |= found[2]
    value: Value = found[1]
    return value


def _on_any_day(ev: Evaluating, expr: t.Lookup, table: TableSpec, inputs: list[Value], env: Env) -> Value:
    """The governing date is not told: what the table says in each period in which it does not change."""
    assert isinstance(env.day, frozenset)
    if not all(timeless(x, ev.book) for x in table.expressions):
        return not_known(expr, env.day)
    starts = ev.notes.get(("periods", table.key))
    if starts is None:
        starts = ev.notes["periods", table.key] = [date.min, *map(date.fromordinal, day_edges(ev.book, [table]))]
    days = [d for n, d in enumerate(starts) if not (ev.paying and env.spans) or meets(d, starts[n + 1] if n + 1 < len(starts) else None, env.spans)]
    if not days:
        return not_known(expr, env.day)
    return tables.either([_lookup_on(ev, expr, table, inputs, replace(env, day=d)) for d in days], [(len(days), env.day)])


def _lookup_on(ev: Evaluating, expr: t.Lookup, table: TableSpec, inputs: list[Value], env: Env) -> Value:
    rows = list(_rows(ev, table, env))
    read: dict[int, frozenset[Use]] = {}
    if table.worked_out:
        env = env.holding({name: value for (name, _), value in zip(table.inputs, inputs, strict=True)})
        rows = [_worked_out(ev, r, env, read) for r in rows]
    if table.match in ("slab", "marginal"):
        ev.uses |= frozenset[Use]().union(*read.values())
        return _banded(ev, table, rows, inputs[0], env)
    if not ev.paying and any(
        (isinstance(i, Unknown) and isinstance(a.type, Text)) or (isinstance(i, Number) and i.low is None and i.high is None)
        for i, a in zip(inputs, expr.arguments, strict=True)
    ):
        # nothing is said of it: what a condition then asks for would rest on no word of the applicant's
        if not any(v.conjunction(cell(x, i) for x, i in zip(r.tests, inputs, strict=True)).value for r in rows):
            return not_known(expr, frozenset().union(*(v.causes_of(i) for i in inputs)))
    cut = [
        tables.pieces(value, argument.type, [r.tests[n] for r in rows], cell) for n, (value, argument) in enumerate(zip(inputs, expr.arguments, strict=True))
    ]
    combined = tables.combinations(cut)
    if combined is None:
        causes: v.Causes = frozenset().union(*(v.causes_of(i) for i in inputs))
        undefined = any(isinstance(i, Undefined | Unknown) and isinstance(a.type, Quantity) for i, a in zip(inputs, expr.arguments, strict=True))
        return Unknown(causes) if undefined else not_known(expr, causes)
    results = [_looked_up(ev, expr, table, rows, given, env, read) for given in combined]
    if len(combined) == 1 and not any(_applies(r, combined[0]) for r in rows):
        none = Standing.UNSET if not table.adds_up else max((ev.standing(r.basis, env, r.start) for r in rows), default=Standing.UNSET)
        ev.uses.add(Use(UseKind.TABLE, table.key, None, None, none))
    return tables.either(results, [(len(c), v.causes_of(i)) for c, i in zip(cut, inputs, strict=True)])


def _looked_up(
    ev: Evaluating, expr: t.Lookup, table: TableSpec, rows: list[RowSpec], inputs: Sequence[Value], env: Env, read: Mapping[int, frozenset[Use]]
) -> Value:
    """The table applied to inputs of which each lies in one piece."""
    doubtful = table.doubtful or bool(table.unproved)
    sorted_out = tables.sorted_out(rows, inputs, cell, stop=table.match == "first" and not doubtful)
    if not isinstance(sorted_out, tables.Applying):
        return sorted_out
    for row in rows[: sorted_out.asked] if read else ():
        ev.uses |= read[row.number]
    if table.adds_up:
        return _added_up(ev, table, sorted_out, env)
    found = tables.alternatives(sorted_out, table.match, doubtful=table.doubtful, unproved=table.unproved, rest=table.rest)
    results: list[Value] = []
    for chosen in found:
        for row in chosen:
            _use_row(ev, table, row, env)
        values = [_cell_value(ev, table, row, env) for row in chosen]
        numbers = [x for x in values if isinstance(x, Number)]
        if not values:
            results.append(_no_row(ev, expr, table, rows))
        elif len(values) == 1 or len(numbers) < len(values):
            results.append(tables.either(values, ()))
        else:
            results.append(v.least(numbers) if table.collect is Collect.MIN else v.greatest(numbers))
    causes = sorted_out.causes if table.worked_out else v.NONE_KNOWN
    sure = {r.number for r in sorted_out.sure}
    if table.doubtful or (table.unproved and sum(rows[0].number in sure for rows in found if rows) > 1):
        causes |= cause(CauseKind.UNSET, Topic.ROW_ORDER, table.key)
    return tables.either(results, [(len(results), causes)] if causes else ())


def _added_up(ev: Evaluating, table: TableSpec, found: tables.Applying, env: Env) -> Value:
    """The sum of the rows that apply: those in doubt count for what they may add."""
    for row in (*found.sure, *found.maybe):
        _use_row(ev, table, row, env)
    total = v.ZERO
    for rows, sure in ((found.sure, True), (found.maybe, False)):
        for value in (_cell_value(ev, table, row, env) for row in rows):
            if not isinstance(value, Number):
                return value
            total = v.add(total, value if sure else v.hull([v.ZERO, value], found.causes))
    return total


def _no_row(ev: Evaluating, expr: t.Lookup, table: TableSpec, rows: list[RowSpec]) -> Value:
    """No row applies, and no figure exists. An amount is still at most the table's most; a
    threshold nobody set must decide nothing."""
    causes = cause(CauseKind.UNSET, Topic.NO_ROW, table.key)
    if not isinstance(expr.type, Quantity):
        return Unknown(causes)
    if not ev.paying:
        return Number(None, None, causes)
    values = [r.value for r in rows]
    return Number(None, max(values) if values and all(isinstance(x, Fraction) for x in values) else None, causes)


def _rows(ev: Evaluating, table: TableSpec, env: Env) -> Iterator[RowSpec]:
    """Under a scheme, the rows of its document; else all. Of rows with days of their own those of the day (a scheme's: else its last)."""
    rows: Sequence[RowSpec] = table.rows
    scheme, known = False, ev.known or ev.on
    if env.document is not None:
        own = own_rows(rows, env.document, ev.book.documents)
        rows, scheme = own or rows, bool(own)
    if table.learnt:
        rows = rows_known_on(tuple(rows), known)
    if not table.dated or not isinstance(env.day, date):
        yield from rows
        return
    there = [r for r in rows if r.on(env.day)]
    if not there and scheme and rows:
        last = max(r.start or date.min for r in rows)
        there = [r for r in rows if r.on(last)]
    yield from there


def _worked_out(ev: Evaluating, row: RowSpec, env: Env, read: dict[int, frozenset[Use]]) -> RowSpec:
    """A row with its edges as they are here: a value, or what is known of one; the figures they read go into `read`."""
    uses: set[Use] = set()

    def edge(x: Any) -> Any:
        if not isinstance(x, t.Expr):
            return x
        value, figures, touched = ev.traced(x, env)
        uses.update(figures)
        ev.touched |= touched
        if isinstance(value, Number) and value.exact:
            return value.low
        return value.value if isinstance(value, Known) else value

    tests = tuple(replace(x, values=tuple(map(edge, x.values))) if x.op != "any" else x for x in row.tests)
    read[row.number] = frozenset(uses)
    return replace(row, tests=tests)


def _use_row(ev: Evaluating, table: TableSpec, row: RowSpec, env: Env) -> None:
    standing = Standing.UNSET if row.value is None else ev.standing(row.basis, env, row.start)
    ev.uses.add(Use(UseKind.TABLE, table.key, row.number, row.basis, standing))


def _cell_value(ev: Evaluating, table: TableSpec, row: RowSpec, env: Env) -> Value:
    if isinstance(row.value, t.Expr):
        return ev.value(row.value, env)
    if row.value is None:
        return Number(None, None, _unwritten(table, row)) if isinstance(table.value_type, Quantity) else Unknown(_unwritten(table, row))
    return Number.of(row.value) if isinstance(table.value_type, Quantity) else Known(row.value)


def _banded(ev: Evaluating, table: TableSpec, rows: list[RowSpec], amount: Value, env: Env) -> Value:
    """slab: the whole amount at its band's rate; marginal: each part at its own band's."""
    if not isinstance(amount, Number):
        return amount
    rows = [replace(r, value=_rate(ev, table, r, env)) for r in rows]
    if any(isinstance(x, Value) for r in rows for x in (r.value, *r.tests[0].values)):
        edges = [x for r in rows for x in (r.value, *r.tests[0].values) if isinstance(x, Value)]  # no figure: no band is known to end there
        return Number(None, None, amount.causes.union(*map(v.causes_of, edges)))
    parts = [_band(ev, table, rows, span, env) for span in tables.spans(amount.low, amount.high, [r.tests[0] for r in rows])]
    if amount.exact and not any(_applies(r, (amount,)) for r in rows):
        ev.uses.add(Use(UseKind.TABLE, table.key, None, None, Standing.UNSET))
    return parts[0] if amount.exact else v.hull(parts, amount.causes)


def _rate(ev: Evaluating, table: TableSpec, row: RowSpec, env: Env) -> Any:
    """A band's rate: a figure, or what is known of one."""
    if not isinstance(row.value, t.Expr):
        return row.value
    value = _cell_value(ev, table, row, env)
    return value.low if isinstance(value, Number) and value.exact else value


def _band(ev: Evaluating, table: TableSpec, rows: list[RowSpec], span: tables.Span, env: Env) -> Number:
    """What a piece of the amounts gives that lies in one band; its ends count, so that nothing is skipped."""
    low, high, point = span
    inside = next((r for r in rows if cell(r.tests[0], Number.of(point)).value), None)
    if inside is None:
        return Number(None, None, cause(CauseKind.UNSET, Topic.NO_BAND, table.key))
    reached = [inside] if table.match == "slab" else [r for r in rows if r is inside or _reaches(r, point)]
    for row in reached:
        _use_row(ev, table, row, env)
        if row.value is None:
            return Number(None, None, _unwritten(table, row))
    if table.match == "slab":
        return v.multiply(Number(low, high), Number.of(inside.value))
    at = [None if x is None else sum((_falls_to(r, x) * r.value for r in reached), Fraction(0)) for x in (low, high)]
    if inside.value < 0:
        at.reverse()
    elif inside.value == 0:  # level however far the band goes
        at = [at[0] if at[0] is not None else at[1], at[1] if at[1] is not None else at[0]]
    return Number(at[0], at[1])


def _unwritten(table: TableSpec, row: RowSpec) -> v.Causes:
    """Why a row gives no figure: nobody set one, or the source was cut off there."""
    return cause(CauseKind.UNSET, Topic.ROW, table.key, part=row.text)


def _applies(row: RowSpec, inputs: Sequence[Value]) -> bool:
    return v.conjunction(cell(test, value) for test, value in zip(row.tests, inputs, strict=True)).value is not False


def _reaches(row: RowSpec, amount: Fraction) -> bool:
    low = tables.edges(row.tests[0])[0]
    return low is None or amount > low


def _falls_to(row: RowSpec, amount: Fraction) -> Fraction:
    """The part of an amount that falls to a row of a marginal table."""
    low, high = tables.edges(row.tests[0])
    return (amount if high is None else min(amount, high)) - (low or 0) if _reaches(row, amount) else Fraction(0)
