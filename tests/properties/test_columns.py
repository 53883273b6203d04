"""Whole columns say of every row what the reference says of it alone, under open readings, too; and they say much of it.

Random rulebooks, with readings and without, compiled from their text; tables of random enterprises, values on a rule's lines among
them. The coverage is counted: of what is drawn, how much was decided by columns, how much of it under several ways of reading.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

from huiqi.errors import CaseError
from huiqi.frames import decide_frame
from huiqi.reasoning.readings import opened
from huiqi.rulebook.compiled import CompiledRulebook
from tests.making import examples
from tests.properties.readings import reading_book
from tests.properties.strategies import Book, Told, book_of, draw_case

pytestmark = pytest.mark.xdist_group("columns over the pairs")  # what was decided by columns is counted in one process
BOOKS = examples(6)
ROWS = 40
seen: Counter[str] = Counter()


def table_of(told: list[Told]) -> pl.DataFrame:
    """The facts of some enterprises, a row each; what a table has no column for is left out."""
    names = {name for one in told for name, value in one.facts.items() if isinstance(value, str)}
    return pl.DataFrame([{name: x if isinstance(x := one.facts.get(name), str) else None for name in sorted(names)} for one in told], infer_schema_length=None)


def decided(book: CompiledRulebook, table: pl.DataFrame, like: Told, reasoner: str, **how: Any) -> Any:
    return decide_frame(
        book, table, on=like.on, year=like.year, records={}, key=None, measures=None, scheme=like.schemes, reasoner=reasoner, verdicts=False, **how
    )  # fmt: skip


def sound(book: CompiledRulebook, table: pl.DataFrame, like: Told) -> pl.DataFrame:
    """The rows that can be read and do not contradict themselves."""

    def rows() -> Iterator[int]:
        for n in range(len(table)):
            try:
                decided(book, table.slice(n, 1), like, "reference")
            except CaseError:
                continue
            yield n

    return table[list(rows())]


def met(book: Book, seed: int) -> tuple[pl.DataFrame, Told]:
    r = random.Random(f"表{seed}")
    told = [draw_case(r, book) for _ in range(ROWS)]
    return sound(book.compiled, table_of(told), told[0]), told[0]


@pytest.mark.parametrize("seed", range(BOOKS))
@pytest.mark.parametrize("readings", [True, False])
def test_a_row_among_others_comes_out_as_the_reference_decides_it_alone(seed: int, *, readings: bool) -> None:
    book = reading_book(seed)[0] if readings else book_of(seed)
    table, like = met(book, seed)
    apart: list[int] = []
    found, meant = decided(book.compiled, table, like, "python", apart=apart.append), decided(book.compiled, table, like, "reference")
    assert [row for row, other in zip(found.to_dicts(), meant.to_dicts(), strict=True) if row != other] == []
    assert found.equals(meant)
    seen[f"apart {readings}"] += sum(apart)
    seen[f"pairs {readings}"] += len(table) * len(book.compiled.measures)
    if readings:
        tried = opened(book.compiled, {}).tried
        seen["measures with ways"] += len(tried)
        seen["ways"] += sum(len(opened(book.compiled, {}).ways(x)) for x in tried.values())


def test_what_was_tried_went_by_columns_often_enough() -> None:
    print(dict(seen))
    assert seen["measures with ways"] > BOOKS
    for readings in (True, False):
        assert seen[f"apart {readings}"] < seen[f"pairs {readings}"]
