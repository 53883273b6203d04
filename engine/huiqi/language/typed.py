"""The typed tree: an expression with every name resolved and every unit checked.

This is what the readers interpret. Each node carries its type, the syntax node it came from (for
printing) and nothing mutable. What must stay true: a typed tree never needs the scope it was
checked in; two readers that agree on these classes agree on the language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, fields
from datetime import date
from fractions import Fraction

from ..plain import dataclass
from . import syntax as s
from .types import Type
from .yearly import MonthDay

Scalar = Fraction | bool | str | date | int | MonthDay


@dataclass(frozen=True)
class Expr:
    type: Type
    source: s.Node = field(compare=False, repr=False)


@dataclass(frozen=True)
class Const(Expr):
    """A literal. Quantities are `Fraction`, periods months as `int`, years `int`."""

    value: Scalar


@dataclass(frozen=True)
class FactRef(Expr):
    """An enterprise-level fact; `year` (of type Year) where another year than 申报年度 is meant."""

    fact: str
    year: Expr | None = None


@dataclass(frozen=True)
class ParameterRef(Expr):
    """A parameter: of the governing date, or of `day` where the rule names one (`value at`)."""

    parameter: str
    day: Expr | None = None


@dataclass(frozen=True)
class DefinitionRef(Expr):
    """A definition; `base` is the record it is computed for, if it is one of a record type."""

    definition: str
    base: Expr | None = None


@dataclass(frozen=True)
class RecognitionRef(Expr):
    """A recognition: held on the day (`meets` False), or its criteria satisfied (`meets` True)."""

    recognition: str
    meets: bool


@dataclass(frozen=True)
class ConclusionRef(Expr):
    """Another measure's conclusion: whether it is granted (for one record, where one is named), or its amount before stacking."""

    measure: str
    amount: bool = False
    record: Expr | None = None
    title: str = ""


@dataclass(frozen=True)
class RecordsRef(Expr):
    record: str


@dataclass(frozen=True)
class NamedDate(Expr):
    """审核日期, 申报年度 and the other dates a decision is given by name."""

    name: str


@dataclass(frozen=True)
class Variable(Expr):
    name: str


@dataclass(frozen=True)
class Field(Expr):
    base: Expr
    name: str


@dataclass(frozen=True)
class Projection(Expr):
    """`list.field`: the field of every record of a list (also a computed one)."""

    base: Expr
    variable: str
    body: Expr


@dataclass(frozen=True)
class Filtered(Expr):
    base: Expr
    variable: str
    condition: Expr


@dataclass(frozen=True)
class Lookup(Expr):
    """A table applied to its inputs."""

    table: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True)
class Negated(Expr):
    operand: Expr


@dataclass(frozen=True)
class Calculated(Expr):
    """+ - * / on quantities, dates, periods and years. `zero_fails`: 分母为零 is 不符合."""

    op: str
    left: Expr
    right: Expr
    zero_fails: bool | None = None


@dataclass(frozen=True)
class Compared(Expr):
    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Ranged(Expr):
    low: Expr
    high: Expr
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True)
class Listed(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True)
class Member(Expr):
    """`value in target`, target a list, a range or a list of ranges."""

    value: Expr
    target: Expr


@dataclass(frozen=True)
class All(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True)
class AnyOf(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True)
class Inverse(Expr):
    operand: Expr


@dataclass(frozen=True)
class Choice(Expr):
    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True)
class Applied(Expr):
    """A function. `nonnegative`: for `sum`, no item can be below zero (by declared bounds)."""

    function: str
    arguments: tuple[Expr, ...]
    nonnegative: bool = False


@dataclass(frozen=True)
class Quantifier(Expr):
    kind: str
    variable: str
    base: Expr
    condition: Expr


@dataclass(frozen=True)
class AbsentTest(Expr):
    operand: Expr


_FIELDS: dict[type[Expr], tuple[str, ...]] = {}


def children(expr: Expr) -> Sequence[Expr]:
    """The direct parts of an expression."""
    kind = type(expr)
    names = _FIELDS.get(kind)
    if names is None:
        names = _FIELDS[kind] = tuple(f.name for f in fields(expr) if "Expr" in str(f.type))  # of an annotation: its words
    out: list[Expr] = []
    for name in names:
        value = getattr(expr, name)
        if isinstance(value, Expr):
            out.append(value)
        elif type(value) is tuple:
            out += [v for v in value if isinstance(v, Expr)]
    return out


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and all its parts, outermost first, each before those after it."""
    stack = [expr]
    while stack:
        one = stack.pop()
        yield one
        stack += reversed(children(one))
