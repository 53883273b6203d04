"""What is missing stands under who has to act on it, with what to bring and the office that verifies it."""

from __future__ import annotations

from datetime import date

import pytest

import huiqi
from huiqi.documents.papers.parts import of_enterprise, wanted
from huiqi.words import READING_ACTS, CauseKind, acts_words
from tests.making import ROOT, decide_each

ON = date(2026, 6, 30)


def test_what_is_missing_stands_under_who_has_to_act() -> None:
    decision = huiqi.load("datong-outsourcing").decide({"注册地县区": "平城区"}, on=ON)
    page = decision.explain()
    part = page[page.index("尚缺") :]
    assert part.index("  企业补正\n") < part.index("  部门核实\n")
    assert "· 严重失信主体（材料：信用中国查询截图）→ " in part.replace("\n      ", "")
    assert "· 报送状态（市商务局；材料：统一平台审核页）→ " in part.replace("\n      ", "")


def test_each_group_is_cut_by_itself_so_that_none_hides_another() -> None:
    decision = huiqi.load("datong-outsourcing").decide({}, on=ON)
    page = decision.explain()
    assert all(f"  {item.acts}\n" in page for item in decision.missing)


@pytest.mark.parametrize("kind", CauseKind)
def test_every_cause_says_who_acts(kind: CauseKind) -> None:
    assert kind.acts not in ("", READING_ACTS)


def test_what_a_department_finds_by_itself_is_no_review_by_experts() -> None:
    branch = huiqi.load("datong-outsourcing").decide({"申报主体类型": "分支机构", "注册地县区": "平城区"}, on=ON)
    found = {item.fact: (item.acts, item.office) for item in branch.missing if item.cause is CauseKind.JUDGEMENT}
    assert found["分支机构按企业对待"] == ("部门认定", "主管部门")
    assert "  部门认定\n    · 分支机构按企业对待（主管部门；材料：主管部门意见）→ " in branch.explain()
    scored = [x for x in huiqi.load("national-hnte").compiled.facts.values() if x.name.endswith("得分")]
    assert {acts_words(CauseKind(x.cause), x.verified_by) for x in scored} == {"专家评审"}


@pytest.mark.parametrize("book", ["datong-outsourcing", "datong-data-call", "national-atse", "zhongshan-service-trade"])
def test_a_judgement_that_an_office_makes_says_which_in_the_vocabulary(book: str) -> None:
    specs = huiqi.load(book).compiled.facts.values()
    assert [s.name for s in specs if s.judgement and not s.verified_by and not s.name.endswith("得分")] == []  # those experts give


def test_criteria_that_are_open_say_why() -> None:
    scored = decide_each(huiqi.read_case(str(ROOT / "cases" / "高企-创新能力待评审.yaml")))[0]
    assert "条件测评：待定，因为 申报年度（缺材料）、企业成长性得分（待评审判断）〔现行〕" in scored.explain().replace("\n      ", "")
    read = decide_each(huiqi.read_case(str(ROOT / "cases" / "技先-总收入口径未定.yaml")))[0]
    assert "条件测评：待定，因为 读法“技先总收入口径”未定〔现行〕" in read.explain().replace("\n      ", "")


def test_what_matters_later_is_counted_and_the_notice_that_tells_all_is_named() -> None:
    """The amount of a training measure is asked for once its conditions are known; a notice is sent once and asks for all of it."""
    decision = huiqi.load("datong-outsourcing").decide({"申报主体类型": "企业"}, on=ON, year=2026, applied=["talent.joint-training"])
    page = decision.explain()
    listed = {x.what for x in of_enterprise(wanted([decision])) if f"· {x.what}" in page}
    assert {x.what for x in of_enterprise(wanted([decision]))} - listed == {"已获支持明细", "联合培养培训费用"}
    assert "  ……要企业补正的还有 2 项，看上列的怎样答才用得上；补正告知书一次列全\n" in page
    assert "一次告知：huiqi letter 案例文件 --kind 补正告知 -o 补正告知书.docx" in page


def test_of_what_nobody_applied_for_no_notice_is_spoken() -> None:
    page = huiqi.load("datong-outsourcing").decide({"申报主体类型": "企业"}, on=ON, year=2026).explain()
    assert "一次告知" not in page and "要企业补正的还有" not in page
