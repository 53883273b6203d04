"""Whole columns at once: what `decide_many` does where everything told can be read.

Each distinct word of a column is read once, by the reader of cases; rows go through the plan's kernel, of a measure for each
record every record of theirs; standing and reason are put together from single conditions (`composed`), else worded once for all
rows in which the kernel took the same way. What must stay true: a row about which there is anything to complain, to ask or to
settle is left to whoever reads rows one by one, so that nothing comes out otherwise for having come in a table.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum, auto
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from .backends import python as backend
from .composed import Composer, Merger, One, Picking, Said, Worked, picked, picking
from .errors import CaseError
from .language import typed as t
from .language.levelling import level, level_id, same_thing
from .plain import dataclass
from .program import Gate, Pricing, Sides, Verdicts, side, sides
from .program import program as p
from .reasoning.alike import SUBJECT, named, numbered, one_spelling
from .reasoning.facts import Reader
from .reasoning.foreign import plain
from .reasoning.kernel import OUTCOMES, Asking, Bound, Kernel, KernelError, bound_for
from .reasoning.parts import parts_of
from .reasoning.readings import Opened, opened
from .reasoning.told import Entry, Facts, Given, Listing
from .rulebook.compiled import Choices, CompiledRulebook, Op, Role, name_of
from .rulebook.lexicon import Slot, names_met
from .rulebook.literals import money_string
from .rulebook.reach import facts_and_records, references
from .telling.results import refuse_contradictions
from .values import ABSENT
from .words import CauseKind

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


def _facts(
    book: CompiledRulebook, column: Column, words: Collection[Any], year: int | None, secret: Any
) -> tuple[dict[Any, Given | None], set[Any]]:  # fmt: skip
    """What each word of a column was read as (None: nothing is told), and the words there is something to complain of."""
    kinds = set(map(type, words))
    kinds.discard(type(None))
    if len(kinds) > 1 or kinds & {list, tuple, dict, set}:
        raise RowByRow
    out: dict[Any, Given | None] = {None: None}
    plainly = column.part is not Part.YEAR or (column.year.isascii() and column.year.isdigit() and len(column.year) == 4 and 1980 <= int(column.year) <= 2100)
    plainly = plainly and not kinds & {dict, list} and (column.part is not Part.YEAR or book.facts[column.key].yearly)
    wrong = set[Any]()
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
        if reader.problems:
            reader.problems.clear()
            wrong.add(raw)
            out[raw] = None
    return out, wrong


def _listings(
    book: CompiledRulebook, column: Column, groups: Sequence[Any], on: date, year: int | None, secret: Any
) -> tuple[list[Listing | None], dict[str, str], set[int]]:
    """What each distinct list was read as, its own relations held; whom the stand-ins in them stand for; and in which there is something wrong."""
    out: list[Listing | None] = []
    wrong = set[int]()
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
        out.append(facts.records.get(column.key))
    return out, reader.real, wrong


# -- the ways through a measure ------------------------------------------------------------------------------


class Counts(Enum):
    """When a leaf has a part in it that a measure's conditions fail, and may be passed over otherwise."""

    FAILING = auto()
    HOLDING = auto()
    ALWAYS = auto()


@dataclass(frozen=True)
class Way:
    """Where to look for the way the kernel took through a measure: its nodes, the answers' states, answers that count as they are.

    `leaves`: of each where its verdict is, when it counts for a refusal, whether it stands in the overall `all`, and what it read itself;
    `rest`: what window and amount read. What a refusal says follows from the leaves that made it; what an open outcome says, from
    all but those that hold in the overall `all`.
    """

    whole: Picking
    leaves: tuple[tuple[int, Counts, bool, Picking], ...]
    rest: Picking
    brief: bool  # an open outcome says nothing of what holds
    words: dict[Any, tuple[str, str]]

    def sign(self, outcome: int, told: int, nodes: Sequence[Any], states: Sequence[int], answers: Sequence[Any]) -> Any:
        """What standing and reason follow from."""
        if outcome == backend.INELIGIBLE:
            out: list[Any] = [outcome]
            for n, (place, counts, _, (a, b, c)) in enumerate(self.leaves):
                if counts is Counts.ALWAYS or nodes[place] == (0 if counts is Counts.FAILING else 2):
                    out.append((n, a(nodes), b(states), c(answers)))
            return tuple(out)
        if outcome == backend.UNDETERMINED and self.brief:
            a, b, c = self.rest
            out = [outcome, told, a(nodes), b(states), c(answers)]
            for n, (place, counts, outer, (a, b, c)) in enumerate(self.leaves):
                if not outer or nodes[place] != (2 if counts is Counts.FAILING else 0):
                    out.append((n, a(nodes), b(states), c(answers)))
            return tuple(out)
        a, b, c = self.whole
        return outcome, told, a(nodes), b(states), c(answers)


def _way(kernel: Kernel, key: str) -> Way | None:
    """None where the way does not say all that standing and reason follow from."""
    code, one = kernel.code, kernel.bound.plan.judged[key]
    if not _follows(kernel.bound, one, kernel.bound.plan.priced[key].amount):
        return None
    at = {name: n for n, name in enumerate(code.trace)}
    counts, outer = _counting(one)
    leaves = []
    for node in dict.fromkeys(one.leaves):
        name = code.names["node", node]
        leaves.append((at[name], counts[node], node in outer, picking(code, code.behind[name], code.read_in[name])))
    names, slots = code.pricing[key]
    if one.window is not None and one.lapse is None:
        window = code.names["node", one.window]
        names, slots = (*code.behind[window], *names), slots | code.read_in[window]
    brief = not one.spec.changing and not one.unread
    return Way(picking(code, code.parts[key], code.slots_of(key)), tuple(leaves), picking(code, names, slots), brief, {})


def _follows(bound: Bound, one: Verdicts, amount: p.Amount | p.Nothing | p.Why, *, from_least: bool = False) -> bool:
    """Whether what is said of an award follows from the kernel's way through it; `from_least`: also where it is a range whose lower end is stated."""
    award = one.scheme.award
    assert award is not None

    def constant(expr: t.Expr) -> bool:
        return not any(isinstance(x, _TOLD) for x in references([expr], bound.book))

    shown = [part.expr for part in award.parts] if one.spec.changing or amount is p.Nothing.MEASURED else []
    if amount is p.Nothing.MEASURED and award.expr is not None:
        shown.append(award.expr)
    if isinstance(amount, p.Why) or (isinstance(amount, p.Amount) and amount.low is not None and not from_least) or not all(map(constant, shown)):
        return False
    return not any(limit.counting.ignored for limit in one.scheme.limits)  # whether that decided it turns on the amount


