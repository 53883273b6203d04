"""The language server over its protocol: what an editor is told of a rule file as it is written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.schemas import modeline, schemas
from tests.making import SMALL, invoke

pytestmark = pytest.mark.xdist_group("one language server")
pytest.importorskip("pygls", reason="语言服务器要 pygls（huiqi[editor]），没有安装")

MEASURES = "measures/two.yaml"
TEXT = """\
- id: m2
  title: 二
  clause: 甲·1
  each: 台 in 设备
  when:
    - 𠮷够: 投资额 >= 投资门槛 and 台.价格 > 0
  award: {amount: 投资档补助(投资额)}
"""


class Client:
    """An editor: it sends and reads framed JSON. One server serves all of the module's tests, each with a folder of its own."""

    folder: Path

    def __init__(self) -> None:
        command = [sys.executable, "-m", "huiqi.cli.main", "rules", "lsp"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.number = 0
        self.notes: list[Any] = []

    def send(self, method: str, params: Any, *, asks: bool = False) -> None:
        self.number += asks
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **({"id": self.number} if asks else {})}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def read(self) -> Any:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        assert length, "the server ended"
        return json.loads(self.process.stdout.read(length))

    def ask(self, method: str, params: Any) -> Any:
        self.send(method, params, asks=True)
        while (answer := self.read()).get("id") != self.number or "method" in answer:
            self.notes.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def at(self, name: str, line: int, character: int) -> Any:
        return {"textDocument": {"uri": self.uri(name)}, "position": {"line": line, "character": character}}

    def write(self, name: str, text: str, version: int = 1) -> None:
        if version == 1:
            self.send("textDocument/didOpen", {"textDocument": {"uri": self.uri(name), "languageId": "yaml", "version": 1, "text": text}})
        else:
            self.send("textDocument/didChange", {"textDocument": {"uri": self.uri(name), "version": version}, "contentChanges": [{"text": text}]})

    def problems(self, name: str) -> list[Any]:
        """The next problems told of a file."""
        while True:
            note = self.notes.pop(0) if self.notes else self.read()
            if note.get("method") == "textDocument/publishDiagnostics" and note["params"]["uri"] == self.uri(name):
                found: list[Any] = note["params"]["diagnostics"]
                return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    made = Client()
    try:
        made.ask("initialize", {"processId": None, "rootUri": tmp_path_factory.mktemp("editor").resolve().as_uri(), "capabilities": {}})
        made.send("initialized", {})
        yield made
        made.ask("shutdown", None)
        made.send("exit", None)
        assert made.process.wait(30) == 0
    finally:
        made.process.kill()
        made.process.wait()
        for pipe in (made.process.stdin, made.process.stdout):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def client(server: Client, tmp_path: Path) -> Client:
    server.folder = (tmp_path / "small").resolve()
    server.notes = []  # what is told of another test's files is told of another folder
    shutil.copytree(SMALL, server.folder)
    return server


def column(text: str, line: int, word: str) -> int:
    """Where a word stands in a line, in UTF-16 units as editors count."""
    before = text.splitlines()[line].split(word)[0]
    return len(before.encode("utf-16-le")) // 2


def test_a_problem_is_told_as_it_is_typed_at_its_stretch_and_goes_when_it_is_mended(client: Client) -> None:
    wrong = TEXT.replace("投资门槛", "投资门坎")
    client.write(MEASURES, wrong)
    [problem] = client.problems(MEASURES)
    start = column(wrong, 5, "投资门坎")
    assert problem["range"] == {"start": {"line": 5, "character": start}, "end": {"line": 5, "character": start + 4}}
    assert "没有“投资门坎”这个名称" in problem["message"]
    assert "是否“投资门槛”？" in problem["message"]
    assert (problem["severity"], problem["source"]) == (1, "huiqi")
    assert not (client.folder / MEASURES).exists(), "what is not saved is not on the disk"
    client.write(MEASURES, TEXT, 2)
    assert client.problems(MEASURES) == []


def test_a_unit_that_does_not_fit_and_broken_yaml_are_told_too(client: Client) -> None:
    client.write(MEASURES, TEXT.replace("投资额 >= 投资门槛", "席位数 >= 投资门槛"))
    assert "席" in client.problems(MEASURES)[0]["message"]
    client.write(MEASURES, TEXT.replace("award: {", "award: {{"), 2)
    assert client.problems(MEASURES) != []
    client.write(MEASURES, TEXT.replace("  title: 二\n", "  titel: 二\n"), 3)
    assert any("没有这个键" in x["message"] for x in client.problems(MEASURES))


def test_a_problem_that_a_file_causes_in_another_is_told_there_and_goes_there(client: Client) -> None:
    client.write(MEASURES, TEXT)
    assert client.problems(MEASURES) == []
    figures = (client.folder / "parameters.yaml").read_text(encoding="utf-8")
    client.write("parameters.yaml", figures.replace("投资门槛:", "投资新门槛:"))
    assert any("投资门槛" in x["message"] for x in client.problems(MEASURES))
    client.write("parameters.yaml", figures, 2)
    assert client.problems(MEASURES) == []


