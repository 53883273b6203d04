"""What `shared.yaml` puts into the measures: whose it is, on what it stands, when it is asked, and what follows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.documents.coverage import coverage
from huiqi.rulebook.compiled import Condition, YearDays
from huiqi.telling.decision import MeasureResult
from tests.making import CLAUSES as ONE
from tests.making import load

CLAUSES = (
    ONE
    + """\
- {id: 办法·9, document: d, title: 共用, says: 共用, disposition: condition}
- {id: 他地·1, document: far, title: 他地, says: 他地, disposition: condition}
- {id: 办法·10, document: d, title: 资金, says: 资金, disposition: channel}
"""
)
DOCUMENTS = """\
- {id: d, title: 办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, sheet: 样本, letter: A}
- {id: far, title: 外市办法, issuer: 外市, jurisdiction: 中国/外省/外市, sheet: 样本, letter: A}
"""
VOCABULARY = """\
facts:
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
  合规: {id: lawful, kind: boolean}
  欠薪: {id: owing, kind: boolean}
  申报日: {id: applied_on, kind: date}
  投产日: {id: started_on, kind: date}
records:
  证书:
    id: certificates
    noun: 张
    key: 证号
    fields:
      证号: {id: number, kind: text}
      费用: {id: cost, kind: money, unit: 元, min: 0元, max: 1亿元}
      有效: {id: valid, kind: boolean}
"""
PARAMETERS = """\
减半: {id: half, values: [{value: 50%, clause: 办法·9}]}
未定的比例: {id: open, kind: ratio, bounds: [20%, 60%], values: [{value: 未定, document: d, basis: 未定}]}
上限: {id: cap, unit: 元, values: [{value: 10万元, clause: 办法·1}]}
"""
MEASURES = """\
- {id: m1, title: 甲, family: 一, clause: 办法·1, letter: C, when: [{有营收: 营收 > 0元}], award: {up to: 营收}, limits: [{amount: 上限, per: 本次申报}]}
- {id: m2, title: 乙, family: 二, clause: 办法·1, each: 证 in 证书, when: [{有费用: 证.费用 > 0元}], award: {up to: 证.费用}, limits: [{amount: 上限, per: 证}]}
"""


def book(folder: Path, shared: str, **more: str) -> huiqi.Rulebook:
    files = {"clauses": CLAUSES, "documents": DOCUMENTS, "vocabulary": VOCABULARY, "parameters": PARAMETERS, "measures": MEASURES, **more}
    return load(folder, **files, **({"shared": shared} if shared else {}))


def decided(made: huiqi.Rulebook, measure: str, records: Any = None, on: str = "2026-06-30", **facts: str) -> MeasureResult:
    return made.decide(facts, records=records or {}, on=on).measures[measure]


def test_a_shared_condition_belongs_to_each_measure_and_stands_on_its_own_clause(tmp_path):
    """Its id is of the measure; the measure's letter C, which makes its own condition 待核, does not reach it."""
    made = book(tmp_path, "when:\n  - 合规经营: 合规\n    for: all\n    clause: 办法·9\n")
    for name in ("m1", "m2"):
        first = made.compiled.measures[f"made/{name}"].when.items[0]
        assert isinstance(first, Condition)
        assert (first.id, first.basis.clauses, first.basis.letter) == (f"{name}:合规经营", ("办法·9",), "")
    result = decided(made, "m1", 营收="1万元", 合规="是")
    assert [(c.label, c.standing.label) for c in result.conditions.leaves()] == [("合规经营", "现行"), ("有营收", "待核")]


def test_a_clause_of_each_measure_is_taken_only_where_it_is_said(tmp_path):
    made = book(tmp_path, "when:\n  - 合规经营: 合规\n    for: m1\n    clause: 本事项\n")
    first = made.compiled.measures["made/m1"].when.items[0]
    assert isinstance(first, Condition)
    assert (first.basis.clauses, first.basis.letter) == (("办法·1",), "C")
    assert made.compiled.measures["made/m2"].when.items[0].label == "有费用"


