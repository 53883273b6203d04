"""Registers made up: the same for the same seed, taken by the reader of cases, on the edges of the policy, with mistakes that are listed."""

from __future__ import annotations

import functools
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import huiqi
from huiqi.cli.workbooks import cases_of
from huiqi.reasoning.facts import Reader
from huiqi.register.figures import watched
from huiqi.register.filled import Slip, filled
from huiqi.register.generated import Made, Maker, code, columns_of, generated
from huiqi.rulebook.literals import check_uscc
from huiqi.telling.results import refuse_contradictions
from tests.making import SMALL

ON = date(2026, 6, 30)
KEY = b"made up: of no one, 32 bytes long"


@functools.cache
def made(book: str, count: int = 20) -> tuple[Made, ...]:
    return tuple(generated(huiqi.load(book).compiled, seed=7, count=count, year=2025))


def test_the_same_seed_makes_the_same_register_and_an_enterprise_does_not_depend_on_how_many_there_are() -> None:
    book = huiqi.load(SMALL).compiled
    assert tuple(generated(book, seed=7, count=20, year=2025)) == made(SMALL)
    assert tuple(generated(book, seed=7, count=3, year=2025, start=5)) == made(SMALL)[5:8]
    assert tuple(generated(book, seed=8, count=20, year=2025)) != made(SMALL)


@pytest.mark.parametrize("book", ["datong-outsourcing", "national-service-loan-interest", "national-sme-size", "datong-data-call"])
def test_every_row_is_read_without_a_complaint_and_contradicts_nothing(book: str) -> None:
    compiled = huiqi.load(book).compiled
    for one in made(book)[:10]:
        reader = Reader(compiled, need_unit=True, key=KEY)
        facts = reader.read(one.facts, one.records, 2025)
        assert reader.problems == []
        refuse_contradictions(compiled, facts, ON)


def test_hardly_a_row_is_fully_told_and_lists_come_whole_partial_empty_and_untold() -> None:
    maker = Maker(huiqi.load("datong-outsourcing").compiled, seed=7, year=2025)
    rows = made("datong-outsourcing")
    full = [one for one in rows if len(one.facts) == len(maker.facts) and len(one.records) == len(maker.records)]
    lists = [one.records.get(name) for one in rows for name, _ in maker.records]
    assert len(full) * 4 < len(rows)
    assert {"untold" if x is None else "part" if isinstance(x, dict) else "whole" if x else "none" for x in lists} == {"untold", "part", "whole", "none"}


def test_who_applies_says_as_registers_do_whether_it_is_registered_as_an_enterprise() -> None:
    told = [(one.facts.get("申报主体类型"), one.facts.get("登记为企业")) for one in made("datong-outsourcing", 300)]
    by_kind: dict[str | None, set[bool | None]] = {}
    for kind, registered in told:
        by_kind.setdefault(kind, set()).add(registered)
    assert (by_kind["企业"], by_kind["社会组织"] | by_kind["个人"]) == ({True, None}, {False, None})
    assert {True, False} <= by_kind["培训机构"] | by_kind["园区"] | by_kind["平台"] | by_kind["高校院所"]


def test_values_lie_on_the_figures_of_the_policy_and_one_minor_unit_beside() -> None:
    compiled = huiqi.load("national-sme-size").compiled
    edges = {int(x) for x in watched(compiled).edges["", compiled.names["从业人员"]] if isinstance(x, Fraction)}
    told = {v for one in made("national-sme-size", 80) for v in one.facts.get("从业人员", {}).values()}
    assert {v - e for v in told for e in edges if abs(v - e) <= 1} == {-1, 0, 1}


def test_the_small_book_is_met_on_its_edge_and_a_seat_either_side() -> None:
    told = [one.facts.get("席位数") for one in made(SMALL, 200)]
    assert {199, 200, 201} <= set(told)


def test_size_drives_what_belongs_to_it() -> None:
    rows = [
        (v["职工总数"]["2025"], v["从业人员"]["2025"])
        for one in made("datong-outsourcing")
        if {"2025"} <= set((v := one.facts).get("职工总数", {})) & set(v.get("从业人员", {}))
    ]
    rows.sort()
    small, large = rows[: len(rows) // 3], rows[-len(rows) // 3 :]
    assert sum(b for _, b in small) < sum(b for _, b in large)


def test_codes_have_a_right_check_digit_and_belong_to_nobody() -> None:
    codes = [code(n) for n in (0, 1, 31, 10**6)]
    assert [check_uscc(x) for x in codes] == codes and len(set(codes)) == 4
    assert {x[2:8] for x in codes} == {"149999"}


def test_a_table_of_it_is_decided_as_each_row_alone() -> None:
    polars = pytest.importorskip("polars")
    book, rows = huiqi.load(SMALL), made(SMALL)
    frame = polars.DataFrame(columns_of(book.compiled, rows))
    out = book.decide_many(frame, on=ON, year=2025)
    alone = [book.decide(one.facts, records=one.records, on=ON, year=2025, reasoner="python").measures["seats.support"] for one in rows]
    assert out["seats.support.outcome"].to_list() == [str(x.outcome) for x in alone]
    assert out["seats.support.settled"].to_list() == [x.award.settled for x in alone]


# -- as a workbook --------------------------------------------------------------------------------------


def test_a_workbook_without_mistakes_is_read_back_as_what_was_made(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    book = huiqi.load("national-service-loan-interest")
    maker = Maker(book.compiled, seed=7, year=2025)
    rows = made("national-service-loan-interest")[:6]
    data, slipped = filled(maker, rows, rulebook=book.id, title=book.title, on="2026-06-30")
    (tmp_path / "申报.xlsx").write_bytes(data)
    cases = cases_of(str(tmp_path / "申报.xlsx"))

    def told(records: object, data: object) -> object:
        reader = Reader(book.compiled, need_unit=True, key=KEY)
        facts = reader.read(data, records, 2025)
        assert reader.problems == []
        return (
            {k: {y: g.value for y, g in x.items()} for k, x in facts.facts.items()},
            {k: ([{n: g.value for n, g in e.values.items()} for e in x.entries], x.complete) for k, x in facts.records.items()},
        )

    assert slipped == ()
    assert [c.enterprise for c in cases] == [one.name for one in rows]
    assert [told(c.records, c.data) for c in cases] == [told(one.records, one.facts) for one in rows]


def test_every_mistake_put_into_a_workbook_is_listed_and_stands_in_its_cell() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from io import BytesIO

    book = huiqi.load("datong-data-call")
    maker = Maker(book.compiled, seed=3, year=2025)
    rows = list(generated(book.compiled, seed=3, count=12, year=2025))
    clean, _ = filled(maker, rows, rulebook=book.id, title=book.title, on="2026-06-30")
    spoilt, slipped = filled(maker, rows, rulebook=book.id, title=book.title, on="2026-06-30", slips=1)
    before, after = (openpyxl.load_workbook(BytesIO(x)) for x in (clean, spoilt))
    changed = {(sheet.title, c.coordinate) for sheet in after for row in sheet.iter_rows() for c in row if c.value != before[sheet.title][c.coordinate].value}
    assert {(x.sheet, x.cell) for x in slipped} <= changed
    assert {x.slip for x in slipped} >= {Slip.TOTAL, Slip.SPACE, Slip.SCALE}
    assert len(changed) == len(slipped) + 1  # the row of totals has a number beside its word
