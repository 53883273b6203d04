"""A what-if over a register: every applicant judged under the policy there is and under what is supposed, and the differences counted.

Pure: models in, a frozen `Simulated` out. What must stay true: the same applicants stand on both sides; sums are exact, and bounds
where anything is open; that one reading is the same for all is said where summing the applicants' ends says less; whoever cannot be read
is listed, never left out in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass as mutable
from dataclasses import field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from ..errors import CaseError, Position, Problem, TooComplex, UsageError
from ..language.types import Quantity
from ..language.units import unit_text
from ..plain import dataclass
from ..reasoning.casefile import Case
from ..reasoning.choices import applied_in
from ..reasoning.decide import judge
from ..reasoning.evaluate import UseKind
from ..reasoning.facts import Facts, Given, KeyGiven, Near, Reader
from ..reasoning.judged import Judgement, Leaf, MeasureJudged
from ..reasoning.reasoners import judge_with
from ..rulebook.compiled import AwardBasis, AwardKind, CompiledRulebook, MeasureSpec, Role, SchemeSpec, Standing
from ..rulebook.readings import GROUP, readings_behind
from ..rulebook.supposed import Supposition
from ..rulebook.taken import reading_named
from ..telling.called import meant
from ..telling.phrases import leaf_clause, leaf_id, leaf_label
from ..telling.results import refuse_contradictions
from ..telling.simulated import (
    Amount,
    Clause,
    Compared,
    Failed,
    GroupLine,
    MeasureLine,
    Move,
    Moved,
    Option,
    Picture,
    Point,
    ReadingCost,
    Rivals,
    Side,
    Simulated,
    Sweep,
    Turned,
    Whole,
    Why,
)
from ..values import Topic
from ..words import Outcome, Verdict
from .readable import readable

FAMILY, SIZE = "类别", "企业划型"
COUNTY = "注册地县区"
NOT_TOLD = "（未提供）"
_SIZES = (("micro", "微型"), ("small", "小型"), ("medium", "中型"))  # recognitions of the national standard, as far as the rulebook uses it
_SIZE_BOOK = "national-sme-size"
_MANNERS = {AwardBasis.FIXED: "定额", AwardBasis.CEILING: "不超过", AwardBasis.DISCRETIONARY: "酌定"}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A policy to judge by: a rulebook, schemes chosen by id of the measure, open readings taken by key."""

    label: str
    book: CompiledRulebook
    schemes: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()  # in words
    supposed: tuple[Supposition, ...] = ()
    reread: tuple[str, ...] = ()  # keys of readings that are others than in the rulebook


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One figure under several values, each with its rulebook; `now` is the value there is."""

    points: tuple[tuple[Supposition, Plan], ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked."""

    base: Plan
    plans: tuple[Plan, ...] = ()
    sweeps: tuple[Tried, ...] = ()
    only: tuple[str, ...] | None = None  # ids of measures
    facts: tuple[str, ...] = (COUNTY,)  # by which applicants are grouped
    schemes: bool = True  # all schemes side by side
    costs: bool = True  # of the open readings


def simulate(
    wanted: Wanted, applicants: Iterable[Case], *, on: date | None = None, year: int | None = None, others: Sequence[CompiledRulebook] = (),
    key: KeyGiven = None, held: Sequence[Failed] = (), tick: Callable[[], None] = lambda: None,
) -> Simulated:  # fmt: skip
    """Judge each applicant under all that is asked. `on` and `year` go before an applicant's own; `held` were read and cannot be judged.

    Raises `UsageError` where an applicant has no day of decision.
    """
    return _Simulation(wanted, on, year, others, key).run(applicants, held, tick)


# -- counting ---------------------------------------------------------------------------------------------


@mutable
class _Group:
    applicants: int = 0
    eligible: int = 0
    open: int = 0
    amount: Amount = field(default_factory=Amount)

    def add(self, eligible: bool, open_: bool, low: Fraction, high: Fraction | None) -> None:
        self.applicants += 1
        self.eligible += eligible
        self.open += open_ and not eligible
        self.amount = self.amount.plus(low, high)

    def line(self, name: str) -> GroupLine:
        return GroupLine(name=name, applicants=self.applicants, eligible=self.eligible, open=self.open, amount=self.amount)


