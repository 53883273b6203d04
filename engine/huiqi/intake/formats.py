"""The number formats that a workbook names by number alone, as it would write them out.

Those of ECMA-376 (18.8.30): the first fifty everywhere, those for Chinese besides. What must stay true: a format that shows
no day of the month (27, 57: only the month) has none here.
"""

from __future__ import annotations

_MONTH, _DAY, _WHOLE = 'yyyy"年"m"月"', 'm"月"d"日"', 'yyyy"年"m"月"d"日"'
_HOUR, _MINUTE = 'h"时"mm"分"', 'h"时"mm"分"ss"秒"'
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: _MONTH, 28: _DAY, 29: _DAY, 30: "m-d-yy", 31: _WHOLE, 32: _HOUR, 33: _MINUTE, 34: _HOUR, 35: _MINUTE, 36: _MONTH,
    37: "#,##0_);(#,##0)", 38: "#,##0_);(#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);(#,##0.00)",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@",
    50: _MONTH, 51: _DAY, 52: _MONTH, 53: _DAY, 54: _DAY, 55: _HOUR, 56: _MINUTE, 57: _MONTH, 58: _DAY,
}  # fmt: skip


def format_of(number: int, written: str | None) -> str:
    """As the workbook writes it out, else by its number; nothing where neither says it."""
    return written if written is not None else BUILT_IN.get(number, "")
