"""Which papers there are, and what they may be written as; light, for whoever only needs the names."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    CALCULATION = "测算表"
    CORRECTION = "补正告知"
    NOTICE = "公示"


SUFFIXES = (".docx", ".pdf", ".html")
