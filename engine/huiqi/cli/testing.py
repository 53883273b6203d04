"""`rules test`: scenarios, then whether they are enough: coverage, a sample of mutants, sensitivity.

What must stay true: everything is read before anything is run; a part that was not gone through, or
not to its end, says so and never passes for one that holds; what scenarios that fail would show is not
looked for. Whoever reads this writes policy and no programs.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click

from ..api import Decision, Rulebook
from ..documents.coverage import UNDECIDABLE, coverage, own_specs, owned_conditions, read_undecidable
from ..errors import Position, UsageError
from ..rulebook.places import find_folder
from ..scenarios.adequacy import Fate, features_by_subject, sample, trials
from ..scenarios.models import Feature
from ..scenarios.mutants import Mutant, mutants
from ..scenarios.parse import read_features
from ..scenarios.sensitivity import AMOUNT, Link, links, moved
from ..scenarios.steps import Load
from ..scenarios.waivers import EQUIVALENTS, read_equivalents
from ..visible import visible_line
from .places import features_folder, features_option, place
from .progress import Progress
from .rim import say
from .scenarios import Ran, entry_line, loader, ran, shown, summary
from .zh import ChineseCommand

SAMPLE, SECONDS = 40, 300


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One rulebook to be tested, with all that was read for it."""

    book: Rulebook
    folder: Path  # of its rules
    features: Path
    found: list[Feature]
    load: Load


class _Quick(Rulebook):
    """By generated Python: a link is looked for in hundreds of decisions, and which fired rule says so is nobody's question."""

    def decide(self, *case: Any, **how: Any) -> Decision:
        return super().decide(*case, **{**how, "reasoner": "python"})


def _quickly(load: Load) -> Load:
    @cache
    def of(name: str) -> Rulebook:
        book = load(name)
        assert isinstance(book, Rulebook)
        return _Quick(book.compiled)

    return of


@click.command("test", cls=ChineseCommand)
@click.argument("names", nargs=-1, callback=place, metavar="[编号或文件夹]...")
@features_option
@click.option("--quick", is_flag=True, help="只跑场景，不查场景够不够。")
@click.option("--sample", "count", type=click.IntRange(min=0), default=SAMPLE, metavar="个数", help=f"改错抽查多少处（缺省 {SAMPLE}；0 是全部）。")
@click.option(
    "--seconds", type=click.IntRange(min=1), default=SECONDS, metavar="秒", help=f"查场景够不够，每个规则库最多用多少秒（缺省 {SECONDS}）；没有查完会说。"
)
def rules_test(names: tuple[str, ...], features: str | None, quick: bool, count: int, seconds: int) -> None:
    """跑场景，再查场景够不够：覆盖、改错抽查、逐项敏感。列出不符之处（文件:行）；有不符或不够的退出码为 1。"""
    # everything is read before anything is run: a wrong call says nothing else
    work: list[tuple[Feature, Load]] = []
    asked: list[Asked] = []
    for name in names or (None,):
        folder = features_folder(features, name)
        if folder is None:
            raise UsageError("没有找到场景文件夹；用 --features 指明")
        load, book = loader(name)
        found = read_features(folder, book)
        if not found:
            raise UsageError(f"“{folder}”里没有{f'用规则库“{book}”的' if book else ''}场景文件")
        work += [(f, load) for f in found]
        if name is not None and not quick:
            own = load(book)
            assert isinstance(own, Rulebook)
            asked.append(Asked(book=own, folder=find_folder(name), features=folder, found=found, load=load))
    done: list[Ran] = []
    with Progress("场景", len(work)) as bar:
        for feature, load in work:
            done.append(ran(feature, load))
            bar.say("\n".join(visible_line(line) for line in done[-1].lines))
            bar.tick()
    say(summary(done))
    if any(d.wrong for d in done):
        if asked:
            say("场景还有不符或写法要改的，先改好；场景够不够这次没有查")
        sys.exit(1)
    if not names:
        say("场景够不够（覆盖、改错抽查、逐项敏感）要写明规则库才查：huiqi rules test 编号")
    lacking = sum(_enough(one, count, seconds) for one in asked)
    if lacking:
        say(f"共 {lacking} 处要补。")
        sys.exit(1)


def _enough(asked: Asked, count: int, seconds: int) -> int:
    """Say what the scenarios of one rulebook lack; how much it is."""
    until = time.monotonic() + seconds
    return sum(_said(lines) for lines in (_covered(asked), _pinned(asked, count, until), _sensitive(asked, until)))


