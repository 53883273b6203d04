"""Fractions and days of every year, as policies write them: what is read, what is a question."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqi.language.shares import parse_share
from huiqi.language.types import NUMBER, RATIO, YEARLY, Quantity, RangeOf
from huiqi.language.units import QuantityError
from huiqi.language.yearly import MonthDay, is_month_day, parse_month_day
from huiqi.rulebook.literals import ValueProblem, read_value, show_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/3", "1/3"), ("2/3", "2/3"), ("１／３", "1/3"), ("4/3", "4/3"), ("三分之一", "1/3"), ("三分之二", "2/3"), ("3分之1", "1/3"), ("百分之三十五", "7/20"),
        ("百分之百", "1"), ("百分之十二点五", "1/8"), ("万分之五", "1/2000"), ("千分之三", "3/1000"), ("十分之一", "1/10"), ("百分之一百零五", "21/20"),
        ("二十五分之十二", "12/25"), ("一千零一分之两百", "200/1001"), ("十万分之三", "3/100000"), ("三分之零", "0"),
    ],
)  # fmt: skip
def test_fractions_are_read_exactly(text: str, value: str) -> None:
    assert parse_share(text) == Fraction(value)
    assert read_value(text, RATIO, figure=True) == Fraction(value)


@pytest.mark.parametrize("text", ["1/0", "0/0", "零分之一", "三三分之一", "万万分之一", "一百五分之一", "三分之一百五", "百千分之一"])
def test_what_only_looks_like_a_fraction_is_a_question(text: str) -> None:
    with pytest.raises(QuantityError):
        parse_share(text)
    with pytest.raises(ValueProblem):
        read_value(text, RATIO, figure=True)


@pytest.mark.parametrize("text", ["三分", "3", "35%", "1/3元", "5元/人", "1-3", "2025/1/3", "分之一", "1/3/5"])
def test_anything_else_is_no_fraction(text: str) -> None:
    assert parse_share(text) is None


def test_a_case_does_not_write_fractions() -> None:
    """1/3 of a case may be a date, or one of three: only figures are read so."""
    with pytest.raises(ValueProblem):
        read_value("1/3", RATIO)
    with pytest.raises(ValueProblem):
        read_value("1/3", Quantity(dims=(("人", 1),)), figure=True)


@given(st.integers(0, 999999), st.integers(1, 999999))
def test_a_figure_is_shown_so_that_it_reads_back(top: int, bottom: int) -> None:
    value = Fraction(top, bottom)
    assert read_value(f"{top}/{bottom}", NUMBER, figure=True) == value
    if set(str(show_value(value, RATIO))) & {"/"}:
        assert read_value(show_value(value, RATIO), RATIO, figure=True) == value


def test_a_range_of_fractions() -> None:
    span = read_value("[1/3..三分之二)", RangeOf(item=RATIO), figure=True)
    assert (span.low, span.high) == (Fraction(1, 3), Fraction(2, 3))
    assert show_value(span, RangeOf(item=RATIO)) == "1/3（含）至2/3（不含）"


@pytest.mark.parametrize(
    ("text", "shown", "in_2023", "in_2024"),
    [
        ("4月1日", "4月1日", date(2023, 4, 1), date(2024, 4, 1)),
        ("０４月０１日", "4月1日", date(2023, 4, 1), date(2024, 4, 1)),
        ("4月1号", "4月1日", date(2023, 4, 1), date(2024, 4, 1)),
        ("12月31日", "12月31日", date(2023, 12, 31), date(2024, 12, 31)),
        ("12月底", "12月31日", date(2023, 12, 31), date(2024, 12, 31)),
        ("6月末", "6月30日", date(2023, 6, 30), date(2024, 6, 30)),
        ("2月28日", "2月28日", date(2023, 2, 28), date(2024, 2, 28)),
        ("2月末日", "2月末日", date(2023, 2, 28), date(2024, 2, 29)),
        ("2月底", "2月末日", date(2023, 2, 28), date(2024, 2, 29)),
    ],
)
def test_days_of_every_year(text: str, shown: str, in_2023: date, in_2024: date) -> None:
    day = parse_month_day(text)
    assert (str(day), day.of(2023), day.of(2024)) == (shown, in_2023, in_2024)
    assert read_value(text, YEARLY) == day
    assert parse_month_day(str(day)) == day


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("2月29日", "2月28日还是2月末日"),
        ("2月30日", "2月有 29 天"),
        ("4月31日", "4月有 30 天"),
        ("13月1日", "1 至 12"),
        ("0月1日", "1 至 12"),
        ("4月0日", "4月有 30 天"),
    ],
)
def test_a_day_that_not_every_year_has_is_a_question(text: str, asked: str) -> None:
    assert is_month_day(text)
    with pytest.raises(QuantityError) as error:
        parse_month_day(text)
    assert asked in error.value.mend


@pytest.mark.parametrize("text", ["2026-04-01", "4月", "4月1", "4.1", "四月一日", "4月1日前"])
def test_nothing_else_is_a_day_of_every_year(text: str) -> None:
    assert not is_month_day(text)


def test_days_of_a_year_have_its_order() -> None:
    assert MonthDay(2, 28) < parse_month_day("2月末日") < MonthDay(3, 1)
