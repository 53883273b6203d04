"""The guide's example is real: copied out of the page, it compiles, is covered, and its scenarios pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from huiqi.cli.main import main
from huiqi.documents.coverage import coverage
from huiqi.documents.text import show_rulebook
from huiqi.rulebook.compiler import load_compiled
from huiqi.scenarios.parse import read_features
from tests.making import ROOT

GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Path:
    """A folder with the example's rules/ and features/: each block under the name above it."""
    folder = tmp_path_factory.mktemp("guide")
    for name, body in re.findall(r"`((?:rules|features)/[^`]+)`[^\n]*\n\n```(?:yaml|gherkin)\n(.*?)```", GUIDE, re.S):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    return folder


def test_the_example_compiles_and_prints_as_the_guide_shows(example):
    """The Chinese print in the guide is the program's."""
    printed = show_rulebook(load_compiled(str(example / "rules" / "sample-city")), "fairs.booth")
    assert printed.strip() in GUIDE


def test_every_condition_of_the_example_has_its_deciding_scenario(example):
    """The step that runs `rules coverage` passes."""
    report = coverage(load_compiled(str(example / "rules" / "sample-city")), read_features(example / "features", "sample-city"))
    assert report["problems"] == []


def test_the_scenarios_of_the_example_pass(example):
    """The step that runs `rules test` passes."""
    result = CliRunner().invoke(main, ["rules", "test", str(example / "rules" / "sample-city")])
    assert result.exit_code == 0, result.stdout
    assert result.stdout.endswith("：全部一致\n")
