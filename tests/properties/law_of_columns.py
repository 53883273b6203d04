"""The law over whole columns, by hand: `PYTHONPATH=engine python -m tests.properties.law_of_columns`.

`HUIQI_ROWS` (1,000,000) rows of registers made up for the shipped rulebooks, each decided by columns and by the reference: outcome, amounts,
standing and reason of every measure asked for must be the same. A table of `TABLE` rows at a time, in turn of every rulebook with
measures, of one measure of it and of all of them. `HUIQI_SHARE=k/n` does the k-th of n shares. Prints what was covered, how many of what
was asked were decided one by one, and every row that differs by its seed; exit 1 if there was one.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from huiqi import load
from huiqi.errors import CaseError
from huiqi.frames import decide_frame
from huiqi.register.generated import columns_of, generated
from huiqi.rulebook.compiled import CompiledRulebook
from huiqi.rulebook.places import available

from .long_run import memory
from .strategies import DAY

TABLE = 50  # rows: small enough that the way of every row is met for the first time in some table
YEAR = 2025


def asked() -> Iterator[tuple[str, Sequence[str] | None]]:
    """Every rulebook with measures: each of them alone, and all together."""
    for name in available():
        book = load(name).compiled
        if book.measures:
            yield name, None
            yield from ((name, [m.id]) for m in book.measures.values())


def compared(book: CompiledRulebook, seed: int, measures: Sequence[str] | None, seen: Counter[str], rows: int = TABLE) -> tuple[int, list[str]]:
    """One table by columns and by the reference: how many rows it has, and what differs."""
    made = list(generated(book, seed=seed, count=rows, year=YEAR, measures=measures))
    columns = columns_of(book, made)
    frame, apart = pa.table({name: columns[name] for name in columns}), list[int]()

    def decided(who: str) -> list[dict[str, Any]]:
        how: dict[str, Any] = {"apart": apart.append} if who == "python" else {}
        found = decide_frame(
            book, frame, on=DAY, year=YEAR, records={}, key=None, measures=measures, scheme={}, reasoner=who, verdicts=False, **how
        )  # fmt: skip
        told: list[dict[str, Any]] = found.to_pylist()
        return told

    found, meant = decided("python"), decided("reference")
    for row in meant:
        seen.update(f"结论 {value}" for name, value in row.items() if name.endswith(".outcome"))
        seen.update("读法未定" for name, value in row.items() if name.endswith(".reason") and value and "读法未定" in value)
    seen["逐户"] += sum(apart)
    seen["全部"] += len(made) * (len(book.measures) if measures is None else len(measures))
    for spec in book.records.values():
        for one in made:
            some = one.records.get(spec.name)
            seen["明细未提供" if some is None else "明细未列全" if isinstance(some, dict) else "明细为零条" if not some else "明细"] += 1
    return len(made), [f"{seed}·{n}" for n, (a, b) in enumerate(zip(found, meant, strict=True)) if a != b]


def main(count: int, part: int, of: int) -> int:
    seen, rows, failures, began = Counter[str](), 0, 0, time.monotonic()
    tables = list(asked())
    number = part - 1
    while rows * of < count:
        name, measures = tables[number % len(tables)]
        try:
            some, wrong = compared(load(name).compiled, number, measures, seen)
        except CaseError as error:
            some, wrong = TABLE, [f"{number}：{error}"]
        rows += some
        failures += len(wrong)
        for where in wrong:
            print(f"按列与参照不一致：规则库 {name}，事项 {measures or '全部'}，{where}", flush=True)
        number += of
        if number // of % 50 == 0:
            print(f"{rows} 户，{time.monotonic() - began:.0f} 秒，{memory()}，逐户 {seen['逐户']}/{seen['全部']}，{failures} 处不符", flush=True)
    print(f"{rows} 户，{failures} 处不符\n" + "\n".join(f"  {name:<24}{n:>10}" for name, n in sorted(seen.items())), flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    share = os.environ.get("HUIQI_SHARE", "1/1").split("/")
    sys.exit(main(int(os.environ.get("HUIQI_ROWS", "1000000")), int(share[0]), int(share[1])))
