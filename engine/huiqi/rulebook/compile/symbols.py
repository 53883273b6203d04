"""What a compiled part of a rulebook offers to expressions, as the checker's symbols.

Of a used rulebook as of one's own: what must stay true is that both are told alike.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...language.scope import Kind, Symbol
from ...language.types import BOOLEAN, ListOf, RecordOf
from .. import compiled as c
from ..reach import asked_after


def listed_words(spec: c.ParameterSpec) -> tuple[tuple[str, ...], ...]:
    """All words a list parameter has had."""
    words = [w for v in spec.versions if isinstance(v.value, tuple) for w in v.value if isinstance(w, str)]
    return (tuple(dict.fromkeys(words)),) if words else ()


def table_symbol(spec: c.TableSpec) -> Symbol:
    words = tuple(
        tuple(dict.fromkeys(x for row in spec.rows if row.tests[n].op == "in" for x in row.tests[n].values if isinstance(x, str)))
        for n in range(len(spec.inputs))
    )
    return Symbol(Kind.TABLE, spec.key, spec.type, inputs=tuple(k for _, k in spec.inputs), members=words)


def exported_symbols(book: c.CompiledRulebook) -> Iterator[tuple[str, Symbol]]:
    """The words a rulebook itself defines, as symbols for those who use it."""
    own = f"{book.id}/"
    for key, fact in book.facts.items():
        if key.startswith(own):
            yield fact.name, Symbol(Kind.FACT, key, fact.type, yearly=fact.yearly, bounds=fact.bounds, whole=fact.whole, personal=fact.personal)
    for key, record in book.records.items():
        if key.startswith(own):
            yield record.name, Symbol(Kind.RECORDS, key, ListOf(item=RecordOf(record=record.name)))
    for key, parameter in book.parameters.items():
        if key.startswith(own):
            yield parameter.name, Symbol(Kind.PARAMETER, key, parameter.type, bounds=parameter.bounds, members=listed_words(parameter), whole=parameter.whole)
    for key, table in book.tables.items():
        if key.startswith(own):
            yield table.name, table_symbol(table)
    for key, definition in book.definitions.items():
        if (
            key.startswith(own) and not definition.on and not any(asked_after([definition.expr], book.definitions, book.tables))
        ):  # its measures are not taken over
            yield (
                definition.name,
                Symbol(Kind.DEFINITION, key, definition.expr.type, bounds=definition.bounds, whole=definition.whole, personal=definition.personal),
            )
    for key, recognition in book.recognitions.items():
        if key.startswith(own):
            yield recognition.title, Symbol(Kind.RECOGNITION, key, BOOLEAN)


def exported_columns(book: c.CompiledRulebook) -> Iterator[tuple[tuple[str, str], Symbol]]:
    for key, definition in book.definitions.items():
        if definition.on and not any(asked_after([definition.expr], book.definitions, book.tables)):
            yield (
                (definition.on, definition.name),
                Symbol(
                    Kind.DEFINITION, key, definition.expr.type, bounds=definition.bounds, on=definition.on, whole=definition.whole, personal=definition.personal
                ),
            )
