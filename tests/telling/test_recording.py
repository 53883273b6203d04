"""The reader of recorded decisions agrees with the JSON Schema that is shipped, and names every leaf."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import huiqi
from huiqi.telling.recording import LABELS, differences, flaws, known, leaves, place, schema
from tests.making import ROOT, as_json, examples

VALIDATOR = jsonschema.Draft202012Validator({**schema(), "type": "object", "items": True, "$ref": "#/$defs/decision"})


def decision() -> dict[str, Any]:
    case = huiqi.read_case(ROOT / "cases" / "认证-云中数据.yaml")
    made = huiqi.load(case.rulebooks[0]).decide(case, on=case.on, reasoner="reference", measure="certification.international")
    out: dict[str, Any] = as_json(made.to_dict())
    return out


RECORDED = json.dumps(decision())
SCALARS = st.sampled_from(
    [None, True, False, 0, "", "改", "holds", "2026-02-30", "1.00", [], {}, ["改"], {"改": 1}, {"value": "", "unit": "", "text": ""}]
).map(deepcopy)  # each its own: one put into itself would never end


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A decision with some of its parts changed, taken away or added."""
    out: dict[str, Any] = json.loads(RECORDED)
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from([p for p, _ in leaves(out)]))
        path = path[: draw(st.integers(1, len(path)))] if path else path
        owner: Any = out
        for step in path[:-1]:
            owner = owner[step]
        if not path:
            continue
        match draw(st.sampled_from(["change", "remove", "add"])):
            case "change":
                owner[path[-1]] = draw(SCALARS)
            case "remove":
                del owner[path[-1]]
            case _:
                owner.update(多出=1) if isinstance(owner, dict) else owner.append(draw(SCALARS))
    return out


@settings(max_examples=examples(400))
@given(spoilt())
def test_what_the_schema_refuses_is_refused_and_nothing_else(value: dict[str, Any]) -> None:
    """The shipped schema is strict: a part it does not know, or a word, is found as well as a wrong type."""
    assert bool(flaws(value)) == (not VALIDATOR.is_valid(value) or not _real_day(value))


def _real_day(value: dict[str, Any]) -> bool:
    """`format` is only a note to a validator of JSON Schema; here the day must be one."""
    return not any(f.path == ("on",) and f.message == "不是日期" for f in flaws(value))


@settings(max_examples=examples(200))
@given(spoilt(), spoilt())
def test_two_decisions_differ_exactly_where_a_difference_is_named(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert bool(differences(one, other)) == (json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True))


TREES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, True, "", "改", "1.00"]), lambda inner: st.dictionaries(st.sampled_from("甲乙丙丁"), inner, max_size=3)
)


@settings(max_examples=examples(200))
@given(TREES, TREES)
def test_every_leaf_that_differs_is_named_also_inside_a_part_only_one_has(one: Any, other: Any) -> None:
    """And none that does not differ."""
    was, now = ({p: x for p, x in leaves(tree) if x != {}} for tree in (one, other))
    found = {d.path for d in differences(one, other, each=True)}
    differing = {p for p in was.keys() | now.keys() if p not in was or p not in now or (type(was[p]), was[p]) != (type(now[p]), now[p])}
    assert differing <= found
    assert not found & ((was.keys() & now.keys()) - differing)


@given(spoilt())
def test_parts_not_known_can_be_left_out_alone(value: dict[str, Any]) -> None:
    extras = frozenset(f.path for f in flaws(value) if f.message == "不认识的部分")
    assert not any(f.message == "不认识的部分" for f in flaws(known(value, extras)))


def _keys(node: Any) -> set[str]:
    found = set()
    if isinstance(node, dict):
        found |= set(node.get("properties", {})) if isinstance(node.get("properties"), dict) else set()
        for part in node.values():
            found |= _keys(part)
    elif isinstance(node, list):
        for part in node:
            found |= _keys(part)
    return found


def test_every_part_of_a_decision_has_a_chinese_name() -> None:
    told = {"审核日期", "申报年度", "数据", "明细", "完整", "清单", "申报事项", "其余不予支持情形", "结论", "由", "日期"}
    assert _keys(schema()) - told == set(LABELS)
    assert all(not name.isascii() for name in LABELS.values())


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ((), "整份决定"),
        (("total", "at_most"), "合计 / 最多"),
        (("measures", 0, "award", "settled"), "事项 / 第1条“certification.international” / 测算 / 已确定金额"),
        (
            ("measures", 0, "conditions", "items", 0, "verdict"),
            "事项 / 第1条“certification.international” / 条件 / 各条 / 第1条“certification.international:境内企业” / 判定",
        ),
        (("input", "数据", "unit"), "所记数据 / 数据 / unit"),
    ],
)
def test_a_place_is_said_in_words(path: tuple[str | int, ...], words: str) -> None:
    value = json.loads(RECORDED)
    if len(path) > 4:
        words = words.replace("certification.international:境内企业", value["measures"][0]["conditions"]["items"][0]["id"])
    assert place(path, value) == words


def test_every_shipped_decision_is_as_its_schema_says() -> None:
    for name in ("认证-云中数据", "空白-只有主体类型", "人才-新录用人员两个规则库", "数据标注-260席一席不清"):
        case = huiqi.read_case(ROOT / "cases" / f"{name}.yaml")
        books = [huiqi.load(n) for n in case.rulebooks]
        for book in books:
            made = book.decide(case, on=case.on, reasoner="reference", others=[b for b in books if b is not book]).to_dict()
            assert flaws(made) == []
            jsonschema.validate([made], schema())


@pytest.mark.parametrize("value", [object(), type("string", (), {})(), {1, 2}, b"{}", float])
def test_what_no_json_holds_is_refused_whatever_its_class_is_called(value: Any) -> None:
    with pytest.raises(huiqi.HuiqiError):
        huiqi.Decision.from_dict(value)


def test_what_is_missing_without_a_cause_is_refused() -> None:
    told = json.loads(RECORDED)
    told["missing"] = [{"fact": "从业人员", "cause": None, "unlocks": ["m"]}]
    with pytest.raises(huiqi.HuiqiError, match=r"尚缺.*待定缘由"):
        huiqi.Decision.from_dict(told)
