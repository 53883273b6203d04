"""Features as documentation: the scenarios of each measure, and which condition each decides by.

Reads the zh-CN Gherkin text line by line (the linter and pytest-bdd check it properly), so that it
works where neither is installed; and runs pytest over chosen files where it is, to mark each
scenario as agreeing or not. What must stay true: reading never runs anything, and a scenario that
was not run is never shown as agreeing.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..files import reading
from ..rulebook.yamltree import read_text

_BLOCK = re.compile(r"^\s*(功能|背景|规则|场景大纲|剧本大纲|场景|剧本|例子)\s*[:：]\s*(.*?)\s*$")
_STEP = re.compile(r"^\s*(?:假如|假设|假定|当|那么|而且|并且|同时|但是|\*)\s+(.+?)\s*$")
_SLOT = re.compile(r"<([^<>]+)>")
_ALONE = re.compile(r"^“(?P<name>[^“”]*)”只因(?P<role>条件|不予支持情形)“(?P<label>[^“”]*)”(?P<verdict>不满足|待定)$")
_BOOKS = re.compile(r"^政策规则库“([^“”]*)”$")
_SCHEME = re.compile(r"^“([^“”]*)”选用方案“([^“”]*)”$")


@dataclass(frozen=True)
class Scenario:
    """One scenario as written; `steps` begin with those of the backgrounds above it."""

    title: str
    text: str
    result: str = ""  # passed | failed | "" (not run)
    rule: str = ""
    line: int = 0
    steps: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()  # 例子 of an outline

    def told(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Title and steps as they run: once, or once for each row of the examples."""
        for row in self.rows or ({},):
            yield _filled(self.title, row), tuple(_filled(s, row) for s in self.steps)


@dataclass(frozen=True)
class Feature:
    """One feature file. `background` is the text every scenario begins with."""

    title: str
    description: str
    text: str
    scenarios: tuple[Scenario, ...]
    background: str = ""
    path: Path = field(default_factory=Path)

    @property
    def rulebooks(self) -> frozenset[str]:
        """Ids of every rulebook its scenarios decide by."""
        steps = (s for scenario in self.scenarios for _, told in scenario.told() for s in told)
        return frozenset(name for s in steps if (m := _BOOKS.match(s)) for name in m.group(1).split("、"))


@dataclass(frozen=True)
class Decider:
    """A scenario that states which one condition decides. `settled`: it refuses; else it leaves open."""

    feature: str
    scenario: str
    rulebooks: frozenset[str]
    name: str  # title or id of the measure or recognition
    role: str  # when | unless
    label: str
    settled: bool
    schemes: Mapping[str, str]  # chosen by the scenario: measure id -> scheme


@dataclass
class _Open:
    """The block being read: its kind, its name, where it began, its lines."""

    kind: str
    name: str
    line: int
    lines: list[str] = field(default_factory=list)


def _filled(text: str, row: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda m: row.get(m.group(1), m.group(0)), text)


def read_feature(path: Path) -> Feature:
    """One feature file: its title, free description, background and scenarios as text and steps."""
    text = read_text(path)
    title, rule, description = path.stem, "", ""
    backgrounds: dict[str, _Open] = {}
    scenarios: list[Scenario] = []
    for block in _blocks(text.split("\n")):
        if block.kind == "功能":
            title = block.name
            description = "".join(x.strip() for x in block.lines if x.strip() and not x.strip().startswith(("#", "@")))
        elif block.kind == "规则":
            rule = block.name
            backgrounds.pop("规则", None)
        elif block.kind == "背景":
            backgrounds["规则" if rule else "功能"] = block
        else:
            before = [s for b in backgrounds.values() for s in _steps(b.lines)]
            scenarios.append(Scenario(block.name, _trim(block.lines), "", rule, block.line, (*before, *_steps(block.lines)), tuple(_examples(block.lines))))
    shared = _trim(backgrounds["功能"].lines) if "功能" in backgrounds else ""
    return Feature(title, description, text, tuple(scenarios), shared, path)


def _blocks(lines: Sequence[str]) -> Iterator[_Open]:
    """Feature, backgrounds, rules and scenarios in order; the examples of an outline stay its lines."""
    block: _Open | None = None
    for number, line in enumerate(lines, 1):
        match = _BLOCK.match(line)
        if match and match.group(1) != "例子":
            if block is not None:
                yield block
            block = _Open(match.group(1), match.group(2), number)
        elif block is not None and not line.strip().startswith("@"):
            block.lines.append(line)
    if block is not None:
        yield block


def _steps(lines: Iterable[str]) -> list[str]:
    return [m.group(1) for line in lines if (m := _STEP.match(line))]


