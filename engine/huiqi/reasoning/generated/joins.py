"""Filters over records without asking the same of one record twice.

`sum(贷款明细[可贴息 and 发放日 < 贷款.发放日].本金)`, asked for each loan, looks at every pair of loans. What
depends on one record alone is worked out once for it and kept; what is left for a pair is one
comparison of two known values. What must stay true: same items, same uses, same facts touched as
the reference, whose steps these replace; the differential tests hold it to that.
"""

from __future__ import annotations

import operator
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple

from ... import values as v
from ...language import typed as t
from ...plain import dataclass
from ...values import Items, Known, Number, Truth, Value
from ..comparing import compare
from ..evaluate import Evaluator
from ..shared import Sharing
from ..uses import Env, Use
from ..versions import timeless

Told = tuple[Value, frozenset[Use], frozenset[str]]
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_PLAIN = (date, int)  # of exactly these types; texts are compared as people write them


@dataclass(frozen=True)
class Part:
    """One part of a filter's `and`: of the record alone, compared with what stands outside, or neither."""

    whole: t.Expr
    own: t.Expr | None = None
    op: str = ""
    outer: t.Expr | None = None


def free(expr: t.Expr) -> frozenset[str]:
    """The variables an expression needs from outside."""
    match expr:
        case t.Variable(name=name):
            return frozenset({name})
        case t.Filtered(base=base, variable=variable, condition=inner) | t.Projection(base=base, variable=variable, body=inner):
            return free(base) | (free(inner) - {variable})
        case t.Quantifier(base=base, variable=variable, condition=inner):
            return free(base) | (free(inner) - {variable})
    return frozenset[str]().union(*(free(child) for child in t.children(expr)))


def parts(expr: t.Filtered) -> tuple[Part, ...]:
    """The condition's parts in their order: a later one is asked only where the earlier do not fail."""
    alone = frozenset({expr.variable})

    def one(part: t.Expr) -> Part:
        if free(part) <= alone:
            return Part(part, part)
        if isinstance(part, t.Compared):
            left, right = free(part.left), free(part.right)
            if left == alone and expr.variable not in right:
                return Part(part, part.left, part.op, part.right)
            if right == alone and expr.variable not in left:
                return Part(part, part.right, _FLIPPED[part.op], part.left)
        return Part(part)

    return tuple(one(p) for p in (expr.condition.items if isinstance(expr.condition, t.All) else (expr.condition,)))


@dataclass
class Sifted:
    """The records that pass the leading parts, in order; `keys` their values of the next one, sorted."""

    rows: list[tuple[Any, Truth]]
    start: int  # the first part not yet asked
    told: tuple[frozenset[Use], frozenset[str]] = (frozenset(), frozenset())
    keys: list[Any] | None = None
    order: list[int] | None = None

    def within(self, op: str, value: Value) -> list[int] | None:
        """Rows whose key stands in `op` to the value; None where that cannot be looked up."""
        plain = _plain(value)
        if self.keys is None or self.order is None or op == "!=" or type(plain) is not type(self.keys[0]):
            return None
        low, high = bisect_left(self.keys, plain), bisect_right(self.keys, plain)
        first, last = {"=": (low, high), "<": (0, low), "<=": (0, high), ">": (high, None), ">=": (low, None)}[op]
        return sorted(self.order[first:last])


class _Kept(NamedTuple):
    """What was worked out of the records of lists, by expression and what else it depends on."""

    columns: dict[Any, dict[int, Told]]
    sifted: dict[Any, tuple[Any, Sifted]]
    results: dict[Any, tuple[Any, Items, tuple[frozenset[Use], frozenset[str]]]]


