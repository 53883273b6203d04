"""The rule engine carries the inference: what fires decides, and nothing else does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import huiqi
from huiqi.rulebook.compiler import load_compiled
from tests.making import CASES, ROOT, decide_each, examples, shipped_decisions

inference = pytest.importorskip("huiqi.reasoning.inference")
from huiqi.reasoning.facts import read_facts  # noqa: E402
from huiqi.reasoning.inference.nodes import CONCLUSIONS  # noqa: E402
from huiqi.reasoning.inference.reason import Combiner, judge_rete  # noqa: E402
from huiqi.reasoning.inference.rulesets import InferenceError, Rulesets, Slim, Stock, rulesets_for  # noqa: E402
from huiqi.telling.results import decide_with, tell  # noqa: E402


def decide_rete(book, facts, *, on, rulesets=None):
    return tell(judge_rete(book, facts, on=on, rulesets=rulesets))


def plain(decision):
    out = decision.to_dict()
    out["receipt"].pop("reasoner")
    return out


@pytest.mark.xdist_group("shipped cases")  # decided once, in one process
@pytest.mark.parametrize("path", CASES, ids=[p.stem for p in CASES])
def test_both_reasoners_give_the_same_decision_on_every_case(path):
    """Outcomes, verdicts, causes, amounts, adjustments: everything but the receipt's reasoner."""
    assert [plain(d) for d in shipped_decisions(path.stem)] == [plain(d) for d in shipped_decisions(path.stem, "rete")]


def facts_of(path):
    case = huiqi.read_case(path)
    book = load_compiled(case.rulebooks[0])
    others = [load_compiled(b) for b in case.rulebooks[1:]]
    return book, read_facts(book, case.data, case.records, case.year, others=others), case.on


