"""A recorded decision is checked by code that shares nothing with what decided it: what holds, what does not, what it cannot tell."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from huiqi.checking.read import amount, last_amount
from huiqi.checking.report import KINDS, NOT_ESTABLISHED
from huiqi.checking.verify import verified, verify
from huiqi.words import Outcome
from tests.checking.broken import BROKEN, CITY, CUT, LOAN, PARK, Json, recorded
from tests.making import ROOT, as_json, invoke, shipped_decisions
from tests.properties.readings import reading_book
from tests.properties.strategies import corpus, decided_by, draw_case

CASES = sorted(p.stem for p in (ROOT / "cases").glob("*.yaml"))
PAGE = (ROOT / "docs" / "checking.md").read_text(encoding="utf-8")


def written(folder: Path, tree: Any) -> Path:
    path = folder / "决定.json"
    path.write_text(tree if isinstance(tree, str) else json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.xdist_group("shipped cases")  # decided once, in one process
@pytest.mark.parametrize("stem", CASES)
def test_every_shipped_case_agrees_with_itself(stem: str) -> None:
    for decision in shipped_decisions(stem):
        report = verify(as_json(decision.to_dict()))
        assert report.faults == []
        assert sum(report.checked.values()) > 10


@pytest.mark.xdist_group("shipped cases")
def test_every_kind_of_check_is_met_somewhere_in_the_cases() -> None:
    met = {kind for stem in (CUT, CITY, PARK, LOAN) for decision in shipped_decisions(stem) for kind in verify(as_json(decision.to_dict())).checked}
    assert met == set(KINDS)


@pytest.mark.law
@pytest.mark.parametrize("start", range(0, 120, 40))
def test_random_decisions_agree_with_themselves(start: int) -> None:
    """Partial lists, rivals, floors, instalments, common caps: what is wider than its lines is no fault, another number is."""
    assert [fault for book, told in corpus(40, start) for fault in verify(as_json(decided_by("reference", book, told).to_dict())).faults] == []


@pytest.mark.law
@pytest.mark.parametrize("seed", range(3))
def test_random_decisions_under_open_readings_agree_with_themselves(seed: int) -> None:
    """Each can be told, whichever groups stand under some readings only; ways cover, merge, and give no more than their lines."""
    book, _ = reading_book(seed)
    r = random.Random(f"户{seed}")
    assert [fault for _ in range(14) for fault in verify(as_json(decided_by("reference", book, draw_case(r, book)).to_dict())).faults] == []


# -- break it and watch it fail --------------------------------------------------------------------------


def shown() -> dict[str, str]:
    """The table of the documentation: what was changed, and the first thing the checker says."""
    return dict(re.findall(r"^\| ([^|]+) \| `(.+)` \|$", PAGE, re.MULTILINE))


@pytest.mark.parametrize(("what", "stem", "change"), [(k, *x) for k, x in BROKEN.items()], ids=BROKEN)
def test_what_is_broken_is_named_as_the_documentation_shows(what: str, stem: str, change: Any) -> None:
    decision = recorded(stem)
    change(decision)
    place, message = verified(decision).faults[0]
    assert f"{place}：{message}" == shown()[what]


def test_the_documentation_shows_each_of_them() -> None:
    assert list(shown()) == list(BROKEN)


def groups(tree: Any) -> Iterator[Json]:
    if isinstance(tree, dict):
        if "op" in tree and "items" in tree:
            yield tree
        for part in tree.values():
            yield from groups(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from groups(part)


@pytest.mark.parametrize("number", range(40))
def test_no_verdict_of_a_group_can_be_turned_round_unnoticed(number: int) -> None:
    rng = random.Random(f"判定/{number}")
    decision = recorded(rng.choice([CUT, CITY]))
    one = rng.choice([g for g in groups(decision) if g["verdict"] != "unknown"])
    one["verdict"] = {"holds": "fails", "fails": "holds"}[one["verdict"]]
    assert verified(decision).faults


@pytest.mark.parametrize("number", range(40))
def test_no_settled_amount_of_what_is_granted_can_be_changed_by_a_fen_unnoticed(number: int) -> None:
    rng = random.Random(f"金额/{number}")
    decision = recorded(rng.choice([CUT, CITY, PARK, LOAN]))
    paid = [m["award"] for m in decision["measures"] if m["outcome"] == Outcome.ELIGIBLE and m["award"]["lines"] and m["award"]["settled"]]
    one = rng.choice([*paid, decision["total"]])
    cents = int(one["settled"].replace(".", "")) + 1
    one.update(settled=f"{cents // 100}.{cents % 100:02}", **({} if one["pending"] else {"at_most": f"{cents // 100}.{cents % 100:02}"}))
    assert verified(decision).faults


def leaves(tree: Any) -> Iterator[tuple[Any, Any]]:
    for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
        if isinstance(part, dict | list):
            yield from leaves(part)
        else:
            yield tree, key


@pytest.mark.parametrize("number", range(20))
def test_no_told_fact_can_be_changed_unnoticed(number: int) -> None:
    rng = random.Random(f"数据/{number}")
    decision = recorded(CUT)
    holder, key = rng.choice(list(leaves(decision["input"])))
    holder[key] += "0"
    assert any(place.startswith("回执") for place, _ in verified(decision).faults)


def test_what_is_altered_together_with_its_digest_is_beyond_it_and_the_page_says_so() -> None:
    assert any("摘要不是签名" in x for x in NOT_ESTABLISHED)
    assert all(x in PAGE for x in NOT_ESTABLISHED)


# -- the command -----------------------------------------------------------------------------------------


def test_the_page_says_what_was_established_and_as_plainly_what_was_not(tmp_path: Path) -> None:
    result = invoke("verify-decision", str(written(tmp_path, [recorded(CUT), recorded(LOAN)])))
    assert result.exit_code == 0
    assert "核对 2 份决定：前后一致" in result.output
    assert all(f"  · {x}" in result.output for x in (*KINDS, *NOT_ESTABLISHED))


def test_a_broken_decision_ends_with_one_and_names_whose_it_is(tmp_path: Path) -> None:
    decision = recorded(CITY)
    decision["total"]["settled"] = "600000.00"
    result = invoke("verify-decision", str(written(tmp_path, [recorded(CUT), decision])))
    assert result.exit_code == 1
    assert f"不成立：第2份 {decision['enterprise']} / 合计：" in result.output
    assert "没有核对，这里也看不出" in result.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "不是 JSON"), ("[]", "一份决定也没有"), ("{}", "不是决定"), ('{"schema": "huiqi.decision/1", "schema": "x"}', "同一个键写了两次"),
        ('{"schema": "huiqi.decision/1", "n": 0.1}', "没有这样的数"), ('{"schema": "huiqi.decision/1", "n": NaN}', "没有这样的数"),
    ],
)  # fmt: skip
def test_what_is_no_decision_file_is_refused(text: str, said: str, tmp_path: Path) -> None:
    result = invoke("verify-decision", str(written(tmp_path, text)))
    assert result.exit_code == 2
    assert said in result.output


def test_a_file_that_cannot_be_read_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "图.json").write_bytes(b"\xff\xfe\x00\xd8")
    said = {name: invoke("verify-decision", str(tmp_path / name)) for name in ("没有.json", "", "图.json")}
    assert [r.exit_code for r in said.values()] == [2, 2, 2]
    assert [w in r.output for w, r in zip(("没有这个文件", "这是文件夹", "不是 UTF-8"), said.values(), strict=True)] == [True] * 3


@pytest.mark.parametrize("key", ["measures", "total", "receipt", "input", "missing", "recognitions"])
def test_a_decision_without_one_of_its_parts_is_a_fault_and_no_crash(key: str) -> None:
    decision = recorded(CITY)
    del decision[key]
    assert "不是决定的样子" in verified(decision).faults[-1][1]


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("12.6万元", 126000, 126000), ("不超过 9元至12.6万元", 9, 126000), ("待定", 0, None), ("不超过 待定", 0, None), ("至少3元，上限不详", 3, None),
        ("1,234.56元", "1234.56", "1234.56"), ("1.2亿元", 120000000, 120000000), ("由审定机关在此范围内酌定 0元至5万元", 0, 50000),
    ],
)  # fmt: skip
def test_an_amount_is_read_back_from_its_words(words: str, low: Any, high: Any) -> None:
    from fractions import Fraction

    found = amount(words)
    assert found is not None
    assert (found.low, found.high) == (Fraction(low), None if high is None else Fraction(high))


@pytest.mark.parametrize("words", ["", "9%", "30天", "未定", "12.6万", "一万元", "9元 9元"])
def test_words_that_are_no_amount_are_none(words: str) -> None:
    assert amount(words) is None


def test_the_last_amount_of_a_sentence_has_both_its_ends() -> None:
    found = last_amount("本申报年度封顶：单个企业上限 50万元，计入已获支持，余 3元至2万元")
    assert found is not None and (found.low, found.high) == (3, 20000)


# -- every leaf, one at a time ----------------------------------------------------------------------------

# What may be changed alone without the checker seeing it, and the sentence of the page that says so, by what is in it.
BEYOND: dict[str, str] = {
    r"schema|receipt\..*|rulebook\..*": "规则库全不全",
    r"(measures|recognitions)\.\*\.(title|clause|scheme|channel|departments|evidence|obligations|notes|warnings|authority|reason)\b.*": "照录的文字",
    r"(measures|recognitions)\.\*\.conditions\..*(text|unit|value|gap|clause|actual|required|label)": "照录的文字",
    r".*\.adjustments\.\*\.(rule|clause|from|to|provisional)|.*\.award\.(lines\.\*\..*|text|unit)|.*\.adjustments": "每一步的算式",
    r".*\.award\.lines|.*\.award\.(cause|standing)|readings\.\*\.(question|clause)|missing\.\*\.(cause|reading)": "待定的缘由|照录的文字",
    r".*\.conditions\.(.*\.)?(op|role|standing|cause|verdict|items|record|under\..*)|(measures|recognitions)\.\*\.(standing|cause|verdict)": "它的依据状态",
    r".*\.award\.(kind|basis)|.*\.hint": "待定的金额是定额还是不超过",
    r"recognitions\.\*\.(certificate|missing.*)|measures\.\*\.missing.*|measures|recognitions|basis": "列全没有",
    r"basis\.\*\..*": "标准的数与出处",
    r"measures\.\*\.id|.*\.words": "照录的文字",
}
LISTED = {"holds", "fails", "unknown", "eligible", "ineligible", "undetermined", "not_in_force", "fixed", "ceiling", "discretionary"}


def changed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [[]] if value else []
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, str) and value in LISTED:
        return sorted(next(s for s in ({"holds", "fails", "unknown"}, {"fixed", "ceiling", "discretionary"}, LISTED) if value in s) - {value})
    return [f"{value}甲", ""] if value else ["甲"]


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every leaf and list but the recorded facts, which stand under a digest."""
    if isinstance(tree, list) and path:
        yield path, tree
    if isinstance(tree, dict | list):
        for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
            if (*path, key) != ("input",):
                yield from places(part, (*path, key))
    elif path:
        yield path, tree


def passed_over(decision: Json) -> Iterator[str]:
    for path, value in list(places(decision)):
        holder: Any = decision
        for step in path[:-1]:
            holder = holder[step]
        for other in changed(value):
            holder[path[-1]] = other
            if not verified(decision).faults:
                yield ".".join("*" if isinstance(k, int) else k for k in path)
        holder[path[-1]] = value


@pytest.mark.parametrize("stem", ["高企-创新能力待评审", CITY])
def test_each_leaf_changed_alone_is_noticed_or_the_page_names_it_among_what_it_does_not_establish(stem: str) -> None:
    found = set(passed_over(recorded(stem)))
    assert {x for x in found if not any(re.fullmatch(p, x) for p in BEYOND)} == set()
    assert not found & {"measures.*.outcome", "missing.*.fact", "missing.*.unlocks", "total.settled", "total.at_most", "total.pending", "total.standing"}


@pytest.mark.parametrize("words", sorted({w for x in BEYOND.values() for w in x.split("|")}))
def test_what_is_beyond_it_is_a_sentence_of_the_page(words: str) -> None:
    assert any(words in x for x in NOT_ESTABLISHED)
