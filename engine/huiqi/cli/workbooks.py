"""Workbooks at the door: `template` writes one to fill in, and whatever takes a case takes a filled one.

What must stay true: a workbook that is there is never overwritten; a workbook is taken by its name alone
(.xlsx), and what holds several enterprises is several cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ..errors import Position, Problem, UsageError
from ..files import write_file
from ..visible import typed, visible_line
from .places import place as _place
from .places import rulebook as _rulebook
from .rim import say
from .zh import ChineseCommand


def wanted_of(books: Sequence[Any], measures: Sequence[str]) -> tuple[Any, tuple[str, ...]]:
    """What these measures (ids, titles, parts of one; none: all) of these rulebooks read, as `layout.Tellable`; and their titles."""
    from ..documents.workbook.layout import Tellable
    from ..telling.called import the_one

    called = {i: title for b in books for i, title, _ in _askers(b)}
    wanted = [the_one(one, called) for one in measures]
    facts: dict[str, Any] = {}
    records: dict[str, Any] = {}
    counts = Counter[str]()
    titles: list[str] = []
    for book in books:
        chosen = [(title, read) for i, title, read in _askers(book) if not wanted or i in wanted]
        titles += [title for title, _ in chosen]
        read = Counter(name for _, reads in chosen for name in reads)
        counts += read
        specs = book.compiled
        facts = {**{name: (specs, specs.facts[specs.names[name]]) for name in book.facts if name in read}, **facts}
        records = {**{name: (specs, specs.records[specs.names[name]]) for name in book.records if name in read}, **records}
    return Tellable(facts=facts, records=records, counts=counts), tuple(titles)


def titles_of(book: Any, titles: Sequence[str]) -> list[str]:
    """Those of these titles that are of its measures, or of its recognitions where it has no measures."""
    own = {title for _, title, _ in _askers(book)}
    return [t for t in titles if t in own]


def _askers(book: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    """Id, title and what is read of each measure; of a rulebook that has none, of each recognition of its own."""
    from ..telling.called import read_of_recognitions

    return [(m.id, m.title, (*m.facts, *m.records)) for m in book.measures.values()] or read_of_recognitions(book.compiled)


@click.command(
    "template",
    cls=ChineseCommand,
    examples=["./huiqi template datong-outsourcing -o 申报.xlsx", "./huiqi template datong-outsourcing --measure 国际资质认证 -o 认证.xlsx"],
)
@click.argument("names", nargs=-1, callback=_rulebook, metavar="[编号或文件夹]...")
@click.option("--rulebook", "-r", multiple=True, callback=_rulebook, metavar="编号或文件夹", help="政策规则库；可写多次，也可以不写 -r 直接列出。")
@click.option("--measure", "measures", multiple=True, metavar="事项", help="只问这些支持事项要的：编号、标题，或其中独有的一段；可写多次。")
@click.option("-o", "--output", required=True, callback=_place, metavar="文件", help="写到这个文件（.xlsx）；已经有了的不覆盖。")
def template(names: tuple[str, ...], rulebook: tuple[str, ...], measures: tuple[str, ...], output: str) -> None:
    """写出待填的 Excel 工作簿：一行一户，明细各一张表；填好后 check 直接收。"""
    from ..api import load
    from ..telling.called import the_one

    names = (*names, *rulebook)
    if not names:
        raise UsageError("没有写政策规则库", mend="huiqi template datong-outsourcing -o 申报.xlsx；有哪些：huiqi rules list", argument="rulebook")
    path = fresh(output, (".xlsx",))
    books = [load(name) for name in names]
    asked, titles = wanted_of(books, measures)
    known = {x.id: x.title for b in books for x in b.measures.values()}
    only = tuple(dict.fromkeys(the_one(m, known) for m in measures))
    write_workbook(path, books, names, asked, titles, only=only, single=False)
    say(f"已写出 {path}：{len(asked.facts)} 项数据、{len(asked.records)} 类明细，都空着。填好后：huiqi check {typed(str(path))}")


def fresh(output: str, suffixes: tuple[str, ...]) -> Path:
    """A file to be written that is not there yet, of one of these kinds."""
    path = Path(output)
    if path.suffix.lower() not in suffixes:
        kinds = "、".join(suffixes)
        raise UsageError(f"“{output}”不是 {kinds} 文件", mend=f"-o {typed(str(path.with_suffix(suffixes[0])))}", argument="output")
    if path.exists() or path.is_symlink():
        further = f"；换一个文件，或接着问：huiqi ask {typed(output)}" if suffixes[0] == ".yaml" and path.suffix.lower() != ".xlsx" else "；换一个文件"
        raise UsageError(f"“{output}”已经有了，不覆盖{further}", argument="output")
    return path


def write_workbook(
    path: Path, books: Sequence[Any], names: Sequence[str], asked: Any, titles: Sequence[str] = (), *, only: Sequence[str] = (),
    claimed: Sequence[str] = (), single: bool,
) -> None:  # fmt: skip
    """A workbook to fill in, of all that is `asked` (`layout.Tellable`); `titles`: of the measures that ask, none: whichever there are.

    `only`: their ids, where others are not asked about: a round of it decides no others. `claimed`: titles that stand under 申报事项 already,
    where it is of one enterprise.
    """
    from ..documents.workbook.layout import sheets_of
    from ..documents.workbook.write import Cover, workbook_bytes

    cover = Cover(
        rulebooks=tuple((b.id if b.id == n else str(n), b.title) for b, n in zip(books, names, strict=True)),
        measures=tuple(t for b in books if b.measures for t in titles_of(b, titles)),
        recognitions=tuple(t for b in books if not b.measures for t in titles_of(b, titles)),
        only=tuple(only), claimed=tuple(claimed) if single else (),
    )  # fmt: skip
    write_file(path, workbook_bytes(sheets_of(asked, single=single), cover))


TABLES = (".csv", ".tsv", ".xls", ".ods", ".parquet")  # of which no one case is made


def cases_of(path: str, rulebooks: Sequence[str] = (), enterprise: str | None = None) -> list[Any]:
    """The cases of a file: one of a text, each enterprise of a workbook, or the one that is named."""
    from ..api import load, read_case
    from ..documents.workbook.cells import is_workbook

    if not is_workbook(path):
        if Path(path).suffix.lower() in TABLES and Path(path).is_file():
            of = typed(path)
            raise UsageError(
                f"{path} 是一张表，不是一户的案例",
                mend=f"huiqi map {of} -o 对应表.yaml；答完再 huiqi screen {of} --mapping 对应表.yaml -o 结果.xlsx",
                argument="case",
            )
        if enterprise is not None:
            raise UsageError(f"--enterprise 只用于工作簿；{path} 是一户的案例", argument="enterprise")
        return [read_case(path, rulebooks)]
    from ..documents.workbook.layout import everything
    from ..documents.workbook.read import read_workbook
    from ..telling.called import the_one

    filled = read_workbook(path, lambda names: everything([load(name).compiled for name in names]), rulebooks)
    for note in filled.notes:
        say(f"提示：{visible_line(note)}", err=True)
    cases = list(filled.cases)
    if enterprise is None:
        return cases
    name = the_one(enterprise, {c.enterprise: c.enterprise for c in cases})
    return [c for c in cases if c.enterprise == name]


def one_case_of(path: str, rulebooks: Sequence[str], enterprise: str | None) -> Any:
    """As `cases_of`, where one enterprise is meant."""
    cases = cases_of(path, rulebooks, enterprise)
    if len(cases) > 1:
        from ..errors import CaseError, Code

        names = "、".join(c.enterprise for c in cases[:8]) + ("…" if len(cases) > 8 else "")
        message = "工作簿里不止一户，要写明是哪一户"
        raise CaseError([Problem(Position(path), message, names, "--enterprise 企业名称", f"--enterprise {typed(cases[0].enterprise)}", Code.MISSING)])
    return cases[0]


__all__ = ["cases_of", "fresh", "one_case_of", "template", "titles_of", "wanted_of", "write_workbook"]
