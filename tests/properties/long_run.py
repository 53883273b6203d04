"""The long check, by hand: `PYTHONPATH=engine python -m tests.properties.long_run`.

`HUIQI_PAIRS` (100,000) pairs: the readers must judge as the reference does, the whole judgement compared, of every tenth pair everything
shown, too (words follow from the judgement and the facts alone); and one thing untold may only loosen the decision. Then
`HUIQI_DECISIONS` (1,000,000) decisions in the same process, to see that memory stays flat and nothing crashes. `HUIQI_SHARE=1of2` does
the first of two shares of the pairs: a process for each processor. Prints what was covered, the time, the resident memory as it goes, and every
failure by its seeds; exit 1 if there was one.
"""

from __future__ import annotations

import gc
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from huiqi.reasoning.facts import read_facts
from huiqi.reasoning.parts import as_kept
from huiqi.telling.decision import Decision
from huiqi.telling.results import decide_with

from .strategies import BOOKS, Coverage, book_of, decide_case, decided_by, draw_case, overturned, readers, shown, stacked_ids, told_less

SHOWN = 10  # of so many pairs one is worded by every reader
CASES = 400  # of the long row of decisions


def memory() -> str:
    """Resident memory now, and at its peak."""
    import resource

    status = Path("/proc/self/status")
    now = next((line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmRSS")), "0") if status.exists() else "0"
    return f"{int(now) / 1024:.0f} MB（峰值 {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB）"


def judged(decision: Decision) -> tuple[Any, ...]:
    """All of it that words follow from."""
    judgement = decision.judgement
    assert judgement is not None
    judgement.work_out()
    total = judgement.total
    return dict(judgement.measures), dict(judgement.recognitions), (total.low, total.high, total.standing, total.measures), judgement.covers


def pairs(count: int, books: int, share: tuple[int, int] = (0, 1)) -> int:
    """Readers agree, and telling more never overturns, on `count` pairs, of which this is one share; the number of failures."""
    coverage, failures, began = Coverage(), 0, time.monotonic()
    others = (*(r for r in readers() if r != "reference"), "python")
    per = -(-count // books)
    for seed in range(books)[share[0] :: share[1]]:
        book = book_of(seed)
        stacked = stacked_ids(book.compiled)
        for n in range(min(per, count - seed * per)):
            r = random.Random(f"长{seed}·{n}")
            told = draw_case(r, book)
            facts = as_kept(read_facts(book.compiled, told.facts, told.records, told.year))[0]
            one, *rest = (decide_with(x, book.compiled, facts, on=told.on, schemes=told.schemes) for x in ("reference", *others))
            coverage.count(book, told, one)
            for reader, other in zip(others, rest, strict=True):
                if judged(other) != judged(one) or (n % SHOWN == 0 and shown(other) != shown(one)):
                    failures += 1
                    print(f"推理方式 {reader} 与参照不一致：规则库 {book.name}，案例 长{seed}·{n}", flush=True)
            if ways := list(told_less(told)):
                what, less = r.choice(ways)
                for problem in overturned(decide_case(book, less), one, stacked):
                    failures += 1
                    print(f"告知更多反而推翻：规则库 {book.name}，案例 长{seed}·{n}，少告知 {what}：{problem}", flush=True)
        if (seed // share[1]) % 8 == 7:
            print(f"{coverage.pairs} 对，{time.monotonic() - began:.0f} 秒，{memory()}，{failures} 处不符", flush=True)
    print(coverage, flush=True)
    return failures


def decisions(count: int) -> None:
    """`count` decisions in this process: each tenth by the rule engine, the others as the library decides, each hundredth told as JSON.

    The ten smallest rulebooks of the maker; of the cases of each those of the fewest records.
    """
    books = sorted((book_of(seed) for seed in range(BOOKS)), key=lambda b: len(b.compiled.canonical))[:10]
    drawn = [(book, draw_case(random.Random(f"耐久{n}"), book)) for book in books for n in range(200)]
    work = sorted(drawn, key=lambda pair: sum(len(pair[1].rows(name)) for name in pair[1].records))[:CASES]
    other, began = next((r for r in readers() if r != "reference"), "reference"), time.monotonic()
    for n in range(count):
        book, told = work[n % len(work)]
        # the tenth moves on with every round through the cases: in the end each was judged by both
        decision = decided_by(other if (n + n // len(work)) % 10 == 9 else "python", book, told)
        assert decision.judgement is not None and all(m.outcome for m in decision.judgement.measures.values())
        if n % 100 == 99:
            assert decision.to_json()
        if n % max(count // 20, 1) == 0:
            gc.collect()
            print(f"{n} 次决定，{time.monotonic() - began:.0f} 秒，{memory()}", flush=True)
    gc.collect()
    print(f"{count} 次决定（{len(books)} 个规则库，{len(work)} 个案例）：{time.monotonic() - began:.0f} 秒，{memory()}", flush=True)


def main(of_pairs: int, of_decisions: int) -> int:
    print(f"开始：{memory()}", flush=True)
    part, of = map(int, os.environ.get("HUIQI_SHARE", "1of1").split("of"))
    failures = pairs(of_pairs, max(BOOKS, of_pairs // 250), (part - 1, of)) if of_pairs else 0
    if of_decisions:
        decisions(of_decisions)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(int(os.environ.get("HUIQI_PAIRS", "100000")), int(os.environ.get("HUIQI_DECISIONS", "1000000"))))
