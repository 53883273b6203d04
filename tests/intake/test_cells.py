"""One mess to a row: what stands in a cell under which header, and the verdict it must get.

Each row is a small table of its own: a title with a year, a unit line, one column beside 序号 and 企业名称, the cell in its first row
and others below it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.intake.making import Error, Formula, Number, Struck

OFFSHORE, COST, DAY, CODE, SCHEME = "离岸执行额（万美元）", "资质认证·认证费用（万元）", "资质认证·发证日期", "统一社会信用代码", "资质认证·认证名称"
PLAIN_COST, PLACE, STAFF, KIND = "资质认证·认证费用", "注册地", "职工总数（人）", "申报主体类型"
PRINCIPAL, RATE, DUE, REPAID, NUMBER, CLAIM = "贷款金额（万元）", "年利率", "到期日", "结清日", "合同编号", "申请贴息（元）"

# what is wrong with it | header | what stands there | verdict | value, or a part of the words
CELLS: list[tuple[str, str, Any, str, str]] = [
    ("a bare number takes the header's unit", OFFSHORE, 131.5, "read", "131.5万美元"),
    ("text that is a number is one", OFFSHORE, "80", "read", "80万美元"),
    ("full-width digits are digits", OFFSHORE, "１２．５", "read", "12.5万美元"),
    ("thousands separated where they belong", COST, "1,250.50", "read", "1250.50万元"),
    ("万 in a 万-column is the same 万", OFFSHORE, "118.2万", "read", "118.2万美元"),
    ("a unit of its own", COST, "25.5万元", "read", "25.5万元"),
    ("a unit of another scale is said", COST, "¥300,000.00", "read", "300000元"),
    ("the full-width sign of a currency", COST, "￥300,000.00", "read", "300000元"),
    ("another currency is asked", OFFSHORE, "80万元", "question", "80万元"),
    ("a number of persons is no money", COST, "35人", "question", "35人"),
    ("zero is zero", OFFSHORE, 0, "read", "0万美元"),
    ("a blank is not told", OFFSHORE, None, "read", ""),
    ("an empty text is not told", OFFSHORE, "", "read", ""),
    ("spaces are not told", OFFSHORE, " 　", "read", ""),
    ("无 is no number", OFFSHORE, "无", "error", "不是数"),
    ("不详 is not told, and said", OFFSHORE, "不详", "read", ""),
    ("a dash is asked", OFFSHORE, "—", "question", "读作什么"),
    ("a slash is asked", OFFSHORE, "／", "question", "读作什么"),
    ("about is no number", OFFSHORE, "约80", "error", "不是确数"),
    ("more than is no number", OFFSHORE, "80余万", "error", "不是确数"),
    ("around is no number", STAFF, "35人左右", "error", "不是确数"),
    ("two numbers in a cell", STAFF, "20（其中离职2人）", "error", "两个数"),
    ("a range is two numbers", STAFF, "20-30", "error", "两个数"),
    ("a sum in words", COST, "10+8", "error", "算式"),
    ("Chinese numerals", COST, "拾捌万元整", "error", "中文数字"),
    ("scientific notation typed as text", COST, "1.5E+3", "error", "科学计数法"),
    ("beyond the bounds", OFFSHORE, "200亿美元", "error", "上下限"),
    ("a negative amount where none may be", COST, -5, "error", "上下限"),
    ("half a person", STAFF, 12.5, "error", "小数"),
    ("an error value", OFFSHORE, Error("#DIV/0!"), "error", "#DIV/0!"),
    ("a formula without a value", OFFSHORE, Formula("SUM(A1:A2)"), "error", "没有保存的值"),
    ("a formula with its value", OFFSHORE, Formula("60+20", "80"), "read", "80万美元"),
    ("digits that a workbook adds to a number", OFFSHORE, Number("131.49999999999999"), "read", "131.5万美元"),
    ("a day in a column of amounts", OFFSHORE, date(2025, 9, 1), "error", "日期"),
    ("year, month, day with dots", DAY, "2025.3.1", "read", "2025-03-01"),
    ("with hyphens", DAY, "2025-03-01", "read", "2025-03-01"),
    ("with strokes", DAY, "2027/12/31", "read", "2027-12-31"),
    ("in Chinese", DAY, "2025年3月1日", "read", "2025-03-01"),
    ("eight digits", DAY, "20251231", "read", "2025-12-31"),
    ("eight digits as a number", DAY, 20251231, "read", "2025-12-31"),
    ("a date cell", DAY, date(2025, 10, 1), "read", "2025-10-01"),
    ("a serial number", DAY, 45901, "read", "2025-09-01"),
    ("a day and its time", DAY, "2025-03-01 00:00:00", "read", "2025-03-01"),
    ("a missing day", DAY, "2025年6月", "question", "2025年6月哪一天"),
    ("a missing day with a dot", DAY, "2025.6", "question", "哪一天"),
    ("a year only", DAY, "2025年", "question", "哪一天"),
    ("a year of two digits", DAY, "25.3.1", "question", "哪一天"),
    ("day and month in doubt", DAY, "3/4/2025", "question", "哪一天"),
    ("no such day", DAY, "2025-02-30", "error", "没有"),
    ("a term is no day", DAY, "三年", "error", "期限"),
    ("无 for a day that must be", DAY, "无", "error", "不会是"),
    ("a code that was a number", CODE, Number("9.11402e+17"), "error", "9.11402E+17"),
    ("a code that was written out as a number", CODE, Number("911402000000000000"), "error", "已丢失"),
    ("a letter that no code has", CODE, "91140200MA0TEST01X", "error", "第14位“S”"),
    ("spaces in a code are levelled, and said", CODE, "9114 0200 MA0T EST0 3Y", "error", "91140200MA0TEST03Y"),
    ("small letters of a code are levelled", CODE, "91140200ma0k1xy77r", "read", "91140200MA0K1XY77R"),
    ("a code that is too short", CODE, "91140200MA0K1XY77", "error", "17位"),
    ("a wrong check digit", CODE, "91140200MA0K1XY77T", "error", "校验码"),
    ("no code is 无", CODE, "无", "error", "不会是"),
    ("an identity number is a person's", CODE, "110101199003070038", "read", "个人信息"),
    ("a district as written", PLACE, "云州区", "read", "云州区"),
    ("a district behind its city", PLACE, "大同市平城区", "read", "平城区"),
    ("a district behind province and city", PLACE, "山西省大同市云冈区", "read", "云冈区"),
    ("a declared alias is read", PLACE, "平城", "read", "平城区"),
    ("a district that nobody declared", PLACE, "御东新区", "question", "哪个县区"),
    ("a certificate as written", SCHEME, "ISO27001", "read", "ISO27001"),
    ("a certificate in small letters", SCHEME, "cmmi", "read", "CMMI"),
    ("a standard with its year", SCHEME, "ISO/IEC 27001:2022", "question", "① ISO27001"),
    ("a certificate and its grade", SCHEME, "CMMI5", "question", "种类 CMMI，等级 5"),
    ("a certificate that no catalogue has", SCHEME, "PMP", "question", "照写"),
    ("a choice as written", KIND, "企业", "read", "企业"),
    ("a choice by its alias", KIND, "分公司", "read", "分支机构"),
    ("a choice that is none", KIND, "外星人", "question", "申报主体类型"),
]
LOANS: list[tuple[str, str, Any, str, str]] = [
    ("percent by the unit line, where a fraction breaks the bounds", RATE, 3.5, "read", "3.5%"),
    ("percent of its own", RATE, "3.45%", "read", "3.45%"),
    ("percent by its format", RATE, Number("0.0345", 2), "read", "3.45%"),
    ("both readings fit", RATE, 0.035, "question", "① 3.5%"),
    ("neither reading fits", RATE, 45, "error", "上下限"),
    ("a rate as a formula", RATE, "LPR+20BP", "error", "写成了公式"),
    ("a rate below the LPR", RATE, "LPR-0.1%", "error", "写成了公式"),
    ("a contract's number keeps its zeros", NUMBER, "0012", "read", "0012"),
    ("a contract's number is no day", NUMBER, "2025-001", "read", "2025-001"),
    ("a contract's number that became a number", NUMBER, 12, "read", "12"),
    ("a contract's number that became a day", NUMBER, date(2025, 1, 1), "error", "变成了日期"),
    ("a contract's number that was lost", NUMBER, Number("2.02501E+18"), "error", "已丢失"),
    ("a remark behind a contract's number", NUMBER, "K-4（展期）", "question", "展期 是"),
    ("texts joined by a formula", NUMBER, Formula('"K"&"-3"'), "error", "K-3"),
    ("无 where the vocabulary knows it", REPAID, "无", "read", "无"),
    ("a term instead of a day", DUE, "一年", "error", "期限"),
    ("a term in months", DUE, "12个月", "error", "期限"),
    ("an error value in a column without a fact", CLAIM, Error(), "error", "#REF!"),
]


def _table(header: str, cell: Any, *, units: str) -> tuple[list[list[Any]], list[str], str]:
    """A table around one cell, what is merged in its header, and the cell's address."""
    loan = units != "单位：万元、万美元、人"
    heads = ["合同编号", "贷款金额（万元）", "放款日", "到期日", "年利率", "申请贴息（元）"] if loan else [CODE]
    heads = [h for h in heads if h != header] + [header]
    group, _, last = header.rpartition("·")
    top = ["序号", "企业名称", *heads[:-1], group or last]
    rows: list[list[Any]] = [["2025年度申报表"], [units], top]
    if group:
        rows.append([None] * (len(top) - 1) + [last])
    width = len(top)
    first = len(rows) + 1
    filler: dict[str, list[Any]] = {"合同编号": ["甲-1", "甲-2"], "贷款金额（万元）": [90, 100], "申请贴息（元）": [3000, 4000], CODE: [None, None]}
    filler |= {"放款日": ["2025-01-01"] * 2, "到期日": ["2026-01-01"] * 2, "年利率": ["3.5%"] * 2}
    for n in range(2):
        name = ("甲数据有限公司", "乙软件有限公司")[n]
        rows.append([n + 1, name, *(filler[h][n] for h in heads[:-1]), cell if n == 0 else None])
    from huiqi.intake.grid import address

    return rows, [f"{address(3, c)}:{address(4, c)}" for c in range(1, width)] if group else [], address(first, width)


