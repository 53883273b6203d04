"""What goes by columns, and comes out as the row alone: only what a row's own reader has to say is asked of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import huiqi
from huiqi.frames import decide_frame
from tests.reasoning.test_per_person import book_of

from .test_decide_many import ON, YEAR

MANY = 40  # rows of a kind: the first of them proves what is said of the others
GRANT = {"文号": "h", "年度": "2025", "金额": "3000元"}
CAPPED = """\
- {id: m, title: 事项甲, clause: 一, each: 某 in 支出, when: [{合格: '某.费用 > 0'}], award: {amount: 某.费用},
   limits: [{amount: 半万元, per: 某}, {amount: 万元, per: 申报年度, counting: 已获支持}]}
- {id: a, title: 事项乙, clause: 一, when: [{合格: 某词 = "是"}], award: {amount: 万元}, limits: [{amount: 万元, per: 企业, counting: 已获支持}]}
- {id: b, title: 事项丙, clause: 一, when: [{合格: 某词 = "是"}], award: {amount: 半万元}}
"""
UNREAD = "- {id: m, title: 事项甲, clause: 一, each: 某 in 支出, when: [{合格: '某.费用 > 0'}], award: {amount: 某.费用}, incomplete: [一]}\n"
FREE = """\
- {id: m, title: 事项甲, clause: 一, each: 某 in 支出, when: [{合格: '某.种类 = "甲类"'}], award: {amount: 某.费用}, limits: [{amount: 半万元, per: 某}]}
"""


def spent(number: int, **more: Any) -> dict[str, Any]:
    return {"号": f"C-{number:03}", "费用": f"{4000 + number}元", **more}


def compared(book: huiqi.Rulebook, rows: list[dict[str, Any]], measure: str) -> tuple[int, list[Any]]:
    """How many rows the columns asked about, and what is settled of each; held against the rows decided one by one."""
    asked = list[int]()
    frame = pl.DataFrame(rows)

    def decided(reasoner: str) -> Any:
        return decide_frame(
            book.compiled, frame, on=ON, year=YEAR, records={}, key=None, measures=[measure], scheme={}, reasoner=reasoner, verdicts=False,
            apart=asked.append if reasoner == "python" else lambda _: None,
        )  # fmt: skip

    found = decided("python")
    assert found.equals(decided("reference"))
    return len(asked), found.get_column(f"{measure}.settled").to_list()


@pytest.mark.parametrize("measure", ["m", "a"])
def test_a_history_of_other_measures_takes_nothing_off_and_asks_nobody(tmp_path: Path, measure: str) -> None:
    book = huiqi.load(book_of(tmp_path / "b", CAPPED))
    others = [[], [{**GRANT, "事项": "b"}], [{**GRANT, "事项": "别处的支持"}], [{**GRANT, "事项": "事项丙"}, {**GRANT, "文号": "i", "事项": "b"}]]
    rows = [{"企业": str(n), "某词": "是", "支出": [spent(n)], "已获支持": others[n % 4]} for n in range(MANY)]
    asked, settled = compared(book, rows, measure)
    assert asked <= 4 and None not in settled


@pytest.mark.parametrize("word", ["a", None], ids=["its own", "of nobody knows what"])
def test_a_grant_that_is_or_may_be_of_the_measure_is_looked_at_with_its_row(tmp_path: Path, word: str | None) -> None:
    book = huiqi.load(book_of(tmp_path / "b", CAPPED))
    grant = {**GRANT, "事项": word}
    rows = [{"企业": str(n), "某词": "是", "已获支持": [{**grant, "文号": f"h{n}", "金额": f"{100 + n}元"}]} for n in range(MANY)]
    asked, settled = compared(book, rows, "a")
    assert asked == MANY and settled == [f"{9900 - n}.00" for n in range(MANY)]


def test_a_history_told_in_part_leaves_the_cap_open(tmp_path: Path) -> None:
    book = huiqi.load(book_of(tmp_path / "b", CAPPED))
    rows = [{"企业": str(n), "某词": "是", "已获支持": [{**GRANT, "事项": "b"}], "已获支持.完整": n % 2 == 0} for n in range(MANY)]
    _, settled = compared(book, rows, "a")
    assert settled == ["10000.00", "0.00"] * (MANY // 2)


def test_a_record_whose_cost_is_not_told_is_worked_out_without_asking_the_row(tmp_path: Path) -> None:
    book = huiqi.load(book_of(tmp_path / "b", FREE))
    rows = [
        {"企业": str(n), "支出": [spent(n, 种类="甲类"), {"号": "C", "种类": "甲类", "费用": None if n % 2 else "待核实"}], "已获支持": []} for n in range(MANY)
    ]
    asked, settled = compared(book, rows, "m")
    assert asked <= 4 and settled == [f"{4000 + n}.00" for n in range(MANY)]  # what the one certainly gives


def test_what_a_record_may_have_had_before_is_said_without_asking_the_row(tmp_path: Path) -> None:
    book = huiqi.load(book_of(tmp_path / "b", FREE))
    rows = [
        {
            "企业": str(n),
            "支出": [spent(n, 种类="甲类")],
            "已获支持": [{**GRANT, "事项": "m", "对象": None if n % 2 == 0 else "另一张证书", "金额": f"{100 + n}元"}],
        }
        for n in range(MANY)
    ]
    asked, settled = compared(book, rows, "m")
    assert asked <= 4 and None not in settled
    told = book.decide_many(pl.DataFrame(rows), on=ON, year=YEAR, reasoner="python").get_column("m.reminder").to_list()
    assert [x is not None for x in told] == [True, False] * (MANY // 2)


def test_of_each_record_of_a_measure_with_a_clause_unread_nothing_is_settled(tmp_path: Path) -> None:
    book = huiqi.load(book_of(tmp_path / "b", UNREAD))
    rows = [{"企业": str(n), "支出": [spent(n)] if n % 3 else [], "已获支持": []} for n in range(MANY)]
    asked, settled = compared(book, rows, "m")
    assert asked <= 4 and set(settled) == {"0.00"}
