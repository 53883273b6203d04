"""The parts pages of the policy book are made of: sources, conditions, awards, figures, scenarios.

Every function takes compiled rules and gives HTML; nothing is read or written. What must stay true:
whatever decides is shown with its standing and, where it has one, its document; a figure of a
scheme is shown from the scheme's own document only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from html import escape

from ..language import typed as t
from ..language.named import named_sentence
from ..language.types import Date
from ..rulebook.compiled import (
    Basis,
    CompiledRulebook,
    Condition,
    Counting,
    DefinitionSpec,
    FactSpec,
    Group,
    Keep,
    MeasureSpec,
    ParameterSpec,
    ParameterVersion,
    PoolSpec,
    RecognitionKind,
    RecognitionSpec,
    ReductionSpec,
    SchemeSpec,
    StackingSpec,
    Standing,
    TableSpec,
    WindowSpec,
    name_of,
    versions_under,
)
from ..rulebook.literals import show_value
from ..rulebook.reach import references
from ..telling.asked import said_by
from ..telling.pools import pool_words
from .figures import lapse_words, row_value, span_words
from .text import assumed_words, lapse_of, per_words, standing_of
from .told import mark, not_now

JOIN = {"all": "以下各条都要满足", "any": "以下满足一条即可", "not": "不得有以下情形"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
ELSEWHERE = '<span class="q own">'  # before a quote that stands in the chapter of figures too
STACKING = {"highest": "就高不重复", "choose": "择一申报", "cap": "合计封顶", "order": "同一对象只计一次，按先后", "cumulate": "可以叠加"}


# -- small things ---------------------------------------------------------------------------------------


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """A table of ready cells, its heading repeated on every printed page; empty without rows."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    head = "".join(f"<th>{escape(h)}</th>" for h in headings)
    return f'<div class="wide"><table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>' if body else ""


def bullets(items: Iterable[str], kind: str = "") -> str:
    """A list of ready items, each once; empty without any. `flat`: on paper one after another."""
    found = list(dict.fromkeys(items))
    return f"<ul{f' class={kind}' if kind else ''}>" + "".join(f"<li>{item}</li>" for item in found) + "</ul>" if found else ""


def titled(title: str, body: str, level: int = 2) -> str:
    """A heading and what stands under it; nothing where that is empty."""
    return f"<h{level}>{escape(title)}</h{level}>{body}" if body else ""


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """Label and value, ready; those without a value are left out."""
    body = "".join(f"<dt>{escape(label)}</dt><dd>{value}</dd>" for label, value in rows if value)
    return f"<dl>{body}</dl>" if body else ""


def link(page: str, title: str) -> str:
    """`page` is one of `place` or `file_of`; no address is ever taken from a rulebook."""
    return f'<a href="{escape(page)}">{escape(title)}</a>'


_PAGES = {"c": "clauses", "f": "figures", "t": "figures", "w": "words", "d": "sources", "o": "readings"}
_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")


def anchor(kind: str, name: str) -> str:
    """The id of a clause (c), figure (f), table (t), word (w), document (d) or open reading (o): its own in the whole book."""
    return f"{kind}-{re.sub(r'[^0-9A-Za-z一-鿿.·/-]', lambda m: f'_{ord(m.group()):x}_', name)}"


def place(kind: str, name: str) -> str:
    """The address of what `anchor` marks."""
    return f"{_PAGES[kind]}.html#{anchor(kind, name)}"


def file_of(spec: MeasureSpec | RecognitionSpec) -> str:
    """The page of a measure or recognition: a name every system takes, no two alike.

    An id that is not plain (capitals, other signs, very long) is told apart by its digest; `~` stands in no
    plain id, so that the two kinds never meet.
    """
    name = spec.id
    if not _PLAIN.fullmatch(name):
        name = re.sub(r"[^a-z0-9._-]+", "-", name.lower())[:40].strip("-.") + "~" + hashlib.sha256(name.encode()).hexdigest()[:16]
    return ("m-" if isinstance(spec, MeasureSpec) else "r-") + name + ".html"


def words(expr: t.Expr) -> str:
    """An expression as a Chinese sentence; dates are 早于 and 晚于, not 低于 and 超过."""
    compared = (e for e in t.walk(expr) if isinstance(e, t.Compared))
    return escape(named_sentence(expr, frozenset(id(e.source) for e in compared if isinstance(e.left.type, Date))))


