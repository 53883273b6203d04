"""What a program is made of: slots, terms, nodes, amounts. Plain frozen data; whoever walks it is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum, StrEnum, auto
from fractions import Fraction

from ..language import typed as t
from ..plain import dataclass
from ..rulebook.compiled import Direction, RowSpec

# -- where answers stand -----------------------------------------------------------------------------------


class Kind(Enum):
    """As what the answer of a slot is read."""

    NUMBER = auto()  # a whole number of the slot's smallest unit, a fraction of it where it is told more finely
    DAY = auto()  # the number of the day
    YEAR = auto()
    FLAG = auto()  # 2 yes, 0 no, as verdicts are
    WORD = auto()


@dataclass(frozen=True, kw_only=True)
class Slot:
    """The answer to one question: a fact, of the year of application or of the year the figure `year` says.

    With a `record` type, `fact` is a column of its: whoever runs the plan says of which record.
    `open`: nothing at all is known of it until it is told; else it is judged on a scale, whose ends bound it.
    """

    fact: str
    kind: Kind
    scale: int = 1
    year: int | None = None
    yearly: bool = False
    optional: bool = False
    open: bool = True
    options: tuple[str, ...] = ()  # of a choice: one of these is told
    record: str = ""


# -- numbers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """What the day and the scheme alone decide, by its number; bound to a value."""

    number: int


@dataclass(frozen=True)
class Read:
    slot: int


@dataclass(frozen=True)
class Sum:
    left: Term
    right: Term
    sign: int  # of the right one


@dataclass(frozen=True)
class Product:
    left: Term
    right: Term


@dataclass(frozen=True)
class Quotient:
    """No value where the divisor is zero: the reference says what follows."""

    left: Term
    right: Term


@dataclass(frozen=True)
class Extreme:
    greatest: bool
    items: tuple[Term, ...]


@dataclass(frozen=True)
class Pick:
    """One of two numbers, as a node decides."""

    node: int
    then: Term
    otherwise: Term


@dataclass(frozen=True)
class Row:
    """The cell of the first row of a table that applies, or (`highest`) the greatest of those that do."""

    rows: tuple[RowSpec, ...]
    inputs: tuple[Term, ...]
    highest: bool


Term = Figure | Read | Sum | Product | Quotient | Extreme | Pick | Row

# -- questions ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """Two terms compared. `asked` is what the reference is asked where a term has no value here."""

    op: str
    left: Term
    right: Term
    asked: int


@dataclass(frozen=True)
class Told:
    """A yes-or-no fact, as it is told."""

    slot: int
    asked: int


@dataclass(frozen=True)
class Joined:
    """`all` is the least of its items, `any` the greatest: 0 fails < 1 unknown < 2 holds."""

    every: bool
    items: tuple[int, ...]


@dataclass(frozen=True)
class Inverse:
    item: int


@dataclass(frozen=True)
class Fixed:
    """Decided by the day alone."""

    figure: int
    asked: int


@dataclass(frozen=True)
class Tabled:
    """What these slots say decides it: the reference is asked once for each combination of answers."""

    slots: tuple[int, ...]
    asked: int


@dataclass(frozen=True)
class Handed:
    """The reference is asked in every decision."""

    asked: int
    why: Why


@dataclass(frozen=True)
class Recognised:
    """A derived recognition, or the criteria of a conferred one."""

    recognition: str


@dataclass(frozen=True)
class Always:
    """A verdict the day alone decides."""

    verdict: int


@dataclass(frozen=True)
class AtMost:
    """Never more than `verdict`: what nobody has read may yet take it away."""

    verdict: int
    item: int


Node = Comparison | Told | Joined | Inverse | Fixed | Tabled | Handed | Recognised | Always | AtMost


class Why(StrEnum):
    """Why something is handed to the reference."""

    RECORDS = "records"  # it looks at records
    CERTIFICATE = "certificate"  # it asks whether a title is held
    EACH = "each"  # the measure is judged for each record
    GOVERNED = "governed"  # the governing date is a fact
    EXPRESSION = "expression"  # a part of an amount that is not lowered
    LIMIT = "limit"  # a cap on the number of records, or for each value of a column
    DIFFERENCE = "difference"
    FLOOR = "floor"
    INSTALMENTS = "instalments"  # that hang on a condition
    FINENESS = "fineness"  # rounded otherwise than to whole units from the 分 upwards
    LATER = "later"  # something that lowering does not know
    SHARED = "shared"  # records count under one of several measures


# -- amounts -----------------------------------------------------------------------------------------------


class Counted(Enum):
    """How earlier support counts against a cap, or against an amount as a whole."""

    NOT = auto()
    EARLIER = auto()  # what is told of it; where nothing is, it may have used up the cap
    RIVALS = auto()  # another's may have shut this one out: nothing is known but where none is told


@dataclass(frozen=True)
class Cap:
    term: Term
    counted: Counted


@dataclass(frozen=True)
class Rounding:
    step: Fraction
    direction: Direction


@dataclass(frozen=True, kw_only=True)
class Amount:
    """What a measure that is granted gives, in the order of the pipeline: caps of an item, roundings, caps of the measure, roundings.

    `low`: at least so much, the rest at discretion; `discretionary`: at least nothing. `taken`: what was had before is taken off.
    """

    term: Term
    taken: Counted = Counted.NOT
    low: Term | None = None
    discretionary: bool = False
    first: Rounding | None = None
    item_caps: tuple[Cap, ...] = ()
    each: Rounding | None = None
    caps: tuple[Cap, ...] = ()
    cents: Rounding | None = None
    unread: bool = False
    last: Rounding | None = None
    whole: bool = True  # False: of one record among others, left exact: the sum is rounded

    @property
    def counts(self) -> bool:
        """Whether anything in it takes earlier support into account."""
        return self.taken is not Counted.NOT or any(cap.counted is not Counted.NOT for cap in (*self.item_caps, *self.caps))


class Nothing(Enum):
    """A measure that measures no money: a service, a rate."""

    MEASURED = auto()


# -- the whole ---------------------------------------------------------------------------------------------

Asked = tuple[t.Expr, "str | None"]  # an expression, and the scheme's document it is asked under


@dataclass(frozen=True, kw_only=True)
class Program:
    """A rulebook's questions, each once. `nodes` and `amounts` find them by what is asked, and by measure and scheme."""

    slots: tuple[Slot, ...]
    figures: tuple[Asked, ...]
    asked: tuple[Asked, ...]
    nodes: tuple[Node, ...]
    of: Mapping[Asked, int] = field(repr=False)  # the node of a condition
    amounts: Mapping[tuple[str, str], Amount | Nothing | Why]  # by key of the measure and name of the scheme
    measures: Mapping[str, Why | None]  # why the whole measure is handed over
    listed: Mapping[tuple[str, str], Amount | Nothing | Why]  # of measures for each record, by key and scheme, what one record gives
