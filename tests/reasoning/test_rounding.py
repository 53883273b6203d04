"""Where rounding is declared: exactly a half, and one 分 (or a tenth of one) to either side of it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.making import RULEBOOK, load

BOUNDARIES = [
    # told, then what each direction leaves of it
    ("24999.99元", {"down": 20000, "half down": 20000, "half even": 20000, "half up": 20000, "up": 30000}),
    ("25000元", {"down": 20000, "half down": 20000, "half even": 20000, "half up": 30000, "up": 30000}),
    ("25000.01元", {"down": 20000, "half down": 30000, "half even": 30000, "half up": 30000, "up": 30000}),
    ("35000元", {"down": 30000, "half down": 30000, "half even": 40000, "half up": 40000, "up": 40000}),
    ("30000元", {"down": 30000, "half down": 30000, "half even": 30000, "half up": 30000, "up": 30000}),
]  # fmt: skip
WORDS = {"down": "舍去", "half down": "过半进位", "half even": "四舍六入五成双", "half up": "四舍五入", "up": "进位"}
MEASURE = "- {{id: a, title: 支持甲, clause: 办法·1, when: [{{过: 核查通过}}], award: {{amount: {amount}}}{rounding}}}\n"


@pytest.mark.parametrize("direction", WORDS)
@pytest.mark.parametrize(("told", "left"), BOUNDARIES, ids=[t for t, _ in BOUNDARIES])
def test_a_measure_rounded_as_it_declares(told: str, left: dict[str, int], direction: str, tmp_path: Path) -> None:
    book = load(tmp_path, measures=MEASURE.format(amount="营收", rounding=f", rounding: {{to: 万元, direction: {direction}}}"))
    result = book.decide({"核查通过": "是", "营收": told}, on="2026-06-30").measures["a"]
    assert result.award.low == left[direction]
    steps = [a.rule for a in result.adjustments]
    assert any(f"{WORDS[direction]}到万元" in s for s in steps) is (Fraction(told.rstrip("元")) % 10000 != 0)


@pytest.mark.parametrize(
    ("told", "cents"), [("0.25元", {"half even": 12, "half down": 12, "half up": 13}), ("0.75元", {"half even": 38, "half down": 37, "half up": 38})]
)
@pytest.mark.parametrize("direction", ["half even", "half down", "half up"])
def test_half_a_fen_as_the_rulebook_declares_once(told: str, cents: dict[str, int], direction: str, tmp_path: Path) -> None:
    book = load(
        tmp_path, rulebook=RULEBOOK + f"rounding: {{to: 分, direction: {direction}}}\n", measures=MEASURE.format(amount="营收 * 一半", rounding=""),
        parameters="一半: {id: half, kind: ratio, values: [{value: 50%, document: d}]}\n",
    )  # fmt: skip
    result = book.decide({"核查通过": "是", "营收": told}, on="2026-06-30").measures["a"]
    assert result.award.low == Fraction(cents[direction], 100)


@pytest.mark.parametrize("direction", WORDS)
def test_an_amount_between_two_ends_is_rounded_at_both(direction: str, tmp_path: Path) -> None:
    """What is not told yet may be no revenue, or one without limit: rounding keeps the order."""
    book = load(tmp_path, measures=MEASURE.format(amount='"min(营收, 上限)"', rounding=f", rounding: {{to: 万元, direction: {direction}}}"),
                parameters="上限: {id: cap, unit: 元, values: [{value: 50000元, document: d}]}\n")  # fmt: skip
    award = book.decide({"核查通过": "是"}, on="2026-06-30").measures["a"].award
    assert (award.low, award.high) == (0, 50000)


def test_a_rounding_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="half even"):
        load(tmp_path, measures=MEASURE.format(amount="营收", rounding=", rounding: {to: 万元, direction: half odd}"))
