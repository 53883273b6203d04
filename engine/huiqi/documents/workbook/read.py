"""A filled workbook to cases: the words that a case file would have, each with the address of its cell.

It reads only what `huiqi template` and `huiqi new case` write; tables of other people are read elsewhere.
What must stay true: a blank cell is not told, and nothing else is; whether a list is complete is what the
officer says, never what the rows look like; what a spreadsheet may have spoilt (a code turned into a
number, a day made of a month, a number shown otherwise than it is) is a problem, never a guess; every
problem of every row is told at once, and what is read in a way one might not expect is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

from ...errors import CaseError, Code, InputError, Loc, Position, Problem, clip, firm_suggestion, suggestion
from ...errors import told as told_as
from ...intake.grid import Workbook
from ...intake.layout import below_a_list
from ...intake.numbers import OFF, ten_thousand_off
from ...intake.texts import without_people
from ...language.levelling import level, level_id, row_of_totals, untold
from ...language.units import FULL_WIDTH, QuantityError, parse_quantity, parse_unit
from ...plain import dataclass
from ...reasoning.casefile import Case, beside, case_from_tree, fact_problems
from ...reasoning.choices import APPLIED, STATEMENT
from ...reasoning.disallowed import NEW, OLD
from ...reasoning.disallowed import WORD as DISALLOWED
from ...reasoning.told import STAGES
from ...rulebook.compiled import APPLICATION_YEAR, DECISION_DAY, FactKind
from ...rulebook.yamltree import Rows, Table, Word
from . import layout
from .cells import Cell, Grid, Held, read_grids
from .layout import CHOICES, COMPLETE, EXAMPLE, FORMAT, GUIDE, HOW, NONE, PARTIAL, REGISTRY, WHOLE, Column, Kind, Role, Sheet, Tellable, sheets_of
from .words import said_in, unreadable

_NOT_DATA = frozenset([GUIDE, CHOICES])  # sheets of a template
_EQUALS = {ord("＝"): "="}
_SAYS = {
    **dict.fromkeys((COMPLETE, "是", "列全", "全", "完整"), COMPLETE), **dict.fromkeys((PARTIAL, "否", "不全", "没有列全", "未列全"), PARTIAL),
    **dict.fromkeys((NONE, "无", "没有", "[]"), NONE),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Filled:
    """The enterprises of a workbook, in its order, and what there is to say of how it was read."""

    cases: tuple[Case, ...]
    notes: tuple[str, ...]


def read_workbook(path: str | Path, asked_of: Callable[[Sequence[str]], Tellable], rulebooks: Sequence[str] = ()) -> Filled:
    """Every enterprise of a filled template. `asked_of`: all that rulebooks may be told, by their names; `rulebooks`: instead of the workbook's.

    Raises `CaseError` with every problem, each with the address of its cell.
    """
    return _Reading(Path(path), rulebooks).done(asked_of)


class StrayKind(StrEnum):
    """What is nobody's, by what has to be thought of it."""

    TOTAL = "total"  # a row of totals: no applicant, no record
    CELL = "cell"  # a cell without a heading: the rest of its row is somebody's
    ROW = "row"  # a row that may be an applicant of its own
    RECORD = "record"  # a row that may be one more record of whom `near` names
    VERIFIED = "verified"  # a value verified that may be theirs
    OTHER = "other"  # what leaves open only what was open before


@dataclass(frozen=True, kw_only=True)
class Stray:
    """Something that is no enterprise's: what is wrong with it; `near`: the enterprises whose it may be."""

    problem: Problem
    kind: StrayKind
    near: int = 0


@dataclass(frozen=True, kw_only=True)
class Enterprise:
    """One enterprise of a round: its rows, its case where one can be made, and what is wrong with its cells.

    A cell that is wrong is not told in the case; a list that lost one of its rows or keys says that it is not complete.
    """

    name: str
    rows: tuple[str, ...]  # as a spreadsheet calls their first cells
    case: Case | None  # none where nothing can be made of its rows
    problems: tuple[Problem, ...]
    unsure: bool = False  # two rows say what one should, or what is asked of it could not be read: nothing is to be decided
    lost: tuple[str, ...] = ()  # lists that were told in full, and of which a row or a cell could not be read
    unplaced: bool = False  # a value that may replace one of its own could not be placed: nothing is to be decided on what was applied for
    maybe: tuple[tuple[str, Problem], ...] = ()  # what is wrong with the rows that name nobody and may be one more of its records, by record type
    doubted: tuple[Problem, ...] = ()  # what is taken as it stands and has to be looked at again


@dataclass(frozen=True, kw_only=True)
class Round:
    """All enterprises of a workbook, each by itself: what is wrong with one stops no other."""

    rulebooks: tuple[str, ...]
    enterprises: tuple[Enterprise, ...]
    astray: tuple[Stray, ...]  # rows and cells that are no enterprise's: totals, names that nobody has
    stray: int  # rows among them
    unread: int  # of these, rows that may be an enterprise of its own
    rows: int  # all that hold something
    notes: tuple[str, ...]
    measures: tuple[str, ...] = ()  # ids of those it asks about; none: all


