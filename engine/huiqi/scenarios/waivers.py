"""What is excused beside the features, each with a reason, an owner, an end, and a fingerprint of what it is about.

`equivalents.yaml` lists changes of the rules that no case can tell, `undecidable.yaml` conditions that
never decide alone and values that no scenario can move. The fingerprint is of the words of the rules it
speaks of and of all they read; comments and layout do not count. What must stay true: what is excused
was looked at as it now stands and not for ever: another fingerprint, a day past the end, or nothing
there to excuse is a problem; and that who answers for it is somebody: an office or a person by name, or
a role of which the file says who has it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import InputError, Position, Problem, clip, suggestion
from ..language import typed as t
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook, Group, MeasureSpec, Spec, name_of, own_specs
from ..rulebook.reach import references
from ..rulebook.yamltree import Rows, Table, Word, read_yaml
from .mutants import Mutant, roots

EQUIVALENTS = "equivalents.yaml"
UNDECIDABLE = "undecidable.yaml"
MOVES = " ← "  # 条件 ← 数据项: of a value that no scenario can move
ROLES = "角色"  # of a file's entry that says who has a role
_KEYS = ("理由", "负责", "到期", "列举")
_SHAPE = "- 理由: …\n  负责: …\n  到期: 2027-12-31\n  列举: {“规则库…”: 指纹}"
_LENGTH = 12


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """One thing excused. `at` is its line."""

    what: str
    mark: str
    reason: str
    owner: str
    until: date
    at: Position
    who: str = ""  # what the file says of the owner, where that is a role


def read_waivers(path: Path) -> list[Waiver]:
    """Every waiver of a file, none without the file. Raises `InputError` with every place."""
    if not path.is_file():
        return []
    tree = read_yaml(path)
    if not isinstance(tree, Rows):
        raise InputError([Problem(Position(str(path), 1, 1), "应写成清单，一项一个理由", "", _SHAPE, "照文件开头的说明改")])
    problems: list[Problem] = []
    out: list[Waiver] = []
    roles = _roles(tree, problems)
    for entry in tree:
        at = getattr(entry, "at", Position(str(path), 1, 1))
        if isinstance(entry, Table) and set(entry) == {ROLES}:
            continue
        if not isinstance(entry, Table) or set(entry) != set(_KEYS) or not isinstance(entry["列举"], Table):
            problems.append(Problem(at, f"每项写 {'、'.join(_KEYS)}，不多不少", "", _SHAPE, "照文件开头的说明改"))
            continue
        reason, owner, until = (str(entry[k]).strip() for k in _KEYS[:3])
        if not reason or not owner:
            problems.append(Problem(at, "理由、负责不能空着", "", "", "写明为什么、谁负责"))
        elif roles and owner not in roles:
            problems.append(
                Problem(entry.key("负责"), f"“{ROLES}”里没有说这是谁", clip(owner), "、".join(roles), suggestion(owner, roles) or f"在“{ROLES}”里写明")
            )
        if not _is_day(until):
            problems.append(Problem(entry.key("到期"), "到期写日期", clip(until), "2027-12-31"))
            continue
        for what, mark in entry["列举"].items():
            place = entry["列举"].key(what)
            if any(str(what) == w.what for w in out):
                problems.append(Problem(place, "列了两次", clip(str(what)), "只列一次", "删去一处"))
            out.append(Waiver(what=str(what), mark=str(mark), reason=reason, owner=owner, who=roles.get(owner, ""), until=date.fromisoformat(until), at=place))
    if problems:
        raise InputError(problems)
    return out


def _roles(tree: Rows, problems: list[Problem]) -> dict[str, str]:
    """Who has which role, as the file says at its head; none where its owners are named."""
    out: dict[str, str] = {}
    for entry in tree:
        said = entry.get(ROLES) if isinstance(entry, Table) and set(entry) == {ROLES} else None
        if said is None:
            continue
        if not isinstance(said, Table) or not all(isinstance(x, Word) and x.strip() for x in said.values()):
            problems.append(Problem(entry.key(ROLES), f"“{ROLES}”写 角色: 是谁、做什么", "", f"- {ROLES}: {{改规则的人: …}}", "照文件开头的说明改"))
            continue
        out |= {str(k): str(x).strip() for k, x in said.items()}
    return out


def _is_day(text: str) -> bool:
    try:
        return bool(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and date.fromisoformat(text))
    except ValueError:
        return False


def reasons(waivers: Iterable[Waiver]) -> dict[str, str]:
    return {w.what: w.reason for w in waivers}


def of_book(waivers: Iterable[Waiver], book: str) -> list[Waiver]:
    """Those about this rulebook: `规则库: …` or `规则库/编号: …`."""
    return [w for w in waivers if re.split("[:/]", w.what, maxsplit=1)[0].strip() == book]


def complaints(waivers: Iterable[Waiver], mark_of: Callable[[str], str | None], today: date) -> Iterator[tuple[Position, str]]:
    """What is wrong with each, and where: nothing of that name (None), rules that are others by now, an end that is past."""
    for one in waivers:
        mark = mark_of(one.what)
        if mark is None:
            yield one.at, f"“{one.what}”已经没有了，删去或改成现在的名称"
        elif one.mark.strip("0") == "":
            yield one.at, f"“{one.what}”还没有指纹：核对过理由成立，就把 {clip(one.mark, 20)} 改成 {mark}"
        elif mark != one.mark:
            yield one.at, f"“{one.what}”所指的规则改过了（指纹写的是 {clip(one.mark, 20)}，现在是 {mark}）；理由仍然成立，就改指纹，不成立就删去"
        if today > one.until:
            yield one.at, f"“{one.what}”的理由 {one.until} 到期，由{one.owner}{f'（{one.who}）' if one.who else ''}重新核对后改期或删去"


# -- fingerprints -----------------------------------------------------------------------------------------


def mark_of_mutant(book: CompiledRulebook, mutant: Mutant) -> str:
    """Of what a mutant changes and of all that may notice it."""
    specs = [s for s in own_specs(book) if s.id in mutant.subjects]
    return _mark(book, specs, [mutant.entry] if mutant.entry[0] else [])


def mark_of_subject(book: CompiledRulebook, subject: str) -> str | None:
    """Of a measure or recognition by id, with all it reads; None where there is none of the rulebook's own."""
    specs = [s for s in own_specs(book) if s.id == subject]
    return _mark(book, specs, []) if specs else None


