"""Words of a cell: codes, numbers of contracts, names, entries of a catalogue, yes and no.

What must stay true: a code stays text and is never repaired, one that a workbook turned into a number is lost; only the names of the
province and the city are dropped in silence, an alias is read where a rulebook or a mapping states it and is said, anything else is
asked once for each spelling.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal

from ..errors import clip, nearest, opposite
from ..language.levelling import level, names_several, near
from ..language.types import Boolean, Text, Year
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook, FactKind
from ..rulebook.lexicon import Lexicon, lexicons
from ..rulebook.literals import ValueProblem, check_uscc, read_industry, read_value
from ..values import ABSENT
from .found import As, Asked, Found, Read, Wrong
from .grid import Cell, Kind, plain_number
from .propose import Column
from .questions import Choice, Question

FEW = 6  # options of a closed list that are all offered
WHOLE = 15  # entries that are all offered where a word says less than one of them
LOST = 15  # digits that a workbook keeps of a number
_SIGNS_OF_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
HIDDEN = "（个人信息，不显示）"
_RETYPE = "把这一列设为文本，对照营业执照重新录入18位"
_YES, _NO = {"√", "✓", "✔", "☑", "Y", "YES", "有", "对", "■"}, {"×", "✗", "X", "N", "NO", "没有", "无", "☐", "□"}
_GRADE = re.compile(r"[-_ (]*(\d{1,2}|[一二三四五六七八九]|[IVX]{1,4}|[A-E])级?\)?|(?:L|LEVEL)(\d)")


_PEOPLE = re.compile(
    r"(?<!\d)[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
)


def without_people(text: str) -> str:
    """Free text without identity and telephone numbers."""
    return _PEOPLE.sub(HIDDEN, text)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the words of a table are held against."""

    book: CompiledRulebook
    aliases: Mapping[tuple[str, str], str]  # (target, levelled spelling) → entry, of a mapping

    def lexicon(self, column: Column) -> Lexicon | None:
        if column.spec is None:
            return None
        slot = (column.record.name, column.spec.name) if column.record else ("", column.spec.key)
        found = lexicons(self.book).get(slot)
        return found if found is not None and found.entries else None


def read_words(cell: Cell, column: Column, words: Words) -> Found:
    spec = column.spec
    assert spec is not None
    if spec.kind == FactKind.USCC:
        return _code(cell)
    if column.record is not None and spec.name == column.record.key_field:
        return _key(cell, column)
    if cell.kind is Kind.DATE:
        return Wrong(message="文字被表格变成了日期", mend=f"把这一格设为文本，重新填写{column.label}", expected="文字")
    text = cell.text.strip() if cell.kind is not Kind.NUMBER else plain_number(cell.number or Decimal(0))
    if isinstance(spec.type, Boolean):
        return _boolean(text, column)
    if spec.kind == FactKind.INDUSTRY:
        return _industry(text, column)
    if isinstance(spec.type, Year):
        try:
            year = read_value(text, spec.type)
        except ValueProblem as problem:
            return Wrong(message=f"“{clip(text)}”{problem.message}", mend=problem.mend, expected=problem.expected)
        return Read(value=year, shown=str(year))
    if level(text) in ("无", "没有"):
        if spec.optional:
            return Read(value=ABSENT, shown="无")
        return Wrong(message=f"{column.label}不会是“{clip(text)}”", mend="没有这一项就整条留空；不知道也留空", expected=column.label)
    lexicon = words.lexicon(column)
    if isinstance(spec.type, Text) and lexicon is not None:
        return _entry(text, column, lexicon, words)
    if not isinstance(spec.type, Text):
        try:
            value = read_value(text, spec.type)
        except ValueProblem as problem:
            return Wrong(message=f"“{clip(text)}”{problem.message}", mend=problem.mend, expected=problem.expected)
        return Read(value=value, shown=text)
    return Read(value=_name(text), shown=_name(text))


