"""What would make a refused measure eligible, shape by shape; and what an empty answer means."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.asking.movable import Held
from huiqi.asking.remedies import ChangeKind, Limit, Remedies, Remedy, Search
from huiqi.errors import UsageError
from huiqi.telling.recording import flaws
from huiqi.telling.remedies import render_remedies
from huiqi.telling.suffices import render_what_if
from tests.making import compile_files, invoke

ON = date(2025, 6, 30)
PEOPLE = {"kind": "quantity", "unit": "人", "min": "0人", "max": "2000人"}
MONEY = {"kind": "money", "unit": "元", "min": "0元", "max": "1亿元"}


def figure(name: str, value: str, **unit: str) -> dict[str, Any]:
    return {"id": name, **unit, "values": [{"value": value, "document": "d"}]}


def measure(name: str, when: list[Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "title": f"事项{name}", "clause": "办法·1", "when": when, "award": {"service": "服务"}, **more}


MEASURES = [
    measure("layoffs", [{"裁员率": "裁员数 / (裁员数 + 参保数) <= 裁员线", "分母为零": "待核"}]),
    measure("two", [{"参保": "参保数 >= 三十人"}, {"大专": "大专 >= 三十人"}]),
    measure("either", [{"any": [{"参保": "参保数 >= 三十人"}, {"大专": "大专 >= 三十人"}]}]),
    measure("pulling", [{"参保": "参保数 >= 三十人"}, {"占比": "大专 / 参保数 >= 大专线", "分母为零": "待核"}]),
    measure("checked", [{"残疾职工": "残疾职工 >= 三十人"}]),
    measure("beyond", [{"多": "大专 >= 太多人"}]),
    measure("founded", [{"满一年": "成立日 + 一年 <= 审核日期"}]),
    measure("kind", [{"类型": '主体 = "企业"'}]),
    measure("reviewed", [{"评审": "评审通过"}]),
    measure("report", [{"报告": "有报告"}, {"大专": "大专 >= 三十人"}]),
    measure("barred", [{"大专": "大专 >= 一人"}], unless=[{"失信": "失信"}]),
    measure("contracts", [{"合同": "count(合同[签订日 in 本期 and 金额 >= 一万元]) >= 三份"}]),
    measure("turnover", [{"合同额": "sum(合同.金额) >= 十万元"}]),
    measure("each", [{"金额": "份.金额 >= 十万元"}], each="份 in 合同"),
    measure("titled", [{"证书": "示范企业"}]),
    measure("later", [{"大专": "大专 >= 三十人"}], **{"from": "2026-01-01"}),
    measure("read", [{"增长": 'if 口径 = "按数" then 参保数 >= 三十人 else 参保数 >= 百人'}]),
    measure("yearly", [{"收入": "收入 >= 十万元"}]),
    measure("past", [{"贷款": "sum(已获支持.金额) <= 一万元"}]),
    measure("sized", [{"属示范规模": "示范规模"}]),
    measure("enterprises", [{"属企业类": "企业类"}]),
    measure("fit", [{"达到认定条件": "meets(示范企业)"}]),
    measure("after", [{"先得甲": "granted(two)"}]),
    measure("unsized", [{"不属示范规模": "not(示范规模)"}]),
    measure("clean", [{"大专": "大专 >= 三十人"}, {"退回": "not(退回)"}]),
]  # fmt: skip


@functools.cache
def book() -> huiqi.Rulebook:
    return huiqi.Rulebook(compile_files({
        "rulebook.yaml": {"id": "tried", "title": "试验", "version": "1", "jurisdiction": "中国/甲省/乙市"},
        "documents.yaml": [{"id": "d", "title": "办法", "issuer": "市政府", "jurisdiction": "中国/甲省/乙市", "from": "2020-01-01", "sheet": "s", "letter": "A"}],
        "clauses.yaml": [
            {"id": "办法·1", "document": "d", "title": "支持", "says": "支持", "disposition": "measure"},
            {"id": "办法·2", "document": "d", "title": "资格", "says": "资格", "disposition": "recognition"},
        ],
        "vocabulary.yaml": {
            "facts": {
                "裁员数": {"id": "laid", **PEOPLE}, "参保数": {"id": "insured", **PEOPLE}, "大专": {"id": "graduates", **PEOPLE},
                "残疾职工": {"id": "disabled", **PEOPLE}, "全部职工": {"id": "staff", **PEOPLE},
                "有报告": {"id": "report", "kind": "boolean"}, "失信": {"id": "bad", "kind": "boolean", "verified by": "市场监管局"},
                "退回": {"id": "returned", "kind": "boolean", "fixed": "是"},
                "评审通过": {"id": "passed", "kind": "boolean", "judgement": "是"},
                "主体": {"id": "kind", "kind": "choice", "options": ["企业", "园区"], "fixed": "是"},
                "成立日": {"id": "founded", "kind": "date", "min": "2000-01-01", "max": "2100-12-31"},
                "收入": {"id": "revenue", **MONEY, "per": "year"},
            },
            "records": {
                "合同": {"id": "contracts", "noun": "份", "key": "合同号", "fields": {
                    "合同号": {"id": "number", "kind": "text"}, "签订日": {"id": "signed", "kind": "date"}, "金额": {"id": "amount", **MONEY},
                }},
                "资格证书": {"id": "certificates", "noun": "张", "key": "证号", "fields": {
                    "证号": {"id": "number", "kind": "text"}, "名称": {"id": "title", "kind": "text"}, "发证日": {"id": "issued", "kind": "date"},
                    "有效期止": {"id": "valid_to", "kind": "date"}, "撤销日": {"id": "revoked", "kind": "date", "optional": "是"},
                }},
                "已获支持": {"id": "support", "noun": "笔", "key": "文号", "fields": {
                    "文号": {"id": "document", "kind": "text"}, "事项": {"id": "measure", "kind": "text"},
                    "层级": {"id": "level", "kind": "choice", "options": ["省", "市"]}, "年度": {"id": "year", "kind": "year"}, "金额": {"id": "amount", **MONEY},
                }},
            },
            "checks": {"残疾职工不超过全部职工": "残疾职工 <= 全部职工"},
        },
        "recognitions.yaml": [{"id": "model", "title": "示范企业", "kind": "conferred", "certificate": "示范企业", "authority": "市商务局", "clause": "办法·2",
                               "when": [{"大专": "大专 >= 一人"}]},
                              {"id": "size", "title": "示范规模", "kind": "derived", "clause": "办法·2",
                               "when": [{"参保够": "参保数 >= 三十人"}, {"大专够": "大专 / 参保数 >= 大专线", "分母为零": "不符合"}]},
                              {"id": "firms", "title": "企业类", "kind": "derived", "clause": "办法·2", "when": [{"是企业": '主体 = "企业"'}]}],
        "readings.yaml": [{"id": "口径", "clause": "办法·1", "question": "按数还是按率？", "options": ["按数", "按率"]}],
        "parameters.yaml": {
            "裁员线": figure("p1", "5.5%", kind="ratio"), "大专线": figure("p2", "35%", kind="ratio"), "三十人": figure("p3", "30人", unit="人"),
            "太多人": figure("p4", "3000人", unit="人"), "一人": figure("p5", "1人", unit="人"), "一年": figure("p6", "1年", kind="period"),
            "本期": figure("p7", "[2025-01-01..2025-12-31]", kind="date"), "一万元": figure("p8", "1万元", unit="元"),
            "三份": figure("p9", "3份", unit="份"), "十万元": figure("p10", "10万元", unit="元"), "百人": figure("p11", "100人", unit="人"),
        },
        "measures/all.yaml": MEASURES,
    }))  # fmt: skip


def decided(facts: Mapping[str, Any], records: Mapping[str, Any] | None = None, **how: Any) -> huiqi.Decision:
    return book().decide(facts, records=dict(records or {}), year=2025, on=how.pop("on", ON), reasoner="reference", **how)


def asked(name: str, facts: Mapping[str, Any], records: Mapping[str, Any] | None = None, **how: Any) -> Remedies:
    return decided(facts, records, **how).remedies(name)


def said(remedy: Remedy) -> dict[str, str]:
    return {f"{c.row}{c.column}" or c.name: d["value"] for c in remedy.changes for d in [c.to_dict()] if "value" in d}


# -- numbers -------------------------------------------------------------------------------------------------


def test_of_a_ratio_the_denominator_moves_along() -> None:
    """5.5 % of 50 and 100: five may stay, not eight; forty-five fewer, not forty-two."""
    answer = asked("layoffs", {"裁员数": "50人", "参保数": "100人"})
    assert (answer.search, answer.complete) == (Search.FOUND, True)
    assert [said(r) for r in answer.remedies] == [{"裁员数": "5"}, {"参保数": "860"}]
    assert answer.remedies[0].changes[0].by == 45


def test_a_single_change_comes_before_a_set_and_the_nearer_one_first() -> None:
    assert [said(r) for r in asked("either", {"参保数": "3人", "大专": "29人"}).remedies] == [{"大专": "30"}, {"参保数": "30"}]


def test_conditions_that_all_fail_need_all_their_changes() -> None:
    answer = asked("two", {"参保数": "28人", "大专": "29人"})
    assert [said(r) for r in answer.remedies] == [{"参保数": "30", "大专": "30"}] and answer.complete


def test_a_change_that_breaks_another_condition_brings_the_other_along() -> None:
    """Thirty insured make 35 % eleven graduates, not ten."""
    answer = asked("pulling", {"参保数": "28人", "大专": "10人"})
    assert [said(r) for r in answer.remedies] == [{"参保数": "30", "大专": "11"}]


def test_what_the_checks_of_the_vocabulary_tie_together_changes_together() -> None:
    answer = asked("checked", {"残疾职工": "10人", "全部职工": "12人"})
    assert [said(r) for r in answer.remedies] == [{"残疾职工": "30", "全部职工": "30"}] and answer.complete


def test_beyond_the_declared_bounds_it_is_impossible_and_proved() -> None:
    answer = asked("beyond", {"大专": "10人"})
    assert (answer.search, answer.remedies, answer.limits) == (Search.IMPOSSIBLE, (), ())


# -- what may not change -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "facts", "held", "why"), [
    ("founded", {"成立日": "2025-01-01"}, "成立日", Held.PAST),
    ("kind", {"主体": "园区"}, "主体", Held.FIXED),
    ("reviewed", {"评审通过": "否"}, "评审通过", Held.JUDGED),
])  # fmt: skip
def test_the_past_what_is_declared_fixed_and_what_experts_judge_are_not_changed(name: str, facts: dict[str, Any], held: str, why: Held) -> None:
    answer = asked(name, facts)
    assert (answer.search, [(h.name, h.why) for h in answer.held]) == (Search.IMPOSSIBLE, [(held, why)])


def test_support_received_is_not_unmade() -> None:
    answer = asked("past", {}, {"已获支持": [{"文号": "甲", "事项": "别的", "层级": "市", "年度": "2024", "金额": "5万元"}]})
    assert (answer.search, [(h.name, h.why) for h in answer.held]) == (Search.IMPOSSIBLE, [("已获支持", Held.PAST)])


def test_a_fixed_thing_that_refuses_makes_the_rest_of_no_use() -> None:
    assert asked("clean", {"大专": "3人", "退回": True}).search is Search.IMPOSSIBLE
    assert [said(r) for r in asked("clean", {"大专": "3人", "退回": False}).remedies] == [{"大专": "30"}]


def test_a_figure_of_a_year_that_is_over_is_marked_as_past() -> None:
    change = asked("yearly", {"收入": "9万元"}, on=date(2026, 2, 1)).remedies[0].changes[0]
    assert (change.year, change.past, str(change.by)) == (2025, True, "10000")
    assert not asked("yearly", {"收入": "9万元"}).remedies[0].changes[0].past


# -- lists and certificates ------------------------------------------------------------------------------------------

ONE = {"合同号": "A", "签订日": "2025-03-01", "金额": "2万元"}


def test_a_count_needs_rows_with_what_makes_them_count() -> None:
    answer = asked("contracts", {}, {"合同": [ONE]})
    change = next(c for r in answer.remedies for c in r.changes if c.kind is ChangeKind.ROWS)
    assert (change.count, change.to_dict()["fields"]) == (2, {"签订日": "2025-06-30", "金额": "10000"})
    assert not change.past  # the period is not over


def test_once_the_period_is_over_rows_can_only_have_been_forgotten() -> None:
    answer = asked("contracts", {}, {"合同": [ONE]}, on=date(2026, 3, 1))
    assert answer.remedies and all(r.past for r in answer.remedies)


def test_a_sum_is_met_by_one_row_more_or_by_the_row_there_is() -> None:
    answer = asked("turnover", {}, {"合同": [ONE]})
    found = [(str(c.kind), c.to_dict().get("value"), dict(c.to_dict().get("fields", {}))) for r in answer.remedies for c in r.changes]
    assert ("rows", None, {"金额": "80000"}) in found and ("field", "100000", {}) in found


def test_with_no_record_one_is_needed_that_meets_its_conditions() -> None:
    change = asked("each", {}, {"合同": []}).remedies[0].changes[0]
    assert (change.kind, change.count, change.to_dict()["fields"]) == (ChangeKind.ROWS, 1, {"金额": "100000"})


def test_a_title_not_held_is_a_certificate_to_obtain_from_today_on() -> None:
    answer = asked("titled", {"大专": "3人"}, {"资格证书": []})
    (change,) = answer.remedies[0].changes
    assert (change.name, change.fields["名称"], change.fields["发证日"], change.past) == ("资格证书", "示范企业", ON, False)
    assert change.fields["有效期止"] >= ON and change.to_dict()["fields"]["撤销日"] == "无"


# -- through a recognition, or another measure ---------------------------------------------------------------------------


def test_a_recognition_worked_out_from_facts_is_solved_through_its_conditions() -> None:
    """Thirty insured make 35 % eleven graduates: the same as if the measure had said it itself."""
    answer = asked("sized", {"参保数": "28人", "大专": "10人"})
    assert [said(r) for r in answer.remedies] == [{"参保数": "30", "大专": "11"}] and answer.complete
    assert [x.to_dict() for x in answer.lacking] == [{"id": "size", "title": "示范规模", "whose": "derived", "authority": "", "on": "2025-06-30"}]


def test_of_a_recognition_that_is_lacking_it_is_said_whose_it_is() -> None:
    assert [x.to_dict() for x in asked("titled", {"大专": "3人"}, {"资格证书": []}).lacking] == [
        {"id": "model", "title": "示范企业", "whose": "conferred", "authority": "市商务局", "on": "2025-06-30"}
    ]
    answer = asked("fit", {"大专": "0人"})
    assert ([said(r) for r in answer.remedies], [(x.whose, x.authority) for x in answer.lacking]) == ([{"大专": "1"}], [("criteria", "市商务局")])


def test_where_nothing_of_ones_own_makes_a_recognition_hold_it_is_proved_and_named() -> None:
    answer = asked("enterprises", {"主体": "园区"})
    assert (answer.search, [x.title for x in answer.lacking], [h.name for h in answer.held]) == (Search.IMPOSSIBLE, ["企业类"], ["主体"])


def test_another_measure_that_has_to_be_granted_is_solved_through_its_conditions() -> None:
    answer = asked("after", {"参保数": "28人", "大专": "30人"})
    assert ([said(r) for r in answer.remedies], [(x.id, x.whose) for x in answer.lacking]) == ([{"参保数": "30"}], [("two", "measure")])


def test_what_must_not_be_recognised_and_what_holds_is_not_said_to_be_lacking() -> None:
    answer = asked("unsized", {"参保数": "30人", "大专": "11人"})
    assert (answer.search, answer.lacking) == (Search.FOUND, ())
    assert asked("sized", {"参保数": "30人", "大专": "11人"}).lacking == ()
    assert asked("sized", {"参保数": "30人"}).lacking == ()  # open: nobody knows yet


def test_a_single_change_is_found_although_the_search_for_rows_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huiqi.asking.lifting.SHARE", 80)
    answer = asked("contracts", {}, {"合同": [{**ONE, "合同号": x, "金额": m} for x, m in (("A", "2万元"), ("B", "2万元"), ("C", "9999元"))]})
    assert (said(answer.remedies[0]), answer.complete, Limit.VALUES in answer.limits) == ({"C金额": "10000"}, False, True)


# -- what is not told, readings, force ---------------------------------------------------------------------------------


def test_what_is_still_not_told_is_said_with_the_change() -> None:
    (remedy,) = asked("report", {"大专": "28人"}).remedies
    assert (said(remedy), str(remedy.outcome), remedy.missing) == ({"大专": "30"}, "undetermined", ("有报告",))


def test_an_exclusion_that_applies_must_end() -> None:
    (remedy,) = asked("barred", {"大专": "3人", "失信": True}).remedies
    assert (said(remedy), str(remedy.outcome)) == ({"失信": "否"}, "eligible")


def test_a_reading_nobody_has_decided_must_be_met_whichever_it_is() -> None:
    assert [said(r) for r in asked("read", {"参保数": "10人"}).remedies] == [{"参保数": "100"}]
    assert [said(r) for r in asked("read", {"参保数": "50人"}).remedies] == [{"参保数": "100"}]
    assert [said(r) for r in asked("read", {"参保数": "10人"}, reading={"口径": "按数"}).remedies] == [{"参保数": "30"}]


def test_nothing_is_tried_where_nothing_told_refuses_or_it_is_not_in_force() -> None:
    assert asked("report", {"大专": "40人"}).search is Search.OPEN
    assert asked("later", {"大专": "3人"}).search is Search.NOT_IN_FORCE


def test_a_search_that_was_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huiqi.asking.lifting.CALLS", 1)
    answer = asked("two", {"参保数": "28人", "大专": "29人"})
    assert (answer.search, answer.complete, answer.limits) == (Search.NOT_FOUND, False, (Limit.SETS,))
    assert "不能说没有办法" in render_remedies(decided({}), answer)


# -- the margin ----------------------------------------------------------------------------------------------------------


def test_of_an_eligible_measure_the_nearest_that_fails_is_said_in_both_directions() -> None:
    answer = asked("layoffs", {"裁员数": "5人", "参保数": "100人"})
    assert answer.search is Search.MET and answer.remedies == ()
    assert {(m.change.name, m.to_dict()["value"], m.refused) for m in answer.margins} == {("裁员数", "6", True), ("参保数", "85", True)}


def test_what_only_one_reading_refuses_is_no_refusal_yet() -> None:
    """Thirty insured do by one reading, a hundred by the other: ninety-nine are open, twenty-nine refused."""
    (margin,) = asked("read", {"参保数": "100人"}).margins
    assert (margin.to_dict()["value"], margin.refused) == ("99", False)
    assert asked("read", {"参保数": "30人"}, reading={"口径": "按数"}).margins[0].refused
    assert "→ 条件转为待定" in printed("read", {"参保数": "100人"})


def test_what_no_case_may_say_is_no_margin() -> None:
    """With fewer staff than disabled staff the case would contradict itself, not fail."""
    answer = asked("checked", {"残疾职工": "31人", "全部职工": "31人"})
    assert [(m.change.name, m.to_dict()["value"]) for m in answer.margins] == [("残疾职工", "29")]


# -- the doors -----------------------------------------------------------------------------------------------------------


def test_a_wrong_name_and_a_decision_read_back_are_refused_with_what_to_do() -> None:
    decision = decided({"大专": "3人"})
    with pytest.raises(UsageError, match="是否“barred”"):
        decision.remedies("barre")
    with pytest.raises(UsageError, match="replay"):
        huiqi.Decision.from_dict(decision.to_dict()).remedies("barred")


def test_every_reasoner_gives_the_same_answer() -> None:
    facts = {"参保数": "28人", "大专": "10人"}
    answers = [book().decide(facts, year=2025, on=ON, reasoner=r).remedies("pulling").to_dict() for r in ("reference", "python")]
    assert answers[0] == answers[1]


def test_the_command_has_it_in_its_json_and_the_decision_reads_back(tmp_path: Path) -> None:
    case = tmp_path / "案例.yaml"
    case.write_text(
        "企业: 甲（虚构）\n政策规则库: [datong-outsourcing]\n审核日期: 2026-06-30\n数据:\n  注册地县区: 平城区\n  从事服务外包业务: 否\n", encoding="utf-8"
    )
    ran = invoke("explain", str(case), "--measure", "certification.international", "--what-if", "--json")
    (shape,) = json.loads(ran.stdout)
    (found,) = shape["remedies"]
    assert (found["search"], found["remedies"][0]["changes"][0]["name"]) == ("found", "从事服务外包业务")
    assert list(flaws(shape)) == []
    recorded = tmp_path / "决定.json"
    recorded.write_text(json.dumps([shape], ensure_ascii=False), encoding="utf-8")
    assert invoke("replay", str(recorded)).exit_code == 0
    plain = json.loads(invoke("explain", str(case), "--measure", "certification.international", "--json").stdout)[0]
    assert "remedies" not in plain and huiqi.Decision.from_dict(shape).to_dict() == plain


# -- as it is printed ----------------------------------------------------------------------------------------------------


def printed(name: str, facts: Mapping[str, Any], records: Mapping[str, Any] | None = None, **how: Any) -> str:
    decision = decided(facts, records, **how)
    return render_remedies(decision, decision.remedies(name))


def test_a_single_change_as_printed() -> None:
    assert (
        printed("layoffs", {"裁员数": "50人", "参保数": "100人"})
        == """\
