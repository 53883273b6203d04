"""`each`: what a measure judges one by one, the records of a list or its groups.

`证书 in 资质认证`, or `展 in group(参展, by 展会)`. What must stay true: a group is made by one column that is
always told as a value, and the variable is a word that means nothing else.
"""

from __future__ import annotations

import re

from ...errors import Code, suggestion
from ...language import typed as t
from ...language.types import ListOf, RecordOf
from ..yamltree import Word
from .expressions import expression
from .session import Session

_EACH = re.compile(r"\s*([A-Za-z_\u3400-\u9fff][\w·]*)\s+(?:in|属于)\s+(.+)")
_GROUP = re.compile(r"(?:group|分组)\s*[(（]\s*(.+?)\s*[,，]\s*(?:by|按)\s+(.+?)\s*[)）]\s*")


def read_each(session: Session, word: Word) -> tuple[str, t.Expr, str, str] | None:
    """The variable, the list, its record type, and the column that makes groups ("" for each record)."""
    match = _EACH.fullmatch(str(word))
    if not match:
        session.wrong(word, "each 写作 变量 in 明细", str(word), "证书 in 资质认证，或 展 in group(参展, by 展会)")
        return None
    grouping = _GROUP.fullmatch(match.group(2))
    if grouping is None and re.match(r"(?:group|分组)\s*[(（]", match.group(2)):
        session.wrong(word, "分组写作 group(明细, by 栏)", match.group(2), "展 in group(参展, by 展会)")
        return None
    text, start = (grouping.group(1), match.start(2) + grouping.start(1)) if grouping else (match.group(2), match.start(2))
    found = expression(session, Word.make(text, word.start.shifted(start)))
    if found is None:
        return None
    kind = found[0].type
    if not (isinstance(kind, ListOf) and isinstance(kind.item, RecordOf)):
        session.wrong(word, "each 的右边应是明细", text)
        return None
    each, record, by = match.group(1), kind.item.record, grouping.group(2) if grouping else ""
    if session.find(each):
        session.wrong(word, "变量名已有所指", each, "", "换一个名称")
    return (each, found[0], record, by) if not by or _groups_by(session, word, record, by) else None


def variable_of(word: Word) -> str:
    """The variable, also where the list is none."""
    match = _EACH.fullmatch(str(word))
    return match.group(1) if match else ""


def _groups_by(session: Session, word: Word, record: str, by: str) -> bool:
    spec = session.records.get(session.record_names.get(record, record))
    columns = spec.fields if spec is not None else {}
    if by not in columns:
        session.wrong(word, f"明细“{record}”没有“{by}”一栏，不能按它分组", by, "、".join(columns), suggestion(by, columns), Code.UNKNOWN_NAME)
        return False
    if columns[by].optional:
        session.wrong(word, f"“{by}”可能为“无”，不能按它分组", by, "总有值的一栏", "问清政策起草人：没有这一项的怎么算一组？")
        return False
    return True
