"""Every feature file beside this module, run as tests."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios(".")
