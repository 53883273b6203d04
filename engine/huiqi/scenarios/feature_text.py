"""Skeletons as a feature file: what all tell once, each under a title to be written, what was not found as a comment.

What must stay true: everything a draft tells is written, so that the file decides as the skeletons did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from .skeletons import Skeleton
from .story import Draft

UNTITLED = "待写标题"


def feature_text(title: str, skeletons: Sequence[Skeleton]) -> str:
    """A feature file: each skeleton under a title to be written, one for all that it is for; what was not found as a comment."""
    head = (
        "# language: zh-CN\n# 每个场景先改标题：用一句话写明政策怎么说、为什么是这个结论；再移进正式的场景文件。\n"
        f"# 结论和金额是程序按现在的规则算的：按条文手算核对，不符就是规则写错了，不要照抄。\n功能: {_oneline(title)}\n"
    )
    parts = [head]
    together = _together(skeletons)
    common = _common([one.draft for one, _ in together if one.claims])
    if common != Draft():
        parts.append("\n".join(["  背景:", *(f"    {x}" for x in _begun(_told_lines(common)))]) + "\n")
    for n, (one, reasons) in enumerate(together, 1):
        lines = [f"  # {_oneline(why)}" for why in reasons]
        if one.claims:
            lines += [f"  场景: {UNTITLED} {n}", *(f"    {x}" for x in _begun(_told_lines(_beyond(one.draft, common)))), "    当 测算"]
            lines += [f"    {'那么' if k == 0 else '并且'} {claim}" for k, claim in enumerate(one.claims)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _together(skeletons: Sequence[Skeleton]) -> list[tuple[Skeleton, list[str]]]:
    """Those of the same facts as one, that claims what each of them does."""
    out: list[tuple[Skeleton, list[str]]] = []
    for one in skeletons:
        same = next((n for n, (x, _) in enumerate(out) if one.claims and x.claims and x.draft == one.draft), None)
        if same is None:
            out.append((one, [one.why]))
        else:
            had, reasons = out[same]
            out[same] = (replace(had, claims=tuple(dict.fromkeys((*had.claims, *one.claims)))), [*reasons, one.why])
    return out


def _oneline(text: str) -> str:
    return " ".join(text.split())


def _common(drafts: Sequence[Draft]) -> Draft:
    """What all of them tell, as most of them do: told once, in the background; a scenario that tells it otherwise says so."""
    if len(drafts) < 2:
        return Draft()
    first = drafts[0]

    def same(of: Callable[[Draft], Any]) -> bool:
        return all(of(d) == of(first) for d in drafts)

    def most(told: Sequence[Any]) -> Any:
        return max(told, key=told.count)

    records = {k: rows for k, rows in first.records.items() if all(d.records.get(k) == rows and (k in d.partial) == (k in first.partial) for d in drafts)}
    bare = [k for k in first.records if k not in records and all(k in d.records for d in drafts) and not any(k in d.partial for d in drafts)]
    facts = [k for k in first.data if all(isinstance(d.data.get(k), str) for d in drafts)]
    alike = {k: x for k, x in first.data.items() if k not in facts and all(d.data.get(k) == x for d in drafts)}
    return Draft(
        rulebooks=first.rulebooks if same(lambda d: d.rulebooks) else (),
        on=first.on if same(lambda d: d.on) else None,
        year=first.year if same(lambda d: d.year) else None,
        data={k: most([d.data[k] for d in drafts]) for k in facts} | alike,
        records=records | {k: most([d.records[k] for d in drafts]) for k in bare},
        partial=frozenset(k for k in records if k in first.partial),
        schemes={k: x for k, x in first.schemes.items() if all(d.schemes.get(k) == x for d in drafts)},
    )


def _beyond(draft: Draft, common: Draft) -> Draft:
    """What a background does not tell of it."""
    return replace(
        draft,
        rulebooks=() if common.rulebooks else draft.rulebooks,
        on=None if common.on is not None else draft.on,
        year=None if common.year is not None else draft.year,
        data={k: x for k, x in draft.data.items() if k not in common.data or common.data[k] != x},
        records={k: x for k, x in draft.records.items() if k not in common.records or common.records[k] != x},
        schemes={k: x for k, x in draft.schemes.items() if k not in common.schemes},
    )


def _begun(lines: Iterable[str]) -> Iterator[str]:
    """The first sentence opens under 假如, whatever it is."""
    for n, line in enumerate(lines):
        yield line if n else line.replace("并且", "假如", 1)


def _told_lines(draft: Draft) -> Iterator[str]:
    if draft.rulebooks:
        yield f"并且 政策规则库“{'、'.join(draft.rulebooks)}”"
    if draft.on is not None:
        yield f"并且 审核日期是“{draft.on}”"
    if draft.year is not None:
        yield f"并且 申报年度是“{draft.year}”"
    if draft.data:
        yield "并且 申报数据如下"
        yield from _table(list(_data_rows(draft)))
    for record, rows in draft.records.items():
        if rows:
            yield f"并且 明细“{record}”如下"
            yield from _table([dict(r) for r in rows])
        else:
            yield f"并且 明细“{record}”一条也没有"
        if record in draft.partial:
            yield f"并且 明细“{record}”未列全"
    yield from (f"并且 “{measure}”选用方案“{scheme}”" for measure, scheme in draft.schemes.items())
    yield from (f"并且 读法“{reading}”取“{option}”" for reading, option in draft.readings.items())
    if draft.applied is not None:
        yield f"并且 申报事项是“{'、'.join(draft.applied)}”"
    if draft.statement is not None:
        yield f"并且 “{draft.statement['由']}”于“{draft.statement['日期']}”说明其余不予支持情形未发现"


def _data_rows(draft: Draft) -> Iterator[dict[str, str]]:
    for name, told in draft.data.items():
        if not isinstance(told, dict):
            yield {"数据项": name, "值": str(told)}
        elif set(told) & {"申报", "核验", "审定"}:
            yield {"数据项": name, **{k: str(v) for k, v in told.items()}}
        else:
            for year, inner in told.items():
                yield {"数据项": name, "年度": str(year), **(inner if isinstance(inner, dict) else {"值": str(inner)})}


def _table(rows: Sequence[dict[str, str]]) -> Iterator[str]:
    columns = list(dict.fromkeys(c for row in rows for c in row))
    for cells in (columns, *([row.get(c, "") for c in columns] for row in rows)):
        yield "  | " + " | ".join(cells) + " |"
