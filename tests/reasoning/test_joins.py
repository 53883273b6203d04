"""Filters that ask of each record what the others are: the default reasoner and the reference agree.

On the interest rule of the national service loans, where each loan looks at all that were granted
before it; with dates, principals and whole lists untold.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import huiqi
from tests.making import examples

try:
    import durable  # noqa: F401
except ImportError:  # pragma: no cover
    pytest.skip("durable_rules is not installed", allow_module_level=True)

FIRST = date(2025, 10, 1)


@st.composite
def loans(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = []
    for n in range(draw(st.integers(0, 7))):
        day = FIRST + timedelta(days=draw(st.sampled_from([0, 1, 60, 91, 92, 93, 200])))
        row: dict[str, Any] = {
            "合同号": f"贷{n}", "签订日": str(day), "发放日": str(day), "到期日": str(day + timedelta(days=200)), "结清日": "无",
            "本金": f"{draw(st.sampled_from([10, 45, 60, 700]))}万元", "利率": "3.5%", "地方贴息率": "0%", "属经办银行": "是", "用途合规": "是",
            "已获其他中央贴息": draw(st.sampled_from(["是", "否", "否"])), "逾期或不良": draw(st.sampled_from(["是", "否", "否"])),
        }  # fmt: skip
        for name in draw(st.sets(st.sampled_from(["发放日", "本金", "已获其他中央贴息", "签订日"]), max_size=1 if draw(st.booleans()) else 0)):
            row[name] = None
        rows.append(row)
    return rows


@settings(max_examples=examples(24))
@given(loans(), st.sampled_from(["6110", "6410", "6570", None]))
def test_both_reasoners_give_each_loan_the_same(rows: list[dict[str, Any]], code: str | None) -> None:
    book = huiqi.load("national-service-loan-interest")
    told = {"服务业经营主体": "是", "行业代码": code, "申报贴息领域": "餐饮住宿"}
    decisions = [book.decide(told, records={"贷款明细": rows}, on="2026-12-30", year=2026, reasoner=r).to_dict() for r in ("rete", "reference")]
    for decision in decisions:
        decision.pop("receipt")
    assert decisions[0] == decisions[1]
