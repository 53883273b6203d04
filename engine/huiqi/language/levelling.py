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
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

# -- one word, several spellings -----------------------------------------------------------------

_PARTED = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
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
    """A number, code or person's name as it is compared: as `level`, but a space inside it counts, unless it parts two Chinese characters (张　三)."""
    return _PARTED.sub("", _settled(word, " "))


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
    from opencc import OpenCC  # slow to import, and needed only where a traditional form was written

    return OpenCC("t2s")


# -- words that say that nobody told ---------------------------------------------------------------

_UNTOLD = frozenset(
    [
        "不详",
        "不明",
        "未知",
        "不知",
        "不知道",
        "不清",
        "不清楚",
        "不确定",
        "待定",
        "待查",
        "待补",
        "待补充",
        "待补正",
        "待填",
        "待填写",
        "待报",
        "待提供",
        "未提供",
        "未填",
        "未填写",
        "未填报",
        "未告知",
        "未查",
        "暂无",
        "暂缺",
        "暂未提供",
        "暂无数据",
        "暂不清楚",
        "无数据",
        "无资料",
        "数据缺失",
        "缺",
        "缺失",
        "空",
        "空白",
        "空缺",
        "略",
        "同上",
        "N/A",
        "NA",
        "NULL",
        "NONE",
        "NIL",
        "TBD",
        "TBC",
        "UNKNOWN",
        "REF!",
        "VALUE!",
        "DIV/0!",
        "NAME?",
        "NUM!",
        "NULL!",
    ]
)
_UNVERIFIED = frozenset(["待核实", "待核", "待核查", "待确认", "核实中", "核查中"])
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
# Beside the words that are listed, those that officers make of the same parts: 企业尚未提供, 待补充材料, 有待进一步核实.
# No verb here says what is the case when it is denied: 未注册, 未取得, 未认定 are answers.
_WHO = "(?:企业|申报单位|申请单位|申报人|单位|公司|对方|部门|材料|资料|数据|信息|情况|具体|详情|结果|目前|现|均|都|因故|需要?|须)*"
_STILL = "(?:尚且|尚|还|暂时|暂|仍|有|一时)*"
_FURTHER = "(?:进一步|企业|申报单位|单位|公司|部门|后续|另行|再)*"
_LEARN = (
    "提供|提交|填写|填报|填列|填|告知|说明|披露|透露|公开|统计|汇总|测算|核算|核定|查明|查清|查询|查到|查找|查|调查|明确|确定|补充|补正|补报|补交|补齐|补录|补填|补"
    "|获取|收集|收到|找到|知道|知晓|知悉|掌握|了解|弄清|清楚|清|详细|详|祥|明|知|定"
)
_THING = "(?:中|到|清楚|相关|有关|证明|材料|资料|数据|信息|凭证|内容|情况|结果|此项|该项|本项|了|后填写?|再填)*"
_FILLERS = frozenset(["NAN", "0", "00", "000", "〇", "零", "待", "未", "丶", "没"])
_LONGEST = 30  # characters of such a word
_MADE_UNTOLD = re.compile(
    f"{_WHO}{_STILL}(?:未能|未曾|未|没有|没|无法|无从|难以|不能|不便|不予|不|等待|等|待|正在)(?:{_FURTHER})(?:{_LEARN}){_THING}"
    f"|(?:{_LEARN})(?:中|不到|不了|不清|不详|不出|不明)|{_STILL}(?:没有|没|无|缺少?|缺乏|查无)(?:相关|有关|此项|该项|本项)*(?:数据|资料|材料|记录|信息|统计|依据|凭证|此项|该项|内容)"
    "|(?:详?见|参见|另见|另附|同)(?:附件|附表|附页|材料|资料|备注|说明|原件|合同|后|左|右|前|下|表|件)+|另附|另行通知|另行提供|保密|涉密|不适用|查无|不存在|漏填|漏报|缺项|缺省|缺漏|空值|空格|留空|问号|(?:还|尚|暂)?没有|(?:记|说|弄|搞|查|看)不(?:清楚?|得|准|好)|不好说|忘了|忘记|(?:以后|后续|稍后|随后|后|再)(?:补充?|补交|补报|提供|提交)|(?:资料|材料|数据|信息)?不(?:全|齐|完整)"
    "|TBA|UNK|NK|UNKNOW|UNDEFINED|NOTAVAILABLE|NOTAPPLICABLE|NODATA|[X×]{2,}|某+"
)
_MADE_UNVERIFIED = re.compile(
    f"{_WHO}{_STILL}(?:未经?|没有?)(?:{_FURTHER})(?:核实|核查|核对|复核|查实|查证|核验|确认)(?:中|过|了)*"
    f"|{_WHO}{_STILL}(?:等待|等|待|需要?|须|正在)(?:[\u3400-\u9fff]{{2,6}}(?:局|部门|机关|机构|银行|委|厅|办|方))?(?:{_FURTHER})"
    "(?:核实|核查|核对|复核|查实|查证|核验|验证|确认|审核|审定|审查|审批|审|批准|批复|批|认定|评审|评定|评估|研究|研判)(?:中|后确定|后定|确认|过|了)*"
    "|(?:审核|审批|复核|认定|评审|评估|办理|确认|研究|研判)(?:过程)?中|无法(?:核实|确认|查实)"
)


