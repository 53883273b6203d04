"""Open readings: what holds however they are decided, and what each way of deciding them comes to.

A rulebook with open readings stands for the set of rulebooks in which each is decided (supervaluation):
every combination is judged by itself, by whichever reader judges, and what agrees is settled (`merging`). What
must stay true: a measure is settled only where every combination agrees; stacking is settled inside
each combination, so that exclusive readings are never added; deciding a reading only ever settles
more; and a rulebook without readings is judged as if this module were not here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from ..caching import Cache, Derived
from ..language import typed as t
from ..plain import dataclass
from ..rulebook.compiled import Choices, CompiledRulebook, Standing
from ..rulebook.reach import references
from ..rulebook.readings import GROUP, decided, readings_in_play
from ..values import Causes, Topic, leading
from ..words import CauseKind, Outcome
from .exclusions import exclusion_id
from .judged import (
    Judgement,
    MeasureJudged,
    Reason,
    ReasonKind,
    RecognitionJudged,
    Total,
)
from .merging import alone, cause_of, merge, merge_recognitions, result_of
from .needed import company, dependencies, recognitions_of
from .shared import Shared
from .stacking import among, summed_up

MOST = 64  # combinations of one component that are judged one by one

T = TypeVar("T")


Asked = tuple[str, "date | Causes"]  # a recognition, by key, on a day


class Reader(Protocol):
    """Judges one enterprise under one rulebook: the measures of these ids, all of them where None, and these recognitions beside."""

    def __call__(
        self, book: CompiledRulebook, /, *, only: Collection[str] | None, recognising: Collection[Asked] = (), shared: Shared | None = None
    ) -> Judgement: ...


class Once:
    """A reader that judges each way of one enterprise once, however often it is asked, and shares among them what it works out."""

    def __init__(self, book: CompiledRulebook, reader: Reader) -> None:
        self.reader, self.shared = reader, Shared(book)
        self._made: dict[Any, tuple[CompiledRulebook, Judgement]] = {}
        self.merged: dict[Any, tuple[dict[str, MeasureJudged], Total]] = {}  # what a part came to over all its combinations

    def __call__(self, book: CompiledRulebook, /, *, only: Collection[str] | None, recognising: Collection[Asked] = ()) -> Judgement:
        key = (id(book), None if only is None else tuple(only), tuple(recognising))
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = (book, self.reader(book, only=only, recognising=recognising, shared=self.shared))
        return found[1]


def judge_readings(
    book: CompiledRulebook, taken: Mapping[str, str], judging: Once, *, only: Sequence[str] | None, recognising: Collection[Asked] = ()
) -> Judgement:  # fmt: skip
    """The judgement over every way of deciding the readings that are open.

    `taken` are those decided for this case, by key. The judgement is of `book` itself; the rulebook
    as decided stands beside it (`meant`).
    """
    meant = decided(book, taken)
    still = {k for k, r in book.readings.items() if r.open and k not in taken}
    asked = None if only is None else tuple(dict.fromkeys(only))
    base = judging(meant, only=asked, recognising=recognising)
    by_id = {s.id: s.key for s in book.measures.values()}
    wanted = [by_id[m] for m in asked] if asked is not None else list(book.measures)
    behind = readings_in_play(book, base.schemes)
    structural, assumed = _assumed(book, taken, still)
    felt = _felt(base) | structural
    parts = _parts(book, behind, base.schemes, wanted, still, frozenset(felt & still), frozenset(assumed))
    measures, recognitions = dict(base.measures), dict(base.recognitions)
    totals: list[Total] = []
    kept: set[str] = set()
    for members, readings in parts:
        kept |= members
        part = _Part(book, meant, taken, judging, members, [r for r in book.readings if r in readings], wanted, behind)
        where = (id(book), tuple(sorted(taken.items())), tuple(part.ids), tuple(part.readings), tuple(part.wanted))
        if where not in judging.merged:
            judging.merged[where] = part.judged(still)
        merged, total = judging.merged[where]
        measures.update(merged)
        totals.append(total)
    if recognitions:
        recognitions = _recognitions(book, taken, judging, base, behind, still & felt)
    if totals:
        totals.append(among(base.total, base.measures, {k for k in base.measures if k not in kept}))
    order = {k: measures[k] for k in base.measures}
    owners = {k for k in order if k in kept}
    derivation = tuple(f for f in base.derivation if f.owner not in owners)
    covers = {*base.covers, *(exclusion_id(x) for m in order.values() for x in m.conditions.leaves() if x.stated)} if base.facts.statement else ()
    return replace(
        base, book=book, measures=order, recognitions=recognitions, total=summed(totals, list(order)) if totals else base.total, derivation=derivation,
        taken=dict(taken), meant=meant if meant is not book else None, only=asked, covers=tuple(sorted(covers)),
    )  # fmt: skip


def _assumed(book: CompiledRulebook, taken: Mapping[str, str], still: Collection[str]) -> tuple[set[str], set[str]]:
    """The readings that parts of the rulebook stand or fall with; and those of them that are decided by assumption."""
    structural = {k for found in book.variants.values() for k, _ in found[0].under}
    return structural, {k for k in structural if k not in still and (k in taken or book.readings[k].basis.hand is Standing.ASSUMED)}


def _split(book: CompiledRulebook, key: str, behind: Mapping[str, frozenset[str]], structural: Collection[str]) -> bool:
    """Whether a part of what hangs together with it stands or falls with an open reading: what is felt without says nothing then."""
    members = {key} if key not in book.measures else {*company(book, {key}), *_rivals(book, {key})}
    groups = [g + GROUP for g in _groups(book, members)]
    return any(behind.get(x, frozenset()) & set(structural) for x in (*members, *groups))


def _parts(
    book: CompiledRulebook, behind: Mapping[str, frozenset[str]], schemes: Mapping[str, str], wanted: Sequence[str], open_: Collection[str],
    felt: frozenset[str], assumed: frozenset[str],
) -> list[tuple[frozenset[str], frozenset[str]]]:  # fmt: skip
    """The components of what these readings matter to; worked out once, since few of them are felt in many ways."""

    still = frozenset(open_)

    def made() -> list[tuple[frozenset[str], frozenset[str]]]:
        structural = {k for found in book.variants.values() for k, _ in found[0].under}
        mattering = {}
        for key, x in behind.items():
            unsettled = x & still  # all of them, where what is felt says nothing
            mattering[key] = (unsettled if unsettled and _split(book, key, behind, structural & still) else unsettled & felt) | (x & assumed)
        return _components(book, wanted, mattering)

    return _PARTS.of(book).found((tuple(wanted), tuple(sorted(schemes.items())), still, felt, assumed), made)


_PARTS: Derived[CompiledRulebook, Cache[Any, list[tuple[frozenset[str], frozenset[str]]]]] = Derived(
    lambda _: Cache(512), key=lambda book: book.digest, size=64
)


def _felt(base: Judgement) -> set[str]:
    """The open readings that anything judged hangs on: where none of them is among its causes, it came out without."""
    causes = [c for m in base.measures.values() for x in (m.missing, m.causes, m.award.causes) for c in x]
    causes += [c for m in base.measures.values() for leaf in m.conditions.leaves() for c in leaf.truth.causes]
    causes += [c for m in base.measures.values() for s in (*m.award.steps, *m.notes) if s.after is not None for c in getattr(s.after, "causes", ())]
    causes += [c for r in base.recognitions.values() for x in (r.truth, r.meets) for c in x.causes]
    causes += [c for r in base.recognitions.values() for leaf in r.conditions.leaves() for c in leaf.truth.causes]
    return {c.what.id for c in causes if c.what.topic is Topic.READING}


def _components(book: CompiledRulebook, wanted: Iterable[str], behind: Mapping[str, frozenset[str]]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Measures that hang together by stacking or by a reading, each set with its readings; those without any are left out."""
    out: list[tuple[set[str], set[str]]] = []
    seen: set[str] = set()
    for key in wanted:
        if key in seen:
            continue
        members, readings, waiting = set[str](), set[str](), {key}
        while waiting:
            members |= company(book, waiting)
            fresh = _behind(book, behind, members)
            waiting = {m for m in book.measures if m not in members and behind.get(m, frozenset()) & fresh} if fresh - readings else set()
            waiting |= _rivals(book, members)
            readings |= fresh
        seen |= members
        out.append((members, readings))
    return [(frozenset(m), frozenset(r)) for m, r in out if r]


