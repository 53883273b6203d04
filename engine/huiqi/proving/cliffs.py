"""Where a little more of one figure pays less: pairs of enterprises, listed and never refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import z3

from ..backends.smt.measures import Measures
from ..backends.smt.terms import Sym, Untranslatable, added, conj, lifted, number, ordered
from ..backends.smt.world import Told
from ..language.units import show_amount
from ..reasoning.judged import MeasureJudged
from ..rulebook.compiled import FactKind, MeasureSpec
from ..words import Outcome
from .claims import Claim, Kind, Status, told_all
from .example import Example, smallest
from .questions import Examined
from .search import Answered, find


def cliffs_of(asking: Examined) -> Iterator[Claim]:
    """Where a little more of one figure pays less: listed, never refused."""
    if not isinstance(asking.owner, MeasureSpec) or asking.scheme is None or asking.scheme.award is None or asking.scheme.award.expr is None:
        return
    try:
        measures = asking.world(asking.days[0])
        met = asking.met(measures)
        amounts = asking.amounts(measures, met)
    except Untranslatable:
        return
    if amounts is None or amounts.unset:
        return
    for answer in [a for a, asked in measures.world.answers() if a.scale is not None and (asked is True or _first(asked, measures))]:
        if (claim := _cliff(asking, measures, amounts.amount, answer)) is not None:
            yield claim


def _cliff(asking: Examined, measures: Measures, pays: Sym, answer: Any) -> Claim | None:
    swap = (answer.var, answer.var + 1)

    def moved(x: Any) -> Any:
        return x if isinstance(x, bool | int) or not z3.is_expr(x) else z3.substitute(x, swap)

    then = Sym(moved(pays.value), moved(pays.known), den=moved(pays.den))
    drop = number(_one(answer.spec.kind))
    less = conj(pays.known, then.known, ordered(">", added(Sym(pays.value, den=pays.den), Sym(then.value, den=then.den), -1), drop).t)
    also = [z3.substitute(lifted(x), swap) for x in measures.limits()]
    found: Answered = find(measures, less, asking.budget, also=[*also, *measures.no_prior()], moved={answer.var.get_id(): 1})
    if found.told is None or found.instead is None:
        return None
    one, other = found.told, found.instead
    first, second = asking.example(measures, one), asking.example(measures, other)

    def falls(example: Example) -> bool:
        a, b = asking.judged(example), asking.judged(replace(second, told=_with_moved(example.told, one, other)))
        paid = _paid(a), _paid(b)
        return paid[0] is not None and paid[1] is not None and paid[1] < paid[0]

    if not falls(first):
        return None
    first = smallest(first, falls)
    second = replace(second, told=_with_moved(first.told, one, other))
    paid = tuple(show_amount(_paid(asking.judged(x)) or Fraction(0), (("元", 1),)) for x in (first, second))
    return Claim(
        kind=Kind.CLIFF, owner=asking.owner.id, title=asking.owner.title, scheme=asking.scheme.name if asking.schemes and asking.scheme else "",
        about=answer.spec.name, status=Status.PROVED, example=asking.told_of(first), beside=asking.told_of(second), figures=(*paid, _moved_to(first.told, second.told)),
    )  # fmt: skip


def _first(asked: Any, measures: Measures) -> bool:
    """Whether it is a column of the first record of its list."""
    return any(rows[0].present is asked for rows in measures.world.lists.values())


def _one(kind: FactKind) -> Any:
    return Fraction(1) if kind == FactKind.MONEY else Fraction(0)


def _paid(judged: MeasureJudged | None) -> Fraction | None:
    """What is paid where all is told; nothing to whom is refused."""
    if judged is None or not told_all(judged.missing):
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
