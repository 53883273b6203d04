"""The policy book: a rulebook as a static, self-contained, printable site in Chinese.

Made from rules and features only. Every condition and figure shows its standing and source; what
is not encoded is listed with the reason. Files are written whole or not at all. No script is needed
to read it; the search box is the only script. `all.html` is the whole book as one page, for paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from html import escape
from pathlib import Path

from ..files import write_folder
from ..language import typed as t
from ..plain import dataclass
from ..rulebook.compiled import (
    Basis,
    ChoiceSpec,
    ClauseSpec,
    CompiledRulebook,
    Disposition,
    DocumentSpec,
    FactSpec,
    MeasureSpec,
    RecognitionKind,
    RecognitionSpec,
    RecordSpec,
    Standing,
)
from ..rulebook.reach import references, roots_of
from ..rulebook.readings import readings_behind
from ..scenarios.models import Feature, scenarios_of
from ..telling.asked import said_by
from ..telling.pools import target_words
from ..visible import visible
from . import parts as p
from . import stories
from .coverage import Spec, carried_clauses, coverage, every_condition, own_specs
from .figures import figures_only, match_words, own_parameters, own_tables, span_words
from .finding import entries
from .headline import condition_standings, headlines
from .openings import Tried, openings
from .style import css, search
from .text import NUMBER_ASSUMED, by_reading, cents, document_days, pays, reading_lines, standing_of
from .told import Told, lapsed, not_now, told, weakest

DISPOSITION = {
    "measure": "支持事项", "recognition": "资格", "condition": "条件", "channel": "资金渠道", "target": "目标", "duty": "政府职责，不编码", "unread": "未读", "todo": "未处置",
}  # fmt: skip
LETTERS = {"A": "见到全文", "B": "见到原文片段", "C": "只见转述", "M": "凭记忆，只能作假定"}
_STANDING_NOTES = {
    Standing.ENACTED: "本地或上级现行文件所定", Standing.UNVERIFIED: "属本地或上级文件，文字或数字尚待核对原文", Standing.ASSUMED: "没有文件依据的假定",
    Standing.BENCHMARK: "他处文件或已失效文件，只供参照", Standing.UNSET: "没有规定数字",
}  # fmt: skip
ALL = "all.html"
OVERVIEW, MEASURES, FIGURES, OPEN, BACK = "总览", "支持事项", "资格与支持标准", "待定与读法", "数据项、索引与文件"
CHAPTERS = (OVERVIEW, MEASURES, FIGURES, OPEN, "逐条对照", BACK)  # of the print edition, in order
_LINK = re.compile(r'href="([^"#]+\.html)(#[^"]*)?"')
_RECKONED = re.compile(
    r'<div class="fig">(其中 [^<＝]+)＝(?:(?!</?div)[\s\S])*(?:<div class="note">(?:(?!</?div)[\s\S])*</div>)?</div>'
)  # a definition, its note in it


@dataclass(frozen=True)
class Page:
    """One page: its file, its title, its body, its chapter of the print edition; `printed` where paper shows less than the screen."""

    file: str
    title: str
    body: str
    chapter: str
    printed: str | None = None


def write_book(book: CompiledRulebook, folder: Path, features: Sequence[Feature], *, on: date, unrun: str = "", tried: Sequence[Tried] | None = None) -> int:
    """Write the site; returns the number of pages. `features` are those that decide by this rulebook."""
    written = site(book, features, on=on, unrun=unrun, tried=tried)
    write_folder(folder, written)
    return len(written)


def site(rulebook: CompiledRulebook, features: Sequence[Feature], *, on: date, unrun: str = "", tried: Sequence[Tried] | None = None) -> dict[str, str]:
    """Every page by file name, the whole book as one page last.

    `on`: the day it is told for; `unrun`: why scenarios have no result; `tried`: cases decided to show what open readings cost.
    """
    book = told(rulebook, on)
    pages = list(_pages(book, features, unrun, tried))
    out = {}
    for number, page in enumerate(pages):
        turn = _turn(pages[number - 1] if number else None, pages[number + 1] if number + 1 < len(pages) else None)
        script = search([e.row() for e in entries(book, _facts_used(book))]) if page.file == "index.html" else ""
        out[page.file] = _html(book, page.title, page.file, page.body + turn, script)
    out[ALL] = _html(book, "全本", ALL, _joined(pages))
    return {name: visible(text) for name, text in out.items()}


def _html(book: Told, title: str, file: str, body: str, script: str = "") -> str:
    style = css(CHAPTERS, f"{book.title}：政策手册", f"{book.id} {book.version}　按 {book.on}　{book.digest[7:15]}")
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)} · {escape(book.title)}</title><style>{style}</style></head><body>"
        f'<header><a href="index.html">{escape(book.title)}</a>　<span class="src">{escape(book.id)} {escape(book.version)}　按 {book.on} 编印</span>{_nav(file)}</header>'
        f"<main>{body}</main>"
        f"<footer>由规则库与场景自动生成，只作说明，不构成支持承诺；以正式文件与公示为准。　校验 {book.digest[7:23]}</footer>{script}</body></html>\n"
    )


def _nav(file: str) -> str:
    links = (
        ("index.html", "总览"), ("clauses.html", "逐条对照"), ("gaps.html", "未编码与待定"), ("readings.html", "读法"), ("figures.html", "支持标准"),
        ("by.html", "分类索引"), ("words.html", "数据项与口径"), ("sources.html", "文件"), (ALL, "全本（打印）"),
    )  # fmt: skip
    return "<nav>" + "".join(f'<a href="{u}"{" aria-current=page" if u == file else ""}>{x}</a>' for u, x in links) + "</nav>"


def _turn(before: Page | None, after: Page | None) -> str:
    """To the page before and the page after, so that the book can be read from start to end."""
    back = f"<span>← {p.link(before.file, before.title)}</span>" if before else "<span></span>"
    on = f"<span>{p.link(after.file, after.title)} →</span>" if after else "<span></span>"
    return f'<div class="turn">{back}{on}</div>'


def _joined(pages: Sequence[Page]) -> str:
    """The print edition: contents, then the chapters; links between pages stay inside it."""
    chapters = [(title, [x for x in pages if x.chapter == title]) for title in CHAPTERS]
    chapters = [(title, found) for title, found in chapters if found]
    told: dict[str, Page] = {}
    body = _contents(chapters) + "".join(
        f'<div class="chapter c{number}">'
        + "".join(f'<section id="p-{x.file}">{_told_once(x, told)}</section>' for x in found) + "</div>"
        for number, (_, found) in enumerate(chapters)
    )  # fmt: skip
    body = re.sub(rf" · {p.ELSEWHERE}[^<]*</span>", "", body)  # a paper book says it once
    body = re.sub(r'<input id="q"[^>]*><ul id="hits"></ul>', "", body)
    return _LINK.sub(lambda m: f'href="{m.group(2) or "#p-" + m.group(1)}"', body)


def _told_once(page: Page, told: dict[str, Page]) -> str:
    """A page as printed; how something is reckoned stands at the first measure that asks it, and others say where that is."""

    def one(found: re.Match[str]) -> str:
        first = told.setdefault(found[0], page)
        return found[0] if first is page else f'<div class="fig">{found[1]}：怎样算，见“{p.link(first.file, first.title)}”</div>'

    return _RECKONED.sub(one, page.body if page.printed is None else page.printed)


def _contents(chapters: Iterable[tuple[str, Sequence[Page]]]) -> str:
    """Chapters and what is in them; whoever sets pages by CSS adds the number of the page."""
    said = []
    for number, (title, pages) in enumerate(chapters, 1):
        found = "".join(f"<li>{p.link(x.file, x.title)}</li>" for x in pages if len(pages) > 1)
        said.append(f"<h3>{number}　{p.link(pages[0].file, title)}</h3>" + (f"<ol>{found}</ol>" if found else ""))
    return f'<nav class="contents"><h2>目录</h2>{"".join(said)}</nav>'


def _pages(book: Told, features: Sequence[Feature], unrun: str, tried: Sequence[Tried] | None) -> Iterator[Page]:
    yield Page("index.html", "总览", "".join(_index(book)), OVERVIEW)
    yield Page("clauses.html", "逐条对照", "".join(_clauses(book)), "逐条对照")
    yield Page("gaps.html", "未编码与待定", "".join(_gaps(book)), OPEN)
    yield Page("readings.html", "未定的读法及后果", "".join(openings(book, tried)), OPEN)
    stories_of = scenarios_of(features, {s.id: s.title for s in own_specs(book)})
    for spec in own_specs(book):
        body, history = "".join(_measure(book, spec) if isinstance(spec, MeasureSpec) else _recognition(book, spec)), "用到的标准及沿革"
        found = stories_of[spec.id]
        said = f'<p class="note">{escape(unrun or "没有场景。")}</p>' if unrun or not found else ""
        full, short = (p.titled("场景", said + shown) for shown in (stories.scenarios(found), stories.on_paper(found)))
        screen, paper = (p.titled(history, _history(book, spec, others_only=x)) for x in (False, True))
        yield Page(p.file_of(spec), spec.title, body + screen + full, MEASURES if isinstance(spec, MeasureSpec) else FIGURES, body + paper + short)
    yield Page("figures.html", "支持标准", "".join(_figures(book)), FIGURES)
    yield Page("words.html", "数据项与口径", "".join(_words(book)), BACK)
    yield Page("by.html", "分类索引", "".join(_by(book)), BACK, "".join(_by(book, ("按牵头部门", "按资金渠道", "按参照的文件"))))
    yield Page("sources.html", "文件", "".join(_sources(book)), BACK)


# -- 总览 -----------------------------------------------------------------------------------------------


def _index(book: Told) -> Iterator[str]:
    yield f"<h1>{escape(book.title)}：政策手册</h1><p>{escape(book.summary)}</p>"
    yield (
        f'<p class="day">按 <b class="nb">{book.on}</b> 这一天说明：那一天以前期满的文件只作“参照”，那一天还没有施行的标“尚未施行”。'
        "个案按它自己的审核日期和适用日期测算，可以不同。</p>"
    )
    if book.note:
        yield f'<p class="note">{escape(book.note)}</p>'
    if pays(book):
        yield f'<p class="src">{escape(cents(book))}</p>'
    yield '<input id="q" placeholder="查找：写几个词，次序不拘，如 认证 补助；事项、条款、标准、材料、部门都可以查" aria-label="查找"><ul id="hits"></ul>'
    yield "<h2>怎么读</h2><p>每条条件、每个标准后面都标着依据状态和出处：文件、条款、读到的是哪份资料、读到什么程度（字母）。</p>"
    yield p.table(["依据状态", "意思"], ([p.tag(s), words] for s, words in _STANDING_NOTES.items()), "short")
    yield (
        "<p>结论的依据状态取它所依据的条件与标准中最弱的一个；所有金额都是测算，不是核定。字母：" + "；".join(f"{k} {v}" for k, v in LETTERS.items()) + "。</p>"
    )
    yield _all_measures(book)
    own = [s for s in own_specs(book) if isinstance(s, RecognitionSpec)]
    rows = (
        [p.link(p.file_of(r), r.title), "由机关认定，看证书" if r.kind is RecognitionKind.CONFERRED else "按条件计算", _clause_links(book, r.clauses)]
        for r in own
    )
    yield p.titled("资格", p.table(["资格", "怎样取得", "条款"], rows))
    targets = (
        [escape(x.title), escape(x.value + (f"；{target_words(x)}" if x.progress else "")) + p.note(x.note), p.days(str(x.by or "")), p.source(book, x.basis)]
        for x in book.targets
    )
    yield p.titled("目标", p.table(["目标", "数值", "期限", "依据"], targets))
    yield from _counts(book)


def _all_measures(book: CompiledRulebook) -> str:
    """Every measure in one table: the amount and how firmly it stands first."""
    rows = []
    for family, specs in _families(book).items():
        rows.append(f'<tr class="group"><th colspan="4">{escape(family)}</th></tr>')
        rows += ["<tr>" + "".join(f"<td>{x}</td>" for x in _row(book, s)) + "</tr>" for s in specs]
    if not rows:
        return ""
    head = "".join(f"<th>{h}</th>" for h in ("事项", "金额与依据状态（按这一天）", "条款", "牵头"))
    told_as = "每行写的是怎样算、算到多少为止，不是谁应得多少；有几个方案的逐个列出，第一个是缺省的。"
    return f'<h2>支持事项</h2><p class="note">{told_as}</p><div class="wide"><table class="list"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _row(book: CompiledRulebook, spec: MeasureSpec) -> Iterator[str]:
    yield p.link(p.file_of(spec), spec.title) + (f"<br>{p.tag(Standing.BENCHMARK, over)}" if (over := not_now(book, spec.start, spec.end)) else "")
    weak = weakest(condition_standings(book, spec))
    conditions = f'<div class="note">条件中最弱的 {p.tag(weak)}</div>' if weak > max(h.standing for h in headlines(book, spec)) else ""
    yield (p.bullets(_headline(book, spec)) if len(spec.schemes) > 1 else "".join(_headline(book, spec))) + conditions
    yield _clause_links(book, spec.clauses)
    yield escape("、".join(spec.departments[0]))


def _headline(book: CompiledRulebook, spec: MeasureSpec) -> Iterator[str]:
    """Amount and standing of each scheme, in one line each."""
    for found in headlines(book, spec):
        name = f"［{escape(found.scheme)}］" if found.scheme else ""
        lapse = f' <span class="src">{p.days(found.lapse)}</span>' if found.lapse else ""
        other = "".join(f'<div class="note">{escape(under)}时：{escape(said)}</div>' for under, said in found.otherwise)
        yield f"{name}{escape(found.said)} {p.tag(found.standing)}{lapse}{other}"


def _head(book: Told, spec: MeasureSpec) -> str:
    """What stands first on a measure's page: the amount, how firmly it stands, and what that means for whoever cites it."""
    lines = list(_headline(book, spec))
    weak = "、".join(f"{p.tag(standing)} {n} 条" for standing, n in condition_standings(book, spec).items())
    firm = sum(h.standing in (Standing.ENACTED, Standing.UNVERIFIED) for h in headlines(book, spec))
    award = [x.award for x in (spec.base, *spec.schemes.values()) if x.award is not None]
    money = any(a.sums for a in award)
    warn = ""
    if money and not firm:
        warn = "金额没有现行的标准，只供参照测算，不构成支持承诺。"
    elif money and firm < len(lines):
        warn = "标“参照”“假定”“未定”的方案只供参照测算，不构成支持承诺。"
    said = (
        ("金额" if money else "支持", p.bullets(lines) if len(lines) > 1 else "".join(lines)),
        ("提示", f'<span class="bad">{warn}</span>' if warn else ""),
        ("条件", f"{weak}（按依据状态）" if weak else "没有写条件"),
        (f"按 {book.on}", _today(book, spec)),
        ("读法未定", "、".join(p.link(p.place("o", r.name), r.name) for r in _open(book, spec))),
        ("办理", "由其他部门或银行办理，这里只作提示，不计入合计" if spec.hint else ""),
    )
    return f'<div class="box head">{p.pairs(said)}</div>'


