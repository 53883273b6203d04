"""What is known about one enterprise, read against a rulebook's vocabulary.

Facts and records are keyed globally (`rulebook/name`), values are exact, and every complaint about
a case names its place. Nothing is invented: an untold fact stays untold, a list that was not given
is unknown, a list that was given is complete unless it says 完整: 否. Every spelling is understood
here, once, so that all readers see the same word: 不详 is untold, ｃｍｍｉ is the catalogue's CMMI, a
declared alias is its entry, what is nearly an entry is 待核实. What is told twice is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..caching import Derived
from ..errors import CaseError, Code, Loc, Position, Problem, clip, suggestion, told
from ..language.levelling import filler, level, level_id, row_of_totals, untold, unverified
from ..language.types import Quantity, Type
from ..language.units import Nouns, is_money, unit_text
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook, FactKind, FactSpec, RecordSpec
from ..rulebook.lexicon import RECEIVED, Lexicon, Slot, lexicons
from ..rulebook.literals import ForeignUnit, ValueProblem, check_uscc, day_in, read_industry, read_value, show_value
from ..rulebook.yamltree import Rows, Table, Word, wide_colons
from ..values import ABSENT
from .alike import as_verified, settled
from .disallowed import WORD as DISALLOWED
from .disallowed import Disallowed, read_disallowed
from .foreign import is_float, not_a_number, plain
from .pseudonyms import Key, is_stand_in, key_of, shown
from .told import STAGES, UNVERIFIED, VERIFIED, Entry, Facts, Given, Listing, Meant, Near, Recorded, Untold

KeyGiven = Key | bytes | str | Path | None
_ZERO = "不知道就不写；确为零就写 0 加单位"
_INSTEAD_OF_NONE = {
    "boolean": "没有此情形就写 否；不知道就不写", "money": _ZERO, "quantity": _ZERO, "number": _ZERO, "ratio": _ZERO,
    "choice": "从选项里选一个；不知道就不写",
}  # fmt: skip
_MANY = 2000  # times: less than 万, since the years themselves differ
_KEYS_NEEDED = "每条明细要有编号，才能逐条核对"
MAX_BITS = 200  # of a whole number given as one; what a rulebook speaks of has at most 24 digits
_DETAILS = {"材料", "文件", "页码", "日期", "理由", "调整"}


class Reader:
    """Reads facts and records given as text (files) or as Python values; collects all problems."""

    def __init__(
        self, book: CompiledRulebook, *, need_unit: bool, others: Sequence[CompiledRulebook] = (), all_known: bool = True, key: KeyGiven = None,
    ) -> None:  # fmt: skip
        self.book, self.need_unit = book, need_unit
        self.given_key = key
        self.key: Key | None = None  # read when the first personal word is met
        self.real: dict[str, str] = {}
        self.all_known = all_known  # no: there are rulebooks whose words are not known here
        self.others = others
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.nouns: Nouns = book.units | {r.noun for r in book.records.values()}
        self.lexicons = lexicons(book)
        self.unlisted: dict[str, Untold] = {}
        self.met = _MET.of(book)
        if len(self.met) > MET:
            self.met.clear()
        self.loc: Loc = ()  # of what is being read, in the caller's own words
        self.verified = False  # whether what is being read is what an officer verified

    def read(self, data: Any, records: Any, year: int | None) -> Facts:
        facts: dict[str, dict[int | None, Given]] = {}
        untold_words: dict[str, dict[int | None, Given]] = {}
        firsts: dict[str, Any] = {}  # the words under which each was told first
        counted = _COUNTED.of(self.book)
        for word, raw in _named(data):
            if type(raw) is int and type(word) is str and (plainly := counted.get(word)) is not None and plainly.key not in firsts and plainly.takes(raw):
                firsts[plainly.key] = word
                facts[plainly.key] = {year if plainly.yearly else None: _told_plainly(Fraction(raw))}
                continue
            self.loc = ("数据", word)
            key = self.key_of(word)
            if key is None or key not in self.book.facts:
                if not self._known_elsewhere(str(word), "facts"):
                    hint = "（这是一类明细，请写在“明细”下）" if key in self.book.records else ""
                    near = suggestion(str(word), self._words("facts"))
                    self._wrong(word, f"申报数据项目录里没有这一项{hint}", str(word), "数据项目录里的名称", near, Code.UNKNOWN_NAME)
                continue
            spec = self.book.facts[key]
            if self._twice(firsts, key, word, "同一数据项写了两次（例如名称与编号各一次）"):
                continue
            years = self._years(spec, raw, word, year)
            facts[key] = {y: g for y, g in years.items() if not _only_untold(g)}
            if len(facts[key]) < len(years):
                untold_words[key] = {y: g for y, g in years.items() if _only_untold(g)}
        listings: dict[str, Listing] = {}
        for word, raw in _named(records):
            self.loc = ("明细", word)
            key = self.key_of(word)
            if key is None or key not in self.book.records:
                if not self._known_elsewhere(str(word), "records"):
                    near, listed = suggestion(str(word), self._words("records")), "、".join(r.name for r in self.book.records.values())
                    self._wrong(word, "没有这类明细", str(word), listed, near, Code.UNKNOWN_NAME)
                continue
            if self._twice(firsts, key, word, "同一类明细写了两次（例如名称与编号各一次）"):
                continue
            if (listing := self._listing(self.book.records[key], raw, word)) is not None:
                listings[key] = listing
        said = len(self.warnings)
        read = Facts(facts, listings, year, tuple(self.warnings), self.real, untold=untold_words, unlisted=self.unlisted)
        if self.key is not None:
            read = replace(read, key=self.key.id, passing=bool(self.key.why), unkept=self.key.why)
        read = settled(self.book, read, self._warn)
        return read if len(self.warnings) == said else replace(read, warnings=tuple(self.warnings))

    def one(self, key: str, raw: Any, word: str) -> Given | None:
        """What one cell says of a fact; None where nothing is told. What is wrong with it is among the problems."""
        self.loc = ("数据", word)
        given = self._given(self.book.facts[key], raw, word)
        return None if given is None or (given.value is None and _only_untold(given)) else given

    def key_of(self, word: Any) -> str | None:
        """The fact or record type of a name, as written or after levelling."""
        names = self.book.names
        found = names.get(str(word))
        if found is None:
            levelled = _LEVELLED.of(self.book)
            found = levelled.get(level(str(word)))
        return found

    def _twice(self, firsts: dict[str, Any], key: str, word: Any, message: str) -> bool:
        first = firsts.setdefault(key, word)
        if first is word:
            return False
        found = f"{told(first)}、{told(word)}" if told(first) != told(word) else told(word)
        self._wrong(word, message, found, "每项只写一次", f"第一次见 {_place(first)}；删去一处", Code.DUPLICATE)
        return True

    def _known_elsewhere(self, word: str, kind: str) -> bool:
        return not self.all_known or any((k := b.names.get(word)) is not None and k in getattr(b, kind) for b in self.others)

    def _words(self, kind: str) -> list[str]:
        specs = getattr(self.book, kind)
        return [w for w, k in self.book.names.items() if k in specs]

    def _wrong(self, at: Any, message: str, found: str = "", expected: str = "", mend: str = "", code: Code = Code.WRONG_SHAPE) -> None:
        place = at if isinstance(at, Position) else getattr(at, "at", Position())
        self.problems.append(
            Problem(
                place, message, shown(found, self.real), expected, shown(mend, self.real), code, tuple(x if isinstance(x, int) else str(x) for x in self.loc)
            )
        )

    def _broken(self, raw: Any, name: str, at: Any) -> bool:
        """Whether a text has halves of characters (JSON and spreadsheets can): no receipt can hold them."""
        broken = isinstance(raw, str) and re.search("[\ud800-\udfff]", raw) is not None
        if broken:
            self._wrong(at, f"“{name}”有不成字的编码", told(raw), "文字", "重新录入这一项", Code.WRONG_VALUE)
        return broken

    def _warn(self, at: Position, text: str) -> None:
        """A reminder of something that was read already."""
        self.warnings.append(f"{at}: {text}" if at.line else text)

    def _say(self, at: Any, text: str) -> None:
        """A reminder: how something was read, at its place where it has one."""
        self.warnings.append(f"{at.at}: {text}" if isinstance(at, Word) else text)

    def _years(self, spec: FactSpec, raw: Any, word: Any, year: int | None) -> dict[int | None, Given]:
        if isinstance(raw, Mapping) and raw and all(re.fullmatch(r"[0-9]{1,8}", level(told(k))) for k in raw):
            if not spec.yearly:
                self._wrong(word, f"“{spec.name}”不是按年度填报的数据项", "、".join(map(told, raw)), "一个值")
                return {}
            out: dict[int | None, Given] = {}
            firsts: dict[str, Any] = {}
            whole = self.loc
            for k, v in raw.items():
                plain = level(told(k)).lstrip("0")
                self.loc = (*whole, told(k))
                if self._twice(firsts, plain, k, f"“{spec.name}”的同一年度写了两次"):
                    continue
                if len(level(told(k))) != 4 or not 1980 <= int(plain or "0") <= 2100:
                    self._wrong(k, "不是年度", told(k), "四位年份", "", Code.WRONG_TYPE)
                elif (given := self._given(spec, v, k)) is not None:
                    out[int(plain)] = given
            self.loc = whole
            self._apart(spec, out)
            return out
        given = self._given(spec, raw, word)
        return {} if given is None else {year if spec.yearly else None: given}

    def _apart(self, spec: FactSpec, years: Mapping[int | None, Given]) -> None:
        """A reminder of a sum that is some ten thousand times another year's: 1000 in a column of 元 was meant as 1000万元."""
        if spec.kind != FactKind.MONEY or len(years) < 2:
            return
        sums = sorted((g.value, str(y), g.at) for y, g in years.items() if isinstance(g.value, Fraction) and g.value > 0)
        if far_apart([x for x, _, _ in sums]):
            (low, first, at), (high, last, _) = sums[0], sums[-1]
            kind = spec.type.required()
            self._say(at, f"“{spec.name}”{first}年度为 {show_value(low, kind)}，{last}年度为 {show_value(high, kind)}，相差数千倍以上，请核对单位")

    def _given(self, spec: FactSpec, raw: Any, word: Any, record: str = "") -> Given | None:
        if type(raw) in _PLAINLY:
            value = self.value(spec, raw, word, record)
            return None if value is None else _told_plainly(value, getattr(word, "at", None))
        at = getattr(raw, "at", getattr(word, "at", Position()))
        if isinstance(raw, Table | Mapping):
            stages: dict[str, Any] = {}
            details: dict[str, str] = {}
            firsts: dict[str, Any] = {}
            cut: tuple[Any, Any, Loc] | None = None
            whole = self.loc
            for k, v in raw.items():
                name = level(told(k))
                self.loc = (*whole, told(k))
                if name not in STAGES and name not in _DETAILS and name != DISALLOWED:
                    known = (*STAGES, DISALLOWED, *sorted(_DETAILS))
                    self._wrong(k, "不认识的键", told(k), "、".join(known), suggestion(told(k), known), Code.UNKNOWN_KEY)
                    firsts.setdefault("", k)
                elif self._twice(firsts, name, k, "同一个键写了两次"):
                    continue
                elif name in _DETAILS:
                    if not self._broken(v, name, v if isinstance(v, Word) else word):
                        details[name] = told(v)
                elif name == DISALLOWED:
                    cut = (k, v, self.loc)
                else:
                    self.verified = name in VERIFIED
                    value = self.value(spec, v, v if isinstance(v, Word) else word, record)
                    self.verified = False
                    if value is not None:
                        stages[name] = value
            disallowed = None if cut is None else self._disallowed(spec, cut, stages, record)
            if disallowed is not None:
                stages["审定"] = disallowed.value
            self.loc = whole
            stage = next((s for s in STAGES if s in stages and not isinstance(stages[s], Untold)), next(iter(stages), None))
            if stage is None:
                if not any(k in firsts for k in (*STAGES, DISALLOWED, "")):
                    found = "{}" if not raw else "、".join(map(told, raw))
                    self._wrong(word, f"“{spec.name}”没有写值", found, f"{{申报: …}}，或 {self._expected(spec)}", "不知道就不写", Code.MISSING)
                return None
            used = _as_used(stage, stages, details, at)
            return used if disallowed is None else replace(used, stage=DISALLOWED, disallowed=disallowed)
        value = self.value(spec, raw, raw if isinstance(raw, Word) else word, record)
        return None if value is None else _as_used("申报", {"申报": value}, {}, at)

    def _disallowed(self, spec: FactSpec, cut: tuple[Any, Any, Loc], stages: Mapping[str, Any], record: str) -> Disallowed | None:
        """The 核减 beside the stages of a value, with every complaint of it."""
        word, raw, self.loc = cut
        is_key = any(r.name == record and r.key_field == spec.name for r in self.book.records.values())
        if isinstance(raw, Mapping) and any(self._broken(x, DISALLOWED, x if isinstance(x, Word) else word) for x in raw.values()):
            return None

        def value(part: Any, at: Any) -> Any:
            return self.value(spec, part, at if isinstance(at, Word) else word, record)

        said = any(p.loc[:-1] == self.loc[:-1] and level(str(p.loc[-1])) == "申报" for p in self.problems if p.loc)
        return read_disallowed(spec, raw, stages, value=value, wrong=self._wrong, at=word, is_key=is_key, said=said)

    def value(self, spec: FactSpec, raw: Any, at: Any, record: str = "") -> Any:
        """The exact value; None where nothing was written, `Untold` where a word says so; `UNVERIFIED` or `Near` where it is to be confirmed, `Meant` of an alias."""
        if spec.personal or type(raw) not in _REMEMBERED:
            return self._value(spec, raw, at, record)
        where = (record, spec.key, type(raw), raw)
        known = self.met.get(where, _UNMET)
        if known is not _UNMET:
            return known
        said = len(self.problems), len(self.warnings)
        value = self._value(spec, raw, at, record)
        if said == (len(self.problems), len(self.warnings)):  # what there was nothing to say of is read alike wherever it stands
            self.met[where] = value
        return value

    def _value(self, spec: FactSpec, raw: Any, at: Any, record: str) -> Any:
        if isinstance(raw, Recorded) and spec.personal and not untold(raw):
            return raw
        raw = plain(raw)
        if raw is None or (isinstance(raw, Word) and raw.strip() == "" and raw.style == ""):
            return None
        if self._broken(raw, spec.name, at):
            return None
        slot = (record, spec.name) if record else ("", spec.key)
        if isinstance(raw, str) and (entry := self._entry(spec, slot, raw, at)) is not None:
            return entry
        if raw is ABSENT or (isinstance(raw, str) and level(raw) == "无"):
            if spec.optional:
                return ABSENT
            is_key = any(r.name == record and r.key_field == spec.name for r in self.book.records.values())
            mend = _KEYS_NEEDED if is_key else _INSTEAD_OF_NONE.get(spec.kind, "不知道就不写")
            self._wrong(at, f"“{spec.name}”不会是“无”", "无", self._expected(spec), mend, Code.NOT_ABSENT)
            return None
        if isinstance(raw, str) and unverified(raw):
            return UNVERIFIED
        if isinstance(raw, str) and not level(raw):
            mend = "不知道就不写" if isinstance(raw, Word) else "不知道就写 None"
            self._wrong(at, f"“{spec.name}”是空的", "（空）", self._expected(spec), mend, Code.MISSING)
            return None
        if isinstance(raw, str) and (untold(raw) or (spec.kind == FactKind.TEXT and slot in self.lexicons and filler(raw))):
            self._say(at, f"“{spec.name}”写的是“{clip(raw)}”，按未提供处理{_if_known(spec)}")
            return Untold(str(raw))
        try:
            value = self._convert(spec, raw)
            if spec.personal and isinstance(value, str):
                value = self._stand_in(value)
            elif isinstance(value, str):
                value = self._close(spec, slot, value, at)
            self._bounds(spec, value)
        except ValueProblem as error:
            self._wrong(at, f"“{spec.name}”{error.message}", told(raw), error.expected or self._expected(spec), error.mend, error.code)
            return None
        if spec.unusual(value):
            self._say(at, f"“{spec.name}”为 {show_value(value, spec.type)}，不在通常范围，请核对")
        return value

    def _stand_in(self, told_as: str) -> str:
        """From intake on a personal word is its stand-in, one for all its spellings: rules only ask whether two are the same."""
        word = level_id(told_as)
        if is_stand_in(word.lower()):  # levelling writes capitals; a stand-in told is the one that was given out
            return word.lower()
        if self.key is None:
            self.key = key_of(self.given_key)
        found = self.key.stand_in(word)
        self.real.setdefault(found, told_as)
        return found

    def _entry(self, spec: FactSpec, slot: Slot, raw: str, at: Any) -> str | Meant | None:
        """The option or entry that is written thus, or of which it is a declared alias."""
        lexicon = self.lexicons.get(slot)
        if lexicon is None or spec.personal or (entry := lexicon.entry(raw.strip())) is None:
            return None
        if lexicon.spelt(raw):
            return entry
        self._say(at, f"“{spec.name}”写的是“{clip(raw.strip())}”，按“{entry}”处理")
        return Meant(str(raw.strip()), entry)

    def _close(self, spec: FactSpec, slot: Slot, value: str, at: Any) -> str | Near:
        """The text as told; or, where it is nearly an entry, the question."""
        lexicon = self.lexicons.get(slot)
        near: tuple[str, ...] = ()
        if lexicon is not None:
            where = (slot, value)  # there may be something to say of it every time: what is near is remembered, not what it was read as
            if where not in self.met:
                self.met[where] = lexicon.near(value)
            near = self.met[where]
        if spec.kind == FactKind.INDUSTRY and read_industry(value) is None:
            near = (match[0],) if (match := re.search(r"\d{2,4}", re.sub(r"[-.·]", "", level(value)))) else ("四位小类代码",)
        if not near:
            if slot == RECEIVED and self.book.measures:
                # it may be another office's, and it may be one of these by a name nobody declared
                self._say(
                    at,
                    f"“{spec.name}”写的是“{clip(value)}”，不是“{self.book.title}”的支持事项，这一笔不当作其中任何一项已获的支持；若是其中一项，写事项编号或全称",
                )
            return value
        meant = "、".join(f"“{e}”{_looked_for(lexicon, e)}" for e in near[:3])
        if slot == RECEIVED:
            if lexicon is not None and lexicon.several(value):  # whoever says so: it is of one of them, and which of them is not told
                self._say(at, f"“{spec.name}”写的是“{clip(value)}”，是几项合在一起的名称（{meant}）；是其中哪一项的没有写，按待核实处理；写明是哪一项")
                return Near(value, near)
            if self.verified:  # an officer says that it is none of them, whatever it is called
                self._say(at, f"“{spec.name}”核验为“{clip(value)}”，不当作{meant}")
                return value
            self._say(
                at,
                f"“{spec.name}”写的是“{clip(value)}”，是否{meant}？按待核实处理；都不是，{as_verified(at.at if isinstance(at, Word) else Position(), spec.name, value)}",
            )
            return Near(value, near)
        self._say(at, f"“{spec.name}”写的是“{clip(value)}”，是否{meant}？按待核实处理")
        return Near(value, near)

    def _expected(self, spec: FactSpec) -> str:
        return "是 或 否" if spec.kind == FactKind.BOOLEAN else spec.type.required().show()

    def _convert(self, spec: FactSpec, raw: Any) -> Any:
        kind = spec.type.required()
        if isinstance(raw, Rows | list | tuple):
            raise ValueProblem("要一个值，写的是清单", self._expected(spec), "明细写在“明细”下", Code.WRONG_SHAPE)
        if isinstance(raw, bool):
            if spec.kind == FactKind.BOOLEAN:
                return raw
            raise ValueProblem("要的不是“是/否”", self._expected(spec), "True、False 不能当数字", Code.WRONG_TYPE)
        if isinstance(raw, str):
            if spec.kind == FactKind.USCC:
                return check_uscc(raw)
            if spec.kind == FactKind.INDUSTRY:
                return read_industry(raw) or raw.strip()
            try:
                return read_value(level(raw) if spec.kind in (FactKind.BOOLEAN, FactKind.CHOICE) else str(raw), kind, nouns=self.nouns, need_unit=True)
            except ForeignUnit as error:
                message = "要的是数，写的是日期" if day_in(raw) is not None else error.message
                raise ValueProblem(message, self._expected(spec), _with_unit(kind), error.code) from None
        if is_float(raw) and not isinstance(raw, Decimal):
            empty = "空格子写 None 或 pandas.NA，整列换成可空的类型，例如 Int64、string" if not_a_number(raw) else '用 Decimal("…") 或文字'
            raise ValueProblem("不接受浮点数（会有误差）", self._expected(spec), empty, Code.FLOAT)
        if isinstance(raw, Decimal):
            if not raw.is_finite():
                raise ValueProblem("不是有限的数", self._expected(spec), "不知道就写 None")
            if (raw and not -60 < raw.adjusted() < 60) or len(raw.as_tuple().digits) > 60:
                raise ValueProblem("超出允许范围", self._expected(spec), "核对单位与位数", Code.OUT_OF_BOUNDS)
            raw = Fraction(raw)
        if isinstance(raw, int | Fraction):
            if max(raw.numerator.bit_length(), raw.denominator.bit_length()) > MAX_BITS:
                raise ValueProblem("超出允许范围", self._expected(spec), "核对单位与位数", Code.OUT_OF_BOUNDS)
            if isinstance(kind, Quantity):
                return Fraction(raw)
            if spec.kind == FactKind.YEAR:
                return read_value(str(raw), kind)
            raise ValueProblem("要的不是数字", self._expected(spec), code=Code.WRONG_TYPE)
        if isinstance(raw, date) and not isinstance(raw, datetime) and spec.kind == FactKind.DATE:
            return raw
        mend = (
            "日期用 date；时刻不是一天，是零点也先取 .date()（Arrow 的列先转成 date32）" if isinstance(raw, datetime) else "用 Decimal、int、bool、date 或文字"
        )
        raise ValueProblem(f"不能用 {type(raw).__name__} 填写", self._expected(spec), mend, Code.WRONG_TYPE)

    def _bounds(self, spec: FactSpec, value: Any) -> None:
        low: Any
        high: Any
        low, high = spec.date_bounds if isinstance(value, date) else spec.bounds
        if not isinstance(value, Fraction | date):
            return
        if (low is not None and value < low) or (high is not None and value > high):
            ends = [show_value(e, spec.type.required()) if e is not None else "不限" for e in (low, high)]
            negative = isinstance(value, Fraction) and value < 0
            raise ValueProblem("不能为负" if negative and low == 0 else "超出允许范围", f"{ends[0]} 至 {ends[1]}", "核对单位与位数", Code.OUT_OF_BOUNDS)
        if isinstance(value, Fraction):
            places = spec.places
            if places is not None and (value * 10**places).denominator != 1:
                what = "最多到分" if spec.kind == FactKind.MONEY else "应为整数" if places == 0 else f"最多 {places} 位小数"
                raise ValueProblem(what, self._expected(spec), "按原始凭证填写", Code.TOO_PRECISE)

    def _listing(self, spec: RecordSpec, raw: Any, word: Any) -> Listing | None:
        complete, raw = True, plain(raw)
        if isinstance(raw, Table | Mapping):
            part = self._part(spec, raw, word)
            if part is None:
                return None
            complete, raw = part
            raw = plain(raw)
            self.loc = (*self.loc, "清单")
        if raw is None or (isinstance(raw, Word) and raw.strip() == "" and raw.style == ""):
            return None
        if self._broken(raw, spec.name, word):
            return None
        if isinstance(raw, str) and level(raw) == "无":
            if complete:
                return Listing((), True)
            self._wrong(
                raw, f"“{spec.name}”既说没有列全，又说是“无”", str(raw), "没有写 []，没列全写 {完整: 否, 清单: [...]}", "两样只能说一样", Code.CONTRADICTORY
            )
            return None
        if isinstance(raw, str) and untold(raw):
            self._say(raw if isinstance(raw, Word) else word, f"明细“{spec.name}”写的是“{clip(raw)}”，按未提供处理")
            self.unlisted[spec.key] = Untold(str(raw))
            return None
        if not isinstance(raw, list | tuple):
            self._wrong(
                raw if isinstance(raw, Word) else word,
                f"“{spec.name}”应写成清单",
                told(raw),
                "每条以 - 开头；没有写 []",
                "一条一行写成 - {栏: 值, …}；不知道就不写",
            )
            return None
        entries: list[Entry] = []
        seen: dict[str, Entry] = {}
        whole = self.loc
        for index, row in enumerate(raw):
            self.loc = (*whole, index)
            entry = self._row(spec, row, word)
            self.loc = (*whole, index)
            if entry is None:
                continue
            same = entry.key.strip() if spec.exact else level_id(entry.key)
            if same in seen:
                first = seen[same]
                found = entry.key if entry.key == first.key else f"{first.key}、{entry.key}"
                mend = f"第一次见 {_place(first)}；是同一条就删去一处，不是就写清编号"
                self._wrong(entry.at, f"“{spec.name}”的“{spec.key_field}”重复", found, "每条一个编号", mend, Code.DUPLICATE)
                continue
            seen[same] = entry
            entries.append(entry)
        return Listing(tuple(sorted(entries, key=lambda e: e.key)), complete)

    def _part(self, spec: RecordSpec, raw: Mapping[Any, Any], word: Any) -> tuple[bool, Any] | None:
        """`{完整: 否, 清单: [...]}`: whether it is complete, and the list, which must be given."""
        firsts: dict[str, Any] = {}
        found: dict[str, Any] = {}
        for k, v in raw.items():
            name = level(told(k))
            if name not in ("完整", "清单"):
                self._wrong(k, "不认识的键", told(k), "完整、清单", "明细写成清单，或 {完整: 否, 清单: [...]}", Code.UNKNOWN_KEY)
            elif not self._twice(firsts, name, k, "同一个键写了两次"):
                found[name] = v
        flag = told(found.get("完整", "是")).strip()
        if flag not in ("是", "否", "True", "False"):
            self._wrong(
                found["完整"] if isinstance(found["完整"], Word) else word,
                "完整 写 是 或 否",
                flag,
                "是、否",
                "清单列全了写 是，还有没列的写 否",
                Code.NOT_AN_OPTION,
            )
            return None
        if "清单" not in found:
            self._wrong(
                word,
                f"“{spec.name}”没有写清单",
                "、".join(map(told, raw)) or "{}",
                "每条以 - 开头；没有写 []",
                "不知道就不写；没列全写 {完整: 否, 清单: [...]}",
                Code.MISSING,
            )
            return None
        return flag in ("是", "True"), found["清单"]

    def _row(self, spec: RecordSpec, row: Any, word: Any) -> Entry | None:
        at = getattr(row, "at", getattr(word, "at", Position()))
        if wide := wide_colons(row):
            self.problems.extend(wide)
            return None
        if not isinstance(row, Mapping):
            self._wrong(
                at,
                f"“{spec.name}”的每一条应写各栏",
                told(row),
                "{" + "、".join(list(spec.fields)[:4]) + "…}",
                f"写成 - {{{spec.key_field}: …, 其余各栏}}；一条也没有写 []",
            )
            return None
        before = len(self.problems)
        values: dict[str, Given] = {}
        blank: dict[str, Given] = {}
        firsts: dict[str, Any] = {}
        columns = _COLUMNS.of(self.book)[spec.key]
        whole = self.loc
        for column, cell in row.items():
            plainly = type(column) is str
            if plainly and type(cell) in _REMEMBERED and (name := columns.get(column)) is not None and name not in firsts:
                # what was told before in that column, of which there was nothing to say, says the same here; no personal word is remembered
                known = self.met.get((spec.name, spec.fields[name].key, type(cell), cell))
                if known is not None:
                    firsts[name], values[name] = column, _told_plainly(known)
                    continue
            self.loc = (*whole, column if plainly or isinstance(column, str) else told(column))
            name = columns.get(column if plainly else told(column)) or columns.get(level(told(column)))
            if name is None:
                self._wrong(
                    column, f"明细“{spec.name}”没有这一栏", told(column), "、".join(spec.fields), suggestion(told(column), spec.fields), Code.UNKNOWN_NAME
                )
                continue
            if self._twice(firsts, name, column, "同一栏写了两次（例如名称与编号各一次）"):
                continue
            given = self._given(spec.fields[name], cell, column if isinstance(column, Word) else at, spec.name)
            if given is not None:
                (blank if given.value is None and _only_untold(given) else values)[name] = given
        key = values.get(spec.key_field)
        asked = key.stages[key.stage] if key is not None and key.near else None  # what is nearly an entry still tells its record from the others
        if key is None or (key.value is None and not isinstance(asked, Near)):
            self.loc = (*whole, told(firsts.get(spec.key_field, spec.key_field)))
            if not any(p.loc[: len(self.loc)] == self.loc for p in self.problems[before:]):
                raw = row.get(firsts[spec.key_field]) if spec.key_field in firsts else None
                self._wrong(
                    at, f"“{spec.name}”缺少“{spec.key_field}”", str(raw) if isinstance(raw, str) else "", f"{spec.key_field}: …", _KEYS_NEEDED, Code.MISSING
                )
            return None
        shown = asked.word if isinstance(asked, Near) else show_value(key.value, spec.fields[spec.key_field].type)
        if isinstance(key.value, str) and row_of_totals(self.real.get(shown, shown)):
            self.loc = (*whole, told(firsts[spec.key_field]))
            self._wrong(at, f"“{spec.name}”里有一条像是合计，不是一条明细", shown, "只写各条", "删去这一条；确是这个编号的，照原件写全", Code.WRONG_VALUE)
            return None
        return Entry(shown, values, at, blank)


