"""What is left of an amount where a reduction (减半, 减按80%) holds, or may hold.

What must stay true: a share never raises an amount, an open condition leaves both ends standing, and the
share and the condition are read as the measure's own policy has them, whatever scheme the amount is of.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from .. import values as v
from ..plain import dataclass
from ..rulebook.compiled import ReductionSpec
from ..values import Number, Truth
from .evaluate import Evaluator
from .uses import Env, Use, UseKind

_WHOLE = Number.of(1)


@dataclass(frozen=True)
class Reduced:
    """The amount left, the share it is left by, what that rested on; `open` where nobody can say yet.

    `read` is what the condition read: its standing is in that of the condition, which is among `uses`.
    """

    amount: Number
    share: Number
    uses: frozenset[Use]
    read: frozenset[Use]
    open: bool


def reduced(reduction: ReductionSpec, amount: Number, evaluator: Evaluator, env: Env) -> Reduced:
    condition, own = reduction.condition, replace(env, document=None)
    day = own.day
    if isinstance(day, date) and ((condition.start and day < condition.start) or (condition.end and day > condition.end)):
        return Reduced(amount, _WHOLE, frozenset(), frozenset(), open=False)
    value, uses, _ = evaluator.traced(condition.expr, own)
    truth = Truth(value.value) if isinstance(value, v.Known) else Truth(None, v.causes_of(value))
    if isinstance(day, frozenset) and (condition.start or condition.end):
        truth = Truth(None, day)
    firmness = max(evaluator.standing(condition.basis, own, condition.start), evaluator.relied(uses, settled=truth.value is not None, env=own))
    said = Use(UseKind.REDUCTION, condition.id, truth.verdict, condition.basis, firmness)
    share, figures = _share(reduction, evaluator, own)
    if truth.value is False:
        return Reduced(amount, share, frozenset({said}), uses, open=False)
    less = v.multiply(amount, share)
    if truth.value is None:
        low = None if less.low is None or amount.low is None else min(less.low, amount.low)
        less = Number.pair(low, amount.high, less.causes | amount.causes | truth.causes)
    return Reduced(less, share, figures | {said}, uses, open=truth.value is None)


def _share(reduction: ReductionSpec, evaluator: Evaluator, env: Env) -> tuple[Number, frozenset[Use]]:
    """The share that is left: a part of the whole, all of it at most."""
    value, uses, _ = evaluator.traced(reduction.share, env)
    pair = v.number(value)
    if not isinstance(pair, Number):
        return Number.pair(Fraction(0), Fraction(1), v.causes_of(value)), uses
    return v.least([v.greatest([pair, Number.of(0)]), _WHOLE]), uses


__all__ = ["Reduced", "reduced"]
