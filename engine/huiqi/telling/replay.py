"""Deciding again from a receipt: the same rules, facts, day and choices must give the same decision.

What must stay true: every leaf the recording has is compared, and what is not (`FREE`) is said; a file
that is no decision is refused with all its faults, whatever is in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import HuiqiError, InputError, Position, Problem, UnknownRulebook, suggestion
from ..files import reading, unreadable
from ..plain import dataclass
from ..reasoning.pseudonyms import key_words
from ..reasoning.receipt import asked_of, facts_of, measures_asked
from ..rulebook.compiled import CompiledRulebook
from ..rulebook.compiler import load_compiled
from ..rulebook.places import available, bundle_folder
from ..rulebook.taken import Taken
from ..texts import decode
from ..words import Outcome
from .recording import LABELS, SCHEMA, Flaw, differences, flaws, leaves, place, shown
from .results import decide, decide_with

# Leaves that may differ without the decision being another: a difference is said, not failed.
FREE: tuple[tuple[str, str], ...] = (("receipt", "engine"), ("receipt", "reasoner"))
_CHOSEN = ("measure", "schemes", "asked")  # of the receipt; recordings of the first version have none of them
_WHERE = re.compile(r".*(?::\d+:\d+|![A-Z]+\d+): (?=(?:明细)?“)", re.DOTALL)  # the place in the case file, a cell of a workbook too, in front of a warning
_MAX_DIGITS = 40


@dataclass(frozen=True)
class Replayed:
    """What came of it: decisions and leaves compared, what differs, what was not compared."""

    decisions: int
    leaves: int
    differences: tuple[str, ...]
    said: tuple[str, ...]
    now: tuple[str, ...] = ()  # what would be said today, where that is something else


def replay_file(path: Path, reasoner: str | None, rulebooks: Sequence[str] = (), bundles: Sequence[Path] = ()) -> Replayed:
    """Decide each decision of the file again. Raises `InputError` where it is no decision file.

    `rulebooks` are folders (or ids) to decide by beside the shipped ones; in the folders of `bundles`
    a rulebook is found by the digest recorded.
    """
    books = [load_compiled(name) for name in rulebooks]
    items = read_decisions(path)
    books += _bundled([old["rulebook"] for old in items], bundles)
    unknown = [x for n, old in enumerate(items) for x in _unknown(old["rulebook"]["id"], books, _at(path, n, items))]
    if unknown:
        raise UnknownRulebook(unknown)
    count, lines, said, now = 0, list[str](), list[str](), list[str]()
    for n, old in enumerate(items):
        owner = f"{f'第{n + 1}份 ' if len(items) > 1 else ''}{old['enterprise'] or '（未写名称）'}"
        one = _replay(old, books, reasoner)
        count += one.leaves
        lines += [f"{owner}：{x}" for x in one.differences]
        said += [f"{owner}：{x}" for x in one.said]
        now += [f"{owner}：{x}" for x in one.now]
    return Replayed(len(items), count, tuple(lines), tuple(dict.fromkeys(said)), tuple(now))


# -- the file -----------------------------------------------------------------------------------------


class _Refused(ValueError):
    """JSON that two readers may read differently, or none."""


def read_decisions(path: Path) -> list[dict[str, Any]]:
    """The decisions of a file, each of the right shape. Raises `InputError` with every fault."""
    recorded = _read_json(path)
    items = recorded if isinstance(recorded, list) else [recorded]
    expected = "huiqi check --json 的输出"
    if not items:
        raise InputError([Problem(Position(str(path)), "文件里一份决定也没有", "[]", expected, f"重新用 {expected}")])
    problems = []
    for n, old in enumerate(items):
        at = _at(path, n, items)
        if not isinstance(old, dict) or old.get("schema") != SCHEMA:
            found = shown(old.get("schema", "（没有 schema）") if isinstance(old, dict) else old)
            problems.append(Problem(at, "不是决定文件", found, f'{expected}（"schema": "{SCHEMA}"）'))
            continue
        try:
            # a word this version does not know is compared, and found to differ; the day must be one
            problems += [
                Problem(at, f"{place(f.path, old)}：{f.message}", f.found, f.expected, "决定文件不要手改，重新导出")
                for f in flaws(old) if f.flaw is Flaw.SHAPE or f.path == ("on",)
            ]  # fmt: skip
        except RecursionError:
            problems.append(Problem(at, "嵌套太深，不是决定文件", "", expected))
    if problems:
        raise InputError(problems)
    return items


def _at(path: Path, n: int, items: Sequence[Any]) -> Position:
    return Position(f"{path} 第{n + 1}份" if len(items) > 1 else str(path))


def _read_json(path: Path) -> Any:
    def wrong(message: str, found: str = "", mend: str = "", line: int = 0, column: int = 0) -> InputError:
        return InputError([Problem(Position(str(path), line, column), message, found, "huiqi check --json 的输出", mend)])

    try:
        with reading(path):
            if not path.is_file():
                raise wrong("没有这个文件" if not path.is_dir() else "这是文件夹，不是文件", path.name, "核对路径；写 huiqi check --json 存下的文件")
            data = path.read_bytes()
    except ValueError as error:
        raise unreadable(path, error) from None
    text = decode(data, str(path))
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_refuse_float)
    except json.JSONDecodeError as error:
        raise wrong("不是 JSON", "", "", error.lineno, error.colno) from None
    except _Refused as error:
        raise wrong(str(error), "", "决定文件不要手改，重新导出") from None
    except RecursionError:
        raise wrong("嵌套太深，不是决定文件") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        names = [k for k, _ in pairs]
        twice = next(k for k in names if names.count(k) > 1)
        raise _Refused(f"键“{shown(twice)}”写了两次，不知取哪一个")
    return out


def _constant(word: str) -> Any:
    raise _Refused(f"“{word}”不是 JSON 里的值")


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise _Refused(f"数太长（{len(digits)} 位）")
    return int(digits)


def _refuse_float(digits: str) -> Any:
    raise _Refused(f"决定里没有小数形式的数（{shown(digits)}），金额都是文字")


# -- the rules ----------------------------------------------------------------------------------------


def _bundled(recorded: Sequence[Mapping[str, Any]], bundles: Sequence[Path]) -> list[CompiledRulebook]:
    """The rulebooks that bundles hold of the digests recorded."""
    wanted = dict.fromkeys((r["id"], r["digest"]) for r in recorded)
    places = [bundle_folder(folder, *one) for folder in bundles for one in wanted]
    return [load_compiled(str(p)) for p in places if p is not None and (p / "rulebook.yaml").is_file()]


def _unknown(name: str, books: Sequence[CompiledRulebook], at: Position) -> Iterator[Problem]:
    ours = available()
    if name not in ours and not any(b.id == name for b in books):
        known = [*ours, *(b.id for b in books)]
        yield Problem(
            at,
            "没有这份决定所用的政策规则库",
            name,
            "、".join(known),
            f"用 -r 指明它的文件夹：huiqi replay 决定.json -r 文件夹，打过包的用 --bundles{'；' if suggestion(name, known) else ''}{suggestion(name, known)}",
        )


def _book(recorded: Mapping[str, Any], books: Sequence[CompiledRulebook]) -> CompiledRulebook:
    """The rulebook of that id: the one of the recorded digest where there are several."""
    same = [b for b in books if b.id == recorded["id"]] or [load_compiled(recorded["id"])]
    return next((b for b in same if b.digest == recorded["digest"]), same[0])


# -- one decision -------------------------------------------------------------------------------------


def _replay(old: dict[str, Any], books: Sequence[CompiledRulebook], reasoner: str | None) -> Replayed:
    beside = "remedies" in old
    old = {k: x for k, x in old.items() if k != "remedies"}
    recorded = old["rulebook"]
    book = _book(recorded, books)
    if book.digest != recorded["digest"]:
        then = f"{shown(recorded['version'])}（{shown(recorded['digest'])}）"
        line = f"规则库“{book.id}”不是当时的规则库，不能按原规则重算：当时 {then}，现在 {book.version}（{book.digest}）；当时的规则库若还在，用 -r 指明它的文件夹，打过包的用 --bundles"
        return Replayed(1, 0, (line,), ())
    first = not any(k in old["receipt"] for k in _CHOSEN)
    try:
        new = _decide_again(old, book, reasoner, first=first)
    except HuiqiError as error:
        problems = error.problems if isinstance(error, InputError) else (error,)
        return Replayed(1, 0, tuple(f"所记的数据或选择按原规则用不了：{x}" for x in problems), ())
    said = list(_said(old, new))
    if first:
        said.append("较早版本所记，回执里没有申请摘要：申报主体的名称、所选方案以外的选择无从核对")
    if beside:
        said.append("所记的最小改变（remedies）不是决定的一部分，没有重新测算；要核对，用 huiqi explain --what-if")
    was, again = _comparable(old), _comparable(new)
    compared = sum(1 for _ in leaves(was)) - first
    return Replayed(1, compared, tuple(str(x) for x in differences(was, again, each=True)), tuple(said), tuple(_now(old, new, book, first=first)))


def _now(old: dict[str, Any], then: dict[str, Any], book: CompiledRulebook, *, first: bool) -> Iterator[str]:
    """Measures of which something else would be said today, by what was learnt of the rules since."""
    learnt = [x.known for p in book.parameters.values() for x in p.versions] + [x.known for x in book.clauses.values()]
    learnt += [r.known for table in book.tables.values() for r in table.rows]
    if not any(x and x > date.fromisoformat(old["on"]) for x in learnt):
        return
    before = {m["id"]: m for m in then["measures"]}
    for m in _decide_again(old, book, None, first=first, hindsight=True)["measures"]:
        was, now = _said_of(before[m["id"]]), _said_of(m)
        if was != now:
            yield f"{m['title']}：当时 {was}；按后来知道的 {now}"


def _as_before(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Without the standing of each way of reading, where it was recorded before there was one."""
    told = {m["id"] for m in old["measures"] if all("standing" not in w for w in m.get("readings", ()))}
    for m in new["measures"]:
        for way in m.get("readings", ()) if m["id"] in told else ():
            del way["standing"]


