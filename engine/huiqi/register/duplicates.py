"""Suspicions of the same thing claimed twice: across the applicants of a round, by two rulebooks for one of them, and against earlier rounds.

A suspicion is a question to an officer: nothing is refused by it. What must stay true: two spellings that are one after levelling are
found, whichever comes first; a person is compared by the stand-in only, so both rounds need the same key.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from ..errors import Code, InputError, Position, Problem, UnknownRulebook
from ..files import reading
from ..intake.opened import open_register
from ..language.levelling import level, level_id
from ..plain import dataclass
from ..reasoning.told import STAGES
from ..rulebook.compiled import APPLICATION_YEAR, SUPPORT, CompiledRulebook
from ..rulebook.compiler import load_compiled
from ..telling.recording import SCHEMA
from ..telling.replay import read_decisions
from .entries import Screened, touched
from .known import CODE

KEPT = "_huiqi"  # the hidden sheet of results that later rounds compare with
HEADINGS = ("类别", "编号", "照齐后", "单位全称", "申报年度", "支持事项")  # of that sheet; a template has another one of its name
_FIRST = 4  # of these, that every version has written
KEY = "化名密钥"  # of a line that tells the id of the key of all stand-ins
_STAND_IN = "化名"


@dataclass(frozen=True, kw_only=True)
class Owned:
    """Who had what: in this round or, with `source`, in an earlier one."""

    kind: str
    shown: str
    same: str
    owner: str
    rows: str = ""
    source: str = ""
    touches: tuple[str, ...] | None = None  # the measures, by rulebook and id, on which it has a say; None: all of its owner's
    year: str = ""  # applied for

    def again(self, then: Owned) -> bool:
        """Whether the same applicant had it earlier for the same measures of the same year: an application that is screened once more."""
        same = bool(self.year) and self.year == then.year and level(self.owner) == level(then.owner)
        return same and set(self.touches or ()) == set(then.touches or ())


@dataclass(frozen=True, kw_only=True)
class Doubted:
    """What is held back until the suspicions are looked into: all of some applicants', some measures of others."""

    whole: frozenset[str] = frozenset()
    some: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by applicant

    def holds(self, name: str, measures: Collection[str]) -> bool:
        """Whether any of these, by rulebook and id, is held back of an applicant."""
        return name in self.whole or not self.some.get(name, frozenset()).isdisjoint(measures)


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """One number that several have, or that was used before: this round's owners first."""

    kind: str
    shown: str
    owners: tuple[Owned, ...]


def owned(rows: Sequence[Screened], source: str = "") -> Iterator[Owned]:
    """Every code and number of the rows; `source`: the earlier round they are of."""
    for key in dict.fromkeys(row.key for row in rows if row.key):
        yield Owned(kind=KEY, shown=key, same=key, owner="", source=source)
    for row in rows:
        where = "、".join(row.rows)
        if row.code:
            yield Owned(kind=CODE, shown=row.code, same=level_id(row.code), owner=row.name, rows=where, source=source)
        for mark in row.marks:
            yield Owned(
                kind=mark.kind, shown=mark.shown, same=mark.same, owner=row.name, rows=mark.at or where, source=source, touches=mark.touches or None,
                year=row.year,
            )  # fmt: skip


def suspicions(rows: Sequence[Screened], earlier: Sequence[Owned] = ()) -> tuple[Suspicion, ...]:
    """In the order of the rows. One applicant's own code in an earlier round is no suspicion: it may apply every year.

    Nor is its own number in an earlier result of this very application: `screened_again` says how many these are.
    """
    found: dict[tuple[str, str], list[Owned]] = {}
    for one in [*owned(rows), *earlier]:
        found.setdefault((one.kind, one.same), []).append(one)
    out = []
    for (kind, _), owners in found.items():
        if kind == KEY:
            continue
        now = [o for o in owners if not o.source]
        then = [o for o in owners if o.source]
        if kind == CODE:
            then = [o for o in then if now and level(o.owner) != level(now[0].owner)]
        then = [o for o in then if not any(n.again(o) for n in now)]
        if now and (len(now) > 1 or then):
            out.append(Suspicion(kind=kind, shown=now[0].shown, owners=(*now, *then)))
    within = [(row, mark) for row in rows for mark in row.twice]
    out += [
        Suspicion(
            kind=m.kind, shown=m.shown, owners=(Owned(kind=m.kind, shown=m.shown, same=m.same, owner=row.name, rows=m.at or "、".join(row.rows), touches=m.touches or None),)
        )
        for row, m in within
    ]  # fmt: skip
    return tuple(out)


