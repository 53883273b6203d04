"""An example enterprise: a case file, decided by the reference from its very text, and as small as it can be.

What must stay true: what is shown is what was decided (the text is read back as anybody's case is), and
leaving out more never makes it say something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from typing import Any

from ..backends.smt.world import Told
from ..errors import HuiqiError
from ..plain import dataclass
from ..reasoning.casefile import case_from_tree
from ..reasoning.decide import judge
from ..reasoning.facts import Reader
from ..reasoning.judged import Judgement
from ..rulebook.compiled import CompiledRulebook
from ..rulebook.yamltree import parse_yaml

_KEY = b"huiqi proving: examples have no secrets"
_BARE = re.compile(r"[\w（）/.+%-]+")


@dataclass(frozen=True, kw_only=True)
class Example:
    """One enterprise on one day, and what the reference says of it (`expected`: outcome by measure)."""

    told: Told
    on: date
    year: int
    rulebook: str
    schemes: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)  # the way of reading it is an example under, by name
    expected: Mapping[str, str] = field(default_factory=dict)
    says: str = ""

    @property
    def text(self) -> str:
        """As a case file."""
        lines = [f"说明: {_word(self.says)}"] if self.says else []
        lines += ["企业: 样例企业（虚构）", f"政策规则库: [{_word(self.rulebook)}]", f"审核日期: {self.on}", f"申报年度: {self.year}"]
        if self.schemes:
            lines += ["方案:", *(f"  {k}: {_word(v)}" for k, v in self.schemes.items())]
        if self.readings:
            lines += ["读法:", *(f"  {_word(k)}: {_word(v)}" for k, v in self.readings.items())]
        if self.told.data:
            lines.append("数据:")
            for name, value in self.told.data.items():
                lines.append(f"  {_word(name)}: {_row(value) if isinstance(value, Mapping) else _word(value)}")
        if self.told.records:
            lines.append("明细:")
            for name, rows in self.told.records.items():
                lines.append(f"  {_word(name)}:" + ("" if rows else " []"))
                lines += [f"    - {_row(row)}" for row in rows]
        if self.expected:
            lines += ["期望:", *(f"  {k}: {{结论: {v}}}" for k, v in self.expected.items())]
        return "\n".join(lines) + "\n"

    @property
    def brief(self) -> str:
        """In one line, as far as it differs from nothing."""
        parts = [f"{n} {_brief(x)}" for n, x in self.told.data.items()]
        parts += [f"{n} {'；'.join('，'.join(f'{c} {x}' for c, x in list(row.items())[1:]) for row in rows) or '无'}" for n, rows in self.told.records.items()]
        return "，".join(parts) or "什么也不用填"

    def decided(self, book: CompiledRulebook, only: tuple[str, ...] | None = None, *, lenient: bool = False) -> Judgement | None:
        """The reference's word on the text; None where the text is no case. `lenient`: facts may be another rulebook's."""
        try:
            case = case_from_tree(parse_yaml(self.text, "样例.yaml"), "样例.yaml")
            reader = Reader(book, need_unit=True, key=_KEY, all_known=not lenient)
            facts = reader.read(case.data, case.records, case.year)
            if reader.problems:
                return None
            return judge(book, facts, on=self.on, schemes=dict(self.schemes), only=only)
        except HuiqiError:
            return None


def smallest(example: Example, holds: Callable[[Example], bool]) -> Example:
    """The example with whatever can be left out left out: records, lists, facts, cells, each tried once."""
    for leave in _ways(example.told):
        fewer = leave(example.told)
        if fewer is not None and holds(less := replace(example, told=fewer)):
            example = less
    return example


Leave = Callable[[Told], Told | None]


def _ways(told: Told) -> Iterator[Leave]:
    for name, rows in told.records.items():
        for key in reversed([_key(row) for row in rows]):
            yield lambda x, name=name, key=key: Told(x.data, {**x.records, name: [r for r in x.records[name] if _key(r) != key]})  # type: ignore[misc]
    for name in told.records:
        yield lambda x, name=name: None if x.records[name] else Told(x.data, {k: r for k, r in x.records.items() if k != name})  # type: ignore[misc]
    for name, value in told.data.items():
        yield lambda x, name=name: Told({k: v for k, v in x.data.items() if k != name}, x.records)  # type: ignore[misc]
        if isinstance(value, Mapping) and len(value) > 1:
            for year in value:
                yield lambda x, name=name, year=year: _without_year(x, name, year)  # type: ignore[misc]
    for name, rows in told.records.items():
        for key, column in [(_key(row), c) for row in rows for c in list(row)[1:]]:
            yield lambda x, name=name, key=key, column=column: _without_cell(x, name, key, column)  # type: ignore[misc]


def _key(row: Mapping[str, str]) -> str:
    return next(iter(row.values()))


def _without_year(told: Told, name: str, year: str) -> Told | None:
    if name not in told.data or len(told.data[name]) < 2:
        return None
    return Told({**told.data, name: {k: v for k, v in told.data[name].items() if k != year}}, told.records)


def _without_cell(told: Told, name: str, key: str, column: str) -> Told | None:
    if not any(_key(r) == key for r in told.records.get(name, ())):
        return None
    rows = [{c: v for c, v in r.items() if c != column or _key(r) != key} for r in told.records[name]]
    return Told(told.data, {**told.records, name: rows})


def _word(text: Any) -> str:
    word = str(text)
    return word if _BARE.fullmatch(word) and not word.startswith("-") else '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _row(cells: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{_word(k)}: {_word(v)}" for k, v in cells.items()) + "}"


def _brief(value: Any) -> str:
    return "、".join(f"{y}年度 {x}" for y, x in value.items()) if isinstance(value, Mapping) else str(value)
