"""A rulebook as a list of entries, each with its clause: what a comparison compares.

One entry is one thing a policy writer may change: a clause, a figure of one period, a row of a table, a
condition, a cap. What must stay true: two rulebooks with the same entries decide alike (words for readers
only aside), so nothing that decides is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from ..documents.figures import row_value, span_words
from ..documents.text import assumed_words, standing_of, window_words
from ..language import typed as t
from ..language.printer import sentence
from ..plain import dataclass
from ..rulebook.compiled import (
    Basis,
    CompiledRulebook,
    Condition,
    Counting,
    Group,
    MeasureSpec,
    RecognitionSpec,
    SchemeSpec,
    name_of,
)
from ..rulebook.literals import show_value
from ..rulebook.reach import references, roots_of
from ..telling.pools import pool_words


class Of(StrEnum):
    """What an entry of a rulebook is; the word is how a difference calls it."""

    FILE = "文件"
    CLAUSE = "条款"
    FACT = "数据项"
    COLUMN = "明细"
    CHECK = "核对"
    FIGURE = "标准"
    TABLE = "标准表"
    DEFINITION = "口径"
    STACKING = "叠加"
    POOL = "汇总"
    TARGET = "目标"
    READING = "读法"
    ROUNDING = "取整"
    RECOGNITION = "资格"
    MEASURE = "事项"


Key = tuple[str, ...]  # what it is (an `Of`), its name, and the place within


@dataclass(frozen=True)
class Entry:
    text: str
    clause: str = ""


def entries(book: CompiledRulebook) -> dict[Key, Entry]:
    """Every entry of the rulebook and of those it uses, in the order of the files."""
    out: dict[Key, Entry] = {}
    for key, entry in _all(book):
        place, number = key, 2
        while place in out:
            place, number = (*key, str(number)), number + 1
        out[place] = entry
    return out


def _all(book: CompiledRulebook) -> Iterator[tuple[Key, Entry]]:
    for key, doc in book.documents.items():
        span = span_words(doc.start, doc.end)
        assumed = assumed_words(doc)
        more = f"，修改 {name_of(doc.family)}" if doc.family != key else ""
        yield (
            (Of.FILE, name_of(key)),
            Entry(f"{doc.cite}，{doc.issuer}，{'/'.join(doc.jurisdiction)}，{span or '不限时'}，资料 {doc.letter}{f'，{assumed}' if assumed else ''}{more}"),
        )
    for clause in book.clauses.values():
        yield (Of.CLAUSE, clause.id), Entry(f"{clause.title}：{clause.says}（{clause.disposition}）", clause.id)
    for fact in book.facts.values():
        yield (Of.FACT, fact.name), Entry(_fact(fact))
    for record in book.records.values():
        for column in record.fields.values():
            yield (Of.COLUMN, record.name, column.name), Entry(_fact(column))
    for check in book.checks:
        yield (Of.CHECK, check.label), Entry(_said(check.expr))
    for parameter in book.parameters.values():
        for version in parameter.versions:
            value = "未定" if version.value is None else show_value(version.value, parameter.type)
            place = name_of(version.basis.document) if version.basis.document else ""
            yield (Of.FIGURE, parameter.name, *(x for x in (place, span_words(version.start, version.end)) if x)), _entry(book, value, version.basis)
    for table in book.tables.values():
        for row in table.rows:
            cells = "，".join(x.text for x in row.tests)
            yield (Of.TABLE, table.name, cells, *(x for x in (span_words(row.start, row.end),) if x)), _entry(book, row_value(table, row), row.basis)
        yield (Of.TABLE, table.name, "取法"), Entry(table.match.value + (f" {table.collect.value}" if table.collect is not None else ""))
    for definition in book.definitions.values():
        yield (
            (Of.DEFINITION, f"{definition.on}的{definition.name}" if definition.on else definition.name),
            _entry(book, _said(definition.expr), definition.basis),
        )
    for recognition in book.recognitions.values():
        yield from _recognition(book, recognition)
    for measure in book.measures.values():
        yield from _measure(book, measure)
    for group in book.stacking:
        cap = f"，不超过 {_said(group.amount)}" if group.amount is not None else ""
        if group.amount is not None or group.counting.stated:
            cap += _counting(group.counting)
        members = "、".join(name_of(m) for m in group.members)
        yield (Of.STACKING, group.id), _entry(book, f"{group.title}：{members}，{group.rule.value}，每{group.per}{cap}", group.basis)
    for pool in book.pools:
        members = "、".join(name_of(m) for m in pool.members)
        yield (Of.POOL, pool.id), _entry(book, f"{pool.title}：{members}；{pool_words(pool)}", pool.basis)
    for target in book.targets:
        asked = [(x.label, x.total if x.total is not None else x.count) for x in target.progress]  # of no expression: all are counted
        counted = "、".join(label if expr is None else f"{label} {_said(expr)}" for label, expr in asked)
        due = f"，{target.by} 以前" if target.by is not None else ""
        yield (Of.TARGET, target.id), _entry(book, f"{target.title}：{target.value}{due}{f'；数 {counted}' if counted else ''}", target.basis)
    for reading in book.readings.values():
        yield (Of.READING, reading.name), _entry(book, f"{reading.question}{'、'.join(reading.options)}；取 {reading.chosen or '未定'}", reading.basis)
    for key, variants in book.variants.items():
        for variant in variants:
            under = "、".join(f"{name_of(k)}={o}" for k, o in variant.under)
            if isinstance(variant.spec, MeasureSpec):
                yield from (((f"读法{under}", *k), e) for k, e in _measure(book, variant.spec))
            elif isinstance(variant.spec, RecognitionSpec):
                yield from (((f"读法{under}", *k), e) for k, e in _recognition(book, variant.spec))
            else:
                yield (f"读法{under}", name_of(key)), Entry("没有这一项" if variant.spec is None else repr(variant.spec))
    yield (Of.ROUNDING,), Entry(book.cents.text + ("（逐条）" if book.cents.per == "record" else ""))


def _fact(fact: object) -> str:
    from ..rulebook.compiled import FactSpec

    assert isinstance(fact, FactSpec)
    ends = "、".join(show_value(x, fact.type.required()) for x in fact.bounds if x is not None)
    marks = [
        fact.type.show(),
        ends,
        "、".join(fact.options),
        "按年" if fact.yearly else "",
        "可为无" if fact.optional else "",
        "评审" if fact.judgement else "",
        "企业改变不了" if fact.fixed else "",
        fact.verified_by,
    ]
    return "，".join(m for m in marks if m)


def _recognition(book: CompiledRulebook, spec: RecognitionSpec) -> Iterator[tuple[Key, Entry]]:
    at = (Of.RECOGNITION, spec.id)
    yield (*at, "性质"), _entry(book, f"{spec.title}，{spec.kind.value}" + (f"，证书 {spec.certificate}" if spec.certificate else ""), spec.basis)
    if spec.incomplete:
        yield (*at, "未读条款"), Entry("、".join(spec.incomplete))
    for group, word in ((spec.when, "条件"), (spec.unless, "排除"), (spec.lapses, "失效")):
        yield from _group(book, (*at, word), group)


def _measure(book: CompiledRulebook, spec: MeasureSpec) -> Iterator[tuple[Key, Entry]]:
    at, clause = (Of.MEASURE, spec.id), spec.clauses[0] if spec.clauses else ""
    yield (*at, "名称"), Entry(spec.title, clause)
    parts = {
        "适用日期": "" if spec.governed_by is None else _said(spec.governed_by), "受理": "" if spec.window is None else window_words(book, spec.window),
        "期间": span_words(spec.start, spec.end), "逐条": "" if spec.records is None else f"{spec.each} 属于 {_said(spec.records)}",
        "差额": "" if spec.difference is None else _said(spec.difference), "未读条款": "、".join(spec.incomplete), "条款": "、".join(spec.clauses),
        "同一件以往已获的": _counting(spec.counting).removeprefix("，") if spec.counting.stated else "",
    }  # fmt: skip
    for word, text in parts.items():
        if text:
            yield (*at, word), Entry(text, clause)
    yield from _group(book, (*at, "条件"), spec.when)
    yield from _group(book, (*at, "排除"), spec.unless)
    for reduction in spec.reductions:
        condition, late = reduction.condition, "，在封顶之后" if reduction.after else ""
        span = span_words(condition.start, condition.end)
        text = f"{_said(condition.expr)}{f'（{span}）' if span else ''}，减按 {_said(reduction.share)}{late}"
        yield (*at, f"减额“{reduction.label}”"), _entry(book, text, condition.basis)
    for scheme in spec.schemes.values() or (spec.base,):
        place = (*at, f"方案{scheme.name}") if spec.schemes else at
        if spec.schemes:
            yield (*place, "文件"), Entry(name_of(scheme.document), clause)
            yield from _group(book, (*place, "条件"), scheme.when)
            yield from _group(book, (*place, "排除"), scheme.unless)
        for word, entry in _award(book, scheme, scheme.clause or clause):
            yield (*place, word), entry


def _award(book: CompiledRulebook, scheme: SchemeSpec, clause: str) -> Iterator[tuple[str, Entry]]:
    award = scheme.award
    if award is not None:
        low = f"{_said(award.low)} 至 " if award.low is not None else ""
        yield "支持", Entry(award.text if award.expr is None else f"{award.basis.full} {low}{_said(award.expr)}", clause)
    for limit in scheme.limits:
        expr = limit.amount or limit.count
        assert expr is not None
        by = f"，先后按 {_said(limit.by)}" if limit.by is not None else ""
        yield f"限额“{limit.label}”", _entry(book, f"每{limit.per} {_said(expr)}，{limit.keep.value}{by}{_counting(limit.counting)}", limit.basis, clause)
    if scheme.floor is not None:
        yield "起付线", Entry(_said(scheme.floor), clause)
    if scheme.rounding is not None:
        yield "取整", Entry(scheme.rounding.text, clause)
    for part in scheme.pay:
        yield f"分期“{part.label}”", Entry(_said(part.share) + (f"，{_said(part.when)}" if part.when is not None else ""), clause)
    for share in scheme.funded:
        yield f"分担“{share.by}”", Entry(_said(share.share), clause)
    for reading in scheme.readings:
        yield f"读法“{reading.question}”", Entry(f"{reading.chosen}〔{reading.standing.label}〕", clause)


def _counting(counting: Counting) -> str:
    if counting.earlier is not None:
        return f"，计入 {_said(counting.earlier)}"
    return f"，不计以往（{counting.ignored}）" if counting.ignored else "" if counting.stated else "，计不计以往没有写"


def _group(book: CompiledRulebook, at: Key, group: Group) -> Iterator[tuple[Key, Entry]]:
    for item in group.items:
        if isinstance(item, Condition):
            span = span_words(item.start, item.end)
            yield (*at, f"“{item.label}”"), _entry(book, _said(item.expr) + (f"（{span}）" if span else ""), item.basis)
        else:
            word = {"all": "都要满足", "any": "有一条即可", "not": "不得有"}[item.op]
            yield from _group(book, (*at, f"{item.label or ''}{word}"), item)


def _entry(book: CompiledRulebook, text: str, basis: Basis, clause: str = "") -> Entry:
    where = f"，{name_of(basis.document)}" if basis.document is not None else ""
    letter = f"，{basis.letter}" if basis.letter else ""
    return Entry(f"{text}〔{standing_of(book, basis).label}{where}{letter}{'，节选' if basis.cut else ''}〕", basis.clauses[0] if basis.clauses else clause)


def _said(expr: t.Expr) -> str:
    return sentence(expr.source)


def reached_by(book: CompiledRulebook, spec: MeasureSpec) -> set[tuple[str, str]]:
    """(what, name) of everything a measure's outcome may turn on."""
    out: set[tuple[str, str]] = {
        (Of.MEASURE, spec.id),
        *((Of.FILE, name_of(d)) for d in (*spec.documents, *(s.document for s in spec.schemes.values() if s.document))),
    }
    roots: list[t.Expr] = list(roots_of(spec))
    seen: set[str] = set()
    while roots:
        for node in list(references(roots, book)):
            match node:
                case t.ParameterRef():
                    out.add((Of.FIGURE, name_of(node.parameter)))
                case t.Lookup():
                    out.add((Of.TABLE, name_of(node.table)))
                case t.DefinitionRef():
                    definition = book.definitions[node.definition]
                    out.add((Of.DEFINITION, f"{definition.on}的{definition.name}" if definition.on else definition.name))
                case t.FactRef():
                    out.add((Of.FACT, name_of(node.fact)))
                case t.RecognitionRef():
                    seen.add(node.recognition)
        roots = []
        for key in seen:
            recognition = book.recognitions[key]
            if (Of.RECOGNITION, recognition.id) not in out:
                out.add((Of.RECOGNITION, recognition.id))
                roots += [c.expr for g in (recognition.when, recognition.unless, recognition.lapses) for c in g.conditions()]
    return out
