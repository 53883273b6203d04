"""One paper of one case: which of the three, and as which kind of file.

What must stay true: real words stand on what goes to the officer and to the enterprise they are about, and
never on what is published.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ...errors import UsageError
from ...reasoning.pseudonyms import shown
from ...telling.decision import Decision
from ...visible import visible_line
from .blocks import Paper
from .calculation import calculation
from .correction import correction
from .kinds import SUFFIXES, Kind
from .notice import left_out, notice
from .parts import check_code, of_enterprise, of_others, real_words, wanted, with_words


def letter(kind: Kind, decisions: Sequence[Decision], *, until: date | None = None, everything: bool = False) -> Paper:
    """The paper of the decisions of one case, one for each of its rulebooks; `until`: the day a time limit ends.

    Raises `UsageError` where that day is past on the day of decision.
    """
    on = decisions[0].on
    if until is not None and until < on:
        raise UsageError(f"期限 {until} 早于审核日期 {on}", mend="--until 写审核日期或以后的日期；不写则留空待填", argument="until")
    code = check_code(decisions)
    match kind:
        case Kind.CALCULATION:
            paper = calculation(decisions, code, until=until, everything=everything)
        case Kind.CORRECTION:
            paper = correction(decisions, code, until=until)
        case Kind.NOTICE:
            return with_words(notice(decisions, code, until=until), lambda text: visible_line(shown(text, {})))
    real = real_words(decisions)
    return with_words(paper, lambda text: visible_line(shown(text, real)))


def written(paper: Paper, suffix: str, fonts: str | Path | None = None) -> str | bytes:
    """The paper as a file of that ending. Raises `UsageError` where it cannot be: an ending unknown here, a library or font that is not there."""
    try:
        match suffix.lower():
            case ".html":
                from .html import to_html

                return to_html(paper)
            case ".docx":
                from .docx import to_docx

                return to_docx(paper)
            case ".pdf":
                from .pdf import to_pdf

                return to_pdf(paper, fonts)
    except ModuleNotFoundError as error:
        if error.name not in ("docx", "typst", "fontTools"):
            raise
        raise UsageError(f"写 {suffix} 所用的 {error.name} 没有安装", mend="pip install 'huiqi[office]'；或写成 .html", argument="output") from None
    raise UsageError(f"“{suffix}”不是能写的格式", mend=f"文件名以 {'、'.join(SUFFIXES)} 结尾", argument="output")


def _nothing_to_ask(decisions: Sequence[Decision]) -> str:
    """Of a notice that asks the enterprise for nothing, and says so: it would be sent in vain. Who settles what is lacking."""
    acts = [x.acts for x in of_others(wanted(decisions))]
    rest = "、".join(f"{who} {acts.count(who)} 项" for who in dict.fromkeys(acts))
    return "没有需要企业补正的内容，这份告知书不必发出" + (f"；尚缺的不由企业补：{rest}，逐项列在初审测算表里" if rest else "")


def remarks(kind: Kind, decisions: Sequence[Decision]) -> list[str]:
    """What the officer should know of a paper and that does not belong on it."""
    match kind:
        case Kind.CALCULATION:
            return []
        case Kind.CORRECTION:
            asked = of_enterprise(wanted(decisions))
            if not asked:
                return [_nothing_to_ask(decisions)]
            said = any(r.applied is not None for d in decisions for r in d.measures.values())
            many = sum(len(d.measures) for d in decisions)
            return [f"案例没有写“申报事项”，{many} 项支持事项所缺的都列上了；写明申报事项，或加 --measure，只告知该补的"] if not said and many > 1 else []
        case Kind.NOTICE:
            return [f"没有列入公示表：{x}" for x in left_out(decisions)]
