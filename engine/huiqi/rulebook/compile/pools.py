"""Pass: rules over all applicants of a round, which share a budget or a number of places.

What must stay true: how the budget is shared, how ties are handled, what becomes of what is left and of the last 分 is stated
wherever it can matter, and nothing that cannot; the figures read no enterprise; a measure stands in one pool, so that no order
between two is needed; a base is never negative.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...errors import Code, suggestion
from ...language import typed as t
from ...language.levelling import level
from ...language.types import Date, Quantity, Year
from ...language.units import is_money, unit_text
from .. import compiled as c
from .. import models as m
from ..names import Once
from ..reach import reached
from ..yamltree import Table
from .expressions import expression, money
from .naming import give_id
from .session import Session
from .sources import basis_of

AMOUNT = "测算额"  # the word for the amount that is due before the pool
_ASKED = (t.FactRef, t.RecordsRef, t.RecognitionRef, t.ConclusionRef)


def read_pools(session: Session) -> None:
    ids = {s.id: k for k, s in session.measures.items()}
    once, titles = Once("汇总规则的编号"), Once("汇总规则的名称")
    taken: dict[str, str] = {}
    for _, pool, tree in session.source.of("pools"):
        give_id(session, pool.id, once, tree.key("id"))
        session.problems += titles.given(pool.title, tree.key("title"))
        for name in pool.members:
            if name not in ids:
                found = [spec.id for spec in session.measures.values() if level(spec.title) == level(name)]
                mend = f"写编号 {found[0]}" if len(found) == 1 else suggestion(name, ids)
                session.wrong(tree.key("members"), "没有这个支持事项", name, "", mend, Code.UNKNOWN_NAME)
            elif (other := taken.setdefault(name, pool.title)) != pool.title or pool.members.count(name) > 1:
                what = f"“{name}”已在汇总规则“{other}”里" if other != pool.title else f"“{name}”写了两次"
                session.wrong(tree.key("members"), what, name, "一个事项只在一条汇总规则里", "总额与名额都管它的，写在同一条里：places 与 budget")
        _stated(session, pool, tree)
        session.pools.append(_spec(session, pool, tree, tuple(ids[n] for n in pool.members if n in ids)))


def _stated(session: Session, pool: m.Pool, tree: Table) -> None:
    """What has to be said for this kind of rule, and what would be read by nobody."""

    def asked(*, wanted: bool, given: Any, key: str, message: str, expected: str, ask: str, unused: str) -> None:
        if wanted and not given:
            session.wrong(tree.at, message, pool.title, expected, ask)
        elif given and not wanted:
            session.wrong(tree.key(key), unused, str(given) if isinstance(given, str) else key, "", f"删去 {key}")

    if pool.budget is None and pool.places is None:
        session.wrong(tree.at, "汇总规则要写 budget（总额）或 places（名额）", pool.title, "budget: 总额的名称", "两样都没有的，不必写汇总规则")
    rata, line, split = pool.share == "pro rata", pool.share == "in order", pool.ties == "split"
    ranked, line_or_places = bool(pool.order), line or pool.places is not None
    asked(
        wanted=pool.budget is not None, given=pool.share, key="share", message="有总额，没有写怎样分", expected="share: pro rata（按比例）或 in order（按次序）",
        ask="问清政策起草人：总额不够时按比例核减，还是按次序给到用完为止？", unused="没有总额，share 用不上",
    )  # fmt: skip
    asked(
        wanted=line_or_places or pool.remainder == "first", given=ranked, key="order", message="没有写名次怎样排", expected="order: [{by: 离岸执行额, first: highest}]",
        ask="问清政策起草人：按什么指标排名？", unused="没有名额，也不按次序给，order 用不上",
    )  # fmt: skip
    asked(
        wanted=line_or_places, given=pool.ties, key="ties", message="没有写名次相同而容不下时怎么办", expected="ties: all、none、split、open",
        ask="问清政策起草人：并列的都进、都不进、平分，还是另行评定？", unused="没有名额，也不按次序给，ties 用不上",
    )  # fmt: skip
    asked(
        wanted=line, given=pool.edge, key="edge", message="没有写余额不够一户足额时怎么办", expected="edge: rest（给余额）或 stop（不给）",
        ask="问清政策起草人：轮到的一户余额不够，给余额还是不给？", unused="不按次序给，edge 用不上",
    )  # fmt: skip
    if line and pool.ties == "all":
        session.wrong(tree.key("ties"), "总额按次序给，容不下的不能都进", "all", "none、split、open", "问清政策起草人：余额不够并列的几户时怎么办？")
    if split and (not line or pool.places is not None or pool.edge == "stop"):
        session.wrong(
            tree.key("ties"), "split 只用于按次序给、给余额、没有名额的总额", "split", "share: in order 与 edge: rest", "名额的并列写 all、none 或 open"
        )
    for key, given in (("base", pool.base), ("cap after", pool.cap_after)):
        if given is not None and not rata:
            session.wrong(tree.key(key), f"不按比例分，{key} 用不上", str(given), "share: pro rata", f"删去 {key}")
    asked(
        wanted=rata and (pool.base is not None or pool.cap_after is not None), given=pool.left_over, key="left over",
        message="没有写用不完的份额怎么办", expected="left over: again（再分）或 keep（不分）", ask="问清政策起草人：一户用不完的份额，分给其余各户还是不分？",
        unused="按测算额的比例、没有分后封顶的，没有用不完的份额，left over 用不上",
    )  # fmt: skip
    asked(
        wanted=rata or (line and split), given=pool.remainder, key="remainder", message="没有写舍到分以后余下的几分给谁", expected="remainder: largest、first、keep",
        ask="问清政策起草人；没有规定的写 keep（不分）", unused="不按比例分，没有余下的几分，remainder 用不上",
    )  # fmt: skip


def _spec(session: Session, pool: m.Pool, tree: Table, members: tuple[str, ...]) -> c.PoolSpec:
    units = _units(session, members, tree)

    def figure(word: Any, key: str) -> t.Expr | None:
        """An amount that no enterprise's facts decide."""
        found = money(session, word, {}) if word is not None else None
        if found is None:
            return None
        _no_enterprise(session, found[0], word, key)
        unit = unit_text(found[0].type.dims) if isinstance(found[0].type, Quantity) else ""
        if units and unit not in units:
            session.wrong(word, f"{key} 的币种与事项的不同", f"{unit}、{'、'.join(units)}", "同一币种", "先按汇率折算，例如 金额 * 汇率")
        return found[0]

    places = expression(session, pool.places) if pool.places is not None else None
    if places is not None:
        _no_enterprise(session, places[0], pool.places, "places")
        whole = all(session.parameters[n.parameter].whole for n in t.walk(places[0]) if isinstance(n, t.ParameterRef))
        if not isinstance(places[0].type, Quantity) or is_money(places[0].type.dims) or not whole:
            session.wrong(pool.places, f"名额应是整数，写的是{places[0].type}", str(pool.places), "整数，如 10", "核对这个标准")
    base = None if pool.base is None or pool.base == AMOUNT else expression(session, pool.base)
    if base is not None and not isinstance(base[0].type, Quantity):
        session.wrong(pool.base, f"base 应是数量，写的是{base[0].type}", str(pool.base), "数量或金额", "改按一个数量分")
    elif base is not None and (base[1][0] is None or base[1][0] < 0):
        session.wrong(pool.base, "base 可能是负数，不能按它分", str(pool.base), "不小于零的数", f"写 max({pool.base}, 0)")
    return c.PoolSpec(
        key=session.key(pool.id), id=pool.id, title=pool.title, members=members, unit=next(iter(units), "元"),
        budget=figure(pool.budget, "budget"), share=c.Share(pool.share) if pool.share else None, base=base[0] if base else None,
        order=tuple(_orders(session, pool)), places=places[0] if places else None, ties=c.Ties(pool.ties) if pool.ties else None,
        edge=c.Edge(pool.edge) if pool.edge else None, cap_before=figure(pool.cap_before, "cap before"), cap_after=figure(pool.cap_after, "cap after"),
        left_over=c.LeftOver(pool.left_over or "keep"), remainder=c.Remainder(pool.remainder or "keep"),
        basis=basis_of(session, pool, tree.at), note=pool.note or "",
    )  # fmt: skip