def _composer(kernel: Kernel, key: str) -> Composer | None:
    """Who puts a measure's words together from its conditions'; None where more than they, and the award, is in them."""
    one, amount = kernel.bound.plan.judged[key], kernel.bound.plan.priced[key].amount
    if one.lapse is not None or one.window is not None or one.unread or one.spec.changing:
        return None
    if not isinstance(amount, p.Why) and not _follows(kernel.bound, one, amount, from_least=True):  # else nothing is said of it but that it is refused
        return None
    return Composer(kernel.bound, kernel.code, one, measured=amount is not p.Nothing.MEASURED)


def _counting(one: Verdicts) -> tuple[Mapping[int, Counts], frozenset[int]]:
    """Of each leaf's node when it counts for a refusal; and those that stand nowhere but in the overall `all`."""
    inner = {gate.node: gate for gate in one.gates[:-1]}
    found: dict[int, set[Counts]] = {}
    outer, deeper = set[int](), set[int]()

    def walk(gate: Gate, top: bool, plain: bool, around: frozenset[int]) -> None:
        for node, role in gate.items:
            within = inner.get(node)
            if within is not None and node not in around:
                walk(within, False, plain and role == Role.WHEN and within.op != Op.NOT, around | {node})
            if within is None or node in one.leaves:
                known = {Role.WHEN: Counts.FAILING, Role.UNLESS: Counts.HOLDING}.get(role)  # type: ignore[call-overload]
                found.setdefault(node, set()).add(known if plain and known is not None and (top or role == Role.WHEN) else Counts.ALWAYS)
                (outer if top and within is None else deeper).add(node)

    walk(one.gates[-1], True, True, frozenset())
    counts = {node: next(iter(x)) if len(x := found.get(node, {Counts.ALWAYS})) == 1 else Counts.ALWAYS for node in one.leaves}
    return counts, frozenset(n for n in outer - deeper if counts[n] is not Counts.ALWAYS)


# -- the decisions -------------------------------------------------------------------------------------------

# one row decided as it would be alone, the measures of these keys (None: all): of each what stands in its columns, by key; None where something is wrong
# the last: what the row tells, where the columns' reading of it will do
Slow = Callable[[int, Collection[str] | None, Callable[[], Facts] | None], Mapping[str, tuple[Any, ...]] | None]


def decided(
    book: CompiledRulebook, columns: Sequence[Column], cells: Cells, count: int, *, on: date, year: int | None, wanted: Sequence[str],
    schemes: Mapping[str, str], taken: Mapping[str, str], verdicts: bool, secret: Any, slow: Slow,
) -> Iterator[Sequence[tuple[Any, ...]] | None]:  # fmt: skip
    """Of each row: of each measure outcome, settled, at most, standing, reason and verdicts; None where something is wrong with the row.

    `taken` are the readings decided for all rows, by key. Raises `RowByRow` before the first row where the whole table has to be read so.
    """
    found = opened(book, taken, schemes) if book.readings else None
    bound = bound_for(book if found is None else found.plain, on, year, schemes)
    if bound.plan.unchecked:
        raise RowByRow
    keys = tuple(s.key for s in book.measures.values() if s.id in wanted)
    whole = bound.kernel(keys)
    reworded = frozenset[str]() if found is None else found.reworded
    tried = [] if found is None else _tried(whole, found, [key for key in keys if key in reworded])
    inside = {key for one in tried for key in one.keys}
    each = [] if verdicts else _each(whole, found, keys)  # of records no verdicts are told here
    inside |= {one.key for one in each}
    handed = {*whole.handed, *(key for key in whole.own if not _told_by(whole, key)), *reworded} - inside
    always = frozenset(key for key in keys if key in handed)
    if len(always) == len(keys):
        raise RowByRow
    kernel = bound.kernel(
        tuple(key for key in keys if key not in always and key not in inside and key not in bound.plan.handed)
    )  # what only the others need is not asked of every row
    reading = _Reading(bound, columns, cells, count, year, secret)
    lists = _Lists(bound, columns, cells, count, on, year, secret)
    reading.wrong |= lists.wrong
    if reading.wrong:
        reading.right = [n for n in range(count) if n not in reading.wrong]
    leaves = {key: picked([kernel.code.trace.index(name) for name in kernel.code.leaves[key]]) for key in kernel.own} if verdicts else None
    quick = [(n, key, _way(kernel, key), _composer_of(kernel, key)) for n, key in enumerate(kernel.own)]
    running = [_Running(one, reading, lists, whole=verdicts) for one in tried] + [_EachRunning(one, reading, lists) for one in each]
    alike = _Alike(book, taken, schemes, reading, lists)
    yield from _rows(kernel, keys, reading, lists, quick, running, always, leaves, whole.extra.setdefault("proved", set()), alike, slow)


def _told_by(kernel: Kernel, key: str) -> bool:
    """Whether what is said of a measure follows from what the kernel went through; what is asked anew of each row, only where words are put together."""
    if _composer_of(kernel, key) is not None:
        return all(askable(kernel.bound, n) for n in kernel.code.asked_always(key))
    return _way(kernel, key) is not None and not kernel.code.asks_always(key)


def _composer_of(kernel: Kernel, key: str) -> Composer | None:
    """Kept with the kernel: a register is many tables."""
    made: dict[str, Composer | None] = kernel.extra.setdefault("composers", {})
    if key not in made:
        made[key] = _composer(kernel, key)
    return made[key]


class _Reading:
    """The columns of facts, each read once, whichever kernels ask for them."""

    def __init__(self, bound: Bound, columns: Sequence[Column], cells: Cells, count: int, year: int | None, secret: Any) -> None:
        self.cells, self.count, self.year = cells, count, year
        self.row: tuple[int, Facts] | None = None  # that was last read whole
        self.told: dict[tuple[str, int | None], tuple[str, Mapping[Any, Given | None]]] = {}
        self._turned: dict[Any, tuple[Sequence[Any], Sequence[int]]] = {}
        self._standings: dict[Any, Sequence[int] | None] = {}
        self.wrong = set[int]()  # rows with a cell that only their own reader can complain of
        self.right: Sequence[int] = range(count)  # the others
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
            read, wrong = _facts(bound.book, column, cells.distinct(column.name), year, secret)
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


