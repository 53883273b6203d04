"""规则形态样本：每一行一张手算的案例表，另有生成中文的金样。

`HUIQI_UPDATE_GOLDEN=1` 重写 golden/；平时逐字比较。
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import huiqi.api as huiqi
from huiqi.language.units import parse_quantity
from huiqi.rulebook.literals import money_string
from huiqi.rulebook.yamltree import read_yaml
from huiqi.telling.decision import Decision, MeasureResult

HERE = Path(__file__).parent
BOOK = huiqi.load(HERE / "book")
FILES = sorted((HERE / "cases").glob("*.yaml"))
PARTS = ("提醒", "调整", "义务", "说明", "计算")  # each wanted text is part of a line
VERDICTS = {"holds": "满足", "fails": "不满足", "unknown": "待定"}
SHAPES = (
    "01 03 04 05 06 07 08 09 10 12 13 14 15 16 18 20 21 22 23 24 26 27 28 29 31 32 33 35 36 37 38 39 40 41 42 43 45 47 48 49 50 52 "
    "53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 81 82 91 92 93"
).split()


def rows() -> list[Any]:
    out = []
    for path in FILES:
        for n, row in enumerate(read_yaml(path), 1):
            out.append(pytest.param(row, id=f"{path.stem}.{n}-{row['名称']}"))
    return out


def decide(row: Any, measures: list[str] | None = None) -> Decision:
    on, year = str(row.get("审核日期", "2026-06-30")), int(row.get("年度", "2025"))
    return BOOK.decide(row.get("事实") or {}, on=on, records=row.get("明细") or {}, year=year, measures=measures)


def actual(result: MeasureResult, wanted: Any) -> dict[str, Any]:
    """The parts of a result that a row asks about, in the row's own words."""
    award, found = result.award, {"结论": result.outcome.label, "原因": result.reason, "依据状态": result.standing.label}
    found["金额"] = award.settled or "无"
    found["最多"] = award.at_most or "不详"
    labels = {c.label: VERDICTS[c.truth.verdict] for c in result.conditions.leaves()}
    lists = {
        "兑现": [f"{i.label} {i.amount} {VERDICTS[i.verdict]}" for i in award.instalments], "材料": list(result.evidence),
        "义务": list(result.obligations), "提醒": list(result.warnings), "调整": [a.rule for a in result.adjustments],
        "说明": list(result.notes), "计算": [f"{line.text} → {line.amount}" for line in award.lines],
    }  # fmt: skip
    out: dict[str, Any] = {}
    for key, word in wanted.items():
        if key in lists:
            asked = [str(w) for w in word]
            out[key] = [next((x for x in lists[key] if w in x), f"没有：{w}") for w in asked] if key in PARTS else lists[key]
        elif key == "条件":
            out[key] = {str(k): labels.get(str(k), "没有这一条") for k in word}
        elif key in ("金额", "最多") and str(word) not in ("不详", "无"):
            out[key] = found[key]
        else:
            out[key] = found[key]
    return out


def expected(wanted: Any) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, word in wanted.items():
        if key in ("金额", "最多") and str(word) not in ("不详", "无"):
            out[key] = money_string(parse_quantity(str(word)).value)
        elif isinstance(word, list):
            out[key] = [str(w) for w in word]
        elif isinstance(word, dict):
            out[key] = {str(k): str(w) for k, w in word.items()}
        else:
            out[key] = str(word)
    return out


@pytest.mark.parametrize("row", rows())
def test_the_arithmetic_of_each_row(row: Any) -> None:
    """Of the measures it asks about, unless it asks after the total; the whole book is decided below, for every table."""
    decision = decide(row, None if "合计" in row["期望"] else [str(m) for m in row["期望"]])
    assert row.get("算法"), "每一行都要写手算"
    for measure, wanted in row["期望"].items():
        if measure == "合计":
            assert money_string(decision.total.low) == money_string(parse_quantity(str(wanted)).value)
            continue
        result = decision.measures[str(measure)]
        found, want = actual(result, wanted), expected(wanted)
        for key in PARTS:
            for part, text in zip(want.pop(key, []), found.pop(key, []), strict=True):
                assert part in text and not text.startswith("没有："), (key, part, result.adjustments, result.warnings)
        assert found == want, result.award.to_dict()


@pytest.mark.parametrize("name", ["33", "58", "64"])
def test_a_case_decided_again_reads_as_it_did(name: str) -> None:
    """What was judged of the first is kept for the second; what a record lacks is said both times."""
    first = next(iter(read_yaml(HERE / "cases" / f"{name}.yaml")))
    pages = [[decision.explain(str(m)) for m in first["期望"] if m != "合计"] for decision in (decide(first), decide(first))]
    assert pages[0] == pages[1]


def test_every_shape_has_a_measure_and_a_table() -> None:
    """没有一行形态被悄悄漏掉。"""
    assert {m.split(".")[1][:2] for m in BOOK.measures} == set(SHAPES)
    assert {p.stem for p in FILES} == set(SHAPES)
    asked = {str(m) for p in FILES for row in read_yaml(p) for m in row["期望"]} - {"合计"}
    assert asked == set(BOOK.measures)


def samples() -> list[Any]:
    """The first row of every table, and the rows marked 金样."""
    out = []
    for path in FILES:
        for n, row in enumerate(read_yaml(path), 1):
            if n == 1 or "金样" in row:
                name = path.stem if n == 1 else f"{path.stem}.{n}"
                out.append(pytest.param(name, row, id=name))
    return out


@pytest.mark.parametrize(("name", "row"), samples())
def test_the_generated_chinese(name: str, row: Any) -> None:
    decision = decide(row)
    decision = replace(decision, warnings=tuple(w.removeprefix(f"{HERE / 'cases'}{os.sep}") for w in decision.warnings))
    text = "\n".join(decision.explain(str(m)) for m in row["期望"] if m != "合计")
    golden = HERE / "golden" / f"{name}.txt"
    if os.environ.get("HUIQI_UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == text


def test_no_golden_file_is_left_over() -> None:
    """A renamed row must not leave its old text behind."""
    assert {p.stem for p in (HERE / "golden").glob("*.txt")} == {str(s.values[0]) for s in samples()}
