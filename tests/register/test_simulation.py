"""A what-if over a register: exact sums by hand, who gains by which condition, schemes, readings, curves, refusals, the report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.errors import InputError, UsageError
from huiqi.reasoning.casefile import Case
from huiqi.register.page import page_of
from huiqi.register.report import sheets_of
from huiqi.simulations import Chosen, Figure, Part, WhatIf, simulated, tables, to_bytes
from huiqi.telling.amounts import exact_amount
from huiqi.telling.simulated import Amount, Move, Option, ReadingCost, Simulated, Whole, Why
from huiqi.words import Verdict
from tests import making

ON = date(2026, 6, 30)
WAN = 10_000
FILES = {
    "documents": """\
- {id: d, title: 办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, from: 2026-01-01, sheet: 样本, letter: A}
- {id: e, title: 邻市办法, issuer: 邻市, jurisdiction: 中国/测试省/邻市, from: 2024-01-01, sheet: 样本, letter: A}
""",
    "clauses": """\
- {id: 办法·1, document: d, title: 增长, says: 营收达到起点的给予奖励, disposition: measure}
- {id: 办法·2, document: d, title: 核查, says: 给予支持, disposition: measure}
- {id: 邻市·3, document: e, title: 支持, says: 给予支持, disposition: measure}
""",
    "vocabulary": """\
facts:
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
  核查通过: {id: checked, kind: boolean}
  注册地县区: {id: district, kind: text}
""",
    "parameters": """\
起点: {id: start, unit: 元, values: [{value: 100万元, document: d, clause: 办法·1}]}
比例: {id: rate, kind: ratio, values: [{value: 10%, document: d, clause: 办法·1}]}
上限: {id: cap, unit: 元, values: [{value: 20万元, document: d, clause: 办法·1}]}
定额: {id: lump, unit: 元, values: [{value: 5万元, document: d, clause: 办法·2}, {value: 8万元, document: e, clause: 邻市·3}]}
邻市门槛: {id: bar, unit: 元, values: [{value: 300万元, document: e, clause: 邻市·3}]}
没定的数: {id: unset, unit: 元, values: [{value: 未定, basis: 未定}]}
支持县区: {id: districts, values: [{value: [平城区, 云冈区], document: d, clause: 办法·1}]}
""",
    "readings": """\
- {id: 奖励口径, clause: 办法·1, question: 按全部营收还是按超过起点的部分？, options: [全部, 超过部分]}
- {id: 已定口径, clause: 办法·1, question: 含不含本数？, options: [含, 不含], chosen: 含}
""",
    "measures": """\
- id: growth
  title: 增长奖励
  family: 奖励
  clause: 办法·1
  when:
    - 营收达到起点: 营收 >= 起点
    - 区内: 注册地县区 in 支持县区
    - 本数: if 已定口径 = "含" then 营收 >= 起点 else 营收 > 起点
  award: {amount: if 奖励口径 = "全部" then 营收 * 比例 else (营收 - 起点) * 比例}
  limits:
    - {amount: 上限, per: 本次申报, label: 上限}
- id: lump
  title: 核查支持
  family: 支持
  clause: 办法·2
  schemes:
    本市:
      document: d
      clause: 办法·2
      when:
        - 核查通过: 核查通过
      award: {amount: 定额}
    邻市:
      document: e
      clause: 邻市·3
      when:
        - 营收够: 营收 >= 邻市门槛
      award: {amount: 定额}
