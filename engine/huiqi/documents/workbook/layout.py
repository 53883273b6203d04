"""Which sheets and columns a workbook to fill in has: from the vocabulary alone, the same for whoever writes it and whoever reads it.

A heading names the fact as a case file does, with the unit that bare numbers are meant in. What must
stay true: a heading means one thing on its sheet, and one whose unit was altered is no heading of ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction

from ...language.levelling import level
from ...language.types import Quantity
from ...language.units import QuantityError, parse_unit, unit_text
from ...plain import dataclass
from ...reasoning.choices import APPLIED, NOT_FOUND, STATEMENT
from ...reasoning.disallowed import PARTS
from ...reasoning.disallowed import WORD as DISALLOWED
from ...reasoning.told import OFFICERS_SHEET
from ...rulebook.compiled import APPLICATION_YEAR, DECISION_DAY, CompiledRulebook, FactKind, FactSpec, RecordSpec, told_as
from ...rulebook.literals import decimal_string, exact_string
from ...telling.asked import answer_words, details, entries_of, options_of

FORMAT = "huiqi.template/1"
REGISTRY, CHOICES, GUIDE = "_huiqi", "_选项", "填写说明"  # the first two are hidden
APPLICANTS, YEARLY, VERIFIED = "申报企业", "分年度数据", OFFICERS_SHEET
HOW, EXAMPLE = "填法", "示例"  # in the first column: rows that are nobody's data
COMPLETE, PARTIAL, NONE = "已列全", "没列全", "一条也没有"
WHOLE = "是否列全"  # of a list: what the officer says of it
NUMERIC = ("money", "quantity", "number")  # of which a bare number says all, with the unit of its heading
_LONGEST = 31  # of a sheet's name
_SHOWN = "示例企业"
_CODE = "91140200MA0HQ00011"


class Role(StrEnum):
    """What a column holds."""

    MARK = "mark"  # a running number, read by nobody; 填法 and 示例 stand there
    ENTERPRISE = "enterprise"
    DAY = "day"
    YEAR = "year"  # of application
    APPLIED = "applied"
    CHOSEN = "chosen"  # schemes, or readings: NAME=OPTION each
    STATED = "stated"  # the officer's statement on exclusions, in three columns
    FACT = "fact"
    LISTED = "listed"  # whether the rows of a record sheet are all there are
    OF_YEAR = "of year"  # the year a row of yearly facts is of
    FIELD = "field"
    WHICH = "which"  # of a verified value: the record type, blank for a fact of the enterprise
    KEY = "key"  # the record
    ITEM = "item"  # the fact or the column
    STAGE = "stage"  # the value of a later stage, its material, its reason, its day
    CUT = "cut"  # a part of a 核减
    REMARK = "remark"


class Kind(StrEnum):
    """What the rows of a sheet are."""

    APPLICANTS = "企业"
    YEARLY = "年度"
    RECORD = "明细"
    VERIFIED = "核验"


@dataclass(frozen=True, kw_only=True)
class Column:
    role: Role
    heading: str
    name: str = ""  # of the fact, the column or the record type, as a case has it
    form: str = ""  # what an answer looks like
    more: tuple[str, ...] = ()  # what counts, what to bring, who says it
    options: tuple[str, ...] = ()  # to choose from
    closed: bool = True  # whether nothing else is expected
    example: str = ""
    spec: FactSpec | None = None
    unit: str = ""  # of bare numbers
    width: int = 16

    @property
    def numeric(self) -> bool:
        return self.spec is not None and self.spec.kind in NUMERIC


@dataclass(frozen=True, kw_only=True)
class Sheet:
    kind: Kind
    title: str
    about: str  # its first line
    columns: tuple[Column, ...]
    record: str = ""
    key: str = ""  # the column that tells its records apart
    upright: bool = False  # written from top to bottom: of one enterprise


Facts = Mapping[str, tuple[CompiledRulebook, FactSpec]]
Records = Mapping[str, tuple[CompiledRulebook, RecordSpec]]


@dataclass(frozen=True, kw_only=True)
class Tellable:
    """What measures ask for, by the names a case has for it, each with its rulebook; `counts`: how many read it."""

    facts: Facts
    records: Records
    counts: Counter[str]


def everything(books: Iterable[CompiledRulebook]) -> Tellable:
    """All that a case of these rulebooks may tell; what two of them call alike is the first one's."""
    facts: Facts = {}
    records: Records = {}
    for book in books:
        facts = {**{told_as(book, key): (book, spec) for key, spec in book.facts.items()}, **facts}
        records = {**{told_as(book, key): (book, spec) for key, spec in book.records.items()}, **records}
    return Tellable(facts=facts, records=records, counts=Counter())


