"""A linter of zh-CN feature files, over the gherkin-official tree.

Gherkin and pytest-bdd swallow what a policy writer gets wrong: a second scenario of one name is
dropped, an empty 例子 runs with the literal `<a>`, `当前一年度…` becomes the step 前一年度…. Each such
trap is a complaint here, with file and line, in Chinese. `python features/lint.py [file…]` exits
with 1 if there are any. It reads files only; it decides nothing.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from gherkin.dialect import Dialect
from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser
from gherkin.token_matcher import TokenMatcher
from gherkin.token_scanner import TokenScanner

HERE = Path(__file__).resolve().parent
LANGUAGE = "zh-CN"
_DIALECT = Dialect.for_name(LANGUAGE)
assert _DIALECT is not None
_SPEC = _DIALECT.spec
STEP_WORDS = sorted({w for k in ("given", "when", "then", "and", "but") for w in _SPEC[k] if w != "* "}, key=len, reverse=True)
BLOCK_WORDS = sorted({w for k in ("feature", "background", "rule", "scenario", "scenarioOutline", "examples") for w in _SPEC[k]}, key=len, reverse=True)
KINDS = {"Context": "given", "Action": "when", "Outcome": "then"}
KIND_WORDS = {"given": "假如", "when": "当", "then": "那么"}
_SLOT = re.compile(r"\{(\w+)\}")
_PLACEHOLDER = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True, order=True)
class Complaint:
    """One trap: where, and what to do."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


# -- sentences --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Definition:
    """One sentence of the vocabulary: given, when or then; its pattern; as it is shown."""

    kind: str
    regex: re.Pattern[str]
    shown: str


def pattern(sentence: str) -> str:
    """A sentence with `{word}` slots as a regular expression; a slot holds no quotation marks."""
    parts = _SLOT.split(sentence)
    slots = [rf"(?P<{name}>[^“”（）]*)" if after.startswith("）") else rf"(?P<{name}>[^“”]*)" for name, after in zip(parts[1::2], parts[2::2], strict=True)]
    return "".join(a + b for a, b in zip(map(re.escape, parts[::2]), [*slots, ""], strict=True))


def skeleton(step: str) -> str:
    """A step without what it speaks of: `“离岸执行额”没有提供` -> `“…”没有提供`."""
    return re.sub(r"“[^“”]*”", "“…”", step)


