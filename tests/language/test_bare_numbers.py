"""What the reference says of a bare `0` and a bare `6个月`, claim by claim.

“`0` 不写单位也行：与它相比、相加、取大取小的另一边，区间的另一端，`if` 的另一支，都给它单位”; a bare period is
a period beside a date or a period, and a number of months beside one; through `+`, `-` and `if`
alike. Each is held for every unit there is: it checks, and says what the same with the unit written says.
"""

from __future__ import annotations

from typing import Any

import pytest

from huiqi.language import typed as t
from huiqi.language.types import Date, Period, Quantity, Type
from tests.small_book import evaluated, typed

UNITS = {
    "投资额": "0元", "外汇额": "0美元", "席位数": "0席", "场地面积": "0平方米", "月租": "0元/平方米·月", "评审分": "0分", "增速": "0%", "系数": "0", "累计月数": "0月",
    "count(设备)": "0台", "sum(设备.价格)": "0元", "投资额 / 在岗人数": "0元/人", "投资额 * 补助比例": "0元", "投资门槛": "0元", "年营收 at 申报年度 - 1年": "0元",
    "投资档补助(投资额)": "0元", "days between(开业日, 审核日期)": "0天",
}  # fmt: skip
COMPARED = [f"{{x}} {op} {{0}}" for op in ("=", "!=", "<", "<=", ">", ">=")] + [f"{{0}} {op} {{x}}" for op in ("=", "!=", "<", "<=", ">", ">=")]
PLACES = [
    *COMPARED,
    "{x} + {0} > {x}", "{0} + {x} > {x}", "{x} - {0} > {x}", "{0} - {x} > {x}", "{x} > {0} + {0}", "{0} - {0} <= {x}", "-{0} < {x}", "{x} > -({0} - {0})",
    "max({x}, {0}) > {x}", "min({0}, {x}) > {x}", "max({0}, {0}, {x}) > {x}", "mean({0}, {x}) > {x}", "max({0}, {0}) < {x}", "{x} >= min({0}, {0} + {0})",
    "{x} between {0} and {x}", "{x} between {x} and {0}", "{0} between {x} and {x}", "{x} between {0} and {0}",
    "{x} in [{0}..{x}]", "{x} in [{x}..{0})", "{0} in [{x}..{x}]", "{x} in [{0}..{0}]", "{x} in ({0}..{x} + {0}]", "{x} in [{0}, {x}]", "{0} in [{x}, {x}]",
    "(if 已备案 then {x} else {0}) > {x}", "(if 已备案 then {0} else {x}) > {x}", "(if 已备案 then {0} else {0}) < {x}", "{x} >= (if 已备案 then {0} else {0} - {0})",
    "(if 已备案 then {0} else if 外部核实 then {0} else {x}) > {0}", "{x} > (if 已备案 then max({0}, {x}) else {0})",
    "sum(for 某 in 设备 return if 已备案 then {x} else {0}) >= {0}", "some 某 in 设备 satisfies {x} > {0}",
]  # fmt: skip
DATA = [
    {},
    {"投资额": "60万元", "外汇额": "3美元", "席位数": "5席", "场地面积": "9平方米", "月租": "2元/平方米·月", "评审分": "7分", "增速": "5%", "系数": "2", "累计月数": "4月",
     "在岗人数": "3人", "员工数": "3人", "年营收": {"2023": "8元"}, "开业日": "2024-01-31", "已备案": "是"},
    {"投资额": "0元", "外汇额": "0美元", "席位数": "0席", "场地面积": "0平方米", "月租": "0元/平方米·月", "评审分": "0分", "增速": "0%", "系数": "0", "累计月数": "0月",
     "在岗人数": "1人", "员工数": "3人", "年营收": {"2023": "0元"}, "开业日": "2024-06-30", "已备案": "否", "外部核实": "是"},
]  # fmt: skip
LISTS: list[Any] = [None, {"设备": [{"编号": "1", "价格": "1元"}]}, {"设备": []}]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("x", UNITS)
def test_a_bare_zero_takes_the_unit_of_the_other_side(x: str, place: str) -> None:
    """It is refused nowhere where the zero with its unit is taken, and says the same."""
    bare, plain = place.replace("{x}", f"({x})").replace("{0}", "0"), place.replace("{x}", f"({x})").replace("{0}", UNITS[x])
    tree, problems = typed(bare)
    assert problems == []
    kind = typed(x)[0].type
    zeros = [e for e in t.walk(tree) if isinstance(e, t.Const) and e.value == 0 and not isinstance(e.value, bool)]
    assert zeros
    assert {getattr(z.type, "dims", None) for z in zeros} == {kind.dims}
    for told, records in zip(DATA, LISTS, strict=True):
        assert evaluated(bare, told, records, figures=True) == evaluated(plain, told, records, figures=True)


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("合同期 + 0 >= 合同期", Period), ("0 + 合同期 >= 合同期", Period), ("合同期 >= 0", Period), ("0 < 合同期", Period), ("max(合同期, 0) >= 合同期", Period),
        ("合同期 in [0..保有期]", Period), ("(if 已备案 then 0 else 合同期) >= 0", Period), ("开业日 + 0 < 审核日期", Period), ("审核日期 - 0 > 开业日", Period),
        ("开业日 + (if 已备案 then 0 else 合同期) < 审核日期", Period), ("审核日期 - (0 + 0) > 开业日", Period), ("开业日 + max(0, 合同期) < 审核日期", Period),
    ],
)  # fmt: skip
def test_a_bare_zero_beside_a_period_or_a_date_is_no_time_at_all(expression: str, kind: type[Type]) -> None:
    tree, problems = typed(expression)
    assert problems == []
    zeros = [e for e in t.walk(tree) if isinstance(e, t.Const) and e.value == 0 and not isinstance(e.value, bool)]
    assert zeros
    assert all(isinstance(z.type, kind) for z in zeros)
    evaluated(expression, DATA[1] | {"合同期": "6个月"})


