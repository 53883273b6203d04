"""Money that was received already counts under a cap: a column that speaks of it is never merely compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

RECEIVED = [
    "已获资金（元）", "已获补助金额", "已享受资金", "已拨付", "已拨付金额（万元）", "往年获支持金额", "已领补贴", "累计获得财政资金", "以往支持情况", "已享受政策",
    "是否享受过同类补贴", "已兑现奖励", "省级资金到账情况", "曾获扶持资金", "近三年享受财政资金", "获得上级资金", "上年度获得奖励",
]  # fmt: skip
OTHERS = [
    "申请金额", "拟拨付资金", "应拨付资金", "审定补助金额", "建议支持金额", "本次申请资金", "预计获得资金", "已支付费用", "已缴税额", "上年营业收入", "已获专利",
    "已获证书", "已获贷款金额", "放款金额", "发放金额", "取得时间", "初审意见", "政策依据",
]  # fmt: skip


def table(head: str, first: Any, second: Any = None) -> list[list[Any]]:
    return [
        ["某县2025年度服务外包企业申报汇总表"],
        ["序号", "企业名称", "统一社会信用代码", "执行额（万美元）", "离岸执行额（万美元）", head, "申请金额（元）"],
        [1, "甲数据有限公司", "91140200MA0K1XY77R", 100, 90, first, 10000],
        [2, "乙软件有限公司", None, 80, 60, second, 2000],
    ]


def asked(mapped: Any) -> list[dict[str, Any]]:
    return [q for q in mapped.cells["questions"] if q["key"].startswith("已获:")]


@pytest.mark.parametrize("head", RECEIVED)
def test_a_column_of_money_received_is_a_question_that_names_where_it_belongs(mapped: Callable[..., Any], head: str) -> None:
    (question,) = asked(mapped(table(head, 50000)))
    assert question["columns"] == ["F"] and question["suggestion"] is None
    assert "工作表“已获支持”" in question["words"] and "文号、事项、年度、金额" in question["words"] and "封顶、扣除以往都不算它" in question["words"]


@pytest.mark.parametrize("head", OTHERS)
def test_what_is_asked_for_planned_or_paid_out_is_no_money_received(mapped: Callable[..., Any], head: str) -> None:
    assert not asked(mapped(table(head, 50000)))


@pytest.mark.parametrize("nothing", [None, 0, "0", "0元", "0.00", "无", "否", "—"])
def test_where_nobody_received_anything_nothing_is_asked(mapped: Callable[..., Any], nothing: Any) -> None:
    assert not asked(mapped(table("已获资金（元）", nothing, nothing)))


def test_who_is_said_to_have_received_money_is_held_until_it_is_answered_and_the_others_are_not(mapped: Callable[..., Any]) -> None:
    def held(found: Any) -> list[list[str]]:
        return [a["held"] for a in found.cells["sheets"][0]["applicants"]]

    found = mapped(table("已获资金（元）", 50000, 0))
    assert held(found) == [["“已获资金”一栏说以往领到过资金，还没有回答写在哪里"], []]
    number = asked(found)[0]["id"]
    again = mapped(table("已获资金（元）", 50000, 0), answers={})
    assert len(asked(again)) == 1  # that the written mapping says 核对 is no answer
    for answer in ("①", "②"):
        assert held(mapped(table("已获资金（元）", 50000, 0), answers={number: answer})) == [[], []]


def test_columns_under_one_head_are_asked_about_once(mapped: Callable[..., Any]) -> None:
    rows: list[list[Any]] = [
        ["某县2025年度服务外包企业申报汇总表"],
        ["序号", "企业名称", "统一社会信用代码", "执行额（万美元）", "往年已拨付资金", None],
        [None, None, None, None, "批文", "数额（元）"],
        [1, "甲数据有限公司", "91140200MA0K1XY77R", 100, "同商字1号", 30000],
    ]
    (question,) = asked(mapped(rows, merged=["A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2"]))
    assert question["columns"] == ["E", "F"]
