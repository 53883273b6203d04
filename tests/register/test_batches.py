"""Registers as Parquet tables: a row for a row, whatever a batch or another row holds; the same on Spark where that is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import huiqi
from huiqi.batches import BatchTerms, screen_table
from huiqi.files import unfinished
from huiqi.spark import screen_spark
from tests.making import SMALL, invoke, stopping

ASKING = BatchTerms(rulebook=SMALL, on="2024-06-30", year=2023)
ROWS: list[dict[str, Any]] = [
    {"企业": "甲", "席位数": 300, "员工数": 10, "在岗人数": 9},
    {"企业": "乙", "席位数": 199, "员工数": 10, "在岗人数": 10},
    {"企业": "丙", "席位数": 300, "员工数": 10, "在岗人数": 11},  # more at work than there are
    {"企业": "丁", "席位数": None, "员工数": None, "在岗人数": None},
    {"企业": "戊", "席位数": 200, "员工数": 1, "在岗人数": None},
]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "名录.parquet", row_group_size=2)
    return tmp_path / "名录.parquet"


def _rows(path: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(path).to_pylist())


def test_every_row_comes_out_once_in_its_order_decided_or_with_what_is_wrong(table: Path) -> None:
    found = screen_table(table, table.with_name("o.parquet"), ASKING)
    rows = _rows(table.with_name("o.parquet"))
    assert (found.read, found.decided, found.wrong) == (5, 4, 1)
    assert [r["企业"] for r in rows] == ["甲", "乙", "丙", "丁", "戊"]
    assert [r["seats.support.outcome"] for r in rows] == ["eligible", "ineligible", None, "undetermined", "eligible"]
    assert [r["状态"] for r in rows] == ["已测算", "已测算", "有错", "已测算", "已测算"]
    assert "在岗人数不超过员工数" in rows[2]["错误"]


def test_a_row_in_a_table_gets_what_it_gets_alone(table: Path) -> None:
    screen_table(table, table.with_name("o.parquet"), ASKING)
    book = huiqi.load(SMALL)
    for told, row in zip(ROWS, _rows(table.with_name("o.parquet")), strict=True):
        if row["状态"] == "已测算":
            alone = book.decide({k: v for k, v in told.items() if v is not None}, on=ASKING.on, year=2023).measures["seats.support"]
            assert (row["seats.support.outcome"], row["seats.support.settled"]) == (str(alone.outcome), alone.award.settled)


def test_what_is_not_decided_by_columns_is_counted_and_said(table: Path, tmp_path: Path) -> None:
    """Of a rulebook that nobody has met: the first of a kind is held against the row's own reader."""
    shutil.copytree(SMALL, tmp_path / "b")
    manifest = tmp_path / "b" / "rulebook.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("测试用", tmp_path.name), encoding="utf-8")
    found = screen_table(table, table.with_name("o.parquet"), replace(ASKING, rulebook=str(tmp_path / "b")))
    rows, items = found.apart or (0, 0)
    assert 0 < rows <= items <= found.decided
    assert f"不能按列、逐户测算的：{rows} 行，{items} 项次，共 {found.decided} 项次" in found.summary[1]


def test_a_cell_that_cannot_be_read_costs_its_row_alone(table: Path) -> None:
    many = [{"企业": f"{n}", "席位数": f"{199 + n % 3}席", "员工数": "10人", "在岗人数": "9人"} for n in range(60)]
    many[7]["席位数"], many[8]["席位数"], many[9]["员工数"] = "许多", "2,00席", "-1人"
    pq.write_table(pa.Table.from_pylist(many), table)
    found = screen_table(table, table.with_name("o.parquet"), ASKING)
    rows = _rows(table.with_name("o.parquet"))
    assert (found.read, found.decided, found.wrong) == (60, 57, 3)
    assert [n for n, row in enumerate(rows) if row["状态"] == "有错"] == [7, 8, 9]
    assert ("许多" in rows[7]["错误"], "2,00席" in rows[8]["错误"], "不能为负" in rows[9]["错误"]) == (True, True, True)
    assert {row["seats.support.outcome"] for row in rows[7:10]} == {None}
    assert found.apart is not None and found.apart[0] < 10  # the others went by columns: 199 is refused, 200 is not
    assert [row["seats.support.outcome"] for row in rows[:3]] == ["ineligible", "eligible", "eligible"]


def test_a_table_in_which_no_row_can_be_read_and_one_without_rows_come_out_whole(table: Path) -> None:
    for some in ([{**ROWS[0], "席位数": -1}] * 3, []):
        pq.write_table(pa.Table.from_pylist(some, schema=pa.Table.from_pylist(ROWS).schema), table)
        found = screen_table(table, table.with_name(f"{len(some)}.parquet"), ASKING)
        assert (found.read, found.decided, found.wrong) == (len(some), 0, len(some))


