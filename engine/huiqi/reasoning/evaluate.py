"""The reference meaning of an expression: exact, three-valued, over the typed tree.

Deliberately small and plain: every other reader is tested against it. Missing numbers are open
pairs; a quotient whose divisor may be zero tells nothing at all until the divisor is told (it might
turn out undefined), so that telling more never overturns a comparison. Every figure that is read is
recorded as a `Use`, with its basis, for the explanation and for contagion of standing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import product
from typing import Any, ClassVar

from .. import values as v
from ..caching import WAYS, Derived
from ..errors import UsageError
from ..language import typed as t
from ..language.levelling import level, same_word
from ..language.powers import TooLarge, power
from ..language.syntax import DATE_PARTS, ROUNDINGS
from ..language.types import Boolean, GroupOf, ListOf, Period, Quantity, RecordOf, Text
from ..plain import dataclass
from ..rulebook.compiled import (
    APPLICATION_YEAR,
    DECISION_DAY,
    SUPPORT,
    Basis,
    Collect,
    CompiledRulebook,
    FactSpec,
    ParameterSpec,
    ParameterVersion,
    RowSpec,
    Standing,
    TableSpec,
    Test,
    known_under,
    name_of,
    own_rows,
    own_versions,
    rows_known_on,
)
from ..rulebook.literals import Span
from ..rulebook.reach import references
from ..values import ABSENT, Cause, Items, Known, Number, Subject, Topic, Truth, Undefined, Unknown, Value, cause
from ..words import CauseKind
from . import tables
from .facts import Entry, Facts, Given
from .groups import Grouped
from .shared import Sharing

Slot = tuple[Any, ...]  # where an answer belongs: a fact and its year, or a record and its column
Spans = tuple[tuple["date | None", "date | None"], ...]


class UseKind(StrEnum):
    """What was read, and what `Use.value` is then."""

    PARAMETER = "parameter"  # the figure; None where nobody set one
    TABLE = "table"  # the number of the row; None where no row applies
    RECOGNITION = "recognition"  # (whether its criteria were asked after, the verdict)
    DEFINITION = "definition"  # None
    READING = "reading"  # why earlier support does not count
    MEASURE = "measure"  # the verdict on whether it is granted, or its amount before stacking
    REDUCTION = "reduction"  # the verdict of what an amount is reduced by


@dataclass(frozen=True)
class Use:
    """A figure (or recognition) that an evaluation read: which, its value, on which basis."""

    kind: UseKind
    key: str
    value: Any
    basis: Basis | None
    standing: Standing


@dataclass(frozen=True)
class Env:
    """What an expression is evaluated under: the governing date, the scheme's document, binders.

    `since` is the day the measure itself reaches back to, where it says one.
    """

    day: date | v.Causes  # causes where the governing date is not known
    document: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)  # a record by binder, a word of a catalogue; in a table's cells, its inputs
    since: date | None = None
    # where the governing date is not told: whose answer it is, and when it must lie for anything to be paid
    governing: Slot | None = None
    spans: Spans = ()

    def bind(self, name: str, entry: Entry | Grouped | str) -> Env:
        return Env(self.day, self.document, {**self.variables, name: entry}, self.since, self.governing, self.spans)

    def holding(self, variables: Mapping[str, Entry | Grouped | Value]) -> Env:
        """The same, with these binders and no other."""
        return Env(self.day, self.document, variables, self.since, self.governing, self.spans)

    def under(self, document: str) -> Env:
        """The same, under a scheme's document."""
        return Env(self.day, document, self.variables, self.since, self.governing, self.spans)


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """What other measures may ask of one: whether it is granted (also of single records), its amount before stacking."""

    granted: Truth
    amount: Number
    standing: Standing
    records: Mapping[str, Truth] = field(default_factory=dict)  # by key; what is not among them is not of its list


NOTED = 100_000  # of what follows from a rulebook and a day, kept beside it
# the rulebook is frozen: what its readers work out from it alone is kept here, by its digest and for the very object
_NOTES: Derived[CompiledRulebook, dict[Any, Any]] = Derived(lambda _: {}, key=lambda book: book.digest, size=WAYS)
ANSWERS = 64  # combinations of answers to untold choices that are gone through


@dataclass(frozen=True)
class _Question:
    """An untold choice: where it stands among others, what it may be, why it is unknown, whose it is."""

    place: tuple[str, ...]
    options: tuple[Any, ...]
    causes: v.Causes
    entry: int | None


Recognise = Callable[[str, bool, "date | v.Causes"], tuple[Truth, Standing]]


