"""`rules new`: a rulebook to begin with, asked for question by question or told in a file.

What is not told by options or a file is asked, in the order of `QUESTIONS`, from whatever standard
input is. What must stay true: nothing is written before everything is known and compiles.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..documents.scaffold import KNOWN, LETTERS, NEEDED, checked, complaint, is_shipped, read_answers, to_do, write_scaffold
from ..errors import UsageError
from ..texts import read_text
from .rim import line_told, say
from .zh import ChineseCommand

QUESTIONS = {
    "title": "文件标题",
    "issuer": "发文机关",
    "jurisdiction": "辖区（如 中国/山西省/大同市）",
    "number": "文号（不知道就直接回车）",
    "start": "施行日（如 2026-01-01 或 2026年1月1日；不知道就直接回车）",
    "letter": f"看到的是 {'、'.join(f'{k} {x}' for k, x in LETTERS.items())}（直接回车按 B）",
}
ASKED = 3  # times one question is asked before it is given up


@click.command("new", cls=ChineseCommand)
@click.argument("name", metavar="编号")
@click.option("-o", "--output", metavar="文件夹", help="写到这个文件夹（还没有的）；不写则是 rules/编号。")
@click.option(
    "--answers", metavar="文件", help="答案写在文件里：标题: …、发文机关: …、辖区: …、文号: …、施行日: …、资料: …，最后“条款:”下面一行一条；- 是标准输入。"
)
@click.option("--title", metavar="标题", help="文件标题。")
@click.option("--issuer", metavar="机关", help="发文机关。")
@click.option("--jurisdiction", metavar="辖区", help="如 中国/山西省/大同市。")
@click.option("--number", metavar="文号", help="文号；不知道写空的 ''。")
@click.option("--from", "start", metavar="日期", help="施行日；不知道写空的 ''。")
@click.option("--letter", metavar="A|B|C|M", help="看到的是全文、节选、转述还是凭记忆。")
@click.option("--clauses", metavar="文件", help="条款写在文件里，一行一条；- 是标准输入。")
def rules_new(name: str, output: str | None, answers: str | None, clauses: str | None, **told: str | None) -> None:
    """新建一个规则库：回答几个问题，粘贴条款（一行一条），写出带说明的文件，马上能编译。"""
    if not name.strip() or (output is not None and not output.strip()):
        raise UsageError("编号与 -o 都不能是空的")
    if is_shipped(name):
        raise UsageError(f"“{name}”是随附的规则库的编号；换一个编号")
    if answers == "-" and clauses == "-":
        raise UsageError("标准输入只能读一次；--answers 与 --clauses 只有一个写 -")
    target = Path(output) if output is not None else Path("rules", name)
    if target.exists() or target.is_symlink():  # before anybody types twenty clauses
        own = f"，例如 -o {target / name}" if output is not None and target.is_dir() else ""
        raise UsageError(f"“{target}”已经有了，不覆盖；换一个编号，或用 -o 写到别的文件夹（还没有的，就是规则库自己的文件夹{own}）")
    known = {k: x for k, x in told.items() if x is not None}
    if wrong := [f"{label}：{said}" for key, label in {**NEEDED, **KNOWN}.items() if key in known and (said := complaint(key, known[key].strip()))]:
        raise UsageError("；".join(wrong))  # before anybody is asked for the rest
    if answers is not None:
        told_elsewhere = {*known, *(["clauses"] if clauses is not None else [])}
        known = {**read_answers(_read(answers), "（标准输入）" if answers == "-" else answers, told_elsewhere), **known}
    if clauses is not None:
        known["clauses"] = _read(clauses)
    if answers is None:
        for key, question in QUESTIONS.items():
            if key not in known:
                known[key] = _ask(key, question)
        if "clauses" not in known:
            known["clauses"] = _ask_clauses()
    done = checked(known)
    write_scaffold(name, done, target)
    say(f"已建规则库 {name}，在 {target}：{len(done.clauses)} 条条款，能编译。还要做的：")
    for line in to_do(done):
        say(f"  · {line}")
    say(f"先执行：huiqi rules check {target}\n写法从 {target / 'clauses.yaml'} 开头的说明看起。")


def _read(path: str) -> str:
    if path == "-":
        return sys.stdin.read()
    return read_text(Path(path))


def _ask(key: str, question: str) -> str:
    for _ in range(ASKED):
        answer = line_told(f"{question}：")
        if answer is None:
            break
        wrong = complaint(key, answer.strip())
        if not wrong:
            return answer.strip()
        say(f"  {wrong}", err=True)
    raise UsageError(f"没有得到“{ {**NEEDED, **KNOWN}[key] }”，没有写任何文件")


def _ask_clauses() -> str:
    say("条款，一行一条，粘贴即可；空一行结束：", err=True)
    lines: list[str] = []
    while (line := line_told("")) is not None and (line.strip() or not lines):
        lines.append(line)
    return "\n".join(lines)
