"""The print edition of the policy book as PDF, its contents with page numbers.

A browser prints `all.html` too, but no browser yet knows on which page what it lists will stand. WeasyPrint does;
it is not among what huiqi installs. What must stay true: what is lacking (the library, a Chinese font) is said
before anything is run, by the name under which it is installed; no character is printed as an empty box.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

from ..errors import UsageError
from ..files import write_file

OLDEST = 67  # those before it print a character that no font has as an empty box, and say nothing; setup.cfg asks for the same
INSTALL = f"pip install 'weasyprint>={OLDEST}'（Linux 另要 libpango，Debian、Ubuntu 上 apt-get install libpango-1.0-0 libpangoft2-1.0-0）"
OTHERWISE = "；或不用 --pdf，用浏览器打印 all.html（目录没有页码）"
FONTS = f"Debian、Ubuntu 上 apt-get install fonts-noto-cjk；或用 --fonts 指明放字体的文件夹{OTHERWISE}"
_CONFIG = (
    "<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig><include ignore_missing='yes'>{system}</include><dir>{folder}</dir></fontconfig>"
)


def printer(fonts: str | Path | None = None) -> ModuleType:
    """What prints, with the fonts of a folder beside those of the machine. Raises `UsageError` where it cannot."""
    if fonts is not None:
        if not Path(fonts).is_dir():
            raise UsageError(f"没有文件夹“{fonts}”；--fonts 写放字体的文件夹", argument="fonts")
        with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8", delete=False) as file:  # read when the library is loaded
            file.write(_CONFIG.format(system=os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf"), folder=Path(fonts).resolve()))
        os.environ["FONTCONFIG_FILE"] = file.name
    try:
        weasyprint = import_module("weasyprint")
    except ModuleNotFoundError as error:
        raise UsageError(f"写 PDF 手册所用的 {error.name} 没有安装", mend=INSTALL + OTHERWISE, argument="pdf") from None
    except OSError as error:  # the library is there, what it is built on is not
        raise UsageError(f"写 PDF 手册所用的 weasyprint 用不起来：{str(error).splitlines()[0]}", mend=INSTALL + OTHERWISE, argument="pdf") from None
    if int(weasyprint.__version__.partition(".")[0]) < OLDEST:
        raise UsageError(f"weasyprint {weasyprint.__version__} 太旧：字体里没有的字，它印成空框而不说", mend=INSTALL + OTHERWISE, argument="pdf")
    with _boxes() as lacking:
        weasyprint.HTML(string="<p>政策手册</p>").write_pdf()
    if lacking:
        raise UsageError("没有中文字体，印不出 PDF：要装 fonts-noto-cjk（Noto Sans CJK SC）", mend=FONTS, argument="fonts")
    return weasyprint


def write_pdf(folder: Path, path: Path, weasyprint: ModuleType) -> int:
    """Print the book in a folder; how many pages it has. Raises `UsageError` where a character has no shape: nothing is written."""
    page = weasyprint.HTML(filename=str(folder / "all.html")).render()
    with _boxes() as lacking:
        data = page.write_pdf()
    if lacking:
        raise UsageError(f"字体里没有这些字：{'、'.join(f'{c}（U+{ord(c):04X}）' for c in sorted(lacking)[:8])}", mend=FONTS, argument="fonts")
    write_file(path, data)
    return len(page.pages)


@contextmanager
def _boxes() -> Iterator[set[str]]:
    """The characters that no font has a shape for, which is only logged."""
    found: set[str] = set()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if isinstance(record.msg, str) and record.msg.startswith(".notdef") and isinstance(record.args, tuple):
                found.add(str(record.args[0]))

    log, listener = logging.getLogger("weasyprint"), Listener()
    before = log.handlers[:]
    log.handlers = [listener]  # else it tells the terminal of every property it does not know
    try:
        yield found
    finally:
        log.handlers = before


__all__ = ["printer", "write_pdf"]
