"""One walk over the drawn pairs for every law that holds pair by pair.

Each pair is decided once by each reader, and every law looks at what came out: agreement, exactness,
what the pairs covered. The tests that ask carry `ONE_WALK`, so that pytest-xdist gives them to one
process and no pair is decided twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from huiqi.telling.decision import Decision
from huiqi.telling.results import Teller

from .strategies import PAIRS, Book, Coverage, Told, corpus, decided_by, readers, shown


@dataclass
class Walk:
    """What was found; a law that holds everywhere leaves its list empty."""

    coverage: Coverage = field(default_factory=Coverage)
    disagreeing: list[tuple[str, Told]] = field(default_factory=list)
    misnamed: list[tuple[str, ...]] = field(default_factory=list)
    inexact: list[tuple[str, list[str], Told]] = field(default_factory=list)
    unordered: list[tuple[str, str, Any, Any, Told]] = field(default_factory=list)
    unpayable: list[tuple[str, Fraction, Told]] = field(default_factory=list)
    walked: set[str] = field(default_factory=set)  # rulebooks looked through for floats

    def see(self, book: Book, told: Told, decisions: list[Decision]) -> None:
        one, *others = decisions
        self.coverage.count(book, told, one)
        public = shown(one)
        for other in others:
            _share_words(one, other)
        if not all(public == shown(d) and _causes(one) == _causes(d) for d in others):
            self.disagreeing.append((book.name, told))
        if (names := tuple(d.reasoner for d in decisions)) != readers():
            self.misnamed.append(names)
        if book.name not in self.walked:
            self.walked.add(book.name)
            if not exact(book.compiled, rules=True):
                self.inexact.append((book.name, [*inexact(book.compiled, rules=True)], told))
        if not (exact(one, rules=False) and exact(public, rules=False)):
            self.inexact.append((book.name, [*inexact(one), *inexact(public)], told))
        for measure in one.measures.values():
            low, high = measure.award.low, measure.award.high
            if low is not None and not (isinstance(low, Fraction) and low >= 0 and (high is None or low <= high)):
                self.unordered.append((book.name, measure.id, low, high, told))
        for amount in (one.total.low, *(m.award.low for m in one.measures.values())):
            if amount is not None and (amount * 100).denominator != 1:
                self.unpayable.append((book.name, amount, told))


def _share_words(one: Decision, other: Decision) -> None:
    """What `one` said of its conditions holds for `other` as well where both concluded the same of everything that is asked after.

    A description is the reference's own, on the facts and these conclusions; its key is the condition, its
    day, its record and its verdict (`Teller.described`). What `other` made of them is still all put into words.
    """
    a, b = one.judgement, other.judgement
    assert a is not None and b is not None and isinstance(one.told, Teller) and isinstance(other.told, Teller)
    if (a.on, a.schemes, a.recognitions, a.conclusions) == (b.on, b.schemes, b.recognitions, b.conclusions) and a.book is b.book:
        other.told._triples.update(one.told._triples)


def _causes(decision: Decision) -> dict[str, Any]:
    return {k: m.causes for k, m in decision.measures.items()}


RULES = ("huiqi.rulebook.", "huiqi.language.")  # what belongs to the rulebook is looked through once for each


def inexact(value: Any, path: str = "", *, rules: bool = False) -> Iterator[str]:
    """Where a value, or anything inside it, is a float; `rules`: inside what belongs to the rulebook too."""
    if isinstance(value, float):
        yield f"{path} = {value!r}"
    elif isinstance(value, Mapping):
        for k, v in value.items():
            yield from inexact(v, f"{path}.{k}", rules=rules)
    elif isinstance(value, list | tuple | set | frozenset):
        for n, v in enumerate(value):
            yield from inexact(v, f"{path}[{n}]", rules=rules)
    elif is_dataclass(value) and (rules or not type(value).__module__.startswith(RULES)):
        for f in fields(value):
            yield from inexact(getattr(value, f.name), f"{path}.{f.name}", rules=rules)


def exact(top: Any, *, rules: bool = False) -> bool:
    """Whether `inexact` finds nothing: the same walk without the names of the places, each object once."""
    seen: set[int] = set()
    waiting, held = [top], []
    while waiting:
        value = waiting.pop()
        kind: type = type(value)
        if kind in _PLAIN or id(value) in seen:
            continue
        if isinstance(value, float):
            return False
        parts = _parts(kind, rules)
        if parts is None:
            continue
        seen.add(id(value))
        held.append(value)  # a view made for the walk must not go, and its id to another
        if parts is _VALUES:
            waiting.extend(value.values())
        elif parts is _ITEMS:
            waiting.extend(value)
        else:
            waiting.extend([getattr(value, name) for name in parts])
    return True


_PLAIN = frozenset({str, int, bool, type(None), Fraction, date})
_VALUES, _ITEMS = ("values of a mapping",), ("items of a list",)


@cache
def _parts(kind: type, rules: bool) -> tuple[str, ...] | None:
    """What is inside a value of this type, as `inexact` looks at it; None for nothing."""
    if issubclass(kind, Mapping):
        return _VALUES
    if issubclass(kind, list | tuple | set | frozenset):
        return _ITEMS
    if is_dataclass(kind) and (rules or not kind.__module__.startswith(RULES)):
        return tuple(f.name for f in fields(kind))
    return None


@pytest.fixture(scope="session")
def walk() -> Walk:
    """All of the run's pairs, decided by every reader there is."""
    found = Walk()
    for book, told in corpus(PAIRS):
        found.see(book, told, [decided_by(reader, book, told) for reader in readers()])
    return found
