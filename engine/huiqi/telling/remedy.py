"""The nearest change of one told thing that makes a condition hold: found, verified, proved nearest.

A number that is printed as lacking (还差, 超出, 早了, 晚了) is a claim about a change, so it is made only
after deciding again. What must stay true: with the change the condition holds; with any smaller change
of the same thing, in the same direction, it does not; and the changed value could have been told (its
declared bounds, its decimals, whole persons, whole days). What cannot be proved is not claimed.

The proof needs no assumption about the shape of the condition. A range of values is put in the place of
the told one; Kleene's logic then refuses the whole range at once, or the range is halved. Dates have no
ranges, but what the language does with a date is monotone: a comparison that comes out the same at both
ends of a range comes out so throughout. Where to look first is guessed, and only a guess: where two straight
lines, or quotients of them, would cross.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from ..caching import Derived
from ..errors import UsageError
from ..language import typed as t
from ..language.syntax import DATE_PARTS, SPANS
from ..language.types import BOOLEAN
from ..reasoning.evaluate import Evaluator
from ..reasoning.uses import Env
from ..rulebook.compiled import DECISION_DAY, CompiledRulebook
from ..rulebook.literals import Span
from ..rulebook.reach import asked_after, references
from ..values import Known, Number, Topic, cause
from ..words import CauseKind
from .changes import Change, Kind, Source, moved, reads, sources, told_alone, versioned, within

BUDGET = 240  # ranges looked at before a proof is given up
POINTS = 31  # days looked at one by one where no range of them can be proved
YEAR = 366
Turning = tuple[t.Applied, Env]  # a part of a day, which begins again with each year, month or week, and where it is asked for


class Search:
    """Where a condition first holds as one source moves. `expr` fails as told."""

    def __init__(self, expr: t.Expr, source: Source, evaluator: Evaluator, env: Env) -> None:
        self.expr, self.source, self.evaluator, self.env = expr, source, evaluator, env
        self.left = BUDGET
        self.still: dict[Any, Any] | None = None  # definitions that the source does not enter, as they were worked out
        self.open: dict[int, bool] = {}  # one step away, up or down
        # asked for once for each place of the search: nothing of them depends on how far the source moves
        self.places: dict[tuple[int, int], tuple[Evaluator, Env]] = {}
        self.inner: dict[tuple[int, int], Env] = {}  # of a definition; kept, so that an environment is known by its id
        self.courses: dict[tuple[int, int], tuple[t.Compared, int | None, int | None, list[Turning]]] = {}
        self.turning: list[Turning] = []  # those met while a course is worked out
        self.ends: dict[tuple[int, int], tuple[t.Member, list[t.Expr] | None]] = {}

    def nearest(self, guess: int | None = None) -> Change | None:
        """The smallest change that does, up or down; None where there is none or none was proved."""
        found = []
        for sign in (1, -1):
            room = self.source.room(sign)
            steps = self._first(sign, room, guess if guess is not None and 1 <= guess <= room else None)
            if steps is not None:
                found.append(Change(self.source, sign * steps))
        return min(found, key=lambda c: abs(c.steps), default=None)

    def _first(self, sign: int, room: int, guess: int | None) -> int | None:
        if room < 1:
            return None
        if guess is not None and (found := self._turns(sign, guess)) is not None:
            return found or None
        if self._by_points:
            return self._pointwise(sign, room)
        whole = self.over(sign, 1, room)
        if whole is False:
            return None
        for likely in self._crossings(sign, room):
            if (found := self._turns(sign, likely)) is not None:
                return found or None
        ranges = [(1, room)]
        while ranges:
            a, b = ranges.pop()
            self.left -= 1
            if self.left < 0:
                return None
            truth = whole if (a, b) == (1, room) else self.over(sign, a, b)
            if truth is False:
                continue
            if truth is True and self.at(sign * a) is True:
                return a
            if a == b:
                return None  # open there: a nearer value might do
            if a == 1 and truth is None and self._open_at_once(sign):
                return None
            middle = YEAR if a == 1 and self.source.stepwise and b // 2 > YEAR else (a + b) // 2  # of days, those of a year first
            ranges += [(middle + 1, b), (a, middle)]
        return None

    def _turns(self, sign: int, likely: int) -> int | None:
        """So many steps, if it fails at all before and holds there; 0 if it is open there; None if neither."""
        there = self.at(sign * likely)
        if there is False or (likely > 1 and self.over(sign, 1, likely - 1) is not False):
            return None
        return likely if there else 0

    def _crossings(self, sign: int, room: int) -> Iterator[int]:
        """How many steps away the comparison would turn if its sides part as a quotient of two straight lines does, as seen from here, and from the far end.

        Three places tell such a quotient (p + qx) / (1 + rx); exact, but where it is none of the kind it is a guess that will be refused.
        """
        expr = self.expr
        if not isinstance(expr, t.Compared) or self.source.stepwise or expr.op == "!=" or room < 2:
            return
        for start, way in ((0, 1), (room, -1)):
            apart = [self._apart(expr, sign * (start + way * n)) for n in range(3)]
            if None in apart:
                continue
            f, g, h = (x for x in apart if x is not None)
            if g == h:
                continue  # it does not move here: another branch may further on
            r = (f - 2 * g + h) / (2 * (g - h))
            q = g * (1 + r) - f
            if not q:
                continue
            at = start - way * f / q
            steps = at.numerator // at.denominator if at.denominator == 1 and expr.op in (">=", "<=", "=") else at.numerator // at.denominator + 1
            if 1 <= steps <= room:
                yield steps

    def _apart(self, expr: t.Compared, steps: int) -> Fraction | None:
        """What the sides of a comparison differ by at one value."""
        evaluator, env = self._place(steps, self.env)
        try:
            a, b = evaluator.value(expr.left, env), evaluator.value(expr.right, env)
        except UsageError:  # a date beyond the calendar
            return None
        if not (isinstance(a, Number) and isinstance(b, Number)) or (expr.op == "=" and not (a.exact and b.exact)):
            return None
        near, bound = (a.low, b.high) if expr.op in ("<", "<=") else (a.high, b.low)  # where it is not known, at best: there it is open at first
        return None if near is None or bound is None else near - bound

    @cached_property
    def _by_points(self) -> bool:
        """Whether no range of days can be proved of the comparison: both sides go the same way, or one goes nobody knows how."""
        if not isinstance(self.expr, t.Compared) or not self.source.stepwise:
            return False
        left, right, _ = self._courses(self.expr, self.env)
        return left is None or right is None or bool(left and left == right)

    def _pointwise(self, sign: int, room: int) -> int | None:
        """The first of the nearest values that does, each looked at; None where an open one comes before."""
        for steps in range(1, min(room, POINTS) + 1):
            if (truth := self.at(sign * steps)) is not False:
                return steps if truth else None
        return None

    def _open_at_once(self, sign: int) -> bool:
        """Whether it is open one step away already: then so is every range that begins there, and halving them ends at that step."""
        found = self.open.get(sign)
        if found is None:
            found = self.open[sign] = self.at(sign) is None
        return found

    def at(self, steps: int) -> bool | None:
        """What the condition comes out as at one value."""
        return self._point(self.expr, steps, self.env)

    def over(self, sign: int, a: int, b: int) -> bool | None:
        """The same for all values from `a` to `b` steps away; None where they differ or nobody can say."""
        if a == b:
            return self.at(sign * a)
        if self.source.stepwise:
            return self._between(self.expr, sign * a, sign * b, self.env)
        low, high = sorted((self.source.at(sign * a), self.source.at(sign * b)))
        pair = Number(low, high, cause(CauseKind.MISSING, Topic.SUPPOSED, part=self.source.name))
        other, env = self._moved(pair, self.env)
        return _asked_of(self.expr, other, env)

    def _moved(self, value: Any, env: Env) -> tuple[Evaluator, Env]:
        """As `moved`; what a told fact does not enter is as it was and is not worked out again."""
        other, inner = moved({self.source: value}, self.evaluator, env)
        if self.source.kind is Kind.FACT:
            if self.still is None:
                book = self.evaluator.book
                apart = {key for key, *_ in self.evaluator.memo if self.source.key not in _facts_of(book, key)}
                self.still = {where: found for where, found in self.evaluator.memo.items() if where[0] in apart}
            other.memo.update(self.still)
        return other, inner

    def _point(self, expr: t.Expr, steps: int, env: Env) -> bool | None:
        return _asked_of(expr, *self._place(steps, env))

    def _place(self, steps: int, env: Env) -> tuple[Evaluator, Env]:
        place = (steps, id(env))  # inside a definition, of a record perhaps, the environment is another
        if place not in self.places:
            self.places[place] = self._moved(self.source.at(steps), env)
        return self.places[place]

    def _inside(self, expr: t.DefinitionRef, env: Env) -> Env:
        """The environment of a definition, the same one each time it is asked for."""
        found = self.inner.get((id(expr), id(env)))
        if found is None:
            found = self.inner[id(expr), id(env)] = within(expr, env)
        return found

    # -- dates and years: monotone comparisons, joined --

    def _between(self, expr: t.Expr, a: int, b: int, env: Env) -> bool | None:
        match expr:
            case t.All(items=items):
                return _joined([self._between(i, a, b, env) for i in items], decides=False)
            case t.AnyOf(items=items):
                return _joined([self._between(i, a, b, env) for i in items], decides=True)
            case t.Inverse(operand=operand):
                inner = self._between(operand, a, b, env)
                return None if inner is None else not inner
            case t.DefinitionRef():
                return self._between(self.evaluator.book.definitions[expr.definition].expr, a, b, self._inside(expr, env))
            case t.Member():
                ends = self._ends(expr, env)
                return None if ends is None else _joined([self._between(e, a, b, env) for e in ends], decides=False)
            case t.Compared():
                return self._compared(expr, a, b, env)
            case t.AbsentTest(operand=t.FactRef() | t.Field()):
                return self._point(expr, a, env)  # any value is told, and none is 无
        return self._point(expr, a, env) if not self._touches(expr, env) else None

    def _ends(self, expr: t.Member, env: Env) -> list[t.Expr] | None:
        found = self.ends.get((id(expr), id(env)))
        if found is None:
            still = self.source.kind is not Kind.DAY or not self._touches(expr.target, env)
            found = self.ends[id(expr), id(env)] = (expr, _ends(expr, self.evaluator, env) if still else None)
        return found[1]

    def _compared(self, expr: t.Compared, a: int, b: int, env: Env) -> bool | None:
        left, right, turning = self._courses(expr, env)
        if left is None or right is None or (left and right and left == right) or not all(self._one_turn(node, a, b, inner) for node, inner in turning):
            return None
        if expr.op not in ("=", "!="):
            first = self._point(expr, a, env)
            return first if first == self._point(expr, b, env) else None
        for op in ("<", ">"):
            if all(self._point(replace(expr, op=op), n, env) is True for n in (a, b)):
                return expr.op == "!="
        return None

    def _courses(self, expr: t.Compared, env: Env) -> tuple[int | None, int | None, list[Turning]]:
        """Of both sides, and what of them begins again from time to time."""
        found = self.courses.get((id(expr), id(env)))
        if found is None:
            self.turning = []
            left, right = self._course(expr.left, env), self._course(expr.right, env)
            found = self.courses[id(expr), id(env)] = (expr, left, right, self.turning)
        return found[1:]

    def _one_turn(self, node: t.Applied, a: int, b: int, env: Env) -> bool:
        """Whether both ends lie in the same year (of a month or a quarter), month (of a day) or week: in between, the part only rises."""
        turns = set[Any]()
        for steps in (a, b):
            evaluator, inner = self._place(steps, env)
            try:
                day = evaluator.value(node.arguments[0], inner)
            except UsageError:  # a date beyond the calendar
                return False
            if not (isinstance(day, Known) and isinstance(day.value, date)):
                return False
            turns.add(_turn(node.function, day.value))
        return len(turns) == 1

    def _course(self, expr: t.Expr, env: Env) -> int | None:
        """+1 where an expression never falls as the source grows, -1 never rises, 0 does not move, None unclear."""
        match expr:
            case t.FactRef() | t.Field() | t.NamedDate():
                return 1 if self._is_source(expr, env) else 0
            case t.DefinitionRef():
                return self._course(self.evaluator.book.definitions[expr.definition].expr, self._inside(expr, env))
            case t.Negated(operand=operand):
                return _turned(self._course(operand, env), -1)
            case t.Calculated(op="+", left=left, right=right):
                return _together([self._course(left, env), self._course(right, env)])
            case t.Calculated(op="-", left=left, right=right):
                return _together([self._course(left, env), _turned(self._course(right, env), -1)])
            case t.Applied(function=function, arguments=(start, end)) if function in SPANS:
                return _together([_turned(self._course(start, env), -1), self._course(end, env)])
            case t.Applied(function="year of" | "start of year" | "end of year" | "min" | "max" | "floor" | "ceiling", arguments=arguments):
                return _together([self._course(a, env) for a in arguments])
            case t.Applied(function=function, arguments=(day,)) if function in DATE_PARTS:
                course = self._course(day, env)
                if course:
                    self.turning.append((expr, env))
                return course
        return None if self._touches(expr, env) else 0

    def _is_source(self, expr: t.Expr, env: Env) -> bool:
        return any(s.place == self.source.place for s in sources(expr, self.evaluator, env))

    def _touches(self, expr: t.Expr, env: Env) -> bool:
        """Whether an expression may depend on the source, directly or through what it stands for."""
        for node, _ in reads(expr, self.evaluator, env):
            if isinstance(node, t.RecognitionRef):
                return True
            if self.source.kind is Kind.DAY and isinstance(node, t.ParameterRef) and versioned(node, self.evaluator):
                return True
            if isinstance(node, t.RecordsRef) and node.record == self.source.key:
                return True
            if isinstance(node, t.FactRef | t.Field | t.NamedDate) and self._may_be(node):
                return True
        return False

    def _may_be(self, node: t.Expr) -> bool:
        """By name only: a column of another record of the same kind counts as touched."""
        match node:
            case t.FactRef(fact=fact):
                return self.source.kind is Kind.FACT and fact == self.source.key
            case t.Field(name=name):
                return self.source.kind is Kind.COLUMN and name == self.source.column
            case t.NamedDate(name=name):
                return self.source.kind is Kind.DAY and name == DECISION_DAY
        return False


def _facts_of(book: CompiledRulebook, definition: str) -> Collection[str]:
    """The facts that may enter a definition: all of them where it asks after what others concluded."""
    known = _ENTERING.of(book)
    found = known.get(definition)
    if found is None:
        nodes = list(references([book.definitions[definition].expr], book))
        everything = any(isinstance(n, t.RecognitionRef | t.ConclusionRef) for n in nodes)
        found = known[definition] = frozenset(book.facts) if everything else frozenset(n.fact for n in nodes if isinstance(n, t.FactRef))
    return found


_ENTERING: Derived[CompiledRulebook, dict[str, frozenset[str]]] = Derived(lambda _: {}, key=lambda book: book.digest, size=64)


def _turn(part: str, day: date) -> Any:
    """What a part of a day is counted in from its beginning."""
    match part:
        case "day of":
            return day.year, day.month
        case "weekday of":
            return day.isocalendar()[:2]
    return day.year


def _asked_of(expr: t.Expr, evaluator: Evaluator, env: Env) -> bool | None:
    try:
        return evaluator.truth(expr, env).value
    except UsageError:  # a date beyond the calendar
        return None


def _joined(parts: Sequence[bool | None], *, decides: bool) -> bool | None:
    if decides in parts:
        return decides
    return None if None in parts else not decides


def _turned(course: int | None, sign: int) -> int | None:
    return None if course is None else course * sign


def _together(courses: Sequence[int | None]) -> int | None:
    if None in courses:
        return None
    signs = {c for c in courses if c}
    return next(iter(signs), 0) if len(signs) < 2 else None


def _ends(expr: t.Member, evaluator: Evaluator, env: Env) -> list[t.Expr] | None:
    """A membership of a range as its two comparisons; None where the target is no range."""
    target = expr.target
    while isinstance(target, t.DefinitionRef) and target.base is None:
        target = evaluator.book.definitions[target.definition].expr
    low: t.Expr | None
    high: t.Expr | None
    if isinstance(target, t.Ranged):
        low, high, closed = target.low, target.high, (target.low_closed, target.high_closed)
    elif isinstance(target, t.ParameterRef) and target.day is None:
        found = evaluator.value(target, env)
        if not (isinstance(found, Known) and isinstance(found.value, Span)):
            return None
        span = found.value
        low = None if span.low is None else t.Const(expr.value.type.required(), target.source, span.low)
        high = None if span.high is None else t.Const(expr.value.type.required(), target.source, span.high)
        closed = (span.low_closed, span.high_closed)
    else:
        return None
    out: list[t.Expr] = []
    if low is not None:
        out.append(t.Compared(BOOLEAN, expr.source, ">=" if closed[0] else ">", expr.value, low))
    if high is not None:
        out.append(t.Compared(BOOLEAN, expr.source, "<=" if closed[1] else "<", expr.value, high))
    return out


def nearest(expr: t.Expr, source: Source, evaluator: Evaluator, env: Env, guess: int | None = None) -> Change | None:
    """The smallest change of a source with which a failing condition holds, verified and proved smallest.

    None where another measure's conclusion is asked after: the change may move that too.
    """
    if _concluding(expr, evaluator):
        return None
    return Search(expr, source, evaluator, env).nearest(guess)


def outright(expr: t.Expr, evaluator: Evaluator, env: Env) -> tuple[Source, int] | None:
    """What moves the left side of a comparison alone, and in which direction it must: None where only the search can say.

    In closed form: a told number, or the top of a quotient with a told positive divisor, against a side that
    does not read it. The difference of the two sides is then its nearest change; without room for that it has none.
    """
    if not isinstance(expr, t.Compared) or expr.op not in _UPWARD or _concluding(expr, evaluator):
        return None
    left, right, upward = expr.left, expr.right, _UPWARD[expr.op]
    if isinstance(left, t.Const | t.ParameterRef):
        left, right, upward = right, left, -upward
    while isinstance(left, t.DefinitionRef) and left.base is None:
        left = evaluator.book.definitions[left.definition].expr
    if isinstance(left, t.Calculated) and left.op == "/" and isinstance(left.right, t.FactRef | t.Field):
        divisor = evaluator.value(left.right, env)
        if not (isinstance(divisor, Number) and divisor.exact and divisor.low is not None and divisor.low > 0) or _alike(left.left, left.right):
            return None
        left = left.left
    if any(_alike(left, n) or isinstance(n, t.RecordsRef | t.RecognitionRef) for n, _ in reads(right, evaluator, env)):
        return None
    source = told_alone(left, evaluator, env)
    return None if source is None or source.stepwise else (source, upward)


def _alike(a: t.Expr, b: t.Expr) -> bool:
    """Whether two may be the same told thing: by name, whatever the year or the record."""
    return type(a) is type(b) and (getattr(a, "fact", None), getattr(a, "name", None)) == (getattr(b, "fact", None), getattr(b, "name", None))


_READ = frozenset({t.Const, t.ParameterRef, t.FactRef})
_UPWARD = {">=": 1, ">": 1, "<=": -1, "<": -1}


def _concluding(expr: t.Expr, evaluator: Evaluator) -> bool:
    if isinstance(expr, t.Compared) and type(expr.left) in _READ and type(expr.right) in _READ:
        return False  # most conditions: nothing in them to look through
    return any(asked_after([expr], evaluator.book.definitions, evaluator.book.tables))


def holds_with(expr: t.Expr, changes: Sequence[Change], evaluator: Evaluator, env: Env) -> bool:
    """Whether the condition holds with all the changes together."""
    if len({c.source.place for c in changes}) < len(changes) or _concluding(expr, evaluator):
        return False
    return _asked_of(expr, *moved({replace(c.source, listed=True): c.value for c in changes}, evaluator, env)) is True


__all__ = ["holds_with", "nearest", "outright"]