def test_how_rows_fall_into_batches_changes_nothing(table: Path) -> None:
    screen_table(table, table.with_name("a.parquet"), ASKING)
    screen_table(table, table.with_name("b.parquet"), ASKING, rows=1)
    assert _rows(table.with_name("a.parquet")) == _rows(table.with_name("b.parquet"))


def test_a_stopped_run_leaves_no_result_and_goes_on_where_it_was(table: Path) -> None:
    target = table.with_name("o.parquet")
    with pytest.raises(KeyboardInterrupt):
        screen_table(table, target, ASKING, tick=stopping(after=2))
    assert not target.exists()
    assert screen_table(table, target, ASKING, resume=True).resumed == 2
    screen_table(table, table.with_name("whole.parquet"), ASKING)
    assert _rows(target) == _rows(table.with_name("whole.parquet"))
    assert list(table.parent.glob(".*")) == []


def test_of_two_runs_at_once_none_takes_the_rows_of_the_other(table: Path) -> None:
    target = table.with_name("o.parquet")
    begun: list[int] = []

    def another() -> None:  # by the rules of another day, into the same file, stopped after its first rows
        begun.append(1)
        if len(begun) > 1:
            return
        with pytest.raises(KeyboardInterrupt):
            screen_table(table, target, replace(ASKING, on="2023-01-01"), tick=stopping())

    with pytest.raises(huiqi.UsageError, match="另有一次运行在写"):
        screen_table(table, target, ASKING, tick=another)
    assert not target.exists()
    screen_table(table, target, ASKING, resume=True)
    screen_table(table, table.with_name("whole.parquet"), ASKING)
    assert _rows(target) == _rows(table.with_name("whole.parquet"))


@pytest.mark.parametrize("what", ["cut", "gone"])
def test_what_a_disk_lost_of_a_stopped_run_is_decided_again(table: Path, what: str) -> None:
    target = table.with_name("o.parquet")
    with pytest.raises(KeyboardInterrupt):
        screen_table(table, target, ASKING, tick=stopping(after=2))
    if what == "cut":
        (part,) = unfinished(target).glob("*/0.parquet")
        part.write_bytes(part.read_bytes()[:100])
    else:
        (part,) = unfinished(target).glob("*/0.apart")
        part.unlink()
    assert screen_table(table, target, ASKING, resume=True).resumed == 1
    screen_table(table, table.with_name("whole.parquet"), ASKING)
    assert _rows(target) == _rows(table.with_name("whole.parquet"))


def test_a_rulebook_that_changes_in_the_middle_leaves_no_result(table: Path) -> None:
    book = Path(shutil.copytree(SMALL, table.with_name("small")))

    def change() -> None:
        figures = book / "parameters.yaml"
        figures.write_text(figures.read_text(encoding="utf-8").replace("{value: 200席", "{value: 301席"), encoding="utf-8")

    with pytest.raises(huiqi.UsageError, match="规则库在测算途中改过了"):
        screen_table(table, table.with_name("o.parquet"), replace(ASKING, rulebook=str(book)), tick=change)
    assert not table.with_name("o.parquet").exists()
    screen_table(table, table.with_name("o.parquet"), replace(ASKING, rulebook=str(book)), resume=True)
    assert [r["seats.support.outcome"] for r in _rows(table.with_name("o.parquet"))] == ["ineligible", "ineligible", None, "undetermined", "ineligible"]


def test_a_column_nobody_knows_stops_the_call_with_its_name(table: Path) -> None:
    pq.write_table(pa.table({"企业": ["甲"], "席位": [300]}), table)
    result = invoke("screen", str(table), "-o", str(table.with_name("o.parquet")), "-r", SMALL, "--on", "2024-06-30", "--engine", "columns")
    assert (result.exit_code, "席位" in result.stderr, table.with_name("o.parquet").exists()) == (2, True, False)


def test_columns_ask_for_the_rulebook_and_the_day(table: Path) -> None:
    result = invoke("screen", str(table), "-o", str(table.with_name("o.parquet")), "--engine", "columns")
    assert (result.exit_code, "要写明一个规则库和审核日期" in result.stderr) == (2, True)


# -- Spark ---------------------------------------------------------------------------------------------------


