"""The reference meaning of an expression: exact, three-valued, over the typed tree.

Deliberately small and plain: every other reader is tested against it. Missing numbers are open
pairs; a quotient whose divisor may be zero tells nothing at all until the divisor is told (it might
turn out undefined), so that telling more never overturns a comparison. Every figure that is read is
recorded as a `Use`, with its basis, for the explanation and for contagion of standing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from ..errors import UsageError
from ..language import typed as t
from ..language.printer import sentence
from ..language.types import Boolean, Quantity
from ..rulebook.compiled import (
    APPLICATION_YEAR, DECISION_DAY, Basis, CompiledRulebook, ParameterSpec, ParameterVersion, RowSpec, Standing, TableSpec, Test, listing_word, name_of,
)  # fmt: skip
from ..rulebook.literals import Span, show_value
from . import values as v
from .facts import Entry, Facts, Given
from .values import ABSENT, Cause, Items, Known, Number, Truth, Undefined, Unknown, Value


@dataclass(frozen=True)
class Use:
    """A figure (or recognition) that an evaluation read: what, its value, on which basis."""

    kind: str  # parameter | table | recognition | definition
    key: str
    text: str
    basis: Basis | None
    standing: Standing

    @property
    def name(self) -> str:
        return name_of(self.key)


@dataclass(frozen=True)
class Env:
    """What an expression is evaluated under: the governing date, the scheme's document, binders."""

    day: date | v.Causes  # causes where the governing date is not known
    document: str | None = None
    variables: Mapping[str, Entry] = field(default_factory=dict)

    def bind(self, name: str, entry: Entry) -> Env:
        return replace(self, variables={**self.variables, name: entry})


Recognise = Callable[[str, bool, "date | v.Causes"], tuple[Truth, Standing]]


