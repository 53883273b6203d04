"""The feature linter: every trap it knows is caught, at its line; what is right passes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from huiqi.scenarios.lint import lint_text
from huiqi.scenarios.steps import SENTENCES, skeleton
from tests.making import FEATURES

GOOD = """\
# language: zh-CN
功能: 认证支持
  说明文字可以有几行，
  也可以提到 3<5 这样的话。

  背景:
    假如 政策规则库“datong-outsourcing”
    并且 申报数据如下
      | 数据项     | 值     |
      | 注册地县区 | 平城区 |

  场景: 一户企业
    假如 审核日期是“2026-06-30”
    当 测算
    那么 “国际资质认证支持”的结论是“符合”

  规则: 另一条

    场景大纲: 县区是<县区>
      假如 “注册地县区”改为“<县区>”
      当 测算
      那么 “国际资质认证支持”的结论是“符合”

      例子:
        | 县区   |
        | 云州区 |
"""


@pytest.fixture(scope="module")
def lint() -> Callable[[str | bytes], list[str]]:
    """Complaints about a feature text, as `line: message`."""

    def run(text: str | bytes) -> list[str]:
        data = text.encode() if isinstance(text, str) else text
        return [f"{c.line}: {c.message}" for c in lint_text(data, "试.feature")]

    return run


def _only(complaints: list[str], line: int, words: str) -> None:
    """Exactly one complaint, there, saying so."""
    assert len(complaints) == 1, complaints
    assert complaints[0].startswith(f"{line}: ")
    assert words in complaints[0]


def test_a_good_feature_passes(lint: Callable[..., list[str]]) -> None:
    """Background, rule, outline and tables together raise nothing."""
    assert lint(GOOD) == []


def test_second_scenario_of_one_name_even_in_another_rule(lint: Callable[..., list[str]]) -> None:
    """pytest-bdd keeps one of them."""
    _only(lint(GOOD.replace("场景大纲: 县区是<县区>", "场景大纲: 一户企业")), 19, "与第 12 行重名")


def test_empty_examples(lint: Callable[..., list[str]]) -> None:
    """A header without rows runs once with the literal placeholder."""
    assert any("“例子”是空的" in c for c in lint(GOOD.replace("        | 云州区 |\n", "")))


def test_outline_without_examples(lint: Callable[..., list[str]]) -> None:
    """An outline with no 例子 at all."""
    text = GOOD[: GOOD.index("      例子:")].replace("“<县区>”", "“云州区”").replace("县区是<县区>", "县区")
    _only(lint(text), 19, "没有“例子”")


def test_unknown_placeholder(lint: Callable[..., list[str]]) -> None:
    """`<b>` that no column names, in a step; and the column then unused."""
    complaints = lint(GOOD.replace("改为“<县区>”", "改为“<区县>”"))
    assert any(c.startswith("20: ") and "<区县> 不在“例子”的表头里" in c for c in complaints)


def test_unknown_placeholder_in_a_table_of_a_plain_scenario(lint: Callable[..., list[str]]) -> None:
    """A placeholder where there are no examples is taken literally."""
    _only(lint(GOOD.replace("| 平城区 |", "| <县区> |")), 8, "没有例子")


def test_unused_column(lint: Callable[..., list[str]]) -> None:
    """A column that no step speaks of proves nothing."""
    text = GOOD.replace("| 县区   |", "| 县区   | 年 |").replace("| 云州区 |", "| 云州区 | 1 |")
    _only(lint(text), 19, "没有用到：年")


@pytest.mark.parametrize(("line", "word"), [("当前一年度没有亏损", "当"), ("同时期收入不变", "同时"), ("但是否满足另说", "但是")])
def test_a_sentence_that_begins_with_a_keyword_by_accident(lint: Callable[..., list[str]], line: str, word: str) -> None:
    """Under a scenario it becomes a step."""
    complaints = lint(GOOD.replace("    假如 审核日期", f"    {line}\n    假如 审核日期"))
    assert any(c.startswith("13: ") and f"以关键字“{word}”开头" in c for c in complaints)


def test_a_description_that_begins_with_a_keyword(lint: Callable[..., list[str]]) -> None:
    """Under the feature it is still text, until somebody moves it."""
    _only(lint(GOOD.replace("  也可以提到", "  当年也可以提到")), 4, "说明文字以关键字“当”开头")


def test_byte_order_mark(lint: Callable[..., list[str]]) -> None:
    """The language line is not recognised behind a BOM."""
    _only(lint(b"\xef\xbb\xbf" + GOOD.encode()), 1, "BOM")


def test_other_encoding(lint: Callable[..., list[str]]) -> None:
    """GBK from an older editor."""
    assert any("不是 UTF-8" in c for c in lint(GOOD.encode("gbk")))


def test_full_width_colon(lint: Callable[..., list[str]]) -> None:
    """`场景：` is no keyword."""
    assert any(c.startswith("12: ") and "全角冒号" in c for c in lint(GOOD.replace("场景: 一户", "场景：一户")))


def test_full_width_bar(lint: Callable[..., list[str]]) -> None:
    """`｜` separates no cells."""
    assert any(c.startswith("10: ") and "全角竖线" in c for c in lint(GOOD.replace("区 | 平城区 |", "区 ｜ 平城区 |")))


def test_ragged_table(lint: Callable[..., list[str]]) -> None:
    """Rows of different width."""
    assert any(c.startswith("10: ") and "栏数不一致" in c for c in lint(GOOD.replace("| 平城区 |", "| 平城区 | 是 |")))


def test_ragged_examples(lint: Callable[..., list[str]]) -> None:
    """The same in 例子."""
    assert any("栏数不一致" in c for c in lint(GOOD.replace("| 云州区 |", "| 云州区 | 是 |")))


def test_unknown_step_with_the_nearest_sentence(lint: Callable[..., list[str]]) -> None:
    """Did you mean."""
    _only(lint(GOOD.replace("假如 审核日期是“2026-06-30”", "假如 审核日是“2026-06-30”")), 13, "是否“审核日期是“…””？")


def test_step_under_the_wrong_keyword(lint: Callable[..., list[str]]) -> None:
    """A conclusion told as a fact."""
    _only(lint(GOOD.replace("假如 审核日期是“2026-06-30”", "假如 “国际资质认证支持”的结论是“符合”")), 13, "要写在“那么”下")


def test_first_step_cannot_be_and(lint: Callable[..., list[str]]) -> None:
    """并且 continues nothing at the start."""
    assert any("第一步不能用“并且”" in c for c in lint(GOOD.replace("假如 审核日期", "并且 审核日期")))


def test_no_language_line(lint: Callable[..., list[str]]) -> None:
    """Without it the Chinese keywords are not read at all."""
    _only(lint(GOOD.replace("# language: zh-CN\n", "")), 1, "# language: zh-CN")


def test_scenario_that_checks_nothing(lint: Callable[..., list[str]]) -> None:
    """No 那么, no claim."""
    _only(lint(GOOD.replace("    那么 “国际资质认证支持”的结论是“符合”\n\n  规则", "\n  规则")), 12, "没有“那么”")


def test_unreadable_line(lint: Callable[..., list[str]]) -> None:
    """A line that is neither step nor table."""
    assert any(
        c.startswith("14: ") and "读不懂" in c
        for c in lint(
            GOOD.replace(
                "    当 测算\n    那么 “国际资质认证支持”的结论是“符合”\n\n  规则", "    然后 测算\n    那么 “国际资质认证支持”的结论是“符合”\n\n  规则"
            )
        )
    )


def test_a_text_between_quotation_marks_below_a_step(lint: Callable[..., list[str]]) -> None:
    """No sentence takes one: it would be passed over."""
    _only(lint(GOOD.replace("    当 测算\n    那么", '    当 测算\n      """\n      一段话\n      """\n    那么', 1)), 14, "只接表格")


def test_empty_file(lint: Callable[..., list[str]]) -> None:
    """Nothing in it, said so."""
    assert any("没有“功能”" in c for c in lint("# language: zh-CN\n"))


def test_every_feature_of_the_project_passes() -> None:
    """As run by hand: exit 0; and 1 for a bad file."""
    done = subprocess.run([sys.executable, FEATURES / "lint.py"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count("\n")) == (0, 1), done.stdout + done.stderr


def test_exit_code_and_place_of_a_bad_file(tmp_path: Path) -> None:
    """file:line on standard output, exit 1."""
    bad = tmp_path / "坏.feature"
    bad.write_text(GOOD.replace("当 测算", "当 核算"), encoding="utf-8")
    done = subprocess.run([sys.executable, FEATURES / "lint.py", bad], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"{bad}:14: 没有这个句式：“核算”；是否“测算”？" in done.stdout


def test_the_readme_lists_every_sentence() -> None:
    """The vocabulary and its documentation cannot drift apart."""
    written = set(re.findall(r"^- `(.+?)`", (FEATURES / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    listed = {(line.split(" ", 1)[0], re.sub(r"（[^）]*）$", "（…）", skeleton(line.split(" ", 1)[1]))) for line in written}
    assert listed == {(s.kind.value, s.shown) for s in SENTENCES}
