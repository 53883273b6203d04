"""What is shared by most measures and not by some: the `except` of `shared.yaml`, taken back.

Read off the rulebook as written and off a measure that has what is shared. What must stay true: only
what could stand in the excepted measure is put there; a condition of records goes to the same records
under the same variable or nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ..errors import Position
from ..rulebook import compiled as c
from ..rulebook import models as m

_KEYS = frozenset({*m.Applied.model_fields, "for", "except", "from", "to", "分母为零", "读法", "share", "applies", "any", "all", "not"})
Change = Callable[[c.MeasureSpec], c.MeasureSpec]
Excepted = tuple[str, str, Position | None, Change]  # what is shared, by its name; the measure's key; where; what brings it there


def excepted(book: c.CompiledRulebook) -> Iterator[Excepted]:
    content = json.loads(book.canonical)["files"].get("shared.yaml") or {} if book.canonical else {}
    for kind in ("when", "unless", "window", "reductions"):
        for row in content.get(kind) or () if isinstance(content, dict) else ():
            words = row.get("except") if isinstance(row, dict) else None
            label = next((str(k) for k in row if k not in _KEYS), "") if words else ""
            named = {str(w) for w in (words if isinstance(words, list) else [words])} if label else set()
            out = [s for s in book.measures.values() if s.id in named or s.family in named]
            donor = next((s for s in book.measures.values() if s not in out and _has(s, kind, label)), None)
            for spec in out if donor is not None else ():
                if donor is not None and not _has(spec, kind, label) and (change := _change(spec, donor, kind, label)) is not None:
                    yield label, spec.key, _part(donor, kind, label).at, change


def _has(spec: c.MeasureSpec, kind: str, label: str) -> bool:
    return _part(spec, kind, label) is not None


def _part(spec: c.MeasureSpec, kind: str, label: str) -> Any:
    """The measure's condition, group, window or condition of a reduction of that name that stands in `shared.yaml`."""
    found: list[Any]
    match kind:
        case "window":
            found = [spec.window] if spec.window is not None and spec.window.at is not None else []
        case "reductions":
            found = [r.condition for r in spec.reductions]
        case _:
            found = [i for i in getattr(spec, kind).items if isinstance(i, c.Condition)]
    return next((x for x in found if x.label == label and x.at is not None and x.at.file.endswith("shared.yaml")), None)


def _change(spec: c.MeasureSpec, donor: c.MeasureSpec, kind: str, label: str) -> Change | None:
    part = _part(donor, kind, label)
    if getattr(part, "per_record", False) and (spec.each, spec.record, spec.by) != (donor.each, donor.record, donor.by):
        return None
    match kind:
        case "window":
            return None if spec.window is not None else lambda x: replace(x, window=part)
        case "reductions":
            reduction = next(r for r in donor.reductions if r.condition is part)
            paid = any(s.award is not None and s.award.expr is not None for s in (spec.base, *spec.schemes.values()))
            return (lambda x: replace(x, reductions=(*x.reductions, reduction))) if paid else None
        case "when":
            return lambda x: replace(x, when=replace(x.when, items=(*x.when.items, part)))
        case _:
            return lambda x: replace(x, unless=replace(x.unless, items=(*x.unless.items, part)))
