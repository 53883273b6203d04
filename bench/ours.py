"""huiqi as a contestant: any of its reasoners, with and without the complete JSON, on either work."""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from work import ON, YEAR
from worker import Contestant, one_by_one

import huiqi
from huiqi.reasoning.parts import forget
from huiqi.reasoning.reasoners import NAMES

KEY = b"bench: stand-ins of personal words"  # a secret of no one
ONE_MEASURE = "landing.new-enterprise"
REASONERS = NAMES  # the engine's own list: a new one takes part by itself
Answers = dict[str, list[Any]]


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a decision is asked for: what of it is read, of which measures, one at a time or from a frame."""

    reasoner: str
    complete: bool = False  # the itemised JSON as text, not only outcomes and amounts
    measures: tuple[str, ...] | None = None
    frame: bool = False

    @property
    def name(self) -> str:
        what = "complete JSON" if self.complete else "outcomes and amounts"
        return f"huiqi {self.reasoner}, {what if self.measures is None else 'one measure'}{', from a frame' if self.frame else ''}"


load = functools.cache(huiqi.load)


def contestant(order: Mapping[str, Any]) -> Contestant:
    way = Way(**{**order["way"], "measures": tuple(m) if (m := order["way"]["measures"]) else None})
    book = load(order["book"])
    if way.frame:
        return _from_frame(book, way, order["site"])

    def decided(row: Mapping[str, Any]) -> huiqi.Decision:
        facts, records = (row["facts"], row["records"]) if "facts" in row else (row, {})
        return book.decide(facts, records=records, on=ON, year=YEAR, reasoner=way.reasoner, measures=way.measures, key=KEY)

    def decide(row: Mapping[str, Any]) -> Any:
        decision = decided(row)
        return text(decision) if way.complete else verdicts(decision)

    def told(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Answers, Any]]:
        decisions = [decided(row) for row in rows]
        return [(_answers(d, complete=way.complete), json.loads(text(d)) if way.complete else verdicts(d)) for d in decisions]

    return Contestant(title=way.name, version=huiqi.__version__, run=one_by_one(decide), told=told, prepare=_unmet)


def _unmet(rows: Sequence[Any]) -> Sequence[Any]:
    """What was kept of a round before is no help in the next: these enterprises are met for the first time, though not their like."""
    forget()
    return rows


def text(decision: huiqi.Decision) -> str:
    """The complete itemised JSON."""
    if hasattr(decision, "to_json"):
        return str(decision.to_json())
    return json.dumps(decision.to_dict(), ensure_ascii=False)


def verdicts(decision: huiqi.Decision) -> dict[str, tuple[str, str | None, str | None]]:
    """Each measure's outcome and amounts, read before anything is worded."""
    judgement = getattr(decision, "judgement", None)
    if judgement is None:
        return {i: (m.outcome, m.award.settled, m.award.at_most) for i, m in decision.measures.items()}
    return {m.spec.id: (str(m.outcome), _money(m.award.low), _money(m.award.high)) for m in judgement.measures.values()}


def _money(amount: Any) -> str | None:
    return None if amount is None else str(amount)


_VERDICT = {"eligible": True, "ineligible": False}


def _answers(decision: huiqi.Decision, *, complete: bool) -> Answers:
    """Verdict and amount by measure; of the complete JSON, a digest beside them, of all that the reasoner may not change."""
    out: Answers = {}
    for i, m in decision.measures.items():
        out[i] = [_VERDICT.get(m.outcome, m.outcome), _ends(m.award.settled, m.award.at_most)]
    if complete:
        tree = json.loads(text(decision))
        tree["receipt"].pop("reasoner")
        out["JSON"] = [hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest(), None]
    return out


def _ends(settled: str | None, at_most: str | None) -> str | None:
    return settled if settled == at_most else f"{settled}..{at_most}"


def _from_frame(book: huiqi.Rulebook, way: Way, site: str | None) -> Contestant:
    """`decide_many` over a Polars frame, which may lie among the peers; the frame is made before the clock starts."""
    if not hasattr(book, "decide_many"):
        raise ImportError("decide_many is not there yet")
    if site is not None:
        sys.path.append(site)
    import polars as pl

    assert way.measures is not None

    def prepare(rows: Sequence[Mapping[str, Any]]) -> Any:
        return pl.DataFrame([{**row["facts"], **row["records"]} for row in rows])

    def run(frame: Any) -> Any:
        return book.decide_many(frame, on=ON, year=YEAR, measures=list(way.measures or ()), reasoner=way.reasoner)

    def told(frame: Any) -> list[tuple[Answers, Any]]:
        def answers(r: Mapping[str, Any]) -> Answers:
            ids = way.measures or ()
            return {i: [_VERDICT.get(r[f"{i}.outcome"], r[f"{i}.outcome"]), _ends(r[f"{i}.settled"], r[f"{i}.at_most"])] for i in ids}

        return [(answers(r), r) for r in run(frame).to_dicts()]

    title = f"{way.name} (polars {pl.__version__})"
    return Contestant(title=title, version=huiqi.__version__, prepare=prepare, run=run, told=told)
