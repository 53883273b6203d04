"""The everyday reader: expressions as generated Python, filters over records without asking twice.

What must stay true: same value, same uses, same facts touched as the reference, for every expression;
the differential tests hold it to that.
"""

from __future__ import annotations

from .atoms import Generated

__all__ = ["Generated"]
