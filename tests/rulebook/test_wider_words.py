"""A word that only says in which city a district lies is no district: it is asked about, never taken for another place."""

from __future__ import annotations

import pytest

import huiqi

BOOK = huiqi.load("datong-outsourcing")


@pytest.mark.parametrize("reasoner", ["reference", "python"])
@pytest.mark.parametrize(("told", "verdict"), [("大同市", "unknown"), ("山西省大同市", "unknown"), ("大同市平城区", "holds"), ("太原市小店区", "fails")])
def test_the_city_alone_is_no_county_of_it_and_none_of_another(told: str, verdict: str, reasoner: str) -> None:
    decision = BOOK.decide({"注册地县区": told}, on="2026-06-30", year=2025, measures=["certification.international"], reasoner=reasoner)
    leaves = decision.measures["certification.international"].conditions.leaves()
    assert next(x.truth.verdict for x in leaves if x.label == "在大同登记") == verdict


def test_the_officer_is_told_which_counties_it_may_be() -> None:
    decision = BOOK.decide({"注册地县区": "大同市"}, on="2026-06-30", year=2025, measures=["certification.international"])
    assert any("注册地县区" in w and "平城区" in w and "待核实" in w for w in decision.warnings)
