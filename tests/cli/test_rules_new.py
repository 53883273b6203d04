"""`huiqi rules new`: a rulebook to begin with; it compiles at once, guesses nothing, overwrites nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from huiqi.cli.main import main
from huiqi.documents.scaffold import Answers, named_clauses, write_scaffold
from huiqi.errors import UsageError
from huiqi.rulebook.compiler import load_compiled
from tests.making import examples

TALK = """\
示例市支持企业参加展会办法（虚构）
示例市人民政府
中国/山西省/示例市


A
第一条 为支持企业开拓市场，制定本办法。
第三条 参加目录内展会的企业，按展位费的一半补助。
（一）提供参展合同；
（二）提供发票。

"""
TOLD = """\
标题: 示例市支持企业参加展会办法（虚构）
发文机关：示例市人民政府
辖区: 中国/山西省/示例市
文号: 示例政发〔2026〕1号
施行日: 2026-01-01
资料: C
条款:
第一条 为支持企业开拓市场，制定本办法。
第三条 条款: 里的冒号、#号 不打断
"""


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, told: str = "") -> Result:
    return CliRunner().invoke(main, ["rules", *arguments], input=told)


def test_a_few_answers_and_pasted_clauses_give_a_rulebook_that_compiles_and_says_what_is_still_to_do() -> None:
    result = run("new", "sample-city", told=TALK)
    assert result.exit_code == 0
    assert "已建规则库 sample-city，在 rules/sample-city：4 条条款，能编译。" in result.stdout
    assert "documents.yaml 的 from：施行日还不知道" in result.stdout
    checked = run("check", "rules/sample-city")
    assert (checked.exit_code, checked.stderr) == (0, "")
    hints = [line for line in checked.stdout.splitlines() if "还没有处置" in line]
    assert [line.split("”")[0].split("“")[1] for line in hints] == ["办法·1", "办法·3", "办法·3·一", "办法·3·二"]


def test_a_clause_nobody_has_gone_through_is_a_problem_of_coverage() -> None:
    run("new", "sample-city", told=TALK)
    result = run("coverage", "rules/sample-city")
    assert result.exit_code == 1
    assert "  问题：条款“办法·3”还没有处置\n" in result.stdout


def test_what_nobody_told_is_left_out_and_never_made_up() -> None:
    run("new", "sample-city", told=TALK)
    (document,) = load_compiled("rules/sample-city").documents.values()
    assert (document.start, document.end, document.number, document.letter) == (None, None, "", "A")
    run("new", "zwei", told=TALK.replace("\nA\n", "\n\n"))
    assert load_compiled("rules/zwei").documents["zwei/zwei-1"].letter == "B"


@pytest.mark.parametrize("place", ["文件", "-"])
def test_the_answers_can_be_told_in_a_file_or_by_standard_input(place: str) -> None:
    Path("文件").write_text(TOLD, encoding="utf-8")
    result = run("new", "sample-city", "--answers", place, "-o", "自己的/规则库", told=TOLD)
    assert result.exit_code == 0, result.stderr
    book = load_compiled("自己的/规则库")
    (document,) = book.documents.values()
    assert (document.number, str(document.start), document.letter) == ("示例政发〔2026〕1号", "2026-01-01", "C")
    assert book.clauses["办法·3"].says == "条款: 里的冒号、#号 不打断"


def test_options_are_not_asked_for_again() -> None:
    Path("条款.txt").write_text("甲\n\n乙\n", encoding="utf-8")
    known = ["--title", "甲方案", "--issuer", "乙局", "--jurisdiction", "中国", "--number", "", "--from", "", "--letter", "", "--clauses", "条款.txt"]
    result = run("new", "jia", *known)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [c.says for c in load_compiled("rules/jia").clauses.values()] == ["甲", "乙"]


def test_a_wrong_answer_is_said_and_asked_for_again() -> None:
    result = run("new", "sample-city", told=TALK.replace("中国/山西省/示例市\n", "中国，山西\n中国/山西省/示例市\n"))
    assert result.exit_code == 0
    assert "各级之间用半角斜线 / 分开，例如 中国/山西省/大同市" in result.stderr


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (TOLD.replace("2026-01-01", "2026-02-30"), "5:1: “施行日”不对：日期写作 2026-01-31 或 2026年1月31日，且须真有这一天"),
        (TOLD.replace("资料: C", "资料: 好"), "6:1: “资料”不对：写 A（原文全文）、B（原文节选）"),
        (TOLD.replace("发文机关", "发文单位"), "2:1: 这一行不知道说的是什么；写的是“发文单位”"),
        (TOLD.replace("文号", "标题"), "4:1: “标题”写了两次"),
        (TOLD.replace("发文机关：示例市人民政府\n", ""), "8:1: 没有写“发文机关”；应为：发文机关: …；改法：加一行 发文机关: …"),
        (TOLD.replace("发文机关：示例市人民政府\n", "").replace("中国/山西省/", ""), "2:1: “辖区”不对：从中国写起，一级不缺：中国/某省/示例市"),
        (TOLD.replace("发文机关：示例市人民政府\n", "").replace("中国/山西省/", ""), "没有写“发文机关”"),
        (TOLD.split("条款:", maxsplit=1)[0], "没有写“条款”；应为：条款: …"),
    ],
)
def test_wrong_answers_are_named_and_nothing_is_written(told: str, said: str) -> None:
    Path("答案.txt").write_text(told, encoding="utf-8")
    result = run("new", "sample-city", "--answers", "答案.txt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert [p.name for p in Path().iterdir()] == ["答案.txt"]


@pytest.mark.parametrize("day", ["2026年1月1日", "2026/1/1", "2026.01.01", "２０２６年1月1日"])
def test_a_day_is_taken_as_the_document_writes_it(day: str) -> None:
    Path("答案.txt").write_text(TOLD.replace("2026-01-01", day), encoding="utf-8")
    assert run("new", "sample-city", "--answers", "答案.txt").exit_code == 0
    assert "  from: 2026-01-01\n" in Path("rules/sample-city/documents.yaml").read_text(encoding="utf-8")


def test_a_wrong_option_is_said_before_anything_is_asked() -> None:
    result = run("new", "sample-city", "--jurisdiction", "云岭市", told=TALK)
    assert (result.exit_code, result.stderr) == (2, "辖区：从中国写起，一级不缺：中国/某省/云岭市，例如 中国/山西省/大同市\n")


def test_standard_input_that_ends_too_early_writes_nothing() -> None:
    result = run("new", "sample-city", told="标题\n")
    assert result.exit_code == 2
    assert "没有得到“发文机关”，没有写任何文件" in result.stderr
    assert list(Path().iterdir()) == []


def test_what_is_there_is_never_overwritten_and_a_shipped_id_is_not_taken() -> None:
    Path("rules/sample-city").mkdir(parents=True)
    result = run("new", "sample-city", told=TALK)
    assert result.exit_code == 2
    assert result.stderr == "“rules/sample-city”已经有了，不覆盖；换一个编号，或用 -o 写到别的文件夹（还没有的，就是规则库自己的文件夹）\n"
    assert "随附的规则库的编号" in run("new", "common", "-o", "x", told=TALK).stderr
    assert [p.name for p in Path().rglob("*")] == ["rules", "sample-city"]


@pytest.mark.parametrize("name", ["有 空格", "a/b", "-"])
def test_an_id_that_cannot_be_one_writes_nothing(name: str) -> None:
    assert run("new", "-o", "x", "--", name, told=TALK).exit_code == 2
    assert list(Path().iterdir()) == []


def test_clauses_are_named_after_their_article_and_what_is_listed_under_it() -> None:
    lines = ["总的说明", "第二条　甲", "（一）乙", "又一段", "第十二条之一 丙", "第一百零三条：丁", "第二条 戊"]
    ids = [name for name, _, _ in named_clauses(lines, ["办法"])]
    assert ids == ["办法·段1", "办法·2", "办法·2·一", "办法·2·段2", "办法·12-1", "办法·103", "办法·2·又2"]


def test_two_clauses_of_one_number_are_said() -> None:
    twice = run("new", "sample-city", told=TALK.replace("第一条 ", "第三条 "))
    assert twice.exit_code == 0 and "clauses.yaml 的 办法·3·又2：与前面一条编号相同" in twice.stdout
    assert "编号相同" not in run("new", "other-city", told=TALK).stdout


@settings(max_examples=examples(30), deadline=None)
@given(st.text(max_size=30), st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_whatever_is_pasted_compiles_or_is_refused_whole(title: str, lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "neu")
        answers = Answers(title=title, issuer="局", jurisdiction="中国", clauses=tuple(x.strip() for x in lines if x.strip()))
        try:
            write_scaffold("neu", answers, target)
        except UsageError:
            assert not target.exists()
        else:
            assert [c.says for c in load_compiled(str(target)).clauses.values()] == [says for _, _, says in named_clauses(answers.clauses)]
