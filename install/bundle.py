"""`./huiqi bundle`: a folder or a .zip that installs huiqi where there is no network and no compiler.

In it: huiqi's own wheel; the locked wheels for Linux (x86_64, aarch64) and Windows, CPython 3.11 to
3.13; durable_rules built for this machine's kind, or left out and said; the two scripts, the example
cases and how to start. `./huiqi` there sees `wheels/` and installs from it alone, by hash.
Standard library and pip only. What must stay true: what is downloaded is what the lock names; the
bundle appears whole or not at all.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pip._vendor.packaging.markers import Marker  # pip itself reads the lock's markers with this

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "install" / "lock"
PYTHONS = ("3.11", "3.12", "3.13")
SOURCES = ("engine", "rules", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")  # what the wheel is made of
CARRIED = ("huiqi", "huiqi.cmd", "LICENSE", "cases")
GUIDE = """\
惠企 huiqi {version} 离线安装说明

不用联网，不用编译器。要先有 Python 3.11、3.12 或 3.13（带 venv 模块）。

Linux（x86_64、aarch64）
  1. 解开到自己的文件夹，进入这个文件夹。
  2. ./huiqi check cases/认证-云中数据.yaml
     第一次运行先装好（在本文件夹里建 .venv），以后直接测算。

Windows（64 位）
  1. 解开到自己的文件夹，在这个文件夹里打开“命令提示符”。
  2. huiqi check cases\\认证-云中数据.yaml

用别的 Python：HUIQI_PYTHON=/路径/python3.11 ./huiqi …
　　　　　　　（Windows：set HUIQI_PYTHON=路径\\python.exe，再运行 huiqi）
全部命令：./huiqi --help
删除：删去本文件夹即可，别处没有装东西。

推理引擎 durable_rules：{engine}
没有它的机器由参照实现测算，结论相同。
每个文件的摘要（SHA-256）记在 install/lock，安装时逐个核对。
"""


class BundleError(Exception):
    """What to tell the one who called; nothing was written."""


@dataclass(frozen=True)
class Target:
    name: str
    tags: tuple[str, ...]  # as pip's --platform
    markers: Mapping[str, str]

    def environment(self, python: str) -> dict[str, str]:
        return {
            **self.markers, "python_version": python, "python_full_version": f"{python}.0", "implementation_name": "cpython",
            "implementation_version": f"{python}.0", "platform_python_implementation": "CPython", "platform_release": "",
            "platform_version": "", "extra": "",
        }  # fmt: skip


def _linux(machine: str) -> Target:
    tags = tuple(
        f"{tag}_{machine}" for tag in ("manylinux_2_28", "manylinux_2_17", "manylinux2014", "manylinux_2_12", "manylinux2010", "manylinux_2_5", "manylinux1")
    )
    return Target(f"Linux {machine}", tags, {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux", "platform_machine": machine})


TARGETS = (
    _linux("x86_64"),
    _linux("aarch64"),
    Target("Windows", ("win_amd64",), {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64"}),
)


@dataclass(frozen=True)
class Pin:
    """One entry of a lock: `name==version`, for whom, and the files it may be."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    def holds(self, environment: Mapping[str, str]) -> bool:
        return not self.marker or Marker(self.marker).evaluate(dict(environment))

    def line(self) -> str:
        return " ".join([f"{self.name}=={self.version}", *(f"--hash={h}" for h in self.hashes)])


def pins(text: str) -> Iterator[Pin]:
    """The entries of a lock as uv writes it; anything else in it is an error."""
    for entry in re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n?", "", text)).splitlines():
        if not entry.strip():
            continue
        found = re.fullmatch(r"([A-Za-z0-9._-]+)==(\S+?)\s*(?:;\s*(.*?))?((?:\s+--hash=sha256:[0-9a-f]{64})+)\s*", entry)
        if not found:
            raise BundleError(f"install/lock 里有看不懂的一行：{entry.strip()[:80]}")
        yield Pin(found[1], found[2], (found[3] or "").strip(), tuple(re.findall(r"sha256:[0-9a-f]{64}", found[4])))


