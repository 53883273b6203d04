"""How much of a rulebook is lowered to its program, and what the reference is asked instead, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ..language.printer import sentence
from ..program import lower
from ..program import program as p
from ..rulebook.compiled import CompiledRulebook

_WHY = {
    p.Why.RECORDS: "要看明细", p.Why.CERTIFICATE: "要看是否持有资格", p.Why.EACH: "逐条明细判断", p.Why.GOVERNED: "适用日期要看填报",
    p.Why.EXPRESSION: "金额的算式", p.Why.LIMIT: "限制明细条数或按栏封顶", p.Why.DIFFERENCE: "补差额", p.Why.FLOOR: "起付线",
    p.Why.INSTALMENTS: "分期附条件", p.Why.FINENESS: "取整的单位", p.Why.LATER: "编号时还不认识的写法", p.Why.SHARED: "同一人、同一项目只计一次",
}  # fmt: skip
_SHOWN = 12  # expressions of one kind printed


def show_program(book: CompiledRulebook) -> str:
    """What the program of a rulebook has, and what it hands over."""
    return "\n".join(_lines(book, lower(book))) + "\n"


def _lines(book: CompiledRulebook, program: p.Program) -> Iterator[str]:
    kinds = Counter(type(node) for node in program.nodes)
    handed = Counter(why for why in program.measures.values() if why is not None)
    yield f"{book.title}（{book.id} {book.version}）　校验：{book.digest[:19]}"
    yield f"数据项 {len(program.slots)}，数字 {len(program.figures)}"
    combined = sum(kinds[k] for k in (p.Joined, p.Inverse, p.AtMost, p.Recognised))
    asked = kinds[p.Tabled] + kinds[p.Handed]
    yield f"判断 {len(program.nodes)}：比较与是否 {len(program.nodes) - combined - asked}，合并 {combined}，交参照实现 {asked}"
    yield f"事项 {len(program.measures)}：编号 {len(program.measures) - sum(handed.values())}，整项交参照实现 {sum(handed.values())}"
    amounts = [a for a in program.amounts.values() if a is not p.Nothing.MEASURED]
    left = Counter(a for a in amounts if isinstance(a, p.Why))
    yield f"金额 {len(amounts)}：编号 {len(amounts) - sum(left.values())}，交参照实现 {sum(left.values())}"
    yield "\n【整项交参照实现】"
    for why in handed:
        yield f"  {_WHY[why]}：{'、'.join(book.measures[k].id for k, x in program.measures.items() if x is why)}"
    yield "\n【金额交参照实现】"
    for why in left:
        yield f"  {_WHY[why]}：{'、'.join(dict.fromkeys(book.measures[k].id for (k, _), x in program.amounts.items() if x is why))}"
    yield "\n【判断交参照实现】"
    yield from _asked("同样的填报只问一次", program, [n.asked for n in program.nodes if isinstance(n, p.Tabled)])
    for why in (p.Why.RECORDS, p.Why.CERTIFICATE):
        yield from _asked(f"每次都问：{_WHY[why]}", program, [n.asked for n in program.nodes if isinstance(n, p.Handed) and n.why is why])


def _asked(title: str, program: p.Program, numbers: Sequence[int]) -> Iterator[str]:
    if not numbers:
        return
    yield f"  {title}（{len(numbers)}）"
    shown: list[Any] = [program.asked[n][0].source for n in numbers[:_SHOWN]]
    yield from (f"    {sentence(source)}" for source in shown)
    if len(numbers) > _SHOWN:
        yield f"    等 {len(numbers)} 处"


__all__ = ["show_program"]