def rulebooks_named(path: str | Path) -> tuple[str, ...]:
    """By which rulebooks a workbook was written, whatever is filled in. Raises `InputError` where it is no such workbook."""
    return tuple(map(str, _Reading(Path(path), ()).rulebooks))


def read_round(
    path: str | Path, asked_of: Callable[[Sequence[str]], Tellable], rulebooks: Sequence[str] = (), opened: Workbook | None = None,
) -> Round:  # fmt: skip
    """As `read_workbook`, of many enterprises; `opened`: what stands in the file. Raises `CaseError` only where a sheet itself cannot be read."""
    return _Reading(Path(path), rulebooks, opened).apart(asked_of)


@dataclass(frozen=True, kw_only=True)
class _Line:
    """One row of data: its number, its cells by their columns."""

    number: int
    at: Position
    cells: Mapping[str, Cell]  # by heading
    sheet: Sheet

    def of(self, role: Role) -> list[tuple[Column, Cell]]:
        return [(c, self.cells[c.heading]) for c in self.sheet.columns if c.role is role and c.heading in self.cells]


class _Reading:
    def __init__(self, path: Path, rulebooks: Sequence[str], opened: Workbook | None = None) -> None:
        self.path, self.name = path, str(path)
        self.given = tuple(rulebooks)
        self.problems: list[Problem] = []
        self.astray: list[Problem] = []  # those of them that are about one row alone, which is nobody's
        self.lost = set[tuple[str, int]]()  # those rows
        self.cells: list[Problem] = []  # those of them that are about a cell without a heading
        self.overwritten: list[tuple[_Line, list[Problem]]] = []  # rows of the template itself into which somebody wrote: they are somebody's
        self.unsaid = False  # whether a word about the application itself could not be read: what is asked is not known
        self.single = False  # whether each enterprise is read by itself
        self.unplaced = False  # whether a later stage of one of its values could not be placed: which value it replaces is not known
        self.notes: list[str] = []
        self.grids = {g.title: g for g in read_grids(path, opened)}
        registry = self.grids.pop(REGISTRY, None)
        rows = [[str(cells[c]) if c in cells else "" for c in range(1, 6)] for _, cells in registry.rows] if registry is not None else []
        if not rows or rows[0][0].partition("/")[0] != FORMAT.partition("/")[0]:
            message = "这不是 huiqi template 写出的工作簿，各列是什么看不出来"
            raise CaseError(
                [Problem(Position(self.name), message, path.name, "模板", "huiqi template -r 规则库 -o 申报.xlsx，把数据抄进去", Code.UNREADABLE_FILE)]
            )
        if rows[0][0] != FORMAT:
            raise CaseError(
                [Problem(Position(self.name), "工作簿是别的版本写出的", rows[0][0], FORMAT, "重新 huiqi template，把数据抄进去", Code.UNREADABLE_FILE)]
            )
        assert registry is not None
        books = next(({c: cell for c, cell in cells.items() if c > 1} for _, cells in registry.rows if str(cells.get(1, "")) == "规则库"), {})
        self.rulebooks = [_word(str(cell), cell.at) for _, cell in sorted(books.items())]
        self.measures = tuple(str(x) for _, cells in registry.rows if str(cells.get(1, "")) == "事项" for c, x in sorted(cells.items()) if c > 1)
        self.sheets = [r for r in rows if r[0] == "工作表"]
        self.fixed = {(r[1], r[2], level(r[3])): r[4] for r in rows if r[0] == "固定"}

    def done(self, asked_of: Callable[[Sequence[str]], Tellable]) -> Filled:
        cases = self._cases(self._all_lines(asked_of))
        if self.problems:  # what is wrong with the facts is said in the same breath
            self.problems += (p for case in cases for p in fact_problems(case, self.given))
            raise CaseError(self.problems)
        if not cases:
            where = "填在“填在这一列”下面的格里" if any(r[4] == "竖排" for r in self.sheets) else "填在示例的后面"
            raise CaseError([Problem(Position(self.name), "一户企业也没有填", self.path.name, "至少一户", where, Code.MISSING)])
        return Filled(cases=tuple(cases), notes=tuple(dict.fromkeys(self.notes)))

    def apart(self, asked_of: Callable[[Sequence[str]], Tellable]) -> Round:
        lines = self._all_lines(asked_of)
        if whole := [p for p in self.problems if p not in self.astray]:
            raise CaseError(whole)
        groups: dict[str, list[_Line]] = {}
        maybe: dict[str, list[tuple[str, Problem]]] = {}  # records of which a row that names nobody may be one more, and what is wrong with it
        later = set[str]()  # of whom a value verified that names nobody may be
        for line in (x for x in lines if x.sheet.kind is Kind.APPLICANTS):
            groups.setdefault(_named(line) or line.at.cell, []).append(line)
        names = {name: Table({"企业": str(its[0].of(Role.ENTERPRISE)[0][1]) if its[0].of(Role.ENTERPRISE) else name}) for name, its in groups.items()}
        astray_lines = list(self.overwritten)
        for line in (x for x in lines if x.sheet.kind is not Kind.APPLICANTS):
            if (name := self._whose(line, names)) is not None:
                groups[name].append(line)
            else:
                astray_lines.append((line, self.problems[-1:]))
        strays = {id(p): Stray(problem=p, kind=StrayKind.CELL if p in self.cells else StrayKind.TOTAL) for p in self.problems}
        for line, problems in astray_lines:
            self.lost.add((line.sheet.title, line.number))
            theirs = possible(_named(line), list(names))
            kind = _STRAY.get(line.sheet.kind, StrayKind.OTHER)
            strays |= {id(p): Stray(problem=p, kind=kind, near=len(theirs)) for p in problems}
            for near in theirs:
                if line.sheet.kind is Kind.VERIFIED:
                    later.add(near)
                maybe.setdefault(near, []).extend((line.sheet.record, p) for p in problems)
        astray, self.problems = tuple(strays[id(p)] for p in self.problems), []
        doubted = _sizes(groups)
        return Round(
            rulebooks=tuple(self.given or (beside(w, self.name) for w in self.rulebooks)),
            enterprises=tuple(
                replace(self._enterprise(str(names[key]["企业"]), its, maybe.get(key, ()), later=key in later), doubted=tuple(doubted.get(key, ())))
                for key, its in groups.items()
            ),
            astray=astray,
            stray=len(self.lost),
            unread=sum(x.sheet.kind is Kind.APPLICANTS for x, _ in astray_lines),
            rows=len(lines) + sum((s, n) not in {(x.sheet.title, x.number) for x in lines} for s, n in self.lost),
            notes=tuple(dict.fromkeys(self.notes)),
            measures=self.measures,
        )

    def _enterprise(self, name: str, lines: Sequence[_Line], maybe: Sequence[tuple[str, Problem]], *, later: bool) -> Enterprise:
        self.problems, self.unsaid, self.unplaced, self.single = [], False, later, True
        cases = self._cases(lines)
        problems, self.problems = tuple(self.problems), []
        twice = sum(x.sheet.kind is Kind.APPLICANTS for x in lines) > 1  # which of the two rows holds, nobody said
        case = cases[0] if cases else None
        lost: tuple[str, ...] = ()
        # a row of which a cell could not be read may be one that is told already, or none: its list is not complete
        partial = {
            *(record for record, _ in maybe),
            *(x.sheet.record for x in lines if x.sheet.record for p in problems if p.at.sheet == x.at.sheet and p.at.line == x.at.line),
        }
        if case is not None and partial:
            kept = {k: v if k not in partial or isinstance(v, Table) else _partial(v, getattr(v, "at", case.row)) for k, v in case.records.items()}
            lost = tuple(k for k in case.records if kept[k] is not case.records[k])
            case = replace(case, records=kept)
        rows = tuple(x.at.cell for x in lines)
        return Enterprise(
            name=name, rows=rows, case=case, problems=problems, unsure=twice or self.unsaid, unplaced=self.unplaced, lost=lost, maybe=tuple(maybe),
        )  # fmt: skip

    def _all_lines(self, asked_of: Callable[[Sequence[str]], Tellable]) -> list[_Line]:
        single = any(r[4] == "竖排" for r in self.sheets)
        try:
            asked = asked_of(self.given or tuple(beside(w, self.name) for w in self.rulebooks))
        except InputError as error:
            raise CaseError([replace(p, at=p.at if p.at.line else Position(self.name)) for p in error.problems]) from None
        known = self.known = {(s.kind.value, s.record): s for s in sheets_of(asked, single=single)}
        lines: list[_Line] = []
        for _, title, kind, record, upright in self.sheets:
            grid, sheet = self.grids.pop(title, None), known.get((kind, record))
            if sheet is None:
                self._wrong(
                    grid.at if grid else Position(self.name),
                    f"所用的规则库里没有“{record or title}”这一类",
                    title,
                    "",
                    "另建模板：huiqi template",
                    Code.UNKNOWN_NAME,
                )
            elif grid is None:
                self._wrong(
                    Position(self.name), "少了一张工作表（删去了，或改了名）", title, f"工作表“{title}”", "把名称改回来；没有要填的也留着空表", Code.MISSING
                )
            else:
                found = self._lines(grid.turned() if upright else grid, sheet)
                if found and grid.hidden:
                    self.notes.append(f"{self.name}:{title}：这张工作表是隐藏的，也读了")
                lines += found
        for title, grid in self.grids.items():
            if grid.cells and not grid.hidden and title not in _NOT_DATA:
                self.notes.append(f"{self.name}:{title}：不是模板里的工作表，没有读")
        return lines

    def _wrong(
        self, at: Position, message: str, found: str = "", expected: str = "", mend: str = "", code: Code = Code.WRONG_SHAPE, loc: Loc = (),
    ) -> None:  # fmt: skip
        self.problems.append(Problem(at, message, clip(found), expected, mend, code, loc))

    def _astray(self, at: Position, message: str, found: str, expected: str, mend: str, code: Code) -> None:
        """As `_wrong`, of a cell that belongs to nobody."""
        self._wrong(at, message, found, expected, mend, code)
        self.astray.append(self.problems[-1])

    # -- rows of a sheet ---------------------------------------------------------------------------------

    def _lines(self, grid: Grid, sheet: Sheet) -> list[_Line]:
        rows = dict(grid.rows)
        head = next((n for n, cells in rows.items() if n <= 30 and 1 in cells and level(str(cells[1])) == "序号"), None)
        if head is None:
            self._wrong(grid.at, "找不到表头（第一格写着“序号”的那一行）", "", "模板原来的表头", "从新的模板把表头抄回来", Code.MISSING)
            return []
        columns = self._columns(rows[head], sheet)
        upright = sheet.upright
        key = next((c.heading for c in sheet.columns if c.role is Role.FIELD and c.name == sheet.key), "")
        lines, below = [], set[int]()
        for number, cells in rows.items():
            if number <= head:
                continue
            at = next(iter(cells.values())).at
            mark = level(str(cells[1])) if 1 in cells else ""
            told = {c: cell for c, cell in cells.items() if c > 1}
            if mark in (HOW, EXAMPLE):
                held = {columns[c].heading: x for c, x in told.items() if c in columns}
                if changed := self._changed(grid.title, mark, held):
                    self.overwritten.append((_Line(number=number, at=at, cells=held, sheet=sheet), changed))
                continue
            if not told:
                if not mark.isdigit():
                    self.notes.append(f"{at}：只有“序号”一格写了字，没有读")
                continue
            words = [str(x) for c, x in cells.items() if c > 1 or not mark.isdigit()]
            if not upright and (note := below_a_list(words, bool(below))) is not None:
                below.add(number)
                self.notes.append(f"{at}：像是注、签字（{without_people(note)}），不是一户企业、一条明细，没有读")
                continue
            if number in grid.hidden_rows:
                self.notes.append(f"{at}：这一{'列' if upright else '行'}是隐藏的，也读了")
            line = {}
            for c, cell in told.items():
                if c not in columns:
                    self._astray(cell.at, "这一格没有表头", str(cell), "写在有表头的格里", "删去，或移到“备注”", Code.UNKNOWN_NAME)
                    self.cells.append(self.problems[-1])
                else:
                    line[columns[c].heading] = cell
            total = next((x for x in (cells.get(1), line.get("企业"), line.get(key)) if x is not None and row_of_totals(str(x))), None)
            if total is not None:
                self.lost.add((sheet.title, number))
                self._astray(total.at, "这像是合计，不是一户企业、一条明细", str(total), "只写各户、各条", "删去这一行", Code.WRONG_VALUE)
                continue
            self._mention(line.values())
            lines.append(_Line(number=number, at=at, cells=line, sheet=sheet))
        for where, row, _ in grid.merged:
            if row >= head and not below.issuperset(range(int(re.findall(r"\d+", where)[0]), row + 1)):  # what a form is signed in may be merged
                self._wrong(replace(grid.at, line=0), f"工作表“{grid.title}”里有合并的单元格", where, "每格单独填写", "取消合并，每一行都写", Code.WRONG_SHAPE)
        filled = {c for cells in (x for n, x in rows.items() if n > head and level(str(x.get(1, ""))) not in (HOW, EXAMPLE)) for c in cells if c > 1}
        for c in sorted(filled & set(grid.hidden_columns) & set(columns)):
            self.notes.append(f"{self.name}:{grid.title}：“{columns[c].heading}”是隐藏的，也读了")
        return lines

    def _columns(self, head: Mapping[int, Cell], sheet: Sheet) -> dict[int, Column]:
        known = {level(c.heading): c for c in sheet.columns}
        for c in sheet.columns:  # of what has no unit the name alone says all
            if not c.unit and c.role in (Role.FACT, Role.FIELD):
                known.setdefault(level(c.name), c)
        out: dict[int, Column] = {}
        firsts: dict[str, Cell] = {}
        for number, cell in head.items():
            column = known.get(level(str(cell)))
            if column is None:
                named = next((c for c in sheet.columns if c.unit and level(str(cell)).partition("(")[0] == level(c.name)), None)
                if named is not None:
                    self._wrong(cell.at, "表头的单位与模板不一样，数是多少看不出来", str(cell), named.heading, "把表头改回来，数按它的单位写", Code.WRONG_UNIT)
                else:
                    near = suggestion(str(cell), [c.heading for c in sheet.columns])
                    self._wrong(cell.at, "模板里没有这一栏", str(cell), "模板的表头", near or "删去这一栏，或写到“备注”", Code.UNKNOWN_NAME)
            elif column.heading in firsts:
                self._wrong(cell.at, "同一栏有两处", str(cell), "每栏一处", f"第一次见 {firsts[column.heading].at.cell}；删去一处", Code.DUPLICATE)
            else:
                firsts[column.heading] = cell
                out[number] = column
        return out

    def _changed(self, title: str, mark: str, cells: Mapping[str, Cell]) -> list[Problem]:
        """A row that is no data says what the template has there, or somebody wrote data into it: a problem for each such cell."""
        found = list[Problem]()
        for heading, cell in cells.items():
            if str(cell).strip() != self.fixed.get((title, mark, level(heading)), "").strip():
                mend = f"数据写到后面的行；这一行要当作数据，就把“序号”栏的“{mark}”删去"
                self._astray(cell.at, f"“{mark}”一行的内容改过了，这一行不当作数据", str(cell), "模板原来的内容", mend, Code.CONTRADICTORY)
                found.append(self.problems[-1])
        return found

    def _mention(self, cells: Iterable[Cell]) -> None:
        for cell in cells:
            if cell.formula and cell.held not in (Held.UNCOMPUTED, Held.ERROR):
                self.notes.append(f"{cell.at}：是公式，按存下的值 {clip(str(cell))} 读")
            if cell.struck:
                self.notes.append(f"{cell.at}：有删除线，也读了")
            if cell.note:
                self.notes.append(f"{cell.at}：有批注，没有读")

    # -- cells to words ------------------------------------------------------------------------------------

    def _word(self, cell: Cell, column: Column, loc: Loc = ()) -> Word | None:
        """What a case file would have there; None, and a problem, where that cannot be said. `loc`: of the data item it tells."""
        said = unreadable(cell) or said_in(cell, column)
        if isinstance(said, str):
            return _word(said, cell.at)
        message, mend, code = said
        self._wrong(cell.at, f"“{column.heading}”{message}", str(cell), column.form, mend, code, loc)
        return None

    # -- enterprises ---------------------------------------------------------------------------------------

    def _cases(self, lines: Sequence[_Line]) -> list[Case]:
        trees: dict[str, Table] = {}
        for line in lines:
            if line.sheet.kind is Kind.APPLICANTS:
                tree = self._applicant(line)
                name = level(tree["企业"])
                if name in trees:
                    self._wrong(line.at, "同一户企业写了两行", tree["企业"], "一户一行", f"第一次见 {trees[name].at.cell}；删去一行", Code.DUPLICATE)
                else:
                    trees[name] = tree
        years: dict[str, dict[str, dict[str, Any]]] = {}
        later: list[tuple[_Line, str]] = []
        rows: dict[str, dict[str, Rows]] = {}
        applicants = any(x.sheet.kind is Kind.APPLICANTS for x in lines)
        for line in lines:
            if line.sheet.kind is Kind.APPLICANTS:
                continue
            whose = self._whose(line, trees) if applicants else None
            if whose is None:
                self._read_only(line)
                continue
            name = whose
            if line.sheet.kind is Kind.VERIFIED:
                later.append((line, name))
            elif line.sheet.kind is Kind.YEARLY:
                self._year(line, years.setdefault(name, {}), trees[name])
            else:
                found = rows.setdefault(name, {}).setdefault(line.sheet.record, Rows.made(line.at))
                found.append(self._record(line, len(found)))
        if lines and not applicants:
            self._wrong(Position(self.name), "有数据，却没有填是哪一户", "", "企业名称", "填在“申报企业”里", Code.MISSING)
        for line, name in later:
            self._verified(line, trees[name], years.setdefault(name, {}), rows.get(name, {}))
        cases = []
        for name, tree in trees.items():
            self._spread(years.get(name, {}), tree)
            self._lists(rows.get(name, {}), tree)
            try:
                cases.append(replace(case_from_tree(tree, self.name, self.given), row=tree.at))
            except CaseError as error:
                self.problems += (replace(p, loc=p.loc or _told_at(p.at, tree)) for p in error.problems)
                self.unsaid = True
                if self.single:  # it is decided nowhere, and what it tells may still be what another one tells
                    told = Table.made(tree.at)
                    told.update({k: v for k, v in tree.items() if k in _TOLD})
                    with suppress(CaseError):
                        cases.append(replace(case_from_tree(told, self.name, self.given), row=tree.at))
        return cases

    def _read_only(self, line: _Line) -> None:
        """A row that belongs to nobody still has its cells looked at."""
        for column in line.sheet.columns:
            if column.heading in line.cells and column.role in (Role.FACT, Role.FIELD):
                self._word(line.cells[column.heading], column)

    def _applicant(self, line: _Line) -> Table:
        tree = Table.made(line.at)
        stated = Table.made(line.at)
        data = tree[_word("数据", line.at)] = Table.made(line.at)
        lists = tree[_word("明细", line.at)] = Table.made(line.at)
        tree[_word("政策规则库", line.at)] = Rows.made(line.at, self.rulebooks)
        for column in line.sheet.columns:
            cell = line.cells.get(column.heading)
            if cell is None or column.role in (Role.MARK, Role.REMARK):
                continue
            word = self._word(cell, column, _loc_of(column))
            if word is None:
                self.unsaid = self.unsaid or column.role not in (Role.FACT, Role.LISTED)
                continue
            match column.role:
                case Role.ENTERPRISE:
                    tree[_word("企业", cell.at)] = word
                case Role.DAY | Role.YEAR:
                    tree[_word(DECISION_DAY if column.role is Role.DAY else APPLICATION_YEAR, cell.at)] = word
                case Role.APPLIED:
                    tree[_word(APPLIED, cell.at)] = Rows.made(cell.at, [_word(x, cell.at) for x in re.split(r"[；;\n]", word) if x.strip()])
                case Role.CHOSEN:
                    tree[_word(column.name, cell.at)] = self._chosen(word, column)
                case Role.STATED:
                    stated[_word(column.name, cell.at)] = word
                case Role.FACT:
                    data[_word(column.name, cell.at)] = word
                case Role.LISTED:
                    lists[_word(column.name, cell.at)] = word  # turned into the list where the rows are known
        if stated:
            tree[_word(STATEMENT, line.at)] = stated
        if "企业" not in tree:
            self.unsaid = True  # whose it is, and whether of somebody who stands in another row
            self._wrong(line.at, "这一行没有写企业名称", "", "企业名称", "每户都写名称", Code.MISSING)
            tree[_word("企业", line.at)] = _word(line.at.cell, line.at)  # so that the rest of the row is looked at too
        return tree

    def _chosen(self, word: Word, column: Column) -> Table:
        """`NAME=OPTION；NAME=OPTION`, each name once."""
        table = Table.made(word.at)
        for part in (x for x in re.split(r"[；;\n]", word) if x.strip()):
            name, _, option = (x.strip() for x in part.translate(_EQUALS).partition("="))
            if not name or not option:
                self.unsaid = True  # what was chosen is not known; without it something else would be decided
                mend = "几项用分号分开" if "=" in part.translate(_EQUALS) else f"写成 {'事项' if column.name == '方案' else '读法'}的名称={part.strip()}"
                self._wrong(word.at, f"“{column.heading}”写作 名称=选项", part.strip(), column.form, mend, Code.WRONG_SHAPE)
            elif name in table:
                self._wrong(word.at, f"“{column.heading}”里同一名称写了两次", name, "每个名称一次", "删去一处", Code.DUPLICATE)
            else:
                table[_word(name, word.at)] = _word(option, word.at)
        return table

    def _whose(self, line: _Line, trees: Mapping[str, Table]) -> str | None:
        """The enterprise a row of another sheet belongs to."""
        cell = next((cell for _, cell in line.of(Role.ENTERPRISE)), None)
        if cell is None:
            if len(trees) == 1:
                return next(iter(trees))
            self._wrong(line.at, "这一行没有写是哪一户的", "", "“申报企业”里的企业名称", "填“企业”一栏", Code.MISSING)
            return None
        if cell.held in (Held.ERROR, Held.UNCOMPUTED) or level(str(cell)) not in trees:
            near = firm_suggestion(str(cell), [str(t["企业"]) for t in trees.values()])
            self._wrong(cell.at, "“申报企业”里没有这一户", str(cell), "那里写的企业名称", near or "补上这一户，或改成同样的写法", Code.UNKNOWN_NAME)
            return None
        return level(str(cell))

    def _record(self, line: _Line, index: int) -> Table:
        row = Table.made(line.at)
        for column, cell in line.of(Role.FIELD):
            if (word := self._word(cell, column, ("明细", line.sheet.record, index, column.name))) is not None:
                row[_word(column.name, cell.at)] = word
            elif column.name == line.sheet.key:
                row[_word(column.name, cell.at)] = _word(f"（{cell.at.cell}）", cell.at)  # complained of already
        return row

    def _year_of(self, line: _Line) -> str | None:
        """The year a row is of, empty where none is written; None where it is no year."""
        found = line.of(Role.OF_YEAR)
        word = self._word(found[0][1], found[0][0]) if found else _word("", line.at)
        if word and not re.fullmatch(r"(?:19[89]\d|20\d\d|2100)(?:年度?)?", level(word)):
            self._wrong(word.at, "不是年度", word, "四位年份（1980 至 2100）", "写四位数字；空着是申报年度", Code.WRONG_TYPE)
            return None
        return None if word is None else level(word)[:4]

    def _year(self, line: _Line, years: dict[str, dict[str, Any]], tree: Table) -> None:
        year = self._year_of(line)
        if year is None:
            self._read_only(line)
            return
        if year in years:
            self._wrong(line.at, "同一户同一年度写了两行", year or "（申报年度）", "一个年度一行", "并成一行", Code.DUPLICATE)
            return
        facts = years[year] = {}
        for column, told in line.of(Role.FACT):
            if (value := self._word(told, column, ("数据", column.name, year) if year else ("数据", column.name))) is not None:
                facts[column.name] = value

    def _verified(self, line: _Line, tree: Table, years: dict[str, dict[str, Any]], rows: Mapping[str, Rows]) -> None:
        """Later stages of one value, put beside the one told."""
        which, key, item = (next((str(cell).strip() for _, cell in line.of(role)), "") for role in (Role.WHICH, Role.KEY, Role.ITEM))
        year = self._year_of(line)
        if year is None:
            self.unplaced = True
            return
        sheets = [s for s in self.known.values() if (level(s.record) == level(which) if which else s.kind in (Kind.APPLICANTS, Kind.YEARLY))]
        columns = [(s, c) for s in sheets for c in s.columns if c.role in (Role.FACT, Role.FIELD)]
        sheet, column = next(((s, c) for s, c in columns if level(item) in (level(c.name), level(c.heading))), (None, None))
        if sheet is None or column is None:
            near = suggestion(item, [c.name for _, c in columns]) if sheets else suggestion(which, [s.record for s in self.known.values() if s.record])
            self.unplaced = True
            self._wrong(line.at, "看不出是哪一项的核验", f"{which}{' ' if which else ''}{item}", "表头里的名称；明细的还要写是哪一类", near, Code.UNKNOWN_NAME)
            return
        place: dict[Any, Any] | None = tree["数据"] if sheet.kind is Kind.APPLICANTS else years.setdefault(year, {})
        loc: Loc = ("数据", column.name, year) if year else ("数据", column.name)
        if sheet.kind is Kind.RECORD:
            listed = rows.get(sheet.record, ())
            index = next((n for n, r in enumerate(listed) if level_id(str(r.get(sheet.key, ""))) == level_id(key)), None)
            place, loc = (None, ()) if index is None else (listed[index], ("明细", sheet.record, index, column.name))
        if place is None or (year and sheet.kind is not Kind.YEARLY):
            message = "这一项不是按年度的，不写年度" if year and sheet.kind is not Kind.YEARLY else f"“{sheet.record}”里没有这一条"
            self.unplaced = True
            self._wrong(line.at, message, year or key, "" if year else sheet.key, "对照那张表改", Code.UNKNOWN_NAME)
            return
        before = place.pop(column.name, None)
        if isinstance(before, Table):
            self._wrong(line.at, f"“{column.name}”的核验写了两行", key or item, "一项一行", "并成一行", Code.DUPLICATE)
        told = before if isinstance(before, Table) else Table.made(line.at)
        if before is not None and told is not before:
            told[_word("申报", before.at)] = before
        for stage, cell in line.of(Role.STAGE):
            plain = column if stage.name in STAGES else stage  # a value is one of the column's; its material is text
            if (word := self._word(cell, Column(**{**plain.__dict__, "unit": ""}), (*loc, stage.name))) is not None:
                told[_word(stage.name, cell.at)] = word
            elif stage.name in STAGES:
                return  # what was applied for does not stand for what was verified: nothing is told
        parts = line.of(Role.CUT)
        cut = Table.made(parts[0][1].at if parts else line.at)
        for part, cell in parts:
            plain = column if part.name in (OLD, NEW) else part
            if (word := self._word(cell, Column(**{**plain.__dict__, "unit": ""}), (*loc, DISALLOWED, part.name))) is None:
                return  # nor for what was disallowed of it
            cut[_word(part.name, cell.at)] = word
        if cut:
            told[_word(DISALLOWED, cut.at)] = cut
        place[_word(column.name, line.at)] = told

    def _spread(self, years: Mapping[str, Mapping[str, Any]], tree: Table) -> None:
        """Facts of several years, each under its name; a blank year is that of the application."""
        data, told = tree["数据"], level(tree.get(APPLICATION_YEAR, "") or "")[:4]
        by_fact: dict[str, dict[str, Any]] = {}
        for year, facts in years.items():
            for name, word in facts.items():
                by_fact.setdefault(name, {})[year] = word
        for name, words in by_fact.items():
            first = next(iter(words.values()))
            if set(words) == {""}:
                data[_word(name, first.at)] = first
                continue
            table = data[_word(name, first.at)] = Table.made(first.at)
            for year, word in words.items():
                if not year and (not told or told in words):
                    self.unsaid = True
                    message = f"“{name}”的这一行没有写年度，而" + (f"申报年度 {told} 的另有一行" if told else "申报年度也没有写")
                    self._wrong(word.at, message, told_as(word), "写明年度", "写上年度，或并成一行", Code.CONTRADICTORY)
                else:
                    table[_word(year or told, word.at)] = word

    def _lists(self, rows: Mapping[str, Rows], tree: Table) -> None:
        """What is told of each record type: its rows, and whether they are all, as the officer says."""
        lists: Table = tree["明细"]
        said = dict(lists)
        lists.clear()
        for name in dict.fromkeys([*said, *rows]):
            word, found = said.get(name), rows.get(name)
            verdict = None if word is None or untold(word) else _SAYS.get(level(word))
            at = word.at if word is not None else found.at if found is not None else tree.at
            if word is not None and verdict is None and not untold(word):
                options = f"{COMPLETE}、{PARTIAL}、{NONE}"
                self._wrong(at, f"“{name}·{WHOLE}”看不懂", word, options, "从下拉里选；不知道就空着", Code.NOT_AN_OPTION, _listed(name))
            match verdict, found:
                case layout.NONE, None:
                    lists[_word(name, at)] = Rows.made(at)
                case layout.NONE, Rows():
                    mend = f"第一条见 {found.at.cell}；没有这一条的，删去那一行；确有的，这里选 {COMPLETE}"
                    expected = f"{NONE} 而没有填，或 {COMPLETE}"
                    self._wrong(at, f"说“{name}”{NONE}，却填了 {len(found)} 条", word or "", expected, mend, Code.CONTRADICTORY, _listed(name))
                case layout.COMPLETE, None:
                    mend = f"填了的，看“{name}”里“企业”一栏是不是写了别的名称、没有写；没有就选 {NONE}；不知道就空着"
                    self._wrong(at, f"说“{name}”{COMPLETE}，却一条也没有填", word or "", NONE, mend, Code.CONTRADICTORY, _listed(name))
                case layout.COMPLETE, Rows():
                    lists[_word(name, at)] = found
                case _, Rows():
                    if verdict is None:
                        self.notes.append(f"{found.at}：没有说“{name}”是否列全，按{PARTIAL}处理")
                    lists[_word(name, at)] = _partial(found, at)
                case layout.PARTIAL, None:
                    lists[_word(name, at)] = _partial(Rows.made(at), at)


