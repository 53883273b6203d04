"""What was proved, in words; the words of this room are all here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, assert_never

from .claims import Claim, Kind, Status, Why
from .example import Example
from .verify import MOST_OPEN, Line, Report

STATUS = {Status.PROVED: "已证明", Status.REFUTED: "已否定", Status.OPEN: "未证明"}


def said(claim: Claim) -> str:
    """The claim as it turned out."""
    held, about = claim.status is not Status.REFUTED, claim.about or "没有问到的各项"  # where time was over before it was known which there are
    match claim.kind:
        case Kind.MEETABLE:
            return "有企业能享受" if held else "没有一户能享受：条件合在一起谁也满足不了，或者没有一天都在有效期"
        case Kind.DECIDES:
            return f"“{about}”起作用" if held else f"“{about}”从不起作用：去掉它，哪一户的结论都不变"
        case Kind.TABLE:
            return f"够条件的，标准表“{about}”里都有一行" if held else f"够条件而标准表“{about}”里没有一行"
        case Kind.BANDS:
            return f"标准表“{about}”的行不重叠" if held else f"标准表“{about}”里有两行都说到"
        case Kind.CAP:
            return f"“{about}”会减去一部分，减后不超过它" if held else f"“{about}”从不起作用：谁也到不了"
        case Kind.COMMON:
            return f"“{about}”会减去一部分，减后合计不超过它" if held else f"“{about}”从不起作用：合计到不了"
        case Kind.TOGETHER:
            return f"{about} 可以都符合，由“{claim.title}”取舍" if held else f"{about} 不会都符合，“{claim.title}”对这两项用不上"
        case Kind.CLIFF:
            return f"“{about}”多一点反而少给：{claim.figures[2]}，{claim.figures[0]} → {claim.figures[1]}"
    assert_never(claim.kind)


def reason(claim: Claim) -> str:
    """Why a claim is neither proved nor refuted."""
    match claim.why:
        case Why.UNTRANSLATABLE:
            return f"证明器还不会这种写法：{claim.detail}"
        case Why.LOOSE:
            return claim.detail
        case Why.NOT_FOUND:
            return f"算到步数用完没有结果（审核日期 {claim.detail}）"
        case Why.UNCONFIRMED:
            return f"找到的样例（审核日期 {claim.detail}）参照实现不认可：这是程序的毛病，请报给开发者"
        case Why.FEW_RECORDS:
            return f"每类明细 {claim.detail} 条以内没有，更多条时没有查"
        case Why.UNSET:
            return "要用的标准未定，条件只会待定"
        case Why.NO_TIME:
            return "时间用完，没有查；用 --seconds 放宽"
        case None:
            return ""
    assert_never(claim.why)


def render(report: Report, *, everything: bool = False) -> str:
    """The page of a rulebook: each measure with what was asked of it, findings with their example."""
    return "\n".join(_lines(report, everything)) + "\n"


def _lines(report: Report, everything: bool) -> Iterator[str]:
    book = report.book
    yield f"{book.id} {book.version} {book.title}"
    for line in report.lines:
        yield f"{STATUS[line.status]}  {_name(line)}：{_count(line)}"
        for claim in line.claims:
            if everything or claim.status is not Status.PROVED:
                yield from _claim(claim, claim.status is not Status.PROVED or everything)
    for claim in report.groups:
        yield f"{STATUS[claim.status]}  {claim.owner} {said(claim) if claim.status is not Status.OPEN else claim.about}"
        if claim.status is Status.OPEN:
            yield f"    原因：{reason(claim)}"
        elif everything and claim.example is not None:
            yield f"    样例（审核日期 {claim.example.on}）：{claim.example.brief}"
    if report.cliffs:
        yield "数多一点反而少给的地方（照政策列出，不算问题）："
        for claim in report.cliffs:
            yield f"  {claim.owner}{f'（{claim.scheme}）' if claim.scheme else ''} {said(claim)}"
            if everything and claim.example is not None:
                yield f"    样例（审核日期 {claim.example.on}）：{claim.example.brief}"
    yield from _summary(report)


def _name(line: Line) -> str:
    return f"{line.owner} {line.title}" + (f"（{line.scheme}）" if line.scheme else "")


def _count(line: Line) -> str:
    counts = [(STATUS[s], sum(c.status is s for c in line.claims)) for s in (Status.PROVED, Status.REFUTED, Status.OPEN)]
    return f"{len(line.claims)} 问，" + "、".join(f"{word} {n}" for word, n in counts if n) if line.claims else "没有要问的"


def _claim(claim: Claim, shown: bool) -> Iterator[str]:
    if claim.status is Status.OPEN:
        yield f"    未证明：{said(claim)}。{reason(claim)}"
        return
    place = f"  {claim.place}" if claim.place and claim.status is Status.REFUTED else ""
    yield f"    {STATUS[claim.status]}：{said(claim)}{place}" if claim.status is Status.PROVED else f"    {said(claim)}{place}"
    if claim.excused:
        yield f"      已说明：{claim.excused}"
    if shown and claim.example is not None:
        yield f"      样例（审核日期 {claim.example.on}）：{claim.example.brief}"


def _summary(report: Report) -> Iterator[str]:
    measures = {x.owner for x in report.lines if x.measure}
    states = [(STATUS[s], sum(c.status is s for c in report.claims)) for s in (Status.PROVED, Status.REFUTED, Status.OPEN)]
    yield f"共 {len(measures)} 项支持、{len(report.claims)} 问：" + "、".join(f"{word} {n}" for word, n in states)
    if ways := report.untranslatable:
        yield "证明器还不会的写法：" + "、".join(f"{what}（{n} 处）" for what, n in ways.items())
    if report.too_many_open:
        yield f"问题：{len(report.open_measures)} 项支持未证明，超过 {MOST_OPEN.numerator}/{MOST_OPEN.denominator}"
    for group in report.idle:
        yield f"问题：“{group}”的各项两两都不会同时符合，这一组从不起作用"
    if report.findings:
        yield f"问题：{len(report.findings)} 处已否定，没有说明"


def examples(report: Report) -> dict[str, str]:
    """Every example as a case file, by file name."""
    out: dict[str, str] = {}
    for number, claim in enumerate(report.claims, 1):
        for more, example in (("", claim.example), ("-多一点", claim.beside)):
            if example is not None:
                out[f"{number:03d}-{claim.kind.value}-{claim.owner}{more}.yaml"] = example.text
    return out


def as_data(report: Report) -> dict[str, Any]:
    return {
        "format": "huiqi.verify/1", "rulebook": report.book.id, "version": report.book.version, "digest": report.book.digest,
        "measures": [{"id": x.owner, "title": x.title, "scheme": x.scheme, "recognition": not x.measure, "status": x.status.value} for x in report.lines],
        "claims": [_data(c) for c in report.claims], "idle_groups": list(report.idle), "not_proved": list(report.open_measures),
        "too_many_not_proved": report.too_many_open, "wrong": report.wrong,
    }  # fmt: skip


def _data(claim: Claim) -> dict[str, Any]:
    return {
        "kind": claim.kind.value, "owner": claim.owner, "scheme": claim.scheme, "about": claim.about, "status": claim.status.value,
        "why": claim.why.value if claim.why else None, "detail": claim.detail, "says": said(claim), "excused": claim.excused, "figures": list(claim.figures),
        "example": _case(claim.example), "beside": _case(claim.beside),
    }  # fmt: skip


def _case(example: Example | None) -> Mapping[str, Any] | None:
    return None if example is None else {"on": str(example.on), "case": example.text}
