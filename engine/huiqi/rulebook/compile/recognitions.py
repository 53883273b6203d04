"""Pass: recognitions, their names before anything may test them, their conditions after definitions.

What must stay true: none is without a condition, or every enterprise would have it.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.scope import Kind, Symbol
from ...language.types import BOOLEAN, DATE
from .. import compiled as c
from .. import models as m
from ..yamltree import Table
from .conditions import condition_group, evidence_specs
from .expressions import expression
from .naming import check_telling, declare, give_id
from .session import Session
from .sources import basis_of, clause_named
from .variants import variants_of


def name_recognitions(session: Session) -> None:
    for _, recognition, tree in session.source.of("recognitions"):
        give_id(session, recognition.id, session.owners, tree.key("id"), "资格编号")
        declare(session, recognition.title, Symbol(Kind.RECOGNITION, session.key(recognition.id), BOOLEAN), tree.at)


def read_recognitions(session: Session) -> None:
    session.dated = False
    for _, recognition, tree in session.source.of("recognitions"):
        key = session.key(recognition.id)
        if (
            spec := variants_of(session, key, m.Recognition, recognition, tree, lambda entry, shaped: recognition_spec(session, entry, shaped), whole=False)
        ) is not None:
            session.recognitions[key] = spec


def recognition_spec(session: Session, recognition: m.Recognition, tree: Table) -> c.RecognitionSpec:
    key = session.key(recognition.id)
    other = session.symbols.get(recognition.id)
    if other is not None and other.kind not in (Kind.RECOGNITION, Kind.MACRO):
        session.wrong(tree.key("id"), "资格的编号与一个名称相同", recognition.id, f"先见 {session.places.get(recognition.id, '引用的规则库')}", "改编号")
    basis = basis_of(session, recognition, tree.at, figure=f"资格“{recognition.title}”")
    if recognition.quote:
        session.wrong(tree.key("quote"), "资格的引文写在它的各条条件上", recognition.quote, "", "移到 when、unless 的条件里")
        basis = replace(basis, quote="")
    labels: set[str] = set()
    when = condition_group(session, tree.get("when"), recognition.id, c.Role.WHEN, basis, {}, labels)
    unless = condition_group(session, tree.get("unless"), recognition.id, c.Role.UNLESS, basis, {}, labels)
    lapses = condition_group(session, tree.get("lapses"), recognition.id, c.Role.UNLESS, basis, {}, labels, "lapses")
    if lapses.items and recognition.kind != "conferred":
        session.wrong(tree.key("lapses"), "lapses 只用于授予的资格", recognition.title)
    if not when.items and not tree.get("when"):
        session.wrong(
            tree.at, "资格没有任何条件", recognition.title, "when: [...]", "没有条件的资格会把所有企业都认作符合；条件未定的写一条 basis: 未定 的条件"
        )
    for word in (recognition.title, recognition.certificate or recognition.title, *recognition.aliases):
        check_telling(session, word, getattr(word, "at", None) or tree.at, "资格与证书的名称")
    if recognition.kind == "conferred" and not (recognition.certificate and recognition.authority):
        session.wrong(tree.at, "授予的资格要写证书名称与认定机关", recognition.title, "certificate: …, authority: …")
    for name in recognition.incomplete:
        clause_named(session, name, tree.key("incomplete"))
    governed = expression(session, recognition.governed_by, DATE) if recognition.governed_by else None
    return c.RecognitionSpec(
        key=key,
        id=recognition.id,
        title=recognition.title,
        kind=c.RecognitionKind(recognition.kind),
        certificate=recognition.certificate or "",
        authority=recognition.authority or "",
        governed_by=governed[0] if governed else None,
        when=when,
        unless=unless,
        lapses=replace(lapses, id=f"{recognition.id}:失效"),
        incomplete=tuple(recognition.incomplete),
        evidence=evidence_specs(session, tree.get("evidence"), {}),
        basis=basis,
        clauses=tuple(recognition.clause),
        rulebook=session.id,
        aliases=tuple(recognition.aliases),
    )