def _open(book: CompiledRulebook, spec: MeasureSpec) -> Iterator[ChoiceSpec]:
    behind = readings_behind(book).get(spec.key, frozenset())
    return (r for k, r in book.readings.items() if r.open and k in behind)


def _today(book: Told, spec: MeasureSpec) -> str:
    """Whether the measure holds on the day: its own dates, then those of the documents it rests on."""
    documents = [book.documents[k] for k in spec.documents]
    over = not_now(book, spec.start, spec.end)
    if over:
        return f'<span class="bad">{over}</span>（{p.days(span_words(spec.start, spec.end))}）'
    if documents and all(not_now(book, d.start, d.end) for d in documents):
        said = "；".join(f"{escape(d.cite)} {p.days(document_days(d))}" for d in documents)
        return f'<span class="bad">所依据的文件{not_now(book, documents[0].start, documents[0].end)}</span>：{said}'
    return "在施行" + ("；是否仍有效未知" if documents and all(d.open_ended for d in documents) else "")


def _families(book: CompiledRulebook) -> dict[str, list[MeasureSpec]]:
    families: dict[str, list[MeasureSpec]] = {}
    for spec in book.measures.values():
        families.setdefault(spec.family or "其他", []).append(spec)
    return families


def _clause_links(book: CompiledRulebook, clauses: Iterable[str]) -> str:
    return "、".join(p.link(p.place("c", c), c) for c in clauses if c in book.clauses)


