"""Broken files, generated: each is decided, or refused with a place and a mend; never anything else.

Shipped cases, the small test rulebook and the rulebook of shapes are changed as text: lines deleted,
doubled, swapped, indented; scalars replaced by what tables and editors leave in them; structure
opened or closed. Seeded, so that a number names a file for ever.

    python -m tests.properties.hostile_files 5000        # the long run; prints what it found
    python -m tests.properties.hostile_files 5000 17     # from another seed
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import huiqi
import huiqi.cli.main as command
from huiqi.documents.book import site
from huiqi.errors import HuiqiError, InputError, TooComplex
from huiqi.rulebook import compiler
from huiqi.telling.expected import compare_expected
from tests.making import ROOT, SMALL

DAY = date(2026, 6, 30)
SHAPES = str(ROOT / "tests" / "shapes" / "book")
SMALL_CASE = "企业: 甲公司（虚构）\n政策规则库: [BOOK]\n审核日期: 2024-06-30\n申报年度: 2023\n数据:\n  席位数: 300席\n  投资额: 80万元\n  已备案: 是\n"
ODD = (
    "不详", "待定", "/", "N/A", "—", "暂无", "无", "1e400", "1e-400", "0x10", "NaN", ".inf", "-0", "+5", "2025-13-45", "2025-02-30", "0000-00-00", "9999-12-31",
    "[]", "{}", "[[]]", "[{}]", "{甲: {乙: {丙: 丁}}}", "!!python/object:os.system x", "!!float 3", "&a 1", "*a", "? 复合", "- x", "---", "...", "%YAML 1.2", "@x", "`x", "| x", "> x",
    "|\n      长\n      文", ">-\n      折\n      行", "'没有结束", '"没有结束', '"\\u202e\\x1b[31m\\0"', '"\\ud800"', '"a\\"b\\\\"', "''", '""', "~", "null", "true", "False", "yes", "# 注",
    "\t", "\ufeff", "\x00", "\x1b[31m红", "\x85", "\u2028", "\u202e反", "\u200b", "𠮷", "e\u0301", "１２３", "：", "甲：乙", "甲:乙", "a: b: c", "{申报：130万元}", "{申报: 130万元, 核验：1}",
    "120,5万元", "1,000万元", "18万", "80", "80 万元", "八十万元", "-5席", "5.5.5元", "..", "[1..2]", "(..)", "[2元..1元]", "1/3", "1/0", "50%", "150%", "3年半", "1.5天", "0个月",
    "9" * 5000, "9" * 25, "1" + "0" * 400 + "元", "0." + "0" * 400 + "1元", "长" * 20000, "(" * 300, "[" * 100, "{" * 100, "-" * 300 + "1", "not(" * 60, "if a then b", "1 + ", ") (",
    "席位数 ** 99999", "10 ** 10 ** 10 ** 10", "席位数 / 0席", "sum([])", "count(设备)", "设备[1]", "some x in 设备 satisfies x", "date(2025, 2, 30)", "席位数 >= 席位数 = 席位数",
    "None", "self", "__import__('os')", "\\", "$", "%", "&", "*", "<<: x", "=", "!", "'", "\"", ",", "，", "；", "“”", "‘甲’", "is 是", "2025", "02025", "25", "2025年度",
    "datong-outsourcing", "../..", "/etc/passwd", "CON",
)  # fmt: skip
_REMNANT = re.compile(
    r"\b(?:None|NoneType|dict|tuple|Fraction|Decimal|[A-Z]\w*Error|object at|must|should|invalid|expected|argument|Traceback)\b|<class|\{'|\['"
)
_TOLD = re.compile("可以接")  # the message itself says what belongs there
Change = Callable[[random.Random, list[str]], None]


def _lines(*, least: int = 1) -> Callable[[Callable[[random.Random, list[str], int], None]], Change]:
    def make(change: Callable[[random.Random, list[str], int], None]) -> Change:
        def run(rng: random.Random, lines: list[str]) -> None:
            if len(lines) >= least:
                change(rng, lines, rng.randrange(len(lines)))

        return run

    return make


@_lines(least=2)
def _delete(rng: random.Random, lines: list[str], at: int) -> None:
    del lines[at]


@_lines()
def _double(rng: random.Random, lines: list[str], at: int) -> None:
    lines.insert(rng.randrange(len(lines) + 1), lines[at])


@_lines()
def _swap(rng: random.Random, lines: list[str], at: int) -> None:
    other = rng.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


@_lines()
def _indent(rng: random.Random, lines: list[str], at: int) -> None:
    lines[at] = rng.choice([" ", "  ", "\t", "- ", "    "]) + lines[at] if rng.random() < 0.6 else lines[at].lstrip()


@_lines()
def _scalar(rng: random.Random, lines: list[str], at: int) -> None:
    """The value after a colon becomes something odd: in flow the next comma ends it."""
    places = list(re.finditer(r"(?<=: )[^,{}\[\]#]+", lines[at]))
    if places:
        found = rng.choice(places)
        lines[at] = lines[at][: found.start()] + rng.choice(ODD) + lines[at][found.end() :]


@_lines()
def _key(rng: random.Random, lines: list[str], at: int) -> None:
    places = list(re.finditer(r"[^\s,{}\[\]#:-]+(?=: )", lines[at]))
    if places:
        found = rng.choice(places)
        lines[at] = lines[at][: found.start()] + rng.choice(ODD) + lines[at][found.end() :]


@_lines()
def _colon(rng: random.Random, lines: list[str], at: int) -> None:
    lines[at] = lines[at].replace(": ", rng.choice(["：", ":", " :", "： ", ":: ", ""]), 1)


@_lines()
def _word(rng: random.Random, lines: list[str], at: int) -> None:
    """A word of an expression or a name becomes another."""
    words = re.findall(r"\w+|[^\w\s]", lines[at])
    if words:
        lines[at] = lines[at].replace(rng.choice(words), rng.choice([rng.choice(ODD), rng.choice(words), "", " "]), 1)


@_lines()
def _cut(rng: random.Random, lines: list[str], at: int) -> None:
    if lines[at]:
        lines[at] = lines[at][: rng.randrange(len(lines[at]))]


@_lines()
def _insert(rng: random.Random, lines: list[str], at: int) -> None:
    indent = re.match(r" *", lines[at])
    lines.insert(at, (indent.group() if indent else "") + rng.choice(["", "甲: ", "- "]) + rng.choice(ODD))


@_lines()
def _end(rng: random.Random, lines: list[str], at: int) -> None:
    del lines[at + 1 :]


CHANGES: tuple[Change, ...] = (_delete, _double, _swap, _indent, _scalar, _scalar, _scalar, _scalar, _key, _colon, _word, _word, _cut, _insert, _end)


def broken(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    for _ in range(rng.choice([1, 1, 1, 2, 3, 6])):
        rng.choice(CHANGES)(rng, lines)
    return "\n".join(lines)


@dataclass(frozen=True)
class Outcome:
    """How one generated file ended; `fault` is empty where it ended as it must."""

    kind: str
    fault: str = ""


@cache
def _cases() -> tuple[str, ...]:
    return tuple(p.read_text(encoding="utf-8") for p in sorted((ROOT / "cases").glob("*.yaml")))


@cache
def _rulebook(name: str) -> huiqi.Rulebook:
    return huiqi.load(name)


def _case(rng: random.Random, folder: Path) -> None:
    text = rng.choice([*_cases(), SMALL_CASE.replace("BOOK", SMALL), SMALL_CASE.replace("BOOK", SMALL)])
    path = folder / "case.yaml"
    path.write_bytes(broken(rng, text).encode("utf-8", "surrogatepass"))
    _decide(path)


def _decide(path: Path) -> None:
    case = huiqi.read_case(path)
    books = command._rulebooks(case, ())
    decisions = command._decide(case, (), books, None, None, {}, {}, "reference", None)
    for decision in decisions:
        decision.explain()
        decision.to_dict()
    compare_expected(case, decisions)


def _rules(rng: random.Random, folder: Path) -> None:
    source = rng.choice([SMALL, SMALL, SHAPES])
    book = folder / "book"
    shutil.copytree(source, book)
    chosen = rng.choice(sorted(book.rglob("*.yaml")))
    chosen.write_bytes(broken(rng, chosen.read_text(encoding="utf-8")).encode("utf-8", "surrogatepass"))
    compiled = compiler.load_compiled(str(book))
    path = folder / "case.yaml"
    path.write_text(SMALL_CASE.replace("BOOK", str(book)) if source == SMALL else f"企业: 甲\n政策规则库: [{book}]\n审核日期: 2026-06-30\n", encoding="utf-8")
    site(compiled, [], on=DAY)
    _decide(path)


def run(seed: int, number: int) -> Outcome:
    """Generate file `number` of `seed` and see how it ends."""
    rng = random.Random(f"{seed}/{number}")
    kind = _case if number % 2 else _rules
    with tempfile.TemporaryDirectory() as temporary:
        try:
            kind(rng, Path(temporary))
        except InputError as error:
            faults = [f"{p}" for p in error.problems if _lacking(p)]
            return Outcome("refused", "；".join(faults[:3]))
        except (huiqi.UsageError, TooComplex) as error:
            return Outcome("refused in words", str(error) if _REMNANT.search(str(error)) else "")
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            where = traceback.extract_tb(error.__traceback__)[-1]
            return Outcome("traceback", f"{type(error).__name__} {Path(where.filename).name}:{where.lineno} {str(error)[:100]}")
        finally:
            compiler._cache.clear() if len(compiler._cache) > 40 else None
    return Outcome("decided")


def _lacking(problem: huiqi.Problem) -> bool:
    """A complaint without a place, without a word on what to do, or with Python in it."""
    placed = bool(problem.at.file) and (problem.at.line > 0 or "文件" in problem.message)
    own = problem.message + problem.expected + problem.mend
    return (
        not placed
        or not (problem.mend or problem.expected or _TOLD.search(problem.message))
        or bool(_REMNANT.search(own))
        or isinstance(problem.found, HuiqiError)
    )


def main(count: int, seed: int) -> int:
    found: Counter[str] = Counter()
    faults: dict[str, list[int]] = {}
    for number in range(count):
        outcome = run(seed, number)
        found[outcome.kind] += 1
        if outcome.fault:
            faults.setdefault(re.sub(r"/\S*/", "", outcome.fault), []).append(number)
        if number % 100 == 99:
            print(f"{number + 1}: {dict(found)}，{sum(map(len, faults.values()))} faults", flush=True)
    for fault, numbers in sorted(faults.items(), key=lambda kv: -len(kv[1])):
        print(f"{len(numbers)}x {numbers[:3]} {fault[:300]}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000, int(sys.argv[2]) if len(sys.argv) > 2 else 0))
