"""Cells of other people's tables that say what no fact asks for, or more than one thing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from huiqi.language.levelling import names_several
from tests.intake.making import sheet, write
from tests.making import invoke

HEAD = ["序号", "企业名称", "服务外包类别", "增长率", "离岸执行额（万美元）"]


def mapped(folder: Path, *rows: list[Any]) -> dict[str, Any]:
    table = write(folder / "表.xlsx", {"表": sheet([["2025年度服务外包企业申报表"], HEAD, *rows])})
    result = invoke("map", str(table), "--rulebook", "datong-outsourcing", "-o", str(folder / "对应.yaml"), "--json", str(folder / "格.json"))
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads((folder / "格.json").read_text(encoding="utf-8"))
    return found


def test_a_share_in_a_column_that_no_fact_asks_for_is_kept_to_compare_and_asked_of_nobody(tmp_path: Path) -> None:
    found = mapped(tmp_path, [1, "甲公司", "ITO", "12%", 30], [2, "乙公司", "BPO", "8", 20])
    cell = next(c for c in found["cells"] if c["cell"] == "D3")
    assert (cell["verdict"], cell["as"], cell["value"]) == ("read", "compared", "12%")
    assert not [q for q in found["questions"] if "12%" in q["words"]]


@pytest.mark.parametrize(("word", "suggested"), [("ITO、BPO", None), ("ITO业务", "①")])
def test_a_word_that_names_two_options_is_asked_about_without_a_suggestion(tmp_path: Path, word: str, suggested: str | None) -> None:
    found = mapped(tmp_path, [1, "甲公司", word, "1%", 30], [2, "乙公司", "BPO", "2%", 20])
    assert [q["suggestion"] for q in found["questions"] if f"“{word}”" in q["words"]] == [suggested]


@pytest.mark.parametrize(("word", "found"), [("ITO、BPO", True), ("CMMI3级", False), ("ISO27001 及 ISO20000", True), ("ＩＴＯ", False), ("别的", False)])
def test_entries_named_in_one_word_are_counted_each_by_itself(word: str, found: bool) -> None:
    assert names_several(word, ["ITO", "BPO", "CMM", "CMMI", "ISO27001", "ISO20000"]) is found
