"""All enterprises there can be: a variable for each answer that is read, within what a case may say.

What is never read has no variable. A list is up to `RECORDS` records; a text is one of the words the
rulebook compares it with, or one of a few others. A model becomes words a case file takes (`told`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import z3

from ...language import typed as t
from ...language.levelling import level
from ...language.types import Boolean, Date, Period, Quantity, Text, Year
from ...plain import dataclass
from ...rulebook.compiled import CompiledRulebook, FactKind, FactSpec, RecordSpec
from ...rulebook.lexicon import lexicons
from ...rulebook.literals import read_industry, show_value
from .calendar import FIRST, LAST, Calendar
from .terms import Sym, Tri, Untranslatable, conj, lifted, neg, truth

RECORDS = 3
OTHERS = tuple(f"样例{x}" for x in "甲乙丙丁戊己庚辛壬癸")  # words that no rulebook names
_FINEST = 6  # decimals tried first where any number of them is taken


@dataclass(eq=False)
class Answer:
    """One answer: its variable, how it is read, when it is 无."""

    spec: FactSpec
    var: Any
    absent: Any = False
    words: tuple[int, ...] = ()  # of a text: what it may be
    scale: int | None = None  # of a quantity: the variable counts so-manieth parts; None: it is the number itself

    @property
    def value(self) -> Sym | Tri:
        kind = self.spec.type
        if isinstance(kind, Boolean):
            if self.absent is False:
                return truth(self.var)
            told = neg(self.absent)
            return Tri(conj(told, self.var), conj(told, neg(self.var)), absent=self.absent)
        if isinstance(kind, Quantity):
            number = self.var if self.scale is None else z3.ToReal(self.var) if self.scale == 1 else z3.ToReal(self.var) / self.scale
            low = self.spec.bounds[0]
            return Sym(number, absent=self.absent, nonneg=low is not None and low >= 0)
        return Sym(self.var, absent=self.absent)


@dataclass(eq=False)
class Row:
    """One record that may be there."""

    record: RecordSpec
    index: int
    present: Any
    columns: dict[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A model in words: facts (yearly ones by year) and records, as a case file has them."""

    data: Mapping[str, Any]
    records: Mapping[str, list[dict[str, str]]]


