"""What expressions reach: every typed node, through the definitions they name.

For the compiler and the readers alike. What must stay true: each definition is gone into once, and
the order depends on the expressions alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..language import typed as t
from . import compiled as c


def reached(roots: Iterable[t.Expr], definitions: Mapping[str, c.DefinitionSpec], tables: Mapping[str, c.TableSpec] | None = None) -> Iterator[t.Expr]:
    """Every node reached from the roots, through definitions and the expressions in the cells of tables."""
    seen: set[str] = set()
    stack = list(roots)
    while stack:
        for node in t.walk(stack.pop()):
            yield node
            if isinstance(node, t.DefinitionRef) and node.definition not in seen and node.definition in definitions:
                seen.add(node.definition)
                stack.append(definitions[node.definition].expr)
            if isinstance(node, t.Lookup) and tables and node.table in tables and node.table not in seen:
                seen.add(node.table)
                stack += tables[node.table].expressions


def references(roots: Iterable[t.Expr], book: c.CompiledRulebook) -> Iterator[t.Expr]:
    """Every typed node reached from the roots, through the rulebook's definitions and tables."""
    return reached(roots, book.definitions, book.tables)
