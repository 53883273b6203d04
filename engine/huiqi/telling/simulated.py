"""A simulation as it is told: what a register comes to now and under something else, and the words for it.

Plain frozen data; nothing here judges. What must stay true: amounts are exact, and where they are open they are two ends, never one
number; whatever was supposed is called 假定 and stands beside what it replaced; every applicant that was read is accounted for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction

from ..plain import dataclass
from ..rulebook.compiled import AwardBasis, Standing
from ..rulebook.supposed import Supposition
from ..words import Outcome, Verdict
from .amounts import exact_amount, signed_amount

OPEN_ENDED = "上限不详"
YUAN = "元"
DISCLAIMER = "测算推演，不作为拨付依据；假定的标准只用于这次推演，规则库没有改动。"


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A sum as worked out, settled or between two ends; `high` None: nobody can say how much at most.

    `ceiling`: how much of `low` is only 不超过, which binds nobody to pay it.
    """

    low: Fraction = Fraction(0)
    high: Fraction | None = Fraction(0)
    ceiling: Fraction = Fraction(0)
    unit: str = YUAN

    @property
    def settled(self) -> bool:
        """Whether it is worked out to one number; a ceiling is, when nothing of what it hangs on is open."""
        return self.low == self.high

    @property
    def least(self) -> Fraction:
        """What is due however things turn out: a ceiling is not."""
        return self.low - self.ceiling

    def plus(self, other: Amount) -> Amount:
        """Both together, which are of one unit: what is paid in another money is no part of this sum."""
        if other.unit != self.unit:
            raise ValueError(f"{other.unit} cannot be added to {self.unit}")
        high = None if self.high is None or other.high is None else self.high + other.high
        return Amount(low=self.low + other.low, high=high, ceiling=self.ceiling + other.ceiling, unit=self.unit)

    @property
    def text(self) -> str:
        if self.settled and not self.ceiling:
            return exact_amount(self.low, self.unit)
        if not self.least and self.high is not None:
            return f"{AwardBasis.CEILING.label if self.settled else '至多'}{exact_amount(self.high, self.unit)}"
        if self.high is None:
            known = f"（其中已确定{AwardBasis.CEILING.label}{exact_amount(self.low, self.unit)}）" if self.ceiling else ""
            return f"至少{exact_amount(self.least, self.unit)}，{OPEN_ENDED}{known}"
        return f"至少{exact_amount(self.least, self.unit)}，至多{exact_amount(self.high, self.unit)}"

    def against(self, before: Amount) -> str:
        """The difference in words, of one unit: one number where both are settled, else how far each end has moved."""
        if self.settled and before.settled and not self.ceiling and not before.ceiling:
            return signed_amount(self.low - before.low, self.unit)
        most = "不详" if self.high is None or before.high is None else signed_amount(self.high - before.high, self.unit)
        return f"下端 {signed_amount(self.least - before.least, self.unit)}，上端 {most}"


@dataclass(frozen=True, kw_only=True)
class MeasureLine:
    """One measure over the register, under one policy."""

    id: str
    title: str
    family: str
    scheme: str
    bases: tuple[AwardBasis, ...]  # how firmly the amount is promised, under each scheme that was chosen; empty without an amount
    outcomes: Mapping[Outcome, int]
    amount: Amount | None  # None: it gives no money
    standing: Standing

    @property
    def line(self) -> tuple[str, str]:
        """By which it is found: its id, and what it pays in, since schemes may pay in different moneys."""
        return self.id, YUAN if self.amount is None else self.amount.unit

    @property
    def manner(self) -> str:
        """In words: 定额, 不超过 …"""
        return "、".join(basis.label for basis in self.bases)

    @property
    def eligible(self) -> int:
        return self.outcomes.get(Outcome.ELIGIBLE, 0)

    @property
    def open(self) -> int:
        return self.outcomes.get(Outcome.UNDETERMINED, 0)