def _counts(book: CompiledRulebook) -> Iterator[str]:
    report = coverage(book)
    said: dict[str, tuple[int, dict[str, int]]] = {
        "条款": (len(book.clauses), {DISPOSITION[k]: n for k, n in report["dispositions"].items()}),
        "条件": (report["conditions"], report["conditions_by_standing"]),
        "标准": (report["figures"], report["figures_by_standing"]),
    }
    rows = ([key, str(total), "、".join(f"{k} {n}" for k, n in counts.items())] for key, (total, counts) in said.items())
    yield p.titled("有多少", p.table(["", "共", "其中"], rows, "short"))


# -- 逐条对照 -------------------------------------------------------------------------------------------


def _clauses(book: CompiledRulebook) -> Iterator[str]:
    carried, cited = carried_clauses(book), _cited(book)
    specs = {s.id: s for s in own_specs(book)}
    yield "<h1>逐条对照</h1><p>文件的每一条，和它在规则库里的去向。说明是转述，不是原文。</p>"
    document = ""
    for clause in book.clauses.values():
        if clause.document != document:
            document = clause.document
            yield f"<h2>{escape(book.documents[document].cite)}{_on_the_day(book, book.documents[document])}</h2>"
        yield _clause(clause, [p.link(p.file_of(specs[i]), specs[i].title) for i in carried.get(clause.id, [])], cited.get(clause.id, []))


