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
from itertools import islice, zip_longest
from typing import Any

from ..errors import HuiqiError
from ..language import typed as t
from ..language.types import Date, Period, Quantity
from ..plain import dataclass
from ..rulebook.compiled import (
    SUPPORT,
    CompiledRulebook,
    FactKind,
    FactSpec,
    MeasureSpec,
    ParameterSpec,
    RecognitionSpec,
    Role,
    Spec,
    StackingSpec,
    own_specs,
)
from ..rulebook.literals import ValueProblem, read_value, show_value
from ..rulebook.reach import references
from ..rulebook.readings import readings_behind
from ..telling.decision import MeasureResult
from ..words import Outcome
from .adequacy import Make
from .models import Feature, Kind
from .mutants import Mutant, roots
from .sensitivity import AMOUNT, Change, Link, links, with_told
from .steps import take
from .story import Book, Draft, Load, Measured, Result, Story
from .variation import number_text, other_values

BASES, SWEEPS, MOST, COPIES = 6, 3, 60, 4  # drafts begun from, rounds of improving one, values tried of one fact, like records
NEAREST = 6  # figures and edges a rule names itself, of which values are tried first


@dataclass(frozen=True, kw_only=True)
class Skeleton:
    """`why` is what it is for; without `claims` no facts were found."""

    why: str
    draft: Draft = field(default_factory=Draft)
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reads:
    """What a rule reads: facts and columns, and the figures, those it names first."""

    links: tuple[Link, ...]
    figures: tuple[ParameterSpec, ...]
    named: tuple[ParameterSpec, ...]  # of them those it names itself
    cells: tuple[Fraction, ...]


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
            self.reads[spec.id] = _reads(book, spec)
        return self.reads[spec.id]

    def shows(self, book: CompiledRulebook, spec: Spec, draft: Draft, load: Load) -> None:
        """This draft is worth trying for every change, before others."""
        if claims := _claims(book, _measured(draft, load), spec):
            self.tried.setdefault(spec.id, []).insert(0, (draft, claims))


def _everywhere(book: CompiledRulebook, spec: Spec) -> Iterator[t.Expr]:
    """Its expressions, those too that stand only under another reading."""
    for one in (spec, *(x.spec for x in book.variants.get(spec.key, ()) if isinstance(x.spec, MeasureSpec | RecognitionSpec))):
        yield from roots(one)


def _reads(book: CompiledRulebook, spec: Spec) -> Reads:
    nodes = list(references(list(_everywhere(book, spec)), book))
    named = [book.parameters[n.parameter] for n in nodes if isinstance(n, t.ParameterRef)]
    tables = [book.tables[n.table] for n in nodes if isinstance(n, t.Lookup)]
    cells = [f for table in (*tables, *book.tables.values()) for row in table.rows for test in row.tests for f in test.values if isinstance(f, Fraction)]
    mates = [
        book.parameters[n.parameter] for g in _groups(book, spec) if g.amount is not None for n in references([g.amount], book) if isinstance(n, t.ParameterRef)
    ]
    figures = {p.key: p for p in (*named, *mates, *book.parameters.values())}
    return Reads(
        links=tuple(x for x in links(book) if x.subject == spec.id), figures=tuple(figures.values()), named=tuple(named), cells=tuple(dict.fromkeys(cells))
    )


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
            return Skeleton(why=why, draft=draft, claims=(f"“{spec.title}”的结论是“{_outcome(book, draft, spec, load)}”", claim))
    return Skeleton(why=f"{why}，没有找到能单独决定的数据")


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
        held = [s for s in specs if _holds(draft, (_alone(s, word, label),), load)]
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
        measured = _measured(draft, load)
        claims = [_claims(book, measured, s) for s in specs]
        if all(x and not _holds(draft, x, lambda name, c=c: c if name == book.id else load(name)) for x, c in zip(claims, changed, strict=True)):  # type: ignore[misc]
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
    for one in (draft, *(change(draft) for _, change in _coordinates(book, memory.of(book, specs[0]), draft, read))):
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
                return Skeleton(why=f"{why}，没有来得及找")
            if not _holds(draft, claims, instead):
                return Skeleton(why=why, draft=draft, claims=claims)
    return Skeleton(why=f"{why}，没有找到能分辨的数据")


