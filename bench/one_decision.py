"""One decision, side by side: huiqi (both reasoners, complete itemised JSON) and peers, as ratios.

    python bench/one_decision.py [--rounds N]

Work: 30 measures of 6 conditions over 20 facts, another enterprise each time. Peers run where they are
installed (zen-engine with trace). Nothing here is asserted; the figures depend on the machine, the
ratios less so.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import huiqi

MEASURES, CONDITIONS, FACTS = 30, 6, 20


def rulebook(folder: Path) -> Path:
    """30 measures of six thresholds each, amounts at a rate with a cap."""
    folder.mkdir()
    files = {
        "rulebook.yaml": "id: bench\ntitle: 测速\nversion: '1'\njurisdiction: 中国\n",
        "documents.yaml": "- {id: d, title: 文件, issuer: 机关, jurisdiction: 中国, sheet: bench, letter: A}\n",
        "clauses.yaml": "- {id: 一, document: d, title: 条, says: 条, disposition: measure}\n",
        "vocabulary.yaml": "facts:\n" + "".join(f"  数据{n}: {{id: f{n}, kind: money, unit: 元, min: 0元, max: 100亿元}}\n" for n in range(FACTS)),
        "parameters.yaml": "比例: {id: rate, kind: ratio, values: [{value: 10%, document: d}]}\n封顶: {id: cap, unit: 元, values: [{value: 50万元, document: d}]}\n"
        + "".join(f"门槛{n}: {{id: t{n}, unit: 元, values: [{{value: {(n + 1) * 10}万元, document: d}}]}}\n" for n in range(FACTS)),
    }
    body = []
    for m in range(MEASURES):
        when = ", ".join(f"{{条件{c}: 数据{(m + c) % FACTS} >= 门槛{(m + c) % FACTS}}}" for c in range(CONDITIONS - 1))
        body.append(
            f"- {{id: m.{m}, title: 事项{m}, clause: 一, when: [{when}], unless: [{{情形: 数据{(m + 7) % FACTS} < 0}}], award: {{up to: 数据{m % FACTS} * 比例}}, "
            f"limits: [{{amount: 封顶, per: 企业}}]}}\n"
        )
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "measures").mkdir()
    (folder / "measures" / "all.yaml").write_text("".join(body), encoding="utf-8")
    return folder


def enterprises() -> Iterator[dict[str, int]]:
    """Facts about another enterprise each time, around the thresholds."""
    for turn in itertools.count():
        yield {f"f{n}": (n + 1) * 100000 + (turn * 7919 + n * 104729) % 20011 - 10000 for n in range(FACTS)}


def zen() -> Callable[[dict[str, int]], Any] | None:
    """The same thresholds in one expression node of zen-engine, with its trace."""
    try:
        import zen as zen_engine
    except ImportError:
        return None
    expressions = []
    for m in range(MEASURES):
        test = " and ".join(f"f{(m + c) % FACTS} >= {((m + c) % FACTS + 1) * 100000}" for c in range(CONDITIONS - 1)) + f" and not(f{(m + 7) % FACTS} < 0)"
        expressions.append({"id": f"e{m}", "key": f"m{m}", "value": f"{test} ? min([f{m % FACTS} * 0.1, 500000]) : 0"})
    graph = {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "content": {}},
            {"id": "x", "name": "x", "type": "expressionNode", "content": {"expressions": expressions}},
            {"id": "out", "name": "out", "type": "outputNode", "content": {}},
        ],
        "edges": [{"id": "a", "type": "edge", "sourceId": "in", "targetId": "x"}, {"id": "b", "type": "edge", "sourceId": "x", "targetId": "out"}],
    }
    decision = zen_engine.ZenEngine().create_decision(json.dumps(graph))
    return lambda values: json.dumps(decision.evaluate(values, {"trace": True}))


def timed(work: Callable[[dict[str, int]], Any], rounds: int) -> float:
    """CPU seconds for one decision: the best of five turns, each on enterprises not seen before."""
    source = enterprises()
    work(next(source))
    best = float("inf")
    for _ in range(5):
        some = list(itertools.islice(source, rounds))
        started = time.process_time()
        for values in some:
            work(values)
        best = min(best, (time.process_time() - started) / rounds)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary:
        book = huiqi.load(rulebook(Path(temporary) / "bench"))
        works: dict[str, Callable[[dict[str, int]], Any] | None] = {
            "huiqi reference": lambda values: json.dumps(book.decide(values, on="2026-01-01", reasoner="reference").to_dict(), ensure_ascii=False),
            "huiqi rete": lambda values: json.dumps(book.decide(values, on="2026-01-01", reasoner="rete").to_dict(), ensure_ascii=False),
            "zen-engine with trace": zen(),
        }
        figures = {name: timed(work, rounds) for name, work in works.items() if work is not None}
    base = figures.get("zen-engine with trace")
    for name, seconds in figures.items():
        ratio = f"  {seconds / base:.2f} x zen-engine" if base else ""
        print(f"{name:24} {seconds * 1e6:9.0f} µs{ratio}")


if __name__ == "__main__":
    main()
