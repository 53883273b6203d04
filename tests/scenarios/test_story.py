"""A story step by step: what each sentence leaves behind, what it refuses, when a claim may be checked."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import huiqi
from huiqi.scenarios.models import Kind, Result
from huiqi.scenarios.parse import parse_feature
from huiqi.scenarios.run import run_feature
from huiqi.scenarios.steps import SENTENCES, known, take
from huiqi.scenarios.story import Misuse, Story, Unmet

SMALL = str(Path(__file__).parents[1] / "rulebook" / "books" / "small")
FACTS = (("数据项", "值"), ("席位数", "200席"))
ROWS = (("编号", "价格"), ("甲", "1万元"), ("乙", "2万元"))


@cache
def load(_: str) -> huiqi.Rulebook:
    return huiqi.load(SMALL)


def told(*sentences: str | tuple[str, tuple[tuple[str, ...], ...]], story: Story | None = None) -> Story:
    """The story after these; the keyword is the one each sentence belongs under."""
    story = story or Story()
    for one in sentences:
        text, table = (one, None) if isinstance(one, str) else one
        kind = next(k for k in Kind if known(k, text))
        story = take(story, kind, text, table, load)
    return story


BEFORE = ("政策规则库“small”", "审核日期是“2024-06-30”", ("申报数据如下", FACTS))


def test_a_claim_before_any_decision_is_refused() -> None:
    with pytest.raises(Misuse, match="还没有测算"):
        told(*BEFORE, "“席位补贴”的结论是“符合”")


def test_a_claim_is_never_checked_against_a_decision_of_older_facts() -> None:
    story = told(*BEFORE, "测算", "“席位补贴”的结论是“符合”", "“席位数”改为“1席”")
    with pytest.raises(Misuse, match="测算之后又改了数据"):
        told("“席位补贴”的结论是“符合”", story=story)
    assert told("测算", "“席位补贴”的结论是“不符合”", story=story).measured is not None


def test_a_story_told_further_leaves_the_one_before_as_it_was() -> None:
    before = told(*BEFORE, ("明细“设备”如下", ROWS))
    kept = repr(before)
    told("“席位数”没有提供", "明细“设备”里“甲”的“价格”改为“9万元”", "明细“设备”里删去“乙”", "明细“设备”未列全", story=before)
    assert repr(before) == kept


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        ("明细“设备”里“乙”的“价格”改为“9万元”", [("甲", "1万元"), ("乙", "9万元")]),
        ("明细“设备”里“甲”的“价格”没有提供", [("甲",), ("乙", "2万元")]),
        ("明细“设备”里删去“甲”", [("乙", "2万元")]),
        ("明细“设备”照“甲”再列“2”条", [("甲", "1万元"), ("乙", "2万元"), ("甲·1", "1万元"), ("甲·2", "1万元")]),
        ("明细“设备”一条也没有", []),
    ],
)
def test_a_list_changes_where_the_sentence_says_and_nowhere_else(sentence: str, rows: list[tuple[str, ...]]) -> None:
    story = told(("明细“设备”如下", ROWS), sentence)
    assert [tuple(r.values()) for r in story.draft.records["设备"]] == rows


@pytest.mark.parametrize(
    ("sentences", "said"),
    [
        (["“席位”改为“1席”"], "前面没有给过数据项“席位”，改不了；是否“席位数”？"),
        (["明细“设备”增加"], "这一句后面要接表格"),
        ([("企业“甲”", FACTS)], "这一句后面不接表格"),
        ([("明细“机器”增加", ROWS)], "前面没有给过明细“机器”"),
        ([("明细“设备”如下", (("编号", "编号"), ("甲", "乙")))], "表头重复：编号"),
        ([("申报数据如下", (("数据项", "数值"), ("席位数", "10席")))], "不认识：数值"),
        ([("申报数据如下", (("数据项", "值", "年度"), ("席位数", "10席", "2023")))], "“席位数”前面没有按年度给"),
        (["申报年度是“二〇二三”"], "申报年度写四位年份"),
        (["“没有的事项”选用方案“甲”", "测算"], "没有支持事项“没有的事项”"),
        (["测算", "“席位补贴”的计算“席位数”是“60万元”"], "没有计算“席位数”"),
        (["测算", "“席位补助”的结论是“符合”"], "规则库里没有“席位补助”；是否“席位补贴”？"),
        (["测算", "“席位补贴”的结论是“合格”"], "“结论”不是可能的值；应为："),
        (["测算", "“示范企业”没有提醒"], "“示范企业”是资格，不是支持事项"),
        (["测算", "合计已确定“三万”，最多“3万元”"], "“三万”不是金额"),
    ],
)  # fmt: skip
def test_a_sentence_that_says_nothing_here_is_refused(sentences: list[str], said: str) -> None:
    with pytest.raises(Misuse) as caught:
        told(*BEFORE, *sentences)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("sentence", "expected", "actual"),
    [
        ("“席位补贴”的结论是“不符合”", "不符合", "符合"),
        ("“席位补贴”的测算金额是“20万元”", "20万元", "60万元"),
        ("“席位补贴”的计算“席位数 × 每席标准 3,000元/席”是“20万元”", "20万元", "60万元"),
        ("“席位补贴”只因条件“席位够”不满足", "只因“席位够”不满足", "“席位够”是满足"),
        ("“席位补贴”的条件“席位够”的判断是“待定”", "待定", "满足"),
        ("“规模企业”不缺材料", "不缺材料", "尚缺的是：投资额（缺材料）"),
        ("合计已确定“1万元”，最多“60万元”", "已确定 1万元，最多 60万元", "已确定 600000.00元，最多 600000.00元"),
        ("这份数据不能受理，因为“席位数”", "不能受理", "可以受理"),
    ],
)  # fmt: skip
def test_a_claim_that_does_not_hold_says_what_was_expected_and_what_came_out(sentence: str, expected: str, actual: str) -> None:
    story = told(*BEFORE, "测算")
    with pytest.raises(Unmet) as caught:
        told(sentence, story=story)
    assert (caught.value.expected, caught.value.actual) == (expected, actual)


def test_of_a_case_that_cannot_be_taken_nothing_else_is_claimed() -> None:
    story = told(*BEFORE, "“席位数”改为“很多”", "测算", "这份数据不能受理，因为“席位数”")
    with pytest.raises(Unmet, match="不能受理"):
        told("“席位补贴”的结论是“待补充”", story=story)


def test_a_scenario_that_claims_nothing_has_not_passed() -> None:
    text = "功能: 甲\n  场景: 乙\n    假如 政策规则库“small”\n    并且 审核日期是“2024-06-30”\n    当 测算\n"
    feature, failures = run_feature(parse_feature(text, Path("甲.feature")), load)
    assert [s.result for s in feature.scenarios] == [Result.FAILED]
    assert [(f.step.line, f.said) for f in failures] == [(2, "没有“那么”，什么也没有检查")]


@given(st.sampled_from(SENTENCES), st.text(alphabet="甲乙“”（）1<> ", max_size=6))
def test_no_sentence_is_two_sentences(sentence, word) -> None:
    """Whatever stands between its quotation marks."""
    step = sentence.shown.replace("…", word)
    assert sum(s.regex.fullmatch(step) is not None for s in SENTENCES) <= 1
