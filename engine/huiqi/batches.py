"""Registers too large for a workbook: a Parquet table in, its results in Parquet out, a batch at a time.

A column is a fact as `Rulebook.decide_many` takes it, a list of structs a record type; every row is an enterprise. What must stay true:
memory does not grow with the register; every row that goes in comes out once, in its order, decided or with what is wrong with it; a row
that cannot be read stops no other; the file of results is there whole or not at all, and what a stopped run finished is used again only
for the same table, rules and choices.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Self

from ._version import __version__
from .api import load
from .caching import patient
from .errors import InputError, Problem, UsageError
from .files import reading, refuse_existing, remove, unfinished
from .frames import REMINDER, REMINDERS, decide_frame
from .given import day_given, year_given
from .plain import dataclass
from .reasoning.receipt import digest_of

ROWS = 20_000  # of a batch
STATE, WRONG = "状态", "错误"
DECIDED, REFUSED = "已测算", "有错"
_APART = ".apart"  # beside a row group that is finished: of how many rows, and of how many measures in all, some were decided one by one
CHANGED = "规则库在测算途中改过了，前后不是同一版"


@dataclass(frozen=True, kw_only=True)
class BatchTerms:
    """What holds for every row; plain, so that other processes and machines can be told."""

    rulebook: str
    on: str
    year: int | None = None
    measures: tuple[str, ...] = ()
    schemes: tuple[tuple[str, str], ...] = ()
    readings: tuple[tuple[str, str], ...] = ()
    reminders: bool = False  # whether what there is to look at again of a row as a whole has a column
    rules: str = ""  # digest of the rulebook that is meant; empty: whatever stands there

    def held(self) -> Self:
        """The same, by the rulebook as it stands now and no other."""
        return replace(self, rules=load(self.rulebook).digest)

    def decide(self, table: Any, apart: Callable[[int], None] = lambda _: None) -> Any:
        """An Arrow table decided, a row for a row: the columns of `decide_many`, and `状态`, `错误`.

        `apart` hears of each row of which measures were decided one by one, not by columns, of how many.

        Raises `InputError` for a wrong column, `UsageError` where another rulebook stands there than is meant.
        """
        from .frames import texts

        problems = list[Problem]()
        done = self._with_basis(self._decided(table, apart, problems))
        wrong = _by_row(problems)
        states = [REFUSED if n in wrong else DECIDED for n in range(table.num_rows)]
        done = done.append_column(STATE, texts(states))
        return done.append_column(WRONG, texts([wrong.get(n) for n in range(table.num_rows)]))

    def _with_basis(self, done: Any) -> Any:
        """How firmly each measure promises its amounts: of a ceiling they are the most there can be, and nobody's due."""
        from .frames import texts

        schemes, book = dict(self.schemes), load(self.rulebook)
        for one in book.compiled.measures.values():
            name = f"{one.id}.outcome"
            if name in done.column_names:
                scheme = (one.schemes[schemes[one.id]] if one.id in schemes else next(iter(one.schemes.values()))) if one.schemes else one.base
                award = scheme.award
                told = "" if award is None else str(award.basis)
                basis = texts([told if there else None for there in done.column(name).is_valid().to_pylist()])
                done = done.add_column(done.column_names.index(f"{one.id}.reason"), f"{one.id}.basis", basis)
        return done

    def _decided(self, table: Any, apart: Callable[[int], None], wrong: list[Problem]) -> Any:
        book = load(self.rulebook)
        if self.rules not in ("", book.digest):
            raise UsageError(CHANGED, mend="重新测算", argument="rulebook")
        return decide_frame(
            book.compiled, table, on=day_given(self.on), year=year_given(self.year), records={}, key=None, measures=self.measures or None,
            scheme=dict(self.schemes), reading=dict(self.readings), reasoner="python", verdicts=False, apart=apart, wrong=wrong, reminders=self.reminders,
        )  # fmt: skip

    @property
    def digest(self) -> str:
        told = [self.on, self.year, list(self.measures), list(map(list, self.schemes)), list(map(list, self.readings)), self.reminders]
        return digest_of({"asked": told, "rules": self.rules or load(self.rulebook).digest, "engine": __version__})


