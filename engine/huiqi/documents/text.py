"""A rulebook printed in Chinese, so that whoever drafted the policy can review the encoding.

Everything is printed from the compiled rulebook: what is shown is what decides. Each figure and
condition carries its document, letter and standing on the day the rulebook's documents begin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from ..errors import UsageError, suggestion
from ..language.named import named_sentence
from ..language.typed import Expr
from ..rulebook.compiled import (
    Basis,
    Choices,
    CompiledRulebook,
    Condition,
    Counting,
    DocumentSpec,
    Group,
    Keep,
    LimitSpec,
    MeasureSpec,
    Per,
    RecognitionKind,
    RecognitionSpec,
    SchemeSpec,
    Scope,
    Standing,
    WindowSpec,
    name_of,
    told_as,
)
from ..rulebook.literals import show_value
from ..rulebook.reach import read_by
from ..telling.asked import answer_words, details, entries_of
from ..telling.called import meant
from ..telling.pools import pool_words, target_words
from .told import lapsed

_JOIN = {"all": "以下各条都要满足", "any": "以下满足一条即可", "not": "不得有以下情形"}
_DISPOSITION = {
    "measure": "支持事项", "recognition": "资格", "condition": "条件", "channel": "资金渠道", "target": "目标", "duty": "政府职责（不编码）", "unread": "未读", "todo": "未处置",
}  # fmt: skip


def show_rulebook(book: CompiledRulebook, item: str | None = None) -> str:
    """The whole rulebook, or one measure or recognition by id."""
    return "\n".join(_one(book, item) if item else _all(book)) + "\n"


def _one(book: CompiledRulebook, item: str) -> Iterator[str]:
    titles = {s.id: s.title for s in book.measures.values()} | {r.id: r.title for r in book.recognitions.values()}
    found = meant(item, titles)
    wanted = found[0] if len(found) == 1 else None
    for spec in book.measures.values():
        if spec.id == wanted:
            yield from measure_lines(book, spec)
            yield from (f"  叠加：{line}" for line in stacking_lines(book, spec.key))
            yield from (f"  汇总：{line}" for line in pool_lines(book, spec.key))
            return
    for recognition in book.recognitions.values():
        if recognition.id == wanted:
            yield from recognition_lines(book, recognition)
            return
    words = [x for pair in titles.items() for x in pair]
    several = f"“{item}”不止一项：{'、'.join(f'{titles[i]}（{i}）' for i in found)}" if found else ""
    raise UsageError(several or f"“{book.id}”里没有“{item}”；{suggestion(item, words) or '可用：' + '、'.join(titles)}")


def _all(book: CompiledRulebook) -> Iterator[str]:
    yield f"{book.title}（{book.id} {book.version}）"
    yield f"适用地区：{'/'.join(book.jurisdiction)}　校验：{book.digest[:19]}"
    for text in (book.summary, book.note):
        if text:
            yield text
    if pays(book):
        yield cents(book)
    own = f"{book.id}/"
    yield "\n【文件】"
    for key, doc in book.documents.items():
        if key.startswith(own):
            span = f"{doc.start or '？'} 至 {doc.end or '今'}"
            yield f"  {doc.cite}　{doc.issuer}　{span}{assumed_words(doc)}　资料 {doc.sheet}（{doc.letter}）"
    yield "\n【条款】"
    for clause in book.clauses.values():
        yield f"  {clause.id}　{clause.title}〔{_DISPOSITION[clause.disposition]}〕：{clause.says}" + (f"（{clause.why}）" if clause.why else "")
    if own_readings := [k for k in book.readings if k.startswith(own)]:
        yield "\n【读法】"
        yield from ("  " + line for line in reading_lines(book, own_readings))
    yield "\n【支持标准】"
    for key, parameter in book.parameters.items():
        if key.startswith(own) and key not in book.readings:
            for version in parameter.versions:
                span = f"{version.start or ''}—{version.end or ''}" if version.start or version.end else "不限时"
                shown = "未定" if version.value is None else show_value(version.value, parameter.type)
                yield f"  {parameter.name} = {shown}　{span}　{_source(book, version.basis)}"
    for key, table in book.tables.items():
        if key.startswith(own):
            yield f"  {table.name}（{'、'.join(n for n, _ in table.inputs)}）"
            for row in table.rows:
                cells = "，".join(t.text for t in row.tests)
                span = f"　{row.start or ''}—{row.end or ''}" if row.start or row.end else ""
                value = "未读" if row.value is None else named_sentence(row.value) if isinstance(row.value, Expr) else show_value(row.value, table.value_type)
                yield f"    {cells} → {value}{span}　{_source(book, row.basis)}"
    definitions = [d for k, d in book.definitions.items() if k.startswith(own)]
    if definitions:
        yield "\n【指标口径】"
        for definition in definitions:
            of = f"{definition.on}的" if definition.on else ""
            yield f"  {of}{definition.name} = {named_sentence(definition.expr)}" + (f"（{definition.explain}）" if definition.explain else "")
    yield from _data(book)
    for recognition in book.recognitions.values():
        if recognition.rulebook == book.id:
            yield ""
            yield from recognition_lines(book, recognition)
    for spec in book.measures.values():
        yield ""
        yield from measure_lines(book, spec)
    if book.stacking:
        yield "\n【叠加】"
        yield from ("  " + line for line in stacking_lines(book))
    if book.pools:
        yield "\n【汇总规则】"
        yield from ("  " + line for line in pool_lines(book))
    if book.targets:
        yield "\n【目标】"
        for target in book.targets:
            counted = f"；{target_words(target)}" if target.progress else ""
            yield f"  {target.title}：{target.value}" + (f"（{target.by} 前）" if target.by else "") + counted


def _data(book: CompiledRulebook) -> Iterator[str]:
    """The facts and records its measures ask for, each with what an answer looks like."""
    asked = {name for spec in book.measures.values() for names in read_by(book, spec) for name in names}
    words_only = not book.measures and not book.recognitions  # what others use: all of it
    if words_only:
        asked = {told_as(book, key) for key in (*book.facts, *book.records)}
    facts = [(name, spec) for key, spec in book.facts.items() if (name := told_as(book, key)) in asked]
    if facts:
        yield "\n【数据项】" + ("" if words_only else f"（填写：huiqi new case -r {book.id} -o 案例.yaml）")
        for name, spec in facts:
            yield f"  {name}　{'；'.join((answer_words(spec, entries_of(book, spec)), *details(spec)))}"
    for key, record in book.records.items():
        if (name := told_as(book, key)) in asked:
            yield f"  明细 {name}（逐{record.noun}，以{record.key_field}区分）"
            for column in record.fields.values():
                yield f"    {column.name}　{'；'.join((answer_words(column, entries_of(book, column, record)), *details(column)))}"


def _counting(counting: Counting) -> str:
    """Whether a cap counts what was received before."""
    if counting.earlier:
        return f"，计入{named_sentence(counting.earlier)}"
    if counting.ignored:
        return f"，不计以往（{counting.ignored}）"
    return "" if counting.stated else "，计不计以往没有写"


def stacking_lines(book: CompiledRulebook, member: str = "") -> Iterator[str]:
    """Each rule of stacking, or those that a measure is in."""
    words = {"highest": "就高不重复", "choose": "择一申报", "cap": "合计封顶", "order": "先后次序", "cumulate": "可以叠加"}
    titles = {k: s.title for k, s in book.measures.items()}
    for group in book.stacking:
        if not member or member in group.members:
            cap = f"，不超过 {named_sentence(group.amount)}{_counting(group.counting)}" if group.amount else ""
            yield f"{group.title}：{'、'.join(titles[k] for k in group.members)}　{words[group.rule]}（每{group.per}）{cap}　{_source(book, group.basis)}"


def pool_lines(book: CompiledRulebook, member: str = "") -> Iterator[str]:
    """Each rule over all applicants, or the one that a measure is in."""
    for pool in book.pools:
        if not member or member in pool.members:
            yield f"{pool.title}：{'、'.join(book.measures[k].title for k in pool.members)}　{pool_words(pool)}　{_source(book, pool.basis)}"


def pays(book: CompiledRulebook) -> bool:
    """Whether any measure's amount is worked out at all."""
    return any(x.award is not None and x.award.expr is not None for s in book.measures.values() for x in (s.base, *s.schemes.values()))


