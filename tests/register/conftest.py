"""Workbooks of a round made here need no child process to be read in: how a file is opened is tested with the intake, and by one round below."""

from __future__ import annotations

import pytest

from huiqi import registers
from huiqi.documents.workbook import cells
from huiqi.intake.opened import read_any
from huiqi.register import duplicates, rows


@pytest.fixture(autouse=True)
def _read_here(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "test_several_processes" not in request.node.name:
        for module in (registers, cells, duplicates, rows):
            monkeypatch.setattr(module, "open_register", read_any)
