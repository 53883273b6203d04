"""What officers wrote beside a claim, and whom of a list something is lacking of, are found in the results of a round."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from huiqi.screens import Choice, screen
from tests.documents.workbook.filling import FIRST, put, template

COMPANY = "甲外包（虚构）"
TOLD = {
    "审核日期": "2026-07-10",
    "申报年度": "2026",
    "申报事项": "吸纳大中专毕业生就业支持",
    "方案": "吸纳大中专毕业生就业支持=山西2023",
    "申报主体类型": "企业",
}
TOLD |= {"注册地县区": "平城区", "从事服务外包业务": "是", "报送状态": "审核通过", "严重失信主体": "否", "新录用人员·是否列全": "已列全"}
LEARNT = {"学历": "本科", "录用日（年-月-日）": "2026-03-01", "毕业年度内毕业生": "是"}
APPROVED = {"明细": "新录用人员", "编号": "E-01", "数据项": "培训费用", "核验": "5500元", "审定": "5000元", "理由": "含餐费"}


def filled(path: Path, *people: dict[str, Any], also: str = "") -> dict[str, list[str]]:
    """The lines of each sheet of the results."""
    template(path, ["datong-outsourcing"])
    book = load_workbook(path)
    for n, name in enumerate([COMPANY, *([also] if also else [])]):
        for heading, value in {"企业": name, **TOLD}.items():
            put(book["申报企业"], FIRST + n, heading, value)
    for n, person in enumerate(people):
        for heading, value in {"企业": COMPANY, **LEARNT, **person}.items():
            put(book["新录用人员"], FIRST + n, heading, value)
    for heading, value in {"企业": COMPANY, **APPROVED}.items():
        put(book["核验与审定"], FIRST, heading, value)
    book.save(path)
    screen(path, path.with_name("结果.xlsx"), processes=1, choose=lambda _books: Choice(measures=("talent.hiring",), key=b"x" * 32))
    results = load_workbook(path.with_name("结果.xlsx"))
    return {s.title: [" | ".join("" if x is None else str(x) for x in row) for row in s.iter_rows(values_only=True)] for s in results}


def test_a_person_of_two_applicants_is_doubted_by_the_cells_of_the_number_and_by_no_name(tmp_path: Path) -> None:
    other = {"企业": "乙外包服务", "人员编号": "E-01", "培训费用（元）": "6000"}
    second = {"人员编号": "E-02", "培训费用（元）": "6000"}
    lines = filled(tmp_path / "名录.xlsx", {"人员编号": "E-01", "培训费用（元）": "6000"}, second, other, also="乙外包服务")["重复疑点"]
    (said,) = [x for x in lines if x.startswith("新录用人员·人员编号")]
    assert f"{COMPANY}（新录用人员!C{FIRST}）；乙外包服务（新录用人员!C{FIRST + 2}）" in said and "E-01" not in said


def test_a_cost_approved_lower_stands_in_the_results_with_its_reason_and_no_name(tmp_path: Path) -> None:
    lines = filled(tmp_path / "名录.xlsx", {"人员编号": "E-01", "培训费用（元）": "6000"})["核减及不符合"]
    (said,) = [x for x in lines if "核验审定" in x]
    assert "申报 6,000元，核验 5,500元，审定 5,000元，按审定值测算；理由：含餐费" in said
    assert "E-01" not in said


def test_what_is_lacking_of_a_person_is_asked_for_by_the_row_of_the_register(tmp_path: Path) -> None:
    """The enterprise knows no stand-in, and a result has no names: the row is what both can look up."""
    people: list[dict[str, Any]] = [{"人员编号": "E-01", "培训费用（元）": "6000"}, {"人员编号": "E-02", "培训费用（元）": None}]
    lines = filled(tmp_path / "名录.xlsx", *people)["补正清单"]
    (said,) = [x for x in lines if "培训费用" in x]
    assert f"的培训费用（表格 新录用人员第{FIRST + 1}行）" in said and "E-02" not in said


def test_a_row_of_an_enterprise_nobody_listed_is_not_asked_for_of_those_whose_it_may_be(tmp_path: Path) -> None:
    """Their lists were told in full: the row is the officer's to clear up, among what could not be read."""
    lines = filled(tmp_path / "名录.xlsx", {"人员编号": "E-01", "培训费用（元）": "6000"}, {"企业": "甲外包服务", "人员编号": "E-02", "培训费用（元）": "1元"})
    assert [x for x in lines["错误行"] if "甲外包服务" in x]
    assert not [x for x in lines["补正清单"] if "未列全" in x]
    assert [x for x in lines["逐户逐项"] if "未列全" in x]
