"""pytest-bdd bound to the sentences of `huiqi.scenarios`: three steps, one for each keyword.

What a sentence means is written there once; here pytest only asks whether there is such a sentence
and takes the step. `README.md` lists every sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when
from pytest_bdd.steps import StepNamePrefix

import huiqi
from huiqi.scenarios.models import Kind
from huiqi.scenarios.steps import known, take, unknown
from huiqi.scenarios.story import Story

Table = Sequence[Sequence[str]] | None
_load = cache(huiqi.load)
_known = cache(known)  # the same few thousand sentences, each looked for several times in each scenario


# pytest-bdd asks of every fixture of the whole run whether it is the step: for each of forty thousand steps 0.5 ms, and more with
# every fixture that `tests` get. Those that hold steps are named by it; only they are asked.
_bdd = vars(import_module("pytest_bdd.scenario"))
_every_name = _bdd["get_fixture_names"]
_bdd["get_fixture_names"] = lambda fixturemanager: [name for name in _every_name(fixturemanager) if name.startswith(StepNamePrefix.step_def.value)]


class Known(parsers.StepParser):
    """Any sentence of the vocabulary under one keyword, handed on whole."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.value)
        self.kind = kind

    def is_matching(self, name: str) -> bool:
        return _known(self.kind, name)

    def parse_arguments(self, name: str) -> dict[str, Any]:
        return {"sentence": name}


@pytest.fixture
def story() -> Story:
    return Story()


@given(Known(Kind.GIVEN), target_fixture="story")
def _given(story: Story, sentence: str, datatable: Table = None) -> Story:
    return take(story, Kind.GIVEN, sentence, datatable, _load)


@when(Known(Kind.WHEN), target_fixture="story")
def _when(story: Story, sentence: str, datatable: Table = None) -> Story:
    return take(story, Kind.WHEN, sentence, datatable, _load)


@then(Known(Kind.THEN), target_fixture="story")
def _then(story: Story, sentence: str, datatable: Table = None) -> Story:
    return take(story, Kind.THEN, sentence, datatable, _load)


def pytest_bdd_step_func_lookup_error(step: Any, scenario: Any, exception: Exception) -> None:
    """Fail with the nearest sentence of the vocabulary."""
    kind = Kind[str(step.type).upper()]
    raise LookupError(f"{scenario.feature.rel_filename}:{step.line_number}: {unknown(kind, step.name)}") from exception
