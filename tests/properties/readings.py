"""Random rulebooks with readings, as text, and the same text with the readings decided.

`with_readings` puts readings into a random rulebook's files: as words of expressions and beside
items. `decided_text` resolves them on the text itself: what is left is an ordinary rulebook in which the
document has decided. What must stay true: it shares no code with the compiler, so that it can convict it.
"""

from __future__ import annotations

import copy
import functools
import random
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from huiqi.errors import RulebookError
from huiqi.rulebook.compiled import CompiledRulebook
from tests.making import compile_files
from tests.properties.strategies import Book, Maker, Tree, make_book

NAMES = ("读法甲", "读法乙", "读法丙")
OPTIONS = ("宽", "严", "中")


def with_readings(files: Tree, r: random.Random) -> Tree:
    """The files with one to three readings, each used at least once."""
    out = copy.deepcopy(files)
    names = NAMES[: r.choice((1, 1, 2, 2, 3))]
    out["readings.yaml"] = [{"id": n, "clause": "办法·1", "question": f"{n}？", "options": list(OPTIONS[: r.choice((2, 2, 3))])} for n in names]
    options = {e["id"]: e["options"] for e in out["readings.yaml"]}

    def guard() -> Tree:
        name = r.choice(names)
        return {name: r.choice(options[name])}

    def choice(a: str, b: str) -> str:
        ((name, option),) = guard().items()
        return f'(if {name} = "{option}" then {a} else {b})'

    def in_block(items: list[Tree]) -> None:
        if len(items) > 1 and r.randrange(100) < 45:
            item = r.choice(items)
            item["读法"] = guard()
        for item in items:
            if r.randrange(100) < 25:
                key = next(k for k in item if k.startswith("条件")) if any(k.startswith("条件") for k in item) else ""
                if key and isinstance(item[key], str) and "门槛甲" in item[key]:
                    item[key] = item[key].replace("门槛甲", choice("门槛甲", "门槛乙"))

    for owner in (*out["measures/all.yaml"], *out["recognitions.yaml"]):
        for key in ("when", "unless"):
            if key in owner:
                in_block(owner[key])
    for measure in out["measures/all.yaml"]:
        award = measure.get("award", {})
        if award.get("amount") in ("定额甲", "定额乙") and r.randrange(100) < 60:
            award["amount"] = choice("定额甲", "定额乙")
        if award.get("up to", "").endswith("比例甲") and r.randrange(100) < 60:
            award["up to"] = award["up to"].replace("比例甲", choice("比例甲", "比例乙"))
        for limit in measure.get("limits", []):
            if r.randrange(100) < 40:
                limit["读法"] = guard()
        if "window" in measure and r.randrange(100) < 60:
            name = r.choice(names)
            measure["window"] = [{"读法": {name: o}, "取": measure["window"] if n == 0 else "审核日期 <= 截止日"} for n, o in enumerate(options[name])]
    for group in out.get("stacking.yaml", []):
        if r.randrange(100) < 50:
            group["读法"] = guard()
    return out


def decided_text(files: Tree, taken: Mapping[str, str]) -> Tree:
    """The files with every reading decided by the document: items of other options are gone."""
    out = _resolved(copy.deepcopy(files), taken)
    for entry in out["readings.yaml"]:
        entry |= {"chosen": taken[entry["id"]], "by": "document"}
    return out


def _resolved(tree: Any, taken: Mapping[str, str]) -> Any:
    stands = lambda x: not (isinstance(x, dict) and "读法" in x) or all(taken[k] == o for k, o in x["读法"].items())  # noqa: E731
    if isinstance(tree, dict):
        found = {k: x for k, x in tree.items() if k != "读法" and stands(x)}
        for key, value in list(found.items()):
            if isinstance(value, list) and value and all(isinstance(x, dict) and "取" in x for x in value):
                found[key] = next((x["取"] for x in value if stands(x)), None)
                if found[key] is None:
                    del found[key]
            else:
                found[key] = _resolved(value, taken)
        return found
    if isinstance(tree, list):
        return [_resolved(x, taken) for x in tree if stands(x)]
    return tree


def combinations(files: Tree) -> Iterator[dict[str, str]]:
    names = [e["id"] for e in files["readings.yaml"]]
    for taken in product(*(e["options"] for e in files["readings.yaml"])):
        yield dict(zip(names, taken, strict=True))


@functools.cache
def reading_book(seed: int) -> tuple[Book, tuple[tuple[dict[str, str], CompiledRulebook], ...]]:
    """A book with open readings, and the rulebook of each way of deciding them, compiled by itself."""
    for attempt in range(12):
        r = random.Random(f"读法{seed}·{attempt}")
        files = with_readings(Maker(r).files(), r)
        try:
            return make_book(files, f"读法{seed}·{attempt}"), tuple((taken, compile_files(decided_text(files, taken))) for taken in combinations(files))
        except RulebookError:
            continue
    raise AssertionError(f"种子 {seed} 的规则库都不能编译")
