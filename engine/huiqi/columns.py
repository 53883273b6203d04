"""Whole columns at once: what `decide_many` does where everything told can be read.

Each distinct word of a column is read once, by the reader of cases; rows go through the plan's kernel; standing and reason are
worded once for all rows in which the kernel took the same way. What must stay true: a row about which there is anything to
complain, to ask or to settle is left to whoever reads rows one by one, so that nothing comes out otherwise for having come in a table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum, auto
from fractions import Fraction
from operator import itemgetter
from typing import Any, NamedTuple

from .backends import python as backend
from .errors import CaseError
from .language import typed as t
from .plain import dataclass
from .program import program as p
from .reasoning.facts import Given, Listing, Reader
from .reasoning.foreign import plain
from .reasoning.kernel import OUTCOMES, Bound, Kernel, bound_for
from .reasoning.readings import opened
from .rulebook.compiled import CompiledRulebook, name_of
from .rulebook.literals import money_string
from .rulebook.reach import references
from .telling.results import refuse_contradictions
from .values import ABSENT

MANY = 50_000  # ways through a measure that are remembered


class Part(Enum):
    """What a column says of a fact or a list."""

    VALUE = auto()
    YEAR = auto()
    ABSENT = auto()
    LIST = auto()
    COMPLETE = auto()


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: what it says, of which fact or record type (its key), under which word, of which year."""

    name: str
    part: Part
    key: str
    word: str
    year: str = ""


class RowByRow(Exception):
    """There is something in the table that only a row's own reading can tell, or mend."""


class _Asked(Exception):
    """The kernel asks what is not known of this row."""


# -- reading -------------------------------------------------------------------------------------------------


class Cells(NamedTuple):
    """Of a column by its name: its cells; each of them once; its distinct lists, and which of them each row has."""

    all: Callable[[str], Sequence[Any]]
    distinct: Callable[[str], Collection[Any]]
    lists: Callable[[str], tuple[Sequence[Any], Sequence[int]]]


def _facts(book: CompiledRulebook, column: Column, words: Collection[Any], year: int | None, secret: Any) -> dict[Any, Given | None]:
    """What each word of a column was read as (None: nothing is told)."""
    kinds = set(map(type, words))
    kinds.discard(type(None))
    if len(kinds) > 1 or kinds & {list, tuple, dict, set}:
        raise RowByRow
    out: dict[Any, Given | None] = {None: None}
    for raw in words:
        value = plain(raw)
        out[raw] = None
        if value is None:
            continue
        reader = Reader(book, need_unit=True, key=secret)
        told = reader.read({column.word: {column.year: value} if column.part is Part.YEAR else value}, {}, year).facts.get(column.key, {})
        if reader.problems or len(told) > 1:
            raise RowByRow
        out[raw] = next(iter(told.values()), None)
    return out


def _listings(book: CompiledRulebook, column: Column, groups: Sequence[Any], on: date, year: int | None, secret: Any) -> list[Listing | None]:
    """What each distinct list was read as, its own relations held."""
    out: list[Listing | None] = []
    for raw in groups:
        value = plain(raw)
        if value is None:
            out.append(None)
            continue
        reader = Reader(book, need_unit=True, key=secret)
        rows = value.tolist() if type(value).__name__ == "ndarray" else value
        facts = reader.read({}, {column.word: list(rows) if isinstance(rows, list | tuple) else rows}, year)
        if reader.problems:
            raise RowByRow
        try:
            refuse_contradictions(book, facts, on, record=name_of(column.key))
        except CaseError:
            raise RowByRow from None
        out.append(facts.records.get(column.key))
    return out


# -- the ways through a measure ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """Where to look for the way the kernel took through a measure: its nodes, the answers' states, answers that count as they are."""

    nodes: Callable[[Any], Any]
    states: Callable[[Any], Any]
    answers: Callable[[Any], Any]
    words: dict[Any, tuple[str, str]]


def _picked(indexes: Sequence[int]) -> Callable[[Any], Any]:
    return itemgetter(*indexes) if indexes else lambda _: ()


def _way(kernel: Kernel, key: str) -> Way | None:
    """None where the way does not say all that standing and reason follow from."""
    bound, code = kernel.bound, kernel.code
    book, one = bound.book, bound.plan.judged[key]
    amount = bound.plan.priced[key].amount
    award = one.scheme.award
    assert award is not None

    def constant(expr: t.Expr) -> bool:
        return not any(isinstance(x, t.FactRef | t.RecordsRef | t.RecognitionRef) for x in references([expr], book))

    shown = [part.expr for part in award.parts] if one.spec.changing or amount is p.Nothing.MEASURED else []
    if amount is p.Nothing.MEASURED and award.expr is not None:
        shown.append(award.expr)
    if isinstance(amount, p.Why) or (isinstance(amount, p.Amount) and amount.low is not None) or not all(map(constant, shown)):
        return None
    if any(limit.counting.ignored for limit in one.scheme.limits):
        return None  # whether that decided it turns on the amount
    nodes = [n for n, name in enumerate(code.trace) if name in set(code.parts[key])]
    places = {slot: n for n, slot in enumerate(code.reads)}
    read = code.slots_of(key)
    tabled = [places[s] for s in code.tabled_of(key)]
    return Way(_picked(nodes), _picked([places[s] for s in read]), _picked(tabled), {})


