"""From the typed tree to a program: a closed match over what is known here in full.

What must stay true: a lowered question has the verdict the reference gives it, on every answer; all that is not matched
is handed over, whole.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from ..caching import Derived
from ..language import typed as t
from ..language.types import Boolean, Date, Quantity, RecordOf, Text, Year
from ..rulebook.compiled import (
    SUPPORT,
    AwardBasis,
    AwardKind,
    CompiledRulebook,
    Condition,
    Counting,
    Direction,
    FactSpec,
    Group,
    LimitSpec,
    Match,
    MeasureSpec,
    Op,
    Per,
    RecognitionKind,
    RecognitionSpec,
    Role,
    RoundingSpec,
    Rule,
    SchemeSpec,
    Scope,
    WindowSpec,
    name_of,
    own_rows,
)
from ..rulebook.reach import references
from . import program as p
from .known import strange

CENT = Fraction(1, 100)
_TIMES = (Date, Year)  # compared as whole numbers
_DECIMALS = 6  # of what may be told with any number of them


class _Open(Exception):
    """Not lowered here."""


LARGEST = 500  # parts of a definition that is written out; a larger one is the reference's, which works each out once


class Lowering:
    """One rulebook being lowered."""

    def __init__(self, book: CompiledRulebook) -> None:
        self.book = book
        self.slots: dict[p.Slot, int] = {}
        self.figures: dict[p.Asked, int] = {}
        self.asked: dict[p.Asked, int] = {}
        self.nodes: list[p.Node] = []
        self.numbers: dict[p.Node, int] = {}
        self.of: dict[p.Asked, int] = {}
        self._constant: dict[int, tuple[t.Expr, bool]] = {}
        self._sizes: dict[str, int] = {}

    # -- small things --------------------------------------------------------------------------------

    def node(self, node: p.Node) -> int:
        found = self.numbers.get(node)
        if found is None:
            found = self.numbers[node] = len(self.nodes)
            self.nodes.append(node)
        return found

    def ask(self, expr: t.Expr, document: str | None) -> int:
        return self.asked.setdefault((expr, document), len(self.asked))

    def figure(self, expr: t.Expr, document: str | None) -> int:
        return self.figures.setdefault((expr, document), len(self.figures))

    def constant(self, expr: t.Expr) -> bool:
        """Whether the day, the year and the scheme alone decide it."""
        found = self._constant.get(id(expr))
        if found is None or found[0] is not expr:
            found = self._constant[id(expr)] = (expr, all(type(x) in _CONSTANT for x in references([expr], self.book)))
        return found[1]

    def size(self, definition: str) -> int:
        """How many parts a definition has when those it names are written out in it: naming one twice doubles them."""
        found = self._sizes.get(definition)
        if found is None:
            parts = t.walk(self.book.definitions[definition].expr)
            found = self._sizes[definition] = sum(self.size(x.definition) if isinstance(x, t.DefinitionRef) else 1 for x in parts)
        return found

    def slot(self, expr: t.FactRef | t.Field, document: str | None) -> int:
        record = ""
        if isinstance(expr, t.Field):
            record = self._record(expr)
            spec = self.book.records[record].fields[expr.name]
        else:
            spec = self.book.facts[expr.fact]
        if strange(expr, spec):
            raise _Open
        kind = spec.type.required()
        told = expr.year if isinstance(expr, t.FactRef) else None
        if told is not None and not self.constant(told):
            raise _Open
        year = None if told is None else self.figure(told, document)
        match kind:
            case Quantity():
                way, scale = p.Kind.NUMBER, 10 ** (spec.places if spec.places is not None else _DECIMALS)
            case Boolean():
                way, scale = p.Kind.FLAG, 1
            case Date():
                way, scale = p.Kind.DAY, 1
            case Year():
                way, scale = p.Kind.YEAR, 1
            case Text():
                way, scale = p.Kind.WORD, 1
            case _:
                raise _Open
        one = p.Slot(
            fact=spec.name if record else spec.key, kind=way, scale=scale, year=year, yearly=not record and spec.yearly, optional=spec.optional,
            open=_open(spec), options=spec.options, record=record,
        )  # fmt: skip
        return self.slots.setdefault(one, len(self.slots))

    def _record(self, expr: t.Field) -> str:
        """The record type (its key) of a column of the record that is judged: of any other, a quantifier or a definition says which."""
        of = expr.base.type
        if not isinstance(expr.base, t.Variable) or not isinstance(of, RecordOf):
            raise _Open
        found = [key for key, spec in self.book.records.items() if spec.name == of.record and expr.name in spec.fields]
        if len(found) != 1:
            raise _Open
        return found[0]

    def read(self, expr: t.Expr, document: str | None) -> tuple[int, ...] | None:
        """The slots that decide an expression together with the day; None where more than facts does."""
        found: set[int] = set()
        for part in references([expr], self.book):
            if isinstance(part, t.FactRef | t.Field):
                try:
                    found.add(self.slot(part, document))
                except _Open:
                    return None
            elif isinstance(part, t.DefinitionRef) and part.base is not None:
                return None  # its columns are of a record of its own
            elif type(part) is t.Variable:
                if not isinstance(part.type, RecordOf):
                    return None
            elif type(part) not in (*_CONSTANT, t.AbsentTest) or strange(part):
                return None
        return tuple(sorted(found))

    # -- questions -----------------------------------------------------------------------------------

    def verdict(self, expr: t.Expr, document: str | None) -> int:
        """The node of a yes-or-no expression."""
        found = self.of.get((expr, document))
        if found is None:
            found = self.of[expr, document] = self._verdict(expr, document)
        return found

    def _verdict(self, expr: t.Expr, document: str | None) -> int:
        if self.constant(expr):
            return self.node(p.Fixed(self.figure(expr, document), self.ask(expr, document)))
        try:
            if strange(expr):
                raise _Open
            match expr:
                case t.FactRef() | t.Field() if isinstance(expr.type, Boolean):
                    return self.node(p.Told(self.slot(expr, document), self.ask(expr, document)))
                case t.DefinitionRef(base=None):
                    return self.verdict(self.book.definitions[expr.definition].expr, document)
                case t.All() | t.AnyOf() if not any(isinstance(x, t.AbsentTest) for x in references([expr], self.book)):
                    return self.node(p.Joined(isinstance(expr, t.All), tuple(self.verdict(i, document) for i in expr.items)))
                case t.Inverse():
                    return self.node(p.Inverse(self.verdict(expr.operand, document)))
                case t.RecognitionRef():
                    spec = self.book.recognitions[expr.recognition]
                    if self.known(spec) and spec.governed_by is None and (expr.meets or spec.kind is RecognitionKind.DERIVED):
                        return self.node(p.Recognised(spec.key))
                case t.Compared():
                    return self.node(self._compared(expr.op, expr.left, expr.right, expr, document))
                case t.Member(target=t.DefinitionRef(base=None) as named) if isinstance(body := self.book.definitions[named.definition].expr, t.Ranged):
                    return self.verdict(replace(expr, target=body), document)
                case t.Member(target=t.Ranged() as target):
                    ends = ((">=" if target.low_closed else ">", target.low), ("<=" if target.high_closed else "<", target.high))
                    parts = []
                    for op, end in ends:
                        one = t.Compared(expr.type, expr.source, op, expr.value, end)
                        parts.append(self.node(self._compared(op, expr.value, end, one, document)))
                    return self.node(p.Joined(True, tuple(parts)))
        except _Open:
            pass
        return self.node(self._left(expr, document))

    def _left(self, expr: t.Expr, document: str | None) -> p.Node:
        """What is asked of the reference."""
        slots = self.read(expr, document)
        if slots is not None:
            return p.Tabled(slots, self.ask(expr, document))
        title = any(isinstance(x, t.RecognitionRef) for x in references([expr], self.book))
        return p.Handed(self.ask(expr, document), p.Why.CERTIFICATE if title else p.Why.RECORDS)

    def _compared(self, op: str, left: t.Expr, right: t.Expr, whole: t.Expr, document: str | None) -> p.Node:
        if isinstance(left.type, Quantity) and isinstance(right.type, Quantity):
            return p.Comparison(op, self.term(left, document), self.term(right, document), self.ask(whole, document))
        if isinstance(left.type, _TIMES) and isinstance(right.type, _TIMES):
            return p.Comparison(op, self._time(left, document), self._time(right, document), self.ask(whole, document))
        raise _Open

    def _time(self, expr: t.Expr, document: str | None) -> p.Term:
        if self.constant(expr):
            return p.Figure(self.figure(expr, document))
        if isinstance(expr, t.FactRef | t.Field):
            return p.Read(self.slot(expr, document))
        raise _Open

    # -- numbers -------------------------------------------------------------------------------------

    def term(self, expr: t.Expr, document: str | None) -> p.Term:
        """A quantity. Raises `_Open` where a part is not known here."""
        if not isinstance(expr.type, Quantity):
            raise _Open
        if self.constant(expr):
            return p.Figure(self.figure(expr, document))
        if strange(expr):
            raise _Open
        match expr:
            case t.FactRef() | t.Field():
                return p.Read(self.slot(expr, document))
            case t.DefinitionRef(base=None):
                if self.size(expr.definition) > LARGEST:
                    raise _Open
                return self.term(self.book.definitions[expr.definition].expr, document)
            case t.Calculated(op="+" | "-"):
                return p.Sum(self.term(expr.left, document), self.term(expr.right, document), 1 if expr.op == "+" else -1)
            case t.Calculated(op="*"):
                return p.Product(self.term(expr.left, document), self.term(expr.right, document))
            case t.Calculated(op="/"):
                return p.Quotient(self.term(expr.left, document), self.term(expr.right, document))
            case t.Applied(function="min" | "max") if len(expr.arguments) > 1:
                return p.Extreme(expr.function == "max", tuple(self.term(a, document) for a in expr.arguments))
            case t.Choice():
                return p.Pick(self.verdict(expr.condition, document), self.term(expr.then, document), self.term(expr.otherwise, document))
            case t.Lookup():
                return self._row(expr, document)
        raise _Open

    def _row(self, expr: t.Lookup, document: str | None) -> p.Term:
        table = self.book.tables[expr.table]
        if (
            strange(table, *table.rows, *(test for row in table.rows for test in row.tests))
            or table.doubtful
            or table.worked_out
            or table.match not in (Match.FIRST, Match.HIGHEST)
            or not isinstance(table.value_type, Quantity)
        ):
            raise _Open
        own = () if document is None else own_rows(table.rows, document, self.book.documents)
        rows = own or table.rows
        if not all(test.op in _TESTS for row in rows for test in row.tests):
            raise _Open
        return p.Row(rows, tuple(self._input(a, document) for a in expr.arguments), table.match is Match.HIGHEST)

    def _input(self, expr: t.Expr, document: str | None) -> p.Term:
        """A table's input: a quantity, or a choice as it is told."""
        if isinstance(expr, t.FactRef | t.Field) and isinstance(expr.type, Text) and self.slotted(expr, document).options:
            return p.Read(self.slot(expr, document))
        return self.term(expr, document)

    def slotted(self, expr: t.FactRef | t.Field, document: str | None) -> p.Slot:
        number = self.slot(expr, document)  # first: it may be a slot that is new
        return list(self.slots)[number]

    # -- measures ------------------------------------------------------------------------------------

    def known(self, spec: RecognitionSpec) -> bool:
        """Whether a recognition's criteria are known here."""
        return not strange(spec) and self.group(spec.when, None) and self.group(spec.unless, None)

    def group(self, group: Group, document: str | None) -> bool:
        """Lower the conditions of a group. Whether all of it is known here."""
        known = not strange(group) and group.op in _OPS and group.role in _ROLES
        for item in group.items:
            if type(item) is Group:
                known = self.group(item, document) and known
            elif type(item) is Condition and not strange(item) and item.role in _ROLES:
                self.verdict(item.expr, document)
            else:
                known = False
        return known

    def amount(self, spec: MeasureSpec, scheme: SchemeSpec, document: str | None) -> p.Amount | p.Nothing | p.Why:
        award = scheme.award
        assert award is not None
        parts = [*award.parts, *scheme.limits, *(x.counting for x in scheme.limits), *scheme.pay, *scheme.funded]
        rounding = [x for x in (scheme.rounding, self.book.cents) if x is not None]
        if strange(award, *parts, *rounding) or award.basis not in _BASES or not all(x.direction in _WAYS and x.per in _OF for x in rounding):
            return p.Why.LATER
        if award.expr is None or award.kind in _NO_MONEY:
            shown = [*([award.expr] if award.expr is not None else []), *(part.expr for part in award.parts)]
            return p.Nothing.MEASURED if all(map(self._quiet, shown)) else p.Why.EXPRESSION
        if award.kind not in _MONEY or not all(x.scope in _SCOPES for x in scheme.limits):
            return p.Why.LATER
        if spec.difference is not None:
            return p.Why.DIFFERENCE
        if scheme.floor is not None:
            return p.Why.FLOOR
        if any(part.when is not None for part in scheme.pay):
            return p.Why.INSTALMENTS
        if not all(map(self.constant, [*(x.share for x in scheme.pay), *(x.share for x in scheme.funded)])) or not all(
            self._quiet(part.expr) for part in award.parts
        ):
            return p.Why.EXPRESSION
        if any(x.amount is None or x.count is not None or x.scope == Scope.GROUP for x in scheme.limits):
            return p.Why.LIMIT
        own, cents = scheme.rounding, self.book.cents
        if any(x.step < CENT or (x.step / CENT).denominator != 1 for x in (own, cents) if x is not None):
            return p.Why.FINENESS
        whole = own is not None and own.per == Per.MEASURE
        try:
            caps = [(x.scope, self._cap(x, document)) for x in scheme.limits]
            return p.Amount(
                term=self.term(award.expr, document), taken=self._taken(spec), low=None if award.low is None else self.term(award.low, document),
                discretionary=award.low is None and award.basis is AwardBasis.DISCRETIONARY,
                first=_rounding(own) if own is not None and own.per == Per.RECORD else None,
                item_caps=tuple(c for scope, c in caps if scope == "record"),
                each=_rounding(cents) if cents.per == Per.RECORD and own is None else None,
                caps=tuple(c for scope, c in caps if scope != "record"),
                cents=(_rounding(own) if own is not None and own.step == CENT else None) if whole else _rounding(cents),
                unread=bool(spec.incomplete),
                last=_rounding(own) if whole and own is not None and own.step > CENT else None,
            )  # fmt: skip
        except _Open:
            return p.Why.EXPRESSION

    def _cap(self, limit: LimitSpec, document: str | None) -> p.Cap:
        assert limit.amount is not None
        term, counting = self.term(limit.amount, document), limit.counting
        if limit.scope == Scope.RECORD or counting.ignored or (counting.stated and counting.earlier is None):
            return p.Cap(term, p.Counted.NOT)
        _history(counting)
        return p.Cap(term, p.Counted.EARLIER)

    def _taken(self, spec: MeasureSpec) -> p.Counted:
        rivals = [g.counting for g in self.book.stacking if spec.key in g.members and g.rule in _EXCLUSIVE and g.counting.earlier is not None]
        mine = [] if spec.counting.earlier is None else [spec.counting]
        for counting in (*rivals, *mine):
            _history(counting)
        return p.Counted.RIVALS if rivals else p.Counted.EARLIER if mine else p.Counted.NOT

    def listed(self, spec: MeasureSpec) -> dict[tuple[str, str], p.Amount | p.Nothing | p.Why]:
        """What one record gives under each scheme, of a measure whose every record is judged by the same questions; else nothing."""
        groups = [g for g in self.book.stacking if spec.key in g.members]
        if (
            strange(self.book, spec, spec.base, *spec.schemes.values(), *groups) or spec.governed_by is not None or spec.window is not None
            or spec.changing or type(spec.records) is not t.RecordsRef
        ):  # fmt: skip
            return {}
        known, out = self.group(spec.when, None), dict[tuple[str, str], p.Amount | p.Nothing | p.Why]()
        known = self.group(spec.unless, None) and known
        for scheme in spec.schemes.values() or (spec.base,):
            document = scheme.document if spec.schemes else None
            if spec.schemes:
                known = self.group(scheme.when, document) and known
                known = self.group(scheme.unless, document) and known
            amount = self.amount(spec, scheme, document)
            out[spec.key, scheme.name] = replace(amount, whole=False) if isinstance(amount, p.Amount) else amount
        return out if known else {}

    def _quiet(self, expr: t.Expr) -> bool:
        """Whether working it out can be left until it is looked at: nothing in it can be refused."""
        return self.constant(expr) or (self.read(expr, None) is not None and not any(_may_refuse(x) for x in references([expr], self.book)))


