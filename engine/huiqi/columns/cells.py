"""The columns of a table: each distinct word of one read once, each distinct list.

What must stay true: what a cell says is what the reader of cases says of it; of a cell there is something to complain of only that is
known, and its row is left to whoever reads it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum, auto
from typing import Any, NamedTuple

from ..backends import python as backend
from ..errors import CaseError
from ..language import typed as t
from ..plain import dataclass
from ..program import Sides, side
from ..reasoning.facts import Reader
from ..reasoning.foreign import plain
from ..reasoning.kernel import Bound
from ..reasoning.told import Facts, Given, Listing
from ..rulebook.compiled import CompiledRulebook, name_of
from ..rulebook.reach import references
from ..telling.results import refuse_contradictions
from ..values import ABSENT


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


class Cells(NamedTuple):
    """Of a column by its name: its cells; each of them once; its distinct lists, and which of them each row has."""

    all: Callable[[str], Sequence[Any]]
    distinct: Callable[[str], Collection[Any]]
    lists: Callable[[str], tuple[Sequence[Any], Sequence[int]]]


def facts_in(
    book: CompiledRulebook, column: Column, words: Collection[Any], year: int | None, secret: Any
) -> tuple[dict[Any, Given | None], set[Any], set[Any]]:  # fmt: skip
    """What each word of a column was read as (None: nothing is told), the words there is something to complain of, and those to remind of."""
    kinds = set(map(type, words))
    kinds.discard(type(None))
    if len(kinds) > 1 or kinds & {list, tuple, dict, set}:
        raise RowByRow
    out: dict[Any, Given | None] = {None: None}
    plainly = column.part is not Part.YEAR or (column.year.isascii() and column.year.isdigit() and len(column.year) == 4 and 1980 <= int(column.year) <= 2100)
    plainly = plainly and not kinds & {dict, list} and (column.part is not Part.YEAR or book.facts[column.key].yearly)
    wrong, said = set[Any](), set[Any]()
    reader = Reader(book, need_unit=True, key=secret)
    for raw in words:
        value = plain(raw)
        out[raw] = None
        if value is None:
            continue
        reader.warnings.clear()
        if plainly:
            out[raw] = reader.one(column.key, value, column.word)
        else:
            told = reader.read({column.word: {column.year: value} if column.part is Part.YEAR else value}, {}, year).facts.get(column.key, {})
            if len(told) > 1:
                raise RowByRow  # of several years at once
            out[raw] = next(iter(told.values()), None)
        if reader.warnings:
            said.add(raw)
        if reader.problems:
            reader.problems.clear()
            wrong.add(raw)
            out[raw] = None
    return out, wrong, said


def listings_in(
    book: CompiledRulebook, column: Column, groups: Sequence[Any], on: date, year: int | None, secret: Any
) -> tuple[list[Listing | None], dict[str, str], set[int], set[int]]:
    """What each distinct list was read as, its own relations held; whom the stand-ins in them stand for; in which there is something wrong, or to remind of."""
    out: list[Listing | None] = []
    wrong, said = set[int](), set[int]()
    reader = Reader(book, need_unit=True, key=secret)  # of all of them: what it has met it knows again
    for raw in groups:
        value = plain(raw)
        if value is None:
            out.append(None)
            continue
        reader.warnings.clear()
        rows = value.tolist() if type(value).__name__ == "ndarray" else value
        facts = reader.read({}, {column.word: list(rows) if isinstance(rows, list | tuple) else rows}, year)
        try:
            if not reader.problems:
                refuse_contradictions(book, facts, on, record=name_of(column.key))
        except CaseError as error:
            reader.problems += error.problems
        if reader.problems:
            reader.problems.clear()
            wrong.add(len(out))
        if facts.warnings:
            said.add(len(out))
        out.append(facts.records.get(column.key))
    return out, reader.real, wrong, said


class Reading:
    """The columns of facts, each read once, whichever kernels ask for them."""

    def __init__(self, bound: Bound, columns: Sequence[Column], cells: Cells, count: int, year: int | None, secret: Any) -> None:
        self.cells, self.count, self.year = cells, count, year
        self.row: tuple[int, Facts] | None = None  # that was last read whole
        self.told: dict[tuple[str, int | None], tuple[str, Mapping[Any, Given | None]]] = {}
        self._turned: dict[Any, tuple[Sequence[Any], Sequence[int]]] = {}
        self._standings: dict[Any, Sequence[int] | None] = {}
        self.wrong = set[int]()  # rows with a cell that only their own reader can complain of
        self.right: Sequence[int] = range(count)  # the others
        self.said: dict[str, set[Any]] = {}  # of each column the words there is something to remind of
        self._whole: dict[str, Sequence[Any]] = {}
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
            read, wrong, self.said[column.name] = facts_in(bound.book, column, cells.distinct(column.name), year, secret)
            if wrong:
                self.wrong.update(n for n, cell in enumerate(self._cells(column.name)) if cell in wrong)
            self.told[column.key, int(column.year) if column.part is Part.YEAR else year if yearly else None] = (column.name, read)

    def _cells(self, name: str) -> Sequence[Any]:
        found = self._whole.get(name)
        if found is None:
            found = self._whole[name] = self.cells.all(name)
        return found

    def cell(self, name: str, number: int) -> Any:
        return self._cells(name)[number]

    def words(self, keys: Collection[str]) -> list[Sequence[Any]]:
        """The columns of these facts, row by row."""
        return [self._cells(name) for (key, _), (name, _) in self.told.items() if key in keys]

    def facts(self, number: int) -> Facts:
        """What one row tells beside its lists."""
        told = dict[str, dict[int | None, Given]]()
        for (key, year), (name, words) in self.told.items():
            if (given := words[self._cells(name)[number]]) is not None:
                told.setdefault(key, {})[year] = given
        return Facts(told, {}, self.year)

    def answers(self, code: backend.Kernel) -> tuple[Sequence[tuple[Any, ...]], Sequence[tuple[Any, ...]]]:
        """Row by row, what the kernel reads of each slot, and its state: told, not told, to be confirmed, known to be absent."""
        slots = [code.plan.places[s].slot for s in code.reads]
        read = [self._slot(place, (slot.kind, slot.scale), turn) for place, slot, turn in zip(code.places, slots, code.readers, strict=True)]
        nothing = [()] * self.count
        return list(zip(*(values for values, _ in read), strict=True)) or nothing, list(zip(*(marks for _, marks in read), strict=True)) or nothing

    def _slot(self, place: tuple[str | None, int | None], how: Any, turn: Callable[[Any], Any]) -> tuple[Sequence[Any], Sequence[int]]:
        made = self._turned.get((place, how))
        if made is not None:
            return made
        found = self.told.get(place)  # type: ignore[arg-type]
        if found is None:
            made = (None,) * self.count, (0,) * self.count
        else:
            name, words = found
            turned = {raw: None if g is None or g.value is None else turn(g.value) for raw, g in words.items()}
            kinds = {raw: 0 if g is None else 1 if g.value is None else 3 if turned[raw] is ABSENT else 2 for raw, g in words.items()}
            cells = self._cells(name)
            made = tuple(map(turned.__getitem__, cells)), tuple(map(kinds.__getitem__, cells))
        self._turned[place, how] = made
        return made

    def standings(self, place: tuple[str | None, int | None], how: Any, turn: Callable[[Any], Any], cuts: Sequence[Any] | None) -> Sequence[int] | None:
        """Of each right row a number for where the answer of a slot stands; None where it is the same for all. `cuts` None: each answer by itself."""
        found = self.told.get(place)  # type: ignore[arg-type]
        if found is None:
            return None
        name, words = found
        where = place, how, None if cuts is None else tuple(cuts)
        if where in self._standings:
            return self._standings[where]
        numbers: dict[Any, int] = {}
        of = dict[Any, int]()
        for raw, given in words.items():
            value: Any = None if given is None or given.value is None else turn(given.value)
            state = 0 if given is None else 1 if value is None else 3 if value is ABSENT else 2
            stands: Any = state if state != 2 else (value, 2) if cuts is None else (side(value, cuts), 2)
            of[raw] = numbers.setdefault(stands, len(numbers))
        cells = self._cells(name)
        made = self._standings[where] = tuple([of[cells[n]] for n in self.right]) if len(numbers) > 1 else None
        return made

    def combined(self, code: backend.Kernel, slots: Sequence[int], counted: Sides) -> Sequence[Any] | None:
        """Of each right row how the answers of some slots stand together; None where all stand alike."""
        columns = []
        for slot in slots:
            n, place = code.reads.index(slot), code.plan.places[slot].slot
            cuts = None if slot in counted.whole else counted.cuts.get(slot, ())
            if (found := self.standings(code.places[n], (place.kind, place.scale), code.readers[n], cuts)) is not None:
                columns.append(found)
        return list(zip(*columns, strict=True)) if len(columns) > 1 else columns[0] if columns else None


class Lists:
    """The columns of lists, each distinct list read once. Every list is read for what may be wrong with it.

    `support`: row by row, how much is told of earlier support.
    """

    def __init__(self, bound: Bound, columns: Sequence[Column], cells: Cells, count: int, on: date, year: int | None, secret: Any) -> None:
        self.support: Sequence[int] = (backend.UNTOLD,) * count
        self.real: Mapping[str, str] = {}  # whom the stand-ins of earlier support stand for
        self.history = bound.support
        self.wrong = set[int]()
        self.said: dict[str, set[int]] = {}  # of each record type the distinct lists there is something to remind of
        self._of: dict[str, tuple[Sequence[Listing | None], Sequence[int], Sequence[Any] | None]] = {}
        lists, parts = ([c for c in columns if c.part is part] for part in (Part.LIST, Part.COMPLETE))
        if any(len({c.key for c in some}) < len(some) for some in (lists, parts)):
            raise RowByRow
        wholes = {c.key: list(map(plain, cells.all(c.name))) for c in parts}
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
            read, real, wrong, self.said[column.key] = listings_in(bound.book, column, groups, on, year, secret)
            if wrong:
                self.wrong.update(n for n, list_ in enumerate(of) if list_ in wrong)
            self._of[column.key] = read, of, wholes.get(column.key)
            if column.key == bound.support:
                self.real = real
        if bound.support in self._of:
            self.support = [_told_of(*self.list(bound.support, n)[1:]) for n in range(count)]

    def list(self, record: str, number: int) -> tuple[int, Listing | None, bool]:
        """Of a row: which of the distinct lists of a record type it has, that list, and whether it is told to be all.

        None told is one list, and so is one without records, however often the table says so.
        """
        if record not in self._of:
            return -1, None, False
        read, of, wholes = self._of[record]
        found = read[of[number]]
        if found is None:
            return -1, None, False
        return of[number] if found.entries else -2, found, found.complete and (wholes is None or wholes[number] is not False)

    def each(self) -> Iterator[tuple[str, Sequence[Listing | None], Sequence[int]]]:
        """Each record type with its distinct lists, and which of them each row has."""
        return ((key, read, of) for key, (read, of, _) in self._of.items())

    def told(self, number: int) -> dict[str, Listing]:
        """All lists of a row."""
        out = {}
        for record in self._of:
            _, found, complete = self.list(record, number)
            if found is not None:
                out[record] = found if found.complete == complete else Listing(found.entries, complete)
        return out


def _told_of(listing: Listing | None, complete: bool) -> int:
    """A list told in part is never told to be none."""
    return backend.UNTOLD if listing is None else backend.TOLD if listing.entries or not complete else backend.TOLD_EMPTY
