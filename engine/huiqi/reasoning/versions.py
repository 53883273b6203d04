"""Which version of a figure holds on a day, and between which days nothing changes.

What must stay true: of a day that is not told every version is a candidate that may hold on it, and "none" is one where
none may; what is noted here follows from the rulebook alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from .. import values as v
from ..caching import WAYS, Derived
from ..language import typed as t
from ..rulebook.compiled import CompiledRulebook, ParameterVersion, TableSpec, own_versions
from ..rulebook.reach import references
from .uses import Spans

# the rulebook is frozen: what its readers work out from it alone is kept here, by its digest and for the very object
NOTES: Derived[CompiledRulebook, dict[Any, Any]] = Derived(lambda _: {}, key=lambda book: book.digest, size=WAYS)


def version_on(
    book: CompiledRulebook, versions: tuple[ParameterVersion, ...], day: date | v.Causes, document: str | None
) -> ParameterVersion | v.Causes | None:
    """The version of the day; under a scheme, the version of the scheme's document."""
    if document is not None:
        if own := own_versions(versions, document, book.documents):
            if not isinstance(day, date) and len(own) > 1:
                return day
            inside = [x for x in own if isinstance(day, date) and covers(x, day)]
            return inside[0] if inside else max(own, key=lambda x: x.start or date.min)
    if not isinstance(day, date):
        return versions[0] if len(versions) == 1 and versions[0].start is None and versions[0].end is None else day
    return next((x for x in versions if covers(x, day)), None)


def candidates(book: CompiledRulebook, versions: tuple[ParameterVersion, ...], document: str | None, within: Spans) -> list[ParameterVersion | None]:
    """The versions one of which holds on a day not told; None among them where none may. Empty: not known."""
    if document is not None and (own := own_versions(versions, document, book.documents)):
        return [*own]
    out: list[ParameterVersion | None] = []
    for start, end in within:
        out += [x for x in versions if (x.start is None or end is None or x.start <= end) and (x.end is None or start is None or start <= x.end)]
        if not _cover(versions, start or date.min, end or date.max):
            out.append(None)
    return list(dict.fromkeys(out))


def _cover(versions: Iterable[ParameterVersion], start: date, end: date) -> bool:
    """Whether every day from start to end has a version."""
    for version in sorted(versions, key=lambda x: x.start or date.min):
        if (version.start or date.min) > start:
            break
        if version.end is None or version.end >= end:
            return True
        if version.end >= start:
            start = version.end + timedelta(days=1)
    return False


def covers(version: ParameterVersion, day: date) -> bool:
    return (version.start is None or version.start <= day) and (version.end is None or day <= version.end)


def day_edges(book: CompiledRulebook, of: Iterable[TableSpec] | None = None) -> list[int]:
    """Every day on which a figure's version, a row or a document starts, or has just ended; those that certain tables know."""
    rows = [(r.start, r.end) for x in (book.tables.values() if of is None else of) for r in x.rows]
    named = {n.parameter for x in of or () for n in references(x.expressions, book) if isinstance(n, t.ParameterRef)}
    figures = book.parameters.values() if of is None else [book.parameters[k] for k in sorted(named)]
    spans = rows + [(x.start, x.end) for p in figures for x in p.versions] + [(d.start, d.end) for d in book.documents.values()]
    return sorted({start.toordinal() for start, _ in spans if start} | {end.toordinal() + 1 for _, end in spans if end})


def timeless(expr: t.Expr, book: CompiledRulebook) -> bool:
    """Whether the governing date can matter only through versions and documents (no title is asked after)."""
    key = ("timeless", id(expr))
    notes = NOTES.of(book)
    found = notes.get(key)
    if found is None or found[0] is not expr:
        inner = [d.definition for d in t.walk(expr) if isinstance(d, t.DefinitionRef)]
        asked = [x for n in t.walk(expr) if isinstance(n, t.Lookup) for x in book.tables[n.table].expressions]
        plain = not any(isinstance(x, t.RecognitionRef) for x in t.walk(expr)) and all(timeless(x, book) for x in asked)
        found = notes[key] = (expr, plain and all(timeless(book.definitions[d].expr, book) for d in inner))
    return bool(found[1])


def meets(start: date, after: date | None, spans: Spans) -> bool:
    """Whether the stretch from a day to (not with) another meets one of the spans."""
    return any((end is None or start <= end) and (first is None or after is None or first < after) for first, end in spans)
