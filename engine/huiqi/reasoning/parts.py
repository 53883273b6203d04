"""A decision in parts that do not touch one another, each judged on what it reads and kept by it.

What stacking or a reading joins is one part. Most enterprises have told the same of most parts (no loan, no
patent, not a park): what a part came to is kept by what was told of it, and the next enterprise that tells the
same is served it. What must stay true: a part sees the facts it is kept by and no others, so that what is kept
cannot depend on anything but its key; put together, the parts are what is judged at once; and what is kept is
bounded. The reference does not go this way: it is what the others are held to.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from fractions import Fraction
from typing import Any

from ..caching import WAYS, Cache, Derived
from ..errors import HuiqiError
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook
from ..rulebook.reach import facts_and_records
from ..values import Causes
from .judged import Fired, Judgement, MeasureJudged, RecognitionJudged, Total
from .needed import company, dependencies, shown_recognitions
from .readings import opened, summed
from .stacking import summed_up
from .told import Facts, Given, Listing
from .uses import Conclusion

ROWS = 12  # of the lists a part reads: one that has more is nobody else's, and too large to keep
KEPT = 4_096  # parts, of all rulebooks; one has the judgements of its measures under every way of reading them
TOLD = 100_000  # things told of which the number is kept, of a list each cell
_PLAIN = frozenset({Fraction, bool, str, date})

Judging = Callable[[Facts, Sequence[str] | None, Sequence[tuple[str, date]]], Judgement]  # by these facts these measures, and recognitions beside


class PartError(HuiqiError):
    """A part asked after what it does not say that it reads: a defect, never an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Measures that are judged together (`ids`), or a recognition that none of them asks after, and all they can read."""

    ids: tuple[str, ...]
    members: frozenset[str]
    recognitions: tuple[str, ...]
    shown: frozenset[str]  # recognitions that stand beside them
    asked: frozenset[str]  # measures after whose conclusions they ask
    facts: tuple[str, ...]
    records: tuple[str, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Came:
    """What a part came to."""

    measures: Mapping[str, MeasureJudged]
    recognitions: Mapping[tuple[str, date | Causes], RecognitionJudged]
    total: Total
    derivation: tuple[Fired, ...]
    conclusions: Mapping[str, Conclusion]


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of what is asked for: its measures, and the recognitions that stand beside them."""

    parts: tuple[Part, ...]
    keys: tuple[str, ...]
    shown: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class InParts:
    """How one enterprise is judged part by part: `judging` says what any of it comes to on any facts.

    `facts` and `lists` are those of `as_kept`. `within`: what else that depends on; `taken`: the readings decided, by key, and `meant` the rulebook so decided.
    """

    book: CompiledRulebook
    facts: Facts
    lists: Mapping[str, int]  # the number of each list of `facts`
    judging: Judging
    on: date
    schemes: Mapping[str, str]
    taken: Mapping[str, str]
    meant: CompiledRulebook | None
    reasoner: str
    within: Hashable = None
    apart: bool = False  # every part by itself, so that none can see what another reads: for tests, which hold the one to the other
    mine: dict[Hashable, Came] = field(default_factory=dict)  # what is not kept for others, for as long as this one is decided

    def judged(self, only: tuple[str, ...] | None) -> Judgement:
        """What it all comes to; what is not kept is judged, at once, since its parts share conditions."""
        found = self._parts(only)
        if found is None:
            return self.judging(self.facts, only, ())
        keys = dict(self._keys(found))
        came = {part: one for part, key in keys.items() if (one := self._found(key)) is not None}
        rest = [part for part in keys if part not in came]
        for some in [[part] for part in rest] if self.apart else [rest] if rest else []:
            judged = self._judged(some)
            came |= {part: self._keep(part, keys[part], _split(judged, part, self.on)) for part in some}
        return self._together(found, [came[part] for part in keys], only)

    def _judged(self, parts: Sequence[Part]) -> Judgement:
        """These parts, on what they read and nothing else."""
        ids = {i for part in parts for i in part.ids}
        asked = [m.id for m in self.book.measures.values() if m.id in ids]
        return self.judging(_only(self.facts, parts), asked, [(k, self.on) for part in parts for k in part.recognitions])

    def kept(self, only: tuple[str, ...] | None) -> Judgement | None:
        """The same, if all of it is kept."""
        found = self._parts(only)
        if found is None:
            return None
        came = list[Came]()
        for _, key in self._keys(found):
            one = self._found(key)
            if one is None:
                return None
            came.append(one)
        return self._together(found, came, only)

    def _found(self, key: Hashable) -> Came | None:
        return self.mine.get(key) or _CAME.get(key)

    def _keep(self, part: Part, key: Hashable, came: Came) -> Came:
        if sum(len(self.facts.records[k].entries) for k in part.records if k in self.facts.records) <= ROWS:
            return _CAME.put(key, came)
        return self.mine.setdefault(key, came)

    def _parts(self, only: tuple[str, ...] | None) -> Parts | None:
        """None where it is judged at once: a statement on exclusions that are not listed is about all of them."""
        return parts_of(self.book, self.taken, self.schemes, only) if self.facts.statement is None else None

    def _keys(self, found: Parts) -> Iterator[tuple[Part, Hashable]]:
        facts = self.facts
        numbers, under = _Numbers(facts, self.lists), (self.on, facts.year, tuple(sorted(self.schemes.items())), self.reasoner, self.within)
        for part in found.parts:
            yield part, (part.number, under, _applied(facts, part.members), numbers.of(part))

    def _together(self, found: Parts, came: Sequence[Came], only: tuple[str, ...] | None) -> Judgement:
        measures = {k: m for one in came for k, m in one.measures.items()}
        return Judgement(
            book=self.book, facts=self.facts, on=self.on, reasoner=self.reasoner, schemes=self.schemes, only=only,
            measures={k: measures[k] for k in found.keys},
            recognitions={where: r for one in came for where, r in one.recognitions.items() if where[0] in found.shown},
            total=summed((one.total for one in came), found.keys), derivation=_derivation(came), taken=dict(self.taken), meant=self.meant,
            conclusions={k: x for one in came for k, x in one.conclusions.items()},
        )  # fmt: skip