@mutable
class _Measured:
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
            self.amount = (self.amount or Amount(unit=own.unit)).plus(own.low, own.high)

    def line(self) -> MeasureLine:
        awards = [s.award for s in (self.schemes or {"": self.scheme}).values() if s.award is not None]
        manner = "、".join(dict.fromkeys(_MANNERS[a.basis] for a in awards)) if self.amount is not None else ""
        return MeasureLine(
            id=self.spec.id, title=self.spec.title, family=self.spec.family, scheme="、".join(self.schemes) or self.scheme.name, manner=manner, outcomes=dict(self.outcomes),
            amount=self.amount, standing=self.standing,
        )  # fmt: skip


class _Tally:
    """What a policy comes to, applicant after applicant."""

    def __init__(self, label: str, dimensions: Sequence[str], *, hints: bool, light: bool = False) -> None:
        """`hints`: those are counted that others pay; `light`: standings are not asked for, which saves working out why."""
        self.label, self.total, self.hints, self.light = label, _Group(), hints, light
        self.measures: dict[str, _Measured] = {}
        self.groups: dict[str, dict[str, _Group]] = {d: {} for d in (FAMILY, *dimensions)}

    def add(self, judged: Judgement, groups: Mapping[str, str]) -> Amount:
        """Counts one applicant; its whole sum."""
        paying = [m for m in judged.measures.values() if _pays(m, judged.facts, self.hints)]
        whole = (_met(paying), _open(paying), *_total(judged, paying, self.hints))
        self.total.add(*whole)
        for dimension, name in groups.items():
            self.groups[dimension].setdefault(name, _Group()).add(*whole)
        families: dict[str, list[MeasureJudged]] = {}
        for m in paying:
            families.setdefault(m.spec.family or "（未分类）", []).append(m)
        for name, members in families.items():
            self.groups[FAMILY].setdefault(name, _Group()).add(_met(members), _open(members), *_sum(members))
        for m in (m for m in judged.measures.values() if judged.facts.applied_for(m.spec.key)):
            self.measures.setdefault(m.spec.key, _Measured(m.spec, m.scheme)).add(m, light=self.light)
        return Amount(low=whole[2], high=whole[3])

    def picture(self) -> Picture:
        return Picture(
            label=self.label, total=self.total.line("全部"), measures=tuple(m.line() for m in self.measures.values()),
            groups={d: tuple(g.line(n) for n, g in sorted(found.items(), key=lambda kv: (kv[0] == NOT_TOLD, kv[0]))) for d, found in self.groups.items()},
        )  # fmt: skip


def _in_money(spec: MeasureSpec) -> bool:
    return any(part.award is not None and part.award.kind in (AwardKind.GRANT, AwardKind.INTEREST) for part in (spec.base, *spec.schemes.values()))


def _only_hints(specs: Sequence[MeasureSpec]) -> bool:
    """Whether all that gives money is paid by others: then it is their sums that are asked for."""
    money = [s.hint for s in specs if _in_money(s)]
    return bool(money) and all(money)


def _pays(m: MeasureJudged, facts: Facts, hints: bool) -> bool:
    """Whether its money enters a total: in yuan, paid by those who decide (with `hints`, by others), applied for or nothing said."""
    return m.award.monetary and m.scheme.award is not None and m.spec.hint is hints and facts.applied_for(m.spec.key) and _unit(m) == "元"


def _unit(m: MeasureJudged) -> str:
    award = m.scheme.award
    kind = None if award is None or award.expr is None else award.expr.type.required()
    return unit_text(kind.dims) if isinstance(kind, Quantity) else "元"


