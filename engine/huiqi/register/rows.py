"""A register read for a round: its applicants, each with the case it tells and with what is wrong with its rows.

A filled template, or a table of other people with its mapping. What must stay true: a cell that cannot be read is told by nobody and
listed, the rest of its row is read; what two rows say differently is decided by no row; every row belongs to an applicant, or is listed
with the reason; nothing is read on an unanswered question of the mapping.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..documents.workbook.layout import REGISTRY, VERIFIED, WHOLE, Tellable, everything
from ..documents.workbook.read import Enterprise, StrayKind, possible, read_round
from ..errors import Code, InputError, Position, Problem, UsageError, clip
from ..intake.applicants import Applicant as Told
from ..intake.found import Asked as Open
from ..intake.found import Found, Read, Wrong
from ..intake.grid import Workbook, address
from ..intake.layout import Role
from ..intake.mapping import mapping_problems, read_mapping
from ..intake.opened import open_register
from ..intake.propose import Column, Use, unmapped
from ..intake.register import RegisterRead, SheetRead, read_register
from ..intake.texts import without_people
from ..intake.verdicts import shown_in
from ..language.levelling import level, level_id
from ..plain import dataclass
from ..reasoning.casefile import Case
from ..reasoning.choices import STATEMENT
from ..reasoning.told import STAGES
from ..reasoning.told import VERIFIED as VERIFIED_STAGES
from ..rulebook.compiled import APPLICATION_YEAR, DECISION_DAY, SUPPORT, CompiledRulebook, FactSpec, RecordSpec
from ..rulebook.compiler import load_compiled
from ..visible import typed
from ..words import OFFICER, CauseKind, acts_words
from .known import CODE

_UNPLACED = "核验与审定里有一行看不出是哪一户、哪一项的，可能要改这一户的数"
ONLY = "名录的模板只问“{}”，只看这些；别的用 --measure 写明"
UNREAD = "企业名称、审核日期、申报年度、申报事项、方案、读法或其余不予支持情形里有读不出来的，测算什么不能确定"
_OFFICERS = frozenset([DECISION_DAY, "方案", "读法", STATEMENT])
_LATER = frozenset([*STAGES, "材料", "理由"]) - {"申报"}
_CLASH = frozenset([Code.DUPLICATE, Code.CONTRADICTORY])  # of which nobody can say which of the two holds


class FaultKind(StrEnum):
    """What has to be done about a line of 错误行: correct what is written, answer a question, make two places agree, say which name is meant, look again."""

    WRONG = "有错"
    OPEN = "待答"
    CLASH = "矛盾"
    DOUBT = "待核"
    LOOK = "提醒"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A line of 错误行: where, whose, the words found, what is wrong, what was expected, the mend."""

    at: str
    applicant: str
    kind: FaultKind
    found: str
    message: str
    expected: str
    mend: str
    items: tuple[str, ...] = ()  # the data item it is about, as `Missing.fact` may call it; forgotten before a result is kept
    record: str = ""  # the record type of which it is a row
    acts: str = ""  # who has to put it right, empty: the applicant
    office: str = ""
    stray: StrayKind | None = None  # of what is nobody's: what it is
    near: int = 0  # and of how many applicants it may be
    untold: bool = False  # of what has to be looked at: it is taken as not told


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """One applicant: its rows, what its case tells; where `held` says why, it is decided nowhere."""

    name: str
    rows: tuple[str, ...]  # as a spreadsheet calls their first cells
    case: Case | None
    held: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    supply: tuple[tuple[str, str], ...] = ()  # what the table itself lacks or leaves open: in which cell, and in words
    dropped: bool = False  # not counted, as the officer answered
    lost: tuple[str, ...] = ()  # lists told in full of which something could not be read
    maybe: tuple[Fault, ...] = ()  # of rows that are nobody's and may be one more of its records: why they are
    looks: tuple[Fault, ...] = ()  # reminders that its own decision cannot have: of what stands beside others in the table
    cells: Mapping[str, str] = field(default_factory=dict)  # of another's table: data items, as they may be called, in which cell each stands

    @property
    def open(self) -> bool:
        """Whether it is to be decided."""
        return self.case is not None and not self.held and not self.dropped