class Evaluator:
    """Evaluates expressions for one enterprise on one decision day. Not shared between threads."""

    def __init__(self, book: CompiledRulebook, facts: Facts, on: date, recognise: Recognise) -> None:
        self.book, self.facts, self.on, self.recognise = book, facts, on, recognise
        self.uses: set[Use] = set()
        self.touched: set[str] = set()
        self.paying = False  # an amount is being worked out, not a condition
        self._memo: dict[Any, tuple[Value, frozenset[Use], frozenset[str]]] = {}
        self._listings: dict[str, tuple[tuple[Entry, Truth], ...]] = {}

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
        """As `traced`, for what is paid: a table bounds it even where its row is not known."""
        self.paying = True
        try:
            return self.traced(expr, env)
        finally:
            self.paying = False

    def truth(self, expr: t.Expr, env: Env) -> Truth:
        return _truth(self.value(expr, env))

    def number(self, expr: t.Expr, env: Env) -> Value:
        """A quantity: `Number`, or `Undefined`/`Unknown` where it has no value to speak of."""
        value = self.value(expr, env)
        if isinstance(value, Known):  # 无 where a rule says it is handled cannot get here
            return Unknown(frozenset({Cause("missing", sentence(expr.source))}))
        return value

    def value(self, expr: t.Expr, env: Env) -> Value:
        method: Callable[[Any, Env], Value] = getattr(self, f"_{type(expr).__name__.lower()}")
        return method(expr, env)

    # -- leaves ---------------------------------------------------------------------------------

    def _const(self, expr: t.Const, env: Env) -> Value:
        return Number.of(expr.value) if isinstance(expr.type, Quantity) and isinstance(expr.value, Fraction) else Known(expr.value)

    def _factref(self, expr: t.FactRef, env: Env) -> Value:
        spec = self.book.facts[expr.fact]
        year = self.facts.year if spec.yearly else None
        subject = spec.name
        if expr.year is not None:
            wanted = self.value(expr.year, env)
            if not isinstance(wanted, Known):
                return _unknown(expr, v.causes_of(wanted))
            year = int(wanted.value)
            subject = f"{spec.name}（{year}年度）"
        self.touched.add(spec.key)
        given = self.facts.facts.get(spec.key, {}).get(year)
        return self._given(expr, given, spec.cause, subject)

    def _given(self, expr: t.Expr, given: Given | None, cause: str, subject: str) -> Value:
        if given is None:
            return _unknown(expr, frozenset({Cause(cause, subject)}))
        if given.value is None:
            return _unknown(expr, frozenset({Cause("unverified", subject)}))
        return _wrap(given.value)

    def _field(self, expr: t.Field, env: Env) -> Value:
        base = self.value(expr.base, env)
        assert isinstance(base, Known) and isinstance(base.value, Entry)
        entry: Entry = base.value
        assert hasattr(expr.base.type, "record")
        spec = self._column(expr.base.type.record, expr.name)
        given = entry.values.get(expr.name)
        return self._given(expr, given, spec.cause, f"{entry.key}的{expr.name}")

    def _column(self, record: str, name: str) -> Any:
        return next(r for r in self.book.records.values() if r.name == record and name in r.fields).fields[name]

    def _variable(self, expr: t.Variable, env: Env) -> Value:
        return Known(env.variables[expr.name])

    def _nameddate(self, expr: t.NamedDate, env: Env) -> Value:
        if expr.name == DECISION_DAY:
            return Known(self.on)
        assert expr.name == APPLICATION_YEAR
        if self.facts.year is None:
            return Unknown(frozenset({Cause("missing", APPLICATION_YEAR)}))
        return Known(self.facts.year)

    def _recordsref(self, expr: t.RecordsRef, env: Env) -> Value:
        self.touched.add(expr.record)
        listing = self.facts.records.get(expr.record)
        name = name_of(expr.record)
        if listing is None:
            return Items((), False, frozenset({Cause("missing", listing_word(name))}))
        items = self._listings.get(expr.record)
        if items is None:
            items = self._listings[expr.record] = tuple((entry, v.HOLDS) for entry in listing.entries)
        causes = v.NONE_KNOWN if listing.complete else frozenset({Cause("missing", f"{listing_word(name)}（未列全）")})
        return Items(items, listing.complete, causes)

    def _parameterref(self, expr: t.ParameterRef, env: Env) -> Value:
        spec = self.book.parameters[expr.parameter]
        day: date | v.Causes = env.day
        if expr.day is not None:
            wanted = self.value(expr.day, env)
            day = wanted.value if isinstance(wanted, Known) else v.causes_of(wanted)
        key = ("figure", spec.key, day, env.document)
        found = self.book.cache.get(key)
        if found is None:
            found = self._figure(expr, spec, day, env.document)
            if isinstance(day, date):
                self.book.cache[key] = found
        value, use = found
        if use is not None:
            self.uses.add(use)
        return value

    def _figure(self, expr: t.ParameterRef, spec: ParameterSpec, day: date | v.Causes, document: str | None) -> tuple[Value, Use | None]:
        """A parameter's value on a day, and the use it is recorded by."""
        version = self._version(spec.versions, day, document)
        if isinstance(version, frozenset):
            return _unknown(expr, version), None
        if version is None or version.value is None:
            basis = version.basis if version else None
            use = Use("parameter", spec.key, "未定", basis, Standing.UNSET)
            low, high = spec.declared
            causes = frozenset({Cause("unset", spec.name)})
            return Number.pair(low, high, causes) if isinstance(expr.type, Quantity) else _unknown(expr, causes), use
        text = show_value(version.value, spec.type)
        standing = self.book.basis_standing(version.basis, day if isinstance(day, date) else self.on)
        return _wrap(version.value), Use("parameter", spec.key, text, version.basis, standing)

    def _version(
        self, versions: tuple[ParameterVersion, ...], day: date | v.Causes, document: str | None
    ) -> ParameterVersion | v.Causes | None:
        """The version of the day; under a scheme, the version of the scheme's document."""
        if document is not None:
            family = self.book.documents[document].family
            own = [x for x in versions if x.basis.document and self.book.documents[x.basis.document].family == family]
            if own:
                exact = [x for x in own if x.basis.document == document] or own
                if not isinstance(day, date) and len(exact) > 1:
                    return day
                inside = [x for x in exact if isinstance(day, date) and _covers(x, day)]
                return inside[0] if inside else max(exact, key=lambda x: x.start or date.min)
        if not isinstance(day, date):
            return versions[0] if len(versions) == 1 and versions[0].start is None and versions[0].end is None else day
        return next((x for x in versions if _covers(x, day)), None)

    def _definitionref(self, expr: t.DefinitionRef, env: Env) -> Value:
        spec = self.book.definitions[expr.definition]
        variables: dict[str, Entry] = {}
        if expr.base is not None:
            base = self.value(expr.base, env)
            assert isinstance(base, Known)
            variables["§本条"] = base.value
        # loans governed by their own dates ask the same of each other on many days, few of which differ
        day = self.span(env.day) if timeless(expr, self.book) else env.day
        key = (spec.key, day, env.document, self.paying, variables.get("§本条") and variables["§本条"].key)
        if key not in self._memo:
            self._memo[key] = self.traced(spec.expr, Env(env.day, env.document, variables))
        value, uses, touched = self._memo[key]
        self.uses |= uses
        self.touched |= touched
        if spec.basis.hand is not Standing.ENACTED:
            standing = self.book.basis_standing(spec.basis, env.day if isinstance(env.day, date) else self.on)
            self.uses.add(Use("definition", spec.key, sentence(spec.expr.source), spec.basis, standing))
        return value

    def _recognitionref(self, expr: t.RecognitionRef, env: Env) -> Value:
        # judging the recognition reads figures of its own: they are not this expression's
        uses, touched = self.uses, self.touched
        self.uses, self.touched = set(), set()
        truth, standing = self.recognise(expr.recognition, expr.meets, env.day)
        self.uses, self.touched = uses, touched
        title = self.book.recognitions[expr.recognition].title
        word = f"{title}（条件测评）" if expr.meets else title
        self.uses.add(Use("recognition", f"{expr.recognition}/{word}", truth.verdict, None, standing))
        return _bool(truth)

    def span(self, day: date | v.Causes) -> int | v.Causes:
        """Days between which no version and no document begins or ends: figures and standings are one."""
        if not isinstance(day, date):
            return day
        edges = self.book.cache.get("edges")
        if edges is None:
            edges = self.book.cache["edges"] = _day_edges(self.book)
        return bisect_right(edges, day.toordinal())

    # -- tables ---------------------------------------------------------------------------------

    def _lookup(self, expr: t.Lookup, env: Env) -> Value:
        table = self.book.tables[expr.table]
        inputs = [self.value(a, env) for a in expr.arguments]
        if any(isinstance(i, Undefined) for i in inputs):
            return next(i for i in inputs if isinstance(i, Undefined))
        if wild := [i for i, a in zip(inputs, expr.arguments, strict=True) if isinstance(i, Unknown) and isinstance(a.type, Quantity)]:
            # a quotient that may yet turn out undefined tells nothing, not even which rows remain
            return Unknown(frozenset().union(*(i.causes for i in wild)))
        if table.match in ("slab", "marginal"):
            return self._banded(table, inputs[0], env)
        possible: list[tuple[RowSpec, Truth]] = []
        for row in self._rows(table, env):
            truth = v.conjunction(_cell(test, value) for test, value in zip(row.tests, inputs, strict=True))
            if truth.value is False:
                continue
            possible.append((row, truth))
            if truth.value is True and table.match == "first":
                break
        certain = [r for r, truth in possible if truth.value is True]
        causes: v.Causes = frozenset().union(*(truth.causes for _, truth in possible if truth.value is None))
        if not possible:
            self.uses.add(Use("table", table.key, "没有对应的一行", None, Standing.UNSET))
            return self._no_row(expr, table, env, frozenset({Cause("unset", f"{table.name}（没有对应的一行）")}))
        for row, _ in possible:
            self._use_row(table, row, env)
        results = [self._cell_value(table, row) for row, _ in possible]
        if table.match == "highest":
            numbers = [r for r in results if isinstance(r, Number)]
            sure = [r for (row, truth), r in zip(possible, results, strict=True) if truth.value is True and isinstance(r, Number)]
            if not sure:
                return self._no_row(expr, table, env, causes)
            top = v.greatest(numbers)
            return Number.pair(v.greatest(sure).low, top.high, causes | top.causes)
        if len(possible) == 1 and certain:
            return results[0]
        if all(r == results[0] for r in results) and certain:
            return results[0]
        if isinstance(expr.type, Quantity) and certain:
            return _hull([r for r in results if isinstance(r, Number)], causes)
        return self._no_row(expr, table, env, causes)

    def _no_row(self, expr: t.Lookup, table: TableSpec, env: Env, causes: v.Causes) -> Value:
        """Perhaps no row applies, and no figure exists. An amount is still at most the table's most;
        a threshold nobody set must decide nothing."""
        if not isinstance(expr.type, Quantity):
            return Unknown(causes)
        if not self.paying:
            return Number(None, None, causes)
        values = [r.value for r in self._rows(table, env)]
        return Number(None, None if any(x is None for x in values) else max(values), causes)

    def _rows(self, table: TableSpec, env: Env) -> Iterator[RowSpec]:
        """Under a scheme, the rows of its document; else all."""
        if env.document is None:
            yield from table.rows
            return
        family = self.book.documents[env.document].family
        own = [r for r in table.rows if r.basis.document and self.book.documents[r.basis.document].family == family]
        yield from own or table.rows

    def _use_row(self, table: TableSpec, row: RowSpec, env: Env) -> None:
        standing = Standing.UNSET if row.value is None else self.book.basis_standing(row.basis, env.day if isinstance(env.day, date) else self.on)
        cells = "，".join(f"{name} {test.text}" for (name, _), test in zip(table.inputs, row.tests, strict=True))
        text = "未读" if row.value is None else show_value(row.value, table.value_type)
        self.uses.add(Use("table", table.key, f"{cells}：{text}", row.basis, standing))

    def _cell_value(self, table: TableSpec, row: RowSpec) -> Value:
        if row.value is None:
            causes = frozenset({Cause("unset", f"{table.name}（{row.text}）")})
            return Number(None, None, causes) if isinstance(table.value_type, Quantity) else Unknown(causes)
        return Number.of(row.value) if isinstance(table.value_type, Quantity) else Known(row.value)

    def _banded(self, table: TableSpec, amount: Value, env: Env) -> Value:
        """slab: the whole amount at its band's rate; marginal: each part at its own band's."""
        if not isinstance(amount, Number):
            return Unknown(v.causes_of(amount))
        rows = list(self._rows(table, env))
        ends = []
        for end in (amount.low, amount.high):
            ends.append(None if end is None else self._band(table, rows, end, env))
        low, high = ends
        if low is None or high is None or not isinstance(low, Number) or not isinstance(high, Number):
            causes = amount.causes.union(*(v.causes_of(e) for e in ends if e is not None))
            return Number(None, None, causes)
        if amount.exact:
            return low
        if table.match == "marginal":  # monotone where every rate is at least zero
            return Number.pair(low.low, high.high, amount.causes | low.causes | high.causes)
        assert amount.low is not None and amount.high is not None
        reached = [r for r in rows if _overlaps(r.tests[0], amount.low, amount.high)]
        rates = [r.value for r in reached if r.value is not None]
        if not rates or len(rates) < len(reached):
            return Number(None, None, amount.causes)
        return Number.pair(min(r * amount.low for r in rates), max(r * amount.high for r in rates), amount.causes)

    def _band(self, table: TableSpec, rows: list[RowSpec], amount: Fraction, env: Env) -> Value:
        total = Fraction(0)
        if not any(_cell(r.tests[0], Number.of(amount)).value for r in rows):
            self.uses.add(Use("table", table.key, "没有对应的一档", None, Standing.UNSET))
            return Number(None, None, frozenset({Cause("unset", f"{table.name}（没有对应的一档）")}))
        for row in rows:
            inside = _cell(row.tests[0], Number.of(amount)).value
            low, high = _edges(row.tests[0])
            reached = low is None or amount > low
            if (table.match == "slab" and not inside) or (table.match == "marginal" and not (reached or inside)):
                continue
            self._use_row(table, row, env)
            if row.value is None:
                return Number(None, None, frozenset({Cause("unset", f"{table.name}（{row.text}）")}))
            if table.match == "slab":
                return Number.of(amount * row.value)
            top = amount if high is None else min(amount, high)
            total += (top - (low or 0)) * row.value
        return Number.of(total)

    # -- lists ----------------------------------------------------------------------------------

    def _items(self, expr: t.Expr, env: Env) -> Items:
        value = self.value(expr, env)
        assert isinstance(value, Items)
        return value

    def _filtered(self, expr: t.Filtered, env: Env) -> Value:
        base = self._items(expr.base, env)
        kept = []
        for entry, belongs in base.items:
            truth = v.conjunction([belongs, self.truth(expr.condition, env.bind(expr.variable, entry))])
            if truth.value is not False:
                kept.append((entry, truth))
        return Items(tuple(kept), base.complete, base.causes)

    def _projection(self, expr: t.Projection, env: Env) -> Value:
        base = self._items(expr.base, env)
        items = tuple((self.value(expr.body, env.bind(expr.variable, entry)), belongs) for entry, belongs in base.items)
        return Items(items, base.complete, base.causes)

    def _quantifier(self, expr: t.Quantifier, env: Env) -> Value:
        base = self._items(expr.base, env)
        truths = [(belongs, self.truth(expr.condition, env.bind(expr.variable, entry))) for entry, belongs in base.items]
        rest = [] if base.complete else [Truth(None, base.causes)]
        if expr.kind == "some":
            return _bool(v.disjunction([*(v.conjunction([b, c]) for b, c in truths), *rest]))
        return _bool(v.conjunction([*(v.disjunction([v.negation(b), c]) for b, c in truths), *rest]))

    def _listed(self, expr: t.Listed, env: Env) -> Value:
        return Items(tuple((self.value(i, env), v.HOLDS) for i in expr.items), True)

    # -- arithmetic -----------------------------------------------------------------------------

    def _negated(self, expr: t.Negated, env: Env) -> Value:
        operand = self.value(expr.operand, env)
        return v.negate(operand) if isinstance(operand, Number) else operand

    def _calculated(self, expr: t.Calculated, env: Env) -> Value:
        a, b = self.value(expr.left, env), self.value(expr.right, env)
        if not isinstance(expr.left.type, Quantity) or not isinstance(expr.right.type, Quantity):
            return self._moved(expr, a, b)
        undefined = [x for x in (a, b) if isinstance(x, Undefined)]
        if undefined:
            return Undefined(any(u.fails for u in undefined), undefined[0].subject)
        if expr.op == "/" and isinstance(b, Number) and b.exact and b.low == 0:
            return Undefined(bool(expr.zero_fails), sentence(expr.right.source))
        if not (isinstance(a, Number) and isinstance(b, Number)):
            return Unknown(v.causes_of(a) | v.causes_of(b))
        if expr.op == "/":
            if not b.exact and (b.low is None or b.low <= 0) and (b.high is None or b.high >= 0) and expr.zero_fails is not None:
                return Unknown(a.causes | b.causes)
            if not b.exact and expr.zero_fails is None:
                b = Number(b.low if b.low is not None and b.low > 0 else None, b.high, b.causes)
            return v.divide(a, b)
        return {"+": v.add, "-": lambda x, y: v.add(x, v.negate(y)), "*": v.multiply}[expr.op](a, b)

    def _moved(self, expr: t.Calculated, a: Value, b: Value) -> Value:
        """Dates, periods and years."""
        unknown = v.causes_of(a) | v.causes_of(b)
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
            low, high = self.value(target.low, env), self.value(target.high, env)
            return v.conjunction([
                compare(">=" if target.low_closed else ">", value, low),
                compare("<=" if target.high_closed else "<", value, high),
            ])  # fmt: skip
        if isinstance(target, t.Listed):
            return v.disjunction([
                self._belongs(value, i, env) if isinstance(i, t.Ranged) else compare("=", value, self.value(i, env)) for i in target.items
            ])  # fmt: skip
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

    def _all(self, expr: t.All, env: Env) -> Value:
        return _bool(v.conjunction(self.truth(i, env) for i in expr.items))

    def _anyof(self, expr: t.AnyOf, env: Env) -> Value:
        return _bool(v.disjunction(self.truth(i, env) for i in expr.items))

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
        condition = self.truth(expr.condition, env)
        if condition.value is not None:
            return self.value(expr.then if condition.value else expr.otherwise, env)
        a, b = self.value(expr.then, env), self.value(expr.otherwise, env)
        if a == b and not v.causes_of(a):
            return a
        causes = condition.causes | v.causes_of(a) | v.causes_of(b)
        if isinstance(a, Number) and isinstance(b, Number):
            return _hull([a, b], causes)
        return Items((), False, causes) if isinstance(a, Items) else Unknown(causes)

    # -- functions ------------------------------------------------------------------------------

    def _applied(self, expr: t.Applied, env: Env) -> Value:
        name = expr.function
        if name in ("count", "distinct count", "sum"):
            return getattr(self, f"_{name.replace(' ', '_')}")(expr, self._items(expr.arguments[0], env))  # type: ignore[no-any-return]
        parts = [self.value(a, env) for a in expr.arguments]
        if name in ("min", "max", "mean"):
            return self._extreme(expr, parts)
        if undefined := [p for p in parts if isinstance(p, Undefined)]:
            return undefined[0]
        if name in ("abs", "floor", "ceiling", "round down", "round up", "round half up"):
            return _rounded(name, parts)
        unknown: v.Causes = frozenset().union(*(v.causes_of(p) for p in parts))
        if unknown:
            return Number(None, None, unknown) if isinstance(expr.type, Quantity) else Unknown(unknown)
        plain: list[Any] = [p.value if isinstance(p, Known) else p.low if isinstance(p, Number) else p for p in parts]
        match name:
            case "months between":
                return Number.of(full_months(plain[0], plain[1]))
            case "years between":
                months = full_months(plain[0], plain[1])
                return Number.of(-(-months // 12) if months < 0 else months // 12)
            case "days between":
                return Number.of((plain[1] - plain[0]).days)
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
                listed = plain[1]
                if isinstance(listed, Items):
                    listed = tuple(x.value for x, _ in listed.items if isinstance(x, Known))
                prefixes = listed if isinstance(listed, tuple) else (listed,)
                return Known(any(plain[0].startswith(p) for p in prefixes))
            case "working day after":
                return Known(_working_day(plain[0], int(plain[1])))
        raise AssertionError(f"unknown function {name}")  # pragma: no cover

    def _count(self, expr: t.Applied, items: Items) -> Value:
        sure = sum(1 for _, b in items.items if b.value is True)
        causes = items.causes.union(*(b.causes for _, b in items.items))
        return Number.pair(Fraction(sure), Fraction(len(items.items)) if items.complete else None, causes)

    def _distinct_count(self, expr: t.Applied, items: Items) -> Value:
        sure = {x.value for x, b in items.items if isinstance(x, Known) and b.value is True}
        maybe = {x.value for x, b in items.items if isinstance(x, Known)}
        loose = sum(1 for x, _ in items.items if not isinstance(x, Known))
        causes = items.causes.union(*(b.causes | v.causes_of(x) for x, b in items.items))
        low = max(len(sure), 1 if any(b.value is True for _, b in items.items) else 0)
        return Number.pair(Fraction(low), Fraction(len(maybe) + loose) if items.complete else None, causes)

    def _sum(self, expr: t.Applied, items: Items) -> Value:
        total = v.ZERO
        for value, belongs in items.items:
            if isinstance(value, Undefined) or not isinstance(value, Number):
                return Unknown(v.causes_of(value) | belongs.causes)
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

    def _extreme(self, expr: t.Applied, parts: list[Value]) -> Value:
        pairs: list[tuple[Value, Truth]] = [(p, v.HOLDS) for p in parts]
        complete, causes = True, v.NONE_KNOWN
        if len(parts) == 1 and isinstance(parts[0], Items):
            pairs, complete, causes = list(parts[0].items), parts[0].complete, parts[0].causes
        undefined = [(p, b) for p, b in pairs if isinstance(p, Undefined)]
        if sure := [p for p, b in undefined if b.value is True and isinstance(p, Undefined)]:
            return Undefined(any(p.fails for p in sure), sure[0].subject)
        if undefined:
            return Unknown(causes.union(*(b.causes for _, b in undefined)))
        if not isinstance(expr.type, Quantity):  # dates
            unknown = causes.union(*(v.causes_of(p) | b.causes for p, b in pairs))
            if unknown or not complete:
                return Unknown(unknown)
            if not pairs:
                return Undefined(False, sentence(expr.source))
            days = [p.value for p, _ in pairs if isinstance(p, Known)]
            return Known((min if expr.function == "min" else max)(days))
        if not pairs and complete:
            return Undefined(False, sentence(expr.source))
        numbers = []
        for value, belongs in pairs:
            if not isinstance(value, Number):
                return Unknown(v.causes_of(value) | causes)
            numbers.append((value, belongs))
        if any(b.value is None for _, b in numbers) or not complete:
            # which items belong is open: the extreme over no item at all would be undefined
            return Unknown(causes.union(*(n.causes | b.causes for n, b in numbers)))
        if expr.function == "mean":
            total = v.ZERO
            for n, _ in numbers:
                total = v.add(total, n)
            return v.divide(total, Number.of(len(numbers)))
        return (v.least if expr.function == "min" else v.greatest)([n for n, _ in numbers])


# -- helpers ---------------------------------------------------------------------------------------


def _day_edges(book: CompiledRulebook) -> list[int]:
    """Every day on which a figure's version or a document starts, or has just ended."""
    spans = [(x.start, x.end) for p in book.parameters.values() for x in p.versions] + [(d.start, d.end) for d in book.documents.values()]
    return sorted({start.toordinal() for start, _ in spans if start} | {end.toordinal() + 1 for _, end in spans if end})


def timeless(expr: t.Expr, book: CompiledRulebook) -> bool:
    """Whether the governing date can matter only through versions and documents (no title is asked after)."""
    key = ("timeless", id(expr))
    found = book.cache.get(key)
    if found is None or found[0] is not expr:
        inner = [d.definition for d in t.walk(expr) if isinstance(d, t.DefinitionRef)]
        plain = not any(isinstance(x, t.RecognitionRef) for x in t.walk(expr))
        found = book.cache[key] = (expr, plain and all(timeless(book.definitions[d].expr, book) for d in inner))
    return bool(found[1])


def _covers(version: ParameterVersion, day: date) -> bool:
    return (version.start is None or version.start <= day) and (version.end is None or day <= version.end)


def _unknown(expr: t.Expr, causes: v.Causes) -> Value:
    """Not known: an open pair for a quantity that must be a number, else unknown."""
    if isinstance(expr.type, Quantity):
        return Number(None, None, causes)
    return Unknown(causes)


def _wrap(value: Any) -> Value:
    if isinstance(value, Fraction):
        return Number.of(value)
    return Known(value)


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
        return Truth(None, undefined[0].causes)
    if isinstance(a, Number) and isinstance(b, Number):
        return v.compare(op, a, b)
    if isinstance(a, Known) and isinstance(b, Known):
        x, y = a.value, b.value
        if x is ABSENT or y is ABSENT:
            if op not in ("=", "!="):  # the type checker lets no 无 get here; nothing is before or after it
                return Truth(None, frozenset({Cause("undefined", "无")}))
            return Truth((x is y) == (op == "="))
        return Truth({"=": x == y, "!=": x != y}[op] if op in ("=", "!=") else {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[op])
    return Truth(None, v.causes_of(a) | v.causes_of(b))


def _cell(test: Test, value: Value) -> Truth:
    match test.op:
        case "any":
            return v.HOLDS
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


def _edges(test: Test) -> tuple[Fraction | None, Fraction | None]:
    if test.op == "range":
        low, high = test.values
        return low, high
    if test.op in (">=", ">"):
        return test.values[0], None
    if test.op in ("<", "<="):
        return None, test.values[0]
    return None, None


def _overlaps(test: Test, low: Fraction, high: Fraction) -> bool:
    """Whether a band and a range share a point (ends counted, so that nothing is skipped)."""
    start, end = _edges(test)
    return (start is None or start <= high) and (end is None or low <= end)


def _hull(numbers: list[Number], causes: v.Causes) -> Value:
    if not numbers:
        return Number(None, None, causes)
    low = None if any(n.low is None for n in numbers) else min(n.low for n in numbers if n.low is not None)
    high = None if any(n.high is None for n in numbers) else max(n.high for n in numbers if n.high is not None)
    return Number.pair(low, high, causes.union(*(n.causes for n in numbers)))


def round_to(value: Fraction, step: Fraction, direction: str) -> Fraction:
    """To a multiple of `step`: down (towards zero), up (away from zero) or half up."""
    count = abs(value) / step
    whole = count.numerator // count.denominator
    rest = count - whole
    if (direction == "up" and rest) or (direction == "half up" and rest >= Fraction(1, 2)):
        whole += 1
    return whole * step if value >= 0 else -whole * step


def _rounded(name: str, parts: list[Value]) -> Value:
    if not all(isinstance(p, Number) for p in parts):
        return Unknown(frozenset().union(*(v.causes_of(p) for p in parts)))
    value = parts[0]
    assert isinstance(value, Number)
    if name == "abs":
        return v.greatest([value, v.negate(value)]) if value.low is None or value.high is None or value.low < 0 else value
    step = parts[1] if len(parts) > 1 else Number.of(1)
    assert isinstance(step, Number)
    if not step.exact:
        return Unknown(value.causes | step.causes)
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