def _on_the_day(book: CompiledRulebook, document: DocumentSpec) -> str:
    """What the day makes of a document that is not in force on it."""
    said = "已失效" if lapsed(book, document) else not_now(book, document.start, document.end)
    return " " + p.tag(Standing.BENCHMARK, said) if said else ""


def _clause(clause: ClauseSpec, carried: Sequence[str], cited: Sequence[str]) -> str:
    facts = p.pairs(
        (
            ("牵头", escape("、".join(clause.lead))), ("配合", escape("、".join(clause.support))), ("去向", "、".join(carried)), ("用在", "、".join(dict.fromkeys(cited))),
            ("没有编码，因为" if clause.disposition in (Disposition.DUTY, Disposition.UNREAD) else "说明", escape(clause.why)),
        )
    )  # fmt: skip
    lost = '<p class="note">没有事项、标准引用这一条；只作说明。</p>' if not (carried or cited or clause.why) else ""
    return (
        f'<div class="box" id="{p.anchor("c", clause.id)}"><h3>{escape(clause.id)}　{escape(clause.title)} <span class="s d">{DISPOSITION[clause.disposition]}</span></h3>'
        f"<p>{escape(clause.says)}</p>{facts}{lost}</div>"
    )


def _cited(book: CompiledRulebook) -> dict[str, list[str]]:
    """Clause -> the figures, stacking rules and targets that rest on it."""
    found: dict[str, list[str]] = {}
    for parameter in own_parameters(book):
        for version in parameter.versions:
            found.setdefault(version.basis.clause, []).append("标准“" + p.link(p.place("f", parameter.name), parameter.name) + "”")
    for spec in own_tables(book):
        for row in spec.rows:
            found.setdefault(row.basis.clause, []).append("标准表“" + p.link(p.place("t", spec.name), spec.name) + "”")
    for group in book.stacking:
        found.setdefault(group.basis.clause, []).append(f"叠加规则“{escape(group.title)}”")
    for pool in book.pools:
        found.setdefault(pool.basis.clause, []).append(f"汇总规则“{escape(pool.title)}”")
    for target in book.targets:
        found.setdefault(target.basis.clause, []).append(f"目标“{escape(target.title)}”（{escape(target.value)}）")
    for definition in book.definitions.values():
        found.setdefault(definition.basis.clause, []).append(f"口径“{escape(definition.name)}”")
    return found


