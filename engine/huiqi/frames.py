"""Many enterprises from a table: pandas, Polars or Arrow in, the same kind out.

Every row is read as a case is, by the same reader, and judged by the same reasoner. None of the
three libraries is needed to import this. What must stay true: an empty cell is not told, never zero,
no or none; a float is refused with its column, however deep it lies; what a column or a record is
for is settled before any row is read, so that nothing told is passed over; a row that cannot be
read is told with its number, and nothing is given out while there is one; and whoever is reminded of
when decided alone is reminded of here, whichever way the row went.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, NoReturn

from .columns import Cells, Column, Part, Reminding, RowByRow, decided
from .errors import CaseError, Code, Loc, Position, Problem, UsageError, clip, suggestion, told
from .plain import dataclass
from .reasoning.facts import Reader
from .reasoning.foreign import plain
from .reasoning.judged import MeasureJudged
from .reasoning.needed import refuse_choices
from .reasoning.reasoners import judge_with
from .reasoning.told import Facts
from .rulebook.compiled import SUPPORT, CompiledRulebook, name_of
from .rulebook.literals import money_string
from .rulebook.taken import Taken, taken_readings
from .telling.doubtful import reminders as reminders_of
from .telling.phrases import reason_words
from .telling.results import again_words, refuse_contradictions, reminder_words
from .values import ABSENT

NAME = "企业"
REMINDER = "reminder"
REMINDERS = "reminders"
_COMPLETE, _ABSENT = "完整", "无"
_BLOCK = 64  # rows taken out of a table at once
_LISTED = "“{}”的表"  # of records, in messages


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One library of tables: its columns in order, its rows, and a table made of columns it had and new ones of text.

    `some` are its rows from a number on, so many. `cells` gives one column's cells, `distinct` each of them once; `lists` the distinct lists of
    one, as far as the library tells them apart, and which each row has.
    """

    columns: Callable[[Any], list[str]]
    floats: Callable[[Any], list[str]]
    rows: Callable[[Any], list[dict[str, Any]]]
    make: Callable[[Any, list[str], dict[str, list[Any]]], Any]
    count: Callable[[Any], int]
    some: Callable[[Any, int, int], list[dict[str, Any]]]
    cells: Callable[[Any, str], Sequence[Any]]
    distinct: Callable[[Any, str], Collection[Any]]
    lists: Callable[[Any, str], tuple[Sequence[Any], Sequence[int]]]


def _pandas() -> Kind:
    import pandas as pd

    def named(frame: Any) -> Iterator[tuple[str, Any]]:
        return ((str(name), frame.iloc[:, n]) for n, name in enumerate(frame.columns))

    def cells(column: Any) -> list[Any]:
        return column.astype(object).where(column.notna(), None).tolist()  # type: ignore[no-any-return]

    def of(frame: Any, name: str) -> list[Any]:
        return cells(next(column for n, column in named(frame) if n == name))

    def floats(name: str, kind: Any) -> Iterator[str]:
        if isinstance(kind, pd.CategoricalDtype):
            kind = kind.categories.dtype
        if isinstance(kind, pd.ArrowDtype):
            yield from _arrow_floats(name, kind.pyarrow_dtype)
        elif pd.api.types.is_float_dtype(kind):
            yield name

    def rows(frame: Any) -> list[dict[str, Any]]:
        columns = {name: cells(column) for name, column in named(frame)}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def make(frame: Any, kept: list[str], columns: dict[str, list[Any]]) -> Any:
        carried = {name: column for name, column in named(frame) if name in kept}
        # the rows go by the labels they came by: put beside the table given, each stands at its own
        return pd.DataFrame({**carried, **{k: pd.Series(x, dtype=object, index=frame.index) for k, x in columns.items()}}, index=frame.index)

    return Kind(
        columns=lambda f: [str(c) for c in f.columns], floats=lambda f: [x for name, column in named(f) for x in floats(name, column.dtype)],
        rows=rows, make=make, count=len, some=lambda f, n, many: rows(f.iloc[n : n + many]), cells=of, distinct=lambda f, name: _distinct(of(f, name)),
        lists=lambda f, name: _each(of(f, name)),
    )  # fmt: skip


