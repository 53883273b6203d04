"""The library's public surface: load a rulebook, read a case, decide.

Small on purpose. Everything raised derives from `HuiqiError`; every decision needs a date, because
there is no clock inside; floats are refused, because a threshold is exact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from .about import Fact, Measure, Reading, Record, facts_of, measures_of, readings_of, records_of
from .errors import CaseError, Code, Position, Problem, UsageError, clip, suggestion, told
from .reasoning.casefile import Case, read_case, read_case_text
from .reasoning.choices import STATEMENT, Statement, applied_in, read_statement
from .reasoning.foreign import plain
from .rulebook.compiled import CompiledRulebook
from .rulebook.compiler import load_compiled
from .rulebook.taken import Taken, reading_named, reading_problems
from .telling.called import meant, not_one, titles_of
from .telling.decision import Decision


class Rulebook:
    """A compiled rulebook, ready to decide. Immutable and safe to share between threads."""

    def __init__(self, compiled: CompiledRulebook) -> None:
        self.compiled = compiled

    @property
    def id(self) -> str:
        return self.compiled.id

    @property
    def title(self) -> str:
        return self.compiled.title

    @property
    def version(self) -> str:
        return self.compiled.version

    @property
    def digest(self) -> str:
        """`sha256:…` of the canonical printed rulebook and of those it uses."""
        return self.compiled.digest

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """The titles of its measures, then of the recognitions they ask after, by id; another rulebook's is `ID/…`."""
        return titles_of(self.compiled, None)

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """What a case may tell, by Chinese name (or ASCII id): label, unit, options, bounds, who verifies it …"""
        return facts_of(self.compiled)

    @cached_property
    def records(self) -> Mapping[str, Record]:
        """The types of records a case may list, by Chinese name (or ASCII id), each with its columns."""
        return records_of(self.compiled)

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """The measures by id, in order: title, clauses, schemes, awards, evidence, the facts they read."""
        return measures_of(self.compiled)

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        """The clauses that can be read in more than one way, by name: question, options, what is decided."""
        return readings_of(self.compiled)

    def pools(self, measures: Sequence[str] = ()) -> tuple[str, ...]:
        """Titles of the rules over all applicants of a round that are about these measures (none: any): a decision is what is due before them."""
        return tuple(p.title for p in self.compiled.pools if not measures or any(self.compiled.measures[k].id in measures for k in p.members))

    def reading_problems(self, given: Mapping[str, Any], others: Sequence[Rulebook] = (), path: str = "") -> list[Problem]:
        """What is wrong with readings decided for a case, by name; none of those that `others` have."""
        return reading_problems([b.compiled for b in (self, *others)], given, path)

    def decide(
        self,
        case: Case | Mapping[str, Any],
        *,
        on: date | str | None,
        records: Mapping[str, Sequence[Mapping[str, Any]] | None] | None = None,
        year: int | None = None,
        scheme: Mapping[str, str] | None = None,
        reading: Mapping[str, str] | None = None,
        reasoner: str | None = None,
        measure: str | None = None,
        measures: Sequence[str] | None = None,
        applied: Sequence[str] | None = None,
        statement: Mapping[str, Any] | None = None,
        others: Sequence[Rulebook] = (),
        key: bytes | str | Path | None = None,
    ) -> Decision:
        """Decide one enterprise on the day `on`.

        `case` is a `Case` (its own date and year hold unless given here) or facts by Chinese name
        or ASCII id: `Decimal`, `int` in the declared unit, `bool`, `date`, text such as
        `"120万美元"`, `None` for unknown, `huiqi.NONE` for 无. `records` are lists of rows by record
        type. `scheme` chooses a scheme by measure id, `reading` decides readings that the rulebook leaves
        open, by name, as an assumption; `reasoner` is `"rete"`, `"python"` or
        `"reference"` (default: rete where it is installed). `measure` restricts to one, `measures` to several: only what
        those depend on is judged (whom stacking joins to them too, so that each reads the same alone and
        in the whole; the total is then theirs). `applied` are the measures applied for, by id or title: the
        others take no part in stacking and totals (None: nothing is said, all are considered). `statement` is an officer's
        `{"结论": "未发现", "由": name, "日期": day}` on the exclusions not told. `others` are rulebooks
        decided on the same case, whose words are therefore no mistakes. `key` is the secret (or its
        file) under which personal words get their stand-ins; without it this installation's is used.

        Raises `CaseError` (facts that cannot be taken, all at once) and `UsageError`.
        """
        from .reasoning import facts as facts_module
        from .telling.results import decide_with

        unknown_schemes: list[Problem] = []
        _refuse_reading(reading)
        readings = {k: Taken(x) for k, x in (reading or {}).items()}
        if isinstance(case, Case):
            if not isinstance(case.schemes, Mapping) or not isinstance(case.enterprise, str):
                raise UsageError("Case 的 schemes 应是映射、enterprise 应是文字", mend="用 huiqi.read_case(path) 读案例文件", argument="case")
            data, rows = case.data, case.records if records is None else records
            on = on if on is not None else case.on
            year = year if year is not None else case.year
            unknown_schemes = _chosen_problems(self, case, others)
            readings = {**{str(k): x for k, x in case.readings.items() if reading_named(self.compiled, str(k)) is not None}, **readings}
            scheme = (
                {**{str(i): str(s) for k, s in case.schemes.items() for i in self._called(k, others) if i in self.measures}, **(scheme or {})}
                if scheme is None or isinstance(scheme, Mapping)
                else scheme
            )
            enterprise = case.enterprise
        elif isinstance(case, Mapping):
            rows, name = {} if records is None else records, plain(case.get("企业"))
            if not isinstance(name, str | None):
                raise UsageError(f"企业 应是名称文字，收到 {type(name).__name__}", argument="case")
            enterprise = name or ""
            data = {k: x for k, x in case.items() if k != "企业"}
        else:
            raise UsageError(f"case 应是 Case 或映射，收到 {type(case).__name__}", mend="用 huiqi.read_case(path) 读案例文件", argument="case")
        _refuse_scheme(scheme)
        if not isinstance(data, Mapping):
            raise UsageError(f"数据应是 名称到值的映射，收到 {type(data).__name__}", argument="case")
        if measure is not None and not isinstance(measure, str):
            raise UsageError(f"measure 应是事项编号，收到 {type(measure).__name__}", argument="measure")
        _refuse_measures(measures, alone=measure is None)
        only = [measure] if measure is not None else measures
        if not isinstance(others, list | tuple) or not all(isinstance(o, Rulebook) for o in others):
            raise UsageError("others 应是规则库的清单，每个用 huiqi.load(…) 得到", argument="others")
        if not isinstance(rows, Mapping):
            raise UsageError(f"records 应是 明细名到清单的映射，收到 {type(rows).__name__}", argument="records")
        day, year = day_given(plain(on)), year_given(year)
        reader = facts_module.Reader(self.compiled, need_unit=True, others=[o.compiled for o in others], key=key)
        facts = reader.read(data, rows, year)
        keys, said, beside = _beside(self.compiled, case, applied, statement, [o.compiled for o in others], day)
        if unknown_schemes or reader.problems or beside:
            raise CaseError([*unknown_schemes, *reader.problems, *beside])
        facts = replace(facts, applied=keys, statement=said)
        try:
            return decide_with(reasoner, self.compiled, facts, on=day, enterprise=enterprise, schemes=scheme or {}, only=only, readings=readings)
        except UsageError as error:
            if measure is not None and error.argument == "measures":  # one was asked for, by its own argument
                raise UsageError(error.message, mend=error.mend, argument="measure") from None
            raise

    def decide_many(
        self,
        frame: Any,
        *,
        on: date | str | None,
        year: int | None = None,
        records: Mapping[str, Any] | None = None,
        key: str | None = None,
        measures: Sequence[str] | None = None,
        scheme: Mapping[str, str] | None = None,
        reading: Mapping[str, str] | None = None,
        reasoner: str | None = "python",
        verdicts: bool = False,
    ) -> Any:
        """Decide every row of a pandas or Polars frame or an Arrow table; the result is of the same kind.

        A column is a fact, by Chinese name or id; `名称.2024` is it of another year, `名称.无` true is 无.
        A list of structs is a record type; `名称.完整` false says that more exist. Records may also come as
        frames of their own (`records`), joined by the applicant's column `key`: then every row has a key
        of its own, and every record an applicant. An empty cell or list cell is not told, an empty list
        is none. A float column is refused, and a column that says nothing the rulebook knows.

        The result has, in the order of the rows, the columns 企业 and `key` where they were given, and of
        each measure `ID.outcome`, `ID.settled` and `ID.at_most` (decimal text in the award's unit, None:
        unknown), `ID.standing`, `ID.reason`; with `verdicts`, `ID.verdicts`: one character a condition,
        1 holds, 0 fails, ? unknown.

        Columns 企业 and `key` keep their types, rows of pandas their labels; the rest is text.

        Raises `CaseError` with every row that cannot be read (`第3行`), `UsageError` for a wrong call.
        """
        from .frames import decide_frame

        _refuse_scheme(scheme)
        _refuse_reading(reading)
        _refuse_measures(measures)
        if records is not None and not isinstance(records, Mapping):
            raise UsageError(f"records 应是 明细名到表的映射，收到 {type(records).__name__}", argument="records")
        if key is not None and not isinstance(key, str):
            raise UsageError(f"key 应是企业编号列的列名，收到 {type(key).__name__}", argument="key")
        return decide_frame(
            self.compiled, frame, on=day_given(plain(on)), year=year_given(year), records=records or {}, key=key, measures=measures, scheme=scheme or {}, reasoner=reasoner,
            verdicts=verdicts, reading=reading or {},
        )  # fmt: skip

    def _scheme_problems(self, case: Case, others: Sequence[Rulebook]) -> list[Problem]:
        """A 方案 for a measure nobody knows, or a scheme the measure has not, must not pass unnoticed."""
        problems = []
        books = [self, *others]
        titles = {s.id: s.title for b in books for s in b.compiled.measures.values()}
        for name, wanted in case.schemes.items():
            at = getattr(name, "at", Position(case.path))
            ids = self._called(name, others)
            if len(ids) != 1:
                wrong = (
                    ("方案里的名称不止一个支持事项", not_one(told(name), titles))
                    if ids
                    else ("方案里的支持事项不存在", suggestion(told(name), [*titles, *titles.values()]))
                )
                problems.append(Problem(at, wrong[0], told(name), "事项编号或名称", wrong[1], Code.UNKNOWN_NAME, ("方案", told(name))))
                continue
            spec = next(s for b in books for s in b.compiled.measures.values() if s.id == ids[0])
            if not isinstance(wanted, str) or wanted not in spec.schemes:
                at = getattr(wanted, "at", at)
                known_schemes, near = "、".join(spec.schemes) or "（没有参照方案）", suggestion(told(wanted), spec.schemes)
                problems.append(Problem(at, f"“{name}”没有这个方案", told(wanted), known_schemes, near, Code.UNKNOWN_SCHEME, ("方案", told(name))))
        return problems

    def _called(self, name: Any, others: Sequence[Rulebook]) -> tuple[str, ...]:
        """Ids of the measures that a word of a case may mean, here or in the others."""
        return meant(name, {s.id: s.title for b in (self, *others) for s in b.compiled.measures.values()}) if isinstance(name, str) else ()

    def __repr__(self) -> str:
        return f"<Rulebook {self.id} {self.version} {self.digest[:19]}>"


