"""The trial of a new author: an eight-clause guide (虚构) set up by CONTRIBUTING alone, and how many lines it takes.

`clerk/` is that rulebook: two clauses with more than one reading, shared exclusions, a yearly window, bands, a cap
of an enterprise's year, support for each record. Its scenarios are what `rules test --skeletons` wrote, under titles
of the author. What must stay true: it compiles without a hint, says what the clauses say, stays within the lines that
were asked for, counted in block style, where flow style saves nothing, and `rules test` is green.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.cli.testing import quickly
from huiqi.documents.coverage import coverage, hints, waiver_problems
from huiqi.documents.text import show_rulebook
from huiqi.rulebook.yamltree import read_yaml
from huiqi.scenarios.parse import read_features
from huiqi.scenarios.run import run_feature
from huiqi.scenarios.waivers import UNDECIDABLE
from tests.making import examples, invoke

CLERK = Path(__file__).parent / "clerk"
FEATURES = CLERK / "features"
LONG = examples(1) > 1
RULES = ("measures", "shared", "readings")


def lines(tree: Any) -> int:
    """How many lines a tree takes in block style: one for each key and each word of a list."""
    values = list(tree.values()) if isinstance(tree, dict) else tree if isinstance(tree, list) else []
    keys = len(tree) if isinstance(tree, dict) else 0
    return keys + sum(lines(x) if isinstance(x, dict | list) else isinstance(tree, list) for x in values)


def conditions() -> Iterator[str]:
    """What the author wrote as a condition: of measures, shared, and the window."""
    meta = {"for", "except", "on", "clause", "读法", "basis", "from", "to", "note"}
    entries = [read_yaml(CLERK / "shared.yaml"), *read_yaml(CLERK / "measures" / "measures.yaml")]
    for entry in entries:
        for kind in ("when", "unless", "window"):
            yield from (name for row in entry.get(kind, []) for name in row if name not in meta)


@pytest.fixture(scope="module")
def book() -> huiqi.Rulebook:
    return huiqi.load(CLERK)


def test_lines_are_counted_as_block_style_writes_them() -> None:
    assert lines({"a": "1", "b": ["x", "y"], "c": [{"d": "1", "e": "2"}], "f": {"g": "1"}}) == 1 + 3 + 3 + 2


def test_a_condition_takes_at_most_three_lines_and_at_most_six_counting_everything() -> None:
    counted = {p.relative_to(CLERK).as_posix(): lines(read_yaml(p)) for p in CLERK.rglob("*.yaml") if "features" not in p.parts}
    number = len(list(conditions()))
    assert number == 25
    assert sum(n for name, n in counted.items() if name.startswith(RULES)) <= 3 * number
    assert sum(counted.values()) <= 6 * number


def test_the_eight_clauses_are_all_there_and_two_are_open(book: huiqi.Rulebook) -> None:
    assert [c.disposition.value for c in book.compiled.clauses.values()] == ["condition"] * 3 + ["measure"] * 4 + ["condition"]
    assert [r.name for r in book.compiled.readings.values() if r.open] == ["收入口径", "合同口径"]
    assert all(m.window is not None and len(list(m.unless.conditions())) == 5 for m in book.compiled.measures.values())


def test_the_guide_pays_what_its_clauses_say(book: huiqi.Rulebook) -> None:
    """Three fairs of 20万元: half, at most 5万元 each and 12万元 a year, of which 8万元 has been received."""
    told = {"注册地县区": "东湖区", "申报日": "2026-05-31", **dict.fromkeys(("独立法人", "从事数字贸易业务", "按时报送统计数据"), True)}
    told |= dict.fromkeys(("严重失信主体", "经营异常", "拖欠应缴财政资金", "安全生产责任事故", "严重环境处罚"), False)
    fairs = [{"展会": x, "参展年度": "2025", "展位面积": "9平方米", "展位费": "20万元", "已付清": True} for x in ("世界数字展", "亚洲软件展")]
    earlier = [{"文号": "甲", "事项": "展位费补助", "年度": "2026", "金额": "8万元"}]
    decided = book.decide(told, on="2026-06-30", year=2026, records={"参展": fairs, "已获支持": earlier}, applied=["展位费补助"])
    assert str(decided.measures["展位费补助"].award.settled) == "40000.00"


def test_every_condition_has_the_scenario_in_which_it_alone_decides_and_nothing_is_left_to_say(book: huiqi.Rulebook) -> None:
    report = coverage(book.compiled, read_features(FEATURES, "yunqi"))
    assert (report["problems"], len(report["deciding"])) == ([], 51)
    assert list(hints(book.compiled)) == [] and waiver_problems(book.compiled, FEATURES / UNDECIDABLE, date(2026, 12, 1)) == []


def test_what_is_written_once_takes_one_scenario(book: huiqi.Rulebook) -> None:
    (feature,) = read_features(FEATURES, "yunqi")
    said = [text for text in feature.text.split("  场景: ") if "只因条件“在本市登记”不满足" in text or "只因不予支持情形“经营异常”不满足" in text]
    assert [text.count("”只因") for text in said] == [4, 4]


def test_its_scenarios_hold(book: huiqi.Rulebook) -> None:
    """Every fourth; all of them in the long run."""
    (feature,) = read_features(FEATURES, "yunqi")
    some = feature.scenarios[:: 1 if LONG else 4]
    assert run_feature(replace(feature, scenarios=some), quickly(lambda _: book))[1] == ()


@pytest.mark.skipif(not LONG, reason="几分钟：HUIQI_PROFILE=long")
def test_rules_test_of_it_is_green_with_every_change_tried() -> None:
    result = invoke("rules", "test", str(CLERK), "--sample", "0", "--seconds", "3000")
    assert (result.exit_code, "没有来得及" in result.output) == (0, False), result.output


def test_what_is_read_against_the_text_says_what_a_cap_counts_and_from_when_a_measure_holds(book: huiqi.Rulebook, tmp_path: Path) -> None:
    assert "不超过 年度合计上限，计入已获支持" in show_rulebook(book.compiled, "展位费补助")
    copy = shutil.copytree(CLERK, tmp_path / "yunqi")
    path = copy / "measures" / "measures.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("（细则·5）\n", "（细则·5）\n  from: 2025-01-01\n"), encoding="utf-8")
    assert "  有效期：自 2025-01-01 起，追溯到文件施行以前\n" in show_rulebook(huiqi.load(copy).compiled, "展位费补助")
