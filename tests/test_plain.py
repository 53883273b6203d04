"""A class made by `huiqi.plain` is to everybody what the standard library would have made."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from huiqi import plain


def made(decorator: Any, **options: Any) -> tuple[type, type]:
    """A class and one that extends it, by a decorator."""

    @decorator(frozen=True, **options)
    class Base:
        first: int
        second: tuple[str, ...] = ()

    @decorator(frozen=True, **options)
    class Sub(Base):
        """With words of its own."""

        listed: list[int] = dataclasses.field(default_factory=list, compare=False)
        secret: str = dataclasses.field(default="x", repr=False)
        named: Any = dataclasses.field(default=None, kw_only=True)

        def __post_init__(self) -> None:
            if self.first < 0:
                raise ValueError(self.first)

    return Base, Sub


WAYS: list[dict[str, Any]] = [{}, {"slots": True}, {"kw_only": True}, {"slots": True, "kw_only": True}, {"eq": False}, {"repr": False}]


@pytest.mark.parametrize("options", WAYS)
def test_it_is_made_compared_hashed_printed_and_refuses_to_change_alike(options: dict[str, Any]) -> None:
    def seen(decorator: Any) -> list[Any]:
        _, sub = made(decorator, **options)
        one, same, other = sub(first=1, named=2), sub(first=1, listed=[3], named=2), sub(first=2)
        refused: list[Any] = []
        for change in (lambda: setattr(one, "first", 5), lambda: delattr(one, "first"), lambda: setattr(one, "second", 5), lambda: sub(first=-1), sub):
            with pytest.raises((AttributeError, TypeError, ValueError)) as error:
                change()
            refused.append(type(error.value))
        equality = (one == same, one == other, one != same, one == 1, (hash(one) == hash(same)))
        values = (one.first, one.second, one.listed, one.secret, one.named, dataclasses.astuple(dataclasses.replace(one, first=7)))
        names = [(f.name, f.kw_only, f.compare, f.repr) for f in dataclasses.fields(sub)]
        copied = copy.copy(one)
        printed = repr(one) if options.get("repr", True) else ""
        return [equality, values, names, printed, refused, (copied.first, copied.named), sub.__match_args__, hasattr(one, "__dict__")]

    assert seen(plain.dataclass) == seen(dataclasses.dataclass)


@plain.dataclass(frozen=True, slots=True)
class Slotted:
    first: int
    second: str = "二"


@plain.dataclass(frozen=True)
class Open:
    first: int
    second: str = "二"


@pytest.mark.parametrize("kind", [Slotted, Open])
def test_it_travels_between_processes(kind: Any) -> None:
    one = kind(1)
    assert [pickle.loads(pickle.dumps(one, p)) for p in (2, 4, 5)] == [one] * 3  # noqa: S301 (what was dumped here)
    assert copy.deepcopy(one) == one


def test_what_differs_in_class_alone_is_not_equal() -> None:
    assert Slotted(1) != Open(1)
    assert {Slotted(1), Slotted(1), Slotted(2)} == {Slotted(2), Slotted(1)}
