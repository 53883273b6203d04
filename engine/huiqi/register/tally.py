"""What a register comes to under one policy, counted applicant after applicant.

What must stay true: sums are exact, and two ends where anything is open; what others pay enters a total only where nothing else is
asked for; an applicant is counted once in each dimension.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass as mutable
from dataclasses import field
from fractions import Fraction

from ..language.types import Quantity
from ..language.units import unit_text
from ..reasoning.judged import Judgement, MeasureJudged
from ..reasoning.told import Facts
from ..rulebook.compiled import AwardBasis, AwardKind, MeasureSpec, SchemeSpec, Standing
from ..telling.simulated import YUAN, Amount, GroupLine, MeasureLine, Picture
from ..words import Outcome

FAMILY = "类别"
NOT_TOLD = "（未提供）"


@mutable
class Group:
    """Some applicants counted together: how many, how many meet anything that pays, how many of the rest are open, what it comes to."""

    applicants: int = 0
    eligible: int = 0
    open: int = 0
    amount: Amount = field(default_factory=Amount)

    def add(self, eligible: bool, open_: bool, amount: Amount) -> None:
        self.applicants += 1
        self.eligible += eligible
        self.open += open_ and not eligible
        self.amount = self.amount.plus(amount)

    def line(self, name: str) -> GroupLine:
        return GroupLine(name=name, applicants=self.applicants, eligible=self.eligible, open=self.open, amount=self.amount)


@mutable
class Measured:
    """One measure counted over the applicants."""

    spec: MeasureSpec
    scheme: SchemeSpec
    schemes: dict[str, SchemeSpec] = field(default_factory=dict)  # all of them: applicants may have chosen different ones
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    amount: Amount | None = None
    standing: Standing = Standing.ENACTED

    def add(self, m: MeasureJudged, *, light: bool = False) -> None:
        self.outcomes[m.outcome] += 1
        self.schemes.setdefault(m.scheme.name, m.scheme)
        if not light and m.outcome is not Outcome.NOT_IN_FORCE:
            self.standing = max(self.standing, m.standing)
        if (own := amount_of(m)) is not None:
            self.amount = (self.amount or Amount(unit=own.unit)).plus(own)

    def line(self) -> MeasureLine:
        awards = [s.award for s in (self.schemes or {"": self.scheme}).values() if s.award is not None]
        bases = tuple(dict.fromkeys(a.basis for a in awards)) if self.amount is not None else ()
        return MeasureLine(
            id=self.spec.id, title=self.spec.title, family=self.spec.family, scheme="、".join(self.schemes) or self.scheme.name, bases=bases,
            outcomes=dict(self.outcomes), amount=self.amount, standing=self.standing,
        )  # fmt: skip


class Tally:
    """What a policy comes to, applicant after applicant."""

    def __init__(self, label: str, dimensions: Sequence[str], *, hints: bool, light: bool = False) -> None:
        """`hints`: those are counted that others pay; `light`: standings are not asked for, which saves working out why."""
        self.label, self.total, self.hints, self.light = label, Group(), hints, light
        self.measures: dict[tuple[str, str], Measured] = {}  # by key and what it pays in: schemes may pay in different moneys
        self.groups: dict[str, dict[str, Group]] = {d: {} for d in (FAMILY, *dimensions)}

    def add(self, judged: Judgement, groups: Mapping[str, str]) -> Amount:
        """Counts one applicant; its whole sum."""
        paying = [m for m in judged.measures.values() if pays(m, judged.facts, self.hints)]
        whole = (any_met(paying), any_open(paying), total_of(judged, paying, self.hints))
        self.total.add(*whole)
        for dimension, name in groups.items():
            self.groups[dimension].setdefault(name, Group()).add(*whole)
        families: dict[str, list[MeasureJudged]] = {}
        for m in paying:
            families.setdefault(m.spec.family or "（未分类）", []).append(m)
        for name, members in families.items():
            self.groups[FAMILY].setdefault(name, Group()).add(any_met(members), any_open(members), sum_of(members))
        for m in (m for m in judged.measures.values() if judged.facts.applied_for(m.spec.key)):
            own = amount_of(m)
            self.measures.setdefault((m.spec.key, YUAN if own is None else own.unit), Measured(m.spec, m.scheme)).add(m, light=self.light)
        return whole[2]

    def picture(self) -> Picture:
        return Picture(
            label=self.label, total=self.total.line("全部"), measures=tuple(m.line() for m in self.measures.values()),
            groups={d: tuple(g.line(n) for n, g in sorted(found.items(), key=lambda kv: (kv[0] == NOT_TOLD, kv[0]))) for d, found in self.groups.items()},
        )  # fmt: skip


def in_money(spec: MeasureSpec) -> bool:
    """Whether it gives money, under any of its schemes."""
    return any(part.award is not None and part.award.kind in (AwardKind.GRANT, AwardKind.INTEREST) for part in (spec.base, *spec.schemes.values()))


def only_hints(specs: Sequence[MeasureSpec]) -> bool:
    """Whether all that gives money is paid by others: then it is their sums that are asked for."""
    money = [s.hint for s in specs if in_money(s)]
    return bool(money) and all(money)


def pays(m: MeasureJudged, facts: Facts, hints: bool) -> bool:
    """Whether its money enters a total: in yuan, paid by those who decide (with `hints`, by others), applied for or nothing said."""
    return m.award.monetary and m.scheme.award is not None and m.spec.hint is hints and facts.applied_for(m.spec.key) and _unit(m) == YUAN


def _unit(m: MeasureJudged) -> str:
    award = m.scheme.award
    kind = None if award is None or award.expr is None else award.expr.type.required()
    return unit_text(kind.dims) if isinstance(kind, Quantity) else YUAN


def sum_of(some: Iterable[MeasureJudged]) -> Amount:
    """Of some measures, each as stacking with the others left it."""
    out = Amount()
    for m in some:
        if (own := amount_of(m)) is not None:
            out = out.plus(own)
    return out


def total_of(judged: Judgement, paying: Sequence[MeasureJudged], hints: bool) -> Amount:
    """The total; where everything is settled, or nothing is stacked, the sum of the parts is that."""
    parts = sum_of(paying)
    if parts.settled or hints or (not judged.book.stacking and not judged.book.readings):
        return parts
    low, high = judged.total.low, judged.total.high
    # What ceilings at most come to is not due: at least is the better of what the parts are sure of and what is left of the whole.
    bound = sum_of(m for m in paying if m.scheme.award is not None and not _due(m)).high
    least = parts.least if bound is None else max(parts.least, low - bound)
    return Amount(low=low, high=high, ceiling=low - least)


def _due(m: MeasureJudged) -> bool:
    """Whether the least of its amount is promised: of a ceiling nothing is, of a range left to discretion its lower end is."""
    return m.award.spec.basis is not AwardBasis.CEILING


def any_met(some: Iterable[MeasureJudged]) -> bool:
    """Whether the conditions of any are met."""
    return any(m.outcome is Outcome.ELIGIBLE for m in some)


def any_open(some: Iterable[MeasureJudged]) -> bool:
    """Whether any is still open."""
    return any(m.outcome is Outcome.UNDETERMINED for m in some)


def amount_of(m: MeasureJudged) -> Amount | None:
    """What a measure comes to for one applicant; None where it gives no money or nobody can name any."""
    if not m.award.monetary or m.scheme.award is None:
        return None
    if m.outcome not in (Outcome.ELIGIBLE, Outcome.UNDETERMINED):
        return Amount(unit=_unit(m))
    low = m.award.low or Fraction(0)
    return Amount(low=low, high=m.award.high, ceiling=Fraction(0) if _due(m) else low, unit=_unit(m))


__all__ = [
    "FAMILY",
    "NOT_TOLD",
    "Group",
    "Measured",
    "Tally",
    "amount_of",
    "any_met",
    "any_open",
    "in_money",
    "only_hints",
    "pays",
    "sum_of",
    "total_of",
]
