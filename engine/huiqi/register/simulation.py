"""A what-if over a register: every applicant judged under the policy there is and under what is supposed, and the differences counted.

Pure: models in, a frozen `Simulated` out; one policy is counted in `tally`, two are compared in `against`. What must stay true: the same
applicants stand on both sides; sums are exact, and bounds where anything is open; that one reading is the same for all is said where
summing the applicants' ends says less; whoever cannot be read is listed, never left out in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass as mutable
from dataclasses import field, replace
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from ..errors import CaseError, Position, Problem, TooComplex, UsageError
from ..reasoning.casefile import Case
from ..reasoning.choices import applied_in
from ..reasoning.decide import judge
from ..reasoning.facts import KeyGiven, Reader
from ..reasoning.judged import Judgement, MeasureJudged
from ..reasoning.reasoners import judge_with
from ..reasoning.told import Facts, Given, Near
from ..rulebook.compiled import AwardBasis, CompiledRulebook, Standing
from ..rulebook.readings import GROUP, readings_behind
from ..rulebook.taken import reading_named
from ..telling.called import meant
from ..telling.results import refuse_contradictions
from ..telling.simulated import YUAN, Amount, Failed, Option, Point, ReadingCost, Rivals, Simulated, Sweep
from ..values import Topic
from .against import Against
from .plans import Plan, Tried, Wanted
from .readable import readable
from .rows import Applicant
from .tally import FAMILY, NOT_TOLD, Group, Measured, Tally, any_met, any_open, in_money, only_hints, pays, sum_of, total_of
from .unsettled import Open

SIZE = "企业划型"
_SIZES = (("micro", "微型"), ("small", "小型"), ("medium", "中型"))  # recognitions of the national standard, as far as the rulebook uses it
_SIZE_BOOK = "national-sme-size"


def simulate(
    wanted: Wanted, applicants: Iterable[Case], *, on: date | None = None, year: int | None = None, others: Sequence[CompiledRulebook] = (),
    key: KeyGiven = None, held: Sequence[Failed] = (), read: Mapping[Position, Applicant] = MappingProxyType({}), tick: Callable[[], None] = lambda: None,
) -> Simulated:  # fmt: skip
    """Judge each applicant under all that is asked. `on` and `year` go before an applicant's own; `held` were read and cannot be judged.

    `read` are the applicants as their register had them, by where each begins: in which cells they stand, and what could not be read.
    Raises `UsageError` where an applicant has no day of decision.
    """
    return _Simulation(wanted, on, year, others, key, read).run(applicants, held, tick)


# -- one applicant after another -------------------------------------------------------------------------------


class _Simulation:
    def __init__(
        self, wanted: Wanted, on: date | None, year: int | None, others: Sequence[CompiledRulebook], key: KeyGiven, read: Mapping[Position, Applicant]
    ) -> None:
        self.wanted, self.on, self.year, self.others, self.key = wanted, on, year, others, key
        self.book = book = wanted.base.book
        self.facts = {name: k for name in wanted.facts if (k := book.names.get(name)) is not None and k in book.facts}
        self.sizes = [(f"{_SIZE_BOOK}/{i}", label) for i, label in _SIZES if f"{_SIZE_BOOK}/{i}" in book.recognitions]
        self.dimensions = [*self.facts, *([SIZE] if self.sizes and SIZE not in self.facts else [])]
        scope = [s for s in book.measures.values() if wanted.only is None or s.id in wanted.only]
        self.hints = only_hints(scope)
        asked = [s for b in (book, *(p.book for p in wanted.plans)) for s in b.measures.values() if wanted.only is None or s.id in wanted.only]
        self.apart = list(dict.fromkeys(s.title for s in asked if s.hint is not self.hints and in_money(s)))  # in no total
        self.before = Tally(wanted.base.label, self.dimensions, hints=self.hints)
        self.open = Open(read, hints=self.hints)
        self.compared = [Against(plan, wanted.base.label, self.dimensions, hints=self.hints) for plan in wanted.plans]
        self.sweeps = [[Tally(s.after, (), hints=self.hints, light=True) for s, _ in tried.points] for tried in wanted.sweeps]
        self.rivals = self._rivals() if wanted.schemes else {}
        self.used: dict[str, Counter[str]] = {i: Counter() for i in self.rivals}
        self.costs = self._costs() if wanted.costs else {}
        self.failed: list[Failed] = []
        self.partly: list[Failed] = []
        self.days: set[date] = set()

    def _rivals(self) -> dict[str, dict[str, Measured]]:
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
                hints = only_hints([self.book.measures[_key(self.book, i)] for i in ids])
                out[key] = _Cost(tuple(ids), {o: Group() for o in reading.options}, hints)
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
            unsettled=self.open.done(), compared=tuple(x.done() for x in self.compared), sweeps=tuple(map(_sweep, self.wanted.sweeps, self.sweeps)),
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
        plans: list[tuple[Against, Judgement | CaseError]] = []
        for against in self.compared:
            try:
                other = facts if against.plan.book.id == self.book.id and not against.foreign(self.book) else self.told(against.plan.book, case, day)
                plans.append((against, self.judged(against.plan, case, other, day)))
            except CaseError as error:
                plans.append((against, error))
        points = [[self.judged(plan, case, facts, day) for _, plan in tried.points] for tried in self.wanted.sweeps]
        rivals, costs = list(self.beside(case, facts, day, now)), list(self.read_both_ways(case, facts, day, now))
        self.open.add(case, now, left_out)
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
            self.rivals[i].setdefault(name, Measured(m.spec, m.scheme)).add(m)
            self.used[i][name] += now.measures[_key(self.book, i)].scheme.name == name
        for cost, felt, rest, sums in costs:
            cost.touched += felt
            cost.rest = cost.rest.plus(rest)
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
        keys, problems = applied_in(book, case.applied, [o for o in self.others if o.id != book.id]) if case.applied is not None else (None, [])
        if reader.problems or problems:
            raise CaseError([*reader.problems, *problems])
        facts = replace(facts, applied=keys, statement=case.statement)
        refuse_contradictions(book, facts, day)
        return facts

    def judged(
        self, plan: Plan, case: Case, facts: Facts, day: date, *, schemes: Mapping[str, str] | None = None, readings: Mapping[str, str] | None = None,
        only: Sequence[str] | None = None,
    ) -> Judgement:  # fmt: skip
        """One applicant under a policy; `schemes` and `readings` go before the policy's own, `only` (ids of measures) before all that is asked."""
        titles = {s.id: s.title for s in plan.book.measures.values()}
        own = {i: str(s) for name, s in case.schemes.items() for i in meant(str(name), titles) if s in plan.book.measures[_key(plan.book, i)].schemes}
        said = {r.key: x.option for n, x in case.readings.items() if (r := reading_named(plan.book, str(n))) is not None and r.open}
        asked = self.wanted.only if only is None else only
        return judge_with(
            "python", plan.book, facts, on=day, schemes={**own, **plan.schemes, **(schemes or {})},
            only=None if asked is None else tuple(i for i in asked if i in titles), readings={**said, **plan.readings, **(readings or {})},
        )  # fmt: skip

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

    def read_both_ways(self, case: Case, facts: Facts, day: date, now: Judgement) -> Iterator[tuple[_Cost, bool, Amount, list[tuple[str, Sum]]]]:
        """What each open reading comes to, over the measures it touches."""
        for key, cost in self.costs.items():
            members = {_key(self.book, i) for i in cost.only}
            here = {k: m for k, m in now.measures.items() if k in members}
            felt = any(_hangs_on(m, key) for m in here.values())
            sums: list[tuple[str, Sum]] = []
            for option in cost.options:
                one = self.judged(self.wanted.base, case, facts, day, readings={key: option}, only=cost.only) if felt else None
                read = [m for k, m in (here if one is None else one.measures).items() if k in members and facts.applied_for(k)]
                paying = [m for m in read if pays(m, facts, cost.hints)]
                sums.append((option, (any_met(read), any_open(read), sum_of(paying) if one is None else total_of(one, paying, cost.hints))))
            rest = [m for k, m in now.measures.items() if k not in members and pays(m, facts, cost.hints)]
            yield cost, felt, sum_of(rest), sums

    def shared(self) -> Amount:
        """The whole of what there is now, knowing that a reading is the same for all: never wider than summing each applicant's ends."""
        whole = self.before.total.amount
        for cost in self.costs.values():
            if cost.hints is not self.hints:
                continue
            ways = [g.amount.plus(cost.rest) for g in cost.options.values()]
            highs = [w.high for w in ways]
            most = None if None in highs else max(h for h in highs if h is not None)
            high = most if whole.high is None else whole.high if most is None else min(whole.high, most)
            low, least = max(whole.low, min(w.low for w in ways)), max(whole.least, min(w.least for w in ways))
            whole = Amount(low=low, high=high, ceiling=low - least)
        return whole

    # -- the results ---------------------------------------------------------------------------------------

    def _beside(self, i: str, found: Mapping[str, Measured]) -> Rivals:
        return Rivals(id=i, title=self.book.measures[_key(self.book, i)].title, used=dict(self.used[i]), lines=tuple(x.line() for x in found.values()))

    def _cost(self, key: str, cost: _Cost) -> ReadingCost:
        reading = self.book.readings[key]
        return ReadingCost(
            name=reading.name, question=reading.question, clause=reading.clause, touched=cost.touched,
            measures=tuple(self.book.measures[_key(self.book, i)].title for i in cost.only),
            options=tuple(Option(option=o, eligible=g.eligible, amount=g.amount) for o, g in cost.options.items()),
        )  # fmt: skip

    def _notes(self) -> Iterable[str]:
        if not self.before.total.amount.settled:
            yield "有数据、读法或标准未定，合计是上下限：实际在两端之间，哪一端都不是预计数；因为什么、补什么能定下来，见“未定原因”"
            if (shared := self.shared()) != self.before.total.amount:
                yield f"各户的两端相加，是按各户分别取读法；读法对各户是同一种，所以现行合计实际是 {shared.text}"
        if self.book.stacking and not self.before.total.amount.settled:
            yield f"按{FAMILY}、按事项的金额是叠加规则之后各事项的；几项择一而未定时，它们的上限相加可以大于合计"
        lines = [m.line() for tally in (self.before, *(x.tally for x in self.compared)) for m in tally.measures.values()]
        counted = [x for x in lines if x.amount is not None and x.amount.high != 0 and x.amount.unit == YUAN]
        if abroad := list(
            dict.fromkeys(f"{x.title}（{x.amount.unit}）" for x in lines if x.amount is not None and x.amount.high != 0 and x.amount.unit != YUAN)
        ):
            yield f"不以元计的金额没有折算，不在合计和分组里，只列在按事项里：{'、'.join(abroad)}"
        if capped := list(dict.fromkeys(x.title for x in counted if AwardBasis.CEILING in x.bases)):
            yield f"“不超过”的只计入合计的上端，是至多支出，不是应得：{'、'.join(capped)}"
        if weak := list(dict.fromkeys(f"{x.title}（{x.standing.label}）" for x in counted if x.standing >= Standing.ASSUMED)):
            yield f"合计里依据不是现行的，不构成支持承诺：{'、'.join(weak)}"
        if self.hints:
            yield "所看的都是提示事项，由别的层级支付：这里的合计是它们的，不是本级支出"
            if self.apart:
                yield f"另一规则库里不是提示事项的，不计入合计：{'、'.join(self.apart)}"
        elif self.apart:
            yield f"提示事项由别的层级支付，不计入合计：{'、'.join(self.apart)}"
        if any(g.applicants and n == NOT_TOLD for found in self.before.groups.values() for n, g in found.items()):
            yield f"{NOT_TOLD}是申报数据里没有告诉，不归入任何一类"


