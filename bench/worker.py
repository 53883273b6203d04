"""Contestants in a process of their own: each opened once, checked, then timed round by round as it is told.

    python bench/worker.py            (lines of JSON on standard input, one line of answer each)

    {"open": NAME, "rows": {POPULATION: [...]}, ...}            ->  {"title", "version", "note"} | {"missing": WHY}
    {"who": NAME, "check": POPULATION}                          ->  {"answers": [{measure: [verdict, amount]}], "bytes", "fields"}
    {"who": NAME, "time": POPULATION, "start": I, "count": N, "warm": N} ->  {"seconds": processor seconds for one enterprise}

A process for each peer and one for each of our rulebooks, so that nobody's memory, threads or imports weigh on another;
processor time, so that a busy machine weighs less. `json_rules_engine.mjs` speaks the same for Node.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """`prepare` and `told` are not timed, `run` is; it takes what was prepared of some enterprises."""

    title: str
    version: str
    run: Callable[[Any], Any]
    told: Callable[[Any], list[tuple[dict[str, list[Any]], Any]]]  # of each: verdict and amount by measure, and all it says, as JSON
    prepare: Callable[[Sequence[Any]], Any] = lambda rows: rows
    note: str = ""


def one_by_one(decide: Callable[[Any], Any]) -> Callable[[Sequence[Any]], None]:
    """Decisions made and dropped, one after another."""

    def run(rows: Sequence[Any]) -> None:
        for row in rows:
            decide(row)

    return run


def fields(tree: Any) -> int:
    """How many single values an answer holds."""
    if isinstance(tree, dict):
        return sum(map(fields, tree.values()))
    if isinstance(tree, list | tuple):
        return sum(map(fields, tree))
    return 1


def opened(order: dict[str, Any]) -> Contestant:
    from peers import PEERS

    if order["open"] in PEERS:
        peer = PEERS[order["open"]]()

        def told(rows: Sequence[Any]) -> list[tuple[dict[str, list[Any]], Any]]:
            results = [peer.decide(row) for row in rows]
            return [(peer.read(r), peer.answer(r)) for r in results]

        return Contestant(title=peer.title, version=peer.version, run=one_by_one(peer.decide), told=told, note=peer.note)
    from ours import contestant

    return contestant(order)


def serve() -> None:
    open_: dict[str, tuple[Contestant, dict[str, list[Any]]]] = {}
    out = sys.stdout
    sys.stdout = sys.stderr  # what a peer prints is no answer
    for line in sys.stdin:
        order = json.loads(line)
        if "open" in order:
            try:
                one = opened(order)
            except ImportError as error:
                reply: dict[str, Any] = {"missing": str(error)}
            else:
                open_[order["open"]] = one, order["rows"]
                reply = {"title": one.title, "version": one.version, "note": one.note}
        elif "check" in order:
            one, rows = open_[order["who"]]
            reply = checked(one, rows[order["check"]])
        else:
            one, rows = open_[order["who"]]
            reply = {"seconds": timed(one, rows[order["time"]], order["start"], order["count"], order["warm"])}
        out.write(json.dumps(reply) + "\n")
        out.flush()


def checked(one: Contestant, rows: Sequence[Any]) -> dict[str, Any]:
    told = one.told(one.prepare(rows))
    size = sum(len(json.dumps(whole, ensure_ascii=False).encode()) for _, whole in told)
    return {"answers": [a for a, _ in told], "bytes": size // len(rows), "fields": sum(fields(whole) for _, whole in told) // len(rows)}


def timed(one: Contestant, rows: Sequence[Any], start: int, count: int, warm: int) -> float:
    turn = [rows[(start + i) % len(rows)] for i in range(count + warm)]
    some = one.prepare(turn[warm:])
    if warm:
        one.run(one.prepare(turn[:warm]))
    started = time.process_time()
    one.run(some)
    return (time.process_time() - started) / count


if __name__ == "__main__":
    serve()
