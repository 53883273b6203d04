"""The random pairs are worth having only if they reach what the engine must get right: counted here."""

from __future__ import annotations

import os
import random
from fractions import Fraction

import pytest

from .conftest import Walk
from .strategies import BOOKS, book_of, corpus, draw_case, refused

SHARE = Fraction(15, 100)
pytestmark = pytest.mark.xdist_group("one walk over the pairs")  # which compiles the same rulebooks


def test_drawn_pairs_reach_every_verdict_list_state_chain_and_stacking(walk: Walk) -> None:
    """Unknown and partial lists, stacking of three, chains of two, boundaries, each verdict in 15% of the pairs."""
    coverage = walk.coverage
    print(coverage)
    for feature in (
        "明细未提供", "明细未列全", "明细为零条", "边界值", "资格链2层", "资格链3层", "条件 holds", "条件 fails", "条件 unknown",
        "结论 eligible", "结论 ineligible", "结论 undetermined", "问及结论 eligible", "问及结论 ineligible", "问及结论 undetermined",
        "分组 ineligible", "分组 undetermined",
    ):  # fmt: skip
        assert coverage.share(feature) >= SHARE, feature
    for feature in (
        "分组 eligible", "叠加三项以上", "叠加三项以上·highest", "叠加三项以上·choose", "叠加三项以上·cap", "资格链4层", "结论 not_in_force",
        *(f"原因 {c}" for c in ("missing", "unverified", "undefined", "judgement", "unset")),
        *(f"资格 {k} {x}" for k in ("derived", "conferred") for x in ("holds", "fails", "unknown")),
        *(f"调整：{x}" for x in ("单项封顶", "件数上限", "每负责人封顶", "本申报年度封顶", "同一企业封顶", "补足差额", "起付线", "取整", "就高不重复", "择一申报", "合计封顶", "同一人只计一次")),
    ):  # fmt: skip
        assert coverage.share(feature) >= Fraction(1, 100), feature
    total = sum(coverage.verdicts.values())
    assert all(coverage.verdicts[k] >= SHARE * total for k in ("holds", "fails", "unknown")), coverage.verdicts


def test_what_shares_a_walk_goes_to_one_process(request: pytest.FixtureRequest) -> None:
    """pytest-xdist marks the tests of a group; where it marks none, each process walks alone, and counts alone."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("one process")
    assert request.node.nodeid.endswith("@one walk over the pairs")


def test_same_seeds_give_the_same_pairs() -> None:
    """A failure names a seed; the seed must bring it back."""
    again = [draw_case(random.Random("案例7·3"), book_of(7)) for _ in range(2)]
    assert again[0] == again[1]
    assert [(b.name, x) for b, x in corpus(160)] == [(b.name, x) for b, x in corpus(160)]


def test_nearly_every_made_rulebook_compiles() -> None:
    """What the maker writes is the language as it is: a rule that became stricter shows here, not as silence."""
    for seed in range(BOOKS):
        book_of(seed)
    assert len(refused) <= BOOKS // 10, "\n".join(f"{k}: {x}" for k, x in refused.items())
