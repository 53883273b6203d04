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
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from typing import Any, ClassVar

from .. import values as v
from ..errors import UsageError
from ..language import typed as t
from ..language.types import Boolean, GroupOf, Period, Quantity, RecordOf
from ..plain import dataclass
from ..rulebook.compiled import (
    APPLICATION_YEAR,
    DECISION_DAY,
    SUPPORT,
    Basis,
    CompiledRulebook,
    FactSpec,
    ParameterSpec,
    ParameterVersion,
    Standing,
    known_under,
    name_of,
)
from ..rulebook.literals import Span
from ..values import ABSENT, Cause, Items, Known, Number, Subject, Topic, Truth, Undefined, Unknown, Value, cause
from ..words import CauseKind
from . import tables
from .comparing import as_value, compare, not_known, truth_of, value_of
from .days import add_months, days_of
from .functions import applied, count, sum_of
from .groups import Grouped
from .lookups import lookup
from .shared import Sharing
from .told import Entry, Facts, Given
from .uses import Conclusion, Env, Recognise, Slot, Spans, Use, UseKind
from .versions import NOTES, candidates, day_edges, timeless, version_on

NOTED = 100_000  # of what follows from a rulebook and a day, kept beside it
ANSWERS = 64  # combinations of answers to untold choices that are gone through


@dataclass(frozen=True)
class _Question:
    """An untold choice: where it stands among others, what it may be, why it is unknown, whose it is."""

    place: tuple[str, ...]
    options: tuple[Any, ...]
    causes: v.Causes
    entry: int | None


