"""A policy supposed beside the one there is: whose outcome or amount is another, and what that came by.

What must stay true: the same applicants stand on both sides; every change has at least one reason, named by what the rulebook calls it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ..reasoning.judged import Judgement, Leaf, MeasureJudged
from ..reasoning.uses import UseKind
from ..rulebook.compiled import CompiledRulebook, Role
from ..rulebook.readings import readings_behind
from ..rulebook.supposed import Supposition
from ..telling.phrases import leaf_clause, leaf_id, leaf_label
from ..telling.simulated import Clause, Compared, Failed, Move, Moved, Side, Turned, Whole, Why
from ..words import Outcome, Verdict
from .plans import Plan
from .tally import Tally, amount_of


class Against:
    """One policy supposed, beside the one there is."""

    def __init__(self, plan: Plan, now: str, dimensions: Sequence[str], *, hints: bool) -> None:
        self.plan = plan
        self.before = Tally(now, dimensions, hints=hints)
        self.tally = Tally(plan.label, dimensions, hints=hints)
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
            either = b or a
            assert either is not None
            by = tuple(self.turned(a, b))
            self.moved.append(Moved(enterprise=enterprise, groups=groups, measure=i, title=either.spec.title, before=x, after=y, move=move_of(x, y), by=by))
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
        figures = _figures(b)
        if a.scheme.name != b.scheme.name:  # a figure of the new scheme alone was none before: from what it was supposed to be nothing changed
            figures &= _figures(a)
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
            before=self.before.picture(), after=self.tally.picture(), assumed=self.plan.assumed, other=self.plan.other, moved=tuple(self.moved), wholes=tuple(self.wholes), clauses=tuple(clauses),
            failed=tuple(self.failed),
        )  # fmt: skip


def _figures(m: MeasureJudged) -> set[str]:
    return {u.key for u in (*m.uses, *(u for leaf in m.conditions.leaves() for u in leaf.uses)) if u.kind is UseKind.PARAMETER}


def _clause(book: CompiledRulebook, one: Supposition) -> str:
    return book.parameters[one.key].versions[one.index].basis.clause


def _side(m: MeasureJudged | None) -> Side:
    return Side(outcome=Outcome.NOT_IN_FORCE, amount=None) if m is None else Side(outcome=m.outcome, amount=amount_of(m))


def move_of(before: Side, after: Side) -> Move:
    """What became of a measure; more or less only where nothing of it goes the other way: not what is due, not what a ceiling allows."""
    if after.outcome is not before.outcome:
        if after.outcome is Outcome.ELIGIBLE:
            return Move.GRANTED
        if before.outcome is Outcome.ELIGIBLE and after.outcome is not Outcome.UNDETERMINED:
            return Move.LOST
        if after.outcome is Outcome.UNDETERMINED:
            return Move.OPENED
        return Move.OTHER
    a, b = before.amount, after.amount
    if a is None or b is None or a.unit != b.unit or (a.low, a.high) == (b.low, b.high):
        return Move.OTHER
    more = b.low >= a.low and b.least >= a.least and (b.high is None or (a.high is not None and b.high >= a.high))
    less = b.low <= a.low and b.least <= a.least and (a.high is None or (b.high is not None and b.high <= a.high))
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


__all__ = ["Against", "move_of"]
