"""A rulebook describes itself: what a case may tell, what measures there are and what they read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.reasoning.facts import Reader

ROOT = Path(__file__).parents[2]
SMALL = huiqi.load(ROOT / "tests" / "rulebook" / "books" / "small")
SHIPPED = ("common", "datong-outsourcing", "national-atse", "national-hnte", "national-sme-size")
CASES = sorted((ROOT / "cases").glob("*.yaml"))


def test_a_fact_says_what_it_takes() -> None:
    fact = huiqi.load("datong-outsourcing").facts["执行额"]
    assert (fact.name, fact.id, fact.kind, fact.unit, fact.bounds, fact.decimals, fact.yearly) == (
        "执行额",
        "executed",
        "money",
        "美元",
        (Fraction(0), Fraction(10**9)),
        2,
        True,
    )
    assert fact.evidence == ("统一平台审核页",)


def test_an_id_finds_what_its_name_finds() -> None:
    assert SMALL.facts["seats"] is SMALL.facts["席位数"]
    assert SMALL.records["machines"].fields["price"] is SMALL.records["设备"].fields["价格"]
    assert "seats" in SMALL.facts
    assert "seats" not in list(SMALL.facts)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_name_listed_is_one_that_decide_takes(name: str) -> None:
    book = huiqi.load(name)
    assert book.decide(dict.fromkeys(book.facts), records=dict.fromkeys(book.records), on="2026-06-30").warnings == ()
    assert len(book.facts) == len(book.compiled.facts)
    assert len(book.records) == len(book.compiled.records)
    for record in book.records.values():
        assert record.key in record.fields


@pytest.mark.parametrize("name", SHIPPED)
def test_bounds_and_options_listed_are_those_that_values_are_held_to(name: str) -> None:
    book = huiqi.load(name)
    for fact in book.facts.values():
        low, high = fact.bounds
        for value, taken in (
            (low, True),
            (high, True),
            (None if low is None else _beyond(low, -1), False),
            (None if high is None else _beyond(high, 1), False),
        ):
            if value is not None:
                assert _taken(book, fact, value) is taken, (fact, value)
        for word in (*fact.options, *(spelling for spelling, _ in fact.aliases)):
            assert _taken(book, fact, word), (fact, word)


def _beyond(end: Fraction | date, step: int) -> Any:
    return end + Fraction(step) if isinstance(end, Fraction) else date.fromordinal(end.toordinal() + step)


def _taken(book: huiqi.Rulebook, fact: huiqi.Fact, value: Any) -> bool:
    reader = Reader(book.compiled, need_unit=True)
    reader.read({fact.name: value}, {}, 2025)
    return not reader.problems


def test_a_measure_says_what_it_gives_and_on_what_papers() -> None:
    measure = huiqi.load("datong-outsourcing").measures["certification.international"]
    assert (measure.title, measure.clause, measure.family) == ("国际资质认证支持", ("方案·6",), "认证")
    assert measure.schemes == ("山西2023", "南通2022", "国家2013", "泉州")
    assert {(a.scheme, a.kind, a.basis) for a in measure.awards} == {(s, "grant", "ceiling") for s in measure.schemes}
    assert "认证证书及官网查询截图" in measure.evidence
    assert measure.records == ("已获支持", "资质认证")


def test_what_a_measure_reads_is_followed_through_recognitions() -> None:
    relief = huiqi.load("national-atse").measures["atse.cit-relief"]
    assert "职工总数" in relief.facts
    assert "资格证书" in relief.records


@pytest.mark.law
@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_fact_that_a_measure_does_not_read_changes_nothing_about_it(path: Path) -> None:
    """Leaving out everything it is not said to read: the same conditions and the same outcome."""
    case = huiqi.read_case(path)
    others = [huiqi.load(name) for name in case.rulebooks]
    for book in others:
        for measure in (book.measures[m] for m in case.expected if m in book.measures):
            kept, rows = _only(case.data, book.facts, measure.facts), _only(case.records, book.records, measure.records)
            told = [
                book.decide({"企业": "甲", **facts}, records=records, on=case.on, year=case.year, measure=measure.id, others=others, reasoner="reference").measures[measure.id]
                for facts, records in ((case.data, case.records), (kept, rows))
            ]  # fmt: skip
            assert told[0].outcome == told[1].outcome
            assert told[0].conditions.to_dict() == told[1].conditions.to_dict()


def _only(told: Mapping[str, Any], described: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {word: x for word, x in told.items() if word in described and described[word].name in names}


def test_descriptions_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        SMALL.facts["席位数"] = None  # type: ignore[index]
    with pytest.raises(AttributeError):
        SMALL.facts["席位数"].unit = "人"  # type: ignore[misc]


def test_measures_are_still_the_ids_they_were() -> None:
    assert SMALL.measures == tuple(SMALL.measures)
    assert [m for m in SMALL.measures] == [m.id for m in SMALL.measures.values()]  # noqa: C416 - iteration is what is asked
    assert "nothing" not in SMALL.measures
    with pytest.raises(KeyError):
        SMALL.measures["nothing"]


def test_who_looks_up_what_is_not_there_is_told_what_to_write() -> None:
    """By title: its id; nearly an id: the nearest; also of a decision, and of one read back. A `KeyError` to whoever expects one."""
    book = huiqi.load("datong-outsourcing")
    decision = book.decide({}, on="2026-06-30", measures=["talent.hiring"])
    for results in (decision.measures, huiqi.Decision.from_dict(decision.to_dict()).measures):
        for name, mend in (("吸纳大中专毕业生就业支持", "写编号：talent.hiring"), ("talent.hirin", "是否“talent.hiring”？")):
            with pytest.raises(huiqi.NotThere, match=mend) as error:
                results[name]
            assert isinstance(error.value, KeyError) and str(error.value).startswith(f"没有“{name}”") and error.value.errors()[0]["mend"] == mend
        assert results.get("talent.hirin") is None and "talent.hirin" not in results
    with pytest.raises(huiqi.NotThere, match="是否“注册地县区”？"):
        book.facts["注册县区"]
    assert book.facts.get("注册县区") is None


def test_what_is_printed_of_a_rulebook_and_its_parts_is_short() -> None:
    book = huiqi.load("datong-outsourcing")
    parts = (book, book.facts, book.records, book.measures, *book.facts.values(), *book.records.values(), *book.measures.values())
    assert max(len(repr(x)) for x in parts) < 200


def test_what_is_printed_of_a_decision_is_short_and_names_nobody() -> None:
    decision = SMALL.decide({"企业": "某某公司", "席位数": 300, "地址": "幸福路1号"}, on="2024-06-30")
    assert len(repr(decision)) < 200
    assert "某某" not in repr(decision)
    assert "幸福" not in repr(decision)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_decision_as_json_reads_back_to_itself(indent: int | None) -> None:
    decision = SMALL.decide({"席位数": 300}, on="2024-06-30")
    text = decision.to_json(indent=indent)
    assert json.loads(text) == decision.to_dict()
    assert ("\n" in text) is (indent is not None)
    assert "席位数" in text