@dataclass(frozen=True, kw_only=True)
class GroupLine:
    """Applicants of one kind: how many, how many meet anything that pays, how many of the rest are open, what it comes to."""

    name: str
    applicants: int
    eligible: int
    open: int
    amount: Amount


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A register under one policy."""

    label: str
    total: GroupLine
    measures: tuple[MeasureLine, ...]
    groups: Mapping[str, tuple[GroupLine, ...]]  # by dimension: 类别, 县区, 企业划型 …


class Move(StrEnum):
    """What became of an applicant's measure."""

    GRANTED = "granted"
    LOST = "lost"
    MORE = "more"
    LESS = "less"
    OPENED = "opened"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _MOVES[self]


_MOVES = {
    Move.GRANTED: "变为条件满足", Move.LOST: "条件不再满足", Move.MORE: "金额或上下限提高", Move.LESS: "金额或上下限降低", Move.OPENED: "变为待定", Move.OTHER: "金额或结论的范围变了",
}  # fmt: skip


class Why(StrEnum):
    """What a change came by."""

    CONDITION = "condition"
    FIGURE = "figure"
    SCHEME = "scheme"
    READING = "reading"
    STACKING = "stacking"
    STEP = "step"


_OUTCOMES = {Outcome.ELIGIBLE: "条件满足", Outcome.INELIGIBLE: "条件不满足"}  # never 符合 alone: on what it stands is told of the measure
_WHYS = {Why.CONDITION: "条件", Why.FIGURE: "标准", Why.SCHEME: "方案", Why.READING: "读法", Why.STACKING: "叠加规则", Why.STEP: "计算"}


@dataclass(frozen=True, kw_only=True)
class Turned:
    """A condition, or what else made the difference: what it is called, on which clause, what it said before and says now."""

    why: Why
    label: str
    clause: str = ""
    before: Verdict | None = None  # of a condition: None, there was none such
    after: Verdict | None = None
    barring: bool = False  # an exclusion: it counts by its opposite

    @property
    def words(self) -> str:
        clause = f"（{self.clause}）" if self.clause else ""
        if self.why is not Why.CONDITION:
            return f"{_WHYS[self.why]}“{self.label}”{clause}"
        return f"{'不予支持情形' if self.barring else '条件'}“{self.label}”{clause}：{self._said(self.before)} → {self._said(self.after)}"

    def _said(self, verdict: Verdict | None) -> str:
        return "（无此条）" if verdict is None else verdict.excluded if self.barring else verdict.label


@dataclass(frozen=True, kw_only=True)
class Side:
    """One measure of one applicant under one policy."""

    outcome: Outcome
    amount: Amount | None

    @property
    def words(self) -> str:
        if self.amount is None or self.outcome in (Outcome.INELIGIBLE, Outcome.NOT_IN_FORCE):
            return _OUTCOMES.get(self.outcome, self.outcome.label)
        return f"{_OUTCOMES.get(self.outcome, self.outcome.label)}，{self.amount.text}"


@dataclass(frozen=True, kw_only=True)
class Moved:
    enterprise: str
    groups: Mapping[str, str]
    measure: str
    title: str
    before: Side
    after: Side
    move: Move
    by: tuple[Turned, ...]


@dataclass(frozen=True, kw_only=True)
class Whole:
    """One applicant's whole sum before and after."""

    enterprise: str
    groups: Mapping[str, str]
    before: Amount
    after: Amount

    @property
    def gains(self) -> bool | None:
        """True: it gains, False: it loses; None: which, what is open does not say, or what is due goes the other way.

        One rule for sums due, ceilings and what is open: all that it may come to lies beyond all that it may come to now, and so does what is due.
        """
        return True if _beyond(self.after, self.before) else False if _beyond(self.before, self.after) else None


def _beyond(more: Amount, less: Amount) -> bool:
    """Whether one is certainly more, and no less of it due; what is due of an open sum may be all of it."""
    if less.high is None or more.low <= less.high:
        return False
    return more.least >= (less.least if less.settled else less.high)