class Evaluator:
    """Evaluates expressions for one enterprise on one decision day. Not shared between threads."""

    known: date | None = None  # what is known of the rules: as of this day, else as of the day of decision

    def __init__(self, book: CompiledRulebook, facts: Facts, on: date, recognise: Recognise) -> None:
        self.book, self.facts, self.on, self.recognise = book, facts, on, recognise
        self.notes = NOTES.of(book)
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
        own = {id(e) for e in env.variables.values()}
        questions: list[tuple[Slot, _Question]] = []
        ways = 1
        for slot, question in self._choices_met(expr, env):
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

    def untold_choices(self, expr: t.Expr, env: Env) -> Mapping[Slot, tuple[tuple[Any, ...], v.Causes]]:
        """The choices that it meets and that are not told: what each may be, and why it is not known."""
        return {slot: (q.options, q.causes) for slot, q in self._choices_met(expr, env)}

    def _choices_met(self, expr: t.Expr, env: Env) -> list[tuple[Slot, _Question]]:
        """The untold choices it comes by, in the order of their places."""
        outer, self.asked = self.asked, {}
        with self._supposing({}):
            self.traced(expr, env)
        met, self.asked = self.asked, outer
        return sorted(met.items(), key=lambda kv: kv[1].place)

    def truth_given(self, expr: t.Expr, env: Env, answers: Mapping[Slot, Any]) -> Truth:
        """What it comes to if these choices were told so."""
        with self._supposing(answers):
            return truth_of(self.traced(expr, env)[0])

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
        return truth_of(self.value(expr, env))

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
            return value_of(given.value)
        where = ("untold", spec.key, said, given is None)
        causes = self.notes.get(where)
        if causes is None:
            causes = self.notes[where] = _lacking(spec, given, Subject(Topic.FACT, spec.key, year=said))
        return self._not_given(expr, spec, causes, (spec.key, year), ("0", spec.key, str(said or "")))

    def _not_given(self, expr: t.Expr, spec: FactSpec, causes: v.Causes, slot: Slot, place: tuple[str, ...], entry: Entry | None = None) -> Value:
        if slot in self.supposed:
            return value_of(self.supposed[slot])
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
            return not_known(expr, causes)
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
            return value_of(given.value)
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
        version = version_on(self.book, known, env.day, env.document)
        if not isinstance(version, frozenset):
            value, use = self._of_version(expr, spec, version, env)
            return value, frozenset({use})
        versions = candidates(self.book, known, env.document, within)
        if not versions:
            return not_known(expr, version), frozenset()
        found = [self._of_version(expr, spec, x, env) for x in versions]
        return tables.either([value for value, _ in found], [(len(found), version)]), frozenset(use for _, use in found)

    def _of_version(self, expr: t.ParameterRef, spec: ParameterSpec, version: ParameterVersion | None, env: Env) -> tuple[Value, Use]:
        if spec.key in self.book.readings and (version is None or version.value is None):
            open_reading = cause(CauseKind.JUDGEMENT, Topic.READING, spec.key)
            return not_known(expr, open_reading), Use(UseKind.PARAMETER, spec.key, None, version.basis if version else None, Standing.ENACTED)
        if version is None or version.value is None:
            basis = version.basis if version else None
            use = Use(UseKind.PARAMETER, spec.key, None, basis, Standing.UNSET)
            low, high = spec.declared
            causes = cause(CauseKind.UNSET, Topic.FIGURE, spec.key)
            return Number.pair(low, high, causes) if isinstance(expr.type, Quantity) else not_known(expr, causes), use
        standing = self.standing(version.basis, env, version.start)
        return value_of(version.value), Use(UseKind.PARAMETER, spec.key, version.value, version.basis, standing)

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
        return as_value(truth)

    def _conclusionref(self, expr: t.ConclusionRef, env: Env) -> Value:
        """A measure's conclusion is one for the whole decision: nothing supposed here changes it."""
        found = self.conclusions[expr.measure]
        truth = found.granted
        if expr.record is not None:
            entry = self.value(expr.record, env)
            assert isinstance(entry, Known) and isinstance(entry.value, Entry)
            truth = found.records.get(entry.value.key, v.FAILS)
        self.uses.add(Use(UseKind.MEASURE, expr.measure, found.amount if expr.amount else truth.verdict, None, found.standing))
        return found.amount if expr.amount else as_value(truth)

    def support(self) -> Items:
        """Support received before, as far as it is told; unknown where the rulebook does not ask for it."""
        key = next((k for k in self.book.records if name_of(k) == SUPPORT), None)
        if key is None:
            return Items((), False, cause(CauseKind.MISSING, Topic.LIST, f"/{SUPPORT}"))
        return self._listing(key)

    def history(self) -> Items | None:
        """Support received before as it is told; None where none is, or nobody asks for it."""
        key = next((k for k in self.book.records if name_of(k) == SUPPORT), None)
        listing = None if key is None else self.facts.records.get(key)
        return None if key is None or listing is None or not listing.entries else self._listing(key)

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
            edges = self.notes["edges"] = day_edges(self.book)
        return bisect_right(edges, day.toordinal())

    # -- tables ---------------------------------------------------------------------------------

    # -- lists ----------------------------------------------------------------------------------

    def items(self, expr: t.Expr, env: Env) -> Items:
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

    def sum_of(self, expr: t.Applied, items: Items) -> Value:
        return sum_of(self, expr, items)

    def _filtered(self, expr: t.Filtered, env: Env) -> Value:
        """A filter relies on all its condition reads of every record: who is left out matters as who is left in."""
        base = self.items(expr.base, env)
        parts = expr.condition.items if isinstance(expr.condition, t.All) else (expr.condition,)
        kept = []
        for entry, belongs in base.items:
            inner = env.bind(expr.variable, entry)
            truth = v.conjunction([belongs, *[self.truth(part, inner) for part in parts]])
            if truth.value is not False:
                kept.append((entry, truth))
        return Items(tuple(kept), base.complete, base.causes)

    def _projection(self, expr: t.Projection, env: Env) -> Value:
        base = self.items(expr.base, env)
        items = tuple((self.value(expr.body, env.bind(expr.variable, entry)), belongs) for entry, belongs in base.items)
        return Items(items, base.complete, base.causes)

    def _quantifier(self, expr: t.Quantifier, env: Env) -> Value:
        base = self.items(expr.base, env)
        if expr.kind == "count":
            held = [(entry, v.conjunction([belongs, self.truth(expr.condition, env.bind(expr.variable, entry))])) for entry, belongs in base.items]
            return count(Items(tuple(x for x in held if x[1].value is not False), base.complete, base.causes))
        some = expr.kind == "some"

        def part(entry: Any, belongs: Truth) -> Callable[[], Truth]:
            inner = env.bind(expr.variable, entry)
            if some:
                return lambda: v.conjunction([belongs, self.truth(expr.condition, inner)])
            return lambda: v.disjunction([v.negation(belongs), self.truth(expr.condition, inner)])

        parts = [part(entry, belongs) for entry, belongs in base.items]
        if not base.complete:
            parts.append(lambda: Truth(None, base.causes))
        return as_value(self.joined(some, parts))

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
                return days_of(term.value, unknown)
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
        return as_value(compare(expr.op, a, b))

    def _member(self, expr: t.Member, env: Env) -> Value:
        value = self.value(expr.value, env)
        return as_value(self._belongs(value, expr.target, env))

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
                ends.append(compare(">=" if span.low_closed else ">", value, value_of(span.low)))
            if span.high is not None:
                ends.append(compare("<=" if span.high_closed else "<", value, value_of(span.high)))
            return v.conjunction(ends)
        if isinstance(found, Known):
            return v.disjunction([compare("=", value, value_of(x)) for x in found.value]) if not v.causes_of(value) else Truth(None, v.causes_of(value))
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
        return as_value(self.joined(False, [lambda p=p: truth_of(p()) for p in parts], guard))  # type: ignore[misc]

    def any_of(self, parts: Sequence[Callable[[], Value]], guard: int | None) -> Value:
        return as_value(self.joined(True, [lambda p=p: truth_of(p()) for p in parts], guard))  # type: ignore[misc]

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
        return as_value(v.negation(self.truth(expr.operand, env)))

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
        t.Lookup: lookup,
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
        t.Applied: applied,
        t.Quantifier: _quantifier,
        t.AbsentTest: _absenttest,
    }


# -- helpers ---------------------------------------------------------------------------------------


def _options(spec: FactSpec) -> tuple[Any, ...]:
    """What a choice or a yes-or-no may be; () for what has no such list."""
    options = (True, False) if isinstance(spec.type, Boolean) else spec.options
    return (*options, ABSENT) if options and spec.optional else tuple(options)


def guard_of(items: Sequence[t.Expr]) -> int | None:
    """The number of the first part that tests for 无: those after it may rely on its outcome."""
    return next((n for n, item in enumerate(items) if any(isinstance(x, t.AbsentTest) for x in t.walk(item))), None)


def _lacking(spec: FactSpec, given: Given | None, what: Subject) -> v.Causes:
    """Why something untold, or told to be confirmed, is not known."""
    return frozenset({Cause(CauseKind(spec.cause) if given is None else CauseKind.UNVERIFIED, what)})


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


__all__ = ["Evaluator", "guard_of", "part_of_divisor"]
