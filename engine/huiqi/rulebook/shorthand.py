"""Short forms of the rule files, written out in full before anything reads them.

A clerk writes `展位费: 0元至1000万元` or `每申报年度 年度上限，计入已获支持`; what the compiler, the digest, the
printer and the editor see is the entry written out, as docs/language.md lists its keys. What must stay
true: a short form says nothing that the long one does not, and leaves nothing out that an author has to
state (what a cap is per and counts, where a figure stands, what a reading's options are); every word
keeps its place; what is not plainly a short form is left as it is, for the compiler to complain of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from ..errors import Code, Position, Problem, suggestion
from ..language.units import CURRENCIES
from . import models as m
from .shortwords import AWARD, LIMIT, award_of, fact_of, figure_of, limit_of, listed, options_of, reduced_of, sentences_of
from .variants import GUARD
from .yamltree import Rows, Table, Word


class File(NamedTuple):
    path: str  # from the rulebook's folder
    kind: str
    tree: Any


def written_out(files: Iterable[File], manifest: m.Manifest) -> tuple[list[File], list[Problem]]:
    """Every file with its short forms written out, and what is wrong with those."""
    files = list(files)
    clauses = _clause_ids(next((f.tree for f in files if f.kind == "clauses"), None))
    files = [f if f.kind not in _CITING else f._replace(tree=_CITING[f.kind](clauses, f.tree)) for f in files]
    book = _Book(files, manifest)
    out = [File(path, kind, _FORMS[kind](book, _under(book, tree)) if kind in _FORMS else tree) for path, kind, tree in files]
    return out, book.problems


def manifest_of(tree: Any) -> tuple[Any, list[Problem]]:
    """The manifest with what it uses written out: `uses: common 1` is that version, all its names as they are."""
    used = tree.get("uses") if isinstance(tree, Table) else None
    rows = Rows.made(used.at, [used]) if isinstance(used, Word) else used
    if not isinstance(rows, Rows) or not any(isinstance(x, Word) for x in rows):
        return tree, []
    problems: list[Problem] = []
    out: list[Any] = []
    for said in rows:
        name, _, version = (said.strip() if isinstance(said, Word) else "x x").partition(" ")
        if not isinstance(said, Word):
            out.append(said)
        elif version.strip() and " " not in version.strip():
            out.append(Table.made(said.at, {"rulebook": _said(name, said.at), "version": _said(version.strip(), said.at), "same": _said("全部", said.at)}))
        else:
            problems.append(
                Problem(
                    said.at,
                    "引用的规则库读不出是哪个、哪一版",
                    str(said),
                    "编号 版本，如 common 1",
                    "写编号，空一格，写它的版本（huiqi rules list 可看）；要前缀的写 {rulebook: …, version: …, as: …}",
                    Code.WRONG_SHAPE,
                )
            )
    return Table.made(tree.at, {**tree, "uses": Rows.made(rows.at, out)}), problems


# -- `名称（条款编号）`: the clause where its name or its sentence ends --------------------------------------

_CITATION = re.compile(r"(.*\S)\s*[（(]([^（）()]+)[）)]\s*")


def _clause_ids(tree: Any) -> frozenset[str]:
    if isinstance(tree, Table):
        return frozenset(map(str, tree))
    return frozenset(str(x["id"]) for x in tree if isinstance(x, Table) and "id" in x) if isinstance(tree, Rows) else frozenset()


def _cited_last(clauses: frozenset[str], said: Any, *, needed: bool = False) -> tuple[Word, Any] | None:
    """What was said, and the clauses in brackets at its end; None where what stands there is none, or nothing.

    Where one is `needed` and none is named elsewhere, what stands there is one, if a wrong one: the compiler says which there are.
    """
    found = _CITATION.fullmatch(said) if isinstance(said, Word) else None
    named = [x.strip() for x in found[2].split("、")] if found is not None else []
    if found is None or not (needed or all(x in clauses for x in named)):
        return None
    at = said.start.shifted(found.start(2))
    words = [Word.make(x, at) for x in named]
    return Word.make(found[1], said.start), words[0] if len(words) == 1 else Rows.made(at, words)


def _at_key(key: str) -> Callable[[frozenset[str], Any], Any]:
    """The clause at the end of what stands under this key, in every entry of a list."""

    def change(clauses: frozenset[str], tree: Any) -> Any:
        def one(entry: Table) -> Table:
            sourced = set(entry) & {"clause", "document", "basis", "schemes"}
            found = (
                _cited_last(clauses, entry.get(key), needed=not sourced and (key == "title" or str(entry.get(key)).startswith(("all", "全部"))))
                if "clause" not in entry
                else None
            )
            return entry if found is None else Table.made(entry.at, {**entry, key: found[0], "clause": found[1]})

        return _each(tree, one)

    return change


def _at_for(clauses: frozenset[str], tree: Any) -> Any:
    if not isinstance(tree, Table):
        return tree
    rows = {k: Rows.made(x.at, [x]) if isinstance(x, Table) else x for k, x in tree.items()}
    return Table.made(tree.at, {k: _at_key("for")(clauses, x) for k, x in rows.items()})


def _at_sentence(clauses: frozenset[str], tree: Any) -> Any:
    """`名称: 甲 还是 乙（条款编号）`."""

    def one(entry: Table) -> Table:
        said = {k: found for k, x in entry.items() if k not in _CHOICE_KEYS and (found := _cited_last(clauses, x, needed=True)) is not None}
        if "clause" in entry or len(said) != 1:
            return entry
        ((name, (sentence, clause)),) = said.items()
        return Table.made(entry.at, {**entry, name: sentence, "clause": clause})

    return _each(tree, one)


def _at_name(clauses: frozenset[str], tree: Any) -> Any:
    """A table's: `规模奖励（条款编号）:`."""
    if not isinstance(tree, Table):
        return tree
    out: dict[Any, Any] = {}
    for name, entry in tree.items():
        found = _cited_last(clauses, name) if isinstance(entry, Table) and "clause" not in entry else None
        key, value = (name, entry) if found is None or found[0] in tree else (found[0], Table.made(entry.at, {**entry, "clause": found[1]}))
        out[key] = value
    return Table.made(tree.at, out)


