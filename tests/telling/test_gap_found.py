"""How far a condition is from holding: days that begin again each quarter, a divisor that moves with what it divides, sides that go together."""

from __future__ import annotations

from typing import Any

import pytest

import huiqi
from tests.making import CLAUSES, load

VOCABULARY = """\
facts:
  申请日: {id: applied, kind: date}
  成立日: {id: founded, kind: date}
  裁员: {id: laid_off, kind: quantity, unit: 人, min: 0人, max: 10000人}
  参保: {id: insured, kind: quantity, unit: 人, min: 0人, max: 10000人}
  收入: {id: income, kind: money, unit: 元, min: 0元, max: 100亿元}
  成本: {id: cost, kind: money, unit: 元, min: 0元, max: 100亿元}
"""
PARAMETERS = """\
裁员率上限: {id: most, kind: ratio, values: [{value: 5.5%, clause: 办法·1}]}
利润率下限: {id: least, kind: ratio, values: [{value: 20%, clause: 办法·1}]}
"""
MEASURES = """\
- {id: quarter, title: 当季申请, clause: 办法·1, award: {service: 服务}, when: [{当季申请: quarter of(申请日) = quarter of(审核日期)}]}
- {id: month, title: 当月申请, clause: 办法·1, award: {service: 服务}, when: [{当月申请: month of(申请日) = month of(审核日期)}]}
- {id: share, title: 少裁员, clause: 办法·1, award: {service: 服务}, when: [{少裁员: 裁员 / (裁员 + 参保) <= 裁员率上限, 分母为零: 待核}]}
- {id: margin, title: 有利润, clause: 办法·1, award: {service: 服务}, when: [{有利润: (收入 - 成本) / 收入 >= 利润率下限, 分母为零: 待核}]}
- {id: together, title: 先后, clause: 办法·1, award: {service: 服务}, when: [{先后: "months between(成立日, 审核日期) > months between(申请日, 审核日期)"}]}
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> huiqi.Rulebook:
    return load(tmp_path_factory.mktemp("gaps"), vocabulary=VOCABULARY, parameters=PARAMETERS, measures=MEASURES, clauses=CLAUSES)


def changes(book: huiqi.Rulebook, measure: str, on: str = "2026-07-15", **told: Any) -> list[tuple[str, Any]]:
    """What the condition says is to change, and to what."""
    leaf = next(iter(book.decide(told, on=on).measures[measure].conditions.leaves()))
    assert leaf.truth.value is False
    return [] if leaf.gap is None else [(c.source.name, str(c.value)) for c in leaf.gap.changes]


@pytest.mark.parametrize(
    ("applied", "nearest"),
    [
        ("2026-06-30", "2026-07-01"),
        ("2026-05-10", "2026-07-01"),
        ("2026-10-01", "2026-09-30"),
        ("2027-01-20", "2026-09-30"),
        ("2026-02-28", "2026-07-01"),
        ("2026-01-31", "2025-09-30"),
    ],
)
def test_the_nearest_day_of_the_quarter_is_found_either_side_of_a_new_year(book: huiqi.Rulebook, applied: str, nearest: str) -> None:
    assert changes(book, "quarter", 申请日=applied) == [("申请日", nearest)]


@pytest.mark.parametrize(("applied", "nearest"), [("2026-06-30", "2026-07-01"), ("2026-12-31", "2026-07-31"), ("2027-02-01", "2027-07-01")])
def test_the_nearest_day_of_the_month_is_found(book: huiqi.Rulebook, applied: str, nearest: str) -> None:
    assert changes(book, "month", 申请日=applied) == [("申请日", nearest)]


def test_who_is_divided_by_what_moves_with_it_lacks_more_than_the_difference(book: huiqi.Rulebook) -> None:
    """5 ÷ 105 is 4.76%, 6 ÷ 106 is 5.66%: 45 fewer of 50, not the 42 by which 50 passes 5.5% of 150."""
    assert changes(book, "share", 裁员="50人", 参保="100人") == [("裁员", "5")]


def test_a_share_of_a_hundred_yuan_too_little_is_found_to_the_fen(book: huiqi.Rulebook) -> None:
    """成本 81万、收入 100万：收入到 101.25万，或成本到 80万，差得少的是成本。"""
    assert changes(book, "margin", 收入="100万元", 成本="81万元") == [("成本", "800000")]


def test_of_two_spans_that_grow_together_one_of_the_told_days_is_named(book: huiqi.Rulebook) -> None:
    """到 7月15日都满 4个月；审核日期改了两头一起变，申请日晚到 3月16日才少一个月。"""
    assert changes(book, "together", 成立日="2026-03-10", 申请日="2026-03-10") == [("申请日", "2026-03-16")]
