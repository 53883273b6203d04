"""What officers type by habit: the complaint says what to write for this very item, and suggests nothing else that is false."""

from __future__ import annotations

from typing import Any

import pytest

import huiqi
from huiqi.errors import HuiqiError

DATA_CALL: dict[str, Any] = {"企业": "甲标注（虚构）", "申报主体类型": "企业", "从事数据标注业务": True}


def refused(book: str, told: dict[str, Any], **how: Any) -> str:
    with pytest.raises(HuiqiError) as caught:
        huiqi.load(book).decide(told, on="2026-06-30", year=2026, **how)
    return str(caught.value)


def hired(column: str, said: str) -> str:
    return refused("datong-outsourcing", {"企业": "甲外包（虚构）"}, records={"新录用人员": [{"人员编号": "R-001", column: said}]}, key=b"x" * 32)


def test_a_year_of_lease_written_as_an_ordinal_is_told_how_a_year_is_written() -> None:
    """Not 80万元 or 35%: the item asks for years."""
    said = refused("datong-data-call", DATA_CALL | {"场地租用年次": "第2年"})
    assert "写数字和单位，例如 30年" in said and "80万元" not in said


def test_a_university_education_is_not_suggested_to_be_a_college_one() -> None:
    said = hired("学历", "大学")
    assert "从选项里选一个" in said and "是否" not in said


def test_eight_digits_are_asked_about_and_no_other_day_is_said_to_be_expected() -> None:
    said = hired("录用日", "20260315")
    assert "应为：年-月-日" in said and "是日期的写作 2026-03-15" in said
    assert "写作 年-月-日，例如 2026-06-30" in hired("录用日", "20261315")  # no such month


def test_what_is_applied_for_written_as_none_is_told_to_stay_empty_and_where_the_titles_are() -> None:
    said = refused("datong-data-call", DATA_CALL, applied=["无"])
    assert "没有说申报哪几项就空着" in said and "huiqi rules show datong-data-call" in said


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ({"坐席明细": [{"席位号": "A001", "花名册齐全": "√"}]}, "“花名册齐全”写的是“√”，按未提供处理；知道的写 是 或 否"),
        ({"坐席明细": [{"席位号": "A001", "工资流水月数": "不详"}]}, "“工资流水月数”写的是“不详”，按未提供处理"),
    ],
)
def test_what_is_taken_as_not_told_says_what_to_write(records: Any, said: str) -> None:
    decision = huiqi.load("datong-data-call").decide(DATA_CALL, on="2026-06-30", year=2026, records=records)
    assert any(w.endswith(said) for w in decision.warnings)


def test_a_loan_not_repaid_early_is_told_how_to_say_so() -> None:
    """Else the notice would ask for a receipt of a repayment that never was."""
    decision = huiqi.load("national-service-loan-interest").decide(
        {"企业": "甲养老（虚构）"}, on="2026-06-30", year=2026, records={"贷款明细": [{"合同号": "J-1", "结清日": "没有"}]}
    )
    assert any(w.endswith("“结清日”写的是“没有”，按未提供处理；确实没有的写 无") for w in decision.warnings)