_CONSTANT = (
    t.Const,
    t.ParameterRef,
    t.DefinitionRef,
    t.NamedDate,
    t.Lookup,
    t.Negated,
    t.Calculated,
    t.Compared,
    t.Ranged,
    t.Listed,
    t.Member,
    t.All,
    t.AnyOf,
    t.Inverse,
    t.Choice,
    t.Applied,
)
# closed lists of what the words of a rulebook may be: another word is not known here


def _history(counting: Counting) -> None:
    """That what counts are records of earlier support, of whose telling alone a plan knows."""
    earlier = counting.earlier
    while isinstance(earlier, t.Filtered):
        earlier = earlier.base
    if earlier is not None and not (isinstance(earlier, t.RecordsRef) and name_of(earlier.record) == SUPPORT):
        raise _Open


_EXCLUSIVE = (Rule.HIGHEST, Rule.CHOOSE, Rule.ORDER)
_BASES = (AwardBasis.FIXED, AwardBasis.CEILING, AwardBasis.DISCRETIONARY)
_MONEY, _NO_MONEY = (AwardKind.GRANT, AwardKind.INTEREST), (AwardKind.RELIEF, AwardKind.SERVICE, AwardKind.RECOMMENDATION)
_SCOPES = (Scope.RECORD, Scope.YEAR, Scope.ENTERPRISE, Scope.GROUP)
_OPS, _ROLES = (Op.ALL, Op.ANY, Op.NOT), (Role.WHEN, Role.UNLESS)
_WAYS, _OF = (Direction.DOWN, Direction.HALF_UP, Direction.UP), (Per.MEASURE, Per.RECORD)
_TESTS = ("any", "in", "range", "=", "!=", "<", "<=", ">", ">=")
_SAFE = ("min", "max", "mean", "abs", "floor", "ceiling", "round down", "round up", "round half up", "sum", "count")


