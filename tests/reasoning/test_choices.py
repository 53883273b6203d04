"""`申报事项` and `其余不予支持情形`: what a case says beside its facts, what it changes and what it never does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.errors import CaseError, UsageError
from huiqi.reasoning.choices import Statement
from huiqi.reasoning.reasoners import NAMES
from huiqi.reasoning.receipt import facts_of
from huiqi.telling.replay import replay_file
from huiqi.telling.results import decide
from tests.making import as_json, invoke, load, write

DAY = date(2026, 6, 30)
VOCABULARY = """\
facts:
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
  失信: {id: discredited, kind: boolean, verified by: 市场监管局}
  欠税: {id: owing, kind: boolean}
  评审不过: {id: failed_review, kind: boolean, judgement: 是}
  重复申报: {id: twice, kind: boolean}
records:
  证书:
    id: certificates
    noun: 张
    key: 证号
    fields:
      证号: {id: number, kind: text}
      人: {id: holder, kind: text}
      作废: {id: void, kind: boolean}
"""
PARAMETERS = """\
甲额: {id: a_amount, unit: 元, values: [{value: 8万元, document: d}]}
乙额: {id: b_amount, unit: 元, values: [{value: 5万元, document: d}]}
证额: {id: c_amount, unit: 元, values: [{value: 1万元, document: d}]}
门槛: {id: threshold, unit: 元, values: [{value: 100万元, document: d}]}
欠税线: {id: line, unit: 元, values: [{value: 未定, document: d, basis: 未定}]}
"""
MEASURES = """\
- id: a
  title: 甲支持
  clause: 办法·1
  when: [{营收够: 营收 >= 门槛}]
  unless:
    - 失信: 失信
    - 欠税: 欠税
  award: {amount: 甲额}
- id: b
  title: 乙支持
  clause: 办法·1
  when: [{营收够: 营收 >= 门槛}]
  award: {amount: 乙额}
- id: on
  title: 配套
  clause: 办法·1
  when: [{符合甲: granted(a)}]
  unless: [{已符合乙: granted(b) and 重复申报}]
  award: {amount: 乙额}
- id: judged
  title: 评审支持
  clause: 办法·1
  when: [{营收够: 营收 >= 门槛}]
  unless:
    - 评审不过: 评审不过
    - 失信且评审不过: {all: [{失信人: 失信}, {评审: 评审不过}]}
  award: {amount: 乙额}
- id: unset
  title: 未定支持
  clause: 办法·1
  when: [{营收够: 营收 >= 门槛}]
  unless: [{欠税多: 营收 > 欠税线}]
  award: {amount: 乙额}
- id: nested
  title: 并列支持
  clause: 办法·1
  when: [{营收够: 营收 >= 门槛}]
  unless:
    - 有其一: {any: [{失信人: 失信}, {无欠税的反面: {not: [{没有欠税: not(欠税)}]}}]}
  award: {amount: 乙额}
- id: asking
  title: 也要不欠税
  clause: 办法·1
  when: [{不欠税: not(欠税)}]
  unless: [{欠税: 欠税}]
  award: {amount: 乙额}
- id: each
  title: 证书支持
  clause: 办法·1
  each: 证 in 证书
  when: [{营收够: 营收 >= 门槛}]
  unless: [{作废: 证.作废}]
  award: {amount: 证额}
- id: other
  title: 另一证书支持
  clause: 办法·1
  each: 证 in 证书
  when: [{营收够: 营收 >= 门槛}]
  award: {amount: 证额}
