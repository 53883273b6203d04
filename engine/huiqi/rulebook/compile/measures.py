"""Pass: measures, each with its conditions, schemes and award.

What must stay true: a measure rests on a document and has conditions; its figures come from one
document family or stand in whole schemes; what is read without a date of its own is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ...language import typed as t
from ...language.levelling import level
from ...language.scope import Kind, Symbol
from ...language.syntax import And, Call, Compare, Filter, Name, Node, Or, String
from ...language.syntax import Path as FieldPath
from ...language.types import DATE, INVALID, GroupOf, Quantity, RecordOf, Type
from .. import compiled as c
from .. import models as m
from ..names import Once
from ..reach import asked_after, reached, roots_of
from ..variants import Gone
from ..yamltree import Rows, Table, locate
from .conditions import condition_group
from .each import read_each, variable_of
from .exclusions import check_exclusions
from .expressions import expression, money
from .limits import counting_of
from .naming import check_telling, give_id
from .reductions import check_reducing, reduction_specs
from .schemes import check_currency, check_one_family, check_whole, scheme_spec
from .session import Session
from .shared import with_shared
from .sources import HAND, clause_named, document_named
from .variants import variants_of
from .windows import window_spec


def read_measures(session: Session) -> None:
    told = len(session.problems)
    for _, measure, tree in session.source.of("measures"):
        if measure.id == measure.title and measure.id in (x[0] for x in session.owners.seen.values()):
            continue  # the same title twice, and no id of its own: told of the title
        give_id(session, measure.id, session.owners, tree.key("id"), "支持事项编号")
    for _, measure, tree in session.source.of("measures"):
        read_measure(session, *with_shared(session, measure, tree))
    session.problems[told:] = dict.fromkeys(session.problems[told:])  # what is wrong with a shared condition, once
    check_reducing(session)
    check_exclusions(session)
    session.findings[:] = dict.fromkeys(session.findings)


def read_measure(session: Session, measure: m.Measure, tree: Table) -> None:
    """One measure; where parts of it stand only under a reading, each way it can be read."""
    session.problems += session.titles.given(measure.title, tree.key("title"))
    check_telling(session, measure.title, tree.key("title"), "事项的名称")
    other = session.owners.seen.get(level(measure.title))
    if other is not None and other[0] != measure.id:
        session.wrong(tree.key("title"), "支持事项的名称与另一项的编号相同，已获支持会分不清", measure.title, f"先见 {other[1]}", "改名称或编号")
    key = session.key(measure.id)
    spec = variants_of(session, key, m.Measure, measure, tree, lambda entry, shaped: measure_spec(session, key, entry, shaped), whole=False)
    if spec is not None:
        session.measures[key] = with_all_schemes(session, key, spec)


def with_all_schemes(session: Session, key: str, spec: c.MeasureSpec) -> c.MeasureSpec:
    """Of a measure whose schemes stand under readings: each variant with all of them, its own first.

    The first is what is taken where nobody chooses; who chooses one by name gets it whatever is read.
    """
    specs = [x.spec for x in session.variants.get(key, ()) if isinstance(x.spec, c.MeasureSpec)]
    every = {name: scheme for one in specs for name, scheme in one.schemes.items()}
    if not every:
        return spec
    whole = {id(one): replace(one, schemes=MappingProxyType({**one.schemes, **{k: x for k, x in every.items() if k not in one.schemes}})) for one in specs}
    session.variants[key] = tuple(replace(x, spec=whole[id(x.spec)]) if x.spec is not None else x for x in session.variants[key])
    return whole.get(id(spec), spec)


def measure_spec(session: Session, key: str, measure: m.Measure, tree: Table) -> c.MeasureSpec:
    clauses = [clause_named(session, name, tree.key("clause")) for name in measure.clause]
    own = next((x.document for x in clauses if x), None)
    document = document_named(session, measure.document, tree.key("document")) or own
    also = () if measure.document else tuple(dict.fromkeys(x.document for x in clauses if x and x.document != document))
    default = c.Basis(document, clauses=tuple(measure.clause), letter=measure.letter or "", cut=measure.cut, hand=HAND.get(measure.basis or ""), also=also)
    if not document and None not in clauses:
        session.wrong(tree.at, "支持事项没有出处文件", measure.title, "document: 文件的 id", "补上 document，或写对 clause")
    variables: dict[str, Type] = {}
    bound = read_each(session, tree["each"]) if measure.each else None
    # where the list is wrong its variable still means something: what is said of it was told there
    each, records, record, by = bound if bound is not None else (variable_of(tree["each"]) if measure.each else "", None, "", "")
    if bound is None and each:
        variables[each] = INVALID
    if bound is not None:
        variables[each] = GroupOf(item=RecordOf(record=record), by=by) if by else RecordOf(record=record)
    declare_own_support(session, measure)
    labels: set[str] = set()
    governed = expression(session, measure.governed_by, DATE, variables=variables) if measure.governed_by else None
    session.dated = bool(governed and any(isinstance(e, t.Variable) for e in t.walk(governed[0])))
    when = condition_group(session, tree.get("when"), measure.id, c.Role.WHEN, default, variables, labels)
    unless = condition_group(session, tree.get("unless"), measure.id, c.Role.UNLESS, default, variables, labels)
    base = scheme_spec(session, "", measure, tree, default, variables, each, when, unless)
    schemes = {}
    names = Once("方案名")
    for number, (name, scheme) in enumerate(measure.schemes.items(), 1):
        inner = tree["schemes"][name]
        give_id(session, str(name), names, locate(tree, ("schemes", name), key=True))
        doc = document_named(session, scheme.document, inner.key("document"))
        basis = c.Basis(doc, clauses=tuple(scheme.clause))
        s_when = condition_group(session, inner.get("when"), measure.id, c.Role.WHEN, basis, variables, labels_copy := set(labels), f"scheme{number}.when")
        s_unless = condition_group(session, inner.get("unless"), measure.id, c.Role.UNLESS, basis, variables, labels_copy, f"scheme{number}.unless")
        schemes[str(name)] = own_scheme = scheme_spec(session, str(name), scheme, inner, basis, variables, each, s_when, s_unless)
        check_whole(session, own_scheme, inner.at)
    said = any(not isinstance(x, Gone) for x in tree.get("when") or ()) or (
        schemes and all(tree["schemes"][x].get("when") for x in schemes)
    )  # wrong ones are told there
    if not when.items and not said:
        session.wrong(tree.at, "支持事项没有任何条件，会把所有企业都认作符合", measure.title, "when: [...]", "写出适用对象；未规定的写 basis: 假定 的条件")
    if session.dated:
        check_dated_limits(session, measure, tree, [base, *schemes.values()])
    if schemes and base.award:
        session.wrong(tree.key("award"), "有参照方案的事项，金额写在方案里", measure.title)
    if not schemes and measure.award is None:
        session.wrong(
            tree.at,
            "支持事项没有写支持方式",
            measure.title,
            "award: {…} 或 schemes",
            "只提供服务的写 award: {service: …}；没有标准的写 award: {up to: 未定的标准}",
        )
    if not schemes:
        check_one_family(session, base, tree.at)
    for name in measure.incomplete:
        clause_named(session, name, tree.key("incomplete"))
    window = window_spec(session, measure.window, default, variables) if measure.window else None
    reductions = reduction_specs(session, tree.get("reductions"), measure.id, default, variables, labels, schemes.values() or [base])
    difference, difference_label = difference_of(session, measure.difference, variables)
    for paying in schemes.values() or (base,):
        if paying.award is not None:
            check_currency(session, paying.award, [("差额", difference)], tree.at)
    departments = measure.departments or m.Departments.model_validate({})
    lead, support = tuple(departments.lead), tuple(departments.support)
    if not lead and clauses and clauses[0]:
        lead, support = clauses[0].lead, clauses[0].support
    spec = c.MeasureSpec(
        key=key,
        id=measure.id,
        title=measure.title,
        family=measure.family or "",
        clauses=tuple(measure.clause),
        document=document or "",
        channel=tuple(measure.channel),
        governed_by=governed[0] if governed else None,
        governed_per_record=session.dated,
        start=measure.start,
        end=measure.end,
        window=window,
        each=each,
        records=records,
        record=record,
        by=by,
        when=when,
        unless=unless,
        schemes=MappingProxyType(schemes),
        base=base,
        difference=difference,
        difference_label=difference_label,
        population=population_words(session, tree.get("population")),
        departments=(lead, support),
        incomplete=tuple(measure.incomplete),
        hint=measure.hint,
        fairness=measure.fairness or "",
        note=measure.note or "",
        relies_on=tuple(d for name in measure.relies_on if (d := document_named(session, name, tree.key("relies on")))),
        at=tree.at,
        also=also,
        changing=() if measure.governed_by else changing_figures(session, schemes.values() or [base], when, unless, reductions),
        reductions=reductions,
        counting=counting_of_record(session, measure, tree, variables),
    )
    asks = sorted({r.measure for r in asked_after(roots_of(spec), session.definitions, session.tables)})
    return replace(spec, asks=tuple(asks)) if asks else spec


def changing_figures(
    session: Session, schemes: Iterable[c.SchemeSpec], when: c.Group, unless: c.Group, reductions: Sequence[c.ReductionSpec]
) -> tuple[str, ...]:
    """Figures with a history that are read without a date of their own; of a scheme, its own document's history."""
    found: set[str] = set()
    for scheme in schemes:
        roots = [cond.expr for g in (when, unless, scheme.when, scheme.unless) for cond in g.conditions()]
        award = scheme.award
        amounts = [
            award.expr if award else None,
            award.low if award else None,
            scheme.floor,
            *(x for limit in scheme.limits for x in (limit.amount, limit.count)),
        ]
        roots += [x for x in amounts if x is not None]
        roots += [x for r in reductions for x in (r.condition.expr, r.share)]
        for node in reached(roots, session.definitions, session.tables):
            if isinstance(node, t.Lookup) and session.tables[node.table].dated:
                found.add(node.table)
            if isinstance(node, t.ParameterRef) and node.day is None:
                versions = c.versions_under(session.parameters[node.parameter], scheme.document if scheme.name else None, session.documents)
                if len({str(v.value) for v in versions}) > 1:
                    found.add(node.parameter)
    return tuple(sorted(found))


