"""What a simulation judges by: policies to compare, values to try, and the rest of what is asked. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook
from ..rulebook.supposed import Supposition
from .known import COUNTY


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A policy to judge by: a rulebook, schemes chosen by id of the measure, open readings taken by key."""

    label: str
    book: CompiledRulebook
    schemes: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()  # in words
    other: bool = False  # another rulebook, beside the one simulated
    supposed: tuple[Supposition, ...] = ()
    reread: tuple[str, ...] = ()  # keys of readings that are others than in the rulebook


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One figure under several values, each with its rulebook; `now` is the value there is."""

    points: tuple[tuple[Supposition, Plan], ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked."""

    base: Plan
    plans: tuple[Plan, ...] = ()
    sweeps: tuple[Tried, ...] = ()
    only: tuple[str, ...] | None = None  # ids of measures
    facts: tuple[str, ...] = (COUNTY,)  # by which applicants are grouped
    schemes: bool = True  # all schemes side by side
    costs: bool = True  # of the open readings


__all__ = ["Plan", "Tried", "Wanted"]