def sheets_of(asked: Tellable, *, single: bool = False) -> tuple[Sheet, ...]:
    """The sheets to fill in. `single`: of one enterprise, whose name need not stand in every row."""
    taken = {level(x) for x in (REGISTRY, CHOICES, GUIDE, APPLICANTS, YEARLY, VERIFIED, "History")}
    yearly = {n: e for n, e in asked.facts.items() if e[1].yearly}
    titles = {name: _titled(name, taken) for name in asked.records}
    out = [_applicants(asked, titles, yearly=bool(yearly), single=single)]
    if yearly:
        about = "一行一个年度；年度空着的是申报年度的。同一户同一年度只写一行。"
        head = [*_head(single), Column(role=Role.OF_YEAR, heading="年度", form="四位年份；空着是申报年度", example="2025", width=10)]
        out.append(Sheet(kind=Kind.YEARLY, title=YEARLY, about=about, columns=_columns(head, _facts(yearly, asked.counts))))
    for name, (book, record) in asked.records.items():
        fields = [_field(Role.FIELD, n, book, spec, record=record) for n, spec in record.fields.items()]
        all_told = f"“{APPLICANTS}”的“{_listed_heading(name)}”要写明是否列全"
        about = f"{record.label}：一行一{record.noun}，“{record.key_field}”必填。{all_told}。"
        head = _head(single, shown=_shown(record))
        out.append(Sheet(kind=Kind.RECORD, title=titles[name], about=about, columns=_columns(head, fields), record=name, key=record.key_field))
    return (*out, _verified(asked, single=single))


def _verified(asked: Tellable, *, single: bool) -> Sheet:
    """Values of later stages beside those told: each names what it is of."""
    items = dict.fromkeys([*asked.facts, *(n for _, record in asked.records.values() for n in record.fields)])
    columns = [
        Column(role=Role.WHICH, heading="明细", form="哪一类明细；企业自己的数据空着", options=tuple(asked.records)),
        Column(role=Role.KEY, heading="编号", form="哪一条明细", width=22),
        Column(role=Role.ITEM, heading="数据项", form="表头里的名称，不带单位；必填", options=tuple(items), width=26),
        Column(role=Role.OF_YEAR, heading="年度", form="按年度的写四位年份", width=10),
        *(Column(role=Role.STAGE, heading=n, name=n, form=f, width=w) for n, f, w in _STAGES),
        *(Column(role=Role.CUT, heading=f"{DISALLOWED}·{n}", name=n, form=f, width=w) for n, f, w in _CUT),
    ]
    about = f"部门核验、本部门审定的值，和{DISALLOWED}，写在这里，一行一项；企业申报的值留在原处，不改。金额连单位写。"
    return Sheet(kind=Kind.VERIFIED, title=VERIFIED, about=about, columns=_columns(_head(single, shown=False), columns))


_STAGES = (
    ("核验", "部门核验的值；金额写单位，如 18万元", 18),
    ("审定", "本部门审定的值；金额写单位", 18),
    ("材料", "凭什么材料", 26),
    ("理由", "与申报不同的理由", 26),
    ("日期", "核验、审定的日期，年-月-日", 14),
)
_CUT = tuple(
    zip(
        PARTS,
        (
            "企业申报的值，与申报的一致；写了就六栏都写",
            "核减后的值，就是审定值（不再写“审定”）",
            "为什么核减",
            "凭哪一份材料、第几页",
            "核减人姓名",
            "年-月-日",
        ),
        (18, 18, 26, 26, 12, 14),
        strict=True,
    )
)


