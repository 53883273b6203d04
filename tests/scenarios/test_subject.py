"""`看事项“…”`: sentences that name nothing speak of it; what is read of a scenario says whom each step is about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import huiqi
from huiqi.scenarios.models import Kind, Step, deciders, spoken_of
from huiqi.scenarios.parse import parse_feature
from huiqi.scenarios.steps import SENTENCES, known, take
from huiqi.scenarios.story import Misuse, Story
from tests.making import SMALL

TOLD = [
    (Kind.GIVEN, f"政策规则库“{SMALL}”", None),
    (Kind.GIVEN, "审核日期是“2026-06-30”", None),
    (Kind.GIVEN, "看事项“席位补贴”", None),
    (Kind.GIVEN, "申报数据如下", [["数据项", "值"], ["席位数", "300席"]]),
    (Kind.WHEN, "测算", None),
]
NAMED = [s.shown for s in SENTENCES if s.kind is Kind.THEN and s.shown.startswith("“…”") and not s.shown.startswith("“…”里")]


def story(*more: tuple[Kind, str]) -> Story:
    found = Story()
    for kind, text, table in [*TOLD, *((k, t, None) for k, t in more)]:
        found = take(found, kind, text, table, huiqi.load)
    return found


def test_a_sentence_without_a_name_speaks_of_the_subject() -> None:
    assert story((Kind.THEN, "结论是“符合”"), (Kind.THEN, "各条件均满足"), (Kind.THEN, "“席位补贴”的结论是“符合”")).measured


def test_without_a_subject_such_a_sentence_is_refused_with_what_to_write() -> None:
    told = [TOLD[0], TOLD[1], *TOLD[3:]]
    found = Story()
    for kind, text, table in told:
        found = take(found, kind, text, table, huiqi.load)
    with pytest.raises(Misuse, match=r"没有说看哪个事项.*看事项"):
        take(found, Kind.THEN, "结论是“符合”", None, huiqi.load)


@pytest.mark.parametrize("shown", NAMED)
def test_every_sentence_about_something_can_leave_its_name_out(shown: str) -> None:
    short = re.sub("^“…”的?", "", shown)
    assert spoken_of(Kind.THEN, short, "…") == shown
    assert known(Kind.THEN, short)


FEATURE = f"""\
# language: zh-CN
功能: 席位补贴

  背景:
    假如 政策规则库“{SMALL}”
    并且 看事项“席位补贴”

  场景: 席位不够的不予支持
    当 测算
    那么 只因条件“席位够”不满足
    并且 只因有“失信”情形而不予支持
"""


def test_coverage_knows_whom_such_a_sentence_is_about() -> None:
    found = list(deciders([parse_feature(FEATURE, Path("x.feature"))]))
    assert [(d.name, d.role, d.label, d.settled) for d in found] == [("席位补贴", "when", "席位够", True), ("席位补贴", "unless", "失信", True)]


def test_a_step_that_names_what_it_speaks_of_is_left_alone() -> None:
    for text in ("“别的事项”的结论是“符合”", "合计已确定“1元”，最多“2元”", "这份数据不能受理，因为“单位”"):
        assert spoken_of(Kind.THEN, text, "席位补贴") == text
    assert Step(kind=Kind.WHEN, text="测算").text == spoken_of(Kind.WHEN, "测算", "席位补贴")
