"""Pass: what many measures have in common, and the tree of a measure with what is shared written into it.

A row of `shared.yaml` is applied by being put into the measure's own tree, so that it is read, judged and
shown by whatever reads, judges and shows a condition the measure wrote itself. What must stay true: a row
keeps its own place and its own source (nothing of a measure's letter or clause reaches it, unless it says
本事项), it never enters a scheme, and what it is applied to is said in full: a name that is none, an
exception that takes nothing away, a row left without a measure are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import Code, InputError, Position, suggestion
from ...language.types import RecordOf, Type
from ...plain import dataclass
from .. import models as m
from ..variants import GUARD, VALUE
from ..yamltree import Rows, Table, Word, wide_colons
from .session import Session

ALL = ("all", "全部")
OWN = "本事项"  # in the place of a clause: each measure's own clause says it
WHERE = frozenset({"for", "except", "on"})
SOURCE = ("document", "clause", "letter", "cut", "basis", "quote", "note")
META = frozenset({"from", "to", "id", "分母为零", "share", "applies", GUARD})  # beside its name and expression
LISTS = ("when", "unless", "obligations", "reductions")


@dataclass(frozen=True, kw_only=True)
class Shared:
    """One row: what a measure it is applied to is given, and which measures those are."""

    kind: str  # the key it stands under
    label: str
    row: Table
    measures: frozenset[str]
    on: str
    own: bool  # its source is each measure's own clause
    at: Position


def read_shared(session: Session) -> None:
    families: dict[str, set[str]] = {}
    ids: dict[str, str] = {}
    for _, measure, _ in session.source.of("measures"):
        ids[measure.id] = measure.id
        families.setdefault(measure.family or "", set()).add(measure.id)
    families.pop("", None)
    for _, _, tree in session.source.of("shared"):
        for kind in (*LISTS, "window"):
            for row in _rows(session, tree, kind):
                if (found := _read(session, kind, row, set(ids), families)) is not None:
                    session.shared[found.at] = found
        if tree and not any(kind in tree for kind in (*LISTS, "window")):  # {} says that there are none yet
            session.wrong(tree.at, "shared.yaml 里没有共用的条件", "", "when、unless、window、obligations、reductions", "写上一类，或删去这个文件")


def _rows(session: Session, tree: Table, kind: str) -> Iterator[Table]:
    raw = tree.get(kind)
    rows = raw if isinstance(raw, Rows) else [raw] if isinstance(raw, Table) else None
    if rows is None:
        if raw is not None:
            session.wrong(raw, "共用的条件写成清单", str(raw)[:40], "- 名称: 表达式", "每条以 - 开头")
        return
    for row in rows:
        if isinstance(row, Table):
            yield row
        else:
            session.problems += wide_colons(row)
            if not wide_colons(row):
                session.wrong(row, "共用的条件写键值", str(row)[:40], "- 名称: 表达式，for: …", "在表达式前写一个名称和冒号，另起一行写 for")


def _read(session: Session, kind: str, row: Table, ids: set[str], families: dict[str, set[str]]) -> Shared | None:
    before = len(session.problems)
    keys = Table.made(row.at, {k: row[k] for k in row if k in WHERE or k in SOURCE})
    label = str(row.get("text", "")) if kind == "obligations" else next((str(k) for k in row if not (k in WHERE or k in SOURCE or k in META)), "")
    if "for" not in row:
        session.wrong(row.at, f"共用的“{label}”没有写加在哪些事项上", "", "for: all，或类别、事项编号", "补上一行 for")
        return None
    try:
        applied = m.validate(m.Applied, keys)
    except InputError as error:
        session.problems += error.problems
        return None
    for deep in _tables(row):
        if "id" in deep:
            session.wrong(deep.key("id"), "共用的条件没有编号：在每个事项里是 事项编号:名称", str(deep["id"]), "", "删去 id")
    own = OWN in applied.clause
    if own and len(applied.clause) > 1:
        session.wrong(row.key("clause"), f"{OWN} 与别的条款不能并列", "、".join(applied.clause), f"clause: {OWN}，或写条款", "二者取一")
    if not (applied.document or applied.clause or applied.basis):
        session.wrong(
            row.at, f"共用的“{label}”没有自己的出处", "", "clause: 条款，或 basis: 假定", f"写上它出自哪一条；各事项的条款里都写了的，写 clause: {OWN}"
        )
    if applied.on and applied.on not in session.record_names:
        session.wrong(row.key("on"), "没有这类明细", applied.on, "", suggestion(applied.on, session.record_names), Code.UNKNOWN_NAME)
    if applied.quote and kind in ("window", "obligations"):
        session.wrong(row.key("quote"), "引文写在条件、减额和标准上", str(applied.quote), "", "删去 quote")
    if applied.on and kind in ("window", "obligations"):
        session.wrong(row.key("on"), f"{kind} 不按明细", applied.on, "", "删去 on")
    chosen = set[str]().union(*(_named(session, word, row.key("for"), ids, families) for word in _words(row["for"])))
    measures = set(chosen)
    for word in _words(row.get("except")):
        taken = _named(session, word, row.key("except"), ids, families)
        if taken and not taken & chosen:
            session.wrong(
                getattr(word, "at", row.key("except")), "except 里的不在 for 里，去掉它什么也没有去掉", word, "for 里的类别或事项编号", "删去，或核对 for"
            )
        measures -= taken
    if not measures and len(session.problems) == before:
        session.wrong(row.at, f"共用的“{label}”没有加在任何事项上", "、".join(applied.to), "至少一个事项", "核对 for 与 except，或删去这一条")
    if len(session.problems) > before:
        return None
    given = Table.made(row.at, {k: row[k] for k in row if k not in WHERE and not (own and k == "clause")})
    return Shared(kind=kind, label=label, row=given, measures=frozenset(measures), on=applied.on or "", own=own, at=row.at)


def _named(session: Session, word: str, at: Position, ids: set[str], families: dict[str, set[str]]) -> set[str]:
    """The measures a word of `for` or `except` names."""
    place = getattr(word, "at", at)
    if word in ALL:
        if not ids:
            session.wrong(place, "规则库里没有支持事项，共用的条件没有可加的", word, "", "先写 measures/*.yaml")
        return ids
    if word in ids and word in families and families[word] != {word}:
        session.wrong(place, "这个词既是类别也是事项编号", word, "类别，或事项编号", "改一个名称")
    if word in families:
        return families[word]
    if word in ids:
        return {str(word)}
    near = suggestion(word, [*ids, *families, *ALL])
    session.wrong(place, "没有这个类别或事项", word, "all、类别（family）或事项编号（id）", near or "核对 measures 里的 family 与 id", Code.UNKNOWN_NAME)
    return set()


def _words(raw: Any) -> list[Any]:
    """One word or several, each with its place."""
    return list(raw) if isinstance(raw, Rows) else [] if raw is None else [raw]


def _tables(tree: Any) -> Iterator[Table]:
    if isinstance(tree, Table):
        yield tree
    for value in tree.values() if isinstance(tree, Table) else tree if isinstance(tree, Rows) else ():
        yield from _tables(value)


# -- a measure with what is shared ------------------------------------------------------------------------


def with_shared(session: Session, measure: m.Measure, tree: Table) -> tuple[m.Measure, Table]:
    """The measure as if what is shared were written in it: conditions before its own, obligations after."""
    mine = [x for x in session.shared.values() if measure.id in x.measures]
    if not mine:
        return measure, tree
    merged = Table.made(tree.at, tree)
    for kind in LISTS:
        rows = [x.row for x in mine if x.kind == kind]
        if rows:
            own = tree.get(kind)
            written = list(own) if isinstance(own, Rows) else [own] if own is not None else []
            merged[kind] = _list(tree, kind, [*written, *rows] if kind == "obligations" else [*rows, *written])
    windows = [x for x in mine if x.kind == "window"]
    if windows:
        if "window" in tree:
            session.wrong(
                tree.key("window"), "事项自己写了受理期，又加了共用的受理期", windows[0].label, f"except: [{measure.id}]", "按自己的办的，在 shared.yaml 里写进 except"
            )  # fmt: skip
        elif len(windows) > 1 and not all(GUARD in x.row for x in windows):
            session.wrong(
                windows[1].at, f"“{measure.id}”加了两个共用的受理期", windows[1].label, f"先见 {windows[0].at}", "合成一条，用 or 连接，或写进 except"
            )
        else:
            merged["window"] = _window(session, windows)
    changed = {k: merged[k] for k in (*LISTS, "window") if merged.get(k) is not tree.get(k)}
    return measure.model_copy(update=changed), merged


def _list(tree: Table, kind: str, items: list[Any]) -> Rows:
    return Rows.made(tree.key(kind), items)


def _window(session: Session, windows: list[Shared]) -> Any:
    """The one judgement; where it depends on a reading, one under each."""
    found = []
    for x in windows:
        names = [k for k in x.row if k not in SOURCE and k not in META]
        if len(names) != 1 or not isinstance(x.row[names[0]], Word):
            session.wrong(x.at, "受理期写一个名称和一个判断", "、".join(names), "- 受理期: 申报日 in 每年4月1日至5月31日", "含逗号的表达式加引号")
            continue
        word = x.row[names[0]]
        session.windows[word.at] = x
        found.append((x.row.get(GUARD), word))
    if len(found) == 1 and found[0][0] is None:
        return found[0][1]
    rows = Rows.made(windows[0].at)
    for guard, word in found:
        item = Table.made(word.at, {GUARD: guard, VALUE: word})
        rows.append(item)
    return rows


def columns(session: Session, at: Position, variables: Mapping[str, Type]) -> tuple[str, Type] | None:
    """The record whose columns a row with `on` names bare."""
    found = session.shared.get(at)
    if found is None or not found.on:
        return None
    same = (found.on, session.record_names.get(found.on, found.on))
    return next(((name, kind) for name, kind in variables.items() if isinstance(kind, RecordOf) and kind.record in same), None)


__all__ = ["Shared", "columns", "read_shared", "with_shared"]
