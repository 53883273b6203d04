"""`when`, `unless` and `lapses` blocks, and evidence: conditions with a name, an expression, a basis.

Read for recognitions, measures and schemes alike. What must stay true: names are unique within
their owner, places without exception; conditions that say the same are one expression object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import InputError, suggestion
from ...language import typed as t
from ...language.levelling import level
from ...language.named import named_sentence
from ...language.scope import Rules
from ...language.types import BOOLEAN, Date, Type
from .. import compiled as c
from .. import models as m
from ..reach import reached
from ..variants import Gone
from ..yamltree import Rows, Table, Word, wide_colons
from .expressions import ZERO, expression, negated_zero, read_day
from .naming import give_id
from .session import Excluding, Session
from .shared import columns
from .sources import basis_of

RESERVED = {"basis", "document", "clause", "letter", "cut", "quote", "note", "分母为零", "from", "to", "id"}
STRUCTURE = {"all", "any", "not"}


def condition_group(
    session: Session, raw: Any, owner: str, role: c.Role, default: c.Basis, variables: Mapping[str, Type], labels: set[str], place: str = ""
) -> c.Group:
    """A `when` or `unless` block as a group; labels are unique within their owner.

    `place` is where the block stands in its owner (a scheme's, the lapses), by position: names and
    labels are the author's and may be equal.
    """
    op = c.Op.ALL if role is c.Role.WHEN else c.Op.ANY
    place = place or role.value
    if raw is None:
        return c.Group(op=op, items=(), id=f"{owner}:{role}", role=role, place=place)
    items = tuple(group_items(session, raw, owner, role, default, variables, labels, place))
    return c.Group(op=op, items=items, id=f"{owner}:{role}", role=role, place=place, per_record=any(i.per_record for i in items))


def group_items(
    session: Session, raw: Any, owner: str, role: c.Role, default: c.Basis, variables: Mapping[str, Type], labels: set[str], place: str,
    inside: tuple[str, Type] | None = None,
) -> Iterator[c.Condition | c.Group]:  # fmt: skip
    rows = raw if isinstance(raw, Rows) else [raw] if isinstance(raw, Table) else None
    if rows is None:
        session.wrong(raw, "条件写成清单", str(raw)[:40], "- 名称: 表达式", "每条以 - 开头")
        return iter(())
    standing = [(n, row) for n, row in enumerate(rows, 1) if not isinstance(row, Gone)]
    return iter([x for n, row in standing if (x := group_item(session, row, owner, role, default, variables, labels, f"{place}.{n}", inside))])


def group_item(
    session: Session, row: Any, owner: str, role: c.Role, default: c.Basis, variables: Mapping[str, Type], labels: set[str], place: str,
    inside: tuple[str, Type] | None = None,
) -> c.Condition | c.Group | None:  # fmt: skip
    """`inside`: the record whose columns are named bare."""
    if wide := wide_colons(row):
        session.problems += wide
        return None
    if not isinstance(row, Table):
        session.wrong(row, "条件要有名称", str(row)[:60], "- 名称: 表达式", "在表达式前写一个名称和冒号")
        return None
    words = [k for k in row if k not in RESERVED and k not in STRUCTURE]
    structure = [k for k in row if k in STRUCTURE]
    if len(words) + len(structure) != 1:
        given = "、".join([*words, *structure]) or "（没有名称）"
        near = next((f"{w}：{s}" for w in words if (s := suggestion(w, RESERVED))), "")
        session.wrong(row.at, "一条条件只有一个名称和一个表达式", given, "- 名称: 表达式", near or "拆成几条，或删去多余的键；含逗号的表达式加引号")
        return None
    meta = {k: row[k] for k in row if k in RESERVED - {"分母为零", "from", "to", "id"}}
    tree = Table.made(row.at, meta)
    try:
        sourced = m.validate(m.Sourced, tree)
    except InputError as error:
        session.problems += error.problems
        return None
    shared = session.shared.get(row.at)
    if shared is not None and shared.on and (inside := columns(session, row.at, variables)) is None:
        session.wrong(row.at, f"“{owner}”不是逐条申报“{shared.on}”的事项，加不上按明细的条件", shared.label, f"except: [{owner}]", "写进 except，或删去 on")
        return None
    # what is shared rests on its own source, of which a measure's letter and clause are no part
    around = default if shared is None or shared.own else None
    basis = basis_of(session, sourced, row.at, around, figure=f"条件“{words[0] if words else owner + ':' + place}”")
    word = (words or structure)[0]
    label = str(word) if words else ""
    body = row[word]
    if structure or isinstance(body, Table):
        inner = row if structure else body
        op = structure[0] if structure else next((k for k in body if k in STRUCTURE), None)
        if op is None or (not structure and len(body) != 1):
            session.wrong(body, "这里应写 all、any 或 not", "、".join(body) if isinstance(body, Table) else "", "any: [...]")
            return None
        items = tuple(group_items(session, inner[op], owner, role, basis, variables, labels, place, inside))
        if not items:
            session.wrong(row.at, f"{op} 里没有条件", label)
            return None
        if op == "not" and any(
            negated_zero(x.expr, session.definitions, role is not c.Role.UNLESS) for i in items for x in ([i] if isinstance(i, c.Condition) else i.conditions())
        ):
            session.wrong(row.at, "not 里，分母为零: 不符合 反而有利于通过", label, "分母为零: 待核")
        if op == "not" and len(items) != 1:
            session.wrong(row.at, "not 里只写一条", label, "一条条件", "几条并列请先用 all 或 any 包起来")
        return c.Group(
            op=c.Op(op), items=items, id=f"{owner}:{label or place}", role=role, place=place, label=label, per_record=any(i.per_record for i in items)
        )
    if not level(label):
        session.wrong(getattr(word, "at", row.at), "条件的名称是空的", "（空）", "一个名称", "写上条件的名称")
    elif level(label) in labels:
        twin = next((x for x in session.shared.values() if level(x.label) == level(label) and owner in x.measures and x.at != row.at), None)
        first = f"共用的一条先见 {twin.at}" if twin else "不同的名称"
        session.wrong(
            getattr(word, "at", row.at),
            "同一事项里条件重名",
            label,
            first,
            "按自己的写的，在 shared.yaml 里写进 except；否则改名或删去一条" if twin else "改一个名称，或删去一条",
        )
    labels.add(level(label))
    if "id" in row:
        give_id(session, str(row["id"]), session.condition_ids, getattr(row["id"], "at", row.at))
    zero = row.get("分母为零")
    if zero is not None and zero not in ZERO:
        session.wrong(zero, "分母为零 只能写 不符合 或 待核", str(zero), "不符合、待核")
    found = expression(
        session, body, BOOLEAN, variables=variables, inside=inside, rules=Rules(zero_fails=ZERO.get(str(zero)) if zero else None), condition=True
    )
    if found is None:
        return None
    # conditions that say the same are one atom: readers judge it once
    expr = session.atoms.setdefault(found[0], found[0])
    if negated_zero(expr, session.definitions, role is c.Role.UNLESS):
        where = "不予支持情形" if role is c.Role.UNLESS else "not 或 if 的条件"
        session.wrong(row.at, f"{where}里，分母为零: 不符合 反而有利于通过", label, "分母为零: 待核", "改写成不带 not 的条件，或写 分母为零: 待核")
    if role is c.Role.UNLESS and not place.startswith("reductions"):
        nested = re.search(r"\b(unless|lapses)\.\d+$", place) is None  # what it states, or its group does
        stated = nested or shared is not None or bool(sourced.document or sourced.clause or sourced.basis)
        session.exclusions.append(Excluding(owner, label, expr, basis, inherited=not stated, at=row.at))
    days = frozenset(id(e.source) for e in t.walk(expr) if isinstance(e, t.Compared) and isinstance(e.left.type, Date))
    start, end = (read_day(session, row.get(k)) for k in ("from", "to"))
    return c.Condition(
        id=str(row.get("id") or f"{owner}:{label}"),
        label=label,
        expr=expr,
        text=named_sentence(expr, days),
        role=role,
        basis=basis,
        start=start,
        end=end,
        # under `governed by` a record's date, what depends on the day is judged with that record's
        per_record=(session.dated and bool(start or end or depends_on_day(session, expr)))
        or any(isinstance(e, t.Variable) and e.name in variables for e in t.walk(expr)),
        at=row.at,
        note=sourced.note or "",
    )


def depends_on_day(session: Session, expr: t.Expr) -> bool:
    """Whether the governing date could matter: figures with a history, recognitions."""
    for node in reached([expr], session.definitions, session.tables):
        if isinstance(node, t.RecognitionRef) or (isinstance(node, t.Lookup) and session.tables[node.table].dated):
            return True
        if isinstance(node, t.ParameterRef) and node.day is None:
            versions = session.parameters[node.parameter].versions
            if len(versions) > 1 or any(v.start or v.end for v in versions):
                return True
    return False


def evidence_specs(session: Session, raw: Any, variables: Mapping[str, Type]) -> tuple[c.EvidenceSpec, ...]:
    if raw is None:
        return ()
    out = []
    for item in raw if isinstance(raw, Rows) else [raw]:
        if isinstance(item, Table):
            found = expression(session, item["when"], BOOLEAN, variables=variables) if "when" in item else None
            if set(item) != {"text", "when"} or not isinstance(item["text"], Word):
                session.wrong(item, "申报材料写作 文字，或 {text: …, when: …}", "、".join(item), "text、when", "含冒号的文字加引号")
                continue
            out.append(c.EvidenceSpec(str(item["text"]), found[0] if found else None))
        else:
            out.append(c.EvidenceSpec(str(item)))
    return tuple(out)