@dataclass(frozen=True, kw_only=True)
class Register:
    """All that was read: `rows` = those of the applicants + `lost` (nobody's, each in `faults`) + those in `left` (by the reason).

    Of those that are lost `unread` may be an applicant of its own; a row of totals, or of records, is none.
    """

    file: str
    rulebooks: tuple[str, ...]
    applicants: tuple[Applicant, ...]
    rows: int
    lost: int = 0
    unread: int = 0
    left: Mapping[str, int]
    faults: tuple[Fault, ...] = ()
    said: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()  # ids of those the table asks about; none: all


def read_rows(path: Path, *, rulebooks: Sequence[str] = (), mapping: Path | None = None, year: int | None = None) -> Register:
    """`year` is applied for by whoever has none of its own; where the table says otherwise, it goes before, and that is said.

    Raises `InputError` where the file, or its mapping, cannot be taken as a whole; `UsageError` where a mapping is wanting.
    """
    opened = open_register(path)
    if any(sheet.name == REGISTRY for sheet in opened.sheets):
        if mapping is not None:
            raise UsageError(f"{path.name} 是 huiqi template 写出的工作簿，不用对应表", mend="去掉 --mapping", argument="mapping")
        return _against(_of_template(path, opened, rulebooks, year), year)
    if mapping is None:
        raise UsageError(
            f"{path.name} 不是 huiqi template 写出的工作簿，要先有对应表：哪一列是哪个数据项，由经办人看过",
            mend=f"huiqi map {typed(str(path))} -o 对应表.yaml；答完再加 --mapping 对应表.yaml",
            argument="mapping",
        )
    return _against(_of_table(path, opened, rulebooks, mapping, year), year)


def _against(read: Register, year: int | None) -> Register:
    """Whom the table has another year for than was given for the round: said."""
    others = [a for a in read.applicants if a.case is not None and year is not None and a.case.year != year]
    if not others:
        return read
    said = f"有 {len(others)} 户在表里的申报年度不是 {year}（第一户：{others[0].name}，{others[0].case.year if others[0].case else ''}）：照表里的，--year 只给没有写的"
    return replace(read, said=(*read.said, said))


# -- a template --------------------------------------------------------------------------------------------


def _of_template(path: Path, opened: Workbook, rulebooks: Sequence[str], year: int | None) -> Register:
    books: list[CompiledRulebook] = []

    def asked_of(names: Sequence[str]) -> Tellable:
        books[:] = map(load_compiled, names)
        return everything(books)

    found = read_round(path, asked_of, rulebooks, opened)
    return Register(
        file=path.name,
        rulebooks=found.rulebooks,
        applicants=tuple(_enterprise(x, books, year) for x in found.enterprises),
        rows=found.rows,
        lost=found.stray,
        unread=found.unread,
        left={},
        faults=tuple(replace(fault_of(x.problem, ""), stray=x.kind, near=x.near) for x in found.astray),
        said=found.notes,
        measures=found.measures,
    )


def _enterprise(found: Enterprise, books: Sequence[CompiledRulebook], year: int | None) -> Applicant:
    case = replace(found.case, year=year) if found.case is not None and found.case.year is None else found.case
    clash = [p.message for p in found.problems if p.code is Code.DUPLICATE]
    unread = [UNREAD] * (case is None or found.unsure) + [_UNPLACED] * found.unplaced
    held = tuple(dict.fromkeys(clash)) or tuple(unread)
    faults = tuple(fault_of(p, found.name, books, case) for p in found.problems)
    maybe = tuple(replace(fault_of(p, ""), record=record, stray=StrayKind.RECORD) for record, p in found.maybe if record)
    looks = tuple(replace(fault_of(p, found.name), kind=FaultKind.LOOK, acts=OFFICER) for p in found.doubted)
    return Applicant(name=found.name, rows=found.rows, case=case, held=held, faults=faults, lost=found.lost, maybe=maybe, looks=looks)