class Evaluator:
    """Evaluates expressions for one enterprise on one decision day. Not shared between threads."""

    known: date | None = None  # what is known of the rules: as of this day, else as of the day of decision

    def __init__(self, book: CompiledRulebook, facts: Facts, on: date, recognise: Recognise) -> None:
        self.book, self.facts, self.on, self.recognise = book, facts, on, recognise
        self.notes = _NOTES.of(book)
        if len(self.notes) > NOTED:
            self.notes.clear()
        self.uses: set[Use] = set()
        self.touched: set[str] = set()
        self.paying = False  # an amount is being worked out, not a condition
        self.memo: dict[Any, tuple[Value, frozenset[Use], frozenset[str]]] = {}
        self.supposed: Mapping[Slot, Any] = {}  # answers tried in turn where an untold choice is gone through
        self.asked: dict[Slot, _Question] | None = None  # untold choices met, while they are being collected
        self.conclusions: dict[str, Conclusion] = {}  # of the measures in strata below: put there by whoever judges them
        self._lacking: dict[Slot, v.Causes] = {}
        self._listings: dict[str, tuple[tuple[Entry, Truth], ...]] = {}
        self._plain = self.memo  # that of answers only supposed is another
        self.sharing: Sharing | None = None

    def share(self, sharing: Sharing) -> None:
        """Take, and leave for others, what does not differ among ways of reading. Before anything is evaluated."""
        self.sharing = sharing
        self._listings = sharing.common("listings")

    # -- entry points ---------------------------------------------------------------------------

    def traced(self, expr: t.Expr, env: Env) -> tuple[Value, frozenset[Use], frozenset[str]]:
        """The value, the figures it read and the facts it touched."""
        before, touched = self.uses, self.touched
        self.uses, self.touched = set(), set()
        try:
            value = self.value(expr, env)
            return value, frozenset(self.uses), frozenset(self.touched)
        finally:
            self.uses, self.touched = before, touched

    def amount(self, expr: t.Expr, env: Env) -> tuple[Value, frozenset[Use], frozenset[str]]:
        """As `traced`, for what is paid: bounded by tables and by what the vocabulary says of facts
        not told, and worked out for every answer to the choices not told that it turns on."""
        self.paying = True
        try:
            found = self.traced(expr, env)
            known = isinstance(found[0], Undefined) or (isinstance(found[0], Number) and found[0].exact)
            return found if known else self._by_answers(expr, env, found)
        finally:
            self.paying = False

    def _by_answers(self, expr: t.Expr, env: Env, found: tuple[Value, frozenset[Use], frozenset[str]]) -> tuple[Value, frozenset[Use], frozenset[str]]:
        """The value over all answers to the open choices: those of the enterprise and of the record in hand."""
        value, _, touched = found
        self.asked = {}
        with self._supposing({}):
            self.traced(expr, env)
        met, self.asked = self.asked, None
        own = {id(e) for e in env.variables.values()}
        questions: list[tuple[Slot, _Question]] = []
        ways = 1
        for slot, question in sorted(met.items(), key=lambda kv: kv[1].place):
            if question.causes <= v.causes_of(value) and (question.entry is None or question.entry in own):
                ways *= len(question.options)
                if ways > ANSWERS:
                    break  # the first ones only: those that follow are gone through when these are told
                questions.append((slot, question))
        if not questions:
            return found
        results: list[Value] = []
        taken: frozenset[Use] = frozenset()
        for answers in product(*(q.options for _, q in questions)):
            with self._supposing({slot: answer for (slot, _), answer in zip(questions, answers, strict=True)}):
                result, more, _ = self.traced(expr, env)
            results.append(result)
            taken |= more
        return tables.either(results, [(len(q.options), q.causes) for _, q in questions]), taken, touched

    @contextmanager
    def _supposing(self, answers: Mapping[Slot, Any]) -> Iterator[None]:
        """Evaluate as if these were told; nothing worked out meanwhile is kept."""
        kept = self.supposed, self.memo
        self.supposed, self.memo = answers, {}
        try:
            yield
        finally:
            self.supposed, self.memo = kept

    def truth(self, expr: t.Expr, env: Env) -> Truth:
        return _truth(self.value(expr, env))

    def number(self, expr: t.Expr, env: Env) -> Value:
        """A quantity: `Number`, or `Undefined`/`Unknown` where it has no value to speak of."""
        value = self.value(expr, env)
        if isinstance(value, Known):  # 无 where a rule says it is handled cannot get here
            return Unknown(cause(CauseKind.MISSING, Topic.EXPRESSION, node=expr.source))
        return value

    def value(self, expr: t.Expr, env: Env) -> Value:
        return self.STEPS[type(expr)](self, expr, env)

    def step(self, expr: t.Expr, env: Env) -> Value:
        """The reference's own step, its parts by `value`: for readers that have another `value`."""
        return self.STEPS[type(expr)](self, expr, env)

    # -- leaves ---------------------------------------------------------------------------------

    def _const(self, expr: t.Const, env: Env) -> Value:
        return Number.of(expr.value) if isinstance(expr.type, Quantity) and isinstance(expr.value, Fraction) else Known(expr.value)

    def _factref(self, expr: t.FactRef, env: Env) -> Value:
        spec = self.book.facts[expr.fact]
        year = self.facts.year if spec.yearly else None
        said = None
        if expr.year is not None:
            wanted = self.value(expr.year, env)
            if not isinstance(wanted, Known):
                return self._untold(expr, spec, v.causes_of(wanted))
            year = said = int(wanted.value)
        self.touched.add(spec.key)
        given = self.facts.facts.get(spec.key, {}).get(year)
        if given is not None and given.value is not None:
            return _wrap(given.value)
        where = ("untold", spec.key, said, given is None)
        causes = self.notes.get(where)
        if causes is None:
            causes = self.notes[where] = _lacking(spec, given, Subject(Topic.FACT, spec.key, year=said))
        return self._not_given(expr, spec, causes, (spec.key, year), ("0", spec.key, str(said or "")))

    def _not_given(self, expr: t.Expr, spec: FactSpec, causes: v.Causes, slot: Slot, place: tuple[str, ...], entry: Entry | None = None) -> Value:
        if slot in self.supposed:
            return _wrap(self.supposed[slot])
        if self.asked is not None and (options := _options(spec)):
            self.asked[slot] = _Question(place, options, causes, id(entry) if entry else None)
        return self._untold(expr, spec, causes)

    def _untold(self, expr: t.Expr, spec: FactSpec, causes: v.Causes) -> Value:
        """Not known. What the vocabulary says of it may bound a quantity (decision 003).

        The bounds of what is judged are the scale it is judged on. Others are there to refuse slips of
        the pen: no condition rests on them, and an amount only on what they say of the sign, and of a
        ratio.
        """
        low, high = spec.bounds
        if not isinstance(expr.type, Quantity) or low == high:
            return _unknown(expr, causes)
        if not spec.judgement:
            if not self.paying:
                low = high = None
            elif expr.type.dims:
                low = Fraction(0) if low is not None and low >= 0 else None
                high = Fraction(0) if high is not None and high <= 0 else None
        return Number(low, high, causes)

    def _field(self, expr: t.Field, env: Env) -> Value:
        base = self.value(expr.base, env)
        kind = expr.base.type
        if isinstance(base, Grouped):
            entry, kind = base.items[0][0], kind.item if isinstance(kind, GroupOf) else kind  # the column they share
        else:
            assert isinstance(base, Known) and isinstance(base.value, Entry)
            entry = base.value
        assert isinstance(kind, RecordOf)
        spec = self._column(kind.record, expr.name)
        given = entry.values.get(expr.name)
        if given is not None and given.value is not None:
            return _wrap(given.value)
        slot = (id(entry), expr.name)
        causes = self._lacking.get(slot)
        if causes is None:
            causes = self._lacking[slot] = _lacking(spec, given, Subject(Topic.FIELD, kind.record, expr.name, entry.key))
        return self._not_given(expr, spec, causes, slot, ("1", entry.key, spec.name), entry)

    def _column(self, record: str, name: str) -> FactSpec:
        key = ("column", record, name)
        found = self.notes.get(key)
        if found is None:
            found = self.notes[key] = next(r for r in self.book.records.values() if r.name == record and name in r.fields).fields[name]
        return found

    def _variable(self, expr: t.Variable, env: Env) -> Value:
        held = env.variables[expr.name]
        return Known(held) if isinstance(held, Entry | str) else held  # in a cell of a table it is a value already

    def _nameddate(self, expr: t.NamedDate, env: Env) -> Value:
        if expr.name == DECISION_DAY:
            return Known(self.on)
        assert expr.name == APPLICATION_YEAR
        if self.facts.year is None:
            return Unknown(cause(CauseKind.MISSING, Topic.YEAR))
        return Known(self.facts.year)

    def _recordsref(self, expr: t.RecordsRef, env: Env) -> Value:
        self.touched.add(expr.record)
        return self._listing(expr.record)

    def _listing(self, record: str) -> Items:
        listing = self.facts.records.get(record)
        if listing is None:
            return Items((), False, cause(CauseKind.MISSING, Topic.LIST, record))
        items = self._listings.get(record)
        if items is None:
            items = self._listings[record] = tuple((entry, v.HOLDS) for entry in listing.entries)
        causes = v.NONE_KNOWN if listing.complete else cause(CauseKind.MISSING, Topic.REST, record)
        return Items(items, listing.complete, causes)

    def _parameterref(self, expr: t.ParameterRef, env: Env) -> Value:
        spec = self.book.parameters[expr.parameter]
        day: date | v.Causes = env.day
        if expr.day is not None:
            wanted = self.value(expr.day, env)
            day = wanted.value if isinstance(wanted, Known) else v.causes_of(wanted)
        key = ("figure", spec.key, day, env.document, env.since, self.on, self.known)
        found = self.notes.get(key)
        if found is None:
            within = env.spans if self.paying and (expr.day is None or self.slot_of(expr.day, env) == env.governing) else ()
            found = self._figure(expr, spec, replace(env, day=day), within)
            if isinstance(day, date):
                self.notes[key] = found
        value, uses = found
        self.uses |= uses
        return value

    def slot_of(self, expr: t.Expr, env: Env) -> Slot | None:
        """Whose answer an expression is, if it is nothing but one."""
        if isinstance(expr, t.FactRef) and expr.year is None:
            return expr.fact, self.facts.year if self.book.facts[expr.fact].yearly else None
        if isinstance(expr, t.Field):
            base = self.value(expr.base, env)
            return (id(base.value), expr.name) if isinstance(base, Known) else None
        return None

    def _figure(self, expr: t.ParameterRef, spec: ParameterSpec, env: Env, within: Spans) -> tuple[Value, frozenset[Use]]:
        """A parameter's value on the environment's day, and the uses it is recorded by. On a day not told: what its versions say together."""
        known = known_under(spec, env.document, self.book.documents, self.known or self.on)
        version = self._version(known, env.day, env.document)
        if not isinstance(version, frozenset):
            value, use = self._of_version(expr, spec, version, env)
            return value, frozenset({use})
        versions = self._candidates(known, env.document, within)
        if not versions:
            return _unknown(expr, version), frozenset()
        found = [self._of_version(expr, spec, x, env) for x in versions]
        return tables.either([value for value, _ in found], [(len(found), version)]), frozenset(use for _, use in found)

    def _of_version(self, expr: t.ParameterRef, spec: ParameterSpec, version: ParameterVersion | None, env: Env) -> tuple[Value, Use]:
        if spec.key in self.book.readings and (version is None or version.value is None):
            open_reading = cause(CauseKind.JUDGEMENT, Topic.READING, spec.key)
            return _unknown(expr, open_reading), Use(UseKind.PARAMETER, spec.key, None, version.basis if version else None, Standing.ENACTED)
        if version is None or version.value is None:
            basis = version.basis if version else None
            use = Use(UseKind.PARAMETER, spec.key, None, basis, Standing.UNSET)
            low, high = spec.declared
            causes = cause(CauseKind.UNSET, Topic.FIGURE, spec.key)
            return Number.pair(low, high, causes) if isinstance(expr.type, Quantity) else _unknown(expr, causes), use
        standing = self.standing(version.basis, env, version.start)
        return _wrap(version.value), Use(UseKind.PARAMETER, spec.key, version.value, version.basis, standing)

    def _candidates(self, versions: tuple[ParameterVersion, ...], document: str | None, within: Spans) -> list[ParameterVersion | None]:
        """The versions one of which holds on a day not told; None among them where none may. Empty: not known."""
        if document is not None and (own := own_versions(versions, document, self.book.documents)):
            return [*own]
        out: list[ParameterVersion | None] = []
        for start, end in within:
            out += [x for x in versions if (x.start is None or end is None or x.start <= end) and (x.end is None or start is None or start <= x.end)]
            if not _cover(versions, start or date.min, end or date.max):
                out.append(None)
        return list(dict.fromkeys(out))

    def _version(self, versions: tuple[ParameterVersion, ...], day: date | v.Causes, document: str | None) -> ParameterVersion | v.Causes | None:
        """The version of the day; under a scheme, the version of the scheme's document."""
        if document is not None:
            if own := own_versions(versions, document, self.book.documents):
                if not isinstance(day, date) and len(own) > 1:
                    return day
                inside = [x for x in own if isinstance(day, date) and _covers(x, day)]
                return inside[0] if inside else max(own, key=lambda x: x.start or date.min)
        if not isinstance(day, date):
            return versions[0] if len(versions) == 1 and versions[0].start is None and versions[0].end is None else day
        return next((x for x in versions if _covers(x, day)), None)

    def _definitionref(self, expr: t.DefinitionRef, env: Env) -> Value:
        spec = self.book.definitions[expr.definition]
        variables: dict[str, Entry | Grouped] = {}
        record = ""
        if expr.base is not None:
            base = self.value(expr.base, env)
            assert isinstance(base, Known)
            variables["§本条"], record = base.value, base.value.key
        # loans governed by their own dates ask the same of each other on many days, few of which differ
        known = self.notes.get(("timeless", id(expr)))
        same = known[1] if known is not None and known[0] is expr else timeless(expr, self.book)
        day = self.span(env.day, env.since) if same else env.day
        key = (spec.key, day, env.document, env.since, self.paying, env.governing, record or None)
        memo = self.memo
        if self.sharing is not None and memo is self._plain and (common := self.sharing.store("definitions", spec.expr)) is not None:
            memo = common
        found = memo.get(key)
        if found is None:
            found = memo[key] = self.traced(spec.expr, env.holding(variables))
        value, uses, touched = found
        self.uses |= uses
        self.touched |= touched
        if spec.basis.hand is not Standing.ENACTED:
            standing = self.standing(spec.basis, env)
            self.uses.add(Use(UseKind.DEFINITION, spec.key, None, spec.basis, standing))
        return value

    def _recognitionref(self, expr: t.RecognitionRef, env: Env) -> Value:
        # judging the recognition reads figures of its own: they are not this expression's
        # and it is judged once for all: not for an amount, nor on answers only supposed
        uses, touched, paying, asked = self.uses, self.touched, self.paying, self.asked
        self.uses, self.touched, self.paying, self.asked = set(), set(), False, None
        with self._supposing({}):
            truth, standing = self.recognise(expr.recognition, expr.meets, env.day)
        self.uses, self.touched, self.paying, self.asked = uses, touched, paying, asked
        self.uses.add(Use(UseKind.RECOGNITION, expr.recognition, (expr.meets, truth.verdict), None, standing))
        return _bool(truth)

    def _conclusionref(self, expr: t.ConclusionRef, env: Env) -> Value:
        """A measure's conclusion is one for the whole decision: nothing supposed here changes it."""
        found = self.conclusions[expr.measure]
        truth = found.granted
        if expr.record is not None:
            entry = self.value(expr.record, env)
            assert isinstance(entry, Known) and isinstance(entry.value, Entry)
            truth = found.records.get(entry.value.key, v.FAILS)
        self.uses.add(Use(UseKind.MEASURE, expr.measure, found.amount if expr.amount else truth.verdict, None, found.standing))
        return found.amount if expr.amount else _bool(truth)

    def support(self) -> Items:
        """Support received before, as far as it is told; unknown where the rulebook does not ask for it."""
        key = next((k for k in self.book.records if name_of(k) == SUPPORT), None)
        if key is None:
            return Items((), False, cause(CauseKind.MISSING, Topic.LIST, f"/{SUPPORT}"))
        return self._listing(key)

    def standing(self, basis: Basis, env: Env, since: date | None = None) -> Standing:
        """Of what something rests on, on the governing date; `since` is its own `from`, else the measure's."""
        day = env.day if isinstance(env.day, date) else self.on
        return self.book.basis_standing(basis, day, on=self.on, since=since or env.since)

    def span(self, day: date | v.Causes, since: date | None) -> Any:
        """Days between which no version and no document begins or ends: figures and standings are one."""
        if not isinstance(day, date):
            return day
        if since is not None and day < since:
            return day
        edges = self.notes.get("edges")
        if edges is None:
            edges = self.notes["edges"] = _day_edges(self.book)
        return bisect_right(edges, day.toordinal())

    # -- tables ---------------------------------------------------------------------------------

    def _lookup(self, expr: t.Lookup, env: Env) -> Value:
        """What the table says of every piece of what its inputs may be; see `tables`."""
        table = self.book.tables[expr.table]
        inputs = [self.value(a, env) for a in expr.arguments]
        if not isinstance(env.day, date) and (table.dated or table.worked_out):
            return self._on_any_day(expr, table, inputs, env)
        if table.worked_out or not all(isinstance(i, Known) and isinstance(i.value, str) for i in inputs):
            return self._lookup_on(expr, table, inputs, env)
        # by words alone there are few ways to ask a table: what it said before it says again
        key = ("asked", id(expr), *(i.value for i in inputs if isinstance(i, Known)), env.day, env.document, env.since, self.on, self.known, self.paying)
        found = self.notes.get(key)
        if found is None or found[0] is not expr:
            uses, self.uses = self.uses, set()
            try:
                found = self.notes[key] = (expr, self._lookup_on(expr, table, inputs, env), frozenset(self.uses))
            finally:
                self.uses = uses
        self.uses |= found[2]
        value: Value = found[1]
        return value

    def _on_any_day(self, expr: t.Lookup, table: TableSpec, inputs: list[Value], env: Env) -> Value:
        """The governing date is not told: what the table says in each period in which it does not change."""
        assert isinstance(env.day, frozenset)
        if not all(timeless(x, self.book) for x in table.expressions):
            return _unknown(expr, env.day)
        starts = self.notes.get(("periods", table.key))
        if starts is None:
            starts = self.notes["periods", table.key] = [date.min, *map(date.fromordinal, _day_edges(self.book, [table]))]
        days = [
            d for n, d in enumerate(starts) if not (self.paying and env.spans) or _within_spans(d, starts[n + 1] if n + 1 < len(starts) else None, env.spans)
        ]
        if not days:
            return _unknown(expr, env.day)
        return tables.either([self._lookup_on(expr, table, inputs, replace(env, day=d)) for d in days], [(len(days), env.day)])

    def _lookup_on(self, expr: t.Lookup, table: TableSpec, inputs: list[Value], env: Env) -> Value:
        rows = list(self._rows(table, env))
        read: dict[int, frozenset[Use]] = {}
        if table.worked_out:
            env = env.holding({name: value for (name, _), value in zip(table.inputs, inputs, strict=True)})
            rows = [self._worked_out(r, env, read) for r in rows]
        if table.match in ("slab", "marginal"):
            self.uses |= frozenset[Use]().union(*read.values())
            return self._banded(table, rows, inputs[0], env)
        if not self.paying and any(
            (isinstance(i, Unknown) and isinstance(a.type, Text)) or (isinstance(i, Number) and i.low is None and i.high is None)
            for i, a in zip(inputs, expr.arguments, strict=True)
        ):
            # nothing is said of it: what a condition then asks for would rest on no word of the applicant's
            if not any(v.conjunction(_cell(x, i) for x, i in zip(r.tests, inputs, strict=True)).value for r in rows):
                return _unknown(expr, frozenset().union(*(v.causes_of(i) for i in inputs)))
        cut = [
            tables.pieces(value, argument.type, [r.tests[n] for r in rows], _cell)
            for n, (value, argument) in enumerate(zip(inputs, expr.arguments, strict=True))
        ]
        combined = tables.combinations(cut)
        if combined is None:
            causes: v.Causes = frozenset().union(*(v.causes_of(i) for i in inputs))
            undefined = any(isinstance(i, Undefined | Unknown) and isinstance(a.type, Quantity) for i, a in zip(inputs, expr.arguments, strict=True))
            return Unknown(causes) if undefined else _unknown(expr, causes)
        results = [self._looked_up(expr, table, rows, given, env, read) for given in combined]
        if len(combined) == 1 and not any(_applies(r, combined[0]) for r in rows):
            none = Standing.UNSET if not table.adds_up else max((self.standing(r.basis, env, r.start) for r in rows), default=Standing.UNSET)
            self.uses.add(Use(UseKind.TABLE, table.key, None, None, none))
        return tables.either(results, [(len(c), v.causes_of(i)) for c, i in zip(cut, inputs, strict=True)])

    def _looked_up(self, expr: t.Lookup, table: TableSpec, rows: list[RowSpec], inputs: Sequence[Value], env: Env, read: Mapping[int, frozenset[Use]]) -> Value:
        """The table applied to inputs of which each lies in one piece."""
        doubtful = table.doubtful or bool(table.unproved)
        sorted_out = tables.sorted_out(rows, inputs, _cell, stop=table.match == "first" and not doubtful)
        if not isinstance(sorted_out, tables.Applying):
            return sorted_out
        for row in rows[: sorted_out.asked] if read else ():
            self.uses |= read[row.number]
        if table.adds_up:
            return self._added_up(table, sorted_out, env)
        found = tables.alternatives(sorted_out, table.match, doubtful=table.doubtful, unproved=table.unproved, rest=table.rest)
        results: list[Value] = []
        for chosen in found:
            for row in chosen:
                self._use_row(table, row, env)
            values = [self._cell_value(table, row, env) for row in chosen]
            numbers = [x for x in values if isinstance(x, Number)]
            if not values:
                results.append(self._no_row(expr, table, rows))
            elif len(values) == 1 or len(numbers) < len(values):
                results.append(tables.either(values, ()))
            else:
                results.append(v.least(numbers) if table.collect is Collect.MIN else v.greatest(numbers))
        causes = sorted_out.causes if table.worked_out else v.NONE_KNOWN
        sure = {r.number for r in sorted_out.sure}
        if table.doubtful or (table.unproved and sum(rows[0].number in sure for rows in found if rows) > 1):
            causes |= cause(CauseKind.UNSET, Topic.ROW_ORDER, table.key)
        return tables.either(results, [(len(results), causes)] if causes else ())

    def _added_up(self, table: TableSpec, found: tables.Applying, env: Env) -> Value:
        """The sum of the rows that apply: those in doubt count for what they may add."""
        for row in (*found.sure, *found.maybe):
            self._use_row(table, row, env)
        total = v.ZERO
        for rows, sure in ((found.sure, True), (found.maybe, False)):
            for value in (self._cell_value(table, row, env) for row in rows):
                if not isinstance(value, Number):
                    return value
                total = v.add(total, value if sure else v.hull([v.ZERO, value], found.causes))
        return total

    def _no_row(self, expr: t.Lookup, table: TableSpec, rows: list[RowSpec]) -> Value:
        """No row applies, and no figure exists. An amount is still at most the table's most; a
        threshold nobody set must decide nothing."""
        causes = cause(CauseKind.UNSET, Topic.NO_ROW, table.key)
        if not isinstance(expr.type, Quantity):
            return Unknown(causes)
        if not self.paying:
            return Number(None, None, causes)
        values = [r.value for r in rows]
        return Number(None, max(values) if values and all(isinstance(x, Fraction) for x in values) else None, causes)

    def _rows(self, table: TableSpec, env: Env) -> Iterator[RowSpec]:
        """Under a scheme, the rows of its document; else all. Of rows with days of their own those of the day (a scheme's: else its last)."""
        rows: Sequence[RowSpec] = table.rows
        scheme, known = False, self.known or self.on
        if env.document is not None:
            own = own_rows(rows, env.document, self.book.documents)
            rows, scheme = own or rows, bool(own)
        if table.learnt:
            rows = rows_known_on(tuple(rows), known)
        if not table.dated or not isinstance(env.day, date):
            yield from rows
            return
        there = [r for r in rows if r.on(env.day)]
        if not there and scheme and rows:
            last = max(r.start or date.min for r in rows)
            there = [r for r in rows if r.on(last)]
        yield from there

    def _worked_out(self, row: RowSpec, env: Env, read: dict[int, frozenset[Use]]) -> RowSpec:
        """A row with its edges as they are here: a value, or what is known of one; the figures they read go into `read`."""
        uses: set[Use] = set()

        def edge(x: Any) -> Any:
            if not isinstance(x, t.Expr):
                return x
            value, figures, touched = self.traced(x, env)
            uses.update(figures)
            self.touched |= touched
            if isinstance(value, Number) and value.exact:
                return value.low
            return value.value if isinstance(value, Known) else value

        tests = tuple(replace(x, values=tuple(map(edge, x.values))) if x.op != "any" else x for x in row.tests)
        read[row.number] = frozenset(uses)
        return replace(row, tests=tests)

    def _use_row(self, table: TableSpec, row: RowSpec, env: Env) -> None:
        standing = Standing.UNSET if row.value is None else self.standing(row.basis, env, row.start)
        self.uses.add(Use(UseKind.TABLE, table.key, row.number, row.basis, standing))

    def _cell_value(self, table: TableSpec, row: RowSpec, env: Env) -> Value:
        if isinstance(row.value, t.Expr):
            return self.value(row.value, env)
        if row.value is None:
            return Number(None, None, _unwritten(table, row)) if isinstance(table.value_type, Quantity) else Unknown(_unwritten(table, row))
        return Number.of(row.value) if isinstance(table.value_type, Quantity) else Known(row.value)

    def _banded(self, table: TableSpec, rows: list[RowSpec], amount: Value, env: Env) -> Value:
        """slab: the whole amount at its band's rate; marginal: each part at its own band's."""
        if not isinstance(amount, Number):
            return amount
        rows = [replace(r, value=self._rate(table, r, env)) for r in rows]
        if any(isinstance(x, Value) for r in rows for x in (r.value, *r.tests[0].values)):
            edges = [x for r in rows for x in (r.value, *r.tests[0].values) if isinstance(x, Value)]  # no figure: no band is known to end there
            return Number(None, None, amount.causes.union(*map(v.causes_of, edges)))
        parts = [self._band(table, rows, span, env) for span in tables.spans(amount.low, amount.high, [r.tests[0] for r in rows])]
        if amount.exact and not any(_applies(r, (amount,)) for r in rows):
            self.uses.add(Use(UseKind.TABLE, table.key, None, None, Standing.UNSET))
        return parts[0] if amount.exact else v.hull(parts, amount.causes)

    def _rate(self, table: TableSpec, row: RowSpec, env: Env) -> Any:
        """A band's rate: a figure, or what is known of one."""
        if not isinstance(row.value, t.Expr):
            return row.value
        value = self._cell_value(table, row, env)
        return value.low if isinstance(value, Number) and value.exact else value

    def _band(self, table: TableSpec, rows: list[RowSpec], span: tables.Span, env: Env) -> Number:
        """What a piece of the amounts gives that lies in one band; its ends count, so that nothing is skipped."""
        low, high, point = span
        inside = next((r for r in rows if _cell(r.tests[0], Number.of(point)).value), None)
        if inside is None:
            return Number(None, None, cause(CauseKind.UNSET, Topic.NO_BAND, table.key))
        reached = [inside] if table.match == "slab" else [r for r in rows if r is inside or _reaches(r, point)]
        for row in reached:
            self._use_row(table, row, env)
            if row.value is None:
                return Number(None, None, _unwritten(table, row))
        if table.match == "slab":
            return v.multiply(Number(low, high), Number.of(inside.value))
        at = [None if x is None else sum((_within(r, x) * r.value for r in reached), Fraction(0)) for x in (low, high)]
        if inside.value < 0:
            at.reverse()
        elif inside.value == 0:  # level however far the band goes
            at = [at[0] if at[0] is not None else at[1], at[1] if at[1] is not None else at[0]]
        return Number(at[0], at[1])

    # -- lists ----------------------------------------------------------------------------------

    def _items(self, expr: t.Expr, env: Env) -> Items:
        """A list; the entries of a catalogue, all of them where it is known and none where it is not."""
        value = self.value(expr, env)
        if isinstance(value, Items):
            return value
        if not isinstance(value, Known):
            return Items((), False, v.causes_of(value))
        key = ("entries", id(value.value))
        found = self.notes.get(key)
        if found is None or found[0] is not value.value:
            found = self.notes[key] = (value.value, Items(tuple((entry, v.HOLDS) for entry in value.value), True))
        items: Items = found[1]
        return items

    def _filtered(self, expr: t.Filtered, env: Env) -> Value:
        """A filter relies on all its condition reads of every record: who is left out matters as who is left in."""
        base = self._items(expr.base, env)
        parts = expr.condition.items if isinstance(expr.condition, t.All) else (expr.condition,)
        kept = []
        for entry, belongs in base.items:
            inner = env.bind(expr.variable, entry)
            truth = v.conjunction([belongs, *[self.truth(part, inner) for part in parts]])
            if truth.value is not False:
                kept.append((entry, truth))
        return Items(tuple(kept), base.complete, base.causes)

    def _projection(self, expr: t.Projection, env: Env) -> Value:
        base = self._items(expr.base, env)
        items = tuple((self.value(expr.body, env.bind(expr.variable, entry)), belongs) for entry, belongs in base.items)
        return Items(items, base.complete, base.causes)

    def _quantifier(self, expr: t.Quantifier, env: Env) -> Value:
        base = self._items(expr.base, env)
        if expr.kind == "count":
            held = [(entry, v.conjunction([belongs, self.truth(expr.condition, env.bind(expr.variable, entry))])) for entry, belongs in base.items]
            return self._count(Items(tuple(x for x in held if x[1].value is not False), base.complete, base.causes))
        some = expr.kind == "some"

        def part(entry: Any, belongs: Truth) -> Callable[[], Truth]:
            inner = env.bind(expr.variable, entry)
            if some:
                return lambda: v.conjunction([belongs, self.truth(expr.condition, inner)])
            return lambda: v.disjunction([v.negation(belongs), self.truth(expr.condition, inner)])

        parts = [part(entry, belongs) for entry, belongs in base.items]
        if not base.complete:
            parts.append(lambda: Truth(None, base.causes))
        return _bool(self.joined(some, parts))

    def _listed(self, expr: t.Listed, env: Env) -> Value:
        return Items(tuple((self.value(i, env), v.HOLDS) for i in expr.items), True)

    # -- arithmetic -----------------------------------------------------------------------------

    def _negated(self, expr: t.Negated, env: Env) -> Value:
        operand = self.value(expr.operand, env)
        return v.negate(operand) if isinstance(operand, Number) else operand

    def _calculated(self, expr: t.Calculated, env: Env) -> Value:
        a, b = self.value(expr.left, env), self.value(expr.right, env)
        if not isinstance(expr.left.type, Quantity) or not isinstance(expr.right.type, Quantity):
            return self._moved(expr, a, b, env)
        undefined = [x for x in (a, b) if isinstance(x, Undefined)]
        if undefined:
            return Undefined(any(u.fails for u in undefined), undefined[0].divisor)
        if expr.op == "/" and isinstance(b, Number) and b.exact and b.low == 0:
            return Undefined(bool(expr.zero_fails), expr.right.source)
        if not (isinstance(a, Number) and isinstance(b, Number)):
            return Unknown(v.causes_of(a) | v.causes_of(b))
        if expr.op == "/":
            if not b.exact and (b.low is None or b.low <= 0) and (b.high is None or b.high >= 0) and expr.zero_fails is not None:
                return Unknown(a.causes | b.causes)
            quotient = v.divide(a, b, nonzero=expr.zero_fails is None)
            return quotient if quotient.exact else self._as_part(expr, quotient, env)
        return {"+": v.add, "-": lambda x, y: v.add(x, v.negate(y)), "*": v.multiply}[expr.op](a, b)

    def _as_part(self, expr: t.Calculated, quotient: Number, env: Env) -> Number:
        """What is divided by a sum it is part of is at most 1, however little is known of either."""
        found = part_of_divisor(expr)
        if found is None:
            return quotient
        factors, terms = found
        pairs = [self.value(x, env) for x in (*terms, *factors)]
        parts, rest = pairs[: len(terms)], [p for p in pairs[len(terms) :] if isinstance(p, Number)]
        if len(rest) < len(factors) or not all(isinstance(p, Number) and p.low is not None and p.low >= 0 for p in parts):
            return quotient
        share = Number(Fraction(0), Fraction(1), quotient.causes)
        for factor in rest:
            share = v.multiply(share, factor)
        return v.narrowed(quotient, share)

    def _moved(self, expr: t.Calculated, a: Value, b: Value, env: Env) -> Value:
        """Dates, periods and years."""
        if any(isinstance(x, Known) and x.value is v.ABSENT for x in (a, b)):
            # asked of a part of a condition alone, whose other part sees to 无
            return (
                Number(None, None, cause(CauseKind.UNDEFINED, Topic.ABSENT))
                if isinstance(expr.type, Quantity)
                else Unknown(cause(CauseKind.UNDEFINED, Topic.ABSENT))
            )
        unknown = v.causes_of(a) | v.causes_of(b)
        if unknown and isinstance(expr.left, t.Calculated) and expr.left.op == "+" and expr.left.left == expr.right and expr.op == "-":
            term = self.value(expr.left.right, env)  # a day and a term later, less the same day: the term in days
            if isinstance(term, Known) and isinstance(term.value, int) and isinstance(expr.left.right.type, Period):
                return _days_of(term.value, unknown)
        if unknown or not isinstance(a, Known):
            return Number(None, None, unknown) if isinstance(expr.type, Quantity) else Unknown(unknown)
        sign = 1 if expr.op == "+" else -1
        left = a.value
        right: Any = b.value if isinstance(b, Known) else b.low if isinstance(b, Number) else None
        if isinstance(left, date) and isinstance(right, date):
            return Number.of((left - right).days)
        try:
            if isinstance(left, date) and isinstance(right, Fraction):
                return Known(left + timedelta(days=sign * int(right)))
            if isinstance(left, date):
                return Known(add_months(left, sign * int(right)))
        except (OverflowError, ValueError):
            raise UsageError(f"日期超出范围：{left} {expr.op} {right}") from None
        if isinstance(expr.type, Quantity):
            return Number.of(left - right)
        return Known(left + sign * int(right))

    # -- comparison and logic -------------------------------------------------------------------

    def _compared(self, expr: t.Compared, env: Env) -> Value:
        a, b = self.value(expr.left, env), self.value(expr.right, env)
        return _bool(compare(expr.op, a, b))

    def _member(self, expr: t.Member, env: Env) -> Value:
        value = self.value(expr.value, env)
        return _bool(self._belongs(value, expr.target, env))

    def _belongs(self, value: Value, target: t.Expr, env: Env) -> Truth:
        if isinstance(target, t.Ranged):
            return self.joined(False, [
                lambda: compare(">=" if target.low_closed else ">", value, self.value(target.low, env)),
                lambda: compare("<=" if target.high_closed else "<", value, self.value(target.high, env)),
            ])  # fmt: skip
        if isinstance(target, t.Listed):

            def one(item: t.Expr) -> Callable[[], Truth]:
                return lambda: self._belongs(value, item, env) if isinstance(item, t.Ranged) else compare("=", value, self.value(item, env))

            return self.joined(True, [one(i) for i in target.items])
        found = self.value(target, env)
        if isinstance(found, Known) and isinstance(found.value, Span):
            span = found.value
            ends = []
            if span.low is not None:
                ends.append(compare(">=" if span.low_closed else ">", value, _wrap(span.low)))
            if span.high is not None:
                ends.append(compare("<=" if span.high_closed else "<", value, _wrap(span.high)))
            return v.conjunction(ends)
        if isinstance(found, Known):
            return v.disjunction([compare("=", value, _wrap(x)) for x in found.value]) if not v.causes_of(value) else Truth(None, v.causes_of(value))
        if isinstance(found, Items):
            rest = [] if found.complete else [Truth(None, found.causes)]
            return v.disjunction([*(v.conjunction([b, compare("=", value, x)]) for x, b in found.items), *rest])
        if isinstance(target, t.DefinitionRef):  # a definition that is a range
            return self._belongs(value, self.book.definitions[target.definition].expr, env)
        return Truth(None, v.causes_of(found) | v.causes_of(value))

    def _ranged(self, expr: t.Ranged, env: Env) -> Value:
        low, high = self.value(expr.low, env), self.value(expr.high, env)
        if isinstance(low, Known) and isinstance(high, Known):
            return Known(Span(low.value, high.value, expr.low_closed, expr.high_closed))
        if isinstance(low, Number) and isinstance(high, Number) and low.exact and high.exact:
            return Known(Span(low.low, high.low, expr.low_closed, expr.high_closed))
        return Unknown(v.causes_of(low) | v.causes_of(high))

    def _fixed(self, expr: t.Expr, make: Callable[[Any], Any]) -> Any:
        """What an expression's text alone decides, worked out once for a rulebook."""
        key = (make.__code__, id(expr))
        found = self.notes.get(key)
        if found is None or found[0] is not expr:
            found = self.notes[key] = (expr, make(expr))
        return found[1]

    def _all(self, expr: t.All, env: Env) -> Value:
        return self.all_of([lambda i=i: self.value(i, env) for i in expr.items], self._fixed(expr, lambda e: guard_of(e.items)))  # type: ignore[misc]

    def _anyof(self, expr: t.AnyOf, env: Env) -> Value:
        return self.any_of([lambda i=i: self.value(i, env) for i in expr.items], self._fixed(expr, lambda e: guard_of(e.items)))  # type: ignore[misc]

    def all_of(self, parts: Sequence[Callable[[], Value]], guard: int | None) -> Value:
        return _bool(self.joined(False, [lambda p=p: _truth(p()) for p in parts], guard))  # type: ignore[misc]

    def any_of(self, parts: Sequence[Callable[[], Value]], guard: int | None) -> Value:
        return _bool(self.joined(True, [lambda p=p: _truth(p()) for p in parts], guard))  # type: ignore[misc]

    def joined(self, decisive: bool, parts: Sequence[Callable[[], Truth]], guard: int | None = None) -> Truth:
        """Kleene and (`decisive` False) or or (`decisive` True), relying on what decided it.

        One part that decides is enough: the firmest is what it turned on, wherever it is written. What
        stands after a test for 无 (the part numbered `guard`) may ask for what that test found absent.
        """
        uses, touched = self.uses, self.touched
        judged: list[tuple[Truth, set[Use], set[str]]] = []
        decided = False
        try:
            for place, part in enumerate(parts):
                if decided and guard is not None and place > guard:
                    break
                self.uses, self.touched = set(), set()
                try:
                    truth = part()
                except UsageError:
                    if not decided:
                        raise
                    continue  # what cannot be worked out is not what decided
                judged.append((truth, self.uses, self.touched))
                decided = decided or truth.value is decisive
        finally:
            self.uses, self.touched = uses, touched
        if decided:
            firmest = min((j for j in judged if j[0].value is decisive), key=lambda j: self.relied(j[1], settled=True, env=Env(self.on)))
            self.uses |= firmest[1]
            self.touched |= firmest[2]
            return Truth(decisive)
        causes: v.Causes = v.NONE_KNOWN
        for truth, read, met in judged:
            self.touched |= met
            self.uses |= read
            causes |= truth.causes
        return Truth(None, causes) if any(j[0].value is None for j in judged) else Truth(not decisive)

    def relied(self, uses: Iterable[Use], *, settled: bool, env: Env) -> Standing:
        """The weakest standing among the figures read.

        A settled verdict cannot have turned on a figure nobody set: only on what bounds it.
        """
        weakest = Standing.ENACTED
        for use in uses:
            standing = use.standing
            if standing is Standing.UNSET and settled and use.kind is not UseKind.MEASURE:  # a measure's standing is as its page says
                standing = Standing.ASSUMED
                if use.basis and use.basis.document:
                    standing = self.standing(replace(use.basis, hand=None) if use.basis.hand is not None else use.basis, env)
            weakest = max(weakest, standing)
        return weakest

    def _inverse(self, expr: t.Inverse, env: Env) -> Value:
        return _bool(v.negation(self.truth(expr.operand, env)))

    def _absenttest(self, expr: t.AbsentTest, env: Env) -> Value:
        value = self.value(expr.operand, env)
        if isinstance(value, Known) and value.value is ABSENT:
            return Known(True)
        if isinstance(value, Number):
            return Known(False) if value.exact else Unknown(value.causes)
        return Known(False) if isinstance(value, Known) else Unknown(v.causes_of(value))

    def _choice(self, expr: t.Choice, env: Env) -> Value:
        return self.chosen(self.truth(expr.condition, env), lambda: self.value(expr.then, env), lambda: self.value(expr.otherwise, env))

    def chosen(self, condition: Truth, then: Callable[[], Value], otherwise: Callable[[], Value]) -> Value:
        """The branch taken; what both say where it is not known which."""
        if condition.value is not None:
            return then() if condition.value else otherwise()
        return tables.either([then(), otherwise()], [(2, condition.causes)])

    # -- functions ------------------------------------------------------------------------------

    def _applied(self, expr: t.Applied, env: Env) -> Value:
        name = expr.function
        match name:
            case "count":
                return self._count(self._items(expr.arguments[0], env))
            case "distinct count":
                return self._distinct_count(expr, self._items(expr.arguments[0], env))
            case "sum":
                return self._sum(expr, self._items(expr.arguments[0], env))
        parts = [self.value(a, env) for a in expr.arguments]
        if name in ("min", "max", "mean"):
            return self._extreme(expr, parts)
        if undefined := [p for p in parts if isinstance(p, Undefined)]:
            return undefined[0]
        if name in ("abs", "floor", "ceiling", *ROUNDINGS):
            return _rounded(name, parts)
        unknown: v.Causes = frozenset().union(*(v.causes_of(p) for p in parts))
        if name == "power":
            return _raised(parts, unknown)
        if unknown:
            if name in DATE_PARTS:  # of whatever day: no later than December
                return Number(Fraction(1), Fraction(DATE_PARTS[name]), unknown)
            return Number(None, None, unknown) if isinstance(expr.type, Quantity) else Unknown(unknown)
        plain: list[Any] = [p.value if isinstance(p, Known) else p.low if isinstance(p, Number) else p for p in parts]
        match name:
            case "months between" | "years between" | "days between" | "months through" | "years through" | "days through":
                return Number.of(_apart(name, plain[0], plain[1]))
            case "month of" | "day of" | "weekday of" | "quarter of":
                return Number.of(_part_of(name, plain[0]))
            case "day at":
                try:
                    return Known(plain[0].of(plain[1]))
                except ValueError:
                    raise UsageError(f"日期超出范围：{plain[1]} 年 {plain[0]}") from None
            case "date":
                return Known(_day_of(*(int(x) for x in plain)))
            case "year of":
                return Known(plain[0].year)
            case "start of year":
                return Known(date(plain[0], 1, 1))
            case "end of year":
                return Known(date(plain[0], 12, 31))
            case "start of" | "end of":
                end = plain[0].low if name == "start of" else plain[0].high
                return _wrap(end)
            case "starts with":
                return _bool(_starts(level(plain[0]), plain[1]))
            case "working day after":
                return Known(_working_day(plain[0], int(plain[1])))
        raise AssertionError(f"unknown function {name}")  # pragma: no cover

    def _count(self, items: Items) -> Value:
        sure = sum(1 for _, b in items.items if b.value is True)
        causes = items.causes.union(*(b.causes for _, b in items.items))
        return Number.pair(Fraction(sure), Fraction(len(items.items)) if items.complete else None, causes)

    def _distinct_count(self, expr: t.Applied, items: Items) -> Value:
        sure, maybe, loose = set(), set(), 0
        causes = items.causes
        for value, belongs in items.items:
            causes |= belongs.causes | v.causes_of(value)
            plain = value.value if isinstance(value, Known) else value.low if isinstance(value, Number) and value.exact else None
            if plain is None:
                loose += 1
            else:
                maybe.add(plain)
                if belongs.value is True:
                    sure.add(plain)
        low = max(len(sure), 1 if any(b.value is True for _, b in items.items) else 0)
        kind = expr.arguments[0].type
        different = len(kind.item.options) if isinstance(kind, ListOf) and isinstance(kind.item, Text) and not kind.item.optional else 0
        if isinstance(kind, ListOf) and isinstance(kind.item, Boolean) and not kind.item.optional:
            different = 2
        highs = [len(maybe) + loose] if items.complete else []
        high = min(highs + ([different] if different else []), default=None)
        return Number.pair(Fraction(low), None if high is None else Fraction(high), causes)

    def _sum(self, expr: t.Applied, items: Items) -> Value:
        causes = items.causes.union(*(v.causes_of(x) | b.causes for x, b in items.items))
        if not all(isinstance(x, Number) for x, _ in items.items) or self._may_lack_value(expr, items):
            return Unknown(causes)
        total = v.ZERO
        for value, belongs in items.items:
            assert isinstance(value, Number)
            low, high = value.low, value.high
            if expr.nonnegative and low is None:
                low = Fraction(0)
            if belongs.value is None:
                low = None if low is None else min(low, Fraction(0))
                high = None if high is None else max(high, Fraction(0))
            total = v.add(total, Number(low, high, value.causes | belongs.causes))
        if not items.complete:
            total = Number(total.low if expr.nonnegative else None, None, total.causes | items.causes)
        return total

    def _may_lack_value(self, expr: t.Applied, items: Items) -> bool:
        """Whether a record not listed yet may turn out to have no value in this column: a zero divisor."""
        if items.complete:
            return False
        seen: set[str] = set()
        stack = [x.body for x in expr.arguments if isinstance(x, t.Projection)]
        while stack:
            for node in t.walk(stack.pop()):
                if (isinstance(node, t.Calculated) and node.op == "/" and node.zero_fails is not None) or (
                    isinstance(node, t.Applied) and node.function in ("min", "max", "mean") and len(node.arguments) == 1
                ):
                    return True
                if isinstance(node, t.DefinitionRef) and node.definition not in seen:
                    seen.add(node.definition)
                    stack.append(self.book.definitions[node.definition].expr)
        return False

    def _extreme(self, expr: t.Applied, parts: list[Value]) -> Value:
        items = Items(tuple((p, v.HOLDS) for p in parts), True)
        if len(parts) == 1 and isinstance(parts[0], Items):
            items = parts[0]
        pairs, causes = items.items, items.causes.union(*(v.causes_of(p) | b.causes for p, b in items.items))
        if sure := [p for p, b in pairs if b.value is True and isinstance(p, Undefined)]:
            return Undefined(any(p.fails for p in sure), sure[0].divisor)
        if items.complete and not pairs:
            return Undefined(False, expr.source)
        certain = [p for p, b in pairs if b.value is True]
        if not isinstance(expr.type, Quantity):  # dates
            if causes or not items.complete:
                return Unknown(causes)
            return Known((min if expr.function == "min" else max)(p.value for p in certain if isinstance(p, Known)))
        numbers = [p for p, _ in pairs if isinstance(p, Number)]
        # over no item at all it would be undefined, and so it is where one item is
        if not certain or len(numbers) < len(pairs) or self._may_lack_value(expr, items):
            return Unknown(causes)
        if expr.function == "mean":
            if items.complete and len(certain) == len(pairs):
                total = v.ZERO
                for n in numbers:
                    total = v.add(total, n)
                return v.divide(total, Number.of(len(numbers)))
            return v.hull(numbers, causes) if items.complete else Number(None, None, causes)
        best = v.least if expr.function == "min" else v.greatest
        bound = best([p for p in certain if isinstance(p, Number)])
        if items.complete and len(certain) == len(pairs):
            return bound
        all_of_them = best(numbers) if items.complete else Number(None, None)
        if expr.function == "min":
            return Number.pair(all_of_them.low, bound.high, causes)
        return Number.pair(bound.low, all_of_them.high, causes)

    STEPS: ClassVar[Mapping[type[t.Expr], Callable[[Any, Any, Env], Value]]] = {
        t.Const: _const,
        t.FactRef: _factref,
        t.ParameterRef: _parameterref,
        t.DefinitionRef: _definitionref,
        t.RecognitionRef: _recognitionref,
        t.ConclusionRef: _conclusionref,
        t.RecordsRef: _recordsref,
        t.NamedDate: _nameddate,
        t.Variable: _variable,
        t.Field: _field,
        t.Projection: _projection,
        t.Filtered: _filtered,
        t.Lookup: _lookup,
        t.Negated: _negated,
        t.Calculated: _calculated,
        t.Compared: _compared,
        t.Ranged: _ranged,
        t.Listed: _listed,
        t.Member: _member,
        t.All: _all,
        t.AnyOf: _anyof,
        t.Inverse: _inverse,
        t.Choice: _choice,
        t.Applied: _applied,
        t.Quantifier: _quantifier,
        t.AbsentTest: _absenttest,
    }


