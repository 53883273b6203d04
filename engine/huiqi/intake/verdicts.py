"""Every cell of a table with its verdict: read, question, or error.

What must stay true: a blank, a sign, 无, 0, an error value and a formula without a value are six things; until a question is answered
the fact is not told; the other cells of a row are read whatever one of them is; nothing that is hidden is passed over in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from ..errors import clip
from ..language.levelling import level, untold
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook
from ..values import ABSENT
from . import headings as h
from .days import read_day
from .found import As, Asked, Found, Read, Wrong
from .grid import Cell, Kind, Place, address, day_of, plain_number
from .layout import Role, Table, unit_named
from .numbers import OFF, plain_number_of, read_number, ten_thousand_off
from .propose import Column, Use
from .questions import Choice, Question
from .settle import YEAR, Settled
from .signs import ZERO, sign_of, sign_question, ticked
from .texts import HIDDEN, Words, level_code, lost, read_enterprise, read_words, without_people

_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")  # also pasted as text
REFUSING = ("不贴", "不报", "不申", "不计", "不享", "放弃")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A cell of the table's columns, and what was made of it."""

    row: int
    column: Column
    cell: Cell
    found: Found
    under: str = ""  # address of the merged block's first cell, where it lies under one

    @property
    def at(self) -> str:
        return address(self.row, self.column.number)


