"""Rounds, as the library offers them: a register read, every applicant decided, the results written; resumed where it was stopped.

What must stay true: one applicant's fault stops no other; the file of results is there whole or not at all; what was kept of a run that
was stopped is used again only for the same case, rules, choices and program.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import astuple, field, replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ._version import __version__
from .api import Rulebook, load
from .batches import CHANGED
from .caching import patient
from .errors import InputError, Problem, TooComplex, UsageError
from .files import reading, refuse_existing, remove, suffix_of, unfinished, write_file
from .given import year_given
from .plain import dataclass
from .reasoning.casefile import Case
from .reasoning.pseudonyms import key_of
from .reasoning.receipt import digest_of
from .register.duplicates import Suspicion, cleared_of, doubted_of, earlier, incomparable, screened_again, suspicions
from .register.entries import Screened, held, screened
from .register.readable import readable
from .register.round import PoolShared
from .register.rows import ONLY, Applicant, Register, fault_of, read_rows
from .register.shares import landed, pools_of, shares
from .register.sheets import RoundTerms, RowCount, counted, faults_in, head_of, results
from .register.tables import Sheet
from .register.written import SUFFIXES, refuse_unwritable, written
from .rulebook.compiled import APPLICATION_YEAR
from .rulebook.reach import reads_year
from .telling.called import meant
from .telling.pools import shared_words

_APART = 24  # applicants from which on several processes are worth their start


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What holds for the whole round: the day (None: each applicant's own), schemes by measure id, readings by name, measures, key of stand-ins."""

    on: str | None = None
    schemes: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    key: str | bytes | None = None


@dataclass(frozen=True, kw_only=True)
class ScreenedRound:
    """A round, decided: its register, each applicant in the order read, what is suspected, and the count of rows."""

    register: Register
    rows: tuple[Screened, ...]
    doubts: tuple[Suspicion, ...]
    asked: RoundTerms
    counted: RowCount
    resumed: int = 0
    shared: tuple[Sheet, ...] = ()  # of pools and targets, where the rulebooks have them
    pools: tuple[PoolShared, ...] = ()

    @property
    def summary(self) -> tuple[str, ...]:
        """What an officer is told at the end."""
        done = [r for r in self.rows if r.done]
        listed = sum(bool(i.listed) for r in done for i in r.items)
        wrong = [r for r in self.rows if not r.done and not r.dropped]
        return (
            *self.register.said,
            self.counted.words,
            f"已测算 {len(done)} 户" + (f"，没有测算 {len(wrong)} 户（原因见“错误行”）" if wrong else ""),
            f"金额已算定、可以公示的 {listed} 项；错误行 {faults_in(self.register, self.rows)} 处；重复疑点 {len(self.doubts)} 处",
            *(f"{p.spec.title}：{'；'.join(shared_words(p.shared, p.spec.unit))}" for p in self.pools),
        )

    def to_bytes(self, suffix: str) -> bytes:
        """The results as a file of that ending: .xlsx, .csv or .parquet."""
        sheets = results(self.register, self.rows, self.asked, self.doubts, self.shared) if suffix == ".xlsx" else ()
        return written(suffix, sheets, self.rows, doubted_of(self.doubts))


