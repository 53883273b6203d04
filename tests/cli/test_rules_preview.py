"""`huiqi rules preview`: what one look says, and what the next says has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiqi.cli.preview import Seen, cases_beside, look, stamp
from tests.making import guide_example, invoke

BOOK, CASE = "rules/sample-city", Path("cases/示例参展.yaml")


@pytest.fixture(autouse=True)
def _example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(guide_example(tmp_path))


def edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), encoding="utf-8")


def seen() -> Seen:
    found, _ = look(BOOK, [CASE], None)
    assert found is not None
    return found


def test_a_first_look_shows_the_measures_in_chinese_and_what_becomes_of_the_cases() -> None:
    result = invoke("rules", "preview", BOOK, "--once")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "【事项】展位费补助（fairs.booth）" in result.stdout
    assert "  支持金额（不超过）：展.展位费 × 展位费补助比例\n" in result.stdout
    assert "案例 cases/示例参展.yaml　展位费补助：按假定条件满足，不超过1.5万元\n" in result.stdout


def test_nothing_changed_says_so() -> None:
    _, lines = look(BOOK, [CASE], seen())
    assert lines == ["没有变化。"]


def test_a_figure_that_changed_is_shown_with_the_cases_it_changes() -> None:
    before = seen()
    edit(f"{BOOK}/parameters.yaml", "50%", "40%")
    _, lines = look(BOOK, [CASE], before)
    assert lines == [
        "改动 标准 展位费补助比例 sample-2026-1 2026-01-01 起：50%〔现行，sample-2026-1〕 → 40%〔现行，sample-2026-1〕",
        "案例 cases/示例参展.yaml　展位费补助：按假定条件满足，不超过1.5万元 → 按假定条件满足，不超过1.2万元",
    ]


def test_a_figure_that_changed_is_shown_where_there_is_no_case() -> None:
    before, _ = look(BOOK, [], None)
    edit(f"{BOOK}/parameters.yaml", "50%", "40%")
    _, lines = look(BOOK, [], before)
    assert [line.partition("：")[0] for line in lines] == ["改动 标准 展位费补助比例 sample-2026-1 2026-01-01 起"]


def test_a_condition_that_changed_is_shown_in_chinese_with_the_outcome_it_changes() -> None:
    before = seen()
    edit(f"{BOOK}/measures/fairs.yaml", "<= 参展企业收入上限", ">= 参展企业收入上限")
    _, lines = look(BOOK, [CASE], before)
    assert any("上年收入不高于上限：营业收入 于 申报年度 - 1年 不低于 参展企业收入上限" in line for line in lines)
    assert lines[-1] == "案例 cases/示例参展.yaml　展位费补助：按假定条件满足，不超过1.5万元 → 不符合"


def test_a_rulebook_that_does_not_compile_shows_its_problems_and_keeps_what_was_seen() -> None:
    before = seen()
    edit(f"{BOOK}/measures/fairs.yaml", "参展企业收入上限", "参展企业收入上线")
    after, lines = look(BOOK, [CASE], before)
    assert after is before
    assert lines[0].startswith(f"{BOOK}/measures/fairs.yaml:7:")
    assert "没有“参展企业收入上线”这个名称" in lines[0]
    assert lines[-1] == "共 1 处问题，先改好。"
    result = invoke("rules", "preview", BOOK, "--once")
    assert (result.exit_code, "参展企业收入上线" in result.stdout) == (1, True)


def test_a_case_that_cannot_be_taken_says_why() -> None:
    edit(str(CASE), "1.2亿元", "120")
    _, lines = look(BOOK, [CASE], seen())
    assert lines[0].startswith("案例 cases/示例参展.yaml 不能受理：cases/示例参展.yaml:6:")


def test_a_measure_that_is_gone_is_said() -> None:
    before = seen()
    edit(f"{BOOK}/measures/fairs.yaml", "fairs.booth", "fairs.stand")
    _, lines = look(BOOK, [CASE], before)
    assert "“fairs.booth”没有了" in lines


def test_cases_that_do_not_use_the_rulebook_are_left_out() -> None:
    CASE.with_name("别的.yaml").write_text("企业: 别家（虚构）\n政策规则库: [common]\n审核日期: 2026-06-30\n", encoding="utf-8")
    assert "别的.yaml" not in invoke("rules", "preview", BOOK, "--once").stdout
    assert [p.name for p in cases_beside(Path(BOOK))] == ["别的.yaml", "示例参展.yaml"]


def test_each_save_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between glances: a save, nothing, another save, the end."""
    turns = iter([lambda: edit(f"{BOOK}/parameters.yaml", "50%", "40%"), lambda: None, lambda: edit(f"{BOOK}/parameters.yaml", "40%", "30%")])

    def pause(seconds: float) -> None:
        try:
            next(turns)()
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr("time.sleep", pause)
    result = invoke("rules", "preview", BOOK)
    parts = result.stdout.split("─" * 40 + "\n")
    assert [p.count("→") for p in parts] == [0, 2, 2]  # the figure, and the case it changes
    assert "不超过1.2万元 → 按假定条件满足，不超过9,000元\n" in parts[2]


def test_the_stamp_is_of_what_the_files_say() -> None:
    before = stamp(Path(BOOK), [CASE])
    assert stamp(Path(BOOK), [CASE]) == before
    edit(str(CASE), "1.2亿元", "1.3亿元")
    assert stamp(Path(BOOK), [CASE]) != before


def test_a_folder_that_is_no_rulebook_and_a_case_that_is_not_there_are_wrong_calls() -> None:
    assert (invoke("rules", "preview", ".", "--once").exit_code, invoke("rules", "preview", BOOK, "--case", "没有.yaml", "--once").exit_code) == (2, 2)
