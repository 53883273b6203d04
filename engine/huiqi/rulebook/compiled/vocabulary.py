"""What a case may tell: facts, lists of records, and the checks between them; and the words every rulebook has.

What must stay true: a fact is known by its key everywhere, and its bounds, options and decimals are those its value is read by.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from ...errors import Position
from ...language import typed as t
from ...language.types import Bound, Quantity, Type
from ...plain import dataclass
from .kinds import FactKind

SUPPORT = "已获支持"  # the built-in history of support
SUPPORT_MEASURE = "事项"  # its column that says of which measure it was
CERTIFICATES = "资格证书"  # the built-in certificates of conferred recognitions
DECISION_DAY = "审核日期"
APPLICATION_YEAR = "申报年度"


def name_of(key: str) -> str:
    """The word a person uses, without the owner."""
    return key.partition("/")[2] or key


def listing_word(record: str) -> str:
    """A list of records in words: 新录用人员明细, but 贷款明细 as it is."""
    return record if record.endswith("明细") else f"{record}明细"


@dataclass(frozen=True, kw_only=True)
class FactSpec:
    key: str
    name: str
    id: str
    kind: FactKind
    type: Type
    bounds: Bound
    usual: Bound
    options: tuple[str, ...]
    decimals: int | None
    yearly: bool
    personal: bool
    judgement: bool
    verified_by: str
    label: str
    explain: str
    evidence: tuple[str, ...]
    date_bounds: tuple[date | None, date | None] = (None, None)
    aliases: tuple[tuple[str, str], ...] = ()  # (other spelling, option)
    fixed: bool = False  # what is so already, or not for the enterprise to decide: no remedy changes it
    event: bool = False  # a day on which something happened: one later than the day of decision is to be looked at again
    holder: bool = False  # whose the record is: the applicant's, by name
    example: str | None = None  # what the example row of a workbook shows: "" nothing, None what its kind suggests

    @property
    def optional(self) -> bool:
        return self.type.optional

    def unusual(self, value: object) -> bool:
        """Whether a value is a number outside the usual range; one that is taken all the same."""
        low, high = self.usual
        return isinstance(value, Fraction) and ((low is not None and value < low) or (high is not None and value > high))

    @property
    def places(self) -> int | None:
        """Most decimals in the base unit; None where any number of them is taken."""
        return self.decimals if self.decimals is not None else 2 if self.kind == FactKind.MONEY else 0 if self.whole else None

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are taken."""
        if self.decimals is not None:
            return self.decimals == 0
        return self.kind == FactKind.QUANTITY or (self.kind == FactKind.PERIOD and isinstance(self.type, Quantity))

    def step(self, told: Fraction = Fraction(0)) -> Fraction:
        """The least by which two values of it differ; without declared decimals 0.0001 (a ratio's 0.01%), or finer where `told` is finer."""
        places = self.places
        if places is None:
            places = next((n for n in range(4, 13) if (told * 10**n).denominator == 1), 4)
        return Fraction(1, 10**places)

    @property
    def cause(self) -> str:
        """Why an untold fact is unknown."""
        return "judgement" if self.judgement else "unverified" if self.verified_by else "missing"


@dataclass(frozen=True, kw_only=True)
class RecordSpec:
    key: str
    name: str
    id: str
    noun: str
    key_field: str
    label: str
    fields: Mapping[str, FactSpec]
    exact: bool = False  # keys are told apart as written, not after levelling
    fixed: bool = False  # no remedy adds to it or changes it


@dataclass(frozen=True)
class CheckSpec:
    """A cross-check every case must meet, e.g. 离岸 + 在岸 = 执行额."""

    label: str
    expr: t.Expr
    record: str  # "" or the record type it is checked for
    at: Position