def plainly_untold(word: str) -> bool:
    """不详, 待查, N/A, —, /, ？, #REF!: a listed word, or a mere sign. 无 is not one. No rulebook may have it as a word of its own."""
    plain = level(word)
    if not plain:
        return False
    core = _EDGE.sub("", plain)
    return not core or core in _UNTOLD or _bare(core) in _UNTOLD or plain.lstrip("#") in _UNTOLD


def untold(word: str) -> bool:
    """As `plainly_untold`, and whatever people write for it in other words: 尚未提供, 见附件, N.A. An entry of a rulebook comes first."""
    return plainly_untold(word) or _made(_MADE_UNTOLD, word)


def filler(word: str) -> bool:
    """NaN, 0, 待: what a sheet or a hurried hand leaves in a cell of words; a figure and a number may be so."""
    return _bare(level(word)) in _FILLERS


def plainly_unverified(word: str) -> bool:
    """待核实: told, and to be confirmed by somebody else."""
    return level(word) in _UNVERIFIED


def unverified(word: str) -> bool:
    """As `plainly_unverified`, and in other words: 有待进一步核实, 审核中."""
    return plainly_unverified(word) or _bare(level(word)) in _UNVERIFIED or _made(_MADE_UNVERIFIED, word)


def row_of_totals(word: str) -> bool:
    """合计, 本页小计, 总计：, 共3笔: at the head of a row or as its number, the row is the sum of others and none of them."""
    return _TOTALS.fullmatch(level(word)) is not None


_TOTALS = re.compile(
    "(?:(?:本页|本表|本年|全年|当年|各项|以上|全部)?(?:合计|小计|总计|共计|累计)|共[0-9一二三四五六七八九十]+[笔条张件项人户次家])(?:[:,。].*)?"
)


def _made(parts: re.Pattern[str], word: str) -> bool:
    core = _bare(level(word))
    return len(core) <= _LONGEST and parts.fullmatch(core) is not None


def _bare(word: str) -> str:
    return re.sub(r"[\W_]+", "", word)


# -- nearly a word ----------------------------------------------------------------------------------