def _sizes(groups: Mapping[str, Sequence[_Line]]) -> dict[str, list[Problem]]:
    """By enterprise, sums without a unit of their own that are ten thousand times too small for their column: 万 was written under 元."""
    columns: dict[tuple[str, str], list[tuple[str, Cell, Column, Fraction]]] = {}
    for name, lines in groups.items():
        for line, column, cell in ((x, c, x.cells[c.heading]) for x in lines for role in (Role.FACT, Role.FIELD) for c, _ in x.of(role)):
            if (value := _money_in(cell, column)) is not None:
                columns.setdefault((line.sheet.title, column.heading), []).append((name, cell, column, value))
    found: dict[str, list[Problem]] = {}
    for cells in columns.values():
        ordered = sorted(value for *_, value in cells if value > 0)
        for name, cell, column, value in cells:
            if (times := ten_thousand_off(ordered, value, among=True)) is None or times < 1 or not _BARE.fullmatch(str(cell).strip().translate(FULL_WIDTH)):
                continue
            either = f"{cell}{column.unit}", f"{cell}万{column.unit}"
            message = f"“{column.heading}”按表头读作 {either[0]}，{OFF}：是 {either[0]} 还是 {either[1]}？"
            mend = f"核对凭证，连单位写：{either[0]} 或 {either[1]}"
            found.setdefault(name, []).append(Problem(cell.at, message, str(cell), "", mend, Code.WRONG_UNIT))
    return found