@pytest.mark.parametrize("path", CASES[:6], ids=[p.stem for p in CASES[:6]])
def test_deleting_any_rule_that_fired_changes_the_decision(path):
    """Each conclusion hangs on exactly one fired rule: without it there is no conclusion, and an error."""
    book, facts, on = facts_of(path)
    whole = Rulesets(book)
    fired = sorted({step.rule for step in decide_rete(book, facts, on=on, rulesets=whole).derivation})
    assert fired
    for rule in fired[:: max(1, len(fired) // 12)]:
        without = Rulesets(book, without=frozenset({rule}))
        with pytest.raises(InferenceError):
            decide_rete(book, facts, on=on, rulesets=without)


@pytest.mark.parametrize("path", CASES[:6], ids=[p.stem for p in CASES[:6]])
def test_the_stock_path_concludes_as_the_slim_loop_does(path):
    """The library's own closures are the fallback, and mean the same."""
    book, facts, on = facts_of(path)
    results = []
    for kind in (Slim, Stock):
        rulesets = Rulesets(book, kind=kind)
        results.append(plain(decide_rete(book, facts, on=on, rulesets=rulesets)))
    assert results[0] == results[1]


def test_derivation_names_rule_facts_and_stratum_in_words():
    """A recognition concluded in an earlier stratum is a fact of the measure's."""
    book = huiqi.load("national-atse")
    decided = {name: reading.options[0] for name, reading in book.readings.items()}  # what is open is concluded once for each way
    decision = book.decide({}, on="2026-06-30", records={"资格证书": []}, reasoner="rete", reading=decided)
    steps = {s.title: s for s in decision.derivation}
    assert steps["技术先进型服务企业：持有"].stratum == 0
    relief = steps["减按15%税率征收企业所得税"]
    assert relief.stratum == 1
    assert relief.facts == (("持有技术先进型服务企业证书", "fails"),)
    assert relief.conclusion == "refuse"


def many_measures(folder: Path, count: int) -> Path:
    folder.mkdir()
    (folder / "rulebook.yaml").write_text("id: many\ntitle: 许多事项\nversion: '1'\njurisdiction: 中国\n", encoding="utf-8")
    (folder / "documents.yaml").write_text("- {id: d, title: 文件, issuer: 某机关, jurisdiction: 中国, sheet: test, letter: A}\n", encoding="utf-8")
    (folder / "clauses.yaml").write_text("- {id: 一, document: d, title: 条, says: 条, disposition: measure}\n", encoding="utf-8")
    facts = "".join(f"  是{n}: {{id: b{n}, kind: boolean}}\n" for n in range(10))
    (folder / "vocabulary.yaml").write_text("facts:\n" + facts, encoding="utf-8")
    body = "".join(
        f"- {{id: m.{n}, title: 事项{n}, clause: 一, when: [{{甲: 是{n % 10}}}, {{乙: 是{(n + 3) % 10}}}], unless: [{{丙: 是{(n + 7) % 10}}}], award: {{service: 服务}}}}\n"
        for n in range(count)
    )
    (folder / "measures").mkdir()
    (folder / "measures" / "all.yaml").write_text(body, encoding="utf-8")
    return folder


# Names an author may give: none, one for all, that of the records' variable, one that looks like a place.
LABELS = st.sampled_from(["", "甲", "甲", "条", "when.1", "§top", "a”b"])
VERDICTS = ["是", "否", None]


@st.composite
def blocks(draw, depth=2):
    """A `when` or `unless` block as YAML rows: conditions and groups, nested, often named alike or not at all."""
    rows = []
    for _ in range(draw(st.integers(1, 3))):
        if depth and draw(st.booleans()):
            op = draw(st.sampled_from(["all", "any", "not"]))
            inner = draw(blocks(depth=depth - 1))
            inner = inner[:1] if op == "not" else inner
            label = draw(LABELS)
            rows.append({label: {op: inner}} if label else {op: inner})
        else:
            rows.append({draw(st.uuids()).hex[:8]: draw(st.sampled_from([f"是{i}" for i in range(6)] + [f"条.是{i}" for i in range(6)]))})
    return rows


@st.composite
def structures(draw):
    return {
        "when": draw(blocks()),
        "unless": draw(blocks()),
        "方案": [{"when": draw(blocks()), "unless": draw(blocks())} for _ in range(2)],
        "lapses": draw(blocks()),
    }


def structured(folder: Path, parts: dict) -> Path:
    """A rulebook of one measure over records with two schemes, and a recognition."""
    folder.mkdir()
    (folder / "measures").mkdir()
    write = lambda name, body: (folder / name).write_text(yaml.safe_dump(json.loads(json.dumps(body)), allow_unicode=True, sort_keys=False), encoding="utf-8")  # noqa: E731
    write("rulebook.yaml", {"id": "shape", "title": "结构", "version": "1", "jurisdiction": "中国"})
    write("documents.yaml", [{"id": "d", "title": "文件", "issuer": "某机关", "jurisdiction": "中国", "sheet": "test", "letter": "A"}])
    write("clauses.yaml", [{"id": "一", "document": "d", "title": "条", "says": "条", "disposition": "measure"}])
    columns = {f"是{n}": {"id": f"r{n}", "kind": "boolean"} for n in range(6)} | {"编号": {"id": "no", "kind": "text"}}
    write("vocabulary.yaml", {
        "facts": {f"是{n}": {"id": f"b{n}", "kind": "boolean"} for n in range(6)},
        "records": {"明细": {"id": "rows", "noun": "件", "key": "编号", "fields": columns}},
    })  # fmt: skip
    schemes = {f"方案{n}": {"document": "d", "clause": "一", **part, "award": {"service": "服务"}} for n, part in enumerate(parts["方案"])}
    write(
        "measures/one.yaml",
        [{"id": "m", "title": "事项", "clause": "一", "each": "条 in 明细", "when": parts["when"], "unless": parts["unless"], "schemes": schemes}],
    )
    plain_rows = json.loads(json.dumps(parts["lapses"], ensure_ascii=False).replace("条.", ""))
    write("recognitions.yaml", [{
        "id": "q", "title": "资格", "kind": "derived", "document": "d", "clause": "一", "when": plain_rows,
    }])  # fmt: skip
    return folder


@pytest.mark.law
@settings(max_examples=examples(40))
@given(
    structures(), st.lists(st.sampled_from(VERDICTS), min_size=6, max_size=6), st.lists(st.lists(st.sampled_from(VERDICTS), min_size=6, max_size=6), max_size=3)
)
def test_groups_are_told_apart_by_place_whatever_they_are_called(tmp_path_factory, parts, facts, rows):
    """Unlabelled groups, equal labels, a label that is the records' variable: both reasoners agree on each scheme."""
    folder = structured(tmp_path_factory.mktemp("shape") / "shape", parts)
    try:
        book = huiqi.load(folder)
    except huiqi.RulebookError as error:
        assert all("重名" in p.message for p in error.problems)  # equally named conditions are the author's to mend
        return
    assert inference.verify(book.compiled) > 0
    data = {f"是{n}": x for n, x in enumerate(facts) if x is not None}
    records = {"明细": [{"编号": f"r{k}", **{f"是{n}": x for n, x in enumerate(row) if x is not None}} for k, row in enumerate(rows)]}
    for scheme in ("方案0", "方案1"):
        both = [book.decide(data, on="2026-01-01", records=records, scheme={"m": scheme}, reasoner=r) for r in ("rete", "reference")]
        assert plain(both[0]) == plain(both[1])
    inference.forget(book.digest)


def test_an_engine_that_concludes_otherwise_is_an_error_and_no_verdict(monkeypatch):
    """What fires is held against the reference at each node of each decision."""
    book, facts, on = facts_of(CASES[0])
    monkeypatch.setitem(CONCLUSIONS, "refuse", "holds")
    with pytest.raises(InferenceError, match="与参照不一致"):
        decide_rete(book, facts, on=on)


@pytest.mark.law
def test_a_rulebook_of_six_hundred_measures_works(tmp_path):
    """Shards keep each ruleset within the engine's limits."""
    book = huiqi.load(many_measures(tmp_path / "many", 600))
    facts = {f"是{n}": n % 2 == 0 for n in range(9)}
    rete, reference = (book.decide(facts, on="2026-01-01", reasoner=r) for r in ("rete", "reference"))
    assert plain(rete) == plain(reference)
    assert len(rulesets_for(book.compiled).shards) >= 12
    inference.forget(book.digest)
    assert book.digest not in inference.registered()


def test_sixty_records_of_one_measure_are_folded_and_agree():
    """More records than a rule has places: parts first, then the whole."""
    book = huiqi.load("datong-outsourcing")
    rows = [{"证号": f"C-{n:03}", "种类": "CMMI", "发证日": "2024-01-01" if n != 41 else "2025-06-01", "合格费用": "1万元"} for n in range(60)]
    facts = {"注册地县区": "平城区", "申报主体类型": "企业", "从事服务外包业务": True, "报送状态": "审核通过", "严重失信主体": False}
    both = [book.decide(facts, on="2026-06-30", year=2025, records={"资质认证": rows}, reasoner=r) for r in ("rete", "reference")]
    assert plain(both[0]) == plain(both[1])
    assert both[0].measures["certification.international"].outcome == "eligible"


def test_two_threads_agree():
    """One caller at a time per shard; decisions do not mix."""
    case = huiqi.read_case(CASES[0])
    expected = [plain(d) for d in decide_each(case, reasoner="reference")]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: [plain(d) for d in decide_each(case, reasoner="rete")], range(32)))
    assert all(r == expected for r in results)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_four_forked_processes_agree():
    """A child makes its own rulesets after fork."""
    code = textwrap.dedent(f"""
        import os, huiqi
        case = huiqi.read_case({str(CASES[0])!r})
        def one():
            return huiqi.load(case.rulebooks[0]).decide(case, on=case.on, reasoner="rete").total.to_dict()
        expected = one()
        for _ in range(4):
            child = os.fork()
            if child == 0:
                os._exit(0 if one() == expected else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        print("agree")
    """)
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "engine"},
        cwd=ROOT,
    )
    assert found.stdout.strip() == "agree"


