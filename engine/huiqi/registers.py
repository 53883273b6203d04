"""Registers, as the library offers them: a workbook mapped to a rulebook's vocabulary, every cell with its verdict.

Small on purpose: what is asked and found is `intake`'s; here a rulebook is chosen and the two texts are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from .errors import CaseError, InputError, UsageError
from .intake.applicants import Applicant
from .intake.layout import Role, find_table
from .intake.mapping import EMPTY, SheetMapped, mapping_problems, read_mapping, written
from .intake.opened import open_register
from .intake.propose import Use, propose, unmapped
from .intake.register import RegisterRead, SheetRead, read_register
from .intake.settle import YEAR
from .intake.told import counts, to_dict
from .language.levelling import level
from .plain import dataclass
from .reasoning.facts import Reader
from .rulebook.compiled import CompiledRulebook
from .rulebook.compiler import load_compiled
from .rulebook.lexicon import lexicons
from .rulebook.places import available
from .telling.results import refuse_contradictions


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """A register, mapped: the mapping's text, every cell's verdict as plain data, and what an officer is told at once."""

    mapping: str
    cells: Mapping[str, Any]
    summary: tuple[str, ...]
    complete: bool


def map_register(path: str | Path, *, rulebook: str | None = None, mapping: str | Path | None = None) -> Mapped:
    """Propose facts for the columns of a workbook and give each cell its verdict.

    `mapping` is one written before, edited by an officer: what it says goes before what is proposed. Without `rulebook`, the one
    named there, else the one whose vocabulary fits the table best; which, is said. Raises `InputError` in words.
    """
    file = Path(path)
    workbook = open_register(file)
    told = read_mapping(Path(mapping)) if mapping is not None else EMPTY
    name = rulebook or told.rulebook or None
    book, chosen = (load_compiled(name), "") if name else _fitting(workbook)
    if mapping is not None and (problems := mapping_problems(book, told, Path(mapping))):
        raise InputError(problems)
    read = read_register(book, workbook, told, Path(mapping) if mapping is not None else None, file=file.name)
    if not read.sheets:
        raise UsageError(f"“{file.name}”里没有找到表：要有一行表头（如 序号、企业名称、……），下面有数据")
    sheets = [SheetMapped(name=s.table.sheet.name, title=s.title, columns=s.settled.columns, questions=s.questions) for s in read.sheets]
    text = written(file.name, name or book.id, sheets, [(s.sheet.name, s.why) for s in read.skipped], read.kept)
    cells = to_dict(read, file.name)
    summary = [*([chosen] if chosen else []), *_summary(read)]
    for one, told_sheet in zip(read.sheets, cells["sheets"], strict=False):
        for applicant, shown in zip(one.grouped.applicants, told_sheet["applicants"], strict=True):
            shown["problems"] = _contradictions(book, applicant, one)
            summary += [f"  {applicant.name or '（没有名称）'}：{x}" for x in shown["problems"]]
    return Mapped(mapping=text, cells=cells, summary=tuple(summary), complete=_complete(read))


def _contradictions(book: CompiledRulebook, applicant: Applicant, one: SheetRead) -> list[str]:
    """What the vocabulary's own reader and checks have against what was read of an applicant: it stops there until mended."""
    year = applicant.year or one.settled.year
    day = date(year, 12, 31) if year is not None else one.table.signed_on or date(2100, 12, 31)
    reader = Reader(book, need_unit=True)
    facts = reader.read(applicant.data, applicant.records, year)
    if reader.problems:
        return [p.message for p in reader.problems]
    try:
        refuse_contradictions(book, facts, day)
    except CaseError as error:
        return [f"{p.message}：{p.found}；{p.mend}" for p in error.problems]
    return []


def _complete(read: RegisterRead) -> bool:
    return all(q.chosen is not None for s in read.sheets for q in s.questions if q.mapping or q.key == YEAR)


def _summary(read: RegisterRead) -> list[str]:
    out = list(read.said)
    for one in read.sheets:
        n, columns = counts(one), one.settled.columns
        mapped = sum(1 for c in columns if c.use in (Use.FACT, Use.NAME, Use.YEAR))
        rows = len(one.table.rows(Role.DATA))
        out.append(f"工作表“{one.table.sheet.name}”：{rows} 行数据，{len(columns)} 列，其中 {mapped} 列有对应的数据项")
        out += [f"  没有读作数据的列：{'、'.join(free)}；要读的，在对应表里改它的“对应”" for free in [unmapped(columns)] if free]
        out.append(f"  数据格 {n['cells']} 个：读出 {n['read']}（空白 {n['blank']}），待答 {n['question']}，有错 {n['error']}")
        out += [f"  {q.number} {q.words}  {'　'.join(q.told)}" for q in one.questions if q.chosen is None]
    out += [f"工作表“{s.sheet.name}”：{s.why}，跳过" for s in read.skipped]
    return out


def _fitting(workbook: Any) -> tuple[CompiledRulebook, str]:
    """The rulebook whose vocabulary and catalogues fit the table best; its title where several do."""
    tables = [t for t in map(find_table, workbook.sheets) if t is not None]
    best: tuple[tuple[int, int, int], CompiledRulebook] | None = None
    for name in available():
        book = load_compiled(name)
        if not book.measures:
            continue
        mapped = sum(1 for t in tables for c in propose(book, t) if c.use is Use.FACT)
        words = sum(1 for t in tables for c in propose(book, t) if c.spec is not None for w in [_known(book, c, t)] if w)
        score = mapped + words, _alike("".join(t.title for t in tables), [book.title, *(m.title for m in book.measures.values())]), 0
        if best is None or score > best[0]:
            best = score, book
    if best is None:
        raise UsageError("没有可用的规则库；用 --rulebook 写明")
    return best[1], f"没有写 --rulebook：按列名和标题选了 {best[1].id}（{best[1].title}）"


def _known(book: CompiledRulebook, column: Any, table: Any) -> bool:
    """Whether the rulebook has a catalogue in which a word of the column stands."""
    slot = (column.record.name, column.spec.name) if column.record else ("", column.spec.key)
    lexicon = lexicons(book).get(slot)
    return lexicon is not None and any(lexicon.entry(table.sheet.at(r, column.number).text) for r in table.rows(Role.DATA))


def _alike(title: str, titles: Sequence[str]) -> int:
    plain = level(title)
    pairs = {plain[n : n + 2] for n in range(len(plain) - 1)}
    return max((len(pairs & {t[n : n + 2] for n in range(len(t) - 1)}) for t in map(level, titles[:1])), default=0)
