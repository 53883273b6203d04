"""What a measure comes to in one line, as it stands on the day: the amount first, and how firmly it stands.

Shown at the head of each measure's page and in the book's index. What must stay true: a ceiling is called one;
a figure nobody set is 未定 and never left out; the standing is the weakest of everything the line rests on;
where several documents give a figure all of them are shown; a figure whose time is over is shown with its dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from ..language import typed as t
from ..language.types import ListOf
from ..plain import dataclass
from ..rulebook.compiled import AwardKind, Basis, CompiledRulebook, LimitSpec, MeasureSpec, SchemeSpec, Standing
from ..rulebook.literals import show_value
from ..rulebook.reach import references
from ..telling.spoken import spoken
from .coverage import owned_conditions
from .figures import lapse_words, span_words
from .text import lapse_of, per_words, standing_of
from .told import not_now, versions_now, weakest

NO_SUM = {"relief": "税收提示", "service": "服务事项，不列金额", "recommendation": "推荐，不列金额"}


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One scheme of a measure, or the measure where it has none."""

    scheme: str
    said: str  # plain text
    standing: Standing
    lapse: str  # when its document lapsed or lapses
    otherwise: tuple[tuple[str, str], ...] = ()  # under readings that are open, and read otherwise: which, and what it says then


def headlines(book: CompiledRulebook, spec: MeasureSpec) -> list[Headline]:
    """One for each scheme, the default first."""
    return [_headline(book, spec, scheme) for scheme in (spec.schemes.values() or (spec.base,))]


def condition_standings(book: CompiledRulebook, spec: MeasureSpec) -> dict[Standing, int]:
    """How many conditions and exclusions of the measure stand how firmly: each as weakly as the figures it asks after."""
    found: dict[Standing, int] = {}
    for owned in owned_conditions(spec):
        if not owned.scheme:
            standing = weakest([standing_of(book, owned.condition.basis), *figure_standings(book, [owned.condition.expr], None)])
            found[standing] = found.get(standing, 0) + 1
    return dict(sorted(found.items()))


def figure_standings(book: CompiledRulebook, roots: Iterable[t.Expr], document: str | None) -> Iterator[Standing]:
    """Of every figure that expressions rest on, as it stands on the day."""
    for node in references(list(roots), book):
        if isinstance(node, t.ParameterRef) and node.parameter not in book.readings:
            parameter = book.parameters[node.parameter]
            yield from (standing_of(book, v.basis) for v in versions_now(book, parameter, document) or parameter.versions)
        elif isinstance(node, t.Lookup):
            yield from (standing_of(book, row.basis) for row in book.tables[node.table].rows if not not_now(book, row.start, row.end))
        elif isinstance(node, t.DefinitionRef):
            basis = book.definitions[node.definition].basis
            if basis.document or (basis.hand is not None and basis.hand is not Standing.ENACTED):
                yield standing_of(book, basis)


def _headline(book: CompiledRulebook, spec: MeasureSpec, scheme: SchemeSpec) -> Headline:
    document = scheme.document or spec.document
    basis = Basis(document or None, clauses=scheme.clauses) if document else None
    award = scheme.award or spec.base.award
    limits = _limits(spec, scheme)
    roots = [x for x in (award.expr if award else None, award.low if award else None, *map(_bound, limits)) if x is not None]
    standing = weakest([
        *([standing_of(book, basis)] if basis else []), *figure_standings(book, roots, scheme.document if scheme.name else None),
        *(standing_of(book, limit.basis) for limit in limits),
    ])  # fmt: skip
    day = lapse_of(book, basis) if basis else None
    lapse = lapse_words(day, book.documents.get(document)) if day else ""
    said = "；".join(_said(book, spec, scheme, limits))
    return Headline(scheme=scheme.name, said=said, standing=standing, lapse=lapse, otherwise=tuple(_otherwise(book, spec, scheme.name, said)))


