"""Deciding some measures gives of each what deciding all gives: every word of it, the recognitions it asks after, what it lacks."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

import huiqi
from huiqi.reasoning.facts import read_facts
from huiqi.telling.results import decide_with
from tests.making import as_json, examples

from .strategies import Book, Told, of_book


def decided(book: Book, told: Told, reader: str, only: list[str] | None) -> dict[str, Any]:
    facts = read_facts(book.compiled, told.facts, told.records, told.year)
    out: dict[str, Any] = as_json(decide_with(reader, book.compiled, facts, on=told.on, schemes=told.schemes, only=only).to_dict())
    return out


def lacking(decision: dict[str, Any], among: set[str]) -> dict[tuple[str, str], set[str]]:
    found = {(m["fact"], m["cause"]): among.intersection(m["unlocks"]) for m in decision["missing"]}
    return {what: whom for what, whom in found.items() if whom}


@pytest.mark.parametrize("seed", range(examples(12)))
def test_some_measures_are_as_in_the_whole(seed: int) -> None:
    for n, (book, told) in enumerate(of_book(seed, 3)):
        r = random.Random(f"{seed}·{n}")
        names = [s.id for s in book.compiled.measures.values()]
        some = r.sample(names, r.randint(1, len(names)))
        whole, part = decided(book, told, "reference", None), decided(book, told, r.choice(("reference", "python")), some)
        assert part["measures"] == [m for m in whole["measures"] if m["id"] in some]
        recognised = {x["id"]: x for x in whole["recognitions"]}
        assert all(recognised[x["id"]] == x for x in part["recognitions"])
        among = {*some, *(x["id"] for x in part["recognitions"])}
        assert lacking(part, among) == lacking(whole, among)
        assert part["receipt"].get("measures") == (some if len(some) > 1 else None)
        assert as_json(huiqi.Decision.from_dict(json.loads(json.dumps(part))).to_dict()) == part
