"""The documents say what the code does: README examples run, the language reference parses."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner

from huiqi.cli.main import main
from huiqi.language import syntax
from huiqi.language.parser import grammar_text, parse
from huiqi.language.printer import sentence, show
from tests.making import ROOT

LANGUAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
PAIRS = [
    (feel, zh)
    for block, translated in re.findall(r"```feel\n(.*?)```\n+```zh\n(.*?)```", LANGUAGE, re.S)
    for feel, zh in zip(block.strip().split("\n"), translated.strip().split("\n"), strict=True)
]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_python_examples_of_the_readme_run(name, monkeypatch):
    """Each block on its own, from the top of the repository."""
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, name, "exec"), {})


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_begins_with_the_decision_as_it_is_printed(name, monkeypatch):
    """All of the page but the rules that fired."""
    monkeypatch.chdir(ROOT)
    found = re.search(r"```text\n\$ \./huiqi ([^\n]*)\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.S)
    assert found is not None
    call, shown = found.groups()
    printed = CliRunner().invoke(main, call.split(), standalone_mode=False).stdout
    assert shown.rstrip() == printed.partition("\n推理过程")[0].rstrip()


@pytest.mark.parametrize(("feel", "zh"), PAIRS, ids=[f for f, _ in PAIRS])
def test_each_expression_of_the_language_reference_parses_and_reads_as_shown(feel, zh):
    """The Chinese beside it is what the printer prints (dates may read 不早于), and reads back to the same."""
    tree = parse(feel)
    assert parse(show(tree)) == tree
    assert parse(zh) == tree
    assert parse(sentence(tree)) == tree


def test_the_reference_leaves_out_no_word_of_the_grammar():
    """Every keyword and every function stands in the reference."""
    keywords = {w for group in re.findall(r"/\(\?:([^)]*)\)\(\?!\\w\)/", grammar_text()) for w in group.split("|")}
    missing = sorted(w for w in (*keywords, *syntax.FUNCTIONS) if w not in LANGUAGE)
    assert missing == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_command_and_none_that_is_not_there(name):
    """`./huiqi …` in it: the subcommand is one of the command's."""
    text = (ROOT / name).read_text(encoding="utf-8")
    commands = set(main.list_commands(click.Context(main)))
    known = commands | {"test", "bundle", "lock", "python"}  # the last four are the checkout's own script
    named = {m.group(1) for m in re.finditer(r"\./huiqi ([a-z-]+)", text)}
    assert (named - known, commands - named) == (set(), set())
    assert CliRunner().invoke(main, ["--help"], standalone_mode=False).exit_code == 0
