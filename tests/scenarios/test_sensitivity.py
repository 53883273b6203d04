"""Sensitivity: what a rulebook's conditions and amounts read, and which scenario moves each by another value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import huiqi
from huiqi.cli.testing import quickly
from huiqi.errors import Position
from huiqi.rulebook.compiled import FactSpec
from huiqi.rulebook.literals import read_value
from huiqi.rulebook.places import available
from huiqi.scenarios.parse import parse_feature, read_features
from huiqi.scenarios.sensitivity import Link, Sensitivity, links, moved, sensitivity
from huiqi.scenarios.variation import other_values
from huiqi.scenarios.waivers import UNDECIDABLE, Waiver, of_book, read_waivers
from tests.making import FEATURES, SMALL, examples, guide_example, load

SEATS = """\
# language: zh-CN
功能: 席位补贴

  场景: 二百席
    假如 政策规则库“small”
    并且 审核日期是“2024-06-30”
    并且 申报数据如下
      | 数据项 | 值    |
      | 席位数 | 200席 |
    当 测算
    那么 “席位补贴”的CLAIM
"""


def of(book: huiqi.Rulebook, claim: str) -> set[tuple[str, str]]:
    """What one scenario with that claim moves: label and fact."""
    feature = parse_feature(SEATS.replace("CLAIM", claim), Path("席位.feature"))
    found, whole = moved(book.compiled, [feature], links(book.compiled), lambda _: book)
    assert whole
    return {(x.label, x.told) for x in found}


@pytest.fixture(scope="module")
def small() -> huiqi.Rulebook:
    return huiqi.load(SMALL)


def test_a_claim_of_the_amount_holds_the_condition_and_the_amount(small) -> None:
    assert of(small, "测算金额是“60万元”") == {("席位够", "席位数"), ("金额", "席位数")}


def test_a_claim_of_the_outcome_alone_holds_the_condition_and_not_the_amount(small) -> None:
    """What nobody checks on the way is not held, though it changes where the outcome does."""
    assert of(small, "结论是“符合”") == {("席位够", "席位数")}


def test_a_scenario_that_does_not_pass_moves_nothing(small) -> None:
    assert of(small, "结论是“不符合”") == set()


def test_a_claim_that_no_value_can_break_holds_nothing(small) -> None:
    assert of(small, "内容是“（没有）”") == set()


def test_the_example_of_the_guide_reads_three_and_moves_them_all(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(guide_example(tmp_path))
    book = huiqi.load("rules/sample-city")
    every = links(book.compiled)
    assert {(x.label, x.told) for x in every} == {("展会在目录内", "参展的展会"), ("上年收入不高于上限", "营业收入"), ("金额", "参展的展位费")}
    assert {at.line for at in every.values()} == {1, 6, 7}
    assert moved(book.compiled, read_features(Path("features")), every, lambda _: book) == (frozenset(every), True)


FIVE = """\
# language: zh-CN
功能: 展位费补助

  场景: 五个展会里只有最后一个在目录内
    假如 政策规则库“sample-city”
    并且 审核日期是“2026-06-30”
    并且 申报年度是“2026”
    并且 申报数据如下
      | 数据项   | 年度 | 值     |
      | 营业收入 | 2025 | 1亿元  |
    并且 明细“参展”如下
      | 展会           | 开展日     | 展位费 |
      | 甲县的展会     | 2026-05-01 | 4万元  |
      | 乙县的展会     | 2026-05-01 | 4万元  |
      | 丙县的展会     | 2026-05-01 | 4万元  |
      | 丁县的展会     | 2026-05-01 | 4万元  |
      | 服务贸易交易会 | 2026-05-01 | 4万元  |
    并且 明细“已获支持”一条也没有
    当 测算
    那么 “展位费补助”的测算金额是“2万元”
