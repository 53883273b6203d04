"""Features as documentation: the scenarios of each measure, with their latest results.

Reads the zh-CN Gherkin text by its keywords (the linter and pytest-bdd check it properly) and runs
pytest over the folder where that is installed, to mark each scenario as agreeing or not.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

_SCENARIO = re.compile(r"^\s*(场景大纲|场景|剧本大纲|剧本)[:：]\s*(.+)$")
_FEATURE = re.compile(r"^\s*功能[:：]\s*(.+)$")
_STOP = re.compile(r"^\s*(场景大纲|场景|剧本大纲|剧本|背景|规则|@)")


@dataclass(frozen=True)
class Scenario:
    title: str
    text: str
    result: str = ""


@dataclass(frozen=True)
class Feature:
    title: str
    description: str
    text: str
    scenarios: tuple[Scenario, ...]


def read_feature(path: Path) -> Feature:
    """One feature file: its title, free description and scenarios as text."""
    lines = path.read_text(encoding="utf-8").split("\n")
    title, description, scenarios = path.stem, [], []
    current: list[str] = []
    name = ""
    for line in lines:
        if match := _FEATURE.match(line):
            title = match.group(1).strip()
        elif match := _SCENARIO.match(line):
            if name:
                scenarios.append(Scenario(name, _trim(current)))
            name, current = match.group(2).strip(), []
        elif _STOP.match(line) and name:
            scenarios.append(Scenario(name, _trim(current)))
            name, current = "", []
        elif name:
            current.append(line)
        elif line.strip() and not line.strip().startswith(("#", "@")) and not _STOP.match(line) and not re.match(r"\s*(假如|当|那么|并且|但是|\|)", line):
            description.append(line.strip())
    if name:
        scenarios.append(Scenario(name, _trim(current)))
    return Feature(title, " ".join(description), "\n".join(lines), tuple(scenarios))


def _trim(lines: Iterable[str]) -> str:
    kept = [line.rstrip() for line in lines if line.strip() and not line.strip().startswith("#")]
    indent = min((len(x) - len(x.lstrip()) for x in kept), default=0)
    return "\n".join(x[indent:] for x in kept)


def read_features(folder: Path, *, run: bool = True) -> list[Feature]:
    """All features of a folder; with results where pytest and pytest-bdd are installed."""
    files = sorted(folder.rglob("*.feature"))
    features = [read_feature(p) for p in files]
    results = _results(folder) if run and files else {}
    if not results:
        return features
    return [
        replace(f, scenarios=tuple(replace(s, result=results.get((f.title, s.title), "")) for s in f.scenarios)) for f in features
    ]


def _results(folder: Path) -> dict[tuple[str, str], str]:
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary) / "report.json"
        command = [sys.executable, "-m", "pytest", str(folder), "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--cucumberjson={report}"]
        subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own interpreter and folder
        if not report.exists():
            return {}
        out: dict[tuple[str, str], str] = {}
        for feature in json.loads(report.read_text(encoding="utf-8")):
            for element in feature.get("elements", []):
                states = {step.get("result", {}).get("status") for step in element.get("steps", [])}
                key = (str(feature.get("name", "")), str(element.get("name", "")))
                passed = states == {"passed"} and out.get(key) != "failed"
                out[key] = "passed" if passed else "failed"
        return out


def by_subject(features: Iterable[Feature], subjects: dict[str, str]) -> dict[str, list[Feature]]:
    """Features by the id of the measure or recognition they name; `subjects` maps title to id."""
    out: dict[str, list[Feature]] = {}
    for feature in features:
        found = [i for t, i in subjects.items() if i in feature.text or f"“{t}”" in feature.text or feature.title.startswith(t)]
        for subject in found:
            out.setdefault(subject, []).append(feature)
    return out