class Reader:
    """Reads the rows of one table under settled columns."""

    def __init__(self, book: CompiledRulebook, table: Table, settled: Settled, words: Words, answers: Mapping[str, str], *, since_1904: bool) -> None:
        self.book, self.table, self.settled, self.words, self.answers = book, table, settled, words, answers
        self.since_1904 = since_1904
        self.questions: dict[str, Question] = {q.key: q for q in settled.questions}
        self.rows = table.rows(Role.DATA)
        self.remark = [c.number for c in settled.columns if c.use is Use.KEPT and re.search("备注|说明", c.label)]

    def read(self) -> dict[Place, Judged]:
        signs = self._signs()
        self.questions |= {q.key: q for q in signs.values()}
        out = dict[Place, Judged]()
        for row in self.rows:
            for column in self.settled.columns:
                if column.use is Use.EMPTY and self.table.sheet.at(row, column.number).blank:
                    continue
                out[row, column.number] = self._judged(row, column, signs)
        self._ten_thousand(out)
        return {at: self._answered(self._said(judged)) for at, judged in out.items()}

    # -- one cell ------------------------------------------------------------------------------------------

    def _judged(self, row: int, column: Column, signs: Mapping[str, Question]) -> Judged:
        area = self.table.sheet.covered(row, column.number)
        if area is None:
            cell = self.table.sheet.at(row, column.number)
            return Judged(row=row, column=column, cell=cell, found=self._found(row, column, cell, signs))
        first = address(area.top, area.left)
        cell = self.table.sheet.at(area.top, area.left)
        across = area.right > area.left and column.number != area.left
        if column.use is not Use.FACT and across:
            return Judged(row=row, column=column, cell=cell, found=Read(what=As.UNTOLD, said=(f"与{first}合并",)), under=first)
        if column.record is not None or across:
            question = Question(
                key=f"合并:{column.head.title}:{self.table.sheet.name}!{address(row, column.number)}",
                words=f"{address(row, column.number)}与{first}合并，{column.label}是不是也是“{clip(cell.text)}”？",
                choices=(Choice(text="是", value=cell.text), Choice(text="不是，暂缺", value="")), suggested=True,
            )  # fmt: skip
            found: Found = Read(what=As.UNTOLD) if cell.blank else Asked(question=question)
            return Judged(row=row, column=column, cell=cell, found=found, under=first)
        if column.use is Use.COMPARED:
            return Judged(row=row, column=column, cell=cell, found=Read(what=As.UNTOLD, said=(f"与{first}合并，只计一次",)), under=first)
        return Judged(row=row, column=column, cell=cell, found=self._found(area.top, column, cell, signs), under=first)

    def _found(self, row: int, column: Column, cell: Cell, signs: Mapping[str, Question]) -> Found:
        if cell.blank:
            return Read(what=As.UNTOLD)
        label = column.label
        if cell.kind is Kind.ERROR or _ERROR.fullmatch(cell.text.strip()):
            return Wrong(message=f"单元格是错误值 {cell.text.strip()}", mend=f"重新填写{label}", expected=label)
        if cell.kind is Kind.UNSAVED:
            text = _joined(cell.formula)
            return Wrong(
                message=f"{label}是公式，没有保存的值", mend="用 Excel 或 WPS 打开，重新计算后保存" + (f"，或改成文本 {text}" if text else ""), expected=label
            )
        if column.use is Use.PERSONAL:
            return Read(what=As.KEPT, shown=HIDDEN)
        if column.use in (Use.KEPT, Use.ORDER, Use.EMPTY):
            return self._kept(column, cell)
        if column.use is Use.YEAR:
            return _year(cell)
        sign = sign_of(cell, column)
        if sign:
            if column.number in self.settled.each:
                return self._doubted_sign(row, column, cell)
            shown = cell.text.strip()
            return Asked(question=signs.get(sign) or sign_question(self.table, sign, shown, [(address(row, column.number), column)]))
        if column.use is Use.NAME:
            return read_enterprise(cell, [self.table.sheet.spoken(row, n).text.strip() for n in self.remark])
        if cell.kind is Kind.TEXT and untold(cell.text) and level(cell.text) not in ("无", "没有") and not ticked(cell, column):
            return Read(what=As.UNTOLD, said=(f"“{clip(cell.text)}”按没有告诉读",))
        found = self._fact(column, cell)
        if column.number in self.settled.each:
            return self._doubted(row, column, cell, found)
        return found

    def _kept(self, column: Column, cell: Cell) -> Read:
        text = plain_number(cell.number) if cell.kind is Kind.NUMBER and cell.number is not None else cell.text.strip()
        if cell.kind is Kind.DATE and cell.number is not None and (day := day_of(cell.number, self.since_1904)):
            text = day.isoformat()
        return Read(what=As.KEPT, shown=f"序号 {text}" if column.use is Use.ORDER else without_people(text))

    def _fact(self, column: Column, cell: Cell) -> Found:
        found = self._fact_itself(column, cell)
        if (
            isinstance(found, Read)
            and column.spec is not None
            and column.record is None
            and column.spec.yearly
            and column.year is None
            and self.settled.year is None
        ):
            return Asked(question=self.questions[YEAR])
        return found

    def _fact_itself(self, column: Column, cell: Cell) -> Found:
        if column.numeric:
            if level(cell.text) in ("无", "没有") and cell.kind is Kind.TEXT:
                if column.spec is not None and column.spec.optional:
                    return Read(value=ABSENT, shown="无")
                return Wrong(message=f"“{clip(cell.text)}”不是数", mend=f"{column.label}确为零就写 0，不知道就留空", expected="一个数")
            return read_number(cell, column)
        if column.dated:
            if level(cell.text) in ("无", "没有") and cell.kind is Kind.TEXT:
                if column.spec is not None and column.spec.optional:
                    return Read(value=ABSENT, shown="无")
                return Wrong(message=f"{column.label}不会是“{clip(cell.text)}”", mend="照凭证填写日期；不知道就留空", expected="年-月-日")
            return read_day(cell, column, self.since_1904)
        return read_words(cell, column, self.words)

    # -- a column of two kinds of dates --------------------------------------------------------------------

    def _names(self, column: Column) -> tuple[str, str]:
        assert column.spec is not None
        return column.spec.name, "、".join(d for d in column.doubted if level(d) != level(column.spec.name))

    def _doubted(self, row: int, column: Column, cell: Cell, found: Found) -> Found:
        if not isinstance(found, Read):
            return found
        mine, other = self._names(column)
        quoted = "".join(f"（备注“{clip(t)}”）" for t in (self.table.sheet.spoken(row, n).text.strip() for n in self.remark) if t)
        if found.value is ABSENT:
            texts = (f"{mine}：无{_explained(column)}", f"没有{other}")
        else:
            texts = (f"{mine} {found.shown}{quoted}", other)
        choices = (Choice(text=texts[0], value=cell.text), Choice(text=texts[1], value=""))
        key = f"两种:{column.head.title}:{self.table.sheet.name}!{address(row, column.number)}"
        return Asked(
            question=Question(key=key, words=f"“{clip(found.shown)}”是{mine}还是{other}？", choices=choices, about={"value": found.value}), said=found.said
        )

    def _doubted_sign(self, row: int, column: Column, cell: Cell) -> Asked:
        explained = _explained(column).strip("（）") or "没有这一日期"
        choices = (Choice(text=f"{explained}（读作 无）", value="无"), Choice(text="没有告诉", value=""), Choice(text="不适用", value=""))
        key = f"两种:{column.head.title}:{self.table.sheet.name}!{address(row, column.number)}"
        return Asked(question=Question(key=key, words=f"“{'/'.join(column.doubted)}”一栏的“{clip(cell.text)}”读作什么？表内没有说明", choices=choices))

    # -- a table's signs -----------------------------------------------------------------------------------

    def _signs(self) -> dict[str, Question]:
        found = dict[str, tuple[str, list[tuple[str, Column]]]]()
        for row in self.rows:
            for column in self.settled.columns:
                if column.use not in (Use.FACT, Use.COMPARED, Use.NAME) or column.number in self.settled.each or self.table.sheet.covered(row, column.number):
                    continue
                cell = self.table.sheet.at(row, column.number)
                if not cell.blank and (sign := sign_of(cell, column)):
                    found.setdefault(sign, (cell.text.strip(), []))[1].append((address(row, column.number), column))
        out = {s: replace(sign_question(self.table, s, shown, where), answer=self.answers.get(f"符号:{s}", "")) for s, (shown, where) in found.items()}
        return dict(sorted(out.items(), key=lambda x: not x[1].suggested))

    # -- a number of another size --------------------------------------------------------------------------

    def _ten_thousand(self, out: dict[Place, Judged]) -> None:
        for column in self.settled.columns:
            unit = column.unit
            if not column.numeric or unit is None or not any(b.endswith("元") for b, _ in unit.dims):
                continue
            mine = {r: j.found for (r, c), j in out.items() if c == column.number and not j.under}
            values = {r: f.value for r, f in mine.items() if isinstance(f, Read) and isinstance(f.value, Fraction)}
            odd = {r: f.beyond for r, f in mine.items() if isinstance(f, Wrong) and f.beyond is not None}
            odd |= {r: v for r, v in values.items() for f in [mine[r]] if isinstance(f, Read) and f.bare}
            ordered = sorted(v for v in values.values() if v > 0)
            for row, value in odd.items():
                factor = ten_thousand_off(ordered, value, among=row in values)
                if factor is None:
                    continue
                digits, bare = plain_number_of(value / unit.scale), unit.word.removeprefix("万")
                other = bare if factor < 1 else f"亿{bare}" if unit.word.startswith("万") else f"万{bare}"
                words = f"{column.label} {digits} 是多少？{OFF}"
                choices = [Choice(text=f"{digits}{x}", value=f"{digits}{x}") for x in dict.fromkeys((other, unit.word))]
                if isinstance(mine[row], Wrong) or len(choices) == 1:
                    choices = [*choices[:1], Choice(text="其他", open=True)]
                remarks = [t for t in (self.table.sheet.spoken(row, n).text.strip() for n in self.remark) if t]
                if column.spec is None and any(w in t for w in REFUSING for t in remarks):
                    choices.append(Choice(text="不申请", value=""))
                said = tuple(f"备注“{clip(t)}”" for t in remarks)
                question = Question(key=f"万倍:{column.head.title}:{digits}", words=words, choices=tuple(choices), suggested=True)
                out[row, column.number] = replace(out[row, column.number], found=Asked(question=question, said=said))

    # -- what is said --------------------------------------------------------------------------------------

    def _said(self, judged: Judged) -> Judged:
        cell, column, found = judged.cell, judged.column, judged.found
        said = list[str]()
        sheet = self.table.sheet
        if judged.row in sheet.hidden_rows and column is self.settled.columns[0]:
            said.append(f"第{judged.row}行是隐藏行")
        if column.head.hidden and not cell.blank and not judged.under:
            said.append("在隐藏列")
        if not judged.under:
            said += [f"批注“{clip(cell.note)}”"] * bool(cell.note) + ["格内文字有删除线"] * cell.struck
        if cell.formula and cell.kind is not Kind.UNSAVED and not cell.blank:
            said.append("是公式，按保存的值读")
        said += self._of_days(column, found)
        rests = self.settled.rests.get(column.number, ())
        if isinstance(found, Read) and rests and found.what in (As.FACT, As.COMPARED):
            keys = tuple(k for k in rests if not (k.startswith("单位:") and not found.bare and column.numeric))
            found = replace(found, supposes=keys)
        return replace(judged, found=replace(found, said=tuple(dict.fromkeys((*found.said, *said))))) if said or found is not judged.found else judged

    def _of_days(self, column: Column, found: Found) -> Iterator[str]:
        value = found.value if isinstance(found, Read) else found.question.about.get("value") if isinstance(found, Asked) else None
        if not column.dated or not isinstance(value, date) or h.FUTURE.search(column.label) or column.record is None:
            return
        first = next(c for c in self.settled.columns if c.dated and c.record is not None and not h.FUTURE.search(c.label))
        if self.table.period and column is first and not self.table.period[0] <= value <= self.table.period[1]:
            yield f"不在{self.table.period_word}"
        if self.table.signed_on and value > self.table.signed_on:
            yield f"晚于制表日 {self.table.signed_on}"

    # -- answers -------------------------------------------------------------------------------------------

    def _answered(self, judged: Judged) -> Judged:
        found = judged.found
        if not isinstance(found, Asked):
            return judged
        key = self._key(judged, found.question)
        found = replace(found, question=replace(found.question, key=key))
        known = self.questions.get(key)
        cells = (
            known.cells
            if known and known.mapping
            else (known.cells if known else ()) + (() if judged.at in (known.cells if known else ()) or judged.under else (judged.at,))
        )
        question = replace(found.question, answer=self.answers.get(found.question.key, ""), mapping=known.mapping if known else False)
        if known is not None and known.mapping:
            question = known
        self.questions[question.key] = replace(question, cells=tuple(dict.fromkeys(cells)))
        question = self.questions[question.key]
        chosen = question.chosen
        if chosen is None or (question.mapping and judged.column.unit is None and judged.column.numeric):
            return replace(judged, found=Asked(question=question, said=found.said))
        return replace(judged, found=self._by_answer(judged.column, chosen, question, found.said))

    def _key(self, judged: Judged, question: Question) -> str:
        """Of a question about spellings or signs its own; of one about a column that column's; else one that names the cell."""
        key = question.key
        if key in self.questions or key.startswith(("写法:", "符号:")) or "!" in key:
            return key
        if key.startswith("单位:"):
            return next((q.key for q in self.questions.values() if q.key.startswith("单位:") and judged.column.number in q.columns), key)
        return f"{key}!{self.table.sheet.name}!{judged.at}"

    def _by_answer(self, column: Column, choice: Choice, question: Question, said: tuple[str, ...]) -> Found:
        told = f"按答复“{clip(choice.text)}”读（{question.number or question.key.partition(':')[0]}）"
        value, also = choice.value if isinstance(choice.value, tuple) else (choice.value, ())
        text = str(value).strip()
        if not text:
            return Read(what=As.UNTOLD, said=(*said, told))
        if column.use is Use.NAME:
            return Read(value=text, shown=text, said=(*said, told))
        if text == ZERO and column.numeric:
            word = column.unit.word if column.unit else ""
            return Read(what=As.FACT if column.spec else As.COMPARED, value=Fraction(0), shown=f"0{word}", said=(*said, told))
        if text == ZERO and question.key.startswith("符号:"):
            return (
                Read(value=ABSENT, shown="无", said=(*said, told))
                if column.spec is not None and column.spec.optional
                else Read(what=As.UNTOLD, said=(*said, told))
            )
        if column.spec is not None and not column.numeric and not column.dated and not choice.open and column.spec.kind in ("text", "choice"):
            return Read(value=text, shown=text, said=(*said, told), also=also)
        found = self._fact(column, Cell(text=text, kind=Kind.TEXT))
        return replace(found, said=(*said, *found.said, told)) if isinstance(found, Read) else found


