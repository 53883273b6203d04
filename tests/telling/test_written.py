"""The JSON put together from pieces is the JSON of the decision; a change told in closed form is the one that is searched for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.telling import describe
from huiqi.telling.decision import Decision
from huiqi.visible import json_text
from tests.making import CASES, examples, load, shipped_decisions
from tests.properties.strategies import corpus, decided_by, readers

READINGS = str(Path(__file__).parents[1] / "telling" / "readings")
NUMBERED = """\
- id: m
  title: 补助100%
  clause: 办法·1
  each: 证 in 证书
  when: [{规模: 营收 >= 门槛}, {够: 证.费用 >= 起点}]
  award: {up to: 证.费用 * 比例}
"""
FIGURES = """\
门槛: {id: turnover, unit: 元, values: [{value: 100万元, document: d}]}
起点: {id: least, unit: 元, values: [{value: 2万元, document: d}]}
比例: {id: share, kind: ratio, values: [{value: 50%, document: d}]}
"""


def drawn() -> Iterator[Decision]:
    """Decisions on rulebooks made up, the same answers coming again."""
    for (book, told), reader in zip(corpus(examples(60)), itertools.cycle(readers()), strict=False):
        yield decided_by(reader, book, told)


@pytest.mark.xdist_group("shipped cases")  # decided once, in one process
@pytest.mark.parametrize("stem", [c.stem for c in CASES])
def test_a_shipped_decision_is_written_as_it_reads(stem: str) -> None:
    for decision in (*shipped_decisions(stem), *shipped_decisions(stem)):
        assert decision.to_json() == json_text(decision.to_dict(), None)


def test_a_decision_on_a_rulebook_made_up_is_written_as_it_reads() -> None:
    differing = [d for d in drawn() if d.to_json() != json_text(d.to_dict(), None)]
    assert differing == []


def test_when_somebody_applied_is_never_written_of_the_next(tmp_path: Path) -> None:
    """Of what is compared with a day told, the words of one enterprise are not another's."""
    vocabulary = "facts:\n  申请日: {id: applied_on, kind: date}\n  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 1亿元}\n"
    measures = "- id: m\n  title: 贴息\n  clause: 办法·1\n  window: 申请日 in 每年4月1日至9月30日\n  when: [{有营收: 营收 > 0元}]\n  award: {amount: 定额}\n"
    book = load(tmp_path, vocabulary=vocabulary, measures=measures, parameters="定额: {id: fixed, unit: 元, values: [{value: 3万元, document: d}]}\n")
    for day in ("2026-01-01", "2026-02-02"):
        decision = book.decide({"营收": "1万元", "申请日": day}, on=date(2026, 6, 1))
        assert decision.to_json() == json_text(decision.to_dict(), None)
        assert day in decision.to_json()


STATED = """\
- id: m
  title: 补助
  clause: 办法·1
  when: [{有营收: 营收 > 0元}]
  unless: [{违法: 违法}]
  award: {amount: 定额}
"""


@pytest.mark.parametrize("first", [True, False])
def test_what_an_officer_stated_of_one_enterprise_is_never_written_of_the_next(tmp_path: Path, first: bool) -> None:
    """That an exclusion was settled by a statement stands in the JSON of whom it was stated of, whoever was written before."""
    vocabulary = "facts:\n  违法: {id: broke, kind: boolean}\n  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 1亿元}\n"
    book = load(tmp_path, vocabulary=vocabulary, measures=STATED, parameters="定额: {id: fixed, unit: 元, values: [{value: 3万元, document: d}]}\n")
    statement = {"结论": "未发现", "由": "张三", "日期": "2026-06-01"}
    for stated in (first, not first):
        decision = book.decide({"营收": "1万元", **({} if stated else {"违法": "否"})}, on=date(2026, 6, 1), statement=statement if stated else None)
        assert decision.to_json() == json_text(decision.to_dict(), None)
        assert ('"stated"' in decision.to_json()) is stated


@pytest.mark.parametrize("growth", ["300万元", "0元"])
def test_open_readings_are_written_as_they_read(growth: str) -> None:
    told = {"增长额": growth, "境外收入": "90万元", "失信": "否"}
    for reading in ({}, {"增长额口径": "全部增长额"}):
        decision = huiqi.load(READINGS).decide(told, on="2026-06-01", reading=reading)
        assert decision.to_json() == json_text(decision.to_dict(), None)


@pytest.mark.parametrize("key", ["甲%s乙", "1%", "A\u202eB", "一\ufe00", 'A"\\1', "㎡𠮷"])
def test_whatever_a_record_is_called_is_written_as_it_reads(tmp_path: Path, key: str) -> None:
    book = load(tmp_path, measures=NUMBERED, parameters=FIGURES)
    rows: list[dict[str, Any]] = [{"证号": key, "费用": "1万元"}, {"证号": "二", "费用": "3万元"}]
    for turnover in ("100万元", "99万元"):
        decision = book.decide({"营收": turnover}, records={"证书": rows}, on=date(2026, 6, 1))
        assert decision.to_json() == json_text(decision.to_dict(), None)


def test_a_change_in_closed_form_is_the_one_that_is_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = [d.to_json() for d in _decided()]
    taken: list[bool] = []

    def searched(*_: object) -> None:
        taken.append(True)

    monkeypatch.setattr(describe, "outright", searched)
    monkeypatch.setattr(describe, "told_alone", searched)
    assert [d.to_json() for d in _decided()] == closed
    assert len(taken) > 100  # so many times a closed form was asked for


def _decided() -> list[Decision]:
    shipped = [huiqi.load(b.rulebook_id) for b in shipped_decisions("认证-云中数据")]
    case = huiqi.read_case(next(c for c in CASES if c.stem == "认证-云中数据"))
    poor = {k: x for k, x in case.data.items() if k != "离岸执行额"} | {"离岸执行额": "1美元"}
    own = [b.decide(poor, on=case.on, records=case.records, year=case.year) for b in shipped]
    return [*own, *drawn()]
