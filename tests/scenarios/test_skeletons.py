"""Skeletons: facts by which one condition alone decides, or by which a changed rule shows; decided before they are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

import huiqi
from huiqi.documents.coverage import own_specs
from huiqi.scenarios.feature_text import feature_text
from huiqi.scenarios.lint import lint_text
from huiqi.scenarios.models import Feature
from huiqi.scenarios.mutants import Mutant, mutants
from huiqi.scenarios.parse import parse_feature, read_features
from huiqi.scenarios.run import run_feature
from huiqi.scenarios.skeletons import Skeleton, deciding, noticing
from tests.making import SMALL, VOCABULARY, guide_example, invoke, load


@pytest.fixture
def guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> huiqi.Rulebook:
    monkeypatch.chdir(guide_example(tmp_path))
    return huiqi.load("rules/sample-city")


@pytest.fixture(scope="module")
def small() -> huiqi.Rulebook:
    return huiqi.load(SMALL)


def mutant(book: huiqi.Rulebook, name: str) -> Mutant:
    return next(m for m in mutants(book.compiled) if m.name == name)


def disagreements(skeletons: list[Skeleton], book: huiqi.Rulebook) -> list[str]:
    """What fails of the skeletons as a feature file, linted and run."""
    text = feature_text("甲", skeletons)
    assert lint_text(text.encode(), "甲.feature") == []
    _, failures = run_feature(parse_feature(text, Path("甲.feature")), lambda _: book)
    return [str(f) for f in failures]


@pytest.mark.parametrize("label", ["展会在目录内", "上年收入不高于上限"])
@pytest.mark.parametrize("begun", [True, False], ids=["from scenarios", "from the rules alone"])
def test_a_condition_nobody_decides_by_gets_facts_by_which_it_alone_decides(guide, label: str, begun: bool) -> None:
    features = read_features(Path("features")) if begun else []
    (spec,) = own_specs(guide.compiled)
    found = deciding(guide.compiled, features, spec, "when", label, "", lambda _: guide)
    assert found.claims == ("“展位费补助”的结论是“不符合”", f"“展位费补助”只因条件“{label}”不满足")
    assert disagreements([found], guide) == []


@pytest.mark.parametrize(
    "change",
    [
        "标准 展位费年度上限［3万元］少一个最小单位",
        "标准 参展企业收入上限［2亿元］多一个最小单位",
        "展位费补助 条件“上年收入不高于上限”“<=”改为“<”",
        "取整到分改为舍去",
    ],
)
def test_a_change_nobody_notices_gets_facts_by_which_it_shows(guide, change: str) -> None:
    wrong = mutant(guide, change)
    found = noticing(guide.compiled, [], wrong, lambda _: guide, huiqi.Rulebook)
    assert found.claims
    assert disagreements([found], guide) == []
    assert disagreements([found], huiqi.Rulebook(wrong.book)) != []


def test_what_no_case_can_tell_apart_is_said_and_no_scenario_is_made_up(guide) -> None:
    found = noticing(guide.compiled, [], mutant(guide, "取整到分改为进位"), lambda _: guide, huiqi.Rulebook)
    assert (found.claims, found.why) == ((), "改成这样没有场景发现：取整到分改为进位，没有找到能分辨的数据")
    text = feature_text("甲", [found])
    assert "  # 改成这样没有场景发现：取整到分改为进位，没有找到能分辨的数据\n" in text
    assert "场景:" not in text


def test_one_scenario_serves_all_that_its_facts_show(small) -> None:
    features: list[Feature] = []
    found = [noticing(small.compiled, features, m, lambda _: small, huiqi.Rulebook) for m in mutants(small.compiled)]
    text = feature_text("席位", found)
    assert disagreements(found, small) == []
    assert text.count("  # 改成这样没有场景发现") == len(found) > text.count("  场景: 待写标题") > 0


def test_the_title_is_left_to_the_author_and_the_figures_are_to_be_checked(small) -> None:
    found = noticing(small.compiled, [], next(mutants(small.compiled)), lambda _: small, huiqi.Rulebook)
    text = feature_text("席位", [found])
    assert "场景: 待写标题 1\n" in text
    assert "# 结论和金额是程序按现在的规则算的：按条文手算核对，不符就是规则写错了，不要照抄。\n" in text


def test_what_all_skeletons_tell_is_told_once_in_the_background(guide) -> None:
    (spec,) = own_specs(guide.compiled)
    found = [deciding(guide.compiled, [], spec, "when", label, "", lambda _: guide) for label in ("展会在目录内", "上年收入不高于上限")]
    text = feature_text("甲", found)
    background, *scenarios = text.split("  场景: ")
    assert "  背景:\n    假如 政策规则库“sample-city”\n" in background and background.count("审核日期是") == 1
    assert len(scenarios) == 2 and not any("政策规则库" in x or "审核日期" in x for x in scenarios)
    assert all("    假如 " in x for x in scenarios)
    assert disagreements(found, guide) == []


def test_a_rulebook_without_a_scenario_gets_its_first_skeletons(guide, tmp_path: Path) -> None:
    for path in Path("features").glob("*.feature"):
        path.unlink()
    result = invoke("rules", "test", "rules/sample-city", "--skeletons", "架子.feature", "--sample", "3")
    assert result.exit_code == 1 and "还没有场景文件，先写架子" in result.output and "处写好场景的架子，在 架子.feature" in result.output
    assert run_feature(parse_feature(Path("架子.feature").read_text(encoding="utf-8"), Path("架子.feature")), lambda _: guide)[1] == ()


def test_a_number_of_months_is_not_written_like_a_month_of_the_year(tmp_path: Path) -> None:
    book = load(
        tmp_path / "made",
        vocabulary="facts:\n  社保月数: {id: months, kind: quantity, unit: 月, min: 0月, max: 600月}\n",
        parameters="起点: {id: least, unit: 月, values: [{value: 12月, document: d}]}\n",
        measures="- {id: m, title: 补贴, clause: 办法·1, when: [{够月数: 社保月数 >= 起点}], award: {service: 服务}}\n",
    )
    found = deciding(book.compiled, [], own_specs(book.compiled)[0], "when", "够月数", "", lambda _: book)
    assert found.draft.data["社保月数"].endswith("个月")
    assert disagreements([found], book) == []


WINDOWS = {
    "a date told": ("  申报日: {id: applied_on, kind: date, min: 2020-01-01, max: 2100-12-31}\n", "申报日 in 每年4月1日至5月31日"),
    "the day of decision": ("", "审核日期 in 每年4月1日至5月31日"),
    "a judgement": ("  受理中: {id: accepting, kind: boolean}\n", "受理中"),
}


@pytest.mark.parametrize(("fact", "window"), WINDOWS.values(), ids=WINDOWS)
def test_facts_by_which_a_condition_decides_lie_within_the_window(tmp_path: Path, fact: str, window: str) -> None:
    """Outside it no condition decides: what the window asks is told so that applications are taken."""
    measure = f"- {{id: m, title: 补助, clause: 办法·1, window: '{window}', when: [{{核查: 核查通过}}], award: {{amount: 额}}}}\n"
    figures = "额: {id: sum, unit: 元, values: [{value: 1万元, document: d}]}\n"
    book = load(tmp_path / "made", vocabulary=VOCABULARY.replace("facts:\n", f"facts:\n{fact}"), parameters=figures, measures=measure)
    one = deciding(book.compiled, [], book.compiled.measures["made/m"], "when", "核查", "", lambda _: book)
    assert one.claims == ("“补助”的结论是“不符合”", "“补助”只因条件“核查”不满足")
    assert disagreements([one], book) == []
