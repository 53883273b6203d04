"""How wide what is printed is, and what a wrong option is answered with: COLUMNS holds into a pipe, too."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.cells import cell_len

from huiqi.folding import fit, within_edge
from tests.making import CASES, SMALL, invoke

from .test_rim import process

CLOSING = "）、，。；：？！》”】〕］"
WHOLE = str(next(c for c in CASES if c.stem == "综合-四个规则库"))
LACKING = str(next(c for c in CASES if c.stem == "认证-缺失信查询"))
CALLS = [
    ["--help"],
    ["screen", "--help"],
    ["rules", "test", "--help"],
    ["check", WHOLE],
    ["explain", LACKING, "--measure", "certification.international", "--what-if"],
    ["simulate", LACKING],
    ["rules", "list"],
    ["rules", "show", "datong-outsourcing:certification.international"],
    ["rules", "coverage", "national-sme-size"],
    ["check", "没有.yaml", "-r", SMALL, "--scheme", "没有这个事项这样长的名称=没有这个方案这样长的名称，也没有别的"],
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where compiled rulebooks are kept for the calls of this module: twenty processes need not compile the same one."""
    return tmp_path_factory.mktemp("kept")


def _written(columns: str, call: Sequence[str], folder: Path, kept: Path) -> list[str]:
    done = process(*call, cwd=folder, stdout=subprocess.PIPE, COLUMNS=columns, HUIQI_CACHE=str(kept))
    return [*done.stdout.decode().split("\n"), *done.stderr.decode().split("\n")]


@pytest.mark.parametrize("call", CALLS, ids=lambda c: " ".join(c[:2]).rpartition("/")[2])
@pytest.mark.parametrize("columns", ["60", "80"])
def test_no_line_is_wider_than_columns_says_and_none_begins_with_closing_punctuation(
    columns: str, call: list[str], tmp_path: Path, kept: Path
) -> None:  # fmt: skip
    lines = _written(columns, call, tmp_path, kept)
    assert any(lines)
    # a command to be pasted stays whole, on a line of its own
    assert [line for line in lines if cell_len(line) > int(columns) and not line.strip().startswith(("./huiqi ", "huiqi "))] == []
    assert [line for line in lines if line.strip()[:1] in tuple(CLOSING)] == []


def test_where_nobody_says_how_many_columns_there_are_a_line_stays_as_it_is() -> None:
    fit(None)
    assert within_edge("甲" * 200) == "甲" * 200


def test_a_command_to_be_pasted_is_not_broken_where_it_has_room_on_a_line_of_its_own() -> None:
    fit(60)
    try:
        assert within_edge("已经写出一份待填的案例，随便用哪个编辑器填都可以；或一项一项地问：huiqi ask 案例.yaml --measure 国际资质").split("\n") == [
            "已经写出一份待填的案例，随便用哪个编辑器填都可以；或一项一项",
            "  地问：huiqi ask 案例.yaml --measure 国际资质",
        ]
    finally:
        fit(None)


def test_a_command_that_is_longer_than_a_line_stays_whole_on_a_line_of_its_own() -> None:
    fit(60)
    try:
        command = "./huiqi rules test /srv/rulebooks/city-digital --skeletons /srv/rulebooks/city-digital/features/场景.feature"
        assert within_edge(f"没有场景，先写架子：{command}").split("\n") == ["没有场景，先写架子：", f"  {command}"]
    finally:
        fit(None)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["explain", "甲.yaml", "--expect"], "没有这个选项 --expect；它是 huiqi check 的选项"),
        (["check", "甲.yaml", "--skeletons"], "没有这个选项 --skeletons；它是 huiqi rules test 的选项"),
        (["check", "甲.yaml", "--mesure"], "没有这个选项 --mesure；是否 --measure？"),
        (["rules", "list", "--on"], "没有这个选项 --on；它是 huiqi check、huiqi explain、huiqi letter、huiqi rules book 等 8 个命令的选项"),
    ],
)
def test_an_option_of_another_command_says_of_which(call: list[str], said: str) -> None:
    result = invoke(*call)
    assert result.exit_code == 2
    assert said in result.stderr


def test_what_must_be_given_says_so_in_chinese() -> None:
    assert "（必填）" in invoke("template", "--help").stdout
    assert "required" not in invoke("template", "--help").stdout


@pytest.mark.parametrize("call", [["check"], ["simulate"]], ids=["check", "simulate"])
def test_a_scheme_that_a_measure_has_not_is_said_by_the_title_of_the_measure(call: list[str]) -> None:
    result = invoke(*call, LACKING, "--scheme", "certification.international=没有的")
    assert result.exit_code == 2
    assert "“国际资质认证支持”没有" in result.stderr
    assert "“certification.international”" not in result.stderr
