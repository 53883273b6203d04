"""Do the scenarios pin the rules? Each mutant of a rulebook must make some scenario fail.

Run are, for every mutant, the features of the measures and recognitions that can notice it, in a
forked process with the mutant in place of the rulebook (where the system cannot fork, in this one).
What must stay true: a mutant that was not tried is never counted as noticed.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from enum import Enum
from functools import cache

from ..errors import HuiqiError
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook
from .models import Feature, by_subject
from .mutants import Mutant
from .run import run_scenario
from .steps import Book, Load

Make = Callable[[CompiledRulebook], Book]


class Fate(Enum):
    """What became of a mutant; `value` is the word for it."""

    NOTICED = ""
    SURVIVED = "存活"
    UNWATCHED = "没有场景"
    UNTRIED = "没有来得及试"


@dataclass(frozen=True, kw_only=True)
class Tried:
    mutant: Mutant
    fate: Fate


def subjects_of(book: CompiledRulebook) -> dict[str, str]:
    """Title -> id of what the rulebook's features may name."""
    return {s.title: s.id for s in book.measures.values()} | {r.title: r.id for r in book.recognitions.values() if r.rulebook == book.id}


def features_by_subject(book: CompiledRulebook, features: Iterable[Feature]) -> dict[str, list[Feature]]:
    """Features that decide by this rulebook, by the id of what they name."""
    return by_subject(features, subjects_of(book))


def agree(features: Sequence[Feature], mutant: Mutant, original: CompiledRulebook, load: Load, make: Make) -> bool:
    """Whether every scenario passes with the mutant in the rulebook's place. One that fails is enough."""
    changed = make(mutant.book)

    @cache
    def instead(name: str) -> Book:
        return changed if name == original.id else load(name)

    return not any(True for f in features for s in f.scenarios for _ in run_scenario(s, instead))


def prepare(features: Iterable[Feature], load: Load) -> None:
    """Done once here, what the process of each mutant would otherwise do for itself: rulebooks read, the reasoner made ready, a case decided.

    A scenario that fails, or a rulebook that cannot be loaded, is found by whoever runs the scenarios.
    """
    seen: set[str] = set()
    for feature in features:
        if fresh := feature.rulebooks - seen:
            seen |= fresh
            with suppress(HuiqiError):
                for name in sorted(fresh):
                    load(name)
                any(True for scenario in feature.scenarios[:1] for _ in run_scenario(scenario, load))


def survives(mutant: Mutant, features: Sequence[Feature], original: CompiledRulebook, load: Load, make: Make) -> bool:
    """Whether the scenarios agree, asked in a process of its own: a mutant may crash, and leaves nothing behind."""
    if not hasattr(os, "fork"):
        try:
            return agree(features, mutant, original, load, make)
        except Exception:  # noqa: BLE001 - a mutant that crashes is noticed
            return False
    child = os.fork()
    if child == 0:
        gc.freeze()  # all that is here by now stays to the end: the collector need not look through it
        code = 2
        try:
            sink = os.open(os.devnull, os.O_WRONLY)
            os.dup2(sink, 1)
            os.dup2(sink, 2)
            code = 0 if agree(features, mutant, original, load, make) else 1
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def once(features: Iterable[Feature]) -> list[Feature]:
    """Each once, by file."""
    return [f for _, f in sorted({f.path: f for f in features}.items())]


def sample(found: Sequence[Mutant], count: int) -> list[Mutant]:
    """Every k-th, evenly, so that there are `count`; all of them for 0."""
    if not count or len(found) <= count:
        return list(found)
    step = len(found) / count
    return [found[int(i * step)] for i in range(count)]


def trials(
    book: CompiledRulebook, found: Sequence[Mutant], watching: Mapping[str, Sequence[Feature]], load: Load, make: Make,
    *, jobs: int = 1, until: float | None = None,
) -> Iterator[Tried]:  # fmt: skip
    """The fate of each mutant, in order. After `until` (of `time.monotonic`) the rest is not tried."""

    def run(mutant: Mutant) -> Tried:
        if not (mine := once(f for s in mutant.subjects for f in watching.get(s, []))):
            return Tried(mutant=mutant, fate=Fate.UNWATCHED)
        if until is not None and time.monotonic() > until:
            return Tried(mutant=mutant, fate=Fate.UNTRIED)
        return Tried(mutant=mutant, fate=Fate.SURVIVED if survives(mutant, mine, book, load, make) else Fate.NOTICED)

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(run, found)
