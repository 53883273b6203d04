"""A cell that cannot be read goes to whoever has to put it right, and stands once on each list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from huiqi.screens import screen
from tests.documents.workbook.filling import FIRST, put, template
from tests.making import SMALL, invoke

NAME = "云中软件有限公司"


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("blank") / "a.xlsx"
    assert invoke("template", "datong-outsourcing", "--measure", "国际资质认证支持", "-o", str(path)).exit_code == 0
    return path


def _lists(
    blank: Path, folder: Path, told: dict[str, str], *rows: dict[str, str], listed: str = "已列全", verified: dict[str, str] | None = None
) -> dict[str, list[list[str]]]:
    """What the lists of a round say of one applicant that tells this: a sheet's rows, without whose they are."""
    book = load_workbook(blank)
    base = {"企业": NAME, "审核日期": "2026-06-30", "申报年度": "2025", "申报主体类型": "企业", "注册地县区": "平城区", "从事服务外包业务": "是"}
    for heading, value in (base | {"报送状态": "审核通过", "严重失信主体": "否", "已获支持·是否列全": "一条也没有"} | told).items():
        put(book["申报企业"], FIRST, heading, value)
    put(book["申报企业"], FIRST, "资质认证·是否列全", listed)
    for number, row in enumerate(rows, FIRST):
        for heading, value in {"企业": NAME, **row}.items():
            put(book["资质认证"], number, heading, value)
    for heading, value in {"企业": NAME, **verified}.items() if verified else ():
        put(book["核验与审定"], FIRST, heading, value)
    book.save(folder / "名录.xlsx")
    screen(folder / "名录.xlsx", folder / "结果.xlsx", processes=1)
    found = load_workbook(folder / "结果.xlsx")
    out = {}
    for title in ("补正清单", "联审清单", "错误行", "核减及不符合"):
        lines = [["" if c is None else str(c) for c in row] for row in found[title].iter_rows(values_only=True)]
        out[title] = [line for line in lines if NAME in line[:2]]
    return out


def _certificate(**cells: str) -> dict[str, str]:
    return {"证号": "ISO-0001", "种类": "ISO27001", "性质": "首次", "持证人": NAME, "发证日": "2025-03-01", "合格费用": "80000", **cells}


def test_what_a_department_holds_is_not_asked_of_the_enterprise_though_its_cell_is_mistyped(blank: Path, tmp_path: Path) -> None:
    told = _lists(blank, tmp_path, {"报送状态": "已通过审核了"}, _certificate())
    assert not [line for line in told["补正清单"] if "报送状态" in line[2]]
    assert [line[0] for line in told["联审清单"] if "报送状态" in line[2]] == ["部门核实：市商务局"]
    assert [line[2] for line in told["联审清单"] if "报送状态" in line[2]] == [
        "报送状态；表格 申报企业!" + told["错误行"][0][0].partition("!")[2] + "：“报送状态”不在选项里（写的是“已通过审核了”）"
    ]


def test_the_day_of_decision_is_the_officers_and_asked_of_nobody_else(blank: Path, tmp_path: Path) -> None:
    told = _lists(blank, tmp_path, {"审核日期": "2025年6月"}, _certificate())
    assert (told["补正清单"], told["联审清单"]) == ([], [])
    assert [(line[3], line[7]) for line in told["错误行"]] == [("2025年6月", "这一户没有测算")]


@pytest.mark.parametrize(("cell", "written"), [("发证日", "2025年6月"), ("合格费用", "=1+1"), ("合格费用", "约80"), ("性质", "新办")])
def test_a_cell_that_is_mistyped_is_asked_for_once(blank: Path, tmp_path: Path, cell: str, written: str) -> None:
    told = _lists(blank, tmp_path, {}, _certificate(**{cell: written}))
    asked: list[Any] = [line for line in told["补正清单"] if cell in line[2] or "未列全" in line[2]]
    assert [f"（写的是“{written}”）" in line[2] for line in asked] == [True]


def test_what_the_cell_is_needed_for_stands_beside_it(blank: Path, tmp_path: Path) -> None:
    (line,) = _lists(blank, tmp_path, {}, _certificate(发证日="2025年6月"))["补正清单"]
    assert line[3:] == ["认证证书、官网查询截图", "写作 年-月-日，例如 2026-06-30", "国际资质认证支持"]


def test_a_list_that_was_never_told_in_full_is_still_asked_for_beside_its_mistyped_cell(blank: Path, tmp_path: Path) -> None:
    told = _lists(blank, tmp_path, {}, _certificate(合格费用="=1+1"), listed="没列全")
    assert [line[2] for line in told["补正清单"] if "未列全" in line[2]] == ["资质认证明细（未列全）"]


def test_no_line_of_a_round_shows_where_the_file_lies(tmp_path: Path) -> None:
    path = template(tmp_path / "名录.xlsx", [SMALL])
    book = load_workbook(path)
    for row in (FIRST, FIRST + 1):
        put(book["申报企业"], row, "企业", NAME)
        put(book["申报企业"], row, "审核日期", "2024-06-30")
    book.save(path)
    (held,) = screen(path, tmp_path / "结果.xlsx", processes=1).rows
    assert [f.mend for f in held.faults if "两行" in f.message] == ["第一次见 申报企业!B5；删去一行"]


@pytest.mark.parametrize(("cell", "written", "options"), [("性质", "新办", "首次、升级、维护")])
def test_of_options_all_are_named_to_whom_must_choose(blank: Path, tmp_path: Path, cell: str, written: str, options: str) -> None:
    (line,) = _lists(blank, tmp_path, {}, _certificate(**{cell: written}))["补正清单"]
    assert line[4] == f"从选项里选一个：{options}"


