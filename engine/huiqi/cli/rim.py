"""The rim of the program: everything printed passes here, and every failure ends here in words.

What must stay true: what is printed is visible text in an encoding the terminal has; an expected
error is its message and exit 2; a full disk, a closed pipe, Ctrl-C are said, not dumped; and what
nobody expected is one line that says what to report (exit 70), with the traceback only where
`HUIQI_DEBUG=1` asks for it. That last guard excuses nothing: whatever reaches it is a defect.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import click

from .._version import __version__
from ..errors import HuiqiError, InputError
from ..files import name_of, reason
from ..folding import within_edge
from ..visible import WRITTEN_OUT, json_text, typed, visible, visible_line

WRONG, INTERRUPTED, DEFECT = 2, 130, 70
_SUGGESTED = re.compile(
    r"(?<![\w./\\-])huiqi (?=(?:ask|check|explain|letter|map|new|replay|rules|screen|simulate|template|verify-decision)(?:[ ，。；：）]|$))", re.M
)


class _Unprintable(Exception):
    """Standard output cannot take what we say; `cause` is the system's reason."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(str(cause))
        self.cause = cause


def say(text: str, *, err: bool = False, end: str = "\n", as_it_is: bool = False) -> None:
    """Print text, every hidden character written out; a command it suggests begins as this one was called, so that it can be pasted.

    Lines are folded where it is known how many columns there are; `as_it_is`: never, since a program reads them.
    """
    if called := os.environ.get("HUIQI_CALLED"):  # set by the script of a checkout, which is on no path
        begun = typed(called)
        text = _SUGGESTED.sub(lambda _: f"{begun} ", text)
    _print(text if as_it_is else within_edge(visible(text)), err=err, end=end)


def _print(text: str, *, err: bool = False, end: str = "\n") -> None:
    stream = sys.stderr if err else sys.stdout
    try:
        if stream is None:
            raise OSError(errno.EBADF, "")
        stream.write(visible(text) + end)
        stream.flush()
    except OSError as error:
        if err:
            return  # nowhere left to say so
        raise _Unprintable(error) from None


def line_told(prompt: str) -> str | None:
    """One line of standard input; None at its end. The question goes to standard error, so that output stays output."""
    if prompt:
        say(prompt, err=True, end="")
    line = sys.stdin.readline()
    return line.rstrip("\r\n") if line else None


def say_json(value: Any) -> None:
    _print(json_text(value))


def guarded(run: Callable[[], Any], usage: Callable[[click.UsageError], str]) -> NoReturn:
    """Run a command to its exit code. `usage` words a wrong call."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=WRITTEN_OUT)
    try:
        result = run()
        code = result if isinstance(result, int) else 0
    except InputError as error:
        code = _wrong(str(error), len(error.problems))
    except HuiqiError as error:
        code = _wrong(visible_line(str(error)), 1)
    except click.exceptions.NoArgsIsHelpError as error:
        code = _wrong(error.ctx.get_help() if error.ctx is not None else "", 1)
    except click.UsageError as error:
        if error.ctx is not None:
            say(error.ctx.get_usage(), err=True)
        code = _wrong(visible_line("用法有误：" + usage(error)), 1)
    except (click.Abort, KeyboardInterrupt):
        say("已中止。", err=True)
        code = INTERRUPTED
    except _Unprintable as error:
        code = _unprintable(error.cause)
    except BrokenPipeError as error:
        code = _unprintable(error)
    except OSError as error:
        code = _wrong(visible_line(f"{name_of(error) or '读写文件'}：{reason(error)}"), 1)
    except RecursionError:
        code = _wrong("内容嵌套太深，无法处理；请简化", 1)
    except MemoryError:
        code = _wrong("内存不够，无法处理；请把文件分小", 1)
    except Exception as error:  # noqa: BLE001 - the last resort
        code = _defect(error)
    raise SystemExit(code)


def _wrong(message: str, count: int) -> int:
    say(message, err=True)
    if count > 1:
        say(f"共 {count} 处问题。", err=True)
    return WRONG


def _unprintable(cause: OSError) -> int:
    """A reader that closed the pipe (`| head`) has what it wanted; anything else is a failure."""
    if sys.stdout is not None:
        # what is still held back would be tried again, and complained of, at exit
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if cause.errno == errno.EPIPE:
        return 0
    return _wrong(f"结果印不出来：{'没有标准输出' if cause.errno == errno.EBADF else reason(cause)}", 1)


def _defect(error: Exception) -> int:
    if os.environ.get("HUIQI_DEBUG") == "1":
        say("".join(traceback.format_exception(error)), err=True)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    said = visible_line(str(error))[:80]
    say(
        f"程序出错（这是程序的毛病，不是填写有误）：{type(error).__name__} {place} {said}；"
        f"请把这一行、版本 {__version__} 和所用的文件报给开发者；设 HUIQI_DEBUG=1 再运行可看详情。", err=True,
    )  # fmt: skip
    return DEFECT
