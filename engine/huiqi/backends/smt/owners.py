"""What is asked of a measure or a recognition is asked on these days, of these conditions; and of the rulebook without one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ...language import typed as t
from ...rulebook.compiled import CompiledRulebook, Condition, Group, MeasureSpec, RecognitionSpec, SchemeSpec
from ...rulebook.reach import references, roots_of, roots_of_recognition

Owner = MeasureSpec | RecognitionSpec


def days_of(book: CompiledRulebook, owner: Owner, scheme: SchemeSpec | None = None) -> list[date]:
    """The days between which nothing about it changes, one of each stretch.

    Stretches are cut where a document, a figure or a condition begins or has ended. The one in which the
    newest document or figure begins comes first (there is no clock to ask), then those after it, then back.
    A rulebook in which nothing has a date has one stretch; its day says nothing.
    """
    spans: list[tuple[date | None, date | None]] = [(d.start, d.end) for d in book.documents.values()]
    spans += [(x.start, x.end) for p in book.parameters.values() for x in p.versions]
    spans += [(r.start, r.end) for x in book.tables.values() for r in x.rows]
    groups = [scheme.when, scheme.unless] if scheme is not None else []
    spans += [(c.start, c.end) for g in groups for c in g.conditions()]
    for spec in _asked_by(book, owner):
        spans += [(c.start, c.end) for g in (spec.when, spec.unless) for c in g.conditions()]
        if isinstance(spec, MeasureSpec):
            spans.append((spec.start, spec.end))
            spans += [(c.start, c.end) for x in spec.schemes.values() if spec is not owner for g in (x.when, x.unless) for c in g.conditions()]
            spans += [(x.start, x.end) for x in (spec.window, *(r.condition for r in spec.reductions)) if x is not None]
        else:
            spans += [(c.start, c.end) for c in spec.lapses.conditions()]
    cuts = {s for s, _ in spans if s} | {e + timedelta(days=1) for _, e in spans if e}
    newest = max((s for s, _ in spans if s), default=date.min)
    return [*sorted(d for d in cuts if d >= newest), *sorted((d for d in cuts if d < newest), reverse=True)] or [date(2024, 6, 30)]


def _asked_by(book: CompiledRulebook, owner: Owner) -> Iterator[Owner]:
    """The owner, and whatever it asks after, directly or through others: measures and recognitions."""
    waiting, seen = [owner], {owner.key}
    while waiting:
        spec = waiting.pop()
        yield spec
        roots = roots_of(spec) if isinstance(spec, MeasureSpec) else roots_of_recognition(spec)
        for node in references(roots, book):
            key = node.measure if isinstance(node, t.ConclusionRef) else node.recognition if isinstance(node, t.RecognitionRef) else ""
            if key and key not in seen:
                seen.add(key)
                waiting.append(book.measures.get(key) or book.recognitions[key])


def conditions_of(owner: Owner, scheme: SchemeSpec | None = None) -> Iterator[Condition]:
    groups = [owner.when, owner.unless] + ([scheme.when, scheme.unless] if scheme is not None and isinstance(owner, MeasureSpec) and owner.schemes else [])
    for group in groups:
        yield from group.conditions()


def left_out(group: Group, condition: Condition) -> Group:
    """The group without one condition, and without groups that it leaves empty."""
    items: list[Condition | Group] = []
    for item in group.items:
        if item is condition:
            continue
        rest = left_out(item, condition) if isinstance(item, Group) else item
        if isinstance(rest, Condition) or rest.items:
            items.append(rest)
    return replace(group, items=tuple(items))


def book_without(book: CompiledRulebook, owner: Owner, condition: Condition) -> CompiledRulebook:
    """The rulebook as it would be without a condition; for the reference to decide by."""
    changed: dict[str, Any] = {"when": left_out(owner.when, condition), "unless": left_out(owner.unless, condition)}
    mark = f"{book.digest}-{condition.id}"
    if isinstance(owner, RecognitionSpec):
        return replace(book, digest=mark, recognitions={**book.recognitions, owner.key: replace(owner, **changed)})
    schemes: Mapping[str, SchemeSpec] = {
        n: replace(s, when=left_out(s.when, condition), unless=left_out(s.unless, condition)) for n, s in owner.schemes.items()
    }
    base = replace(owner.base, when=left_out(owner.base.when, condition), unless=left_out(owner.base.unless, condition))
    return replace(book, digest=mark, measures={**book.measures, owner.key: replace(owner, schemes=schemes, base=base, **changed)})
