"""Pairs that convicted the engine once: telling more overturned what was said to be settled.

Each file of `once_wrong/` is one such pair as the long run found it: the rulebook's files, what was
told of an enterprise, and what is told when `untold` is left out.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from .strategies import Told, decide_case, make_book, overturned, stacked_ids

FOUND = sorted((Path(__file__).parent / "once_wrong").glob("*.json"))


def told(data: dict[str, Any]) -> Told:
    return Told(date.fromisoformat(data["on"]), data["year"], data["facts"], data["records"], data["schemes"])


@pytest.mark.parametrize("path", FOUND, ids=lambda p: p.stem)
def test_telling_more_no_longer_overturns(path: Path) -> None:
    found = json.loads(path.read_text(encoding="utf-8"))
    book = make_book(found["rules"], path.stem)
    less, more = decide_case(book, told(found["less"])), decide_case(book, told(found["told"]))
    assert overturned(less, more, stacked_ids(book.compiled)) == [], found["what"]
