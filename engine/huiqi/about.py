"""A rulebook that describes itself: the facts and records a case may tell, the measures there are.

Everything here is read-only data made from the compiled rulebook: what a form, a mapping of columns
or another program needs to ask for the right things, with nothing of how they are judged. What must
stay true: a name that is listed here is one that `Rulebook.decide` takes, and a bound, an option or a
number of decimals stated here is the one it holds values to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import date
from fractions import Fraction
from typing import Any, Generic, TypeVar

from .errors import NotThere
from .language.types import Quantity
from .language.units import unit_text
from .plain import dataclass
from .reasoning.needed import recognitions_of
from .rulebook import compiled as c
from .rulebook.compiled import AwardBasis, AwardKind, FactKind
from .rulebook.reach import read_by
from .rulebook.taken import reading_word
from .telling.called import recognition_name

Thing = TypeVar("Thing")
SHOWN = 4  # names of a `repr`


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing a case may tell: a fact of the enterprise, or a column of its records."""

    name: str
    """Chinese name, as a case file has it."""
    id: str
    """ASCII id; it means the same as the name wherever facts are given."""
    label: str
    """How it is called in forms; the name where nothing else was declared."""
    kind: FactKind
    """What its values are. `ratio` is a part of 1 (35% is 0.35); `period` is whole months."""
    unit: str
    """The base unit in which `bounds` and bare numbers are meant (元, 席, 元/人); "" where there is none."""
    options: tuple[str, ...]
    """Of a `choice`: what can be chosen, in the rulebook's order."""
    aliases: tuple[tuple[str, str], ...]
    """Other spellings that are understood: (spelling, the option it means)."""
    bounds: tuple[Fraction | date | None, Fraction | date | None]
    """Least and greatest value that is taken, both included, in `unit`; None is open."""
    usual: tuple[Fraction | None, Fraction | None]
    """Beyond these a value is taken with a reminder to check it."""
    decimals: int | None
    """Most decimals in `unit`; None: any number of them, or no number at all."""
    yearly: bool
    """Told per year; a single value is that of the year of application."""
    personal: bool
    """About a person: recordings have a stand-in in its place."""
    optional: bool
    """May be known to be absent (`huiqi.NONE`, 无), which is not the same as not told."""
    judgement: bool
    """Only people can judge it (reviews, case by case); not told, it is 待评审."""
    verified_by: str
    """The office that verifies it; "" where the applicant's word stands. Not told, it is 待核实."""
    fixed: bool
    """It is as it is, or not for the enterprise to decide: no remedy changes it."""
    explain: str
    """What counts and what does not, in the policy's words."""
    evidence: tuple[str, ...]
    """Papers that show it."""

    def __repr__(self) -> str:
        return f"<Fact {self.name} ({self.id}): {self.kind}{f' in {self.unit}' if self.unit else ''}{', yearly' if self.yearly else ''}>"


@dataclass(frozen=True, kw_only=True)
class Record:
    """A type of records: a list with one row per certificate, loan, employee …"""

    name: str
    """Chinese name, as a case file has it under 明细."""
    id: str
    """ASCII id; it means the same."""
    label: str
    """How it is called in forms."""
    noun: str
    """The word it is counted with (件, 笔, 人)."""
    key: str
    """The column that tells rows apart: it may not be missing, nor twice the same."""
    exact: bool
    """Keys that differ in width or case only are two rows; else they are the same one."""
    fixed: bool
    """No remedy adds rows to it or changes them."""
    fields: Mapping[str, Fact] = field(compare=False)
    """The columns by Chinese name (their ASCII ids are understood too)."""

    def __repr__(self) -> str:
        return f"<Record {self.name} ({self.id}): {len(self.fields)} columns, key {self.key}>"


@dataclass(frozen=True, kw_only=True)
class AwardForm:
    """What a measure gives, under one scheme."""

    scheme: str
    """Name of the scheme; "" where the measure has none, or for what holds under each."""
    kind: AwardKind
    """`grant` and `interest` are money; the others are worded only."""
    basis: AwardBasis
    """`fixed` is due; `ceiling` is 不超过, never a promise; `discretionary` lies between two ends."""
    text: str
    """What is given that is no money, in words; "" for money."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A supporting measure, as far as it can be described without an enterprise."""

    id: str
    """As `decide(measure=…)`, `scheme` and a case's 期望 name it."""
    title: str
    """Chinese title."""
    family: str
    """The group it is shown in; "" where there is none."""
    clause: tuple[str, ...]
    """Ids of the clauses that carry it."""
    document: str
    """Title of the document it stands in."""
    schemes: tuple[str, ...]
    """Benchmarks among which `decide(scheme=…)` chooses; empty where figures are the document's own."""
    awards: tuple[AwardForm, ...]
    """What it gives; one form per scheme that states its own."""
    evidence: tuple[str, ...]
    """Papers an application needs under any scheme or condition; a decision lists those that apply."""
    facts: tuple[str, ...]
    """Names of the facts it may read, through definitions, recognitions and rules of stacking, sorted."""
    records: tuple[str, ...]
    """Names of the record types it may read, likewise."""
    recognitions: tuple[str, ...]
    """Ids of the recognitions its conditions ask after, as a decision on it alone lists them."""
    hint: bool
    """Handled by others (tax office, bank): shown, never in the total."""

    def __repr__(self) -> str:
        kinds = "/".join(dict.fromkeys(f"{a.kind} ({a.basis})" for a in self.awards))
        return f"<Measure {self.id} {self.title}: {kinds or 'no award'}, reads {len(self.facts)} facts, {len(self.records)} record types>"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A clause that can be read in more than one way: open, or decided by the rulebook."""

    name: str
    """As a case file's `读法` and `--reading` have it."""
    question: str
    """What the text leaves open, as a question to its author."""
    options: tuple[str, ...]
    """The ways of reading it."""
    clauses: tuple[str, ...]
    """Ids of the clauses it is about."""
    chosen: str
    """The option the rulebook has decided; "" where the reading is open, so that a case may decide it."""