def cents(book: CompiledRulebook) -> str:
    """How every measure's amount is rounded to the 分, and on whose word."""
    rounding = book.cents
    basis = rounding.basis
    stated = basis is not None and basis.hand is None
    each = "（逐条取整）" if rounding.per == Per.RECORD else ""
    return f"取整：{rounding.text}{each}{_source(book, basis) if stated and basis is not None else '〔假定〕'}"


def recognition_lines(book: CompiledRulebook, spec: RecognitionSpec) -> Iterator[str]:
    kind = f"授予（{spec.authority}认定，看证书）" if spec.kind is RecognitionKind.CONFERRED else "按条件计算"
    yield f"【资格】{spec.title}（{spec.id}）　{kind}　{_source(book, spec.basis)}"
    yield from _conditions(book, spec.when, "条件" if spec.kind is RecognitionKind.DERIVED else "条件测评（预判）")
    yield from _conditions(book, spec.unless, "不予认定情形")


def measure_lines(book: CompiledRulebook, spec: MeasureSpec) -> Iterator[str]:
    """A measure; where parts of it stand only under a reading, what all readings have, then what each has of its own."""
    common, own = by_reading(book, spec)
    yield from common
    for under, lines in own:
        yield f"  读法：{under}时"
        yield from ("  " + line for line in lines)


