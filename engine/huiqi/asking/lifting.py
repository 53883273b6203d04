"""The search behind `Decision.remedies`: sets of changes that lift a refusal, and the nearest that ends an eligibility.

Sets of things to change are found by leaving things open: what is refused while they are open is refused
whatever they are, so that only sets are looked into that may do, none contains another that does, and
"none" is a proof. What does alone is found first, whatever becomes of the rest. Within a set each thing is
moved by the least that does. What must stay true: every remedy
was decided again with its values, each of its changes is needed, one step less of any of them does not do;
and where something was not tried, a limit says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import islice, permutations
from types import MappingProxyType
from typing import Any

from ..language.types import Quantity
from ..reasoning.judged import Judgement, MeasureJudged
from ..reasoning.reasoners import judge_reference
from ..rulebook.compiled import CompiledRulebook, FactKind, FactSpec, told_as
from ..values import ABSENT
from ..words import Outcome
from .lacking import lacking_of
from .movable import Movable, Unit, hanging, movable, words_of
from .remedies import ChangeKind, FactChange, Limit, Margin, NotMoved, Remedies, Remedy, Search
from .trial import NEW, Level, Place, Supposed, Trial, anything, between, rows_open, told_with

CALLS = 1000  # judgements of one search, those on long lists counted several times
SHARE = 250  # of them for the values of one set, so that none of the others goes without
MARGIN_CALLS = 500  # the same, for margins
SETS = 24  # sets of changes looked into
FOUND = 6  # remedies listed
RANGES = 240  # ranges of one number looked at
DAYS = 400  # by which a day is moved, one by one
ROWS = 12  # by which a list grows, one more at a time
MOST_ROWS = 100  # by which it grows at all: beyond those it is doubled, and halved back
PLACES = 60  # told things that are tried
BOXES = 150  # of several numbers at once
ORDERS = 6  # in which the numbers of one set are moved
ANOTHER = 3  # further values of one thing, where the nearest leaves no way for the others
FAR = 10**18  # steps of a number without declared bounds
MARGINS = 30  # told things that are tried for a margin
MARGIN_DAYS = 31  # by which a day is moved for a margin, in each direction


def remedies_of(judgement: Judgement, judged: MeasureJudged) -> Remedies:
    """What would make a measure of a judgement eligible; the margins of one that is."""
    spec, book = judged.spec, judgement.book
    answer = Remedies(measure=spec.id, outcome=judged.outcome, search=Search.NOT_IN_FORCE)
    if judged.outcome is Outcome.NOT_IN_FORCE:
        return answer
    scheme = judged.scheme.name if spec.schemes else None
    still = hanging(judgement.meant or book, spec, scheme, judgement.taken)
    if judged.conditions.truth.value is False:
        answer = replace(answer, lacking=lacking_of(judgement, judged.conditions))
    trial = Trial(book, judgement.facts, judgement.on, judgement.schemes, judgement.taken, spec.key, still)
    may = movable(trial.book, judgement.facts, judgement.on, trial.book.measures[spec.key], scheme)
    if trial.beyond:
        return replace(answer, search=Search.NOT_FOUND, limits=(Limit.READINGS,), held=_held(book, may))
    seen = trial.look(Supposed())
    searching = _Searching(trial, may, judgement)
    if seen.level is Level.MET:
        return replace(answer, search=Search.MET, margins=tuple(searching.margins()), limits=searching.told_limits())
    if seen.level is Level.OPEN:
        return replace(answer, search=Search.OPEN)
    found, complete = searching.remedies()
    state = Search.FOUND if found else Search.IMPOSSIBLE if complete else Search.NOT_FOUND
    return replace(answer, search=state, remedies=found, complete=complete, limits=searching.told_limits(), held=_held(book, may))


def _held(book: CompiledRulebook, may: Movable) -> tuple[NotMoved, ...]:
    return tuple(NotMoved(name=told_as(book, p.key), why=why, year=p.year, row=p.row, column=p.column) for p, _, why in may.held)


class _Searching:
    """One search: the sets of units that may do, and within each the least values that do."""

    def __init__(self, trial: Trial, may: Movable, judgement: Judgement) -> None:
        self.trial, self.may, self.judgement, self.book = trial, may, judgement, trial.book
        self.units, self.most = may.units[:PLACES], CALLS
        self.until = CALLS  # as many judgements as the set in hand may bring it to
        self.limits: set[Limit] = {Limit.PLACES} if len(may.units) > PLACES else set()

    def told_limits(self) -> tuple[Limit, ...]:
        return tuple(x for x in Limit if x in self.limits)

    @property
    def spent(self) -> bool:
        if self.trial.calls >= self.most:
            self.limits.add(Limit.SETS if self.most == CALLS else Limit.PLACES)
        elif self.trial.calls >= self.until:
            self.limits.add(Limit.VALUES)
        else:
            return False
        return True

    # -- trials --

    def free(self, units: Sequence[Unit], base: Supposed | None = None) -> Supposed:
        """With these left open."""
        out = base or Supposed()
        for u in units:
            if u.record is not None:
                out = replace(out, longer=out.longer | {u.place.key})
            else:
                assert u.spec is not None
                out = out.having(u.place, anything(u.spec))
        return out

    def allows(self, supposed: Supposed) -> bool:
        """Whether what is left open may still make it eligible."""
        return self.trial.look(supposed).level is not Level.REFUSED

    def lifts(self, supposed: Supposed) -> bool:
        """Whether it is not refused, and nothing left open here has a say in that."""
        seen = self.trial.look(supposed)
        return seen.level is Level.MET or (seen.level is Level.OPEN and not supposed.open_in(seen.causes))

    # -- sets --

    def remedies(self) -> tuple[tuple[Remedy, ...], bool]:
        """Minimal sets of changes that do, by excluding in turn each part of those found; and whether they are all."""
        found: list[tuple[frozenset[int], Supposed]] = []
        dead: list[frozenset[int]] = []
        everything = frozenset(range(len(self.units)))
        for n in sorted(everything, key=self.cheapest):
            if self.spent or len(found) >= FOUND:
                break
            if self.allows(self.free([self.units[n]])):
                alone = frozenset({n})
                settled = self.settled(alone)
                if settled is None:
                    dead.append(alone)
                else:
                    found.append((alone, settled))
        waiting: list[frozenset[int]] = [frozenset()]
        seen: set[frozenset[int]] = {frozenset()}
        looked = 0
        while waiting:
            without = waiting.pop(0)
            chosen = next((s for s, _ in found if not s & without), None)
            while chosen is None:
                if self.spent or looked >= SETS or len(found) >= FOUND:
                    self.limits.add(Limit.SETS)
                    waiting = []
                    break
                looked += 1
                least = self.shrunk(everything - without, dead)
                if least is None:
                    break
                settled = self.settled(least)
                if settled is None:
                    dead.append(least)
                else:
                    found.append((least, settled))
                    chosen = least
            for n in sorted(chosen or ()):
                if (more := without | {n}) not in seen:
                    seen.add(more)
                    waiting.append(more)
        common = frozenset.intersection(*(s for s, _ in found)) if found else frozenset()
        made = [r for s, x in found if (r := self.remedy(s, x, common)) is not None]
        if len(made) < len(found):
            self.limits.add(Limit.VALUES)
        return tuple(sorted(made, key=lambda r: (r.past, len(r.changes), _far(r)))), not self.limits

    def shrunk(self, among: frozenset[int], dead: Sequence[frozenset[int]]) -> frozenset[int] | None:
        """A set of units, none of which can be spared, that may do when left open; None where none of these does."""

        def may(some: frozenset[int]) -> bool:
            return not any(some <= d for d in dead) and self.allows(self.free([self.units[n] for n in some]))

        if not may(among):
            return None
        # halves first: most of what a measure reads has no part in a refusal
        order = sorted(among, key=lambda n: (not self.units[n].past, self.units[n].record is None, -n))
        size = len(order) // 2
        while size:
            position = 0
            while position < len(order):
                rest = frozenset(order[:position] + order[position + size :])
                if may(rest):
                    order = [n for n in order if n in rest]
                else:
                    position += size
            size //= 2
        return frozenset(order)

    def settled(self, among: frozenset[int]) -> Supposed | None:
        """Values of a set with which the refusal is lifted, none moved further than needed."""
        before = set(self.limits)
        self.until = min(self.most, self.trial.calls + SHARE)
        found = self.settle(Supposed(), [self.units[n] for n in sorted(among, key=self.last)])
        self.until = self.most  # what was found is made the least with all that is left
        if found is not None and (found := self.polished(found, among)) is not None:
            self.limits = before | (self.limits & {Limit.SETS})  # what was not tried on the way has no part in this
            return found
        return None

    def cheapest(self, n: int) -> tuple[bool, int]:
        """What is told, in the order of the vocabulary, before lists: of the rows of one much has to be tried."""
        return self.units[n].record is not None, n

    def last(self, n: int) -> tuple[int, int]:
        """Choices first, then lists, days, and numbers, which can be ruled out by the range."""
        unit = self.units[n]
        return (3 if unit.counted else 2 if unit.dated else 1 if unit.record is not None else 0, n)

    # -- values --

    def settle(self, base: Supposed, units: Sequence[Unit]) -> Supposed | None:
        """Values of these units with which the refusal is lifted, each moved by the least that leaves a way."""
        if not units:
            return base if self.lifts(base) else None
        if len(units) > 1 and all(u.counted for u in units):
            return self.together(base, units)
        unit, rest = units[0], units[1:]
        for tried in self.values(base, unit, rest):
            if self.spent:
                return None
            found = self.settle(tried, rest)
            if found is not None:
                return found
        return None

    def together(self, base: Supposed, units: Sequence[Unit]) -> Supposed | None:
        """Several numbers: one after another in each order, and where they pull at one another, by boxes that are halved."""
        for order in islice(permutations(units), ORDERS):
            found: Supposed | None = base
            for n, unit in enumerate(order):
                steps = None if found is None else next(self.nearest(found, unit, order[n + 1 :]), None)
                found = None if found is None or steps is None else found.having(unit.place, unit.at(steps))
            if found is not None and self.lifts(found):
                return found
        boxes, left = [tuple((-self.room(u, -1), self.room(u, 1)) for u in units)], BOXES
        while boxes:
            box = boxes.pop(0)
            left -= 1
            if left < 0 or self.spent:
                self.limits.add(Limit.VALUES)
                return None
            spans = [sorted((u.at(a), u.at(b))) for u, (a, b) in zip(units, box, strict=True)]
            if not self.allows(_all(base, units, [between(low, high, u.place.key) for u, (low, high) in zip(units, spans, strict=True)])):
                continue
            near = [min(max(a, 0), b) for a, b in box]
            point = _all(base, units, [u.at(n) for u, n in zip(units, near, strict=True)])
            if self.lifts(point):
                return point
            widest = max(range(len(box)), key=lambda n: box[n][1] - box[n][0])
            a, b = box[widest]
            if a < b:
                middle = (a + b) // 2
                boxes += [(*box[:widest], half, *box[widest + 1 :]) for half in ((a, middle), (middle + 1, b))]
        return None

    def values(self, base: Supposed, unit: Unit, rest: Sequence[Unit]) -> Iterator[Supposed]:
        if unit.record is not None:
            yield from self.grown(base, unit, rest)
        elif unit.counted or unit.dated:
            for n, steps in enumerate(self.nearest(base, unit, rest)):
                if n == ANOTHER:
                    self.limits.add(Limit.VALUES)
                    return
                yield base.having(unit.place, unit.at(steps))
        else:
            for value in self.choices(unit):
                tried = base.having(unit.place, value)
                if self.allows(self.free(rest, tried)):
                    yield tried
            assert unit.spec is not None
            if unit.spec.optional or (unit.spec.kind != FactKind.BOOLEAN and not unit.spec.options):
                self.limits.add(Limit.VALUES)  # it may be 无, or a word that no rule names

    def choices(self, unit: Unit) -> tuple[Any, ...]:
        return (not unit.told,) if isinstance(unit.told, bool) else tuple(w for w in unit.words if w != unit.told)

    def nearest(self, base: Supposed, unit: Unit, rest: Sequence[Unit]) -> Iterator[int]:
        """The steps by which a number or a day may be moved so that there is a way, the fewest first."""
        ways = [self.course(base, unit, rest, sign) for sign in (1, -1)]
        heads = [next(w, None) for w in ways]
        while any(h is not None for h in heads):
            side = min((n for n in (0, 1) if heads[n] is not None), key=lambda n: abs(heads[n] or 0))
            steps = heads[side]
            assert steps is not None
            yield steps
            heads[side] = next(ways[side], None)

    def course(self, base: Supposed, unit: Unit, rest: Sequence[Unit], sign: int) -> Iterator[int]:
        """Those in one direction, one after another."""
        does = (lambda x: self.allows(self.free(rest, x))) if rest else self.lifts
        room = self.room(unit, sign)
        if unit.dated:
            if room > DAYS:
                room = DAYS
                self.limits.add(Limit.DAYS)
            on = self.judgement.on
            for steps in range(1, room + 1):
                if unit.at(sign * steps) <= on or self.spent:
                    return  # nothing is moved to a day that has come
                if does(base.having(unit.place, unit.at(sign * steps))):
                    yield sign * steps
            return
        start = 1
        while start <= room and not self.spent:
            found = self.first(base, unit, rest, sign, start, room, does)
            if found is None:
                return
            yield sign * found
            start = found + 1

    def room(self, unit: Unit, sign: int) -> int:
        assert unit.spec is not None
        ends: tuple[Any, Any] = unit.spec.date_bounds if unit.dated else unit.spec.bounds
        end = ends[1] if sign > 0 else ends[0]
        if unit.dated:
            edge = (date.max - unit.told).days if sign > 0 else (unit.told - date.min).days
            return int(min(edge, DAYS + 1 if end is None else max(0, sign * (end - unit.told).days)))
        return FAR if end is None else max(0, int(sign * (end - unit.told) // unit.step))

    def first(self, base: Supposed, unit: Unit, rest: Sequence[Unit], sign: int, start: int, room: int, does: Callable[[Supposed], bool]) -> int | None:
        """The fewest steps, from `start` on, with which there is a way: ranges without one are left out at once."""
        return self._halved(
            unit, sign, start, room, lambda value: does(base.having(unit.place, value)),
            within=lambda value: self.allows(self.free(rest, base.having(unit.place, value))),
        )  # fmt: skip

    def _halved(self, unit: Unit, sign: int, start: int, room: int, does: Callable[[Any], bool], *, within: Callable[[Any], bool]) -> int | None:
        """The fewest steps, from `start` on, at which a value `does`; a range `within` which none can is left out at once."""
        assert unit.spec is not None
        ranges, left = [(start, room)] if start <= room else [], RANGES
        while ranges:
            a, b = ranges.pop()
            left -= 1
            if left < 0 or self.spent:
                self.limits.add(Limit.VALUES)
                return None
            low, high = sorted((unit.at(sign * a), unit.at(sign * b)))
            if a < b and not within(between(low, high, unit.spec.name)):
                continue
            if does(unit.at(sign * a)):
                return a
            if a < b:
                middle = (a + b) // 2
                ranges += [(middle + 1, b), (a, middle)]
        return None

    # -- rows --

    def grown(self, base: Supposed, unit: Unit, rest: Sequence[Unit]) -> Iterator[Supposed]:
        """With rows more, all alike: as few as there is a way with, and what they must say."""
        key = unit.place.key
        left, failed = 2, 2
        self.limits.add(Limit.ROWS)
        for count in self.counts(base, key, rest):
            if not self.rows_allow(base, key, count, rest):
                continue
            found = self.filled(base.growing(key, count), key, list(self.may.columns[key]), rest)
            if found is None:
                failed -= 1
            else:
                left -= 1
                yield self.fewest(found, key, rest)
            if not left or failed < 0:
                return

    def rows_allow(self, base: Supposed, key: str, count: int, rest: Sequence[Unit], *, or_more: bool = False) -> bool:
        """Whether so many rows more may do (or more of them), whatever they say."""
        tried = base.growing(key, count)
        for column in self.may.columns[key]:
            if not (column.optional or column.judgement) and (value := anything(column)) is not None:
                tried = tried.having(Place(key, None, NEW, column.name), value)
        return self.allows(self.free(rest, replace(tried, longer=tried.longer | {key}) if or_more else tried))

    def counts(self, base: Supposed, key: str, rest: Sequence[Unit]) -> Iterator[int]:
        """How many rows more may do, the fewest first: one by one, then doubled and halved back."""
        yield from range(1, ROWS + 1)
        if self.spent or not self.rows_allow(base, key, ROWS + 1, rest, or_more=True):
            return  # however many there were
        low, high = ROWS, 2 * ROWS
        while not self.rows_allow(base, key, high, rest):
            if self.spent or high == MOST_ROWS:
                return
            if not self.rows_allow(base, key, high, rest, or_more=True):
                amid = self.amid(low, high, base, key, rest)  # so many are too many already
                if amid is None:
                    return
                low, high = amid
                break
            low, high = high, min(2 * high, MOST_ROWS)
        least = self.halved_back(low, high, lambda n: self.rows_allow(base, key, n, rest))
        for more in (0, 1, 2, 4, 8):  # so many may do as far as can be seen; whether they do shows when they are filled in
            yield min(least + more, MOST_ROWS)

    def amid(self, low: int, high: int, base: Supposed, key: str, rest: Sequence[Unit]) -> tuple[int, int] | None:
        """Too few, and enough, between too few and too many."""
        while high - low > 1 and not self.spent:
            middle = (low + high) // 2
            if self.rows_allow(base, key, middle, rest):
                return low, middle
            low, high = (middle, high) if self.rows_allow(base, key, middle, rest, or_more=True) else (low, middle)
        return None

    def halved_back(self, low: int, high: int, does: Callable[[int], bool]) -> int:
        """Between what does not and what does: such that one less does not."""
        while high - low > 1 and not self.spent:
            middle = (low + high) // 2
            low, high = (low, middle) if does(middle) else (middle, high)
        return high

    def fewest(self, found: Supposed, key: str, rest: Sequence[Unit]) -> Supposed:
        """The same rows, as few of them as do."""
        return found.growing(key, self.halved_back(0, found.more[key], lambda n: self._done(found.growing(key, n), rest)))

    def filled(self, base: Supposed, key: str, columns: Sequence[FactSpec], rest: Sequence[Unit]) -> Supposed | None:
        """What the rows must say, column by column; what does not matter is left out again."""
        order = sorted((c for c in columns if not c.judgement), key=lambda c: (isinstance(c.type.required(), Quantity), c.kind == FactKind.DATE))
        found = self._filled(base, key, order, rest)
        if found is None:
            return None
        for column in order:
            place = Place(key, None, NEW, column.name)
            if place in found.values and self._done(less := found.without(place), rest):
                found = less
        return found

    def _done(self, supposed: Supposed, rest: Sequence[Unit]) -> bool:
        seen = self.trial.look(self.free(rest, supposed))
        if seen.level is Level.REFUSED:
            return False
        return seen.level is Level.MET or not rows_open(seen.causes)

    def _filled(self, base: Supposed, key: str, columns: Sequence[FactSpec], rest: Sequence[Unit]) -> Supposed | None:
        if self._done(base, rest):
            return base
        if not columns or self.spent:
            return None
        column, more = columns[0], columns[1:]
        place = Place(key, None, NEW, column.name)
        for value in self.cells(base, place, column, rest):
            tried = base.having(place, value)
            if self.allows(self.free(rest, tried)):
                found = self._filled(tried, key, more, rest)
                if found is not None:
                    return found
        return self._filled(base, key, more, rest)  # it may say whatever it likes, as far as this goes

    def cells(self, base: Supposed, place: Place, column: FactSpec, rest: Sequence[Unit]) -> Iterator[Any]:
        """What a new row may say in a column, what is likeliest first."""
        if column.optional:
            yield ABSENT
        if column.kind == FactKind.BOOLEAN:
            yield from (True, False)
        elif column.kind == FactKind.DATE:
            low, high = column.date_bounds
            yield from (d for d in self.may.days if (low is None or d >= low) and (high is None or d <= high))
        elif column.kind in (FactKind.MONEY, FactKind.QUANTITY, FactKind.NUMBER, FactKind.RATIO):
            least = max(column.bounds[0] or Fraction(0), Fraction(0))
            yield least
            unit = Unit(place, column, least)
            steps = self.first(base, unit, rest, 1, 1, self.room(unit, 1), lambda x: self._done(x, rest))
            if steps is None:
                steps = self.first(base, unit, rest, 1, 1, self.room(unit, 1), lambda x: self.allows(self.free(rest, x)))
            if steps is not None:
                yield unit.at(steps)
        else:
            yield from words_of(self.book, self.book.records[place.key], column, self.may.certified)

    # -- minimal, verified --

    def polished(self, found: Supposed, among: frozenset[int]) -> Supposed | None:
        """The same with nothing moved further than needed, the rest of it unchanged; None where one change can be spared after all."""
        before = None
        while found != before:
            before = found
            settled = self._tightened(found, among)
            if settled is None:
                return None
            found = settled
        return found

    def _tightened(self, found: Supposed, among: frozenset[int]) -> Supposed | None:
        for n in sorted(among):
            unit = self.units[n]
            if unit.record is not None:
                while found.more[unit.place.key] > 1 and self.lifts(less := found.growing(unit.place.key, found.more[unit.place.key] - 1)):
                    found = less
                if self.lifts(replace(found, more={k: x for k, x in found.more.items() if k != unit.place.key})):
                    return None
                continue
            base = found.without(unit.place)
            if self.lifts(base):
                return None
            if unit.counted or unit.dated:
                steps = next(self.nearest(base, unit, ()), None)
                if steps is not None:
                    found = base.having(unit.place, unit.at(steps))
        return found

    def remedy(self, among: frozenset[int], found: Supposed, common: frozenset[int]) -> Remedy | None:
        """The remedy of what was found, decided again as a case; None where that comes out otherwise."""
        j, spec = self.judgement, self.book.measures[self.trial.key]
        facts = told_with(j.facts, j.book, found)
        again = judge_reference(j.book, facts, on=j.on, schemes=self.trial.schemes, only=[spec.id], readings=j.taken).measures[spec.key]
        if again.outcome not in (Outcome.ELIGIBLE, Outcome.UNDETERMINED):
            return None
        changes = [self.change(self.units[n], found) for n in sorted(among, key=lambda n: (n not in common, self.units[n].past, self.last(n)))]
        return Remedy(changes=tuple(changes), outcome=again.outcome, unread=again.spec.incomplete, causes=again.causes)

    def change(self, unit: Unit, found: Supposed) -> FactChange:
        name, place = told_as(self.judgement.book, unit.place.key), unit.place
        if unit.record is not None:
            cells = {p.column: x for p, x in found.values.items() if p.key == place.key and p.row == NEW}
            past = any(isinstance(x, date) and x < self.judgement.on for x in cells.values())
            return FactChange(
                kind=ChangeKind.ROWS, name=name, count=found.more[place.key], fields=MappingProxyType(cells), past=past, specs=unit.record.fields,
                noun=unit.record.noun,
            )  # fmt: skip
        value = found.values[place]
        others: tuple[Any, ...] = ()
        by: Fraction | None = None
        if unit.counted:
            by = abs(value - unit.told)
        elif unit.dated:
            by = Fraction(abs((value - unit.told).days))
        else:
            others = tuple(w for w in self.choices(unit) if w != value and self.lifts(found.having(place, w)))
        return FactChange(
            kind=ChangeKind.FIELD if place.row else ChangeKind.FACT, name=name, year=place.year, row=place.row, column=place.column, told=unit.told,
            claimed=self.claimed(place), value=value, others=others, by=by, past=unit.past, spec=unit.spec,
        )  # fmt: skip

    # -- margins --

    def margins(self) -> list[Margin]:
        """The nearest change of each told thing with which the conditions no longer hold, in each direction."""
        out = []
        self.most = self.until = MARGIN_CALLS
        tried = [u for u in (*self.may.units, *self.may.still) if u.record is None]
        if len(tried) > MARGINS:
            self.limits.add(Limit.PLACES)
        for unit in tried[:MARGINS]:
            if self.spent or self.trial.look(self.free([unit])).level is Level.MET:
                continue  # it has no say, whatever it is; or nothing more may be spent
            for value in self.breaking(unit):
                refused = self.trial.refused(Supposed().having(unit.place, value))
                out.append(Margin(change=self.change_of(unit, value), refused=refused))
        return sorted(out, key=lambda m: (m.change.by is None, _apart(m.change)))

    def change_of(self, unit: Unit, value: Any) -> FactChange:
        place = unit.place
        by = abs(value - unit.told) if unit.counted else Fraction(abs((value - unit.told).days)) if unit.dated else None
        return FactChange(
            kind=ChangeKind.FIELD if place.row else ChangeKind.FACT, name=told_as(self.judgement.book, place.key), year=place.year, row=place.row,
            column=place.column, told=unit.told, claimed=self.claimed(place), value=value, by=by, past=unit.past, spec=unit.spec,
        )  # fmt: skip

    def claimed(self, place: Place) -> Any:
        """What the enterprise claims where an officer disallowed part of it."""
        facts = self.judgement.facts
        if place.row:
            given = next((e.values.get(place.column) for e in facts.records[place.key].entries if e.key == place.row), None)
        else:
            given = facts.facts.get(place.key, {}).get(place.year)
        return given.disallowed.claimed if given is not None and given.disallowed is not None else None

    def breaking(self, unit: Unit) -> Iterator[Any]:
        def holds(value: Any) -> bool:  # or nobody may tell it so
            seen = self.trial.look(Supposed().having(unit.place, value))
            return seen.level is Level.MET or seen.contradicted

        def fails(value: Any) -> bool:
            return not holds(value)

        if not unit.counted and not unit.dated:
            yield from [v for v in self.choices(unit) if fails(v)][:1]
            return
        for sign in (1, -1):
            room = self.room(unit, sign)
            if self.spent:
                return
            if unit.dated:
                self.limits.add(Limit.DAYS)
                steps = next((n for n in range(1, min(room, MARGIN_DAYS) + 1) if fails(unit.at(sign * n))), None)
            else:
                steps = self._halved(unit, sign, 1, room, fails, within=fails)
            if steps is not None:
                yield unit.at(sign * steps)


def _all(base: Supposed, units: Sequence[Unit], values: Sequence[Any]) -> Supposed:
    for unit, value in zip(units, values, strict=True):
        base = base.having(unit.place, value)
    return base


def _far(remedy: Remedy) -> Fraction:
    """How far all of it is, each against what was told."""
    return sum((_apart(c) for c in remedy.changes), Fraction(0))


def _apart(change: FactChange) -> Fraction:
    if change.kind is ChangeKind.ROWS:
        return Fraction(change.count)
    if change.by is None:
        return Fraction(1)
    return change.by / (max(abs(change.told), Fraction(1)) if isinstance(change.told, Fraction) else 365)


__all__ = ["remedies_of"]