def _split(judged: Judgement, part: Part, on: date) -> Came:
    """What is about one part of what was judged together."""
    mine = part.members
    return Came(
        measures={k: m for k, m in judged.measures.items() if k in mine},
        recognitions={(k, day): r for (k, day), r in judged.recognitions.items() if k in part.shown and day == on},
        total=summed_up(tuple(p for p in judged.total.pieces if p[0] <= mine), [k for k in judged.measures if k in mine]),
        derivation=tuple(f for f in judged.derivation if f.owner in mine or f.recognition in part.shown),
        conclusions={k: x for k, x in judged.conclusions.items() if k in part.asked},
    )


def _applied(facts: Facts, members: Collection[str]) -> tuple[str, ...] | None:
    return None if facts.applied is None else tuple(k for k in facts.applied if k in members)


def _only(facts: Facts, parts: Sequence[Part]) -> Facts:
    """What is told of what these parts read, and nothing else."""
    records = {k for p in parts for k in p.records}
    read = records.union(*(p.facts for p in parts))  # of what was read it is asked at which stage it is, of lists, too
    return Facts(
        _Seen(facts.facts, read), _Seen(facts.records, records), facts.year, applied=_applied(facts, frozenset[str]().union(*(p.members for p in parts)))
    )


class _Seen(dict[str, Any]):
    """What was told of these keys. Whoever asks after another is told that it is a defect, never that nothing was told."""

    __slots__ = ("keys_seen",)

    def __init__(self, told: Mapping[str, Any], keys: Collection[str]) -> None:
        super().__init__((k, told[k]) for k in keys if k in told)
        self.keys_seen = frozenset(keys)

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self.keys_seen:
            raise PartError(f"分部分判断时问到了没有列入的数据：{key}")
        return super().get(key, default)

    def __missing__(self, key: str) -> Any:
        return self.get(key)

    def __contains__(self, key: object) -> bool:
        return self.get(str(key)) is not None


def _derivation(came: Iterable[Came]) -> tuple[Fired, ...]:
    """The rules that fired, stratum by stratum; what several parts ask after is concluded in each, and told once."""
    steps, told = list[Fired](), set[str]()
    for one in came:
        steps += (s for s in one.derivation if s.owner or s.rule not in told)
        told.update(s.rule for s in one.derivation if not s.owner)
    return tuple(sorted(steps, key=lambda s: s.stratum))


# -- which parts there are -----------------------------------------------------------------------------


def parts_of(book: CompiledRulebook, taken: Mapping[str, str], schemes: Mapping[str, str], only: tuple[str, ...] | None) -> Parts:
    """Worked out once for a rulebook, what is decided of its readings, the schemes chosen, and what is asked for."""
    where = tuple(sorted(taken.items())), tuple(sorted(schemes.items())), only
    return _PARTS.of(book).all.found(where, lambda: _parts(book, taken, schemes, only))


class _Known:
    """The parts of a rulebook: one that is asked for alone and among others is the same part."""

    def __init__(self) -> None:
        self.all: Cache[Any, Parts] = Cache(64)
        self.each: Cache[Any, Part] = Cache(1_024)


def _parts(book: CompiledRulebook, taken: Mapping[str, str], schemes: Mapping[str, str], only: tuple[str, ...] | None) -> Parts:
    together = opened(book, taken, schemes).together if book.readings else {k: company(book, {k}) for k in book.measures}
    keys = tuple(k for k, s in book.measures.items() if only is None or s.id in only)
    parts, seen = list[Part](), set[str]()
    for key in keys:
        if key in seen:
            continue
        members = [k for k in keys if k in together[key]]
        seen.update(members)
        parts.append(_part(book, taken, tuple(members), together[key]))
    shown = frozenset(shown_recognitions(book, None if only is None else keys))
    asked = {r for k in keys for r in shown_recognitions(book, {k})}
    parts += [_part(book, taken, (), frozenset(), (k,)) for k in book.recognitions if k in shown and k not in asked]
    return Parts(tuple(parts), keys, shown)