# -- 未编码与待定 ---------------------------------------------------------------------------------------


def _gaps(book: CompiledRulebook) -> Iterator[str]:
    yield "<h1>未编码与待定</h1><p>这一页集中列出：没有写成规则的条款及原因，没有定下来的标准，没有文件依据的假定，取了一种读法的地方。逐项问清以后，改规则库。</p>"
    for title, disposition in (("没有读到的条款", "unread"), ("政府自己的职责，不编码", "duty")):
        rows = (
            [p.link(p.place("c", c.id), c.id), escape(c.title), escape(c.says), escape(c.why)] for c in book.clauses.values() if c.disposition == disposition
        )
        yield p.titled(title, p.table(["条款", "名称", "说的是", "原因"], rows))
    held = (
        [p.link(p.file_of(s), s.title), "、".join(f"{_clause_links(book, [c])} {escape(book.clauses[c].title)}" for c in s.incomplete)]
        for s in own_specs(book)
        if s.incomplete
    )
    yield p.titled("尚有未读条款的事项（结论不会是“符合”）", p.table(["事项", "未读的条款"], held))
    for standing, title in ((Standing.UNSET, "没有定下来的标准"), (Standing.ASSUMED, "假定的标准")):
        rows = (
            [escape(r.name), escape(r.value), _where(r.document.cite if r.document else "", r.clause), escape(r.note)]
            for r in figures_only(book)
            if r.standing is standing
        )
        yield p.titled(title, p.table(["标准", "数值", "补在哪份文件", "说明"], rows))
    yield p.titled("假定的条件", _assumed(book))
    named = [k for k in book.readings if k.startswith(f"{book.id}/")]
    still = [book.readings[k] for k in named if book.readings[k].open]
    yield p.titled("读法未定的条文", p.bullets(f"{p.link(p.place('o', r.name), r.name)}：{escape(r.question)}" for r in still))
    yield p.titled("读法已经取定的条文", p.bullets(escape(x) for x in reading_lines(book, [k for k in named if not book.readings[k].open])))
    yield p.titled("条文有两种读法的地方", _open_readings(book))


def _where(cite: str, clause: str) -> str:
    return escape(f"{cite} {clause}".strip())


