"""A service decides for weeks: memory stays flat, and threads do not disturb one another."""

from __future__ import annotations

import gc
import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from huiqi.reasoning.facts import read_facts
from huiqi.telling.results import decide_with

from .strategies import Book, Told, of_book

COUNT = 3_000
MEGABYTES = 24  # what 3,000 decisions may add to a process that has decided 500


def resident() -> float:
    """Peak resident memory in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def reasoners() -> list[str]:
    try:
        import durable_rules_engine  # noqa: F401
    except ImportError:  # pragma: no cover
        return ["reference"]
    return ["reference", "rete"]


def decided(reasoner: str, book: Book, told: Told) -> dict[str, Any]:
    facts = read_facts(book.compiled, told.facts, told.records, told.year)
    return decide_with(reasoner, book.compiled, facts, on=told.on, schemes=told.schemes).to_dict()


def few_books() -> list[tuple[Book, Told]]:
    """500 cases on twenty rulebooks, as a service would see."""
    return [pair for seed in range(20) for pair in of_book(seed, 25)]


@pytest.mark.parametrize("reasoner", reasoners())
def test_thousands_of_decisions_leave_memory_flat(reasoner: str) -> None:
    """After a warm-up, the peak grows by no more than noise."""
    work = few_books()
    for book, told in work:
        decided(reasoner, book, told)
    gc.collect()
    before = resident()
    for n in range(COUNT):
        decided(reasoner, *work[n % len(work)])
    grown = resident() - before
    print(f"{reasoner}：{COUNT} 次决定后内存峰值增加 {grown:.1f} MB（此前 {before:.0f} MB）")
    assert grown < MEGABYTES


@pytest.mark.parametrize("reasoner", reasoners())
def test_eight_threads_agree_with_one(reasoner: str) -> None:
    """The same rulebooks shared between threads, the same decisions."""
    work = few_books()[::2]
    alone = [decided(reasoner, *pair) for pair in work]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda pair: decided(reasoner, *pair), work))
    assert together == alone
