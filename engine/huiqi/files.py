"""Files read and written in one place, so that no failure of a disk is a traceback or half a file.

Writing is whole or not at all: everything is written beside its target first, then renamed into
place; where one rename of several fails, those before it are taken back. What must stay true: after
a failure the target is as it was and nothing of ours lies beside it, and the message names the path
and the reason in Chinese.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from secrets import token_hex

from .errors import Code, InputError, Position, Problem, UsageError

_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹", errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.ENAMETOOLONG: "名称太长",
    errno.ENOSPC: "磁盘满了", errno.EDQUOT: "超出磁盘配额", errno.EFBIG: "超出允许的文件大小", errno.EROFS: "这里是只读的",
    errno.EISDIR: "那里是一个文件夹", errno.ENOTDIR: "路径中间有一段是文件，不是文件夹", errno.EEXIST: "那里已经有别的东西", errno.ENOTEMPTY: "那里的文件夹不是空的",
    errno.ELOOP: "链接绕成了圈", errno.EIO: "磁盘读写出错", errno.EMFILE: "打开的文件太多", errno.ENFILE: "打开的文件太多", errno.EBUSY: "正被占用",
    errno.ETXTBSY: "正被占用", errno.EXDEV: "不在同一个磁盘", errno.EINVAL: "名称不能用", errno.EPIPE: "接收的一方已经关闭", errno.ENXIO: "设备不在", errno.ENODEV: "设备不在",
    errno.ENOMEM: "内存不够", errno.ETIMEDOUT: "网络盘没有响应", getattr(errno, "ESTALE", -1): "网络盘已断开",
}  # fmt: skip
_NEW_FOLDER, _NEW_FILE = 0o755, 0o644


def reason(error: OSError | ValueError) -> str:
    """Why the system refused, in Chinese."""
    if not isinstance(error, OSError):
        return "名称里有不能用的字符"
    return _REASONS.get(error.errno or 0, f"系统报错，代号 {error.errno}")


def name_of(error: OSError) -> str:
    """The path the system complained of; empty where it named none."""
    return str(error.filename) if isinstance(error.filename, str | bytes | os.PathLike) else ""


def unreadable(path: str | Path, error: OSError | ValueError) -> InputError:
    """A file or folder that the system would not let us read."""
    return InputError([Problem(Position(str(path)), f"读不出来：{reason(error)}", Path(path).name, "可读的文件", "核对路径与权限", Code.UNREADABLE_FILE)])


@contextmanager
def reading(path: str | Path) -> Iterator[None]:
    """What the system refuses while reading `path` becomes an `InputError` naming it."""
    try:
        yield
    except OSError as error:
        raise unreadable(name_of(error) or path, error) from None
    except UnicodeEncodeError as error:
        raise unreadable(path, error) from None


def write_file(path: Path, text: str | bytes) -> None:
    """Write one file whole or not at all, text as UTF-8. Its folder must be there; a link is followed.

    Raises `UsageError` naming the path and the reason.
    """
    with _writing(path):
        target = _followed(path)
        if target.is_dir():
            raise _refused(path, "那里是一个文件夹；要写的是文件")
        if target.exists() and not target.is_file():
            raise _refused(path, "那里不是普通文件；要印在屏幕上就不写 -o")
        if not target.parent.is_dir():
            raise _refused(path, "它的文件夹要已经有")
        with _beside(target) as folder:
            _write(folder / "new", text)
            (folder / "new").replace(target)


def refuse_existing(path: str | Path, named: str = "文件名") -> None:
    """What is there already is not overwritten. Raises `UsageError`; to be asked before long work."""
    if Path(path).exists() or Path(path).is_symlink():
        raise UsageError(f"“{path}”已经有了，不覆盖", mend=f"换一个{named}，或先把它移开", argument="output")


def suffix_of(output: str | Path, among: Sequence[str], example: str) -> str:
    """The ending of a file to be written, in small letters. Raises `UsageError` where it is none of `among`."""
    suffix = Path(output).suffix.lower()
    if suffix not in among:
        raise UsageError(f"“{output}”不是能写的格式", mend=f"文件名以 {'、'.join(among)} 结尾，如 -o {example}", argument="output")
    return suffix


def unfinished(target: Path) -> Path:
    """Beside a result, hidden: what there is of it so far."""
    return target.with_name(f".{target.name}.未完")


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Write all `files` (name → text) into a folder, all of them or none; what else lies there stays.

    Names may have folders of their own (`measures/one.yaml`), which must be there if the folder is.
    Raises `UsageError` naming the path and the reason.
    """
    with _writing(folder):
        target = _folder(folder)
        if not target.exists():
            _write_new(target, files)
            return
        # inside it, since the folder above may not be ours to write
        with _beside(target / "huiqi") as new:
            for name, text in files.items():
                (new / name).parent.mkdir(_NEW_FOLDER, parents=True, exist_ok=True)
                _write(new / name, text)
            _swap(new, target, list(files))