def far_apart(sums: Iterable[Fraction]) -> bool:
    """Whether one of these sums is so many times another that it may have been told in another unit."""
    found = [x for x in sums if x > 0]
    return len(found) > 1 and max(found) >= _MANY * min(found)


def _as_used(stage: str, stages: Mapping[str, Any], details: Mapping[str, str], at: Position) -> Given:
    used = stages[stage]
    near = used.entries if isinstance(used, Near) else ()
    used = used.entry if isinstance(used, Meant) else used
    return Given(
        None if used is UNVERIFIED or near or isinstance(used, Untold) else used, stage, stages, details.get("材料", ""), details.get("理由", ""), at, near,
        when=day_in(details.get("日期", "")),
    )  # fmt: skip


def _only_untold(given: Given) -> bool:
    return all(isinstance(x, Untold) for x in given.stages.values())


def _looked_for(lexicon: Lexicon | None, entry: str) -> str:
    """Whose word it is, where it is not the name of a measure: who is asked about it has to know for what."""
    titles = lexicon.asked_by.get(entry, ()) if lexicon is not None else ()
    return f"（{'、'.join(f'“{clip(x)}”' for x in titles[:3])}{'等' if len(titles) > 3 else ''}看它）" if titles else ""


def _with_unit(kind: Type) -> str:
    """What to write where a unit is not known: the units of this fact, not how units are declared."""
    unit = unit_text(kind.dims) if isinstance(kind, Quantity) else ""
    if not unit:
        return "只写数字，比例写百分号，例如 35%" if isinstance(kind, Quantity) and kind.percent else "只写数字"
    return f"写数字和单位，例如 {'18万' if isinstance(kind, Quantity) and is_money(kind.dims) else '30'}{unit}"