def _partial(listed: Any) -> Any:
    return listed if isinstance(listed, Mapping) else {"完整": "否", "清单": list(listed)}


def fault_of(problem: Problem, applicant: str, books: Sequence[CompiledRulebook] = (), case: Case | None = None) -> Fault:
    """A complaint as a line of 错误行; `applicant` empty: it is nobody's. `books`, `case`: by which it is known what it is about."""
    at = problem.at.within or "·".join(map(str, problem.loc))
    kind = FaultKind.CLASH if problem.code in _CLASH else FaultKind.WRONG
    items, record, acts, office = _about(problem, books, case)
    if kind is FaultKind.CLASH and acts != OFFICER:
        acts = office = ""  # of two values which is right only the applicant knows
    return Fault(
        at=at, applicant=applicant, kind=kind, found=problem.found, message=problem.message, expected=problem.expected,
        mend=problem.mend.replace(f"{problem.at.file}:", "") if problem.at.file else problem.mend,  # all of it is one file
        items=items, record=record, acts=acts, office=office,
    )  # fmt: skip


def _about(problem: Problem, books: Sequence[CompiledRulebook], case: Case | None) -> tuple[tuple[str, ...], str, str, str]:
    """Of a complaint: the data item as `Missing.fact` may call it, its record type, and who has to put it right."""
    loc = [x for x in problem.loc if x != "清单"]
    if problem.at.sheet == VERIFIED or (loc and (loc[0] in _OFFICERS or loc[-1] in _LATER)):
        items, record, *_ = _item(problem, loc, books, case)  # what lacks for it is lacking by the officer
        return items, record, OFFICER, ""
    return _item(problem, loc, books, case)


def _item(problem: Problem, loc: Sequence[Any], books: Sequence[CompiledRulebook], case: Case | None) -> tuple[tuple[str, ...], str, str, str]:
    match loc:
        case ["数据", str(name), *rest]:
            spec = next((b.facts[k] for b in books for k in [b.names.get(name, "")] if k in b.facts), None)
            return (*fact_items(spec, rest, case),) if spec is not None else (), "", *whose(spec)
        case ["明细", str(name), word] if word == WHOLE:  # whether a list is complete the officer says
            return (), name, OFFICER, ""
        case ["明细", str(name), *rest]:
            record = next((b.records[k] for b in books for k in [b.names.get(name, "")] if k in b.records), None)
            column = next((x for x in rest if isinstance(x, str)), "")
            if record is None:
                return (), name, "", ""
            key = _key_of(problem, record, case.records.get(name) if case is not None else None, rest)
            return field_items(record, key, column), name, *whose(record.fields.get(column))
    return (), "", "", ""


def whose(spec: FactSpec | None) -> tuple[str, str]:
    """Who has to put a value right, with the office; empty: the applicant."""
    if spec is None or (kind := CauseKind(spec.cause)) is CauseKind.MISSING:
        return "", ""
    return acts_words(kind, spec.verified_by), spec.verified_by


def fact_items(spec: FactSpec, year: Sequence[Any], case: Case | None) -> tuple[str, ...]:
    """As a fact may be called: of the year of application with and without it."""
    told, applied = str(year[0]) if year and str(year[0]).isdigit() else "", str(case.year) if case is not None and case.year else ""
    of_year = [f"{spec.name}（{told or applied}年度）"] if spec.yearly and (told or applied) else []
    return (*([spec.name] if told in ("", applied) else []), *of_year)


def field_items(record: RecordSpec, key: str, column: str) -> tuple[str, ...]:
    if not key or column not in record.fields:
        return ()
    return (f"{key}的{column}", f"{SUPPORT} {key} 的{column}") if record.name == SUPPORT else (f"{key}的{column}",)


