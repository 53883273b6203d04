"""The receipt: the facts as decided on, exact and readable back, and what was asked of the rules.

`input_of` writes facts as plain text and `facts_of` reads them back. What must stay true: reading
back gives the very facts that were decided on, whatever their kind (a ratio that never ends is
written 1/3, never cut), personal words come and go as their stand-ins, and everything a decision
depends on that deciding again cannot tell (who, which choices) is under the digest `asked_of`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import rfc8785

from ..errors import CaseError, Position, Problem
from ..language.types import Quantity
from ..language.units import unit_text
from ..rulebook.compiled import CompiledRulebook, FactKind, FactSpec
from ..rulebook.literals import exact_string, read_exact, show_value
from ..values import ABSENT
from .choices import APPLIED, STATEMENT, applied_in, read_statement
from .disallowed import NEW, OLD
from .disallowed import WORD as DISALLOWED
from .disallowed import input_of as disallowed_input
from .facts import read_facts
from .told import STAGES, UNVERIFIED, Facts, Given, Meant, Near, Recorded, Untold

NOT_TOLD, NONE = "待核实", "无"


def digest_of(payload: Mapping[str, Any]) -> str:
    return "sha256:" + hashlib.sha256(rfc8785.dumps(payload)).hexdigest()


def asked_for(measures: Sequence[str] | None) -> dict[str, Any]:
    """How a receipt says which measures were asked for: one as `measure`, several as `measures`, all as neither."""
    one = measures[0] if measures is not None and len(measures) == 1 else None
    return {"measure": one, **({"measures": list(measures)} if measures is not None and one is None else {})}


def measures_asked(receipt: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The same, read back."""
    if receipt.get("measure") is not None:
        return (receipt["measure"],)
    return tuple(receipt["measures"]) if "measures" in receipt else None


