"""Functions of terms: rounding, days, sums and counts, the least and the largest of a list.

They know no expression and no rulebook, only what has been translated. What must stay true: each comes out as the reference's
function does on every enterprise that tells everything; what cannot be said so is refused as `Untranslatable`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import z3

from ...language import typed as t
from ...language.types import Boolean, Quantity
from ...plain import dataclass
from ...rulebook.compiled import RowSpec
from .calendar import Calendar
from .terms import (
    UNKNOWN,
    Flag,
    Sym,
    Term,
    Tri,
    Untranslatable,
    added,
    against,
    chosen,
    compared,
    conj,
    disj,
    floored,
    is_plain,
    ite,
    minus,
    neg,
    number,
    ordered,
    plus,
    times,
    truth,
)

Listed = list[tuple[Any, Tri]]  # what is in a list, and whether it is


def as_number(term: Term) -> Term:
    return Fraction(term) if is_plain(term) else z3.ToReal(term)


def as_whole(value: Sym) -> Term:
    if not value.whole:
        raise Untranslatable("除出来的天数")
    return int(value.value) if is_plain(value.value) else z3.ToInt(value.value)


def rounded(name: str, value: Sym, step: Sym) -> Sym:
    if name == "abs":
        return (
            value
            if value.nonneg
            else replace(value, value=ite(compared(">=", value.value, Fraction(0)), value.value, times(Fraction(-1), value.value)), nonneg=True)
        )
    if not (is_plain(step.value, step.den) and value.whole):
        raise Untranslatable("除出来的数取整" if is_plain(step.value) else "取整到不定的单位")
    size = Fraction(step.value) / Fraction(step.den)
    scaled = times(value.value, 1 / size)

    def up(x: Term) -> Term:
        return times(Fraction(-1), floored(times(Fraction(-1), x)))

    def half(x: Term) -> Term:
        return floored(plus(x, Fraction(1, 2)))

    def half_down(x: Term) -> Term:
        return up(minus(x, Fraction(1, 2)))

    def half_even(x: Term) -> Term:
        """Of two that are as near the even one: the larger, less one where that is odd."""
        above = half(x)
        odd = neg(compared("=", times(Fraction(2), floored(times(Fraction(1, 2), above))), above))
        return minus(above, ite(conj(compared("=", plus(x, Fraction(1, 2)), above), odd), Fraction(1), Fraction(0)))

    def mirrored(turn: Callable[[Term], Term]) -> tuple[Callable[[Term], Term], Callable[[Term], Term]]:
        return turn, lambda x: times(Fraction(-1), turn(times(Fraction(-1), x)))

    turns: dict[str, tuple[Callable[[Term], Term], Callable[[Term], Term]]] = {
        "floor": (floored, floored), "ceiling": (up, up), "round down": (floored, up), "round up": (up, floored),
        "round half up": mirrored(half), "round half down": mirrored(half_down), "round half even": mirrored(half_even),
    }  # fmt: skip
    above, below = turns[name]
    out = above(scaled) if value.nonneg or name in ("floor", "ceiling") else ite(compared(">=", scaled, Fraction(0)), above(scaled), below(scaled))
    return Sym(times(out, size), value.known, value.failing, nonneg=value.nonneg)


def any_number(name: str, expr: t.Applied, limits: list[Any]) -> Sym:
    """Any number a sum or a count could be; of no item at all there is no least."""
    counts = name.endswith("count")
    var = z3.FreshInt(name) if counts else z3.FreshReal(name)
    if counts or expr.nonnegative:
        limits.append(var >= 0)
    known = True if counts or name == "sum" else z3.FreshBool("known")
    return Sym(z3.ToReal(var) if counts else var, known=known, nonneg=counts or expr.nonnegative)


def any_amount(limits: list[Any]) -> Sym:
    """Any money there could be; or none that is known."""
    var = z3.FreshReal("amount")
    limits.append(var >= 0)
    return Sym(var, known=z3.FreshBool("known"), nonneg=True)


def totalled(name: str, items: Listed) -> Sym:
    total: Sym = number(Fraction(0))
    seen: list[tuple[Any, Tri]] = []
    known: list[Flag] = [disj(b.t, b.f) for _, b in items]
    for value, belongs in items:
        fresh = conj(belongs.t, *(neg(conj(b.t, _same(value, x))) for x, b in seen)) if name == "distinct count" else belongs.t
        seen.append((value, belongs))
        if name == "sum":
            if not isinstance(value, Sym):
                raise Untranslatable("合计")
            known.append(disj(neg(belongs.t), value.known))
            one = replace(value, known=True, failing=conj(belongs.t, value.failing))
            total = added(total, chosen(truth(fresh), one, replace(number(Fraction(0)), failing=False)))
            total = replace(total, failing=disj(total.failing, conj(belongs.t, value.failing)), nonneg=total.nonneg and value.nonneg)
        else:
            total = added(total, Sym(ite(fresh, Fraction(1), Fraction(0)), nonneg=True))
    return replace(total, known=conj(*known))


def best(name: str, items: Listed) -> Sym:
    out, some = UNKNOWN, False
    for value, belongs in items:
        assert isinstance(value, Sym)
        better = disj(neg(some), _better(name, value, out)) if some is not False else True
        take = conj(belongs.t, better)
        out = Sym(ite(take, value.value, out.value if some is not False else value.value), den=ite(take, value.den, out.den), nonneg=value.nonneg)
        some = disj(some, belongs.t)
    known = conj(some, *(disj(b.f, conj(b.t, v.known)) for v, b in items))
    return replace(out, known=known, failing=disj(*(conj(b.t, v.failing) for v, b in items)))


def mean(items: Listed) -> Sym:
    """The sum by how many there are, each number of them a case of its own; of none there is no mean, and of what may be in or not it is not said."""
    total = totalled("sum", items)
    count: Term = 0
    for _, belongs in items:
        count = plus(count, ite(belongs.t, 1, 0))
    value: Term = Fraction(0)
    for number_of in range(len(items), 0, -1):
        value = ite(compared("=", count, number_of), times(Fraction(1, number_of), total.value), value)
    return replace(total, value=value, known=conj(total.known, compared(">", count, 0)))


MOST_POWER = 4  # of a base that is an answer: larger ones are beyond z3


def raised(base: Sym, exponent: int) -> Sym:
    """A whole power of a base."""
    if exponent > MOST_POWER and not is_plain(base.value, base.den):
        raise Untranslatable(f"由数据决定的数的 {exponent} 次方")
    value: Term = Fraction(1)
    den: Term = Fraction(1)
    if is_plain(base.value, base.den):
        value = (Fraction(base.value) / Fraction(base.den)) ** exponent  # of one divisor, so that powers that are cases compare
    else:
        for _ in range(exponent):
            value, den = times(value, base.value), times(den, base.den)
    return replace(base, value=value, den=den, nonneg=base.nonneg or exponent % 2 == 0, span=None)


@dataclass(frozen=True)
class Applies:
    """A row of a table: when it applies, and what it says."""

    row: RowSpec
    truth: Tri
    value: Any

    @property
    def open(self) -> Flag:
        return False if self.truth.settled else conj(neg(self.truth.t), neg(self.truth.f))


def best_row(name: str, applying: Sequence[Applies], none: Sym) -> Sym:
    """The least or the largest value of the rows that apply; one that may apply leaves it open, unless it would be no better."""
    out, some = none, False
    for x in applying:
        take = conj(x.truth.t, disj(neg(some), _better(name, x.value, out)))
        out = Sym(ite(take, x.value.value, out.value), den=ite(take, x.value.den, out.den), nonneg=x.value.nonneg and (out.nonneg or out is none))
        some = disj(some, x.truth.t)
    rows = [disj(x.truth.f, conj(x.value.known, disj(x.truth.t, neg(_better(name, x.value, out))))) for x in applying]
    known = conj(disj(some, conj(none.known, *(x.truth.f for x in applying))), *rows)
    return replace(out, known=known, failing=disj(*(conj(x.truth.t, x.value.failing) for x in applying)))


def agreed(a: Any, b: Any) -> Any:
    """What both say; open where they differ."""
    if isinstance(a, Tri):
        return Tri(conj(a.t, b.t), conj(a.f, b.f))
    return replace(a, known=conj(a.known, b.known, against("=", a, b), neg(a.absent), neg(b.absent)), failing=conj(a.failing, b.failing))


def _same(a: Any, b: Any) -> Flag:
    if isinstance(a, Tri):
        return disj(conj(a.t, b.t), conj(a.f, b.f))
    return ordered("=", a, b).t


def _better(name: str, value: Sym, out: Sym) -> Flag:
    return against("<" if name == "min" else ">", value, out)


def any_value(expr: t.Expr) -> Any:
    """Any value of a type."""
    if isinstance(expr.type, Boolean):
        return truth(z3.FreshBool("filled"))
    return Sym(z3.FreshReal("filled") if isinstance(expr.type, Quantity) else z3.FreshInt("filled"))


def of_dates(name: str, values: Sequence[Term], calendar: Calendar) -> Term:
    """A function of days whose values are known: as the reference counts, full months and full years."""
    if name.endswith(" through"):  # with the last day counted too: up to the day after
        values, name = [values[0], plus(values[1], 1)], name.replace("through", "between")
    match name:
        case "months between":
            return as_number(calendar.full_months(values[0], values[1]))
        case "years between":
            months = calendar.full_months(values[0], values[1])
            if is_plain(months):
                return Fraction(-(-months // 12) if months < 0 else months // 12)
            return as_number(ite(compared(">=", months, 0), months / 12, -((0 - months) / 12)))
        case "days between":
            return as_number(minus(values[1], values[0]))
        case "month of":
            return as_number(plus(calendar.parts(values[0])[1], 1))
        case "day of":
            return as_number(calendar.parts(values[0])[2])
        case "weekday of":  # day 1 was a Monday
            return as_number(plus(minus(values[0], 1) % 7, 1))
        case "quarter of":
            month = calendar.parts(values[0])[1]
            return as_number(plus(month // 3 if is_plain(month) else month / 3, 1))
        case "year of":
            return calendar.parts(values[0])[0]
        case "start of year" | "end of year":
            month, later = (0, 0) if name == "start of year" else (11, 30)
            return plus(calendar.start(values[0], month), later)
    raise Untranslatable(f"函数“{name}”")