def _sum(some: Iterable[MeasureJudged]) -> tuple[Fraction, Fraction | None]:
    """Of some measures, each as stacking with the others left it."""
    amounts = [a for m in some if (a := amount_of(m)) is not None]
    highs = [a.high for a in amounts]
    return sum((a.low for a in amounts), Fraction(0)), None if None in highs else sum((h for h in highs if h is not None), Fraction(0))


def _total(judged: Judgement, paying: Sequence[MeasureJudged], hints: bool) -> tuple[Fraction, Fraction | None]:
    """The total; where everything is settled, or nothing is stacked, the sum of the parts is that."""
    low, high = _sum(paying)
    if low == high or hints or (not judged.book.stacking and not judged.book.readings):
        return low, high
    return judged.total.low, judged.total.high


def _met(some: Iterable[MeasureJudged]) -> bool:
    return any(m.outcome is Outcome.ELIGIBLE for m in some)


def _open(some: Iterable[MeasureJudged]) -> bool:
    return any(m.outcome is Outcome.UNDETERMINED for m in some)


def amount_of(m: MeasureJudged) -> Amount | None:
    """What a measure comes to for one applicant; None where it gives no money or nobody can name any."""
    if not m.award.monetary or m.scheme.award is None:
        return None
    if m.outcome not in (Outcome.ELIGIBLE, Outcome.UNDETERMINED):
        return Amount(unit=_unit(m))
    return Amount(low=m.award.low or Fraction(0), high=m.award.high, unit=_unit(m))


# -- one applicant after another -------------------------------------------------------------------------------


