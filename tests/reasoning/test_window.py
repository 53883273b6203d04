"""A window that is over settles a measure, whatever dates of its records are not told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.making import load

VOCABULARY = """\
records:
  贷款:
    id: loans
    noun: 笔
    key: 合同号
    fields:
      合同号: {id: number, kind: text}
      放款日: {id: lent_on, kind: date}
"""
PARAMETERS = """\
定额: {id: fixed, unit: 元, values: [{value: 3万元, document: d}]}
截止日: {id: last, kind: date, values: [{value: 2026-03-31, document: d}]}
"""
MEASURES = """\
- id: m
  title: 贴息
  clause: 办法·1
  each: 款 in 贷款
  governed by: 款.放款日
  window: 审核日期 <= 截止日
  when: [{已放款: 款.放款日 <= 审核日期}]
  award: {amount: 定额}
"""


def test_a_loan_told_without_its_day_does_not_reopen_a_measure_out_of_its_window(tmp_path: Path) -> None:
    book = load(tmp_path / "made", vocabulary=VOCABULARY, parameters=PARAMETERS, measures=MEASURES)
    listings: tuple[Any, ...] = (
        {"完整": "否", "清单": []},
        {"完整": "否", "清单": [{"合同号": "甲"}]},
        [{"合同号": "甲"}],
        [{"合同号": "甲", "放款日": "2026-01-01"}],
    )
    found = [book.decide({}, on="2026-06-30", records={"贷款": x}).measures["m"] for x in listings]
    assert [(m.outcome, m.reason) for m in found] == [("not_in_force", "不在受理期")] * 4
