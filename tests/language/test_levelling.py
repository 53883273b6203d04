"""Words as people write them: the tables say which pairs are one word, near, or two words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqi.language.levelling import (
    filler,
    level,
    level_id,
    near,
    plainly_untold,
    plainly_unverified,
    same_but_for_affixes,
    same_support,
    same_thing,
    untold,
    unverified,
)

FIXTURES = Path(__file__).parent / "fixtures"


def lines(name: str) -> list[tuple[str, str]]:
    """Each line of a table: its sign, and what stands behind it."""
    text = (FIXTURES / name).read_text(encoding="utf-8")
    return [(x[0], x[2:]) for x in text.split("\n") if x and x != "---" and not x.startswith("# ")]


def pairs(sign: str, name: str = "near.txt") -> list[tuple[str, str]]:
    return [(a, b) for s, rest in lines(name) if s == sign for a, _, b in [rest.partition(" | ")]]


@pytest.mark.parametrize(("word", "entry"), pairs("+"))
def test_word_like_an_entry_is_a_question(word: str, entry: str) -> None:
    assert near(word, [entry]) == (entry,)


@pytest.mark.parametrize(("word", "entry"), pairs("-"))
def test_word_of_its_own_is_no_question_whichever_is_the_entry(word: str, entry: str) -> None:
    assert (near(word, [entry]), near(entry, [word])) == ((), ())


@pytest.mark.parametrize(("word", "entry"), pairs("="))
def test_spellings_of_one_word_are_equal(word: str, entry: str) -> None:
    assert level(word) == level(entry)
    assert near(word, [entry]) == ()


@pytest.mark.parametrize(("word", "entry"), pairs("+") + pairs("-"))
def test_words_that_are_near_or_apart_are_not_equal(word: str, entry: str) -> None:
    assert level(word) != level(entry)


@pytest.mark.parametrize(("word", "entry"), pairs("+"))
def test_an_entry_is_never_near_another(word: str, entry: str) -> None:
    assert near(word, [entry, word]) == ()


@pytest.mark.parametrize(("one", "other", "asked"), [(a, b, s == "+") for s in "+-=" for a, b in pairs(s, "things.txt")])
def test_names_that_applicants_made_up_are_asked_about_where_they_may_be_of_one_thing(one: str, other: str, asked: bool) -> None:
    assert (same_thing(one, other), same_thing(other, one)) == (asked, asked)
    assert not same_but_for_affixes(one, other) or asked


@pytest.mark.parametrize(
    ("word", "entry", "asked"),
    [
        ("国际资质认证补助", "国际资质认证支持", True), ("技术创新配套", "技术创新配套（省级资金）", True), ("技术创新资金", "技术创新配套（国家资金）", True),
        ("园区建设支持", "示范园区建设支持", True), ("购房补贴", "购买办公用房补贴", True), ("国际认证支持", "国际资质认证支持", True), ("大同市国际资质认证专项资金", "国际资质认证支持", True),
        ("稳岗补贴", "国际资质认证支持", False), ("资金", "国际资质认证支持", False),
    ],
)  # fmt: skip
def test_a_support_by_its_stem_or_a_part_of_it_is_asked_about(word: str, entry: str, asked: bool) -> None:
    assert same_support(word, entry) == asked


@pytest.mark.parametrize(("sign", "word"), lines("untold.txt"))
def test_words_that_mean_not_told(sign: str, word: str) -> None:
    assert untold(word) == (sign == "+")


def test_awaiting_verification_is_told() -> None:
    assert [unverified(w) for w in ("待核实", "待核實", " 待核 ", "不详", "无")] == [True, True, True, False, False]


@pytest.mark.parametrize("word", ["有待核实", "待进一步核实", "需核实", "正在核实", "未核实", "待财政局确认", "无法核实", "待审核", "待认定", "审批中"])
def test_awaiting_verification_in_other_words_is_told_too(word: str) -> None:
    assert (unverified(word), untold(word)) == (True, False)


@pytest.mark.parametrize("word", ["已核实", "核实", "未认定", "未批准", "未经审批", "认定", "审定", "审核通过", "在岗", "研究中心"])
def test_a_state_is_not_awaiting_verification(word: str) -> None:
    assert not unverified(word)


def test_a_rulebook_may_have_for_an_option_what_is_only_made_of_such_parts() -> None:
    assert [untold(w) or unverified(w) for w in ("待审核", "没有", "未定")] == [True] * 3
    assert not any(plainly_untold(w) or plainly_unverified(w) for w in ("待审核", "没有", "未定"))


def test_what_a_sheet_leaves_in_a_cell_of_words_is_told_from_words() -> None:
    assert all(filler(w) for w in ("NaN", "nan", "0", "〇", "待"))
    assert not any(filler(w) for w in ("01", "A", "甲", "无", "待岗"))


def test_no_word_is_slow_to_be_told_from_such_a_word() -> None:
    assert [untold("数据信息" * 5000), unverified("待企业" * 5000), untold("详情" * 15), unverified("数据" * 15)] == [False] * 4


def test_a_space_inside_counts_in_a_number_only() -> None:
    assert level("C 001") == level("C001")
    assert level_id("C 001") != level_id("C001")
    assert level_id(" ｃ　001 ") == level_id("C 001")
    assert level_id("张　三") == level_id("张 三") == level_id("张三")  # one person, who may have received something already
    assert level_id("同 1号") != level_id("同1号")


@given(st.text(max_size=12))
def test_levelling_twice_is_levelling_once(word: str) -> None:
    assert level(level(word)) == level(word)
    assert level_id(level_id(word)) == level_id(word)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_different_numbers_are_never_one_word_nor_near(a: int, b: int) -> None:
    if a != b:
        assert level(f"ISO{a}") != level(f"ISO{b}")
        assert near(f"ISO{a}", [f"ISO{b}"]) == ()


def test_an_entry_told_apart_by_its_brackets_is_not_asked_for() -> None:
    assert near("吸纳就业补贴", ["吸纳就业补贴（之二）"]) == ()
    assert near("吸纳就业补贴（之二）", ["吸纳就业补贴"]) == ("吸纳就业补贴",)
