"""Whose words an expression may have: told ones that come as stand-ins, or plain ones.

A personal word is its stand-in from intake on, and a stand-in is never equal to a plain word: to
compare the two would answer no whatever is told. What must stay true: wherever texts meet, both sides
are of one kind, or the rulebook does not compile.
"""

from __future__ import annotations

from typing import Protocol

from . import typed as t
from .types import ListOf, RecordOf, Text, Type

PERSONAL, PLAIN = True, False
Kinds = frozenset[bool]


class Known(Protocol):
    """What is known of a name; as much of the checker's `Symbol` as is asked here."""

    @property
    def personal(self) -> bool: ...


class Names(Protocol):
    def find(self, name: str) -> Known | None: ...

    def field(self, record: str, name: str) -> Known | None: ...


def kinds_of(expr: t.Expr, names: Names) -> Kinds:
    """Of a text, or a list of texts: which kinds of word it may have; nothing of what is neither, or not known."""
    if not _is_text(expr.type):
        return frozenset()
    match expr:
        case t.FactRef(fact=key) | t.DefinitionRef(definition=key):
            return _kind(names.find(key))
        case t.Field(base=base, name=name) if record := _record(base.type):
            return _kind(names.field(record, name))
        case t.Choice(then=then, otherwise=otherwise):
            return kinds_of(then, names) | kinds_of(otherwise, names)
        case t.Projection(body=body):
            return kinds_of(body, names)
        case t.Listed(items=items):
            return frozenset[bool]().union(*(kinds_of(i, names) for i in items))
        case t.Const() | t.ParameterRef() | t.Lookup() | t.Variable():  # a variable that is a text goes through a catalogue
            return frozenset({PLAIN})
    return frozenset()


def _is_text(kind: Type) -> bool:
    return isinstance(kind, Text) or (isinstance(kind, ListOf) and isinstance(kind.item, Text))


def _record(kind: Type) -> str:
    inner = kind.item if isinstance(kind, ListOf) else kind
    return inner.record if isinstance(inner, RecordOf) else ""


def _kind(known: Known | None) -> Kinds:
    return frozenset() if known is None else frozenset({known.personal})