"""


def test_a_cell_of_a_later_row_moves_what_that_of_no_earlier_row_does(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(guide_example(tmp_path))
    book = huiqi.load("rules/sample-city")
    found, whole = moved(book.compiled, [parse_feature(FIVE, Path("五.feature"))], links(book.compiled), lambda _: book)
    assert whole and ("金额", "参展的展位费") in {(x.label, x.told) for x in found}


@pytest.mark.parametrize("name", [n for n in available() if n != "common"])
def test_every_fact_a_shipped_rulebook_reads_is_moved_by_some_scenario(name: str) -> None:
    """As `rules test` asks it: what no scenario can move has its reason, and no reason stands for what one does move."""
    book, waivers = huiqi.load(name).compiled, of_book(read_waivers(FEATURES / UNDECIDABLE), name)
    found = sensitivity(book, read_features(FEATURES, name), waivers, quickly(huiqi.load))
    assert found.whole and found.wanted
    assert (found.lost, list(found.stale(waivers))) == ([], [])


SHARED = "when: [{已核查: 核查通过, for: all, clause: 办法·1}]\n"
TWO = """\
- {id: a, title: 甲项, clause: 办法·1, when: [{有营收: 营收 > 0元}], award: {service: 服务}}
- {id: b, title: 乙项, clause: 办法·1, when: [{有营收: 营收 > 0元}], award: {service: 服务}}
"""
CHECKED = """\
# language: zh-CN
功能: 甲项

  场景: 已核查
    假如 政策规则库“made”
    并且 审核日期是“2026-06-30”
    并且 申报数据如下
      | 数据项   | 值    |
      | 营收     | 100元 |
      | 核查通过 | 是    |
    当 测算
    那么 “甲项”的结论是“符合”