def _examples(lines: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of every 例子 table, by column."""
    header: list[str] | None = None
    inside = False
    for line in lines:
        if _BLOCK.match(line):
            inside, header = True, None
        elif inside and line.strip().startswith("|"):
            cells = [c.strip().replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
            if header is None:
                header = cells
            else:
                yield dict(zip(header, cells, strict=False))


def _trim(lines: Iterable[str]) -> str:
    kept = [line.rstrip() for line in lines if line.strip() and not line.strip().startswith("#")]
    indent = min((len(x) - len(x.lstrip()) for x in kept), default=0)
    return "\n".join(x[indent:] for x in kept)


def read_features(folder: Path, rulebook: str = "") -> list[Feature]:
    """All features of a folder, or those that decide by one rulebook; nothing is run."""
    with reading(folder):
        paths = sorted(folder.rglob("*.feature"))
    features = [read_feature(p) for p in paths]
    return [f for f in features if not rulebook or rulebook in f.rulebooks]


def deciders(features: Iterable[Feature]) -> Iterator[Decider]:
    """Every sentence `只因条件“…”…` and `只因不予支持情形“…”…`, each row of an outline for itself."""
    for feature in features:
        for scenario in feature.scenarios:
            for title, steps in scenario.told():
                yield from _deciders(feature.title, title, steps)


def _deciders(feature: str, title: str, steps: Sequence[str]) -> Iterator[Decider]:
    books = frozenset(name for s in steps if (m := _BOOKS.match(s)) for name in m.group(1).split("、"))
    schemes = {m.group(1): m.group(2) for s in steps if (m := _SCHEME.match(s))}
    for step in steps:
        if m := _ALONE.match(step):
            role = "when" if m["role"] == "条件" else "unless"
            yield Decider(feature, title, books, m["name"], role, m["label"], m["verdict"] == "不满足", schemes)


def run_features(folder: Path, features: Sequence[Feature]) -> list[Feature]:
    """The features with the result of each scenario; unchanged where pytest cannot run them."""
    if not features:
        return []
    results = _results(folder, [f.path for f in features])
    return [replace(f, scenarios=tuple(replace(s, result=results.get((f.path.resolve(), s.line), "")) for s in f.scenarios)) for f in features]


def _results(folder: Path, paths: Sequence[Path]) -> dict[tuple[Path, int], str]:
    """By file and line of the scenario: `passed` where every row of it passed, else `failed`."""
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary) / "report.json"
        command = [sys.executable, "-m", "pytest", str(folder), "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--cucumberjson={report}"]
        only = os.pathsep.join(str(p.resolve()) for p in paths)
        subprocess.run(command, capture_output=True, check=False, env={**os.environ, "HUIQI_FEATURES": only})  # noqa: S603 - our own interpreter and folder
        if not report.exists():
            return {}
        return _by_line(json.loads(report.read_text(encoding="utf-8")), {str(p.relative_to(folder)): p.resolve() for p in paths})


def _by_line(report: Sequence[Mapping[str, object]], paths: Mapping[str, Path]) -> dict[tuple[Path, int], str]:
    out: dict[tuple[Path, int], str] = {}
    for feature in report:
        path = next((p for shown, p in paths.items() if str(feature.get("uri", "")).endswith(shown)), None)
        elements = feature.get("elements")
        if path is None or not isinstance(elements, list):
            continue
        for element in elements:
            states = {step.get("result", {}).get("status") for step in element.get("steps", [])}
            key = (path, int(element.get("line", 0)))
            out[key] = "passed" if states == {"passed"} and out.get(key) != "failed" else "failed"
    return out


def by_subject(features: Iterable[Feature], subjects: Mapping[str, str]) -> dict[str, list[Feature]]:
    """Features by the id of the measure or recognition they name anywhere; `subjects` maps title to id."""
    out: dict[str, list[Feature]] = {}
    for feature in features:
        found = [i for t, i in subjects.items() if i in feature.text or f"“{t}”" in feature.text or feature.title.startswith(t)]
        for subject in found:
            out.setdefault(subject, []).append(feature)
    return out


def scenarios_of(features: Iterable[Feature], name: str, title: str) -> list[Feature]:
    """What there is to read about one measure or recognition: its scenarios, others left out."""
    found = ((f, tuple(s for s in f.scenarios if _speaks_of(s, name, title))) for f in features)
    return [replace(f, scenarios=scenarios) for f, scenarios in found if scenarios]


def _speaks_of(scenario: Scenario, name: str, title: str) -> bool:
    return any(f"“{name}”" in step or f"“{title}”" in step for _, steps in scenario.told() for step in steps)
