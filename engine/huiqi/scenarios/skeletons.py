"""Scenarios to begin with: for a condition nobody decides by, a change nobody notices, facts by which it alone decides.

Looked for, from the facts of scenarios there are (else from what the rulebook reads), one value at a
time over those next to its figures, edges and options; then the same with more records and with support
received before, up to its caps, and with what its group of measures would be paid beside it. What is
found for one serves the next. What must stay true: a skeleton was decided
before it is shown, by the rules as they are and, for a change, by the changed ones too; what is not
found is said; the title, the sentence that says why, is the author's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import field, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import chain, combinations, islice, zip_longest
from typing import Any

from ..errors import HuiqiError
from ..language import typed as t
from ..language.types import Quantity
from ..plain import dataclass
from ..rulebook.compiled import (
    SUPPORT,
    SUPPORT_MEASURE,
    CompiledRulebook,
    FactSpec,
    MeasureSpec,
    Role,
    Spec,
    own_specs,
)
from ..rulebook.literals import show_value
from ..rulebook.reach import references
from ..rulebook.readings import readings_behind
from ..telling.decision import MeasureResult
from .adequacy import Make
from .claimed import claims_of, holds, mates_of, measured_of, outcome_of
from .models import Feature, Kind
from .mutants import Mutant
from .sensitivity import AMOUNT, Change, with_told
from .steps import take
from .story import Book, Draft, Load, Measured, Story
from .tries import NEAREST, Reads, coordinates, everywhere, groups_of, reads_of, values_to_try

BASES, SWEEPS, COPIES = 6, 3, 4  # drafts begun from, rounds of improving one, like records
LATE = "没有来得及找（加长 --seconds）"
PAIRED = 12  # values of each of two facts tried together


@dataclass(frozen=True, kw_only=True)
class Skeleton:
    """`why` is what it is for; without `claims` no facts were found, of which `late` says that there was no time to."""

    why: str
    draft: Draft = field(default_factory=Draft)
    claims: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True)
class Memory:
    """What was found for one skeleton and serves the next: what each rule reads, where to begin, and what shows something.

    `tried` are drafts with what they come to, in the order they are tried for every change; `more` are those not yet decided.
    """

    reads: dict[str, Reads] = field(default_factory=dict)
    bases: dict[tuple[str, str], list[Draft]] = field(default_factory=dict)
    tried: dict[str, list[tuple[Draft, tuple[str, ...]]]] = field(default_factory=dict)
    more: dict[str, Iterator[Draft]] = field(default_factory=dict)

    def of(self, book: CompiledRulebook, spec: Spec) -> Reads:
        if spec.id not in self.reads:
            self.reads[spec.id] = reads_of(book, spec)
        return self.reads[spec.id]

    def shows(self, book: CompiledRulebook, spec: Spec, draft: Draft, load: Load) -> None:
        """This draft is worth trying for every change, before others."""
        if claims := claims_of(book, measured_of(draft, load), spec):
            self.tried.setdefault(spec.id, []).insert(0, (draft, claims))


def deciding(
    book: CompiledRulebook, features: Sequence[Feature], spec: Spec, role: str, label: str, scheme: str, load: Load,
    *, until: float | None = None, memory: Memory | None = None,
) -> Skeleton:  # fmt: skip
    """Facts by which this condition alone decides."""
    memory = Memory() if memory is None else memory
    word = "条件" if role == "when" else "不予支持情形"
    why = f"没有场景只由{word}“{label}”决定"
    claim = _alone(spec, word, label)

    def score(measured: Measured) -> int:
        leaves = list(measured.result(spec.id).conditions.leaves())
        counted = [(c, c.truth.value if c.role != Role.UNLESS or c.truth.value is None else not c.truth.value) for c in leaves]
        return sum(value is ((c.label, c.role) != (label, role)) for c, value in counted) * 100 // max(len(leaves), 1)

    reads = memory.of(book, spec)
    read = frozenset((x.record, x.fact) for x in reads.links if (x.role, x.label) == (role, label))
    bases = _bases(book, features, spec, scheme, load, memory)
    for base in (*bases, *(x for b in bases[:1] for x in _read_as(book, spec, b))):
        draft = _climbed(book, reads, base, score, (claim,), load, until, read)
        if draft is not None:
            memory.shows(book, spec, draft, load)
            return Skeleton(why=why, draft=draft, claims=(f"“{spec.title}”的结论是“{outcome_of(draft, spec, load)}”", claim))
    late = until is not None and time.monotonic() > until
    return Skeleton(why=f"{why}，{LATE if late else '没有找到能单独决定的数据'}", late=late)


def deciding_all(
    book: CompiledRulebook, features: Sequence[Feature], specs: Sequence[Spec], role: str, label: str, load: Load,
    *, until: float | None = None, memory: Memory | None = None,
) -> tuple[Skeleton, list[Spec]]:  # fmt: skip
    """Facts by which a condition written once alone decides everything it stands in, and for which that was found: one scenario for them."""
    memory = Memory() if memory is None else memory
    word = "条件" if role == "when" else "不予支持情形"
    read = frozenset((x.record, x.fact) for x in memory.of(book, specs[0]).links if (x.role, x.label) == (role, label))
    found, best = Draft(), list[Spec]()
    for draft in _all_at_once(book, features, specs, read, load, memory, until):
        held = [s for s in specs if holds(draft, (_alone(s, word, label),), load)]
        if len(held) > len(best):
            found, best = draft, held
        if len(best) == len(specs):
            break
    for spec in best:
        memory.shows(book, spec, found, load)
    return Skeleton(why=f"没有场景只由共用的{word}“{label}”决定", draft=found, claims=tuple(_alone(s, word, label) for s in best)), best


def noticing_all(
    book: CompiledRulebook, features: Sequence[Feature], specs: Sequence[Spec], changes: Sequence[Mutant], load: Load, make: Make,
    *, until: float | None = None, memory: Memory | None = None,
) -> Skeleton:  # fmt: skip
    """Facts by which the same change of something written once shows in everything it stands in, each change of one of `specs`."""
    memory = Memory() if memory is None else memory
    read = frozenset((x.record, x.fact) for x in memory.of(book, specs[0]).links if x.role == "window")
    changed = [make(m.book) for m in changes]
    for draft in _all_at_once(book, features, specs, read, load, memory, until):
        measured = measured_of(draft, load)
        claims = [claims_of(book, measured, s) for s in specs]
        if all(x and not holds(draft, x, lambda name, c=c: c if name == book.id else load(name)) for x, c in zip(claims, changed, strict=True)):  # type: ignore[misc]
            for spec in specs:
                memory.shows(book, spec, draft, load)
            return Skeleton(
                why=f"改成这样没有场景发现：{'、'.join(m.name for m in changes)}", draft=draft, claims=tuple(dict.fromkeys(c for x in claims for c in x))
            )
    return Skeleton(why="")


def _alone(spec: Spec, word: str, label: str) -> str:
    return f"“{spec.title}”只因{word}“{label}”不满足"


def _all_at_once(
    book: CompiledRulebook,
    features: Sequence[Feature],
    specs: Sequence[Spec],
    read: frozenset[tuple[str, str]],
    load: Load,
    memory: Memory,
    until: float | None,
) -> Iterator[Draft]:
    """One enterprise that is granted all of them as far as could be found, with other values of what is read, until the time is up."""
    base = next(iter(_bases(book, features, specs[0], "", load, memory)))
    draft = _joined(book, features, base, specs[1:], load, memory)
    for one in (draft, *(change(draft) for _, change in coordinates(book, memory.of(book, specs[0]), draft, read))):
        if until is not None and time.monotonic() > until:
            return
        yield one


def noticing(
    book: CompiledRulebook, features: Sequence[Feature], mutant: Mutant, load: Load, make: Make, *, until: float | None = None, memory: Memory | None = None
) -> Skeleton:  # fmt: skip
    """Facts by which the rules as they are and the changed ones come to another result."""
    memory = Memory() if memory is None else memory
    why = f"改成这样没有场景发现：{mutant.name}"
    changed = make(mutant.book)

    @cache
    def instead(name: str) -> Book:
        return changed if name == book.id else load(name)

    for spec in (s for s in own_specs(book) if s.id in mutant.subjects):
        for draft, claims in _candidates(book, features, spec, load, memory):
            if until is not None and time.monotonic() > until:
                return Skeleton(why=f"{why}，{LATE}", late=True)
            if not holds(draft, claims, instead):
                return Skeleton(why=why, draft=draft, claims=claims)
    return Skeleton(why=f"{why}，没有找到能分辨的数据")


def _candidates(book: CompiledRulebook, features: Sequence[Feature], spec: Spec, load: Load, memory: Memory) -> Iterator[tuple[Draft, tuple[str, ...]]]:
    """Drafts with what they come to; each decided once, for whichever change it is asked for first."""
    known = memory.tried.setdefault(spec.id, [])
    yield from list(known)
    for draft in memory.more.setdefault(spec.id, _to_try(book, features, spec, load, memory)):
        claims = claims_of(book, measured_of(draft, load), spec)
        if claims and holds(draft, claims, load):
            known.append((draft, claims))
            yield known[-1]


def _to_try(book: CompiledRulebook, features: Sequence[Feature], spec: Spec, load: Load, memory: Memory) -> Iterator[Draft]:
    """Each base with each value changed, then with more told: the cheap and likely first."""
    reads, seen = memory.of(book, spec), set[str]()
    for draft in _in_order(book, features, spec, reads, load, memory):
        if (mark := repr(draft)) not in seen:
            seen.add(mark)
            yield draft


def _in_order(book: CompiledRulebook, features: Sequence[Feature], spec: Spec, reads: Reads, load: Load, memory: Memory) -> Iterator[Draft]:
    bases = _bases(book, features, spec, "", load, memory)
    paid = frozenset((x.record, x.fact) for x in reads.links if x.label == AMOUNT and not x.role)
    yield from bases
    read_as = [x for base in bases[:1] for x in _read_as(book, spec, base)]
    yield from read_as  # what is paid under one reading shows only once that is chosen
    for base in bases[:1]:
        for richer in _richer(book, features, spec, base, load, memory):
            yield richer
            yield from (change(richer) for _, change in islice(coordinates(book, reads, richer, paid), NEAREST))
    for base in (*bases, *read_as):
        yield from (change(base) for change in _in_turn(coordinates(book, reads, base)))
    for base in bases:
        for richer in _richer(book, features, spec, base, load, memory):
            yield from (change(richer) for change in _in_turn(coordinates(book, reads, richer, paid)))


def _in_turn(changes: Iterable[tuple[str, Change]]) -> Iterator[Change]:
    """The first value of each fact, then the second of each: what is likely stands first in each."""
    lists: dict[str, list[Change]] = {}
    for of, change in changes:
        lists.setdefault(of, []).append(change)
    for turn in zip_longest(*lists.values()):
        yield from (x for x in turn if x is not None)


def _read_as(book: CompiledRulebook, spec: Spec, draft: Draft) -> Iterator[Draft]:
    """The draft under each way to read the clauses of the rule that nobody has decided."""
    behind = readings_behind(book)
    key = next((k for k, x in (*book.measures.items(), *book.recognitions.items()) if x is spec), "")
    for name in sorted(behind.get(key, ())):
        reading = book.readings[name]
        if reading.open:
            yield from (replace(draft, readings={**draft.readings, reading.name: option}) for option in reading.options)


def _same(draft: Draft) -> Draft:
    return draft


# -- where to begin ----------------------------------------------------------------------------------------


def _bases(book: CompiledRulebook, features: Sequence[Feature], spec: Spec, scheme: str, load: Load, memory: Memory) -> list[Draft]:
    """Looked for once."""
    if (spec.id, scheme) not in memory.bases:
        memory.bases[spec.id, scheme] = list(_looked_for(book, features, spec, scheme, load, memory))
    return memory.bases[spec.id, scheme]


def _looked_for(book: CompiledRulebook, features: Sequence[Feature], spec: Spec, scheme: str, load: Load, memory: Memory) -> Iterator[Draft]:
    """Drafts of scenarios that speak of it, those that grant first; then one made from what the rules read."""
    found: list[Draft] = []
    for feature in features:
        for scenario in feature.scenarios:
            for _, steps in scenario.told():
                if any(f"“{n}”" in s.text for s in steps if s.kind is Kind.THEN for n in (spec.title, spec.id)):
                    story = Story()
                    with suppress(HuiqiError):
                        for step in steps:
                            if step.kind is Kind.WHEN:
                                found.append(_chosen(story.draft, spec, scheme))
                                break
                            story = take(story, step.kind, step.text, step.table, load)
    distinct = [d for n, d in enumerate(found) if d not in found[:n]]
    ranked = sorted(distinct, key=lambda d: _rank(measured_of(d, load), spec))
    yield from ranked[:BASES]
    yield _chosen(_from_nothing(book, spec, load, memory.of(book, spec)), spec, scheme)


def _chosen(draft: Draft, spec: Spec, scheme: str) -> Draft:
    return replace(draft, schemes={**draft.schemes, spec.id: scheme}) if scheme else draft


def _rank(measured: Measured | None, spec: Spec) -> int:
    """How many conditions keep it from being granted."""
    if measured is None or measured.refused is not None:
        return 10**6
    return sum(1 for c in measured.result(spec.id).conditions.leaves() if c.truth.value is not (c.role != Role.UNLESS))


def _from_nothing(book: CompiledRulebook, spec: Spec, load: Load, reads: Reads) -> Draft:
    """Everything it reads told somehow, then improved until as many conditions hold as do."""
    start = max((d.start for d in book.documents.values() if d.start is not None), default=date(2026, 1, 1))
    day = start + timedelta(180)
    draft = Draft(rulebooks=(book.id,), on=day.isoformat(), year=day.year)
    for record in dict.fromkeys(n.record for n in references(list(everywhere(book, spec)), book) if isinstance(n, t.RecordsRef)):
        draft = draft.with_rows(book.records[record].name, ())
    mine = reads.links
    for record in dict.fromkeys(x.record for x in mine if x.record):
        if isinstance(spec, MeasureSpec) and spec.records is not None:
            draft = _with_one(book, reads, draft, record)
    for fact in dict.fromkeys(x.fact for x in mine if not x.record):
        known = next(f for f in book.facts.values() if f.name == fact)
        value = _first(reads, known, draft)
        draft = draft.with_fact(fact, {str(y): value for y in (day.year - 2, day.year - 1, day.year)} if known.yearly else value)

    if mates_of(book, spec):  # what is not applied for takes nothing of what they share
        received = [
            n.record
            for g in groups_of(book, spec)
            if g.counting.earlier is not None
            for n in references([g.counting.earlier], book)
            if isinstance(n, t.RecordsRef)
        ]
        draft = replace(draft, records={**{book.records[k].name: () for k in received}, **draft.records}, applied=(spec.title,))
    return _with_records(book, reads, _improved(book, reads, _in_window(book, spec, reads, draft, load), spec, load), spec, load)


def _with_one(book: CompiledRulebook, reads: Reads, draft: Draft, record: str) -> Draft:
    """One record of the type, with every column the rules read told somehow."""
    kind = next(r for r in book.records.values() if r.name == record)
    told = [x.fact for x in reads.links if x.record == record] + [column for of, column in reads.columns if of == record]
    columns = dict.fromkeys([kind.key_field, *told])
    return draft.with_rows(record, ({c: _first(reads, kind.fields[c], draft) for c in columns if c in kind.fields},))


def _with_records(book: CompiledRulebook, reads: Reads, draft: Draft, spec: Spec, load: Load) -> Draft:
    """A record of the types that conditions ask about which do not hold yet, where more of them hold with it: 有一张首次取得的证书."""
    missing = _missing(draft, spec, load) or []
    for record in dict.fromkeys(x.record for x in reads.links if x.record and (x.role, x.label) in missing):
        if draft.records.get(record):
            continue
        tried = _improved(book, reads, _with_one(book, reads, draft, record), spec, load)
        now = _missing(tried, spec, load)
        if now is not None and len(now) < len(missing):
            missing, draft = now, tried
    return draft


def _in_window(book: CompiledRulebook, spec: Spec, reads: Reads, draft: Draft, load: Load) -> Draft:
    """With what its window asks told so that applications are taken: outside it no condition decides."""
    if not isinstance(spec, MeasureSpec) or spec.window is None or draft.on is None:
        return draft
    window, on = spec.window, date.fromisoformat(draft.on)
    named = dict.fromkeys(book.facts[n.fact] for n in references([window.expr], book) if isinstance(n, t.FactRef))
    first = [] if window.days is None else [date(on.year - n, *window.days.start).isoformat() for n in (0, 1)]
    for fact in named:
        draft = draft.with_fact(fact.name, _first(reads, fact, draft))
    changes: list[Change] = [with_told(fact.name, value) for fact in named for value in (*first, *values_to_try(reads, fact, draft))]
    for change in changes or [_on(day) for day in first]:
        found = measured_of(tried := change(draft), load)
        result = None if found is None or found.refused is not None else found.result(spec.id)
        if isinstance(result, MeasureResult) and result.window is not None and result.window.truth.value is True:
            return tried
    return draft


def _on(day: str) -> Change:
    return lambda draft: replace(draft, on=day)


def _first(reads: Reads, spec: FactSpec, draft: Draft) -> str:
    return next(iter(values_to_try(reads, spec, draft)), "甲")


def _richer(book: CompiledRulebook, features: Sequence[Feature], spec: Spec, base: Draft, load: Load, memory: Memory) -> Iterator[Draft]:
    """The base with more told: more records, support received before, and what the measures it stacks with need."""
    if not isinstance(spec, MeasureSpec):
        return
    several = _copied(book, spec, base)
    beside = _beside(book, features, spec, several, load, memory)
    for draft in (several, *([beside] if beside is not None else [])):
        yield draft
        yield from (_received(book, spec, draft, amount) for amount in _caps(book, spec))


def _caps(book: CompiledRulebook, spec: MeasureSpec) -> list[str]:
    """Amounts received before that bring it half way to a cap of its own or of its groups, next to it and up to it."""
    limits = [x for s in (spec.base, *spec.schemes.values()) for x in s.limits if x.counting.earlier is not None]
    amounts = [x for x in (*(limit.amount for limit in limits), *(g.amount for g in groups_of(book, spec))) if x is not None]
    figures = {n.parameter: book.parameters[n.parameter] for n in references(amounts, book) if isinstance(n, t.ParameterRef)}
    found = [
        show_value(x, p.type)
        for p in figures.values()
        if _is_yuan(p.type)
        for v in p.versions
        if isinstance(f := v.value, Fraction)
        for x in (f / 2, f - Fraction(1, 100), f)
        if x > 0
    ]
    return list(dict.fromkeys(found)) or ["1元"]


def _is_yuan(kind: Any) -> bool:
    return isinstance(kind, Quantity) and kind.dims == (("元", 1),)


def _received(book: CompiledRulebook, spec: MeasureSpec, draft: Draft, amount: str) -> Draft:
    """With one grant of the measure in the year of application."""
    received = next((r for r in book.records.values() if r.key.endswith(f"/{SUPPORT}") or r.name == SUPPORT), None)
    if received is None:
        return draft
    row = {received.key_field: "以往甲", SUPPORT_MEASURE: spec.id, "年度": str(draft.year), "金额": amount}
    return draft.with_rows(received.name, ({k: x for k, x in row.items() if k in received.fields},))


def _copied(book: CompiledRulebook, spec: MeasureSpec, draft: Draft) -> Draft:
    """With its record so many times that a cap on their number, or on their sum, can be met."""
    record = next((n.record for n in references([spec.records], book) if isinstance(n, t.RecordsRef)), None) if spec.records is not None else None
    kind = book.records.get(record) if record is not None else None
    if kind is None or not (rows := draft.records.get(kind.name)):
        return draft
    counts = [x.count for s in (spec.base, *spec.schemes.values()) for x in s.limits if x.count is not None]
    found = [v.value for n in references(counts, book) if isinstance(n, t.ParameterRef) for v in book.parameters[n.parameter].versions]
    many = max([COPIES, *(int(x) + 1 for x in found if isinstance(x, Fraction) and x < 50)])
    return draft.with_rows(kind.name, [{**rows[0], kind.key_field: f"{rows[0].get(kind.key_field, '甲')}{'' if n == 0 else n + 1}"} for n in range(many)])


def _beside(book: CompiledRulebook, features: Sequence[Feature], spec: MeasureSpec, draft: Draft, load: Load, memory: Memory) -> Draft | None:
    """With what the other measures of its groups are granted on."""
    together = _joined(book, features, draft, mates_of(book, spec), load, memory, copied=True)
    return None if together is draft else together


def _joined(
    book: CompiledRulebook, features: Sequence[Feature], draft: Draft, mates: Iterable[Spec], load: Load, memory: Memory, *, copied: bool = False
) -> Draft:  # fmt: skip
    """With what others are granted on, as far as that is told nothing about."""
    together = draft
    for mate in mates:
        if not (bases := _bases(book, features, mate, "", load, memory)):
            continue
        theirs = _copied(book, mate, bases[0]) if copied and isinstance(mate, MeasureSpec) else bases[0]
        records = {k: rows for k, rows in theirs.records.items() if not together.records.get(k)}
        applied = None if together.applied is None else (*together.applied, mate.title)
        together = replace(together, data={**theirs.data, **together.data}, records={**together.records, **records}, applied=applied)
    return together


# -- improving ---------------------------------------------------------------------------------------------


def _score(draft: Draft, score: Callable[[Measured], int], load: Load) -> int:
    measured = measured_of(draft, load)
    return -1 if measured is None or measured.refused is not None else score(measured)


def _improved(book: CompiledRulebook, reads: Reads, draft: Draft, spec: Spec, load: Load) -> Draft:
    """Other values of what those conditions read that do not hold yet, as long as more of them do."""
    missing = _missing(draft, spec, load)
    while missing:
        wanted = frozenset((x.record, x.fact) for x in reads.links if (x.role, x.label) in missing)
        for change in chain((x for _, x in list(coordinates(book, reads, draft, wanted))), _pairs(book, reads, draft, wanted)):
            now = _missing(tried := change(draft), spec, load)
            if now is not None and len(now) < len(missing):
                missing, draft = now, tried
                break
        else:
            break
    return draft


def _pairs(book: CompiledRulebook, reads: Reads, draft: Draft, wanted: frozenset[tuple[str, str]], most: int = PAIRED) -> Iterator[Change]:
    """Two of the values changed at once: one alone decides nothing where the clause is read in two ways, or compares them with one another."""
    lists: dict[str, list[Change]] = {}
    for of, change in coordinates(book, reads, draft, wanted):
        lists.setdefault(of, []).append(change)
    for one, other in combinations(lists.values(), 2):
        nearest = sorted(((n + k, a, b) for n, a in enumerate(one[:most]) for k, b in enumerate(other[:most])), key=lambda x: x[0])
        yield from (lambda draft, a=a, b=b: b(a(draft)) for _, a, b in nearest)


def _missing(draft: Draft, spec: Spec, load: Load) -> list[tuple[str, str]] | None:
    """The conditions that keep it from being granted, by role and label, once for each record; None where it is refused."""
    measured = measured_of(draft, load)
    if measured is None or measured.refused is not None:
        return None
    return [(str(c.role), c.label) for c in measured.result(spec.id).conditions.leaves() if c.truth.value is not (c.role != Role.UNLESS)]


def _climbed(
    book: CompiledRulebook, reads: Reads, base: Draft, score: Callable[[Measured], int], claims: Sequence[str], load: Load, until: float | None,
    read: frozenset[tuple[str, str]],
) -> Draft | None:  # fmt: skip
    """The base improved until the claims hold, by what is `read` there first; None where they never do."""
    if holds(base, claims, load):
        return base
    if (near := next((x for _, change in coordinates(book, reads, base, read) if holds(x := change(base), claims, load)), None)) is not None:
        return near
    if (pair := _repaired(book, reads, base, claims, load, until, read)) is not None:
        return pair
    draft, best = base, _score(base, score, load)
    for _ in range(SWEEPS):
        before = best
        for _, change in list(coordinates(book, reads, draft)):
            if until is not None and time.monotonic() > until:
                return None
            tried = change(draft)
            if (now := _score(tried, score, load)) >= best:
                if holds(tried, claims, load):
                    return tried
                if now > best:
                    best, draft = now, tried
        if best == before:
            return None
    return None


def _repaired(
    book: CompiledRulebook, reads: Reads, base: Draft, claims: Sequence[str], load: Load, until: float | None, read: frozenset[tuple[str, str]]
) -> Draft | None:  # fmt: skip
    """Two values of what is `read` there changed at once: the one that decides takes another condition with it, which the other brings back."""
    for change in _pairs(book, reads, base, read):
        if until is not None and time.monotonic() > until:
            return None
        if holds(tried := change(base), claims, load):
            return tried
    return None


__all__ = ["Memory", "Skeleton", "deciding", "deciding_all", "noticing", "noticing_all"]