class _Simulation:
    def __init__(self, wanted: Wanted, on: date | None, year: int | None, others: Sequence[CompiledRulebook], key: KeyGiven) -> None:
        self.wanted, self.on, self.year, self.others, self.key = wanted, on, year, others, key
        self.book = book = wanted.base.book
        self.facts = {name: k for name in wanted.facts if (k := book.names.get(name)) is not None and k in book.facts}
        self.sizes = [(f"{_SIZE_BOOK}/{i}", label) for i, label in _SIZES if f"{_SIZE_BOOK}/{i}" in book.recognitions]
        self.dimensions = [*self.facts, *([SIZE] if self.sizes and SIZE not in self.facts else [])]
        scope = [s for s in book.measures.values() if wanted.only is None or s.id in wanted.only]
        self.hints = _only_hints(scope)
        self.hinted = [s.title for s in scope if s.hint and _in_money(s)]
        self.before = _Tally(wanted.base.label, self.dimensions, hints=self.hints)
        self.compared = [_Against(plan, wanted.base.label, self.dimensions, hints=self.hints) for plan in wanted.plans]
        self.sweeps = [[_Tally(s.after, (), hints=self.hints, light=True) for s, _ in tried.points] for tried in wanted.sweeps]
        self.rivals = self._rivals() if wanted.schemes else {}
        self.costs = self._costs() if wanted.costs else {}
        self.failed: list[Failed] = []
        self.partly: list[Failed] = []
        self.days: set[date] = set()

    def _rivals(self) -> dict[str, dict[str, _Measured]]:
        chosen = (s for s in self.book.measures.values() if self.wanted.only is None or s.id in self.wanted.only)
        return {s.id: {} for s in chosen if len(s.schemes) > 1}

    def _costs(self) -> dict[str, _Cost]:
        behind = readings_behind(self.book)
        out = {}
        for key, reading in self.book.readings.items():
            if not reading.open or key in self.wanted.base.readings:
                continue
            groups = [g for g in self.book.stacking if key in behind.get(g.key + GROUP, ())]
            touched = {k for k in self.book.measures if key in behind.get(k, ())} | {m for g in groups for m in g.members}
            ids = [s.id for k, s in self.book.measures.items() if k in touched and (self.wanted.only is None or s.id in self.wanted.only)]
            if ids:
                hints = _only_hints([self.book.measures[_key(self.book, i)] for i in ids])
                out[key] = _Cost(tuple(ids), {o: _Group() for o in reading.options}, hints)
        return out

    def run(self, applicants: Iterable[Case], held: Sequence[Failed], tick: Callable[[], None]) -> Simulated:
        read = len(held)
        self.failed += held
        for case in applicants:
            read += 1
            try:
                self.one(case)
            except CaseError as error:
                self.failed.append(failed_of(case, error.problems))
            except TooComplex as error:
                self.failed.append(failed_of(case, [str(error)]))
            tick()
        return Simulated(
            rulebook=self.book.id, title=self.book.title, version=self.book.version, digest=self.book.digest, days=tuple(sorted(self.days)), read=read,
            failed=tuple(self.failed), partly=tuple(self.partly), dimensions=tuple(self.dimensions), before=self.before.picture(),
            compared=tuple(x.done() for x in self.compared), sweeps=tuple(map(_sweep, self.wanted.sweeps, self.sweeps)),
            rivals=tuple(self._beside(i, found) for i, found in self.rivals.items() if found), readings=tuple(self._cost(k, x) for k, x in self.costs.items()),
            changed=tuple(s for plan in self.wanted.plans for s in plan.supposed), notes=tuple(self._notes()),
        )  # fmt: skip

    def one(self, case: Case) -> None:
        """Everything about one applicant; what is raised is raised before anything of it is counted."""
        day = self.on if self.on is not None else case.on
        if day is None:
            raise UsageError(f"“{case.enterprise}”没有审核日期", mend="写在表里，或用 --on 2026-06-30", argument="on")
        case, facts, left_out = self.readable(case, day)
        now = self.judged(self.wanted.base, case, facts, day)
        groups = self.grouped(facts, day)
        plans: list[tuple[_Against, Judgement | CaseError]] = []
        for against in self.compared:
            try:
                other = facts if against.plan.book.id == self.book.id and not against.foreign(self.book) else self.told(against.plan.book, case, day)
                plans.append((against, self.judged(against.plan, case, other, day)))
            except CaseError as error:
                plans.append((against, error))
        points = [[self.judged(plan, case, facts, day) for _, plan in tried.points] for tried in self.wanted.sweeps]
        rivals, costs = list(self.beside(case, facts, day, now)), list(self.read_both_ways(case, facts, day, now))
        self.days.add(day)
        self.partly += [failed_of(case, left_out)] if left_out else []
        self.before.add(now, groups)
        for against, after in plans:
            if isinstance(after, CaseError):
                against.failed.append(failed_of(case, after.problems))
            else:
                against.add(case.enterprise, groups, now, after)
        for tallies, judgements in zip(self.sweeps, points, strict=True):
            for tally, judged in zip(tallies, judgements, strict=True):
                tally.add(judged, {})
        for i, name, m in rivals:
            self.rivals[i].setdefault(name, _Measured(m.spec, m.scheme)).add(m)
        for cost, felt, rest, sums in costs:
            cost.touched += felt
            cost.rest = cost.rest.plus(*rest)
            for option, summed in sums:
                cost.options[option].add(*summed)

    # -- judging ---------------------------------------------------------------------------------------

    def readable(self, case: Case, day: date) -> tuple[Case, Facts, Sequence[Problem]]:
        """The case as it can be taken, and what of it cannot, which nobody told then: as a round is screened."""
        try:
            return case, self.told(self.book, case, day), ()
        except CaseError:
            rest, problems = readable(case, [self.book, *(o for o in self.others if o is not self.book)], self.key)
            if rest is None or not problems:
                raise
            return rest, self.told(self.book, rest, day), problems

    def told(self, book: CompiledRulebook, case: Case, day: date) -> Facts:
        reader = Reader(book, need_unit=True, others=[o for o in self.others if o is not book], key=self.key)
        facts = reader.read(case.data, case.records, self.year if self.year is not None else case.year)
        keys, problems = applied_in(book, case.applied, self.others) if case.applied is not None else (None, [])
        if reader.problems or problems:
            raise CaseError([*reader.problems, *problems])
        facts = replace(facts, applied=keys, statement=case.statement)
        refuse_contradictions(book, facts, day)
        return facts

    def judged(self, plan: Plan, case: Case, facts: Facts, day: date, **more: Any) -> Judgement:
        titles = {s.id: s.title for s in plan.book.measures.values()}
        own = {i: str(s) for name, s in case.schemes.items() for i in meant(str(name), titles) if s in plan.book.measures[_key(plan.book, i)].schemes}
        said = {r.key: x.option for n, x in case.readings.items() if (r := reading_named(plan.book, str(n))) is not None and r.open}
        schemes = {**own, **plan.schemes, **more.get("schemes", {})}
        readings = {**said, **plan.readings, **more.get("readings", {})}
        only = more.get("only", self.wanted.only)
        if only is not None:
            only = tuple(i for i in only if i in titles)
        return judge_with("python", plan.book, facts, on=day, schemes=schemes, only=only, readings=readings)

    def grouped(self, facts: Facts, day: date) -> dict[str, str]:
        out = {}
        for name, key in self.facts.items():
            given = next(iter(facts.facts.get(key, {}).values()), None)
            out[name] = NOT_TOLD if given is None else _told(given)
        if self.sizes and SIZE not in out:
            found = judge(self.book, facts, on=day, only=(), recognising=[(k, day) for k, _ in self.sizes]).recognitions
            truths = [(found[k, day].truth.value, label) for k, label in self.sizes]
            held = [label for truth, label in truths if truth]
            out[SIZE] = held[0] if held else "大型或不划型" if all(t is False for t, _ in truths) else "未定（数据不全）"
        return out

    # -- schemes and readings ----------------------------------------------------------------------------

    def beside(self, case: Case, facts: Facts, day: date, now: Judgement) -> Iterator[tuple[str, str, MeasureJudged]]:
        """Every scheme of every measure that has several, the others as they are."""
        for i in self.rivals:
            key = _key(self.book, i)
            if not facts.applied_for(key):
                continue
            for name in self.book.measures[key].schemes:
                same = now.measures[key].scheme.name == name  # each reads the same alone and in the whole
                m = now.measures[key] if same else self.judged(self.wanted.base, case, facts, day, schemes={i: name}, only=(i,)).measures[key]
                yield i, name, m

    def read_both_ways(self, case: Case, facts: Facts, day: date, now: Judgement) -> Iterator[tuple[_Cost, bool, Ends, list[tuple[str, Sum]]]]:
        """What each open reading comes to, over the measures it touches."""
        for key, cost in self.costs.items():
            members = {_key(self.book, i) for i in cost.only}
            here = {k: m for k, m in now.measures.items() if k in members}
            felt = any(_hangs_on(m, key) for m in here.values())
            sums: list[tuple[str, Sum]] = []
            for option in cost.options:
                one = self.judged(self.wanted.base, case, facts, day, readings={key: option}, only=cost.only) if felt else None
                paying = [m for m in (here if one is None else one.measures).values() if _pays(m, facts, cost.hints)]
                sums.append((option, (_met(paying), _open(paying), *(_sum(paying) if one is None else _total(one, paying, cost.hints)))))
            rest = [m for k, m in now.measures.items() if k not in members and _pays(m, facts, cost.hints)]
            yield cost, felt, _sum(rest), sums

    def shared(self) -> Amount:
        """The whole of what there is now, knowing that a reading is the same for all: never wider than summing each applicant's ends."""
        whole = self.before.total.amount
        for cost in self.costs.values():
            if cost.hints is not self.hints:
                continue
            ways = [g.amount.plus(cost.rest.low, cost.rest.high) for g in cost.options.values()]
            highs = [w.high for w in ways]
            most = None if None in highs else max(h for h in highs if h is not None)
            high = most if whole.high is None else whole.high if most is None else min(whole.high, most)
            whole = Amount(low=max(whole.low, min(w.low for w in ways)), high=high)
        return whole

    # -- the results ---------------------------------------------------------------------------------------

    def _beside(self, i: str, found: Mapping[str, _Measured]) -> Rivals:
        chosen = next((m.scheme.name for m in self.before.measures.values() if m.spec.id == i), "")
        return Rivals(id=i, title=self.book.measures[_key(self.book, i)].title, chosen=chosen, lines=tuple(x.line() for x in found.values()))

    def _cost(self, key: str, cost: _Cost) -> ReadingCost:
        reading = self.book.readings[key]
        return ReadingCost(
            name=reading.name, question=reading.question, clause=reading.clause, touched=cost.touched,
            measures=tuple(self.book.measures[_key(self.book, i)].title for i in cost.only),
            options=tuple(Option(option=o, eligible=g.eligible, amount=g.amount) for o, g in cost.options.items()),
        )  # fmt: skip

    def _notes(self) -> Iterable[str]:
        if not self.before.total.amount.settled:
            yield "有数据、读法或标准未定，合计是上下限：实际在两端之间，哪一端都不是预计数"
            if (shared := self.shared()) != self.before.total.amount:
                yield f"各户的两端相加，是按各户分别取读法；读法对各户是同一种，所以现行合计实际是 {shared.text}"
        if self.book.stacking and not self.before.total.amount.settled:
            yield f"按{FAMILY}、按事项的金额是叠加规则之后各事项的；几项择一而未定时，它们的上限相加可以大于合计"
        lines = [m.line() for tally in (self.before, *(x.tally for x in self.compared)) for m in tally.measures.values()]
        counted = [x for x in lines if x.amount is not None and x.amount.high != 0 and x.amount.unit == "元"]
        if capped := list(dict.fromkeys(x.title for x in counted if _MANNERS[AwardBasis.CEILING] in x.manner)):
            yield f"“不超过”的按上限计入合计，是至多支出，不是应得：{'、'.join(capped)}"
        if weak := list(dict.fromkeys(f"{x.title}（{x.standing.label}）" for x in counted if x.standing >= Standing.ASSUMED)):
            yield f"合计里依据不是现行的，不构成支持承诺：{'、'.join(weak)}"
        if self.hints:
            yield "所看的都是提示事项，由别的层级支付：这里的合计是它们的，不是本级支出"
        elif self.hinted:
            yield f"提示事项由别的层级支付，不计入合计：{'、'.join(self.hinted)}"
        if any(g.applicants and n == NOT_TOLD for found in self.before.groups.values() for n, g in found.items()):
            yield f"{NOT_TOLD}是申报数据里没有告诉，不归入任何一类"