def by_reading(book: CompiledRulebook, spec: MeasureSpec) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The lines that stand under every reading, and by reading those that do not."""
    base = list(_measure_lines(book, spec))
    variants = [(x.under, list(_measure_lines(book, x.spec))) for x in book.variants.get(spec.key, ()) if isinstance(x.spec, MeasureSpec)]
    common = [line for line in base if all(line in lines for _, lines in variants)]
    own: dict[str, list[str]] = {}
    for line in dict.fromkeys(x for _, lines in variants for x in lines if x not in common):
        present = {under: line in lines for under, lines in variants}
        own.setdefault(_where_present(book, present), []).append(line)
    return common, list(own.items())


def _where_present(book: CompiledRulebook, present: Mapping[Choices, bool]) -> str:
    """Under which options a line stands, naming only the readings that make the difference."""
    words = []
    for n, (key, _) in enumerate(next(iter(present))):
        alike: dict[Choices, set[bool]] = {}
        for under, stands in present.items():
            alike.setdefault(under[:n] + under[n + 1 :], set()).add(stands)
        if any(len(x) > 1 for x in alike.values()):
            options = dict.fromkeys(under[n][1] for under, stands in present.items() if stands)
            words.append(f"{book.readings[key].name}取“{'”或“'.join(options)}”")
    return "，".join(words)


def reading_lines(book: CompiledRulebook, keys: Iterable[str]) -> Iterator[str]:
    """Readings of clauses, each with its question, and what is decided of it."""
    for key in keys:
        reading = book.readings[key]
        others = "、".join(o for o in reading.options if o != reading.chosen)
        said = f"取“{reading.chosen}”，不取“{others}”　{_source(book, reading.basis)}" if reading.chosen else f"未定；可取：{'、'.join(reading.options)}"
        clause = f"（{reading.clause}）" if reading.clause else ""
        yield f"{reading.name}{clause}：{reading.question}{said}" + (f"　{reading.note}" if reading.note else "")


def _measure_lines(book: CompiledRulebook, spec: MeasureSpec) -> Iterator[str]:
    document = book.documents[spec.document].cite if spec.document else ""
    yield f"【事项】{spec.title}（{spec.id}）　{'、'.join(spec.clauses)}　{document}"
    lead, support = spec.departments
    if lead:
        yield f"  部门：{'、'.join(lead)}牵头" + (f"，{'、'.join(support)}配合" if support else "")
    if spec.governed_by:
        yield f"  适用日期：{named_sentence(spec.governed_by)}"
    if spec.start or spec.end:
        begun = [d.start for x in spec.clauses if (d := book.documents.get(book.clauses[x].document)) is not None and d.start is not None]
        back = "，追溯到文件施行以前" if spec.start and begun and spec.start < min(begun) else ""
        span = "，".join(x for x in (f"自 {spec.start} 起" if spec.start else "", f"到 {spec.end} 止" if spec.end else "") if x)
        yield f"  有效期：{span}{back}"
    if spec.channel:
        yield f"  资金渠道：{'、'.join(spec.channel)}"
    for key in spec.relies_on:
        yield f"  依据：{book.documents[key].cite}"
    if spec.fairness:
        yield f"  公平竞争审查提示：{spec.fairness}"
    for text in spec.population:
        yield f"  {text}"
    if spec.window:
        yield f"  受理：{window_words(book, spec.window)}"
    if spec.each and spec.records:
        listed = named_sentence(spec.records)
        yield f"  逐组判断：{spec.each} 属于 分组（{listed}，按 {spec.by}）" if spec.by else f"  逐条判断：{spec.each} 属于 {listed}"
    yield from _conditions(book, spec.when, "条件")
    yield from _conditions(book, spec.unless, "不予支持情形")
    if spec.schemes:
        yield from (f"  义务：{text}" for text in spec.base.obligations)
        for scheme in spec.schemes.values():
            yield f"  参照方案“{scheme.name}”：整套取自{book.documents[scheme.document].cite}"
            yield from ("  " + line for line in _conditions(book, scheme.when, "方案条件"))
            yield from ("  " + line for line in _conditions(book, scheme.unless, "方案不予支持情形"))
            yield from ("  " + line for line in _award(scheme))
    else:
        yield from _award(spec.base)
    for reduction in spec.reductions:
        condition = reduction.condition
        place = "（封顶之后）" if reduction.after else ""
        yield f"  减额：{condition.label}：{condition.text}的，减按 {named_sentence(reduction.share)}{place}　{_source(book, condition.basis)}"
    for name in spec.incomplete:
        yield f"  尚有未读条款：{name}（{book.clauses[name].title}）"
    if spec.base.evidence:
        yield f"  申报材料：{'；'.join(e.text for e in spec.base.evidence)}"
    if spec.note:
        yield f"  说明：{spec.note}"


def per_words(limit: LimitSpec) -> str:
    """Of what a cap holds: the name of a variable is nobody's word for it."""
    return "单项" if limit.scope == Scope.RECORD else limit.per if limit.per == "本次申报" else f"每{limit.per}"