def _chosen_problems(book: Rulebook, case: Case, others: Sequence[Rulebook]) -> list[Problem]:
    """What is wrong with the schemes and readings that a case itself chooses."""
    return [*book._scheme_problems(case, others), *book.reading_problems(case.readings, others, case.path)]


def _beside(
    book: CompiledRulebook, case: Case | Mapping[str, Any], applied: Any, statement: Any, others: Sequence[CompiledRulebook], on: date
) -> tuple[tuple[str, ...] | None, Statement | None, list[Problem]]:
    """What is said beside the facts, given here or else in the case: the measures applied for, a statement; what is wrong with them."""
    problems: list[Problem] = []
    file = case if isinstance(case, Case) else None
    at = Position(file.path, 1, 1) if file else Position()
    words, keys = applied if applied is not None else file.applied if file else None, None
    if words is not None:
        if isinstance(words, str) or not isinstance(words, Sequence) or not words:
            raise UsageError("applied 应是事项编号或名称的清单（至少一项）；什么都没有说就不给", argument="applied")
        keys, problems = applied_in(book, words, others, at)
    said = read_statement(statement, problems, at) if statement is not None else file.statement if file else None
    if said is not None and said.on > on:
        message = f"“{STATEMENT}”的日期晚于审核日期"
        problems.append(Problem(at, message, said.on.isoformat(), f"不晚于 {on}", "按说明那天或以后的日期审核", Code.CONTRADICTORY, (STATEMENT,)))
    return keys, said, problems


