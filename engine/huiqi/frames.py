"""Many enterprises from a table: pandas, Polars or Arrow in, the same kind out.

Every row is read as a case is, by the same reader, and judged by the same reasoner. None of the
three libraries is needed to import this. What must stay true: an empty cell is not told, never zero,
no or none; a float is refused with its column; a row that cannot be read is told with its number,
and nothing is given out while there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .errors import CaseError, Position, Problem, UsageError, clip
from .reasoning.facts import Facts, Reader
from .reasoning.judged import Judgement
from .reasoning.reasoners import judge_with
from .rulebook.compiled import CompiledRulebook
from .telling.phrases import reason_words
from .telling.results import refuse_contradictions
from .values import ABSENT

NAME = "企业"
MET = 200_000  # words kept
_COMPLETE, _ABSENT = "完整", "无"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One library of tables: its columns in order, its rows, and a table made of columns."""

    columns: Callable[[Any], list[str]]
    floats: Callable[[Any], list[str]]
    rows: Callable[[Any], list[dict[str, Any]]]
    make: Callable[[dict[str, list[Any]]], Any]


def _pandas() -> Kind:
    import pandas as pd

    def rows(frame: Any) -> list[dict[str, Any]]:
        columns = {str(c): frame[c].astype(object).where(frame[c].notna(), None).tolist() for c in frame.columns}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    return Kind(
        columns=lambda f: [str(c) for c in f.columns], floats=lambda f: [str(c) for c in f.columns if pd.api.types.is_float_dtype(f[c])],
        rows=rows, make=lambda columns: pd.DataFrame({k: pd.Series(x, dtype=object) for k, x in columns.items()}),
    )  # fmt: skip


def _polars() -> Kind:
    import polars as pl

    return Kind(
        columns=lambda f: list(f.columns), floats=lambda f: [n for n, t in f.schema.items() if t.is_float()], rows=lambda f: f.to_dicts(),
        make=lambda columns: pl.DataFrame(columns, infer_schema_length=None),
    )  # fmt: skip


def _arrow() -> Kind:
    import pyarrow as pa

    return Kind(
        columns=lambda f: list(f.schema.names), floats=lambda f: [x.name for x in f.schema if pa.types.is_floating(x.type)],
        rows=lambda f: f.to_pylist(), make=pa.table,
    )  # fmt: skip


_KINDS = {"pandas": _pandas, "polars": _polars, "pyarrow": _arrow}


def kind_of(frame: Any) -> Kind:
    """The library of a table. Raises `UsageError` where it is none of the three."""
    library = type(frame).__module__.partition(".")[0]
    if library not in _KINDS or not hasattr(frame, "columns"):
        raise UsageError(f"要 pandas、Polars 或 Arrow 的表，收到 {type(frame).__name__}")
    kind = _KINDS[library]()
    if floats := kind.floats(frame):
        raise UsageError(
            f"浮点数的列不接受（会有误差）：{'、'.join(clip(c) for c in floats)}；改成文字、整数（有空格的整数列用可空的整数类型，如 Int64）或 Decimal"
        )
    return kind


