"""A measure's base and schemes: award, rounding, instalments, funding, obligations, readings.

What must stay true: a scheme is one document, whole; shares make up the whole; rounding never
takes an award above its cap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ...errors import Position
from ...language import typed as t
from ...language.printer import sentence
from ...language.scope import Rules
from ...language.types import BOOLEAN, NUMBER, Quantity, Type
from ...language.units import decimal_text, unit_text
from .. import compiled as c
from .. import models as m
from ..names import Once
from ..reach import reached
from ..yamltree import Rows, Table, locate
from .conditions import evidence_specs
from .expressions import expression, money
from .limits import limit_spec
from .quotes import taken
from .session import Session
from .sources import HAND, basis_of


def scheme_spec(
    session: Session, name: str, entry: Any, tree: Table, default: c.Basis, variables: Mapping[str, Type], each: str, when: c.Group, unless: c.Group
) -> c.SchemeSpec:
    award = award_spec(session, entry.award, tree.get("award"), default.document, variables) if entry.award else None
    limits = tuple(x for n, limit in enumerate(entry.limits) if (x := limit_spec(session, limit, tree["limits"][n], default, variables, each)))
    floor = money(session, entry.floor, variables) if entry.floor else None
    rounding = rounding_spec(session, entry.rounding, tree.get("rounding")) if entry.rounding else None
    if rounding:
        check_above_cap(session, rounding, [x.amount for x in limits if x.amount is not None], tree.at)
    if award is not None:
        check_currency(session, award, [("封顶", x.amount) for x in limits] + [("起付线", floor[0] if floor else None)], tree.at)
    pay = []
    for part in entry.pay:
        share = expression(session, part.share, NUMBER, variables=variables)
        due = expression(session, part.when, BOOLEAN, variables=variables) if part.when else None
        if share:
            pay.append(c.InstalmentSpec(share[0], part.label, due[0] if due else None, part.due or ""))
    check_shares(session, [p.share for p in pay], tree.at, "分期")
    questions = Once("读法的疑问")
    for n, one in enumerate(entry.readings):
        session.problems += questions.given(one.question, locate(tree, ("readings", n, "question")), "合成一条，或改写疑问")
    readings = tuple(c.ReadingSpec(r.question, r.chosen, tuple(r.instead_of), HAND.get(r.standing or "", c.Standing.ASSUMED)) for r in entry.readings)
    obligations, obliged = obligation_words(session, tree.get("obligations"))
    return c.SchemeSpec(
        name=name,
        document=default.document or "",
        clauses=default.clauses,
        when=when,
        unless=unless,
        award=award,
        limits=limits,
        floor=floor[0] if floor else None,
        rounding=rounding,
        pay=tuple(pay),
        funded=funding_specs(session, entry.funded, tree, variables),
        obligations=obligations,
        obliged=obliged,
        evidence=evidence_specs(session, tree.get("evidence"), variables),
        readings=readings,
        note=entry.note or "",
    )


def check_currency(session: Session, award: c.AwardSpec, others: Sequence[tuple[str, t.Expr | None]], at: Position) -> None:
    """What an amount is capped, floored and cut by is of its own currency: none is converted in silence."""
    if award.expr is None or not isinstance(award.expr.type, Quantity):
        return
    own = award.expr.type.dims
    for what, expr in (("酌定的下限", award.low), *others):
        if expr is not None and isinstance(expr.type, Quantity) and expr.type.dims != own:
            mend = "先按汇率折算，例如 金额 * 汇率"
            session.wrong(at, f"{what}与支持金额的币种不同，不能比", f"{sentence(expr.source)}（{unit_text(expr.type.dims)}）", unit_text(own), mend)


def funding_specs(session: Session, parts: Sequence[m.Funding], tree: Table, variables: Mapping[str, Type]) -> tuple[c.FundingSpec, ...]:
    funding = [c.FundingSpec(p.by, found[0]) for p in parts if (found := expression(session, p.share, NUMBER, variables=variables))]
    check_shares(session, [p.share for p in funding], tree.at, "资金分担")
    return tuple(funding)


def check_shares(session: Session, shares: Sequence[t.Expr], at: Position, what: str) -> None:
    """Shares that are all known must make up the whole."""
    values = []
    for share in shares:
        versions = session.parameters[share.parameter].versions if isinstance(share, t.ParameterRef) else ()
        if len(versions) != 1 or not isinstance(versions[0].value, Fraction):
            return
        values.append(versions[0].value)
    if values and sum(values) != 1:
        session.wrong(
            at,
            f"{what}的各份合计不是 100%",
            f"{decimal_text(sum(values, Fraction(0)) * 100)}%",
            "100%",
            "补齐各份；原文缺的一份写未定的标准，并问清政策起草人",
        )


def obligation_words(session: Session, raw: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Each a text, or {text, term, from, returns}: printed in the letter. And the clauses of those that have their own."""
    out, clauses = [], list[str]()
    for item in raw if isinstance(raw, Rows) else [raw] if raw is not None else []:
        if not isinstance(item, Table):
            out.append(str(item))
            continue
        shared = session.shared.get(item.at)
        unknown = [k for k in item if k not in ("text", "term", "from", "returns") and not (shared and k in m.Sourced.model_fields)]
        if unknown or "text" not in item:
            session.wrong(item.at, "义务写作 文字，或 {text, term, from, returns}", "、".join(item))
            continue
        parts = []
        if "term" in item:
            found = expression(session, item["term"])
            if found:
                names = [session.parameters[n.parameter] for n in t.walk(found[0]) if isinstance(n, t.ParameterRef)]
                shown = "、".join(v.text for p in names for v in p.versions)
                parts.append(f"期限 {shown or sentence(found[0].source)}" + (f"，自{item['from']}起" if "from" in item else ""))
        if "returns" in item:
            parts.append(f"违反的，{item['returns']}")
        if shared is not None and not shared.own:
            keys = Table.made(item.at, {k: x for k, x in item.items() if k in m.Sourced.model_fields})
            basis = basis_of(session, m.validate(m.Sourced, keys), item.at)
            clauses += basis.clauses
            parts.append("假定" if basis.hand is c.Standing.ASSUMED else "未定" if basis.hand else f"依据 {basis.clause or c.name_of(basis.document or '')}")
        out.append(str(item["text"]) + (f"（{'；'.join(parts)}）" if parts else ""))
    return tuple(out), tuple(dict.fromkeys(clauses))


