"""Tables whose cells are figures, conditions or of certain days say what the same table written out says.

A figure for an edge is that edge on each day; rows of their own days are the table of that day; what
is collected is what brute force over all answers collects; where only a case tells which rows
apply, several are a question.
"""

from __future__ import annotations

import re
import tempfile
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import huiqi
from tests.making import VOCABULARY, examples, load

FACTS = VOCABULARY.replace(
    "  核查通过:", "  类别: {id: kind, kind: choice, options: [甲, 乙, 丙]}\n  成本: {id: spent, kind: money, unit: 元, min: 0元, max: 100亿元}\n  核查通过:"
)
MEASURE = "- {id: m, title: 支持, clause: 办法·1, when: [{有面积: 面积 >= 0}], award: {amount: '%s'}}\n"
READERS = ("reference", "python")


def book(table: str, call: str = "分档(营收)", parameters: str = "", rest: str = MEASURE, **more: str) -> huiqi.Rulebook:
    with tempfile.TemporaryDirectory() as folder:
        return load(Path(folder), vocabulary=FACTS, parameters=parameters or "奖: {id: prize, unit: 元, values: [{value: 7万元, document: d}]}\n",
                    tables=table, measures=rest % call if "%s" in rest else rest, **more)  # fmt: skip


def award(made: huiqi.Rulebook, on: str = "2025-06-30", reasoner: str = "reference", **facts: str) -> tuple[str | None, str | None, str]:
    result = made.decide({"面积": "1平方米", **facts}, on=on, reasoner=reasoner).measures["m"]
    return result.award.settled, result.award.at_most, result.standing.code


def table(rows: str, match: str = "first", inputs: str = "{name: 营收, kind: money, unit: 元}", rest: str = "") -> str:
    return f"分档:\n  id: t\n  match: {match}\n  inputs: [{inputs}]\n  unit: 元\n  document: d\n{rest}  rows:\n" + "".join(
        f"    - {{{r}}}\n" for r in rows.split("\n")
    )


@settings(max_examples=examples(25), deadline=None)
@given(
    edges=st.lists(st.integers(1, 9), min_size=4, max_size=4, unique=True).map(sorted),
    swap=st.booleans(),
    told=st.lists(st.sampled_from([None, *range(11)]), min_size=2, max_size=4),
)
def test_an_edge_that_is_a_figure_is_that_edge_on_each_day(edges: list[int], swap: bool, told: list[int | None]) -> None:
    before, after = (edges[:2], edges[2:]) if swap else (edges[2:], edges[:2])
    figures = "".join(
        f"{name}: {{id: e{n}, unit: 元, values: [{{value: {before[n]}万元, document: d, to: 2024-12-31}}, {{value: {after[n]}万元, document: d, from: 2025-01-01}}]}}\n"
        for n, name in enumerate(("低", "高"))
    )
    rows = 'when: "< 低", value: 1万元\nwhen: "[低..高)", value: 2万元\nwhen: ">= 高", value: 3万元'
    by_figure = book(table(rows), parameters=figures)
    assert by_figure.compiled.findings == ()
    for day, (low, high) in (("2024-06-30", before), ("2025-06-30", after)):
        plain = book(table(rows.replace("低", f"{low}万元").replace("高", f"{high}万元")))
        for value in told:
            facts = {} if value is None else {"营收": f"{value}万元"}
            for reader in READERS:
                assert award(by_figure, day, reader, **facts)[:2] == award(plain, day, reader, **facts)[:2], (day, facts)


def test_rows_of_their_own_days_are_the_table_of_that_day() -> None:
    dated = book(
        table('when: "-", value: 1万元, to: 2024-12-31\nwhen: "< 5万元", value: 2万元, from: 2025-01-01\nwhen: ">= 5万元", value: 3万元, from: 2025-01-01')
    )
    assert dated.compiled.findings == ()
    assert award(dated, "2024-12-31", 营收="9万元")[0] == "10000.00"
    assert award(dated, "2025-01-01", 营收="4万元")[0] == "20000.00"
    assert award(dated, "2025-01-01", 营收="5万元")[0] == "30000.00"
    assert award(dated, "2025-01-01")[:2] == ("20000.00", "30000.00")


GOVERNED = "- {id: m, title: 支持, clause: 办法·1, governed by: 开工日, when: [{有面积: 面积 >= 0}], award: {amount: '%s'}}\n"


