"""Words as people write them: what is the same word, what means “not told”, what is nearly a word.

Everything that compares names does it here, so that a space, a full-width letter or a traditional
form never turns into a refusal. Three questions, each answered in one place: `level` (are two
spellings one word), `untold` (does a word say that nobody told), `near` (is it so like an entry that
somebody must be asked). What must stay true: levelling is idempotent and never touches a digit's
value; what is near is a question, never an answer; the lists here are closed, and
`tests/language/fixtures/near.txt` says what they must and must not take.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

# -- one word, several spellings -----------------------------------------------------------------

_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # drawn as nothing, but no format characters
_STRAYS = "後徵於夥菸摺麴醣捱榘"  # traditional forms that GB 2312 has all the same
_SIGNS = str.maketrans(
    dict.fromkeys("‐‑‒–—―−﹘─━", "-") | dict.fromkeys("・•‧∙⋅●", "·") | dict.fromkeys("（［【〔〖{[｛", "(") | dict.fromkeys("）］】〕〗}]｝", ")")
    | dict.fromkeys("“”„‟«»‘’‚‛「」『』《》〈〉'＂＇`", '"')
)  # fmt: skip


@lru_cache(maxsize=65536)
def level(word: str) -> str:
    """A name as it is compared: width, case, spaces, invisible characters, dashes, traditional forms levelled."""
    return _settled(word, "")


@lru_cache(maxsize=65536)
def level_id(word: str) -> str:
    """A number or code as it is compared: as `level`, but a space inside it counts."""
    return _settled(word, " ")


def same_word(one: str, other: str) -> bool:
    return one == other or level(one) == level(other)


def _settled(word: str, space: str) -> str:
    """Folded until nothing changes: a space taken out may let two characters become one."""
    for _ in range(8):
        before, word = word, re.sub(r"\s+", space, _folded(word)).strip()
        if word == before:
            break
    return word


def _folded(word: str) -> str:
    if word.isascii():
        return word.upper().translate(_SIGNS)
    word = "".join(c for c in unicodedata.normalize("NFKC", word) if not _invisible(c)).upper()
    word = unicodedata.normalize("NFKC", word).translate(_SIGNS)
    return "".join(c if _simplified(c) else _simpler(c) for c in word)


def _invisible(char: str) -> bool:
    """Zero-width and soft characters, variation selectors, fillers; not white space."""
    return unicodedata.category(char) == "Cf" or char in _BLANK or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _simplified(char: str) -> bool:
    """Whether nothing need be looked up: but for a few, GB 2312 holds the simplified forms only."""
    if char < "\u3400":
        return True
    if char in _STRAYS:
        return False
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=4096)
def _simpler(char: str) -> str:
    return str(_converter().convert(char))


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC  # type: ignore[import-untyped]  # slow to import, and needed only where a traditional form was written

    return OpenCC("t2s")


# -- words that say that nobody told ---------------------------------------------------------------

_UNTOLD = frozenset(
    ["不详", "不明", "未知", "不知", "不知道", "不清", "不清楚", "不确定", "待定", "待查", "待补", "待补充", "待补正", "待填", "待填写", "待报", "待提供", "未提供", "未填", "未填写", "未填报", "未告知", "未查", "暂无", "暂缺", "暂未提供", "暂无数据", "暂不清楚", "无数据", "无资料", "数据缺失", "缺", "缺失", "空", "空白", "空缺", "略", "同上", "N/A", "NA", "NULL", "NONE", "NIL", "TBD", "TBC", "UNKNOWN", "REF!", "VALUE!", "DIV/0!", "NAME?", "NUM!", "NULL!"]
)
_UNVERIFIED = frozenset(["待核实", "待核", "待核查", "待确认", "核实中", "核查中"])
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")


def untold(word: str) -> bool:
    """不详, 待查, N/A, —, /, ？, #REF!: a word (or a mere sign) written where nothing is known. 无 is not one."""
    plain = level(word)
    if not plain:
        return False
    core = _EDGE.sub("", plain)
    return not core or core in _UNTOLD or plain.lstrip("#") in _UNTOLD


def unverified(word: str) -> bool:
    """待核实: told, and to be confirmed by somebody else."""
    return level(word) in _UNVERIFIED


# -- nearly a word ----------------------------------------------------------------------------------

