"""What is judged in parts is what is judged at once, and a part sees nothing but what it is kept by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.language.levelling import level
from huiqi.reasoning import parts as judged_parts
from huiqi.reasoning.decide import judge
from huiqi.reasoning.facts import read_facts
from huiqi.reasoning.generated import Generated
from huiqi.reasoning.judged import Judgement
from huiqi.reasoning.kernel import before
from huiqi.reasoning.parts import InParts, PartError, as_kept, forget, parts_of
from huiqi.reasoning.reasoners import judge_reference, judge_with
from huiqi.reasoning.told import Facts, Given
from huiqi.register.generated import generated
from huiqi.rulebook.compiled import CompiledRulebook
from huiqi.visible import json_text
from tests.making import examples, load

from .strategies import corpus

ON = date(2026, 6, 30)
ROWS = "- {id: m, title: 补助, clause: 办法·1, each: 证 in 证书, when: [{够: 证.费用 >= 起点}], award: {amount: 起点}}\n"
BOOKS = ("datong-outsourcing", "datong-data-call", "national-startup-loan", "zhongshan-service-trade")


def in_parts(book: CompiledRulebook, facts: Facts, *, on: date, schemes: Any = None, apart: bool, readings: Any = None) -> InParts:
    """As the generated code judges, kept under a name of its own."""

    def reading(told: Facts) -> Any:
        def judging(one: CompiledRulebook, /, *, only: Any, recognising: Any = (), shared: Any = None) -> Judgement:
            return judge(one, told, on=on, schemes=schemes, only=only, reasoner="python", evaluator=Generated, recognising=recognising, shared=shared)

        return judging

    found = before(book, facts, readings, reading, on=on, schemes=dict(schemes or {}), reasoner="python", within=f"tests {apart}")[2]
    return replace(found, apart=apart)


def said(judgement: Judgement) -> tuple[Any, ...]:
    total = judgement.total
    return dict(judgement.measures), dict(judgement.recognitions), (total.low, total.high, total.standing, total.measures)


def drawn() -> Iterator[tuple[CompiledRulebook, Facts, date, Any]]:
    """With the rows that are kept of a list told before: the engine knows a row by itself."""
    for book, told in corpus(examples(20)):
        yield book.compiled, as_kept(read_facts(book.compiled, told.facts, told.records, told.year))[0], told.on, told.schemes
    for name in BOOKS:
        compiled = huiqi.load(name).compiled
        for made in generated(compiled, seed=3, count=2, year=2025):
            yield compiled, as_kept(read_facts(compiled, made.facts, made.records, 2025))[0], ON, {}


@pytest.mark.parametrize("apart", [True, False])
def test_part_by_part_is_what_the_reference_says_of_the_whole(apart: bool) -> None:
    """Each part on its own facts alone, or those not kept together: the same; and asked again, from what is kept."""
    met = Counter[str]()
    for book, facts, on, schemes in drawn():
        meant = said(judge_reference(book, facts, on=on, schemes=schemes))
        parts = in_parts(book, facts, on=on, schemes=schemes, apart=apart)
        assert said(parts.judged(None)) == meant
        kept = parts.kept(None)
        assert kept is not None
        assert said(kept) == meant
        met["parts"] += len(parts_of(book, {}, {}, None).parts)
        met["measures"] += len(book.measures)
        met["open"] += any(m.ways for m in kept.measures.values())
    assert met["parts"] > len(BOOKS) * 20
    assert met["open"] >= 3


def test_of_some_measures_the_parts_say_what_the_reference_says() -> None:
    for book, facts, on, schemes in drawn():
        ids = tuple(m.id for m in book.measures.values())
        for only in (ids[::2], ids[:1], ids[1:4]):
            meant = judge_reference(book, facts, on=on, schemes=schemes, only=only)
            assert said(in_parts(book, facts, on=on, schemes=schemes, apart=True).judged(only)) == said(meant)


def test_where_readings_are_decided_for_the_case_the_parts_say_what_the_reference_says() -> None:
    """A reading that is decided by assumption is still tried under its other options: whom it joins is one part."""
    met = 0
    for book, facts, on, schemes in drawn():
        taken = {k: r.options[0] for k, r in book.readings.items()}
        meant = judge_reference(book, facts, on=on, schemes=schemes, readings=taken)
        assert said(in_parts(book, facts, on=on, schemes=schemes, apart=True, readings=taken).judged(None)) == said(meant)
        met += bool(taken)
    assert met >= len(BOOKS)


def test_a_part_that_asks_after_what_it_does_not_name_is_a_defect_and_no_answer() -> None:
    book = huiqi.load("datong-outsourcing").compiled
    facts = read_facts(book, {"注册地县区": "平城区"}, {}, 2025)
    parts = in_parts(book, facts, on=ON, apart=True)
    part = next(p for p in parts_of(book, {}, {}, None).parts if p.facts)
    with pytest.raises(PartError, match="没有列入"):
        parts.judging(replace(facts, facts=type("Seen", (dict,), {"get": _refused})()), part.ids, ())


def _refused(self: Any, key: str, default: Any = None) -> Any:
    raise PartError(f"分部分判断时问到了没有列入的数据：{key}")


GIVEN = Given(Fraction(5), stages={"申报": Fraction(5)})
OTHERS = {
    "another value": replace(GIVEN, value=Fraction(6), stages={"申报": Fraction(6)}),
    "another stage": replace(GIVEN, stage="审定", stages={"审定": Fraction(5)}),
    "another value claimed": replace(GIVEN, stage="审定", stages={"申报": Fraction(9), "审定": Fraction(5)}),
    "a material": replace(GIVEN, material="合同"),
    "a reason": replace(GIVEN, reason="核对过"),
    "to be confirmed": replace(GIVEN, value=None),
    "near an entry": replace(GIVEN, near=("甲",)),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_whatever_is_told_otherwise_is_kept_apart(other: Given) -> None:
    """Everything that judging or wording may turn on is in what a part is kept by."""
    book = huiqi.load("datong-outsourcing").compiled
    key = next(k for k, f in book.facts.items() if f.name == "从业人员")

    def keys(given: Given) -> dict[Any, Any]:
        parts = in_parts(book, Facts({key: {2025: given}}, {}, 2025), on=ON, apart=False)
        return dict(parts._keys(parts_of(book, {}, {}, None)))

    one, two = keys(GIVEN), keys(other)
    assert {p for p in one if one[p] != two[p]} == {p for p in one if key in p.facts}
    assert keys(replace(GIVEN, at=replace(GIVEN.at, line=7))) == one  # where it was written changes nothing


def test_rows_that_say_the_same_are_the_same_rows() -> None:
    """Wording looks for a row among those told: what is kept of a part must find its own."""
    book = huiqi.load("datong-outsourcing").compiled
    rows = {"已获支持": [{"文号": "甲1", "金额": "1000元", "年度": "2024"}]}
    one, two = (as_kept(read_facts(book, {}, rows, 2025))[0] for _ in range(2))
    other = as_kept(read_facts(book, {}, {"已获支持": [{**rows["已获支持"][0], "事项": level("不详")}]}, 2025))[0]
    [key] = one.records
    assert one.records[key] is two.records[key]
    assert other.records[key] is not one.records[key]  # a receipt has the word that tells nothing


@pytest.mark.parametrize("reasoner", ["rete", "python"])
def test_decided_a_second_time_it_reads_the_same(reasoner: str) -> None:
    """From what was judged, and from what was kept, of an enterprise that told the same in other words."""
    book = huiqi.load("datong-outsourcing")
    made = next(iter(generated(book.compiled, seed=11, count=1, year=2025)))
    told: dict[str, Any] = {"records": made.records, "on": ON, "year": 2025, "reasoner": reasoner}
    first = book.decide(made.facts, **told)
    text, page = first.to_json(), first.explain()
    second = book.decide(made.facts, **told)
    assert second.judgement is not None
    assert not hasattr(second.judgement, "filling")  # all of it was kept
    assert (second.to_json(), second.explain()) == (text, page)
    reference = judge_with("reference", book.compiled, as_kept(read_facts(book.compiled, made.facts, made.records, 2025))[0], on=ON)
    assert dict(second.judgement.measures) == dict(reference.measures)


def test_a_row_stays_the_decisions_own_when_its_list_is_told_anew_meanwhile(tmp_path: Path) -> None:
    """What lists there were is let go of; another enterprise tells the same one; then the first is looked into: the gaps of its rows are said all the same."""
    both = ROWS + "- {id: n, title: 奖励, clause: 办法·1, when: [{够大: 营收 >= 起点}], award: {amount: 起点}}\n"
    book = load(tmp_path, measures=both, parameters="起点: {id: least, unit: 元, values: [{value: 2万元, document: d}]}\n")
    told: dict[str, Any] = {"records": {"证书": [{"证号": "一", "费用": "1万元"}]}, "on": ON, "reasoner": "python"}
    meant = book.decide({"营收": "5万元"}, **{**told, "reasoner": "reference"}).explain("m")
    assert "还差 1万元" in meant
    first = book.decide({"营收": "5万元"}, **told)
    judged_parts._TOLD.clear()
    second = book.decide({"营收": "5万元"}, **told)
    for decision in (second, first):
        assert decision.explain("m") == meant
        assert decision.to_json() == json_text(decision.to_dict(), None)


def test_long_lists_are_let_go_of_the_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is bounded by what it holds, not by how many lists there are."""
    book = huiqi.load("datong-outsourcing").compiled
    forget()
    monkeypatch.setattr(judged_parts, "TOLD", 1_000)
    for n in range(30):
        rows = [{"文号": f"甲{n}-{i}", "金额": "1000元", "年度": "2024"} for i in range(50)]
        facts, numbers = as_kept(read_facts(book, {}, {"已获支持": rows}, 2025))
        again, same = as_kept(facts)
        assert again is facts
        assert same == numbers
        assert sum(len(e.values) for _, x in judged_parts._TOLD.values() if x for e in x.entries) <= 1_000
