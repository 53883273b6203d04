"""The law over the plan's kernel: what it says without asking is what the reference says, and it says most of it.

Outcomes and both ends of every amount, the verdict of every condition it lowers, the relations every case must meet. The
coverage is counted: of what is drawn, how much the kernel judges, and how much of that is open, granted, capped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from huiqi.reasoning.decide import judge
from huiqi.reasoning.facts import read_facts
from huiqi.reasoning.judged import Judgement
from huiqi.reasoning.kernel import LightMeasure, bound_for, judge_python
from huiqi.reasoning.told import Facts
from huiqi.rulebook.compiled import CompiledRulebook
from huiqi.rulebook.readings import decided
from tests.making import examples

from .strategies import corpus

pytestmark = pytest.mark.xdist_group("kernel over the pairs")  # walked once, in one process
PAIRS = examples(320)
_BYTES = {False: 0, None: 1, True: 2}


@dataclass
class Found:
    """What disagreed, and what was there to agree on."""

    counted: Counter[str] = field(default_factory=Counter)
    disagreeing: list[Any] = field(default_factory=list)

    def see(self, book: CompiledRulebook, facts: Facts, *, on: Any, schemes: Mapping[str, str], told: Any) -> None:
        meant, said = judge(book, facts, on=on, schemes=schemes), judge_python(book, facts, on=on, schemes=schemes)
        for key, m in meant.measures.items():
            self._measure(key, m, said.measures[key], told)
        self._leaves(meant, facts, told)
        if (said.total.low, said.total.high) != (meant.total.low, meant.total.high):
            self.disagreeing.append(("total", told))

    def _measure(self, key: str, meant: Any, said: Any, told: Any) -> None:
        mine = isinstance(said, LightMeasure)
        self.counted["judged" if mine else "handed over"] += 1
        if not mine:
            return
        self.counted[str(meant.outcome)] += 1
        self.counted["an amount"] += meant.award.high not in (None, 0)
        self.counted["a range"] += meant.award.high not in (None, 0) and meant.award.pending
        if (said.outcome, said.award.low, said.award.high) != (meant.outcome, meant.award.low, meant.award.high):
            self.disagreeing.append((key, said.outcome, said.award.low, said.award.high, meant.outcome, meant.award.low, meant.award.high, told))

    def _leaves(self, meant: Judgement, facts: Facts, told: Any) -> None:
        bound = bound_for(meant.book, meant.on, facts.year, meant.schemes)
        kernel = bound.kernel(tuple(meant.book.measures))
        run = kernel.run(facts)
        if run is None:
            return
        result, asking = run
        self.counted["asked of the reference"] += asking.asked
        verdicts = dict(zip(kernel.code.trace, result.nodes, strict=True))
        for key in kernel.own:
            wanted = [_BYTES[leaf.truth.value] for leaf in meant.measures[key].conditions.leaves()]
            found = [verdicts[name] for name in kernel.code.leaves[key]]
            for verdict in wanted:
                self.counted[f"verdict {verdict}"] += 1
            if wanted != found:
                self.disagreeing.append((key, wanted, found, told))


def plainer(book: CompiledRulebook, *, apart: bool) -> CompiledRulebook:
    """Its readings decided. `apart`: without stacking and reductions, under which nearly all of what pays would be handed over."""
    one = replace(decided(book, {}), readings={}, variants={})
    return replace(one, stacking=(), measures={k: replace(m, reductions=()) for k, m in one.measures.items()}) if apart else one


@pytest.fixture(scope="module")
def found() -> Found:
    out = Found()
    books: dict[tuple[str, bool], CompiledRulebook] = {}
    for book, told in corpus(PAIRS):
        facts = read_facts(book.compiled, told.facts, told.records, told.year)
        apart = bool(out.counted["pairs"] % 2)
        one = books.get((book.name, apart)) or books.setdefault((book.name, apart), plainer(book.compiled, apart=apart))
        out.counted["pairs"] += 1
        out.see(one, facts, on=told.on, schemes=told.schemes, told=(book.name, told))
    return out


def test_the_kernel_says_what_the_reference_says(found: Found) -> None:
    assert found.disagreeing == []


def test_much_of_what_is_drawn_is_the_kernels_and_of_every_kind(found: Found) -> None:
    counted = found.counted
    assert (
        counted["judged"] >= (counted["judged"] + counted["handed over"]) / 20
    )  # most of what is drawn looks at records; test_kernel.py in tests/reasoning has the rest
    verdicts = [counted[f"verdict {n}"] for n in range(3)]
    assert min(verdicts) >= sum(verdicts) * 0.15
    assert min(counted[k] for k in ("eligible", "ineligible", "undetermined", "not_in_force", "an amount", "a range")) > 0
