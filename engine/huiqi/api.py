"""The library's public surface: load a rulebook, read a case, decide it, or a table of many, or a register under something supposed.

Small on purpose. Everything raised derives from `HuiqiError`; every decision needs a date, because
there is no clock inside; floats are refused, because a threshold is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from .about import Fact, Measure, Reading, Record, facts_of, measures_of, readings_of, records_of
from .errors import CaseError, Problem, UsageError
from .given import beside, called, chosen_problems, day_given, refuse_key, refuse_measures, refuse_reading, refuse_scheme, year_given
from .reasoning.casefile import Case, read_case, read_case_text
from .reasoning.foreign import plain
from .rulebook.compiled import CompiledRulebook
from .rulebook.compiler import load_compiled
from .rulebook.taken import Taken, reading_named, reading_problems
from .telling.called import titles_of
from .telling.decision import Decision

Frame = TypeVar("Frame")  # a pandas or Polars frame, an Arrow table


class Rulebook:
    """A compiled rulebook, ready to decide. Immutable and safe to share between threads."""

    def __init__(self, compiled: CompiledRulebook) -> None:
        self.compiled = compiled

    @property
    def id(self) -> str:
        """As `load`, a case's 政策规则库 and a decision name it."""
        return self.compiled.id

    @property
    def title(self) -> str:
        """The Chinese title."""
        return self.compiled.title

    @property
    def version(self) -> str:
        """As its `rulebook.yaml` states it; `digest` tells two of one version apart."""
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

        if not isinstance(others, list | tuple) or not all(isinstance(o, Rulebook) for o in others):
            raise UsageError("others 应是规则库的清单，每个用 huiqi.load(…) 得到", argument="others")
        books = [self.compiled, *(o.compiled for o in others)]
        unknown_schemes: list[Problem] = []
        refuse_reading(reading)
        readings = {k: Taken(x) for k, x in (reading or {}).items()}
        if isinstance(case, Case):
            if not isinstance(case.schemes, Mapping) or not isinstance(case.enterprise, str):
                raise UsageError("Case 的 schemes 应是映射、enterprise 应是文字", mend="用 huiqi.read_case(path) 读案例文件", argument="case")
            data, rows = case.data, case.records if records is None else records
            on = on if on is not None else case.on
            year = year if year is not None else case.year
            unknown_schemes = chosen_problems(books, case)
            readings = {**{str(k): x for k, x in case.readings.items() if reading_named(self.compiled, str(k)) is not None}, **readings}
            scheme = (
                {**{str(i): str(s) for k, s in case.schemes.items() for i in called(k, books) if i in self.measures}, **(scheme or {})}
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
        refuse_scheme(scheme)
        if not isinstance(data, Mapping):
            raise UsageError(f"数据应是 名称到值的映射，收到 {type(data).__name__}", argument="case")
        if measure is not None and not isinstance(measure, str):
            raise UsageError(f"measure 应是事项编号，收到 {type(measure).__name__}", argument="measure")
        refuse_measures(measures, alone=measure is None)
        refuse_key(key)
        only = [measure] if measure is not None else measures
        if not isinstance(rows, Mapping):
            raise UsageError(f"records 应是 明细名到清单的映射，收到 {type(rows).__name__}", argument="records")
        day, year = day_given(plain(on)), year_given(year)
        reader = facts_module.Reader(self.compiled, need_unit=True, others=books[1:], key=key)
        facts = reader.read(data, rows, year)
        keys, said, wrong = beside(self.compiled, case, applied, statement, books[1:], day)
        if unknown_schemes or reader.problems or wrong:
            raise CaseError([*unknown_schemes, *reader.problems, *wrong])
        facts = replace(facts, applied=keys, statement=said)
        try:
            return decide_with(reasoner, self.compiled, facts, on=day, enterprise=enterprise, schemes=scheme or {}, only=only, readings=readings)
        except UsageError as error:
            if measure is not None and error.argument == "measures":  # one was asked for, by its own argument
                raise UsageError(error.message, mend=error.mend, argument="measure") from None
            raise

    def decide_many(
        self,
        frame: Frame,
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
        reminders: bool = False,
    ) -> Frame:
        """Decide every row of a pandas or Polars frame or an Arrow table; the result is of the same kind.

        A column is a fact, by Chinese name or id; `名称.2024` is it of another year, `名称.无` true is 无.
        A list of structs is a record type; `名称.完整` false says that more exist. Records may also come as
        frames of their own (`records`), joined by the applicant's column `key`: then every row has a key
        of its own, and every record an applicant. An empty cell or list cell is not told, an empty list
        is none. A float column is refused, and a column that says nothing the rulebook knows.

        The result has, in the order of the rows, the columns 企业 and `key` where they were given, and of
        each measure `ID.outcome`, `ID.settled` and `ID.at_most` (decimal text in the award's unit, None:
        unknown; of an award whose basis is a ceiling the most there can be, and nobody's due), `ID.standing`, `ID.reason`; where there are records of what was received before (已获支持),
        `ID.reminder` (what a person has to look at before the sum is anybody's due: support of which nobody
        wrote whether it may be had again; None: nothing); with `verdicts`, `ID.verdicts`: one character a
        condition, 1 holds, 0 fails, ? unknown. With `reminders` there is one column more, `reminders`: what `decide`
        has among the `warnings` of that row (a word taken for another, a day later than `on`, a certificate in
        another's name than 企业; a line each, None: nothing), which no column of a single measure says.

        Columns 企业 and `key` keep their types, rows of pandas their labels; the rest is text.

        Raises `CaseError` with every row that cannot be read (`第3行`), `UsageError` for a wrong call.
        """
        from .frames import decide_frame

        refuse_scheme(scheme)
        refuse_reading(reading)
        refuse_measures(measures)
        if records is not None and not isinstance(records, Mapping):
            raise UsageError(f"records 应是 明细名到表的映射，收到 {type(records).__name__}", argument="records")
        if key is not None and not isinstance(key, str):
            raise UsageError(f"key 应是企业编号列的列名，收到 {type(key).__name__}", argument="key")
        done: Frame = decide_frame(
            self.compiled, frame, on=day_given(plain(on)), year=year_given(year), records=records or {}, key=key, measures=measures, scheme=scheme or {}, reasoner=reasoner,
            verdicts=verdicts, reading=reading or {}, reminders=reminders,
        )  # fmt: skip
        return done

    def simulate(
        self,
        register: Case | Iterable[Case] | str | Path,
        *,
        on: date | str | None = None,
        year: int | None = None,
        figures: Mapping[str, str | Sequence[str]] | None = None,
        scheme: Mapping[str, str] | None = None,
        reading: Mapping[str, str] | None = None,
        against: Sequence[Rulebook] = (),
        measures: Sequence[str] | None = None,
        by: Sequence[str] = ("注册地县区",),
        mapping: str | Path | None = None,
        others: Sequence[Rulebook] = (),
        key: bytes | str | Path | None = None,
    ) -> Any:
        """What a register comes to as the rulebook stands, and under something supposed: a `huiqi.Simulated`; the rulebook itself is not changed.

        `register` are cases, or a file as `huiqi simulate` takes it (a filled template, another table with its `mapping`, a folder of
        cases, one case). `on` holds for all of them; without it each its own. `figures` supposes other values, in words with their unit:
        one (`{"认证单项上限": "20万元"}`) is supposed together with the other choices, several are tried one after the other; a figure
        that several documents have is `名称@文件`. `scheme` chooses schemes by measure id or title, `reading` options of readings, also
        of those the rulebook has decided; `against` are other rulebooks to compare with. `measures` restricts to some, `by` are the facts
        by which applicants are grouped.
        `others` are rulebooks whose words the cases may use, `key` the secret of stand-ins: both as in `decide`.

        Sums are exact, and two ends where anything is open; what is `不超过` counts by its ceiling. Schemes side by side and what each open
        reading costs are in it unasked.

        Raises `InputError` with everything that cannot be taken (a figure, scheme or reading nobody knows, a file), `UsageError` for a wrong call.
        """
        from .given import refuse_figures, refuse_names
        from .simulations import supposed

        refuse_figures(figures)
        refuse_scheme(scheme)
        refuse_reading(reading)
        refuse_measures(measures)
        refuse_names(by, "by")
        refuse_key(key)
        for argument, books in (("against", against), ("others", others)):
            if not isinstance(books, list | tuple) or not all(isinstance(b, Rulebook) for b in books):
                raise UsageError(f"{argument} 应是规则库的清单，每个用 huiqi.load(…) 得到", argument=argument)
        return supposed(
            self.compiled, register, on=None if on is None else day_given(plain(on)), year=year, figures=figures or {}, scheme=scheme or {}, reading=reading or {},
            against=[b.compiled for b in against], measures=tuple(measures or ()), by=tuple(by), mapping=mapping, others=[b.compiled for b in others], key=key,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<Rulebook {self.id} {self.version} {self.digest[:19]}>"


def load(name: str | Path) -> Rulebook:
    """A rulebook by id (`"datong-outsourcing"`) or folder. Raises `RulebookError`, `UnknownRulebook`."""
    if not isinstance(name, str | Path):
        raise UsageError(f"load 要规则库的编号或文件夹，收到 {type(name).__name__}", argument="name")
    return Rulebook(load_compiled(str(name)))


__all__ = ["Case", "Decision", "Rulebook", "load", "read_case", "read_case_text"]
