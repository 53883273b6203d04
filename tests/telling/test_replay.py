"""A recorded decision decided again: whatever leaf of it was changed, `replay` notices."""

from __future__ import annotations

import copy
import functools
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

import huiqi
from huiqi.reasoning.receipt import input_of
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.places import available
from huiqi.telling import replay
from huiqi.telling.recording import leaves
from huiqi.telling.replay import FREE, replay_file
from huiqi.telling.results import decide_with
from tests.making import ROOT, SMALL, as_json, decide_each, invoke

Json = dict[str, Any]


def decisions(case: str, *rulebooks: str, **more: Any) -> list[Json]:
    """The JSON of a shipped case under those of its rulebooks, as `check --json` gives it."""
    made = decide_each(huiqi.read_case(ROOT / "cases" / f"{case}.yaml"), under=rulebooks, reasoner="reference", **more)
    out: list[Json] = as_json([d.to_dict() for d in made])
    return out


RECORDED: dict[str, Callable[[], list[Json]]] = {
    "资格，没有事项": lambda: decisions("划型-正好到线"),
    "证书，几份一个文件": lambda: [*decisions("技先-证书已期满"), *decisions("空白-只有主体类型", "national-service-loan-interest")],
    "择一与叠加，只看一项": lambda: decisions("中山-市级与省级择一", measure="service-trade.provincial-match"),
    "分期": lambda: decisions("空白-只有主体类型", "datong-data-call", measure="data-call.purchase"),
    "化名": lambda: decisions("人才-新录用人员两个规则库", "national-outsourcing-fund", measure="fund-2013.hiring"),
    "按笔": lambda: decisions("贴息-核验与申报不一致"),
    "选了方案": lambda: decisions("认证-方案泉州", measure="certification.international"),
    "有核减": lambda: decisions("认证-核减咨询差旅费", measure="certification.international"),
    "有核验值": lambda: decisions("认证-云中数据", measure="certification.international"),
}


def record(folder: Path, items: Any) -> Path:
    path = folder / "决定.json"
    path.write_text(items if isinstance(items, str) else json.dumps(items, ensure_ascii=False), encoding="utf-8")
    return path


def run(path: Path, *more: str) -> Result:
    return invoke("replay", str(path), "--reasoner", "reference", *more)


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same question is decided once: what is altered elsewhere costs no deciding."""
    known: dict[str, Any] = {}

    def decide(reasoner: Any, book: Any, facts: Any, **asked: Any) -> Any:
        key = json.dumps([book.digest, input_of(book, facts, asked["on"]), asked], default=str)
        if key not in known:
            known[key] = decide_with(reasoner, book, facts, **asked)
        return known[key]

    monkeypatch.setattr(replay, "decide_with", decide)
    monkeypatch.setattr(replay, "load_compiled", functools.cache(load_compiled))
    monkeypatch.setattr(replay, "available", functools.cache(available))


def noticed(items: list[Json], path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether replaying these refuses the file or finds a difference."""
    monkeypatch.setattr(replay, "_read_json", lambda _: items)
    try:
        return bool(replay_file(path, "reference").differences)
    except huiqi.InputError:
        return True


def other(value: Any) -> list[Any]:
    """Values that a leaf may be changed to."""
    if isinstance(value, bool):
        return [not value, None]
    if value is None:
        return ["改", 0]
    if isinstance(value, str):
        return [value + "改", None]
    return ["改"]


def containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for item in value.values() if isinstance(value, dict) else value:
            yield from containers(item)