def _key_of(problem: Problem, record: RecordSpec, told: Any, rest: Sequence[Any]) -> str:
    """The key of the row a complaint is about: by its line, else by its place in the list."""
    rows = [x for x in (told.get("清单") if isinstance(told, Mapping) else told) or () if isinstance(x, Mapping)]
    at = [x for x in rows if problem.at.line and (p := getattr(x, "at", None)) is not None and (p.sheet, p.line) == (problem.at.sheet, problem.at.line)]
    index = next((x for x in rest if isinstance(x, int)), -1)
    row = at[0] if at else rows[index] if 0 <= index < len(rows) else {}
    return str(row.get(record.key_field, ""))


# -- a table of other people -------------------------------------------------------------------------------


def _of_table(path: Path, opened: Workbook, rulebooks: Sequence[str], mapping: Path, year: int | None) -> Register:
    told = read_mapping(mapping)
    names = tuple(rulebooks) or ((told.rulebook,) if told.rulebook else ())
    if not names:
        raise UsageError("对应表里没有写规则库", mend="用 --rulebook 写明", argument="rulebook")
    book = load_compiled(names[0])
    if problems := mapping_problems(book, told, mapping):
        raise InputError(problems)
    read = read_register(book, opened, told, mapping, file=path.name)
    if not read.sheets:
        raise UsageError(f"“{path.name}”里没有找到表：要有一行表头（如 序号、企业名称、……），下面有数据", argument="register")
    open_ = [q for s in read.sheets for q in s.questions if q.mapping and q.chosen is None]
    if open_:
        mend = f"在 {mapping} 的“答”后面写 ①、②……；表改过的，先 huiqi map {typed(str(path))} -o {typed(str(mapping))}"
        other = next((title for title, given in told.own.items() if any(q.key in given for q in open_)), None)
        if other is not None:  # answered there, of a table with another title: that mapping is kept as it is
            again = f"huiqi map {typed(str(path))} --mapping {typed(str(mapping))} -o {typed(str(path.with_name(f'{path.stem}-对应表.yaml')))}"
            mend = f"{mapping} 里答的是标题为“{clip(other)}”的表，这张表要另答：{again}，答完再筛查"
        raise InputError([Problem(Position(str(mapping)), "对应表还没有答完", f"{q.number} {q.words}", "、".join(q.told), mend, Code.MISSING) for q in open_])
    return _joined(path, names, read, year)


def _joined(path: Path, names: tuple[str, ...], read: RegisterRead, year: int | None) -> Register:
    """The applicants of all sheets: what sheets of records say belongs to whom the sheets of applicants name."""
    found: dict[str, list[_Parts]] = {}
    apart: list[_Parts] = []
    sheets = [*(s for s in read.sheets if not s.grouped.listed), *(s for s in read.sheets if s.grouped.listed)]
    main = any(not s.grouped.listed for s in sheets)
    for sheet in sheets:
        for one in sheet.grouped.applicants:
            key = "" if one.dropped else level(one.name)
            same = [p for p in found.get(key, ()) if sheet.table.sheet.name not in p.sheets]  # two of one sheet are asked about there
            if key and len(same) == 1:
                same[0].add(one, sheet)
                continue
            part = _Parts(one.name, path, year)
            apart.append(part)
            if key:
                found.setdefault(key, []).append(part)
            if key and sheet.grouped.listed and (same or main):
                said = "有几户同名，是哪一户的看不出来" if same else "企业的表里没有这一户"
                part.held.append(f"工作表“{sheet.table.sheet.name}”里的明细，{said}")
            part.astray = sheet.grouped.listed and main and not one.dropped
            part.add(one, sheet)
    _may_be_theirs(apart)
    rows = sum(len(s.table.rows(Role.DATA)) for s in read.sheets)
    told = {(s.table.sheet.name, r) for s in read.sheets for a in s.grouped.applicants for r in a.rows}
    return Register(
        file=path.name,
        rulebooks=names,
        applicants=tuple(p.applicant(names) for p in apart),
        rows=rows,
        left={"只有序号、没有内容的行": rows - len(told)} if rows > len(told) else {},
        faults=tuple(_sum_faults(read)),
        said=(*read.said, *_unmapped(read), *_years_apart(sheets), *(f"工作表“{s.sheet.name}”：{s.why}，跳过" for s in read.skipped)),
    )


