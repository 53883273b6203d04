"""What people write into the template beside their data, and what they get wrong all over it: said once, with its cell, and of whom it is."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from huiqi.register.rows import FaultKind
from huiqi.screens import ScreenedRound, screen
from tests.documents.workbook.filling import FIRST, put, template
from tests.making import SMALL, invoke

Fill = Callable[[Workbook], None]


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("blank") / "a.xlsx", [SMALL])


@pytest.fixture
def screened(blank: Path, tmp_path: Path) -> Callable[..., ScreenedRound]:
    def made(fill: Fill, name: str = "名录") -> ScreenedRound:
        book = load_workbook(blank)
        fill(book)
        book.save(tmp_path / f"{name}.xlsx")
        return screen(tmp_path / f"{name}.xlsx", tmp_path / f"{name}结果.xlsx", processes=1)

    return made


def applicant(book: Workbook, row: int, name: str, **cells: Any) -> None:
    for heading, value in {"企业": name, "审核日期": "2024-06-30", "申报年度": "2023", "席位数": "300", "设备·是否列全": "已列全", **cells}.items():
        put(book["申报企业"], row, heading, value)


def machine(book: Workbook, row: int, name: str, price: Any, key: str = "") -> None:
    for heading, value in {"企业": name, "编号": key or f"M-000{row}", "价格": price, "类型": "新"}.items():
        put(book["设备"], row, heading, value)


# -- what stands under a list ----------------------------------------------------------------------------------


def signed(book: Workbook) -> None:
    applicant(book, FIRST, "甲公司")
    machine(book, FIRST, "甲公司", "18万")
    sheet = book["申报企业"]
    put(sheet, FIRST + 2, "企业", "注：数据由各县区汇总，联系电话13912345678")
    put(sheet, FIRST + 3, "企业", "1.人数以社会保险缴纳记录为准，逐月平均计算")
    for heading, word in (("企业", "填表人：张三"), ("审核日期", "联系电话 13800000000"), ("申报年度", "审核人：李四")):
        put(sheet, FIRST + 4, heading, word)


def test_notes_and_signatures_under_a_list_are_no_enterprise_and_said(screened: Any) -> None:
    found = screened(signed)
    assert ([x.name for x in found.rows], found.counted.read, found.register.lost) == (["甲公司"], 2, 0)
    said = [x.partition("：")[2] for x in found.register.said if "注、签字" in x]
    assert len(said) == 3
    assert said[-1] == "像是注、签字（填表人、审核人），不是一户企业、一条明细，没有读"
    assert not any(word in x for x in found.register.said for word in ("张三", "李四", "13800000000", "13912345678"))


def test_where_a_list_is_signed_cells_may_be_merged(screened: Any) -> None:
    def fill(book: Workbook) -> None:
        signed(book)
        book["申报企业"].merge_cells(f"B{FIRST + 2}:E{FIRST + 2}")

    assert [x.name for x in screened(fill).rows] == ["甲公司"]


def test_an_enterprise_listed_under_a_number_is_one(screened: Any) -> None:
    def fill(book: Workbook) -> None:
        applicant(book, FIRST, "1.甲乙丙丁戊己庚辛壬癸子丑寅卯有限公司")

    assert len(screened(fill).rows) == 1


# -- 万 written under 元 ----------------------------------------------------------------------------------------


def priced(*prices: Any) -> Fill:
    def fill(book: Workbook) -> None:
        for n, price in enumerate(prices, FIRST):
            applicant(book, n, f"第{n}公司")
            machine(book, n, f"第{n}公司", price)

    return fill


@pytest.mark.parametrize(("price", "told"), [(18, 1), ("18", 1), ("18元", 0), ("18万", 0), (3000, 0)])
def test_a_sum_ten_thousand_times_too_small_for_its_column_is_asked_about_with_its_cell(screened: Any, price: Any, told: int) -> None:
    """18 in a column of 元 where the others wrote 180000; who writes the unit has said it."""
    found = screened(priced("180000", 200000, "25万", price))
    looks = [f for x in found.rows for f in x.faults if f.kind is FaultKind.LOOK]
    assert [(f.at.partition("!")[0], f.applicant, f.found, f.mend) for f in looks] == [
        ("设备", f"第{FIRST + 3}公司", "18", "核对凭证，连单位写：18元 或 18万元")
    ] * told
    results = load_workbook(BytesIO(found.to_bytes(".xlsx")))
    asked = [str(cell) for title in ("补正清单", "联审清单") for row in results[title].iter_rows(values_only=True) for cell in row]
    assert not any("一万倍" in cell for cell in asked)  # the officer looks at it


# -- everything at once --------------------------------------------------------------------------------------------


def test_of_an_applicant_that_is_not_decided_every_cell_that_is_wrong_is_listed_at_once(screened: Any) -> None:
    def fill(book: Workbook) -> None:
        applicant(book, FIRST, "甲公司", 申报年度="去年", 席位数="一百", 在岗人数="第二年")

    (held,) = screened(fill).rows
    assert not held.done
    assert {"去年", "一百", "第二年"} <= {f.found for f in held.faults}


# -- what is offered -------------------------------------------------------------------------------------------------


def test_a_measure_called_otherwise_is_offered_those_it_is_likest_first() -> None:
    result = invoke("template", "datong-outsourcing", "--measure", "人才培训补贴", "-o", "没有.xlsx")
    assert result.exit_code == 2
    assert "可用：服务外包人才培训基地建设支持、" in result.stderr
