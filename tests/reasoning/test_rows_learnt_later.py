"""Rows of a table that applied before they were known: the rows they took over from ran on until then, as a whole set."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import huiqi
from huiqi.errors import RulebookError
from huiqi.reasoning.facts import Reader
from huiqi.telling.results import decide
from tests.making import DOCUMENTS, invoke, load

LATE = ", from: 2025-01-01, known from: 2025-06-01"
TABLE = """\
奖:
  id: prize
  match: first
  inputs: [{name: 营收, kind: money, unit: 元}]
  unit: 元
  document: d
  rows:
    - {when: "< 100万元", value: 1万元, to: 2024-12-31}
    - {when: ">= 100万元", value: 2万元, to: 2024-12-31}
    - {when: "< 200万元", value: 3万元%s}
    - {when: ">= 200万元", value: 4万元%s}
"""
MEASURES = "- {id: m, title: 支持, clause: 办法·1, when: [{有营收: 营收 >= 0}], award: {amount: 奖(营收)}}\n"


def made(folder: Path, table: str = TABLE % (LATE, LATE), **more: str) -> huiqi.Rulebook:
    return load(folder, tables=table, measures=MEASURES, **more)


@pytest.mark.parametrize("reader", ["reference", "python", "rete"])
@pytest.mark.parametrize(
    ("on", "paid"),
    [("2024-12-31", "20000.00"), ("2025-01-01", "20000.00"), ("2025-05-31", "20000.00"), ("2025-06-01", "30000.00")],
    ids=["before", "it applied, nobody knew", "the day before it was known", "known"],
)
def test_until_they_were_known_the_rows_of_before_ran_on(tmp_path: Path, reader: str, on: str, paid: str) -> None:
    """150万元 is in the upper band of the old rows and in the lower one of the new."""
    assert made(tmp_path).decide({"营收": "150万元"}, on=on, reasoner=reader).measures["m"].award.settled == paid


def test_by_all_that_is_known_now_the_old_day_is_decided_by_the_new_rows(tmp_path: Path) -> None:
    book = made(tmp_path).compiled
    facts = Reader(book, need_unit=True).read({"营收": "150万元"}, {}, 2025)
    assert decide(book, facts, on=date(2025, 3, 1), hindsight=True).measures["m"].award.settled == "30000.00"


def test_replay_says_what_was_right_then_and_what_the_rows_learnt_since_would_give(tmp_path: Path) -> None:
    book, path = made(tmp_path / "made"), tmp_path / "决定.json"
    path.write_text(json.dumps(book.decide({"营收": "150万元"}, on="2025-03-01", reasoner="reference").to_dict(), ensure_ascii=False), encoding="utf-8")
    output = invoke("replay", str(path), "-r", str(tmp_path / "made"), "--reasoner", "reference").output
    assert "与原决定一致" in output
    assert "已确定 20000.00元" in output
    assert "按后来知道的 符合（条件均满足，已确定 30000.00元" in output


def test_where_nothing_was_there_before_an_unknown_row_is_no_figure_and_not_another_documents(tmp_path: Path) -> None:
    """A scheme whose own rows were not known then has none: the other document's are not spliced in."""
    more = DOCUMENTS + "- {id: e, title: 别处的办法, issuer: 某机关, jurisdiction: 中国, sheet: test, letter: A}\n"
    rows = TABLE.split("  rows:\n", maxsplit=1)[0] + "  rows:\n" + f'    - {{when: "-", value: 9万元}}\n    - {{when: "-", value: 5万元, document: e{LATE}}}\n'
    schemes = "- {id: m, title: 支持, clause: 办法·1, when: [{有营收: 营收 >= 0}], schemes: {乙: {document: e, award: {amount: 奖(营收)}}}}\n"
    book = load(tmp_path, tables=rows, measures=schemes, documents=more)
    then, now = (book.decide({"营收": "1万元"}, on=on, reasoner="reference").measures["m"].award for on in ("2025-03-01", "2025-06-01"))
    assert (then.settled, then.at_most, then.to_dict()["cause"]) == ("0.00", None, "unset")
    assert now.settled == "50000.00"


def test_nor_is_a_figure_of_another_document_spliced_into_a_scheme_whose_own_was_not_known(tmp_path: Path) -> None:
    more = DOCUMENTS + "- {id: e, title: 别处的办法, issuer: 某机关, jurisdiction: 中国, sheet: test, letter: A}\n"
    figures = f"额: {{id: sum, unit: 元, values: [{{value: 9万元, document: d, to: 2024-12-31}}, {{value: 5万元, document: e{LATE}}}]}}\n"
    schemes = "- {id: m, title: 支持, clause: 办法·1, when: [{有营收: 营收 >= 0}], schemes: {乙: {document: e, award: {amount: 额}}}}\n"
    book = load(tmp_path, parameters=figures, measures=schemes, documents=more)
    then, now = (book.decide({"营收": "1万元"}, on=on, reasoner="reference").measures["m"].award for on in ("2025-03-01", "2025-06-01"))
    assert (then.settled, then.at_most) == ("0.00", None)
    assert now.settled == "50000.00"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (TABLE % (", known from: 2025-06-01", LATE), "第 3 行：known from 只写在知道得比起日晚的行上"),
        (TABLE % (LATE.replace("2025-06-01", "2025-01-01"), LATE), "known from 只写在知道得比起日晚的行上"),
        (TABLE % (", from: 2025-01-01", LATE), "同一天起，known from、to 不同：不知道的那一段接着用哪几行，说不清"),
        (TABLE % (LATE + ", to: 2025-12-31", LATE), "同一天起，known from、to 不同"),
    ],
    ids=["no first day", "known at once", "half of the set", "two ends"],
)
def test_what_leaves_open_which_rows_ran_on_is_refused(tmp_path: Path, table: str, words: str) -> None:
    with pytest.raises(RulebookError) as error:
        made(tmp_path, table)
    assert words in str(error.value)


def test_rows_that_ran_on_are_proved_as_a_table_too(tmp_path: Path) -> None:
    """A row of 2025 that was known at once lies over what ran on: a doubt of the rulebook, not a choice made in silence."""
    table = TABLE % (LATE, LATE) + '    - {when: "< 50万元", value: 9万元, from: 2025-02-01, to: 2025-02-28}\n'
    findings = " ".join(p.message for p in made(tmp_path, table).compiled.findings)
    assert "第 1 行（< 100万元）" in findings
