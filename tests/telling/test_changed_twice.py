"""One figure that two conditions read: what changing it comes to is decided again with the one change both ask for."""

from __future__ import annotations

import huiqi
from huiqi.telling.whatif import needs, retried


def test_a_loan_above_the_limit_lowered_to_it_fails_neither_by_itself_nor_with_the_other_loans() -> None:
    """The principal is read of the loan and in the sum of all loans: one figure, which both conditions want the same of."""
    book = huiqi.load("national-startup-loan")
    decision = book.decide(
        {"申报主体类型": "个人", "个人借款人类别": "就业困难人员（含残疾人）", "已享受创业贷款贴息次数": "0次"},
        records={
            "贷款明细": [
                {
                    "合同号": "甲", "创业担保贷款": True, "申请日": "2025-02-20", "签订日": "2025-03-01", "发放日": "2025-03-05", "到期日": "2027-03-04",
                    "结清日": huiqi.NONE, "本金": "35万元", "利率": "4%", "实付利息": "1.1万元", "地方贴息率": "0%", "展期": False, "逾期": False, "借新还旧": False,
                },
            ],
        },
        year=2026, on="2026-06-30",
    )  # fmt: skip
    (loan,) = (m for m in decision.measures.values() if m.title == "个人创业担保贷款贴息")
    (again,) = retried(book.compiled, decision, loan.id, needs(loan))
    assert [a.condition.label for a in again.asked] == ["本金不超过额度上限", "各笔本金合计不超过额度上限"]
    assert again.failing == () and again.contradictions == ()
