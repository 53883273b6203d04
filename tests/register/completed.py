"""Sharing out by going through every completion: what `register.pools` is held to.

Written from the rule's words, without its bounds: one round in which all is told is shared by hand (what one may not take is
shared again, round by round, until nothing moves), and an open round is every round it may turn out to be. Small numbers only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import floor

from huiqi.reasoning.pooled import Claim, Part, Pool, Span
from huiqi.rulebook.compiled import Edge, LeftOver, Remainder, Share, Ties

Ends = tuple[int, int]


@dataclass(frozen=True)
class Told:
    """An applicant of whom all is told."""

    id: str
    amount: int
    base: Fraction
    key: tuple[Fraction, ...]


def by_completions(pool: Pool, claims: Sequence[Claim]) -> dict[str, Ends]:
    """Least and most of every applicant's share over every round that this may turn out to be."""
    found: dict[str, list[Ends]] = {x.id: [] for x in claims}
    for told in _completions(pool, claims):
        shares = by_hand(pool, told)
        for one in claims:
            found[one.id].append(shares.get(one.id, (0, 0)))
    return {k: (min(a for a, _ in v), max(b for _, b in v)) for k, v in found.items()}


def _completions(pool: Pool, claims: Sequence[Claim]) -> Iterator[list[Told]]:
    for taken in product(*(_ways(pool, x) for x in claims)):
        yield [x for x in taken if x is not None]


def _ways(pool: Pool, claim: Claim) -> list[Told | None]:
    out: list[Told | None] = [] if claim.part is Part.IN else [None]
    if claim.part is Part.OUT:
        return out
    for amount in _whole(claim.amount):
        bases: list[int | None] = [*_whole(claim.base)] if claim.base is not None and pool.by_base else [None]
        for base, key in product(bases, product(*map(_whole, claim.rank))):
            signed = tuple(Fraction(x if up else -x) for x, up in zip(key, pool.highest, strict=True))
            out.append(Told(claim.id, amount, Fraction(_figure(pool.cap_before, amount) if base is None else base), signed))
    return out


def _whole(span: Span) -> list[int]:
    assert span.low is not None and span.high is not None
    return list(range(int(span.low), int(span.high) + 1))


def _figure(span: Span | None, amount: int) -> int:
    """A cap (told) on an amount."""
    return amount if span is None or span.high is None else min(amount, int(span.high))


def by_hand(pool: Pool, told: Sequence[Told]) -> dict[str, Ends]:
    """The shares of a round in which all is told; two ends only where people decide between equals."""
    claimed = {x.id: _figure(pool.cap_before, x.amount) for x in told}
    sure, maybe = {x.id for x in told}, {x.id for x in told}
    if pool.places is not None:
        assert pool.places.high is not None
        for x in told:
            ahead, level = sum(o.key > x.key for o in told), sum(o.key >= x.key for o in told)
            fits, may = level <= pool.places.high, ahead < pool.places.high
            sure -= set() if (may if pool.ties is Ties.ALL else fits) else {x.id}
            maybe -= set() if (fits if pool.ties is Ties.NONE else may) else {x.id}
    found: list[dict[str, Ends]] = []
    for some in product((True, False), repeat=len(maybe - sure)):
        chosen = sure | {x for x, taken in zip(sorted(maybe - sure), some, strict=True) if taken}
        found.append(_within(pool, [x for x in told if x.id in chosen], claimed))
    return {x.id: (min(f.get(x.id, (0, 0))[0] for f in found), max(f.get(x.id, (0, 0))[1] for f in found)) for x in told}


def _within(pool: Pool, told: Sequence[Told], claimed: dict[str, int]) -> dict[str, Ends]:
    if pool.share is None:
        return {x.id: (claimed[x.id], claimed[x.id]) for x in told}
    assert pool.budget is not None and pool.budget.high is not None
    budget = int(pool.budget.high)
    if pool.share is Share.PRO_RATA:
        most = {x.id: _figure(pool.cap_after, claimed[x.id]) for x in told}
        shares = _again_and_again(budget, told, most) if pool.left_over is LeftOver.AGAIN else _once(budget, told, most)
        return {k: (v, v) for k, v in _cents(pool, told, shares, most).items()}
    low, high = _line(pool, budget, told, claimed)
    cut_low, cut_high = _cents(pool, told, low, claimed), _cents(pool, told, high, claimed)
    return {k: (cut_low[k], cut_high[k]) for k in low}


def _once(budget: int, told: Sequence[Told], most: dict[str, int]) -> dict[str, Fraction]:
    whole = sum(x.base for x in told)
    return {x.id: min(Fraction(most[x.id]), budget * x.base / whole if whole else Fraction(0)) for x in told}


def _again_and_again(budget: int, told: Sequence[Told], most: dict[str, int]) -> dict[str, Fraction]:
    shares = {x.id: Fraction(0) for x in told}
    left, taking = Fraction(budget), [x for x in told if x.base]
    while taking:
        whole = sum(x.base for x in taking)
        full = [x for x in taking if left * x.base / whole >= most[x.id]]
        if not full:
            return shares | {x.id: left * x.base / whole for x in taking}
        for x in full:
            shares[x.id] = Fraction(most[x.id])
            left -= most[x.id]
        taking = [x for x in taking if x not in full]
    return shares


def _line(pool: Pool, budget: int, told: Sequence[Told], claimed: dict[str, int]) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """One after another; of equals that do not all fit, as the rule says."""
    low, left = {x.id: Fraction(0) for x in told}, Fraction(budget)
    high = dict(low)
    for key in sorted({x.key for x in told}, reverse=True):
        group = [x for x in told if x.key == key and claimed[x.id]]
        whole = sum(claimed[x.id] for x in group)
        for x in group:
            own = Fraction(claimed[x.id])
            if whole <= left:
                low[x.id] = high[x.id] = own
            elif len(group) == 1 or pool.ties is Ties.OPEN:
                high[x.id] = min(own, left) if pool.edge is Edge.REST or own <= left else Fraction(0)
                low[x.id] = high[x.id] if len(group) == 1 else Fraction(0)
            elif pool.ties is Ties.SPLIT:
                low[x.id] = high[x.id] = left * own / whole
        left = max(Fraction(0), left - whole)
    return low, high


def _cents(pool: Pool, told: Sequence[Told], shares: dict[str, Fraction], most: dict[str, int]) -> dict[str, int]:
    cut = {k: floor(x) for k, x in shares.items()}
    over = floor(sum(shares.values(), Fraction(0))) - sum(cut.values())
    lost = {k: (x - cut[k], x) for k, x in shares.items() if x != cut[k]}
    if pool.remainder is Remainder.LARGEST:
        while lost and over > 0:
            next_ones = [k for k, v in lost.items() if v == max(lost.values())]
            if len(next_ones) > over:
                break
            for k in next_ones:
                cut[k] += 1
                over -= 1
                del lost[k]
    if pool.remainder is Remainder.FIRST:
        best = max((x.key for x in told if shares[x.id]), default=None)
        first = [x.id for x in told if x.key == best and shares[x.id]]
        if len(first) == 1:
            cut[first[0]] += min(over, most[first[0]] - cut[first[0]])
    return cut
