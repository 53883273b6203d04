"""`verify-decision`: a recorded decision checked by what shares no code with what decided it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..errors import InputError, Position, Problem
from ..visible import visible_line
from .places import place
from .rim import say
from .zh import ChineseCommand


@click.command("verify-decision", cls=ChineseCommand)
@click.argument("decision", callback=place, metavar="决定.json")
def verify_decision(decision: str) -> None:
    """只凭决定的 JSON 核对它前后是否一致，不用规则库和测算的程序；并说明没有核对什么。不一致退出码为 1。"""
    from ..checking.read import Unreadable
    from ..checking.verify import verify_file

    try:
        lines, holds = verify_file(Path(decision))
    except Unreadable as error:
        raise InputError([Problem(Position(decision), str(error), "", "huiqi check --json 的输出", "决定文件不要手改，重新导出")]) from None
    for line in lines:
        say(visible_line(line))
    if not holds:
        sys.exit(1)