def test_a_bare_zero_beside_a_year_is_no_year() -> None:
    assert evaluated("year of(审核日期) = 申报年度 - 0") == "是"


PERIODS = [
    # the expression; what 6个月 and 1年 in it are
    ("开业日 + 6个月 <= 审核日期", Period), ("审核日期 - 6个月 >= 开业日", Period), ("合同期 >= 6个月", Period), ("6个月 <= 合同期", Period), ("合同期 + 6个月 > 合同期", Period),
    ("6个月 + 合同期 > 合同期", Period), ("开业日 + (6个月 + 1年) <= 审核日期", Period), ("开业日 + (if 已备案 then 6个月 else 1年) <= 审核日期", Period),
    ("开业日 + (if 已备案 then 6个月 else 合同期) <= 审核日期", Period), ("合同期 in [6个月..1年]", Period), ("6个月 in [合同期..保有期]", Period),
    ("合同期 between 6个月 and 1年", Period), ("合同期 in [6个月, 1年]", Period), ("max(合同期, 6个月) >= 保有期", Period), ("开业日 + min(6个月, 1年) <= 审核日期", Period),
    ("(if 已备案 then 6个月 else 合同期) >= 保有期", Period), ("合同期 >= (if 已备案 then 6个月 else 1年)", Period), ("宽限期 - 6个月 < 合同期", Period),
    ("累计月数 >= 6个月", Quantity), ("6个月 <= 累计月数", Quantity), ("累计月数 + 6个月 > 累计月数", Quantity), ("累计月数 >= 1年", Quantity), ("months between(开业日, 审核日期) >= 1年", Quantity),
    ("max(累计月数, 6个月) > 月数上限", Quantity), ("累计月数 in [6个月..1年]", Quantity), ("累计月数 >= (if 已备案 then 6个月 else 1年)", Quantity), ("累计月数 in [6个月, 1年]", Quantity),
    ("6个月 + 6个月 <= 累计月数", Quantity), ("6个月 + 6个月 = 12个月", Quantity),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "kind"), PERIODS, ids=[e for e, _ in PERIODS])
def test_a_bare_period_is_what_the_other_side_makes_of_it(expression: str, kind: type[Type]) -> None:
    tree, problems = typed(expression, figures=True)
    assert problems == []
    found = [e.type for e in t.walk(tree) if isinstance(e, t.Const) and not isinstance(e.value, bool)]
    assert found
    assert all(isinstance(x, kind) for x in found)
    assert all(x.dims == (("月", 1),) for x in found if isinstance(x, Quantity))
    evaluated(expression, DATA[1] | {"合同期": "6个月", "累计月数": "7月"}, figures=True)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("累计月数 >= 1年", "否"), ("累计月数 + 1年 >= 19月", "是"), ("合同期 in [6个月, 1年]", "是"), ("max(合同期, 1年)", "1年"), ("min(合同期, 1年)", "6个月"),
        ("开业日 + min(6个月, 1年)", "2024-07-31"), ("合同期 + 6个月", "1年"), ("6个月 + 6个月", "12月"),
    ],
)  # fmt: skip
def test_and_counts_as_that(expression: str, value: str) -> None:
    assert evaluated(expression, {"累计月数": "7月", "合同期": "6个月", "开业日": "2024-01-31"}, figures=True) == value


@pytest.mark.parametrize(
    "expression",
    [
        "审核日期 - 开业日 >= 6个月", "years between(开业日, 审核日期) >= 6个月", "投资额 >= 6个月", "天数上限 >= 6个月", "合同期 >= 累计月数", "开业日 + 累计月数 > 审核日期",
        "开业日 >= 0", "申报年度 >= 0", "行业 = 0", "已备案 = 0", "投资额 >= 1", "投资额 + 0.5 > 投资额", "投资额 * 0 >= 席位数 * 0", "0 = 0元 and 投资额 >= 0美元",
    ],
)  # fmt: skip
def test_nothing_else_takes_a_unit_it_was_not_written_with(expression: str) -> None:
    """A factor has a unit of its own; a month is no number of days; one is one of something."""
    assert typed(expression, figures=True)[1] != []


def test_a_date_is_not_asked_for_its_size() -> None:
    assert isinstance(typed("max(开业日, 审核日期)")[0].type, Date)
    assert typed("mean(合同期, 6个月) > 合同期", figures=True)[1] != []