def test_a_family_is_meant_whole_and_an_exception_is_left_out(tmp_path):
    made = book(tmp_path, "unless:\n  - 欠薪的: 欠薪\n    for: [一, 二]\n    except: m2\n    basis: 假定\n")
    assert [[c.label for c in m.unless.conditions()] for m in made.compiled.measures.values()] == [["欠薪的"], []]


def test_a_condition_of_records_names_their_columns_bare_and_is_judged_for_each(tmp_path):
    made = book(tmp_path, "when:\n  - 证书有效: 有效\n    for: 二\n    on: 证书\n    clause: 办法·9\n")
    rows = [{"证号": "1", "费用": "3万元", "有效": "是"}, {"证号": "2", "费用": "4万元", "有效": "否"}]
    result = decided(made, "m2", records={"证书": rows})
    assert (result.outcome, result.award.settled) == ("eligible", "30000.00")


def test_a_shared_condition_is_asked_only_within_its_own_dates_on_the_governing_day(tmp_path):
    measures = MEASURES.replace("letter: C,", "letter: C, governed by: 投产日,")
    made = book(tmp_path, "when:\n  - 合规经营: 合规\n    for: m1\n    clause: 办法·9\n    from: 2026-01-01\n", measures=measures)
    assert decided(made, "m1", 营收="1万元", 合规="否", 投产日="2025-12-31").outcome == "eligible"
    assert decided(made, "m1", 营收="1万元", 合规="否", 投产日="2026-01-01").outcome == "ineligible"
    assert decided(made, "m1", 营收="1万元", 合规="否").outcome == "undetermined"


@pytest.mark.parametrize(
    ("day", "outcome"),
    [("2026-03-31", "not_in_force"), ("2026-04-01", "eligible"), ("2024-05-31", "eligible"), ("2024-06-01", "not_in_force"), ("", "undetermined")],
)
def test_a_yearly_window_is_open_on_the_same_days_of_every_year(tmp_path, day, outcome):
    made = book(tmp_path, "window:\n  - 受理期: 申报日 in 每年4月1日至5月31日\n    for: m1\n    clause: 办法·9\n")
    told = {"申报日": day} if day else {}
    result = decided(made, "m1", 营收="1万元", **told)
    assert result.outcome == outcome
    if outcome == "not_in_force":
        assert result.reason == "不在受理期"


def test_a_refusal_for_a_window_is_no_firmer_than_the_window(tmp_path):
    """Nobody enacted it: 不在受理期 is an assumption, and so is what is granted within it."""
    made = book(tmp_path, "window:\n  - 受理期: 申报日 in 每年4月1日至5月31日\n    for: m1\n    basis: 假定\n")
    assert decided(made, "m1", 营收="1万元", 申报日="2026-06-01").standing.label == "假定"
    assert decided(made, "m1", 营收="1万元", 申报日="2026-05-01").standing.label == "假定"


def test_a_window_with_dates_is_not_asked_outside_them(tmp_path):
    made = book(tmp_path, "window:\n  - 受理期: 申报日 in 每年4月1日至5月31日\n    for: m1\n    clause: 办法·9\n    to: 2025-12-31\n")
    assert decided(made, "m1", 营收="1万元", 申报日="2026-06-01").outcome == "eligible"
    assert decided(made, "m1", on="2025-12-31", 营收="1万元", 申报日="2025-06-01").outcome == "not_in_force"


def test_days_over_the_turn_of_the_year_and_the_last_of_february():
    winter, february = YearDays((11, 1), (1, 31)), YearDays((2, 1), (2, 29))
    assert [winter.holds(date(*d)) for d in ((2025, 10, 31), (2025, 11, 1), (2026, 1, 31), (2026, 2, 1))] == [False, True, True, False]
    assert [february.holds(date(*d)) for d in ((2025, 2, 28), (2024, 2, 29), (2025, 3, 1))] == [True, True, False]


