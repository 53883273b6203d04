"""What was verified or approved as something else than was claimed: the amounts go by it, so it is told beside them.

A 核减 balances sums and is told with them (`disallowed`); this is the plain 核验 or 审定. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from ..reasoning.told import STAGES, UNVERIFIED, Facts, Given, Meant, Near
from ..rulebook.compiled import CompiledRulebook, FactSpec, told_as
from ..rulebook.literals import show_value

HEADING = "核验、审定与申报不同的"


def revised(facts: Facts, book: CompiledRulebook, among: Collection[str] | None = None) -> Iterator[str]:
    """培训费用［R-001］：申报 6,000元，核验 5,500元，审定 5,000元，按审定值测算；理由：含餐费.

    `among`: only of these facts and record types, by the names a case tells them by.
    """

    def counts(key: str) -> bool:
        return among is None or told_as(book, key) in among

    for key, years in sorted((k, x) for k, x in facts.facts.items() if counts(k)):
        for year, given in sorted(years.items(), key=lambda kv: kv[0] or 0):
            yield from _words(book.facts[key], f"（{year}年）" if year is not None else "", given)
    for key, listing in sorted((k, x) for k, x in facts.records.items() if counts(k)):
        for entry in listing.entries:
            for column, given in entry.values.items():
                yield from _words(book.records[key].fields[column], f"［{entry.key}］", given)


def _words(spec: FactSpec, where: str, given: Given) -> Iterator[str]:
    told = {s: given.stages[s] for s in reversed(STAGES) if s in given.stages}
    if given.disallowed is not None or "申报" not in told or all(x == told["申报"] for x in told.values()):
        return
    said = "，".join(f"{s} {_shown(spec, x)}" for s, x in told.items())
    why = "".join(f"；{name}：{text}" for name, text in (("理由", given.reason), ("材料", given.material)) if text)
    used = "按待核实处理" if given.value is None else f"按{given.stage}值测算"
    yield f"{spec.name}{where}：{said}，{used}{why}"


def _shown(spec: FactSpec, value: Any) -> str:
    if isinstance(value, Near | Meant):
        return value.word
    return str(value) if value is None or value is UNVERIFIED else show_value(value, spec.type)


__all__ = ["HEADING", "revised"]
