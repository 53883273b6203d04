"""Exclusions printed under a clause that is not their own, as far as a rulebook shows it.

An exclusion that states no source stands under its measure's clause, which rarely says it: most are said
once, near the end of a policy, for all measures. What must stay true: only what is visible is told (the same
exclusion standing under another clause elsewhere, a clause that by its disposition can exclude nobody), and
it keeps nothing from being judged: it is a question to whoever wrote the rule.
"""

from __future__ import annotations

from .. import compiled as c
from .session import Session

NEVER = {c.Disposition.CHANNEL: "资金渠道", c.Disposition.TARGET: "目标", c.Disposition.DUTY: "政府职责", c.Disposition.UNREAD: "未读"}


def check_exclusions(session: Session) -> None:
    found = list(dict.fromkeys(session.exclusions))
    for one in found:
        kinds = [session.clauses[x].disposition for x in one.basis.clauses if x in session.clauses]
        if kinds and all(k in NEVER for k in kinds):
            session.doubt(
                one.at,
                f"不予支持情形“{one.label}”出自的条款列为{NEVER[kinds[0]]}，不会规定谁不予支持",
                one.basis.clause,
                "规定这一情形的条款",
                "写上它自己的 clause，或改条款的 disposition",
            )
        if not one.inherited:
            continue
        others = [x for x in found if x.expr == one.expr and set(x.basis.clauses) != set(one.basis.clauses) and x.basis.clauses]
        if others and one.basis.clauses:
            session.doubt(
                one.at,
                f"不予支持情形“{one.label}”没有写自己的出处，会印成事项的条款；同样的情形在别处出自另一条",
                f"{one.owner} 印成 {one.basis.clause}；{others[0].owner} 出自 {others[0].basis.clause}",
                "clause: 规定这一情形的条款",
                "写上 clause；几个事项都有的，在 shared.yaml 里写一次",
            )


__all__ = ["check_exclusions"]
