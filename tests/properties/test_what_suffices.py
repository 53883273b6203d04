"""A number that is printed as lacking does what it says, and nothing less does.

Tested from outside: the change behind a gap is told as an enterprise would tell it, and the case is
decided again. A small rulebook holds the shapes a plain difference is wrong for (a figure on both sides,
in a divisor, rounded, in whole years); there the nearest value is counted by trying them one by one.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from huiqi.errors import HuiqiError
from huiqi.reasoning.days import add_months, full_months
from huiqi.reasoning.facts import read_facts
from huiqi.reasoning.receipt import show_plain
from huiqi.rulebook.compiled import CompiledRulebook
from huiqi.telling.changes import Change, Kind
from huiqi.telling.decision import ConditionResult, Decision
from huiqi.telling.phrases import leaf_id, leaf_label
from huiqi.telling.results import decide
from huiqi.telling.suffices import render_what_if
from tests.making import compile_files, examples

from .strategies import Book, Told, decide_case, pairs

run = settings(max_examples=examples(80), derandomize=True, database=None, suppress_health_check=list(HealthCheck))
few = settings(run, max_examples=examples(60))


# -- random rulebooks: every gap, told as text and decided again ---------------------------------------------


def told_with(book: Book, told: Told, change: Change, value: Any) -> Told:
    """The case with one thing told otherwise."""
    source = change.source
    if source.kind is Kind.DAY:
        return replace(told, on=value)
    if source.kind is Kind.FACT:
        spec = book.compiled.facts[source.key]
        before = told.facts[spec.name]
        text = show_plain(value, spec)
        return replace(told, facts={**told.facts, spec.name: {**before, str(source.year): text} if isinstance(before, Mapping) else text})
    record = book.compiled.records[source.key]
    text = show_plain(value, record.fields[source.column])
    rows = [{**r, source.column: text} if r[record.key_field] == source.record else r for r in told.rows(record.name)]
    listing = told.records[record.name]
    return replace(told, records={**told.records, record.name: {**listing, "清单": rows} if isinstance(listing, Mapping) else rows})


def leaves(decision: Decision) -> Iterator[tuple[str, ConditionResult]]:
    for name, result in decision.measures.items():
        yield from ((name, c) for c in result.conditions.leaves())


def truth_of(decision: Decision, measure: str, like: ConditionResult) -> list[bool | None]:
    """As it was judged: nothing of the decision is worded for it."""
    assert decision.judgement is not None
    judged = next(m for m in decision.judgement.measures.values() if m.spec.id == measure)
    return [x.truth.value for x in judged.conditions.leaves() if (leaf_id(x), x.record, leaf_label(x)) == (like.id, like.record, like.label)]


def refuted(book: Book, told: Told) -> list[str]:
    out = []
    for measure, leaf in leaves(decide_case(book, told)):
        changes = leaf.gap.changes if leaf.gap is not None else ()
        if len(changes) != 1 or changes[0].source.kind is Kind.TOTAL:
            continue
        change = changes[0]
        for steps, wanted in ((change, True), (change.shorter(), False)):
            try:
                again = truth_of(decide_case(book, told_with(book, told, change, steps.value)), measure, leaf)
            except HuiqiError as error:
                out.append(f"{measure} {leaf.label} {leaf.gap}：不能这样填报 {error}")
                continue
            if again and (True in again) is not wanted:  # a record may have left the list with its date
                out.append(f"{measure} {leaf.label} {leaf.gap}：改为 {steps.value} 得 {again}")
    return out


@run
@given(pair=pairs())
def test_every_printed_difference_makes_its_condition_hold_and_one_step_less_does_not(pair: tuple[Book, Told]) -> None:
    book, told = pair
    found = refuted(book, told)
    if found:
        note(f"规则库种子 {book.name}\n{told}")
    assert found == []


# -- the shapes a plain difference is wrong for -----------------------------------------------------------------

PEOPLE = {"kind": "quantity", "unit": "人", "min": "0人", "max": "2000人"}
CONDITIONS = {
    "both": ("裁员数 / (裁员数 + 参保数) <= 裁员线", "待核"),
    "branch": ("裁员数 / (裁员数 + 参保数) <= (if 参保数 <= 小单位 then 小单位线 else 裁员线)", "待核"),
    "share": ("大专 / (大专 + 参保数) >= 大专线", "待核"),
    "product": ("大专 * 参保数 >= 积线 * 一人", None),
    "square": ("(大专 - 参保数) * (大专 - 参保数) >= 方线 * 一人", None),
    "rounded": ("round down(大专, 十人) >= 人数线", None),
    "twice": ("大专 + 大专 + 参保数 >= 人数线", None),
    "range": ("大专 + 大专 between 人数线 and 人数顶", None),
    "either": ("大专 >= 人数线 or 大专 >= 小单位", None),
    "table": ("大专 >= 档(参保数)", None),
    "years": ("years between(合同起, 合同止) >= 一年数", None),
    "months": ("months between(合同起, 合同止) >= 六月数", None),
    "days": ("days between(合同起, 合同止) >= 天数线", None),
    "after": ("合同起 + 一个月 <= 合同止", None),
    "yearpart": ("year of(合同止) > year of(合同起)", None),
    "yearend": ("合同止 >= end of year(year of(合同起))", None),
    "strict": ("合同止 > 某日", None),
    "waited": ("合同起 + 一年 <= 审核日期", None),
}  # fmt: skip


def book_with(measures: list[dict[str, Any]]) -> CompiledRulebook:
    figure = lambda n, unit, value: {"id": n, **unit, "values": [{"value": value, "document": "d"}]}  # noqa: E731
    people, ratio, period = {"unit": "人"}, {"kind": "ratio"}, {"kind": "period"}
    return compile_files({
        "rulebook.yaml": {"id": "tried", "title": "试验", "version": "1", "jurisdiction": "中国/甲省/乙市"},
        "documents.yaml": [{"id": "d", "title": "办法", "issuer": "市政府", "jurisdiction": "中国/甲省/乙市", "from": "2020-01-01", "sheet": "s", "letter": "A"}],
        "clauses.yaml": [{"id": "办法·1", "document": "d", "title": "支持", "says": "支持", "disposition": "measure"}],
        "vocabulary.yaml": {
            "facts": {
                "裁员数": {"id": "laid", **PEOPLE}, "参保数": {"id": "insured", **PEOPLE}, "大专": {"id": "graduates", **PEOPLE},
                "合同起": {"id": "c_from", "kind": "date", "min": "2000-01-01", "max": "2100-12-31"},
                "合同止": {"id": "c_to", "kind": "date", "min": "2000-01-01", "max": "2100-12-31"},
                "有报告": {"id": "report", "kind": "boolean"}, "失信": {"id": "bad", "kind": "boolean"},
                "利率": {"id": "rate", "kind": "ratio", "min": "0%", "max": "100%"},
            },
            "checks": {"大专不超过参保": "大专 <= 参保数"} if any(m.get("id") == "checked" for m in measures) else {},
        },
        "tables.yaml": {"档": {"id": "t", "match": "first", "inputs": [{"name": "数", "kind": "quantity", "unit": "人"}], "unit": "人", "document": "d",
                               "rows": [{"when": "< 100人", "value": "20人"}, {"when": "[100人..500人)", "value": "80人"}, {"when": "-", "value": "300人"}]}},
        "parameters.yaml": {
            "裁员线": figure("p1", ratio, "5.5%"), "小单位线": figure("p2", ratio, "20%"), "小单位": figure("p3", people, "30人"), "大专线": figure("p4", ratio, "35%"),
            "积线": figure("p5", people, "9000人"), "一人": figure("p6", people, "1人"), "方线": figure("p7", people, "2500人"),
            "十人": figure("p8", people, "10人"), "人数线": figure("p9", people, "205人"), "人数顶": figure("p10", people, "211人"),
            "一年数": figure("p11", {"unit": "年"}, "1年"), "六月数": figure("p12", {"unit": "月"}, "6月"), "天数线": figure("p13", {"unit": "天"}, "180天"),
            "一个月": figure("p14", period, "1个月"), "一年": figure("p15", period, "1年"), "某日": figure("p16", {"kind": "date"}, "2025-06-30"),
            "利率线": figure("p17", ratio, "4.35%"),
        },
        "measures/all.yaml": measures,
    })  # fmt: skip


def measure(name: str, when: list[Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "title": f"事项{name}", "clause": "办法·1", "when": when, "award": {"service": "服务"}, **more}


@functools.cache
def shapes() -> CompiledRulebook:
    return book_with([measure(n, [{"条件": text, **({"分母为零": zero} if zero else {})}]) for n, (text, zero) in CONDITIONS.items()])


ON = date(2025, 6, 30)


def decided(book: CompiledRulebook, facts: Mapping[str, Any], on: date = ON) -> Decision:
    return decide(book, read_facts(book, facts, {}, 2025), on=on)


def gap_of(decision: Decision, name: str) -> Any:
    return next(decision.measures[name].conditions.leaves()).gap


@dataclass
class Plain:
    """The same facts as plain numbers and dates."""

    laid: int
    insured: int
    graduates: int
    start: date
    end: date


MEANT: dict[str, Callable[[Plain], bool]] = {
    "both": lambda x: x.laid + x.insured > 0 and Fraction(x.laid, x.laid + x.insured) <= Fraction("0.055"),
    "branch": lambda x: x.laid + x.insured > 0 and Fraction(x.laid, x.laid + x.insured) <= Fraction("0.2" if x.insured <= 30 else "0.055"),
    "share": lambda x: x.graduates + x.insured > 0 and Fraction(x.graduates, x.graduates + x.insured) >= Fraction("0.35"),
    "product": lambda x: x.graduates * x.insured >= 9000,
    "square": lambda x: (x.graduates - x.insured) ** 2 >= 2500,
    "rounded": lambda x: x.graduates // 10 * 10 >= 205,
    "twice": lambda x: 2 * x.graduates + x.insured >= 205,
    "range": lambda x: 205 <= 2 * x.graduates <= 211,
    "either": lambda x: x.graduates >= 30,
    "table": lambda x: x.graduates >= (20 if x.insured < 100 else 80 if x.insured < 500 else 300),
    "years": lambda x: full_months(x.start, x.end) >= 12,
    "months": lambda x: full_months(x.start, x.end) >= 6,
    "days": lambda x: (x.end - x.start).days >= 180,
    "after": lambda x: add_months(x.start, 1) <= x.end,
    "yearpart": lambda x: x.end.year > x.start.year,
    "yearend": lambda x: x.end >= date(x.start.year, 12, 31),
    "strict": lambda x: x.end > date(2025, 6, 30),
    "waited": lambda x: add_months(x.start, 12) <= ON,
}
WORDS = {"裁员数": "laid", "参保数": "insured", "大专": "graduates", "合同起": "start", "合同止": "end"}


def by_hand(plain: Plain, name: str, change: Change) -> int | None:
    """The fewest steps with which the condition holds, tried one by one in the change's direction."""
    word = WORDS[change.source.name]
    for steps in range(1, 3000):
        moved = change.source.at(steps if change.upward else -steps)
        changed: dict[str, Any] = {word: moved if isinstance(moved, date) else int(moved)}
        if MEANT[name](dataclasses.replace(plain, **changed)):
            return steps
    return None


