"""What a decision reminds of is said in the result of a round, too: in 错误行 by its cell, and where a sum is held back for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import huiqi
from huiqi.screens import Choice, screen
from tests.documents.workbook.filling import FIRST, fill, put, template
from tests.making import ROOT

LATER, OTHER, DEAR, TICK, PLAIN = "日子公司", "名字公司", "贵公司", "打钩公司", "清楚公司"
MEASURE = "国际资质认证支持"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Five applicants of one certificate each, and what each is: plain, dated later, of another company, dearer than usual, ticked."""
    folder = tmp_path_factory.mktemp("round")
    path = template(folder / "名录.xlsx", ["datong-outsourcing"])
    shipped = huiqi.read_case(ROOT / "cases" / "认证-云中数据.yaml")
    changed = {PLAIN: {}, LATER: {"发证日": "2026-08-15"}, OTHER: {"持证人": "别的公司"}, DEAR: {"合格费用": "600万元"}, TICK: {}}
    cases = []
    for n, (name, cells) in enumerate(changed.items()):
        row = {**shipped.records["资质认证"][0], "证号": f"C-10{n}", **cells}
        cases.append(replace(shipped, enterprise=name, year=2026 if name == LATER else 2025, records={**shipped.records, "资质认证": [row]}))
    workbook = load_workbook(path)
    fill(workbook, cases)
    put(workbook["申报企业"], FIRST + list(changed).index(TICK), "从事服务外包业务", "√")
    workbook.save(path)
    screen(path, folder / "结果.xlsx", processes=1)
    book = load_workbook(folder / "结果.xlsx")
    return {sheet.title: _table(list(sheet.iter_rows(values_only=True))) for sheet in book.worksheets}


def _table(rows: Sequence[Sequence[Any]]) -> Sequence[Mapping[str, Any]]:
    """The rows under the line of headings, by heading."""
    head = next((n for n, row in enumerate(rows) if "单位全称" in row), None)
    return [] if head is None else [dict(zip(map(str, rows[head]), row, strict=True)) for row in rows[head + 1 :]]


def of(result: Mapping[str, Sequence[Mapping[str, Any]]], sheet: str, name: str) -> Mapping[str, Any]:
    return next(row for row in result[sheet] if row["单位全称"] == name and row.get("支持事项", MEASURE) == MEASURE)


@pytest.mark.parametrize(
    ("name", "said", "column"),
    [
        (LATER, "“发证日”写的是 2026-08-15，晚于审核日期 2026-06-30", "资质认证!"),
        (OTHER, "“持证人”写的是“别的公司”，不是申报主体“名字公司”", "资质认证!"),
        (DEAR, "“合格费用”为 600万元，不在通常范围", "资质认证!"),
        (TICK, "“从事服务外包业务”写的是“√”，按未提供处理", "申报企业!"),
    ],
)
def test_what_has_to_be_looked_at_again_is_said_with_its_cell(result: Mapping[str, Sequence[Mapping[str, Any]]], name: str, said: str, column: str) -> None:
    line = of(result, "错误行", name)
    assert line["类别"] == "提醒" and said in line["错在哪里"] and str(line["位置"]).startswith(column)


def test_a_sum_that_hangs_on_a_doubtful_day_or_name_is_held_back_with_the_reason(result: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    why = {name: str(of(result, "逐户逐项", name)["未列入名单的原因"]) for name in (PLAIN, LATER, OTHER)}
    assert "晚于审核日期" in why[LATER] and "不是申报主体" in why[OTHER]
    assert why[PLAIN] in why[LATER] and "请核对" not in why[PLAIN]


def test_a_mark_that_says_nothing_is_still_asked_of_the_applicant(result: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    assert any(row["单位全称"] == TICK and "从事服务外包业务" in str(row["需补正的内容"]) for row in result["补正清单"])


def test_who_tells_everything_plainly_is_reminded_of_nothing(result: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    assert not [row for row in result["错误行"] if row["单位全称"] == PLAIN]


def test_what_is_taken_as_not_told_is_not_said_to_be_taken_as_it_stands(result: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    assert [row["怎样处理的"] for row in result["错误行"] if row["单位全称"] == TICK] == ["这一户照算，这一格当作没有告诉"]
    assert of(result, "错误行", LATER)["怎样处理的"] == "这一户照算，照读到的算"


def test_earlier_support_that_has_to_be_cleared_is_said_by_its_own_row(tmp_path: Path) -> None:
    shipped = huiqi.read_case(ROOT / "cases" / "认证-云中数据.yaml")
    workbook = load_workbook(template(tmp_path / "名录.xlsx", ["datong-outsourcing"]))
    fill(workbook, [replace(shipped, records={**shipped.records, "已获支持": []})])
    for heading, value in {"企业": shipped.enterprise, "文号": "晋财2号", "事项": MEASURE, "层级": "市", "年度": "2024", "金额": "3万元"}.items():
        put(workbook["已获支持"], FIRST, heading, value)
    put(workbook["申报企业"], FIRST, "已获支持·是否列全", "已列全")
    workbook.save(tmp_path / "名录.xlsx")
    asked = Choice(measures=("certification.international", "landing.new-enterprise"))
    done = screen(tmp_path / "名录.xlsx", tmp_path / "结果.xlsx", choose=lambda _: asked, processes=1)
    assert [f.at for f in done.rows[0].faults if "能不能再获" in f.message] == [f"已获支持!B{FIRST}"]
    assert done.asked.chosen == (f"只测算“{MEASURE}”“服务外包企业落地支持”",)