class _Book:
    """What one file's short forms need to know of the others."""

    def __init__(self, files: list[File], manifest: m.Manifest) -> None:
        self.problems: list[Problem] = []
        self.jurisdiction = manifest.jurisdiction
        trees = {kind: tree for _, kind, tree in files if kind != "measures"}
        documents = trees.get("documents")
        self.documents = [x for x in documents if isinstance(x, Table)] if isinstance(documents, Rows) else []
        clauses = trees.get("clauses")
        self.clauses: dict[str, Any] = (
            dict(clauses)
            if isinstance(clauses, Table)
            else {str(x["id"]): x for x in clauses if isinstance(x, Table) and "id" in x}
            if isinstance(clauses, Rows)
            else {}
        )
        self.measures: list[str] = []
        for _, kind, tree in files:
            if kind == "measures" and isinstance(tree, Rows):
                self.measures += [str(x.get("id", x.get("title", ""))) for x in tree if isinstance(x, Table)]
        self.cited = _cited(files, set(self.clauses))

    def wrong(self, at: Any, message: str, found: str, expected: str, mend: str, code: Code = Code.WRONG_SHAPE) -> None:
        place = at if isinstance(at, Position) else getattr(at, "at", Position())
        self.problems.append(Problem(place, message, found, expected, mend, code))

    def start_of(self, clause: str) -> Any:
        """From when the document of a clause is in force."""
        entry = self.clauses.get(clause)
        named = entry.get("document") if isinstance(entry, Table) else None
        mine = [x for x in self.documents if x.get("id") == named] if named is not None else self.documents if len(self.documents) == 1 else []
        return mine[0].get("from") if mine else None


_DISPOSITIONS = {"measures": "measure", "recognitions": "recognition", "targets": "target"}