@few
@given(
    laid=st.integers(0, 400), insured=st.integers(0, 400), graduates=st.integers(0, 400),
    start=st.dates(date(2024, 1, 1), date(2025, 12, 31)), length=st.integers(-40, 500),
)  # fmt: skip
def test_no_smaller_change_would_do(laid: int, insured: int, graduates: int, start: date, length: int) -> None:
    """Against each condition written once more in Python, value by value."""
    plain = Plain(laid, insured, graduates, start, start + timedelta(days=length))
    facts = {"裁员数": f"{laid}人", "参保数": f"{insured}人", "大专": f"{graduates}人", "合同起": start.isoformat(), "合同止": plain.end.isoformat()}
    decision = decided(shapes(), facts)
    for name, meant in MEANT.items():
        gap = gap_of(decision, name)
        assert gap is None or not meant(plain), name
        for change in gap.changes if gap is not None else ():
            if change.source.kind is Kind.FACT:
                assert by_hand(plain, name, change) == abs(change.steps), (name, gap)


EXACT = [
    # name, told, text of the gap
    ("both", {"裁员数": "50人", "参保数": "100人"}, "超出 45 人（裁员数须减少到 5人）"),
    ("branch", {"裁员数": "50人", "参保数": "100人"}, "超出 45 人（裁员数须减少到 5人）"),
    ("both", {"裁员数": "6人", "参保数": "100人"}, "超出 1 人"),
    ("share", {"大专": "10人", "参保数": "100人"}, "还差 44 人（大专须增加到 54人）"),
    ("twice", {"大专": "100人", "参保数": "4人"}, "还差 1 人"),
    ("twice", {"大专": "90人", "参保数": "5人"}, "还差 20 人（参保数须增加到 25人）"),
    ("range", {"大专": "100人"}, "大专 + 大专 还差 3 人（大专须增加到 103人）"),
    ("range", {"大专": "106人"}, "大专 + 大专 超出 1 人"),
    ("rounded", {"大专": "199人"}, "还差 11 人（大专须增加到 210人）"),
    ("either", {"大专": "20人"}, "大专 还差 10 人"),
    ("years", {"合同起": "2025-01-01", "合同止": "2025-12-31"}, "还差 1 天（合同止须推迟到 2026-01-01）"),
    ("months", {"合同起": "2025-08-31", "合同止": "2026-02-27"}, "还差 1 天（合同止须推迟到 2026-02-28）"),
    ("days", {"合同起": "2025-07-01", "合同止": "2025-12-27"}, "还差 1 天（合同起须提前到 2025-06-30）"),
    ("after", {"合同起": "2025-01-31", "合同止": "2025-02-27"}, "晚了 1 天（合同止须推迟到 2025-02-28）"),
    ("yearpart", {"合同起": "2025-03-01", "合同止": "2025-12-30"}, "还差 2 天（合同止须推迟到 2026-01-01）"),
    ("yearend", {"合同起": "2025-03-01", "合同止": "2025-12-30"}, "早了 1 天（合同止须推迟到 2025-12-31）"),
    ("strict", {"合同止": "2025-06-30"}, "须晚于当天"),
    ("strict", {"合同止": "2025-06-28"}, "早了 3 天"),
    ("waited", {"合同起": "2024-07-02"}, "晚了 2 天"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "told", "text"), EXACT, ids=[f"{n} {' '.join(t.values())}" for n, t, _ in EXACT])
