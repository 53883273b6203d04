"""One walk over the drawn pairs for every law that holds pair by pair.

Each pair is decided once by each reader, and every law looks at what came out: agreement, exactness,
what the pairs covered. The tests that ask carry `ONE_WALK`, so that pytest-xdist gives them to one
process and no pair is decided twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from fractions import Fraction
from typing import Any

import pytest

from huiqi.telling.decision import Decision

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
        one = decisions[0]
        self.coverage.count(book, told, one)
        alike = all(shown(one) == shown(d) and _causes(one) == _causes(d) for d in decisions[1:])
        if not alike:
            self.disagreeing.append((book.name, told))
        if (names := tuple(d.reasoner for d in decisions)) != readers():
            self.misnamed.append(names)
        if book.name not in self.walked:
            self.walked.add(book.name)
            self.inexact += [(book.name, found, told) for found in [[*inexact(book.compiled, rules=True)]] if found]
        if floats := [*inexact(one), *inexact(one.to_dict())]:
            self.inexact.append((book.name, floats, told))
        for measure in one.measures.values():
            low, high = measure.award.low, measure.award.high
            if low is not None and not (isinstance(low, Fraction) and low >= 0 and (high is None or low <= high)):
                self.unordered.append((book.name, measure.id, low, high, told))
        for amount in (one.total.low, *(m.award.low for m in one.measures.values())):
            if amount is not None and (amount * 100).denominator != 1:
                self.unpayable.append((book.name, amount, told))


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


@pytest.fixture(scope="session")
def walk() -> Walk:
    """All of the run's pairs, decided by every reader there is."""
    found = Walk()
    for book, told in corpus(PAIRS):
        found.see(book, told, [decided_by(reader, book, told) for reader in readers()])
    return found
