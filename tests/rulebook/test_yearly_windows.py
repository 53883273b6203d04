"""`申报日 in 每年…至…`: days that come back every year, the ends of months and the turn of the year among them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import huiqi
from huiqi.errors import RulebookError
from tests.making import load


def book(folder: Path, span: str) -> huiqi.Rulebook:
    return load(
        folder / "made",
        vocabulary="facts: {独立法人: {id: legal, kind: boolean}, 申报日: {id: asked, kind: date}}\n",
        measures=f"- {{id: m, title: 补贴, clause: 办法·1, window: 申报日 in {span}, when: [{{法人: 独立法人}}], award: {{service: 服务}}}}\n",
    )


@pytest.mark.parametrize(
    ("span", "taken", "not_taken", "printed"),
    [
        ("每年1月1日至2月末日", ["2027-01-01", "2027-02-28", "2028-02-29"], ["2027-03-01", "2027-12-31"], "每年1月1日至2月末日"),
        ("每年6月末日至7月底", ["2027-06-30", "2027-07-31"], ["2027-06-29", "2027-08-01"], "每年6月30日至7月31日"),
        ("每年11月1日至次年2月底", ["2027-11-01", "2028-02-29", "2027-01-15"], ["2027-10-31", "2028-03-01"], "每年11月1日至次年2月末日"),
    ],
)
def test_the_end_of_a_month_is_its_last_day_in_every_year(span: str, taken: list[str], not_taken: list[str], printed: str, tmp_path: Path) -> None:
    made = book(tmp_path, span)
    (spec,) = made.compiled.measures.values()
    assert spec.window is not None and spec.window.days is not None and spec.window.days.text == printed

    def open_on(day: str) -> bool:
        return made.decide({"独立法人": True, "申报日": day}, on=date(2028, 12, 31)).measures["m"].outcome.label == "符合"

    assert [open_on(x) for x in (*taken, *not_taken)] == [True] * len(taken) + [False] * len(not_taken)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ("每年2月末日至3月31日", "从2月末日起的受理期：平年、闰年不是同一天；写的是“每年2月末日至3月31日”；应为：2月28日 或 3月1日"),
        ("每年2月29日至3月31日", "不是每年都有2月29日"),
        (
            "每年3月至5月",
            "每年的受理期读不出来；写的是“申报日 in 每年3月至5月”；应为：申报日 in 每年4月1日至5月31日；改法：写明比较哪个日期、起止各是几月几日（月末写 2月末日）",
        ),
    ],
)
def test_days_that_are_not_the_same_each_year_are_asked_about(span: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(RulebookError) as error:
        book(tmp_path, span)
    assert said in str(error.value)
