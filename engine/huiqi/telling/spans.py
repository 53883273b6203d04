"""From when to when a number of days runs, so that whoever signs can count it again.

Of a difference of two dates, however deep in definitions, branches and least-of it lies: the one its value came from.
What must stay true: the days named come to the number shown, or none are named; both ends say whether they are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..language import typed as t
from ..language.types import Date
from ..reasoning.evaluate import Evaluator
from ..reasoning.uses import Env
from ..values import Known, Number, Value


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first, which is counted, to the last, which is or is not; by which definition, in its own words."""

    first: date
    last: date
    both: bool = False
    rule: str = ""

    @property
    def days(self) -> int:
        return (self.last - self.first).days + self.both

    @property
    def words(self) -> str:
        ends = f"{self.first}（含）至{self.last}（{'含' if self.both else '不含'}）"
        return f"{ends}；{self.rule}" if self.rule else ends


def span_of(expr: t.Expr, env: Env, evaluator: Evaluator, value: Value) -> Span | None:
    """Of an expression that came to this value; None where that is no number of days between two dates."""
    if not isinstance(value, Number) or not value.exact or value.low is None or value.low < 0:
        return None
    found = _found(expr, env, evaluator)
    return found if found is not None and found.days == value.low else None


def _found(expr: t.Expr, env: Env, evaluator: Evaluator) -> Span | None:
    match expr:
        case t.DefinitionRef(definition=name, base=base):
            spec = evaluator.book.definitions[name]
            record = evaluator.value(base, env) if base is not None else None
            found = _found(spec.expr, env.holding({"§本条": record.value} if isinstance(record, Known) else {}), evaluator)
            return None if found is None else Span(found.first, found.last, found.both, found.rule or spec.explain)
        case t.Choice(condition=condition, then=then, otherwise=otherwise):
            taken = evaluator.truth(condition, env).value
            return None if taken is None else _found(then if taken else otherwise, env, evaluator)
        case t.Applied(function="min" | "max" as which, arguments=arguments):
            spans = [_found(x, env, evaluator) for x in arguments]
            known = [x for x in spans if x is not None]
            return None if len(known) < len(spans) or not known else (min if which == "min" else max)(known, key=lambda x: x.days)
        case t.Calculated(op="-", left=left, right=right) if isinstance(left.type, Date) and isinstance(right.type, Date):
            last, first = evaluator.value(left, env), evaluator.value(right, env)
            if isinstance(last, Known) and isinstance(first, Known) and isinstance(last.value, date) and isinstance(first.value, date):
                return Span(first.value, last.value)
        case t.Calculated(op="+", left=left, right=t.Const() as one):
            found, more = _found(left, env, evaluator), evaluator.value(one, env)
            if found is not None and not found.both and isinstance(more, Number) and more.exact and more.low == 1:
                return Span(found.first, found.last, True, found.rule)
    return None


__all__ = ["Span", "span_of"]