def _cited(files: Iterable[File], known: set[str]) -> dict[str, str]:
    """What is made of each clause, by who names it: a measure before a recognition, a target, anything else."""
    found: dict[str, set[str]] = {}
    for _, kind, tree in files:
        if kind == "clauses":
            continue
        entries = tree if kind in _DISPOSITIONS and isinstance(tree, Rows) else [tree]
        for entry in entries:
            own = set(_words(entry.get("clause"))) if kind in _DISPOSITIONS and isinstance(entry, Table) else set()
            for clause in known & (own | set(_clauses(entry))):
                found.setdefault(clause, set()).add(_DISPOSITIONS[kind] if clause in own else "condition")
        if kind == "parameters" and isinstance(tree, Table):
            for clause in known & set(tree):
                found.setdefault(clause, set()).add("condition")
    order = ("measure", "recognition", "target", "condition")
    return {clause: next(x for x in order if x in kinds) for clause, kinds in found.items()}


def _clauses(tree: Any) -> Iterator[str]:
    for key, value in tree.items() if isinstance(tree, Table) else ((None, x) for x in tree) if isinstance(tree, Rows) else ():
        if key == "clause":
            yield from _words(value)
        else:
            yield from _clauses(value)


def _words(raw: Any) -> list[str]:
    return [str(x) for x in raw] if isinstance(raw, Rows) else [] if raw is None or isinstance(raw, Table) else [str(raw)]


def _items(table: Table) -> Iterator[tuple[Any, Any]]:
    """Its keys are words, with their places."""
    return iter(table.items())


def _said(text: str, at: Position) -> Word:
    return Word.make(text, at)


def _each(tree: Any, change: Callable[[Table], Table | None]) -> Any:
    """A list with each of its entries changed; those left out of which something was said."""
    return Rows.made(tree.at, (y for x in tree if (y := change(x) if isinstance(x, Table) else x) is not None)) if isinstance(tree, Rows) else tree


def _under(book: _Book, tree: Any) -> Any:
    """`读法: 名称=选项`, wherever it stands, as the key and value it is."""
    if isinstance(tree, Rows):
        return Rows.made(tree.at, (_under(book, x) for x in tree))
    if not isinstance(tree, Table):
        return tree
    out = {k: _under(book, x) for k, x in tree.items()}
    if isinstance(said := tree.get(GUARD), Word):
        name, sign, option = said.partition("=")
        if sign and name.strip() and option.strip():
            out[GUARD] = Table.made(said.at, {Word.make(name.strip(), said.at): Word.make(option.strip(), said.at)})
    return Table.made(tree.at, out)


# -- documents, clauses ---------------------------------------------------------------------------------


def _documents(book: _Book, tree: Any) -> Any:
    def one(entry: Table) -> Table:
        given = {"jurisdiction": book.jurisdiction, **({"sheet": str(entry["id"])} if isinstance(entry.get("id"), Word) else {})}
        return Table.made(entry.at, {**entry, **{k: _said(x, entry.at) for k, x in given.items() if k not in entry}})

    return _each(tree, one)


TITLE = 16


def _clauses_file(book: _Book, tree: Any) -> Any:
    """`编号: 转述`: of the one document, titled by how it begins, disposed of as who cites it says."""
    if not isinstance(tree, Table):
        return tree
    out = []
    for name, entry in _items(tree):
        body = dict(entry) if isinstance(entry, Table) else {"says": entry}
        if isinstance(entry, Rows):
            book.wrong(entry, f"条款“{name}”写成一句转述，或键值", "（清单）", f"{name}: 转述", "写成一行")
            continue
        if "document" not in body and len(book.documents) == 1 and "id" in book.documents[0]:
            body["document"] = book.documents[0]["id"]
        if "document" not in body:
            book.wrong(name, f"条款“{name}”没有写出自哪份文件", "", "document: 文件编号", "只有一份文件时才可以不写；写成 {says: …, document: …}")
            continue
        says = str(body.get("says", ""))
        body.setdefault("title", _said(_head(says) or str(name), name.at))
        body.setdefault("disposition", _said(book.cited.get(str(name), "todo"), name.at))
        out.append(Table.made(name.at, {"id": name, **body}))
    return Rows.made(tree.at, out)