def _told(given: Given) -> str:
    """The group a value puts an applicant into: what is only nearly an entry is to be confirmed, and is none."""
    if given.value is not None:
        return str(given.value)
    word = next((x.word for x in given.stages.values() if isinstance(x, Near)), "")
    return f"{word}（待核实）"


Ends = tuple[Fraction, "Fraction | None"]
Sum = tuple[bool, bool, Fraction, "Fraction | None"]  # whether anything is met, anything open, and the two ends


@mutable
class _Cost:
    only: tuple[str, ...]
    options: dict[str, _Group]
    hints: bool  # all it touches is paid by others: that is what is summed
    rest: Amount = field(default_factory=Amount)  # of the measures it does not touch
    touched: int = 0


def failed_of(case: Case, problems: Sequence[Problem | str]) -> Failed:
    place = case.row if case.row.line else Position(case.path)
    return Failed(enterprise=case.enterprise, place=str(place) if place.file else "", problems=tuple(str(p) for p in problems))


def _key(book: CompiledRulebook, i: str) -> str:
    return next(k for k, s in book.measures.items() if s.id == i)


def _hangs_on(m: MeasureJudged, reading: str) -> bool:
    """Whether anything of a measure may turn on an open reading."""
    if m.beyond or any(k == reading for way in m.ways for k, _ in way.under):
        return True
    return any(c.what.topic is Topic.READING and c.what.id == reading for causes in (m.missing, m.causes, m.award.causes) for c in causes)