def _unmapped(read: RegisterRead) -> Iterator[str]:
    """The columns of which no data item is made: nobody is to miss one of them in silence."""
    for sheet in read.sheets:
        free = unmapped(sheet.settled.columns)
        if free:
            yield f"工作表“{sheet.table.sheet.name}”没有读作数据的列：{'、'.join(free)}"


def _years_apart(sheets: Sequence[SheetRead]) -> Iterator[str]:
    """Sheets of several years: the year applied for is that of the first of each applicant's."""
    years = [(s.table.sheet.name, s.settled.year) for s in sheets if s.settled.year is not None]
    if len({y for _, y in years}) > 1:
        told = "、".join(f"“{name}”{year}" for name, year in years)
        yield f"各工作表的年度不一样（{told}）：一户的申报年度按它最先出现的那一张；不是的，分成两个文件"
    for s in sheets:
        other = [a for a in s.grouped.applicants if a.year is not None and s.settled.year not in (None, a.year)]
        if other:
            yield (
                f"工作表“{s.table.sheet.name}”有 {len(other)} 户的申报年度与标题答的 {s.settled.year} 不一样"
                f"（第一户：{other[0].name}，{other[0].year}）：按各行写的"
            )


def _may_be_theirs(parts: Sequence[_Parts]) -> None:
    """Records of whom the sheets of applicants do not name: of everybody whose they may be, the list is not complete."""
    theirs = [p for p in parts if not p.astray and not p.dropped]
    for one in (p for p in parts if p.astray):
        near = set(possible(level(one.name), list(dict.fromkeys(level(p.name) for p in theirs))))
        for part in (p for p in theirs if level(p.name) in near or p.code & one.listed_codes):
            part.not_all(one.records)
    for one in theirs:  # by its name a record is of one of them, by its code of another, or of nobody else's
        strange = one.listed_codes - one.code if one.code else {c for p in theirs if p is not one for c in p.code & one.listed_codes}
        if strange:
            one.disagrees(strange)
            for part in (p for p in theirs if p is not one and p.code & strange):
                part.not_all(one.records)


