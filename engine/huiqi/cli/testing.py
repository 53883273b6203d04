"""`rules test`: scenarios, then whether they are enough: coverage, a sample of mutants, sensitivity.

What must stay true: everything is read before anything is run; a part that was not gone through, or
not to its end, says so and never passes for one that holds; what scenarios that fail would show is not
looked for. Whoever reads this writes policy and no programs.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from ..api import Rulebook
from ..api import load as load_rulebook
from ..documents.coverage import coverage, every_condition, own_specs, read_undecidable, waiver_problems
from ..errors import InputError, Position, UsageError
from ..rulebook.places import find_folder
from ..rulebook.saved import folder as cache_folder
from ..scenarios.adequacy import Fate, features_by_subject, sample, trials
from ..scenarios.changed import keep, keys, recalled, to_try
from ..scenarios.feature_text import UNTITLED
from ..scenarios.models import Feature
from ..scenarios.mutants import Mutant, mutants
from ..scenarios.parse import read_features
from ..scenarios.sensitivity import Link, sensitivity
from ..scenarios.story import Load
from ..scenarios.waivers import EQUIVALENTS, UNDECIDABLE, complaints, mark_of_mutant, of_book, read_waivers
from ..visible import visible_line
from .begun import Begun, UnderTest, Want, quickly, skeletons_for, write_skeletons
from .places import features_folder, features_option, place, today
from .progress import Progress
from .revisions import as_of
from .rim import say
from .scenarios import Ran, entry_line, loader, ran, shown, summary, where
from .zh import ChineseCommand

SAMPLE, SECONDS = 40, 300
SHOWN = 8  # lines named of scenarios that are alike


@click.command("test", cls=ChineseCommand)
@click.argument("names", nargs=-1, callback=place, metavar="[编号或文件夹]...")
@features_option
@click.option("--quick", is_flag=True, help="只跑场景，不查场景够不够。")
@click.option("--sample", "count", type=click.IntRange(min=0), metavar="个数", help=f"改错抽查多少处（缺省 {SAMPLE}，一个场景也还没有的是全部；0 是全部）。")
@click.option(
    "--seconds", type=click.IntRange(min=1), default=SECONDS, metavar="秒", help=f"查场景够不够，每个规则库最多用多少秒（缺省 {SECONDS}）；没有查完会说。"
)
@click.option("--changed", is_flag=True, help="改错只查上次查过以后规则或场景有变的。")
@click.option("--since", metavar="版本", help="改错只查 git 的这个版本以后规则或场景有变的，如 HEAD、main。")
@click.option(
    "--skeletons",
    callback=place,
    metavar="文件.feature",
    help="没有场景决定的条件、没有场景发现的改错，各写一个场景的架子到这个文件（还没有的）；标题留给你写。",
)
def rules_test(
    names: tuple[str, ...], features: str | None, quick: bool, count: int | None, seconds: int, changed: bool, since: str | None, skeletons: str | None
) -> None:
    """跑场景，再查场景够不够：覆盖、改错抽查、逐项敏感。列出不符之处（文件:行）；有不符或不够的退出码为 1。"""
    if skeletons is not None and (quick or not names):
        raise UsageError("--skeletons 要写明规则库，且不与 --quick 同用")
    if skeletons is not None and Path(skeletons).exists():
        raise UsageError(f"“{skeletons}”已经有了，不覆盖；换一个文件名")
    if (changed or since is not None) and (quick or not names):
        raise UsageError("--changed、--since 要写明规则库，且不与 --quick 同用")
    # everything is read before anything is run: a wrong call says nothing else
    work: list[tuple[Feature, Load]] = []
    asked: list[UnderTest] = []
    for name in names or (None,):
        folder = features_folder(features, name)
        load, book = loader(name)
        if folder is None and skeletons is not None and name is not None:
            folder = find_folder(name) / "features"  # where they may lie; the first of them are what is asked for
        if folder is None:
            raise UsageError("没有找到场景文件夹；用 --features 指明" + (f"，还没有场景的先写架子：{_first_call(name)}" if name is not None else ""))
        found = read_features(folder, book) if folder.is_dir() or skeletons is None else []
        if not found and skeletons is None:
            raise UsageError(
                f"“{folder}”里没有{f'用规则库“{book}”的' if book else ''}场景文件" + (f"；先写架子：{_first_call(name)}" if name is not None else "")
            )
        work += [(f, load) for f in found]
        if name is not None and not quick:
            own = load(book)
            assert isinstance(own, Rulebook)
            before = _before(find_folder(name), folder, since) if since is not None else recalled(_record(find_folder(name))) if changed else None
            asked.append(UnderTest(book=own, folder=find_folder(name), features=folder, found=found, load=load, unchanged=before))
    done: list[Ran] = []
    with Progress("场景", len(work)) as bar:
        for feature, load in work:
            done.append(ran(feature, load))
            bar.say("\n".join(visible_line(line) for line in done[-1].lines))
            bar.tick()
    say(summary(done) if done else "还没有场景文件，先写架子")
    if any(d.wrong for d in done):
        if asked:
            say("场景还有不符或写法要改的，先改好；场景够不够这次没有查")
        sys.exit(1)
    if not names:
        say("场景够不够（覆盖、改错抽查、逐项敏感）要写明规则库才查：huiqi rules test 编号")
    untitled = sum(_untitled(f) for one in asked for f in one.found)
    lacking, begun = untitled, list[tuple[UnderTest, list[Begun]]]()
    for one in asked:
        wanted: list[Want] = []
        lacking += _enough(one, count, seconds, wanted) if one.found else _all_of_it(one, count, wanted)
        if skeletons is not None:
            begun.append((one, list(skeletons_for(one, wanted, seconds))))
    if skeletons is not None and any(some for _, some in begun):
        write_skeletons(Path(skeletons), begun)
    if lacking:
        if skeletons is None and lacking > untitled:
            say(f"场景的架子可以先写好：huiqi rules test {' '.join(names)} --skeletons 架子.feature")
        say(f"共 {lacking} 处要补。")
        sys.exit(1)


def _first_call(name: str) -> str:
    return f"huiqi rules test {name} --skeletons {shown(find_folder(name) / 'features' / '场景.feature')}"


def _untitled(feature: Feature) -> int:
    """Scenarios whose sentence nobody has written: it is what the author answers for."""
    bare = [s.line for s in feature.scenarios if s.title.startswith(UNTITLED)]
    if bare:
        lines = "、".join(map(str, bare[:SHOWN])) + (" …" if len(bare) > SHOWN else "")
        say(f"{shown(feature.path)}:{bare[0]}: {len(bare)} 个场景还没有标题（第 {lines} 行）：各写一句话，政策怎么说、为什么是这个结论")
    return len(bare)


def _all_of_it(asked: UnderTest, count: int | None, wanted: list[Want]) -> int:
    """Without a scenario everything is lacking, and nobody is helped by a list of it."""
    conditions, changes = list[Want](), list[Want]()
    for part, lines in ((conditions, _covered(asked, conditions)), (changes, _pinned(asked, count or 0, time.monotonic(), changes))):
        deque(lines, maxlen=0)
        wanted += part
    say(f"{len(conditions)} 条条件、{len(changes)} 处改错还没有场景")
    return len(wanted)


def _before(folder: Path, features: Path, since: str) -> Mapping[str, str]:
    """The keys as of a revision; none where the rulebook was not there or did not compile."""
    with as_of(folder, since, ".yaml") as rules, as_of(features, since, ".feature") as scenarios:
        try:
            book = load_rulebook(rules).compiled
            return keys(book, mutants(book), read_features(scenarios, book.id))
        except InputError:
            return {}


def _record(folder: Path) -> Path:
    """Where it is kept which mutants were noticed; nowhere that can be written where nothing is to be kept."""
    return kept_at(f"{hashlib.sha256(str(folder.resolve()).encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.noticed")


def kept_at(name: str) -> Path:
    """A file of this user's cache."""
    return (cache_folder() or Path(os.devnull)) / name


