"""Pass: the figures of the policy, with the history of each.

What must stay true: one unit through all versions, no two versions of one source for one day, and
an unset figure has a kind, so that rules with it are checked all the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from ...errors import Position, suggestion
from ...language.levelling import level
from ...language.scope import Kind, Symbol
from ...language.types import INVALID, RATIO, TEXT, Bound, ListOf, Quantity, RangeOf, Type
from .. import compiled as c
from .. import models as m
from ..names import Once
from ..yamltree import Rows, Word, locate
from .expressions import guess_kind, kind_of, value_of
from .naming import alias_pairs, check_catalogued, declare, give_identifier
from .quotes import check_figure
from .session import Session
from .sources import basis_of
from .symbols import listed_words


def read_parameters(session: Session) -> None:
    ids = Once("标准的 id")
    for name, parameter, tree in session.source.of("parameters"):
        at = tree.at
        give_identifier(session, parameter.id, ids, at, name)
        kind: Type | None = None
        if parameter.kind == "list":
            kind = ListOf(item=TEXT)
        elif parameter.kind:
            kind = period_of(session, name, parameter, at) or kind_of(session, parameter.kind, parameter.unit, (), at)
        elif parameter.unit:
            kind = kind_of(session, "quantity", parameter.unit, (), at)
        versions: list[c.ParameterVersion] = []
        numbers: list[Fraction] = []
        for index, version in enumerate(parameter.values):
            place = locate(tree, ("values", index))
            raw = version.value
            basis = basis_of(session, version, place, figure=f"标准“{name}”")
            if isinstance(raw, Word) and raw == "未定":
                if basis.hand is not c.Standing.UNSET:
                    session.wrong(place, "未定的标准须写 basis: 未定", name, "basis: 未定", "加上 basis: 未定")
                value: Any = None
            elif isinstance(raw, Rows):
                if kind is not None and not isinstance(kind, ListOf):
                    session.wrong(place, f"这里要一个值（{kind}），写的是清单", name, "一个值", "目录写 kind: list，或不写 kind")
                    continue
                kind = kind or ListOf(item=TEXT)
                value = catalogue_entries(session, name, raw, place)
            else:
                kind = kind or guess_kind(session, raw, place)
                if isinstance(raw, Word) and re.match(r"[\[(].*\.\.", raw) and not isinstance(kind, RangeOf):
                    kind = RangeOf(item=kind)
                value = value_of(session, raw, kind, place)
            if isinstance(value, Fraction):
                numbers.append(value)
                if isinstance(kind, Quantity) and not kind.dims and isinstance(raw, Word) and raw.endswith(("%", "‰", "百分点")):
                    kind = RATIO
            if kind is not None:
                check_figure(session, basis, value, kind, str(raw), f"标准“{name}”")
            versions.append(
                c.ParameterVersion(
                    value=value,
                    start=version.start,
                    end=version.end,
                    basis=basis,
                    text="、".join(value) if isinstance(value, tuple) else str(raw),
                    note=version.note or "",
                    known=version.known,
                )
            )
        if kind is None and not parameter.values:
            kind = INVALID
        if kind is None:
            session.wrong(at, "未定的标准要写 kind 或 unit", name, "kind: ratio / unit: 元", "补上，规则才能检查单位")
            kind = INVALID
        check_history(session, name, versions, at)
        for version_spec in versions:
            if version_spec.known and not (version_spec.start and version_spec.start < version_spec.known):
                session.wrong(
                    at,
                    "known from 只写在知道得比起日晚的版本上",
                    f"{version_spec.start or '没有起日'}，{version_spec.known}",
                    "from 早于 known from",
                    "一向知道的不写 known from",
                )
            if version_spec.start and version_spec.end and version_spec.start > version_spec.end:
                session.wrong(at, "起止日期颠倒", f"{version_spec.start}—{version_spec.end}", "from 不晚于 to", "核对两个日期")
        if not versions:
            session.wrong(at, f"标准“{name}”没有值", name, "values: [{value: …, document: …}]", "没有标准的写 value: 未定, basis: 未定")
        if parameter.bounds is not None and not (isinstance(parameter.bounds, list) and len(parameter.bounds) == 2):
            session.wrong(at, "bounds 写两个数：[下限, 上限]", str(parameter.bounds))
        bounds: Bound = (None, None)
        declared: Bound = (None, None)
        if parameter.bounds is not None and isinstance(parameter.bounds, list) and len(parameter.bounds) == 2:
            bounds = declared = (value_of(session, parameter.bounds[0], kind, at), value_of(session, parameter.bounds[1], kind, at))
            low_bound, high_bound = declared
            if low_bound is not None and high_bound is not None and low_bound > high_bound:
                session.wrong(at, "bounds 上下限颠倒", name, "[下限, 上限]")
            for number in numbers:
                if (low_bound is not None and number < low_bound) or (high_bound is not None and number > high_bound):
                    session.wrong(at, f"标准“{name}”的值不在 bounds 之内", name, "", "改 bounds 或改值")
        elif numbers and all(v.value is not None for v in versions):
            bounds = (min(numbers), max(numbers))
        spec = c.ParameterSpec(
            key=session.key(name),
            name=name,
            type=kind,
            versions=tuple(versions),
            bounds=bounds,
            declared=declared,
            note=parameter.note or "",
            aliases=spelling_pairs(session, parameter, versions, tree),
            formerly=former_names(session, parameter, versions, tree),
        )
        session.parameters[spec.key] = spec
        declare(session, name, Symbol(Kind.PARAMETER, spec.key, kind, bounds=bounds, members=listed_words(spec), whole=spec.whole), at)


def period_of(session: Session, name: str, parameter: m.Parameter, at: Position) -> Type | None:
    """So many days, of a period whose versions are all by the day; by the month and by the day are two kinds of figure."""
    texts = [str(v.value) for v in parameter.values if isinstance(v.value, Word) and v.value != "未定"] if parameter.kind == "period" else []
    by_day = [bool(re.search(r"\d\s*[天日]$", x)) for x in texts]
    if any(by_day) and not all(by_day):
        session.wrong(at, f"期限“{name}”有的按天、有的按月（年）", "、".join(texts), "各版本写法相同", "分成两个标准，或问清起草人：30天还是1个月？")
        return INVALID
    return kind_of(session, "period", "天", (), at) if any(by_day) else None


def catalogue_entries(session: Session, name: str, raw: Rows, place: Position) -> tuple[str, ...]:
    """The entries of a list; each one word, given once."""
    entries = Once(f"目录“{name}”的条目")
    out = []
    for word in raw:
        if not isinstance(word, Word):
            session.wrong(word, f"目录“{name}”的条目应是一个词", "、".join(map(str, word))[:40], "[甲, 乙, 丙]", "目录里不再套清单或键值")
            continue
        session.problems += entries.given(word, word.at, "删去一处")
        check_catalogued(session, word, word.at, f"目录“{name}”的条目")
        out.append(str(word))
    if not raw:
        session.wrong(place, f"目录“{name}”是空的", name, "[甲, 乙, 丙]", "没有目录的写 value: 未定, basis: 未定")
    return tuple(out)


def spelling_pairs(session: Session, parameter: m.Parameter, versions: Sequence[c.ParameterVersion], tree: Any) -> tuple[tuple[str, str], ...]:
    """Of a catalogue: the aliases of its entries, and every entry and alias after each prefix."""
    words = tuple(dict.fromkeys(w for v in versions if isinstance(v.value, tuple) for w in v.value if isinstance(w, str)))
    if not words:
        if parameter.aliases or parameter.prefixes:
            session.wrong(getattr(tree, "at", Position()), "aliases、prefixes 只用于目录", "aliases、prefixes", "value: [词, 词…]", "删去，或把 value 写成清单")
        return ()
    aliases = alias_pairs(session, parameter.aliases, words, tree, "目录")
    known = {level(w) for w in (*words, *(a for a, _ in aliases))}
    pairs = [(f"{p}{w}", e) for p in parameter.prefixes for w, e in (*((w, w) for w in words), *aliases)]
    return (*aliases, *((w, e) for w, e in pairs if level(w) not in known))


def former_names(session: Session, parameter: m.Parameter, versions: Sequence[c.ParameterVersion], tree: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What entries of a catalogue were called, or are called together: each of some of its entries, and none itself."""
    words = {w for v in versions if isinstance(v.value, tuple) for w in v.value if isinstance(w, str)}
    known = {level(w): w for w in words} | {level(a): e for e, spellings in parameter.aliases.items() for a in spellings}
    for name, meant in parameter.formerly.items():
        at = getattr(name, "at", None) or getattr(tree, "at", Position())
        if level(name) in known:
            session.wrong(at, "旧称本身在目录里，或已是 aliases", name, "目录里没有的词", f"它是“{known[level(name)]}”；删去这一条")
        for word in meant:
            if word not in words:
                session.wrong(
                    getattr(word, "at", at), "旧称所指的词不在目录里", word, "、".join(sorted(words)[:12]), suggestion(word, sorted(words)) or "写目录里的词"
                )
    leads = {w for p in parameter.prefixes for w in (p, p[:-1] if p[-1:] in "省市县" else p)}
    names = ((f"{lead}{name}", tuple(meant)) for name, meant in parameter.formerly.items() for lead in ("", "原", *sorted(leads)))
    return tuple(x for x in names if level(x[0]) not in known)


def check_history(session: Session, name: str, versions: Sequence[c.ParameterVersion], at: Position) -> None:
    """Versions of one document must not overlap; nor those that compete for the same day."""
    for i, a in enumerate(versions):
        for b in versions[i + 1 :]:
            same = a.basis.document == b.basis.document or {a.basis.document, b.basis.document} & {None}
            own = all(v.basis.document is None or covers(session, v.basis.document) for v in (a, b))
            if (same or own) and (a.start or date.min) <= (b.end or date.max) and (b.start or date.min) <= (a.end or date.max):
                session.wrong(at, f"标准“{name}”有两个版本的有效期重叠", f"{a.text} 与 {b.text}", "首尾相接的 from、to", "给前一个写 to，后一个写 from")


def covers(session: Session, document: str) -> bool:
    ours = tuple(session.source.manifest.jurisdiction.split("/"))
    theirs = session.documents[document].jurisdiction if document in session.documents else ()
    return ours[: len(theirs)] == theirs