最小的改变（其他数据不变，已逐一重新测算；其中任何一项少改一步都不够）
  1. 裁员数由 50人 减少到 5人（少 45 人）
     → 重新测算：条件都满足
  2. 参保数由 100人 增加到 860人（多 760 人）
     → 重新测算：条件都满足
  以上 2 种，做到一种即可。
"""
    )


def test_beside_what_an_officer_disallowed_the_claim_stands_and_who_can_change_it() -> None:
    cut = {"申报": "110人", "核减": {"原值": "110人", "改为": "100人", "由": "李某", "日期": "2025-06-01", "理由": "重复计数", "材料": "参保名单"}}
    said = printed("layoffs", {"裁员数": "6人", "参保数": cut})
    assert "参保数由 100人（核减后的值，企业申报 110人） 增加到" in said
    assert "（要改变核减，由企业补材料申辩、经核减的机关复核）" in "".join(x.strip() for x in said.split("\n"))


def test_a_set_with_what_is_missing_and_what_was_not_moved_as_printed() -> None:
    assert (
        printed("report", {"大专": "28人"})
        == """\
最小的改变（其他数据不变，已逐一重新测算；其中任何一项少改一步都不够）
  · 大专由 28人 增加到 30人（多 2 人）
     → 重新测算：不再有不满足的条件；尚缺 有报告
