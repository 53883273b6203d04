"""Measures and recognitions: conditions, awards, limits, windows, reductions, payment.

What must stay true: conditions and groups are told apart by their place, never by a label; an expression is a typed tree, and
None is a thing the rule does not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date
from fractions import Fraction

from ...errors import Position
from ...language import typed as t
from ...plain import dataclass
from .kinds import AwardBasis, AwardKind, Direction, Keep, Op, Per, RecognitionKind, Role, Scope, Standing
from .sources import Basis


@dataclass(frozen=True, kw_only=True)
class Condition:
    id: str
    label: str
    expr: t.Expr
    text: str
    role: Role
    basis: Basis
    start: date | None = None
    end: date | None = None
    per_record: bool = False
    at: Position = Position()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """`all`, `any` or `not` over conditions and groups.

    `place` is its position within its measure or recognition, by numbers: the one name that no two
    groups share. `id` is for reading.
    """

    op: Op
    items: tuple[Condition | Group, ...]
    id: str
    role: Role
    place: str
    label: str = ""
    per_record: bool = False

    def conditions(self) -> Iterator[Condition]:
        for item in self.items:
            if isinstance(item, Condition):
                yield item
            else:
                yield from item.conditions()


@dataclass(frozen=True)
class Part:
    """A named step of a calculation."""

    label: str
    expr: t.Expr


@dataclass(frozen=True, kw_only=True)
class AwardSpec:
    kind: AwardKind
    basis: AwardBasis
    expr: t.Expr | None = None
    low: t.Expr | None = None
    text: str = ""
    label: str = ""
    parts: tuple[Part, ...] = ()
    quote: str = ""  # the few words of the text that promise it
    at: Position = field(default=Position(), compare=False)

    @property
    def sums(self) -> bool:
        """Whether it comes to an amount of money; a service, a rate and a recommendation do not."""
        return self.expr is not None and self.kind in (AwardKind.GRANT, AwardKind.INTEREST)


@dataclass(frozen=True)
class Counting:
    """What a cap, a record or an exclusive group says of support received before.

    `earlier` is the grants that count against it; `ignored` why none does, on `basis`. Neither, where
    `stated` is False: nobody has said, and both readings stand.
    """

    earlier: t.Expr | None = None
    ignored: str = ""
    basis: Basis | None = None
    stated: bool = True


SILENT = Counting(stated=False)


@dataclass(frozen=True, kw_only=True)
class LimitSpec:
    """A cap on money (`amount`) or on the number of records (`count`)."""

    amount: t.Expr | None
    count: t.Expr | None
    keep: Keep
    scope: Scope
    key: t.Expr | None  # scope group: what groups the records
    column: str  # the same: which column of 已获支持 says of which group a grant was; empty where none can
    per: str
    counting: Counting
    by: t.Expr | None  # keep first: what orders the records; their key where not stated
    label: str
    basis: Basis


@dataclass(frozen=True, kw_only=True)
class RoundingSpec:
    step: Fraction
    direction: Direction
    per: Per
    text: str
    basis: Basis | None = None  # of the rounding to the 分: where it stands


@dataclass(frozen=True)
class InstalmentSpec:
    share: t.Expr
    label: str
    when: t.Expr | None
    due: str


@dataclass(frozen=True)
class FundingSpec:
    """Who bears which share of an award: 中央财政 90%, 省级财政 10%."""

    by: str
    share: t.Expr


@dataclass(frozen=True)
class EvidenceSpec:
    text: str
    when: t.Expr | None = None


@dataclass(frozen=True)
class ReadingSpec:
    question: str
    chosen: str
    instead_of: tuple[str, ...]
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class SchemeSpec:
    """One complete alternative: conditions, award and limits of one document."""

    name: str
    document: str
    clauses: tuple[str, ...]
    when: Group
    unless: Group
    award: AwardSpec | None
    limits: tuple[LimitSpec, ...]
    floor: t.Expr | None
    rounding: RoundingSpec | None
    pay: tuple[InstalmentSpec, ...]
    funded: tuple[FundingSpec, ...]
    obligations: tuple[str, ...]
    evidence: tuple[EvidenceSpec, ...]
    readings: tuple[ReadingSpec, ...]
    note: str
    obliged: tuple[str, ...] = ()  # clauses of obligations that stand on their own

    @property
    def clause(self) -> str:
        """The clauses as cited."""
        return "、".join(self.clauses)


@dataclass(frozen=True)
class YearDays:
    """Days that come back every year, both ends within: (month, day); over the turn of the year where the end comes first."""

    start: tuple[int, int]
    end: tuple[int, int]

    def holds(self, day: date) -> bool:
        at = (day.month, day.day)
        return self.start <= at <= self.end if self.start <= self.end else at >= self.start or at <= self.end

    @staticmethod
    def last(month: int) -> tuple[int, int]:
        """The last day of a month: of February one that is never past, whatever the year."""
        return month, {2: 31, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31)

    @property
    def text(self) -> str:
        after = "次年" if self.start > self.end else ""
        end = "2月末日" if self.end == self.last(2) else f"{self.end[0]}月{self.end[1]}日"
        return f"每年{self.start[0]}月{self.start[1]}日至{after}{end}"


@dataclass(frozen=True, kw_only=True)
class WindowSpec:
    """When applications are taken: a judgement, or (with `days`) a date that must lie in them.

    `basis` is of a shared one, `start` and `end` when it is asked at all; a measure's own window rests on the measure.
    """

    expr: t.Expr
    days: YearDays | None = None
    label: str = ""
    basis: Basis | None = None
    start: date | None = None
    end: date | None = None
    at: Position | None = field(default=None, compare=False)  # of a shared one


@dataclass(frozen=True, kw_only=True)
class ReductionSpec:
    """Where `condition` holds only a share of the amount is given; before its caps, or after them."""

    condition: Condition
    share: t.Expr
    after: bool = False

    @property
    def label(self) -> str:
        return self.condition.label


@dataclass(frozen=True, kw_only=True)
class MeasureSpec:
    key: str
    id: str
    title: str
    family: str
    clauses: tuple[str, ...]
    document: str
    channel: tuple[str, ...]
    governed_by: t.Expr | None
    governed_per_record: bool
    start: date | None
    end: date | None
    window: WindowSpec | None
    each: str  # binder, "" if the measure is per enterprise
    records: t.Expr | None
    record: str
    when: Group
    unless: Group
    schemes: Mapping[str, SchemeSpec]
    base: SchemeSpec  # what holds under every scheme (and alone, where there are none)
    difference: t.Expr | None
    difference_label: str
    population: tuple[str, ...]  # whole-population rules in words: the amount is what is due before them
    departments: tuple[tuple[str, ...], tuple[str, ...]]
    incomplete: tuple[str, ...]
    hint: bool
    fairness: str
    note: str
    relies_on: tuple[str, ...]
    at: Position
    also: tuple[str, ...] = ()  # documents of further clauses than `document`
    changing: tuple[str, ...] = ()  # figures with a history that no date is stated for: read as of the day of decision
    by: str = ""  # the column whose values make the groups that are judged, where it is not each record
    asks: tuple[str, ...] = ()  # keys of the measures whose conclusions it asks after
    reductions: tuple[ReductionSpec, ...] = ()
    counting: Counting = SILENT  # of each record: what it was given before

    @property
    def documents(self) -> tuple[str, ...]:
        return tuple(d for d in (self.document, *self.also) if d)


@dataclass(frozen=True, kw_only=True)
class RecognitionSpec:
    key: str
    id: str
    title: str
    kind: RecognitionKind
    certificate: str
    authority: str
    governed_by: t.Expr | None
    when: Group
    unless: Group
    lapses: Group  # conferred: what ends the title although the certificate runs
    incomplete: tuple[str, ...]
    evidence: tuple[EvidenceSpec, ...]
    basis: Basis
    clauses: tuple[str, ...]
    rulebook: str
    aliases: tuple[str, ...] = ()  # other spellings of the certificate's title

    @property
    def clause(self) -> str:
        """The clauses as cited."""
        return "、".join(self.clauses)
