"""The policy book: a rulebook as a static, self-contained, printable site in Chinese.

Made from rules and features only. Every condition and figure shows its standing and source; what
is not encoded is listed with the reason. Files are written whole or not at all. No script is needed
to read it; the search box is the only script.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from ..language.printer import sentence
from ..rulebook.compiled import (
    Basis, ClauseSpec, CompiledRulebook, Condition, Group, MeasureSpec, RecognitionSpec, SchemeSpec, Standing, name_of,
)  # fmt: skip
from ..rulebook.compiler import references
from ..rulebook.literals import show_value
from .coverage import coverage
from .scenarios import Feature
from .text import MANNER, standing_of

DISPOSITION = {
    "measure": "支持事项", "recognition": "资格", "condition": "条件", "channel": "资金渠道", "target": "目标", "duty": "政府职责，不编码", "unread": "未读",
}  # fmt: skip
JOIN = {"all": "以下各条都要满足", "any": "以下满足一条即可", "not": "不得有以下情形"}
_STANDING_NOTES = {
    Standing.ENACTED: "本地或上级现行文件所定", Standing.UNVERIFIED: "属本地或上级文件，文字或数字尚待核对原文", Standing.ASSUMED: "没有文件依据的假定",
    Standing.BENCHMARK: "他处文件或已失效文件，只供参照", Standing.UNSET: "没有规定数字",
}  # fmt: skip

CSS = """
:root{--ink:#1d1d1f;--soft:#666;--line:#d8d8d8;--red:#a4161a;--bg:#fffdf8}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.85 "Noto Serif CJK SC","Source Han Serif SC","Songti SC",SimSun,serif}
main,header,footer{max-width:52rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2rem}header a,nav a{color:var(--red);text-decoration:none}
nav{border-bottom:1px solid var(--line);padding:.3rem 0 .6rem;font-family:"Noto Sans CJK SC",sans-serif;font-size:.9rem}
nav a{margin-right:1.1rem}
h1{font-size:1.7rem;line-height:1.4;margin:1.2rem 0 .4rem}h2{font-size:1.25rem;border-left:.3rem solid var(--red);padding-left:.6rem;margin-top:2.2rem}
h3{font-size:1.05rem;margin:1.4rem 0 .3rem}
table{border-collapse:collapse;width:100%;margin:.6rem 0;font-size:.93rem;line-height:1.6}
th,td{border:1px solid var(--line);padding:.35rem .55rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f4efe4;font-weight:600;white-space:nowrap}
ul{padding-left:1.3rem;margin:.3rem 0}li{margin:.15rem 0}
.s{font:.75rem/1.4 "Noto Sans CJK SC",sans-serif;border:1px solid;border-radius:.25rem;padding:0 .35rem;white-space:nowrap;margin-left:.3rem}
.s0{color:#1b6e3c}.s1{color:#7a5c00}.s2{color:#8a4b00}.s3{color:#1f4e8c}.s4{color:#a4161a}
.src{color:var(--soft);font-size:.85rem}.note{color:var(--soft);font-size:.92rem}
.box{border:1px solid var(--line);background:#fff;padding:.6rem 1rem;margin:.8rem 0}
.ok{color:#1b6e3c}.bad{color:#a4161a}
pre{white-space:pre-wrap;font-family:inherit;background:#fff;border:1px solid var(--line);padding:.6rem .9rem;font-size:.92rem;margin:.4rem 0}
details summary{cursor:pointer}#q{width:100%;padding:.5rem;font:inherit;border:1px solid var(--line)}
footer{color:var(--soft);font-size:.85rem;padding:2rem 1.5rem}
@media print{nav,#q,#hits{display:none}body{background:#fff;font-size:11pt}h2,h3{break-after:avoid}table,pre,.box{break-inside:avoid}details>*{display:block}}
"""

SCRIPT = """
const q=document.getElementById('q'),h=document.getElementById('hits');
q&&q.addEventListener('input',()=>{const w=q.value.trim();h.replaceChildren();if(!w)return;
for(const[t,u,x]of INDEX){if((t+x).includes(w)){const l=document.createElement('li'),a=document.createElement('a');a.href=u;a.textContent=t;l.append(a);h.append(l)}}});
"""


def write_book(book: CompiledRulebook, folder: Path, features: Mapping[str, list[Feature]]) -> int:
    """Write the site; returns the number of pages. `features` by measure or recognition id."""
    pages = dict(_pages(book, features))
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".book.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(folder / name)
    return len(pages)


def _page(book: CompiledRulebook, title: str, body: Iterable[str], script: str = "") -> str:
    links = (("index.html", "总览"), ("clauses.html", "逐条对照"), ("figures.html", "支持标准"), ("by.html", "分类索引"), ("words.html", "数据项"), ("sources.html", "文件"))
    nav = "".join(f'<a href="{u}">{t}</a>' for u, t in links)
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)} · {escape(book.title)}</title><style>{CSS}</style></head><body>"
        f'<header><a href="index.html">{escape(book.title)}</a>　<span class="src">{escape(book.id)} {escape(book.version)}</span><nav>{nav}</nav></header>'
        f"<main>{''.join(body)}</main>"
        f"<footer>由规则库与场景自动生成，只作说明，不构成支持承诺；以正式文件与公示为准。　校验 {book.digest[7:23]}</footer>{script}</body></html>\n"
    )


def _tag(standing: Standing) -> str:
    return f'<span class="s s{int(standing)}">{standing.label}</span>'


def _source(book: CompiledRulebook, basis: Basis) -> str:
    standing = standing_of(book, basis)
    document = book.documents.get(basis.document) if basis.document else None
    if document is None or basis.hand is Standing.ASSUMED:
        return _tag(standing)
    letter = basis.letter or document.letter
    clause = f" {escape(basis.clause)}" if basis.clause else ""
    return f'{_tag(standing)} <span class="src">{escape(document.number or document.title)}{clause} · 资料 {escape(document.sheet)}（{letter}）</span>'


def _file(spec: MeasureSpec | RecognitionSpec) -> str:
    return ("m-" if isinstance(spec, MeasureSpec) else "r-") + spec.id.replace("/", "-") + ".html"


def _own(book: CompiledRulebook) -> list[RecognitionSpec]:
    return [r for r in book.recognitions.values() if r.rulebook == book.id]


def _subjects(book: CompiledRulebook) -> list[MeasureSpec | RecognitionSpec]:
    return [*book.measures.values(), *_own(book)]


def _pages(book: CompiledRulebook, features: Mapping[str, list[Feature]]) -> Iterator[tuple[str, str]]:
    entries = []
    for spec in _subjects(book):
        entries.append((spec.title, _file(spec), spec.id + (spec.family if isinstance(spec, MeasureSpec) else "")))
    for clause in book.clauses.values():
        entries.append((f"{clause.id} {clause.title}", f"clauses.html#{clause.id}", clause.says))
    for key, parameter in book.parameters.items():
        if key.startswith(book.id + "/"):
            entries.append((f"标准：{parameter.name}", f"figures.html#{parameter.name}", ""))
    data = json.dumps(entries, ensure_ascii=False).replace("</", "<\\/")
    index = f"<script>const INDEX={data};{SCRIPT}</script>"
    yield "index.html", _page(book, "总览", _index(book), index)
    yield "clauses.html", _page(book, "逐条对照", _clauses(book))
    yield "figures.html", _page(book, "支持标准", _figures(book))
    yield "by.html", _page(book, "分类索引", _by(book))
    yield "words.html", _page(book, "数据项", _words(book))
    yield "sources.html", _page(book, "文件", _sources(book))
    for measure in book.measures.values():
        yield _file(measure), _page(book, measure.title, _measure(book, measure, features.get(measure.id, [])))
    for recognition in _own(book):
        yield _file(recognition), _page(book, recognition.title, _recognition(book, recognition, features.get(recognition.id, [])))


def _index(book: CompiledRulebook) -> Iterator[str]:
    report = coverage(book)
    yield f"<h1>{escape(book.title)}：政策手册</h1>"
    yield f"<p>{escape(book.summary)}</p>"
    if book.note:
        yield f'<p class="note">{escape(book.note)}</p>'
    yield '<input id="q" placeholder="查找事项、条款、标准…" aria-label="查找"><ul id="hits"></ul>'
    yield "<h2>依据状态怎么看</h2><table>"
    for standing, words in _STANDING_NOTES.items():
        yield f"<tr><th>{_tag(standing)}</th><td>{words}</td></tr>"
    yield "</table><p>结论的依据状态取它所依据的条件与标准中最弱的一个；所有金额都是测算，不是核定。</p>"
    yield "<h2>支持事项</h2>"
    families: dict[str, list[MeasureSpec]] = {}
    for spec in book.measures.values():
        families.setdefault(spec.family or "其他", []).append(spec)
    for family, specs in families.items():
        yield f"<h3>{escape(family)}</h3><table><tr><th>事项</th><th>条款</th><th>支持方式</th></tr>"
        for spec in specs:
            yield f'<tr><td><a href="{_file(spec)}">{escape(spec.title)}</a></td><td>{escape("、".join(spec.clauses))}</td><td>{escape(_manner(spec))}</td></tr>'
        yield "</table>"
    if own := _own(book):
        yield "<h2>资格</h2><ul>" + "".join(f'<li><a href="{_file(r)}">{escape(r.title)}</a></li>' for r in own) + "</ul>"
    if book.targets:
        yield "<h2>目标</h2><table><tr><th>目标</th><th>数值</th><th>期限</th></tr>"
        for target in book.targets:
            yield f"<tr><td>{escape(target.title)}</td><td>{escape(target.value)}</td><td>{target.by or ''}</td></tr>"
        yield "</table>"
    counts = report["dispositions"]
    yield f"<h2>覆盖</h2><p>共 {len(book.clauses)} 条："
    yield "；".join(f"{DISPOSITION[k]} {n}" for k, n in counts.items()) + "。</p>"
    yield f"<p>{report['conditions']} 条条件（{_counts(report['conditions_by_standing'])}），{report['figures']} 个标准（{_counts(report['figures_by_standing'])}）。</p>"


def _counts(counts: Mapping[str, int]) -> str:
    return "、".join(f"{k} {n}" for k, n in counts.items())


def _manner(spec: MeasureSpec) -> str:
    schemes = list(spec.schemes.values()) or [spec.base]
    award = schemes[0].award
    if award is None:
        return ""
    words = {"grant": MANNER[award.basis] + "的资金支持", "interest": "贴息", "relief": "税收提示", "service": "服务事项", "recommendation": "推荐"}[award.kind]
    return words + (f"，{len(spec.schemes)} 个参照方案" if spec.schemes else "") + ("（提示，不计入合计）" if spec.hint else "")


def _clauses(book: CompiledRulebook) -> Iterator[str]:
    carried = {row["id"]: row["carried_by"] for row in coverage(book)["clauses"]}
    files = {s.id: (s.title, _file(s)) for s in _subjects(book)}
    yield "<h1>逐条对照</h1><p>文件的每一条与它在规则库里的去向。说明是转述，不是原文。</p>"
    for clause in book.clauses.values():
        yield from _clause(clause, [files[i] for i in carried.get(clause.id, []) if i in files])


def _clause(clause: ClauseSpec, carried: list[tuple[str, str]]) -> Iterator[str]:
    yield f'<div class="box" id="{escape(clause.id)}"><h3>{escape(clause.id)}　{escape(clause.title)}<span class="s">{DISPOSITION[clause.disposition]}</span></h3>'
    yield f"<p>{escape(clause.says)}</p>"
    if clause.lead:
        yield f'<p class="src">牵头：{escape("、".join(clause.lead))}' + (f"　配合：{escape('、'.join(clause.support))}" if clause.support else "") + "</p>"
    if clause.why:
        yield f'<p class="note">没有编码的原因：{escape(clause.why)}</p>'
    if carried:
        yield "<ul>" + "".join(f'<li><a href="{f}">{escape(title)}</a></li>' for title, f in carried) + "</ul>"
    yield "</div>"


def _figures(book: CompiledRulebook) -> Iterator[str]:
    yield "<h1>支持标准及其沿革</h1>"
    yield "<table><tr><th>标准</th><th>数值</th><th>适用期间</th><th>依据</th></tr>"
    for key, parameter in book.parameters.items():
        if not key.startswith(book.id + "/"):
            continue
        for n, version in enumerate(parameter.versions):
            value = "未定" if version.value is None else show_value(version.value, parameter.type)
            span = _span(version.start, version.end)
            head = f'<td id="{escape(parameter.name)}" rowspan="{len(parameter.versions)}">{escape(parameter.name)}</td>' if n == 0 else ""
            yield f"<tr>{head}<td>{escape(value)}</td><td>{span}</td><td>{_source(book, version.basis)}</td></tr>"
    yield "</table>"
    for key, table in book.tables.items():
        if not key.startswith(book.id + "/"):
            continue
        words = {"first": "取第一个符合的一行", "highest": "取最高的一行", "slab": "全额套档", "marginal": "超额累进"}[table.match]
        yield f'<h3 id="{escape(table.name)}">{escape(table.name)}（{words}）</h3><table><tr>'
        yield "".join(f"<th>{escape(n)}</th>" for n, _ in table.inputs) + "<th>标准</th><th>依据</th></tr>"
        for row in table.rows:
            value = ("未定" if row.basis.hand is Standing.UNSET else "未读") if row.value is None else show_value(row.value, table.value_type)
            yield "<tr>" + "".join(f"<td>{escape(x.text)}</td>" for x in row.tests) + f"<td>{escape(value)}</td><td>{_source(book, row.basis)}</td></tr>"
        yield "</table>"


def _by(book: CompiledRulebook) -> Iterator[str]:
    yield "<h1>分类索引</h1>"
    groups: dict[str, dict[str, list[MeasureSpec]]] = {"按牵头部门": {}, "按申报材料": {}, "按资金渠道": {}}
    for spec in book.measures.values():
        for name in spec.departments[0]:
            groups["按牵头部门"].setdefault(name, []).append(spec)
        for channel in spec.channel:
            groups["按资金渠道"].setdefault(channel, []).append(spec)
        for scheme in (spec.base, *spec.schemes.values()):
            for item in scheme.evidence:
                if spec not in groups["按申报材料"].setdefault(item.text, []):
                    groups["按申报材料"][item.text].append(spec)
    for title, members in groups.items():
        if members:
            yield f"<h2>{title}</h2><table>"
            for name, specs in sorted(members.items()):
                links = "、".join(f'<a href="{_file(s)}">{escape(s.title)}</a>' for s in specs)
                yield f"<tr><th>{escape(name)}</th><td>{links}</td></tr>"
            yield "</table>"


def _words(book: CompiledRulebook) -> Iterator[str]:
    yield "<h1>申报数据项</h1><table><tr><th>数据项</th><th>说明</th><th>材料</th></tr>"
    for fact in book.facts.values():
        extra = ("；由" + fact.verified_by + "核实" if fact.verified_by else "") + ("；由审核人员判断" if fact.judgement else "") + ("；按年度" if fact.yearly else "")
        yield f"<tr><td>{escape(fact.name)}</td><td>{escape(fact.type.show() + extra)}<br>{escape(fact.explain)}</td><td>{escape('、'.join(fact.evidence))}</td></tr>"
    yield "</table>"
    for record in book.records.values():
        yield f"<h3>明细：{escape(record.name)}</h3><table><tr><th>栏</th><th>说明</th></tr>"
        for column in record.fields.values():
            yield f"<tr><td>{escape(column.name)}</td><td>{escape(column.type.show())} {escape(column.explain)}</td></tr>"
        yield "</table>"


def _sources(book: CompiledRulebook) -> Iterator[str]:
    yield "<h1>文件</h1><table><tr><th>文件</th><th>机关与地区</th><th>起止</th><th>资料与等级</th></tr>"
    for document in book.documents.values():
        assumed = "（起止为假定）" if {"from", "to"} & set(document.assumed) else ""
        note = f'<br><span class="note">{escape(document.note)}</span>' if document.note else ""
        yield (
            f"<tr><td>{escape(document.cite)}{note}</td><td>{escape(document.issuer)}<br>{escape('/'.join(document.jurisdiction))}</td>"
            f"<td>{document.start or '？'} 至 {document.end or '今'}{assumed}</td><td>{escape(document.sheet)}（{document.letter}）</td></tr>"
        )
    yield "</table><p class='note'>等级：A 全文，B 原文片段，C 转述。</p>"


def _conditions(book: CompiledRulebook, group: Group) -> Iterator[str]:
    yield "<ul>"
    for item in group.items:
        if isinstance(item, Condition):
            span = f"（{_span(item.start, item.end)}适用）" if item.start or item.end else ""
            note = f'<br><span class="note">注：{escape(item.note)}</span>' if item.note else ""
            yield f"<li><b>{escape(item.label)}</b>{span}：{escape(item.text)} {_source(book, item.basis)}{_used(book, item)}{note}</li>"
        else:
            yield f"<li><b>{escape(item.label or JOIN[item.op])}</b>（{JOIN[item.op]}）"
            yield from _conditions(book, item)
            yield "</li>"
    yield "</ul>"


def _span(start: object, end: object) -> str:
    if start and end:
        return f"{start} 至 {end}"
    return f"{start} 起" if start else f"至 {end}" if end else "—"


def _used(book: CompiledRulebook, condition: Condition) -> str:
    from ..language import typed as t

    names = []
    for node in references([condition.expr], book):
        if isinstance(node, t.ParameterRef):
            spec = book.parameters[node.parameter]
            shown = "；".join("未定" if x.value is None else show_value(x.value, spec.type) for x in spec.versions)
            names.append(f"{spec.name}＝{shown}")
    return f'<br><span class="src">{escape("，".join(dict.fromkeys(names)))}</span>' if names else ""


def _measure(book: CompiledRulebook, spec: MeasureSpec, features: list[Feature]) -> Iterator[str]:
    yield f'<h1>{escape(spec.title)}</h1><p class="src">编号 {escape(spec.id)}　条款 '
    yield "、".join(f'<a href="clauses.html#{escape(x)}">{escape(x)}</a>' for x in spec.clauses)
    yield f"　{escape(book.documents[spec.document].cite) if spec.document else ''}</p>"
    lead, support = spec.departments
    if lead:
        yield f"<p>牵头：{escape('、'.join(lead))}" + (f"；配合：{escape('、'.join(support))}" if support else "") + "</p>"
    if spec.channel:
        yield f"<p>资金渠道：{escape('、'.join(spec.channel))}</p>"
    if spec.hint:
        yield '<p class="note">由其他部门或银行办理，这里只作提示，不计入合计。</p>'
    if spec.governed_by:
        yield f"<p>适用日期：{escape(sentence(spec.governed_by.source))}（按它选用标准的版本）</p>"
    if spec.window:
        yield f"<p>受理：{escape(sentence(spec.window.source))}</p>"
    if spec.each and spec.records:
        yield f"<p>对每一条“{escape(sentence(spec.records.source))}”分别判断，有一条满足即可。</p>"
    if spec.when.items:
        yield "<h2>条件</h2>"
        yield from _conditions(book, spec.when)
    if spec.unless.items:
        yield "<h2>不予支持情形</h2>"
        yield from _conditions(book, spec.unless)
    if spec.schemes:
        yield "<h2>参照方案（整套取用，不混合）</h2><table><tr><th></th>" + "".join(f"<th>{escape(n)}</th>" for n in spec.schemes) + "</tr>"
        rows: tuple[tuple[str, Callable[[SchemeSpec], str]], ...] = (("出处", lambda s: escape(book.documents[s.document].cite)), ("条件", lambda s: "".join(_conditions(book, s.when)) if s.when.items else "—"),
                ("计算", lambda s: "<br>".join(_award(book, s))), ("说明", lambda s: escape(s.note) or "—"))  # fmt: skip
        for title, make in rows:
            yield f"<tr><th>{title}</th>" + "".join(f"<td>{make(s)}</td>" for s in spec.schemes.values()) + "</tr>"
        yield "</table>"
    else:
        yield "<h2>支持</h2><p>" + "<br>".join(_award(book, spec.base)) + "</p>"
    groups = [g for g in book.stacking if spec.key in g.members]
    if groups:
        words = {"highest": "就高不重复", "choose": "择一申报", "cap": "合计封顶", "order": "同一对象只计一次，按先后", "cumulate": "可以叠加"}
        yield "<h2>与其他事项的关系</h2><ul>"
        for group in groups:
            others = "、".join(book.measures[k].title for k in group.members if k != spec.key)
            yield f"<li>{words[group.rule]}（每{escape(group.per)}）：{escape(others)} {_source(book, group.basis)}</li>"
        yield "</ul>"
    everything = [*spec.base.evidence, *(e for s in spec.schemes.values() for e in s.evidence)]
    for title, items in (
        ("申报材料", [e.text + (f"（当 {sentence(e.when.source)}）" if e.when else "") for e in everything]),
        ("获支持后的义务", [o for s in (spec.base, *spec.schemes.values()) for o in s.obligations]),
        ("读法", [f"{r.question} 取“{r.chosen}”（不取“{'、'.join(r.instead_of)}”）〔{r.standing.label}〕" for s in (spec.base, *spec.schemes.values()) for r in s.readings]),
        ("尚有未读条款", [f"{n}（{book.clauses[n].title}）：{book.clauses[n].why}" for n in spec.incomplete]),
        ("说明", [x for x in (spec.note, f"公平竞争审查提示：{spec.fairness}" if spec.fairness else "") if x]),
    ):  # fmt: skip
        if items:
            yield f"<h2>{title}</h2><ul>" + "".join(f"<li>{escape(i)}</li>" for i in dict.fromkeys(items)) + "</ul>"
    yield from _scenarios(features)


def _award(book: CompiledRulebook, scheme: SchemeSpec) -> Iterator[str]:
    award = scheme.award
    if award is None:
        return
    if award.expr is None:
        yield escape(award.text)
    elif award.kind in ("relief", "service", "recommendation"):
        yield escape(f"{award.text}（{sentence(award.expr.source)}）")
    else:
        low = f"{sentence(award.low.source)} 至 " if award.low else ""
        yield f"金额（{MANNER[award.basis]}）：{escape(low + sentence(award.expr.source))}{_figures_of(book, [award.expr], scheme)}"
    for limit in scheme.limits:
        expr = limit.amount or limit.count
        assert expr is not None
        word = "件数上限" if limit.count is not None else "封顶"
        prior = f"，计入{sentence(limit.counting.source)}" if limit.counting else ""
        yield f"{word}（每{escape(limit.per)}）：{escape(sentence(expr.source) + prior)}{_figures_of(book, [expr], scheme)}"
    if scheme.floor is not None:
        yield f"起付线：{escape(sentence(scheme.floor.source))}{_figures_of(book, [scheme.floor], scheme)}"
    if scheme.rounding:
        yield f"取整：{escape(scheme.rounding.text)}"
    for part in scheme.pay:
        yield f"分期：{escape(part.label)} {escape(sentence(part.share.source))}{_figures_of(book, [part.share], scheme)} {escape(part.due)}"


def _figures_of(book: CompiledRulebook, roots: list[Any], scheme: SchemeSpec) -> str:
    """The figures an amount uses; of a scheme only those of its own document."""
    from ..language import typed as t

    out = []
    for node in references(roots, book):
        if isinstance(node, t.ParameterRef):
            spec = book.parameters[node.parameter]
            family = book.documents[scheme.document].family if scheme.name else ""
            own = [x for x in spec.versions if x.basis.document and book.documents[x.basis.document].family == family]
            for version in own or spec.versions:
                value = "未定" if version.value is None else show_value(version.value, spec.type)
                span = f"（{_span(version.start, version.end)}）" if version.start or version.end else ""
                out.append(f"{escape(spec.name)}＝{escape(value)}{span} {_source(book, version.basis)}")
        elif isinstance(node, t.Lookup):
            out.append(f'<a href="figures.html#{escape(name_of(node.table))}">{escape(name_of(node.table))}</a>')
    return "<ul>" + "".join(f"<li>{x}</li>" for x in dict.fromkeys(out)) + "</ul>" if out else ""


def _recognition(book: CompiledRulebook, spec: RecognitionSpec, features: list[Feature]) -> Iterator[str]:
    yield f"<h1>{escape(spec.title)}</h1>"
    if spec.kind == "conferred":
        yield f"<p>由{escape(spec.authority)}认定：是否具备看证书（{escape(spec.certificate)}）在当日是否有效；以下条件只作预判，达到条件不等于取得资格。</p>"
    else:
        yield "<p>按以下条件计算得出。</p>"
    yield "<h2>条件</h2>"
    yield from _conditions(book, spec.when)
    if spec.unless.items:
        yield "<h2>不予认定情形</h2>"
        yield from _conditions(book, spec.unless)
    if spec.evidence:
        yield "<h2>材料</h2><ul>" + "".join(f"<li>{escape(e.text)}</li>" for e in spec.evidence) + "</ul>"
    yield from _scenarios(features)


def _scenarios(features: list[Feature]) -> Iterator[str]:
    if not features:
        return
    yield "<h2>场景</h2>"
    for feature in features:
        if feature.description:
            yield f'<p class="note">{escape(feature.description)}</p>'
        for scenario in feature.scenarios:
            mark = {"passed": '<span class="ok">✓ 与测算一致</span>', "failed": '<span class="bad">✗ 不一致</span>'}.get(scenario.result, '<span class="src">未核对</span>')
            yield f"<details><summary>{escape(scenario.title)} {mark}</summary><pre>{escape(scenario.text)}</pre></details>"
