"""A document that several shipped rulebooks cite is the same document in all of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.places import available


def test_one_document_has_one_title_and_one_date_in_every_rulebook() -> None:
    said: dict[str, set[tuple[str, date | None, date | None]]] = defaultdict(set)
    for book in map(load_compiled, available()):
        for document in book.documents.values():
            said[document.number or document.title].add((document.title, document.start, document.end))
    assert {name: found for name, found in said.items() if len(found) > 1} == {}
    assert len(said) > 60