# -- helpers ---------------------------------------------------------------------------------------


def _cover(versions: Iterable[ParameterVersion], start: date, end: date) -> bool:
    """Whether every day from start to end has a version."""
    for version in sorted(versions, key=lambda x: x.start or date.min):
        if (version.start or date.min) > start:
            break
        if version.end is None or version.end >= end:
            return True
        if version.end >= start:
            start = version.end + timedelta(days=1)
    return False


def _day_edges(book: CompiledRulebook, of: Iterable[TableSpec] | None = None) -> list[int]:
    """Every day on which a figure's version, a row or a document starts, or has just ended; those that certain tables know."""
    rows = [(r.start, r.end) for x in (book.tables.values() if of is None else of) for r in x.rows]
    named = {n.parameter for x in of or () for n in references(x.expressions, book) if isinstance(n, t.ParameterRef)}
    figures = book.parameters.values() if of is None else [book.parameters[k] for k in sorted(named)]
    spans = rows + [(x.start, x.end) for p in figures for x in p.versions] + [(d.start, d.end) for d in book.documents.values()]
    return sorted({start.toordinal() for start, _ in spans if start} | {end.toordinal() + 1 for _, end in spans if end})


def timeless(expr: t.Expr, book: CompiledRulebook) -> bool:
    """Whether the governing date can matter only through versions and documents (no title is asked after)."""
    key = ("timeless", id(expr))
    notes = _NOTES.of(book)
    found = notes.get(key)
    if found is None or found[0] is not expr:
        inner = [d.definition for d in t.walk(expr) if isinstance(d, t.DefinitionRef)]
        asked = [x for n in t.walk(expr) if isinstance(n, t.Lookup) for x in book.tables[n.table].expressions]
        plain = not any(isinstance(x, t.RecognitionRef) for x in t.walk(expr)) and all(timeless(x, book) for x in asked)
        found = notes[key] = (expr, plain and all(timeless(book.definitions[d].expr, book) for d in inner))
    return bool(found[1])