def _if_known(spec: FactSpec) -> str:
    """What to write instead of √ or 没有, if one knows: without it the next step would be to ask the enterprise for what it has told."""
    if spec.kind == FactKind.BOOLEAN:
        return "；知道的写 是 或 否"
    return "；确实没有的写 无" if spec.type != spec.type.required() else ""


def _place(thing: Any) -> str:
    """Where something told stands, in words; its own words where it has no place (Python values)."""
    at = getattr(thing, "at", None)
    return str(at) if isinstance(at, Position) and at.line else f"“{thing.key if isinstance(thing, Entry) else told(thing)}”"


def _levelled(names: Mapping[str, str]) -> dict[str, str]:
    """Names after levelling, where that leaves no doubt."""
    out: dict[str, str] = {}
    doubtful = set[str]()
    for word, key in names.items():
        if out.setdefault(level(word), key) != key:
            doubtful.add(level(word))
    return {word: key for word, key in out.items() if word not in doubtful}


@dataclass(frozen=True, slots=True)
class _Counted:
    """A quantity told as a whole number: one in its bounds, and in its usual range, is taken as it is."""

    key: str
    yearly: bool
    low: int
    high: int

    def takes(self, number: int) -> bool:
        return self.low <= number <= self.high


def _counted(book: CompiledRulebook) -> dict[str, _Counted]:
    """By every word for it, each fact that is a quantity: the whole numbers of which there is nothing to say."""
    out: dict[str, _Counted] = {}
    most = 2**MAX_BITS - 1
    for word, key in book.names.items():
        spec = book.facts.get(key)
        if spec is not None and isinstance(spec.type, Quantity) and not spec.personal:
            lows = [-(-x // 1) for x in (spec.bounds[0], spec.usual[0]) if x is not None]
            highs = [x // 1 for x in (spec.bounds[1], spec.usual[1]) if x is not None]
            out[word] = _Counted(key, spec.yearly, max([-most, *lows]), min([most, *highs]))
    return out


_COUNTED: Derived[CompiledRulebook, dict[str, _Counted]] = Derived(_counted, key=lambda book: book.digest, size=64)


def _told_plainly(value: Any, at: Position | None = None) -> Given:
    """`_as_used` of one value that is told as it is."""
    if type(value) in _READ:
        return _as_used("申报", {"申报": value}, {}, at or Position())
    given = object.__new__(Given)
    parts = given.__dict__  # the rest is as the class has it
    parts["value"], parts["stages"] = value, {"申报": value}
    if at is not None:
        parts["at"] = at
    return given


_PLAINLY = frozenset({str, int, bool, date})
_REMEMBERED = frozenset({str, int, bool})
_READ = frozenset({Near, Meant, Untold, type(UNVERIFIED)})


MET = 200_000  # values remembered of one rulebook
_UNMET = object()
# what plain values that are nobody's name were read as: a register says the same few things over and over
_MET: Derived[CompiledRulebook, dict[Any, Any]] = Derived(lambda _: {}, key=lambda book: book.digest, size=64)
_COLUMNS: Derived[CompiledRulebook, dict[str, dict[str, str]]] = Derived(
    lambda book: {
        k: {f.id: f.name for f in spec.fields.values()} | {level(n): n for n in spec.fields} | {n: n for n in spec.fields} for k, spec in book.records.items()
    },
    key=lambda book: book.digest,
    size=64,
)
_LEVELLED: Derived[CompiledRulebook, dict[str, str]] = Derived(lambda book: _levelled(book.names), key=lambda book: book.digest, size=64)


def pseudonym(value: str, key: Key | None = None) -> str:
    """The stand-in of a personal word under `key`, else under this installation's."""
    return (key or key_of(None)).stand_in(value)


def _named(given: Any) -> Iterator[tuple[Any, Any]]:
    """Name and value of what was given; a name that is no text is one that nobody knows."""
    for word, raw in (given or {}).items():
        yield (word if isinstance(word, str) else told(word)), raw


def read_facts(book: CompiledRulebook, data: Any, records: Any, year: int | None, *, others: Sequence[CompiledRulebook] = (), key: KeyGiven = None) -> Facts:
    """Facts of one enterprise against a rulebook. Raises `CaseError` with every problem."""
    reader = Reader(book, need_unit=True, others=others, key=key)
    facts = reader.read(data, records, year)
    if reader.problems:
        raise CaseError(reader.problems)
    return facts