def tag(standing: Standing, instead: str = "") -> str:
    """A standing, or the word that stands in its place where what it speaks of is not of this day."""
    return f'<span class="s d">{escape(instead)}</span>' if instead else f'<span class="s s{int(standing)}">{standing.label}</span>'


def _prior(book: CompiledRulebook, counting: Counting) -> str:
    """What a cap says of support received before."""
    if counting.earlier is not None:
        return f"，连同 {words(counting.earlier)}"
    if counting.ignored:
        return f"，不计以往：{escape(counting.ignored)}" + (
            f"（{_clause(book, counting.basis)}）" if counting.basis and counting.basis.clauses else tag(Standing.ASSUMED)
        )
    return "" if counting.stated else "，计不计以往没有写"


def source(book: CompiledRulebook, basis: Basis, home: str = "", when: str = "") -> str:
    """Standing, document, clause, sheet and letter of a figure or condition.

    `home` is the document named at the head of where this stands: of it only clause and letter are said. `when`
    says why what stands here does not hold on the day: it is then shown in place of a firm standing.
    """
    standing = standing_of(book, basis)
    document = book.documents.get(basis.document) if basis.document else None
    shown = tag(standing, (when if standing in (Standing.ENACTED, Standing.UNVERIFIED) else "") or mark(book, basis, standing))
    if document is None:
        return shown
    letter = basis.letter or document.letter
    cut, quoted = (
        "原文在此截断" if basis.cut else "",
        f"“{escape(basis.quote)}”" if basis.quote else "没有原话" if basis.wordless else "",
    )
    quoted = f'<span class="q">{quoted}</span>' if quoted else ""
    if document.key == home:
        said = [f"{_clause(book, basis)}（{letter}）", quoted, cut]
    else:
        cite = (
            {Standing.ASSUMED: "补", Standing.UNSET: "见"}.get(standing, "")
            + link(place("d", document.key), document.number or document.title)
            + assumed_words(document)
        )
        said = [cite, _clause(book, basis), f"资料 <code>{escape(document.sheet)}</code>（{letter}）", quoted, cut, _lapse(book, basis, standing)]
    return f'{shown} <span class="src">{" · ".join(x for x in said if x)}</span>'


def origin(book: CompiledRulebook, key: str, clause: str = "") -> str:
    """A document as the head of what rests on it: title, standing, sheet, letter."""
    document, basis = book.documents[key], Basis(key, clauses=(clause,) if clause else ())
    standing = standing_of(book, basis)
    sheet = f"资料 <code>{escape(document.sheet)}</code>（{document.letter}）"
    said = [_clause(book, basis), sheet, _lapse(book, basis, standing)]
    shown = tag(standing, mark(book, basis, standing))
    return f'{link(place("d", key), document.cite)}{assumed_words(document)} {shown} <span class="src">{" · ".join(x for x in said if x)}</span>'


def _lapse(book: CompiledRulebook, basis: Basis, standing: Standing) -> str:
    """When its document lapses, and what that means."""
    day = lapse_of(book, basis)
    if day is None:
        return ""
    document = book.documents.get(basis.document) if basis.document else None
    return days(lapse_words(day, document)) + ("" if standing is Standing.BENCHMARK else "，其后只供参照")


def _clause(book: CompiledRulebook, basis: Basis) -> str:
    return "、".join(link(place("c", c), c) if c in book.clauses else escape(c) for c in basis.clauses)


def span(start: date | None, end: date | None) -> str:
    """The dates between which something holds, in brackets; empty if it has none."""
    words = days(span_words(start, end))
    return f"（{words}）" if words else ""


def days(text: str) -> str:
    """Dates that stay on one line."""
    return _DAY.sub(r'<span class="nb">\g<0></span>', escape(text))


def note(text: str) -> str:
    return f'<div class="note">注：{escape(text)}</div>' if text else ""


# -- what an expression speaks of -----------------------------------------------------------------------


def own_versions(book: CompiledRulebook, parameter: ParameterSpec, scheme: SchemeSpec | None) -> list[ParameterVersion]:
    """The versions a reader of this scheme meets: those of its own document, else all."""
    return list(versions_under(parameter, scheme.document if scheme is not None and scheme.name else None, book.documents))