def _otherwise(book: CompiledRulebook, spec: MeasureSpec, name: str, said: str) -> Iterator[tuple[str, str]]:
    """What it says where a reading nobody decided is read otherwise than the page is written."""
    seen = {said}
    for variant in book.variants.get(spec.key, ()):
        other = variant.spec
        if not isinstance(other, MeasureSpec) or any(o != (book.readings[k].chosen or o) for k, o in variant.under):
            continue
        scheme = other.schemes.get(name) if name else other.base
        text = "不支持" if scheme is None else "；".join(_said(book, other, scheme, _limits(other, scheme)))
        if text not in seen:
            seen.add(text)
            taken = (f"“{book.readings[k].name}”读作“{o}”" for k, o in variant.under if o != book.readings[k].options[0] and book.readings[k].open)
            yield "，".join(taken), text


def _limits(spec: MeasureSpec, scheme: SchemeSpec) -> tuple[LimitSpec, ...]:
    return (*scheme.limits, *(spec.base.limits if scheme is not spec.base else ()))


def _bound(limit: LimitSpec) -> t.Expr | None:
    return limit.amount or limit.count


def _said(book: CompiledRulebook, spec: MeasureSpec, scheme: SchemeSpec, limits: Iterable[LimitSpec]) -> Iterator[str]:
    award = scheme.award or spec.base.award
    if award is None:
        yield "没有写支持什么"
        return
    if not award.sums or award.expr is None:
        rate = f"（{filled(book, award.expr, scheme)}）" if award.expr is not None else ""
        yield (f"{NO_SUM.get(award.kind, '')}：{award.text}" if award.text else NO_SUM.get(award.kind, "没有写金额")) + rate
        return
    each = f"每{spec.each}：" if spec.each else ""
    low = f"{filled(book, award.low, scheme)} 至 " if award.low else ""
    yield f"{each}{'贴息 ' if award.kind is AwardKind.INTEREST else ''}{award.basis.short} {low}{filled(book, award.expr, scheme)}"
    yield from (_table(book, node.table) for node in t.walk(award.expr) if isinstance(node, t.Lookup))
    for limit in limits:
        bound = _bound(limit)
        assert bound is not None
        yield f"{per_words(limit)}{'不超过' if limit.count is None else '最多'} {filled(book, bound, scheme)}"


def _table(book: CompiledRulebook, key: str) -> str:
    """From how little to how much a table gives on the day, over its rows; that some give nothing fixed is said."""
    table = book.tables[key]
    rows = [row for row in table.rows if not not_now(book, row.start, row.end)]
    sums = sorted({row.value for row in rows if isinstance(row.value, Fraction)})
    shown = " 至 ".join(dict.fromkeys(show_value(x, table.value_type) for x in (sums[:1] + sums[-1:])))
    return f"标准表“{table.name}”各行 {shown or '没有定数'}" + (
        "，另有算式或未定的行" if shown and any(not isinstance(r.value, Fraction) for r in rows) else ""
    )


def filled(book: CompiledRulebook, expr: t.Expr, scheme: SchemeSpec) -> str:
    """An expression in words with its figures in their places: `证书的合格费用 × 70%`."""
    document = scheme.document if scheme.name else None
    figures: dict[str, str] = {}
    for node in t.walk(expr):
        if isinstance(node, t.ParameterRef) and node.parameter not in book.readings:
            parameter = book.parameters[node.parameter]
            if isinstance(parameter.type, ListOf):
                continue
            figures[spoken(node)] = _value(book, node.parameter, document)
    said = spoken(expr)
    if not figures:
        return said
    names = "|".join(re.escape(n) for n in sorted(figures, key=len, reverse=True))
    return re.sub(names, lambda m: figures[m.group()], said)


def _value(book: CompiledRulebook, key: str, document: str | None) -> str:
    """The figure on the day; its name too where it is not set; its dates where none is of this day."""
    parameter = book.parameters[key]
    now = versions_now(book, parameter, document)
    if not now:
        past = (f"{'未定' if v.value is None else show_value(v.value, parameter.type)}，{span_words(v.start, v.end)}" for v in parameter.versions)
        return f"{parameter.name}（{'；'.join(past)}）"
    shown = list(dict.fromkeys("未定" if v.value is None else show_value(v.value, parameter.type) for v in now))
    return f"{parameter.name}（未定）" if shown == ["未定"] else shown[0] if len(shown) == 1 else f"{parameter.name}（{'或'.join(shown)}）"
