"""The bench runs, and every contestant that is there answers as the reference does. No time is looked at."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.making import SMALL

BENCH = Path(__file__).parents[2] / "bench"
MODULES = ("made_up", "ours", "peers", "run", "work", "worker")
pytestmark = pytest.mark.xdist_group("quick bench")  # run once, in one process


@pytest.fixture(scope="module")
def bench() -> Iterator[Any]:
    """The bench's modules, whose plain names are nobody else's before or after."""
    sys.path.insert(0, str(BENCH))
    import run  # type: ignore[import-not-found]

    yield run
    sys.path.remove(str(BENCH))
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def quick(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A quick run where no peer is installed."""
    return bench.measured(bench.QUICK, tmp_path_factory.mktemp("no peers"))


def test_every_answer_of_every_contestant_agrees_with_the_reference(quick: Any) -> None:
    assert quick.wrong == []
    assert all(result.cells > 0 for result in quick.results.values())


def test_each_reasoner_of_the_engine_takes_part_on_both_works(bench: Any, quick: Any) -> None:
    taken = {(r.entry.work, r.entry.way.reasoner, r.entry.way.complete) for r in quick.results.values() if r.entry.way and not r.entry.way.measures}
    left_out = {name for name in quick.missing if name.startswith(tuple(bench.Work))}
    expected = {(work, reasoner, complete) for work in bench.Work for reasoner in bench.REASONERS for complete in (False, True)}
    assert taken == expected or {reasoner for _, reasoner, _ in expected - taken} == {"rete"}, left_out


def test_exact_arithmetic_written_by_hand_convicts_nobody(quick: Any) -> None:
    """Written independently of the engine, on integers: were the reference wrong, it would disagree."""
    floor = quick.results["python"]
    assert floor.amounts > 0
    assert (floor.inexact, floor.wrong) == (0, [])


def test_one_population_is_mostly_eligible_the_other_mostly_not(bench: Any, quick: Any) -> None:
    for work in bench.Work:
        assert quick.share[work, bench.Population.GRANTED]["eligible"] > 0.5
        assert quick.share[work, bench.Population.REFUSED]["eligible"] < 0.5


def test_a_peer_that_is_not_installed_is_named_and_counted(bench: Any, quick: Any) -> None:
    assert {"json-rules-engine", "zen"} <= set(quick.missing)
    told = bench.report(quick)
    assert f"Left out: {len(quick.missing)}." in told
    assert all(f"- {name}: " in told for name in quick.missing)


def test_an_answer_that_differs_is_a_disagreement_and_a_float_that_differs_by_its_kind_is_counted(bench: Any) -> None:
    def held(verdict: object, amount: object) -> Any:
        entry = bench.Entry(id="x", work=bench.Work.GRID, command=[], order={})
        result = bench.Result(entry=entry, title="x", version="", note="")
        bench.compare(result, [{"m": [verdict, amount]}], [{"m": [True, "0.00..10000.30"]}], bench.Population.GRANTED)
        return result.inexact, len(result.wrong)

    assert held(True, "10000.30") == (0, 0)
    assert held(True, 10000.300000000001) == (1, 0)
    assert held(True, 10001.3) == (0, 1)
    assert held(False, "10000.30") == (0, 1)
    assert held(True, "10000.300000000001") == (0, 1)


def test_a_made_up_register_is_decided_by_columns_and_what_was_not_is_counted(bench: Any, tmp_path: Path) -> None:
    source, target = (tmp_path / f"{name}.parquet" for name in ("made", "decided"))
    bench.made_up.made(SMALL, "seats.support", 30, source)
    found = bench.made_up.decided({"rulebook": SMALL, "measure": "seats.support", "source": str(source), "target": str(target)})
    assert all(Path(f"{target}{turn}").exists() for turn in (0, 1))
    assert (min(found["seconds"]) > 0, found["kilobytes"] > 0) == (True, True)
    assert found["apart"] == 0  # of the second time: the first of a kind was held against its own reader the time before