def _kill_once(mark: str) -> Any:
    """Decides as ever, but the first worker to come dies of it."""

    class Deadly(BatchTerms):
        def decide(self, table: Any, apart: Callable[[int], None] = lambda _: None) -> Any:
            if table.num_rows and not Path(mark).exists():
                Path(mark).touch()
                os._exit(1)
            return super().decide(table, apart)

    return Deadly(rulebook=SMALL, on=ASKING.on, year=ASKING.year)


@pytest.mark.skipif(shutil.which("java") is None, reason="no Java on this machine")
@pytest.mark.parametrize("killed", [False, True])
def test_spark_gives_the_rows_of_columns_even_where_a_worker_dies(table: Path, *, killed: bool) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    machines = [{"编号": "一", "价格": "1万元"}]
    rows = [{**row, "年营收.2022": f"{n}万元", "设备": machines, "设备.完整": n % 2 == 0} for n, row in enumerate(ROWS)]  # a dot is a part to Spark
    pq.write_table(pa.Table.from_pylist(rows), table, row_group_size=2)
    asking = _kill_once(str(table.with_name("mark"))) if killed else ASKING
    found = screen_spark(table, table.with_name("s"), asking, partitions=2)
    screen_table(table, table.with_name("o.parquet"), ASKING)
    decided = sorted(_rows(table.with_name("s")), key=lambda r: [x["企业"] for x in ROWS].index(r["企业"]))
    assert (found.read, found.wrong, decided) == (5, 1, _rows(table.with_name("o.parquet")))
    assert table.with_name("mark").exists() == killed


def test_a_spark_that_is_too_old_is_said_with_what_to_install(table: Path) -> None:
    class Old:
        version = "3.5.1"

    with pytest.raises(huiqi.UsageError, match=r"版本是 3\.5\.1，要 4 以上") as told:
        screen_spark(table, table.with_name("s"), ASKING, session=Old())
    assert "pyspark>=4" in told.value.errors()[0]["mend"] and not table.with_name("s").exists()


def test_what_was_received_before_is_counted_and_stands_in_its_column(tmp_path: Path) -> None:
    """A sum that an officer has to clear first is no plain settled sum, by columns either."""
    grant = {"文号": "h", "事项": "national-sme-loan-interest/sme-loan.interest", "年度": "2026", "金额": "3000元"}
    loan = {
        "合同号": "B-1", "属中小微贴息经办银行": True, "用途合规": True, "贷款种类": "流动资金贷款", "投向领域": "生产性服务业", "签订日": "2026-07-20",
        "发放日": "2026-08-01", "到期日": "2027-08-01", "结清日": "无", "本金": "500万元", "利率": "3%", "地方贴息率": "0%", "已获其他中央贴息": False, "逾期或不良": False,
    }  # fmt: skip
    firm = {"申报主体类型": "企业", "划型行业": "信息传输业", "从业人员": 99, "营业收入": "900万元", "民营企业": True, "贷款明细": [loan]}
    firm |= {f"以往贴息占用的{kind}贷款规模": "0元" for kind in ("固定资产", "流动资金")}
    rows = [
        {"企业": "甲", **firm, "已获支持": []},
        {"企业": "乙", **firm, "已获支持": [{**grant, "对象": "B-1"}]},
        {"企业": "丙", **firm, "已获支持": [{**grant, "对象": "B-2"}]},
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=pa.Table.from_pylist(rows[::-1]).schema), tmp_path / "名录.parquet")
    asking = BatchTerms(rulebook="national-sme-loan-interest", on="2026-12-31", year=2026, measures=("sme-loan.interest",))
    found = screen_table(tmp_path / "名录.parquet", tmp_path / "o.parquet", asking)
    out = _rows(tmp_path / "o.parquet")
    assert [r["状态"] for r in out] == ["已测算"] * 3, out
    assert [bool(r["sme-loan.interest.reminder"]) for r in out] == [False, True, False]
    assert len({r["sme-loan.interest.settled"] for r in out}) == 1
    assert found.reminded == 1
    assert found.summary[-1] == "以往已获支持、由经办人核清以前不能拟支持的：1 项次（写在 .reminder 一栏）"


def test_what_is_wrong_with_a_record_says_which_of_them_it_is(tmp_path: Path) -> None:
    machines = [{"编号": "A-0001", "价格": "18万元", "类型": "新"}, {"编号": "A-0002", "价格": "18", "类型": "新"}]
    pq.write_table(pa.Table.from_pylist([{**ROWS[0], "设备": machines}]), tmp_path / "名录.parquet")
    screen_table(tmp_path / "名录.parquet", tmp_path / "o.parquet", ASKING)
    assert "金额没有写单位（写的是“18”）（设备第2条）" in _rows(tmp_path / "o.parquet")[0]["错误"]
