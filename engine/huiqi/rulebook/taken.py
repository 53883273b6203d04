"""Readings as somebody decided them for one case: the words of a case file or a command, against the rulebook.

What must stay true: only an open reading can be decided here, and only by an option of its own; who
decided it and when is kept as told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import Code, Position, Problem, UsageError, clip, suggestion, told
from ..plain import dataclass
from .compiled import ChoiceSpec, CompiledRulebook


@dataclass(frozen=True, slots=True)
class Taken:
    """One reading decided: the option, by whom and when, as told (empty: not told)."""

    option: str
    by: str = ""
    when: str = ""

    def to_dict(self) -> dict[str, str]:
        return {k: x for k, x in (("option", self.option), ("by", self.by), ("when", self.when)) if x}

    @classmethod
    def from_dict(cls, given: Mapping[str, str]) -> Taken:
        return cls(given["option"], given.get("by", ""), given.get("when", ""))


def reading_named(book: CompiledRulebook, name: str) -> ChoiceSpec | None:
    """A reading by its name, or by the name behind its rulebook's id: the rulebook's own before those it uses."""
    own = book.readings.get(f"{book.id}/{name}")
    if own is not None:
        return own
    if name in book.readings:
        return book.readings[name]
    found = [r for r in book.readings.values() if r.name == name]
    return found[0] if len(found) == 1 else None


def reading_word(book: CompiledRulebook, key: str) -> str:
    """The name `reading_named` reads back as this reading."""
    name = book.readings[key].name
    found = reading_named(book, name)
    return name if found is not None and found.key == key else key


def taken_readings(book: CompiledRulebook, given: Mapping[str, Taken]) -> dict[str, Taken]:
    """Readings decided by name, by key; those the rulebook does not have are not its concern.

    Raises `UsageError` for an option that is none, a reading told by two of its names, or one the rulebook has decided itself.
    """
    out: dict[str, Taken] = {}
    firsts: dict[str, str] = {}
    for name, taken in given.items():
        reading = reading_named(book, name)
        if reading is None:
            raise UsageError(f"没有读法“{clip(name)}”", mend=suggestion(name, [r.name for r in book.readings.values()]), argument="reading")
        if taken.option not in reading.options:
            raise UsageError(f"“{name}”没有读法“{clip(taken.option)}”；可用：{'、'.join(reading.options)}", argument="reading")
        if not reading.open and taken.option != reading.chosen:
            raise UsageError(f"“{name}”规则库已经取定“{reading.chosen}”，这里不能改", argument="reading")
        if firsts.setdefault(reading.key, name) != name:
            raise UsageError(f"“{clip(firsts[reading.key])}”与“{clip(name)}”是同一个读法，写了两次", mend="每个读法只取一种", argument="reading")
        if reading.open:
            out[reading.key] = taken
    return out


def reading_problems(books: Iterable[CompiledRulebook], given: Mapping[Any, Any], path: str = "") -> list[Problem]:
    """What is wrong with readings decided for a case, against the rulebooks it is decided by."""
    books = list(books)
    problems = []
    firsts: dict[str, Any] = {}
    known = sorted({reading_word(b, k) for b in books for k in b.readings})
    for name, said in given.items():
        option = said.option if isinstance(said, Taken) else said
        at = getattr(name, "at", Position(path))
        place = getattr(option, "at", at)
        loc = ("读法", told(name))
        found = [r for b in books if (r := reading_named(b, str(name))) is not None]
        if not found:
            listed = "、".join(known) or "（没有读法）"
            problems.append(Problem(at, "没有这个读法", told(name), listed, suggestion(told(name), known), Code.UNKNOWN_NAME, loc))
            continue
        reading = found[0]
        if firsts.setdefault(reading.key, name) is not name:
            both = f"{told(firsts[reading.key])}、{told(name)}"
            problems.append(Problem(at, f"“{reading.name}”在“读法”里写了两次", both, "一种读法", "每个读法只写一次", Code.DUPLICATE, loc))
        if not isinstance(option, str) or option not in reading.options:
            options = "、".join(reading.options)
            problems.append(
                Problem(place, f"“{name}”没有这种读法", clip(told(option)), options, suggestion(told(option), reading.options), Code.UNKNOWN_NAME, loc)
            )
        elif not reading.open and option != reading.chosen:
            message = f"“{name}”规则库已经取定，案例里不能改"
            problems.append(
                Problem(place, message, told(option), reading.chosen, "删去这一行；要看另一种读法的影响，用 huiqi simulate", Code.CONTRADICTORY, loc)
            )
    return problems


__all__ = ["Taken", "reading_named", "reading_problems", "reading_word", "taken_readings"]
