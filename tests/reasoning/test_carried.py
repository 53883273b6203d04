"""A decision is a value: copied, carried to another process, put out and spoilt, it stays what it was."""

from __future__ import annotations

import copy
import json
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

import huiqi
from tests.making import CASES, decide_each


def carried(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 (our own)


WAYS = [copy.copy, copy.deepcopy, carried]


def spoil(data: Any) -> None:
    """Everything in plain data taken out of it."""
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        spoil(part)
    if isinstance(data, dict | list):
        data.clear()


@pytest.mark.law
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("looked", [False, True])
@pytest.mark.parametrize("path", CASES[::8], ids=lambda p: p.stem)
def test_a_decision_copied_or_carried_says_the_same_words(path: Path, looked: bool, way: Any) -> None:
    """Whether somebody had looked into it before, or not."""
    case = huiqi.read_case(path)
    for one in decide_each(case):
        whole, page = (one.to_json(), one.explain()) if looked else ("", "")
        other = way(one)
        assert other == one
        assert (other.to_json(), other.explain()) == ((whole, page) if looked else (one.to_json(), one.explain()))
        for name in list(one.measures)[:3]:
            assert other.explain(name) == one.explain(name)


def _page(decision: huiqi.Decision) -> str:
    return decision.explain()


def test_another_process_words_a_decision_as_this_one_does() -> None:
    [one] = decide_each(huiqi.read_case(CASES[0]))[:1]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(_page, one).result() == one.explain()


def test_what_was_put_out_can_be_changed_without_changing_the_decision() -> None:
    for one in decide_each(huiqi.read_case(CASES[0])):
        text = one.to_json()
        for out in (one.to_dict(), one.input):
            spoil(out)
            assert one.to_json() == text
        recorded = json.loads(text)
        back = huiqi.Decision.from_dict(recorded)
        spoil(recorded)
        spoil(back.to_dict())
        assert back.to_json() == text
