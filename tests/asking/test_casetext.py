"""Answers in the text of a case: what was said before is still said, and the answer; comments stay."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiqi.asking.casetext import put, written
from huiqi.rulebook.yamltree import parse_yaml
from tests.making import examples

CASE = """\
企业: 甲   # 全称
数据:
  注册地县区: 平城区   # 照
  严重失信主体:
  # 尾注
明细:
  资质认证:
    - {证号: C-001}
    - 证号: C-2
      种类: CMMI
期望: {}
"""


def plain(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {str(k): plain(x) for k, x in tree.items()}
    return [plain(x) for x in tree] if isinstance(tree, list) else str(tree)


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("数据", "严重失信主体"), "否", "  严重失信主体: 否"),
        (("数据", "注册地县区"), "云州区", "  注册地县区: 云州区   # 照"),
        (("数据", "新增"), "18万元", "  新增: 18万元"),
        (("数据", "收入", "2024"), "3万元", "    2024: 3万元"),
        (("明细", "资质认证", 0, "种类"), "ISO27001", "    - {证号: C-001, 种类: ISO27001}"),
        (("明细", "资质认证", 1, "发证日"), "2026-01-01", "      发证日: 2026-01-01"),
        (("明细", "贷款"), [{"编号": "L1"}], "    - {编号: L1}"),
        (("明细", "贷款"), [], "  贷款: []"),
        (("期望", "甲"), "乙", "期望: {甲: 乙}"),
        (("申报年度",), "2025", "申报年度: 2025"),
        (("政策规则库",), ["甲", "乙"], "政策规则库: [甲, 乙]"),
        (("数据", "名称"), "a: b # c", '  名称: "a: b # c"'),
    ],
)
def test_an_answer_stands_in_its_place_and_every_comment_stays(path: tuple[str | int, ...], value: Any, line: str) -> None:
    text = put(CASE, path, value)
    assert line in text.splitlines()
    assert [c for c in ("# 全称", "# 照", "# 尾注") if c not in text] == []
    tree: Any = parse_yaml(text, "案例")
    for step in path:
        tree = tree[step]
    assert plain(tree) == plain(value)


def test_an_empty_text_becomes_a_case() -> None:
    text = put(put(put("", ("企业",), "甲"), ("数据", "甲项"), "1"), ("明细", "乙"), [{"号": "1"}])
    assert plain(parse_yaml(text, "案例")) == {"企业": "甲", "数据": {"甲项": "1"}, "明细": {"乙": [{"号": "1"}]}}


def test_what_is_no_mapping_is_not_written_into() -> None:
    with pytest.raises(KeyError):
        put(CASE, ("明细", "资质认证", "完整"), "否")


words = st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp"], exclude_characters="\ufeff"), min_size=1, max_size=12)


@settings(max_examples=examples(200), deadline=None)
@given(words.filter(lambda w: w.strip() == w), st.sampled_from(["数据: {a: 1}\n", "数据:\n  a: 1\n", "数据:\n  - x\n", "数据: {}\n", "数据:\n", ""]))
def test_every_text_reads_back_as_it_was_answered(word: str, text: str) -> None:
    if "- x" in text:
        with pytest.raises(KeyError):
            put(text, ("数据", "b"), word)
        return
    tree = parse_yaml(put(text, ("数据", "b"), word), "案例")
    assert str(tree["数据"]["b"]) == word
    assert "a" not in text or str(tree["数据"]["a"]) == "1"
    assert "\n" not in written(word)
