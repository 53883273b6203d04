"""A rulebook gone through: every measure, recognition and group, question by question.

Questions come in the order of their weight (who can meet it, what decides, tables, groups, caps, cliffs), so
that what a bounded time leaves out is the least of it. What was not asked is counted like what was not found
out: 未证明.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product
from math import prod

from ..backends.smt.owners import Owner, conditions_of
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook, Condition, MeasureSpec, RecognitionSpec, Rule, SchemeSpec, StackingSpec
from ..rulebook.readings import GROUP, readings_behind
from .claims import Claim, Kind, Status, Why
from .cliffs import cliffs_of
from .groups import Pair
from .questions import Examined
from .search import Budget, OutOfTime

MOST_OPEN = Fraction(1, 5)  # of the measures may be 未证明
MOST_WAYS = 64  # of deciding open readings that are gone through


@dataclass(frozen=True, kw_only=True)
class Line:
    """One measure or recognition under one scheme, as all its claims leave it."""

    owner: str
    title: str
    scheme: str
    status: Status
    claims: tuple[Claim, ...]
    measure: bool = True


@dataclass(frozen=True, kw_only=True)
class Report:
    book: CompiledRulebook
    lines: tuple[Line, ...]
    groups: tuple[Claim, ...]
    cliffs: tuple[Claim, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        return (*(c for x in self.lines for c in x.claims), *self.groups, *self.cliffs)

    @property
    def findings(self) -> tuple[Claim, ...]:
        return tuple(c for c in self.claims if c.finding)

    @property
    def open_measures(self) -> tuple[str, ...]:
        """Measures of which some question has no answer."""
        return tuple(dict.fromkeys(x.owner for x in self.lines if x.measure and x.status is Status.OPEN))

    @property
    def untranslatable(self) -> Mapping[str, int]:
        """What the formulas have no words for, and how many claims are open for it."""
        ways = [c.detail for c in self.claims if c.why is Why.UNTRANSLATABLE]
        return {way: ways.count(way) for way in dict.fromkeys(ways)}

    @property
    def too_many_open(self) -> bool:
        measures = {x.owner for x in self.lines if x.measure}
        return len(self.open_measures) > MOST_OPEN * len(measures)

    @property
    def idle(self) -> tuple[str, ...]:
        """Exclusive groups of which no two members can meet: ids."""
        groups = dict.fromkeys(c.owner for c in self.groups if c.kind is Kind.TOGETHER)
        return tuple(g for g in groups if all(c.status is Status.REFUTED for c in self.groups if c.owner == g and c.kind is Kind.TOGETHER))

    @property
    def wrong(self) -> bool:
        return bool(self.findings or self.too_many_open or self.idle)


Ask = Callable[[], Iterable[Claim]]


def verify(
    book: CompiledRulebook, name: str, *, seconds: float, on: date | None = None, only: str | None = None, excused: Mapping[str, str] | None = None
) -> Report:
    """Ask everything of a rulebook; `name` is what examples call it. `only` restricts to one measure by id.

    `excused` says of conditions, named as `features/undecidable.yaml` names them, why they never decide.
    """
    budget = Budget.of(seconds)
    asked: list[tuple[Examined, list[Claim]]] = [(Examined(book, name, owner, scheme, budget, on), []) for owner, scheme in _owners(book, only)]
    behind = readings_behind(book)
    ways = {a: [Examined(book, name, a.owner, a.scheme, budget, on, taken) for taken in _ways(book, behind[a.owner.key])] or [a] for a, _ in asked}
    pairs = [
        [Pair(book, name, g, budget, on, taken) for taken in _ways(book, _behind_group(behind, g))] or [Pair(book, name, g, budget, on)]
        for g in (book.stacking if only is None else ())
        if g.rule in (Rule.HIGHEST, Rule.CHOOSE, Rule.CAP) and len(g.members) > 1
    ]
    groups: list[Claim] = []
    cliffs: list[Claim] = []
    for asking, claims in asked:
        claims.append(_any_of(_in_time(a, Kind.MEETABLE, lambda a=a: [a.meetable()])[0] for a in ways[asking]))  # type: ignore[misc]
    # of what nobody can meet nothing else is worth asking
    met = [(a, c) for a, c in asked if c[0].status is not Status.REFUTED]
    for asking, claims in met:
        under = [a for a, _ in met if a.owner is asking.owner]
        if asking is under[0]:  # what a measure asks whatever the scheme decides if it does under one of them
            for each in _same([(way, c) for a in under for way in ways[a] for c in conditions_of(way.owner)]):
                claims.append(_any_of(_in_time(a, Kind.DECIDES, lambda a=a, c=c: [a.decides(c)], c.label)[0] for a, c in each))  # type: ignore[misc]
        for each in _same([(way, c) for way in ways[asking] for c in _own(way)]):
            claims.append(_any_of(_in_time(a, Kind.DECIDES, lambda a=a, c=c: [a.decides(c)], c.label)[0] for a, c in each))  # type: ignore[misc]
    for asking, claims in met:
        said = [c for a in ways[asking] for c in _in_time(a, Kind.TABLE, lambda a=a: a.tables())]  # type: ignore[misc]
        claims.extend(_all_of(c for c in said if (c.kind, c.about) == which) for which in dict.fromkeys((c.kind, c.about) for c in said))
    for under_each in pairs:
        try:
            budget.left()
            said = [c for pair in under_each for c in pair.claims()]
            groups += [_any_of(c for c in said if (c.kind, c.about) == which) for which in dict.fromkeys((c.kind, c.about) for c in said)]
        except OutOfTime:
            group = under_each[0].group
            groups.append(Claim(kind=Kind.TOGETHER, owner=group.id, title=group.title, status=Status.OPEN, why=Why.NO_TIME))
    for asking, claims in met:
        cut = [c for a in ways[asking] for c in _in_time(a, Kind.CAP, lambda a=a: a.caps())]  # type: ignore[misc]
        claims.extend(_any_of(c for c in cut if c.about == label) for label in dict.fromkeys(c.about for c in cut))
    for asking, _ in met:
        cliffs += [c for c in _in_time(ways[asking][0], Kind.CLIFF, lambda a=ways[asking][0]: cliffs_of(a)) if c.why is None]  # type: ignore[misc]
    lines = tuple(_line(a, tuple(_excused(book, x, excused or {}) for x in c)) for a, c in asked)
    return Report(book=book, lines=lines, groups=tuple(groups), cliffs=tuple(cliffs))


def _owners(book: CompiledRulebook, only: str | None) -> Iterator[tuple[Owner, SchemeSpec | None]]:
    for recognition in book.recognitions.values():
        if recognition.rulebook == book.id and only is None:
            yield recognition, None
    for measure in book.measures.values():
        if only is None or measure.id == only:
            for scheme in measure.schemes.values() or (measure.base,):
                yield measure, scheme


def _behind_group(behind: Mapping[str, frozenset[str]], group: StackingSpec) -> frozenset[str]:
    """The readings that a group of measures may turn on: its own, and those of its members."""
    return frozenset[str]().union(behind[group.key + GROUP], *(behind[m] for m in group.members))


def _ways(book: CompiledRulebook, behind: Iterable[str]) -> list[dict[str, str]]:
    """Each way of deciding the open readings that something hangs on; none where there are none, or too many.

    That somebody can meet it, that a condition decides, is asked of each: under one of them is enough.
    """
    opened = sorted(k for k in behind if book.readings[k].open)
    if not opened or prod(len(book.readings[k].options) for k in opened) > MOST_WAYS:
        return []
    return [dict(zip(opened, options, strict=True)) for options in product(*(book.readings[k].options for k in opened))]


def _same(asked: Iterable[tuple[Examined, Condition]]) -> list[list[tuple[Examined, Condition]]]:
    """Each condition with the ways of reading under which it stands."""
    found: dict[tuple[str, str, str], list[tuple[Examined, Condition]]] = {}
    for asking, condition in asked:
        found.setdefault((condition.label, condition.text, condition.role), []).append((asking, condition))
    return list(found.values())


def _own(asking: Examined) -> Iterator[Condition]:
    """The conditions a scheme adds to its measure's."""
    if asking.scheme is not None and isinstance(asking.owner, MeasureSpec) and asking.owner.schemes:
        yield from (*asking.scheme.when.conditions(), *asking.scheme.unless.conditions())