def _distinct(cells: Sequence[Any]) -> Collection[Any]:
    """Each cell once. Raises `RowByRow` where cells cannot be told apart."""
    try:
        found = set(cells)
        if len({(type(c), c) for c in cells}) > len(found):
            raise RowByRow  # 1, 1.0 and True, which Python takes for one another: what each is, a row says
    except TypeError:
        raise RowByRow from None
    return found


def _each(cells: Sequence[Any]) -> tuple[Sequence[Any], Sequence[int]]:
    return cells, range(len(cells))


def _polars() -> Kind:
    import polars as pl

    def floats(name: str, kind: Any) -> Iterator[str]:
        if kind.is_float():
            yield name
        elif isinstance(kind, pl.Struct):
            yield from (x for field in kind.fields for x in floats(f"{name}.{field.name}", field.dtype))
        elif isinstance(kind, pl.List | pl.Array):
            yield from floats(name, kind.inner)

    def days(column: Any) -> Any:
        """A column of moments, all of them midnight without a time zone, is one of days."""
        if not isinstance(column.dtype, pl.Datetime) or column.dtype.time_zone is not None:
            return column
        told = column.drop_nulls()
        return column.cast(pl.Date) if (told == told.dt.truncate("1d")).all() else column

    def rows(frame: Any) -> list[dict[str, Any]]:
        return frame.with_columns([days(c) for c in frame.get_columns()]).to_dicts()  # type: ignore[no-any-return]

    def make(frame: Any, kept: list[str], columns: dict[str, list[Any]]) -> Any:
        return pl.DataFrame([*frame.select(kept).get_columns(), *(pl.Series(k, x, dtype=pl.String) for k, x in columns.items())])

    def boxed(column: Any) -> bool:
        """Whether its cells are anybody's Python objects, which Polars neither tells apart nor groups."""
        return column.dtype == pl.Object  # type: ignore[no-any-return]

    def distinct(frame: Any, name: str) -> Collection[Any]:
        column = frame.get_column(name)
        return _distinct(column.to_list()) if boxed(column) else days(column).unique().to_list()

    def lists(frame: Any, name: str) -> tuple[Sequence[Any], Sequence[int]]:
        column = frame.get_column(name)
        if boxed(column):
            return _each(column.to_list())
        groups = frame.select(pl.col(name).alias("x"), pl.int_range(pl.len()).alias("n")).group_by("x", maintain_order=True).agg(pl.col("n"))
        of = [0] * len(frame)
        for code, rows in enumerate(groups.get_column("n").to_list()):
            for row in rows:
                of[row] = code
        return groups.get_column("x").to_list(), of

    return Kind(
        columns=lambda f: list(f.columns), floats=lambda f: [x for name, kind in f.schema.items() for x in floats(name, kind)],
        rows=rows, make=make, count=len, some=lambda f, n, many: rows(f.slice(n, many)), cells=lambda f, name: days(f.get_column(name)).to_list(),
        distinct=distinct, lists=lists,
    )  # fmt: skip


def _arrow_floats(name: str, kind: Any) -> Iterator[str]:
    import pyarrow as pa

    if pa.types.is_floating(kind):
        yield name
    elif pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        yield from _arrow_floats(name, kind.value_type)
    elif isinstance(kind, pa.BaseExtensionType):
        yield from _arrow_floats(name, kind.storage_type)
    elif pa.types.is_nested(kind):
        fields = [kind.field(n) for n in range(kind.num_fields)]
        yield from (x for field in fields for x in _arrow_floats(f"{name}.{field.name}" if pa.types.is_struct(kind) else name, field.type))


