"""`verify-decision`: a recorded decision checked by what shares no code with what decided it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..errors import InputError, Position, Problem
from ..visible import typed, visible_line
from .places import place
from .rim import say
from .zh import ChineseCommand

CASES = (".yaml", ".yml", ".xlsx", ".xlsm", ".csv")


def refuse_case(path: str, command: str) -> None:
    """A case is not the decision on it: how one is recorded."""
    if Path(path).suffix.lower() in CASES:
        mend = f"先把决定存下来：huiqi check {typed(path)} --json > 决定.json，再 huiqi {command} 决定.json"
        raise InputError([Problem(Position(path), "这是案例或工作簿，不是存下的决定", Path(path).name, "huiqi check --json 的输出", mend)])


@click.command(
    "verify-decision",
    cls=ChineseCommand,
    examples=[
        "./huiqi check cases/认证-云中数据.yaml --json > 决定.json; ./huiqi verify-decision 决定.json",
        "./huiqi check cases/园区-示范园区.yaml --json > 园区.json; ./huiqi verify-decision 园区.json",
    ],
)
@click.argument("decision", callback=place, metavar="决定.json")
def verify_decision(decision: str) -> None:
    """只凭决定的 JSON 核对它前后是否一致，不用规则库和测算的程序；并说明没有核对什么。不一致退出码为 1。"""
    from ..checking.read import Unreadable
    from ..checking.verify import verify_file

    refuse_case(decision, "verify-decision")
    try:
        lines, holds = verify_file(Path(decision))
    except Unreadable as error:
        raise InputError([Problem(Position(decision), str(error), "", "huiqi check --json 的输出", "核对路径；决定文件不要手改，可以重新导出")]) from None
    for line in lines:
        say(visible_line(line))
    if not holds:
        sys.exit(1)
