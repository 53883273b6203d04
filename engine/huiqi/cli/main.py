"""The `huiqi` command. Thin: parse the call, run the library, print.

Exit codes are a contract: 0 it ran; 2 the input or the call was wrong (message on standard error,
nothing written); 1 when what `check --expect`, `rules check`, `rules coverage`, `rules test`, `rules verify`, `replay`,
`verify-decision` test does not hold. Output is the same text with or without a terminal, but for the width of one that has less than a page's.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import click

from .._version import __version__
from ..caching import patient
from ..errors import InputError, Position, Problem, TooComplex, UnknownRulebook, UsageError
from ..files import check_folder, write_file, write_folder
from ..visible import json_text, typed, visible_line
from ..words import Outcome
from .choices import one_of, readings_of, schemes_of
from .letter import Kind, letter_kind, letter_path, write_letter
from .places import day as _day
from .places import features_folder as _features_folder
from .places import features_option as _features_option
from .places import place as _place
from .places import rulebook as _rulebook
from .places import today
from .rim import WRONG, say, say_json
from .zh import ChineseCommand, ChineseGroup


@click.group(
    cls=ChineseGroup, context_settings={"help_option_names": ["-h", "--help"]},
    later={
        "new": "asking:new", "ask": "asking:ask", "verify-decision": "verifying:verify_decision", "template": "workbooks:template",
        "map": "mapping:map_command", "screen": "screen:screen_command", "simulate": "simulate:simulate_command",
    },
)  # fmt: skip
@click.version_option(__version__, "-V", "--version", message="huiqi %(version)s", help="显示版本。")
def main() -> None:
    """惠企政策规则引擎：查一户企业适用哪些支持、多少、依据哪一条、还缺什么。"""
    patient()


def _rulebooks(case: Any, given: tuple[str, ...]) -> list[Any]:
    from ..api import load
    from ..reasoning.casefile import fact_problems
    from ..rulebook.names import Once

    names = given or case.rulebooks
    problems = []
    if not names:
        problems.append(Problem(case.start, "没有说明用哪个政策规则库", "", "政策规则库: [datong-outsourcing]", "写在案例里，或用 --rulebook"))
    books: list[Any] = []
    once = Once("政策规则库")
    for number, name in enumerate(names, 1):
        at = getattr(name, "at", None) or Position(f"（第 {number} 个 --rulebook {name}）")
        try:
            book = load(name)
        except UnknownRulebook as error:
            problems += [replace(p, at=at if at.line else p.at, code=p.code or error.stage) for p in error.problems]
        except InputError as error:
            problems += error.problems
        else:
            problems += once.given(book.id, at, "只写一次；同一个规则库算两遍会多计")
            books.append(book)
    if problems:
        raise InputError([*problems, *fact_problems(case, names)])
    return books


def _given_twice(cases: tuple[str, ...]) -> list[Problem]:
    """The same case file named twice would count its money twice."""
    first: dict[str, str] = {}
    problems = []
    for path in cases:
        place = os.path.realpath(path)
        if place in first:
            problems.append(Problem(Position(path), "同一份案例写了两次", path, "每份案例只写一次", f"已写过 {first[place]}；删去一处"))
        first.setdefault(place, path)
    return problems


def _decide(
    case: Any, given: tuple[str, ...], books: list[Any], on: date | None, measure: str | None, schemes: dict[str, str], readings: dict[str, str],
    reasoner: str | None, key: str | None,
) -> list[Any]:  # fmt: skip
    if measure is not None:
        books_used = [b for b in books if measure in b.measures]
    else:
        books_used = books
    day = on if on is not None else case.on
    if day is None:
        from ..reasoning.casefile import fact_problems

        undated = Problem(case.start, "没有审核日期", "", "审核日期: 2026-06-30", "写在案例里，或用 --on 2026-06-30")
        raise InputError([undated, *fact_problems(case, given)])
    decisions = []
    problems: list[Problem] = []
    for book in books_used:
        mine = {k: x for k, x in schemes.items() if k in book.measures}
        taken = {k: x for k, x in readings.items() if k in book.readings}
        others = [b for b in books if b is not book]
        try:
            decisions.append(book.decide(case, on=day, scheme=mine, reading=taken, reasoner=reasoner, measure=measure, others=others, key=key))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return decisions


def _left_out(case: Any, books: list[Any], decisions: list[Any]) -> set[str]:
    """What the case expects of measures and recognitions that `--measure` leaves out."""
    from ..telling.called import meant

    titles = {spec.id: spec.title for b in books for spec in b.compiled.measures.values()}
    titles |= {i: r.title for b in books for key, r in b.compiled.recognitions.items() for i in (r.id, key) if i not in titles}
    decided = {i for d in decisions for i in (*d.measures, *d.recognitions)}
    return {str(name) for name in case.expected if (ids := meant(str(name), titles)) and not decided & set(ids)}


def _say_of_key(decisions: list[Any]) -> None:
    """Why the key of the stand-ins could not be kept: for whoever runs this, in no recording."""
    for why in dict.fromkeys(d.unkept for d in decisions if d.unkept):
        say(visible_line(f"化名密钥存不下来（{why}），本次用临时密钥；可用 --key 指定密钥文件"), err=True)


def _print_json(decisions: list[Any]) -> None:
    say_json([d.to_dict() for d in decisions])


_rulebook_option = click.option("--rulebook", "-r", multiple=True, callback=_rulebook, metavar="编号或文件夹", help="政策规则库；可写多次。不写则用案例里的。")
_on_option = click.option("--on", callback=_day, metavar="日期", help="审核日期，例如 2026-06-30。不写则用案例里的。")
_scheme_option = click.option("--scheme", multiple=True, metavar="事项=方案", help="选用参照方案。")
_reading_option = click.option("--reading", multiple=True, metavar="读法=选项", help="取定一种读法，作为假定；只用于规则库里未定的。")
_enterprise_option = click.option("--enterprise", metavar="企业", help="工作簿里只看这一户：名称，或其中独有的一段。")
_key_option = click.option("--key", callback=_place, metavar="文件", help="化名用的密钥文件；不写则用 HUIQI_KEY_FILE 或本机自己的。")
_reasoner_option = click.option(
    "--reasoner", type=click.Choice(["rete", "python", "reference"]), help="推理方式：rete（durable_rules）、python（生成的代码）或 reference（参照实现）。"
)


@main.command(cls=ChineseCommand, examples=["./huiqi check cases/认证-云中数据.yaml", "./huiqi check cases/认证-云中数据.yaml --measure 国际资质认证 --json"])
@click.argument("cases", nargs=-1, required=True, callback=_place, metavar="案例...")
@_rulebook_option
@_on_option
@click.option("--measure", metavar="事项", help="只看一个支持事项：编号、名称，或只有它有的一段。")
@_scheme_option
@_reading_option
@click.option("--json", "as_json", is_flag=True, help="输出 JSON（huiqi.decision/1）。")
@click.option("--all", "everything", is_flag=True, help="全部列出：每个事项、资格与尚缺的数据。")
@click.option("--expect", is_flag=True, help="与案例里的“期望”核对；不一致退出码为 1。")
@click.option("--what-if", is_flag=True, hidden=True)  # of `explain`: who types it here is told the whole command
@_enterprise_option
@_key_option
@_reasoner_option
def check(
    cases: tuple[str, ...], rulebook: tuple[str, ...], on: date | None, measure: str | None, scheme: tuple[str, ...],
    reading: tuple[str, ...],
    as_json: bool, everything: bool, expect: bool, what_if: bool, enterprise: str | None, key: str | None, reasoner: str | None,
) -> None:  # fmt: skip
    """测算案例（.yaml，或填好的 .xlsx）：适用哪些支持事项、多少、为什么、还缺什么。"""
    from ..telling.expected import compare_expected
    from ..telling.explain import render
    from ..telling.page import ruled
    from ..telling.twice import twice
    from .workbooks import cases_of

    decisions: list[Any] = []
    differences: list[str] = []
    pages: list[str] = []
    problems = _given_twice(cases)
    compared = skipped = 0
    read: list[tuple[str, Any, tuple[str, ...]]] = []  # each with what names it among those of its file
    for path in cases:
        try:
            found = cases_of(path, rulebook, enterprise)
            read += [(path, c, (c.enterprise,) if len(found) > 1 or enterprise else ()) for c in found]
        except InputError as error:
            problems += error.problems
    for path, case, named in read:
        try:
            books = _rulebooks(case, rulebook)
            measure = measure if measure is None else one_of(measure, books)
            mine = _decide(case, rulebook, books, on, measure, schemes_of(scheme, books), readings_of(reading, books), reasoner, key)
            if expect:
                if not case.expected:
                    raise InputError([Problem(Position(path), "案例里没有“期望”，无从核对", "", "期望: {…}", "补上期望，或去掉 --expect")])
                left_out = _left_out(case, books, mine) if measure is not None else set()
                if len(left_out) == len(case.expected):
                    raise InputError(
                        [Problem(Position(path), f"期望里没有“{measure}”，无从核对", "、".join(left_out), f"{measure}: {{…}}", "补上期望，或去掉 --measure")]
                    )
                differences += compare_expected(case, mine, beyond=left_out)
                compared += len(case.expected) - len(left_out)
                skipped += len(left_out)
        except InputError as error:
            problems += error.problems
        except TooComplex as error:
            problems.append(Problem(Position(path), str(error)))
        else:
            decisions += mine
            options = {
                "--enterprise": named,
                "-r": rulebook,
                "--on": (str(on),) if on else (),
                "--scheme": scheme,
                "--reading": reading,
                "--key": (key,) if key else (),
            }
            call = " ".join([typed(path), *(f"{o} {typed(x)}" for o, given in options.items() for x in given)])
            if what_if:
                _say_what_if(call, mine)
            pages += [render(d, everything=everything, call=call, beside=mine) for d in mine]
            if claims := [f"  ［{record}］：{'、'.join(titles)}" for record, titles in twice(mine)]:
                pages.append("\n".join(["同一编号在两个规则库里都计了金额，能不能都享受这里没有判断，先核清：", *claims]) + "\n")
    if problems:
        raise InputError(problems)
    if what_if:
        sys.exit(WRONG)
    _say_of_key(decisions)
    if as_json:
        _print_json(decisions)
    if expect:
        more = f"（另有 {skipped} 项期望不属于“{measure}”，没有核对）" if skipped else ""
        said = f"核对 {len(read)} 个案例、{compared} 项期望：" + (f"{len(differences)} 处不一致" if differences else "全部一致") + more
        for line in (*differences, said):
            say(visible_line(line), err=as_json)
    elif not as_json:
        say(ruled(pages), end="")
    if differences:
        sys.exit(1)


def _say_what_if(call: str, decisions: Sequence[Any]) -> None:
    """What would settle it is looked at for one measure: the whole command of each that is applied for, else of those open for least."""
    results = [r for d in decisions for r in d.measures.values()]
    open_now = sorted((r for r in results if r.outcome == Outcome.UNDETERMINED), key=lambda r: len(r.lacking))
    meant = [r for r in results if r.applied] or open_now or results
    say("怎样才会满足，一次看一个支持事项：", err=True)
    for r in meant[:_COMMANDS]:
        say(visible_line(f"huiqi explain {call} --measure {typed(r.title)} --what-if"), err=True)
    if more := len(meant) - _COMMANDS if len(meant) > _COMMANDS else 0:
        say(f"另有 {more} 项，换 --measure 后面的名称", err=True)


_COMMANDS = 5  # printed to be pasted


@main.command(
    cls=ChineseCommand,
    examples=[
        "./huiqi explain cases/认证-云中数据.yaml --measure 国际资质认证支持",
        "./huiqi explain cases/认证-缺失信查询.yaml --measure 国际资质认证支持 --what-if",
    ],
)
@click.argument("case", callback=_place, metavar="案例")
@click.option("--measure", required=True, metavar="事项", help="要说明的支持事项（或资格）：编号、名称，或只有它有的一段。")
@_rulebook_option
@_on_option
@_scheme_option
@_reading_option
@click.option("--what-if", is_flag=True, help="列出怎样才会满足：差多少、缺什么，最小的改变；已满足的，离不符合还有多远。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@_enterprise_option
@_key_option
@_reasoner_option
def explain(
    case: str, measure: str, rulebook: tuple[str, ...], on: date | None, scheme: tuple[str, ...], reading: tuple[str, ...], what_if: bool, as_json: bool,
    enterprise: str | None, key: str | None, reasoner: str | None,
) -> None:  # fmt: skip
    """逐条说明一个支持事项：条件、计算、调整、材料。"""
    from ..telling.explain import render_derivation
    from ..telling.remedies import render_remedies
    from ..telling.suffices import render_recognised_if, render_what_if
    from .workbooks import one_case_of

    read = one_case_of(case, rulebook, enterprise)
    books = _rulebooks(read, rulebook)
    measure = one_of(measure, books, recognised=True)
    titled = [b for b in books if measure not in b.measures and any(r.rulebook == b.id and measure == r.id for r in b.compiled.recognitions.values())]
    decisions = _decide(read, rulebook, titled or books, on, None if titled else measure, schemes_of(scheme, books), readings_of(reading, books), reasoner, key)
    _say_of_key(decisions)
    if as_json:
        told = [(d.to_dict(), d.remedies(measure) if what_if and measure in d.measures else None) for d in decisions]
        say_json([shape if found is None else {**shape, "remedies": [found.to_dict()]} for shape, found in told])
        return
    pages = []
    for decision in decisions:
        pages.append(decision.explain(measure))
        if decision.derivation:
            pages.append("\n" + render_derivation(decision, measure))
        if what_if and measure not in decision.measures:
            pages += ["\n" + render_recognised_if(decision, name) for name in decision.recognitions if measure in (name, name.rpartition("/")[2])]
        elif what_if:
            book = next(b for b in books if b.id == decision.rulebook_id)
            pages.append("\n" + render_what_if(decision, measure, book.compiled))
            pages.append("\n" + render_remedies(decision, decision.remedies(measure)))
    say("".join(pages), end="")


@main.command(
    cls=ChineseCommand,
    examples=[
        "./huiqi letter cases/认证-云中数据.yaml -o 测算表.docx",
        "./huiqi letter cases/认证-缺失信查询.yaml --kind 补正告知 --until 2026-07-15 -o 补正.html",
    ],
)
@click.argument("case", callback=_place, metavar="案例")
@click.option("-o", "--output", required=True, callback=_place, metavar="文件", help="写到这个文件：.docx（可编辑）、.pdf 或 .html。")
@click.option("--kind", callback=letter_kind, default=str(Kind.CALCULATION), metavar="文书", help="哪一种：测算表（不写就是它）、补正告知、公示。")
@click.option("--until", callback=_day, metavar="日期", help="补正期限或公示期满的那一天，例如 2026-07-15；不写则留空待填。")
@click.option("--measure", metavar="事项", help="只写一个支持事项：编号、名称，或只有它有的一段。")
@click.option("--all", "everything", is_flag=True, help="测算表全部列出：每个事项，不论缺多少资料、申报没有。")
@_rulebook_option
@_on_option
@_scheme_option
@_reading_option
@click.option("--fonts", callback=_place, metavar="文件夹", help="PDF 所用的中文字体在这个文件夹；不写则用本机装的。")
@_enterprise_option
@_key_option
@_reasoner_option
def letter(
    case: str, output: str, kind: Kind, until: date | None, measure: str | None, everything: bool, rulebook: tuple[str, ...], on: date | None,
    scheme: tuple[str, ...], reading: tuple[str, ...], fonts: str | None, enterprise: str | None, key: str | None, reasoner: str | None,
) -> None:  # fmt: skip
    """出一份文书：初审测算表、补正告知书、公示表；可编辑的 DOCX、PDF 或网页。"""
    from ..documents.papers import letters
    from .workbooks import one_case_of

    path = letter_path(output)
    read = one_case_of(case, rulebook, enterprise)
    books = _rulebooks(read, rulebook)
    only = None if measure is None else one_of(measure, books)
    decisions = _decide(read, rulebook, books, on, only, schemes_of(scheme, books), readings_of(reading, books), reasoner, key)
    _say_of_key(decisions)
    paper = letters.letter(kind, decisions, until=until, everything=everything)
    write_letter(path, letters.written(paper, path.suffix, fonts))
    for remark in letters.remarks(kind, decisions):
        say(visible_line(remark), err=True)
    say(f"已写出{paper.title}到 {path}；{paper.foot}")


@main.group(
    cls=ChineseGroup,
    later={
        "book": "book:rules_book", "new": "new:rules_new", "preview": "preview:rules_preview", "test": "testing:rules_test",
        "verify": "proofs:rules_verify", "diff": "proofs:rules_diff",
    },
)  # fmt: skip
def rules() -> None:
    """政策规则库：列出、查看、检查。"""


@rules.command("list", cls=ChineseCommand)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def rules_list(as_json: bool) -> None:
    """列出随附的政策规则库，与安装包提供的。"""
    from ..rulebook.compiler import load_compiled
    from ..rulebook.places import available, installed

    books = [load_compiled(name) for name in dict.fromkeys([*available(), *installed()])]
    if as_json:
        rows = [
            {"id": b.id, "title": b.title, "version": b.version, "jurisdiction": "/".join(b.jurisdiction), "digest": b.digest,
             "measures": len(b.measures), "recognitions": sum(r.rulebook == b.id for r in b.recognitions.values()), "clauses": len(b.clauses)}
            for b in books
        ]  # fmt: skip
        say_json(rows)
        return
    from .tables import table

    say(table(["编号", "名称", "版本", "事项", "资格", "条款"], [
        [b.id, b.title, b.version, str(len(b.measures)), str(sum(r.rulebook == b.id for r in b.recognitions.values())), str(len(b.clauses))] for b in books
    ]))  # fmt: skip


@rules.command("show", cls=ChineseCommand)
@click.argument("name", callback=_place, metavar="编号")
@click.option("--program", is_flag=True, help="印生成的程序：编号了多少判断与金额，哪些交参照实现、为什么")
def rules_show(name: str, program: bool) -> None:
    """把一个规则库（或“规则库:事项编号”）印成中文，供对照原文核对。"""
    from ..documents.lowered import show_program
    from ..documents.text import show_rulebook
    from ..rulebook.compiler import load_compiled

    book, _, item = name.partition(":")
    if program:
        if item:
            raise UsageError("--program 印整个规则库的，不单印一项", mend=f"huiqi rules show {book} --program")
        say(show_program(load_compiled(book)), end="")
        return
    say(show_rulebook(load_compiled(book), item or None), end="")


@rules.command("check", cls=ChineseCommand)
@click.argument("name", required=False, callback=_place, metavar="[编号或文件夹]")
@click.option("--sources", callback=_place, metavar="文件夹", help="再拿资料（文件夹里的 名称.md、名称.txt）逐条对：数、单位、界限词、字母、日期、文号、引文。")
@click.option("--renew", is_flag=True, help="先把各份资料现在的摘要写进 documents.yaml；与 --sources 同用。")
def rules_check(name: str | None, sources: str | None, renew: bool) -> None:
    """检查规则库能否编译；列出全部问题（文件:行:列）。有问题退出码为 1。"""
    from ..documents.coverage import coverage, findings, hints
    from ..reasoning.reasoners import verify_inference
    from ..rulebook.compiler import load_compiled
    from ..rulebook.places import available, find_folder
    from .sources import audited, folder_of_sheets, renewed

    failed, whole = 0, []
    sheets = folder_of_sheets(sources, renewing=renew)
    for one in available() if name is None else [name]:
        folder = find_folder(one)  # an unknown name is a wrong call, not a failing check
        if renew and sheets is not None:
            renewed(folder, sheets)
        try:
            book = load_compiled(one)
        except InputError as error:
            failed += len(error.problems)
            say(str(error), err=True)
            continue
        if found := findings(book):
            failed += len(found)
            for finding in found:
                say(visible_line(str(finding)), err=True)
            continue
        whole.append(book)
        figures = sum(len(p.versions) for k, p in book.parameters.items() if k.startswith(book.id + "/"))
        conditions = coverage(book)["conditions"]
        held = verify_inference(book)
        engine = "" if held is None else f"，推理核对 {held} 次，与逐条计算的结论都相同"
        say(f"{book.id} {book.version}：{len(book.measures)} 项支持、{conditions} 条条件、{figures} 个标准，编译通过{engine}  {book.digest[:19]}")
        for hint in hints(book):
            say(visible_line(f"  提示：{hint}"))
    if sheets is not None:
        failed += audited(whole, sheets)
    if failed:
        say(f"共 {failed} 处问题。", err=True)
        sys.exit(1)


@rules.command("coverage", cls=ChineseCommand)
@click.argument("names", nargs=-1, callback=_place, metavar="[编号或文件夹]...")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.option("--brief", is_flag=True, help="只列各规则库的合计与问题，不逐条列。")
@_features_option
def rules_coverage(names: tuple[str, ...], as_json: bool, brief: bool, features: str | None) -> None:
    """条款、标准、条件的覆盖，与只由一条条件决定的场景。有缺的退出码为 1。"""
    from ..documents.coverage import UNDECIDABLE, coverage, read_undecidable, render_coverage, waiver_problems
    from ..rulebook.compiler import load_compiled
    from ..rulebook.places import available
    from ..scenarios.parse import read_features
    from .scenarios import where

    told = cache(read_features)  # a folder of scenarios that many rulebooks share is read once
    reports = []
    for name in names or [n for n in available() if n != "common"]:
        folder = _features_folder(features, name)
        book = load_compiled(name)
        if folder is None:
            reports.append(coverage(book))
        else:
            mine = [f for f in told(folder) if book.id in f.rulebooks]
            reports.append(coverage(book, mine, read_undecidable(folder / UNDECIDABLE)))
            reports[-1]["problems"] += [f"{where(at)}{said}" for at, said in waiver_problems(book, folder / UNDECIDABLE, today())]
    if as_json:
        say_json(reports)
    else:
        say(("" if brief else "\n").join(render_coverage(r, brief=brief) for r in reports), end="")
    if failed := sum(len(r["problems"]) for r in reports):
        say(f"共 {failed} 处问题。", err=True)
        sys.exit(1)


@rules.command("figures", cls=ChineseCommand)
@click.argument("names", nargs=-1, callback=_place, metavar="[编号或文件夹]...")
@click.option("-o", "--output", callback=_place, metavar="文件", help="写到这个文件；不写则印出。")
def rules_figures(names: tuple[str, ...], output: str | None) -> None:
    """标准与出处一览（Markdown）：每个标准、每条参照条件的数值、依据与资料。"""
    from ..documents.figures import render_figures
    from ..rulebook.compiler import load_compiled
    from ..rulebook.places import available

    command = " ".join(["./huiqi rules figures", *names, *(["-o", output] if output else [])])
    books = [load_compiled(name) for name in names or available()]
    text = render_figures(books, command)
    if output is None:
        say(text, end="", as_it_is=True)
        return
    write_file(Path(output), text)
    say(f"已写出 {len(books)} 个规则库的标准与出处到 {output}")


@rules.command("bundle", cls=ChineseCommand)
@click.argument("name", callback=_place, metavar="编号或文件夹")
@click.option("-o", "--output", required=True, callback=_place, metavar="文件夹", help="存放各规则库包的文件夹。")
def rules_bundle(name: str, output: str) -> None:
    """把规则库连同所引用的存成一包，以摘要为名；以后用 replay --bundles 按当时的规则重算。"""
    from ..rulebook.compiler import load_compiled
    from ..rulebook.places import find_folder
    from ..rulebook.source import write_bundle

    check_folder(Path(output))
    book = load_compiled(name)
    target = write_bundle(find_folder(name), book.id, book.digest, Path(output))
    if load_compiled(str(target)).digest != book.digest:
        raise UsageError(f"“{target}”里的规则库与“{name}”不同；换一个文件夹，或删去它再存")
    say(f"已存 {book.id} {book.version}（{book.digest}）到 {target}")


@rules.command("migrate", cls=ChineseCommand)
@click.argument("folder", callback=_place, metavar="文件夹")
def rules_migrate(folder: str) -> None:
    """把用较早版本的规则语言写的规则库改写成现在的版本，注释留着；列出改了什么。"""
    from ..rulebook.migrate import LANGUAGE, migrate

    done = migrate(Path(folder))
    for change in done:
        say(visible_line(str(change)))
    say(f"已改写成第 {LANGUAGE} 版规则语言，共 {len(done)} 处" if done else f"已是第 {LANGUAGE} 版规则语言，没有改动")


@rules.command("lsp", cls=ChineseCommand)
def rules_lsp() -> None:
    """语言服务器：编辑器经标准输入输出调用，边写边查、补全、说明、跳转。"""
    try:
        from ..editor.server import serve
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        raise UsageError("编辑器所用的 pygls 没有安装：pip install 'huiqi[editor]'") from None
    serve()


@rules.command("schema", cls=ChineseCommand)
@click.option("-o", "--output", required=True, callback=_place, metavar="文件夹", help="写到这个文件夹。")
def rules_schema(output: str) -> None:
    """导出各规则文件、案例文件与决定 JSON 的 JSON Schema，供编辑器使用。"""
    from importlib.resources import files

    from ..rulebook.schemas import schemas

    shipped = ("case.schema.json", "decision.schema.json")
    found = {**schemas(), **{name: json.loads((files("huiqi.telling") / name).read_text(encoding="utf-8")) for name in shipped}}
    write_folder(Path(output), {file: json_text(schema) + "\n" for file, schema in found.items()})
    say(f"已写出 {len(found)} 个 JSON Schema 到 {output}")


@main.command(
    cls=ChineseCommand,
    examples=[
        "./huiqi check cases/认证-云中数据.yaml --json > 决定.json; ./huiqi replay 决定.json",
        "./huiqi check cases/园区-示范园区.yaml --json > 园区.json; ./huiqi replay 园区.json",
    ],
)
@click.argument("decision", callback=_place, metavar="决定.json")
@click.option("--rulebook", "-r", multiple=True, callback=_place, metavar="编号或文件夹", help="决定所用的规则库不是随附的时，指明它的文件夹；可写多次。")
@click.option("--bundles", multiple=True, callback=_place, metavar="文件夹", help="rules bundle 写到的文件夹，按摘要找当时的规则库；可写多次。")
@click.option("--reasoner", type=click.Choice(["rete", "reference"]), help="推理方式。")
def replay(decision: str, rulebook: tuple[str, ...], bundles: tuple[str, ...], reasoner: str | None) -> None:
    """按回执重算一份决定，核对每一项是否一致。不一致退出码为 1。"""
    from ..telling.replay import FREE_WORDS, replay_file
    from .verifying import refuse_case

    refuse_case(decision, "replay")
    for folder in bundles:
        if not Path(folder).is_dir():
            raise UsageError(f"没有文件夹“{folder}”；--bundles 写 huiqi rules bundle -o 写到的文件夹")
    done = replay_file(Path(decision), reasoner, rulebook, [Path(b) for b in bundles])
    for line in (*done.differences, *done.said):
        say(visible_line(line))
    if done.now:
        say("以上核对的是当时该说的；后来才知道的标准、条款（known from）会改变的：")
    for line in done.now:
        say(visible_line(f"  {line}"))
    result = f"{len(done.differences)} 处不一致" if done.differences else "与原决定一致"
    say(f"重算 {done.decisions} 份决定：{result}（核对 {done.leaves} 项；{FREE_WORDS}不在核对之列）")
    if done.differences:
        sys.exit(1)


if __name__ == "__main__":
    main()
