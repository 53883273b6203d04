"""Last pass: the compiled rulebook, its canonical text and digest, and the words of a case.

What must stay true: comments, order of keys and layout do not change the digest, anything else does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import rfc8785

from ...language.scope import Kind
from .. import compiled as c
from ..yamltree import Rows, Table, Word
from .session import Session


def assemble(session: Session, strata: tuple[tuple[str, ...], ...], cents: c.RoundingSpec) -> c.CompiledRulebook:
    manifest = session.source.manifest
    uses = tuple((b.id, b.version, b.digest) for _, b in session.used)
    canonical = canonical_text(session, uses)
    digest = "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()
    names = case_words(session)
    freeze = MappingProxyType
    return c.CompiledRulebook(
        id=manifest.id,
        title=manifest.title,
        version=manifest.version,
        jurisdiction=tuple(manifest.jurisdiction.split("/")),
        summary=manifest.summary or "",
        note=manifest.note or "",
        digest=digest,
        uses=uses,
        documents=freeze(session.documents),
        clauses=freeze(session.clauses),
        facts=freeze(session.facts),
        records=freeze(session.records),
        checks=tuple(session.checks),
        parameters=freeze(session.parameters),
        tables=freeze(session.tables),
        definitions=freeze(session.definitions),
        recognitions=freeze(session.recognitions),
        measures=freeze(session.measures),
        readings=freeze(session.readings),
        variants=freeze(session.variants),
        stacking=tuple(session.stacking),
        targets=tuple(session.targets),
        pools=tuple(session.pools),
        strata=strata,
        names=freeze(names),
        path=str(session.source.folder),
        canonical=canonical,
        behind=tuple(sorted({(session.id, digest), *(x for _, b in session.used for x in b.behind)})),
        cents=cents,
        units=frozenset(session.units.values()),
        synonyms=tuple(session.synonyms),
        findings=tuple(session.findings),
    )


def case_words(session: Session) -> dict[str, str]:
    """Words a case may use: own and shared ones bare, the rest where they are unambiguous."""
    names: dict[str, str] = {}
    clashes: set[str] = set()

    def add(word: str, key: str) -> None:
        if word in names and names[word] != key:
            clashes.add(word)
        names.setdefault(word, key)

    bare = {s.id: n for n, s in session.symbols.items() if s.kind in (Kind.FACT, Kind.RECORDS) and "/" not in n}
    tables: tuple[Mapping[str, Any], ...] = (session.facts, session.records)
    for specs in tables:
        for key, spec in sorted(specs.items(), key=lambda kv: (kv[0] not in bare, not kv[0].startswith(session.id + "/"), kv[0])):
            add(spec.name, key)
            add(spec.id, key)
    for word, symbol in session.symbols.items():
        if "." in word and symbol.kind in (Kind.FACT, Kind.RECORDS):
            add(word, symbol.id)
    for word in clashes:
        own = session.symbols.get(word)
        if own is None or own.kind not in (Kind.FACT, Kind.RECORDS):
            del names[word]
        else:
            names[word] = own.id
    return names


def canonical_text(session: Session, uses: Any) -> str:
    """The rulebook printed canonically: comments, order of keys and layout do not matter."""
    body = {name: plain(session, tree) for name, tree in sorted(session.source.trees)}
    return rfc8785.dumps({"huiqi": "rulebook/1", "files": body, "uses": [list(u) for u in uses]}).decode()


def plain(session: Session, tree: Any) -> Any:
    if isinstance(tree, Table):
        return {str(k): plain(session, v) for k, v in tree.items()}
    if isinstance(tree, Rows):
        return [plain(session, v) for v in tree]
    return session.canonical.get(tree.at, str(tree)) if isinstance(tree, Word) else tree
