"""Choices written on the command line: measures, schemes and readings, each against the rulebooks it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..errors import InputError, Position, Problem


def pairs(values: Sequence[str], option: str, written: str, example: str, problems: list[Problem]) -> Iterator[tuple[str, str, Position]]:
    """`--option LEFT=RIGHT`: left, right, and the place on the command line; what is written otherwise is put down among the problems."""
    for number, value in enumerate(values, 1):
        at = Position(f"（第 {number} 个 {option} {value}）")
        left, _, right = (part.strip() for part in value.partition("="))
        if left and right:
            yield left, right, at
        else:
            problems.append(Problem(at, f"{option} 写作 {written}", value, written, f"例如 {example}"))


def _each_once(values: Sequence[str], option: str, *, written: str, example: str, left: str, mend: str) -> dict[str, tuple[str, Position]]:
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
    found = _each_once(values, "--scheme", written="事项编号=方案名", example="certification.international=南通2022", left="事项", mend="每个事项只选一个方案")
    return {one_of(measure, books): name for measure, (name, _) in found.items()}


def readings_of(values: tuple[str, ...], books: list[Any]) -> dict[str, str]:
    """`--reading NAME=OPTION`, each against the rulebooks."""
    found = _each_once(values, "--reading", written="名称=选项", example="增长额口径=全部增长额", left="读法", mend="每个读法只取一种")
    problems = [replace(p, at=at) for name, (option, at) in found.items() for p in books[0].reading_problems({name: option}, books[1:])]
    if problems:
        raise InputError(problems)
    return {name: option for name, (option, _) in found.items()}


__all__ = ["one_of", "pairs", "readings_of", "schemes_of"]
