"""What a sum says of itself: one that holds a ceiling is no entitlement, and what is settled is not all that is met."""

from __future__ import annotations

from functools import cache

import pytest

import huiqi
from huiqi.api import read_case
from huiqi.documents.papers.amounts import amount_cell
from huiqi.telling.explain import render, sentence_of, ways_of
from tests.making import ROOT


@cache
def park() -> huiqi.Decision:
    """烟台园区办法：每次不超过100万元，一年两次；支持到实际支出（100万、80万）还是由财政核定数额，读法未定。"""
    case = read_case(ROOT / "cases" / "园区-示范园区.yaml")
    return huiqi.load("datong-outsourcing").decide(case, on=None)


def test_the_sum_of_a_measure_that_gives_no_more_than_a_ceiling_is_a_ceiling_under_every_way_of_reading() -> None:
    assert [line.partition("；")[2] for line in ways_of(park().measures["carrier.park-support"])] == [
        "有关事项合计 不超过 180万元",
        "有关事项合计 不超过 200万元",
    ]


def test_what_is_settled_of_a_total_is_not_called_all_that_the_measures_met_come_to() -> None:
    """园区建设支持条件满足，最多200万元，其中已确定180万元：180万元不是“条件已满足的”全部。"""
    assert "测算支持金额：已确定的不超过 180万元，其余待定，连同待定的最多 200万元" in sentence_of(park())


def test_an_amount_that_hangs_on_a_reading_waits_for_no_panel_of_experts() -> None:
    assert park().measures["carrier.park-support"].words == "按参照条件满足，金额待定（读法未定）"


@pytest.mark.parametrize("measure", ["landing.demonstration-enterprise", "tax.hnte"])
def test_who_is_refused_a_service_or_a_tax_relief_has_a_dash_where_the_amount_stands(measure: str) -> None:
    found = park().measures[measure]
    assert (str(found.outcome), amount_cell(found)) == ("ineligible", "—")


def test_the_command_that_explains_a_title_names_it_as_officers_do() -> None:
    case = read_case(ROOT / "cases" / "高企-创新能力待评审.yaml")
    assert "--measure 高新技术企业\n" in render(huiqi.load("national-hnte").decide(case, on=None))