def speaks_of(book: CompiledRulebook, roots: Iterable[t.Expr], scheme: SchemeSpec | None = None, home: str = "") -> Iterator[str]:
    """Each figure, definition, table and title an expression rests on, with value and source."""
    for node in references(list(roots), book):
        if isinstance(node, t.ParameterRef):
            parameter = book.parameters[node.parameter]
            yield from (_version(book, parameter, v, home) for v in own_versions(book, parameter, scheme))
        elif isinstance(node, t.DefinitionRef):
            yield _definition(book, book.definitions[node.definition], home)
        elif isinstance(node, t.Lookup):
            yield f"{_anchor(book, node.table)}（标准表）"
        elif isinstance(node, t.RecognitionRef):
            yield _title(book, node)
        elif isinstance(node, t.ConclusionRef):
            measure = book.measures[node.measure]
            what = "叠加前的测算金额" if node.amount else "是否符合，按它自己的条件；不看是否已经领取"
            yield f"{link(file_of(measure), measure.title)}：{what}"
        elif isinstance(node, t.FactRef):
            yield _asked(book.facts[node.fact])


def figures(book: CompiledRulebook, roots: Iterable[t.Expr], scheme: SchemeSpec | None = None, home: str = "") -> str:
    """`speaks_of` as a small list under a condition or an amount."""
    return bullets(f'<div class="fig">{x}</div>' for x in speaks_of(book, roots, scheme, home) if x)


def _anchor(book: CompiledRulebook, key: str) -> str:
    """A figure by name: a link where it is this rulebook's own, else whose it is."""
    owner, name = key.partition("/")[0], name_of(key)
    if key in book.readings:
        return f"读法“{escape(book.readings[key].name)}”"  # it stands on the page itself
    return link(place("t" if key in book.tables else "f", name), name) if owner == book.id else f"{escape(name)}（规则库 {escape(owner)}）"


def _version(book: CompiledRulebook, parameter: ParameterSpec, version: ParameterVersion, home: str) -> str:
    reading = book.readings.get(parameter.key)
    if reading is not None and reading.open:  # nobody decided it: how firm its clause stands says nothing of how it is read
        return f"读法“{link(place('o', reading.name), reading.name)}” {tag(Standing.UNSET, '读法未定')} {_clause(book, reading.basis)}{note(parameter.note)}"
    value = "未定" if version.value is None else show_value(version.value, parameter.type)
    shown = source(book, version.basis, home, not_now(book, version.start, version.end))
    if parameter.key.startswith(f"{book.id}/"):
        shown = shown.replace('<span class="q">', ELSEWHERE)
    return f"{_anchor(book, parameter.key)}＝{escape(value)}{span(version.start, version.end)} {shown}{note(version.note)}"


def _definition(book: CompiledRulebook, definition: DefinitionSpec, home: str) -> str:
    name = (f"{definition.on}的" if definition.on else "") + definition.name
    own = definition.basis.document or definition.basis.hand is not Standing.ENACTED  # a mere name for a calculation rests on what it uses
    return f"其中 {escape(name)}＝{words(definition.expr)}{' ' + source(book, definition.basis, home) if own else ''}{note(definition.explain)}"


def _title(book: CompiledRulebook, node: t.RecognitionRef) -> str:
    spec = book.recognitions[node.recognition]
    name = link(file_of(spec), spec.title) if spec.rulebook == book.id else f"{escape(spec.title)}（规则库 {escape(spec.rulebook)}）"
    if node.meets:
        return f"{name}：条件测评，达到条件不等于取得资格"
    return f"{name}：看证书在当日是否有效" if spec.kind is RecognitionKind.CONFERRED else f"{name}：按条件计算"


def _asked(fact: FactSpec) -> str:
    """Who must say it, where that is not the applicant."""
    return f"{escape(fact.name)}：{escape(said)}" if (said := said_by(fact)) else ""


# -- conditions -----------------------------------------------------------------------------------------


def conditions(book: CompiledRulebook, group: Group, scheme: SchemeSpec | None = None, home: str = "") -> str:
    """A group as a list: label, sentence, source, and what the sentence speaks of."""
    return bullets(_condition(book, x, scheme, home) if isinstance(x, Condition) else _nested(book, x, scheme, home) for x in group.items)


def _condition(book: CompiledRulebook, item: Condition, scheme: SchemeSpec | None, home: str) -> str:
    holds = f"{span(item.start, item.end)}" if item.start or item.end else ""
    return f"<b>{escape(item.label)}</b>{holds}：{escape(item.text)} {source(book, item.basis, home, not_now(book, item.start, item.end))}{note(item.note)}{figures(book, [item.expr], scheme, home)}"


