"""What the search box of the policy book finds: everything with a place of its own, under its words and their synonyms.

The synonyms are those the vocabulary declares; they are put beside the words here, so that the script on the page
only looks for words. What must stay true: the index is made from the rulebook alone, works without a network, and a
synonym leads to what is there, never to a word that is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..language import typed as t
from ..language.types import ListOf
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook, FactSpec, MeasureSpec, RecognitionSpec
from ..rulebook.reach import references
from . import parts as p
from .coverage import Spec, own_specs, owned_conditions
from .figures import own_parameters, own_tables


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Kind, title, address; `called`: what else its title may be called; `words`: what else is said of it."""

    kind: str
    title: str
    place: str
    called: str
    words: str

    def row(self) -> tuple[str, str, str, str, str]:
        return self.kind, self.title, self.place, self.called, self.words


def entries(book: CompiledRulebook, facts: Iterable[FactSpec]) -> list[Entry]:
    """In the order of kinds in which they are shown; `facts` are those that have a place in the book."""
    return [
        Entry(kind=kind, title=title, place=place, called=" ".join([*also, *_synonyms(book, title)]), words=" ".join([words, *_synonyms(book, words)]))
        for kind, title, place, also, words in _found(book, facts)
    ]


def _synonyms(book: CompiledRulebook, text: str) -> list[str]:
    """The other words of every group of which one stands in the text."""
    return list(dict.fromkeys(w for group in book.synonyms if any(w in text for w in group) for w in group if w not in text))


def _found(book: CompiledRulebook, facts: Iterable[FactSpec]) -> Iterator[tuple[str, str, str, Iterable[str], str]]:
    for spec in own_specs(book):
        kind, also = ("资格", spec.aliases) if isinstance(spec, RecognitionSpec) else ("事项", ())
        yield kind, spec.title, p.file_of(spec), also, " ".join(_said(book, spec))
    for reading in book.readings.values():
        if reading.open:
            yield "读法", reading.name, p.place("o", reading.name), (), " ".join((reading.question, *reading.options))
    for clause in book.clauses.values():
        yield "条款", f"{clause.id} {clause.title}", p.place("c", clause.id), (), f"{clause.says} {clause.why} {' '.join(clause.lead)}"
    for parameter in own_parameters(book):
        yield "标准", parameter.name, p.place("f", parameter.name), (), " ".join(v.text for v in parameter.versions)
    for table in own_tables(book):
        yield "标准", table.name, p.place("t", table.name), (), " ".join(x.text for row in table.rows for x in row.tests)
    for fact in facts:
        yield "数据项", fact.name, p.place("w", fact.key), (a for a, _ in fact.aliases), fact.explain
    for document in book.documents.values():
        yield "文件", document.cite, p.place("d", document.key), (), document.issuer


def _said(book: CompiledRulebook, spec: Spec) -> Iterator[str]:
    yield spec.id
    yield from (book.clauses[c].title for c in spec.clauses if c in book.clauses)
    owned = list(owned_conditions(spec))
    yield from (f"{o.condition.label} {o.condition.text}" for o in owned)
    for node in references([o.condition.expr for o in owned], book):
        if isinstance(node, t.ParameterRef) and isinstance(book.parameters[node.parameter].type, ListOf):
            yield from (v.text for v in book.parameters[node.parameter].versions)  # the words of a catalogue it looks into
    if isinstance(spec, MeasureSpec):
        yield from (spec.family, *spec.clauses, *spec.departments[0], *spec.departments[1], *spec.schemes)
        yield from (e.text for s in (spec.base, *spec.schemes.values()) for e in s.evidence)
    else:
        yield spec.certificate


__all__ = ["Entry", "entries"]
