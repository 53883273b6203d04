"""The rulebooks held against their sheets: numbers, units, boundaries, letters, dates and quotes.

What must stay true: every figure and condition that names a document is looked at, everything found is
told at once, each with its line, what the rule says, what the sheet says and how to mend it; what a sheet
does not let one tell is not told as found. A rulebook compiles, decides and is tested without any sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import Position, Problem, clip
from ..language.types import Type
from ..language.units import CURRENCIES
from ..plain import dataclass
from ..rulebook.compiled import AwardBasis, Basis, CompiledRulebook, Condition, DocumentSpec, name_of
from ..rulebook.quotes import Said, Told, asked_of, levelled, numbers, said_by, says_figure
from .boundaries import Compared, Way, capped, comparisons, promised, said_of, with_this_one
from .coverage import every_condition, own_specs
from .figures import own_parameters, own_tables
from .sheets import STRENGTH, Place, Sheet, read_sheet

RENEW = "huiqi rules check {book} --sources 资料文件夹 --renew"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One version of a figure or one row of a table."""

    key: str
    name: str
    value: Any
    kind: Type
    text: str
    basis: Basis
    start: date | None
    end: date | None


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What was found, and how much rests on a document without a quote: not yet quoted, or because its sheet has no words for it."""

    findings: tuple[Problem, ...]
    sheets: int
    figures: int
    conditions: int
    unquoted_figures: int
    unquoted_conditions: int
    wordless_figures: int
    wordless_conditions: int


def own_figures(book: CompiledRulebook) -> Iterator[Figure]:
    for parameter in own_parameters(book):
        for v in parameter.versions:
            yield Figure(
                key=parameter.key, name=f"标准“{parameter.name}”", value=v.value, kind=parameter.type, text=v.text, basis=v.basis, start=v.start, end=v.end
            )
    for table in own_tables(book):
        for row in table.rows:
            name = f"标准表“{table.name}”第 {row.number + 1} 行"
            yield Figure(key=table.key, name=name, value=row.value, kind=table.value_type, text=row.text, basis=row.basis, start=row.start, end=row.end)


def sourced_figures(book: CompiledRulebook) -> list[Figure]:
    """Those that say a document has them: no assumption, none unset or unread."""
    return [f for f in own_figures(book) if f.basis.hand is None and f.basis.documents and f.value is not None]


def sourced_conditions(book: CompiledRulebook) -> list[tuple[str, Condition]]:
    """Conditions that say a document has them, each with whose it is; a condition shared by many measures once."""
    found = [(f"“{spec.title}”的条件“{o.condition.label}”", o.condition) for spec in own_specs(book) for o in every_condition(book, spec)]
    found = [x for x in found if x[1].basis.hand is None and x[1].basis.documents]
    return list({(x[1].at, x[1].label): x for x in reversed(found)}.values())[::-1]


def unquoted(book: CompiledRulebook) -> tuple[int, int]:
    """How many figures and how many conditions name a document and quote nothing of it, though they do not say that it has no words."""
    return sum(_to_quote(f.basis) for f in sourced_figures(book)), sum(_to_quote(c.basis) for _, c in sourced_conditions(book))


def wordless(book: CompiledRulebook) -> tuple[int, int]:
    """How many figures and how many conditions say that their sheet has no words for them."""
    return sum(f.basis.wordless for f in sourced_figures(book)), sum(c.basis.wordless for _, c in sourced_conditions(book))


def _to_quote(basis: Basis) -> bool:
    return not basis.quote and not basis.wordless


def audit(book: CompiledRulebook, folder: Path) -> Audit:
    return _Auditor(book, folder).audit()


class _Auditor:
    def __init__(self, book: CompiledRulebook, folder: Path) -> None:
        self.book, self.folder = book, folder
        self.found: list[Problem] = []
        self._sheets: dict[str, Sheet | None] = {}

    def audit(self) -> Audit:
        book = self.book
        figures, conditions = sourced_figures(book), sourced_conditions(book)
        for key, document in book.documents.items():
            if key.startswith(f"{book.id}/"):
                self.document(document)
        for figure in figures:
            self.figure(figure)
        for what, condition in conditions:
            self.quote(condition.basis, what, condition.at)
        self.awards()
        for what, basis in self._others():
            self.quote(basis, what, basis.at)
        few, none = unquoted(book), wordless(book)
        return Audit(
            findings=tuple(sorted(dict.fromkeys(self.found), key=lambda p: (p.at, p.message))),
            sheets=sum(x is not None for x in self._sheets.values()),
            figures=len(figures),
            conditions=len(conditions),
            unquoted_figures=few[0],
            unquoted_conditions=few[1],
            wordless_figures=none[0],
            wordless_conditions=none[1],
        )

    def wrong(self, at: Position, message: str, found: str, expected: str, mend: str) -> None:
        self.found.append(Problem(at, message, clip(found), expected, mend))

    def sheet(self, document: DocumentSpec) -> Sheet | None:
        if document.sheet not in self._sheets:
            self._sheets[document.sheet] = read_sheet(self.folder, document.sheet)
        return self._sheets[document.sheet]

    def sheets(self, basis: Basis) -> list[tuple[DocumentSpec, Sheet]]:
        found = [(d, self.sheet(d)) for key in basis.documents for d in [self.book.documents[key]]]
        return [(d, s) for d, s in found if s is not None]

    # -- documents --------------------------------------------------------------------------------

    def document(self, document: DocumentSpec) -> None:
        sheet, at, name = self.sheet(document), document.at, f"文件“{name_of(document.key)}”"
        if sheet is None:
            self.wrong(
                at, f"{name}的资料不在资料文件夹里", document.sheet, f"{document.sheet}.md 或 {document.sheet}.txt", "核对 sheet 写的名称，或补上这份资料"
            )
            return
        where = f"资料 {sheet.path.name}"
        if document.digest and document.digest != sheet.digest:
            again = f"逐条重新对照，再运行 {RENEW.format(book=self.book.id)}"
            self.wrong(at, f"{name}的资料在读过以后改过", document.digest, f"{where}现在是 {sheet.digest}", again)
        elif not document.digest:
            self.wrong(at, f"{name}没有记下读的是哪一版资料", document.sheet, f"sheet digest: {sheet.digest}", f"运行 {RENEW.format(book=self.book.id)}")
        letters = sheet.every_letter
        if letters and document.letter and _stronger(document.letter, letters):
            best = min(letters, key=STRENGTH.index)
            self.wrong(at, f"{name}的字母比资料里的都强", document.letter, f"{where}里最强的是 {best}", f"改成 letter: {best}")
        if document.number and "number" not in document.assumed and levelled(document.number) not in sheet.flat:
            self.wrong(at, f"{name}的文号在资料里没有", document.number, f"{where}里有的文号，或写进 assumed", "核对文号；是推断的写 assumed: [number]")
        for key, day in (("from", document.start), ("to", document.end)):
            if day is not None and key not in document.assumed and not (_says_day(sheet, day) or (key == "to" and follows(sheet, document.start, day))):
                word = "施行日" if key == "from" else "止日"
                self.wrong(
                    at,
                    f"{name}的{word}在资料里没有",
                    str(day),
                    f"{where}里写明的日期，或写进 assumed",
                    f"核对日期；是推断的写 assumed: [{key}]，并在 note 里说明",
                )

    # -- figures ------------------------------------------------------------------------------------

    def figure(self, figure: Figure) -> None:
        basis, at = figure.basis, figure.basis.at
        place = self.quote(basis, figure.name, at)
        if place is not None:
            self._unit(figure, *place)
            self._boundary(figure, *place)
        elif not basis.quote:
            self._anywhere(figure)
        days = {name: d for name, d in (("from", figure.start), ("to", figure.end)) if d is not None}
        for name, day in days.items():
            if not self._known_day(basis, day):
                where = "、".join(f"资料 {s.path.name}" for _, s in self.sheets(basis))
                self.wrong(
                    at,
                    f"{figure.name}的 {name} 在资料里没有",
                    str(day),
                    f"{where}里写明的日期，或文件自己的起止",
                    "核对日期；没有写明的不写，或由文件的起止决定",
                )

    def _known_day(self, basis: Basis, day: date) -> bool:
        """A day the sheets say, or the day before or after one; the turn of a year they name; the document's own."""
        sheets = self.sheets(basis)
        ends = [x for d, _ in sheets for x in (d.start, d.end)]
        near = {day, day + timedelta(days=1), day - timedelta(days=1)}
        return not sheets or bool(near & {x for x in ends if x}) or any(_says_day(s, x) for _, s in sheets for x in near)

    def _anywhere(self, figure: Figure) -> None:
        """A figure that quotes nothing: its number stands somewhere in the sheet."""
        sheets = self.sheets(figure.basis)
        if not sheets:
            return
        where = "、".join(f"资料 {s.path.name}" for _, s in sheets)
        if isinstance(figure.value, tuple):
            lacking = [w for w in figure.value if isinstance(w, str) and not any(levelled(w) in s.flat for _, s in sheets)]
            if lacking:
                self.wrong(
                    figure.basis.at,
                    f"{figure.name}里有的词资料里没有",
                    "、".join(lacking),
                    f"{where}里的写法",
                    "照资料写，别的写法放进 aliases；资料里没有的删去",
                )
            return
        answers = [says_figure(x, figure.value, figure.kind) for _, s in sheets for x in s.lines]
        if answers and Said.YES not in answers and Said.BARE not in answers:
            said = "只有别的单位的这个数" if Said.OTHER in answers else "没有这个数"
            self.wrong(figure.basis.at, f"{figure.name}：资料里{said}", figure.text, where, "核对这个数出自哪份文件；没有出处的写 basis: 假定，有的补上 quote")

    def _unit(self, figure: Figure, sheet: Sheet, place: Place) -> None:
        """Where no unit stands beside the number, what is around it names it, with its scale."""
        for number, unit in asked_of(figure.value, figure.kind):
            bare = [x for x in _within(place) if said_by(x, number, unit) is Said.BARE]
            if not bare or any(said_by(x, number, unit) is Said.YES for x in _within(place)) or not unit:
                continue
            scale = {1: "", 10**4: "万", 10**8: "亿"}.get(int(number / bare[0].plain) if bare[0].plain else 1, "?")
            if scale and unit in CURRENCIES and bare[0].scaled and currencies(sheet) == {unit}:
                continue  # 60万 where no other money is spoken of
            if (scale or unit in CURRENCIES) and f"{scale}{unit}" not in sheet.around(place.line):
                self.wrong(figure.basis.at, f"{figure.name}的单位资料里看不出", figure.text, _told(sheet, place), "核对单位，引文写到有单位的地方")

    @cached_property
    def uses(self) -> dict[str, list[Compared]]:
        found: dict[str, list[Compared]] = {}
        for one in comparisons(self.book):
            found.setdefault(one.figure, []).append(one)
        return found

    @cached_property
    def ceilings(self) -> dict[str, str]:
        """Figure -> the measure whose cap it is."""
        return {key: spec.title for spec in self.book.measures.values() for s in (spec.base, *spec.schemes.values()) for key in capped(s)}

    @cached_property
    def due(self) -> dict[str, tuple[str, Position]]:
        """Figure -> the measure that gives it as what is due, and where."""
        schemes = [(spec, s) for spec in self.book.measures.values() for s in (spec.base, *spec.schemes.values())]
        return {key: (spec.title, s.award.at) for spec, s in schemes if (key := promised(s)) is not None and s.award is not None}

    def _boundary(self, figure: Figure, sheet: Sheet, place: Place) -> None:
        """The word beside the number against how the rulebook compares with it."""
        told = _one(figure.value, figure.kind, place)
        way = said_of(place.text, told, excludes='"以下"不含' in sheet.whole) if told is not None else None
        if way is None:
            return
        for use in self.uses.get(figure.key, ()):
            if use.way is Way.BELOW and way is Way.MOST and told is not None and with_this_one(place.text, told):
                continue
            opposite = use.plain and way.value in (">=", "<=") and way.value[0] != use.way.value[0]
            if use.way.above is not way.above or opposite:
                self.wrong(
                    use.at, f"{use.what}与资料的界限词不同（{figure.name}）", use.text, f"{_told(sheet, place)}：{way.word}", f"改成{way.word}，或核对引文"
                )
        if figure.key in self.ceilings and way.value in (">=", ">"):
            self.wrong(
                figure.basis.at,
                f"{figure.name}是“{self.ceilings[figure.key]}”的封顶，资料里不是上限",
                figure.text,
                _told(sheet, place),
                "核对这个数是封顶还是门槛",
            )
        if figure.key in self.due and way.value == "<=":
            title, at = self.due[figure.key]
            self.wrong(at, f"{figure.name}是上限，“{title}”写成了定额", f"amount: {name_of(figure.key)}", _told(sheet, place), "award 改成 up to")

    def awards(self) -> None:
        for spec in self.book.measures.values():
            for scheme in (spec.base, *spec.schemes.values()):
                award = scheme.award
                if award is None or not award.quote or not scheme.document:
                    continue
                what = f"“{spec.title}”的支持方式" + (f"［{scheme.name}］" if scheme.name else "")
                place = self.quote(Basis(scheme.document, letter="M", quote=award.quote, at=award.at), what, award.at)  # its letter is its figures' to claim
                if place is not None and award.basis is AwardBasis.FIXED and re.search("不(?:得)?超过|最高|最多|以内", levelled(award.quote)):
                    self.wrong(award.at, f"{what}资料里是上限，规则写成定额", award.quote, _told(*place), "award 改成 up to，或核对引文")

    def _others(self) -> Iterator[tuple[str, Basis]]:
        """Whatever else may quote: caps, what they leave uncounted, stacking, targets, definitions, reductions."""
        book = self.book
        for spec in book.measures.values():
            for scheme in (spec.base, *spec.schemes.values()):
                for limit in scheme.limits:
                    yield f"“{spec.title}”的封顶", limit.basis
                    if limit.counting.basis is not None:
                        yield f"“{spec.title}”的封顶", limit.counting.basis
            yield from ((f"“{spec.title}”的减额“{r.label}”", r.condition.basis) for r in spec.reductions)
        yield from ((f"叠加规则“{g.title}”", g.basis) for g in book.stacking)
        yield from ((f"汇总规则“{x.title}”", x.basis) for x in book.pools)
        yield from ((f"目标“{x.title}”", x.basis) for x in book.targets)
        yield from ((f"口径“{d.name}”", d.basis) for key, d in book.definitions.items() if key.startswith(f"{book.id}/"))
        if book.cents.basis is not None:
            yield "取整", book.cents.basis

    # -- quotes ---------------------------------------------------------------------------------------

    def quote(self, basis: Basis, what: str, at: Position) -> tuple[Sheet, Place] | None:
        """Where a quote stands; complains where it stands nowhere, or under a weaker letter than claimed."""
        sheets = self.sheets(basis)
        if not basis.quote or not sheets:
            return None
        found = [(d, s, p) for d, s in sheets for p in s.find(basis.quote)]
        if not found:
            where = "；".join(_nearest(s, basis.quote) for _, s in sheets)
            self.wrong(at, f"{what}的引文资料里没有", basis.quote, where, "照资料抄；资料里没有的，核对出自哪份文件")
            return None
        told = [x for x in found if (letters := x[1].letters(x[2])) and _stronger(basis.letter or x[0].letter, letters)]
        if len(told) == len(found):
            document, sheet, place = found[0]
            best = min(sheet.letters(place), key=STRENGTH.index)
            self.wrong(
                at,
                f"{what}的字母比资料强",
                basis.letter or document.letter,
                f"{_told(sheet, place)}（{best}）",
                f"写 letter: {best}" + ("，并写 basis: 假定" if best == "M" else ""),
            )
        return found[0][1], found[0][2]