class _Parts:
    """What the sheets say of one applicant, put together."""

    def __init__(self, name: str, path: Path, year: int | None) -> None:
        self.name, self.path, self._given = name, path, year
        self.data = dict[str, Any]()
        self.records = dict[str, Any]()
        self.rows, self.held, self.faults, self.supply = list[str](), list[str](), list[Fault](), list[tuple[str, str]]()
        self.own: int | None = None  # as its rows say
        self.titled: int | None = None  # as was answered of a sheet's title
        self.dropped = False
        self.listed_codes = set[str]()  # what sheets of records say is its code
        self.cells = dict[str, str]()
        self.lost = set[str]()  # lists of which a row was told and could not be read
        self.astray = False  # told by a sheet of records only, and by none of applicants
        self.at = Position(str(path))
        self.sheets = set[str]()

    def add(self, one: Told, sheet: SheetRead) -> None:
        name, settled = sheet.table.sheet.name, sheet.settled
        self.sheets.add(name)
        if not self.at.sheet:
            self.at = Position(str(self.path), one.rows[0], 1, sheet=name)
        self.rows += [f"{name}!A{r}" for r in one.rows]
        self.dropped = self.dropped or one.dropped
        self.supply += [(f"{name}!{m.cell or m.at}", str(m)) for m in one.missing]
        if one.year is not None and self.own not in (None, one.year):
            self._clash(APPLICATION_YEAR, self.own, one.year, name)
        self.own = self.own if self.own is not None else one.year
        self.titled = self.titled if self.titled is not None else settled.year
        case = Case(self.name, (), None, self.year, {}, {}, path=str(self.path), row=self.at)
        self.faults += _faults(one, sheet, case)
        self.cells |= _words_at(one, sheet, case)
        self.lost |= set(one.lost)
        if sheet.grouped.listed:
            self.listed_codes |= _codes(one.data)
            self.held += one.apart  # of what they say of the applicant: of its records the lists are not complete, and that is all
            for fact, value in one.data.items():
                if not _codes({fact: value}):
                    self._tell(fact, value, name)  # its rows may say of the applicant what no other sheet does
            whole = bool(one.held) and not any(one.records)
            for record, listed in one.records.items():
                self._list(record, _partial(()) if whole else _partial(listed) if one.held else listed, name)
            return
        self.held += one.held
        for fact, value in one.data.items():
            self._tell(fact, value, name)
        for record, listed in one.records.items():
            self._list(record, listed, name)

    @property
    def year(self) -> int | None:
        """Its rows go before the title of its table, and that before what was given for the whole round."""
        return next((y for y in (self.own, self.titled) if y is not None), self._given)

    @property
    def code(self) -> set[str]:
        return _codes(self.data)

    def not_all(self, records: Iterable[str]) -> None:
        """Of these more may exist: their lists are not complete."""
        self.records.update({k: _partial(self.records[k]) for k in records if k in self.records})

    def disagrees(self, codes: Collection[str]) -> None:
        """Its sheets of records have other codes than it has: whose those records are, nobody said."""
        self.held.append("明细里的名称是这一户，统一社会信用代码不是")
        found, mend = "、".join(sorted(codes)), "核对名称和代码，改成一样"
        self.faults.append(
            Fault(
                at=self.rows[0], applicant=self.name, kind=FaultKind.CLASH, found=found, message=self.held[-1], expected="、".join(sorted(self.code)), mend=mend
            )
        )

    def _tell(self, fact: str, value: Any, sheet: str) -> None:
        before = self.data.get(fact)
        if isinstance(before, dict) and isinstance(value, Mapping):
            for year, told in value.items():
                if before.setdefault(year, told) != told:
                    self._clash(f"{fact}（{year}年度）", before[year], told, sheet)
        elif before is None:
            self.data[fact] = dict(value) if isinstance(value, Mapping) else value
        elif before != value:
            self._clash(fact, before, value, sheet)

    def _list(self, record: str, listed: Any, sheet: str) -> None:
        if record in self.records:
            self._clash(record, "另一张表", "这张表", sheet)
        else:
            self.records[record] = listed

    def _clash(self, what: str, one: Any, other: Any, sheet: str) -> None:
        self.held.append(f"“{what}”在两张工作表里不一样")
        mend = "核对后改成一样，或只留一处"
        found = f"{one}、{other}"
        self.faults.append(Fault(at=sheet, applicant=self.name, kind=FaultKind.CLASH, found=found, message=self.held[-1], expected="只有一个值", mend=mend))

    def applicant(self, names: tuple[str, ...]) -> Applicant:
        held = tuple(dict.fromkeys(self.held)) or (() if self.name else ("没有企业名称",))
        data = {**self.data, CODE: min(self.listed_codes)} if CODE not in self.data and len(self.listed_codes) == 1 else self.data
        case = Case(self.name, names, None, self.year, data, self.records, path=str(self.path), row=self.at)
        return Applicant(
            name=self.name, rows=tuple(self.rows), case=case, held=() if self.dropped else held, faults=tuple(self.faults),
            supply=tuple(dict.fromkeys(self.supply)), dropped=self.dropped, lost=tuple(sorted(self.lost)), cells=self.cells,
        )  # fmt: skip


def _codes(data: Mapping[str, Any]) -> set[str]:
    return {level_id(x) for x in [data.get(CODE)] if isinstance(x, str)}