"""
    )
    assert (
        printed("two", {"参保数": "28人", "大专": "29人"})
        == """\
最小的改变（其他数据不变，已逐一重新测算；其中任何一项少改一步都不够）
  · 参保数由 28人 增加到 30人（多 2 人）
     并且 大专由 29人 增加到 30人（多 1 人）
     → 重新测算：条件都满足
"""
    )


def test_rows_to_add_as_printed() -> None:
    assert (
        printed("titled", {"大专": "3人"}, {"资格证书": []})
        == """\
最小的改变（其他数据不变，已逐一重新测算；其中任何一项少改一步都不够）
  · 资格证书明细增加 1张，例如为：名称 示范企业，发证日 2025-06-30，有效期止
     2025-06-30 或更晚，撤销日 无（须由市商务局认定发证，企业自己定不了）
     → 重新测算：条件都满足
  没有去改的：已有的资格证书（已经发生）。
"""
    )


def suffices(name: str, facts: Mapping[str, Any], records: Mapping[str, Any] | None = None) -> str:
    return render_what_if(decided(facts, records), name, book().compiled)


def test_what_a_recognition_lacks_and_whose_it_is_as_printed() -> None:
    assert (
        suffices("sized", {"参保数": "28人", "大专": "10人"})
        == """\
怎样才会满足
  · 属示范规模：要求是“示范规模”
    “示范规模”按条件得出，不由谁发证；现在不成立：
      · 参保够：要求 不低于30人，还差 2 人
