"""What the measures that an expression names are called: an officer knows a measure by its title, not by its id.

A rule may write either; where it names both (`事项 = "fairs" or 事项 = "展位费补助"`) the title says it all.
What must stay true: what is printed so is for reading alone, and an id is left out only beside another word for
the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from . import syntax as s
from . import typed as t
from .printer import sentence

_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*", re.ASCII)


def named_in(nodes: Iterable[t.Expr]) -> Mapping[int, str]:
    """By the id of a part of the source: what stands in its place; empty of an alternative that is left out."""
    found: dict[int, str] = {}
    for node in nodes:
        match node:
            case t.Member(source=s.Compare(), target=t.Listed(items=items, source=word)):  # compared with one, found under every word for it
                found[id(word)] = f"“{items[-1].value}”" if isinstance(items[-1], t.Const) else ""
            case t.ConclusionRef(source=s.Call(arguments=(word, *_)), title=title) if title:
                found[id(word)] = title
            case t.AnyOf(items=items):
                found |= dict.fromkeys(_spare(items), "")
    return found


def _spare(items: Iterable[t.Expr]) -> Iterator[int]:
    """Alternatives that compare with an id what another compares with a title."""
    words: dict[s.Node, list[tuple[int, str]]] = {}
    for item in items:
        if isinstance(item, t.Compared) and item.op == "=":
            for column, word in ((item.left, item.right), (item.right, item.left)):
                if isinstance(word, t.Const) and isinstance(word.value, str) and isinstance(column, t.Field):
                    words.setdefault(column.source, []).append((id(item.source), word.value))
    for compared in words.values():
        ids = [where for where, word in compared if "." in word and _ID.fullmatch(word)]
        if len(ids) < len(compared):
            yield from ids


def named_sentence(expr: t.Expr, days: frozenset[int] = frozenset()) -> str:
    """An expression as a Chinese sentence, measures by their titles."""
    return sentence(expr.source, days, named_in(t.walk(expr)))


__all__ = ["named_in", "named_sentence"]
