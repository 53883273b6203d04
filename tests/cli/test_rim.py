"""What leaves the program: no traceback, no hidden character, no word of Python or English."""

from __future__ import annotations

import copy
import errno
import os
import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

import huiqi
from huiqi.cli.main import main
from huiqi.cli.rim import DEFECT, say
from huiqi.errors import Position, Problem
from tests.making import ROOT, SMALL, invoke

FRAME = "企业: {name}\n政策规则库: []\n审核日期: 2024-06-30\n申报年度: 2023\n数据:\n  席位数: 300席\n"
ESCAPES = '"甲\\e[31m\\u202e\\u200b\\x9b公司\\n结论：符合"'


def process(*arguments: str, cwd: Path, stdout: Any = subprocess.PIPE, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "huiqi.cli.main", *arguments], cwd=cwd, stdout=stdout, stderr=subprocess.PIPE, check=False,
        env={"PYTHONPATH": str(ROOT / "engine"), "PYTHONIOENCODING": "utf-8", **environment},
    )  # fmt: skip


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(FRAME.format(name="甲公司（虚构）"), encoding="utf-8")
    return path


# -- what is printed ------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [[], ["--json"], ["--all"]], ids=["page", "JSON", "all"])
def test_hidden_characters_of_a_case_never_reach_the_terminal(more: list[str], case: Path) -> None:
    case.write_text(FRAME.format(name=ESCAPES), encoding="utf-8")
    result = invoke("check", str(case), "-r", SMALL, "--reasoner", "reference", *more)
    assert result.exit_code == 0
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", result.stdout) == []
    assert "\n结论：符合" not in result.stdout
    assert ("〔U+202E〕" in result.stdout) != (more == ["--json"])


def test_hidden_characters_of_a_wrong_word_never_reach_the_terminal(case: Path) -> None:
    case.write_text(FRAME.format(name="甲") + '  "席\\e[31m位\\u202e": 3席\n', encoding="utf-8")
    result = invoke("check", str(case), "-r", SMALL)
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr
    assert "席〔U+001B〕[31m位〔U+202E〕" in result.stderr


def test_a_terminal_that_lacks_a_character_shows_its_number(case: Path) -> None:
    case.write_text(FRAME.format(name="𠮷祥公司"), encoding="utf-8")
    done = process("check", case.name, "-r", SMALL, "--reasoner", "reference", cwd=case.parent, PYTHONIOENCODING="gbk")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "申报主体：[U+20BB7]祥公司" in done.stdout.decode("gbk")