def _behind(book: CompiledRulebook, behind: Mapping[str, frozenset[str]], members: Collection[str]) -> set[str]:
    """The readings behind these measures and the groups they stand in."""
    return set[str]().union(*(behind.get(k, frozenset()) for k in (*members, *(g + GROUP for g in _groups(book, members)))))


def _groups(book: CompiledRulebook, members: Collection[str]) -> list[str]:
    """The stacking groups, in any variant, that a member stands in."""
    found = [g.key for g in book.stacking if any(m in members for m in g.members)]
    for key, variants in book.variants.items():
        if key.endswith(GROUP) and any(m in members for x in variants for m in getattr(x.spec, "members", ())):
            found.append(key.removesuffix(GROUP))
    return list(dict.fromkeys(found))


def _rivals(book: CompiledRulebook, members: Collection[str]) -> set[str]:
    """Members of a group that only some variant of it has."""
    out: set[str] = set()
    for key, variants in book.variants.items():
        if key.endswith(GROUP):
            named = {m for x in variants for m in getattr(x.spec, "members", ())}
            if named & set(members):
                out |= named - set(members)
    return out


def summed(totals: Iterable[Total], order: Sequence[str]) -> Total:
    """What parts give that do not touch one another."""
    return summed_up(tuple(p for t in totals for p in t.pieces), order)