def test_the_kinds_of_business_are_all_named_to_whom_must_choose(blank: Path, tmp_path: Path) -> None:
    lines = _lists(blank, tmp_path, {"申报主体类型": "公司"}, _certificate())["补正清单"]
    assert [line[4].partition("；")[0] for line in lines if "申报主体类型" in line[2]] == [
        "从选项里选一个：企业 / 分支机构 / 培训机构 / 园区 / 平台 / 高校院所 / 社会组织 / 个人"
    ]


def test_a_word_that_may_be_something_is_told_with_its_cell_and_what_settles_it(blank: Path, tmp_path: Path) -> None:
    told = _lists(blank, tmp_path, {"注册地县区": "大同市"}, _certificate())
    (line,) = told["错误行"]
    assert (line[0].partition("!")[0], line[2:4], line[6:]) == (
        "申报企业", ["待核", "大同市"], ["这一格改成确切的那一个；都不是的，写不会与它们混淆的全称", "这一户照算，这一格按待核实"],
    )  # fmt: skip
    assert [x[2] for x in told["联审清单"]] == [
        f"注册地县区；表格 {line[0]}：“注册地县区”是“平城区”“云冈区”“新荣区”等 11 个里的哪一个，看不出来，按待核实处理（写的是“大同市”）；{line[6]}"
    ]
    assert told["补正清单"] == []


def test_of_a_word_near_an_option_all_options_are_named_and_not_only_the_nearest(blank: Path, tmp_path: Path) -> None:
    """大学 is spelt most like 大专, which is not what it says."""
    (line,) = _lists(blank, tmp_path, {}, _certificate(性质="首升"))["补正清单"]
    assert (line[2].partition("：")[2], line[4]) == ("“性质”不在选项里（写的是“首升”）", "写：首次、升级、维护；是否“首次”？")


def test_whether_a_list_is_complete_is_the_officers_to_say_and_asked_of_no_enterprise(blank: Path, tmp_path: Path) -> None:
    told = _lists(blank, tmp_path, {"已获支持·是否列全": "已列全"}, _certificate())
    assert told["补正清单"] == []
    assert [line[6] for line in told["错误行"]] == ["填了的，看“已获支持”里“企业”一栏是不是写了别的名称、没有写；没有就选 一条也没有；不知道就空着"]


def test_a_row_told_of_a_list_said_to_be_empty_may_be_taken_out(blank: Path, tmp_path: Path) -> None:
    told = _lists(blank, tmp_path, {}, _certificate(), listed="一条也没有")
    (line,) = told["错误行"]
    assert (line[3], line[6]) == ("一条也没有", f"第一条见 资质认证!B{FIRST}；没有这一条的，删去那一行；确有的，这里选 已列全")
    assert told["补正清单"] == []


def test_what_lacks_by_a_cell_of_the_officers_is_asked_of_the_officer(blank: Path, tmp_path: Path) -> None:
    told = _lists(blank, tmp_path, {}, _certificate(), listed="无")
    assert [(line[0], line[2]) for line in told["联审清单"]] == [
        ("经办人", f"资质认证明细；表格 {told['错误行'][0][0]}：说“资质认证”一条也没有，却填了 1 条（写的是“无”）；{told['错误行'][0][6]}")
    ]


def test_a_verified_sum_that_cannot_be_read_is_asked_of_the_officer(blank: Path, tmp_path: Path) -> None:
    verified = {"明细": "资质认证", "编号": "ISO-0001", "数据项": "合格费用", "核验": "25"}
    told = _lists(blank, tmp_path, {}, _certificate(), verified=verified)
    assert told["补正清单"] == []
    (line,) = told["联审清单"]
    assert (line[0], line[2].partition("（写的是")[0]) == ("经办人", f"ISO-0001的合格费用；表格 核验与审定!G{FIRST}：“合格费用”金额没有写单位")


def test_a_county_that_waits_to_be_verified_is_not_counted_as_left_empty(blank: Path, tmp_path: Path) -> None:
    _lists(blank, tmp_path, {"注册地县区": "大同市"}, _certificate())
    rows = load_workbook(tmp_path / "结果.xlsx")["汇总"].iter_rows(values_only=True)
    assert [row[1] for row in rows if row[0] == "国际资质认证支持" and row[2]] == ["（没有填或待核实）"]


def test_a_certificate_that_does_not_count_is_told_though_another_one_does(blank: Path, tmp_path: Path) -> None:
    told = _lists(blank, tmp_path, {}, _certificate(), _certificate(证号="ISO-0002", 发证日="2023-03-01"))["核减及不符合"]
    assert [(line[1], line[2], line[3].partition("（")[0]) for line in told] == [("国际资质认证支持", "这条不计", "［ISO-0002］未满足“支持期间内取得”")]


def test_what_was_verified_lower_stands_with_the_measure_that_reads_it_and_its_amount(blank: Path, tmp_path: Path) -> None:
    verified = {"明细": "资质认证", "编号": "ISO-0001", "数据项": "合格费用", "核验": "60000元"}
    (line,) = _lists(blank, tmp_path, {}, _certificate(), verified=verified)["核减及不符合"]
    assert line[1:5] == ["国际资质认证支持", "核验审定", "合格费用［ISO-0001］：申报 8万元，核验 6万元，按核验值测算；测算额 不超过42,000.00元", line[4]]
    assert "满足" in line[4]