def _assumed(book: CompiledRulebook) -> str:
    """The same assumed condition once, with every measure that makes it."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for spec in own_specs(book):
        for owned in every_condition(book, spec):
            condition = owned.condition
            if standing_of(book, condition.basis) is Standing.ASSUMED:
                found.setdefault((condition.label, condition.text, condition.note), []).append(p.link(p.file_of(spec), spec.title))
    rows = ([escape(label), escape(text) + p.note(said), "、".join(dict.fromkeys(links))] for (label, text, said), links in found.items())
    return p.table(["条件", "内容", "用在"], rows, "even")


def _open_readings(book: CompiledRulebook) -> str:
    rows = (
        [p.link(p.file_of(spec), spec.title) + escape(f"［{s.name}］" if s.name else ""), escape(r.question), f"取“{escape(r.chosen)}”，不取“{escape('、'.join(r.instead_of))}” {p.tag(r.standing)}"]
        for spec in book.measures.values() for s in (spec.base, *spec.schemes.values()) for r in s.readings
    )  # fmt: skip
    return p.table(["事项", "问题", "取法"], rows)


# -- 事项与资格 -----------------------------------------------------------------------------------------


def _measure(book: Told, spec: MeasureSpec) -> Iterator[str]:
    yield f'<h1>{escape(spec.title)}</h1><p class="src">{escape(spec.family)}　编号 {escape(spec.id)}　{escape(p.manner(spec))}</p>{_head(book, spec)}'
    yield "".join(f'<p class="note">{p.link(p.place("c", c), c)}　{escape(book.clauses[c].says)}</p>' for c in spec.clauses if c in book.clauses)
    yield p.pairs(_facts_of(book, spec))
    yield p.titled("条件", p.conditions(book, spec.when, None, spec.document))
    yield p.titled("不予支持情形", p.conditions(book, spec.unless, None, spec.document))
    shared = p.calculation(book, spec.base, spec.document)
    if spec.schemes:
        own = any(standing_of(book, Basis(s.document)) < Standing.ASSUMED for s in spec.schemes.values())
        title, lack = ("方案", "") if own else ("参照方案", "没有自己的标准。")
        yield f"<h2>{title}</h2><p>{lack}以下每个方案整套取自一份文件，条件、比例、封顶不混用；方案里没有另写出处的，都出自它自己的文件。</p>{p.schemes(book, spec)}"
        yield p.titled("各方案共同的", shared)
    else:
        award = spec.base.award
        yield p.titled("支持", "" if award is not None and shared == f"<p>{escape(award.text)}</p>" else shared)  # the page's head says it
    if spec.difference is not None:
        yield p.titled("补足差额", f"<p>{escape(spec.difference_label)} {p.words(spec.difference)}</p>{p.figures(book, [spec.difference])}")
    yield p.titled("减额", p.bullets(p.reduction(book, r, spec.document) for r in spec.reductions))
    yield p.titled("与其他事项的关系", p.bullets(p.stacking(book, g, spec) for g in book.stacking if spec.key in g.members))
    yield p.titled("汇总规则", p.bullets(p.pool(book, x, spec) for x in book.pools if spec.key in x.members))
    yield p.titled("申报材料", p.evidence(spec.base))
    yield p.titled("获支持后的义务", p.bullets(escape(o) for o in spec.base.obligations))
    yield p.titled("读法", p.readings(spec.base) + _by_reading(book, spec))
    yield p.titled(
        "尚有未读条款", p.bullets(f"{_clause_links(book, [c])} {escape(book.clauses[c].title)}：{escape(book.clauses[c].why)}" for c in spec.incomplete)
    )
    yield p.titled("说明", p.bullets(escape(x) for x in (spec.note, spec.base.note, f"公平竞争审查提示：{spec.fairness}" if spec.fairness else "") if x))


def _by_reading(book: CompiledRulebook, spec: MeasureSpec) -> str:
    """The readings the measure turns on, and what of it stands under one of them only."""
    named = [k for k in book.readings if k in readings_behind(book).get(spec.key, frozenset())]
    out = p.bullets(escape(x) for x in reading_lines(book, named))
    own = by_reading(book, spec)[1]
    if own:
        out += "<p>本页其余各处按第一种读法列出；只在某一种读法下才有的：</p>"
        out += p.bullets(f"{escape(under)}时：<br>{'<br>'.join(escape(x.strip()) for x in lines)}" for under, lines in own)
    return out


def _facts_of(book: CompiledRulebook, spec: MeasureSpec) -> Iterator[tuple[str, str]]:
    lead, support = spec.departments
    yield "依据", p.origin(book, spec.document) if spec.document else ""
    yield "同时依据", "<br>".join(p.origin(book, k) for k in spec.relies_on)
    yield "牵头", escape("、".join(lead))
    yield "配合", escape("、".join(support))
    yield "资金渠道", escape("、".join(spec.channel))
    yield "施行", p.days(span_words(spec.start, spec.end))
    yield "受理", p.window(book, spec.window) if spec.window else ""
    yield "适用日期", f"{p.words(spec.governed_by)}（按它选用标准的版本）" if spec.governed_by else ""
    if spec.each and spec.records:
        if spec.by:
            yield "逐组判断", f"“{escape(spec.each)}”指“{p.words(spec.records)}”里“{escape(spec.by)}”相同的各条；一组一份，有一组符合即可"
        else:
            yield "逐条判断", f"“{escape(spec.each)}”指“{p.words(spec.records)}”里的每一条；分别判断，有一条符合即可"
    yield "总额控制", escape("；".join(spec.population))


def _roots(spec: Spec) -> Iterator[t.Expr]:
    """Every expression a measure or recognition decides or computes by."""
    if isinstance(spec, MeasureSpec):
        yield from roots_of(spec)
        return
    yield from (x.expr for group in (spec.when, spec.unless, spec.lapses) for x in group.conditions())


def _history(book: CompiledRulebook, spec: Spec, *, others_only: bool) -> str:
    """Every figure it uses, all versions: other schemes' and earlier ones too. `others_only`: of other rulebooks, whose figures have no chapter here."""
    nodes = list(references(list(_roots(spec)), book))
    parameters = {n.parameter for n in nodes if isinstance(n, t.ParameterRef)}
    tables = {n.table for n in nodes if isinstance(n, t.Lookup)}
    if others_only:
        parameters, tables = ({k for k in keys if not k.startswith(f"{book.id}/")} for keys in (parameters, tables))
    shown = p.parameter_table(book, (spec for key, spec in book.parameters.items() if key in parameters))
    return shown + "".join(_table(book, key, 3) for key in book.tables if key in tables)


