"""The long check, by hand: `PYTHONPATH=engine HUIQI_PAIRS=100000 python -m tests.properties.long_run`.

On every pair the two readers must agree and one thing untold may only loosen the decision; then as
many decisions again on a few rulebooks, to see that memory stays flat. Prints what was covered, the
time, the resident memory before and after, and every failure by its seeds; exit 1 if there was one.
"""

from __future__ import annotations

import gc
import os
import random
import sys
import time
from pathlib import Path

from .strategies import BOOKS, Coverage, book_of, decide_case, draw_case, overturned, stacked_ids, told_less
from .test_readers_agree import decided, shown


def memory() -> str:
    """Resident memory now, and at its peak."""
    import resource

    status = Path("/proc/self/status")
    now = next((line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmRSS")), "0") if status.exists() else "0"
    return f"{int(now) / 1024:.0f} MB（峰值 {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB）"


def main(count: int) -> int:
    coverage, failures, began = Coverage(), 0, time.monotonic()
    per = -(-count // BOOKS)
    print(f"开始：{memory()}", flush=True)
    for seed in range(BOOKS):
        book = book_of(seed)
        stacked = stacked_ids(book.compiled)
        for n in range(min(per, count - coverage.pairs)):
            r = random.Random(f"长{seed}·{n}")
            told = draw_case(r, book)
            one, two = decided("reference", book, told), decided("rete", book, told)
            coverage.count(book, told, one)
            if shown(one) != shown(two):
                failures += 1
                print(f"推理方式不一致：规则库 {book.name}，案例 长{seed}·{n}")
            if ways := list(told_less(told)):
                what, less = r.choice(ways)
                for problem in overturned(decide_case(book, less), one, stacked):
                    failures += 1
                    print(f"告知更多反而推翻：规则库 {book.name}，案例 长{seed}·{n}，少告知 {what}：{problem}")
        if seed % 8 == 7:
            print(f"{coverage.pairs} 对，{time.monotonic() - began:.0f} 秒，{memory()}，{failures} 处不符", flush=True)
    print(coverage)
    gc.collect()
    before, began = memory(), time.monotonic()
    for n in range(count):
        book = book_of(n % 20)
        decided("rete", book, draw_case(random.Random(n // 20 % 500), book))
    gc.collect()
    print(f"再作 {count} 次决定（20 个规则库）：{time.monotonic() - began:.0f} 秒；此前 {before}，此后 {memory()}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(int(os.environ.get("HUIQI_PAIRS", "100000"))))
