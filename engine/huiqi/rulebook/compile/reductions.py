"""Reductions of an amount (减半, 减按80%): a condition, the share that is left, and where it comes.

What must stay true: the share is a figure with a source and never raises an amount, 分母为零: 不符合
never decides that nothing is taken off, and where nothing can be reduced a reduction is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...language import typed as t
from ...language.types import NUMBER, Type
from .. import compiled as c
from ..yamltree import Rows, Table
from .conditions import group_items
from .expressions import expression
from .session import Session

APPLIES = {"before limits": False, "after limits": True}


def reduction_specs(
    session: Session, raw: Any, owner: str, default: c.Basis, variables: Mapping[str, Type], labels: set[str], schemes: Iterable[c.SchemeSpec]
) -> tuple[c.ReductionSpec, ...]:
    """The reductions of a measure; of one that pays no money, those it shares with others are left out."""
    rows = raw if isinstance(raw, Rows) else [raw] if raw is not None else []
    pays = any(s.award is not None and s.award.expr is not None and s.award.kind in (c.AwardKind.GRANT, c.AwardKind.INTEREST) for s in schemes)
    out = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Table) or "share" not in row:
            session.wrong(row, "减额写作 名称: 表达式，另写 share", str(row)[:40], "- 欠薪减半: 有欠薪记录，share: 减半比例", "补上 share：减按多少的比例")
            continue
        shared = session.shared.get(row.at)
        if not pays:
            if shared is None:
                session.wrong(row.at, "事项没有金额，没有可减的", owner, "", "删去 reductions")
            continue
        session.reducing.add(row.at)
        condition = _condition(session, row, owner, default, variables, labels, number)
        share = expression(session, row["share"], NUMBER, variables=variables)
        after = APPLIES.get(str(row.get("applies", "before limits")))
        if after is None:
            session.wrong(row["applies"], "applies 只能写 before limits 或 after limits", str(row["applies"]), "、".join(APPLIES))
        if share is not None and (bad := _raising(session, share[0])):
            session.wrong(row["share"], "减额的比例应在 0% 与 100% 之间", bad, "剩下的比例，如 50%", "share 是减了以后还给多少")
        if condition is None or share is None:
            continue
        if after and condition.per_record:
            session.wrong(row.at, "逐条判断的减额只能在封顶之前", condition.label, "applies: before limits", "问清政策起草人：合计之后怎样减？")
        out.append(c.ReductionSpec(condition=condition, share=share[0], after=bool(after)))
    return tuple(out)


def _condition(session: Session, row: Table, owner: str, default: c.Basis, variables: Mapping[str, Type], labels: set[str], number: int) -> c.Condition | None:
    plain = Table.made(row.at, {k: x for k, x in row.items() if k not in ("share", "applies")})
    rows = Rows.made(row.at, [plain])
    # as an exclusion: what fails counts in favour
    found = next(group_items(session, rows, owner, c.Role.UNLESS, default, variables, labels, f"reductions{number}"), None)
    if isinstance(found, c.Group):
        session.wrong(row.at, "减额的情形写成一个表达式", found.label or str(found.op), "- 名称: 表达式", "用 and、or 连接")
        return None
    return found


def _raising(session: Session, share: t.Expr) -> str:
    """A value of the share that is no part of a whole."""
    versions = session.parameters[share.parameter].versions if isinstance(share, t.ParameterRef) else ()
    return next((v.text for v in versions if v.value is not None and not 0 <= v.value <= 1), "")


def check_reducing(session: Session) -> None:
    """A shared reduction none of whose measures pays money takes nothing off."""
    for at, shared in session.shared.items():
        if shared.kind == "reductions" and at not in session.reducing and not session.problems:
            session.wrong(at, f"共用的“{shared.label}”没有加在任何有金额的事项上", "", "有金额的事项", "核对 for 与 except，或删去这一条")


__all__ = ["check_reducing", "reduction_specs"]
