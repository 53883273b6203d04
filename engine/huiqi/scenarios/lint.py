"""A linter of zh-CN feature files, over the Gherkin tree.

Gherkin and those who run it swallow what a policy writer gets wrong: pytest-bdd drops a second
scenario of one name, an empty 例子 runs with the literal `<a>`, `当前一年度…` becomes the step
前一年度…. Each such trap is a complaint here, with file and line, in Chinese. It decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from ..plain import dataclass
from .models import Kind, filled, placeholders
from .parse import LANGUAGE, FeatureError, Keywords, blocks, keywords, kind_of, rows_of, tree
from .steps import known, unknown

_keywords = cache(keywords)


@dataclass(frozen=True, order=True)
class Complaint:
    """One trap: where, and what to do."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def lint_text(data: bytes, name: str) -> list[Complaint]:
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
    complaints += [Complaint(name, n, m) for n, m in _raw(lines, _keywords())]
    try:
        root = tree(text, name)
    except FeatureError as error:
        complaints += [Complaint(name, p.at.line, p.message) for p in error.problems]
    else:
        complaints += [Complaint(name, n, m) for n, m in _tree(root, lines, _keywords())]
    return sorted(set(complaints))


def _raw(lines: Sequence[str], words: Keywords) -> Iterator[tuple[int, str]]:
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
        if word := next((w for w in words.blocks if re.match(rf"{re.escape(w)}\s*：", bare)), None):
            yield number, f"“{word}”后面是全角冒号“：”，不被认作关键字；改成半角“:”"
        if bare.startswith(("|", "｜")) and "｜" in bare:
            yield number, "表格里有全角竖线“｜”；改成半角“|”"


def _tree(feature: Any, lines: Sequence[str], words: Keywords) -> Iterator[tuple[int, str]]:
    if feature is None:
        yield 1, "文件里没有“功能”"
        return
    yield from _description(feature, lines, words)
    seen: dict[str, int] = {}
    count = 0
    for scenario, line in blocks(feature):
        yield from _description(scenario, lines, words)
        if "children" in scenario:
            continue
        yield from _steps(scenario, lines, words)
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


def _description(block: Any, lines: Sequence[str], words: Keywords) -> Iterator[tuple[int, str]]:
    """Lines of a description that begin with a step's keyword: a step if it moves by one line."""
    wanted = [x.strip() for x in (block.get("description") or "").splitlines() if x.strip()]
    for number in range(block["location"]["line"] + 1, len(lines) + 1):
        bare = lines[number - 1].strip()
        if not wanted:
            return
        if bare == wanted[0]:
            wanted.pop(0)
            if word := next((w for w in words.steps if bare.startswith(w)), None):
                yield number, f"说明文字以关键字“{word}”开头，容易被当成步骤；换个说法"


def _steps(scenario: Any, lines: Sequence[str], words: Keywords) -> Iterator[tuple[int, str]]:
    kind: Kind | None = None
    columns, rows = set[str](), list[dict[str, str]]()
    outline = scenario.get("keyword") in words.outline
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
    used = set(placeholders(scenario["name"]))
    for step in scenario["steps"]:
        line, text = step["location"]["line"], step["text"]
        word = step["keyword"].strip()
        after = lines[line - 1].strip()[len(word) :]
        if after and not after[0].isspace():
            yield line, f"“{word}{after}”以关键字“{word}”开头，会读成“{word} {after}”；是步骤就在“{word}”后空一格，不是就换个说法"
        kind = kind_of(step, kind)
        if kind is None:
            yield line, f"第一步不能用“{word}”，要用 假如、当 或 那么"
        if "docString" in step:
            yield line, "步骤后面不接大段文字（三个引号），只接表格"
        cells = [cell for row in rows_of(step) or () for cell in row]
        names = {n for t in (text, *cells) for n in placeholders(t)}
        used |= names
        for name in sorted(names - columns):
            yield line, f"<{name}> 不在“例子”的表头里（有：{'、'.join(sorted(columns)) or '没有例子'}）"
        for version in sorted({filled(text, row) for row in rows}) or [text]:
            if kind is not None and not known(kind, version):
                yield line, unknown(kind, version)
                break
    if unused := columns - used:
        yield scenario["location"]["line"], f"“例子”里的栏没有用到：{'、'.join(sorted(unused))}"
