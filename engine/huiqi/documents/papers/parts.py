"""What several papers have in common: who it is about, what is asked of whom, the check code, lines to fill in.

What must stay true: an item is asked of the enterprise only where the enterprise can answer it; what a
department, experts, a drafter or an authority must settle is never among those.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ...plain import dataclass
from ...reasoning.receipt import digest_of
from ...telling.asked import answer_words
from ...telling.decision import Decision, MeasureResult, Missing
from ...telling.explain import of_another_year
from ...words import OFFICER, CauseKind
from .blocks import Block, Grid, Heading, Items, Pairs, Paper, Para, Signatures

TO_FILL = "　　　　年　　月　　日"
NOT_WRITTEN = "（未写名称）"
HEAD = "初审测算　不作为拨付依据；以审定、公示和下达文件为准"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Something that is lacking, of all the rulebooks of a case at once; `measures` are the titles it opens."""

    what: str
    acts: str
    office: str
    evidence: tuple[str, ...]
    answer: str
    measures: tuple[str, ...]
    opens: tuple[str, ...] = ()  # their ids
    column: str = ""  # what it is called of whichever record it is
    year: bool = False  # it is which year is applied for
    listing: str = ""  # the record type of which it is the list
    rest: bool = False  # and only whether that is all of it


def check_code(decisions: Sequence[Decision]) -> str:
    """Sixteen digits over all that was decided, asked and told: another decision has another code."""
    digest = digest_of({"decisions": [d.to_dict() for d in decisions]}).removeprefix("sha256:")[:16].upper()
    return "-".join(digest[i : i + 4] for i in range(0, 16, 4))


def foot(code: str) -> str:
    return f"测算校验码 {code}"


def day_words(day: date | None) -> str:
    """A day in words; a line to fill in where nobody said which."""
    return TO_FILL if day is None else f"{day.year}年{day.month}月{day.day}日"


def enterprise_of(decisions: Sequence[Decision]) -> str:
    return decisions[0].enterprise or NOT_WRITTEN


def considered(decision: Decision) -> list[MeasureResult]:
    """The measures that are applied for; all where nothing was said."""
    return [r for r in decision.measures.values() if r.applied is not False]


def wanted(decisions: Iterable[Decision], among: Collection[str] | None = None) -> tuple[Wanted, ...]:
    """Everything that is lacking for a measure that is applied for, in the order of the decision; `among`: only of these measures."""
    found: dict[tuple[str, str], Wanted] = {}
    for decision in decisions:
        open_ = {r.id: r.title for r in considered(decision) if not r.hint} or {r.id: r.title for r in considered(decision)}
        if among is not None:
            open_ = {i: title for i, title in open_.items() if i in among}
        if not decision.measures:
            open_ = {k: r.title for k, r in decision.recognitions.items()}
        _gather(found, decision, decision.told.at_once, open_)  # one is told once
    return tuple(found.values())


def lacking(decision: Decision, measures: Mapping[str, str]) -> tuple[Wanted, ...]:
    """All that leaves some measures (titles by id) open: also what only an amount lacks, applied for or not."""
    found: dict[tuple[str, str], Wanted] = {}
    _gather(found, decision, decision.told.lacking_of(measures), measures)
    return tuple(found.values())


def _gather(found: dict[tuple[str, str], Wanted], decision: Decision, items: Iterable[Missing], open_: Mapping[str, str]) -> None:
    for item in items:
        opens = tuple(i for i in item.unlocks if i in open_)
        if opens and not item.later:
            answer = "；".join(x for x in (of_another_year(decision, item.fact).strip("（）"), _answer(decision, item)) if x)
            one = Wanted(
                what=item.fact, acts=OFFICER if item.year else item.acts, office=item.office, evidence=item.evidence, answer=answer, measures=tuple(open_[i] for i in opens), opens=opens,
                column=item.column, year=item.year, listing=item.listing, rest=item.rest,
            )  # fmt: skip
            known = found.get((one.what, one.acts))
            found[one.what, one.acts] = one if known is None else _joined(known, one)


def of_enterprise(items: Iterable[Wanted]) -> tuple[Wanted, ...]:
    return tuple(x for x in items if x.acts == CauseKind.MISSING.acts)


def of_others(items: Iterable[Wanted]) -> tuple[Wanted, ...]:
    return tuple(x for x in items if x.acts != CauseKind.MISSING.acts)


def _joined(one: Wanted, other: Wanted) -> Wanted:
    return replace(
        one,
        office="、".join(dict.fromkeys(x for x in (one.office, other.office) if x)),
        answer="；".join(dict.fromkeys(x for x in (one.answer, other.answer) if x)),
        evidence=tuple(dict.fromkeys((*one.evidence, *other.evidence))),
        measures=tuple(dict.fromkeys((*one.measures, *other.measures))),
        opens=tuple(dict.fromkeys((*one.opens, *other.opens))),
    )


def _answer(decision: Decision, item: Missing) -> str:
    """What an answer looks like and what counts; of a whole list which columns it has, for its key alone says nothing."""
    spec, judgement = item.spec, decision.judgement
    if spec is None or judgement is None:
        return ""
    record = next((r for r in judgement.book.records.values() if r.fields[r.key_field] is spec), None)
    if record is not None:
        own = [c.name for c in record.fields.values() if not (c.verified_by or c.judgement)]  # the rest is for others to say
        return f"逐{record.noun}写明 {'、'.join(own)}；一{record.noun}也没有的写明“无”"
    return "；".join(x for x in (answer_words(spec), spec.explain) if x)


def titles_words(titles: Sequence[str], few: int = 3) -> str:
    return "、".join(titles[:few]) + (f" 等 {len(titles)} 项" if len(titles) > few else "")


def of_all(decisions: Sequence[Decision], part: Callable[[Decision], Iterable[Block]]) -> list[Block]:
    """A part of each decision, under the title of its rulebook where there are several."""
    out: list[Block] = []
    for decision in decisions:
        blocks = list(part(decision))
        if len(decisions) > 1 and blocks:
            out.append(Heading(decision.rulebook_title, 2))
        out += blocks
    return out


def with_words(paper: Paper, change: Callable[[str], str]) -> Paper:
    """The paper with each of its texts changed."""
    return replace(paper, title=change(paper.title), head=change(paper.head), foot=change(paper.foot), blocks=tuple(_changed(b, change) for b in paper.blocks))


def _changed(block: Block, change: Callable[[str], str]) -> Block:
    match block:
        case Heading() | Para():
            return replace(block, text=change(block.text))
        case Items():
            return Items(tuple(map(change, block.lines)))
        case Grid():
            return replace(block, head=tuple(map(change, block.head)), rows=tuple(tuple(map(change, row)) for row in block.rows))
        case Pairs():
            return Pairs(tuple((change(a), change(b)) for a, b in block.rows))
        case Signatures():
            return Signatures(tuple(map(change, block.who)))


def real_words(decisions: Iterable[Decision]) -> Mapping[str, str]:
    """Whom the stand-ins of these decisions stand for."""
    return {k: x for d in decisions for k, x in d.real.items()}
