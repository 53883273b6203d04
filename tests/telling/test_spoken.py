"""What stands in a letter is said, not written as a rule: no dots, no binders, the figures where they belong."""

from __future__ import annotations

import pytest

import huiqi
from huiqi.language import typed as t
from huiqi.rulebook.reach import expressions_in
from huiqi.telling.spoken import spoken
from tests.making import ROOT

BOOKS = ("datong-outsourcing", "zhongshan-service-trade", "national-startup-loan")


@pytest.mark.parametrize("name", BOOKS)
def test_no_condition_is_said_with_a_dot_a_binder_or_another_rulebooks_prefix(name: str) -> None:
    book = huiqi.load(name).compiled
    conditions = [e for e in expressions_in(*book.measures.values()) if isinstance(e, t.Compared | t.Member | t.Quantifier | t.RecognitionRef)]
    said = [spoken(e) for e in conditions]
    assert said
    assert [x for x in said if any(sign in x for sign in ("存在 ", " 于 ", "划型.", "技先.", "高企.", "笔.", "证书."))] == []


def test_another_year_is_said_as_people_say_it() -> None:
    book = huiqi.load("datong-outsourcing").compiled
    measure = next(m for m in book.measures.values() if m.id == "landing.new-enterprise")
    said = [spoken(e) for e in expressions_in(measure)]
    assert any(x.endswith("从业人员 超过 申报年度前一年的从业人员") for x in said)
    assert any("申报年度前一年的从业人员 超过 申报年度前两年的从业人员" in x for x in said)


def test_of_what_goes_by_a_reading_only_the_way_taken_is_said() -> None:
    case = huiqi.read_case(ROOT / "cases" / "中山-市级与省级择一.yaml")
    decision = huiqi.load("zhongshan-service-trade").decide(case, on=None, measures=["service-trade.innovation-state"])
    lines = [x.text for x in decision.measures["service-trade.innovation-state"].award.lines]
    assert lines[-1] == "已获上级资金 × 技术创新配套系数 50%；其中 上限对象口径取“按企业”"


def test_what_has_a_line_of_its_own_is_called_by_it_on_the_lines_after() -> None:
    case = huiqi.read_case(ROOT / "cases" / "贴息-跨年两笔.yaml")
    lines = [x.text for m in huiqi.load("national-service-loan-interest").decide(case, on=None).measures.values() for w in m.readings for x in w.award.lines]
    assert any("最大值（0元，单户贷款规模上限 - （以往已贴息的贷款占用 + 在先发放的贷款已占用））" in x for x in lines)