def texts(cells: Sequence[str | None]) -> Any:
    """An Arrow column of text. `pyarrow.array` looks whether it was given something of pandas, and imports all of that to do so."""
    import pyarrow as pa

    builder = pa.lib.StringBuilder()
    builder.append_values(cells)
    return builder.finish()


def _arrow() -> Kind:
    import pyarrow as pa

    def make(frame: Any, kept: list[str], columns: dict[str, list[Any]]) -> Any:
        return pa.table({**{name: frame.column(name) for name in kept}, **{k: texts(x) for k, x in columns.items()}})

    return Kind(
        columns=lambda f: list(f.schema.names), floats=lambda f: [x for field in f.schema for x in _arrow_floats(field.name, field.type)],
        rows=lambda f: f.to_pylist(), make=make, count=lambda f: f.num_rows, some=lambda f, n, many: f.slice(n, many).to_pylist(), cells=lambda f, name: f.column(name).to_pylist(),
        distinct=lambda f, name: _distinct(f.column(name).to_pylist()), lists=lambda f, name: _each(f.column(name).to_pylist()),
    )  # fmt: skip


_KINDS: Mapping[tuple[str, str], Callable[[], Kind]] = {
    ("pandas", "DataFrame"): _pandas, ("polars", "DataFrame"): _polars, ("pyarrow", "Table"): _arrow, ("pyarrow", "RecordBatch"): _arrow,
}  # fmt: skip


def kind_of(frame: Any, argument: str = "frame") -> Kind:
    """The library of a table. Raises `UsageError` where it is none of the three, or no table that can be read."""
    library, name = type(frame).__module__.partition(".")[0], type(frame).__name__
    if (library, name) not in _KINDS:
        mend = "先 .collect()" if name == "LazyFrame" else ""
        raise UsageError(f"要 pandas、Polars 或 Arrow 的表，收到 {name}", mend=mend, argument=argument)
    kind = _KINDS[library, name]()
    columns = kind.columns(frame)
    if twice := [c for c in dict.fromkeys(columns) if columns.count(c) > 1]:
        raise UsageError(f"两列同名：{'、'.join(map(clip, twice))}", mend="删去一列，或写清各是什么", argument=argument)
    if floats := kind.floats(frame):
        raise UsageError(
            f"浮点数的列不接受（会有误差）：{'、'.join(map(clip, floats))}",
            mend="改成文字、整数（有空格的整数列用可空的整数类型，如 Int64）或 Decimal", argument=argument,
        )  # fmt: skip
    return kind


# -- what the columns are -------------------------------------------------------------------------------


def _columns(book: CompiledRulebook, names: Sequence[str], key: str | None) -> list[Column]:
    """What each column is. Raises `CaseError` with every one that is nothing a rulebook knows."""
    reader = Reader(book, need_unit=True)

    def known(word: str, among: Mapping[str, Any]) -> str:
        found = reader.key_of(word)
        return found if found is not None and found in among else ""

    out: list[Column] = []
    problems: list[Problem] = []
    for name in names:
        word, _, part = name.rpartition(".")
        if found := known(name, book.facts):
            out.append(Column(name=name, part=Part.VALUE, key=found, word=name))
        elif found := known(name, book.records):
            out.append(Column(name=name, part=Part.LIST, key=found, word=name))
        elif part == _ABSENT and (found := known(word, book.facts)):
            out.append(Column(name=name, part=Part.ABSENT, key=found, word=word))
        elif part == _COMPLETE and (found := known(word, book.records)):
            out.append(Column(name=name, part=Part.COMPLETE, key=found, word=word))
        elif re.fullmatch("[0-9]+", part) and (found := known(word, book.facts)):
            out.append(Column(name=name, part=Part.YEAR, key=found, word=word, year=part))
        elif name not in (NAME, key):
            near = suggestion(name, [w for w, k in book.names.items() if k in book.facts or k in book.records])
            expected = "数据项或明细的名称；名称.年度、名称.无（数据项），名称.完整（明细）"
            problems.append(Problem(Position("表头"), "申报数据项目录里没有这一列", name, expected, near, Code.UNKNOWN_NAME, (name,)))
    if problems:
        raise CaseError(problems)
    return out