def asked_of(
    enterprise: str, on: date, measures: Sequence[str] | None, schemes: Mapping[str, str], facts: str, warnings: Sequence[str], key: Mapping[str, Any],
    readings: Mapping[str, Mapping[str, str]] | None = None,
) -> str:  # fmt: skip
    """Digest of what was asked: of whom, on which day and facts, by which choices. The rules have their own.

    The warnings belong to it because they carry the places of the file the facts were told in, which
    deciding again does not know; so does what is said of the key of the stand-ins (`pseudonyms.key_words`).
    """
    asked = {
        "enterprise": enterprise, "on": on.isoformat(), **asked_for(measures),
        "schemes": dict(schemes), "facts": facts, "warnings": list(warnings),
        **key, **({"readings": {k: dict(x) for k, x in readings.items()}} if readings else {}),
    }  # fmt: skip
    return "sha256:" + hashlib.sha256(json.dumps(asked, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


# -- writing ------------------------------------------------------------------------------------------


def input_of(book: CompiledRulebook, facts: Facts, on: date) -> dict[str, Any]:
    """The facts as decided on, canonical and readable back; personal ones pseudonymised."""
    data: dict[str, Any] = {}
    for key, told in sorted(facts.facts.items()):
        spec, years = book.facts[key], {**told, **facts.untold.get(key, {})}
        shown = {str(y or ""): _given_text(spec, g) for y, g in sorted(years.items(), key=lambda kv: kv[0] or 0)}
        if shown:
            data[_word(book, key, spec.name)] = shown[""] if set(shown) == {""} else shown
    records: dict[str, Any] = {}
    for key, word in sorted(facts.unlisted.items()):
        records[_word(book, key, book.records[key].name)] = word.word
    for key, listing in sorted(facts.records.items()):
        record = book.records[key]
        rows = [{n: _given_text(record.fields[n], g) for n, g in sorted({**e.values, **e.untold}.items())} for e in listing.entries]
        records[_word(book, key, record.name)] = rows if listing.complete else {"完整": "否", "清单": rows}
    out: dict[str, Any] = {"审核日期": on.isoformat(), "数据": data, "明细": records}
    if facts.year is not None:
        out["申报年度"] = str(facts.year)
    if facts.applied is not None:
        out[APPLIED] = [book.measures[k].id for k in facts.applied]
    if facts.statement is not None:
        out[STATEMENT] = facts.statement.to_input()
    return out


def _word(book: CompiledRulebook, key: str, name: str) -> str:
    """The name, unless another rulebook's fact of that name hides it: then a word that is read as this one."""
    if book.names.get(name) == key:
        return name
    return min((w for w, k in book.names.items() if k == key), default=name)


def _given_text(spec: FactSpec, given: Given) -> Any:
    if set(given.stages) == {"申报"}:
        return _text(spec, given.stages["申报"])
    cut = given.disallowed
    return {
        **{s: _text(spec, x) for s, x in sorted(given.stages.items()) if s != "审定" or cut is None},
        **({DISALLOWED: disallowed_input(cut, lambda value: _text(spec, value))} if cut is not None else {}),
        **({"材料": given.material} if given.material else {}),
        **({"理由": given.reason} if given.reason else {}),
        **({"日期": given.when.isoformat()} if given.when is not None else {}),
    }


def _text(spec: FactSpec, value: Any) -> str:
    if value is None or value is UNVERIFIED:
        return NOT_TOLD
    if isinstance(value, Near | Meant | Untold):
        return value.word  # as told: reading it back asks the same question, gives the same entry, the same reminder
    return NONE if value is ABSENT else show_plain(value, spec)


def show_plain(value: Any, spec: FactSpec) -> str:
    """A value as text that reads back to the same value (no thousands separators)."""
    if isinstance(value, Fraction):
        assert isinstance(spec.type, Quantity)
        return exact_string(value) + unit_text(spec.type.dims).removeprefix("1")  # 5/人, never 51/人
    if isinstance(value, bool):
        return "是" if value else "否"
    if spec.kind == FactKind.PERIOD:
        return show_value(value, spec.type)
    return str(value)


# -- reading back -------------------------------------------------------------------------------------


def facts_of(book: CompiledRulebook, given: Mapping[str, Any], key: str = "", *, passing: bool = False, covers: Sequence[str] | None = None) -> Facts:
    """The facts of a receipt's input, the stand-ins of `key` as they are; `covers`: the exclusions its statement covered. Raises `CaseError` where they are not the vocabulary's."""
    year = _year(given.get("申报年度"))
    data = {word: _read_fact(book, word, raw) for word, raw in given["数据"].items()}
    records = {word: _read_listing(book, word, raw) for word, raw in given["明细"].items()}
    problems: list[Problem] = []
    applied, statement = None, None
    if APPLIED in given:
        applied, problems = applied_in(book, given[APPLIED], ())
    if STATEMENT in given:
        statement = read_statement(given[STATEMENT], problems)
    if problems:
        raise CaseError(problems)
    if statement is not None and covers is not None:
        statement = replace(statement, covers=frozenset(covers))
    return replace(read_facts(book, data, records, year), key=key, passing=passing, applied=applied, statement=statement)


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    if re.fullmatch("[0-9]{4}", text) is None:
        raise CaseError([Problem(Position(), "“申报年度”不是年度", text, "四位年份，例如 2025")])
    return int(text)


def _read_fact(book: CompiledRulebook, word: str, raw: Any) -> Any:
    spec = book.facts.get(book.names.get(word, ""))
    if spec is None:
        return raw
    if isinstance(raw, dict) and raw and all(re.fullmatch(r"[0-9]{1,8}", y) for y in raw):
        return {y: _read_given(spec, x) for y, x in raw.items()}
    return _read_given(spec, raw)


def _read_listing(book: CompiledRulebook, word: str, raw: Any) -> Any:
    record = book.records.get(book.names.get(word, ""))
    if record is None:
        return raw
    if isinstance(raw, dict):
        return {k: _read_listing(book, word, x) if k == "清单" else x for k, x in raw.items()}
    if not isinstance(raw, list):
        return raw
    return [{n: _read_given(record.fields[n], x) if n in record.fields else x for n, x in row.items()} if isinstance(row, dict) else row for row in raw]


def _read_given(spec: FactSpec, raw: Any) -> Any:
    if isinstance(raw, dict):
        return {k: _read(spec, x) if k in STAGES else _read_disallowed(spec, x) if k == DISALLOWED else x for k, x in raw.items()}
    return _read(spec, raw)


def _read_disallowed(spec: FactSpec, raw: Any) -> Any:
    return {k: _read(spec, x) if k in (OLD, NEW) else x for k, x in raw.items()} if isinstance(raw, dict) else raw


def _read(spec: FactSpec, raw: Any) -> Any:
    """What `_text` wrote, as the exact value; any other text as it stands, for the reader of facts to judge."""
    if not isinstance(raw, str) or raw == NOT_TOLD:
        return raw
    if raw == NONE and spec.optional:
        return ABSENT
    kind = spec.type.required()
    if isinstance(kind, Quantity):
        unit = unit_text(kind.dims).removeprefix("1")
        value = read_exact(raw.removesuffix(unit)) if raw.endswith(unit) else None
        return raw if value is None else value
    if spec.kind in (FactKind.TEXT, FactKind.CHOICE, FactKind.USCC):
        return Recorded(raw)
    if spec.kind == FactKind.DATE:
        try:
            return date.fromisoformat(raw)
        except ValueError:
            return raw
    return raw


__all__ = ["asked_of", "digest_of", "facts_of", "input_of", "show_plain"]
