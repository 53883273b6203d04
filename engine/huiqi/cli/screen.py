"""`huiqi screen`: a whole round, from a register to a workbook of results."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from ..errors import UsageError
from ..files import unfinished
from ..visible import typed
from ..words import Outcome
from .places import day, place
from .places import rulebook as called
from .progress import Progress
from .rim import say
from .zh import ChineseCommand


@click.command(
    "screen",
    cls=ChineseCommand,
    examples=[
        "./huiqi screen 申报.xlsx -o 结果.xlsx",
        "./huiqi screen 申报.xlsx -o 新.xlsx --history 结果.xlsx",
    ],
)
@click.argument("register", callback=place, metavar="企业名录")
@click.option(
    "-o",
    "--output",
    required=True,
    callback=place,
    metavar="文件",
    help="结果写到这个文件：.xlsx（各表俱全）、.csv 或 .parquet（逐户逐项）；已经有了的不覆盖。",
)
@click.option("--mapping", callback=place, metavar="对应表", help="不是我们模板的表，用 huiqi map 写出、答完的对应表。")
@click.option("--history", multiple=True, callback=place, metavar="文件", help="以往各轮的结果（.xlsx）或决定（.json），用来查重；可写多次。")
@click.option("--resume", is_flag=True, help="接着上次没有做完的做。")
@click.option("--rulebook", "-r", multiple=True, callback=called, metavar="编号或文件夹", help="政策规则库；可写多次。不写则用名录或对应表里的。")
@click.option("--on", callback=day, metavar="日期", help="审核日期，例如 2026-06-30。不写则用名录里各户的。")
@click.option("--measure", "measures", multiple=True, metavar="事项", help="只测算这些支持事项：编号、标题，或其中独有的一段；可写多次。")
@click.option("--scheme", multiple=True, metavar="事项=方案", help="选用参照方案。")
@click.option("--reading", multiple=True, metavar="读法=选项", help="取定一种读法，作为假定；只用于规则库里未定的。")
@click.option("--cleared", multiple=True, metavar="编号", help="已核清不是重复的编号（“重复疑点”里的）；可写多次。")
@click.option("--engine", type=click.Choice(["columns", "spark"]), help="名录是一列一个数据项的 Parquet 表：按列成批测算（columns），或在 Spark 上（spark）。")
@click.option("--reminders", is_flag=True, help="结果另加一栏 reminders，各户的提醒（如证书上的持证人不是本单位），只用于 --engine。")
@click.option("--year", type=int, metavar="年度", help="申报年度，给名录里自己没有写的各户；写了的照名录。")
@click.option("--key", callback=place, metavar="文件", help="化名用的密钥文件；一轮用同一把，各县合并、与以往比对才认得出同一个人。")
def screen_command(
    register: str, output: str, mapping: str | None, history: tuple[str, ...], resume: bool, rulebook: tuple[str, ...], on: date | None,
    measures: tuple[str, ...], scheme: tuple[str, ...], reading: tuple[str, ...], cleared: tuple[str, ...], engine: str | None, year: int | None, reminders: bool,
    key: str | None,
) -> None:  # fmt: skip
    """筛查一轮：企业名录逐户测算，写出汇总、名单、逐户逐项、补正清单、疑点、错误行。"""
    if engine is not None:
        beside = {"--mapping": mapping, "--history": history, "--cleared": cleared, "--key": key, "--resume": resume and engine == "spark"}
        unused = [o for o, x in beside.items() if x]
        _by_columns(engine, register, output, rulebook, on, year, measures, scheme, reading, resume=resume, reminders=reminders, beside=unused)
        return
    if reminders:
        raise UsageError("--reminders 只用于 --engine", mend="去掉它", argument="reminders")
    from ..screens import Choice, screen
    from .choices import one_of, readings_of, schemes_of

    def chosen(books: Sequence[Any]) -> Choice:
        given = list(books)
        only = tuple(dict.fromkeys(one_of(m, given) for m in measures))
        return Choice(
            on=None if on is None else on.isoformat(), schemes=schemes_of(scheme, given), readings=readings_of(reading, given), measures=only, key=key
        )

    began = time.monotonic()
    with _told_how_to_go_on(output), Progress("测算各户", 0) as bar:

        def started(todo: int, known: int) -> None:
            if known:
                say(f"上次已经测算 {known} 户，接着测算 {todo} 户")
            bar.begin(todo)

        found = screen(
            register, output, mapping=mapping, history=history, resume=resume, rulebooks=rulebook, choose=chosen, cleared=cleared,
            year=year, started=started, tick=bar.tick,
        )  # fmt: skip
    for line in found.summary:
        say(line)
    decided, seconds = sum(r.done for r in found.rows), time.monotonic() - began
    say(f"已写出 {typed(output)}（{decided} 户，{seconds:.0f} 秒）")


@contextmanager
def _told_how_to_go_on(output: str) -> Iterator[None]:
    """Who stops a run hears that what was decided is kept."""
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        if unfinished(Path(output)).exists():
            say("做完的留着：同一条命令加上 --resume 接着做。", err=True)
        raise


def _by_columns(
    engine: str, register: str, output: str, rulebook: tuple[str, ...], on: date | None, year: int | None, measures: tuple[str, ...], scheme: tuple[str, ...],
    reading: tuple[str, ...], *, resume: bool, reminders: bool, beside: list[str],
) -> None:  # fmt: skip
    """A Parquet table, whole columns at once."""
    from ..api import load
    from ..batches import BatchTerms, screen_table
    from .choices import one_of, readings_of, schemes_of

    if beside:
        raise UsageError(f"--engine {engine} 不用 {'、'.join(beside)}", mend="去掉它；要查重、续做各户的，用工作簿的名录", argument="engine")
    if len(rulebook) != 1 or on is None:
        raise UsageError(f"--engine {engine} 要写明一个规则库和审核日期", mend="-r datong-outsourcing --on 2026-06-30", argument="engine")
    if Path(output).suffix.lower() not in ("", ".parquet"):
        raise UsageError(
            f"--engine {engine} 写的是 Parquet",
            mend=f"-o {Path(output).with_suffix('.parquet')}；要工作簿或 CSV 的，名录用工作簿，不写 --engine",
            argument="output",
        )
    book = load(rulebook[0])
    only = tuple(dict.fromkeys(one_of(m, [book]) for m in measures))
    asking = BatchTerms(
        rulebook=rulebook[0], on=on.isoformat(), year=year, measures=only, schemes=tuple(schemes_of(scheme, [book]).items()),
        readings=tuple(readings_of(reading, [book]).items()), reminders=reminders,
    )  # fmt: skip
    began = time.monotonic()
    if engine == "spark":
        from ..spark import screen_spark

        found = screen_spark(register, output, asking)
    else:
        with _told_how_to_go_on(output), Progress("测算各批", 0) as bar:

            def started(todo: int, known: int) -> None:
                if known:
                    say(f"上次已经测算 {known} 批，接着测算 {todo} 批")
                bar.begin(todo)

            found = screen_table(register, output, asking, resume=resume, processes=os.cpu_count() or 1, started=started, tick=bar.tick)
    titles = {i: m.title for i, m in book.measures.items()}
    for line in found.summary:
        say(line)
    for (measure, outcome), many in sorted(found.outcomes.items()):
        say(f"  {titles.get(measure, measure)}：{Outcome(outcome).counted} {many} 行")
    for title in book.pools(only):
        say(f"  “{title}”要全部申报汇总后确定：这里写的是汇总以前的测算；要汇总的，用工作簿的名录，不写 --engine")
    say("  没有查重：同一户、同一张证书写了几行的，各算各的；要查重的，用工作簿的名录")
    seconds = time.monotonic() - began
    say(f"已写出 {typed(output)}（{seconds:.0f} 秒，每秒 {found.read / max(seconds, 0.001):,.0f} 行）")