""",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> huiqi.Rulebook:
    return making.load(tmp_path_factory.mktemp("book"), **FILES)


def case(name: str, district: str, **data: Any) -> Case:
    return Case(name, (), ON, None, {"注册地县区": district, "核查通过": True, **data}, {})


CASES = (case("甲", "平城区", 营收="100万元"), case("乙", "平城区", 营收="99万元"), case("丙", "云冈区", 营收="250万元"), case("丁", "云冈区"))


def told(book: huiqi.Rulebook, *cases: Case, **asked: Any) -> Simulated:
    return simulated(book.compiled, cases or CASES, asked=WhatIf(**asked))


def ends(amount: Amount | None) -> tuple[Fraction | None, Fraction | None]:
    """In 万元."""
    assert amount is not None
    return amount.low / WAN, None if amount.high is None else amount.high / WAN


def lines(found: Any) -> Mapping[str, Any]:
    return {m.id: m for m in found.measures}


def test_the_sums_are_exact_and_bounds_where_anything_is_open(book: huiqi.Rulebook) -> None:
    now = told(book).before
    # 增长奖励：甲 0..10，丙 15..20，丁 0..20；核查支持：四户各 5
    assert ends(lines(now)["growth"].amount) == (15, 50)
    assert ends(lines(now)["lump"].amount) == (20, 20)
    assert (lines(now)["growth"].eligible, lines(now)["growth"].open) == (2, 1)
    assert ends(now.total.amount) == (35, 70)
    assert {g.name: (g.applicants, ends(g.amount)) for g in now.groups["注册地县区"]} == {"平城区": (2, (10, 20)), "云冈区": (2, (25, 50))}
    assert {g.name: ends(g.amount) for g in now.groups["类别"]} == {"奖励": (15, 50), "支持": (20, 20)}


def test_what_others_pay_is_in_no_total_and_where_nothing_else_is_asked_their_sums_are_shown_and_called_so(tmp_path: Path) -> None:
    hinting = making.load(tmp_path, **{**FILES, "measures": FILES["measures"].replace("  family: 奖励\n", "  family: 奖励\n  hint: 是\n")})
    both = told(hinting)
    assert ends(both.before.total.amount) == (20, 20)
    assert any("不计入合计：增长奖励" in n for n in both.notes)
    alone = told(hinting, measures=("growth",))
    assert ends(alone.before.total.amount) == (15, 50)
    assert any("不是本级支出" in n for n in alone.notes)
    assert [(o.option, ends(o.amount)) for o in both.readings[0].options] == [("全部", (30, 50)), ("超过部分", (15, 35))]


def test_what_others_pay_only_under_the_other_version_is_said_to_be_in_no_total(book: huiqi.Rulebook, tmp_path: Path) -> None:
    hinting = making.load(tmp_path, **{**FILES, "measures": FILES["measures"].replace("  family: 支持\n", "  family: 支持\n  hint: 是\n")})
    found = told(book, *CASES[1:2], against=(hinting.compiled.path,))
    assert ends(found.compared[0].after.total.amount) == (0, 0)
    assert "提示事项由别的层级支付，不计入合计：核查支持" in found.notes
    back = told(hinting, *CASES[1:2], against=(book.compiled.path,), measures=("lump",))
    assert (ends(back.before.total.amount), ends(back.compared[0].after.total.amount)) == ((5, 5), (0, 0))
    assert "另一规则库里不是提示事项的，不计入合计：核查支持" in back.notes


def test_a_sum_due_that_becomes_a_ceiling_of_as_much_is_neither_more_nor_less(book: huiqi.Rulebook, tmp_path: Path) -> None:
    ceilings = making.load(tmp_path, **{**FILES, "measures": FILES["measures"].replace("award: {amount: 定额}", "award: {up to: 定额}")})
    found = told(book, *CASES[1:2], against=(ceilings.compiled.path,)).compared[0]
    assert [(m.before.words, m.after.words, m.move) for m in found.moved] == [("条件满足，50,000元", "条件满足，不超过50,000元", Move.OTHER)]
    assert [w.gains for w in found.wholes] == [None]


def test_a_county_that_is_only_nearly_one_is_a_group_to_be_confirmed(book: huiqi.Rulebook) -> None:
    found = told(book, case("甲", "云州区", 营收="100万元"), case("乙", "平城区"), replace(CASES[3], data={"核查通过": True})).before
    assert [g.name for g in found.groups["注册地县区"]] == ["云州区（待核实）", "平城区", "（未提供）"]


def test_a_figure_supposed_says_who_gains_and_by_which_condition(book: huiqi.Rulebook) -> None:
    found = told(book, figures=(Figure("起点", ("99万元",)),))
    one = found.compared[0]
    assert one.assumed == ("起点：100万元 → 99万元（《办法》）",)
    assert ends(lines(one.after)["growth"].amount) == (Fraction("15.2"), Fraction("59.9"))
    assert {m.enterprise: m.move for m in one.moved} == {"甲": Move.MORE, "乙": Move.GRANTED, "丙": Move.MORE}
    granted = next(m for m in one.moved if m.enterprise == "乙")
    assert [(t.why, t.label, t.clause, t.before, t.after) for t in granted.by][:1] == [(Why.CONDITION, "营收达到起点", "办法·1", Verdict.FAILS, Verdict.HOLDS)]
    assert (Why.FIGURE, "起点 100万元 → 99万元") in {(t.why, t.label) for t in granted.by}
    assert {(c.turned.label, c.applicants) for c in one.clauses} >= {("营收达到起点", 1), ("起点 100万元 → 99万元", 3)}
    assert lines(one.after)["growth"].standing.label == "假定"
    assert lines(found.before)["growth"].standing.label != "未定"


def test_supposing_leaves_the_rulebook_as_it_is(book: huiqi.Rulebook) -> None:
    digest = book.digest
    told(book, figures=(Figure("上限", ("1元",)),))
    assert book.digest == huiqi.load(book.compiled.path).digest == digest
    assert ends(told(book).before.total.amount) == (35, 70)


def test_each_value_of_a_figure_is_a_point_and_its_own_stands_among_them(book: huiqi.Rulebook) -> None:
    sweep = told(book, figures=(Figure("上限", ("30万元", "10万元")),)).sweeps[0]
    assert [(p.text, ends(p.total.amount), p.now) for p in sweep.points] == [
        ("10万元", (30, 50), False),
        ("20万元", (35, 70), True),
        ("30万元", (35, 85), False),
    ]
    assert sweep.measures == ("growth",)


def test_supposing_what_there_is_changes_nothing_and_the_order_of_the_applicants_neither(book: huiqi.Rulebook) -> None:
    same = told(book, figures=(Figure("起点", ("100万元",)),)).compared[0]
    assert (same.moved, same.wholes, same.clauses) == ((), (), ())
    there, back = told(book), told(book, *reversed(CASES))
    assert (there.before, there.rivals, there.readings) == (back.before, back.rivals, back.readings)


@pytest.mark.parametrize(
    ("name", "values", "points"),
    [
        (
            "投资区间",
            ("[60万元..90万元)", "[70万元..90万元)"),
            ["50万元（含）至100万元（不含）", "60万元（含）至90万元（不含）", "70万元（含）至90万元（不含）"],
        ),
        ("未定比例", ("3%", "2%"), ["未定", "2%", "3%"]),
        ("起始日", ("2024-02-01", "2023-12-01"), ["2023-12-01", "2024-01-01", "2024-02-01"]),
        ("宽限期", ("1年", "3个月"), ["3个月", "6个月", "1年"]),
        ("三分之一", ("四分之一", "50%"), ["25%", "1/3", "50%"]),
    ],
)
def test_figures_of_every_kind_can_be_tried(name: str, values: tuple[str, ...], points: list[str]) -> None:
    found = simulated(huiqi.load(making.SMALL).compiled, [Case("甲", (), ON, 2025, {}, {})], asked=WhatIf(figures=(Figure(name, values),)))
    assert [p.text for p in found.sweeps[0].points] == points
    assert "<svg" in page_of(found)


def test_an_unset_figure_can_be_supposed(book: huiqi.Rulebook) -> None:
    found = told(book, figures=(Figure("没定的数", ("3万元",)),))
    assert found.compared[0].assumed == ("没定的数：未定 → 3万元",)
    assert found.compared[0].moved == ()


def test_all_schemes_stand_side_by_side_and_one_can_be_chosen(book: huiqi.Rulebook) -> None:
    found = told(book, schemes=(Chosen("核查支持", "邻市"),))
    assert [(m.scheme, m.eligible, m.open, ends(m.amount)) for m in found.rivals[0].lines] == [("本市", 4, 0, (20, 20)), ("邻市", 0, 1, (0, 8))]
    assert {m.enterprise: m.move for m in found.compared[0].moved} == {"甲": Move.LOST, "乙": Move.LOST, "丙": Move.LOST, "丁": Move.OPENED}
    lost = next(m for m in found.compared[0].moved if m.enterprise == "甲")
    assert {(t.why, t.label) for t in lost.by} == {(Why.CONDITION, "营收够"), (Why.SCHEME, "本市 → 邻市")}
    assert {w.enterprise: w.gains for w in found.compared[0].wholes if w.enterprise == "乙"} == {"乙": False}


def test_each_scheme_says_how_many_applicants_use_it_now(book: huiqi.Rulebook) -> None:
    cases = (replace(CASES[0], schemes={"核查支持": "邻市"}), *CASES[1:])
    found = told(book, *cases)
    assert dict(found.rivals[0].used) == {"本市": 3, "邻市": 1}
    sheet = next(s for s in sheets_of(found) if s.part is Part.RIVALS)
    assert (sheet.columns[-1].title, [(row[1], row[-1]) for row in sheet.rows]) == ("现用的户", [("本市", 3), ("邻市", 1)])
    assert dict(told(book).rivals[0].used) == {"本市": 4, "邻市": 0}


def test_the_cost_of_an_open_reading_is_the_sum_under_each_option(book: huiqi.Rulebook) -> None:
    cost = told(book).readings
    assert [r.name for r in cost] == ["奖励口径"]
    assert [(o.option, ends(o.amount)) for o in cost[0].options] == [("全部", (30, 50)), ("超过部分", (15, 35))]
    assert (cost[0].touched, cost[0].measures) == (2, ("增长奖励",))  # 丁的营收没有告诉：两种读法上下限一样
    settled = told(book, *CASES[:3]).readings[0]
    assert [(o.option, ends(o.amount)) for o in settled.options] == [("全部", (30, 30)), ("超过部分", (15, 15))]
    assert settled.spread == "相差150,000元"


def test_a_reading_is_the_same_for_all_so_that_the_whole_is_not_each_at_his_best(tmp_path: Path) -> None:
    measures = """\