@dataclass(frozen=True, kw_only=True)
class Clause:
    """What changed verdicts or amounts, over the register: how many applicants, how many measures of theirs."""

    turned: Turned
    measure: str
    moves: Mapping[Move, int]

    @property
    def applicants(self) -> int:
        return sum(self.moves.values())


@dataclass(frozen=True, kw_only=True)
class Failed:
    """An applicant that could not be read, and why: it is in no sum."""

    enterprise: str
    place: str
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A policy supposed beside the one there is."""

    before: Picture  # of those that stand on both sides
    after: Picture
    assumed: tuple[str, ...]  # what is supposed, each in words with old and new
    other: bool  # another rulebook instead, of which nothing is supposed
    moved: tuple[Moved, ...]
    wholes: tuple[Whole, ...]  # of those whose sum changed
    clauses: tuple[Clause, ...]
    failed: tuple[Failed, ...] = ()  # cannot be read under the other rulebook: out of both sides


@dataclass(frozen=True, kw_only=True)
class Point:
    """A value tried for one figure, and what the register then comes to."""

    text: str
    value: Fraction | None  # None: what cannot stand on an axis
    total: GroupLine
    measures: tuple[MeasureLine, ...]
    now: bool = False  # the value the rulebook has


@dataclass(frozen=True, kw_only=True)
class Sweep:
    figure: Supposition  # of the first value: which version of which figure
    points: tuple[Point, ...]
    measures: tuple[str, ...]  # ids of those whose outcome or amount moves with it


@dataclass(frozen=True, kw_only=True)
class Rivals:
    """The schemes of one measure side by side, each whole."""

    id: str
    title: str
    used: Mapping[str, int]  # by how many applicants each is used now: they may have chosen different ones
    lines: tuple[MeasureLine, ...]


@dataclass(frozen=True, kw_only=True)
class Option:
    option: str
    eligible: int  # applicants that meet any of the measures, also one that gives no money
    amount: Amount


@dataclass(frozen=True, kw_only=True)
class ReadingCost:
    """An open reading: what the measures it touches come to under each of its options."""

    name: str
    question: str
    clause: str
    measures: tuple[str, ...]  # titles
    touched: int  # applicants whose decision it bears on
    options: tuple[Option, ...]

    @property
    def least(self) -> Option:
        return min(self.options, key=lambda o: o.amount.least)

    @property
    def most(self) -> Option:
        return max(self.options, key=lambda o: (o.amount.high is None, o.amount.high or Fraction(0)))

    @property
    def spread(self) -> str:
        """What the ambiguity costs, in words."""
        if not self.touched:
            return "没有牵涉的户"
        if len({(o.amount.low, o.amount.high, o.amount.ceiling) for o in self.options}) == 1:
            if not self.options[0].amount.settled:
                return "上下限一样；金额未定，差多少说不出"
            return "金额一样" if len({o.eligible for o in self.options}) == 1 else "金额一样，条件满足的户数不同"
        ceilings = any(o.amount.ceiling for o in self.options)
        if all(o.amount.settled for o in self.options) and (not ceilings or len({o.amount.least for o in self.options}) == 1):
            sums = [o.amount.low for o in self.options]
            return f"{'上限' if ceilings else ''}相差{exact_amount(max(sums) - min(sums))}"
        return f"在{exact_amount(self.least.amount.least)}与{OPEN_ENDED if self.most.amount.high is None else exact_amount(self.most.amount.high)}之间"


@dataclass(frozen=True, kw_only=True)
class Lacked:
    """What open amounts of one applicant lack: what is asked for, and in which cell or row it would stand."""

    enterprise: str
    what: str
    at: tuple[str, ...]
    unread: bool  # it stands there, and could not be read
    answer: str
    evidence: str
    money: Fraction | None  # how far apart the ends are of the measures that lack it; None: nobody can say how far
    measures: tuple[str, ...]  # titles


@dataclass(frozen=True, kw_only=True)
class Unsettled:
    """A data item, or another thing, that leaves the sum as the rulebook stands open; of which applicants, and how much money hangs on it."""

    column: str
    acts: str
    applicants: int
    unread: int  # of these, where it stands there and could not be read
    alone: int  # of these, where nothing else is lacking
    money: Fraction  # how far apart the ends are together, where that can be said
    boundless: int  # applicants of whom it cannot
    lacked: tuple[Lacked, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """Titles of the measures that lack it."""
        return tuple(dict.fromkeys(title for x in self.lacked for title in x.measures))


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What a register comes to as the rulebook stands, and under whatever was supposed."""

    rulebook: str
    """Id of the rulebook."""
    title: str
    version: str
    digest: str
    days: tuple[date, ...]
    """The days of decision, in order."""
    read: int
    """How many applicants were read."""
    failed: tuple[Failed, ...]
    """Those that are in no sum, each with what is wrong with it."""
    partly: tuple[Failed, ...] = ()
    """Those judged without what could not be read of them."""
    dimensions: tuple[str, ...]
    """By which facts applicants are grouped, beside 类别."""
    before: Picture
    """As the rulebook stands: the total, each measure, each group."""
    unsettled: tuple[Unsettled, ...] = ()
    """What leaves `before` open where anything is, the thing on which most money hangs first."""
    compared: tuple[Compared, ...] = ()
    """One for each thing supposed: before and after of those that stand on both sides, what is assumed in words, who gains and loses, by which clause."""
    sweeps: tuple[Sweep, ...] = ()
    """Figures with several values: what the register comes to at each."""
    rivals: tuple[Rivals, ...] = ()
    """Measures with several schemes: each scheme whole."""
    readings: tuple[ReadingCost, ...] = ()
    """Open readings: what the measures they touch come to under each option."""
    changed: tuple[Supposition, ...] = ()
    """The figures that were supposed, old and new."""
    notes: tuple[str, ...] = ()
    """What the sums contain and leave out, in words: part of the answer."""
    said: tuple[str, ...] = ()
    """How the register was read, in words."""
    astray: tuple[Failed, ...] = ()
    """What stands in the register and is no applicant's."""

    @property
    def decided(self) -> int:
        """How many applicants are in the sums."""
        return self.before.total.applicants

    def __repr__(self) -> str:
        tried = len(self.compared) + len(self.sweeps)
        return f"<Simulated {self.rulebook} on {self.days_text}: {self.decided} of {self.read} applicants, {tried} supposed>"

    @property
    def account(self) -> str:
        """Every applicant accounted for."""
        named = len({f.enterprise for f in self.partly})
        partly = f"；测算的户里有 {named} 户的个别数据读不出来，按没有告诉测算" if named else ""
        astray = f"；另有 {len(self.astray)} 处不属于哪一户（见“错误行”）" if self.astray else ""
        return f"读入 {self.read} 户 = 测算 {self.decided} 户 + 没有测算 {len(self.failed)} 户{partly}{astray}"

    @property
    def days_text(self) -> str:
        """The days, the first few of many."""
        return "、".join(d.isoformat() for d in self.days[:3]) + ("…" if len(self.days) > 3 else "")


def supposed_words(one: Supposition) -> str:
    """认证单项上限：10万元 → 20万元（《…》）; whoever shows it calls it 假定."""
    period = f"{one.start or ''}—{one.end or ''}" if one.start or one.end else ""
    about = "，".join(x for x in (one.document, period) if x)
    return f"{one.name}：{one.before} → {one.after}" + (f"（{about}）" if about else "")


__all__ = [
    "DISCLAIMER", "OPEN_ENDED", "YUAN", "Amount", "Clause", "Compared", "Failed", "GroupLine", "Lacked", "MeasureLine", "Move", "Moved", "Option", "Picture", "Point", "ReadingCost", "Rivals", "Side",
    "Simulated", "Sweep", "Turned", "Unsettled", "Whole", "Why", "supposed_words",
]  # fmt: skip
