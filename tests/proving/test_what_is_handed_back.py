"""What the prover has no counterpart of is not proved, and never refuted by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.making import load

z3 = pytest.importorskip("z3", reason="证明器 z3-solver 没有安装（extra: verify）")

from huiqi.proving.claims import Claim, Kind, Status, Why  # noqa: E402
from huiqi.proving.verify import verify  # noqa: E402

PARAMETERS = """\
种类: {id: kinds, values: [{value: [甲, 乙], document: d}]}
一项: {id: one, values: [{value: 1项, document: d}]}
每年截止: {id: last, values: [{value: 12月31日, document: d}]}
增长: {id: rise, kind: ratio, values: [{value: 10%, document: d}]}
两期: {id: terms, kind: number, values: [{value: "2", document: d}]}
线: {id: line, values: [{value: 1万元, document: d}]}
"""
CONDITIONS = {
    "every": "every 种 in 种类 satisfies count(证书[证号 = 种]) > 0",
    "some": "some 种 in 种类 satisfies some 证 in 证书 satisfies 证.证号 = 种",
    "count": "(count 种 in 种类 satisfies 核查通过) >= 一项",
    "records": "(count 证 in 证书 satisfies 证.费用 > 0) > 0",
    "day": "审核日期 <= 每年截止 at 申报年度 + 1年",
    "power": "营收 * (1 + 增长) ** 两期 >= 线",
    "even": "round half even(营收, 线) >= 线",
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_that_can_be_met_is_never_said_not_to_be(name: str, tmp_path: Path) -> None:
    measure = f'- {{id: a, title: 甲, clause: 办法·1, when: [{{能: "{CONDITIONS[name]}"}}], award: {{service: 服务}}}}\n'
    report = verify(load(tmp_path, parameters=PARAMETERS, measures=measure).compiled, name, seconds=20)
    assert [c.status is Status.REFUTED for c in report.claims if c.kind is Kind.MEETABLE] == [False]


HANDED_BACK = {
    "由数据决定的指数可能是 0 至 600": "(1 + 增长) ** 总期数 >= 1 + 增长",
    "由数据决定的指数可能是 0 至 9，底也由数据决定": "(1 + 研发占比) ** 期数 >= 1 + 增长",
    "由数据决定的数的 24 次方": "(1 + 研发占比) ** 二十四期 >= 1 + 增长",
    "几个工作日由数据决定": "working day after(受理日, 几天) >= 受理日",
    "按工作日推算的日期：工作日历没有 9000 个工作日": "working day after(受理日, 九千天) >= 受理日",
    "年度由数据决定的按年数据项": "(销售 at 某年) > 线",
    "另一事项的金额：“每企业”没有写以往支持怎样计": "amount(few) > 线",
    "另一事项的金额：金额由评审核定": "amount(judged) > 线",
    "另一事项的金额：除出来的金额取整到分": "amount(divided) > 线",
    "套档、累进的标准表随日期而变，日期由数据决定": "套档(营收) > 线",
}
OTHERS = """\
- {id: few, title: 少, clause: 办法·1, each: 证 in 证书, when: [{有: 证.费用 > 线}], award: {amount: 证.费用}, limits: [{count: 一张, per: 企业, keep: highest}]}
- {id: judged, title: 评, clause: 办法·1, when: [{过: 核查通过}], award: {discretion: {to: 营收}}}
- {id: divided, title: 除, clause: 办法·1, when: [{过: 营收 > 线}], award: {amount: 线 * 线 / 营收}}
"""
MORE = """\
二十四期: {id: many, kind: number, values: [{value: "24", document: d}]}
九千天: {id: nine_thousand, values: [{value: 9000个工作日, document: d}]}
一张: {id: single, values: [{value: 1张, document: d}]}
"""
TOLD = """\
facts:
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
  销售: {id: sales, kind: money, unit: 元, min: 0元, max: 100亿元, per: year}
  核查通过: {id: checked, kind: boolean}
  期数: {id: terms, kind: number, decimals: 0, min: 0, max: 9}
  总期数: {id: all_terms, kind: number, decimals: 0, min: 0, max: 600}
  几天: {id: days, kind: quantity, unit: 工作日, min: 0工作日, max: 9工作日}
  研发占比: {id: share, kind: ratio, min: 0%, max: 100%}
  受理日: {id: day, kind: date}
  某年: {id: year, kind: year}
