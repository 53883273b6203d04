"""What is said to make a measure eligible does, nothing less does, and nothing is left out that is said to be all.

Two ways. Small rulebooks of random conditions over a few small numbers and yes-or-no facts are written once
more in Python, and every value of every fact is tried. And on the shared random rulebooks each remedy is
told as an enterprise would tell it, as text, and the case is decided again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings

from huiqi.asking.remedies import ChangeKind, FactChange, Remedies, Search
from huiqi.reasoning.facts import read_facts
from huiqi.reasoning.receipt import show_plain
from huiqi.rulebook.compiled import CompiledRulebook, FactSpec
from huiqi.telling.results import decide
from huiqi.values import ABSENT
from tests.making import compile_files, examples

from .strategies import Book, Told, decide_case, pairs

ON = date(2025, 6, 30)
TOP = 6  # of a number
NUMBERS, FLAGS = ("甲", "乙", "丙"), ("子", "丑")
CERTIFICATES = {"id": "certificates", "noun": "张", "key": "证号", "fields": {
    "证号": {"id": "number", "kind": "text"}, "名称": {"id": "title", "kind": "text"}, "发证日": {"id": "issued", "kind": "date"},
    "有效期止": {"id": "valid_to", "kind": "date"}, "撤销日": {"id": "revoked", "kind": "date", "optional": "是"},
}}  # fmt: skip
Values = dict[str, Any]
Test = Callable[[Values], bool]


@dataclass(frozen=True)
class Small:
    """A small rulebook, and the same in Python."""

    compiled: CompiledRulebook
    when: tuple[Test, ...]
    checks: tuple[Test, ...]

    def meets(self, values: Values) -> bool:
        return all(t(values) for t in (*self.when, *self.checks))


def atom(r: random.Random) -> tuple[str, Test]:
    x, y = r.sample(NUMBERS, 2)
    n = r.randrange(1, TOP + 1)
    flag = r.choice(FLAGS)
    return r.choice([
        (f"{x} >= 线{n}", lambda v: v[x] >= n),
        (f"{x} <= 线{n - 1}", lambda v: v[x] <= n - 1),
        (f"{x} + {y} >= 线{n + 3 if n < 4 else n}", lambda v: v[x] + v[y] >= (n + 3 if n < 4 else n)),
        (f"{x} - {y} >= 线{n % 4}", lambda v: v[x] - v[y] >= n % 4),
        (f"{x} / ({x} + {y} + 线1) <= 半", lambda v: Fraction(v[x], v[x] + v[y] + 1) <= Fraction(1, 2)),
        (f"{x} / ({x} + {y} + 线1) >= 半", lambda v: Fraction(v[x], v[x] + v[y] + 1) >= Fraction(1, 2)),
        (f"if {flag} then {x} >= 线{n} else {y} >= 线{n}", lambda v: (v[x] if v[flag] else v[y]) >= n),
        (flag, lambda v: v[flag]),
        (f"not({flag})", lambda v: not v[flag]),
        (f"{flag} or {x} >= 线{n}", lambda v: v[flag] or v[x] >= n),
    ])  # fmt: skip


def small(seed: int) -> Small:
    r = random.Random(seed)
    conditions = [atom(r) for _ in range(r.randrange(1, 4))]
    pair = [atom(r), atom(r)] if r.random() < 0.4 else []
    barred = atom(r) if r.random() < 0.4 else None
    checked = r.random() < 0.5
    titled, named = {}, []  # a recognition by its criteria: derived, or conferred and only its criteria asked after
    if r.random() < 0.5:
        criteria = [atom(r) for _ in range(r.randrange(1, 3))]
        lapse = atom(r) if r.random() < 0.3 else None
        conferred = r.random() < 0.5
        kind = {"kind": "conferred", "certificate": "资格", "authority": "市局"} if conferred else {"kind": "derived"}
        unless = {"unless": [{"不予认定": lapse[0]}]} if lapse else {}
        listed = [{"id": "title", "title": "资格", "clause": "办法·2", "when": [{f"认定{n}": x} for n, (x, _) in enumerate(criteria)], **kind, **unless}]
        titled = {"recognitions.yaml": listed}
        asked = "meets(资格)" if conferred else "资格"

        def recognised(v: Values) -> bool:
            return all(t(v) for _, t in criteria) and not (lapse and lapse[1](v))

        other, also = atom(r)
        named = [r.choice([(asked, recognised), (f"{asked} or ({other})", lambda v: recognised(v) or also(v)), (f"not({asked})", lambda v: not recognised(v))])]
    when: list[Any] = [{f"条件{n}": text} for n, (text, _) in enumerate(conditions)]
    tests: list[Test] = [t for _, t in conditions]
    when += [{"资格条件": text} for text, _ in named]
    tests += [t for _, t in named]
    if pair:
        when.append({"any": [{f"其一{n}": text} for n, (text, _) in enumerate(pair)]})
        tests.append(lambda v: any(t(v) for _, t in pair))
    more = {"unless": [{"排除": barred[0]}]} if barred else {}
    if barred:
        tests.append(lambda v: not barred[1](v))
    figure = lambda n, value, **unit: {"id": n, **unit, "values": [{"value": value, "document": "d"}]}  # noqa: E731
    people = {"kind": "quantity", "unit": "人", "min": "0人", "max": f"{TOP}人"}
    compiled = compile_files({
        "rulebook.yaml": {"id": "tried", "title": "试验", "version": "1", "jurisdiction": "中国/甲省/乙市"},
        "documents.yaml": [{"id": "d", "title": "办法", "issuer": "市政府", "jurisdiction": "中国/甲省/乙市", "from": "2020-01-01", "sheet": "s", "letter": "A"}],
        "clauses.yaml": [{"id": "办法·1", "document": "d", "title": "支持", "says": "支持", "disposition": "measure"},
                         {"id": "办法·2", "document": "d", "title": "资格", "says": "资格", "disposition": "recognition" if titled else "duty", **({} if titled else {"why": "没有用到"})}],
        **titled,
        "vocabulary.yaml": {
            **({"records": {"资格证书": CERTIFICATES}} if titled else {}),
            "facts": {**{n: {"id": f"n{i}", **people} for i, n in enumerate(NUMBERS)}, **{n: {"id": f"f{i}", "kind": "boolean"} for i, n in enumerate(FLAGS)}},
            **({"checks": {"甲不超过乙": "甲 <= 乙"}} if checked else {}),
        },
        "parameters.yaml": {"半": figure("half", "50%", kind="ratio"), **{f"线{n}": figure(f"p{n}", f"{n}人", unit="人") for n in range(10)}},
        "measures/all.yaml": [{"id": "m", "title": "事项", "clause": "办法·1", "when": when, "award": {"service": "服务"}, **more}],
    })  # fmt: skip
    return Small(compiled, tuple(tests), (lambda v: v["甲"] <= v["乙"],) if checked else ())


def told_of(r: random.Random, one: Small) -> Values:
    """Facts that the checks take."""
    while True:
        values = {**{n: r.randrange(TOP + 1) for n in NUMBERS}, **{n: r.random() < 0.5 for n in FLAGS}}
        if all(t(values) for t in one.checks):
            return values


def as_text(values: Values) -> dict[str, str]:
    return {n: ("是" if x else "否") if isinstance(x, bool) else f"{x}人" for n, x in values.items()}


def answer(one: Small, values: Values) -> Remedies:
    return decide(one.compiled, read_facts(one.compiled, as_text(values), {}, 2025), on=ON).remedies("m")


def enough(one: Small, values: Values) -> set[frozenset[str]]:
    """Every set of facts that can be told so that it does, without one that can be spared: all values tried."""
    found: set[frozenset[str]] = set()
    names = (*NUMBERS, *FLAGS)
    for size in range(1, len(names) + 1):
        for some in combinations(names, size):
            if any(f <= set(some) for f in found):
                continue
            if any(one.meets({**values, **dict(zip(some, new, strict=True))}) for new in product(*map(domain, some))):
                found.add(frozenset(some))
    return found


def domain(name: str) -> list[Any]:
    return list(range(TOP + 1)) if name in NUMBERS else [True, False]


def changed(values: Values, changes: tuple[FactChange, ...]) -> Values:
    return {**values, **{c.name: c.value if isinstance(c.value, bool) else int(c.value) for c in changes}}


def one_less(values: Values, changes: tuple[FactChange, ...]) -> Iterator[Values]:
    whole = changed(values, changes)
    for c in changes:
        if isinstance(c.value, bool):
            yield {**whole, c.name: values[c.name]}
        else:
            yield {**whole, c.name: int(c.value) + (-1 if c.upward else 1)}


@pytest.mark.parametrize("seed", range(examples(40)))
def test_small_rulebooks_against_every_value_of_every_fact(seed: int) -> None:
    one, r = small(seed), random.Random(seed + 10_000)
    for _ in range(6):
        values = told_of(r, one)
        found = answer(one, values)
        if one.meets(values):
            assert found.search is Search.MET
            continue
        sets = enough(one, values)
        for remedy in found.remedies:
            assert one.meets(changed(values, remedy.changes)), (values, found.to_dict())
            assert not any(one.meets(x) for x in one_less(values, remedy.changes)), (values, found.to_dict())
            assert frozenset(c.name for c in remedy.changes) in sets, (values, sets, found.to_dict())
        if found.search is Search.IMPOSSIBLE:
            assert sets == set(), values
        if found.complete:
            assert {frozenset(c.name for c in x.changes) for x in found.remedies} == sets, (values, found.to_dict())
        for remedy in found.remedies:
            if len(remedy.changes) == 1 and remedy.changes[0].by is not None:
                name = remedy.changes[0].name
                assert remedy.changes[0].by == min(abs(x - values[name]) for x in domain(name) if one.meets({**values, name: x}))


def test_small_searches_are_hardly_ever_cut_short() -> None:
    """A property of answers that are never complete would hold of nothing."""
    tally: Counter[str] = Counter()
    for seed in range(40):
        one, r = small(seed), random.Random(seed + 20_000)
        found = answer(one, told_of(r, one))
        if found.search is not Search.MET:
            tally["complete" if found.complete else "cut"] += 1
            tally[str(found.search)] += 1
    assert tally["complete"] > 8 * tally["cut"] and tally["found"] > 10 and tally["impossible"] > 0, tally


@pytest.mark.parametrize("seed", range(examples(20)))
def test_the_margin_is_the_nearest_value_that_fails(seed: int) -> None:
    one, r = small(seed), random.Random(seed + 30_000)
    for _ in range(12):
        values = told_of(r, one)
        found = answer(one, values)
        if found.search is not Search.MET:
            continue
        assert not found.limits
        fails = lambda name, x: not one.meets({**values, name: x}) and all(t({**values, name: x}) for t in one.checks)  # noqa: E731, B023
        said = {(m.change.name, m.change.upward): m.change.by for m in found.margins if m.change.by is not None}
        assert {m.change.name for m in found.margins if m.change.by is None} == {n for n in FLAGS if fails(n, not values[n])}
        for name, up in product(NUMBERS, (True, False)):
            steps = [n for n in range(1, TOP + 1) if 0 <= (x := values[name] + (n if up else -n)) <= TOP and fails(name, x)]
            assert said.get((name, up)) == min(steps, default=None), (name, up, values, found.to_dict())


# -- random rulebooks: told as text and decided again ------------------------------------------------------


def shown(value: Any, spec: FactSpec) -> str:
    return "无" if value is ABSENT else show_plain(value, spec)


def told_as(book: Book, told: Told, change: FactChange, *, value: Any = None, count: int | None = None) -> Told:
    """The case with one change made; `value`, `count` in the place of what does."""
    key = book.compiled.names[change.name]
    if change.kind is ChangeKind.FACT:
        spec = book.compiled.facts[key]
        before, text = told.facts[spec.name], shown(change.value if value is None else value, spec)
        return replace(told, facts={**told.facts, spec.name: {**before, str(change.year): text} if isinstance(before, dict) else text})
    record = book.compiled.records[key]
    if change.kind is ChangeKind.FIELD:
        text = shown(change.value if value is None else value, record.fields[change.column])
        rows = [{**r, change.column: text} if r[record.key_field] == change.row else r for r in told.rows(record.name)]
    else:
        new = {c: shown(x, record.fields[c]) for c, x in change.fields.items()}
        rows = [*told.rows(record.name), *({record.key_field: f"另加{n}", **new} for n in range(change.count if count is None else count))]
    listing = told.records[record.name]
    return replace(told, records={**told.records, record.name: {**listing, "清单": rows} if isinstance(listing, dict) else rows})


def refused(book: Book, told: Told, measure: str) -> bool:
    outcome = str(decide_case(book, told).measures[measure].outcome)
    return outcome in ("ineligible", "not_in_force")


@settings(max_examples=examples(25), derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(pair=pairs())
def test_each_remedy_told_as_text_lifts_the_refusal(pair: tuple[Book, Told]) -> None:
    book, told = pair
    decision = decide_case(book, told)
    note(f"规则库种子 {book.name}\n{told}")
    tried = 0
    for name, result in decision.measures.items():
        if str(result.outcome) != "ineligible" or tried == 3:
            continue
        tried += 1
        for remedy in decision.remedies(name).remedies[:2]:
            whole = told
            for change in remedy.changes:
                whole = told_as(book, whole, change)
            assert str(decide_case(book, whole).measures[name].outcome) == str(remedy.outcome), (name, remedy.to_dict())
            for n, change in enumerate(remedy.changes):
                less = told
                for m, other in enumerate(remedy.changes):
                    if m != n:
                        less = told_as(book, less, other)
                assert refused(book, less, name), (name, remedy.to_dict(), change.name)