def test_importing_huiqi_does_not_import_the_rule_engine():
    """Nor the parser, nor pydantic: they come when they are needed."""
    code = "import huiqi, sys; print(sorted(m for m in ('durable_rules_engine', 'durable', 'pydantic', 'lark') if m in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": "engine"}, cwd=ROOT)
    assert found.stdout.strip() == "[]"


def test_a_missing_conclusion_is_an_error_never_a_verdict():
    """The combiner asks; silence is refused."""
    book = load_compiled("national-hnte")
    rulesets = Rulesets(book, without=frozenset({"national-hnte/hnte#meets|§top.open"}))
    facts = read_facts(book, {}, {}, None)
    with pytest.raises(InferenceError, match="没有得出结论"):
        decide_rete(book, facts, on=__import__("datetime").date(2026, 1, 1), rulesets=rulesets)
    assert isinstance(Combiner(rulesets).steps, list)


def test_the_reference_is_used_where_the_engine_cannot_be_imported(monkeypatch):
    """The receipt says which reasoner it was; an explicit wish for rete is refused."""
    import builtins

    real = builtins.__import__

    def broken(name, scope=None, names=None, fromlist=(), level=0):
        if name == "inference" or (fromlist and "inference" in fromlist):
            raise ImportError("没有这个模块")
        return real(name, scope, names, fromlist, level)

    book = load_compiled("national-hnte")
    facts = read_facts(book, {}, {}, None)
    day = __import__("datetime").date(2026, 1, 1)
    monkeypatch.setattr(builtins, "__import__", broken)
    assert decide_with(None, book, facts, on=day).reasoner == "reference"
    with pytest.raises(huiqi.UsageError, match="durable_rules 不可用"):
        decide_with("rete", book, facts, on=day)
