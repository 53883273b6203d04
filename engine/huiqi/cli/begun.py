"""What `rules test --skeletons` writes: scenarios to begin with, and reasons to be given for what no scenario can tell.

What must stay true: nothing is excused here. What was not found is laid out for whoever knows the policy
to say why, with the reason and the owner left open; what there was no time to look for is not among it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ..api import Decision, Rulebook
from ..documents.coverage import Owned, own_specs
from ..files import write_file
from ..plain import dataclass
from ..scenarios.feature_text import feature_text
from ..scenarios.models import Feature
from ..scenarios.mutants import WITHOUT_WINDOW, Mutant
from ..scenarios.skeletons import Memory, Skeleton, deciding, deciding_all, noticing, noticing_all
from ..scenarios.story import Load
from ..scenarios.waivers import EQUIVALENTS, UNDECIDABLE, mark_of_mutant, mark_of_subject
from .places import today
from .progress import Progress
from .rim import say
from .scenarios import shown

SHARE = 6  # how many times its share of the time left one skeleton may take
YEAR = timedelta(365)  # until when a reason stands before it is looked at again

Want = Owned | Mutant  # what a skeleton is wanted for
Begun = tuple[Skeleton, Want]


@dataclass(frozen=True, kw_only=True)
class UnderTest:
    """One rulebook to be tested, with all that was read for it."""

    book: Rulebook
    folder: Path  # of its rules
    features: Path
    found: list[Feature]
    load: Load
    unchanged: Mapping[str, str] | None = None  # keys of mutants that need not be tried again; None: all are


class _Quick(Rulebook):
    """By generated Python: a link is looked for in hundreds of decisions, and which fired rule says so is nobody's question.

    What was decided last is kept: a value tried is asked first how far it leads and then what holds.
    """

    _last: tuple[str, Decision] | None = None

    def decide(self, *case: Any, **how: Any) -> Decision:
        if self._last is None or self._last[0] != (asked := repr((case, how))):
            asked = repr((case, how))
            self._last = asked, super().decide(*case, **{**how, "reasoner": "python"})
        return self._last[1]


def quickly(load: Load) -> Load:
    @cache
    def of(name: str) -> Rulebook:
        book = load(name)
        assert isinstance(book, Rulebook)
        return _Quick(book.compiled)

    return of


def skeletons_for(asked: UnderTest, wanted: Sequence[Want], seconds: int) -> Iterator[Begun]:
    """Each with what it is for; one for what is written once."""
    book, load, end, memory = asked.book.compiled, quickly(asked.load), time.monotonic() + seconds, Memory()
    served = set[int]()
    with Progress("场景的架子", len(wanted)) as bar:
        for n, want in enumerate(wanted):
            # what nobody can tell apart must not take the time of the rest
            until = time.monotonic() + max(0.0, (end - time.monotonic()) * SHARE / (len(wanted) - n + SHARE))
            if n not in served and len(alike := _written_once(asked.book, wanted, n)) > 1:
                one, for_ = _for_all(asked, [wanted[k] for k in alike], load, until, memory)
                served |= {k for k in alike if _subject(wanted[k]) in for_}
                if one.claims:
                    yield one, want
            if n in served:
                pass
            elif isinstance(want, Mutant):
                yield noticing(book, asked.found, want, load, _Quick, until=until, memory=memory), want
            else:
                role, label = str(want.condition.role), want.condition.label
                yield deciding(book, asked.found, want.spec, role, label, want.scheme, load, until=until, memory=memory), want
            bar.tick()


def _written_once(book: Rulebook, wanted: Sequence[Want], first: int) -> list[int]:
    """The places of those that are of the same line of `shared.yaml`, one for each measure that it stands in."""

    def mark(want: Want) -> tuple[str, str, str] | None:
        if isinstance(want, Mutant):
            title = next((s.title for s in own_specs(book.compiled) if {s.id} == want.subjects), None)
            word = want.name.removeprefix(title or "").strip()
            return (str(want.at), "change", word) if title is not None and word == WITHOUT_WINDOW else None
        return None if want.scheme else (str(want.condition.at), str(want.condition.role), want.condition.label)

    own = mark(wanted[first])
    return [] if own is None else [k for k in range(first, len(wanted)) if mark(wanted[k]) == own]


def _subject(want: Want) -> str:
    return next(iter(want.subjects)) if isinstance(want, Mutant) else want.spec.id


def _for_all(asked: UnderTest, alike: Sequence[Want], load: Load, until: float, memory: Memory) -> tuple[Skeleton, set[str]]:
    """One skeleton for what is written once, and the measures it serves."""
    book = asked.book.compiled
    specs = [next(s for s in own_specs(book) if s.id == _subject(x)) for x in alike]
    changes = [x for x in alike if isinstance(x, Mutant)]
    if changes:
        found = noticing_all(book, asked.found, specs, changes, load, _Quick, until=until, memory=memory)
        return found, {s.id for s in specs} if found.claims else set()
    (condition, *_) = (x.condition for x in alike if isinstance(x, Owned))
    found, held = deciding_all(book, asked.found, specs, str(condition.role), condition.label, load, until=until, memory=memory)
    return found, {s.id for s in held}


def write_skeletons(path: Path, asked: Sequence[tuple[UnderTest, Sequence[Begun]]]) -> None:
    """Write the file, and say what is to be done with it."""
    inside = [one for one, _ in asked if path.parent.resolve() == one.features.resolve()]
    for one in inside:
        one.features.mkdir(exist_ok=True)
    found = [x for _, begun in asked for x, _ in begun]
    write_file(path, feature_text("、".join(one.book.title for one, _ in asked), found))
    filled = sum(bool(x.claims) for x in found)
    say(f"已为 {filled} 处写好场景的架子，在 {path}" + (f"，另 {len(found) - filled} 处没有找到数据（写在注释里）" if filled < len(found) else ""))
    if filled:
        say("逐个场景写好标题，按条文核对结论和金额" + ("" if inside else f"，再放进 {shown(asked[0][0].features)}"))
    for one, begun in asked:
        book = one.book.compiled
        lost = [want for skeleton, want in begun if not skeleton.claims and not skeleton.late]
        changes = {f"{book.id}: {x.name}": mark_of_mutant(book, x) for x in lost if isinstance(x, Mutant)}
        alone = {x.name(book): mark_of_subject(book, x.spec.id) or "0" for x in lost if isinstance(x, Owned)}
        _reasons(one.features / EQUIVALENTS, "改错，没有找到哪个案例能分辨", changes)
        _reasons(one.features / UNDECIDABLE, "条件，没有找到哪个案例只由它决定", alone)


def _reasons(path: Path, what: str, marks: Mapping[str, str]) -> None:
    """The entry of a file of reasons, all but the reason and who answers for it."""
    if marks:
        say(f"{len(marks)} 处{what}。先看是不是规则写错了、写重了；确实分不出的，照抄到 {shown(path)}，写上理由和负责（各写各的理由，可以分成几项）：")
        say(
            "\n".join(
                ["- 理由:", "  负责:", f"  到期: {today() + YEAR}", "  列举:", *(f"    {json.dumps(k, ensure_ascii=False)}: {m}" for k, m in marks.items())]
            )
        )


__all__ = ["Begun", "UnderTest", "Want", "quickly", "skeletons_for", "write_skeletons"]
