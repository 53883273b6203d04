"""A reading of a clause of one scheme touches nothing where another scheme is chosen; judged with it or without, everything comes out the same."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from huiqi import load
from huiqi.reasoning import parts, readings
from huiqi.reasoning.facts import read_facts
from huiqi.reasoning.reasoners import judge_with
from huiqi.register.generated import generated
from huiqi.rulebook.readings import readings_behind, readings_in_play
from huiqi.telling.results import tell
from tests.making import examples

BOOK = load("datong-outsourcing").compiled
ON = date(2026, 6, 30)


def own(schemes: dict[str, str], measure: str) -> set[str]:
    key = next(k for k, m in BOOK.measures.items() if m.id == measure)
    return {BOOK.readings[k].name for k in readings_in_play(BOOK, schemes)[key]}


def test_under_our_own_province_no_other_city_s_reading_is_in_play() -> None:
    assert own({}, "rnd.innovation") == set()
    assert own({}, "certification.international") == set()
    assert own({}, "talent.hiring") == {"毕业生口径"}


@pytest.mark.parametrize("reading", ["大连研发上限", "中山配套上限", "广州研发限额"])
def test_a_city_s_reading_is_in_play_where_its_scheme_is_chosen_and_no_other(reading: str) -> None:
    names = next(m for m in BOOK.measures.values() if m.id == "rnd.innovation").schemes
    chosen = {name: own({"rnd.innovation": name}, "rnd.innovation") for name in names}
    assert [x for x in chosen.values() if reading in x] == [{reading}]
    assert next(name for name, x in chosen.items() if reading in x).startswith(reading[:2])


def test_where_no_scheme_is_chosen_every_reading_of_a_measure_may_matter() -> None:
    key = next(k for k, m in BOOK.measures.items() if m.id == "rnd.innovation")
    assert {BOOK.readings[k].name for k in readings_behind(BOOK)[key]} == {"大连研发上限", "中山配套上限", "广州研发限额"}


@pytest.mark.law
@pytest.mark.parametrize("reasoner", ["reference", "python"])
def test_whatever_the_schemes_nothing_comes_out_otherwise_than_with_all_readings_tried(reasoner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random("方案与读法")
    several = [m for m in BOOK.measures.values() if len(m.schemes) > 1]
    rows = generated(BOOK, seed=31, count=examples(8), year=2025)
    told = [(read_facts(BOOK, x.facts, x.records, 2025), {m.id: draw.choice(list(m.schemes)) for m in several}) for x in rows]

    def said() -> list[Any]:
        for kept in (readings._OPENED.of(BOOK), readings._PARTS.of(BOOK), parts._PARTS.of(BOOK).all):
            kept.clear()
        parts.forget()
        return [tell(judge_with(reasoner, BOOK, facts, on=ON, schemes=schemes)).to_dict() for facts, schemes in told]

    with monkeypatch.context() as patched:
        patched.setattr(readings, "readings_in_play", lambda book, _: readings_behind(book))
        whole = said()
    assert said() == whole
    assert sum(len(m.get("readings", ())) for one in whole for m in one["measures"]) > len(told)
