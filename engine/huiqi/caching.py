"""What was worked out once, kept by content, for as long as there is room.

A rulebook is frozen: what readers derive from it is kept here, outside it, under a key that says
all the value depends on. What must stay true: bounded (the least recently used goes first), safe
among threads, and never an answer for other content than its key's.
"""

from __future__ import annotations

import gc
import os
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet

WAYS = 512  # rulebooks of which readers keep what they derive: each way of deciding one's open readings is one of its own

_caches: WeakSet[Cache[Any, Any]] = WeakSet()
B = TypeVar("B")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """At most `size` values."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()
        _caches.add(self)

    def get(self, key: K) -> V | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: K, value: V) -> V:
        """Keep a value; of two made at once for one key, the first stays and is what both get."""
        with self._lock:
            kept = self._values.setdefault(key, value)
            self._values.move_to_end(key)
            while len(self._values) > self.size:
                self._values.popitem(last=False)
            return kept

    def replace(self, key: K, value: V) -> None:
        """Keep a value in place of whatever was there."""
        with self._lock:
            self._values.pop(key, None)
        self.put(key, value)

    def found(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key, made where it is not there. Making it holds up nobody else."""
        value = self.get(key)
        return self.put(key, make()) if value is None else value

    def clear(self) -> None:
        with self._lock:
            self._values.clear()

    def __len__(self) -> int:
        return len(self._values)


def patient() -> None:
    """Look for garbage seldom. For a process of ours alone: a rulebook is a million small things that stay to the end, and looking
    through them again and again was up to a quarter of the time a register took; what refers to itself and can go is little, and goes a little later."""
    gc.set_threshold(100_000, 50, 100)


def _after_fork() -> None:
    """In the child nobody holds a lock: whoever did is not there."""
    for cache in _caches:
        cache._lock = Lock()


os.register_at_fork(after_in_child=_after_fork)


class Derived(Generic[B, V]):
    """What `make` works out from a frozen thing alone, worked out once.

    Found by the thing's content (`key`: a digest) and served to the very thing it was made from: one
    with parts replaced may still bear the digest of its origin.
    """

    def __init__(self, make: Callable[[B], V], *, key: Callable[[B], Hashable], size: int) -> None:
        self._make, self._key = make, key
        self._values: Cache[Hashable, tuple[B, V]] = Cache(size)
        self._last: tuple[B, V] | None = None  # most often it is asked of the same thing again; another thread may ask of another

    def of(self, thing: B) -> V:
        last = self._last
        if last is not None and last[0] is thing:
            return last[1]
        key = self._key(thing)
        kept = self._values.get(key)
        if kept is None or kept[0] is not thing:
            kept = (thing, self._make(thing))
            self._values.replace(key, kept)
        self._last = kept
        return kept[1]