def _head(says: str) -> str:
    first = re.split("[，。；：]", says, maxsplit=1)[0]
    return first if len(first) <= TITLE else f"{first[: TITLE - 1]}…"


# -- vocabulary -------------------------------------------------------------------------------------------

_RECORD_KEYS = {info.alias or name for name, info in m.Record.model_fields.items()}


def _vocabulary(book: _Book, tree: Any) -> Any:
    if not isinstance(tree, Table):
        return tree
    out = dict(tree)
    if isinstance(facts := tree.get("facts"), Table):
        out["facts"] = _facts(book, facts)
    if isinstance(records := tree.get("records"), Table):
        out["records"] = Table.made(records.at, {k: _record(book, k, x) for k, x in _items(records)})
    return Table.made(tree.at, out)


def _facts(book: _Book, facts: Table) -> Table:
    return Table.made(facts.at, {name: _fact(book, name, said) for name, said in _items(facts)})


def _fact(book: _Book, name: Word, said: Any) -> Any:
    if isinstance(said, Table):
        return said if "id" in said or not said else Table.made(said.at, {"id": name, **said})
    if isinstance(said, Rows):
        return Table.made(said.at, {"id": name, "kind": _said("choice", said.at), "options": said})
    found, complaint = fact_of(said, CURRENCIES)
    if complaint:
        book.wrong(
            said,
            f"“{name}”读不出是哪种数据：{complaint}",
            str(said),
            "是否、文字、日期、年度、甲、乙、丙，或 0元至1000万元",
            "照一种写法改，或写成 {id: …, kind: …}",
        )
    return Table.made(said.at, {"id": name, **found})


def _record(book: _Book, name: Word, said: Any) -> Any:
    """Columns beside `noun`: the first is the key."""
    if not isinstance(said, Table):
        return said
    out: dict[Any, Any] = dict(said)
    columns = {k: x for k, x in _items(said) if k not in _RECORD_KEYS}
    if "fields" not in said and columns:
        out = {k: x for k, x in _items(said) if k in _RECORD_KEYS}
        out["fields"] = Table.made(said.at, columns)
        out.setdefault("key", next(iter(columns)))
    if isinstance(out.get("fields"), Table):
        out["fields"] = _facts(book, out["fields"])
        out = {"id": name, **out} if "id" not in out else out
    return Table.made(said.at, out)


# -- figures, tables, definitions ---------------------------------------------------------------------

_PARAMETER_KEYS = {info.alias or name for name, info in m.Parameter.model_fields.items()}
_VERSION_KEYS = {info.alias or name for name, info in m.Version.model_fields.items()}


def _parameters(book: _Book, tree: Any) -> Any:
    """Under a clause, its figures: each a name and a value, from when the clause's document is in force."""
    if not isinstance(tree, Table):
        return tree
    out: dict[Any, Any] = {}
    for name, entry in _items(tree):
        if not isinstance(entry, Table) or set(entry) & _PARAMETER_KEYS or not entry:
            out[name] = entry if not isinstance(entry, Table) or "id" in entry or not entry else Table.made(entry.at, {"id": name, **entry})
            continue
        if name not in book.clauses:
            book.wrong(
                name,
                "没有这一条款",
                str(name),
                "条款的编号，下面一行一个标准：名称: 值",
                suggestion(name, book.clauses) or "核对 clauses.yaml",
                Code.UNKNOWN_NAME,
            )
            continue
        for figure, said in _items(entry):
            if figure in tree or figure in out:
                book.wrong(figure, "标准写了两次", str(figure), "一个标准写一处", "删去一处；几版写成 values", Code.DUPLICATE)
            out[figure] = _figure(book, name, figure, said)
    return Table.made(tree.at, out)