# -- records in tables of their own -----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The rows of a table of records, by the applicant's key, each with its number."""

    name: str
    key: str
    owners: Mapping[Any, list[tuple[int, dict[str, Any]]]]

    def rows(self, owner: Any) -> list[dict[str, Any]] | None:
        """Without a row nothing is told of them."""
        found = self.owners.get(owner)
        return None if found is None else [row for _, row in found]


def _listed(book: CompiledRulebook, records: Mapping[str, Any], key: str | None, columns: Sequence[Column]) -> list[Listed]:
    reader, out = Reader(book, need_unit=True), list[Listed]()
    for name, rows in records.items():
        kind = kind_of(rows, "records")
        found = reader.key_of(name) if isinstance(name, str) else None
        if found is None or found not in book.records:
            known = [r.name for r in book.records.values()]
            raise UsageError(f"records 里没有这类明细：{clip(told(name))}；可用：{'、'.join(known)}", mend=suggestion(told(name), known), argument="records")
        if key is None or key not in kind.columns(rows):
            raise UsageError(f"“{clip(name)}”的表要有申报企业的编号列", mend="写 key=列名，两张表都要有这一列", argument="key")
        if any(c.part is Part.LIST and c.key == found for c in columns) or any(x.key == found for x in out):
            raise UsageError(f"“{clip(name)}”给了两处", mend="写在企业的表里，或单独一张表，只用一种", argument="records")
        owners: dict[Any, list[tuple[int, dict[str, Any]]]] = {}
        for number, row in enumerate(kind.rows(rows), 1):
            owners.setdefault(_owner(row.pop(key)), []).append((number, row))
        out.append(Listed(name=name, key=found, owners=owners))
    return out


class _Unhashable(str):
    """An applicant's key that is no key: a list, a struct, a truth value (which Python takes for the number 1 or 0)."""


def _owner(value: Any) -> Any:
    """An applicant's key as the other table can be looked up by it."""
    value = plain(value)
    try:
        hash(value)
    except TypeError:
        return _Unhashable(told(value))
    return _Unhashable(told(value)) if isinstance(value, bool) else value


def _astray(owners: Sequence[Any], listed: Sequence[Listed], key: str) -> Iterator[Problem]:
    """Rows whose records cannot be told to be theirs, and records that are nobody's: none may get another's, none be lost."""
    firsts: dict[Any, int] = {}
    for number, owner in enumerate(owners, 1):
        at, loc = Position(f"第{number}行"), (number - 1, key)
        if _no_key(owner):
            yield Problem(at, f"没有“{clip(key)}”，明细无从归到这一家", _shown(owner), "每家一个编号", "填上编号", Code.MISSING, loc)
        elif firsts.setdefault(owner, number) != number:
            mend = f"第一次见 第{firsts[owner]}行；每家一行，同一家两次申报写两个编号"
            yield Problem(at, f"“{clip(key)}”重复，明细不知归哪一行", _shown(owner), "每家一个编号", mend, Code.DUPLICATE, loc)
    for one in listed:
        for owner, rows in one.owners.items():
            if not _no_key(owner) and owner in firsts:
                continue
            for number, _ in rows:
                at, place = Position(f"{_LISTED.format(one.name)}第{number}行"), (one.name, number - 1, key)
                if _no_key(owner):
                    yield Problem(at, f"没有“{clip(key)}”，不知是哪家的", _shown(owner), "企业的表里有的编号", "填上编号", Code.MISSING, place)
                else:
                    mend = "核对编号与它的类型（文字“1”不是数 1）；不在这次申报的先筛去"
                    yield Problem(at, f"企业的表里没有这个“{clip(key)}”", _shown(owner), "企业的表里有的编号", mend, Code.UNKNOWN_NAME, place)


