"""The rows of a table, in turn: what kernels say of each, what has to be asked of the row's own reader, what is held against it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from ..backends import python as backend
from ..language.levelling import level, level_id, same_thing
from ..reasoning.alike import SUBJECT, named, numbered
from ..reasoning.kernel import OUTCOMES, Kernel, KernelError, bound_for
from ..reasoning.parts import parts_of
from ..reasoning.readings import opened
from ..reasoning.told import Facts
from ..rulebook.compiled import CompiledRulebook
from ..rulebook.lexicon import Slot, names_met
from ..rulebook.literals import money_string
from ..words import Outcome
from .asking import MANY, Asked, RowAsking, facts_of
from .before import Before, Support
from .cells import Cells, Column, Lists, Reading, RowByRow
from .composed import Composer, One, picked
from .readings import Running, tried_of
from .records import EachRunning, each_of, lapsed_of
from .reminding import Reminding
from .standing import Judging, Standings
from .ways import Way, composer_of, filled, said_of, told_by, way_of

# one row decided as it would be alone, the measures of these keys (None: all): of each what stands in its columns, by key; None where something is wrong
# the last: what the row tells, where the columns' reading of it will do
Slow = Callable[[int, Collection[str] | None, Callable[[], Facts] | None], Mapping[str, tuple[Any, ...]] | None]


def decided(
    book: CompiledRulebook, columns: Sequence[Column], cells: Cells, count: int, *, on: date, year: int | None, wanted: Sequence[str],
    schemes: Mapping[str, str], taken: Mapping[str, str], verdicts: bool, secret: Any, slow: Slow, again: Callable[[int, str], None],
    reminding: Reminding | None = None,
) -> Iterator[Sequence[tuple[Any, ...]] | None]:  # fmt: skip
    """Of each row: of each measure outcome, settled, at most, standing, reason and verdicts; None where something is wrong with the row.

    `taken` are the readings decided for all rows, by key. `again` is told of each row, and measure by its key, of which something was received
    before that nobody knows what to make of; what `slow` has decided it knows itself. `reminding` is told, before the first row, the rows to remind of.

    Raises `RowByRow` before the first row where the whole table has to be read so.
    """
    found = opened(book, taken, schemes) if book.readings else None
    bound = bound_for(book if found is None else found.plain, on, year, schemes)
    if bound.plan.unchecked:
        raise RowByRow
    keys = tuple(s.key for s in book.measures.values() if s.id in wanted)
    whole = bound.kernel(keys)
    reworded = frozenset[str]() if found is None else found.reworded
    tried = [] if found is None else tried_of(whole, found, [key for key in keys if key in reworded])
    inside = {key for one in tried for key in one.keys}
    each = [] if verdicts else each_of(whole, found, keys)  # of records no verdicts are told here
    inside |= {one.key for one in each}
    handed = {*whole.handed, *(key for key in whole.own if not told_by(whole, key)), *reworded} - inside
    always = frozenset(key for key in keys if key in handed)
    lapsed = lapsed_of(whole, found, [key for key in keys if key in always])
    if len(always - lapsed) == len(keys):
        raise RowByRow
    kernel = bound.kernel(
        tuple(key for key in keys if key not in always and key not in inside and key not in bound.plan.handed)
    )  # what only the others need is not asked of every row
    reading = Reading(bound, columns, cells, count, year, secret)
    lists = Lists(bound, columns, cells, count, on, year, secret)
    reading.wrong |= lists.wrong
    if reading.wrong:
        reading.right = [n for n in range(count) if n not in reading.wrong]
    if reminding is not None:
        reminding.look(book, on, reading, lists)
    leaves = {key: picked([kernel.code.trace.index(name) for name in kernel.code.leaves[key]]) for key in kernel.own} if verdicts else None
    quick = [(n, key, way_of(kernel, key), composer_of(kernel, key)) for n, key in enumerate(kernel.own)]
    running = [Running(one, reading, lists, whole=verdicts) for one in tried] + [EachRunning(one, reading, lists) for one in each]
    alike = SaidBefore(book, taken, schemes, reading, lists, lapsed)
    had = Before(book, keys, lists)
    yield from _rows(kernel, keys, reading, lists, quick, running, always, leaves, whole.extra.setdefault("proved", set()), alike, had, slow, again)


def _rows(
    kernel: Kernel, keys: Sequence[str], reading: Reading, lists: Lists, quick: Sequence[tuple[int, str, Way | None, Composer | None]],
    groups: Sequence[Running | EachRunning], always: Collection[str], leaves: Mapping[str, Callable[[Any], Any]] | None, proved: set[tuple[str, str]],
    alike: SaidBefore, had: Before, slow: Slow, again: Callable[[int, str], None],
) -> Iterator[Sequence[tuple[Any, ...]] | None]:  # fmt: skip
    """`proved`: of which measures an outcome put together has been held against the row's own reader."""
    joined, run, asking = kernel.joined, kernel.code.run, RowAsking(kernel.bound, reading, lists)
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
    composers = [(n, composer) for n, _, _, composer in quick]
    standings = Standings(reading, lists, [Judging(kernel.code, asking, answers, states, {} if leaves is not None else {key: c for _, key, _, c in quick})])
    names, wrong, support = Names(kernel.bound.book, reading, lists), reading.wrong, Support(kernel.bound.book, kernel.judged, lists)
    for number, (row, state) in enumerate(zip(answers, states, strict=True)):
        asking.number, asking.anew = number, False
        if number in wrong or names.doubtful(number):
            said = slow(number, None, None)
            yield None if said is None else [said[key] for key in keys]
            continue
        facts = partial(facts_of, kernel.bound, reading, lists, number)
        told = support[number]
        stands = standings.key(number, told)
        known = standings.known.get(stands)
        result: backend.Result | None = None
        if known is None:
            try:
                result = run(row, asking.ask, told)
            except Asked:
                result = None
            if result is None or 0 in result.checks:
                said = slow(number, None, None)
                yield None if said is None else [said[key] for key in keys]
                continue
            result = filled(result, composers, state, row, asking.read, told, facts)
        out: dict[str, tuple[Any, ...]] = {} if known is None else {**known[1]}
        asked = set(always) if known is None else set(known[0])
        lacking: list[tuple[str, dict[Any, tuple[Any, ...]], Any, tuple[Any, ...]]] = []
        held: list[tuple[str, tuple[Any, ...]]] = []
        reminded: dict[str, bool] = {}  # of measures whose readers here know of it: whether something was received before
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
                one = said_of(composer, One(result.nodes, state, row, asked=asking.read), outcome, ends, told, facts)
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
            for key, found in group.judged(number, facts):
                if found is None:
                    asked.add(key)
                    continue
                low, high = (None, None) if found.ends is None else found.ends
                said_so = (_OUTCOMES[found.outcome], amount(low), amount(high))
                if found.again is not None:
                    reminded[key] = found.again
                if found.words is not None:
                    put(key, (*said_so, *found.words))
                    continue
                assert isinstance(group, Running)
                sign = (leaves is not None, found.sign)
                if (known := group.tried.words[key].get(sign)) is None:
                    lacking.append((key, group.tried.words[key], sign, said_so))
                else:
                    out[key] = (*said_so, *known)
        for key in tuple(asked):
            if (met := alike.found(key, number)) is not None:
                out[key] = met
                asked.discard(key)
        heard = frozenset[str]()  # of which the row's own reader was asked
        if asked or lacking or held:
            # what is put together is held against the row as it is read alone, not as the columns read it
            said = slow(number, [key for key in keys if key in asked or key not in out], None if held else facts)
            if said is None:
                yield None
                continue
            heard = frozenset(said)
            for key in asked:
                alike.keep(key, number, said[key])
            for key, kept, sign, said_so in lacking:
                if key in asked:
                    continue
                _agree(key, said_so, said[key][:3])
                if len(kept) < MANY:
                    kept[sign] = said[key][3:] if key in inside else said[key][3:5]
            for key, words in held:
                if key in asked:
                    continue
                _agree(key, words, said[key])
                proved.add((key, words[0]))
            out.update(said)
        unsaid = [key for key in had.measures(number) if key not in heard and out[key][0] in _PAYING]
        for key in unsaid:
            if reminded.get(key):
                again(number, key)
        if unsaid := [key for key in unsaid if key not in reminded]:
            said = slow(number, unsaid, facts)
            if said is None:
                yield None
                continue
            for key in unsaid:
                _agree(key, out[key], said[key])
        yield [out[key] for key in keys]