def _figure(book: _Book, clause: Word, name: Word, said: Any) -> Table:
    at = name.at
    own: dict[Any, Any] = {"id": name}
    version: dict[Any, Any] = {}
    several = said.get("values") if isinstance(said, Table) else said
    if isinstance(several, Rows) and (dated := [x for x in several if isinstance(x, Table) and "value" in x]):
        whole = f"{name}: {{id: 英文编号, values: [{{value: …, from: …, clause: {clause}}}, …]}}"
        book.wrong(name, f"标准“{name}”在条款下只写一版", "、".join(str(x["value"]) for x in dated), f"{name}: 值", f"几版的移到条款外面写全：{whole}")
        said = dated[0]  # which stands for them all, so that nothing more is said of it
    if isinstance(said, Table):
        own |= {k: x for k, x in _items(said) if k in _PARAMETER_KEYS - _VERSION_KEYS}
        version = {k: x for k, x in _items(said) if k not in own}
        said = version.get("value", said.get("values"))
    if isinstance(said, Word):
        kinds, value = figure_of(said)
        own = {**{k: _said(x, said.at) for k, x in kinds.items()}, **own}
        version["value"] = Rows.made(said.at, value) if isinstance(value, list) else value
    elif isinstance(said, Rows) and "values" not in own:
        version["value"] = said
    if "values" in own:
        book.wrong(name, f"标准“{name}”在条款下只写一版", "values", f"{name}: 值", "几版的移出来，照 parameters.yaml 的写法写全")
    version.setdefault("clause", clause)
    if "from" not in version and (start := book.start_of(str(clause))) is not None:
        version["from"] = start
    own["values"] = Rows.made(at, [Table.made(getattr(said, "at", at), version)])
    return Table.made(at, own)


_INPUT_KEYS = {info.alias or name for name, info in m.Input.model_fields.items()}


def _tables(book: _Book, tree: Any) -> Any:
    """Inputs as `名称: 一种数据`, rows as `范围: 值`."""
    if not isinstance(tree, Table):
        return tree
    return Table.made(tree.at, {name: _standard(book, name, x) if isinstance(x, Table) else x for name, x in _items(tree)})


def _standard(book: _Book, name: Word, entry: Table) -> Table:
    out = {"id": name, **entry}
    if isinstance(inputs := entry.get("inputs"), Table):
        written = {k: _fact(book, k, x) for k, x in _items(inputs)}
        out["inputs"] = Rows.made(
            inputs.at, [Table.made(k.at, {"name": k, **{a: b for a, b in x.items() if a in _INPUT_KEYS}}) for k, x in written.items() if isinstance(x, Table)]
        )
    if isinstance(rows := entry.get("rows"), Table):
        out["rows"] = Rows.made(rows.at, [Table.made(k.at, {"when": k, **(x if isinstance(x, Table) else {"value": x})}) for k, x in _items(rows)])
    if isinstance(gaps := entry.get("uncovered"), Table):
        out["uncovered"] = Rows.made(gaps.at, [Table.made(k.at, {"when": k, "why": x}) for k, x in _items(gaps)])
    if (named := _words(entry.get("clause"))) and "document" not in entry and "basis" not in entry:
        clause = book.clauses.get(named[0])
        document = clause.get("document") if isinstance(clause, Table) else None
        document = document if document is not None else book.documents[0].get("id") if len(book.documents) == 1 else None
        if document is not None:
            out["document"] = document
    return Table.made(entry.at, out)


def _definitions(_: _Book, tree: Any) -> Any:
    if not isinstance(tree, Table):
        return tree
    out: dict[Any, Any] = {}
    for name, said in _items(tree):
        record, dot, column = name.partition(".")
        if isinstance(said, Word) and dot and record.strip() and column.strip():
            out[Word.make(column.strip(), name.at)] = Table.made(name.at, {"on": _said(record.strip(), name.at), "expr": said})
        else:
            out[name] = Table.made(name.at, {"expr": said}) if isinstance(said, Word) else said
    return Table.made(tree.at, out)


# -- shared, readings, measures, stacking -----------------------------------------------------------------

