"""The questions asked of every measure, each a claim that is proved, refuted, or neither.

A claim that something can be (a measure can be met, a condition decides, a cap bites) is proved by an
example and refuted by there being none; a claim that nothing falls through is the other way round. What is
refuted is a finding. See `search` for how examples are looked for, `example` for who confirms them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ..backends.smt.env import Env
from ..backends.smt.measures import Amounts, Measures, Met
from ..backends.smt.owners import Owner, book_without, days_of
from ..backends.smt.terms import Tri, Untranslatable, conj, disj, is_plain, neg, ordered
from ..backends.smt.world import Row, Told
from ..reasoning.judged import Judgement, MeasureJudged, Step, StepKind
from ..rulebook.compiled import CompiledRulebook, Condition, LimitSpec, Match, MeasureSpec, Role, RowSpec, SchemeSpec, TableSpec
from ..rulebook.reach import paid_by, tables_behind
from ..values import Topic, Truth
from ..words import Outcome
from .claims import Claim, Confirmed, Goal, Kind, Status, Why, alone, last_year, settled, standing_in, told_all
from .example import Example, smallest
from .search import Answered, Budget, beyond, find, nowhere

MANY = (8, 64, 256)  # records of each type where three cannot reach a cap or a number asked for
ENOUGH = 24  # records of each type at most that are gone through so as to be sure that there is none


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

    def world(self, day: date, year: int | None = None, *, records: int = 3, abstract: bool = False) -> Measures:
        key = (day, year or day.year, records, abstract)
        if key not in self._worlds:
            self._worlds[key] = Measures(self.book, day, year or day.year, records=records, abstract=abstract)
        return self._worlds[key]

    def met(self, measures: Measures, without: Condition | None = None) -> Met:
        if isinstance(self.owner, MeasureSpec):
            assert self.scheme is not None
            return measures.met(self.owner, self.scheme, without)
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
        waiting = [(day, day.year) for day in self.days]
        for day, year in waiting:
            try:
                found, measures, enough = self._found(goal, day, year, records, also)
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
            waiting += last_year(measures, day, year)
        return None, why, detail

    def _found(self, goal: Goal, day: date, year: int, records: int, also: Callable[[Measures], list[Any]] | None) -> tuple[Answered, Measures, bool]:
        """An example with so many records; where there is none, with as many as it takes for none to be missed; whether those are enough."""
        measures = self.world(day, year, records=records)
        measures.each.clear()
        formula = goal(measures, self.met(measures))
        found = find(measures, formula, self.budget, also=also(measures) if also is not None else ())
        more = measures.needed()
        if not found.none or measures.world.loose or more is None or not records < more <= ENOUGH:
            return found, measures, more is not None and more <= records
        measures = self.world(day, year, records=more)
        return find(measures, goal(measures, self.met(measures)), self.budget, also=also(measures) if also is not None else ()), measures, True

    def _impossible(self, measures: Measures, goal: Goal, enough: bool) -> tuple[Why, str] | None:
        """Why “none” is not certain; None if it is."""
        if measures.world.loose:
            return Why.LOOSE, next(iter(measures.world.loose))
        if not enough:
            return Why.FEW_RECORDS, str(measures.world.records)
        if not measures.reader.aggregated:
            left = beyond(measures, goal(measures, self.met(measures)), self.budget)
            return (Why.LOOSE, left) if left else None
        freely = self.world(measures.on, measures.world.year, records=measures.world.records, abstract=True)
        try:
            asked = goal(freely, self.met(freely))
        except Untranslatable:  # a count stands where nothing bounds it
            return Why.FEW_RECORDS, str(measures.world.records)
        if find(freely, asked, self.budget).none and not freely.world.loose:
            left = beyond(freely, asked, self.budget)
            return (Why.LOOSE, left) if left else None
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
                if not told_all(judged.missing):
                    return False
                first[:] = first or [judged.outcome]
                return first[0] is judged.outcome and any(c.what.topic in (Topic.NO_ROW, Topic.NO_BAND) and c.what.id == key for c in judged.missing)

            def torn(example: Example, key: str = key) -> bool:
                judged = self.judged(example)
                return judged is not None and told_all(judged.missing) and any(c.what.topic is Topic.ROW_ORDER and c.what.id == key for c in judged.missing)

            if not table.adds_up:  # of no row at all the sum is nought
                found = (None, None, "") if self._no_gap(key, paying) else self.sought(gap, falls)
                yield self.claim(Kind.TABLE, table.name, found, shows=False, says=f"够条件而“{table.name}”里没有一行的一户")
            if table.match in (Match.SLAB, Match.MARGINAL) or table.doubtful or (table.match is Match.FIRST and table.unproved):
                found = self.sought(between, torn if table.unproved else lambda e: self.verdict(e) == "yes")
                yield self.claim(Kind.BANDS, table.name, found, shows=False, says=f"“{table.name}”里有两行都说到的一户")

    def _no_gap(self, key: str, paying: frozenset[str]) -> bool:
        """Whether no condition, for itself, is open for want of a row of a table: then nobody falls through it, however many records there are.

        Cheap, since of all that is asked only the answers are looked at that the condition asks. False says nothing.
        """
        assert isinstance(self.owner, MeasureSpec) and self.scheme is not None
        elsewhere = [x for x in (self.owner.governed_by, None if self.owner.window is None else self.owner.window.expr) if x is not None]
        if self.owner.by or key in paying or key in tables_behind(self.book, elsewhere):
            return False
        waiting = [(day, day.year) for day in self.days]
        for day, year in waiting:
            measures = self.world(day, year)
            try:
                if not all(nowhere(measures, goal, self.budget, row) for goal, row in self._open_for_want_of(key, measures)) or measures.world.loose:
                    return False
            except Untranslatable:
                return False
            waiting += last_year(measures, day, year)
        return True

    def _open_for_want_of(self, key: str, measures: Measures) -> Iterator[tuple[Any, Row | None]]:
        """Of each condition that asks a table: where it is open and an answer of the table would settle it; for which record."""
        assert isinstance(self.owner, MeasureSpec) and self.scheme is not None
        owner, scheme, full = self.owner, self.scheme, measures.filling(key)
        once, first = measures.env_of(owner), next(iter(measures.records(owner)), None) if owner.each else None
        for group, document in (
            (owner.when, None),
            (owner.unless, None),
            *(((x, scheme.document) for x in (scheme.when, scheme.unless)) if owner.schemes else ()),
        ):
            for condition in group.conditions():
                if key not in tables_behind(self.book, [condition.expr]):
                    continue
                row, env = (first[0], first[2]) if first is not None and condition.per_record else (None, once)
                env = replace(env, document=document) if document is not None else env
                now, then = measures.reader.tri(condition.expr, env), full.reader.tri(condition.expr, env)
                yield conj(neg(now.t), neg(now.f), disj(then.t, then.f)), row

    def caps(self) -> Iterator[Claim]:
        if not isinstance(self.owner, MeasureSpec) or self.scheme is None or self.scheme.award is None or self.scheme.award.expr is None:
            return
        if self.scheme.limits and not self._unset():  # where nobody has set the amount there is nothing to cap
            for limit in self.scheme.limits:
                yield self._cap(limit)

    def _cap(self, limit: LimitSpec) -> Claim:
        def bites(m: Measures, met: Met) -> Any:
            amounts = self.amounts(m, met)
            if amounts is not None and amounts.missing and not any(one is limit for one, *_ in amounts.limits):
                raise Untranslatable(f"封顶之前的金额：{amounts.missing[0]}")
            return False if amounts is None else disj(*(
                conj(counts, before.known, room.known, ordered(">", before, room).t) for one, counts, before, room in amounts.limits if one is limit
            ))  # fmt: skip

        def confirmed(example: Example) -> bool:
            judged = self.judged(example)
            steps = [s for s in (() if judged is None else judged.award.steps) if s.rule is limit and s.change]
            return judged is not None and told_all(judged.missing) and bool(steps) and all(map(_kept, steps))

        found = self.sought(bites, confirmed, also=lambda m: m.no_prior())
        if found[0] is None and found[1] is not Why.UNTRANSLATABLE:
            found = self.sought(bites, confirmed)
        if found[0] is None and found[1] in (None, Why.FEW_RECORDS) and isinstance(self.owner, MeasureSpec) and self.owner.each:
            found = self.sought(bites, confirmed, also=lambda m: m.no_prior(), records=MANY[0])
            if found[0] is None and found[1] is None and not self._no_more_paid(limit):
                found = (None, Why.FEW_RECORDS, str(MANY[0]))  # one more record might reach it
        label = limit.label or "限额"
        return self.claim(Kind.CAP, label, found, place="", says=f"“{label}”减去了一部分的一户（{self.owner.title}）")

    def _no_more_paid(self, limit: LimitSpec) -> bool:
        """Whether a limit on their number lets no more records be paid than were looked at, so that those alone would have shown it."""
        assert self.scheme is not None
        if limit.count is not None or limit.counting.earlier is not None:
            return False
        for day in self.days:
            measures = self.world(day, records=MANY[0])
            counts = [measures.reader.sym(x.count, measures.env_of(self.owner)) for x in self.scheme.limits if x.count is not None and x.key is None]  # type: ignore[arg-type]
            fewest = min((x.value for x in counts if x.known is True and is_plain(x.value, x.den)), default=None)
            asked = measures.needed()
            if fewest is None or asked is None or fewest + asked > MANY[0]:
                return False
        return True

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


def _verdict(found: Truth) -> str | None:
    """What the reference says of conditions; None where it would ask first."""
    if found.value is None:
        return "open" if told_all(found.causes) else None
    return "yes" if found.value else "no"


def _kept(step: Step) -> bool:
    """Whether what a cap left is not above it."""
    room = step.left if step.left is not None else step.limit
    high = getattr(step.after, "high", None)
    return step.kind is StepKind.COUNT or room is None or room.high is None or (high is not None and high <= room.high)


def _differ(a: Any, b: Any) -> Any:
    return disj(conj(a, neg(b)), conj(neg(a), b))