def _candidates(book: CompiledRulebook, features: Sequence[Feature], spec: Spec, load: Load, memory: Memory) -> Iterator[tuple[Draft, tuple[str, ...]]]:
    """Drafts with what they come to; each decided once, for whichever change it is asked for first."""
    known = memory.tried.setdefault(spec.id, [])
    yield from list(known)
    for draft in memory.more.setdefault(spec.id, _to_try(book, features, spec, load, memory)):
        claims = _claims(book, _measured(draft, load), spec)
        if claims and _holds(draft, claims, load):
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
    for base in bases[:1]:
        for richer in _richer(book, features, spec, base, load, memory):
            yield richer
            yield from (change(richer) for _, change in islice(_coordinates(book, reads, richer, paid), NEAREST))
    for base in bases:
        yield from (change(base) for change in _in_turn(_coordinates(book, reads, base)))
    for base in bases:
        for richer in _richer(book, features, spec, base, load, memory):
            yield from (change(richer) for change in _in_turn(_coordinates(book, reads, richer, paid)))


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
    ranked = sorted(distinct, key=lambda d: _rank(_measured(d, load), spec))
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
    for record in dict.fromkeys(n.record for n in references(list(_everywhere(book, spec)), book) if isinstance(n, t.RecordsRef)):
        draft = draft.with_rows(book.records[record].name, ())
    mine = reads.links
    for record in dict.fromkeys(x.record for x in mine if x.record):
        kind = next(r for r in book.records.values() if r.name == record)
        columns = dict.fromkeys([kind.key_field, *(x.fact for x in mine if x.record == record)])
        each = isinstance(spec, MeasureSpec) and spec.records is not None
        if each:
            draft = draft.with_rows(record, ({c: _first(reads, kind.fields[c], draft) for c in columns if c in kind.fields},))
    for fact in dict.fromkeys(x.fact for x in mine if not x.record):
        known = next(f for f in book.facts.values() if f.name == fact)
        value = _first(reads, known, draft)
        draft = draft.with_fact(fact, {str(y): value for y in (day.year - 2, day.year - 1, day.year)} if known.yearly else value)

    if _mates(book, spec):  # what is not applied for takes nothing of what they share
        received = [
            n.record
            for g in _groups(book, spec)
            if g.counting.earlier is not None
            for n in references([g.counting.earlier], book)
            if isinstance(n, t.RecordsRef)
        ]
        draft = replace(draft, records={**{book.records[k].name: () for k in received}, **draft.records}, applied=(spec.title,))
    return _improved(book, reads, _in_window(book, spec, reads, draft, load), spec, load)


def _in_window(book: CompiledRulebook, spec: Spec, reads: Reads, draft: Draft, load: Load) -> Draft:
    """With what its window asks told so that applications are taken: outside it no condition decides."""
    if not isinstance(spec, MeasureSpec) or spec.window is None or draft.on is None:
        return draft
    window, on = spec.window, date.fromisoformat(draft.on)
    named = dict.fromkeys(book.facts[n.fact] for n in references([window.expr], book) if isinstance(n, t.FactRef))
    first = [] if window.days is None else [date(on.year - n, *window.days.start).isoformat() for n in (0, 1)]
    for fact in named:
        draft = draft.with_fact(fact.name, _first(reads, fact, draft))
    changes: list[Change] = [with_told(fact.name, value) for fact in named for value in (*first, *_values(reads, fact, draft))]
    for change in changes or [_on(day) for day in first]:
        found = _measured(tried := change(draft), load)
        result = None if found is None or found.refused is not None else found.result(spec.id)
        if isinstance(result, MeasureResult) and result.window is not None and result.window.truth.value is True:
            return tried
    return draft


def _on(day: str) -> Change:
    return lambda draft: replace(draft, on=day)