def day_given(on: date | str | None) -> date:
    """The day of decision, as a program gives it: a date, or text like 2026-06-30. Raises `UsageError`: none is taken for today."""
    if on is None:
        raise UsageError("on（审核日期）没有给", mend="没有默认的今天，写 on=date(2026, 6, 30)", argument="on")
    if isinstance(on, str):
        try:
            if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", on):  # Python takes 20260630 and 2026-W27-2 too
                raise ValueError
            return date.fromisoformat(on)
        except ValueError:
            raise UsageError(f"on 不是日期：“{clip(on)}”", mend='写 "2026-06-30" 或 date(2026, 6, 30)', argument="on") from None
    if not isinstance(on, date) or isinstance(on, datetime):
        raise UsageError(f"on 应是 date 或 2026-06-30 这样的文字，收到 {type(on).__name__}“{clip(told(on))}”", argument="on")
    return on


def year_given(year: Any) -> int | None:
    """The year of application: a whole number of four digits, numpy's too; None is not given. Raises `UsageError`."""
    year = plain(year)
    if year is not None and (isinstance(year, bool) or not isinstance(year, int) or not 1980 <= year <= 2100):
        raise UsageError(f"year 应是四位年份的整数，收到“{clip(told(year))}”", argument="year")
    return year


def _refuse_scheme(scheme: Any) -> None:
    if scheme is not None and not (isinstance(scheme, Mapping) and all(isinstance(x, str) for x in (*scheme, *scheme.values()))):
        raise UsageError('scheme 应是 事项编号到方案名的映射，两边都是文字，例如 {"certification.international": "国家2013"}', argument="scheme")


def _refuse_reading(reading: Any) -> None:
    if reading is not None and not (isinstance(reading, Mapping) and all(isinstance(x, str) for x in (*reading, *reading.values()))):
        raise UsageError('reading 应是 读法名称到选项的映射，两边都是文字，例如 {"增长额口径": "全部增长额"}', argument="reading")


def _refuse_measures(measures: Any, *, alone: bool = True) -> None:
    if measures is None:
        return
    listed = not isinstance(measures, str) and isinstance(measures, Sequence) and all(isinstance(m, str) for m in measures)
    if not (alone and listed and measures):
        raise UsageError("measures 应是事项编号的清单（至少一项），与 measure 只写一个", argument="measures")


def load(name: str | Path) -> Rulebook:
    """A rulebook by id (`"datong-outsourcing"`) or folder. Raises `RulebookError`, `UnknownRulebook`."""
    if not isinstance(name, str | Path):
        raise UsageError(f"load 要规则库的编号或文件夹，收到 {type(name).__name__}", argument="name")
    return Rulebook(load_compiled(str(name)))


__all__ = ["Case", "Decision", "Rulebook", "load", "read_case", "read_case_text"]
