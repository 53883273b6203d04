"""Words of one enterprise that meet one another: the project of an earlier grant and the project applied for.

`one_spelling` makes one word of what differs in spelling only. `settled` then sees to what only a person can say: a name that
is nearly one told where it is compared (智能接包项目, 智能接包) is 待核实, unless an officer has verified it as it stands; and
what an earlier grant was for is known as the record it names. What must stay true: nothing is taken for the same, or for
another, because of how it is written; and what is settled once stays so when a receipt is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..errors import Position, clip
from ..language.levelling import bare, level, level_id, same_but_for_affixes, same_thing
from ..language.types import Text
from ..rulebook.compiled import SUPPORT, SUPPORT_MEASURE, CompiledRulebook, FactSpec, name_of
from ..rulebook.lexicon import RECEIVED, Slot, Told, lexicons, names_met
from .pseudonyms import is_stand_in
from .told import OFFICERS_SHEET, UNVERIFIED, VERIFIED, Entry, Facts, Given, Listing, Near

SUBJECT = "对象"  # of 已获支持: the certificate, person or contract it was for

Say = Callable[[Any, str], None]


def settled(book: CompiledRulebook, facts: Facts, say: Say) -> Facts:
    """The facts with one word for each thing; `say` is told, with a place, what is left to be verified."""
    facts = one_spelling(facts, book)
    if (support := next((k for k in facts.records if name_of(k) == SUPPORT), None)) is not None:
        facts = _named_subjects(book, facts, support, say)
        _say_of_whom(book, facts, support, say)
    _say_of_twice(book, facts, say)
    told = {"", *(book.records[k].name for k in facts.records)}
    for met in names_met(book):
        if met.slot[0] in told and met.other[0] in told:
            facts = _verified(book, facts, met, say)
    return facts


# -- one spelling ------


def one_spelling(facts: Facts, book: CompiledRulebook) -> Facts:
    """Texts that differ in spelling only are one word to whatever groups, counts or compares them.

    In the column of a record type that tells its records apart a space counts.
    """
    words = {g.value for years in facts.facts.values() for g in years.values() if isinstance(g.value, str)}
    words |= {g.value for x in facts.records.values() for e in x.entries for g in e.values.values() if isinstance(g.value, str)}
    if len(set(map(level, words))) == len(words) == len(set(map(level_id, words))):
        return facts
    keys = {k: book.records[k].key_field for k in facts.records}
    texts = [(g, level) for years in facts.facts.values() for g in years.values() if isinstance(g.value, str)]
    texts += [(g, level_id if n == keys[k] else level) for k, x in facts.records.items() for e in x.entries for n, g in e.values.items()]
    if not texts:
        return facts
    spellings: dict[tuple[Any, str], set[str]] = {}
    for given, levelled in texts:
        if isinstance(given.value, str):
            for way in {level, levelled}:
                spellings.setdefault((way, way(given.value)), set()).add(given.value)
    if all(len(words) == 1 for words in spellings.values()):
        return facts

    def one(given: Given, levelled: Any) -> Given:
        return replace(given, value=min(spellings[levelled, levelled(given.value)])) if isinstance(given.value, str) else given

    return replace(
        facts,
        facts={k: {y: one(g, level) for y, g in years.items()} for k, years in facts.facts.items()},
        records={
            k: replace(x, entries=tuple(replace(e, values={n: one(g, level_id if n == keys[k] else level) for n, g in e.values.items()}) for e in x.entries))
            for k, x in facts.records.items()
        },
    )  # fmt: skip


# -- what an earlier grant was for -----------------------------------------------------------------------


def _named_subjects(book: CompiledRulebook, facts: Facts, support: str, say: Say) -> Facts:
    """A subject that is the number of a told record that is nobody's (a certificate, a loan) is that number, and no stand-in."""
    if not any(SUBJECT in e.values for e in facts.records[support].entries):
        return facts
    keys = {level_id(e.key): e.key for key, listing in facts.records.items() if numbered(book, key) for e in listing.entries}
    others = [k for k in facts.records if k != support and not numbered(book, k)]
    persons = {facts.real.get(e.key, ""): e.key for k in others for e in facts.records[k].entries}

    def one(entry: Entry) -> Entry:
        given = entry.values.get(SUBJECT)
        if given is None or not isinstance(given.value, str):
            return entry
        word = facts.real.get(given.value, given.value)
        if is_stand_in(word):
            return entry  # whose it is, nobody here knows
        meant = named(word, keys)
        if meant is None and given.value not in persons.values() and given.stage not in VERIFIED and any(p and same_thing(word, p) for p in persons):
            # whoever it is stays unnamed: the word is nobody's to read
            say(given.at, f"“{SUBJECT}”与本次申报的一人可能是同一个，写法不同，按待核实处理；是，改成一样；不是，写 {SUBJECT}: {{核验: …}}")
            return _with(entry, SUBJECT, replace(given, value=None, stages={**given.stages, given.stage: UNVERIFIED}))
        if meant is None or (not meant[1] and given.stage in VERIFIED):
            return entry
        known, surely = meant
        if surely:
            return _with(entry, SUBJECT, replace(given, value=known[0], stages={**given.stages, given.stage: known[0]}))
        _ask(say, given, SUBJECT, word, known)
        return _with(entry, SUBJECT, _doubtful(given, word, known))

    return _replaced(facts, support, one)


