"""Records by groups: `each: 展 in group(参展, by 展会)`, one award for a group.

A group is bound as the list of its records, and answers for its column as one. What must stay true: a
record whose group is not told may be of any told group, or of one of its own (with others like it), so
that every group's list holds it as possible, and one group is possible for each such record; a list
that is not complete leaves every group's so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from .. import values as v
from ..language.levelling import level
from ..plain import dataclass
from ..rulebook.compiled import FactSpec
from ..values import Cause, Causes, Items, Subject, Topic, Truth
from ..words import CauseKind
from .told import Entry, Given


@dataclass(frozen=True, slots=True)
class Grouped(Items):
    """The records of one group, the first of them surely of it; `entry` stands for the group, with its column."""

    entry: Entry = field(default_factory=lambda: Entry("", {}))


def grouped(items: Items, spec: FactSpec, record: str, by: str) -> Iterator[tuple[Grouped, Truth]]:
    """The groups, in order of their values, each with whether there is such a group; then those that may be."""
    told: dict[Any, list[tuple[Entry, Truth]]] = {}
    loose: list[tuple[Entry, Truth, Causes]] = []
    for entry, belongs in items.items:
        given = entry.values.get(by)
        if given is not None and given.value is not None:
            told.setdefault(level(given.value) if isinstance(given.value, str) else given.value, []).append((entry, belongs))
        else:
            kind = CauseKind(spec.cause) if given is None else CauseKind.UNVERIFIED
            loose.append((entry, belongs, frozenset({Cause(kind, Subject(Topic.FIELD, record, by, entry.key))})))
    anyones = tuple((entry, v.conjunction([belongs, Truth(None, why)])) for entry, belongs, why in loose)
    names: set[str] = set()
    for _, members in sorted(told.items(), key=lambda kv: str(kv[0])):
        column: Mapping[str, Given] = {by: members[0][0].values[by]}
        group = Grouped((*members, *anyones), items.complete, items.causes, Entry(_named(str(column[by].value), names), column))
        yield group, v.disjunction([belongs for _, belongs in members])
    for n, (entry, belongs, why) in enumerate(loose):
        others = (*anyones[:n], *anyones[n + 1 :])
        untold = {by: entry.values[by]} if by in entry.values else {}
        group = Grouped(((entry, belongs), *others), items.complete, items.causes, Entry(_named(f"{entry.key}（{by}未填）", names), untold))
        yield group, v.conjunction([belongs, Truth(None, why)])


def _named(name: str, taken: set[str]) -> str:
    """A name that no other group has."""
    while name in taken:
        name += "*"
    taken.add(name)
    return name
