"""Standing and reason of a row put together from those of its single conditions: nothing of them has to be seen together before.

A condition comes out alike wherever the kernel went alike through it (its *sign*): the reference's own leaf is kept by that, asked once
of a row's facts, and the reference's own combining says what leaves come to together. So are amounts, of the enterprise or of one
record. What must stay true: whatever is put together here is what the reference puts together from the same leaves; a leaf whose
verdict is not the kernel's is an error, never a word.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from fractions import Fraction
from operator import itemgetter
from typing import Any

from .. import values as v
from ..backends import python as backend
from ..plain import dataclass
from ..program import Verdicts
from ..program import program as p
from ..reasoning.combining import combined, deciding, turned_on
from ..reasoning.judged import RECORD, RECORDS, TOP, AwardJudged, Leaf, Reason, ReasonKind, Tree
from ..reasoning.kernel import OUTCOMES, Bound, KernelError
from ..reasoning.measure import Judged, Prepared, open_reason
from ..reasoning.merging import cause_of, reason_of
from ..reasoning.told import Entry, Facts, Listing
from ..rulebook.compiled import AwardKind, CompiledRulebook, Standing
from ..telling.phrases import reason_words
from ..values import Causes, Topic, leading
from ..words import CauseKind

MANY = 50_000  # leaves, or rows put together, that are remembered of one measure
OPEN_LIST = (None, False)  # of a list: not told, told in part

Picking = tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]  # of nodes, of states, of answers that count as they are


def picked(indexes: Sequence[int]) -> Callable[[Any], Any]:
    return itemgetter(*indexes) if indexes else lambda _: ()


def picking(code: backend.Kernel, names: Iterable[str], slots: Iterable[int]) -> Picking:
    """Where a kernel's variables and slots are found in what it reads and says."""
    at = {name: n for n, name in enumerate(code.trace)}
    places = {slot: n for n, slot in enumerate(code.reads)}
    read = sorted(slots)
    return picked([at[x] for x in names if x in at]), picked([places[s] for s in read]), picked([places[s] for s in read if s in code.tabled])


@dataclass(frozen=True, eq=False, slots=True)
class Worked:
    """What of an award its words follow from."""

    standing: Standing
    causes: Causes
    rate: Any = None


@dataclass(frozen=True, eq=False, slots=True)
class Said:
    """A measure's outcome in words: one for all rows put together alike."""

    outcome: int
    standing: Standing
    reason: Reason
    causes: Causes  # of the verdict
    worked: Worked | None
    words: tuple[str, str]
    unexplained: bool = False  # why the amount is open was not to be learnt where it was looked for


@dataclass(frozen=True, slots=True)
class One:
    """What a kernel said of the enterprise, or of one record of its: verdicts, states of answers, answers."""

    nodes: Sequence[Any]
    states: Sequence[int]
    answers: Sequence[Any]
    entry: Entry | None = None
    asked: Callable[[int], Any] = lambda _: None  # what of the row decides a question that is asked anew of each


_NOTHING = One((), (), ())


@dataclass(slots=True)
class _Kept:
    """What is remembered, and let go of together."""

    leaves: list[Leaf] = field(default_factory=list)
    alike: dict[Any, int] = field(default_factory=dict)  # the number of a leaf by all that words follow from
    numbers: list[dict[Any, int]] = field(default_factory=list)  # of each leaf by its sign
    worked: dict[Any, Worked] = field(default_factory=dict)
    given: dict[Any, tuple[Fraction, Fraction | None]] = field(default_factory=dict)
    ends: dict[Any, tuple[int, int | None]] = field(default_factory=dict)
    said: dict[Any, Said] = field(default_factory=dict)
    records: dict[tuple[int, int], Leaf] = field(default_factory=dict)  # a leaf as that of the record in such a place


