"""Each column holds what may stand in it: one of its few words, an amount in 元 and 分, a name that is not empty.

What must stay true: a word that no column knows is a fault, never read as the weakest or the mildest of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .read import money
from .report import SHAPE, Report

_VERDICTS = {"holds", "fails", "unknown"}
_CAUSES = {None, "missing", "unverified", "undefined", "judgement", "unread", "unset"}
_STANDINGS = {"enacted", "unverified", "assumed", "benchmark", "unset"}
_OUTCOMES = {"eligible", "ineligible", "undetermined", "not_in_force"}
_WORDS: dict[str, set[Any]] = {
    "verdict": _VERDICTS,
    "meets": _VERDICTS,
    "cause": _CAUSES,
    "standing": _STANDINGS,
    "outcome": _OUTCOMES,
    "op": {"all", "any", "not"},
    "role": {"when", "unless", "window"},
}
_AWARDS = {"kind": {"grant", "interest", "relief", "service", "recommendation"}, "basis": {"fixed", "ceiling", "discretionary"}}
_RECOGNISED = {"kind": {"derived", "conferred"}}
_PLACES = {"total": "合计", "missing": "尚缺", "basis": "所依据", "readings": "读法", "disallowed": "核减"}
_NAMED = {"id", "title", "label", "fact", "words", "rule"}
_YES_OR_NO = {"pending", "hint", "applied", "provisional", "stated"}
_MONEY = {"settled", "at_most"}


def check_shape(d: Mapping[str, Any], report: Report) -> None:
    """Every part that a verdict, an amount or a name stands in."""
    for m in d["measures"]:
        place = f"事项“{m['title']}”"
        report.check(SHAPE, bool(m["reason"]), f"{place} / reason", "空着")
        _walk(m, _WORDS, place, report)
        for award in (m["award"], *(w["award"] for w in m.get("readings", ()))):
            _words(award, _AWARDS, place, report)
    for r in d["recognitions"]:
        place = f"资格“{r['title']}”"
        _walk(r, _WORDS, place, report)
        _words(r, _RECOGNISED, place, report)
    for key, place in _PLACES.items():
        if key in d:
            _walk(d[key], _WORDS, place, report)
    report.check(SHAPE, d["total"]["unit"] == "元", "合计", f"合计的单位是“{d['total']['unit']}”，不是元")
    known = [x["id"] for x in (*d["measures"], *d["recognitions"])]
    report.check(SHAPE, len(known) == len(set(known)), "事项与资格", "两项用了同一个编号")
    for owner in (*d["measures"], *d["recognitions"]):
        for leaf in _leaves(owner["conditions"]):
            label = "适用条件" if leaf["label"] == "当日有适用的条件" else leaf["label"]  # what stands where no scheme applies
            wanted = f"{owner['id']}:{label}" + (f"@{leaf['record']}" if "record" in leaf else "")
            report.check(SHAPE, leaf["id"] == wanted, f"“{owner['title']}” / “{leaf['label']}”", f"编号是“{leaf['id']}”，应为“{wanted}”")


def _leaves(group: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for item in group["items"]:
        yield from _leaves(item) if "items" in item else [item]


def _words(part: Mapping[str, Any], columns: Mapping[str, set[Any]], place: str, report: Report) -> None:
    for key in columns.keys() & part.keys():
        report.check(SHAPE, part[key] in columns[key], f"{place} / {key}", f"没有“{part[key]}”这个值")


def _walk(part: Any, columns: Mapping[str, set[Any]], place: str, report: Report) -> None:
    if isinstance(part, list):
        for one in part:
            _walk(one, columns, place, report)
        return
    if not isinstance(part, Mapping):
        return
    _words(part, columns, place, report)
    for key, value in part.items():
        if key in _NAMED and (isinstance(value, str) or value is None):
            report.check(SHAPE, bool(value), f"{place} / {key}", "空着")
        elif key in _YES_OR_NO:
            report.check(SHAPE, isinstance(value, bool), f"{place} / {key}", f"不是是或否，是“{value}”")
        elif key in _MONEY:
            report.check(SHAPE, value is None or money(value) is not None, f"{place} / {key}", f"“{value}”不是写到分的金额")
        else:
            _walk(value, columns, place, report)