def _orders(session: Session, pool: m.Pool) -> Iterator[c.OrderSpec]:
    for one in pool.order:
        found = None if one.by == AMOUNT else expression(session, one.by)
        if found is not None and not isinstance(found[0].type, Quantity | Date | Year):
            session.wrong(one.by, f"名次应按数量或日期排，写的是{found[0].type}", str(one.by), "数量、日期或年度", "换一个指标")
        if found is not None or one.by == AMOUNT:
            yield c.OrderSpec(found[0] if found else None, one.first == "highest")


def _no_enterprise(session: Session, expr: t.Expr, word: Any, key: str) -> None:
    if any(isinstance(n, _ASKED) for n in reached([expr], session.definitions, session.tables)):
        session.wrong(word, f"{key} 是整轮一个数，不能用一户企业的数据", str(word), "标准的名称", "写进 parameters.yaml")


def _units(session: Session, members: tuple[str, ...], tree: Table) -> list[str]:
    """The currencies of the members' amounts, under every reading and scheme; there must be one."""
    found: dict[str, str] = {}
    for key in members:
        spec = session.measures[key]
        sums = False
        for one in session.under_readings(spec):
            for scheme in one.schemes.values() or (one.base,):
                if scheme.award is not None and scheme.award.sums and scheme.award.expr is not None and isinstance(scheme.award.expr.type, Quantity):
                    found.setdefault(unit_text(scheme.award.expr.type.dims), f"“{spec.id}”")
                    sums = True
        if not sums:
            session.wrong(tree.key("members"), f"“{spec.id}”没有金额，不能汇总", spec.id, "给钱的支持事项", "从 members 里删去")
        if spec.hint:
            session.wrong(tree.key("members"), f"“{spec.id}”只作提示（hint），不能汇总", spec.id, "本级给钱的支持事项", "从 members 里删去")
    if len(found) > 1:
        session.wrong(tree.key("members"), "汇总规则里的币种不同，不能加", "、".join(f"{who}（{unit}）" for unit, who in found.items()), "同一币种", "分成几条")
    return list(found)