def _within_spans(start: date, after: date | None, spans: Spans) -> bool:
    """Whether the stretch from a day to (not with) another meets one of the spans."""
    return any((end is None or start <= end) and (first is None or after is None or first < after) for first, end in spans)


def _covers(version: ParameterVersion, day: date) -> bool:
    return (version.start is None or version.start <= day) and (version.end is None or day <= version.end)


def _options(spec: FactSpec) -> tuple[Any, ...]:
    """What a choice or a yes-or-no may be; () for what has no such list."""
    options = (True, False) if isinstance(spec.type, Boolean) else spec.options
    return (*options, ABSENT) if options and spec.optional else tuple(options)


def _starts(word: str, listed: Any) -> Truth:
    """Whether a text begins with one of these, some of which may not be known."""
    if not isinstance(listed, Items):
        return Truth(any(word.startswith(level(p)) for p in (listed if isinstance(listed, tuple) else (listed,))))
    parts = []
    for item, belongs in listed.items:
        given = item.value if isinstance(item, Known) else None
        parts.append(Truth(None, v.causes_of(item)) if given is None else v.conjunction([belongs, _starts(word, given)]))
    return v.disjunction(parts if listed.complete else [*parts, Truth(None, listed.causes)])


def guard_of(items: Sequence[t.Expr]) -> int | None:
    """The number of the first part that tests for 无: those after it may rely on its outcome."""
    return next((n for n, item in enumerate(items) if any(isinstance(x, t.AbsentTest) for x in t.walk(item))), None)


