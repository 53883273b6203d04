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


def test_the_words_that_any_of_will_do_are_told_once_under_the_name_they_are_of() -> None:
    decision = huiqi.load("datong-outsourcing").decide({"申报主体类型": "培训机构"}, on=date(2026, 6, 30))
    (asked,) = [c for c in decision.measures["certification.international"].conditions.leaves() if c.label == "申报主体是企业"]
    assert asked.required is not None
    assert asked.required.text == (
        "申报主体类型 企业，或（申报主体类型 分支机构，且分支机构按企业对待 是），或（申报主体类型 培训机构、园区、平台或高校院所，且登记为企业 是）"
    )


def test_what_one_applies_as_is_no_answer_to_what_one_is_registered_as() -> None:
    """A training institution is asked for its registration, and is neither an enterprise nor none before it tells."""
    book = huiqi.load("datong-outsourcing")
    found = [
        next(
            c.truth.value
            for c in book.decide({"申报主体类型": "培训机构", **told}, on=date(2026, 6, 30)).measures["certification.international"].conditions.leaves()
            if c.label == "申报主体是企业"
        )
        for told in ({}, {"登记为企业": True}, {"登记为企业": False})
    ]
    assert found == [None, True, False]
