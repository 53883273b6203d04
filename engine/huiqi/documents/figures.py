"""Every figure of a rulebook with where it comes from: rows for the policy book and for one table.

A row is a version of a parameter, a row of a table, or a condition taken from another authority's
document. What must stay true: nothing that decides is left out, the order is that of the rule
files, and the text depends on the rulebooks alone, so that it can be committed and compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ..language.printer import sentence
from ..language.typed import Expr
from ..plain import dataclass
from ..rulebook.compiled import Basis, CompiledRulebook, DocumentSpec, ParameterSpec, Role, RowSpec, Standing, TableSpec
from ..rulebook.literals import show_value
from .coverage import Owned, every_condition, own_specs
from .text import assumed_words, lapse_of, standing_of

MATCH = {
    "first": "取第一个符合的一行", "highest": "取最高的一行", "slab": "全额套档", "marginal": "超额累进",
    "sum": "符合的各行合计", "min": "符合的各行取最低", "max": "符合的各行取最高", "count": "数符合的行",
}  # fmt: skip
_HEADINGS = ("项目", "数值或条件", "适用期间", "依据状态", "文件", "条款", "资料（字母）", "说明")


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """One figure, or one condition of a benchmark, as it stands in the rulebook."""

    name: str
    value: str
    span: str
    standing: Standing
    lapse: date | None  # when the document lapses: after it, its figures are a benchmark
    document: DocumentSpec | None
    clause: str
    letter: str
    note: str
    quote: str = ""


def own_parameters(book: CompiledRulebook) -> list[ParameterSpec]:
    """The parameters this rulebook defines itself."""
    return [p for key, p in book.parameters.items() if key.startswith(f"{book.id}/") and key not in book.readings]


def own_tables(book: CompiledRulebook) -> list[TableSpec]:
    """The tables this rulebook defines itself."""
    return [x for key, x in book.tables.items() if key.startswith(f"{book.id}/")]


def span_words(start: date | None, end: date | None) -> str:
    """`2024-01-01 至 2025-12-31`; empty where a figure has no dates of its own."""
    if start and end:
        return f"{start} 至 {end}"
    return f"{start} 起" if start else f"至 {end}" if end else ""


def match_words(table: TableSpec) -> str:
    """How the table is read."""
    return MATCH[table.collect or table.match]


def row_value(table: TableSpec, row: RowSpec) -> str:
    """What a row of a table gives, or that it is unset or was cut off in the source."""
    if isinstance(row.value, Expr):
        return sentence(row.value.source)
    if row.value is None:
        return "未定" if row.basis.hand is Standing.UNSET else "未读"
    return show_value(row.value, table.value_type)


def parameter_rows(book: CompiledRulebook, parameter: ParameterSpec) -> Iterator[FigureRow]:
    """One row for each version, in the order of the file."""
    for version in parameter.versions:
        value = "未定" if version.value is None else show_value(version.value, parameter.type)
        learnt = f"{version.known} 才知道" if version.known else ""
        note = "；".join(x for x in (learnt, version.note, parameter.note) if x)
        yield _row(book, parameter.name, value, span_words(version.start, version.end), version.basis, note)


def table_rows(book: CompiledRulebook, table: TableSpec) -> Iterator[FigureRow]:
    """One row for each row; the first says how the table is read."""
    for number, row in enumerate(table.rows):
        tests = "，".join(f"{name} {'不限' if test.text == '-' else test.text}" for (name, _), test in zip(table.inputs, row.tests, strict=True))
        learnt = f"{row.known} 才知道" if row.known else ""
        notes = (learnt, row.note, table.note if number == 0 else "", match_words(table) if number == 0 else "")
        yield _row(book, f"{table.name}：{tests}", row_value(table, row), span_words(row.start, row.end), row.basis, "；".join(x for x in notes if x))


def benchmark_rows(book: CompiledRulebook) -> Iterator[FigureRow]:
    """The conditions of every scheme, and every other condition that rests on a benchmark."""
    for spec in own_specs(book):
        for owned in every_condition(book, spec):
            if owned.scheme or standing_of(book, owned.condition.basis) is Standing.BENCHMARK:
                yield _condition_row(book, owned)


def _condition_row(book: CompiledRulebook, owned: Owned) -> FigureRow:
    condition = owned.condition
    what = "不予支持情形" if condition.role == Role.UNLESS else "条件"
    name = f"{owned.spec.title}{f'［{owned.scheme}］' if owned.scheme else ''}{what}：{condition.label}"
    return _row(book, name, condition.text, span_words(condition.start, condition.end), condition.basis, condition.note)


def _row(book: CompiledRulebook, name: str, value: str, span: str, basis: Basis, note: str) -> FigureRow:
    document = book.documents.get(basis.document) if basis.document else None
    letter = basis.letter or (document.letter if document else "")
    if document is not None:
        for key, day in (("from", document.start), ("to", document.end)):
            if day is not None and key in document.assumed:
                span = span.replace(str(day), f"{day}（假定）")
    if basis.cut:
        note = "；".join(x for x in (note, "原文在此处截断") if x)
    return FigureRow(
        name=name, value=value, span=span, standing=standing_of(book, basis), lapse=lapse_of(book, basis), document=document, clause=basis.clause,
        letter=letter, note=note, quote=basis.quote,
    )  # fmt: skip


def figures_only(book: CompiledRulebook) -> Iterator[FigureRow]:
    """Every version of every parameter, every row of every table."""
    for parameter in own_parameters(book):
        yield from parameter_rows(book, parameter)
    for table in own_tables(book):
        yield from table_rows(book, table)


def figure_rows(book: CompiledRulebook) -> Iterator[FigureRow]:
    """Every figure and every benchmark condition of the rulebook itself."""
    yield from figures_only(book)
    yield from benchmark_rows(book)


# -- as one Markdown document ---------------------------------------------------------------------------


def render_figures(books: Iterable[CompiledRulebook], command: str) -> str:
    """A table for each rulebook; `command` is how to make it again."""
    return "\n".join(["# 标准与出处", "", *_preface(command), *(line for book in books for line in _book_lines(book))]).rstrip() + "\n"


def _preface(command: str) -> Iterator[str]:
    yield f"本页由规则库生成，不要手改；规则改了以后重新生成：`{command}`。"
    yield ""
    yield "每个规则库一张表：它自己的每个标准（每个版本一行）、标准表的每一行，以及参照别处文件的每条条件。共用或引用的规则库列在各自的表里。"
    yield ""
    yield "- 依据状态：现行、待核、假定、参照、未定，含义见[词汇](words.md)。注明期满日的文件，期满以后其标准只供参照。"
    yield "- 资料：读到的是哪一份资料；字母是读到的程度：A 全文，B 原文节选，C 转述，M 凭记忆（只能作假定）；引号里是资料写的几个字，资料的缩写（≤20万元）照抄，未必是文件原话。规则库没有记页码。"
    yield "- 文件后面〔 〕里写的施行日、止日、文号，是没有读到、按别的日子或说法假定的。"
    yield "- 假定与未定没有文件依据；仍写出文件的，是它所补的那份文件。"
    yield ""


def _book_lines(book: CompiledRulebook) -> Iterator[str]:
    rows = list(figure_rows(book))
    if not rows:
        return
    yield f"## {book.title}"
    yield ""
    yield f"规则库 `{book.id}`，版本 {book.version}，{len(rows)} 项。"
    yield ""
    yield f"| {' | '.join(_HEADINGS)} |"
    yield "|" + "---|" * len(_HEADINGS)
    yield from ("| " + " | ".join(_cell(x) for x in _cells(row)) + " |" for row in rows)
    yield ""


def lapse_words(day: date, document: DocumentSpec | None) -> str:
    """When a document lapses, and whether we only assume so."""
    return f"{day}{'（假定）' if document is not None and day == document.end and 'to' in document.assumed else ''} 期满"


def _cells(row: FigureRow) -> tuple[str, ...]:
    standing = row.standing.label + (f"（{lapse_words(row.lapse, row.document)}）" if row.lapse else "")
    document = f"{row.document.cite}{assumed_words(row.document)}" if row.document else "—"
    sheet = f"{row.document.sheet}（{row.letter}）" + (f"“{row.quote}”" if row.quote else "") if row.document else "—"
    return row.name, row.value, row.span or "—", standing, document, row.clause or "—", sheet, row.note or "—"


def _cell(text: str) -> str:
    """Text that Markdown must not read as anything else."""
    for sign in ("\\", "|", "*", "_", "`", "[", "]"):
        text = text.replace(sign, "\\" + sign)
    return text.replace("<", "&lt;").replace("\n", " ")
