"""A rulebook says which version of the language it is written in; an older one is carried over whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from huiqi.rulebook import migrate as m
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.migrate import Change, Trees, rename_key
from huiqi.rulebook.places import rules_folder
from tests.making import RULEBOOK, SMALL, invoke, write

MEASURES = "# 头一行\n- id: m\n  title: 支持   # 名称\n  clause: 办法·1\n  conditions:   # 旧名\n    - 有营收: 营收 > 0\n  award: {service: 服务}\n"


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> None:
    """A language of a second version, in which `conditions` has become `when`."""

    def step(trees: Trees) -> Iterator[Change]:
        for name, tree in trees.items():
            if name.startswith("measures/"):
                for one in tree:
                    yield from (rename_key(name, k, "when") for k in one if k == "conditions")

    monkeypatch.setattr(m, "LANGUAGE", 2)
    monkeypatch.setattr(m, "STEPS", {1: step})


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("said", ["1", '"1"'])
def test_a_rulebook_of_this_version_is_read_whether_it_says_so_or_not(tmp_path: Path, said: str) -> None:
    folder = write(tmp_path, rulebook=RULEBOOK + f"language: {said}\n", measures="[]\n", clauses="[]\n")
    assert load_compiled(str(folder)).id == "made"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("2", "规则库是用第 2 版规则语言写的，这里只认得到第 1 版；写的是“2”；应为：不超过 1；改法：升级 huiqi"),
        ("9999", "规则库是用第 9999 版规则语言写的"),
        ("新", "规则语言的版本写得不对；写的是“新”"),
        ("1.0", "规则语言的版本写得不对"),
        ("0", "规则语言的版本写得不对"),
        ("[1]", "规则语言的版本写得不对"),
    ],
)
def test_another_version_is_refused_with_that_word_alone(tmp_path: Path, said: str, words: str) -> None:
    folder = write(tmp_path, rulebook=RULEBOOK + f"language: {said}\nbrand_new: 键\n", measures="[]\n")
    before = contents(folder)
    for command in ("check", "migrate"):
        result = invoke("rules", command, str(folder))
        assert result.exit_code in (1, 2)
        assert f"{folder}/rulebook.yaml:5:11: {words}" in result.output
        assert "没有这个键" not in result.output
    assert contents(folder) == before


def test_an_older_rulebook_is_refused_until_it_is_carried_over_and_keeps_its_comments(tmp_path: Path, second: None) -> None:
    folder = write(tmp_path, measures=MEASURES, rulebook="# 说明\n" + RULEBOOK)
    refused = invoke("rules", "check", str(folder))
    assert refused.exit_code == 1
    assert "huiqi rules migrate" in refused.stderr
    done = invoke("rules", "migrate", str(folder))
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        ["measures/all.yaml:5:3: “conditions”改名为“when”", "rulebook.yaml:2:1: 写明规则语言的版本：language: 2", "已改写成第 2 版规则语言，共 2 处"],
    )
    assert (folder / "measures" / "all.yaml").read_text(encoding="utf-8") == MEASURES.replace("conditions:", "when:")
    assert (folder / "rulebook.yaml").read_text(encoding="utf-8") == "# 说明\nlanguage: 2\n" + RULEBOOK
    assert load_compiled(str(folder)).measures
    before = contents(folder)
    again = invoke("rules", "migrate", str(folder))
    assert (again.exit_code, again.stdout) == (0, "已是第 2 版规则语言，没有改动\n")
    assert contents(folder) == before


def test_what_cannot_be_carried_over_leaves_every_file_as_it_was(tmp_path: Path, second: None) -> None:
    folder = write(tmp_path, measures=MEASURES.replace("conditions:", '"condi\\u0074ions":'))
    before = contents(folder)
    result = invoke("rules", "migrate", str(folder))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "这一处改不了" in result.stderr
    assert contents(folder) == before


def test_a_disk_that_refuses_the_last_file_leaves_every_file_as_it_was(tmp_path: Path, second: None, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "made", measures=MEASURES)
    before = contents(folder)
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if Path(target).name == "rulebook.yaml" and ".huiqi-" in str(path):
            raise OSError(28, "no space")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    assert invoke("rules", "migrate", str(folder)).exit_code == 2
    monkeypatch.undo()
    assert contents(folder) == before


@pytest.mark.parametrize(
    "text",
    [RULEBOOK, RULEBOOK.replace("\n", "\r\n"), '{id: made, title: 临时样本, version: "1", jurisdiction: 中国/测试省/测试市}\n', RULEBOOK + "language: '1'\n"],
)
def test_the_version_is_written_into_any_manifest_and_the_rest_stays(tmp_path: Path, text: str) -> None:
    folder = write(tmp_path, measures="[]\n", clauses="[]\n")
    (folder / "rulebook.yaml").write_bytes(text.encode())
    digest = load_compiled(str(folder)).title
    assert invoke("rules", "migrate", str(folder)).exit_code == 0
    now = (folder / "rulebook.yaml").read_bytes().decode()
    assert now.replace("language: 1, ", "").replace("language: 1\r\n", "").replace("language: 1\n", "") == text
    assert load_compiled(str(folder)).title == digest
    assert "没有改动" in invoke("rules", "migrate", str(folder)).stdout


def test_every_shipped_rulebook_and_the_small_one_survive_being_carried_over(tmp_path: Path) -> None:
    for source in [Path(SMALL), *(p for p in sorted(rules_folder().iterdir()) if (p / "rulebook.yaml").is_file())]:
        shutil.copytree(source, tmp_path / source.name)
        assert invoke("rules", "migrate", str(tmp_path / source.name)).exit_code == 0
        assert "language: 1" in (tmp_path / source.name / "rulebook.yaml").read_text(encoding="utf-8")


def test_a_folder_that_is_no_rulebook_is_a_wrong_call(tmp_path: Path) -> None:
    result = invoke("rules", "migrate", str(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "没有 rulebook.yaml" in result.stderr