class World:
    def __init__(self, book: CompiledRulebook, on: date, year: int, records: int = RECORDS, beside: World | None = None) -> None:
        """`beside`: another rulebook's world of the same enterprises: what has one name is one answer there and here."""
        self.book, self.on, self.year, self.records = book, on, year, records
        self.of_year = False  # whether an expression asked which year is applied for
        self.limits: list[Any] = []
        self.calendar = Calendar(self.limits)
        self.assuming = True  # whether days are only looked for where the days off are known
        self.facts: dict[tuple[str, int | None], Answer] = {}
        self.lists: dict[str, list[Row]] = {}
        self.loose: dict[str, None] = {}  # why a claim that there is none would claim too much
        self.by_key: dict[str, str] = {}  # records that stand in the order of their keys: what is not certain once a key is asked for
        self.codes: dict[str, int] = {}
        self.words: list[str] = []
        self._lexicons = [lexicons(book)]
        if beside is not None:
            self.codes, self.words = beside.codes, beside.words
            self._lexicons = beside._lexicons = [*self._lexicons, *beside._lexicons]
        self._industries: list[str] | None = None
        self._instead: Mapping[int, int] = {}

    # -- words ----------------------------------------------------------------------------------

    def code(self, word: str) -> int:
        """The number of a word; one for all its spellings."""
        key = level(word)
        if key not in self.codes:
            self.codes[key] = len(self.words)
            self.words.append(word)
        return self.codes[key]

    def _domain(self, spec: FactSpec, slot: tuple[str, str]) -> list[int]:
        if spec.options:
            return [self.code(o) for o in spec.options]
        if spec.kind == FactKind.INDUSTRY:
            return [self.code(w) for w in self.industries()]
        if spec.kind == FactKind.USCC:
            raise Untranslatable(f"“{spec.name}”（统一社会信用代码）")
        if spec.personal:
            return [self.code(f"某人{n}") for n in range(1, 3 * min(self.records, 24) + 1)]  # one and the same wherever a person may be named
        entries = [w for known in self._lexicons if slot in known for w in known[slot].entries]
        more = (f"样例{n}" for n in range(len(OTHERS), self.records))  # each record may have a word of its own
        return [self.code(w) for w in dict.fromkeys((*entries, *OTHERS, *more))]

    def industries(self) -> list[str]:
        """Codes of industries that begin as the rulebook's figures do, and one that does not."""
        if self._industries is None:
            named = {w for p in self.book.parameters.values() for x in p.versions for w in (x.value if isinstance(x.value, tuple) else (x.value,))}
            prefixes = sorted(w for w in named if isinstance(w, str) and w[:2].isdigit() and len(w) <= 4)
            found: dict[str, None] = {}
            for prefix in [*prefixes, "011"]:
                tails = [""] if len(prefix) == 4 else [f"{n:0{4 - len(prefix)}d}" for n in range(10 ** (4 - len(prefix)))]
                code = next((prefix + x for x in tails if read_industry(prefix + x) == prefix + x), None)
                if code is not None:
                    found[code] = None
            self._industries = list(found)
        return self._industries

    # -- answers --------------------------------------------------------------------------------

    def fact(self, key: str, year: int | None) -> Answer:
        spec = self.book.facts[key]
        where = (key, year if spec.yearly else None)
        if where not in self.facts:
            self.facts[where] = self._answer(spec, f"{spec.name}{'' if where[1] is None else where[1]}", ("", key))
        return self.facts[where]

    def column(self, row: Row, name: str) -> Answer:
        if name not in row.columns:
            spec = row.record.fields[name]
            row.columns[name] = self._answer(spec, f"{row.record.name}{row.index + 1}.{name}", (row.record.name, name))
            if name == row.record.key_field:
                if row.record.key in self.by_key:
                    self.loose[self.by_key[row.record.key]] = None
                before = [r.columns[name].var for r in self.lists[row.record.key] if r is not row and name in r.columns]
                self.limits += [row.columns[name].var != x for x in before]
        return row.columns[name]

    def rows(self, key: str) -> list[Row]:
        if key not in self.lists:
            record = self.book.records[key]
            made = [Row(record, n, z3.Bool(f"{record.name}{n + 1}")) for n in range(self.records)]
            self.lists[key] = made
            self.limits += [z3.Implies(b.present, a.present) for a, b in pairwise(made)]
            if record.fields[record.key_field].type != Text():
                for row in made:
                    self.column(row, record.key_field)
        return self.lists[key]

    def _answer(self, spec: FactSpec, name: str, slot: tuple[str, str]) -> Answer:
        kind, absent = spec.type, z3.Bool(f"{name} 无") if spec.optional else False
        match kind:
            case Boolean():
                return Answer(spec, z3.Bool(name), absent)
            case Quantity():
                scale = None if spec.places is None else 10**spec.places
                var: Any = z3.Real(name) if scale is None else z3.Int(name)
                low, high = spec.bounds
                self.limits += [var >= lifted(low * (scale or 1))] if low is not None else []
                self.limits += [var <= lifted(high * (scale or 1))] if high is not None else []
                return Answer(spec, var, absent, scale=scale)
            case Date():
                var = z3.Int(name)
                ends = [FIRST, LAST]
                for n, end in enumerate(spec.date_bounds):
                    if end is not None:
                        ends[n] = max(ends[0], end.toordinal()) if n == 0 else min(ends[1], end.toordinal())
                self.limits += [var >= ends[0], var <= ends[1]]
                return Answer(spec, var, absent)
            case Year():
                var = z3.Int(name)
                self.limits += [var >= 1980, var <= 2100]
                return Answer(spec, var, absent)
            case Period():
                var = z3.Int(name)
                self.limits += [var >= 0, var <= 1200]
                return Answer(spec, var, absent)
            case Text():
                var = z3.Int(name)
                words = self._domain(spec, slot)
                self.limits.append(z3.Or(*(var == c for c in words)))
                return Answer(spec, var, absent, tuple(words))
        raise Untranslatable(f"“{spec.name}”这类数据项")

    def answers(self) -> Iterator[tuple[Answer, Any]]:
        """Every answer, and whether it is asked at all."""
        for answer in self.facts.values():
            yield answer, True
        for rows in self.lists.values():
            for row in rows:
                for answer in row.columns.values():
                    yield answer, row.present

    @property
    def assumed(self) -> list[Any]:
        """Where an example is looked for only; that there is none is asked without these as well."""
        return self.calendar.assumed if self.assuming else []

    # -- models ---------------------------------------------------------------------------------

    def finite(self, finest: int = _FINEST) -> list[Any]:
        """Limits under which every number can be written out."""
        return [z3.IsInt(a.var * 10**finest) for a, _ in self.answers() if isinstance(a.spec.type, Quantity) and a.scale is None]

    def told(self, model: z3.ModelRef, instead: Mapping[int, int] | None = None) -> Told:
        """The model in words; `instead`: what is added to single answers, by the number of their variable."""
        self._instead = instead or {}
        data: dict[str, Any] = {}
        for (key, year), answer in sorted(self.facts.items(), key=lambda kv: (kv[0][0], kv[0][1] or 0)):
            said = self.said(model, answer)
            if year is None or year == self.year:
                if isinstance(data.get(answer.spec.name), dict):
                    data[answer.spec.name][str(year)] = said
                else:
                    data[self.book.facts[key].name] = said if year is None else {str(year): said}
            else:
                data.setdefault(answer.spec.name, {})[str(year)] = said
        records: dict[str, list[dict[str, str]]] = {}
        for rows in self.lists.values():
            listed = records.setdefault(rows[0].record.name, [])
            for row in rows:
                if z3.is_true(model.eval(row.present, model_completion=True)):
                    cells = {n: self.said(model, a) for n, a in row.columns.items()}
                    key = row.record.key_field
                    listed.append({key: cells.pop(key, f"{row.index + 1}"), **cells})
        return Told(data, records)

    def said(self, model: z3.ModelRef, answer: Answer) -> str:
        spec = answer.spec
        if answer.absent is not False and z3.is_true(model.eval(answer.absent, model_completion=True)):
            return "无"
        value = model.eval(answer.var, model_completion=True)
        match spec.type:
            case Boolean():
                return "是" if z3.is_true(value) else "否"
            case Quantity():
                more = self._instead.get(answer.var.get_id(), 0)
                exact = Fraction(value.numerator_as_long(), value.denominator_as_long()) if z3.is_rational_value(value) else None
                if z3.is_int_value(value):
                    exact = Fraction(value.as_long() + more, answer.scale or 1)
                if exact is None:
                    raise Untranslatable(f"“{spec.name}”要的数不是分数")
                return show_value(exact, spec.type.required()).replace(",", "")
            case Date():
                return str(date.fromordinal(value.as_long()))
            case Text():
                return str(self.words[value.as_long()])
            case Year():
                return str(value.as_long())
            case Period():
                return show_value(value.as_long(), spec.type.required())
        raise Untranslatable(f"“{spec.name}”这类数据项")

    def by_check(self, expr: t.Expr) -> bool:
        """Whether every fact a cross-check asks for is read here already."""
        return all((n.fact, self.year if self.book.facts[n.fact].yearly else None) in self.facts for n in t.walk(expr) if isinstance(n, t.FactRef))
