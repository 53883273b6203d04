"""Deciding again from a receipt: the same rules, facts and day must give the same decision."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import InputError, Position, Problem
from ..rulebook.compiler import load_compiled
from ..rulebook.yamltree import decode
from .facts import read_facts
from .reasoners import decide_with

_COMPARED = ("outcome", "reason", "standing", "award", "adjustments", "missing", "conditions")


def replay_file(path: Path, reasoner: str | None) -> tuple[int, list[str]]:
    """Number of decisions in the file and the differences found, as lines to print."""

    def wrong(message: str, found: str = "", mend: str = "") -> InputError:
        return InputError([Problem(Position(str(path)), message, found, "huiqi check --json 的输出", mend)])

    if not path.is_file():
        raise wrong("没有这个文件", path.name)
    try:
        recorded = json.loads(decode(path.read_bytes(), str(path)))
    except json.JSONDecodeError as error:
        raise InputError([Problem(Position(str(path), error.lineno, error.colno), "不是 JSON", "", "huiqi check --json 的输出")]) from None
    items = recorded if isinstance(recorded, list) else [recorded]
    differences: list[str] = []
    for old in items:
        if not isinstance(old, dict) or old.get("schema") != "huiqi.decision/1":
            raise wrong("不是决定文件", str(old)[:40])
        differences += _replay(old, reasoner)
    return len(items), differences


def _replay(old: dict[str, Any], reasoner: str | None) -> list[str]:
    book = load_compiled(old["rulebook"]["id"])
    if book.digest != old["rulebook"]["digest"]:
        return [f"{old['enterprise']}：规则库已变（{old['rulebook']['version']} {old['rulebook']['digest'][:19]} → {book.version} {book.digest[:19]}），不能按原规则重算"]
    given = old["input"]
    year = int(given["申报年度"]) if "申报年度" in given else None
    facts = read_facts(book, given.get("数据", {}), given.get("明细", {}), year)
    schemes = {m["id"]: m["scheme"] for m in old["measures"] if m["scheme"]}
    only = old["measures"][0]["id"] if len(old["measures"]) == 1 and len(book.measures) > 1 else None
    new = decide_with(reasoner, book, facts, on=date.fromisoformat(old["on"]), enterprise=old["enterprise"], schemes=schemes, only=only).to_dict()
    out = []
    before = {m["id"]: m for m in old["measures"]}
    for measure in new["measures"]:
        for key in _COMPARED:
            was = before.get(measure["id"], {}).get(key)
            if was != measure[key]:
                out.append(f"{old['enterprise']} {measure['id']} 的 {key}：原为 {str(was)[:80]}，重算为 {str(measure[key])[:80]}")
    if new["total"] != old["total"]:
        out.append(f"{old['enterprise']} 合计：原为 {old['total']}，重算为 {new['total']}")
    return out