def _told(given: Given) -> str:
    """The group a value puts an applicant into: what is only nearly an entry is to be confirmed, and is none."""
    if given.value is not None:
        return str(given.value)
    word = next((x.word for x in given.stages.values() if isinstance(x, Near)), "")
    return f"{word}（待核实）"


Sum = tuple[bool, bool, Amount]  # whether anything is met, anything open, and what it comes to


@mutable
class _Cost:
    only: tuple[str, ...]
    options: dict[str, Group]
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


def _sweep(tried: Tried, tallies: Sequence[Tally]) -> Sweep:
    points = []
    for (supposed, _), tally in zip(tried.points, tallies, strict=True):
        picture = tally.picture()
        value = supposed.value
        number = Fraction(value) if isinstance(value, Fraction | int) and not isinstance(value, bool) else None
        now = supposed.after == supposed.before
        points.append(Point(text=supposed.after, value=number, total=picture.total, measures=picture.measures, now=now))
    first = tried.points[0][0]
    lines = [{m.line: (m.outcomes, m.amount) for m in p.measures} for p in points]
    moving = tuple(dict.fromkeys(i for i, unit in lines[0] if any(x.get((i, unit)) != lines[0][i, unit] for x in lines))) if lines else ()
    return Sweep(figure=first, points=tuple(points), measures=moving)


__all__ = ["SIZE", "failed_of", "simulate"]
