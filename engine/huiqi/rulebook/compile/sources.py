"""Pass: documents and clauses, and what every figure and condition rests on.

What must stay true: a figure without a document is an assumption by hand or an error; nothing
written from memory passes for a source; a document's family is found at its root.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ...errors import Code, Position, suggestion
from .. import compiled as c
from ..names import Once, wrong_jurisdiction
from .naming import give_id
from .quotes import quote_of
from .session import Session

HAND = {"假定": c.Standing.ASSUMED, "未定": c.Standing.UNSET}


def read_documents(session: Session) -> None:
    entries = session.source.of("documents")
    ids = Once("文件编号")
    for _, doc, tree in entries:
        give_id(session, doc.id, ids, tree.key("id"))
        check_jurisdiction(session, doc.jurisdiction, tree.key("jurisdiction"))
        session.document_keys[doc.id] = session.key(doc.id)
    for key in session.documents:
        before = session.document_keys.setdefault(c.name_of(key), key)
        if before != key:
            session.unclear_documents.setdefault(c.name_of(key), {before}).add(key)
    parents = {doc.id: doc.amends for _, doc, _ in entries}
    for _, doc, tree in entries:
        for other in filter(None, [doc.amends, *doc.relies_on]):
            document_named(session, other, tree.key("amends" if other == doc.amends else "relies on"))
        root, seen = doc.id, {doc.id}
        while (parent := parents.get(root)) and parent not in seen:
            root = parent
            seen.add(root)
        if doc.start and doc.end and doc.start > doc.end:
            session.wrong(tree.key("from"), "起止日期颠倒", f"{doc.start}—{doc.end}", "from 不晚于 to", "核对两个日期")
        session.documents[session.key(doc.id)] = c.DocumentSpec(
            key=session.key(doc.id),
            title=doc.title,
            number=doc.number or "",
            issuer=doc.issuer,
            jurisdiction=tuple(doc.jurisdiction.split("/")),
            start=doc.start,
            end=doc.end,
            sheet=doc.sheet,
            letter=doc.letter,
            family=session.document_keys.get(root, root),
            relies_on=tuple(session.document_keys.get(d, d) for d in doc.relies_on),
            assumed=tuple(doc.assumed),
            note=doc.note or "",
            digest=sheet_digest(session, doc.digest, tree),
            at=tree.at,
        )


def sheet_digest(session: Session, said: str | None, tree: Any) -> str:
    if said is not None and not re.fullmatch("[0-9a-f]{16}", said):
        session.wrong(tree.key("sheet digest"), "资料的摘要写得不对", said, "16 位十六进制数", "不要手写；运行 huiqi rules check --sources 资料文件夹 --renew")
    return said or ""


def check_jurisdiction(session: Session, text: str, at: Position) -> None:
    if complaint := wrong_jurisdiction(text):
        session.wrong(at, f"辖区的写法不对：{complaint}", text, "中国/省/市", "例如 中国/山西省/大同市")


def document_named(session: Session, name: str | None, at: Any) -> str | None:
    if name is None:
        return None
    if name not in session.document_keys:
        session.wrong(at, "没有这个文件", name, "documents.yaml 里的 id", suggestion(name, session.document_keys), Code.UNKNOWN_NAME)
        return None
    if name in session.unclear_documents:
        session.wrong(
            at, "这个文件编号不止一份文件在用", name, "、".join(sorted(session.unclear_documents[name])), "改本规则库里的文件编号，使它与引用的规则库不同"
        )
    return session.document_keys[name]


def read_clauses(session: Session) -> None:
    ids = Once("条款编号")
    for _, clause, tree in session.source.of("clauses"):
        give_id(session, clause.id, ids, tree.key("id"))
        if clause.disposition in ("duty", "unread") and not clause.why:
            session.wrong(tree.at, "须说明为什么没有编码", clause.id, "why: …", "补一行 why")
        document = document_named(session, clause.document, tree.key("document")) or ""
        session.clauses[clause.id] = c.ClauseSpec(
            id=clause.id,
            document=document,
            title=clause.title,
            says=clause.says,
            disposition=c.Disposition(clause.disposition),
            why=clause.why or "",
            lead=tuple(clause.lead),
            support=tuple(clause.support),
            known=clause.known,
        )


def check_learnt(session: Session) -> None:
    """A clause learnt later than it applied bears a measure or its conditions: what else rests on it would be forgotten or kept in silence."""
    late = {x.id for x in session.clauses.values() if x.known}
    if not late:
        return
    others: list[tuple[str, Any, Iterable[str]]] = [(f"叠加规则“{g.title}”", Position(str(session.source.folder)), g.basis.clauses) for g in session.stacking]
    others += [(f"汇总规则“{p.title}”", Position(str(session.source.folder)), p.basis.clauses) for p in session.pools]
    for spec in session.measures.values():
        for scheme in (spec.base, *spec.schemes.values()):
            others += [
                (f"“{spec.title}”的封顶", spec.at, limit.basis.clauses if scheme.name or limit.basis.clauses != spec.clauses else ()) for limit in scheme.limits
            ]
            others += [(f"“{spec.title}”的方案“{scheme.name}”", spec.at, scheme.clauses if scheme.name else ())]
    for one in session.recognitions.values():
        if one.rulebook == session.id:
            clauses = [*one.clauses, *(x for g in (one.when, one.unless, one.lapses) for cond in g.conditions() for x in cond.basis.clauses)]
            others.append((f"资格“{one.title}”", Position(str(session.source.folder)), clauses))
    for what, at, named in others:
        for clause in sorted(late & set(named)):
            session.wrong(
                at,
                f"{what}依据的条款写了 known from",
                clause,
                "只有事项和它的条件可以依据后来才知道的条款",
                "另立一条不写 known from 的条款，或把标准的版本写上 known from",
            )


def clause_named(session: Session, name: str, at: Any) -> c.ClauseSpec | None:
    if name not in session.clauses:
        session.wrong(at, "没有这一条款", name, "clauses.yaml 里的 id", suggestion(name, session.clauses), Code.UNKNOWN_NAME)
        return None
    return session.clauses[name]


def basis_of(session: Session, entry: Any, at: Any, default: c.Basis | None = None, *, figure: str = "") -> c.Basis:
    """What a figure or condition rests on; complains where nothing is stated."""
    clauses = [x for name in entry.clause if (x := clause_named(session, name, at))]
    document = document_named(session, entry.document, at) or next((x.document for x in clauses), None)
    also = () if entry.document else tuple(dict.fromkeys(x.document for x in clauses if x.document != document))
    hand = HAND.get(entry.basis or "")
    if default is not None and default.hand is not None and not (entry.document or entry.clause or entry.basis):
        # nothing of its own stated: what the whole rests on, by hand or not
        quote, wordless = quote_of(session, entry, at, default.document, default)
        return replace(default, quote=quote, wordless=wordless, at=at)
    if document is None and default is not None and hand is None:
        document, also = default.document, default.also
    named = (*entry.clause, *(default.clauses if default is not None else ()))
    if document is None and hand is None and all(name in session.clauses for name in named):  # a clause that is not there was told
        session.wrong(at, f"{figure or '这一项'}没有出处", "", "document: … 或 basis: 假定", "写明文件；没有文件的只能写 basis: 假定 或 未定")
    letter = entry.letter or (default.letter if default and document == default.document else "")
    effective = letter or (session.documents[document].letter if document and document in session.documents else "")
    if effective == "M" and hand is None:
        session.wrong(at, "凭记忆（M）的内容不得当作来源", figure, "basis: 假定", "加 basis: 假定，或取得原文后改标")
    # an assumption is ours: it must not print the clause of the measure as if that backed it
    cited = tuple(entry.clause) or (default.clauses if default and hand is None else ())
    quote, wordless = quote_of(session, entry, at, document, default if hand is None else None)
    return c.Basis(
        document,
        clauses=cited,
        letter=letter or "",
        cut=entry.cut or bool(default and default.cut and document == default.document),
        hand=hand,
        also=also,
        quote=quote,
        wordless=wordless,
        at=at,
    )