def screen(
    register: str | Path, output: str | Path, *, rulebooks: Sequence[str] = (), mapping: str | Path | None = None, history: Sequence[str | Path] = (),
    choose: Callable[[Sequence[Rulebook]], Choice] = lambda _books: Choice(), cleared: Sequence[str] = (), resume: bool = False, processes: int | None = None,
    year: int | None = None, started: Callable[[int, int], None] = lambda _todo, _known: None, tick: Callable[[], None] = lambda: None,
) -> ScreenedRound:  # fmt: skip
    """Decide every applicant of a register and write the results to `output` (.xlsx, .csv, .parquet), whole or not at all.

    `register` is a filled template, or another table with its `mapping`. `history` are earlier results or decisions, in which the same
    certificate, invoice, person or contract is looked for; `cleared` are numbers of suspicions that an officer has looked into.
    `choose` makes the choices of the round, once its rulebooks are known; `year` is applied for by whoever's rows do not say which.
    `resume` goes on with a run that was stopped. `started` hears how many are to be decided and how many are known already.
    Raises `InputError` and `UsageError` where the register, the mapping or the call cannot be taken; faults of one applicant are results.
    """
    path, target = Path(register), Path(output)
    suffix = suffix_of(target, SUFFIXES, "结果.xlsx")
    refuse_existing(output)
    refuse_unwritable(suffix)
    read = read_rows(path, rulebooks=rulebooks, mapping=None if mapping is None else Path(mapping), year=year_given(year))
    books = [load(name) for name in read.rulebooks]
    before = earlier([Path(h) for h in history], [b.compiled for b in books])
    choice, read = _of_what_is_asked(choose(books), read, books)
    _refuse_undated(read, choice, others=mapping is not None)
    kept = _Kept(target, resume=resume, key=choice.key)
    rows = tuple(_decided(read, books, choice, kept, processes, started, tick))
    doubts, told = cleared_of(suspicions(rows, before), cleared)
    again = screened_again(rows, before)
    read = replace(read, said=(*read.said, *_overruled(read, books, choice), *_without_year(read, books, choice), *incomparable(rows, before), *again, *told))
    asked = _asked(read, books, choice)
    compiled = [b.compiled for b in books]
    pools = pools_of(compiled, rows, doubted_of(doubts), read.unread)
    rows = landed(pools, rows)
    shared = tuple(shares(compiled, rows, head_of(read, asked), pools, read.unread))
    done = ScreenedRound(
        register=read, rows=rows, doubts=doubts, asked=asked, counted=counted(read, rows), resumed=kept.used, shared=shared, pools=pools,
    )  # fmt: skip
    content = done.to_bytes(suffix)
    refuse_existing(output)  # another run may have written it in the meantime; what was decided stays for --resume
    write_file(target, content)
    kept.forget()
    return done


def _of_what_is_asked(choice: Choice, read: Register, books: Sequence[Rulebook]) -> tuple[Choice, Register]:
    """A table that asks about some measures only tells of no others: those alone are decided where nobody chose, and that is said."""
    titles = {i: m.title for b in books for i, m in b.measures.items()}
    only = tuple(m for m in read.measures if m in titles)
    if choice.measures or not only:
        return choice, read
    return replace(choice, measures=only), replace(read, said=(*read.said, ONLY.format("、".join(titles[m] for m in only))))


def _refuse_undated(read: Register, choice: Choice, *, others: bool) -> None:
    undated = [a.case for a in read.applicants if a.open and a.case is not None and a.case.on is None]
    if choice.on is None and undated:
        message = f"没有审核日期（{len(undated)} 户没有写）"
        mend = "用 --on 2026-06-30 写明" + ("；从不取自表里的填表日期" if others else "，或填在“审核日期”一栏")  # a table of `others` has no such column
        raise InputError([Problem(undated[0].start, message, undated[0].enterprise, "2026-06-30", mend)])


def _overruled(read: Register, books: Sequence[Rulebook], choice: Choice) -> Iterator[str]:
    """How many applicants say otherwise than what was chosen for the whole round."""
    cases = [a.case for a in read.applicants if a.open and a.case is not None]
    titles = {i: m.title for b in books for i, m in b.measures.items()}
    chosen = (
        ("审核日期", "--on", [c for c in cases if choice.on is not None and c.on is not None and c.on.isoformat() != choice.on]),
        ("方案", "--scheme", [c for c in cases for name, x in c.schemes.items() for i in meant(str(name), titles) if choice.schemes.get(i, x) != x]),
        ("读法", "--reading", [c for c in cases for name, x in c.readings.items() if choice.readings.get(str(name), x.option) != x.option]),
    )
    for what, option, those in chosen:
        if those:
            yield f"有 {len({id(c) for c in those})} 户在名录里写的{what}不同（第一户：{those[0].enterprise}），一律按 {option}"


def _without_year(read: Register, books: Sequence[Rulebook], choice: Choice) -> Iterator[str]:
    """How many applicants nobody told the year of, where what is decided turns on it, and who can say it where."""
    cases = [a.case for a in read.applicants if a.open and a.case is not None and a.case.year is None]
    asked = [(b.compiled, m) for b in books for m in b.compiled.measures.values() if not m.hint and (not choice.measures or m.id in choice.measures)]
    if cases and any(reads_year(book, m) for book, m in asked):
        yield (
            f"有 {len(cases)} 户没有申报年度（第一户：{cases[0].enterprise}），有的事项因此待补充：由经办人写明——名录的“{APPLICATION_YEAR}”一栏，"
            "或对应表里问年度的那一问，或命令加 --year（如 --year 2025）"
        )


