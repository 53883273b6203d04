"""The guide, walked through literally: each file written as it stands on the page, each command run where it stands.

What must stay true: whoever follows the page alone ends at a green `rules test`.
"""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from huiqi.documents.text import show_rulebook
from huiqi.rulebook.compiler import load_compiled
from tests.making import GUIDE, guide_example, invoke

_BLOCK = re.compile(r"(?:^`([^`\n]+)`[^\n]*\n\n)?^```(sh|yaml|gherkin|text)\n(.*?)^```", re.S | re.M)


@dataclass(frozen=True)
class Ran:
    command: str
    code: int
    output: str


@pytest.fixture(scope="module")
def walk(tmp_path_factory) -> list[Ran]:
    """Every command of the guide's tutorial, run in the order of the page between the files it has one write."""
    tutorial = GUIDE.split("\n## 把一条政策写成规则\n")[1].split("\n## ")[0]
    done = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("clerk"))
        for name, kind, body in _BLOCK.findall(tutorial):
            if kind == "sh":
                for line in body.splitlines():
                    result = invoke(*shlex.split(line.removeprefix("./huiqi ")))
                    done.append(Ran(line, result.exit_code, result.output))
            elif name:
                Path(name).parent.mkdir(parents=True, exist_ok=True)
                Path(name).write_text(body, encoding="utf-8")
    return done


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Path:
    """A folder with the example's rules/ and features/."""
    return guide_example(tmp_path_factory.mktemp("guide"))


def test_every_command_of_the_guide_works_where_it_stands(walk):
    assert [r.command for r in walk if r.code != 0 and "rules test" not in r.command] == []
    assert [r.command.split()[1:3] for r in walk] == [
        ["rules", "new"], ["rules", "check"], ["rules", "check"], ["rules", "show"], ["rules", "test"], ["check", "cases/示例参展.yaml"],
    ]  # fmt: skip


def test_the_rulebook_just_set_up_says_which_clause_is_still_to_be_gone_through(walk):
    assert "提示：条款“办法·3”（上年营业收入二亿元以下的企业参…）还没有处置" in walk[1].output
    assert "提示" not in walk[2].output


def test_the_walk_ends_green_but_for_the_waiver_the_guide_then_writes(walk):
    """The one survivor is the equivalence that the page explains right below."""
    (tested,) = (r for r in walk if "rules test" in r.command)
    assert [x.strip() for x in tested.output.splitlines() if "改成这样" in x] == ["改成这样没有场景发现：取整到分改为进位"]
    assert tested.output.endswith("\n场景的架子可以先写好：huiqi rules test rules/sample-city --skeletons 架子.feature\n共 1 处要补。\n")


def test_rules_test_of_the_finished_example_is_green_and_prints_what_the_guide_shows(example, monkeypatch):
    monkeypatch.chdir(example)
    result = invoke("rules", "test", "rules/sample-city")
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"```text\n{result.stdout}```" in GUIDE


def test_the_example_compiles_and_prints_as_the_guide_shows(example):
    """The Chinese print in the guide is the program's."""
    printed = show_rulebook(load_compiled(str(example / "rules" / "sample-city")), "fairs.booth")
    assert printed.strip() in GUIDE


def test_coverage_of_the_example_has_no_problem(example, monkeypatch):
    monkeypatch.chdir(example)
    assert invoke("rules", "coverage", "rules/sample-city").exit_code == 0


def test_the_short_forms_of_the_guide_are_its_files(example, tmp_path):
    """All but the reading that the page makes up: the measure prints the same."""
    short = {m[1]: m[2] for m in re.finditer(r"```yaml\n# ([a-z/]+\.yaml)[^\n]*\n(.*?)```", GUIDE, re.S)}
    assert set(short) == {"rulebook.yaml", "clauses.yaml", "parameters.yaml", "readings.yaml", "measures/fairs.yaml"}
    book = shutil.copytree(example / "rules" / "sample-city", tmp_path / "sample-city")
    long = show_rulebook(load_compiled(str(book)), "fairs.booth")
    for name, text in short.items():
        if name != "readings.yaml":
            (book / name).write_text(text, encoding="utf-8")
    assert show_rulebook(load_compiled(str(book)), "fairs.booth") == long
    (book / "readings.yaml").write_text(short["readings.yaml"], encoding="utf-8")
    assert [r.options for r in load_compiled(str(book)).readings.values()] == [("全部营业收入", "主营业务收入")]