def numbered(book: CompiledRulebook, key: str) -> bool:
    """Whether the records of a type have numbers that are nobody's, which a grant may name."""
    spec = book.records[key]
    column = spec.fields[spec.key_field]
    return spec.name != SUPPORT and not column.personal and isinstance(column.type.required(), Text)


def as_verified(at: Position, column: str, word: str) -> str:
    """Where and how an officer writes that a word stands for itself."""
    if at.sheet:
        return f"在“{OFFICERS_SHEET}”加一行，数据项“{column}”，核验写“{clip(word)}”"
    return f"写 {column}: {{核验: {clip(word)}}}"


def officer_settles(book: CompiledRulebook, record: str, spec: FactSpec, near: Sequence[str]) -> bool:
    """Whether what an officer verifies of a word that is only near these is taken as it stands: of names, not of the entries of a list."""
    if (record, spec.name) == RECEIVED:
        return True
    lexicon = lexicons(book).get((record, spec.name) if record else ("", spec.key))
    return lexicon is None or not set(near) <= set(lexicon.entries)


def named(word: str, keys: Mapping[str, str]) -> tuple[tuple[str, ...], bool] | None:
    """The number that a subject is, or (not surely) those that it may be; `keys` are the numbers by their levelled spelling."""
    known = keys.get(level_id(word))
    if known is not None:
        return (known,), True
    alike = tuple(k for k in keys.values() if same_thing(word, k))
    return (alike, False) if alike else None


def _say_of_whom(book: CompiledRulebook, facts: Facts, support: str, say: Say) -> None:
    """A reminder of what was received for nobody knows which record, where the very measure is for each of those told."""
    told = {book.records[k].name for k, x in facts.records.items() if x.entries}
    asked = {word for m in book.measures.values() if m.each and not m.by and m.record in told for word in (m.id, m.title)}
    for entry in facts.records[support].entries:
        what = entry.values.get(SUPPORT_MEASURE)
        if SUBJECT not in entry.values and "项目" not in entry.values and what is not None and what.value in asked:
            say(entry.at, f"{SUPPORT} {entry.key}（{what.value}）没有写对象，是不是给过本次申报的同一件、同一人，没有核对")
    _say_of_another(book, facts, support, say)


def _say_of_another(book: CompiledRulebook, facts: Facts, support: str, say: Say) -> None:
    """A reminder of support of another rulebook for the very certificate or loan that is applied for here: no rule here reads it."""
    lexicon = lexicons(book).get(RECEIVED)
    keys = {e.key: book.records[k].name for k, x in facts.records.items() if numbered(book, k) for e in x.entries}
    for entry in facts.records[support].entries:
        what, whom = entry.values.get(SUPPORT_MEASURE), entry.values.get(SUBJECT)
        if what is None or not isinstance(what.value, str) or whom is None or whom.value not in keys:
            continue
        if lexicon is None or (what.value not in lexicon.entries and what.value not in lexicon.asked_by):
            told = f"{SUPPORT} {entry.key}（{clip(what.value)}）给过本次申报的{keys[whom.value]}“{clip(whom.value)}”"
            say(entry.at, f"{told}；不是本规则库的支持事项，能不能同享没有核对")


_SUM = ("年度", "金额", "项目", SUBJECT)  # of 已获支持: by what one sum is told from another, whatever its measure is called there


