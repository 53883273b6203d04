"""The questions asked of measures that stand in a group: whether two of them can meet, whether their common cap is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import Any

from ..backends.smt.env import Env
from ..backends.smt.measures import Measures
from ..backends.smt.owners import days_of
from ..backends.smt.terms import Untranslatable, added, conj, lifted, neg, number, ordered
from ..rulebook.compiled import CompiledRulebook, MeasureSpec, Rule, SchemeSpec, StackingSpec
from ..words import Outcome
from .claims import Claim, Confirmed, Kind, Status, Why, last_year, settled, told_all
from .example import Example, smallest
from .search import Budget, beyond, find

MOST_SCHEMES = 16  # ways of choosing schemes for the measures of a group that are gone through


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
        # a stretch of the one may begin within a stretch of another
        self.days = [on] if on is not None else list(dict.fromkeys(d for m in self.members for d in days_of(book, m)))

    def _ways(self, specs: Sequence[MeasureSpec]) -> Iterator[dict[str, SchemeSpec]]:
        """Each way of choosing schemes for measures, those that come first first: by the key of the measure."""
        for schemes in islice(product(*(tuple(s.schemes.values()) or (s.base,) for s in specs)), MOST_SCHEMES):
            yield {s.key: scheme for s, scheme in zip(specs, schemes, strict=True)}

    def _sought(
        self, specs: Sequence[MeasureSpec], goal: Callable[[Measures, Mapping[str, SchemeSpec]], Any], confirmed: Confirmed
    ) -> tuple[Example | None, Why | None, str]:  # fmt: skip
        why: Why | None = None
        detail = ""
        for way in self._ways(specs):
            found = self._under(specs, way, goal, confirmed)
            if found[0] is not None or found[1] is Why.UNTRANSLATABLE:
                return found
            if why is None:
                why, detail = found[1:]
        if why is None and prod(len(s.schemes) or 1 for s in specs) > MOST_SCHEMES:
            why, detail = Why.LOOSE, f"参照方案的搭配超过 {MOST_SCHEMES} 种，没有逐一查"
        return None, why, detail

    def _under(
        self, specs: Sequence[MeasureSpec], way: Mapping[str, SchemeSpec], goal: Callable[[Measures, Mapping[str, SchemeSpec]], Any], confirmed: Confirmed
    ) -> tuple[Example | None, Why | None, str]:  # fmt: skip
        """The same under the schemes chosen."""
        why: Why | None = None
        detail = ""
        schemes = {s.id: way[s.key].name for s in specs if s.schemes}
        waiting = [(day, day.year) for day in self.days]
        for day, year in waiting:
            try:
                measures = Measures(self.book, day, year)
                asked = goal(measures, way)
                found = find(measures, asked, self.budget)
            except Untranslatable as error:
                return None, Why.UNTRANSLATABLE, str(error)
            if found.told is not None:
                example = Example(told=found.told, on=day, year=year, rulebook=self.name, schemes=schemes, readings=self.readings)
                if confirmed(example):
                    return smallest(example, confirmed), None, ""
                why, detail = Why.UNCONFIRMED, f"{day}"
            elif not found.none:
                why, detail = why or Why.NOT_FOUND, detail or f"{day}"
            elif why is None and measures.world.loose:
                why, detail = Why.LOOSE, next(iter(measures.world.loose))
            elif why is None and (measures.reader.aggregated or measures.short):
                why, detail = Why.FEW_RECORDS, str(measures.world.records)
            elif why is None and (left := beyond(measures, asked, self.budget)):
                why, detail = Why.LOOSE, left
            waiting += last_year(measures, day, year)
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
        def goal(m: Measures, way: Mapping[str, SchemeSpec]) -> Any:
            return conj(*(m.met(s, way[s.key]).truth.t for s in (a, b)))

        def confirmed(example: Example) -> bool:
            judgement = example.decided(self.book)
            if judgement is None:
                return False
            found = [judgement.measures[s.key] for s in (a, b)]
            return all(f.conditions.truth.value is True and f.outcome is not Outcome.NOT_IN_FORCE for f in found)

        def perhaps(m: Measures, way: Mapping[str, SchemeSpec]) -> Any:
            return conj(*(neg(m.met(s, way[s.key]).truth.f) for s in (a, b)))

        def unrefuted(example: Example) -> bool:
            judgement = example.decided(self.book)
            if judgement is None:
                return False
            found = [judgement.measures[s.key] for s in (a, b)]
            return all(f.outcome not in (Outcome.INELIGIBLE, Outcome.NOT_IN_FORCE) and told_all(f.missing) for f in found)

        found = self._sought((a, b), goal, confirmed)
        if found[:2] == (None, None) and self._sought((a, b), perhaps, unrefuted)[0] is not None:
            found = (None, Why.UNSET, "")  # what nobody has set, or nobody has read, keeps them open: the group still holds them apart
        return self._claim(Kind.TOGETHER, f"{a.id}、{b.id}", found, f"“{a.title}”与“{b.title}”都够条件的一户")

    def _common(self) -> Claim:
        """A cap over several measures: whether it takes something off, and that nothing above it is left."""
        group = self.group

        def goal(m: Measures, way: Mapping[str, SchemeSpec]) -> Any:
            total = number(Fraction(0))
            documents = []
            for spec in self.members:
                scheme = way[spec.key]
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
