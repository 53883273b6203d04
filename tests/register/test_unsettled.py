"""What leaves the sums of a register open: by data item, of how many applicants, in which cells, and how much money hangs on it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

import huiqi
from huiqi.reasoning.casefile import Case
from huiqi.register.generated import Maker
from huiqi.register.page import page_of
from huiqi.screens import screen
from huiqi.simulations import Part, WhatIf, simulate_register, simulated, tables
from huiqi.telling.simulated import Simulated, Unsettled
from huiqi.words import READING_ACTS, CauseKind
from tests import making
from tests.documents.workbook.filling import FIRST, put, template

ON = date(2026, 6, 30)
SUPPLY = CauseKind.MISSING.acts
FILES = {
    "documents": "- {id: d, title: 办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, from: 2026-01-01, sheet: 样本, letter: A}\n",
    "clauses": """\
- {id: 办法·1, document: d, title: 增长, says: 营收达到起点的给予奖励, disposition: measure}
- {id: 办法·2, document: d, title: 购票, says: 按票额补助, disposition: measure}
""",
    "vocabulary": """\
facts:
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
  核查通过: {id: checked, kind: boolean, verified by: 市商务局}
  注册地县区: {id: district, kind: text}
records:
  发票:
    id: invoice
    noun: 张
    key: 票号
    fields:
      票号: {id: number, kind: text}
      票额: {id: price, kind: money, unit: 元, min: 0元, max: 1000万元, evidence: [发票]}
""",
    "parameters": """\
起点: {id: start, unit: 元, values: [{value: 100万元, document: d, clause: 办法·1}]}
定额: {id: lump, unit: 元, values: [{value: 20万元, document: d, clause: 办法·1}]}
多给: {id: more, unit: 元, values: [{value: 30万元, document: d, clause: 办法·1}]}
票限: {id: cap, unit: 元, values: [{value: 50万元, document: d, clause: 办法·2}]}
""",
    "readings": "- {id: 奖励口径, clause: 办法·1, question: 给多少？, options: [少给, 多给]}\n",
    "measures": """\
- id: growth
  title: 增长奖励
  clause: 办法·1
  when:
    - 营收达到起点: 营收 >= 起点
    - 核查通过: 核查通过
  award: {amount: 定额}
- id: tickets
  title: 购票补助
  clause: 办法·2
  when:
    - 核查通过: 核查通过
  award: {amount: sum(发票.票额)}
  limits:
    - {amount: 票限, per: 本次申报, label: 票限}
""",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> huiqi.Rulebook:
    return making.load(tmp_path_factory.mktemp("book"), **{k: v for k, v in FILES.items() if k != "readings"})


def case(name: str, *prices: str | None, **data: Any) -> Case:
    rows = [{"票号": f"{name}-00{n}", **({} if x is None else {"票额": x})} for n, x in enumerate(prices, 1)]
    return Case(name, (), ON, None, {"注册地县区": "平城区", "核查通过": True, "营收": "200万元", **data}, {"发票": rows})


def without(one: Case, *facts: str) -> Case:
    return replace(one, data={k: x for k, x in one.data.items() if k not in facts})


def told(book: huiqi.Rulebook, *cases: Case) -> Simulated:
    return simulated(book.compiled, cases, asked=WhatIf())


def by_column(found: Simulated) -> Mapping[str, Unsettled]:
    return {x.column: x for x in found.unsettled}


def rows_of(found: Simulated, part: Part) -> Sequence[Mapping[str, str]]:
    return [dict(zip(t.headings, row, strict=True)) for t in tables(found) if t.part is part for row in t.rows]


CASES = (
    case("甲", "1万元"),
    without(case("乙"), "营收"),  # 20万 hang on it
    case("丙", None, None, "10万元"),  # 40万 hang on two tickets, of one measure
    without(case("丁", "1万元"), "营收", "核查通过"),  # 20万 and 1万 hang on the check, 20万 on the revenue
    without(case("戊"), "营收"),
)


def test_a_sum_that_is_a_range_names_each_item_that_leaves_it_open_and_the_money_that_hangs_on_it(book: huiqi.Rulebook) -> None:
    found = told(book, *CASES)
    assert [(x.column, x.acts, x.applicants, x.alone, x.money / 10_000, x.boundless) for x in found.unsettled] == [
        ("营收", SUPPLY, 3, 2, 60, 0),
        ("发票的票额", SUPPLY, 1, 1, 40, 0),
        ("核查通过", f"{CauseKind.UNVERIFIED.acts}：市商务局", 1, 0, 21, 0),
    ]
    assert by_column(found)["核查通过"].measures == ("增长奖励", "购票补助")


def test_a_column_lacking_of_several_records_is_asked_of_each_and_its_measure_counts_once(book: huiqi.Rulebook) -> None:
    lacked = by_column(told(book, *CASES))["发票的票额"].lacked
    assert [(x.what, x.money) for x in lacked] == [("丙-001的票额", 400_000), ("丙-002的票额", 400_000)]
    assert {(x.evidence, x.unread) for x in lacked} == {("发票", False)}


def test_a_sum_that_is_settled_lacks_nothing(book: huiqi.Rulebook) -> None:
    found = told(book, CASES[0])
    assert found.before.total.amount.settled and found.unsettled == ()
    assert not rows_of(found, Part.UNSETTLED) and "未定原因" not in page_of(found)


def test_once_everything_named_is_told_the_sum_is_one_number(book: huiqi.Rulebook) -> None:
    whole = (CASES[0], case("乙"), case("丙", "1万元", "2万元", "10万元"), case("丁", "1万元"), case("戊"))
    assert not told(book, *CASES).before.total.amount.settled
    assert told(book, *whole).before.total.amount.settled


def test_what_bears_on_no_money_is_not_among_what_leaves_the_sum_open(book: huiqi.Rulebook) -> None:
    refused = without(case("己", "1万元", 核查通过=False), "营收", "注册地县区")
    assert told(book, refused).unsettled == ()


def test_a_reading_nobody_has_decided_is_named_too_and_stands_in_no_cell(tmp_path: Path) -> None:
    reads = FILES["measures"].replace("award: {amount: 定额}", 'award: {amount: if 奖励口径 = "少给" then 定额 else 多给}')
    found = told(making.load(tmp_path, **{**FILES, "measures": reads}), CASES[0])
    assert [(x.column, x.acts, x.money, [one.at for one in x.lacked]) for x in found.unsettled] == [("读法“奖励口径”", READING_ACTS, 100_000, [()])]


@pytest.mark.law
@pytest.mark.parametrize("law", ["datong-outsourcing", "zhongshan-service-trade"])
def test_no_open_amount_of_a_measure_goes_without_what_leaves_it_open(law: str) -> None:
    rules = huiqi.load(law).compiled
    hints = {m.id for m in rules.measures.values() if m.hint}
    maker = Maker(rules, seed=5, year=2025)
    met = 0
    for made in (maker.made(n) for n in range(12)):
        found = simulated(rules, [Case(made.name, (), ON, 2025, made.facts, made.records)], asked=WhatIf())
        amounts = [m for m in found.before.measures if m.id not in hints and m.amount is not None and m.amount.unit == "元"]
        open_ = {m.title for m in amounts if m.amount is not None and not m.amount.settled}
        assert {title for x in found.unsettled for title in x.measures} == open_, made.name
        met += len(open_)
    assert met


# -- of a register ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """甲's seats are not written, 乙's cannot be read; a machine of 丙's has a price nobody can read."""
    path = template(tmp_path_factory.mktemp("register") / "名录.xlsx", [making.SMALL])
    workbook = load_workbook(path)
    for n, (name, seats) in enumerate((("甲公司", None), ("乙公司", "一百"), ("丙公司", "300"))):
        told = {"企业": name, "审核日期": "2024-06-30", "申报年度": "2023", "席位数": seats, "设备·是否列全": "列全" if n == 2 else "没列全"}
        for heading, value in told.items():
            if value is not None:
                put(workbook["申报企业"], FIRST + n, heading, value)
    _machine(workbook)
    workbook.save(path)
    return path