def _by_row(problems: Sequence[Problem]) -> dict[int, str]:
    """What is wrong with each row, by its number from 0."""
    out: dict[int, list[Problem]] = {}
    for problem in problems:
        assert isinstance(problem.loc[0], int)
        out.setdefault(problem.loc[0], []).append(problem)
    return {row: "；".join(_words(p) for p in problems) for row, problems in out.items()}


def _words(problem: Problem) -> str:
    found = f"（写的是“{problem.found}”）" if problem.found else ""
    match problem.loc:
        case (_, str(record), int(index), *_):  # which of its records it is
            found = f"{found}（{record}第{index + 1}条）"
    return f"{problem.message}{found}" + (f"，{problem.mend}" if problem.mend else "")


@dataclass(frozen=True, kw_only=True)
class ScreenedTable:
    """How many rows were read, decided and refused, and of each measure (id, outcome) how many of those decided."""

    read: int
    decided: int
    wrong: int
    outcomes: Mapping[tuple[str, str], int]
    resumed: int = 0
    apart: tuple[int, int] | None = None  # rows of which measures were decided one by one, and how many measures in all; None: not counted
    reminded: int = 0  # so many measures of so many rows that a person has to look at before they are paid
    doubted: int = 0  # rows of which there is something to look at again; counted where it was asked for

    @property
    def summary(self) -> tuple[str, ...]:
        counted = f"读到 {self.read} 行 = 已测算 {self.decided} 行 + 有错 {self.wrong} 行 + 跳过 0 行"
        if self.apart is None:
            return (counted,)
        rows, items = self.apart
        whole = sum(self.outcomes.values())
        share = f"（占 {Decimal(100 * items) / whole:.1f}%）" if whole else ""
        apart = f"不能按列、逐户测算的：{rows} 行，{items} 项次，共 {whole} 项次{share}"
        again = f"以往已获支持、由经办人核清以前不能拟支持的：{self.reminded} 项次（写在 .{REMINDER} 一栏）"
        doubted = f"有提醒的：{self.doubted} 行（写在 {REMINDERS} 一栏）"
        return (counted, apart, *([again] if self.reminded else []), *([doubted] if self.doubted else []))


def screen_table(
    source: str | Path, target: str | Path, asking: BatchTerms, *, resume: bool = False, processes: int = 1, rows: int = ROWS,
    started: Callable[[int, int], None] = lambda _todo, _known: None, tick: Callable[[], None] = lambda: None,
) -> ScreenedTable:  # fmt: skip
    """Decide every row of a Parquet table and write the results as one. `tick` is called for each row group of the table.

    Raises `InputError` for a table or a column that cannot be taken, `UsageError` for a wrong call or a missing library.
    """
    path, out = Path(source), Path(target)
    refuse_existing(target)
    parquet, asking = _library(), asking.held()
    with reading(path):
        groups, size = _groups(parquet, path), path.stat()
    mark = digest_of({"asking": asking.digest, "table": [path.name, str(size.st_size), str(size.st_mtime_ns)], "rows": rows})
    parts = unfinished(out) / mark.partition(":")[2][:16]  # two runs at once of different kinds never take one another's
    known = _kept(parquet, parts, mark, resume=resume)
    todo = [n for n in range(groups) if n not in known]
    started(len(todo), len(known))
    work = [(str(path), n, asking, str(parts / f"{n}.parquet"), rows) for n in todo]
    try:
        if processes > 1 and len(work) > 1:
            with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=patient) as pool:
                for _ in pool.map(_group, work):
                    tick()
        else:
            for one in work:
                _group(one)
                tick()
        found = _joined(parquet, [parts / f"{n}.parquet" for n in range(groups)], parts / "whole", resumed=len(known))
        refuse_existing(target)  # another run may have written it in the meantime
        (parts / "whole").replace(out)
    except FileNotFoundError:
        if (parts / "mark").is_file():
            raise
        message = f"另有一次运行在写“{target}”，把这一次测算好的清掉了；这一次没有写出"
        raise UsageError(message, mend="同一个文件一次只写一轮：等它完，或换一个文件名", argument="output") from None
    shutil.rmtree(parts.parent, ignore_errors=True)
    return found


def _library() -> Any:
    try:
        import pyarrow.parquet
    except ImportError:
        raise UsageError("读写 Parquet 要先装 pyarrow", mend="pip install pyarrow", argument="engine") from None
    return pyarrow.parquet