def _first(reads: Reads, spec: FactSpec, draft: Draft) -> str:
    return next(iter(_values(reads, spec, draft)), "甲")


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
    amounts = [x for x in (*(limit.amount for limit in limits), *(g.amount for g in _groups(book, spec))) if x is not None]
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


def _groups(book: CompiledRulebook, spec: Spec) -> list[StackingSpec]:
    return [g for g in book.stacking if any(book.measures[m].id == spec.id for m in g.members)]


def _mates(book: CompiledRulebook, spec: Spec) -> list[MeasureSpec]:
    """The other measures of its groups."""
    keys = dict.fromkeys(m for g in _groups(book, spec) for m in g.members)
    return [book.measures[m] for m in keys if book.measures[m].id != spec.id]


def _is_yuan(kind: Any) -> bool:
    return isinstance(kind, Quantity) and kind.dims == (("元", 1),)


def _received(book: CompiledRulebook, spec: MeasureSpec, draft: Draft, amount: str) -> Draft:
    """With one grant of the measure in the year of application."""
    received = next((r for r in book.records.values() if r.key.endswith(f"/{SUPPORT}") or r.name == SUPPORT), None)
    if received is None:
        return draft
    row = {received.key_field: "以往甲", "事项": spec.id, "年度": str(draft.year), "金额": amount}
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
    together = _joined(book, features, draft, _mates(book, spec), load, memory, copied=True)
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


# -- what to try -------------------------------------------------------------------------------------------


def _coordinates(book: CompiledRulebook, reads: Reads, draft: Draft, only: frozenset[tuple[str, str]] | None = None) -> Iterator[tuple[str, Change]]:
    """Each told value that the rules read (of `only` these records and facts), put to each value worth trying; of like records all at once too."""
    mine = [x for x in reads.links if only is None or (x.record, x.fact) in only]
    for name, told in draft.data.items():
        known = next((f for k, f in book.facts.items() if book.names.get(name) == k or name in (f.name, f.id)), None)
        if known is not None and any(not x.record and x.fact == known.name for x in mine):
            for year, value in _several(reads, known, told, draft):
                yield f"{name} {year}", with_told(name, value)
    for record, rows in draft.records.items():
        kind = next((r for r in book.records.values() if record == r.name), None)
        for column in kind.fields if kind is not None and rows else ():
            if kind is not None and any(x.record == kind.name and x.fact == column for x in mine):
                for _, value in _several(reads, kind.fields[column], rows[0].get(column, ""), draft):
                    yield f"{record}.{column}", _cell(record, column, value)
                    if len(rows) > 1 and column != kind.key_field:
                        yield f"{record}.{column} all", _cells(record, column, value)


def _cell(record: str, column: str, value: Any) -> Change:
    return lambda draft: draft.with_rows(record, ({**draft.records[record][0], column: value}, *draft.records[record][1:]))


def _cells(record: str, column: str, value: Any) -> Change:
    return lambda draft: draft.with_rows(record, [{**row, column: value} for row in draft.records[record]])


def _several(reads: Reads, spec: FactSpec, told: Any, draft: Draft) -> Iterator[tuple[str, Any]]:
    """Of each year, if it is told by the year."""
    if isinstance(told, dict) and not set(told) & {"申报", "核验", "审定"}:
        for year in told:
            yield from ((str(year), {**told, year: value}) for value in _values(reads, spec, draft))
    else:
        yield from (("", value) for value in (*_values(reads, spec, draft), *other_values(spec, told)))


def _shares(reads: Reads, spec: FactSpec, draft: Draft) -> Iterator[Fraction]:
    """What stands at a share that the rule names, and one share above, of what is told in the same unit: 同比增长10%以上."""
    kind: Any = spec.type.required()
    shares = [v.value for p in reads.named if isinstance(p.type, Quantity) and not p.type.dims for v in p.versions if isinstance(v.value, Fraction)]
    texts = [y for x in draft.data.values() for y in (x.values() if isinstance(x, dict) else [x]) if isinstance(y, str)]
    for text in dict.fromkeys(texts) if shares and kind.dims else ():
        with suppress(ValueProblem, HuiqiError):
            told = read_value(text, kind)
            yield from (x for r in shares[:2] for x in (told * (1 + r), told * r) if isinstance(told, Fraction))


