"""How much is tried, and in which step: `HUIQI_PROFILE=long` multiplies the examples of every property (`tests.making.examples`).

`LAWS`, and single tests marked as laws where they stand, are held by `./huiqi test --laws`, after `./huiqi test`, which has six minutes;
continuous integration runs both. No property is left out of either profile, and neither looks at the clock. Here and not beside the
features: those need no Hypothesis, and start often.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.pop("COLUMNS", None)  # pytest-xdist tells its workers 80: a test that means a width says so

HERE = Path(__file__).parent
LAWS = (
    "bench",
    "documents/workbook/test_filled.py",
    "features/test_bare_conclusions.py",
    "language/test_roundtrip.py",
    "properties",
    "proving",
    "reasoning/test_joins.py",
    "reasoning/test_kernel.py",
    "reasoning/test_receipt_round_trip.py",
    "scenarios/test_sensitivity.py",
    "telling/test_recording.py",
    "telling/test_replay.py",
    "telling/test_written.py",
)

settings.register_profile("daily", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("daily"), print_blob=True)
settings.load_profile(os.environ.get("HUIQI_PROFILE", "daily"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    laws = [HERE / name for name in LAWS]
    for item in items:
        if any(item.path.is_relative_to(law) for law in laws):
            item.add_marker(pytest.mark.law)
