"""From shaped source to a compiled rulebook: names resolved, types and units checked.

Every problem of every file is collected and raised at once. The compiler enforces what keeps a
rulebook honest: figures have a document and a letter; one award's figures come from one document
family; a scheme is whole; no literal figure in an expression; no empty recognition; no cycle.
It knows no enterprise and evaluates nothing.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import rfc8785

from ..errors import SEE, Code, ExpressionError, InputError, Position, Problem, RulebookError, TooComplex, suggestion
from ..files import reading
from ..language import typed as t
from ..language.checker import Bound, Rules, Symbol, check, whole_number
from ..language.levelling import level
from ..language.parser import normalise, parse
from ..language.printer import sentence, show
from ..language.syntax import FROM_CHINESE, FUNCTIONS, And, Call, Compare, Filter, Name, Node, Or, String
from ..language.syntax import RESERVED as RESERVED_WORDS
from ..language.syntax import Path as FieldPath
from ..language.types import (
    BOOLEAN,
    DATE,
    INVALID,
    NUMBER,
    PERIOD,
    RATIO,
    TEXT,
    YEAR,
    Boolean,
    Date,
    Invalid,
    ListOf,
    Period,
    Quantity,
    RangeOf,
    RecordOf,
    Text,
    Type,
    Year,
    alike,
)
from ..language.units import BASE_UNITS, QuantityError, decimal_text, is_money, multiply, parse_quantity, parse_unit
from . import compiled as c
from . import models as m
from .literals import ValueProblem, read_date, read_value
from .names import ID_RULE, Once, untold, wrong_id, wrong_jurisdiction, wrong_noun
from .plans import MAX_SETS, compatible_sets, components
from .source import Source, find_folder, read_source, rules_folder
from .tablecheck import Column, Finding, findings, step_of
from .yamltree import MAX_BYTES, Rows, Table, Word, locate, located, wide_colons

RESERVED = {"basis", "document", "clause", "letter", "cut", "note", "分母为零", "from", "to", "id"}
STRUCTURE = {"all", "any", "not"}
HAND = {"假定": c.Standing.ASSUMED, "未定": c.Standing.UNSET}
_ZERO = {"不符合": True, "待核": False}
_cache: dict[tuple[str, str], c.CompiledRulebook] = {}


def load_compiled(name: str, _trail: tuple[str, ...] = ()) -> c.CompiledRulebook:
    """Compile the rulebook of an id or folder; cached by content."""
    with reading(name):
        return _loaded(find_folder(name), _trail)


def _loaded(folder: Path, _trail: tuple[str, ...]) -> c.CompiledRulebook:
    place = str(folder.resolve())
    stamp = _fingerprint(folder, set())
    if (found := _cache.get((str(folder), stamp))) is not None:
        return found
    source = read_source(folder)
    used: list[tuple[m.Use, c.CompiledRulebook]] = []
    problems = [*source.problems, *_manifest_problems(source)]
    once = Once("引用的规则库")
    behind: dict[str, tuple[str, str]] = {}  # id -> digest, and through which use it came
    for index, use in enumerate(source.manifest.uses):
        at = locate(source.trees[0][1], ("uses", index))
        sibling = folder.parent / use.rulebook
        target = sibling if (sibling / "rulebook.yaml").is_file() else Path(use.rulebook)
        if use.rulebook == source.manifest.id or str(target.resolve()) in (*_trail, place):
            problems.append(
                Problem(
                    at,
                    "规则库互相引用成环",
                    " → ".join([*(Path(p).name for p in _trail), source.manifest.id, use.rulebook]),
                    "不成环的引用",
                    "把共用部分移到第三个规则库",
                )
            )
            continue
        try:
            book = load_compiled(str(target), (*_trail, place))
        except InputError as error:
            problems += [replace(p, at=p.at if p.at.line else at, code=p.code or error.stage, loc=()) for p in error.problems]
            continue
        if book.version != use.version:
            problems.append(Problem(at, f"引用的“{use.rulebook}”版本对不上", use.version, book.version, "核对该规则库的变化后改版本号"))
            continue
        repeated = list(once.given(book.id, at, "删去一处；同一规则库只引用一次"))
        problems += repeated
        for name, digest in book.behind:
            known, through = behind.setdefault(name, (digest, use.rulebook))
            if name == source.manifest.id:
                problems.append(Problem(at, "引用的规则库与本规则库编号相同", name, "每个规则库一个编号", "改一个规则库的 id"))
            elif known != digest and not repeated:
                problems.append(
                    Problem(at, f"经“{through}”与“{use.rulebook}”引用的“{name}”不是同一个规则库", name, "编号相同的规则库只有一个", "改一个规则库的 id")
                )
        used.append((use, book))
    if problems:
        raise RulebookError(_in_files(problems, source))
    result = _Compiler(source, used).compile()
    _cache[(str(folder), stamp)] = result
    return result


def _in_files(problems: list[Problem], source: Source) -> list[Problem]:
    """Problems with the keys and indexes that lead to each in its file."""
    for _, tree in source.trees:
        problems = located(problems, tree)
    return problems


def _manifest_problems(source: Source) -> Iterator[Problem]:
    tree, manifest = source.trees[0][1], source.manifest
    if not re.fullmatch(r"[A-Za-z0-9\u3400-\u9fff](?:[\w-]{0,62}\w)?", manifest.id):
        yield Problem(
            tree.key("id"), "规则库编号的写法不对", manifest.id, "汉字、字母、数字、下划线，中间可用 -，不留空格，不超过 64 字", "例如 datong-outsourcing"
        )
    if re.search(r"\s", manifest.version) or len(manifest.version) > 64:
        yield Problem(tree.key("version"), "版本的写法不对", manifest.version, "不留空格，不超过 64 字", '例如 "1"')
    if complaint := wrong_jurisdiction(manifest.jurisdiction):
        yield Problem(tree.key("jurisdiction"), f"辖区的写法不对：{complaint}", manifest.jurisdiction, "中国/省/市", "例如 中国/山西省/大同市")


def _fingerprint(folder: Path, seen: set[Path]) -> str:
    """Of a folder's files and of the rulebooks it names: enough to notice an edit within a process."""
    seen.add(folder)
    parts = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix.lower() in (".yaml", ".yml"):
            stat = path.stat()
            parts.append(f"{path}:{stat.st_mtime_ns}:{stat.st_size}")
    manifest = folder / "rulebook.yaml"
    text = manifest.read_bytes().decode("utf-8", errors="replace") if manifest.stat().st_size < MAX_BYTES else ""
    for name in re.findall(r"rulebook:\s*([\w.-]+)", text):
        for used in (folder.parent / name, rules_folder() / name):
            if used not in seen and (used / "rulebook.yaml").is_file():
                parts.append(_fingerprint(used, seen))
                break
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class _Compiler:
    def __init__(self, source: Source, used: list[tuple[m.Use, c.CompiledRulebook]]) -> None:
        self.source, self.used = source, used
        self.id = source.manifest.id
        self.problems: list[Problem] = []
        self.findings: list[Problem] = []
        self.symbols: dict[str, Symbol] = {}  # every word of an expression
        self.places: dict[str, Position] = {}
        self.prefixes: dict[str, c.CompiledRulebook] = {}
        self.documents: dict[str, c.DocumentSpec] = {}
        self.document_keys: dict[str, str] = {}
        self.unclear_documents: dict[str, set[str]] = {}  # ids that several rulebooks give to documents
        self.clauses: dict[str, c.ClauseSpec] = {}
        self.facts: dict[str, c.FactSpec] = {}
        self.records: dict[str, c.RecordSpec] = {}
        self.record_names: dict[str, str] = {}
        self.parameters: dict[str, c.ParameterSpec] = {}
        self.tables: dict[str, c.TableSpec] = {}
        self.definitions: dict[str, c.DefinitionSpec] = {}
        self.atoms: dict[t.Expr, t.Expr] = {}
        self.recognitions: dict[str, c.RecognitionSpec] = {}
        self.measures: dict[str, c.MeasureSpec] = {}
        self.checks: list[c.CheckSpec] = []
        self.stacking: list[c.StackingSpec] = []
        self.targets: list[c.TargetSpec] = []
        self.columns: dict[tuple[str, str], Symbol] = {}  # computed columns of record types
        self.waiting: dict[str, tuple[m.Definition, Any]] = {}
        self.open: list[str] = []
        self.canonical: dict[Position, str] = {}
        self.all_nouns: set[str] = set()
        self.owners = Once("支持事项或资格的编号")  # one space: conditions are numbered after their owner
        self.titles = Once("支持事项的名称")  # 已获支持 may name a measure by its title
        self.condition_ids = Once("条件的 id")
        self.levels: dict[str, str] = {}  # levelled name -> the name
        self.dated = False  # within a measure governed by a date of each record

    # -- the scope the checker asks -------------------------------------------------------------

    @property
    def nouns(self) -> frozenset[str]:
        return frozenset(self.all_nouns)

    def find(self, name: str) -> Symbol | None:
        if name in self.symbols:
            return self.symbols[name]
        if name in self.waiting:
            self._define(name)
            return self.symbols.get(name)
        return None

    def field(self, record: str, name: str) -> Symbol | None:
        spec = self.records.get(self.record_names.get(record, record))
        if spec and name in spec.fields:
            f = spec.fields[name]
            return Symbol("fact", name, f.type, bounds=f.bounds, whole=f.whole)
        if (record, name) in self.columns:
            return self.columns[(record, name)]
        waiting = next((k for k, (d, _) in self.waiting.items() if d.on == record and k == f"{record}.{name}"), None)
        if waiting:
            self._define(waiting)
        return self.columns.get((record, name))

    def fields_of(self, record: str) -> Iterable[str]:
        spec = self.records.get(self.record_names.get(record, record))
        return [*(spec.fields if spec else ()), *(n for r, n in self.columns if r == record)]

    def noun(self, record: str) -> str:
        spec = self.records.get(self.record_names.get(record, record))
        return spec.noun if spec else "件"

    def words(self) -> Iterable[str]:
        return [*(k for k in self.symbols if "/" not in k), *self.waiting]

    def is_prefix(self, name: str) -> bool:
        return name in self.prefixes

    # -- helpers --------------------------------------------------------------------------------

    def wrong(self, at: Any, message: str, found: str = "", expected: str = "", mend: str = "", code: Code | None = None) -> None:
        place = at if isinstance(at, Position) else getattr(at, "at", Position())
        self.problems.append(Problem(place, message, found, expected, mend or ("" if expected else SEE), code))

    def doubt(self, at: Any, message: str, found: str = "", expected: str = "", mend: str = "") -> None:
        """What `rules check` fails by although the rulebook can be read: a decision keeps open what hangs on it."""
        place = at if isinstance(at, Position) else getattr(at, "at", Position())
        self.findings.append(Problem(place, message, found, expected, mend))

    def expression(
        self, word: Any, wanted: Type | None = None, *, variables: Mapping[str, Type] | None = None,
        rules: Rules = Rules(), inside: tuple[str, Type] | None = None, optional: bool = False, condition: bool = False,
    ) -> tuple[t.Expr, Bound] | None:  # fmt: skip
        """Parse and check one expression of the source; None (and problems) if it is wrong."""
        if not isinstance(word, Word):
            self.wrong(word, "这里应写表达式", str(word)[:40])
            return None
        at = word.start
        if word.style == ">" or (word.style == "" and word.lines > 1):
            self.wrong(word.at, "表达式不能折行", word, "写在一行", "写在一行，或用指标口径拆开")
            return None
        if word.style == "|":
            at = Position(word.at.file, word.at.line + 1, 1)
            if "\n" in word.strip():
                self.wrong(word.at, "表达式写在一行", word, "一行", "用指标口径拆开")
                return None
        try:
            tree = parse(str(word).rstrip("\n"), at)
        except ExpressionError as error:
            self.problems += error.problems
            return None
        self.canonical[word.at] = show(tree)
        result, problems, bounds = check(tree, self, at=at, wanted=wanted, variables=variables, rules=rules, inside=inside, optional=optional)
        self.problems += problems
        if not problems and not condition and isinstance(result.type, Boolean) and negated_zero(result, self.definitions):
            # a condition is told so by `_item`, which knows on which side it stands
            self.wrong(word.at, "not 或 if 的条件里，分母为零: 不符合 反而可能有利", word, "分母为零: 待核", "改写成不带 not 的表达式，或写 分母为零: 待核")
        return None if problems else (result, bounds)

    def _type(self, kind: str, unit: str | None, options: Sequence[str], at: Position) -> Type:
        if kind in ("money", "quantity"):
            if not unit:
                self.wrong(at, "数量要写单位", kind, "unit: 元（人、席…）", "补上 unit")
                return INVALID
            try:
                scale, dims = parse_unit(unit, self.nouns)
            except QuantityError as error:
                self.wrong(at, error.message, unit, "", error.mend, error.code)
                return INVALID
            if scale != 1:
                self.wrong(at, "单位不带 万、亿", unit, unit.lstrip("万亿"), "数值里可以写万元，单位只写元")
            if kind == "money" and not is_money(dims):
                self.wrong(at, "金额的单位应是币种", unit, "元、美元…", "改 unit，或改 kind: quantity")
            return Quantity(dims=dims)
        if unit and kind not in ("number", "ratio"):
            self.wrong(at, f"{kind} 不带单位", unit, "", "删去 unit")
        simple: dict[str, Type] = {
            "number": NUMBER, "ratio": RATIO, "boolean": BOOLEAN, "date": DATE, "period": PERIOD,
            "year": YEAR, "text": TEXT, "uscc": TEXT, "industry": TEXT,
        }  # fmt: skip
        return Text(options=tuple(options)) if kind == "choice" else simple[kind]

    def _value(self, word: Any, kind: Type, at: Position) -> Any:
        if isinstance(kind, Invalid) or (isinstance(kind, RangeOf | ListOf) and isinstance(kind.item, Invalid)):
            return None  # complained of where its kind or unit is written
        try:
            return read_value(str(word), kind, nouns=self.nouns)
        except ValueProblem as error:
            self.wrong(word if isinstance(word, Word) else at, error.message, str(word), error.expected, error.mend, error.code)
            return None

    def _namesake(self, key: str, name: str) -> str | None:
        """Another rulebook's record type of the same name."""
        return next((k for k, r in self.records.items() if r.name == name and k != key), None)

    def _word(self, name: str, at: Position, *, called: bool = False) -> bool:
        """Whether a name can stand in an expression and be read back as itself. `called`: with brackets."""
        if not re.fullmatch(r"[A-Za-z_\u3400-\u9fff][\w·]*", name):
            self.wrong(at, "名称只能用汉字、字母、数字、下划线，且不以数字开头", name, "", "改名")
            return False
        try:
            if name in RESERVED_WORDS or (called and (name in FUNCTIONS or name in FROM_CHINESE)) or parse(name) != Name(name):
                raise ExpressionError([])
        except ExpressionError:
            if name != normalise(name):
                self.wrong(at, "名称里有全角字母或数字", name, normalise(name), "写半角")
            else:
                self.wrong(at, "名称是规则语言的保留词", name, "", "换一个词")
            return False
        return True

    def declare(self, name: str, symbol: Symbol, at: Position) -> None:
        """Give a word its meaning; a word has one."""
        if not self._word(name, at, called=symbol.kind == "table"):
            return
        if name in BASE_UNITS or (name in self.all_nouns and symbol.kind != "records"):
            self.wrong(at, "名称与计量单位同名", name, "", "换一个更具体的词")
        if name in self.prefixes:
            self.wrong(at, "名称与引用的规则库的前缀相同", name, "一个名称一个意思", "改名，或在 rulebook.yaml 的 uses 里写 as: 另一个前缀")
        if name in self.symbols or name in self.waiting:
            first = self.places.get(name)
            self.wrong(at, "名称已有所指", name, "一个名称一个意思", f"先见 {first}" if first else "来自引用的规则库；要沿用就不再声明")
            return
        near = self.levels.setdefault(level(name), name)
        if near != name:
            self.wrong(at, f"名称与“{near}”只差大小写", name, "一个名称一个意思", f"先见 {self.places.get(near, '引用的规则库')}")
        self.symbols[name] = symbol
        self.symbols.setdefault(symbol.id, symbol)
        self.places[name] = at

    def key(self, name: str) -> str:
        return f"{self.id}/{name}"

    # -- the passes -----------------------------------------------------------------------------

    def compile(self) -> c.CompiledRulebook:
        self._builtins()
        for use, book in self.used:
            self._take(use, book)
        self._documents()
        self._clauses()
        self._vocabulary()
        self._recognition_names()
        self._parameters()
        self._tables()
        self._definitions()
        self._checks()
        self._recognitions()
        self._measures()
        self._stacking()
        self._targets()
        self.cents = self._cents()
        strata = self._strata() if not self.problems else ()
        if self.problems:
            raise RulebookError(_in_files(self.problems, self.source))
        return self._assemble(strata)

    def _builtins(self) -> None:
        self.symbols[c.DECISION_DAY] = Symbol("date", c.DECISION_DAY, DATE)
        self.symbols[c.APPLICATION_YEAR] = Symbol("date", c.APPLICATION_YEAR, YEAR)

    def _take(self, use: m.Use, book: c.CompiledRulebook) -> None:
        """Take over a used rulebook's words: all under its prefix, the listed ones as the same."""
        prefix = use.prefix or book.id.replace("-", "_")
        at = locate(self.source.trees[0][1], ("uses", self.source.manifest.uses.index(use)))
        if self._word(prefix, at) and prefix in self.prefixes:
            self.wrong(at, "两个引用的规则库前缀相同", prefix, f"已指“{self.prefixes[prefix].id}”", "写 as: 另一个前缀")
        self.prefixes.setdefault(prefix, book)
        self.documents |= book.documents
        pairs: tuple[tuple[dict[str, Any], Mapping[str, Any]], ...] = (
            (self.facts, book.facts), (self.records, book.records), (self.parameters, book.parameters),
            (self.tables, book.tables), (self.definitions, book.definitions), (self.recognitions, book.recognitions),
        )  # fmt: skip
        for target, items in pairs:
            for key, spec in items.items():
                target.setdefault(key, spec)
        for check_spec in book.checks:
            if check_spec not in self.checks:
                self.checks.append(check_spec)
        exported = dict(_symbols(book))
        same = list(exported) if use.same == "全部" else list(use.same)
        for name, symbol in exported.items():
            self.symbols.setdefault(f"{prefix}.{name}", symbol)
            self.symbols.setdefault(symbol.id, symbol)
        for name in same:
            if name not in exported:
                self.wrong(at, f"“{book.id}”里没有“{name}”", name, "", suggestion(name, exported), Code.UNKNOWN_NAME)
                continue
            before = self.symbols.get(name)
            if before is not None and before != exported[name]:
                self.wrong(at, "沿用的名称与已有的不是同一个（类型、单位或口径不同）", name, "", "用前缀区分，例如 前缀.名称")
                continue
            self.symbols[name] = exported[name]
            self.levels.setdefault(level(name), name)
        for key, record in book.records.items():
            self.all_nouns.add(record.noun)
            if (other := self._namesake(key, record.name)) is not None:
                self.wrong(at, f"“{key}”与“{other}”两种明细同名，筛选时会认错", record.name, "一个名称一个意思", "改其中一个规则库里明细的名称")
            if record.name in same or use.same == "全部":
                self.record_names[record.name] = key
            self.record_names.setdefault(key, key)
        for place, symbol in _columns(book):
            if self.columns.setdefault(place, symbol) != symbol:
                self.wrong(
                    at,
                    f"两个规则库都给明细“{place[0]}”定义了“{place[1]}”一栏",
                    f"{self.columns[place].id}、{symbol.id}",
                    "一栏一个意思",
                    "改其中一个口径的名称",
                )

    def _documents(self) -> None:
        entries = self.source.of("documents")
        ids = Once("文件编号")
        for _, doc, tree in entries:
            self._id(doc.id, ids, tree.key("id"))
            self._jurisdiction(doc.jurisdiction, tree.key("jurisdiction"))
            self.document_keys[doc.id] = self.key(doc.id)
        for key in self.documents:
            before = self.document_keys.setdefault(c.name_of(key), key)
            if before != key:
                self.unclear_documents.setdefault(c.name_of(key), {before}).add(key)
        parents = {doc.id: doc.amends for _, doc, _ in entries}
        for _, doc, tree in entries:
            for other in filter(None, [doc.amends, *doc.relies_on]):
                self._document(other, tree.key("amends" if other == doc.amends else "relies on"))
            root, seen = doc.id, {doc.id}
            while (parent := parents.get(root)) and parent not in seen:
                root = parent
                seen.add(root)
            if doc.start and doc.end and doc.start > doc.end:
                self.wrong(tree.key("from"), "起止日期颠倒", f"{doc.start}—{doc.end}", "from 不晚于 to", "核对两个日期")
            self.documents[self.key(doc.id)] = c.DocumentSpec(
                self.key(doc.id), doc.title, doc.number or "", doc.issuer, tuple(doc.jurisdiction.split("/")),
                doc.start, doc.end, doc.sheet, doc.letter, self.document_keys.get(root, root),
                tuple(self.document_keys.get(d, d) for d in doc.relies_on), tuple(doc.assumed), doc.note or "",
            )  # fmt: skip

    def _jurisdiction(self, text: str, at: Position) -> None:
        if complaint := wrong_jurisdiction(text):
            self.wrong(at, f"辖区的写法不对：{complaint}", text, "中国/省/市", "例如 中国/山西省/大同市")

    def _document(self, name: str | None, at: Any) -> str | None:
        if name is None:
            return None
        if name not in self.document_keys:
            self.wrong(at, "没有这个文件", name, "documents.yaml 里的 id", suggestion(name, self.document_keys), Code.UNKNOWN_NAME)
            return None
        if name in self.unclear_documents:
            self.wrong(
                at, "这个文件编号不止一份文件在用", name, "、".join(sorted(self.unclear_documents[name])), "改本规则库里的文件编号，使它与引用的规则库不同"
            )
        return self.document_keys[name]

    def _clauses(self) -> None:
        ids = Once("条款编号")
        for _, clause, tree in self.source.of("clauses"):
            self._id(clause.id, ids, tree.key("id"))
            if clause.disposition in ("duty", "unread") and not clause.why:
                self.wrong(tree.at, "须说明为什么没有编码", clause.id, "why: …", "补一行 why")
            document = self._document(clause.document, tree.key("document")) or ""
            self.clauses[clause.id] = c.ClauseSpec(
                clause.id, document, clause.title, clause.says, clause.disposition, clause.why or "",
                tuple(clause.lead), tuple(clause.support),
            )  # fmt: skip

    def _clause(self, name: str, at: Any) -> c.ClauseSpec | None:
        if name not in self.clauses:
            self.wrong(at, "没有这一条款", name, "clauses.yaml 里的 id", suggestion(name, self.clauses), Code.UNKNOWN_NAME)
            return None
        return self.clauses[name]

    def _basis(self, entry: Any, at: Any, default: c.Basis | None = None, *, figure: str = "") -> c.Basis:
        """What a figure or condition rests on; complains where nothing is stated."""
        clauses = [x for name in entry.clause if (x := self._clause(name, at))]
        document = self._document(entry.document, at) or next((x.document for x in clauses), None)
        also = () if entry.document else tuple(dict.fromkeys(x.document for x in clauses if x.document != document))
        hand = HAND.get(entry.basis or "")
        if default is not None and default.hand is not None and not (entry.document or entry.clause or entry.basis):
            return default  # nothing of its own stated: what the whole rests on, by hand or not
        if document is None and default is not None and hand is None:
            document, also = default.document, default.also
        if document is None and hand is None:
            self.wrong(at, f"{figure or '这一项'}没有出处", "", "document: … 或 basis: 假定", "写明文件；没有文件的只能写 basis: 假定 或 未定")
        letter = entry.letter or (default.letter if default and document == default.document else "")
        effective = letter or (self.documents[document].letter if document and document in self.documents else "")
        if effective == "M" and hand is None:
            self.wrong(at, "凭记忆（M）的内容不得当作来源", figure, "basis: 假定", "加 basis: 假定，或取得原文后改标")
        # an assumption is ours: it must not print the clause of the measure as if that backed it
        cited = tuple(entry.clause) or (default.clauses if default and hand is None else ())
        return c.Basis(document, cited, letter or "", entry.cut or bool(default and default.cut and document == default.document), hand, also)

    # -- vocabulary -----------------------------------------------------------------------------

    def _vocabulary(self) -> None:
        for _, book, _tree in self.source.of("vocabulary"):
            self.all_nouns |= {r.noun for r in book.records.values()}
        ids = Once("数据项与明细的 id")
        for _, book, tree in self.source.of("vocabulary"):
            for name, fact in book.facts.items():
                at = locate(tree, ("facts", name), key=True)
                self._identifier(fact.id, ids, at)
                spec = self._fact(name, fact, locate_tree(tree, ("facts", name)), self.key(name))
                self.facts[spec.key] = spec
                self.declare(name, Symbol("fact", spec.key, spec.type, spec.yearly, spec.bounds, whole=spec.whole), at)
            for name, record in book.records.items():
                at = locate(tree, ("records", name), key=True)
                self._identifier(record.id, ids, at)
                if complaint := wrong_noun(record.noun):
                    self.wrong(locate(tree, ("records", name, "noun")), f"明细的计数词不对：{complaint}", record.noun, "件、笔、项、台…", "换一个计数词")
                fields, own, columns = {}, Once(f"明细“{name}”里栏的 id"), Once(f"明细“{name}”里栏的名称")
                for column, fact in record.fields.items():
                    place = locate(tree, ("records", name, "fields", column), key=True)
                    self._identifier(fact.id, own, place)
                    self.problems += columns.given(column, place)
                    self._word(column, place)
                    fields[column] = self._fact(column, fact, locate_tree(tree, ("records", name, "fields", column)), column)
                if record.key not in fields:
                    self.wrong(locate(tree, ("records", name, "key")), "明细的 key 不是它的一栏", record.key, "、".join(fields))
                elif fields[record.key].optional:
                    self.wrong(locate(tree, ("records", name, "key")), "明细的 key 不能可为无", record.key)
                key = self.key(name)
                if (other := self._namesake(key, name)) is not None and name not in self.symbols:
                    self.wrong(at, f"明细与引用的“{other}”同名，筛选时会认错", name, "一个名称一个意思", "改名；要沿用就在 uses 里写 same")
                self.records[key] = c.RecordSpec(key, name, record.id, record.noun, record.key, record.label or name, MappingProxyType(fields), record.exact)
                self.record_names[name] = key
                self.record_names[key] = key
                self.declare(name, Symbol("records", key, ListOf(item=RecordOf(record=name))), at)

    def _identifier(self, word: str, seen: Once, at: Position) -> None:
        """The English id of a fact, parameter, table or definition."""
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", word):
            self.wrong(at, "id 用小写英文字母、数字、下划线，以字母开头", word, "例如 offshore_executed", "改用英文小写，例如 offshore_executed")
        self.problems += seen.given(word, at)

    def _id(self, word: str, seen: Once, at: Position, what: str = "") -> None:
        """The id of a document, clause, recognition, measure, stacking group or target."""
        if wrong_id(word):
            self.wrong(at, f"{what or seen.what}的写法不对", word, ID_RULE, "去掉空格与其他符号")
        self.problems += seen.given(word, at, what=what)

    def _in_order(self, low: Any, high: Any, at: Any, low_key: str, high_key: str) -> None:
        if low is not None and high is not None and low > high:
            self.wrong(at, f"{low_key} 大于 {high_key}", "", f"{low_key} 不大于 {high_key}", "核对两个数是否写反")

    def _fact(self, name: str, fact: m.Fact, tree: Any, key: str) -> c.FactSpec:
        at = getattr(tree, "at", Position())
        kind = self._type(fact.kind, fact.unit, fact.options, at)
        if fact.kind == "choice" and not fact.options:
            self.wrong(at, "选项没有列出", name, "options: […]", "补上 options")
        if fact.judgement and fact.kind == "boolean" and fact.least:
            self.wrong(at, "是否类判断没有上下限", name)
        if fact.optional:
            kind = kind.maybe()
        options = Once(f"“{name}”的选项")
        for n, option in enumerate(fact.options):
            place = locate(tree, ("options", n))
            self.problems += options.given(option, place, "删去一个")
            self._catalogued(option, place, f"“{name}”的选项")
        if fact.options and fact.kind != "choice":
            self.wrong(at, "只有选项类的数据项写 options", name, "kind: choice", "改成 kind: choice，或删去 options")
        low = self._value(fact.least, kind.required(), at) if fact.least else None
        high = self._value(fact.most, kind.required(), at) if fact.most else None
        self._in_order(low, high, locate(tree, ("min",)), "min", "max")
        usual: list[Any] = [None, None]
        if fact.usual is not None:
            if isinstance(fact.usual, list) and len(fact.usual) == 2:
                usual = [self._value(u, kind.required(), at) for u in fact.usual]
            else:
                self.wrong(at, "usual 写两个数：[通常下限, 通常上限]", str(fact.usual))
            self._in_order(usual[0], usual[1], locate(tree, ("usual",)), "usual 的下限", "上限")
        if fact.decimals is not None and not 0 <= fact.decimals <= 12:
            self.wrong(locate(tree, ("decimals",)), "decimals 写 0 到 12 的整数", str(fact.decimals), "0 到 12", "改成 0 到 12 的整数，或删去")
        if isinstance(kind, Quantity) and (low is None or high is None):
            self.wrong(at, "数量要写上下限", name, "min: …, max: …", "补上 min 与 max，用于拒收录入错误")
        dates = (low, high) if isinstance(kind, Date) else (None, None)
        bounds = (low, high) if isinstance(kind, Quantity) else (None, None)
        return c.FactSpec(
            key, name, fact.id, fact.kind, kind, bounds, (usual[0], usual[1]), tuple(fact.options), fact.decimals,
            fact.per == "year", fact.personal, fact.judgement, fact.verified_by or "", fact.label or name,
            fact.explain or "", tuple(fact.evidence), dates, self._aliases(fact.aliases, fact.options, tree, "选项"),
        )  # fmt: skip

    def _aliases(self, aliases: Mapping[str, Sequence[str]], words: Sequence[str], tree: Any, what: str) -> tuple[tuple[str, str], ...]:
        """Declared spellings of options or entries: each of one word, and no word itself."""
        taken: dict[str, str] = {}
        for word in words:
            if (other := taken.setdefault(level(word), word)) != word:
                self.wrong(getattr(tree, "at", Position()), f"{what}里有两个只差写法的词", f"{other}、{word}", "每个意思一个词", "另一个写在 aliases 里")
        out = []
        for word, spellings in aliases.items():
            at = getattr(word, "at", None) or getattr(tree, "at", Position())
            if word not in words:
                self.wrong(
                    at, f"aliases 里的词不在{what}里", word, "、".join(words[:12]), suggestion(word, words) or f"aliases 的键写{what}里的词，别的写法列在它后面"
                )
            for spelling in spellings:
                if taken.setdefault(level(spelling), word) != word:
                    self.wrong(getattr(spelling, "at", at), "一个写法只能指一个词", spelling, "", f"它已是“{taken[level(spelling)]}”或其写法")
                elif untold(spelling) or level(spelling) == level("无"):
                    self.wrong(getattr(spelling, "at", at), "这个词的意思是“没有提供”，不能作别的写法", spelling)
                out.append((spelling, word))
        return tuple(out)

    def _spellings(self, parameter: m.Parameter, versions: Sequence[c.ParameterVersion], tree: Any) -> tuple[tuple[str, str], ...]:
        """Of a catalogue: the aliases of its entries, and every entry and alias after each prefix."""
        words = tuple(dict.fromkeys(w for v in versions if isinstance(v.value, tuple) for w in v.value if isinstance(w, str)))
        if not words:
            if parameter.aliases or parameter.prefixes:
                self.wrong(
                    getattr(tree, "at", Position()), "aliases、prefixes 只用于目录", "aliases、prefixes", "value: [词, 词…]", "删去，或把 value 写成清单"
                )
            return ()
        aliases = self._aliases(parameter.aliases, words, tree, "目录")
        known = {level(w) for w in (*words, *(a for a, _ in aliases))}
        pairs = [(f"{p}{w}", e) for p in parameter.prefixes for w, e in (*((w, w) for w in words), *aliases)]
        return (*aliases, *((w, e) for w, e in pairs if level(w) not in known))

    # -- parameters and tables ------------------------------------------------------------------

    def _parameters(self) -> None:
        ids = Once("标准的 id")
        for name, parameter, tree in self.source.of("parameters"):
            at = tree.at
            self._identifier(parameter.id, ids, at)
            kind: Type | None = None
            if parameter.kind == "list":
                kind = ListOf(item=TEXT)
            elif parameter.kind:
                kind = self._type(parameter.kind, parameter.unit, (), at)
            elif parameter.unit:
                kind = self._type("quantity", parameter.unit, (), at)
            versions: list[c.ParameterVersion] = []
            numbers: list[Fraction] = []
            for index, version in enumerate(parameter.values):
                place = locate(tree, ("values", index))
                raw = version.value
                basis = self._basis(version, place, figure=f"标准“{name}”")
                if isinstance(raw, Word) and raw == "未定":
                    if basis.hand is not c.Standing.UNSET:
                        self.wrong(place, "未定的标准须写 basis: 未定", name, "basis: 未定", "加上 basis: 未定")
                    value: Any = None
                elif isinstance(raw, Rows):
                    if kind is not None and not isinstance(kind, ListOf):
                        self.wrong(place, f"这里要一个值（{kind}），写的是清单", name, "一个值", "目录写 kind: list，或不写 kind")
                        continue
                    kind = kind or ListOf(item=TEXT)
                    value = self._catalogue(name, raw, place)
                else:
                    kind = kind or self._guess(raw, place)
                    if isinstance(raw, Word) and re.match(r"[\[(].*\.\.", raw) and not isinstance(kind, RangeOf):
                        kind = RangeOf(item=kind)
                    value = self._value(raw, kind, place)
                if isinstance(value, Fraction):
                    numbers.append(value)
                    if isinstance(kind, Quantity) and not kind.dims and isinstance(raw, Word) and raw.endswith(("%", "‰", "百分点")):
                        kind = RATIO
                versions.append(
                    c.ParameterVersion(value, version.start, version.end, basis, "、".join(value) if isinstance(value, tuple) else str(raw), version.note or "")
                )
            if kind is None and not parameter.values:
                kind = INVALID
            if kind is None:
                self.wrong(at, "未定的标准要写 kind 或 unit", name, "kind: ratio / unit: 元", "补上，规则才能检查单位")
                kind = INVALID
            self._history(name, versions, at)
            for version_spec in versions:
                if version_spec.start and version_spec.end and version_spec.start > version_spec.end:
                    self.wrong(at, "起止日期颠倒", f"{version_spec.start}—{version_spec.end}", "from 不晚于 to", "核对两个日期")
            if not versions:
                self.wrong(at, f"标准“{name}”没有值", name, "values: [{value: …, document: …}]", "没有标准的写 value: 未定, basis: 未定")
            if parameter.bounds is not None and not (isinstance(parameter.bounds, list) and len(parameter.bounds) == 2):
                self.wrong(at, "bounds 写两个数：[下限, 上限]", str(parameter.bounds))
            bounds: Bound = (None, None)
            declared: Bound = (None, None)
            if parameter.bounds is not None and isinstance(parameter.bounds, list) and len(parameter.bounds) == 2:
                bounds = declared = (self._value(parameter.bounds[0], kind, at), self._value(parameter.bounds[1], kind, at))
                low_bound, high_bound = declared
                if low_bound is not None and high_bound is not None and low_bound > high_bound:
                    self.wrong(at, "bounds 上下限颠倒", name, "[下限, 上限]")
                for number in numbers:
                    if (low_bound is not None and number < low_bound) or (high_bound is not None and number > high_bound):
                        self.wrong(at, f"标准“{name}”的值不在 bounds 之内", name, "", "改 bounds 或改值")
            elif numbers and all(v.value is not None for v in versions):
                bounds = (min(numbers), max(numbers))
            spec = c.ParameterSpec(
                self.key(name), name, kind, tuple(versions), bounds, declared, parameter.note or "", self._spellings(parameter, versions, tree)
            )
            self.parameters[spec.key] = spec
            self.declare(name, Symbol("parameter", spec.key, kind, bounds=bounds, members=_members(spec), whole=spec.whole), at)

    def _catalogue(self, name: str, raw: Rows, place: Position) -> tuple[str, ...]:
        """The entries of a list; each one word, given once."""
        entries = Once(f"目录“{name}”的条目")
        out = []
        for word in raw:
            if not isinstance(word, Word):
                self.wrong(word, f"目录“{name}”的条目应是一个词", "、".join(map(str, word))[:40], "[甲, 乙, 丙]", "目录里不再套清单或键值")
                continue
            self.problems += entries.given(word, word.at, "删去一处")
            self._catalogued(word, word.at, f"目录“{name}”的条目")
            out.append(str(word))
        if not raw:
            self.wrong(place, f"目录“{name}”是空的", name, "[甲, 乙, 丙]", "没有目录的写 value: 未定, basis: 未定")
        return tuple(out)

    def _telling(self, word: str, at: Position, what: str) -> None:
        """A title is an entry that a case's words are compared with: one for “not told” would be met by whoever told nothing."""
        if untold(word):
            self.wrong(at, f"{what}不能是“{word}”：这个词等于没有告诉", word, "确定的名称", "改一个名称")

    def _catalogued(self, word: Any, at: Position, what: str) -> None:
        """One option or entry: a word, and one that tells something."""
        if not str(word).strip():
            self.wrong(at, f"{what}是空的", "（空）", "一个词", "删去这一项")
        elif untold(word):
            self.wrong(at, f"{what}里不能有“{word}”：这个词等于没有告诉", word, "确定的词", "删去；没有告诉的，系统自会按待补正处理")
        elif getattr(word, "style", "") not in ("'", '"') and re.search(r"[，、；,;]", word):
            self.wrong(
                at, f"{what}里的几个词连成了一个", word, "、".join(re.split(r"[，、；,;]\s*", word)), "用半角逗号加空格分开：甲, 乙；本来就是一个词的，加引号"
            )

    def _guess(self, raw: Any, at: Position) -> Type:
        text = str(raw)
        if re.match(r"[\[(](.*)\.\.", text):
            text = re.split(r"\.\.", text[1:])[0] or re.split(r"\.\.", text)[1][:-1]
        if text in ("是", "否"):
            return BOOLEAN
        try:
            read_date(text)
            return DATE
        except ValueProblem:
            pass
        try:
            amount = parse_quantity(text, self.nouns)
        except QuantityError as error:
            self.wrong(at, f"读不出这个值：{error.message}", text, "数字加单位、日期、是/否、清单", error.mend, error.code)
            return INVALID
        if amount.calendar is not None:
            self.wrong(at, "期限还是累计月（年）数？", text, "kind: period（期限）或 unit: 月（累计月数）", "写明 kind 或 unit")
            return INVALID
        return Quantity(dims=amount.dims, percent=amount.percent)

    def _history(self, name: str, versions: Sequence[c.ParameterVersion], at: Position) -> None:
        """Versions of one document must not overlap; nor those that compete for the same day."""
        for i, a in enumerate(versions):
            for b in versions[i + 1 :]:
                same = a.basis.document == b.basis.document or {a.basis.document, b.basis.document} & {None}
                own = all(v.basis.document is None or self._covers(v.basis.document) for v in (a, b))
                if (same or own) and (a.start or date.min) <= (b.end or date.max) and (b.start or date.min) <= (a.end or date.max):
                    self.wrong(at, f"标准“{name}”有两个版本的有效期重叠", f"{a.text} 与 {b.text}", "首尾相接的 from、to", "给前一个写 to，后一个写 from")

    def _covers(self, document: str) -> bool:
        ours = tuple(self.source.manifest.jurisdiction.split("/"))
        theirs = self.documents[document].jurisdiction if document in self.documents else ()
        return ours[: len(theirs)] == theirs

    def _tables(self) -> None:
        ids = Once("标准表的 id")
        for name, table, tree in self.source.of("tables"):
            self._identifier(table.id, ids, tree.at)
            if table.match is None:
                self.wrong(
                    tree.at,
                    "标准表没有写 match",
                    name,
                    "first / highest / slab（全额套档）/ marginal（超额累进）",
                    "问清政策起草人：超出部分按高档，还是全额按高档？",
                )
                continue
            if not table.inputs or not table.rows:
                self.wrong(tree.at, "标准表要有指标和行", name, "inputs: […], rows: […]", "至少写一个指标、一行")
                continue
            before = len(self.problems)
            heads = Once(f"标准表“{name}”的指标")
            for n, entry in enumerate(table.inputs):
                self.problems += heads.given(entry.name, locate(tree, ("inputs", n)))
            columns = [self._column(entry, locate(tree, ("inputs", n))) for n, entry in enumerate(table.inputs)]
            inputs = tuple((x.name, x.type) for x in columns)
            kind: Type | None = self._type(table.kind or "quantity", table.unit, (), tree.at) if table.kind or table.unit else None
            rows = []
            default = None
            if table.document or table.basis:
                default = self._basis(table, tree.at, figure=f"标准表“{name}”")
            for index, row in enumerate(table.rows):
                at = locate(tree, ("rows", index))
                tests = self._tests(row.when, columns, name, at)
                basis = self._basis(row, at, default, figure=f"标准表“{name}”第 {index + 1} 行")
                if row.value == "未读":
                    value: Any = None
                elif row.value == "未定":
                    value, basis = None, replace(basis, hand=c.Standing.UNSET)
                else:
                    kind = kind or self._guess(row.value, at)
                    value = self._value(row.value, kind, at)
                rows.append(c.RowSpec(tests, value, basis, str(row.value), row.note or ""))
            meant = [self._tests(x.when, columns, name, locate(tree, ("uncovered", n))) for n, x in enumerate(table.uncovered)]
            if kind is None:
                self.wrong(tree.at, "标准表要写 kind 或 unit", name)
                kind = INVALID
            result = kind
            if table.match == "highest" and not isinstance(kind, Quantity | Invalid):
                self.wrong(tree.key("match"), f"highest 取最高的，{kind}不能比高低", name, "数量", "写 match: first，按行的次序取")
            if table.match in ("slab", "marginal"):
                first = inputs[0][1] if inputs else INVALID
                if not (isinstance(kind, Quantity) and isinstance(first, Quantity)):
                    self.wrong(tree.at, "套档与累进要以数量为指标、以单价或比率为值", name)
                elif len(inputs) != 1:
                    self.wrong(tree.at, "套档与累进只用一个指标", name)
                else:
                    result = Quantity(dims=multiply(kind.dims, first.dims))
                    if len(self.problems) == before:
                        self._contiguous(name, rows, tree.at)
            doubtful = len(self.problems) == before and self._covered(name, table, tree, columns, rows, meant)
            spec = c.TableSpec(self.key(name), name, table.match, inputs, result, kind, tuple(rows), table.note or "", doubtful)
            self.tables[spec.key] = spec
            self.declare(name, _table_symbol(spec), tree.at)

    def _column(self, entry: m.Input, at: Position) -> Column:
        """A table's column, and what it can be: as it says, else as the fact of its name is declared."""
        symbol = self.find(entry.name)
        fact = self.facts.get(symbol.id) if symbol and symbol.kind == "fact" else None
        options = entry.options or (list(fact.options) if fact and entry.kind in ("choice", "text") else [])
        if entry.options and entry.kind != "choice":
            self.wrong(at, "只有选项类的指标写 options", entry.name, "kind: choice", "改成 kind: choice，或删去 options")
        kind = self._type(entry.kind, entry.unit, options, at)
        if isinstance(kind, Text):
            kind = Text(options=tuple(options))
        ordered = isinstance(kind, Quantity | Date | Year | Period)
        if not ordered and (entry.least or entry.most or entry.decimals is not None):
            self.wrong(at, "只有数量、日期、年度、期限类的指标写 min、max、decimals", entry.name)
            return Column(entry.name, kind)
        low = self._value(entry.least, kind, at) if entry.least else None
        high = self._value(entry.most, kind, at) if entry.most else None
        self._in_order(low, high, at, "min", "max")
        decimals = entry.decimals
        if fact and ordered and alike(fact.type, kind):
            bounds = fact.date_bounds if isinstance(kind, Date) else fact.bounds
            low, high = bounds[0] if low is None else low, bounds[1] if high is None else high
            fine = fact.decimals if fact.decimals is not None else {"money": 2, "quantity": 0}.get(fact.kind)
            decimals = fine if decimals is None else decimals
        return Column(entry.name, kind, low, high, step_of(decimals) if isinstance(kind, Quantity) else None)

    def _tests(self, when: Any, columns: Sequence[Column], name: str, at: Position) -> tuple[c.Test, ...]:
        """The cells of one row; as many as there are columns."""
        cells = list(when) if isinstance(when, Rows) else [when]
        if len(cells) != len(columns):
            self.wrong(at, f"这一行有 {len(cells)} 格，标准表有 {len(columns)} 个指标", name, "每个指标一格", "一格里的几个值用顿号分开：甲、乙")
            return tuple(c.Test("any") for _ in columns)
        return tuple(self._test(cell, column, at) for cell, column in zip(cells, columns, strict=True))

    def _covered(
        self, name: str, table: m.TableEntry, tree: Table, columns: Sequence[Column], rows: Sequence[c.RowSpec], meant: Sequence[tuple[c.Test, ...]]
    ) -> bool:
        """Rows that can never apply, repeated rows, gaps and overlaps; rows of one document by themselves.

        Whether it is in doubt which of its rows apply.
        """
        sources: dict[str, list[int]] = {}
        for n, row in enumerate(rows):
            sources.setdefault(self.documents[row.basis.document].family if row.basis.document in self.documents else "", []).append(n)
        named = [numbers for family, numbers in sources.items() if family]
        groups = named if len(named) > 1 else [list(range(len(rows)))]
        stale: list[set[int]] = []
        doubtful = False
        for numbers in groups:
            found = findings(
                columns,
                [_one_spelling(rows[n].tests) for n in numbers],
                [_one_spelling(x) for x in meant],
                table.match or "first",
                [rows[n].value for n in numbers],
            )
            stale.append({f.row for f in found if f.kind == "stale" and f.row is not None})
            for finding in found:
                self._complain(name, table, tree, rows, numbers, finding)
                doubtful = doubtful or finding.kind in ("hidden", "repeated", "overlap")
        for n in sorted(set.intersection(*stale)) if stale else ():
            self.doubt(
                locate(tree, ("uncovered", n)),
                f"标准表“{name}”的 uncovered 第 {n + 1} 条已被各行包括",
                "，".join(x.text for x in meant[n]),
                "没有一行的范围",
                "删去这一条，或改正范围",
            )
        return doubtful

    def _complain(self, name: str, table: m.TableEntry, tree: Table, rows: Sequence[c.RowSpec], numbers: Sequence[int], finding: Finding) -> None:
        def cells(n: int) -> str:
            return f"第 {numbers[n] + 1} 行（{'，'.join(x.text for x in rows[numbers[n]].tests)}）"

        at = locate(tree, ("rows", numbers[finding.row])) if finding.row is not None else tree.at
        here = cells(finding.row) if finding.row is not None and finding.kind != "stale" else ""
        others = "、".join(cells(n) for n in finding.others) if finding.kind != "stale" else ""
        # bands add up only where they meet; elsewhere rows in doubt stay open between them
        tell = self.wrong if table.match in ("slab", "marginal") else self.doubt
        match finding.kind:
            case "repeated":
                tell(
                    at,
                    f"标准表“{name}”的行重复：{here}与{others}相同",
                    rows[numbers[finding.row or 0]].text,
                    "每行的条件不同",
                    "删去一行；两行的值不同的，问清政策起草人",
                )
            case "never":
                tell(at, f"标准表“{name}”的{here}永远用不上：指标不会有这样的值", here, "指标可能有的值", "核对这一格，或核对指标的 min、max、options")
            case "hidden" if table.match == "highest":
                tell(at, f"标准表“{name}”的{here}永远用不上：{others}的值总是更高", here, "至少有一处最高的行", "删去这一行，或核对各行的值")
            case "hidden":
                tell(at, f"标准表“{name}”的{here}永远用不上：排在前面的{others}已经包括它", here, "范围小的行在前", f"把这一行移到{others}的前面，或删去")
            case "overlap":
                tell(
                    at,
                    f"标准表“{name}”的{here}与{others}重叠：{finding.where}",
                    here,
                    "各行不重叠",
                    "改正边界（一边含、一边不含）；问清政策起草人：重叠处归哪一行？",
                )
            case "gap":
                tell(at, f"标准表“{name}”没有一行对应 {finding.where}", "", "各行首尾相接，连同两头",
                           "补一行（资料没有标准的写 value: 未定，没读到的写 value: 未读）；有意不覆盖的写 uncovered: [{when: …, why: 理由}]")  # fmt: skip
            case "large":
                self.wrong(at, f"标准表“{name}”的格子太多，查不完", name, "少一些指标或边界", "拆成几张表")

    def _contiguous(self, name: str, rows: Sequence[c.RowSpec], at: Position) -> None:
        edge: Any = None
        closed = False
        for index, row in enumerate(rows):
            test = row.tests[0]
            low, high = _interval(test)
            if index and (low is None or low != edge):
                self.wrong(at, f"标准表“{name}”的档次不相接", test.text, "上一档的上限是下一档的下限", "补齐或改正各档边界")
            if index and low is not None and low == edge and closed == _closed(test)[0]:
                word = "两档都含" if closed else "两档都不含"
                self.wrong(at, f"标准表“{name}”的边界 {test.text} {word}这一点", test.text, "一边含、一边不含", "问清政策起草人：端点归哪一档？")
            edge, closed = high, _closed(test)[1]

    def _test(self, cell: Any, column: Column, at: Position) -> c.Test:
        """One cell. What it may say depends on its column: words are never read as signs, nor signs as words."""
        kind, place = column.type, getattr(cell, "at", at)
        if isinstance(cell, Rows):
            words = [w for w in cell if isinstance(w, Word)]
            if len(words) != len(cell) or not words:
                self.wrong(place, "一格里的清单只写值", "", "[甲, 乙]", "清单里不再套清单")
                return c.Test("any")
            return c.Test("in", tuple(self._entry(w, kind) for w in words), text="、".join(words))
        if not isinstance(cell, Word):
            self.wrong(place, "格子里写一个值、一个比较、一个区间或 -", str(cell)[:40])
            return c.Test("any")
        text = str(cell).strip()
        if text == "-":
            return c.Test("any")
        if complaint := _odd_cell(text, isinstance(kind, Text | Boolean)):
            self.wrong(place, complaint[0], text, complaint[1], complaint[2])
            return c.Test("any")
        if match := re.match(r"(>=|<=|>|<|≥|≤)\s*(.+)", text):
            sign = {"≥": ">=", "≤": "<="}.get(match.group(1), match.group(1))
            value = self._value(Word.make(match.group(2), place), kind, place)
            return c.Test("any") if value is None else c.Test(sign, (value,), text=text)
        if re.match(r"[\[(].*\.\..*[\])]$", text):
            span = self._value(cell, RangeOf(item=kind), place)
            if span is None:
                return c.Test("any")
            return c.Test("range", (span.low, span.high), (span.low_closed, span.high_closed), text)
        return c.Test("in", tuple(self._entry(Word.make(w.strip(), place), kind) for w in text.split("、")), text=text)

    def _entry(self, word: Word, kind: Type) -> Any:
        """One word or value of a cell; a word for “not told” is none."""
        if not word.strip() or (isinstance(kind, Text) and untold(word)):
            self.wrong(word, "格子里的这个词等于没有告诉，不能作为条件", word or "（空）", "一个确定的词，或 -（不限）", "不限写 -；没有标准的写 value: 未定")
            return None
        return self._value(word, kind, word.at)

    # -- definitions ----------------------------------------------------------------------------

    def _definitions(self) -> None:
        ids = Once("指标口径的 id")
        for name, definition, tree in self.source.of("definitions"):
            if definition.on and definition.on not in self.record_names:
                self.wrong(tree.key("on"), "没有这类明细", definition.on, "", suggestion(definition.on, self.record_names), Code.UNKNOWN_NAME)
                continue
            key = f"{definition.on}.{name}" if definition.on else name
            if definition.id:
                self._identifier(definition.id, ids, tree.key("id"))
            if definition.on and not self._word(name, tree.at):
                continue
            column = definition.on and (name in self.fields_of(definition.on))
            if key in self.waiting or key in self.symbols or column:
                first = self.places.get(name)
                self.wrong(
                    tree.at,
                    f"明细“{definition.on}”已有“{name}”一栏" if column else "名称已有所指",
                    name,
                    "一个名称一个意思",
                    f"先见 {first}" if first and first != tree.at else "改名",
                )
                continue
            if not definition.on:
                self.places[name] = tree.at
            self.waiting[key] = (definition, tree)
        for name in list(self.waiting):
            if name in self.waiting:
                self._define(name)

    def _define(self, name: str) -> None:
        if name in self.open:
            path = " → ".join([*self.open[self.open.index(name) :], name])
            definition, tree = self.waiting[name]
            self.wrong(tree.at, "指标口径互相引用成环", path, "不成环", "去掉其中一处引用")
            self._named(name, definition, INVALID, (None, None))
            return
        definition, tree = self.waiting[name]
        self.open.append(name)
        # 已获支持 and the like: a definition of a record type sees that record's columns by name
        inside = ("§本条", RecordOf(record=definition.on)) if definition.on else None
        rules = Rules(zero_fails=_ZERO.get(definition.zero or ""))
        found = self.expression(definition.expr, inside=inside, rules=rules, optional=True)
        self.open.pop()
        if name not in self.waiting:
            return  # a cycle was reported while we were inside
        del self.waiting[name]
        short = name.rsplit(".", maxsplit=1)[-1]
        if found is None:
            self._named(name, definition, INVALID, (None, None))
            return
        expr, bounds = found
        whole = isinstance(expr.type, Quantity) and whole_number(expr, self)
        default = c.Basis(None, hand=c.Standing.ENACTED)
        basis = self._basis(definition, tree.at, default) if definition.document or definition.clause or definition.basis else default
        key = self.key(name)
        self.definitions[key] = c.DefinitionSpec(key, short, definition.on or "", expr, basis, definition.explain or definition.note or "", bounds, whole)
        self._named(name, definition, expr.type, bounds, whole=whole)

    def _named(self, name: str, definition: m.Definition, kind: Type, bounds: Bound, *, whole: bool = False) -> None:
        symbol = Symbol("definition", self.key(name), kind, bounds=bounds, on=definition.on or "", whole=whole)
        if definition.on:
            self.columns[(definition.on, name.rsplit(".", maxsplit=1)[-1])] = symbol
        else:
            self.waiting.pop(name, None)
            if name not in self.symbols:
                self.declare(name, symbol, self.places.get(name, Position()))
        self.symbols.setdefault(symbol.id, symbol)

    def _checks(self) -> None:
        for _, book, tree in self.source.of("vocabulary"):
            if book.checks is None:
                continue
            if not isinstance(book.checks, Table):
                self.wrong(tree.key("checks"), "校验关系写作 名称: 表达式")
                continue
            labels = Once("校验关系的名称")
            for label, raw in book.checks.items():
                self.problems += labels.given(label, locate(tree, ("checks", label), key=True))
                record, word = "", raw
                if isinstance(raw, Table):
                    if "expr" not in raw:
                        self.wrong(raw.at, f"校验关系“{label}”没有表达式", str(raw), "{on: 明细, expr: 表达式}", "补上 expr；若是数据项，移到 facts 下")
                        continue
                    if set(raw) != {"on", "expr"}:
                        self.wrong(raw, "校验关系写作 名称: 表达式，或 名称: {on: 明细, expr: 表达式}", "、".join(raw), "on、expr", "只写 on 与 expr")
                        continue
                    record, word = str(raw["on"]), raw["expr"]
                    if record not in self.record_names:
                        self.wrong(raw["on"], "没有这类明细", record, "、".join(self.record_names), suggestion(record, self.record_names), Code.UNKNOWN_NAME)
                        continue
                inside = ("§本条", RecordOf(record=record)) if record else None
                found = self.expression(word, BOOLEAN, inside=inside, rules=Rules(figures=True, zero_fails=False))
                if found:
                    self.checks.append(c.CheckSpec(str(label), found[0], record, getattr(word, "at", tree.at)))

    # -- conditions -----------------------------------------------------------------------------

    def conditions(self, raw: Any, owner: str, role: str, default: c.Basis, variables: Mapping[str, Type], labels: set[str], place: str = "") -> c.Group:
        """A `when` or `unless` block as a group; labels are unique within their owner.

        `place` is where the block stands in its owner (a scheme's, the lapses), by position: names and
        labels are the author's and may be equal.
        """
        op = "all" if role == "when" else "any"
        place = place or role
        if raw is None:
            return c.Group(op, (), f"{owner}:{role}", role, place)
        items = tuple(self._items(raw, owner, role, default, variables, labels, place))
        return c.Group(op, items, f"{owner}:{role}", role, place, per_record=any(i.per_record for i in items))

    def _items(
        self, raw: Any, owner: str, role: str, default: c.Basis, variables: Mapping[str, Type], labels: set[str], place: str
    ) -> Iterator[c.Condition | c.Group]:
        rows = raw if isinstance(raw, Rows) else [raw] if isinstance(raw, Table) else None
        if rows is None:
            self.wrong(raw, "条件写成清单", str(raw)[:40], "- 名称: 表达式", "每条以 - 开头")
            return iter(())
        return iter([x for n, row in enumerate(rows, 1) if (x := self._item(row, owner, role, default, variables, labels, f"{place}.{n}"))])

    def _item(
        self, row: Any, owner: str, role: str, default: c.Basis, variables: Mapping[str, Type], labels: set[str], place: str
    ) -> c.Condition | c.Group | None:
        if wide := wide_colons(row):
            self.problems += wide
            return None
        if not isinstance(row, Table):
            self.wrong(row, "条件要有名称", str(row)[:60], "- 名称: 表达式", "在表达式前写一个名称和冒号")
            return None
        words = [k for k in row if k not in RESERVED and k not in STRUCTURE]
        structure = [k for k in row if k in STRUCTURE]
        if len(words) + len(structure) != 1:
            given = "、".join([*words, *structure]) or "（没有名称）"
            near = next((f"{w}：{s}" for w in words if (s := suggestion(w, RESERVED))), "")
            self.wrong(row.at, "一条条件只有一个名称和一个表达式", given, "- 名称: 表达式", near or "拆成几条，或删去多余的键；含逗号的表达式加引号")
            return None
        meta = {k: row[k] for k in row if k in RESERVED - {"分母为零", "from", "to", "id"}}
        tree = Table(meta)
        tree.at = row.at
        try:
            sourced = m.validate(m.Sourced, tree)
        except InputError as error:
            self.problems += error.problems
            return None
        basis = self._basis(sourced, row.at, default, figure=f"条件“{words[0] if words else owner + ':' + place}”")
        word = (words or structure)[0]
        label = str(word) if words else ""
        body = row[word]
        if structure or isinstance(body, Table):
            inner = row if structure else body
            op = structure[0] if structure else next((k for k in body if k in STRUCTURE), None)
            if op is None or (not structure and len(body) != 1):
                self.wrong(body, "这里应写 all、any 或 not", "、".join(body) if isinstance(body, Table) else "", "any: [...]")
                return None
            items = tuple(self._items(inner[op], owner, role, basis, variables, labels, place))
            if not items:
                self.wrong(row.at, f"{op} 里没有条件", label)
                return None
            if op == "not" and any(
                negated_zero(x.expr, self.definitions, role != "unless") for i in items for x in ([i] if isinstance(i, c.Condition) else i.conditions())
            ):
                self.wrong(row.at, "not 里，分母为零: 不符合 反而有利于通过", label, "分母为零: 待核")
            if op == "not" and len(items) != 1:
                self.wrong(row.at, "not 里只写一条", label, "一条条件", "几条并列请先用 all 或 any 包起来")
            return c.Group(op, items, f"{owner}:{label or place}", role, place, label, any(i.per_record for i in items))
        if not level(label):
            self.wrong(getattr(word, "at", row.at), "条件的名称是空的", "（空）", "一个名称", "写上条件的名称")
        elif level(label) in labels:
            self.wrong(getattr(word, "at", row.at), "同一事项里条件重名", label, "不同的名称", "改一个名称，或删去一条")
        labels.add(level(label))
        if "id" in row:
            self._id(str(row["id"]), self.condition_ids, getattr(row["id"], "at", row.at))
        zero = row.get("分母为零")
        if zero is not None and zero not in _ZERO:
            self.wrong(zero, "分母为零 只能写 不符合 或 待核", str(zero), "不符合、待核")
        found = self.expression(body, BOOLEAN, variables=variables, rules=Rules(zero_fails=_ZERO.get(str(zero)) if zero else None), condition=True)
        if found is None:
            return None
        # conditions that say the same are one atom: readers judge it once
        expr = self.atoms.setdefault(found[0], found[0])
        if negated_zero(expr, self.definitions, role == "unless"):
            where = "不予支持情形" if role == "unless" else "not 或 if 的条件"
            self.wrong(row.at, f"{where}里，分母为零: 不符合 反而有利于通过", label, "分母为零: 待核", "改写成不带 not 的条件，或写 分母为零: 待核")
        days = frozenset(id(e.source) for e in t.walk(expr) if isinstance(e, t.Compared) and isinstance(e.left.type, Date))
        start, end = (self._day(row.get(k)) for k in ("from", "to"))
        return c.Condition(
            str(row.get("id") or f"{owner}:{label}"), label, expr, sentence(expr.source, days), role, basis, start, end,
            # under `governed by` a record's date, what depends on the day is judged with that record's
            (self.dated and bool(start or end or self._depends_on_day(expr))) or any(isinstance(e, t.Variable) and e.name in variables for e in t.walk(expr)), row.at, sourced.note or "",
        )  # fmt: skip

    def _depends_on_day(self, expr: t.Expr) -> bool:
        """Whether the governing date could matter: figures with a history, recognitions."""
        for node in _references([expr], self.definitions):
            if isinstance(node, t.RecognitionRef):
                return True
            if isinstance(node, t.ParameterRef) and node.day is None:
                versions = self.parameters[node.parameter].versions
                if len(versions) > 1 or any(v.start or v.end for v in versions):
                    return True
        return False

    def _day(self, word: Any) -> date | None:
        if word is None:
            return None
        try:
            return read_date(str(word))
        except ValueProblem as error:
            self.wrong(word, error.message, str(word), error.expected, error.mend, error.code)
            return None

    def _evidence(self, raw: Any, variables: Mapping[str, Type]) -> tuple[c.EvidenceSpec, ...]:
        if raw is None:
            return ()
        out = []
        for item in raw if isinstance(raw, Rows) else [raw]:
            if isinstance(item, Table):
                found = self.expression(item["when"], BOOLEAN, variables=variables) if "when" in item else None
                if set(item) != {"text", "when"} or not isinstance(item["text"], Word):
                    self.wrong(item, "申报材料写作 文字，或 {text: …, when: …}", "、".join(item), "text、when", "含冒号的文字加引号")
                    continue
                out.append(c.EvidenceSpec(str(item["text"]), found[0] if found else None))
            else:
                out.append(c.EvidenceSpec(str(item)))
        return tuple(out)

    # -- recognitions ---------------------------------------------------------------------------

    def _recognition_names(self) -> None:
        for _, recognition, tree in self.source.of("recognitions"):
            self._id(recognition.id, self.owners, tree.key("id"), "资格编号")
            self.declare(recognition.title, Symbol("recognition", self.key(recognition.id), BOOLEAN), tree.at)

    def _recognitions(self) -> None:
        self.dated = False
        for _, recognition, tree in self.source.of("recognitions"):
            key = self.key(recognition.id)
            other = self.symbols.get(recognition.id)
            if other is not None and other.kind not in ("recognition", "macro"):
                self.wrong(tree.key("id"), "资格的编号与一个名称相同", recognition.id, f"先见 {self.places.get(recognition.id, '引用的规则库')}", "改编号")
            basis = self._basis(recognition, tree.at, figure=f"资格“{recognition.title}”")
            labels: set[str] = set()
            when = self.conditions(tree.get("when"), recognition.id, "when", basis, {}, labels)
            unless = self.conditions(tree.get("unless"), recognition.id, "unless", basis, {}, labels)
            lapses = self.conditions(tree.get("lapses"), recognition.id, "unless", basis, {}, labels, "lapses")
            if lapses.items and recognition.kind != "conferred":
                self.wrong(tree.key("lapses"), "lapses 只用于授予的资格", recognition.title)
            if not when.items and not tree.get("when"):
                self.wrong(
                    tree.at, "资格没有任何条件", recognition.title, "when: [...]", "没有条件的资格会把所有企业都认作符合；条件未定的写一条 basis: 未定 的条件"
                )
            for word in (recognition.title, recognition.certificate or recognition.title, *recognition.aliases):
                self._telling(word, getattr(word, "at", None) or tree.at, "资格与证书的名称")
            if recognition.kind == "conferred" and not (recognition.certificate and recognition.authority):
                self.wrong(tree.at, "授予的资格要写证书名称与认定机关", recognition.title, "certificate: …, authority: …")
            for name in recognition.incomplete:
                self._clause(name, tree.key("incomplete"))
            governed = self.expression(recognition.governed_by, DATE) if recognition.governed_by else None
            self.recognitions[key] = c.RecognitionSpec(
                key, recognition.id, recognition.title, recognition.kind, recognition.certificate or "",
                recognition.authority or "", governed[0] if governed else None, when, unless, replace(lapses, id=f"{recognition.id}:失效"), tuple(recognition.incomplete),
                self._evidence(tree.get("evidence"), {}), basis, tuple(recognition.clause), self.id, tuple(recognition.aliases),
            )  # fmt: skip

    # -- measures -------------------------------------------------------------------------------

    def _measures(self) -> None:
        for _, measure, tree in self.source.of("measures"):
            self._id(measure.id, self.owners, tree.key("id"), "支持事项编号")
        for _, measure, tree in self.source.of("measures"):
            self._measure(measure, tree)

    def _measure(self, measure: m.Measure, tree: Table) -> None:
        self.problems += self.titles.given(measure.title, tree.key("title"))
        self._telling(measure.title, tree.key("title"), "事项的名称")
        other = self.owners.seen.get(level(measure.title))
        if other is not None and other[0] != measure.id:
            self.wrong(tree.key("title"), "支持事项的名称与另一项的编号相同，已获支持会分不清", measure.title, f"先见 {other[1]}", "改名称或编号")
        clauses = [self._clause(name, tree.key("clause")) for name in measure.clause]
        own = next((x.document for x in clauses if x), None)
        document = self._document(measure.document, tree.key("document")) or own
        also = () if measure.document else tuple(dict.fromkeys(x.document for x in clauses if x and x.document != document))
        default = c.Basis(document, tuple(measure.clause), measure.letter or "", measure.cut, HAND.get(measure.basis or ""), also)
        if not document:
            self.wrong(tree.at, "支持事项没有出处文件", measure.title, "document: 文件的 id", "补上 document，或写对 clause")
        variables: dict[str, Type] = {}
        each, records, record = "", None, ""
        if measure.each:
            match = re.fullmatch(r"\s*([A-Za-z_\u3400-\u9fff][\w·]*)\s+(?:in|属于)\s+(.+)", str(measure.each))
            if not match:
                self.wrong(tree["each"], "each 写作 变量 in 明细", str(measure.each), "证书 in 资质认证")
            else:
                word = Word.make(match.group(2), tree["each"].start.shifted(match.start(2)))
                found = self.expression(word)
                if found and not (isinstance(found[0].type, ListOf) and isinstance(found[0].type.item, RecordOf)):
                    self.wrong(tree["each"], "each 的右边应是明细", match.group(2))
                elif found:
                    assert isinstance(found[0].type, ListOf) and isinstance(found[0].type.item, RecordOf)
                    each, records, record = match.group(1), found[0], found[0].type.item.record
                    if self.find(each):
                        self.wrong(tree["each"], "变量名已有所指", each, "", "换一个名称")
                    variables[each] = RecordOf(record=record)
        self._own_support(measure)
        labels: set[str] = set()
        governed = self.expression(measure.governed_by, DATE, variables=variables) if measure.governed_by else None
        self.dated = bool(governed and any(isinstance(e, t.Variable) for e in t.walk(governed[0])))
        when = self.conditions(tree.get("when"), measure.id, "when", default, variables, labels)
        unless = self.conditions(tree.get("unless"), measure.id, "unless", default, variables, labels)
        base = self._scheme("", measure, tree, default, variables, labels, each, when, unless)
        schemes = {}
        names = Once("方案名")
        for number, (name, scheme) in enumerate(measure.schemes.items(), 1):
            inner = tree["schemes"][name]
            self._id(str(name), names, locate(tree, ("schemes", name), key=True))
            doc = self._document(scheme.document, inner.key("document"))
            basis = c.Basis(doc, tuple(scheme.clause))
            s_when = self.conditions(inner.get("when"), measure.id, "when", basis, variables, labels_copy := set(labels), f"scheme{number}.when")
            s_unless = self.conditions(inner.get("unless"), measure.id, "unless", basis, variables, labels_copy, f"scheme{number}.unless")
            schemes[str(name)] = spec = self._scheme(str(name), scheme, inner, basis, variables, labels_copy, each, s_when, s_unless)
            self._whole(spec, inner.at)
        said = tree.get("when") or (schemes and all(tree["schemes"][x].get("when") for x in schemes))  # wrong ones are told there
        if not when.items and not said:
            self.wrong(tree.at, "支持事项没有任何条件，会把所有企业都认作符合", measure.title, "when: [...]", "写出适用对象；未规定的写 basis: 假定 的条件")
        if self.dated:
            self._dated_limits(measure, tree, [base, *schemes.values()])
        if schemes and base.award:
            self.wrong(tree.key("award"), "有参照方案的事项，金额写在方案里", measure.title)
        if not schemes and measure.award is None:
            self.wrong(
                tree.at,
                "支持事项没有写支持方式",
                measure.title,
                "award: {…} 或 schemes",
                "只提供服务的写 award: {service: …}；没有标准的写 award: {up to: 未定的标准}",
            )
        if not schemes:
            self._one_family(base, tree.at)
        for name in measure.incomplete:
            self._clause(name, tree.key("incomplete"))
        window = self.expression(measure.window, BOOLEAN, variables=variables) if measure.window else None
        difference, difference_label = self._difference(measure.difference, variables)
        departments = measure.departments or m.Departments.model_validate({})
        lead, support = tuple(departments.lead), tuple(departments.support)
        if not lead and clauses and clauses[0]:
            lead, support = clauses[0].lead, clauses[0].support
        key = self.key(measure.id)
        self.measures[key] = c.MeasureSpec(
            key, measure.id, measure.title, measure.family or "", tuple(measure.clause), document or "", tuple(measure.channel),
            governed[0] if governed else None, self.dated, measure.start, measure.end, window[0] if window else None,
            each, records, record, when, unless, MappingProxyType(schemes), base, difference, difference_label,
            self._population(tree.get("population")), (lead, support), tuple(measure.incomplete), measure.hint, measure.fairness or "", measure.note or "",
            tuple(d for name in measure.relies_on if (d := self._document(name, tree.key("relies on")))), tree.at, also,
            () if measure.governed_by else self._changing(schemes.values() or [base], when, unless),
        )  # fmt: skip

    def _changing(self, schemes: Iterable[c.SchemeSpec], when: c.Group, unless: c.Group) -> tuple[str, ...]:
        """Figures with a history that are read without a date of their own; of a scheme, its own document's history."""
        found: set[str] = set()
        for scheme in schemes:
            roots = [cond.expr for g in (when, unless, scheme.when, scheme.unless) for cond in g.conditions()]
            award = scheme.award
            amounts = [
                award.expr if award else None,
                award.low if award else None,
                scheme.floor,
                *(x for limit in scheme.limits for x in (limit.amount, limit.count)),
            ]
            roots += [x for x in amounts if x is not None]
            for node in _references(roots, self.definitions):
                if isinstance(node, t.ParameterRef) and node.day is None:
                    versions = c.versions_under(self.parameters[node.parameter], scheme.document if scheme.name else None, self.documents)
                    if len({str(v.value) for v in versions}) > 1:
                        found.add(node.parameter)
        return tuple(sorted(found))

    def _own_support(self, measure: m.Measure) -> None:
        """本事项已获 and 本年度本事项已获: this measure's earlier support, by id or title.

        Built as trees: a title is data, whatever quotes or words stand in it.
        """
        if c.SUPPORT not in self.record_names:
            return
        same = Or((Compare("=", Name("事项"), String(measure.id)), Compare("=", Name("事项"), String(measure.title))))
        this_year = Compare("=", Name("年度"), Name(c.APPLICATION_YEAR))
        trees: dict[str, Node] = {"本事项已获": same, "本年度本事项已获": And((same, this_year))}
        for name, condition in trees.items():
            total = Call("sum", (FieldPath(Filter(Name(c.SUPPORT), condition), "金额"),))
            self.symbols[name] = Symbol("macro", name, Quantity(dims=(("元", 1),)), macro=total)

    def _difference(self, raw: Any, variables: Mapping[str, Type]) -> tuple[t.Expr | None, str]:
        if raw is None:
            return None, ""
        label = "补足差额：扣除已获得的"
        if isinstance(raw, Table):
            if set(raw) - {"amount", "label"} or "amount" not in raw:
                self.wrong(raw.at, "difference 写作 表达式，或 {amount: …, label: …}", "、".join(raw))
                return None, ""
            label = str(raw.get("label", label))
            raw = raw["amount"]
        found = self._money(raw, variables)
        return (found[0] if found else None), label

    def _population(self, raw: Any) -> tuple[str, ...]:
        """Rules over all applicants (a budget shared out, the first N): words until a register decides them."""
        out = []
        for item in raw if isinstance(raw, Rows) else [raw] if raw is not None else []:
            keys = set(item) if isinstance(item, Table) else set()
            if not isinstance(item, Table) or not keys <= {"budget", "places", "by"} or not keys & {"budget", "places"}:
                self.wrong(item, "population 写作 {budget: 总额, by: 比例|次序} 或 {places: 名额, by: 指标}", str(item)[:40])
                continue
            kind = "budget" if "budget" in item else "places"
            found = self.expression(item[kind]) if str(item[kind]) != "未定" else None
            names = [self.parameters[n.parameter] for n in t.walk(found[0]) if isinstance(n, t.ParameterRef)] if found else []
            shown = "、".join(v.text for p in names for v in p.versions) or "总额未定"
            by = str(item.get("by", ""))
            out.append(
                f"受资金总额控制（{shown}{'，按' + by + '核减' if by else ''}）：此为核减前的测算"
                if kind == "budget"
                else f"有名额限制（{shown}{'，按' + by + '排序' if by else ''}）：是否入围须汇总后确定"
            )
        return tuple(out)

    def _dated_limits(self, measure: m.Measure, tree: Table, schemes: Sequence[c.SchemeSpec]) -> None:
        """Records governed by their own dates have no common date to pick a common cap's version by."""
        for scheme in schemes:
            for limit in scheme.limits:
                roots = [x for x in (limit.amount, limit.count) if x is not None]
                versions = [len(self.parameters[r.parameter].versions) for r in _references(roots, self.definitions) if isinstance(r, t.ParameterRef)]
                if limit.scope in ("year", "enterprise") and any(n > 1 for n in versions):
                    self.wrong(
                        tree.at,
                        "各条明细按自己的日期适用标准，共同封顶却没有共同的日期",
                        limit.label or limit.per,
                        f"per: 与日期对应的一栏，例如 year of({measure.governed_by})",
                        "问清政策起草人：跨版本的明细合计时用哪一版封顶？",
                    )

    def _scheme(
        self, name: str, entry: Any, tree: Table, default: c.Basis, variables: Mapping[str, Type], labels: set[str],
        each: str, when: c.Group, unless: c.Group,
    ) -> c.SchemeSpec:  # fmt: skip
        award = self._award(entry.award, tree.get("award"), variables) if entry.award else None
        limits = tuple(x for n, limit in enumerate(entry.limits) if (x := self._limit(limit, tree["limits"][n], default, variables, each)))
        floor = self._money(entry.floor, variables) if entry.floor else None
        rounding = self._rounding(entry.rounding, tree.get("rounding")) if entry.rounding else None
        if rounding:
            self._above_cap(rounding, [x.amount for x in limits if x.amount is not None], tree.at)
        pay = []
        for part in entry.pay:
            share = self.expression(part.share, NUMBER, variables=variables)
            due = self.expression(part.when, BOOLEAN, variables=variables) if part.when else None
            if share:
                pay.append(c.InstalmentSpec(share[0], part.label, due[0] if due else None, part.due or ""))
        self._whole_shares([p.share for p in pay], tree.at, "分期")
        questions = Once("读法的疑问")
        for n, one in enumerate(entry.readings):
            self.problems += questions.given(one.question, locate(tree, ("readings", n, "question")), "合成一条，或改写疑问")
        readings = tuple(c.ReadingSpec(r.question, r.chosen, tuple(r.instead_of), HAND.get(r.standing or "", c.Standing.ASSUMED)) for r in entry.readings)
        return c.SchemeSpec(
            name, default.document or "", default.clauses, when, unless, award, limits, floor[0] if floor else None, rounding,
            tuple(pay), self._funded(entry.funded, tree, variables), self._obligations(tree.get("obligations")), self._evidence(tree.get("evidence"), variables), readings, entry.note or "",
        )  # fmt: skip

    def _funded(self, parts: Sequence[m.Funding], tree: Table, variables: Mapping[str, Type]) -> tuple[c.FundingSpec, ...]:
        funding = [c.FundingSpec(p.by, found[0]) for p in parts if (found := self.expression(p.share, NUMBER, variables=variables))]
        self._whole_shares([p.share for p in funding], tree.at, "资金分担")
        return tuple(funding)

    def _whole_shares(self, shares: Sequence[t.Expr], at: Position, what: str) -> None:
        """Shares that are all known must make up the whole."""
        values = []
        for share in shares:
            versions = self.parameters[share.parameter].versions if isinstance(share, t.ParameterRef) else ()
            if len(versions) != 1 or not isinstance(versions[0].value, Fraction):
                return
            values.append(versions[0].value)
        if values and sum(values) != 1:
            self.wrong(
                at,
                f"{what}的各份合计不是 100%",
                f"{decimal_text(sum(values, Fraction(0)) * 100)}%",
                "100%",
                "补齐各份；原文缺的一份写未定的标准，并问清政策起草人",
            )

    def _obligations(self, raw: Any) -> tuple[str, ...]:
        """Each a text, or {text, term, from, returns}: printed in the letter."""
        out = []
        for item in raw if isinstance(raw, Rows) else [raw] if raw is not None else []:
            if not isinstance(item, Table):
                out.append(str(item))
                continue
            unknown = [k for k in item if k not in ("text", "term", "from", "returns")]
            if unknown or "text" not in item:
                self.wrong(item.at, "义务写作 文字，或 {text, term, from, returns}", "、".join(item))
                continue
            parts = []
            if "term" in item:
                found = self.expression(item["term"])
                if found:
                    names = [self.parameters[n.parameter] for n in t.walk(found[0]) if isinstance(n, t.ParameterRef)]
                    shown = "、".join(v.text for p in names for v in p.versions)
                    parts.append(f"期限 {shown or sentence(found[0].source)}" + (f"，自{item['from']}起" if "from" in item else ""))
            if "returns" in item:
                parts.append(f"违反的，{item['returns']}")
            out.append(str(item["text"]) + (f"（{'；'.join(parts)}）" if parts else ""))
        return tuple(out)

    def _award(self, award: m.Award, tree: Any, variables: Mapping[str, Type]) -> c.AwardSpec | None:
        kinds = [k for k in ("amount", "up_to", "discretion", "relief", "service", "recommendation") if getattr(award, k) is not None]
        at = getattr(tree, "at", Position())
        if len(kinds) != 1:
            self.wrong(at, "支持方式只写一种", "、".join(kinds) or "（没有）", "amount（定额）、up to（不超过）、discretion、relief、service、recommendation")
            return None
        rules = Rules(zero_fails=False)
        parts = []
        if award.lines is not None and not isinstance(award.lines, Table):
            self.wrong(getattr(award.lines, "at", at), "lines 写作 名称: 表达式", "", "名称: 表达式", "每步一个名称")
        if isinstance(award.lines, Table):
            for label, word in award.lines.items():
                if found := self.expression(word, variables=variables, rules=rules):
                    parts.append(c.Part(str(label), found[0]))
        kind = kinds[0]
        if kind in ("relief", "service", "recommendation"):
            rate = self.expression(award.rate, variables=variables, rules=rules) if award.rate else None
            return c.AwardSpec(kind, "fixed", rate[0] if rate else None, None, str(getattr(award, kind)), award.label or "", tuple(parts))
        word = award.discretion.to if kind == "discretion" and award.discretion else getattr(award, kind)
        found = self._money(word, variables, rules)
        low = None
        if award.discretion and award.discretion.start is not None:
            low_found = self._money(award.discretion.start, variables, rules)
            low = low_found[0] if low_found else None
            if found and low_found and low_found[1][0] is not None and found[1][1] is not None and low_found[1][0] > found[1][1]:
                self.wrong(
                    award.discretion.start, "酌定的下限高于上限", str(award.discretion.start), f"不高于 {award.discretion.to}", "核对 from 与 to 是否写反"
                )
        if found is None:
            return None
        basis = {"amount": "fixed", "up_to": "ceiling", "discretion": "discretionary"}[kind]
        return c.AwardSpec(award.kind or "grant", basis, found[0], low, "", award.label or "", tuple(parts))

    def _money(self, word: Any, variables: Mapping[str, Type], rules: Rules = Rules()) -> tuple[t.Expr, Bound] | None:
        found = self.expression(word, variables=variables, rules=rules)
        if found and isinstance(found[0], t.Const) and found[0].type == NUMBER and found[0].value == 0:
            return replace(found[0], type=Quantity(dims=(("元", 1),))), found[1]  # nothing is nothing in any unit
        record = next((x for x in variables.values() if isinstance(x, RecordOf)), None)
        if found and record and isinstance(found[0].type, Quantity):
            # within `each`, 4500元/人 is what one record gives: times one of its noun
            one = multiply(found[0].type.dims, ((self.noun(record.record), 1),))
            if is_money(one):
                return replace(found[0], type=Quantity(dims=one)), found[1]
        if found and not (isinstance(found[0].type, Quantity) and is_money(found[0].type.dims)):
            self.wrong(word, f"这里应是金额，写的是{found[0].type}", str(word), "元", "核对单位：人数乘“元/人”的标准才是金额")
            return None
        return found

    def _limit(self, limit: m.Limit, tree: Table, default: c.Basis, variables: Mapping[str, Type], each: str) -> c.LimitSpec | None:
        if (limit.amount is None) == (limit.count is None):
            self.wrong(tree.at, "封顶写 amount（金额）或 count（件数）之一", "", "{amount: …, per: …}")
            return None
        if limit.per is None:
            self.wrong(
                tree.at,
                "封顶没有写 per",
                str(limit.amount or limit.count),
                f"per: {each or '企业'} / 申报年度 / 企业",
                "问清政策起草人：按件、按年度还是按企业累计？",
            )
            return None
        scopes = {each: "record", "申报年度": "year", "年度": "year", "企业": "enterprise", "本次申报": "enterprise"}
        if not each:
            scopes["项目"] = "enterprise"
        scope, key = scopes.get(limit.per, ""), None
        record = next(iter(variables.values()), None)
        if not scope and isinstance(record, RecordOf):
            word = tree["per"] if "." in limit.per or "(" in limit.per else Word.make(f"{each}.{limit.per}", tree["per"].at)
            found = self.expression(word, variables=variables)
            if found is None:
                return None
            scope, key = "group", found[0]
        if not scope:
            self.wrong(
                tree.key("per"), "per 不认识", limit.per, f"{each + '、' if each else ''}申报年度、企业、本次申报，或明细的一栏", suggestion(limit.per, scopes)
            )
            return None
        if scope == "enterprise" and limit.per == "本次申报" and limit.counting is not None:
            self.wrong(tree.key("counting"), "本次申报的封顶不计以往支持", limit.per, "per: 申报年度 或 企业")
        amount = self._money(limit.amount, variables) if limit.amount is not None else None
        count = self.expression(limit.count, variables=variables) if limit.count is not None else None
        if count and not isinstance(count[0].type, Quantity):
            self.wrong(limit.count, f"件数应是数量，写的是{count[0].type}")
        counting = self._counting(
            limit.counting, tree, variables, f"“{limit.label or limit.amount or limit.count}”",
            asked=limit.per != "本次申报" and (scope in ("year", "enterprise") or (key is not None and (isinstance(key.type, Year) or getattr(key, "name", "") == "项目"))),
        )  # fmt: skip
        if limit.count is not None and scope == "record":
            self.wrong(tree.key("per"), "件数上限不能按每一件", limit.per, "申报年度、企业、本次申报，或明细的一栏（每人、每合同）")
        if limit.count is not None and limit.keep is None:
            self.wrong(
                tree.at, "件数封顶没有写 keep", str(limit.count), "keep: highest（取金额高的）或 first（取在前的）", "问清政策起草人：超出件数时留哪几件？"
            )
        by = self.expression(limit.by, variables=variables) if limit.by is not None else None
        if limit.by is not None and limit.keep != "first":
            self.wrong(tree.key("by"), "by 只与 keep: first 同用", str(limit.by))
        if by and not isinstance(by[0].type, Date | Quantity):
            self.wrong(limit.by, f"次序应按日期或数量，写的是{by[0].type}", str(limit.by))
        return c.LimitSpec(
            amount[0] if amount else None, count[0] if count else None, limit.keep or "highest", scope, key, limit.per,
            counting, by[0] if by else None, limit.label or "", self._basis(limit, tree.at, default),
        )  # fmt: skip

    def _counting(self, raw: Any, tree: Table, variables: Mapping[str, Type], what: str, *, asked: bool) -> c.Counting:
        """What a cap says of support received before; where it must say and does not, a finding, and the cap stays open."""
        if isinstance(raw, Table):
            try:
                ignoring = m.validate(m.Ignoring, raw)
            except InputError as error:
                self.problems += error.problems
                return c.Counting()
            hand = c.Standing.ASSUMED if not (ignoring.clause or ignoring.document or ignoring.basis) else None
            basis = c.Basis(None, hand=hand) if hand is not None else self._basis(ignoring, raw.at, figure=f"封顶{what}不计以往")
            return c.Counting(ignored=ignoring.reason, basis=basis)
        if raw is not None:
            found = self.expression(raw, variables=variables)
            if found and not (isinstance(found[0].type, ListOf) and alike(found[0].type.item, RecordOf(record=c.SUPPORT))):
                self.wrong(raw, f"counting 应是{c.SUPPORT}的清单", str(raw), f"{c.SUPPORT}、{c.SUPPORT}[…] 或 {{不计以往: 理由}}")
            return c.Counting(found[0] if found else None)
        if asked:
            self.doubt(
                tree.at, f"封顶{what}没有写计不计以往已获的支持：测算时两种读法都保留，金额不定", "", f"counting: {c.SUPPORT}（计入），或 counting: {{不计以往: 理由}}",
                "问清政策起草人：以往已获的支持占不占这个上限？",
            )  # fmt: skip
        return c.Counting(stated=not asked)

    def _cents(self) -> c.RoundingSpec:
        """The rounding to the 分: as the rulebook declares it once; half up, on nobody's word, where it does not."""
        raw, tree = self.source.manifest.rounding, self.source.trees[0][1]
        entry = m.Cents()
        if raw is not None and not isinstance(raw, Table):
            self.wrong(raw, "rounding 写作 {to: 分, direction: half up}", str(raw)[:40])
        elif raw is not None:
            try:
                entry = m.validate(m.Cents, raw)
            except InputError as error:
                self.problems += error.problems
        stated = entry.clause or entry.document or entry.basis
        basis = self._basis(entry, getattr(raw, "at", tree.at), figure="取整") if stated else c.Basis(None, hand=c.Standing.ASSUMED)
        words = {"down": "舍去", "half up": "四舍五入", "up": "进位"}
        return c.RoundingSpec(Fraction(1, 100), entry.direction, entry.per, f"{words[entry.direction]}到分", basis)

    def _rounding(self, rounding: m.Rounding, tree: Any) -> c.RoundingSpec | None:
        steps = {
            "分": Fraction(1, 100),
            "角": Fraction(1, 10),
            "元": Fraction(1),
            "十元": Fraction(10),
            "百元": Fraction(100),
            "千元": Fraction(1000),
            "万元": Fraction(10000),
        }
        if rounding.to not in steps:
            self.wrong(tree, "取整单位不认识", rounding.to, "、".join(steps))
            return None
        words = {"down": "舍去", "half up": "四舍五入", "up": "进位"}
        return c.RoundingSpec(steps[rounding.to], rounding.direction, rounding.per, f"{words[rounding.direction]}到{rounding.to}")

    def _above_cap(self, rounding: c.RoundingSpec, caps: Sequence[t.Expr], at: Position) -> None:
        """Rounding comes after the caps: upwards, it stays within them only where each is a whole step."""
        for cap in caps if rounding.direction != "down" and rounding.step > Fraction(1, 100) else ():
            figures = (
                [cap.value]
                if isinstance(cap, t.Const)
                else [v.value for v in self.parameters[cap.parameter].versions]
                if isinstance(cap, t.ParameterRef)
                else [None]
            )
            if any(not isinstance(x, Fraction) or x % rounding.step for x in figures):
                self.wrong(
                    at,
                    f"{rounding.text}可能超过封顶“{sentence(cap.source)}”",
                    "",
                    f"封顶是取整单位（{rounding.step}元）的整倍数",
                    "改为 direction: down，或问清政策起草人：取整后超过封顶的按哪个？",
                )

    def _figures(self, spec: c.SchemeSpec) -> Iterator[tuple[str, list[c.Basis]]]:
        """Every figure (parameter or table) an award rests on, with the bases of its versions."""
        roots = [spec.award.expr if spec.award else None, spec.award.low if spec.award else None, spec.floor]
        roots += [x for limit in spec.limits for x in (limit.amount, limit.count)]
        roots += [*(p.share for p in spec.pay), *(f.share for f in spec.funded)]
        roots += [cond.expr for g in (spec.when, spec.unless) for cond in g.conditions()]
        for ref in _references([r for r in roots if r is not None], self.definitions):
            if isinstance(ref, t.ParameterRef):
                yield c.name_of(ref.parameter), [v.basis for v in self.parameters[ref.parameter].versions]
            elif isinstance(ref, t.Lookup):
                yield c.name_of(ref.table), [r.basis for r in self.tables[ref.table].rows]

    def _whole(self, spec: c.SchemeSpec, at: Position) -> None:
        """A scheme is one document, whole: no figure of another may enter it."""
        family = self.documents[spec.document].family if spec.document in self.documents else ""
        for name, bases in self._figures(spec):
            if not any(b.document and self.documents[b.document].family == family for b in bases):
                others = "、".join(sorted({c.name_of(b.document) if b.document else "无文件" for b in bases}))
                self.wrong(
                    at,
                    f"方案“{spec.name}”取自 {c.name_of(spec.document)}，不能用别的文件的标准“{name}”",
                    others,
                    c.name_of(spec.document),
                    "一个方案的条件、比例、封顶都来自同一份文件；没有的标准写未定",
                )
        if spec.award is None:
            self.wrong(at, "方案没有写支持方式", spec.name, "award: {…}")

    def _one_family(self, spec: c.SchemeSpec, at: Position) -> None:
        families: dict[str, str] = {}
        for name, bases in self._figures(spec):
            for basis in bases:
                if basis.document:
                    families.setdefault(self.documents[basis.document].family, name)
        if len(families) > 1:
            parts = "；".join(f"“{n}”出自 {c.name_of(f)}" for f, n in families.items())
            self.wrong(at, "一项支持的标准来自不同文件，会拼出哪里都没有的政策", parts, "同一份文件（或它的修订）", "每份文件写成一个完整的参照方案（schemes）")

    # -- stacking, targets, clauses -------------------------------------------------------------

    def _stacking(self) -> None:
        ids = {s.id: k for k, s in self.measures.items()}
        groups, titles = Once("叠加规则的编号"), Once("叠加规则的名称")
        for _, group, tree in self.source.of("stacking"):
            self._id(group.id, groups, tree.key("id"))
            self.problems += titles.given(group.title, tree.key("title"))
            for name in group.members:
                if name not in ids:
                    self.wrong(tree.key("members"), "没有这个支持事项", name, "", suggestion(name, ids), Code.UNKNOWN_NAME)
            if len(set(group.members)) < (1 if group.rule == "cap" else 2) or len(set(group.members)) != len(group.members):
                self.wrong(tree.key("members"), "叠加规则要写两个以上不同的事项", group.title)
            if (group.rule == "cap") != (group.amount is not None):
                self.wrong(tree.at, "合计封顶要写 amount，其他规则不写", group.title)
            whole = group.per in ("企业", "申报年度")
            if whole and group.rule == "order":
                self.wrong(tree.at, "先后次序按人、按项目等写 per 与 key；按企业只取一项的写 highest 或 choose", group.title)
            if not whole and group.rule not in ("highest", "order"):
                self.wrong(tree.key("per"), "按人或按项目的规则只有 highest、order", group.rule, "highest、order", "按企业的写 per: 企业")
            key = "" if whole else group.key or group.per
            for name in group.members if key else ():
                spec = self.measures.get(ids.get(name, ""))
                if spec and (not spec.each or self.field(spec.record, key) is None):
                    self.wrong(tree.at, f"“{name}”不是逐条的事项，或其明细没有“{key}”一栏", key, "members 的明细都有的一栏", "写 key: 栏名")
            for name in group.members if group.rule == "cap" else ():
                spec = self.measures.get(ids.get(name, ""))
                for scheme in (spec.base, *spec.schemes.values()) if spec else ():
                    if scheme.rounding and scheme.rounding.direction != "down" and scheme.rounding.step > Fraction(1, 100):
                        self.wrong(
                            tree.at,
                            f"“{name}”{scheme.rounding.text}，各项取整后合计可能超过“{group.title}”",
                            name,
                            "direction: down",
                            "问清政策起草人：合计封顶后各项怎样取整？",
                        )
            amount = self._money(group.amount, {}) if group.amount is not None else None
            counting = self._counting(group.counting, tree, {}, f"“{group.title}”", asked=group.rule == "cap" and group.per != "本次申报")
            self.stacking.append(c.StackingSpec(
                self.key(group.id), group.id, group.title, group.rule, tuple(ids.get(n, n) for n in group.members), group.per, key,
                amount[0] if amount else None, counting, self._basis(group, tree.at), group.note or "",
            ))  # fmt: skip
        self._plans()

    def _plans(self) -> None:
        """Compatible sets within the bound; caps nested or disjoint; nothing both exclusive and cumulative."""
        at = Position(str(self.source.folder / "stacking.yaml"))
        rivals = [g.members for g in self.stacking if g.rule in ("highest", "choose") and not g.column]
        capped = [g.members for g in self.stacking if g.rule == "cap"]
        for component in components(sorted(self.measures), [*rivals, *capped]):
            try:
                compatible_sets(component, [[m for m in g if m in component] for g in rivals])
            except TooComplex as error:
                self.wrong(at, str(error), "", f"不超过 {MAX_SETS} 种", "把互斥组拆小")
        caps = [g for g in self.stacking if g.rule == "cap"]
        for i, a in enumerate(caps):
            for b in caps[i + 1 :]:
                x, y = set(a.members), set(b.members)
                if x & y and not (x <= y or y <= x):
                    self.wrong(at, "两个合计封顶部分重叠，先扣哪一个会影响结果", f"{a.title}、{b.title}", "包含或不相交", "问清政策起草人")
        for g in self.stacking:
            if g.rule == "cumulate":
                for r in rivals:
                    both = set(g.members) & set(r)
                    if len(both) > 1:
                        self.wrong(at, "既写可以叠加又写互斥", "、".join(sorted(c.name_of(k) for k in both)), "二者之一", "问清政策起草人：能否同时享受？")

    def _targets(self) -> None:
        ids = Once("目标的编号")
        for _, target, tree in self.source.of("targets"):
            self._id(target.id, ids, tree.key("id"))
            self.targets.append(
                c.TargetSpec(target.id, target.title, target.value or "", target.measure or "", target.by, self._basis(target, tree.at), target.note or "")
            )

    # -- strata ---------------------------------------------------------------------------------

    def _strata(self) -> tuple[tuple[str, ...], ...]:
        """Recognitions layer by layer, then measures; a cycle is refused with its path."""
        edges: dict[str, set[str]] = {}
        for key, spec in self.recognitions.items():
            roots = [x.expr for g in (spec.when, spec.unless, spec.lapses) for x in g.conditions()]
            edges[key] = {r.recognition for r in _references(roots, self.definitions) if isinstance(r, t.RecognitionRef)}
        level: dict[str, int] = {}

        def depth(key: str, trail: tuple[str, ...]) -> int:
            if key in trail:
                path = " → ".join(self.recognitions[k].title for k in (*trail[trail.index(key) :], key))
                self.wrong(Position(str(self.source.folder)), "资格互相引用成环", path, "不成环", "去掉其中一处引用")
                return 0
            if key not in level:
                level[key] = 1 + max((depth(n, (*trail, key)) for n in sorted(edges.get(key, ()))), default=-1)
            return level[key]

        for key in sorted(edges):
            depth(key, ())
        layers: list[list[str]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
        for key, value in sorted(level.items()):
            layers[value].append(key)
        return (*(tuple(layer) for layer in layers), tuple(sorted(self.measures)))

    # -- assembling -----------------------------------------------------------------------------

    def _assemble(self, strata: tuple[tuple[str, ...], ...]) -> c.CompiledRulebook:
        manifest = self.source.manifest
        uses = tuple((b.id, b.version, b.digest) for _, b in self.used)
        canonical = self._canonical(uses)
        digest = "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()
        names = self._names()
        freeze = MappingProxyType
        return c.CompiledRulebook(
            manifest.id, manifest.title, manifest.version, tuple(manifest.jurisdiction.split("/")), manifest.summary or "",
            manifest.note or "", digest, uses, freeze(self.documents), freeze(self.clauses), freeze(self.facts),
            freeze(self.records), tuple(self.checks), freeze(self.parameters), freeze(self.tables), freeze(self.definitions),
            freeze(self.recognitions), freeze(self.measures), tuple(self.stacking), tuple(self.targets), strata, freeze(names),
            str(self.source.folder), canonical, tuple(sorted({(self.id, digest), *(x for _, b in self.used for x in b.behind)})),
            cents=self.cents, findings=tuple(self.findings),
        )  # fmt: skip

    def _names(self) -> dict[str, str]:
        """Words a case may use: own and shared ones bare, the rest where they are unambiguous."""
        names: dict[str, str] = {}
        clashes: set[str] = set()

        def add(word: str, key: str) -> None:
            if word in names and names[word] != key:
                clashes.add(word)
            names.setdefault(word, key)

        bare = {s.id: n for n, s in self.symbols.items() if s.kind in ("fact", "records") and "/" not in n}
        tables: tuple[Mapping[str, Any], ...] = (self.facts, self.records)
        for specs in tables:
            for key, spec in sorted(specs.items(), key=lambda kv: (kv[0] not in bare, not kv[0].startswith(self.id + "/"), kv[0])):
                add(spec.name, key)
                add(spec.id, key)
        for word, symbol in self.symbols.items():
            if "." in word and symbol.kind in ("fact", "records"):
                add(word, symbol.id)
        for word in clashes:
            own = self.symbols.get(word)
            if own is None or own.kind not in ("fact", "records"):
                del names[word]
            else:
                names[word] = own.id
        return names

    def _canonical(self, uses: Any) -> str:
        """The rulebook printed canonically: comments, order of keys and layout do not matter."""
        body = {name: self._plain(tree) for name, tree in sorted(self.source.trees)}
        return rfc8785.dumps({"huiqi": "rulebook/1", "files": body, "uses": [list(u) for u in uses]}).decode()

    def _plain(self, tree: Any) -> Any:
        if isinstance(tree, Table):
            return {str(k): self._plain(v) for k, v in tree.items()}
        if isinstance(tree, Rows):
            return [self._plain(v) for v in tree]
        return self.canonical.get(tree.at, str(tree)) if isinstance(tree, Word) else tree


def _members(spec: c.ParameterSpec) -> tuple[tuple[str, ...], ...]:
    """All words a list parameter has had."""
    words = [w for v in spec.versions if isinstance(v.value, tuple) for w in v.value if isinstance(w, str)]
    return (tuple(dict.fromkeys(words)),) if words else ()


def _table_symbol(spec: c.TableSpec) -> Symbol:
    words = tuple(
        tuple(dict.fromkeys(x for row in spec.rows if row.tests[n].op == "in" for x in row.tests[n].values if isinstance(x, str)))
        for n in range(len(spec.inputs))
    )
    return Symbol("table", spec.key, spec.type, inputs=tuple(k for _, k in spec.inputs), members=words)


def negated_zero(expr: t.Expr, definitions: Mapping[str, c.DefinitionSpec], negated: bool = False, known: dict[tuple[str, bool], bool] | None = None) -> bool:
    """Whether a 分母为零: 不符合 stands where its failing would count in favour (under not, in an if).

    Each definition is gone into once (`known`), however often it is named.
    """
    known = {} if known is None else known
    if isinstance(expr, t.Calculated) and expr.zero_fails and negated:
        return True
    if isinstance(expr, t.DefinitionRef):
        inner, place = definitions.get(expr.definition), (expr.definition, negated)
        if inner is not None and place not in known:
            known[place] = negated_zero(inner.expr, definitions, negated, known)
        return known.get(place, False)
    if isinstance(expr, t.Inverse):
        return negated_zero(expr.operand, definitions, not negated, known)
    if isinstance(expr, t.Choice) and negated_zero(expr.condition, definitions, True, known):
        return True
    return any(negated_zero(child, definitions, negated, known) for child in t.children(expr))


def _one_spelling(tests: tuple[c.Test, ...]) -> tuple[c.Test, ...]:
    """The cells of a row as a case meets them: abc and ＡＢＣ are one word, and a second row for it is never reached."""
    return tuple(replace(x, values=tuple(level(w) if isinstance(w, str) else w for w in x.values)) if x.op == "in" else x for x in tests)


def _odd_cell(text: str, words: bool) -> tuple[str, str, str] | None:
    """Why a cell cannot be read as written: message, what was expected, the mend."""
    plain = unicodedata.normalize("NFKC", text)
    if re.fullmatch(r"[-‐-―−ー_/\\\s]*", plain):
        return "这一格读不懂", "-（不限）、比较、区间或值", "不限写半角的 -"
    if re.match(r"(?:not|非|并非|不是|不含|除)\s*\(", plain, re.I):
        return "格子里没有 not", "一个值，或顿号分开的几个值", "把其余的值列出来；或先写这几个值的行，后面一行写 -（不限）"
    if match := re.match(r"(?:==?|＝|!=|≠|<>|等于|不等于)\s*(.*)", plain):
        return "格子里不写等号", match.group(1) or "一个值", "不等于的，把其余的值列出来" if plain[0] in "!≠<不" else "只写值"
    if words:
        if re.match(r"(?:in|属于|不属于|介于|在)[\s(\[]", plain, re.I):
            return "格子里不写“属于”一类的词", "一个值，或顿号分开的几个值", "列出符合的值"
        if re.fullmatch(r"[\"“”'‘’「『].*[\"“”'’」』]", plain) and not re.search(r"[\"“”]", plain[1:-1]):
            return "格子里的文字不加引号", plain[1:-1], "去掉引号"
        if re.match(r"[<>≥≤]", plain):
            return "文字和是否不能比大小", "一个值，或顿号分开的几个值", "列出符合的值"
        if re.match(r"[\[(].*\.\..*[\])]$", plain):
            return "文字和是否没有区间", "一个值，或顿号分开的几个值", "列出符合的值"
    if re.search(r"[,;]", plain) and (words or not re.search(r"\d,\d{3}", plain)):
        return (
            "格子里的几个值用顿号分开",
            "、".join(x.strip() for x in re.split(r"[,;]", plain)),
            "逗号改顿号；一个词里本来就有逗号的，写成清单 [[“词”]] 并加引号",
        )
    return None


def locate_tree(tree: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def _closed(test: c.Test) -> tuple[bool, bool]:
    """Whether the lower and the upper end belong to the band."""
    return test.closed if test.op == "range" else (test.op == ">=", test.op == "<=")


def _interval(test: c.Test) -> tuple[Any, Any]:
    if test.op == "range":
        return test.values
    if test.op in (">=", ">"):
        return test.values[0], None
    if test.op in ("<", "<="):
        return None, test.values[0]
    return None, None


def _references(roots: Iterable[t.Expr], definitions: Mapping[str, c.DefinitionSpec]) -> Iterator[t.Expr]:
    """Every node reached from the roots, through definitions."""
    seen: set[str] = set()
    stack = list(roots)
    while stack:
        for node in t.walk(stack.pop()):
            yield node
            if isinstance(node, t.DefinitionRef) and node.definition not in seen and node.definition in definitions:
                seen.add(node.definition)
                stack.append(definitions[node.definition].expr)


def references(roots: Iterable[t.Expr], book: c.CompiledRulebook) -> Iterator[t.Expr]:
    """Every typed node reached from the roots, through the rulebook's definitions."""
    return _references(roots, book.definitions)


def _symbols(book: c.CompiledRulebook) -> Iterator[tuple[str, Symbol]]:
    """The words a rulebook itself defines, as symbols for those who use it."""
    own = f"{book.id}/"
    for key, fact in book.facts.items():
        if key.startswith(own):
            yield fact.name, Symbol("fact", key, fact.type, fact.yearly, fact.bounds, whole=fact.whole)
    for key, record in book.records.items():
        if key.startswith(own):
            yield record.name, Symbol("records", key, ListOf(item=RecordOf(record=record.name)))
    for key, parameter in book.parameters.items():
        if key.startswith(own):
            yield parameter.name, Symbol("parameter", key, parameter.type, bounds=parameter.bounds, members=_members(parameter), whole=parameter.whole)
    for key, table in book.tables.items():
        if key.startswith(own):
            yield table.name, _table_symbol(table)
    for key, definition in book.definitions.items():
        if key.startswith(own) and not definition.on:
            yield definition.name, Symbol("definition", key, definition.expr.type, bounds=definition.bounds, whole=definition.whole)
    for key, recognition in book.recognitions.items():
        if key.startswith(own):
            yield recognition.title, Symbol("recognition", key, BOOLEAN)


def _columns(book: c.CompiledRulebook) -> Iterator[tuple[tuple[str, str], Symbol]]:
    for key, definition in book.definitions.items():
        if definition.on:
            yield (
                (definition.on, definition.name),
                Symbol("definition", key, definition.expr.type, bounds=definition.bounds, on=definition.on, whole=definition.whole),
            )
