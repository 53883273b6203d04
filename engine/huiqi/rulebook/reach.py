"""What expressions reach: every typed node, through the definitions they name.

For the compiler and the readers alike. What must stay true: each definition is gone into once, and
the order depends on the expressions alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..language import typed as t
from . import compiled as c


def reached(roots: Iterable[t.Expr], definitions: Mapping[str, c.DefinitionSpec]) -> Iterator[t.Expr]:
    """Every node reached from the roots, through definitions."""
    seen: set[str] = set()
    stack = list(roots)
    while stack:
        for node in t.walk(stack.pop()):
            yield node
            if isinstance(node, t.DefinitionRef) and node.definition not in seen and node.definition in definitions:
                seen.add(node.definition)
                stack.append(definitions[node.definition].expr)


def references(roots: Iterable[t.Expr], book: c.CompiledRulebook) -> Iterator[t.Expr]:
    """Every typed node reached from the roots, through the rulebook's definitions."""
    return reached(roots, book.definitions)
