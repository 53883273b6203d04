"""Atoms judged by generated Python: one function per expression, made from the typed tree.

The reference interprets the tree node by node; here each expression becomes one Python function,
generated once per rulebook digest, so that a decision reads each fact once and judges each distinct
atom once. Numbers are exact pairs (`Fraction`). What must stay true: same value, same uses, same facts touched as the reference, for every expression;
the differential tests hold it to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from ... import values as v
from ...language import typed as t
from ...language.types import Quantity
from ...rulebook.compiled import CompiledRulebook
from ...values import FAILS, HOLDS, Items, Known, Number, Truth, Undefined, Unknown, Value
from ..comparing import compare
from ..evaluate import guard_of, part_of_divisor
from ..told import Facts
from ..uses import Env, Recognise
from .joins import Joined

MADE = 100_000  # functions that are kept whatever rulebook they are asked for by
Code = Callable[["Generated", Env], Value]
_made: dict[int, tuple[t.Expr, Code]] = {}  # by the expression itself: rulebooks that differ in a reading share nearly all of theirs


class Generated(Joined):
    """An evaluator whose expressions are compiled to Python functions."""

    def __init__(self, book: CompiledRulebook, facts: Facts, on: date, recognise: Recognise) -> None:
        super().__init__(book, facts, on, recognise)
        self.read: dict[tuple[str, bool], Value] = {}

    def value(self, expr: t.Expr, env: Env) -> Value:
        found = _made.get(id(expr))
        if found is None or found[0] is not expr:
            if len(_made) > MADE:
                _made.clear()
            found = _made[id(expr)] = (expr, generate(expr))
        return found[1](self, env)

    def fact(self, expr: t.FactRef) -> Value:
        """A fact of the year of application, read once."""
        self.touched.add(expr.fact)
        if self.supposed or self.asked is not None:
            return self._factref(expr, _NOWHERE)
        key = (expr.fact, self.paying)
        if key not in self.read:
            self.read[key] = self._factref(expr, _NOWHERE)
        return self.read[key]


_NOWHERE = Env(date.min)


def generate(expr: t.Expr) -> Code:
    """The function of one expression: `f(evaluator, env) -> Value`."""
    constants: dict[str, Any] = {}
    body = _Emitter(constants).value(expr)
    names = {
        "arith": _arith, "cmp": _cmp, "inv": _inv, "count": _count,
        "truth": _truth, **constants,
    }  # fmt: skip
    source = f"lambda E, env: {body}"
    code: Code = eval(compile(source, "<atom>", "eval"), names)  # noqa: S307 - our own text, from a typed tree
    return code


class _Emitter:
    """Typed tree to the text of a Python expression; constants go by name."""

    def __init__(self, constants: dict[str, Any]) -> None:
        self.constants = constants

    def hold(self, value: Any) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def value(self, expr: t.Expr) -> str:
        match expr:
            case t.Const():
                return self._const(expr)
            case t.FactRef(year=None):
                return f"E.fact({self.hold(expr)})"
            case t.Calculated():
                return self._calculated(expr)
            case t.Compared():
                return f"cmp({expr.op!r}, {self.value(expr.left)}, {self.value(expr.right)})"
            case t.All():
                return f"E.all_of(({self._lazy(expr.items)}), {guard_of(expr.items)!r})"
            case t.AnyOf():
                return f"E.any_of(({self._lazy(expr.items)}), {guard_of(expr.items)!r})"
            case t.Inverse():
                return f"inv({self.value(expr.operand)})"
            case t.Choice():
                return f"E.chosen(truth({self.value(expr.condition)}), lambda: {self.value(expr.then)}, lambda: {self.value(expr.otherwise)})"
            case t.Applied(function="count"):
                return f"count({self.value(expr.arguments[0])})"
        return self._step(expr)

    def _step(self, expr: t.Expr) -> str:
        """One call of the reference's own step; its parts come back through `value`."""
        return f"E.step({self.hold(expr)}, env)"

    def _const(self, expr: t.Const) -> str:
        from fractions import Fraction

        number = isinstance(expr.type, Quantity) and isinstance(expr.value, Fraction)
        return self.hold(Number.of(expr.value) if number and isinstance(expr.value, Fraction) else Known(expr.value))

    def _calculated(self, expr: t.Calculated) -> str:
        if not isinstance(expr.left.type, Quantity) or not isinstance(expr.right.type, Quantity) or (expr.op == "/" and part_of_divisor(expr)):
            return self._step(expr)
        divisor = self.hold(expr.right.source) if expr.op == "/" else "None"
        return f"arith({expr.op!r}, {self.value(expr.left)}, {self.value(expr.right)}, {expr.zero_fails!r}, {divisor})"

    def _lazy(self, items: Iterable[t.Expr]) -> str:
        return "".join(f"lambda: {self.value(i)}, " for i in items)


def _truth(value: Value) -> Truth:
    if isinstance(value, Known):
        return HOLDS if value.value else FAILS
    return Truth(None, v.causes_of(value))


def _of(truth: Truth) -> Value:
    return Unknown(truth.causes) if truth.value is None else Known(truth.value)


def _cmp(op: str, a: Value, b: Value) -> Value:
    return _of(compare(op, a, b))


def _inv(value: Value) -> Value:
    return Known(not value.value) if isinstance(value, Known) else Unknown(v.causes_of(value))


def _arith(op: str, a: Value, b: Value, zero: bool | None, divisor: Any) -> Value:
    if isinstance(a, Number) and isinstance(b, Number):
        if a.exact and b.exact:
            x, y = a.low, b.low
            assert x is not None
            assert y is not None
            if op == "+":
                return Number.of(x + y)
            if op == "-":
                return Number.of(x - y)
            if op == "*":
                return Number.of(x * y)
            return Undefined(bool(zero), divisor) if y == 0 else Number.of(x / y)
        if op == "/":
            if b.exact and b.low == 0:
                return Undefined(bool(zero), divisor)
            if zero is not None and not b.exact and (b.low is None or b.low <= 0) and (b.high is None or b.high >= 0):
                return Unknown(a.causes | b.causes)
            return v.divide(a, b, nonzero=zero is None)
        return v.multiply(a, b) if op == "*" else v.add(a, b if op == "+" else v.negate(b))
    undefined = [x for x in (a, b) if isinstance(x, Undefined)]
    if undefined:
        return Undefined(any(u.fails for u in undefined), undefined[0].divisor)
    if op == "/" and isinstance(b, Number) and b.exact and b.low == 0:
        return Undefined(bool(zero), divisor)
    return Unknown(v.causes_of(a) | v.causes_of(b))


def _count(base: Value) -> Value:
    from fractions import Fraction

    assert isinstance(base, Items)
    sure, causes = 0, base.causes
    for _, belongs in base.items:
        if belongs.value is True:
            sure += 1
        else:
            causes |= belongs.causes
    return Number.pair(Fraction(sure), Fraction(len(base.items)) if base.complete else None, causes)
