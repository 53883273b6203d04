"""Whole columns at once: what `decide_many` does where everything told can be read.

Each distinct word of a column is read once, by the reader of cases; rows go through the plan's kernel; standing and reason are
worded once for all rows in which the kernel took the same way. What must stay true: a row about which there is anything to
complain, to ask or to settle is left to whoever reads rows one by one, so that nothing comes out otherwise for having come in a table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum, auto
from fractions import Fraction
from operator import itemgetter
from typing import Any, NamedTuple

from .backends import python as backend
from .errors import CaseError
from .language import typed as t
from .plain import dataclass
from .program import Gate, Plan, Verdicts
from .program import program as p
from .reasoning.facts import Facts, Given, Listing, Reader
from .reasoning.foreign import plain
from .reasoning.kernel import OUTCOMES, Asking, Bound, Kernel, KernelError, bound_for
from .reasoning.readings import Opened, opened
from .rulebook.compiled import CompiledRulebook, Op, Role, name_of
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


Picking = tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]  # of nodes, of states, of answers that count as they are


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
    places = {slot: n for n, slot in enumerate(code.reads)}
    at = {name: n for n, name in enumerate(code.trace)}

    def picking(names: Iterable[str], slots: Iterable[int]) -> Picking:
        read = sorted(slots)
        return _picked([at[x] for x in names if x in at]), _picked([places[s] for s in read]), _picked([places[s] for s in read if s in code.tabled])

    counts, outer = _counting(one)
    leaves = []
    for node in dict.fromkeys(one.leaves):
        name = code.names["node", node]
        leaves.append((at[name], counts[node], node in outer, picking(code.behind[name], code.read_in[name])))
    names, slots = code.pricing[key]
    if one.window is not None and one.lapse is None:
        window = code.names["node", one.window]
        names, slots = (*code.behind[window], *names), slots | code.read_in[window]
    brief = not one.spec.changing and not one.unread
    return Way(picking(code.parts[key], code.slots_of(key)), tuple(leaves), picking(names, slots), brief, {})


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
    whole = bound.kernel(keys)
    reworded = frozenset[str]() if found is None else found.reworded
    tried = [] if found is None else _tried(whole, found, [key for key in keys if key in reworded])
    inside = {key for one in tried for key in one.keys}
    handed = {*whole.handed, *(key for key in whole.own if whole.code.asks_always(key) or _way(whole, key) is None), *reworded} - inside
    always = frozenset(key for key in keys if key in handed)
    if len(always) == len(keys):
        raise RowByRow
    kernel = bound.kernel(tuple(key for key in keys if key not in always))  # what only the others need is not asked of every row
    reading = _Reading(bound, columns, cells, count, year, secret)
    support = _support(bound, columns, cells, count, on, year, secret)
    leaves = {key: _picked([kernel.code.trace.index(name) for name in kernel.code.leaves[key]]) for key in kernel.own} if verdicts else {}
    quick = [(n, key, way) for n, key in enumerate(kernel.own) if key not in inside and (way := _way(kernel, key)) is not None]
    yield from _rows(kernel, keys, reading, support, quick, tried, always, leaves, slow)


class _Reading:
    """The columns of facts, each read once, whichever kernels ask for them."""

    def __init__(self, bound: Bound, columns: Sequence[Column], cells: Cells, count: int, year: int | None, secret: Any) -> None:
        self.cells, self.count, self.year = cells, count, year
        self.told: dict[tuple[str, int | None], tuple[str, Mapping[Any, Given | None]]] = {}
        self._turned: dict[Any, tuple[Sequence[Any], Sequence[int]]] = {}
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
            read = _facts(bound.book, column, cells.distinct(column.name), year, secret)
            self.told[column.key, int(column.year) if column.part is Part.YEAR else year if yearly else None] = (column.name, read)

    def _cells(self, name: str) -> Sequence[Any]:
        found = self._whole.get(name)
        if found is None:
            found = self._whole[name] = self.cells.all(name)
        return found

    def facts(self, number: int) -> Facts:
        """What one row tells beside its lists."""
        told = dict[str, dict[int | None, Given]]()
        for (key, year), (name, words) in self.told.items():
            if (given := words[self._cells(name)[number]]) is not None:
                told.setdefault(key, {})[year] = given
        return Facts(told, {}, self.year)

    def answers(self, kernel: Kernel) -> tuple[Sequence[tuple[Any, ...]], Sequence[tuple[Any, ...]]]:
        """Row by row, what the kernel reads of each slot, and its state: told, not told, to be confirmed, known to be absent."""
        slots = [kernel.bound.plan.places[s].slot for s in kernel.code.reads]
        read = [self._slot(place, (slot.kind, slot.scale), turn) for place, slot, turn in zip(kernel.code.places, slots, kernel.code.readers, strict=True)]
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


# -- open readings -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Tried:
    """Measures that hang on the same open readings, judged by a kernel of each way of deciding them.

    `ways`: of each measure where it is among the kernel's own, and the way it took, under each; `words`: of
    each measure what is worded once for all rows in which the kernels went so.
    """

    keys: tuple[str, ...]
    kernels: tuple[Kernel, ...]
    ways: Mapping[str, tuple[tuple[int, Way], ...]]
    words: Mapping[str, dict[Any, tuple[Any, ...]]]


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
        unders = found.ways(readings)
        bounds = [Bound(found.plain_under(u), bound.on, bound.year, bound.schemes) if u else bound for u in unders]
        inside = [key for key in some if all(key not in b.plan.handed for b in bounds) and _alike([b.plan for b in bounds], found, key)]
        if any(b.plan.unchecked for b in bounds):
            continue
        kernels = [b.kernel(tuple(inside)) for b in bounds]
        ways = {key: [_way(k, key) for k in kernels if not k.code.asks_always(key)] for key in inside}
        inside = [key for key in inside if len(ways[key]) == len(kernels) and None not in ways[key]]
        if not inside:
            continue
        kernels = [b.kernel(tuple(inside)) for b in bounds]
        held = {key: tuple((k.own.index(key), way) for k in kernels if (way := _way(k, key)) is not None) for key in inside}
        yield _Tried(keys=tuple(inside), kernels=tuple(kernels), ways=held, words={key: {} for key in inside})


def _alike(plans: Sequence[Plan], found: Opened, key: str) -> bool:
    """Whether all ways give money or none of them does, and what is said of it beside the amount is the same under each."""
    amounts = {plan.priced[key].amount is p.Nothing.MEASURED for plan in plans}
    schemes = [plan.judged[key].scheme for plan in plans]
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
    return outcome, (low, max(ends[1] for ends in reached))


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
    kernel: Kernel, keys: Sequence[str], reading: _Reading, support: Sequence[int], quick: Sequence[tuple[int, str, Way]], tried: Sequence[_Tried],
    always: Collection[str], leaves: Mapping[str, Callable[[Any], Any]], slow: Slow,
) -> Iterator[Sequence[tuple[Any, ...]] | None]:  # fmt: skip
    joined, run, asking = kernel.joined, kernel.code.run, _Asking(kernel.bound, reading)
    together = kernel.bound.plan.joined
    inside = frozenset(key for one in tried for key in one.keys)
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

    groups = [_Running(one, reading, whole=bool(leaves)) for one in tried]
    answers, states = reading.answers(kernel)
    for number, (row, state, told) in enumerate(zip(answers, states, support, strict=True)):
        asking.number = number
        try:
            result = run(row, asking.ask, told)
        except _Asked:
            result = None
        if result is None or 0 in result.checks:
            said = slow(number, None)
            yield None if said is None else [said[key] for key in keys]
            continue
        out: dict[str, tuple[Any, ...]] = {}
        asked = set(always)
        lacking: list[tuple[str, dict[Any, tuple[Any, ...]], Any, tuple[Any, ...]]] = []
        if False in result.amounts or joined:
            asked |= kernel.left(result) - inside
        for n, key, way in quick:
            if key in asked:
                continue
            outcome, ends = result.outcomes[n], result.amounts[n]
            low, high = (None, None) if ends is None else ends
            if high == 0 and outcome == backend.ELIGIBLE:
                asked |= together[key]
                continue
            sign = (ends is not None and low != high, way.sign(outcome, told, result.nodes, state, row))
            said_so = (_OUTCOMES[outcome], amount(low), amount(high))
            words = way.words.get(sign)
            if words is None:
                lacking.append((key, way.words, sign, said_so))
                continue
            verdicts = ("".join(map(_MARKS.__getitem__, _tuple(leaves[key](result.nodes)))),) if leaves else ()
            out[key] = (*said_so, *words, *verdicts)
        for one in groups:
            for key, found in one.judged(number, told):
                if found is None:
                    asked.add(key)
                    continue
                outcome, ends, sign = found
                low, high = (None, None) if ends is None else ends
                said_so = (_OUTCOMES[outcome], amount(low), amount(high))
                sign = (bool(leaves), sign)
                if (words := one.tried.words[key].get(sign)) is None:
                    lacking.append((key, one.tried.words[key], sign, said_so))
                else:
                    out[key] = (*said_so, *words)
        if asked or lacking:
            said = slow(number, [key for key in keys if key in asked or key not in out])
            if said is None:
                yield None
                continue
            for key, known, sign, said_so in lacking:
                if key in asked:
                    continue
                if said[key][:3] != said_so:
                    raise KernelError(f"按列算的与参照不一致：{key} 得出 {said_so}，应为 {said[key][:3]}")
                if len(known) < MANY:
                    known[sign] = said[key][3:] if key in inside else said[key][3:5]
            out.update(said)
        yield [out[key] for key in keys]


class _Asking:
    """What the reference says of answers, remembered; asked anew it is told the row's facts, where no list can matter to it."""

    def __init__(self, bound: Bound, reading: _Reading) -> None:
        self.bound, self.reading, self.number = bound, reading, 0
        self._alone: dict[int, bool] = {}

    def ask(self, number: int, told: Any) -> int:
        found = self.bound.answers.get(number, _NONE).get(told) if told is not None else None
        if found is None:
            if not self._of_facts(number):
                raise _Asked
            found = Asking(self.bound, self.reading.facts(self.number)).ask(number, told)
        return found

    def _of_facts(self, number: int) -> bool:
        """Whether facts alone decide what is asked: a list, a recognition, a conclusion are the row's own reader's."""
        found = self._alone.get(number)
        if found is None:
            expr, _ = self.bound.plan.asked[number]
            strange = (t.RecordsRef, t.RecognitionRef, t.ConclusionRef)
            found = self._alone[number] = not any(isinstance(x, strange) for x in references([expr], self.bound.book))
        return found


