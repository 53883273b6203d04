"""Where things stand in a sheet: title, unit line, headers of several rows, 栏次, applicants, totals, notes, signatures.

What must stay true: every row that holds anything is one of these, so that rows can be accounted for; a total, a note or a signature
is never an applicant, and an applicant's row is never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from ..errors import clip
from ..language.levelling import level
from ..language.units import PLAIN, Dims, QuantityError, parse_unit
from ..plain import dataclass
from .grid import Cell, Kind, Sheet


class Role(StrEnum):
    TITLE = "title"
    HEADER = "header"
    NUMBERS = "栏次"
    DATA = "data"
    TOTAL = "total"
    SECTION = "section"
    NOTE = "note"
    SIGNATURE = "signature"


# Words that head columns in such tables whatever they are about; a row of several of them is a header.
_HEADS = re.compile(
    r"序号|编号|名称|企业|单位|公司|代码|身份证|地址|注册地|所在地|县区|区县|日期|时间|年度|金额|数额|人数|数量|费用|额度?$|利率|利息|天数|备注|合计|其中|种类|类别|类型"
    r"|等级|级别|性质|电话|联系|合同|项目|意见|情况|收入|补助|补贴|贴息|申请|申报|证书|证号|银行|贷款|机构|姓名|学历|是否|行业|^日$|日$|额|总数|职工|人员|资产|税|\((?:万|亿)?(?:元|美元)\)|\(人\)|\(%\)|级别|许可|专利|面积"
)
_TOTAL = re.compile(r"(?:本页|本表|全表|全县|全市|全区|分类|以上)?(合计|总计|小计|共计|累计|总和)(?:数|金额|\(.*\))?[::]?")
_NOTE = re.compile(r"(?:备?注|说明|填表说明|填报说明|填写说明|附注|注意事项|注意)(?:\d{0,2})[::.、]|[\d一二三四五六七八九]{1,2}[.、].{12,}|[※*]\S")
_NUMERALS = frozenset("0123456789一二三四五六七八九")
_SIGNED = re.compile(
    r"(填表人|填报人|制表人?|经办人|复核人?|审核人?|负责人|单位负责人|分管领导|法定代表人|联系人|统计人|会计|主管|联系电话|电话|手机|填表日期|填报日期|制表日期|报送日期|填报时间|日期|盖章|签字|签章)(?:\([^)]*\))?[::](.*)"
)
_UNITS = re.compile(r"\(?(?:计量|金额|货币)?单位[::]([^()]*)\)?")
_BEHIND = re.compile(r"(?<=[^填申报送表经编承推荐汇总贷款(])(?:计量|金额|货币)?单位[::]([^():]+)\)?$")
_OFFICE = re.compile(r"(填报|填表|申报|报送|编制|汇总|推荐|经办|贷款|承办)?(单位|银行|机构|部门)(?:名称)?(?:\([^)]*\))?[::](.+)")
_YEAR = re.compile(r"((?:19[89]|20[0-9]|21[0-9])\d)年?度|((?:19[89]|20[0-9])\d)年")
_QUARTER = re.compile(r"第?([一二三四1-4])季度?|([上下])半年|(?<!\d)(1[0-2]|[1-9])月份?(?!\d|日)")
_ORDER = {"一": 1, "二": 2, "三": 3, "四": 4}
_SECTION = re.compile(r"[(]?[一二三四五六七八九十]{1,3}[)]?[、.].{1,30}")
_COUNTED = re.compile(r"\(?(\d{1,3}|[甲乙丙丁戊己庚辛壬癸])\)?(?:\s*(?:=|≤|≥|<|>|为).*|\(.*\))?")
LOOKED = 40  # rows in which a header is looked for


@dataclass(frozen=True, kw_only=True)
class Named:
    """A unit as a table writes it: its word, scale and dimensions. `%` is a plain number of a hundredth."""

    word: str
    scale: Fraction
    dims: Dims
    percent: bool = False


@dataclass(frozen=True, kw_only=True)
class Sign:
    """A signature or its like: who or what, and what is written there."""

    row: int
    column: int
    what: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Head:
    """A column: its header's parts from above, the number of its 栏次 and what is written beside that."""

    column: int
    parts: tuple[str, ...]
    units: tuple[Named, ...] = ()  # of its header
    number: str = ""
    formula: str = ""
    hidden: bool = False

    @property
    def title(self) -> str:
        return "·".join(self.parts)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A sheet in which rows of applicants or records were found."""

    sheet: Sheet
    roles: Mapping[int, Role]
    heads: tuple[Head, ...]
    title: str = ""
    title_at: tuple[int, int] = (1, 1)
    units: tuple[Named, ...] = ()  # of the unit line
    units_at: tuple[int, int] | None = None
    office: tuple[str, str] = ("", "")  # 填报单位, 经办银行 …: what it calls itself, and the name
    office_at: tuple[int, int] | None = None
    year: int | None = None
    period: tuple[date, date] | None = None
    period_word: str = ""
    notes: tuple[tuple[int, int, str], ...] = ()
    signs: tuple[Sign, ...] = ()
    signed_on: date | None = None
    sections: Mapping[int, int] = field(default_factory=dict)  # row → first row of what a total on it sums

    def rows(self, role: Role) -> tuple[int, ...]:
        return tuple(r for r, x in sorted(self.roles.items()) if x is role)


def find_table(sheet: Sheet) -> Table | None:
    """The table of a sheet; None where it holds none."""
    top = _header(sheet)
    if top is None:
        return None
    bottom = _header_end(sheet, top)
    width = max((c for (r, c), x in sheet.cells.items() if top <= r <= bottom and not x.blank), default=0)
    width = max([width, *(min(a.right, sheet.columns) for a in sheet.merged if top <= a.top <= bottom and a.right <= sheet.columns + 1)])
    roles = {r: Role.TITLE for r in range(1, top) if _filled(sheet, r)} | dict.fromkeys(range(top, bottom + 1), Role.HEADER)
    heads = _heads(sheet, top, bottom, width)
    roles |= _below(sheet, bottom, heads)
    numbered = next((r for r, role in sorted(roles.items()) if role is Role.NUMBERS), None)
    if numbered is not None:
        heads = tuple(_numbered(h, sheet.spoken(numbered, h.column)) for h in heads)
    if not any(x is Role.DATA for x in roles.values()):
        return None
    return Table(sheet=sheet, roles=roles, heads=heads, **_told(sheet, roles), sections=_sections(sheet, roles))


# -- headers -------------------------------------------------------------------------------------------------


def _filled(sheet: Sheet, row: int) -> list[tuple[int, Cell]]:
    return [(c, sheet.at(row, c)) for c in range(1, sheet.columns + 1) if not sheet.at(row, c).blank]


def _numeric(cell: Cell) -> bool:
    return cell.kind in (Kind.NUMBER, Kind.DATE, Kind.UNSAVED, Kind.ERROR) or bool(re.fullmatch(r"[\d.,%/年月日: -]+", level(cell.text)))


def _header(sheet: Sheet) -> int | None:
    for row in range(1, min(sheet.rows, LOOKED) + 1):
        cells = _filled(sheet, row)
        texts = [level(x.text) for _, x in cells]
        if len(cells) < 2 or any(_numeric(x) for _, x in cells) or any(_UNITS.fullmatch(t) or _SIGNED.fullmatch(t) or _OFFICE.fullmatch(t) for t in texts):
            continue
        known = sum(1 for t in texts if len(t) <= 30 and _HEADS.search(t))
        if known >= 2 and known * 3 >= len(cells) and len(cells) * 3 >= min(sheet.columns, 12):
            return row
    return None


def _header_end(sheet: Sheet, top: int) -> int:
    """The last row of the header: as far as blocks merged downwards reach, else as long as rows only name parts of what is above."""
    bottom = max([top, *(a.bottom for a in sheet.merged if a.top == top and a.bottom < top + 6)])
    while bottom < top + 4:
        row = bottom + 1
        cells = _filled(sheet, row)
        if not cells or any(_numeric(x) for _, x in cells) or _is_numbers(sheet, row) or (len(cells) == 1 and cells[0][0] == 1):
            break
        spread = [c for c, _ in cells if any(a.top <= bottom <= a.bottom and a.left <= c <= a.right and a.right > a.left for a in sheet.merged)]
        # without merged blocks: names under a name, or under the blanks to its right, and nothing under the rest
        named = sum(1 for _, x in cells if _HEADS.search(level(x.text)) and len(level(x.text)) <= 20)
        under_blank = any(sheet.at(bottom, c).blank for c, _ in cells)
        if len(spread) == len(cells) or (named * 2 >= len(cells) and named >= 1 and under_blank and len(cells) < len(_filled(sheet, bottom)) + 1):
            bottom = row
            continue
        break
    return bottom


def _heads(sheet: Sheet, top: int, bottom: int, width: int) -> tuple[Head, ...]:
    out = list[Head]()
    over = dict[int, tuple[int, str]]()  # row → the last name to the left, for headers that are not merged
    for column in range(1, width + 1):
        parts = list[str]()
        for row in range(top, bottom + 1):
            cell = sheet.spoken(row, column)
            text = re.sub(r"\s+", "", cell.text)
            if not text and row < bottom and bottom > top and row in over and not sheet.at(bottom, column).blank and (row, column) not in sheet.under:
                text = over[row][1]
            elif text and not sheet.at(row, column).blank:
                over[row] = column, text
            if text and text not in parts:
                parts.append(text)
        units = tuple(u for p in reversed(parts) for u in _bracketed(p))
        out.append(Head(column=column, parts=tuple(parts), units=units, hidden=column in sheet.hidden_columns))
    return tuple(out)


def _bracketed(text: str) -> list[Named]:
    found = re.findall(r"[(]([^()]*)[)]", level_signs(text))
    found += [m[1] for m in [re.search(r"[,:/](?:单位[::]?)?([^,:/()]{1,5})$", level_signs(text))] if m and not found]
    return [u for x in found for u in [unit_named(re.sub(r"^单位[::]?", "", x))] if u]


def level_signs(text: str) -> str:
    return text.replace("（", "(").replace("）", ")").replace("，", ",").replace("：", ":").replace("％", "%")


def unit_named(word: str) -> Named | None:
    """A unit by its word; None where it is none."""
    plain = level_signs(word.strip())
    if plain in ("%", "百分比", "百分数"):
        return Named(word="%", scale=Fraction(1, 100), dims=(), percent=True)
    if plain in PLAIN:
        return Named(word=plain, scale=PLAIN[plain], dims=(), percent=True)
    plain = {
        "人民币万元": "万元",
        "万元人民币": "万元",
        "人民币": "元",
        "RMB": "元",
        "USD": "美元",
        "万人民币": "万元",
        "万USD": "万美元",
        "美金": "美元",
        "万美金": "万美元",
    }.get(plain, plain)
    try:
        scale, dims = parse_unit(plain)
    except QuantityError:
        return None
    return Named(word=plain, scale=scale, dims=dims)


def _numbered(head: Head, cell: Cell) -> Head:
    text = level_signs(re.sub(r"\s+", "", cell.text))
    match = re.match(r"\(?(\d{1,3}|[甲乙丙丁戊己庚辛壬癸])\)?(.*)", text)
    if not match:
        return head
    formula = match[2].strip("()").removeprefix("为")
    return Head(column=head.column, parts=head.parts, units=head.units, number=match[1], formula=formula, hidden=head.hidden)


def _is_numbers(sheet: Sheet, row: int) -> bool:
    """Whether a row only numbers the columns: counting on from left to right."""
    cells = _filled(sheet, row)
    words = [level_signs(re.sub(r"\s+", "", x.text)) for _, x in cells]
    if words and words[0] in ("栏次", "列次", "行次", "栏目", "栏号", "列号"):
        return True
    found = [_COUNTED.fullmatch(w) for w in words]
    if len(words) < 3 or not all(found):
        return False
    counted = [int(m[1]) for m in found if m and m[1].isdigit()]
    return len(counted) >= 3 and counted == list(range(counted[0], counted[0] + len(counted)))


# -- below the header ----------------------------------------------------------------------------------------


def _below(sheet: Sheet, bottom: int, heads: tuple[Head, ...]) -> dict[int, Role]:
    out, ended = dict[int, Role](), False
    titles = {level(h.parts[0]) for h in heads if h.parts} | {level(h.parts[-1]) for h in heads if h.parts}
    for row in range(bottom + 1, sheet.rows + 1):
        cells = _filled(sheet, row)
        if not cells:
            continue
        role = _role(sheet, row, cells, titles)
        if role is Role.DATA and ended and len(cells) == 1 and not _numeric(cells[0][1]):
            role = Role.NOTE
        if role is Role.DATA and row == bottom + 1 and _is_numbers(sheet, row):
            role = Role.NUMBERS
        ended = role in (Role.TOTAL, Role.NOTE, Role.SIGNATURE) or (ended and role is not Role.DATA)
        out[row] = role
    return out


def _role(sheet: Sheet, row: int, cells: list[tuple[int, Cell]], titles: set[str]) -> Role:
    words = [level(x.text) for _, x in cells if x.kind is Kind.TEXT]
    first = words[0] if words else ""
    if any(_TOTAL.fullmatch(level(x.text)) for c, x in cells[:2] if c <= 4 and x.kind is Kind.TEXT):
        return Role.TOTAL
    if sum(1 for w in words if _SIGNED.fullmatch(w)) >= max(1, len(cells) - 2) and any(_SIGNED.fullmatch(w) for w in words[:1]):
        return Role.SIGNATURE
    if _NOTE.match(first) and len(cells) <= 2:
        return Role.NOTE
    if len(cells) >= 2 and sum(1 for w in words if w in titles) * 3 >= len(cells) * 2:
        return Role.HEADER  # repeated at the top of a printed page
    if len(cells) >= 3 and _is_numbers(sheet, row) and first in ("栏次", "列次", "行次", "栏目", "栏号", "列号"):
        return Role.NUMBERS
    if len(cells) == 1 and _SECTION.fullmatch(first):
        return Role.SECTION
    return Role.DATA


def below_a_list(words: Sequence[str], ended: bool) -> str | None:
    """Of a row by the words of its cells: how it is called where it is a note or signatures, without whoever signed; None: it may be one of the list.

    `ended`: such a row stands above it. A numbered line is a note only then, for an enterprise may be listed under a number.
    """
    if not words:
        return None
    levelled = [level(w) for w in words]
    signed = [_SIGNED.fullmatch(w) for w in levelled]
    if signed[0] and sum(x is not None for x in signed) >= max(1, len(levelled) - 2):
        return "、".join(x[1] for x in signed if x)
    numbered = levelled[0][:1] in _NUMERALS
    return clip(words[0]) if len(levelled) <= (1 if numbered else 2) and _NOTE.match(levelled[0]) and (ended or not numbered) else None


def _sections(sheet: Sheet, roles: Mapping[int, Role]) -> dict[int, int]:
    """Of each row of a total, the first row it sums: what came since the one before, the last 合计 of a table everything."""
    out, begin, first = dict[int, int](), 0, 0
    last = max((r for r, role in roles.items() if role is Role.TOTAL), default=0)
    for row, role in sorted(roles.items()):
        if role is Role.DATA:
            begin, first = begin or row, first or row
        elif role is Role.TOTAL:
            part = row != last or any("小计" in level(x.text) or "本页" in x.text for _, x in _filled(sheet, row)[:2])
            out[row] = (begin if part else first) or first or row
            begin = 0
    return out


# -- what is told around a table -----------------------------------------------------------------------------


def _told(sheet: Sheet, roles: Mapping[int, Role]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    notes, signs, titles = list[tuple[int, int, str]](), list[Sign](), list[tuple[int, int, str]]()
    for row, role in sorted(roles.items()):
        if role not in (Role.TITLE, Role.NOTE, Role.SIGNATURE):
            continue
        for column, cell in _filled(sheet, row):
            text = level_signs(re.sub(r"\s+", "", cell.text)).replace("(人民币)", "")
            if (match := _BEHIND.search(text)) and units_in(match[1]):  # 填报单位：某局　　单位：万元
                out["units"], out["units_at"] = units_in(match[1]), (row, column)
                text = text[: match.start()]
            if match := _UNITS.fullmatch(text):
                out["units"], out["units_at"] = units_in(match[1]), (row, column)
            elif role is Role.TITLE and (match := _OFFICE.fullmatch(text)):
                out["office"], out["office_at"] = ((match[1] or "") + match[2], match[3]), (row, column)
            elif (match := _SIGNED.fullmatch(text)) and role is not Role.NOTE:
                signs.append(Sign(row=row, column=column, what=match[1], text=match[2]))
                if (day := day_in(match[2])) and ("日期" in match[1] or "时间" in match[1]):
                    out["signed_on"] = day
            elif role is Role.SIGNATURE and (day := day_in(text)):
                out["signed_on"] = day
            elif role is Role.NOTE:
                notes.append((row, column, cell.text))
            elif role is Role.TITLE:
                titles.append((row, column, text))
    named = [t for t in titles if _YEAR.search(t[2])] or sorted(titles, key=lambda t: -len(t[2]))[:1]
    if named:
        row, column, title = max(named, key=lambda t: len(t[2]))
        out["title"], out["title_at"] = title, (row, column)
        if match := _YEAR.search(title):
            year = int(match[1] or match[2])
            out["year"] = year
            if (word := _QUARTER.search(title, match.start())) is not None:
                out["period"], out["period_word"] = _period(year, word), f"{year}年{word[0]}"
    return {**out, "notes": tuple(notes), "signs": tuple(signs)}


def _period(year: int, match: re.Match[str]) -> tuple[date, date]:
    if match[1]:
        first = 3 * (_ORDER.get(match[1]) or int(match[1])) - 2
        last = first + 2
    elif match[2]:
        first, last = (1, 6) if match[2] == "上" else (7, 12)
    else:
        first = last = int(match[3])
    end = date(year + last // 12, last % 12 + 1, 1)
    return date(year, first, 1), date.fromordinal(end.toordinal() - 1)


def units_in(text: str) -> tuple[Named, ...]:
    """The units a unit line names: 万元、万美元、人."""
    found = [unit_named(w) for w in re.split(r"[、,;；/|和及 ]+", level_signs(text)) if w]
    if any(u is None for u in found) and (whole := unit_named(text)):
        return (whole,)
    return tuple(u for u in found if u)


def day_in(text: str) -> date | None:
    match = re.search(r"(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})日?", text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
