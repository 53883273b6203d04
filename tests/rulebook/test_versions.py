"""Rules do not change under one version: a decision names the version, and whoever reads it takes it at its word."""

from __future__ import annotations

import json

import pytest

from .versions import RECORD, complaints, fingerprint, recorded, shipped, written

BEFORE = {"甲": ("2026-11-26", "a1"), "乙": ("2026-11-26", "b1")}


def test_no_shipped_rulebook_has_changed_under_the_version_it_is_known_by() -> None:
    assert complaints(shipped(), recorded(RECORD.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (BEFORE, []),
        (BEFORE | {"乙": ("2026-11-26", "b2")}, ["乙：内容改了，版本还是 2026-11-26；在 rules/乙/rulebook.yaml 写改动的日子"]),
        (BEFORE | {"乙": ("2026-12-01", "b2")}, ["乙：版本或规则库与记下的不同"]),
        (BEFORE | {"丙": ("2026-12-01", "c1")}, ["丙：版本或规则库与记下的不同"]),
        ({"甲": BEFORE["甲"]}, ["乙：版本或规则库与记下的不同"]),
    ],
)
def test_a_change_without_a_new_version_is_said_with_its_mend(now: dict[str, tuple[str, str]], said: list[str]) -> None:
    found = complaints(now, BEFORE)
    assert [line.startswith(words) for line, words in zip(found, said, strict=True)] == [True] * len(said)
    assert all(line.endswith("./huiqi python -m tests.rulebook.versions") for line in found)


def test_what_a_rule_rests_on_is_not_the_rule() -> None:
    """A quote added or a sheet read again asks for no new version; a figure changed does."""
    plain, quoted, other = (
        json.dumps({"files": {"parameters": {"上限": {"values": [value]}}}, "uses": []})
        for value in ({"value": "1元"}, {"value": "1元", "quote": "一元"}, {"value": "2元"})
    )
    assert fingerprint(plain) == fingerprint(quoted) != fingerprint(other)


def test_what_is_written_down_is_read_back() -> None:
    assert recorded(written(BEFORE)) == BEFORE
