"""A compiled rulebook as plain data, so that what has not changed is not compiled again.

One JSON text: a header (format, engine and digest of its code, fingerprint of the sources, digest of
the body) and a body, the objects of the rulebook numbered so that what is one object stays one. Only the classes of the
specification and of the typed tree can be in it, by a closed table: no code, no pickle. What must
stay true: a text read back is the very rulebook that was written, identities included (conditions
that say the same are one expression); a body whose digest is not the header's, or of another engine
or format, is refused with a word, never half read.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from .. import errors
from .._version import __version__
from ..language import syntax, typed, types, units, yearly
from . import compiled, literals

FORMAT = 1
SETTING = "HUIQI_CACHE"  # a folder, or `no` for none
SMALLEST = 16_000  # characters of canonical rules below which compiling is as quick as reading, once the compiler is there
KEPT = 64  # programs kept in a cache


class NotThis(ValueError):
    """A saved rulebook that is not to be used here, and why."""


def _classes() -> tuple[type, ...]:
    """Every class a saved rulebook may hold; the order is part of the format."""
    modules: tuple[ModuleType, ...] = (compiled, typed, syntax, types, units, yearly, literals, errors)
    found = {c for m in modules for c in vars(m).values() if isinstance(c, type) and _of(m, c) and (is_dataclass(c) or issubclass(c, Enum))}
    return tuple(sorted(found, key=lambda c: (c.__module__, c.__qualname__)))


def _of(module: ModuleType, kind: type) -> bool:
    """Whether a class is the module's own (or of a part of it), not one that it only uses."""
    return kind.__module__ == module.__name__ or kind.__module__.startswith(module.__name__ + ".")


@functools.cache
def build() -> str:
    """Digest of the engine's code that makes a rulebook: between two versions it changes too, in a checkout."""
    digest = hashlib.sha256()
    engine = Path(__file__).resolve().parents[1]
    paths = [p for part in ("*.py", "rulebook/**/*.py", "language/**/*.py") for p in engine.glob(part)]
    for path in sorted(paths):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(engine).as_posix()}\0{len(data)}\0".encode())
        digest.update(data)
    return "sha256:" + digest.hexdigest()


# -- writing ------------------------------------------------------------------------------------------


class _Writer:
    """Objects to numbers: a value that is no plain text, number or truth is a list headed by what it is."""

    def __init__(self) -> None:
        self.classes = {c: n for n, c in enumerate(_classes())}
        self.body: list[Any] = []
        self.numbers: dict[Any, int] = {}
        self.alive: list[Any] = []  # so that no identity is given out twice

    def number(self, value: Any) -> int:
        key: Any = id(value)
        if isinstance(value, str) and not isinstance(value, Enum):
            key = (str, str.__str__(value))
        elif value is None or type(value) in (bool, int):
            key = (type(value), value)
        found = self.numbers.get(key)
        if found is None:
            entry = self._entry(value)
            found = self.numbers[key] = len(self.body)
            self.body.append(entry)
            self.alive.append(value)
        return found

    def _entry(self, value: Any) -> Any:
        if isinstance(value, Enum):
            return ["e", self.classes[type(value)], value.value]
        if value is None or type(value) in (str, bool, int):
            return value
        if isinstance(value, str):  # a word of a file: its place is told where it was compiled
            return str.__str__(value)
        if type(value) is tuple:
            return ["t", *map(self.number, value)]
        if type(value) is frozenset:
            return ["s", *map(self.number, sorted(value, key=repr))]
        if isinstance(value, Mapping):
            return ["m", *(self.number(x) for pair in value.items() for x in pair)]
        if type(value) is Fraction:
            return ["f", str(value)]
        if type(value) is date:
            return ["d", value.toordinal()]
        if type(value) in self.classes:
            return [self.classes[type(value)], *(self.number(getattr(value, f.name)) for f in fields(value) if f.init)]
        raise TypeError(f"no place for {type(value).__name__} in a saved rulebook")


def write(book: compiled.CompiledRulebook, fingerprint: str) -> str:
    """The rulebook as text; `fingerprint` is of the sources it was compiled from."""
    writer = _Writer()
    writer.number(book)
    body = json.dumps(writer.body, ensure_ascii=False, separators=(",", ":"))
    header = {"format": FORMAT, "engine": __version__, "build": build(), "fingerprint": fingerprint, "digest": _digest(body)}
    return json.dumps(header) + "\n" + body + "\n"


def _digest(body: str) -> str:
    return "sha256:" + hashlib.sha256(body.encode()).hexdigest()


# -- reading ------------------------------------------------------------------------------------------