@pytest.mark.parametrize("reader", READERS)
def test_where_the_governing_date_is_not_told_the_table_says_what_all_its_periods_say(reader: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = load(
            Path(folder), vocabulary=FACTS.replace("  核查通过:", "  开工日: {id: begun, kind: date}\n  核查通过:"), measures=GOVERNED % "分档(营收)",
            tables=table('when: "-", value: 1万元, to: 2024-12-31\nwhen: "-", value: 3万元, from: 2025-01-01'),
        )  # fmt: skip
    assert award(made, reasoner=reader, 营收="9万元")[:2] == ("0.00", "30000.00")
    assert award(made, reasoner=reader, 营收="9万元", 开工日="2024-03-01")[:2] == ("10000.00", "10000.00")


def test_a_gap_is_told_with_the_days_on_which_it_is_one() -> None:
    made = book(table('when: "< 5万元", value: 1万元\nwhen: ">= 5万元", value: 3万元, from: 2025-01-01'))
    assert [f.message for f in made.compiled.findings] == ["标准表“分档”（至2024-12-31）没有一行对应 [5万元..100亿元]"]


def test_a_row_is_hidden_only_where_the_figures_hide_it() -> None:
    figures = "低: {id: low, unit: 元, values: [{value: 5万元, document: d, to: 2024-12-31}, {value: 9万元, document: d, from: 2025-01-01}]}\n"
    made = book(table('when: "< 低", value: 1万元\nwhen: "< 6万元", value: 2万元\nwhen: "-", value: 3万元'), parameters=figures)
    assert ["（2025-01-01至）" in f.message and "永远用不上" in f.message for f in made.compiled.findings] == [True]


ROWS = 'when: [">= 2万元", "-"], value: 1万元\nwhen: ["-", 甲、乙], value: 2万元\nwhen: ["< 4万元", 乙], value: 5万元\nwhen: [">= 3万元", 丙], value: 4万元'
INPUTS = "{name: 营收, kind: money, unit: 元}, {name: 类别, kind: choice}"
AMOUNTS = (0, 2, 3, 9)  # one of each stretch between two edges


def collected(how: str, x: int, k: str) -> int | None:
    """Ten thousands; None where no row applies and that is no figure."""
    applies = (x >= 2, k in "甲乙", x < 4 and k == "乙", x >= 3 and k == "丙")
    found = [n for n, holds in zip((1, 2, 5, 4), applies, strict=True) if holds]
    if how in ("sum", "count"):
        return sum(found) if how == "sum" else len(found)
    return (min(found) if how == "min" else max(found)) if found else None


@pytest.mark.parametrize("how", ["sum", "min", "max", "count"])
def test_what_is_collected_is_what_going_through_every_answer_collects(how: str) -> None:
    text = table(ROWS, "collect", INPUTS, f"  collect: {how}\n")
    if how == "count":
        text = re.sub("value: [^}]*", 'value: "-"', text).replace("  unit: 元\n  document", "  document")
    made = book(
        text, "分档(营收, 类别)" if how != "count" else "分档(营收, 类别) * 奖", parameters="奖: {id: one, unit: 元, values: [{value: 1万元, document: d}]}\n"
    )
    for x, k in product((None, *AMOUNTS), (None, "甲", "乙", "丙")):
        facts = ({} if x is None else {"营收": f"{x}万元"}) | ({} if k is None else {"类别": k})
        every = [collected(how, a, b) for a in (AMOUNTS if x is None else [x]) for b in ("甲乙丙" if k is None else k)]
        numbers = [n for n in every if n is not None]
        for reader in READERS:
            settled, at_most, _ = award(made, "2025-06-30", reader, **facts)
            if None not in every:
                assert (settled, at_most) == (f"{min(numbers) * 10000}.00", f"{max(numbers) * 10000}.00"), (facts, every)
            else:
                assert settled == "0.00", facts


CONDITIONS = 'when: {expr: 核查通过 and 营收 >= 起点}, value: 奖\nwhen: {expr: 面积 >= 大面积}, value: 奖 + 奖\nwhen: "-", value: 0元'
FIGURES = (
    "奖: {id: prize, unit: 元, values: [{value: 7万元, document: d}]}\n起点: {id: least, unit: 元, values: [{value: 5万元, document: d}]}\n"
    "大面积: {id: wide, unit: 平方米, values: [{value: 100平方米, document: d}]}\n"
)


@pytest.mark.parametrize("reader", READERS)
def test_several_rows_that_only_a_case_tells_apart_are_a_question_and_never_the_first(reader: str) -> None:
    made = book(table(CONDITIONS), parameters=FIGURES)
    assert made.compiled.findings == ()
    facts = {"营收": "5万元", "面积": "1平方米"}
    assert award(made, reasoner=reader, 核查通过="是", **facts)[0] == "70000.00"
    assert award(made, reasoner=reader, 核查通过="否", **facts)[0] == "0.00"
    assert award(made, reasoner=reader, **facts)[:2] == ("0.00", "70000.00")
    both = made.decide({"核查通过": "是", "营收": "5万元", "面积": "100平方米"}, on="2025-06-30", reasoner=reader).measures["m"]
    assert (both.award.settled, both.award.at_most) == ("70000.00", "140000.00")
    assert "各行的次序" in str(both.to_dict())


def test_rows_that_are_proved_keep_their_order_beside_one_that_is_not() -> None:
    made = book(
        table('when: "[2万元..3万元)", value: 1万元\nwhen: "[0元..5万元)", value: 2万元\nwhen: {expr: 核查通过}, value: 9万元\nwhen: "-", value: 3万元')
    )
    assert made.compiled.findings == ()
    assert award(made, 营收="2.5万元", 核查通过="否")[:2] == ("10000.00", "10000.00")
    assert award(made, 营收="2.5万元")[:2] == ("10000.00", "90000.00")
    assert award(made, 营收="2.5万元", 核查通过="是")[:2] == ("10000.00", "90000.00")
    assert award(made, 营收="6万元", 核查通过="是")[0] == "90000.00"
    assert award(made, 营收="6万元", 核查通过="否")[0] == "30000.00"


def test_the_rest_applies_only_where_no_other_row_does() -> None:
    made = book(table('when: "> 成本", value: 1万元\nwhen: "-", value: 2万元'))
    assert award(made, 营收="3万元", 成本="2万元")[0] == "10000.00"
    assert award(made, 营收="3万元", 成本="3万元")[0] == "20000.00"
    assert award(made, 营收="3万元")[:2] == ("10000.00", "20000.00")
    assert made.compiled.tables["made/分档"].unproved == (0,)


money = st.sampled_from([0, 1, 2, 3, 5])


@settings(max_examples=examples(40), deadline=None)
@given(amount=money, spent=money, checked=st.sampled_from(["是", "否"]), hidden=st.sets(st.sampled_from(["营收", "成本", "核查通过"])))
def test_telling_more_never_overturns_what_a_table_of_told_edges_settled(amount: int, spent: int, checked: str, hidden: set[str]) -> None:
    made = _told_edges()
    whole = {"营收": f"{amount}万元", "成本": f"{spent}万元", "核查通过": checked}
    less = made.decide({"面积": "1平方米", **{k: v for k, v in whole.items() if k not in hidden}}, on="2025-06-30").measures["m"].award
    more = made.decide({"面积": "1平方米", **whole}, on="2025-06-30").measures["m"].award
    assert Fraction(less.settled or 0) <= Fraction(more.settled or 0)
    if less.at_most is not None:
        assert more.at_most is not None
        assert Fraction(more.at_most) <= Fraction(less.at_most)


_made: list[Any] = []


def _told_edges() -> huiqi.Rulebook:
    if not _made:
        rows = 'when: "< 成本", value: 1万元\nwhen: "[成本..4万元)", value: 2万元\nwhen: {expr: 核查通过 and 营收 >= 成本 + 成本}, value: 4万元\nwhen: "-", value: 3万元'
        _made.append(book(table(rows)))
    return _made[0]


def test_the_standing_of_an_edge_that_decided_enters_and_of_a_later_row_does_not() -> None:
    figures = "现行界: {id: own, unit: 元, values: [{value: 5万元, document: d}]}\n假定界: {id: guess, unit: 元, values: [{value: 9万元, basis: 假定}]}\n"
    made = book(table('when: "< 现行界", value: 1万元\nwhen: "[现行界..假定界)", value: 2万元\nwhen: ">= 假定界", value: 3万元'), parameters=figures)
    assert award(made, 营收="1万元") == ("10000.00", "10000.00", "enacted")
    assert award(made, 营收="6万元") == ("20000.00", "20000.00", "assumed")


def test_a_table_with_rows_of_certain_days_and_no_date_is_said() -> None:
    made = book(table('when: "-", value: 1万元, to: 2025-03-31\nwhen: "-", value: 3万元, from: 2025-04-01'))
    warnings = made.decide({"营收": "1万元", "面积": "1平方米"}, on="2025-06-30", year=2025).measures["m"].warnings
    assert [w for w in warnings if "标准表“分档”" in w and "有变化" in w]


@pytest.mark.parametrize("reader", READERS)
def test_bands_may_end_at_figures_of_another_document(reader: str) -> None:
    documents = "- {id: d, title: 办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, sheet: 样本, letter: A}\n- {id: e, title: 划型规定, issuer: 部, jurisdiction: 中国, sheet: 样本, letter: A}\n"
    figures = "界: {id: mark, unit: 元, values: [{value: 5万元, document: e}]}\n低率: {id: lower, kind: ratio, values: [{value: 10%, document: d}]}\n"
    slab = table('when: "[0元..界)", value: 低率\nwhen: ">= 界", value: 20%', "marginal").replace("  unit: 元\n  document", "  kind: ratio\n  document")
    made = book(slab, parameters=figures, documents=documents)
    assert award(made, reasoner=reader, 营收="5万元")[0] == "5000.00"
    assert award(made, reasoner=reader, 营收="8万元")[0] == "11000.00"
    assert award(made, reasoner=reader)[:2] == ("0.00", None)
