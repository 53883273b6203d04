"""What the prover has no counterpart of is not proved, and never refuted by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.making import load

z3 = pytest.importorskip("z3", reason="证明器 z3-solver 没有安装（extra: verify）")

from huiqi.proving.questions import Kind, Status  # noqa: E402
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


def test_an_amount_rounded_to_even_is_not_a_reason_to_stop(tmp_path: Path) -> None:
    measure = "- {id: a, title: 甲, clause: 办法·1, when: [{过: 核查通过}], award: {amount: 营收}, rounding: {to: 万元, direction: half even}}\n"
    report = verify(load(tmp_path, parameters=PARAMETERS, measures=measure).compiled, "a", seconds=20)
    assert not [c for c in report.claims if c.status is Status.REFUTED]
