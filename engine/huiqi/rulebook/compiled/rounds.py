"""What holds between measures or between applicants: stacking groups, pools, targets.

What must stay true: a stacking group reads one enterprise; the figures of a pool read none.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from ...language import typed as t
from ...language.types import Type
from ...plain import dataclass
from .kinds import Edge, LeftOver, Remainder, Rule, Share, Ties
from .measures import Counting
from .sources import Basis


@dataclass(frozen=True, kw_only=True)
class StackingSpec:
    key: str
    id: str
    title: str
    rule: Rule
    members: tuple[str, ...]
    per: str
    column: str  # shared by the members' records; "" for groups per enterprise or year
    amount: t.Expr | None
    counting: Counting
    basis: Basis
    note: str = ""


@dataclass(frozen=True)
class OrderSpec:
    """What applicants are ordered by; `by` None: the amount."""

    by: t.Expr | None
    highest: bool


@dataclass(frozen=True, kw_only=True)
class PoolSpec:
    """A rule over all applicants of a round (`pools.yaml`): a budget that they share, or a number of places.

    Its figures (`budget`, `places`, the caps) read no enterprise; `base` (None: the amount) and what it is ordered by do.
    """

    key: str
    id: str
    title: str
    members: tuple[str, ...]
    unit: str  # of the members' amounts
    budget: t.Expr | None
    share: Share | None
    base: t.Expr | None
    order: tuple[OrderSpec, ...]
    places: t.Expr | None
    ties: Ties | None
    edge: Edge | None
    cap_before: t.Expr | None
    cap_after: t.Expr | None
    left_over: LeftOver
    remainder: Remainder
    basis: Basis
    note: str = ""

    @property
    def figures(self) -> tuple[t.Expr, ...]:
        return tuple(x for x in (self.budget, self.places, self.cap_before, self.cap_after) if x is not None)

    @property
    def asked(self) -> tuple[t.Expr, ...]:
        """What it asks of each applicant."""
        return tuple(x for x in (self.base, *(o.by for o in self.order)) if x is not None)


@dataclass(frozen=True, kw_only=True)
class ProgressSpec:
    """A count of what a target measures over a register: a sum over all its enterprises, or how many of them meet a condition."""

    label: str
    total: t.Expr | None
    count: t.Expr | None


@dataclass(frozen=True, kw_only=True)
class TargetSpec:
    """A target; `goal` (in `unit`) and `progress` where a register can be held against it, `beyond`: it is to be exceeded."""

    id: str
    title: str
    value: str
    measure: str
    by: date | None
    basis: Basis
    note: str = ""
    goal: Fraction | None = None
    unit: Type | None = None
    beyond: bool = False
    progress: tuple[ProgressSpec, ...] = ()
