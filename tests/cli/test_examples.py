"""What a wrong choice is answered with: an example of the rulebook's own choices, as near as may be to what was typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.making import SMALL, invoke

CASE = str(Path(__file__).parents[2] / "cases" / "认证-云中数据.yaml")


@pytest.mark.parametrize(
    ("typed", "example"),
    [
        (("--reading", "认证辅导"), "认证辅导对象=只对中小企业"),
        (("--reading", "各种规模"), "认证辅导对象=各种规模都可以"),
        (("--reading", "载体范围="), "载体范围=只指园区"),
        (("--scheme", "南通"), "certification.international=南通2022"),
        (("--scheme", "国际资质认证支持="), "certification.international=山西2023"),
    ],
)
def test_the_example_is_one_of_the_rulebooks_own_that_fits_what_was_typed(typed: tuple[str, str], example: str) -> None:
    result = invoke("check", CASE, "-r", "datong-outsourcing", *typed)
    assert (result.exit_code, example in result.output) == (2, True), result.output


@pytest.mark.parametrize("typed", ["--reading", "--scheme"])
def test_the_example_that_is_given_can_be_typed(typed: str) -> None:
    call = ("check", CASE, "-r", "datong-outsourcing", typed)
    said = re.search(r"例如 (\S+)", invoke(*call, "没有这样的").output)
    assert said and invoke(*call, said.group(1)).exit_code == 0


def test_where_there_is_nothing_to_choose_no_example_is_made_up(tmp_path: Path) -> None:
    (tmp_path / "案例.yaml").write_text("企业: 甲\n审核日期: 2024-06-30\n申报年度: 2023\n数据: {席位数: 300席}\n", encoding="utf-8")
    result = invoke("check", str(tmp_path / "案例.yaml"), "-r", SMALL, "--reading", "口径")
    assert result.exit_code == 2 and "所用的规则库没有可以取定的读法，不写" in result.output


def test_a_figure_that_is_supposed_without_a_value_is_answered_with_one_of_the_rulebook(tmp_path: Path) -> None:
    result = invoke("simulate", str(tmp_path / "名录.xlsx"), "-r", "datong-outsourcing", "--set", "认证补助比例")
    assert result.exit_code == 2 and re.search(r"例如 \S*认证补助比例\S*=值", result.output)