# -- the decisions -------------------------------------------------------------------------------------------

# one row decided as it would be alone, the measures of these keys (None: all): of each what stands in its columns, by key; None where something is wrong
Slow = Callable[[int, Collection[str] | None], Mapping[str, tuple[Any, ...]] | None]


def decided(
    book: CompiledRulebook, columns: Sequence[Column], cells: Cells, count: int, *, on: date, year: int | None, wanted: Sequence[str],
    schemes: Mapping[str, str], taken: Mapping[str, str], verdicts: bool, secret: Any, slow: Slow,
) -> Iterator[Sequence[tuple[Any, ...]] | None]:  # fmt: skip
    """Of each row: of each measure outcome, settled, at most, standing, reason and verdicts; None where something is wrong with the row.

    `taken` are the readings decided for all rows, by key. Raises `RowByRow` before the first row where the whole table has to be read so.
    """
    found = opened(book, taken) if book.readings else None
    bound = bound_for(book if found is None else found.plain, on, year, schemes)
    if bound.plan.unchecked:
        raise RowByRow
    keys = tuple(s.key for s in book.measures.values() if s.id in wanted)
    kernel = bound.kernel(keys)
    alone = {*kernel.handed, *(key for key in kernel.own if kernel.code.asks_always(key) or _way(kernel, key) is None)}
    if found is not None:  # what a reading touches is judged under each; what it is joined to goes with it
        alone = set[str]().union(*(found.together[key] for key in (*alone, *found.reworded)))
    always = frozenset(key for key in keys if key in alone)
    if len(always) == len(keys):
        raise RowByRow
    kernel = bound.kernel(tuple(key for key in keys if key not in always))  # what only the others need is not asked of every row
    answers, states = _answers(bound, kernel, columns, cells, count, year, secret)
    support = _support(bound, columns, cells, count, on, year, secret)
    leaves = {key: _picked([kernel.code.trace.index(name) for name in kernel.code.leaves[key]]) for key in kernel.own} if verdicts else {}
    together = bound.plan.joined if found is None else found.together
    quick = [(n, key, way) for n, key in enumerate(kernel.own) if (way := _way(kernel, key)) is not None]
    yield from _rows(kernel, keys, answers, states, support, quick, always, together, leaves, slow)


def _answers(
    bound: Bound, kernel: Kernel, columns: Sequence[Column], cells: Cells, count: int, year: int | None, secret: Any
) -> tuple[Sequence[tuple[Any, ...]], Sequence[tuple[Any, ...]]]:  # fmt: skip
    """Row by row, what the kernel reads of each slot, and its state: told, not told, to be confirmed, known to be absent."""
    told: dict[tuple[str, int | None], tuple[str, Mapping[Any, Given | None]]] = {}
    seen = set[tuple[str, Part | str]]()
    for column in columns:
        if column.part in (Part.LIST, Part.COMPLETE):
            continue
        yearly = bound.book.facts[column.key].yearly
        taken = (column.key, column.year if column.part is Part.YEAR else Part.VALUE)
        mixed = {k for k, part in seen if k == column.key and (part is Part.VALUE or column.part is not Part.YEAR)}
        if column.part is Part.ABSENT or taken in seen or mixed:
            raise RowByRow  # told in more than one way: which, a row says
        seen.add(taken)
        read = _facts(bound.book, column, cells.distinct(column.name), year, secret)
        told[column.key, int(column.year) if column.part is Part.YEAR else year if yearly else None] = (column.name, read)
    values, marks = list[Sequence[Any]](), list[Sequence[int]]()
    for place, turn in zip(kernel.code.places, kernel.code.readers, strict=True):
        found = told.get(place)  # type: ignore[arg-type]
        if found is None:
            values.append((None,) * count)
            marks.append((0,) * count)
            continue
        name, words = found
        turned = {raw: None if g is None or g.value is None else turn(g.value) for raw, g in words.items()}
        kinds = {raw: 0 if g is None else 1 if g.value is None else 3 if turned[raw] is ABSENT else 2 for raw, g in words.items()}
        column_cells = cells.all(name)
        values.append(tuple(map(turned.__getitem__, column_cells)))
        marks.append(tuple(map(kinds.__getitem__, column_cells)))
    return list(zip(*values, strict=True)) or [()] * count, list(zip(*marks, strict=True)) or [()] * count