def _year(cell: Cell) -> Found:
    """Which year a row applies for: four digits."""
    text = plain_number(cell.number) if cell.kind is Kind.NUMBER and cell.number is not None else cell.text.strip()
    if untold(text) or level(text) in ("无", "没有"):
        return Read(what=As.UNTOLD, said=(f"“{clip(text)}”按没有告诉读",))
    match = re.fullmatch(r"((?:19|20)\d\d)年?度?", level(text))
    if match is None:
        return Wrong(message=f"“{clip(text)}”不是年度", mend="写四位年份，例如 2025；不知道就留空", expected="四位年份")
    return Read(value=int(match[1]), shown=match[1])


def _explained(column: Column) -> str:
    """Of a column that may be 无: what its vocabulary says that 无 means."""
    match = re.search(r"((?:没有|未)[^，；。]*?)\s*写\s*无", column.spec.explain if column.spec else "")
    return f"（{match[1]}）" if match else ""


def _joined(formula: str) -> str:
    """The text of a formula that only joins texts: ="K"&"-3"; "" where it does more."""
    plain = formula.removeprefix("=")
    parts = re.findall(r'"((?:[^"]|"")*)"', plain)
    return "".join(p.replace('""', '"') for p in parts) if parts and re.fullmatch(r'\s*(?:"(?:[^"]|"")*"\s*&?\s*)+', plain) else ""


