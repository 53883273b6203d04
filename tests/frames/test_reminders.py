"""What there is to look at again of a row as a whole stands in the table where it is asked for, and says what deciding the row alone says."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import huiqi
from huiqi import frames
from huiqi.batches import BatchTerms, screen_table
from huiqi.frames import REMINDERS, decide_frame
from huiqi.register.generated import columns_of, generated
from tests.making import invoke, load

ON, YEAR, MEASURE = date(2026, 6, 30), 2026, "certification.international"
BOOK = huiqi.load("datong-outsourcing")
FIRM = {"注册地县区": "平城区", "申报主体类型": "企业", "从事服务外包业务": True, "报送状态": "审核通过", "严重失信主体": False}


def certificate(number: str = "C-001", issued: date = date(2026, 3, 1), holder: str | None = None, kind: str = "CMMI") -> dict[str, Any]:
    return {"证号": number, "种类": kind, "发证日": issued, "合格费用": "18万元", "持证人": holder}


def grant(what: str, whom: str | None) -> dict[str, Any]:
    return {"文号": "h-1", "事项": what, "年度": "2026", "金额": "3000元", "对象": whom}


NEXT = date(2026, 7, 1)
QUIET: list[dict[str, Any]] = [
    {"企业": "云中数据有限公司", **FIRM, "已获支持": [], "资质认证": [certificate(holder="云中数据有限公司")]},
    {"企业": "乙公司", **FIRM, "已获支持": [], "资质认证": [certificate(), certificate("C-200")]},
    {"企业": "丙公司", **FIRM, "已获支持": None, "资质认证": []},
    {"企业": None, **FIRM, "已获支持": [], "资质认证": [certificate(holder="云中数据有限公司")]},  # a case without a name reminds of no other
]
TOLD: list[dict[str, Any]] = [
    {"企业": "日子没到公司", **FIRM, "已获支持": [], "资质认证": [certificate(issued=NEXT)]},
    {"企业": "云中数据（北京）有限公司", **FIRM, "已获支持": [], "资质认证": [certificate(holder="云中数据有限公司"), certificate("C-3", NEXT)]},
    {"企业": "写法公司", **FIRM, "注册地县区": "平城", "已获支持": [], "资质认证": [certificate(kind="cmmi")]},
    {"企业": "相近公司", **FIRM, "注册地县区": "大同市", "已获支持": [], "资质认证": [certificate()]},
    {"企业": "不详公司", **FIRM, "注册地县区": "不详", "已获支持": [], "资质认证": [certificate()]},
    {"企业": "两条公司", **FIRM, "已获支持": [], "资质认证": [certificate("C-001"), certificate("C001")]},
    {"企业": "已获公司", **FIRM, "已获支持": [grant(MEASURE, None)], "资质认证": [certificate()]},
    {"企业": "近名公司", **FIRM, "已获支持": [grant("国际资质认证补助", "C-001")], "资质认证": [certificate()]},
    {"企业": "零元公司", **FIRM, "已获支持": [{**grant(MEASURE, "C-900"), "金额": "0元"}], "资质认证": [certificate()]},
    {"企业": "别处公司", **FIRM, "已获支持": [grant("别处的支持", "C-001")], "资质认证": [certificate()]},
]
SCHEMA = pa.schema(
    [
        *((name, pa.bool_() if isinstance(value, bool) else pa.string()) for name, value in {"企业": "", **FIRM}.items()),
        ("已获支持", pa.list_(pa.struct([(n, pa.string()) for n in ("文号", "事项", "年度", "金额", "对象")]))),
        ("资质认证", pa.list_(pa.struct([(n, pa.date32() if n == "发证日" else pa.string()) for n in ("证号", "种类", "发证日", "合格费用", "持证人")]))),
    ]
)


def arrow(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def alone(book: huiqi.Rulebook, row: dict[str, Any], **how: Any) -> str | None:
    """What `decide` says of the row, as the column has it."""
    facts = {k: x for k, x in row.items() if x is not None and k != "企业" and not isinstance(x, list)}
    records = {k: [{n: c for n, c in one.items() if c is not None} for one in x] for k, x in row.items() if isinstance(x, list)}
    return "\n".join(book.decide(huiqi.Case(row["企业"] or "", (book.id,), ON, YEAR, facts, records), on=ON, **how).warnings) or None


def column(table: Any) -> list[str | None]:
    found: list[str | None] = table.column(REMINDERS).to_pylist() if isinstance(table, pa.Table) else list(table[REMINDERS])
    return found


@pytest.mark.parametrize("reasoner", ["python", "reference"])
@pytest.mark.parametrize("make", [arrow, lambda rows: pl.from_arrow(arrow(rows)), lambda rows: arrow(rows).to_pandas(date_as_object=True)])
def test_the_column_says_of_each_row_what_deciding_it_alone_says(make: Any, reasoner: str) -> None:
    rows = [*TOLD, *QUIET]
    found = column(BOOK.decide_many(make(rows), on=ON, year=YEAR, measures=[MEASURE], reasoner=reasoner, reminders=True))
    assert found == [alone(BOOK, row, measures=[MEASURE]) for row in rows]
    assert all(found[: len(TOLD)]) and not any(found[len(TOLD) :])


def test_who_does_not_ask_for_it_gets_the_table_as_it_was() -> None:
    plain = BOOK.decide_many(arrow(TOLD), on=ON, year=YEAR, measures=[MEASURE])
    asked = BOOK.decide_many(arrow(TOLD), on=ON, year=YEAR, measures=[MEASURE], reminders=True)
    assert asked.column_names == [*plain.column_names, REMINDERS]
    assert asked.drop_columns([REMINDERS]) == plain


def test_only_rows_of_which_there_is_something_to_say_are_read_alone_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    read = list[str]()
    facts = frames._facts

    def counted(book: Any, columns: Any, row: Any, *rest: Any) -> Any:
        read.append(row["企业"])
        return facts(book, columns, row, *rest)

    monkeypatch.setattr(frames, "_facts", counted)

    def many(rows: list[dict[str, Any]], *, reminders: bool) -> list[str]:
        read.clear()
        BOOK.decide_many(arrow(rows), on=ON, year=YEAR, measures=[MEASURE], reminders=reminders)
        return list(read)

    many(QUIET, reminders=False)  # what is met for the first time is held against the row as it is read alone
    assert many(QUIET, reminders=True) == many(QUIET, reminders=False) == []
    assert many([*QUIET * 3, TOLD[0]], reminders=True) == ["日子没到公司"]


def test_sums_of_two_years_thousands_of_times_apart_are_said_of_their_row(tmp_path: Path) -> None:
    book = load(
        tmp_path,
        vocabulary="facts:\n  营收: {id: revenue, kind: money, unit: 元, per: year, min: 0元, max: 100亿元}\n",
        measures="- {id: m, title: 奖励, clause: 甲·1, when: [{够: 营收 > 0}], award: {service: 服务}}\n",
        documents="- {id: d, title: 办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, from: 2020-01-01, sheet: 样本, letter: A}\n",
        clauses="- {id: 甲·1, document: d, title: 奖励, says: 奖励, disposition: measure}\n",
    )
    frame = pl.DataFrame({"企业": ["甲", "乙", "丙"], "营收.2024": ["1000元", None, "1000元"], "营收.2025": ["2000元", "1000万元", "1000万元"]})
    found = column(book.decide_many(frame, on=ON, year=2025, reminders=True))
    years = [{"2024": "1000元", "2025": "2000元"}, {"2025": "1000万元"}, {"2024": "1000元", "2025": "1000万元"}]
    assert found == ["\n".join(book.decide({"营收": told}, on=ON, year=2025).warnings) or None for told in years]
    assert [bool(x) for x in found] == [False, False, True]  # the first is read alone whatever it tells


# -- of any register ---------------------------------------------------------------------------------------------


def slipped(book: huiqi.Rulebook, columns: dict[str, list[Any]], r: random.Random) -> dict[str, list[Any]]:
    """Some days moved past the day of decision, some words misspelt, some told as unknown, some records in another's name."""

    def word(text: str) -> str:
        return r.choice([text, text, text, f"{text} ", f"{text}（试点）", "不详", text.upper()])

    out: dict[str, list[Any]] = {
        name: [word(x) if isinstance(x, str) and name != "企业" and r.random() < 0.1 else x for x in cells] for name, cells in columns.items()
    }
    for key, record in book.compiled.records.items():
        for rows in out.get(record.name, []):
            for row in rows or ():
                for name, spec in book.compiled.records[key].fields.items():
                    if spec.event and isinstance(row.get(name), date) and r.random() < 0.15:
                        row[name] = date(2027, 1, r.randint(1, 28))
                    if spec.holder and r.random() < 0.3:
                        row[name] = r.choice(["某某有限公司", columns["企业"][0]])
    return out


