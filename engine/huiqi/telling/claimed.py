"""What officers disallowed, as data: each claimed value with what is left of it, and what that does to the amounts.

What must stay true: claimed = less + what is left, to the last digit printed, on every line where both ends
are settled; where one is open nothing is subtracted from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from fractions import Fraction
from typing import Any, Self

from ..plain import dataclass
from ..rulebook.literals import exact_string, in_cents, money_string
from ..words import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class DisallowedValue:
    """A 核减: of which fact or column, and the officer's word on it."""

    fact: str
    listing: str  # name of the record type; "" for a fact of the enterprise
    record: str  # key of the record
    year: int | None
    unit: str
    claimed: Fraction
    value: Fraction
    reason: str
    material: str
    by: str
    on: date
    texts: tuple[str, str, str] = field(default=("", "", ""), compare=False)  # claimed, less and left, as an officer writes them

    @property
    def less(self) -> Fraction:
        return self.claimed - self.value

    def to_dict(self) -> dict[str, Any]:
        where: dict[str, Any] = {"list": self.listing, "record": self.record} if self.listing else {}
        if self.year is not None:
            where["year"] = str(self.year)
        return {
            "fact": self.fact, **where, "unit": self.unit, "claimed": exact_string(self.claimed), "less": exact_string(self.less),
            "value": exact_string(self.value), "reason": self.reason, "material": self.material, "by": self.by, "when": self.on.isoformat(),
        }  # fmt: skip

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Self:
        return cls(
            fact=d["fact"], listing=d.get("list", ""), record=d.get("record", ""), year=int(d["year"]) if "year" in d else None, unit=d["unit"],
            claimed=Fraction(d["claimed"]), value=Fraction(d["value"]), reason=d["reason"], material=d["material"], by=d["by"],
            on=date.fromisoformat(d["when"]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """An amount as far as it is settled, in the 分 that are printed; `high` None: no upper bound is known."""

    low: Fraction
    high: Fraction | None

    @property
    def exact(self) -> bool:
        return self.low == self.high

    def to_dict(self) -> dict[str, Any]:
        return {"settled": money_string(self.low), "at_most": None if self.high is None else money_string(self.high), "pending": not self.exact}

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Self:
        low, high = Fraction(d["settled"]), None if d["at_most"] is None else Fraction(d["at_most"])
        return cls(low, low + Fraction(1, 1000) if d["pending"] and low == high else high)


@dataclass(frozen=True, slots=True)
class ClaimedLine:
    """One line of the sums: 申报额, which is what the rules give on the values as claimed, and 测算额."""

    claimed: Span
    measured: Span
    record: str = ""

    @property
    def less(self) -> Fraction | None:
        """核减额: None while either end is open."""
        if not (self.claimed.exact and self.measured.exact):
            return None
        return in_cents(self.claimed.low) - in_cents(self.measured.low)

    def to_dict(self) -> dict[str, Any]:
        less = self.less
        out = {"claimed": self.claimed.to_dict(), "less": None if less is None else money_string(less), "measured": self.measured.to_dict()}
        return {"record": self.record, **out} if self.record else out

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Self:
        return cls(Span.from_dict(d["claimed"]), Span.from_dict(d["measured"]), d.get("record", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedMeasure:
    """The sums of one measure: on the whole, and of each record before what caps them together."""

    id: str
    outcome: Outcome  # on the values as claimed
    unit: str
    whole: ClaimedLine
    lines: tuple[ClaimedLine, ...] = ()
    title: str = field(default="", compare=False)
    ceiling: bool = field(default=False, compare=False)
    now: Outcome | None = field(default=None, compare=False)  # after the 核减
    counted: bool = field(default=True, compare=False)  # its money is in the total

    def to_dict(self) -> dict[str, Any]:
        return {"id": self.id, "outcome": str(self.outcome), "unit": self.unit, **self.whole.to_dict(), "lines": [x.to_dict() for x in self.lines]}

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Self:
        lines = tuple(map(ClaimedLine.from_dict, d["lines"]))
        return cls(id=d["id"], outcome=Outcome(d["outcome"]), unit=d["unit"], whole=ClaimedLine.from_dict(d), lines=lines)


@dataclass(frozen=True, slots=True)
class Disallowance:
    """All that was disallowed in a case, the measures whose money it touches or that have money, and the total."""

    values: tuple[DisallowedValue, ...]
    measures: tuple[ClaimedMeasure, ...]
    total: ClaimedLine

    def to_dict(self) -> dict[str, Any]:
        return {"values": [x.to_dict() for x in self.values], "measures": [x.to_dict() for x in self.measures], "total": self.total.to_dict()}

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Self:
        return cls(tuple(map(DisallowedValue.from_dict, d["values"])), tuple(map(ClaimedMeasure.from_dict, d["measures"])), ClaimedLine.from_dict(d["total"]))


__all__ = ["ClaimedLine", "ClaimedMeasure", "Disallowance", "DisallowedValue", "Span"]