def screened_again(rows: Sequence[Screened], earlier: Sequence[Owned]) -> tuple[str, ...]:
    """What is to be said of the numbers that earlier results have of the same applications, by result."""
    found: dict[tuple[str, str], list[Owned]] = {}
    for one in owned(rows):
        found.setdefault((one.kind, one.same), []).append(one)
    said = []
    for source in dict.fromkeys(o.source for o in earlier):
        same = [o for o in earlier if o.source == source and any(n.again(o) for n in found.get((o.kind, o.same), ()))]
        if same:
            many = len({level(o.owner) for o in same})
            said.append(
                f"以往的“{source}”里有 {len(same)} 个编号（{many} 户）与本轮是同一户、同一申报年度、同样的支持事项，是同一申报再测算一遍，不列为重复疑点；那一轮已经拨付过的，写在“已获支持”"
            )
    return tuple(said)


def doubted_of(doubts: Sequence[Suspicion]) -> Doubted:
    """What of the applicants of this round the suspicions touch. A row that is decided twice under one name is held by either."""
    mine = [o for s in doubts for o in s.owners if not o.source]
    some: dict[str, frozenset[str]] = {}
    for o in mine:
        some[o.owner] = some.get(o.owner, frozenset()) | frozenset(o.touches or ())
    return Doubted(whole=frozenset(o.owner for o in mine if o.touches is None), some=some)


def cleared_of(found: Sequence[Suspicion], numbers: Sequence[str]) -> tuple[tuple[Suspicion, ...], tuple[str, ...]]:
    """The suspicions that are left, and what is to be said of the numbers that an officer has cleared: each goes by one spelling or another."""
    said, gone = [], set[int]()
    for number in dict.fromkeys(numbers):
        these = [n for n, s in enumerate(found) if level_id(number) in {level_id(x) for o in s.owners for x in (o.shown, o.same)} | {level_id(s.shown)}]
        gone |= set(these)
        if these:
            what = "；".join(f"{found[n].kind}：{'、'.join(dict.fromkeys(o.owner for o in found[n].owners))}" for n in these)
            said.append(f"--cleared {number}：按已核清、不是重复处理（{what}）")
        else:
            said.append(f"--cleared {number}：没有这个编号的疑点，没有起作用")
    return tuple(s for n, s in enumerate(found) if n not in gone), tuple(said)


def incomparable(rows: Sequence[Screened], before: Sequence[Owned]) -> tuple[str, ...]:
    """What is to be said where the persons of two rounds, or of one, cannot be compared: their stand-ins are of different keys."""
    keys = {row.key for row in rows if row.key}
    said = ["本轮的人员化名用了不止一把密钥，同一个人认不出来：用 --key 写明一把"] if len(keys) > 1 else []
    for source in dict.fromkeys(o.source for o in before) if keys else ():
        theirs = {o.same for o in before if o.source == source and o.kind == KEY}
        if not any(o.same.startswith(_STAND_IN) for o in before if o.source == source) or theirs == keys:
            continue
        why = "用的是另一把密钥" if theirs else "看不出用的是哪一把密钥"
        said.append(f"以往的“{source}”里人员化名{why}，同一个人可能认不出来，人员没有查全：用 --key 写明那一轮的密钥")
    return tuple(said)


# -- earlier rounds ----------------------------------------------------------------------------------------