REGISTERS = [
    ("datong-outsourcing", (MEASURE,)), ("datong-outsourcing", ("talent.hiring",)), ("zhongshan-service-trade", ("service-trade.certification",)),
    ("national-sme-loan-interest", ("sme-loan.interest",)), ("national-startup-loan", None), ("datong-outsourcing", None),
]  # fmt: skip


@pytest.mark.law
@pytest.mark.parametrize(("law", "measures"), REGISTERS)
def test_of_any_register_columns_remind_of_what_row_by_row_is_reminded_of(law: str, measures: tuple[str, ...] | None) -> None:
    book = huiqi.load(law)
    measures = tuple(m for m in measures if m in book.measures) if measures else None
    columns = columns_of(book.compiled, generated(book.compiled, seed=23, count=25 if measures else 10, year=2025, measures=measures))
    table = pa.table(slipped(book, columns, random.Random(7)))
    how: dict[str, Any] = {"year": 2025, "records": {}, "key": None, "measures": measures, "scheme": {}, "verdicts": False, "reminders": True}
    wrong = list[Any](), list[Any]()
    found = decide_frame(book.compiled, table, on=ON, reasoner="python", wrong=wrong[0], **how)
    meant = decide_frame(book.compiled, table, on=ON, reasoner="reference", wrong=wrong[1], **how)
    assert column(found) == column(meant)
    assert any(column(found))


