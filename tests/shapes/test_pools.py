"""形态 47 的一轮，手算：规模前 10 名，每户 100万元，总额 500万元按名次给到用完为止，并列而容不下的不给。"""

from __future__ import annotations

from huiqi.register.round import Entry, PoolShared, claims_of, share_round
from tests.shapes.test_shapes import BOOK

WAN = 10_000 * 100  # in 分


def shared(*executed: str | None) -> PoolShared:
    told = [{} if x is None else {"离岸执行额": x} for x in executed]
    judged = [BOOK.decide(x, on="2026-06-30", year=2025).judgement for x in told]
    entries = [Entry(id=str(n), claims=claims_of(j)) for n, j in enumerate(judged) if j is not None]
    return next(x for x in share_round(BOOK.compiled, entries) if x.spec.id == "g47")


def test_the_first_five_of_twelve_use_the_budget_up() -> None:
    found = shared(*(f"{n}万美元" for n in range(1, 13))).shared
    assert [x.low for x in found.portions] == [x.high for x in found.portions] == [0] * 7 + [100 * WAN] * 5
    assert [x.rank for x in found.portions] == [(n, n) for n in range(12, 0, -1)]
    assert found.left is not None and found.left.settled and found.left.low == 0


def test_two_equal_ones_at_the_end_of_the_budget_get_nothing() -> None:
    found = shared("9万美元", "8万美元", "7万美元", "6万美元", "5万美元", "5万美元").shared
    assert [x.low for x in found.portions] == [x.high for x in found.portions] == [100 * WAN] * 4 + [0, 0]


def test_one_that_has_not_told_its_volume_leaves_the_fifth_open_and_the_first_four_certain() -> None:
    found = shared("9万美元", "8万美元", "7万美元", "6万美元", "5万美元", None).shared
    assert [(x.low, x.high) for x in found.portions] == [(100 * WAN, 100 * WAN)] * 4 + [(0, 100 * WAN)] * 2