def _together(total: Total, members: Iterable[str]) -> Total:
    """As one piece: what these measures give is not the sum of what each gives."""
    return replace(total, pieces=((frozenset(members), replace(total, pieces=())),))


# -- as a kernel sees them -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A rulebook with its readings left open, for a reader that knows none: figures nobody set stand in their place.

    What is settled so is settled however they are decided, unless something stands or falls with one of them.
    """

    book: CompiledRulebook
    taken: Mapping[str, str]
    meant: CompiledRulebook
    plain: CompiledRulebook  # the same, as a rulebook that has no readings
    hanging: frozenset[str]  # measures that a reading may touch
    split: frozenset[str]  # those that stand or fall with one, or hang together with what does
    reworded: frozenset[str]  # those whose standing and reason may come from several ways of reading put together
    together: Mapping[str, frozenset[str]]  # whom stacking or a reading joins to a measure
    tried: Mapping[str, tuple[str, ...]]  # the open readings that a measure, with whom stacking joins to it, hangs on; only where each way of them is tried

    def ways(self, readings: Sequence[str]) -> list[Choices]:
        """Every way of deciding these readings."""
        return combinations(self.book, readings)

    def plain_under(self, under: Choices) -> CompiledRulebook:
        """The rulebook with these readings tried under these options, for a reader that knows none."""
        if not under:
            return self.plain
        return _plain(trying(self.book, self.taken, under))


def opened(book: CompiledRulebook, taken: Mapping[str, str], schemes: Mapping[str, str]) -> Opened:
    """Worked out once for a rulebook, what is decided of its readings, and the schemes chosen by measure id."""
    return _OPENED.of(book).found((tuple(sorted(taken.items())), tuple(sorted(schemes.items()))), lambda: _opened(book, taken, schemes))


def _opened(book: CompiledRulebook, taken: Mapping[str, str], schemes: Mapping[str, str]) -> Opened:
    meant, behind = decided(book, taken), readings_in_play(book, schemes)
    still = {k for k, r in book.readings.items() if r.open and k not in taken}
    structural = still.intersection(k for found in book.variants.values() for k, _ in found[0].under)
    hanging = {k: behind[k] & still for k in book.measures}
    _, assumed = _assumed(book, taken, still)
    # by what is open and by what is decided by assumption: both are tried under each of their options
    joined = _components(book, list(book.measures), {k: x & (still | assumed) for k, x in behind.items()})
    together = {k: company(meant, {k}) for k in book.measures}
    for members, _ in joined:
        together.update(dict.fromkeys(members, members))
    tried: dict[str, tuple[str, ...]] = {}
    for members, readings in joined:
        if readings <= still and prod(len(book.readings[r].options) for r in readings) <= MOST:
            for key in members:
                near = {key, *company(book, {key})}
                while rivals := _rivals(book, near) - near:
                    near |= company(book, rivals)
                own = _behind(book, behind, near) & still
                tried[key] = tuple(r for r in book.readings if r in own)
    return Opened(
        book=book, taken=dict(taken), meant=meant, plain=_plain(meant), tried=tried,
        hanging=frozenset(k for k, x in hanging.items() if x), reworded=frozenset[str]().union(*(m for m, _ in joined)),
        split=frozenset(k for k in book.measures if _split(book, k, behind, structural)), together=together,
    )  # fmt: skip


def _plain(book: CompiledRulebook) -> CompiledRulebook:
    return replace(book, readings=MappingProxyType({}), variants=MappingProxyType({}), digest=f"{book.digest}|plain")


def trying(book: CompiledRulebook, taken: Mapping[str, str], under: Choices) -> CompiledRulebook:
    """The rulebook as decided, with more of its readings tried under these options."""
    return decided(book, {**taken, **dict(under)}, tried=frozenset(k for k, _ in under))


def combinations(book: CompiledRulebook, readings: Sequence[str]) -> list[Choices]:
    """Every combination of their options."""
    return [tuple(zip(readings, taken, strict=True)) for taken in product(*(book.readings[r].options for r in readings))]


_OPENED: Derived[CompiledRulebook, Cache[Any, Opened]] = Derived(lambda _: Cache(64), key=lambda book: book.digest, size=64)


# -- one component --------------------------------------------------------------------------------------


class _Part:
    """Measures that hang together, judged under each combination of their readings."""

    def __init__(
        self, book: CompiledRulebook, meant: CompiledRulebook, taken: Mapping[str, str], judging: Once, members: frozenset[str], readings: Sequence[str],
        wanted: Collection[str], behind: Mapping[str, frozenset[str]],
    ) -> None:  # fmt: skip
        self.behind = behind
        self.book, self.meant, self.taken, self.judging, self.readings = book, meant, dict(taken), judging, readings
        self.ids = [s.id for k, s in book.measures.items() if k in members]
        self.members, self.wanted = members, [k for k in wanted if k in members]

    def judged(self, still: Collection[str]) -> tuple[dict[str, MeasureJudged], Total]:
        """The measures over all combinations of the readings still open, and what they give together."""
        opened = [r for r in self.readings if r in still]
        settled = [r for r in self.readings if r not in still]  # decided by assumption, and parts stand or fall with them
        count = prod(len(self.book.readings[r].options) for r in opened)
        if count > MOST:
            return self._bounded(opened, count)
        ways = [(under, self._under(under)) for under in combinations(self.book, opened)]
        totals = [self._total(j) for _, j in ways]
        merged = {key: merge([(under, j.measures[key]) for under, j in ways], totals) for key in self.wanted}
        if settled:
            merged = self._assumed(merged, settled, opened)
        return merged, _hull(totals, merged)

    def _under(self, under: Choices) -> Judgement:
        return self.judging(trying(self.book, self.taken, under), only=self.ids)

    def _total(self, judgement: Judgement) -> Total:
        return among(judgement.total, judgement.measures, self.wanted)

    def _assumed(self, merged: dict[str, MeasureJudged], settled: Sequence[str], opened: Sequence[str]) -> dict[str, MeasureJudged]:
        """An outcome that another option of an assumed reading would change turned on the assumption."""
        kept = {k: self.taken.get(k) or self.book.readings[k].chosen for k in settled}
        others = [c for c in combinations(self.book, settled) if dict(c) != kept]
        ways = combinations(self.book, opened)
        turned = set[str]()
        if len(others) * len(ways) > MOST:
            turned.update(merged)
            others = []
        for other in others:
            judged = [(under, self._under((*under, *other))) for under in ways]
            for key, m in merged.items():
                alike = merge([(under, j.measures[key]) for under, j in judged], [j.total for _, j in judged])
                if result_of(alike) != result_of(m):
                    turned.add(key)
        return {k: replace(m, standing=max(m.standing, Standing.ASSUMED)) if k in turned else m for k, m in merged.items()}

    def _bounded(self, opened: Sequence[str], count: int) -> tuple[dict[str, MeasureJudged], Total]:
        """Too many combinations: as judged with the readings unknown, which bounds them all.

        Where a part of a measure or a stacking rule stands or falls with one of them, that says nothing:
        such a measure is open, and what others give may yet be cut.
        """
        judgement = self.judging(self.meant, only=self.ids)
        why = frozenset(map(cause_of, opened))
        split = {k for k, found in self.book.variants.items() if any(key in opened for key, _ in found[0].under)}
        behind = self.behind
        # whose own parts, or those of a recognition or of a measure asked after, stand or fall
        loose = {k for k in self.wanted if any(m in split or any(r in split for r in _asked(self.book, m)) for m in dependencies(self.book, {k}))}
        if not loose and not any(g + GROUP in split for g in _groups(self.book, self.members)):
            hang = {k for k in self.wanted if _hangs(judgement.measures[k])}
            merged = {k: _said(judgement.measures[k], count) if k in hang else judgement.measures[k] for k in self.wanted}
            return merged, self._total(judgement)
        merged = {}
        for key in self.wanted:
            m = judgement.measures[key]
            hangs = key in loose or (bool(behind.get(key, frozenset()) & set(opened)) and _hangs(m))
            merged[key] = replace(_open(m, why) if hangs else _cut(m, why), beyond=count)
        highs = [m.award.high for m in merged.values() if m.award.monetary and not m.spec.hint]
        high = None if None in highs else sum((h for h in highs if h is not None), Fraction(0))
        found = tuple((k, m.standing) for k, m in merged.items() if m.award.monetary and not m.spec.hint and m.award.high != 0)
        return merged, _together(Total(Fraction(0), high, max((s for _, s in found), default=Standing.ENACTED), found), merged)


def _asked(book: CompiledRulebook, key: str) -> frozenset[str]:
    """The recognitions a measure asks after, and those they ask after."""
    found, waiting = set[str](), list(recognitions_of(book, key))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            spec = book.recognitions[one]
            roots = [c.expr for g in (spec.when, spec.unless, spec.lapses) for c in g.conditions()]
            waiting += [n.recognition for n in references(roots, book) if isinstance(n, t.RecognitionRef)]
    return frozenset(found)


def _said(m: MeasureJudged, count: int) -> MeasureJudged:
    """Judged with its readings unknown: it says that it hangs on them."""
    causes = m.award.causes if m.outcome is Outcome.ELIGIBLE else m.causes
    named = tuple(sorted({c.what.id for c in causes if c.what.topic is Topic.READING}))
    return replace(m, reason=replace(m.reason, readings=alone(causes, named)), beyond=count)


def _hangs(m: MeasureJudged) -> bool:
    causes = {c for x in (m.causes, m.missing, m.award.causes) for c in x} | {c for leaf in m.conditions.leaves() for c in leaf.truth.causes}
    return any(c.what.topic is Topic.READING for c in causes)


def _open(m: MeasureJudged, why: Causes) -> MeasureJudged:
    """Nothing is settled of it, and its amount has no bound that is known."""
    award = m.award if not m.award.monetary else replace(m.award, low=Fraction(0), high=None, causes=m.award.causes | why, steps=(), instalments=())
    reason = Reason(kind=ReasonKind.OPEN, cause=CauseKind.JUDGEMENT, readings=tuple(sorted(c.what.id for c in why)))
    return replace(m, outcome=Outcome.UNDETERMINED, reason=reason, award=award, causes=m.causes | why, missing=m.missing | why, notes=())


def _cut(m: MeasureJudged, why: Causes) -> MeasureJudged:
    """What it gives by itself may still be cut by those it is joined to."""
    if not m.award.monetary or m.award.high == 0 or m.outcome is Outcome.INELIGIBLE:
        return m
    award = replace(m.award, low=Fraction(0), causes=m.award.causes | why, instalments=())
    reason = replace(m.reason, readings=tuple(sorted(c.what.id for c in why)))
    if m.outcome is Outcome.ELIGIBLE:
        reason = Reason(kind=ReasonKind.AMOUNT_OPEN, cause=leading(award.causes), readings=reason.readings)
    return replace(m, award=award, missing=m.missing | why, reason=reason)


def _hull(totals: Sequence[Total], merged: Mapping[str, MeasureJudged]) -> Total:
    """Least and most over the combinations: one of them holds."""
    low = min(t.low for t in totals)
    high = None if any(t.high is None for t in totals) else max(t.high for t in totals if t.high is not None)
    named = {k for t in totals for k, _ in t.measures}
    found = tuple((k, m.standing) for k, m in merged.items() if k in named)
    return _together(Total(low, high, max((s for _, s in found), default=Standing.ENACTED), found), merged)


# -- recognitions ---------------------------------------------------------------------------------------


def _recognitions(
    book: CompiledRulebook, taken: Mapping[str, str], judging: Once, base: Judgement, behind: Mapping[str, frozenset[str]],
    still: Collection[str],
) -> dict[tuple[str, date | Causes], RecognitionJudged]:  # fmt: skip
    """Each recognition over the combinations of its own readings; the rest as they were."""
    out = dict(base.recognitions)
    sets = {frozenset(behind.get(k, frozenset()) & set(still)) for k, _ in out}
    for readings in sorted((s for s in sets if s), key=sorted):
        named = [r for r in book.readings if r in readings]
        if prod(len(book.readings[r].options) for r in named) > MOST:
            continue  # judged without: open wherever they matter
        asked = [w for w in out if behind.get(w[0], frozenset()) & set(still) == readings]
        found = [(u, judging(trying(book, taken, u), only=(), recognising=asked).recognitions) for u in combinations(book, named)]
        for where in asked:
            ways = [(u, r[where]) for u, r in found if where in r]
            if ways:
                out[where] = merge_recognitions(ways)
    return out


__all__ = ["MOST", "Once", "Opened", "Reader", "judge_readings", "opened", "summed"]