def test_a_screened_table_has_the_column_where_it_is_asked_for_and_counts_it(tmp_path: Path) -> None:
    broken = {**QUIET[1], "企业": "坏公司", "报送状态": "没有这种状态"}
    pq.write_table(arrow([*QUIET[:2], *TOLD[:2], broken]), tmp_path / "名录.parquet", row_group_size=2)
    asking = BatchTerms(rulebook=BOOK.id, on=str(ON), year=YEAR, measures=(MEASURE,), reminders=True)
    found = screen_table(tmp_path / "名录.parquet", tmp_path / "o.parquet", asking)
    out = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert [bool(row[REMINDERS]) for row in out] == [False, False, True, True, False]
    assert out[-1]["状态"] == "有错"
    assert found.doubted == 2 and found.summary[-1] == "有提醒的：2 行（写在 reminders 一栏）"


def test_the_command_writes_the_column_where_it_is_asked_for(tmp_path: Path) -> None:
    pq.write_table(arrow(TOLD[:1]), tmp_path / "名录.parquet")
    call = ["screen", str(tmp_path / "名录.parquet"), "-r", BOOK.id, "--on", str(ON), "--year", str(YEAR), "--measure", MEASURE, "--engine", "columns"]
    for name, more, there in (("a.parquet", [], False), ("b.parquet", ["--reminders"], True)):
        done = invoke(*call, "-o", str(tmp_path / name), *more)
        assert done.exit_code == 0, done.output
        assert (REMINDERS in pq.read_table(tmp_path / name).column_names) is there
        assert ("有提醒的：1 行" in done.output) is there
    assert invoke("screen", "名录.xlsx", "-o", "结果.xlsx", "--reminders").exit_code == 2


def test_a_key_called_as_the_column_is_refused() -> None:
    frame = pl.DataFrame({REMINDERS: ["1"], "企业": ["甲"]})
    with pytest.raises(huiqi.UsageError, match="都叫"):
        BOOK.decide_many(frame, on=ON, year=YEAR, key=REMINDERS, reminders=True)
