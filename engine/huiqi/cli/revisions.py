"""A folder as it was at a revision of git; only asked where the call names one."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import UsageError


@contextmanager
def as_of(folder: Path, revision: str, suffix: str) -> Iterator[Path]:
    """A copy of the folder's files of that suffix as they were, under its own name; empty where it was not there yet.

    Raises `UsageError` where there is no git, no repository or no such revision.
    """
    git = shutil.which("git")
    if git is None:
        raise UsageError("--since 要用 git，这里没有安装；改用 --changed")
    if revision.startswith("-") or _run(git, folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").returncode != 0:
        raise UsageError(f"“{folder}”所在的 git 仓库里没有版本“{revision}”；写提交号、分支或标签，或改用 --changed")
    found = _run(git, folder, "archive", "--format=tar", revision, ".")
    with TemporaryDirectory(prefix="huiqi-") as scratch:
        root = Path(scratch, folder.resolve().name)
        root.mkdir()
        if found.returncode == 0:
            with tarfile.open(fileobj=io.BytesIO(found.stdout)) as tar:
                for member in tar:
                    path = Path(member.name)
                    if member.isfile() and path.suffix == suffix and not path.is_absolute() and ".." not in path.parts and (data := tar.extractfile(member)):
                        (root / path).parent.mkdir(parents=True, exist_ok=True)
                        (root / path).write_bytes(data.read())
        yield root


def _run(git: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([git, "-C", str(folder), *arguments], capture_output=True, check=False)  # noqa: S603 - no shell, and the arguments are ours or checked
