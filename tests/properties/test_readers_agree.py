"""The laws that hold pair by pair, over one walk of the drawn pairs.

On any rulebook and any facts, all readers give the same decision: the reference combines verdicts by
Kleene, `rete` lets durable_rules do it; everything shown must be equal but the name of the reasoner and
the derivation. And no float takes part: not in a decision's JSON, not in the values behind it.
`python -m tests.properties.long_run` does the first for 100,000 pairs; `HUIQI_PAIRS` sets the number here.
"""

from __future__ import annotations

import pytest

from .conftest import Walk, exact, inexact
from .strategies import PAIRS, readers

pytestmark = pytest.mark.xdist_group("one walk over the pairs")


@pytest.mark.skipif(len(readers()) == 1, reason="durable_rules 在这个 Python 上装不了；默认用参照实现")
def test_reference_and_rete_decide_alike(walk: Walk) -> None:
    """Outcomes, verdicts, causes, amounts, words: equal on every pair."""
    assert walk.coverage.pairs == PAIRS
    assert walk.disagreeing == []
    assert walk.misnamed == []


def test_no_float_anywhere_in_a_decision(walk: Walk) -> None:
    """Amounts are fractions inside and decimal strings in JSON, whatever was told."""
    assert list(inexact({"甲": [{"乙": 0.5}]})) == [".甲[0].乙 = 0.5"]  # it would be found
    assert not exact({"甲": [{"乙": 0.5}]}) and not exact({"丙": [("丁", 0.5)]}) and exact({"甲": [{"乙": "0.5"}]})
    assert walk.inexact == []


def test_what_is_settled_is_no_less_than_nothing_and_no_more_than_the_most(walk: Walk) -> None:
    assert walk.unordered == []


def test_settled_money_is_whole_fen(walk: Walk) -> None:
    """What is settled can be paid: never a fraction of a fen."""
    assert walk.unpayable == []
