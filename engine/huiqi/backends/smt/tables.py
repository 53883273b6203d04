"""What a table says, as a term: rows that apply, alone or together, with whatever in their cells is worked out.

The reference's tables (`reasoning/tables.py`) on enterprises that tell everything: what is open here is a figure nobody set, or which of
two rows is meant where only a case tells whether they meet. What must stay true: a row that may apply leaves open what it would change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from ...language import typed as t
from ...language.types import Boolean
from ...rulebook.compiled import Collect, CompiledRulebook, Match, RowSpec, TableSpec, Test
from .env import Env
from .figures import edges, within
from .figures import rows as rows_of
from .functions import Applies, agreed, any_value, best_row
from .terms import (
    HOLDS,
    OPEN,
    UNKNOWN,
    Flag,
    Sym,
    Tri,
    Untranslatable,
    added,
    against,
    all_of,
    any_of,
    between,
    chosen,
    conj,
    disj,
    either_way,
    extreme,
    inverse,
    multiplied,
    neg,
    number,
    ordered,
    truth,
    verdict,
)
from .world import World


class Reader(Protocol):
    """What reads expressions."""

    world: World
    book: CompiledRulebook

    def value(self, expr: t.Expr, env: Env) -> Any: ...
    def plain(self, value: Any, kind: Any) -> Any: ...
    def either(self, condition: Tri, a: Any, b: Any) -> Any: ...
    def never(self, flag: Flag) -> bool: ...
    def unset_in(self) -> None: ...


class Tables:
    """The tables of a rulebook, and what was asked of them."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.filled = ""  # the table that has an answer where it has no row: to see whether that matters
        self.on_purpose: list[Flag] = []  # of each: where it is said to have no row
        self.asked: list[tuple[TableSpec, Flag, list[Applies]]] = []  # every table asked: when it has an answer, which rows apply

    def looked_up(self, expr: t.Lookup, env: Env, inputs: list[Any]) -> Any:
        """What a table says of its inputs."""
        table = self.reader.book.tables[expr.table]
        if table.key in self.reader.book.variants:
            raise Untranslatable("随读法而变的标准表")
        rows = list(rows_of(self.reader.book, table, env.day, env.document, self.reader.world.on))
        unknown = [n for n, i in enumerate(inputs) if isinstance(i, Sym) and (i.known is False or (table.worked_out and not self.reader.never(neg(i.known))))]
        if any(table.worked_out or any(r.tests[n].op == "any" for r in rows) for n in unknown):
            self.reader.unset_in()
        inner = replace(env, variables={**env.variables, **{name: i for (name, _), i in zip(table.inputs, inputs, strict=True)}}) if table.worked_out else env
        if table.match in (Match.SLAB, Match.MARGINAL):
            if table.dated and not isinstance(env.day, date):
                raise Untranslatable("套档、累进的标准表随日期而变，日期由数据决定")
            return self._banded(table, rows, inputs[0], expr, inner)
        applying = [Applies(row, all_of([_standing(row, env), *self._cells(row, inputs, inner)]), self._row_value(table, row, expr, inner)) for row in rows]
        asked = conj(*(i.known if isinstance(i, Sym) else disj(i.t, i.f) for i in inputs))
        self.asked.append((table, asked, applying))
        self.on_purpose.append(self._uncovered(table, inputs))
        if table.doubtful:
            self.reader.world.loose[f"标准表“{table.name}”的行有疑"] = None
        if table.worked_out and not self.reader.never(disj(*(x.open for x in applying))):
            self.reader.unset_in()  # a row of which it is open whether it applies may still say what the others say
        none: Any = any_value(expr) if table.key == self.filled else OPEN if isinstance(expr.type, Boolean) else UNKNOWN
        out = self._of_rows(table, applying, none)
        if not isinstance(out, Sym):
            return out
        return replace(out, known=conj(out.known, asked), failing=disj(out.failing, self._without_value(rows, inputs, inner)))

    def _of_rows(self, table: TableSpec, applying: Sequence[Applies], none: Any) -> Any:
        """What the rows that apply come to."""
        match table.match:
            case Match.COLLECT if table.adds_up:
                total = number(Fraction(0))
                for x in applying:
                    total = added(total, chosen(x.truth, x.value, number(Fraction(0))))
                return total
            case Match.COLLECT:
                return best_row("min" if table.collect is Collect.MIN else "max", applying, none)
            case Match.HIGHEST if table.worked_out:
                return best_row("max", applying, none)
            case Match.HIGHEST:
                return self._highest(applying, none)
        if not table.worked_out:
            applying = [replace(x, truth=truth(x.truth.t)) for x in applying]
        others = [x for x in applying if x.row.number not in table.unproved]
        if table.unproved and not self._apart(table, applying):
            self.reader.world.loose[f"标准表“{table.name}”可能有几行都说到"] = None  # what they say may still lie on one side of a figure
        out, has, waiting = none, False, False
        for x in reversed(others):
            out = self.reader.either(x.truth, x.value, out)
            if x.row.number != table.rest:  # the row for the rest stands where no other does
                has, waiting = disj(has, x.truth.t), disj(waiting, x.open)
        for x in applying:  # of these only a case tells whether they meet others: where two apply and differ, nothing is settled
            if x.row.number in table.unproved:
                both = agreed(x.value, out)
                found = either_way(has, both, either_way(waiting, OPEN if isinstance(none, Tri) else UNKNOWN, x.value))
                out = either_way(x.truth.t, found, either_way(x.truth.f, out, both))
                has, waiting = disj(has, x.truth.t), disj(waiting, x.open)
        return out

    def _apart(self, table: TableSpec, applying: Sequence[Applies]) -> bool:
        """Whether it is shown that no two rows between which only a case decides apply together and differ."""
        among = [x for x in applying if x.row.number != table.rest]
        both = [conj(neg(x.truth.f), neg(y.truth.f), neg(_alike(x.value, y.value))) for n, x in enumerate(among) for y in among[n + 1 :]
                if {x.row.number, y.row.number} & set(table.unproved)]  # fmt: skip
        return self.reader.never(disj(*both))

    def _without_value(self, rows: Sequence[RowSpec], inputs: Sequence[Any], env: Env) -> Flag:
        """When an input that a row asks for has no value, and whatever asks for it fails (分母为零，不符合)."""
        out: Flag = False
        for n, value in enumerate(inputs):
            if not isinstance(value, Sym) or value.failing is False:
                continue
            if any(r.tests[n].op in ("any", "expr") for r in rows):
                self.reader.unset_in()
                continue
            rest = [all_of([_standing(r, env), *(x for m, x in enumerate(self._cells(r, inputs, env)) if m != n)]) for r in rows]
            out = disj(out, conj(value.failing, disj(*(neg(x.f) for x in rest))))
        return out

    def _cells(self, row: RowSpec, inputs: Sequence[Any], env: Env) -> list[Tri]:
        return [self._cell(x, i, env) for x, i in zip(row.tests, inputs, strict=True)]

    def _row_value(self, table: TableSpec, row: RowSpec, expr: t.Expr, env: Env) -> Any:
        if row.value is None:
            return OPEN if isinstance(expr.type, Boolean) else UNKNOWN
        return self.reader.value(row.value, env) if isinstance(row.value, t.Expr) else self.reader.plain(row.value, table.value_type)

    def _uncovered(self, table: TableSpec, inputs: Sequence[Any]) -> Flag:
        """Where the table is said to have no row on purpose."""
        return disj(*(all_of(self._cell(x, i, None) for x, i in zip(tests, inputs, strict=True)).t for tests in table.uncovered))

    def _highest(self, applying: Sequence[Applies], none: Sym) -> Sym:
        out, unread = none, [x.truth.t for x in applying if x.row.value is None]
        for x in sorted((x for x in applying if x.row.value is not None), key=lambda x: x.row.value):
            out = chosen(truth(x.truth.t), number(x.row.value), out)
        return replace(out, known=conj(out.known, neg(disj(*unread))))

    def _edge(self, x: Any, env: Env | None) -> Any:
        """What a cell says, or the value of an edge that is worked out."""
        if isinstance(x, t.Expr):
            assert env is not None
            return self.reader.value(x, env)
        return self.reader.plain(x, None)

    def _cell(self, test: Test, value: Any, env: Env | None) -> Tri:
        if test.op == "any":
            return HOLDS
        values = [self._edge(x, env) for x in test.values if x is not None]
        if test.op == "expr":
            return verdict(values[0])
        if isinstance(value, Tri):
            return any_of(any_of([all_of([value, verdict(x)]), all_of([inverse(value), inverse(verdict(x))])]) for x in values)
        if test.op == "in":
            return any_of(ordered("=", value, x) for x in values)
        if test.op == "range":
            low, high = (None if x is None else self._edge(x, env) for x in test.values)
            return between(value, low, high, test.closed)
        return ordered(test.op, value, values[0])

    def _banded(self, table: TableSpec, rows: Sequence[RowSpec], amount: Sym, amount_of: t.Expr, env: Env) -> Sym:
        applying = [Applies(row, self._cell(row.tests[0], amount, env), self._row_value(table, row, amount_of, env)) for row in rows]
        self.asked.append((table, amount.known, applying))
        self.on_purpose.append(self._uncovered(table, [amount]))
        out = any_value(amount_of) if table.key == self.filled else UNKNOWN
        if table.worked_out:
            return self._banded_out(table, applying, amount, out, env)
        so_far: Sym | None = number(Fraction(0))
        for x in applying:
            low, high = edges(x.row.tests[0])
            if x.row.value is None:
                so_far = None
                value = UNKNOWN
            elif table.match is Match.SLAB:
                value = multiplied(amount, x.value)
            else:
                value = UNKNOWN if so_far is None else added(so_far, multiplied(added(amount, number(low or Fraction(0)), -1), x.value))
                if so_far is not None and high is not None:
                    so_far = added(so_far, number((high - (low or 0)) * x.row.value))
            out = chosen(truth(x.truth.t), value, out)
        return replace(out, known=conj(out.known, amount.known), failing=amount.failing, nonneg=False)

    def _banded_out(self, table: TableSpec, applying: Sequence[Applies], amount: Sym, none: Sym, env: Env) -> Sym:
        """Bands whose ends or rates are worked out: known only where all of them are."""
        nothing = number(Fraction(0))
        inside, read = disj(*(x.truth.t for x in applying)), [amount.known]
        total = nothing
        for x in reversed(applying):
            low, high = (None if e is None else self._edge(e, env) for e in edges(x.row.tests[0]))
            reached = truth(x.truth.t) if table.match is Match.SLAB else HOLDS if low is None else truth(against(">", amount, low))
            read += [e.known for e in (low, high) if e is not None]
            read.append(disj(x.value.known, neg(reached.t)) if x.row.value is None else x.value.known)
            if table.match is Match.SLAB:
                total = chosen(reached, multiplied(amount, x.value), total)
            else:
                part = amount if high is None else extreme("min", [amount, high])
                total = added(total, chosen(reached, multiplied(part if low is None else added(part, low, -1), x.value), nothing))
        out = chosen(truth(inside), replace(total, known=True), none)
        return replace(out, known=conj(out.known, *read), failing=amount.failing, nonneg=False)


def _standing(row: RowSpec, env: Env) -> Tri:
    """Whether there is such a row on the governing day; of a day that is given only those are asked that there are."""
    return HOLDS if isinstance(env.day, date) else truth(within(env.ordinal, row.start, row.end))


def _alike(a: Any, b: Any) -> Flag:
    """When both are known to say the same."""
    found = agreed(a, b)
    return disj(found.t, found.f) if isinstance(found, Tri) else found.known
