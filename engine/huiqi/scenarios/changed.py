"""Which mutants have to be tried again: those whose rules or whose scenarios are others than they were.

A key of a mutant is a fingerprint of what it changes, of all that may notice it, of the scenarios that
watch, of the rulebooks behind and of the engine. What was noticed under a key is noticed still. What must
stay true: a mutant without the same key is tried.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .._version import __version__
from ..errors import HuiqiError
from ..files import write_file
from ..rulebook.compiled import CompiledRulebook
from .adequacy import features_by_subject, once
from .models import Feature
from .mutants import Mutant
from .waivers import mark_of_mutant

_LARGEST = 5_000_000  # bytes of a record that is looked into


def keys(book: CompiledRulebook, found: Iterable[Mutant], features: Iterable[Feature]) -> dict[str, str]:
    """Mutant's name -> its key."""
    watching = features_by_subject(book, features)
    behind = [x for x in book.behind if x[0] != book.id]
    out, marks = dict[str, str](), dict[tuple[frozenset[str], tuple[str, str]], str]()
    for mutant in found:
        at = (mutant.subjects, mutant.entry)  # all that its fingerprint depends on
        marks[at] = marks[at] if at in marks else mark_of_mutant(book, mutant)
        watch = [f.text for f in once(f for s in sorted(mutant.subjects) for f in watching.get(s, []))]
        said = json.dumps([__version__, behind, mutant.name, marks[at], watch], ensure_ascii=False)
        out[mutant.name] = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
    return out


def to_try(found: Sequence[Mutant], now: Mapping[str, str], before: Mapping[str, str]) -> list[Mutant]:
    """Those whose key is another, or that were not there."""
    return [m for m in found if before.get(m.name) != now[m.name]]


# -- the record of what was noticed -------------------------------------------------------------------------


def recalled(path: Path) -> dict[str, str]:
    """What was noticed the last time, by name; nothing where there is no record that can be read."""
    with suppress(OSError, ValueError):
        if path.stat().st_size <= _LARGEST and isinstance(found := json.loads(path.read_text(encoding="utf-8")), dict):
            return {k: x for k, x in found.items() if isinstance(x, str)}
    return {}


def keep(path: Path, noticed: Mapping[str, str]) -> None:
    """Kept if it can be: without it more is tried, and nothing is wrong."""
    with suppress(HuiqiError, OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps(dict(noticed), ensure_ascii=False))