def test_the_difference_is_in_the_unit_that_suffices(name: str, told: dict[str, str], text: str) -> None:
    assert gap_of(decided(shapes(), told), name).text == text


def test_what_cannot_be_reached_within_the_declared_bounds_is_no_number() -> None:
    """A product of 9,000 from 10 and 10 needs 900 of one; from nothing, no number of one thing is enough."""
    assert gap_of(decided(shapes(), {"大专": "10人", "参保数": "10人"}), "product") is not None
    assert gap_of(decided(shapes(), {"大专": "0人", "参保数": "0人"}), "product") is None


# -- what would make the measure eligible -----------------------------------------------------------------------


def said(book: CompiledRulebook, facts: Mapping[str, Any], name: str, on: date = ON) -> list[str]:
    text = render_what_if(decided(book, facts, on), name, book)
    return [line.strip() for line in text.splitlines()]


def test_what_refuses_comes_before_the_document_that_is_missing() -> None:
    book = book_with([measure("a", [{"报告": "有报告"}, {"人数": "大专 >= 小单位"}])])
    assert said(book, {"大专": "28人"}, "a") == [
        "怎样才会满足", "· 人数：要求 不低于30人，还差 2 人", "以上已决定不满足；以下尚缺的，在以上满足之后才有用：", "· 报告：先补 有报告",
        "“人数”照此改变后重新测算：不再有不满足的条件，尚缺的仍须补充。",
    ]  # fmt: skip


