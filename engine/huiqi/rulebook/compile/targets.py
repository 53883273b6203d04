"""Pass: the targets a policy sets itself; printed, never computed with."""

from __future__ import annotations

from .. import compiled as c
from ..names import Once
from .naming import give_id
from .session import Session
from .sources import basis_of


def read_targets(session: Session) -> None:
    ids = Once("目标的编号")
    for _, target, tree in session.source.of("targets"):
        give_id(session, target.id, ids, tree.key("id"))
        session.targets.append(
            c.TargetSpec(
                id=target.id,
                title=target.title,
                value=target.value or "",
                measure=target.measure or "",
                by=target.by,
                basis=basis_of(session, target, tree.at),
                note=target.note or "",
            )
        )
