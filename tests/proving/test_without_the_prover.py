"""Without z3 the command says what to install; comparing two versions needs it only for examples."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.making import ROOT

# z3 made unimportable, whether it is installed or not
HIDDEN = "import sys; sys.modules['z3'] = None; from huiqi.cli.main import main; main(prog_name='huiqi')"


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "engine"), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run([sys.executable, "-c", HIDDEN, *arguments], capture_output=True, encoding="utf-8", env=environment, cwd=ROOT, check=False)


@pytest.mark.parametrize("call", [("rules", "verify", "national-atse"), ("rules", "diff", "national-atse", "national-atse", "--examples")])
def test_what_needs_the_prover_says_what_to_install(call: tuple[str, ...]) -> None:
    done = _run(*call)
    assert done.returncode == 2 and "huiqi[verify]" in done.stderr and done.stdout == ""


def test_a_comparison_without_examples_needs_no_prover(tmp_path: Path) -> None:
    done = _run("rules", "diff", "national-atse", "national-atse", "--cases", str(tmp_path))
    assert done.returncode == 0 and "没有改动" in done.stdout