records:
  证书: {id: certificates, noun: 张, key: 证号, fields: {证号: {id: number, kind: text}, 费用: {id: cost, kind: money, unit: 元, min: 0元, max: 1亿元}}}
"""


@pytest.mark.parametrize("says", HANDED_BACK)
def test_what_has_no_counterpart_is_named_where_the_claim_stays_open(says: str, tmp_path: Path) -> None:
    measure = f'- {{id: a, title: 甲, clause: 办法·1, governed by: 受理日, when: [{{能: "{HANDED_BACK[says]}"}}], award: {{service: 服务}}}}\n'
    figures = PARAMETERS + MORE
    table = (
        "套档: {id: t, match: slab, inputs: [{name: 营收, kind: money, unit: 元}], kind: ratio, document: d, rows:"
        ' [{when: ">= 0元", value: 1%, to: 2025-12-31}, {when: ">= 0元", value: 3%, from: 2026-01-01}]}\n'
    )
    book = load(tmp_path, vocabulary=TOLD, parameters=figures, tables=table, measures=measure + OTHERS).compiled
    (claim,) = [c for c in verify(book, "a", seconds=20, only="a").claims if c.kind is Kind.MEETABLE]
    assert (claim.status, claim.why, claim.detail) == (Status.OPEN, Why.UNTRANSLATABLE, says)


def test_an_amount_rounded_to_even_is_not_a_reason_to_stop(tmp_path: Path) -> None:
    measure = "- {id: a, title: 甲, clause: 办法·1, when: [{过: 核查通过}], award: {amount: 营收}, rounding: {to: 万元, direction: half even}}\n"
    report = verify(load(tmp_path, parameters=PARAMETERS, measures=measure).compiled, "a", seconds=20)
    assert not [c for c in report.claims if c.status is Status.REFUTED]


LINES = "".join(f"线{n}: {{id: line{n}, values: [{{value: {n}万元, document: d}}]}}\n" for n in range(1, 6))
FIVE = [f"some 证 in 证书 satisfies 证.费用 = 线{n}" for n in range(1, 6)]


def _five(folder: Path, *more: str) -> Claim:
    when = ", ".join(f'{{条{n}: "{x}"}}' for n, x in enumerate([*FIVE, *more], 1))
    measure = f"- {{id: a, title: 甲, clause: 办法·1, when: [{when}], award: {{service: 服务}}}}\n"
    report = verify(load(folder, parameters=LINES, measures=measure).compiled, "five", seconds=60)
    return next(c for c in report.claims if c.kind is Kind.MEETABLE)


def test_a_measure_that_takes_five_records_is_met_by_an_enterprise_of_five(tmp_path: Path) -> None:
    claim = _five(tmp_path)
    assert claim.status is Status.PROVED and claim.example is not None
    assert sorted(row["费用"] for row in claim.example.told.records["证书"]) == [f"{n}万元" for n in range(1, 6)]


def test_five_records_of_which_one_may_not_be_are_no_enterprise_however_many_there_are(tmp_path: Path) -> None:
    assert _five(tmp_path, "every 证 in 证书 satisfies 证.费用 > 线1").status is Status.REFUTED


def test_what_each_record_asks_of_another_one_is_not_settled_by_a_few(tmp_path: Path) -> None:
    claim = _five(tmp_path, "every 证 in 证书 satisfies some 它 in 证书 satisfies 它.费用 > 证.费用")
    assert (claim.status, claim.why) == (Status.OPEN, Why.FEW_RECORDS)


def test_records_told_apart_by_a_name_each_have_one_of_their_own_however_many_they_are(tmp_path: Path) -> None:
    """Fourteen records, and ten words that no rule names: there is a word more for each."""
    lines = "".join(f"线{n}: {{id: line{n}, values: [{{value: {n}万元, document: d}}]}}\n" for n in range(1, 15))
    when = ", ".join(f"{{条{n}: 'some 证 in 证书 satisfies 证.费用 = 线{n} and 证.证号 != \"某\"'}}" for n in range(1, 15))
    measure = f"- {{id: a, title: 甲, clause: 办法·1, when: [{when}], award: {{service: 服务}}}}\n"
    report = verify(load(tmp_path, parameters=lines, measures=measure).compiled, "a", seconds=60)
    assert {c.status for c in report.claims} == {Status.PROVED}