def window_words(book: CompiledRulebook, window: WindowSpec) -> str:
    """When applications are taken, and by which clause where it is not the measure's own."""
    text = named_sentence(window.expr) + (f" 在{window.days.text}" if window.days else "")
    return text + (f"　{_source(book, window.basis)}" if window.basis is not None else "")


def _award(scheme: SchemeSpec) -> Iterator[str]:
    award = scheme.award
    if award is None:
        return
    if award.kind in ("service", "recommendation", "relief"):
        rate = f"（{named_sentence(award.expr)}）" if award.expr else ""
        yield f"  支持：{award.text}{rate}"
    elif award.expr is not None:
        low = f"{named_sentence(award.low)} 至 " if award.low else ""
        yield f"  支持金额（{award.basis.full}）：{low}{named_sentence(award.expr)}"
    for limit in scheme.limits:
        expr = limit.amount or limit.count
        assert expr is not None
        what = "件数上限" if limit.count is not None else "封顶"
        prior = _counting(limit.counting)
        keep = f"，{'取金额高的' if limit.keep == Keep.HIGHEST else '取在前的'}" if limit.count is not None else ""
        yield f"  {what}：{per_words(limit)} {named_sentence(expr)}{keep}{prior}"
    if scheme.floor is not None:
        yield f"  起付线：{named_sentence(scheme.floor)}"
    if scheme.rounding:
        yield f"  取整：{scheme.rounding.text}"
    for part in scheme.pay:
        yield f"  分期：{part.label} {named_sentence(part.share)}" + (f"（{part.due}）" if part.due else "")
    for text in scheme.obligations:
        yield f"  义务：{text}"
    for reading in scheme.readings:
        yield f"  读法：{reading.question} 取“{reading.chosen}”〔{reading.standing.label}〕"
    if scheme.note:
        yield f"  方案说明：{scheme.note}"