def award_spec(session: Session, award: m.Award, tree: Any, document: str | None, variables: Mapping[str, Type]) -> c.AwardSpec | None:
    kinds = [k for k in ("amount", "up_to", "discretion", "relief", "service", "recommendation") if getattr(award, k) is not None]
    at = getattr(tree, "at", Position())
    if len(kinds) != 1:
        session.wrong(at, "支持方式只写一种", "、".join(kinds) or "（没有）", m.AWARD, "写一种，如 award: {amount: 标准的名称}")
        return None
    quote = taken(session, award.quote, at, document) if award.quote is not None else ""
    rules = Rules(zero_fails=False)
    parts = []
    if award.lines is not None and not isinstance(award.lines, Table):
        session.wrong(getattr(award.lines, "at", at), "lines 写作 名称: 表达式", "", "名称: 表达式", "每步一个名称")
    if isinstance(award.lines, Table):
        for label, word in award.lines.items():
            if found := expression(session, word, variables=variables, rules=rules):
                parts.append(c.Part(str(label), found[0]))
    kind = kinds[0]
    if kind in ("relief", "service", "recommendation"):
        rate = expression(session, award.rate, variables=variables, rules=rules) if award.rate else None
        return c.AwardSpec(
            kind=c.AwardKind(kind),
            basis=c.AwardBasis.FIXED,
            expr=rate[0] if rate else None,
            low=None,
            text=str(getattr(award, kind)),
            label=award.label or "",
            parts=tuple(parts),
            quote=quote,
            at=at,
        )
    word = award.discretion.to if kind == "discretion" and award.discretion else getattr(award, kind)
    found = money(session, word, variables, rules)
    low = None
    if award.discretion and award.discretion.start is not None:
        low_found = money(session, award.discretion.start, variables, rules)
        low = low_found[0] if low_found else None
        if found and low_found and low_found[1][0] is not None and found[1][1] is not None and low_found[1][0] > found[1][1]:
            session.wrong(
                award.discretion.start, "酌定的下限高于上限", str(award.discretion.start), f"不高于 {award.discretion.to}", "核对 from 与 to 是否写反"
            )
    if found is None:
        return None
    basis = {"amount": c.AwardBasis.FIXED, "up_to": c.AwardBasis.CEILING, "discretion": c.AwardBasis.DISCRETIONARY}[kind]
    return c.AwardSpec(
        kind=c.AwardKind(award.kind or "grant"),
        basis=basis,
        expr=found[0],
        low=low,
        text="",
        label=award.label or "",
        parts=tuple(parts),
        quote=quote,
        at=at,
    )


