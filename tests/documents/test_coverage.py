"""Coverage: which scenario decides which condition, what carries which clause, what is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from huiqi.documents.coverage import coverage, read_undecidable, render_coverage
from huiqi.errors import InputError
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.places import available
from huiqi.scenarios.models import deciders, scenarios_of
from huiqi.scenarios.parse import read_feature, read_features
from tests.making import ROOT, SMALL

HEAD = """# language: zh-CN
功能: 席位补贴
  说明文字
  分成两行

  背景:
    假如 政策规则库“small”
"""
SEATS = (
    HEAD
    + """
  规则: 谁能得到

    背景:
      假如 申报年度是“2023”

    场景大纲: <结果>时只看席位
      当 测算
      那么 “席位补贴”只因条件“席位够”<结果>

      例子:
        | 结果   |
        | 不满足 |
        | 待定   |

    场景: 不相干的话
      当 测算
      那么 “席位补贴”的结论是“符合”
"""
)


def feature(folder: Path, text: str, name: str = "席位补贴.feature"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_feature(path)


def deciding(report, owner: str, label: str, scheme: str = ""):
    return next(r for r in report["deciding"] if (r["owner"], r["condition"], r["scheme"]) == (owner, label, scheme))


def test_a_feature_is_read_with_its_backgrounds_rules_and_rows(tmp_path):
    """Steps begin with those of both backgrounds; an outline runs once for each row."""
    read = feature(tmp_path, SEATS)
    outline, plain = read.scenarios
    assert (read.title, read.description, read.rulebooks) == ("席位补贴", "说明文字分成两行", {"small"})
    assert read.background == "假如 政策规则库“small”"
    assert (outline.rule, outline.line) == ("谁能得到", 14)
    assert [t for t, _ in outline.told()] == ["不满足时只看席位", "待定时只看席位"]
    assert tuple(s.text for s in next(plain.told())[1]) == ("政策规则库“small”", "申报年度是“2023”", "测算", "“席位补贴”的结论是“符合”")


def test_a_background_of_one_rule_does_not_reach_the_next(tmp_path):
    """Only the feature's own background is common to all rules."""
    read = feature(tmp_path, SEATS + "\n  规则: 别的\n\n    场景: 另一个\n      当 测算\n")
    assert tuple(s.text for s in read.scenarios[-1].steps) == ("政策规则库“small”", "测算")


def test_rows_of_an_outline_decide_each_for_itself(tmp_path):
    """One row refuses, the other leaves open; the title is that of the row."""
    found = list(deciders([feature(tmp_path, SEATS)]))
    assert [(d.scenario, d.settled, d.label, d.role) for d in found] == [
        ("不满足时只看席位", True, "席位够", "when"),
        ("待定时只看席位", False, "席位够", "when"),
    ]


def test_a_condition_without_its_deciding_scenario_is_a_problem(tmp_path):
    """By the measure's title; the recognition with a condition of the same name is not served by it."""
    report = coverage(load_compiled(SMALL), [feature(tmp_path, SEATS)])
    assert deciding(report, "seats.support", "席位够")["settled"] == ["不满足时只看席位"]
    assert deciding(report, "seats.support", "席位够")["open"] == ["待定时只看席位"]
    assert report["problems"] == ["没有场景只由它决定（不满足）：small/big: 投资够", "没有场景只由它决定（不满足）：small/star: 席位够"]


def test_leaving_open_alone_is_not_deciding(tmp_path):
    """A scenario in which the condition is only 待定 shows no refusal."""
    text = SEATS.replace("        | 不满足 |\n", "")
    report = coverage(load_compiled(SMALL), [feature(tmp_path, text)])
    assert "没有场景只由它决定（不满足），只有它单独待定的：small/seats.support: 席位够" in report["problems"]


def test_another_rulebook_of_the_same_words_does_not_count(tmp_path):
    """The scenario must decide by this rulebook."""
    report = coverage(load_compiled(SMALL), [feature(tmp_path, SEATS.replace("“small”", "“common”"))])
    assert deciding(report, "seats.support", "席位够")["settled"] == []


def test_a_listed_condition_is_excused_with_its_reason(tmp_path):
    """And shown with it."""
    excused = {"small/big: 投资够": "理由一", "small/star: 席位够": "理由二"}
    report = coverage(load_compiled(SMALL), [feature(tmp_path, SEATS)], excused)
    assert report["problems"] == []
    assert "不能单独决定：small/big: 投资够（理由一）" in render_coverage(report)


