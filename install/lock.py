"""Renews the lock: what `./huiqi` installs, to the version and the hash.

    ./huiqi lock           the newest of everything that setup.cfg's ranges allow
    ./huiqi lock --keep    only what setup.cfg newly asks for; the rest stays as it is

The ranges stay in setup.cfg and pyproject.toml. One lock serves CPython 3.11 and later, Linux and
Windows (markers say which line is for which); it names no index, so any mirror serves it. uv makes
it, in a virtual environment of its own that is thrown away. Standard library only: this runs before
anything is installed. What must stay true: all files of the lock are renewed, or none.
"""

from __future__ import annotations

import argparse
import configparser
import os
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "install" / "lock"
TOOL = "uv==0.13.9"
OLDEST = "3.11"  # setup.cfg's python_requires
HEADER = "# Made by ./huiqi lock from {source}. Do not edit.\n"


def requirements() -> dict[str, tuple[str, list[str]]]:
    """For each file of the lock, in the order they are made: what it is made from, and the requirements."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = _lines(config["options"]["install_requires"])
    # The inference engine is a lock of its own: it is compiled, and can be done without or forced.
    engine = [line for line in needed if line.startswith("durable_rules")]
    # A checkout and a bundle are for officers: workbooks and papers work without anything else being installed.
    base = [*(line for line in needed if line not in engine), *_lines(config["options.extras_require"]["office"])]
    return {
        "build": ("pyproject.toml", project["build-system"]["requires"]),
        "base": ("setup.cfg", base),
        "rete": ("setup.cfg", [line.partition(";")[0].strip() for line in engine]),
        "dev": ("setup.cfg", [*base, *_lines(config["options.extras_require"]["dev"])]),
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def environment() -> dict[str, str]:
    """uv's own settings hold; where only pip was told of a mirror, uv is told too."""
    told = dict(os.environ)
    if "PIP_INDEX_URL" in told:
        told.setdefault("UV_DEFAULT_INDEX", told["PIP_INDEX_URL"])
    return {**told, "UV_PYTHON_DOWNLOADS": "never"}


def main() -> None:
    arguments = argparse.ArgumentParser(prog="./huiqi lock", description="更新锁定的依赖（install/lock）。", add_help=True)
    arguments.add_argument("--keep", action="store_true", help="只补 setup.cfg 新要的，其余不动")
    keep = arguments.parse_args().keep
    with tempfile.TemporaryDirectory(prefix="huiqi-lock-") as name:
        folder = Path(name)
        print(f"准备 {TOOL}……", flush=True)
        venv.create(folder / "venv", with_pip=True)
        python = next(p for p in (folder / "venv" / "bin" / "python", folder / "venv" / "Scripts" / "python.exe") if p.exists())
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", TOOL], check=True)
        for lock, (source, lines) in requirements().items():
            print(f"锁定 {lock}.txt……", flush=True)
            (folder / f"{lock}.in").write_text("\n".join(lines) + "\n", encoding="utf-8")
            if keep and (LOCK / f"{lock}.txt").exists():
                (folder / f"{lock}.txt").write_bytes((LOCK / f"{lock}.txt").read_bytes())
            within = ["--constraint", "base.txt"] if lock == "dev" else []
            subprocess.run(
                [python, "-m", "uv", "pip", "compile", f"{lock}.in", "--output-file", f"{lock}.txt", *within,
                 "--universal", "--python-version", OLDEST, "--fork-strategy", "fewest", "--generate-hashes",
                 "--no-header", "--no-emit-index-url", "--no-emit-find-links", "--quiet"],
                cwd=folder, env=environment(), check=True,
            )  # fmt: skip
            made = folder / f"{lock}.txt"
            text = made.read_text(encoding="utf-8").replace(f"-r {lock}.in", source)
            made.write_text(HEADER.format(source=source) + text, encoding="utf-8", newline="\n")
        LOCK.mkdir(exist_ok=True)
        for lock in requirements():
            before, after = LOCK / f"{lock}.txt", folder / f"{lock}.txt"
            print(f"{lock}.txt：" + ("没有变化" if before.exists() and before.read_bytes() == after.read_bytes() else "已更新"))
            before.write_bytes(after.read_bytes())


if __name__ == "__main__":
    try:
        main()
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"没有更新：{error}", file=sys.stderr)
        sys.exit(2)