def _enough(asked: UnderTest, count: int | None, seconds: int, wanted: list[Want]) -> int:
    """Say what the scenarios of one rulebook lack; how much it is. What a scenario would mend is `wanted`."""
    until = time.monotonic() + seconds
    return sum(_said(lines) for lines in (_covered(asked, wanted), _pinned(asked, SAMPLE if count is None else count, until, wanted), _sensitive(asked, until)))


def _said(lines: Iterable[str]) -> int:
    """Print what a part found: its summary, then each lack on a line of its own."""
    head, *lacks = lines
    for line in (head, *(f"  {x}" for x in lacks)):
        say(visible_line(line))
    return len(lacks)


def _covered(asked: UnderTest, wanted: list[Want]) -> Iterator[str]:
    book = asked.book.compiled
    report = coverage(book, asked.found, read_undecidable(asked.features / UNDECIDABLE))
    owned = {o.name(book): o for spec in own_specs(book) for o in every_condition(book, spec)}
    rows = report["deciding"]
    decided, excused = sum(bool(r["settled"]) for r in rows), sum(bool(r["excused"]) for r in rows)
    yield f"覆盖：{len(rows)} 条条件中 {decided} 条有只由它决定的场景" + (f"，{excused} 条不能单独决定（{UNDECIDABLE}）" if excused else "")
    wanted += [owned[r["name"]] for r in rows if not r["settled"] and not r["excused"] and r["name"] in owned]
    yield from (f"{where(at)}{said}" for at, said in waiver_problems(book, asked.features / UNDECIDABLE, today()))
    for problem in report["problems"]:
        at = next((o.condition.at for name, o in owned.items() if problem.endswith(f"：{name}")), None)
        yield f"{where(at)}{problem}"


