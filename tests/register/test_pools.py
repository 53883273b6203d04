"""Shares of a round: equal to going through every completion, and what must hold of any sharing out."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from huiqi.reasoning.pooled import Claim, Part, Pool, PoolStepKind, Span, exactly
from huiqi.register.pools import share_out
from huiqi.rulebook.compiled import Edge, LeftOver, Remainder, Share, Ties
from tests.making import examples
from tests.register.completed import by_completions

COMPLETIONS = 400  # of one round, at most


def spans(most: int, wide: int = 2) -> st.SearchStrategy[Span]:
    return st.tuples(st.integers(0, most), st.sampled_from([0, 0, *range(wide + 1)])).map(lambda x: Span(x[0], x[0] + x[1]))


def caps() -> st.SearchStrategy[Span | None]:
    return st.none() | st.integers(1, 6).map(exactly)


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    """A rule that the compiler would take."""
    share = draw(st.sampled_from([None, *Share, *Share]))
    budget = None if share is None else exactly(draw(st.integers(0, 14)))
    places = exactly(draw(st.integers(1, 3))) if share is None or draw(st.booleans()) else None
    if share is Share.IN_ORDER:
        ties: Ties | None = draw(st.sampled_from([Ties.NONE, Ties.OPEN, *([] if places else [Ties.SPLIT])]))
        edge = Edge.REST if ties is Ties.SPLIT else draw(st.sampled_from(Edge))
        return Pool(id="p", budget=budget, share=share, highest=(draw(st.booleans()),), places=places, ties=ties, edge=edge, cap_before=draw(caps()))
    ties = draw(st.sampled_from([Ties.ALL, Ties.NONE, Ties.OPEN])) if places else None
    highest = draw(st.sampled_from([(True,), (False, True)])) if places else ()
    if share is None:
        return Pool(id="p", places=places, ties=ties, highest=highest, cap_before=draw(caps()))
    remainder = draw(st.sampled_from([Remainder.LARGEST, Remainder.KEEP, *([Remainder.FIRST] if places else [])]))
    return Pool(
        id="p", budget=budget, share=share, by_base=draw(st.booleans()), highest=highest, places=places, ties=ties, cap_before=draw(caps()),
        cap_after=draw(caps()), left_over=draw(st.sampled_from(LeftOver)), remainder=remainder,
    )  # fmt: skip


@st.composite
def rounds(draw: st.DrawFn) -> tuple[Pool, list[Claim]]:
    pool = draw(pools())
    claims = [
        Claim(
            id="甲乙丙丁"[n], amount=draw(spans(7)), part=draw(st.sampled_from([Part.IN, Part.IN, Part.IN, Part.OPEN, Part.OUT])),
            base=draw(spans(4, 1)) if pool.by_base else None, rank=tuple(draw(spans(3, 1)) for _ in pool.highest),
        )
        for n in range(draw(st.integers(1, 4)))
    ]  # fmt: skip
    return pool, claims


def completions(claims: list[Claim]) -> int:
    wide = [[int(s.high - s.low) + 1 for s in (x.amount, *([x.base] if x.base else []), *x.rank)] for x in claims]  # type: ignore[operator]
    return prod(prod(w) + (x.part is Part.OPEN) for w, x in zip(wide, claims, strict=True))


def tight(pool: Pool, claims: list[Claim]) -> bool:
    """Where the bounds are promised to be the very ends (docs/decisions/021), but for the last 分 of a remainder."""
    if all(s.settled for x in claims for s in (x.amount, *([x.base] if x.base else []), *x.rank)) and all(x.part is not Part.OPEN for x in claims):
        return pool.ties is not Ties.OPEN
    if pool.places is not None and pool.share is not None:
        return False
    return pool.share is not Share.IN_ORDER or pool.ties is Ties.SPLIT or all(s.settled for x in claims for s in x.rank)


@settings(max_examples=examples(40), deadline=None)
@given(rounds())
def test_shares_are_those_of_every_completion(drawn: tuple[Pool, list[Claim]]) -> None:
    pool, claims = drawn
    assume(completions(claims) <= COMPLETIONS)
    shared, expected = share_out(pool, claims), by_completions(pool, claims)
    settled = all(x.part is not Part.OPEN and completions([x]) == 1 for x in claims)
    for x in shared.portions:
        low, high = expected[x.id]
        assert x.high is not None and x.low <= low and high <= x.high
        if tight(pool, claims):
            slack = 0 if settled or pool.remainder is Remainder.KEEP else 1 if pool.remainder is Remainder.LARGEST else len(claims)
            assert low - x.low <= slack and x.high - high <= slack


@st.composite
def narrowed(draw: st.DrawFn) -> tuple[Pool, list[Claim], list[Claim]]:
    """A round, and the same with more told."""

    def span(wide: Span) -> Span:
        low = draw(st.integers(int(wide.low or 0), int(wide.high or 0)))
        return Span(low, draw(st.integers(low, int(wide.high or 0))))

    def more(x: Claim) -> Claim:
        part = draw(st.sampled_from(Part)) if x.part is Part.OPEN else x.part
        return replace(x, amount=span(x.amount), part=part, base=span(x.base) if x.base else None, rank=tuple(map(span, x.rank)))

    def wider(x: Claim) -> Claim:
        """Some bounds of it are not known at all."""
        endless = st.sampled_from([False, False, True])
        amount = Span(x.amount.low, None) if draw(endless) else x.amount
        base = x.base and (Span(x.base.low, None) if draw(endless) else x.base)
        rank = tuple(Span(None if draw(endless) else s.low, None if draw(endless) else s.high) for s in x.rank)
        return replace(x, amount=amount, base=base, rank=rank)

    pool, claims = draw(rounds())
    return pool, list(map(wider, claims)), [more(x) for x in claims]


def unsure(pool: Pool, less: int, more: int | None) -> Pool:
    """The same with figures that are not set."""

    def around(span: Span | None) -> Span | None:
        return span and Span(max(0, int(span.low or 0) - less), None if more is None else int(span.high or 0) + more)

    return replace(pool, budget=around(pool.budget), places=around(pool.places), cap_before=around(pool.cap_before), cap_after=around(pool.cap_after))


@settings(max_examples=examples(40), deadline=None)
@given(narrowed(), st.sampled_from([(0, 0), (0, 0), (1, 1), (3, None)]), st.randoms(use_true_random=False))
def test_telling_more_narrows_every_share_and_the_order_of_rows_is_irrelevant(
    drawn: tuple[Pool, list[Claim], list[Claim]], figures: tuple[int, int | None], random: Any
) -> None:
    told, before, after = drawn
    pool = unsure(told, *figures)
    wide, narrow = share_out(pool, before), share_out(told, after)
    for x in narrow.portions:
        old = wide.of(x.id)
        assert x.high is not None and old.low <= x.low <= x.high and (old.high is None or x.high <= old.high)
        if x.rank and old.rank:
            assert old.rank[0] <= x.rank[0] <= x.rank[1] <= old.rank[1]
    mixed = random.sample(before, len(before))
    assert {x.id: x for x in share_out(pool, mixed).portions} == {x.id: x for x in wide.portions}


@settings(max_examples=examples(40), deadline=None)
@given(rounds())
def test_a_round_in_which_all_is_told_is_settled_and_never_above_the_budget(drawn: tuple[Pool, list[Claim]]) -> None:
    pool, open_claims = drawn
    claims = [
        replace(x, amount=exactly(x.amount.low or 0), part=Part.IN if x.part is Part.OPEN else x.part, base=x.base and exactly(x.base.low or 0),
                rank=tuple(exactly(s.low or 0) for s in x.rank))
        for x in open_claims
    ]  # fmt: skip
    shared = share_out(pool, claims)
    if pool.ties is not Ties.OPEN:
        assert shared.settled
        if pool.budget is not None:
            assert shared.given.high is not None and pool.budget.high is not None and shared.given.high <= pool.budget.high
    if pool.budget is not None:
        assert pool.budget.high is not None and sum(x.low for x in share_out(pool, open_claims).portions) <= pool.budget.high


def test_the_first_by_rank_gets_the_last_cents_only_up_to_its_own_claim() -> None:
    # 7分 among four is 1.75分 each: three 分 are left, of which the first may take one
    claims = [Claim(id=x, amount=exactly(2), base=exactly(1), rank=(exactly(n),)) for n, x in enumerate("丁丙乙甲")]
    pool = Pool(id="p", budget=exactly(7), share=Share.PRO_RATA, by_base=True, highest=(True,), remainder=Remainder.FIRST)
    shared = share_out(pool, claims)
    assert [x.low for x in shared.portions] == [x.high for x in shared.portions] == [1, 1, 1, 2]
    assert shared.left == exactly(2)
    assert [x.kind for x in shared.of("甲").steps] == [PoolStepKind.CLAIM, PoolStepKind.PRO_RATA, PoolStepKind.CENTS, PoolStepKind.REMAINDER]


def test_two_claims_of_one_applicant_are_refused() -> None:
    with pytest.raises(ValueError, match="two claims"):
        share_out(Pool(id="p"), [Claim(id="甲", amount=exactly(1)), Claim(id="甲", amount=exactly(2))])
