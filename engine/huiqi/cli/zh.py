"""click in Chinese: help headings and usage errors, aligned by display width.

click ships no translations and pads by characters; CJK takes two columns each. Usage errors exit
with 2, as click does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import click
from rich.cells import cell_len

from ..errors import suggestion
from .rim import guarded

WIDTH = 80
_CHINESE = re.compile("[\u4e00-\u9fff]")  # a sentence of ours
_EXTRA = re.compile(r"\((.*)\)$")  # the words that click found too many


def usage_words(error: click.UsageError) -> str:
    """What is wrong with a call, from the error's own parts: click's sentences are English."""
    match error:
        case click.NoSuchOption():
            near = f"；是否 {'、'.join(error.possibilities)}？" if error.possibilities else "；加 --help 看有哪些选项"
            return f"没有这个选项 {error.option_name}{near}"
        case click.MissingParameter():
            return f"缺少{_parameter(error)}；加 --help 看怎样写"
        case click.BadOptionUsage():
            # click tells the two apart by its sentence only
            return f"选项 {error.option_name} {'不带值' if 'not take' in error.message else '要跟一个值'}"
        case click.BadParameter():
            kind = error.param.type if error.param is not None else None
            choices = f"，可写：{'、'.join(str(c) for c in kind.choices)}" if isinstance(kind, click.Choice) else ""
            return f"{_parameter(error)}的值不能用{choices}"
    if _CHINESE.search(error.message):
        return error.message
    extra = _EXTRA.search(error.message)
    return f"多写了参数{' ' + extra.group(1) if extra else ''}；加 --help 看怎样写"


def _parameter(error: click.BadParameter) -> str:
    param = error.param
    if isinstance(param, click.Option):
        return f"选项 {param.opts[-1]} "
    return f"参数 {param.make_metavar(error.ctx) if param is not None and error.ctx is not None else ''}".rstrip()


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 [参数]..."), prefix="用法：")

    def write_heading(self, heading: str) -> None:
        super().write_heading({"Options": "选项", "Commands": "命令"}.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        width = min(max((cell_len(a) for a, _ in rows), default=0), col_max) + col_spacing
        for first, told in rows:
            second = told.replace("Show this message and exit.", "显示帮助。")
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
        run = super().main  # type: ignore[misc]
        if standalone_mode:
            guarded(lambda: run(*args, standalone_mode=False, **kwargs), usage_words)
        return run(*args, standalone_mode=False, **kwargs)


class ChineseCommand(_Mixin, click.Command):
    """A command whose help and errors are Chinese."""

    context_class = _Context


class ChineseGroup(_Mixin, click.Group):
    """A group whose help and errors are Chinese."""

    context_class = _Context
    command_class = ChineseCommand

    def __init__(self, *args: Any, later: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        """`later`: further commands by name, as `module:command` of this package; a command is imported when it is called, or all are told of."""
        super().__init__(*args, **kwargs)
        self.later = dict(later or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.later})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.later:
            return super().get_command(ctx, cmd_name)
        module, _, command = self.later[cmd_name].partition(":")
        found: click.Command = getattr(import_module(f"{__package__}.{module}"), command)
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-"):
            ctx.fail(f"没有这个命令“{args[0]}”；{suggestion(args[0], known) or '可用：' + '、'.join(known)}")
        return super().resolve_command(ctx, args)