def read(text: str, fingerprint: str) -> compiled.CompiledRulebook:
    """The rulebook of a text. Raises `NotThis` where it is of another engine, of other sources, or altered."""
    first, _, rest = text.partition("\n")
    body = rest.removesuffix("\n")
    try:
        header = json.loads(first)
        told = {k: header.get(k) for k in ("format", "engine", "build", "fingerprint", "digest")}
    except (ValueError, AttributeError):
        raise NotThis("不是存下的规则库") from None
    if told["format"] != FORMAT or told["engine"] != __version__:
        raise NotThis(f"是另一版本的引擎存下的（{told['engine']}，格式 {told['format']}），这里是 {__version__}，格式 {FORMAT}")
    if told["build"] != build():
        raise NotThis("存下之后引擎的代码改过")
    if told["fingerprint"] != fingerprint:
        raise NotThis("规则文件在存下之后改过")
    if told["digest"] != _digest(body):
        raise NotThis("内容与摘要不符，被改动过")
    try:
        found = _read(json.loads(body))
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        raise NotThis("内容不成形") from None
    if not isinstance(found, compiled.CompiledRulebook):
        raise NotThis("内容不是规则库")
    return found


def _read(entries: list[Any]) -> Any:
    makers = [_maker(c) for c in _classes()]
    classes = _classes()
    pool: list[Any] = []
    for entry in entries:
        if type(entry) is not list:
            pool.append(entry)
            continue
        head = entry[0]
        if type(head) is int:
            pool.append(makers[head](*[pool[n] for n in entry[1:]]))
        elif head == "t":
            pool.append(tuple([pool[n] for n in entry[1:]]))
        elif head == "m":
            values = [pool[n] for n in entry[1:]]
            pool.append(MappingProxyType(dict(zip(values[::2], values[1::2], strict=True))))
        elif head == "f":
            pool.append(Fraction(entry[1]))
        elif head == "d":
            pool.append(date.fromordinal(entry[1]))
        elif head == "e":
            pool.append(classes[entry[1]](entry[2]))
        elif head == "s":
            pool.append(frozenset(pool[n] for n in entry[1:]))
        else:
            raise ValueError(head)
    return pool[-1]


def _maker(kind: type) -> Callable[..., Any]:
    """An object of a class from its fields in order."""
    if not is_dataclass(kind):
        return kind
    names = tuple(f.name for f in fields(kind) if f.init)
    if hasattr(kind, "__slots__") or kind is compiled.CompiledRulebook:
        return lambda *values: kind(**dict(zip(names, values, strict=True)))
    new = object.__new__

    def make(*values: Any) -> Any:
        made = new(kind)
        made.__dict__.update(zip(names, values, strict=True))
        return made

    return make


# -- the cache ----------------------------------------------------------------------------------------


def folder() -> Path | None:
    """Where compiled rulebooks are kept for this user; None where they are not.

    It must be the user's own and closed to others: who may write there could change the rules.
    """
    told = os.environ.get(SETTING, "")
    if told == "no":
        return None
    try:  # an account without a home has no cache
        base = Path(told) if told else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huiqi"
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = base.stat()
    except (OSError, RuntimeError, ValueError):
        return None
    mine = not hasattr(os, "getuid") or about.st_uid == os.getuid()
    return base if mine and not (os.name == "posix" and about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)) else None


def recall(place: str, fingerprint: str) -> compiled.CompiledRulebook | None:
    """The rulebook as kept for these sources at this place, if it is and may be used."""
    base = folder()
    if base is None:
        return None
    path = base / _name(place, fingerprint)
    try:
        about = path.lstat()
        if not stat.S_ISREG(about.st_mode) or (hasattr(os, "getuid") and about.st_uid != os.getuid()):
            return None
        return read(path.read_text(encoding="utf-8"), fingerprint)
    except (OSError, ValueError):
        return None


def keep(book: compiled.CompiledRulebook, place: str, fingerprint: str, *, however_small: bool = False) -> None:
    """Keep a compiled rulebook for the next time; a cache that cannot be written is none."""
    if (len(book.canonical) < SMALLEST and not however_small) or (base := folder()) is None:
        return
    try:
        handle, name = tempfile.mkstemp(dir=base)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(write(book, fingerprint))
            Path(name).replace(base / _name(place, fingerprint))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        old = sorted(base.glob("*.json"), key=lambda p: p.stat().st_mtime)
        for path in old[:-KEPT]:
            path.unlink(missing_ok=True)
    except (OSError, RecursionError):  # or one too deep to write down
        return


def _name(place: str, fingerprint: str) -> str:
    """By place too: places of conditions are told in messages."""
    return hashlib.sha256(f"{FORMAT}\0{__version__}\0{build()}\0{place}\0{fingerprint}".encode()).hexdigest()[:40] + ".json"


__all__ = ["FORMAT", "NotThis", "folder", "keep", "read", "recall", "write"]
