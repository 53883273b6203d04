"""What is known about one enterprise, read against a rulebook's vocabulary.

Facts and records are keyed globally (`rulebook/name`), values are exact, and every complaint about
a case names its place. Nothing is invented: an untold fact stays untold, a list that was not given
is unknown, a list that was given is complete unless it says 完整: 否.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..errors import CaseError, Position, Problem, suggestion
from ..language.types import Quantity
from ..language.units import is_money
from ..rulebook.compiled import CompiledRulebook, FactSpec, RecordSpec
from ..rulebook.literals import ValueProblem, check_uscc, read_value, show_value
from ..rulebook.yamltree import Rows, Table, Word
from .values import ABSENT

STAGES = ("审定", "核验", "申报")  # the best available is used
_DETAILS = {"材料", "文件", "页码", "日期", "理由", "调整"}


class Recorded(str):
    """A word as a receipt has it: read once already, and where it is personal a stand-in already."""


@dataclass(frozen=True)
class Given:
    """One fact as told: the value used, at which stage, and the others beside it.

    `value` is None where the case says 待核实: told to be unverified, hence unknown.
    """

    value: Any
    stage: str = "申报"
    stages: Mapping[str, Any] = field(default_factory=dict)
    material: str = ""
    reason: str = ""
    at: Position = Position()


@dataclass(frozen=True)
class Entry:
    """One record: its key, its columns as told."""

    key: str
    values: Mapping[str, Given]
    at: Position = Position()


@dataclass(frozen=True)
class Listing:
    entries: tuple[Entry, ...]
    complete: bool = True


@dataclass(frozen=True)
class Facts:
    """Everything told about an enterprise. Yearly facts are keyed by year; None is 申报年度."""

    facts: Mapping[str, Mapping[int | None, Given]]
    records: Mapping[str, Listing]
    year: int | None
    warnings: tuple[str, ...] = ()


class Reader:
    """Reads facts and records given as text (files) or as Python values; collects all problems."""

    def __init__(self, book: CompiledRulebook, *, need_unit: bool, others: Sequence[CompiledRulebook] = ()) -> None:
        self.book, self.need_unit = book, need_unit
        self.others = others
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.nouns = frozenset(r.noun for r in book.records.values())

    def read(self, data: Any, records: Any, year: int | None) -> Facts:
        facts: dict[str, dict[int | None, Given]] = {}
        for word, raw in (data or {}).items():
            key = self.book.names.get(str(word))
            if key is None or key not in self.book.facts:
                if not self._known_elsewhere(str(word), "facts"):
                    hint = "（这是一类明细，请写在“明细”下）" if key in self.book.records else ""
                    self._wrong(word, f"申报数据项目录里没有这一项{hint}", str(word), "数据项目录里的名称", suggestion(str(word), self._words("facts")))
                continue
            spec = self.book.facts[key]
            if key in facts:
                self._wrong(word, "同一数据项写了两次（名称与编号各一次）", str(word))
                continue
            facts[key] = self._years(spec, raw, word, year)
        listings: dict[str, Listing] = {}
        for word, raw in (records or {}).items():
            key = self.book.names.get(str(word))
            if key is None or key not in self.book.records:
                if not self._known_elsewhere(str(word), "records"):
                    self._wrong(word, "没有这类明细", str(word), "、".join(r.name for r in self.book.records.values()), suggestion(str(word), self._words("records")))
                continue
            if (listing := self._listing(self.book.records[key], raw, word)) is not None:
                listings[key] = listing
        return Facts(facts, listings, year, tuple(self.warnings))

    def _known_elsewhere(self, word: str, kind: str) -> bool:
        return any((k := b.names.get(word)) is not None and k in getattr(b, kind) for b in self.others)

    def _words(self, kind: str) -> list[str]:
        specs = getattr(self.book, kind)
        return [w for w, k in self.book.names.items() if k in specs]

    def _wrong(self, at: Any, message: str, found: str = "", expected: str = "", mend: str = "") -> None:
        place = at if isinstance(at, Position) else getattr(at, "at", Position())
        self.problems.append(Problem(place, message, found, expected, mend))

    def _years(self, spec: FactSpec, raw: Any, word: Any, year: int | None) -> dict[int | None, Given]:
        if isinstance(raw, Mapping) and raw and all(re.fullmatch(r"[0-9]{1,8}", str(k)) for k in raw):
            if not spec.yearly:
                self._wrong(word, f"“{spec.name}”不是按年度填报的数据项", "、".join(map(str, raw)), "一个值")
                return {}
            out: dict[int | None, Given] = {}
            for k, v in raw.items():
                if not 1980 <= int(k) <= 2100:
                    self._wrong(k, "不是年度", str(k), "四位年份")
                elif (given := self._given(spec, v, k)) is not None:
                    out[int(k)] = given
            return out
        given = self._given(spec, raw, word)
        return {} if given is None else {year if spec.yearly else None: given}

    def _given(self, spec: FactSpec, raw: Any, word: Any) -> Given | None:
        if isinstance(raw, Table | Mapping):
            stages: dict[str, Any] = {}
            details = {str(k): str(v) for k, v in raw.items() if str(k) in _DETAILS}
            for k, v in raw.items():
                if str(k) in STAGES:
                    value = self.value(spec, v, v if isinstance(v, Word) else word)
                    if value is not None:
                        stages[str(k)] = value
                elif str(k) not in _DETAILS:
                    self._wrong(k, "不认识的键", str(k), "、".join((*STAGES, *sorted(_DETAILS))), suggestion(str(k), (*STAGES, *_DETAILS)))
            stage = next((s for s in STAGES if s in stages), None)
            if stage is None:
                return None
            at = getattr(raw, "at", getattr(word, "at", Position()))
            used = stages[stage]
            return Given(None if used is UNVERIFIED else used, stage, stages, details.get("材料", ""), details.get("理由", ""), at)
        at = getattr(raw, "at", getattr(word, "at", Position()))
        value = self.value(spec, raw, raw if isinstance(raw, Word) else word)
        if value is None:
            return None
        return Given(None if value is UNVERIFIED else value, "申报", {"申报": value}, at=at)

    def value(self, spec: FactSpec, raw: Any, at: Any) -> Any:
        """The exact value; None where nothing was told; `UNVERIFIED` for 待核实."""
        if isinstance(raw, Recorded):
            return raw if spec.personal else str(raw)
        if raw is None or (isinstance(raw, Word) and raw.strip() in ("", "~", "null", "未知") and raw.style == ""):
            return None
        if raw is ABSENT or (isinstance(raw, str) and raw.strip() == "无" and (spec.optional or spec.kind != "text")):
            if spec.optional:
                return ABSENT
            self._wrong(at, f"“{spec.name}”不会是“无”", "无", self._expected(spec), "不知道就不写；确为零就写 0 加单位")
            return None
        if isinstance(raw, str) and raw.strip() == "待核实":
            return UNVERIFIED
        if isinstance(raw, str) and not raw.strip():
            self._wrong(at, f"“{spec.name}”是空的", "（空）", self._expected(spec), "不知道就不写（Python 里写 None）")
            return None
        try:
            value = self._convert(spec, raw)
            if spec.personal and isinstance(value, str):
                value = pseudonym(value)
            self._bounds(spec, value)
        except ValueProblem as error:
            self._wrong(at, f"“{spec.name}”{error.message}", str(raw), error.expected or self._expected(spec), error.mend)
            return None
        low, high = spec.usual
        if isinstance(value, Fraction) and ((low is not None and value < low) or (high is not None and value > high)):
            place = f"{at.at}: " if isinstance(at, Word) else ""
            self.warnings.append(f"{place}“{spec.name}”为 {show_value(value, spec.type)}，不在通常范围，请核对")
        return value

    def _expected(self, spec: FactSpec) -> str:
        return spec.type.required().show()

    def _convert(self, spec: FactSpec, raw: Any) -> Any:
        kind = spec.type.required()
        if isinstance(raw, Rows | list | tuple):
            raise ValueProblem("要一个值，写的是清单", self._expected(spec), "明细写在“明细”下")
        if isinstance(raw, bool):
            if spec.kind == "boolean":
                return raw
            raise ValueProblem("要的不是“是/否”", self._expected(spec), "True、False 不能当数字")
        if isinstance(raw, float):
            raise ValueProblem("不接受浮点数（会有误差）", self._expected(spec), "用 Decimal(\"…\") 或文字")
        if isinstance(raw, str):
            if spec.kind == "uscc":
                return check_uscc(raw)
            return read_value(str(raw), kind, nouns=self.nouns, need_unit=True)
        if isinstance(raw, Decimal):
            if not raw.is_finite():
                raise ValueProblem("不是有限的数", self._expected(spec))
            raw = Fraction(raw)
        if isinstance(raw, int | Fraction):
            if isinstance(kind, Quantity):
                return Fraction(raw)
            if spec.kind == "year":
                return read_value(str(raw), kind)
            raise ValueProblem("要的不是数字", self._expected(spec))
        if isinstance(raw, date) and not isinstance(raw, datetime) and spec.kind == "date":
            return raw
        raise ValueProblem(f"不能用 {type(raw).__name__} 填写", self._expected(spec))

    def _bounds(self, spec: FactSpec, value: Any) -> None:
        low: Any
        high: Any
        low, high = spec.date_bounds if isinstance(value, date) else spec.bounds
        if not isinstance(value, Fraction | date):
            return
        if (low is not None and value < low) or (high is not None and value > high):
            ends = [show_value(e, spec.type.required()) if e is not None else "不限" for e in (low, high)]
            negative = isinstance(value, Fraction) and value < 0
            raise ValueProblem("不能为负" if negative and low == 0 else "超出允许范围", f"{ends[0]} 至 {ends[1]}", "核对单位与位数")
        if isinstance(value, Fraction):
            places = spec.decimals if spec.decimals is not None else 2 if spec.kind == "money" else 0 if spec.kind == "quantity" else None
            if places is not None and (value * 10**places).denominator != 1:
                what = "最多到分" if spec.kind == "money" else "应为整数" if places == 0 else f"最多 {places} 位小数"
                raise ValueProblem(what, self._expected(spec), "按原始凭证填写")

    def _listing(self, spec: RecordSpec, raw: Any, word: Any) -> Listing | None:
        complete = True
        if isinstance(raw, Table | dict):
            extra = [k for k in raw if str(k) not in ("完整", "清单")]
            for k in extra:
                self._wrong(k, "不认识的键", str(k), "完整、清单", "明细写成清单，或 {完整: 否, 清单: [...]}")
            flag = str(raw.get("完整", "是"))
            if flag not in ("是", "否", "True", "False"):
                self._wrong(raw.get("完整"), "完整 写 是 或 否", flag)
            complete = flag in ("是", "True")
            raw = raw.get("清单", Rows())
        if isinstance(raw, Word) and raw.strip() in ("", "无") and raw.style == "":
            if raw.strip() == "无":
                return Listing((), True)
            return None
        if raw is None:
            return None
        if not isinstance(raw, list | tuple):
            self._wrong(raw if isinstance(raw, Word) else word, f"“{spec.name}”应写成清单", str(raw), "每条以 - 开头；没有写 []", "")
            return None
        entries: list[Entry] = []
        seen: dict[str, Entry] = {}
        for row in raw:
            at = getattr(row, "at", getattr(word, "at", Position()))
            if not isinstance(row, Mapping):
                self._wrong(at, f"“{spec.name}”的每一条应写各栏", str(row), "{" + "、".join(list(spec.fields)[:4]) + "…}")
                continue
            values: dict[str, Given] = {}
            named: set[str] = set()
            by_id = {f.id: f.name for f in spec.fields.values()}
            for column, cell in row.items():
                name = by_id.get(str(column), str(column))
                if name not in spec.fields:
                    self._wrong(column, f"明细“{spec.name}”没有这一栏", str(column), "、".join(spec.fields), suggestion(str(column), spec.fields))
                    continue
                if name in named:
                    self._wrong(column, "同一栏写了两次（名称与编号各一次）", str(column))
                    continue
                named.add(name)
                given = self._given(spec.fields[name], cell, column if isinstance(column, Word) else at)
                if given is not None:
                    values[name] = given
            key = values.get(spec.key_field)
            if key is None or key.value is None:
                if key is not None or not any(p.at == at for p in self.problems):
                    self._wrong(at, f"“{spec.name}”缺少“{spec.key_field}”", "", f"{spec.key_field}: …", "每条明细要有编号，才能逐条核对")
                continue
            text = show_value(key.value, spec.fields[spec.key_field].type)
            if text in seen:
                self._wrong(at, f"“{spec.name}”的“{spec.key_field}”重复", text, "每条一个编号", f"第一次见 {seen[text].at}")
                continue
            seen[text] = entry = Entry(text, values, at)
            entries.append(entry)
        return Listing(tuple(sorted(entries, key=lambda e: e.key)), complete)


def pseudonym(value: str) -> str:
    """A stable stand-in for a personal word, from intake on; a stand-in stands for itself."""
    if re.fullmatch(r"化名[0-9a-f]{10}", value):
        return value
    return "化名" + hashlib.sha256(f"huiqi:{value}".encode()).hexdigest()[:10]


class _Unverified:
    def __repr__(self) -> str:
        return "待核实"


UNVERIFIED = _Unverified()


def read_facts(
    book: CompiledRulebook, data: Any, records: Any, year: int | None, *, others: Sequence[CompiledRulebook] = ()
) -> Facts:
    """Facts of one enterprise against a rulebook. Raises `CaseError` with every problem."""
    reader = Reader(book, need_unit=True, others=others)
    facts = reader.read(data, records, year)
    if reader.problems:
        raise CaseError(reader.problems)
    return facts


def is_money_fact(spec: FactSpec) -> bool:
    return isinstance(spec.type, Quantity) and is_money(spec.type.dims)