def rounding_spec(session: Session, rounding: m.Rounding, tree: Any) -> c.RoundingSpec | None:
    steps = {
        "分": Fraction(1, 100),
        "角": Fraction(1, 10),
        "元": Fraction(1),
        "十元": Fraction(10),
        "百元": Fraction(100),
        "千元": Fraction(1000),
        "万元": Fraction(10000),
    }
    if rounding.to not in steps:
        session.wrong(tree, "取整单位不认识", rounding.to, "、".join(steps))
        return None
    direction = c.Direction(rounding.direction)
    return c.RoundingSpec(step=steps[rounding.to], direction=direction, per=c.Per(rounding.per), text=f"{direction.word}到{rounding.to}")


def check_above_cap(session: Session, rounding: c.RoundingSpec, caps: Sequence[t.Expr], at: Position) -> None:
    """Rounding comes after the caps: upwards, it stays within them only where each is a whole step."""
    for cap in caps if rounding.direction is not c.Direction.DOWN and rounding.step > Fraction(1, 100) else ():
        figures = (
            [cap.value]
            if isinstance(cap, t.Const)
            else [v.value for v in session.parameters[cap.parameter].versions]
            if isinstance(cap, t.ParameterRef)
            else [None]
        )
        if any(not isinstance(x, Fraction) or x % rounding.step for x in figures):
            session.wrong(
                at,
                f"{rounding.text}可能超过封顶“{sentence(cap.source)}”",
                "",
                f"封顶是取整单位（{rounding.step}元）的整倍数",
                "改为 direction: down，或问清政策起草人：取整后超过封顶的按哪个？",
            )


def figures_of(session: Session, spec: c.SchemeSpec) -> Iterator[tuple[str, list[c.Basis]]]:
    """Every figure (parameter or table) an award rests on, with the bases of its versions."""
    roots = [spec.award.expr if spec.award else None, spec.award.low if spec.award else None, spec.floor]
    roots += [x for limit in spec.limits for x in (limit.amount, limit.count)]
    roots += [*(p.share for p in spec.pay), *(f.share for f in spec.funded)]
    roots += [cond.expr for g in (spec.when, spec.unless) for cond in g.conditions()]
    seen: set[str] = set()
    waiting = [r for r in roots if r is not None]
    while waiting:
        found, waiting = list(reached(waiting, session.definitions)), []
        for ref in found:
            if isinstance(ref, t.ParameterRef):
                yield c.name_of(ref.parameter), [v.basis for v in session.parameters[ref.parameter].versions]
            elif isinstance(ref, t.Lookup):
                rows = session.tables[ref.table].rows
                yield c.name_of(ref.table), [r.basis for r in rows]
                if ref.table not in seen:  # what its rows give is this award's; where its bands end may be another document's to say
                    seen.add(ref.table)
                    waiting += [r.value for r in rows if isinstance(r.value, t.Expr)]


def check_whole(session: Session, spec: c.SchemeSpec, at: Position) -> None:
    """A scheme is one document, whole: no figure of another may enter it."""
    family = session.family(spec.document)
    for name, bases in figures_of(session, spec) if spec.document else ():  # a document that is not there is told where it is named
        if not any(b.document and session.family(b.document) == family for b in bases):
            others = "、".join(sorted({c.name_of(b.document) if b.document else "无文件" for b in bases}))
            session.wrong(
                at,
                f"方案“{spec.name}”取自 {c.name_of(spec.document)}，不能用别的文件的标准“{name}”",
                others,
                c.name_of(spec.document),
                "一个方案的条件、比例、封顶都来自同一份文件；没有的标准写未定",
            )
    if spec.award is None:
        session.wrong(at, "方案没有写支持方式", spec.name, "award: {…}")


def check_one_family(session: Session, spec: c.SchemeSpec, at: Position) -> None:
    families: dict[str, str] = {}
    for name, bases in figures_of(session, spec):
        for basis in bases:
            if basis.document:
                families.setdefault(session.family(basis.document), name)
    if len(families) > 1:
        parts = "；".join(f"“{n}”出自 {c.name_of(f)}" for f, n in families.items())
        session.wrong(at, "一项支持的标准来自不同文件，会拼出哪里都没有的政策", parts, "同一份文件（或它的修订）", "每份文件写成一个完整的参照方案（schemes）")
