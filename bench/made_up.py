"""A made-up register through `huiqi screen --engine columns`: rows a second, what could not be decided by columns, memory.

    ./huiqi python bench/made_up.py [--rows N] [--rulebook ID] [--measure ID]...

Every row comes from the generator of registers (blanks, lists in part, values on a policy's lines), none is repeated. The clock is
processor time of one process that decides, reading and writing Parquet included, making the register not; memory is the most it had.
A process does it twice: the first time loads libraries and makes plans and kernels, whatever the size of the register.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import huiqi
from huiqi.register.generated import columns_of, generated

ON, YEAR, SEED = "2026-06-30", 2025, 20260630
AIM, MOST = 100_000, 1.0  # rows a second of one measure; percent decided one by one
ENGINE = Path(__file__).resolve().parents[1] / "engine"  # of this checkout, whatever else is installed
GROUP = 10_000  # rows of a row group
# one that reads four words of a list, the one of the other table, one with a list of records
MEASURES = ("carrier.infrastructure", "landing.new-enterprise", "certification.international")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One register decided."""

    measure: str  # its id; empty: all
    rows: int
    first: float  # rows a second, the first time in a process
    per_second: float  # …, and again
    apart: float  # percent of rows and measures that were not decided by columns
    megabytes: int

    def __str__(self) -> str:
        return f"| {self.measure or 'all measures'} | {self.rows:,} | {self.first:,.0f} | {self.per_second:,.0f} | {self.apart:.1f}% | {self.megabytes:,} |"


HEAD = ("| measure | rows | rows/s, the first time | again | decided one by one | MB at most |", "|---|---|---|---|---|---|")


def measured(rulebook: str, measure: str, rows: int, folder: Path) -> Line:
    """A register of so many rows, made and decided."""
    source = folder / "register.parquet"
    made(rulebook, measure, rows, source)
    told = json.dumps({"rulebook": rulebook, "measure": measure, "source": str(source), "target": str(folder / "decided.parquet")})
    done = subprocess.run([sys.executable, __file__, "--one", told], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ENGINE)})
    for path in folder.glob("*.parquet*"):
        path.unlink()
    found = json.loads(done.stdout)
    first, again = (rows / x for x in found["seconds"])
    return Line(measure=measure, rows=rows, first=first, per_second=again, apart=found["apart"], megabytes=found["kilobytes"] // 1024)


def made(rulebook: str, measure: str, rows: int, target: Path) -> None:
    """The register as Parquet, a row group at a time; every group has all columns, whatever of them is told in it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    book = huiqi.load(rulebook).compiled
    enterprises = generated(book, seed=SEED, count=rows, year=YEAR, measures=[measure] if measure else None)
    writer: Any = None
    while some := list(islice(enterprises, GROUP)):
        table = pa.table(columns_of(book, some))
        if writer is None:
            writer = pq.ParquetWriter(target, table.schema)
        there = {f.name: table.column(f.name) if f.name in table.column_names else pa.nulls(table.num_rows) for f in writer.schema}
        writer.write_table(pa.table(there).cast(writer.schema))
    if writer is not None:
        writer.close()


def decided(told: dict[str, str]) -> dict[str, Any]:
    """What deciding took: in a process of its own, whose memory is nobody else's."""
    import resource
    import time

    from huiqi.batches import BatchTerms, screen_table
    from huiqi.caching import patient

    measures = (told["measure"],) if told["measure"] else ()
    asking = BatchTerms(rulebook=told["rulebook"], on=ON, year=YEAR, measures=measures)
    huiqi.load(told["rulebook"])
    patient()
    seconds = []
    for n in range(2):
        began = time.process_time()
        found = screen_table(told["source"], f"{told['target']}{n}", asking)
        seconds.append(time.process_time() - began)
    whole = sum(found.outcomes.values())
    apart = 100 * found.apart[1] / whole if found.apart and whole else 0.0
    return {"seconds": seconds, "apart": apart, "kilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


def measured_all(rulebook: str, measures: Sequence[str], rows: int) -> list[Line]:
    with tempfile.TemporaryDirectory() as folder:
        return [measured(rulebook, m, rows, Path(folder)) for m in measures]


def main() -> None:
    parser = argparse.ArgumentParser(description="a made-up register by columns")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rulebook", default="datong-outsourcing")
    parser.add_argument("--measure", action="append", help="id of a measure; an empty one is all of them")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(decided(json.loads(asked.one))))
        return
    print("\n".join([*HEAD, *map(str, measured_all(asked.rulebook, asked.measure or MEASURES, asked.rows))]))


if __name__ == "__main__":
    main()
