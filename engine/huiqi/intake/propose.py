"""Columns to facts: a proposal with its ground, unit and whatever must be asked; nothing is mapped in silence.

A column under a group named after a record type is a column of that record or of nothing; the other columns of a table share one
record type at most. What must stay true: an equal name or a known one is proposed, a merely similar one is asked about; a number
of heads is no record, what somebody asks for or says about an applicant is no fact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache

from ..errors import UsageError, column_letters
from ..language.levelling import level
from ..language.types import Date, Quantity
from ..language.units import Dims, is_money, unit_text
from ..plain import dataclass
from ..reasoning.told import VERIFIED
from ..rulebook.compiled import CompiledRulebook, FactKind, FactSpec, RecordSpec
from ..visible import visible_line
from . import headings as h
from .grid import Kind
from .layout import Head, Named, Role, Table, level_signs

ALIKE = 86  # of 100: names at least this similar are asked about
LEAST = 3  # columns that make a table one of records
_STAGE = re.compile(rf"\(({'|'.join(VERIFIED)})[值数额]?\)$")  # of a column that an officer fills in beside the applicant's


class Use(StrEnum):
    NAME = "企业"
    ORDER = "序号"
    YEAR = "申报年度"  # which year a row applies for: no fact, but what a case is asked by
    FACT = "fact"
    KEPT = "kept"
    COMPARED = "compared"
    PERSONAL = "personal"
    EMPTY = "empty"


class Ground(StrEnum):
    NAME = "名称相同"
    KNOWN = "另一种叫法"
    MAYBE = "可能是"
    ALIKE = "名称相近"
    TOLD = "对应表所写"
    NONE = "没有对应的数据项"


@dataclass(frozen=True, kw_only=True)
class Column:
    """What is proposed for a column."""

    head: Head
    use: Use
    spec: FactSpec | None = None
    record: RecordSpec | None = None
    ground: Ground = Ground.NONE
    year: int | None = None  # of its header
    unit: Named | None = None
    unit_from: str = ""  # 表头, 单位行, 对应表
    doubted: tuple[str, ...] = ()  # several names in its header, of which not all are the fact's
    conflict: Named | None = None  # what the unit line says against its header
    unit_asked: bool = False  # no unit is written: which, is asked
    known: Sequence[str] = ()  # near facts, for the officer who maps by hand
    stage: str = ""  # 核验 or 审定, of what an officer found; empty: what the applicant tells

    @property
    def number(self) -> int:
        return self.head.column

    @property
    def label(self) -> str:
        """The last part of its header, without its unit."""
        return bare(self.head.parts[-1]) if self.head.parts else f"{column_letters(self.number)}列"

    @property
    def target(self) -> str:
        if self.use in (Use.NAME, Use.YEAR):
            return self.use.value
        if self.spec is None:
            return ""
        own = f"{self.record.name}.{self.spec.name}" if self.record else self.spec.name
        return f"{own}（{self.stage}）" if self.stage else own

    @property
    def dims(self) -> Dims:
        if self.spec and isinstance(self.spec.type, Quantity):
            return self.spec.type.dims
        return self.unit.dims if self.unit else ()

    @property
    def numeric(self) -> bool:
        return self.use is Use.COMPARED or bool(self.spec and isinstance(self.spec.type, Quantity))

    @property
    def dated(self) -> bool:
        return bool(self.spec and isinstance(self.spec.type, Date))


def unmapped(columns: Iterable[Column]) -> list[str]:
    """The columns of which no data item is made, as an officer finds them: I 证书种类."""
    return [f"{column_letters(c.number)} {visible_line(c.label)}" for c in columns if c.use in (Use.KEPT, Use.COMPARED, Use.PERSONAL)]


def bare(part: str) -> str:
    """A header's part without brackets and what stands in them."""
    return re.sub(r"\([^()]*\)|其中[::]?", "", level_signs(re.sub(r"\s+", "", part))).strip(":：·、")


# -- names ---------------------------------------------------------------------------------------------------


def _levelled(name: str) -> str:
    return re.sub(r"(?<=.)日期$", "日", level(bare(name)))


def spellings(head: Head) -> Iterator[str]:
    """The names a header may stand for: its last part, with what stands above it in front or behind, without fillers."""
    parts = [re.sub(r"(?:19|20)\d\d年?度?|本年度?|当年|上年度?|实际发生的?", "", _levelled(p)) for p in head.parts]
    parts = [p for p in parts if p and p not in ("合计", "小计", "总计", "金额", "其中")]
    if not parts:
        parts = [_levelled(p) for p in head.parts[:1]]
    last = parts[-1] if parts else ""
    made = [last, *(x for p in reversed(parts[:-1]) for x in (p + last, last + p, last + p.replace("服务外包", "")))]
    yield from dict.fromkeys(x for m in made for x in (m, m.removeprefix("服务外包")) if x)


