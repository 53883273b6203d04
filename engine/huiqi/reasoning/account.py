"""An award being worked out: the amount so far, of each record its own, and every step put on record.

Amounts are pairs: what is certain and what is possible. What must stay true: an amount is never below zero, and what
hangs on an open verdict is possible, not certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from fractions import Fraction
from typing import Any

from .. import values as v
from ..plain import dataclass
from ..rulebook.compiled import Direction, Per, RoundingSpec
from ..values import Number, Truth, Undefined, Value
from .judged import Step, StepKind
from .rounding import round_to
from .told import Entry
from .uses import Env, Use

ZERO = Number.of(0)
CENT = Fraction(1, 100)
_CUT = RoundingSpec(step=CENT, direction=Direction.DOWN, per=Per.MEASURE, text="舍去到分")


@dataclass
class Item:
    """One record's (or the enterprise's) amount on its way through the pipeline."""

    entry: Entry | None
    truth: Truth
    amount: Number
    env: Env


@dataclass
class Account:
    """An award being worked out: the amount so far, its steps, what it rested on."""

    amount: Number
    unit: str
    steps: list[Step] = field(default_factory=list)
    uses: set[Use] = field(default_factory=set)
    shown: set[Use] = field(default_factory=set)  # of lines for information: named as a basis, no standing taken from them
    items: list[Item] = field(default_factory=list)
    joint: Number | None = None  # what a count limit leaves of all records together
    movable: Fraction = Fraction(0)  # certain, but an open rival may take it over: certain in the total only
    moved_by: v.Causes = v.NONE_KNOWN

    def change(self, kind: StepKind, after: Number, rule: Any, clause: str, **read: Any) -> None:
        """Put a step on record if it changed anything; `read` as in `Step`."""
        if (after.low, after.high) != (self.amount.low, self.amount.high):
            self.steps.append(Step(kind=kind, rule=rule, before=self.amount, after=after, clause=clause, **read))
        self.amount = after

    def copy(self) -> Account:
        """Another that nobody has written into yet."""
        return replace(self, steps=list(self.steps), uses=set(self.uses), shown=set(self.shown), items=[replace(i) for i in self.items])

    def again(self, amount: Number) -> Account:
        """A copy with another amount, for floor, rounding and instalments."""
        return Account(amount, self.unit, list(self.steps), set(self.uses), set(self.shown))

    def unmoved(self, amount: Number) -> Number:
        """Of `amount`, what stays with this measure whatever its open rivals turn out to take over."""
        if not self.movable:
            return amount
        return Number.pair(max(Fraction(0), (amount.low or Fraction(0)) - self.movable), amount.high, amount.causes | self.moved_by)


def as_amount(value: Value) -> Number:
    """A value as an amount of money: never below zero; undefined or unknown is open."""
    if isinstance(value, Undefined):
        return Number(Fraction(0), None, value.causes)
    pair = v.number(value)
    assert isinstance(pair, Number)
    if pair.exact and pair.low is not None and pair.low.numerator >= 0:
        return pair
    low = max(pair.low, Fraction(0)) if pair.low is not None else Fraction(0)
    high = None if pair.high is None else max(pair.high, Fraction(0))
    return Number.pair(low, high, pair.causes)


def gate(amount: Number, truth: Truth) -> Number:
    """The part of an amount that hangs on a verdict: open verdicts may also give nothing."""
    if truth.value is True:
        return amount
    if truth.value is False:
        return ZERO
    return Number.pair(Fraction(0), amount.high, amount.causes | truth.causes)


def rounded(amount: Number, rounding: RoundingSpec) -> Number:
    """Both ends to the step: rounding never changes their order."""
    if amount.exact and amount.low is not None:
        at = round_to(amount.low, rounding.step, rounding.direction)
        return amount if at is amount.low else Number.of(at)
    ends = [None if e is None else round_to(e, rounding.step, rounding.direction) for e in (amount.low, amount.high)]
    return Number.pair(ends[0], ends[1], amount.causes)


def cut(amount: Number) -> Number:
    """What caps and shares leave is cut down to the 分: money that is not paid takes no room."""
    return rounded(amount, _CUT)


def positive(value: Number) -> Number:
    return v.greatest([value, ZERO])


def least_of(item: Item) -> Fraction:
    return item.amount.low or Fraction(0)


def most_of(item: Item) -> Fraction:
    return Fraction(10**30) if item.amount.high is None else item.amount.high


def order_of(item: Item) -> str:
    return item.entry.key if item.entry else ""


def summed(items: Sequence[Item]) -> Number:
    total = ZERO
    for item in items:
        total = v.add(total, item.amount)
    return total


def within(total: Number, joint: Number) -> Number:
    """A sum bounded jointly as well as by its parts."""
    low = joint.low if total.low is None or (joint.low is not None and joint.low > total.low) else total.low
    high = joint.high if total.high is None or (joint.high is not None and joint.high < total.high) else total.high
    return Number.pair(low, high, total.causes | joint.causes)