def _faults(one: Told, sheet: SheetRead, case: Case) -> list[Fault]:
    """The cells of an applicant's rows that were not read; a question asked of many cells stands at each."""
    out = []
    name = sheet.table.sheet.name
    for (row, column), judged in sorted(sheet.cells.items()):
        if row in one.rows and not judged.under and (line := _said(judged.found)) is not None:
            kind, message, expected, mend = line
            found = without_people(judged.cell.text)
            at = f"{name}!{address(row, column)}"
            items, record = _items(one, row, judged.column, case)
            # what a word of the table means is for the officer to answer, in the mapping
            asked = kind is FaultKind.OPEN or judged.column.stage or judged.column.use is Use.YEAR
            acts, office = (OFFICER, "") if asked else whose(judged.column.spec)
            out.append(
                Fault(
                    at=at, applicant=one.name, kind=kind, found=found, message=f"{judged.column.label}：{message}", expected=expected, mend=mend,
                    items=items, record=record, acts=acts, office=office,
                )
            )  # fmt: skip
    where = "、".join(f"{name}!A{r}" for r in one.rows)
    answer, agree = (FaultKind.OPEN, "在对应表里答"), (FaultKind.CLASH, "核对后改成一样，或只留一处")
    told = [(why, *(agree if why in one.apart else answer)) for why in one.held]
    return out + [
        Fault(
            at=where, applicant=one.name, kind=kind, found="", message=why, expected="", mend=mend, acts=OFFICER if kind is FaultKind.OPEN else ""
        )
        for why, kind, mend in told
    ]  # fmt: skip


def _words_at(one: Told, sheet: SheetRead, case: Case) -> dict[str, str]:
    """Where the words of an applicant stand, by what their data items may be called: of a word a person may have to be asked."""
    out = dict[str, str]()
    for (row, column), judged in sorted(sheet.cells.items()):
        if row in one.rows and isinstance(judged.found, Read) and isinstance(judged.found.value, str):
            at = f"{sheet.table.sheet.name}!{judged.under or address(row, column)}"
            out |= dict.fromkeys(staged(_items(one, row, judged.column, case)[0], judged.column.stage), at)
    return out


def staged(items: Sequence[str], stage: str) -> tuple[str, ...]:
    """Data items as they are called at a stage: what is claimed by their names alone."""
    return tuple(f"{i}（{stage}）" for i in items) if stage in VERIFIED_STAGES else tuple(items)


def _items(one: Told, row: int, column: Column, case: Case) -> tuple[tuple[str, ...], str]:
    """As the data item of a cell may be called, and its record type."""
    if column.use is not Use.FACT or column.spec is None:
        return (), ""
    if column.record is None:
        return fact_items(column.spec, [column.year] if column.year else [], case), ""
    return field_items(column.record, one.keys.get((row, column.record.name), ""), column.spec.name), column.record.name


def _said(found: Found) -> tuple[FaultKind, str, str, str] | None:
    match found:
        case Wrong():
            return FaultKind.WRONG, found.message, found.expected, found.mend
        case Open(question=question):
            return FaultKind.OPEN, question.words, "、".join(question.told), f"在对应表里答 {question.number}"
        case _:
            return None


def _sum_faults(read: RegisterRead) -> list[Fault]:
    """Totals that do not add up, or cannot be read."""
    out = []
    for sheet in read.sheets:
        for one in sheet.sums:
            at = f"{sheet.table.sheet.name}!{one.at}"
            left = f"；没有加进去的：{'、'.join(one.left)}" if one.left else ""
            own = shown_in(one.own, one.column)
            match one.found:
                case Wrong(message=message, mend=mend):
                    out.append(
                        Fault(
                            at=at, applicant="（合计）", kind=FaultKind.WRONG, found=one.cell.text, message=message, expected=f"各行之和 {own}{left}", mend=mend
                        )
                    )
                case Read(value=Fraction() as written) if one.agrees is False:
                    there, apart = shown_in(written, one.column), written - one.own
                    more = f"{'多' if apart > 0 else '少'} {shown_in(abs(apart), one.column)}"
                    message = f"{one.column.label}的合计与各行相加不一样：合计写 {there}，各行相加 {own}，合计{more}"
                    out.append(
                        Fault(
                            at=at,
                            applicant="（合计）",
                            kind=FaultKind.WRONG,
                            found=one.cell.text,
                            message=message,
                            expected=f"各行之和 {own}{left}",
                            mend="核对各行与合计",
                        )
                    )
    return out