def _names(spec: FactSpec, record: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Its own names, those known to mean it, those that may."""
    return _levelled_names(spec.name, spec.label or spec.name, record)


@lru_cache(maxsize=4096)
def _levelled_names(name: str, label: str, record: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    known, maybe = h.SAME.get((record, name), ()), h.MAYBE.get((record, name), ())
    return frozenset(map(_levelled, (name, label))), frozenset(map(_levelled, known)), frozenset(map(_levelled, maybe))


def _match(words: Iterable[str], spec: FactSpec, record: str) -> tuple[int, Ground]:
    """How well the names a header may stand for fit a fact: an equal name before a known one, a last part before a whole."""
    ratio = _ratio()
    own, same, maybe = _names(spec, record)
    known = own | same
    best = (0, Ground.NONE)
    for n, word in enumerate(words):
        if word in own:
            found = (300 - n, Ground.NAME)
        elif word in same:
            found = (250 - n, Ground.KNOWN)
        elif word in maybe:
            found = (150 - n, Ground.MAYBE)
        else:
            score = max((ratio(word, o, score_cutoff=ALIKE) for o in known), default=0.0) if len(word) >= 4 and not h.HEADCOUNT.search(word) else 0.0
            found = (int(score), Ground.ALIKE) if score >= ALIKE else (0, Ground.NONE)
        best = max(best, found, key=lambda f: f[0])
    return best


@cache
def _ratio() -> Callable[..., float]:
    try:
        from rapidfuzz.fuzz import ratio
    except ImportError:
        raise UsageError("对应表格的列要另装一个库", mend="执行 pip install 'huiqi[office]'") from None
    return ratio


def _suits(spec: FactSpec, head: Head) -> bool:
    """Whether what the header's unit says can be that fact at all."""
    if head.units and isinstance(spec.type, Quantity):
        return any(u.dims == spec.type.dims for u in head.units)
    return not any(is_money(u.dims) or u.dims == (("人", 1),) for u in head.units)


# -- proposals -----------------------------------------------------------------------------------------------


def propose(book: CompiledRulebook, table: Table, told: Mapping[str, str] | None = None) -> tuple[Column, ...]:
    """A proposal for each column, what a mapping says of it (`told`, by header) before anything found here."""
    told = told or {}
    groups = {head.column: _group(book, head, table) for head in table.heads}
    shared = _shared_record(book, table, groups)
    out = list[Column]()
    for head in table.heads:
        column = _told_column(book, head, told[head.title]) if head.title in told else _proposed(book, table, head, groups[head.column], shared)
        out.append(_with_unit(table, column))
    return tuple(_once(out))


def record_of(book: CompiledRulebook, table: Table) -> RecordSpec | None:
    """The record type that each row of the table is one of; None where each row is an applicant."""
    return _shared_record(book, table, {head.column: _group(book, head, table) for head in table.heads})


def _group(book: CompiledRulebook, head: Head, table: Table) -> RecordSpec | None:
    """The record type that the group over a column is named after."""
    for part in head.parts[:-1]:
        name = level(bare(part))
        found = [r for r in book.records.values() if level(r.name) in name or (len(name) >= 4 and name in level(r.name))]
        if found:
            return max(found, key=lambda r: len(r.name))
    return _group_by_columns(book, head, table) if len(head.parts) > 1 else None


def _group_by_columns(book: CompiledRulebook, head: Head, table: Table) -> RecordSpec | None:
    """A group whose name is but like a record type's (国际认证, 资质认证), where two of its columns are columns of that record."""
    name = level(bare(head.parts[0]))
    pairs = {name[n : n + 2] for n in range(len(name) - 1)}
    best: tuple[int, RecordSpec] | None = None
    for record in book.records.values():
        if not any(p in level(record.name) for p in pairs):
            continue
        mine = [x for x in table.heads if len(x.parts) > 1 and x.parts[0] == head.parts[0]]
        count = sum(1 for x in mine if any(_match(spellings(x), s, record.name)[0] >= 150 for s in record.fields.values()))
        if count >= min(2, len(mine)) and count and (best is None or count > best[0]):
            best = count, record
    return best[1] if best else None


def _plain_use(head: Head) -> Use | None:
    last = _levelled(head.parts[-1]) if head.parts else ""
    if not last:
        return Use.EMPTY
    if h.ENTERPRISE.fullmatch(last):
        return Use.NAME
    if h.ORDER.fullmatch(last) and head.column <= 2:
        return Use.ORDER
    if h.YEAR.fullmatch(last):
        return Use.YEAR
    if h.CLAIM.fullmatch(last):
        return Use.COMPARED
    return None


def _shared_record(book: CompiledRulebook, table: Table, groups: Mapping[int, RecordSpec | None]) -> RecordSpec | None:
    """The record type that most of the columns outside groups are columns of."""
    best: tuple[int, int, RecordSpec] | None = None
    free = [(x, _parts(list(spellings(x)))) for x in table.heads if groups[x.column] is None and _plain_use(x) is None]
    told = [max((_match(spellings(x), s, "")[0] for s in book.facts.values()), default=0) for x, _ in free]
    for record in book.records.values():
        count = total = 0
        for (head, words), other in zip(free, told, strict=True):
            score = max((_match(words, s, record.name)[0] for s in record.fields.values() if _suits(s, head)), default=0)
            if score > other:
                count, total = count + 1, total + score
        if count >= LEAST and (best is None or (count, total) > best[:2]):
            best = count, total, record
    return best[2] if best else None


def _parts(words: Sequence[str]) -> list[str]:
    """The names, and each half of 结息日/结清日."""
    return [*words, *(x for w in words for x in re.split(r"[/|或]", w) if x and x != w)]


def _proposed(book: CompiledRulebook, table: Table, head: Head, group: RecordSpec | None, shared: RecordSpec | None) -> Column:
    plain = _plain_use(head)
    if plain is not None:
        return Column(head=head, use=plain)
    if head.hidden and h.REMARK.search(_levelled(head.parts[-1])):
        return Column(head=head, use=Use.KEPT)
    words = list(spellings(head))
    record = group or shared
    candidates: list[tuple[FactSpec, RecordSpec | None]] = [(s, record) for s in record.fields.values()] if record else []
    if group is None:
        candidates += [(s, None) for s in book.facts.values()]
    scored = [(*_match(_parts(words), s, r.name if r else ""), s, r) for s, r in candidates if _suits(s, head)]
    scored.sort(key=lambda x: -x[0])
    near = tuple(f"{r.name}.{s.name}" if r else s.name for n, _, s, r in scored[:3] if n)
    if scored and scored[0][0] > 0 and not (h.HEADCOUNT.search(words[0]) and scored[0][1] is Ground.ALIKE):
        _, ground, spec, record = scored[0]
        halves = [x for x in re.split(r"[/|或]", words[0]) if x]
        doubted = tuple(re.split(r"[/或]", bare(head.parts[-1]))) if len(halves) > 1 and not _all_mean(halves, spec, record.name if record else "") else ()
        stage = stage_of(head.parts[-1])
        return Column(head=head, use=Use.FACT, spec=spec, record=record, ground=ground, year=_year(head), doubted=doubted, known=near, stage=stage)
    if h.PERSONAL.search(words[0]) and not h.REMARK.search(words[0]):
        return Column(head=head, use=Use.PERSONAL)
    if h.REMARK.search(words[0]):
        return Column(head=head, use=Use.KEPT)
    return Column(head=head, use=Use.COMPARED if _is_numeric(table, head) else Use.KEPT, known=near)


def _all_mean(halves: Sequence[str], spec: FactSpec, record: str) -> bool:
    own, same, _ = _names(spec, record)
    return all(x in own | same for x in halves)


def _year(head: Head) -> int | None:
    match = re.search(r"((?:19[89]|20[0-9])\d)年", "·".join(head.parts))
    return int(match[1]) if match else None


def _is_numeric(table: Table, head: Head) -> bool:
    """Whether a column is one of numbers: by its header's words or unit, or by what mostly stands there."""
    title = head.title
    if head.units or h.HEADCOUNT.search(title) or h.DAYS.search(title) or h.RATE.search(title):
        return True
    cells = [table.sheet.at(r, head.column) for r in table.rows(Role.DATA)]
    filled = [x for x in cells if not x.blank]
    numbers = [x for x in filled if x.kind is Kind.NUMBER or re.fullmatch(r"[¥￥]?-?[\d,]+(?:\.\d+)?[万亿]?(?:元|美元|人|天)?%?", level(x.text))]
    return bool(filled) and len(numbers) * 2 > len(filled)


def _told_column(book: CompiledRulebook, head: Head, told: str) -> Column:
    """As a mapping says; `不对应` keeps a column without a fact."""
    word = told.strip()
    if word in ("企业", Use.NAME.value):
        return Column(head=head, use=Use.NAME, ground=Ground.TOLD)
    if word in ("序号",):
        return Column(head=head, use=Use.ORDER, ground=Ground.TOLD)
    if word == Use.YEAR.value:
        return Column(head=head, use=Use.YEAR, ground=Ground.TOLD)
    if word in ("个人信息",):
        return Column(head=head, use=Use.PERSONAL, ground=Ground.TOLD)
    if word in ("核对", "核对用"):
        return Column(head=head, use=Use.COMPARED, ground=Ground.TOLD)
    found = find_target(book, word)
    if found is None:
        return Column(head=head, use=Use.KEPT, ground=Ground.TOLD)
    spec, record = found
    return Column(head=head, use=Use.FACT, spec=spec, record=record, ground=Ground.TOLD, year=_year(head), stage=stage_of(word))


def stage_of(word: str) -> str:
    """核验 of `项目（核验）`, the header of a column or what a mapping says of it; empty where it is the applicant's."""
    match = _STAGE.search(level_signs(re.sub(r"\s+", "", word)))
    return match[1] if match else ""


def find_target(book: CompiledRulebook, word: str) -> tuple[FactSpec, RecordSpec | None] | None:
    """`执行额`, `资质认证.发证日`, or either with `（核验）`."""
    if stage_of(word):
        word = _STAGE.sub("", level_signs(re.sub(r"\s+", "", word)))
    left, dot, right = word.partition(".")
    if dot:
        for record in book.records.values():
            if left in (record.name, record.id):
                return next(((s, record) for s in record.fields.values() if right in (s.name, s.id)), None)
        return None
    return next(((s, None) for s in book.facts.values() if word in (s.name, s.id)), None)


def _once(columns: list[Column]) -> Iterator[Column]:
    """A fact is told by one column: the better ground, then the first; the others are listed."""
    order = list(Ground)
    best = dict[tuple[str, int | None], Column]()
    for column in columns:
        if column.use in (Use.FACT, Use.NAME, Use.YEAR):
            key = column.target, column.year
            if key not in best or order.index(column.ground) < order.index(best[key].ground):
                best[key] = column
    for column in columns:
        if column.use in (Use.FACT, Use.NAME, Use.YEAR) and best[column.target, column.year] is not column:
            yield replace(
                column, use=Use.COMPARED if column.numeric else Use.KEPT, spec=None, record=None, ground=Ground.NONE, doubted=(), known=(column.target,)
            )
        else:
            yield column


# -- units ---------------------------------------------------------------------------------------------------


def _with_unit(table: Table, column: Column) -> Column:
    """The header's unit; else the one of the unit line that suits, which for money is asked."""
    if not column.numeric:
        return column
    wanted = _wanted(column)
    line = [u for u in table.units if wanted is None or _fits(u, wanted)]
    own = next((u for u in column.head.units if column.spec is None or wanted is None or _fits(u, wanted)), None)
    if own is not None:
        against = [u for u in line if u.dims == own.dims]
        conflict = against[0] if against and all(u.scale != own.scale for u in against) and is_money(own.dims) else None
        return replace(column, unit=own, unit_from="表头", conflict=conflict)
    if wanted is None:
        return column
    if wanted == "rate":
        found = next((u for u in table.units if u.percent), None)
        return replace(column, unit=found, unit_from="单位行" if found else "")
    if wanted == "money":
        found = _likely(line)
        return replace(column, unit=found, unit_from="单位行" if found else "", unit_asked=True)
    if is_money(wanted):
        return replace(column, unit=line[0] if len(line) == 1 else None, unit_from="单位行" if len(line) == 1 else "", unit_asked=True)
    if line:
        return replace(column, unit=line[0], unit_from="单位行")
    if isinstance(wanted, str) or not wanted:
        return column
    return replace(column, unit=Named(word=unit_text(wanted), scale=Fraction(1), dims=wanted), unit_from="数据项" if column.spec else "")


def _likely(line: Sequence[Named]) -> Named | None:
    """Of the currencies of a unit line, the one of claims: 元 before others; None where two scales of it are named."""
    yuan = [u for u in line if u.dims == (("元", 1),)]
    found = yuan or list(line)
    return found[0] if len({(u.scale, u.dims) for u in found}) == 1 else None


def _wanted(column: Column) -> Dims | str | None:
    """Of which kind a number of the column is: dimensions, or `money` or `rate` where only that is known."""
    if column.spec is not None:
        assert isinstance(column.spec.type, Quantity)
        return "rate" if column.spec.type.percent or column.spec.kind == FactKind.RATIO else column.spec.type.dims
    title = bare(column.head.parts[-1]) if column.head.parts else ""
    if h.RATE.search(title):
        return "rate"
    if h.PEOPLE.search(title) or (h.HEADCOUNT.search(title) and h.PEOPLE.search(column.head.title)):
        return (("人", 1),)
    if h.DAYS.search(title):
        return (("天", 1),)
    return "money" if h.MONEY.search(title) else None


def _fits(unit: Named, wanted: Dims | str) -> bool:
    if wanted == "money":
        return is_money(unit.dims)
    if wanted == "rate":
        return unit.percent
    return unit.dims == wanted and not unit.percent
