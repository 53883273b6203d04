"""Pass: what measures do to each other.

What must stay true: the compatible sets can be enumerated, common caps are nested or disjoint, and
nothing is both exclusive and cumulative.
"""

from __future__ import annotations

from fractions import Fraction

from ...errors import Code, Position, TooComplex, suggestion
from .. import compiled as c
from ..names import Once
from ..plans import MAX_SETS, compatible_sets, components
from .expressions import money
from .limits import counting_of
from .naming import give_id
from .session import Session
from .sources import basis_of


def read_stacking(session: Session) -> None:
    ids = {s.id: k for k, s in session.measures.items()}
    groups, titles = Once("叠加规则的编号"), Once("叠加规则的名称")
    for _, group, tree in session.source.of("stacking"):
        give_id(session, group.id, groups, tree.key("id"))
        session.problems += titles.given(group.title, tree.key("title"))
        for name in group.members:
            if name not in ids:
                session.wrong(tree.key("members"), "没有这个支持事项", name, "", suggestion(name, ids), Code.UNKNOWN_NAME)
        if len(set(group.members)) < (1 if group.rule == "cap" else 2) or len(set(group.members)) != len(group.members):
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
        counting = counting_of(session, group.counting, tree, {}, f"“{group.title}”", asked=group.rule == "cap" and group.per != "本次申报")
        session.stacking.append(
            c.StackingSpec(
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
        )
    check_plans(session)


def check_plans(session: Session) -> None:
    """Compatible sets within the bound; caps nested or disjoint; nothing both exclusive and cumulative."""
    at = Position(str(session.source.folder / "stacking.yaml"))
    rivals = [g.members for g in session.stacking if g.rule in (c.Rule.HIGHEST, c.Rule.CHOOSE) and not g.column]
    capped = [g.members for g in session.stacking if g.rule is c.Rule.CAP]
    for component in components(sorted(session.measures), [*rivals, *capped]):
        try:
            compatible_sets(component, [[m for m in g if m in component] for g in rivals])
        except TooComplex as error:
            session.wrong(at, str(error), "", f"不超过 {MAX_SETS} 种", "把互斥组拆小")
    caps = [g for g in session.stacking if g.rule is c.Rule.CAP]
    for i, a in enumerate(caps):
        for b in caps[i + 1 :]:
            x, y = set(a.members), set(b.members)
            if x & y and not (x <= y or y <= x):
                session.wrong(at, "两个合计封顶部分重叠，先扣哪一个会影响结果", f"{a.title}、{b.title}", "包含或不相交", "问清政策起草人")
    for g in session.stacking:
        if g.rule is c.Rule.CUMULATE:
            for r in rivals:
                both = set(g.members) & set(r)
                if len(both) > 1:
                    session.wrong(at, "既写可以叠加又写互斥", "、".join(sorted(c.name_of(k) for k in both)), "二者之一", "问清政策起草人：能否同时享受？")