def _say_of_twice(book: CompiledRulebook, facts: Facts, say: Say) -> None:
    """A reminder of two records whose numbers differ in nothing but signs (C-001, C001): they may be one, told twice.

    A person's number is nobody's to read: such a record is told by its place alone. Of what was received before only where the sum, the
    year and what it was for are the same, too: one document may grant several sums.
    """
    for key, listing in facts.records.items():
        spec = book.records[key]
        if len(listing.entries) < 2 or not isinstance(spec.fields[spec.key_field].type.required(), Text):
            continue
        support = spec.name == SUPPORT
        theirs, firsts = not support and not numbered(book, key), dict[Any, str]()
        alike = "几乎一样，年度、金额也一样" if support else "只差符号"
        for entry in listing.entries:
            word = facts.real.get(entry.key, entry.key)
            if is_stand_in(word):
                continue
            else_told = frozenset((n, str(g.value)) for n, g in entry.values.items() if n in _SUM) if support else None
            first = firsts.setdefault((bare(word).replace("年", "") if support else bare(word), else_told), word)
            if first != word:
                which = f"有另一条的{spec.key_field}与这一条" if theirs else f"的“{clip(first)}”与“{clip(word)}”"
                say(entry.at, f"“{spec.name}”{which}{alike}，是不是同一{'人' if theirs else '条'}？是，删去一条；两条都算了")


# -- names that meet -------------------------------------------------------------------------------------


def _verified(book: CompiledRulebook, facts: Facts, met: Told, say: Say) -> Facts:
    """What is told at one place held against what is told at the other."""
    within = met.slot == met.other
    others = {level(g.value): g.value for _, _, g in _told(book, facts, met.other) if isinstance(g.value, str)}
    if len(others) < (2 if within else 1):
        return facts
    entries = {level(w) for s in (met.slot, met.other) if (x := lexicons(book).get(s)) is not None for w in x.entries}
    alike = same_but_for_affixes if within else same_thing
    doubtful: dict[str, tuple[str, ...]] = {}
    firsts: list[str] = []
    for _, _, given in _told(book, facts, met.slot):
        word = given.value
        if not isinstance(word, str) or level(word) in entries or word in doubtful or given.stage in VERIFIED:
            continue
        if within:
            found = tuple(w for w in firsts if alike(word, w))
            if not found and word not in firsts:
                firsts.append(word)
        else:
            found = () if level(word) in others else tuple(w for w in others.values() if alike(word, w))
        if found:
            doubtful[word] = found
            _ask(say, given, met.slot[1] if met.slot[0] else book.facts[met.slot[1]].name, word, found)
    if not doubtful:
        return facts

    def given_as(given: Given) -> Given:
        word = given.value
        return _doubtful(given, word, doubtful[word]) if isinstance(word, str) and word in doubtful and given.stage not in VERIFIED else given

    record, name = met.slot
    if not record:
        return replace(facts, facts={k: {y: given_as(g) for y, g in years.items()} if k == name else years for k, years in facts.facts.items()})
    key = next(k for k, _, _ in _told(book, facts, met.slot))
    return _replaced(facts, key, lambda e: _with(e, name, given_as(e.values[name])) if name in e.values else e)


def _told(book: CompiledRulebook, facts: Facts, slot: Slot) -> Iterator[tuple[str, Entry | None, Given]]:
    record, name = slot
    if not record:
        yield from ((name, None, g) for g in facts.facts.get(name, {}).values())
        return
    for key, listing in facts.records.items():
        if book.records[key].name == record:
            yield from ((key, e, e.values[name]) for e in listing.entries if name in e.values)


def _ask(say: Say, given: Given, column: str, word: str, others: Sequence[str]) -> None:
    say(
        given.at,
        f"“{column}”写的是“{clip(word)}”，与{'、'.join(f'“{clip(x)}”' for x in others)}是不是同一个？按待核实处理；是，改成一样；不是，{as_verified(given.at, column, word)}",
    )


def _doubtful(given: Given, word: str, near: tuple[str, ...]) -> Given:
    return replace(given, value=None, near=near, stages={**given.stages, given.stage: Near(word, near)})


def _with(entry: Entry, column: str, given: Given) -> Entry:
    return replace(entry, values={**entry.values, column: given})


def _replaced(facts: Facts, key: str, one: Callable[[Entry], Entry]) -> Facts:
    listing = facts.records[key]
    entries: Sequence[Entry] = [one(e) for e in listing.entries]
    records: Mapping[str, Listing] = {**facts.records, key: replace(listing, entries=tuple(entries))}
    return replace(facts, records=records)


__all__ = ["SUBJECT", "as_verified", "named", "numbered", "officer_settles", "one_spelling", "settled"]