def _table(book: CompiledRulebook, key: str, level: int, *, anchored: bool = False) -> str:
    spec = book.tables[key]
    place = f' id="{p.anchor("t", spec.name)}"' if anchored else ""
    return f"<h{level}{place}>{escape(spec.name)}（{match_words(spec)}）</h{level}>{p.note(spec.note)}{p.rate_table(book, spec)}"


def _recognition(book: CompiledRulebook, spec: RecognitionSpec) -> Iterator[str]:
    yield f'<h1>{escape(spec.title)}</h1><p class="src">资格　编号 {escape(spec.id)}</p>'
    for clause in (x for x in spec.clauses if x in book.clauses):
        yield f'<p class="note">{p.link(p.place("c", clause), clause)}　{escape(book.clauses[clause].says)}</p>'
    how = (
        f"由{spec.authority}认定：有没有这个资格，看证书（{spec.certificate}）在当日是否有效；以下条件只作预判，达到条件不等于取得资格"
        if spec.kind is RecognitionKind.CONFERRED else "按以下条件计算得出"
    )  # fmt: skip
    judged = p.words(spec.governed_by) if spec.governed_by else ""
    yield p.pairs((("怎样取得", escape(how)), ("依据", p.source(book, spec.basis)), ("适用日期", judged)))
    home = spec.basis.document or ""
    yield p.titled("条件" if spec.kind is RecognitionKind.DERIVED else "条件测评（预判）", p.conditions(book, spec.when, None, home))
    yield p.titled("不予认定情形", p.conditions(book, spec.unless, None, home))
    yield p.titled("证书有效期内也失去资格的情形", p.conditions(book, spec.lapses, None, home))
    yield p.titled(
        "尚有未读条款", p.bullets(f"{_clause_links(book, [c])} {escape(book.clauses[c].title)}：{escape(book.clauses[c].why)}" for c in spec.incomplete)
    )
    yield p.titled("材料", p.bullets(escape(e.text) for e in spec.evidence))


# -- 标准、分类、数据项、文件 ---------------------------------------------------------------------------


def _figures(book: CompiledRulebook) -> Iterator[str]:
    yield "<h1>支持标准及其沿革</h1><p>本规则库自己的每个标准，每个版本一行。引用其他规则库的标准，见用到它的事项。</p>"
    yield p.parameter_table(book, own_parameters(book), anchored=True)
    yield "".join(_table(book, f"{book.id}/{x.name}", 2, anchored=True) for x in own_tables(book))
    yield p.titled("事项之间的关系", p.bullets(p.stacking(book, g) for g in book.stacking))
    yield p.titled("汇总规则", p.bullets(p.pool(book, x) for x in book.pools))


