"""Many enterprises from a table: each row is what deciding it alone gives, whichever library the table is of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import huiqi

ON, YEAR, MEASURE = date(2026, 6, 30), 2025, "certification.international"
KEPT = {"证号": "C-1", "种类": "CMMI", "发证日": date(2025, 3, 1), "合格费用": "18万元"}
LAST = {"证号": "C-2", "种类": "CMMI", "发证日": date(2024, 3, 1), "合格费用": "18万元"}
ROWS: list[dict[str, Any]] = [
    {"企业": "甲", "编号": "1", "注册地县区": "平城区", "严重失信主体": False, "已获支持": [], "资质认证": [KEPT]},
    {"企业": "乙", "编号": "2", "注册地县区": "平城区", "严重失信主体": True, "已获支持": [], "资质认证": [KEPT]},
    {"企业": "丙", "编号": "3", "注册地县区": None, "严重失信主体": False, "已获支持": [], "资质认证": [KEPT, LAST]},
    {"企业": "丁", "编号": "4", "注册地县区": "云冈区", "严重失信主体": None, "已获支持": None, "资质认证": [KEPT]},
    {"企业": "戊", "编号": "5", "注册地县区": "云冈区", "严重失信主体": False, "已获支持": [], "资质认证": []},
    {"企业": "己", "编号": "6", "注册地县区": "云冈区", "严重失信主体": False, "已获支持": [], "资质认证": None},
]
STRUCT = pa.struct([("证号", pa.string()), ("种类", pa.string()), ("发证日", pa.date32()), ("合格费用", pa.string())])
SUPPORT = pa.struct([("文号", pa.string()), ("事项", pa.string())])
SCHEMA = pa.schema(
    [
        ("企业", pa.string()),
        ("编号", pa.string()),
        ("注册地县区", pa.string()),
        ("严重失信主体", pa.bool_()),
        ("已获支持", pa.list_(SUPPORT)),
        ("资质认证", pa.list_(STRUCT)),
    ]
)


def arrow(rows: list[dict[str, Any]] = ROWS) -> pa.Table:
    names = set(rows[0])
    return pa.Table.from_pylist(rows, schema=pa.schema([f for f in SCHEMA if f.name in names]))


def polars(rows: list[dict[str, Any]] = ROWS) -> pl.DataFrame:
    made = pl.from_arrow(arrow(rows))
    assert isinstance(made, pl.DataFrame)
    return made


def pandas(rows: list[dict[str, Any]] = ROWS) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in rows[0]})


MAKERS: list[Callable[..., Any]] = [arrow, polars, pandas]


def told(table: Any) -> list[dict[str, Any]]:
    if isinstance(table, pd.DataFrame):
        return list(table.to_dict("records"))
    return table.to_dicts() if isinstance(table, pl.DataFrame) else table.to_pylist()


def alone(row: dict[str, Any], **how: Any) -> huiqi.Decision:
    data = {k: x for k, x in row.items() if k not in ("编号", "已获支持", "资质认证")}
    records: dict[str, Any] = {k: row[k] for k in ("已获支持", "资质认证") if k in row}
    return huiqi.load("datong-outsourcing").decide(data, records=records, on=ON, year=YEAR, measure=MEASURE, **how)


@pytest.mark.parametrize("make", MAKERS)
def test_each_row_is_decided_as_it_would_be_alone_and_the_result_is_a_table_of_the_same_library(make: Callable[..., Any]) -> None:
    table = make()
    result = huiqi.load("datong-outsourcing").decide_many(table, on=ON, year=YEAR, key="编号", measures=[MEASURE], verdicts=True)
    assert type(result) is type(table)
    outcomes = []
    for row, found in zip(ROWS, told(result), strict=True):
        one = alone(row).measures[MEASURE]
        assert (found["企业"], found["编号"]) == (row["企业"], row["编号"])
        assert found[f"{MEASURE}.outcome"] == one.outcome
        assert (found[f"{MEASURE}.settled"], found[f"{MEASURE}.at_most"]) == (one.award.settled, one.award.at_most)
        assert (found[f"{MEASURE}.standing"], found[f"{MEASURE}.reason"]) == (one.standing.code, one.reason)
        marks = "".join({True: "1", False: "0", None: "?"}[leaf.truth.value] for leaf in one.conditions.leaves())
        assert found[f"{MEASURE}.verdicts"] == marks
        outcomes.append(one.outcome)
    assert outcomes == ["eligible", "ineligible", "undetermined", "undetermined", "ineligible", "undetermined"]


@pytest.mark.parametrize("make", MAKERS)
def test_records_may_be_a_table_of_their_own_joined_by_the_key_of_the_applicant(make: Callable[..., Any]) -> None:
    book = huiqi.load("datong-outsourcing")
    bare = [{k: x for k, x in row.items() if k != "资质认证"} for row in ROWS]
    flat = [{"编号": row["编号"], **one} for row in ROWS for one in row["资质认证"] or []]
    table = pa.Table.from_pylist(flat, schema=pa.schema([("编号", pa.string()), *STRUCT]))
    records = {arrow: table, polars: pl.from_arrow(table), pandas: pd.DataFrame(flat)}[make]
    found = told(book.decide_many(make(bare), on=ON, year=YEAR, key="编号", records={"资质认证": records}, measures=[MEASURE]))
    listed = [alone({**row, "资质认证": row["资质认证"] or None}) for row in ROWS]  # without a row of records nothing is told of them
    assert [f[f"{MEASURE}.outcome"] for f in found] == [d.measures[MEASURE].outcome for d in listed]


def test_a_list_said_to_be_incomplete_and_a_value_known_to_be_absent() -> None:
    book = huiqi.load("datong-outsourcing")
    row = {**ROWS[4], "资质认证": [LAST]}
    table = pandas([row]).assign(**{"资质认证.完整": False})
    found = told(book.decide_many(table, on=ON, year=YEAR, key="编号", measures=[MEASURE]))[0]
    assert found[f"{MEASURE}.outcome"] == "undetermined"
    assert told(book.decide_many(pandas([row]), on=ON, year=YEAR, key="编号", measures=[MEASURE]))[0][f"{MEASURE}.outcome"] == "ineligible"


@pytest.mark.parametrize("make", MAKERS)
def test_every_row_that_cannot_be_read_is_told_with_its_number_and_nothing_is_given_out(make: Callable[..., Any]) -> None:
    rows = [{**ROWS[0], "注册地县区": ""}, ROWS[0], {**ROWS[0], "资质认证": [{**KEPT, "合格费用": "18"}]}]
    with pytest.raises(huiqi.CaseError) as refused:
        huiqi.load("datong-outsourcing").decide_many(make(rows), on=ON, year=YEAR, key="编号", measures=[MEASURE])
    assert [str(p.at) for p in refused.value.problems] == ["第1行", "第3行"]


@pytest.mark.parametrize(
    "table",
    [pd.DataFrame({"企业": ["甲"], "从业人员": [3.0]}), pl.DataFrame({"企业": ["甲"], "从业人员": [3.0]}), pa.table({"企业": ["甲"], "从业人员": [3.0]})],
)
def test_a_column_of_floats_is_refused_with_its_name_and_the_mend(table: Any) -> None:
    with pytest.raises(huiqi.UsageError, match=r"从业人员；.*Decimal"):
        huiqi.load("datong-outsourcing").decide_many(table, on=ON)


def test_whole_numbers_with_gaps_are_read_and_a_gap_is_not_told() -> None:
    book, table = huiqi.load("datong-outsourcing"), pd.DataFrame({"企业": ["甲", "乙"], "从业人员": pd.array([-3, None], dtype="Int64")})
    with pytest.raises(huiqi.CaseError) as refused:
        book.decide_many(table, on=ON, year=YEAR, measures=[MEASURE])
    assert [(str(p.at), p.found) for p in refused.value.problems] == [("第1行", "-3")]


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(huiqi.UsageError, match="收到 list"):
        huiqi.load("datong-outsourcing").decide_many([{"企业": "甲"}], on=ON)
