"""What was looked at, what of it does not hold, and what nobody can tell from the JSON alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

SHAPE = "写法：判定、结论、缘由、依据状态只用该用的词，金额写到分，名称不空，编号不重"
VERDICTS = "判定的组合：每一组的“都要满足”“有一条即可”“不是”与不予支持情形，按满足、不满足、待定从各条推得出来"
OUTCOMES = "结论：与条件的判定、受理期、原因里列的条件、依据状态的措辞相合"
LINES = "计算：各条相加等于合计，封顶之后等于封顶与原数中低的一个"
AWARDS = "金额：计算的最后一步就是这一项的金额；定额、不超过、酌定与计算里的写法一致；分期不多于它"
TOTAL = "合计：列入的各项相加；各项都在，依据状态取最弱的"
CAPS = "各项之间：合计封顶、择一申报"
READINGS = "读法：各种组合都有、没有重叠，合起来就是这一项的结论与金额"
DISALLOWED = "核减：有金额的各项都列了，申报额 = 核减额 + 测算额，各项核减额相加是合计的，每一笔与所记数据一致"
DIGESTS = "摘要：数据摘要、申请摘要与所记的内容一致"
MISSING = "尚缺：待定的都说了缺什么，总表与各项相互对得上，解锁的都是这里的事项或资格"
KINDS = (SHAPE, VERDICTS, OUTCOMES, LINES, AWARDS, TOTAL, CAPS, READINGS, DISALLOWED, DIGESTS, MISSING)

OUTCOME = {"eligible": "符合", "ineligible": "不符合", "undetermined": "待补充", "not_in_force": "不在有效期"}
STANDING = {"enacted": "现行", "unverified": "待核", "assumed": "假定", "benchmark": "参照", "unset": "未定"}

# As plain as what was established: none of it follows from a JSON that agrees with itself.
NOT_ESTABLISHED = (
    "数据是不是真的：企业报的、部门核的，这里照单全收。",
    "每一条条件判得对不对：只看各条合起来对不对，不比“实际”与“要求”。",
    "每一条是条件还是不予支持情形、要各条都满足还是一条即可、它的依据状态、待定的缘由：照所记的，不比规则；待定的依据状态也是。",
    "定额的是不是该由审定机关酌定；待定的金额是定额还是不超过：写着“待定”的看不出。",
    "资格的证书真不真、在不在有效期；事项、资格、所依据的标准列全没有。",
    "照录的文字：名称、条款、方案、单位、标准的数与出处、材料、部门、资金渠道、说明、提醒、差多少，是不是规则库里的（huiqi replay）。",
    "每一步的算式与标准对不对：比例、天数、公式各得多少照所记的数，只看加总、封顶与先后相接。",
    "条文读得对不对：规则是不是条文的意思，读法取得对不对。",
    "规则库全不全、是不是所称的那一份：摘要要与存下的规则库比（huiqi replay、rules bundle）。",
    "有没有人从头到尾一致地改过：摘要不是签名，连摘要一起改的要重算才看得出（huiqi replay）。",
    "核减该不该、由谁核减合不合规定。",
    "申报额是不是按核减前的数照规则算的：只看它等于核减额加测算额，没有核减的一条没有核减额；列出的明细全不全（huiqi replay）。",
)


@dataclass
class Report:
    """Counts of what was checked, by kind; faults with their place; what could not be checked here, with why."""

    checked: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, str]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    def check(self, kind: str, holds: bool, place: str, message: str) -> bool:
        self.checked[kind] += 1
        if not holds:
            self.faults.append((place, message))
        return holds

    def skip(self, why: str) -> None:
        self.skipped[why] += 1