def _money_in(cell: Cell, column: Column) -> Fraction | None:
    """The sum a cell tells, in the currency of its column."""
    said = said_in(cell, column) if column.spec is not None and column.spec.kind == FactKind.MONEY and unreadable(cell) is None else None
    if not isinstance(said, str) or not column.unit:
        return None
    try:
        amount = parse_quantity(said)
    except QuantityError:
        return None
    return amount.value if amount.dims == parse_unit(column.unit)[1] else None


_BARE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")  # a number and nothing else


def _named(line: _Line) -> str:
    """The enterprise of a row, levelled; empty where none is written or the cell cannot be read."""
    cell = next((cell for _, cell in line.of(Role.ENTERPRISE)), None)
    return "" if cell is None or cell.held in (Held.ERROR, Held.UNCOMPUTED) else level(str(cell))


def possible(name: str, names: Sequence[str]) -> list[str]:
    """Whose a row may be that names nobody: whose name is near it, longer or shorter; anybody's where none is written."""
    if not name:
        return list(names)
    near = get_close_matches(name, names, n=len(names), cutoff=0.5) if names else []
    return list(dict.fromkeys([*near, *(n for n in names if _short_for(name, n) or _short_for(n, name))]))


def _short_for(short: str, name: str) -> bool:
    """Whether all characters of a name stand in another, in their order."""
    rest = iter(name)
    return len(short) > 1 and all(c in rest for c in short)


