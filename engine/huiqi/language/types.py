"""The types of the rule language.

Quantities carry units, choices carry their options, records carry their type's name, and a value
that may be 无 (known absence) is marked optional. What must stay true: two quantities are
comparable exactly when their dimensions are equal, and nothing converts silently.
"""

from __future__ import annotations

from fractions import Fraction

from ..plain import dataclass
from .units import Dims, unit_text

Bound = tuple[Fraction | None, Fraction | None]  # least and most of a quantity, None where there is none


@dataclass(frozen=True)
class Type:
    """Base; `optional` says that the value may be 无."""

    optional: bool = False

    def show(self) -> str:
        return "值"

    def __str__(self) -> str:
        return self.show() + ("（可为无）" if self.optional else "")

    def required(self) -> Type:
        """The same type, known not to be 无."""
        if not self.optional:
            return self
        return type(self)(**{**self.__dict__, "optional": False})

    def maybe(self) -> Type:
        return self if self.optional else type(self)(**{**self.__dict__, "optional": True})


@dataclass(frozen=True)
class Quantity(Type):
    """A number with a unit; `dims == ()` is a plain number. `percent` is only how to show it."""

    dims: Dims = ()
    percent: bool = False

    def show(self) -> str:
        if not self.dims:
            return "比率" if self.percent else "数"
        return f"数量（{unit_text(self.dims)}）"


@dataclass(frozen=True)
class Boolean(Type):
    def show(self) -> str:
        return "是否"


@dataclass(frozen=True)
class Text(Type):
    """Free text, or one of `options` (a choice) when they are given."""

    options: tuple[str, ...] = ()

    def show(self) -> str:
        return f"选项（{'、'.join(self.options[:6])}{'…' if len(self.options) > 6 else ''}）" if self.options else "文字"


@dataclass(frozen=True)
class Date(Type):
    def show(self) -> str:
        return "日期"


@dataclass(frozen=True)
class Period(Type):
    """A calendar period in months (6个月, 3年): it moves a date; it is not a counted quantity."""

    def show(self) -> str:
        return "期限"


@dataclass(frozen=True)
class Year(Type):
    def show(self) -> str:
        return "年度"


@dataclass(frozen=True)
class Yearly(Type):
    """A day of every year (4月1日): a date once a year is named."""

    def show(self) -> str:
        return "每年的一天"


@dataclass(frozen=True)
class Absent(Type):
    """The type of the literal 无."""

    def show(self) -> str:
        return "无"


@dataclass(frozen=True)
class RecordOf(Type):
    record: str = ""

    def show(self) -> str:
        return f"一条{self.record}"


@dataclass(frozen=True)
class ListOf(Type):
    item: Type = Type()

    def show(self) -> str:
        return f"{self.item.show()}清单"


@dataclass(frozen=True)
class GroupOf(ListOf):
    """The records of one group; `by` is the column that they share."""

    by: str = ""


def record_of(kind: Type) -> str:
    """The record type whose columns it has: one record's, or a group's, as its columns are its records'; "" for none."""
    inner = kind.item if isinstance(kind, GroupOf) else kind
    return inner.record if isinstance(inner, RecordOf) else ""


@dataclass(frozen=True)
class RangeOf(Type):
    item: Type = Type()

    def show(self) -> str:
        return f"{self.item.show()}区间"


@dataclass(frozen=True)
class Invalid(Type):
    """Of a part already complained about: it agrees with everything, so one mistake is told once."""

    def show(self) -> str:
        return "（有误）"


NUMBER = Quantity()
RATIO = Quantity(percent=True)
BOOLEAN = Boolean()
TEXT = Text()
DATE = Date()
PERIOD = Period()
YEAR = Year()
YEARLY = Yearly()
ABSENT = Absent()
INVALID = Invalid()
COUNTED_DAYS = Quantity(dims=(("天", 1),))
COUNTED_MONTHS = Quantity(dims=(("月", 1),))
COUNTED_YEARS = Quantity(dims=(("年", 1),))


def alike(a: Type, b: Type) -> bool:
    """Whether values of the two types may be compared (unit, kind; optional aside)."""
    if isinstance(a, Invalid) or isinstance(b, Invalid):
        return True
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        return a.dims == b.dims
    if isinstance(a, ListOf | RangeOf) and type(a) is type(b):
        assert isinstance(b, ListOf | RangeOf)
        return alike(a.item, b.item)
    if isinstance(a, RecordOf) and isinstance(b, RecordOf):
        return a.record == b.record
    return type(a) is type(b)


def join(a: Type, b: Type) -> Type | None:
    """The type of `if … then a else b`; None where the branches do not agree."""
    optional = a.optional or b.optional
    if isinstance(a, Absent):
        return b.maybe()
    if isinstance(b, Absent):
        return a.maybe()
    if not alike(a, b):
        return None
    if isinstance(a, Invalid):
        return b
    merged: Type = a
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        merged = Quantity(dims=a.dims, percent=a.percent and b.percent)
    if isinstance(a, Text) and isinstance(b, Text) and a.options != b.options:
        merged = Text(options=tuple(dict.fromkeys((*a.options, *b.options))) if a.options and b.options else ())
    return merged.maybe() if optional else merged.required()
