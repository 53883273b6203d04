"""Terms that fold: plain Python where everything is known, z3 where something is not.

Numbers are fractions of two terms, the divisor above zero, so that comparing a ratio with a figure stays
linear. `known` says under which circumstances there is a value, `failing` under which there is none and
whatever asks for it fails (分母为零，不符合).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import z3

from ...plain import dataclass

Flag = Any  # bool | z3.BoolRef
Term = Any  # Fraction | int | z3.ArithRef


class Untranslatable(Exception):
    """What the formulas have no words for; the message says which construct, in the words of the language."""


def lifted(x: Any) -> Any:
    """A Python value as z3 has it."""
    if isinstance(x, bool):
        return z3.BoolVal(x)
    if isinstance(x, Fraction):
        return z3.Q(x.numerator, x.denominator)
    return z3.IntVal(x) if isinstance(x, int) else x


def is_plain(*xs: Any) -> bool:
    return all(isinstance(x, bool | int | Fraction) for x in xs)


def conj(*flags: Flag) -> Flag:
    rest = list({f.get_id(): f for f in flags if f is not True and f is not False}.values())
    if any(f is False for f in flags):
        return False
    return True if not rest else rest[0] if len(rest) == 1 else z3.And(*rest)


def disj(*flags: Flag) -> Flag:
    rest = list({f.get_id(): f for f in flags if f is not True and f is not False}.values())
    if any(f is True for f in flags):
        return True
    return False if not rest else rest[0] if len(rest) == 1 else z3.Or(*rest)


def neg(flag: Flag) -> Flag:
    if isinstance(flag, bool):
        return not flag
    return flag.arg(0) if z3.is_not(flag) else z3.Not(flag)


def ite(condition: Flag, then: Any, otherwise: Any) -> Any:
    if condition is True or (is_plain(then, otherwise) and then == otherwise and type(then) is type(otherwise)):
        return then
    return otherwise if condition is False else z3.If(condition, lifted(then), lifted(otherwise))


def compared(op: str, a: Term, b: Term) -> Flag:
    if is_plain(a, b):
        return {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]
    a, b = lifted(a), lifted(b)
    return {"=": lambda: a == b, "!=": lambda: a != b, "<": lambda: a < b, "<=": lambda: a <= b, ">": lambda: a > b, ">=": lambda: a >= b}[op]()


def plus(a: Term, b: Term) -> Term:
    if is_plain(a, b):
        return a + b
    return b if is_plain(a) and a == 0 else a if is_plain(b) and b == 0 else lifted(a) + lifted(b)


def minus(a: Term, b: Term) -> Term:
    if is_plain(a, b):
        return a - b
    return a if is_plain(b) and b == 0 else lifted(a) - lifted(b)


def times(a: Term, b: Term) -> Term:
    if is_plain(a, b):
        return a * b
    for x, y in ((a, b), (b, a)):
        if is_plain(x) and x in (0, 1):
            return y if x == 1 else Fraction(0)
    return lifted(a) * lifted(b)


def floored(a: Term) -> Term:
    """The whole number below, as a number."""
    return Fraction(a.__floor__()) if is_plain(a) else z3.ToReal(z3.ToInt(a))


@dataclass(frozen=True)
class Tri:
    """A verdict: when it holds, when it fails; open where neither."""

    t: Flag
    f: Flag
    absent: Flag = False  # the answer is 无

    @property
    def settled(self) -> bool:
        """Whether it is never open, as far as can be seen without a prover."""
        if is_plain(self.t, self.f):
            return bool(self.t or self.f)
        f = neg(self.t)
        return not isinstance(self.f, bool) and not isinstance(f, bool) and f.get_id() == self.f.get_id()


def truth(flag: Flag) -> Tri:
    return Tri(flag, neg(flag))


def verdict(found: Any) -> Tri:
    """What was found, which must be a verdict."""
    if not isinstance(found, Tri):
        raise Untranslatable("不是判断的条件")
    return found


HOLDS, FAILS, OPEN = Tri(True, False), Tri(False, True), Tri(False, False)


def all_of(items: Iterable[Tri]) -> Tri:
    items = list(items)
    t = conj(*(i.t for i in items))
    return truth(t) if all(i.settled for i in items) else Tri(t, disj(*(i.f for i in items)))


def any_of(items: Iterable[Tri]) -> Tri:
    items = list(items)
    t = disj(*(i.t for i in items))
    return truth(t) if all(i.settled for i in items) else Tri(t, conj(*(i.f for i in items)))


def inverse(item: Tri) -> Tri:
    return Tri(item.f, item.t)


def when(flag: Flag, item: Tri, otherwise: Tri) -> Tri:
    """`item` where the flag is up."""
    if flag is True or flag is False:
        return item if flag else otherwise
    both = item.settled and otherwise.settled
    t = disj(conj(flag, item.t), conj(neg(flag), otherwise.t))
    return truth(t) if both else Tri(t, disj(conj(flag, item.f), conj(neg(flag), otherwise.f)))


@dataclass(frozen=True)
class Sym:
    """A value. Numbers: `value / den`; days, years, months, words: a whole number."""

    value: Any
    known: Flag = True
    failing: Flag = False
    absent: Flag = False
    den: Term = Fraction(1)
    nonneg: bool = False
    span: tuple[Fraction | None, Fraction | None] | None = None  # of what nobody set: what it is bounded by

    @property
    def whole(self) -> bool:
        return is_plain(self.den) and self.den == 1


UNKNOWN = Sym(Fraction(0), known=False)


def number(value: Fraction) -> Sym:
    return Sym(value, nonneg=value >= 0)


def _beside(a: Sym, b: Sym) -> dict[str, Any]:
    return {"known": conj(a.known, b.known), "failing": disj(a.failing, b.failing)}


def added(a: Sym, b: Sym, sign: int = 1) -> Sym:
    same = a.den is b.den or (is_plain(a.den, b.den) and a.den == b.den) or (not is_plain(a.den) and not is_plain(b.den) and a.den.get_id() == b.den.get_id())
    left, right = (a.value, b.value) if same else (times(a.value, b.den), times(b.value, a.den))
    value = plus(left, right) if sign > 0 else minus(left, right)
    return Sym(value, den=a.den if same else times(a.den, b.den), nonneg=sign > 0 and a.nonneg and b.nonneg, **_beside(a, b))


def multiplied(a: Sym, b: Sym) -> Sym:
    return Sym(times(a.value, b.value), den=times(a.den, b.den), nonneg=a.nonneg and b.nonneg, **_beside(a, b))


def divided(a: Sym, b: Sym, zero_fails: bool | None) -> Sym:
    zero = compared("=", b.value, Fraction(0))
    whole = _beside(a, b)
    known = whole["known"] if zero_fails is None else conj(whole["known"], neg(zero))
    failing = disj(whole["failing"], conj(whole["known"], zero)) if zero_fails else whole["failing"]
    if is_plain(b.value):
        if b.value == 0:
            return Sym(Fraction(0), known=False, failing=failing)
        factor = b.den / b.value if is_plain(b.den) else None
        if factor is not None:
            return Sym(times(a.value, factor), known, failing, den=a.den, nonneg=a.nonneg and factor > 0)
    over, under = times(a.value, b.den), times(a.den, b.value)
    if b.nonneg:
        return Sym(over, known, failing, den=under, nonneg=a.nonneg)
    above = compared(">", b.value, Fraction(0))
    return Sym(ite(above, over, times(Fraction(-1), over)), known, failing, den=ite(above, under, times(Fraction(-1), under)))


def negated(a: Sym) -> Sym:
    return replace(a, value=times(Fraction(-1), a.value), nonneg=False)


def against(op: str, a: Sym, b: Sym) -> Flag:
    """The comparison of two values that are known."""
    return compared(op, times(a.value, b.den), times(b.value, a.den)) if not (a.whole and b.whole) else compared(op, a.value, b.value)


def ordered(op: str, a: Sym, b: Sym) -> Tri:
    """The comparison as the language means it."""
    if a.span is not None and b.span is None:
        return ordered({"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op), b, a)
    if b.span is not None:
        return _bounded(op, a, b.span)
    failing = disj(a.failing, b.failing)
    both = conj(a.known, b.known, neg(a.absent), neg(b.absent))
    said = against(op, a, b)
    if both is True and failing is False:
        return truth(said)
    t, f = conj(both, said), disj(conj(both, neg(said)), failing)
    if op in ("=", "!=") and (a.absent is not False or b.absent is not False):
        known = conj(a.known, b.known)
        some, every = conj(known, disj(a.absent, b.absent)), conj(known, a.absent, b.absent)
        same, apart = every, conj(some, neg(every))
        t, f = (disj(t, same), disj(f, apart)) if op == "=" else (disj(t, apart), disj(f, same))
        if known is True and failing is False:
            return truth(t)
    return Tri(t, f)


def between(value: Sym, low: Sym | None, high: Sym | None, closed: tuple[bool, bool]) -> Tri:
    """Whether a value lies between two, where there are two."""
    parts = [] if low is None else [ordered(">=" if closed[0] else ">", value, low)]
    return all_of(parts if high is None else [*parts, ordered("<=" if closed[1] else "<", value, high)])


def _bounded(op: str, a: Sym, span: tuple[Fraction | None, Fraction | None]) -> Tri:
    """A comparison with what is only known to lie within a span."""
    low, high = (None if x is None else number(x) for x in span)

    def every(sign: str, *ends: Sym | None) -> Tri:
        return all_of(FAILS if e is None else ordered(sign, a, e) for e in ends)

    if op in ("=", "!="):
        apart = any_of([every("<", low), every(">", high)]).t
        return Tri(False, conj(a.known, apart)) if op == "=" else Tri(conj(a.known, apart), False)
    near, far = (low, high) if op in ("<", "<=") else (high, low)
    against_all = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[op]
    return Tri(every(op, near).t, disj(every(against_all, far).t, a.failing))


def chosen(condition: Tri, a: Sym, b: Sym) -> Sym:
    """`if`: the branch taken, or what both say."""
    pick = condition.t
    if pick is True:
        return a
    if condition.f is True:
        return b
    known = True if condition.settled and a.known is True and b.known is True else disj(conj(pick, a.known), conj(condition.f, b.known))
    if not condition.settled:
        same = conj(
            a.known, b.known, against("=", a, b), compared("=", a.absent, b.absent) if is_plain(a.absent, b.absent) else lifted(a.absent) == lifted(b.absent)
        )
        known = disj(known, same)
    return Sym(
        ite(pick, a.value, b.value), known, disj(conj(pick, a.failing), conj(condition.f, b.failing)), ite(pick, a.absent, b.absent),
        ite(pick, a.den, b.den), a.nonneg and b.nonneg,
    )  # fmt: skip


def either_way(flag: Flag, a: Any, b: Any) -> Any:
    """One value or the other of a kind, where it is settled which."""
    if isinstance(a, Tri) or isinstance(b, Tri):
        return when(flag, a, b)
    return chosen(truth(flag), a, b)


def extreme(best: str, items: list[Sym]) -> Sym:
    """min or max of numbers or days that are all there."""
    out = items[0]
    for item in items[1:]:
        better = against("<=" if best == "min" else ">=", out, item)
        nonneg = (out.nonneg and item.nonneg) if best == "min" else (out.nonneg or item.nonneg)
        out = Sym(ite(better, out.value, item.value), den=ite(better, out.den, item.den), nonneg=nonneg, **_beside(out, item))
    return out