def pip(*arguments: object, said: str) -> None:
    done = subprocess.run([sys.executable, "-m", "pip", *map(str, arguments)], capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        raise BundleError(f"{said}没有成功：\n" + "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:]))


def download(folder: Path, work: Path) -> None:
    base = list(pins((LOCK / "base.txt").read_text(encoding="utf-8")))
    for target in TARGETS:
        for python in PYTHONS:
            say(f"下载 {target.name}、Python {python} 的轮子……")
            wanted = work / "wanted.txt"
            wanted.write_text("".join(pin.line() + "\n" for pin in base if pin.holds(target.environment(python))), encoding="utf-8")
            platforms = [part for tag in target.tags for part in ("--platform", tag)]
            pip("download", "--dest", folder, "--no-deps", "--only-binary=:all:", "--require-hashes", "--implementation", "cp",
                "--python-version", python, *platforms, "-r", wanted, said=f"下载 {target.name}、Python {python} 的轮子")  # fmt: skip


def build_own(folder: Path, work: Path) -> Path:
    """huiqi's own wheel, from a copy of the sources: nothing is left in the checkout, nor taken from an old build."""
    say("制作 huiqi 的轮子……")
    copy = work / "sources"
    for name in SOURCES:
        _copy(ROOT / name, copy / name)
    pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder, copy, said="制作 huiqi 的轮子")
    return next(folder.glob("huiqi-*.whl"))


def build_engine(folder: Path, work: Path) -> tuple[Path | None, str]:
    """durable_rules for this Python and this kind of machine, and what to say of it."""
    if sys.version_info >= (3, 13):
        return None, f"没有带（制作本包的 Python {sys.version_info.major}.{sys.version_info.minor} 编译不了它；用 3.11 或 3.12 制作就有）。"
    say("编译 durable_rules……")
    try:
        pip(
            "wheel",
            "--no-deps",
            "--require-hashes",
            "--no-build-isolation",
            "--use-pep517",
            "--wheel-dir",
            work,
            "-r",
            LOCK / "rete.txt",
            said="编译 durable_rules",
        )
    except BundleError as error:
        return None, f"没有带（{str(error).splitlines()[0].rstrip('：')}；要有 C 编译器和 Python 头文件）。"
    built = Path(shutil.move(next(work.glob("durable_rules-*.whl")), folder))
    machine = built.stem.rpartition("linux_")[2]
    return built, f"带了 Python {sys.version_info.major}.{sys.version_info.minor}、Linux {machine} 的一份；别的机器上不装。"


def write_lock(folder: Path, own: Path, engine: Path | None) -> None:
    """The lock of the bundle: the same, with the hashes of what was made here."""
    folder.mkdir(parents=True)
    version = own.name.split("-")[1]
    base = (LOCK / "base.txt").read_text(encoding="utf-8") + Pin("huiqi", version, "", (_digest(own),)).line() + "\n"
    (folder / "base.txt").write_text(base, encoding="utf-8", newline="\n")
    rete = [Pin(p.name, p.version, p.marker, (_digest(engine),)).line() for p in pins((LOCK / "rete.txt").read_text(encoding="utf-8"))] if engine else []
    (folder / "rete.txt").write_text("".join(line + "\n" for line in rete), encoding="utf-8", newline="\n")


def _digest(file: Path) -> str:
    return "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def make(target: Path, version: str) -> None:
    if target.exists():
        raise BundleError(f"去处已经有了：{target}；删去或另写一个")
    if not target.parent.is_dir():
        raise BundleError(f"没有这个文件夹：{target.parent}")
    try:
        outer = tempfile.TemporaryDirectory(prefix=".huiqi-bundle-", dir=target.parent)
    except OSError as error:
        raise BundleError(f"去处不能写：{target.parent}（{error.strerror}）") from None
    with outer as name:
        whole, work = Path(name) / f"huiqi-{version}", Path(name) / "work"
        wheels = whole / "wheels"
        wheels.mkdir(parents=True)
        work.mkdir()
        download(wheels, work)
        own = build_own(wheels, work)
        engine, said = build_engine(wheels, work)
        say(f"durable_rules：{said}")
        write_lock(whole / "install" / "lock", own, engine)
        for part in CARRIED:
            _copy(ROOT / part, whole / part)
        (whole / "huiqi").chmod(0o755)
        (whole / "huiqi.cmd").write_text((ROOT / "huiqi.cmd").read_text(encoding="utf-8"), encoding="utf-8", newline="\r\n")
        (whole / "安装说明.txt").write_text(GUIDE.format(version=version, engine=said), encoding="utf-8-sig", newline="\r\n")
        for platform in ("manylinux*_x86_64", "manylinux*_aarch64", "win_amd64", "none-any"):
            files = list(wheels.glob(f"*{platform}.whl"))
            say(f"  {platform.replace('*', '')}：{len(files)} 个轮子，{_megabytes(files)}")
        if target.suffix == ".zip":
            shutil.make_archive(str(work / "bundle"), "zip", name, whole.name)
            (work / "bundle.zip").replace(target)
        else:
            whole.replace(target)
    say(f"离线包：{target}（{_megabytes([target] if target.is_file() else [f for f in target.rglob('*') if f.is_file()])}）；怎样安装见其中的“安装说明.txt”。")


def _megabytes(files: list[Path]) -> str:
    return f"{sum(f.stat().st_size for f in files) / 1_000_000:.1f} MB"


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> None:
    version = importlib.metadata.version("huiqi")
    parser = argparse.ArgumentParser(prog="./huiqi bundle", description="做一个离线包：不联网、没有编译器的机器也能装。")
    parser.add_argument("-o", metavar="去处", type=Path, default=Path(f"huiqi-{version}-bundle"), help="文件夹，或以 .zip 结尾的文件；还没有的")
    target = Path(os.path.abspath(parser.parse_args().o))
    try:
        make(target, version)
    except BundleError as error:
        say(f"{error}\n没有写出离线包。")
        sys.exit(2)
    except OSError as error:
        say(f"{error.filename or target}：{error.strerror}\n没有写出离线包。")
        sys.exit(2)
    except KeyboardInterrupt:
        say("没有写出离线包。")
        sys.exit(130)


if __name__ == "__main__":
    main()
