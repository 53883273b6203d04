"""Simulations, as the library offers them: a what-if over a register, and its results as a page or a workbook.

What must stay true: everything that cannot be taken is told before anybody is judged; a file that is there is never overwritten; the
rulebook itself is never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .errors import InputError, Position, Problem, UsageError
from .files import refuse_existing, suffix_of, write_file
from .given import beside, chosen_problems, day_given, year_given
from .plain import dataclass
from .reasoning.casefile import Case, read_case
from .reasoning.foreign import plain
from .register.asked import Chosen, Figure, wanted_of
from .register.known import COUNTY
from .register.report import Part, printed, sheets_of
from .register.rows import ONLY, Applicant, Fault, read_rows
from .register.simulation import failed_of, simulate
from .register.written import refuse_unwritable, workbook_of
from .rulebook.compiled import CompiledRulebook
from .rulebook.compiler import load_compiled
from .telling.called import the_one
from .telling.simulated import Failed, Simulated

WHAT = "测算推演"
SUFFIXES = (".html", ".xlsx")


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """What is supposed, as it was written: figures with their values, schemes, readings, other rulebooks."""

    figures: tuple[Figure, ...] = ()
    schemes: tuple[Chosen, ...] = ()
    readings: tuple[Chosen, ...] = ()
    against: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    by: tuple[str, ...] = (COUNTY,)


@dataclass(frozen=True, kw_only=True)
class Applicants:
    """The applicants of a register, whoever of them cannot be judged at all, and what there is to say of how it was read."""

    cases: tuple[Case, ...]
    rulebooks: tuple[str, ...]
    held: tuple[Failed, ...] = ()
    partly: tuple[Failed, ...] = ()  # judged without what could not be read of them
    astray: tuple[Failed, ...] = ()
    said: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()  # ids of those a template asks about; none: all
    read: Mapping[Position, Applicant] = field(default_factory=dict)  # as a table had them, by where each begins


def simulate_register(
    register: str | Path, outputs: Sequence[str | Path] = (), *, asked: WhatIf, rulebooks: Sequence[str] = (), mapping: str | Path | None = None,
    on: date | str | None = None, year: int | None = None, otherwise: int | None = None, key: Any = None,
    started: Callable[[int], None] = lambda _: None, tick: Callable[[], None] = lambda: None,
) -> Simulated:  # fmt: skip
    """A what-if over the applicants of a register, written to `outputs` (.html, .xlsx).

    `register` is a filled template, another table with its `mapping`, a folder of cases, or one case. The first of `rulebooks` (else of
    the register) is simulated; the others are those of which its words may be. `year` goes before what the applicants say, `otherwise` is
    the year of those who say none. Raises `InputError` and `UsageError` with all that is wrong.
    """
    for output in outputs:
        suffix = suffix_of(output, SUFFIXES, "推演.html")
        refuse_existing(output)
        refuse_unwritable(suffix, "推演.html")
    read = applicants_of(Path(register), rulebooks=rulebooks, mapping=mapping, year=year_given(otherwise))
    names = tuple(rulebooks) or read.rulebooks
    if not names:
        raise UsageError("没有写政策规则库", mend="用 --rulebook 写明", argument="rulebook")
    if len(names) > 1 and not rulebooks:
        raise UsageError(f"名录里写了 {len(names)} 个规则库：{'、'.join(names)}；一次推演一个", mend=f"--rulebook {names[0]}", argument="rulebook")
    book = load_compiled(names[0])
    others = [b for n in dict.fromkeys((*names[1:], *read.rulebooks)) if (b := load_compiled(n)).id != book.id]
    started(len(read.cases))
    found = of_applicants(book, read, asked=asked, on=on, year=year, others=others, key=key, tick=tick)
    for output in outputs:
        write_file(Path(output), to_bytes(found, Path(output).suffix))
    return found


def supposed(
    book: CompiledRulebook, register: Case | Iterable[Case] | str | Path, *, on: date | None, year: int | None, figures: Mapping[str, str | Sequence[str]],
    scheme: Mapping[str, str], reading: Mapping[str, str], against: Sequence[CompiledRulebook], measures: tuple[str, ...], by: tuple[str, ...],
    mapping: str | Path | None, others: Sequence[CompiledRulebook], key: Any,
) -> Simulated:  # fmt: skip
    """As a program asks it, by the arguments of `Rulebook.simulate`; whatever is wrong is said by where it stands in them."""
    if isinstance(register, str | Path):
        read = applicants_of(Path(register), rulebooks=(book.path or book.id,), mapping=mapping)
    else:
        cases = (register,) if isinstance(register, Case) else tuple(register) if isinstance(register, Iterable) else ()
        if not isinstance(register, Case | Iterable) or not all(isinstance(c, Case) for c in cases):
            raise UsageError("register 应是案例（huiqi.Case）的清单，或名录的文件名", mend="用 huiqi.read_case(path) 读案例文件", argument="register")
        read = Applicants(cases=cases, rulebooks=(book.id,))
    places = {f"（{m}）": ("measures", m) for m in measures} | {f"（--by {f}）": ("by", f) for f in by}

    def at(argument: str, name: str) -> Position:
        position = Position(f"{argument}[{name!r}]")
        places[position.file] = argument, name
        return position

    def placed(problem: Problem) -> Problem:
        loc = places.get(problem.at.file)
        return problem if loc is None else replace(problem, loc=loc, at=at(*loc))

    asked = WhatIf(
        figures=tuple(Figure(n, (v,) if isinstance(v, str) else tuple(v), at("figures", n)) for n, v in figures.items()),
        schemes=tuple(Chosen(n, option, at("scheme", n)) for n, option in scheme.items()),
        readings=tuple(Chosen(n, option, at("reading", n)) for n, option in reading.items()), measures=measures, by=by,
    )  # fmt: skip
    try:
        return of_applicants(book, read, asked=asked, on=on, year=year, others=others, against=against, key=key)
    except InputError as error:
        raise InputError(list(map(placed, error.problems))) from None


def of_applicants(
    book: CompiledRulebook, read: Applicants, *, asked: WhatIf, on: date | str | None = None, year: int | None = None,
    others: Sequence[CompiledRulebook] = (), against: Sequence[CompiledRulebook] = (), key: Any = None, tick: Callable[[], None] = lambda: None,
) -> Simulated:  # fmt: skip
    """The same of a register that is read already; what reading it said stands beside the results."""
    titles = {m.id: m.title for m in book.measures.values()}
    known = [m for m in read.measures if m in titles]
    said = read.said
    if known and not asked.measures:  # of what nobody was asked, nothing is told
        asked, said = replace(asked, measures=tuple(known)), (*said, ONLY.format("、".join(titles[m] for m in known)))
    found = simulated(book, read.cases, asked=asked, on=on, year=year, others=others, against=against, key=key, held=read.held, read=read.read, tick=tick)
    before = tuple(f"“{pool.title}”要全部申报汇总后确定：推演的金额都是汇总以前的" for pool in book.pools)
    return replace(found, partly=(*read.partly, *found.partly), astray=read.astray, said=(*said, *before))


def simulated(
    book: CompiledRulebook, applicants: Iterable[Case], *, asked: WhatIf, on: date | str | None = None, year: int | None = None,
    others: Sequence[CompiledRulebook] = (), against: Sequence[CompiledRulebook] = (), key: Any = None, held: Sequence[Failed] = (),
    read: Mapping[Position, Applicant] = MappingProxyType({}), tick: Callable[[], None] = lambda: None,
) -> Simulated:  # fmt: skip
    """The same of cases that are there already."""
    cases = list(applicants)
    day = None if on is None else day_given(plain(on))
    days = {day} if day is not None else {c.on for c in cases}
    if None in days:
        raise UsageError("有的户没有审核日期", mend="用 --on 2026-06-30 写明，或写在名录里", argument="on")
    if not cases and day is None:
        raise UsageError("一户也没有", argument="register")
    if len(days) > 1 and asked.figures:
        listed = "、".join(str(d) for d in sorted(d for d in days if d is not None)[:5])
        raise UsageError(f"各户的审核日期不一样（{listed}），改的是哪一天的标准看不出来", mend="用 --on 写明", argument="on")
    titles = {m.id: m.title for m in book.measures.values()}
    problems: list[Problem] = []
    only = _each(problems, asked.measures, lambda m: the_one(m, titles))
    rivals = [*against, *_each(problems, asked.against, _against)]
    latest = max(d for d in days if d is not None)
    try:
        wanted = wanted_of(
            book, on=latest, figures=asked.figures, schemes=asked.schemes, readings=asked.readings, against=rivals,
            only=tuple(dict.fromkeys(only)) or None, facts=asked.by,
        )  # fmt: skip
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    right, wrong = [], []
    for one in cases:
        said = _unsettled(book, one, others, day)
        right += [] if said else [one]
        wrong += [failed_of(one, said)] if said else []
    return simulate(wanted, right, on=day, year=year_given(year), others=[book, *others], key=key, held=[*held, *wrong], read=read, tick=tick)


def _unsettled(book: CompiledRulebook, case: Case, others: Sequence[CompiledRulebook], day: date | None) -> list[Problem]:
    """What a case says beside its facts and cannot be taken, as where it is decided alone: without it something else would be judged."""
    on = day if day is not None else case.on
    said = beside(book, case, None, None, others, on)[2] if on is not None else []
    return [*chosen_problems([book, *others], case), *said]


def _each(problems: list[Problem], words: Sequence[str], read: Callable[[str], Any]) -> list[Any]:
    """What each word means; what is wrong with any is put down."""
    out = []
    for word in words:
        try:
            out.append(read(word))
        except InputError as error:
            problems += error.problems
        except UsageError as error:
            problems.append(Problem(Position(f"（{word}）"), error.message, word, "", error.mend))
    return out


def _against(name: str) -> Any:
    """Another rulebook: a folder, an id, or `ID@VERSION` of one that is here."""
    plain_name, at, version = name.rpartition("@")
    if not at or Path(name).is_dir():
        return load_compiled(name)
    found = load_compiled(plain_name)
    if found.version != version:
        mend = f"写那一版所在的文件夹（打过包的在包里）；现有的是 {plain_name}@{found.version}"
        raise UsageError(f"没有规则库 {plain_name} 的 {version} 版", mend=mend, argument="against")
    return found


# -- registers ---------------------------------------------------------------------------------------------


def applicants_of(path: Path, *, rulebooks: Sequence[str] = (), mapping: str | Path | None = None, year: int | None = None) -> Applicants:
    """The applicants of a table (as `huiqi screen` reads it), of a folder of case files, or of one case file."""
    if path.is_dir() or path.suffix.lower() in (".yaml", ".yml"):
        found = _cases(path, rulebooks)
        return found if year is None else replace(found, cases=tuple(replace(c, year=year) if c.year is None else c for c in found.cases))
    read = read_rows(path, rulebooks=rulebooks, mapping=None if mapping is None else Path(mapping), year=year)
    held = [Failed(enterprise=a.name, place="、".join(a.rows), problems=tuple(a.held) or ("不计入这一轮",)) for a in read.applicants if not a.open]
    return Applicants(
        cases=tuple(a.case for a in read.applicants if a.open and a.case is not None), rulebooks=read.rulebooks, held=tuple(held),
        partly=tuple(_fault(f, a.name) for a in read.applicants if a.open for f in a.faults), astray=tuple(_fault(f, f.applicant) for f in read.faults),
        said=read.said, measures=read.measures, read={a.case.start: a for a in read.applicants if a.open and a.case is not None},
    )  # fmt: skip


def _fault(fault: Fault, applicant: str) -> Failed:
    words = "；".join(x for x in (fault.message, f"写的是“{fault.found}”" if fault.found else "", f"改法：{fault.mend}" if fault.mend else "") if x)
    return Failed(enterprise=applicant, place=fault.at, problems=(words,))


def _cases(path: Path, rulebooks: Sequence[str]) -> Applicants:
    files = sorted(p for p in path.iterdir() if p.suffix.lower() in (".yaml", ".yml")) if path.is_dir() else [path]
    if not files:
        raise UsageError(f"文件夹“{path}”里没有案例（.yaml）", argument="register")
    cases: list[Case] = []
    problems: list[Problem] = []
    for file in files:
        try:
            cases.append(read_case(file, rulebooks))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    names = dict.fromkeys(str(n) for c in cases for n in c.rulebooks)
    return Applicants(cases=tuple(cases), rulebooks=tuple(names))


# -- results -----------------------------------------------------------------------------------------------


def to_bytes(found: Simulated, suffix: str) -> bytes:
    """The results as a page (.html) or a workbook (.xlsx)."""
    if suffix.lower() == ".html":
        from .register.page import page_of

        return page_of(found).encode()
    return workbook_of(sheets_of(found), WHAT, instead="推演.html")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as text: which it is, what it is called and what stands above it; `roomy` are the columns left out where there is little room."""

    part: Part
    title: str
    about: tuple[str, ...]
    headings: Sequence[str]
    rows: list[list[str]]
    roomy: tuple[bool, ...]


def tables(found: Simulated) -> list[Table]:
    """Every table of the results, in the order in which they are read."""
    out = []
    for sheet in sheets_of(found):
        assert isinstance(sheet.part, Part)
        headings, rows = printed(sheet)
        roomy = tuple(c.roomy for c in sheet.columns)
        out.append(Table(part=sheet.part, title=sheet.title, about=sheet.about, headings=headings, rows=rows, roomy=roomy))
    return out


__all__ = [
    "COUNTY",
    "Applicants",
    "Chosen",
    "Figure",
    "Part",
    "Table",
    "WhatIf",
    "applicants_of",
    "of_applicants",
    "simulate_register",
    "simulated",
    "supposed",
    "tables",
    "to_bytes",
]