def _values(reads: Reads, spec: FactSpec, draft: Draft) -> list[str]:
    """Values worth trying: the options; the figures of that kind and what lies next to them; the ends."""
    kind: Any = spec.type.required()
    figures = [v.value for p in reads.figures for v in p.versions]
    out: list[str] = []
    match spec.kind:
        case FactKind.BOOLEAN:
            out = ["是", "否"]
        case FactKind.CHOICE:
            out = list(spec.options)
        case FactKind.TEXT:
            own = [x for p in reads.named for v in p.versions if isinstance(v.value, tuple) for x in v.value if isinstance(x, str)]
            out = [*own, "甲", "别的", *(x for f in figures if isinstance(f, tuple) for x in f if isinstance(x, str))]
        case FactKind.DATE if draft.on is not None:
            days = [date.fromisoformat(draft.on) - timedelta(n) for n in (30, 1, 0, -1, 400, 2000)]
            days += [
                f + timedelta(n) for p in reads.figures if isinstance(p.type, Date) for v in p.versions if isinstance(f := v.value, date) for n in (0, 1, -1)
            ]
            out = [d.isoformat() for d in days]
        case FactKind.PERIOD:
            months = {m + n for p in reads.figures if isinstance(p.type, Period) for v in p.versions if isinstance(m := v.value, int) for n in (0, 1, -1)}
            out = [show_value(m, kind) for m in sorted(months | {1, 12, 36, 60}) if m > 0]
        case FactKind.YEAR:
            out = [str((draft.year or 2026) + n) for n in (0, -1, 1, -2)]
        case FactKind.INDUSTRY:
            out = ["6510", "6450", "1311", "7810"]
        case FactKind.USCC:
            out = []
        case _ if isinstance(kind, Quantity):
            step = spec.step()
            same = [
                f for p in reads.figures if isinstance(p.type, Quantity) and p.type.dims == kind.dims for v in p.versions if isinstance(f := v.value, Fraction)
            ]
            figures_, far = list(dict.fromkeys([*same[:NEAREST], *reads.cells[:NEAREST]])), [*same[NEAREST:], *reads.cells[NEAREST:]]
            at_share = list(islice(_shares(reads, spec, draft), NEAREST))
            near = [
                *figures_,
                *(x + n for x in at_share for n in (0, step, -step)),
                *(f + n for n in (step, -step) for f in figures_),
                *(f * 2 for f in figures_),
            ]
            near += [x for f in far for x in (f, f + step, f - step, f * 2)]
            low, high = spec.bounds
            ends = [x for x in (low, high) if isinstance(x, Fraction)]
            numbers = [x for x in [*near, *ends, Fraction(1)] if (low is None or x >= low) and (high is None or x <= high)]
            whole = [x for x in numbers if not spec.whole or x.denominator == 1]
            out = [number_text(spec, x) for x in whole]
    return list(dict.fromkeys(out))[:MOST] + (["无"] if spec.optional else [])


# -- deciding ----------------------------------------------------------------------------------------------


def _measured(draft: Draft, load: Load) -> Measured | None:
    try:
        return take(Story(draft=draft), Kind.WHEN, "测算", None, load).measured
    except HuiqiError:
        return None


def _holds(draft: Draft, claims: Iterable[str], load: Load) -> bool:
    try:
        story = take(Story(draft=draft), Kind.WHEN, "测算", None, load)
        for claim in claims:
            take(story, Kind.THEN, claim, None, load)
    except HuiqiError:
        return False
    except Exception:  # noqa: BLE001 - changed rules may crash, and do not hold then
        return False
    return True


def _score(draft: Draft, score: Callable[[Measured], int], load: Load) -> int:
    measured = _measured(draft, load)
    return -1 if measured is None or measured.refused is not None else score(measured)


