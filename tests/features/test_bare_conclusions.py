"""A bare 符合 or 不符合 is said only where a condition that was enacted stands behind it.

Whatever is told: nothing, every list empty, or what a case tells. What must not happen is a measure
all of whose conditions are assumed or another city's, yet refused or granted without a word of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import huiqi
from huiqi.rulebook.compiled import MeasureSpec, Standing
from huiqi.rulebook.places import available
from tests.making import CASES, DEFAULT_REASONER, shipped_decisions

pytestmark = pytest.mark.xdist_group("shipped cases")  # decided once, in one process
BARE = ("符合", "不符合")
COMMON = {"注册地县区": "平城区", "申报主体类型": "企业", "从事服务外包业务": "是", "报送状态": "审核通过", "严重失信主体": "否"}


def conditions(spec: MeasureSpec) -> Iterator[Any]:
    for group in (spec.when, spec.unless, *(g for s in spec.schemes.values() for g in (s.when, s.unless))):
        yield from group.conditions()


def decisions(book: huiqi.Rulebook) -> Iterator[huiqi.Decision]:
    words = {f.name for f in book.compiled.facts.values()}
    facts = {k: x for k, x in COMMON.items() if k in words}
    empty: dict[str, Any] = {r.name: [] for r in book.compiled.records.values()}
    for day in ("2021-12-01", "2026-06-30"):
        for told in ({}, facts):
            for records in ({}, empty):
                yield book.decide(told, on=day, year=int(day[:4]), records=records)
    for path in CASES:
        yield from (d for d in shipped_decisions(path.stem, DEFAULT_REASONER) if d.rulebook_id == book.id)


@pytest.mark.parametrize("name", [n for n in available() if n != "common"])
def test_no_bare_conclusion_without_an_enacted_condition(name: str) -> None:
    book = huiqi.load(name)
    enacted = {
        spec.id for spec in book.compiled.measures.values()
        if any(book.compiled.basis_standing(c.basis, day, on=day) is Standing.ENACTED for c in conditions(spec) for day in _days(book))
    }  # fmt: skip
    said = {(r.id, r.words) for d in decisions(book) for r in d.measures.values() if r.words in BARE}
    assert {pair for pair in said if pair[0] not in enacted} == set()


def _days(book: huiqi.Rulebook) -> list[Any]:
    """Days on which each document of the rulebook is in force."""
    return [x for d in book.compiled.documents.values() for x in (d.start, d.end) if x is not None]