def test_an_ascii_terminal_does_not_stop_the_program(case: Path) -> None:
    done = process("check", case.name, "-r", SMALL, "--reasoner", "reference", cwd=case.parent, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_under_standard_output_is_said(case: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = process("check", case.name, "-r", SMALL, "--reasoner", "reference", cwd=case.parent, stdout=full)
    assert (done.returncode, done.stderr.decode()) == (2, "结果印不出来：磁盘满了\n")


def test_a_reader_that_has_enough_ends_the_program_quietly(case: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = process("check", case.name, "-r", SMALL, "--json", "--reasoner", "reference", cwd=case.parent, stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


# -- how it ends ----------------------------------------------------------------------------------------


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> Result:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("huiqi.rulebook.places.available", fail)
    return invoke("rules", "list")


def test_what_nobody_expected_is_one_line_that_says_what_to_report(monkeypatch: pytest.MonkeyPatch) -> None:
    result = failing(monkeypatch, KeyError("秘密\n第二行"))
    assert (result.exit_code, result.stdout) == (DEFECT, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("程序出错（这是程序的毛病，不是填写有误）：KeyError test_rim.py:")
    assert "HUIQI_DEBUG=1" in result.stderr


def test_the_traceback_is_there_for_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIQI_DEBUG", "1")
    assert "Traceback" in failing(monkeypatch, KeyError("x")).stderr


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "已中止。"), (RecursionError(), 2, "内容嵌套太深"), (MemoryError(), 2, "内存不够"),
        (OSError(errno.EIO, "english", "/某处"), 2, "/某处：磁盘读写出错"), (OSError(9999, "english"), 2, "代号 9999"),
    ],
    ids=["Ctrl-C", "recursion", "memory", "broken disk", "unknown error of the system"],
)  # fmt: skip
def test_every_end_has_its_words_and_its_code(error: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = failing(monkeypatch, error)
    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr
    assert "english" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check"], "缺少参数 案例..."), (["explain", "x.yaml"], "缺少选项 --measure"), (["check", "x", "--on"], "选项 --on 要跟一个值"),
        (["check", "x", "--json=1"], "选项 --json 不带值"), (["check", "x", "--reasoner", "magic"], "选项 --reasoner 的值不能用，可写：rete、python、reference"),
        (["check", "x", "--jsom"], "没有这个选项 --jsom；是否 --json"), (["chek"], "没有这个命令“chek”；是否“check”？"), (["rules", "xyz"], "没有这个命令“xyz”；可用："),
        (["replay", "a", "b", "c"], "多写了参数 b c"), (["rules"], "用法："), ([], "用法："), (["rules", "book", "x"], "缺少选项 --output"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_wrong_call_is_refused_in_chinese(arguments: list[str], words: str) -> None:
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert re.findall(r"(?i)error|missing|option |argument|try |usage|'", result.stderr.replace("--", "")) == []


# -- a dozen at once ------------------------------------------------------------------------------------

DOZEN = """\
企业: [甲]
政策规则库: [{small}, 没有的]
审核日期: 2024-13-01
申报年度: 23
数据:
  席位数: 三百席
  投资额: 80
  投资额: 90
  已备案: 也许
明细:
  设备: [{{编号: A, 价格：3元}}, 一台]
期望: 符合
"""


def test_one_bad_date_hides_nothing_of_the_case(case: Path) -> None:
    case.write_text(DOZEN.format(small=SMALL), encoding="utf-8")
    lines = invoke("check", str(case)).stderr.splitlines()
    places = [line.removeprefix(f"{case}:").split(": ")[0] for line in lines[:-1]]
    assert places == ["1:5", f"2:{len(SMALL) + 11}", "3:7", "4:7", "6:8", "7:8", "8:3", "9:8", "11:18", "11:24", "12:5"]


@pytest.mark.parametrize(
    "arguments",
    [["check", ""], ["check", "x.yaml", "-r", ""], ["check", "x.yaml", "--key", ""], ["explain", " ", "--measure", "x"], ["replay", ""], ["replay", "x", "--bundles", ""],
     ["rules", "check", ""], ["rules", "show", ""], ["rules", "coverage", ""], ["rules", "coverage", "--features", ""], ["rules", "book", "common", "-o", ""],
     ["rules", "bundle", "common", "-o", " "], ["rules", "schema", "-o", ""], ["rules", "figures", "-o", ""]],
    ids=" ".join,
)  # fmt: skip
def test_an_empty_name_is_not_the_folder_we_are_in(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unset variable of a script once wrote a policy book where it stood."""
    monkeypatch.chdir(tmp_path)
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "是空的" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["审核日期: 2024-06-30\n", "政策规则库: []\n"])
def test_what_the_frame_lacks_does_not_hide_the_facts(missing: str, case: Path) -> None:
    case.write_text(FRAME.format(name="甲").replace(missing, "").replace("300席", "三百席"), encoding="utf-8")
    given = ["-r", SMALL] if "日期" in missing else ["-r", SMALL, "-r", "没有的"]
    text = invoke("check", str(case), *given).stderr
    assert "不是数字" in text
    assert text.endswith("共 2 处问题。\n")


def test_a_bad_file_hides_no_other_of_the_batch(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: [", encoding="utf-8")
    (tmp_path / "b.yaml").write_text(FRAME.format(name="乙").replace("300席", "三百席"), encoding="utf-8")
    (tmp_path / "c.yaml").write_text(FRAME.format(name="丙") + "期望: {seats.support: {金额: 九万}}\n", encoding="utf-8")
    names = [str(tmp_path / f"{x}.yaml") for x in "abcd"]
    result = invoke("check", *names, "-r", SMALL, "--expect", "--reasoner", "reference")
    assert (result.exit_code, result.stdout) == (2, "")
    for name in names:
        assert name in result.stderr


# -- mends ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("企业：甲公司\n审核日期: 2024-06-30\n", "1:3", "全角冒号"), ("审核日期: 2024-06-30\n企业：甲公司\n", "2:3", "全角冒号"),
        ("企业：甲公司\n审核日期：2024-06-30\n", "2:5", "全角冒号"), ("数据:\n  席位数：3席\n", "2:6", "改成 席位数: "), ("数据:\n  席位数：3席\n  投资额：1元\n", "3:6", "全角冒号"),
        ("数据:\n  投资额: 1元\n  席位数： 3席\n  已备案: 是\n", "3:6", "全角冒号"), ("数据: {席位数：3席, 投资额: 1元}\n", "1:9", "全角冒号"),
        ("明细:\n  设备:\n    - 编号：A\n", "3:9", "全角冒号"), ("数据: {投资额: '120,5万元'}\n", "1:11", "不在千位上"), ("数据: {投资额: '1,200万元'}\n", "1:11", "去掉逗号：1200万元"),
        ("数据: {投资额: 1,800万}\n", "1:11", "写的是“1,800万”"), ("数据: {投资额: 1,800万}\n", "1:11", "去掉逗号：1800万，后面写上单位"),
        ("数据: {投资额: ￥300,000.00, 利润: 3元}\n", "1:11", "写成 300000.00元"), ("数据: {投资额: {申报: RMB 3万}}\n", "1:16", "写成 3万元"),
        ("数据: {已备案: 无}\n", "1:11", "没有此情形就写 否"), ("数据: {投资额: 18万}\n", "1:11", "18万元还是18万美元？"), ("数据: {外汇额: 18万}\n", "1:11", "18万美元还是18万元？"),
        ("申报年度: 2101\n", "1:7", "1980 至 2100"), ("数据: {席位数: [甲]}\n", "1:6", "写的是“（清单）”"), ("企业: {甲: 乙}\n", "1:5", "写的是“（键值）”"),
    ],
)  # fmt: skip
def test_the_mend_mends(text: str, place: str, words: str, case: Path) -> None:
    case.write_text(text, encoding="utf-8")
    lines = [x for x in invoke("check", str(case), "-r", SMALL).stderr.splitlines() if x.startswith(f"{case}:{place}: ")]
    assert any(words in line for line in lines), lines
    assert "1205" not in "".join(lines)


def test_a_workbook_given_for_a_text_says_what_it_is_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"PK\x03\x04")
    text = invoke("check", str(tmp_path / "a.yaml")).stderr
    assert "这是 Excel 或压缩文件，不是文本" in text
    assert "案例写成 .yaml 文本" in text


def test_columns_count_the_escapes_of_a_quoted_expression(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "small")
    for quoted in (r'"行业 = \"软件\" and 没有的 > 1"', "'行业 = \"软件\" and ''没有的 > 1'", r'"\u884c业 = \"软件\" and 没有的 > 1"'):
        line = f"    - 乙够: {quoted}\n"
        (tmp_path / "small" / "measures" / "two.yaml").write_text(
            f"- id: m2\n  title: 二\n  clause: 甲·1\n  when:\n{line}  award: {{amount: 每席标准 * 席位数}}\n", encoding="utf-8"
        )
        text = invoke("rules", "check", str(tmp_path / "small")).stderr
        column = line.index("''没有的" if "''" in quoted else "没有的") + 1
        assert f"two.yaml:5:{column}: " in text, text


# -- the library ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [huiqi.CaseError, huiqi.InputError, huiqi.RulebookError, huiqi.ExpressionError, huiqi.UnknownRulebook])
def test_errors_are_carried_between_processes_whole(kind: type[huiqi.InputError]) -> None:
    error = kind([Problem(Position("a.yaml", 3, 4, (4, 6)), "错", "词", "应", "改"), Problem(Position(), "另")])
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301 - our own
        assert type(again) is kind
        assert (again.problems, str(again)) == (error.problems, str(error))


def test_a_case_error_from_a_file_is_carried_too(case: Path) -> None:
    case.write_text(FRAME.format(name="甲").replace("2024-06-30", "2024-13-01"), encoding="utf-8")
    with pytest.raises(huiqi.CaseError) as caught:
        huiqi.read_case(case)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301


@pytest.mark.parametrize("command", [["coverage", SMALL], ["book", SMALL, "-o", "书"]], ids=["coverage", "book"])
def test_a_feature_that_is_no_text_is_refused_at_its_place(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "a.feature").write_bytes("功能: 甲".encode("gbk"))
    result = invoke("rules", *command, "--features", "features")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("features/a.feature:1:1: 文件不是 UTF-8 编码（可能是 GBK）")
    assert not (tmp_path / "书").exists()


def test_decimals_below_zero_do_not_compile(tmp_path: Path) -> None:
    """Once a float in the middle of a decision."""
    shutil.copytree(SMALL, tmp_path / "small")
    vocabulary = tmp_path / "small" / "vocabulary.yaml"
    vocabulary.write_text(
        vocabulary.read_text(encoding="utf-8").replace("kind: money, unit: 元, min: -10亿元", "kind: money, unit: 元, decimals: -1, min: -10亿元"),
        encoding="utf-8",
    )
    result = invoke("rules", "check", str(tmp_path / "small"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "decimals 写 0 到 12 的整数；写的是“-1”" in result.stderr


def test_a_suggested_command_begins_as_this_one_was_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a checkout the command is on no path: ./huiqi is what can be pasted."""
    monkeypatch.setenv("HUIQI_CALLED", "./huiqi")
    said = invoke("new", "case").stderr
    assert "./huiqi new case -r " in said
    assert "./huiqi rules list" in said
    monkeypatch.setenv("HUIQI_CALLED", "惠企 目录/huiqi")
    assert "'惠企 目录/huiqi' new case -r " in invoke("new", "case").stderr


@pytest.mark.parametrize("name", main.list_commands(click.Context(main)))
def test_every_command_can_be_suggested(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HUIQI_CALLED", "./huiqi")
    say(f"写 huiqi {name} -h")
    assert capsys.readouterr().out == f"写 ./huiqi {name} -h\n"