def _sweep(tried: Tried, tallies: Sequence[_Tally]) -> Sweep:
    points = []
    for (supposed, _), tally in zip(tried.points, tallies, strict=True):
        picture = tally.picture()
        value = supposed.value
        number = Fraction(value) if isinstance(value, Fraction | int) and not isinstance(value, bool) else None
        now = supposed.after == supposed.before
        points.append(Point(text=supposed.after, value=number, total=picture.total, measures=picture.measures, now=now))
    first = tried.points[0][0]
    lines = [{m.id: (m.outcomes, m.amount) for m in p.measures} for p in points]
    moving = tuple(i for i in lines[0] if any(x.get(i) != lines[0][i] for x in lines)) if lines else ()
    return Sweep(figure=first, points=tuple(points), measures=moving)


# -- before and after ----------------------------------------------------------------------------------------


class _Against:
    """One policy supposed, beside the one there is."""

    def __init__(self, plan: Plan, now: str, dimensions: Sequence[str], *, hints: bool) -> None:
        self.plan = plan
        self.before = _Tally(now, dimensions, hints=hints)
        self.tally = _Tally(plan.label, dimensions, hints=hints)
        self.moved: list[Moved] = []
        self.wholes: list[Whole] = []
        self.failed: list[Failed] = []

    def foreign(self, book: CompiledRulebook) -> bool:
        """Whether its vocabulary may be another."""
        return (
            self.plan.book.facts != book.facts
            or self.plan.book.records != book.records
            or self.plan.book.names != book.names
            or self.plan.book.checks != book.checks
        )

    def add(self, enterprise: str, groups: Mapping[str, str], now: Judgement, then: Judgement) -> None:
        old, new = self.before.add(now, groups), self.tally.add(then, groups)
        before, after = ({m.spec.id: m for m in x.measures.values() if x.facts.applied_for(m.spec.key)} for x in (now, then))
        for i in dict.fromkeys([*before, *after]):
            a, b = before.get(i), after.get(i)
            x, y = _side(a), _side(b)
            if x == y:
                continue
            title = (b or a).spec.title  # type: ignore[union-attr]
            by = tuple(self.turned(a, b))
            self.moved.append(Moved(enterprise=enterprise, groups=groups, measure=i, title=title, before=x, after=y, move=move_of(x, y), by=by))
        if old != new:
            self.wholes.append(Whole(enterprise=enterprise, groups=groups, before=old, after=new))

    def turned(self, a: MeasureJudged | None, b: MeasureJudged | None) -> Iterable[Turned]:
        """What the difference came by: the conditions that say otherwise; else figure, scheme, reading, another measure, a step."""
        if a is None or b is None:
            some = b or a
            assert some is not None
            yield Turned(why=Why.STEP, label="另一版本里没有这一事项" if b is None else "原来没有这一事项", clause="、".join(some.spec.clauses))
            return
        found = list(_conditions(a, b))
        yield from found
        if a.scheme.name != b.scheme.name:
            yield Turned(why=Why.SCHEME, label=f"{a.scheme.name or '（无）'} → {b.scheme.name or '（无）'}", clause=b.scheme.clause)
        figures = {u.key for u in (*b.uses, *(u for leaf in b.conditions.leaves() for u in leaf.uses)) if u.kind is UseKind.PARAMETER}
        for one in self.plan.supposed:
            if one.key in figures:
                yield Turned(why=Why.FIGURE, label=f"{one.name} {one.before} → {one.after}", clause=_clause(self.plan.book, one))
                found.append(Turned(why=Why.FIGURE, label=one.name))
        behind = readings_behind(self.plan.book).get(b.spec.key, frozenset())
        for key in self.plan.reread:
            if key in behind:
                reading = self.plan.book.readings[key]
                yield Turned(why=Why.READING, label=reading.name, clause=reading.clause)
                found.append(Turned(why=Why.READING, label=reading.name))
        if not found and a.scheme.name == b.scheme.name:
            yield from _steps(a, b, self.plan.book)

    def done(self) -> Compared:
        counted: dict[tuple[Turned, str], Counter[Move]] = {}
        for m in self.moved:
            for turned in m.by:
                counted.setdefault((turned, m.title), Counter())[m.move] += 1
        clauses = [Clause(turned=turned, measure=title, moves=dict(moves)) for (turned, title), moves in counted.items()]
        clauses.sort(key=lambda c: -c.applicants)
        return Compared(
            before=self.before.picture(), after=self.tally.picture(), assumed=self.plan.assumed, moved=tuple(self.moved), wholes=tuple(self.wholes), clauses=tuple(clauses),
            failed=tuple(self.failed),
        )  # fmt: skip


