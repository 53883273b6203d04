"""Scenarios run: each told from its first sentence to its last, and what failed with its place.

What must stay true: a scenario passes only where every one of its steps was taken; it stops at the
first that was not; and nothing of one scenario reaches the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..errors import HuiqiError
from ..plain import dataclass
from .models import Feature, Kind, Result, Scenario, Step
from .steps import take
from .story import Load, Story, Unmet


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A step that was not taken. `expected` and `actual` of a claim that does not hold, else `said`."""

    title: str
    step: Step
    expected: str = ""
    actual: str = ""
    said: str = ""


def run_steps(title: str, steps: Sequence[Step], load: Load) -> Failure | None:
    """The first step that fails, or None."""
    story = Story()
    for step in steps:
        try:
            story = take(story, step.kind, step.text, step.table, load)
        except Unmet as error:
            return Failure(title=title, step=step, expected=error.expected, actual=error.actual, said=error.more)
        except HuiqiError as error:
            return Failure(title=title, step=step, said=str(error))
    return None


def run_told(scenario: Scenario, title: str, steps: Sequence[Step], load: Load) -> Failure | None:
    """One row of a scenario's examples. One that claims nothing has failed."""
    if (failure := run_steps(title, steps, load)) is not None:
        return failure
    if not any(s.kind is Kind.THEN for s in steps):
        return Failure(title=title, step=Step(kind=Kind.THEN, text="", line=scenario.line), said="没有“那么”，什么也没有检查")
    return None


def run_scenario(scenario: Scenario, load: Load) -> Iterator[Failure]:
    """One failure at most for each row of the examples."""
    return (failure for title, steps in scenario.told() if (failure := run_told(scenario, title, steps, load)) is not None)


def run_feature(feature: Feature, load: Load) -> tuple[Feature, tuple[Failure, ...]]:
    """The feature with the result of each scenario, and every failure."""
    failures: list[Failure] = []
    scenarios: list[Scenario] = []
    for scenario in feature.scenarios:
        found = tuple(run_scenario(scenario, load))
        failures += found
        scenarios.append(replace(scenario, result=Result.FAILED if found else Result.PASSED))
    return replace(feature, scenarios=tuple(scenarios)), tuple(failures)