class _Standings:
    """Which rows of a table stand alike to all verdicts of some kernels: they come out alike, unless an amount turns on more than that.

    A condition that hangs on few answers is looked at once for each way these stand; where words are put together, what it says there is
    all that counts of it. Other conditions are worked out row by row, by a kernel of their own.
    """

    def __init__(self, reading: _Reading, lists: _Lists, some: Sequence[_Judging]) -> None:
        self.known: dict[Any, Any] = {}
        self.some = some
        for one in some:
            one.asking.always = frozenset(one.code.always.values())
        self.anew = [(one.asking, n) for one in some for n in sorted(one.asking.always)]
        self.loose = [[bool(one.code.pricing[key][1]) for key in one.code.keys] for one in some]  # whether an amount reads anything told
        self.whole = all(askable(asking.bound, n) for asking, n in self.anew)
        self.rows: Sequence[Any] | dict[int, Any] = ()
        columns: list[Sequence[Any]] = []
        try:
            for one in some if self.whole else ():
                columns += _standing(one, reading, lists)
        except _Asked:
            self.whole = False
        rows = list(zip(*columns, strict=True)) if len(columns) > 1 else columns[0] if columns else (0,) * len(reading.right)
        self.rows = rows if len(reading.right) == reading.count else dict(zip(reading.right, rows, strict=True))

    def key(self, number: int, support: int) -> Any:
        """What a row is known by."""
        if not self.anew:
            return self.rows[number], support
        return (self.rows[number], support, *(asking.read(n) for asking, n in self.anew))

    def alike(self, results: Sequence[backend.Result]) -> bool:
        """Whether rows that stand alike come to just this; to be asked right after the kernels were run."""
        return self.whole and not any(one.asking.anew for one in self.some) and not any(
            loose and outcome in _PAYING and amount is not None
            for result, turns in zip(results, self.loose, strict=True) for outcome, amount, loose in zip(result.outcomes, result.amounts, turns, strict=True)
        )  # fmt: skip

    def keep(self, key: Any, found: Any) -> None:
        if len(self.known) > MANY:
            self.known.clear()
        self.known[key] = found


class _Judging(NamedTuple):
    """A kernel over a table: what it reads of each row, and who puts the words of its measures together."""

    code: backend.Kernel
    asking: _Asking
    answers: Sequence[Sequence[Any]]
    states: Sequence[Sequence[int]]
    composers: Mapping[str, Composer | None]


def _standing(one: _Judging, reading: _Reading, lists: _Lists) -> Iterator[Sequence[Any]]:
    """Columns that tell apart all rows whose verdicts, or what is said of them, may differ. Raises `_Asked`."""
    code, plan, asking = one.code, one.code.plan, one.asking
    ran: dict[int, One] = {}

    def run(number: int) -> One:
        asking.number = number
        if number not in ran:
            result = code.run(one.answers[number], asking.ask, lists.support[number])
            ran[number] = One(result.nodes, one.states[number], one.answers[number], asked=asking.read)
        return ran[number]

    checks = [node for node in plan.checks if ("node", node) in code.names]
    found = _Apart(one, reading, [*checks, *(node for key in code.keys for node in _asked_of(plan.judged[key]))])
    yield from (column for node in checks if (column := found.column(node)) is not None)
    for key in code.keys:
        judged, composer = plan.judged[key], one.composers.get(key)
        counts, outer = _counting(judged)
        whole: list[Sequence[Any]] = []
        brief: list[Sequence[Any]] = []  # … of which only what makes a refusal is told apart
        refusing: list[frozenset[Any]] = []
        for n, node in enumerate(_asked_of(judged)):
            column = found.column(node)
            if column is None and (composer is None or n >= len(judged.leaves)):
                continue
            refuses = frozenset[Any]()
            if composer is not None and n < len(judged.leaves):
                firsts: dict[Any, int] = {}
                for number, stands in zip(reading.right, column or (0,), strict=False):
                    firsts.setdefault(stands, number)
                labels = {
                    stands: composer.number(n, run(number), partial(_facts_of, asking.bound, reading, lists, number)) for stands, number in firsts.items()
                }
                column = [labels[x] for x in column] if column is not None else [*labels.values()] * len(reading.right)
                if node in outer:
                    refuses = frozenset(x for x in labels.values() if composer.verdict(x) is (counts[node] is Counts.HOLDING))
                    brief.append([x if x in refuses else -1 for x in column])
            assert column is not None
            if node not in outer or composer is None:
                brief.append(column)
            refusing.append(refuses)
            whole.append(column)
        if not whole:
            continue
        rows, short = list(zip(*whole, strict=True)), list(zip(*brief, strict=True))
        refused = {x for x in set(short) if any(label in some for label, some in zip(x, refusing, strict=True))}
        yield [x if x in refused else row for x, row in zip(short, rows, strict=True)] if refused else rows


def _asked_of(judged: Verdicts) -> tuple[int, ...]:
    """The nodes on which a measure's outcome turns: its leaves, then its window."""
    return judged.leaves if judged.window is None or judged.lapse is not None else (*judged.leaves, judged.window)


