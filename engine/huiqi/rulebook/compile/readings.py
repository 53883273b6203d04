"""Pass: readings of clauses that can be read in more than one way, as words of expressions.

A reading is a choice with a name. To expressions it is a parameter whose value is the option taken;
while nobody has decided it, it has no value, and `reasoning/readings.py` judges under each option.
What must stay true: an open reading never has a value of its own, and one the rulebook has chosen
says on what it rests.
"""

from __future__ import annotations

from ...language.scope import Kind, Symbol
from ...language.types import Text
from .. import compiled as c
from ..names import Once
from ..readings import parameter_of
from .naming import check_catalogued, declare
from .session import Session
from .sources import clause_named, document_named


def read_readings(session: Session) -> None:
    for _, entry, tree in session.source.of("readings"):
        at = tree.key("id")
        clauses = [x for name in entry.clause if (x := clause_named(session, name, tree.key("clause")))]
        document = document_named(session, entry.document, tree.key("document")) or next((x.document for x in clauses), None)
        options = Once(f"读法“{entry.id}”的选项")
        for option in entry.options:
            session.problems += options.given(option, getattr(option, "at", at), "删去一处")
            check_catalogued(session, option, getattr(option, "at", at), f"读法“{entry.id}”的选项")
        if len(entry.options) < 2:
            session.wrong(
                tree.key("options"),
                f"读法“{entry.id}”只有一种，没有什么可选",
                "、".join(entry.options),
                "options: [甲, 乙]",
                "写出条文的各种读法；只有一种的不必写",
            )
        if entry.chosen is not None and entry.chosen not in entry.options:
            session.wrong(tree.key("chosen"), "取定的读法不在选项里", entry.chosen, "、".join(entry.options), "改成其中一种，或补进 options")
        if entry.chosen is None and (entry.by or entry.document):
            session.wrong(
                tree.key("by" if entry.by else "document"), "没有取定的读法，不写 by、document", entry.id, "chosen: …", "写上 chosen；还没有定的删去这一行"
            )
        if entry.document and not entry.by:
            session.wrong(tree.key("document"), "document 是文件定下读法时写的", entry.document, "by: document", "加 by: document；我们自己取的删去 document")
        hand = None if entry.by == "document" or entry.chosen is None else c.Standing.ASSUMED
        basis = c.Basis(document, clauses=tuple(entry.clause), hand=hand)
        key = session.key(entry.id)
        kind = Text(options=tuple(map(str, entry.options)))
        session.readings[key] = c.ChoiceSpec(
            key=key, name=str(entry.id), question=entry.question, options=kind.options, chosen=str(entry.chosen or ""), basis=basis, note=entry.note or ""
        )  # fmt: skip
        session.parameters[key] = parameter_of(session.readings[key], str(entry.chosen or ""), basis)
        declare(session, str(entry.id), Symbol(Kind.PARAMETER, key, kind), at)