def test_a_list_that_is_no_longer_true_is_a_problem(tmp_path):
    """A condition that is decided after all, and one that is gone."""
    excused = dict.fromkeys(["small/seats.support: 席位够", "small/big: 投资够", "small/star: 席位够", "small/big: 没有的"], "理由")
    problems = coverage(load_compiled(SMALL), [feature(tmp_path, SEATS)], excused)["problems"]
    assert problems == [
        "undecidable.yaml 列为不能单独决定，却有场景“不满足时只看席位”：small/seats.support: 席位够",
        "undecidable.yaml 里的条件不存在：small/big: 没有的",
    ]


def test_a_condition_of_a_scheme_is_decided_under_that_scheme_only(tmp_path):
    """The default scheme's scenario says nothing about another scheme."""
    step = "那么 “国际资质认证支持”只因条件“证书在2013年指南目录内”不满足"
    head = HEAD.replace("small", "datong-outsourcing")
    book = load_compiled("datong-outsourcing")
    default = coverage(book, [feature(tmp_path, f"{head}\n  场景: 缺省\n    当 测算\n    {step}\n")])
    chosen = coverage(book, [feature(tmp_path, f"{head}\n  场景: 选用\n    假如 “certification.international”选用方案“国家2013”\n    当 测算\n    {step}\n")])
    assert deciding(default, "certification.international", "证书在2013年指南目录内", "国家2013")["settled"] == []
    assert deciding(chosen, "certification.international", "证书在2013年指南目录内", "国家2013")["settled"] == ["选用"]


def test_without_features_the_scenario_part_is_left_out_and_said_so():
    """An installed library has rules and no scenarios."""
    report = coverage(load_compiled(SMALL))
    assert report["deciding"] is None
    assert report["problems"] == []
    assert "没有找到场景文件夹" in render_coverage(report)


def test_a_clause_is_carried_by_a_scheme():
    """A benchmark's own clause counts as carried by the measure whose scheme takes it."""
    book = load_compiled(SMALL)
    clause = replace(book.clauses["甲·1"], id="乙·1")
    key, spec = next(iter(book.measures.items()))
    scheme = replace(spec.base, name="乙", clauses=("乙·1",))
    bare = replace(book, clauses={**book.clauses, "乙·1": clause})
    assert coverage(bare)["problems"] == ["条款“乙·1”列为支持事项，却没有事项或资格引用它"]
    carried = replace(bare, measures={key: replace(spec, schemes={"乙": scheme})})
    report = coverage(carried)
    assert report["problems"] == []
    assert next(c for c in report["clauses"] if c["id"] == "乙·1")["carried_by"] == ["seats.support"]


@pytest.mark.parametrize("text", ["- 一条\n", "理由: 一条\n"], ids=["a list of words", "no list"])
def test_a_list_of_the_wrong_shape_is_refused(tmp_path, text):
    """With its place and how it is written."""
    (tmp_path / "undecidable.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="- 理由: …"):
        read_undecidable(tmp_path / "undecidable.yaml")


def test_only_scenarios_that_speak_of_a_measure_are_shown_with_it(tmp_path):
    """Another measure's scenarios of the same file stay out."""
    read = feature(tmp_path, SEATS + "\n    场景: 别的事项\n      当 测算\n      那么 “别的事项”的结论是“符合”\n")
    shown = scenarios_of([read], {"seats.support": "席位补贴"})["seats.support"]
    assert [s.title for f in shown for s in f.scenarios] == ["<结果>时只看席位", "不相干的话"]


def test_features_are_chosen_by_the_rulebook_they_decide_by(tmp_path):
    """Naming a rulebook elsewhere in the text is not enough."""
    feature(tmp_path, SEATS, "一.feature")
    feature(tmp_path, SEATS.replace("“small”", "“common”").replace("说明文字", "不是small"), "二.feature")
    assert [f.path.name for f in read_features(tmp_path, "small")] == ["一.feature"]


def test_every_listed_exception_names_a_rulebook_there_is():
    """A misspelt rulebook would excuse nothing and never be noticed."""
    listed = read_undecidable(ROOT / "features" / "undecidable.yaml")
    assert {name.partition("/")[0] for name in listed} - set(available()) == set()
    assert all(listed.values())
