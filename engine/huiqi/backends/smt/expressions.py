"""The typed tree as terms over a `World`: one method a class of `language/typed.py`, as the reference has them.

What the reference means by a construct is in `reasoning/evaluate.py`; this follows it on enterprises that
tell everything, where only figures that nobody set are open. Figures of a day that is given are folded;
where the governing day is an answer itself, they become cases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar

import z3

from ...language import typed as t
from ...language.levelling import level
from ...language.powers import MAX_EXPONENT
from ...language.syntax import ROUNDINGS
from ...language.types import Boolean, Date, ListOf, Quantity, RangeOf, Yearly
from ...rulebook.compiled import (
    APPLICATION_YEAR,
    DECISION_DAY,
    ParameterSpec,
    ParameterVersion,
)
from ...rulebook.literals import Span
from .env import Env, Together, kind_of
from .figures import versions
from .functions import MOST_POWER, Listed, any_number, as_number, as_whole, best, mean, of_dates, raised, rounded, totalled
from .tables import Tables
from .terms import (
    FAILS,
    HOLDS,
    OPEN,
    UNKNOWN,
    Flag,
    Sym,
    Tri,
    Untranslatable,
    added,
    all_of,
    any_of,
    between,
    chosen,
    compared,
    conj,
    disj,
    divided,
    extreme,
    inverse,
    is_plain,
    minus,
    multiplied,
    neg,
    negated,
    number,
    ordered,
    plus,
    times,
    truth,
    verdict,
    when,
)
from .world import Row, World

Cases = list[tuple[Flag, Any]]  # a catalogue or range for each way things may be; None: nobody set one

# functions of single values that have a counterpart here; another is handed back before its arguments are read
_ROUNDING = ROUNDINGS | {"abs", "floor", "ceiling"}
_KNOWN = _ROUNDING | {
    "min", "max", "months between", "years between", "days between", "months through", "years through", "days through",
    "month of", "day of", "weekday of", "quarter of", "year of", "start of year", "end of year", "date", "power", "mean",
    "working day after",
}  # fmt: skip


MOST_CASES = 60  # exponents that an answer may be: five years of months
ALL = 24  # records of each type up to which “there is none” may be said
SHOWN = 400_000  # steps of z3 for seeing that something cannot be while a formula is made

Recognise = Callable[[str, bool, Env], Tri]
Conclude = Callable[[t.ConclusionRef, "Row | None"], Any]  # of another measure: a verdict, or its amount


class Translator:
    def __init__(self, world: World, recognise: Recognise | None = None, conclude: Conclude | None = None) -> None:
        self.world, self.book = world, world.book
        self.recognise, self.conclude = recognise, conclude
        self.memo: dict[Any, Any] = {}
        self.abstract = False  # sums and counts are any number they could be: more than there are, so that “none” needs no list's length
        self.aggregated = False  # a sum or a count was asked for
        self.witnesses: dict[str, set[Any]] = {}  # of each record type: what may ask for a record of its own to be so, or not to be so
        self.nested = self.endless = False  # whether a record asks for another one; for one of its own type
        self.tables = Tables(self)

    # -- by what is wanted ------------------------------------------------------------------------

    def value(self, expr: t.Expr, env: Env) -> Any:
        key = (id(expr), env.key)
        if key not in self.memo:
            step = self.STEPS.get(type(expr))
            if step is None:
                raise Untranslatable(type(expr).__name__)
            self.memo[key] = (expr, env, step(self, expr, env))
        return self.memo[key][2]

    def tri(self, expr: t.Expr, env: Env) -> Tri:
        found = self.value(expr, env)
        if not isinstance(found, Tri):
            raise Untranslatable(f"判断“{type(expr).__name__}”")
        return found

    def sym(self, expr: t.Expr, env: Env) -> Sym:
        found = self.value(expr, env)
        if not isinstance(found, Sym):
            raise Untranslatable(f"数值“{type(expr).__name__}”")
        return found

    def day(self, expr: t.Expr, env: Env) -> Any:
        """A day as an environment has it."""
        found = self.sym(expr, env)
        if found.known is not True:
            raise Untranslatable("可能没有的日期决定用哪一版标准")
        return date.fromordinal(found.value) if is_plain(found.value) else found.value

    def witness(self, asking: Any, items: Listed, env: Env) -> None:
        """Note that whether some record of a list is so was asked: one record shows it, so that with one for each nothing is missed."""
        around = {kind_of(x) for x in env.variables.values()} - {""}
        for kind in {kind_of(x) for x, _ in items} - {""}:
            self.witnesses.setdefault(kind, set()).add((self.tables.filled, asking, env.key))
            self.nested = self.nested or bool(around)
            self.endless = self.endless or kind in around

    # -- leaves -----------------------------------------------------------------------------------

    def plain(self, value: Any, kind: Any) -> Any:
        """A value of the rulebook as a term."""
        if isinstance(value, bool):
            return HOLDS if value else FAILS
        if isinstance(value, Fraction):
            return number(value)
        if isinstance(value, date):
            return Sym(value.toordinal())
        if isinstance(value, str):
            return Sym(self.world.code(value))
        if isinstance(value, int):
            return Sym(value)
        return [(True, value)]  # a catalogue or a range

    def _const(self, expr: t.Const, env: Env) -> Any:
        if isinstance(expr.type, Quantity) and isinstance(expr.value, int):
            return number(Fraction(expr.value))
        return self.plain(expr.value, expr.type) if expr.value is not None and type(expr.value).__name__ != "_Absent" else Sym(0, absent=True)

    def _factref(self, expr: t.FactRef, env: Env) -> Any:
        year = self.world.year
        if expr.year is not None:
            wanted = self.sym(expr.year, env)
            if not is_plain(wanted.value):
                raise Untranslatable("年度由数据决定的按年数据项")
            year = int(wanted.value)
        return self.world.fact(expr.fact, year).value

    def _field(self, expr: t.Field, env: Env) -> Any:
        row = self.value(expr.base, env)
        row = row.row if isinstance(row, Together) else row
        assert isinstance(row, Row)
        return self.world.column(row, expr.name).value

    def _variable(self, expr: t.Variable, env: Env) -> Any:
        return env.variables[expr.name]

    def _nameddate(self, expr: t.NamedDate, env: Env) -> Any:
        if expr.name == DECISION_DAY:
            return Sym(self.world.on.toordinal())
        assert expr.name == APPLICATION_YEAR
        self.world.of_year = True
        return Sym(self.world.year)

    def _recordsref(self, expr: t.RecordsRef, env: Env) -> Listed:
        return [(row, truth(row.present)) for row in self.world.rows(expr.record)]

    # -- figures ----------------------------------------------------------------------------------

    def _parameterref(self, expr: t.ParameterRef, env: Env) -> Any:
        spec = self.book.parameters[expr.parameter]
        if expr.parameter in self.book.readings and spec.versions[0].value is None:
            raise Untranslatable("未定的读法")
        if expr.day is not None:
            env = replace(env, day=self.day(expr.day, env))
        cases = list(versions(self.book, spec, env.ordinal, env.document, self.world.on))
        if isinstance(expr.type, ListOf | RangeOf | Yearly):
            return [(guard, None if version is None else version.value) for guard, version in cases]
        return self._of_cases(cases, expr, spec)

    def _of_cases(self, cases: Sequence[tuple[Flag, ParameterVersion | None]], expr: t.ParameterRef, spec: ParameterSpec) -> Any:
        values: list[tuple[Flag, Any]] = []
        for guard, version in cases:
            if version is None or version.value is None:
                bounded = isinstance(expr.type, Quantity) and spec.declared != (None, None)
                values.append((guard, OPEN if isinstance(expr.type, Boolean) else replace(UNKNOWN, span=spec.declared) if bounded else UNKNOWN))
            else:
                values.append((guard, self.plain(version.value, expr.type)))
        return self._among(values)

    def _among(self, values: Sequence[tuple[Flag, Any]]) -> Any:
        """The value of the first guard that is up; the last is taken where none before it is."""
        out = values[-1][1]
        if len(values) > 1 and any(isinstance(x, Sym) and x.span is not None for _, x in values):
            self.world.loose["未定标准的上下限随日期而变"] = None
        for guard, value in reversed(values[:-1]):
            out = when(guard, value, out) if isinstance(value, Tri) else chosen(truth(guard), value, out)
        return out

    def _definitionref(self, expr: t.DefinitionRef, env: Env) -> Any:
        spec = self.book.definitions[expr.definition]
        variables = {} if expr.base is None else {"§本条": self.value(expr.base, env)}
        return self.value(spec.expr, replace(env, variables=variables))

    def _recognitionref(self, expr: t.RecognitionRef, env: Env) -> Tri:
        if self.recognise is None:
            raise Untranslatable("资格")
        return self.recognise(expr.recognition, expr.meets, replace(env, variables={}, document=None))

    def _conclusionref(self, expr: t.ConclusionRef, env: Env) -> Any:
        if self.conclude is None:
            raise Untranslatable("另一事项的结论")
        row = None if expr.record is None else self.value(expr.record, env)
        return self.conclude(expr, row)

    # -- tables -----------------------------------------------------------------------------------

    def _lookup(self, expr: t.Lookup, env: Env) -> Any:
        return self.tables.looked_up(expr, env, [self.value(a, env) for a in expr.arguments])

    def _in_span(self, value: Sym, span: Span) -> Tri:
        low, high = (None if x is None else self.plain(x, None) for x in (span.low, span.high))
        return between(value, low, high, (span.low_closed, span.high_closed))

    def never(self, flag: Flag) -> bool:
        """Whether it is shown that something cannot be."""
        if isinstance(flag, bool):
            return not flag
        if self.world.records > ALL:  # there one example is looked for, and nothing is said of all enterprises
            return False
        solver = z3.SimpleSolver()
        solver.set("rlimit", SHOWN)
        solver.add(*self.world.limits, flag)
        return bool(solver.check() == z3.unsat)

    # -- lists ------------------------------------------------------------------------------------

    def listed(self, expr: t.Expr, env: Env) -> Listed:
        found, unset = self._items(expr, env)
        if unset is not False:
            raise Untranslatable("逐项看的目录未定")
        return found

    def _items(self, expr: t.Expr, env: Env) -> tuple[Listed, Flag]:
        """A list; the entries of a catalogue, each where the version stands that has it; when nobody has set one."""
        found = self.value(expr, env)
        found = found.rows if isinstance(found, Together) else found
        if not isinstance(found, list):
            raise Untranslatable("清单")
        if all(isinstance(belongs, Tri) for _, belongs in found):
            return found, False
        if not isinstance(expr, t.ParameterRef):  # with which words a text is then compared nobody has said
            raise Untranslatable("逐项看的目录不是支持标准本身")
        out: Listed = []
        earlier: Flag = False
        unset: Flag = False
        for guard, held in found:
            mine, earlier = conj(guard, neg(earlier)), disj(earlier, guard)
            if held is None:
                unset = disj(unset, mine)
            elif isinstance(held, tuple):
                out += [(self.plain(entry, None), truth(mine)) for entry in held]
            else:
                raise Untranslatable("逐项看的区间")
        return out, unset

    def _filtered(self, expr: t.Filtered, env: Env) -> Listed:
        return [(row, all_of([belongs, self.tri(expr.condition, env.bind(expr.variable, row))])) for row, belongs in self.listed(expr.base, env)]

    def _projection(self, expr: t.Projection, env: Env) -> Listed:
        return [(self.value(expr.body, env.bind(expr.variable, row)), belongs) for row, belongs in self.listed(expr.base, env)]

    def _quantifier(self, expr: t.Quantifier, env: Env) -> Tri | Sym:
        items, unset = self._items(expr.base, env)
        if expr.kind == "count":
            if not isinstance(expr.base, t.ParameterRef):  # the entries of a catalogue are as many as they are
                self.aggregated = True
                if self.abstract:
                    raise Untranslatable("件数")
            counted = totalled("count", [(x, all_of([belongs, self.tri(expr.condition, env.bind(expr.variable, x))])) for x, belongs in items])
            if unset is not False:  # it is not below nothing, whatever they set
                self.unset_in()
            return replace(counted, known=conj(counted.known, neg(unset)))
        some = expr.kind == "some"
        self.witness(id(expr), items, env)
        parts = []
        for row, belongs in items:
            said = self.tri(expr.condition, env.bind(expr.variable, row))
            parts.append(all_of([belongs, said]) if some else any_of([inverse(belongs), said]))
        return when(unset, OPEN, any_of(parts) if some else all_of(parts))

    def _listed(self, expr: t.Listed, env: Env) -> Listed:
        return [(self.value(i, env), HOLDS) for i in expr.items]

    # -- arithmetic -------------------------------------------------------------------------------

    def unset_in(self) -> None:
        self.world.loose["未定的标准参与计算"] = None

    def _negated(self, expr: t.Negated, env: Env) -> Sym:
        return negated(self.sym(expr.operand, env))

    def _calculated(self, expr: t.Calculated, env: Env) -> Sym:
        a, b = self.sym(expr.left, env), self.sym(expr.right, env)
        left, right = isinstance(expr.left.type, Quantity), isinstance(expr.right.type, Quantity)
        if left and right:
            if a.known is False or b.known is False:
                self.unset_in()
            match expr.op:
                case "+" | "-":
                    return added(a, b, 1 if expr.op == "+" else -1)
                case "*":
                    return multiplied(a, b)
            return divided(a, b, expr.zero_fails)
        known = {"known": conj(a.known, b.known, neg(a.absent), neg(b.absent)), "failing": disj(a.failing, b.failing)}
        sign = 1 if expr.op == "+" else -1
        if isinstance(expr.left.type, Date):
            if isinstance(expr.right.type, Date):
                return Sym(as_number(minus(a.value, b.value)), **known)
            if right:
                return Sym(plus(a.value, times(sign, as_whole(b))), **known)
            months = b.value if sign > 0 else minus(0, b.value)
            return Sym(self.world.calendar.moved(a.value, months), **known)
        if isinstance(expr.type, Quantity):
            return Sym(as_number(minus(a.value, b.value)), **known)
        step = as_whole(b) if right else b.value
        if not isinstance(expr.right.type, Quantity) and type(expr.right.type) is not type(expr.left.type):
            if not is_plain(step):
                raise Untranslatable("年度加减不定的期限")
        return Sym(plus(a.value, times(sign, step)), **known)

    # -- comparison and logic -----------------------------------------------------------------------

    def _compared(self, expr: t.Compared, env: Env) -> Tri:
        a, b = self.value(expr.left, env), self.value(expr.right, env)
        if isinstance(a, Tri) and isinstance(b, Tri):
            if a.absent is not False or b.absent is not False:
                raise Untranslatable("可为无的是否相比")
            same = any_of([all_of([a, b]), all_of([inverse(a), inverse(b)])])
            return same if expr.op == "=" else inverse(same)
        if not (isinstance(a, Sym) and isinstance(b, Sym)):
            raise Untranslatable("整张清单相比")
        return ordered(expr.op, a, b)

    def _member(self, expr: t.Member, env: Env) -> Tri:
        return self._belongs(self.value(expr.value, env), expr.target, env)

    def _belongs(self, value: Any, target: t.Expr, env: Env) -> Tri:
        if isinstance(value, Tri):
            raise Untranslatable("是否属于清单")
        if isinstance(target, t.Ranged):
            return all_of([
                ordered(">=" if target.low_closed else ">", value, self.sym(target.low, env)),
                ordered("<=" if target.high_closed else "<", value, self.sym(target.high, env)),
            ])  # fmt: skip
        if isinstance(target, t.Listed):
            return any_of(self._belongs(value, i, env) if isinstance(i, t.Ranged) else ordered("=", value, self.sym(i, env)) for i in target.items)
        if isinstance(target, t.DefinitionRef):
            spec = self.book.definitions[target.definition]
            variables = {} if target.base is None else {"§本条": self.value(target.base, env)}
            return self._belongs(value, spec.expr, replace(env, variables=variables))
        if isinstance(target, t.Choice):
            either = self.tri(target.condition, env)
            return verdict(self.either(either, self._belongs(value, target.then, env), self._belongs(value, target.otherwise, env)))
        found = self.value(target, env)
        if isinstance(target.type, ListOf) and found and not isinstance(target, t.ParameterRef | t.Const):
            self.witness_of(target, env)
            return any_of(all_of([belongs, ordered("=", value, x)]) for x, belongs in found)
        out = OPEN
        for guard, held in reversed(found):
            said = (
                OPEN
                if held is None
                else self._in_span(value, held)
                if isinstance(held, Span)
                else any_of(ordered("=", value, self.plain(x, None)) for x in held)
            )
            out = when(guard, said, out)
        return out

    def witness_of(self, target: t.Expr, env: Env) -> None:
        """As `witness`, of the list whose column this is."""
        if isinstance(target, t.Projection):
            self.witness(id(target), self.listed(target.base, env), env)

    def _ranged(self, expr: t.Ranged, env: Env) -> Cases:
        raise Untranslatable("区间作为值")

    def _all(self, expr: t.All, env: Env) -> Tri:
        return all_of([self.tri(i, env) for i in expr.items])

    def _anyof(self, expr: t.AnyOf, env: Env) -> Tri:
        return any_of([self.tri(i, env) for i in expr.items])

    def _inverse(self, expr: t.Inverse, env: Env) -> Tri:
        return inverse(self.tri(expr.operand, env))

    def _absenttest(self, expr: t.AbsentTest, env: Env) -> Tri:
        found = self.value(expr.operand, env)
        if isinstance(found, Sym) and found.known is not True:
            return Tri(conj(found.known, found.absent), conj(found.known, neg(found.absent)))
        return truth(found.absent)

    def _choice(self, expr: t.Choice, env: Env) -> Any:
        condition = self.tri(expr.condition, env)
        if condition.t is True or condition.f is True:
            return self.value(expr.then if condition.t is True else expr.otherwise, env)
        return self.either(condition, self.value(expr.then, env), self.value(expr.otherwise, env))

    def either(self, condition: Tri, a: Any, b: Any) -> Any:
        if isinstance(a, Sym) and isinstance(b, Sym):
            return chosen(condition, a, b)
        if isinstance(a, Tri) and isinstance(b, Tri):
            if condition.settled:
                return when(condition.t, a, b)
            return Tri(
                disj(conj(condition.t, a.t), conj(condition.f, b.t), conj(a.t, b.t)), disj(conj(condition.t, a.f), conj(condition.f, b.f), conj(a.f, b.f))
            )  # fmt: skip
        if condition.settled and isinstance(a, list) and isinstance(b, list) and all(isinstance(x, Tri) for _, x in (*a, *b)):
            return [(x, all_of([condition, k])) for x, k in a] + [(x, all_of([inverse(condition), k])) for x, k in b]
        raise Untranslatable("按条件取清单")

    # -- functions ----------------------------------------------------------------------------------

    def _applied(self, expr: t.Applied, env: Env) -> Any:
        name = expr.function
        if name in ("count", "distinct count", "sum", "min", "max", "mean") and len(expr.arguments) == 1 and isinstance(expr.arguments[0].type, ListOf):
            self.aggregated = True
            if self.abstract and isinstance(expr.type, Quantity):
                same = ("anything", expr, env.key)  # one sum, however often it is written
                if same not in self.memo:
                    self.memo[same] = (expr, env, any_number(name, expr, self.world.limits))
                return self.memo[same][2]
        if name in ("count", "distinct count", "sum"):
            return totalled(name, self.listed(expr.arguments[0], env))
        if name in ("min", "max", "mean") and len(expr.arguments) == 1:
            listed = self.listed(expr.arguments[0], env)
            return mean(listed) if name == "mean" else best(name, listed)
        if name == "starts with":
            return self._starts(self.sym(expr.arguments[0], env), expr.arguments[1], env)
        if name in ("start of", "end of"):
            return self._end(expr.arguments[0], name == "start of", env)
        if name == "day at":
            return self._day_at(expr.arguments[0], self.sym(expr.arguments[1], env), env)
        if name not in _KNOWN:
            raise Untranslatable(f"函数“{name}”")
        parts = [self.sym(a, env) for a in expr.arguments]
        if name in ("min", "max", "mean", "power") and any(p.known is False for p in parts):
            self.unset_in()
        if name in ("min", "max"):
            return extreme(name, parts)
        if name == "mean":
            return mean([(p, HOLDS) for p in parts])
        if name == "power":
            return self._power(*parts)
        if name == "date":
            return self._date(*parts)
        known = {"known": conj(*(conj(p.known, neg(p.absent)) for p in parts)), "failing": disj(*(p.failing for p in parts))}
        values = [p.value for p in parts]
        if name == "working day after":
            return Sym(self.world.calendar.working_day(values[0], as_whole(parts[1])), **known)
        if name in _ROUNDING:
            return replace(rounded(name, parts[0], parts[1] if len(parts) > 1 else number(Fraction(1))), **known)
        return Sym(of_dates(name, values, self.world.calendar), **known)

    def _power(self, base: Sym, exponent: Sym) -> Sym:
        """A whole power; where the exponent is an answer, each that it may be is a case of its own."""
        if is_plain(exponent.value, exponent.den):
            return raised(base, int(exponent.value))
        times_of = as_whole(exponent)
        least, most = (self._edge(times_of, of) for of in ("<", ">"))
        if most > (MOST_CASES if is_plain(base.value, base.den) else MOST_POWER) + least * is_plain(base.value, base.den):
            raise Untranslatable(f"由数据决定的指数可能是 {least} 至 {most}" + ("" if is_plain(base.value, base.den) else "，底也由数据决定"))
        out = raised(base, most)
        for n in range(most - 1, least - 1, -1):
            out = chosen(truth(compared("=", times_of, n)), raised(base, n), out)
        known = conj(base.known, exponent.known, neg(base.absent), neg(exponent.absent))
        return replace(out, known=known, failing=disj(base.failing, exponent.failing), nonneg=base.nonneg)

    def _edge(self, number_of: Any, side: str) -> int:
        """The least (“<”) or the most (“>”) a whole number of nought to `MAX_EXPONENT` is shown to be."""
        low, high = 0, MAX_EXPONENT
        while low < high:
            middle = (low + high) // 2 if side == ">" else (low + high + 1) // 2
            if self.never(compared(side, number_of, middle)):
                low, high = (low, middle) if side == ">" else (middle, high)
            else:
                low, high = (middle + 1, high) if side == ">" else (low, middle - 1)
        return low

    def _date(self, year: Sym, month: Sym, day: Sym) -> Sym:
        known = {"known": conj(*(conj(p.known, neg(p.absent)) for p in (year, month, day))), "failing": disj(year.failing, month.failing, day.failing)}
        return Sym(self.world.calendar.date(year.value, minus(as_whole(month), 1), as_whole(day)), **known)

    def _day_at(self, target: t.Expr, year: Sym, env: Env) -> Sym:
        """A day of every year in one of them; a month's last day is the most it may have."""
        known = {"known": conj(year.known, neg(year.absent)), "failing": year.failing}
        days = [
            (guard, UNKNOWN if held is None else Sym(self.world.calendar.date(year.value, held.month - 1, held.day), **known))
            for guard, held in self.value(target, env)
        ]  # fmt: skip
        found = self._among(days)
        assert isinstance(found, Sym)
        return found

    def _starts(self, word: Sym, target: t.Expr, env: Env) -> Tri:
        found = self.value(target, env)
        if isinstance(found, Sym):
            if not is_plain(found.value):
                raise Untranslatable("开头为另一项文字")
            found = [(True, (self.world.words[found.value],))] if found.known is True else [(True, None)]
        out = OPEN
        for guard, held in reversed(found):
            if held is None:
                said = OPEN
            elif isinstance(held, Tri) or isinstance(guard, Sym):
                raise Untranslatable("开头为清单里的一项")
            else:
                heads = [level(x) for x in held]
                codes = [n for n, w in enumerate(self.world.words) if any(level(w).startswith(h) for h in heads)]
                hits = disj(*(compared("=", word.value, c) for c in codes))
                said = Tri(conj(word.known, hits), conj(word.known, neg(hits))) if word.known is not True else truth(hits)
            out = when(guard, said, out)
        return out

    def _end(self, target: t.Expr, start: bool, env: Env) -> Sym:
        if isinstance(target, t.DefinitionRef):
            target = self.book.definitions[target.definition].expr
        if isinstance(target, t.Ranged):
            return self.sym(target.low if start else target.high, env)
        values: list[tuple[Flag, Any]] = []
        for guard, held in self.value(target, env):
            end = None if held is None else held.low if start else held.high
            values.append((guard, UNKNOWN if end is None else self.plain(end, None)))
        found = self._among(values)
        assert isinstance(found, Sym)
        return found

    STEPS: ClassVar[Mapping[type[t.Expr], Callable[[Any, Any, Env], Any]]] = {
        t.Const: _const, t.FactRef: _factref, t.ParameterRef: _parameterref, t.DefinitionRef: _definitionref, t.RecognitionRef: _recognitionref,
        t.ConclusionRef: _conclusionref,
        t.RecordsRef: _recordsref, t.NamedDate: _nameddate, t.Variable: _variable, t.Field: _field, t.Projection: _projection, t.Filtered: _filtered,
        t.Lookup: _lookup, t.Negated: _negated, t.Calculated: _calculated, t.Compared: _compared, t.Ranged: _ranged, t.Listed: _listed,
        t.Member: _member, t.All: _all, t.AnyOf: _anyof, t.Inverse: _inverse, t.Choice: _choice, t.Applied: _applied, t.Quantifier: _quantifier,
        t.AbsentTest: _absenttest,
    }  # fmt: skip
