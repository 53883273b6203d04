"""Caps on money and counts, and what they say of support received before.

What must stay true: a cap says per what it holds; where it does not say whether earlier support
counts, that is a finding and both readings stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import InputError, suggestion
from ...language import typed as t
from ...language.persons import kinds_of
from ...language.types import Date, ListOf, Quantity, RecordOf, Text, Type, Year, alike
from .. import compiled as c
from .. import models as m
from ..yamltree import Table, Word
from .expressions import expression, money
from .session import Session
from .sources import basis_of

_OF_THE_GRANT = frozenset({"文号", "事项", "层级", "金额", "月数"})  # columns of 已获支持 that say something of the grant, not what it was for


def limit_spec(session: Session, limit: m.Limit, tree: Table, default: c.Basis, variables: Mapping[str, Type], each: str) -> c.LimitSpec | None:
    if (limit.amount is None) == (limit.count is None):
        session.wrong(tree.at, "封顶写 amount（金额）或 count（件数）之一", "", "{amount: …, per: …}")
        return None
    if limit.per is None:
        session.wrong(
            tree.at,
            "封顶没有写 per",
            str(limit.amount or limit.count),
            f"per: {each or '企业'} / 申报年度 / 企业",
            "问清政策起草人：按件、按年度还是按企业累计？",
        )
        return None
    scopes = {each: c.Scope.RECORD, "申报年度": c.Scope.YEAR, "年度": c.Scope.YEAR, "企业": c.Scope.ENTERPRISE, "本次申报": c.Scope.ENTERPRISE}
    if not each:
        scopes["项目"] = c.Scope.ENTERPRISE
    scope, key = scopes.get(limit.per), None
    record = next(iter(variables.values()), None)
    if not scope and isinstance(record, RecordOf):
        word = tree["per"] if "." in limit.per or "(" in limit.per else Word.make(f"{each}.{limit.per}", tree["per"].at)
        found = expression(session, word, variables=variables)
        if found is None:
            return None
        scope, key = c.Scope.GROUP, found[0]
    if not scope:
        session.wrong(
            tree.key("per"), "per 不认识", limit.per, f"{each + '、' if each else ''}申报年度、企业、本次申报，或明细的一栏", suggestion(limit.per, scopes)
        )
        return None
    if scope is c.Scope.ENTERPRISE and limit.per == "本次申报" and limit.counting is not None:
        session.wrong(tree.key("counting"), "本次申报的封顶不计以往支持", limit.per, "per: 申报年度 或 企业")
    of_records = "件数封顶还要写留哪几件：留金额高的、留在前的（写全的是 count 与 keep），问清政策起草人"
    amount = money(session, limit.amount, variables, counted=of_records) if limit.amount is not None else None
    count = expression(session, limit.count, variables=variables) if limit.count is not None else None
    if count and not isinstance(count[0].type, Quantity):
        session.wrong(limit.count, f"件数应是数量，写的是{count[0].type}")
    if scope is c.Scope.RECORD and limit.counting is not None:
        session.wrong(
            tree.key("counting"), f"按每一件（每{limit.per}）的封顶不看以往支持", str(limit.counting), "",
            "counting 写在事项上（与 each 并列），说的是同一件以往已获的",
        )  # fmt: skip
    counting = counting_of(
        session, limit.counting, tree, variables, f"“{limit.label or limit.amount or limit.count}”",
        asked=limit.per != "本次申报" and (scope in (c.Scope.YEAR, c.Scope.ENTERPRISE) or (key is not None and (isinstance(key.type, Year) or getattr(key, "name", "") == "项目"))),
    )  # fmt: skip
    column = "" if key is None else earlier_column(session, key)
    if key is not None and counting.earlier is not None:
        check_column(session, key, column, limit, tree)
    if limit.count is not None and scope is c.Scope.RECORD:
        session.wrong(tree.key("per"), "件数上限不能按每一件", limit.per, "申报年度、企业、本次申报，或明细的一栏（每人、每合同）")
    if limit.count is not None and limit.keep is None:
        session.wrong(
            tree.at, "件数封顶没有写 keep", str(limit.count), "keep: highest（取金额高的）或 first（取在前的）", "问清政策起草人：超出件数时留哪几件？"
        )
    by = expression(session, limit.by, variables=variables) if limit.by is not None else None
    if limit.by is not None and limit.keep != "first":
        session.wrong(tree.key("by"), "by 只与 keep: first 同用", str(limit.by))
    if by and not isinstance(by[0].type, Date | Quantity):
        session.wrong(limit.by, f"次序应按日期或数量，写的是{by[0].type}", str(limit.by))
    return c.LimitSpec(
        amount=amount[0] if amount else None,
        count=count[0] if count else None,
        keep=c.Keep(limit.keep or "highest"),
        scope=scope,
        key=key,
        column=column,
        per=limit.per,
        counting=counting,
        by=by[0] if by else None,
        label=limit.label or "",
        basis=basis_of(session, limit, tree.at, default),
    )


def earlier_column(session: Session, key: t.Expr) -> str:
    """The column of 已获支持 that says of which group a grant was: the year, the one of the same name, else 对象; none of another kind."""
    if isinstance(key.type, Year):
        return "年度"
    if not isinstance(key.type, Text):
        return ""
    name = key.name if isinstance(key, t.Field) and key.name not in _OF_THE_GRANT else ""
    named = session.field(c.SUPPORT, name) if name else None
    found = name if named is not None and alike(named.type, key.type) else "对象"
    return found if one_kind(session, key, found) else ""


def one_kind(session: Session, key: t.Expr, column: str) -> bool:
    """Whether words of a group and of the column can be equal at all: a stand-in never is a plain word."""
    other = session.field(c.SUPPORT, column)
    return other is None or kinds_of(key, session) in ({other.personal}, set())


def check_column(session: Session, key: t.Expr, column: str, limit: m.Limit, tree: Table) -> None:
    """Earlier support must be told apart by what the cap is per, or it would be forgotten without a word."""
    if column:
        return
    instead = "不按以往计的写 counting: {不计以往: 理由}，或写 per: 申报年度、企业"
    if isinstance(key.type, Text) and (other := session.field(c.SUPPORT, "对象")) is not None:
        is_one, mend = (
            ("不是", f"“{limit.per}”指人或各人、各合同的编号，那一栏写 personal: 是") if other.personal else ("是", f"{c.SUPPORT}的“对象”也写 personal: 是")
        )
        session.wrong(
            tree.key("per"), f"“{limit.per}”{is_one}个人信息，{c.SUPPORT}的“对象”{'是' if other.personal else '不是'}（测算时换成化名），以往的支持永远对不上",
            str(limit.per), "", f"{mend}；是项目的，栏名写“项目”；{instead}",
        )  # fmt: skip
        return
    session.wrong(
        tree.key("per"), f"{c.SUPPORT}没有一栏说得出以往的支持是哪一个“{limit.per}”的", str(limit.per), "年度、项目，或个人信息的一栏（对“对象”）", instead
    )


def counting_of(session: Session, raw: Any, tree: Table, variables: Mapping[str, Type], what: str, *, asked: bool) -> c.Counting:
    """What a cap says of support received before; where it must say and does not, a finding, and the cap stays open."""
    if isinstance(raw, Table):
        try:
            ignoring = m.validate(m.Ignoring, raw)
        except InputError as error:
            session.problems += error.problems
            return c.Counting()
        hand = c.Standing.ASSUMED if not (ignoring.clause or ignoring.document or ignoring.basis or ignoring.quote) else None
        basis = c.Basis(None, hand=hand) if hand is not None else basis_of(session, ignoring, raw.at, figure=f"封顶{what}不计以往")
        return c.Counting(ignored=ignoring.reason, basis=basis)
    if raw is not None:
        found = expression(session, raw, variables=variables)
        if found and not (isinstance(found[0].type, ListOf) and alike(found[0].type.item, RecordOf(record=c.SUPPORT))):
            session.wrong(raw, f"counting 应是{c.SUPPORT}的清单", str(raw), f"{c.SUPPORT}、{c.SUPPORT}[…] 或 {{不计以往: 理由}}")
        return c.Counting(found[0] if found else None)
    if asked:
        session.doubt(
            tree.at, f"封顶{what}没有写计不计以往已获的支持：测算时两种读法都保留，金额不定", "", f"counting: {c.SUPPORT}（计入），或 counting: {{不计以往: 理由}}",
            "问清政策起草人：以往已获的支持占不占这个上限？",
        )  # fmt: skip
    return c.Counting(stated=not asked)