def _clause(book: CompiledRulebook, one: Supposition) -> str:
    return book.parameters[one.key].versions[one.index].basis.clause


def _side(m: MeasureJudged | None) -> Side:
    return Side(outcome=Outcome.NOT_IN_FORCE, amount=None) if m is None else Side(outcome=m.outcome, amount=amount_of(m))


def move_of(before: Side, after: Side) -> Move:
    if after.outcome is not before.outcome:
        if after.outcome is Outcome.ELIGIBLE:
            return Move.GRANTED
        if before.outcome is Outcome.ELIGIBLE and after.outcome is not Outcome.UNDETERMINED:
            return Move.LOST
        if after.outcome is Outcome.UNDETERMINED:
            return Move.OPENED
        return Move.OTHER
    a, b = before.amount, after.amount
    if a is None or b is None:
        return Move.OTHER
    more = b.low >= a.low and (b.high is None or (a.high is not None and b.high >= a.high))
    less = b.low <= a.low and (a.high is None or (b.high is not None and b.high <= a.high))
    return Move.MORE if more and not less else Move.LESS if less and not more else Move.OTHER


def _conditions(a: MeasureJudged, b: MeasureJudged) -> Iterable[Turned]:
    """The conditions whose verdict is another, each once whatever the number of its records."""
    before, after = _leaves(a), _leaves(b)
    seen: set[Turned] = set()
    for name in dict.fromkeys([*before, *after]):
        x, y = before.get(name), after.get(name)
        leaf = y or x
        assert leaf is not None
        old, new = (None if z is None else z.truth.verdict for z in (x, y))
        barring = leaf.role == Role.UNLESS
        if old is new or (None in (old, new) and (old or new) is (Verdict.FAILS if barring else Verdict.HOLDS)):
            continue
        turned = Turned(why=Why.CONDITION, label=leaf_label(leaf), clause=leaf_clause(leaf), before=old, after=new, barring=barring)
        if turned not in seen:
            seen.add(turned)
            yield turned