@pytest.mark.parametrize(("what", "header", "cell", "verdict", "words"), CELLS, ids=[c[0] for c in CELLS])
def test_a_cell_of_a_table_of_applicants(cells: Callable[..., Any], what: str, header: str, cell: Any, verdict: str, words: str) -> None:
    rows, merged, at = _table(header, cell, units="单位：万元、万美元、人")
    _holds(cells(rows, merged=merged)[at], verdict, words)


@pytest.mark.parametrize(("what", "header", "cell", "verdict", "words"), LOANS, ids=[c[0] for c in LOANS])
def test_a_cell_of_a_table_of_loans(cells: Callable[..., Any], what: str, header: str, cell: Any, verdict: str, words: str) -> None:
    rows, merged, at = _table(header, cell, units="单位：元、%、天")
    _holds(cells(rows, merged=merged, rulebook="national-service-loan-interest")[at], verdict, words)


def _holds(found: Any, verdict: str, words: str) -> None:
    assert found["verdict"] == verdict, found
    if verdict == "read" and words:
        assert words in found["value"], found
    elif verdict == "read":
        assert found["as"] == "not told", found
        assert "value" not in found
    else:
        assert words in found["words"] + "　".join(found.get("choices", [])) + "".join(found["said"]), found
        assert verdict == "question" or found["mend"], found


def test_what_is_struck_out_or_commented_is_said(cells: Callable[..., Any]) -> None:
    rows, merged, at = _table(OFFSHORE, Struck("80"), units="单位：万元、万美元、人")
    found = cells(rows, merged=merged, notes={at: "待核"})[at]
    assert found["value"] == "80万美元"
    assert found["said"] == ["批注“待核”", "格内文字有删除线"]


def test_days_are_counted_from_where_the_workbook_says(cells: Callable[..., Any]) -> None:
    rows, merged, at = _table(DAY, 45901 - 1462, units="单位：万元、万美元、人")
    found = cells(rows, merged=merged, since_1904=True)[at]
    assert found["value"] == "2025-09-01"
    assert "1904" in found["said"][0]
