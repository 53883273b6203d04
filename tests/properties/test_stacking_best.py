"""Stacking: the best total is the best over all compatible sets, and more choice never means less money.

A small rulebook of eight measures worth what the case says, each claimed or not, with exclusive groups
and nested caps drawn at random; the expectation is worked out by trying every subset.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from huiqi.telling.decision import Decision
from tests.making import examples

from .strategies import CLAUSES, DOCUMENTS, Book, Told, decide_case, make_book

COUNT = 8
SEEDS = examples(30)
DAY = date(2026, 6, 30)
IDS = [f"m{n}" for n in range(COUNT)]


@dataclass(frozen=True)
class Plan:
    """A rulebook whose stacking is `exclusive` groups and nested `caps`."""

    book: Book
    exclusive: tuple[tuple[str, ...], ...]
    caps: tuple[tuple[str, tuple[str, ...]], ...]  # name of its amount, members; inner before outer


@functools.cache
def plan_of(seed: int) -> Plan:
    r = random.Random(f"叠加{seed}")
    money = {"kind": "money", "unit": "元", "min": "0元", "max": "1亿元"}
    facts: dict[str, Any] = {}
    for n in range(COUNT):
        facts[f"申报{n}"] = {"id": f"claim{n}", "kind": "boolean"}
        facts[f"额{n}"] = {"id": f"amount{n}", **money}
    measures = [
        {"id": m, "title": f"支持{n}", "clause": "办法·1", "when": [{f"条件{n}": f"申报{n}"}], "award": {"amount": f"额{n}"}} for n, m in enumerate(IDS)
    ]
    exclusive = [tuple(sorted(r.sample(IDS, r.randint(2, 4)))) for _ in range(r.randint(0, 3))]
    caps: list[tuple[str, tuple[str, ...]]] = []
    left = list(IDS)
    r.shuffle(left)
    for _ in range(r.randint(0, 2)):
        size = r.randint(2, 4)
        if len(left) < size:
            break
        outer, left = left[:size], left[size:]
        if size > 2 and r.randrange(2):
            caps.append((f"顶{len(caps)}", tuple(outer[: size - 1])))
        caps.append((f"顶{len(caps)}", tuple(outer)))
    for name, _ in caps:
        facts[name] = {"id": f"cap{name[1:]}", **money}
    groups = [
        {"id": f"x{n}", "title": f"互斥{n}", "rule": r.choice(["highest", "choose"]), "members": list(g), "per": "企业", "document": "own"}
        for n, g in enumerate(exclusive)
    ] + [
        {"id": f"c{n}", "title": f"封顶{n}", "rule": "cap", "members": list(g), "per": "企业", "counting": {"不计以往": "只看本次申报"}, "document": "own", "amount": name}
        for n, (name, g) in enumerate(caps)
    ]  # fmt: skip
    files = {
        "rulebook.yaml": {"id": "stacked", "title": "叠加", "version": "1", "jurisdiction": "中国/甲省/乙市"},
        "documents.yaml": DOCUMENTS, "clauses.yaml": CLAUSES, "vocabulary.yaml": {"facts": facts}, "measures/all.yaml": measures,
        **({"stacking.yaml": groups} if groups else {}),
    }  # fmt: skip
    return Plan(make_book(files, f"叠加{seed}"), tuple(exclusive), tuple(caps))


def drawn(r: random.Random, plan: Plan, known: int) -> Told:
    """Claims and amounts, equal ones and one fen apart among them; `known` in a hundred are told."""
    values = [r.choice((0, 1, 5, 9, 10, 10, 33)) * 10_000 + r.choice((0, 0, Fraction(1, 100), Fraction(-1, 100))) for _ in range(COUNT)]
    facts: dict[str, str] = {}
    for n, value in enumerate(values):
        facts[f"申报{n}"] = r.choice(("是", "是", "否"))
        facts[f"额{n}"] = _yuan(max(Fraction(0), Fraction(value)))
    for name, _ in plan.caps:
        facts[name] = _yuan(Fraction(r.choice((0, 5, 10, 20, 50))) * 10_000)
    return Told(DAY, None, {k: x for k, x in facts.items() if r.randrange(100) < known}, {})


def _yuan(value: Fraction) -> str:
    fen = int(value * 100)
    return f"{fen // 100}.{fen % 100:02d}元"


def amount(text: str) -> Fraction:
    return Fraction(text.removesuffix("元"))


def best(plan: Plan, told: Mapping[str, str]) -> Fraction:
    """By trying every set of claimed measures that excludes none of its own."""
    claimed = [m for n, m in enumerate(IDS) if told[f"申报{n}"] == "是"]
    top = Fraction(0)
    for size in range(len(claimed) + 1):
        for chosen in itertools.combinations(claimed, size):
            if not any(len(set(chosen) & set(g)) > 1 for g in plan.exclusive):
                top = max(top, worth(plan, told, chosen))
    return top


def worth(plan: Plan, told: Mapping[str, str], chosen: Sequence[str]) -> Fraction:
    parts = {frozenset([m]): amount(told[f"额{m[1:]}"]) for m in chosen}
    for name, members in plan.caps:  # inner caps stand first
        inside = [k for k in parts if k <= set(members)]
        total = sum((parts.pop(k) for k in inside), Fraction(0))
        if inside:
            parts[frozenset().union(*inside)] = min(total, amount(told[name]))
    return sum(parts.values(), Fraction(0))


def decided(plan: Plan, told: Told) -> Decision:
    return decide_case(plan.book, told)


def cases(seed: int, known: int, count: int = 12) -> list[tuple[Plan, Told]]:
    plan = plan_of(seed)
    return [(plan, drawn(random.Random(f"叠加{seed}·{n}·{known}"), plan, known)) for n in range(count)]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_total_of_a_fully_told_case_is_the_best_compatible_set(seed: int) -> None:
    """Exactly, with exclusions and nested caps together; nothing pending, and the parts sum to it."""
    for plan, told in cases(seed, 100):
        decision = decided(plan, told)
        expected = best(plan, told.facts)
        assert (decision.total.low, decision.total.high) == (expected, expected), (plan.exclusive, plan.caps, told.facts)
        paid = {k: m.award.low or Fraction(0) for k, m in decision.measures.items()}
        assert sum(paid.values(), Fraction(0)) == expected, (paid, told.facts)
        for group in plan.exclusive:
            assert sum(1 for m in group if paid[m] > 0) <= 1, (group, paid)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_total_bounds_hold_the_best_set_however_the_rest_turns_out(seed: int) -> None:
    """What is claimed to be settled and at most holds for the case told in full."""
    for plan, told in cases(seed, 100, 6):
        r = random.Random(f"少告知{seed}")
        for _ in range(4):
            less = replace(told, facts={k: x for k, x in told.facts.items() if r.randrange(100) < 70})
            total = decided(plan, less).total
            expected = best(plan, told.facts)
            assert total.low <= expected, (less.facts, told.facts, plan.exclusive, plan.caps)
            assert total.high is None or total.high >= expected, (less.facts, told.facts, plan.exclusive, plan.caps)


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("known", [100, 75])
def test_an_added_option_never_lowers_the_best_total(seed: int, known: int) -> None:
    """A measure that may be claimed as well: never less, settled or possible."""
    for plan, told in cases(seed, known, 5):
        without = decided(plan, told).total
        for n in range(COUNT):
            if told.facts.get(f"申报{n}") != "否":
                continue
            more = decided(plan, replace(told, facts={**told.facts, f"申报{n}": "是"})).total
            assert more.low >= without.low, (n, told.facts, plan.exclusive, plan.caps)
            assert more.high is None or (without.high is not None and more.high >= without.high), (n, told.facts)


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("known", [100, 75])
def test_raising_a_cap_never_lowers_the_best_total(seed: int, known: int) -> None:
    """By one fen, by much."""
    for plan, told in cases(seed, known, 6) if plan_of(seed).caps else ():
        before = decided(plan, told).total
        for name, _ in plan.caps:
            if name not in told.facts:
                continue
            for rise in (Fraction(1, 100), Fraction(70_000)):
                after = decided(plan, replace(told, facts={**told.facts, name: _yuan(amount(told.facts[name]) + rise)})).total
                assert after.low >= before.low, (name, told.facts, plan.exclusive, plan.caps)
                assert after.high is None or (before.high is not None and after.high >= before.high), (name, told.facts)