def decide_frame(
    book: CompiledRulebook, frame: Any, *, on: date, year: int | None, records: Mapping[str, Any], key: str | None, measures: Sequence[str] | None,
    scheme: Mapping[str, str], reasoner: str | None, verdicts: bool, secret: Any = None,
) -> Any:  # fmt: skip
    """A table with a row for each enterprise: outcome, settled, at most, standing and reason of each measure.

    See `Rulebook.decide_many`.
    """
    kind = kind_of(frame)
    columns = kind.columns(frame)
    if len(set(columns)) < len(columns):
        raise UsageError(f"两列同名：{'、'.join(clip(c) for c in dict.fromkeys(columns) if columns.count(c) > 1)}")
    if key is not None and key not in columns:
        raise UsageError(f"没有“{clip(key)}”这一列，明细无从归到各企业；现有：{'、'.join(map(clip, columns))}")
    listed = {name: _by_owner(name, rows, key) for name, rows in records.items()}
    out: dict[str, list[Any]] = {}
    problems: list[Problem] = []
    told = kind.rows(frame)
    met: dict[Any, Any] = {}  # what the same words of earlier rows were read as
    for number, row in enumerate(told, 1):
        owner = None if key is None else row.pop(key, None)
        try:
            facts = _facts(book, row, {n: owners.get(owner) for n, owners in listed.items()}, year, secret, met)
            refuse_contradictions(book, facts, on)
            judged = judge_with(reasoner, book, facts, on=on, schemes=scheme, only=measures)
        except CaseError as error:
            problems += [Problem(Position(f"第{number}行"), p.message, p.found, p.expected, p.mend) for p in error.problems]
            continue
        for name, value in _row(book, judged, verdicts=verdicts):
            out.setdefault(name, []).append(value)
    if problems:
        raise CaseError(problems)
    carried = {name: [row.get(name) for row in kind.rows(frame)] for name in (NAME, key) if name is not None and name in columns}
    return kind.make({**carried, **out})


def _by_owner(name: str, rows: Any, key: str | None) -> dict[Any, list[dict[str, Any]]]:
    """The rows of a table of records, by the applicant's key."""
    kind = kind_of(rows)
    if key is None or key not in kind.columns(rows):
        raise UsageError(f"“{clip(name)}”的表要有申报企业的编号列，写 key=列名，两张表都要有这一列")
    found: dict[Any, list[dict[str, Any]]] = {}
    for row in kind.rows(rows):
        found.setdefault(row.pop(key), []).append(row)
    return found


def _facts(
    book: CompiledRulebook, row: Mapping[str, Any], listed: Mapping[str, list[dict[str, Any]] | None], year: int | None, secret: Any,
    met: dict[Any, Any],
) -> Facts:  # fmt: skip
    """One row, as the reader of cases takes it."""
    data: dict[str, Any] = {}
    records: dict[str, Any] = {n: rows for n, rows in listed.items() if rows is not None}
    partial: dict[str, Any] = {}
    for name, value in row.items():
        base, _, part = name.rpartition(".")
        if name == NAME or value is None:
            continue
        if base and part == _COMPLETE:
            partial[base] = value
        elif base and part == _ABSENT:
            if value is True:
                data[base] = ABSENT
        elif base and part.isdigit():
            data.setdefault(base, {})
            if not isinstance(data[base], dict):
                raise CaseError([Problem(Position(), f"“{base}”又按年度又不按年度填", name, "只用一种")])
            data[base][part] = value
        elif isinstance(value, list | tuple) or type(value).__name__ == "ndarray":
            records[name] = [dict(x) for x in value]
        else:
            data[name] = value
    for name, whole in partial.items():
        if whole is False and name in records:
            records[name] = {"完整": "否", "清单": records[name]}
    if len(met) > MET:
        met.clear()
    reader = Reader(book, need_unit=True, key=secret, met=met)
    facts = reader.read(data, records, year)
    if reader.problems:
        raise CaseError(reader.problems)
    return facts


def _row(book: CompiledRulebook, judged: Judgement, *, verdicts: bool) -> Iterator[tuple[str, Any]]:
    from .rulebook.literals import money_string

    for m in judged.measures.values():
        name, award = m.spec.id, m.award
        yield f"{name}.outcome", str(m.outcome)
        yield f"{name}.settled", None if award.low is None else money_string(award.low)
        yield f"{name}.at_most", None if award.high is None else money_string(award.high)
        yield f"{name}.standing", m.standing.code
        yield f"{name}.reason", reason_words(m.reason, award, book)
        if verdicts:
            yield f"{name}.verdicts", "".join({True: "1", False: "0", None: "?"}[leaf.truth.value] for leaf in m.conditions.leaves())


__all__ = ["decide_frame", "kind_of"]
