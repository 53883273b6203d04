"""Feature files read: zh-CN Gherkin to `models`, by the gherkin-official parser.

What must stay true: what Gherkin cannot read is refused with every place (file:line) in Chinese and
never half read; the text a reader is shown is the text as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..errors import InputError, Position, Problem, UsageError
from ..files import reading
from ..plain import dataclass
from ..texts import read_text
from .models import Feature, Kind, Scenario, Step, Table

LANGUAGE = "zh-CN"
_KINDS = {"Context": Kind.GIVEN, "Action": Kind.WHEN, "Outcome": Kind.THEN}


class FeatureError(InputError):
    """A feature file that cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Keywords:
    """The words of the dialect, longest first."""

    steps: tuple[str, ...]
    blocks: tuple[str, ...]
    outline: tuple[str, ...]


def keywords() -> Keywords:
    _parser()
    from gherkin.dialect import Dialect

    dialect = Dialect.for_name(LANGUAGE)
    assert dialect is not None
    spec: Any = dialect.spec

    def words(*kinds: str) -> tuple[str, ...]:
        return tuple(sorted({w for k in kinds for w in spec[k] if w != "* "}, key=lambda w: (-len(w), w)))

    return Keywords(
        steps=words("given", "when", "then", "and", "but"),
        blocks=words("feature", "background", "rule", "scenario", "scenarioOutline", "examples"),
        outline=words("scenarioOutline"),
    )


def _parser() -> Any:
    try:
        from gherkin.parser import Parser
    except ModuleNotFoundError:
        raise UsageError("读场景文件要用 gherkin-official，这里没有安装；装上再来：pip install gherkin-official") from None
    return Parser()


def tree(text: str, name: str) -> Any:
    """The syntax tree of a feature; None where there is no 功能 in it. Raises `FeatureError`."""
    parser = _parser()
    from gherkin.errors import CompositeParserException, ParserException
    from gherkin.token_matcher import TokenMatcher
    from gherkin.token_scanner import TokenScanner

    lines = text.splitlines()
    try:
        return parser.parse(TokenScanner(text), TokenMatcher(LANGUAGE)).get("feature")
    except CompositeParserException as error:
        raise FeatureError([_problem(e, name, lines) for e in error.errors]) from None
    except ParserException as error:
        raise FeatureError([_problem(error, name, lines)]) from None


def _problem(error: Any, name: str, lines: Sequence[str]) -> Problem:
    line = int(error.location["line"])
    message = re.sub(r"^\(\d+:\d+\): ", "", str(error))
    found = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    at = Position(name, line, int(error.location.get("column") or 1))
    if "inconsistent cell count" in message:
        return Problem(at, f"表格各行的栏数不一致：{found}")
    if "unexpected end of file" in message:
        return Problem(at, "文件里没有“功能”，或没有写完")
    return Problem(at, f"这一行读不懂：{found}；每一步以 假如、当、那么、并且、但是 开头")


def kind_of(step: Any, before: Kind | None) -> Kind | None:
    """What a step of the tree does: 并且, 但是 and * go on with what stands before."""
    return _KINDS.get(step["keywordType"], before)


def blocks(feature: Any) -> Iterator[tuple[Any, int]]:
    """Backgrounds, rules and scenarios of the tree, in order, each with its line."""
    for child in feature["children"]:
        for block in child.values():
            yield block, block["location"]["line"]
            if "children" in block:
                yield from blocks(block)


def rows_of(step: Any) -> Table | None:
    """The table below a step of the tree."""
    table = step.get("dataTable")
    return None if table is None else tuple(tuple(c["value"] for c in r["cells"]) for r in table["rows"])


def parse_feature(text: str, path: Path) -> Feature:
    """The text of one feature file. Raises `FeatureError`."""
    root = tree(text, str(path))
    if root is None:
        raise FeatureError([Problem(Position(str(path), 1, 1), "文件里没有“功能”")])
    lines = text.split("\n")
    found = list(blocks(root))
    ends = [line for _, line in found[1:]] + [len(lines) + 1]
    rule, above, own = "", tuple[Step, ...](), tuple[Step, ...]()  # steps of the feature's background, of the rule's
    background = ""
    scenarios: list[Scenario] = []
    for (block, line), end in zip(found, ends, strict=True):
        shown = _trim(lines[line : end - 1])
        if "children" in block:
            rule, own = block["name"], ()
        elif "examples" not in block and rule:
            own = _steps(block, str(path))
        elif "examples" not in block:
            above, background = _steps(block, str(path)), shown
        else:
            steps, rows = (*above, *own, *_steps(block, str(path))), tuple(_examples(block))
            scenarios.append(Scenario(title=block["name"], text=shown, rule=rule, line=line, steps=steps, rows=rows))
    head = lines[root["location"]["line"] : (found[0][1] if found else len(lines) + 1) - 1]
    description = "".join(x.strip() for x in head if x.strip() and not x.strip().startswith(("#", "@")))
    return Feature(title=root["name"], description=description, text=text, scenarios=tuple(scenarios), background=background, path=path)


def _steps(block: Any, name: str) -> tuple[Step, ...]:
    kind: Kind | None = None
    out = []
    for step in block["steps"]:
        kind = kind_of(step, kind)
        at = Position(name, step["location"]["line"], step["location"].get("column") or 1)
        if kind is None:
            raise FeatureError([Problem(at, f"第一步不能用“{step['keyword'].strip()}”，要用 假如、当 或 那么")])
        if "docString" in step:
            raise FeatureError([Problem(at, "步骤后面不接大段文字（三个引号），只接表格")])
        out.append(Step(kind=kind, text=step["text"], line=at.line, table=rows_of(step)))
    return tuple(out)


def _examples(block: Any) -> Iterator[dict[str, str]]:
    """The rows of every 例子 table, by column."""
    for examples in block["examples"]:
        header = [c["value"] for c in (examples.get("tableHeader") or {}).get("cells", [])]
        for row in examples.get("tableBody", []):
            yield dict(zip(header, (c["value"] for c in row["cells"]), strict=True))


def _trim(lines: Iterable[str]) -> str:
    """Without comments, tags, empty lines and common indent."""
    kept = [line.rstrip() for line in lines if line.strip() and not line.strip().startswith(("#", "@"))]
    indent = min((len(x) - len(x.lstrip()) for x in kept), default=0)
    return "\n".join(x[indent:] for x in kept)


def read_feature(path: Path) -> Feature:
    """One feature file: its title, free description, background and scenarios as text and steps."""
    return parse_feature(read_text(path), path)


def feature_files(folder: Path) -> list[Path]:
    with reading(folder):
        return sorted(folder.rglob("*.feature"))


def read_features(folder: Path, rulebook: str = "") -> list[Feature]:
    """All features of a folder, or those that decide by one rulebook; nothing is run. Raises `FeatureError` with every place."""
    features: list[Feature] = []
    problems: list[Problem] = []
    for path in feature_files(folder):
        try:
            features.append(read_feature(path))
        except InputError as error:
            problems += error.problems
    if problems:
        raise FeatureError(problems)
    return [f for f in features if not rulebook or rulebook in f.rulebooks]
