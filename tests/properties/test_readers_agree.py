"""The law: on any rulebook and any facts, all readers give the same decision.

The reference combines verdicts by Kleene, `rete` lets durable_rules do it; everything shown must be
equal but the name of the reasoner and the derivation. `python -m tests.properties.long_run` does the
same for 100,000 pairs; `HUIQI_PAIRS` sets the number here.
"""

from __future__ import annotations

from typing import Any

import pytest

from huiqi.reasoning.facts import read_facts

from .strategies import BOOKS, PAIRS, Book, Told, of_book

try:  # only where the engine installs (CPython 3.11, 3.12)
    import durable_rules_engine  # noqa: F401
except ImportError:  # pragma: no cover
    pytest.skip("durable_rules 在这个 Python 上装不了；默认用参照实现", allow_module_level=True)


def shown(decision: Any) -> dict[str, Any]:
    """The public decision, without who reasoned."""
    out: dict[str, Any] = decision.to_dict()
    out["receipt"].pop("reasoner")
    out.pop("derivation", None)
    return out


def decided(reasoner: str, book: Book, told: Told) -> Any:
    from huiqi.telling.results import decide_with  # at call time: the module needs durable_rules

    facts = read_facts(book.compiled, told.facts, told.records, told.year)
    return decide_with(reasoner, book.compiled, facts, on=told.on, schemes=told.schemes)


@pytest.mark.parametrize("part", range(4))
def test_reference_and_rete_decide_alike(part: int) -> None:
    """Outcomes, verdicts, causes, amounts, words: equal on every pair."""
    for seed in range(part, BOOKS, 4):
        for book, told in of_book(seed, -(-PAIRS // BOOKS)):
            one, two = decided("reference", book, told), decided("rete", book, told)
            assert shown(one) == shown(two), (book.name, told)
            assert {k: m.causes for k, m in one.measures.items()} == {k: m.causes for k, m in two.measures.items()}, (book.name, told)
            assert (one.reasoner, two.reasoner) == ("reference", "rete")
