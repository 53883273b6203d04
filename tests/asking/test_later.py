"""What matters only under one answer to a choice not told is asked for once the choice is told, and not before."""

from __future__ import annotations

from pathlib import Path

import pytest

import huiqi
from huiqi.documents.papers.parts import wanted
from tests.making import load

ON = "2026-06-30"
VOCABULARY = """\
facts:
  类型: {id: kind, kind: choice, options: [企业, 分支机构, 个人]}
  按企业对待: {id: counted, kind: boolean, judgement: true}
  规模: {id: size, kind: choice, options: [大型, 小型]}
  员工: {id: staff, kind: quantity, unit: 人, min: 0人, max: 100000人}
  在本市: {id: here, kind: boolean}
"""
PARAMETERS = """\
每人:
  id: each
  unit: 元/人
  values:
    - {value: 1元/人, from: 2020-01-01, document: d, clause: 办法·1}
人数线:
  id: line
  unit: 人
  values:
    - {value: 300人, from: 2020-01-01, document: d, clause: 办法·1}
"""
BRANCH = '类型 = "企业" or 类型 = "分支机构" and 按企业对待'


def measures(*conditions: str, award: str = "{service: 服务}") -> str:
    items = [f"- id: m.{n}\n  title: 支持{n}\n  clause: 办法·1\n  when:\n    - 条件: '{text}'\n  award: {award}\n" for n, text in enumerate(conditions)]
    return "".join(items)


def lacking(book: huiqi.Rulebook, told: dict[str, object] | None = None) -> tuple[set[str], set[str], set[str]]:
    """By the measure, by the page, by the questions: one answer, or the test fails there."""
    decision = book.decide({**(told or {})}, on=ON)
    return set(decision.measures["m.0"].lacking), {m.fact for m in decision.missing if not m.later}, {q.name for q in decision.questions()}


def made(folder: Path, *conditions: str, **more: str) -> huiqi.Rulebook:
    return load(folder, vocabulary=VOCABULARY, parameters=PARAMETERS, measures=measures(*conditions, **more))


def test_whether_a_branch_counts_is_asked_only_of_a_branch(tmp_path: Path) -> None:
    book = made(tmp_path, BRANCH)
    assert lacking(book) == ({"类型"},) * 3
    assert lacking(book, {"类型": "分支机构"}) == ({"按企业对待"},) * 3
    assert lacking(book, {"类型": "企业"}) == lacking(book, {"类型": "个人"}) == (set(),) * 3


@pytest.mark.parametrize(
    ("condition", "now"),
    [
        ('类型 = "分支机构" and 按企业对待', {"类型", "按企业对待"}),  # 不按企业对待，就不满足：先告知哪一个都行
        ('类型 != "分支机构" or 按企业对待', {"类型", "按企业对待"}),
        ("在本市 or 按企业对待", {"在本市", "按企业对待"}),
        ('if 规模 = "小型" then 员工 <= 人数线 else 在本市', {"规模"}),
        (f"在本市 and ({BRANCH})", {"在本市", "类型"}),
        ("在本市 and 按企业对待 or 在本市 and 员工 >= 人数线", {"在本市", "按企业对待", "员工"}),
    ],
)
def test_what_could_settle_the_condition_first_is_asked_at_once(tmp_path: Path, condition: str, now: set[str]) -> None:
    assert lacking(made(tmp_path, condition)) == (now,) * 3


def test_what_another_condition_wants_at_once_is_asked_at_once(tmp_path: Path) -> None:
    book = made(tmp_path, BRANCH, "按企业对待")
    of_measure, on_page, asked = lacking(book)
    assert (of_measure, on_page, asked) == ({"类型"}, {"类型", "按企业对待"}, {"类型", "按企业对待"})
    decision = book.decide({}, on=ON)
    (question,) = [q for q in decision.questions() if q.name == "按企业对待"]
    assert question.measures == ("m.1",)


def test_what_the_amount_hangs_on_is_asked_at_once(tmp_path: Path) -> None:
    branches = 'if 规模 = "小型" then 员工 <= 人数线 else 在本市'
    book = made(tmp_path, branches, award="{amount: 员工 * 每人}")
    assert lacking(book) == ({"规模", "员工"},) * 3


def test_the_json_lists_all_that_is_lacking_as_it_was_judged(tmp_path: Path) -> None:
    decision = made(tmp_path, BRANCH).decide({}, on=ON)
    told = decision.to_dict()
    assert told["measures"][0]["missing"] == ["按企业对待", "类型"]
    assert {m["fact"] for m in told["missing"]} == {"按企业对待", "类型"}


def test_an_applicant_whose_kind_is_not_told_is_not_sent_to_the_experts_as_a_branch() -> None:
    book = huiqi.load("datong-outsourcing")
    unknown = book.decide({"注册地县区": "平城区"}, on=ON)
    assert "分支机构按企业对待" not in {w.what for w in wanted([unknown])} | {q.name for q in unknown.questions()}
    assert "· 分支机构按企业对待" not in unknown.explain().replace("\n      ", "")
    assert "先经评审判断" not in unknown.explain("certification.international").split("申报主体是企业", 1)[1].split("［", 1)[0]
    branch = book.decide({"注册地县区": "平城区", "申报主体类型": "分支机构"}, on=ON)
    assert next(w for w in wanted([branch]) if w.what == "分支机构按企业对待").acts == "部门认定"
    assert "分支机构按企业对待" in {q.name for q in branch.questions()}


@pytest.mark.parametrize("year", [{}, {"落地年序": "2"}])
def test_nobody_has_to_set_the_row_of_a_table_before_it_is_told_which_row_is_asked_for(year: dict[str, str]) -> None:
    """Which year of its settling it is chooses the row: that is asked for, and no standard of whoever makes the policy."""
    told = {"从事服务外包业务": True, "申报主体类型": "企业", "服务外包类别": "ITO", "当年参保达标人员": {"2025": "60人"}, **year}
    decision = huiqi.load("datong-outsourcing").decide(told, on=ON, year=2025, measures=["landing.new-enterprise"])
    asked, lacking = {x.what for x in wanted([decision])}, decision.measures["landing.new-enterprise"].lacking
    named = "南通落户人头标准里对应的一行"
    assert (named in asked, named in lacking, "落地年序" in asked) == (False, False, not year)
