"""Sentences an officer has to defend before the enterprise and the audit office: true of the case as told, and the same on page and paper."""

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


def test_a_notice_where_only_an_amount_is_open_does_not_say_that_nothing_can_be_judged() -> None:
    """Of two employees one is told whole: the measure is met on its terms, and what his colleague lacks is money."""
    people = [PERSON | {"培训费用": "4500元"}, PERSON | {"人员编号": "R-002", "毕业年度内毕业生": None, "培训费用": "3800元"}]
    decision = huiqi.load("datong-outsourcing").decide(
        TOLD, on="2026-07-10", year=2026, records={"新录用人员": people}, applied=["吸纳大中专毕业生就业支持"], scheme={"talent.hiring": "山西2023"},
        key=b"x" * 32,
    )  # fmt: skip
    assert decision.measures["talent.hiring"].outcome == "eligible"
    said = words(Kind.CORRECTION, [decision])
    assert "尚缺下列 1 项内容，条件已经满足，金额还不能算定。现一次性告知" in said and "还不能作出判断" not in said


LOAN: dict[str, Any] = {
    "合同号": "J-1", "属经办银行": True, "用途合规": True, "签订日": "2026-03-05", "发放日": "2026-03-10", "到期日": "2027-03-09", "结清日": huiqi.NONE,
    "利率": "3.45%", "地方贴息率": "0%", "已获其他中央贴息": False, "逾期或不良": False,
}  # fmt: skip


def borrowed(principal: Any) -> Decision:
    return huiqi.load("national-service-loan-interest").decide(
        {"企业": "甲养老（虚构）", "行业代码": "8514", "服务业经营主体": True, "申报贴息领域": "养老"},
        on="2026-07-15", year=2026, records={"已获支持": [], "贷款明细": [LOAN | {"本金": principal}]},
    )  # fmt: skip


def test_interest_paid_by_banks_is_not_summed_to_nothing_where_a_loan_is_disallowed_in_part() -> None:
    """The bank pays it, so it is in no total of the bureau's; 合计 0元 beside 94,739.73元 would be read as nothing granted."""
    less = {"原值": "1200万元", "改为": "950万元", "理由": "用于偿还旧贷", "材料": "付款凭证", "由": "王某", "日期": "2026-07-14"}
    decision = borrowed({"申报": "1200万元", "核减": less})
    for said in (decision.explain(), words(Kind.CALCULATION, [decision])):
        assert "合计：没有计入合计的事项" in said
        assert "申报额 0元" not in said


def test_the_headline_of_what_is_met_on_assumptions_says_so_where_no_sum_is_named() -> None:
    assert "结论：1 项条件满足（依据状态最弱为“假定”，不构成支持承诺）。" in borrowed("950万元").explain()


def test_a_notice_board_with_nothing_on_it_gives_the_reason_that_is_this_measures() -> None:
    assert "不是本级资金支持的" in words(Kind.NOTICE, [borrowed("950万元")])


def test_a_base_that_was_not_told_is_not_said_to_come_to_the_same_as_those_that_were() -> None:
    """30% of 1,800万元 and of 1,720万元 are both above the cap of 500万元; the appraisal nobody told may be of 100万元."""
    work = {
        "项目名称": "旧厂房", "依据大同市城乡规划": True, "所在区域": "旧工业区", "建设内容": "自用办公用房", "盘活老旧存量房": True, "已完成": True,
        "改造投入": "1800万元", "审定造价": "1720万元",
    }  # fmt: skip
    told = {"企业": "甲标注（虚构）", "申报主体类型": "企业", "从事数据标注业务": True}
    book = huiqi.load("datong-data-call")
    page = book.decide(told, on="2026-06-30", year=2026, records={"已获支持": [], "场地改造": [work]}).explain("data-call.renovation")
    assert (
        "结果一样" not in "".join(page.split())
        and "计算（改造基数口径取“存量房评估值”）" in page
        and "改造的存量房评估值×改造补贴比例30%→待定" in "".join(page.split())
    )
    known = book.decide(told, on="2026-06-30", year=2026, records={"已获支持": [], "场地改造": [work | {"存量房评估值": "1700万元"}]})
    assert "按别的读法，结果一样" in "".join(known.explain("data-call.renovation").split())  # 510万元 is above the cap too