_ROW_KEYS = {"for", "except", "on", "from", "to", "id", "分母为零", "share", "applies", "读法", "text", "all", "any", "not"} | {
    info.alias or name for name, info in m.Sourced.model_fields.items()
}


def _shared(book: _Book, tree: Any) -> Any:
    """Several names in one row: as many rows, each with the row's other keys."""
    if not isinstance(tree, Table):
        return tree
    out = dict(tree)
    for kind in ("when", "unless", "reductions"):
        rows = tree.get(kind)
        rows = Rows.made(rows.at, [rows]) if isinstance(rows, Table) else rows
        if isinstance(rows, Rows):
            out[kind] = Rows.made(rows.at, [x for row in (_reductions(rows) if kind == "reductions" else rows) for x in _split(book, row)])
    return Table.made(tree.at, out)


def _split(book: _Book, row: Any) -> list[Any]:
    names = [k for k in row if k not in _ROW_KEYS] if isinstance(row, Table) else []
    if len(names) < 2:
        return [row]
    if odd := next((k for k in names if suggestion(k, _ROW_KEYS)), None):
        book.wrong(
            odd,
            "几条共用一组键的，名称不能像键",
            str(odd),
            "、".join(sorted(_ROW_KEYS - {"text"})),
            suggestion(odd, _ROW_KEYS) or "改一个名称",
            Code.UNKNOWN_KEY,
        )
        return []
    rest = {k: x for k, x in row.items() if k in _ROW_KEYS}
    if own := [k for k in rest if k in ("id", "quote", "all", "any", "not", "text")]:
        book.wrong(own[0], f"{own[0]} 是一条自己的，几条写在一起的不写", "、".join(map(str, names)), "一条一项", f"把带 {own[0]} 的一条分出来写")
        return []
    for said in _words_at(rest.get("clause")):
        if said not in book.clauses and said != OWN and book.clauses:
            book.wrong(said, "没有这一条款", str(said), "clauses.yaml 里的 id", suggestion(said, book.clauses) or "核对 clauses.yaml", Code.UNKNOWN_NAME)
            rest["clause"] = _said(next(iter(book.clauses)), row.at)  # told once, not of each of them
    return [Table.made(k.at, {k: x, **rest}) for k, x in _items(row) if k not in _ROW_KEYS]


OWN = "本事项"  # the clause of each measure itself


def _words_at(raw: Any) -> list[Word]:
    return [x for x in (raw if isinstance(raw, Rows) else [raw]) if isinstance(x, Word)]


_CHOICE_KEYS = {info.alias or name for name, info in m.Choice.model_fields.items()}


def _readings(book: _Book, tree: Any) -> Any:
    """`- 名称: 甲 还是 乙`."""

    def one(entry: Table) -> Table | None:
        names = [k for k in entry if k not in _CHOICE_KEYS]
        if "id" in entry or len(names) != 1:
            return entry
        ((name, said),) = ((k, x) for k, x in _items(entry) if k not in _CHOICE_KEYS)
        options = options_of(said) if isinstance(said, Word) else []
        if len(options) < 2:
            book.wrong(said, f"读法“{name}”要写出各种读法", str(said), "甲 还是 乙", "各种读法之间写“ 还是 ”（前后空一格）")
            return None
        rest = {k: x for k, x in _items(entry) if k in _CHOICE_KEYS}
        question = _said(f"{'还是'.join(options)}？", said.at)
        return Table.made(name.at, {"id": name, "question": question, "options": Rows.made(said.at, options), **rest})

    return _each(tree, one)


def _measures(book: _Book, tree: Any) -> Any:
    return _each(tree, lambda entry: _measure(book, entry))


def _measure(book: _Book, entry: Table) -> Table:
    out = {"id": entry["title"], **entry} if "id" not in entry and isinstance(entry.get("title"), Word) else dict(entry)
    if isinstance(schemes := entry.get("schemes"), Table):
        out["schemes"] = Table.made(schemes.at, {k: _paid(book, x) if isinstance(x, Table) else x for k, x in _items(schemes)})
    return _paid(book, Table.made(entry.at, out))


