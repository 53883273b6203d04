"""Support of before is the same support, whether it was recorded by the measure's id or by its title."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiqi.documents.papers.blocks import plain_text
from huiqi.documents.papers.kinds import Kind
from huiqi.documents.papers.letters import letter
from huiqi.documents.text import show_rulebook
from tests.making import VOCABULARY, load

SUPPORT = """\
  已获支持:
    id: earlier_support
    noun: 笔
    key: 文号
    fields:
      文号: {id: number, kind: text}
      事项: {id: measure, kind: text}
      年度: {id: year, kind: year}
      金额: {id: amount, kind: money, unit: 元, min: 0元, max: 1亿元}
"""
PARAMETERS = "定额: {id: fixed, unit: 元, values: [{value: 3万元, document: d}]}\n"
MEASURES = """\
- id: fairs
  title: 参展补助（一次）
  clause: 办法·1
  when: [{没有得过: "%s"}]
  award: {amount: 定额}
- id: other
  title: 另一项
  clause: 办法·1
  when: [{核查通过: 核查通过}]
  award: {amount: 定额}
"""
ASKED = (
    'count(已获支持[事项 = "fairs"]) = 0',
    'count(已获支持[事项 = "参展补助(一次)"]) = 0',
    'every 笔 in 已获支持 satisfies 笔.事项 != "fairs"',
    'count(已获支持[事项 = "fairs" or 事项 = "参展补助（一次）"]) = 0',
    "本事项已获 = 0元",
)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(
    ("recorded", "outcome"), [("fairs", "ineligible"), ("参展补助（一次）", "ineligible"), ("参展补助(一次)", "ineligible"), ("甲市奖励", "eligible")]
)
@pytest.mark.parametrize("reasoner", ["reference", "python"])
def test_support_recorded_by_id_or_title_is_support_of_the_measure(tmp_path: Path, asked: str, recorded: str, outcome: str, reasoner: str) -> None:
    quoted = asked.replace('"', '\\"')
    book = load(tmp_path / "made", vocabulary=VOCABULARY + SUPPORT, parameters=PARAMETERS, measures=MEASURES % quoted)
    rows = [{"文号": "甲", "事项": recorded, "年度": "2026", "金额": "2000元"}]
    decision = book.decide({"核查通过": "是"}, on="2026-06-30", year=2026, records={"已获支持": rows}, reasoner=reasoner)
    assert decision.measures["fairs"].outcome == outcome


@pytest.mark.parametrize("recorded", ["参展补助", "参展资助", "参展支持（第二次）", "参展补贴"])
@pytest.mark.parametrize("reasoner", ["reference", "python"])
def test_support_recorded_under_what_an_office_calls_it_may_be_of_the_measure_and_is_asked_about(tmp_path: Path, recorded: str, reasoner: str) -> None:
    """Neither the same nor another: money received already is not forgotten for a word."""
    quoted = ASKED[0].replace('"', '\\"')
    book = load(tmp_path / "made", vocabulary=VOCABULARY + SUPPORT, parameters=PARAMETERS, measures=MEASURES % quoted)
    rows = [{"文号": "甲", "事项": recorded, "年度": "2026", "金额": "2000元"}]
    decision = book.decide({"核查通过": "是"}, on="2026-06-30", year=2026, records={"已获支持": rows}, reasoner=reasoner)
    assert decision.measures["fairs"].outcome == "undetermined"
    assert any("参展补助（一次）" in w and "待核实" in w for w in decision.warnings)


NAMED = {
    'count(已获支持[事项 = "fairs"]) = 0': "件数（已获支持【事项 等于 “参展补助（一次）”】） 等于 0",
    'every 笔 in 已获支持 satisfies 笔.事项 != "fairs"': "已获支持里每一条都满足 事项 不等于 “参展补助（一次）”",
    'count(已获支持[(事项 = "talent.fairs" or 事项 = "人才市集补助") and 年度 = 申报年度]) = 0': "件数（已获支持【事项 等于 “人才市集补助” 且 年度 等于 申报年度】） 等于 0",
    "not(granted(talent.fairs))": "并非（符合（人才市集补助））",
}
MORE = """\
- id: talent.fairs
  title: 人才市集补助
  clause: 办法·1
  when: [{核查通过: 核查通过}]
  award: {amount: 定额}
"""


@pytest.mark.parametrize("asked", NAMED)
def test_an_officer_reads_the_title_of_a_measure_where_a_rule_names_its_id(tmp_path: Path, asked: str) -> None:
    measures = MEASURES % asked.replace('"', '\\"') + MORE
    book = load(tmp_path / "made", vocabulary=VOCABULARY + SUPPORT, parameters=PARAMETERS, measures=measures)
    rows = [{"文号": "甲", "事项": "talent.fairs", "年度": "2026", "金额": "2000元"}]
    decision = book.decide({"核查通过": "是"}, on="2026-06-30", year=2026, records={"已获支持": rows}, reasoner="reference")
    assert NAMED[asked] in [leaf.text for leaf in decision.measures["fairs"].conditions.leaves()]
    paper = plain_text(letter(Kind.CALCULATION, [decision], everything=True))
    assert any("事项 人才市集补助" in x for x in paper)
    shown = show_rulebook(book.compiled, "fairs")
    for text in (decision.explain("fairs"), "\n".join(paper), shown):
        plain = "".join(text.split()).replace("参展补助（一次）（fairs）", "")  # the head, with what to type
        assert "“fairs”" not in plain and "talent.fairs" not in plain
