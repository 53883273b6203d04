"""Of which rows of a table there may be something to remind of as a whole: what the row's own reader is to be asked for then.

A reminder hangs on a word (a day that has not come, a word that is only nearly one of ours), on the name of the applicant (a certificate in
another's), or on words that meet (two years' sums, what was received before). What must stay true: no row of which its own reader would
remind is left out; one too many costs that row's reading and nothing else; and nothing here is asked for where nobody wants reminders.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from ..language.levelling import bare
from ..reasoning.facts import far_apart
from ..reasoning.told import Given, Listing
from ..rulebook.compiled import CompiledRulebook, FactKind, FactSpec
from .cells import Lists, Reading


class Reminding:
    """The numbers of those rows, but of those that are read alone for all they tell: of these their reader has been asked."""

    def __init__(self, names: Sequence[str] | None) -> None:
        """`names`: the applicants', row by row; None: they have none."""
        self.names, self.rows = names, frozenset[int]()

    def look(self, book: CompiledRulebook, on: date, reading: Reading, lists: Lists) -> None:
        self.rows = frozenset(_rows(book, on, self.names, reading, lists))


def _rows(book: CompiledRulebook, on: date, names: Sequence[str] | None, reading: Reading, lists: Lists) -> set[int]:
    rows = set[int]()
    of: dict[str, list[tuple[str, Mapping[Any, Given | None]]]] = {}
    for (key, _), (column, words) in reading.told.items():
        spec = book.facts[key]
        of.setdefault(key, []).append((column, words))
        rows |= _rows_with(reading, column, reading.said[column] | {raw for raw, given in words.items() if _not_come(spec, given, on)})
        if spec.holder and names is not None:
            held = {raw: bare(given.value) for raw, given in words.items() if given is not None and isinstance(given.value, str)}
            rows.update(n for n in range(reading.count) if names[n] and held.get(reading.cell(column, n), bare(names[n])) != bare(names[n]))
    for key, columns in of.items():
        if len(columns) > 1:  # of several years
            rows.update(n for n in range(reading.count) if _meeting(book.facts[key], [words[reading.cell(c, n)] for c, words in columns]))
    for key, read, which in lists.each():
        record = book.records[key]
        said = lists.said[key] | {n for n, listing in enumerate(read) if listing is not None and _listed(record.fields, listing, on)}
        if key == lists.history:  # it meets what is applied for
            said |= {n for n, listing in enumerate(read) if listing is not None and listing.entries}
        if said:
            rows.update(n for n, one in enumerate(which) if one in said)
        if names is not None and (holders := _holders(record.fields, read)):
            rows.update(n for n, one in enumerate(which) if one in holders and names[n] and holders[one] != {bare(names[n])})
    return rows


def _rows_with(reading: Reading, column: str, words: Collection[Any]) -> set[int]:
    return {n for n in range(reading.count) if reading.cell(column, n) in words} if words else set()


def _not_come(spec: FactSpec, given: Given | None, on: date) -> bool:
    """A day that has not come: the value itself, or the day on which an officer says something of it."""
    if given is None:
        return False
    said = (given.when, given.disallowed.on if given.disallowed is not None else None, given.value if spec.event else None)
    return any(isinstance(day, date) and day > on for day in said)


def _meeting(spec: FactSpec, years: Sequence[Given | None]) -> bool:
    """Whether what was told of several years may be held one against another."""
    told = [g.value for g in years if g is not None]
    if len(told) < 2 or spec.kind != FactKind.MONEY:
        return len(told) > 1 and any(isinstance(x, str) for x in told)
    return far_apart([x for x in told if isinstance(x, Fraction)])


def _listed(fields: Mapping[str, FactSpec], listing: Listing, on: date) -> bool:
    return any(_not_come(fields[name], given, on) for entry in listing.entries for name, given in entry.values.items())


def _holders(fields: Mapping[str, FactSpec], read: Sequence[Listing | None]) -> dict[int, frozenset[str]]:
    """Of each list whose records it says they are."""
    columns = [name for name, spec in fields.items() if spec.holder]
    out = {}
    for n, listing in enumerate(read if columns else ()):
        given = [entry.values.get(name) for entry in (listing.entries if listing is not None else ()) for name in columns]
        if found := frozenset(bare(g.value) for g in given if g is not None and isinstance(g.value, str)):
            out[n] = found
    return out


__all__ = ["Reminding"]
