"""Which words a text of a case is compared with: catalogues, options, table cells, titles, measures.

A rulebook says with which words a fact or a column is compared by comparing it, in whatever
expression that is (through definitions and `if` too). Collected once for each rulebook, so that a
text is understood once, when it is read, and every reader sees the entry itself. What must stay
true: a word is only ever read as an entry it equals after levelling, or of which it is a declared
alias; whatever else is merely near.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from ..caching import Derived
from ..errors import Code, Problem
from ..language import typed as t
from ..language.levelling import level, near, same_support
from ..language.shares import numeral
from ..language.types import Text, record_of
from ..plain import dataclass
from .compiled import CERTIFICATES, SUPPORT, SUPPORT_MEASURE, CompiledRulebook, DefinitionSpec, MeasureSpec, ParameterSpec, Rule, name_of
from .reach import expressions_in, reached, roots_of

Slot = tuple[str, str]  # (record type, column), or ("", key of a fact)
Words = dict[str, str]  # word -> the entry it stands for (itself, where it is one)
RECEIVED: Slot = (SUPPORT, SUPPORT_MEASURE)  # of which measure support was received before


@dataclass(frozen=True)
class Source:
    """What measures come under: a clause (方案·6), its document by title and number, the rulebook, a family; and their titles.

    An office that writes down money as paid by 方案第六条 says less than the name of a measure, and means one of these.
    """

    measures: tuple[str, ...]
    names: tuple[str, ...] = ()  # levelled: the word is one of them
    titles: tuple[str, ...] = ()  # levelled: one stands in the word whole, or the word in it
    article: tuple[int, ...] = ()  # the numbers of a clause
    of: tuple[str, ...] = ()  # levelled: what a clause is said to be of (方案, the title of its document)

    def named_in(self, word: str) -> bool:
        plain = _unquoted(word)
        if plain in self.names or any(t in plain or (len(plain) >= _FUND and plain in t) for t in self.titles):
            return True
        numbers, rest = _article(plain)
        if not self.article or not numbers or not (rest or "第" in plain):
            return False
        some = min(len(numbers), len(self.article))  # 第五条 may mean any of its items, 第六条第一款 the whole of 第六条
        return numbers[:some] == self.article[:some] and (not rest or (len(rest) > 1 and any(rest in x or x in rest for x in self.of)))


_FUND = 6  # characters of a name of a fund that says which: 商务发展专项资金
_COUNTED = re.compile("[0-9]+|[〇零一二三四五六七八九十百]+")
_ARTICLES = re.compile("[第条款项点之().·、\\-]+")


def _unquoted(word: str) -> str:
    return level(word).replace('"', "")


def _article(plain: str) -> tuple[tuple[int, ...], str]:
    """方案第六条, 细则·5·2, 第五条(二): the numbers, and what they are said to be of."""
    numbers = tuple(n for x in _COUNTED.findall(plain) if (n := numeral(x)) is not None)
    return numbers, _ARTICLES.sub("", _COUNTED.sub("", plain))


@dataclass(frozen=True)
class Lexicon:
    """The entries of one fact or column, and what else is declared to mean them."""

    entries: tuple[str, ...]
    spellings: Mapping[str, str]  # levelled -> entry
    wider: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # levelled: what says less than one entry, and the entries it may mean
    support: bool = False  # names of what was received before, which offices write down as they call it
    asked_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # an entry that names no measure: the titles of those that look for it
    together: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what names several measures at once (a common cap, a budget): their titles
    sources: tuple[Source, ...] = ()  # the clauses, documents and families that measures are of, under which offices book what they paid

    def entry(self, word: str) -> str | None:
        """The entry that is written thus, None if it is none of them."""
        return word if word in self.entries else self.spellings.get(level(word))

    def spelt(self, word: str) -> bool:
        """Whether `word` is an entry but for width, case and spaces, rather than by a declared alias."""
        entry = self.entry(word)
        return entry is not None and level(entry) == level(word)

    def several(self, word: str) -> tuple[str, ...]:
        """The measures that the word names together."""
        return tuple(dict.fromkeys(m for name, members in self.together.items() if level(name) == level(word) for m in members))

    def near(self, word: str) -> tuple[str, ...]:
        if self.entry(word) is not None:
            return ()
        if (meant := self.wider.get(level(word))) is not None:
            return meant
        alike = tuple(e for e in self.entries if same_support(word, e)) if self.support else ()
        joined = (m for name, members in self.together.items() if near(word, (name,)) or same_support(word, name) for m in members)
        under = (m for source in self.sources if source.named_in(word) for m in source.measures)
        return tuple(dict.fromkeys((*self.several(word), *near(word, self.entries), *self._near_alias(word), *alike, *joined, *under)))

    def _near_alias(self, word: str) -> Iterator[str]:
        """The entries by another way to write which, and something more, the word is written (高企证书, ISO/IEC 27001:2013, 平城御河西路)."""
        plain = level(word)
        for alias, entry in self.spellings.items():
            if near(word, (alias,)) or (entry[-1:] in _PLACES and len(alias) > 1 and alias in plain):
                yield entry


_PLACES = ("区", "县", "旗")


def lexicons(book: CompiledRulebook) -> Mapping[Slot, Lexicon]:
    """Of every text fact and column that the rulebook compares with words."""
    return _lexicons.of(book)


@dataclass(frozen=True)
class Told:
    """Where names that applicants make up meet: a word of `slot` is held against those told at `other`, which may be the same column."""

    slot: Slot
    other: Slot


def names_met(book: CompiledRulebook) -> tuple[Told, ...]:
    """The facts and columns whose own words the rulebook compares with one another, or groups by; what was received before comes first.

    A stand-in is compared whole, and an option is one of a closed list: neither is here.
    """
    return _names_met.of(book)


def _lexicon(words: Words, former: Mapping[str, tuple[str, ...]]) -> Lexicon:
    entries = tuple(dict.fromkeys(w for w, e in words.items() if w == e))
    spellings = {level(w): e for w, e in words.items() if w != e}
    in_front = Counter(w.removesuffix(e) for w, e in words.items() if w != e and w.endswith(e))
    wider = [level(w) for w, count in in_front.items() if count > 1]
    wider += [w[:-1] for w in wider if len(w) > 2 and w[-1] in "省市县"]  # 大同 for 大同市
    return Lexicon(
        entries,
        spellings | {level(e): e for e in reversed(entries)},  # an entry is itself, whatever else it may mean
        {**dict.fromkeys(wider, entries), **{level(w): found for w, meant in former.items() if (found := tuple(e for e in meant if e in entries))}},
    )


def _all_lexicons(book: CompiledRulebook) -> dict[Slot, Lexicon]:
    former = _former(book)
    out = {slot: _lexicon(words, former) for slot, words in _collect(book).items()}
    if (found := out.get(RECEIVED)) is not None:
        out[RECEIVED] = replace(found, support=True, asked_by=_asked_by(book), together=_together(book), sources=_sources(book))
    return out


def _collect(book: CompiledRulebook) -> dict[Slot, Words]:
    out: dict[Slot, Words] = {}

    def add(slot: Slot, words: Words) -> None:
        mine = out.setdefault(slot, {})
        for word, entry in words.items():
            if mine.get(word) != word:
                mine[word] = entry

    for key, fact in book.facts.items():
        if fact.options:
            add(("", key), _closed(fact))
    for record in book.records.values():
        for column in record.fields.values():
            if column.options:
                add((record.name, column.name), _closed(column))
    links = _Links(book)
    for expr in expressions_in(book.definitions, book.recognitions, book.measures, book.checks, book.stacking, book.pools, book.targets):
        links.bind(expr)
        for node in t.walk(expr):
            for value, words in links.of(node):
                for slot in value:
                    if not _options(book, slot):
                        add(slot, words)
    titles = {r.certificate: r.certificate for r in book.recognitions.values() if r.certificate}
    titles |= {a: r.certificate for r in book.recognitions.values() for a in r.aliases if a not in titles}
    if titles:
        add((CERTIFICATES, "名称"), titles)
    if any(name_of(k) == SUPPORT for k in book.records):
        add(RECEIVED, {w: w for m in book.measures.values() for w in (m.id, m.title)})
    return out


def misnamed(book: CompiledRulebook) -> Iterator[Problem]:
    """What a rule compares 已获支持's 事项 with that is none of the rulebook's measures but written nearly as one: it would count nothing of it."""
    titles = {w: m for m in book.measures.values() for w in (m.id, m.title)}
    at = {m.title: m.at for m in book.measures.values()}
    for word, asking in _asked_by(book).items():
        plain = level(word)
        for title, spec in titles.items():
            if near(word, (title,)) or (same_support(word, title) and abs(len(plain) - len(level(title))) < 2):
                yield Problem(
                    at[asking[0]], f"“{asking[0]}”按“{word}”认以往已获的，这不是本规则库的支持事项，与“{spec.title}”只差一点", word, "事项的编号或全称",
                    f"写 {spec.id} 或 {spec.title}；确是别处的另一项，问清起草人，改用它的全称", Code.UNKNOWN_NAME,
                )  # fmt: skip
                break


def _asked_by(book: CompiledRulebook) -> dict[str, tuple[str, ...]]:
    """Of each word for earlier support that is no measure of the rulebook: the measures whose conditions or amounts compare with it."""
    links, found = _Links(book), dict[str, dict[str, None]]()
    known = {w for m in book.measures.values() for w in (m.id, m.title)}
    for spec in (m for m in book.measures.values() if isinstance(m, MeasureSpec)):
        for expr in [*roots_of(spec), *(d.expr for d in _defined(book, spec))]:
            links.bind(expr)
            for node in t.walk(expr):
                for value, words in links.of(node):
                    if RECEIVED in value:
                        for word in words.values():
                            found.setdefault(word, {})[spec.title] = None
    return {word: tuple(titles) for word, titles in found.items() if word not in known}


def _defined(book: CompiledRulebook, spec: MeasureSpec) -> list[DefinitionSpec]:
    named = (x.definition for x in reached(roots_of(spec), book.definitions, book.tables) if isinstance(x, t.DefinitionRef))
    return [book.definitions[d] for d in dict.fromkeys(named) if d in book.definitions]


def _meetings(book: CompiledRulebook) -> tuple[Told, ...]:
    links, found = _Links(book), dict[Told, None]()

    def add(one: Slot, other: Slot) -> None:
        if all(_made_up(book, x) for x in (one, other)):
            first, second = sorted((one, other), key=lambda x: (x[0] != SUPPORT, not x[0]))  # of two others, the record's
            found[Told(first, second)] = None

    for expr in expressions_in(book.definitions, book.recognitions, book.measures, book.checks, book.stacking, book.pools, book.targets, book.variants):
        for node in t.walk(expr):
            if isinstance(node, t.Compared) and node.op in ("=", "!="):
                sides = node.left, node.right
            elif isinstance(node, t.Member):
                sides = node.value, node.target
            else:
                continue
            for one in links.told(sides[0]):
                for other in links.told(sides[1]):
                    if one != other:
                        add(one, other)
    measures = [*book.measures.values(), *(x.spec for k in book.measures for x in book.variants.get(k, ()))]
    for spec in (m for m in measures if isinstance(m, MeasureSpec)):
        if spec.by:
            add((spec.record, spec.by), (spec.record, spec.by))
        for limit in (x for scheme in (spec.base, *spec.schemes.values()) for x in scheme.limits if x.key is not None):
            for slot in links.told(limit.key) if limit.key is not None else ():
                add(slot, slot)
                if limit.column:
                    add((SUPPORT, limit.column), slot)
    for group in (g for g in book.stacking if g.column):
        slots = list(dict.fromkeys((book.measures[m].record, group.column) for m in group.members if m in book.measures))
        for n, slot in enumerate(slots):
            for other in slots[n:]:
                add(slot, other)
            add((SUPPORT, earlier_column(book, group.column)), slot)
    return tuple(found)


def earlier_column(book: CompiledRulebook, column: str) -> str:
    """The column of 已获支持 that says of which of the values of `column` a grant was: the one of the same name, else 对象."""
    support = next((r for k, r in book.records.items() if name_of(k) == SUPPORT), None)
    return column if support is not None and column in support.fields else "对象"


def _made_up(book: CompiledRulebook, slot: Slot) -> bool:
    """Whether its words are texts that nobody listed."""
    record, name = slot
    specs = [book.facts[name]] if not record else [r.fields[name] for r in book.records.values() if r.name == record and name in r.fields]
    return any(isinstance(s.type.required(), Text) and not s.options and not s.personal for s in specs)


def _closed(fact: Any) -> Words:
    return {**dict(fact.aliases), **{o: o for o in fact.options}}


def _options(book: CompiledRulebook, slot: Slot) -> bool:
    record, name = slot
    if not record:
        return bool(book.facts[name].options)
    return any(name in r.fields and bool(r.fields[name].options) for r in book.records.values() if r.name == record)


class _Links:
    """Where texts that are told meet texts that the rulebook holds."""

    def __init__(self, book: CompiledRulebook) -> None:
        self.book = book
        self.entries: dict[str, Words] = {}  # of variables that go through a catalogue

    def bind(self, expr: t.Expr) -> None:
        """Which variables of an expression stand for the entries of which catalogue."""
        self.entries = {}
        for node in t.walk(expr):
            if isinstance(node, t.Quantifier | t.Projection) and isinstance(node.base, t.ParameterRef):
                self.entries.setdefault(node.variable, {}).update(_figure(self.book.parameters[node.base.parameter]))

    def of(self, node: t.Expr) -> Iterator[tuple[set[Slot], Words]]:
        if isinstance(node, t.Compared) and node.op in ("=", "!="):
            yield self.told(node.left), self.words(node.right)
            yield self.told(node.right), self.words(node.left)
        elif isinstance(node, t.Member):
            yield self.told(node.value), self.words(node.target)
            yield self.told(node.target), self.words(node.value)
        elif isinstance(node, t.Lookup):
            table = self.book.tables[node.table]
            for n, argument in enumerate(node.arguments):
                cells = {w: w for row in table.rows for w in row.tests[n].values if isinstance(w, str)}
                if cells:
                    yield self.told(argument), cells

    def told(self, expr: t.Expr) -> set[Slot]:
        """The facts and columns whose text the expression may have."""
        match expr:
            case t.FactRef():
                return {("", expr.fact)}
            case t.Field() if record := record_of(expr.base.type):
                return {(record, expr.name)}
            case t.Choice():
                return self.told(expr.then) | self.told(expr.otherwise)
            case t.DefinitionRef():
                return self.told(self.book.definitions[expr.definition].expr)
            case t.Projection():
                return self.told(expr.body)
            case t.Listed():
                return set().union(*(self.told(i) for i in expr.items))
        return set()

    def words(self, expr: t.Expr) -> Words:
        """The words of the rulebook that the expression may have, with their aliases."""
        match expr:
            case t.Const(value=str() as word):
                return {word: word}
            case t.ParameterRef():
                return _figure(self.book.parameters[expr.parameter])
            case t.Variable():
                return self.entries.get(expr.name, {})
            case t.Choice():
                return {**self.words(expr.then), **self.words(expr.otherwise)}
            case t.DefinitionRef():
                return self.words(self.book.definitions[expr.definition].expr)
            case t.Listed():
                return {w: e for i in expr.items for w, e in self.words(i).items()}
        return {}


def _figure(spec: ParameterSpec) -> Words:
    out: Words = dict(spec.aliases)
    for version in spec.versions:
        listed = version.value if isinstance(version.value, tuple) else (version.value,)
        out |= {w: w for w in listed if isinstance(w, str)}
    return out


def _together(book: CompiledRulebook) -> dict[str, tuple[str, ...]]:
    """What was received may be booked under what several measures are capped or shared out by: it is of one of them, nobody knows which."""
    titles = {key: m.title for key, m in book.measures.items()}
    joined = [(g.id, g.title, g.members) for g in book.stacking if g.rule is Rule.CAP] + [(g.id, g.title, g.members) for g in book.pools]
    return {word: found for key, title, members in joined for word in (key, title) if (found := tuple(titles[m] for m in members if m in titles))}


def _sources(book: CompiledRulebook) -> tuple[Source, ...]:
    """What was received may be booked under the clause, the document or the kind of support that it was paid by."""
    clauses: dict[str, dict[str, None]] = {}
    documents: dict[str, dict[str, None]] = {}
    families: dict[str, dict[str, None]] = {}
    for spec in (m for m in book.measures.values() if isinstance(m, MeasureSpec)):
        for clause in spec.clauses:
            clauses.setdefault(clause, {})[spec.title] = None
        for document in spec.documents:
            documents.setdefault(document, {})[spec.title] = None
        if spec.family:
            families.setdefault(spec.family, {})[spec.title] = None
    out = [Source(tuple(m.title for m in book.measures.values()), (level(book.id),), (_unquoted(book.title),))]
    for clause, titles in clauses.items():
        known = book.clauses.get(clause)
        numbers, rest = _article(_unquoted(clause)) if clause[-1:].isdigit() else ((), "")
        title = _unquoted(book.documents[known.document].title) if known is not None and known.document in book.documents else ""
        of = tuple(x for x in (rest, title) if x)
        out.append(Source(tuple(titles), (_unquoted(clause), _unquoted(clause).replace("·", "")), (), numbers if of else (), of))
    for document, titles in documents.items():
        if (its := book.documents.get(document)) is not None:
            out.append(Source(tuple(titles), titles=tuple(x for x in (_unquoted(its.title), _unquoted(its.number)) if len(x) >= _FUND)))
    out += [Source(tuple(titles), (level(family),)) for family, titles in families.items()]
    return tuple(out)


def _former(book: CompiledRulebook) -> dict[str, tuple[str, ...]]:
    """The former names of all catalogues. Of one word in two of them, all that it may mean."""
    out: dict[str, tuple[str, ...]] = {}
    for parameter in book.parameters.values():
        for name, meant in parameter.formerly:
            out[name] = tuple(dict.fromkeys((*out.get(name, ()), *meant)))
    return out


_lexicons: Derived[CompiledRulebook, Mapping[Slot, Lexicon]] = Derived(_all_lexicons, key=lambda book: book.digest, size=64)
_names_met: Derived[CompiledRulebook, tuple[Told, ...]] = Derived(_meetings, key=lambda book: book.digest, size=64)