def definitions() -> tuple[Definition, ...]:
    """Every sentence that `conftest.py` defines."""
    from pytest_bdd.steps import step_function_context_registry

    engine = str(HERE.parent / "engine")
    if engine not in sys.path:
        sys.path.append(engine)
    if str(HERE) not in sys.path:
        sys.path.insert(0, str(HERE))
    spec = importlib.util.spec_from_file_location("huiqi_feature_steps", HERE / "conftest.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    # the registry is weak: the module's own names keep its definitions alive
    found = []
    for context in list(step_function_context_registry.values()):
        if getattr(context.step_func, "__module__", "") == spec.name:
            regex = getattr(context.parser, "regex", None) or re.compile(re.escape(context.parser.name))
            shown = re.sub(r"\(\?P<\w+>\[\^[^]]*\]\*\)", "…", regex.pattern)
            found.append(Definition(context.type or "", regex, re.sub(r"\\(.)", r"\1", shown)))
    return tuple(sorted(set(found), key=lambda d: (d.kind, d.shown)))


def matches(step: str, kind: str, known: Iterable[Definition]) -> bool:
    return any(d.kind in ("", kind) and d.regex.fullmatch(step) for d in known)


def nearest(step: str, kind: str, known: Sequence[Definition]) -> str:
    """`是否“…”？` with the nearest sentence, or where the list of them is."""
    for d in known:
        if d.regex.fullmatch(step):
            return f"这一句要写在“{KIND_WORDS[d.kind]}”下，不在“{KIND_WORDS.get(kind, kind)}”下"
    near = get_close_matches(skeleton(step), [d.shown for d in known if d.kind in ("", kind)] or [d.shown for d in known], n=1, cutoff=0.3)
    return f"是否“{near[0]}”？" if near else "可用的句式见 features/README.md"


# -- one file ---------------------------------------------------------------------------------------


def lint_text(data: bytes, name: str, known: Sequence[Definition]) -> list[Complaint]:
    """Complaints about one feature file, in the order of its lines."""
    complaints: list[Complaint] = []
    if data.startswith(b"\xef\xbb\xbf"):
        complaints.append(Complaint(name, 1, "文件开头有 BOM 标记；另存为 UTF-8（无 BOM）"))
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [*complaints, Complaint(name, line, "文件不是 UTF-8 编码；另存为 UTF-8（无 BOM）")]
    lines = text.splitlines()
    complaints += [Complaint(name, n, m) for n, m in _raw(lines)]
    try:
        tree: Any = Parser().parse(TokenScanner(text), TokenMatcher(LANGUAGE))
    except CompositeParserException as error:
        complaints += [_syntax(name, e, lines) for e in error.errors]
    except ParserException as error:
        complaints.append(_syntax(name, error, lines))
    else:
        complaints += [Complaint(name, n, m) for n, m in _tree(tree.get("feature"), lines, known)]
    return sorted(set(complaints))


def _raw(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """What the parser would misread or read past."""
    first = next((x.strip() for x in lines if x.strip()), "")
    if not re.fullmatch(rf"#\s*language:\s*{LANGUAGE}", first):
        yield 1, f"第一行应是 # language: {LANGUAGE}，否则中文关键字不被认识"
    quoted = False
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if bare.startswith(('"""', "```")):
            quoted = not quoted
        if quoted or bare.startswith("#"):
            continue
        if word := next((w for w in BLOCK_WORDS if re.match(rf"{re.escape(w)}\s*：", bare)), None):
            yield number, f"“{word}”后面是全角冒号“：”，不被认作关键字；改成半角“:”"
        if bare.startswith(("|", "｜")) and "｜" in bare:
            yield number, "表格里有全角竖线“｜”；改成半角“|”"


def _syntax(name: str, error: Any, lines: Sequence[str]) -> Complaint:
    line = int(error.location["line"])
    message = re.sub(r"^\(\d+:\d+\): ", "", str(error))
    found = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    if "inconsistent cell count" in message:
        return Complaint(name, line, f"表格各行的栏数不一致：{found}")
    if "unexpected end of file" in message:
        return Complaint(name, line, "文件里没有“功能”，或没有写完")
    return Complaint(name, line, f"这一行读不懂：{found}；每一步以 假如、当、那么、并且、但是 开头")


def _tree(feature: Any, lines: Sequence[str], known: Sequence[Definition]) -> Iterator[tuple[int, str]]:
    if feature is None:
        yield 1, "文件里没有“功能”"
        return
    yield from _description(feature, lines)
    seen: dict[str, int] = {}
    count = 0
    for scenario, line in _blocks(feature):
        yield from _description(scenario, lines)
        if "children" in scenario:
            continue
        yield from _steps(scenario, lines, known)
        if "examples" not in scenario:  # 背景
            continue
        count += 1
        title = scenario["name"]
        if not title:
            yield line, "场景没有标题"
        if title in seen:
            yield line, f"场景“{title}”与第 {seen[title]} 行重名，后一个会顶掉前一个"
        seen.setdefault(title, line)
        if "Outcome" not in [s.get("keywordType") for s in scenario["steps"]]:
            yield line, f"场景“{title}”没有“那么”，什么也没有检查"
    if not count:
        yield feature["location"]["line"], "功能里一个场景也没有"


def _blocks(feature: Any) -> Iterator[tuple[Any, int]]:
    """Backgrounds, rules and scenarios, in order."""
    for child in feature["children"]:
        for block in child.values():
            yield block, block["location"]["line"]
            if "children" in block:
                yield from _blocks(block)


def _description(block: Any, lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Lines of a description that begin with a step's keyword: a step if it moves by one line."""
    wanted = [x.strip() for x in (block.get("description") or "").splitlines() if x.strip()]
    for number in range(block["location"]["line"] + 1, len(lines) + 1):
        bare = lines[number - 1].strip()
        if not wanted:
            return
        if bare == wanted[0]:
            wanted.pop(0)
            if word := next((w for w in STEP_WORDS if bare.startswith(w)), None):
                yield number, f"说明文字以关键字“{word}”开头，容易被当成步骤；换个说法"


def _steps(scenario: Any, lines: Sequence[str], known: Sequence[Definition]) -> Iterator[tuple[int, str]]:
    kind = ""
    columns, rows = set[str](), list[dict[str, str]]()
    outline = scenario.get("keyword") in _SPEC["scenarioOutline"]
    for examples in scenario.get("examples", []):
        line = examples["location"]["line"]
        header = [c["value"] for c in (examples.get("tableHeader") or {}).get("cells", [])]
        body = [[c["value"] for c in r["cells"]] for r in examples.get("tableBody", [])]
        if not body:
            yield line, "“例子”是空的，场景会带着 <…> 原样跑一次"
        if twice := {h for h in header if header.count(h) > 1}:
            yield line, f"“例子”的表头重复：{'、'.join(sorted(twice))}"
        columns |= set(header)
        rows += [dict(zip(header, r, strict=True)) for r in body]
    if outline and not scenario["examples"]:
        yield scenario["location"]["line"], "“场景大纲”没有“例子”"
    used = set(_PLACEHOLDER.findall(scenario["name"]))
    for step in scenario["steps"]:
        line, text = step["location"]["line"], step["text"]
        word = step["keyword"].strip()
        after = lines[line - 1].strip()[len(word) :]
        if after and not after[0].isspace():
            yield line, f"“{word}{after}”以关键字“{word}”开头，会读成“{word} {after}”；是步骤就在“{word}”后空一格，不是就换个说法"
        if kind == "" and step["keywordType"] not in KINDS:
            yield line, f"第一步不能用“{word}”，要用 假如、当 或 那么"
        kind = KINDS.get(step["keywordType"], kind)
        cells = [c["value"] for r in (step.get("dataTable") or {}).get("rows", []) for c in r["cells"]]
        names = {n for t in (text, *cells, (step.get("docString") or {}).get("content", "")) for n in _PLACEHOLDER.findall(t)}
        used |= names
        for name in sorted(names - columns):
            yield line, f"<{name}> 不在“例子”的表头里（有：{'、'.join(sorted(columns)) or '没有例子'}）"
        for version in {_rendered(text, row) for row in rows} or {text}:
            if not matches(version, kind, known):
                yield line, f"没有这个句式：“{version}”；{nearest(version, kind, known)}"
                break
    if unused := columns - used:
        yield scenario["location"]["line"], f"“例子”里的栏没有用到：{'、'.join(sorted(unused))}"


def _rendered(text: str, row: dict[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda m: row.get(m.group(1), m.group(0)), text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Lint the files named, or every feature beside this module; 1 if there is any complaint."""
    paths = [Path(a) for a in (sys.argv[1:] if arguments is None else arguments)] or sorted(HERE.rglob("*.feature"))
    known = definitions()
    complaints = [c for p in paths for c in lint_text(p.read_bytes(), _shown(p), known)]
    for complaint in complaints:
        print(complaint)
    print(f"检查 {len(paths)} 个场景文件：" + (f"{len(complaints)} 处要改" if complaints else "没有问题"))
    return 1 if complaints else 0


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


if __name__ == "__main__":
    sys.exit(main())