def earlier(paths: Sequence[Path], books: Sequence[CompiledRulebook] = ()) -> tuple[Owned, ...]:
    """What earlier results (.xlsx of `huiqi screen`) and decisions (.json of `huiqi check --json`) had. Raises `InputError` with every file that is neither.

    `books` are those of the round: a decision may be by one of them that is not shipped.
    """
    out: list[Owned] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            with reading(path):
                out += _of_results(path) if path.suffix.lower() == ".xlsx" else _of_decisions(path, books)
        except InputError as error:
            problems += error.problems
        except (ValueError, KeyError, TypeError, AttributeError):
            kinds = "huiqi screen 写出的 .xlsx，或 huiqi check --json 的决定"
            problems.append(Problem(Position(str(path)), "这不是以往的结果", path.name, kinds, "核对是否选错文件", Code.UNREADABLE_FILE))
    if problems:
        raise InputError(problems)
    return tuple(out)


def _of_results(path: Path) -> list[Owned]:
    sheet = next((s for s in open_register(path).sheets if s.name == KEPT), None)
    if sheet is None:
        raise ValueError
    if tuple(sheet.at(1, c).text for c in range(1, _FIRST + 1)) != HEADINGS[:_FIRST]:
        raise ValueError
    rows = sorted({r for r, _ in sheet.cells if r > 1})
    told = [[sheet.at(r, c).text for c in range(1, len(HEADINGS) + 1)] for r in rows]  # an older result says neither year nor measures
    return [
        Owned(source=path.name, kind=kind, shown=word, same=same, owner=owner, year=year, touches=tuple(touches.split()) or None)
        for kind, word, same, owner, year, touches in told
    ]


def _of_decisions(path: Path, books: Sequence[CompiledRulebook]) -> list[Owned]:
    told = json.loads(path.read_text(encoding="utf-8"))
    out: list[Owned] = []
    if any(decision["schema"] != SCHEMA for decision in (told if isinstance(told, list) else [told])):
        raise ValueError
    for decision in read_decisions(path):  # of the right shape: a number that is no text would be compared with nothing
        try:
            out += _of_decision(decision, f"{path.name}（{decision['on']}）", books)
        except UnknownRulebook:
            name, asked = decision["rulebook"]["id"], "随附的规则库，或这一轮所用的"
            message = "这份决定的规则库不在这里，看不出各类明细的编号是哪一栏"
            raise UnknownRulebook([Problem(Position(str(path)), message, name, asked, f"用 -r 指明“{name}”的文件夹", Code.UNKNOWN_RULEBOOK)]) from None
    return out


def _of_decision(decision: Mapping[str, Any], source: str, books: Sequence[CompiledRulebook]) -> Iterator[Owned]:
    """The keys of the records that were told; which column is the key, the rulebook of today says where it still knows the type."""
    owner, given = decision["enterprise"], decision["input"]
    if isinstance(key := decision.get("receipt", {}).get("key"), str):
        yield Owned(kind=KEY, shown=key, same=key, owner=owner, source=source)
    name = decision["rulebook"]["id"]
    book = next((b for b in books if b.id == name), None) or load_compiled(name)
    for code in _values(given.get("数据", {}).get(CODE)):
        yield Owned(kind=CODE, shown=code, same=level_id(code), owner=owner, source=source)
    keys = {spec.name: spec for spec in book.records.values()}
    year = str(given.get(APPLICATION_YEAR) or "")
    for name, listed in given.get("明细", {}).items():
        spec = keys.get(name)
        rows = listed.get("清单", []) if isinstance(listed, Mapping) else listed
        if spec is None or name == SUPPORT or not isinstance(rows, list):
            continue
        touches = touched(book, spec.name) or None
        for row in rows:
            for key in _values(row.get(spec.key_field)):
                yield Owned(
                    kind=f"{name}·{spec.key_field}",
                    shown=key,
                    same=key.strip() if spec.exact else level_id(key),
                    owner=owner,
                    source=source,
                    touches=touches,
                    year=year,
                )


def _values(told: Any) -> list[str]:
    """A word, or those of its stages (as applied for, as verified): each may be what another one has."""
    stages = [x for k, x in told.items() if k in STAGES] if isinstance(told, Mapping) else [told]
    return list(dict.fromkeys(x for x in stages if isinstance(x, str)))


__all__ = ["HEADINGS", "KEPT", "Owned", "Suspicion", "cleared_of", "earlier", "incomparable", "owned", "screened_again", "suspicions"]