_TOLD = frozenset(["企业", "政策规则库", "数据", "明细"])
_STRAY = {Kind.APPLICANTS: StrayKind.ROW, Kind.RECORD: StrayKind.RECORD, Kind.VERIFIED: StrayKind.VERIFIED}
_EQUALS = {ord("＝"): "="}
_NOT_DATA = frozenset(["填写说明", "_选项"])


def _listed(record: str) -> Loc:
    """Where it is told whether the list of a record type is complete."""
    return "明细", record, WHOLE


def _loc_of(column: Column) -> Loc:
    """Where a column of the sheet of applicants stands in a case."""
    match column.role:
        case Role.FACT:
            return "数据", column.name
        case Role.LISTED:
            return _listed(column.name)
        case Role.DAY:
            return (DECISION_DAY,)
        case Role.YEAR:
            return (APPLICATION_YEAR,)
        case Role.STATED:
            return STATEMENT, column.name
        case _:
            return (column.heading,)


def _told_at(at: Position, tree: Table) -> Loc:
    """Under which key of a case the word at that cell stands."""
    for key, told in tree.items():
        if getattr(told, "at", None) == at:
            return (str(key),)
        if isinstance(told, Table) and (inner := _told_at(at, told)):
            return (str(key), *inner)
    return ()


def _word(text: str, at: Position) -> Word:
    return Word.make(text, at)


def _partial(rows: Rows, at: Position) -> Table:
    table = Table.made(at)
    table[_word("完整", at)] = _word("否", at)
    table[_word("清单", at)] = rows
    return table


__all__ = ["Enterprise", "Filled", "Round", "Stray", "StrayKind", "possible", "read_round", "read_workbook"]
