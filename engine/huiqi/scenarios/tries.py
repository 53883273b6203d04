"""What is worth trying of the facts a rule reads: the values next to its figures, edges and options, and the ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice
from typing import Any

from ..errors import HuiqiError
from ..language import typed as t
from ..language.types import COUNTED_DAYS, Date, Period, Quantity, record_of
from ..plain import dataclass
from ..reasoning.days import add_months
from ..rulebook.compiled import CompiledRulebook, FactKind, FactSpec, MeasureSpec, ParameterSpec, RecognitionSpec, Spec, StackingSpec
from ..rulebook.literals import ValueProblem, read_value, show_value
from ..rulebook.reach import references
from .mutants import roots
from .sensitivity import Change, Link, links, with_told
from .story import Draft
from .variation import number_text, other_values

MOST = 60  # values tried of one fact
NEAREST = 6  # figures and edges a rule names itself, of which values are tried first


@dataclass(frozen=True, kw_only=True)
class Reads:
    """What a rule reads: facts and columns, and the figures, those it names first."""

    links: tuple[Link, ...]
    figures: tuple[ParameterSpec, ...]
    named: tuple[ParameterSpec, ...]  # of them those it names itself
    cells: tuple[Fraction, ...]
    words: Mapping[FactSpec, tuple[str, ...]]  # a text it compares -> what it is compared with, of catalogues and words
    columns: tuple[tuple[str, str], ...] = ()  # (record, column) by which its caps and groups tell records apart


def everywhere(book: CompiledRulebook, spec: Spec) -> Iterator[t.Expr]:
    """Its expressions, those too that stand only under another reading."""
    for one in (spec, *(x.spec for x in book.variants.get(spec.key, ()) if isinstance(x.spec, MeasureSpec | RecognitionSpec))):
        yield from roots(one)


def reads_of(book: CompiledRulebook, spec: Spec) -> Reads:
    nodes = list(references(list(everywhere(book, spec)), book))
    named = [book.parameters[n.parameter] for n in nodes if isinstance(n, t.ParameterRef)]
    tables = [book.tables[n.table] for n in nodes if isinstance(n, t.Lookup)]
    cells = [f for table in (*tables, *book.tables.values()) for row in table.rows for test in row.tests for f in test.values if isinstance(f, Fraction)]
    mates = [
        book.parameters[n.parameter]
        for g in groups_of(book, spec)
        if g.amount is not None
        for n in references([g.amount], book)
        if isinstance(n, t.ParameterRef)
    ]
    figures = {p.key: p for p in (*named, *mates, *book.parameters.values())}
    return Reads(
        links=tuple(x for x in links(book) if x.subject == spec.id),
        figures=tuple(figures.values()),
        named=tuple(named),
        cells=tuple(dict.fromkeys(cells)),
        words=_words(book, nodes),
        columns=tuple(dict.fromkeys(_columns(book, spec))),
    )


def _words(book: CompiledRulebook, nodes: Iterable[t.Expr]) -> dict[FactSpec, tuple[str, ...]]:
    """What each text is compared with: a word of no catalogue it is asked about says nothing to whoever reads the scenario."""
    out: dict[FactSpec, tuple[str, ...]] = {}
    for node in nodes:
        match node:
            case t.Member(value=value, target=target):
                found = list(_said(book, target))
            case t.Compared(left=value, right=right):
                found = list(_said(book, right))
            case _:
                continue
        for inner in references([value], book):
            if (fact := _fact_of(book, inner)) is not None:
                out[fact] = tuple(dict.fromkeys((*out.get(fact, ()), *found)))
    return out


def _said(book: CompiledRulebook, target: t.Expr) -> Iterator[str]:
    for node in references([target], book):
        if isinstance(node, t.ParameterRef):
            yield from (x for v in book.parameters[node.parameter].versions if isinstance(v.value, tuple) for x in v.value if isinstance(x, str))
        elif isinstance(node, t.Const) and isinstance(node.value, str):
            yield node.value


def _fact_of(book: CompiledRulebook, node: t.Expr) -> FactSpec | None:
    if isinstance(node, t.FactRef):
        return book.facts[node.fact]
    if isinstance(node, t.Field):
        record = next((r for r in book.records.values() if r.name == record_of(node.base.type)), None)
        return record.fields.get(node.name) if record is not None else None
    return None


def _columns(book: CompiledRulebook, spec: Spec) -> Iterator[tuple[str, str]]:
    """Columns that no condition and no amount may read, yet how many records count depends on them: 每作品、先取得的."""
    if not isinstance(spec, MeasureSpec) or spec.records is None:
        return
    record = next((book.records[n.record] for n in references([spec.records], book) if isinstance(n, t.RecordsRef)), None)
    if record is None:
        return
    asked = [e for s in (spec.base, *spec.schemes.values()) for x in s.limits for e in (x.key, x.by) if e is not None]
    for node in references(asked, book):
        if isinstance(node, t.Field) and node.name in record.fields:
            yield record.name, node.name
    yield from ((record.name, g.column) for g in groups_of(book, spec) if g.column in record.fields)


def groups_of(book: CompiledRulebook, spec: Spec) -> list[StackingSpec]:
    return [g for g in book.stacking if any(book.measures[m].id == spec.id for m in g.members)]


def coordinates(book: CompiledRulebook, reads: Reads, draft: Draft, only: frozenset[tuple[str, str]] | None = None) -> Iterator[tuple[str, Change]]:
    """Each told value that the rules read (of `only` these records and facts), put to each value worth trying; of like records all at once too."""
    mine = [x for x in reads.links if only is None or (x.record, x.fact) in only]
    for name, told in draft.data.items():
        known = next((f for k, f in book.facts.items() if book.names.get(name) == k or name in (f.name, f.id)), None)
        if known is not None and any(not x.record and x.fact == known.name for x in mine):
            for year, value in _several(reads, known, told, draft):
                yield f"{name} {year}", with_year(name, year, value) if year else with_told(name, value)
    for record, rows in draft.records.items():
        kind = next((r for r in book.records.values() if record == r.name), None)
        for column in kind.fields if kind is not None and rows else ():
            wanted = kind is not None and (
                any(x.record == kind.name and x.fact == column for x in mine) or (only is None and (kind.name, column) in reads.columns)
            )
            if kind is not None and wanted:
                for _, value in _several(reads, kind.fields[column], rows[0].get(column, ""), draft):
                    yield f"{record}.{column}", _cell(record, column, value)
                    if len(rows) > 1 and column != kind.key_field:
                        yield f"{record}.{column} all", _cells(record, column, value)


def with_year(name: str, year: str, value: Any) -> Change:
    """The same case with another value told of one year: what was told of the others stays as it is then."""
    return lambda draft: draft.with_fact(name, {key: value if str(key) == year else had for key, had in draft.data[name].items()})


def _cell(record: str, column: str, value: Any) -> Change:
    return lambda draft: draft.with_rows(record, ({**draft.records[record][0], column: value}, *draft.records[record][1:]))


def _cells(record: str, column: str, value: Any) -> Change:
    return lambda draft: draft.with_rows(record, [{**row, column: value} for row in draft.records[record]])


def _several(reads: Reads, spec: FactSpec, told: Any, draft: Draft) -> Iterator[tuple[str, Any]]:
    """Of each year, if it is told by the year."""
    if isinstance(told, dict) and not set(told) & {"申报", "核验", "审定"}:
        for year in told:
            yield from ((str(year), value) for value in values_to_try(reads, spec, draft))
    else:
        yield from (("", value) for value in (*values_to_try(reads, spec, draft), *other_values(spec, told)))


def _shares(reads: Reads, spec: FactSpec, draft: Draft) -> Iterator[Fraction]:
    """What stands at a share that the rule names, and one share above, of what is told in the same unit: 同比增长10%以上."""
    kind: Any = spec.type.required()
    shares = [v.value for p in reads.named if isinstance(p.type, Quantity) and not p.type.dims for v in p.versions if isinstance(v.value, Fraction)]
    texts = [y for x in draft.data.values() for y in (x.values() if isinstance(x, dict) else [x]) if isinstance(y, str)]
    for text in dict.fromkeys(texts) if shares and kind.dims else ():
        with suppress(ValueProblem, HuiqiError):
            told = read_value(text, kind)
            yield from (x for r in shares[:2] for x in (told * (1 + r), told * r) if isinstance(told, Fraction))


def _reaching(reads: Reads, on: date) -> Iterator[date]:
    """Days from which a period that the rule names ends on the day of decision, and that it reaches from there: 满一年."""
    for parameter in reads.named:
        for version in parameter.versions:
            for sign in (-1, 1):
                with suppress(ValueError, OverflowError):
                    if isinstance(parameter.type, Period) and isinstance(version.value, int):
                        yield add_months(on, sign * version.value)
                    elif isinstance(version.value, Fraction) and isinstance(parameter.type, Quantity) and parameter.type == COUNTED_DAYS:
                        yield on + timedelta(sign * int(version.value))


def values_to_try(reads: Reads, spec: FactSpec, draft: Draft) -> list[str]:
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
            out = [*reads.words.get(spec, ()), "甲", "别的", *(x for f in figures if isinstance(f, tuple) for x in f if isinstance(x, str))]
        case FactKind.DATE if draft.on is not None:
            on = date.fromisoformat(draft.on)
            days = [on - timedelta(n) for n in (30, 1, 0, -1, 400, 2000)]
            days += [day + timedelta(n) for day in _reaching(reads, on) for n in (0, 1, -1)]
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
