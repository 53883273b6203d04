"""Telling more never overturns what was settled: verdicts, outcomes, certain and possible amounts.

Tested backwards: something told is untold (a fact, a year of it, a cell, a row of a list that then is
partial, a list, the completeness of a list, the year of application), and what is decided on less may
only be looser. Members of stacking groups may lose to a rival that becomes certain, so their own
amounts are left out; the total is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from huiqi.api import load, read_case
from huiqi.reasoning.casefile import Case
from tests.making import ROOT, examples

from .strategies import Book, Told, decide_case, overturned, pairs, stacked_ids, told_less, yaml_text

# the whole number is the long command's; here enough to notice a regression within minutes
run = settings(max_examples=examples(120), derandomize=True, database=None, suppress_health_check=list(HealthCheck))


def contradictions(book: Book, less: Told, more: Told) -> list[str]:
    return overturned(decide_case(book, less), decide_case(book, more), stacked_ids(book.compiled))


def explain(book: Book, what: str, less: Told, more: Told) -> None:
    note(f"规则库种子 {book.name}，少告知：{what}\n完整：{more}\n少告知后：{less}\n{yaml_text(book.files['measures/all.yaml'])}")


@run
@given(pair=pairs(), pick=st.randoms(use_true_random=False))
def test_untelling_one_thing_only_loosens_the_decision(pair: tuple[Book, Told], pick: Any) -> None:
    """One fact, cell, row, list or year less."""
    book, told = pair
    ways = list(told_less(told))
    if not ways:
        return
    what, less = pick.choice(ways)
    found = contradictions(book, less, told)
    if found:
        explain(book, what, less, told)
    assert found == []


@run
@given(pair=pairs(), pick=st.randoms(use_true_random=False))
def test_untelling_many_things_only_loosens_the_decision(pair: tuple[Book, Told], pick: Any) -> None:
    """From everything told to hardly anything: what was settled early stays."""
    book, told = pair
    less, words = told, []
    for _ in range(pick.randint(2, 12)):
        if ways := list(told_less(less)):
            what, less = pick.choice(ways)
            words.append(what)
    found = contradictions(book, less, told)
    if found:
        explain(book, "、".join(words), less, told)
    assert found == []


# -- the cases shipped -----------------------------------------------------------------------------------


def case_files() -> list[Path]:
    return sorted((ROOT / "cases").rglob("*.yaml"))


def cases_told_less(case: Case) -> Iterator[tuple[str, Case]]:
    """The case without one fact, without one cell, without one list, without its year."""
    for name in case.data:
        yield str(name), replace(case, data={k: x for k, x in case.data.items() if k != name})
    for name, listing in case.records.items():
        rest = {k: x for k, x in case.records.items() if k != name}
        yield f"明细 {name}", replace(case, records=rest)
        partial = isinstance(listing, Mapping)
        rows = list(listing.get("清单", ())) if isinstance(listing, Mapping) else listing
        if not isinstance(rows, list | tuple):
            continue
        if not partial:
            yield f"{name} 已列全", replace(case, records={**rest, name: {"完整": "否", "清单": list(rows)}})
        for n, row in enumerate(rows):
            yield f"{name}[{n}]", replace(case, records={**rest, name: {"完整": "否", "清单": [*rows[:n], *rows[n + 1 :]]}})
            for column in list(row)[1:]:
                changed: Any = [*rows[:n], {k: x for k, x in row.items() if k != column}, *rows[n + 1 :]]
                yield f"{name}[{n}].{column}", replace(case, records={**rest, name: {"完整": "否", "清单": changed} if partial else changed})
    if case.year is not None:
        yield "申报年度", replace(case, year=None)


@pytest.mark.parametrize("path", case_files(), ids=lambda p: p.stem)
def test_untelling_any_fact_of_a_shipped_case_only_loosens_its_decision(path: Path) -> None:
    """Facts, cells and lists of every example, one at a time, under every rulebook it names.

    Of the one example with over a thousand (260 seats told alike) an even dozen each day, and so of any that has more.
    """
    case = read_case(path)
    books = [load(name) for name in case.rulebooks]
    found = []
    ways = list(cases_told_less(case))
    step = max(1, -(-len(ways) // examples(12)))
    for n, book in enumerate(books):
        stacked = stacked_ids(book.compiled)
        decide = lambda x: book.decide(x, on=None, reasoner="python", others=books)  # noqa: B023, E731
        full = decide(case)
        for what, less in ways[n % step :: step]:
            found += [f"{book.id} 少告知 {what}：{x}" for x in overturned(decide(less), full, stacked)]
    assert found == []