"""


@pytest.fixture
def two(tmp_path: Path) -> huiqi.Rulebook:
    return load(tmp_path / "made", shared=SHARED, measures=TWO)


def of_first(book: huiqi.Rulebook, *waived: str, until: float | None = None) -> tuple[Sensitivity, list[Waiver]]:
    waivers = [Waiver(what=w, mark="", reason="", owner="", until=date.max, at=Position("undecidable.yaml", 1, 1)) for w in waived]
    return sensitivity(book.compiled, [parse_feature(CHECKED, Path("甲项.feature"))], waivers, lambda _: book, until=until), waivers


def test_a_condition_written_once_for_two_measures_is_moved_in_both_and_one_written_twice_is_not(two) -> None:
    """Both 有营收 read alike, but each stands at its own place: the one may be mended without the other."""
    found, _ = of_first(two)
    assert {(x.title, x.label) for x in found.held} == {("甲项", "有营收"), ("甲项", "已核查"), ("乙项", "已核查")}
    assert [(x.title, x.label, x.told) for x in found.lost] == [("乙项", "有营收", "营收")]


def test_a_fact_with_a_reason_is_not_lost_and_its_reason_falls_where_a_scenario_moves_it_or_nothing_reads_it(two) -> None:
    unmoved, moved_, gone = "made/b: 有营收 ← 营收", "made/a: 有营收 ← 营收", "made/b: 有营收 ← 面积"
    found, waivers = of_first(two, unmoved, moved_, gone)
    assert (found.lost, set(found.excused)) == ([], {unmoved, moved_})
    assert [(w.what, link is None) for w, link in found.stale(waivers)] == [(moved_, False), (gone, True)]


def test_a_condition_that_cannot_decide_is_not_asked_for_its_facts(two) -> None:
    found, waivers = of_first(two, "made/b: 有营收")
    assert (found.lost, list(found.stale(waivers))) == ([], [])
    assert {(x.title, x.label) for x in found.wanted} == {("甲项", "有营收"), ("甲项", "已核查"), ("乙项", "已核查")}


def test_a_reason_of_another_rulebook_excuses_nothing(two) -> None:
    assert len(of_first(two, "other/b: 有营收 ← 营收")[0].lost) == 1


def test_nothing_is_said_to_be_lost_before_all_was_gone_through(two) -> None:
    found, _ = of_first(two, until=0)
    assert (found.whole, found.held, found.lost) == (False, frozenset(), [])


def test_what_is_not_gone_through_in_time_is_not_whole(small) -> None:
    feature = parse_feature(SEATS.replace("CLAIM", "测算金额是“60万元”"), Path("席位.feature"))
    assert moved(small.compiled, [feature], links(small.compiled), lambda _: small, until=0) == (frozenset(), False)


def test_a_link_is_of_one_condition_and_told_apart_by_its_record() -> None:
    link = Link(subject="a", title="甲", role="when", label="乙", record="参展", fact="展位费")
    assert (link.told, Link(subject="a", title="甲", role="when", label="乙", record="", fact="展位费").told) == ("参展的展位费", "展位费")


# -- other values ------------------------------------------------------------------------------------------


def facts() -> Iterator[FactSpec]:
    for name in ("common", "datong-outsourcing"):
        book = huiqi.load(name).compiled
        yield from book.facts.values()
        for record in book.records.values():
            yield from record.fields.values()


TOLD = {
    "boolean": "是", "date": "2024-02-29", "text": "甲", "period": "2年", "year": "2024", "industry": "6510", "number": "3", "ratio": "35%",
}  # fmt: skip


def told(spec: FactSpec) -> str:
    if spec.kind == "choice":
        return spec.options[0]
    if spec.kind in ("money", "quantity"):
        kind = huiqi.load("datong-outsourcing").facts.get(spec.name)
        return f"1{kind.unit if kind else '元'}"
    return TOLD.get(spec.kind, "")


@pytest.mark.parametrize("kind", ["boolean", "choice", "date", "text", "period", "year", "number", "ratio", "money", "quantity"])
def test_another_value_is_another_and_is_read_as_one_of_its_kind(kind: str) -> None:
    specs = [f for f in facts() if f.kind == kind]
    tried = 0
    for spec in specs:
        for value in other_values(spec, told(spec)):
            assert value != told(spec)
            if value != "无" and kind not in ("choice", "text", "year"):
                assert read_value(value, spec.type.required(), need_unit=False) != read_value(told(spec), spec.type.required(), need_unit=False)
            tried += 1
    assert tried or not specs


def test_a_value_by_year_is_changed_year_by_year_and_a_verified_one_where_it_counts(small) -> None:
    seats = next(f for f in small.compiled.facts.values() if f.name == "席位数")
    by_year = list(other_values(seats, {"2023": "5席", "2024": "7席"}))
    assert {tuple(k for k in v if v[k] != {"2023": "5席", "2024": "7席"}[k]) for v in by_year} == {("2023",), ("2024",)}
    assert {v["申报"] for v in other_values(seats, {"申报": "9席", "核验": "7席"})} == {"9席"}


@settings(max_examples=examples(60), deadline=None)
@given(st.text(max_size=8))
def test_whatever_stands_in_a_cell_is_changed_or_left_and_never_an_error(words: str) -> None:
    for spec in list(facts())[:40]:
        assert words not in list(other_values(spec, words))


def test_the_day_a_window_asks_for_is_held_where_another_day_is_outside_it(tmp_path: Path) -> None:
    book = load(
        tmp_path / "made",
        vocabulary="facts:\n  申报日: 日期\n  合格: 是否\n",
        measures="- {id: m, title: 补贴, clause: 办法·1, window: 申报日 in 每年4月1日至5月31日, when: [{合格: 合格}], award: {service: 服务}}\n",
    )
    told = "\n".join(f"      | {k} | {v} |" for k, v in (("数据项", "值"), ("申报日", "2026-05-31"), ("合格", "是")))
    text = f"# language: zh-CN\n功能: 补贴\n\n  场景: 末日\n    假如 政策规则库“made”\n    并且 审核日期是“2026-06-30”\n    并且 申报数据如下\n{told}\n    当 测算\n    那么 “补贴”的结论是“符合”\n"
    found, _ = moved(book.compiled, [parse_feature(text, Path("补贴.feature"))], links(book.compiled), lambda _: book)
    assert {(x.label, x.told) for x in found} == {("受理期", "申报日"), ("合格", "合格")}
