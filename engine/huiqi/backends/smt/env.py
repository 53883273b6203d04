"""What an expression is read under: the governing day, the scheme's document, which records are in hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date
from typing import Any

from ...plain import dataclass
from .functions import Listed
from .terms import Term
from .world import Row


@dataclass(frozen=True)
class Env:
    """The governing day (a date or a whole number that is an answer), the scheme's document, who is in hand."""

    day: date | Any
    document: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)

    def bind(self, name: str, row: Any) -> Env:
        return replace(self, variables={**self.variables, name: row})

    @property
    def ordinal(self) -> Term:
        return self.day.toordinal() if isinstance(self.day, date) else self.day

    @property
    def key(self) -> Any:
        day = self.day if isinstance(self.day, date) else self.day.get_id()
        return day, self.document, tuple((n, id(r)) for n, r in sorted(self.variables.items()))


@dataclass(frozen=True, eq=False)
class Together:
    """The records of one group, each with whether it is of it, as a record where they share a column: `row` is the first of them."""

    row: Row
    rows: Listed


def kind_of(item: Any) -> str:
    """The record type of a record, or of those of a group; "" of what is none."""
    row = item.row if isinstance(item, Together) else item
    return row.record.key if isinstance(row, Row) else ""
