"""Between two rulebooks: an enterprise that comes out otherwise under the other, looked for measure by measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from ..backends.smt.measures import Measures
from ..backends.smt.owners import days_of
from ..backends.smt.terms import Untranslatable, added, conj, disj, neg, number, ordered
from ..backends.smt.world import Told
from ..reasoning.judged import MeasureJudged
from ..rulebook.compiled import CompiledRulebook, MeasureSpec, SchemeSpec
from .claims import Claim, Kind, Status, Why, alone, last_year, told_all
from .diff import Change, Difference, Flip, Judged, flipped, touched
from .example import Example, smallest
from .page import reason
from .search import Budget, OutOfTime, beyond, find


def with_examples(diff: Difference, name: str, seconds: float, on: date | None = None) -> Difference:
    """The comparison, with an example for each measure that a change reaches. `name`: what examples call the rulebook."""
    budget = Budget.of(seconds)
    flips: list[Flip] = []
    unfound: list[tuple[str, str]] = []
    pairs = touched(diff.a, diff.b, diff.changes)
    for old, new in pairs:
        found = _in_time(diff, name, old, new, budget, on)
        if isinstance(found, Example):
            flips += _flips(diff, found, old.id, diff.changes)
        else:
            unfound.append((old.id, found))
    return replace(diff, flips=(*diff.flips, *flips), sought=len(pairs), unfound=tuple(unfound))


def _in_time(diff: Difference, name: str, old: MeasureSpec, new: MeasureSpec, budget: Budget, on: date | None) -> Example | str:
    try:
        return _sought(diff, name, old, new, budget, on)
    except OutOfTime:
        return _why(old, Why.NO_TIME, "")


def _why(spec: MeasureSpec, why: Why, detail: str) -> str:
    return reason(Claim(kind=Kind.MEETABLE, owner=spec.id, title=spec.title, status=Status.OPEN, why=why, detail=detail))


def _schemes(old: MeasureSpec, new: MeasureSpec) -> Iterator[tuple[SchemeSpec, SchemeSpec]]:
    """Schemes of one name; the first of each where the names differ."""
    shared = [n for n in old.schemes if n in new.schemes]
    for name in shared:
        yield old.schemes[name], new.schemes[name]
    if not shared:
        yield next(iter(old.schemes.values()), old.base), next(iter(new.schemes.values()), new.base)


def _sought(diff: Difference, name: str, old: MeasureSpec, new: MeasureSpec, budget: Budget, on: date | None) -> Example | str:
    days = [on] if on is not None else list(dict.fromkeys((*days_of(diff.b, new), *days_of(diff.a, old))))
    last: tuple[Why, str] | None = None
    for one, other in _schemes(old, new):
        schemes = {new.id: one.name} if old.schemes and one.name in new.schemes else {}
        waiting = [(day, day.year) for day in days]
        for day, year in waiting:  # which grows by the years that are asked for
            try:
                first = Measures(diff.a, day, year)
                second = Measures(diff.b, day, year, beside=first)
                found = _on(diff, name, (first, old, one), (second, new, other), budget, schemes)
                waiting += last_year(first, day, year) or last_year(second, day, year)
            except Untranslatable as error:
                last = last or (Why.UNTRANSLATABLE, str(error))
                continue
            if isinstance(found, Example):
                return found
            last = last or found
    return "没有一户会不同" if last is None else _why(old, *last)


def _on(
    diff: Difference, name: str, old: tuple[Measures, MeasureSpec, SchemeSpec], new: tuple[Measures, MeasureSpec, SchemeSpec], budget: Budget,
    schemes: dict[str, str],
) -> Example | tuple[Why, str] | None:  # fmt: skip
    (first, was, one), (second, now, other) = old, new
    day = first.on
    met = first.met(was, one), second.met(now, other)
    both = _Both(first, second)

    def confirmed(example: Example) -> bool:
        pair = [_one(example, book, was.id) for book in (diff.a, diff.b)]
        if any(p is None or not told_all(p.missing) for p in pair):
            return False
        return _state(pair[0]) != _state(pair[1])  # type: ignore[arg-type]

    goals = [disj(conj(met[0].truth.t, met[1].truth.f), conj(met[0].truth.f, met[1].truth.t))]
    paid = first.amounts(was, one, met[0]), second.amounts(now, other, met[1])
    if paid[0] is not None and paid[1] is not None:
        x, y = paid[0].amount, paid[1].amount
        apart = disj(*(ordered(">", added(p, q, -1), number(Fraction(1, 100))).t for p, q in ((x, y), (y, x))))
        goals.append(conj(met[0].truth.t, met[1].truth.t, x.known, y.known, apart))
    goals.append(disj(*(conj(x, neg(y)) for p in ("t", "f") for x, y in ((_part(met[0], p), _part(met[1], p)), (_part(met[1], p), _part(met[0], p))))))
    last: tuple[Why, str] | None = None
    for goal in goals:
        found = find(both, goal, budget)  # type: ignore[arg-type]
        if found.told is not None:
            example = Example(told=found.told, on=day, year=first.world.year, rulebook=name, schemes=schemes)
            if confirmed(example):
                return smallest(example, confirmed)
            last = last or (Why.UNCONFIRMED, f"{day}")
        elif not found.none:
            last = last or (Why.NOT_FOUND, f"{day}")
    if last is None and (first.world.loose or second.world.loose):
        return Why.LOOSE, next(iter({**first.world.loose, **second.world.loose}))
    if last is None and any(m.reader.aggregated or m.short for m in (first, second)):
        return Why.FEW_RECORDS, str(first.world.records)
    if last is None and (left := beyond(both, disj(*goals), budget)):  # type: ignore[arg-type]
        return Why.LOOSE, left
    return last


class _Both:
    """Two worlds of the same enterprises, as one search sees them."""

    def __init__(self, first: Measures, second: Measures) -> None:
        self.first, self.second, self.on = first, second, first.on
        self.world = self

    @property
    def records(self) -> int:
        return self.first.world.records

    @property
    def lists(self) -> dict[str, Any]:
        return {**self.second.world.lists, **self.first.world.lists}

    @property
    def assumed(self) -> list[Any]:
        return [*self.first.world.assumed, *self.second.world.assumed]

    @property
    def assuming(self) -> bool:
        return self.first.world.assuming

    @assuming.setter
    def assuming(self, held: bool) -> None:
        self.first.world.assuming = self.second.world.assuming = held

    def limits(self) -> list[Any]:
        return [*self.first.limits(), *self.second.limits()]

    def answers(self) -> Iterator[tuple[Any, Any]]:
        seen: set[int] = set()
        for answer, asked in (*self.first.world.answers(), *self.second.world.answers()):
            if answer.var.get_id() not in seen:
                seen.add(answer.var.get_id())
                yield answer, asked

    def finite(self) -> list[Any]:
        return [*self.first.world.finite(), *self.second.world.finite()]

    def told(self, model: Any, instead: Any = None) -> Told:
        a, b = self.first.world.told(model), self.second.world.told(model)
        data = {n: {**b.data[n], **x} if isinstance(x, dict) and isinstance(b.data.get(n), dict) else x for n, x in a.data.items()}
        records = {}
        for name, rows in {**b.records, **a.records}.items():
            others = b.records.get(name, [])
            records[name] = [{**row, **(others[n] if n < len(others) else {})} for n, row in enumerate(rows)] if name in a.records else rows
        return Told({**b.data, **data}, records)


def _part(met: Any, part: str) -> Any:
    return getattr(met.truth, part)


def _one(example: Example, book: CompiledRulebook, measure: str) -> MeasureJudged | None:
    spec = next(m for m in book.measures.values() if m.id == measure)
    judgement = example.decided(alone(book), (measure,), lenient=True)
    return None if judgement is None else judgement.measures.get(spec.key)


def _state(judged: MeasureJudged) -> tuple[Any, ...]:
    return judged.outcome, judged.award.low, judged.award.high


def _flips(diff: Difference, example: Example, measure: str, found: Sequence[Change]) -> Iterator[Flip]:
    sides: list[Judged] = []
    for book in (diff.a, diff.b):
        judged = _one(example, book, measure)
        sides.append({} if judged is None else {measure: judged})
    text = replace(example, says=f"在 {diff.a.version} 与 {diff.b.version} 两版里结论或金额不同的一户").text
    for flip in flipped(f"样例（审核日期 {example.on}）", sides[0], sides[1], found, diff.a, diff.b):
        yield replace(flip, example=text, brief=example.brief)


__all__ = ["with_examples"]
