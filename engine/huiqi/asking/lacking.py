"""The recognitions and other measures that a failing condition asks after and that are what fails it.

What a condition asks by name it does not spell out: whoever is refused by it has to be told which
recognition is lacking, of which day, and whose it is to confer. What must stay true: only what is asked
for is named, never what stands under a `not`, and only what was judged not to hold on that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from ..language import typed as t
from ..plain import dataclass
from ..reasoning.combining import combine_reference
from ..reasoning.decide import Engine
from ..reasoning.evaluate import Evaluator
from ..reasoning.judged import Judgement, Leaf, Node
from ..reasoning.told import Entry
from ..reasoning.uses import Env
from ..rulebook.compiled import CompiledRulebook, Condition, RecognitionKind, Role
from ..values import Known


class Whose(StrEnum):
    """What has to come first, and who can bring it about."""

    CONFERRED = "conferred"
    """A title: `authority` confers it, the enterprise cannot."""
    CRITERIA = "criteria"
    """The criteria of a title, whoever holds it."""
    DERIVED = "derived"
    """It follows from what is told: nobody confers it."""
    MEASURE = "measure"
    """Another measure has to be eligible."""


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """One of them; `on` is the day it was asked for."""

    key: str
    whose: Whose
    on: date
    id: str
    title: str
    authority: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"id": self.id, "title": self.title, "whose": str(self.whose), "authority": self.authority, "on": str(self.on)}


def lacking_behind(leaf: Leaf, evaluator: Evaluator) -> tuple[Lacking, ...]:
    """What a failing condition asks after and does not find; nothing of one that holds, is open, or bars."""
    if leaf.truth.value is not False or leaf.role == Role.UNLESS or not isinstance(leaf.asked, Condition):
        return ()
    found: dict[Lacking, None] = {}
    for node, env in _asked_for(leaf.asked.expr, evaluator, leaf.env):
        if isinstance(env.day, date) and evaluator.truth(node, env).value is False:
            found[_lacking(node, env.day, evaluator.book)] = None
    return tuple(found)


def lacking_of(judgement: Judgement, conditions: Node) -> tuple[Lacking, ...]:
    """The same of all the conditions of a measure, in their order; on the facts that were decided on."""
    j = judgement
    engine = Engine(j.meant or j.book, j.facts, j.on, j.schemes, combine_reference, Evaluator, hindsight=j.hindsight)
    engine.evaluator.conclusions.update(j.conclusions)
    return tuple(dict.fromkeys(one for leaf in conditions.leaves() for one in lacking_behind(leaf, engine.evaluator)))


def _lacking(node: t.RecognitionRef | t.ConclusionRef, on: date, book: CompiledRulebook) -> Lacking:
    if isinstance(node, t.ConclusionRef):
        measure = book.measures[node.measure]
        return Lacking(key=node.measure, whose=Whose.MEASURE, on=on, id=measure.id, title=measure.title)
    spec = book.recognitions[node.recognition]
    conferred = spec.kind is RecognitionKind.CONFERRED
    whose = Whose.DERIVED if not conferred else Whose.CRITERIA if node.meets else Whose.CONFERRED
    return Lacking(key=node.recognition, whose=whose, on=on, id=spec.id, title=spec.title, authority=spec.authority if conferred else "")


def _asked_for(expr: t.Expr, evaluator: Evaluator, env: Env, *, wanted: bool = True) -> Iterator[tuple[t.RecognitionRef | t.ConclusionRef, Env]]:
    match expr:
        case t.RecognitionRef() | t.ConclusionRef(amount=False):
            if wanted:
                yield expr, env
        case t.All(items=items) | t.AnyOf(items=items):
            for item in items:
                yield from _asked_for(item, evaluator, env, wanted=wanted)
        case t.Inverse(operand=operand):
            yield from _asked_for(operand, evaluator, env, wanted=not wanted)
        case t.DefinitionRef(base=base):
            inner = env
            if base is not None:
                entry = evaluator.value(base, env)
                if not (isinstance(entry, Known) and isinstance(entry.value, Entry)):
                    return
                inner = Env(env.day, env.document, {"§本条": entry.value}, env.since)
            yield from _asked_for(evaluator.book.definitions[expr.definition].expr, evaluator, inner, wanted=wanted)


__all__ = ["Lacking", "Whose", "lacking_behind", "lacking_of"]