def declare_own_support(session: Session, measure: m.Measure) -> None:
    """本事项已获 and 本年度本事项已获: this measure's earlier support, by id or title.

    Built as trees: a title is data, whatever quotes or words stand in it.
    """
    if c.SUPPORT not in session.record_names:
        return
    same = Or((Compare("=", Name(c.SUPPORT_MEASURE), String(measure.id)), Compare("=", Name(c.SUPPORT_MEASURE), String(measure.title))))
    this_year = Compare("=", Name("年度"), Name(c.APPLICATION_YEAR))
    trees: dict[str, Node] = {"本事项已获": same, "本年度本事项已获": And((same, this_year))}
    for name, condition in trees.items():
        total = Call("sum", (FieldPath(Filter(Name(c.SUPPORT), condition), "金额"),))
        session.symbols[name] = Symbol(Kind.MACRO, name, Quantity(dims=(("元", 1),)), macro=total)


def counting_of_record(session: Session, measure: m.Measure, tree: Table, variables: Mapping[str, Type]) -> c.Counting:
    """What a measure for each record says of the same record's earlier support; most say nothing."""
    if measure.counting is None:
        return c.SILENT
    if not measure.each:
        session.wrong(
            tree.key("counting"),
            "counting 写在事项上是说同一条以往已获的，这一事项不是逐条的",
            str(measure.counting),
            "写在 limits 的一条里",
            "按企业、年度的封顶写在 limits",
        )
        return c.SILENT
    return counting_of(session, measure.counting, tree, variables, f"“{measure.title}”的每一条", asked=False)


