"""The examples in an officer's help texts are commands that run as they stand, from a checkout in which nobody has done anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from huiqi.cli.main import main
from huiqi.cli.zh import ChineseCommand
from tests.making import ROOT, invoke

OFFICERS = ("new case", "check", "ask", "explain", "letter", "screen", "template", "map", "replay", "verify-decision")


def command(path: str) -> ChineseCommand:
    found: click.Command = main
    for word in path.split():
        assert isinstance(found, click.Group)
        below = found.get_command(click.Context(found), word)
        assert below is not None
        found = below
    assert isinstance(found, ChineseCommand)
    return found


@pytest.mark.parametrize("path", OFFICERS)
def test_the_help_shows_two_examples_each_on_one_line(path: str) -> None:
    shown = invoke(*path.split(), "--help").output.splitlines()
    examples = command(path).examples
    assert len(examples) == 2 and all(f"  {x}" in shown for x in examples)
    assert all(f"./huiqi {path} " in x for x in examples)


@pytest.mark.parametrize("path", OFFICERS)
def test_the_examples_of_the_help_run_one_after_the_other(path: str, tmp_path: Path) -> None:
    (tmp_path / "cases").symlink_to(ROOT / "cases")
    entry = tmp_path / "huiqi"
    entry.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c 'from huiqi.cli.main import main; main()' \"$@\"\n", encoding="utf-8")
    entry.chmod(0o755)
    before = command("template").examples[:1] if path == "screen" else ()  # the form it is about, as the help of `template` has it
    for example in (*before, *command(path).examples):
        done = subprocess.run(
            ["sh", "-ec", example],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT / "engine")},
            input="退出\n",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