def _pinned(asked: UnderTest, count: int, until: float, wanted: list[Want]) -> Iterator[str]:
    """A sample of mutants, each of which some scenario must notice."""
    book = asked.book.compiled
    every = list(mutants(book))
    marks = {f"{book.id}: {m.name}": m for m in every}
    waivers = of_book(read_waivers(asked.features / EQUIVALENTS), book.id)
    known = {w.what for w in waivers}
    open_ = [m for m in every if f"{book.id}: {m.name}" not in known]
    now = keys(book, open_, asked.found)
    again = open_ if asked.unchanged is None else to_try(open_, now, asked.unchanged)
    chosen, excused = sample(again, count), len(every) - len(open_)
    watching = features_by_subject(book, asked.found)
    results = []
    with Progress("改错抽查", len(chosen)) as bar:
        for tried in trials(book, chosen, watching, asked.load, Rulebook, jobs=os.cpu_count() or 1, until=until):
            results.append(tried)
            bar.tick()
    lost = [t for t in results if t.fate in (Fate.SURVIVED, Fate.UNWATCHED)]
    wanted += [t.mutant for t in lost]
    path = _record(asked.folder)
    still = {n: k for n, k in recalled(path).items() if now.get(n) == k and n not in {t.mutant.name for t in lost}}
    keep(path, still | {t.mutant.name: now[t.mutant.name] for t in results if t.fate is Fate.NOTICED})
    untried = sum(t.fate is Fate.UNTRIED for t in results)
    of = f"{len(every)} 处" + (f"，{excused} 处有理由（{EQUIVALENTS}）" if excused else "")
    of += f"，{len(open_) - len(again)} 处没有变" if asked.unchanged is not None else ""
    of += f"，抽 {len(chosen)} 处" if len(chosen) < len(again) else ""
    late = f"，{untried} 处没有来得及查（加长 --seconds）" if untried else ""
    yield f"改错抽查：{of}，{len(results) - len(lost) - untried} 处改错有场景发现，{len(lost)} 处没有{late}"
    wrong = complaints(waivers, lambda what: mark_of_mutant(book, marks[what]) if what in marks else None, today())
    yield from (f"{where(at)}{said}" for at, said in wrong)
    for tried in lost:
        yield f"{where(_place(asked, tried.mutant))}改成这样没有场景发现：{tried.mutant.name}"


def _place(asked: UnderTest, mutant: Mutant) -> Position:
    kind, name = mutant.entry
    return mutant.at if not kind else entry_line(asked.folder / f"{kind}.yaml", name)


def _sensitive(asked: UnderTest, until: float) -> Iterator[str]:
    """For each fact that is read, a scenario that notices when it is another."""
    book = asked.book.compiled
    waived = of_book(read_waivers(asked.features / UNDECIDABLE), book.id)
    with Progress("逐项敏感", sum(len(f.scenarios) for f in asked.found)) as bar:
        found = sensitivity(book, asked.found, waived, quickly(asked.load), until=until, tick=bar.tick)
    late = "" if found.whole else f"，{len(found.wanted) - len(found.held)} 处没有来得及查完（加长 --seconds）"
    reasons = f"{len(found.excused)} 处有理由（{UNDECIDABLE}），" if found.excused else ""
    of = f"{len(found.wanted) + len(found.excused)} 处用到数据的地方，{reasons}"
    yield f"逐项敏感：{of}{len(found.held)} 处换一个值有场景发现，{len(found.lost)} 处没有{late}"
    for link in found.lost:
        yield f"{where(found.places[link])}“{link.told}”换一个值，没有场景发现它改变了“{link.title}”的{_node(link)}"
    for one, known in found.stale(waived):
        yield f"{where(one.at)}“{one.what}”：{'没有这样用到数据的地方了' if known is None else '场景发现得了'}，删去"


def _node(link: Link) -> str:
    return link.label if link.role in ("", "window") else f"{'条件' if link.role == 'when' else '不予支持情形'}“{link.label}”"


__all__: Sequence[str] = ["quickly", "rules_test"]