def _any_of(claims: Iterator[Claim]) -> Claim:
    """The claim under whichever scheme, or way of reading, proves it; else what was not found out under one."""
    seen: list[Claim] = []
    for claim in claims:
        if claim.status is Status.PROVED:
            return claim
        seen.append(claim)
    return next((c for c in seen if c.status is Status.OPEN), seen[0])


def _all_of(claims: Iterable[Claim]) -> Claim:
    """The claim under whichever way of reading refutes it; else what was not found out under one."""
    seen = list(claims)
    return next((c for status in (Status.REFUTED, Status.OPEN) for c in seen if c.status is status), seen[0])


def _in_time(asking: Examined, kind: Kind, ask: Ask, about: str = "") -> list[Claim]:
    out: list[Claim] = []
    try:
        asking.budget.left()  # before the formulas are made, which costs more than some searches
        out.extend(ask())
    except OutOfTime:
        out.append(asking.claim(kind, about, (None, Why.NO_TIME, "")))
    return out


def _excused(book: CompiledRulebook, claim: Claim, excused: Mapping[str, str]) -> Claim:
    if claim.kind is not Kind.DECIDES or claim.status is not Status.REFUTED:
        return claim
    name = f"{book.id}/{claim.owner}: {claim.about}"
    return replace(claim, excused=excused.get(name) or excused.get(f"{name}（{claim.scheme}）") or "")


def _line(asking: Examined, claims: tuple[Claim, ...]) -> Line:
    states = {Status.PROVED if c.excused else c.status for c in claims}
    status = Status.REFUTED if Status.REFUTED in states else Status.OPEN if Status.OPEN in states else Status.PROVED
    scheme = asking.scheme.name if asking.schemes and asking.scheme is not None else ""
    return Line(
        owner=asking.owner.id, title=asking.owner.title, scheme=scheme, status=status, claims=claims, measure=not isinstance(asking.owner, RecognitionSpec)
    )


__all__ = ["Line", "Report", "verify"]
