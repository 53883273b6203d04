"""`huiqi rules check` on rulebooks that must not compile: exit 1, each complaint at its place.

Each block of `fixtures/bad_rules.txt` changes one file of the small rulebook (`! file`: written;
`! append`: added to; `! also FILE TEXT`: a line added to another) and lists the complaints.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import Result

from tests.blocks import Block, all_blocks
from tests.making import SMALL, invoke

HERE = Path(__file__).parent


def changed(folder: Path, block: Block) -> Path:
    """A copy of the small rulebook with the block's change."""
    book = folder / "small"
    shutil.copytree(SMALL, book)
    text = block.given + "\n"
    if count := block.options.get("brackets"):
        text = text.replace("BRACKETS", "(" * int(count) + "已备案" + ")" * int(count))
    if name := block.options.get("file"):
        (book / name).write_text(text, encoding="utf-8")
    if name := block.options.get("append"):
        with (book / name).open("a", encoding="utf-8") as file:
            file.write(text)
    if "also" in block.options:
        name, _, line = block.options["also"].partition(" ")
        with (book / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    return book


def rules_check(book: Path) -> Result:
    return invoke("rules", "check", str(book))


def test_small_rulebook_compiles() -> None:
    result = rules_check(Path(SMALL))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("small 1：1 项支持")


@pytest.mark.parametrize(
    "block", [b for name in ("bad_rules.txt", "bad_figures.txt", "bad_quotes.txt", "bad_pools.txt") for b in all_blocks(name, HERE / "fixtures")], ids=str
)
def test_rulebook_does_not_compile_and_says_where(block: Block, tmp_path: Path) -> None:
    book = changed(tmp_path, block)
    result = rules_check(book)
    assert isinstance(result.exception, SystemExit)
    assert (result.exit_code, result.stdout) == (1, "")
    for wanted in block.expected:
        place, _, fragments = wanted.partition(" ")
        told = [x for x in result.stderr.splitlines() if x.startswith(f"{book}/{place}: ")]
        assert told != []
        for fragment in fragments.split(" | "):
            assert any(fragment in x for x in told)


def test_problems_of_several_files_are_told_at_once(tmp_path: Path) -> None:
    book = tmp_path / "small"
    shutil.copytree(SMALL, book)
    with (book / "parameters.yaml").open("a", encoding="utf-8") as file:
        file.write("丙标准: {id: ccc, values: [{vaue: 5元}]}\n")
    (book / "measures" / "two.yaml").write_text("- {id: m2, titel: 二, clause: 甲·1}\n", encoding="utf-8")
    result = rules_check(book)
    assert result.exit_code == 1
    assert [x.removeprefix(f"{book}/").partition("；")[0] for x in result.stderr.splitlines()] == [
        "measures/two.yaml:1:3: 缺少“title”", "measures/two.yaml:1:12: 没有这个键",
        "parameters.yaml:74:25: 缺少“value”", "parameters.yaml:74:26: 没有这个键", "共 4 处问题。",
    ]  # fmt: skip


def test_cyclic_recognitions_are_refused_with_the_path(tmp_path: Path) -> None:
    book = tmp_path / "small"
    shutil.copytree(SMALL, book)
    with (book / "recognitions.yaml").open("a", encoding="utf-8") as file:
        file.write("- {id: r1, title: 资格一, kind: derived, document: d1, when: [{乙够: 资格二}]}\n")
        file.write("- {id: r2, title: 资格二, kind: derived, document: d1, when: [{甲够: meets(资格一)}]}\n")
    result = rules_check(book)
    assert result.exit_code == 1
    assert "资格互相引用成环；写的是“资格一 → 资格二 → 资格一”" in result.stderr


def test_rulebooks_using_each_other_are_refused_with_the_path(tmp_path: Path) -> None:
    for own, other in (("book-a", "book-b"), ("book-b", "book-a")):
        (tmp_path / own).mkdir()
        text = f'id: {own}\ntitle: 环\nversion: "1"\njurisdiction: 中国\nuses:\n  - {{rulebook: {other}, version: "1"}}\n'
        (tmp_path / own / "rulebook.yaml").write_text(text, encoding="utf-8")
    result = rules_check(tmp_path / "book-a")
    assert result.exit_code == 1
    assert f"{tmp_path}/book-b/rulebook.yaml:6:5: 规则库互相引用成环；写的是“book-a → book-b → book-a”" in result.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xef\xbb\xbfa: b", "1:1: 文件开头有 BOM 标记"),
        ("企业: 甲".encode("gbk"), "1:1: 文件不是 UTF-8 编码（可能是 GBK）"),
        (b"", "1:1: 文件是空的"),
        (b"a:\n\t- b", "2:1: 缩进里有制表符"),
        (b"- &a x\n- *a\n", "1:3: 不接受锚点（&）"),
        (b"[" * 20_000, "1:41: 嵌套太深（超过 40 层）"),
        (b"a" * 3_000_000, "1:1: 文件过大"),
        (bytes(range(256)), "1:1: 这是二进制文件"),
        ("说明: 甲".encode(), "1:1: 这个文件应是清单"),
    ],
    ids=["BOM", "GBK", "empty", "tab", "anchor", "deep", "large", "binary", "no list"],
)
def test_file_that_is_no_rule_file_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    book = tmp_path / "small"
    shutil.copytree(SMALL, book)
    (book / "measures" / "two.yaml").write_bytes(content)
    result = rules_check(book)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{book}/measures/two.yaml:{words}" in result.stderr


def test_folder_without_manifest_is_a_wrong_call(tmp_path: Path) -> None:
    result = rules_check(tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{tmp_path}: 这个文件夹里没有 rulebook.yaml")
