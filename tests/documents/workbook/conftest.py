"""Workbooks made here need no child process to be read in, but where opening them is what is tested."""

from __future__ import annotations

import pytest

from huiqi.documents.workbook import cells
from huiqi.intake.opened import read_any


@pytest.fixture(autouse=True)
def _read_here(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "refused" not in request.node.name and "child" not in request.node.name:
        monkeypatch.setattr(cells, "open_register", read_any)
