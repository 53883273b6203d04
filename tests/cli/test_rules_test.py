"""`huiqi rules test`: what it prints of scenarios that agree, differ or cannot be read; how it exits.

Whether they are enough: `test_rules_enough.py`.
"""

from __future__ import annotations

import builtins
import os
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from huiqi.cli.main import main

SMALL = Path(__file__).parents[1] / "rulebook" / "books" / "small"
SEATS = """\
# language: zh-CN
功能: 席位补贴

  背景:
    假如 政策规则库“small”
    并且 审核日期是“2024-06-30”
    并且 申报数据如下
      | 数据项 | 值    |
      | 席位数 | 200席 |

  场景: 二百席，每席三千元
    当 测算
    那么 “席位补贴”的测算金额是“60万元”

  场景大纲: <席位>席，<结论>
    假如 “席位数”改为“<席位>席”
    当 测算
    那么 “席位补贴”的结论是“<结论>”

    例子:
      | 席位 | 结论   |
      | 200  | 符合   |
      | 1    | 不符合 |
"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small rulebook in a folder of its own, with scenarios beside it."""
    shutil.copytree(SMALL, tmp_path / "rules" / "small")
    (tmp_path / "rules" / "features").mkdir()
    monkeypatch.chdir(tmp_path)
    write(SEATS)
    return Path("rules/small")


def write(text: str, name: str = "席位.feature") -> None:
    Path("rules/features", name).write_text(text, encoding="utf-8")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["rules", "test", "--quick", *map(str, arguments)])


def test_scenarios_that_agree_are_one_line_a_file(book: Path) -> None:
    result = run(book)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "一致  rules/features/席位.feature：2 个场景\n1 个场景文件、2 个场景：全部一致\n"


@pytest.mark.parametrize("place", ["rules/small/features", "rules/features", "features"], ids=["inside", "beside", "beside the folder of rulebooks"])
def test_the_scenarios_of_a_rulebook_of_ones_own_are_found(book: Path, place: str) -> None:
    if place != "rules/features":
        shutil.move("rules/features", place)
    assert f"一致  {place}/席位.feature：2 个场景\n" in run(book).stdout


def test_an_amount_that_differs_is_named_with_its_place_what_was_expected_and_what_came_out(book: Path) -> None:
    write(SEATS.replace("60万元", "65万元"))
    result = run(book)
    assert result.exit_code == 1
    first, second, *_, last = result.stdout.splitlines()
    assert first == "不一致  rules/features/席位.feature：2 个场景，1 处"
    assert second == (
        "rules/features/席位.feature:13: 那么 “席位补贴”的测算金额是“65万元”（场景“二百席，每席三千元”）：期望 65万元，测算 60万元"
    )  # fmt: skip
    assert last == "1 个场景文件、2 个场景：1 处不一致或要改"


def test_each_row_of_an_outline_fails_for_itself(book: Path) -> None:
    write(SEATS.replace("| 不符合 |", "| 待补充 |"))
    result = run(book)
    assert result.exit_code == 1
    assert "席位.feature:18: 那么 “席位补贴”的结论是“待补充”（场景“1席，待补充”）：期望 待补充，测算 不符合\n" in result.stdout
    assert "场景“200席，符合”" not in result.stdout


def test_a_file_that_would_be_misread_is_not_run(book: Path) -> None:
    """A claim under a keyword that tells facts is no claim."""
    write(SEATS.replace("那么 “席位补贴”的测算金额", "假如 “席位补贴”的测算金额"))
    result = run(book)
    assert result.exit_code == 1
    assert "写法要改  rules/features/席位.feature：2 处，没有测算\n" in result.stdout
    assert "席位.feature:13: 没有这个句式：““席位补贴”的测算金额是“60万元””；这一句要写在“那么”下，不在“假如”下\n" in result.stdout
    assert "席位.feature:11: 场景“二百席，每席三千元”没有“那么”，什么也没有检查\n" in result.stdout


def test_a_fact_nobody_told_before_cannot_be_changed(book: Path) -> None:
    write(SEATS.replace("“席位数”改为", "“席位”改为"))
    result = run(book)
    assert result.exit_code == 1
    assert "席位.feature:16: 假如 “席位”改为“200席”（场景“200席，符合”）：前面没有给过数据项“席位”，改不了；是否“席位数”？\n" in result.stdout


def test_a_rulebook_nobody_has_is_no_case_that_cannot_be_taken(book: Path) -> None:
    """Else the claim that a case is refused would hold for a misspelt rulebook."""
    write(SEATS.replace("政策规则库“small”", "政策规则库“small、没有这个库”").replace("“席位补贴”的测算金额是“60万元”", "这份数据不能受理，因为“没有”"))
    result = run(book)
    assert result.exit_code == 1
    assert "席位.feature:12: 当 测算（场景“二百席，每席三千元”）：" in result.stdout
    assert "没有这个政策规则库；写的是“没有这个库”" in result.stdout


def test_every_file_that_cannot_be_read_is_named_and_none_is_run(book: Path) -> None:
    write(SEATS.replace("    那么 “席位补贴”的测算", "    结果 “席位补贴”的测算"), "甲.feature")
    write(SEATS.replace("| 席位数 | 200席 |", "| 席位数 |"), "乙.feature")
    result = run(book)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "甲.feature:13:5: 这一行读不懂：结果 “席位补贴”的测算金额" in result.stderr
    assert "乙.feature:9:7: 表格各行的栏数不一致：| 席位数 |" in result.stderr


def test_no_scenarios_is_a_wrong_call_and_never_agreement(book: Path) -> None:
    Path("rules/features/席位.feature").unlink()
    result = run(book)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "里没有用规则库“small”的场景文件" in result.stderr
    Path("rules/features").rmdir()
    result = run(book)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "没有找到场景文件夹；用 --features 指明" in result.stderr


def test_an_unknown_rulebook_is_a_wrong_call() -> None:
    result = run("没有这个库")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "没有这个政策规则库" in result.stderr


@pytest.mark.law
def test_shipped_rulebooks_are_run_with_the_scenarios_beside_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("national-service-loan-interest")
    assert result.exit_code == 0
    assert re.search(r"\n1 个场景文件、[1-9]\d+ 个场景：全部一致\n$", result.stdout)


def test_no_key_is_made_or_read_for_the_persons_of_scenarios(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUIQI_KEY_FILE")
    for name in ("HOME", "APPDATA", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    assert run(book).exit_code == 0
    assert not os.path.exists(tmp_path / "home")


def test_where_the_gherkin_parser_is_not_installed_it_says_what_to_install(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object, **more: object) -> object:
        if name.split(".", maxsplit=1)[0] == "gherkin":
            raise ModuleNotFoundError(name="gherkin")
        return real(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    result = run(book)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "读场景文件要用 gherkin-official，这里没有安装；装上再来：pip install gherkin-official\n"
