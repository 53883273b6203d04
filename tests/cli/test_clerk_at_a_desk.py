"""What a clerk finds where it is looked for: a rulebook beside the case, what a clause carries, the stacking of one measure."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiqi.documents.coverage import coverage, render_coverage
from huiqi.documents.text import show_rulebook
from huiqi.errors import UsageError
from huiqi.reasoning.facts import pseudonym
from huiqi.rulebook.compiler import load_compiled
from huiqi.scenarios.models import Kind
from huiqi.scenarios.steps import take
from huiqi.scenarios.story import KEY, Story, Unmet
from tests.making import VOCABULARY, guide_example, invoke, load

PARAMETERS = """\
定额: {id: fixed, unit: 元, values: [{value: 3万元, document: d}]}
半数: {id: half, kind: ratio, values: [{value: 50%, document: d}]}
"""
CLAUSES = "".join(
    f"- {{id: 办法·{n}, document: d, title: 第{n}条, says: 说, disposition: {what}}}\n"
    for n, what in ((1, "measure"), (2, "condition"), (3, "condition"), (4, "condition"), (5, "condition"))
)
SHARED = """\
window: [{受理: 审核日期 in 每年4月1日至6月30日, for: all, clause: 办法·2}]
reductions: [{没有核查减半: not(核查通过), share: 半数, for: all, clause: 办法·3}]
obligations: [{text: 三年内不迁出, for: a, clause: 办法·4}]
"""
STACKING = "- {id: one, title: 就高, rule: highest, members: [a, b], per: 企业, clause: 办法·5}\n"
MEASURES = """\
- {id: a, title: 甲项补助, clause: 办法·1, when: [{有营收: 营收 > 0元}], award: {amount: 定额}}
- {id: b, title: 乙项补助, clause: 办法·1, when: [{有营收: 营收 > 0元}], award: {amount: 定额}}
- {id: c, title: 丙项, clause: 办法·1, when: [{有营收: 营收 > 0元}], award: {service: 服务}}
"""


@pytest.mark.parametrize("place", [".", "cases", "rules/sample-city"])
def test_a_rulebook_is_found_from_where_the_case_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    case = guide_example(tmp_path) / "cases" / "示例参展.yaml"
    case.write_text(case.read_text(encoding="utf-8").replace("[rules/sample-city]", "[../rules/sample-city]"), encoding="utf-8")
    monkeypatch.chdir(tmp_path / place)
    result = invoke("check", str(case), "--expect")
    assert (result.exit_code, "全部一致" in result.output) == (0, True), result.output


def test_coverage_says_what_rests_on_the_clause_of_a_window_a_reduction_an_obligation_a_stacking_rule(tmp_path: Path) -> None:
    book = load(tmp_path / "made", parameters=PARAMETERS, clauses=CLAUSES, shared=SHARED, stacking=STACKING, measures=MEASURES).compiled
    text = render_coverage(coverage(book))
    for clause, by in (("办法·2", "a、b、c"), ("办法·3", "a、b"), ("办法·4", "a"), ("办法·5", "one")):
        assert any(line.startswith(f"  {clause}　") and line.endswith(f"← {by}") for line in text.splitlines()), (clause, text)


def test_a_measure_alone_is_shown_with_its_stacking_and_found_by_a_part_of_its_title(tmp_path: Path) -> None:
    book = load(tmp_path / "made", parameters=PARAMETERS, clauses=CLAUSES, shared=SHARED, stacking=STACKING, measures=MEASURES).compiled
    assert "\n  叠加：就高：甲项补助、乙项补助　就高不重复（每企业）　" in show_rulebook(book, "甲项")
    assert "叠加" not in show_rulebook(book, "丙项")
    with pytest.raises(UsageError, match="“补助”不止一项：甲项补助（a）、乙项补助（b）"):
        show_rulebook(book, "补助")


def test_a_failing_scenario_shows_a_persons_number_under_its_stand_in(tmp_path: Path) -> None:
    vocabulary = VOCABULARY + (
        "  人员:\n    id: persons\n    noun: 人\n    key: 证件号\n    fields:\n"
        "      证件号: {id: number, kind: text, personal: 是}\n      月薪: {id: pay, kind: money, unit: 元, min: 0元, max: 100万元}\n"
    )
    measures = "- {id: m, title: 甲, clause: 办法·1, each: 人 in 人员, when: [{有薪: 人.月薪 > 0元}], award: {amount: 定额}}\n"
    book = load(tmp_path / "made", vocabulary=vocabulary, parameters=PARAMETERS, measures=measures)
    number, story = "140202199001011234", Story()
    for kind, text, table in (
        (Kind.GIVEN, "政策规则库“made”", None), (Kind.GIVEN, "审核日期是“2026-06-30”", None), (Kind.GIVEN, "明细“人员”如下", (("证件号",), (number,))), (Kind.WHEN, "测算", None),
    ):  # fmt: skip
        story = take(story, kind, text, table, lambda _: book)
    lacking = next(x.what for x in story.measured.measure("甲").open) if story.measured else ""
    assert number not in lacking
    with pytest.raises(Unmet) as raised:
        take(story, Kind.THEN, "“甲”尚缺“营收”（缺材料）", None, lambda _: book)
    assert number not in str(raised.value) and lacking in str(raised.value)
    told = lacking.replace(pseudonym(number, KEY), number)
    assert take(story, Kind.THEN, f"“甲”尚缺“{told}”（缺材料）", None, lambda _: book) is story


def test_a_cap_on_each_record_is_called_by_no_variables_name(tmp_path: Path) -> None:
    measures = (
        "- {id: m, title: 甲, clause: 办法·1, each: 证 in 证书, when: [{有费用: 证.费用 > 0元}], award: {up to: 证.费用}, "
        "limits: [{amount: 定额, per: 证}, {amount: 定额, per: 本次申报}]}\n"
    )
    made = load(tmp_path / "made", parameters=PARAMETERS, measures=measures)
    shown = show_rulebook(made.compiled, "m")
    assert "封顶：单项 定额\n" in shown and "封顶：本次申报 定额" in shown and "每证" not in shown
    page = made.decide({}, on="2026-06-30", records={"证书": [{"证号": "C1", "费用": "5万元"}]}).explain("m")
    assert "［C1］单项封顶：定额 3万元" in page and "证封顶" not in page


def test_a_checked_rulebook_says_in_words_that_two_ways_of_concluding_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(guide_example(tmp_path))
    assert "与逐条计算的结论都相同" in invoke("rules", "check", "rules/sample-city").output


def test_a_rulebook_of_words_shows_its_words() -> None:
    """`rules new` sends its author there to see what is told already."""
    text = show_rulebook(load_compiled("common"))
    assert "  研发费用　" in text and "  明细 已获支持（逐笔，以文号区分）" in text
    assert "rules new" not in text and "huiqi new case" not in text