def stands(judged: Judged, since_1904: bool) -> str:
    """What stands in a cell, as it may be shown: no person's data, no lost code in full."""
    cell = judged.cell
    if judged.column.use is Use.PERSONAL and not cell.blank:
        return HIDDEN
    if isinstance(judged.found, Read) and judged.found.shown == HIDDEN:
        return HIDDEN
    if shown := lost(cell):
        return shown
    if cell.kind is Kind.DATE and cell.number is not None:
        day = day_of(cell.number, since_1904)
        return day.isoformat() if day else cell.text
    if cell.kind is Kind.NUMBER and cell.number is not None:
        return plain_number(cell.number)
    return without_people(cell.text) if judged.column.use in (Use.KEPT, Use.EMPTY) else cell.text


def code_of(judged: Judged) -> str:
    """A code as it is compared: also one that is wrong as a code."""
    found = judged.found
    if isinstance(found, Wrong):
        return found.kept
    return level_code(str(found.value)) if isinstance(found, Read) and isinstance(found.value, str) else ""


def shown_in(value: Fraction, column: Column) -> str:
    """A sum, in the unit of its column."""
    unit = column.unit
    return plain_number_of(value / unit.scale) + unit.word if unit is not None and unit_named(unit.word) is not None else plain_number_of(value)
