"""A whole register: its sheets, their tables, and every cell with its verdict.

What must stay true: every cell that holds anything is in the result once, every row is accounted for, every question has one number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

from ..errors import InputError
from ..language.levelling import level
from ..plain import dataclass
from ..rulebook.compiled import SUPPORT, CompiledRulebook, RecordSpec, name_of
from ..rulebook.lexicon import lexicons
from ..rulebook.reach import read_by, reads_year
from .applicants import Grouped, applicants
from .found import As, Asked, Read
from .grid import Cell, Place, Sheet, Workbook, address
from .layout import Role, Table, find_table, unit_named
from .mapping import EMPTY, Told, answer_problems, lasts
from .propose import Column, Ground, Use, propose, record_of
from .questions import Question
from .settle import Settled, settle
from .sums import Relation, Sum, relations, totals
from .texts import HIDDEN, Words, candidates
from .verdicts import Judged, Reader


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A cell outside the applicants' rows."""

    row: int
    column: int
    cell: Cell
    shown: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SheetRead:
    """A sheet in which a table was found, with all that was made of it."""

    table: Table
    settled: Settled
    cells: Mapping[Place, Judged]
    laid: tuple[Laid, ...]
    sums: tuple[Sum, ...]
    relations: tuple[Relation, ...]
    grouped: Grouped
    questions: tuple[Question, ...]
    record: RecordSpec | None
    title: str  # under which its own answers are kept


@dataclass(frozen=True, kw_only=True)
class Skipped:
    sheet: Sheet
    why: str


@dataclass(frozen=True, kw_only=True)
class RegisterRead:
    book: CompiledRulebook
    workbook: Workbook
    sheets: tuple[SheetRead, ...]
    skipped: tuple[Skipped, ...]
    said: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)  # answers that nothing asked for this time


def read_register(book: CompiledRulebook, workbook: Workbook, told: Told = EMPTY, path: Path | None = None, *, file: str = "") -> RegisterRead:
    """Raises `InputError` where the mapping answers what is no choice."""
    read, skipped, number = list[SheetRead](), list[Skipped](), 0
    names = [s.name for s in workbook.sheets]
    for sheet in workbook.sheets:
        table = find_table(sheet)
        if table is None:
            skipped.append(Skipped(sheet=sheet, why="没有数据" if not sheet.hidden else "没有数据（隐藏的工作表）"))
            continue
        one = _sheet(book, workbook, table, told, names, number, file)
        number += len(one.questions)
        read.append(one)
    if problems := answer_problems([q for s in read for q in s.questions], path):
        raise InputError(problems)
    asked = {q.key for s in read for q in s.questions}
    return RegisterRead(
        book=book, workbook=workbook, sheets=tuple(read), skipped=tuple(skipped), said=workbook.said,
        kept={k: v for k, v in told.answers.items() if lasts(k) and k not in asked},
    )  # fmt: skip


def _sheet(book: CompiledRulebook, workbook: Workbook, table: Table, told: Told, names: Sequence[str], number: int, file: str) -> SheetRead:
    title = table.title or f"{file} {table.sheet.name}"
    answers = told.answers_for(title)
    shared = record_of(book, table)
    columns = _as_told(book, table, told)
    support = next((r for k, r in book.records.items() if name_of(k) == SUPPORT), None)
    settled = settle(table, columns, shared, answers, support, year_needed=_year_needed(book, columns))
    reader = Reader(book, table, settled, Words(book=book, aliases={}), answers, since_1904=workbook.since_1904)
    cells = reader.read()
    grouped = applicants(table, settled, cells, shared, answers, names)
    found, said = relations(settled.columns, cells, table.rows(Role.DATA))
    cells = {at: _with(j, said.get(at, ())) for at, j in cells.items()}
    cells = _same_codes(settled, cells)
    sums = totals(table, settled.columns, cells, grouped.suspected)
    questions = [replace(q, number=f"问{n}") for n, q in enumerate([*reader.questions.values(), *grouped.questions, *settled.last], number + 1)]
    numbered = {q.key: q for q in questions}
    cells = {at: _numbered(j, numbered) for at, j in cells.items()}
    laid = tuple(_laid(table, settled, cells, numbered, found, {s.at for s in sums}, book))
    return SheetRead(
        table=table,
        settled=settled,
        cells=cells,
        laid=laid,
        sums=sums,
        relations=found,
        grouped=grouped,
        questions=tuple(questions),
        record=shared,
        title=title,
    )


def _year_needed(book: CompiledRulebook, columns: Sequence[Column]) -> bool:
    """Whether a measure that reads records of this table, or any measure where it holds none, turns on the year applied for."""
    told = {c.record.name for c in columns if c.use is Use.FACT and c.record is not None}
    own = [m for m in book.measures.values() if not m.hint] or list(book.measures.values())
    return any(reads_year(book, m) for m in own if not told or told & set(read_by(book, m)[1]))


def _as_told(book: CompiledRulebook, table: Table, told: Told) -> tuple[Column, ...]:
    """The proposal, with what the mapping says otherwise: what it only repeats stays as proposed, and asked."""
    proposed = propose(book, table)
    changed = {c.head.title: told.columns[c.head.title] for c in proposed if c.head.title in told.columns and told.columns[c.head.title] != _word(c)}
    columns = propose(book, table, changed) if changed else proposed
    return tuple(_told_unit(c, told.units.get(c.head.title, "")) for c in columns)


