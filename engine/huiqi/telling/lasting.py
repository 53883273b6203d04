"""What a condition compared, kept for the next enterprise that gave the same answers.

Only where the answers are few: yes or no, one of a list of choices, a recognition concluded, or not told
at all. Then neither a number nor a name of anybody is kept, and what is kept is asked for again. What must
stay true: the key holds all that the description depends on (a condition that asks for more has none).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..caching import Derived
from ..language import typed as t
from ..reasoning.judged import RecognitionJudged
from ..reasoning.told import Facts, Given
from ..reasoning.uses import Env
from ..rulebook.compiled import CompiledRulebook, FactSpec
from ..rulebook.reach import references
from ..values import Causes, Truth, leading
from .describe import Triple

KEPT = 20_000  # of one rulebook
FEW = ("boolean", "choice")
_NOTHING_KEPT = object()
_KEPT: Derived[CompiledRulebook, dict[Any, Any]] = Derived(lambda _: {}, key=lambda book: book.digest, size=16)
# what takes nothing but its parts, and figures of the governing day; whatever is not named here is not kept
_SUITED = (
    t.Const, t.FactRef, t.ParameterRef, t.DefinitionRef, t.RecognitionRef, t.Lookup, t.Negated, t.Calculated, t.Compared, t.Ranged, t.Listed, t.Member, t.All,
    t.AnyOf, t.Inverse, t.Choice, t.Applied, t.AbsentTest,
)  # fmt: skip

Recognised = Callable[[str, "date | Causes"], RecognitionJudged | None]  # a recognition on a day, as a description would find it


@dataclass(slots=True)
class Compared:
    """What a condition compared, with room for its JSON text."""

    triple: Triple
    written: tuple[str, str, str] | None = None


class Lasting:
    """The descriptions kept of one rulebook, as one decision looks for them.

    `book` is the one that descriptions are made by: with its readings as they are decided for the case.
    """

    def __init__(self, book: CompiledRulebook, facts: Facts, recognised: Recognised, on: date) -> None:
        self.book, self.facts, self.recognised, self.on = book, facts, recognised, on
        self.kept = _KEPT.of(book)
        if len(self.kept) > KEPT:
            self.kept.clear()

    def key(self, expr: t.Expr, env: Env, truth: Truth) -> tuple[Any, ...] | None:
        """All that the description of a condition depends on; None where that is too much to keep."""
        asked = self._asked(expr)
        if asked is None:
            return None
        columns, facts, recognitions = asked
        told, year = self.facts.facts, self.facts.year
        answers = [_answer(spec, told.get(spec.key, {}).get(year if spec.yearly else None)) for spec in facts]
        for variable, spec, name in columns:
            entry = env.variables.get(variable)
            answers.append(_NOTHING_KEPT if entry is None else _answer(spec, entry.values.get(name)))
        for recognition in recognitions:
            found = self.recognised(recognition, env.day)
            answers.append(_NOTHING_KEPT if found is None else tuple((x.value, leading(x.causes)) for x in (found.truth, found.meets)))
        if _NOTHING_KEPT in answers:
            return None
        return (id(expr), truth.value, self.on, env.day, env.document, env.since, *answers)

    def get(self, key: tuple[Any, ...], expr: t.Expr) -> Compared | None:
        found = self.kept.get(key)
        return found[1] if found is not None and found[0] is expr else None

    def put(self, key: tuple[Any, ...], expr: t.Expr, found: Compared) -> None:
        self.kept[key] = (expr, found)

    def _asked(self, expr: t.Expr) -> tuple[list[tuple[str, FactSpec, str]], list[FactSpec], list[str]] | None:
        """The columns, facts and recognitions a condition asks for; None where it asks for anything else."""
        found = self.kept.get(id(expr))
        if found is None or found[0] is not expr:
            found = self.kept[id(expr)] = (expr, _asked(expr, self.book))
        return found[1]


def _asked(expr: t.Expr, book: CompiledRulebook) -> tuple[list[tuple[str, FactSpec, str]], list[FactSpec], list[str]] | None:
    nodes = list(references([expr], book))
    own = {id(n.base) for n in nodes if isinstance(n, t.Field) and isinstance(n.base, t.Variable)}
    columns: dict[tuple[str, str], tuple[str, FactSpec, str]] = {}
    for node in nodes:
        if isinstance(node, t.Field) and isinstance(node.base, t.Variable):
            record = getattr(node.base.type, "record", "")
            spec = next((r.fields[node.name] for r in book.records.values() if r.name == record and node.name in r.fields), None)
            if spec is None:
                return None
            columns[node.base.name, node.name] = (node.base.name, spec, node.name)
        elif (not isinstance(node, _SUITED) and id(node) not in own) or (isinstance(node, t.FactRef) and node.year is not None):
            return None
        elif isinstance(node, t.DefinitionRef) and node.base is not None:
            return None  # its own record goes by another name
        elif isinstance(node, t.Lookup) and book.tables[node.table].expressions:
            return None
    facts = {n.fact: book.facts[n.fact] for n in nodes if isinstance(n, t.FactRef)}
    recognitions = {n.recognition for n in nodes if isinstance(n, t.RecognitionRef)}
    return list(columns.values()), list(facts.values()), sorted(recognitions)


def _answer(spec: FactSpec, given: Given | None) -> Any:
    if given is None:
        return None
    return given.value if given.value is not None and spec.kind in FEW else _NOTHING_KEPT


__all__ = ["Compared", "Lasting"]
