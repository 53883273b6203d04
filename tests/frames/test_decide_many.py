"""Many enterprises from a table: each row is what deciding it alone gives, whichever library the table is of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import huiqi
from huiqi import frames
from huiqi.frames import decide_frame
from huiqi.reasoning.reasoners import judge_with
from tests.reasoning.test_per_person import book_of

ON, YEAR, MEASURE = date(2026, 6, 30), 2025, "certification.international"
KEPT = {"证号": "C-1", "种类": "CMMI", "发证日": date(2025, 3, 1), "合格费用": "18万元"}
LAST = {"证号": "C-2", "种类": "CMMI", "发证日": date(2024, 3, 1), "合格费用": "18万元"}
TOLD: list[dict[str, Any]] = [
    {"企业": "甲", "编号": "1", "注册地县区": "平城区", "严重失信主体": False, "已获支持": [], "资质认证": [KEPT]},
    {"企业": "乙", "编号": "2", "注册地县区": "平城区", "严重失信主体": True, "已获支持": [], "资质认证": [KEPT]},
    {"企业": "丙", "编号": "3", "注册地县区": None, "严重失信主体": False, "已获支持": [], "资质认证": [KEPT, LAST]},
    {"企业": "丁", "编号": "4", "注册地县区": "云冈区", "严重失信主体": None, "已获支持": None, "资质认证": [KEPT]},
    {"企业": "戊", "编号": "5", "注册地县区": "云冈区", "严重失信主体": False, "已获支持": [], "资质认证": []},
    {"企业": "己", "编号": "6", "注册地县区": "云冈区", "严重失信主体": False, "已获支持": [], "资质认证": None},
]
OUTSOURCING = {"申报主体类型": "企业", "从事服务外包业务": True, "报送状态": "审核通过"}
ROWS: list[dict[str, Any]] = [{**row, **OUTSOURCING} for row in TOLD]
STRUCT = pa.struct([("证号", pa.string()), ("种类", pa.string()), ("发证日", pa.date32()), ("合格费用", pa.string())])
SUPPORT = pa.struct([("文号", pa.string()), ("事项", pa.string())])
SCHEMA = pa.schema(
    [
        ("企业", pa.string()),
        ("编号", pa.string()),
        ("注册地县区", pa.string()),
        ("严重失信主体", pa.bool_()),
        ("申报主体类型", pa.string()),
        ("从事服务外包业务", pa.bool_()),
        ("报送状态", pa.string()),
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


# -- nothing told is passed over, nothing is another's ---------------------------------------------------

BARE = {k: x for k, x in ROWS[0].items() if k != "资质认证"}


def many(table: Any, **how: Any) -> Any:
    key = "编号" if "编号" in list(getattr(table, "columns", ())) else None
    return huiqi.load("datong-outsourcing").decide_many(table, **{"on": ON, "year": YEAR, "key": key, "measures": [MEASURE], **how})


def records(*owners: Any) -> dict[str, Any]:
    return {"资质认证": pd.DataFrame([{"编号": owner, **KEPT, "证号": f"C-{n}"} for n, owner in enumerate(owners)], dtype=object)}


def refusals(table: Any, **how: Any) -> list[tuple[Any, ...]]:
    with pytest.raises(huiqi.HuiqiError) as refused:
        many(table, **how)
    return [(one["code"], one["loc"]) for one in refused.value.errors()]


@pytest.mark.parametrize(
    ("owners", "of", "told_of"),
    [
        (["1", "1"], ["1"], [("duplicate", (1, "编号"))]),
        ([None, "2"], [None, "2"], [("missing", ("资质认证", 0, "编号")), ("missing", (0, "编号"))]),
        (["1"], ["1", "9"], [("unknown_name", ("资质认证", 1, "编号"))]),
        ([1], ["1"], [("unknown_name", ("资质认证", 0, "编号"))]),
        ([["1"]], ["1"], [("unknown_name", ("资质认证", 0, "编号")), ("missing", (0, "编号"))]),
    ],
)
def test_no_record_is_shared_by_two_rows_lost_or_given_to_a_row_without_a_key(owners: list[Any], of: list[Any], told_of: list[Any]) -> None:
    assert refusals(pandas([{**BARE, "编号": one} for one in owners]), records=records(*of)) == told_of


def test_a_list_given_in_the_row_and_in_a_table_of_its_own_is_refused() -> None:
    assert refusals(pandas(ROWS[:1]), records=records("1")) == [("invalid_call", ("records",))]


def test_a_fault_of_a_record_in_a_table_of_its_own_names_that_table_and_its_row() -> None:
    table = records("2", "1")
    table["资质认证"].loc[1, "合格费用"] = "18"
    with pytest.raises(huiqi.CaseError) as refused:
        many(pandas([BARE, {**BARE, "编号": "2"}]), records=table)
    assert [(str(p.at), p.loc) for p in refused.value.problems] == [("“资质认证”的表第2行", ("资质认证", 1, "合格费用"))]


@pytest.mark.parametrize("flag", ["否", 0, "false"])
def test_a_flag_that_is_no_truth_value_is_refused_not_passed_over(flag: Any) -> None:
    assert refusals(pandas([{**ROWS[0], "资质认证.完整": flag}])) == [("wrong_type", (0, "资质认证.完整"))]


@pytest.mark.parametrize("name", ["资质认证.完整", "certifications.完整"])
def test_an_incomplete_list_is_one_by_whichever_name_of_it(name: str) -> None:
    row = {**BARE, "资质认证": [LAST], name: np.False_}
    assert told(many(pandas([row])))[0][f"{MEASURE}.outcome"] == "undetermined"
    owned = {"资质认证": pd.DataFrame([{"编号": "1", **LAST}])}
    assert told(many(pandas([{**BARE, name: False}]), records=owned))[0][f"{MEASURE}.outcome"] == "undetermined"


@pytest.mark.parametrize("name", ["资质认正", "资质认正.完整", "注册地县区.完整", "资质认证.无", "注册地县曲.无", "注册地县曲", "企业.2024", "('a', 'b')"])
def test_a_column_that_says_nothing_known_is_refused_once_even_where_it_is_empty(name: str) -> None:
    assert refusals(pandas([{**row, name: None} for row in ROWS])) == [("unknown_name", (name,))]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("names", [("从业人员", "从业人员.2024"), ("从业人员", "从业人员.无"), ("从业人员.2024", "从业人员.无")])
def test_a_fact_told_in_two_ways_is_refused_whatever_the_order_of_the_columns(names: tuple[str, str], order: int) -> None:
    cells = {name: True if name.endswith("无") else "3人" for name in names[::order]}
    [(code, loc)] = refusals(pandas([{**ROWS[0], **cells}]))
    assert code == "contradictory" and loc == (0, names[::order][1])


@pytest.mark.parametrize("cell", [[None], ["abc"], [[("证号", "1")]]])
def test_a_list_of_what_is_no_record_is_refused_at_its_place(cell: list[Any]) -> None:
    assert refusals(pandas([{**ROWS[0], "资质认证": cell}])) == [("wrong_shape", (0, "资质认证", 0))]


FLOATING = pa.list_(pa.struct([("证号", pa.string()), ("合格费用", pa.float64())]))


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"资质认证": pa.array([[{"证号": "1", "合格费用": None}]], FLOATING)}),
        pl.DataFrame({"资质认证": [[{"证号": "1", "合格费用": 1.5}]]}),
        pd.DataFrame({"资质认证": pd.array([[{"证号": "1", "合格费用": None}]], pd.ArrowDtype(FLOATING))}),
    ],
)
def test_floats_deep_in_a_column_are_refused_with_the_path(table: Any) -> None:
    with pytest.raises(huiqi.UsageError, match=r"浮点数.*资质认证\.合格费用"):
        many(table)


@pytest.mark.parametrize("table", [pd.DataFrame({"从业人员": pd.Categorical([3.0])}), pa.table({"从业人员": pa.array([3.0]).dictionary_encode()})])
def test_floats_behind_codes_are_floats(table: Any) -> None:
    with pytest.raises(huiqi.UsageError, match=r"浮点数.*从业人员"):
        many(table)


def test_two_columns_of_one_name_are_refused_before_anything_else() -> None:
    floats = pd.DataFrame([[1.0, 2.0]], columns=["从业人员", "从业人员"])
    with pytest.raises(huiqi.UsageError, match="两列同名：从业人员"):
        many(floats)
    with pytest.raises(huiqi.UsageError, match="两列同名：2024"):
        many(pd.DataFrame([[1, 2]], columns=[2024, "2024"]))


@pytest.mark.parametrize("make", MAKERS)
def test_a_table_without_rows_has_the_same_columns_and_its_call_is_checked(make: Callable[..., Any]) -> None:
    whole, none = make(), make()[:0] if make is not arrow else arrow().slice(0, 0)
    names = [list(t.schema.names if make is arrow else t.columns) for t in (many(whole, key="编号"), many(none, key="编号"))]
    assert names[0] == names[1] and f"{MEASURE}.reason" in names[1]
    with pytest.raises(huiqi.UsageError, match="没有支持事项"):
        many(none, key="编号", measures=["certification.internationl"])


def test_rows_of_pandas_keep_their_labels_and_columns_their_types() -> None:
    table = pandas(ROWS[:3]).astype({"编号": "category"})
    table.index = pd.Index([7, 3, 5])
    found = many(table)
    assert list(found.index) == [7, 3, 5] and found["编号"].dtype == "category"
    assert table.assign(结论=found[f"{MEASURE}.outcome"])["结论"].tolist() == ["eligible", "ineligible", "undetermined"]


def test_columns_of_the_result_are_text_even_where_all_are_empty() -> None:
    service = next(m for m, one in huiqi.load("datong-outsourcing").measures.items() if all(a.kind == "service" for a in one.awards))
    for make in (arrow, polars):
        schema = many(make(), key="编号", measures=[service]).schema
        kinds = {str(schema.field(n).type) if make is arrow else str(schema[n]) for n in (f"{service}.settled", f"{service}.outcome")}
        assert kinds in ({"string"}, {"String"})


@pytest.mark.parametrize(
    ("how", "argument"),
    [
        ({"measures": MEASURE}, "measures"), ({"measures": []}, "measures"), ({"year": "2025"}, "year"), ({"year": 20255}, "year"), ({"on": None}, "on"),
        ({"scheme": MEASURE}, "scheme"), ({"key": 0}, "key"), ({"records": pd.DataFrame({"编号": ["1"]})}, "records"), ({"records": {"资质认正": arrow()}}, "records"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_refused_with_its_argument(how: dict[str, Any], argument: str) -> None:
    assert refusals(pandas(), **how) == [("invalid_call", (argument,))]


def test_a_lazy_frame_is_to_be_collected_first() -> None:
    with pytest.raises(huiqi.UsageError, match="collect"):
        huiqi.load("datong-outsourcing").decide_many(pl.LazyFrame({"企业": ["甲"]}), on=ON)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(("owner", "of"), [(1, True), (True, 1), (0, False), (True, True)])
def test_no_record_is_given_to_an_applicant_because_python_takes_true_for_one(make: Callable[..., Any], owner: Any, of: Any) -> None:
    table, certificates = (
        make(rows) if make is pandas else (pa.Table.from_pylist(rows) if make is arrow else pl.DataFrame(rows))
        for rows in ([{**BARE, "编号": owner}], [{**KEPT, "编号": of}])
    )
    assert refusals(table, records={"资质认证": certificates}, key="编号")


def test_cells_that_are_python_objects_of_polars_are_read_as_a_case_is() -> None:
    """Polars neither compares nor groups them; each is what its row says, and a float among them is refused."""
    book, plain = huiqi.load("datong-outsourcing"), polars()
    for name in ("注册地县区", "资质认证"):
        boxed = plain.with_columns(pl.Series(name, [row[name] for row in ROWS], dtype=pl.Object))
        how: dict[str, Any] = {"on": ON, "year": YEAR, "measures": [MEASURE], "key": "编号"}
        assert book.decide_many(boxed, **how).equals(book.decide_many(plain, **how))
    with pytest.raises(huiqi.CaseError, match="浮点数"):
        book.decide_many(plain.head(1).with_columns(pl.Series("资质认证", [[{**KEPT, "合格费用": 0.5}]], dtype=pl.Object)), **how)


def test_the_key_of_the_applicant_may_be_a_fact_as_well() -> None:
    table = pandas([{**BARE, "统一社会信用代码": "91140200MA0000000X"}]).drop(columns="编号")
    assert refusals(table, key="统一社会信用代码") == [("wrong_value", (0, "统一社会信用代码"))]  # its check digit is looked at


def test_a_column_of_midnights_without_a_time_zone_is_one_of_days_and_any_other_moment_is_refused() -> None:
    days = pl.Series("成立日期", [date(2020, 1, 2), None])
    told = pl.DataFrame({"注册地县区": ["平城区", "平城区"]})
    book = huiqi.load("datong-outsourcing")

    def decided(column: pl.Series) -> Any:
        return book.decide_many(told.with_columns(column), on=ON, year=YEAR, measures=[MEASURE])

    expected = decided(days)
    for unit in ("ms", "us", "ns"):
        assert decided(days.cast(pl.Datetime(unit))).equals(expected)
    later = (days.cast(pl.Datetime("ns")).cast(pl.Int64) + 1).cast(pl.Datetime("ns"))
    for column in (later, days.cast(pl.Datetime("us")).dt.replace_time_zone("Asia/Shanghai")):
        with pytest.raises(huiqi.CaseError, match="成立日期"):
            decided(column)


def test_what_no_reading_touches_goes_by_columns_and_the_rest_row_by_row_with_equal_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """`carrier.land-priority` hangs on a reading, `talent.hiring` on two others and on records; `security.pilot` on none."""
    measures, one_by_one = ["security.pilot", "carrier.land-priority", "talent.hiring"], ["talent.hiring"]
    told = [("平城区", "审核通过"), ("云冈区", None), (None, "审核通过")]
    rows = [{"企业": f"{n}", "注册地县区": place, "报送状态": state} for n, (place, state) in enumerate(told * 3)]
    book, table = huiqi.load("datong-outsourcing"), pl.DataFrame(rows)
    judged: list[Any] = []

    def noted(*given: Any, only: Any, **how: Any) -> Any:
        judged.append(only)
        return judge_with(*given, only=only, **how)

    monkeypatch.setattr(frames, "judge_with", noted)

    def decided(reasoner: str, **how: Any) -> Any:
        judged.clear()
        return book.decide_many(table, on=ON, year=YEAR, measures=measures, verdicts=True, reasoner=reasoner, **how)

    for how in ({}, {"reading": {"载体范围": "只指园区"}}):
        decided("python", **how)
        by_columns = decided("python", **how)
        assert judged[-3:] == [one_by_one] * 3  # the others where a way through them was met for the first time
        assert by_columns.equals(decided("reference", **how))


# -- what was received before, and nobody wrote whether it may be had again ---------------------------------------------

RECORDS = """\
- {id: m, title: 事项甲, clause: 一, each: 某 in 支出, when: [{合格: '某.费用 > 0'}], award: {amount: 某.费用}}
- {id: a, title: 事项乙, clause: 一, when: [{合格: 某词 = "是"}], award: {amount: 万元}}
- {id: b, title: 事项丙, clause: 一, when: [{合格: 某词 = "是"}], award: {amount: 半万元}}
- {id: c, title: 事项丁, clause: 一, when: [{合格: 某词 = "是"}], award: {amount: 万元}, limits: [{amount: 万元, per: 企业, counting: {不计以往: 每年可以再申报}}]}
"""
EXCLUSIVE = "- {id: one, title: 择一, rule: choose, per: 企业, members: [b, c], clause: 一}\n"
PAID = {"文号": "h", "年度": "2025", "金额": "3000元"}
HISTORIES: list[tuple[Any, set[str]]] = [
    (None, set()),
    ([], set()),
    ([{**PAID, "事项": "m", "对象": "C-001"}], {"m"}),
    ([{**PAID, "事项": "事项甲", "对象": "c-001"}], {"m"}),
    ([{**PAID, "事项": "m", "对象": "C-009"}], set()),
    ([{**PAID, "事项": "m"}], {"m"}),  # it does not say of which: of this one, for all anybody knows
    ([{**PAID, "事项": "事项乙"}], {"a"}),
    ([{**PAID, "事项": "事项乙", "年度": "2020"}], set()),
    ([{**PAID, "事项": "c"}], {"b"}),
    ([{**PAID, "事项": "别处的支持"}], set()),
    ([{k: x for k, x in PAID.items() if k != "年度"} | {"事项": "a"}], {"a"}),
    ([{**PAID, "对象": "C-001"}], {"m", "a", "b", "c"}),
]


def reminded_rows() -> list[dict[str, Any]]:
    spent = [{"号": "C-001", "费用": "5000元"}]
    return [{"企业": str(n), "某词": "是", "支出": spent, "已获支持": history} for n, (history, _) in enumerate(HISTORIES)]


@pytest.fixture(scope="module")
def reminding(tmp_path_factory: pytest.TempPathFactory) -> huiqi.Rulebook:
    return huiqi.load(book_of(tmp_path_factory.mktemp("reminding") / "b", RECORDS, stacking=EXCLUSIVE))


@pytest.mark.parametrize("reasoner", ["python", "reference"])
def test_who_is_reminded_of_what_was_had_before_when_decided_alone_is_reminded_of_in_the_table(reminding: huiqi.Rulebook, reasoner: str) -> None:
    rows = reminded_rows()
    found = told(reminding.decide_many(pl.DataFrame(rows), on=ON, year=2025, reasoner=reasoner))
    for row, out, (_, meant) in zip(rows, found, HISTORIES, strict=True):
        records = {k: row[k] for k in ("支出", "已获支持") if row[k] is not None}
        alone = reminding.decide({"某词": "是"}, records=records, year=2025, on=ON).measures
        assert {k for k, m in alone.items() if m.again} == meant, row
        for key, m in alone.items():
            assert out[f"{key}.reminder"] == next((x for x in m.warnings if "能不能再获文件没有写" in x), None), (key, row)
            assert (out[f"{key}.outcome"], out[f"{key}.settled"]) == (str(m.outcome), m.award.settled)


def test_only_whose_history_may_call_for_a_reminder_is_looked_at_alone(reminding: huiqi.Rulebook) -> None:
    """Nothing told, none, and a grant of another office's measure call for nothing."""
    quiet = [r for r, (history, _) in zip(reminded_rows(), HISTORIES, strict=True) if not history or history[0].get("事项") == "别处的支持"]
    some, asked_of = list[int](), list[int]()
    for rows, apart in ((quiet * 40, some), ([*quiet * 39, *reminded_rows()[6:7] * 3], asked_of)):
        decide_frame(
            reminding.compiled, pl.DataFrame(rows), on=date(2026, 6, 30), year=2025, records={}, key=None, measures=["a"], scheme={}, reasoner="python",
            verdicts=False, apart=apart.append,
        )  # fmt: skip
    assert sum(some) <= 1 and 3 <= sum(asked_of) <= 4  # and one row of a kind, the first time it is met


@pytest.mark.parametrize(("cells", "refused"), [([False, 0], 2), ([0, False], 1), ([True, 1.0], 2)])
def test_what_python_takes_for_the_same_is_told_apart_in_a_column_of_objects(cells: list[Any], refused: int) -> None:
    """False is not 0 and 1.0 is no answer, wherever in the column the other stands."""
    frame = pd.DataFrame({"企业": ["甲", "乙"], "严重失信主体": pd.Series(cells, dtype=object)})
    with pytest.raises(huiqi.CaseError) as caught:
        huiqi.load("datong-outsourcing").decide_many(frame, on=ON, year=YEAR, measures=[MEASURE], reasoner="python")
    assert [str(p.at) for p in caught.value.problems] == [f"第{refused}行"]
    assert "严重失信主体" in str(caught.value)
