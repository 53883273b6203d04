"""What was told of a condition in parts: of a part that is open nothing is said where another part refused."""

from __future__ import annotations

from datetime import date

import huiqi


def test_an_individual_who_is_refused_is_not_said_to_await_a_judgement_on_branches() -> None:
    decision = huiqi.load("datong-outsourcing").decide({"申报主体类型": "个人"}, on=date(2026, 6, 30))
    (asked,) = [c for c in decision.measures["certification.international"].conditions.leaves() if c.label == "申报主体是企业"]
    assert asked.truth.value is False
    assert asked.actual is not None
    assert asked.actual.text == "申报主体类型 个人"