def _no_key(owner: Any) -> bool:
    return owner is None or isinstance(owner, _Unhashable) or (isinstance(owner, str) and not owner.strip())


def _shown(owner: Any) -> str:
    return "" if owner is None else told(owner)


# -- the decisions ------------------------------------------------------------------------------------------


def decide_frame(
    book: CompiledRulebook, frame: Any, *, on: date, year: int | None, records: Mapping[str, Any], key: str | None, measures: Sequence[str] | None,
    scheme: Mapping[str, str], reasoner: str | None, verdicts: bool, secret: Any = None,
    reading: Mapping[str, str] | None = None, apart: Callable[[int], None] = lambda _: None, wrong: list[Problem] | None = None,
    reminders: bool = False,
) -> Any:  # fmt: skip
    """A table with a row for each enterprise: outcome, settled, at most, standing, reason and reminder of each measure.

    See `Rulebook.decide_many`. `apart` hears of each row that was not decided by columns alone, of how many measures. Where `wrong` is given,
    complaints of single rows are added to it, in place of an error, and nothing stands in the columns of such a row. `reminders`: a column more,
    what there is to look at again of each row as a whole.
    """
    kind = kind_of(frame)
    names = kind.columns(frame)
    if key is not None and key not in names:
        raise UsageError(f"没有“{clip(key)}”这一列，明细无从归到各企业；现有：{'、'.join(map(clip, names))}", argument="key")
    if reminders and key == REMINDERS:
        raise UsageError(f"企业编号列和提醒的一列都叫“{REMINDERS}”", mend="编号列改一个名称", argument="key")
    refuse_choices(book, scheme, measures)
    taken = {k: x.option for k, x in taken_readings(book, {k: Taken(x) for k, x in (reading or {}).items()}).items()}
    columns = _columns(book, names, key)
    listed = _listed(book, records, key, columns)
    wanted = [s.id for s in book.measures.values() if measures is None or s.id in measures]
    history = any(name_of(k) == SUPPORT for k in [*(c.key for c in columns if c.part is Part.LIST), *(x.key for x in listed)])
    # who has no column for what was received before cannot be reminded of any
    shown = [*_PARTS[:-1], *([REMINDER] if history else []), *([_PARTS[-1]] if verdicts else [])]
    out: dict[str, list[Any]] = {f"{m}.{part}": [] for m in wanted for part in shown}
    problems: list[Problem] = []
    reminded: dict[int, dict[str, str | None]] = {}  # of the row last looked at alone, by its number
    said: dict[int, str | None] = {}  # of a row as a whole, by its number

    def alone(
        number: int, row: Mapping[str, Any], owner: Any, only: Sequence[str] | None, *, read: Callable[[], Facts] | None = None
    ) -> Mapping[str, tuple[Any, ...]] | None:  # fmt: skip
        """One row, decided as it would be alone: of each measure what stands in its columns; what is wrong with it is put down.

        `read`: what it tells, where it is read already and nothing in it contradicts itself.
        """
        try:
            facts = _facts(book, columns, row, listed, owner, year, secret) if read is None else read()
            if read is None:
                refuse_contradictions(book, facts, on)
                if reminders:
                    remind(number, row, facts)
            judged = None if problems and wrong is None else judge_with(reasoner, book, facts, on=on, schemes=scheme, only=only, readings=taken)
        except CaseError as error:
            problems.extend(_placed(p, error.stage, number, owner, listed) for p in error.problems)
            return None
        if judged is None:
            return None
        reminded.setdefault(number, {}).update({key: reminder_words(m) or None for key, m in judged.measures.items()})
        return {key: _cells(book, m, verdicts=verdicts) for key, m in judged.measures.items()}

    def remind(number: int, row: Mapping[str, Any], facts: Facts) -> None:
        said[number] = "\n".join(reminders_of(book, facts, on=on, applicant=_name(row.get(NAME)), taken={})) or None

    appends = [tuple(out[f"{m}.{part}"].append for part in _PARTS[: None if verdicts else -1]) for m in wanted]
    reminding = [(s.key, out[f"{s.id}.{REMINDER}"].append) for s in book.measures.values() if s.id in wanted] if history else []
    nothing = [(None,) * len(appends[0])] * len(wanted) if wanted else []

    def put(number: int, row: Iterable[tuple[Any, ...]]) -> None:
        for parts, values in zip(appends, row, strict=True):
            for append, value in zip(parts, values, strict=True):
                append(value)
        said = reminded.pop(number, {})
        for key, append in reminding:
            append(said.get(key))

    def by_columns() -> None:
        """Whole columns at once; rows about which there is something to say or to ask, and what a reading may touch, one by one."""

        block: dict[int, list[dict[str, Any]]] = {}  # of rows, the one last looked at

        def told_by(number: int) -> Mapping[str, Any]:
            start = number - number % _BLOCK
            if start not in block:
                block.clear()
                block[start] = kind.some(frame, start, _BLOCK)
            return block[start][number - start]

        reminding = Reminding([_name(x) for x in kind.cells(frame, NAME)] if NAME in names else None) if reminders else None

        def slow(number: int, keys: Collection[str] | None, read: Callable[[], Facts] | None) -> Mapping[str, tuple[Any, ...]] | None:
            only = measures if keys is None else [book.measures[key].id for key in keys]
            if read is not None:
                found = alone(number + 1, {}, None, only, read=read)
            else:
                found = alone(number + 1, told_by(number), None, only)
            if found is not None:
                apart(len(wanted) if keys is None else len(keys))
            return found

        def received(number: int, key: str) -> None:
            reminded.setdefault(number + 1, {})[key] = again_words(book.measures[key])

        rows = decided(
            book, columns, Cells(partial(kind.cells, frame), partial(kind.distinct, frame), partial(kind.lists, frame)), kind.count(frame), on=on, year=year,
            wanted=wanted, schemes=scheme, taken=taken, verdicts=verdicts, secret=secret, slow=slow, again=received, reminding=reminding,
        )  # fmt: skip
        for number, row in enumerate(rows):
            if row is not None:
                if reminding is not None and number in reminding.rows and number + 1 not in said:
                    remind(number + 1, told_by(number), _facts(book, columns, told_by(number), listed, None, year, secret))
                put(number + 1, row)
            elif wrong is not None:
                put(number + 1, nothing)

    try:
        if reasoner != "python" or listed:
            raise RowByRow
        by_columns()
    except RowByRow:
        rows = kind.rows(frame)
        owners = [None if key is None else _owner(row[key]) for row in rows]
        problems += _astray(owners, listed, key) if key is not None and listed else []
        for number, (row, owner) in enumerate(zip(rows, owners, strict=True), 1):
            found = alone(number, row, owner, measures)
            if found is not None:
                apart(len(wanted))
            if found is not None or wrong is not None:
                put(number, nothing if found is None else found.values())
    if problems and (wrong is None or not all(p.loc and isinstance(p.loc[0], int) for p in problems)):
        raise CaseError(problems)
    if wrong is not None:
        wrong += problems
    if reminders:
        out[REMINDERS] = [said.get(n) for n in range(1, kind.count(frame) + 1)]
    return kind.make(frame, [name for name in names if name in (NAME, key)], out)


