"""The questions asked of every measure, each a claim that is proved, refuted, or neither.

A claim that something can be (a measure can be met, a condition decides, a cap bites) is proved by an
example and refuted by there being none; a claim that nothing falls through is the other way round. What is
refuted is a finding. See `search` for how examples are looked for, `example` for who confirms them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import z3

from ..backends.smt.measures import Amounts, Measures, Met
from ..backends.smt.owners import Owner, book_without, days_of
from ..backends.smt.terms import Sym, Tri, Untranslatable, added, conj, disj, lifted, neg, number, ordered
from ..backends.smt.world import Told
from ..language.units import show_amount
from ..plain import dataclass
from ..reasoning.judged import Judgement, MeasureJudged, Step, StepKind
from ..rulebook.compiled import CompiledRulebook, Condition, FactKind, LimitSpec, Match, MeasureSpec, Role, RowSpec, Rule, SchemeSpec, StackingSpec, TableSpec
from ..rulebook.reach import paid_by
from ..rulebook.readings import decided
from ..values import Causes, Topic, Truth
from ..words import Outcome
from .example import Example, smallest
from .search import Answered, Budget, find

MANY = (8, 64, 256)  # records of each type where three cannot reach a cap or a number asked for
ENOUGH = 24  # records of each type at most that are gone through so as to be sure that there is none


class Status(StrEnum):
    PROVED = "proved"
    REFUTED = "refuted"
    OPEN = "open"


class Kind(StrEnum):
    """What is asked; the claim that is proved or refuted."""

    MEETABLE = "meetable"  # somebody can meet it
    DECIDES = "decides"  # without the condition somebody's outcome is another
    TABLE = "table"  # who meets the measure is in some row of the table
    BANDS = "bands"  # and in one only
    CAP = "cap"  # the cap takes something off somebody's amount, and nothing is left above it
    TOGETHER = "together"  # two measures of an exclusive group can meet
    COMMON = "common"  # the common cap takes something off
    CLIFF = "cliff"  # listed: a little more pays less


class Why(StrEnum):
    """Why a claim is neither."""

    UNTRANSLATABLE = "untranslatable"
    LOOSE = "loose"
    NOT_FOUND = "not_found"  # the search ended without an answer
    UNCONFIRMED = "unconfirmed"  # the reference says otherwise: an error of ours
    FEW_RECORDS = "few_records"  # none with so many records of each type
    UNSET = "unset"  # a figure nobody set leaves it open
    NO_TIME = "no_time"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One question of one measure (or recognition, or group), answered."""

    kind: Kind
    owner: str  # id
    title: str
    scheme: str = ""
    about: str = ""  # label of the condition, cap, table or fact
    place: str = ""
    status: Status
    why: Why | None = None
    detail: str = ""
    example: Example | None = None
    beside: Example | None = None  # of a cliff: with a little more
    figures: tuple[str, ...] = ()
    excused: str = ""  # why a refuted one is as it must be

    @property
    def finding(self) -> bool:
        return self.status is Status.REFUTED and self.kind is not Kind.TOGETHER and not self.excused


Confirmed = Callable[[Example], bool]
Goal = Callable[[Measures, Met], Any]


def alone(book: CompiledRulebook) -> CompiledRulebook:
    """The rulebook without what measures do to one another: a question of one asks nothing of its rivals."""
    return replace(book, stacking=(), digest=f"{book.digest}-alone")


def settled(book: CompiledRulebook, taken: Mapping[str, str]) -> CompiledRulebook:
    """The rulebook with these readings taken; what turned on nothing else stands or falls with a reading no more."""
    made = decided(book, taken)
    loose = {k: x for k, x in book.variants.items() if any(r not in taken and book.readings[r].open for r, _ in x[0].under)}
    return replace(made, variants=MappingProxyType(loose), digest=f"{made.digest}-settled")


def standing_in(book: CompiledRulebook, owner: Owner, scheme: SchemeSpec | None) -> tuple[Owner, SchemeSpec | None]:
    """The same measure (or recognition) and scheme in a rulebook whose readings are taken otherwise."""
    if not isinstance(owner, MeasureSpec):
        return book.recognitions[owner.key], None
    found = book.measures[owner.key]
    return found, None if scheme is None else found.schemes[scheme.name] if found.schemes else found.base


