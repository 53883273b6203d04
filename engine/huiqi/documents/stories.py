"""The scenarios of a rulebook as the policy book shows them: sentences as a list, tables as tables, results said.

What must stay true: every line of a scenario is shown as it was written; a scenario that was not run says so and
why; on paper only how many agree and which do not, since each can be read in full on the screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from ..scenarios.models import Feature, Result, Scenario
from .parts import bullets

_CELL = re.compile(r"(?<!\\)\|")
_WORDS = re.compile(r"(假如|假设|假定|当|那么|并且|而且|同时|但是|例子)(?=[ :：])(.*)")
_MARKS = {
    Result.PASSED: '<span class="ok">✓ 与测算一致</span>',
    Result.FAILED: '<span class="bad">✗ 与测算不一致</span>',
    Result.NOT_RUN: '<span class="src">未核对</span>',
}


def scenarios(features: Sequence[Feature]) -> str:
    """The scenarios about one thing with their results; the steps unfold."""
    return "".join(_feature(f) for f in features)


def on_paper(features: Sequence[Feature]) -> str:
    """How many there are and how they came out; by title only those that do not agree."""
    return bullets((_counted(f) for f in features), "flat")


def _counted(feature: Feature) -> str:
    found = feature.scenarios
    words = (f"与测算一致 {_count(found, Result.PASSED)} 个", f"不一致 {_count(found, Result.FAILED)} 个", f"未核对 {_count(found, Result.NOT_RUN)} 个")
    said = "、".join(w for w, r in zip(words, (Result.PASSED, Result.FAILED, Result.NOT_RUN), strict=True) if _count(found, r))
    wrong = "；".join(f"{_title(s)} {_MARKS[Result.FAILED]}" for s in found if s.result is Result.FAILED)
    return f"{escape(feature.title)}：{len(found)} 个场景，{said}" + (f"：{wrong}" if wrong else "")


def _count(found: Iterable[Scenario], result: Result) -> int:
    return sum(s.result is result for s in found)


def _feature(feature: Feature) -> str:
    out = [f"<h3>{escape(feature.title)}</h3>"]
    if feature.description:
        out.append(f'<p class="note">{escape(feature.description)}</p>')
    if feature.background:
        out.append(f"<details><summary>各场景共同的前提</summary>{told(feature.background)}</details>")
    for rule, found in groupby(feature.scenarios, key=lambda s: s.rule):
        if rule:
            out.append(f"<h4>{escape(rule)}</h4>")
        out += [f"<details><summary>{_summary(s)}</summary>{told(s.text)}</details>" for s in found]
    return "".join(out)


def _summary(scenario: Scenario) -> str:
    rows = f'<span class="src">（{len(scenario.rows)} 例）</span>' if len(scenario.rows) > 1 else ""
    return f"{_title(scenario)}{rows} {_MARKS[scenario.result]}"


def _title(scenario: Scenario) -> str:
    return escape(scenario.title.replace("<", "〈").replace(">", "〉"))  # what an example fills in


# -- the text of a scenario ----------------------------------------------------------------------------


def told(text: str) -> str:
    """The lines of a scenario: each sentence a line, each run of `| … |` a table, examples under their word."""
    lines = "".join(_blocks(text.split("\n")))
    return f'<div class="story">{lines}</div>'


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    for tabled, found in groupby((x.strip() for x in lines if x.strip()), key=lambda x: x.startswith("|")):
        if tabled:
            yield _table(list(found))
        else:
            yield from (f"<p>{_step(x)}</p>" for x in found)


def _step(line: str) -> str:
    found = _WORDS.fullmatch(line)
    return f"<b>{found[1]}</b>{escape(found[2])}" if found else escape(line)


def _table(lines: Sequence[str]) -> str:
    head, *rows = (_cells(x) for x in lines)
    body = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table class="told"><thead><tr>{"".join(f"<th>{escape(h)}</th>" for h in head)}</tr></thead><tbody>{body}</tbody></table></div>'


def _cells(line: str) -> list[str]:
    cells = _CELL.split(line)
    return [c.strip().replace("\\|", "|").replace("\\\\", "\\") for c in (cells[1:-1] if cells[-1].strip() == "" else cells[1:])]


__all__ = ["on_paper", "scenarios", "told"]