_BEFORE = re.compile(
    r"(?:(?:中国|全国|国家级|国家|省级|市级|区级|县级|省|市|本市|我市|有效|现持)|[\u3400-\u9fff]{2,7}?(?:省|市|自治区|自治州|特别行政区|地区|盟))*"
)
_AFTER = re.compile(
    r"(?:资格证书|资质证书|认证证书|认定证书|证书|证|资格|资质|称号|荣誉|认定|认证|体系|企业|单位|公司|区|县|市|类|等|\([^()]*\)|[:\-](?:19|20)\d\d(?:版)?|[,.;·、。，；])*"
)
_NUMERALS = frozenset("0123456789〇零一二三四五六七八九十百千两甲乙丙丁戊己庚辛壬癸")
_TELLING = frozenset("国省市县区东西南北中内外上下前后左右高初低大小微新老正副男女有无非不未否")  # one of these changes the meaning
_RANKED = frozenset("级等类期型档星段")
_GRADE = re.compile(r"([A-Z])\1*|[IVX]+")


def near(word: str, entries: Iterable[str]) -> tuple[str, ...]:
    """The entries that `word` is so like that only a person can say; none where it is an entry itself."""
    plain = level(word)
    levelled = {level(e): e for e in entries}
    if plain in levelled:
        return ()
    spaced = level_id(word)
    return tuple(e for p, e in levelled.items() if _near(plain, p) or _named_inside(spaced, p))


def _near(word: str, entry: str) -> bool:
    """Of two levelled words: one inside the other with nothing but listed affixes, or one letter apart."""
    if len(word) < 2 or len(entry) < 2:
        return False
    # what an entry says in brackets tells it from others: a word without it is a word of its own
    return _affixed(word, entry) or ("(" not in entry and _affixed(entry, word)) or _named_inside(word, entry) or _one_apart(word, entry)


def _affixed(long: str, short: str) -> bool:
    for found in re.finditer(re.escape(short), long):
        before, after = long[: found.start()], long[found.end() :]
        if (before or after) and _BEFORE.fullmatch(before) and _AFTER.fullmatch(after):
            return True
    return False


def _named_inside(word: str, entry: str) -> bool:
    """A standard named within a longer text (GB/T19001-2016/ISO9001:2015), a district within an address."""
    if len(entry) < 3:
        return False
    if entry.isascii():
        return any(
            not _joined(word[m.start() - 1 : m.start()], entry[0]) and not _joined(entry[-1], word[m.end() : m.end() + 1])
            for m in re.finditer(re.escape(entry), word)
        )
    return entry[-1] in "区县旗" and entry in word


def _joined(left: str, right: str) -> bool:
    """Whether two neighbouring characters belong to one run of letters or one of digits."""
    if not left or not right or not (left + right).isascii():
        return False
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


def _one_apart(word: str, entry: str) -> bool:
    """One character more, less or other, which is no digit, no grade and no word that turns the meaning."""
    if max(len(word), len(entry)) < 3 or abs(len(word) - len(entry)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, entry, strict=False)) if a != b), min(len(word), len(entry)))
    a, b = word[start:], entry[start:]
    if len(word) == len(entry):
        if len(a) >= 2 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:] and len(word) > 3:
            return not (set(a[:2]) & (_NUMERALS | _TELLING))  # two neighbours exchanged
        if a[1:] != b[1:]:
            return False
        other, rest = {a[0], b[0]}, a[1:]
    else:
        more, less = (a, b) if len(a) > len(b) else (b, a)
        if more[1:] != less:
            return False
        other, rest = {more[0]}, less
    if other & _NUMERALS or (other & _TELLING and len(other) == 2) or (len(other) == 1 and other & set("非不未无否")):
        return False
    if rest[:1] in _RANKED:
        return False
    return not any(c.isascii() and c.isalpha() and _graded(text, start) for text in (word, entry) for c in other)


def _graded(text: str, at: int) -> bool:
    """Whether the letters around a place are a grade: A, AA, II; not a name such as CMM."""
    left = right = min(at, len(text))
    while left > 0 and text[left - 1].isascii() and text[left - 1].isalpha():
        left -= 1
    while right < len(text) and text[right].isascii() and text[right].isalpha():
        right += 1
    return bool(_GRADE.fullmatch(text[left:right]))