_BEFORE = re.compile(
    r"(?:(?:中国|全国|国家级|国家|省级|市级|区级|县级|省|市|本市|我市|有效|现持)|首届|第?[0-9〇零一二三四五六七八九十百]+届|(?:19|20)\d\d(?:年度?)?|[\u3400-\u9fff]{2,7}?(?:省|市|自治区|自治州|特别行政区|地区|盟))*"
)
_AFTER = re.compile(
    r"(?:(?:股份有限|有限责任|有限)公司|[\u3400-\u9fff]{2,8}?(?:分行|支行|分理处|营业部|分公司)|资格证书|资质证书|认证证书|认定证书|证书|证|资格|资质|称号|荣誉|学历|学位|认定|认证|体系|企业|单位|公司|区|县|市|类|等|\([^()]*\)|[:\-](?:19|20)\d\d(?:版)?|(?:19|20)\d\d年(?:度|版)?|[,.;·、。，；])*"
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


def names_several(word: str, entries: Iterable[str]) -> bool:
    """Whether a word names more than one of the entries, each by itself: which is meant it does not say."""
    plain = level(word)
    found = {e for e in map(level, entries) if e and e in plain}
    return sum(not any(e != other and e in other for other in found) for e in found) > 1


def same_support(word: str, entry: str) -> bool:
    """Whether two names may be of one support, called 补助 here and 支持 there, in full here and in part there: only a person can say."""
    stem, other = _stem(word, _GIVEN), _stem(entry, _GIVEN)
    return len(stem) > 1 and (stem == other or stem in other or (len(other) > 2 and other in stem) or _shortened(stem, other) or _shortened(other, stem))


def _shortened(short: str, long: str) -> bool:
    """购房 for 购买办公用房, 国际认证 for 国际资质认证: the same at both ends, characters left out between."""
    if not 1 < len(short) < len(long) or short[0] != long[0] or short[-1] != long[-1]:
        return False
    rest = iter(long)
    return all(c in rest for c in short)


def same_thing(one: str, other: str) -> bool:
    """Whether two names that applicants gave themselves (of a project, a platform), or two numbers of a document, may be of one thing."""
    if same_word(one, other):
        return False
    if same_but_for_affixes(one, other) or near(one, (other,)) or near(other, (one,)):
        return True
    a, b = sorted((level_id(one), level_id(other)), key=len)
    return len(_BARE.sub("", _stem(a, _KIND))) > 1 and _inside(a, b)


def same_but_for_affixes(one: str, other: str) -> bool:
    """Whether two such names differ in nothing but signs, brackets and the word for what kind of thing it is (项目, 平台, 有限公司)."""
    if same_word(one, other):
        return False
    stem, plain = _stem(one, _KIND), bare(one)
    return (len(stem) > 1 and stem == _stem(other, _KIND)) or (len(plain) > 1 and plain == bare(other))


def bare(word: str) -> str:
    """A name without its signs: what is left of C-001 is what is left of C001."""
    return _BARE.sub("", level(word))


def _inside(short: str, long: str) -> bool:
    """Whether one stands whole within the other: K-1 in 合同K-1, not in K-10; 一期 not in 十一期."""
    for start, end in _found(short, long):
        before, after = long[max(0, start - 1) : start], long[end : end + 1]
        if (
            not (_joined(before, short[0]) or _joined(short[-1], after))
            and not (_numbers(before) and _numbers(short[0]))
            and not (_numbers(short[-1]) and _numbers(after))
        ):
            return True
    return False


def _found(short: str, long: str) -> Iterator[tuple[int, int]]:
    """Where one stands within the other, without overlapping."""
    start = long.find(short)
    while start >= 0:
        yield start, start + len(short)
        start = long.find(short, start + max(1, len(short)))


def _numbers(character: str) -> bool:
    return bool(character) and character in _NUMERALS


@lru_cache(maxsize=65536)
def _stem(name: str, ending: re.Pattern[str]) -> str:
    return ending.sub("", _BRACKETS.sub("", level(name)))


_BRACKETS = re.compile(r"\([^()]*\)")
_GIVEN = re.compile(r"(?:专项|支持|补助|补贴|资助|奖励|扶持|奖补|资金)+$")
_BARE = re.compile(r"[\W_]+")
_KIND = re.compile(r"(?:项目|工程|课题|建设|平台|系统|软件|合同|协议|服务|股份|有限|责任|公司|集团)+$")


def _near(word: str, entry: str) -> bool:
    """Of two levelled words: one inside the other with nothing but listed affixes, or one letter apart."""
    if len(word) < 2 or len(entry) < 2:
        return False
    # what an entry says in brackets tells it from others: a word without it is a word of its own
    if _unpunctuated(word) == _unpunctuated(entry):
        return True
    return _affixed(word, entry) or ("(" not in entry and _affixed(entry, word)) or _named_inside(word, entry) or _one_apart(word, entry)


def _unpunctuated(word: str) -> str:
    """专精特新“小巨人”企业 without its quotes."""
    return word.translate(_QUOTES)


_QUOTES = str.maketrans("", "", '"·')


def _affixed(long: str, short: str) -> bool:
    for start, end in _found(short, long):
        before, after = long[:start], long[end:]
        if (before or after) and _BEFORE.fullmatch(before) and _AFTER.fullmatch(after):
            return True
    return False


def _named_inside(word: str, entry: str) -> bool:
    """A standard named within a longer text (GB/T19001-2016/ISO9001:2015), a district within an address."""
    if len(entry) < 3:
        return False
    if entry.isascii():
        return any(not _joined(word[max(0, start - 1) : start], entry[0]) and not _joined(entry[-1], word[end : end + 1]) for start, end in _found(entry, word))
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
