"""`rules verify`: which rulebooks are meant, on which day, and what is excused there."""

from __future__ import annotations

from pathlib import Path

from ..api import _day, load
from ..documents.coverage import UNDECIDABLE, read_undecidable
from ..errors import UsageError, suggestion
from ..proving.verify import Report, verify
from ..rulebook.places import available


def shown() -> list[str]:
    """The shipped rulebooks that have anything to prove."""
    return [name for name in available() if (book := load(name).compiled).measures or any(r.rulebook == book.id for r in book.recognitions.values())]


def proved(name: str, measure: str | None, on: str | None, seconds: float, features: Path | None) -> Report:
    book = load(name).compiled
    known = [m.id for m in book.measures.values()]
    if measure is not None and measure not in known:
        raise UsageError(f"没有支持事项“{measure}”；{suggestion(measure, known) or '可用：' + '、'.join(known)}")
    excused = read_undecidable(features / UNDECIDABLE) if features is not None else {}
    return verify(book, name, seconds=seconds, on=None if on is None else _day(on), only=measure, excused=excused)


__all__ = ["proved", "shown"]
