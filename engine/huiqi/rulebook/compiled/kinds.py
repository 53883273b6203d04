"""The words a rule chooses from: each a closed list, each entry with the spelling rule files use.

What must stay true: they are only names, with the word an officer reads where there is one. What an entry *does* is said where it is carried out, by a `match` that does
not type-check when one is added.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from ...language.syntax import FUNCTIONS


class Standing(IntEnum):
    """How firm a figure or a condition is; the larger, the weaker.

    A benchmark is weaker than an assumption: an assumption is about how *our* policy will be
    handled, a benchmark is another authority's policy altogether.
    """

    ENACTED = 0
    UNVERIFIED = 1
    ASSUMED = 2
    BENCHMARK = 3
    UNSET = 4

    @property
    def code(self) -> str:
        return self.name.lower()

    @property
    def label(self) -> str:
        return {"ENACTED": "现行", "UNVERIFIED": "待核", "ASSUMED": "假定", "BENCHMARK": "参照", "UNSET": "未定"}[self.name]


class Disposition(StrEnum):
    """What a clause has become in the rulebook."""

    MEASURE = "measure"
    RECOGNITION = "recognition"
    CONDITION = "condition"
    CHANNEL = "channel"
    TARGET = "target"
    DUTY = "duty"
    UNREAD = "unread"
    TODO = "todo"


class FactKind(StrEnum):
    """What the values of a fact are."""

    MONEY = "money"
    QUANTITY = "quantity"
    NUMBER = "number"
    RATIO = "ratio"  # a part of 1
    BOOLEAN = "boolean"
    CHOICE = "choice"
    TEXT = "text"
    DATE = "date"
    PERIOD = "period"  # whole months
    YEAR = "year"
    USCC = "uscc"  # 统一社会信用代码
    INDUSTRY = "industry"


class Match(StrEnum):
    """Which rows of a table count."""

    FIRST = "first"
    HIGHEST = "highest"
    SLAB = "slab"  # the whole at the rate of the band it falls in
    MARGINAL = "marginal"  # each part at the rate of its band
    COLLECT = "collect"  # all rows that apply, taken together


class Collect(StrEnum):
    """What is made of all the rows of a `collect` table that apply."""

    SUM = "sum"
    MIN = "min"
    MAX = "max"
    COUNT = "count"


class Op(StrEnum):
    """What makes a group hold."""

    ALL = "all"
    ANY = "any"
    NOT = "not"


class Role(StrEnum):
    """Whether a condition opens the way or bars it."""

    WHEN = "when"
    UNLESS = "unless"


class RecognitionKind(StrEnum):
    DERIVED = "derived"
    CONFERRED = "conferred"


class AwardKind(StrEnum):
    GRANT = "grant"
    INTEREST = "interest"
    RELIEF = "relief"
    SERVICE = "service"
    RECOMMENDATION = "recommendation"


class AwardBasis(StrEnum):
    """How firmly a rule promises its amount."""

    FIXED = "fixed"
    CEILING = "ceiling"
    DISCRETIONARY = "discretionary"

    @property
    def label(self) -> str:
        return _PROMISES[self][0]

    @property
    def full(self) -> str:
        """Before an amount, where the rule itself is told."""
        return _PROMISES[self][1]

    @property
    def short(self) -> str:
        """In a headline."""
        return _PROMISES[self][2]


_PROMISES = {
    AwardBasis.FIXED: ("定额", "定额", "定额"), AwardBasis.CEILING: ("不超过", "不超过", "最多"), AwardBasis.DISCRETIONARY: ("酌定", "在此范围内酌定", "酌定"),
}  # fmt: skip


class Scope(StrEnum):
    """Over what a cap holds."""

    RECORD = "record"
    YEAR = "year"
    ENTERPRISE = "enterprise"
    GROUP = "group"  # records alike in one column


class Keep(StrEnum):
    """Which records a cap on their number leaves."""

    HIGHEST = "highest"
    FIRST = "first"


class Direction(StrEnum):
    DOWN = "down"
    HALF_DOWN = "half down"
    HALF_EVEN = "half even"
    HALF_UP = "half up"
    UP = "up"

    @property
    def word(self) -> str:
        return FUNCTIONS[f"round {self}"]


class Per(StrEnum):
    """Of what the amount is rounded."""

    MEASURE = "measure"
    RECORD = "record"


class Rule(StrEnum):
    """What a stacking group does to its members."""

    HIGHEST = "highest"
    CHOOSE = "choose"
    CAP = "cap"
    ORDER = "order"
    CUMULATE = "cumulate"


class Share(StrEnum):
    """How a budget is shared among all applicants of a round."""

    PRO_RATA = "pro rata"
    IN_ORDER = "in order"  # each its whole amount, until the budget is used up


class Ties(StrEnum):
    """What becomes of applicants of one rank where not all of them fit."""

    ALL = "all"  # places: every one of them is in
    NONE = "none"  # none of them
    SPLIT = "split"  # in order: they share the rest of the budget pro rata
    OPEN = "open"  # the rule does not say: people decide


class Edge(StrEnum):
    """What the first gets whose amount the rest of a budget no longer covers."""

    REST = "rest"
    STOP = "stop"  # nothing, and nobody behind it gets anything


class LeftOver(StrEnum):
    """What becomes of a share that its applicant may not take, for its own amount or its cap."""

    AGAIN = "again"  # shared again among the others, until nothing moves
    KEEP = "keep"


class Remainder(StrEnum):
    """Who gets the 分 that cutting down to the 分 leaves."""

    LARGEST = "largest"  # whom cutting took most from
    FIRST = "first"  # the first by rank
    KEEP = "keep"  # nobody