def check_folder(folder: Path) -> None:
    """Refuse at once, before long work, what `write_folder` would refuse for what is there."""
    with _writing(folder):
        _folder(folder)


def _folder(folder: Path) -> Path:
    target = _followed(folder)
    if target.exists() and not target.is_dir():
        raise _refused(folder, "那里是文件，不是文件夹")
    return target


def _write_new(target: Path, files: Mapping[str, str]) -> None:
    made: list[Path] = []
    try:
        for parent in reversed([p for p in target.parents if not p.exists()]):
            parent.mkdir()
            made.append(parent)
        with _beside(target) as work:
            new = work / "new"
            new.mkdir(_NEW_FOLDER)
            for name, text in files.items():
                (new / name).parent.mkdir(_NEW_FOLDER, parents=True, exist_ok=True)
                _write(new / name, text)
            new.rename(target)
    except BaseException:
        for parent in reversed(made):
            with suppress(OSError):
                parent.rmdir()
        raise


def _swap(new: Path, target: Path, names: list[str]) -> None:
    """Rename each file of `new` into `target`; a failure puts back what was there."""
    undo: list[Callable[[], object]] = []
    try:
        for name in names:
            there, kept = target / name, new / f"{name}.old"
            if there.is_dir() and not there.is_symlink():
                raise OSError(errno.EISDIR, "", str(there))
            if there.exists() or there.is_symlink():
                there.rename(kept)
                undo.append(partial(kept.replace, there))
            (new / name).rename(there)
            undo.append(partial(there.unlink, missing_ok=True))
    except BaseException:
        for step in reversed(undo):
            with suppress(OSError):
                step()
        raise


def _write(path: Path, text: str | bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _NEW_FILE)
    try:
        rest = memoryview(text.encode("utf-8", "backslashreplace") if isinstance(text, str) else text)
        while rest:
            rest = rest[os.write(handle, rest) :]
    finally:
        os.close(handle)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder of our own on the target's disk, gone afterwards whatever happened."""
    work = target.parent / f".huiqi-{token_hex(6)}"
    work.mkdir(0o700)
    try:
        yield work
    finally:
        _remove(work)


def remove(path: Path) -> None:
    """Take away what an earlier run left there, be it a file or a folder of them; a link itself, not what it leads to."""
    with _writing(path):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _remove(folder: Path) -> None:
    for _ in range(2):  # what a disk refuses once it may grant the next time; nobody is there to be told
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return


def _followed(path: Path) -> Path:
    """Where a link leads; a link that leads nowhere is refused, not replaced."""
    if path.is_symlink() and not path.exists():
        raise _refused(path, "这是失效的链接，指向的东西不在")
    return path.resolve()


def _refused(path: Path, why: str) -> UsageError:
    return UsageError(f"“{path}”写不了：{why}")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise _refused(path, reason(error)) from None
