"""`rules verify` and `rules diff`: which rulebooks and cases are meant, on which day, and what is excused there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from ..errors import UsageError
from ..files import write_folder
from ..rulebook.places import available
from .places import case_folders, day, features_folder, features_option, place, today
from .rim import say, say_json
from .zh import ChineseCommand

_on_option = click.option("--on", callback=day, metavar="日期", help="只查这一天，例如 2026-06-30；不写则在标准、文件、条件改变的每一段各查一天。")


@click.command("verify", cls=ChineseCommand)
@click.argument("names", nargs=-1, callback=place, metavar="[编号或文件夹]...")
@click.option("--measure", metavar="事项编号", help="只查一个支持事项。")
@_on_option
@click.option("--seconds", type=click.FloatRange(min=1), default=600.0, metavar="秒", help="每个规则库最多查这么久，查不完的列为未证明；缺省 600。")
@click.option("-o", "--output", callback=place, metavar="文件夹", help="把样例企业写成案例文件放到这个文件夹。")
@click.option("--all", "everything", is_flag=True, help="全部列出：每一问与它的样例。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@features_option
def rules_verify(
    names: tuple[str, ...], measure: str | None, on: date | None, seconds: float, output: str | None, everything: bool, as_json: bool, features: str | None
) -> None:
    """对所有可能的企业求证：有没有人能享受、哪条不起作用、标准表有没有空档、互斥与封顶。有问题的退出码为 1。"""
    from ..proving import page  # what the other commands do without is read when it is asked for

    reports = [proved(name, measure, on, seconds, features_folder(features, name)) for name in names or shown()]
    made: dict[str, str] = {}
    if output is not None:
        several = len(reports) > 1
        made = {f"{r.book.id}/{f}" if several else f: text for r in reports for f, text in page.examples(r).items()}
        write_folder(Path(output), made)
    if as_json:
        say_json([page.as_data(r) for r in reports])
    else:
        say("\n".join(page.render(r, everything=everything) for r in reports), end="")
        if output is not None:
            say(f"已写出 {len(made)} 个样例到 {output}")
    if any(r.wrong for r in reports):
        sys.exit(1)


@click.command("diff", cls=ChineseCommand)
@click.argument("a", callback=place, metavar="旧")
@click.argument("b", callback=place, metavar="新")
@click.option("--bundles", multiple=True, callback=place, metavar="文件夹", help="rules bundle 写到的文件夹，“编号@版本”从这里找；可写多次。")
@click.option("--cases", multiple=True, callback=place, metavar="文件夹", help="核对这个文件夹里的案例；可写多次。缺省为规则库旁边或 rules 旁边的 cases。")
@click.option("--examples", is_flag=True, help="再对每个有改动的事项求证一户结论不同的样例（要装证明器）。")
@click.option("--seconds", type=click.FloatRange(min=1), default=300.0, metavar="秒", help="求证最多这么久；缺省 300。")
@_on_option
@click.option("-o", "--output", callback=place, metavar="文件夹", help="把求证的样例写成案例文件放到这个文件夹。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def rules_diff(
    a: str, b: str, bundles: tuple[str, ...], cases: tuple[str, ...], examples: bool, seconds: float, on: date | None, output: str | None, as_json: bool
) -> None:
    """比较两个规则库（编号、文件夹，或“编号@版本”）：逐条款列出改了什么，哪些案例的结论因此不同。"""
    from ..proving.diff import as_data, render

    diff = compared(a, b, bundles, cases, on, seconds if examples else None)
    made = {f"{n:03d}-{f.measure}.yaml": f.example for n, f in enumerate(diff.flips, 1) if f.example}
    if output is not None:
        write_folder(Path(output), made)
    if as_json:
        say_json(as_data(diff))
    else:
        say(render(diff), end="")
        if output is not None:
            say(f"已写出 {len(made)} 个样例到 {output}")


def shown() -> list[str]:
    """The shipped rulebooks that have anything to prove."""
    from ..api import load

    return [name for name in available() if (book := load(name).compiled).measures or any(r.rulebook == book.id for r in book.recognitions.values())]


def proved(name: str, measure: str | None, on: date | None, seconds: float, features: Path | None) -> Any:
    from ..api import load
    from ..documents.coverage import UNDECIDABLE, read_undecidable, waiver_problems
    from ..proving.verify import verify
    from ..telling.called import the_one

    book = load(name).compiled
    titles = {m.id: m.title for m in book.measures.values()}
    if measure is not None:
        measure = the_one(measure, titles)
    excused: dict[str, str] = {}
    if features is not None:
        stale = [said for _, said in waiver_problems(book, features / UNDECIDABLE, today())]  # a reason that no longer holds excuses nothing
        excused = {name: why for name, why in read_undecidable(features / UNDECIDABLE).items() if not any(name in said for said in stale)}
    return verify(book, name, seconds=seconds, on=on, only=measure, excused=excused)


def compared(a: str, b: str, bundles: Sequence[str], cases: Sequence[str], on: date | None, seconds: float | None) -> Any:
    """The two rulebooks compared over the cases meant; `seconds`: for so long examples are looked for."""
    from ..proving.diff import compare

    old, new = _meant(a, bundles).compiled, _meant(b, bundles).compiled
    files = {str(path): f"{path.resolve().parent.name}/{path.name}" for folder in case_folders(cases, (a, b)) for path in sorted(folder.glob("*.yaml"))}
    diff = compare(old, new, [Path(f) for f in files], shown=files)
    if seconds is None:
        return diff
    from ..proving.between import with_examples

    return with_examples(diff, new.id if new.id in available() else new.path, seconds, on)


def _meant(name: str, bundles: Sequence[str]) -> Any:
    """A rulebook by id or folder, or by `id@version` from the bundles given."""
    from ..api import load

    book, at, version = name.partition("@")
    if not at or Path(name).is_dir():
        return load(name)
    found: dict[str, Any] = {}
    for folder in bundles:
        if not Path(folder).is_dir():
            raise UsageError(f"没有文件夹“{folder}”；--bundles 写 huiqi rules bundle -o 写到的文件夹")
        for manifest in sorted(Path(folder).glob(f"*/{book}/rulebook.yaml")):
            one = load(manifest.parent)
            _intact(manifest.parent.parent, load)
            if version in (one.version, one.digest) or (version.startswith("sha256:") and one.digest.startswith(version)):
                found[one.digest] = one
    if len(found) != 1:
        told = "、".join(f"{book}@{d[:19]}" for d in found)
        raise UsageError(f"“{name}”有 {len(found)} 个：{told}；写明摘要" if found else f"包里没有“{name}”；用 --bundles 指明 huiqi rules bundle 写到的文件夹")
    return next(iter(found.values()))


def _intact(bundle: Path, load: Any) -> None:
    """A bundle is named after the digest of what was kept in it: what has been changed since is not that version."""
    if bundle.name.startswith("sha256-") and all(load(m.parent).digest.replace(":", "-") != bundle.name for m in sorted(bundle.glob("*/rulebook.yaml"))):
        raise UsageError(f"“{bundle}”里的规则库存下以后改过，摘要与包名不一样，不是存下的那一版", mend="用没有改过的包；要比改过的，直接写它的文件夹")


__all__ = ["rules_diff", "rules_verify"]