def _may_refuse(expr: t.Expr) -> bool:
    """Days may leave the calendar, and a calendar of working days may end."""
    if isinstance(expr, t.Calculated):
        return not (isinstance(expr.left.type, Quantity) and isinstance(expr.right.type, Quantity))
    return isinstance(expr, t.Applied) and expr.function not in _SAFE


def _open(spec: FactSpec) -> bool:
    low, high = spec.bounds
    return not (isinstance(spec.type, Quantity) and spec.judgement) or low == high


def _rounding(spec: RoundingSpec) -> p.Rounding:
    return p.Rounding(spec.step, spec.direction)


def _lower(book: CompiledRulebook) -> p.Program:
    one = Lowering(book)
    for recognition in book.recognitions.values():
        one.known(recognition)
    shared = {m for g in book.stacking if g.column for m in g.members}
    measures: dict[str, p.Why | None] = {}
    learnt = any(x.known for x in book.clauses.values())
    listed: dict[tuple[str, str], p.Amount | p.Nothing | p.Why] = {}
    amounts: dict[tuple[str, str], p.Amount | p.Nothing | p.Why] = {}
    for spec in book.measures.values():
        why = p.Why.EACH if spec.each else p.Why.GOVERNED if spec.governed_by is not None else p.Why.SHARED if spec.key in shared else None
        # what was learnt later holds on some days and not on others: the reference's
        known = not learnt and not strange(book, spec, spec.base, *spec.schemes.values(), *(g for g in book.stacking if spec.key in g.members))
        if why is None and known:
            known = one.group(spec.when, None) and known
            known = one.group(spec.unless, None) and known
            if spec.window is not None:
                # days of every year, days on which it is not asked, a clause of its own are the reference's
                known = known and spec.window == WindowSpec(expr=spec.window.expr)
                one.verdict(spec.window.expr, None)
            for scheme in spec.schemes.values() or (spec.base,):
                document = scheme.document if spec.schemes else None
                if spec.schemes:
                    known = one.group(scheme.when, document) and known
                    known = one.group(scheme.unless, document) and known
                amounts[spec.key, scheme.name] = one.amount(spec, scheme, document)
        measures[spec.key] = why or (None if known else p.Why.LATER)
        if why is p.Why.EACH and not (learnt or spec.key in shared):
            listed |= one.listed(spec)
    for check in book.checks:
        if not check.record and not strange(check):
            one.verdict(check.expr, None)
    return p.Program(
        slots=tuple(one.slots), figures=tuple(one.figures), asked=tuple(one.asked), nodes=tuple(one.nodes), of=one.of, amounts=amounts, measures=measures,
        listed=listed,
    )  # fmt: skip


_PROGRAMS: Derived[CompiledRulebook, p.Program] = Derived(_lower, key=lambda book: book.digest, size=64)


def lower(book: CompiledRulebook) -> p.Program:
    """The program of a rulebook, made once."""
    return _PROGRAMS.of(book)
