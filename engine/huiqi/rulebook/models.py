"""What the YAML files of a rulebook may say: pydantic models, one per kind of entry.

They check shape only (which keys, which kinds of value); names, types, units and standings are the
compiler's work. The same models export the JSON Schemas that editors use. Expressions and values
stay `Word`s with their places. What must stay true: an unknown key is an error with a suggestion,
and nothing here holds a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError, WithJsonSchema

from ..errors import Code as Complaint
from ..errors import InputError, Problem, clip, suggestion
from .yamltree import Rows, Table, locate, wide_colons

M = TypeVar("M", bound=BaseModel)
YES = {"是": True, "true": True, "否": False, "false": False}


def _scalar(value: Any) -> Any:
    if isinstance(value, Table | Rows | dict | list):
        raise ValueError("这里应写一个值，不是清单或键值")
    if str(value).strip() == "":
        raise ValueError("这里是空的")
    return value


def _flag(value: Any) -> Any:
    if isinstance(value, str):
        if value in YES:
            return YES[value]
        raise ValueError("写 是 或 否")
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("日期写作 2026-01-31，且须真有这一天") from None
    return value


def _many(value: Any) -> Any:
    if isinstance(value, str):
        return [value]
    return value


Txt = Annotated[str, BeforeValidator(_scalar)]
Code = Annotated[Any, PlainValidator(_scalar), WithJsonSchema({"type": "string"})]
Flag = Annotated[bool, BeforeValidator(_flag)]
Day = Annotated[date, BeforeValidator(_day)]
Many = Annotated[list[Txt], BeforeValidator(_many)]
Raw = Annotated[Any, PlainValidator(lambda v: v), WithJsonSchema({})]
Standing = Literal["假定", "未定"]
Letter = Literal["A", "B", "C", "M"]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Entry):
    """Where something stands: document (or the clause's), letter of its sheet, standing by hand."""

    document: Txt | None = None
    clause: Many = []  # of several documents: whichever is in force carries it
    letter: Letter | None = None
    cut: Flag = False  # the source breaks off at the deciding words
    basis: Standing | None = None
    note: Txt | None = None


class Use(Entry):
    rulebook: Txt
    version: Txt
    prefix: Txt | None = Field(None, alias="as")
    same: Many | Literal["全部"] = []  # names taken over unqualified; 全部 = all of them


class Manifest(Entry):
    id: Txt
    title: Txt
    version: Txt
    jurisdiction: Txt
    summary: Txt | None = None
    note: Txt | None = None
    uses: list[Use] = []
    rounding: Raw = None  # see Cents


class Document(Entry):
    id: Txt
    title: Txt
    number: Txt | None = None
    issuer: Txt
    jurisdiction: Txt
    start: Day | None = Field(None, alias="from")
    end: Day | None = Field(None, alias="to")
    sheet: Txt
    letter: Letter
    amends: Txt | None = None
    relies_on: Many = Field([], alias="relies on")
    assumed: Many = []  # which of from, to, number are 假定
    note: Txt | None = None


class Clause(Entry):
    id: Txt
    document: Txt
    title: Txt
    says: Txt
    disposition: Literal["measure", "recognition", "condition", "channel", "target", "duty", "unread"]
    why: Txt | None = None  # for duty and unread: why no rule encodes it
    lead: Many = []
    support: Many = Field([], alias="with")


Kind = Literal["money", "quantity", "number", "ratio", "boolean", "choice", "text", "date", "period", "year", "uscc", "industry"]


class Fact(Entry):
    id: Txt
    kind: Kind
    unit: Txt | None = None
    least: Txt | None = Field(None, alias="min")
    most: Txt | None = Field(None, alias="max")
    usual: Raw = None
    options: Many = []
    aliases: dict[str, Many] = {}  # option: other ways to write it
    decimals: int | None = None
    per: Literal["year"] | None = None
    personal: Flag = False
    optional: Flag = False
    judgement: Flag = False
    verified_by: Txt | None = Field(None, alias="verified by")
    label: Txt | None = None
    explain: Txt | None = None
    evidence: Many = []
    note: Txt | None = None


class Record(Entry):
    id: Txt
    noun: Txt
    key: Txt
    exact: Flag = False  # keys that differ in width, case or signs only are two
    label: Txt | None = None
    explain: Txt | None = None
    fields: dict[str, Fact]


class Vocabulary(Entry):
    note: Txt | None = None
    facts: dict[str, Fact] = {}
    records: dict[str, Record] = {}
    checks: Raw = None  # label: expression (a condition every case must meet)


class Version(Sourced):
    value: Raw
    start: Day | None = Field(None, alias="from")
    end: Day | None = Field(None, alias="to")


class Parameter(Entry):
    id: Txt
    kind: Literal[Kind, "list"] | None = None
    unit: Txt | None = None
    bounds: Raw = None
    values: list[Version]
    aliases: dict[str, Many] = {}  # entry of a catalogue: other ways to write it
    prefixes: Many = []  # what may stand before any entry and changes nothing (大同市平城区)
    note: Txt | None = None


class Input(Entry):
    """A column of a table; what it can be (`min` … `options`) is the fact's of that name, if not said."""

    name: Txt
    kind: Kind
    unit: Txt | None = None
    least: Txt | None = Field(None, alias="min")
    most: Txt | None = Field(None, alias="max")
    decimals: int | None = None
    options: Many = []


class Row(Sourced):
    when: Raw
    value: Raw


class Uncovered(Entry):
    """Values a table has no row for on purpose, and why."""

    when: Raw
    why: Txt


class TableEntry(Sourced):
    id: Txt
    match: Literal["first", "highest", "slab", "marginal"] | None = None
    inputs: list[Input]
    kind: Kind | None = None
    unit: Txt | None = None
    rows: list[Row]
    uncovered: list[Uncovered] = []


class Definition(Sourced):
    id: Txt | None = None
    on: Txt | None = None  # a record type: the definition becomes a column of it
    expr: Code
    zero: Literal["不符合", "待核"] | None = Field(None, alias="分母为零")
    explain: Txt | None = None


class Departments(Entry):
    lead: Many = []
    support: Many = Field([], alias="with")


class Recognition(Sourced):
    id: Txt
    title: Txt
    kind: Literal["derived", "conferred"]
    certificate: Txt | None = None  # conferred: the title as it stands on the certificate
    aliases: Many = []  # other ways in which certificates and officers write that title
    authority: Txt | None = None
    governed_by: Code | None = Field(None, alias="governed by")
    when: Raw = None
    unless: Raw = None
    lapses: Raw = None  # conferred: what ends the title although the certificate runs
    incomplete: Many = []
    evidence: Raw = None
    departments: Departments | None = None


class Reading(Entry):
    question: Txt
    chosen: Txt
    instead_of: Many = Field([], alias="instead of")
    standing: Standing | None = None


class Limit(Sourced):
    amount: Code | None = None
    count: Code | None = None
    keep: Literal["highest", "first"] | None = None
    per: Txt | None = None
    counting: Raw = None  # 已获支持 (filtered), or {不计以往: reason, clause: …}
    by: Code | None = None
    label: Txt | None = None


class Ignoring(Sourced):
    """A cap that what was received before does not count against: why, and where that stands."""

    reason: Txt = Field(alias="不计以往")


class Rounding(Entry):
    to: Txt
    direction: Literal["down", "half up", "up"]
    per: Literal["measure", "record"] = "measure"


class Cents(Sourced):
    """The rounding to the 分 of every measure of a rulebook; of each record's amount where it says so."""

    to: Literal["分"] = "分"
    direction: Literal["down", "half up", "up"] = "half up"
    per: Literal["measure", "record"] = "measure"


class Discretion(Entry):
    start: Code | None = Field(None, alias="from")
    to: Code


class Instalment(Entry):
    share: Code
    label: Txt
    when: Code | None = None
    due: Txt | None = None


class Award(Entry):
    amount: Code | None = None
    up_to: Code | None = Field(None, alias="up to")
    discretion: Discretion | None = None
    relief: Txt | None = None
    service: Txt | None = None
    recommendation: Txt | None = None
    rate: Code | None = None  # of a relief: the rate shown
    kind: Literal["grant", "interest"] | None = None
    label: Txt | None = None
    lines: Raw = None  # named parts of the calculation, shown in order
    clause: Txt | None = None


class Funding(Entry):
    by: Txt
    share: Code


class Scheme(Entry):
    document: Txt
    clause: Many = []
    when: Raw = None
    unless: Raw = None
    award: Award | None = None
    limits: list[Limit] = []
    floor: Code | None = None
    rounding: Rounding | None = None
    pay: list[Instalment] = []
    funded: list[Funding] = []
    obligations: Raw = None
    evidence: Raw = None
    readings: list[Reading] = []
    note: Txt | None = None


class Measure(Entry):
    id: Txt
    title: Txt
    family: Txt | None = None
    clause: Many
    document: Txt | None = None
    letter: Letter | None = None
    cut: Flag = False
    basis: Standing | None = None
    channel: Many = []
    relies_on: Many = Field([], alias="relies on")
    governed_by: Code | None = Field(None, alias="governed by")
    start: Day | None = Field(None, alias="from")
    end: Day | None = Field(None, alias="to")
    window: Code | None = None
    each: Code | None = None
    when: Raw = None
    unless: Raw = None
    schemes: dict[str, Scheme] = {}
    award: Award | None = None
    limits: list[Limit] = []
    difference: Raw = None
    population: Raw = None
    floor: Code | None = None
    rounding: Rounding | None = None
    pay: list[Instalment] = []
    funded: list[Funding] = []
    obligations: Raw = None
    evidence: Raw = None
    departments: Departments | None = None
    readings: list[Reading] = []
    incomplete: Many = []
    hint: Flag = False  # handled by others (tax, banks): shown, never in the total
    fairness: Txt | None = None  # 公平竞争审查提示
    note: Txt | None = None


class Group(Sourced):
    """Stacking: what a set of measures does to each other."""

    id: Txt
    title: Txt
    rule: Literal["highest", "choose", "cap", "order", "cumulate"]
    members: Many
    per: Txt
    key: Txt | None = None  # per 人, 项目…: the column that names it in the members' records
    amount: Code | None = None
    counting: Raw = None  # as a limit's


class Target(Sourced):
    id: Txt
    title: Txt
    value: Txt | None = None
    measure: Txt | None = None
    by: Day | None = None


_BRANCH = re.compile(r"[a-z-]+\[.*\]", re.S)
_TYPES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个键",
    "literal_error": "不在可写的词里",
    "string_type": "这里应写文字",
    "list_type": "这里应写清单（每项以 - 开头）",
    "dict_type": "这里应写键值",
    "model_type": "这里应写键值",
    "model_attributes_type": "这里应写键值",
    "int_parsing": "这里应写整数",
    "int_type": "这里应写整数",
    "int_parsing_size": "这里应写 0 到 12 的整数",
    "greater_than_equal": "这里应写 0 到 12 的整数",
    "less_than_equal": "这里应写 0 到 12 的整数",
}


