"""Values of one type compared, three-valued; and the turns from verdict to value and back.

What must stay true: a comparison is settled only if it comes out so whatever the values turn out to be; words are one
where they are one after levelling; 无 is before and after nothing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .. import values as v
from ..errors import UsageError
from ..language import typed as t
from ..language.levelling import level, same_word
from ..language.types import Quantity
from ..rulebook.compiled import Test
from ..values import ABSENT, Items, Known, Number, Topic, Truth, Undefined, Unknown, Value, cause
from ..words import CauseKind


def compare(op: str, a: Value, b: Value) -> Truth:
    """Any two values of one type. A zero division fails or stays open, as the rulebook says."""
    undefined = [x for x in (a, b) if isinstance(x, Undefined)]
    if undefined:
        if any(u.fails for u in undefined):
            return v.FAILS
        return Truth(None, frozenset().union(*(u.causes for u in undefined)))
    if isinstance(a, Number) and isinstance(b, Number):
        return v.compare(op, a, b)
    if isinstance(a, Known) and isinstance(b, Known):
        x, y = a.value, b.value
        if x is ABSENT or y is ABSENT:
            if op not in ("=", "!="):  # the type checker lets no 无 get here; nothing is before or after it
                return Truth(None, cause(CauseKind.UNDEFINED, Topic.ABSENT))
            return Truth((x is y) == (op == "="))
        if isinstance(x, str) and isinstance(y, str) and op in ("=", "!="):
            return Truth(same_word(x, y) == (op == "="))
        return Truth({"=": x == y, "!=": x != y}[op] if op in ("=", "!=") else {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[op])
    return Truth(None, v.causes_of(a) | v.causes_of(b))


def cell(test: Test, value: Value) -> Truth:
    match test.op:
        case "any":
            return v.HOLDS
        case "expr":
            return truth_of(value_of(test.values[0]))
        case "in":
            return v.disjunction([compare("=", value, value_of(x)) for x in test.values])
        case "range":
            low, high = test.values
            parts = []
            if low is not None:
                parts.append(compare(">=" if test.closed[0] else ">", value, value_of(low)))
            if high is not None:
                parts.append(compare("<=" if test.closed[1] else "<", value, value_of(high)))
            return v.conjunction(parts)
    return compare(test.op, value, value_of(test.values[0]))


def starts_with(word: str, listed: Any) -> Truth:
    """Whether a text begins with one of these, some of which may not be known."""
    if not isinstance(listed, Items):
        return Truth(any(word.startswith(level(p)) for p in (listed if isinstance(listed, tuple) else (listed,))))
    parts = []
    for item, belongs in listed.items:
        given = item.value if isinstance(item, Known) else None
        parts.append(Truth(None, v.causes_of(item)) if given is None else v.conjunction([belongs, starts_with(word, given)]))
    return v.disjunction(parts if listed.complete else [*parts, Truth(None, listed.causes)])


def value_of(value: Any) -> Value:
    if isinstance(value, Fraction):
        return Number.of(value)
    return value if isinstance(value, Value) else Known(value)  # a range, where one is tried in a told value's place; an edge not known


def as_value(truth: Truth) -> Value:
    return Unknown(truth.causes) if truth.value is None else Known(truth.value)


def truth_of(value: Value) -> Truth:
    if isinstance(value, Known):
        if not isinstance(value.value, bool):
            raise UsageError(f"不是判断：{value.value!r}")
        return Truth(value.value)
    return Truth(None, v.causes_of(value))


def not_known(expr: t.Expr, causes: v.Causes) -> Value:
    """Not known: an open pair for a quantity that must be a number, else unknown."""
    if isinstance(expr.type, Quantity):
        return Number(None, None, causes)
    return Unknown(causes)
