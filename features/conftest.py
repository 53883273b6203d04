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


class Telling:
    """The story as far as it is told. The steps change it here, in what one scenario holds and drops.

    A `target_fixture` would register every step's story as one more fixture of the whole run: pytest compares each with all
    that came before (quadratic: at the end of four thousand scenarios ten seconds for one), and lets go of none.
    """

    def __init__(self) -> None:
        self.story = Story()

    def take(self, kind: Kind, sentence: str, table: Table) -> None:
        self.story = take(self.story, kind, sentence, table, _load)


@pytest.fixture
def telling() -> Telling:
    return Telling()


@given(Known(Kind.GIVEN))
def _given(telling: Telling, sentence: str, datatable: Table = None) -> None:
    telling.take(Kind.GIVEN, sentence, datatable)


@when(Known(Kind.WHEN))
def _when(telling: Telling, sentence: str, datatable: Table = None) -> None:
    telling.take(Kind.WHEN, sentence, datatable)


@then(Known(Kind.THEN))
def _then(telling: Telling, sentence: str, datatable: Table = None) -> None:
    telling.take(Kind.THEN, sentence, datatable)


def pytest_bdd_step_func_lookup_error(step: Any, scenario: Any, exception: Exception) -> None:
    """Fail with the nearest sentence of the vocabulary."""
    kind = Kind[str(step.type).upper()]
    raise LookupError(f"{scenario.feature.rel_filename}:{step.line_number}: {unknown(kind, step.name)}") from exception