def _name(cell: Any) -> str:
    cell = plain(cell)
    return "" if cell is None else str(cell)


def _placed(problem: Problem, stage: Code, number: int, owner: Any, listed: Sequence[Listed]) -> Problem:
    """A complaint of one row, by the number of the row and, of a record in a table of its own, of the record."""
    loc: Loc = problem.loc[1:] if problem.loc[:1] in (("数据",), ("明细",)) else problem.loc
    one = next((x for x in listed if loc[:1] == (x.name,)), None) if problem.loc[:1] == ("明细",) else None
    index = next((n for n, step in enumerate(loc) if isinstance(step, int)), None)
    at = Position(f"第{number}行")
    if one is not None and index is not None:
        step = loc[index]
        assert isinstance(step, int)
        row = one.owners[owner][step][0]
        at, loc = Position(f"{_LISTED.format(one.name)}第{row}行"), (one.name, row - 1, *loc[index + 1 :])
    else:
        loc = (number - 1, *loc)
    return replace(problem, at=at, loc=loc, code=problem.code or stage)


def _facts(
    book: CompiledRulebook, columns: Sequence[Column], row: Mapping[str, Any], listed: Sequence[Listed], owner: Any, year: int | None, secret: Any,
) -> Facts:  # fmt: skip
    """One row, as the reader of cases takes it."""
    data: dict[str, Any] = {}
    records: dict[str, Any] = {x.name: rows for x in listed if (rows := x.rows(owner)) is not None}
    words = {c.key: c.word for c in columns if c.part is Part.LIST} | {x.key: x.name for x in listed}
    incomplete: list[Column] = []
    for column in columns:
        name, word = column.name, column.word
        value = plain(row[name])
        if value is None:
            continue
        match column.part:
            case Part.VALUE:
                _told_once(word in data, name)
                data[word] = value
            case Part.YEAR:
                _told_once(word in data and not isinstance(data[word], _Years), name)
                data.setdefault(word, _Years())[column.year] = value
            case Part.ABSENT:
                if _flag(value, name):
                    _told_once(word in data, name)
                    data[word] = ABSENT
            case Part.LIST:
                records[word] = _rows_of(value)
            case Part.COMPLETE:
                if not _flag(value, name):
                    incomplete.append(column)
    for column in incomplete:
        word = words.get(column.key, column.word)
        if word in records:
            records[word] = {_COMPLETE: "否", "清单": records[word]}
    reader = Reader(book, need_unit=True, key=secret)
    facts = reader.read(data, records, year)
    if reader.problems:
        raise CaseError(reader.problems)
    return facts


