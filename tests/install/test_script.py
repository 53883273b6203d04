"""The script that installs: what it says when it cannot, and that it leaves nothing half-made. No network."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.making import ROOT

PAGES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")


@pytest.fixture
def checkout(tmp_path) -> Path:
    """What the script reads, in a folder with a space and Chinese in its name."""
    folder = tmp_path / "惠企 目录"
    shutil.copytree(ROOT / "install", folder / "install")
    for name in ("huiqi", "setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def run(checkout: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess:
    """In an environment without this one's settings for pip and Python."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON", "HUIQI_"))}
    return subprocess.run(
        ["bash", str(checkout / "huiqi"), *arguments], env={**kept, "HUIQI_NO_RETE": "1", **settings},
        capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def stub(folder: Path, body: str) -> str:
    path = folder / "python-stub"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("body", "words"),
    [(None, "没有 HUIQI_PYTHON 所写的程序："), ("exit 1", "HUIQI_PYTHON 所写的不是能运行的 Python 3："), ("echo 3.09", "HUIQI_PYTHON 所写的是 Python 3.9，要 3.11 或更高的版本：")],
    ids=["missing", "broken", "old"],
)  # fmt: skip
def test_wrong_python_is_named_with_what_is_wrong(checkout, tmp_path, body, words):
    python = stub(tmp_path, body) if body else str(tmp_path / "无此程序")
    done = run(checkout, "check", HUIQI_PYTHON=python)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(words + python)
    assert not (checkout / ".venv").exists()


def test_installation_that_fails_leaves_what_was_there(checkout):
    """Settings of pip that would put things elsewhere, or take them unhashed, do nothing."""
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "旧的").touch()
    done = run(
        checkout, "check", HUIQI_PYTHON=sys.executable, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull,
        PIP_TARGET=str(checkout / "别处"), PIP_REQUIRE_VIRTUALENV="0", PYTHONPATH=str(checkout), PYTHONHOME="/nowhere", CDPATH="/",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "No matching distribution found for setuptools==" in done.stderr
    assert "原来的 .venv 没有动" in done.stderr
    assert [p.name for p in (checkout / ".venv").iterdir()] == ["旧的"]
    assert not (checkout / "别处").exists()
    assert not (checkout / ".venv.old").exists()


def test_temporary_folder_that_is_not_there_is_said(checkout):
    done = run(checkout, "check", HUIQI_PYTHON=sys.executable, TMPDIR="/nowhere/at/all")
    assert done.returncode == 2
    assert "临时文件夹不能写（不存在、不可写或已满）：/nowhere/at/all" in done.stderr
    assert not (checkout / ".venv").exists()


def test_bundle_is_for_deciding_only_and_names_the_pythons_it_is_for(checkout):
    (checkout / "wheels").mkdir()
    (checkout / "wheels" / "pydantic_core-2-cp300-cp300-win_amd64.whl").touch()
    assert run(checkout, "test").stderr.startswith("离线包只用来测算，没有 test")
    done = run(checkout, "check", HUIQI_PYTHON=sys.executable)
    assert done.returncode == 2
    assert done.stderr.startswith(f"离线包里没有适合 {sys.executable}（Python 3.")
    assert "pydantic_core-2-cp300-cp300-win_amd64.whl" in done.stderr


def test_script_for_windows_is_as_cmd_reads_it():
    """CRLF throughout, no BOM; ASCII until the code page is set; every jump has its label."""
    script = (ROOT / "huiqi.cmd").read_bytes()
    assert script.count(b"\r\n") == script.count(b"\n") > 0
    text = script.decode("utf-8")
    assert text.partition("chcp 65001")[0].isascii()
    assert set(re.findall(r"goto (\w+)", text)) == set(re.findall(r"(?m)^:(\w+)", text))
    assert "--require-hashes" in text


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_the_pages_need_no_more_than_the_script(page):
    """Each begins with ./huiqi, and the files it runs are there."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S)
    commands = [line for block in blocks for line in block.splitlines() if line.strip()]
    assert commands
    for command in commands:
        assert re.match(r"(HUIQI_\w+=\w+ )*\./huiqi ", command), command
        for script in re.findall(r"\./huiqi python (\S+\.py)", command):
            assert (ROOT / script).is_file()
