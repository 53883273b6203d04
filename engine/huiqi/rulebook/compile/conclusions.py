"""Pass: what measures ask of one another (`granted`, `amount`), and the strata in which they are judged.

Run after the measures are read. What must stay true: only a measure asks after another's conclusion,
never a recognition, a check or a group, which are judged apart from measures; what is asked is there
to be had (an amount of money, one record of the very list); a cycle is refused with its path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...errors import Position
from ...language import typed as t
from ...language.printer import show
from ...language.types import Quantity
from .. import compiled as c
from ..reach import asked_after
from .session import Session


def check_conclusions(session: Session) -> None:
    """Every conclusion asked after, wherever it is asked."""
    for node, at, key, record in session.conclusions.values():
        spec = session.measures.get(key)
        if spec is None:
            continue  # it has been complained of
        if node.function == "amount" and not all(_pays(x) for x in session.under_readings(spec)):
            session.wrong(at, f"“{spec.title}”没有以元计的金额", show(node), "给钱的支持事项", "只问是否符合，写 granted(…)")
        if record and spec.by:
            session.wrong(
                at, f"“{spec.title}”是按“{spec.by}”分组判断的，不能问其中一条“{record}”", show(node), "", "只写支持事项：granted(编号)，有一组符合即为符合"
            )
        elif record and record != spec.record:
            what = f"逐条判断的是“{spec.record}”" if spec.record else "不是逐条判断的"
            session.wrong(at, f"“{spec.title}”{what}，不能问其中一条“{record}”", show(node), "", "只写支持事项：granted(编号)，有一条符合即为符合")
    for owner, ref in _outside(session):
        node, at, *_ = session.conclusions[id(ref.source)]
        session.wrong(at, f"{owner}不能以支持事项的结论为依据", show(node), "", "只在支持事项的条件、金额、封顶里引用；资格写明自己的条件")


def _pays(spec: c.MeasureSpec) -> bool:
    awards = [x.award for x in (spec.schemes.values() or (spec.base,)) if x.award is not None]
    return bool(awards) and all(
        a.kind in ("grant", "interest") and a.expr is not None and isinstance(a.expr.type, Quantity) and a.expr.type.dims == (("元", 1),) for a in awards
    )


def _outside(session: Session) -> Iterator[tuple[str, t.ConclusionRef]]:
    """Who asks that may not."""

    def asked(owner: str, roots: Iterable[t.Expr | None]) -> Iterator[tuple[str, t.ConclusionRef]]:
        own = (r for r in asked_after([x for x in roots if x is not None], session.definitions, session.tables) if id(r.source) in session.conclusions)
        return ((owner, r) for r in own)

    for spec in session.recognitions.values():
        groups = (spec.when, spec.unless, spec.lapses)
        yield from asked(f"资格“{spec.title}”", (spec.governed_by, *(x.expr for g in groups for x in g.conditions()), *(e.when for e in spec.evidence)))
    for check in session.checks:
        yield from asked("数据核对", (check.expr,))
    for group in session.stacking:
        yield from asked(f"叠加规则“{group.title}”", (group.amount, group.counting.earlier))
    for pool in session.pools:
        yield from asked(f"汇总规则“{pool.title}”", (*pool.figures, *pool.asked))
    for target in session.targets:
        yield from asked(f"目标“{target.title}”", (x for one in target.progress for x in (one.total, one.count)))


def measure_layers(session: Session) -> tuple[tuple[str, ...], ...]:
    """Measures layer by layer, each above those whose conclusions it asks after; a cycle is refused with its path."""
    # under whichever reading: the layers are one for all of them
    asks = {key: sorted({n for one in session.under_readings(spec) for n in one.asks}) for key, spec in session.measures.items()}
    level: dict[str, int] = {}

    def depth(key: str, trail: tuple[str, ...]) -> int:
        if key in trail:
            path = " → ".join(session.measures[k].title for k in (*trail[trail.index(key) :], key))
            at = next((at for _, at, of, _ in session.conclusions.values() if of == key), Position(str(session.source.folder)))
            session.wrong(at, "支持事项的结论互相引用成环", path, "不成环", "去掉其中一处 granted 或 amount")
            return 0
        if key not in level:
            level[key] = 1 + max((depth(n, (*trail, key)) for n in asks[key]), default=-1)
        return level[key]

    for key in sorted(session.measures):
        depth(key, ())
    layers: list[list[str]] = [[] for _ in range(max(level.values(), default=0) + 1)]
    for key, value in sorted(level.items()):
        layers[value].append(key)
    return tuple(tuple(layer) for layer in layers)