@pytest.mark.parametrize("name", RECORDED)
def test_every_changed_leaf_is_noticed(name: str, tmp_path: Path, once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    items = RECORDED[name]()
    path = tmp_path / "d.json"
    assert not noticed(items, path, monkeypatch)
    passed = []
    for n, decision in enumerate(items):
        for place, value in list(leaves(decision)):
            if place in FREE:
                continue
            owner: Any = decision
            for step in place[:-1]:
                owner = owner[step]
            for changed in other(value) if not isinstance(value, dict | list) else []:
                owner[place[-1]] = changed
                if not noticed(items, path, monkeypatch):
                    passed.append((n, place, value, changed))
            owner[place[-1]] = value
    assert passed == []


@pytest.mark.parametrize("name", RECORDED)
def test_every_part_added_removed_or_moved_is_noticed(name: str, tmp_path: Path, once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    items = RECORDED[name]()
    path = tmp_path / "d.json"
    passed = []
    for container in [c for decision in items for c in containers(decision)]:
        before = copy.copy(container)
        for changed in changes(container):
            container.clear()
            container.update(changed) if isinstance(container, dict) else container.extend(changed)
            if not noticed(items, path, monkeypatch):
                passed.append((before, changed))
            container.clear()
            container.update(before) if isinstance(container, dict) else container.extend(before)
    assert passed == []
    assert not noticed(items, path, monkeypatch)


def changes(container: Any) -> Iterator[Any]:
    """The container with a part more, each part less, and its first two parts exchanged."""
    if isinstance(container, dict):
        yield {**container, "多出": "改"}
        for key in container:
            yield {k: x for k, x in container.items() if k != key}
        return
    yield [*container, "改"]
    for n, item in enumerate(container):
        yield [*container[:n], *container[n + 1 :]]
        yield [*container[:n], item, *container[n:]]
    if len(container) > 1 and container[0] != container[1]:
        yield [container[1], container[0], *container[2:]]


def test_a_decision_left_out_of_the_file_is_counted(tmp_path: Path) -> None:
    """Nothing can tell that a file had more decisions; how many were compared is said."""
    items = decisions("空白-只有主体类型", "datong-data-call", "national-startup-loan")
    both, one = run(record(tmp_path, items)), run(record(tmp_path, items[:1]))
    count = sum(1 for _ in leaves(items[0])) - len(FREE)
    assert both.stdout.startswith("重算 2 份决定：与原决定一致")
    assert one.stdout == f"重算 1 份决定：与原决定一致（核对 {count} 项；引擎版本、推理方式不在核对之列）\n"


@pytest.mark.parametrize(("key", "word"), [("engine", "引擎版本：原为 甲，现为 huiqi "), ("reasoner", "推理方式：原为 甲，现为 reference")])
def test_another_engine_or_reasoner_is_said_and_does_not_fail(key: str, word: str, tmp_path: Path) -> None:
    items = decisions("划型-正好到线")
    items[0]["receipt"][key] = "甲"
    result = run(record(tmp_path, items))
    assert result.exit_code == 0
    assert word in result.stdout


def test_a_difference_names_matter_and_field_with_both_values(tmp_path: Path) -> None:
    items = decisions("认证-云中数据", measure="certification.international")
    items[0]["measures"][0]["award"]["settled"] = "1.00"
    result = run(record(tmp_path, items))
    assert result.exit_code == 1
    assert "事项 / 第1条“certification.international” / 测算 / 已确定金额：原为 1.00，重算为 126000.00" in result.stdout


def test_words_as_written_are_read_and_reminded_of_again(tmp_path: Path) -> None:
    """An alias, 不详 as a fact, in a stage, in a year, as a list, in a column: the receipt has each word as it was told."""
    case = tmp_path / "甲.yaml"
    case.write_text(
        """企业: 甲（虚构）
政策规则库: [datong-outsourcing]
审核日期: 2026-06-30
申报年度: 2025
数据:
  注册地县区: {申报: 平城, 核验: 不详}
  独立法人: 不详
  资产总额: {2024: 不详, 2025: 50000万元}
明细:
  已获支持: 不详
  资质认证: [{证号: a1, 持证人: 不详}]
""",
        encoding="utf-8",
    )
    items = decisions(str(case.with_suffix("")))
    assert len(items[0]["warnings"]) == 6
    assert items[0]["input"]["数据"]["注册地县区"] == {"申报": "平城", "核验": "不详"}
    result = run(record(tmp_path, items))
    assert (result.exit_code, result.stdout.startswith("重算 1 份决定：与原决定一致")) == (0, True)


def test_the_key_of_the_stand_ins_cannot_be_changed(tmp_path: Path) -> None:
    items = decisions("认证-云中数据")
    items[0]["receipt"]["key"] = "0123456789ab"
    result = run(record(tmp_path, items))
    assert result.exit_code == 1
    assert "回执 / 申请摘要" in result.stdout


def test_an_added_measure_is_named(tmp_path: Path) -> None:
    items = decisions("技先-证书已期满")
    items[0]["measures"].append({**copy.deepcopy(items[0]["measures"][0]), "id": "fake.money"})
    result = run(record(tmp_path, items))
    assert result.exit_code == 1
    assert "第3条“fake.money”：所记有" in result.stdout


def test_an_officer_reads_where_the_facts_no_longer_fit(tmp_path: Path) -> None:
    items = decisions("认证-云中数据", measure="certification.international")
    items[0]["input"]["明细"]["资质认证"][0]["合格费用"] = "很多元"
    result = run(record(tmp_path, items))
    assert result.exit_code == 1
    assert "“合格费用”不是数字" in result.stdout


def test_recordings_of_the_first_version_are_compared_as_far_as_they_go(tmp_path: Path) -> None:
    """Their receipt has neither choices nor a digest of them; the choices are read off the measures."""
    items = decisions("认证-方案泉州", measure="certification.international")
    for key in ("measure", "schemes", "asked"):
        del items[0]["receipt"][key]
    result = run(record(tmp_path, items))
    assert result.exit_code == 0
    assert "申报主体的名称、所选方案以外的选择无从核对" in result.stdout
    items[0]["measures"][0]["scheme"] = "没有的方案"
    assert run(record(tmp_path, items)).exit_code == 1


def test_the_place_of_a_warning_is_the_case_files_and_still_cannot_be_changed(tmp_path: Path) -> None:
    folder = tmp_path / "unusual"
    shutil.copytree(SMALL, folder)
    vocabulary = (folder / "vocabulary.yaml").read_text(encoding="utf-8")
    (folder / "vocabulary.yaml").write_text(vocabulary.replace("{id: seats,", "{id: seats, usual: [1席, 5席],"), encoding="utf-8")
    case = tmp_path / "甲.yaml"
    case.write_text("企业: 甲（虚构）\n审核日期: 2024-06-30\n数据:\n  席位数: 300席\n", encoding="utf-8")
    made = invoke("check", str(case), "-r", str(folder), "--json", "--reasoner", "reference")
    items = json.loads(made.stdout)
    assert items[0]["warnings"] == [f"{case}:4:8: “席位数”为 300席，不在通常范围，请核对"]
    assert run(record(tmp_path, items), "-r", str(folder)).exit_code == 0
    items[0]["warnings"] = [w.replace(":4:", ":5:") for w in items[0]["warnings"]]
    assert run(record(tmp_path, items), "-r", str(folder)).exit_code == 1


def test_a_decision_of_a_workbook_replays_though_its_warning_names_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "甲.xlsx"
    assert invoke("new", "case", "-r", "datong-outsourcing", "--measure", "landing.new-enterprise", "-o", str(path)).exit_code == 0
    book = openpyxl.load_workbook(path)
    sheet = book["申报企业"]
    rows = {sheet.cell(r, 1).value: r for r in range(1, sheet.max_row + 1)}
    for name, value in {"企业": "甲（虚构）", "审核日期": "2026-06-30", "申报年度": "2025", "注册地县区": "平城"}.items():
        sheet.cell(rows[name], 4).value = value
    book.save(path)
    made = invoke("check", str(path), "--measure", "landing.new-enterprise", "--json")
    items = json.loads(made.stdout)
    assert any(f"{path}:申报企业!D" in w and "按“平城区”处理" in w for w in items[0]["warnings"])
    assert run(record(tmp_path, items)).exit_code == 0


# -- rulebooks of a folder ------------------------------------------------------------------------------


@pytest.fixture
def folder_decision(tmp_path: Path) -> Path:
    decision = huiqi.load(SMALL).decide({"席位数": 300, "企业": "甲（虚构）"}, on="2024-06-30", reasoner="reference")
    return record(tmp_path, [decision.to_dict()])


def test_a_folders_rulebook_is_named_with_r(folder_decision: Path) -> None:
    assert run(folder_decision, "-r", SMALL).exit_code == 0


def test_without_r_the_unknown_rulebook_is_asked_for(folder_decision: Path) -> None:
    result = run(folder_decision)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "没有这份决定所用的政策规则库；写的是“small”" in result.stderr
    assert "-r 文件夹" in result.stderr


def test_a_rulebook_changed_since_is_said_with_both_digests(folder_decision: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(SMALL, changed)
    rulebook = changed / "rulebook.yaml"
    rulebook.write_text(rulebook.read_text(encoding="utf-8") + "note: 改过\n", encoding="utf-8")
    result = run(folder_decision, "-r", str(changed))
    assert result.exit_code == 1
    assert huiqi.load(SMALL).digest in result.stdout
    assert huiqi.load(changed).digest in result.stdout
    assert run(folder_decision, "-r", str(changed), "-r", SMALL).exit_code == 0


def bundled(name: str, folder: Path) -> Result:
    return invoke("rules", "bundle", name, "-o", str(folder))


def test_an_old_rulebook_is_found_by_its_digest_among_bundles(folder_decision: Path, tmp_path: Path) -> None:
    """Bundled before it is changed, it decides again what it decided."""
    now, kept = tmp_path / "now" / "small", tmp_path / "kept"
    shutil.copytree(SMALL, now)
    assert bundled(str(now), kept).exit_code == 0
    with (now / "rulebook.yaml").open("a", encoding="utf-8") as file:
        file.write("note: 改过\n")
    assert bundled(str(now), kept).exit_code == 0
    assert len(list(kept.iterdir())) == 2
    assert run(folder_decision, "-r", str(now)).exit_code == 1
    assert run(folder_decision, "-r", str(now), "--bundles", str(kept)).exit_code == 0
    assert run(folder_decision, "--bundles", str(kept)).exit_code == 0


def test_a_bundle_has_what_its_rulebook_uses(tmp_path: Path) -> None:
    items = decisions("划型-正好到线")
    result = bundled("national-sme-size", tmp_path / "kept")
    assert items[0]["rulebook"]["digest"] in result.stdout
    (folder,) = (tmp_path / "kept").iterdir()
    assert sorted(p.name for p in folder.iterdir()) == ["common", "national-sme-size"]
    assert run(record(tmp_path, items), "--bundles", str(tmp_path / "kept")).exit_code == 0


def test_a_bundle_that_is_not_what_its_name_says_is_not_taken(folder_decision: Path, tmp_path: Path) -> None:
    bundled(SMALL, tmp_path / "kept")
    (folder,) = (tmp_path / "kept").iterdir()
    with (folder / "small" / "rulebook.yaml").open("a", encoding="utf-8") as file:
        file.write("note: 改过\n")
    assert run(folder_decision, "--bundles", str(tmp_path / "kept")).exit_code == 1
    again = bundled(SMALL, tmp_path / "kept")
    assert again.exit_code == 2
    assert "里的规则库与" in again.stderr


def test_bundles_and_output_that_are_no_folders_are_said(folder_decision: Path, tmp_path: Path) -> None:
    none = run(folder_decision, "--bundles", str(tmp_path / "没有"))
    assert (none.exit_code, none.stdout) == (2, "")
    assert "没有文件夹" in none.stderr
    onto_file = bundled("common", folder_decision)
    assert (onto_file.exit_code, onto_file.stdout) == (2, "")
    assert "是文件，不是文件夹" in onto_file.stderr


def test_a_rulebook_id_that_is_a_path_is_never_opened(tmp_path: Path) -> None:
    items = json.loads(json.dumps([huiqi.load(SMALL).decide({}, on="2024-06-30", reasoner="reference").to_dict()]))
    items[0]["rulebook"]["id"] = SMALL
    assert run(record(tmp_path, items)).exit_code == 2


# -- files that are no decision -------------------------------------------------------------------------

GOOD = decisions("划型-正好到线")[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "文件是空的"),
        ("[]", "一份决定也没有"),
        ("{", "不是 JSON"),
        ("null", "不是决定文件；写的是“null”"),
        ("5", "不是决定文件；写的是“5”"),
        ('"甲"', "不是决定文件"),
        ("[[]]", "不是决定文件"),
        ("{}", "不是决定文件；写的是“（没有 schema）”"),
        ('{"schema": "huiqi.decision/2"}', "不是决定文件；写的是“huiqi.decision/2”"),
        ('{"schema": ["huiqi.decision/1"]}', "不是决定文件"),
        ('{"schema": "huiqi.decision/1"}', "缺少“审核日期”（on）"),
        (json.dumps({**GOOD, "on": 20260630}), "审核日期：类型不对；写的是“20260630”；应为：文字"),
        (json.dumps({**GOOD, "on": "2026-02-30"}), "审核日期：不是日期"),
        (json.dumps({**GOOD, "measures": {}}), "事项：类型不对"),
        (json.dumps({**GOOD, "rulebook": None}), "政策规则库：类型不对"),
        (json.dumps({**GOOD, "input": {"审核日期": "2026-06-30", "数据": {"营业收入": 5}, "明细": {}}}), "所记数据 / 数据 / 营业收入：类型不对"),
        (json.dumps({**GOOD, "input": {}}), "所记数据：缺少“数据”"),
        ('{"schema": "huiqi.decision/1", "on": "a", "on": "b"}', "键“on”写了两次"),
        ("[NaN]", "“NaN”不是 JSON 里的值"),
        ("[1e400]", "没有小数形式的数"),
        ("[" + "9" * 6000 + "]", "数太长（6000 位）"),
        ("[" * 200_000, "嵌套太深"),
    ],
    ids=lambda x: x[:40],
)
def test_what_is_no_decision_is_refused_in_words(content: str, words: str, tmp_path: Path) -> None:
    result = run(record(tmp_path, content))
    assert isinstance(result.exception, SystemExit)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_all_faults_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    result = run(record(tmp_path, [{**GOOD, "on": 5, "total": []}, {"schema": "其他"}]))
    assert result.exit_code == 2
    assert "第1份: 审核日期：类型不对" in result.stderr
    assert "第1份: 合计：类型不对" in result.stderr
    assert "第2份: 不是决定文件" in result.stderr


@pytest.mark.parametrize(("name", "words"), [("没有.json", "没有这个文件"), ("", "这是文件夹"), ("甲" * 300, "读不出来：名称太长")])
def test_a_file_that_cannot_be_opened_is_said(name: str, words: str, tmp_path: Path) -> None:
    result = run(tmp_path / name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
