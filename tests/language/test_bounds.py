"""What is said of a number before all is told: every completion of the facts lies in it.

The oracle is brute force: the untold facts are completed over their options, and over figures on
either side of every edge, and each completion is evaluated fully told. `EXACT` gives, for some
expressions, the pair that must be said: as tight as the completions, or the reason is written there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product
from typing import Any

import pytest

from huiqi import values as v
from huiqi.reasoning.combining import combine_reference
from huiqi.reasoning.decide import Engine
from huiqi.reasoning.evaluate import Evaluator
from huiqi.reasoning.facts import Reader
from huiqi.reasoning.generated.atoms import Generated
from huiqi.reasoning.uses import Env
from tests.small_book import small, typed

DAY = date(2024, 6, 30)
MONEY = ["0元", "499999.99元", "50万元", "100万元", "300万元"]
DOMAINS: dict[str, list[str]] = {
    "投资额": MONEY,
    "利润": ["-60万元", "0元", "50万元"],
    "席位数": ["0席", "199席", "200席", "500席"],
    "在岗人数": ["1人", "30人"],
    "员工数": ["0人", "40人"],
    "评审分": ["0分", "60分", "100分"],
    "增速": ["-100%", "0%", "40%"],
    "行业": ["软件", "制造", "物流"],
    "已备案": ["是", "否"],
    "外部核实": ["是", "否"],
    "上年投资": ["无", "0元", "80万元"],
}
EXPRESSIONS = [
    "投资档补助(投资额)", "投资档补助(max(投资额, 0元))", "投资档补助(min(投资额, 60万元))", "全额套档率(投资额)", "累进率(投资额)", "累进率(max(投资额, 20万元))",
    '两维表(if 行业 = "制造" then "物流" else 行业, 席位数)', "两维表(行业, 席位数)", 'if 行业 = "软件" then 投资档补助(投资额) else 1万元',
    '(if 行业 = "软件" then 2 else 1) * (if 行业 = "软件" then 10万元 else 30万元)', "if 已备案 then 10万元 else 20万元 - 10万元",
    "(if 已备案 then 5万元 else 3万元) + (if 已备案 then 1万元 else 3万元)", "min(1, 30万元 / (投资额 + 1元)) * 2万元", "max(0元, 50万元 - 投资额)",
    "投资额 * 40万元 / (投资额 + 10万元)", "10万元 * min(在岗人数, 10人) / 在岗人数", "投资额 / 在岗人数 * 5人", "评审分 * 1000元/分", "增速 * 10万元", "abs(利润)",
    "max(利润, 0元) * max(增速, 0%)", "if 上年投资 is 无 then 1万元 else min(上年投资, 2万元)", "round down(投资额, 1万元)", "min(投资额, 50万元) * 增速",
    "if 已备案 or 外部核实 then 2万元 else 投资档补助(投资额)", "投资档补助(投资额 / 员工数 * 1人)", "min(投资额 / 员工数 * 1人, 3万元)",
    "1万元 * (1 + 增速) ** min(2, max(0, floor(在岗人数 / 1人)))", "1万元 * 1.1 ** min(2, max(0, floor(员工数 / 1人)))", "1万元 * 增速 ** 2",
    "1万元 * (增速 - 1) ** min(3, max(0, floor(员工数 / 1人)))",
    "(投资额 - 40万元) * 0.5 ** min(2, max(0, floor(员工数 / 1人)))", "1万元 * (if 已备案 then 2 else 增速) ** 3", "round half even(投资额, 20万元)", "round half down(利润, 20万元)",
]  # fmt: skip
# the pair that is said where nothing is told
EXACT = {
    "投资档补助(投资额)": ("0", "200000"),
    '(if 行业 = "软件" then 2 else 1) * (if 行业 = "软件" then 10万元 else 30万元)': ("200000", "300000"),
    "(if 已备案 then 5万元 else 3万元) + (if 已备案 then 1万元 else 3万元)": ("60000", "60000"),
    "if 已备案 then 10万元 else 20万元 - 10万元": ("100000", "100000"),
    "min(1, 30万元 / (投资额 + 1元)) * 2万元": ("0", "20000"),
    "max(0元, 50万元 - 投资额)": ("0", "500000"),
    "投资额 * 40万元 / (投资额 + 10万元)": ("0", "400000"),
    "10万元 * min(在岗人数, 10人) / 在岗人数": ("0", "100000"),
    "评审分 * 1000元/分": ("0", "100000"),
    "增速 * 10万元": ("-100000", "1000000"),
    "abs(利润)": ("0", None),  # the vocabulary's 10亿元 refuses slips of the pen: no amount is said of it
    "累进率(投资额)": ("0", None),
    "投资档补助(min(投资额, 60万元))": ("0", "100000"),
    "1万元 * (1 + 增速) ** min(2, max(0, floor(在岗人数 / 1人)))": ("0", "1210000"),  # what a ratio may be, it may be
    "1万元 * 1.1 ** min(2, max(0, floor(员工数 / 1人)))": ("10000", "12100"),
    "1万元 * 增速 ** 2": ("0", "1000000"),
    "1万元 * (增速 - 1) ** min(3, max(0, floor(员工数 / 1人)))": ("-7290000", "7290000"),  # odd or even is not known
    "min(投资额 / 员工数 * 1人, 3万元)": None,  # nothing: with no 员工数 it has no value
}


def judged(kind: type[Evaluator], text: str, told: dict[str, str], *, paying: bool = True) -> v.Value:
    book, _ = small()
    reader = Reader(book, need_unit=True)
    facts = reader.read(dict(told), None, 2024)
    assert reader.problems == []
    evaluator = Engine(book, facts, DAY, {}, combine_reference, kind).evaluator
    tree = tree_of(text)
    return evaluator.amount(tree, Env(DAY))[0] if paying else evaluator.value(tree, Env(DAY))


@cache
def tree_of(text: str) -> Any:
    tree, problems = typed(text, figures=True, zero="待核")
    assert problems == [], text
    return tree


def names(text: str) -> list[str]:
    return [n for n in DOMAINS if n in text and not (n == "投资额" and n not in text.replace("投资档", ""))]


def cases(text: str) -> Iterator[tuple[dict[str, str], list[str]]]:
    """Everything told of some, the others untold."""
    words = names(text)
    for told in product(*([None, *DOMAINS[w][:: max(1, len(DOMAINS[w]) // 3)]] for w in words)):
        known = {w: x for w, x in zip(words, told, strict=True) if x is not None}
        yield known, [w for w in words if w not in known]


def holds(wide: v.Value, narrow: v.Value) -> bool:
    """Whether what was said first still stands."""
    match wide:
        case v.Number(low=low, high=high):
            if not isinstance(narrow, v.Number):
                return False
            return (low is None or (narrow.low is not None and narrow.low >= low)) and (high is None or (narrow.high is not None and narrow.high <= high))
        case v.Undefined():
            return wide == narrow
    return True


@pytest.mark.parametrize("text", EXPRESSIONS)
@pytest.mark.parametrize("paying", [True, False], ids=["amount", "condition"])
def test_every_completion_lies_in_what_is_said_of_an_expression(text: str, paying: bool) -> None:
    """Both evaluators say the same, of an amount and of what a condition compares."""
    whole = {
        tuple(told): judged(Evaluator, text, dict(zip(names(text), told, strict=True)), paying=paying) for told in product(*(DOMAINS[w] for w in names(text)))
    }
    for known, untold in cases(text):
        said = judged(Evaluator, text, known, paying=paying)
        assert judged(Generated, text, known, paying=paying) == said
        if untold and isinstance(said, v.Number) and not said.exact:
            assert said.causes, "what is open says why"
        for told, value in whole.items():
            if all(dict(zip(names(text), told, strict=True))[k] == x for k, x in known.items()):
                assert holds(said, value), (known, told, said, value)


@pytest.mark.parametrize("text", EXACT)
def test_nothing_told_an_amount_is_said_as_tightly_as_the_rules_bound_it(text: str) -> None:
    said, wanted = judged(Evaluator, text, {}), EXACT[text]
    if wanted is None:
        assert isinstance(said, v.Unknown)
        return
    assert isinstance(said, v.Number)
    assert tuple(None if x is None else str(x) for x in (said.low, said.high)) == wanted


def test_a_row_that_asks_nothing_of_a_quotient_without_value_still_applies() -> None:
    """In 制造 and 物流 the seats do not matter, and so a zero divisor behind them does not."""
    text = '两维表("物流", 席位数 * 1元 / (投资额 - 投资额 + 利润))'
    assert judged(Evaluator, text, {}) == v.Number.of(50000)
    assert judged(Evaluator, text, {"席位数": "3席", "投资额": "1元", "利润": "0元"}) == v.Number.of(50000)
    asked = text.replace("物流", "软件")
    assert isinstance(judged(Evaluator, asked, {}), v.Unknown)
    assert isinstance(judged(Evaluator, asked, {"席位数": "3席", "投资额": "1元", "利润": "0元"}), v.Undefined)


def test_no_condition_rests_on_the_bounds_of_a_fact_nobody_told() -> None:
    """They refuse slips of the pen; the scale of a judgement is another matter."""
    assert isinstance(judged(Evaluator, "投资额 >= 0元", {}, paying=False), v.Unknown)
    assert judged(Evaluator, "评审分 <= 100分", {}, paying=False) == v.Known(True)


def listed(text: str, rows: Any) -> v.Value:
    book, _ = small()
    reader = Reader(book, need_unit=True)
    facts = reader.read({}, {"设备": rows}, 2024)
    assert reader.problems == []
    values = [Engine(book, facts, DAY, {}, combine_reference, kind).evaluator.value(tree_of(text), Env(DAY)) for kind in (Evaluator, Generated)]
    assert values[0] == values[1]
    return values[0]


ROWS = [{"编号": "1", "价格": "3万元", "类型": "新"}, {"编号": "2", "价格": "5万元", "类型": "旧"}, {"编号": "3", "价格": "5万元"}]


@pytest.mark.parametrize(
    ("text", "partial", "low", "high"),
    [
        ("distinct count(设备.价格)", False, 2, 2),
        ("distinct count(设备.价格)", True, 2, None),
        ("distinct count(设备.类型)", False, 2, 2),
        ("distinct count(设备.类型)", True, 2, 2),  # there are no other kinds
        ("distinct count(设备[类型 = \"新\"].价格)", False, 1, 2),
        ("min(设备.价格)", True, None, 30000),
        ("max(设备.价格)", True, 50000, None),
        ("max(设备[类型 = \"新\"].价格)", False, 30000, 50000),
        ("min(设备[类型 = \"旧\"].价格)", False, 50000, 50000),
        ("mean(设备[类型 = \"新\"].价格)", False, 30000, 50000),
        ("sum(设备[类型 = \"新\"].价格)", False, 30000, 80000),
        ("count(设备[类型 = \"新\"])", True, 1, None),
    ],
)  # fmt: skip
def test_what_a_list_gives_for_certain_bounds_what_it_may_give(text: str, partial: bool, low: int | None, high: int | None) -> None:
    said = listed(text, {"完整": "否", "清单": ROWS} if partial else ROWS)
    assert isinstance(said, v.Number)
    assert (said.low, said.high) == (low, high)
    assert bool(said.causes) is not said.exact


@pytest.mark.parametrize(
    "text", ["sum(for 某 in 设备 return 某.价格 / 某.价格)", "max(for 某 in 设备 return 某.价格 / 某.价格)", 'min(设备[类型 = "旧" and 品牌 = "甲"].价格)']
)
def test_a_list_that_may_yet_have_no_value_says_nothing(text: str) -> None:
    """A record still to be listed may divide by zero, or none may belong."""
    assert isinstance(listed(text, {"完整": "否", "清单": ROWS}), v.Unknown)


def test_a_prefix_not_known_is_not_one_that_does_not_fit() -> None:
    assert isinstance(judged(Evaluator, 'starts with("平城区", [地址, "云州"])', {}, paying=False), v.Unknown)
