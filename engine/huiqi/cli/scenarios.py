"""`rules test`: which rulebooks scenarios mean, and what is printed of those that ran."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ..api import Rulebook, load
from ..errors import Position
from ..plain import dataclass
from ..rulebook.places import find_folder
from ..scenarios.lint import lint_text
from ..scenarios.models import Feature
from ..scenarios.run import Failure, run_feature
from ..scenarios.story import Load


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One feature file: its scenarios, how much was wrong, and the lines that say so."""

    scenarios: int
    wrong: int
    lines: tuple[str, ...]


def loader(name: str | None) -> tuple[Load, str]:
    """Rulebooks by the words scenarios call them, and the id of the one named (none: whatever is shipped).

    A rulebook of a folder is meant by its id, and one beside it before a shipped one of that name, as `uses` does.
    """
    own = None if name is None else load(name)
    beside = None if name is None else find_folder(name).parent

    @cache
    def of(wanted: str) -> Rulebook:
        if own is not None and wanted == own.id:
            return own
        if beside is not None and (beside / wanted / "rulebook.yaml").is_file():
            return load(beside / wanted)
        return load(wanted)

    return of, "" if own is None else own.id


def ran(feature: Feature, load: Load) -> Ran:
    """Run one feature; not where its writing would be misread."""
    place, count = shown(feature.path), len(feature.scenarios)
    if complaints := lint_text(feature.path.read_bytes(), place):
        return Ran(scenarios=count, wrong=len(complaints), lines=(f"写法要改  {place}：{len(complaints)} 处，没有测算", *map(str, complaints)))
    _, failures = run_feature(feature, load)
    if not failures:
        return Ran(scenarios=count, wrong=0, lines=(f"一致  {place}：{count} 个场景",))
    lines = [line for failure in failures for line in _failure(failure, place)]
    return Ran(scenarios=count, wrong=len(failures), lines=(f"不一致  {place}：{count} 个场景，{len(failures)} 处", *lines))


def _failure(failure: Failure, shown: str) -> list[str]:
    step = failure.step
    sentence = f"{step.kind.value} {step.text}".rstrip()
    said, *more = failure.said.splitlines() or [""]
    if failure.expected:
        said, more = f"期望 {failure.expected}，测算 {failure.actual}", failure.said.splitlines()
    return [f"{shown}:{step.line}: {sentence}（场景“{failure.title}”）：{said}", *(f"    {line}" for line in more)]


def summary(done: Sequence[Ran]) -> str:
    wrong = sum(d.wrong for d in done)
    return f"{len(done)} 个场景文件、{sum(d.scenarios for d in done)} 个场景：" + (f"{wrong} 处不一致或要改" if wrong else "全部一致")


def shown(path: Path) -> str:
    """Relative to the folder we are in, where it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def entry_line(path: Path, name: str) -> Position:
    """Where an entry of a rule file begins; no line where the file has none of that name (or is not there)."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    number = next((n for n, line in enumerate(lines, 1) if name in (_named(line), line.strip().removeprefix("- id: "))), 0)
    return Position(str(path), number, 1 if number else 0)


def _named(line: str) -> str:
    """What an entry's line is of: 租用.起日 is the column 起日, 分档（办法·2） the table 分档."""
    return re.sub(r"(^[^.（(]*\.(?=\D))|([（(][^（）()]*[）)]$)", "", line.split(":", 1)[0].strip("\"' -"))


def where(at: Position | None) -> str:
    return f"{shown(Path(at.file))}:{at.line}: " if at is not None and at.line else ""
