"""The functions of the rule language (docs/language.md), exact and three-valued.

Of a list that is told in part each says what it comes to at least and at most; what would be undefined over no item, or
over one item that may be undefined, is unknown. What must stay true: telling more only ever narrows.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from .. import values as v
from ..errors import UsageError
from ..language import typed as t
from ..language.levelling import level
from ..language.powers import TooLarge, power
from ..language.syntax import DATE_PARTS, ROUNDINGS
from ..language.types import Boolean, ListOf, Quantity, Text
from ..values import Items, Known, Number, Undefined, Unknown, Value
from .comparing import as_value, starts_with, value_of
from .days import apart, day_of, part_of, working_day
from .rounding import rounded
from .uses import Env, Evaluating


def applied(ev: Evaluating, expr: t.Applied, env: Env) -> Value:
    name = expr.function
    match name:
        case "count":
            return count(ev.items(expr.arguments[0], env))
        case "distinct count":
            return _distinct_count(expr, ev.items(expr.arguments[0], env))
        case "sum":
            return ev.sum_of(expr, ev.items(expr.arguments[0], env))
    parts = [ev.value(a, env) for a in expr.arguments]
    if name in ("min", "max", "mean"):
        return _extreme(ev, expr, parts)
    if undefined := [p for p in parts if isinstance(p, Undefined)]:
        return undefined[0]
    if name in ("abs", "floor", "ceiling", *ROUNDINGS):
        return rounded(name, parts)
    unknown: v.Causes = frozenset().union(*(v.causes_of(p) for p in parts))
    if name == "power":
        return _raised(parts, unknown)
    if unknown:
        if name in DATE_PARTS:  # of whatever day: no later than December
            return Number(Fraction(1), Fraction(DATE_PARTS[name]), unknown)
        return Number(None, None, unknown) if isinstance(expr.type, Quantity) else Unknown(unknown)
    plain: list[Any] = [p.value if isinstance(p, Known) else p.low if isinstance(p, Number) else p for p in parts]
    match name:
        case "months between" | "years between" | "days between" | "months through" | "years through" | "days through":
            return Number.of(apart(name, plain[0], plain[1]))
        case "month of" | "day of" | "weekday of" | "quarter of":
            return Number.of(part_of(name, plain[0]))
        case "day at":
            try:
                return Known(plain[0].of(plain[1]))
            except ValueError:
                raise UsageError(f"日期超出范围：{plain[1]} 年 {plain[0]}") from None
        case "date":
            return Known(day_of(*(int(x) for x in plain)))
        case "year of":
            return Known(plain[0].year)
        case "start of year":
            return Known(date(plain[0], 1, 1))
        case "end of year":
            return Known(date(plain[0], 12, 31))
        case "start of" | "end of":
            end = plain[0].low if name == "start of" else plain[0].high
            return value_of(end)
        case "starts with":
            return as_value(starts_with(level(plain[0]), plain[1]))
        case "working day after":
            return Known(working_day(plain[0], int(plain[1])))
    raise AssertionError(f"unknown function {name}")  # pragma: no cover


def count(items: Items) -> Value:
    sure = sum(1 for _, b in items.items if b.value is True)
    causes = items.causes.union(*(b.causes for _, b in items.items))
    return Number.pair(Fraction(sure), Fraction(len(items.items)) if items.complete else None, causes)


def _distinct_count(expr: t.Applied, items: Items) -> Value:
    sure, maybe, loose = set(), set(), 0
    causes = items.causes
    for value, belongs in items.items:
        causes |= belongs.causes | v.causes_of(value)
        plain = value.value if isinstance(value, Known) else value.low if isinstance(value, Number) and value.exact else None
        if plain is None:
            loose += 1
        else:
            maybe.add(plain)
            if belongs.value is True:
                sure.add(plain)
    low = max(len(sure), 1 if any(b.value is True for _, b in items.items) else 0)
    kind = expr.arguments[0].type
    different = len(kind.item.options) if isinstance(kind, ListOf) and isinstance(kind.item, Text) and not kind.item.optional else 0
    if isinstance(kind, ListOf) and isinstance(kind.item, Boolean) and not kind.item.optional:
        different = 2
    highs = [len(maybe) + loose] if items.complete else []
    high = min(highs + ([different] if different else []), default=None)
    return Number.pair(Fraction(low), None if high is None else Fraction(high), causes)


def sum_of(ev: Evaluating, expr: t.Applied, items: Items) -> Value:
    causes = items.causes.union(*(v.causes_of(x) | b.causes for x, b in items.items))
    if not all(isinstance(x, Number) for x, _ in items.items) or _may_lack_value(ev, expr, items):
        return Unknown(causes)
    total = v.ZERO
    for value, belongs in items.items:
        assert isinstance(value, Number)
        low, high = value.low, value.high
        if expr.nonnegative and low is None:
            low = Fraction(0)
        if belongs.value is None:
            low = None if low is None else min(low, Fraction(0))
            high = None if high is None else max(high, Fraction(0))
        total = v.add(total, Number(low, high, value.causes | belongs.causes))
    if not items.complete:
        total = Number(total.low if expr.nonnegative else None, None, total.causes | items.causes)
    return total


def _may_lack_value(ev: Evaluating, expr: t.Applied, items: Items) -> bool:
    """Whether a record not listed yet may turn out to have no value in this column: a zero divisor."""
    if items.complete:
        return False
    seen: set[str] = set()
    stack = [x.body for x in expr.arguments if isinstance(x, t.Projection)]
    while stack:
        for node in t.walk(stack.pop()):
            if (isinstance(node, t.Calculated) and node.op == "/" and node.zero_fails is not None) or (
                isinstance(node, t.Applied) and node.function in ("min", "max", "mean") and len(node.arguments) == 1
            ):
                return True
            if isinstance(node, t.DefinitionRef) and node.definition not in seen:
                seen.add(node.definition)
                stack.append(ev.book.definitions[node.definition].expr)
    return False


def _extreme(ev: Evaluating, expr: t.Applied, parts: list[Value]) -> Value:
    items = Items(tuple((p, v.HOLDS) for p in parts), True)
    if len(parts) == 1 and isinstance(parts[0], Items):
        items = parts[0]
    pairs, causes = items.items, items.causes.union(*(v.causes_of(p) | b.causes for p, b in items.items))
    if sure := [p for p, b in pairs if b.value is True and isinstance(p, Undefined)]:
        return Undefined(any(p.fails for p in sure), sure[0].divisor)
    if items.complete and not pairs:
        return Undefined(False, expr.source)
    certain = [p for p, b in pairs if b.value is True]
    if not isinstance(expr.type, Quantity):  # dates
        if causes or not items.complete:
            return Unknown(causes)
        return Known((min if expr.function == "min" else max)(p.value for p in certain if isinstance(p, Known)))
    numbers = [p for p, _ in pairs if isinstance(p, Number)]
    # over no item at all it would be undefined, and so it is where one item is
    if not certain or len(numbers) < len(pairs) or _may_lack_value(ev, expr, items):
        return Unknown(causes)
    if expr.function == "mean":
        if items.complete and len(certain) == len(pairs):
            total = v.ZERO
            for n in numbers:
                total = v.add(total, n)
            return v.divide(total, Number.of(len(numbers)))
        return v.hull(numbers, causes) if items.complete else Number(None, None, causes)
    best = v.least if expr.function == "min" else v.greatest
    bound = best([p for p in certain if isinstance(p, Number)])
    if items.complete and len(certain) == len(pairs):
        return bound
    all_of_them = best(numbers) if items.complete else Number(None, None)
    if expr.function == "min":
        return Number.pair(all_of_them.low, bound.high, causes)
    return Number.pair(bound.low, all_of_them.high, causes)


def _raised(parts: list[Value], causes: v.Causes) -> Value:
    """A whole power; of pairs the least and the most it may be."""
    base, exponent = parts
    if not (isinstance(base, Number) and isinstance(exponent, Number)):
        return Unknown(causes)
    try:
        return Number.pair(*power((base.low, base.high), (exponent.low, exponent.high)), causes)
    except TooLarge:
        raise UsageError("乘方大得算不了：底的位数乘指数太大") from None