class _Years(dict[str, Any]):
    """What columns of single years say of a fact."""


def _rows_of(value: Any) -> Any:
    """A list of structs, whatever the library makes of one; what is none is the reader's to refuse."""
    if type(value).__name__ == "ndarray":
        value = value.tolist()
    return list(value) if isinstance(value, list | tuple) else value


def _told_once(again: bool, name: str) -> None:
    if again:
        message = "这一项另有一列也填了（名称、名称.年度、名称.无 只填一种）"
        _refuse(Problem(Position(), message, name, "只用一种", "空出一列", Code.CONTRADICTORY, (name,)))


def _flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        _refuse(Problem(Position(), f"“{clip(name)}”写真或假", told(value), "True、False", "改成布尔的列；不知道就空着", Code.WRONG_TYPE, (name,)))
    return value


def _refuse(problem: Problem) -> NoReturn:
    raise CaseError([problem])


_PARTS = ("outcome", "settled", "at_most", "standing", "reason", "verdicts")


def _cells(book: CompiledRulebook, m: MeasureJudged, *, verdicts: bool) -> tuple[Any, ...]:
    """What stands in a measure's columns, in the order of `_PARTS`."""
    award = m.award
    ends = (None if end is None else money_string(end) for end in (award.low, award.high))
    masks = ("".join({True: "1", False: "0", None: "?"}[leaf.truth.value] for leaf in m.conditions.leaves()),) if verdicts else ()
    return str(m.outcome), *ends, m.standing.code, reason_words(m.reason, award, book), *masks


__all__ = ["REMINDER", "REMINDERS", "decide_frame", "kind_of", "texts"]