def _nested(book: CompiledRulebook, group: Group, scheme: SchemeSpec | None, home: str) -> str:
    return f"<b>{escape(group.label or JOIN[group.op])}</b>{f'（{JOIN[group.op]}）' if group.label else ''}{conditions(book, group, scheme, home)}"


def window(book: CompiledRulebook, spec: WindowSpec) -> str:
    """When applications are taken, and by which clause where it is not the measure's own."""
    days = f" 在{escape(spec.days.text)}" if spec.days else ""
    own = f" {source(book, spec.basis)}" if spec.basis is not None else ""
    return f"{words(spec.expr)}{days}{span(spec.start, spec.end) if spec.start or spec.end else ''}{own}"


def reduction(book: CompiledRulebook, spec: ReductionSpec, home: str) -> str:
    """In which case, to which share, and where among the caps."""
    place = "，在封顶之后" if spec.after else ""
    return f"{_condition(book, spec.condition, None, home)}：减按 {words(spec.share)}{place}{figures(book, [spec.share], None, home)}"


# -- what is given --------------------------------------------------------------------------------------


def manner(spec: MeasureSpec) -> str:
    """How a measure supports, in a few words."""
    award = (next(iter(spec.schemes.values())) if spec.schemes else spec.base).award or spec.base.award
    if award is None:
        return ""
    money = f"资金支持（{award.basis.label}）"
    words = {"grant": money, "interest": "贴息", "relief": "税收提示", "service": "服务事项", "recommendation": "推荐"}[award.kind]
    return words + (f"，{len(spec.schemes)} 个方案" if spec.schemes else "") + ("，只作提示" if spec.hint else "")


def calculation(book: CompiledRulebook, scheme: SchemeSpec, home: str = "") -> str:
    """Amount, caps, floor, rounding, instalments, each with the figures it uses."""
    return "".join(f"<p>{said}</p>{figures(book, roots, scheme, home)}" for said, roots in _steps(book, scheme))


def _steps(book: CompiledRulebook, scheme: SchemeSpec) -> Iterator[tuple[str, list[t.Expr]]]:
    award = scheme.award
    if award is not None:
        yield from _amount(scheme)
        yield from ((f"其中 {escape(p.label)}＝{words(p.expr)}", [p.expr]) for p in award.parts)
    for limit in scheme.limits:
        expr = limit.amount or limit.count
        assert expr is not None
        word = "封顶" if limit.count is None else "件数上限，取" + ("金额高的" if limit.keep == Keep.HIGHEST else "在前的")
        earlier = limit.counting.earlier
        yield f"{word}（{escape(per_words(limit))}）：{words(expr)}{_prior(book, limit.counting)}", [expr, *([earlier] if earlier else [])]
    if scheme.floor is not None:
        yield f"起付线：{words(scheme.floor)}", [scheme.floor]
    if scheme.rounding:
        yield f"取整：{escape(scheme.rounding.text)}", []
    for part in scheme.pay:
        when = f"，当 {words(part.when)}" if part.when else ""
        due = f"（{escape(part.due)}）" if part.due and part.due != part.label else ""
        yield f"分期：{escape(part.label)} {words(part.share)}{due}{when}", [part.share]
    for share in scheme.funded:
        yield f"分担：{escape(share.by)} {words(share.share)}", [share.share]


def _amount(scheme: SchemeSpec) -> Iterator[tuple[str, list[t.Expr]]]:
    award = scheme.award
    assert award is not None
    if award.kind in ("relief", "service", "recommendation") or award.expr is None:
        rate = f"（{words(award.expr)}）" if award.expr else ""
        yield escape(award.text) + rate, [award.expr] if award.expr else []
        return
    low = f"{words(award.low)} 至 " if award.low else ""
    roots = [award.expr, *([award.low] if award.low else [])]
    yield f"金额（{award.basis.full}）：{low}{words(award.expr)}", roots


def readings(scheme: SchemeSpec) -> str:
    """What the text leaves open, and which way was taken."""
    return bullets(f"{escape(r.question)} 取“{escape(r.chosen)}”，不取“{escape('、'.join(r.instead_of))}” {tag(r.standing)}" for r in scheme.readings)


def evidence(scheme: SchemeSpec) -> str:
    """Materials asked for, some only where a condition holds."""
    return bullets((escape(e.text) + (f"（当 {words(e.when)}）" if e.when else "") for e in scheme.evidence), "flat")