"""
STACKING = """\
- {id: once, title: 不重复, rule: highest, per: 企业, members: [a, b], clause: 办法·1}
- {id: person, title: 一人一次, rule: highest, per: 人, key: 人, members: [each, other], clause: 办法·1}
"""
FILES = {"vocabulary": VOCABULARY, "parameters": PARAMETERS, "measures": MEASURES, "stacking": STACKING}
TOLD = {"营收": "200万元"}
CLEAN = {**TOLD, "失信": "否", "欠税": "否", "评审不过": "否", "重复申报": "否"}
SAID = {"结论": "未发现", "由": "张三", "日期": "2026-06-20"}
ROWS = {"证书": [{"证号": "甲", "人": "李四"}]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("choices") / "made", **FILES)


@pytest.fixture(scope="module")
def book(folder: Path) -> huiqi.Rulebook:
    return huiqi.load(folder)


def amounts(decision: huiqi.Decision, *names: str) -> list[str | None]:
    return [decision.measures[n].award.settled for n in names]


# -- 申报事项 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", NAMES)
@pytest.mark.parametrize(
    ("applied", "a", "b", "total"),
    [
        pytest.param(None, "80000.00", "0.00", "80000.00", id="没有说申报了哪些，就高的取甲"),
        pytest.param(["b"], "80000.00", "50000.00", "50000.00", id="只申报乙，甲不来就高，也不计入合计"),
        pytest.param(["甲支持", "b"], "80000.00", "0.00", "80000.00", id="都申报了，仍就高"),
        pytest.param(["甲支持"], "80000.00", "50000.00", "80000.00", id="按名称也认"),
    ],
)
def test_only_what_is_applied_for_is_stacked_and_added_up(book: huiqi.Rulebook, applied: list[str] | None, a: str, b: str, total: str, reader: str) -> None:
    decision = book.decide(CLEAN, on=DAY, applied=applied, measures=["a", "b"], reasoner=reader)
    assert (*amounts(decision, "a", "b"), decision.total.settled) == (a, b, total)


def test_what_is_not_applied_for_is_judged_all_the_same_and_said_to_be_open_to_apply_for(book: huiqi.Rulebook) -> None:
    decision = book.decide({**CLEAN, "欠税": "是"}, on=DAY, applied=["b"], records=ROWS)
    assert {k: m.applied for k, m in decision.measures.items()} == {k: k == "b" for k in book.measures}
    assert decision.measures["a"].outcome == "ineligible"
    assert (decision.measures["a"].unclaimed, decision.measures["judged"].unclaimed, decision.measures["b"].unclaimed) == ("未申报", "可申报而未申报", "")
    page = decision.explain()
    assert "另有 2 项可申报而未申报" in page
    had = {m.title for m in decision.measures.values() if m.unclaimed == "可申报而未申报"}
    named = [re.sub("，[^；]*", "", x.partition("：")[2]).split("；") for x in page.split("\n") if x.startswith("  · 可申报而未申报")]
    assert sorted(t for x in named for t in x) == sorted(had) and len(had) == 2
    assert "申报：可申报而未申报；不参加叠加，不计入合计" in decision.explain("judged")


def test_granted_and_amount_ask_what_was_judged_whether_applied_for_or_not(book: huiqi.Rulebook) -> None:
    assert book.decide(CLEAN, on=DAY, applied=["on"]).measures["on"].outcome == "eligible"


def test_a_record_is_shared_only_with_measures_applied_for(book: huiqi.Rulebook) -> None:
    rows = {"证书": [{"证号": "甲", "人": "李四", "作废": "否"}]}
    assert amounts(book.decide(CLEAN, on=DAY, records=rows), "each", "other") == ["10000.00", "0.00"]
    assert amounts(book.decide(CLEAN, on=DAY, records=rows, applied=["other"]), "each", "other") == ["10000.00", "10000.00"]


def test_order_of_what_is_applied_for_never_matters(book: huiqi.Rulebook) -> None:
    one, two = (as_json(book.decide(CLEAN, on=DAY, applied=x).to_dict()) for x in (["a", "乙支持", "on"], ["on", "b", "a"]))
    assert one == two
    assert one["input"]["申报事项"] == ["a", "b", "on"]


def test_nothing_said_leaves_the_json_as_it_was(book: huiqi.Rulebook) -> None:
    said = as_json(book.decide(CLEAN, on=DAY).to_dict())
    assert "申报事项" not in said["input"] and all("applied" not in m for m in said["measures"])
    assert "其余不予支持情形" not in said["input"] and "covers" not in said["receipt"]


@pytest.mark.parametrize(
    ("applied", "wanted"),
    [
        (["甲支特"], "“申报事项”里的支持事项不存在；写的是“甲支特”；应为：事项的编号或名称；改法：是否“甲支持”？"),
        (["a", "甲支持"], "“申报事项”里同一事项写了两次；写的是“甲支持”"),
        (["证书支"], "“申报事项”里的“证书支”不止一个支持事项：证书支持（each）、另一证书支持（other）；写的是“证书支”；应为：一个事项；改法：写全名称或编号"),
        (["a", "甲支"], "“申报事项”里同一事项写了两次；写的是“甲支”"),
        ([3], "“申报事项”写支持事项的编号或名称"),
    ],
)
def test_a_name_nobody_knows_is_refused_with_a_suggestion(book: huiqi.Rulebook, applied: Any, wanted: str) -> None:
    with pytest.raises(CaseError) as error:
        book.decide(CLEAN, on=DAY, applied=applied)
    assert wanted in str(error.value)


@pytest.mark.parametrize(
    "word",
    ["甲支", "甲", "另一证书", "OTHER", "证书支持"],
    ids=["a part", "one word", "a part of the longer title", "an id in capitals", "a whole title that is part of another"],
)
def test_a_part_of_a_title_that_no_other_has_is_enough_and_a_whole_title_comes_first(book: huiqi.Rulebook, word: str) -> None:
    decision = book.decide(CLEAN, on=DAY, applied=[word], records=ROWS)
    assert [k for k, m in decision.measures.items() if m.applied] == [{"甲": "a", "另": "other", "O": "other", "证": "each"}[word[0]]]


def test_a_part_is_looked_for_in_every_rulebook_of_the_case(book: huiqi.Rulebook, tmp_path: Path) -> None:
    """Whose other rulebook has a measure of that part too is asked which; one that only the other has is not of this one."""
    plain = "- {id: %s, title: %s, clause: 办法·1, when: [{营收够: 营收 >= 0}], award: {amount: 甲额}}\n"
    other = huiqi.load(write(tmp_path / "beside", vocabulary=VOCABULARY, parameters=PARAMETERS, measures=plain % ("x", "甲支助") + plain % ("y", "丁支助")))
    with pytest.raises(CaseError, match="不止一个支持事项：甲支持（a）、甲支助（x）；写的是“甲支”"):
        book.decide(CLEAN, on=DAY, applied=["甲支"], others=[other])
    assert not any(m.applied for m in book.decide(CLEAN, on=DAY, applied=["丁"], others=[other]).measures.values())


@pytest.mark.parametrize("applied", [[], "a"])
def test_an_empty_list_is_no_way_to_say_nothing(book: huiqi.Rulebook, applied: Any) -> None:
    with pytest.raises(UsageError):
        book.decide(CLEAN, on=DAY, applied=applied)


# -- 其余不予支持情形 --------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", NAMES)
@pytest.mark.parametrize(
    ("data", "measure", "before", "after"),
    [
        pytest.param(TOLD, "a", "undetermined", "eligible", id="缺材料与待核实的，都认定没有"),
        pytest.param({**TOLD, "失信": "待核实"}, "a", "undetermined", "eligible", id="写明待核实的也是"),
        pytest.param({**TOLD, "欠税": "是"}, "a", "ineligible", "ineligible", id="告知有的，以数据为准"),
        pytest.param(TOLD, "judged", "undetermined", "undetermined", id="要评审的不代替，混着评审的也不"),
        pytest.param({**TOLD, "评审不过": "否"}, "judged", "eligible", "eligible", id="评审过了的本来就没有"),
        pytest.param(TOLD, "unset", "undetermined", "undetermined", id="标准未定的不认定"),
        pytest.param(TOLD, "nested", "undetermined", "eligible", id="一组里未告知的，认定全组没有"),
        pytest.param({**TOLD, "欠税": "是"}, "nested", "ineligible", "ineligible", id="一组里告知有的，仍有"),
        pytest.param(TOLD, "asking", "undetermined", "undetermined", id="别处的同一数据项不因此认定"),
        pytest.param({"失信": "否", "欠税": "否"}, "on", "undetermined", "undetermined", id="别的事项的结论不因此认定"),
    ],
)
def test_a_statement_settles_only_exclusions_nobody_has_told_of(book: huiqi.Rulebook, data: Any, measure: str, before: str, after: str, reader: str) -> None:
    assert book.decide(data, on=DAY, reasoner=reader).measures[measure].outcome == before
    assert book.decide(data, on=DAY, statement=SAID, reasoner=reader).measures[measure].outcome == after


def test_the_receipt_lists_each_exclusion_covered_and_the_page_names_who_and_when(book: huiqi.Rulebook) -> None:
    decision = book.decide(TOLD, on=DAY, statement=SAID, records=ROWS)
    assert as_json(decision.to_dict())["receipt"]["covers"] == [
        "a:失信", "a:欠税", "asking:欠税", "each:作废@甲", "nested:失信人", "nested:没有欠税",
    ]  # fmt: skip
    assert "其余不予支持情形：未发现（张三，2026-06-20），据此认定 6 条无此情形" in decision.explain().replace("\n  ", "")
    assert "［无此情形］失信〔现行，办法·1〕*" in decision.explain("a")
    assert "* 据“其余不予支持情形：未发现”（张三，2026-06-20）" in decision.explain("a")
    assert decision.input["其余不予支持情形"] == SAID


def test_a_told_fact_that_contradicts_it_wins_and_is_said(book: huiqi.Rulebook) -> None:
    decision = book.decide({**TOLD, "欠税": "是"}, on=DAY, statement=SAID, measures=["a"])
    assert decision.measures["a"].outcome == "ineligible"
    assert decision.warnings == ("张三（2026-06-20）说明其余不予支持情形未发现，但所告知的数据有“欠税”（甲支持）：以数据为准",)


def test_an_exclusion_added_later_is_not_covered(book: huiqi.Rulebook, tmp_path: Path) -> None:
    """Decided again by what the receipt kept, the statement covers what it covered then."""
    recorded = as_json(book.decide(TOLD, on=DAY, statement=SAID).to_dict())
    more = load(
        tmp_path / "made",
        **{
            **FILES,
            "measures": MEASURES.replace("    - 欠税: 欠税\n  award: {amount: 甲额}", "    - 欠税: 欠税\n    - 重复: 重复申报\n  award: {amount: 甲额}"),
        },
    )
    kept = facts_of(more.compiled, recorded["input"], covers=recorded["receipt"]["covers"])
    again = decide(more.compiled, kept, on=DAY)
    assert {c.label: c.truth.verdict for c in again.measures["a"].conditions.leaves()} == {
        "营收够": "holds",
        "失信": "fails",
        "欠税": "fails",
        "重复": "unknown",
    }
    assert again.measures["a"].outcome == "undetermined"
    assert decide(more.compiled, replace(kept, statement=Statement("张三", date(2026, 6, 20))), on=DAY).measures["a"].outcome == "eligible"


@pytest.mark.parametrize("only", [None, ["on"]])
def test_replayed_it_is_the_same_decision(folder: Path, book: huiqi.Rulebook, tmp_path: Path, only: list[str] | None) -> None:
    decision = book.decide(TOLD, on=DAY, statement=SAID, records=ROWS, applied=["a", "each"], measures=only)
    path = tmp_path / "decision.json"
    path.write_text(decision.to_json(), encoding="utf-8")
    assert replay_file(path, "reference", [str(folder)]).differences == ()
    assert huiqi.Decision.from_dict(as_json(decision.to_dict())) == decision


@pytest.mark.parametrize("data", [TOLD, {**TOLD, "失信": "否"}, {"失信": "否"}, {"评审不过": "否"}])
def test_telling_more_beside_a_statement_only_contradicts_it_by_an_exclusion_that_is_told(book: huiqi.Rulebook, data: Any) -> None:
    before = book.decide(data, on=DAY, statement=SAID)
    for name in ("失信", "欠税", "评审不过", "重复申报"):
        for word in ("是", "否"):
            after = book.decide({**data, name: word}, on=DAY, statement=SAID) if name not in data else before
            for key, was in before.measures.items():
                now = after.measures[key]
                overturned = was.outcome != "undetermined" and was.outcome != now.outcome
                assert (
                    not overturned
                    or any(name in c.text and c.role == "unless" and c.truth.value for c in now.conditions.leaves())
                    or any("以数据为准" in w for w in after.warnings)
                )


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        ("未发现", "“其余不予支持情形”要写明是谁、哪一天说的；写的是“未发现”；应为：{结论: 未发现, 由: 姓名, 日期: 2026-06-30}"),
        ({"结论": "没有", "由": "张三", "日期": "2026-06-20"}, "“其余不予支持情形”只能写未发现；写的是“没有”"),
        ({"结论": "未发现", "日期": "2026-06-20"}, "“其余不予支持情形”没有写明由谁核查"),
        ({"结论": "未发现", "由": "张三"}, "“其余不予支持情形”的日期"),
        ({"结论": "未发现", "由": "张三", "日期": "六月"}, "“其余不予支持情形”的日期"),
        ({**SAID, "备注": "x"}, "“其余不予支持情形”里没有这个键；写的是“备注”"),
        ({**SAID, "日期": "2026-07-01"}, "“其余不予支持情形”的日期晚于审核日期；写的是“2026-07-01”；应为：不晚于 2026-06-30"),
    ],
)
def test_a_statement_without_name_or_day_is_refused(book: huiqi.Rulebook, statement: Any, wanted: str) -> None:
    with pytest.raises(CaseError) as error:
        book.decide(TOLD, on=DAY, statement=statement)
    assert wanted in str(error.value)


# -- in a case file -----------------------------------------------------------------------------------------

CASE = """\
企业: 甲公司（虚构）
政策规则库: [{book}]
审核日期: 2026-06-30
数据: {{营收: 200万元}}
{more}
"""


def test_a_case_file_says_both(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(
        CASE.format(book=folder, more="申报事项: [甲支持]\n其余不予支持情形: {结论: 未发现, 由: 张三, 日期: 2026-06-20}\n期望: {a: {结论: 符合, 金额: 8万元}}"),
        encoding="utf-8",
    )
    result = invoke("check", str(path), "--expect")
    assert result.exit_code == 0, result.output
    shown = invoke("check", str(path)).output
    assert "其余不予支持情形：未发现（张三，2026-06-20）" in shown and "测算支持金额：8万元" in shown


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ("申报事项: [甲支特]", "case.yaml:5:8: “申报事项”里的支持事项不存在；写的是“甲支特”；应为：事项的编号或名称；改法：是否“甲支持”？"),
        ("申报事项: []", "case.yaml:5:7: “申报事项”写支持事项的编号或名称"),
        ("申报事项: {a: 是}", "case.yaml:5:7: “申报事项”写支持事项的编号或名称"),
        ("其余不予支持情形: 未发现", "case.yaml:5:11: “其余不予支持情形”要写明是谁、哪一天说的"),
        ("其余不予支持情形: {结论: 未发现, 日期: 2026-06-20}", "“其余不予支持情形”没有写明由谁核查"),
    ],
)
def test_what_is_wrong_in_a_case_file_is_told_at_its_place(folder: Path, tmp_path: Path, more: str, wanted: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE.format(book=folder, more=more), encoding="utf-8")
    result = invoke("check", str(path))
    assert result.exit_code == 2 and wanted in result.stderr


def test_a_blank_says_nothing(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE.format(book=folder, more="申报事项:\n其余不予支持情形:"), encoding="utf-8")
    case = huiqi.read_case(path)
    assert (case.applied, case.statement) == (None, None)
