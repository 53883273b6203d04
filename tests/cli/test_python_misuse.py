"""Whatever is handed to the Python interface: a decision, or a `HuiqiError` in Chinese; nothing else."""

from __future__ import annotations

import re
from collections import OrderedDict
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import huiqi
from tests.making import SMALL

BOOK = huiqi.load(SMALL)
ON = date(2024, 6, 30)
DEEP: list[Any] = []
for _ in range(5000):
    DEEP = [DEEP]
RING: list[Any] = []
RING.append(RING)


class Int64(int):
    """As numpy's integers: an integer that is no `int` to everyone."""


class Float64(float):
    pass


class Odd:
    """Of no kind a case speaks of, with a form of its own."""

    def __repr__(self) -> str:
        return "<Odd\x1b[31m>"


VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 3, 10**30, 10**5000, -(10**5000), 0.1, float("nan"), float("inf"), Float64(3), Int64(3), 3 + 0j, Decimal(3), Decimal("0.001"), Decimal("NaN"), Decimal("sNaN"),
    Decimal("Infinity"), Decimal("1e400"), Decimal("1e999999"), Decimal("1e-999999"),
    Fraction(1, 3), Fraction(10**4000, 3), "", " ",
    "无", "不详", "待核实", "3", "3席", "3万", "120,5万元", "9" * 5000, "1e9", "\x00", "\ud800", "\u202e", "长" * 100_000, b"3", bytearray(b"3"), memoryview(b"3"), [], [3], [[]],
    DEEP, RING, (), (3,), {}, {"申报": 3}, {"申报": {"申报": 3}}, {2023: 3}, {"2023": 3},
    {None: 3}, {10**5000: 3}, {"申报": None, "材料": 5}, {"清单": [], "完整": 3}, {"清单": {}, "完整": "否"},
    set(), frozenset({3}), range(3), iter([3]), object, object(), Odd(), len, date(2024, 1, 1),
    datetime(2024, 1, 1, tzinfo=UTC), time(1), date.max, Path("x"), huiqi.NONE, huiqi, Exception("x"), ..., type, OrderedDict(a=1), (x for x in [1]),
)  # fmt: skip


def shown(value: Any) -> str:
    try:
        return f"{type(value).__name__} {ascii(value)[:30]}"
    except (ValueError, RecursionError):
        return type(value).__name__


def settled(call: Any) -> None:
    """It decides, and what it decided can be printed; or it refuses in words."""
    try:
        decision = call()
    except huiqi.HuiqiError as error:
        text = str(error)
        assert re.search("[\u4e00-\u9fff]", text)
        assert len(text) < 3000
        if isinstance(error, huiqi.InputError):
            assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text) is None
        return
    decision.explain()
    decision.to_dict()


@pytest.mark.parametrize("value", VALUES, ids=[f"{n} {type(x).__name__}" for n, x in enumerate(VALUES)])
class TestAnything:
    def test_as_a_fact(self, value: Any) -> None:
        for fact in ("席位数", "投资额", "增速", "系数", "已备案", "行业", "地址", "开业日", "合同期", "年营收", "上年投资"):
            settled(lambda fact=fact: BOOK.decide({fact: value}, on=ON, year=2023, reasoner="reference"))

    def test_as_a_column_a_row_and_a_list(self, value: Any) -> None:
        for rows in ([{"编号": value}], [{"编号": "A", "价格": value}], [value], value):
            settled(lambda rows=rows: BOOK.decide({}, on=ON, records={"设备": rows}, reasoner="reference"))

    def test_as_an_argument(self, value: Any) -> None:
        for name in ("on", "year", "scheme", "measure", "reasoner", "others", "key", "records"):
            settled(lambda name=name: BOOK.decide({}, **{"on": ON, "reasoner": "reference", name: value}))

    def test_as_the_case_its_name_and_its_facts(self, value: Any) -> None:
        settled(lambda: BOOK.decide(value, on=ON, reasoner="reference"))
        settled(lambda: BOOK.decide({"企业": value}, on=ON, reasoner="reference"))
        for field in ("enterprise", "on", "year", "data", "records", "schemes"):
            parts = {"enterprise": "甲", "rulebooks": (), "on": ON, "year": 2023, "data": {}, "records": {}, field: value}
            settled(lambda parts=parts: BOOK.decide(huiqi.Case(**parts), on=None, reasoner="reference"))

    def test_as_a_name_to_load_read_or_explain(self, value: Any) -> None:
        decision = BOOK.decide({}, on=ON, reasoner="reference")
        for call in (huiqi.load, huiqi.read_case, decision.explain):
            if value is None and call == decision.explain:
                continue
            with pytest.raises(huiqi.HuiqiError, match=r"[\u4e00-\u9fff]"):
                call(value)