"""
    )
    assert (
        suffices("titled", {"大专": "3人"}, {"资格证书": []})
        == """\
怎样才会满足
  · 证书：要求持有有效的“示范企业”证书
    “示范企业”由市商务局认定发证，企业自己定不了：没有示范企业证书；取得以后填进
      明细“资格证书”。条件达到不等于认定
"""
    )
    expired = {"资格证书": [{"证号": "A", "名称": "示范企业", "发证日": "2022-01-01", "有效期止": "2025-06-29", "撤销日": "无"}]}
    assert "在 2025-06-30 没有有效的（示范企业证书 A（发证日 2022-01-01，有效期止 2025-06-29））" in flat(suffices("titled", {"大专": "3人"}, expired))
    assert "“示范企业”的认定条件没有达到：· 大专：要求 不低于1人，还差 1 人" in flat(suffices("fit", {"大专": "0人"}))
    assert "· 先得甲：要求符合事项“事项two”须先符合事项“事项two”" in flat(suffices("after", {"参保数": "28人", "大专": "30人"}))


def flat(text: str) -> str:
    return "".join(x.strip() for x in text.split("\n"))


def test_that_it_is_impossible_as_printed() -> None:
    assert (
        printed("founded", {"成立日": "2025-01-01"})
        == """\
最小的改变
  没有（已证明）：企业可以改变的数据，在允许填报的范围内无论改成什么，都不能使本
    事项符合。
  没有去改的：成立日（已经发生）。
