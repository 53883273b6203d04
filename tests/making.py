"""What tests share: where things stand, the command run in this process, shipped cases decided, rulebooks made up.

A helper that two test files want stands here, once. What must stay true: nothing here checks anything,
and what is kept (a compiled rulebook, a shipped case's decisions) is kept by content and never changed.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner, Result

import huiqi
from huiqi.cli.main import main
from huiqi.rulebook.compiled import CompiledRulebook
from huiqi.rulebook.compiler import load_compiled

ROOT = Path(__file__).parents[1]
CASES = sorted((ROOT / "cases").glob("*.yaml"))
FEATURES = ROOT / "features"
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SMALL = str(ROOT / "tests" / "rulebook" / "books" / "small")  # as the command is told it


def examples(daily: int) -> int:
    """How many examples a property tries: so many each day, ten times as many under `HUIQI_PROFILE=long`."""
    return daily * (10 if os.environ.get("HUIQI_PROFILE") == "long" else 1)


def guide_example(folder: Path) -> Path:
    """The example of CONTRIBUTING.md, each block under the name above it, as rules/, features/ and cases/ of `folder`."""
    for name, body in re.findall(r"`((?:rules|features|cases)/[^`]+)`[^\n]*\n\n```(?:yaml|gherkin)\n(.*?)```", GUIDE, re.S):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    return folder


def invoke(*arguments: str) -> Result:
    """`huiqi …` without a process of its own: what it prints, and how it ends."""
    return CliRunner().invoke(main, arguments)


def stopping(after: int = 1) -> Callable[[], None]:
    """The tick of a run that is stopped (Ctrl-C) when so much of it is done."""
    left = iter(range(after - 1))

    def tick() -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return tick


# -- shipped cases ---------------------------------------------------------------------------------------


def decide_each(case: huiqi.Case, *, under: Sequence[str] = (), **how: Any) -> list[huiqi.Decision]:
    """The case under every rulebook it names (or those of them in `under`), each told of the others."""
    books = [huiqi.load(name) for name in case.rulebooks]
    return [b.decide(case, on=case.on, others=[o for o in books if o is not b], **how) for b in books if not under or b.id in under]


# who reasons where nothing is said: `rete` where durable_rules installs (CPython 3.11, 3.12)
DEFAULT_REASONER = "rete" if importlib.util.find_spec("durable_rules_engine") else "reference"


@functools.cache
def shipped_decisions(stem: str, reasoner: str = "reference") -> tuple[huiqi.Decision, ...]:
    """The decisions of `cases/STEM.yaml`. Whoever asks for those of all cases stands in the xdist_group "shipped cases": one process makes them."""
    return tuple(decide_each(huiqi.read_case(ROOT / "cases" / f"{stem}.yaml"), reasoner=reasoner))


def as_json(data: Any) -> Any:
    """As it comes back from a file: lists, and nothing shared with what it was made from."""
    return json.loads(json.dumps(data))


# -- a rulebook made up as trees: compiled once, kept by content ---------------------------------------------


class _Plain(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        return True


def yaml_text(tree: Any) -> str:
    return str(yaml.dump(tree, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=10**6))


_compiled: dict[str, CompiledRulebook] = {}


def compile_files(files: Mapping[str, Any]) -> CompiledRulebook:
    """The compiled rulebook of a folder of these files; kept by content."""
    text = json.dumps(files, ensure_ascii=False)
    key = hashlib.sha256(text.encode()).hexdigest()
    if key not in _compiled:
        # a folder of its own: the compiler's own cache looks at the neighbours of a rulebook
        with tempfile.TemporaryDirectory() as top:
            folder = Path(top) / "tried"
            for name, tree in files.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(yaml_text(tree), encoding="utf-8")
            _compiled[key] = load_compiled(str(folder))
    return _compiled[key]


# -- a rulebook of a few lines, written to a folder: for what the shipped ones must not contain --------------

RULEBOOK = """\
id: made
title: 临时样本
version: "1"
jurisdiction: 中国/测试省/测试市
"""
DOCUMENTS = """\
- {id: d, title: 办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, sheet: 样本, letter: A}
"""
CLAUSES = """\
- {id: 办法·1, document: d, title: 支持, says: 给予支持, disposition: measure}
"""
RECEIVED = """\
  已获支持:
    id: support_received
    noun: 笔
    key: 文号
    fields:
      文号: {id: document, kind: text}
      事项: {id: measure, kind: text}
      项目: {id: project, kind: text}
      年度: {id: year, kind: year}
      金额: {id: amount, kind: money, unit: 元, min: 0元, max: 100亿元}
      对象: {id: subject, kind: text}
"""  # the built-in history of support, under `records`
VOCABULARY = """\
facts:
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
  面积: {id: area, kind: quantity, unit: 平方米, decimals: 2, min: 0平方米, max: 100000平方米}
  核查通过: {id: checked, kind: boolean}
records:
  证书:
    id: certificates
    noun: 张
    key: 证号
    fields:
      证号: {id: number, kind: text}
      费用: {id: cost, kind: money, unit: 元, min: 0元, max: 1亿元}
"""


def write(folder: Path, **files: str) -> Path:
    """The default files with those given in their place; `measures` is measures/all.yaml."""
    defaults = {"rulebook": RULEBOOK, "documents": DOCUMENTS, "clauses": CLAUSES, "vocabulary": VOCABULARY}
    for name, text in {**defaults, **files}.items():
        path = folder / ("measures/all.yaml" if name == "measures" else f"{name}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def load(folder: Path, **files: str) -> huiqi.Rulebook:
    return huiqi.load(write(folder, **files))