- id: growth
  title: 增长奖励
  clause: 办法·1
  when:
    - 核查通过: 核查通过
  award: {amount: if 奖励口径 = "全部" then 营收 * 比例 else 固定}
"""
    fixed = "固定: {id: flat, unit: 元, values: [{value: 5万元, document: d, clause: 办法·1}]}\n"
    either = making.load(tmp_path, **{**FILES, "measures": measures, "parameters": FILES["parameters"] + fixed})
    # 甲 10 或 5，乙 1 或 5：逐户的两端相加是 6..15，而读法是同一种，只会是 11 或 10
    found = told(either, case("甲", "平城区", 营收="100万元"), case("乙", "平城区", 营收="10万元"))
    assert ends(found.before.total.amount) == (6, 15)
    assert [(o.option, ends(o.amount)) for o in found.readings[0].options] == [("全部", (11, 11)), ("超过部分", (10, 10))]
    assert [n for n in found.notes if "至少100,000元，至多110,000元" in n]


@pytest.fixture(scope="module")
def capped(tmp_path_factory: pytest.TempPathFactory) -> huiqi.Rulebook:
    """The amount of growth is only 不超过."""
    measures = FILES["measures"].replace("award: {amount: if", "award: {up to: if")
    return making.load(tmp_path_factory.mktemp("capped"), **{**FILES, "measures": measures})


def test_a_ceiling_is_never_what_is_due_at_least(capped: huiqi.Rulebook) -> None:
    found = told(capped, CASES[0], CASES[2], readings=(Chosen("奖励口径", "全部"),))
    read = found.compared[0].after
    growth, lump = lines(read)["growth"].amount, lines(read)["lump"].amount
    # 甲 10万，丙 25万、上限 20万，都是不超过；核查支持各 5万是定额
    assert (growth.low, growth.high, growth.least, growth.text) == (30 * WAN, 30 * WAN, 0, "不超过300,000元")
    assert (lump.least, lump.text) == (10 * WAN, "100,000元")
    assert read.total.amount.text == "至少100,000元，至多400,000元"
    assert next(g for g in read.groups["类别"] if g.name == "奖励").amount.text == "不超过300,000元"
    assert any(n.startswith("“不超过”的只计入合计的上端") for n in found.notes)
    summary = next(t for t in tables(found) if t.part is Part.MEASURES)
    row = next(r for r in summary.rows if r[0] == "增长奖励" and r[1] == read.label)
    assert [row[n] for n, h in enumerate(summary.headings) if h.startswith(("至少", "至多"))] == ["0.00", "300,000.00"]


def test_a_ceiling_that_is_open_is_due_by_no_part_of_it(capped: huiqi.Rulebook) -> None:
    now = told(capped, CASES[2]).before  # 丙：读法未定，15 或 20，都是不超过
    assert lines(now)["growth"].amount.text == "至多200,000元"
    assert now.total.amount.text == "至少50,000元，至多250,000元"


def test_a_ceiling_that_falls_moves_the_upper_end_alone(capped: huiqi.Rulebook) -> None:
    found = told(capped, CASES[2], figures=(Figure("上限", ("10万元",)),)).compared[0]
    assert [(w.after.against(w.before), w.gains) for w in found.wholes] == [("下端 0元，上端 -100,000元", False)]  # 15 or 20, and now 10


NEIGHBOURS = """\
      when:
        - 营收够: 营收 >= 邻市门槛
      award: {amount: 定额}
