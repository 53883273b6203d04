"""A compiled rulebook kept as plain data is read back as the very rulebook, or refused; never half."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import huiqi
from huiqi.language import typed as t
from huiqi.rulebook import compiler, saved
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.places import available
from tests.making import CASES, ROOT, SMALL, as_json

PRINT = "sha256:of-the-sources"
TEXT = saved.write(load_compiled("national-hnte"), PRINT)


@pytest.mark.parametrize("name", [*available(), SMALL])
def test_what_is_read_back_is_what_was_written(name: str) -> None:
    book = load_compiled(name)
    text = saved.write(book, PRINT)
    again = saved.read(text, PRINT)
    assert again == book
    assert (again.digest, again.canonical, again.findings) == (book.digest, book.canonical, book.findings)
    assert saved.write(again, PRINT) == text


def _expressions(book: Any) -> list[t.Expr]:
    groups = [g for m in book.measures.values() for s in (m, *m.schemes.values()) for g in (s.when, s.unless)]
    return [c.expr for g in groups for c in g.conditions()]


def test_what_is_one_expression_stays_one() -> None:
    """Conditions of several measures that say the same are judged once: by identity."""
    book = load_compiled("datong-outsourcing")
    again = saved.read(saved.write(book, PRINT), PRINT)
    shapes = [[[id(e) for e in exprs].index(id(e)) for e in exprs] for exprs in (_expressions(book), _expressions(again))]
    assert shapes[0] == shapes[1]
    assert len(set(shapes[0])) < len(shapes[0])


@pytest.mark.parametrize("path", CASES[:4], ids=[p.stem for p in CASES[:4]])
def test_a_rulebook_read_back_decides_as_the_compiled_one(path: Path) -> None:
    case = huiqi.read_case(path)
    for name in case.rulebooks:
        book = load_compiled(name)
        others = [huiqi.load(o) for o in case.rulebooks if o != name]
        told = [huiqi.Rulebook(b).decide(case, on=case.on, others=others).to_dict() for b in (book, saved.read(saved.write(book, PRINT), PRINT))]
        assert as_json(told[0]) == as_json(told[1])


def test_another_engine_other_sources_and_an_altered_body_are_refused_with_a_word() -> None:
    header, body = TEXT.split("\n")[:2]
    told = json.loads(header)
    for key, value, words in (
        ("engine", "0.0.9", "另一版本的引擎"),
        ("format", 99, "另一版本的引擎"),
        ("digest", "sha256:0", "与摘要不符"),
        ("build", "sha256:0", "引擎的代码改过"),
    ):
        with pytest.raises(saved.NotThis, match=words):
            saved.read(json.dumps({**told, key: value}) + "\n" + body + "\n", PRINT)
    with pytest.raises(saved.NotThis, match="规则文件在存下之后改过"):
        saved.read(TEXT, "sha256:of-others")
    with pytest.raises(saved.NotThis, match="与摘要不符"):
        saved.read(header + "\n" + body.replace("国家", "本市", 1) + "\n", PRINT)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.sampled_from(["", "0", "9", '"', "[", "甲", "\n"]), st.integers(0, 3))
def test_a_text_altered_anywhere_is_refused_or_changes_nothing(at: int, put: str, less: int) -> None:
    altered = TEXT[:at] + put + TEXT[at + less :]
    try:
        found = saved.read(altered, PRINT)
    except saved.NotThis:
        return
    assert found == load_compiled("national-hnte")


@pytest.mark.parametrize("body", ["[]", "[1]", "null", "{}", '[["z"]]', "[[0]]", "[[999]]", '[["t",5]]', '["a"]', '[["f","1/0"]]', '[["e",0,"x"]]', "[[[]]]"])
def test_a_body_that_is_no_rulebook_is_refused_whatever_its_digest_says(body: str) -> None:
    header = json.dumps({**json.loads(TEXT.split("\n")[0]), "digest": saved._digest(body)})
    with pytest.raises(saved.NotThis):
        saved.read(header + "\n" + body + "\n", PRINT)


def test_only_the_owner_s_closed_folder_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cache"
    monkeypatch.setenv(saved.SETTING, str(folder))
    assert saved.folder() == folder
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o777)
    assert saved.folder() is None
    monkeypatch.setenv(saved.SETTING, "no")
    assert saved.folder() is None


def test_a_rulebook_is_kept_once_and_an_edit_makes_another(tmp_path: Path) -> None:
    """What a process compiled, the next reads; one character more in a rule, and it is compiled anew."""
    cache = tmp_path / "cache"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "engine"), saved.SETTING: str(cache)}
    rules = tmp_path / "datong-outsourcing"
    subprocess.run(["cp", "-r", str(ROOT / "rules" / "datong-outsourcing"), str(rules)], check=True)

    def digest() -> str:
        code = f"import huiqi, sys; b = huiqi.load({str(rules)!r}); print(b.digest, 'huiqi.rulebook.models' in sys.modules)"
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env).stdout.strip()

    first, compiled = digest().split()
    assert compiled == "True"
    assert digest().split() == [first, "False"]
    manifest = rules / "rulebook.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("title: ", "title: 试", 1), encoding="utf-8")
    other, compiled = digest().split()
    assert (other != first, compiled) == (True, "True")
    for path in cache.glob("*.json"):
        path.write_text(path.read_text(encoding="utf-8").replace("大同", "大齐"), encoding="utf-8")
    assert digest().split() == [other, "True"], "what was altered is compiled again"


# -- never a program of other files -------------------------------------------------------------------------

BASE = {"id": "base", "title": "共用", "version": "1", "jurisdiction": "中国/测试省/测试市"}


def written(folder: Path, use: str, *, options: str = "甲、乙") -> Path:
    """A rulebook that is large enough to be kept and uses another, written `use` in its manifest."""
    base = folder.parent / "base"
    for place in (folder, base):
        place.mkdir(parents=True, exist_ok=True)
    (base / "rulebook.yaml").write_text(json.dumps(BASE, ensure_ascii=False), encoding="utf-8")
    (base / "vocabulary.yaml").write_text(f"facts:\n  类别: {{id: sort, kind: choice, options: [{options.replace('、', ', ')}]}}\n", encoding="utf-8")
    manifest = f'id: top\ntitle: 样本\nversion: "1"\njurisdiction: 中国/测试省/测试市\nuses:\n  - {{{use}, version: "1", same: 全部}}\n'
    (folder / "rulebook.yaml").write_text(manifest, encoding="utf-8")
    facts = "".join(f"  数据项{n}: {{id: f{n}, kind: money, unit: 元, min: 0元, max: 100亿元}}\n" for n in range(300))
    (folder / "vocabulary.yaml").write_text("facts:\n" + facts, encoding="utf-8")
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(saved.SETTING, str(tmp_path / "cache"))
    return tmp_path / "cache"


def digest_of(folder: Path, *, anew: bool) -> str:
    """What is compiled or read back; `anew`: as the next process does."""
    if anew:
        compiler._cache.clear()
    return load_compiled(str(folder)).digest


@pytest.mark.parametrize("anew", [True, False])
@pytest.mark.parametrize(
    "use",
    [
        "rulebook: base",
        'rulebook: "base"',
        "'rulebook': 'base'",
        '"rulebook" : base',
        "rulebook: ../rules/base",
        'rulebook: "b\\u0061se"',
        "rulebook:\n    base",
    ],
)
def test_an_edit_of_a_rulebook_used_is_noticed_however_the_manifest_names_it(tmp_path: Path, cache: Path, use: str, anew: bool) -> None:
    folder = written(tmp_path / "rules" / "top", use)
    before = digest_of(folder, anew=True)
    assert digest_of(folder, anew=anew) == before
    written(folder, use, options="甲、丙")
    assert digest_of(folder, anew=anew) != before


def test_an_edit_of_a_used_rulebook_in_the_working_folder_is_noticed(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(tmp_path / "rules" / "top", "rulebook: base")
    (tmp_path / "rules" / "base").rename(tmp_path / "base")
    monkeypatch.chdir(tmp_path)
    before = digest_of(folder, anew=True)
    vocabulary = tmp_path / "base" / "vocabulary.yaml"
    vocabulary.write_text(vocabulary.read_text(encoding="utf-8").replace("乙", "丙"), encoding="utf-8")
    assert digest_of(folder, anew=True) != before


def test_a_file_put_in_place_of_another_as_old_and_as_long_is_noticed(tmp_path: Path, cache: Path) -> None:
    """Archives are unpacked with the times they were packed with."""
    folder = written(tmp_path / "rules" / "top", "rulebook: base")
    vocabulary = tmp_path / "rules" / "base" / "vocabulary.yaml"
    before, about = digest_of(folder, anew=True), vocabulary.stat()
    vocabulary.write_text(vocabulary.read_text(encoding="utf-8").replace("乙", "丙"), encoding="utf-8")
    os.utime(vocabulary, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert vocabulary.stat().st_size == about.st_size
    assert digest_of(folder, anew=False) != before


def test_what_was_changed_while_it_was_compiled_is_not_kept_under_what_it_was(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(tmp_path / "rules" / "top", "rulebook: base")
    right = digest_of(folder, anew=True)
    for path in cache.glob("*.json"):
        path.unlink()
    compiled = compiler._compiled

    def meanwhile(place: Path, trail: tuple[str, ...]) -> Any:
        if place == folder:
            written(folder, "rulebook: base", options="甲、丙")
        return compiled(place, trail)

    monkeypatch.setattr(compiler, "_compiled", meanwhile)
    assert digest_of(folder, anew=True) != right
    monkeypatch.undo()
    monkeypatch.setenv(saved.SETTING, str(cache))
    written(folder, "rulebook: base")
    assert digest_of(folder, anew=True) == right


@pytest.mark.parametrize("put", ["folder", "link"])
def test_what_is_named_like_a_rule_file_and_is_none_is_complained_of_also_where_a_program_is_kept(tmp_path: Path, cache: Path, put: str) -> None:
    folder = written(tmp_path / "rules" / "top", "rulebook: base")
    digest_of(folder, anew=True)
    extra = folder / "measures.yaml"
    extra.mkdir() if put == "folder" else extra.symlink_to(tmp_path / "nowhere")
    for anew in (False, True):
        with pytest.raises(huiqi.RulebookError, match=r"measures\.yaml"):
            digest_of(folder, anew=anew)


def test_an_account_without_a_home_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv(saved.SETTING, raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert saved.folder() is None


def test_a_cache_that_is_a_file_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("", encoding="utf-8")
    monkeypatch.setenv(saved.SETTING, str(tmp_path / "cache"))
    assert saved.folder() is None


def test_a_small_rulebook_is_kept_by_the_process_that_had_to_fetch_the_compiler_for_it(tmp_path: Path) -> None:
    """Reading it back takes no longer than compiling does, and spares the next process the compiler."""
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "rulebook.yaml").write_text(json.dumps(BASE, ensure_ascii=False), encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(ROOT / "engine"), saved.SETTING: str(tmp_path / "cache")}
    code = f"import sys, huiqi; print(huiqi.load({str(folder)!r}).digest, {compiler.COMPILER!r} in sys.modules)"
    told = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env).stdout.split() for _ in range(2)]
    assert [x[1] for x in told] == ["True", "False"]
    assert told[0][0] == told[1][0]
