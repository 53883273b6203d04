"""What an evaluation is asked under, and what it says that it read.

`Env` is the one half: the governing date, the scheme's document, the binders. `Use` is the other: each figure, row,
title or definition that an expression read, with its basis and standing, from which explanations and the contagion of
standing follow. What must stay true: all of it is ids and values, none of it words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from .. import values as v
from ..language import typed as t
from ..plain import dataclass
from ..rulebook.compiled import Basis, CompiledRulebook, Standing
from ..values import Items, Number, Truth, Value
from .groups import Grouped
from .told import Entry, Facts

Slot = tuple[Any, ...]  # where an answer belongs: a fact and its year, or a record and its column
Spans = tuple[tuple["date | None", "date | None"], ...]


class UseKind(StrEnum):
    """What was read, and what `Use.value` is then."""

    PARAMETER = "parameter"  # the figure; None where nobody set one
    TABLE = "table"  # the number of the row; None where no row applies
    RECOGNITION = "recognition"  # (whether its criteria were asked after, the verdict)
    DEFINITION = "definition"  # None
    READING = "reading"  # why earlier support does not count
    MEASURE = "measure"  # the verdict on whether it is granted, or its amount before stacking
    REDUCTION = "reduction"  # the verdict of what an amount is reduced by


@dataclass(frozen=True)
class Use:
    """A figure (or recognition) that an evaluation read: which, its value, on which basis."""

    kind: UseKind
    key: str
    value: Any
    basis: Basis | None
    standing: Standing


@dataclass(frozen=True)
class Env:
    """What an expression is evaluated under: the governing date, the scheme's document, binders.

    `since` is the day the measure itself reaches back to, where it says one.
    """

    day: date | v.Causes  # causes where the governing date is not known
    document: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)  # a record by binder, a word of a catalogue; in a table's cells, its inputs
    since: date | None = None
    # where the governing date is not told: whose answer it is, and when it must lie for anything to be paid
    governing: Slot | None = None
    spans: Spans = ()

    def bind(self, name: str, entry: Entry | Grouped | str) -> Env:
        return Env(self.day, self.document, {**self.variables, name: entry}, self.since, self.governing, self.spans)

    def holding(self, variables: Mapping[str, Entry | Grouped | Value]) -> Env:
        """The same, with these binders and no other."""
        return Env(self.day, self.document, variables, self.since, self.governing, self.spans)

    def under(self, document: str) -> Env:
        """The same, under a scheme's document."""
        return Env(self.day, document, self.variables, self.since, self.governing, self.spans)


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """What other measures may ask of one: whether it is granted (also of single records), its amount before stacking."""

    granted: Truth
    amount: Number
    standing: Standing
    records: Mapping[str, Truth] = field(default_factory=dict)  # by key; what is not among them is not of its list


Recognise = Callable[[str, bool, "date | v.Causes"], tuple[Truth, Standing]]


class Evaluating(Protocol):
    """What functions and tables ask of whoever evaluates (`evaluate.Evaluator`)."""

    book: CompiledRulebook
    facts: Facts
    on: date
    known: date | None
    notes: dict[Any, Any]
    uses: set[Use]
    touched: set[str]
    paying: bool

    def value(self, expr: t.Expr, env: Env) -> Value: ...
    def traced(self, expr: t.Expr, env: Env) -> tuple[Value, frozenset[Use], frozenset[str]]: ...
    def items(self, expr: t.Expr, env: Env) -> Items: ...
    def sum_of(self, expr: t.Applied, items: Items) -> Value: ...
    def standing(self, basis: Basis, env: Env, since: date | None = None) -> Standing: ...