class Examined:
    """One measure (under one scheme) or one recognition, on the days that matter."""

    def __init__(
        self, book: CompiledRulebook, name: str, owner: Owner, scheme: SchemeSpec | None, budget: Budget, on: date | None = None,
        taken: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """`taken`: open readings, each decided one way: the questions are asked of that rulebook, and of the owner as it is in it."""
        self.book = alone(settled(book, taken) if taken else book)
        self.owner, self.scheme = standing_in(self.book, owner, scheme) if taken else (owner, scheme)
        self.name, self.budget = name, budget
        self.readings = {book.readings[k].name: option for k, option in (taken or {}).items()}
        self.days = [on] if on is not None else days_of(book, owner, scheme)
        self._worlds: dict[Any, Measures] = {}

    @property
    def schemes(self) -> Mapping[str, str]:
        named = isinstance(self.owner, MeasureSpec) and bool(self.owner.schemes) and self.scheme is not None
        return {self.owner.id: self.scheme.name} if named and self.scheme is not None else {}

    def world(self, day: date, *, records: int = 3, abstract: bool = False) -> Measures:
        key = (day, records, abstract)
        if key not in self._worlds:
            self._worlds[key] = Measures(self.book, day, day.year, records=records, abstract=abstract)
        return self._worlds[key]

    def met(self, measures: Measures, without: Condition | None = None) -> Met:
        if isinstance(self.owner, MeasureSpec):
            assert self.scheme is not None
            return measures.met(self.owner, self.scheme, without)
        from ..backends.smt.env import Env

        truth_of = measures.meets(self.owner, Env(measures.on), without)
        return Met(truth_of, truth_of, truth_of)

    def example(self, measures: Measures, told: Told) -> Example:
        return Example(told=told, on=measures.on, year=measures.world.year, rulebook=self.name, schemes=self.schemes, readings=self.readings)

    def judged(self, example: Example, book: CompiledRulebook | None = None) -> MeasureJudged | None:
        assert isinstance(self.owner, MeasureSpec)
        judgement = example.decided(book or self.book, (self.owner.id,))
        return None if judgement is None else judgement.measures.get(self.owner.key)

    def verdict(self, example: Example, book: CompiledRulebook | None = None) -> Any:
        """What the reference says: whether the conditions hold and the measure is in force; None if the text is no case."""
        if isinstance(self.owner, MeasureSpec):
            judged = self.judged(example, book)
            if judged is None:
                return None
            return "no" if judged.outcome is Outcome.NOT_IN_FORCE else _verdict(judged.conditions.truth)
        judgement: Judgement | None = example.decided(book or self.book)
        found = None if judgement is None else judgement.recognitions.get((self.owner.key, example.on))
        return None if found is None else _verdict(found.meets)

    def sought(
        self, goal: Goal, confirmed: Confirmed, *, records: int = 3, also: Callable[[Measures], list[Any]] | None = None
    ) -> tuple[Example | None, Why | None, str]:
        """An example of the goal on one of the days; else why there is none (None: there is none)."""
        why: Why | None = None
        detail = ""
        for day in self.days:
            try:
                found, measures, enough = self._found(goal, day, records, also)
            except Untranslatable as error:
                return None, Why.UNTRANSLATABLE, str(error)
            if found.told is not None:
                example = self.example(measures, found.told)
                if confirmed(example):
                    return smallest(example, confirmed) if measures.world.records <= MANY[0] else example, None, ""
                why, detail = Why.UNCONFIRMED, f"{day}"
            elif not found.none:
                why, detail = why or Why.NOT_FOUND, detail or f"{day}"
            elif why is None and (left := self._impossible(measures, goal, enough)) is not None:
                why, detail = left
        return None, why, detail

    def _found(self, goal: Goal, day: date, records: int, also: Callable[[Measures], list[Any]] | None) -> tuple[Answered, Measures, bool]:
        """An example with so many records; where there is none, with as many as it takes for none to be missed; whether those are enough."""
        measures = self.world(day, records=records)
        measures.each.clear()
        formula = goal(measures, self.met(measures))
        found = find(measures, formula, self.budget, also=also(measures) if also is not None else ())
        more = measures.needed()
        if not found.none or measures.world.loose or more is None or not records < more <= ENOUGH:
            return found, measures, more is not None and more <= records
        measures = self.world(day, records=more)
        return find(measures, goal(measures, self.met(measures)), self.budget, also=also(measures) if also is not None else ()), measures, True

    def _impossible(self, measures: Measures, goal: Goal, enough: bool) -> tuple[Why, str] | None:
        """Why “none” is not certain; None if it is."""
        if measures.world.loose:
            return Why.LOOSE, next(iter(measures.world.loose))
        if not enough:
            return Why.FEW_RECORDS, str(measures.world.records)
        if not measures.reader.aggregated:
            return None
        freely = self.world(measures.on, records=measures.world.records, abstract=True)
        try:
            asked = goal(freely, self.met(freely))
        except Untranslatable:  # a count stands where nothing bounds it
            return Why.FEW_RECORDS, str(measures.world.records)
        if find(freely, asked, self.budget).none and not freely.world.loose:
            return None
        return Why.FEW_RECORDS, str(measures.world.records)

    def claim(self, kind: Kind, about: str, found: tuple[Example | None, Why | None, str], *, shows: bool = True, place: str = "", says: str = "") -> Claim:
        """An answered claim. `shows`: an example proves it; else an example refutes it."""
        example, why, detail = found
        status = (Status.PROVED if shows else Status.REFUTED) if example else Status.OPEN if why else (Status.REFUTED if shows else Status.PROVED)
        if example is not None:
            example = self.told_of(replace(example, says=says))
        return Claim(
            kind=kind, owner=self.owner.id, title=self.owner.title, scheme=self.scheme.name if self.schemes and self.scheme else "", about=about,
            place=place, status=status, why=why if status is Status.OPEN else None, detail=detail if status is Status.OPEN else "", example=example,
        )  # fmt: skip

    def told_of(self, example: Example) -> Example:
        """With what is expected of it."""
        if not isinstance(self.owner, MeasureSpec):
            return example
        judged = self.judged(example)
        return replace(example, expected={self.owner.id: judged.outcome.label}) if judged is not None else example

    # -- the questions ----------------------------------------------------------------------------

    def meetable(self) -> Claim:
        found = self.sought(lambda _, met: met.truth.t, lambda e: self.verdict(e) == "yes")
        nested = any(m.reader.nested for m in self._worlds.values())  # of each record each is asked: with many there is no end of it
        for many in MANY[:1] if nested else MANY:
            if found[1] is Why.FEW_RECORDS:
                more = self.sought(lambda _, met: met.truth.t, lambda e: self.verdict(e) == "yes", records=many, also=lambda m: m.uniform())
                found = more if more[0] is not None else found
        if found[0] is None and found[1] is None:
            maybe = self.sought(lambda _, met: neg(met.truth.f), lambda e: self.verdict(e) == "open")
            found = (None, Why.UNSET, "") if maybe[0] is not None else (None, maybe[1], maybe[2])
        return self.claim(Kind.MEETABLE, "", found, says=f"能享受“{self.owner.title}”的一户")

    def decides(self, condition: Condition) -> Claim:
        """Whether leaving a condition out changes what somebody comes to."""
        other = book_without(self.book, self.owner, condition)

        told_apart: list[tuple[Any, Any]] = []

        def confirmed(example: Example) -> bool:
            pair = self.verdict(example), self.verdict(example, other)
            if None in pair or pair[0] == pair[1]:
                return False
            told_apart[:] = told_apart or [pair]  # smaller ones are to say the same as the first
            return told_apart[0] == pair

        def settled(m: Measures, met: Met) -> Any:
            less = self.met(m, condition).truth
            return disj(conj(met.truth.f, less.t), conj(met.truth.t, less.f))

        def opened(m: Measures, met: Met) -> Any:
            less = self.met(m, condition).truth
            return disj(_differ(met.truth.t, less.t), _differ(met.truth.f, less.f))

        found = self.sought(settled, confirmed)
        if found[0] is None and found[1] is not Why.UNTRANSLATABLE:
            told_apart.clear()
            again = self.sought(opened, confirmed)
            found = again if again[0] is not None or again[1] is not None else found if found[1] is Why.UNCONFIRMED else again
        word = "排除情形" if condition.role is Role.UNLESS else "条件"
        return self.claim(
            Kind.DECIDES, condition.label, found, place=str(condition.at), says=f"只因{word}“{condition.label}”而结论不同的一户（{self.owner.title}）"
        )

    def amounts(self, measures: Measures, met: Met) -> Amounts | None:
        assert isinstance(self.owner, MeasureSpec) and self.scheme is not None
        before = dict(measures.world.loose)
        amounts = measures.amounts(self.owner, self.scheme, met)
        if amounts is not None and amounts.unset:
            measures.world.loose = before  # what nobody has set says nothing of anything else
        return amounts

    def tables(self) -> Iterator[Claim]:
        """For each table the measure asks: whether whoever meets it stands in a row, and in one only."""
        if not isinstance(self.owner, MeasureSpec):
            return
        try:
            measures = self.world(self.days[0])
            self.amounts(measures, self.met(measures))
        except Untranslatable:
            pass
        assert self.scheme is not None
        paying = paid_by(self.book, self.owner, self.scheme)
        for key in dict.fromkeys(t.key for t, _, _ in self.world(self.days[0]).reader.tables.asked):
            table = self.book.tables[key]

            def gap(m: Measures, met: Met, key: str = key) -> Any:
                amounts = self.amounts(m, met)
                missed = [
                    (conj(known, *(x.truth.f if t.worked_out else neg(x.truth.t) for x in rows)), meant)
                    for (t, known, rows), meant in zip(m.reader.tables.asked, m.reader.tables.on_purpose, strict=True) if t.key == key
                ]  # fmt: skip
                full = m.filling(key)  # it matters where an answer of the table would settle something
                then = self.met(full)
                # what is paid can only be open for want of a row of a table that it asks
                paid = self.amounts(full, then) if key in paying and amounts is not None and not amounts.unset else None
                unpaid = False if amounts is None or paid is None else conj(met.truth.t, neg(amounts.amount.known), paid.amount.known)
                undecided = conj(neg(met.truth.t), neg(met.truth.f), disj(then.truth.t, then.truth.f))
                # a condition may be open where the table says it has no row; whoever meets them all must be in one
                return disj(conj(unpaid, disj(*(x for x, _ in missed))), conj(undecided, disj(*(conj(x, neg(meant)) for x, meant in missed))))

            def between(m: Measures, met: Met, key: str = key) -> Any:
                self.amounts(m, met)
                asked = [
                    conj(known, a.truth.t, b.truth.t, _apart(a.value, b.value))
                    for t, known, rows in m.reader.tables.asked if t.key == key
                    for n, a in enumerate(rows) for b in rows[n + 1 :] if _may_meet(t, a.row, b.row)
                ]  # fmt: skip
                return conj(neg(met.truth.f), disj(*asked))

            first: list[Outcome] = []

            def falls(example: Example, key: str = key, first: list[Outcome] = first) -> bool:
                judged = self.judged(example)
                if judged is None or judged.outcome not in (Outcome.ELIGIBLE, Outcome.UNDETERMINED):
                    return False
                if not _told(judged.missing):
                    return False
                first[:] = first or [judged.outcome]
                return first[0] is judged.outcome and any(c.what.topic in (Topic.NO_ROW, Topic.NO_BAND) and c.what.id == key for c in judged.missing)

            def torn(example: Example, key: str = key) -> bool:
                judged = self.judged(example)
                return judged is not None and _told(judged.missing) and any(c.what.topic is Topic.ROW_ORDER and c.what.id == key for c in judged.missing)

            if not table.adds_up:  # of no row at all the sum is nought
                yield self.claim(Kind.TABLE, table.name, self.sought(gap, falls), shows=False, says=f"够条件而“{table.name}”里没有一行的一户")
            if table.match in (Match.SLAB, Match.MARGINAL) or table.doubtful or (table.match is Match.FIRST and table.unproved):
                found = self.sought(between, torn if table.unproved else lambda e: self.verdict(e) == "yes")
                yield self.claim(Kind.BANDS, table.name, found, shows=False, says=f"“{table.name}”里有两行都说到的一户")

    def caps(self) -> Iterator[Claim]:
        if not isinstance(self.owner, MeasureSpec) or self.scheme is None or self.scheme.award is None or self.scheme.award.expr is None:
            return
        if self.scheme.limits and not self._unset():  # where nobody has set the amount there is nothing to cap
            for limit in self.scheme.limits:
                yield self._cap(limit)

    def _cap(self, limit: LimitSpec) -> Claim:
        def bites(m: Measures, met: Met) -> Any:
            amounts = self.amounts(m, met)
            return False if amounts is None else disj(*(
                conj(counts, before.known, room.known, ordered(">", before, room).t) for one, counts, before, room in amounts.limits if one is limit
            ))  # fmt: skip

        def confirmed(example: Example) -> bool:
            judged = self.judged(example)
            steps = [s for s in (() if judged is None else judged.award.steps) if s.rule is limit and s.change]
            return judged is not None and _told(judged.missing) and bool(steps) and all(map(_kept, steps))

        found = self.sought(bites, confirmed, also=lambda m: m.no_prior())
        if found[0] is None and found[1] is not Why.UNTRANSLATABLE:
            found = self.sought(bites, confirmed)
        if found[0] is None and found[1] in (None, Why.FEW_RECORDS) and isinstance(self.owner, MeasureSpec) and self.owner.each:
            found = self.sought(bites, confirmed, also=lambda m: m.no_prior(), records=MANY[0])
            if found[0] is None and found[1] is None:
                found = (None, Why.FEW_RECORDS, str(MANY[0]))  # one more record might reach it
        label = limit.label or "限额"
        return self.claim(Kind.CAP, label, found, place="", says=f"“{label}”减去了一部分的一户（{self.owner.title}）")

    def _unset(self) -> bool:
        """Whether the amount is nobody's figure on any day looked at."""
        for day in self.days:
            try:
                measures = self.world(day)
                amounts = self.amounts(measures, self.met(measures))
            except Untranslatable:
                return False
            if amounts is None or not (amounts.unset or all(b.known is False or r.known is False for _, _, b, r in amounts.limits)):
                return False
        return True

    def cliffs(self) -> Iterator[Claim]:
        """Where a little more of one figure pays less: listed, never refused."""
        if not isinstance(self.owner, MeasureSpec) or self.scheme is None or self.scheme.award is None or self.scheme.award.expr is None:
            return
        try:
            measures = self.world(self.days[0])
            met = self.met(measures)
            amounts = self.amounts(measures, met)
        except Untranslatable:
            return
        if amounts is None or amounts.unset:
            return
        for answer in [a for a, asked in measures.world.answers() if a.scale is not None and (asked is True or _first(asked, measures))]:
            if (claim := self._cliff(measures, amounts.amount, answer)) is not None:
                yield claim

    def _cliff(self, measures: Measures, pays: Sym, answer: Any) -> Claim | None:
        swap = (answer.var, answer.var + 1)

        def moved(x: Any) -> Any:
            return x if isinstance(x, bool | int) or not z3.is_expr(x) else z3.substitute(x, swap)

        then = Sym(moved(pays.value), moved(pays.known), den=moved(pays.den))
        drop = number(_one(answer.spec.kind))
        less = conj(pays.known, then.known, ordered(">", added(Sym(pays.value, den=pays.den), Sym(then.value, den=then.den), -1), drop).t)
        also = [z3.substitute(lifted(x), swap) for x in measures.limits()]
        found: Answered = find(measures, less, self.budget, also=[*also, *measures.no_prior()], moved={answer.var.get_id(): 1})
        if found.told is None or found.instead is None:
            return None
        one, other = found.told, found.instead
        first, second = self.example(measures, one), self.example(measures, other)

        def falls(example: Example) -> bool:
            a, b = self.judged(example), self.judged(replace(second, told=_with_moved(example.told, one, other)))
            paid = _paid(a), _paid(b)
            return paid[0] is not None and paid[1] is not None and paid[1] < paid[0]

        if not falls(first):
            return None
        first = smallest(first, falls)
        second = replace(second, told=_with_moved(first.told, one, other))
        paid = tuple(show_amount(_paid(self.judged(x)) or Fraction(0), (("元", 1),)) for x in (first, second))
        return Claim(
            kind=Kind.CLIFF, owner=self.owner.id, title=self.owner.title, scheme=self.scheme.name if self.schemes and self.scheme else "",
            about=answer.spec.name, status=Status.PROVED, example=self.told_of(first), beside=self.told_of(second), figures=(*paid, _moved_to(first.told, second.told)),
        )  # fmt: skip


def _may_meet(table: TableSpec, one: RowSpec, other: RowSpec) -> bool:
    """Whether two rows that both apply leave a table open."""
    if table.unproved:
        return table.rest not in (one.number, other.number) and bool({one.number, other.number} & set(table.unproved))
    return bool(one.value != other.value)


def _apart(a: Any, b: Any) -> Any:
    """Whether two values of rows differ."""
    if isinstance(a, Tri):
        return disj(conj(a.t, b.f), conj(a.f, b.t))
    return disj(ordered("!=", a, b).t, neg(a.known), neg(b.known))


_ANSWERS = {Topic.FACT, Topic.FIELD, Topic.GRANT, Topic.LIST, Topic.REST, Topic.YEAR, Topic.CERTIFICATE}


def _told(causes: Causes) -> bool:
    """Whether nothing is open for want of an answer: an example tells all that is asked."""
    return not any(c.what.topic in _ANSWERS for c in causes)


def _verdict(found: Truth) -> str | None:
    """What the reference says of conditions; None where it would ask first."""
    if found.value is None:
        return "open" if _told(found.causes) else None
    return "yes" if found.value else "no"


def _kept(step: Step) -> bool:
    """Whether what a cap left is not above it."""
    room = step.left if step.left is not None else step.limit
    high = getattr(step.after, "high", None)
    return step.kind is StepKind.COUNT or room is None or room.high is None or (high is not None and high <= room.high)


def _differ(a: Any, b: Any) -> Any:
    return disj(conj(a, neg(b)), conj(neg(a), b))


def _first(asked: Any, measures: Measures) -> bool:
    """Whether it is a column of the first record of its list."""
    return any(rows[0].present is asked for rows in measures.world.lists.values())


def _one(kind: FactKind) -> Any:
    return Fraction(1) if kind == FactKind.MONEY else Fraction(0)


def _paid(judged: MeasureJudged | None) -> Fraction | None:
    """What is paid where all is told; nothing to whom is refused."""
    if judged is None or not _told(judged.missing):
        return None
    return Fraction(0) if judged.outcome is Outcome.INELIGIBLE else judged.award.high if judged.outcome is Outcome.ELIGIBLE else None


def _with_moved(told: Told, first: Told, second: Told) -> Told:
    """The example with the one answer moved that parts the two models."""

    def moved(x: Any, a: Any, b: Any) -> Any:
        if isinstance(x, Mapping):
            return {k: moved(v, a.get(k), b.get(k)) for k, v in x.items()}
        return b if a != b else x

    data = {n: moved(x, first.data[n], second.data[n]) for n, x in told.data.items()}
    records = {}
    for name, rows in told.records.items():
        twins = {_name(a): (a, b) for a, b in zip(first.records[name], second.records[name], strict=True)}
        records[name] = [{c: moved(x, *(t.get(c) for t in twins[_name(r)])) for c, x in r.items()} for r in rows]
    return Told(data, records)


def _name(row: Mapping[str, str]) -> str:
    return next(iter(row.values()))


def _moved_to(first: Told, second: Told) -> str:
    """The answer in both, in words."""
    for name, x in first.data.items():
        if (y := second.data[name]) != x:
            return f"{_flat(x)} → {_flat(y)}"
    for name, rows in first.records.items():
        for a, b in zip(rows, second.records[name], strict=True):
            for c, x in a.items():
                if b[c] != x:
                    return f"{x} → {b[c]}"
    return ""


def _flat(x: Any) -> str:
    return "、".join(f"{y}年度 {v}" for y, v in x.items()) if isinstance(x, Mapping) else str(x)


# -- between measures -------------------------------------------------------------------------------------


class Pair:
    """Measures that stand in a group, over one world."""

    def __init__(
        self, book: CompiledRulebook, name: str, group: StackingSpec, budget: Budget, on: date | None = None, taken: Mapping[str, str] | None = None
    ) -> None:  # fmt: skip
        """`taken`: as of `Examined`."""
        self.book = settled(book, taken) if taken else book
        self.name, self.budget = name, budget
        self.group = next((g for g in self.book.stacking if g.key == group.key), group)
        self.readings = {book.readings[k].name: option for k, option in (taken or {}).items()}
        self.members = [self.book.measures[m] for m in self.group.members]
        spec = max(self.members, key=lambda m: len(days_of(book, m)))
        self.days = [on] if on is not None else days_of(book, spec, None)

    def _sought(self, specs: Sequence[MeasureSpec], goal: Callable[[Measures], Any], confirmed: Confirmed) -> tuple[Example | None, Why | None, str]:
        why: Why | None = None
        detail = ""
        for day in self.days:
            try:
                measures = Measures(self.book, day, day.year)
                found = find(measures, goal(measures), self.budget)
            except Untranslatable as error:
                return None, Why.UNTRANSLATABLE, str(error)
            if found.told is not None:
                example = Example(told=found.told, on=day, year=day.year, rulebook=self.name, readings=self.readings)
                if confirmed(example):
                    return smallest(example, confirmed), None, ""
                why, detail = Why.UNCONFIRMED, f"{day}"
            elif not found.none:
                why, detail = why or Why.NOT_FOUND, detail or f"{day}"
            elif why is None and measures.world.loose:
                why, detail = Why.LOOSE, next(iter(measures.world.loose))
            elif why is None and (measures.reader.aggregated or measures.short):
                why, detail = Why.FEW_RECORDS, str(measures.world.records)
        return None, why, detail

    def _claim(self, kind: Kind, about: str, found: tuple[Example | None, Why | None, str], says: str) -> Claim:
        example, why, detail = found
        if example is not None:
            judgement = example.decided(self.book)
            expected = (
                {} if judgement is None else {m.id: judgement.measures[m.key].outcome.label for m in self.members if m.id in about or kind is Kind.COMMON}
            )
            example = replace(example, says=says, expected=expected)
        status = Status.PROVED if example is not None else Status.OPEN if why else Status.REFUTED
        return Claim(kind=kind, owner=self.group.id, title=self.group.title, about=about, status=status, why=why, detail=detail, example=example)

    def claims(self) -> Iterator[Claim]:
        if self.group.rule == Rule.CAP:
            yield self._common()
            return
        for n, a in enumerate(self.members):
            for b in self.members[n + 1 :]:
                yield self._together(a, b)

    def _together(self, a: MeasureSpec, b: MeasureSpec) -> Claim:
        def goal(m: Measures) -> Any:
            return conj(*(m.met(s, next(iter(s.schemes.values()), s.base)).truth.t for s in (a, b)))

        def confirmed(example: Example) -> bool:
            judgement = example.decided(self.book)
            if judgement is None:
                return False
            found = [judgement.measures[s.key] for s in (a, b)]
            return all(f.conditions.truth.value is True and f.outcome is not Outcome.NOT_IN_FORCE for f in found)

        def perhaps(m: Measures) -> Any:
            return conj(*(neg(m.met(s, next(iter(s.schemes.values()), s.base)).truth.f) for s in (a, b)))

        def unrefuted(example: Example) -> bool:
            judgement = example.decided(self.book)
            if judgement is None:
                return False
            found = [judgement.measures[s.key] for s in (a, b)]
            return all(f.outcome not in (Outcome.INELIGIBLE, Outcome.NOT_IN_FORCE) and _told(f.missing) for f in found)

        found = self._sought((a, b), goal, confirmed)
        if found[:2] == (None, None) and self._sought((a, b), perhaps, unrefuted)[0] is not None:
            found = (None, Why.UNSET, "")  # what nobody has set, or nobody has read, keeps them open: the group still holds them apart
        return self._claim(Kind.TOGETHER, f"{a.id}、{b.id}", found, f"“{a.title}”与“{b.title}”都够条件的一户")

    def _common(self) -> Claim:
        """A cap over several measures: whether it takes something off, and that nothing above it is left."""
        group = self.group

        def goal(m: Measures) -> Any:
            from ..backends.smt.env import Env

            total = number(_one(FactKind.QUANTITY))
            documents = []
            for spec in self.members:
                scheme = next(iter(spec.schemes.values()), spec.base)
                documents.append(scheme.document if spec.schemes else None)
                amounts = m.amounts(spec, scheme, m.met(spec, scheme))
                if amounts is not None:
                    total = added(total, amounts.amount)
            assert group.amount is not None
            cap = m.reader.sym(group.amount, Env(m.on, document=documents[0]))
            return conj(total.known, cap.known, ordered(">", total, cap).t, *(lifted(x) for x in m.no_prior()))

        def confirmed(example: Example) -> bool:
            judgement = example.decided(self.book)
            if judgement is None:
                return False
            found = [judgement.measures[s.key] for s in self.members]
            steps = [s for f in found for s in (*f.award.steps, *f.notes) if s.rule == group]
            limits = [s.limit.high for s in steps if s.limit is not None and s.limit.high is not None]
            total = sum((f.award.high or 0 for f in found if f.outcome is Outcome.ELIGIBLE), 0)
            return bool(steps) and all(total <= x for x in limits)

        return self._claim(Kind.COMMON, group.title, self._sought(self.members, goal, confirmed), f"“{group.title}”减去了一部分的一户")


__all__ = ["Claim", "Examined", "Kind", "Pair", "Status", "Why"]