def _support(
    bound: Bound, columns: Sequence[Column], cells: Cells, count: int, on: date, year: int | None, secret: Any
) -> Sequence[int]:  # fmt: skip
    """Row by row, how much is told of earlier support. Every list is read for what may be wrong with it."""
    out: Sequence[int] = (backend.UNTOLD,) * count
    lists, parts = ([c for c in columns if c.part is part] for part in (Part.LIST, Part.COMPLETE))
    if any(len({c.key for c in some}) < len(some) for some in (lists, parts)):
        raise RowByRow
    wholes = {c.key: cells.all(c.name) for c in parts}
    if any(type(plain(x)) not in (bool, type(None)) for c in parts for x in cells.distinct(c.name)):
        raise RowByRow  # no flag: which row's, a row says
    named = {r.name: key for key, r in bound.book.records.items()}
    crossed = {
        named[c.record] for c in bound.book.checks if c.record in named and any(isinstance(x, t.FactRef) for x in references([c.expr], bound.book))
    }  # fmt: skip
    for column in lists:
        if column.key in crossed:
            raise RowByRow  # held against what else the row tells
        groups, of = cells.lists(column.name)
        read = _listings(bound.book, column, groups, on, year, secret)
        if column.key == bound.support:
            states = [backend.UNTOLD if x is None else backend.TOLD if x.entries or not x.complete else backend.TOLD_EMPTY for x in read]
            out = [states[n] for n in of]
            if column.key in wholes:  # a list told in part is never told to be none
                out = [backend.TOLD if x is not None and not x and s == backend.TOLD_EMPTY else s for s, x in zip(out, wholes[column.key], strict=True)]
    return out


def _rows(
    kernel: Kernel, keys: Sequence[str], answers: Sequence[tuple[Any, ...]], states: Sequence[tuple[Any, ...]], support: Sequence[int],
    quick: Sequence[tuple[int, str, Way]], always: Collection[str], together: Mapping[str, frozenset[str]], leaves: Mapping[str, Callable[[Any], Any]], slow: Slow,
) -> Iterator[Sequence[tuple[Any, ...]] | None]:  # fmt: skip
    known = kernel.bound.answers
    run, joined = kernel.code.run, kernel.joined
    money: dict[int, str] = {}

    def ask(number: int, told: Any) -> int:
        found = known.get(number, _NONE).get(told) if told is not None else None
        if found is None:
            raise _Asked
        return found

    def amount(fen: int) -> str:
        found = money.get(fen)
        if found is None:
            if len(money) > MANY:
                money.clear()
            found = money[fen] = money_string(Fraction(fen, 100))
        return found

    for number, (row, state, told) in enumerate(zip(answers, states, support, strict=True)):
        try:
            result = run(row, ask, told)
        except _Asked:
            result = None
        if result is None or 0 in result.checks:
            said = slow(number, None)
            yield None if said is None else [said[key] for key in keys]
            continue
        out: dict[str, tuple[Any, ...]] = {}
        asked = set(always)
        lacking: list[tuple[str, Way, Any]] = []
        if False in result.amounts or joined:
            asked |= kernel.left(result)
        for n, key, way in quick:
            if key in asked:
                continue
            outcome, ends = result.outcomes[n], result.amounts[n]
            low, high = (None, None) if ends is None else ends
            if high == 0 and outcome == backend.ELIGIBLE:
                asked |= together[key]
                continue
            sign = (told, ends is not None and low != high, way.nodes(result.nodes), way.states(state), way.answers(row))
            words = way.words.get(sign)
            if words is None:
                lacking.append((key, way, sign))
                continue
            verdicts = ("".join(map(_MARKS.__getitem__, _tuple(leaves[key](result.nodes)))),) if leaves else ()
            out[key] = (_OUTCOMES[outcome], None if low is None else amount(low), None if high is None else amount(high), *words, *verdicts)
        if asked or lacking:
            said = slow(number, [key for key in keys if key in asked or key not in out])
            for key, way, sign in lacking:
                if said is not None and key not in asked and len(way.words) < MANY:
                    way.words[sign] = said[key][3:5]
            if said is None:
                yield None
                continue
            out.update(said)
        yield [out[key] for key in keys]


def _tuple(found: Any) -> tuple[Any, ...]:
    return found if isinstance(found, tuple) else (found,)


_NONE: dict[Any, int] = {}
_MARKS = ("0", "?", "1")
_OUTCOMES = tuple(str(o) for o in OUTCOMES)
