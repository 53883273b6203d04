"""A rulebook to begin with: from a few answers and the clauses as pasted text to files that compile.

Nothing is guessed. Every clause comes out as `todo`, with its words as they were pasted; what was not
answered is left out and named in a comment. What must stay true: what is written compiles, and no
figure, date or condition stands in it that nobody told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import InputError, Position, Problem, UsageError, clip, suggestion
from ..files import write_folder
from ..language.units import FULL_WIDTH
from ..plain import dataclass
from ..rulebook.compiler import load_compiled
from ..rulebook.names import wrong_jurisdiction
from ..rulebook.places import find_folder

LETTERS = {"A": "原文全文", "B": "原文节选", "C": "转述", "M": "凭记忆"}
NEEDED = {"title": "标题", "issuer": "发文机关", "jurisdiction": "辖区"}
KNOWN = {"number": "文号", "start": "施行日", "letter": "资料"}
CLAUSES = "条款"
_LABELS = {label: name for name, label in {**NEEDED, **KNOWN}.items()}
_LABEL = re.compile(r"\s*([^:：\s]+)\s*[:：]\s*(.*)")
_DAY = re.compile(r"(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})日?")
_ARTICLE = re.compile(r"\s*第([一二三四五六七八九十百零〇\d]+)条(?:之([一二三四五六七八九十\d]+))?[\s：:、\uff0e.]*")
_LISTED = re.compile(r"\s*(?:[（(]([一二三四五六七八九十\d]+)[）)]|([一二三四五六七八九十]+|\d+)[、\uff0e.])\s*")
_PLAIN = re.compile(r"[\u3400-\u9fff（《〔][^:：#\[\]{},&*!|>'\"%@`\\]*(?<!\s)")
_KIND = re.compile("(办法|方案|细则|意见|措施|规定|通知|政策|规划|指南)")
_DIGITS = {d: n for n, d in enumerate("零一二三四五六七八九")} | {"〇": 0}
AGAIN = "·又"  # of a clause whose number was there before
_TITLE = 16


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What a rulebook begins with. Empty: not known."""

    title: str = ""
    issuer: str = ""
    jurisdiction: str = ""
    number: str = ""
    start: str = ""
    letter: str = ""
    clauses: tuple[str, ...] = ()


def complaint(name: str, answer: str) -> str:
    """What is wrong with one answer; nothing where it can be taken."""
    match name:
        case "title" | "issuer" if not answer:
            return "这一项必须写"
        case "jurisdiction" if wrong := wrong_jurisdiction(answer) if answer else "这一项必须写":
            return f"{wrong}，例如 中国/山西省/大同市"
        case "letter" if answer and answer not in LETTERS:
            return f"写 {'、'.join(f'{k}（{x}）' for k, x in LETTERS.items())}"
        case "start" if answer and not _day(answer):
            return "日期写作 2026-01-31 或 2026年1月31日，且须真有这一天；不知道就空着"
        case _:
            return ""


def _day(text: str) -> str:
    """The day as a rule file writes it: `2026年1月31日` and `2026/1/31` are the same day; nothing where there is no such day."""
    found = _DAY.fullmatch(text.translate(FULL_WIDTH))
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""


def read_answers(text: str, name: str, elsewhere: Container[str] = ()) -> dict[str, str]:
    """Answers written as `标题: …` lines; all below `条款:` are clauses.

    `elsewhere` are those told by options. Raises `InputError` with every wrong line, and all that is lacking.
    """
    out: dict[str, str] = {}
    problems: list[Problem] = []
    lines = text.removeprefix("\ufeff").splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LABEL.fullmatch(line)
        if found and found[1] == CLAUSES:
            out["clauses"] = "\n".join(([found[2]] if found[2].strip() else []) + lines[number:])
            break
        at = Position(name, number, 1)
        labels = "、".join([*_LABELS, CLAUSES])
        if found is None or found[1] not in _LABELS:
            said = found[1] if found else line.strip()
            problems.append(Problem(at, "这一行不知道说的是什么", clip(said), f"{labels}，各写一行，如 标题: …", suggestion(said, [*_LABELS, CLAUSES])))
        elif _LABELS[found[1]] in out:
            problems.append(Problem(at, f"“{found[1]}”写了两次", clip(line.strip()), "只写一次", "删去一处"))
        else:
            out[_LABELS[found[1]]] = found[2].strip()
            if wrong := complaint(_LABELS[found[1]], found[2].strip()):
                problems.append(Problem(at, f"“{found[1]}”不对：{wrong}", clip(found[2].strip())))
    end = Position(name, max(len(lines), 1), 1)
    lacking = [label for key, label in {**NEEDED, "clauses": CLAUSES}.items() if key not in out and key not in elsewhere]
    problems += [Problem(end, f"没有写“{label}”", "", f"{label}: …", f"加一行 {label}: …") for label in lacking]
    if problems:
        raise InputError(problems)
    return out


