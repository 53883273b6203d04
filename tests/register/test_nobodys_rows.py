"""A row of a register that is nobody's: what was done with it is said as it was done, and whom it leaves open is told why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from huiqi.screens import screen
from tests.documents.workbook.filling import FIRST, put
from tests.making import invoke

NAMES = ("云中软件有限公司", "平城呼叫中心有限公司")
Told = dict[str, list[list[str]]]


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("blank") / "a.xlsx"
    assert invoke("template", "datong-outsourcing", "--measure", "国际资质认证支持", "-o", str(path)).exit_code == 0
    return path


def _round(blank: Path, folder: Path, *rows: dict[str, str], more: Sequence[dict[str, str]] = ()) -> Told:
    """The results of two enterprises that have no certificate, with these rows of certificates, and of applicants after theirs."""
    book = load_workbook(blank)
    base = {"审核日期": "2026-06-30", "申报年度": "2025", "申报主体类型": "企业", "注册地县区": "平城区", "从事服务外包业务": "是"}
    base |= {"报送状态": "审核通过", "严重失信主体": "否", "已获支持·是否列全": "一条也没有", "资质认证·是否列全": "一条也没有"}
    for number, told in enumerate([*(base | {"企业": name} for name in NAMES), *more], FIRST):
        for heading, value in told.items():
            put(book["申报企业"], number, heading, value)
    for number, told in enumerate(rows, FIRST):
        for heading, value in told.items():
            put(book["资质认证"], number, heading, value)
    book.save(folder / "名录.xlsx")
    screen(folder / "名录.xlsx", folder / "结果.xlsx", processes=1)
    found = load_workbook(folder / "结果.xlsx")
    return {s.title: [["" if c is None else str(c) for c in row] for row in s.iter_rows(values_only=True)] for s in found.worksheets}


def _registered(told: Told) -> list[tuple[str, str]]:
    """How many enterprises are counted towards the target, and of how many it is not known."""
    return [(line[3].partition("，")[0], line[4]) for line in told["目标进度"] if line[2] == "登记户数"]


CERTIFICATE = {"证号": "ISO-0001", "种类": "ISO27001", "发证日": "2025-03-01", "合格费用": "80000"}


def test_a_row_of_totals_among_records_opens_nobodys_list(blank: Path, tmp_path: Path) -> None:
    told = _round(blank, tmp_path, {"序号": "合计", "合格费用": "80000"})
    assert [line[7] for line in told["错误行"] if line[3] == "合计"] == ["合计不算在任何一户，也不当作一条明细；没有改变哪一户的测算"]
    assert {line[4] for line in told["逐户逐项"] if line[0] in NAMES} == {"不符合"}


@pytest.mark.parametrize(
    ("rows", "more"),
    [(({"序号": "合计"} | CERTIFICATE,), ()), ((), ({"企业": "合计", "从事服务外包业务": "是"},)), ((CERTIFICATE,), ()), (({"企业": "没有这一户"} | CERTIFICATE,), ())],
    ids=["a total of records", "a total of applicants", "a record of nobody", "a record of a stranger"],
)  # fmt: skip
def test_rows_of_totals_and_of_records_are_no_enterprise_that_a_target_counts(
    blank: Path, tmp_path: Path, rows: tuple[dict[str, str], ...], more: tuple[dict[str, str], ...],
) -> None:  # fmt: skip
    told = _round(blank, tmp_path, *rows, more=more)
    assert _registered(told) == [("2家", "0")]


def test_a_row_of_applicants_without_a_name_may_be_one_more(blank: Path, tmp_path: Path) -> None:
    told = _round(blank, tmp_path, more=({"从事服务外包业务": "是", "注册地县区": "平城区"},))
    assert _registered(told) == [("2家至3家", "1")]


def test_a_record_without_an_enterprise_is_named_to_the_officer_for_each_it_may_be_of(blank: Path, tmp_path: Path) -> None:
    told = _round(blank, tmp_path, CERTIFICATE)
    assert [line[7] for line in told["错误行"] if line[0] == f"资质认证!C{FIRST}"] == ["不算在任何一户；可能属于 2 户之一，这 2 户的这类明细按没列全测算"]
    why = f"资质认证明细（未列全）；表格 资质认证!C{FIRST}：这一行没有写是哪一户的，可能是这一户的；填“企业”一栏"
    assert [line[:3] for line in told["联审清单"] if line[1] in NAMES] == [["经办人", name, why] for name in NAMES]
    assert not [line for line in told["补正清单"] if line[0] in NAMES]


def test_a_record_of_a_name_like_one_is_named_to_the_officer_for_that_one(blank: Path, tmp_path: Path) -> None:
    told = _round(blank, tmp_path, {"企业": "云中软件公司"} | CERTIFICATE)
    assert [line[7] for line in told["错误行"] if line[3] == "云中软件公司"] == ["不算在任何一户；可能是某一户的，那一户的这类明细按没列全测算"]
    assert [line[:2] for line in told["联审清单"] if "可能是这一户的" in line[2]] == [["经办人", NAMES[0]]]


def test_a_measure_that_comes_to_nothing_says_so_in_a_whole_sentence(blank: Path, tmp_path: Path) -> None:
    whole = {"企业": NAMES[0], "审核日期": "2026-06-30", "申报年度": "2025", "申报主体类型": "企业", "注册地县区": "平城区", "从事服务外包业务": "是"}
    whole |= {"企业": "新荣数据有限公司", "报送状态": "审核通过", "严重失信主体": "否", "已获支持·是否列全": "一条也没有", "资质认证·是否列全": "已列全"}
    told = _round(blank, tmp_path, {"企业": whole["企业"], **CERTIFICATE, "合格费用": "0"}, more=(whole,))
    assert [line[10] for line in told["逐户逐项"] if line[0] == whole["企业"]] == ["测算金额为零"]


def test_where_a_list_said_to_be_complete_is_empty_the_row_that_may_be_its_is_named_to_the_officer(blank: Path, tmp_path: Path) -> None:
    """Else who reads only that there is nothing says that there is nothing."""
    name = "塞外软件有限公司"
    told = {"企业": name, "审核日期": "2026-06-30", "申报年度": "2025", "申报主体类型": "企业", "注册地县区": "平城区", "从事服务外包业务": "是"}
    told |= {"报送状态": "审核通过", "严重失信主体": "否", "已获支持·是否列全": "一条也没有", "资质认证·是否列全": "已列全"}
    found = _round(blank, tmp_path, {"企业": "塞外软件（大同）有限公司"} | CERTIFICATE, more=(told,))
    (line,) = [line for line in found["联审清单"] if line[1] == name and "资质认证明细" in line[2]]
    assert line[0] == "经办人"
    assert f"资质认证!B{FIRST}：“申报企业”里没有这一户（写的是“塞外软件（大同）有限公司”），可能是这一户的；是否“{name}”？" in line[2]
    assert "说“资质认证”已列全，却一条也没有填" in line[2]
