"""What applied before it was known: an old day is decided by what was known then, and replay says both.

And a measure that reaches back before its document does so for governed dates only.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import huiqi
from huiqi.errors import RulebookError
from huiqi.reasoning.facts import Reader
from huiqi.telling.results import decide
from tests.making import CLAUSES, DOCUMENTS, VOCABULARY, invoke, load

FIGURES = """\
奖: {id: prize, unit: 元, values: [{value: 10万元, document: d, to: 2024-12-31}, {value: 20万元, document: d, from: 2025-01-01, known from: 2025-06-01}]}
新奖: {id: fresh, unit: 元, values: [{value: 5万元, document: d, from: 2025-01-01, known from: 2025-06-01}]}
"""
LATE = "- {id: 办法·9, document: d, title: 附件, says: 核查未通过的不予支持, disposition: condition, known from: 2025-06-01}\n"
MEASURES = """\
- id: m
  title: 支持
  clause: 办法·1
  when: [{有营收: 营收 > 0}, {核查: 核查通过, clause: 办法·9}]
  award: {amount: 奖}
- {id: n, title: 新支持, clause: 办法·1, when: [{有营收二: 营收 > 0}], award: {amount: 新奖}}
- {id: p, title: 附件支持, clause: 办法·9, when: [{有营收三: 营收 > 0}], award: {amount: 奖}}
"""
LIMITED = "- {id: q, title: 丁, clause: 办法·1, when: [{有营收四: 营收 > 0}], award: {up to: 营收}, limits: [{amount: 奖, per: 本次申报, clause: 办法·9}]}\n"
FACTS = {"营收": "1万元", "核查通过": "否"}


def made(folder: Path, **more: str) -> huiqi.Rulebook:
    return load(folder, **{"parameters": FIGURES, "clauses": CLAUSES + LATE, "measures": MEASURES, **more})


@pytest.mark.parametrize("reader", ["reference", "python", "rete"])
def test_an_old_day_is_decided_by_what_was_known_then(tmp_path: Path, reader: str) -> None:
    book = made(tmp_path)
    then = book.decide(FACTS, on="2025-03-01", reasoner=reader).measures
    assert (then["m"].outcome, then["m"].award.settled) == ("eligible", "100000.00"), "the version before ran on, and the annex was not known"
    assert then["n"].to_dict()["award"]["cause"] == "unset"
    assert (then["p"].outcome, then["p"].reason) == ("not_in_force", "当时尚未知悉")
    later = book.decide(FACTS, on="2025-06-01", reasoner=reader).measures
    assert later["m"].outcome == "ineligible"
    assert later["n"].award.settled == "50000.00"
    assert later["p"].award.settled == "200000.00"


def test_by_all_that_is_known_now_the_old_day_is_decided_as_it_should_have_been(tmp_path: Path) -> None:
    book = made(tmp_path).compiled
    facts = Reader(book, need_unit=True).read({"营收": "1万元", "核查通过": "是"}, {}, 2025)
    now = decide(book, facts, on=date(2025, 3, 1), hindsight=True)
    assert now.measures["m"].award.settled == "200000.00"
    assert now.measures["p"].outcome == "eligible"


def test_replay_checks_what_was_right_to_say_then_and_prints_what_would_be_said_now(tmp_path: Path) -> None:
    book = made(tmp_path / "made")
    path = tmp_path / "决定.json"
    path.write_text(json.dumps(book.decide(FACTS, on="2025-03-01", reasoner="reference").to_dict(), ensure_ascii=False), encoding="utf-8")
    result = invoke("replay", str(path), "-r", str(tmp_path / "made"), "--reasoner", "reference")
    assert result.exit_code == 0, result.output
    assert "与原决定一致" in result.output
    assert "支持：当时 符合" in result.output
    assert "按后来知道的 不符合" in result.output
    path.write_text(json.dumps(book.decide(FACTS, on="2025-06-01", reasoner="reference").to_dict(), ensure_ascii=False), encoding="utf-8")
    assert "按后来知道的" not in invoke("replay", str(path), "-r", str(tmp_path / "made"), "--reasoner", "reference").output


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"parameters": FIGURES.replace("from: 2025-01-01, known from: 2025-06-01}]}\n新奖", "from: 2025-01-01, known from: 2025-01-01}]}\n新奖")}, "known from 只写在知道得比起日晚的版本上"),
        ({"measures": MEASURES + LIMITED}, "“丁”的封顶依据的条款写了 known from"),
        ({"stacking": "- {id: s, title: 同奖, rule: highest, members: [m, n], per: 企业, document: d, clause: 办法·9}\n"}, "叠加规则“同奖”依据的条款写了 known from"),
    ],
    ids=["不晚于起日", "封顶", "叠加"],
)  # fmt: skip
def test_what_cannot_be_forgotten_in_silence_is_refused(tmp_path: Path, files: dict[str, str], words: str) -> None:
    with pytest.raises(RulebookError) as error:
        made(tmp_path, **files)
    assert words in str(error.value)


BEGUN = VOCABULARY.replace("  核查通过:", "  开工日: {id: begun, kind: date}\n  核查通过:")
RETRO = DOCUMENTS.replace("issuer:", "from: 2025-08-01, to: 2026-12-31, issuer:")
PLAIN = "奖: {id: prize, unit: 元, values: [{value: 10万元, document: d}]}\n"
BACK = "- {id: m, title: 支持, clause: 办法·1, governed by: 开工日, from: 2025-01-01, when: [{有营收: 营收 > 0}], award: {amount: 奖}}\n"
SCHEMED = "- {id: m, title: 支持, clause: 办法·1, governed by: 开工日, from: 2025-01-01, when: [{有营收: 营收 > 0}], schemes: {甲: {document: d, award: {amount: 奖}}}}\n"


@pytest.mark.parametrize("measures", [BACK, SCHEMED], ids=["单一", "方案"])
@pytest.mark.parametrize(
    ("on", "begun", "wanted"),
    [
        ("2025-09-01", "2025-03-01", ("eligible", "enacted")),
        ("2025-09-01", "2025-01-01", ("eligible", "enacted")),
        ("2025-09-01", "2024-12-31", ("not_in_force", "尚未施行")),
        ("2025-07-31", "2025-03-01", ("not_in_force", "尚未施行")),
        ("2025-08-01", "2025-03-01", ("eligible", "enacted")),
        ("2027-01-01", "2025-03-01", ("eligible", "enacted")),
    ],
)
def test_a_measure_reaches_back_for_governed_dates_and_only_once_its_document_is_in_force(
    tmp_path: Path, measures: str, on: str, begun: str, wanted: tuple[str, str]
) -> None:
    result = (
        load(tmp_path, vocabulary=BEGUN, documents=RETRO, parameters=PLAIN, measures=measures).decide({"营收": "1万元", "开工日": begun}, on=on).measures["m"]
    )
    assert (result.outcome, result.standing.code if result.outcome == "eligible" else result.reason) == wanted


HIRES = "  录用: {id: hires, noun: 人, key: 编号, fields: {编号: {id: no, kind: text}, 录用日: {id: hired_on, kind: date}}}\n"
HIRED = (
    "- {id: m, title: 支持, clause: 办法·1, governed by: 员工.录用日, from: 2025-01-01, each: 员工 in 录用, when: [{有营收: 营收 > 0}], award: {amount: 奖}}\n"
)


@pytest.mark.parametrize("reader", ["reference", "python", "rete"])
@pytest.mark.parametrize(
    ("hires", "on_the_day"),
    [
        (None, "undetermined"),
        ([], "ineligible"),
        ([{"编号": "甲"}], "undetermined"),
        ([{"编号": "甲", "录用日": "2025-03-01"}], "eligible"),
        ([{"编号": "甲", "录用日": "2025-12-01"}], "eligible"),
    ],
    ids=["清单没有告诉", "一人也没有", "录用日没有告诉", "追溯期内录用", "施行后录用"],
)
def test_the_day_before_its_document_no_hire_told_or_untold_brings_a_measure_into_force(
    tmp_path: Path, reader: str, hires: list[dict[str, str]] | None, on_the_day: str
) -> None:
    book = load(tmp_path, vocabulary=VOCABULARY + HIRES, documents=RETRO, parameters=PLAIN, measures=HIRED)
    records = {} if hires is None else {"录用": hires}
    for revenue in ("1万元", "0元"):  # one refused by its own conditions as well is told the same
        before = book.decide({"营收": revenue}, records=records, on="2025-07-31", reasoner=reader).measures["m"]
        assert (before.outcome, before.reason) == ("not_in_force", "尚未施行")
    assert book.decide({"营收": "1万元"}, records=records, on="2025-08-01", reasoner=reader).measures["m"].outcome == on_the_day


def test_a_clause_not_yet_learnt_puts_a_measure_of_records_out_of_force_with_no_list_told(tmp_path: Path) -> None:
    measures = HIRED.replace("办法·1", "办法·9").replace("from: 2025-01-01, ", "")
    book = load(tmp_path, vocabulary=VOCABULARY + HIRES, clauses=CLAUSES + LATE, parameters=PLAIN, measures=measures)
    then, later = (book.decide({"营收": "1万元"}, records={}, on=on).measures["m"] for on in ("2025-05-31", "2025-06-01"))
    assert (then.outcome, then.reason) == ("not_in_force", "当时尚未知悉")
    assert later.outcome == "undetermined"


@pytest.mark.parametrize("on", ["2025-03-01", "2025-07-31"])
def test_without_a_governed_date_reaching_back_decides_nothing_before_the_document(tmp_path: Path, on: str) -> None:
    measures = BACK.replace("governed by: 开工日, ", "")
    result = load(tmp_path, documents=RETRO, parameters=PLAIN, measures=measures).decide({"营收": "1万元"}, on=on).measures["m"]
    assert (result.outcome, result.reason) == ("not_in_force", "尚未施行")


def test_a_figure_and_a_condition_reach_back_by_their_own_from(tmp_path: Path) -> None:
    figures = "奖: {id: prize, unit: 元, values: [{value: 10万元, document: d, from: 2025-01-01}]}\n"
    result = (
        load(tmp_path, vocabulary=BEGUN, documents=RETRO, parameters=figures, measures=BACK)
        .decide({"营收": "1万元", "开工日": "2025-02-01"}, on="2025-09-01")
        .measures["m"]
    )
    assert (result.outcome, result.standing.code, result.award.settled) == ("eligible", "enacted", "100000.00")
