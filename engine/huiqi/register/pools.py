"""What each applicant of a round gets where all of them share a budget or a number of places: exact bounds on the share.

Between two completions of what is open, an applicant's share only falls when others claim more or stand better and only rises
when it does itself, so that its least is found with itself at its least and all others at their most, its most the other way
round (docs/decisions/021). Both ends are single completions of the rule, each found in O(log n) beside sums kept for all. What
must stay true: the bounds hold however the open applicants turn out, telling more only narrows them, a round in which all is
told has one answer, the shares never exceed the budget, and the order of the rows is never looked at.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from math import ceil, floor

from ..plain import dataclass
from ..reasoning.pooled import Claim, Part, Pool, PoolStep, PoolStepKind, Portion, Shared, Span, exactly
from ..rulebook.compiled import Edge, LeftOver, Remainder, Share, Ties

Number = Fraction | int
Key = tuple[tuple[int, Number], ...]  # of an order: the larger is the better; what is not known lies beyond every number


def share_out(pool: Pool, claims: Sequence[Claim]) -> Shared:
    """The share of every applicant, in the order they came. Raises `ValueError` where two have one id."""
    if len({x.id for x in claims}) != len(claims):
        raise ValueError("two claims of one applicant: add them up first")
    entrants = [_Entrant(pool, x) for x in claims if x.part is not Part.OUT]
    if pool.highest:
        _rank(pool, entrants)
    match pool.share:
        case Share.PRO_RATA:
            _pro_rata(pool, entrants)
        case Share.IN_ORDER:
            _in_order(pool, entrants)
        case None:
            pass
    _to_the_cent(pool, entrants)
    found = {x.claim.id: x.portion() for x in entrants}
    portions = tuple(found.get(x.id) or _outside(pool, x) for x in claims)
    given = _given(pool, portions)
    return Shared(pool=pool, portions=portions, given=given, left=None if pool.budget is None else _left(pool.budget, given))


def _outside(pool: Pool, claim: Claim) -> Portion:
    step = PoolStep(kind=PoolStepKind.CLAIM, rule=pool.id, before=None, after=exactly(0), figures={})
    return Portion(id=claim.id, part=claim.part, low=0, high=0, rank=None, steps=(step,))


def _given(pool: Pool, portions: Sequence[Portion]) -> Span:
    budget = pool.budget.high if pool.budget is not None else None
    return Span(sum(x.low for x in portions), _least(_total(x.high for x in portions), budget))


def _left(budget: Span, given: Span) -> Span:
    low = 0 if budget.low is None or given.high is None else max(0, budget.low - given.high)
    return Span(low, None if budget.high is None or given.low is None else budget.high - given.low)


def _total(values: Iterable[Number | None]) -> Number | None:
    found = list(values)
    return None if None in found else sum(x for x in found if x is not None)


def _least(a: Number | None, b: Number | None) -> Number | None:
    """The smaller; None is without end."""
    return b if a is None else a if b is None else min(a, b)


# -- one applicant on its way through ------------------------------------------------------------------


class _Entrant:
    """An applicant that takes part or may: its amount so far at its least and at its most, and the steps."""

    def __init__(self, pool: Pool, claim: Claim) -> None:
        self.pool, self.claim = pool, claim
        self.surely, self.maybe = claim.part is Part.IN, True  # takes part, and is within the places
        self.low: Number = claim.amount.low or 0
        self.high: Number | None = claim.amount.high
        self.rank: tuple[int, int] | None = None
        self.best = tuple(_end(x.high if up else x.low, up=up, good=True) for x, up in zip(claim.rank, pool.highest, strict=True))
        self.worst = tuple(_end(x.low if up else x.high, up=up, good=False) for x, up in zip(claim.rank, pool.highest, strict=True))
        self.steps: list[PoolStep] = []
        self.note(PoolStepKind.CLAIM, self.low, self.high)
        if pool.cap_before is not None:
            self.note(PoolStepKind.CAP_BEFORE, min(self.low, pool.cap_before.low or 0), _least(self.high, pool.cap_before.high), cap=pool.cap_before)
        self.least, self.most = self.low, self.high  # what it claims
        base = Span(self.least, self.most) if claim.base is None or not pool.by_base else claim.base
        self.base_low: Number = base.low or 0
        self.base_high: Number | None = base.high
        # what it may take at most of a budget that is shared
        after = pool.cap_after
        self.cap_low: Number = self.least if after is None else min(self.least, after.low or 0)
        self.cap_high = self.most if after is None else _least(self.most, after.high)

    def note(self, kind: PoolStepKind, low: Number, high: Number | None, **figures: Span) -> None:
        """A step, where it changes the amount or says how it came about."""
        before = Span(self.low, self.high) if self.steps else None
        after = Span(low, high)
        self.low, self.high = low, high
        if before != after or kind in (PoolStepKind.PLACES, PoolStepKind.PRO_RATA, PoolStepKind.IN_ORDER):
            self.steps.append(PoolStep(kind=kind, rule=self.pool.id, before=before, after=after, figures=figures))

    @property
    def settled(self) -> bool:
        """Whether nothing about it is open."""
        told = self.surely == self.maybe and self.least == self.most and self.base_low == self.base_high and self.best == self.worst
        return told and self.cap_low == self.cap_high

    def portion(self) -> Portion:
        high = None if self.high is None else int(self.high)
        return Portion(id=self.claim.id, part=self.claim.part, low=int(self.low), high=high, rank=self.rank, steps=tuple(self.steps))


def _end(value: Number | None, *, up: bool, good: bool) -> tuple[int, Number]:
    if value is None:
        return (1 if good else -1, 0)
    return (0, value if up else -value)


# -- rank and places -----------------------------------------------------------------------------------


def _rank(pool: Pool, entrants: Sequence[_Entrant]) -> None:
    bests = sorted(x.best for x in entrants)
    worsts = sorted(x.worst for x in entrants if x.surely)
    for x in entrants:
        itself = x.best == x.worst
        behind = len(bests) - bisect_right(bests, x.worst) - (not itself)  # so many may be before it
        ahead = len(worsts) - bisect_right(worsts, x.best)  # so many surely are
        x.rank = ahead + 1, behind + 1
        if pool.places is None:
            continue
        level = len(bests) - bisect_left(bests, x.worst)  # before it or beside it, and itself
        beside = len(worsts) - bisect_left(worsts, x.best) + (not (itself and x.surely))
        fewest, most = pool.places.low or 0, pool.places.high
        surely = behind < fewest if pool.ties is Ties.ALL else level <= fewest
        maybe = most is None or (beside <= most if pool.ties is Ties.NONE else ahead < most)
        x.surely, x.maybe = x.surely and surely, maybe
        low, high = x.low if x.surely else 0, x.high if x.maybe else 0
        x.note(PoolStepKind.PLACES, low, high, rank=Span(*x.rank), places=pool.places)


# -- pro rata ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Share:
    """A share in one completion: by its base alone, as far as it may be taken, and after what others left."""

    plain: Number | None
    capped: Number | None
    again: Number | None


def _pro_rata(pool: Pool, entrants: Sequence[_Entrant]) -> None:
    assert pool.budget is not None
    possible, certain = [x for x in entrants if x.maybe], [x for x in entrants if x.surely and x.maybe]
    against = _Others(pool, pool.budget.low or 0, {x.claim.id: (x.base_high, x.cap_high) for x in possible})
    beside = _Others(pool, pool.budget.high, {x.claim.id: (x.base_low, x.cap_low) for x in certain})
    for x in entrants:
        low = against.share(x.claim.id, x.base_low, x.cap_low) if x.surely and x.maybe else _Share(0, 0, 0)
        high = beside.share(x.claim.id, x.base_high, x.cap_high) if x.maybe else _Share(0, 0, 0)
        whole = Span(beside.with_it(x.claim.id, x.base_low), against.with_it(x.claim.id, x.base_high))
        own = Span(x.base_low, x.base_high)
        figures = {"base": own, "bases": whole} if pool.by_base else {"amount": own, "amounts": whole}
        x.note(PoolStepKind.PRO_RATA, low.plain or 0, high.plain, budget=pool.budget, **figures)
        cap = {} if pool.cap_after is None else {"cap": pool.cap_after}
        x.note(PoolStepKind.CAPPED, low.capped or 0, high.capped, claimed=Span(x.least, x.most), **cap)
        if pool.left_over is LeftOver.AGAIN:
            x.note(PoolStepKind.AGAIN, low.again or 0, high.again)


class _Others:
    """All applicants at one end; what one of them gets when it alone is at the other end."""

    def __init__(self, pool: Pool, budget: Number | None, entries: Mapping[str, tuple[Number | None, Number | None]]) -> None:
        self.pool, self.budget, self.entries = pool, budget, entries
        self.endless = sum(base is None for base, _ in entries.values())  # bases nobody can bound
        self.bases = sum((base for base, _ in entries.values() if base is not None), Fraction(0))
        again = budget is not None and pool.left_over is LeftOver.AGAIN
        self.filling = _Filling([(base, self._end(cap)) for base, cap in entries.values() if base]) if again else None

    def _end(self, cap: Number | None) -> Number:
        """Nobody takes more than the whole budget."""
        assert self.budget is not None
        return self.budget if cap is None else min(cap, self.budget)

    def with_it(self, name: str, base: Number | None) -> Number | None:
        """The bases of all, with its own at this."""
        own, _ = self.entries.get(name, (0, 0))
        if base is None or self.endless > (own is None):
            return None
        return self.bases - (own or 0) + base

    def share(self, name: str, base: Number | None, cap: Number | None) -> _Share:
        own, own_cap = self.entries.get(name, (0, 0))
        if base == 0 or self.budget == 0:
            return _Share(0, 0, 0)
        if self.budget is None:
            return _Share(None, cap, cap)
        cap = self._end(cap)
        if base is None:  # as large as one likes: all of it in the end
            return _Share(self.budget, cap, cap)
        if self.endless > (own is None):  # the others' may be as large as one likes
            return _Share(0, 0, 0)
        plain = Fraction(self.budget) / (self.bases - (own or 0) + base) * base
        capped = min(plain, cap)
        if self.filling is None:
            return _Share(plain, capped, capped)
        level = self.filling.level(self.budget, out=(own, self._end(own_cap)) if own else None, put=(base, cap))
        return _Share(plain, capped, cap if level is None else min(cap, level * base))


class _Filling:
    """How far a budget reaches where each takes the same multiple of its base, up to its cap, and what it may not take goes to the others."""

    def __init__(self, entries: Sequence[tuple[Number, Number]]) -> None:
        full = sorted((Fraction(cap) / base, base, cap) for base, cap in entries)
        self.full = [x for x, _, _ in full]  # the multiple at which each has all it may take
        self.caps = list(accumulate((cap for _, _, cap in full), initial=Fraction(0)))
        self.bases = list(accumulate((base for _, base, _ in reversed(full)), initial=Fraction(0)))[::-1]
        self.known = [self.taken(x) for x in self.full]
        self.levels: dict[Number, Fraction | None] = {}  # of a budget, with nobody exchanged: most of a round are at both ends the same

    def taken(self, level: Fraction) -> Fraction:
        """By all of them together, at this multiple."""
        k = bisect_left(self.full, level)
        return self.caps[k] + level * self.bases[k]

    def level(self, budget: Number, *, out: tuple[Number, Number] | None, put: tuple[Number, Number]) -> Fraction | None:
        """The multiple at which the budget is used up, with one taken out and one put in; None where it covers them all."""
        if out != put:
            return self._level(budget, out, put)
        if budget not in self.levels:
            self.levels[budget] = self._level(budget, out, put)
        return self.levels[budget]

    def _level(self, budget: Number, out: tuple[Number, Number] | None, put: tuple[Number, Number]) -> Fraction | None:
        def changed(level: Fraction) -> Number:
            return min(put[1], level * put[0]) - (0 if out is None else min(out[1], level * out[0]))

        def taken(level: Fraction) -> Fraction:
            return self.taken(level) + changed(level)

        own = Fraction(put[1]) / put[0]
        if taken(max([own, *self.full[-1:]])) <= budget:
            return None
        k = bisect_left(range(len(self.full)), budget, key=lambda n: self.known[n] + changed(self.full[n]))
        ends = [self.full[k - 1] if k else Fraction(0), *self.full[k : k + 1], own]
        ends = sorted(x for x in ends if x >= ends[0] and (k == len(self.full) or x <= self.full[k]))
        at = next(n for n, x in enumerate(ends) if taken(x) >= budget)
        if at == 0:
            return ends[0]
        a, b = ends[at - 1], ends[at]
        return a + (budget - taken(a)) * (b - a) / (taken(b) - taken(a))


# -- in order ------------------------------------------------------------------------------------------


class _Line:
    """Applicants in a line, by a key and an amount of each: sums of amounts, and how many claim anything, beyond a place in it."""

    def __init__(self, entries: Iterable[tuple[Key, Number | None]]) -> None:
        found = sorted(entries, key=lambda x: x[0])
        self.keys = [key for key, _ in found]
        self.sums = list(accumulate((x or 0 for _, x in found), initial=Fraction(0)))
        self.endless = list(accumulate((x is None for _, x in found), initial=0))
        self.counts = list(accumulate((x is None or x > 0 for _, x in found), initial=0))

    def total(self, first: int, last: int, own: Number | None = 0) -> Number | None:
        """Of those from one index to another without one that is among them; None: without end."""
        endless = self.endless[last] - self.endless[first] - (own is None)
        return None if endless else self.sums[last] - self.sums[first] - (own or 0)

    def better(self, key: Key) -> int:
        """The index from which they are better than the key."""
        return bisect_right(self.keys, key)

    def level(self, key: Key) -> int:
        """The index from which they are better or as good."""
        return bisect_left(self.keys, key)


def _in_order(pool: Pool, entrants: Sequence[_Entrant]) -> None:
    assert pool.budget is not None
    possible, certain = [x for x in entrants if x.maybe], [x for x in entrants if x.surely and x.maybe]
    at_best, at_worst = _Line((x.best, x.most) for x in possible), _Line((x.worst, x.most) for x in possible)
    sure, fixed = _Line((x.worst, x.least) for x in certain), _Line((x.worst, x.least) for x in certain if x.best == x.worst)
    for x in entrants:
        settled, end = x.best == x.worst, len(possible)
        own = x.most if x.maybe else 0
        before = at_best.total(at_best.better(x.worst), end, 0 if settled else own)
        up_to = at_best.total(at_best.level(x.worst), end, own)
        # who may be as good: whoever is neither surely worse nor surely better
        apart = at_best.counts[at_best.level(x.worst)] + at_worst.counts[-1] - at_worst.counts[at_worst.better(x.best)]
        tied = at_best.counts[-1] - apart > (own != 0)
        low = _at_least(pool, x, before, up_to, tied=tied) if x.surely and x.maybe else 0
        ahead = sure.total(sure.better(x.best), len(certain)) or 0
        line = fixed if pool.ties is Ties.NONE else sure
        beside = line.total(line.level(x.best), line.better(x.best), x.least if settled and x.surely and x.maybe else 0) or 0
        high = _at_most(pool, x, ahead, 0 if pool.ties is Ties.NONE and not settled else beside) if x.maybe else 0
        x.note(PoolStepKind.IN_ORDER, low, high, budget=pool.budget, before=Span(ahead, before))


def _at_least(pool: Pool, x: _Entrant, before: Number | None, up_to: Number | None, *, tied: bool) -> Number:
    """Of one that stands at its worst, and all others before it as far as they may, with all they may claim."""
    budget = (pool.budget.low if pool.budget is not None else None) or 0
    if before is None:
        return 0
    rest = max(Fraction(0), budget - before)
    if pool.ties is Ties.SPLIT:
        return _split(rest, x.least, None if up_to is None else up_to - before)
    if tied and (up_to is None or x.most is None or up_to + x.most > budget):
        return 0
    if pool.edge is Edge.STOP:
        return x.least if x.most is not None and before + x.most <= budget else 0
    return min(x.least, rest)


def _at_most(pool: Pool, x: _Entrant, ahead: Number, beside: Number) -> Number | None:
    """Of one that stands at its best, and only those before it that surely are, with the least they claim."""
    budget = pool.budget.high if pool.budget is not None else None
    if budget is None:
        return x.most
    rest = budget - ahead
    if pool.ties is Ties.SPLIT:
        rest = max(Fraction(0), rest)
        return rest if x.most is None else _split(rest, x.most, beside)
    if pool.ties is Ties.NONE and beside:
        rest -= beside
    elif pool.edge is Edge.REST:
        return max(Fraction(0), rest if x.most is None else min(x.most, rest))
    return (rest if x.most is None else min(x.most, rest)) if rest >= 0 and x.least <= rest else 0


def _split(rest: Number, own: Number, beside: Number | None) -> Number:
    """The share of one among equals in what is left: all of its own where that is enough for all."""
    if own == 0 or beside is None:
        return 0
    return own if own + beside <= rest else Fraction(rest) * own / (own + beside)


# -- to the 分 -----------------------------------------------------------------------------------------


def _to_the_cent(pool: Pool, entrants: Sequence[_Entrant]) -> None:
    """Cut down to the 分; what that leaves goes to whom the rule says, and is bounded where somebody is open."""
    exact = {x.claim.id: (x.low, x.high) for x in entrants}
    shared = [x for x in entrants if x.high != 0]
    for x in entrants:
        x.note(PoolStepKind.CENTS, floor(x.low), None if x.high is None else floor(x.high))
    over = floor(sum((low for low, _ in exact.values()), Fraction(0))) - sum(int(x.low) for x in entrants)
    known = all(low == high for low, high in exact.values())
    extra: Mapping[str, int] = {}
    match pool.remainder:
        case Remainder.KEEP:
            return
        case Remainder.LARGEST if known:
            extra = _largest({k: low - floor(low) for k, (low, _) in exact.items()}, {k: low for k, (low, _) in exact.items()}, over)
        case Remainder.FIRST if known and all(x.settled for x in entrants):
            first = max((x.best for x in shared), default=())
            found = [x for x in shared if x.best == first]
            extra = {found[0].claim.id: min(over, floor(found[0].cap_low - found[0].low))} if len(found) == 1 else {}
        case Remainder.LARGEST:
            for x in shared:
                high = exact[x.claim.id][1]
                x.note(PoolStepKind.REMAINDER, x.low, None if high is None else ceil(high))
            return
        case Remainder.FIRST:
            best_of_all = max((x.worst for x in shared if x.surely and x.low), default=None)
            for x in shared:
                if x.high is not None and (best_of_all is None or x.best >= best_of_all):
                    x.note(PoolStepKind.REMAINDER, x.low, _least(x.high + len(shared) - 1, x.cap_high))
            return
    for x in shared:
        if extra.get(x.claim.id):
            x.note(PoolStepKind.REMAINDER, x.low + extra[x.claim.id], x.low + extra[x.claim.id], over=exactly(over))


def _largest(lost: Mapping[str, Number], share: Mapping[str, Number], over: int) -> dict[str, int]:
    """One 分 each to whom cutting took most from; of those alike in that to the larger share; where equal ones do not all fit, to none."""
    out: dict[str, int] = {}
    alike: dict[tuple[Number, Number], list[str]] = {}
    for name, part in lost.items():
        if part:
            alike.setdefault((part, share[name]), []).append(name)
    for _, names in sorted(alike.items(), reverse=True):
        if len(names) > over:
            break
        out |= dict.fromkeys(names, 1)
        over -= len(names)
    return out