def _asked(read: Register, books: Sequence[Rulebook], choice: Choice) -> RoundTerms:
    days = {choice.on} if choice.on is not None else {a.case.on.isoformat() for a in read.applicants if a.open and a.case is not None and a.case.on is not None}
    titles = {i: m.title for b in books for i, m in b.measures.items()}
    return RoundTerms(
        on=tuple(sorted(date.fromisoformat(d) for d in days)),
        rulebooks=tuple(f"{b.title}（{b.id} {b.version}，{b.digest[7:19]}）" for b in books),
        chosen=(
            *(f"“{titles.get(m, m)}”的方案 {s}" for m, s in choice.schemes.items()),
            *(f"读法 {n}={o}（假定）" for n, o in choice.readings.items()),
            *(["只测算" + "".join(f"“{titles.get(m, m)}”" for m in choice.measures)] if choice.measures else []),
        ),
    )


# -- deciding ----------------------------------------------------------------------------------------------


def _decided(
    read: Register, books: Sequence[Rulebook], choice: Choice, kept: _Kept, processes: int | None, started: Callable[[int, int], None], tick: Callable[[], None],
) -> Iterator[Screened]:  # fmt: skip
    """Every applicant in order; those that are not known from a run that was stopped are decided, by several processes where that is worth it."""
    rules, specs = [b.digest for b in books], [b.compiled for b in books]
    keys = [_digest(a, rules, choice) if a.open else None for a in read.applicants]
    todo = [a for a, k in zip(read.applicants, keys, strict=True) if k is not None and k not in kept.found]
    kept.used = sum(k in kept.found for k in keys)
    started(len(todo), kept.used)
    many = processes if processes is not None else min(os.cpu_count() or 1, 8)
    with _workers(many if len(todo) >= _APART else 1, read.rulebooks, books, choice) as work:
        answers = work(todo)
        for applicant, key in zip(read.applicants, keys, strict=True):
            if key is None:
                yield held(applicant, specs, choice.key)
            elif key in kept.found:
                yield kept.found[key]
            else:
                found = next(answers)
                kept.keep(key, found)
                tick()
                yield found


class _workers:  # noqa: N801 (a context manager, used as a function)
    """Deciding, here or in other processes; the answers come in order."""

    def __init__(self, many: int, names: tuple[str, ...], books: Sequence[Rulebook], choice: Choice) -> None:
        self._many, self._names, self._books, self._choice = many, names, books, choice
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Callable[[Sequence[Applicant]], Iterator[Screened]]:
        if self._many > 1:
            key = key_of(self._choice.key)  # one that cannot be kept would be another in each process
            choice = replace(self._choice, key=key.secret) if key.why else self._choice
            given = (self._names, [b.digest for b in self._books], choice)
            self._pool = ProcessPoolExecutor(self._many, mp_context=get_context("spawn"), initializer=_ready, initargs=given)
            return lambda todo: self._pool.map(_one, todo, chunksize=4) if self._pool is not None else iter(())
        return lambda todo: (decide_one(a, self._books, self._choice) for a in todo)

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


_WORK: list[Any] = []  # of a process that only decides: the rulebooks and choices of its one round, set as it starts


def _ready(names: tuple[str, ...], digests: Sequence[str], choice: Choice) -> None:
    patient()
    books = [load(name) for name in names]
    _WORK[:] = [books if [b.digest for b in books] == digests else None, choice]


def _one(applicant: Applicant) -> Screened:
    books, choice = _WORK
    if books is None:
        raise UsageError(CHANGED, mend="重新测算", argument="rulebook")
    return decide_one(applicant, books, choice)