def _leaves(m: MeasureJudged) -> dict[str, Leaf]:
    out = {leaf_id(leaf): leaf for leaf in m.conditions.leaves()}
    return out if m.window is None else {**out, leaf_id(m.window): m.window}


def _steps(a: MeasureJudged, b: MeasureJudged, book: CompiledRulebook) -> Iterable[Turned]:
    """Where the calculations part: another measure's part in it, else the first step that is another."""
    old, new = ([(s.kind, s.after, s.measures) for s in m.notes] for m in (a, b))
    if old != new:
        titles = dict.fromkeys(book.measures[k].title for s in (*b.notes, *a.notes) for k in s.measures if k in book.measures)
        yield Turned(why=Why.STACKING, label="、".join(titles) or a.spec.title)
        return
    for x, y in zip(a.award.steps, b.award.steps, strict=False):
        if (x.kind, x.after) != (y.kind, y.after):
            label = getattr(y.rule, "label", "") or getattr(y.rule, "name", "") or "金额的算法"
            yield Turned(why=Why.STEP, label=str(label), clause=y.clause or "、".join(b.spec.clauses))
            return
    yield Turned(why=Why.STEP, label="金额的算法", clause="、".join(b.spec.clauses))


__all__ = ["COUNTY", "FAMILY", "SIZE", "Plan", "Tried", "Wanted", "amount_of", "failed_of", "move_of", "simulate"]