def _by(book: CompiledRulebook, kept: Sequence[str] = ()) -> Iterator[str]:
    yield "<h1>分类索引</h1>"
    groups: dict[str, dict[str, dict[str, None]]] = {"按类别": {}, "按牵头部门": {}, "按配合部门": {}, "按资金渠道": {}, "按参照的文件": {}, "按申报材料": {}}
    for spec in book.measures.values():
        schemes = (spec.base, *spec.schemes.values())
        for group, names in (
            ("按类别", [spec.family or "其他"]), ("按牵头部门", spec.departments[0]), ("按配合部门", spec.departments[1]), ("按资金渠道", spec.channel),
            ("按参照的文件", [book.documents[s.document].cite for s in spec.schemes.values()]), ("按申报材料", [e.text for s in schemes for e in s.evidence]),
        ):  # fmt: skip
            for name in names:
                groups[group].setdefault(name, {})[p.link(p.file_of(spec), spec.title)] = None
    for title, members in ((k, x) for k, x in groups.items() if not kept or k in kept):
        yield p.titled(title, p.table([title[1:], "事项"], ([escape(name), "、".join(links)] for name, links in sorted(members.items()))))


def _facts_used(book: CompiledRulebook) -> dict[FactSpec, dict[str, None]]:
    """Every enterprise-level fact that some measure or recognition asks for, with who asks."""
    used: dict[str, dict[str, None]] = {}
    for spec in own_specs(book):
        for node in references(list(_roots(spec)), book):
            if isinstance(node, t.FactRef):
                used.setdefault(node.fact, {})[p.link(p.file_of(spec), spec.title)] = None
    return {fact: used[key] for key, fact in book.facts.items() if key in used}


def _words(book: CompiledRulebook) -> Iterator[str]:
    yield "<h1>数据项与口径</h1><p>判断和测算要用到的每一项：是什么，谁来说，用什么材料证明，哪些事项要用。</p>"
    definitions = (
        [escape((f"{d.on}的" if d.on else "") + d.name), p.words(d.expr) + p.note(d.explain), p.source(book, d.basis) if d.basis.document or d.basis.hand is not Standing.ENACTED else ""]
        for key, d in book.definitions.items() if key.startswith(f"{book.id}/")
    )  # fmt: skip
    yield p.titled("指标口径", p.table(["口径", "怎样算", "依据"], definitions))
    facts = (
        [f'<span id="{p.anchor("w", f.key)}">{escape(f.name)}</span>', _fact(f), escape("、".join(f.evidence)), _users(links)]
        for f, links in _facts_used(book).items()
    )
    yield p.titled("申报数据项", p.table(["数据项", "说明", "材料", "用在"], facts))
    for record in _records_used(book):
        rows = ([escape(c.name), _fact(c), escape("、".join(c.evidence))] for c in record.fields.values())
        yield f"<h2>明细：{escape(record.name)}</h2>{p.table(['栏', '说明', '材料'], rows)}"


def _users(links: Iterable[str]) -> str:
    found = list(links)
    return "、".join(found) if len(found) <= 6 else "、".join(found[:5]) + f" 等 {len(found)} 项"


def _fact(fact: FactSpec) -> str:
    said = [
        f"选项：{'、'.join(fact.options)}" if fact.options else fact.type.show(),
        "按年度" if fact.yearly else "",
        said_by(fact),
    ]
    said += ["个人信息，受理时换成化名" if fact.personal else ""]
    return escape("；".join(x for x in said if x)) + (f"<br>{escape(fact.explain)}" if fact.explain else "")


def _records_used(book: CompiledRulebook) -> list[RecordSpec]:
    names = {n.record for spec in own_specs(book) for n in references(list(_roots(spec)), book) if isinstance(n, t.RecordsRef)}
    return [r for key, r in book.records.items() if key in names or r.name in names]


def _sources(book: CompiledRulebook) -> Iterator[str]:
    yield (
        "<h1>文件</h1><p>规则所依据、所参照的每一份文件，读到的是哪份资料、读到什么程度。字母：" + "；".join(f"{k} {v}" for k, v in LETTERS.items()) + "。</p>"
    )
    rows = []
    for document in book.documents.values():
        number = f"<br>（{NUMBER_ASSUMED}）" if "number" in document.assumed else ""
        owner = document.key.partition("/")[0]
        other = f'<div class="note">规则库 {escape(owner)}</div>' if owner != book.id else ""
        rows.append([
            f'<span id="{p.anchor("d", document.key)}">{escape(document.cite)}</span>{number}{p.note(document.note)}{other}',
            f"{escape(document.issuer)}<br>{escape(' / '.join(document.jurisdiction))}",
            p.days(document_days(document)) + _on_the_day(book, document), f"{escape(document.sheet)}（{document.letter}）",
        ])  # fmt: skip
    yield p.table(["文件", "机关与地区", "起止", "资料（字母）"], rows)
