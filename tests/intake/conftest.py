"""Tables made here and read as an officer's would be: each cell by its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from huiqi import registers
from huiqi.intake.opened import read_any
from huiqi.registers import Mapped, map_register
from tests.intake import making

Cells = Mapping[str, dict[str, Any]]


@pytest.fixture(autouse=True)
def _read_here(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Files made here need no child process, but where opening them is what is tested."""
    if "opening" not in request.node.nodeid:
        monkeypatch.setattr(registers, "open_register", read_any)


@pytest.fixture
def mapped(tmp_path: Path) -> Callable[..., Mapped]:
    """A workbook of one sheet, mapped; `answers` go into the mapping before a second reading."""

    def run(
        rows: list[list[Any]],
        *,
        rulebook: str = "datong-outsourcing",
        answers: Mapping[str, str] | None = None,
        sheets: Mapping[str, str] | None = None,
        **made: Any,
    ) -> Mapped:
        since_1904 = made.get("since_1904", False)
        notes, hidden = made.pop("notes", None), made.pop("hidden", ())
        path = making.write(tmp_path / "表.xlsx", {"申报": making.sheet(rows, **made), **(sheets or {})}, since_1904=since_1904, notes=notes, hidden=hidden)
        found = map_register(path, rulebook=rulebook)
        if answers is None:
            return found
        mapping = tmp_path / "对应.yaml"
        text = found.mapping
        for number, answer in answers.items():
            head, mark, rest = text.partition(f"编号: {number}\n")
            assert mark, f"{number} is not asked:\n{text}"
            text = head + mark + rest.replace('答: ""', f'答: "{answer}"', 1)
        mapping.write_text(text, encoding="utf-8")
        return map_register(path, rulebook=rulebook, mapping=mapping)

    return run


@pytest.fixture
def cells(mapped: Callable[..., Mapped]) -> Callable[..., Cells]:
    def run(rows: list[list[Any]], **more: Any) -> Cells:
        return {c["cell"]: c for c in mapped(rows, **more).cells["cells"] if c["sheet"] == "申报"}

    return run
