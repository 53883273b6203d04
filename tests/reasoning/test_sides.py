"""How far an answer counts in a condition: by the side of a figure it is on, or as it is."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from huiqi.program import program as p
from huiqi.program import side, sides
from huiqi.reasoning.facts import read_facts
from huiqi.reasoning.kernel import bound_for

from .plain_book import ON, YEAR, draw, plain_book


@pytest.mark.parametrize(("number", "where"), [(0, 0), (10, 1), (Fraction(21, 2), 2), (11, 2), (20, 3), (21, 4)])
def test_a_number_is_below_on_between_or_above_the_figures(number: Fraction | int, where: int) -> None:
    assert side(number, (10, 20)) == where


def test_without_figures_all_numbers_are_on_one_side() -> None:
    assert {side(x, ()) for x in (-1, 0, Fraction(1, 3))} == {0}


def test_an_answer_held_against_figures_only_counts_by_its_side_any_other_as_it_is() -> None:
    plan = bound_for(plain_book(), ON, YEAR, {}).plan
    nodes = range(len(plan.nodes))
    found = sides(plan, nodes)
    comparisons = [plan.nodes[n] for n in nodes if isinstance(plan.nodes[n], p.Comparison)]
    held = {c.left.slot for c in comparisons if isinstance(c, p.Comparison) and isinstance(c.left, p.Read) and isinstance(c.right, p.Figure)}
    assert found.cuts
    assert found.cuts.keys() <= held
    assert not found.whole & found.cuts.keys()
    assert all(list(at) == sorted(set(at)) for at in found.cuts.values())


def test_another_number_on_the_same_side_of_every_figure_gets_the_same_verdicts() -> None:
    book = plain_book()
    code = bound_for(book, ON, YEAR, {}).kernel(tuple(book.measures)).code
    counted = sides(code.plan, [n for n, _ in enumerate(code.plan.nodes) if ("node", n) in code.names])
    r, moved = random.Random(29), 0

    def verdicts(answers: list[Any]) -> tuple[Any, ...]:
        return tuple(code.run(answers, lambda number, _: number % 3, 0).nodes)

    for _ in range(200):
        told, records = draw(r)
        answers = code.answers(read_facts(book, told, records, YEAR).facts)
        for n, slot in enumerate(code.reads):
            cuts = counted.cuts.get(slot, ())
            if not cuts or not isinstance(answers[n], int | Fraction):
                continue
            for other in {x for cut in cuts for x in (cut - 1, cut, cut + 1, cut * 2)} - {answers[n]}:
                if side(other, cuts) == side(answers[n], cuts):
                    moved += 1
                    assert verdicts([*answers[:n], other, *answers[n + 1 :]]) == verdicts(answers), (told, slot)
    assert moved > 300
