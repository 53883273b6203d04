"""What is written once and applied decides as what is written out in every measure: on random rulebooks.

Rows are put at the head of some measures of a random rulebook (written out), and the same rows into
`shared.yaml` with the names of those measures: both are compiled, and every reader's decisions compared whole.
"""

from __future__ import annotations

import copy
import functools
import random
from collections import Counter
from typing import Any

import pytest

from huiqi.errors import RulebookError
from tests.making import as_json, examples
from tests.properties.strategies import Book, Maker, Tree, decided_by, draw_case, make_book, readers

CASES = 10
FAMILIES = ("甲类", "乙类")
SOURCES: tuple[Tree, ...] = (
    {"clause": "办法·4"}, {"clause": "办法·4", "letter": "C"}, {"basis": "假定"}, {"clause": "办法·4", "cut": "是", "from": "2025-01-01"},
    {"clause": "办法·4", "document": "far"},
)  # fmt: skip
seen: Counter[str] = Counter()


def rows(r: random.Random, maker: Maker) -> list[tuple[str, Tree]]:
    """What is shared, as a measure of its own would write it."""
    out: list[tuple[str, Tree]] = []
    for n in range(1, r.randint(2, 4)):
        kind = r.choice(("when", "unless", "reductions"))
        maker.negative = kind != "when"
        nested = kind != "reductions" and r.randrange(4) == 0
        row = {"any": [maker.condition(), maker.condition()]} if nested else maker.condition()
        label = next((k for k in row if k.startswith("条件")), "")
        body = {"any": row["any"]} if nested else row.pop(label)
        source = dict(r.choice(SOURCES))
        kept = {k: x for k, x in row.items() if k == "分母为零"}
        share = {"share": r.choice(("首付", "尾款"))} if kind == "reductions" else {}
        out.append((kind, {f"共用{n}": body, **kept, **source, **share}))
    return out


def applied(r: random.Random, measures: list[Tree]) -> tuple[Tree, list[str]]:
    """`for` and `except`, and the measures they come to."""
    ids = [x["id"] for x in measures]
    of = {f: [x["id"] for x in measures if x.get("family") == f] for f in FAMILIES}
    words = r.choice((["all"], [FAMILIES[0]], r.sample(ids, 2), [FAMILIES[1], ids[0]]))
    chosen = [i for i in ids if any(w in ("all", i) or i in of.get(w, ()) for w in words)]
    but = r.sample(chosen, 1) if len(chosen) > 1 and r.randrange(2) else []
    return {"for": words, **({"except": but} if but else {})}, [i for i in chosen if i not in but]


@functools.cache
def both(seed: int) -> tuple[Book, Book]:
    """A rulebook written out, and the same with what is shared written once."""
    for attempt in range(20):
        r = random.Random(f"共用{seed}·{attempt}")
        maker = Maker(r)
        files = maker.files()
        files["clauses.yaml"] = [*files["clauses.yaml"], {"id": "办法·4", "document": "own", "title": "共用", "says": "共用", "disposition": "condition"}]
        for n, measure in enumerate(files["measures/all.yaml"]):
            measure["family"] = FAMILIES[n % 2]
        out, once = copy.deepcopy(files), copy.deepcopy(files)
        shared: Tree = {}
        heads: dict[tuple[str, str], list[Tree]] = {}
        for kind, row in rows(r, maker):
            where, ids = applied(r, files["measures/all.yaml"])
            shared.setdefault(kind, []).append({**row, **where})
            for name in ids:
                heads.setdefault((name, kind), []).append(copy.deepcopy(row))
        once["shared.yaml"] = shared
        for measure in out["measures/all.yaml"]:
            for kind in ("when", "unless", "reductions"):
                pays = kind != "reductions" or "schemes" in measure or {"amount", "up to", "discretion"} & set(measure.get("award", {}))
                if pays and (head := heads.get((measure["id"], kind))):
                    measure[kind] = [*head, *measure.get(kind, [])]
        try:
            return make_book(out, f"写出{seed}·{attempt}"), make_book(once, f"共用{seed}·{attempt}")
        except RulebookError:
            seen["refused"] += 1
            continue
    raise AssertionError(f"种子 {seed} 的规则库都不能编译")


def told_of(decision: Any) -> Any:
    """The whole public decision but for which rulebook and which reader it was."""
    out = as_json(decision.to_dict())
    for word in ("receipt", "derivation", "rulebook"):
        out.pop(word, None)
    return out


@pytest.mark.parametrize("seed", range(examples(8)))
def test_what_is_shared_decides_as_what_is_written_out(seed: int) -> None:
    out, once = both(seed)
    r = random.Random(f"户{seed}")
    for told in [draw_case(r, out) for _ in range(CASES)]:
        expected = told_of(decided_by("reference", out, told))
        for reader in readers():
            assert told_of(decided_by(reader, once, told)) == expected, (reader, told)
        for measure in expected["measures"]:
            seen[measure["outcome"]] += 1
            seen["减额"] += any("减按" in str(line) for line in measure["award"]["lines"])


def test_the_pairs_tried_came_to_every_outcome_and_reduced_some_amounts() -> None:
    """Counted over what the test above tried in this run; alone, it tries what it needs."""
    for seed in range(3):
        test_what_is_shared_decides_as_what_is_written_out(seed)
    assert min(seen[k] for k in ("eligible", "ineligible", "undetermined", "not_in_force", "减额")) >= 5