def _machine(workbook: Workbook) -> None:
    for heading, value in {"企业": "丙公司", "编号": "B-0001", "价格": "十八", "类型": "新"}.items():
        put(workbook["设备"], FIRST, heading, value)


def test_a_cell_that_cannot_be_read_is_told_apart_from_one_that_is_empty_and_by_its_place(register: Path) -> None:
    seats = by_column(simulate_register(register, asked=WhatIf()))["席位数"]
    assert (seats.applicants, seats.unread) == (2, 1)
    at = {x.enterprise: (x.unread, x.at) for x in seats.lacked}
    assert at["甲公司"] == (False, (f"申报企业!B{FIRST}",))  # no cell, but its row
    assert at["乙公司"][0] and re.fullmatch(rf"申报企业![A-Z]+{FIRST + 1}", at["乙公司"][1][0])


def test_what_is_asked_for_is_asked_in_the_words_of_the_round(register: Path, tmp_path: Path) -> None:
    """补正清单 and a simulation name the same cells, the same answer, the same papers."""
    screen(register, tmp_path / "结果.xlsx", processes=1)
    sheet = load_workbook(tmp_path / "结果.xlsx")["补正清单"]
    asked = {(str(r[0]), str(r[2]), str(r[3]), str(r[4] or "")) for r in sheet.iter_rows(values_only=True) if r[2]}
    mine = [x for one in simulate_register(register, asked=WhatIf()).unsettled for x in one.lacked if one.acts == SUPPLY]
    assert mine
    for x in mine:
        what = x.what.rpartition("；表格 ")[2]
        said = {(name, words.removeprefix("表格 "), papers, answer) for name, words, papers, answer in asked}
        assert (x.enterprise, what, x.evidence, x.answer) in said


def test_the_terminal_prints_the_command_that_lists_every_applicant(register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    printed = making.invoke("simulate", str(register), "--on", "2024-06-30").output
    assert "未定原因" in printed and "席位数" in printed and "未定原因逐户\n" not in printed
    command = next(x for x in printed.splitlines() if x.strip().startswith("huiqi simulate"))
    assert "--on 2024-06-30" in command
    assert making.invoke(*shlex.split(command)[1:]).exit_code == 0
    listed = load_workbook(tmp_path / "推演.xlsx")["未定原因逐户"]
    assert {"甲公司", "乙公司"} <= {str(row[1]) for row in listed.iter_rows(values_only=True)}


def test_the_money_beside_an_item_is_exact(book: huiqi.Rulebook) -> None:
    row = next(r for r in rows_of(told(book, *CASES), Part.UNSETTLED) if r["缺什么"] == "营收")
    assert row["未定金额（元）"] == "600,000.00" and row["哪几户"] == "乙、丁、戊"
    assert isinstance(by_column(told(book, *CASES))["营收"].money, Fraction)