def _agree(key: str, found: tuple[Any, ...], meant: tuple[Any, ...]) -> None:
    """What columns came to, held against the row's own reader."""
    if found != meant:
        raise KernelError(f"按列算的与参照不一致：{key} 得出 {found}，应为 {meant}")


class Names:
    """Whether names that applicants made up meet in a row and are nearly one: what is to be asked of them, whoever reads the row alone asks."""

    def __init__(self, book: CompiledRulebook, reading: Reading, lists: Lists) -> None:
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


class SaidBefore:
    """What the row's own reader said of a measure, for the next row of the table that tells the same of all that the measure reads."""

    def __init__(
        self, book: CompiledRulebook, taken: Mapping[str, str], schemes: Mapping[str, str], reading: Reading, lists: Lists, lapsed: frozenset[str]
    ) -> None:
        """`lapsed`: measures of which the same is said whatever is told."""
        self.lapsed = lapsed
        self.book, self.taken, self.schemes, self.reading, self.lists = book, taken, schemes, reading, lists
        self._reads: dict[str, tuple[list[Sequence[Any]], list[str]]] = {}
        self._met: dict[str, dict[Any, tuple[Any, ...]]] = {}

    def _told(self, key: str, number: int) -> tuple[Any, ...]:
        found = self._reads.get(key)
        if found is None:
            parts = () if key in self.lapsed else parts_of(self.book, self.taken, self.schemes, (self.book.measures[key].id,)).parts
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


def _tuple(found: Any) -> tuple[Any, ...]:
    return found if isinstance(found, tuple) else (found,)


_MARKS = ("0", "?", "1")


_OUTCOMES = tuple(str(o) for o in OUTCOMES)
_PAYING = (str(Outcome.ELIGIBLE), str(Outcome.UNDETERMINED))  # of a measure that pays, or may, it is said what was received before
