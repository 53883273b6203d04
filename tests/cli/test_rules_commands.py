"""`huiqi rules coverage | figures | book`: what they print, where they write, how they exit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.making import ROOT, SMALL, invoke


def run(*arguments: str) -> Result:
    return invoke("rules", *arguments)


def test_coverage_of_several_rulebooks_as_json() -> None:
    """Each with its conditions and the scenarios that decide by them."""
    result = run("coverage", "national-hnte", "national-atse", "--json")
    reports = json.loads(result.stdout)
    assert [r["rulebook"] for r in reports] == ["national-hnte", "national-atse"]
    assert {"owner", "condition", "settled", "open", "excused"} <= set(reports[0]["deciding"][0])


def test_coverage_finds_the_features_beside_the_rules_from_anywhere(tmp_path: Path, monkeypatch) -> None:
    """Not those of the current folder."""
    monkeypatch.chdir(tmp_path)
    assert "有只由它决定的场景" in run("coverage", "national-hnte").stdout


def test_coverage_without_features_says_so_and_passes() -> None:
    """The small rulebook has no features folder beside it."""
    result = run("coverage", SMALL)
    assert result.exit_code == 0
    assert "没有找到场景文件夹" in result.stdout


def test_brief_coverage_leaves_out_the_clauses_and_keeps_the_problems(tmp_path: Path) -> None:
    result = run("coverage", SMALL, "--brief", "--features", str(tmp_path))
    assert "第一条" not in result.stdout
    assert "第一条" in run("coverage", SMALL).stdout
    assert result.stdout.count("问题：") == 3


def test_coverage_with_a_condition_no_scenario_decides_exits_with_1(tmp_path: Path) -> None:
    """An empty folder of features: every condition is missing its scenario."""
    result = run("coverage", SMALL, "--features", str(tmp_path))
    assert result.exit_code == 1
    assert "问题：没有场景只由它决定（不满足）：small/seats.support: 席位够" in result.stdout
    assert result.stderr == "共 3 处问题。\n"


def test_a_folder_of_features_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    for command in (["coverage", SMALL], ["book", SMALL, "-o", str(tmp_path / "book")]):
        result = run(*command, "--features", str(tmp_path / "没有"))
        assert (result.exit_code, result.stdout) == (2, "")
        assert "没有场景文件夹" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_figures_are_printed_or_written_with_the_command_that_makes_them(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "`./huiqi rules figures national-hnte`" in run("figures", "national-hnte").stdout
    result = run("figures", "national-hnte", "-o", "标准.md")
    assert (result.exit_code, result.stdout) == (0, "已写出 1 个规则库的标准与出处到 标准.md\n")
    text = (tmp_path / "标准.md").read_text(encoding="utf-8")
    assert "`./huiqi rules figures national-hnte -o 标准.md`" in text
    assert "| 高企" in text


def test_figures_are_not_written_to_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = run("figures", "national-hnte", "-o", str(tmp_path / "没有" / "标准.md"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "写不了" in result.stderr


def test_the_book_is_not_written_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "book").write_text("x")
    result = run("book", SMALL, "-o", str(tmp_path / "book"))
    assert (result.exit_code, result.stdout) == (2, "")


STORY = """# language: zh-CN
功能: 席位补贴
  场景: 什么也没有给
    假如 政策规则库“small”
    并且 审核日期是“2024-06-30”
    并且 申报年度是“2023”
    当 测算
    那么 “席位补贴”的结论是“待补充”
