"""Scalars of numpy and pandas, taken for what they are; stand-ins of their types, since neither is installed here."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.reasoning.foreign import plain

SMALL = huiqi.load(Path(__file__).parents[1] / "rulebook" / "books" / "small")


def made(module: str, name: str, *bases: type, **methods: Any) -> Any:
    return type(name, bases, {"__module__": module, **methods})


def integer(value: int) -> Any:
    kind = made("numpy", "int64", __int__=lambda _: value, __index__=lambda _: value, __str__=lambda _: str(value), __repr__=lambda _: f"np.int64({value})")
    Integral.register(kind)
    return kind()


def single(value: float) -> Any:
    kind = made("numpy", "float32", __float__=lambda _: value, __str__=lambda _: str(value))
    Real.register(kind)
    return kind()


def boolean(value: bool) -> Any:
    return made("numpy", "bool", __bool__=lambda _: value, __str__=lambda _: str(value))()


def moment(text: str) -> Any:
    return made("numpy", "datetime64", __str__=lambda _: text)()


def _raise(*_: Any) -> bool:
    raise TypeError("boolean value of NA is ambiguous")


NA: Any = made("pandas._libs.missing", "NAType", __repr__=lambda _: "<NA>", __bool__=_raise, __eq__=lambda *_: NA, __hash__=lambda _: 1)()
NAT = made("pandas._libs.tslibs.nattype", "NaTType", datetime)(1, 1, 1)
Timestamp = made("pandas._libs.tslibs.timestamps", "Timestamp", datetime)


def taken(facts: dict[str, Any], **more: Any) -> Any:
    return SMALL.decide(facts, **{"on": "2024-06-30", "reasoner": "reference", **more}).to_dict()


@pytest.mark.parametrize(
    ("fact", "given", "plainly"),
    [
        ("席位数", integer(300), 300), ("席位数", {"核验": integer(300)}, {"核验": 300}), ("投资额", integer(80), 80), ("已备案", boolean(True), True), ("已备案", boolean(False), False),
        ("开业日", moment("2024-01-31"), date(2024, 1, 31)), ("开业日", moment("2024-01-31T00:00:00.000000000"), date(2024, 1, 31)), ("开业日", moment("2024-01-31T00"), date(2024, 1, 31)),
        ("开业日", Timestamp(2024, 1, 31), date(2024, 1, 31)), ("席位数", NA, None), ("开业日", NAT, None), ("开业日", moment("NaT"), None), ("地址", made("numpy", "str_", str)("甲"), "甲"),
        ("年营收", {integer(2023): "1万元"}, {2023: "1万元"}),
    ],
    ids=str,
)  # fmt: skip
def test_a_scalar_of_another_library_is_the_same_as_pythons_own(fact: str, given: Any, plainly: Any) -> None:
    assert taken({fact: given}) == taken({fact: plainly})


def test_so_are_columns_of_records_and_lists_that_were_not_told() -> None:
    given = [{"编号": "A", "价格": integer(3)}, {"编号": "B", "价格": NA}]
    assert taken({}, records={"设备": given}) == taken({}, records={"设备": [{"编号": "A", "价格": 3}, {"编号": "B"}]})
    assert taken({}, records={"设备": NA}) == taken({})
    assert taken({}, records={"设备": {"完整": boolean(False), "清单": given}})["input"]["明细"]["设备"]["完整"] == "否"


def test_so_are_the_day_the_year_and_the_name() -> None:
    assert taken({"企业": NA}, on=Timestamp(2024, 6, 30), year=integer(2023)) == taken({}, year=2023)


@pytest.mark.parametrize("value", [0.5, float("nan"), single(3.0), single(float("nan"))], ids=str)
def test_a_float_is_refused_by_the_name_of_its_fact_and_column_with_a_mend(value: Any) -> None:
    with pytest.raises(huiqi.CaseError) as caught:
        taken({"席位数": value}, records={"设备": [{"编号": "A", "价格": value}]})
    errors = caught.value.errors()
    assert [(e["loc"], e["code"]) for e in errors] == [(("明细", "设备", 0, "价格"), "float"), (("数据", "席位数"), "float")]
    assert all("不接受浮点数" in e["message"] and e["mend"] for e in errors)


def test_an_empty_cell_of_a_float_column_is_never_taken_for_not_told() -> None:
    with pytest.raises(huiqi.CaseError, match=r"空格子写 None 或 pandas\.NA"):
        taken({"席位数": float("nan")})


@pytest.mark.parametrize(
    "value",
    [
        moment("2024-01"), moment("2024"), moment("2024-01-31T09:30"), moment("-0044-03-15"), Timestamp(2024, 1, 31, 9, 30),
        Timestamp(2024, 1, 31, tzinfo=UTC), datetime.combine(date(2024, 1, 31), time()),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_single_day_is_refused(value: Any) -> None:
    with pytest.raises(huiqi.CaseError, match="“开业日”不能用"):
        taken({"开业日": value})


def test_nothing_else_is_changed() -> None:
    values: tuple[Any, ...] = (True, 3, 0.1, "甲", None, date(2024, 1, 1), [], {}, huiqi.NONE, object)
    for value in values:
        assert plain(value) is value


def test_neither_library_is_imported() -> None:
    code = "import sys, huiqi; huiqi.load('national-hnte').decide({}, on='2026-06-30').to_dict(); print({'numpy', 'pandas'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