def schemes(book: CompiledRulebook, spec: MeasureSpec) -> str:
    """The schemes side by side, each whole; a line that none of them has is left out."""
    columns = list(spec.schemes.values())
    rows = (
        ("出处", [origin(book, s.document, s.clause) for s in columns]),
        ("条件", [conditions(book, s.when, s, s.document) for s in columns]),
        ("不予支持情形", [conditions(book, s.unless, s, s.document) for s in columns]),
        ("计算", [calculation(book, s, s.document) for s in columns]),
        ("申报材料", [evidence(s) for s in columns]),
        ("义务", [bullets(escape(o) for o in s.obligations) for s in columns]),
        ("读法", [readings(s) for s in columns]),
        ("说明", [escape(s.note) for s in columns]),
    )
    head = "<tr><th></th>" + "".join(f"<th>{escape(n)}{'（缺省）' if i == 0 and len(columns) > 1 else ''}</th>" for i, n in enumerate(spec.schemes)) + "</tr>"
    body = "".join(
        f"<tr{' class=long' if title in ('条件', '计算') else ''}><th>{title}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for title, cells in rows
        if any(cells)
    )
    return f'<div class="wide"><table class="{"many" if len(columns) > 1 else ""}"><thead>{head}</thead><tbody>{body}</tbody></table></div>'


def stacking(book: CompiledRulebook, group: StackingSpec, spec: MeasureSpec | None = None) -> str:
    """One rule between measures, seen from one of them or from outside."""
    others = "、".join(link(file_of(book.measures[k]), book.measures[k].title) for k in group.members if spec is None or k != spec.key)
    amount = f"，不超过 {words(group.amount)}" if group.amount else ""
    prior = _prior(book, group.counting)
    roots = [x for x in (group.amount, group.counting.earlier) if x is not None]
    return (
        f"<b>{STACKING[group.rule]}</b>（每{escape(group.per)}）：{others}{amount}{prior} {source(book, group.basis)}{note(group.note)}{figures(book, roots)}"
    )


def pool(book: CompiledRulebook, one: PoolSpec, spec: MeasureSpec | None = None) -> str:
    """One rule over all applicants, seen from one of its measures or from outside."""
    others = "、".join(link(file_of(book.measures[k]), book.measures[k].title) for k in one.members if spec is None or k != spec.key)
    named = f"（{'与' if spec is not None else ''}{others}）" if others else ""
    return f"<b>{escape(one.title)}</b>{named}：{escape(pool_words(one))} {source(book, one.basis)}{note(one.note)}{figures(book, one.figures)}"


# -- tables of figures ----------------------------------------------------------------------------------


def parameter_table(book: CompiledRulebook, parameters: Iterable[ParameterSpec], *, anchored: bool = False) -> str:
    """Every version of each, with dates and source; the name once, over its versions."""
    body = "".join(_parameter_rows(book, p, anchored) for p in parameters)
    head = "".join(f"<th>{h}</th>" for h in ("标准", "数值", "适用期间", "依据"))
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>' if body else ""


def _parameter_rows(book: CompiledRulebook, parameter: ParameterSpec, anchored: bool) -> str:
    name = escape(parameter.name) if anchored else _anchor(book, parameter.key)
    mark = f' id="{anchor("f", parameter.name)}"' if anchored else ""
    out = []
    for number, version in enumerate(parameter.versions):
        value = "未定" if version.value is None else show_value(version.value, parameter.type)
        head = f'<td{mark} rowspan="{len(parameter.versions)}">{name}{note(parameter.note)}</td>' if number == 0 else ""
        out.append(
            f"<tr>{head}<td>{escape(value)}</td><td>{days(span_words(version.start, version.end))}</td>"
            f"<td>{source(book, version.basis, when=not_now(book, version.start, version.end))}{note(version.note)}</td></tr>"
        )
    return "".join(out)


def rate_table(book: CompiledRulebook, spec: TableSpec) -> str:
    """A table of the policy, row by row."""
    rows = (
        [
            *(escape("不限" if x.text == "-" else x.text) for x in row.tests),
            escape(row_value(spec, row)) + span(row.start, row.end),
            source(book, row.basis, when=not_now(book, row.start, row.end)) + note(row.note),
        ]
        for row in spec.rows
    )
    return table([*(n for n, _ in spec.inputs), "标准", "依据"], rows)