"""
    )


def test_the_margin_as_printed() -> None:
    assert (
        printed("layoffs", {"裁员数": "5人", "参保数": "100人"})
        == """\
离不符合还有多远（只改一项，其他数据不变）
  · 参保数由 100人 减少到 85人（少 15 人） → 不符合
  · 裁员数由 5人 增加到 6人（多 1 人） → 不符合
"""
    )


@pytest.mark.parametrize(("rulebook", "measure", "facts", "records", "fixed"), [
    ("datong-outsourcing", "finance.loan-interest", {"申报主体类型": "企业"}, {"贷款": [{"借据号": "L1", "类别": "流动资金贷款", "年利率": "4%", "签约时中长期报价利率": "3.5%"}]},
     {("申报主体类型", ""), ("贷款", "类别"), ("贷款", "签约时中长期报价利率")}),
    ("datong-outsourcing", "landing.new-enterprise", {"落地年序": 5, "服务外包类别": "BPO"}, {}, {("落地年序", "")}),
])  # fmt: skip
def test_what_a_shipped_vocabulary_fixes_is_never_proposed_but_named(
    rulebook: str, measure: str, facts: dict[str, object], records: dict[str, list[dict[str, object]]], fixed: set[tuple[str, str]]
) -> None:
    """A loan that was signed stays the loan it is; another may be taken up. Nobody settles again to be in an earlier year."""
    decision = huiqi.load(rulebook).decide(facts, records=records, year=2025, on=date(2026, 6, 30), measures=[measure])
    found = decision.remedies(measure)
    assert decision.measures[measure].outcome == "ineligible"
    assert {(h.name, h.column) for h in found.held if h.why == "fixed"} == fixed
    assert not {(c.name, c.column) for r in found.remedies for c in r.changes} & fixed