"""


def neighbours(tmp_path: Path, award: str, parameters: str = "") -> huiqi.Rulebook:
    """邻市的方案也是核查通过就给，给法另写。"""
    there = f"      when:\n        - 核查通过: 核查通过\n      award: {award}\n"
    assert NEIGHBOURS in FILES["measures"]
    return making.load(tmp_path, **{**FILES, "measures": FILES["measures"].replace(NEIGHBOURS, there), "parameters": FILES["parameters"] + parameters})


def table_of(found: Simulated, part: Part, of: str = "") -> list[dict[str, Any]]:
    return [dict(zip(t.headings, row, strict=True)) for t in tables(found) if t.part is part and (not of or t.title.endswith(of)) for row in t.rows]


def test_a_sum_due_for_which_a_higher_ceiling_is_given_is_no_gain(tmp_path: Path) -> None:
    """定额 5万改成不超过 8万：上限高了，应得的没有了。"""
    found = told(neighbours(tmp_path, "{up to: 定额}"), CASES[0], schemes=(Chosen("核查支持", "邻市"),), measures=("lump",)).compared[0]
    assert [(m.before.words, m.after.words, m.move) for m in found.moved] == [("条件满足，50,000元", "条件满足，不超过80,000元", Move.OTHER)]
    assert [(w.after.against(w.before), w.gains) for w in found.wholes] == [("下端 -50,000元，上端 +30,000元", None)]


@pytest.mark.parametrize(
    ("before", "after", "gains"),
    [((5, 0), (5, 5), None), ((5, 5), (5, 0), None), ((5, 5), (8, 8), True), ((8, 0), (5, 5), False), ((5, 0), (8, 3), True), ((5, 5), (4, 0), None)],
)
def test_who_gains_is_said_where_neither_what_is_due_nor_the_ceiling_goes_the_other_way(
    before: tuple[int, int], after: tuple[int, int], gains: bool | None
) -> None:
    a, b = (Amount(low=Fraction(x), high=Fraction(x), ceiling=Fraction(c)) for x, c in (before, after))
    assert Whole(enterprise="甲", groups={}, before=a, after=b).gains is gains


def test_one_rule_says_of_every_applicant_whether_it_gains() -> None:
    """不超过 13 is worked out and falls to 不超过 9; 至多 13 may be less than 9 now: the ends move alike, what is known does not."""

    def ceiling(n: int) -> Amount:
        return Amount(low=Fraction(n), high=Fraction(n), ceiling=Fraction(n))

    unsettled = Amount(low=Fraction(2), high=Fraction(13), ceiling=Fraction(2))

    def gains(before: Amount, after: Amount) -> bool | None:
        return Whole(enterprise="甲", groups={}, before=before, after=after).gains

    assert gains(ceiling(13), ceiling(9)) is False and gains(unsettled, ceiling(9)) is None
    assert unsettled.text.startswith("至多") and ceiling(9).against(unsettled) == ceiling(9).against(ceiling(13)) == "下端 0元，上端 -4元"
    higher = Amount(low=Fraction(14), high=Fraction(20), ceiling=Fraction(14))  # open, and more than the ceiling there was whatever it comes to
    assert gains(ceiling(13), higher) is True and gains(higher, ceiling(13)) is False
    assert gains(higher, ceiling(25)) is None  # of what is open all may be due


def test_a_reading_of_which_one_option_is_a_sum_due_and_one_a_ceiling_costs_what_lies_between() -> None:
    options = (Option(option="给", eligible=1, amount=Amount(low=Fraction(10), high=Fraction(10))),
               Option(option="不超过", eligible=1, amount=Amount(low=Fraction(10), high=Fraction(10), ceiling=Fraction(10))))  # fmt: skip
    assert ReadingCost(name="", question="", clause="", measures=(), touched=1, options=options).spread == "在0元与10元之间"


def test_a_reading_on_which_a_service_hangs_is_not_said_to_be_the_same_either_way(tmp_path: Path) -> None:
    """推荐不给钱：金额一样，符不符合不一样。"""
    measure = "- {id: named, title: 推荐, clause: 办法·1, award: {recommendation: 推荐}, when: [{口径: '奖励口径 = \"全部\" and 核查通过'}]}\n"
    found = told(
        making.load(tmp_path, **{**FILES, "measures": measure + FILES["measures"].partition("- id: lump")[2].join(["- id: lump", ""])}), *CASES
    ).readings[0]
    assert [(o.option, o.eligible, ends(o.amount)) for o in found.options] == [("全部", 4, (0, 0)), ("超过部分", 0, (0, 0))]
    assert (found.touched, found.spread) == (4, "金额一样，条件满足的户数不同")


def test_moneys_are_never_added_nor_compared_nor_printed_as_yuan(tmp_path: Path) -> None:
    """两户选了不同的方案，一户 5万元，一户 3万美元：不是 8万。"""
    book = neighbours(tmp_path, "{amount: 外币}", "外币: {id: usd, unit: 美元, values: [{value: 3万美元, document: e, clause: 邻市·3}]}\n")
    found = told(book, CASES[0], replace(CASES[2], schemes={"lump": "邻市"}), schemes=(Chosen("核查支持", "邻市"),), measures=("lump",))
    rows = table_of(found, Part.MEASURES)
    assert [(r["情形"], r["方案"], r["条件满足"], r["至少（元）"], r["至多（元）"], r["与现行相差"]) for r in rows] == [
        ("现行规则库", "本市", "1", "50,000.00", "50,000.00", ""),
        (found.compared[0].after.label, "（没有）", "0", "0.00", "0.00", "-50,000元"),
        ("现行规则库", "邻市", "1", "30,000美元", "", ""),
        (found.compared[0].after.label, "邻市", "2", "60,000美元", "", "+30,000美元"),
    ]
    assert [(m.enterprise, m.before.words, m.after.words, m.move) for m in found.compared[0].moved] == [
        ("甲", "条件满足，50,000元", "条件满足，30,000美元", Move.OTHER)
    ]
    assert [(r["方案"], r["至少（元）"]) for r in table_of(found, Part.RIVALS)] == [("本市", "100,000.00"), ("邻市", "60,000美元")]
    assert found.before.total.amount.text == "50,000元"
    assert [n for n in found.notes if n.startswith("不以元计的金额没有折算") and "核查支持（美元）" in n]
    assert "<svg" in page_of(found)
    with pytest.raises(ValueError, match="美元"):
        Amount().plus(Amount(unit="美元"))


def test_a_measure_that_another_version_has_not_is_said_to_be_gone(book: huiqi.Rulebook, tmp_path: Path) -> None:
    """没有变化的事项只列现行：另一版本里取消了的，不能也只列现行。"""
    growth = FILES["measures"].partition("- id: lump")[0]
    clauses = FILES["clauses"].replace("disposition: measure}\n- {id: 邻市·3", "disposition: unread, why: 取消}\n- {id: 邻市·3")
    clauses = clauses.replace("says: 给予支持, disposition: measure}\n", "says: 给予支持, disposition: unread, why: 取消}\n")
    other = making.load(tmp_path, **{**FILES, "measures": growth, "clauses": clauses})
    found = told(book, *CASES, against=(other.compiled.path,))
    label = found.compared[0].after.label
    gone = [r for r in table_of(found, Part.MEASURES) if r["支持事项"] == "核查支持"]
    assert [(r["情形"], r["方案"], r["条件满足"], r["至少（元）"], r["与现行相差"]) for r in gone] == [
        ("现行规则库", "本市", "4", "200,000.00", ""),
        (label, "（没有）", "0", "0.00", "-200,000元"),
    ]
    family = [r for r in table_of(found, Part.GROUPS, "类别") if r["类别"] == "支持"]
    assert [(r["情形"], r["户数"], r["至多（元）"], r["与现行相差"]) for r in family] == [
        ("现行规则库", "4", "200,000.00", ""),
        (label, "0", "0.00", "-200,000元"),
    ]


def test_a_reading_supposed_settles_what_hung_on_it_also_one_the_rulebook_has_chosen(book: huiqi.Rulebook) -> None:
    one = told(book, *CASES[:3], readings=(Chosen("奖励口径", "超过部分"), Chosen("已定口径", "不含"))).compared[0]
    assert ends(lines(one.after)["growth"].amount) == (15, 15)
    assert next(m for m in one.moved if m.enterprise == "甲").move is Move.LOST
    assert "规则库取定的“含” → “不含”" in "".join(one.assumed)


def test_another_version_is_compared_and_says_by_which_clause(book: huiqi.Rulebook, tmp_path: Path) -> None:
    other = making.load(tmp_path, **{**FILES, "parameters": FILES["parameters"].replace("20万元", "12万元")})
    one = told(book, *CASES[2:3], against=(other.compiled.path,)).compared[0]
    assert [(m.enterprise, m.move, ends(m.before.amount), ends(m.after.amount)) for m in one.moved] == [("丙", Move.LESS, (15, 20), (12, 12))]
    assert all(m.by and m.by[0].clause for m in one.moved)


def test_one_that_cannot_be_read_is_listed_and_what_can_be_is_judged(book: huiqi.Rulebook) -> None:
    broken = replace(CASES[0], enterprise="坏", data={"营收": "很多", "核查通过": True, "注册地县区": "平城区"})
    clash = replace(CASES[0], enterprise="矛盾", data={"营收": "1万元", "revenue": "2万元"})
    found = told(book, *CASES[:1], broken, clash)
    assert (found.read, found.decided, [f.enterprise for f in found.failed], [f.enterprise for f in found.partly]) == (3, 2, ["矛盾"], ["坏"])
    assert found.account.startswith("读入 3 户 = 测算 2 户 + 没有测算 1 户")


# -- refusals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "said", "mend"),
    [
        ("没有这个", "3万元", "规则库里没有标准“没有这个”", ""),
        ("上限", "30", "金额没有写单位", "30元还是30万元？写明单位"),
        ("上限", "30万美元", "单位不对：这里要元，写的是美元", "核对单位"),
        ("上限", "-1元", "不能是负数", "核对符号"),
        ("比例", "15", "比率没有写百分号", "15%还是1500%"),
        ("奖励口径", "全部", "是读法，不是标准", "--reading 奖励口径=选项"),
        ("支持县区", "平城区", "是目录，不是一个数", "--against"),
        ("营收", "3万元", "是申报数据项，不是标准", ""),
        ("定额", "6万元", "有 2 个出处，要写明改哪一个", "写作 定额@d=…"),
        ("定额@x", "6万元", "没有出自“x”的版本", ""),
    ],
)
def test_a_figure_that_cannot_be_supposed_is_refused_with_the_mend(book: huiqi.Rulebook, name: str, value: str, said: str, mend: str) -> None:
    with pytest.raises(InputError) as error:
        told(book, figures=(Figure(name, (value,)),))
    (problem,) = error.value.problems
    assert said in problem.message and mend in problem.mend


def test_the_version_of_a_document_or_of_a_scheme_can_be_named(book: huiqi.Rulebook) -> None:
    for where in ("e", "邻市"):
        one = told(book, figures=(Figure(f"定额@{where}", ("9万元",)),), schemes=(Chosen("lump", "邻市"),)).compared[0]
        assert ends(lines(one.after)["lump"].amount) == (0, 9)


def test_everything_that_is_wrong_is_said_at_once(book: huiqi.Rulebook) -> None:
    with pytest.raises(InputError) as error:
        told(
            book, figures=(Figure("没有", ("1",)), Figure("上限", ("1美元",))), schemes=(Chosen("lump", "外省"),), readings=(Chosen("奖励口径", "别的"),),
            measures=("没有的事项",), by=("没有的项",),
        )  # fmt: skip
    assert len(error.value.problems) == 6


def test_a_figure_with_which_the_rulebook_does_not_stand_is_refused(tmp_path: Path) -> None:
    files = {**FILES, "parameters": FILES["parameters"].replace("起点: {id: start, unit: 元,", "起点: {id: start, unit: 元, bounds: [50万元, 150万元],")}
    with pytest.raises(InputError, match="超出规则库写明的范围"):
        told(making.load(tmp_path, **files), figures=(Figure("起点", ("200万元",)),))


def test_days_that_differ_leave_open_which_figure_is_meant(book: huiqi.Rulebook) -> None:
    with pytest.raises(UsageError, match="审核日期不一样"):
        told(book, CASES[0], replace(CASES[1], on=date(2026, 7, 1)), figures=(Figure("上限", ("1元",)),))


# -- the report ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(book: huiqi.Rulebook) -> Simulated:
    hostile = replace(CASES[0], enterprise="=cmd|'/c calc'<script>alert(1)</script>")
    return told(
        book, *CASES[1:], hostile, figures=(Figure("起点", ("99万元",)), Figure("上限", ("10万元", "30万元"))), schemes=(Chosen("lump", "邻市"),),
    )  # fmt: skip


def test_the_page_fetches_nothing_runs_nothing_and_escapes_what_was_told(whole: Simulated) -> None:
    page = page_of(whole)
    assert re.findall(r"(?:src|href|url|@import|xlink)\s*[=(]", page) == []
    assert "<script" not in page and "http" not in page
    assert "&lt;script&gt;" in page
    assert page.count("<svg") >= 5
    for text in ("假定", "100万元 → 99万元", "测算推演，不作为拨付依据", "方案对标", "读法代价", "曲线", "因哪一条"):
        assert text in page


def test_the_workbook_opens_again_with_exact_amounts_and_texts_as_text(whole: Simulated) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    opened = openpyxl.load_workbook(BytesIO(to_bytes(whole, ".xlsx")))
    assert opened.sheetnames == [t.title for t in tables(whole)]
    cells = [c for sheet in opened for row in sheet.iter_rows() for c in row]
    assert [c.coordinate for c in cells if c.data_type == "f"] == []
    assert any(str(c.value).startswith("=cmd") for c in cells)
    rows = list(opened["汇总"].iter_rows(values_only=True))
    head = next(n for n, row in enumerate(rows) if row[0] == "情形")
    assert rows[head + 1][:6] == ("现行规则库", 4, 4, 0, 350000, 700000)


def test_an_open_end_is_said_and_never_a_number(book: huiqi.Rulebook) -> None:
    assert Amount(low=Fraction(3), high=None).text == "至少3元，上限不详"
    assert Amount(low=Fraction(3), high=Fraction(10**6)).text == "至少3元，至多1,000,000元"
    assert exact_amount(Fraction(123456789, 100)) == "1,234,567.89元"
    assert "至少" in {t.part: t.headings for t in tables(told(book))}[Part.SUMMARY][4]


def test_the_command_writes_the_report_and_refuses_to_overwrite(book: huiqi.Rulebook, tmp_path: Path) -> None:
    text = "企业: {}\n政策规则库: [{}]\n审核日期: 2026-06-30\n数据: {{注册地县区: 平城区, 核查通过: 是, 营收: {}}}\n"
    for name, revenue in (("甲", "100万元"), ("乙", "99万元")):
        (tmp_path / f"{name}.yaml").write_text(text.format(name, book.compiled.path, revenue), encoding="utf-8")
    out = tmp_path / "推演.html"
    done = making.invoke("simulate", str(tmp_path), "--set", "起点=99万元", "-o", str(out))
    assert done.exit_code == 0, done.output
    assert "假定 起点：100万元 → 99万元" in done.output and "营收达到起点" in done.output
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    again = making.invoke("simulate", str(tmp_path), "-o", str(out))
    assert again.exit_code == 2 and "不覆盖" in again.output
    commas = making.invoke("simulate", str(tmp_path), "--set", "上限=10,200元")
    assert commas.exit_code == 2 and "千位分隔" in commas.output
    for lost in ("99万元,,98万元", "99万元、", "，99万元"):
        empty = making.invoke("simulate", str(tmp_path), "--set", f"起点={lost}")
        assert empty.exit_code == 2 and "有一个值是空的" in empty.output, lost


def test_what_there_is_now_is_what_the_round_screens(tmp_path: Path) -> None:
    """Of a workbook with the usual mistakes: the same applicants, the same sums of every measure."""
    pytest.importorskip("openpyxl")
    from huiqi.register.filled import filled
    from huiqi.register.generated import Maker
    from huiqi.screens import Choice, screen
    from huiqi.simulations import simulate_register

    law, only = huiqi.load("zhongshan-service-trade"), ("service-trade.certification",)
    maker = Maker(law.compiled, seed=11, year=2025, measures=only)
    data, slipped = filled(maker, [maker.made(n) for n in range(5)], rulebook=law.id, title=law.title, on="2026-06-30", slips=2)
    path = tmp_path / "申报.xlsx"
    path.write_bytes(data)
    screened = screen(path, tmp_path / "结果.csv", choose=lambda _: Choice(measures=only), processes=1)
    found = simulate_register(path, asked=WhatIf(measures=only))
    items = [i for row in screened.rows for i in row.items]
    outcomes = {o: n for o in {str(i.outcome) for i in items} if (n := sum(str(i.outcome) == o for i in items))}
    assert slipped
    assert found.decided == sum(row.done for row in screened.rows)
    assert {str(o): n for o, n in lines(found.before)["service-trade.certification"].outcomes.items()} == outcomes
    counting = [i for i in items if i.outcome in ("eligible", "undetermined")]
    amount = lines(found.before)["service-trade.certification"].amount
    assert amount.low == sum(Fraction(i.least or 0) for i in counting)
    assert amount.high == (None if any(not i.most for i in counting) else sum(Fraction(i.most) for i in counting))
    assert len(found.astray) == len(screened.register.faults)


def test_the_library_asks_what_the_command_asks(book: huiqi.Rulebook) -> None:
    """By one name, with the same answer; a word that is not understood is told by where it stands in the call."""
    assert book.simulate(CASES, figures={"上限": "3万元"}) == told(book, figures=(Figure("上限", ("3万元",)),))
    assert repr(book.simulate(CASES[0])) == f"<Simulated made on {ON}: 1 of 1 applicants, 0 supposed>"
    assert book.simulate(iter(CASES), on="2026-06-30", by=["注册地县区"]).before == told(book).before
    with pytest.raises(InputError) as refused:
        book.simulate(CASES, figures={"没有的标准": "3万元"}, scheme={"没有的事项": "甲"}, by=["没有的数据项"], measures=["没有的事项"])
    assert {e["loc"] for e in refused.value.errors()} == {
        ("figures", "没有的标准"), ("scheme", "没有的事项"), ("by", "没有的数据项"), ("measures", "没有的事项"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("argument", "given"),
    [("figures", {"上限": 30000}), ("figures", {"上限": []}), ("figures", [("上限", "3万元")]), ("scheme", {"甲": 1}), ("by", "注册地县区"), ("against", ["datong-outsourcing"]),
     ("others", [1]), ("register", [{}]),
        ("register", None),
        ("key", 3), ("year", 26), ("on", "明天")],
)  # fmt: skip
def test_a_call_that_cannot_be_carried_out_names_its_argument(book: huiqi.Rulebook, argument: str, given: Any) -> None:
    call: dict[str, Any] = {"register": CASES, argument: given}
    with pytest.raises(huiqi.UsageError) as refused:
        book.simulate(call.pop("register"), **call)
    assert [e["loc"] for e in refused.value.errors()] == [(argument,)]


def test_a_part_of_a_title_means_one_measure_whatever_figures_are_supposed(book: huiqi.Rulebook) -> None:
    """The rulebook itself, as it is, is none of the others that a name might mean besides."""
    applying = replace(CASES[0], applied=("增长",))
    found = simulated(book.compiled, (applying,), asked=WhatIf(figures=(Figure("起点", ("99万元",)),)))
    assert (found.decided, found.failed, found.partly) == (1, (), ())
    assert lines(found.before)["growth"].eligible == 1
    assert "lump" not in {m.id for m in found.before.measures if m.eligible or m.open}


def test_what_is_met_on_the_standard_of_another_city_is_never_simply_said_to_conform(book: huiqi.Rulebook) -> None:
    """凭参照、假定条件满足的，只说条件满足；依据状态另有一栏。"""
    found = told(book, figures=(Figure("起点", ("101万元",)),))
    assert {w for m in found.compared[0].moved for w in (m.before.words.partition("，")[0], m.after.words.partition("，")[0])} == {"条件满足", "条件不满足"}
    headings = [h for s in tables(found) for h in s.headings]
    assert [h for h in headings if "符合" in h] == [] and "条件满足" in headings


def test_where_nobody_changes_open_sums_are_said_not_to_have_changed(book: huiqi.Rulebook) -> None:
    """丁没有告诉营收，合计有上下限；假定的起点就是现行的，谁也没有变。"""
    found = told(book, CASES[3], figures=(Figure("起点", ("100万元",)),))
    summary = next(s for s in tables(found) if s.title == "汇总")
    assert "按“假定”测算，没有一户有变化" in summary.about
    assert summary.rows[1][6] == "没有变化"


def test_an_open_amount_of_ceilings_says_how_much_of_it_is_worked_out() -> None:
    """说明金额降低了的一行，前后要看得出差别：12.6万元变9万元，都还有证书没有列全。"""
    before, after = (Amount(low=Fraction(x), high=None, ceiling=Fraction(x)) for x in (126000, 90000))
    assert [before.text, after.text] == ["至少0元，上限不详（其中已确定不超过126,000元）", "至少0元，上限不详（其中已确定不超过90,000元）"]


def test_a_reading_that_bears_on_nobody_costs_nothing_and_says_so() -> None:
    option = Option(option="甲", eligible=2, amount=Amount(high=None))
    assert ReadingCost(name="口径", clause="", question="", measures=(), touched=0, options=(option, option)).spread == "没有牵涉的户"


def test_a_measure_of_which_an_amount_moved_is_listed_though_its_open_sum_reads_the_same() -> None:
    data = {"申报主体类型": "企业", "现有职工数": "20人", "新招用人数": "3人", "拖欠职工工资": "否", "欠缴社会保险费": "否"}
    data |= {"从业人员": "20人", "营业收入": "300万元", "资产总额": "100万元", "划型行业": "软件和信息技术服务业", "已享受创业贷款贴息次数": "0次"}
    loan = {"合同号": "L-0001", "创业担保贷款": "是", "申请日": "2025-01-10", "签订日": "2025-01-20", "发放日": "2025-02-01", "到期日": "2027-02-01"}
    loan |= {"结清日": "无", "本金": "200万元", "利率": "4%", "实付利息": "8万元", "地方贴息率": "0%", "已获其他中央贴息": "否"}
    loan |= dict.fromkeys(("展期", "逾期", "借新还旧"), "否")
    cases = [Case("甲", (), date(2026, 6, 30), 2025, data, {"贷款明细": [loan]}), Case("乙", (), date(2026, 6, 30), 2025, data, {})]
    asked = WhatIf(figures=(Figure("创业贷款贴息比例@cj-2023-75", ("30%",)),), measures=("startup-loan.enterprise",))
    found = simulated(huiqi.load("national-startup-loan").compiled, cases, asked=asked)
    assert [m.enterprise for m in found.compared[0].moved] == ["甲"]
    rows = [row for s in sheets_of(found) if s.part is Part.MEASURES for row in s.rows]
    assert [row[1] for row in rows if row[0] == "小微企业创业担保贷款贴息"] == ["现行规则库", "假定"]


def test_a_figure_of_a_scheme_that_was_not_used_is_no_reason_beside_the_scheme() -> None:
    """Its ceiling was supposed to be higher, and the amount is lower: by the other scheme."""
    book, case = huiqi.load("datong-outsourcing"), huiqi.read_case(making.ROOT / "cases" / "认证-云中数据.yaml")
    figures = {"认证单项上限@南通2022": "20万元"}
    (moved,) = book.simulate([case], figures=figures, scheme={"国际资质认证": "南通2022"}, measures=["国际资质认证"]).compared[0].moved
    assert (Why.SCHEME in {x.why for x in moved.by}, Why.FIGURE in {x.why for x in moved.by}) == (True, False)
