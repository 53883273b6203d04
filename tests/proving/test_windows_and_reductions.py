"""What the prover says of measures with a yearly window or a reduction is what the reference decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.making import load
from tests.proving import planted

z3 = pytest.importorskip("z3", reason="证明器 z3-solver 没有安装（extra: verify）")

from huiqi.proving.claims import Kind, Status  # noqa: E402
from huiqi.proving.verify import verify  # noqa: E402

CAPPED = "limits:\n  - {amount: 五万, per: 企业, counting: {不计以往: 一次给清}, label: 封顶}"
HALVED = "reductions:\n  - 失信的减半: 失信 or not(失信)\n    share: 五成\n"
MEASURES = "".join([
    planted.measure("open", "成立日 >= 某日", more="window: 成立日 in 每年4月1日至5月31日"),
    planted.measure("never", "失信", "not(失信)", more="window: 成立日 in 每年4月1日至5月31日"),
    planted.measure("reached", "失信", award="{amount: 十万}", more=CAPPED),
    planted.measure("halved", "失信", award="{amount: 十万}", more=HALVED + CAPPED),
])  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory):
    folder: Path = tmp_path_factory.mktemp("windows")
    book = load(folder, **{**planted.files(), "measures": MEASURES, "stacking": "[]"})
    return book, verify(book.compiled, str(folder), seconds=120)


def status(found, owner: str, kind: Kind) -> list[Status]:
    return [c.status for c in found[1].claims if c.owner == owner and c.kind is kind]


def test_a_measure_with_a_yearly_window_is_met_within_it(found):
    (claim,) = [c for c in found[1].claims if c.owner == "open" and c.kind is Kind.MEETABLE]
    assert claim.status is Status.PROVED and claim.example is not None
    assert claim.example.told.data["成立日"][5:7] in ("04", "05")
    assert status(found, "never", Kind.MEETABLE) == [Status.REFUTED]


def test_a_cap_that_only_an_amount_not_reduced_would_reach_is_never_reached(found):
    """Halved, ten are five: the cap of five takes nothing off."""
    assert status(found, "reached", Kind.CAP) == [Status.PROVED]
    assert status(found, "halved", Kind.CAP) == [Status.REFUTED]
