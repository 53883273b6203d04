"""Rows to applicants: who a row speaks of, which rows may be the same, which are held, and what a case would say.

What must stay true: no row is without an applicant in silence, a suspected duplicate and a hidden row are held until answered, a
record without its key gets a stand-in that nobody takes for a number, and a list that lost or holds back a row is not complete.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Any, NamedTuple

from ..errors import clip
from ..language.levelling import level, level_id
from ..plain import dataclass
from ..reasoning.told import VERIFIED
from ..rulebook.compiled import APPLICATION_YEAR, FactKind, RecordSpec
from ..values import ABSENT
from . import headings as h
from .found import As, Asked, Found, Read, Wrong
from .grid import Place, address
from .layout import Table
from .propose import Column, Use
from .questions import Choice, Question
from .settle import RECEIVED, Settled, tells_receipt
from .verdicts import Judged, code_of


class Supply(NamedTuple):
    """Something that is to be supplied: the cell (or row) it is lacking in, and what it is."""

    at: str
    what: str
    cell: str = ""  # where it is written and could not be read: the cell is put right, and nothing is supplied beside

    def __str__(self) -> str:
        return f"{self.at} {self.what}"


@dataclass(frozen=True, kw_only=True)
class Applicant:
    name: str
    rows: tuple[int, ...]
    held: tuple[str, ...] = ()  # why it is decided nowhere yet
    dropped: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    records: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[Supply, ...] = ()
    keys: Mapping[tuple[int, str], str] = field(default_factory=dict)  # of its records, by their row and record type
    lost: tuple[str, ...] = ()  # records of which all would be told, were it not for what could not be read
    apart: tuple[str, ...] = ()  # of `held`: what its rows say differently
    year: int | None = None  # which it applies for, as its rows say


@dataclass(frozen=True, kw_only=True)
class Grouped:
    applicants: tuple[Applicant, ...]
    questions: tuple[Question, ...]
    suspected: tuple[int, ...] = ()  # rows that would go if the suspicion holds
    listed: bool = False  # rows are records of applicants that are told elsewhere


def applicants(
    table: Table, settled: Settled, cells: Mapping[Place, Judged], shared: RecordSpec | None, answers: Mapping[str, str], sheets: Sequence[str]
) -> Grouped:
    return _Grouping(table, settled, cells, shared, answers, sheets).group()


class _Grouping:
    def __init__(
        self, table: Table, settled: Settled, cells: Mapping[Place, Judged], shared: RecordSpec | None, answers: Mapping[str, str], sheets: Sequence[str]
    ) -> None:
        self.table, self.settled, self.cells, self.shared, self.answers, self.sheets = table, settled, cells, shared, answers, sheets
        self.name = next((c for c in settled.columns if c.use is Use.NAME), None)
        self.code = next((c for c in settled.columns if c.spec is not None and c.spec.kind == FactKind.USCC and not c.stage), None)
        # rows are records of applicants told elsewhere, unless they tell figures of the applicant too
        self.listed = shared is not None and not any(c.use is Use.FACT and c.record is None and c.numeric for c in settled.columns)
        self.questions = list[Question]()
        self.held = dict[int, list[str]]()
        self.dropped = set[int]()
        self.suspected = list[int]()

    def group(self) -> Grouped:
        units = self._units()
        self._hidden()
        self._received()
        groups = self._by_record(units) if self.listed else self._apart(units)
        self._outside()
        found = [self._applicant(rows) for rows in groups]
        return Grouped(applicants=tuple(found), questions=tuple(self.questions), suspected=tuple(self.suspected), listed=self.listed)

    def ask(self, question: Question, rows: Sequence[int], why: str) -> Choice | None:
        """A question whose rows are held until it is answered."""
        question = Question(
            key=question.key, words=question.words, choices=question.choices, suggested=question.suggested, said=question.said,
            cells=question.cells, answer=self.answers.get(question.key, ""),
        )  # fmt: skip
        self.questions.append(question)
        if question.chosen is None and why:
            for row in rows:
                self.held.setdefault(row, []).append(why)
        return question.chosen

    # -- rows that belong together -------------------------------------------------------------------------

    def _text(self, row: int, column: Column | None) -> str:
        judged = self.cells.get((row, column.number)) if column else None
        found = judged.found if judged else None
        return str(found.value) if isinstance(found, Read) and isinstance(found.value, str) else ""

    def _code(self, row: int) -> str:
        judged = self.cells.get((row, self.code.number)) if self.code else None
        return code_of(judged) if judged else ""

    def _units(self) -> list[list[int]]:
        """Rows under one merged block, else each by itself; a row without a name is asked about."""
        out = list[list[int]]()
        sheet = self.table.sheet
        order = {c.number for c in self.settled.columns if c.use is Use.ORDER}
        for row in sorted({r for r, _ in self.cells}):
            if all(self.cells[row, c.number].cell.blank for c in self.settled.columns if c.number not in order and (row, c.number) in self.cells):
                continue  # a row of the form that nobody filled in
            column = self.name.number if self.name else 1
            area = sheet.under.get((row, column))
            if area and out and area.top in out[-1]:
                out[-1].append(row)
                continue
            if self.name is not None and sheet.at(row, column).blank and out and not self._code(row):
                words = f"第{row}行没有企业名称：是不是第{out[-1][0]}行“{clip(self._text(out[-1][0], self.name))}”的？"
                choices = (Choice(text=f"是，与第{out[-1][0]}行同一家", value="same"), Choice(text="不是，补名称", value="other"))
                chosen = self.ask(Question(key=f"无名:{sheet.name}!{row}", words=words, choices=choices, suggested=True), [row], "没有企业名称")
                if chosen is not None and chosen.value == "same":
                    out[-1].append(row)
                    continue
            out.append([row])
        return out

    def _hidden(self) -> None:
        for row in sorted({r for r, _ in self.cells} & self.table.sheet.hidden_rows):
            question = Question(
                key=f"隐藏行:{self.table.sheet.name}!{row}",
                words=f"第{row}行是隐藏行，算不算？",
                choices=(Choice(text="算", value=True), Choice(text="已撤回，不算", value=False)),
            )
            chosen = self.ask(question, [row], f"第{row}行是隐藏行")
            if chosen is not None and chosen.value is False:
                self.dropped.add(row)

    def _received(self) -> None:
        """Who is said to have received money already, in a column nobody has placed yet, is decided once it is placed."""
        for question in (q for q in self.settled.questions if q.key.startswith(RECEIVED) and q.chosen is None):
            labels = "、".join(c.label for c in self.settled.columns if c.number in question.columns)
            for row in sorted({r for r, _ in self.cells}):
                if any(tells_receipt(self.table.sheet.at(row, n).text) for n in question.columns):
                    self.held.setdefault(row, []).append(f"“{labels}”一栏说以往领到过资金，还没有回答写在哪里")

    def _apart(self, units: list[list[int]]) -> list[list[int]]:
        """A table of applicants: two rows of one name or one code are suspected to be the same."""
        out = [list(u) for u in units]
        seen = dict[tuple[str, str], list[int]]()  # name or code → the first rows that have it
        for later in units:
            b = later[0]
            marks = [("name", level(self._text(b, self.name))), ("code", self._code(b))]
            earlier = next((seen[m] for m in marks if m[1] and m in seen), None)
            for mark in marks:
                seen.setdefault(mark, later)
            if earlier is None or b in self.dropped or earlier[0] in self.dropped:
                continue
            a = earlier[0]
            chosen = self.ask(self._duplicate(a, b), [*earlier, *later], f"第{a}行与第{b}行疑似重复")
            if chosen is None:
                self.suspected += later
            elif chosen.value == "drop":
                self.dropped |= set(later)
            elif chosen.value == "join":
                out = [u for u in out if u[0] != b]
                next(u for u in out if a in u).extend(later)
        return out

    def _duplicate(self, a: int, b: int) -> Question:
        equal, different = list[str](), list[str]()
        for column in self.settled.columns:
            if column.use not in (Use.FACT, Use.COMPARED, Use.NAME):
                continue
            one, two = (self.cells[r, column.number] for r in (a, b))
            if column is self.code:
                shown = (self._code(a), self._code(b))
            else:
                shown = (_shown(one.found), _shown(two.found))
            if shown[0] and shown[0] == shown[1]:
                equal.append(column.label if column is not self.code else f"{column.label}（全角、大小写、空格照齐后）")
            elif shown != ("", ""):
                different.append(f"{column.label}（{shown[0] or '空'}，{shown[1] or '空'}）")
        remarks = [
            f"{address(r, c.number)}“{clip(t)}”"
            for r in (a, b)
            for c in self.settled.columns
            if c.use is Use.KEPT
            for t in [self.table.sheet.at(r, c.number).text.strip()]
            if t
        ]
        record = next((c.record for c in self.settled.columns if c.record is not None and c.use is Use.FACT), None)
        said = [f"相同：{'、'.join(equal)}"] + [f"不同：{'、'.join(different)}"] * bool(different) + [f"表内写有：{'、'.join(remarks)}"] * bool(remarks)
        choices = [Choice(text=f"同一家，第{b}行不计", value="drop")]
        thing = "证书" if record is not None and "证" in record.name else record.name if record else ""
        if record is not None:
            choices.append(Choice(text=f"同一家，{thing}不同", value="join"))
        choices.append(Choice(text="不是同一家", value="apart"))
        what = f"、同一{'张' if thing == '证书' else '条'}{thing}" if thing else ""
        cells = tuple(address(r, c.number) for r in (a, b) for c in (self.name, self.code) if c is not None)
        return Question(
            key=f"重复:{self.table.sheet.name}!{a}-{b}", words=f"第{a}行与第{b}行是否同一家{what}？", choices=tuple(choices), said=tuple(said), cells=cells
        )

    def _by_record(self, units: list[list[int]]) -> list[list[int]]:
        """A table of records: rows of one name are one applicant, unless their codes say otherwise."""
        out = list[list[int]]()
        names, codes = dict[str, list[int]](), dict[str, list[int]]()
        for unit in units:
            name, code = level(self._text(unit[0], self.name)), self._code(unit[0])
            mine = names.get(name) if name else None
            other = codes.get(code) if code and mine is None else None
            found = mine or other
            if found is not None and (other is not None or (code and self._code(found[0]) and code != self._code(found[0]))):
                words = f"第{found[0]}行与第{unit[0]}行{'代码相同、名称不同' if other is not None else '名称相同、代码不同'}，是否同一家？"
                key = f"同名:{self.table.sheet.name}!{found[0]}-{unit[0]}"
                choices = (Choice(text="同一家", value=True), Choice(text="不是同一家", value=False))
                chosen = self.ask(Question(key=key, words=words, choices=choices), [*found, *unit], words)
                found = found if chosen is not None and chosen.value is True else None
            if found is None:
                out.append(list(unit))
                found = out[-1]
            else:
                found.extend(unit)
            names.setdefault(name, found)
            codes.setdefault(code, found)
        keys, noun = dict[str, int](), self.shared.noun if self.shared else "条"
        column = self._key_column(self.shared)
        for row in (r for u in out for r in u):
            key = level_id(self._text(row, column))
            if key and key in keys:
                words = f"第{keys[key]}行与第{row}行的{column.label if column else '编号'}相同，是否同一{noun}？"
                choices = (Choice(text=f"同一{noun}，第{row}行不计", value="drop"), Choice(text=f"不是同一{noun}，补序号", value="apart"))
                chosen = self.ask(Question(key=f"重复:{self.table.sheet.name}!{keys[key]}-{row}", words=words, choices=choices), [keys[key], row], words)
                if chosen is None:
                    self.suspected.append(row)
                elif chosen.value == "drop":
                    self.dropped.add(row)
            elif key:
                keys[key] = row
        return out

    def _told(self, *, verified: bool = False) -> list[Column]:
        """The columns of what is told: by the applicants, or what an officer `verified` of it, as a case calls that."""
        order = [*reversed(VERIFIED)] if verified else [""]
        return [c for stage in order for c in self.settled.columns if c.use is Use.FACT and c.spec is not None and c.stage == stage]

    def _key_column(self, record: RecordSpec | None) -> Column | None:
        return next((c for c in self._told() if record is not None and c.record is record and c.spec is not None and c.spec.name == record.key_field), None)

    def _outside(self) -> None:
        """Records dated outside the period of the title: said at each, asked once."""
        period = self.table.period
        first = next((c for c in self.settled.columns if c.dated and c.record is not None and not h.FUTURE.search(c.label)), None)
        if period is None or first is None:
            return
        found = {r: self.cells[r, first.number].found for r in sorted({r for r, _ in self.cells})}
        outside = [r for r, f in found.items() if isinstance(f, Read) and isinstance(f.value, date) and not period[0] <= f.value <= period[1]]
        if not outside:
            return
        year = {f.value.year for r in outside for f in [found[r]] if isinstance(f, Read)}
        other = next((s for s in self.sheets if s != self.table.sheet.name and any(str(y) in s for y in year)), "")
        choices = [Choice(text=f"移到“{other}”", value="move")] * bool(other) + [Choice(text="就在本表", value="stay"), Choice(text="日期写错", value="wrong")]
        words = f"第{'、'.join(map(str, outside))}行的{first.label}不在{self.table.period_word}，怎样处理？"
        self.ask(
            Question(
                key=f"期间:{self.table.sheet.name}!{'-'.join(map(str, outside))}",
                words=words,
                choices=tuple(choices),
                cells=tuple(address(r, first.number) for r in outside),
            ),
            outside,
            "",
        )

    # -- what a case would say -----------------------------------------------------------------------------

    def _applicant(self, rows: list[int]) -> Applicant:
        live = [r for r in rows if r not in self.dropped]
        held = tuple(dict.fromkeys(w for r in live for w in self.held.get(r, ())))
        whole = all(self.held.get(r) for r in live) and bool(live)
        told = [r for r in live if not self.held.get(r)] if not whole and self.listed else live
        data, missing, apart = dict[str, Any](), list[Supply](), list[str]()
        keys, unread_lists = dict[tuple[int, str], str](), list[str]()
        for column in (c for c in self._told() if c.record is None and live):
            assert column.spec is not None
            each = [self.cells[r, column.number] for r in live if (r, column.number) in self.cells]
            values = list(dict.fromkeys(v for j in each if (v := case_value(j.found)) is not None))
            unread = [j for j in each if not isinstance(j.found, Read)]
            missing += [Supply(j.at, column.label) for j in unread]
            if len(values) > 1 and not self.listed:
                apart.append(f"“{column.label}”在几行里不一样（{'、'.join(values)}）")
            if unread or len(values) != 1:
                continue
            (value,) = values
            if column.spec.yearly:
                year = column.year or self.settled.year
                if year is not None:
                    data.setdefault(column.spec.name, {})[str(year)] = value
            else:
                data[column.spec.name] = value
        years = self._years(live)
        if len(years) > 1:
            apart.append(f"“{APPLICATION_YEAR}”在几行里不一样（{'、'.join(map(str, years))}）")
        for column in (c for c in self._told(verified=True) if c.record is None and live):
            assert column.spec is not None
            found = [self.cells[r, column.number].found for r in live if (r, column.number) in self.cells]
            if not column.spec.yearly:
                said = _verified(data, column.spec.name, column, found)
            elif (year := column.year or self.settled.year) is not None:
                of_years = data.setdefault(column.spec.name, {})
                said = _verified(of_years, str(year), column, found)
                if not of_years:
                    del data[column.spec.name]
            else:
                continue
            apart += [] if self.listed else said
        records = dict[str, Any]()
        for record in {c.record.name: c.record for c in self.settled.columns if c.record is not None and c.use is Use.FACT}.values():
            entries = [(r, e) for r in told for e in [self._entry(r, record, missing)] if e]
            if not entries:
                continue
            partial = self.settled.complete.get(record.name) is not True or len(told) < len(rows)
            lost = any(isinstance(self.cells[r, c.number].found, Wrong) for r, _ in entries for c in [self._key_column(record)] if c)
            keys |= {(r, record.name): str(e[record.key_field]) for r, e in entries}
            unread_lists += [record.name] * (lost and not partial)
            listed = [e for _, e in entries]
            records[record.name] = {"完整": "否", "清单": listed} if partial or lost else listed
        return Applicant(
            name=self._text(rows[0], self.name),
            rows=tuple(rows),
            held=(*held, *apart),
            dropped=not live,
            data=data,
            records=records,
            missing=tuple(dict.fromkeys(missing)),
            keys=keys,
            lost=tuple(unread_lists),
            apart=tuple(apart),
            year=years[0] if len(years) == 1 else None,
        )

    def _years(self, rows: Sequence[int]) -> list[int]:
        """The years its rows say they apply for."""
        columns = [c.number for c in self.settled.columns if c.use is Use.YEAR]
        found = [self.cells[r, n].found for r in rows for n in columns if (r, n) in self.cells]
        return list(dict.fromkeys(f.value for f in found if isinstance(f, Read) and isinstance(f.value, int)))

    def _entry(self, row: int, record: RecordSpec, missing: list[Supply]) -> dict[str, Any]:
        columns = [c for c in self._told() if c.record is record]
        if all(self.table.sheet.at(row, c.number).blank for c in columns):
            return {}
        key = self._key_column(record)
        found = self.cells[row, key.number].found if key else Read(what=As.UNTOLD)
        name = record.key_field
        value = case_value(found)
        if value is None:
            why = "待定" if isinstance(found, Asked) else "未读出" if isinstance(found, Wrong) else "未填"
            value = f"{self.table.sheet.name}第{row}行（{name}{why}）"
            cell = address(row, key.number) if key is not None and not isinstance(found, Read) else ""
            missing.append(Supply(f"第{row}行", f"{record.name}.{name}", cell))
        out: dict[str, Any] = {name: value}
        for spec_record, spec, text, _ in self.settled.filled:
            if spec_record is record:
                out[spec.name] = text
        for column in columns:
            assert column.spec is not None
            judged = self.cells[row, column.number]
            if column is key:
                out |= dict(_also(judged.found))
                continue
            told = case_value(judged.found)
            if told is None:
                missing += [Supply(judged.at, column.label)] * (not isinstance(judged.found, Read))
                continue
            out[column.spec.name] = told
            out |= dict(_also(judged.found))
        for column in (c for c in self._told(verified=True) if c.record is record):
            assert column.spec is not None
            if column.spec.name != name:  # by its number a record is known: of that there is one
                _verified(out, column.spec.name, column, [self.cells[row, column.number].found])
        return out


def _verified(told: dict[str, Any], name: str, column: Column, found: Sequence[Found]) -> list[str]:
    """What an officer found put beside what was told, in place; where that cannot be read, or is two things, nothing is told. Why a case is held."""
    values = list(dict.fromkeys(v for f in found if (v := case_value(f)) is not None))
    if len(values) > 1 or not all(isinstance(f, Read) for f in found):
        told.pop(name, None)
        return [f"“{column.label}（{column.stage}）”在几行里不一样（{'、'.join(values)}）"] if len(values) > 1 else []
    if values:
        before = told.get(name)
        told[name] = {**(before if isinstance(before, dict) else {} if before is None else {"申报": before}), column.stage: values[0]}
    return []


def _also(found: Found) -> list[tuple[str, str]]:
    return [(k, v if isinstance(v, str) else "是" if v else "否") for k, v in found.also] if isinstance(found, Read) else []


def _shown(found: Found) -> str:
    """For comparing two rows: what was read of a cell."""
    if isinstance(found, Read):
        return "" if found.what is As.UNTOLD else str(found.value) if found.value is not None and not hasattr(found.value, "numerator") else found.shown
    return f"待答：{found.question.words}" if isinstance(found, Asked) else found.message


def case_value(found: Found) -> str | None:
    """What a case file says of a cell; None where nothing is told."""
    if not isinstance(found, Read) or found.what is not As.FACT or found.value is None:
        return None
    if found.value is ABSENT:
        return "无"
    if isinstance(found.value, bool):
        return "是" if found.value else "否"
    return found.shown