def _lacking(spec: FactSpec, given: Given | None, what: Subject) -> v.Causes:
    """Why something untold, or told to be confirmed, is not known."""
    return frozenset({Cause(CauseKind(spec.cause) if given is None else CauseKind.UNVERIFIED, what)})


def _unknown(expr: t.Expr, causes: v.Causes) -> Value:
    """Not known: an open pair for a quantity that must be a number, else unknown."""
    if isinstance(expr.type, Quantity):
        return Number(None, None, causes)
    return Unknown(causes)


def _wrap(value: Any) -> Value:
    if isinstance(value, Fraction):
        return Number.of(value)
    return value if isinstance(value, Value) else Known(value)  # a range, where one is tried in a told value's place; an edge not known


def _bool(truth: Truth) -> Value:
    return Unknown(truth.causes) if truth.value is None else Known(truth.value)


def _truth(value: Value) -> Truth:
    if isinstance(value, Known):
        if not isinstance(value.value, bool):
            raise UsageError(f"不是判断：{value.value!r}")
        return Truth(value.value)
    return Truth(None, v.causes_of(value))


def compare(op: str, a: Value, b: Value) -> Truth:
    """Any two values of one type. A zero division fails or stays open, as the rulebook says."""
    undefined = [x for x in (a, b) if isinstance(x, Undefined)]
    if undefined:
        if any(u.fails for u in undefined):
            return v.FAILS
        return Truth(None, frozenset().union(*(u.causes for u in undefined)))
    if isinstance(a, Number) and isinstance(b, Number):
        return v.compare(op, a, b)
    if isinstance(a, Known) and isinstance(b, Known):
        x, y = a.value, b.value
        if x is ABSENT or y is ABSENT:
            if op not in ("=", "!="):  # the type checker lets no 无 get here; nothing is before or after it
                return Truth(None, cause(CauseKind.UNDEFINED, Topic.ABSENT))
            return Truth((x is y) == (op == "="))
        if isinstance(x, str) and isinstance(y, str) and op in ("=", "!="):
            return Truth(same_word(x, y) == (op == "="))
        return Truth({"=": x == y, "!=": x != y}[op] if op in ("=", "!=") else {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[op])
    return Truth(None, v.causes_of(a) | v.causes_of(b))


def _cell(test: Test, value: Value) -> Truth:
    match test.op:
        case "any":
            return v.HOLDS
        case "expr":
            return _truth(_wrap(test.values[0]))
        case "in":
            return v.disjunction([compare("=", value, _wrap(x)) for x in test.values])
        case "range":
            low, high = test.values
            parts = []
            if low is not None:
                parts.append(compare(">=" if test.closed[0] else ">", value, _wrap(low)))
            if high is not None:
                parts.append(compare("<=" if test.closed[1] else "<", value, _wrap(high)))
            return v.conjunction(parts)
    return compare(test.op, value, _wrap(test.values[0]))


def _unwritten(table: TableSpec, row: RowSpec) -> v.Causes:
    """Why a row gives no figure: nobody set one, or the source was cut off there."""
    return cause(CauseKind.UNSET, Topic.ROW, table.key, part=row.text)


def _applies(row: RowSpec, inputs: Sequence[Value]) -> bool:
    return v.conjunction(_cell(test, value) for test, value in zip(row.tests, inputs, strict=True)).value is not False


def _reaches(row: RowSpec, amount: Fraction) -> bool:
    low = tables.edges(row.tests[0])[0]
    return low is None or amount > low


def _within(row: RowSpec, amount: Fraction) -> Fraction:
    """The part of an amount that falls to a row of a marginal table."""
    low, high = tables.edges(row.tests[0])
    return (amount if high is None else min(amount, high)) - (low or 0) if _reaches(row, amount) else Fraction(0)


def round_to(value: Fraction, step: Fraction, direction: str) -> Fraction:
    """To a multiple of `step`: down (towards zero), up (away from zero), or to the nearest; a half up, down or to the even one."""
    if value.numerator * step.denominator % (value.denominator * step.numerator) == 0:
        return value
    count = abs(value) / step
    whole = count.numerator // count.denominator
    rest = count - whole
    half = Fraction(1, 2)
    match direction:
        case "up":
            whole += bool(rest)
        case "half up":
            whole += rest >= half
        case "half down":
            whole += rest > half
        case "half even":
            whole += rest > half or (rest == half and whole % 2)
    return whole * step if value >= 0 else -whole * step


def _days_of(months: int, causes: v.Causes) -> Number:
    """How many days so many calendar months may have."""
    years, rest = divmod(months, 12)
    return Number.pair(Fraction(365 * years + 28 * rest), Fraction(366 * years + 31 * rest), causes)


def part_of_divisor(expr: t.Calculated) -> tuple[tuple[t.Expr, ...], tuple[t.Expr, ...]] | None:
    """(the other factors, what must not be negative) where a factor of what is divided is part of the divisor:
    the divisor itself, a term of the sum it is, or the least of several that names it.

    `a * x / (x + y)` and `a * min(x, y) / x` are at most `a` where x and y are not negative.
    """
    factors = list(_chain(expr.left, "*"))
    terms = list(_chain(expr.right, "+"))
    for n, factor in enumerate(factors):
        named = factor.arguments if isinstance(factor, t.Applied) and factor.function == "min" and len(factor.arguments) > 1 else ()
        if factor == expr.right or factor in terms or any(x == expr.right or x in terms for x in named):
            return (*factors[:n], *factors[n + 1 :]), (*terms, *named)
    return None


def _chain(expr: t.Expr, op: str) -> Iterator[t.Expr]:
    if isinstance(expr, t.Calculated) and expr.op == op:
        yield from _chain(expr.left, op)
        yield from _chain(expr.right, op)
    else:
        yield expr


def _rounded(name: str, parts: list[Value]) -> Value:
    if not all(isinstance(p, Number) for p in parts):
        return Unknown(frozenset().union(*(v.causes_of(p) for p in parts)))
    value = parts[0]
    assert isinstance(value, Number)
    if name == "abs":
        return v.absolute(value)
    step = parts[1] if len(parts) > 1 else Number.of(1)
    assert isinstance(step, Number)
    if not step.exact:  # within one step of the number, on the side it is taken to
        size = step.high
        causes = value.causes | step.causes
        if size is None:
            return Number(None, None, causes)
        low = None if value.low is None else value.low if name == "round up" and value.low >= 0 else value.low - size
        high = None if value.high is None else value.high if name == "round down" and value.high >= 0 else value.high + size
        if value.low is not None and value.low >= 0 and low is not None:
            low = max(low, Fraction(0))
        return Number(low, high, causes)
    size = step.low
    assert size is not None

    def turn(x: Fraction | None) -> Fraction | None:
        if x is None:
            return None
        if name == "floor":
            return Fraction((x / size).__floor__()) * size
        if name == "ceiling":
            return Fraction((x / size).__ceil__()) * size
        return round_to(x, size, name.removeprefix("round "))

    return Number.pair(turn(value.low), turn(value.high), value.causes)


def add_months(day: date, months: int) -> date:
    """Calendar months later; the last day of a shorter month where the day does not exist."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise UsageError(f"日期超出范围：{day} {months:+} 个月")


def _apart(name: str, start: date, end: date) -> int:
    """Full years or months, or days, from one day to another; `through`: with the last day counted too."""
    unit, _, kind = name.partition(" ")
    try:
        end += timedelta(days=kind == "through")
        months = 0 if unit == "days" else full_months(start, end)
    except OverflowError:
        raise UsageError(f"日期超出范围：{end} 的次日") from None
    match unit:
        case "days":
            return (end - start).days
        case "months":
            return months
    return -(-months // 12) if months < 0 else months // 12


def _part_of(name: str, day: date) -> int:
    match name:
        case "month of":
            return day.month
        case "day of":
            return day.day
        case "weekday of":
            return day.isoweekday()
    return (day.month + 2) // 3


def _day_of(year: int, month: int, day: int) -> date:
    """The day; the last one of a month that has fewer."""
    for last in (day, 30, 29, 28):
        try:
            return date(year, month, min(day, last))
        except ValueError:
            continue
    raise UsageError(f"日期超出范围：{year} 年 {month} 月 {day} 日")


def _raised(parts: list[Value], causes: v.Causes) -> Value:
    """A whole power; of pairs the least and the most it may be."""
    base, exponent = parts
    if not (isinstance(base, Number) and isinstance(exponent, Number)):
        return Unknown(causes)
    try:
        return Number.pair(*power((base.low, base.high), (exponent.low, exponent.high)), causes)
    except TooLarge:
        raise UsageError("乘方大得算不了：底的位数乘指数太大") from None


def full_months(start: date, end: date) -> int:
    """Whole calendar months from start to end (negative if end is earlier)."""
    if end < start:
        return -full_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def _working_day(day: date, count: int) -> date:
    try:
        from chinese_calendar import is_workday  # an optional dependency, and slow to import
    except ImportError:
        raise UsageError("工作日历没有安装：pip install 'huiqi[working_days]'") from None
    step = 1 if count >= 0 else -1
    try:
        for _ in range(abs(count)):
            day += timedelta(days=step)
            while not is_workday(day):
                day += timedelta(days=step)
    except NotImplementedError:
        raise UsageError(f"工作日历里没有 {day.year} 年的放假安排；升级 chinesecalendar，或改用日历日") from None
    return day


__all__ = ["Boolean", "Env", "Evaluator", "Use", "add_months", "compare", "full_months", "round_to"]
