"""Pass: definitions and computed columns, each when it is first needed.

The session calls `define` when an expression names one that waits. What must stay true: order in
the files does not matter, a cycle is refused with its path, and a definition that is wrong still
has a name (of no type), so that those who use it are not blamed.
"""

from __future__ import annotations

from ...errors import Code, Position, suggestion
from ...language import proved
from ...language.persons import PERSONAL, kinds_of
from ...language.scope import Kind, Rules, Symbol
from ...language.types import INVALID, Bound, Quantity, RecordOf, Type
from .. import compiled as c
from .. import models as m
from ..names import Once
from .expressions import ZERO, expression
from .naming import check_word, declare, give_identifier
from .session import Session
from .sources import basis_of


def read_definitions(session: Session) -> None:
    ids = Once("指标口径的 id")
    for name, definition, tree in session.source.of("definitions"):
        if definition.on and definition.on not in session.record_names:
            session.wrong(tree.key("on"), "没有这类明细", definition.on, "", suggestion(definition.on, session.record_names), Code.UNKNOWN_NAME)
            continue
        key = f"{definition.on}.{name}" if definition.on else name
        if definition.id:
            give_identifier(session, definition.id, ids, tree.key("id"))
        if definition.on and not check_word(session, name, tree.at):
            continue
        column = definition.on and (name in session.fields_of(definition.on))
        if key in session.waiting or key in session.symbols or column:
            first = session.places.get(name)
            session.wrong(
                tree.at,
                f"明细“{definition.on}”已有“{name}”一栏" if column else "名称已有所指",
                name,
                "一个名称一个意思",
                f"先见 {first}" if first and first != tree.at else "改名",
            )
            continue
        if not definition.on:
            session.places[name] = tree.at
        session.waiting[key] = (definition, tree)
    for name in list(session.waiting):
        if name in session.waiting:
            define(session, name)


def define(session: Session, name: str) -> None:
    """Read a definition that waits, and those it names before it."""
    if name in session.open:
        path = " → ".join([*session.open[session.open.index(name) :], name])
        definition, tree = session.waiting[name]
        session.wrong(tree.at, "指标口径互相引用成环", path, "不成环", "去掉其中一处引用")
        name_definition(session, name, definition, INVALID, (None, None))
        return
    definition, tree = session.waiting[name]
    session.open.append(name)
    # 已获支持 and the like: a definition of a record type sees that record's columns by name
    inside = ("§本条", RecordOf(record=definition.on)) if definition.on else None
    rules = Rules(zero_fails=ZERO.get(definition.zero or ""))
    found = expression(session, definition.expr, inside=inside, rules=rules, optional=True)
    session.open.pop()
    if name not in session.waiting:
        return  # a cycle was reported while we were inside
    del session.waiting[name]
    short = name.rsplit(".", maxsplit=1)[-1]
    if found is None:
        name_definition(session, name, definition, INVALID, (None, None))
        return
    expr, bounds = found
    whole = isinstance(expr.type, Quantity) and proved.whole(expr, session)
    default = c.Basis(None, hand=c.Standing.ENACTED)
    basis = basis_of(session, definition, tree.at, default) if definition.document or definition.clause or definition.basis or definition.quote else default
    key, personal = session.key(name), PERSONAL in kinds_of(expr, session)
    session.definitions[key] = c.DefinitionSpec(
        key=key, name=short, on=definition.on or "", expr=expr, basis=basis, explain=definition.explain or definition.note or "", bounds=bounds, whole=whole,
        personal=personal,
    )  # fmt: skip
    name_definition(session, name, definition, expr.type, bounds, whole=whole, personal=personal)


def name_definition(session: Session, name: str, definition: m.Definition, kind: Type, bounds: Bound, *, whole: bool = False, personal: bool = False) -> None:
    symbol = Symbol(Kind.DEFINITION, session.key(name), kind, bounds=bounds, on=definition.on or "", whole=whole, personal=personal)
    if definition.on:
        session.columns[(definition.on, name.rsplit(".", maxsplit=1)[-1])] = symbol
    else:
        session.waiting.pop(name, None)
        if name not in session.symbols:
            declare(session, name, symbol, session.places.get(name, Position()))
    session.symbols.setdefault(symbol.id, symbol)
