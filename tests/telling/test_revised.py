"""核验 and 审定 that differ from what was claimed are told on every page whose amounts go by them."""

from __future__ import annotations

from typing import Any

import huiqi
from huiqi.documents.papers.kinds import Kind
from huiqi.telling.decision import Decision
from tests.documents.test_letters import words

TOLD: dict[str, Any] = {
    "企业": "甲外包（虚构）", "申报主体类型": "企业", "注册地县区": "平城区", "从事服务外包业务": True, "报送状态": "审核通过", "严重失信主体": False,
}  # fmt: skip
PERSON = {"人员编号": "R-001", "学历": "本科", "录用日": "2026-03-01", "毕业年度内毕业生": True}
SAID = "培训费用［R-001］：申报 6,000元，核验 5,500元，审定 5,000元，按审定值测算；理由：含餐费"


def hired(cost: Any) -> Decision:
    return huiqi.load("datong-outsourcing").decide(
        TOLD, on="2026-07-10", year=2026, records={"新录用人员": [PERSON | {"培训费用": cost}]},
        applied=["吸纳大中专毕业生就业支持"], scheme={"talent.hiring": "山西2023"}, key=b"x" * 32,
    )  # fmt: skip


def test_a_training_cost_approved_lower_is_told_with_its_reason_on_page_explanation_and_letter() -> None:
    """培训费用 is no condition: without this line nobody sees that 3,500元 goes by 5,000元 and not by the 6,000元 claimed."""
    decision = hired({"申报": "6000元", "核验": "5500元", "审定": "5000元", "理由": "含餐费"})
    assert "不超过3,500元" in decision.explain()
    for said in (decision.explain(), decision.explain("talent.hiring"), words(Kind.CALCULATION, [decision])):
        assert SAID in said.replace("\n", "").replace("    ", "")


def test_a_training_cost_verified_as_claimed_is_no_difference() -> None:
    assert hired({"申报": "6000元", "核验": "6000元"}).revised == ()


def test_a_value_that_waits_for_verification_is_not_said_to_be_reckoned_with() -> None:
    (said,) = hired({"申报": "6000元", "核验": "待核实"}).revised
    assert said.endswith("］：申报 6,000元，核验 待核实，按待核实处理")
    assert "R-001" not in said  # a person is named on the officer's own page only


def test_beside_a_measure_stands_what_it_reads_and_nothing_else_that_was_verified_lower() -> None:
    """The offshore amount decides nothing of a certificate; the interest by it, and the page of all, have the line."""
    decision = huiqi.load("datong-outsourcing").decide(
        {"离岸执行额": {"申报": "130万美元", "核验": "120万美元"}}, on="2026-07-10", year=2025,
    )  # fmt: skip
    said = "离岸执行额（2025年）：申报 130万美元，核验 120万美元"
    assert said in decision.explain() and said in decision.explain("finance.receipts-interest")
    assert said not in decision.explain("certification.international")