def _conditions(book: CompiledRulebook, group: Group, title: str, indent: int = 2) -> Iterator[str]:
    if not group.items:
        return
    yield " " * indent + f"{title}："
    yield from _items(book, group, indent + 2)


def _items(book: CompiledRulebook, group: Group, indent: int) -> Iterator[str]:
    for item in group.items:
        if isinstance(item, Condition):
            span = f"（{item.start or ''}—{item.end or ''}）" if item.start or item.end else ""
            note = f"　注：{item.note}" if item.note else ""
            yield " " * indent + f"· {item.label}：{item.text}{span}　{_source(book, item.basis)}{note}"
        else:
            yield " " * indent + f"· {item.label or _JOIN[item.op]}（{_JOIN[item.op]}）"
            yield from _items(book, item, indent + 2)


NUMBER_ASSUMED = "文号为假定"


def document_days(document: DocumentSpec) -> str:
    """From when to when a document is in force, each day that is our assumption said to be one."""
    start = f"{document.start or '？'}{_assumed(document, 'from')}"
    if document.open_ended:
        return f"{start} 至 今（是否仍有效未知）"
    return f"{start} 至 {document.end or '今'}{_assumed(document, 'to')}"


def _assumed(document: DocumentSpec, key: str) -> str:
    return "（假定）" if key in document.assumed else ""


def assumed_words(document: DocumentSpec) -> str:
    """What of a document is our assumption, in brackets: `〔施行日、文号为假定，是否仍有效未知〕`; empty where nothing is.

    A day we filled in must not pass for the document's own.
    """
    known = {"from": ("施行日", document.start), "to": ("止日", document.end), "number": ("文号", document.number)}
    ours = "、".join(word for key, (word, value) in known.items() if value and key in document.assumed)
    lacking = [f"{known[key][0]}未取得" for key in ("from", "number") if key in document.assumed and not known[key][1]]
    said = "，".join([*([f"{ours}为假定"] if ours else []), *lacking, *(["是否仍有效未知"] if document.open_ended else [])])
    return f"〔{said}〕" if said else ""


def standing_of(book: CompiledRulebook, basis: Basis) -> Standing:
    """Standing as of the document's own time: lapse depends on the day of a case, not on the text.

    What lapsed before the authority's own first document was in force is a benchmark throughout; so is, in a
    rulebook told on a day, what has lapsed by then.
    """
    if basis.hand is not None or not basis.documents:
        return book.basis_standing(basis, date.max, on=date.max)
    since = in_force_since(book)

    def alone(key: str) -> Standing:
        document = book.documents[key]
        if lapsed(book, document):
            return Standing.BENCHMARK
        day = max(document.start or document.end or date.max, since)
        return book.basis_standing(replace(basis, document=key, also=()), day, on=day)

    return min(alone(key) for key in basis.documents)


def in_force_since(book: CompiledRulebook) -> date:
    """The first day a document of the rulebook's own authority is in force."""
    own = (d for key, d in book.documents.items() if key.startswith(f"{book.id}/") and d.jurisdiction == book.jurisdiction)
    return min((d.start for d in own if d.start), default=date.min)


def lapse_of(book: CompiledRulebook, basis: Basis) -> date | None:
    """The last day a document it rests on is in force; None where that is open or it has none."""
    if not basis.documents or basis.hand is not None:
        return None
    ends = [book.documents[key].end for key in basis.documents]
    return None if None in ends else max(day for day in ends if day is not None)


def _source(book: CompiledRulebook, basis: Basis) -> str:
    """〔standing，document，letter〕 of a figure or condition."""
    document = book.documents.get(basis.document) if basis.document else None
    standing = standing_of(book, basis)
    where = f"，{name_of(document.key)}" if document and basis.hand is None else ""
    clause = f" {basis.clause}" if basis.clause and where else ""
    letter = f"，{basis.letter or document.letter}" if document and basis.hand is None else ""
    return f"〔{standing.label}{where}{clause}{letter}〕"
