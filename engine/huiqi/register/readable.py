"""What of a case a rulebook can take: the rest is told by nobody, and listed.

What must stay true: leaving out is telling less, so that nothing which is settled without it could be overturned by it; a row that is left
out, or that lost its key, leaves a list that is not complete; where two parts contradict one another nothing is chosen: there is no case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..errors import Code, Problem
from ..reasoning.casefile import Case
from ..reasoning.facts import Reader
from ..rulebook.compiled import CompiledRulebook
from ..rulebook.yamltree import Table

_CLASH = frozenset([Code.DUPLICATE, Code.CONTRADICTORY])
_ROUNDS = 20  # of reading again what is left


def readable(case: Case, books: Sequence[CompiledRulebook], key: Any = None) -> tuple[Case | None, tuple[Problem, ...]]:
    """The case without what cannot be taken, and what that is; no case where nobody can say what is left."""
    data = {k: _copied(v) if isinstance(v, Mapping) else v for k, v in case.data.items()}
    records = {k: _Listed(v) for k, v in case.records.items()}
    problems: list[Problem] = []
    for _ in range(_ROUNDS):
        found = _problems(replace(case, data=data, records=_told(records)), books, key)
        if not found:
            return replace(case, data=data, records=_told(records)), tuple(problems)
        problems += found
        left = [_left_out(p, data, records, books) for p in found]  # every one of them, before the next reading
        if any(p.code in _CLASH for p in found) or not all(left):
            return None, tuple(problems)
        for listed in records.values():
            listed.rows = None if listed.rows is None else [row for row in listed.rows if row is not None]
    return None, tuple(problems)


class _Listed:
    """A list of records as told, of which rows are left out one by one; what is no list stays as it is told."""

    def __init__(self, told: Any) -> None:
        part = isinstance(told, Mapping) and "清单" in told
        rows = told["清单"] if part else told
        self.whole = not part or str(told.get("完整", "是")).strip() in ("是", "True")
        self.rows: list[Any] | None = [_copied(x) if isinstance(x, Mapping) else x for x in rows] if isinstance(rows, list | tuple) else None
        self._other = told

    @property
    def told(self) -> Any:
        if self.rows is None:
            return self._other
        return self.rows if self.whole else {"完整": "否", "清单": self.rows}


def _copied(table: Mapping[Any, Any]) -> dict[Any, Any]:
    """A table of its own, at the same place: what is wrong with a row is said of that row."""
    if not isinstance(table, Table):
        return dict(table)
    copy = Table(table)
    copy.at = table.at
    return copy


def _told(records: Mapping[str, _Listed]) -> dict[str, Any]:
    return {k: x.told for k, x in records.items()}


def _problems(case: Case, books: Sequence[CompiledRulebook], key: Any) -> list[Problem]:
    found: list[Problem] = []
    for book in books:
        reader = Reader(book, need_unit=True, others=[b for b in books if b is not book], key=key)
        reader.read(case.data, case.records, case.year)
        found += reader.problems
    return list({(p.loc, p.message): p for p in found}.values())


def _left_out(problem: Problem, data: dict[str, Any], records: dict[str, _Listed], books: Sequence[CompiledRulebook]) -> bool:
    """Whether what the problem is about could be left out."""
    match problem.loc:
        case ("数据", name, *rest):
            whole = data.get(str(name))
            if isinstance(whole, dict) and rest and str(rest[0]) in whole and str(rest[0]).isdigit():
                del whole[str(rest[0])]
                if not whole:  # of no year anything is left: nothing is told
                    del data[str(name)]
            else:
                data.pop(str(name), None)
            return True
        case ("明细", name, *rest):
            at = next((n for n, x in enumerate(rest) if isinstance(x, int)), None)
            listed = records.get(str(name))
            if listed is None or listed.rows is None or at is None:
                records.pop(str(name), None)
                return True
            number, column = int(rest[at]), str(rest[at + 1]) if len(rest) > at + 1 else ""
            row = listed.rows[number] if number < len(listed.rows) else None
            if isinstance(row, dict) and column in row and column not in _keys(str(name), books):
                del row[column]
            else:
                listed.rows[number], listed.whole = None, False
            return True
    return False


def _keys(record: str, books: Sequence[CompiledRulebook]) -> set[str]:
    """The column that tells the rows of a record type apart, as it may be written."""
    specs = [spec for b in books for spec in b.records.values() if spec.name == record or b.names.get(record) == spec.key]
    return {word for s in specs for word in (s.key_field, s.fields[s.key_field].id)}


__all__ = ["readable"]