def _part(
    book: CompiledRulebook, taken: Mapping[str, str], keys: tuple[str, ...], members: Collection[str], recognitions: tuple[str, ...] = ()
) -> Part:  # fmt: skip
    def made() -> Part:
        here = {*members, *recognitions}
        variants = [x.spec for key, some in book.variants.items() for x in some if key in here or here.intersection(getattr(x.spec, "members", ()))]
        groups = [g for g in book.stacking if here.intersection(g.members)]
        facts, records = facts_and_records(book, [*(book.measures[m] for m in members), *(book.recognitions[k] for k in recognitions), *groups, *variants])
        return Part(
            ids=tuple(book.measures[k].id for k in keys), members=frozenset(members), recognitions=recognitions,
            shown=frozenset(shown_recognitions(book, set(members))) | frozenset(recognitions),
            asked=frozenset(k for m in dependencies(book, members) for k in book.measures[m].asks), facts=tuple(sorted(facts)), records=tuple(sorted(records)),
            number=next(_COUNT),
        )  # fmt: skip

    return _PARTS.of(book).each.found((tuple(sorted(taken.items())), keys, frozenset(members), recognitions), made)


# -- what was told, as numbers -------------------------------------------------------------------------


def as_kept(facts: Facts) -> tuple[Facts, Mapping[str, int]]:
    """The same facts, with each list as it was first told so; and the number of each.

    What is kept of a part holds its rows, and wording knows them again as the decision's own by their being the same object: so a list
    and its number are found together, once for a decision. Asked again later, the list might have been told anew as another object.
    """
    told = {k: _told(k, _listed(x), x) for k, x in facts.records.items()}
    records = {k: thing for k, (_, thing) in told.items()}
    kept = facts if all(records[k] is x for k, x in facts.records.items()) else facts.instead(facts.facts, records)
    return kept, {k: number for k, (number, _) in told.items()}


class _Numbers:
    """A number for each thing told, the same wherever the same is told; each looked up once for an enterprise."""

    def __init__(self, facts: Facts, lists: Mapping[str, int]) -> None:
        self.facts, self._records = facts, lists
        self._facts: dict[str, int] = {}

    def of(self, part: Part) -> tuple[int, ...]:
        facts, records = self._facts, self._records
        return (*(facts[k] if k in facts else facts.setdefault(k, self._fact(k)) for k in part.facts), *(records.get(k, 0) for k in part.records))

    def _fact(self, key: str) -> int:
        years = self.facts.facts.get(key)
        return 0 if years is None else _told(key, tuple((y, *_said(g)) for y, g in sorted(years.items(), key=_by_year)))[0]


def _by_year(item: tuple[int | None, Given]) -> int:
    return item[0] or 0


def _listed(listing: Listing) -> tuple[Any, ...]:
    rows = ((e.key, *((name, *_said(g)) for name, g in e.values.items()), *((name, *_said(g)) for name, g in e.untold.items())) for e in listing.entries)
    return (listing.complete, *rows)


def _said(given: Given) -> tuple[Any, ...]:
    """All that judging or wording may turn on; not where it was written."""
    value, stages = given.value, given.stages
    if len(stages) == 1 and stages.get(given.stage) is value and type(value) in _PLAIN and not (given.material or given.reason or given.near or given.when):
        return type(value), value, given.stage
    told = tuple((name, type(x), x) for name, x in stages.items())
    return type(value), value, given.stage, told, given.material, given.reason, given.near, given.disallowed, given.when


def _told(key: str, said: Hashable, thing: Listing | None = None) -> tuple[int, Any]:
    """The number of what was told, never given twice (what was let go is told as something new); and the first that was told so."""
    found = _TOLD.get((key, said))
    if found is None:
        size = 1 if thing is None else 1 + sum(len(e.values) for e in thing.entries)
        if _HELD[0] + size > TOLD:
            _TOLD.clear()
            _HELD[0] = 0
        _HELD[0] += size
        found = _TOLD.setdefault((key, said), (next(_COUNT), thing))
    return found


def forget() -> None:
    """Let go of all that is kept: for who measures what an enterprise costs that nobody has met."""
    _CAME.clear()
    _TOLD.clear()
    _HELD[0] = 0


_COUNT = itertools.count(1)
_TOLD: dict[Any, tuple[int, Any]] = {}
_HELD = [0]  # how much of it there is; among threads about so much
_CAME: Cache[Any, Came] = Cache(KEPT)
_PARTS: Derived[CompiledRulebook, _Known] = Derived(lambda _: _Known(), key=lambda book: book.digest, size=WAYS)

__all__ = ["InParts", "Judging", "PartError", "as_kept", "forget", "parts_of"]
