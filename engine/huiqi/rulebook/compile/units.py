"""Pass: the units a rulebook declares beside the built-in ones (亩, 台, 平方公里).

What must stay true: one word is one unit in everything that is read, its ratio is exact, and nothing
whose ratio is not fixed (a currency, a month) becomes so many of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from ...errors import Position
from ...language.units import CURRENCIES, PREFIXES, QuantityError, Unit, parse_quantity
from .. import models as m
from ..names import wrong_unit
from ..yamltree import locate
from .session import Session

_SHARE = re.compile(r"\s*(\d{1,9})\s*[/\uff0f]\s*(\d{1,9})\s*(\D.*)")
_LOOSE = frozenset({*CURRENCIES, "月", "年", "工作日"})  # how many of one make another is not fixed


def read_units(session: Session, units: Mapping[str, m.Unit], tree: Any) -> None:
    """What a unit equals is known before it, in whatever order they are written."""
    for name, entry in _known_first(units):
        at = locate(tree, ("units", name), key=True)
        unit = _unit(session, name, entry, locate(tree, ("units", name, "equals")) if entry.equals else at)
        for n, word in enumerate((name, *entry.aliases)):
            place = at if n == 0 else locate(tree, ("units", name, "aliases", n - 1))
            if complaint := wrong_unit(word):
                session.wrong(place, f"单位的名称不对：{complaint}", word, "例如 亩、公顷、台", "换一个词，或删去")
                continue
            made = Unit(word, unit.scale, unit.dims or ((name, 1),)) if n or unit.dims else unit
            if word in session.all_nouns and made != Unit(word):
                session.wrong(place, "单位与明细的计数词同名，意思不同", word, "一个词一个意思", "改名；要沿用计数词就写 {}")
            elif session.units.setdefault(word, made) != made:
                session.wrong(place, "单位已有所指，折合不同", word, "一个词一个意思", "改名，或与先写的（引用的规则库的）一致")
    for word in units:
        for known in (*session.units, *session.all_nouns):
            if word != known and word.endswith(known) and word[: -len(known)] in PREFIXES:
                session.wrong(
                    locate(tree, ("units", word), key=True),
                    f"“{word}”会读成“{known}”的 {PREFIXES[word[: -len(known)]]} 倍",
                    word,
                    "一个词一个意思",
                    f"只写 {known}",
                )


def _known_first(units: Mapping[str, m.Unit]) -> Iterator[tuple[str, m.Unit]]:
    """Each behind those it is reckoned in; of a circle in the order written, to be told as unknown."""
    waiting = dict(units)
    while waiting:
        ready = [n for n, e in waiting.items() if not any(w in (e.equals or "") for k, x in waiting.items() if k != n for w in (k, *x.aliases))]
        for name in ready[:1] or list(waiting)[:1]:
            yield name, waiting.pop(name)


def _unit(session: Session, name: str, entry: m.Unit, at: Position) -> Unit:
    if entry.equals is None:
        return Unit(name)
    share = _SHARE.fullmatch(entry.equals)
    try:
        if share and not int(share[2]):
            raise QuantityError("分母是零", "核对折合的数")
        amount = parse_quantity(share[1] + share[3] if share else entry.equals, session.nouns)
    except QuantityError as error:
        session.wrong(at, f"单位的折合读不出：{error.message}", entry.equals, "例如 15亩、10000平方米（先写 亩）", error.mend)
        return Unit(name)
    value = amount.value / (int(share[2]) if share else 1)
    if loose := [u for u, _ in amount.dims if u in _LOOSE]:
        session.wrong(at, f"{loose[0]}与别的单位没有固定的折合", entry.equals, "例如 15亩", "币种按汇率标准（元/美元）折算，期限写 月、年")
    elif not amount.dims or value <= 0:
        session.wrong(at, "单位的折合要是大于零的数加单位", entry.equals, "例如 15亩", "自成一个单位的写 {}")
    else:
        return Unit(name, Fraction(value), amount.dims)
    return Unit(name)