def test_every_condition_that_fails_is_said_to_be_needed() -> None:
    book = book_with([measure("a", [{"参保": "参保数 >= 小单位"}, {"人数": "大专 >= 小单位"}])])
    assert said(book, {"大专": "28人", "参保数": "29人"}, "a") == [
        "怎样才会满足", "· 参保：要求 不低于30人，还差 1 人", "· 还须　人数：要求 不低于30人，还差 2 人", "“参保、人数”照此改变后重新测算：各条件满足。",
    ]  # fmt: skip


def test_a_change_that_breaks_another_condition_is_not_enough() -> None:
    book = book_with([measure("a", [{"参保": "参保数 >= 小单位"}, {"占比": "大专 / 参保数 >= 大专线", "分母为零": "待核"}])])
    assert said(book, {"大专": "10人", "参保数": "28人"}, "a")[-1] == "“参保”只照此改变还不够，届时仍不满足：占比。"


def test_a_change_that_contradicts_other_data_says_so() -> None:
    book = book_with([measure("checked", [{"人数": "大专 >= 小单位"}])])
    assert "大专不超过参保" in "".join(said(book, {"大专": "10人", "参保数": "12人"}, "checked")[2:])


def test_an_alternative_already_met_asks_for_nothing() -> None:
    book = book_with([measure("a", [{"报告": "有报告"}, {"any": [{"参保": "参保数 >= 小单位"}, {"人数": "大专 >= 小单位"}]}])])
    assert said(book, {"大专": "30人", "参保数": "1人"}, "a") == ["怎样才会满足", "· 报告：先补 有报告"]