def _applicants(asked: Tellable, titles: Mapping[str, str], *, yearly: bool, single: bool) -> Sheet:
    day = Column(role=Role.DAY, heading=DECISION_DAY, form="年-月-日；check --on 也可以写", example="2026-06-30", width=14)
    year = Column(role=Role.YEAR, heading=APPLICATION_YEAR, form="四位年份", example="2025", width=10)
    head = [
        Column(role=Role.MARK, heading="序号", form=HOW, example=EXAMPLE, width=7),
        Column(role=Role.ENTERPRISE, heading="企业", form="企业名称，必填；一户一行" if not single else "企业名称，必填", example=_SHOWN, width=30),
        day,
        year,
        Column(role=Role.APPLIED, heading=APPLIED, form="支持事项的名称或编号，几项用分号分开；空着是没有说，全部都看", width=22),
        *(
            Column(role=Role.CHOSEN, heading=heading, name=heading, form=f"{left}={right}，几项用分号分开；没有选定就空着", width=18)
            for heading, left, right in (("方案", "事项", "参照方案"), ("读法", "读法名称", "选项"))
        ),
        *(
            Column(role=Role.STATED, heading=f"{STATEMENT}·{part}", name=part, form=form, options=options, width=14)
            for part, form, options in (("结论", f"经办人核查过、没有发现的，写 {NOT_FOUND}", (NOT_FOUND,)), ("由", "核查人姓名", ()), ("日期", "年-月-日", ()))
        ),
    ]
    listed = [
        Column(
            role=Role.LISTED,
            heading=_listed_heading(name),
            name=name,
            form=f"工作表“{titles[name]}”是否列全；不知道就空着",
            options=(COMPLETE, PARTIAL, NONE),
            example=COMPLETE if _shown(record) else NONE,
        )
        for name, (_, record) in asked.records.items()
    ]
    once = {n: e for n, e in asked.facts.items() if not e[1].yearly}
    tail = [Column(role=Role.REMARK, heading="备注", form="随便写，不参加测算", width=24)]
    about = "空着的是没有提供，不当作“否”；0 是零；没有的写“无”。数写在表头的单位里，也可以连单位写，如 18万元。"
    return Sheet(
        kind=Kind.APPLICANTS,
        title=APPLICANTS,
        about=about + (f"按年度的写在“{YEARLY}”。" if yearly else ""),
        columns=_columns(head, [*_facts(once, asked.counts), *listed, *tail]),
        upright=single,
    )


def _head(single: bool, *, shown: bool = True) -> list[Column]:
    mark = Column(role=Role.MARK, heading="序号", form=HOW, example=EXAMPLE, width=7)
    name = Column(role=Role.ENTERPRISE, heading="企业", form=f"与“{APPLICANTS}”里写的一样", example=_SHOWN if shown else "", width=30)
    return [mark] if single else [mark, name]


def _shown(record: RecordSpec) -> bool:
    """Whether the example has a row of it: one that another kind of applicant fills in has none."""
    return record.fields[record.key_field].example != ""


def _listed_heading(name: str) -> str:
    return f"{name}·{WHOLE}"


def _titled(name: str, taken: set[str]) -> str:
    """A sheet's name for a record type: what a workbook allows, and no other sheet's."""
    plain = re.sub(r"[\[\]:*?/\\]", "·", name).strip("' ")[:_LONGEST] or "明细"
    found, number = plain, 2
    while level(found) in taken:
        tail = f"（{number}）"
        found, number = plain[: _LONGEST - len(tail)] + tail, number + 1
    taken.add(level(found))
    return found


def _columns(head: Sequence[Column], rest: Iterable[Column]) -> tuple[Column, ...]:
    """A heading that is taken already says that it is data."""
    out = list(head)
    taken = {level(c.heading) for c in head}
    for column in rest:
        heading = column.heading
        while level(heading) in taken:
            heading = f"数据·{heading}"
        taken.add(level(heading))
        out.append(column if heading == column.heading else _renamed(column, heading))
    return tuple(out)


def _renamed(column: Column, heading: str) -> Column:
    return Column(**{**column.__dict__, "heading": heading})


