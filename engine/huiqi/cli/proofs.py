"""`rules verify` and `rules diff`: which rulebooks and cases are meant, on which day, and what is excused there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..api import Rulebook, _day, load
from ..documents.coverage import UNDECIDABLE, read_undecidable
from ..errors import UsageError, suggestion
from ..proving.diff import Difference, compare
from ..rulebook.places import available, find_folder, rules_folder


def shown() -> list[str]:
    """The shipped rulebooks that have anything to prove."""
    return [name for name in available() if (book := load(name).compiled).measures or any(r.rulebook == book.id for r in book.recognitions.values())]


def proved(name: str, measure: str | None, on: str | None, seconds: float, features: Path | None) -> Any:
    from ..proving.verify import verify

    book = load(name).compiled
    known = [m.id for m in book.measures.values()]
    if measure is not None and measure not in known:
        raise UsageError(f"没有支持事项“{measure}”；{suggestion(measure, known) or '可用：' + '、'.join(known)}")
    excused = read_undecidable(features / UNDECIDABLE) if features is not None else {}
    return verify(book, name, seconds=seconds, on=None if on is None else _day(on), only=measure, excused=excused)


def compared(a: str, b: str, bundles: Sequence[str], cases: Sequence[str], on: str | None, seconds: float | None) -> Difference:
    """The two rulebooks compared over the cases meant; `seconds`: for so long examples are looked for."""
    old, new = _meant(a, bundles).compiled, _meant(b, bundles).compiled
    files = {str(path): f"{path.parent.name}/{path.name}" for folder in _cases(cases, (a, b)) for path in sorted(folder.glob("*.yaml"))}
    diff = compare(old, new, [Path(f) for f in files], shown=files)
    if seconds is None:
        return diff
    from ..proving.between import with_examples

    return with_examples(diff, new.id if new.id in available() else new.path, seconds, None if on is None else _day(on))


def _meant(name: str, bundles: Sequence[str]) -> Rulebook:
    """A rulebook by id or folder, or by `id@version` from the bundles given."""
    book, at, version = name.partition("@")
    if not at or Path(name).is_dir():
        return load(name)
    found: dict[str, Rulebook] = {}
    for folder in bundles:
        if not Path(folder).is_dir():
            raise UsageError(f"没有文件夹“{folder}”；--bundles 写 huiqi rules bundle -o 写到的文件夹")
        for manifest in sorted(Path(folder).glob(f"*/{book}/rulebook.yaml")):
            one = load(manifest.parent)
            if version in (one.version, one.digest) or (version.startswith("sha256:") and one.digest.startswith(version)):
                found[one.digest] = one
    if len(found) != 1:
        told = "、".join(f"{book}@{d[:19]}" for d in found)
        raise UsageError(f"“{name}”有 {len(found)} 个：{told}；写明摘要" if found else f"包里没有“{name}”；用 --bundles 指明 huiqi rules bundle 写到的文件夹")
    return next(iter(found.values()))


def _cases(given: Sequence[str], names: Sequence[str]) -> list[Path]:
    """Folders of cases: as given, else those beside the rulebooks, else the one beside all rulebooks."""
    if given:
        wrong = [g for g in given if not Path(g).is_dir()]
        if wrong:
            raise UsageError(f"没有案例文件夹“{wrong[0]}”")
        return [Path(g) for g in given]
    folders = [rules_folder().resolve() / "…", *(find_folder(n).resolve() for n in names if "@" not in n)]
    beside = [f / "cases" for folder in folders for f in (folder.parent, folder.parent.parent)]
    return list(dict.fromkeys(f for f in beside if f.is_dir()))


__all__ = ["compared", "proved", "shown"]