def validate(model: type[M], tree: Any) -> M:
    """The tree as a model; every complaint of pydantic's at its place, in Chinese."""
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        raise InputError([p for e in error.errors(include_url=False) for p in wide_colons(e.get("input")) or [_problem(model, tree, e)]]) from None


def _problem(model: type[BaseModel], tree: Any, error: Any) -> Problem:
    # pydantic also names the branches of a union it tried: they are no keys of the file
    path = tuple(x for x in error["loc"] if isinstance(x, int) or not _BRANCH.fullmatch(x))
    kind = str(error["type"])
    at = locate(tree, path, key=kind == "extra_forbidden")
    if kind == "missing":
        at = locate(tree, path[:-1])
        return Problem(at, f"缺少“{path[-1]}”", "", f"{path[-1]}: …", f"补上 {path[-1]}", Complaint.MISSING)
    if kind == "extra_forbidden":
        known = list(_keys(model, path[:-1]))
        near = suggestion(str(path[-1]), known)
        return Problem(at, "没有这个键", str(path[-1]), "、".join(known), near or "删去，或核对拼写", Complaint.UNKNOWN_KEY)
    message = _TYPES.get(kind, "写法有误")
    expected = ""
    if kind == "literal_error":
        expected = str(error.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")
    elif kind == "value_error":
        message = str(error["ctx"]["error"])
    found = error.get("input")
    named = next((str(x) for x in reversed(path) if isinstance(x, str)), "")
    near = suggestion(found, expected.split("、")) if isinstance(found, str) and expected else ""
    mend = near or ("改成其中一个词" if expected else "照 docs/language.md 里这一项的写法改，或删去")
    code = Complaint.NOT_AN_OPTION if kind == "literal_error" else Complaint.WRONG_SHAPE
    return Problem(at, f"{named}：{message}" if named else message, clip(str(found)) if isinstance(found, str) else "", expected, mend, code)


def _keys(model: type[BaseModel], path: tuple[Any, ...]) -> Iterable[str]:
    """The keys a model takes at a path, for suggestions."""
    current: Any = model
    for step in path:
        if isinstance(step, int) or not (isinstance(current, type) and issubclass(current, BaseModel)):
            continue
        for name, info in current.model_fields.items():
            if step in (name, info.alias):
                current = _inner(info.annotation) or current
                break
    if not (isinstance(current, type) and issubclass(current, BaseModel)):
        return
    for name, info in current.model_fields.items():
        yield info.alias or name


def _inner(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        if found := _inner(part):
            return found
    return None