def _groups(parquet: Any, path: Path) -> int:
    import pyarrow as pa

    try:
        return int(parquet.ParquetFile(path).num_row_groups)
    except pa.ArrowInvalid:
        from .errors import Code, Position

        raise InputError([Problem(Position(str(path)), "这不是 Parquet 文件", path.name, "Parquet", "核对是否选错文件", Code.UNREADABLE_FILE)]) from None


def _kept(parquet: Any, parts: Path, mark: str, *, resume: bool) -> set[int]:
    """The row groups that a stopped run of the same kind finished."""
    said = parts / "mark"
    if resume and said.is_file() and said.read_text(encoding="utf-8") == mark:
        return {int(p.stem) for p in parts.glob("*.parquet") if p.stem.isdigit() and _whole(parquet, p)}
    remove(parts.parent)
    parts.parent.mkdir(mode=0o700)
    parts.mkdir(mode=0o700)
    said.write_text(mark, encoding="utf-8")
    return set()


def _whole(parquet: Any, part: Path) -> bool:
    """Whether the disk has all of a row group that was finished; what it lost is decided again."""
    import pyarrow as pa

    try:
        parquet.ParquetFile(part)
    except (pa.ArrowInvalid, OSError):
        return False
    counts = part.with_suffix(_APART)
    return counts.is_file() and re.fullmatch(r"[0-9]+ [0-9]+", counts.read_text(encoding="utf-8", errors="replace")) is not None


def _group(work: tuple[str, int, BatchTerms, str, int]) -> None:
    """One row group decided, in batches; its file is there whole or not at all."""
    path, number, asking, target, rows = work
    parquet = _library()
    writer: Any = None
    new = Path(target).with_suffix(".new")
    some = list[int]()
    for batch in _batches(parquet.ParquetFile(path), number, rows):
        done = asking.decide(batch, some.append)
        if writer is None:
            writer = parquet.ParquetWriter(new, done.schema)
        writer.write_table(done)
    if writer is not None:
        writer.close()
        Path(target).with_suffix(_APART).write_text(f"{len(some)} {sum(some)}", encoding="utf-8")
        new.replace(target)


def _batches(file: Any, group: int, rows: int) -> Iterator[Any]:
    import pyarrow as pa

    empty = True
    for batch in file.iter_batches(batch_size=rows, row_groups=[group]):
        empty = False
        yield pa.Table.from_batches([batch])
    if empty:
        yield file.schema_arrow.empty_table()


def _joined(parquet: Any, parts: Sequence[Path], target: Path, *, resumed: int) -> ScreenedTable:
    """The parts in order as one file, and what they come to."""
    counts, states = Counter[tuple[str, str]](), Counter[str]()
    writer: Any = None
    rows = items = reminded = doubted = 0
    for part in parts:
        a, b = part.with_suffix(_APART).read_text(encoding="utf-8").split()
        rows, items = rows + int(a), items + int(b)
        file = parquet.ParquetFile(part)
        for group in range(file.num_row_groups):
            table = file.read_row_group(group)
            if writer is None:
                writer = parquet.ParquetWriter(target, table.schema)
            writer.write_table(table.cast(writer.schema))
            states.update({x["values"].as_py(): x["counts"].as_py() for x in table.column(STATE).value_counts()})
            reminded += sum(len(table.column(c)) - table.column(c).null_count for c in table.column_names if c.endswith(f".{REMINDER}"))
            doubted += len(table) - table.column(REMINDERS).null_count if REMINDERS in table.column_names else 0
            for name in (c for c in table.column_names if c.endswith(".outcome")):
                for one in table.column(name).drop_null().value_counts():
                    counts[name.removesuffix(".outcome"), one["values"].as_py()] += one["counts"].as_py()
    if writer is not None:
        writer.close()
    return ScreenedTable(
        read=sum(states.values()), decided=states[DECIDED], wrong=states[REFUSED], outcomes=counts, resumed=resumed, apart=(rows, items), reminded=reminded,
        doubted=doubted,
    )  # fmt: skip


__all__ = ["CHANGED", "DECIDED", "REFUSED", "STATE", "WRONG", "BatchTerms", "ScreenedTable", "screen_table"]
