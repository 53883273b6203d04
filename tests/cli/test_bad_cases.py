"""`huiqi check` on cases that cannot be taken: exit 2, each complaint at its place, nothing printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from tests.blocks import Block, all_blocks
from tests.making import ROOT, SMALL, invoke

FRAME = "企业: 甲公司（虚构）\n政策规则库: []\n审核日期: 2024-06-30\n申报年度: 2023\n数据:\n"


def check(folder: Path, content: str | bytes, *more: str, name: str = "case.yaml") -> Result:
    """Run `huiqi check` on a case of this content, with the small test rulebook."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return invoke("check", str(path), "--rulebook", SMALL, "--reasoner", "reference", *more)


def refused(result: Result) -> str:
    """The message, once it is certain that nothing else happened."""
    assert isinstance(result.exception, SystemExit)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.mark.parametrize("block", all_blocks("bad_cases.txt", Path(__file__).parent / "fixtures"), ids=str)
def test_case_is_refused_with_place_words_and_mend(block: Block, tmp_path: Path) -> None:
    body = block.given.replace("{small}", SMALL) + "\n"
    text = refused(check(tmp_path, body if "whole" in block.options else FRAME + body))
    lines = [x.removeprefix(f"{tmp_path}/case.yaml:") for x in text.splitlines() if x.startswith(str(tmp_path))]
    assert [x.split(": ")[0] for x in lines] == [x.partition(" ")[0] for x in block.expected]
    for line, wanted in zip(lines, block.expected, strict=True):
        for fragment in wanted.partition(" ")[2].split(" | "):
            assert fragment in line


def test_several_problems_are_counted(tmp_path: Path) -> None:
    assert "共 2 处问题。" in refused(check(tmp_path, FRAME + "  席位: 1席\n  投资额: 80\n"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xef\xbb\xbf" + FRAME.encode(), "1:1: 文件开头有 BOM 标记"),
        ((FRAME + "  地址: 平城区\n").encode("gbk"), "1:1: 文件不是 UTF-8 编码（可能是 GBK）；写的是“企业: 甲公司”"),
        (FRAME.encode("utf-16"), "1:1: 文件开头有 BOM 标记"),
        (b"", "1:1: 文件是空的"),
        (b"\n \n", "1:1: 文件是空的"),
        (b"a" * 10_000_000, "1:1: 文件过大（10,000,000 字节）"),
        (b"[" * 20_000, "1:41: 嵌套太深（超过 40 层）"),
        (b"{a: " * 20_000, "1:161: 嵌套太深（超过 40 层）"),
        (bytes(range(256)), "1:1: 这是二进制文件，不是文本"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "1:1: 这是二进制文件，不是文本"),
        (b"PK\x03\x04abc", "1:1: 这是 Excel 或压缩文件，不是文本"),
        ((FRAME + "---\na: b\n").encode(), "6:1: 一个文件只写一份内容"),
    ],
    ids=["BOM", "GBK", "UTF-16", "empty", "blank", "10 MB", "deep list", "deep mapping", "binary", "PNG", "workbook named yaml", "two documents"],
)
def test_file_that_is_no_case_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    assert f"{tmp_path}/case.yaml:{words}" in refused(check(tmp_path, content))


def test_missing_file_names_the_file_meant(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("a: b")
    text = refused(invoke("check", str(tmp_path / "cas.yaml"), "--rulebook", SMALL))
    assert text == f"{tmp_path}/cas.yaml: 没有这个文件；写的是“cas.yaml”；应为：一个 YAML 文件；改法：是否“case.yaml”？\n"


def test_folder_is_no_case(tmp_path: Path) -> None:
    text = refused(invoke("check", str(tmp_path), "--rulebook", SMALL))
    assert text.startswith(f"{tmp_path}: 这是一个文件夹，不是文件")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--measure", "seats.suport"], "没有支持事项“seats.suport”；是否“seats.support”？"),
        (["--scheme", "seats.support=南通"], "“席位补贴”没有方案“南通”"),
        (["--scheme", "seats.suport=南通"], "没有支持事项“seats.suport”"),
        (["--scheme", "南通"], "--scheme 写作 事项编号=方案名"),
        (["--on", "2024-13-01"], "--on 不是日期：“2024-13-01”；写成 --on 2026-06-30"),
        (["--rulebook", "datong-outsorcing"], "没有这个政策规则库；写的是“datong-outsorcing”"),
        (["--reasoner", "magic"], "用法有误"),
        (["--jsom"], "没有这个选项"),
    ],
    ids=["measure", "scheme", "scheme of unknown measure", "scheme without sign", "date", "rulebook", "reasoner", "option"],
)
def test_wrong_call_is_refused(more: list[str], words: str, tmp_path: Path) -> None:
    assert words in refused(check(tmp_path, FRAME, *more))


def test_case_without_a_date_is_refused_because_there_is_no_clock(tmp_path: Path) -> None:
    assert "没有审核日期" in refused(check(tmp_path, "企业: 甲公司（虚构）\n"))


def test_case_without_a_rulebook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("企业: 甲公司（虚构）\n审核日期: 2024-06-30\n", encoding="utf-8")
    result = invoke("check", str(tmp_path / "case.yaml"))
    assert "没有说明用哪个政策规则库" in refused(result)


def test_one_bad_case_of_two_prints_nothing(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(FRAME + "  席位数: 300席\n", encoding="utf-8")
    text = refused(check(tmp_path, FRAME + "  席位: 3席\n", str(tmp_path / "good.yaml")))
    assert "没有这一项" in text


def test_crlf_and_null_spellings_are_taken(tmp_path: Path) -> None:
    result = check(tmp_path, (FRAME + "  席位数: 300席\n  投资额: ~\n  外汇额:\n").replace("\n", "\r\n"))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "测算支持金额：90万元" in result.stdout


def test_real_process_refuses_a_case_on_standard_error(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(FRAME + "  席位: 3席\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "huiqi.cli.main", "check", "case.yaml", "--rulebook", SMALL], cwd=tmp_path, capture_output=True, encoding="utf-8",
        env={"PYTHONPATH": str(ROOT / "engine"), "PYTHONIOENCODING": "utf-8"}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "case.yaml:6:3: 申报数据项目录里没有这一项；写的是“席位”；应为：数据项目录里的名称；改法：是否“席位数”？\n"


def test_real_process_exits_1_where_the_rules_do_not_compile(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "rulebook.yaml").write_text("id: book\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "huiqi.cli.main", "rules", "check", "book"], cwd=tmp_path, capture_output=True, encoding="utf-8",
        env={"PYTHONPATH": str(ROOT / "engine"), "PYTHONIOENCODING": "utf-8"}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("book/rulebook.yaml:1:1: 缺少“jurisdiction”")
    assert done.stderr.endswith("共 3 处问题。\n")


def test_a_case_named_twice_is_refused(tmp_path: Path) -> None:
    """By whatever path: its money would count twice."""
    text = refused(check(tmp_path, FRAME + "  席位数: 300席\n", f"{tmp_path}/../{tmp_path.name}/case.yaml"))
    assert "同一份案例写了两次" in text
