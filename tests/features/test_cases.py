"""The example cases: each decides as its 期望 says, and each states what it is an example of."""

from __future__ import annotations

from pathlib import Path

import pytest

import huiqi
from huiqi.telling.expected import compare_expected
from tests.making import CASES, DEFAULT_REASONER, shipped_decisions

pytestmark = pytest.mark.xdist_group("shipped cases")  # decided once, in one process
FIRST_EXAMPLE = "认证-云中数据.yaml"  # the public contract's example; since the plan's item 6 was read in full it also tells that the applicant does outsourcing and has filed


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_case_decides_as_expected(path: Path) -> None:
    """Every 期望 of the case holds, under every rulebook it names."""
    case = huiqi.read_case(path)
    assert case.expected, "案例里没有“期望”"
    assert compare_expected(case, list(shipped_decisions(path.stem, DEFAULT_REASONER))) == []


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_case_says_what_it_shows_and_is_fictional(path: Path) -> None:
    """The first line explains the case; nobody real is in it."""
    assert path.name == FIRST_EXAMPLE or path.read_text(encoding="utf-8").startswith("说明: ")
    assert "（虚构）" in huiqi.read_case(path).enterprise


def test_there_are_cases() -> None:
    """An empty folder would pass everything above."""
    assert len(CASES) >= 12
