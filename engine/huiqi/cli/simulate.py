"""`huiqi simulate`: a register under figures, schemes, readings or a rulebook that are supposed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import click

from ..errors import InputError, Position, Problem
from ..visible import typed
from .choices import NO_FIGURE, NO_READING, NO_SCHEME, all_readings_in, example_of, figures_in, pairs, schemes_in
from .places import day, place
from .places import rulebook as called
from .progress import Progress
from .rim import say
from .tables import table
from .zh import ChineseCommand

_ROWS = 12  # of a table on the terminal


@click.command("simulate", cls=ChineseCommand)
@click.argument("register", callback=place, metavar="企业名录")
@click.option(
    "-o", "--output", "outputs", multiple=True, callback=place, metavar="文件", help="写到这个文件：.html（报告，带图）或 .xlsx；可写两次。已经有了的不覆盖。"
)
@click.option(
    "--set", "figures", multiple=True, metavar="标准=值[,值…]", help="假定一个标准取别的值，只用于推演；几个值是一条曲线。几份文件都有的写 名称@文件。"
)
@click.option("--scheme", multiple=True, metavar="事项=方案", help="按这个参照方案。")
@click.option("--reading", multiple=True, metavar="读法=选项", help="假定一种读法，规则库已经取定的也可以改。")
@click.option("--against", multiple=True, callback=place, metavar="编号@版本或文件夹", help="与另一个（另一版）规则库比较；可写多次。")
@click.option("--mapping", callback=place, metavar="对应表", help="不是我们模板的表，用 huiqi map 写出、答完的对应表。")
@click.option("--rulebook", "-r", multiple=True, callback=called, metavar="编号或文件夹", help="政策规则库，推演第一个；不写则用名录里的。")
@click.option("--on", callback=day, metavar="日期", help="审核日期，例如 2026-06-30。不写则用名录里各户的。")
@click.option("--year", type=int, metavar="年度", help="申报年度，给名录里自己没有写的各户；写了的照名录。")
@click.option("--measure", "measures", multiple=True, metavar="事项", help="只推演这些支持事项：编号、标题，或其中独有的一段；可写多次。")
@click.option("--by", multiple=True, metavar="数据项", help="按这个数据项分组；不写是按注册地县区（和企业划型）。")
@click.option("--key", callback=place, metavar="文件", help="化名用的密钥文件。")
def simulate_command(
    register: str, outputs: tuple[str, ...], figures: tuple[str, ...], scheme: tuple[str, ...], reading: tuple[str, ...], against: tuple[str, ...],
    mapping: str | None, rulebook: tuple[str, ...], on: date | None, year: int | None, measures: tuple[str, ...], by: tuple[str, ...], key: str | None,
) -> None:  # fmt: skip
    """推演：名录逐户按现行和假定各测算一遍，比较总额、得失、因哪一条，各方案、各读法、各取值并列。"""
    from ..api import load
    from ..simulations import COUNTY, Chosen, Part, WhatIf, simulate_register, tables

    problems: list[Problem] = []
    malformed = any("=" not in x or "" in map(str.strip, x.partition("=")) for x in (*figures, *scheme, *reading))
    books = [load(x) for x in rulebook] if malformed else []  # only an example is taken from them
    nothing = () if rulebook else ("看名录所用的规则库有哪些：huiqi rules show 编号",) * 3
    none = nothing or (NO_FIGURE, NO_SCHEME, NO_READING)
    asked = WhatIf(
        figures=tuple(_figure(n, v, at, problems) for n, v, at in pairs(figures, "--set", "标准=值", example_of(books, figures_in, none[0]), problems)),
        schemes=tuple(Chosen(*x) for x in pairs(scheme, "--scheme", "事项=方案", example_of(books, schemes_in, none[1]), problems)),
        readings=tuple(Chosen(*x) for x in pairs(reading, "--reading", "读法=选项", example_of(books, all_readings_in, none[2]), problems)),
        against=against, measures=measures, by=by or (COUNTY,),
    )  # fmt: skip
    if problems:
        raise InputError(problems)
    with Progress("推演各户", 0) as bar:
        found = simulate_register(
            register, outputs, asked=asked, rulebooks=rulebook, mapping=mapping, on=on, otherwise=year, key=key, started=bar.begin, tick=bar.tick
        )  # fmt: skip
    for one in tables(found):
        if one.part in (Part.MOVED, Part.LACKED) or not one.rows:  # a line for each applicant and measure
            continue
        say("\n".join(one.about) if one.part is Part.SUMMARY else f"\n{one.title}")
        shown = [c for c, roomy in enumerate(one.roomy) if not roomy and any(row[c] not in ("", "0") for row in one.rows)]
        say(table([one.headings[c] for c in shown], [[row[c] for c in shown] for row in one.rows[:_ROWS]]))
        if len(one.rows) > _ROWS:
            say(f"（共 {len(one.rows)} 行，全部见 -o 推演.html 或 推演.xlsx）")
        if one.part is Part.UNSETTLED and not outputs:
            chosen = {
                "-r": rulebook,
                "--mapping": [mapping] if mapping else [],
                "--on": [on.isoformat()] if on else [],
                "--year": [str(year)] if year else [],
                "--measure": measures,
            }
            again = " ".join([typed(register), *(f"{o} {typed(x)}" for o, given in chosen.items() for x in given)])
            say(f"逐户列出缺什么、在哪一格：\n  huiqi simulate {again} -o 推演.xlsx")
    for output in outputs:
        say(f"已写出 {typed(output)}")


def _figure(name: str, values: str, at: Position, problems: list[Problem]) -> Any:
    """Values apart by commas. A comma before three digits may as well be one of the thousands: nobody guesses which."""
    from ..simulations import Figure

    if re.search(r"(?<![\d.])\d{1,3}[,，]\d{3}(?!\d)", values):
        message = "逗号是分开几个值，还是千位分隔，看不出来"
        problems.append(Problem(at, message, values, "几个值用顿号分开；千位不写逗号", "例如 100、200，或 1000元"))
    told = [x.strip() for x in re.split("[,，、]", values)]
    if len(told) > 1 and not all(told):  # one value may have been lost: a curve of the rest would not say so
        problems.append(Problem(at, "几个值里有一个值是空的", values, "几个值用顿号分开，一个也不空", "补上那个值，或删去多的逗号"))
    return Figure(name, tuple(x for x in told if x), at)


__all__ = ["simulate_command"]
