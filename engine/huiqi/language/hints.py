"""What to type instead: mends for what people write who write a policy for the first time.

Words only, in the user's own words where they can be had. What must stay true: nothing is read otherwise
because of a hint, and a hint is of the language as it is (`tests/rulebook/test_what_to_type.py` types what each says).
"""

from __future__ import annotations

import re

from .types import Boolean, Date, Period, Quantity, Text, Type, Year, Yearly
from .units import is_money, unit_text

_COMPARING = (
    "不低于",
    "不少于",
    "不早于",
    "不超过",
    "不晚于",
    "不等于",
    "超过",
    "晚于",
    "低于",
    "少于",
    "早于",
    "等于",
    "属于",
    "大于等于",
    "小于等于",
    "大于",
    "小于",
    "不高于",
    "高于",
)
_PROPER = {"大于等于": "不低于", "小于等于": "不超过", "大于": "超过", "小于": "低于", "不高于": "不超过", "高于": "超过"}
_FRACTIONS = {"一半": "50%", "半数": "50%", "两成": "20%", "三成": "30%", "八成": "80%", "全额": "100%"}
_NOT_ABSENT = re.compile(r"(?P<name>[\w.]+)\s+(?:is|为)\s+(?:not|不)\s*(?:无|null|none|None|空)")
_YEARLY = re.compile(r"每年\s*(\d{1,2}月\d{1,2}日)\s*(?:至|到)\s*(?:次年)?\s*(\d{1,2}月\d{1,2}日)")


def at_syntax(plain: str, offset: int) -> str:
    """Of a text that does not parse, at the place where it stops making sense."""
    for match in _NOT_ABSENT.finditer(plain):
        if match.start() <= offset <= match.end():
            return f"写 not({match['name']} is 无)（并非（{match['name']} 为 无））"
    if (yearly := _YEARLY.search(plain)) and yearly.start() <= offset <= yearly.end():
        return _yearly(yearly[1], yearly[2])
    word = re.match(r"\w+", plain[offset:])
    return _glued(word.group()) if word else ""


def of_name(name: str) -> str:
    """Of a name that nothing has."""
    if name in _FRACTIONS:
        return f"比例写成标准：在 parameters.yaml 写 {name}: {{id: …, kind: ratio, values: [{{value: {_FRACTIONS[name]}, …}}]}}，这里照写 {name}"
    if yearly := _YEARLY.fullmatch(name):
        return _yearly(yearly[1], yearly[2])
    return _glued(name)


def _yearly(start: str, end: str) -> str:
    return (
        f"每年的受理期写在 window（申报日 in 每年{start}至{end}）；条件里的，把 {start}、{end} 各写成一个标准，"
        "写 申报日 in [起日的标准 at 申报年度..止日的标准 at 申报年度]"
    )


def _glued(name: str) -> str:
    """A word that compares, written into a name."""
    found = next((w for w in _COMPARING if w in name and w != name), next((w for w in _COMPARING if w == name), ""))
    if not found:
        return ""
    if found == name:
        return f"“{name}”写作“{_PROPER[name]}”，两边各空一格" if name in _PROPER else ""
    before, _, after = name.partition(found)
    shown = " ".join(x for x in (before, _PROPER.get(found, found), after) if x)
    return f"比较的词两边各空一格：{shown}"


def of_kinds(a: Type, b: Type, left: str, right: str) -> str:
    """Of two sides that are not of one kind."""
    for one, other, words in ((a, b, left), (b, a, right)):
        if isinstance(one, Boolean) and not isinstance(other, Boolean):
            return f"{words} 是是否，本身就是判断：直接写 {words}，或 not({words})"
    for one, other, words, figure in ((a, b, left, right), (b, a, right, left)):
        if isinstance(one, Quantity) and isinstance(other, Period) and one.dims in ((("年", 1),), (("月", 1),), (("天", 1),)):
            unit = one.dims[0][0]
            if unit == "天":
                return f"期限按日历推：写 较早的一天 + {figure} <= 较晚的一天；天数才与 {words} 比，标准写 30天 这样的值"
            return f"期限按日历推：写 较早的一天 + {figure} <= 较晚的一天；或把标准 {figure} 写成 unit: {unit}（不写 kind: period），与 {words} 比"
        if isinstance(one, Date) and isinstance(other, Year):
            return f"{words} 是日期，{figure} 是年度：比是不是那一年，写 year of({words})（所在年度）"
        if isinstance(one, Date) and isinstance(other, Quantity) and other.dims in ((("年", 1),), (("月", 1),)):
            return f"{figure} 是数量，不是期限：标准写 kind: period（不写 unit: {other.dims[0][0]}），就能加到日期上"
    return ""


def of_sums(op: str, a: Type, b: Type, left: str, right: str) -> str:
    """Of two sides that cannot be calculated with."""
    if op in "+-" and (found := _with_year(a, b, left, right) or _with_days(a, b, left, right) or of_kinds(a, b, left, right)):
        return found
    for one, words in ((a, left), (b, right)):
        if isinstance(one, Yearly):
            return f"每年的一天先写明是哪一年的：{words} at 申报年度"
        if isinstance(one, Text):
            return f"{words} 是文字，不能计算；要的是数，就把它写成数量的数据项或标准"
        if isinstance(one, Date) and op in "*/":
            return "日期只能加减期限、天数，或两个日期相减"
    if isinstance(a, Date) and isinstance(b, Date):
        return f"两个日期只能相减（相隔天数）：{left} - {right}"
    if isinstance(a, Date | Period) and isinstance(b, Quantity):
        return f"天数写单位（unit: 天），按月、按年的写 kind: period；{right} 没有说是多久"
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        if is_money(a.dims) and is_money(b.dims):
            return "不同币种先按汇率折算，例如 金额 * 汇率"
        return f"单位不同：{unit_text(a.dims) or '无单位'} 与 {unit_text(b.dims) or '无单位'}；核对两边的 unit"
    return f"核对 {left}、{right} 各是哪一种数据"


def _with_days(a: Type, b: Type, left: str, right: str) -> str:
    """合同期 + 公示期, of months and of days."""
    one, other = (a, b) if isinstance(a, Period) else (b, a)
    if isinstance(one, Period) and isinstance(other, Quantity) and other.dims == (("天", 1),):
        return f"按月、按年的期限与天数不能加减：日期先加一个，再加另一个（日期 + {left} + {right}）"
    return ""


def _with_year(a: Type, b: Type, left: str, right: str) -> str:
    """年度 - 期限, 审核日期 - 申报年度."""
    for one, other, words, figure in ((a, b, left, right), (b, a, right, left)):
        if not isinstance(one, Year):
            continue
        if isinstance(other, Period):
            return f"年度只加减年数：标准 {figure} 写成 unit: 年（不写 kind: period）；要的是日期，就写 start of year({words}) 或 end of year({words})，再加减 {figure}"
        if isinstance(other, Date):
            return f"年度与日期不能加减：要年度的写 year of({figure})，要日期的写 start of year({words}) 或 end of year({words})"
        if isinstance(other, Quantity):
            return f"年度只加减年数：{figure} 要是 unit: 年 的数；要的是日期，就写 start of year({words}) 或 end of year({words})，再加减"
        if isinstance(other, Year):
            return f"两个年度只能相减（相差几年）：{left} - {right}"
    return ""