def _facts(facts: Facts, counts: Counter[str]) -> list[Column]:
    return [_field(Role.FACT, name, book, spec, count=counts[name]) for name, (book, spec) in facts.items()]


def _field(role: Role, name: str, book: CompiledRulebook, spec: FactSpec, *, record: RecordSpec | None = None, count: int = 0) -> Column:
    entries = entries_of(book, spec, record)
    kind = spec.type.required()
    unit = _unit(kind, book) if spec.kind in NUMERIC else ""
    note = {"ratio": "写上%", "date": "年-月-日", "period": "写单位"}.get(spec.kind, unit)
    options = options_of(spec)
    if options:
        options = (*options, *(["无"] if spec.optional else []), *(["待核实"] if spec.verified_by and not spec.judgement else []))
    form = answer_words(spec, entries)
    if spec.kind == FactKind.MONEY:
        form = form.replace(f"金额，写单位，如 18万{unit}", f"金额（{unit}）：180000，或 18万{unit}")
    elif unit:
        form = re.sub(r"^数，写单位，如 .*?(?=，|；|$)", f"数（{unit}）", form)
    must = "，必填" if record is not None and name == record.key_field else ""
    label = (spec.label,) if spec.label and spec.label != name else ()
    more = (*label, *details(spec), *([f"用于 {count} 项支持事项"] if count else []))
    wide = 30 if spec.kind == FactKind.TEXT and not options else 22 if spec.kind == FactKind.USCC else 16
    return Column(
        role=role,
        heading=f"{name}（{note}）" if note else name,
        name=name,
        form=form + must,
        more=more,
        options=options or entries,
        closed=bool(options),
        example=_example(spec, entries, key=bool(must)) if record is None or _shown(record) else "",
        spec=spec,
        unit=unit,
        width=max(wide, min(34, len(name) + 4)),
    )


def _unit(kind: object, book: CompiledRulebook) -> str:
    """The unit of bare numbers, where it can be read back as it is written."""
    if not isinstance(kind, Quantity) or not kind.dims:
        return ""
    unit = unit_text(kind.dims)
    nouns = book.units | {r.noun for r in book.records.values()}
    try:
        return unit if parse_unit(unit, nouns) == (Fraction(1), kind.dims) else ""
    except QuantityError:
        return ""


def _example(spec: FactSpec, entries: Sequence[str], *, key: bool) -> str:
    """Something that could stand there beside the rest of its row; blank where anything would say too much."""
    if spec.example is not None:
        return spec.example
    if spec.judgement or spec.verified_by or options_of(spec):
        return ""  # not for the applicant to say, or chosen from the list: any choice would say something of the firm
    if spec.optional:
        return "无"
    match spec.kind:
        case FactKind.MONEY | FactKind.QUANTITY | FactKind.NUMBER:
            return _within(spec, Fraction(180000) if spec.kind == FactKind.MONEY else Fraction(30))
        case FactKind.RATIO:
            low, high = spec.bounds
            share = next(
                (x for x in (Fraction(35, 1000), low, high) if x is not None and (low is None or x >= low) and (high is None or x <= high)), Fraction(0)
            )
            return f"{decimal_string(share * 100)}%"
        case FactKind.DATE:
            first, last = spec.date_bounds
            day = max(date(2025, 6, 30), first or date.min)
            return min(day, last or date.max).isoformat()
        case FactKind.PERIOD:
            return "12个月"
        case FactKind.YEAR:
            return "2025"
        case FactKind.USCC:
            return _CODE
        case FactKind.INDUSTRY:
            return "6513"
    return "示例-001" if key else entries[0] if entries else "照实写"


def _within(spec: FactSpec, value: Fraction) -> str:
    low, high = spec.bounds
    value = max(value, low) if low is not None else value
    return exact_string(min(value, high) if high is not None else value)


__all__ = [
    "APPLICANTS",
    "CHOICES",
    "COMPLETE",
    "EXAMPLE",
    "FORMAT",
    "GUIDE",
    "HOW",
    "NONE",
    "PARTIAL",
    "REGISTRY",
    "VERIFIED",
    "YEARLY",
    "Column",
    "Kind",
    "Role",
    "Sheet",
    "Tellable",
    "sheets_of",
]  # fmt: skip