class Joined(Evaluator):
    """An evaluator that keeps what it has worked out of each record."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._numbers: dict[t.Expr, int] = {}  # equal expressions are one
        self._known: dict[int, tuple[t.Expr, int, Any]] = {}
        self._apart = _Kept({}, {}, {})

    def share(self, sharing: Sharing) -> None:
        super().share(sharing)
        self._numbers, self._known = sharing.common("numbers"), sharing.common("known")

    def _kept(self, expr: t.Expr) -> _Kept:
        """Where what is worked out for an expression is kept: with others where they may share it."""
        if self.sharing is None or (store := self.sharing.store("records", expr)) is None:
            return self._apart
        kept: _Kept | None = store.get("kept")
        if kept is None:
            kept = store["kept"] = _Kept({}, {}, {})
        return kept

    def _same(self, expr: t.Expr, make: Callable[[Any], Any]) -> tuple[int, Any]:
        """The number of an expression (equal ones share it), and what `make` says of it; worked out once."""
        found = self._known.get(id(expr))
        if found is None or found[0] is not expr:
            found = self._known[id(expr)] = (expr, self._numbers.setdefault(expr, len(self._numbers)), make(expr))
        return found[1], found[2]

    def _supposing_answers(self, env: Env) -> bool:
        """Whether answers are gone through in turn: what was worked out once is not to be kept, nor used."""
        return bool(self.supposed) or self.asked is not None or env.governing is not None

    def _under(self, number: int, expr: t.Expr, env: Env) -> Any:
        """What else than its records an expression depends on."""
        return number, self.span(env.day, env.since) if timeless(expr, self.book) else env.day, env.document, env.since, self.paying

    def _of(self, expr: t.Expr, variable: str, entry: Any, env: Env, column: dict[int, Told]) -> Told:
        found = column.get(id(entry))
        if found is None:
            found = column[id(entry)] = self.traced(expr, env.bind(variable, entry))
        return found

    def _note(self, told: tuple[Any, Any]) -> None:
        self.uses |= told[0]
        self.touched |= told[1]

    def _filtered(self, expr: t.Filtered, env: Env) -> Value:
        base = self.items(expr.base, env)
        number, all_parts = self._same(expr, parts)
        if not base.items or any(p.own is None for p in all_parts) or self._supposing_answers(env):
            return super()._filtered(expr, env)
        under = self._under(number, expr, env)
        outer = [self.traced(p.outer, env) if p.outer is not None else None for p in all_parts]
        key = (under, id(base.items), tuple(o and o[0] for o in outer))
        kept = self._kept(expr)
        found = kept.results.get(key)
        if found is None or found[0] is not base.items:
            before, self.uses, self.touched = (self.uses, self.touched), set(), set()
            items = self._joined(expr, all_parts, under, base, outer, env, kept)
            found = kept.results[key] = (base.items, items, (frozenset(self.uses), frozenset(self.touched)))
            self.uses, self.touched = before
        self._note(found[2])
        return found[1]

    def _joined(self, expr: t.Filtered, all_parts: tuple[Part, ...], under: Any, base: Items, outer: list[Told | None], env: Env, place: _Kept) -> Items:
        columns = [place.columns.setdefault((under, n), {}) for n in range(len(all_parts))]
        sifted = self._sift(expr, all_parts, under, base, columns, env, place.sifted)
        self._note(sifted.told)
        for told in outer:
            if told is not None:
                self._note(told[1:])
        rows: Iterable[tuple[Any, Truth]] = sifted.rows
        start = sifted.start
        if start < len(all_parts) and sifted.rows and (told := outer[start]) is not None:
            within = sifted.within(all_parts[start].op, told[0])
            if within is not None:
                rows, start = [sifted.rows[n] for n in within], start + 1
        kept = []
        for entry, truth in rows:
            unknown, causes = truth.value is None, truth.causes
            for n in range(start, len(all_parts)):
                part, told = all_parts[n], outer[n]
                value = columns[n][id(entry)][0]
                verdict = _verdict(value) if told is None else _compared(part.op, value, told[0])
                if verdict.value is False:
                    break
                if verdict.value is None:
                    unknown, causes = True, causes | verdict.causes
            else:
                kept.append((entry, Truth(None, causes) if unknown else v.HOLDS))
        return Items(tuple(kept), base.complete, base.causes)

    def _sift(
        self, expr: t.Filtered, all_parts: tuple[Part, ...], under: Any, base: Items, columns: list[dict[int, Told]], env: Env,
        kept: dict[Any, tuple[Any, Sifted]],
    ) -> Sifted:  # fmt: skip
        """Every part asked of every record alone, once for all the pairs it is in; what passes the leading ones."""
        found = kept.get((under, id(base.items)))
        if found is not None and found[0] is base.items:
            return found[1]
        before, self.uses, self.touched = (self.uses, self.touched), set(), set()
        start = next((n for n, p in enumerate(all_parts) if p.outer is not None), len(all_parts))
        rows = []
        for entry, belongs in base.items:
            told = [self._of(p.own or p.whole, expr.variable, entry, env, columns[n]) for n, p in enumerate(all_parts)]
            for one in told:
                self._note(one[1:])
            truth = v.conjunction([belongs, *(_verdict(one[0]) for one in told[:start])])
            if truth.value is not False:
                rows.append((entry, truth))
        sifted = Sifted(rows, start)
        if start < len(all_parts):
            plain = [_plain(columns[start][id(entry)][0]) for entry, _ in rows]
            if rows and plain[0] is not None and all(type(x) is type(plain[0]) for x in plain):
                sifted.order = sorted(range(len(rows)), key=lambda n: plain[n])
                sifted.keys = [plain[n] for n in sifted.order]
        sifted.told = (frozenset(self.uses), frozenset(self.touched))
        self.uses, self.touched = before
        kept[(under, id(base.items))] = (base.items, sifted)
        return sifted

    def _projection(self, expr: t.Projection, env: Env) -> Value:
        number, alone = self._same(expr, lambda e: free(e.body) <= {e.variable})
        if not alone or self._supposing_answers(env):
            return super()._projection(expr, env)
        base = self.items(expr.base, env)
        under = self._under(number, expr.body, env)
        key, kept = (under, id(base.items)), self._kept(expr)
        found = kept.results.get(key)
        if found is None or found[0] is not base.items:
            column, items = kept.columns.setdefault(under, {}), []
            before, self.uses, self.touched, seen = (self.uses, self.touched), set(), set(), set[int]()
            for entry, belongs in base.items:
                value, uses, touched = self._of(expr.body, expr.variable, entry, env, column)
                if id(uses) not in seen:
                    seen.add(id(uses))
                    self._note((uses, touched))
                items.append((value, belongs))
            found = kept.results[key] = (base.items, Items(tuple(items), base.complete, base.causes), (frozenset(self.uses), frozenset(self.touched)))
            self.uses, self.touched = before
        self._note(found[2])
        return found[1]

    def sum_of(self, expr: t.Applied, items: Items) -> Value:
        exact = list(_exact(items))
        if not items.complete or len(exact) < len(items.items):
            return super().sum_of(expr, items)
        if all(x.denominator == 1 for x in exact):
            return Number.of(sum(x.numerator for x in exact))
        return Number.of(sum(exact, Fraction(0)))

    STEPS: ClassVar = {**Evaluator.STEPS, t.Filtered: _filtered, t.Projection: _projection}


def _plain(value: Value) -> Any:
    """A value that can be looked up in order, if it is one."""
    if type(value) is Number:
        return value.low if value.exact else None
    return value.value if type(value) is Known and type(value.value) in _PLAIN else None


def _verdict(value: Value) -> Truth:
    return _TRUTHS[bool(value.value)] if type(value) is Known else Truth(None, v.causes_of(value))


_TRUTHS = {True: v.HOLDS, False: v.FAILS}


def _exact(items: Items) -> Iterator[Fraction]:
    for value, belongs in items.items:
        if belongs.value is not True or not isinstance(value, Number) or not value.exact or value.low is None:
            return
        yield value.low


def _compared(op: str, a: Value, b: Value) -> Truth:
    if type(a) is Known and type(b) is Known and type(a.value) is type(b.value) and isinstance(a.value, _PLAIN):
        return _TRUTHS[_SIGNS[op](a.value, b.value)]
    if type(a) is Number and type(b) is Number and a.exact and b.exact:
        return _TRUTHS[_SIGNS[op](a.low, b.low)]
    return compare(op, a, b)


__all__ = ["Joined", "free", "parts"]
