"""click in Chinese: help headings and usage errors, aligned by display width.

click ships no translations and pads by characters; CJK takes two columns each. Usage errors exit
with 2, as click does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click
from rich.cells import cell_len

WIDTH = 80
_MESSAGES = (
    ("Missing argument", "缺少参数"), ("Missing option", "缺少选项"), ("No such option", "没有这个选项"), ("No such command", "没有这个命令"),
    ("Missing command", "缺少命令"), ("Got unexpected extra argument", "多出的参数"), ("Did you mean", "是否"), ("Invalid value for", "不能用的值："),
    ("is not one of", "不在可选项里："), ("requires an argument", "要跟一个值"), ("Possible options", "可能的选项"),
)  # fmt: skip


def translate(message: str) -> str:
    for english, chinese in _MESSAGES:
        message = message.replace(english, chinese)
    return message


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 [参数]..."), prefix="用法：")

    def write_heading(self, heading: str) -> None:
        super().write_heading({"Options": "选项", "Commands": "命令"}.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        width = min(max((cell_len(a) for a, _ in rows), default=0), col_max) + col_spacing
        for first, second in rows:
            second = second.replace("Show this message and exit.", "显示帮助。")
            self.write(" " * self.current_indent + first)
            used = cell_len(first)
            if used + col_spacing > width:
                self.write("\n" + " " * (self.current_indent + width))
            else:
                self.write(" " * (width - used))
            line, room = "", WIDTH - self.current_indent - width
            for char in second:
                if cell_len(line + char) > room and char not in "，。；、）":
                    self.write(line + "\n" + " " * (self.current_indent + width))
                    line = ""
                line += char
            self.write(line + "\n")


class _Context(click.Context):
    formatter_class = _Formatter


class _Mixin:

    def main(self, *args: Any, standalone_mode: bool = True, **kwargs: Any) -> Any:
        if not standalone_mode:
            return super().main(*args, standalone_mode=False, **kwargs)  # type: ignore[misc]
        try:
            result = super().main(*args, standalone_mode=False, **kwargs)  # type: ignore[misc]
        except click.UsageError as error:
            if error.ctx is not None:
                click.echo(error.ctx.get_usage(), err=True)
            click.echo("用法有误：" + translate(error.format_message()), err=True)
            raise SystemExit(2) from None
        except click.ClickException as error:
            click.echo("出错：" + translate(error.format_message()), err=True)
            raise SystemExit(2) from None
        except click.Abort:
            click.echo("已中止。", err=True)
            raise SystemExit(2) from None
        raise SystemExit(result if isinstance(result, int) else 0)


class ChineseCommand(_Mixin, click.Command):
    """A command whose help and errors are Chinese."""

    context_class = _Context


class ChineseGroup(_Mixin, click.Group):
    """A group whose help and errors are Chinese."""

    context_class = _Context
    command_class = ChineseCommand
