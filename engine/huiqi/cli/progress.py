"""A progress bar on a terminal; nothing where there is none, and the same text printed either way."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Self

from .rim import say


class Progress:
    """`tick` for each piece of work; `say` prints above the bar."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total = what, total
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        self.begin(self._total)
        return self

    def begin(self, total: int) -> None:
        """So much work there is, where that was not known before."""
        if sys.stderr is not None and sys.stderr.isatty() and total and self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("还要"), TimeRemainingColumn())
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False)
            self._task = self._bar.add_task(self._what, total=total)
            self._bar.start()

    def tick(self) -> None:
        if self._bar is not None:
            self._bar.advance(self._task)

    def say(self, text: str) -> None:
        if self._bar is not None:
            self._bar.stop()
        say(text)
        if self._bar is not None:
            self._bar.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()