REDUCED = "reductions:\n  - 欠薪减半: 欠薪\n    share: {share}\n    for: m1\n    {source}\n{more}"


@pytest.mark.parametrize(("more", "settled"), [("", "100000.00"), ("    applies: after limits\n", "50000.00")], ids=["before the cap", "after the cap"])
def test_a_reduction_comes_before_the_caps_unless_the_text_says_after(tmp_path, more, settled):
    made = book(tmp_path, REDUCED.format(share="减半", source="clause: 办法·9", more=more))
    result = decided(made, "m1", 营收="30万元", 欠薪="是")
    assert result.award.settled == settled
    assert [x.clause for x in result.award.lines if x.text == "欠薪减半：减按 50%"] == ["办法·9"]
    assert decided(made, "m1", 营收="30万元", 欠薪="否").award.settled == "100000.00"


def test_an_open_reduction_leaves_both_ends_and_says_what_is_lacking(tmp_path):
    made = book(tmp_path, REDUCED.format(share="减半", source="clause: 办法·9", more=""))
    result = decided(made, "m1", 营收="8万元")
    assert (result.outcome, result.award.settled, result.award.at_most, result.missing) == ("eligible", "40000.00", "80000.00", ("欠薪",))


def test_a_share_nobody_set_is_open_between_its_bounds(tmp_path):
    made = book(tmp_path, REDUCED.format(share="未定的比例", source="clause: 办法·9", more=""))
    result = decided(made, "m1", 营收="10万元", 欠薪="是")
    assert (result.award.settled, result.award.at_most) == ("20000.00", "60000.00")
    assert decided(made, "m1", 营收="10万元", 欠薪="否").award.settled == "100000.00"


@pytest.mark.parametrize("owing", ["是", "否"])
def test_an_amount_is_no_firmer_than_the_reduction_it_turned_on(tmp_path, owing):
    """Also where the case does not arise: that nothing is taken off rests on the same words."""
    made = book(tmp_path, REDUCED.format(share="减半", source="clause: 他地·1", more=""))
    assert decided(made, "m1", 营收="1万元", 欠薪=owing).standing.label == "参照"


def test_a_reduction_of_records_takes_from_those_only(tmp_path):
    made = book(tmp_path, "reductions:\n  - 过期减半: not(有效)\n    share: 减半\n    for: m2\n    on: 证书\n    clause: 办法·9\n")
    rows = [{"证号": "1", "费用": "3万元", "有效": "是"}, {"证号": "2", "费用": "4万元", "有效": "否"}]
    assert decided(made, "m2", records={"证书": rows}).award.settled == "50000.00"


@pytest.mark.parametrize("reader", ["reference", "python"])
def test_readers_agree_on_windows_and_reductions(tmp_path, reader):
    made = book(
        tmp_path,
        "window:\n  - 期: 申报日 in 每年4月1日至5月31日\n    for: m1\n    clause: 办法·9\n" + REDUCED.format(share="减半", source="basis: 假定", more=""),
    )
    told = [{"营收": "30万元", "欠薪": "是", "申报日": "2026-05-31"}, {"营收": "3万元", "申报日": "2026-04-01"}, {"营收": "3万元", "欠薪": "否"}]
    found = [made.decide(x, on="2026-06-30", reasoner=reader).measures["m1"] for x in told]
    assert [(m.outcome, m.award.settled, m.award.at_most) for m in found] == [
        ("eligible", "100000.00", "100000.00"), ("eligible", "15000.00", "30000.00"), ("undetermined", "0.00", "30000.00"),
    ]  # fmt: skip


