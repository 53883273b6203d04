"""Pass: the words that are there before the rulebook's own, built in or of the rulebooks it uses.

What must stay true: nothing of a used rulebook is changed; all its words stand under its prefix,
bare ones only where the manifest takes them over, and two meanings of one word are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import Code, suggestion
from ...language.levelling import level
from ...language.scope import Kind, Symbol
from ...language.types import DATE, YEAR
from .. import compiled as c
from .. import models as m
from ..yamltree import locate
from .naming import check_word, namesake
from .session import Session
from .symbols import exported_columns, exported_symbols


def add_builtins(session: Session) -> None:
    session.symbols[c.DECISION_DAY] = Symbol(Kind.DATE, c.DECISION_DAY, DATE)
    session.symbols[c.APPLICATION_YEAR] = Symbol(Kind.DATE, c.APPLICATION_YEAR, YEAR)


def take_over(session: Session, use: m.Use, book: c.CompiledRulebook) -> None:
    """Take over a used rulebook's words: all under its prefix, the listed ones as the same."""
    prefix = use.prefix or book.id.replace("-", "_")
    at = locate(session.source.trees[0][1], ("uses", session.source.manifest.uses.index(use)))
    if check_word(session, prefix, at) and prefix in session.prefixes:
        session.wrong(at, "两个引用的规则库前缀相同", prefix, f"已指“{session.prefixes[prefix].id}”", "写 as: 另一个前缀")
    session.prefixes.setdefault(prefix, book)
    session.documents |= book.documents
    pairs: tuple[tuple[dict[str, Any], Mapping[str, Any]], ...] = (
        (session.facts, book.facts), (session.records, book.records), (session.parameters, book.parameters), (session.readings, book.readings),
        (session.variants, {k: x for k, x in book.variants.items() if k in book.tables or k in book.recognitions}),
        (session.tables, book.tables), (session.definitions, book.definitions), (session.recognitions, book.recognitions),
    )  # fmt: skip
    for target, items in pairs:
        for key, spec in items.items():
            target.setdefault(key, spec)
    for check_spec in book.checks:
        if check_spec not in session.checks:
            session.checks.append(check_spec)
    exported = dict(exported_symbols(book))
    same = list(exported) if use.same == "全部" else list(use.same)
    for name, symbol in exported.items():
        session.symbols.setdefault(f"{prefix}.{name}", symbol)
        session.symbols.setdefault(symbol.id, symbol)
    for name in same:
        if name not in exported:
            session.wrong(at, f"“{book.id}”里没有“{name}”", name, "", suggestion(name, exported), Code.UNKNOWN_NAME)
            continue
        before = session.symbols.get(name)
        if before is not None and before != exported[name]:
            session.wrong(at, "沿用的名称与已有的不是同一个（类型、单位或口径不同）", name, "", "用前缀区分，例如 前缀.名称")
            continue
        session.symbols[name] = exported[name]
        session.levels.setdefault(level(name), name)
    for key, record in book.records.items():
        session.all_nouns.add(record.noun)
        if (other := namesake(session, key, record.name)) is not None:
            session.wrong(at, f"“{key}”与“{other}”两种明细同名，筛选时会认错", record.name, "一个名称一个意思", "改其中一个规则库里明细的名称")
        if record.name in same or use.same == "全部":
            session.record_names[record.name] = key
        session.record_names.setdefault(key, key)
    session.synonyms += (group for group in book.synonyms if group not in session.synonyms)
    for unit in sorted(book.units, key=lambda u: u.word):
        if session.units.setdefault(unit.word, unit) != unit:
            session.wrong(at, f"两个规则库给单位“{unit.word}”的折合不同", book.id, "一个单位一个意思", "问清起草人按哪一个，改其中一个规则库")
    for place, symbol in exported_columns(book):
        session.symbols.setdefault(symbol.id, symbol)
        if session.columns.setdefault(place, symbol) != symbol:
            session.wrong(
                at,
                f"两个规则库都给明细“{place[0]}”定义了“{place[1]}”一栏",
                f"{session.columns[place].id}、{symbol.id}",
                "一栏一个意思",
                "改其中一个口径的名称",
            )