def test_of_alternatives_that_fail_one_is_enough() -> None:
    book = book_with([measure("a", [{"any": [{"参保": "参保数 >= 小单位"}, {"人数": "大专 >= 小单位"}]}])])
    lines = said(book, {"大专": "29人", "参保数": "1人"}, "a")
    assert lines[1:4] == ["· 其中一项（满足以下一项即可）：", "· 参保：要求 不低于30人，还差 29 人", "· 人数：要求 不低于30人，还差 1 人"]


def test_what_must_not_be_is_not_asked_for() -> None:
    """Under `not` a condition that fails is as it should be, and one that holds must end."""
    book = book_with([measure("a", [{"报告": "有报告"}, {"not": [{"人数少": "大专 >= 小单位"}]}])])
    assert said(book, {"大专": "3人", "有报告": "是"}, "a") == ["怎样才会满足", "各条件已满足。"]
    assert said(book, {"大专": "33人", "有报告": "是"}, "a") == ["怎样才会满足", "· 人数少：消除此情形后才可能支持"]


def test_an_exclusion_that_applies_comes_before_what_is_missing() -> None:
    book = book_with([measure("a", [{"报告": "有报告"}], unless=[{"失信": "失信"}])])
    assert said(book, {"失信": "是"}, "a")[1:4] == [
        "· 失信：消除此情形后才可能支持",
        "以上已决定不满足；以下尚缺的，在以上满足之后才有用：",
        "· 报告：先补 有报告",
    ]


def test_nothing_is_suggested_where_the_measure_is_not_in_force() -> None:
    book = book_with([measure("a", [{"人数": "大专 >= 小单位"}])])
    lines = said(book, {"大专": "3人"}, "a", date(2019, 1, 1))
    assert len(lines) == 2 and "不能使其满足" in lines[1]


def test_a_day_that_has_passed_is_not_to_be_moved_and_waiting_is_said_where_it_does() -> None:
    book = book_with([measure("a", [{"满一年": "合同起 + 一年 <= 审核日期"}]), measure("b", [{"未到期": "合同止 >= 审核日期"}])])
    waited = "".join(said(book, {"合同起": "2024-07-02"}, "a"))
    assert "晚了 2 天（日期已过，不能再改），其他不变，到2025-07-02 即满足" in waited
    assert "早了 1 天（日期已过，不能再改）" in "".join(said(book, {"合同止": "2025-06-29"}, "b"))


def test_a_ratio_told_finer_than_a_hundredth_of_a_percent_lacks_no_more_than_it_does() -> None:
    book = book_with([measure("a", [{"利率": "利率 <= 利率线"}])])
    decision = decided(book, {"利率": "4.355%"})
    assert gap_of(decision, "a").text == "超出 0.005 个百分点"
    assert gap_of(decision, "a").changes[0].value == Fraction("0.0435")
