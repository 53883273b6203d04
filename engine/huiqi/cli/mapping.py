"""`huiqi map`: the columns of a register to facts, and every cell with its verdict."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import UsageError
from ..files import write_file
from ..visible import json_text, typed
from .places import place
from .places import rulebook as called
from .rim import say
from .zh import ChineseCommand


@click.command(
    "map",
    cls=ChineseCommand,
    examples=[
        "printf '企业名称,注册地县区\\n甲公司（虚构）,平城区\\n' > 汇总.csv; ./huiqi map 汇总.csv -r datong-outsourcing -o 对应.yaml",
        "./huiqi map 汇总.csv --mapping 对应.yaml -o 今年.yaml",
    ],
)
@click.argument("register", callback=place, metavar="表格")
@click.option("-o", "--output", required=True, callback=place, metavar="对应表", help="写到这个 YAML 文件；已有的对应表，答过的会保留。")
@click.option("--rulebook", "-r", callback=called, metavar="规则库", help="用哪个规则库的词汇；不写则按列名和标题选，并说明选了哪个。")
@click.option("--mapping", callback=place, metavar="对应表", help="接着用这份对应表（如去年的）；不写而 -o 的文件已经有，就接着用它。")
@click.option("--json", "cells", callback=place, metavar="文件", help="把每一格的结论（读出、待答、有错）写成 JSON。")
def map_command(register: str, output: str, rulebook: str | None, mapping: str | None, cells: str | None) -> None:
    """表格的列对应到数据项：写出可以修改的对应表，逐格说明读出了什么、要问什么、错在哪里。"""
    from ..registers import map_register

    named = [Path(x).resolve() for x in (register, output, cells) if x is not None]
    if len(set(named)) < len(named):
        raise UsageError("表格、-o 与 --json 要是不同的文件")
    there = Path(output)
    mapped = map_register(register, rulebook=rulebook, mapping=mapping or (output if there.is_file() else None))
    if cells is not None:
        write_file(Path(cells), json_text(mapped.cells) + "\n")
    write_file(there, mapped.mapping)
    for line in mapped.summary:
        say(line)
    if not mapped.complete:
        say(f"对应表 {output} 里还有要答的问题：在“答”后面写 ①、②……，再执行一遍\n  huiqi map {typed(register)} -o {typed(output)}")