def difference_of(session: Session, raw: Any, variables: Mapping[str, Type]) -> tuple[t.Expr | None, str]:
    if raw is None:
        return None, ""
    label = "补足差额：扣除已获得的"
    if isinstance(raw, Table):
        if set(raw) - {"amount", "label"} or "amount" not in raw:
            session.wrong(raw.at, "difference 写作 表达式，或 {amount: …, label: …}", "、".join(raw))
            return None, ""
        label = str(raw.get("label", label))
        raw = raw["amount"]
    found = money(session, raw, variables)
    return (found[0] if found else None), label


def population_words(session: Session, raw: Any) -> tuple[str, ...]:
    """Rules over all applicants (a budget shared out, the first N): words until a register decides them."""
    out = []
    for item in raw if isinstance(raw, Rows) else [raw] if raw is not None else []:
        keys = set(item) if isinstance(item, Table) else set()
        if not isinstance(item, Table) or not keys <= {"budget", "places", "by"} or not keys & {"budget", "places"}:
            session.wrong(item, "population 写作 {budget: 总额, by: 比例|次序} 或 {places: 名额, by: 指标}", str(item)[:40])
            continue
        kind = "budget" if "budget" in item else "places"
        found = expression(session, item[kind]) if str(item[kind]) != "未定" else None
        names = [session.parameters[n.parameter] for n in t.walk(found[0]) if isinstance(n, t.ParameterRef)] if found else []
        shown = "、".join(v.text for p in names for v in p.versions) or "总额未定"
        by = str(item.get("by", ""))
        out.append(
            f"受资金总额控制（{shown}{'，按' + by + '核减' if by else ''}）：此为核减前的测算"
            if kind == "budget"
            else f"有名额限制（{shown}{'，按' + by + '排序' if by else ''}）：是否入围须汇总后确定"
        )
    return tuple(out)


def check_dated_limits(session: Session, measure: m.Measure, tree: Table, schemes: Sequence[c.SchemeSpec]) -> None:
    """Records governed by their own dates have no common date to pick a common cap's version by."""
    for scheme in schemes:
        for limit in scheme.limits:
            roots = [x for x in (limit.amount, limit.count) if x is not None]
            nodes = list(reached(roots, session.definitions, session.tables))
            several = any(isinstance(r, t.ParameterRef) and len(session.parameters[r.parameter].versions) > 1 for r in nodes) or any(
                isinstance(r, t.Lookup) and session.tables[r.table].dated for r in nodes
            )
            if limit.scope in (c.Scope.YEAR, c.Scope.ENTERPRISE) and several:
                session.wrong(
                    tree.at,
                    "各条明细按自己的日期适用标准，共同封顶却没有共同的日期",
                    limit.label or limit.per,
                    f"per: 与日期对应的一栏，例如 year of({measure.governed_by})",
                    "问清政策起草人：跨版本的明细合计时用哪一版封顶？",
                )