def test_what_only_a_decision_keeps_open_is_a_warning(client: Client) -> None:
    tables = (client.folder / "tables.yaml").read_text(encoding="utf-8").replace('    - {when: "< 50万元", value: 0元}\n', "", 1)
    client.write("tables.yaml", tables)
    [problem] = [x for x in client.problems("tables.yaml") if "没有一行对应" in x["message"]]
    assert problem["severity"] == 2


def test_words_and_figures_are_completed_and_columns_after_a_dot(client: Client) -> None:
    client.write(MEASURES, TEXT)
    found = client.ask("textDocument/completion", client.at(MEASURES, 5, column(TEXT, 5, "投资额") + 2))
    labels = {x["label"]: x.get("detail") for x in found}
    assert {"投资额", "投资门槛", "投资档补助"} <= set(labels)
    assert labels["投资门槛"] == "标准　80万元"
    assert all(x.startswith("投资") for x in labels)
    broken = TEXT.replace("台.价格 > 0", "台.")
    client.write(MEASURES, broken, 2)
    after = client.ask("textDocument/completion", client.at(MEASURES, 5, column(broken, 5, "台.") + 2))
    assert {x["label"] for x in after} >= {"编号", "价格", "数量", "类型"}
    assert not {x["label"] for x in after} & {"投资额", "and"}


def test_hovering_tells_unit_values_and_source_and_definition_goes_to_where_it_is_written(client: Client) -> None:
    client.write(MEASURES, TEXT)
    place = client.at(MEASURES, 5, column(TEXT, 5, "投资门槛") + 1)
    hover = client.ask("textDocument/hover", place)
    start = column(TEXT, 5, "投资门槛")
    assert hover["range"] == {"start": {"line": 5, "character": start}, "end": {"line": 5, "character": start + 4}}
    assert "50万元　2020-01-01 至 2022-12-31" in hover["contents"]["value"]
    assert "80万元" in hover["contents"]["value"]
    assert "《" in hover["contents"]["value"]
    figures = (client.folder / "parameters.yaml").read_text(encoding="utf-8").splitlines()
    [goal] = client.ask("textDocument/definition", place)
    assert goal["uri"] == client.uri("parameters.yaml")
    assert figures[goal["range"]["start"]["line"]].startswith("投资门槛:")
    [field] = client.ask("textDocument/definition", client.at(MEASURES, 5, column(TEXT, 5, "价格") + 1))
    words = (client.folder / "vocabulary.yaml").read_text(encoding="utf-8").splitlines()
    assert "价格:" in words[field["range"]["start"]["line"]]
    assert "元" in client.ask("textDocument/hover", client.at(MEASURES, 5, column(TEXT, 5, "价格") + 1))["contents"]["value"]
    assert client.ask("textDocument/hover", client.at(MEASURES, 5, column(TEXT, 5, "and"))) is None
    assert "各栏：编号、价格" in client.ask("textDocument/hover", client.at(MEASURES, 3, column(TEXT, 3, "设备") + 1))["contents"]["value"]
    assert "投资额" in client.ask("textDocument/hover", client.at(MEASURES, 6, column(TEXT, 6, "投资档补助") + 1))["contents"]["value"]
    for word in ("投资额", "台"):
        client.ask("textDocument/hover", client.at(MEASURES, 5, column(TEXT, 5, word) + 1))


def test_a_word_of_a_used_rulebook_is_found_where_that_writes_it(client: Client) -> None:
    used = load_compiled("common")
    text = TEXT.replace("台.价格 > 0", "已获支持 = 1")
    client.write(MEASURES, text)
    [goal] = client.ask("textDocument/definition", client.at(MEASURES, 5, column(text, 5, "已获支持") + 1))
    assert goal["uri"] == (Path(used.path).resolve() / "vocabulary.yaml").as_uri()


def test_a_file_of_no_rulebook_is_left_alone(client: Client, tmp_path: Path) -> None:
    (tmp_path / "别的.yaml").write_text("甲: 乙\n", encoding="utf-8")
    client.write("../别的.yaml", "甲: [\n")
    assert client.ask("textDocument/completion", client.at("../别的.yaml", 0, 1)) == []


def test_the_line_that_names_a_schema_names_one_that_is_written_and_the_file_still_compiles(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    shutil.copytree(SMALL, folder)
    assert invoke("rules", "schema", "-o", str(folder / ".schemas")).exit_code == 0
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(folder).as_posix()
        line = modeline(name, "../.schemas" if "/" in name else ".schemas")
        schema = (path.parent / line.partition("$schema=")[2]).resolve()
        assert schema.is_file()
        assert schema.name in schemas()
        path.write_text(f"{line}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert invoke("rules", "check", str(folder)).exit_code == 0