class Composer:
    """One measure under one way of reading. `before`: of a measure for each record, how many of its leaves are the enterprise's.

    `amount`: what it pays, where that follows from the answers it reads and from what is told of earlier support, and from no other measure.
    """

    def __init__(
        self, bound: Bound, code: backend.Kernel, verdicts: Verdicts, *, measured: bool, before: int | None = None, record: str = "",
        amount: p.Amount | None = None,
    ) -> None:  # fmt: skip
        self.bound, self.spec, self.scheme = bound, verdicts.spec, verdicts.scheme
        self.measured, self.record, self.amount = measured, record, amount
        assert verdicts.scheme.award is not None
        self.award = verdicts.scheme.award
        names = [code.names["node", node] for node in verdicts.leaves]
        self.places = [(code.trace.index(name), picking(code, code.behind[name], code.read_in[name])) for name in names]
        # what is asked anew of each row on the way to a leaf: what of the row decides it is part of its sign
        self.anew = [tuple(sorted(code.always[x] for x in code.behind[name] if x in code.always)) for name in names]
        self.before = len(names) if before is None else before
        self.rest = picking(code, *code.pricing[self.spec.key])
        self.read = picked([code.reads.index(s) for s in sorted(code.pricing[self.spec.key][1])])  # every answer the amount reads
        self._items: tuple[Leaf | Tree, ...] | None = None  # the shape of the conditions: of the enterprise, of one record
        self._member: tuple[Leaf | Tree, ...] = ()
        self._beside: dict[bool | None, Leaf] = {}  # of a list not told, told in part, told to be none: what is judged of it as a whole
        self._own: Standing | None = None
        self._here = threading.local()  # what is remembered is numbered: each thread by itself

    @property
    def _kept(self) -> _Kept:
        found: _Kept | None = getattr(self._here, "kept", None)
        if found is None:
            found = self._here.kept = _Kept(numbers=[{} for _ in self.places])
        return found

    # -- leaves --------------------------------------------------------------------------------------

    def numbers(self, one: One, told: Callable[[], Facts], *, of_record: bool) -> tuple[int, ...]:
        """The number of each leaf, of the enterprise's or of the record's."""
        kept, out = self._kept.numbers, []
        span = range(self.before, len(kept)) if of_record else range(self.before)
        for n in span:
            sign = self._sign(n, one)
            found = kept[n].get(sign)
            if found is None:
                self._learn(one, told(), whole=not of_record)
                found = kept[n][sign]
            out.append(found)
        return tuple(out)

    def number(self, n: int, one: One, told: Callable[[], Facts]) -> int:
        """The number of one leaf of the enterprise's: the same number, the same words."""
        kept, sign = self._kept.numbers[n], self._sign(n, one)
        if sign not in kept:
            self._learn(one, told(), whole=True)
        return kept[sign]

    def verdict(self, number: int) -> bool | None:
        """Of a leaf by its number, as long as nothing was let go of."""
        return self._kept.leaves[number].truth.value

    def _sign(self, n: int, one: One) -> Any:
        _, (a, b, c) = self.places[n]
        sign = a(one.nodes), b(one.states), c(one.answers)
        anew = self.anew[n]
        return (*sign, tuple(map(one.asked, anew))) if anew else sign

    def _learn(self, one: One, facts: Facts, *, whole: bool) -> None:
        """The reference's leaves of a row, of the enterprise (`whole`) or of one record."""
        found = self._prepared(facts, one.entry)
        tree = found.tree()
        if self._own is None:
            self._own = found.own_standing()
        items, member = tree.items, tuple[Leaf | Tree, ...]()
        if self.record:
            records = items[-1]
            items = items[:-1]
            assert isinstance(records, Tree) and records.place == RECORDS
            if one.entry is not None:
                first = records.items[0]
                assert isinstance(first, Tree) and first.place == RECORD
                member = self._member = first.items
        self._items = items
        leaves = list(enumerate(_flat(items))) if whole else [(self.before + n, leaf) for n, leaf in enumerate(_flat(member))]
        kept = self._kept
        for n, leaf in leaves:
            verdict = one.nodes[self.places[n][0]]
            if (None if verdict == 1 else verdict == 2) is not leaf.truth.value:
                raise KernelError(f"按列算的与参照不一致：{self.spec.key} 的第{n + 1}条条件得出 {verdict}，应为 {leaf.truth.value}")
            alike = (n, leaf.truth.value, leaf.standing, _kinds(leaf.truth.causes), leaf.record is None)
            number = kept.alike.setdefault(alike, len(kept.leaves))
            if number == len(kept.leaves):
                kept.leaves.append(leaf)
            kept.numbers[n][self._sign(n, one)] = number

    def forget(self) -> None:
        """Let go of what is remembered, where it has become much. Between rows: numbers are a row's own."""
        kept = self._kept
        if max(*map(len, kept.numbers), len(kept.said), len(kept.worked), len(kept.given), len(kept.ends), len(kept.records), 0) > MANY:
            del self._here.kept

    def _prepared(self, facts: Facts, entry: Entry | None, *, complete: bool = True, listed: bool = True) -> Prepared:
        if self.record and listed:
            entries = () if entry is None else (entry,)
            facts = facts.instead(facts.facts, {**facts.records, self.record: Listing(entries, complete)})
        return self.bound.engine_of(facts).prepared(self.spec.key)

    # -- amounts -------------------------------------------------------------------------------------

    def worked(self, one: One, outcome: int, verdict: int, support: int, told: Callable[[], Facts], mine: tuple[int, ...]) -> Worked:
        """What is worked out, of the enterprise or of one record, whose verdict is not that it fails; `mine`: all its leaves.

        Of an `outcome` that is open only the standing counts: what is lacking to the amount is not told then.
        """
        key: Any = ()
        if self.measured:
            a, b, c = self.rest
            hangs = () if outcome == backend.UNDETERMINED else (verdict, mine if verdict == backend.UNDETERMINED else None)
            key = (a(one.nodes), b(one.states), c(one.answers), support, hangs)
        found = self._kept.worked.get(key)
        if found is None:
            award = _judged(self._prepared(told(), one.entry)).itemised().settled().award
            causes = v.NONE_KNOWN if self.measured and outcome == backend.UNDETERMINED else award.causes
            alike = ("alike", award.standing, _kinds(causes), str(award.rate))
            found = self._kept.worked[key] = self._kept.worked.setdefault(alike, Worked(award.standing, causes, award.rate))
        return found

    def _priced(self, one: One) -> tuple[Any, ...]:
        """All that an amount is worked out from."""
        nodes, states, _ = self.rest
        return nodes(one.nodes), states(one.states), self.read(one.answers)

    def given(self, one: One, verdict: int, told: Callable[[], Facts]) -> tuple[Fraction, Fraction | None]:
        """What one record gives at least and at most, in 元, before it meets others, by the reference: where something its amount reads is not told."""
        key = (verdict, *self._priced(one))
        found = self._kept.given.get(key)
        if found is None:
            account = _judged(self._prepared(told(), one.entry)).itemised().account
            assert account is not None
            amount = account.items[0].amount
            found = self._kept.given[key] = amount.low or Fraction(0), amount.high
        return found

    def ends(self, one: One, outcome: int, support: int, told: Callable[[], Facts]) -> tuple[int, int | None] | None:
        """What it pays at least and at most, in 分, by the reference, where the kernel does not say; None where that is not to be known from here."""
        if self.amount is None or (support == backend.TOLD and self.amount.counts):
            return None
        key = (outcome, support, *self._priced(one))
        found = self._kept.ends.get(key)
        if found is None:
            award = _judged(self._prepared(told(), one.entry)).itemised().settled().award
            low, high = ((x or 0) * 100 for x in (award.low, award.high))
            assert low.denominator == high.denominator == 1  # rounded, as every amount is
            found = self._kept.ends[key] = int(low), None if award.high is None else int(high)
        return found

    def nothing_worked(self, complete: bool | None, support: int, told: Callable[[], Facts]) -> Worked:
        """Where no record gives anything, and others may: figures are read all the same."""
        key = ("nothing", complete, support)
        found = self._kept.worked.get(key)
        if found is None:
            prepared = self._prepared(told(), None, complete=bool(complete), listed=complete is not None)
            award = replace(_judged(prepared), verdict=v.Truth(None)).itemised().settled().award
            found = self._kept.worked[key] = Worked(award.standing, v.NONE_KNOWN, award.rate)
        return found

    def firm(self, worked: Worked) -> Worked:
        """The same of an amount that is settled: nothing is lacking."""
        return self._kept.worked.setdefault(("firm", worked), Worked(worked.standing, v.NONE_KNOWN, worked.rate))

    # -- together ------------------------------------------------------------------------------------

    def said(self, outcome: int, mine: tuple[int, ...], worked: Worked | None, pending: bool) -> Said:
        """Of a measure for the enterprise."""
        key = (outcome, mine, worked, pending)
        found = self._kept.said.get(key)
        if found is None:
            assert self._items is not None
            leaves = iter(self._kept.leaves[n] for n in mine)
            found = self._kept.said[key] = self._put(outcome, _filled(self._items, leaves), worked, pending)
        return found

    def said_of_records(
        self, verdict: int, mine: tuple[int, ...], records: tuple[tuple[int, ...], ...], complete: bool | None, parts: tuple[Worked, ...], pending: bool,
        told: Callable[[], Facts],
    ) -> Said:  # fmt: skip
        """Of a measure for each record; `complete` None: the list is not told. `parts`: of what gives, or may give, money, what is worked out."""
        key = (verdict, mine, records, complete, parts, pending)
        found = self._kept.said.get(key)
        if found is not None:
            return found
        if self._items is None:  # the enterprise is asked nothing
            self._learn(_NOTHING, told(), whole=True)
        assert self._items is not None
        members: list[Leaf | Tree] = []
        for n, numbers in enumerate(records):
            leaves = iter([self._of_record(x, n) for x in numbers])
            members.append(Tree("all", "when", _filled(self._member, leaves), RECORD, self.spec, None, str(n)))
        causes = v.NONE_KNOWN
        if complete in OPEN_LIST or not members:
            beside = self._beside_of(complete, told)
            causes = beside.truth.causes
            members.append(beside)
        items = (*_filled(self._items, iter([self._kept.leaves[n] for n in mine])), Tree("any", "when", tuple(members), RECORDS, self.spec))
        worked = None
        if verdict != backend.INELIGIBLE:
            standing = max((w.standing for w in parts), default=Standing.ENACTED)
            worked = Worked(standing, causes.union(*(w.causes for w in parts)), parts[0].rate if parts else None)
        found = self._kept.said[key] = self._put(verdict, items, worked, pending)
        return found

    def _of_record(self, number: int, place: int) -> Leaf:
        """The leaf as that of a record in this place: two records' are told apart."""
        found = self._kept.records.get((number, place))
        if found is None:
            leaf = self._kept.leaves[number]
            found = self._kept.records[number, place] = leaf if leaf.record is None else replace(leaf, record=str(place))
        return found

    def _beside_of(self, complete: bool | None, told: Callable[[], Facts]) -> Leaf:
        found = self._beside.get(complete)
        if found is None:
            prepared = self._prepared(told(), None, complete=bool(complete), listed=complete is not None)
            records = prepared.tree().items[-1]
            assert isinstance(records, Tree)
            leaf = records.items[0]
            assert isinstance(leaf, Leaf)
            found = self._beside[complete] = leaf
        return found

    def _put(self, verdict: int, items: tuple[Leaf | Tree, ...], worked: Worked | None, pending: bool) -> Said:
        """`verdict`: of the conditions, which a clause that nobody has read keeps from being the outcome where they hold."""
        outcome = backend.UNDETERMINED if verdict == backend.ELIGIBLE and self.spec.incomplete else verdict
        group = combined(Tree("all", "", items, TOP, self.spec))
        if {None: backend.UNDETERMINED, False: backend.INELIGIBLE, True: backend.ELIGIBLE}[group.truth.value] != verdict:
            raise KernelError(f"按列算的与参照不一致：{self.spec.key} 得出 {OUTCOMES[verdict]}，各条件合起来为 {group.truth.value}")
        standing = turned_on(group, group.truth.value)
        if outcome == backend.INELIGIBLE:
            reason = Reason(kind=ReasonKind.FAILING, leaves=tuple(deciding(group)))
        else:
            assert worked is not None and self._own is not None
            standing = max(standing, worked.standing, self._own)
            if verdict == backend.UNDETERMINED:
                reason = open_reason(group.truth.causes)
            elif outcome == backend.UNDETERMINED:
                reason = Reason(kind=ReasonKind.UNREAD)
            elif pending:
                reason = Reason(kind=ReasonKind.AMOUNT_OPEN, cause=leading(worked.causes) or CauseKind.MISSING)
            else:
                reason = Reason(kind=ReasonKind.SATISFIED)
        shown = AwardJudged(spec=self.award, unit="", low=None, high=None)
        unexplained = outcome == backend.ELIGIBLE and pending and worked is not None and not worked.causes
        return Said(outcome, standing, reason, group.truth.causes, worked, (standing.code, reason_words(reason, shown, self.bound.book)), unexplained)


