"""A case to fill in: each fact and each list that the measures ask for, empty, with what an answer looks like.

What must stay true: a form not filled in says nothing but what was asked for (an empty value is not told), and a filled one
is an ordinary case file; what is asked, and of what kind, comes from the vocabulary alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ..asking.casetext import written
from ..folding import WIDTH
from ..reasoning.choices import APPLIED
from ..rulebook.compiled import CompiledRulebook, FactSpec, RecordSpec
from ..telling.asked import answer_words, details, entries_of
from ..telling.page import page, text_of, wrap
from ..visible import visible_line

Entry = tuple[CompiledRulebook, FactSpec]
Listed = tuple[CompiledRulebook, RecordSpec]
_NAMED = 6  # that many titles are named


def render_form(
    rulebooks: Sequence[str], facts: Mapping[str, Entry], records: Mapping[str, Listed], asking: Counter[str], titles: Sequence[str], *,
    recognitions: Sequence[str] = (), claimed: Sequence[str] = (),
) -> str:  # fmt: skip
    """`facts` and `records` by the names a case has for them, each with its rulebook; `asking` counts the measures that read each.

    `titles` of the measures that ask, and of the `recognitions` that do; nobody applies for one of those here. `claimed` stands under 申报事项
    already: whoever made the form said which measures it is for.
    """
    applied = (
        ()
        if not titles
        else (
            *_comment(f"申报了哪几个支持事项，写成清单，如 [{written(titles[0]) if titles else '…'}]；空着是没有说，全部都看", 0),
            f"{APPLIED}: [{', '.join(map(written, claimed))}]" if claimed else f"{APPLIED}:",
        )
    )
    out = [
        *_comment("空着的是没有提供，不当作“否”。数据写在冒号后面：冒号用半角，后面空一格。用编辑器填，或 huiqi ask 本文件 一项一项地问。", 0),
        *_comment(asked_words(titles, recognitions), 0),
        *_comment("申报主体的全称", 0),
        "企业:",
        f"政策规则库: [{', '.join(map(written, rulebooks))}]",
        *_comment("审核的那一天，如 2026-06-30", 0),
        "审核日期:",
        *_comment("申报哪一年的，四位年份，如 2025", 0),
        "申报年度:",
        *applied,
        "数据:",
    ]
    for name, (book, spec) in facts.items():
        out += ["", *_asked(name, book, spec, asking[name])]
    if records:
        out += ["", "明细:"]
        for name, (book, record) in records.items():
            out += ["", *_listed(name, book, record, asking[name])]
    return "\n".join(out) + "\n"


def asked_words(titles: Sequence[str], recognitions: Sequence[str], *, named: int = _NAMED) -> str:
    """What asks: measures, recognitions, or both, each called what it is; of many only the first, of which so many are `named`."""

    def few(some: Sequence[str]) -> str:
        return "、".join(some if len(some) <= named else [*some[: named - 2], f"{some[named - 2]} 等 {len(some)} 项"])

    return "；".join(f"所问的{what}：{few(some)}" for what, some in (("支持事项", titles), ("资格", recognitions)) if some)


def _asked(name: str, book: CompiledRulebook, spec: FactSpec, count: int) -> Iterable[str]:
    yield from _comment(f"{answer_words(spec, entries_of(book, spec))}（用于 {count} 项）", 2)
    for line in details(spec):
        yield from _comment(line, 2)
    if spec.yearly:
        yield from _comment("按年度：一个值是申报年度的；几个年度写 {2024: …, 2025: …}", 2)
    yield f"  {written(name)}:"


def _listed(name: str, book: CompiledRulebook, record: RecordSpec, count: int) -> Iterable[str]:
    yield from _comment(f"逐{record.noun}填写（用于 {count} 项）；一{record.noun}也没有写 []；没列全写 {{完整: 否, 清单: [...]}}。各栏：", 2)
    for column in record.fields.values():
        must = "，必填" if column.name == record.key_field else ""
        yield from _comment(f"{column.name}{must}　{answer_words(column, entries_of(book, column, record))}{''.join(f'；{x}' for x in details(column))}", 4)
    yield f"  {written(name)}:"
    yield from _comment(f"  - {{{', '.join(f'{written(n)}: …' for n in list(record.fields)[:3])}}}", 2)


def _comment(text: str, indent: int) -> list[str]:
    console, found = page(None, WIDTH)
    wrap(console, visible_line(text), indent=0, hang=2)
    return [f"{' ' * indent}# {line}" for line in text_of(found).splitlines()]


__all__ = ["asked_words", "render_form"]