def _stronger(claimed: str, letters: str) -> bool:
    """Whether a letter claims more than any of these."""
    return STRENGTH.index(claimed) < min(STRENGTH.index(x) for x in letters)


def follows(sheet: Sheet, start: date | None, end: date) -> bool:
    """Whether the sheet's words give the last day: abolished the day after, or in force for so many years from its first day."""
    after = end + timedelta(days=1)
    abolished = _says_day(sheet, after) and any(word in sheet.flat for word in ("废止", "失效"))
    years = after.year - start.year if start is not None and (start.month, start.day) == (after.month, after.day) else 0
    return abolished or (years > 0 and any(f"{word}{years}年" in sheet.flat for word in ("有效期", "实施期限", "有效期限", "有效期为")))


def currencies(sheet: Sheet) -> set[str]:
    """The currencies a sheet counts money in."""
    units = {told.unit for line in sheet.lines for told in numbers(line)}
    return {"美元" if unit == "美金" else unit for unit in units if unit in (*CURRENCIES, "美金")}


def _says_day(sheet: Sheet, day: date) -> bool:
    if day in sheet.days:
        return True
    month = f"{day.year}年{day.month}月"
    if re.search(rf"(?<!\d){month}(?!\d{{1,2}}日)", sheet.flat) and (day.day == 1 or (day + timedelta(days=1)).day == 1):
        return True
    # `2025—2027`, 2026年: the turn of a year that is named
    return (day.month, day.day) in ((1, 1), (12, 31)) and re.search(rf"(?<!\d){day.year}(?:年(?!\d)|[—-]\d{{4}}|(?=\D|$))", sheet.flat) is not None


def _within(place: Place) -> list[Told]:
    return [x for x in numbers(place.text) if place.start <= x.start and x.end <= place.end + 4]


def _one(value: Any, kind: Type, place: Place) -> Told | None:
    """The number of a figure within its quote, where the value is one number and stands there once."""
    asked = list(asked_of(value, kind))
    if len(asked) != 1:
        return None
    found = [x for x in _within(place) if said_by(x, *asked[0]) in (Said.YES, Said.BARE)]
    return found[0] if len(found) == 1 else None


def _told(sheet: Sheet, place: Place) -> str:
    return f"资料 {sheet.path.name} 第 {place.line} 行“{sheet.shown(place.line, place.start)}”"


def _nearest(sheet: Sheet, quote: str) -> str:
    line = sheet.nearest(quote)
    return f"资料 {sheet.path.name} 第 {line} 行最近：“{sheet.shown(line)}”" if line else f"资料 {sheet.path.name} 里没有相近的"
