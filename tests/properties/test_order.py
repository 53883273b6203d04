"""Order never matters: of measures, conditions, recognitions, figures, facts, columns and rows."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from tests.making import examples

from .strategies import BOOKS, Told, book_of, decide_case, draw_case, make_book

ORDERED = {"bounds", "usual", "schemes", "rows", "values", "members", "limits", "pay", "award"}  # what a rulebook states in order on purpose


def unordered(tree: Any) -> Any:
    """A decision without the order of its lists and of the words joined in a sentence."""
    if isinstance(tree, dict):
        return {k: unordered(v) for k, v in tree.items()}
    if isinstance(tree, list):
        return sorted((unordered(v) for v in tree), key=lambda v: json.dumps(v, ensure_ascii=False, sort_keys=True))
    return "、".join(sorted(tree.split("、"))) if isinstance(tree, str) else tree


def shuffled(r: random.Random, tree: Any) -> Any:
    if isinstance(tree, list):
        items = [shuffled(r, x) for x in tree]
        r.shuffle(items)
        return items
    if isinstance(tree, dict):
        pairs = [(k, v if k in ORDERED else shuffled(r, v)) for k, v in tree.items()]
        r.shuffle(pairs)
        return dict(pairs)
    return tree


def shuffled_case(r: random.Random, told: Told) -> Told:
    """Facts, columns and rows in another order; each row still names its key."""

    def mixed(x: dict[str, Any]) -> dict[str, Any]:
        pairs = list(x.items())
        r.shuffle(pairs)
        return dict(pairs)

    def rows(listing: Any) -> Any:
        if isinstance(listing, dict):
            return mixed({"完整": listing["完整"], "清单": rows(listing["清单"])})
        out = [mixed(x) for x in listing]
        r.shuffle(out)
        return out

    return replace(told, facts=mixed(dict(told.facts)), records=mixed({k: rows(v) for k, v in told.records.items()}))


@pytest.mark.parametrize("seed", range(BOOKS))
def test_facts_rows_and_columns_in_any_order_give_the_same_decision(seed: int) -> None:
    """Byte for byte: lists of a decision are ordered by key, not by how the case was typed."""
    book = book_of(seed)
    for n in range(examples(3)):
        r = random.Random(f"次序{seed}·{n}")
        told = draw_case(r, book)
        assert decide_case(book, shuffled_case(r, told)).to_dict() == decide_case(book, told).to_dict()


@pytest.mark.parametrize("seed", range(0, BOOKS, 2))
def test_measures_conditions_and_figures_in_any_order_give_the_same_decision(seed: int) -> None:
    """Everything but the order of the lists themselves, and the digest of the rulebook's text."""
    book = book_of(seed)
    r = random.Random(f"次序{seed}")
    keep = {"tables.yaml", "documents.yaml"}  # a table's rows are tried in order; its inputs are positions
    other = make_book({k: v if k in keep else shuffled(r, v) for k, v in book.files.items()}, f"{book.name}（换序）")
    for _ in range(examples(4)):
        told = draw_case(r, book)
        told = replace(told, schemes={m.id: next(iter(m.schemes)) for m in book.compiled.measures.values() if m.schemes} | dict(told.schemes))
        one, two = decide_case(book, told).to_dict(), decide_case(other, shuffled_case(r, told)).to_dict()
        one["rulebook"].pop("digest")
        two["rulebook"].pop("digest")
        assert unordered(one) == unordered(two)
