"""Measures that hang on open readings, by a kernel of each way of deciding them (decision 024).

What must stay true: the ways come to what `reasoning.merging` makes of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..backends import python as backend
from ..language import typed as t
from ..plain import dataclass
from ..program import Pricing, Verdicts
from ..program import program as p
from ..reasoning.kernel import Bound, Kernel
from ..reasoning.readings import Opened
from ..reasoning.told import Facts
from ..rulebook.compiled import Choices
from ..rulebook.reach import references
from .asking import Asked, RowAsking
from .before import Support
from .cells import Lists, Reading
from .composed import Composer, Merger, One
from .standing import Judging, Standings
from .ways import Way, composer_of, filled, said_of, told_by, way_of


@dataclass(frozen=True, kw_only=True)
class Tried:
    """Measures that hang on the same open readings, judged by a kernel of each way of deciding them.

    `ways`: of each measure where it is among the kernel's own, and the way it took, under each; `words`: of
    each measure what is worded once for all rows in which the kernels went so.
    """

    keys: tuple[str, ...]
    kernels: tuple[Kernel, ...]
    ways: Mapping[str, tuple[tuple[int, Way | None], ...]]
    words: Mapping[str, dict[Any, tuple[Any, ...]]]
    composers: Mapping[str, tuple[tuple[Composer, ...], Merger]]  # of each measure whose words can be put together


def tried_of(whole: Kernel, found: Opened, keys: Sequence[str]) -> list[Tried]:
    """Those of the measures that kernels judge under every way. Kept with the kernel: a register is many tables."""
    where = ("tried", tuple(keys))
    if where not in whole.extra:
        whole.extra[where] = list(_tried_of(whole.bound, found, keys))
    made: list[Tried] = whole.extra[where]
    return made


def _tried_of(bound: Bound, found: Opened, keys: Sequence[str]) -> Iterator[Tried]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for key in keys:
        if key in found.tried and key not in bound.plan.handed:
            groups.setdefault(found.tried[key], []).append(key)
    for readings, some in groups.items():
        bounds = [bound_under(bound, found, under) for under in found.ways(readings)]
        inside = [
            key for key in some
            if all(key not in b.plan.handed for b in bounds) and alike_under([b.plan.priced[key] for b in bounds], [b.plan.judged[key] for b in bounds], found)
        ]  # fmt: skip
        if any(b.plan.unchecked for b in bounds):
            continue
        kernels = [b.kernel(tuple(inside)) for b in bounds]
        inside = [key for key in inside if all(told_by(k, key) for k in kernels)]
        if not inside:
            continue
        kernels = [b.kernel(tuple(inside)) for b in bounds]
        held = {key: tuple((k.own.index(key), way_of(k, key)) for k in kernels) for key in inside}
        composers = {}
        for key in inside:
            made = [c for k in kernels if (c := composer_of(k, key)) is not None]
            if len(made) == len(kernels):
                composers[key] = tuple(made), Merger(found.book, made)
        yield Tried(keys=tuple(inside), kernels=tuple(kernels), ways=held, words={key: {} for key in inside}, composers=composers)


def bound_under(bound: Bound, found: Opened, under: Choices) -> Bound:
    """The plan under a way of deciding readings, made once."""
    if not under:
        return bound
    if under not in bound.under:
        bound.under[under] = Bound(found.plain_under(under), bound.on, bound.year, bound.schemes)
    return bound.under[under]


def alike_under(pricings: Sequence[Pricing], verdicts: Sequence[Verdicts], found: Opened) -> bool:
    """Whether all ways give money or none of them does, and what is said of it beside the amount is the same under each."""
    amounts = {one.amount is p.Nothing.MEASURED for one in pricings}
    schemes = [one.scheme for one in verdicts]
    awards = {None if s.award is None else s.award.kind for s in schemes}
    if len(amounts) > 1 or len(awards) > 1:
        return False
    first = schemes[0]
    if any((s.pay, s.funded) != (first.pay, first.funded) for s in schemes):
        return False
    shares = [*(part.share for part in first.pay), *(part.share for part in first.funded)]
    return not any(isinstance(x, t.ParameterRef) and x.parameter in found.book.readings for x in references(shares, found.book))


def merged(outcomes: Sequence[int], amounts: Sequence[Any]) -> tuple[int, Any]:
    """What all ways come to, as `merging` has it: settled where they agree, an amount from the least to the most of them."""
    outcome = outcomes[0] if outcomes.count(outcomes[0]) == len(outcomes) else backend.UNDETERMINED
    if amounts[0] is None:
        return outcome, None
    reached = [ends for o, ends in zip(outcomes, amounts, strict=True) if o != backend.INELIGIBLE]
    if not reached:
        return outcome, amounts[0]
    low = min(ends[0] for ends in reached) if len(reached) == len(outcomes) else 0
    highs = [ends[1] for ends in reached]
    return outcome, (low, None if None in highs else max(highs))


def pattern_of(outcomes: Sequence[int], amounts: Sequence[Any]) -> tuple[Any, ...]:
    """Which ways agree, which amounts are open, which are nothing: what hangs on a reading, and why, follows from it."""
    firsts: dict[Any, int] = {}
    return tuple(
        (firsts.setdefault((o, ends), n), ends is not None and ends[0] != ends[1], ends is not None and ends[1] == 0, firsts.setdefault(ends, n))
        for n, (o, ends) in enumerate(zip(outcomes, amounts, strict=True))
    )


class Found(NamedTuple):
    """Of a measure in a row: outcome, both ends, its words where they can be put together, else the sign of what they follow from.

    `again`: whether something of it was received before of which the rulebook does not say what holds then; None: that is asked of the row's reader.
    """

    outcome: int
    ends: Any
    words: tuple[Any, ...] | None
    sign: Any
    again: bool | None = None


class Running:
    """Kernels of the ways of a few readings, over the rows of one table."""

    def __init__(self, tried: Tried, reading: Reading, lists: Lists, *, whole: bool) -> None:
        self.tried, self.whole, self.keys = tried, whole, tried.keys  # whole: the words say every leaf's verdict
        self.anew = {key for key in self.keys for k in tried.kernels if whole and k.code.asks_always(key)}
        self.kernels = [(k, k.code.run, RowAsking(k.bound, reading, lists), *reading.answers(k.code)) for k in tried.kernels]
        self.support = Support(tried.kernels[0].bound.book, tuple(dict.fromkeys(key for k in tried.kernels for key in k.judged)), lists)
        made = {key: composers for key, (composers, _) in tried.composers.items()}
        self.composers = [[(tried.ways[key][n][0], found[n]) for key, found in made.items()] for n in range(len(self.kernels))]
        self.standings = Standings(
            reading, lists,
            [
                Judging(k.code, asking, answers, states, {} if whole else {key: composers[n] for key, composers in made.items()})
                for n, (k, _, asking, answers, states) in enumerate(self.kernels)
            ],
        )  # fmt: skip

    def judged(self, number: int, facts: Callable[[], Facts]) -> Sequence[tuple[str, Found | None]]:
        """Of each measure what its ways come to; None where the reference is to say."""
        told = self.support[number]
        for _, _, asking, _, _ in self.kernels:
            asking.number, asking.anew = number, False
        key = self.standings.key(number, told)
        known: Sequence[tuple[str, Found | None]] | None = self.standings.known.get(key)
        if known is None:
            results: list[backend.Result] = []
            known = list(self._judged(number, told, facts, results))
            if len(results) == len(self.kernels) and self.standings.alike(results):
                self.standings.keep(key, known)
        return known

    def _judged(self, number: int, told: int, facts: Callable[[], Facts], results: list[backend.Result]) -> Iterator[tuple[str, Found | None]]:
        keys, left = self.tried.keys, set[str]()
        try:
            for (kernel, run, asking, answers, states), own in zip(self.kernels, self.composers, strict=True):
                result = run(answers[number], asking.ask, told)
                result = filled(result, own, states[number], answers[number], asking.read, told, facts)
                results.append(result)
                if kernel.joined or False in result.amounts:
                    left |= kernel.left(result)
        except Asked:
            yield from ((key, None) for key in keys)
            return
        for key in keys:
            ways = self.tried.ways[key]
            outcomes = [r.outcomes[n] for r, (n, _) in zip(results, ways, strict=True)]
            amounts = [r.amounts[n] for r, (n, _) in zip(results, ways, strict=True)]
            if (
                key in left
                or key in self.anew
                or any(o == backend.ELIGIBLE and ends is not None and ends[1] == 0 for o, ends in zip(outcomes, amounts, strict=True))
            ):
                yield key, None
                continue
            outcome, ends = merged(outcomes, amounts)
            pattern = pattern_of(outcomes, amounts)
            if not self.whole and key in self.tried.composers:
                composers, merger = self.tried.composers[key]
                said = tuple(
                    said_of(c, One(r.nodes, states[number], answers[number], asked=asking.read), o, x, told, facts)
                    for c, o, x, r, (_, _, asking, answers, states) in zip(composers, outcomes, amounts, results, self.kernels, strict=True)
                )
                if any(one.unexplained for one in said):
                    yield key, None
                    continue
                words = said[0].words if len(said) == 1 else merger.words(said, amounts, outcome, ends, pattern)
                yield key, Found(outcome, ends, words, None)
                continue
            if any(way is None for _, way in ways):
                yield key, None
                continue
            steps = [
                way.sign(backend.ELIGIBLE if self.whole else o, told, r.nodes, states[number], answers[number])
                for o, r, (_, way), (_, _, _, answers, states) in zip(outcomes, results, ways, self.kernels, strict=True)
                if way is not None
            ]
            yield key, Found(outcome, ends, None, (tuple(steps), pattern, ends is not None and ends[0] != ends[1]))