def _said_of(measure: dict[str, Any]) -> str:
    """Outcome, reason and amount of a measure in a few words."""
    award = measure["award"]
    most = award.get("at_most")
    amount = (
        "" if measure["outcome"] in ("ineligible", "not_in_force") else f"，已确定 {award['settled']}元，最多 {most + '元' if most is not None else '不详'}"
    )
    return f"{Outcome(measure['outcome']).label}（{measure['reason']}{amount}）"


def _decide_again(old: dict[str, Any], book: CompiledRulebook, reasoner: str | None, *, first: bool, hindsight: bool = False) -> dict[str, Any]:
    receipt = old["receipt"]
    if first:
        schemes = {m["id"]: m["scheme"] for m in old["measures"] if m["scheme"]}
        only: tuple[str, ...] | None = (old["measures"][0]["id"],) if len(old["measures"]) == 1 and len(book.measures) > 1 else None
    else:
        schemes, only = receipt.get("schemes", {}), measures_asked(receipt)
    on = date.fromisoformat(old["on"])
    facts = facts_of(book, old["input"], receipt.get("key", ""), passing=receipt.get("passing", False), covers=receipt.get("covers"))
    readings = {k: Taken.from_dict(x) for k, x in receipt.get("readings", {}).items()}
    if hindsight:
        decision = decide(book, facts, on=on, enterprise=old["enterprise"], schemes=schemes, only=only, readings=readings, hindsight=True)
    else:
        decision = decide_with(reasoner, book, facts, on=on, enterprise=old["enterprise"], schemes=schemes, only=only, readings=readings)
    new = decision.to_dict()
    _as_before(old, new)
    if first:
        for key in _CHOSEN:
            del new["receipt"][key]
    else:
        # the warnings as recorded: their places are not known now, so they stand under the digest
        new["receipt"]["asked"] = asked_of(
            old["enterprise"],
            on,
            only,
            schemes,
            decision.facts_digest,
            old["warnings"],
            key_words(decision.key, decision.passing),
            receipt.get("readings"),
        )
    return new


def _comparable(decision: dict[str, Any]) -> dict[str, Any]:
    """Without what is free, and the warnings without their places, in one order."""
    out = {**decision, "warnings": sorted(_WHERE.sub("", w) for w in decision["warnings"])}
    for group, key in FREE:
        out[group] = {k: x for k, x in out[group].items() if k != key}
    return out


def _said(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for group, key in FREE:
        if old[group][key] != new[group][key]:
            yield f"{LABELS[key]}：原为 {shown(old[group][key])}，现为 {new[group][key]}（不在核对之列）"


FREE_WORDS = "、".join(LABELS[key] for _, key in FREE)

__all__ = ["FREE", "FREE_WORDS", "Replayed", "read_decisions", "replay_file"]
