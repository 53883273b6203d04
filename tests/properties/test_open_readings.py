"""A rulebook with open readings decides what every way of deciding them decides, and nothing else.

Held against brute force: each combination is resolved on the text of the rules, compiled by itself as
an ordinary rulebook, and decided by the reference.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from huiqi.reasoning.facts import read_facts
from huiqi.reasoning.judged import Judgement, Leaf, MeasureJudged, Node
from huiqi.reasoning.reasoners import judge_with
from huiqi.rulebook.compiled import CompiledRulebook
from huiqi.words import Outcome
from tests.making import examples
from tests.properties.readings import reading_book
from tests.properties.strategies import Book, Told, draw_case, readers

pytestmark = pytest.mark.xdist_group("open readings")  # what was tried is counted in one process
BOOKS = examples(6)
ONCE_WRONG = (10,)  # a measure asks after another under one reading alone: it was not concluded when it was asked
SEEDS = (*range(BOOKS), *(n for n in ONCE_WRONG if n >= BOOKS))
CASES = 14
seen: Counter[str] = Counter()


def judged(book: CompiledRulebook, told: Told, reader: str = "reference", **how: Any) -> Judgement:
    facts = read_facts(book, told.facts, told.records, told.year)
    return judge_with(reader, book, facts, on=told.on, schemes=told.schemes, **how)


def cases(book: Book, seed: int) -> list[Told]:
    r = random.Random(f"户{seed}")
    return [draw_case(r, book) for _ in range(CASES)]


def verdicts(m: MeasureJudged) -> dict[Any, bool | None]:
    """Of each leaf and group that stands under every reading."""
    out: dict[Any, bool | None] = {}

    def walk(node: Node) -> None:
        for item in node.items:
            if isinstance(item, Leaf):
                out["leaf", getattr(item.asked, "label", item.asked), item.record] = item.truth.value
            else:
                walk(item)

    walk(m.conditions)
    return out


@pytest.mark.parametrize("seed", SEEDS)
def test_what_every_decided_rulebook_says_is_settled_and_nothing_else_is(seed: int) -> None:
    book, ways = reading_book(seed)
    for told in cases(book, seed):
        whole = judged(book.compiled, told)
        each = [judged(one, told) for _, one in ways]
        for key, m in whole.measures.items():
            found = [j.measures[key] for j in each]
            outcomes = {x.outcome for x in found}
            assert m.outcome is (found[0].outcome if len(outcomes) == 1 else Outcome.UNDETERMINED), (key, told)
            seen["disagree" if len(outcomes) > 1 else "agree"] += 1
            if m.award.monetary:
                lows, highs = [x.award.low for x in found], [x.award.high for x in found]
                assert m.award.low == min(x for x in lows if x is not None), (key, told)
                assert m.award.high == (None if None in highs else max(x for x in highs if x is not None)), (key, told)
                seen["amount hangs"] += len(set(zip(lows, highs, strict=True))) > 1
            told_of = [verdicts(x) for x in found]
            for name, value in verdicts(m).items():
                those = {v[name] for v in told_of if name in v}
                assert value is (those.pop() if len(those) == 1 else None), (key, name, told)
        totals = [j.total.high for j in each]
        assert whole.total.low == min(j.total.low for j in each), told
        assert whole.total.high == (None if None in totals else max(x for x in totals if x is not None)), told
        for (key, day), r in whole.recognitions.items():
            values = {j.recognitions[key, day].truth.value for j in each if (key, day) in j.recognitions}  # on that day only some ask
            assert r.truth.value is (values.pop() if len(values) == 1 else None), (key, told)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_each_combination_comes_to_is_what_the_decided_rulebook_says(seed: int) -> None:
    book, ways = reading_book(seed)
    for told in cases(book, seed):
        whole = judged(book.compiled, told)
        each = [({f"tried/{k}": o for k, o in taken.items()}, judged(one, told)) for taken, one in ways]
        for key, m in whole.measures.items():
            for way in m.ways:
                found = [j.measures[key] for taken, j in each if dict(way.under).items() <= taken.items()]
                assert {comes_to(x) for x in found} == {comes_to(way.judged)}, told
                seen["ways"] += 1
            assert bool(m.ways) is (len({comes_to(j.measures[key]) for _, j in each}) > 1), (key, told)


def comes_to(m: MeasureJudged) -> Any:
    """What an officer would tell apart: the outcome, and of what is given the number and the form."""
    if m.outcome in (Outcome.INELIGIBLE, Outcome.NOT_IN_FORCE):
        return m.outcome, m.reason.lapse
    due = tuple((i.spec.label, i.amount, i.truth.value) for i in m.award.instalments)
    return m.outcome, m.award.low, m.award.high, m.award.rate, m.award.spec.basis, m.award.spec.kind, m.award.spec.text, m.scheme.name, due


@pytest.mark.parametrize("seed", SEEDS)
def test_deciding_a_reading_only_ever_settles_more(seed: int) -> None:
    book, ways = reading_book(seed)
    r = random.Random(seed)
    for told in cases(book, seed):
        whole = judged(book.compiled, told)
        taken, _ = r.choice(ways)
        name = r.choice(sorted(taken))
        one = judged(book.compiled, told, readings={f"tried/{name}": taken[name]})
        for key, m in whole.measures.items():
            now = one.measures[key]
            assert m.outcome is Outcome.UNDETERMINED or now.outcome is m.outcome, (key, told)
            if m.award.monetary:
                assert now.award.low is not None and m.award.low is not None and now.award.low >= m.award.low
                assert m.award.high is None or (now.award.high is not None and now.award.high <= m.award.high)
        assert one.total.low >= whole.total.low
        assert whole.total.high is None or (one.total.high is not None and one.total.high <= whole.total.high)
        decided = judged(book.compiled, told, readings={f"tried/{k}": o for k, o in taken.items()})
        alone = next(judged(b, told) for t, b in ways if t == taken)
        assert [(m.outcome, m.award.low, m.award.high) for m in decided.measures.values()] == [
            (m.outcome, m.award.low, m.award.high) for m in alone.measures.values()
        ]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_reader_says_the_same_of_open_readings(seed: int) -> None:
    book, _ = reading_book(seed)
    for told in cases(book, seed)[:5]:
        expected = judged(book.compiled, told)
        for reader in (*readers(), "python"):
            found = judged(book.compiled, told, reader)
            for key, m in expected.measures.items():
                other = found.measures[key]
                assert (m.outcome, m.award.low, m.award.high, m.causes, m.standing) == (
                    other.outcome, other.award.low, other.award.high, other.causes, other.standing,
                ), (reader, key, told)  # fmt: skip
                assert verdicts(m) == verdicts(other)
                assert [w.under for w in m.ways] == [w.under for w in other.ways]
            assert found.total == expected.total


@pytest.mark.parametrize("seed", SEEDS)
def test_a_measure_and_what_it_asks_after_read_the_same_alone_and_in_the_whole(seed: int) -> None:
    book, _ = reading_book(seed)
    r = random.Random(f"独{seed}")
    for told in cases(book, seed)[:5]:
        whole = judged(book.compiled, told)
        spec = r.choice(list(book.compiled.measures.values()))
        for reader in ("reference", "python"):
            alone = judged(book.compiled, told, reader, only=[spec.id])
            m, other = whole.measures[spec.key], alone.measures[spec.key]
            assert comes_to(m) == comes_to(other) and verdicts(m) == verdicts(other), (reader, told)
            assert (m.causes, m.missing, m.standing, [w.under for w in m.ways]) == (other.causes, other.missing, other.standing, [w.under for w in other.ways])
            for key, found in alone.recognitions.items():
                assert (found.truth, found.meets) == (whole.recognitions[key].truth, whole.recognitions[key].meets), (reader, key, told)
                seen["recognised alone"] += 1


def test_the_tried_readings_mattered_often_enough() -> None:
    if not seen:
        pytest.skip("the properties did not run in this process")
    assert seen["disagree"] >= 0.02 * (seen["agree"] + seen["disagree"]), seen
    assert seen["amount hangs"] >= 20, seen