"""


@pytest.fixture
def stories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of features, one of this rulebook and one of another; nothing kept of earlier runs."""
    monkeypatch.setenv("HUIQI_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "features"
    folder.mkdir()
    (folder / "一.feature").write_text(STORY, encoding="utf-8")
    (folder / "二.feature").write_text(STORY.replace("“small”", "“common”"), encoding="utf-8")
    return folder


def test_the_book_runs_only_the_features_of_its_rulebook(stories: Path, tmp_path: Path) -> None:
    """With a word while it runs, and each scenario's own result."""
    result = run("book", SMALL, "-o", str(tmp_path / "book"), "--features", str(stories))
    assert "正在运行 1 个场景文件" in result.stderr
    assert "未核对" not in result.stdout
    page = (tmp_path / "book" / "m-seats.support.html").read_text(encoding="utf-8")
    assert "✓ 与测算一致" in page
    assert "未核对" not in page


def test_scenarios_that_have_not_changed_are_not_run_again(stories: Path, tmp_path: Path) -> None:
    """What they came to is said again; one that was changed, or a record that cannot be read, is run."""
    call = ("book", SMALL, "-o", str(tmp_path / "book"), "--features", str(stories))
    assert "1 个场景（与测算一致 1）" in run(*call).stdout
    second = run(*call)
    assert "1 个场景文件不用再运行" in second.stderr
    assert "1 个场景（与测算一致 1）" in second.stdout
    (stories / "一.feature").write_text(STORY.replace("待补充", "符合"), encoding="utf-8")
    assert "1 个场景（不一致 1）" in run(*call).stdout
    (tmp_path / "cache" / "scenarios.json").write_text('{"x": 1', encoding="utf-8")
    assert "1 个场景（不一致 1）" in run(*call).stdout


def test_a_book_whose_scenarios_were_not_run_says_so_on_the_page(stories: Path, tmp_path: Path) -> None:
    run("book", SMALL, "-o", str(tmp_path / "book"), "--features", str(stories), "--no-run")
    page = (tmp_path / "book" / "m-seats.support.html").read_text(encoding="utf-8")
    assert "编印时没有运行场景（--no-run），都没有核对" in page
    assert "未核对" in page


def test_a_book_without_scenarios_says_why(tmp_path: Path) -> None:
    run("book", SMALL, "-o", str(tmp_path / "book"))
    assert "编印时没有找到场景文件夹" in (tmp_path / "book" / "m-seats.support.html").read_text(encoding="utf-8")


def test_the_day_of_a_book_is_a_date(tmp_path: Path) -> None:
    result = run("book", SMALL, "-o", str(tmp_path / "book"), "--on", "2026-13-01")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "不是日期" in result.stderr


def test_one_rulebook_named_twice_is_a_wrong_call() -> None:
    """By id and by folder, or twice in the case: all places named, nothing decided."""
    case = str(ROOT / "cases" / "认证-方案泉州.yaml")
    result = invoke("check", case, "-r", "datong-outsourcing", "-r", str(ROOT / "rules" / "datong-outsourcing"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "政策规则库重复；写的是“datong-outsourcing”；应为：先见 （第 1 个 --rulebook datong-outsourcing）" in result.stderr


def test_one_measure_given_two_schemes_is_a_wrong_call() -> None:
    case = str(ROOT / "cases" / "认证-方案泉州.yaml")
    chosen = ["--scheme", "certification.international=泉州", "--scheme", "certification.international=南通2022", "--scheme", "错"]
    result = invoke("check", case, *chosen)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--scheme 的事项重复；写的是“certification.international”；应为：先见 （第 1 个 --scheme" in result.stderr
    assert "（第 3 个 --scheme 错）: --scheme 写作 事项编号=方案名" in result.stderr


def test_one_rulebook_named_twice_in_a_case_is_refused_at_its_place(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text("企业: 甲（虚构）\n政策规则库: [national-hnte, national-hnte]\n审核日期: 2026-06-30\n申报年度: 2025\n数据: {}\n", encoding="utf-8")
    result = invoke("check", str(case))
    assert result.exit_code == 2
    assert f"{case}:2:24: 同一个规则库写了两次；写的是“national-hnte”；应为：每个规则库只写一次；改法：第一次见 {case}:2:9" in result.stderr