def _mark(book: CompiledRulebook, specs: Sequence[Spec], more: Sequence[tuple[str, str]]) -> str:
    files = _files(book.canonical)
    wanted = {("specs", s.id) for s in specs} | set(more)
    for node in references([r for s in specs for r in roots(s)], book):
        match node:
            case t.ParameterRef(parameter=key):
                wanted |= {("parameters", name_of(key)), ("readings", name_of(key))}
            case t.Lookup(table=key):
                wanted.add(("tables", name_of(key)))
            case t.DefinitionRef(definition=key):
                wanted.add(("definitions", name_of(key)))
            case _:
                pass
    words = [[*key, files[key]] for key in sorted(wanted) if key in files]
    conditions = [[s.id, str(x.role), x.label, x.text] for s in sorted(specs, key=lambda s: s.id) for g in _groups(s) for x in g.conditions()]
    rounding = _content(book.canonical, "rulebook.yaml").get("rounding")
    shared = {k: v for k, v in _content(book.canonical, "shared.yaml").items() if k not in ("when", "unless")}  # those are among the conditions
    said = [_unquoted(x) for x in (rounding, shared, conditions, words)]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:_LENGTH]


def _unquoted(tree: Any) -> Any:
    """Without the words of the text it rests on: they say where a rule is from and are none."""
    if isinstance(tree, Mapping):
        return {k: _unquoted(x) for k, x in tree.items() if k != "quote"}
    return [_unquoted(x) for x in tree] if isinstance(tree, list) else tree


def _groups(spec: Spec) -> Iterator[Group]:
    """What it asks, as compiled: conditions written once for many measures too."""
    schemes = [spec.base, *spec.schemes.values()] if isinstance(spec, MeasureSpec) else []
    for part in (spec, *schemes):
        yield from (part.when, part.unless)


def _content(canonical: str, file: str) -> Mapping[str, Any]:
    found = json.loads(canonical)["files"].get(file, {})
    return found if isinstance(found, dict) else {}


@lru_cache(16)
def _files(canonical: str) -> dict[tuple[str, str], Any]:
    """The entries of the rule files as written, by kind and name."""
    out: dict[tuple[str, str], Any] = {}
    for file, content in json.loads(canonical)["files"].items():
        kind = "specs" if file.startswith("measures") or file == "recognitions.yaml" else file.removesuffix(".yaml")
        if isinstance(content, list):
            out |= {(kind, str(entry.get("id", ""))): entry for entry in content if isinstance(entry, dict)}
        elif isinstance(content, dict):
            out |= {(kind, name): entry for name, entry in content.items()}
    return out
