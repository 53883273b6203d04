"""The rule engine over a plan: it concludes every node from the kernel's verdicts, and nothing is concluded without it."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("durable_rules_engine")

from huiqi.reasoning import inference
from huiqi.reasoning.decide import judge
from huiqi.reasoning.facts import read_facts
from huiqi.reasoning.inference.rulesets import InferenceError, Rulesets
from huiqi.reasoning.kernel import LightMeasure
from huiqi.reasoning.reasoners import judge_with

from .plain_book import ON, YEAR, draw, plain_book


def test_the_rule_engine_beside_the_kernel_decides_as_the_reference() -> None:
    r = random.Random(7)
    for _ in range(40):
        facts = read_facts(plain_book(), *draw(r), YEAR)
        meant, said = judge(plain_book(), facts, on=ON), judge_with("rete", plain_book(), facts, on=ON)
        assert said.reasoner == "rete"
        assert any(isinstance(m, LightMeasure) for m in said.measures.values())
        for key, m in meant.measures.items():
            assert (said.measures[key].outcome, said.measures[key].award.low, said.measures[key].award.high) == (m.outcome, m.award.low, m.award.high)


def test_without_a_rule_that_fired_there_is_no_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of them is taken away: of a measure, of a group within one, of a recognition."""
    facts = read_facts(plain_book(), {"收入": 300000, "成本": 1000, "人数": 9, "守约": True, "失信": False, "利润": 0, "成立日": "2021-01-01"}, {}, YEAR)
    fired = {f.rule for f in judge_with("rete", plain_book(), facts, on=ON).derivation}
    assert len(fired) > len(plain_book().measures)
    for rule in sorted(fired):
        broken = Rulesets(plain_book(), without=frozenset([rule]))
        for place in (inference, inference.reason):
            monkeypatch.setattr(place, "rulesets_for", lambda _, broken=broken: broken)
        with pytest.raises(InferenceError):
            judge_with("rete", plain_book(), facts, on=ON)


def test_a_rule_that_concludes_otherwise_than_the_kernel_is_an_error_and_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = read_facts(plain_book(), {"收入": 300000}, {}, YEAR)
    monkeypatch.setattr("huiqi.reasoning.inference.reason.CONCLUSIONS", dict.fromkeys(("grant", "bar", "refuse", "open", "holds", "fails", "unknown"), "holds"))
    with pytest.raises(InferenceError, match="不一致"):
        judge_with("rete", plain_book(), facts, on=ON)
