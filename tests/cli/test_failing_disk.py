"""Every file operation fails once: it is said in Chinese, and nothing is half-written.

`Fault` stands in for the operating system's calls and refuses the n-th. The writers of `files` are
run for every n, over a folder with an earlier output and over none; the commands, which write
through nothing else, for some n from first to last.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from huiqi.errors import HuiqiError, UsageError
from huiqi.files import write_file, write_folder
from huiqi.rulebook import compiler
from tests.making import SMALL, invoke

CASE = str(Path(__file__).parent / "fixtures" / "small_case.yaml")
CHINESE = re.compile("[\u4e00-\u9fff]")
WRITING = ("open", "mkdir", "write", "replace", "rename", "close", "rmdir", "unlink")
READING = ("stat", "lstat", "scandir", "listdir", "io.open")
WRITERS = {
    "figures": ["rules", "figures", SMALL, "-o", "标准.md"],
    "schema": ["rules", "schema", "-o", "schema"],
    "book": ["rules", "book", SMALL, "--no-run", "-o", "book"],
    "letter": ["letter", CASE, "-r", SMALL, "--reasoner", "reference", "-o", "文书.html"],
}
READERS = {"check": ["check", CASE, "--rulebook", SMALL, "--reasoner", "reference"], "rules check": ["rules", "check", SMALL]}


class Fault:
    """The operating system's calls, of which the `at`-th is refused with `code`; counts them all."""

    def __init__(self, at: int, error: type[BaseException] | int) -> None:
        self.at, self.error, self.count = at, error, 0

    def through(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            if self.count == self.at:
                if isinstance(self.error, int):
                    raise OSError(self.error, "english", args[0] if args and isinstance(args[0], str | Path) else None)
                raise self.error
            return call(*args, **kwargs)

        return run

    @contextlib.contextmanager
    def over(self, names: tuple[str, ...]) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for name in names:
                module, attribute = (io, "open") if name == "io.open" else (os, name)
                patch.setattr(module, attribute, self.through(getattr(module, attribute)))
            yield


def run(arguments: list[str], folder: Path, fault: Fault, names: tuple[str, ...]) -> Result:
    folder.mkdir(exist_ok=True)
    with contextlib.chdir(folder), fault.over(names):
        return invoke(*arguments)


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else b"" for p in sorted(folder.rglob("*"))}


def well_refused(result: Result, *, code: int = 2) -> None:
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    lines = [x for x in result.stderr.splitlines() if x]  # click ends the line of a ^C
    assert all(CHINESE.search(line) for line in lines), lines
    assert lines
    assert "程序出错" not in result.stderr
    assert "english" not in result.stderr


def operations(arguments: list[str], folder: Path, names: tuple[str, ...]) -> int:
    fault = Fault(0, errno.EIO)
    assert run(arguments, folder, fault, names).exit_code == 0
    return fault.count