class _Running:
    """Kernels of the ways of a few readings, over the rows of one table."""

    def __init__(self, tried: _Tried, reading: _Reading, *, whole: bool) -> None:
        self.tried, self.whole = tried, whole  # whole: the words say every leaf's verdict
        self.kernels = [(k, k.code.run, _Asking(k.bound, reading), *reading.answers(k)) for k in tried.kernels]

    def judged(self, number: int, told: int) -> Iterator[tuple[str, tuple[int, Any, Any] | None]]:
        """Of each measure what its ways come to, and the sign of what its words follow from; None where the reference is to say."""
        keys, results, left = self.tried.keys, [], set[str]()
        try:
            for kernel, run, asking, answers, _ in self.kernels:
                asking.number = number
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
            if key in left or any(o == backend.ELIGIBLE and ends is not None and ends[1] == 0 for o, ends in zip(outcomes, amounts, strict=True)):
                yield key, None
                continue
            outcome, ends = _merged(outcomes, amounts)
            steps = [
                way.sign(backend.ELIGIBLE if self.whole else o, told, r.nodes, states[number], answers[number])
                for o, r, (_, way), (_, _, _, answers, states) in zip(outcomes, results, ways, self.kernels, strict=True)
            ]
            yield key, (outcome, ends, (tuple(steps), _pattern(outcomes, amounts), ends is not None and ends[0] != ends[1]))


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
_MARKS = ("0", "?", "1")
_OUTCOMES = tuple(str(o) for o in OUTCOMES)
