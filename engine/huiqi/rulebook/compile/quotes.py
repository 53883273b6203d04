"""The few words of the text that something rests on: short, of a document, and saying the figure; or that there are none.

That they stand in the sheet is not asked here (a build has no sheets): `rules check --sources` does.
What must stay true: no quote is taken that nobody can hold against a sheet, and every one written is
kept, wherever it stands.
"""

from __future__ import annotations

from typing import Any

from ...errors import Position, clip
from ...language.types import Type
from .. import compiled as c
from ..quotes import LONGEST, NO_WORDS, Said, levelled, pieces, says_figure
from .session import Session


def quote_of(session: Session, entry: Any, at: Position, document: str | None, default: c.Basis | None) -> tuple[str, bool]:
    """The quote of an entry, or of the group or table it stands in, where that is of the same document; and whether it says there is none."""
    said = getattr(entry, "quote", None)
    if said is None:
        return (default.quote, default.wordless) if default is not None and document is not None and document == default.document else ("", False)
    if said != NO_WORDS:
        return taken(session, said, at, document), False
    place = getattr(said, "at", at)
    if document is None:
        session.wrong(place, "没有文件的，不用写没有原话", clip(said), "document: … 或 clause: …", "写明文件；没有文件依据的假定，删去 quote")
    if not getattr(entry, "note", None):
        session.wrong(place, "写了没有原话，没有写凭什么", clip(said), "note: …", "在 note 里写怎样从资料得出，或引原文几个字")
    return "", True


def taken(session: Session, said: str, at: Position, document: str | None) -> str:
    place = getattr(said, "at", at)
    if said == NO_WORDS:
        session.wrong(place, "这里不写没有原话", clip(said), "原文的几个字", "没有的删去 quote；只有标准和条件要写明没有原话")
        return ""
    if len(said) > LONGEST:
        session.wrong(place, f"引文有 {len(said)} 个字，最多 {LONGEST} 个", clip(said), f"不超过 {LONGEST} 字", "只留数字和它前后的几个字，中间略去的写 …")
    if not pieces(said):
        session.wrong(place, "引文里没有字", clip(said), "原文的几个字", "写上所依据的几个字，或删去 quote")
    if document is None:
        session.wrong(place, "引文没有出处：不知道它在哪份资料里", clip(said), "document: … 或 clause: …", "写明文件；没有文件依据的假定，删去 quote")
    return str(said)


def check_figure(session: Session, basis: c.Basis, value: Any, kind: Type, written: str, what: str) -> None:
    """A figure's quote says the figure."""
    if not basis.quote or value is None:
        return
    told = says_figure(levelled(basis.quote), value, kind)
    if told is Said.NO:
        session.wrong(basis.at, f"{what}的引文里没有这个数", clip(basis.quote), clip(written), "引文要写进这个数；核对数写错了没有，或另引一处")
    elif told is Said.OTHER:
        session.wrong(basis.at, f"{what}的引文里是这个数，单位不同", clip(basis.quote), clip(written), "核对单位：万、元、美元、%、年、月")
