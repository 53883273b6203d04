"""The linter of feature files as a script: `python features/lint.py [file…]` exits with 1 on any complaint.

What it looks for: `huiqi.scenarios.lint`. Without files, every feature beside this module.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "engine")]

from huiqi.scenarios.lint import lint_text  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> int:
    """Lint the files named, or every feature beside this module; 1 if there is any complaint."""
    paths = [Path(a) for a in (sys.argv[1:] if arguments is None else arguments)] or sorted(HERE.rglob("*.feature"))
    complaints = [c for p in paths for c in lint_text(p.read_bytes(), _shown(p))]
    for complaint in complaints:
        print(complaint)
    print(f"检查 {len(paths)} 个场景文件：" + (f"{len(complaints)} 处要改" if complaints else "没有问题"))
    return 1 if complaints else 0


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


if __name__ == "__main__":
    sys.exit(main())
