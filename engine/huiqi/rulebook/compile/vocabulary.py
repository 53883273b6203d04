"""Pass: the facts and record types a case may tell, and the checks every case must meet.

Record nouns come first: they are units that facts may be counted in. What must stay true: every
quantity has bounds to refuse slips by, every option one meaning. Checks are expressions, and are
read once definitions are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from ...errors import Code, Position, suggestion
from ...language.scope import Kind, Rules, Symbol
from ...language.types import BOOLEAN, Date, ListOf, Quantity, RecordOf, Type
from .. import compiled as c
from .. import models as m
from ..literals import exact_string
from ..names import Once, wrong_noun
from ..yamltree import Table, locate, locate_tree
from .expressions import expression, kind_of, value_of
from .naming import alias_pairs, apart, check_catalogued, check_order, check_word, declare, give_identifier, namesake
from .session import Session
from .units import read_units

NO_EXAMPLE = "不举例"


def read_vocabulary(session: Session) -> None:
    for _, book, tree in session.source.of("vocabulary"):
        session.all_nouns |= {r.noun for r in book.records.values()}
        read_units(session, book.units, tree)
        _read_synonyms(session, book.synonyms, tree)
    ids = Once("数据项与明细的 id")
    for _, book, tree in session.source.of("vocabulary"):
        for name, fact in book.facts.items():
            at = locate(tree, ("facts", name), key=True)
            give_identifier(session, fact.id, ids, at, name)
            spec = fact_spec(session, name, fact, locate_tree(tree, ("facts", name)), session.key(name))
            session.facts[spec.key] = spec
            declare(session, name, Symbol(Kind.FACT, spec.key, spec.type, yearly=spec.yearly, bounds=spec.bounds, whole=spec.whole, personal=spec.personal), at)
        for name, record in book.records.items():
            at = locate(tree, ("records", name), key=True)
            give_identifier(session, record.id, ids, at, name)
            if complaint := wrong_noun(record.noun):
                session.wrong(locate(tree, ("records", name, "noun")), f"明细的计数词不对：{complaint}", record.noun, "件、笔、项、台…", "换一个计数词")
            fields, own, columns = {}, Once(f"明细“{name}”里栏的 id"), Once(f"明细“{name}”里栏的名称")
            for column, fact in record.fields.items():
                place = locate(tree, ("records", name, "fields", column), key=True)
                give_identifier(session, fact.id, own, place, column)
                session.problems += columns.given(column, place)
                check_word(session, column, place)
                fields[column] = fact_spec(session, column, fact, locate_tree(tree, ("records", name, "fields", column)), column)
            if record.key not in fields:
                session.wrong(locate(tree, ("records", name, "key")), "明细的 key 不是它的一栏", record.key, "、".join(fields))
            elif fields[record.key].optional:
                session.wrong(locate(tree, ("records", name, "key")), "明细的 key 不能可为无", record.key)
            key = session.key(name)
            if (other := namesake(session, key, name)) is not None and name not in session.symbols:
                session.wrong(at, f"明细与引用的“{other}”同名，筛选时会认错", name, "一个名称一个意思", "改名；要沿用就在 uses 里写 same")
            session.records[key] = c.RecordSpec(
                key=key,
                name=name,
                id=record.id,
                noun=record.noun,
                key_field=record.key,
                label=record.label or name,
                fields=MappingProxyType(fields),
                exact=record.exact,
                fixed=record.fixed,
            )
            session.record_names[name] = key
            session.record_names[key] = key
            declare(session, name, Symbol(Kind.RECORDS, key, ListOf(item=RecordOf(record=name))), at)


def fact_spec(session: Session, name: str, fact: m.Fact, tree: Any, key: str) -> c.FactSpec:
    at = getattr(tree, "at", Position())
    written, told = fact.options, [x for option in fact.options for x in apart(option)]
    fact = fact.model_copy(update={"options": told})  # what was run together is complained of once, here
    kind = kind_of(session, fact.kind, fact.unit, fact.options, at)
    if fact.kind == "choice" and not fact.options:
        session.wrong(at, "选项没有列出", name, "options: […]", "补上 options")
    if fact.judgement and fact.kind == "boolean" and fact.least:
        session.wrong(at, "是否类判断没有上下限", name)
    if fact.optional:
        kind = kind.maybe()
    options = Once(f"“{name}”的选项")
    for n, option in enumerate(written):
        place = locate(tree, ("options", n))
        session.problems += options.given(option, place, "删去一个")
        check_catalogued(session, option, place, f"“{name}”的选项")
    if fact.event and fact.kind != "date":
        session.wrong(locate(tree, ("event",)), "只有日期才写 event", name, "kind: date", "改成 kind: date，或删去 event")
    if fact.holder and fact.kind != "text":
        session.wrong(locate(tree, ("holder",)), "只有文字才写 holder", name, "kind: text", "改成 kind: text，或删去 holder")
    if fact.options and fact.kind != "choice":
        session.wrong(at, "只有选项类的数据项写 options", name, "kind: choice", "改成 kind: choice，或删去 options")
    low = value_of(session, fact.least, kind.required(), at) if fact.least else None
    high = value_of(session, fact.most, kind.required(), at) if fact.most else None
    check_order(session, low, high, locate(tree, ("min",)), "min", "max")
    usual: list[Any] = [None, None]
    if fact.usual is not None:
        if isinstance(fact.usual, list) and len(fact.usual) == 2:
            usual = [value_of(session, u, kind.required(), at) for u in fact.usual]
        else:
            session.wrong(at, "usual 写两个数：[通常下限, 通常上限]", str(fact.usual))
        check_order(session, usual[0], usual[1], locate(tree, ("usual",)), "usual 的下限", "上限")
    if fact.decimals is not None and not 0 <= fact.decimals <= 12:
        session.wrong(locate(tree, ("decimals",)), "decimals 写 0 到 12 的整数", str(fact.decimals), "0 到 12", "改成 0 到 12 的整数，或删去")
    if isinstance(kind, Quantity) and (low is None or high is None):
        session.wrong(at, "数量要写上下限", name, "min: …, max: …", "补上 min 与 max，用于拒收录入错误")
    dates = (low, high) if isinstance(kind, Date) else (None, None)
    bounds = (low, high) if isinstance(kind, Quantity) else (None, None)
    return c.FactSpec(
        key=key,
        name=name,
        id=fact.id,
        kind=c.FactKind(fact.kind),
        type=kind,
        bounds=bounds,
        usual=(usual[0], usual[1]),
        options=tuple(fact.options),
        decimals=fact.decimals,
        yearly=fact.per == "year",
        personal=fact.personal,
        judgement=fact.judgement,
        verified_by=fact.verified_by or "",
        label=fact.label or name,
        explain=fact.explain or "",
        evidence=tuple(fact.evidence),
        date_bounds=dates,
        aliases=alias_pairs(session, fact.aliases, fact.options, tree, "选项"),
        fixed=fact.fixed,
        event=fact.event,
        holder=fact.holder,
        example=_example(session, fact, kind.required(), bounds=bounds, days=dates, at=locate(tree, ("example",))),
    )


def _example(
    session: Session, fact: m.Fact, kind: Type, *, bounds: tuple[Any, Any], days: tuple[Any, Any], at: Position
) -> str | None:  # fmt: skip
    """What an example row shows, as a cell has it: a value that a case may tell; "" where there is to be none."""
    told = fact.example
    if told is None or told == NO_EXAMPLE:
        return None if told is None else ""
    if fact.kind in ("choice", "boolean"):
        choices = fact.options if fact.kind == "choice" else ["是", "否"]
        if told not in choices:
            session.wrong(at, "示例不是它的选项", told, "、".join(choices), suggestion(told, choices))
        return told
    if not isinstance(kind, Quantity | Date):
        return told
    value = value_of(session, told, kind, at)
    low, high = bounds if isinstance(kind, Quantity) else days
    if value is None:
        return None
    if (low is not None and value < low) or (high is not None and value > high):
        session.wrong(at, "示例在上下限以外", told, "min 与 max 之间")
    if isinstance(kind, Date):
        return value.isoformat() if isinstance(value, date) else told
    return told if fact.kind not in ("money", "quantity", "number") else exact_string(value)


def _read_synonyms(session: Session, groups: Sequence[Sequence[str]], tree: Any) -> None:
    """Each word in one group: who looks for a word finds what stands under any other of its group, and under no others."""
    once = Once("查找用的词")
    for number, words in enumerate(groups):
        if len(words) < 2:
            session.wrong(
                locate(tree, ("synonyms", number)), "一组近义词只有一个词", "、".join(words), "两个以上，如 [支持, 补助, 补贴]", "补上别的说法，或删去这一组"
            )
        for word in words:
            session.problems += once.given(word, locate(tree, ("synonyms", number)))
        session.synonyms.append(tuple(words))


def read_checks(session: Session) -> None:
    for _, book, tree in session.source.of("vocabulary"):
        if book.checks is None:
            continue
        if not isinstance(book.checks, Table):
            session.wrong(tree.key("checks"), "校验关系写作 名称: 表达式")
            continue
        labels = Once("校验关系的名称")
        for label, raw in book.checks.items():
            session.problems += labels.given(label, locate(tree, ("checks", label), key=True))
            record, word = "", raw
            if isinstance(raw, Table):
                if "expr" not in raw:
                    session.wrong(raw.at, f"校验关系“{label}”没有表达式", str(raw), "{on: 明细, expr: 表达式}", "补上 expr；若是数据项，移到 facts 下")
                    continue
                if set(raw) != {"on", "expr"}:
                    session.wrong(raw, "校验关系写作 名称: 表达式，或 名称: {on: 明细, expr: 表达式}", "、".join(raw), "on、expr", "只写 on 与 expr")
                    continue
                record, word = str(raw["on"]), raw["expr"]
                if record not in session.record_names:
                    session.wrong(
                        raw["on"], "没有这类明细", record, "、".join(session.record_names), suggestion(record, session.record_names), Code.UNKNOWN_NAME
                    )
                    continue
            inside = ("§本条", RecordOf(record=record)) if record else None
            found = expression(session, word, BOOLEAN, inside=inside, rules=Rules(figures=True, zero_fails=False))
            if found:
                session.checks.append(c.CheckSpec(str(label), found[0], record, getattr(word, "at", tree.at)))
