"""Which amounts can come to less than a 分 at all: of the others no rounding can be noticed, and no excuse is asked for.

What must stay true: an amount is called whole only where that is proved from the figures and from what
facts may be; whatever is not understood may be a fraction.
"""

from __future__ import annotations

from fractions import Fraction

from ..language import typed as t
from ..language.types import Quantity
from ..language.units import is_money
from ..rulebook import compiled as c


def divides(spec: c.MeasureSpec, book: c.CompiledRulebook) -> bool:
    """Whether what the measure gives may come to a part of a 分."""
    schemes = (spec.base, *spec.schemes.values())
    given = [x for s in schemes if s.award is not None for x in (s.award.expr, s.award.low) if x is not None]
    caps = [limit.amount for s in schemes for limit in s.limits if limit.amount is not None]
    less = [spec.difference] if spec.difference is not None else []
    return bool(spec.reductions) or not all(_cents(x, book) for x in (*given, *caps, *less))


def _cents(expr: t.Expr, book: c.CompiledRulebook) -> bool:
    """Proved to be whole 分, whatever is told."""
    match expr:
        case t.Const(value=Fraction() as value):
            return (value * 100).denominator == 1
        case t.ParameterRef(parameter=key):
            return all(isinstance(v.value, Fraction) and (v.value * 100).denominator == 1 for v in book.parameters[key].versions)
        case t.FactRef(fact=key):
            return _money(expr) and book.facts[key].places is not None and (book.facts[key].places or 0) <= 2
        case t.Calculated(op="+" | "-", left=left, right=right):
            return _cents(left, book) and _cents(right, book)
        case t.Choice(then=then, otherwise=otherwise):
            return _cents(then, book) and _cents(otherwise, book)
        case t.Applied(function="min" | "max", arguments=arguments) if len(arguments) > 1:
            return all(_cents(x, book) for x in arguments)
        case _:
            return False


def _money(expr: t.Expr) -> bool:
    return isinstance(expr.type, Quantity) and is_money(expr.type.dims)