def decide_one(applicant: Applicant, books: Sequence[Rulebook], choice: Choice) -> Screened:
    """One applicant by these rulebooks; what cannot be taken of its case is left out and listed, a contradiction stops it."""
    assert applicant.case is not None
    specs = [b.compiled for b in books]
    try:
        return screened(applicant, _decisions(applicant.case, books, choice))
    except InputError:
        case, problems = readable(applicant.case, specs, choice.key)
    except TooComplex as error:
        return held(applicant, specs, choice.key, [str(error)])
    faults = [fault_of(p, applicant.name, specs, applicant.case) for p in problems]
    if case is not None:  # a list that lost a row with what could not be taken was told in full
        lost = tuple(k for k, told in case.records.items() if isinstance(told, dict) and not isinstance(applicant.case.records.get(k), dict))
        applicant = replace(applicant, lost=(*applicant.lost, *lost))
    if case is None:
        return held(applicant, specs, choice.key, sorted({p.message for p in problems}), faults)
    try:
        return screened(applicant, _decisions(case, books, choice), faults)
    except InputError as error:
        return held(
            applicant,
            specs,
            choice.key,
            sorted({p.message for p in error.problems}),
            [*faults, *(fault_of(p, applicant.name, specs, applicant.case) for p in error.problems)],
        )
    except TooComplex as error:
        return held(applicant, specs, choice.key, [str(error)], faults)


def _decisions(case: Case, books: Sequence[Rulebook], choice: Choice) -> list[Any]:
    out = []
    problems: list[Problem] = []
    for book in books:
        measures = [m for m in choice.measures if m in book.measures]
        if choice.measures and not measures:
            continue
        try:
            out.append(
                book.decide(
                    case, on=choice.on if choice.on is not None else case.on, scheme={k: x for k, x in choice.schemes.items() if k in book.measures},
                    reading={k: x for k, x in choice.readings.items() if k in book.readings}, reasoner="python", measures=measures or None,
                    others=[b for b in books if b is not book], key=choice.key,
                )
            )  # fmt: skip
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return out


# -- what is kept of a run ---------------------------------------------------------------------------------


def _digest(applicant: Applicant, rules: Sequence[str], choice: Choice) -> str:
    """Of everything that an applicant's result depends on, and of what it says of the rows: where they stand, what is wrong with them."""
    case = applicant.case
    assert case is not None
    rows = [
        applicant.name,
        applicant.rows,
        list(map(astuple, applicant.faults)),
        list(map(astuple, applicant.maybe)),
        list(map(astuple, applicant.looks)),
        applicant.supply,
        sorted(applicant.cells.items()),
    ]
    told = [case.enterprise, str(case.on), case.year, case.data, case.records, case.schemes, case.applied, repr(case.readings), repr(case.statement)]
    asked = [choice.on, choice.schemes, choice.readings, list(choice.measures), key_of(choice.key).id if isinstance(choice.key, bytes) else choice.key]
    return digest_of(
        {
            "case": json.loads(json.dumps(told, default=str)),
            "rows": json.loads(json.dumps(rows)),
            "rules": list(rules),
            "asked": json.loads(json.dumps(asked)),
            "engine": __version__,
        }
    )


class _Kept:
    """The results of single applicants beside the file to be written, a line each; forgotten once that is there."""

    def __init__(self, target: Path, *, resume: bool, key: Any = None) -> None:
        self._path = unfinished(target)
        self.found: dict[str, Screened] = {}
        self.used = 0  # of these, how many are still what the register, the rules and the choices come to
        self._cut = False  # whether what is there ends in the middle of a line
        if resume and self._path.is_file():
            with reading(self._path):
                there = self._path.read_bytes()
            self._cut = not there.endswith(b"\n") and there != b""
            for line in there.split(b"\n"):  # not by lines of text: the last one may end within a character, and a name may hold what some call a line's end
                with suppress(ValueError, KeyError, TypeError, AttributeError):  # the last line of a run that was killed may be cut
                    told = json.loads(line.decode("utf-8"))
                    row = Screened.from_dict(told["row"])
                    if not row.key or row.key == key_of(key).id:  # the same file may hold another key by now
                        self.found[told["key"]] = row
        else:
            remove(self._path)
        self._stream: Any = None

    def keep(self, key: str, row: Screened) -> None:
        if self._stream is None:
            self._stream = self._path.open("a", encoding="utf-8")
            self._path.chmod(0o600)  # it tells of applicants
            self._stream.write("\n" if self._cut else "")
        self._stream.write(json.dumps({"key": key, "row": row.to_dict()}, ensure_ascii=False) + "\n")
        self._stream.flush()

    def forget(self) -> None:
        if self._stream is not None:
            self._stream.close()
        self._path.unlink(missing_ok=True)


__all__ = ["Choice", "ScreenedRound", "decide_one", "screen"]