def _name(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u3000", " ")).strip()


# -- codes and numbers ---------------------------------------------------------------------------------------


def lost(cell: Cell) -> str:
    """How a number of more digits than a workbook keeps is shown: 9.11402E+17; "" where it is no such number."""
    if cell.kind not in (Kind.NUMBER, Kind.DATE):
        return ""
    try:
        value = Decimal(cell.text)
    except ArithmeticError:
        return ""
    return re.sub(r"E\+0*(\d)", r"E+\1", f"{value:.5E}") if abs(value) >= Decimal(10) ** LOST else ""


def _lost_text(cell: Cell) -> str:
    """The same as text, as a CSV has it that a spreadsheet wrote."""
    text = cell.text.strip().upper() if cell.kind is Kind.TEXT else ""
    return text if re.fullmatch(r"\d(?:\.\d+)?E\+?\d{2}", text) else ""


def level_code(text: str) -> str:
    return re.sub(r"[\s·•_-]+", "", unicodedata.normalize("NFKC", text)).upper()


def _code(cell: Cell) -> Found:
    what = "统一社会信用代码"
    if shown := lost(cell) or _lost_text(cell):
        zeros = "，15位以后已变成0、不可信"
        return Wrong(message=f"代码已丢失：存成了数字（{shown}）{zeros}", mend=_RETYPE, expected="18位文本")
    text = cell.text.strip() if cell.kind is not Kind.NUMBER else plain_number(cell.number or Decimal(0))
    plain = level_code(text)
    said = _levelled(text, plain)
    if level(text) in ("无", "没有", "暂无"):
        return Wrong(message=f"{what}不会是“{clip(text)}”，分支机构也有自己的代码", mend="对照营业执照补录；不知道就留空", expected="18位文本")
    if re.fullmatch(r"\d{17}[\dX]|\d{15}", plain) and _person_id(plain):
        return Read(what=As.KEPT, value=None, shown=HIDDEN, said=("是身份证号的样子：个人信息，不读作代码，不显示",))
    try:
        found = check_uscc(plain)
    except ValueProblem:
        return Wrong(
            message=f"{what}不对：{_why(plain)}" + "".join(f"；{s}" for s in said),
            mend="对照营业执照重新录入",
            expected="18位，末位为校验码",
            said=said,
            kept=plain,
        )
    return Read(value=found, shown=found, said=said)


def _levelled(text: str, plain: str) -> tuple[str, ...]:
    """What was levelled away of a code: said."""
    what = []
    if re.search(r"\s", text):
        what.append("去空格")
    if re.search(r"[\uff01-\uff5e]", text):
        what.append("全角转半角")
    if re.search(r"[a-zａ-ｚ]", text):
        what.append("转成大写")
    return (f"{'、'.join(what)}后为 {plain}",) if what else ()


def _why(plain: str) -> str:
    for n, char in enumerate(plain, 1):
        if char not in _SIGNS_OF_CODE:
            rule = "（不用 I、O、S、V、Z）" if char in "IOSVZ" else "（只用数字和大写字母）"
            return f"第{n}位“{char}”不是代码用的字符{rule}" + ("" if len(plain) == 18 else f"，而且有{len(plain)}位，不是18位")
    if len(plain) != 18:
        return f"有{len(plain)}位，不是18位"
    return "末位校验码对不上，至少有一位录错"


def _person_id(plain: str) -> bool:
    """Whether digits have the shape of a person's identity number: a birthday where it belongs, and no code of an enterprise."""
    if len(plain) == 15:
        return bool(re.fullmatch(r"[1-8]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}", plain))
    if not re.fullmatch(r"[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", plain):
        return False
    try:
        check_uscc(plain)
    except ValueProblem:
        return True
    return False


def _key(cell: Cell, column: Column) -> Found:
    label = column.label
    if shown := lost(cell) or _lost_text(cell):
        return Wrong(message=f"{label}已丢失：存成了数字（{shown}），15位以后不可信", mend=f"把这一列设为文本，对照原件重新录入{label}", expected="文本")
    if cell.kind is Kind.DATE:
        return Wrong(message=f"{label}被表格变成了日期", mend=f"把这一列设为文本，重新录入{label}", expected="文本")
    if cell.kind is Kind.NUMBER:
        text = plain_number(cell.number or Decimal(0))
        return Read(value=text, shown=text, said=("存成了数字，前面若有0已经没有了：请核对",))
    text = _name(unicodedata.normalize("NFKC", cell.text)) if not re.search(r"[（）]", cell.text) else _name(cell.text)
    if level(text) in ("无", "没有"):
        return Wrong(message=f"{label}不会是“{clip(text)}”", mend=f"照原件填写{label}；不知道就留空", expected=label)
    if re.search(r"[、；;\n]", text):
        return Wrong(message=f"一格里有几个{label}“{clip(text)}”", mend="一条明细一个编号，分成几行", expected=f"一个{label}")
    match = re.fullmatch(r"(.*\S)\s*[（(]([^（）()]*[\u4e00-\u9fff][^（）()]*)[)）]", text)
    if match and column.record is not None:
        bare, inside = match.groups()
        flag = next(
            (s for s in column.record.fields.values() if isinstance(s.type, Boolean) and (level(s.name) in level(inside) or level(inside) in level(s.name))),
            None,
        )
        first = f"{column.spec.name if column.spec else label} {bare}，{flag.name} 是" if flag else f"{label} {bare}，“{inside}”是备注"
        also: tuple[tuple[str, bool], ...] = ((flag.name, True),) if flag else ()
        choices = (Choice(text=first, value=(bare, also)), Choice(text=f"{column.spec.name if column.spec else label}就是“{text}”", value=(text, ())))
        name = column.spec.name if column.spec else label
        return Asked(question=Question(key=f"写法:{column.target}:{text}", words=f"{name}怎样读？写的是“{clip(text)}”", choices=choices, suggested=True))
    said = () if text == cell.text else ("全角、空格照半角读",) if level(cell.text) != cell.text and text != cell.text.strip() else ()
    return Read(value=text, shown=text, said=said)


# -- entries -------------------------------------------------------------------------------------------------


def _entry(text: str, column: Column, lexicon: Lexicon, words: Words) -> Found:
    entry = lexicon.entry(text)
    if entry is not None:
        said = () if lexicon.spelt(text) or _only_places(text, entry, words.book) else (f"规则库写明“{clip(text)}”就是“{entry}”",)
        return Read(value=entry, shown=entry, said=said)
    dropped = _without_places(text, words.book)
    if dropped != level(text) and (entry := lexicon.entry(dropped)) is not None and lexicon.spelt(dropped):
        return Read(value=entry, shown=entry)
    if (entry := words.aliases.get((column.target, level(text)))) is not None:
        return Read(value=entry, shown=entry, said=(f"对应表写明“{clip(text)}”就是“{entry}”",))
    return _entry_asked(text, column, lexicon)


def _entry_asked(text: str, column: Column, lexicon: Lexicon) -> Found:
    assert column.spec is not None
    key, label = f"写法:{column.target}:{text}", column.label
    if graded := _graded(text, column, lexicon):
        entry, grade, name = graded
        choices = [
            Choice(text=f"{column.spec.name} {entry}，{name} {grade}", value=(entry, ((name, grade),))),
            Choice(text=f"{column.spec.name}照写“{clip(text)}”", value=text),
        ]
        return Asked(question=Question(key=key, words=f"“{clip(text)}”怎样读？", choices=tuple(choices), suggested=True))
    closed, wide = bool(column.spec.options), level(text) in lexicon.wider
    found = candidates(text, lexicon)
    if closed:  # the measure by which a template asks: is it this one?
        found = tuple(dict.fromkeys([*nearest(text, column.spec.options), *(e for e in found if not opposite(text, e))]))
    suggested = bool(found) and not wide and not names_several(text, lexicon.entries)  # what says less than one entry, or two, speaks for none of them
    if column.stage and not closed:  # an officer's word stands as written: what it may be the rules ask, where it matters
        return Read(value=text, shown=text)
    what = "是哪个县区？" if "县区" in column.spec.name or "区" in label else f"是哪一种{'认证' if column.record and '认证' in column.record.name else label}？"
    offered = tuple(lexicon.entries) if wide and len(lexicon.entries) <= WHOLE else found[:3]
    if closed and len(column.spec.options) <= FEW:
        offered = tuple(dict.fromkeys([*found, *column.spec.options]))
    choices = [Choice(text=e, value=e) for e in offered]
    if not closed and "县区" not in column.spec.name:
        choices.append(Choice(text="照写，目录里没有", value=text))
    choices.append(Choice(text="其他", open=True))
    said = (f"目录里有：{'、'.join(lexicon.entries[:12])}{'…' if len(lexicon.entries) > 12 else ''}",)
    return Asked(question=Question(key=key, words=f"“{clip(text)}”{what}", choices=tuple(choices), suggested=suggested), said=said)


def _graded(text: str, column: Column, lexicon: Lexicon) -> tuple[str, str, str] | None:
    """CMMI3: an entry and a grade, where the record has a column for grades."""
    grades = [s.name for s in (column.record.fields.values() if column.record else ()) if "等级" in s.name or s.id == "level"]
    if not grades or column.spec is None or column.spec.name in grades:
        return None
    plain = level(text)
    for entry in sorted(lexicon.entries, key=len, reverse=True):
        start = level(entry)
        if plain.startswith(start) and not start[-1].isdigit() and (match := _GRADE.fullmatch(plain[len(start) :])):
            return entry, match[1] or match[2], grades[0]
    return None


def candidates(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The entries a word may be meant for: near ones, those of the same number, those it spells out."""
    plain = level(text)
    out = [lexicon.spellings.get(level(w), w) for w in near(text, [*lexicon.entries, *lexicon.spellings])]
    out += lexicon.wider.get(plain, ())
    out += [e for e in lexicon.entries if _same_number(plain, level(e))]
    out += [e for e in lexicon.entries if len(e) >= 3 and len(plain) > len(level(e)) and _spelt_out(plain, level(e))]
    return tuple(dict.fromkeys(out))


def _same_number(word: str, entry: str) -> bool:
    """ISO/IEC 27001:2022 and ISO27001: the letters and the number of a standard."""
    match = re.fullmatch(r"([A-Z/]+?)(\d{4,})", entry)
    return bool(match) and any(r == match[2] for r in re.findall(r"\d+", word)) and match[1].split("/")[0] in word if match else False


def _spelt_out(word: str, entry: str) -> bool:
    """大同经济技术开发区 and 大同经开区: the one has the characters of the other in their order, first and last the same."""
    if word[0] != entry[0] or word[-1] != entry[-1]:
        return False
    rest = iter(word)
    return all(char in rest for char in entry)


def _regions(book: CompiledRulebook) -> list[str]:
    """The names of the province and the city: 山西省, 山西, 大同市, 大同."""
    places = [p for p in book.jurisdiction if p != "中国"]
    return sorted({x for p in places for x in (p, p.rstrip("省市区县")) if len(x) >= 2}, key=len, reverse=True)


def _without_places(text: str, book: CompiledRulebook) -> str:
    plain = level(text)
    changed = True
    while changed:
        changed = False
        for region in _regions(book):
            if plain.startswith(level(region)) and len(plain) > len(region) + 1:
                plain, changed = plain[len(level(region)) :].lstrip("·-,"), True
    return plain


def _only_places(text: str, entry: str, book: CompiledRulebook) -> bool:
    plain = level(text)
    return plain.endswith(level(entry)) and not _stripped(plain[: -len(level(entry))], book)


def _stripped(front: str, book: CompiledRulebook) -> str:
    for region in _regions(book):
        front = front.replace(level(region), "")
    return front


def _boolean(text: str, column: Column) -> Found:
    plain = level(text)
    if plain in ("是", "否"):
        return Read(value=plain == "是", shown=plain)
    guess = "是" if plain in _YES else "否" if plain in _NO else ""
    if guess:
        choices = (
            Choice(text=guess, value=guess),
            Choice(text="否" if guess == "是" else "是", value="否" if guess == "是" else "是"),
            Choice(text="没有告诉", value=""),
        )
        return Asked(
            question=Question(key=f"写法:{column.target}:{plain}", words=f"“{column.label}”写的是“{clip(text)}”，是还是否？", choices=choices, suggested=True)
        )
    return Wrong(message=f"“{clip(text)}”不是“是”或“否”", mend="写 是 或 否；不知道就留空", expected="是 或 否")


def _industry(text: str, column: Column) -> Found:
    try:
        code = read_industry(text)
    except ValueProblem as problem:
        return Wrong(message=problem.message, mend=problem.mend, expected=problem.expected)
    if code is None:
        choices = (Choice(text="对照公示系统填写", open=True), Choice(text="暂缺", value=""))
        return Asked(question=Question(key=f"写法:{column.target}:{text}", words=f"行业代码“{clip(text)}”是哪一个小类？", choices=choices))
    return Read(value=code, shown=code)


# -- who applies ---------------------------------------------------------------------------------------------

_BRANCH = re.compile(r"分公司|分店|分部|分行|支行|办事处|分支机构|营业部")
_ORGANISATION = re.compile(r"公司|企业|厂|店|中心|社|院|所|部|行|校|园|局|会|集团|农场|合作|工作室|事务|站|馆|场|酒店|超市|经营")


def read_enterprise(cell: Cell, remarks: Sequence[str]) -> Found:
    """The name of an applicant, as written but for space around it."""
    if cell.kind is not Kind.TEXT:
        return Wrong(
            message=f"企业名称是{'数' if cell.kind in (Kind.NUMBER, Kind.DATE) else '“' + clip(cell.text) + '”'}，不是文字",
            mend="照营业执照填写全称",
            expected="企业全称",
        )
    name = _name(cell.text)
    said = list[str]()
    if match := _BRANCH.search(name):
        quoted = "，".join(f"备注“{clip(r)}”" for r in remarks if r)
        said.append(f"名称含“{match[0]}”{'，' + quoted if quoted else ''}，请填申报主体类型（分支机构 或 企业）和登记的全称")
    if re.fullmatch(r"[\u4e00-\u9fff·]{2,4}", name) and not _ORGANISATION.search(name):
        said.append("像是个人的姓名：请核对申报主体类型")
    return Read(value=name, shown=name, said=tuple(said))