class Described(Mapping[str, Thing], Generic[Thing]):
    """Descriptions by name, in the rulebook's order, each made when first asked for. Read-only.

    Where two names mean the same (`席位数` and `seats`) both find it; iteration has the first only. Raises `NotThere` with the nearest name.
    """

    def __init__(self, what: str, specs: Mapping[str, Any], make: Callable[[Any], Thing], names: Mapping[str, str] | None = None) -> None:
        self._what, self._specs, self._make, self._names = what, specs, make, names or {}
        self._made: dict[str, Thing] = {}

    def __getitem__(self, name: str) -> Thing:
        key = name if name in self._specs else self._names.get(name)
        if key is None:
            titles = {i: title for i, spec in self._specs.items() if isinstance(title := getattr(spec, "title", None), str)}
            raise NotThere(name, [*self._specs, *self._names], titles=titles)
        if key not in self._made:
            self._made[key] = self._make(self._specs[key])
        return self._made[key]

    def __contains__(self, name: object) -> bool:
        return name in self._specs or name in self._names

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401 - it is what `get` is; and nothing is guessed for it

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)

    def __eq__(self, other: object) -> bool:
        """Also equal to the tuple of its names, which `Rulebook.measures` was in 0.1."""
        return tuple(self) == other if isinstance(other, tuple) else super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        names = list(self._specs)
        return f"<{len(names)} {self._what}: {', '.join(names[:SHOWN])}{', …' if len(names) > SHOWN else ''}>"


def facts_of(book: c.CompiledRulebook) -> Described[Fact]:
    specs = {c.told_as(book, key): spec for key, spec in book.facts.items()}
    return Described("facts", specs, fact_of, {spec.id: name for name, spec in specs.items() if book.names.get(spec.id) == spec.key})


def records_of(book: c.CompiledRulebook) -> Described[Record]:
    specs = {c.told_as(book, key): spec for key, spec in book.records.items()}
    return Described("record types", specs, record_of, {spec.id: name for name, spec in specs.items() if book.names.get(spec.id) == spec.key})


def measures_of(book: c.CompiledRulebook) -> Described[Measure]:
    return Described("measures", {spec.id: spec for spec in book.measures.values()}, lambda spec: measure_of(book, spec))


def readings_of(book: c.CompiledRulebook) -> Described[Reading]:
    return Described("readings", {reading_word(book, key): spec for key, spec in book.readings.items()}, lambda spec: _reading_of(book, spec))


def _reading_of(book: c.CompiledRulebook, spec: c.ChoiceSpec) -> Reading:
    return Reading(name=reading_word(book, spec.key), question=spec.question, options=spec.options, clauses=spec.basis.clauses, chosen=spec.chosen)


def fact_of(spec: c.FactSpec) -> Fact:
    kind = spec.type.required()
    return Fact(
        name=spec.name, id=spec.id, label=spec.label, kind=spec.kind,
        unit=unit_text(kind.dims) if isinstance(kind, Quantity) else "", options=spec.options, aliases=spec.aliases,
        bounds=spec.date_bounds if spec.kind == FactKind.DATE else spec.bounds, usual=spec.usual, decimals=spec.places, yearly=spec.yearly, personal=spec.personal,
        optional=spec.optional, judgement=spec.judgement, verified_by=spec.verified_by, fixed=spec.fixed, explain=spec.explain, evidence=spec.evidence,
    )  # fmt: skip


def record_of(spec: c.RecordSpec) -> Record:
    columns = Described("columns", spec.fields, fact_of, {f.id: name for name, f in spec.fields.items()})
    return Record(name=spec.name, id=spec.id, label=spec.label, noun=spec.noun, key=spec.key_field, exact=spec.exact, fixed=spec.fixed, fields=columns)


def measure_of(book: c.CompiledRulebook, spec: c.MeasureSpec) -> Measure:
    parts = {"": spec.base, **spec.schemes}
    facts, records = read_by(book, spec)
    return Measure(
        id=spec.id, title=spec.title, family=spec.family, clause=spec.clauses, document=book.documents[spec.document].title if spec.document else "",
        schemes=tuple(spec.schemes),
        awards=tuple(
            AwardForm(scheme=name, kind=part.award.kind, basis=part.award.basis, text=part.award.text)
            for name, part in parts.items() if part.award is not None
        ),
        evidence=tuple(dict.fromkeys(e.text for part in parts.values() for e in part.evidence)), facts=facts, records=records, hint=spec.hint,
        recognitions=tuple(recognition_name(book, book.recognitions[k]) for k in sorted(recognitions_of(book, spec.key))),
    )  # fmt: skip
