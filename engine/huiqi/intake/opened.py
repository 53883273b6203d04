"""A foreign file opened: in a child process, with its memory and time capped, by what it is rather than by its name.

What must stay true: nothing that a file holds runs here (macros are refused, formulas are text), an encrypted file is refused in
words, and a file that would need too much costs its child, never the caller.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ..errors import Code, InputError, Position, Problem
from ..files import reading
from .grid import Workbook, from_plain, to_plain
from .xlsx import Refused, read_xlsx

MAX_BYTES = 60 * 2**20  # of a file
MEMORY = 1536 * 2**20  # of the child
SECONDS = 120
_OLE, _ZIP, _PARQUET = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"PAR1"
_KINDS = "XLSX、XLS、ODS、CSV 或 Parquet"


def open_register(path: Path) -> Workbook:
    """Everything that stands in a table's file. Raises `InputError` in words."""
    with reading(path):
        if not path.is_file():
            raise _refusal(path, "没有这个文件" if not path.exists() else "这不是文件", "核对路径")
        size = path.stat().st_size
    if size > MAX_BYTES:
        raise _refusal(path, f"文件过大（{size:,} 字节，最多 {MAX_BYTES:,}）", "分成几个文件")
    if not size:
        raise _refusal(path, "文件是空的", "核对是否选错文件")
    engine = str(Path(__file__).parents[2])
    searched = os.pathsep.join([engine, *filter(None, [os.environ.get("PYTHONPATH")])])
    # our own interpreter and code; the path is one argument
    command = [sys.executable, "-c", "from huiqi.intake.opened import child; child()", str(path)]
    try:
        settings = {**os.environ, "PYTHONPATH": searched, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, env=settings, check=False)  # noqa: S603 (as said above)
    except subprocess.TimeoutExpired:
        raise _refusal(path, f"读了 {SECONDS} 秒还没有读完，停下了", "分成几个文件，或另存为 CSV") from None
    if done.returncode == 0:
        return from_plain(json.loads(done.stdout))
    try:
        told = json.loads(done.stdout)
    except ValueError:
        told = {}
    raise _refusal(path, told.get("message") or "读它要用的内存或时间超过了上限，停下了", told.get("mend") or "分成几个文件，或另存为 CSV")


def _refusal(path: Path, message: str, mend: str) -> InputError:
    return InputError([Problem(Position(str(path)), message, path.name, f"一份表格（{_KINDS}）", mend, Code.UNREADABLE_FILE)])


def child() -> None:
    """What the child process does: read, and say it as JSON; exit 3 with a refusal in words."""
    _cap()
    try:
        told, code = to_plain(read_any(Path(sys.argv[1]))), 0
    except Refused as refused:
        told, code = {"message": refused.message, "mend": refused.mend}, 3
    except (MemoryError, RecursionError):
        told, code = {"message": "读它要用的内存超过了上限，停下了", "mend": "分成几个文件，或另存为 CSV"}, 3
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    os._exit(code)


def _cap() -> None:
    try:
        import resource
    except ImportError:  # no such limits on Windows: the time limit of the parent is left
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def read_any(path: Path) -> Workbook:
    """By what the file begins with; a name says nothing."""
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(_ZIP):
        if _is_ods(path):
            from .others import read_calamine

            return read_calamine(path, "ODS")
        return read_xlsx(path)
    if head == _OLE:
        data = path.read_bytes()
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("文件加了密码，打不开", "去掉打开密码后另存")
        if "_VBA_PROJECT".encode("utf-16-le") in data:
            raise Refused("工作簿里有宏，不打开", "用 Excel 或 WPS 打开，另存为“.xlsx 工作簿”（不含宏）")
        from .others import read_calamine

        return read_calamine(path, "XLS")
    if head.startswith(_PARQUET):
        from .others import read_parquet

        return read_parquet(path)
    from .others import read_csv

    return read_csv(path)


def _is_ods(path: Path) -> bool:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            return "mimetype" in archive.namelist() and b"opendocument.spreadsheet" in archive.open("mimetype").read(200)
    except (zipfile.BadZipFile, RuntimeError, KeyError):
        return False
