"""No float takes part in a decision: not in its JSON, not in the values behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from .strategies import PAIRS, corpus, decide_case


def inexact(value: Any, path: str = "") -> Iterator[str]:
    """Where a value, or anything inside it, is a float."""
    if isinstance(value, float):
        yield f"{path} = {value!r}"
    elif isinstance(value, dict):
        for k, v in value.items():
            yield from inexact(v, f"{path}.{k}")
    elif isinstance(value, list | tuple | set | frozenset):
        for n, v in enumerate(value):
            yield from inexact(v, f"{path}[{n}]")
    elif is_dataclass(value):
        for f in fields(value):
            yield from inexact(getattr(value, f.name), f"{path}.{f.name}")


def test_no_float_anywhere_in_a_decision() -> None:
    """Amounts are fractions inside and decimal strings in JSON, whatever was told."""
    for book, told in corpus(PAIRS // 4):
        decision = decide_case(book, told)
        assert list(inexact(decision)) == []
        assert list(inexact(decision.to_dict())) == []
        for measure in decision.measures.values():
            low, high = measure.award.low, measure.award.high
            assert low is None or isinstance(low, Fraction)
            assert low is None or high is None or low <= high, (book.name, measure.id, low, high, told)
            assert low is None or low >= 0


def test_settled_money_is_whole_fen() -> None:
    """What is settled can be paid: never a fraction of a fen."""
    for book, told in corpus(PAIRS // 4, 10_000):
        decision = decide_case(book, told)
        for amount in (decision.total.low, *(m.award.low for m in decision.measures.values())):
            assert amount is None or (amount * 100).denominator == 1
