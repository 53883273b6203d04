"""What is lacking of a condition that goes through a catalogue: its word is nobody's figure."""

from __future__ import annotations

from pathlib import Path

from tests.making import CLAUSES, load

VOCABULARY = """\
records:
  项目:
    id: projects
    noun: 项
    key: 编号
    fields:
      编号: {id: number, kind: text}
      类型: {id: sort, kind: choice, options: [甲, 乙]}
"""
PARAMETERS = """\
各类: {id: kinds, values: [{value: [甲, 乙], clause: 办法·1}]}
两项: {id: two, unit: 项, values: [{value: 2项, clause: 办法·1}]}
"""
MEASURES = """\
- {id: m, title: 各类齐全, clause: 办法·1, award: {service: 服务}, when: [{各类齐全: "(count 类 in 各类 satisfies count(项目[类型 = 类]) > 0) >= 两项"}]}
"""


def test_a_count_for_each_word_of_a_catalogue_is_told_without_a_figure_to_change(tmp_path: Path) -> None:
    made = load(tmp_path, vocabulary=VOCABULARY, parameters=PARAMETERS, measures=MEASURES, clauses=CLAUSES)
    decision = made.decide({}, records={"项目": [{"编号": "1", "类型": "甲"}]}, on="2026-06-30")
    leaf = next(iter(decision.measures["m"].conditions.leaves()))
    assert (decision.measures["m"].outcome, leaf.label) == ("ineligible", "各类齐全")
