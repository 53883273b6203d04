"""Do the scenarios pin the rules? Each mutant of a rulebook must make some scenario fail.

Run are, for every mutant, the features of the measures and recognitions that can notice it, in a
forked process with the mutant in place of the rulebook (where the system cannot fork, in this one).
What noticed a mutant is asked first of the next ones: few scenarios notice most of them.
What must stay true: a mutant that was not tried is never counted as noticed, and one survives only
where every scenario was asked.
"""

from __future__ import annotations

import gc
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from enum import Enum
from functools import cache
from pathlib import Path

from ..errors import HuiqiError
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook
from .models import Feature, Kind, Scenario, Step, by_subject
from .mutants import Mutant
from .run import run_scenario, run_told
from .story import Book, Load

Make = Callable[[CompiledRulebook], Book]
_QUOTED = re.compile("“([^“”]+)”")


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


@dataclass(frozen=True, kw_only=True)
class Told:
    """A scenario as it runs: one row of its examples."""

    at: tuple[Path, int]
    scenario: Scenario
    title: str
    steps: tuple[Step, ...]
    claims: frozenset[str]  # what its claims name


def told(features: Iterable[Feature]) -> tuple[Told, ...]:
    return tuple(
        Told(at=(f.path, n), scenario=scenario, title=title, steps=steps, claims=_claims(steps))
        for f in features
        for n, (scenario, title, steps) in enumerate((s, *told) for s in f.scenarios for told in s.told())
    )


def _claims(steps: Iterable[Step]) -> frozenset[str]:
    return frozenset(word for s in steps if s.kind is Kind.THEN for word in _QUOTED.findall(s.text))


def noticing(stories: Iterable[Told], mutant: Mutant, original: CompiledRulebook, load: Load, make: Make) -> int | None:
    """Which is the first that fails with the mutant in the rulebook's place. One is enough."""
    changed = make(mutant.book)

    @cache
    def instead(name: str) -> Book:
        return changed if name == original.id else load(name)

    return next((n for n, x in enumerate(stories) if run_told(x.scenario, x.title, x.steps, instead) is not None), None)


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


def survives(mutant: Mutant, features: Iterable[Feature], original: CompiledRulebook, load: Load, make: Make) -> bool:
    """Whether every scenario passes with the mutant in the rulebook's place."""
    return not _noticed(told(features), mutant, original, load, make)[0]


def _noticed(stories: Sequence[Told], mutant: Mutant, original: CompiledRulebook, load: Load, make: Make) -> tuple[bool, int | None]:
    """Whether any fails, and which did, asked in a process of its own: a mutant may crash, and leaves nothing behind."""
    if not hasattr(os, "fork"):
        try:
            found = noticing(stories, mutant, original, load, make)
        except Exception:  # noqa: BLE001 - a mutant that crashes is noticed
            return True, None
        return found is not None, found
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        gc.freeze()  # all that is here by now stays to the end: the collector need not look through it
        code = 2
        try:
            sink = os.open(os.devnull, os.O_WRONLY)
            os.dup2(sink, 1)
            os.dup2(sink, 2)
            if (found := noticing(stories, mutant, original, load, make)) is None:
                code = 0
            else:
                os.write(writing, str(found).encode())
                code = 1
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    which = int(os.read(reading, 32)) if code == 1 else None
    os.close(reading)
    os.close(writing)
    return code != 0, which


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

    stories: dict[Path, tuple[Told, ...]] = {}
    turns: dict[tuple[Path, int], int] = {}  # when each story last noticed a mutant

    def asked(mutant: Mutant, features: Iterable[Feature]) -> list[Told]:
        """What they tell: what speaks of the changed condition first, then what noticed a mutant lately, the rest in its order."""
        for f in features:
            stories.setdefault(f.path, told([f]))
        named = _QUOTED.findall(mutant.name)
        return sorted((x for f in features for x in stories[f.path]), key=lambda x: (not any(w in x.claims for w in named), -turns.get(x.at, 0)))

    def run(mutant: Mutant) -> Tried:
        if not (mine := once(f for s in mutant.subjects for f in watching.get(s, []))):
            return Tried(mutant=mutant, fate=Fate.UNWATCHED)
        if until is not None and time.monotonic() > until:
            return Tried(mutant=mutant, fate=Fate.UNTRIED)
        each = asked(mutant, mine)
        noticed, which = _noticed(each, mutant, book, load, make)
        if which is not None:
            turns[each[which].at] = max(turns.values(), default=0) + 1
        return Tried(mutant=mutant, fate=Fate.NOTICED if noticed else Fate.SURVIVED)

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(run, found)
