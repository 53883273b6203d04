"""The works that are measured, and the enterprises they are measured on.

Two works: 30 measures of six conditions over 20 facts (generated here, and told to every peer in its own
words), and Datong as shipped. Two populations each: on one nearly nothing is granted, on the other nearly
everything (amounts cost more than refusals, so that either alone would hide something). What must stay
true: drawn from a seed, so that two runs and all contestants see the same enterprises; no huiqi here,
because peers run where it is not installed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

MEASURES, CONDITIONS, FACTS = 30, 6, 20
RATE, CAP = 10, 500_000  # per cent of a fact; 元 an enterprise
ON, YEAR = "2026-06-30", 2025

Row = dict[str, Any]


class Work(StrEnum):
    GRID = "30x6"
    DATONG = "datong"


class Population(StrEnum):
    """Whether most measures are granted; the share is measured and printed."""

    REFUSED = "mostly ineligible"
    GRANTED = "mostly eligible"


# -- 30 measures of six conditions ---------------------------------------------------------------------


def threshold(fact: int) -> int:
    return (fact + 1) * 100_000


def asked(measure: int) -> list[int]:
    """The facts whose thresholds a measure asks for, in its order; its amount is a share of the first."""
    return [(measure + c) % FACTS for c in range(CONDITIONS - 1)]


def barred(measure: int) -> int:
    """The fact that excludes from the measure if it is negative."""
    return (measure + 7) % FACTS


def rulebook(folder: Path) -> Path:
    """The work as a rulebook: five thresholds and an exclusion each, amounts at a rate with a cap."""
    folder.mkdir()
    files = {
        "rulebook.yaml": "id: bench\ntitle: 测速\nversion: '1'\njurisdiction: 中国\n",
        "documents.yaml": "- {id: d, title: 文件, issuer: 机关, jurisdiction: 中国, sheet: bench, letter: A}\n",
        "clauses.yaml": "- {id: 一, document: d, title: 条, says: 条, disposition: measure}\n",
        "vocabulary.yaml": "facts:\n" + "".join(f"  数据{n}: {{id: f{n}, kind: money, unit: 元, min: 0元, max: 100亿元}}\n" for n in range(FACTS)),
        "parameters.yaml": f"比例: {{id: rate, kind: ratio, values: [{{value: {RATE}%, document: d}}]}}\n"
        f"封顶: {{id: cap, unit: 元, values: [{{value: {CAP}元, document: d}}]}}\n"
        + "".join(f"门槛{n}: {{id: t{n}, unit: 元, values: [{{value: {threshold(n)}元, document: d}}]}}\n" for n in range(FACTS)),
    }
    body = []
    for m in range(MEASURES):
        when = ", ".join(f"{{条件{c}: 数据{n} >= 门槛{n}}}" for c, n in enumerate(asked(m)))
        body.append(
            f"- {{id: m.{m}, title: 事项{m}, clause: 一, when: [{when}], unless: [{{情形: 数据{barred(m)} < 0}}], "
            f"award: {{up to: 数据{asked(m)[0]} * 比例}}, limits: [{{amount: 封顶, per: 企业}}]}}\n"
        )
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "measures").mkdir()
    (folder / "measures" / "all.yaml").write_text("".join(body), encoding="utf-8")
    return folder


def grid_rows(population: Population, count: int) -> list[dict[str, int]]:
    """Enterprises around the thresholds: on them, one 元 below, or some way off; now and then far above, where the cap cuts."""
    draw = random.Random(f"{Work.GRID} {population}")
    reached = {Population.REFUSED: 50, Population.GRANTED: 98}[population]

    def fact(n: int) -> int:
        near = draw.randrange(8) == 0
        if draw.randrange(100) >= reached:
            return threshold(n) - (1 if near else draw.randrange(1, 10_000))
        if draw.randrange(30) == 0:
            return threshold(n) * 60 + draw.randrange(10_000)
        return threshold(n) + (0 if near else draw.randrange(10_000))

    return [{f"f{n}": fact(n) for n in range(FACTS)} for _ in range(count)]


# -- Datong ----------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(.*)")
# of a hundred facts, how many are redrawn from the enterprise that qualifies for what one can qualify for
_REDRAWN = {Population.REFUSED: 40, Population.GRANTED: 1}


def datong_rows(population: Population, best: Row, options: dict[str, list[str]]) -> Iterator[Row]:
    """Enterprises like `best` (`facts`, `records`), with some answers others; without end.

    `options` are the words of a choice by fact or `record.column`. Some draws contradict themselves: the
    reader of cases refuses those.
    """
    draw = random.Random(f"{Work.DATONG} {population}")

    def other(name: str, value: Any) -> Any:
        if draw.randrange(100) >= _REDRAWN[population]:
            return value
        if name in options:
            return draw.choice(options[name])
        if value in ("是", "否"):
            return "否" if value == "是" else "是"
        if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return (date.fromisoformat(value) + timedelta(days=draw.randint(-900, 300))).isoformat()
        if isinstance(value, str) and (found := _NUMBER.fullmatch(value)) and found[2]:
            decimals = len(found[1].partition(".")[2])
            units = int(found[1].replace(".", "")) * draw.randrange(128) // 64
            text = f"{abs(units):0{decimals + 1}d}"
            return f"{text[: len(text) - decimals]}{'.' if decimals else ''}{text[len(text) - decimals :]}{found[2]}"
        return value

    while True:
        yield {
            "facts": {name: other(name, value) for name, value in best["facts"].items()},
            "records": {
                record: [{column: other(f"{record}.{column}", value) for column, value in row.items()} for row in rows]
                for record, rows in best["records"].items()
            },
        }
