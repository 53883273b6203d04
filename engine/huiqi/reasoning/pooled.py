"""A rule over all applicants of a round, and what it comes to: ids, bounds and steps, as `judged.py` is of one enterprise.

`Pool` is a rule with its figures read for the day, `Claim` what is known of one applicant, `Shared` the result. Amounts are in
the minor unit (分). What must stay true: plain frozen data, nothing worded (`telling/pools.py`) and nothing computed
(`register/pools.py`); a bound that is not known is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

from ..plain import dataclass
from ..rulebook.compiled import Edge, LeftOver, Remainder, Share, Ties


@dataclass(frozen=True, slots=True)
class Span:
    """Least and most of a number; None: not known. Of amounts and figures the least is never below nothing."""

    low: Fraction | int | None
    high: Fraction | int | None

    @property
    def settled(self) -> bool:
        return self.low is not None and self.low == self.high


def exactly(value: Fraction | int) -> Span:
    return Span(value, value)


class Part(StrEnum):
    """Whether an applicant takes part: its conditions are met, are not, or that is still open."""

    IN = "in"
    OPEN = "open"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One applicant: what is due to it before the pool, if it takes part.

    `base` is what the budget is shared by (None: the amount itself), `rank` what it is ordered by, one span for each of the
    pool's orders.
    """

    id: str
    amount: Span
    part: Part = Part.IN
    base: Span | None = None
    rank: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A rule, its figures read for the day. `highest` says of each order whether the larger comes first.

    `budget` and `share` stand together, so do `places` and `ties`; a cap is of one applicant.
    """

    id: str
    budget: Span | None = None
    share: Share | None = None
    by_base: bool = False  # by a base of its own, else by the amount
    highest: tuple[bool, ...] = ()
    places: Span | None = None
    ties: Ties | None = None
    edge: Edge | None = None
    cap_before: Span | None = None
    cap_after: Span | None = None
    left_over: LeftOver = LeftOver.KEEP
    remainder: Remainder = Remainder.KEEP


class PoolStepKind(StrEnum):
    """What a step did; in this order they come."""

    CLAIM = "claim"  # what is due before the pool
    CAP_BEFORE = "cap_before"
    PLACES = "places"  # within the places or not; figures: rank, places
    PRO_RATA = "pro_rata"  # figures: budget, its base and the sum of all (base, bases; amount, amounts where it is the amount)
    IN_ORDER = "in_order"  # figures: budget, what goes to those before it
    CAPPED = "capped"  # by its own amount, or the cap after sharing
    AGAIN = "again"  # what others left is shared again until nothing moves
    CENTS = "cents"  # cut down to the 分
    REMAINDER = "remainder"  # of what cutting left


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolStep:
    """One step: of which kind, by which pool, the figures read, and the amount before and after it."""

    kind: PoolStepKind
    rule: str
    before: Span | None
    after: Span
    figures: Mapping[str, Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """One applicant's share: certain where `low` and `high` are one, however the open applicants turn out.

    `rank` is its place among the applicants, 1 the first (equal ones have the same); None where the pool has no order.
    """

    id: str
    part: Part
    low: int
    high: int | None
    rank: tuple[int, int] | None
    steps: tuple[PoolStep, ...]

    @property
    def settled(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a pool comes to. `given` is what goes out in all, `left` what of the budget stays; None where there is no budget."""

    pool: Pool
    portions: tuple[Portion, ...]
    given: Span
    left: Span | None

    @property
    def settled(self) -> bool:
        return all(x.settled for x in self.portions)

    def of(self, applicant: str) -> Portion:
        return next(x for x in self.portions if x.id == applicant)
