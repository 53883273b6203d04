"""What the fixed words of rule files are called in Chinese: for whoever writes the Chinese word where the fixed one belongs.

Names in messages only: no file is read by them. The words are those of `docs/language.md`.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..language.levelling import level

_CALLED: dict[str, tuple[str, ...]] = {
    "highest": ("就高不重复", "就高", "从高", "取高", "最高", "留高"), "choose": ("择一申报", "择一", "只选一项", "任选其一"), "order": ("先后次序", "先后", "次序"),
    "cap": ("合计封顶", "封顶", "总额封顶"), "cumulate": ("可以叠加", "叠加", "可叠加", "累加"), "first": ("第一个", "在前", "先到先得"),
    "slab": ("全额套档", "全额累进"), "marginal": ("超额累进", "分段累进"), "collect": ("合起来",), "sum": ("合计", "加总"), "min": ("最低", "最小"), "max": ("最大",),
    "count": ("行数", "件数"), "measure": ("支持事项", "事项"), "recognition": ("资格", "认定"), "condition": ("条件",), "channel": ("资金渠道",), "target": ("目标",),
    "duty": ("政府职责", "职责"), "unread": ("未读",), "todo": ("未处置", "待处置"), "money": ("金额",), "quantity": ("数量",), "number": ("数", "数字"),
    "ratio": ("比率", "比例", "百分比"), "boolean": ("是否", "布尔"), "choice": ("选项",), "text": ("文字",), "date": ("日期",), "period": ("期限",), "year": ("年度", "年份"),
    "uscc": ("统一社会信用代码",), "industry": ("行业代码", "国民经济行业代码"), "list": ("目录", "清单"), "monthday": ("每年的一天",),
    "half up": ("四舍五入",), "half even": ("四舍六入五成双",), "half down": ("过半进位", "五舍六入"), "down": ("舍去", "舍去不计"), "up": ("进位",),
    "derived": ("按条件计算", "计算"), "conferred": ("授予", "机关授予"), "grant": ("补助", "奖励"), "interest": ("贴息",), "record": ("逐条",),
    "before limits": ("封顶之前", "先减再封顶"), "after limits": ("封顶之后", "先封顶再减"), "document": ("文件",),
}  # fmt: skip


def fixed_word(said: str, allowed: Iterable[str]) -> str:
    """The word among those allowed that a Chinese word stands for; "" where it stands for none."""
    wanted = level(said)
    return next((w for w in allowed if wanted in map(level, _CALLED.get(w, ()))), "")


def listed(allowed: Iterable[str]) -> str:
    """The words allowed, each with what it is called."""
    return "、".join(f"{w}（{_CALLED[w][0]}）" if w in _CALLED else w for w in allowed)
