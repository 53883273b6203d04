"""What each shipped rulebook said when its version was written down, so that rules do not change under one version.

    ./huiqi python -m tests.rulebook.versions     # after a change: write down what they say now

`versions.txt` has a line for each: id, version, fingerprint of what its files say. Comments, layout, quotes
and digests of sheets are not of the rules and do not count; `common` is words only and keeps its version.
What must stay true: nothing is written down for a rulebook whose rules changed and whose version did not,
unless the version is of today.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.places import available

RECORD = Path(__file__).with_name("versions.txt")
COMMAND = "./huiqi python -m tests.rulebook.versions"
_BESIDE = ("quote", "sheet digest")  # where a rule is from, not what it is

Stamps = Mapping[str, tuple[str, str]]  # id -> version, fingerprint


def fingerprint(canonical: str) -> str:
    """Of what the files of a rulebook say, not of what it uses: those have versions of their own."""
    files = _rules(json.loads(canonical)["files"])
    return hashlib.sha256(json.dumps(files, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]


def _rules(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {k: _rules(x) for k, x in tree.items() if k not in _BESIDE}
    return [_rules(x) for x in tree] if isinstance(tree, list) else tree


def shipped() -> Stamps:
    return {b.id: (b.version, fingerprint(b.canonical)) for b in map(load_compiled, available()) if b.id != "common"}


def recorded(text: str) -> Stamps:
    return {name: (version, mark) for name, version, mark in map(str.split, text.splitlines())}


def written(stamps: Stamps) -> str:
    return "".join(f"{name} {version} {mark}\n" for name, (version, mark) in sorted(stamps.items()))


def unmoved(now: Stamps, before: Stamps) -> list[str]:
    """Rulebooks that say something else under the version that is written down."""
    return sorted(n for n, (version, mark) in now.items() if n in before and before[n][0] == version and before[n][1] != mark)


def complaints(now: Stamps, before: Stamps) -> list[str]:
    """What to mend, a line for each rulebook."""
    same = unmoved(now, before)
    out = [f"{n}：内容改了，版本还是 {now[n][0]}；在 rules/{n}/rulebook.yaml 写改动的日子，引用它的 uses 一起改，再执行 {COMMAND}" for n in same]
    moved = sorted(n for n in now.keys() | before.keys() if n not in same and now.get(n) != before.get(n))
    return out + [f"{n}：版本或规则库与记下的不同；执行 {COMMAND}" for n in moved]


def main() -> int:
    now, before = shipped(), recorded(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    today = datetime.now().astimezone().date().isoformat()
    stuck = [n for n in unmoved(now, before) if now[n][0] != today]
    kept = {n: before[n] if n in stuck else stamp for n, stamp in now.items()}
    RECORD.write_text(written(kept), encoding="utf-8")
    print(*complaints({n: now[n] for n in stuck}, {n: before[n] for n in stuck}), sep="\n", end="\n" if stuck else "")
    return 1 if stuck else 0


if __name__ == "__main__":
    sys.exit(main())