def test_a_shared_obligation_is_printed_with_its_clause_after_the_measures_own(tmp_path):
    measures = MEASURES.replace("letter: C,", "letter: C, obligations: [按期报告],")
    made = book(tmp_path, "obligations:\n  - text: 三年不迁出\n    returns: 全额退回\n    for: m1\n    clause: 办法·9\n", measures=measures)
    assert decided(made, "m1", 营收="1万元").obligations == ("按期报告", "三年不迁出（违反的，全额退回；依据 办法·9）")


def test_a_shared_condition_may_stand_under_a_reading_only(tmp_path):
    readings = "- {id: 口径, clause: 办法·9, question: 要不要合规？, options: [要, 不要]}\n"
    made = book(tmp_path, "when:\n  - 合规经营: 合规\n    for: m1\n    clause: 办法·9\n    读法: {口径: 要}\n", readings=readings)
    assert decided(made, "m1", 营收="1万元", 合规="是").outcome == "eligible"
    open_one = decided(made, "m1", 营收="1万元", 合规="否")
    assert (open_one.outcome, open_one.reason) == ("undetermined", "读法未定")
    assert made.decide({"营收": "1万元", "合规": "否"}, on="2026-06-30", reading={"口径": "不要"}).measures["m1"].outcome == "eligible"


def test_a_measure_may_have_only_shared_conditions(tmp_path):
    measures = MEASURES.replace("when: [{有营收: 营收 > 0元}], ", "")
    made = book(tmp_path, "when:\n  - 合规经营: 合规\n    for: m1\n    clause: 办法·9\n", measures=measures)
    assert decided(made, "m1", 营收="1万元", 合规="否").reason == "合规经营"


# -- clauses that nothing rests on, exclusions under another's clause -----------------------------------------


def test_a_clause_that_sets_a_condition_and_that_nothing_cites_is_a_problem_of_coverage(tmp_path):
    unused = [x for x in coverage(book(tmp_path / "a", "").compiled)["problems"] if "列为条件" in x]
    assert [x.split("”")[0] for x in unused] == ["条款“他地·1"]  # 办法·9 is that of a figure
    cited = "unless:\n  - 欠薪的: 欠薪\n    for: all\n    clause: 他地·1\n"
    assert [x for x in coverage(book(tmp_path / "b", cited).compiled)["problems"] if "列为条件" in x] == []
    owed = "obligations:\n  - text: 报告\n    for: all\n    clause: 他地·1\n"
    assert [x for x in coverage(book(tmp_path / "c", owed).compiled)["problems"] if "列为条件" in x] == []
    explained = CLAUSES.replace("says: 他地, disposition: condition", "says: 他地, disposition: condition, why: 写在文件的起止日里")
    assert [x for x in coverage(book(tmp_path / "d", "", clauses=explained).compiled)["problems"] if "列为条件" in x] == []


def test_an_exclusion_that_borrows_its_measures_clause_is_asked_about_where_it_stands_under_another_elsewhere(tmp_path):
    measures = MEASURES.replace("award: {up to: 营收}", "unless: [{欠薪的: 欠薪}], award: {up to: 营收}")
    shared = "unless:\n  - 欠薪企业: 欠薪\n    for: m2\n    clause: 办法·9\n"
    [found] = book(tmp_path / "a", shared, measures=measures).compiled.findings
    assert found.message == "不予支持情形“欠薪的”没有写自己的出处，会印成事项的条款；同样的情形在别处出自另一条"
    assert found.found == "m1 印成 办法·1；m2 出自 办法·9"
    own = measures.replace("{欠薪的: 欠薪}", "{欠薪的: 欠薪, clause: 办法·9}")
    assert book(tmp_path / "b", shared, measures=own).compiled.findings == ()


def test_an_exclusion_under_a_clause_of_channels_is_asked_about(tmp_path):
    [found] = book(tmp_path, "unless:\n  - 欠薪的: 欠薪\n    for: m1\n    clause: 办法·10\n").compiled.findings
    assert found.message == "不予支持情形“欠薪的”出自的条款列为资金渠道，不会规定谁不予支持"
