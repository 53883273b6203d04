"""The page of a case that says what is applied for: that comes first, and is never among what is only counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import huiqi
from huiqi.telling.explain import FEW, open_shown, render
from tests.making import invoke

APPLIED = ("国际资质认证支持", "服务外包项目贷款贴息")


@pytest.fixture(scope="module")
def decision() -> huiqi.Decision:
    told = {"申报主体类型": "企业", "注册地县区": "平城区", "从事服务外包业务": True, "报送状态": "审核通过"}
    return huiqi.load("datong-outsourcing").decide(told, year=2025, on=date(2026, 6, 30), applied=APPLIED)


def test_what_is_applied_for_stands_at_the_head_of_the_page_though_much_is_missing(decision: huiqi.Decision) -> None:
    ranked, hidden = open_shown(decision, everything=False)
    assert {r.title for r in ranked[:2]} == set(APPLIED)
    assert len(hidden) > FEW
    assert not {r.title for r in hidden} & set(APPLIED)


def _missing(page: str) -> str:
    return page[page.index("尚缺（补齐后可继续判断）") :].replace("\n", "").replace(" ", "")


def test_what_only_others_lack_is_not_asked_for_nor_said_to_open_them(decision: huiqi.Decision) -> None:
    missing = _missing(render(decision))
    assert "·严重失信主体" in missing and "·贷款明细" in missing
    assert "·划型行业" not in missing
    lead = missing[: missing.index("全部列出")]
    opened = {title for line in lead.split("·")[1:] for title in line.split("→")[1].split("、")}
    assert {x.rstrip("部门核实企业补正") for x in opened} <= {*APPLIED}


def _rest(page: str) -> list[str]:
    part = page[page.index("没有申报的（") :]
    return part[: part.index("\n\n")].replace("\n    ", "").split("\n")


def test_what_is_not_applied_for_is_one_section_of_titles_by_what_they_come_to(decision: huiqi.Decision) -> None:
    page = render(decision)
    head, *lines = _rest(page)
    assert head == "没有申报的（不参加叠加，不计入合计；逐项看用 --all）"
    assert [x.strip().partition("：")[0] for x in lines] == ["· 可申报而未申报，按假定条件满足", "· 未申报，待补充", "· 未申报，不满足"]
    had = {r.title for r in decision.measures.values() if r.unclaimed == "可申报而未申报"}
    assert set(lines[0].partition("：")[2].split("、")) == had
    table = page[page.index("────") : page.index("没有申报的（")]
    assert table.count("方案·") == len(APPLIED)


def test_readings_and_recognitions_that_only_others_hang_on_are_not_on_the_page(decision: huiqi.Decision) -> None:
    assert "读法（条文有不止一种读法）" not in render(decision)
    assert "读法（条文有不止一种读法）" in render(decision, everything=True)
    assert "示范园区" not in render(decision).partition("没有申报的（")[0]


def test_of_a_rulebook_nothing_of_which_is_applied_for_that_is_the_conclusion(tmp_path: Path) -> None:
    case = tmp_path / "案例.yaml"
    case.write_text(
        "企业: 甲（虚构）\n政策规则库: [datong-outsourcing, national-sme-loan-interest]\n审核日期: 2026-06-30\n"
        "申报事项: [国际资质认证支持]\n数据:\n  申报主体类型: 企业\n明细:\n  资格证书: []\n",
        encoding="utf-8",
    )
    first, second = invoke("check", str(case)).stdout.split("政策规则库：")[1:]
    assert "· 未申报，不满足：院校服务外包学科建设引导、服务外包人才培训基地建设支持、" in first and " 等 8 项" in first
    assert "结论：没有申报本规则库的事项。" in second
    assert "· 未申报，待补充：中小微企业贷款贴息" in second
    assert "尚缺" not in second


def test_what_the_measures_applied_for_lack_comes_before_what_others_lack(decision: huiqi.Decision) -> None:
    missing = _missing(render(decision, everything=True))
    assert missing.index("·严重失信主体") < missing.index("·划型行业")
    assert missing.index("·贷款明细") < missing.index("·划型行业")


def test_measures_written_in_one_line_are_said_to_be_a_list() -> None:
    with pytest.raises(huiqi.HuiqiError, match=r"几项写成清单：\[国际资质认证支持, 服务外包项目贷款贴息\]"):
        huiqi.load("datong-outsourcing").decide({}, year=2025, on=date(2026, 6, 30), applied=["国际资质认证支持、服务外包项目贷款贴息"])
