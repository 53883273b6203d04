"""What scenarios came to the last time, so that what has not changed is not run again.

A key is a fingerprint of the feature as written, of the rulebooks it decides by with all they rest on, of every
line of the engine, and of what else a decision is made with. What must stay true: a result is used under the very key it
was kept under and for that many scenarios, else the feature is run; a record that cannot be read or kept is only
more work.
"""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..errors import HuiqiError
from ..files import write_file
from .models import Feature, Result

_BESIDE = ("chinesecalendar", "opencc-python-reimplemented", "durable_rules")  # what decisions are made with and is no part of the engine
_LARGEST = 5_000_000  # bytes of a record that is looked into
_MOST = 2_000  # features kept


@functools.cache
def engine() -> str:
    """Digest of all of the engine's code, of the interpreter and of the libraries a decision may turn on."""
    digest = hashlib.sha256(repr((sys.version_info[:3], [_version(name) for name in _BESIDE])).encode())
    root = Path(__file__).resolve().parents[1]
    for path in sorted(p for part in ("**/*.py", "**/*.lark") for p in root.glob(part)):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def key(feature: Feature, behind: Iterable[tuple[str, str]]) -> str:
    """`behind`: id and digest of every rulebook it decides by and of those they rest on."""
    said = json.dumps([engine(), sorted(behind), feature.text], ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def recalled(path: Path) -> dict[str, list[str]]:
    """Results by key; nothing where there is no record that can be read."""
    with suppress(OSError, ValueError):
        if path.stat().st_size <= _LARGEST and isinstance(found := json.loads(path.read_text(encoding="utf-8")), dict):
            return {k: x for k, x in found.items() if isinstance(x, list) and all(r in (Result.PASSED, Result.FAILED) for r in x)}
    return {}


def again(feature: Feature, results: Iterable[str] | None) -> Feature | None:
    """The feature with the results it had; None where they are not of these scenarios."""
    found = list(results or ())
    if len(found) != len(feature.scenarios) or not found:
        return None
    return replace(feature, scenarios=tuple(replace(s, result=Result(r)) for s, r in zip(feature.scenarios, found, strict=True)))


def keep(path: Path, results: Mapping[str, Iterable[str]]) -> None:
    """Kept if it can be, the latest features where there are very many."""
    with suppress(HuiqiError, OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps({k: list(x) for k, x in list(results.items())[-_MOST:]}))


__all__ = ["again", "keep", "key", "recalled"]
