"""A rulebook as formulas over all enterprises, for z3. It answers which there can be; the reference says what they get.

An enterprise is told whole here: every fact, every list (of up to three records), every column. Verdicts
stay three-valued (a figure nobody set is open for whoever asks). What must stay true: what cannot be said
exactly is said to be so (`Untranslatable`, `World.loose`), so that “there is none” is only ever claimed of
formulas that leave nothing out; and nothing here decides a case.
"""

from __future__ import annotations

from ...errors import UsageError

try:
    import z3  # noqa: F401 (whether it is installed)
except ImportError:  # an extra
    raise UsageError("证明器没有安装：pip install 'huiqi[verify]'（z3-solver）") from None
