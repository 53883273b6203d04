"""Measures for each record, record by record with what the row itself tells (decision 026).

What must stay true: a list told in part, not told, or told to be none leaves open, or refuses, what it does alone; sums are exact, then capped, then rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from ..backends import python as backend
from ..plain import dataclass
from ..program import program as p
from ..reasoning.caps import had_by_record
from ..reasoning.kernel import Bound, Kernel
from ..reasoning.readings import Opened
from ..reasoning.told import Entry, Facts, Listing
from ..values import ABSENT
from ..words import CauseKind
from .asking import NO_ENTRY, Asked, RowAsking
from .before import Support
from .cells import Lists, Reading
from .composed import Composer, Merger, One, Said, Worked
from .readings import Found, alike_under, bound_under, merged, pattern_of
from .ways import follows


@dataclass(frozen=True, kw_only=True)
class Each:
    """A measure for each record, judged record by record by a kernel of each way of deciding the readings it hangs on."""

    key: str
    ways: tuple[tuple[Bound, backend.Kernel, Composer], ...]
    merger: Merger


def each_of(whole: Kernel, found: Opened | None, keys: Sequence[str]) -> list[Each]:
    """Kept with the kernel: a register is many tables."""
    where = ("each", tuple(keys))
    if where not in whole.extra:
        made = (_each_of(whole.bound, found, key) for key in keys if key in whole.bound.plan.listed)
        whole.extra[where] = [one for one in made if one is not None]
    out: list[Each] = whole.extra[where]
    return out


def lapsed_of(whole: Kernel, found: Opened | None, keys: Sequence[str]) -> frozenset[str]:
    """Those of them, each for records, that are over however readings are decided: of every row the same is said."""
    where = ("lapsed", tuple(keys))
    if where not in whole.extra:
        listed = (key for key in keys if key in whole.bound.plan.listed)
        whole.extra[where] = frozenset(
            key for key in listed if (bounds := _bounds(whole.bound, found, key)) and all(b.plan.listed[key].all.lapse is not None for b in bounds)
        )
    out: frozenset[str] = whole.extra[where]
    return out


def _bounds(bound: Bound, found: Opened | None, key: str) -> list[Bound]:
    """The plan under each way of deciding the readings a measure hangs on; empty where the ways are too many."""
    if found is None or key not in found.reworded:
        return [bound]
    return [bound_under(bound, found, under) for under in found.ways(found.tried[key])] if key in found.tried else []


def _each_of(bound: Bound, found: Opened | None, key: str) -> Each | None:
    bounds = _bounds(bound, found, key)
    if len(bound.plan.joined[key]) > 1 or not bounds:
        return None
    ways = []
    for b in bounds:
        code = b.of_records(key)
        if code is None or b.plan.unchecked or len(b.plan.joined[key]) > 1:
            return None
        one = b.plan.listed[key]
        amount = one.pricing.amount
        if not isinstance(amount, p.Why) and not follows(b, one.all, amount):
            return None
        if isinstance(amount, p.Amount) and any(_figure_of(b, cap) is None for cap in amount.caps):
            return None
        composer = Composer(b, code, one.all, measured=amount is not p.Nothing.MEASURED, before=one.before, record=one.record)
        ways.append((b, code, composer))
    listed = [b.plan.listed[key] for b in bounds]
    if found is not None and not alike_under([x.pricing for x in listed], [x.all for x in listed], found):
        return None
    return Each(key=key, ways=tuple(ways), merger=Merger(bound.book if found is None else found.book, [c for _, _, c in ways]))


class EachRunning:
    """A measure for each record over the rows of one table: each record of a row goes through the kernel with what the row itself tells."""

    def __init__(self, each: Each, reading: Reading, lists: Lists) -> None:
        self.each, self.lists, self.keys = each, lists, (each.key,)
        self.ways = [_EachWay(b, code, composer, each.key, reading, lists) for b, code, composer in each.ways]
        self.support = Support(each.ways[0][0].book, (each.key,), lists)

    def judged(self, number: int, facts: Callable[[], Facts]) -> Iterable[tuple[str, Found | None]]:
        told = self.support[number]
        found = []
        for way in self.ways:
            one = way.judged(number, told, facts)
            if one is None:
                yield self.each.key, None
                return
            found.append(one)
        outcomes, amounts, said = [x[0] for x in found], [x[1] for x in found], tuple(x[2] for x in found)
        again = None
        if not any(way.by_parts for way in self.ways):
            again = bool(self.support.before.measures(number)) and any(way.again(x[3], facts) for way, x in zip(self.ways, found, strict=True))
        if len(said) == 1:
            yield self.each.key, Found(outcomes[0], amounts[0], said[0].words, None, again)
            return
        outcome, ends = merged(outcomes, amounts)
        yield self.each.key, Found(outcome, ends, self.each.merger.words(said, amounts, outcome, ends, pattern_of(outcomes, amounts)), None, again)


class _EachWay:
    """One way of reading such a measure."""

    def __init__(self, bound: Bound, code: backend.Kernel, composer: Composer, key: str, reading: Reading, lists: Lists) -> None:
        self.bound, self.code, self.composer, self.lists = bound, code, composer, lists
        one = bound.plan.listed[key]
        self.record, self.amount = one.record, one.pricing.amount
        self.caps = [] if not isinstance(self.amount, p.Amount) else [(_figure_of(bound, cap), cap.counted is p.Counted.EARLIER) for cap in self.amount.caps]
        self.counts = isinstance(self.amount, p.Amount) and self.amount.counts
        self.unread = bool(one.all.spec.incomplete)  # of what holds nothing is settled, since nobody knows what else is asked
        self.by_parts = len(one.all.scheme.pay) > 1  # instalments: which of them was received is for the row's reader to say
        self.overall, self.own, self.below = code.where(one.overall), code.where(one.each), code.below.get(key, 1)
        self.asking = RowAsking(bound, reading, lists, one.all.spec.each)
        self.answers, self.states = reading.answers(code)
        slots = [bound.plan.places[s].slot for s in code.reads]
        self.columns = [(n, slot.fact, turn) for n, (slot, turn) in enumerate(zip(slots, code.readers, strict=True)) if slot.record]
        self._read: dict[int, list[tuple[list[tuple[int, Any, int]], Entry]] | None] = {}

    def _records(self, number: int, listing: Listing) -> list[tuple[list[tuple[int, Any, int]], Entry]] | None:
        """Of each record of a list what stands in the columns the kernel reads, with its state; None where something is strange to it."""
        if number not in self._read:
            try:
                self._read[number] = [([self._cell(entry, *column) for column in self.columns], entry) for entry in listing.entries]
            except backend.Strange:
                self._read[number] = None
        return self._read[number]

    def _cell(self, entry: Entry, place: int, name: str, turn: Callable[[Any], Any]) -> tuple[int, Any, int]:
        given = entry.values.get(name)
        if given is None or given.value is None:
            return place, None, 0 if given is None else 1
        value = turn(given.value)
        return place, value, 3 if value is ABSENT else 2

    def again(self, giving: Sequence[Entry], facts: Callable[[], Facts]) -> bool:
        """Whether the measure gave one of these records something before, of which the rulebook does not say what holds then."""
        spec = self.composer.spec
        if not giving or spec.counting.earlier is not None or spec.counting.ignored:
            return False
        evaluator = self.bound.engine_of(facts()).evaluator
        support = evaluator.history()
        return support is not None and any(had_by_record(spec, support, evaluator, entry.key)[1].value is not False for entry in giving)

    def judged(self, number: int, told: int, facts: Callable[[], Facts]) -> tuple[int, Any, Said, Sequence[Entry]] | None:
        """Outcome, ends, words, and the records that give, or may give, something; None where the reference is to say."""
        which, listing, complete = self.lists.list(self.record, number)
        asking, run, composer = self.asking, self.code.run, self.composer
        asking.number = number
        base, state = self.answers[number], self.states[number]
        records = self._records(which, listing) if listing is not None else []
        if records is None:
            return None
        ones: list[tuple[One, Any, int]] = []
        try:
            for cells, entry in records:
                row, marks = list(base), list(state)
                for place, value, mark in cells:
                    row[place], marks[place] = value, mark
                asking.entry = entry
                result = run(row, asking.ask, told)
                ones.append((One(result.nodes, marks, row, entry), result.amounts[0], result.outcomes[0]))
            if ones:
                first = ones[0][0]
            else:
                asking.entry = NO_ENTRY
                first = One(run(base, asking.ask, told).nodes, state, base)
        except Asked:
            return None
        each = [one.nodes[self.own] for one, _, _ in ones]
        outcome = min(first.nodes[self.overall], max([*each, *([] if complete else [1])], default=0))
        verdict = outcome
        if verdict == backend.ELIGIBLE and self.unread:
            outcome = backend.UNDETERMINED
        composer.forget()
        mine = composer.numbers(first, facts, of_record=False)
        numbers = tuple(composer.numbers(one, facts, of_record=True) for one, _, _ in ones)
        ends: Any = None if self.amount is p.Nothing.MEASURED else (0, 0)
        parts: list[Worked] = []
        entries: list[Entry] = []
        pending = False
        if outcome != backend.INELIGIBLE:
            if isinstance(self.amount, p.Why):
                return None
            if isinstance(self.amount, p.Amount):
                counts = self.counts
                if counts and told == backend.TOLD:
                    return None
                giving = [(one, self._given(one, x, o, facts), o, ids) for (one, x, o), e, ids in zip(ones, each, numbers, strict=True) if e]
                entries = [one.entry for one, _, _, _ in giving if one.entry is not None]
                ends = self._total([x for _, x, _, _ in giving], open_=not complete, earlier=told)
                pending = ends[0] != ends[1]
                for one, (low, high), own, ids in giving:
                    worked = composer.worked(one, outcome, own, told, facts, (*mine, *ids))
                    if outcome == backend.ELIGIBLE and not (counts and told == backend.UNTOLD):
                        if (low == high or not pending) and worked.causes:
                            worked = composer.firm(worked)
                        elif low != high and pending and not worked.causes:
                            return None  # closed by rounding where it stands alone
                    parts.append(worked)
                if pending and outcome == backend.ELIGIBLE and counts and told == backend.UNTOLD and not any(map(_lacking, parts)):
                    return None
                if not giving:
                    parts = [composer.nothing_worked(None if listing is None else complete, told, facts)]
                if outcome == backend.ELIGIBLE and ends[1] == 0:
                    return None
            else:
                parts = [composer.worked(first, outcome, outcome, told, facts, mine)]
        said = composer.said_of_records(verdict, mine, numbers, None if listing is None else complete, tuple(parts), pending, facts)
        return outcome, ends, said, entries

    def _given(self, one: One, ends: Any, verdict: int, facts: Callable[[], Facts]) -> tuple[Any, Any]:
        """Both ends of what a record gives, over the kernel's denominator; `ends` is what the kernel says, False where it cannot."""
        if ends is not False:
            return ends  # type: ignore[no-any-return]
        low, high = self.composer.given(one, verdict, facts)
        return low * self.below, None if high is None else high * self.below

    def _total(self, amounts: Sequence[tuple[Any, Any]], *, open_: bool, earlier: int) -> tuple[int, int | None]:
        """Of all records together, in whole 分; where there may be more of them, caps alone say how much at most. `earlier`: what is told of earlier support."""
        assert isinstance(self.amount, p.Amount)
        highs = [x[1] for x in amounts]
        low, high = Fraction(sum(x[0] for x in amounts)) / self.below, None if open_ or None in highs else Fraction(sum(highs)) / self.below
        for cap, counted in self.caps:
            high = cap if high is None else min(high, cap)
            low = min(low, high) if not counted or earlier == backend.TOLD_EMPTY else Fraction(0)
        final = self.amount.last or self.amount.cents
        ends = [None if x is None else backend.in_steps(x, 1, final) for x in (low, high)]
        assert ends[0] is not None
        return ends[0], ends[1]


def _figure_of(bound: Bound, cap: p.Cap) -> Any:
    """A cap that is the same for everybody, in 元; else None."""
    figure = bound.plan.figures[cap.term.number] if isinstance(cap.term, p.Figure) else None
    return max(Fraction(0), Fraction(figure)) if isinstance(figure, Fraction) else None


def _lacking(worked: Worked) -> bool:
    return any(c.kind is CauseKind.MISSING for c in worked.causes)