def _said(lines: Iterable[str]) -> int:
    """Print what a part found: its summary, then each lack on a line of its own."""
    head, *lacks = lines
    for line in (head, *(f"  {x}" for x in lacks)):
        say(visible_line(line))
    return len(lacks)


def _covered(asked: Asked) -> Iterator[str]:
    book = asked.book.compiled
    report = coverage(book, asked.found, read_undecidable(asked.features / UNDECIDABLE))
    places = {o.name(book): o.condition.at for spec in own_specs(book) for o in owned_conditions(spec)}
    rows = report["deciding"]
    decided, excused = sum(bool(r["settled"]) for r in rows), sum(bool(r["excused"]) for r in rows)
    yield f"覆盖：{len(rows)} 条条件中 {decided} 条有只由它决定的场景" + (f"，{excused} 条不能单独决定（{UNDECIDABLE}）" if excused else "")
    for problem in report["problems"]:
        at = next((at for name, at in places.items() if problem.endswith(f"：{name}")), None)
        yield f"{_where(at)}{problem}"


def _pinned(asked: Asked, count: int, until: float) -> Iterator[str]:
    """A sample of mutants, each of which some scenario must notice."""
    book = asked.book.compiled
    known = read_equivalents(asked.features / EQUIVALENTS)
    every = list(mutants(book))
    open_ = [m for m in every if f"{book.id}: {m.name}" not in known]
    chosen, excused = sample(open_, count), len(every) - len(open_)
    watching = features_by_subject(book, asked.found)
    results = []
    with Progress("改错抽查", len(chosen)) as bar:
        for tried in trials(book, chosen, watching, asked.load, Rulebook, jobs=os.cpu_count() or 1, until=until):
            results.append(tried)
            bar.tick()
    lost = [t for t in results if t.fate in (Fate.SURVIVED, Fate.UNWATCHED)]
    untried = sum(t.fate is Fate.UNTRIED for t in results)
    of = f"{len(every)} 处" + (f"，{excused} 处有理由（{EQUIVALENTS}）" if excused else "") + (f"，抽 {len(chosen)} 处" if len(chosen) < len(open_) else "")
    late = f"，{untried} 处没有来得及查（加长 --seconds）" if untried else ""
    yield f"改错抽查：{of}，{len(results) - len(lost) - untried} 处改错有场景发现，{len(lost)} 处没有{late}"
    for tried in lost:
        yield f"{_where(_place(asked, tried.mutant))}改成这样没有场景发现：{tried.mutant.name}"


def _place(asked: Asked, mutant: Mutant) -> Position:
    kind, name = mutant.entry
    return mutant.at if not kind else entry_line(asked.folder / f"{kind}.yaml", name)


def _sensitive(asked: Asked, until: float) -> Iterator[str]:
    """For each fact that is read, a scenario that notices when it is another."""
    book = asked.book.compiled
    excused = read_undecidable(asked.features / UNDECIDABLE)
    every = {x: at for x, at in links(book).items() if not _cannot(book.id, x, excused)}
    scenarios = sum(len(f.scenarios) for f in asked.found)
    with Progress("逐项敏感", scenarios) as bar:
        found, whole = moved(book, asked.found, every, _quickly(asked.load), until=until, tick=bar.tick)
    lost = sorted(set(every) - found) if whole else []
    late = "" if whole else f"，{len(every) - len(found)} 处没有来得及查完（加长 --seconds）"
    yield f"逐项敏感：{len(every)} 处用到数据的地方，{len(found)} 处换一个值有场景发现，{len(lost)} 处没有{late}"
    for link in lost:
        yield f"{_where(every[link])}“{link.told}”换一个值，没有场景发现它改变了“{link.title}”的{_node(link)}"


def _cannot(book: str, link: Link, excused: Iterable[str]) -> bool:
    """Its condition is listed as one that cannot decide."""
    return any(name.split("（")[0] == f"{book}/{link.subject}: {link.label}".split("（")[0] for name in excused)


def _node(link: Link) -> str:
    return AMOUNT if not link.role else f"{'条件' if link.role == 'when' else '不予支持情形'}“{link.label}”"


def _where(at: Position | None) -> str:
    return f"{shown(Path(at.file))}:{at.line}: " if at is not None and at.line else ""


__all__: Sequence[str] = ["rules_test"]