def prepared(folder: Path, names: list[str]) -> dict[str, bytes]:
    """A folder with an earlier output under these names, and something of another's; its content."""
    for name in [*names, "别人的.txt"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("从前的", encoding="utf-8")
    return content(folder)


@pytest.mark.parametrize("earlier", [False, True], ids=["nothing there", "an earlier output there"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EACCES, errno.EIO], ids=["disk full", "no permission", "broken disk"])
@pytest.mark.parametrize("write", [
    lambda folder: write_folder(folder, {"甲.html": "甲" * 5000, "乙.html": "", "丙.html": "丙"}),
    lambda folder: write_folder(folder / "深" / "更深", {"甲.html": "甲", "乙.html": "乙"}),
    lambda folder: write_file(folder / "甲.html", "甲"),
], ids=["folder", "folder in new folders", "file"])  # fmt: skip
def test_every_single_call_may_fail(write: Callable[[Path], None], error: int, earlier: bool, tmp_path: Path) -> None:
    """All or nothing: the folder is as before, or all is there; nothing of ours lies beside it."""
    (tmp_path / "whole").mkdir()
    write(tmp_path / "whole")
    whole = content(tmp_path / "whole")
    names = [n for n, text in whole.items() if n.endswith("html")] if earlier else []
    outcomes = set()
    for at in range(1, 200):
        target = tmp_path / f"{at}"
        before = prepared(target, names)
        fault = Fault(at, error)
        with fault.over((*WRITING, *READING)):
            try:
                write(target)
                told = ""
            except HuiqiError as problem:
                told = str(problem)
        outcomes.add(bool(told))
        assert content(target) == (before if told else before | whole), at
        assert not told or (str(target) in told and CHINESE.search(told) and "english" not in told)
        if fault.count < at:
            break
    assert outcomes == {True, False}


@pytest.mark.parametrize("name", ["文件", "失效", "管道", "文件/下面", "环"])
@pytest.mark.parametrize("write", [lambda p: write_file(p, "x"), lambda p: write_folder(p, {"x": "x"})], ids=["file", "folder"])
def test_an_odd_place_is_refused_and_left_alone(write: Callable[[Path], None], name: str, tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("从前的", encoding="utf-8")
    (tmp_path / "失效").symlink_to(tmp_path / "没有")
    (tmp_path / "环").symlink_to(tmp_path / "环")
    os.mkfifo(tmp_path / "管道")
    before = sorted(p.name for p in tmp_path.iterdir())
    if name == "文件" and write.__code__.co_names[0] == "write_file":
        write(tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8") == "x"
    else:
        with pytest.raises(UsageError, match=f"{name}”写不了："):
            write(tmp_path / name)
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_link_is_followed_and_a_foreign_folder_where_a_page_belongs_undoes_all(tmp_path: Path) -> None:
    (tmp_path / "真的.md").write_text("从前的", encoding="utf-8")
    (tmp_path / "链接.md").symlink_to(tmp_path / "真的.md")
    write_file(tmp_path / "链接.md", "新的")
    assert (tmp_path / "链接.md").is_symlink()
    assert (tmp_path / "真的.md").read_text(encoding="utf-8") == "新的"
    (tmp_path / "书" / "乙").mkdir(parents=True)
    (tmp_path / "书" / "甲").write_text("从前的", encoding="utf-8")
    with pytest.raises(UsageError, match="那里是一个文件夹"):
        write_folder(tmp_path / "书", {"甲": "新的", "乙": "新的"})
    assert content(tmp_path / "书") == {"甲": "从前的".encode(), "乙": b""}


@pytest.mark.parametrize("earlier", [False, True], ids=["nothing there", "an earlier output there"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EACCES, KeyboardInterrupt], ids=["disk full", "no permission", "Ctrl-C"])
@pytest.mark.parametrize("command", WRITERS)
def test_a_failing_write_leaves_the_folder_as_it_was(command: str, error: Any, earlier: bool, tmp_path: Path) -> None:
    operations(WRITERS[command], tmp_path / "whole", WRITING)
    whole = content(tmp_path / "whole")
    names = [n for n, text in whole.items() if text] if earlier else []
    prepared(tmp_path / "count", names)
    count = operations(WRITERS[command], tmp_path / "count", WRITING)
    refused = 0
    for at in sorted({*range(1, count + 1, max(1, count // 6)), count - 1, count}):
        target = tmp_path / f"{at}"
        before = prepared(target, names)
        result = run(WRITERS[command], target, Fault(at, error), WRITING)
        after = content(target)
        if result.exit_code == 0:
            assert after == before | whole
            continue
        well_refused(result, code=130 if error is KeyboardInterrupt else 2)
        if error is KeyboardInterrupt and after.items() >= whole.items():
            break  # all was in its place; what is cleared away then is not looked at
        refused += 1
        assert after == before, at
    assert refused > 0


@pytest.mark.parametrize("error", [errno.EIO, errno.EACCES, errno.ENAMETOOLONG], ids=["broken disk", "no permission", "name too long"])
@pytest.mark.parametrize("command", [*WRITERS, *READERS])
def test_a_failing_read_is_said_in_chinese(command: str, error: int, tmp_path: Path) -> None:
    """Each call from the first to the last, in steps: to an end or to a refusal, never to a traceback."""
    arguments = (WRITERS | READERS)[command]
    compiler._cache.clear()
    count = operations(arguments, tmp_path / "count", READING)
    for at in range(1, count + 1, max(1, count // 8)):
        compiler._cache.clear()
        target = tmp_path / f"{at}"
        result = run(arguments, target, Fault(at, error), READING)
        if result.exit_code == 0:
            assert result.stderr == "" or CHINESE.search(result.stderr)
        else:
            well_refused(result, code=1 if result.exit_code == 1 and command == "rules check" else 2)
            assert content(target) == {}
