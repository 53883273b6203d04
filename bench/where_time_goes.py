"""Where a decision's time goes, by module: both works, both populations, with and without the complete JSON.

    ./huiqi python bench/where_time_goes.py [--reasoner NAME] [--decisions N] [--functions N]

Own time under cProfile, which makes calls dearer than they are: for shares, not for durations. What a
builtin takes counts for the module that calls it. (Not called profile.py: that name is the standard
library's, which cProfile imports.)
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from ours import REASONERS, contestant
from run import QUICK, ROOT, enterprises
from work import Population, Work, rulebook

Function = tuple[str, int, str]


def profiled(work: Callable[[Sequence[Any]], Any], rows: Sequence[Any]) -> Mapping[Function, float]:
    """Seconds of own time by function; a builtin's under its callers."""
    profile = cProfile.Profile()
    profile.runcall(work, rows)
    told: defaultdict[Function, float] = defaultdict(float)
    for function, (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if function[0] != "~" or not callers:
            told[function] += own
            continue
        for caller, (_, _, inside, _) in callers.items():
            told[caller] += inside
    return told


def module(function: Function) -> str:
    """The engine's module, or the library, a function belongs to."""
    path = Path(function[0])
    if path.is_relative_to(ROOT / "engine"):
        return str(path.relative_to(ROOT / "engine").with_suffix("")).replace("/", ".")
    if function[0].startswith("<"):
        return f"generated {function[0].split(' ', 1)[0]}>" if " " in function[0] else function[0]
    parts = path.parts
    return parts[parts.index("site-packages") + 1] if "site-packages" in parts else path.parent.name + "/" + path.stem if len(parts) > 1 else function[0]


def main() -> None:
    parser = argparse.ArgumentParser(description="where a decision's time goes, by module")
    parser.add_argument("--reasoner", choices=REASONERS, default="python" if "python" in REASONERS else "reference")
    parser.add_argument("--decisions", type=int, default=30)
    parser.add_argument("--functions", type=int, default=0, help="the dearest functions, too")
    asked = parser.parse_args()
    rows = enterprises(QUICK)
    with tempfile.TemporaryDirectory() as temporary:
        books = {Work.GRID: str(rulebook(Path(temporary) / "bench")), Work.DATONG: "datong-outsourcing"}
        for work in Work:
            for complete in (False, True):
                one = contestant({"book": books[work], "site": None, "way": {"reasoner": asked.reasoner, "complete": complete, "measures": None}})
                for population in Population:
                    some = list(islice(cycle(rows[work][population]), asked.decisions))
                    one.run(some[:2])
                    told = profiled(one.run, some)
                    show(f"{work}, {population}: {one.title}", told, asked.functions)


def show(title: str, told: Mapping[Function, float], functions: int) -> None:
    whole = sum(told.values())
    modules: dict[str, float] = {}
    for function, seconds in told.items():
        modules[module(function)] = modules.get(module(function), 0.0) + seconds
    print(f"\n## {title}\n")
    for name, seconds in sorted(modules.items(), key=lambda m: -m[1]):
        if seconds >= whole / 100:
            print(f"{seconds / whole:6.1%}  {name}")
    for function, seconds in sorted(told.items(), key=lambda f: -f[1])[:functions]:
        print(f"        {seconds / whole:6.1%}  {module(function)}:{function[1]} {function[2]}")


if __name__ == "__main__":
    main()
