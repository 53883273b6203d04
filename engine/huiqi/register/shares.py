"""What a round's pools share out and how far its targets are reached, as sheets of the results.

What must stay true: an amount stands under 拟支持额 only where nobody's turning out can change it and all it rests on is in force;
everything else has two ends and says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from ..reasoning.pooled import Part, Portion
from ..rulebook.compiled import CompiledRulebook, Standing
from ..rulebook.literals import money_string
from ..telling.pools import portion_words, rank_words, reached_words, shared_words, step_words
from .duplicates import Doubted
from .entries import Item, Screened
from .round import Entry, PoolShared, progress_round, share_round
from .tables import Cell, Sheet, money, text

_YUAN = "元"


def pools_of(books: Sequence[CompiledRulebook], rows: Sequence[Screened], doubted: Doubted, lost: int) -> tuple[PoolShared, ...]:
    """What each pool of the rulebooks comes to; who does not count takes no part. Portions are called by the place of the row."""
    entries = [
        Entry(id=str(n), claims=r.claims, decided=r.done, doubted=r.name in doubted.whole, touched=doubted.some.get(r.name, frozenset()))
        for n, r in enumerate(rows)
        if not r.dropped
    ]
    return tuple(x for book in books for x in share_round(book, entries, lost=lost))


def landed(pools: Sequence[PoolShared], rows: Sequence[Screened]) -> tuple[Screened, ...]:
    """The rows with what each measure comes to after its pool; where a pool has several measures its share is of all of them together, and stands on none."""
    out = list(rows)
    for one in pools:
        for portion in one.shared.portions if len(one.spec.members) == 1 and one.spec.unit == _YUAN else ():
            row = out[int(portion.id)]
            out[int(portion.id)] = replace(row, items=tuple(_landed(i, one, portion) if f"{i.rulebook}/{i.id}" in one.spec.members else i for i in row.items))
    return tuple(out)


def _landed(item: Item, one: PoolShared, portion: Portion) -> Item:
    least, most = (money_string(Fraction(x, 100)) if x is not None else "" for x in (portion.low, portion.high))
    return replace(item, granted=least if one.certain(portion) else "", share=(least, most))


def shares(
    books: Sequence[CompiledRulebook], rows: Sequence[Screened], head: tuple[str, ...], pools: Sequence[PoolShared], lost: int
) -> Iterator[Sheet]:  # fmt: skip
    """拟支持额, where a rulebook has pools; 目标进度, where it has targets that a register can be held against."""
    if pools:
        yield _shares(head, pools, rows)
    lines = tuple(_progress(books, [r for r in rows if not r.dropped], lost))
    if lines:
        about = (
            *head,
            "只数本名录里的；名录不等于全市，达到、未达到都只就名录说。口径没有写明的并列。没有测算的、没有告诉的、“申报企业”里看不出是哪一户的行，按最少、最多计；合计、明细的行不算一户。",
        )
        columns = (
            text("目标", 30),
            text("期限", 12),
            text("怎样数", 30),
            text("数到", 60),
            text("不能确定的户数（连同看不出是哪一户的行）", 20),
            text("依据条款", 18),
        )
        yield Sheet(title="目标进度", about=about, columns=columns, rows=lines)


def _shares(head: tuple[str, ...], pools: Sequence[PoolShared], rows: Sequence[Screened]) -> Sheet:
    about = [*head, "汇总以后的份额。只有其他申报主体怎样定下来都不变、依据又已施行或待核的，才写在“拟支持额”一栏；其余写最少与最多。"]
    lines: list[tuple[Cell, ...]] = []
    for one in pools:
        about.append(f"{one.spec.title}：{'；'.join(shared_words(one.shared, one.spec.unit))}；依据{one.standing.label}")
        found = sorted(((p, rows[int(p.id)]) for p in one.shared.portions), key=lambda x: x[0].rank or (0, 0))
        lines += [_line(one, portion, row) for portion, row in found if portion.part is not Part.OUT]
    columns = (
        text("汇总规则", 28), text("单位全称", 30), text("统一社会信用代码", 21), text("名次", 16), money("拟支持额（元）"), money("最少（元）"), money("最多（元）"),
        text("份额", 34), text("为什么没有定", 34), text("怎样算的", 70),
    )  # fmt: skip
    return Sheet(title="拟支持额", about=tuple(about), columns=columns, rows=tuple(lines))


def _line(one: PoolShared, portion: Portion, row: Screened) -> tuple[Cell, ...]:
    unit = one.spec.unit
    yuan = unit == _YUAN
    least, most = Fraction(portion.low, 100), None if portion.high is None else Fraction(portion.high, 100)
    return (
        one.spec.title, row.name, row.code, rank_words(portion), least if yuan and one.certain(portion) else None, least if yuan else None,
        most if yuan else None, portion_words(portion, unit), _why(one, portion), "；".join(step_words(s, unit) for s in portion.steps),
    )  # fmt: skip


def _why(one: PoolShared, portion: Portion) -> str:
    if one.certain(portion):
        return ""
    said = [] if portion.settled else ["还有申报主体没有定下来，或并列的要由人定"]
    if portion.part is Part.OPEN:
        said.insert(0, "本户参加与否未定")
    if one.standing >= Standing.ASSUMED:
        said.append(f"依据状态为“{one.standing.label}”，不构成支持承诺")
    return "；".join(said)


def _progress(books: Sequence[CompiledRulebook], rows: Sequence[Screened], lost: int) -> Iterator[tuple[Cell, ...]]:
    counted = [r.counted if r.done else () for r in rows] + [()] * lost
    for book in books:
        for one in progress_round(book, counted):
            target = one.target
            by = str(target.by or "")
            yield f"{target.title}（{target.value}）", by, one.label, reached_words(target, one.amount, one.verdict), one.unknown, target.basis.clause


__all__ = ["landed", "pools_of", "shares"]