class _Apart:
    """How rows stand to single nodes: by the answers these hang on where those are few, else as a kernel of them alone finds."""

    def __init__(self, one: _Judging, reading: _Reading, nodes: Sequence[int]) -> None:
        self._columns: dict[int, Sequence[Any] | None] = {}
        apart = list[int]()
        code, plan = one.code, one.code.plan
        for node in dict.fromkeys(nodes):
            column = reading.combined(code, sorted(code.read_in[code.names["node", node]]), sides(plan, [node]))
            if column is not None and len(set(column)) > max(_FEW, len(reading.right) // 8):
                apart.append(node)
            self._columns[node] = column
        if not apart:
            return
        mine = backend.Kernel(plan, (), also=apart, checks=False)
        answers, states = reading.answers(mine)
        found = []
        for number in reading.right:
            one.asking.number = number
            found.append(mine.run(answers[number], one.asking.ask, 0).nodes)
        for node in apart:
            name = mine.names["node", node]
            a, b, c = picking(mine, mine.behind[name], mine.read_in[name])
            told = ((b(states[n]), c(answers[n])) for n in reading.right)
            self._columns[node] = [(a(nodes), *x) for nodes, x in zip(found, told, strict=True)]

    def column(self, node: int) -> Sequence[Any] | None:
        """None where all rows stand alike."""
        return self._columns[node]


# -- open readings -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Tried:
    """Measures that hang on the same open readings, judged by a kernel of each way of deciding them.

    `ways`: of each measure where it is among the kernel's own, and the way it took, under each; `words`: of
    each measure what is worded once for all rows in which the kernels went so.
    """

    keys: tuple[str, ...]
    kernels: tuple[Kernel, ...]
    ways: Mapping[str, tuple[tuple[int, Way | None], ...]]
    words: Mapping[str, dict[Any, tuple[Any, ...]]]
    composers: Mapping[str, tuple[tuple[Composer, ...], Merger]]  # of each measure whose words can be put together


def _tried(whole: Kernel, found: Opened, keys: Sequence[str]) -> list[_Tried]:
    """Those of the measures that kernels judge under every way. Kept with the kernel: a register is many tables."""
    where = ("tried", tuple(keys))
    if where not in whole.extra:
        whole.extra[where] = list(_tried_of(whole.bound, found, keys))
    made: list[_Tried] = whole.extra[where]
    return made


def _tried_of(bound: Bound, found: Opened, keys: Sequence[str]) -> Iterator[_Tried]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for key in keys:
        if key in found.tried and key not in bound.plan.handed:
            groups.setdefault(found.tried[key], []).append(key)
    for readings, some in groups.items():
        bounds = [_bound_under(bound, found, under) for under in found.ways(readings)]
        inside = [
            key for key in some
            if all(key not in b.plan.handed for b in bounds) and _alike([b.plan.priced[key] for b in bounds], [b.plan.judged[key] for b in bounds], found)
        ]  # fmt: skip
        if any(b.plan.unchecked for b in bounds):
            continue
        kernels = [b.kernel(tuple(inside)) for b in bounds]
        inside = [key for key in inside if all(_told_by(k, key) for k in kernels)]
        if not inside:
            continue
        kernels = [b.kernel(tuple(inside)) for b in bounds]
        held = {key: tuple((k.own.index(key), _way(k, key)) for k in kernels) for key in inside}
        composers = {}
        for key in inside:
            made = [c for k in kernels if (c := _composer_of(k, key)) is not None]
            if len(made) == len(kernels):
                composers[key] = tuple(made), Merger(found.book, made)
        yield _Tried(keys=tuple(inside), kernels=tuple(kernels), ways=held, words={key: {} for key in inside}, composers=composers)


def _bound_under(bound: Bound, found: Opened, under: Choices) -> Bound:
    """The plan under a way of deciding readings, made once."""
    if not under:
        return bound
    if under not in bound.under:
        bound.under[under] = Bound(found.plain_under(under), bound.on, bound.year, bound.schemes)
    return bound.under[under]


def _alike(pricings: Sequence[Pricing], verdicts: Sequence[Verdicts], found: Opened) -> bool:
    """Whether all ways give money or none of them does, and what is said of it beside the amount is the same under each."""
    amounts = {one.amount is p.Nothing.MEASURED for one in pricings}
    schemes = [one.scheme for one in verdicts]
    awards = {None if s.award is None else s.award.kind for s in schemes}
    if len(amounts) > 1 or len(awards) > 1:
        return False
    first = schemes[0]
    if any((s.pay, s.funded) != (first.pay, first.funded) for s in schemes):
        return False
    shares = [*(part.share for part in first.pay), *(part.share for part in first.funded)]
    return not any(isinstance(x, t.ParameterRef) and x.parameter in found.book.readings for x in references(shares, found.book))


def _merged(outcomes: Sequence[int], amounts: Sequence[Any]) -> tuple[int, Any]:
    """What all ways come to, as `merging` has it: settled where they agree, an amount from the least to the most of them."""
    outcome = outcomes[0] if outcomes.count(outcomes[0]) == len(outcomes) else backend.UNDETERMINED
    if amounts[0] is None:
        return outcome, None
    reached = [ends for o, ends in zip(outcomes, amounts, strict=True) if o != backend.INELIGIBLE]
    if not reached:
        return outcome, amounts[0]
    low = min(ends[0] for ends in reached) if len(reached) == len(outcomes) else 0
    highs = [ends[1] for ends in reached]
    return outcome, (low, None if None in highs else max(highs))


class _Lists:
    """The columns of lists, each distinct list read once. Every list is read for what may be wrong with it.

    `support`: row by row, how much is told of earlier support.
    """

    def __init__(self, bound: Bound, columns: Sequence[Column], cells: Cells, count: int, on: date, year: int | None, secret: Any) -> None:
        self.support: Sequence[int] = (backend.UNTOLD,) * count
        self.real: Mapping[str, str] = {}  # whom the stand-ins of earlier support stand for
        self.history = bound.support
        self.wrong = set[int]()
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
            read, real, wrong = _listings(bound.book, column, groups, on, year, secret)
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


class _Found(NamedTuple):
    """Of a measure in a row: outcome, both ends, its words where they can be put together, else the sign of what they follow from."""

    outcome: int
    ends: Any
    words: tuple[Any, ...] | None
    sign: Any


def _rows(
    kernel: Kernel, keys: Sequence[str], reading: _Reading, lists: _Lists, quick: Sequence[tuple[int, str, Way | None, Composer | None]],
    groups: Sequence[_Running | _EachRunning], always: Collection[str], leaves: Mapping[str, Callable[[Any], Any]] | None, proved: set[tuple[str, str]],
    alike: _Alike, slow: Slow,
) -> Iterator[Sequence[tuple[Any, ...]] | None]:  # fmt: skip
    """`proved`: of which measures an outcome put together has been held against the row's own reader."""
    joined, run, asking = kernel.joined, kernel.code.run, _Asking(kernel.bound, reading, lists)
    together = kernel.bound.plan.joined
    wanted, inside = frozenset(keys), frozenset(key for one in groups for key in one.keys)
    money: dict[int, str] = {}

    def amount(fen: int | None) -> str | None:
        if fen is None:
            return None
        found = money.get(fen)
        if found is None:
            if len(money) > MANY:
                money.clear()
            found = money[fen] = money_string(Fraction(fen, 100))
        return found

    answers, states = reading.answers(kernel.code)
    standings = _Standings(reading, lists, [_Judging(kernel.code, asking, answers, states, {} if leaves is not None else {key: c for _, key, _, c in quick})])
    names, wrong = _Names(kernel.bound.book, reading, lists), reading.wrong
    for number, (row, state, told) in enumerate(zip(answers, states, lists.support, strict=True)):
        asking.number, asking.anew = number, False
        if number in wrong or names.doubtful(number):
            said = slow(number, None, None)
            yield None if said is None else [said[key] for key in keys]
            continue
        facts = partial(_facts_of, kernel.bound, reading, lists, number)
        stands = standings.key(number, told)
        known = standings.known.get(stands)
        result: backend.Result | None = None
        if known is None:
            try:
                result = run(row, asking.ask, told)
            except _Asked:
                result = None
            if result is None or 0 in result.checks:
                said = slow(number, None, None)
                yield None if said is None else [said[key] for key in keys]
                continue
        out: dict[str, tuple[Any, ...]] = {} if known is None else {**known[1]}
        asked = set(always) if known is None else set(known[0])
        lacking: list[tuple[str, dict[Any, tuple[Any, ...]], Any, tuple[Any, ...]]] = []
        held: list[tuple[str, tuple[Any, ...]]] = []
        if result is not None and (False in result.amounts or joined):
            asked |= (kernel.left(result) - inside) & wanted  # whom stacking joins to them is asked for by nobody

        def put(key: str, words: tuple[Any, ...], *, held: list[tuple[str, tuple[Any, ...]]] = held, out: dict[str, tuple[Any, ...]] = out) -> None:
            if (key, words[0]) not in proved:
                held.append((key, words))
            else:
                out[key] = words

        for n, key, way, composer in quick if result is not None else ():
            if key in asked or result is None:
                continue
            outcome, ends = result.outcomes[n], result.amounts[n]
            low, high = (None, None) if ends is None else ends
            if high == 0 and outcome == backend.ELIGIBLE:
                asked |= together[key] & wanted
                continue
            said_so = (_OUTCOMES[outcome], amount(low), amount(high))
            verdicts = ("".join(map(_MARKS.__getitem__, _tuple(leaves[key](result.nodes)))),) if leaves is not None else ()
            if composer is not None:
                one = _said(composer, One(result.nodes, state, row, asked=asking.read), outcome, ends, told, facts)
                if one.unexplained:
                    asked.add(key)
                    continue
                put(key, (*said_so, *one.words, *verdicts))
                continue
            assert way is not None
            sign = (ends is not None and low != high, way.sign(outcome, told, result.nodes, state, row))
            words = way.words.get(sign)
            if words is None:
                lacking.append((key, way.words, sign, said_so))
                continue
            out[key] = (*said_so, *words, *verdicts)
        if result is not None and not lacking and not held and standings.alike([result]):
            standings.keep(stands, (frozenset(asked), {**out}))
        for group in groups:
            for key, found in group.judged(number, told, facts):
                if found is None:
                    asked.add(key)
                    continue
                low, high = (None, None) if found.ends is None else found.ends
                said_so = (_OUTCOMES[found.outcome], amount(low), amount(high))
                if found.words is not None:
                    put(key, (*said_so, *found.words))
                    continue
                assert isinstance(group, _Running)
                sign = (leaves is not None, found.sign)
                if (known := group.tried.words[key].get(sign)) is None:
                    lacking.append((key, group.tried.words[key], sign, said_so))
                else:
                    out[key] = (*said_so, *known)
        for key in tuple(asked):
            if (met := alike.found(key, number)) is not None:
                out[key] = met
                asked.discard(key)
        if asked or lacking or held:
            # what is put together is held against the row as it is read alone, not as the columns read it
            said = slow(number, [key for key in keys if key in asked or key not in out], None if held else facts)
            if said is None:
                yield None
                continue
            for key in asked:
                alike.keep(key, number, said[key])
            for key, kept, sign, said_so in lacking:
                if key in asked:
                    continue
                if said[key][:3] != said_so:
                    raise KernelError(f"按列算的与参照不一致：{key} 得出 {said_so}，应为 {said[key][:3]}")
                if len(kept) < MANY:
                    kept[sign] = said[key][3:] if key in inside else said[key][3:5]
            for key, words in held:
                if key in asked:
                    continue
                if said[key] != words:
                    raise KernelError(f"按列算的与参照不一致：{key} 得出 {words}，应为 {said[key]}")
                proved.add((key, words[0]))
            out.update(said)
        yield [out[key] for key in keys]


class _Names:
    """Whether names that applicants made up meet in a row and are nearly one: what is to be asked of them, whoever reads the row alone asks."""

    def __init__(self, book: CompiledRulebook, reading: _Reading, lists: _Lists) -> None:
        self.reading, self.lists = reading, lists
        self.keys = {r.name: key for key, r in book.records.items()}
        self.met = [m for m in names_met(book) if m.slot != m.other]
        self._of: dict[tuple[Slot, int], frozenset[str]] = {}
        self.numbered = [key for key in book.records if numbered(book, key)]
        self._named: dict[tuple[int, ...], bool] = {}
        self._same: dict[tuple[str, str], bool] = {}

    def doubtful(self, number: int) -> bool:
        if self._names_one(number):
            return True
        for met in self.met:
            mine = self._words(met.slot, number)
            if mine and (others := self._words(met.other, number)) and self._alike(mine - others, others):
                return True
        return False

    def _alike(self, mine: frozenset[str], others: frozenset[str]) -> bool:
        for pair in itertools.product(mine, others):
            found = self._same.get(pair)
            if found is None:
                if len(self._same) > MANY:
                    self._same.clear()
                found = self._same[pair] = same_thing(*pair)
            if found:
                return True
        return False

    def _names_one(self, number: int) -> bool:
        """Whether earlier support is said to have been for the very record that is told, which is read as its number then."""
        if self.lists.history is None:
            return False
        which, support, _ = self.lists.list(self.lists.history, number)
        if support is None or not support.entries:
            return False
        told = [self.lists.list(key, number)[:2] for key in self.numbered]
        where = (which, *(n for n, _ in told))
        found = self._named.get(where)
        if found is None:
            keys = {level_id(e.key): e.key for _, listing in told if listing is not None for e in listing.entries}
            words = [e.values[SUBJECT].value for e in support.entries if SUBJECT in e.values]
            real = [self.lists.real.get(w, w) for w in words if isinstance(w, str)]
            if len(self._named) > MANY:
                self._named.clear()
            found = self._named[where] = bool(keys) and any(named(w, keys) is not None for w in real)
        return found

    def _words(self, slot: Slot, number: int) -> frozenset[str]:
        record, name = slot
        if not record:
            given = [words[self.reading.cell(column, number)] for (key, _), (column, words) in self.reading.told.items() if key == name]
            return frozenset(level(g.value) for g in given if g is not None and isinstance(g.value, str))
        which, listing, _ = self.lists.list(self.keys[record], number)
        if listing is None:
            return frozenset()
        found = self._of.get((slot, which))
        if found is None:
            told = (e.values[name].value for e in listing.entries if name in e.values)
            found = self._of[slot, which] = frozenset(level(x) for x in told if isinstance(x, str))
        return found


class _Alike:
    """What the row's own reader said of a measure, for the next row of the table that tells the same of all that the measure reads."""

    def __init__(self, book: CompiledRulebook, taken: Mapping[str, str], schemes: Mapping[str, str], reading: _Reading, lists: _Lists) -> None:
        self.book, self.taken, self.schemes, self.reading, self.lists = book, taken, schemes, reading, lists
        self._reads: dict[str, tuple[list[Sequence[Any]], list[str]]] = {}
        self._met: dict[str, dict[Any, tuple[Any, ...]]] = {}

    def _told(self, key: str, number: int) -> tuple[Any, ...]:
        found = self._reads.get(key)
        if found is None:
            parts = parts_of(self.book, self.taken, self.schemes, (self.book.measures[key].id,)).parts
            facts = {k for part in parts for k in part.facts}
            found = self._reads[key] = self.reading.words(facts), sorted({k for part in parts for k in part.records})
            self._met[key] = {}
        return (*(words[number] for words in found[0]), *(self.lists.list(record, number)[::2] for record in found[1]))

    def found(self, key: str, number: int) -> tuple[Any, ...] | None:
        told = self._told(key, number)
        return self._met[key].get(told)

    def keep(self, key: str, number: int, said: tuple[Any, ...]) -> None:
        met = self._met[key]
        if len(met) >= MANY:
            met.clear()
        met[self._told(key, number)] = said


def _facts_of(bound: Bound, reading: _Reading, lists: _Lists, number: int) -> Facts:
    """What one row tells, as whoever reads it alone would have it."""
    if reading.row is None or reading.row[0] != number:
        facts = reading.facts(number)
        whole = one_spelling(facts.instead(facts.facts, lists.told(number)), {k: r.key_field for k, r in bound.book.records.items()})
        reading.row = number, whole
    return reading.row[1]


def _said(composer: Composer, one: One, outcome: int, ends: Any, support: int, told: Callable[[], Facts]) -> Said:
    """A measure for the enterprise in words."""
    composer.forget()
    mine = composer.numbers(one, told, of_record=False)
    worked = None if outcome == backend.INELIGIBLE else composer.worked(one, outcome, outcome, support, told, mine)
    return composer.said(outcome, mine, worked, ends is not None and ends[0] != ends[1])


class _Asking:
    """What the reference says of answers, remembered; what no answers of the kernel decide, by what it reads of the row, lists among it."""

    def __init__(self, bound: Bound, reading: _Reading, lists: _Lists, binder: str = "") -> None:
        """`binder`: of the record that is judged, `entry`."""
        self.bound, self.reading, self.lists, self.number, self.binder = bound, reading, lists, 0, binder
        self.anew = False  # whether something was asked, of the row that is looked at, that no answers of the kernel decide
        self.always: frozenset[int] = frozenset()  # what is so in every row is looked up before
        self.entry: Entry | None = None
        self._met: dict[Any, int] = {}
        self._askable: dict[int, bool] = {}
        self._reads: dict[int, tuple[list[Sequence[Any]], tuple[str, ...]]] = {}

    def ask(self, number: int, told: Any) -> int:
        if told is None and self.entry is None:
            if number not in self.always:
                self.anew = True
            where = (number, self.read(number))
            known = self._met.get(where)
            if known is None:
                if len(self._met) > MANY:
                    self._met.clear()
                known = self._met[where] = self._asked(number, told)
            return known
        found = self.bound.answers.get(number, _NONE).get(told) if told is not None else None
        return self._asked(number, told) if found is None else found

    def _asked(self, number: int, told: Any) -> int:
        if number not in self._askable:
            self._askable[number] = askable(self.bound, number)
        if not self._askable[number]:
            raise _Asked
        facts = _facts_of(self.bound, self.reading, self.lists, self.number)
        return Asking(self.bound, facts, {} if self.entry is None else {self.binder: self.entry}).ask(number, told)

    def read(self, number: int) -> tuple[Any, ...]:
        """What of the row decides a question: the words told, which list it is."""
        found = self._reads.get(number)
        if found is None:
            facts, records = facts_and_records(self.bound.book, [self.bound.plan.asked[number][0]])
            found = self._reads[number] = self.reading.words(facts), tuple(sorted(records))
        n = self.number
        return (*(words[n] for words in found[0]), *(self.lists.list(record, n)[::2] for record in found[1]))


def askable(bound: Bound, number: int) -> bool:
    """Whether what a question reads is known: whoever asks after another measure's conclusion reads all that does."""
    expr, _ = bound.plan.asked[number]
    return not any(isinstance(x, t.ConclusionRef) for x in references([expr], bound.book))


class _Running:
    """Kernels of the ways of a few readings, over the rows of one table."""

    def __init__(self, tried: _Tried, reading: _Reading, lists: _Lists, *, whole: bool) -> None:
        self.tried, self.whole, self.keys = tried, whole, tried.keys  # whole: the words say every leaf's verdict
        self.anew = {key for key in self.keys for k in tried.kernels if whole and k.code.asks_always(key)}
        self.kernels = [(k, k.code.run, _Asking(k.bound, reading, lists), *reading.answers(k.code)) for k in tried.kernels]
        made = {key: composers for key, (composers, _) in tried.composers.items()}
        self.standings = _Standings(
            reading, lists,
            [
                _Judging(k.code, asking, answers, states, {} if whole else {key: composers[n] for key, composers in made.items()})
                for n, (k, _, asking, answers, states) in enumerate(self.kernels)
            ],
        )  # fmt: skip

    def judged(self, number: int, told: int, facts: Callable[[], Facts]) -> Sequence[tuple[str, _Found | None]]:
        """Of each measure what its ways come to; None where the reference is to say."""
        for _, _, asking, _, _ in self.kernels:
            asking.number, asking.anew = number, False
        key = self.standings.key(number, told)
        known: Sequence[tuple[str, _Found | None]] | None = self.standings.known.get(key)
        if known is None:
            results: list[backend.Result] = []
            known = list(self._judged(number, told, facts, results))
            if len(results) == len(self.kernels) and self.standings.alike(results):
                self.standings.keep(key, known)
        return known

    def _judged(self, number: int, told: int, facts: Callable[[], Facts], results: list[backend.Result]) -> Iterator[tuple[str, _Found | None]]:
        keys, left = self.tried.keys, set[str]()
        try:
            for kernel, run, asking, answers, _ in self.kernels:
                result = run(answers[number], asking.ask, told)
                results.append(result)
                if kernel.joined or False in result.amounts:
                    left |= kernel.left(result)
        except _Asked:
            yield from ((key, None) for key in keys)
            return
        for key in keys:
            ways = self.tried.ways[key]
            outcomes = [r.outcomes[n] for r, (n, _) in zip(results, ways, strict=True)]
            amounts = [r.amounts[n] for r, (n, _) in zip(results, ways, strict=True)]
            if (
                key in left
                or key in self.anew
                or any(o == backend.ELIGIBLE and ends is not None and ends[1] == 0 for o, ends in zip(outcomes, amounts, strict=True))
            ):
                yield key, None
                continue
            outcome, ends = _merged(outcomes, amounts)
            pattern = _pattern(outcomes, amounts)
            if not self.whole and key in self.tried.composers:
                composers, merger = self.tried.composers[key]
                said = tuple(
                    _said(c, One(r.nodes, states[number], answers[number], asked=asking.read), o, x, told, facts)
                    for c, o, x, r, (_, _, asking, answers, states) in zip(composers, outcomes, amounts, results, self.kernels, strict=True)
                )
                if any(one.unexplained for one in said):
                    yield key, None
                    continue
                words = said[0].words if len(said) == 1 else merger.words(said, amounts, outcome, ends, pattern)
                yield key, _Found(outcome, ends, words, None)
                continue
            if any(way is None for _, way in ways):
                yield key, None
                continue
            steps = [
                way.sign(backend.ELIGIBLE if self.whole else o, told, r.nodes, states[number], answers[number])
                for o, r, (_, way), (_, _, _, answers, states) in zip(outcomes, results, ways, self.kernels, strict=True)
                if way is not None
            ]
            yield key, _Found(outcome, ends, None, (tuple(steps), pattern, ends is not None and ends[0] != ends[1]))


# -- measures for each record ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Each:
    """A measure for each record, judged record by record by a kernel of each way of deciding the readings it hangs on."""

    key: str
    ways: tuple[tuple[Bound, backend.Kernel, Composer], ...]
    merger: Merger


def _each(whole: Kernel, found: Opened | None, keys: Sequence[str]) -> list[_Each]:
    """Kept with the kernel: a register is many tables."""
    where = ("each", tuple(keys))
    if where not in whole.extra:
        made = (_each_of(whole.bound, found, key) for key in keys if key in whole.bound.plan.listed)
        whole.extra[where] = [one for one in made if one is not None]
    out: list[_Each] = whole.extra[where]
    return out


def _each_of(bound: Bound, found: Opened | None, key: str) -> _Each | None:
    if len(bound.plan.joined[key]) > 1:
        return None
    bounds = [bound]
    if found is not None and key in found.reworded:
        if key not in found.tried:
            return None
        bounds = [_bound_under(bound, found, under) for under in found.ways(found.tried[key])]
    ways = []
    for b in bounds:
        code = b.of_records(key)
        if code is None or b.plan.unchecked or len(b.plan.joined[key]) > 1:
            return None
        one = b.plan.listed[key]
        amount = one.pricing.amount
        if not isinstance(amount, p.Why) and not _follows(b, one.all, amount):
            return None
        if isinstance(amount, p.Amount) and any(_figure_of(b, cap) is None for cap in amount.caps):
            return None
        composer = Composer(b, code, one.all, measured=amount is not p.Nothing.MEASURED, before=one.before, record=one.record)
        ways.append((b, code, composer))
    listed = [b.plan.listed[key] for b in bounds]
    if found is not None and not _alike([x.pricing for x in listed], [x.all for x in listed], found):
        return None
    return _Each(key=key, ways=tuple(ways), merger=Merger(bound.book if found is None else found.book, [c for _, _, c in ways]))


class _EachRunning:
    """A measure for each record over the rows of one table: each record of a row goes through the kernel with what the row itself tells."""

    def __init__(self, each: _Each, reading: _Reading, lists: _Lists) -> None:
        self.each, self.lists, self.keys = each, lists, (each.key,)
        self.ways = [_EachWay(b, code, composer, each.key, reading, lists) for b, code, composer in each.ways]

    def judged(self, number: int, told: int, facts: Callable[[], Facts]) -> Iterable[tuple[str, _Found | None]]:
        found = []
        for way in self.ways:
            one = way.judged(number, told, facts)
            if one is None:
                yield self.each.key, None
                return
            found.append(one)
        outcomes, amounts, said = [x[0] for x in found], [x[1] for x in found], tuple(x[2] for x in found)
        if len(said) == 1:
            yield self.each.key, _Found(outcomes[0], amounts[0], said[0].words, None)
            return
        outcome, ends = _merged(outcomes, amounts)
        yield self.each.key, _Found(outcome, ends, self.each.merger.words(said, amounts, outcome, ends, _pattern(outcomes, amounts)), None)


class _EachWay:
    """One way of reading such a measure."""

    def __init__(self, bound: Bound, code: backend.Kernel, composer: Composer, key: str, reading: _Reading, lists: _Lists) -> None:
        self.bound, self.code, self.composer, self.lists = bound, code, composer, lists
        one = bound.plan.listed[key]
        self.record, self.amount = one.record, one.pricing.amount
        self.caps = [] if not isinstance(self.amount, p.Amount) else [(_figure_of(bound, cap), cap.counted is p.Counted.EARLIER) for cap in self.amount.caps]
        self.counts = any(earlier for _, earlier in self.caps) or (isinstance(self.amount, p.Amount) and self.amount.taken is not p.Counted.NOT)
        self.overall, self.own = code.where(one.overall), code.where(one.each)
        self.asking = _Asking(bound, reading, lists, one.all.spec.each)
        self.answers, self.states = reading.answers(code)
        slots = [bound.plan.places[s].slot for s in code.reads]
        self.columns = [(n, slot.fact, turn) for n, (slot, turn) in enumerate(zip(slots, code.readers, strict=True)) if slot.record]
        self._read: dict[int, list[tuple[list[tuple[int, Any, int]], Entry]] | None] = {}

    def _records(self, number: int, listing: Listing) -> list[tuple[list[tuple[int, Any, int]], Entry]] | None:
        """Of each record of a list what stands in the columns the kernel reads, with its state; None where something is strange to it."""
        if number not in self._read:
            try:
                self._read[number] = [([self._cell(entry, *column) for column in self.columns], entry) for entry in listing.entries]
            except backend.Strange:
                self._read[number] = None
        return self._read[number]

    def _cell(self, entry: Entry, place: int, name: str, turn: Callable[[Any], Any]) -> tuple[int, Any, int]:
        given = entry.values.get(name)
        if given is None or given.value is None:
            return place, None, 0 if given is None else 1
        value = turn(given.value)
        return place, value, 3 if value is ABSENT else 2

    def judged(self, number: int, told: int, facts: Callable[[], Facts]) -> tuple[int, Any, Said] | None:
        """Outcome, ends and words; None where the reference is to say."""
        which, listing, complete = self.lists.list(self.record, number)
        asking, run, composer = self.asking, self.code.run, self.composer
        asking.number = number
        base, state = self.answers[number], self.states[number]
        records = self._records(which, listing) if listing is not None else []
        if records is None:
            return None
        ones: list[tuple[One, Any, int]] = []
        try:
            for cells, entry in records:
                row, marks = list(base), list(state)
                for place, value, mark in cells:
                    row[place], marks[place] = value, mark
                asking.entry = entry
                result = run(row, asking.ask, told)
                ones.append((One(result.nodes, marks, row, entry), result.amounts[0], result.outcomes[0]))
            if ones:
                first = ones[0][0]
            else:
                asking.entry = _NO_ENTRY
                first = One(run(base, asking.ask, told).nodes, state, base)
        except _Asked:
            return None
        each = [one.nodes[self.own] for one, _, _ in ones]
        outcome = min(first.nodes[self.overall], max([*each, *([] if complete else [1])], default=0))
        composer.forget()
        mine = composer.numbers(first, facts, of_record=False)
        numbers = tuple(composer.numbers(one, facts, of_record=True) for one, _, _ in ones)
        ends: Any = None if self.amount is p.Nothing.MEASURED else (0, 0)
        parts: list[Worked] = []
        pending = False
        if outcome != backend.INELIGIBLE:
            if isinstance(self.amount, p.Why):
                return None
            if isinstance(self.amount, p.Amount):
                giving = [(one, x, o, ids) for (one, x, o), e, ids in zip(ones, each, numbers, strict=True) if e]
                if any(x is False for _, x, _, _ in giving):
                    return None
                counts = self.counts
                if counts and told == backend.TOLD:
                    return None
                ends = self._total([x for _, x, _, _ in giving], open_=not complete, earlier=told)
                pending = ends[0] != ends[1]
                for one, (low, high), verdict, ids in giving:
                    worked = composer.worked(one, outcome, verdict, told, facts, (*mine, *ids))
                    if outcome == backend.ELIGIBLE and not (counts and told == backend.UNTOLD):
                        if (low == high or not pending) and worked.causes:
                            worked = composer.firm(worked)
                        elif low != high and pending and not worked.causes:
                            return None  # closed by rounding where it stands alone
                    parts.append(worked)
                if pending and outcome == backend.ELIGIBLE and counts and told == backend.UNTOLD and not any(map(_lacking, parts)):
                    return None
                if not giving:
                    parts = [composer.nothing_worked(None if listing is None else complete, told, facts)]
                if outcome == backend.ELIGIBLE and ends[1] == 0:
                    return None
            else:
                parts = [composer.worked(first, outcome, outcome, told, facts, mine)]
        said = composer.said_of_records(outcome, mine, numbers, None if listing is None else complete, tuple(parts), pending, facts)
        return outcome, ends, said

    def _total(self, amounts: Sequence[tuple[Any, Any]], *, open_: bool, earlier: int) -> tuple[int, int | None]:
        """Of all records together, in whole 分; where there may be more of them, caps alone say how much at most. `earlier`: what is told of earlier support."""
        assert isinstance(self.amount, p.Amount)
        below = self.code.below.get(self.composer.spec.key, 1)
        low, high = Fraction(sum(x[0] for x in amounts)) / below, None if open_ else Fraction(sum(x[1] for x in amounts)) / below
        for cap, counted in self.caps:
            high = cap if high is None else min(high, cap)
            low = min(low, high) if not counted or earlier == backend.TOLD_EMPTY else Fraction(0)
        final = self.amount.last or self.amount.cents
        ends = [None if x is None else backend.in_steps(x, 1, final) for x in (low, high)]
        assert ends[0] is not None
        return ends[0], ends[1]


def _figure_of(bound: Bound, cap: p.Cap) -> Any:
    """A cap that is the same for everybody, in 元; else None."""
    figure = bound.plan.figures[cap.term.number] if isinstance(cap.term, p.Figure) else None
    return max(Fraction(0), Fraction(figure)) if isinstance(figure, Fraction) else None


def _lacking(worked: Worked) -> bool:
    return any(c.kind is CauseKind.MISSING for c in worked.causes)


def _pattern(outcomes: Sequence[int], amounts: Sequence[Any]) -> tuple[Any, ...]:
    """Which ways agree, which amounts are open, which are nothing: what hangs on a reading, and why, follows from it."""
    firsts: dict[Any, int] = {}
    return tuple(
        (firsts.setdefault((o, ends), n), ends is not None and ends[0] != ends[1], ends is not None and ends[1] == 0, firsts.setdefault(ends, n))
        for n, (o, ends) in enumerate(zip(outcomes, amounts, strict=True))
    )


def _tuple(found: Any) -> tuple[Any, ...]:
    return found if isinstance(found, tuple) else (found,)


_NONE: dict[Any, int] = {}
_NO_ENTRY = Entry("", {})
_TOLD = (t.FactRef, t.RecordsRef, t.RecognitionRef, t.Variable)
_MARKS = ("0", "?", "1")
_OUTCOMES = tuple(str(o) for o in OUTCOMES)
_FEW = 64  # ways a condition's answers may stand that are looked at, however short the table
_PAYING = (backend.ELIGIBLE, backend.UNDETERMINED)