def _paid(book: _Book, entry: Table) -> Table:
    """An award and limits that are sentences."""
    out = dict(entry)
    if isinstance(award := entry.get("award"), Word) and (found := award_of(award)) is not None:
        out["award"] = Table.made(award.at, found)
    elif isinstance(award, Word):
        book.wrong(award, "award：读不出是哪种支持方式", str(award), AWARD, "在前面写上 定额、不超过、服务、推荐或减免，空一格")
        del out["award"]
    limits = entry.get("limits")
    limits = Rows.made(limits.at, sentences_of(limits)) if isinstance(limits, Word) else limits
    if isinstance(limits, Rows):
        rows = []
        for said in limits:
            if not isinstance(said, Word):
                rows.append(said)
                continue
            found, complaint = limit_of(said)
            if complaint:
                book.wrong(said, f"封顶读不出：{complaint}", str(said), LIMIT, "照一种写法改，或写成 {amount: …, per: …}")
            else:
                rows.append(Table.made(said.at, found))
        out["limits"] = Rows.made(limits.at, rows)
    if isinstance(material := entry.get("evidence"), Word):
        out["evidence"] = listed(material)
    if isinstance(reductions := entry.get("reductions"), Rows | Table):
        out["reductions"] = _reductions(reductions)
    return Table.made(entry.at, out)


def _reductions(tree: Any) -> Any:
    """`名称: 情形，减按 比例`."""

    def one(entry: Table) -> Table:
        said = {k: found for k, x in entry.items() if k not in _ROW_KEYS and isinstance(x, Word) and (found := reduced_of(x)) is not None}
        if "share" in entry or len(said) != 1:
            return entry
        ((name, (when, share)),) = said.items()
        return Table.made(entry.at, {**entry, name: when, "share": share})

    return _each(Rows.made(tree.at, [tree]) if isinstance(tree, Table) else tree, one)


def _stacking(book: _Book, tree: Any) -> Any:
    def one(entry: Table) -> Table:
        out = {"id": entry["title"], **entry} if "id" not in entry and isinstance(entry.get("title"), Word) else dict(entry)
        if isinstance(cap := entry.get("cap"), Word):
            found, complaint = limit_of(cap)
            out |= {"rule": _said("cap", cap.at), **found}
            del out[next(k for k in out if k == "cap")]
            complaint = complaint or ("合计封顶没有留哪几件" if "keep" in found else "")
            if complaint or (twice := sorted({"rule", *found} & set(entry))):
                book.wrong(
                    cap,
                    f"合计封顶读不出：{complaint or '、'.join(twice) + '写了两次'}",
                    str(cap),
                    "每申报年度 年度上限，计入已获支持",
                    "照这样写，或写 rule: cap、per、amount、counting",
                )
        members = entry.get("members")
        if isinstance(members, Word) and members in ("all", "全部"):
            if entry.get("rule") == "order":
                book.wrong(members, "先后次序要逐个写出事项", str(members), "[事项编号, …]，排在前的先给", "照次序列出")
            else:
                out["members"] = Rows.made(members.at, [_said(x, members.at) for x in book.measures])
        return Table.made(entry.at, out)

    return _each(tree, one)


_CITING: dict[str, Callable[[frozenset[str], Any], Any]] = {
    "measures": _at_key("title"), "recognitions": _at_key("title"), "stacking": _at_key("title"), "pools": _at_key("title"),
    "targets": _at_key("title"), "shared": _at_for, "readings": _at_sentence, "tables": _at_name,
}  # fmt: skip
_FORMS: dict[str, Callable[[_Book, Any], Any]] = {
    "documents": _documents, "clauses": _clauses_file, "vocabulary": _vocabulary, "parameters": _parameters, "tables": _tables,
    "definitions": _definitions, "shared": _shared, "readings": _readings, "measures": _measures, "stacking": _stacking,
}  # fmt: skip
