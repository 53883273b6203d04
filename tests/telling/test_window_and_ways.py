"""What a page shows of the days applications are taken, and of conditions that go one way or another."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiqi.api import Rulebook
from huiqi.scenarios.models import Kind
from huiqi.scenarios.steps import take
from huiqi.scenarios.story import Story, Unmet
from huiqi.telling.decision import Decision
from huiqi.visible import json_text
from tests.making import load

VOCABULARY = """\
facts:
  递交日: {id: handed, kind: date}
  成立日期: {id: founded, kind: date}
  受罚日: {id: punished, kind: date, optional: 是}
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
"""
PARAMETERS = """\
定额: {id: fixed, unit: 元, values: [{value: 3万元, document: d}]}
年限: {id: years, kind: period, values: [{value: 1年, document: d}]}
老企业线: {id: old, unit: 元, values: [{value: 500万元, document: d}]}
"""
CLAUSES = """\
- {id: 办法·1, document: d, title: 支持, says: 给予支持, disposition: measure}
- {id: 办法·9, document: d, title: 受理, says: 每年四五月受理, disposition: condition}
"""
SHARED = """\
window:
  - 集中受理: 递交日 in 每年4月1日至5月31日
    for: all
    clause: 办法·9
"""
MEASURES = """\
- id: m
  title: 扶持
  clause: 办法·1
  when:
    - 成立满一年: 成立日期 + 年限 <= 审核日期
    - 近三年无受罚: if 受罚日 is 无 then true else 受罚日 + 年限 + 年限 + 年限 <= 审核日期
    - 老企业营收达标: if 成立日期 < 递交日 - 年限 then 营收 >= 老企业线 else 营收 > 0元
  award: {amount: 定额}
"""
TOLD = {"递交日": "2026-05-31", "成立日期": "2020-01-01", "受罚日": "无", "营收": "600万元"}


@pytest.fixture
def book(tmp_path: Path) -> Rulebook:
    return load(tmp_path / "made", vocabulary=VOCABULARY, parameters=PARAMETERS, clauses=CLAUSES, shared=SHARED, measures=MEASURES)


def decided(book: Rulebook, **told: str) -> Decision:
    return book.decide({**TOLD, **told}, on="2026-06-30")


def test_the_page_says_when_applications_are_taken_by_which_clause_and_which_day_was_compared(book: Rulebook) -> None:
    page = decided(book, 递交日="2026-06-01").explain("m")
    assert "受理期\n  ［不满足］集中受理〔现行，办法·9〕\n    实际 2026-06-01；要求 在每年4月1日至5月31日\n" in page


def test_a_day_not_told_is_asked_for_beside_the_window(book: Rulebook) -> None:
    page = book.decide({k: x for k, x in TOLD.items() if k != "递交日"}, on="2026-06-30").explain("m")
    assert "［待定］集中受理〔现行，办法·9〕" in page and "尚缺 递交日（缺材料）" in page


@pytest.mark.parametrize("day", ["2026-05-31", "2026-06-01"])
def test_the_window_is_in_the_json_as_a_condition_and_comes_back_from_it(book: Rulebook, day: str) -> None:
    decision = decided(book, 递交日=day)
    assert decision.to_json() == json_text(decision.to_dict(), None)
    again = Decision.from_dict(decision.to_dict()).measures["m"].window
    assert again is not None and (again.role, again.truth.value) == ("window", day == "2026-05-31")


@pytest.mark.parametrize(
    ("day", "word", "actual"),
    [
        ("2026-06-01", "不在受理期", ""),
        ("2026-06-01", "不在有效期", ""),
        ("2026-06-01", "已失效", "不在有效期（不在受理期）"),
        ("2026-05-31", "不在受理期", "符合"),
    ],
)
def test_a_scenario_may_name_the_window_as_the_conclusion(book: Rulebook, day: str, word: str, actual: str) -> None:
    story = Story()
    said = [(Kind.GIVEN, "政策规则库“made”", None), (Kind.GIVEN, "审核日期是“2026-06-30”", None)]
    said += [(Kind.GIVEN, "申报数据如下", (("数据项", "值"), *{**TOLD, "递交日": day}.items())), (Kind.WHEN, "测算", None)]  # type: ignore[list-item]
    for kind, text, table in said:
        story = take(story, kind, text, table, lambda _: book)
    if not actual:
        assert take(story, Kind.THEN, f"“扶持”的结论是“{word}”", None, lambda _: book) is story
        return
    with pytest.raises(Unmet) as raised:
        take(story, Kind.THEN, f"“扶持”的结论是“{word}”", None, lambda _: book)
    assert (raised.value.expected, raised.value.actual) == (word, actual)


def shown(decision: Decision, label: str) -> tuple[str, str]:
    found = next(c for c in decision.measures["m"].conditions.leaves() if c.label == label)
    return found.actual.text if found.actual else "", found.required.text if found.required else ""


def test_a_day_that_was_worked_out_stands_with_the_day_it_was_worked_out_from(book: Rulebook) -> None:
    decision = decided(book, 成立日期="2026-05-01", 营收="1元")
    assert shown(decision, "成立满一年") == ("2027-05-01（成立日期 2026-05-01）", "不晚于2026-06-30")


@pytest.mark.parametrize(
    ("told", "label", "actual", "required"),
    [
        ({"受罚日": "2024-05-01"}, "近三年无受罚", "受罚日 + 年限 + 年限 + 年限 2027-05-01（受罚日 2024-05-01）", "不晚于2026-06-30"),
        ({"受罚日": "无"}, "近三年无受罚", "受罚日 无", ""),
        ({"营收": "1元"}, "老企业营收达标", "成立日期 2020-01-01，营收 1元", "不低于500万元"),
    ],
)
def test_a_condition_that_goes_one_way_or_another_shows_what_was_told_on_that_way(
    book: Rulebook, told: dict[str, str], label: str, actual: str, required: str
) -> None:
    assert shown(decided(book, **told), label) == (actual, required)