def _word(column: Column) -> str:
    if column.use in (Use.FACT, Use.NAME, Use.YEAR):
        return column.target
    return {Use.ORDER: "序号", Use.PERSONAL: "个人信息", Use.COMPARED: "核对"}.get(column.use, "不对应")


def _told_unit(column: Column, word: str) -> Column:
    unit = unit_named(word) if word else None
    if unit is None or not column.numeric or (column.unit is not None and column.unit.word == unit.word and column.ground is not Ground.TOLD):
        return column
    return replace(column, unit=unit, unit_from="对应表", unit_asked=False, conflict=None)


def _with(judged: Judged, said: tuple[str, ...]) -> Judged:
    return replace(judged, found=replace(judged.found, said=(*judged.found.said, *said))) if said else judged


def _numbered(judged: Judged, questions: Mapping[str, Question]) -> Judged:
    found = judged.found
    return replace(judged, found=replace(found, question=questions[found.question.key])) if isinstance(found, Asked) else judged


def _same_codes(settled: Settled, cells: dict[Place, Judged]) -> dict[Place, Judged]:
    """A code that equals another row's only once width, case and spaces are levelled: said."""
    from .verdicts import code_of

    out = dict(cells)
    for column in settled.columns:
        if column.spec is None or column.spec.kind != "uscc":
            continue
        seen = dict[str, Judged]()
        for at, judged in sorted(cells.items()):
            if at[1] != column.number or judged.under or not (code := code_of(judged)):
                continue
            first = seen.setdefault(code, judged)
            if first is not judged and (judged.found.said or first.cell.text != judged.cell.text):
                out[at] = _with(judged, (f"照齐后与第{first.row}行相同",))
    return out


# -- outside the applicants' rows ----------------------------------------------------------------------------


def _laid(
    table: Table, settled: Settled, cells: Mapping[Place, Judged], questions: Mapping[str, Question], found: Sequence[Relation], summed: set[str],
    book: CompiledRulebook,
) -> list[Laid]:  # fmt: skip
    out = list[Laid]()
    signs = {(s.row, s.column): s for s in table.signs}
    relations_at = {r.column.number: r for r in found}
    numbers = {q.key: q.number for q in questions.values()}
    for (row, column), cell in sorted(table.sheet.cells.items()):
        role = table.roles.get(row)
        if role is Role.DATA or cell.blank or address(row, column) in summed:
            if role is Role.DATA and not cell.blank and (row, column) not in cells:
                out.append(Laid(row=row, column=column, cell=cell, shown=cell.text, said=("在表头以外的列，没有读作数据",)))
            continue
        said, shown = list[str](), cell.text
        if (sign := signs.get((row, column))) is not None:
            if not sign.text:
                said.append(f"{sign.what}未签" if "日期" not in sign.what and "电话" not in sign.what else f"{sign.what}未填")
            elif "日期" in sign.what or "时间" in sign.what:
                said.append("不是审核日期")
            else:
                shown, said = f"{sign.what}：{HIDDEN}", ["个人信息，不在结果里显示"]
        elif role is Role.SIGNATURE and table.signed_on is not None:
            said.append("不是审核日期")
        if (row, column) == table.title_at and table.title and role is Role.TITLE:
            said += [f"{numbers[k]}：这里的年度" for k in numbers if k.startswith("年度")]
            if table.period is not None:
                said.append(f"期间 {table.period[0]} 至 {table.period[1]}")
        if (row, column) == table.units_at:
            said += [numbers[k] for k in numbers if k.startswith("单位:") and questions[k].mapping]
        if (row, column) == table.office_at:
            said += _office_said(table, settled, cells, book)
            said += [numbers[k] for k in numbers if k.endswith(f":{table.office[1]}")]
        if role is Role.NUMBERS and column in relations_at:
            said.append(_relation_said(relations_at[column]))
        if role is Role.NOTE:
            said += [f"见{q.number}" for q in questions.values() if q.key.startswith("符号:") and q.suggested]
        if cell.note:
            said.append(f"批注“{cell.note[:60]}”")
        out.append(Laid(row=row, column=column, cell=cell, shown=shown, said=tuple(said)))
    return out


def _relation_said(relation: Relation) -> str:
    held = {True: "相符", False: "不符", None: "无法核对"}
    parts = [
        f"{word}：第{'、'.join(str(r) for r, h in relation.rows.items() if h is state)}行"
        for state, word in held.items()
        if any(h is state for h in relation.rows.values())
    ]
    return f"核对 {relation.formula}：{'；'.join(parts)}"


def _office_said(table: Table, settled: Settled, cells: Mapping[Place, Judged], book: CompiledRulebook) -> list[str]:
    """A district that reports applicants of other districts."""
    out = []
    for column in settled.columns:
        if column.spec is None or column.record is not None or (lexicon := lexicons(book).get(("", column.spec.key))) is None:
            continue
        mine = [e for e in lexicon.entries if level(e) in level(table.office[1])] or list(candidates(table.office[1], lexicon))
        others = [
            j.at for (_, c), j in sorted(cells.items())
            if c == column.number and mine and isinstance(j.found, Read) and j.found.what is As.FACT and j.found.value not in mine and not j.under
        ]  # fmt: skip
        if mine and others:
            out.append(f"{'、'.join(others)} 不是{mine[0]}")
    return out