def checked(answers: Mapping[str, str]) -> Answers:
    """The answers together. Raises `UsageError` with all that is lacking or wrong."""
    wrong = [f"{label}：{said}" for name, label in {**NEEDED, **KNOWN}.items() if (said := complaint(name, answers.get(name, "").strip()))]
    clauses = tuple(x.strip() for x in answers.get("clauses", "").splitlines() if x.strip())
    if not clauses:
        wrong.append("条款：至少一条，一行一条")
    if wrong:
        raise UsageError("；".join(wrong))
    told = {name: answers.get(name, "").strip() for name in {**NEEDED, **KNOWN}}
    return Answers(**{**told, "start": _day(told["start"])}, clauses=clauses)


def write_scaffold(name: str, answers: Answers, target: Path) -> None:
    """Write the rulebook into a folder that is not there yet, whole or not at all; only what compiles is written."""
    if target.exists() or target.is_symlink():
        raise UsageError(f"“{target}”已经有了，不覆盖；换一个编号，或用 -o 写到别的文件夹")
    files = dict(scaffold(name, answers))
    with TemporaryDirectory(prefix="huiqi-") as scratch:
        trial = Path(scratch, "rulebook")
        write_folder(trial, files)
        try:
            load_compiled(str(trial))
        except InputError as error:
            raise UsageError("照这些答案写出来的规则库编译不过：" + "；".join(f"{p.message}（{clip(p.found)}）" for p in error.problems)) from None
    write_folder(target, files)


def to_do(answers: Answers) -> Iterator[str]:
    """What nobody has told yet, for whoever begins."""
    if not answers.number:
        yield "documents.yaml 的 number：文号还不知道"
    if not answers.start:
        yield "documents.yaml 的 from：施行日还不知道，问清之前不写"
    if again := [name for name, *_ in named_clauses(answers.clauses, _KIND.findall(answers.title)[-1:]) if AGAIN in name]:
        yield f"clauses.yaml 的 {'、'.join(again)}：与前面一条编号相同，核对原文；是两条，各给一个编号"
    yield f"clauses.yaml：{len(answers.clauses)} 条条款，逐条读过，写出引用它的规则，写不成规则的写 disposition 和 why"


# -- the files ------------------------------------------------------------------------------------------


def scaffold(name: str, answers: Answers) -> Iterator[tuple[str, str]]:
    """Each file with its text."""
    yield "rulebook.yaml", _manifest(name, answers)
    yield "documents.yaml", _documents(name, answers)
    yield "clauses.yaml", _clauses(answers)
    yield "vocabulary.yaml", VOCABULARY
    yield "parameters.yaml", PARAMETERS
    yield "readings.yaml", READINGS
    yield "shared.yaml", SHARED
    yield "measures/measures.yaml", MEASURES


def _manifest(name: str, answers: Answers) -> str:
    common = load_compiled("common").version
    return f"""\
# 规则库的名称与版本。改了规则就把 version 加一。
id: {_scalar(name)}
title: {_scalar(answers.title)}
version: "1"
jurisdiction: {_scalar(answers.jurisdiction)}
# 共用的数据项（营业收入、已获支持等）和它的版本：huiqi rules show common 可看
uses: common {common}
"""


def _documents(name: str, answers: Answers) -> str:
    number = f"  number: {_scalar(answers.number)}" if answers.number else "  # number: 文号还不知道，知道了写在这里，去掉前面的 #"
    start = f"  from: {answers.start}" if answers.start else "  # from: 施行日还不知道，问清了写，如 2026-01-01；没有问清不要写"
    unsaid = "" if answers.letter else "；没有说，先按节选"
    return f"""\
# 文件：每个标准、每条条件都出自某一份文件。依据状态由这里推出，不手写。
# 别的辖区的文件另写 jurisdiction；资料的名称与 id 不同的写 sheet。
- id: {_scalar(_document(name))}
  title: {_scalar(answers.title)}
{number}
  issuer: {_scalar(answers.issuer)}
{start}
  # to: 有效期到哪天（含）；没有写明就不写
  letter: {answers.letter or "B"}  # 看到什么程度：A 全文、B 原文节选、C 转述、M 凭记忆{unsaid}
"""


def _clauses(answers: Answers) -> str:
    head = """\
# 条款：每一条都列，一行一条：编号: 转述。先是粘贴的文字，读过后改成自己的转述。
# 怎样处置看谁引用它：事项的 clause 写了它，就是支持事项；资格、目标的也一样；条件、标准、封顶引用的是条件。
# 不能写成规则的写明为什么：
#   办法·9: {says: 转述, disposition: duty, why: 政府职责}
# duty 政府职责、unread 没读到或读不懂、channel 资金渠道；title、lead（牵头部门）要写的也写在花括号里。
# 还没有处置的，rules check 会提示，rules coverage 会列为问题。

"""
    return head + "".join(f"{_scalar(clause)}: {_scalar(says)}\n" for clause, _, says in named_clauses(answers.clauses, _KIND.findall(answers.title)[-1:]))


