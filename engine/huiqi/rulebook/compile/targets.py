"""Pass: the targets a policy sets itself; printed, and held against a register where it is said how; no decision turns on one."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ...language import typed as t
from ...language.types import BOOLEAN, Quantity, Type
from ...language.units import QuantityError, parse_quantity, unit_text
from .. import compiled as c
from .. import models as m
from ..names import Once
from ..yamltree import Table
from .expressions import expression
from .naming import give_id
from .session import Session
from .sources import basis_of

BEYOND = "超过"  # before a value that is to be exceeded: 超过200家 is not reached by 200
ALL = "全部"  # every enterprise of the register
_ENTERPRISES = ((("家", 1),), (("户", 1),))


def read_targets(session: Session) -> None:
    ids = Once("目标的编号")
    for _, target, tree in session.source.of("targets"):
        give_id(session, target.id, ids, tree.key("id"))
        goal, unit = _goal(session, target, tree) if target.progress else (None, None)
        session.targets.append(
            c.TargetSpec(
                id=target.id,
                title=target.title,
                value=target.value or "",
                measure=target.measure or "",
                by=target.by,
                basis=basis_of(session, target, tree.at),
                note=target.note or "",
                goal=goal,
                unit=unit,
                beyond=goal is not None and str(target.value).startswith(BEYOND),
                progress=tuple(_progress(session, target, tree, unit)) if unit is not None else (),
            )
        )


def _goal(session: Session, target: m.Target, tree: Table) -> tuple[Fraction | None, Quantity | None]:
    """The value as a number with its unit."""
    if target.value is None:
        session.wrong(tree.at, "写了 progress，没有目标值", target.title, "value: 10亿美元", "补上 value")
        return None, None
    try:
        found = parse_quantity(str(target.value).removeprefix(BEYOND), session.nouns)
    except QuantityError as error:
        session.wrong(
            tree.key("value"), f"写了 progress 的目标值应是一个带单位的数：{error.message}", target.value, "10亿美元、超过200家", "改写 value，或删去 progress"
        )
        return None, None
    return found.value, Quantity(dims=found.dims)


def _progress(session: Session, target: m.Target, tree: Table, unit: Quantity) -> Iterator[c.ProgressSpec]:
    labels = Once(f"“{target.title}”的 progress 的名称")
    for one in target.progress:
        session.problems += labels.given(one.label, getattr(one.label, "at", tree.at))
        if (one.total is None) == (one.count is None):
            session.wrong(tree.key("progress"), "progress 写 sum（各户相加）或 count（数户数）之一", one.label, "{label: 名称, sum: 表达式}")
            continue
        if one.total is not None:
            found = expression(session, one.total)
            if found is not None and not (isinstance(found[0].type, Quantity) and found[0].type.dims == unit.dims):
                session.wrong(one.total, f"目标值的单位是{_word(unit)}，这里是{found[0].type}", str(one.total), _word(unit), "核对单位")
            elif found is not None and (found[1][0] is None or found[1][0] < 0):
                # whoever is not decided counts for nothing at the least
                session.wrong(one.total, "sum 可能是负数，数不出至少多少", str(one.total), "不小于零的数", f"写 max({one.total}, 0)")
            yield c.ProgressSpec(label=one.label, total=found[0] if found else None, count=None)
            continue
        if unit.dims not in _ENTERPRISES:
            session.wrong(one.count, f"数户数的目标值单位是家、户，写的是{_word(unit)}", str(target.value), "超过200家", "改写 value，或用 sum")
        counted: t.Expr | None = None
        if one.count != ALL:
            found = expression(session, one.count, BOOLEAN)
            counted = found[0] if found else None
        yield c.ProgressSpec(label=one.label, total=None, count=counted)


def _word(unit: Type) -> str:
    return unit_text(unit.dims) if isinstance(unit, Quantity) and unit.dims else str(unit)
