"""A service decides for weeks: memory stays flat, and threads do not disturb one another."""

from __future__ import annotations

import gc
import resource
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

import huiqi
from huiqi.reasoning.parts import forget
from tests.making import CASES, examples

from .strategies import Book, Told, decided_by, of_book, readers

COUNT = examples(480)
MEGABYTES = 6  # what they may add to the peak: under a tenth of one decision's JSON each


def resident() -> float:
    """Peak resident memory in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def cases(each: int) -> list[tuple[Book, Told]]:
    """So many cases on each of eight rulebooks, as a service would see: those of few records, which are decided fastest."""
    drawn = (sorted(of_book(seed, 4 * each), key=lambda pair: sum(len(pair[1].rows(name)) for name in pair[1].records)) for seed in range(8))
    return [pair for pairs in drawn for pair in pairs[:each]]


@pytest.mark.parametrize("reader", readers())
def test_hundreds_of_decisions_leave_memory_flat(reader: str) -> None:
    """After every case was decided as a new one and as one met before, deciding them again keeps nothing: no object of Python, no memory of the engine."""
    forget()  # what is kept of other tests' enterprises makes room for these, piece by piece, and those are of other sizes
    work = cases(10)
    for book, told in (*work, *work):  # met before, it is served what is kept, and words it from there: what that keeps is kept once
        decided_by(reader, book, told).to_dict()
    gc.collect()
    blocks, peak = sys.getallocatedblocks(), resident()
    for n in range(COUNT):
        decided_by(reader, *work[n % len(work)]).to_dict()
    gc.collect()
    kept, grown = sys.getallocatedblocks() - blocks, resident() - peak
    print(f"{reader}：再作 {COUNT} 次决定后多留 {kept} 块内存，峰值增加 {grown:.1f} MB（此前 {peak:.0f} MB）")
    assert kept < COUNT
    assert grown < MEGABYTES


def test_a_decision_goes_when_it_is_done_with() -> None:
    """Nothing in it holds itself: whoever lets it go frees it at once, looked into or not, and needs no collector."""
    case = huiqi.read_case(CASES[0])
    book = huiqi.load(case.rulebooks[0])
    gc.collect()
    gc.disable()
    try:
        decision = book.decide(case, on=case.on, reasoner="reference", others=[huiqi.load(o) for o in case.rulebooks[1:]])
        view = decision.measures
        ends = [weakref.ref(x) for x in (decision, decision.judgement, decision.told)]
        decision.to_dict()
        decision.explain()
        del decision, view
        assert [end() for end in ends] == [None] * len(ends)
    finally:
        gc.enable()


@pytest.mark.parametrize("reader", readers())
def test_eight_threads_agree_with_one(reader: str) -> None:
    """The same rulebooks shared between threads, the same decisions."""
    work = cases(12)
    alone = [decided_by(reader, *pair).to_dict() for pair in work]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda pair: decided_by(reader, *pair).to_dict(), work))
    assert together == alone
