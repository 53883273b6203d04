"""Three hundred broken files, half cases and half rules; the long run makes thousands (`hostile_files`)."""

from __future__ import annotations

import pytest

from .hostile_files import run

BATCH = 25


@pytest.mark.parametrize("start", range(0, 300, BATCH))
def test_a_broken_file_is_decided_or_refused_with_place_and_mend(start: int) -> None:
    outcomes = {number: run(2026, number) for number in range(start, start + BATCH)}
    assert {n: o.fault for n, o in outcomes.items() if o.fault} == {}
    assert "refused" in {o.kind for o in outcomes.values()}
