"""A measure reads the same alone, with some others and in the whole; the total is then of those asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.telling.replay import replay_file
from tests.making import CASES, ROOT, as_json


def decisions(path: Path, **how: Any) -> list[huiqi.Decision]:
    case = huiqi.read_case(path)
    books = [huiqi.load(name) for name in case.rulebooks]
    return [b.decide(case, on=case.on, reasoner="reference", others=[o for o in books if o is not b], **how) for b in books]


def _by_itself(result: Any) -> Any:
    """A measure as it reads, but for what a way of reading comes to with those joined to it: alone, there is nobody else in that total."""
    told = as_json(result.to_dict())
    for way in told.get("readings", ()):
        way.pop("total")
    return told


@pytest.mark.law
@pytest.mark.parametrize("path", CASES, ids=[p.stem for p in CASES])
def test_a_measure_reads_the_same_alone_and_in_the_whole(path: Path) -> None:
    case = huiqi.read_case(path)
    books = [huiqi.load(name) for name in case.rulebooks]
    for book in books:
        others = [o for o in books if o is not book]
        whole = book.decide(case, on=case.on, reasoner="reference", others=others)
        for name in whole.measures:
            alone = book.decide(case, on=case.on, reasoner="reference", others=others, measure=name)
            assert list(alone.measures) == [name]
            assert _by_itself(alone.measures[name]) == _by_itself(whole.measures[name])
            assert set(alone.recognitions) <= set(whole.recognitions)


@pytest.mark.parametrize("path", CASES[:6], ids=[p.stem for p in CASES[:6]])
def test_several_measures_are_decided_as_in_the_whole_and_their_total_is_within_it(path: Path, tmp_path: Path) -> None:
    for whole in decisions(path):
        names = list(whole.measures)[::3]
        if len(names) < 2:
            continue
        book = huiqi.load(whole.rulebook_id)
        case = huiqi.read_case(path)
        others = [huiqi.load(name) for name in case.rulebooks if name != book.id]
        some = book.decide(case, on=case.on, reasoner="reference", others=others, measures=names)
        assert list(some.measures) == names
        assert as_json([m.to_dict() for m in some.measures.values()]) == as_json([whole.measures[n].to_dict() for n in names])
        assert some.total.low <= whole.total.low
        recorded = some.to_dict()
        assert (recorded["receipt"]["measure"], recorded["receipt"]["measures"]) == (None, names)
        assert huiqi.Decision.from_dict(as_json(recorded)).to_dict() == as_json(recorded)
        file = tmp_path / "decision.json"
        file.write_text(json.dumps(recorded, ensure_ascii=False), encoding="utf-8")
        assert replay_file(file, "reference").differences == ()


@pytest.mark.parametrize("wrong", ["certification.international", [], [1], ("不是事项",)])
def test_what_is_no_list_of_measures_is_refused(wrong: Any) -> None:
    with pytest.raises(huiqi.UsageError):
        huiqi.load("datong-outsourcing").decide({}, on="2026-06-30", measures=wrong)


def test_only_what_a_measure_depends_on_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other measures of Datong are not looked at; those that stack with it are."""
    from huiqi.reasoning.measure import Prepared

    looked: list[str] = []
    real = Prepared.tree

    def tree(self: Prepared) -> Any:
        looked.append(self.spec.id)
        return real(self)

    monkeypatch.setattr(Prepared, "tree", tree)
    case = huiqi.read_case(ROOT / "cases" / "认证-云中数据.yaml")
    huiqi.load("datong-outsourcing").decide(case, on=case.on, reasoner="reference", measure="certification.international")
    assert "certification.international" in looked
    assert len(set(looked)) < 5  # each as often as there are ways of reading
