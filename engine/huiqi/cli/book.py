"""`rules book`: what has to be run before the policy book can be written, with a bar while it takes long.

What must stay true: the folder is checked before anything is run; a result is shown as agreeing only where the
scenario was run under these very rules by this very engine; whatever is not filled says why, in the book too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import click

from ..api import Decision, Rulebook, read_case
from ..documents.book import write_book
from ..documents.bookpdf import printer, write_pdf
from ..documents.openings import Tried, behind_open
from ..errors import HuiqiError, UsageError
from ..files import check_folder
from ..scenarios.kept import again, keep, key, recalled
from ..scenarios.models import Feature, Result
from ..scenarios.parse import read_features
from ..scenarios.run import run_feature
from ..scenarios.story import Load
from .places import case_folders, day, features_folder, features_option, place, today
from .progress import Progress
from .rim import say
from .scenarios import loader
from .testing import kept_at, quickly
from .zh import ChineseCommand

NO_FEATURES = "编印时没有找到场景文件夹，没有场景可列；有的话用 --features 指明"
NOT_RUN = "编印时没有运行场景（--no-run），都没有核对"


@click.command("book", cls=ChineseCommand)
@click.argument("name", callback=place, metavar="编号或文件夹")
@click.option("-o", "--output", required=True, callback=place, metavar="文件夹", help="写到这个文件夹。")
@click.option("--on", callback=day, metavar="日期", help="手册按哪一天说明（已失效、尚未施行），例如 2026-06-30；不写则按今天。")
@features_option
@click.option(
    "--cases", multiple=True, callback=place, metavar="文件夹", help="读法的后果用这个文件夹里的案例来算；可写多次。缺省为规则库旁边或 rules 旁边的 cases。"
)
@click.option("--pdf", callback=place, metavar="文件", help="另把整本印成 PDF，目录带页码；要装 weasyprint 和中文字体。")
@click.option("--fonts", callback=place, metavar="文件夹", help="PDF 所用的中文字体在这个文件夹；不写则用本机装的。")
@click.option("--no-run", is_flag=True, help="不运行场景、不测算案例，只列出。")
def rules_book(
    name: str, output: str, on: date | None, features: str | None, cases: tuple[str, ...], pdf: str | None, fonts: str | None, no_run: bool,
) -> None:  # fmt: skip
    """把规则库印成政策手册（静态网页，可查找，可打印）。"""
    if fonts is not None and pdf is None:
        raise UsageError("--fonts 只用于 --pdf", mend="加 --pdf 手册.pdf，或去掉 --fonts", argument="fonts")
    press = printer(fonts) if pdf is not None else None
    load, own = loader(name)
    book = _rulebook(load, own)
    folder = features_folder(features, name)
    target = Path(output)
    check_folder(target)
    found = read_features(folder, book.id) if folder else []
    if folder is None:
        say("没有找到场景文件夹，手册里不列场景；有的话用 --features 指明", err=True)
    tried: list[Tried] | None = None
    if not no_run:
        found = _run(found, load) if found else found
        tried = list(_tried(book, case_folders(cases, (name,)), load))
    unrun = NO_FEATURES if folder is None else NOT_RUN if no_run and found else ""
    count = write_book(book.compiled, target, found, on=on or today(), unrun=unrun, tried=tried)
    bound = ""
    if press is not None and pdf is not None:
        say("正在排印 PDF（页数多的要一两分钟）……", err=True)
        bound = f"；整本 {write_pdf(target, Path(pdf), press)} 页印到 {pdf}"
    results = [s.result for f in found for s in f.scenarios]
    said = f"{len(results)} 个场景" + (f"（{_results_words(results)}）" if results else "")
    say(f"已写出 {count} 页、{said}到 {target}；打开 {target / 'index.html'}{bound}")


def _rulebook(load: Load, name: str) -> Rulebook:
    book = load(name)
    assert isinstance(book, Rulebook)
    return book


def _run(found: Sequence[Feature], load: Load) -> list[Feature]:
    """Each feature with the result of its scenarios: of the last time where nothing has changed since."""
    path = kept_at("scenarios.json")
    kept = recalled(path)
    keys = [_key(f, load) for f in found]
    done = [again(f, kept.get(k)) for f, k in zip(found, keys, strict=True)]
    left = [f for f, d in zip(found, done, strict=True) if d is None]
    count = sum(len(f.scenarios) for f in left)
    same = f"；{len(found) - len(left)} 个与上次核对时相同，用上次的结果" if len(left) < len(found) else ""
    say((f"正在运行 {len(left)} 个场景文件、{count} 个场景，与测算核对" if left else f"{len(found)} 个场景文件不用再运行") + same + "……", err=True)
    quick = quickly(load)
    with Progress("运行场景", len(left)) as progress:
        for n, feature in enumerate(found):
            if done[n] is None:
                done[n] = run_feature(feature, quick)[0]
                progress.tick()
    results = {k: [str(s.result) for s in d.scenarios] for k, d in zip(keys, done, strict=True) if k and d is not None}
    keep(path, {k: x for k, x in kept.items() if k not in results} | results)
    return [d for d in done if d is not None]


def _key(feature: Feature, load: Load) -> str:
    """Its fingerprint; "" where a rulebook it decides by is not there, which the run will say."""
    try:
        return key(feature, {x for name in feature.rulebooks for x in _rulebook(load, name).compiled.behind})
    except HuiqiError:
        return ""


def _tried(book: Rulebook, folders: Sequence[Path], load: Load) -> Iterator[Tried]:
    """The cases of this rulebook, decided for the measures that turn on an open reading."""
    measures = behind_open(book.compiled)
    paths = [p for folder in folders for p in sorted(folder.glob("*.yaml"))] if measures else []
    with Progress("按各种读法测算案例", len(paths)) as progress:
        for path in paths:
            decided = _decided(book, path, measures, load)
            progress.tick()
            if decided is not None:
                yield Tried(case=path.stem, measures=decided.measures)


def _decided(book: Rulebook, path: Path, measures: Sequence[str], load: Load) -> Decision | None:
    """None where the case is of other rulebooks, or cannot be taken."""
    try:
        case = read_case(path)
        if book.id not in case.rulebooks:
            return None
        return book.decide(case, on=None, measures=measures, reasoner="python", others=[_rulebook(load, str(n)) for n in case.rulebooks if n != book.id])
    except HuiqiError as error:
        say(f"案例“{path.name}”没有用来比较读法：{str(error).splitlines()[0]}", err=True)
        return None


def _results_words(results: Sequence[Result]) -> str:
    counts = (("与测算一致", Result.PASSED), ("不一致", Result.FAILED), ("未核对", Result.NOT_RUN))
    return "、".join(f"{word} {results.count(key)}" for word, key in counts if results.count(key))
