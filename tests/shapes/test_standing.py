"""依据状态：只随结论所依的那几项走，没用上的分支、只供参考的一行不算；口径的上下限被引用时还在。"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import huiqi.api as huiqi
from tests.making import load, write

PARAMETERS = """\
现行线: {id: own, unit: 元, values: [{value: 100万元, document: d}]}
假定线: {id: ours, unit: 平方米, values: [{value: 100平方米, basis: 假定}]}
假定额: {id: guess, unit: 元, values: [{value: 9万元, basis: 假定}]}
定额: {id: fixed, unit: 元, values: [{value: 5万元, document: d}]}
"""


def standing(folder: Path, condition: str, facts: Any, amount: str = "定额") -> tuple[str, str]:
    measures = f"- id: a\n  title: 甲\n  clause: 办法·1\n  when:\n    - 条件: {condition}\n  award: {{amount: {amount}}}\n"
    decision = load(folder, measures=measures, parameters=PARAMETERS).decide(facts, on="2026-06-30", year=2025, reasoner="reference")
    return decision.measures["a"].outcome, decision.measures["a"].standing.code


OWN, OURS = "营收 >= 现行线", "面积 >= 假定线"


@pytest.mark.parametrize("turned", [False, True], ids=["先写现行", "先写假定"])
@pytest.mark.parametrize(
    ("word", "facts", "wanted"),
    [
        ("and", {"营收": "99万元", "面积": "99平方米"}, ("ineligible", "enacted")),
        ("and", {"营收": "100万元", "面积": "99平方米"}, ("ineligible", "assumed")),
        ("and", {"营收": "100万元", "面积": "100平方米"}, ("eligible", "assumed")),
        ("and", {"营收": "99万元"}, ("ineligible", "enacted")),
        ("or", {"营收": "100万元", "面积": "100平方米"}, ("eligible", "enacted")),
        ("or", {"营收": "100万元"}, ("eligible", "enacted")),
        ("or", {"营收": "99万元", "面积": "100平方米"}, ("eligible", "assumed")),
    ],
)
def test_an_and_or_an_or_relies_on_the_firmest_part_that_decides_it(tmp_path: Path, turned: bool, word: str, facts: Any, wanted: Any) -> None:
    parts = [OURS, OWN] if turned else [OWN, OURS]
    assert standing(tmp_path, f" {word} ".join(parts), facts) == wanted


def test_a_branch_not_taken_lends_no_standing(tmp_path: Path) -> None:
    amount = "if 核查通过 then 定额 else 假定额"
    assert standing(tmp_path / "1", OWN, {"营收": "100万元", "核查通过": "是"}, amount) == ("eligible", "enacted")
    assert standing(tmp_path / "2", OWN, {"营收": "100万元", "核查通过": "否"}, amount) == ("eligible", "assumed")


def test_a_line_of_a_service_shown_for_information_lends_no_standing(tmp_path: Path) -> None:
    measures = f"- id: a\n  title: 甲\n  clause: 办法·1\n  when:\n    - 条件: {OWN}\n  award: {{service: 给予服务, lines: {{参考面积: 假定线}}}}\n"
    result = load(tmp_path, measures=measures, parameters=PARAMETERS).decide({"营收": "100万元"}, on="2026-06-30").measures["a"]
    assert result.standing.code == "enacted"
    assert [x.amount for x in result.award.lines] == ["100平方米"]


def test_a_definition_proved_positive_divides_in_the_rulebook_that_uses_it(tmp_path: Path) -> None:
    definitions = '加一: {id: more, expr: "营收 + 起步"}\n证书加一: {id: c_more, on: 证书, expr: "费用 + 起步"}\n'
    start = "起步: {id: start, unit: 元, values: [{value: 1元, basis: 假定}]}\n"
    documents = "- {id: m, title: 口径, issuer: 测试市, jurisdiction: 中国/测试省/测试市, sheet: 样本, letter: A}\n"
    write(tmp_path / "made", definitions=definitions, parameters=start, documents=documents, measures="[]\n", clauses="[]\n")
    manifest = 'id: using\ntitle: 引用\nversion: "1"\njurisdiction: 中国/测试省/测试市\nuses:\n  - {rulebook: made, version: "1", same: 全部}\n'
    measures = "- id: a\n  title: 甲\n  clause: 办法·1\n  when:\n    - 够: 营收 / 加一 >= 占比\n    - 证: 'count(证书[费用 / 证书加一 >= 占比]) >= 0张'\n  award: {amount: 定额}\n"
    parameters = PARAMETERS + "占比: {id: share, kind: ratio, values: [{value: 50%, document: d}]}\n"
    write(tmp_path / "using", rulebook=manifest, vocabulary="facts: {}\n", measures=measures, parameters=parameters)
    assert huiqi.load(tmp_path / "using").measures == ("a",)


def test_an_unread_clause_is_its_own_cause_and_hides_no_other(tmp_path: Path) -> None:
    clauses = (
        "- {id: 办法·1, document: d, title: 支持, says: 给予支持, disposition: measure}\n"
        "- {id: 办法·2, document: d, title: 附件, says: 附件, disposition: unread, why: 附件未取得}\n"
    )
    measures = f"- id: a\n  title: 甲\n  clause: 办法·1\n  incomplete: [办法·2]\n  when:\n    - 条件: {OWN}\n  award:\n    amount: min(定额, 面积 * 单价)\n"
    parameters = PARAMETERS + "单价: {id: price, unit: 元/平方米, values: [{value: 1元/平方米, document: d}]}\n"
    book = load(tmp_path, measures=measures, parameters=parameters, clauses=clauses)
    told = book.decide({"营收": "100万元", "面积": "7平方米"}, on="2026-06-30")
    assert told.measures["a"].to_dict()["award"]["cause"] == "unread"
    assert told.measures["a"].words == "已知条件均满足，尚有未读条款"
    assert [(m.fact, m.cause) for m in told.missing] == [("未读条款 办法·2", "unread")]
    open_too = book.decide({"营收": "100万元"}, on="2026-06-30")
    assert {(m.fact, m.cause) for m in open_too.missing} == {("面积", "missing"), ("未读条款 办法·2", "unread")}
    assert open_too.measures["a"].award.at_most == "50000.00"
    assert "面积" in open_too.explain()