VOCABULARY = """\
# 要企业告诉什么。先看 common 里有没有（huiqi rules show common），没有的写在这里，一行一个。
# 金额、数量写下限至上限，带单位；写法如下，去掉 # 照改，并删去最后一行：
#
# facts:
#   展会净面积: 0平方米至10000平方米
#   上一年纳统: 是否，由市统计局核实
# records:                      # 一户有许多条的；第一栏是每条的编号
#   参展:
#     noun: 次
#     展会: 文字
#     展位费: 0元至1000万元
facts: {}
"""

PARAMETERS = """\
# 标准：政策里的每个数、每个目录，写在它的条款编号下面，一行一个；表达式里不写数字。
# 没有规定的写 未定，不要猜；有几版的、与文件施行日不同的，写法见语言参考。
# 写法如下，去掉 # 照改，并删去最后一行的 {}：
#
# 条款编号:
#   展位费补助比例: 50%
#   展位费年度上限: 3万元
#   支持展会目录: 数字服务博览会、服务贸易交易会
{}
"""

READINGS = """\
# 读法：条文有不止一种读法、问不出结果的，不替它选，各种读法写在这里，句末括号里是条款编号。
# 规则里照名称用：if 收入口径 = "全部营业收入" then … else …；只在一种读法下才有的条件写 读法: 收入口径=主营业务收入。
# 写法如下，去掉 # 照改，并删去最后一行的 []：
#
# - 收入口径: 全部营业收入 还是 主营业务收入（条款编号）
[]
"""

SHARED = """\
# 共用的条件、不予支持情形、受理期：写一次，加到各事项上。for 写 all、事项编号或类别，括号里是条款编号。
# 写法如下，去掉 # 照改，并删去最后一行的 {}：
#
# when:
#   - 在本市登记: 注册地县区 in 本市县区
#     独立法人: 独立法人
#     for: all（条款编号）
# unless:
#   - 严重失信: 严重失信主体
#     经营异常: 经营异常
#     for: all（条款编号）
# window:
#   - 受理期: 申报日 in 每年4月1日至5月31日
#     for: all（条款编号）
{}
"""

MEASURES = """\
# 支持事项：一条条件是一个名称和一个表达式，名称就是印给企业看的话。
# 不止一个事项有的条件、不予支持情形、受理期，在 shared.yaml 里写一次。
# 写法如下，去掉 # 照改，并删去最后一行的 []：
#
# - title: 展位费补助（条款编号）
#   each: 展 in 参展                      # 逐条判断；一户一次的不写
#   when:                                 # 条件，都要满足
#     - 展会在目录内: 展.展会 in 支持展会目录
#   unless:                               # 不予支持情形，有一条就不予支持
#     - 有严重失信记录: 严重失信主体
#   award: 不超过 展.展位费 * 展位费补助比例   # 定额：应得；不超过：上限
#   limits: 每展 单次上限；每申报年度 展位费年度上限，计入已获支持
#   reductions:                           # 减额：有这种情形的减按几成
#     - 规模较大的减半: 营业收入 >= 规模下限，减按 减半比例
#   evidence: 参展合同、发票
[]
"""


def _document(name: str) -> str:
    return f"{name}-1"


def named_clauses(lines: Iterable[str], kind: Sequence[str] = ()) -> Iterator[tuple[str, str, str]]:
    """Each line with an id and a title: 第三条 is `办法·3`, what is listed under it `办法·3·二`, anything else by its place."""
    prefix = kind[0] if kind else "条款"
    seen: set[str] = set()
    above, loose = "", 0
    for line in lines:
        said, wanted = line.strip(), ""
        if found := _ARTICLE.match(said):
            wanted = above = f"{prefix}·{_number(found[1])}" + (f"-{_number(found[2])}" if found[2] else "")
        elif found := _LISTED.match(said):
            point = found[1] or found[2]
            wanted = f"{above}·{point}" if above else f"{prefix}·{_number(point)}"
        else:
            loose += 1
            wanted = f"{above}·段{loose}" if above else f"{prefix}·段{loose}"
        says = (said[found.end() :] if found else said).strip() or said
        name, n = wanted, 1
        while name in seen:
            n += 1
            name = f"{wanted}{AGAIN}{n}"
        seen.add(name)
        yield name, _headline(says), says


def _headline(says: str) -> str:
    first = re.split(r"[，。；：、,;:（(\s]", says, maxsplit=1)[0] or says
    return first if len(first) <= _TITLE else first[: _TITLE - 1] + "…"


def _number(words: str) -> int:
    """一, 十二, 二十, 一百零三, 12."""
    if words.isdigit():
        return int(words)
    total = digit = 0
    for char in words:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char.isdigit():
            digit = digit * 10 + int(char)
        else:
            total, digit = total + (digit or 1) * {"十": 10, "百": 100}[char], 0
    return total + digit


def _scalar(text: str) -> str:
    """As YAML text: plain where nothing in it means anything to YAML."""
    if (_PLAIN.fullmatch(text) and text.isprintable()) or re.fullmatch("[a-z][a-z0-9-]*[a-z]", text):
        return text
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in json.dumps(text, ensure_ascii=False))


def is_shipped(name: str) -> bool:
    try:
        return find_folder(name).name == name and "/" not in name and not (Path(name) / "rulebook.yaml").is_file()
    except InputError:
        return False
