"""Choices written on the command line: measures, schemes and readings, each against the rulebooks it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from ..errors import Code, InputError, Position, Problem, opposite

Example = Callable[[str], str]


def pairs(values: Sequence[str], option: str, written: str, example: Example, problems: list[Problem]) -> Iterator[tuple[str, str, Position]]:
    """`--option LEFT=RIGHT`: left, right, and the place on the command line; what is written otherwise is put down among the problems.

    `example`: of what was typed, what could have been meant.
    """
    for number, value in enumerate(values, 1):
        at = Position(f"（第 {number} 个 {option} {value}）")
        left, _, right = (part.strip() for part in value.partition("="))
        if left and right:
            yield left, right, at
        else:
            problems.append(Problem(at, f"{option} 写作 {written}", value, written, example(value)))


def example_of(books: Sequence[Any], taken: Callable[[Any], Iterable[tuple[Sequence[str], Sequence[str]]]], nothing: str) -> Example:
    """Of the books' own choices the one nearest to what was typed. `taken`: of a book its choices, the names of each and its options."""

    def example(value: str) -> str:
        found = [(names, option) for b in books for names, options in taken(b) for option in options]
        if not found:
            return nothing
        typed = [x.strip() for x in value.split("=") if x.strip()] or [value]
        words = {w: (names[0], option) for names, option in reversed(found) for w in (*names, option)}
        near = [
            x
            for t in typed
            for x in (
                *(w for w in words if (t in w or w in t) and not opposite(t, w)),
                *get_close_matches(t, [w for w in words if not opposite(t, w)], n=1, cutoff=0.4),
            )
        ]
        name, option = words[near[0]] if near else (found[0][0][0], found[0][1])
        return f"例如 {name}={option}"

    return example


def readings_in(book: Any) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The readings that nobody has decided."""
    return (((r.name,), r.options) for r in book.compiled.readings.values() if r.open)


def all_readings_in(book: Any) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    return (((r.name,), r.options) for r in book.compiled.readings.values())


def schemes_in(book: Any) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    return (((m.id, m.title), tuple(m.schemes)) for m in book.compiled.measures.values() if m.schemes)


def figures_in(book: Any) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    return (((p.name,), ("值",)) for p in book.compiled.parameters.values())


NO_READING, NO_SCHEME, NO_FIGURE = "所用的规则库没有可以取定的读法，不写", "所用的规则库没有参照方案，不写", "所用的规则库没有标准，不写"


def _each_once(values: Sequence[str], option: str, *, written: str, example: Example, left: str, mend: str) -> dict[str, tuple[str, Position]]:
    """The right of each left, with its place. Raises `InputError` where one is given twice, too."""
    from ..rulebook.names import Once

    out: dict[str, tuple[str, Position]] = {}
    problems: list[Problem] = []
    once = Once(f"{option} 的{left}")
    for name, chosen, at in pairs(values, option, written, example, problems):
        problems += once.given(name, at, mend)
        out[name] = chosen, at
    if problems:
        raise InputError(problems)
    return out


def one_of(word: str, books: list[Any], *, recognised: bool = False) -> str:
    """The id of the measure (or recognition) that a word means: its id, its title, or a part of one that no other has."""
    from ..telling.called import the_one

    titles = {spec.id: spec.title for b in books for spec in b.compiled.measures.values()}
    if recognised:
        titles |= {r.id: r.title for b in books for r in b.compiled.recognitions.values() if r.rulebook == b.id and r.id not in titles}
    return the_one(word, titles)


def schemes_of(values: tuple[str, ...], books: list[Any]) -> dict[str, str]:
    """`--scheme MEASURE=NAME`, by id of the measure."""
    found = _each_once(
        values, "--scheme", written="事项编号=方案名", example=example_of(books, schemes_in, NO_SCHEME), left="事项", mend="每个事项只选一个方案"
    )
    out: dict[str, str] = {}
    firsts: dict[str, str] = {}
    problems = []
    for measure, (name, at) in found.items():
        known = one_of(measure, books)
        if firsts.setdefault(known, measure) != measure:
            problems.append(Problem(at, "--scheme 的事项重复", f"{firsts[known]}、{measure}", "一个方案", "是同一个事项；每个事项只选一个方案", Code.DUPLICATE))
        out[known] = name
    if problems:
        raise InputError(problems)
    return out


def readings_of(values: tuple[str, ...], books: list[Any]) -> dict[str, str]:
    """`--reading NAME=OPTION`, each against the rulebooks."""
    found = _each_once(values, "--reading", written="名称=选项", example=example_of(books, readings_in, NO_READING), left="读法", mend="每个读法只取一种")
    given = {name: option for name, (option, _) in found.items()}
    problems = [replace(p, at=found[str(p.loc[-1])][1]) for p in books[0].reading_problems(given, books[1:])]
    if problems:
        raise InputError(problems)
    return given


__all__ = [
    "NO_FIGURE",
    "NO_READING",
    "NO_SCHEME",
    "all_readings_in",
    "example_of",
    "figures_in",
    "one_of",
    "pairs",
    "readings_in",
    "readings_of",
    "schemes_in",
    "schemes_of",
]
