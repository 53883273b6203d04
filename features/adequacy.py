"""Do the scenarios pin the rules? Each mutant of a rulebook must make some scenario fail.

    python features/adequacy.py [RULEBOOK...] [--sample N] [--jobs N] [--list]

Runs, for every mutant, the features of the measures and recognitions that can notice it, each in a
forked process with the mutant in place of the rulebook. Exit 1 if a mutant survives that
`equivalents.yaml` does not list with a reason, or if an entry of it is stale: it names no mutant
any more, or one that a scenario does notice, or rules that are others by now, or its end is past; or if the scenarios fail with nothing changed, when they
would notice anything. `--sample N` takes every k-th, evenly, for `./huiqi test`; stale names are then
still found, and the scenarios are not run first with nothing changed: that is another step of the command.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "engine")]

import huiqi  # noqa: E402
from huiqi.rulebook.compiler import load_compiled  # noqa: E402
from huiqi.rulebook.places import available  # noqa: E402
from huiqi.scenarios.adequacy import features_by_subject, once, prepare, sample, survives, trials  # noqa: E402
from huiqi.scenarios.mutants import Mutant, mutants  # noqa: E402
from huiqi.scenarios.parse import read_features  # noqa: E402
from huiqi.scenarios.waivers import EQUIVALENTS, complaints, mark_of_mutant, of_book, read_waivers  # noqa: E402

load: Callable[[str], huiqi.Rulebook] = cache(huiqi.load)


def strangers(known: set[str]) -> list[str]:
    """Entries of `equivalents.yaml` whose rulebook there is not."""
    return sorted(x for x in known if x.split(": ", 1)[0] not in available())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("rulebooks", nargs="*")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    waivers = read_waivers(HERE / EQUIVALENTS)
    known = {w.what for w in waivers}
    today = datetime.now().astimezone().date()
    failed = 0
    for entry in [] if options.list else strangers(known):
        print(f"过时  equivalents.yaml 里的“{entry}”：没有这个规则库")
        failed += 1
    told = read_features(HERE)
    for name in options.rulebooks or [n for n in available() if n != "common"]:
        book = load_compiled(name)
        found = list(mutants(book))
        if options.list:
            print(*(f"{book.id}: {m.name}" for m in found), sep="\n")
            continue
        named = {f"{book.id}: {m.name}": m for m in found}
        marks = {what: mark_of_mutant(book, named[what]) for w in of_book(waivers, book.id) if (what := w.what) in named}
        gone = list(complaints(of_book(waivers, book.id), marks.get, today))
        for at, entry in gone:
            print(f"过时  {at.file}:{at.line}: {entry}")
        features = features_by_subject(book, (f for f in told if book.id in f.rulebooks))
        found = sample(found, options.sample)
        started = time.monotonic()
        every = once(f for watched in features.values() for f in watched)
        if every and not options.sample and not survives(Mutant("原规则", frozenset(), book), every, book, load, huiqi.Rulebook):
            print(f"{book.id}：没有变异时场景就不通过，先改好场景", flush=True)
            failed += 1
            continue
        prepare(every, load)
        results = [(t.mutant, t.fate.value) for t in trials(book, found, features, load, huiqi.Rulebook, jobs=options.jobs)]
        alive = [(m, word) for m, word in results if word and f"{book.id}: {m.name}" not in known]
        for mutant, word in alive:
            print(f"{word}  {book.id}: {mutant.name}")
        noticed = [m for m, word in results if not word and f"{book.id}: {m.name}" in known]
        for mutant in noticed:
            print(f"过时  equivalents.yaml 里的“{book.id}: {mutant.name}”：场景分辨得出，不是等价，删去")
        listed_count = sum(1 for m, word in results if word and f"{book.id}: {m.name}" in known)
        print(
            f"{book.id}：{len(found)} 个变异，{len(alive)} 个未被场景发现，{listed_count} 个等价（有理由），用时 {time.monotonic() - started:.0f} 秒",
            flush=True,
        )
        failed += len(alive) + len(gone) + len(noticed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