def _improved(book: CompiledRulebook, reads: Reads, draft: Draft, spec: Spec, load: Load) -> Draft:
    """Other values of what those conditions read that do not hold yet, as long as more of them do."""
    missing = _missing(draft, spec, load)
    while missing:
        wanted = frozenset((x.record, x.fact) for x in reads.links if (x.role, x.label) in missing)
        for _, change in list(_coordinates(book, reads, draft, wanted)):
            now = _missing(tried := change(draft), spec, load)
            if now is not None and len(now) < len(missing):
                missing, draft = now, tried
                break
        else:
            break
    return draft


def _missing(draft: Draft, spec: Spec, load: Load) -> list[tuple[str, str]] | None:
    """The conditions that keep it from being granted, by role and label, once for each record; None where it is refused."""
    measured = _measured(draft, load)
    if measured is None or measured.refused is not None:
        return None
    return [(str(c.role), c.label) for c in measured.result(spec.id).conditions.leaves() if c.truth.value is not (c.role != Role.UNLESS)]


def _climbed(
    book: CompiledRulebook, reads: Reads, base: Draft, score: Callable[[Measured], int], claims: Sequence[str], load: Load, until: float | None,
    read: frozenset[tuple[str, str]],
) -> Draft | None:  # fmt: skip
    """The base improved until the claims hold, by what is `read` there first; None where they never do."""
    if _holds(base, claims, load):
        return base
    if (near := next((x for _, change in _coordinates(book, reads, base, read) if _holds(x := change(base), claims, load)), None)) is not None:
        return near
    draft, best = base, _score(base, score, load)
    for _ in range(SWEEPS):
        before = best
        for _, change in list(_coordinates(book, reads, draft)):
            if until is not None and time.monotonic() > until:
                return None
            tried = change(draft)
            if (now := _score(tried, score, load)) >= best:
                if _holds(tried, claims, load):
                    return tried
                if now > best:
                    best, draft = now, tried
        if best == before:
            return None
    return None


def _outcome(book: CompiledRulebook, draft: Draft, spec: Spec, load: Load) -> str:
    measured = _measured(draft, load)
    assert measured is not None and book.id
    return _conclusion(measured.result(spec.id))


def _conclusion(result: Result) -> str:
    return result.outcome.label if isinstance(result, MeasureResult) else result.truth.verdict.label


def _claims(book: CompiledRulebook, measured: Measured | None, spec: Spec) -> tuple[str, ...]:
    """What the rules as they are come to, as claims."""
    if measured is None or measured.refused is not None:
        return ()
    result = measured.result(spec.id)
    claims = [f"“{spec.title}”的结论是“{_conclusion(result)}”"]
    if isinstance(result, MeasureResult) and result.award.monetary and result.outcome is Outcome.ELIGIBLE and result.award.settled is not None:
        settled, most = result.award.settled, result.award.at_most
        if settled == most:
            claims.append(f"“{spec.title}”的测算金额是“{settled}{result.award.unit}”")
        elif most is not None:
            claims += [f"“{spec.title}”已确定的金额是“{settled}{result.award.unit}”", f"“{spec.title}”的金额最多是“{most}{result.award.unit}”"]
    elif not isinstance(result, MeasureResult):
        claims = [f"“{spec.title}”的条件测评是“{result.meets.verdict.label}”"]
    return (*claims, *_totals(book, measured, spec))


def _totals(book: CompiledRulebook, measured: Measured | None, spec: Spec) -> tuple[str, ...]:
    """What all measures come to together, where this one stacks with others."""
    if measured is None or measured.refused is not None or not _mates(book, spec):
        return ()
    decisions = measured.taken()
    total = decisions[0].total.to_dict() if len(decisions) == 1 else None
    result = measured.result(spec.id)
    own = (result.award.settled, result.award.at_most) if isinstance(result, MeasureResult) else None
    if total is None or total["settled"] is None or own == (total["settled"], total["at_most"]):
        return ()
    return (f"合计已确定“{total['settled']}元”，最多“{'不详' if total['at_most'] is None else total['at_most'] + '元'}”",)


__all__ = ["Memory", "Skeleton", "deciding", "deciding_all", "noticing", "noticing_all"]
