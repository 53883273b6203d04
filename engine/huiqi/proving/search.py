"""Looking for an enterprise: within bounds of time, in one order, the plainest first.

Every search has a number of steps of its own (z3's `rlimit`), so that the same question ends the same way
on every machine; the clock only stops what would take too long altogether.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import z3

from ..backends.smt.calendar import years_of_working_days
from ..backends.smt.measures import Measures
from ..backends.smt.terms import lifted
from ..backends.smt.world import Answer, Row, Told
from ..language.types import Boolean, Date, Quantity, Text
from ..plain import dataclass

STEPS = 4_000_000  # of z3 for one search: some seconds
FEW = 8  # records of each type at most in an example that is made plain
WORDS = 4  # tried of a text
POLISH = 40  # answers that are made plainer


class OutOfTime(Exception):
    """The whole is over its time."""


@dataclass
class Budget:
    """The time for everything, and for one search."""

    until: float
    each: float

    @classmethod
    def of(cls, seconds: float) -> Budget:
        return cls(time.monotonic() + seconds, min(20.0, seconds))

    def left(self) -> int:
        """Milliseconds for the next search. Raises `OutOfTime`."""
        rest = self.until - time.monotonic()
        if rest <= 0:
            raise OutOfTime
        return max(1, int(min(rest, self.each) * 1000))


@dataclass(frozen=True)
class Answered:
    """What a search came to: a model's words, or that there is none, or that it was not found out."""

    told: Told | None = None
    instead: Told | None = None  # the same with one answer moved
    none: bool = False


def find(measures: Measures, goal: Any, budget: Budget, *, also: Sequence[Any] = (), moved: Mapping[int, int] | None = None) -> Answered:
    """An enterprise that meets the goal, with as few records and as plain answers as can be."""
    if goal is False:
        return Answered(none=True)
    asked = [*measures.limits(), lifted(goal), *also]
    # what z3 does before it searches often costs more than the search: without it first
    for made in (z3.SimpleSolver, z3.Solver):
        solver = made()
        solver.set("random_seed", 0)
        solver.set("rlimit", STEPS)
        solver.add(*asked)
        verdict = _check(solver, budget)
        if verdict != z3.unknown:
            break
    if verdict != z3.sat:
        return Answered(none=verdict == z3.unsat)
    if measures.world.records > FEW:  # no plain example has so many
        return Answered(measures.world.told(solver.model()))
    held = list(_fewest(solver, measures, budget))
    model = solver.model() if _check(solver, budget, *held) == z3.sat else None
    if model is None:
        return Answered()
    model = _plainest(solver, measures, held, model, budget)
    if any(not _written(model, a) for a, _ in measures.world.answers()):
        finite = measures.world.finite()
        if _check(solver, budget, *held, *finite) != z3.sat and _check(solver, budget, *finite) != z3.sat:
            return Answered()
        model = solver.model()
    return Answered(measures.world.told(model), measures.world.told(model, moved) if moved else None)


def nowhere(measures: Measures, goal: Any, budget: Budget, row: Row | None = None) -> bool:
    """Whether no answers to what is asked once, and of one record, can meet the goal, whatever other records there are: they have no part in it.

    Far cheaper than `find`, and certain for any number of records. False says nothing.
    """
    if goal is False:
        return True
    others = {
        str(x) for rows in measures.world.lists.values() for one in rows if one is not row
        for x in (one.present, *(v for a in one.columns.values() for v in (a.var, a.absent)))
    }  # fmt: skip
    flag = lifted(goal)
    if _named(flag) & others:
        return False
    solver = z3.SimpleSolver()
    solver.set("random_seed", 0)
    solver.set("rlimit", STEPS)
    solver.add(flag, *(x for x in measures.world.limits if not _named(x) & others))  # the fewer limits, the more there may be
    return bool(_check(solver, budget) == z3.unsat)


def _named(formula: Any) -> set[str]:
    """The variables of a formula."""
    found: set[str] = set()
    seen: set[int] = set()
    stack = [formula]
    while stack:
        node = stack.pop()
        if node.get_id() in seen:
            continue
        seen.add(node.get_id())
        if z3.is_const(node) and node.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            found.add(str(node))
        stack += node.children()
    return found


def beyond(measures: Measures, goal: Any, budget: Budget) -> str:
    """Why “none” is not certain for want of a table's years; empty where there is none whatever the years to come bring."""
    world = measures.world
    if not world.assumed:
        return ""
    world.assuming = False
    try:
        if find(measures, goal, budget).none:
            return ""
    finally:
        world.assuming = True
    first, last = years_of_working_days()
    return f"工作日历只有 {first} 年至 {last} 年的放假安排，以内没有，以外没有查"


def _check(solver: z3.Solver, budget: Budget, *assuming: Any) -> Any:
    solver.set("timeout", budget.left())
    return solver.check(*assuming)


def _fewest(solver: z3.Solver, measures: Measures, budget: Budget) -> Iterator[Any]:
    """Which records need not be there: list by list, none of it, else one, else two."""
    held: list[Any] = []
    for rows in measures.world.lists.values():
        for row in rows:
            without = z3.Not(row.present)
            if _check(solver, budget, *held, without) == z3.sat:
                held.append(without)
                break
    yield from held


def _plainest(solver: z3.Solver, measures: Measures, held: list[Any], model: Any, budget: Budget) -> Any:
    """Round figures and days of the year decided on, wherever they serve as well."""
    for number, (answer, asked) in enumerate(measures.world.answers()):
        if number >= POLISH:
            break
        if asked is not True and not z3.is_true(model.eval(asked, model_completion=True)):
            continue
        for wish in _wishes(measures, answer):
            if _check(solver, budget, *held, wish) == z3.sat:
                held.append(wish)
                model = solver.model()
                break
        else:
            held.append(answer.var == model.eval(answer.var, model_completion=True))
    return model


def _wishes(measures: Measures, answer: Answer) -> Iterator[Any]:
    match answer.spec.type:
        case Boolean():
            yield z3.Not(answer.var)
            yield answer.var
        case Text():
            for word in answer.words[:WORDS]:
                yield answer.var == word
        case Date():
            on = measures.on
            for day in (on, on.replace(month=1, day=1), on.replace(year=on.year - 1, month=6, day=30), on.replace(year=on.year + 1, month=6, day=30)):
                yield answer.var == day.toordinal()
        case Quantity(dims=dims):
            plain = {"money": (1_000_000, 10_000), "quantity": (10, 1)}.get(answer.spec.kind, (Fraction(1, 2),) if not dims else (1,))
            for x in (*plain, 0):
                scaled = Fraction(x) * (answer.scale or 1)
                if answer.scale is None or scaled.denominator == 1:
                    yield answer.var == (lifted(scaled) if answer.scale is None else int(scaled))
    if answer.absent is not False:
        yield answer.absent


def _written(model: Any, answer: Answer) -> bool:
    """Whether the number can be written out."""
    if answer.scale is not None or not isinstance(answer.spec.type, Quantity):
        return True
    value = model.eval(answer.var, model_completion=True)
    if not z3.is_rational_value(value):
        return False
    rest = value.denominator_as_long()
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return bool(rest == 1)
