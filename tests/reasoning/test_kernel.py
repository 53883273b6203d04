"""The plan's kernel, beside the reference: on the edges, whatever is told; and what it hands over, counted."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import huiqi
from huiqi.language import typed as t
from huiqi.program import lower
from huiqi.program.known import KNOWN, strange
from huiqi.program.program import Amount, Why
from huiqi.reasoning.decide import judge
from huiqi.reasoning.facts import read_facts
from huiqi.reasoning.judged import Judgement
from huiqi.reasoning.kernel import KernelError, LightJudgement, LightMeasure, bound_for, judge_python
from huiqi.rulebook.compiled import CompiledRulebook
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.readings import decided
from tests.making import SMALL, examples

from .plain_book import ON, YEAR, draw, plain_book

VERDICTS = {False: 0, None: 1, True: 2}


def compared(told: dict[str, Any], records: dict[str, Any], year: int | None = YEAR) -> Counter[str]:
    """Everything the kernel says of an enterprise, held to the reference; what it met."""
    book, met = plain_book(), Counter[str]()
    facts = read_facts(book, told, records, year)
    meant, said = judge(book, facts, on=ON), judge_python(book, facts, on=ON)
    kernel = bound_for(book, ON, year, {}).kernel(tuple(book.measures))
    run = kernel.run(facts)
    assert run is not None
    nodes = dict(zip(kernel.code.trace, run[0].nodes, strict=True))
    for key, m in meant.measures.items():
        one = said.measures[key]
        mine = isinstance(one, LightMeasure)
        assert (one.outcome, one.award.low, one.award.high) == (m.outcome, m.award.low, m.award.high), (key, told, records)
        verdicts = [VERDICTS[leaf.truth.value] for leaf in m.conditions.leaves()]
        assert [nodes[name] for name in kernel.code.leaves[key]] == verdicts, (key, told)
        met.update(f"verdict {v}" for v in verdicts)
        met["judged" if mine else "handed over"] += 1
        met[str(m.outcome)] += mine
        met["an amount"] += mine and m.award.high not in (None, 0)
        met["a range"] += mine and m.award.high not in (None, 0) and m.award.pending
    assert (said.total.low, said.total.high) == (meant.total.low, meant.total.high)
    return met


def test_on_every_edge_and_with_anything_untold_the_kernel_says_what_the_reference_says() -> None:
    """Counted: each verdict in at least 15% of draws, most measures judged, each kind of outcome and amount hundreds of times."""
    r, met = random.Random(10), Counter[str]()
    for _ in range(examples(500)):
        met += compared(*draw(r))
    verdicts = [met[f"verdict {n}"] for n in range(3)]
    assert min(verdicts) >= 0.15 * sum(verdicts)
    assert met["judged"] >= 0.75 * (met["judged"] + met["handed over"])
    assert min(met[k] for k in ("eligible", "ineligible", "undetermined", "an amount", "a range")) >= 500


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.sampled_from([YEAR, YEAR - 1, None]))
def test_whatever_is_told_and_of_whichever_year(r: random.Random, year: int | None) -> None:
    told, records = draw(r)
    compared(told, records, year)


def test_one_smallest_unit_turns_a_verdict_and_an_amount() -> None:
    edge = Fraction(200_000)
    for off, outcome in ((Fraction(-1, 100), "ineligible"), (Fraction(0), "eligible"), (Fraction(1, 100), "eligible")):
        facts = read_facts(plain_book(), {"收入": edge + off, "成立日": "2020-02-29", "失信": False}, {}, YEAR)
        one = judge_python(plain_book(), facts, on=ON).measures["plain/fixed"]
        assert isinstance(one, LightMeasure)
        assert str(one.outcome) == outcome


def test_a_light_measure_is_the_full_one_to_whoever_looks() -> None:
    told, records = draw(random.Random(3))
    facts = read_facts(plain_book(), told, records, YEAR)
    meant, said = judge(plain_book(), facts, on=ON), judge_python(plain_book(), facts, on=ON)
    for key, m in meant.measures.items():
        assert said.measures[key] == m
        assert m == said.measures[key]
        assert repr(said.measures[key]) == repr(m)
    apart = ("reasoner", "measures")
    assert [(f.name, getattr(said, f.name)) for f in fields(Judgement) if f.name not in apart] == [
        (f.name, getattr(meant, f.name)) for f in fields(Judgement) if f.name not in apart
    ]


def test_a_kernel_that_says_otherwise_is_a_defect_and_never_a_decision() -> None:
    facts = read_facts(plain_book(), {"收入": 1}, {}, YEAR)
    one = judge_python(plain_book(), facts, on=ON).measures["plain/fixed"]
    wrong = next(m for m in judge(plain_book(), facts, on=ON).measures.values() if m.outcome is not one.outcome)
    object.__setattr__(one, "outcome", wrong.outcome)
    with pytest.raises(KernelError, match="不一致"):
        _ = one.reason


def test_what_lowering_does_not_know_is_handed_over_and_never_guessed() -> None:
    """A part of the specification that is added later, and says something, takes its bearer out of the program."""
    expr = next(c.expr for c in plain_book().measures["plain/fixed"].when.conditions() if isinstance(c.expr, t.Compared))
    assert not strange(expr)
    later: Any = type("Compared", (t.Compared,), {})
    assert strange(later(expr.type, expr.source, expr.op, expr.left, expr.right))  # a class of its own
    assert all(isinstance(kind, type) for kind in KNOWN)
    spec = plain_book().measures["plain/fixed"]
    book: CompiledRulebook = replace(plain_book(), measures={**plain_book().measures, spec.key: replace(spec, each="件")})
    assert lower(book).measures[spec.key] is Why.EACH


def test_of_datong_the_kernel_judges_three_quarters_of_the_measures_and_says_what_it_hands_over() -> None:
    """Once its readings are decided: a rulebook with open ones is the reference's, combination by combination."""
    book = load_compiled("datong-outsourcing")
    assert set(lower(book).measures.values()) <= set(Why)
    settled = decided(book, {k: r.options[0] for k, r in book.readings.items()})
    program = lower(replace(settled, readings={}, variants={}, digest="all readings decided"))
    handed = Counter(why for why in program.measures.values() if why is not None)
    assert set(handed) <= {Why.EACH, Why.GOVERNED, Why.LATER, Why.SHARED}
    assert len(program.measures) - sum(handed.values()) >= 0.7 * len(program.measures)
    amounts = [a for a in program.amounts.values() if isinstance(a, Amount | Why)]
    assert sum(isinstance(a, Amount) for a in amounts) >= 0.75 * len(amounts)  # of fourteen, three ask for what is handed over


def test_a_light_judgement_has_every_part_of_the_whole() -> None:
    """A part that a judgement was given later must not be missing where it is told from."""
    light = huiqi.load(SMALL).decide({"席位数": "200席"}, on="2024-06-30", reasoner="python").judgement
    assert isinstance(light, LightJudgement)
    whole = light.__dict__["filling"].whole
    assert {f.name for f in fields(whole) if getattr(light, f.name) != getattr(whole, f.name)} == set()
