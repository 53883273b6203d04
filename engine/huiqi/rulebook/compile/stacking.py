"""Pass: what measures do to each other.

What must stay true: the compatible sets can be enumerated, common caps are nested or disjoint, and
nothing is both exclusive and cumulative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod

from ...errors import Code, Position, TooComplex, suggestion
from ...language import typed as t
from ...language.levelling import level
from ...language.types import Quantity
from ...language.units import unit_text
from .. import compiled as c
from .. import models as m
from ..names import Once
from ..plans import MAX_SETS, compatible_sets, components
from ..readings import GROUP, variant_under
from ..yamltree import Table
from .expressions import money
from .limits import counting_of
from .naming import give_id
from .session import Session
from .sources import basis_of
from .variants import MOST, variants_of


def read_stacking(session: Session) -> None:
    ids = {s.id: k for k, s in session.measures.items()}
    groups, titles = Once("叠加规则的编号"), Once("叠加规则的名称")
    for _, group, tree in session.source.of("stacking"):
        give_id(session, group.id, groups, tree.key("id"))
        session.problems += titles.given(group.title, tree.key("title"))
        spec = variants_of(
            session, session.key(group.id) + GROUP, m.Group, group, tree, lambda entry, shaped: stacking_spec(session, ids, entry, shaped), whole=True
        )
        if spec is not None:
            session.stacking.append(spec)
    check_plans(session)


def _meant(session: Session, name: str) -> str:
    """The id, for whoever wrote the title."""
    found = [spec.id for spec in session.measures.values() if level(spec.title) == level(name)]
    return f"写编号 {found[0]}" if len(found) == 1 else ""


def stacking_spec(session: Session, ids: Mapping[str, str], group: m.Group, tree: Table) -> c.StackingSpec:
    written = [measure.id for _, measure, _ in session.source.of("measures")]  # one that is wrong was told there
    for name in group.members:
        if name not in ids and name not in written:
            mend = _meant(session, name) or suggestion(name, ids)
            session.wrong(tree.key("members"), "没有这个支持事项", name, "支持事项的编号（id）", mend or f"有：{'、'.join(ids)}", Code.UNKNOWN_NAME)
    twice = any(written.count(name) > 1 for name in group.members)  # which was told as well
    if not twice and (len(set(group.members)) < (1 if group.rule == "cap" else 2) or len(set(group.members)) != len(group.members)):
        session.wrong(tree.key("members"), "叠加规则要写两个以上不同的事项", group.title)
    if (group.rule == "cap") != (group.amount is not None):
        session.wrong(tree.at, "合计封顶要写 amount，其他规则不写", group.title)
    whole = group.per in ("企业", "申报年度")
    if whole and group.rule == "order":
        session.wrong(tree.at, "先后次序按人、按项目等写 per 与 key；按企业只取一项的写 highest 或 choose", group.title)
    if not whole and group.rule not in ("highest", "order"):
        session.wrong(tree.key("per"), "按人或按项目的规则只有 highest、order", group.rule, "highest、order", "按企业的写 per: 企业")
    key = "" if whole else group.key or group.per
    for name in group.members if key else ():
        spec = session.measures.get(ids.get(name, ""))
        if spec and spec.by and spec.by != key:
            session.wrong(tree.at, f"“{name}”是按“{spec.by}”分组的，一组没有一个“{key}”", key, spec.by, f"写 key: {spec.by}")
        elif spec and (not spec.each or session.field(spec.record, key) is None):
            session.wrong(tree.at, f"“{name}”不是逐条的事项，或其明细没有“{key}”一栏", key, "members 的明细都有的一栏", "写 key: 栏名")
    kinds = {one.personal: name for name in group.members if key and (s := session.measures.get(ids.get(name, ""))) and (one := session.field(s.record, key))}
    if len(kinds) > 1:
        session.wrong(
            tree.at, f"“{kinds[True]}”的“{key}”是个人信息，测算时换成化名，“{kinds[False]}”的不是：同一个{key}永远对不上", key, "",
            f"各明细的“{key}”都写 personal: 是",
        )  # fmt: skip
    for name in group.members if group.rule == "cap" else ():
        spec = session.measures.get(ids.get(name, ""))
        for scheme in (spec.base, *spec.schemes.values()) if spec else ():
            if scheme.rounding and scheme.rounding.direction is not c.Direction.DOWN and scheme.rounding.step > Fraction(1, 100):
                session.wrong(
                    tree.at,
                    f"“{name}”{scheme.rounding.text}，各项取整后合计可能超过“{group.title}”",
                    name,
                    "direction: down",
                    "问清政策起草人：合计封顶后各项怎样取整？",
                )
    amount = money(session, group.amount, {}) if group.amount is not None else None
    check_currencies(session, group, ids, amount[0] if amount else None, tree)
    counting = counting_of(session, group.counting, tree, {}, f"“{group.title}”", asked=group.rule == "cap" and group.per != "本次申报")
    if group.counting is None and group.rule in ("highest", "choose", "order"):
        counting = c.SILENT
    return c.StackingSpec(
        key=session.key(group.id),
        id=group.id,
        title=group.title,
        rule=c.Rule(group.rule),
        members=tuple(ids.get(n, n) for n in group.members),
        per=group.per,
        column=key,
        amount=amount[0] if amount else None,
        counting=counting,
        basis=basis_of(session, group, tree.at),
        note=group.note or "",
    )


def check_currencies(session: Session, group: m.Group, ids: Mapping[str, str], amount: t.Expr | None, tree: Table) -> None:
    """Members that are compared, added up or capped together are of one currency."""
    found: dict[str, str] = {}
    if amount is not None and isinstance(amount.type, Quantity):
        found[unit_text(amount.type.dims)] = "封顶额"
    for name in group.members if group.rule != "cumulate" else ():
        spec = session.measures.get(ids.get(name, ""))
        for one in session.under_readings(spec) if spec else ():
            for scheme in one.schemes.values() or (one.base,):
                award = scheme.award
                if (
                    award is not None
                    and award.expr is not None
                    and award.kind in (c.AwardKind.GRANT, c.AwardKind.INTEREST)
                    and isinstance(award.expr.type, Quantity)
                ):
                    found.setdefault(unit_text(award.expr.type.dims), f"“{name}”")
    if len(found) > 1:
        listed = "、".join(f"{who}（{unit}）" for unit, who in found.items())
        session.wrong(tree.key("members"), "叠加规则里的币种不同，不能比、不能加", listed, "同一币种", "先按汇率折算，例如 金额 * 汇率")


def check_plans(session: Session) -> None:
    """Each way the groups can be read, as it is decided by."""
    varied = {k: found for k, found in session.variants.items() if k.endswith(GROUP)}
    named = list(dict.fromkeys(key for found in varied.values() for key, _ in found[0].under))
    fixed = [g for g in session.stacking if g.key + GROUP not in varied]
    ways = prod(len(session.readings[k].options) for k in named)
    if ways > MOST:
        at = Position(str(session.source.folder / "stacking.yaml"))
        session.wrong(at, f"叠加规则牵涉的读法太多，合起来有 {ways} 种", "", f"不超过 {MOST} 种", "把能合并的读法合成一个")
        return
    known = len(session.problems)
    for taken in product(*(session.readings[k].options for k in named)):
        whole = dict(zip(named, taken, strict=True))
        check_plan(session, [*fixed, *(g for found in varied.values() if (g := variant_under(found, whole)) is not None)])
    session.problems[known:] = list(dict.fromkeys(session.problems[known:]))


def check_plan(session: Session, groups: Sequence[c.StackingSpec]) -> None:
    """Compatible sets within the bound; caps nested or disjoint; nothing both exclusive and cumulative."""
    at = Position(str(session.source.folder / "stacking.yaml"))
    rivals = [g.members for g in groups if g.rule in (c.Rule.HIGHEST, c.Rule.CHOOSE) and not g.column]
    capped = [g.members for g in groups if g.rule is c.Rule.CAP]
    for component in components(sorted(session.measures), [*rivals, *capped]):
        try:
            compatible_sets(component, [[m for m in g if m in component] for g in rivals])
        except TooComplex as error:
            session.wrong(at, str(error), "", f"不超过 {MAX_SETS} 种", "把互斥组拆小")
    caps = [g for g in groups if g.rule is c.Rule.CAP]
    for i, a in enumerate(caps):
        for b in caps[i + 1 :]:
            x, y = set(a.members), set(b.members)
            if x & y and not (x <= y or y <= x):
                session.wrong(at, "两个合计封顶部分重叠，先扣哪一个会影响结果", f"{a.title}、{b.title}", "包含或不相交", "问清政策起草人")
    for g in groups:
        if g.rule is c.Rule.CUMULATE:
            for r in rivals:
                both = set(g.members) & set(r)
                if len(both) > 1:
                    session.wrong(at, "既写可以叠加又写互斥", "、".join(sorted(c.name_of(k) for k in both)), "二者之一", "问清政策起草人：能否同时享受？")