def _judged(prepared: Prepared) -> Judged:
    return prepared.judged(combined(prepared.tree()))


def _kinds(causes: Causes) -> frozenset[Any]:
    """What of causes words follow from: their kinds, and which of them are readings."""
    return frozenset((c.kind, c.what.id if c.what.topic is Topic.READING else None) for c in causes)


def _flat(items: Sequence[Leaf | Tree]) -> Iterator[Leaf]:
    for item in items:
        if isinstance(item, Leaf):
            yield item
        else:
            yield from _flat(item.items)


def _filled(items: Sequence[Leaf | Tree], leaves: Iterator[Leaf]) -> tuple[Leaf | Tree, ...]:
    """The same shape with other leaves."""
    return tuple(next(leaves) if isinstance(i, Leaf) else replace(i, items=_filled(i.items, leaves)) for i in items)


# -- over several ways of reading ----------------------------------------------------------------------------


class Merger:
    """What the ways of one measure come to in words, as `merging` has it; one for all rows whose ways were put together alike."""

    def __init__(self, book: CompiledRulebook, composers: Sequence[Composer]) -> None:
        self.book, self.composers = book, composers
        award = composers[0].award
        self.money = award.kind in (AwardKind.GRANT, AwardKind.INTEREST)
        first = composers[0]
        self.formed = all(
            (c.award.kind, c.award.basis, c.award.text, c.scheme.name, c.scheme.document)
            == (award.kind, award.basis, award.text, first.scheme.name, first.scheme.document)
            for c in composers
        )  # fmt: skip
        self._known: dict[Any, tuple[str, str]] = {}

    def words(self, said: tuple[Said, ...], amounts: Sequence[Any], outcome: int, ends: Any, pattern: Any) -> tuple[str, str]:
        key = (said, pattern, None if ends is None else ends[0] != ends[1])
        found = self._known.get(key)
        if found is None:
            if len(self._known) > MANY:
                self._known.clear()
            found = self._known[key] = self._words(said, amounts, outcome, ends)
        return found

    def _words(self, said: Sequence[Said], amounts: Sequence[Any], outcome: int, ends: Any) -> tuple[str, str]:
        results = {(s.outcome, None if s.outcome == backend.INELIGIBLE else x) for s, x in zip(said, amounts, strict=True)}
        rates = [s.worked.rate for s in said if s.worked is not None]
        alike = self.formed and all(r == rates[0] for r in rates)
        turning = ("?",) if len(results) > 1 or (not alike and outcome == backend.ELIGIBLE) else ()  # that there is one, not which
        why = frozenset(map(cause_of, turning))
        causes: Causes = frozenset[v.Cause]().union(*(s.causes for s in said if s.outcome == backend.UNDETERMINED))
        if len({s.outcome for s in said}) > 1:
            causes |= why
        award = AwardJudged(spec=self.composers[0].award, unit="", low=None, high=None)
        if self.money and ends is not None:
            open_, differ = ends[0] != ends[1], len(set(amounts)) > 1
            lacking: Causes = frozenset[v.Cause]().union(*(s.worked.causes for s in said if s.worked is not None)) | (why if differ else frozenset())
            award = replace(award, low=Fraction(ends[0]), high=None if ends[1] is None else Fraction(ends[1]), causes=lacking if open_ else frozenset())
        reason = reason_of(said, OUTCOMES[outcome], award, causes, turning)
        return max(s.standing for s in said).code, reason_words(reason, award, self.book)


__all__ = ["Composer", "Merger", "One", "Said", "Worked", "picked", "picking"]
