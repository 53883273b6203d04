"""What declared bounds prove about a typed quantity: that it is a whole number, the least and the most it can be.

Asked where a rule must be safe whatever is told: a divisor, a step of rounding, an exponent, half a day added to a date.
What must stay true: nothing is said that a case could break; where nothing is proved the answer is open.
"""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from . import syntax as s
from . import typed as t
from .powers import TooLarge, power
from .scope import Scope, Symbol
from .types import Bound, Date, Quantity, Year, record_of


def whole(expr: t.Expr, scope: Scope) -> bool:
    """Whether a quantity is a whole number of its unit, whatever is told."""
    match expr:
        case t.Const(value=Fraction() as value):
            return value.denominator == 1
        case t.FactRef() | t.ParameterRef() | t.DefinitionRef() | t.Field():
            symbol = _named(expr, scope)
            return symbol is not None and symbol.whole
        case t.Calculated(op="+" | "-" | "*", left=left, right=right):
            return all(isinstance(x.type, Date | Year) or whole(x, scope) for x in (left, right))
        case t.Negated(operand=operand):
            return whole(operand, scope)
        case t.Choice(then=then, otherwise=otherwise):
            return whole(then, scope) and whole(otherwise, scope)
        case t.Projection(body=body):
            return whole(body, scope)
        case t.Applied(function="count" | "distinct count" | "floor" | "ceiling") | t.Quantifier(kind="count"):
            return True
        case t.Applied(function=function) if function in s.DATE_PARTS or function in s.SPANS:
            return True
        case t.Applied(function="power", arguments=(base, _)):
            return whole(base, scope)
        case t.Applied(function=function, arguments=(_, step)) if function in s.ROUNDINGS:
            return whole(step, scope)
        case t.Applied(function="sum" | "max" | "min" | "abs", arguments=arguments):
            return all(whole(a, scope) for a in arguments)
    return False


def bounds(expr: t.Expr, scope: Scope) -> Bound:
    """What declared bounds prove about a quantity: (at least, at most), None for open."""
    match expr:
        case t.Const(value=Fraction() as value):
            return value, value
        case t.FactRef() | t.ParameterRef() | t.DefinitionRef() | t.Field():
            symbol = _named(expr, scope)
            return symbol.bounds if symbol else (None, None)
        case t.Calculated(op=op, left=left, right=right) if isinstance(expr.type, Quantity):
            (a, b), (c, d) = bounds(left, scope), bounds(right, scope)
            if op == "+":
                return (None if a is None or c is None else a + c), (None if b is None or d is None else b + d)
            if op == "-":
                return (None if a is None or d is None else a - d), (None if b is None or c is None else b - c)
            if op == "*" and a is not None and c is not None and a >= 0 and c >= 0:
                return a * c, (None if b is None or d is None else b * d)
            if op == "/" and a is not None and a >= 0 and c is not None and c >= 0:
                return Fraction(0), None
            return None, None
        case t.Choice(then=then, otherwise=otherwise):
            (a, b), (c, d) = bounds(then, scope), bounds(otherwise, scope)
            return (None if a is None or c is None else min(a, c)), (None if b is None or d is None else max(b, d))
        case t.Projection(body=body):
            return bounds(body, scope)
        case t.Applied(function="count" | "distinct count") | t.Quantifier(kind="count") | t.ConclusionRef():
            return Fraction(0), None
        case t.Applied(function=function) if function in s.DATE_PARTS:
            return Fraction(1), Fraction(s.DATE_PARTS[function])
        case t.Applied(function="power", arguments=(base, exponent)):
            try:
                return power(bounds(base, scope), bounds(exponent, scope))
            except TooLarge:
                return None, None
        case t.Applied(function="sum", nonnegative=True):
            return Fraction(0), None
        case t.Applied(function="max" | "min" as which, arguments=arguments):
            known = [bounds(a, scope) for a in arguments]
            lows, highs = [k[0] for k in known], [k[1] for k in known]
            pick = max if which == "max" else min
            low = pick((x for x in lows if x is not None), default=None) if which == "max" or None not in lows else None
            high = pick((x for x in highs if x is not None), default=None) if which == "min" or None not in highs else None
            return low, high
    return None, None


def _named(expr: t.FactRef | t.ParameterRef | t.DefinitionRef | t.Field, scope: Scope) -> Symbol | None:
    match expr:
        case t.FactRef(fact=key) | t.ParameterRef(parameter=key) | t.DefinitionRef(definition=key):
            return scope.find(key)
        case t.Field(base=base, name=name):
            record = record_of(base.type)
            return scope.field(record, name) if record else None
    assert_never(expr)
